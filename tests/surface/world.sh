#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/surface/world.sh FOLDER [OUT]: runs the plugin over every capture below FOLDER,
# in one pass and in two, and writes into OUT (default: a new folder, named at the end)
#   report.txt   what failed, how many resets of each cause, which are `unknown`
#   resets.json  all verdicts, with the capture's name in "file"
# Fails when tshark ended otherwise than without the plugin, when it said anything on
# standard error that it does not say without, when it met a dissector bug, or when the JSON
# is none. Needs python3.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
[ $# -ge 1 ] && [ -d "$1" ] || die "Usage: sh tests/surface/world.sh FOLDER [OUT]"
folder=$(CDPATH='' cd -- "$1" && pwd)
out=${2:-$(mktemp -d)}
mkdir -p "$out"

stage_plugin
require_loaded_plugin
. "$top/tests/surface/stage.sh"
prepare_both

# The captures stand there under a number, for names hold blanks and worse: linked, or
# copied where the unprivileged tshark could not read them in their place.
mkdir "$stage/world"
number=0
: >"$out/names"
find -L "$folder" -type f ! -name '*.md' ! -name '*.tsv' | LC_ALL=C sort >"$stage/found"
while IFS= read -r file; do
  number=$((number + 1))
  # shellcheck disable=SC2086  # a command with its arguments, or nothing
  if $unprivileged test -r "$file"; then
    ln -s "$file" "$stage/world/$number"
  else
    cp -- "$file" "$stage/world/$number"
  fi
  printf '%s\t%s\n' "$number" "${file#"$folder"/}" >>"$out/names"
done <"$stage/found"

[ -z "$unprivileged" ] || share_with_tshark "$stage/world"
mkdir -p "$out/runs"
export out stage
sed 's/\t.*//' "$out/names" |
  xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 8 sh "$top/tests/surface/world_run.sh"
python3 "$top/tests/surface/world_report.py" "$out" >"$out/report.txt" || failed=1
cat "$out/report.txt"
exit "${failed:-0}"
