// SPDX-License-Identifier: GPL-2.0-or-later
// Protocols of lines in which the server's next line answers the client's last one: SMTP (RFC
// 5321), FTP (RFC 959), POP3 (RFC 1939), IMAP (RFC 9051).
#include "app/cursor.h"
#include "app/grammar.h"

namespace rstcause::app {
namespace {

using Kind = Farewell::Kind;
using Phase = Exchange::Phase;

constexpr std::uint16_t kReady = 220, kSendMail = 354;

/// Whatever the client says waits for an answer, a mail's lines as well.
void read_client(Exchange& exchange, const Message& m) {
  const std::string_view line = line_of(m.octets);
  const bool in_mail = exchange.status == kSendMail;
  if (!in_mail && (begins_with(line, "QUIT") || contains(line.substr(0, 24), " LOGOUT")))
    exchange.left = true;
  if (exchange.asked().empty()) exchange.ask(0, m.time);
}

/// Three digits at the beginning of a reply's line; 0 where they are none.
std::uint16_t reply_code(std::string_view line) {
  if (line.size() < 3 || (line.size() > 3 && line[3] != ' ' && line[3] != '-')) return 0;
  for (const char digit : line.substr(0, 3))
    if (digit < '0' || digit > '9') return 0;
  return static_cast<std::uint16_t>(decimal(line.substr(0, 3)));
}

void read_reply(Exchange& exchange, const Message& m) {
  const std::string_view line = line_of(m.octets);
  const std::uint16_t code = reply_code(line);
  if (code < 100) return;
  const bool same_reply = exchange.status == code && exchange.farewell(m.from) != nullptr;
  exchange.status = code;
  constexpr std::uint16_t kFirstError = 400, kClosing = 221, kUnavailable = 421;
  if (code < kFirstError && code != kClosing) {
    if (code >= 200) exchange.phase = Phase::open;
    exchange.answer_all();
    return;
  }
  const std::string_view text = line.size() > 4 ? line.substr(4) : std::string_view{};
  Kind kind = exchange.phase == Phase::opening ? Kind::refusal : Kind::error;
  if (code == kClosing) kind = Kind::goodbye;
  if (code == kUnavailable && kind == Kind::error)
    kind = speaks_of_idleness(text) ? Kind::idle_timeout : Kind::goodbye;
  exchange.answer_all();
  if (!same_reply) exchange.bid_farewell(m.from, kind, line.substr(0, 3), text);
}

std::uint64_t read_replies(Exchange& exchange, const Message& m) {
  m.from == exchange.client ? read_client(exchange, m) : read_reply(exchange, m);
  return 0;
}

/// A mail may hold any line, so only the first line that answers the client is read.
std::uint64_t read_pop3(Exchange& exchange, const Message& m) {
  if (m.from == exchange.client) {
    read_client(exchange, m);
    return 0;
  }
  const std::string_view line = line_of(m.octets);
  const bool answers = !exchange.asked().empty() || exchange.phase == Phase::opening;
  if (answers && line.starts_with("-ERR")) {
    const std::string_view text = behind_word(line);
    const bool idle = speaks_of_idleness(text);
    const bool refused = exchange.phase == Phase::opening;
    exchange.bid_farewell(m.from,
                          idle      ? Kind::idle_timeout
                          : refused ? Kind::refusal
                                    : Kind::error,
                          "-ERR", text);
  }
  exchange.phase = Phase::open;
  exchange.answer_all();
  return 0;
}

/// The octets of a literal that a line announces at its end: "{123}" (RFC 9051, 4.3).
std::uint64_t literal(std::string_view line) {
  if (!line.ends_with('}')) return 0;
  const std::size_t begin = line.rfind('{');
  return begin == std::string_view::npos ? 0 : decimal(line.substr(begin + 1));
}

void read_imap_status(Exchange& exchange, Side from, std::string_view line) {
  const std::string_view tag = word_of(line), said = behind_word(line);
  const std::string_view word = word_of(said), text = behind_word(said);
  const bool untagged = tag == "*";
  if (untagged && begins_with(word, "BYE")) {
    const Kind kind = exchange.phase == Phase::opening ? Kind::refusal
                      : speaks_of_idleness(text)       ? Kind::idle_timeout
                                                       : Kind::goodbye;
    exchange.bid_farewell(from, kind, "BYE", text);
  } else if (!untagged && tag != "+" && (word == "NO" || word == "BAD")) {
    exchange.bid_farewell(from, Kind::error, word, text);
  }
}

std::uint64_t read_imap(Exchange& exchange, const Message& m) {
  const std::string_view line = line_of(m.octets);
  if (m.from == exchange.client) {
    read_client(exchange, m);
    return literal(line);
  }
  read_imap_status(exchange, m.from, line);
  exchange.phase = Phase::open;
  exchange.answer_all();
  return literal(line);
}

constexpr Grammar kSmtp{Protocol::smtp, "command", nullptr, read_replies};
constexpr Grammar kFtp{Protocol::ftp, "command", nullptr, read_replies};
constexpr Grammar kLine220{Protocol::line_220, "command", nullptr, read_replies};
constexpr Grammar kPop3{Protocol::pop3, "command", nullptr, read_pop3};
constexpr Grammar kImap{Protocol::imap, "command", nullptr, read_imap};

/// A reply that a greeting may be, or that may stand in its place.
FirstWords by_reply_code(std::string_view line) {
  const std::uint16_t code = reply_code(line);
  const bool refused = code == 421 || code == 554 || code == 530;
  if ((code != kReady && !refused) || line.size() < 4) return {};
  const bool smtp = contains(line, "SMTP") || contains(line, "MAIL") || code == 554;
  const bool ftp = contains(line, "FTP") || code == 530;
  if (refused && smtp == ftp) return {&kLine220, true};
  const Grammar& grammar = smtp == ftp ? kLine220 : smtp ? kSmtp : kFtp;
  return {&grammar, true};
}

}  // namespace

FirstWords begin_mail(std::string_view payload) {
  const std::string_view line = first_line(payload);
  if (line.starts_with("+OK ")) return {&kPop3, true};  // "+OK" alone may be Redis's
  if (line.starts_with("* OK") || line.starts_with("* PREAUTH") || line.starts_with("* BYE"))
    return {&kImap, true};
  if (line.starts_with("EHLO ") || line.starts_with("HELO ") || line.starts_with("LHLO "))
    return {&kSmtp, false, true};
  return by_reply_code(line);
}

}  // namespace rstcause::app
