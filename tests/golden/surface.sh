#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# surface.sh CLAIM: what tshark itself shows of the plugin, whatever the verdicts.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/tests/golden/verdicts.sh"
stage_plugin

# How many of tshark's fields have the same name as another.
namesakes() { tshark_with_plugin -G fieldcount | sed -n 's/^[^0-9]*\([0-9]*\) have the same name.*/\1/p'; }

case $1 in
  plugin-is-loaded)
    require_loaded_plugin
    grep '^rstcause\.so' "$stage/loaded"
    # Its version, and a commit where there is one to ask for.
    version=$(sed -n 's/^  VERSION \([0-9.]*\)$/\1/p' "$top/CMakeLists.txt")
    commit=
    ! git -C "$top" rev-parse HEAD >/dev/null 2>&1 || commit='\+[0-9a-f]{10}(\.modified)?'
    grep -qE "^rstcause\.so[[:blank:]]+${version}${commit}[[:blank:]]" "$stage/loaded" ||
      die "It does not say that it is version $version of some commit."
    ;;

  field-names-unique)
    # Wireshark takes two fields of one name in silence; which one a filter means is chance.
    # It lists the first only, but counts: with our plugin no more than without.
    tshark_with_plugin -G fields | cut -f 3 | grep '^rstcause\.' >"$stage/names" || true
    grep -qx rstcause.reason "$stage/names" || die 'The field rstcause.reason is missing.'
    grep -q '^rstcause\.expert\.' "$stage/names" || die 'There is no expert info.'

    with=$(namesakes)
    rm "$stage/plugins/$series/epan/rstcause.so"
    without=$(namesakes)
    [ -n "$with" ] || die 'tshark -G fieldcount does not count fields of the same name.'
    [ "$with" = "$without" ] ||
      die "Of the plugin's fields and expert infos, $((with - without)) have another one's name."
    ;;

  no-dissector-bug)
    # All samples as one capture, printed in full: one start of tshark for each pass count.
    mergecap -a -w "$stage/all.pcapng" "$samples"/*.pcap*
    [ -z "$unprivileged" ] || share_with_tshark "$stage/all.pcapng"
    for passes in '' -2; do
      # shellcheck disable=SC2086  # no argument when empty
      tshark_with_plugin -r "$stage/all.pcapng" $passes -V >"$stage/printed" 2>"$stage/complaint" ||
        say 'tshark failed.' >>"$stage/complaint"
      grep -A 2 -i 'dissector bug' "$stage/printed" >>"$stage/complaint" || true
      [ ! -s "$stage/complaint" ] || die "$(cat "$stage/complaint")"
    done
    ;;

  *) die "Unknown claim: $1" ;;
esac
