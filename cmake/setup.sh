# SPDX-License-Identifier: GPL-2.0-or-later
#
# Shared by cmake/quickstart.sh, tests/run.sh and the golden tests: install, build, and
# run tshark with the plugin just built. Sourced by POSIX shells; the caller sets $top,
# the project's folder. Expects `set -eu`.
# shellcheck shell=sh
# shellcheck disable=SC2154  # $top, and what rstcause-build.sh sets

# A script that configures another kind of build says where after sourcing this: two kinds in one
# folder would undo each other.
build=${RSTCAUSE_BUILD_DIR:-$top/build}

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# ---- Install -----------------------------------------------------------------------

packages='g++ make cmake tshark wireshark-dev libglib2.0-dev libgtest-dev libpcap-dev'
# The lab's short form and the live test make network namespaces; where those are not available,
# they say so and are skipped. The surface tests speak to tshark and sharkd through Python's standard
# library; batches are run by GNU parallel and asked with SQLite. cppcheck reads the plugin (lint.cppcheck).
# shellcheck disable=SC2034  # for those who source this
test_packages='cppcheck iproute2 tcpdump nftables iptables ethtool conntrack python3 parallel sqlite3 strace'

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    say "+ $*"
    env DEBIAN_FRONTEND=noninteractive "$@" </dev/null
  else
    # -n: a script must not stop and wait for a password.
    say "+ sudo $*"
    sudo -n env DEBIAN_FRONTEND=noninteractive "$@" </dev/null
  fi
}

# Installs those of $packages that are missing; touches apt only if one is.
need_packages() {
  if ! command -v dpkg-query >/dev/null; then
    for program in cmake c++ tshark; do
      command -v "$program" >/dev/null || die "No $program here, and this is no Debian that \
could be asked for it. Install what corresponds to Debian's $packages, then run this again."
    done
    return 0  # what else is missing, configure will say
  fi

  missing=
  for package in $packages; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true) in
      *' ok installed') ;;
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0

  by_hand="Missing packages:$missing
Install them (as root: apt-get install$missing), then run this again."
  command -v apt-get >/dev/null || die "$by_hand"
  [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null || die "$by_hand"

  say "Installing Debian packages:$missing"
  # One stale source among many must not stop us: the install below is what counts.
  as_root apt-get -q -o DPkg::Lock::Timeout=120 update || say 'Going on with the lists as they are.'
  # shellcheck disable=SC2086  # a list of words
  as_root apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends $missing ||
    die "$by_hand"
}

# Prints the address of the Debian mirror that this machine's apt asks.
debian_mirror() {
  mirror=${RSTCAUSE_MIRROR:-}
  # shellcheck disable=SC2016  # apt's own variable
  [ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1)
  [ -n "$mirror" ] || die "apt knows no mirror of Debian's (is apt-get update due?).
RSTCAUSE_MIRROR=ADDRESS names one."
  printf '%s\n' "$mirror"
}

# ---- Build -------------------------------------------------------------------------

# configure [CMAKE-ARGUMENT...]
configure() { cmake -S "$top" -B "$build" "$@"; }

# compile [CMAKE-BUILD-ARGUMENT...]
compile() { cmake --build "$build" --parallel "$(getconf _NPROCESSORS_ONLN)" "$@"; }

# Runs a command and shows its output only if it fails.
quietly() {
  mkdir -p "$build"
  "$@" >"$build/rstcause-build.log" 2>&1 || {
    cat "$build/rstcause-build.log" >&2
    die "Failed: $*"
  }
}

# ---- Run ---------------------------------------------------------------------------

# scratch_folder NAME: makes the folder $scratch, which goes at exit, interrupted or not: what
# removes it is there before it is.
scratch_folder() {
  scratch=
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 130' HUP INT PIPE TERM
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/rstcause-$1.XXXXXX")
}

# Lays the fresh plugin out as Wireshark wants its plugin folder, in $stage, which is
# removed at exit. There, because as root Wireshark silently ignores every plugin folder
# but its own, so tshark runs as nobody, who may not be able to read the build tree.
stage_plugin() {
  [ -f "$build/rstcause-build.sh" ] || die "Nothing is built in $build: see README.md."
  # shellcheck source=/dev/null  # written by cmake/WiresharkPlugin.cmake
  . "$build/rstcause-build.sh"
  [ -f "$plugin" ] || die "The plugin is not built: $plugin"

  scratch_folder stage
  stage=$scratch
  mkdir -p "$stage/home" "$stage/config" "$stage/plugins/$series/epan"
  cp "$plugin" "$stage/plugins/$series/epan/rstcause.so"
  # Our folder replaces Wireshark's, so its own plugins are linked in beside ours;
  # all but an rstcause.so installed there, which must not win.
  for other in "$bundled"/epan/*.so "$bundled"/codecs "$bundled"/wiretap; do
    if [ -e "$other" ] && [ "${other##*/}" != rstcause.so ]; then
      ln -s "$other" "$stage/plugins/$series/${other#"$bundled"/}"
    fi
  done

  unprivileged=
  if [ "$(id -u)" -eq 0 ]; then
    unprivileged='setpriv --reuid=65534 --regid=65534 --clear-groups'
    share_with_tshark "$stage"
  fi
}

# Nobody may read this and other users may not: a capture can hold secrets.
share_with_tshark() {
  chgrp -R 65534 "$1"
  chmod -R u=rwX,g=rX,o= "$1"
}

# Runs a command as tshark is run: with the fresh plugin, the plugins that Wireshark brings,
# nobody's preferences, and without the capture helpers that it would start to list its plugins.
with_plugin() {
  # shellcheck disable=SC2086  # $unprivileged is a command with its arguments, or nothing
  $unprivileged env HOME="$stage/home" \
    WIRESHARK_CONFIG_DIR="$stage/config" \
    WIRESHARK_PLUGIN_DIR="$stage/plugins" \
    WIRESHARK_EXTCAP_DIR="$stage/config" \
    ${preload:+LD_PRELOAD="$preload" ASAN_OPTIONS=detect_leaks=0} \
    "$@"
}

tshark_with_plugin() { with_plugin "$tshark" "$@"; }

# A plugin that does not fit is skipped and tshark still succeeds, hence the question.
require_loaded_plugin() {
  tshark_with_plugin -G plugins >"$stage/loaded" 2>"$stage/complaint" || true
  grep -q '^rstcause\.so' "$stage/loaded" && return 0

  cp "$top/cmake/doctor.sh" "$stage/"
  [ -z "$unprivileged" ] || share_with_tshark "$stage/doctor.sh"
  with_plugin sh "$stage/doctor.sh" --tshark "$tshark" >&2 || true
  die "
The plugin just built for Wireshark $series is not loaded by $tshark.
Configure with -DWireshark_DIR=... of another Wireshark, or with -DRSTCAUSE_TSHARK=... of another
tshark; TMPDIR names another place to try than ${TMPDIR:-/tmp}."
}

# Prints where tshark can read the capture $1: in its place, or on the stage.
readable_capture() {
  # shellcheck disable=SC2086
  if $unprivileged test -r "$1"; then
    printf '%s\n' "$1"
  else
    mkdir -p "$stage/captures"
    cp -- "$1" "$stage/captures/"
    share_with_tshark "$stage/captures"
    printf '%s\n' "$stage/captures/${1##*/}"
  fi
}
