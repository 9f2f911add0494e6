#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/run.sh [--all-versions] [CTEST-ARGUMENT...]
#
# Installs what is missing, builds everything with warnings as errors, runs every test
# (or those that the arguments choose, as -R golden does).
#
# --all-versions: then builds the plugin for every other Wireshark of the list below and runs
# every test that involves Wireshark with each. They are loaded from a Debian mirror into
# RSTCAUSE_ROOTS (default: a folder that is removed at the end); nothing of them is installed.
# The unprivileged user "nobody" must be able to reach that folder.
set -eu

# Every Wireshark that is supported, and the suite of Debian's that ships it.
versions='4.0:bookworm 4.4:trixie 4.6:sid'

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$top/cmake/setup.sh"

all=
if [ "${1:-}" = --all-versions ]; then
  all=yes
  shift
fi

run_tests() {
  ctest --test-dir "$build" --output-on-failure --no-tests=error \
    --parallel "$(getconf _NPROCESSORS_ONLN)" "$@" </dev/null
}

packages="$packages $test_packages"
if [ -n "$all" ]; then
  # Only a small part of the plugin knows Wireshark: the rest is compiled once for all versions. Each
  # has its folder beside the first one, at the same depth, so that the commands are the same.
  packages="$packages ccache"
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_DIR="$build/ccache" CCACHE_BASEDIR=/ CCACHE_NOHASHDIR=1
fi
need_packages
configure -DRSTCAUSE_PLUGIN=ON -DRSTCAUSE_TESTS=ON -DRSTCAUSE_WERROR=ON
compile --target all
run_tests "$@"
[ -n "$all" ] || exit 0

# shellcheck source=/dev/null  # written by cmake/WiresharkPlugin.cmake
. "$build/rstcause-build.sh"
# shellcheck disable=SC2154  # $series is set there
tested=$series
here=$build
builds=$build

roots=${RSTCAUSE_ROOTS:-}
if [ -z "$roots" ]; then
  scratch_folder roots
  roots=$scratch
  chmod 755 "$roots"
fi

# The engine's own tests know no Wireshark: once is enough.
for version in $versions; do
  [ "${version%:*}" != "$tested" ] || continue
  root=$roots/${version#*:}
  sh "$top/cmake/fetch-wireshark.sh" "${version#*:}" "$root"
  build=$here-wireshark-${version%:*}
  configure -DRSTCAUSE_PLUGIN=ON -DRSTCAUSE_TESTS=ON -DRSTCAUSE_WERROR=ON \
    -DWireshark_DIR="$(cat "$root/wireshark-dir")" -DRSTCAUSE_TSHARK="$root/tshark"
  # shellcheck source=/dev/null
  . "$build/rstcause-build.sh"
  [ "$series" = "${version%:*}" ] ||
    die "Debian ${version#*:} now ships Wireshark $series instead of ${version%:*}: fix the list in tests/run.sh."
  compile --target rstcause rstcause_manual
  run_tests -L wireshark "$@"
  builds="$builds $build"
done
# shellcheck disable=SC2086  # one word for each
sh "$top/tests/surface/side_by_side.sh" $builds
say "Tested with Wireshark:$(for version in $versions; do printf ' %s' "${version%:*}"; done)"
