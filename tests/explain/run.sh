#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh NAME [ARGUMENT...]: NAME.py against the rstcause-explain and the plugin just built.
#
#   sh tests/explain/run.sh equal FOLDER|CAPTURE...    do both say the same of all these captures?
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
RSTCAUSE_STAGE=$stage RSTCAUSE_EXPLAIN=${RSTCAUSE_EXPLAIN:-$build/rstcause-explain} RSTCAUSE_TOP=$top \
  PYTHONDONTWRITEBYTECODE=1 "${RSTCAUSE_PYTHON:-python3}" "$top/tests/explain/$name.py" "$@"
