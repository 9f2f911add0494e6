# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Chinese pages of the causes as one member of the report's data:
# "pages":{TOKEN:[TITLE,FIRST PARAGRAPH,[WHAT TO DO, a piece each]]...}
# Of Markdown the words are kept: links lose their address, emphasis its marks; code keeps its own.
# Tables stay in the pages.

function plain(text,    link) {
  while (match(text, /\[[^]]*\]\([^)]*\)/)) {
    link = substr(text, RSTART + 1, RLENGTH - 1)
    sub(/\].*/, "", link)
    text = substr(text, 1, RSTART - 1) link substr(text, RSTART + RLENGTH)
  }
  gsub(/[*]/, "", text)
  return text
}

function quoted(text) {
  gsub(/\\/, "\\\\", text)
  gsub(/"/, "\\\"", text)
  return "\"" text "\""
}

function end_piece() {
  if (piece == "") return
  if (chapter == 1 && meaning == "") meaning = plain(piece)
  if (chapter == 2) todo = todo (todo == "" ? "" : ",") quoted(plain(piece))
  piece = ""
}

function end_page() {
  end_piece()
  if (token != "")
    printf "%s\"%s\":[%s,%s,[%s]]", (count++ ? ",\n" : ""), token, quoted(title), quoted(meaning), todo
  token = meaning = todo = ""
  chapter = in_code = 0
}

BEGIN { printf "\"pages\":{" }
FNR == 1 {
  end_page()
  if ($0 !~ /^# `[a-z0-9_]+`: /) nextfile
  token = title = $0
  sub(/^# `/, "", token)
  sub(/`.*/, "", token)
  sub(/^[^:]*: /, "", title)
  title = plain(title)
  gsub(/`/, "", title)
  next
}
/^```/ { in_code = !in_code; if (!in_code && piece != "") piece = "`" piece "`"; end_piece(); next }
in_code { piece = piece (piece == "" ? "" : "; ") $0; next }
/^## / { end_piece(); chapter = ($0 ~ /^## 发生了什么/) ? 1 : ($0 ~ /^## 怎么解决/) ? 2 : 0; next }
/^$/ { end_piece(); next }
/^[|]/ { end_piece(); next }
/^- / { end_piece(); sub(/^- /, "") }
{ sub(/^ +/, ""); piece = piece $0 }
END { end_page(); print "}," }
