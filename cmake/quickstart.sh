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
quietly compile --target rstcause rstcause_explain
stage_plugin
require_loaded_plugin
say "Loaded: $(grep '^rstcause\.so' "$stage/loaded" | cut -f 1-3 | tr '\t' ' ')"

# The surest reset of all, for its story: where it is, and how sure.
story='' frame='' sure=0
# remember_surest CAPTURE: whose resets stand in $stage/resets.
remember_surest() {
  found=$(awk -F '\t' -v least="$sure" '{ split($3, percent, "\037"); split($4, basis, "\037") }
    basis[1] != "unknown" && percent[1] > least { least = percent[1]; frame = $1 }
    END { if (frame) print frame, least }' "$stage/resets")
  [ -n "$found" ] || return 0
  story=$1 frame=${found% *} sure=${found#* }
}

# The segments that led to it. A Wireshark that was only unpacked lends this program no libraries.
tell_story() {
  cp "$build/rstcause-explain" "$stage/"
  [ -z "$unprivileged" ] || share_with_tshark "$stage/rstcause-explain"
  with_plugin "$stage/rstcause-explain" --version >/dev/null 2>&1 || return 0
  say
  say "The surest of them, as rstcause-explain --story $frame ${story##*/} tells it:"
  say
  with_plugin "$stage/rstcause-explain" --story "$frame" "$(readable_capture "$story")" || true
}

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
  remember_surest "$1"
  return $result
}

[ $# -gt 0 ] || set -- "$top"/sample-pcaps/*.pcap*
: >"$stage/all"
failed=0
for capture; do
  explain "$capture" || failed=$((failed + 1))
done

[ -z "$story" ] || tell_story

say
captures="$# captures"
[ $# -ne 1 ] || captures='1 capture'
say "Resets by cause, in $captures:"
awk -F '\t' '{ n = split($2, reason, "\037"); for (i = 1; i <= n; i++) print reason[i] }' \
  "$stage/all" | sort | uniq -c | sort -k 1,1nr -k 2
[ "$failed" -eq 0 ] || die "$failed of $captures could not be read to the end."
