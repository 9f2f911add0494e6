// SPDX-License-Identifier: GPL-2.0-or-later
// Sentences about one reset, as the results have them, from English into Chinese. A translation is a
// pair of templates with the same {names}, as in gettext; what a name stands for is known by its
// pattern and translated in its turn. What fits no template stays as it is.

/** The Chinese of what was said in English: kind "summary", "advice", "evidence" or "context". Null: unknown. */
const translate = (() => {
  const RAW = 0xe000, RAW_MARKS = /[\ue000-\uf8ff]/g;
  const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const firstOfEither = (text) => (/^[a-z]/.test(text) ? `[${text[0]}${text[0].toUpperCase()}]${literal(text.slice(1))}` : literal(text));

  /** A list of pairs, each with its pattern. `fold`: the first letter may be a capital. */
  class Phrases {
    constructor(pairs, fold = true) {
      this.pairs = pairs.map(([english, chinese]) => ({ ...patternOf(english, fold), chinese }));
      this.source = this.pairs.map((pair) => pair.source).join("|");
    }

    /** The Chinese of a whole text, or null. */
    of(text, raws) {
      for (const pair of this.pairs) {
        const found = pair.whole.exec(text);
        const said = found && pair.say(found, raws);
        if (said !== null) return said;
      }
      return null;
    }
  }

  const word = (source) => ({ source, of: (text, raws) => text && String.fromCharCode(RAW + raws.push(text) - 1) });
  const UNITS = { us: "微秒", ms: "毫秒", s: "秒", min: "分", h: "小时", d: "天" };
  const number = { source: "-?\\d+|left out by the read filter", of: (text) => (/\d/.test(text) ? text : "（读取时略去）") };
  const time = {
    source: "\\d+(?:\\.\\d+)? (?:us|ms|s|min|h|d)(?: \\d+ (?:s|min|h))?",
    of: (text) => text.replace(/ ([a-z]+)/g, (_, unit) => ` ${UNITS[unit]}`),
  };
  const setting = {
    source: " \\([^{}]+?\\)",
    of: (text, raws) => {
      const names = text.slice(2, -1), [english, ours] = CHINESE_SETTINGS.find(([known]) => names.includes(known)) ?? ["", ""];
      const [before, behind] = english ? names.split(english) : [names, ""];
      return `（${word("").of(before, raws)}${ours}${word("").of(behind, raws)}）`;
    },
  };
  const optional = (kind) => ({ source: `(?:${kind.source})?`, of: (text, raws) => (text === "" ? "" : kind.of(text, raws)) });

  // In the order in which they need one another.
  const KINDS = { number, time, idle: time, age: time, raw: word(".+?"), declared: word(".+?"), status: word("\\d{3}"), word: word("[^ ]+"), address: word("[^ ,;()]+:\\d+"), host: word("[0-9A-Za-z.:]+") };

  /** The kind of a {name}: a name that comes twice has a number, one of a clue the kind behind a colon. */
  function kindOf(name) {
    if (/^[xy](:at)?$/i.test(name)) return KINDS.who;
    if (/^(a|b)$|^.port$|^(trigger:frame|fellow:frame|root|fin|ydata)$/.test(name)) return KINDS.number;
    if (/^trigger/.test(name)) return KINDS.trigger;
    if (/^setting:/.test(name)) return KINDS.setting;
    const kind = { "a:of:b": "octets", "fin:at": "close", "ydata:in": "last", "told:by": "reporter", "told:target": "address", "told:what": "told", "fellow:peer": "peer", word: "kernel" }[name]
      ?? name.replace(/^[ab]:/, "").replace(/\d$/, "");
    if (!KINDS[kind]) throw new Error(`nothing is known of {${name}}`);
    return KINDS[kind];
  }

  function patternOf(english, fold) {
    const pieces = english.split(/\{([^}]+)\}/), names = [];
    let source = fold ? firstOfEither(pieces[0]) : literal(pieces[0]), bare = source;
    for (let at = 1; at < pieces.length; at += 2) {
      const kind = kindOf(pieces[at]);
      names.push([pieces[at].replace(/^[XY]/, (end) => end.toLowerCase()).replace("trigger:The", "trigger"), kind]);
      source += `(${kind.source})${literal(pieces[at + 1])}`;
      bare += `(?:${kind.source})${literal(pieces[at + 1])}`;
    }
    return { source: bare, names, whole: new RegExp(`^(?:${source})$`, "s"), start: new RegExp(`^(?:${source})(?= |$)`, "s"), say };
  }

  function say(found, raws) {
    const values = new Map();
    for (const [place, [name, kind]] of this.names.entries()) {
      const said = kind.of(found[place + 1], raws);
      if (said === null) return null;
      if (!values.has(name)) values.set(name, said);
    }
    return this.chinese.replace(/\{([^}]+)\}/g, (_, name) => values.get(name) ?? `{${name}}`);
  }

  const chinese = (pairs) => new Phrases(pairs);
  KINDS.octets = chinese(CHINESE_OCTETS);
  KINDS.times = chinese(CHINESE_TIMES);
  KINDS.routers = chinese(CHINESE_ROUTERS);
  KINDS.who = chinese(CHINESE_ENDS);
  KINDS.role = chinese(CHINESE_ROLES);
  KINDS.peer = chinese(CHINESE_PEERS);
  KINDS.trigger = chinese(CHINESE_TRIGGERS);
  KINDS.close = chinese(CHINESE_CLOSES);
  KINDS.last = optional(chinese(CHINESE_LAST_DATA));
  KINDS.after = optional(chinese(CHINESE_AFTER));
  KINDS.carried = optional(chinese(CHINESE_CARRIED));
  KINDS.setting = optional(setting);
  KINDS.missing = chinese(CHINESE_MISSING);
  KINDS.words = chinese(CHINESE_WORDS);
  KINDS.alert = chinese(CHINESE_ALERTS);
  KINDS.what = chinese(CHINESE_ASKED);
  KINDS.reporter = chinese(CHINESE_REPORTERS);
  KINDS.icmp = chinese(CHINESE_ICMP);
  KINDS.told = chinese(CHINESE_ICMP.map(([name, ours]) => [`ICMP ${name}`, `ICMP：${ours}`]));
  KINDS.kernel = chinese(CHINESE_KERNEL_WORDS);

  const remarks = chinese(CHINESE_REMARKS), contexts = chinese(CHINESE_CONTEXTS);
  const SENTENCES = {
    summary: [chinese(CHINESE_SUMMARIES), remarks],
    advice: [remarks, chinese(CHINESE_REMEDIES), chinese(CHINESE_ADVICE)],
    evidence: [chinese(CHINESE_EVIDENCE)],
  };

  /** Sentence by sentence, from the front on. */
  function sequence(text, lists, raws) {
    for (const pair of lists.flatMap((list) => list.pairs)) {
      const found = pair.start.exec(text), before = raws.length;
      const said = found && pair.say(found, raws);
      if (said !== null) {
        const rest = text.slice(found[0].length + 1), more = rest === "" ? "" : sequence(rest, lists, raws);
        if (more !== null) return said + more;
      }
      raws.length = before;
    }
    return null;
  }

  const PROTOCOLS = { "plain text": "纯文本", "SMTP or FTP": "SMTP 或 FTP" };

  function context(text, raws) {
    const [, protocol, what] = /^([A-Za-z][A-Za-z0-9/ -]*): (.*)$/s.exec(text) ?? [];
    const said = what && contexts.of(what, raws);
    return said ? `${PROTOCOLS[protocol] ?? protocol}：${said}` : null;
  }

  /** Between Chinese and Latin letters stands a space, beside full-width punctuation none. */
  const spaced = (text) => text
    .replace(/ +([，。：；？！、（）“”])/g, "$1").replace(/([，。：；？！、（）“”]) +/g, "$1")
    .replace(/([\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])/g, "$1")
    .replace(/([\u4e00-\u9fff])(?=[A-Za-z0-9\ue000-\uf8ff])/g, "$1 ").replace(/([A-Za-z0-9%\ue000-\uf8ff])(?=[\u4e00-\u9fff])/g, "$1 ");

  /** What a capture holds goes through as it is. */
  return (kind, text) => {
    const raws = [], said = kind === "context" ? context(text, raws) : sequence(text, SENTENCES[kind], raws);
    return said && spaced(said).replace(RAW_MARKS, (mark) => raws[mark.charCodeAt(0) - RAW]);
  };
})();
