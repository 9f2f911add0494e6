// SPDX-License-Identifier: GPL-2.0-or-later
// Every text of the page's own, in both languages. What was said of one reset comes with the data
// (in Chinese by way of translate.js).

const many = (number, one, more = `${one}s`) => `${grouped(number)} ${number === 1 ? one : more}`;

const ENGLISH = {
  title: "TCP resets",
  skip: "Skip to the resets one by one",
  made: (time) => `Made ${time} by rstcause-report`,
  filters: (list) => `Only ${list.join(", ")}`,
  nothing: "No reset fits.",
  answerCount: (t) =>
    `${many(t.resets, "reset")} of ${many(t.connections, "connection")} in ${many(t.captures, "capture")}` +
    (t.first ? `, ${between(t.first, t.last)}` : "") +
    (t.follows ? `; ${grouped(t.follows)} of them only followed an earlier end` : "") + ".",
  answerMend: (t, top) =>
    t.mend === 0
      ? "Nothing here is both sure and worth mending."
      : `${grouped(t.mend)} (${percent(t.mend, t.resets)}) are sure and worth mending, most of all ` +
        top.map((m) => `“${m.title}” at ${m.server} (${grouped(m.resets)})`).join(", then ") + ".",
  answerUnknown: (unknown, unsure, broken) => {
    const parts = [];
    if (unknown) parts.push(`${many(unknown, "reset")} cannot be judged from what was captured`);
    if (unsure) parts.push(`${many(unsure, "verdict")} ${unsure === 1 ? "is" : "are"} less than 80 % sure`);
    if (broken) parts.push(`${many(broken, "capture")} could not be read to the end`);
    return parts.length ? `What is not known: ${parts.join("; ")}.` : "Every one of them has a verdict that is at least 80 % sure.";
  },
  time: "Resets over time", timeNote: (step) => `One bar for each ${step}, UTC, stacked by cause.`,
  gapsLeftOut: "Stretches without resets are left out (⋯).",
  figures: "The figures as a table", from: "From", resets: "Resets", others: "other causes",
  services: "Services", servicesNote: (shown, all) => (all > shown ? `The ${shown} with most resets, of ${grouped(all)}.` : "") +
    " Resets that only follow from another one are left out.",
  service: "Service", causes: "Causes", mainCause: "Main cause", clients: "Clients",
  pairs: "Pairs", pairsNote: (n) => `The ${n} pairs of client and service with most resets.`, client: "Client",
  waves: "Waves", wavesNote: "A service that ended many connections within one second: a restart, a deployment, a process that died.",
  wave: (w, title) =>
    `${many(w.connections, "connection")} of ${w.server} ended ${within(w.ms)}` +
    ` (${many(w.clients, "client")}): ${title}${w.reasons > 1 ? " and others" : ""}.`,
  idle: "Silence before the reset", idleNote: "How long the connection had been silent, on a logarithmic scale. Marks below are timers that are known to end idle connections; those that a silence matches are named. A match proves nothing.",
  age: "Age at the reset", ageNote: "How long after its first SYN, where that was captured. Marks below are known limits of age.",
  timers: "Timers that these silences match",
  causesTitle: "The causes, one by one", meaning: "What it means", advice: "What to do",
  evidence: "Evidence", frame: "Frame", inFrame: (n) => `Frame ${n}`, other: (title, share) => `${title} (${share} %)`, comma: ", ", context: "What the application was doing", or: "What else it could be",
  example: (e) => `Example: frame ${e.frame} of ${e.file}, ${instant(e.time)}, ${e.confidence} % sure`,
  adviceHere: null,
  open: "Open it:", nothingToMend: "nothing to mend", worthMending: (n) => `${grouped(n)} worth mending`,
  average: (n) => `${n} % sure on average`, lostOctets: (n) => `${many(n, "octet")} lost`,
  ofServices: (n) => many(n, "service"), ofResets: (n) => many(n, "reset"),
  only: "Show these resets",
  ladder: (title) => `The last segments before the reset: ${title}`,
  ladderTable: "The segments as a table", seconds: "Seconds", sender: "From", flags: "Flags", numbers: "Numbers", words: "Application",
  leftOut: (n) => `${many(n, "segment")} left out`, moreBehind: (n) => `${many(n, "more segment")} behind`,
  reset: "reset", proof: "evidence", clientEnd: "client", serverEnd: "server",
  byPorts: "Which end is the client, the ports alone tell.",
  why: {
    gone: "The capture is not where it was, so its segments cannot be shown.",
    unread: "rstcause-explain does not find that reset in the capture: it holds what only tshark reads, or is another file by now.",
    no_reader: "There is no rstcause-explain here to read the capture's segments.",
  },
  unknownTitle: "What is not known",
  missing: "Not to be judged from what was captured", missingOne: (n) => `${many(n, "reset")}, for example: `,
  bands: "How sure the verdicts are", band: ["90 % and more", "80 to 89 %", "60 to 79 %", "below 60 %"], verdicts: "Verdicts", confidence: "Confidence",
  right: "Right on captures nobody had looked at", bandsNote: "Below 60 % nothing is promised: take it for a list of what to look at.",
  brokenTitle: "Captures not read to their end", brokenMore: (n) => `and ${grouped(n)} more`,
  notCounted: "Connections that ended without a reset are not counted here. A capture of both ends of a path shows the same reset twice.",
  table: "Resets one by one",
  tableNote: (shown, all) => shown < all
    ? `${grouped(shown)} of ${grouped(all)}, at most 2,000: the surest of each cause at each service first. rstcause-ask has all.`
    : "",
  search: "Search", anyCause: "All causes", onlyMend: "Only what is sure and worth mending",
  columns: ["Time (UTC)", "Cause", "Confidence", "Client", "Service", "What happened", "Where"],
  shown: (n, all) => `${grouped(n)} of ${grouped(all)} shown`, more: (n) => `Show ${grouped(n)} more`,
  sortedUp: "ascending", sortedDown: "descending", clear: "Clear the filters",
  follows: (frame) => `follows from frame ${frame}`,
  spans: { ms: "ms", s: "s", min: "min", h: "h", d: "d" },
  each: { ms: "millisecond", s: "second", min: "minute", h: "hour", d: "day" },
};

