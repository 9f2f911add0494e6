// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/events_file.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "capture/json_line.h"
#include "capture/session.h"
#include "capture/trace_line.h"
#include "engine/tell/json_text.h"

namespace rstcause::capture {
namespace {

constexpr std::string_view kFormat = "rstcause-events-1";
constexpr std::size_t kGather = 1U << 16U;
constexpr int kPauseMs = 20;

std::string time_text(Nanos time) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%lld.%09lld", static_cast<long long>(time / kSecond),
                static_cast<long long>(time % kSecond));
  return text.data();
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

std::optional<Nanos> parse_time(std::string_view text) {
  constexpr std::size_t kDigits = 9;
  constexpr Nanos kMostSeconds = 9'000'000'000;
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() - point - 1 != kDigits) return {};
  const auto seconds = number<std::uint64_t>(text.substr(0, point));
  const auto fraction = number<std::uint32_t>(text.substr(point + 1));
  if (!seconds || !fraction || *seconds > kMostSeconds) return {};
  return static_cast<Nanos>(*seconds) * kSecond + *fraction;
}

std::string mac_text(const MacAddress& mac) {
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
                mac[3], mac[4], mac[5]);
  return text.data();
}

std::optional<MacAddress> parse_mac(std::string_view text) {
  constexpr std::size_t kText = 17, kStep = 3;
  MacAddress mac{};
  if (text.size() != kText) return {};
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const char* const begin = text.data() + kStep * i;
    const auto [end, error] = std::from_chars(begin, begin + 2, mac[i], 16);
    if (error != std::errc{} || end != begin + 2) return {};
  }
  return mac;
}

constexpr std::array kKinds = {std::pair{Event::Kind::sent, "sent"},
                               std::pair{Event::Kind::received, "received"},
                               std::pair{Event::Kind::listener_closed, "listener_closed"}};

void write_members(const EventsStart& start, JsonObject& o) {
  o.string("event", "start");
  o.string("format", kFormat);
  o.raw("time", time_text(start.time));
  o.boolean("reasons", start.tells_reasons);
  o.number("netns", start.netns);
  o.raw("addresses", json_array(start.host.addresses, [](const Address& address) {
          return json_string(to_string(address));
        }));
  o.raw("macs", json_array(start.host.macs,
                           [](const MacAddress& mac) { return json_string(mac_text(mac)); }));
}

void write_members(const Event& event, JsonObject& o) {
  for (const auto& [kind, name] : kKinds) {
    if (kind == event.kind) o.string("event", name);
  }
  o.raw("time", time_text(event.time));
  o.string("local", to_string(event.local.address, event.local.port));
  o.string("peer", to_string(event.peer.address, event.peer.port));
  o.string("reason", event.reason);
  o.string("state", event.state);
  if (event.kind == Event::Kind::sent) o.string("as", event.as_answer ? "answer" : "abort");
  if (event.softirqs_off) o.boolean("softirqs_off", true);
  if (!event.names_a_process()) return;
  o.number("pid", event.task);
  o.string("comm", event.comm);
}

void write_members(const EventsLost& lost, JsonObject& o) {
  o.string("event", "lost");
  o.raw("time", time_text(lost.time));
  o.number("count", lost.count);
}

void write_members(const EventsEnd& end, JsonObject& o) {
  o.string("event", "end");
  o.raw("time", time_text(end.time));
}

std::optional<EventsLine> read_start(const JsonLine& line, Nanos time) {
  EventsStart start;
  start.time = time;
  start.tells_reasons = line.value("reasons") != "false";
  start.netns = number<std::uint64_t>(line.value("netns")).value_or(0);
  if (line.value("format") != kFormat) return {};
  for (const std::string& text : line.list("addresses")) {
    const auto address = parse_address(text);
    if (!address) return {};
    start.host.addresses.push_back(*address);
  }
  for (const std::string& text : line.list("macs")) {
    const auto mac = parse_mac(text);
    if (!mac) return {};
    start.host.macs.push_back(*mac);
  }
  return start;
}

