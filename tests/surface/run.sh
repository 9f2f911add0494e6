#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh NAME [TEST...]: the tests in NAME.py, of this folder or by a path from it, against the
# plugin just built.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
. "$top/tests/surface/stage.sh"
stage_plugin
require_loaded_plugin
prepare_both

name=$1
shift
# shellcheck disable=SC2154  # set by stage_plugin
RSTCAUSE_STAGE=$stage RSTCAUSE_SAMPLES=$stage/samples RSTCAUSE_TSHARK=$tshark \
  RSTCAUSE_SERIES=$series RSTCAUSE_BUILT=$build RSTCAUSE_PRELOAD=${preload:-} PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$top/tests/surface \
  "${RSTCAUSE_PYTHON:-python3}" "$top/tests/surface/$name.py" "$@"
