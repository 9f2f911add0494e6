#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# world_run.sh NUMBER...: one part of world.sh, which sets $stage and $out.
set -u
# shellcheck disable=SC2154

# run NAME COMMAND [ARGUMENT...]: leaves NAME.out, NAME.err, NAME.status.
run() {
  name=$1
  shift
  timeout 300 "$@" >"$name.out" 2>"$name.err"
  echo "$?" >"$name.status"
}

# A run that ended well and in silence needs no comparison.
clean() { [ "$(cat "$1.status")" = 0 ] && [ ! -s "$1.err" ]; }

for number; do
  file=$stage/world/$number
  at=$out/runs/$number
  run "$at.json" "$stage/with" -r "$file" -q -z rstcause,json -o "rstcause.source:$number"
  run "$at.two" "$stage/with" -r "$file" -2 -T fields -e frame.number -e rstcause.reason \
    -e _ws.expert.message -e rstcause_resp
  clean "$at.json" || run "$at.json-without" "$stage/without" -r "$file" -q -z io,phs
  clean "$at.two" || run "$at.two-without" "$stage/without" -r "$file" -2 -T fields \
    -e frame.number -e _ws.expert.message
done
