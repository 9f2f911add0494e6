// SPDX-License-Identifier: GPL-2.0-or-later
// The resets one by one: sorted by a column's head, filtered by words, cause and worth.

const ROW = { time: 0, file: 1, frame: 2, reason: 3, confidence: 4, client: 5, server: 6, summary: 7, benign: 8, mend: 9, root: 10 };
const SORTED_BY = [ROW.time, ROW.reason, ROW.confidence, ROW.client, ROW.server, ROW.summary, ROW.file];
const PAGE = 50, MORE = 200;

/** Which rows stand there, and in which order. */
class ResetTable {
  constructor(rows) {
    this.rows = rows;
    this.said = new Map(rows.map((row) => [row, ourWords("summary", row[ROW.summary]) ?? row[ROW.summary]]));
    this.sort = { column: ROW.time, down: false };
    this.limit = PAGE;
    this.body = el("tbody");
    this.count = el("p", { class: "count", role: "status", "aria-live": "polite" });
    this.more = el("button", { type: "button", class: "more", onclick: () => this.showMore() });
    this.search = el("input", { type: "search", id: "search", autocomplete: "off", oninput: () => this.renew() });
    this.cause = el("select", { id: "only", onchange: () => this.renew() }, el("option", { value: "" }, w.anyCause),
      data.causes.map((cause) => el("option", { value: cause.reason }, titleOf(cause.reason))));
    this.mend = el("input", { type: "checkbox", id: "worth", onchange: () => this.renew() });
    this.heads = w.columns.map((text, place) => this.headOf(text, SORTED_BY[place]));
    this.renew();
  }

  headOf(text, column) {
    return el("th", { scope: "col", class: column === ROW.confidence && "number" },
      el("button", { type: "button", onclick: () => this.sortBy(column) }, text, el("span", { class: "arrow", "aria-hidden": "true" })));
  }

  sortBy(column) {
    this.sort = { column, down: this.sort.column === column && !this.sort.down };
    this.renew();
  }

  /** Shows what one cause did, or what holds a word. */
  only({ cause = "", word = "" }) {
    this.cause.value = cause;
    this.search.value = word;
    this.mend.checked = false;
    this.renew();
  }

  showMore() {
    this.limit += MORE;
    this.write();
  }

  renew() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean), cause = this.cause.value, mend = this.mend.checked;
    const { column, down } = this.sort;
    const way = down ? -1 : 1;
    const key = (row) => (column === ROW.reason ? titleOf(row[column]) : column === ROW.summary ? this.said.get(row) : row[column]);
    this.shown = this.rows
      .filter((row) => (!cause || row[ROW.reason] === cause) && (!mend || row[ROW.mend]) &&
        words.every((word) => this.searchable(row).includes(word)))
      .sort((one, other) => way * (compare(key(one), key(other)) || one[ROW.frame] - other[ROW.frame]));
    this.limit = PAGE;
    this.heads.forEach((head, place) => {
      if (SORTED_BY[place] === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.write();
  }

  write() {
    this.body.replaceChildren(...this.shown.slice(0, this.limit).map((row) => this.rowOf(row)));
    const left = this.shown.length - this.limit;
    this.more.hidden = left <= 0;
    this.more.textContent = w.more(Math.min(left, MORE));
    this.count.textContent = w.shown(Math.min(this.shown.length, this.limit), this.shown.length);
  }

  searchable(row) {
    return `${row[ROW.file]}:${row[ROW.frame]} ${row[ROW.reason]} ${titleOf(row[ROW.reason])} ${row[ROW.client]} ${row[ROW.server]} ${this.said.get(row)}`.toLowerCase();
  }

  rowOf(row) {
    const find = (word) => el("button", { type: "button", class: "find", onclick: () => this.only({ word }) }, word);
    return el("tr", { class: row[ROW.mend] ? "mend" : undefined },
      el("td", { class: "time" }, row[ROW.time].slice(0, 10), " ", el("span", {}, row[ROW.time].slice(11, 23))),
      el("td", {}, el("a", { href: `#cause-${row[ROW.reason]}` }, titleOf(row[ROW.reason]))),
      el("td", { class: "number" }, `${row[ROW.confidence]} %`),
      el("td", { class: "address" }, find(row[ROW.client])),
      el("td", { class: "address" }, find(row[ROW.server])),
      el("td", { class: "summary" }, told("summary", row[ROW.summary])),
      el("td", { class: "where", title: row[ROW.file] }, `${row[ROW.file].split("/").pop()}:${row[ROW.frame]}`,
        row[ROW.root] && el("span", { class: "note" }, ` ${w.follows(row[ROW.root])}`)));
  }

  element() {
    return [
      el("div", { class: "controls", role: "search" },
        el("label", { for: "search" }, w.search), this.search,
        el("label", { for: "only", class: "hidden" }, w.causes), this.cause,
        el("label", { class: "check" }, this.mend, w.onlyMend),
        el("button", { type: "button", onclick: () => this.only({}) }, w.clear)),
      this.count,
      wide(w.table, el("table", { class: "resets" }, el("caption", { class: "hidden" }, w.table), el("thead", {}, el("tr", {}, this.heads)), this.body)),
      this.more,
    ];
  }
}

const compare = (one, other) => (typeof one === "number" ? one - other : one < other ? -1 : one > other ? 1 : 0);
