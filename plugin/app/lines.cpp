// SPDX-License-Identifier: GPL-2.0-or-later
// Protocols of lines beside mail's: SSH's first words, NATS, IRC, SIP, rsync's daemon.
#include <algorithm>
#include <array>

#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

using Kind = Farewell::Kind;
using Phase = Exchange::Phase;

// ----- SSH: RFC 4253, 4.2; OpenSSH's sshd.c and kex.c
// ----------------------------------------------

/// In place of its identification, or behind it, in clear.
constexpr auto kSshRefusals =
    std::to_array<std::string_view>({"Exceeded MaxStartups", "Not allowed at this time",
                                     "Invalid SSH identification string.", "Protocol mismatch."});

bool is_ssh_refusal(std::string_view line) {
  return std::find(kSshRefusals.begin(), kSshRefusals.end(), line) != kSshRefusals.end();
}

/// A line; sshd sends the end of its last one by itself, and that may be lost with the reset: so
/// those words are a message without it.
std::uint64_t measure_ssh(const Exchange&, Side, std::string_view octets) {
  for (const std::string_view refusal : kSshRefusals)
    if (octets.starts_with(refusal)) return refusal.size();
  const std::size_t end = octets.find('\n');
  return end == std::string_view::npos ? kMoreWanted : end + 1;
}

std::uint64_t read_ssh(Exchange& exchange, const Message& m) {
  const std::string_view line = line_of(m.octets);
  if (is_ssh_refusal(line)) exchange.bid_farewell(m.from, Kind::refusal, {}, line);
  if (!line.starts_with("SSH-")) return 0;
  const std::size_t software = line.find('-', 4);
  if (software != std::string_view::npos) exchange.introduce(m.from, line.substr(software + 1));
  // One bit for each end whose identification was seen: what follows both is encrypted.
  exchange.status = static_cast<std::uint16_t>(exchange.status | (1U << index(m.from)));
  exchange.opaque = exchange.status == 3;
  return 0;
}

constexpr Grammar kSsh{Protocol::ssh, "request", measure_ssh, read_ssh};

// ----- NATS: "Client Protocol"
// ---------------------------------------------------------------------

constexpr std::uint64_t kEndOfBlock = 2;

std::uint64_t read_nats(Exchange& exchange, const Message& m) {
  const std::string_view line = line_of(m.octets);
  const std::string_view word = word_of(line);
  if (word == "MSG" || word == "HMSG" || word == "PUB" || word == "HPUB") {
    const std::size_t last = line.rfind(' ');
    return decimal(line.substr(last + 1)) + kEndOfBlock;
  }
  if (word == "PING") exchange.ping(m.from, m.time);
  if (word == "PONG") {
    exchange.pong(m.from);
    exchange.phase = Phase::open;
  }
  if (word == "+OK") exchange.phase = Phase::open;
  if (word == "-ERR") {
    std::string_view text = behind_word(line);
    if (text.size() > 2 && text.front() == '\'' && text.back() == '\'')
      text = text.substr(1, text.size() - 2);
    const Kind kind = speaks_of_idleness(text)        ? Kind::idle_timeout
                      : exchange.phase == Phase::open ? Kind::goodbye
                                                      : Kind::refusal;
    exchange.bid_farewell(m.from, kind, "-ERR", text);
  }
  return 0;
}

constexpr Grammar kNats{Protocol::nats, "request", nullptr, read_nats};

// ----- IRC: RFC 2812
// ---------------------------------------------------------------------------------

/// What stands behind a line's origin, which only servers' lines have.
std::string_view behind_origin(std::string_view line) {
  return line.starts_with(':') ? behind_word(line) : line;
}

std::uint64_t read_irc(Exchange& exchange, const Message& m) {
  const std::string_view line = behind_origin(line_of(m.octets));
  const std::string_view word = word_of(line);
  std::string_view text = behind_word(line);
  if (text.starts_with(':')) text.remove_prefix(1);
  if (word == "PING") exchange.ping(m.from, m.time);
  if (word == "PONG") exchange.pong(m.from);
  if (word == "QUIT" && m.from == exchange.client) exchange.left = true;
  if (word == "001" && m.from != exchange.client) exchange.phase = Phase::open;
  if (word == "ERROR" && m.from != exchange.client) {
    const Kind kind = speaks_of_idleness(text)        ? Kind::idle_timeout
                      : exchange.phase == Phase::open ? Kind::goodbye
                                                      : Kind::refusal;
    exchange.bid_farewell(m.from, kind, "ERROR", text);
  }
  return 0;
}

constexpr Grammar kIrc{Protocol::irc, "command", nullptr, read_irc};

