// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/forgery/tests.h"

#include "engine/judge/clues/identity.h"

namespace rstcause::forgery {
namespace {

constexpr std::string_view kNothingOfSender = "nothing that its sender sent was captured";

std::string_view why_no_ttl(const Scene& s) {
  if (s.rst.ip.ttl == 0) return "the IP header was not captured";
  if (s.rst.habits.x_was_ahead) return "what its sender sent at that time was captured elsewhere";
  if (s.x().ttl_varies) return "the sender's own segments differ in it";
  const std::uint8_t usual = clues::usual_ttl(s);
  if (usual == 0) return kNothingOfSender;
  if (s.state == State::syn_sent) return "the SYN may have been written by hand";
  return s.is_abort() ? "it differs, but the rest of the header is the socket's"
                      : "it differs, but kernels answer with their default, not the socket's";
}

std::string_view why_no_ip_id(const Scene& s) {
  if (s.rst.ip.version == 6) return "IPv6 has none";
  if (s.rst.ip.version == 0) return "the IP header was not captured";
  if (s.rst.ip_id == 0) return "0, as Linux answers with";
  if (s.rst.habits.x_ip_id == 0) return kNothingOfSender;
  if (s.is_reply()) return "stacks count answers apart";
  if (s.rst.habits.ip_id_jumps != 0) return "the sender's own do not count up";
  return "one segment shows no counter";
}

std::string_view why_no_seq(const Scene& s) {
  if (s.rst.habits.x_last == 0) return kNothingOfSender;
  return "it is ahead of what was captured";
}

std::string_view why_no_ack(const Scene& s) {
  if (!s.rst.ack_set) return "the RST acknowledges nothing";
  if (!s.rst.habits.y_spoke) return "nothing of the other end was captured";
  return "segments of the other end were not captured";
}

std::string_view why_no_window(const Scene& s) {
  if (s.rst.header_cut) return "the header was cut off";
  return s.rst.wnd == 0 ? "some stacks abort with none" : "a socket's window changes";
}

std::string_view why_no_timing(const Scene& s) {
  if (s.rst.habits.heard == 0) return "it takes up no segment";
  const std::uint32_t usual = clues::usual_reaction(s);
  if (usual == Endpoint::kNoReaction) return "the sender was never seen answering";
  if (Nanos{usual} * kMicrosecond < clues::kTellingPath)
    return "the sender answers too quickly here";
  if (!clues::path_can_tell(s)) return "the path to the sender is not known well enough";
  return "quick, but not too quick for the path";
}

std::string_view why_no_data_after(const Scene&) {
  return "the sender was not heard again";
}

std::string_view why_no_options(const Scene& s) {
  if (s.rst.header_cut) return "the header was cut off";
  if (!s.rst.ack_set || s.is_reply()) return "an answer has none";
  if (!s.x().timestamps || !s.y().timestamps) return "the connection uses no timestamps";
  return "not every stack puts timestamps into a RST";
}

std::string_view why_no_volley(const Scene& s) {
  return s.x_trouble().resets > 1 ? "other resets came in this name, at other times"
                                  : "no other RST came in this name";
}

std::string_view why_not_both(const Scene& s) {
  return s.y_trouble().resets != 0 ? "the other side's RST is another matter"
                                   : "no RST came in the other end's name";
}

std::string_view why_not_reflected(const Scene& s) {
  if (s.rst.habits.heard == 0 && !s.rst.habits.y_spoke)
    return "nothing of the other end was captured";
  return "its header has nothing to compare";
}

using namespace clues;  // NOLINT(google-build-using-namespace): the table is made of them.

constexpr std::array<Test, kTests> kAllTests = {{
    {"ttl", "TTL", {&ttl_differs}, {&ttl_is_the_senders}, why_no_ttl},
    {"ip_id", "IP ID", {&ip_id_is_off, &abort_has_no_ip_id}, {&ip_id_goes_on}, why_no_ip_id},
    {"seq", "Sequence number", {&sequence_is_foreign}, {&sequence_is_the_senders}, why_no_seq},
    {"ack",
     "Acknowledgment",
     {&acknowledges_what_was_never_sent, &acknowledgment_goes_back},
     {&acknowledgment_fits},
     why_no_ack},
    {"window",
     "Window",
     {&answer_has_a_window, &window_is_beyond_all},
     {&window_is_as_it_should_be},
     why_no_window},
    {"timing", "Timing", {&came_too_soon}, {&came_in_its_time}, why_no_timing},
    {"data_after", "Data after", {&sender_went_on}, {&stayed_gone}, why_no_data_after},
    {"options",
     "Options",
     {&timestamps_go_back, &timestamps_are_missing},
     {&timestamps_go_on},
     why_no_options},
    {"volley",
     "Volley",
     {&one_of_many_guesses, &one_of_a_volley},
     {&each_reset_answers},
     why_no_volley},
    {"both_sides", "Both sides", {&both_ends_were_reset}, {}, why_not_both},
    {"reflected",
     "Reflected header",
     {&ip_id_is_reflected, &window_is_reflected},
     {&nothing_is_reflected},
     why_not_reflected},
}};

Testimony put(const Test& test, const Scene& scene) {
  Testimony made;
  const auto says_yes = [&](const Clue* clue) {
    made.answer = clue->ask(scene);
    made.clue = clue;
    return made.answer.is_yes();
  };
  made.word = Word::speaks_for;
  for (const Clue* clue : test.speaks_for) {
    if (says_yes(clue)) return made;
  }
  made.word = Word::speaks_against;
  for (const Clue* clue : test.speaks_against) {
    if (says_yes(clue)) return made;
  }
  return {Word::unknown, nullptr, Answer::unknown(), test.why_unknown(scene)};
}

}  // namespace

std::span<const Test, kTests> tests() {
  return kAllTests;
}

std::string_view to_string(Word word) {
  switch (word) {
    case Word::speaks_for:
      return "for";
    case Word::speaks_against:
      return "against";
    case Word::unknown:
      break;
  }
  return "unknown";
}

Testimonies examine(const Scene& scene) {
  Testimonies all;
  for (std::size_t i = 0; i < kTests; ++i) all[i] = put(kAllTests[i], scene);
  return all;
}

}  // namespace rstcause::forgery
