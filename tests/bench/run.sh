#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/bench/run.sh [--quick] [--captures FOLDER] [PART...]
#
# Measures what the plugin costs, prints it, and writes plugin/docs/performance.md. Needs some
# twenty minutes on a machine that does nothing else. With the names of parts (measure.py: variants,
# a kind of traffic, real, time, growth, at-work, engine, flood, explain) only those are measured, and the
# page has the others as they were measured before, from the build folder. FOLDER holds real
# captures, which are no part of the project. --quick, for a look while working, measures fewer
# parts on less and writes nothing.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
. "$top/tests/surface/stage.sh"

packages="$packages libbenchmark-dev parallel python3 valgrind"
need_packages
configure -DRSTCAUSE_PLUGIN=ON -DRSTCAUSE_BENCH=ON >/dev/null
quietly compile --target rstcause rstcause_explain growth engine_bench empty_postdissector steady_seed
stage_plugin
require_loaded_plugin
prepare_both

# shellcheck disable=SC2154  # set by stage_plugin
cp -R "$stage/bare" "$stage/empty"
cp "$build/tests/bench/empty_postdissector.so" "$stage/empty/$series/epan/"
cp "$top/tests/bench/resets.lua" "$build/tests/bench/steady_seed.so" "$stage/"
write_command floor "$tshark" empty
[ -z "$unprivileged" ] || share_with_tshark "$stage"

RSTCAUSE_STAGE=$stage RSTCAUSE_BUILD=$build RSTCAUSE_TOP=$top PYTHONDONTWRITEBYTECODE=1 \
  python3 "$top/tests/bench/measure.py" "$@"
