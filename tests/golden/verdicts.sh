# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the plugin says of a capture, in the form of the .expected files. Sourced by the
# golden scripts, which set $top.
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034  # $top and $stage come from, $golden goes to others

golden=$top/tests/golden
samples=$top/sample-pcaps

. "$top/cmake/setup.sh"

# Wording is left out on purpose: it is tested with the catalogue and may change freely.
# A list is one column, "-" is absent. A frame with two resets (in a tunnel) joins their
# values by "+". `for` and `against` list the tests of authenticity that speak for a forged
# reset and against. `revised=` follows where a later frame changed the verdict.
header="# frame	reason	confidence	basis	origin	mode	state	trigger	evidence	alternatives	for	against"

# verdicts NAME [TSHARK-ARGUMENT...]: what is said of sample NAME, one line a reset.
# A complaint of tshark's is an error.
verdicts() {
  sample=$(sample_file "$1")
  shift
  printf '%s\n' "$header"
  tshark_with_plugin -r "$(readable_capture "$sample")" -Y rstcause.reason "$@" \
    -T fields -E separator=/t -E "aggregator=$(printf '\037')" \
    -e frame.number -e rstcause.reason -e rstcause.confidence -e rstcause.basis \
    -e rstcause.origin -e rstcause.mode -e rstcause.state -e rstcause.trigger \
    -e rstcause.evidence -e rstcause.alternative -e rstcause.alternative.confidence \
    -e rstcause.revised -e rstcause.forged.ttl -e rstcause.forged.ip_id \
    -e rstcause.forged.seq -e rstcause.forged.ack -e rstcause.forged.window \
    -e rstcause.forged.timing -e rstcause.forged.data_after -e rstcause.forged.options \
    -e rstcause.forged.volley -e rstcause.forged.both_sides -e rstcause.forged.reflected >"$stage/fields" 2>"$stage/complaint" || return 1
  [ ! -s "$stage/complaint" ] || return 1

  awk -F '\t' -v OFS='\t' '
    function joined(text, separator) { gsub("\037", separator, text); return text == "" ? "-" : text }
    function alternatives(    n, i, reason, percent, text) {
      n = split($10, reason, "\037")
      split($11, percent, "\037")
      for (i = 1; i <= n; i++) text = text (i > 1 ? "," : "") reason[i] ":" percent[i]
      return joined(text)
    }
    function told(word,    i, text) {
      for (i = 1; i <= 11; i++) if ($(12 + i) == word) text = text (text == "" ? "" : ",") test[i]
      return text == "" ? "-" : text
    }
    BEGIN {
      split("ttl ip_id seq ack window timing data_after options volley both_sides reflected", test, " ")
    }
    {
      line = $1
      for (i = 2; i <= 8; i++) line = line OFS joined($i, "+")
      line = line OFS joined($9, ",") OFS alternatives() OFS told("for") OFS told("against")
      if ($12 != "") line = line OFS "revised=" joined($12, "+")
      print line
    }' "$stage/fields"
}

# The capture of sample NAME, whatever kind of pcap it is.
sample_file() {
  for file in "$samples/$1".pcap*; do
    [ -f "$file" ] || die "There is no $samples/$1.pcap*"
    printf '%s\n' "$file"
    return
  done
}

# The names of all samples, one a line.
sample_names() {
  for file in "$samples"/*.pcap*; do
    file=${file##*/}
    printf '%s\n' "${file%%.pcap*}"
  done
}
