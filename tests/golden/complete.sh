#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Has every sample an expectation, and every expectation its one sample?
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$top/tests/golden/verdicts.sh"

wrong=0
complain() {
  say "$*"
  wrong=1
}

for name in $(sample_names); do
  [ -f "$golden/$name.expected" ] ||
    complain "No expectation for sample $name: sh tests/golden/bless.sh $name, and read it."
done
for name in $(sample_names | sort | uniq -d); do
  complain "Two samples are called $name."
done
for file in "$golden"/*.expected*; do
  [ -f "$file" ] || continue  # there is none at all
  file=${file##*/}
  sample_names | grep -qxF "${file%.expected*}" || complain "No sample for $file."
done
exit "$wrong"
