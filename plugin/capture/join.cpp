// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/join.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "capture/capture_file.h"
#include "capture/events_file.h"
#include "capture/matcher.h"
#include "capture/output.h"

namespace rstcause::capture {
namespace {

/// Events are read this far ahead of the packets: lost ones are told of a moment later.
constexpr Nanos kAhead = kMostApart + kSecond;

/// Events as they come due.
class Hearing {
 public:
  explicit Hearing(const std::string& name)
      : reader_(name), matcher_(reader_.start().tells_reasons) {
    matcher_.begin(reader_.start().time);
  }

  std::vector<std::string> comments_on(const Headers& packet, Nanos time) {
    hear(time + kAhead);
    matcher_.forget_before(time - kMostApart);
    const EventsStart& start = reader_.start();
    const bool heard_out = heard_until_ >= time + kMostApart;
    std::vector<std::string> comments;
    for (const Word& word :
         matcher_.words_of(packet, time, start.host.ownership_of(packet), heard_out))
      comments.push_back(to_comment(word, start.netns));
    return comments;
  }

  /// To be asked last: reads on to their end.
  bool is_cut_short() {
    while (!has_end_) {
      const auto line = reader_.next();
      if (!line) return true;
      has_end_ = std::holds_alternative<EventsEnd>(*line);
    }
    return false;
  }

 private:
  void hear(Nanos until) {
    while (heard_until_ < until) {
      auto line = reader_.next();
      if (!line) return;
      if (auto* const event = std::get_if<Event>(&*line)) {
        heard_until_ = std::max(heard_until_, event->time);
        matcher_.add(std::move(*event));
      } else if (const auto* const lost = std::get_if<EventsLost>(&*line)) {
        matcher_.note_lost(lost->count, lost->time);
      } else if (const auto* const end = std::get_if<EventsEnd>(&*line)) {
        heard_until_ = std::max(heard_until_, end->time);
        has_end_ = true;
      }
    }
  }

  EventsReader reader_;
  Matcher matcher_;
  Nanos heard_until_ = INT64_MIN;
  bool has_end_ = false;
};

bool is_same_file(const std::string& left, const std::string& right) {
  struct stat a {
  }, b{};
  return stat(left.c_str(), &a) == 0 && stat(right.c_str(), &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino && S_ISREG(a.st_mode);
}

}  // namespace

JoinCounts join(const std::string& capture, const std::string& events, const std::string& out) {
  if (is_same_file(capture, out) || is_same_file(events, out))
    throw std::runtime_error(out + ": is read, and cannot be written at once");
  Hearing hearing(events);
  std::ifstream file(capture, std::ios::binary);
  if (!file) throw std::runtime_error(capture + ": " + std::strerror(errno));
  JoinCounts counts;
  CaptureFile reader(file, capture, [&](const Headers& packet, Nanos time) {
    if (!packet.rst) return std::vector<std::string>{};
    ++counts.resets;
    auto comments = hearing.comments_on(packet, time);
    if (!comments.empty()) ++counts.with_word;
    return comments;
  });
  const Descriptor to = open_for_writing(out);
  std::string octets;
  for (bool more = true; more;) {
    octets.clear();
    more = reader.copy_next(octets);
    if (!write_all(to.get(), octets))
      throw std::runtime_error("writing " + out + ": " + std::strerror(errno));
  }
  counts.cut_short = reader.is_cut_short();
  counts.events_cut_short = hearing.is_cut_short();
  return counts;
}

}  // namespace rstcause::capture
