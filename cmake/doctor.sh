#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh cmake/doctor.sh [--tshark PROGRAM]
#
# Tells which Wireshark is here, where it reads plugins from, whether it loads rstcause, and
# if not, why not and what to do. Changes nothing. Run it as the user who runs Wireshark.
# The exit status is 0 when tshark loads the plugin and nothing is wrong.
#
# It needs no other file of the project, so that it can be sent to somebody.
set -u

tshark=
while [ $# -gt 0 ]; do
  case $1 in
    --tshark)
      [ $# -ge 2 ] || { echo 'doctor.sh: --tshark needs a program' >&2; exit 2; }
      tshark=$2
      shift 2
      ;;
    -h | --help)
      echo 'Usage: sh doctor.sh [--tshark PROGRAM]'
      exit 0
      ;;
    *)
      echo "doctor.sh: unknown argument: $1 (there is only --tshark PROGRAM)" >&2
      exit 2
      ;;
  esac
done

LC_ALL=C
export LC_ALL
notes=
trap 'rm -rf "$notes"' EXIT
trap 'exit 130' HUP INT PIPE TERM
notes=$(mktemp -d "${TMPDIR:-/tmp}/rstcause-doctor.XXXXXX") || exit 2
: >"$notes/wrong"

# ---- Small words ---------------------------------------------------------------------

row() { printf '  %-10s %s\n' "$1" "$2"; }
line() { printf '  %s\n' "$1"; }

# wrong WHAT REMEDY: one finding for the end of the report.
wrong() {
  printf '\n- %s\n  Remedy: %s\n' "$1" "$2" >>"$notes/wrong"
}

finish() {
  echo
  if [ ! -s "$notes/wrong" ]; then
    echo 'Nothing is wrong.'
    exit 0
  fi
  echo 'What is wrong:'
  cat "$notes/wrong"
  exit 1
}

# version_of PROGRAM: its version, or nothing.
version_of() { { "$1" --version </dev/null; } 2>/dev/null | sed -n '1s/^[^0-9]*\([0-9][0-9.]*[0-9]\).*/\1/p'; }

# series_of VERSION: 4.0 of 4.0.17. A plugin fits one series.
series_of() { printf '%s\n' "$1" | sed 's/^\([0-9]*\.[0-9]*\).*/\1/'; }

# folder_of KIND: as tshark tells it, without the series at its end (some write 4-0).
folder_of() {
  sed -n "s/^$1 Plugins:[[:blank:]]*//p" "$notes/folders" | head -n 1 |
    sed 's,/[0-9][0-9]*[.-][0-9][0-9]*/*$,,'
}

# words_in FILE: "VERSION for Wireshark SERIES" of a plugin of ours; nothing if it is none.
words_in() {
  grep -a -o 'rstcause [^ ]* for Wireshark [0-9]*\.[0-9]*' "$1" 2>/dev/null | head -n 1 |
    cut -d ' ' -f 2-
}

# complaint_of FILE: what tshark said when it tried to load it, if anything.
complaint_of() { sed -n 's/^[^:]*: \(.*rstcause\.so.*\)/\1/p' "$notes/complaints" | head -n 1; }

# ---- Which programs --------------------------------------------------------------------

echo 'Programs'
program=$(command -v "${tshark:-tshark}" 2>/dev/null)
version=
[ -z "$program" ] || version=$(version_of "$program")
row tshark "${version:-not found}${program:+  $program}"
gui=$(command -v wireshark 2>/dev/null)
gui_version=
[ -z "$gui" ] || gui_version=$(version_of "$gui")
row wireshark "${gui_version:-not found}${gui:+  $gui}"

if [ -z "$program" ]; then
  wrong "There is no ${tshark:-tshark}." \
    "Install it (Debian: apt install tshark), or name it: --tshark /path/to/tshark."
  finish
