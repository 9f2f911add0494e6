// SPDX-License-Identifier: GPL-2.0-or-later
// What may stand in the place of a {name} (engine/tell/words.h), in Chinese.

const CHINESE_ENDS = [
  ["the client ({address})", "客户端（{address}）"], ["the server ({address})", "服务端（{address}）"],
  ["the client", "客户端"], ["the server", "服务端"], ["the end that reset", "发出 RST 的一端"], ["the other end", "另一端"],
  ["{address}", "{address}"],
];
const CHINESE_ROLES = [["client", "客户端"], ["server", "服务端"]];
const CHINESE_TRIGGERS = [
  ["an uncaptured segment", "未抓到的报文"], ["frame {number}", "第 {number} 帧"],
  ["the data ({octets}, frame {number})", "数据（{octets}，第 {number} 帧）"], ["the segment (frame {number})", "报文（第 {number} 帧）"],
  ...["PING", "SYN", "SYN-ACK", "FIN", "ACK", "RST"].map((name) => [`the ${name} (frame {number})`, `${name}（第 {number} 帧）`]),
];
const CHINESE_CLOSES = [["in frame {number}", "在第 {number} 帧"], ["before (its FIN was not captured)", "在更早时（FIN 没有抓到）"]];
const CHINESE_LAST_DATA = [[" (last in frame {number})", "（最后在第 {number} 帧）"], [" (not captured)", "（没有抓到）"]];
const CHINESE_AFTER = [
  [" right after its PING was answered by PONG", "，就在它的 PING 得到 PONG 之后"],
  [" right after it had answered PING by PONG", "，就在它以 PONG 回答 PING 之后"],
];
const CHINESE_CARRIED = [[" but the {number} that the RST itself carries", "（RST 自己带的 {number} 个除外）"]];
const CHINESE_MISSING = [
  ["the SYN (or the odd segment) that it refuses was not captured", "它所拒绝的 SYN（或异常报文）没有抓到"],
  ["it is the first frame of its connection in the capture", "它是该连接在抓包里的第一帧"],
  ["only the direction of {x} was captured", "只抓到了 {x} 这一个方向"],
  ["nothing that {x} sent before was captured", "{x} 此前发送的内容一点也没有抓到"],
  ["segments before it were not captured", "它之前的报文没有抓到"],
];
const CHINESE_OCTETS = [["{number} of {number2} octets", "{number2} 字节中的 {number} 字节"], ["{number} octet", "{number} 字节"], ["{number} octets", "{number} 字节"]];
const CHINESE_TIMES = [["once", "1 次"], ["twice", "2 次"], ["{number} times", "{number} 次"]];
const CHINESE_ROUTERS = [["{number} router", "{number} 个路由器"], ["{number} routers", "{number} 个路由器"]];
const CHINESE_WORDS = [["that it ends", "它要结束"], ["{raw}", "{raw}"]];
const CHINESE_ALERTS = [
  ["encrypted: close_notify, or that it refuses the client", "（已加密：close_notify，或表示它拒绝客户端）"],
  ["close_notify (presumably: encrypted)", "close_notify（推测：已加密）"], ["number {number}", "{number} 号"], ["{word1}", "{word1}"],
];
const CHINESE_ASKED = [
  ["the client's goodbye", "客户端的道别"], ["{number} requests", "{number} 个请求"],
  ...[["request", "请求"], ["command", "命令"], ["query", "查询"], ["message", "消息"], ["stream", "流"]].flatMap(([noun, ours]) =>
    [[noun, ours], [`{word1} ${noun}`, `{word1} ${ours}`]]),
];
const CHINESE_PEERS = [["another address", "另一个地址"], ["{address}", "{address}"]];
const CHINESE_REPORTERS = [["a router", "某个路由器"], ["{host}", "{host}"]];
/** What a kernel said (engine/tell/word_text.cpp). */
const CHINESE_KERNEL_WORDS = [
  ["its TCP did not make this RST, so a firewall or a raw socket there did", "它的 TCP 没有产生这个 RST，所以是那里的防火墙或原始套接字发的"],
  ...["no reason", "{word1}"].flatMap((reason) => ["", " in {word2}"].flatMap((state) => ["", " as the listener was closed"].flatMap((closed) =>
    ["", ", by process {number}", ", by process {number} ({raw})"].map((process) => [
      `its kernel says ${reason}${state}${closed}${process}`,
      `内核给出的原因是 ${reason === "no reason" ? "“无”" : reason}` + (state && "，状态为 {word2}") + (closed && "，当时监听者被关闭") +
        (process && (process.includes("raw") ? "，由进程 {number}（{raw}）引起" : "，由进程 {number} 引起"))])))),
];
/** ICMP's messages (engine/wire/icmp.cpp). */
const CHINESE_ICMP = [
  ["network unreachable", "网络不可达"], ["host unreachable", "主机不可达"], ["protocol unreachable", "协议不可达"], ["port unreachable", "端口不可达"],
  ["fragmentation needed", "需要分片"], ["source route failed", "源路由失败"], ["network unknown", "网络未知"], ["host unknown", "主机未知"],
  ["source host isolated", "源主机被隔离"], ["network administratively prohibited", "网络被管理员禁止"],
  ["host administratively prohibited", "主机被管理员禁止"], ["network unreachable for this type of service", "以该服务类型网络不可达"],
  ["host unreachable for this type of service", "以该服务类型主机不可达"], ["communication administratively prohibited", "通信被管理员禁止"],
  ["host precedence violation", "违反主机优先级"], ["precedence cutoff in effect", "优先级截断生效"],
  ["time to live exceeded in transit", "传输中生存时间耗尽"], ["fragment reassembly time exceeded", "分片重组超时"],
  ["no route to destination", "没有到目的地的路由"], ["beyond scope of source address", "超出源地址的范围"], ["address unreachable", "地址不可达"],
  ["source address failed ingress/egress policy", "源地址不符合出入口策略"], ["reject route to destination", "到目的地的路由为拒绝"],
  ["packet too big", "报文太大"], ["hop limit exceeded in transit", "传输中跳数耗尽"], ["ICMP error", "ICMP 差错"],
].flatMap(([name, ours]) => [[name, ours], [`${name}, at most {number} octets fit`, `${ours}，最多容得下 {number} 字节`]]);
/** Where names of settings stand with a word of explanation (app/settings.cpp). */
const CHINESE_SETTINGS = [
  ["of a proxy: ", "代理的："], [", or that of a proxy before it", "，或它前面的代理的"], ["the call's deadline", "调用的期限"], ["a proxy's time-out, such as nginx proxy_read_timeout, or the ping time-out", "代理的超时（如 nginx proxy_read_timeout）或 ping 超时"],
  ["WebSocket pings", "WebSocket 的 ping"], ["see SHOW PROCESSLIST and the slow query log", "参见 SHOW PROCESSLIST 和慢查询日志"],
  ["see pg_stat_activity and log_min_duration_statement", "参见 pg_stat_activity 和 log_min_duration_statement"],
  ["maxIdleTimeMS of the driver's pool", "驱动连接池的 maxIdleTimeMS"], ["see db.currentOp() and the profiler", "参见 db.currentOp() 和 profiler"],
  ["Redis's timeout", "Redis 的 timeout"], ["see SLOWLOG GET", "参见 SLOWLOG GET"], ["the keep alive that the client asked for", "客户端要求的 keep alive"],
  ["MQTT's keep alive", "MQTT 的 keep alive"], ["AMQP's heartbeat", "AMQP 的心跳"], ["NATS's PING", "NATS 的 PING"], ["IRC's PING", "IRC 的 PING"],
  ["timeout in rsyncd.conf", "rsyncd.conf 里的 timeout"],
];
/** Of any summary or advice: sentences that stand beside the cause's own. */
const CHINESE_REMARKS = [
  ["(The capture states: {kernel}.)", "（抓包里写明：{kernel}。）"],
  ["The packets alone would rather tell of {word1} ({number} %).", "单看报文，更像是 {word1}（{number} %）。"],
  ["It ended {time} after its SYN: look for a limit on the age of connections at either end or on the path, for which no keepalive helps.",
   "它在 SYN 之后 {time} 结束：查找任一端或路径上对连接时长的限制，keepalive 对此无效。"],
  ["It ended {time} after its SYN: look for a limit on the age of connections at either end or on the path, for which no keepalive helps ({raw}).",
   "它在 SYN 之后 {time} 结束：查找任一端或路径上对连接时长的限制，keepalive 对此无效（{raw}）。"],
  ["The two ends do not speak the same protocol on this port: compare the client's address, port and TLS with the server's.",
   "两端在这个端口上说的不是同一种协议：把客户端的地址、端口和 TLS 与服务端的对照。"],
];
