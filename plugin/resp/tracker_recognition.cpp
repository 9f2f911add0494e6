// SPDX-License-Identifier: GPL-2.0-or-later
// How a tracker becomes sure that this is RESP, and which end is the client.
#include <algorithm>

#include "resp/inline.h"
#include "resp/recognise.h"
#include "resp/tracker.h"

namespace rstcause::resp {
namespace {

/// True for values that no other protocol begins with: lengths that came true.
bool is_strong(const Message& message) {
  const auto type = type_of_marker(message.marker);
  if (!type) return false;
  return is_aggregate(*type) || *type == Type::bulk || *type == Type::verbatim ||
         *type == Type::bulk_error || looks_like_resp(message.head);
}

/// The words of an array that has the form of a command and is no published message. Of one that
/// was not kept whole the first word decides.
std::optional<CommandView> view_array(const Message& message) {
  if (message.marker != static_cast<char>(Type::array)) return std::nullopt;
  std::optional<CommandView> view = message.view;
  if (view->words == 0) {
    const Extent extent = measure_command(message.head);
    if (extent.kind == Extent::Kind::malformed) return std::nullopt;
    view = view_command(message.head);
  }
  if (!view || view->word[0].empty()) return std::nullopt;
  const bool may_be_published = view->word[0].ends_with("message");
  return may_be_published && is_published(read_reply(message)) ? std::nullopt : view;
}

bool is_no_command(const Message& message) {
  const auto header = read_header(message.head);
  return header && header->type == Type::array && header->length.value_or(1) <= 0;
}

}  // namespace

void Tracker::decide(Direction from, const Message& message) {
  const bool by_initiator = from == Direction::from_initiator;
  if (message.form == Message::Form::line) {
    if (options_.initiator_known && !by_initiator && !options_.forced) {
      recognition_ = Recognition::not_resp;  // a greeting: NATS's INFO, FTP's
      return;
    }
    tentative_ = recognition_ != Recognition::resp;
    return settle_roles(from);
  }
  if (const auto view = view_array(message)) return decide_by_array(from, view->word[0]);
  if (is_no_command(message)) return;
  if (options_.initiator_known && by_initiator && !options_.forced) {
    recognition_ = Recognition::not_resp;  // replies are not what one calls a server with
  } else if (options_.forced || is_strong(message)) {
    recognition_ = Recognition::resp;
    settle_roles(opposite(from));
    roles_sure_ = true;
  }
}

/// An array of strings is a command, or the reply to one: the first SYN tells, else a word that
/// is a command's.
void Tracker::decide_by_array(Direction from, std::string_view word) {
  recognition_ = Recognition::resp;
  if (options_.initiator_known) {
    settle_roles(Direction::from_initiator);
    roles_sure_ = from == Direction::from_initiator;
  } else if (find_word(word) != kNoWord) {
    settle_roles(from);
  }
}

void Tracker::settle_roles(Direction client) {
  client_ = client;
  lane(client).framer.speak(Framer::Dialect::commands);
  lane(opposite(client)).framer.speak(Framer::Dialect::replies);
}

/// What was taken for commands were replies that listed command words.
void Tracker::swap_roles() {
  settle_roles(opposite(*client_));
  ledger_.lose();
  roles_sure_ = true;
  last_word_ = kNoWord;
  last_ping_ = last_pong_ = 0;
}

void Tracker::take_fault(Direction from, Labels& out) {
  if (recognition_ != Recognition::resp) return refuse(out);
  ledger_.lose();
  if (client_ && from == *client_ && !roles_sure_) swap_roles();
}

/// Inline commands alone prove nothing: other line protocols share words with Redis. What is
/// answered to them does.
bool Tracker::is_confirmed(const PendingCommand& asked, const Reply& reply) {
  const Part part = part_of(asked.word);
  const std::string_view line = reply.line;
  if (reply.error) return is_redis_error(reply.error_text) || reply.error_text.starts_with("ERR ");
  if (part == Part::ping) return line == "PONG" || reply.type == Type::bulk;
  if (reply.type == Type::simple && line != "OK" && line != "QUEUED" && line != "RESET") {
    return spelling(asked.word) == "TYPE";
  }
  return (shapes_of(asked.word) & shape_of(reply)) != 0;
}

void Tracker::confirm(Labels& out) {
  tentative_ = false;
  recognition_ = Recognition::resp;
  ledger_.queue().for_each_kept([&](PendingCommand& entry) {
    if (!entry.published) fill(out.emplace_back(), entry);
    entry.published = true;
  });
}

/// It was not RESP after all.
void Tracker::refuse(Labels& out) {
  ledger_.queue().for_each_kept([&](const PendingCommand& entry) {
    if (!entry.published) return;
    Label& label = out.emplace_back();
    fill(label, entry);
    label.kind = Label::Kind::withdrawn;
  });
  recognition_ = Recognition::not_resp;
  tentative_ = told_early_ = false;
  lanes_ = {};
  ledger_.lose();
}

}  // namespace rstcause::resp
