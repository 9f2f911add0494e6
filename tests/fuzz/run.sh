#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/fuzz/run.sh SECONDS [NAME...]
#
# Runs every fuzzer (or those named) for so long each, one after the other, under the address and
# undefined sanitizers; needs Debian's clang and its runtime. What they learn stays in
# $RSTCAUSE_FUZZ_DIR (default: build-fuzz/corpus), beside a log for each with its executions and
# coverage, so that hours add up:
#
#     sh tests/fuzz/run.sh 3600          # an hour each
#
# An input that breaks a promise ends the run and is kept in $RSTCAUSE_FUZZ_DIR/found: mend the
# code, and let the input be a test in tests/fuzz/found/NAME.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
build=${RSTCAUSE_BUILD_DIR:-$top/build-fuzz}

[ $# -ge 1 ] || die "Usage: sh tests/fuzz/run.sh SECONDS [NAME...]"
seconds=$1
shift
packages='cmake make clang libclang-rt-dev libgtest-dev'
need_packages
(cd "$top" && quietly cmake --preset fuzz -B "$build")
kept=${RSTCAUSE_FUZZ_DIR:-$build/corpus}
mkdir -p "$kept/found"

# shellcheck disable=SC2046  # one word for each
[ $# -gt 0 ] || set -- $(cd "$top/tests/fuzz" && for source in *_fuzz.cpp; do echo "${source%_fuzz.cpp}"; done)
names=$*
targets=
for name in $names; do targets="$targets ${name}_fuzz"; done
# shellcheck disable=SC2086  # one word for each
quietly compile --target $targets

for name in $names; do
  seeds=$top/tests/fuzz/seeds/$name
  dictionary=$top/tests/fuzz/seeds/${name%_tracker}.dict
  mkdir -p "$kept/$name"
  # Without entropic, whose bookkeeping takes longer than two conversations of three.
  set -- "-max_total_time=$seconds" -entropic=0 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
    "-artifact_prefix=$kept/found/$name-"
  [ ! -f "$dictionary" ] || set -- "$@" "-dict=$dictionary"
  "$build/tests/fuzz/${name}_fuzz" "$@" "$kept/$name" "$seeds" >"$kept/$name.log" 2>&1 || {
    tail -n 60 "$kept/$name.log" >&2
    die "$name: broken by an input in $kept/found"
  }
  say "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$kept/$name.log") inputs," \
    "$(grep -o 'cov: [0-9]*' "$kept/$name.log" | tail -n 1 | cut -d' ' -f2) edges"
done
