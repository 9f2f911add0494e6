// SPDX-License-Identifier: GPL-2.0-or-later
// The way of a piece: put into order, cut into messages, each handed to whom it concerns.
#include "resp/tracker.h"

namespace rstcause::resp {
namespace {

std::uint32_t to_ms(std::int64_t time_ns) {
  return static_cast<std::uint32_t>(time_ns / 1'000'000);
}

/// True when the next octet that is not a newline begins a bulk string. Newlines keep a link
/// alive while the master saves its data.
bool begins_like_a_snapshot(std::string_view octets) {
  const std::size_t at = octets.find_first_not_of('\n');
  return at != octets.npos && octets[at] == '$';
}

}  // namespace

Tracker::Tracker(TrackerOptions options) : options_(options) {
  ledger_.begin(options.from_start);
  if (options.forced) recognition_ = Recognition::resp;
}

void Tracker::expect(Direction from, std::uint32_t first_seq) {
  lane(from).ordering.expect(first_seq);
}

void Tracker::feed(Direction from, const Piece& piece, Labels& out) {
  if (recognition_ == Recognition::not_resp || piece.payload.empty()) return;
  if (!fed_ && !options_.from_start) lane(opposite(from)).framer.lose();
  fed_ = true;
  heed_acknowledgment(from, piece, out);
  if (lane(from).ordering.has_old_hole(piece.time_ns)) give_up_holes(from, out);
  sort_in(from, piece.seq, {piece.payload, piece.frame, piece.time_ns}, out);
  if (piece.cut_off > 0) {
    pass_cut_off(from, piece.seq + static_cast<std::uint32_t>(piece.payload.size()),
                 piece.cut_off);
  }
  last_payload_ms_ = to_ms(piece.time_ns);
}

/// The other end has what it acknowledges. Octets that it has and we do not were lost by the
/// capture, and will not come.
void Tracker::heed_acknowledgment(Direction from, const Piece& piece, Labels& out) {
  if (!piece.ack) return;
  const Lane& other = lane(opposite(from));
  const std::uint32_t unseen = other.ordering.unseen_before(*piece.ack);
  if (unseen <= 1) return;  // one may be the FIN
  if (other.ordering.has_hole()) return give_up_holes(opposite(from), out);
  if (unseen > other.framer.skippable() + 1) ledger_.lose();
}

void Tracker::sort_in(Direction from, std::uint32_t seq, Run run, Labels& out) {
  Ordering& ordering = lane(from).ordering;
  if (take_in_order(from, seq, run, out)) return;
  if (!lane(from).framer.is_lost() && ordering.hold(seq, run)) return;
  give_up_holes(from, out);
  if (take_in_order(from, seq, run, out)) return;
  // Still early, and nothing that could be waited for.
  ordering.jump_to(seq);
  lane(from).framer.lose();
  ledger_.lose();
  take_in_order(from, seq, run, out);
}

/// Reads `run`, and whatever waited for it, if its place has come. False when it is early.
bool Tracker::take_in_order(Direction from, std::uint32_t seq, Run& run, Labels& out) {
  Lane& here = lane(from);
  std::uint64_t skipped = 0;
  const auto place = here.ordering.place(seq, run, here.framer.skippable(), skipped);
  if (place == Ordering::Place::early) return false;
  if (place == Ordering::Place::old) return true;
  if (skipped > 0) here.framer.skip(skipped);
  read(from, run, out);
  take_held(from, out);
  return true;
}

void Tracker::take_held(Direction from, Labels& out) {
  Lane& here = lane(from);
  while (auto held = here.ordering.take_held(here.framer.skippable())) {
    Run run = held->run();
    std::uint64_t skipped = 0;
    const auto place = here.ordering.place(held->seq, run, here.framer.skippable(), skipped);
    if (place != Ordering::Place::next) continue;
    if (skipped > 0) here.framer.skip(skipped);
    read(from, run, out);
  }
}

void Tracker::give_up_holes(Direction from, Labels& out) {
  Lane& here = lane(from);
  while (here.ordering.has_hole()) {
    here.ordering.give_up_hole();
    here.framer.lose();
    ledger_.lose();
    take_held(from, out);
  }
}

/// Octets that were sent but cut off by the capture will never come.
void Tracker::pass_cut_off(Direction from, std::uint32_t seq, std::uint32_t octets) {
  Lane& here = lane(from);
  if (!here.ordering.stands_at(seq)) return;
  here.ordering.jump_to(seq + octets);
  if (octets <= here.framer.skippable()) return here.framer.skip(octets);
  here.framer.lose();
  ledger_.lose();
}

void Tracker::settle(Labels& out) {
  give_up_holes(Direction::from_initiator, out);
  give_up_holes(Direction::from_responder, out);
}

void Tracker::read(Direction from, Run run, Labels& out) {
  Framer& framer = lane(from).framer;
  Message message;
  while (recognition_ != Recognition::not_resp) {
    const bool from_server = client_ && from != *client_;
    if (from_server && !framer.is_mid_message() && ledger_.awaits_sync() &&
        begins_like_a_snapshot(run.octets)) {
      framer.await_snapshot();
    }
    switch (framer.next(run, message)) {
      case Framer::Outcome::message:
        take(from, message, out);
        break;
      case Framer::Outcome::fault:
        return take_fault(from, out);
      case Framer::Outcome::wait:
        return;
    }
  }
}

void Tracker::take(Direction from, const Message& message, Labels& out) {
  if (!client_) decide(from, message);
  if (!client_ || recognition_ == Recognition::not_resp) return;
  if (from == *client_) return take_command(message, out);
  if (message.form == Message::Form::snapshot) return take_snapshot(message, out);
  if (ledger_.is_replica()) return take_streamed(message, out);
  take_reply(message, out);
}

Recognition Tracker::recognition() const {
  return recognition_;
}

std::optional<Direction> Tracker::client() const {
  return client_;
}

}  // namespace rstcause::resp
