// SPDX-License-Identifier: GPL-2.0-or-later
// A conversation in messages of one of many protocols: whose words were the last.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "app/exchange.h"
#include "app/grammar.h"
#include "app/piece.h"

namespace rstcause::app {

/// Cuts what each end sends into messages and gives them to the protocol's reader. Keeps the
/// beginning of a message that is not whole, and nothing else of the octets.
class Dialogue {
 public:
  Dialogue(FirstWords words, Side from)
      : grammar_(words.grammar),
        exchange_(words.by_server ? other(from) : from),
        greeter_(from),
        by_server_(words.by_server),
        by_client_(words.by_client) {}

  void feed(Side from, const Piece& piece);

  Protocol protocol() const { return grammar_->protocol; }
  const Grammar& grammar() const { return *grammar_; }
  const Exchange& exchange() const { return exchange_; }
  /// The end that spoke first, and whether it is known to be the server or the client by that.
  Side greeter() const { return greeter_; }
  bool greeter_is_server() const { return by_server_; }
  bool greeter_is_client() const { return by_client_; }
  /// The other end has said anything since.
  bool answered() const { return answered_; }
  /// Nothing is missing of either end, so that its counts are right.
  bool sure() const;
  /// That end's latest message is not whole: so many octets of it came, of so many (0: unknown).
  bool is_cut(Side from) const;

 private:
  struct Reader;
  /// One end's messages.
  struct End {
    std::uint32_t next = 0;
    bool in_step = false;
    bool in_long_line = false;          ///< All up to the end of the line is passed over.
    std::uint64_t left = 0;             ///< Octets of the message to pass over.
    std::unique_ptr<std::string> held;  ///< The beginning of one that is not whole.

    void restart();
  };

  bool begins(Side from, std::string_view octets);
  bool skip(Side from, std::uint32_t octets);
  void read(Side from, std::string_view octets, std::int64_t time);
  static bool pass_over(End& end, std::string_view& octets);
  std::uint64_t measure(Side from, std::string_view octets) const;
  bool read_message(Side from, std::string_view& octets, std::int64_t time);

  const Grammar* grammar_;
  Exchange exchange_;
  std::array<End, 2> ends_;
  Side greeter_;
  bool by_server_, by_client_;
  bool answered_ = false;
};

}  // namespace rstcause::app
