#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/fuzz/minimise.sh NAME FOLDER...
#
# Makes the seeds of one fuzzer anew: few inputs of the folders (and of the seeds there are) that
# together reach every edge of the code that any of them reaches; how often each is passed does not
# count. After tests/fuzz/run.sh, which builds the fuzzers.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
build=${RSTCAUSE_BUILD_DIR:-$top/build-fuzz}
name=$1
shift
seeds=$top/tests/fuzz/seeds/$name
scratch_folder seeds
fewer=$scratch
mkdir -p "$seeds"
"$build/tests/fuzz/${name}_fuzz" -set_cover_merge=1 -use_counters=0 -max_len=4096 "$fewer" "$seeds" "$@" >/dev/null 2>&1
rm -rf "$seeds"
cp -r "$fewer" "$seeds"
printf '%s: %s inputs, %s\n' "$name" "$(find "$seeds" -type f | wc -l)" "$(du -sh "$seeds" | cut -f1)"
