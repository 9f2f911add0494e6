// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <cstdio>

#include "explain/story.h"
#include "explain/story_words.h"

namespace rstcause::explain {
namespace {

constexpr std::size_t kArrow = 58;   ///< Columns of an arrow, both lines of the ladder included.
constexpr std::size_t kMargin = 19;  ///< Columns before it: the frame's number, the seconds.

std::string spaces(std::size_t count) {
  std::string made(count, ' ');
  return made;
}

/// What is said on an arrow: "PSH,ACK seq 1 ack 1 len 14 win 58 PING", shorter where it must be.
std::string said(const Rung& rung) {
  constexpr std::size_t kRoom = kArrow - 7;
  std::string text = flag_names(rung.flags) + " seq " + std::to_string(rung.seq);
  if (rung.ack_set) text += " ack " + std::to_string(rung.ack);
  if (rung.len != 0) text += " len " + std::to_string(rung.len);
  const std::string window = " win " + std::to_string(rung.wnd);
  const std::string words = rung.words.empty() ? "" : ' ' + rung.words;
  for (const std::string& more : {window + words, words, window}) {
    if (text.size() + more.size() <= kRoom) return text + more;
  }
  return text.substr(0, kRoom);
}

std::string arrow(const Rung& rung, bool to_right) {
  const std::string text = said(rung) + ' ';
  if (to_right) return "|-- " + text + std::string(kArrow - 6 - text.size(), '-') + ">|";
  return "|<- " + text + std::string(kArrow - 5 - text.size(), '-') + '|';
}

std::string line(const Rung& rung, const Story& story) {
  char margin[64];
  const double seconds = static_cast<double>(rung.time - story.rungs.front().time) / kSecond;
  std::snprintf(margin, sizeof margin, "%6u %11.6f ", rung.frame, seconds);
  return margin + arrow(rung, is_from_client(rung, story));
}

std::string gap(std::uint64_t segments, const char* where) {
  if (segments == 0) return {};
  return "   ... " + std::to_string(segments) + (segments == 1 ? " segment " : " segments ") +
         where + '\n';
}

}  // namespace

std::string to_text(const Story& story, Frame reset, const std::vector<Frame>& evidence) {
  const std::string client = "client " + story.client, server = "server " + story.server;
  const std::size_t ends = client.size() + server.size();
  std::string text = spaces(kMargin) + client;
  // Two long addresses do not fit beside each other.
  if (ends < kArrow)
    text += spaces(kArrow - ends);
  else
    text += '\n' + spaces(kMargin + (server.size() < kArrow ? kArrow - server.size() : 0));
  text += server + '\n';
  for (const Rung& rung : story.rungs) {
    text += gap(rung.skipped, "left out") + line(rung, story);
    const bool proves = std::find(evidence.begin(), evidence.end(), rung.frame) != evidence.end();
    if (rung.frame == reset && rung.rst)
      text += " <=";
    else if (proves)
      text += " *";
    text += '\n';
  }
  return text + gap(story.more, "more");
}

}  // namespace rstcause::explain
