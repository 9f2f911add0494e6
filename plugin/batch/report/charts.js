// SPDX-License-Identifier: GPL-2.0-or-later
// Bars over time, bars of one line, histograms. Each is drawn as wide as its place, and anew when that
// changes, so that its letters keep their size.

const COLOURED = 6; // causes that have a colour of their own

/** The class of a cause's colour: by its number of resets, the same everywhere on the page. */
function colourOf(reason) {
  const place = byNumber.indexOf(reason);
  return place >= 0 && place < COLOURED ? `c${place}` : "others";
}

function legend(reasons) {
  const shown = byNumber.slice(0, COLOURED).filter((reason) => reasons.has(reason));
  const items = shown.map((reason) => el("li", {}, swatch(reason), el("a", { href: `#cause-${reason}` }, titleOf(reason))));
  if (reasons.size > shown.length) items.push(el("li", {}, el("span", { class: "swatch others" }), w.others));
  return el("ul", { class: "legend" }, items);
}
const swatch = (reason) => el("span", { class: `swatch ${colourOf(reason)}`, "aria-hidden": "true" });

/** A place that `draw(width)` fills with an SVG. */
function drawn(draw) {
  const place = el("div", { class: "chart" });
  let width = 0;
  const renew = () => {
    const now = Math.round(place.clientWidth) || 900;
    if (now === width) return;
    width = now;
    place.replaceChildren(draw(width));
  };
  new ResizeObserver(renew).observe(place);
  return place;
}

/** A round number of at least that much, for the top of an axis. */
function roundUp(number) {
  const power = 10 ** Math.floor(Math.log10(Math.max(number, 1)));
  return [1, 2, 4, 5, 10].map((n) => n * power).find((n) => n >= number);
}

function axisOf(top, left, width, height) {
  const marks = top >= 4 ? [top / 2, top] : [top];
  return marks.filter(Number.isInteger).map((n) => {
    const y = height - (n / top) * height;
    return svg("g", { class: "axis" },
      svg("line", { x1: left, x2: width, y1: y, y2: y }),
      svg("text", { x: left - 8, y: y + 4, "text-anchor": "end" }, grouped(n)));
  });
}

const LEFT = 52, TOP = 12, BELOW = 32; // room for the axes' words

/** Columns of [{ label, parts: [[class, title, number]] }], bottom part first. */
function columns(bars, label, ticks, height) {
  return drawn((width) => {
    const top = roundUp(Math.max(...bars.map((bar) => bar.parts.reduce((sum, part) => sum + part[2], 0))));
    const room = width - LEFT - 4, step = room / bars.length, gap = step > 6 ? Math.min(3, step * 0.2) : 0;
    const group = svg("g", { transform: `translate(0 ${TOP})` }, axisOf(top, LEFT, width, height),
      svg("line", { class: "base", x1: LEFT, x2: width, y1: height, y2: height }));
    bars.forEach((bar, place) => {
      let y = height;
      for (const [colour, title, number] of bar.parts) {
        const tall = Math.max(1, (number / top) * height);
        y -= tall;
        group.append(svg("rect", { class: colour, x: LEFT + place * step + gap / 2, y, width: Math.max(1, Math.min(step - gap, 48)), height: tall },
          svg("title", {}, `${bar.label}: ${title}: ${grouped(number)}`)));
      }
    });
    group.append(...ticks(LEFT, room, step, height));
    return svg("svg", { width, height: height + TOP + BELOW, viewBox: `0 0 ${width} ${height + TOP + BELOW}`, role: "img", "aria-label": label }, group);
  });
}

/** One line of parts, as wide as its share of `most`. */
function bar(parts, total, most) {
  const WIDTH = 200;
  let x = 0;
  const scale = (WIDTH * (total / most)) / total;
  return svg("svg", { class: "bar", width: WIDTH, height: 14, role: "img", "aria-label": parts.map(([reason, n]) => `${titleOf(reason)}: ${grouped(n)}`).join(", ") },
    parts.map(([reason, n]) => {
      const from = x;
      x += n * scale;
      return svg("rect", { class: colourOf(reason), x: from, y: 0, width: Math.max(1, n * scale - (parts.length > 1 ? 1 : 0)), height: 14 },
        svg("title", {}, `${titleOf(reason)}: ${grouped(n)}`));
    }));
}

// ---- Resets over time ------------------------------------------------------------------

function timeLabels(step, from, count) {
  const fine = step < 1000, withDay = step * count > 86400000;
  return (place) => {
    const iso = new Date(from + place * step).toISOString();
    if (step >= 86400000) return iso.slice(0, 10);
    if (withDay) return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
    return iso.slice(11, fine ? 23 : 19);
  };
}

/** What the figures are by step: Map of place to Map of reason to number. */
function bySteps(counts) {
  const steps = new Map();
  for (const [at, reason, number] of counts) {
    if (!steps.has(at)) steps.set(at, new Map());
    steps.get(at).set(reason, number);
  }
  return steps;
}

