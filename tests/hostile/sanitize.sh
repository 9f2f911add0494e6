#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/hostile/sanitize.sh [suite|leaks|valgrind]...       (default: all three)
#
#   suite     every test under the address and undefined sanitizers, the plugin in tshark included
#   leaks     every sample, cut at each length from 0 to 120, dissected with the leak detector on,
#             in one pass and in two: nothing may leak from our frames
#   valgrind  every sample under memcheck: no error and no definite leak with one of our frames
#
# Installs what is missing. Builds in $RSTCAUSE_BUILD_DIR (default: build-sanitize).
# RSTCAUSE_CAPTURES names other captures than the samples, or folders of them; of these,
# RSTCAUSE_GROUP (default: 40) share a process.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
build=${RSTCAUSE_BUILD_DIR:-$top/build-sanitize}
group=${RSTCAUSE_GROUP:-40}
[ $# -gt 0 ] || set -- suite leaks valgrind

# sanitized TARGET...: builds them under the sanitizers.
sanitized() {
  quietly configure -DCMAKE_CXX_COMPILER=g++ -DRSTCAUSE_TESTS=ON '-DRSTCAUSE_SANITIZE=address;undefined'
  quietly compile --target "$@"
}

suite() {
  packages="$packages $test_packages"
  need_packages
  sanitized all
  UBSAN_OPTIONS=print_stacktrace=1 ctest --test-dir "$build" --output-on-failure \
    --parallel "$(getconf _NPROCESSORS_ONLN)" </dev/null
}

# ours FILE: the parts of a sanitizer's or valgrind's report that name one of our frames.
ours() { grep -c 'rstcause' "$1" || true; }

# captures: those to read, a name on a line: files, and what lies in folders.
captures() {
  # shellcheck disable=SC2086  # a list of words
  find ${RSTCAUSE_CAPTURES:-"$top/sample-pcaps"} -type f | LC_ALL=C sort |
    grep -E '\.(pcap|pcapng|cap|trace)([.0-9]|$)' | while read -r capture; do
      if capinfos -t "$capture" >/dev/null 2>&1; then printf '%s\n' "$capture"; fi
    done
}

# cut_at_every_length CAPTURE...: all of them, at each length, in $stage/cut/all.pcapng.
cut_at_every_length() {
  rm -rf "$stage/cut"
  mkdir "$stage/cut"
  # mergecap reads a broken file up to where it breaks, and says so.
  mergecap -a -F pcapng -w "$stage/cut/whole" "$@" 2>/dev/null || true
  for length in $(seq 0 120); do
    # editcap takes -s 0 for a mistake, and can chop everything off.
    if [ "$length" = 0 ]; then set -- -C 1000000; else set -- -s "$length"; fi
    editcap "$@" "$stage/cut/whole" "$stage/cut/$length.pcapng"
  done
  rm "$stage/cut/whole"
  mergecap -a -F pcapng -w "$stage/cut/all.pcapng" "$stage"/cut/*.pcapng
  rm "$stage"/cut/[0-9]*.pcapng
  [ -z "$unprivileged" ] || share_with_tshark "$stage/cut"
}

# dissect_cuts UNWINDER TSHARK-ARGUMENT...: one process for all the lengths of many captures, for
# tshark's start takes longest.
dissect_cuts() {
  unwinder=$1
  shift
  # shellcheck disable=SC2086
  $unprivileged env HOME="$stage/home" WIRESHARK_CONFIG_DIR="$stage/config" \
    WIRESHARK_PLUGIN_DIR="$stage/plugins" LD_PRELOAD="$preload $stage/libkeep_loaded.so" \
    ASAN_OPTIONS="detect_leaks=1:malloc_context_size=24:$unwinder" \
    LSAN_OPTIONS=exitcode=0:max_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
    "$tshark" -r "$stage/cut/all.pcapng" "$@" >"$stage/out" 2>"$stage/report"
}

# look_for_leaks TSHARK-ARGUMENT...: whole stacks cost eight times as long, so only where
# anything leaked it is asked whose it was.
look_for_leaks() {
  status=0
  dissect_cuts fast_unwind_on_malloc=1 "$@" || status=$?
  if grep -q LeakSanitizer "$stage/report"; then
    dissect_cuts fast_unwind_on_malloc=0 "$@" || status=$?
    others=$((others + 1))
  fi
  runs=$((runs + 1))
  if [ "$(ours "$stage/report")" != 0 ] || [ "$status" != 0 ]; then
    found=$((found + 1))
    say "ended $status: $* over" "$these"
    grep -B 8 -A 4 'rstcause\|ERROR: Addr\|runtime error' "$stage/report" | head -n 60
  fi
}

leaks() {
  need_packages
  sanitized rstcause keep_loaded
  stage_plugin
  require_loaded_plugin
  cp "$build/tests/hostile/libkeep_loaded.so" "$stage"
  found=0 others=0 runs=0 resets=0 count=0
  captures >"$stage/captures.list"
  [ -s "$stage/captures.list" ] || die "No captures in ${RSTCAUSE_CAPTURES:-sample-pcaps}."
  while [ "$count" -lt "$(wc -l <"$stage/captures.list")" ]; do
    these=$(tail -n +$((count + 1)) "$stage/captures.list" | head -n "$group")
    count=$((count + group))
    oldIFS=$IFS
    IFS='
'
    # shellcheck disable=SC2086  # a list of lines
    cut_at_every_length $these
    IFS=$oldIFS
    # Counted to see that there was something to explain.
    look_for_leaks -T fields -e rstcause.reason -e rstcause.resp.exchange -e _ws.expert.message
    resets=$((resets + $(grep -c '^[a-z]' "$stage/out" || true)))
    look_for_leaks -2 -V -Y 'rstcause or rstcause_resp'
  done
  say "leaks: $(wc -l <"$stage/captures.list") captures at every length from 0 to 120, $runs runs," \
    "$resets frames with resets explained; $others runs leaked anything, $found with one of our frames"
  [ "$found" = 0 ]
}

memcheck() {
  packages="$packages valgrind"
  need_packages
  build=$build-plain
  quietly configure -DCMAKE_CXX_COMPILER=g++ -DRSTCAUSE_TESTS=OFF -DCMAKE_BUILD_TYPE=RelWithDebInfo
  quietly compile --target rstcause
  stage_plugin
  require_loaded_plugin
  mkdir -p "$stage/samples"
  captures | tr '\n' '\0' | xargs -0 mergecap -a -F pcapng -w "$stage/samples/all.pcapng"
  [ -z "$unprivileged" ] || share_with_tshark "$stage/samples"
  # shellcheck disable=SC2086
  $unprivileged env HOME="$stage/home" WIRESHARK_CONFIG_DIR="$stage/config" \
    WIRESHARK_PLUGIN_DIR="$stage/plugins" G_SLICE=always-malloc WIRESHARK_DEBUG_WMEM_OVERRIDE=simple \
    valgrind --leak-check=full --keep-debuginfo=yes --num-callers=40 --trace-children=yes \
    "$tshark" -2 -r "$stage/samples/all.pcapng" -V -z rstcause,tree -z rstcause,json -z rstcause,csv \
    >"$stage/out" 2>"$stage/report" || true
  grep -q 'ERROR SUMMARY' "$stage/report" || die 'valgrind said nothing.'
  # A report is a paragraph: those with one of our frames, leaks that are still reachable left out.
  awk 'BEGIN { RS = "==[0-9]+== *\n" } /rstcause/ && !/still reachable|HEAP SUMMARY|Command:/ { print; n++ }
       END { exit n > 0 }' "$stage/report" || die 'valgrind: errors with our frames'
  say "valgrind: $(grep -c 'rstcause.reason\|TCP Reset Cause' "$stage/out") resets shown, no error in our frames"
}

for what; do
  case $what in
    suite) suite ;;
    leaks) (leaks) ;;
    valgrind) (memcheck) ;;
    *) die "Usage: sh tests/hostile/sanitize.sh [suite|leaks|valgrind]..." ;;
  esac
done
