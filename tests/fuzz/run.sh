#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/fuzz/run.sh SECONDS|COUNTx [NAME...]
#
# Runs every fuzzer (or those named) for so long each, one after the other, under the address and
# undefined sanitizers; needs Debian's clang and its runtime. "2000x" is so many inputs each, from
# the seeds alone and by the same dice, so that a check of a change hardly ever fails for what luck
# found elsewhere. Not quite the same inputs every time: our tables' hashes are drawn at each start,
# and with them the code that is reached. What hours learn stays in
# $RSTCAUSE_FUZZ_DIR (default: build-fuzz/corpus), beside a log for each with its executions and
# coverage, so that hours add up:
#
#     sh tests/fuzz/run.sh 3600          # an hour each
#
# An input that breaks a promise ends the run and is kept in $RSTCAUSE_FUZZ_DIR/found: fix the
# code, and let the input be a test in tests/fuzz/found/NAME.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
build=${RSTCAUSE_BUILD_DIR:-$top/build-fuzz}

[ $# -ge 1 ] || die "Usage: sh tests/fuzz/run.sh SECONDS|COUNTx [NAME...]"
# Without use_cmp, for what the code compares may be an address, another in each run.
case $1 in
  *[!0-9]*x | x) die "So many inputs: a number and an x, not '$1'" ;;
  *x) length=-runs=${1%x} dice='-seed=1 -use_cmp=0' ;;
  *) length=-max_total_time=$1 dice= ;;
esac
shift
packages='cmake make clang libclang-rt-dev libgtest-dev'
need_packages
(cd "$top" && quietly cmake --preset fuzz -B "$build")
kept=${RSTCAUSE_FUZZ_DIR:-$build/corpus}
mkdir -p "$kept/found"
[ -z "$dice" ] || scratch_folder fuzz

# shellcheck disable=SC2046  # one word for each
[ $# -gt 0 ] || set -- $(cd "$top/tests/fuzz" && for source in *_fuzz.cpp; do echo "${source%_fuzz.cpp}"; done)
names=$*
targets=
for name in $names; do targets="$targets ${name}_fuzz"; done
# shellcheck disable=SC2086  # one word for each
quietly compile --target $targets

for name in $names; do
  seeds=$top/tests/fuzz/seeds/$name
  [ "$name" != sessions ] || seeds=$top/tests/fuzz/seeds/engine
  dictionary=$top/tests/fuzz/seeds/${name%_tracker}.dict
  learned=$kept/$name
  [ -z "$dice" ] || learned=$scratch/$name
  mkdir -p "$learned"
  # Without entropic, whose bookkeeping takes longer than two conversations of three.
  # shellcheck disable=SC2086  # several words
  set -- "$length" $dice -entropic=0 -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 \
    "-artifact_prefix=$kept/found/$name-"
  [ ! -f "$dictionary" ] || set -- "$@" "-dict=$dictionary"
  "$build/tests/fuzz/${name}_fuzz" "$@" "$learned" "$seeds" >"$kept/$name.log" 2>&1 || {
    tail -n 60 "$kept/$name.log" >&2
    die "$name: broken by an input in $kept/found"
  }
  say "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$kept/$name.log") inputs," \
    "$(grep -o 'cov: [0-9]*' "$kept/$name.log" | tail -n 1 | cut -d' ' -f2) edges"
done
