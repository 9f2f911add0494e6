#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/package/run.sh [--out FOLDER [--built]] [SUITE...]
#
# For each SUITE of Debian's (default: bookworm trixie sid), in clean roots that debootstrap
# makes: builds the Debian package from the source archive without network, lets lintian read
# it, and installs, uses, upgrades and removes it as a user does. In the first suite it is built
# twice, in different folders: both must be the same.
#
# Source archive and packages are left in FOLDER. With --built nothing is built: the packages that
# lie there already are tried. Needs root, debootstrap, git, a Debian mirror
# among apt's (or RSTCAUSE_MIRROR), and 2 GB in TMPDIR; takes some 5 minutes a suite. What is
# tried is the last commit.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"

out=
built=
if [ "${1:-}" = --out ]; then
  out=${2:?--out needs a folder}
  shift 2
  if [ "${1:-}" = --built ]; then
    built=yes
    shift
  fi
fi
[ $# -gt 0 ] || set -- bookworm trixie sid
[ "$(id -u)" -eq 0 ] || die 'Clean roots are made by root only.'
for program in debootstrap git unshare; do
  command -v "$program" >/dev/null || die "Install $program, then run this again."
done
mirror=$(debian_mirror)

work=
clean_up() {
  [ -n "$work" ] || return 0
  for mounted in "$work"/*/proc; do
    ! mountpoint -q "$mounted" || umount "$mounted"
  done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' HUP INT PIPE TERM
work=$(mktemp -d "${TMPDIR:-/tmp}/rstcause-package.XXXXXX")
chmod 755 "$work"
[ -n "$out" ] || out=$work/out
mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd)

# ---- Roots -----------------------------------------------------------------------------

# clean_root SUITE FOLDER
clean_root() {
  debootstrap --variant=minbase "$1" "$2" "$mirror" >"$work/log" 2>&1 ||
    { tail -n 20 "$work/log" >&2; die "No clean root of $1."; }
  # Its apt reaches the mirror as ours does: by our proxy, and though the mirror may stand still.
  apt-config dump | grep -E '^Acquire::(Check-Valid-Until|https?::Proxy)' \
    >"$2/etc/apt/apt.conf.d/90as-outside" || true
  # No service shall start there.
  printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d"
  chmod 755 "$2/usr/sbin/policy-rc.d"
}

# in_root COMMAND...: in $root, in its own words, without our environment. Silent when it works.
in_root() {
  mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    chroot "$root" "$@" >"$work/log" 2>&1 </dev/null || {
    tail -n 40 "$work/log" >&2
    die "In a clean root of $suite: failed: $*"
  }
}

# as_user COMMAND...: what an ordinary user sees, on standard output.
as_user() {
  env -i PATH=/usr/sbin:/usr/bin:/bin HOME=/tmp LC_ALL=C.UTF-8 chroot --userspec=1000:1000 "$root" "$@" </dev/null
}

# ---- Build -----------------------------------------------------------------------------

# build FOLDER: the package of the source archive, in FOLDER/build of $root.
build() {
  in_root mkdir -p "$1"
  in_root tar -xf "/root/${archive##*/}" -C "$1" --strip-components=1
  # Without network: a loopback that is down is all there is.
  in_root unshare --net sh -c "cd '$1' && cmake -S . -B build -DRSTCAUSE_TESTS=OFF -DRSTCAUSE_WERROR=ON &&
    cmake --build build --parallel $(getconf _NPROCESSORS_ONLN) && cd build && cpack"
}

same() {
  cmp "$1" "$2" || die "Two builds of one source differ: ${1##*/}"
}

# ---- Use -------------------------------------------------------------------------------

# The README's first command, and what it says that it prints.
# shellcheck disable=SC2016  # three grave accents are a fence of Markdown
first_block=$(sed -n '/^```$/,/^```$/p' "$top/README.md" | sed '1d; /^```$/,$d')
first_command=$(printf '%s\n' "$first_block" | sed -n '/^\$ /,/[^\\]$/p' | sed 's/^\$ //')
first_output=$(printf '%s\n' "$first_block" | sed '1,/[^\\]$/d')