fi
if [ -z "$version" ] && hidden=$(HOME=$notes WIRESHARK_PLUGIN_DIR=$notes version_of "$program") && [ -n "$hidden" ]; then
  # Half a file is enough: the dynamic linker trusts its first lines.
  suspects=$(find "${WIRESHARK_PLUGIN_DIR:-/usr/lib}" /usr/local/lib "$HOME/.local/lib/wireshark" \
    -name rstcause.so 2>/dev/null | tr '\n' ' ')
  wrong "$program ($hidden) breaks down while it reads its plugins: one is damaged. ${suspects:+Perhaps }${suspects:-None is ours.}" \
    'Remove it, try again, and install it again, as a whole.'
  finish
elif [ -z "$version" ]; then
  wrong "$program does not run: $({ "$program" --version </dev/null; } 2>&1 | head -n 1)" \
    'Fix or reinstall it; or name another one with --tshark.'
  finish
fi
series=$(series_of "$version")
# Whoever names a tshark asks about that one alone.
if [ -z "$tshark" ] && [ -n "$gui_version" ] && [ "$(series_of "$gui_version")" != "$series" ]; then
  wrong "wireshark ($gui_version) and tshark ($version) are of different series: one plugin cannot serve both." \
    'Install a plugin for each: cmake -DWireshark_DIR=... names the Wireshark to build for.'
fi

# ---- Who asks, and where plugins are read from -------------------------------------------

user=$(id -un 2>/dev/null || id -u)
is_root=
if [ "$(id -ru)" -eq 0 ] || [ "$(id -rg)" -eq 0 ]; then
  is_root=yes
fi

# No capture helper is started for the sake of a list.
WIRESHARK_EXTCAP_DIR=$notes "$program" -G folders >"$notes/folders" 2>/dev/null </dev/null
global=$(folder_of Global)
personal=$(folder_of Personal)
here=$(sed -n 's/^Global Plugins:[[:blank:]]*//p' "$notes/folders" | head -n 1)
here=${here##*/} # 4.0, or 4-0

echo
echo "Plugins are read from (user $user)"
row global "${global:-unknown}/$here/epan"
if [ -n "$is_root" ]; then
  row personal "none: run as root, Wireshark ignores $personal/$here/epan"
  [ -z "${WIRESHARK_PLUGIN_DIR:-}" ] || row '' 'and WIRESHARK_PLUGIN_DIR'
else
  row personal "${personal:-unknown}/$here/epan"
fi

# is_read FOLDER: does this tshark, as this user, read plugins from there?
is_read() {
  case $1 in
    "$global/$here/epan") return 0 ;;
    "$personal/$here/epan") [ -z "$is_root" ] ;;
    *) return 1 ;;
  esac
}

# ---- Which of ours are there ---------------------------------------------------------------

WIRESHARK_EXTCAP_DIR=$notes "$program" -G plugins >"$notes/plugins" 2>"$notes/complaints" </dev/null
loaded=$(sed -n 's/^rstcause\.so[[:blank:]]*//p' "$notes/plugins" | head -n 1)
loaded_version=$(printf '%s\n' "$loaded" | cut -f 1)
loaded_file=$(printf '%s\n' "$loaded" | sed 's/.*\t//')

# The folders that are read first, then other series, then places where one puts it by mistake.
: >"$notes/found"
for parent in "$global" "$personal"; do
  [ -n "$parent" ] || continue
  for file in "$parent/$here/epan/rstcause.so" "$parent"/*/epan/rstcause.so \
    "$parent"/*/rstcause.so "$parent/rstcause.so"; do
    # Also one that may not be read, and a link into nowhere.
    if [ -e "$file" ] || [ -L "$file" ]; then
      grep -qxF "$file" "$notes/found" || printf '%s\n' "$file" >>"$notes/found"
    fi
  done
done

echo
echo 'rstcause.so'
[ -s "$notes/found" ] || line 'not found'
while IFS= read -r file; do
  words=$(words_in "$file")
  if [ ! -r "$file" ]; then words='cannot be read'; fi
  line "$file"
  row '' "${words:-no plugin of ours, or damaged}"
done <"$notes/found"
if [ -n "$loaded" ]; then
  row loaded "$loaded_version from $loaded_file"
