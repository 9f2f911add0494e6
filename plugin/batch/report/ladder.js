// SPDX-License-Identifier: GPL-2.0-or-later
// The segments of one example between the lines of its two ends, as SVG and as a table.

const LADDER = { width: 780, left: 150, right: 640, head: 34, row: 34, gap: 24 };

function numbersOf(s) {
  return [`seq ${s.seq}`, s.ack === undefined ? "" : `ack ${s.ack}`, s.len ? `len ${s.len}` : "", `win ${s.win}`].filter(Boolean).join("  ");
}

function rungOf(s, y, isReset, isProof) {
  const { left, right } = LADDER, toRight = s.from === "client";
  const from = toRight ? left : right, to = toRight ? right - 9 : left + 9;
  const head = toRight ? `M ${right} ${y} l -10 -5 l 0 10 z` : `M ${left} ${y} l 10 -5 l 0 10 z`;
  return svg("g", { class: `rung${isReset ? " reset" : ""}${isProof ? " proof" : ""}` },
    svg("text", { class: "when", x: 44, y: y + 4, "text-anchor": "end" }, s.frame),
    svg("text", { class: "when", x: 134, y: y + 4, "text-anchor": "end" }, s.time.toFixed(6)),
    svg("line", { x1: from, x2: to, y1: y, y2: y }), svg("path", { d: head }),
    svg("text", { class: "said", x: (left + right) / 2, y: y - 6, "text-anchor": "middle" },
      svg("tspan", { class: "flags" }, s.flags), svg("tspan", { dx: 8 }, numbersOf(s)),
      s.words && svg("tspan", { dx: 8, class: "words" }, s.words)),
    isProof && svg("circle", { cx: right + 16, cy: y, r: 4 }),
    (isReset || isProof) && svg("text", { class: "mark", x: right + 26, y: y + 4 }, isReset ? w.reset : w.proof));
}

function gapOf(text, y) {
  const { left, right } = LADDER;
  return svg("text", { class: "gap", x: (left + right) / 2, y: y + 4, "text-anchor": "middle" }, `⋯ ${text} ⋯`);
}

/** The ladder of an example, or the reason why there is none. */
function ladderOf(story, evidence, title) {
  if (!story || story.why) return el("p", { class: "note" }, w.why[story?.why ?? "no_reader"]);
  const { width, left, right, head, row, gap } = LADDER;
  const proofs = new Set(evidence.map((e) => e.frame)), rungs = [];
  let y = head + 8;
  for (const s of story.segments) {
    if (s.skipped) rungs.push(gapOf(w.leftOut(s.skipped), (y += gap) - 4));
    y += row;
    rungs.push(rungOf(s, y - 8, isReset(s, story), proofs.has(s.frame)));
  }
  if (story.more) rungs.push(gapOf(w.moreBehind(story.more), (y += gap) - 4));
  const height = y + 12;
  const ends = [[left, "start", w.clientEnd, story.client], [right, "end", w.serverEnd, story.server]];
  return el("figure", { class: "ladder" },
    wide(w.ladder(title), svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": w.ladder(title) },
      ends.map(([x, , role, name]) => [
        svg("line", { class: "end", x1: x, x2: x, y1: head, y2: height - 6 }),
        svg("text", { class: "endname", x, y: 14, "text-anchor": "middle" }, role),
        svg("text", { class: "endaddress", x, y: 29, "text-anchor": "middle" }, name)]), rungs)),
    !story.opening && el("p", { class: "note" }, w.byPorts),
    folded(w.ladderTable, wide(w.ladderTable, plainTable(w.ladder(title),
      [{ text: w.frame, number: true }, { text: w.seconds, number: true }, { text: w.sender }, { text: w.flags }, { text: w.numbers }, { text: w.words }],
      story.segments.map((s) => [s.frame, s.time.toFixed(6), s.from === "client" ? w.clientEnd : w.serverEnd,
        s.flags + (isReset(s, story) ? ` (${w.reset})` : proofs.has(s.frame) ? ` (${w.proof})` : ""), numbersOf(s), s.words ?? ""])))));
}

const isReset = (s, story) => s.frame === story.reset && s.flags.includes("RST");