# works: does the installed plugin do what the README says?
works() {
  [ "$(as_user sh -c "cd /usr/share/rstcause/sample-pcaps && $first_command" 2>"$work/complaint")" = "$first_output" ] || {
    cat "$work/complaint" >&2
    die "In $suite the README's first command does not print what the README says."
  }
  [ ! -s "$work/complaint" ] || die "In $suite tshark complains: $(cat "$work/complaint")"
  [ -n "$built" ] ||
    as_user tshark -G plugins 2>/dev/null | grep -q "^rstcause\.so[[:blank:]]*${version}+${commit}[[:blank:]]" ||
    die "In $suite the plugin does not say that it is $version, commit $commit."
  as_user sh /usr/share/rstcause/doctor.sh >"$work/log" || die "The doctor finds in $suite: $(cat "$work/log")"
  for page in man7/rstcause.7 man1/rstcause-batch.1 man1/rstcause-ask.1 man1/rstcause-compare.1 man1/rstcause-report.1 \
    man1/rstcause-explain.1; do
    [ -s "$root/usr/share/man/$page.gz" ] || die "In $suite there is no manual page $page."
  done
  pages=$root/usr/share/doc/rstcause
  [ -s "$pages/plugin/docs/causes/zh/README.md" ] || die "In $suite the pages are not there."
  named=$(as_user sh -c "cd /usr/share/rstcause/sample-pcaps &&
    tshark -r idle-timeout-firewall.pcap -Y rstcause.reason -T fields -e rstcause.page" 2>/dev/null)
  [ -f "$pages/$named" ] || die "In $suite rstcause.page names $named, which is not below $pages."
  python3 -B "$top/tests/lint/links.py" "$pages" >"$work/log" 2>&1 ||
    die "In $suite links of the pages lead nowhere: $(cat "$work/log")"
}

# works_on_many: do the commands for many captures, with what the package suggests, count the
# resets that the plugin explains?
works_on_many() {
  in_root apt-get install -q -y --no-install-recommends parallel sqlite3
  as_user sh -c 'rm -rf /tmp/many && rstcause-batch -o /tmp/many /usr/share/rstcause/sample-pcaps' \
    >"$work/log" 2>&1 || die "rstcause-batch in $suite: $(cat "$work/log")"
  asked=$(as_user rstcause-ask -m tabs /tmp/many causes | awk -F '\t' 'NR > 1 { n += $3 } END { print n }')
  told=$(grep -vc '"duplicate_of":' "$root/tmp/many/resets.ndjson")
  [ "$told" -gt 20 ] || die "In $suite rstcause-batch finds $told resets in the samples."
  [ "$asked" = "$told" ] || die "In $suite $asked of $told resets are counted."
  explained=$(as_user sh -c 'rstcause-explain /usr/share/rstcause/sample-pcaps/*.pcap*' | grep -vc '"duplicate_of":')
  [ "$explained" = "$told" ] || die "In $suite rstcause-explain tells $explained of $told resets."
  as_user rstcause-report /tmp/many >"$work/log" 2>&1 || die "rstcause-report in $suite: $(cat "$work/log")"
  grep -q '"segments":\[{"frame":' "$root/tmp/many/report.html" || die "In $suite the report shows no segments."
  # One capture stands for both ends: every RST is then in both.
  both=$(as_user sh -c 'cd /usr/share/rstcause/sample-pcaps && rstcause-compare port-closed.pcap port-closed.pcap')
  case $both in
    *' sent by the end it names.') ;;
    *) die "In $suite rstcause-compare says: $both" ;;
  esac
  rm -rf "$root/tmp/many"
}

# install_package FILE
install_package() {
  cp "$1" "$root/root/"
  in_root apt-get install -q -y "/root/${1##*/}"
}

