// SPDX-License-Identifier: GPL-2.0-or-later
// Protocols that are known by the first payload of an end: who greeted, and who answered.
#pragma once

#include <cstdint>
#include <string_view>

#include "app/piece.h"

namespace rstcause::app {

/// Protocols told by their first words. `line_220` is one of two: SMTP and FTP greet alike.
enum class Greeting : std::uint8_t {
  none,
  ssh,
  smtp,
  ftp,
  line_220,
  pop3,
  imap,
  mysql,
  postgresql,
};

/// The name to show: "SSH", "SMTP", ...
std::string_view to_string(Greeting protocol);

/// What a first payload says of its protocol and sender.
struct FirstWords {
  Greeting protocol = Greeting::none;
  bool by_server = false;   ///< Only a server says this...
  bool by_client = false;   ///< ... only a client. Neither: both begin alike (SSH).
  std::uint16_t error = 0;  ///< The code of a refusal in place of a greeting, where it has one.
};

/// Reads an end's first payload: RFC 4253, 4.2; RFC 5321, 4.2; RFC 959; RFC 1939; RFC 9051;
/// MySQL's initial handshake packet; PostgreSQL's SSLRequest, StartupMessage.
FirstWords read_first_words(std::string_view payload);

/// A conversation known by its first words. Counts who spoke; understands no more.
class Greeted {
 public:
  Greeted(FirstWords words, Side from) : words_(words), greeter_(from) {}

  void feed(Side from, const Piece&) {
    if (from != greeter_) answered_ = true;
  }

  Greeting protocol() const { return words_.protocol; }
  /// The end that spoke first, and whether it is known to be the server or the client by that.
  Side greeter() const { return greeter_; }
  bool greeter_is_server() const { return words_.by_server; }
  bool greeter_is_client() const { return words_.by_client; }
  /// The other end has said anything since.
  bool answered() const { return answered_; }
  /// The greeting was a refusal with that code; 0 otherwise.
  std::uint16_t error() const { return words_.error; }

 private:
  FirstWords words_;
  Side greeter_;
  bool answered_ = false;
};

}  // namespace rstcause::app
