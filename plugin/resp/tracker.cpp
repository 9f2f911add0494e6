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

/// True when the octets kept before a gap show what kind of message it is: the first word of a
/// command or push, or that there is none.
bool tells_enough(const Message& message) {
  const auto type = type_of_marker(message.marker);
  if (!type || !is_aggregate(*type)) return type.has_value();
  const std::string_view value = skip_attributes(message.head);
  const auto header = read_header(value);
  if (!header) return false;
  const auto first = read_header(value.substr(header->octets));
  const bool may_be_a_word = !first || first->type == Type::bulk || first->type == Type::simple;
  return !may_be_a_word || Elements(value).next().has_value();
}

/// `REPLCONF ACK`: only a replica says this, in the client's place.
bool is_acknowledgment_of_a_replica(const Message& message) {
  if (message.marker != '*') return false;
  const auto view = view_command(message.head);
  return view && same_word("REPLCONF", view->word[0]) && same_word("ACK", view->word[1]);
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
  // What follows octets of its own end may be the inside of what those began.
  turned_ = !fed_ || from != last_from_;
  last_from_ = from;
  fed_ = true;
  if (const EarlyAnswer* early = early_answer()) {
    const bool may_be_awaited = from != early->from && lane(from).ordering.stands_at(piece.seq);
    if (!may_be_awaited) give_up_question(out);
  }
  if (hold_for_question(from, piece)) return;
  heed_acknowledgment(from, piece, out);
  for (const Direction end : {from, opposite(from)}) {
    if (lane(end).ordering.has_old_hole(piece.time_ns)) give_up_holes(end, out);
  }
  sort_in(from, piece.seq, {piece.payload, piece.frame, piece.time_ns}, out);
  const std::uint32_t end = piece.seq + static_cast<std::uint32_t>(piece.payload.size());
  if (piece.cut_off > 0 && lane(from).ordering.stands_at(end)) {
    pass_missing(from, piece.cut_off);
    take_held(from, out);
  }
  last_payload_ms_ = to_ms(piece.time_ns);
  const EarlyAnswer* const early = early_answer();
  if (early != nullptr && lane(from).ordering.ahead(early->ack) <= 1) take_early_answer(out);
}

/// The capture may show an answer before the question that it acknowledges: receive queues exchange
/// the two directions. Keeps it until that has come or is known to be lost.
bool Tracker::hold_for_question(Direction from, const Piece& piece) {
  if (!piece.ack || early_answer() != nullptr || piece.cut_off > 0) return false;
  Lane &here = lane(from), &there = lane(opposite(from));
  const std::uint32_t unseen = there.ordering.ahead(*piece.ack);
  const bool asked = unseen > there.framer.skippable() + 1;  // one may be the FIN
  if (!asked || there.framer.is_lost() || there.ordering.has_hole()) return false;
  if (here.ordering.has_begun() && !there.ordering.has_begun())
    return false;  // not captured at all
  if (here.ordering.has_hole() || !here.ordering.stands_at(piece.seq)) return false;
  if (!here.ordering.hold(piece.seq, {piece.payload, piece.frame, piece.time_ns})) return false;
  extras().early_answer = {.from = from, .ack = *piece.ack};
  return true;
}

void Tracker::take_early_answer(Labels& out) {
  const Direction from = extras().early_answer->from;
  extras().early_answer.reset();
  turned_ = true;
  last_from_ = from;
  take_held(from, out);
}

/// The capture has lost it.
void Tracker::give_up_question(Labels& out) {
  const EarlyAnswer& early = *extras().early_answer;
  lane(opposite(early.from)).ordering.heed(early.ack);
  ledger_.lose();
  take_early_answer(out);
}

/// The other end has what it acknowledges. Octets that it has and we do not were lost by the
/// capture, and will not come.
void Tracker::heed_acknowledgment(Direction from, const Piece& piece, Labels& out) {
  if (!piece.ack) return;
  Lane& other = lane(opposite(from));
  other.ordering.heed(*piece.ack);
  const std::uint32_t unseen = other.ordering.ahead(*piece.ack);
  if (unseen <= 1) return;  // one may be the FIN
  if (other.ordering.has_hole()) return give_up_holes(opposite(from), out);
  if (unseen > other.framer.skippable() + 1) ledger_.lose();
}

void Tracker::sort_in(Direction from, std::uint32_t seq, Run run, Labels& out) {
  Ordering& ordering = lane(from).ordering;
  if (take_in_order(from, seq, run, out)) return;
  const bool may_come = !lane(from).framer.is_lost() && !ordering.is_acknowledged(seq);
  if (may_come && ordering.hold(seq, run)) return;
  give_up_holes(from, out);
  if (take_in_order(from, seq, run, out)) return;
  pass_missing(from, ordering.ahead(seq));
  take_in_order(from, seq, run, out);
}

/// Reads `run`, and whatever waited for it, if its place has come. False when it is early.
bool Tracker::take_in_order(Direction from, std::uint32_t seq, Run& run, Labels& out) {
  Ordering& ordering = lane(from).ordering;
  const auto place = ordering.place(seq, run);
  if (place == Ordering::Place::early) return false;
  if (place == Ordering::Place::old) return true;
  read(from, run, out);
  if (ordering.has_hole()) take_held(from, out);
  return true;
}

void Tracker::take_held(Direction from, Labels& out) {
  Ordering& ordering = lane(from).ordering;
  while (auto held = ordering.take_held()) {
    Run run = held->run();
    if (ordering.place(held->seq, run) == Ordering::Place::next) read(from, run, out);
  }
}

void Tracker::give_up_holes(Direction from, Labels& out) {
  while (lane(from).ordering.has_hole()) {
    pass_missing(from, lane(from).ordering.hole());
    take_held(from, out);
  }
}

/// Goes on behind octets that will never come. Inside a string of known length they do no harm.
void Tracker::pass_missing(Direction from, std::uint32_t octets) {
  if (octets == 0) return;
  Lane& here = lane(from);
  here.ordering.skip(octets);
  if (octets <= here.framer.skippable()) return here.framer.skip(octets);
  here.framer.lose();
  ledger_.lose();
}

void Tracker::settle(Labels& out) {
  if (early_answer() != nullptr) give_up_question(out);
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
    if (roles_sure_ && recognition_ == Recognition::resp && from == *client_) {
      framer.believe_lines();
    }
    if (from_server && framer.is_lost() && !turned_) return pass_unread(out);
    switch (framer.next(run, message)) {
      case Framer::Outcome::message:
        take(from, message, out);
        break;
      case Framer::Outcome::fault:
        return take_fault(from, out);
      case Framer::Outcome::pass:
        return pass_unread(out);
      case Framer::Outcome::wait:
        return;
    }
  }
}

/// Octets that could not be read may have held messages.
void Tracker::pass_unread(Labels& out) {
  if (tentative_) return refuse(out);
  ledger_.lose();
}

void Tracker::take(Direction from, const Message& message, Labels& out) {
  if (!client_) decide(from, message);
  if (!client_ || recognition_ == Recognition::not_resp) return;
  if (from != *client_ && is_acknowledgment_of_a_replica(message)) swap_roles();
  if (message.gap && !tells_enough(message)) ledger_.lose();
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
