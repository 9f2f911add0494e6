#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh cmake/fetch-wireshark.sh SUITE FOLDER
#
# Unpacks Wireshark, its headers and all libraries that it needs, as Debian's SUITE
# (bookworm, trixie, sid) ships them, into FOLDER: about 70 MB to load and 350 MB unpacked.
# Nothing is installed; root is not needed. Then
#   FOLDER/tshark, FOLDER/sharkd                      run it
#   -DWireshark_DIR=$(cat FOLDER/wireshark-dir)       builds for it
# A FOLDER that is complete is left as it is: remove it to load it anew.
#
# The packages come from the Debian mirror that this machine's apt asks; RSTCAUSE_MIRROR
# names another one. Their signatures are checked, their age is not: a mirror may be a snapshot,
# and old packages do no harm where they are only built against and tested with.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$top/cmake/setup.sh"

[ $# -eq 2 ] || die 'Usage: sh cmake/fetch-wireshark.sh SUITE FOLDER'
suite=$1
mkdir -p "$2"
root=$(CDPATH='' cd -- "$2" && pwd)
[ ! -f "$root/wireshark-dir" ] || exit 0

mirror=$(debian_mirror)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || die "No $keyring: install debian-archive-keyring."

# A folder that was begun and not ended holds half of the packages.
apt=$root/.apt
rm -rf "${root:?}"/*
mkdir -p "$apt/etc" "$apt/lists/partial" "$apt/cache/archives/partial"
# apt shall find everything missing, down to the C library: then it loads it all.
: >"$apt/status"
printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite" >"$apt/etc/sources.list"

# apt, on lists of its own.
apt_here() {
  apt-get -qq -o Dir::Etc="$apt/etc" -o Dir::Etc::sourcelist="$apt/etc/sources.list" \
    -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" \
    -o APT::Sandbox::User=root -o Debug::NoLocking=1 -o Acquire::Languages=none \
    -o Acquire::Retries=3 -o Acquire::Check-Valid-Until=false "$@" </dev/null
}

say "Loading Wireshark of Debian $suite ..."
# "any": an update that reaches nothing is an error, not a warning.
apt_here -o APT::Update::Error-Mode=any update || die "Cannot load the package lists of $suite from $mirror."
apt_here install -y --no-install-recommends --download-only \
  base-files tshark wireshark-dev libglib2.0-dev >/dev/null ||
  die "Cannot load the packages of $suite from $mirror."

# The links of the merged /usr first, or the C library would make a /lib of its own.
mkdir -p "$root/usr"
for folder in bin lib lib64 sbin; do
  mkdir -p "$root/usr/$folder"
  ln -s "usr/$folder" "$root/$folder"
done
for package in "$apt"/cache/archives/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --no-same-owner --keep-directory-symlink ||
    die "Cannot unpack ${package##*/}."
done
rm -rf "$apt"

# The library folder is the one that holds libwireshark; the loader's name differs by machine.
library=$(find "$root/usr/lib" -name 'libwireshark.so' | head -n 1)
[ -n "$library" ] || die "There is no libwireshark in the packages of $suite."
library=${library%/*}
loader=$(find "$library/" "$root/usr/lib64/" -maxdepth 1 -name 'ld-linux*' | head -n 1)
[ -n "$loader" ] || die "There is no dynamic loader in the packages of $suite."

# runner PROGRAM FILE: FILE runs it in its own libraries, with its own data; the caller's environment
# may say otherwise.
runner() {
  cat >"$2" <<END
#!/bin/sh
WIRESHARK_DATA_DIR='$root/usr/share/wireshark'
export WIRESHARK_DATA_DIR
: "\${WIRESHARK_PLUGIN_DIR:=$library/wireshark/plugins}"
export WIRESHARK_PLUGIN_DIR
exec '$loader' --library-path '$library' '$root/usr/bin/$1' "\$@"
END
  chmod 755 "$2"
}
for program in tshark sharkd; do
  [ ! -x "$root/usr/bin/$program" ] || runner "$program" "$root/$program"
done
# tshark looks for dumpcap beside the program that runs, which here is the loader.
runner dumpcap "$(dirname -- "$(readlink -f -- "$loader")")/dumpcap"

"$root/tshark" --version >/dev/null 2>&1 || die "The tshark of $suite does not run here."
printf '%s\n' "$library/cmake/wireshark" >"$root/wireshark-dir"
