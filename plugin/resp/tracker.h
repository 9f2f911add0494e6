// SPDX-License-Identifier: GPL-2.0-or-later
// Follows the RESP conversation of one TCP connection.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "resp/framer.h"
#include "resp/label.h"
#include "resp/ledger.h"
#include "resp/ordering.h"
#include "resp/words.h"

namespace rstcause::resp {

/// Payload of one TCP segment, in the order of the capture.
struct Piece {
  std::uint32_t frame = 0;
  std::int64_t time_ns = 0;
  std::uint32_t seq = 0;  ///< Sequence number of the first payload octet, raw; wraps.
  std::string_view payload;
  /// The segment's acknowledgment number, where it has one. Tells a segment that the capture
  /// lost (the other end acknowledges it) from one that is only late.
  std::optional<std::uint32_t> ack = std::nullopt;
  /// Octets of the segment's payload that follow `payload` but were not captured (snap length).
  std::uint32_t cut_off = 0;
};

/// What the caller knows about the connection.
struct TrackerOptions {
  /// The handshake was captured, so Direction::from_initiator did send the first SYN.
  bool initiator_known = false;
  /// The first piece fed is the connection's first payload: nobody spoke before.
  bool from_start = false;
  /// The user says that this is RESP (Decode As): believe even what is weak alone.
  bool forced = false;
};

/// Whether the traffic seen so far is RESP.
enum class Recognition : std::uint8_t { undecided, resp, not_resp };

/// A command that a question about the connection names.
struct CommandMark {
  LabelId id;
  std::int64_t time_ns = 0;
  Text word;
};

/// An error that the server reported.
struct ErrorMark {
  LabelId id;
  ErrorText text;
};

/// One TCP connection as a RESP conversation: who is the client, which message ends where, which
/// reply belongs to which command.
///
/// Feed it every payload piece of both ends in capture order, from the first one for which
/// looks_like_resp() said yes. It tells retransmitted octets by their numbers, puts a few late
/// pieces back into order, passes over long strings by their announced length, and where octets
/// are missing it takes up the next piece that starts like a message, while pairing waits for a
/// pause: a reply is paired rightly or not at all. Arguments of commands are never kept.
///
/// Costs some 220 octets of memory. More only while a message is incomplete (under 1 kilobyte a
/// direction), pieces are late (at most 16 kilobytes a direction) or several commands wait for
/// replies (24 octets each, at most 24 kilobytes).
class Tracker {
 public:
  explicit Tracker(TrackerOptions options = {});

  /// Tells the number of a direction's first payload octet (that of its SYN plus one), so that a
  /// first piece out of order is seen as such. Optional; before the first piece of that direction.
  void expect(Direction from, std::uint32_t first_seq);

  /// Takes one piece and appends to `out` a label for each message that became whole by it. A
  /// label may name an earlier frame (see Label::id): after out-of-order pieces, and for inline
  /// commands, which are labelled when a fitting reply confirms them.
  void feed(Direction from, const Piece& piece, Labels& out);

  /// Gives up waiting for late pieces and labels what was held back for them. To be called when
  /// the connection ends (FIN, RST), before the questions below.
  void settle(Labels& out);

  /// Once `not_resp`, it stays so and the tracker may be thrown away.
  Recognition recognition() const;

  /// Which direction carries the commands; nothing while unknown.
  std::optional<Direction> client() const;

  std::optional<std::uint32_t> last_ping() const;  ///< Frame of the last PING of the client.
  std::optional<std::uint32_t> last_pong() const;  ///< Frame of the last reply to one.

  /// Commands without a reply; nothing where pairing is lost or makes no sense (replication).
  std::optional<std::uint32_t> outstanding() const;

  /// The oldest command without a reply, while it can be named.
  std::optional<CommandMark> oldest_outstanding() const;

  std::optional<CommandMark> last_command() const;
  std::optional<ErrorMark> last_error() const;

  /// True when the server said nothing after its last error.
  bool last_reply_was_error() const;

  /// True when a message of this direction has begun and is not complete, false between two
  /// messages, nothing where track of the direction is lost or nothing was seen of it.
  std::optional<bool> mid_message(Direction from) const;

  /// True when the server's last reply was seen to its end; nothing when none was seen, or its
  /// end cannot be told.
  std::optional<bool> last_reply_complete() const;

  /// Replies that came whole since the client's last command; 255 for more, 0 where unknown.
  unsigned replies_since_command() const;

