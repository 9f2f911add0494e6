// SPDX-License-Identifier: GPL-2.0-or-later
// Which reply belongs to which command.
#pragma once

#include <cstdint>
#include <optional>

#include "resp/parser.h"
#include "resp/queue.h"
#include "resp/reply.h"

namespace rstcause::resp {

/// Pairs replies with commands in their order, and knows when that order is not all: channels
/// subscribed to, MONITOR, silenced replies, transactions, replication. Where it cannot know, it
/// pairs nothing until a pause lets it begin anew.
class Ledger {
 public:
  struct Answer {
    bool push = false;                      ///< Unasked for.
    std::optional<PendingCommand> command;  ///< What it answers.
  };

  /// `from_start`: nothing was sent on the connection before the first message.
  void begin(bool from_start);

  /// Enters a command with its first words. Returns whether a reply will come.
  bool command(PendingCommand entry, const CommandView& view);

  /// Finds the command that `reply` answers.
  Answer reply(const Reply& reply);

  /// The snapshot that answers SYNC, or follows the reply to PSYNC.
  Answer snapshot();

  /// Messages were missed: nothing is paired from here on.
  void lose();
  /// Nothing can be under way any more: pairing begins anew.
  void resume();

  bool is_lost() const { return lost_; }
  bool is_replica() const { return link_ != Link::client; }
  /// The reply just seen is followed by a snapshot.
  bool snapshot_follows() const { return link_ == Link::replica_to_be; }
  /// The next reply, if it begins with `$`, is a snapshot.
  bool awaits_sync() const;
  bool streams() const;

  std::optional<std::uint32_t> outstanding() const;

  Queue& queue() { return queue_; }
  const Queue& queue() const { return queue_; }

 private:
  enum class Subscribed : std::uint8_t { never, unknown, now, before };
  enum class Link : std::uint8_t { client, replica_to_be, replica };

  bool silence(Part part, const CommandView& view);
  void enter_transaction(Part part, PendingCommand& entry);
  bool push_entry(const PendingCommand& entry, Part part);
  std::optional<Answer> unasked(const Reply& reply);
  std::optional<Answer> published(const Reply& reply);
  std::optional<Answer> confirmation(const Reply& reply);
  bool is_last_of_its_kind(const Reply& reply);
  void take_effect(const PendingCommand& entry, const Reply& reply);
  void drop_confirmed();

  Queue queue_;
  std::int32_t channels_ = 0;  ///< Subscribed to, as far as seen.
  std::int32_t patterns_ = 0;
  Subscribed subscribed_ = Subscribed::unknown;
  Link link_ = Link::client;
  bool lost_ = false;
  bool monitor_ = false;
  bool in_multi_ = false;
  bool odd_multi_ = false;  ///< What EXEC will answer cannot be told.
  bool replies_off_ = false;
  bool skip_next_ = false;
};

}  // namespace rstcause::resp
