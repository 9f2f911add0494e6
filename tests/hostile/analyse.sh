#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/hostile/analyse.sh [cppcheck|analyzer|tidy|paths]...       (default: all four)
#
#   cppcheck   all classes but style
#   analyzer   gcc -fanalyzer; what it says of our own lines counts
#   tidy       clang-tidy by .clang-tidy, but for clang's analyzer
#   paths      clang's analyzer; it takes as long as the other three together
#
# Each over the whole plugin, and each must find nothing. Installs what is missing; builds in
# $RSTCAUSE_BUILD_DIR (default: build-analyse).
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/cmake/setup.sh"
builds=${RSTCAUSE_BUILD_DIR:-$top/build-analyse}
build=$builds
[ $# -gt 0 ] || set -- cppcheck analyzer tidy paths
jobs=$(getconf _NPROCESSORS_ONLN)
cd "$top"

need() {
  packages="$packages $*"
  need_packages
}

run_cppcheck() {
  need cppcheck
  mkdir -p "$build/cppcheck"
  # Unknown macros are epan's; a constant lambda in words.cpp is beyond cppcheck 2.10.
  cppcheck --std=c++20 --language=c++ --quiet --error-exitcode=1 --inline-suppr -j "$jobs" \
    --cppcheck-build-dir="$build/cppcheck" --enable=warning,performance,portability \
    --suppress=missingIncludeSystem --suppress=unknownMacro \
    --suppress=syntaxError:plugin/resp/words.cpp -I plugin \
    plugin/engine plugin/resp plugin/app plugin/glue plugin/capture plugin/explain
  say 'cppcheck: clean'
}

run_analyzer() {
  need
  # gcc's analyzer knows C; of C++ it sees what it can, and most without optimization, which would
  # write the library's templates into our functions. Two of its checks cannot (gcc 12): the place
  # that a caller gives for a returned string it takes for an uninitialized value, and a lambda
  # without captures, as a function, for one that is called on no object.
  # Called functions are taken by what was found in them: to follow each call anew, through all that
  # may throw, costs it its patience, and it gives up without a word before it has seen the half.
  build=$builds/analyzer
  quietly configure -DRSTCAUSE_TESTS=OFF -DCMAKE_BUILD_TYPE=None -DRSTCAUSE_WERROR=ON \
    "-DCMAKE_CXX_FLAGS=-O0 -fanalyzer -fanalyzer-call-summaries \
-Wno-analyzer-use-of-uninitialized-value -Wno-analyzer-null-argument"
  quietly compile --target rstcause
  say '-fanalyzer: clean'
}

# clang_tidy NAME [ARGUMENT...]: over every source, two or more at a time.
clang_tidy() {
  name=$1
  shift
  need clang clang-tidy
  build=$builds/tidy
  quietly configure -DRSTCAUSE_TESTS=OFF -DCMAKE_CXX_COMPILER=clang++
  quietly compile --target rstcause_commit
  # On standard error it counts the warnings of other people's headers that it left out.
  find plugin -name '*.cpp' | LC_ALL=C sort |
    xargs -P "$jobs" -n 1 clang-tidy --quiet -p "$build" "$@" 2>"$build/left-out" || {
    cat "$build/left-out" >&2
    exit 1
  }
  say "$name: clean"
}

for what; do
  case $what in
    cppcheck) run_cppcheck ;;
    analyzer) run_analyzer ;;
    tidy) clang_tidy clang-tidy '--checks=-clang-analyzer-*' ;;
    paths) clang_tidy "clang's analyzer" '--checks=-*,clang-analyzer-*,-clang-analyzer-optin.performance.Padding' ;;
    *) die "Usage: sh tests/hostile/analyse.sh [cppcheck|analyzer|tidy|paths]..." ;;
  esac
done
