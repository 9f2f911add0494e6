#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# side_by_side.sh BUILD...: one user has the plugins of all these builds, each for another
# Wireshark, in the personal folders. Does every tshark load its own, say nothing of the
# others, and give every sample the same verdicts as its neighbours?
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"

build=$1
stage_plugin
home=$stage/together
for build; do
  # shellcheck source=/dev/null
  . "$build/rstcause-build.sh"
  mkdir -p "$home/.local/lib/wireshark/plugins/$series/epan"
  cp "$plugin" "$home/.local/lib/wireshark/plugins/$series/epan/"
done
# One capture of all samples: each start of tshark takes a second.
mergecap -a -w "$home/all.pcapng" "$top"/sample-pcaps/*.pcap*
[ -z "$unprivileged" ] || share_with_tshark "$home"

# as_its_owner COMMAND...: with the personal plugins, and those that Wireshark brings but ours.
as_its_owner() {
  # shellcheck disable=SC2086  # a command with its arguments, or nothing
  $unprivileged env -u XDG_CONFIG_HOME HOME="$home" WIRESHARK_PLUGIN_DIR="$home/none" \
    WIRESHARK_EXTCAP_DIR="$home/none" "$@" 2>"$stage/complaint"
}

for build; do
  # shellcheck source=/dev/null
  . "$build/rstcause-build.sh"
  as_its_owner "$tshark" -G plugins >"$stage/loaded" || die "$tshark does not run."
  grep -q "^rstcause\.so.*/$series/epan/rstcause\.so$" "$stage/loaded" ||
    die "Wireshark $series does not load its plugin: $(cat "$stage/complaint" "$stage/loaded")"
  : >"$stage/verdicts.$series"
  for passes in '' -2; do
    # shellcheck disable=SC2086  # no argument when empty
    as_its_owner "$tshark" -r "$home/all.pcapng" $passes -T fields -Y rstcause.reason -e frame.number \
      -e rstcause.reason -e rstcause.confidence -e rstcause.alternative -e rstcause.summary \
      >>"$stage/verdicts.$series" || die "tshark of Wireshark $series fails."
    [ ! -s "$stage/complaint" ] || die "Wireshark $series: $(cat "$stage/complaint")"
  done
  [ -s "$stage/verdicts.$series" ] || die "Wireshark $series says nothing of the samples."
  cmp "$stage/verdicts.$series" "${first:=$stage/verdicts.$series}" || {
    diff "$first" "$stage/verdicts.$series" >&2 || true
    die "Wireshark $series gives other verdicts than ${first##*verdicts.}."
  }
done
say "$# plugins side by side: $(wc -l <"$first") verdicts, the same of each."
