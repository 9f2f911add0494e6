#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/golden/bless.sh [NAME...]: writes what the plugin now says of the samples NAME
# (default: all) as the expectation. Read the diff before you commit it.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/tests/golden/verdicts.sh"

compile --target rstcause
stage_plugin
require_loaded_plugin

# shellcheck disable=SC2046  # sample names hold no spaces
[ $# -gt 0 ] || set -- $(sample_names)
for name; do
  for passes in '' -2; do
    # shellcheck disable=SC2086  # no argument when empty
    verdicts "$name" $passes >"$stage/verdicts$passes" || {
      cat "$stage/complaint" >&2
      die "tshark complains of $name: nothing written."
    }
  done
  cat "$stage/verdicts" >"$golden/$name.expected"
  rm -f "$golden/$name.expected-2"
  cmp -s "$stage/verdicts" "$stage/verdicts-2" ||
    cat "$stage/verdicts-2" >"$golden/$name.expected-2"
  say "$name: $(grep -vc '^#' "$golden/$name.expected" || true) resets"
done
