#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/hostile/coverage.sh [FILE...]
#
# Which lines and branches of engine, RESP and application parsers the tests reach that need no
# Wireshark. Prints a table; for the files named (as engine/memory/flow.cpp), what is not reached. Fails
# below 95 % of the lines or 90 % of the branches of the whole. Needs gcc; builds in $RSTCAUSE_BUILD_DIR
# (default: build-coverage).
#
# Branches are those that the source decides: what a compiler adds for exceptions is left out, and what
# is to be inlined always is compiled as a function here, or it would count once for each caller.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
build=${RSTCAUSE_BUILD_DIR:-$top/build-coverage}

quietly configure -DRSTCAUSE_PLUGIN=OFF -DRSTCAUSE_TESTS=ON -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_COMPILER=g++ -DCMAKE_CXX_FLAGS='--coverage -O0 -g1 -Dalways_inline=noinline'
quietly compile --target all
find "$build" -name '*.gcda' -delete
# Each program whole: as ctest's single tests they would write out their counts 1,500 times.
for tests in unit property stories catalogue isolation; do
  quietly "$build/tests/$tests"
done
quietly ctest --test-dir "$build" --parallel "$(getconf _NPROCESSORS_ONLN)" -L fuzz
python3 -B "$top/tests/hostile/coverage.py" "$top" "$build" --lines 95 --branches 90 "$@"
