// SPDX-License-Identifier: GPL-2.0-or-later
// Questions about who really sent the reset: its numbers, its moment, what came of it.
#pragma once

#include "engine/judge/clues/form.h"
#include "engine/judge/clues/header.h"

namespace rstcause::clues {

/// Nothing X had sent or been told explains the number.
inline constexpr Clue sequence_is_foreign{
    "sequence-is-foreign",
    [](const Scene& s) {
      if (!s.y().speaks && !s.rst.ack_set) return Answer::unknown();
      return Answer::when(s.form == Form::foreign && s.rst.habits.x_last != 0, s.rst.frame,
                          s.rst.seq.raw());
    },
    "Its sequence number, {a}, is none that {x} had reached."};

/// What the true sender would write: its own next number, or the one of the segment it refuses.
inline constexpr Clue sequence_is_the_senders{
    "sequence-is-the-senders",
    [](const Scene& s) {
      if (s.is_reply()) return Answer::when(s.has_trigger(), s.trigger.frame);
      const bool own = s.is_abort() && s.form != Form::abort_ahead;
      return Answer::when(own && s.rst.habits.x_last != 0, s.rst.habits.x_last);
    },
    "Its sequence number is the one that {x} itself would have used after this frame."};

/// A number that X's segments had passed already: whoever uses it has seen one of them.
inline bool was_reached(const Scene& s) {
  const Endpoint& x = s.x();
  if (!x.speaks) return false;
  const SeqNum start = x.syn != 0 ? x.isn : x.first_seq;
  return s.rst.seq.distance_from(start) <= x.snd_nxt.distance_from(start);
}

/// Who knows how far X or its peer has got has seen their segments, and need not guess.
inline bool knows_the_numbers(const Scene& s) {
  const bool peers = s.rst.ack_set && s.y().speaks && s.rst.ack == s.y().snd_nxt;
  return peers || was_reached(s);
}

/// Its socket was alive after the segment that the RST pretends to answer.
inline constexpr Clue lived_on_after_the_trigger{
    "lived-on-after-the-trigger",
    [](const Scene& s) { return Answer::when(s.rst.habits.x_lived_on, s.rst.habits.x_last); },
    "{X} had taken the segment whose numbers this RST quotes, and spoken on here."};

inline bool stands_alone_with_ack(const Scene& s) {
  return s.rst.ack_set && s.form != Form::reply_to_no_ack && s.form != Form::reply_with_ack;
}

/// Small stacks count a SYN or a FIN too often or not at all: by one a stack errs, and nobody
/// forges.
inline constexpr std::uint32_t kMiscounted = 1;

inline constexpr Clue acknowledges_what_was_never_sent{
    "acknowledges-what-was-never-sent",
    [](const Scene& s) {
      const bool known = s.rst.habits.y_spoke && s.y().unseen == 0;
      if (!stands_alone_with_ack(s) || !known) return Answer::unknown();
      return Answer::when(s.rst.ack.after(s.y().snd_nxt + kMiscounted), s.y().last.frame,
                          s.rst.ack.distance_from(s.y().snd_nxt));
    },
    "It acknowledges {a:octets} more than {y} had sent."};

inline constexpr Clue acknowledgment_goes_back{
    "acknowledgment-goes-back",
    [](const Scene& s) {
      if (!stands_alone_with_ack(s) || !s.rst.habits.x_acked) return Answer::unknown();
      return Answer::when(s.rst.ack.before(s.rst.habits.x_rcv_nxt - kMiscounted),
                          s.rst.habits.x_last, s.rst.habits.x_rcv_nxt.distance_from(s.rst.ack));
    },
    "{X} had acknowledged {a:octets} more than this RST does."};

inline constexpr Clue acknowledgment_fits{
    "acknowledgment-fits",
    [](const Scene& s) {
      if (!s.rst.ack_set || !s.rst.habits.y_spoke) return Answer::unknown();
      if (!stands_alone_with_ack(s)) return Answer::when(s.has_trigger(), s.trigger.frame);
      const bool back = s.rst.habits.x_acked && s.rst.ack.before(s.rst.habits.x_rcv_nxt);
      return Answer::when(!back && !s.rst.ack.after(s.rst.habits.y_snd_nxt), s.y().last.frame);
    },
    "It acknowledges no more than {y} had sent and no less than {x} had acknowledged."};

inline constexpr Clue own_octets_were_not_captured{
    "own-octets-were-not-captured",
    [](const Scene& s) {
      return Answer::when(s.form == Form::abort_ahead, s.rst.frame,
                          s.rst.seq.distance_from(s.x().snd_nxt));
    },
    "Its sequence number is {a:octets} ahead of all that was captured of {x}."};

/// Devices flush connections whenever it pleases them; forgers act on what passes.
inline constexpr Clue came_out_of_silence{
    "came-out-of-silence",
    [](const Scene& s) {
      return Answer::when(!s.has_trigger() && s.rst.idle >= kSecond, s.rst.frame, s.rst.idle);
    },
    "It came after {a:time} of silence, with nothing to set it off."};

/// The quickest answer of X at this capture point, by this connection or by its handshakes with
/// others: no word of X's comes sooner. The handshake must be among them, for later answers wait
/// for programs and for delayed acknowledgments.
inline std::uint32_t usual_reaction(const Scene& s) {
  const Host* const host = s.x_host();
  const bool here = host != nullptr && host->ttl_interface == s.rst.ip.interface;
  return std::min(s.x().reaction_us, here ? host->reaction_us : Endpoint::kNoReaction);
}

/// Below this the path is too short to tell anybody on it from its end.
inline constexpr Nanos kTellingPath = 2 * kMillisecond;

/// False where a segment may have been heard in an earlier copy.
inline bool path_can_tell(const Scene& s) {
  const bool handshake = s.x().syn != 0 && s.y().syn != 0;
  if (s.rst.habits.heard == 0 || !handshake || s.rst.habits.x_was_ahead) return false;
  const bool repeats = s.y_trouble().retransmits.total != 0 || s.y_trouble().syn_repeats.total != 0;
  const std::uint32_t usual = usual_reaction(s);
  if (repeats || usual == Endpoint::kNoReaction || Nanos{usual} * kMicrosecond < kTellingPath)
    return false;
  // Beside its sender a capture sees kernels answer at once and programs whenever they like.
  const std::uint8_t ttl = usual_ttl(s);
  return ttl != 0 && hops_of(ttl) > 0;
}

/// It answers or acknowledges a segment that X cannot have had yet.
inline constexpr Clue came_too_soon{
    "came-too-soon",
    [](const Scene& s) {
      if (!path_can_tell(s)) return Answer::unknown();
      const Nanos usual = Nanos{usual_reaction(s)} * kMicrosecond;
      return Answer::when(2 * s.rst.habits.heard_after < usual, s.rst.habits.heard,
                          s.rst.habits.heard_after, usual);
    },
    "It takes up this segment after {a:time}; the quickest answer of {x} took {b:time}."};

inline constexpr Clue came_in_its_time{
    "came-in-its-time",
    [](const Scene& s) {
      if (!path_can_tell(s)) return Answer::unknown();
      const Nanos usual = Nanos{usual_reaction(s)} * kMicrosecond;
      return Answer::when(5 * s.rst.habits.heard_after >= 4 * usual, s.rst.habits.heard,
                          s.rst.habits.heard_after, usual);
    },
    came_too_soon.sentence};

/// The SYN-ACK of a SYN proxy offers no window (Linux nf_synproxy_core.c). Then two machines speak
/// in one name, with numbers of their own.
inline bool stands_behind_a_syn_proxy(const Endpoint& x) {
  return x.syn != 0 && x.shape.wnd == 0 && !x.shape.options_cut;
}

/// A socket is gone after its reset, so it sends no second one, unless to answer.
inline constexpr Clue one_of_a_volley{
    "one-of-a-volley",
    [](const Scene& s) {
      if (s.rst.volley == 0) return Answer::no();
      return stands_behind_a_syn_proxy(s.x()) ? Answer::unknown() : Answer::yes(s.rst.volley);
    },
    "Another RST in {x}'s name, which nothing drew: a socket sends one and is gone.",
    Matter::sequel};

inline constexpr Clue each_reset_answers{
    "each-reset-answers",
    [](const Scene& s) {
      const bool several = s.x_trouble().resets > 1 && s.rst.volley == 0;
      return Answer::when(several && s.is_reply() && s.rst.fresh_trigger, s.trigger.frame);
    },
    "Several RSTs came in {x}'s name; this one answers a segment of its own.", Matter::trouble};

/// How many segments of that host were captured on both sides of a router lately.
inline std::uint32_t passed_on(const Host* host, Nanos time) {
  const bool lately = host != nullptr && time - host->passed_on_time <= 60 * kSecond;
  return lately ? host->passed_on : 0;
}

/// Two capture points: both ends' segments are captured on both sides of some router.
inline constexpr Clue senders_are_passed_on{"senders-are-passed-on",
                                            [](const Scene& s) {
                                              const auto x = passed_on(s.x_host(), s.rst.time);
                                              const auto y = passed_on(s.y_host(), s.rst.time);
                                              // A handshake at the least.
                                              const bool both = x != 0 && y != 0 && x + y >= 3;
                                              return Answer::when(both, s.rst.frame);
                                            },
                                            ""};

/// ... and one clock, so that what should have been captured twice by now is known.
inline constexpr Clue passing_on_tells{
    "passing-on-tells",
    [](const Scene& s) {
      const Host *x = s.x_host(), *y = s.y_host();
      const bool two_clocks =
          (x != nullptr && x->copied_backwards) || (y != nullptr && y->copied_backwards);
      return two_clocks ? Answer::unknown() : senders_are_passed_on.ask(s);
    },
    ""};

/// What never reached X, X cannot have answered.
inline constexpr Clue trigger_was_not_passed_on{
    "trigger-was-not-passed-on",
    [](const Scene& s) {
      if (!s.has_trigger() || !s.is_reply() || !s.rst.fresh_trigger) return Answer::unknown();
      if (s.rst.passed_on) return Answer::no();  // whatever became of the segment's copy
      if (!passing_on_tells.ask(s).is_yes()) return Answer::unknown();
      return Answer::when(!s.rst.trigger_passed_on, s.trigger.frame);
    },
    "Other segments of {y} are captured again behind the router, this one is not: it never "
    "reached {x}."};

inline constexpr Clue seen_on_one_side_only{
    "seen-on-one-side-only",
    [](const Scene& s) { return Answer::when(s.rst.one_sided != 0, s.rst.one_sided); },
    "By now {x}'s RST should have been captured on the router's other side too, as its segments "
    "are: it was made between.",
    Matter::sequel};

inline constexpr Clue stayed_gone{
    "stayed-gone",
    [](const Scene& s) {
      return Answer::when(s.rst.stayed_gone != 0 && s.rst.went_on == 0, s.rst.stayed_gone);
    },
    "{X} answers here as a host does that has nothing left of the connection.", Matter::sequel};

/// The strongest proof: the "sender" goes on as if it had not sent it.
inline constexpr Clue sender_went_on{
    "sender-went-on",
    [](const Scene& s) { return Answer::when(s.rst.went_on != 0, s.rst.went_on); },
    "{X} goes on here as if it had not sent that RST.", Matter::sequel};

/// Both ends go on as if nothing had come: then nobody had ended anything.
inline constexpr Clue both_ends_went_on{
    "both-ends-went-on",
    [](const Scene& s) {
      return Answer::when(s.rst.went_on != 0 && s.rst.ignored != 0, s.rst.ignored);
    },
    "{Y} goes on here, too: the RST did not end the connection at either end.", Matter::sequel};

/// What netfilter's REJECT and other in-path devices send: the header of an answer that a host
/// without socket would give (Linux nf_send_reset()).
inline constexpr Clue answers_like_a_kernel{
    "answers-like-a-kernel",
    [](const Scene& s) {
      if (!s.is_reply() || s.rst.header_cut) return Answer::no();
      return Answer::when(s.rst.wnd == 0 && !s.options.timestamps && s.rst.ip_id == 0,
                          s.trigger.frame);
    },
    ""};

/// A device in the path can have sent it: it saw the segment, or knows both numbers.
inline constexpr Clue device_could_have_sent_it{
    "device-could-have-sent-it",
    [](const Scene& s) {
      if (s.is_reply()) return trigger_is_of_a_connection.ask(s);
      const bool established = s.x().speaks && s.y().speaks && !s.x().last.syn;
      return Answer::when(s.form == Form::abort_no_window && established, s.rst.frame);
    },
    ""};

/// Guessing the number takes many tries, and hits once.
inline constexpr Clue one_of_many_guesses{
    "one-of-many-guesses",
    [](const Scene& s) {
      if (s.rst.habits.x_last == 0) return Answer::unknown();  // nothing to hold them against
      const Trouble& t = s.x_trouble();
      if (t.foreign_resets < 2) return Answer::no();  // this one would be the second at most
      const std::uint32_t right = t.resets - std::min(t.resets, t.foreign_resets);
      if (right >= 2 && 4 * right >= t.foreign_resets) return Answer::no();  // it sees the numbers
      const bool one_more = t.last_foreign < s.rst.frame && !knows_the_numbers(s);
      const std::uint32_t guesses = t.foreign_resets + (one_more ? 1U : 0U);
      return Answer::when(guesses >= 3, std::max(t.last_foreign, s.rst.frame), guesses);
    },
    "{a} resets with numbers out of nowhere came in {x}'s name, last here."};

/// Two resets that acknowledge, with different numbers, beside each other: a socket has one
/// number. Whoever does not know how far the sender has got in flight guesses ahead.
inline constexpr Clue the_volley_steps{
    "the-volley-steps",
    [](const Scene& s) {
      const bool both = one_of_a_volley.ask(s).is_yes() && s.rst.ack_set && s.rst.volley_ack_set;
      return Answer::when(both && s.rst.seq != s.rst.volley_seq, s.rst.volley,
                          s.rst.volley_seq.raw(), s.rst.seq.raw());
    },
    "The RSTs in {x}'s name have different numbers, {a} and {b}: a socket has one.",
    Matter::sequel};

/// A later reset in a forged one's name: part of the same volley.
inline constexpr Clue number_was_guessed{
    "number-was-guessed",
    [](const Scene& s) {
      if (s.form == Form::foreign) return sequence_is_foreign.ask(s);
      const bool answer = s.is_reply() && s.rst.fresh_trigger && s.rst.wnd == 0;
      // Off the path nobody knows the number of a SYN.
      const bool knows = s.form == Form::reply_to_no_ack && s.has_trigger();
      if (answer || knows || timestamps_continue(s)) return Answer::no();
      const Answer many = one_of_many_guesses.ask(s);
      return many.is_yes() ? Answer::yes(s.rst.frame, s.rst.seq.raw()) : many;
    },
    "Its sequence number is {a}: one of many tries."};

inline constexpr Clue follows_a_forgery{
    "follows-a-forgery",
    [](const Scene& s) {
      const Frame first = s.x_trouble().forged;
      const bool kernels =
          s.is_reply() && s.rst.wnd == 0 && s.rst.volley == 0 && !ttl_differs.ask(s).is_yes();
      return Answer::when(first != 0 && first < s.rst.frame && !kernels, first);
    },
    "It follows a forged reset in the same name.", Matter::trouble};

/// Two resets, one in each direction, in one instant, and neither answers a segment: an end that
/// was reset sends none of its own.
inline constexpr Clue both_ends_were_reset{
    "both-ends-were-reset",
    [](const Scene& s) {
      const Trouble& t = s.y_trouble();
      const Nanos apart = s.rst.time - t.rst_time;
      const bool together = t.rst != 0 && !t.rst_answered && are_within(kAllAtOnce, apart);
      return Answer::when(together && (s.is_abort() || s.form == Form::foreign), t.rst);
    },
    "{Y}'s side was reset in the same instant.", Matter::trouble};

}  // namespace rstcause::clues
