// SPDX-License-Identifier: GPL-2.0-or-later
// What a reply says, as far as pairing and labels need it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "resp/framer.h"
#include "resp/label.h"
#include "resp/parser.h"
#include "resp/words.h"

namespace rstcause::resp {

/// Views of a reply's parts; they last as long as the message's.
struct Reply {
  Type type = Type::null;
  bool error = false;
  bool null = false;
  std::string_view line;              ///< Of one-line types: the text after the marker.
  std::string_view error_text;        ///< The error's first line.
  std::int64_t elements = -1;         ///< Of aggregates with an announced length.
  std::string_view first;             ///< First element, where it is a string.
  std::optional<std::int64_t> third;  ///< Of three elements the last, where it is an integer.
  bool cut = false;                   ///< Of three elements not all were kept.
};

/// `QUEUED`, said inside MULTI in place of the reply.
bool is_queued(const Reply& reply);

/// Reads what the kept octets of a message tell.
Reply read_reply(const Message& message);

/// The form of a reply to hold against what a command admits; 0 for errors.
Shapes shape_of(const Reply& reply);

/// Whether what an error repeats of the command is shown elsewhere too.
enum class Repeated : std::uint8_t {
  shown,   ///< It answers a command whose first word has a label.
  hidden,  ///< That word may be anything, a secret typed at the wrong place too.
};

/// For Label::text: a one-line reply's text, else the type's name.
Text describe(const Reply& reply, Repeated word);

/// For Label::error_text: without what Redis repeats of the command's arguments.
ErrorText describe_error(const Reply& reply, Repeated word);

/// `message`, `pmessage`, `smessage`: something published.
bool is_published(const Reply& reply);

/// `subscribe`, `unsubscribe` and their p and s forms: a channel's confirmation.
bool is_subscription(const Reply& reply);
bool is_unsubscription(const Reply& reply);

/// A line of MONITOR: `+1339518083.107412 [0 127.0.0.1:60866] "keys" "*"`.
bool is_monitor_line(const Reply& reply);

}  // namespace rstcause::resp