/** The steps to show: all from the first to the last, or, where nearly all of those are empty, none of
    the empty ones; null stands for a gap. */
function stepsShown(steps) {
  const places = [...steps.keys()].sort((one, other) => one - other), last = places[places.length - 1];
  if (places.length * 4 >= last + 1 || last < 12) return Array.from({ length: last + 1 }, (_, place) => place);
  return places.flatMap((place, index) => (index > 0 && place > places[index - 1] + 1 ? [null, place] : [place]));
}

/** The parts of one step's bar; causes without a colour of their own are one. */
function partsOf(numbers) {
  const parts = [];
  let others = 0;
  for (const reason of byNumber) {
    const number = numbers?.get(reason) ?? 0;
    if (number && colourOf(reason) === "others") others += number;
    else if (number) parts.push([colourOf(reason), titleOf(reason), number]);
  }
  return others ? [...parts, ["others", w.others, others]] : parts;
}

function timeChart({ step, from, counts }) {
  const steps = bySteps(counts), shown = stepsShown(steps);
  if (steps.size < 2) return null;
  const labelOf = timeLabels(step, from, Math.max(...steps.keys()) + 1);
  const bars = shown.map((place) => ({ label: place === null ? "⋯" : labelOf(place), parts: partsOf(steps.get(place)) }));
  const ticks = (left, room, wideStep, height) => {
    const every = Math.max(1, Math.ceil(bars.length / Math.max(2, Math.floor(room / 110))));
    return bars.flatMap((tick, place) => place % every ? [] : [svg("text", { class: "tick", x: left + place * wideStep, y: height + 18 }, tick.label)]);
  };
  return el("div", {}, shown.includes(null) && el("p", { class: "note" }, w.gapsLeftOut),
    columns(bars, w.time, ticks, 190), legend(new Set(counts.map((c) => c[1]))),
    folded(w.figures, plainTable(w.time, [{ text: w.from }, { text: w.causes }, { text: w.resets, number: true }],
      counts.map(([at, reason, number]) => [labelOf(at), titleOf(reason), grouped(number)]))));
}

// ---- Silence and age ---------------------------------------------------------------------

const PER_DECADE = 6;
const SPAN_MARKS = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3600, 86400, 604800];
const binOf = (seconds) => Math.log10(seconds) * PER_DECADE;
const edgeOf = (bin) => span(10 ** (bin / PER_DECADE) * 1000);

/** A histogram of [[bin, number]] with the known limits below it; those in `matched`, most frequent first, by name. */
function spanChart(bins, limits, matched, label) {
  if (bins.length === 0) return null;
  const first = Math.min(...bins.map((b) => b[0]), binOf(0.1)), end = Math.max(...bins.map((b) => b[0])) + 2;
  const numbers = new Map(bins);
  const bars = Array.from({ length: end - first }, (_, place) => {
    const number = numbers.get(first + place) ?? 0;
    const name = `${edgeOf(first + place)} – ${edgeOf(first + place + 1)}`;
    return { label: name, parts: number ? [["plainbar", w.resets, number]] : [] };
  });
  const shown = limits.filter((limit) => binOf(limit.seconds) >= first && binOf(limit.seconds) <= end)
    .map((limit) => ({ ...limit, named: matched.indexOf(`${limit.name} ${limit.seconds} s`) }));
  const ticks = (left, room, step, height) => {
    const at = (seconds) => left + (binOf(seconds) - first) * step;
    const marks = SPAN_MARKS.filter((s) => binOf(s) >= first && binOf(s) < end).map((s) =>
      svg("text", { class: "tick", x: at(s), y: height + 26, "text-anchor": "middle" }, span(s * 1000)));
    return [...marks, ...shown.map((limit) => timerMark(limit, at(limit.seconds), height, left + room))];
  };
  return el("div", {}, columns(bars, label, ticks, 150),
    folded(w.figures, plainTable(label, [{ text: w.seconds }, { text: w.resets, number: true }],
      bins.map(([bin, number]) => [`${edgeOf(bin)} – ${edgeOf(bin + 1)}`, grouped(number)]))));
}

const NAMED = 6; // more names than this would hide each other

/** A limit below the axis; one that matched through the bars, and, of the first few, by name. */
function timerMark({ name, seconds, named }, x, height, right) {
  const text = `${name} ${seconds} s`, isLeft = x > right - 170;
  return svg("g", { class: named < 0 ? "timer" : "timer matched" },
    named >= 0 && svg("line", { x1: x, x2: x, y1: 0, y2: height }),
    named >= 0 && named < NAMED && svg("text", { x: isLeft ? x - 5 : x + 5, y: 10 + named * 14, "text-anchor": isLeft ? "end" : "start" }, text),
    svg("path", { d: `M ${x} ${height + 2} l -4 8 l 8 0 z` }), svg("title", {}, text));
}
