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

# A Wireshark that was only unpacked somewhere runs in its own libraries (cmake/fetch-wireshark.sh): so
# does what was built for it.
explain=${RSTCAUSE_EXPLAIN:-$build/rstcause-explain}
if ! "$explain" --version >/dev/null 2>&1; then
  # shellcheck disable=SC2154  # set by stage_plugin
  sed "s|'[^']*/usr/bin/tshark'|'$explain'|" "$tshark" >"$stage/explain"
  chmod +x "$stage/explain"
  explain=$stage/explain
fi

name=$1
shift
# shellcheck disable=SC2154  # set by stage_plugin
RSTCAUSE_STAGE=$stage RSTCAUSE_EXPLAIN=$explain RSTCAUSE_TOP=$top \
  PYTHONDONTWRITEBYTECODE=1 "${RSTCAUSE_PYTHON:-python3}" "$top/tests/explain/$name.py" "$@"
