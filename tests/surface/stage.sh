# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sourced after cmake/setup.sh and stage_plugin. Writes two commands into $stage:
#   $stage/with     tshark as tshark_with_plugin runs it
#   $stage/without  the same, but for our plugin
# and $stage/with-sharkd where there is a sharkd; $stage/as-user, which runs a command as
# tshark is run; and copies the samples and the profiles there, for the unprivileged tshark to
# read. The commands serve programs that are no shell; they keep to a WIRESHARK_CONFIG_DIR that
# they are given.
# shellcheck shell=sh
# shellcheck disable=SC2154  # $stage, $series, $tshark, $unprivileged, $top: cmake/setup.sh

prepare_both() {
  unset WIRESHARK_CONFIG_DIR
  mkdir -p "$stage/bare/$series/epan"
  for plugin_there in "$stage/plugins/$series"/epan/*.so "$stage/plugins/$series"/codecs "$stage/plugins/$series"/wiretap; do
    case $plugin_there in
      */rstcause.so) ;;
      *) [ ! -e "$plugin_there" ] || ln -s "$plugin_there" "$stage/bare/$series/${plugin_there#"$stage/plugins/$series"/}" ;;
    esac
  done
  write_command with "$tshark" plugins
  write_command without "$tshark" bare
  printf '#!/bin/sh\nexec %s "$@"\n' "$unprivileged" >"$stage/as-user"
  chmod +x "$stage/as-user"
  sharkd=${tshark%tshark}sharkd
  [ ! -x "$sharkd" ] || write_command with-sharkd "$sharkd" plugins
  cp -R "$top/sample-pcaps" "$stage/samples"
  cp -R "$top/plugin/batch" "$top/plugin/profiles" "$stage"
  [ -z "$unprivileged" ] || share_with_tshark "$stage"
}

# write_command NAME PROGRAM PLUGINS
write_command() {
  cat >"$stage/$1" <<END
#!/bin/sh
HOME='$stage/home' WIRESHARK_CONFIG_DIR="\${WIRESHARK_CONFIG_DIR:-$stage/config}" WIRESHARK_PLUGIN_DIR='$stage/$3' \\
WIRESHARK_EXTCAP_DIR='$stage/config' ${preload:+LD_PRELOAD='$preload' ASAN_OPTIONS=detect_leaks=0} \\
exec $unprivileged '$2' "\$@"
END
  chmod +x "$stage/$1"
}
