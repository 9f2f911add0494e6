// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/context.h"

namespace rstcause::resp {
namespace {

std::string text_of(const Text& text) {
  return std::string(text.view());
}

/// The error's code where it says enough, else its text.
std::string what_error(std::string_view text) {
  const std::string_view code = text.substr(0, text.find(' '));
  return std::string(code == "ERR" ? text : code);
}

std::string seconds(std::int64_t ns) {
  const std::int64_t tenths = (ns + 50'000'000) / 100'000'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string reply_words(const Label& reply) {
  if (reply.error) return "an error: " + std::string(reply.error_text.view());
  return reply.pong ? "PONG" : text_of(reply.text);
}

std::string unanswered(const Tracker& tracker, std::uint32_t count, std::string_view waited) {
  const auto oldest = tracker.oldest_outstanding();
  const std::string word = oldest ? text_of(oldest->word) : "command";
  const std::string since = waited.empty() ? "" : " for " + std::string(waited);
  if (count == 1) return "RESP: " + word + " unanswered" + since;
  std::string said = "RESP: " + std::to_string(count) + " commands unanswered";
  if (oldest) {
    said += ", the oldest " + word + " of frame " + std::to_string(oldest->id.frame) + since;
  }
  return said;
}

/// True when the last command was a PING and its PONG came.
bool answered_ping_last(const Tracker& tracker, const CommandMark& last) {
  const auto ping = tracker.last_ping();
  return ping == last.id.frame && tracker.last_pong().value_or(0) >= *ping;
}

}  // namespace

std::string describe_exchange(const Label& label) {
  switch (label.kind) {
    case Label::Kind::command:
      return text_of(label.text);
    case Label::Kind::push:
      return "push";
    case Label::Kind::withdrawn:
      return {};
    case Label::Kind::reply:
      break;
  }
  if (!label.request) return reply_words(label);
  return text_of(label.request_word) + " answered by " + reply_words(label);
}

std::vector<std::string> context_sentences(const Tracker& tracker, const Waits& waits) {
  std::vector<std::string> said;
  const auto last = tracker.last_command();
  const auto count = tracker.outstanding();
  const auto error = tracker.last_error();
  if (error && tracker.last_reply_was_error()) {
    said.push_back("RESP: -" + what_error(error->text.view()) + " before the close");
  }
  if (count.value_or(0) > 0) said.push_back(unanswered(tracker, *count, waits.oldest));
  if (tracker.last_reply_complete() == false) said.emplace_back("RESP: the last reply was cut");
  const bool all_answered = last && count == 0U;
  if (all_answered && !waits.until_reply.empty()) {
    said.push_back("RESP: the client closed before the reply to " + text_of(last->word) +
                   ", having waited for " + waits.until_close + "; it took " + waits.until_reply);
  } else if (all_answered && answered_ping_last(tracker, *last)) {
    said.emplace_back("RESP: PING answered by PONG");
  } else if (all_answered && tracker.last_reply_complete() == true) {
    said.push_back("RESP: every command answered, the last one " + text_of(last->word));
  }
  if (const auto period = tracker.ping_period_ns()) {
    said.push_back("RESP: a PING every " + seconds(*period));
  }
  if (tracker.streams()) {
    said.emplace_back("RESP: the server streams (subscription, MONITOR or replication)");
  }
  return said;
}

}  // namespace rstcause::resp