// ----- SIP: RFC 3261 ----------------------------------------------------------------------

constexpr auto kSipMethods = std::to_array<std::string_view>(
    {"INVITE", "ACK", "BYE", "CANCEL", "REGISTER", "OPTIONS", "SUBSCRIBE", "NOTIFY", "PUBLISH",
     "INFO", "REFER", "MESSAGE", "UPDATE", "PRACK"});

/// The method of a request line, of static storage; empty where it is none.
std::string_view sip_method(std::string_view line) {
  if (!line.ends_with(" SIP/2.0")) return {};
  const auto* const found = std::find(kSipMethods.begin(), kSipMethods.end(), word_of(line));
  return found == kSipMethods.end() ? std::string_view{} : *found;
}

void read_sip_status(Exchange& exchange, const Message& m, std::string_view said) {
  constexpr std::uint16_t kFinal = 200, kError = 400, kTimeout = 408;
  exchange.status = static_cast<std::uint16_t>(decimal(word_of(said)));
  if (exchange.status < kFinal) return;
  exchange.answer(static_cast<std::uint32_t>(index(other(m.from))));
  if (exchange.status < kError) return;
  exchange.bid_farewell(m.from, exchange.status == kTimeout ? Kind::idle_timeout : Kind::error,
                        word_of(said), behind_word(said));
}

/// Line by line: the body is passed over by its length, which Exchange::number keeps.
std::uint64_t read_sip(Exchange& exchange, const Message& m) {
  const std::string_view line = line_of(m.octets);
  if (line.empty()) {
    const std::uint64_t body = exchange.number;
    exchange.number = 0;
    return body;
  }
  if (begins_with(line, "CONTENT-LENGTH:") || begins_with(line, "L:")) {
    std::string_view value = line.substr(line.find(':') + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    exchange.number = decimal(value);
  } else if (line.starts_with("SIP/2.0 ")) {
    read_sip_status(exchange, m, behind_word(line));
  } else if (const std::string_view method = sip_method(line); !method.empty()) {
    exchange.subject = method;
    if (method != "ACK") exchange.ask(static_cast<std::uint32_t>(index(m.from)), m.time, method);
  }
  return 0;
}

constexpr Grammar kSip{Protocol::sip, "request", nullptr, read_sip};

// ----- rsync: clientserver.c
// -------------------------------------------------------------------------

std::uint64_t read_rsync(Exchange& exchange, const Message& m) {
  const std::string_view line = line_of(m.octets);
  if (line.starts_with("@ERROR")) {
    const std::size_t text = line.find(": ");
    exchange.bid_farewell(m.from, Kind::refusal, "@ERROR",
                          text == std::string_view::npos ? "" : line.substr(text + 2));
  }
  if (line == "@RSYNCD: OK") exchange.opaque = true;
  if (line == "@RSYNCD: EXIT") exchange.bid_farewell(m.from, Kind::goodbye, "EXIT", {});
  return 0;
}

constexpr Grammar kRsync{Protocol::rsync, "request", nullptr, read_rsync};

}  // namespace

FirstWords begin_ssh(std::string_view payload) {
  const std::string_view line = first_line(payload);
  if (line.starts_with("SSH-2.0-") || line.starts_with("SSH-1.")) return {&kSsh};
  return is_ssh_refusal(line) ? FirstWords{&kSsh, true} : FirstWords{};
}

FirstWords begin_nats(std::string_view payload) {
  const bool info = payload.starts_with("INFO {\"server_id\"");
  return info ? FirstWords{&kNats, true} : FirstWords{};
}

FirstWords begin_irc(std::string_view payload) {
  const std::string_view line = first_line(payload);
  const bool server = line.starts_with("ERROR :") || line.starts_with("NOTICE AUTH :") ||
                      (line.starts_with(':') && contains(line, " NOTICE "));
  if (server) return {&kIrc, true};
  const bool client = line.starts_with("NICK ") || line.starts_with("CAP LS") ||
                      (line.starts_with("USER ") && contains(line, " :"));
  return client ? FirstWords{&kIrc, false, true} : FirstWords{};
}

FirstWords begin_sip(std::string_view payload) {
  const std::string_view line = first_line(payload);
  if (line.starts_with("SIP/2.0 ")) return {&kSip, true};
  return sip_method(line).empty() ? FirstWords{} : FirstWords{&kSip, false, true};
}

FirstWords begin_rsync(std::string_view payload) {
  if (!payload.starts_with("@RSYNCD: ") && !payload.starts_with("@ERROR: ")) return {};
  return first_line(payload).empty() ? FirstWords{} : FirstWords{&kRsync, true};
}

}  // namespace rstcause::app