const CHINESE = {
  ...ENGLISH,
  title: "TCP 重置报告",
  skip: "跳到逐条列表",
  made: (time) => `由 rstcause-report 生成于 ${time}`,
  filters: (list) => `仅限 ${list.join("，")}`,
  nothing: "没有符合条件的 RST。",
  answerCount: (t) =>
    `${grouped(t.captures)} 份抓包里有 ${grouped(t.resets)} 个 RST，涉及 ${grouped(t.connections)} 条连接` +
    (t.first ? `，${between(t.first, t.last)}` : "") +
    (t.follows ? `；其中 ${grouped(t.follows)} 个只是先前结束的余波` : "") + "。",
  answerMend: (t, top) =>
    t.mend === 0
      ? "没有既确定又需要处理的问题。"
      : `${grouped(t.mend)} 个（${percent(t.mend, t.resets)}）结论确定且值得处理，最多的是 ` +
        top.map((m) => `${m.server} 的“${m.title}”（${grouped(m.resets)} 个）`).join("，其次是 ") + "。",
  answerUnknown: (unknown, unsure, broken) => {
    const parts = [];
    if (unknown) parts.push(`${grouped(unknown)} 个 RST 凭现有抓包无法判断`);
    if (unsure) parts.push(`${grouped(unsure)} 个结论的置信度低于 80 %`);
    if (broken) parts.push(`${grouped(broken)} 份抓包没能读完`);
    return parts.length ? `尚不清楚的：${parts.join("；")}。` : "每个 RST 的结论置信度都不低于 80 %。";
  },
  time: "RST 随时间的分布", timeNote: (step) => `每根柱子代表 ${step}（UTC），按原因堆叠。`,
  gapsLeftOut: "没有 RST 的时段已略去（⋯）。",
  figures: "以表格显示数据", from: "起始", resets: "RST 数", others: "其他原因",
  services: "服务", servicesNote: (shown, all) => (all > shown ? `RST 最多的 ${shown} 个，共 ${grouped(all)} 个。` : "") + "余波不计入。",
  service: "服务", causes: "原因", mainCause: "主要原因", clients: "客户端数",
  pairs: "通信对", pairsNote: (n) => `RST 最多的 ${n} 对客户端与服务。`, client: "客户端",
  waves: "集中断连", wavesNote: "一秒之内结束多条连接的服务：重启、发布，或进程退出。",
  wave: (w, title) => `${w.server} 的 ${grouped(w.connections)} 条连接（${grouped(w.clients)} 个客户端）${within(w.ms)}全部断开：${title}${w.reasons > 1 ? " 等" : ""}。`,
  idle: "RST 之前的静默时间", idleNote: "对数坐标。下方的刻度是已知的空闲超时，与之吻合的标出名称。吻合不等于证明。",
  age: "RST 时连接的年龄", ageNote: "从第一个 SYN 算起（抓到 SYN 的连接）。下方的刻度是已知的连接时长上限。",
  timers: "与静默时间吻合的超时",
  causesTitle: "逐个原因", meaning: "含义", advice: "怎么做",
  evidence: "证据", frame: "帧", inFrame: (n) => `第 ${n} 帧`, other: (title, share) => `${title}（${share} %）`, comma: "，", context: "应用当时在做什么", or: "其他可能",
  example: (e) => `示例：${e.file} 第 ${e.frame} 帧，${instant(e.time)}，置信度 ${e.confidence} %`,
  adviceHere: "针对这一次：",
  open: "打开：", nothingToMend: "无需处理", worthMending: (n) => `${grouped(n)} 个值得处理`,
  average: (n) => `平均置信度 ${n} %`, lostOctets: (n) => `丢失 ${grouped(n)} 字节`,
  ofServices: (n) => `${grouped(n)} 个服务`, ofResets: (n) => `${grouped(n)} 个 RST`,
  only: "只看这些 RST",
  ladder: (title) => `RST 之前的报文：${title}`,
  ladderTable: "以表格显示报文", seconds: "秒", sender: "发送方", flags: "标志", numbers: "序号", words: "应用",
  leftOut: (n) => `省略 ${grouped(n)} 个报文`, moreBehind: (n) => `之后还有 ${grouped(n)} 个报文`,
  reset: "RST", proof: "证据", clientEnd: "客户端", serverEnd: "服务端",
  byPorts: "哪一端是客户端，仅由端口推断。",
  why: {
    gone: "抓包文件已不在原处，无法显示报文。",
    unread: "rstcause-explain 在该抓包里找不到这个 RST：它含有只有 tshark 能读的内容，或文件已经变了。",
    no_reader: "这里没有 rstcause-explain，无法读取报文。",
  },
  unknownTitle: "尚不清楚的",
  missing: "凭现有抓包无法判断", missingOne: (n) => `${grouped(n)} 个 RST，例如：`,
  bands: "结论的置信度", band: ["90 % 及以上", "80 至 89 %", "60 至 79 %", "低于 60 %"], verdicts: "结论数", confidence: "置信度",
  right: "在从未看过的抓包上的正确率", bandsNote: "低于 60 % 不作任何保证，只当作排查线索。",
  brokenTitle: "没能读完的抓包", brokenMore: (n) => `还有 ${grouped(n)} 份`,
  notCounted: "没有被 RST 的连接不在统计之内。若两端都抓了包，同一个 RST 会出现两次。",
  table: "逐条列表",
  tableNote: (shown, all) => shown < all ? `共 ${grouped(all)} 个，列出 ${grouped(shown)} 个（最多 2,000）：每个服务每种原因中置信度最高的优先。全部数据用 rstcause-ask 查询。` : "",
  search: "搜索", anyCause: "所有原因", onlyMend: "只看确定且值得处理的",
  columns: ["时间（UTC）", "原因", "置信度", "客户端", "服务", "发生了什么", "位置"],
  shown: (n, all) => `显示 ${grouped(n)} / ${grouped(all)}`, more: (n) => `再显示 ${grouped(n)} 个`,
  sortedUp: "升序", sortedDown: "降序", clear: "清除筛选",
  follows: (frame) => `由第 ${frame} 帧引起`,
  spans: { ms: "毫秒", s: "秒", min: "分", h: "小时", d: "天" },
  each: { ms: "毫秒", s: "秒", min: "分钟", h: "小时", d: "天" },
};
