// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/judge/verdict.h"
#include "engine/memory/frame_order.h"

namespace rstcause {

/// A span of time as people read it: "45 us", "12.3 ms", "4.083 s", "2 min 5 s", "2 h 3 min".
std::string time_text(Nanos span);
/// The same where milliseconds beside seconds say nothing: "45 us", "12.3 ms", "4.1 s", "2 min 5
/// s".
std::string rough_time_text(Nanos span);
/// "N of M octets", or what can be said without M (0).
std::string octets_of(std::uint64_t octets, std::uint64_t all);

/// Fills the catalogue's templates with what one reset's frames say.
///
/// Placeholders: {x} {y} "the client", "the server" or the host's address where the roles are
/// unknown ({X} {Y} at the start of a sentence), each with `:at` for the address in brackets;
/// {trigger} what drew the reset, with its frame ({trigger:The} at the start of a sentence);
/// {trigger:brief} its frame alone; {trigger:frame}, {root}, {fin}, {ydata} frame numbers; {xport}
/// {yport}; {after} what the application had just done; {carried} "but" the payload of the RST
/// itself, where it has some; {ydata:in} where Y's last payload stands, in brackets; {words} the
/// last words that tell why the connection ended; {setting:idle} {setting:login} {setting:slow}
/// {setting:probe} {setting:send} {setting:limit} what the protocol's programs call that
/// (app/settings.h), in brackets, nothing where that is not known; {missing} what the capture
/// lacks; {a} {b} {a:time} {b:time} {a:octets} {a:of:b} {a:routers} the numbers of a clue's answer;
/// {told:by} {told:what} {told:target} who sent the ICMP error that it names, what it says, and
/// where the quoted segment was to go.
class Words {
 public:
  Words(const Explained& reset, const Flow& flow, const FrameOrder& order)
      : reset_(reset), flow_(flow), order_(order) {}

  std::string summary() const;
  /// What to bear in mind when the summary is read: a copy, roles that only the ports tell.
  std::vector<std::string> notes() const;
  std::string advice() const;
  /// What the first segment of the sender shows of its stack; empty where it is unknown.
  std::string stack() const;
  /// What would tell that other cause of the same reset from the one named.
  std::string apart(const Cause& other) const { return fill(other.apart, nullptr); }
  std::string sentence(const Finding& finding) const {
    return fill(finding.clue->sentence, &finding);
  }

 private:
  std::string fill(std::string_view text, const Finding* finding) const;
  std::string fill_situation(std::string_view text) const;
  std::string value_of(std::string_view name, const Finding* finding) const;
  std::string last_of_the_peer() const;
  std::string setting(std::string_view which) const;
  std::string told(std::string_view part, std::int64_t role) const;
  std::string end_of_connection(std::string_view name) const;
  std::string peer_elsewhere() const;
  std::string role(End end) const;
  std::string trigger() const;
  std::string after() const;
  std::string carried() const;
  std::string missing() const;
  std::size_t left_out() const;

  const Explained& reset_;
  const Flow& flow_;
  const FrameOrder& order_;
};

}  // namespace rstcause
