// SPDX-License-Identifier: GPL-2.0-or-later
// Elements. Text becomes a text node, never markup: whatever a capture holds stays data.

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
const svg = (name, attributes = {}, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

/** Text in which code stands between backticks. */
const withCode = (text) => text.split("`").map((piece, place) => (place % 2 === 1 ? el("code", {}, piece) : piece));

/** A table of plain cells. `columns`: { text, number } each; a cell is a text or an element. */
function plainTable(caption, columns, rows) {
  return el("table", { class: "plain" },
    el("caption", { class: "hidden" }, caption),
    el("thead", {}, el("tr", {}, columns.map((c) => el("th", { scope: "col", class: c.number && "number" }, c.text)))),
    el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell, place) =>
      el(place === 0 ? "th" : "td", { scope: place === 0 && "row", class: columns[place].number && "number" }, cell))))));
}

const folded = (summary, ...children) => el("details", { class: "figures" }, el("summary", {}, summary), children);
const wide = (label, ...children) => el("div", { class: "wide", role: "region", tabindex: 0, "aria-label": label }, children);
