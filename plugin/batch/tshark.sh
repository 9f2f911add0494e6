# SPDX-License-Identifier: GPL-2.0-or-later
#
# tshark as the commands of this folder run it. They source this, and set $here and $program.
# shellcheck shell=sh
# shellcheck disable=SC2154  # $here, $program

tshark=${RSTCAUSE_TSHARK:-tshark}

refuse() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 2
}

# Under set -e a command that fails (where the disk is full, for one) ends the program with its own
# status, and that may be one of ours which says something else. So besides 0 and 130 a status counts if
# `finish` gave it; any other becomes $unfinished, and $goes_on tells what may be done.
unfinished=2 goes_on='' finished=''
finish() {
  finished=$1
  exit "$1"
}
at_end() {
  status_at_end=$?
  clean_up || true
  case $status_at_end in 0 | 130 | "$finished") exit "$status_at_end" ;; esac
  [ -z "$goes_on" ] || printf '%s: %s\n' "$program" "$goes_on" >&2
  exit "$unfinished"
}
# end_in_order: from here on; what is to be removed the program's clean_up knows.
end_in_order() {
  trap at_end EXIT
  trap 'exit 130' HUP INT PIPE TERM
}

# The lean profile: beside this folder in the sources, else where it was installed.
lean_profile() {
  for folder in "$here/../profiles" "$here/../share/wireshark/profiles" \
    "${XDG_CONFIG_HOME:-$HOME/.config}/wireshark/profiles"; do
    if [ -f "$folder/TCP resets lean/preferences" ]; then
      printf '%s\n' "$folder/TCP resets lean"
      return 0
    fi
  done
  return 1
}

# tshark_as PROFILE ARGUMENT...: with that profile, or for "" with the lean one, which is
# then all of the configuration: the answers do not hang on who asks.
tshark_as() {
  profile=$1
  shift
  if [ -n "$profile" ]; then
    "$tshark" -C "$profile" "$@"
  elif lean=$(lean_profile); then
    WIRESHARK_CONFIG_DIR=$lean "$tshark" "$@"
  else
    "$tshark" "$@"
  fi
}

# The rstcause-explain beside these commands, or in a source tree the one that was built. One that is
# somewhere else RSTCAUSE_EXPLAIN names; set, and empty, it says that none is to be used.
explain_program() {
  for file in "${RSTCAUSE_EXPLAIN-$here/rstcause-explain}" "${RSTCAUSE_EXPLAIN-$here/../../build/rstcause-explain}"; do
    if [ -f "$file" ] && [ -x "$file" ]; then
      printf '%s\n' "$file"
      return 0
    fi
  done
  return 1
}

# tshark skips a plugin that does not fit and goes on, hence the question.
plugin_is_loaded() { "$tshark" -G plugins 2>/dev/null | grep -q '^rstcause\.so'; }

# Ends, and says why, where there is no tshark with the plugin.
require_plugin() {
  command -v "$tshark" >/dev/null || refuse "there is no $tshark on $(uname -n)"
  plugin_is_loaded && return 0
  echo "$program: on $(uname -n) $tshark does not load the plugin rstcause.so." >&2
  if [ "$(id -u)" -eq 0 ]; then
    cat >&2 <<'END'
You are root, and as root tshark reads no personal plugin folder and says nothing about it.
Run this as another user, or install the plugin for all (cmake --install).
END
  fi
  exit 2
}
