# SPDX-License-Identifier: GPL-2.0-or-later
#
# Turns the fields that quickstart.sh asks tshark for into a few readable lines a reset.
# One line of input is one frame. It can hold more than one reset (in a tunnel): each has
# its own reason, confidence, basis and summary; the lists are those of all of them.

BEGIN { FS = "\t"; between_values = "\037" }

# Prints the values once each: two resets in one frame tend to share them.
function list(label, joined, separator,    n, i, value, seen, text) {
  n = split(joined, value, between_values)
  for (i = 1; i <= n; i++)
    if (!seen[value[i]]++) text = text (text == "" ? "" : separator) value[i]
  if (text != "") printf "    %-12s%s\n", label, text
}

function alternatives(    n, i, reason, percent, text) {
  n = split($7, reason, between_values)
  split($8, percent, between_values)
  for (i = 1; i <= n; i++)
    text = text (i > 1 ? between_values : "") reason[i] " " percent[i] " %"
  return text
}

{
  resets = split($2, reason, between_values)
  split($3, confidence, between_values)
  split($4, basis, between_values)
  split($5, summary, between_values)
  for (i = 1; i <= resets; i++) {
    printf "  frame %s: %s, %s %% (%s)\n", $1, reason[i], confidence[i], basis[i]
    printf "    %s\n", summary[i]
  }
  list("see frames", $6, ", ")
  list("or else", alternatives(), ", ")
  list("context", $9, "; ")
  list("advice", $10, " ")
}
