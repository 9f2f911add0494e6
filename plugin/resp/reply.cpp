// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/reply.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string>

namespace rstcause::resp {
namespace {

std::string_view first_line_of(std::string_view text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

bool is_text(Type type) {
  return type == Type::bulk || type == Type::simple;
}

std::optional<std::int64_t> integer_in(const Header& header) {
  std::int64_t value = 0;
  const char* end = header.line.data() + header.line.size();
  const auto [stop, error] = std::from_chars(header.line.data(), end, value);
  if (header.type != Type::integer || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

void read_elements(std::string_view value, Reply& reply) {
  Elements elements(value);
  const auto first = elements.next();
  if (!first) return;
  if (is_text(first->header.type)) {
    reply.first = first->header.type == Type::bulk ? first->content : first->header.line;
  }
  if (reply.elements != 3) return;
  elements.next();
  const auto third = elements.next();
  reply.cut = !third;
  if (third) reply.third = integer_in(third->header);
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Of a channel's confirmation: a name, and how many channels there are now.
bool ends_in_a_count(const Reply& reply) {
  return reply.third || reply.cut;
}

bool is_group_of(const Reply& reply, std::int64_t elements) {
  return (reply.type == Type::array || reply.type == Type::push) && reply.elements == elements;
}

constexpr std::string_view kUnknownCommand = "ERR unknown command";

/// Before the word, or the second word, that a command begins with: labels show these, too (the
/// last one of Redis 6).
constexpr std::string_view kBeforeWords[] = {
    "ERR unknown command ", "ERR unknown subcommand ",
    "ERR Unknown subcommand or wrong number of arguments for "};

/// The name of a command as Redis quotes it: 'config', 'config|set'.
bool is_name_of_command(std::string_view quoted) {
  return find_word(quoted.substr(0, quoted.find('|'))) != kNoWord;
}

/// Where an error repeats an argument, which may be a password: behind the first quotation mark
/// whose words are neither a command's name, nor a sign of the protocol ('$'), nor a word that a
/// label shows. Errors of a code of their own (OOM, READONLY) quote settings alone.
std::size_t argument_in(std::string_view error) {
  constexpr std::string_view kMarks = "'`\"";
  if (!error.starts_with("ERR ")) return error.npos;
  std::size_t at = 0;
  while ((at = error.find_first_of(kMarks, at)) != error.npos) {
    const char mark = error[at];
    const bool opens = at == 0 || error[at - 1] == ' ';  // can't
    const std::size_t end = error.find(mark, ++at);
    if (!opens) continue;
    const std::string_view quoted = error.substr(at, end - at);
    const bool repeats_the_word =
        std::ranges::find(kBeforeWords, error.substr(0, at - 1)) != std::end(kBeforeWords);
    const bool harmless = quoted.size() <= 1 || is_name_of_command(quoted) || repeats_the_word;
    if (end == error.npos || !harmless) return at;
    at = end + 1;
  }
  return error.npos;
}

}  // namespace

Reply read_reply(const Message& message) {
  Reply reply;
  reply.type = type_of_marker(message.marker).value_or(Type::null);
  if (message.marker == '+' && message.whole && message.head.front() == '+') {
    reply.line = message.head.substr(1, message.head.size() - 3);
    return reply;
  }
  reply.error = reply.type == Type::error || reply.type == Type::bulk_error;
  const std::string_view value = skip_attributes(message.head);
  if (value.empty()) return reply;
  const auto header = read_header(value);
  if (!header) {  // a line longer than what was kept
    reply.line = first_line_of(value.substr(1));
    if (reply.error) reply.error_text = reply.line;
    return reply;
  }
  reply.null = header->is_null();
  if (is_aggregate(reply.type)) {
    reply.elements = header->length.value_or(-1);
    read_elements(value, reply);
  } else if (!header->length) {
    reply.line = header->line;
  }
  if (reply.error) {
    reply.error_text =
        reply.type == Type::error ? header->line : first_line_of(value.substr(header->octets));
  }
  return reply;
}

Shapes shape_of(const Reply& reply) {
  if (reply.error) return 0;
  if (reply.null) return kString | kGroup;
  switch (reply.type) {
    case Type::simple:
      return kStatus;
    case Type::integer:
    case Type::boolean:
    case Type::big_number:
      return kNumber;
    case Type::real:
      return kNumber | kString;
    case Type::bulk:
    case Type::verbatim:
      return kString;
    default:
      return kGroup;
  }
}

Text describe(const Reply& reply, Repeated word) {
  if (reply.null) return Text::known(name_of(Type::null));
  if (is_monitor_line(reply)) return Text::known("MONITOR line");  // it repeats other clients' data
  switch (reply.type) {
    case Type::simple:
    case Type::integer:
    case Type::real:
    case Type::big_number:
      return Text(reply.line);
    case Type::boolean:
      return Text(reply.line == "t" ? "true" : "false");
    case Type::error:
    case Type::bulk_error:
      return Text(describe_error(reply, word).view());
    default:
      return Text::known(name_of(reply.type));
  }
}

ErrorText describe_error(const Reply& reply, Repeated word) {
  const std::string_view text = reply.error_text;
  if (word == Repeated::hidden && text.starts_with(kUnknownCommand))
    return ErrorText::known(kUnknownCommand);
  const std::string_view said = text.substr(0, text.find(", with args beginning with"));
  const std::size_t repeated = argument_in(said);
  if (repeated == said.npos) return ErrorText(said);
  return ErrorText(std::string(said.substr(0, repeated)) + "...");
}

bool is_queued(const Reply& reply) {
  return reply.type == Type::simple && reply.line == "QUEUED";
}

bool is_published(const Reply& reply) {
  return (is_group_of(reply, 3) && is_one_of(reply.first, {"message", "smessage"})) ||
         (is_group_of(reply, 4) && reply.first == "pmessage");
}

bool is_subscription(const Reply& reply) {
  return is_group_of(reply, 3) && ends_in_a_count(reply) &&
         is_one_of(reply.first, {"subscribe", "psubscribe", "ssubscribe"});
}

bool is_unsubscription(const Reply& reply) {
  return is_group_of(reply, 3) && ends_in_a_count(reply) &&
         is_one_of(reply.first, {"unsubscribe", "punsubscribe", "sunsubscribe"});
}

bool is_monitor_line(const Reply& reply) {
  if (reply.type != Type::simple || reply.line.empty() || reply.line.front() > '9') return false;
  const std::size_t digits = reply.line.find_first_not_of("0123456789.");
  return digits != reply.line.npos && digits > 8 && reply.line.substr(digits).starts_with(" [");
}

}  // namespace rstcause::resp
