# SPDX-License-Identifier: GPL-2.0-or-later
#
# The results of a batch as a database, for the commands that ask them. They source this behind
# tshark.sh, and set $here and $program; what they clean up is $scratch.
# shellcheck shell=sh
# shellcheck disable=SC2154  # $here, $program

queries=$here/queries
[ -d "$queries" ] || queries=$here/../share/rstcause/queries

quoted() { printf '%s' "$1" | sed "s/'/''/g"; }

# need_sqlite: the programs that a database needs.
need_sqlite() {
  for program_needed in sqlite3 flock; do
    command -v $program_needed >/dev/null ||
      refuse "$program_needed is missing (Debian's packages sqlite3, util-linux)"
  done
}

# The lines of a folder of results, or of a file of JSON lines: $lines.
find_lines() {
  lines=$1
  [ ! -d "$lines" ] || lines=$lines/resets.ndjson
  [ -r "$lines" ] || refuse "there is no $lines"
}

# Which lines, and read how: the database says of which it was made. Times of files do not tell, for
# a batch may put a file in place that is older than the database of the one before.
origin() { stat -L -c '%i %s %y' -- "$lines" && cksum <"$queries/load.sql"; }

# load DATABASE: whole, or not there.
load() {
  made_of=$(origin)
  rm -f "$1.new"
  # No journal: what is not whole is thrown away. The lines themselves lie in a file of sqlite's own.
  sqlite3 -bail "$1.new" '.output /dev/null' 'PRAGMA journal_mode = OFF' 'PRAGMA synchronous = OFF' '.output' \
    'CREATE TEMP TABLE line (json TEXT)' '.mode ascii' '.separator "\037" "\n"' \
    ".import --schema temp '$(quoted "$lines")' line" \
    "CREATE TABLE origin AS SELECT '$(quoted "$made_of")' AS made_of, count(*) AS lines FROM line" \
    ".read '$(quoted "$queries")/load.sql'" &&
    [ "$(sqlite3 "$1.new" 'SELECT lines FROM origin')" = "$(grep -c '' "$lines")" ] &&
    [ "$made_of" = "$(origin)" ] && sync "$1.new" && mv "$1.new" "$1" && return 0
  rm -f "$1.new"
  refuse "cannot load $lines into $1"
}

# The lines become tables once: $database. It lies beside them, or, where nothing can be written, in
# $scratch for this question alone. One at a time makes it.
scratch=
open_database() {
  database=${lines%.ndjson}.sqlite
  exec 8<"$lines"
  flock 8
  if [ "$(sqlite3 -readonly "$database" 'SELECT made_of FROM origin' 2>/dev/null)" != "$(origin)" ]; then
    if [ ! -w "$(dirname -- "$lines")" ]; then
      scratch=$(mktemp -d)
      database=$scratch/resets.sqlite
    fi
    load "$database"
  fi
  exec 8<&-
}

# What a query takes stands in a table; moments may be said as date(1) takes them: $asked.
asked='CREATE TEMP TABLE asked (name TEXT, value TEXT);'
# ask NAME=VALUE
ask() {
  case $1 in
    since=* | until=*)
      # Without the "Z": as text, a fraction of a second would stand before it.
      value=$(date -u -d "${1#*=}" +%Y-%m-%dT%H:%M:%S) || refuse "no moment: $1" ;;
    *) value=${1#*=} ;;
  esac
  asked="$asked INSERT INTO asked VALUES ('$(quoted "${1%%=*}")', '$(quoted "$value")');"
}
