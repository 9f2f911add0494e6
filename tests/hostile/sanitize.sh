#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/hostile/sanitize.sh [suite|leaks|valgrind]...       (default: all three)
#
#   suite     every test under the address and undefined sanitizers, the plugin in tshark included
#   leaks     every sample, cut at each length from 0 to 120, dissected with the leak detector on:
#             nothing may leak from our frames
#   valgrind  every sample under memcheck: no error and no definite leak with one of our frames
#
# Needs gcc, and valgrind and editcap for the last two. Builds in $RSTCAUSE_BUILD_DIR (default:
# build-sanitize). RSTCAUSE_CAPTURES names other captures than the samples.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
build=${RSTCAUSE_BUILD_DIR:-$top/build-sanitize}
[ $# -gt 0 ] || set -- suite leaks valgrind

sanitized() {
  quietly configure -DCMAKE_CXX_COMPILER=g++ -DRSTCAUSE_TESTS=ON '-DRSTCAUSE_SANITIZE=address;undefined'
  quietly compile --target all
}

suite() {
  sanitized
  UBSAN_OPTIONS=print_stacktrace=1 ctest --test-dir "$build" --output-on-failure \
    --parallel "$(getconf _NPROCESSORS_ONLN)" </dev/null
}

# ours FILE: the parts of a sanitizer's or valgrind's report that name one of our frames.
ours() { grep -c 'rstcause' "$1" || true; }

leaks() {
  sanitized
  stage_plugin
  require_loaded_plugin
  mkdir "$stage/cut"
  found=0 runs=0
  for capture in ${RSTCAUSE_CAPTURES:-"$top"/sample-pcaps/*.pcap}; do
    for length in $(seq 0 120); do
      editcap -s "$length" "$capture" "$stage/cut/$length.pcap" 2>/dev/null ||
        cp "$capture" "$stage/cut/$length.pcap"
    done
    [ -z "$unprivileged" ] || share_with_tshark "$stage/cut"
    # One process for all the lengths: tshark's own start-up leaks, and takes longest.
    mergecap -a -w "$stage/cut/all.pcapng" "$stage"/cut/*.pcap
    [ -z "$unprivileged" ] || share_with_tshark "$stage/cut"
    for passes in '' -2; do
      # shellcheck disable=SC2086
      $unprivileged env HOME="$stage/home" WIRESHARK_CONFIG_DIR="$stage/config" \
        WIRESHARK_PLUGIN_DIR="$stage/plugins" LD_PRELOAD="$preload" \
        ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=24 \
        LSAN_OPTIONS=exitcode=0:max_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
        "$tshark" -r "$stage/cut/all.pcapng" $passes -V >"$stage/out" 2>"$stage/report" || true
      runs=$((runs + 1))
      if [ "$(ours "$stage/report")" != 0 ]; then
        found=$((found + 1))
        say "${capture##*/} $passes:"
        grep -B 8 -A 4 rstcause "$stage/report" | head -n 60
      fi
    done
    rm -f "$stage"/cut/*
  done
  say "leaks: $runs runs over captures cut at every length from 0 to 120, $found with one of our frames"
  [ "$found" = 0 ]
}

memcheck() {
  build=$build-plain
  quietly configure -DCMAKE_CXX_COMPILER=g++ -DRSTCAUSE_TESTS=OFF -DCMAKE_BUILD_TYPE=RelWithDebInfo
  quietly compile --target rstcause
  stage_plugin
  require_loaded_plugin
  mkdir -p "$stage/samples"
  # shellcheck disable=SC2086
  cp ${RSTCAUSE_CAPTURES:-"$top"/sample-pcaps/*.pcap} "$stage/samples"
  mergecap -a -w "$stage/samples/all.pcapng" "$stage"/samples/*.pcap
  [ -z "$unprivileged" ] || share_with_tshark "$stage/samples"
  # shellcheck disable=SC2086
  $unprivileged env HOME="$stage/home" WIRESHARK_CONFIG_DIR="$stage/config" \
    WIRESHARK_PLUGIN_DIR="$stage/plugins" G_SLICE=always-malloc WIRESHARK_DEBUG_WMEM_OVERRIDE=simple \
    valgrind --leak-check=full --num-callers=40 --trace-children=yes \
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
