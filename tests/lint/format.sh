#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/lint/format.sh [CLANG_FORMAT]
#
# Is every C++ file laid out as .clang-format says? By clang-format 14, Debian 12's: others lay out
# some lines otherwise. To fix a file: clang-format -i FILE.
set -eu
cd "$(dirname "$0")/../.."

formatter=${1:-clang-format}
command -v "$formatter" >/dev/null || { echo "skipped: clang-format is not installed"; exit 77; }
version=$("$formatter" --version)
case $version in
  *" 14."*) ;;
  *) echo "skipped: this asks for clang-format 14, and here is $version"; exit 77 ;;
esac

find plugin tests \( -name '*.h' -o -name '*.cpp' \) -exec "$formatter" --dry-run --Werror {} +
