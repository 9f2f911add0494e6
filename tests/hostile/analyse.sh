#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/hostile/analyse.sh [cppcheck|analyzer|tidy]...       (default: all three)
#
#   cppcheck   engine, parsers and glue, all classes but style
#   analyzer   gcc -fanalyzer over the same; what it says of our own lines counts
#   tidy       clang-tidy by .clang-tidy over engine and parsers
#
# Each must find nothing. Needs Debian's cppcheck, g++, clang-tidy; builds in $RSTCAUSE_BUILD_DIR
# (default: build-analyse).
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
build=${RSTCAUSE_BUILD_DIR:-$top/build-analyse}
[ $# -gt 0 ] || set -- cppcheck analyzer tidy
jobs=$(getconf _NPROCESSORS_ONLN)
cd "$top"

run_cppcheck() {
  command -v cppcheck >/dev/null || die 'No cppcheck here: apt-get install cppcheck'
  mkdir -p "$build/cppcheck"
  # Unknown macros are epan's; a constant lambda in words.cpp is beyond cppcheck 2.10.
  cppcheck --std=c++20 --language=c++ --quiet --error-exitcode=1 --inline-suppr -j "$jobs" \
    --cppcheck-build-dir="$build/cppcheck" --enable=warning,performance,portability \
    --suppress=missingIncludeSystem --suppress=unknownMacro \
    --suppress=syntaxError:plugin/resp/words.cpp -I plugin \
    plugin/engine plugin/resp plugin/app plugin/glue
  say 'cppcheck: clean'
}

sources() { find plugin/engine plugin/resp plugin/app -name '*.cpp' | LC_ALL=C sort; }

run_analyzer() {
  # gcc's analyzer knows C; of C++ it sees what it can, and most without optimization, which would
  # write the library's templates into our functions. Two of its checks cannot (gcc 12): the place
  # that a caller gives for a returned string it takes for an uninitialized value, and a lambda
  # without captures, as a function, for one that is called on no object.
  sources | xargs -P "$jobs" -n 1 "${CXX:-g++}" -std=c++20 -O0 -fanalyzer -Werror \
    -Wno-analyzer-use-of-uninitialized-value -Wno-analyzer-null-argument -Iplugin -c -o /dev/null
  say '-fanalyzer: clean'
}

run_tidy() {
  quietly configure -DRSTCAUSE_PLUGIN=OFF -DRSTCAUSE_TESTS=OFF -DCMAKE_CXX_COMPILER=clang++
  sources | xargs -P "$jobs" -n 1 clang-tidy --quiet -p "$build"
  say "clang-tidy: clean"
}

for what; do
  case $what in
    cppcheck) run_cppcheck ;;
    analyzer) run_analyzer ;;
    tidy) run_tidy ;;
    *) die "Usage: sh tests/hostile/analyse.sh [cppcheck|analyzer|tidy]..." ;;
  esac
done
