// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/greeting.h"

#include <algorithm>

namespace rstcause::app {
namespace {

std::uint32_t octet(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

std::uint32_t be32(std::string_view text, std::size_t at) {
  return (octet(text, at) << 24U) | (octet(text, at + 1) << 16U) | (octet(text, at + 2) << 8U) |
         octet(text, at + 3);
}

/// The first line, where it is whole and printable; empty otherwise.
std::string_view first_line(std::string_view payload) {
  if (payload.empty() || octet(payload, 0) < 0x20) return {};  // most that is no text
  const std::size_t end = payload.substr(0, 512).find('\n');
  if (end == std::string_view::npos || end < 3) return {};
  std::string_view line = payload.substr(0, end);
  if (line.back() == '\r') line.remove_suffix(1);
  const bool text = std::all_of(line.begin(), line.end(), [](char o) {
    return static_cast<std::uint8_t>(o) >= 0x20 && o != 0x7F;
  });
  return text ? line : std::string_view{};
}

bool contains(std::string_view line, std::string_view word) {
  return std::search(line.begin(), line.end(), word.begin(), word.end(), [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a) == b;
         }) != line.end();
}

/// A reply line of SMTP and FTP: three digits that a greeting may begin with.
FirstWords by_reply_code(std::string_view line) {
  if (line.size() < 4 || (line[3] != ' ' && line[3] != '-')) return {};
  const std::string_view code = line.substr(0, 3);
  const bool ready = code == "220";
  const bool refused = code == "421" || code == "554" || code == "530";
  if (!ready && !refused) return {};
  const bool smtp = contains(line, "SMTP") || contains(line, "MAIL") || code == "554";
  const bool ftp = contains(line, "FTP") || code == "530";
  const Greeting protocol = smtp == ftp ? Greeting::line_220
                            : smtp      ? Greeting::smtp
                                        : Greeting::ftp;
  if (refused && protocol == Greeting::line_220) return {};
  const auto error = static_cast<std::uint16_t>(
      ready ? 0 : (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
  return {protocol, true, false, error};
}

FirstWords by_line(std::string_view line) {
  if (line.starts_with("SSH-2.0-") || line.starts_with("SSH-1.")) return {Greeting::ssh};
  if (line == "+OK" || line.starts_with("+OK ")) {
    const bool redis = line.size() == 3;  // an unasked +OK alone says too little
    return redis ? FirstWords{} : FirstWords{Greeting::pop3, true};
  }
  if (line.starts_with("* OK") || line.starts_with("* PREAUTH")) return {Greeting::imap, true};
  if (line.starts_with("* BYE")) return {Greeting::imap, true, false, 1};
  if (line.starts_with("EHLO ") || line.starts_with("HELO ")) return {Greeting::smtp, false, true};
  return by_reply_code(line);
}

/// Protocol::HandshakeV10, or Protocol::ERR_Packet in its place.
FirstWords by_mysql_packet(std::string_view payload) {
  if (payload.size() < 8) return {};
  const std::uint32_t length =
      octet(payload, 0) | (octet(payload, 1) << 8U) | (octet(payload, 2) << 16U);
  if (length + 4 != payload.size() || payload[3] != 0) return {};
  if (octet(payload, 4) == 0xFF) {
    const auto code = static_cast<std::uint16_t>(octet(payload, 5) | (octet(payload, 6) << 8U));
    if (code < 1000 || code >= 5000) return {};
    return {Greeting::mysql, true, false, code};
  }
  if (octet(payload, 4) != 10 || length < 40) return {};
  const std::string_view version = payload.substr(5, payload.find('\0', 5) - 5);
  const bool digits = version.size() >= 3 && version.size() < 64 && version[0] >= '3' &&
                      version[0] <= '9' && version.find('.') != std::string_view::npos;
  return digits ? FirstWords{Greeting::mysql, true} : FirstWords{};
}

FirstWords by_postgresql_packet(std::string_view payload) {
  constexpr std::uint32_t kSslRequest = 80877103, kGssRequest = 80877104, kVersion3 = 196608;
  if (payload.size() < 8 || be32(payload, 0) != payload.size()) return {};
  const std::uint32_t code = be32(payload, 4);
  const bool request = (code == kSslRequest || code == kGssRequest) && payload.size() == 8;
  const bool startup = code == kVersion3 && payload.size() > 8 && payload.back() == '\0' &&
                       payload.find("user") != std::string_view::npos;
  return request || startup ? FirstWords{Greeting::postgresql, false, true} : FirstWords{};
}

}  // namespace

std::string_view to_string(Greeting protocol) {
  switch (protocol) {
    case Greeting::none:
      return "";
    case Greeting::ssh:
      return "SSH";
    case Greeting::smtp:
      return "SMTP";
    case Greeting::ftp:
      return "FTP";
    case Greeting::line_220:
      return "SMTP or FTP";
    case Greeting::pop3:
      return "POP3";
    case Greeting::imap:
      return "IMAP";
    case Greeting::mysql:
      return "MySQL";
    case Greeting::postgresql:
      return "PostgreSQL";
  }
  return "";
}

FirstWords read_first_words(std::string_view payload) {
  if (const std::string_view line = first_line(payload); !line.empty()) return by_line(line);
  const FirstWords mysql = by_mysql_packet(payload);
  return mysql.protocol != Greeting::none ? mysql : by_postgresql_packet(payload);
}

}  // namespace rstcause::app
