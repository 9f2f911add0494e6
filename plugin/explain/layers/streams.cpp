// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/layers/streams.h"

#include <algorithm>

#include "engine/memory/hash.h"

namespace rstcause::explain {
namespace {

template <typename Ends>
std::uint32_t hash_of(const Ends& ends) {
  return hash_of_ends(hash_part(*ends.low, ends.low_port) + hash_part(*ends.high, ends.high_port));
}

}  // namespace

template <std::size_t kAddress>
Streams::Conversation<kAddress>& Streams::find_or_add(Table<kAddress>& table,
                                                      const Ends<kAddress>& ends) {
  if (table.latest < table.all.size() && ends.are_of(table.all[table.latest]))
    return table.all[table.latest];
  table.slots.make_room(table.all.size());
  const std::uint32_t hash = hash_of(ends);
  auto& slot = table.slots.find(
      hash, [&](std::uint32_t number) { return ends.are_of(table.all[number - 1]); });
  if (slot.number == 0) {
    Conversation<kAddress> made{};
    std::copy_n(ends.low->octets.begin(), kAddress, made.low.begin());
    std::copy_n(ends.high->octets.begin(), kAddress, made.high.begin());
    made.low_port = ends.low_port;
    made.high_port = ends.high_port;
    made.stream = next_;
    table.all.push_back(made);
    ++next_;
    slot = {hash, static_cast<std::uint32_t>(table.all.size())};
  }
  table.latest = slot.number - 1;
  return table.all[table.latest];
}

template <std::size_t kAddress>
void Streams::note_in(Table<kAddress>& table, const Seen& seen) {
  const Ends<kAddress> ends(seen.tuple);
  Conversation<kAddress>& made = find_or_add(table, ends);
  SeqNum& own = ends.src_is_low ? made.low_base : made.high_base;
  SeqNum& peers = ends.src_is_low ? made.high_base : made.low_base;
  bool& own_is_set = ends.src_is_low ? made.low_is_set : made.high_is_set;
  bool& peers_is_set = ends.src_is_low ? made.high_is_set : made.low_is_set;

  if (seen.syn && own_is_set && own != seen.seq) {
    if (seen.ack_set && !habits.syn_ack_begins_anew) {
      own = seen.seq;
    } else {
      // The ports are used again.
      made.stream = next_++;
      own_is_set = peers_is_set = false;
    }
  }
  if (!seen.is_whole) return;
  if (!own_is_set) {
    own = seen.syn ? seen.seq : seen.seq - 1;
    own_is_set = true;
  }
  if (!peers_is_set && seen.ack_set) {
    peers = seen.ack - 1;
    peers_is_set = true;
  }
}

template <std::size_t kAddress>
std::optional<std::uint32_t> Streams::of_in(Table<kAddress>& table, const Tuple& tuple) {
  if (table.slots.empty()) return std::nullopt;
  const Ends<kAddress> ends(tuple);
  const auto& slot = table.slots.find(
      hash_of(ends), [&](std::uint32_t number) { return ends.are_of(table.all[number - 1]); });
  if (slot.number == 0) return std::nullopt;
  return table.all[slot.number - 1].stream;
}

template void Streams::note_in(Table<4>&, const Seen&);
template void Streams::note_in(Table<16>&, const Seen&);
template std::optional<std::uint32_t> Streams::of_in(Table<4>&, const Tuple&);
template std::optional<std::uint32_t> Streams::of_in(Table<16>&, const Tuple&);

}  // namespace rstcause::explain
