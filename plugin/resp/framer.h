// SPDX-License-Identifier: GPL-2.0-or-later
// Cuts one direction's octets into messages.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "resp/inline.h"
#include "resp/ordering.h"
#include "resp/parser.h"

namespace rstcause::resp {

/// One message as it came. Its view lasts until the framer is asked for the next.
struct Message {
  enum class Form : std::uint8_t { value, line, snapshot };

  std::string_view head;  ///< Its first octets; all of them when `whole`.
  bool whole = true;
  bool gap = false;  ///< Octets are missing where `head` ends.
  Form form = Form::value;
  char marker = 0;                ///< Of a value, attributes before it passed over.
  std::uint32_t start_frame = 0;  ///< Where its first octet came.
  std::uint32_t frame = 0;        ///< Where the last of its octets came.
  std::int64_t time_ns = 0;       ///< When.
  CommandView view{};             ///< The words, where they were seen at a glance.
};

/// Finds where each message of one direction begins and ends. Of a message spread over pieces
/// only its first octets are kept, and where in it we are.
class Framer {
 public:
  /// What is kept of an incomplete message.
  static constexpr std::size_t kMaxHead = 192;

  /// What this direction speaks.
  enum class Dialect : std::uint8_t { unknown, commands, replies };
  enum class Outcome : std::uint8_t {
    message,
    wait,   ///< The run is used up.
    pass,   ///< Our place is lost, and the run does not tell where we are: it was dropped.
    fault,  ///< This is no RESP, or we lost our place: the rest of the run was dropped.
  };

  Framer();
  ~Framer();
  Framer(Framer&&) noexcept;
  Framer& operator=(Framer&&) noexcept;

  /// Takes the next message from the front of `run`.
  Outcome next(Run& run, Message& message);

  void speak(Dialect dialect) { dialect_ = dialect; }

  /// These are a RESP client's octets for sure: a line in their place is an inline command.
  void believe_lines() { words_ = Words::any; }

  /// The next message is a replication snapshot.
  void await_snapshot() { snapshot_next_ = true; }

  /// Octets are missing: forget the message begun, and take up the next piece that starts like
  /// one.
  void lose();

  /// What may be missing from the octets to come without harm.
  std::uint64_t skippable() const;
  void skip(std::uint64_t octets);

  bool is_lost() const { return lost_; }
  bool is_mid_message() const;

 private:
  struct Partial;

  bool may_take_up(std::string_view octets) const;
  Outcome begin(Run& run, Message& message);
  Outcome begin_line(Run& run, Message& message);
  Outcome begin_value(Run& run, Message& message);
  bool take_at_a_glance(Run& run, Message& message) const;
  Outcome begin_partial(Run& run, Message& message, Message::Form form);
  Outcome go_on(Run& run, Message& message);
  Outcome fault(Run& run);
  void pass_blanks(Run& run) const;
  bool is_line_next(char octet) const;

  std::unique_ptr<Partial> partial_;
  Dialect dialect_ = Dialect::unknown;
  Words words_ = Words::known;
  bool lost_ = false;
  bool snapshot_next_ = false;
  bool lines_seen_ = false;  ///< Inline commands came before: they may come again.
};

}  // namespace rstcause::resp
