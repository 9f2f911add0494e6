// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/explain.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "explain/print.h"
#include "explain/reading.h"
#include "explain/status.h"
#include "explain/story.h"
#include "explain/tshark.h"
#include "glue/stats_output.h"

namespace rstcause::explain {
namespace {

void say(const std::string& path, const std::string& what) {
  std::fprintf(stderr, "rstcause-explain: %s: %s\n", path.c_str(), what.c_str());
}

std::string packets(std::uint64_t number) {
  return std::to_string(number) + (number == 1 ? " packet" : " packets");
}

/// "3 packets of IP protocol 50, 1 packet of link type IEEE 802.11 Wireless LAN".
std::string what_was_unread(const Unread& unread) {
  std::string text;
  for (const Unread::Entry& entry : unread.entries()) {
    if (!text.empty()) text += ", ";
    text += packets(entry.count) + " of " + to_string(entry, link_name);
  }
  return text;
}

int hand_over(const std::string& path, const Options& options, const Unread& unread) {
  if (path == "-") {
    say(path,
        "standard input cannot be given to tshark, which alone reads " + what_was_unread(unread));
    return kBroken;
  }
  say(path, "read by tshark, for it holds " + what_was_unread(unread));
  return explain_by_tshark(path, options);
}

/// False where the capture is broken, or holds what is not read here.
bool read_whole(Reading& reading) {
  while (reading.next_frame()) {
    if (reading.walk.unread.any()) return false;
  }
  return reading.capture.error().empty();
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

int explain(const std::string& path, const Options& options) {
  if (options.form == Form::story || options.form == Form::segments)
    return tell_story(path, options);
  const auto reading = std::make_unique<Reading>(path);
  const Unread& unread = reading->walk.unread;
  while (reading->next_frame()) {
    if (options.exact && unread.any()) return hand_over(path, options, unread);
  }
  print(reading->engine, path, options);
  int status = kAllRead;
  if (unread.any()) {
    say(path, "not read: " + what_was_unread(unread) + ". --exact gives such a capture to tshark.");
    status = kNotAllRead;
  }
  if (!reading->capture.error().empty()) {
    say(path, reading->capture.error());
    status = kBroken;
  }
  return status;
}

bool explain_apart(const std::string& path, const std::string& part) {
  const auto reading = std::make_unique<Reading>(path);
  if (!read_whole(*reading)) return false;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(part.c_str(), "w"));
  if (!file) {
    say(part, std::strerror(errno));
    return false;
  }
  Options options;
  options.total = true;
  print(reading->engine, path, options, file.get());
  return !glue::write_failed();
}

}  // namespace rstcause::explain
