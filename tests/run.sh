#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/run.sh [CTEST-ARGUMENT...]
#
# Installs what is missing, builds everything with warnings as errors, runs every test
# (or those that the arguments choose, as -R golden does).
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$top/cmake/setup.sh"

# The surface tests speak to tshark and sharkd through Python's standard library.
packages="$packages python3"
need_packages
configure -DRSTCAUSE_PLUGIN=ON -DRSTCAUSE_TESTS=ON -DRSTCAUSE_WERROR=ON
compile --target all
ctest --test-dir "$build" --output-on-failure --no-tests=error \
  --parallel "$(getconf _NPROCESSORS_ONLN)" "$@" </dev/null
