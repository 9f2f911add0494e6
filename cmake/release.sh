#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh cmake/release.sh [--rehearse] FOLDER
#
# Makes a release of the last commit: checks that nothing is uncommitted and that CHANGELOG.md
# has a chapter of CMakeLists.txt's version, runs every test with every Wireshark, and leaves in
# FOLDER the source archive, a package for each suite, tried in clean roots, and SHA256SUMS.
# Publishes nothing; says at the end which tag to set. Needs root, as tests/package/run.sh does.
#
# --rehearse: also without that chapter.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$top/cmake/setup.sh"

rehearse=
if [ "${1:-}" = --rehearse ]; then
  rehearse=yes
  shift
fi
[ $# -eq 1 ] || die 'Usage: sh cmake/release.sh [--rehearse] FOLDER'
mkdir -p "$1"
out=$(CDPATH='' cd -- "$1" && pwd)
[ -z "$(ls -A "$out")" ] || die "$out is not empty."

[ -z "$(git -C "$top" status --porcelain)" ] || die 'There are changes that are not committed.'
[ -n "$rehearse" ] || cmake -D "SOURCE=$top" -D RELEASE=yes -P "$top/tests/lint/changelog_agrees.cmake"

sh "$top/tests/run.sh" --all-versions
sh "$top/tests/package/run.sh" --out "$out"
(cd "$out" && sha256sum -- * >SHA256SUMS)

say
cat "$out/SHA256SUMS"
version=$(sed -n 's/^  VERSION \([0-9.]*\)$/\1/p' "$top/CMakeLists.txt")
say "All of $version is in $out."
[ -n "$rehearse" ] || say "Now: git tag -a v$version -m 'rstcause $version' && git push origin v$version"
