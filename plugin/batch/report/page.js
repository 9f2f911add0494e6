// SPDX-License-Identifier: GPL-2.0-or-later
// The page, made of what stands in the element "data".

const data = JSON.parse(document.getElementById("data").textContent);
const lang = data.lang;
const w = lang === "zh" ? CHINESE : ENGLISH;

const catalogue = new Map((data.catalogue?.causes ?? []).map((cause) => [cause.token, cause]));
const byNumber = [...data.causes].sort((one, other) => other.resets - one.resets).map((cause) => cause.reason);
const titleOf = (reason) => data.pages?.[reason]?.[0] ?? catalogue.get(reason)?.title ?? reason;
/** What its page advises, a piece each: only where the page's language has one. */
const todoOf = (reason) => data.pages?.[reason]?.[2] ?? [];
const meaningOf = (reason) => data.pages?.[reason]?.[1] ?? catalogue.get(reason)?.meaning;

/** What was said of one reset, in the page's language; what is not known there is marked as English. */
const ourWords = (kind, text) => (lang === "zh" ? translate(kind, text) : text);
const told = (kind, text) => ourWords(kind, text) ?? el("span", { lang: "en" }, text);

const table = new ResetTable(data.rows);

/** A filter as it was asked for; moments in UTC. */
const asked = ([name, value]) => (name === "since" || name === "until" ? `${name} ${instant(value)}` : `${name}=${value}`);

function head() {
  return el("header", {}, el("a", { class: "skip", href: "#resets" }, w.skip), el("h1", {}, w.title),
    data.asked.length > 0 && el("p", { class: "filters" }, w.filters(data.asked.map(asked))));
}

function everything() {
  const time = timeChart(data.time);
  return [answer(), time && section("time", w.time, w.timeNote(eachStep(data.time.step)), time),
    serviceSection(), pairSection(), waveSection(), spanSections(), causeSection(),
    section("resets", w.table, w.tableNote(data.rows.length, data.totals.resets), table.element()), unknownSection()];
}

document.title = w.title;
document.body.append(head(),
  el("main", {}, data.totals.resets > 0 ? everything().flat() : el("p", { class: "answer" }, w.nothing)),
  el("footer", {}, el("p", {}, w.made(instant(data.generated)))));

/** A link to a cause opens it. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", openTarget);
openTarget();

// On paper nothing can be unfolded; what is on the screen stays as it was.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details.cause:not([open])")];
  closed.forEach((fold) => { fold.open = true; });
});
addEventListener("afterprint", () => closed.forEach((fold) => { fold.open = false; }));