std::optional<EventsLine> read_event(const JsonLine& line, Event::Kind kind, Nanos time) {
  Event event;
  event.kind = kind;
  event.time = time;
  const auto local = parse_endpoint(line.value("local"));
  const auto peer = parse_endpoint(line.value("peer"));
  if (!local || !peer) return {};
  event.local = *local;
  event.peer = *peer;
  event.reason = line.value("reason");
  event.state = line.value("state");
  event.as_answer = line.value("as") == "answer";
  event.softirqs_off = line.value("softirqs_off") == "true";
  event.task = number<std::uint32_t>(line.value("pid")).value_or(0);
  event.in_process = event.task != 0;
  event.comm = line.value("comm");
  return event;
}

}  // namespace

std::string to_line(const EventsLine& line) {
  JsonObject object;
  std::visit([&](const auto& one) { write_members(one, object); }, line);
  return object.text();
}

std::optional<EventsLine> parse_events_line(std::string_view text) {
  const auto line = JsonLine::parse(text);
  const auto time = line ? parse_time(line->value("time")) : std::nullopt;
  if (!time) return {};
  const std::string_view name = line->value("event");
  for (const auto& [kind, known] : kKinds) {
    if (name == known) return read_event(*line, kind, *time);
  }
  if (name == "start") return read_start(*line, *time);
  if (name == "end") return EventsEnd{*time};
  const auto count = number<std::uint64_t>(line->value("count"));
  if (name != "lost" || !count) return {};
  return EventsLost{*time, *count};
}

EventsWriter::EventsWriter(Descriptor file, bool tells_reasons) : file_(std::move(file)) {
  HostWatch watch;
  const Nanos now = wall_clock();
  write(EventsStart{now, tells_reasons, watch.netns(), watch.host(now)});
  flush();
}

void EventsWriter::write(const EventsLine& line) {
  gathered_ += to_line(line) + "\n";
  if (gathered_.size() >= kGather) flush();
}

void EventsWriter::flush() {
  if (!write_all(file_.get(), gathered_))
    throw std::runtime_error(std::string("writing the events: ") + std::strerror(errno));
  gathered_.clear();
}

EventsReader::EventsReader(const std::string& name) : name_(name), file_(name) {
  if (!file_) throw std::runtime_error(name + ": " + std::strerror(errno));
  const auto text = next_text();
  const auto line = text ? parse_events_line(*text) : std::nullopt;
  const auto* const start = line ? std::get_if<EventsStart>(&*line) : nullptr;
  if (start == nullptr) throw std::runtime_error(name + ": no file of rstcause-capture --events");
  start_ = *start;
}

std::optional<std::string> EventsReader::next_text() {
  std::string text;
  std::getline(file_, text);
  // A disk that fails is no end of the file.
  if (file_.bad()) throw std::runtime_error(name_ + ": cannot be read: " + std::strerror(errno));
  if (!file_) return {};
  ++number_;
  return text;
}

std::optional<EventsLine> EventsReader::next() {
  const auto text = next_text();
  if (!text) return {};
  auto line = parse_events_line(*text);
  // What was being written when the recording was killed.
  if (!line && file_.eof()) return {};
  if (!line) throw std::runtime_error(name_ + ", line " + std::to_string(number_) + ": malformed");
  return line;
}

EventCounts record(TraceReader& reader, EventsWriter& writer, std::optional<Nanos> most_time) {
  EventCounts counts;
  const Nanos began = wall_clock();
  const auto listen = [&] {
    const std::uint64_t lost = reader.drain([&](Event&& event) {
      ++counts.events;
      writer.write(event);
    });
    if (lost != 0) writer.write(EventsLost{wall_clock(), lost});
    counts.lost += lost;
    writer.flush();
  };
  while (!stop_asked && !(most_time && wall_clock() - began >= *most_time)) {
    poll(nullptr, 0, kPauseMs);
    listen();
  }
  listen();
  writer.write(EventsEnd{reader.read_until()});
  writer.flush();
  return counts;
}

}  // namespace rstcause::capture