  /// The heartbeat's period, when the last three PINGs or more came at an even rhythm.
  std::optional<std::int64_t> ping_period_ns() const;

  /// True on a connection in subscribed mode, a MONITOR, or a replication link: a reply to each
  /// command is not to be expected there.
  bool streams() const;

 private:
  struct Lane {
    Ordering ordering;
    Framer framer;
  };

  /// An answer that came before octets which it acknowledges. It is held in its lane.
  struct EarlyAnswer {
    Direction from = Direction::from_initiator;
    std::uint32_t ack = 0;
  };

  /// What most connections do without.
  struct Extras {
    std::optional<EarlyAnswer> early_answer;
    std::vector<WordText> words;  ///< Command words that are not in the table.
    std::optional<ErrorMark> last_error;
  };

  Lane& lane(Direction d) { return lanes_[static_cast<std::size_t>(d)]; }
  const Lane& lane(Direction d) const { return lanes_[static_cast<std::size_t>(d)]; }
  Extras& extras();
  const EarlyAnswer* early_answer() const {
    return extras_ && extras_->early_answer ? &*extras_->early_answer : nullptr;
  }

  void heed_acknowledgment(Direction from, const Piece& piece, Labels& out);
  bool hold_for_question(Direction from, const Piece& piece);
  void take_early_answer(Labels& out);
  void give_up_question(Labels& out);
  void sort_in(Direction from, std::uint32_t seq, Run run, Labels& out);
  bool take_in_order(Direction from, std::uint32_t seq, Run& run, Labels& out);
  void take_held(Direction from, Labels& out);
  void give_up_holes(Direction from, Labels& out);
  void pass_missing(Direction from, std::uint32_t octets);

  void read(Direction from, Run run, Labels& out);
  void take(Direction from, const Message& message, Labels& out);
  void take_fault(Direction from, Labels& out);
  void pass_unread(Labels& out);
  void take_command(const Message& message, Labels& out);
  void take_reply(const Message& message, Labels& out);
  void take_snapshot(const Message& message, Labels& out);
  void take_streamed(const Message& message, Labels& out);
  void follow_master();

  void decide(Direction from, const Message& message);
  void decide_by_array(Direction from, std::string_view word);
  void settle_roles(Direction client);
  void swap_roles();
  void confirm(Labels& out);
  void refuse(Labels& out);
  bool is_confirmation(const Reply& reply, Labels& out);
  static bool is_confirmed(const PendingCommand& asked, const Reply& reply);
  bool may_tell_early(const PendingCommand& entry) const;
  bool may_be_told() const;

  LabelId next_id(std::uint32_t frame);
  WordId id_of(std::string_view word);
  Text spelling_of(WordId id) const;
  PendingCommand waiting_for(const Message& message, const CommandView& view);
  Label& answer_label(const Message& message, const Ledger::Answer& answer, Labels& out);
  void fill(Label& label, const PendingCommand& entry) const;
  void note_command(const PendingCommand& entry);
  void note_ping(std::int64_t time_ns, std::uint32_t frame);
  void begin_anew_after_pause(std::int64_t time_ns);

  std::array<Lane, 2> lanes_;
  Ledger ledger_;
  std::unique_ptr<Extras> extras_;
  std::uint32_t last_ping_ = 0;
  std::uint32_t last_pong_ = 0;
  LabelId last_command_;
  std::int64_t last_command_time_ns_ = 0;
  LabelId last_id_;
  WordId last_word_ = kNoWord;
  std::uint32_t last_payload_ms_ = 0;  ///< Times as milliseconds modulo 2^32.
  std::uint32_t last_ping_ms_ = 0;
  std::uint32_t ping_period_ms_ = 0;
  std::uint8_t even_pings_ = 0;  ///< Intervals in a row that were alike.
  std::uint8_t replies_ = 0;     ///< Since the client's last command.
  TrackerOptions options_;
  Recognition recognition_ = Recognition::undecided;
  std::optional<Direction> client_;
  bool tentative_ = false;   ///< Inline commands were seen, and no reply that confirms them.
  bool told_early_ = false;  ///< An inline PING was labelled before its confirmation.
  bool roles_sure_ = false;
  bool replied_ = false;
  bool error_last_ = false;
  bool fed_ = false;
  bool turned_ = false;  ///< The piece at hand follows one of the other end.
  Direction last_from_ = Direction::from_initiator;
};

}  // namespace rstcause::resp