else
  row loaded no
fi

# ---- What is wrong -----------------------------------------------------------------------------

# Where a plugin for this Wireshark and this user belongs.
if [ -n "$is_root" ]; then
  home=$global/$here/epan
else
  home=$personal/$here/epan
fi

# why_not FILE: the first reason for which tshark does not load it. One in the folder of another
# series waits for its own Wireshark: that is wrong only where there is no other.
why_not() {
  file=$1
  folder=${file%/*}
  words=$(words_in "$file")
  fits=${words##* }
  if [ ! -e "$file" ]; then
    wrong "$file is a link to a file that is not there." 'Remove it, or build the plugin again.'
  elif [ ! -r "$file" ]; then
    wrong "$file cannot be read by $user." \
      "Make it and its folders readable: chmod a+r $file"
  elif [ -z "$words" ]; then
    wrong "$file is no rstcause plugin, or damaged.$(said "$file")" \
      'Copy or install it again, as a whole.'
  elif [ "$fits" != "$series" ]; then
    wrong "$file is built for Wireshark $fits, but $program is $version. Wireshark skips a plugin of another series." \
      "Install the package for Wireshark $series, or build again with its wireshark-dev (see README.md) and install into $home."
  elif is_read "$folder"; then
    wrong "$file fits, but was not loaded.$(said "$file")" \
      'Follow what tshark said; if it names a library, build the plugin again on this machine.'
  elif [ "$folder" = "$personal/$here/epan" ]; then
    wrong "$file is in root's personal folder. Run as root, Wireshark reads no personal folder and says nothing about it." \
      "Run Wireshark as another user, or install the plugin for all: cp $file $home/"
  else
    wrong "$file fits, but lies where Wireshark $series does not look." \
      "Move it: mkdir -p $home && mv $file $home/"
  fi
}

said() {
  words_of_tshark=$(complaint_of "$1")
  [ -z "$words_of_tshark" ] || printf ' tshark said: %s' "$words_of_tshark"
}

if [ -n "$loaded" ]; then
  # tshark takes one of two and which is not said; the other waits to be taken for a new one.
  while IFS= read -r file; do
    if [ "$file" != "$loaded_file" ] && is_read "${file%/*}"; then
      if [ "$(words_in "$file" | sed 's/.* //')" = "$series" ]; then
        wrong "There are two: $loaded_file is loaded, $file is not." 'Remove the older one.'
      else
        why_not "$file"
      fi
    fi
  done <"$notes/found"

  config=$(sed -n 's/^Personal configuration:[[:blank:]]*//p' "$notes/folders")
  for disabled in "$config/disabled_protos" "$config"/profiles/*/disabled_protos; do
    if [ -r "$disabled" ] && grep -qx 'rstcause' "$disabled"; then
      wrong "The plugin is loaded, but its protocol is switched off by $disabled." \
        'In Wireshark: Analyze > Enabled Protocols, tick RSTCAUSE. Or remove the line "rstcause" from that file.'
    fi
  done
  WIRESHARK_EXTCAP_DIR=$notes "$program" -G protocols 2>/dev/null </dev/null | cut -f 3 | grep -qx rstcause ||
    wrong 'The plugin is loaded, but did not register its protocol.' \
      'Build it again; if that does not help, report it with what tshark prints on standard error.'
elif [ ! -s "$notes/found" ]; then
  wrong "There is no rstcause.so in any folder that Wireshark has for plugins.${WIRESHARK_PLUGIN_DIR:+ (WIRESHARK_PLUGIN_DIR hides the usual one.)}" \
    "cmake --install build, or copy build/plugin/rstcause.so into $home."
else
  # What lies where it is read comes first; the others are told only where none does.
  one_is_read=
  while IFS= read -r file; do
    if is_read "${file%/*}"; then
      why_not "$file"
      one_is_read=yes
    fi
  done <"$notes/found"
  if [ -z "$one_is_read" ]; then
    while IFS= read -r file; do why_not "$file"; done <"$notes/found"
  fi
fi

finish
