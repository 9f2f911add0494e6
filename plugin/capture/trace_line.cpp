// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/trace_line.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace rstcause::capture {
namespace {

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

/// `1796037000.407333`: seconds, and always six digits behind the point.
std::optional<Nanos> parse_time(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() - point != 7) return {};
  const auto seconds = number<Nanos>(text.substr(0, point));
  const auto micros = number<Nanos>(text.substr(point + 1));
  constexpr Nanos kMostSeconds = 9'000'000'000;  // nanoseconds end in the year 2262
  if (!seconds || !micros || *seconds < 0 || *seconds > kMostSeconds) return {};
  return *seconds * kSecond + *micros * kMicrosecond;
}

/// The value of ` key=value` in an event's own text; empty where there is none.
std::string_view value_of(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const std::size_t begin = at + key.size();
    if ((at != 0 && text[at - 1] != ' ') || begin >= text.size() || text[begin] != '=') continue;
    const std::string_view rest = text.substr(begin + 1);
    return rest.substr(0, rest.find(' '));
  }
  return {};
}

/// Older kernels, and the other events, tell ports and addresses of either family one by one.
std::optional<Endpoint> split_endpoint(std::string_view text, bool source) {
  const bool is_ipv6 = value_of(text, "family") == "AF_INET6";
  const std::string_view key =
      is_ipv6 ? (source ? "saddrv6" : "daddrv6") : (source ? "saddr" : "daddr");
  const auto address = parse_address(value_of(text, key));
  const auto port = number<std::uint16_t>(value_of(text, source ? "sport" : "dport"));
  if (!address || !port) return {};
  return Endpoint{*address, *port};
}

bool take_endpoints(std::string_view text, Event& into) {
  const bool whole = !value_of(text, "src").empty();
  const auto local = whole ? parse_endpoint(value_of(text, "src")) : split_endpoint(text, true);
  const auto peer = whole ? parse_endpoint(value_of(text, "dest")) : split_endpoint(text, false);
  if (!local || !peer) return false;
  into.local = *local;
  into.peer = *peer;
  return true;
}

/// A pointer that the kernel prints, hashed: all zeros where it is NULL.
bool is_null(std::string_view pointer) {
  return pointer == "(null)" || pointer.find_first_not_of('0') == std::string_view::npos;
}

bool take_sent(std::string_view text, Event& into) {
  into.kind = Event::Kind::sent;
  into.reason = value_of(text, "reason");
  into.state = value_of(text, "state");
  // The segment that is answered; a socket's own decision has none.
  into.as_answer = !is_null(value_of(text, "skbaddr"));
  return take_endpoints(text, into);
}

bool take_received(std::string_view text, Event& into) {
  into.kind = Event::Kind::received;
  return take_endpoints(text, into);
}

bool take_state(std::string_view text, Event& into) {
  into.kind = Event::Kind::listener_closed;
  const bool closes =
      value_of(text, "oldstate") == "TCP_LISTEN" && value_of(text, "newstate") == "TCP_CLOSE";
  return closes && take_endpoints(text, into);
}

/// What stands between the task's name and the event's own text:
/// `-455     [001] ..s2. 1796037000.407212: tcp_send_reset: `.
struct Prefix {
  std::string_view task, flags, time;
};

std::string_view take_last_field(std::string_view& text) {
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  const std::size_t space = text.rfind(' ');
  const std::size_t begin = space == std::string_view::npos ? 0 : space + 1;
  const std::string_view field = text.substr(begin);
  text = text.substr(0, begin);
  return field;
}

/// From right to left; what is left over is the task's name with its number. With a name as wide as
/// 15 characters no space stands before it, and one of several words has spaces of its own.
std::optional<Prefix> split_prefix(std::string_view head) {
  Prefix made;
  made.time = take_last_field(head);
  made.flags = take_last_field(head);
  const std::string_view cpu = take_last_field(head);
  made.task = head.substr(0, head.find_last_not_of(' ') + 1);
  const bool fits = cpu.size() > 2 && cpu.front() == '[' && cpu.back() == ']' &&
                    made.flags.size() >= 4 && !made.task.empty();
  return fits ? std::optional(made) : std::nullopt;
}

bool take_task(std::string_view task, Event& into) {
  const std::size_t dash = task.rfind('-');
  if (dash == std::string_view::npos) return false;
  const auto id = number<std::uint32_t>(task.substr(dash + 1));
  if (!id) return false;
  into.task = *id;
  std::string_view comm = task.substr(0, dash);
  comm.remove_prefix(std::min(comm.find_first_not_of(' '), comm.size()));
  constexpr std::string_view kForgotten = "<...>", kIdle = "<idle>";
  if (comm != kForgotten && comm != kIdle) into.comm = comm;
  return true;
}

struct Known {
  std::string_view name;
  bool (*take)(std::string_view text, Event& into);
};
constexpr std::array kKnown = {Known{": tcp_send_reset: ", take_sent},
                               Known{": tcp_receive_reset: ", take_received},
                               Known{": inet_sock_set_state: ", take_state}};

/// `CPU:1 [LOST 123 EVENTS]`
std::optional<LostEvents> parse_lost(std::string_view line) {
  constexpr std::string_view kLost = " [LOST ", kEnd = " EVENTS]";
  const std::size_t at = line.find(kLost);
  if (!line.starts_with("CPU:") || at == std::string_view::npos || !line.ends_with(kEnd)) return {};
  line = line.substr(at + kLost.size());
  const auto count = number<std::uint64_t>(line.substr(0, line.size() - kEnd.size()));
  // Where the kernel cannot count them, it says so without a number.
  return LostEvents{count.value_or(1)};
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string whole(text);
  std::array<std::uint8_t, 16> octets{};
  if (inet_pton(AF_INET, whole.c_str(), octets.data()) == 1)
    return Address::of(Address::Kind::ipv4, std::span(octets).first<4>());
  if (inet_pton(AF_INET6, whole.c_str(), octets.data()) != 1) return {};
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(kMapped.begin(), kMapped.end(), octets.begin()))
    return Address::of(Address::Kind::ipv4, std::span(octets).last<4>());
  return Address::of(Address::Kind::ipv6, octets);
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = parse_address(host);
  const auto port = number<std::uint16_t>(text.substr(colon + 1));
  if (!address || !port) return {};
  return Endpoint{*address, *port};
}

TraceLine parse_trace_line(std::string_view line) {
  if (const auto lost = parse_lost(line)) return *lost;
  for (const Known& known : kKnown) {
    const std::size_t at = line.rfind(known.name);
    if (at == std::string_view::npos) continue;
    Event event;
    const auto prefix = split_prefix(line.substr(0, at));
    const auto time = prefix ? parse_time(prefix->time) : std::nullopt;
    if (!time || !take_task(prefix->task, event)) return {};
    event.time = *time;
    // The third letter: h and H a hardware interrupt, s a software one, Z, z, n and N kinds of
    // interrupts as well; a dot stands for none.
    event.in_process = prefix->flags[2] == '.';
    event.softirqs_off = prefix->flags[0] == 'b';
    if (!known.take(line.substr(at + known.name.size()), event)) return {};
    return event;
  }
  return {};
}

}  // namespace rstcause::capture
