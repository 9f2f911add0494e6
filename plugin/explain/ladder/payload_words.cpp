// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/ladder/payload_words.h"

#include <algorithm>

#include "app/tls_records.h"
#include "resp/parser.h"

namespace rstcause::explain {
namespace {

constexpr bool is_upper(char letter) {
  return letter >= 'A' && letter <= 'Z';
}
constexpr bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

/// The length of the word at the front whose letters all pass; 0 where something else than the end
/// of a word follows it, or where it is too long to be one.
template <typename Passes>
std::size_t word_length(std::string_view text, Passes passes) {
  const auto end = std::find_if_not(text.begin(), text.end(), passes);
  const auto length = static_cast<std::size_t>(end - text.begin());
  if (length > kLongestWords) return 0;
  if (end == text.end() || *end == ' ' || *end == '\r' || *end == '\n') return length;
  return 0;
}

/// RFC 8446, B.1: the record's type, and of a handshake in clear the message's.
std::string of_tls(std::string_view payload) {
  if (app::begins_client_hello(payload)) return "TLS ClientHello";
  if (app::begins_server_hello(payload)) return "TLS ServerHello";
  switch (static_cast<app::TlsType>(payload[0])) {
    case app::TlsType::change_cipher_spec:
      return "TLS ChangeCipherSpec";
    case app::TlsType::alert:
      return "TLS alert";
    case app::TlsType::handshake:
      return "TLS handshake";
    default:
      return "TLS data";
  }
}

/// "HTTP/1.1 413": the version and the status code, not the reason.
std::string of_http_response(std::string_view payload) {
  constexpr std::size_t kVersion = 8, kStatus = 12;
  if (payload.size() < kStatus || !payload.starts_with("HTTP/1.") || payload[kVersion] != ' ')
    return {};
  const auto status = payload.substr(kVersion + 1, 3);
  if (!std::all_of(status.begin(), status.end(), is_digit)) return {};
  return std::string(payload.substr(0, kStatus));
}

/// A command sent as an array of bulk strings: its first word.
std::string of_resp_command(std::string_view payload) {
  const auto command = resp::view_command(payload);
  if (!command) return {};
  std::string word(command->word[0].substr(0, kLongestWords));
  const auto to_upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  std::transform(word.begin(), word.end(), word.begin(), to_upper);
  return word_length(word, [](char c) { return is_upper(c) || c == '.' || c == '_'; }) ==
                 word.size()
             ? word
             : std::string{};
}

/// What lines begin with: "EHLO", "220", "+PONG", "-DENIED", "SSH-2.0". Lower case is left out: a
/// line of its own may be a password.
std::string of_line(std::string_view payload) {
  if (payload.starts_with("SSH-2.0-")) return "SSH-2.0";
  constexpr std::size_t kCode = 3;
  if (payload.size() > kCode && (payload[kCode] == ' ' || payload[kCode] == '-') &&
      std::all_of(payload.begin(), payload.begin() + kCode, is_digit))
    return std::string(payload.substr(0, kCode));
  const bool has_marker = payload[0] == '+' || payload[0] == '-';
  const auto rest = payload.substr(has_marker ? 1 : 0);
  const std::size_t length = word_length(rest, is_upper);
  if (length < 2) return {};
  return std::string(payload.substr(0, length + (has_marker ? 1 : 0)));
}

}  // namespace

std::string payload_words(std::string_view payload) {
  if (payload.empty()) return {};
  if (app::begins_tls_record(payload)) return of_tls(payload);
  for (const auto read : {of_http_response, of_resp_command, of_line}) {
    if (std::string words = read(payload); !words.empty()) return words;
  }
  return {};
}

}  // namespace rstcause::explain
