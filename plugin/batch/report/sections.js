// SPDX-License-Identifier: GPL-2.0-or-later
// What the page tells beside its charts, in the order in which it is of use.

const section = (id, title, note, ...children) =>
  el("section", { id, "aria-labelledby": `${id}-title` }, el("h2", { id: `${id}-title` }, title), note && el("p", { class: "note" }, note), children);
const causeLink = (reason) => el("a", { href: `#cause-${reason}` }, titleOf(reason));

function answer() {
  const { totals, bands } = data;
  const top = data.mend.slice(0, 2).map((m) => ({ ...m, title: titleOf(m.reason) }));
  return el("div", { class: "answer" },
    el("p", {}, w.answerCount(totals)), el("p", { class: totals.mend ? "mend" : undefined }, w.answerMend(totals, top)),
    el("p", {}, w.answerUnknown(totals.unknown, bands[2] + bands[3], data.broken?.count ?? 0)));
}

function serviceSection() {
  if (data.services.length === 0) return null;
  const most = Math.max(...data.services.map((s) => s.resets));
  return section("services", w.services, w.servicesNote(data.services.length, data.service_count), wide(w.services, plainTable(w.services,
    [{ text: w.service }, { text: w.causes }, { text: w.resets, number: true }, { text: w.clients, number: true }, { text: w.mainCause }],
    data.services.map((s) => [finder(s.server), bar(s.causes, s.resets, most), grouped(s.resets), grouped(s.clients), causeLink(s.causes[0][0])]))));
}

function pairSection() {
  // Where each service has one client alone, they would say the same again.
  if (!data.services.some((s) => s.clients > 1)) return null;
  return section("pairs", w.pairs, w.pairsNote(data.pairs.length), wide(w.pairs, plainTable(w.pairs,
    [{ text: w.client }, { text: w.service }, { text: w.resets, number: true }, { text: w.mainCause }],
    data.pairs.map((p) => [finder(p.client), finder(p.server), grouped(p.resets), causeLink(p.reason)]))));
}

const waveSection = () => data.waves.length > 0 && section("waves", w.waves, w.wavesNote,
  el("ul", { class: "waves" }, data.waves.map((wave) => el("li", {}, el("span", { class: "when" }, instant(wave.time)), " ", w.wave(wave, titleOf(wave.reason))))));

/** A word that the table below looks for. */
const finder = (word) => el("button", { type: "button", class: "find", onclick: () => showOnly({ word }) }, word);

function showOnly(what) {
  table.only(what);
  document.getElementById("resets").scrollIntoView();
  table.search.focus({ preventScroll: true });
}

function spanSections() {
  const timers = data.catalogue?.timers ?? [], ages = data.catalogue?.ages ?? [];
  const idle = spanChart(data.idle, timers, data.timers.map((t) => t[0]), w.idle);
  const age = spanChart(data.age, ages, [], w.age);
  return [
    idle && section("idle", w.idle, w.idleNote, idle,
      data.timers.length > 0 && el("p", {}, `${w.timers}: `, data.timers.map(([name, number]) => `${name} (${grouped(number)})`).join(", "), ".")),
    age && section("age", w.age, w.ageNote, age)];
}

// ---- The causes ---------------------------------------------------------------------------

function causeFacts(cause) {
  return [w.ofResets(cause.resets), w.ofServices(cause.servers), w.average(cause.sure), cause.lost > 0 && w.lostOctets(cause.lost),
    cause.mend > 0 && w.worthMending(cause.mend), cause.benign === cause.resets && w.nothingToMend].filter(Boolean).join(" · ");
}

/** As a shell takes it in, whatever the name holds. */
const shellQuoted = (name) => `'${name.replaceAll("'", "'\\''")}'`;

/** What was said of the example, then in the page's language what the cause's own page says. */
function adviceOf(cause) {
  const todo = todoOf(cause.reason), { advice } = cause.example;
  if (todo.length === 0 && !advice) return null;
  return [el("h4", {}, w.advice),
    advice && el("p", { class: "advice" }, todo.length > 0 ? w.adviceHere : null, told("advice", advice)),
    todo.length > 0 && el("ul", {}, todo.map((piece) => el("li", {}, withCode(piece))))];
}

function exampleOf(cause) {
  const { example } = cause, evidence = data.evidence[example.id] ?? [], others = data.alternatives[example.id] ?? [], context = data.context[example.id] ?? [];
  return [
    el("h4", {}, w.example(example)), el("p", { class: "summary" }, told("summary", example.summary)),
    ladderOf(data.ladders[example.id], evidence, titleOf(cause.reason)),
    evidence.length > 0 && [el("h4", {}, w.evidence), el("ul", {}, evidence.map((e) => el("li", {}, el("b", {}, w.inFrame(e.frame)), " ", told("evidence", e.text))))],
    context.length > 0 && [el("h4", {}, w.context), el("ul", {}, context.map((text) => el("li", {}, told("context", text))))],
    others.length > 0 && [el("h4", {}, w.or), el("p", {}, others.map((o) => w.other(titleOf(o.reason), o.confidence)).join(w.comma))],
    el("p", { class: "open" }, w.open, " ", el("code", {}, `wireshark -r ${shellQuoted(example.file)} -g ${example.frame}`))];
}

function causeCard(cause, isOpen) {
  const meaning = meaningOf(cause.reason), fold = el("details", { class: "cause", id: `cause-${cause.reason}`, open: isOpen });
  const body = el("div", { class: "body" },
    meaning && [el("h4", {}, w.meaning), el("p", {}, withCode(meaning))],
    adviceOf(cause), exampleOf(cause),
    el("p", {}, el("button", { type: "button", onclick: () => showOnly({ cause: cause.reason }) }, w.only)));
  fill(fold, {}, [el("summary", {}, swatch(cause.reason), el("h3", {}, titleOf(cause.reason)), " ", el("code", {}, cause.reason),
    el("span", { class: "facts" }, causeFacts(cause))), body]);
  return fold;
}

const causeSection = () => section("causes", w.causesTitle, null, data.causes.map((cause, place) => causeCard(cause, place < 3)));

// ---- What is not known -----------------------------------------------------------------

function calibrationTable() {
  const rows = w.band.map((name, place) => {
    const [right, of] = data.calibration?.[place] ?? [0, 0];
    return [name, grouped(data.bands[place]), of ? `${right} / ${of}: ${percent(right, of)}` : ""];
  });
  const heads = [{ text: w.confidence }, { text: w.verdicts, number: true }, { text: w.right, number: true }];
  const known = data.calibration ? 3 : 2;
  return plainTable(w.bands, heads.slice(0, known), rows.map((row) => row.slice(0, known)));
}

function unknownSection() {
  const { missing, broken } = data;
  return section("unknown", w.unknownTitle, null,
    missing.length > 0 && [el("h3", {}, w.missing), el("ul", {}, missing.map(([reason, number, text]) =>
      el("li", {}, causeLink(reason), ": ", w.missingOne(number), told("summary", text))))],
    broken && [el("h3", {}, w.brokenTitle), el("ul", {}, broken.first.map(([name, said]) => el("li", {}, el("code", {}, name), " ", said)),
      broken.count > broken.first.length && el("li", {}, w.brokenMore(broken.count - broken.first.length)))],
    el("h3", {}, w.bands), wide(w.bands, calibrationTable()), el("p", { class: "note" }, w.bandsNote), el("p", {}, w.notCounted));
}
