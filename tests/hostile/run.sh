#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/hostile/run.sh NAME [ARGUMENT...]: NAME.py of this folder, against the plugin just built.
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
  RSTCAUSE_SERIES=$series PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$top/tests/surface \
  "${RSTCAUSE_PYTHON:-python3}" "$top/tests/hostile/$name.py" "$@"
