#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh cmake/quickstart.sh [CAPTURE...]
#
# Installs what is missing, builds the plugin, and explains every TCP reset of the
# captures (those of sample-pcaps/ if none is named). Asks nothing; installs no plugin.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$top/cmake/setup.sh"

need_packages
say "Building the plugin in $build (a minute the first time) ..."
quietly configure
quietly compile --target rstcause
stage_plugin
require_loaded_plugin
say "Loaded: $(grep '^rstcause\.so' "$stage/loaded" | cut -f 1-3 | tr '\t' ' ')"

# explain CAPTURE: prints its resets and adds them to those of the summary.
explain() {
  say
  say "${1##*/}"
  if [ ! -f "$1" ] || [ ! -r "$1" ]; then
    say "  cannot be read: $1"
    return 1
  fi

  result=0
  # The aggregator between repeated values is a character that no text contains.
  # Two passes: what later frames told of a reset is part of its explanation.
  tshark_with_plugin -r "$(readable_capture "$1")" -2 -Y rstcause.reason \
    -T fields -E separator=/t -E "aggregator=$(printf '\037')" \
    -e frame.number -e rstcause.reason -e rstcause.confidence -e rstcause.basis \
    -e rstcause.summary -e rstcause.evidence -e rstcause.alternative \
    -e rstcause.alternative.confidence -e rstcause.context -e rstcause.advice \
    >"$stage/resets" 2>"$stage/complaint" || result=1
  awk -f "$top/cmake/explain.awk" "$stage/resets"
  [ -s "$stage/resets" ] || [ "$result" -ne 0 ] || say '  no TCP reset'
  sed 's/^/  /' "$stage/complaint"
  cat "$stage/resets" >>"$stage/all"
  return $result
}

[ $# -gt 0 ] || set -- "$top"/sample-pcaps/*.pcap*
: >"$stage/all"
failed=0
for capture; do
  explain "$capture" || failed=$((failed + 1))
done

say
captures="$# captures"
[ $# -ne 1 ] || captures='1 capture'
say "Resets by cause, in $captures:"
awk -F '\t' '{ n = split($2, reason, "\037"); for (i = 1; i <= n; i++) print reason[i] }' \
  "$stage/all" | sort | uniq -c | sort -k 1,1nr -k 2
[ "$failed" -eq 0 ] || die "$failed of $captures could not be read to the end."