# newer FILE: the same package, one release later.
newer() {
  rm -rf "$work/newer"
  dpkg-deb -R "$1" "$work/newer"
  sed -i 's/^Version: .*/&.1/' "$work/newer/DEBIAN/control"
  dpkg-deb --root-owner-group -b "$work/newer" "$work/rstcause_newer.deb" >/dev/null
  printf '%s\n' "$work/rstcause_newer.deb"
}

# ---- All of it -------------------------------------------------------------------------

version=$(sed -n 's/^  VERSION \([0-9.]*\)$/\1/p' "$top/CMakeLists.txt")
commit=$(git -C "$top" rev-parse HEAD | cut -c 1-10)
archive=$out/rstcause-$version.tar.gz

# build_package TWICE: leaves the package of $suite in $out. Its root is a copy of $clean.
build_package() {
  root=$clean.build
  cp -a "$clean" "$root"
  cp "$archive" "$root/root/"
  say "$suite: what a build needs ..."
  in_root apt-get update -q
  in_root apt-get install -q -y --no-install-recommends g++ make cmake wireshark-dev libglib2.0-dev libpcap-dev lintian
  say "$suite: build without network ..."
  build /root/here
  deb=$(echo "$root"/root/here/build/rstcause_*.deb)
  if [ -n "$1" ]; then
    say "$suite: build again, elsewhere ..."
    build /tmp/a/rather/longer/path
    same "$root/root/here/build/plugin/rstcause.so" "$root/tmp/a/rather/longer/path/build/plugin/rstcause.so"
    same "$deb" "$root/tmp/a/rather/longer/path/build/${deb##*/}"
  fi
  say "$suite: lintian ..."
  in_root lintian --allow-root --fail-on error "/root/here/build/${deb##*/}"
  cat "$work/log"
  cp "$deb" "$out/"
  umount "$root/proc"
  rm -rf "$root"
}

# try_package: all that a user does with the package of $suite, in $clean.
try_package() {
  root=$clean
  in_root apt-get update -q
  in_root apt-cache show wireshark-common
  series=$(sed -n '/^Version: /{s/^Version: \([0-9]*\.[0-9]*\).*/\1/p;q}' "$work/log")
  deb=$(echo "$out/rstcause_$version-"*"+ws${series}_"*.deb)
  [ -f "$deb" ] || die "There is no package for Wireshark $series, which $suite ships, in $out."
  for other in "$out"/rstcause_*.deb; do
    [ "$other" != "$deb" ] || continue
    say "$suite: ${other##*/} must be refused ..."
    cp "$other" "$root/root/"
    ! (in_root apt-get install -q -y "/root/${other##*/}") >"$work/refused" 2>&1 ||
      die "$suite took the package of another Wireshark: ${other##*/}"
    grep -q 'Depends: wireshark-common' "$work/refused" ||
      die "$suite refused ${other##*/}, but not for its Wireshark: $(cat "$work/refused")"
  done
  say "$suite: install and use ..."
  install_package "$deb"
  works
  works_on_many
  say "$suite: upgrade ..."
  install_package "$(newer "$deb")"
  works
  say "$suite: remove ..."
  in_root apt-get purge -q -y rstcause
  left=$(find "$root/usr" "$root/etc" "$root/var" -name '*rstcause*' ! -path '*/apt/*')
  [ -z "$left" ] || die "Left behind in $suite: $left"
  as_user tshark -G plugins >"$work/log" 2>"$work/complaint" ||
    die "tshark of $suite does not run without the plugin."
  ! grep rstcause "$work/log" "$work/complaint" || die "tshark of $suite still knows the plugin."
  umount "$root/proc"
  rm -rf "$root"
}

if [ -z "$built" ]; then
  git -C "$top" archive --format=tar.gz --prefix="rstcause-$version/" -o "$archive" HEAD
  say "Source archive: $archive"
fi
twice=yes
for suite; do
  say "$suite: a clean root ..."
  clean=$work/$suite
  clean_root "$suite" "$clean"
  [ -n "$built" ] || build_package "$twice"
  twice=
  try_package
  say "$suite: good: ${deb##*/}"
done
