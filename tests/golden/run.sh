#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh NAME: is what tshark says of sample NAME, in one pass and in two, what
# NAME.expected says? Two passes know the whole capture at every reset: where that
# changes a verdict, NAME.expected-2 holds what they say.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/tests/golden/verdicts.sh"

name=$1
stage_plugin

# check EXPECTED PASSES [TSHARK-ARGUMENT...]
check() {
  expected=$1 passes=$2
  shift 2
  if ! verdicts "$name" "$@" >"$stage/$passes"; then
    cat "$stage/complaint" >&2
    die "tshark complains of $name ($passes)."
  fi
  diff -u "$expected" "$stage/$passes" || die "Not what ${expected##*/} says ($passes).
If the new verdicts are right: sh tests/golden/bless.sh $name"
}

check "$golden/$name.expected" one-pass
if [ ! -f "$golden/$name.expected-2" ]; then
  check "$golden/$name.expected" two-passes -2
else
  check "$golden/$name.expected-2" two-passes -2
  # What later frames add to the tests of authenticity (columns 11 and 12) changes no verdict.
  for passes in one-pass two-passes; do cut -f 1-10,13 "$stage/$passes" >"$stage/$passes.verdicts"; done
  unrevised=$(diff "$stage/one-pass.verdicts" "$stage/two-passes.verdicts" |
    grep '^>' | grep -v 'revised=' || true)
  [ -z "$unrevised" ] || die "One pass and two differ, and no later frame is named that revised:
$unrevised"
fi
