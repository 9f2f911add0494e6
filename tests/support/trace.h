// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "engine/engine_reports.h"

namespace rstcause::test {

/// A conversation written down as text, one segment a line:
///
///     0ms -> S                 the initiator's SYN, with an operating system's options
///     1ms <- SA                the responder's SYN-ACK
///     2ms -> A
///     3ms -> PA len 5          payload of five octets, or: data PING\r\n
///     4ms <- reply             the reset that answers the segment before (RFC 9293, 3.5.2)
///     5ms -> RA                an abort at SND.NXT
///     6ms -> probe             a keepalive probe: an ACK one below SND.NXT
///
/// Flags are tcpdump's letters (S A F R P U, "none"). Words behind them: `seq N` and `ack N`
/// relative to each end's initial number, `rawseq N`, `rawack N`, `len N`, `data TEXT` (to the
/// end of the line, with \r \n \xHH), `win N`, `again` (the same octets as the latest of this
/// end), `isn N` (a SYN's raw number), `bare` (a SYN without options), `noscale`, `ttl N`,
/// `id N`, `opts HEX` (these octets of options), `nodf` (may be fragmented), `port N` (another
/// client port: another connection), `to N`, `peer N` (another server port or address: the same),
/// `plain` (without TCP options), `copy` (the same packet as the line before of this connection, or
/// as the Nth segment of all with `of N`; with `ttl N`, captured elsewhere), `aboard` (in the same
/// frame as the line before, as tunnels have it), `said TEXT` (to the end of the line: what a
/// kernel said of a RST, as in the comment that rstcause-capture writes, behind its "rstcause: ").
///
/// `5ms <- icmp host_unreachable` is an ICMP error about the latest segment of the end that it
/// goes to: net_unreachable, host_unreachable, port_unreachable, prohibited, expired, or
/// too_big with `mtu N`; from a router, or with `itself` from the quoted segment's receiver;
/// `seq N` quotes a segment so many numbers farther on. What a
/// line does not state follows from the lines before, and is no part of the claim. A line that
/// begins with # is a comment.
class Trace {
 public:
  /// What its addresses are: 10.0.0.N, or those of IPv6 at their full length.
  enum class Family : std::uint8_t { ipv4, ipv6 };

  explicit Trace(std::string_view text, std::uint32_t initiator_isn = 1000,
                 std::uint32_t responder_isn = 500000, EngineOptions options = {},
                 Family family = Family::ipv4);
  static Trace over_ipv6(std::string_view text) {
    return Trace(text, 1000, 500000, {}, Family::ipv6);
  }

  Engine& engine() { return engine_; }
  /// The last reset of the trace.
  const Explained& last() const { return engine_.explained().back(); }
  /// The reset in that frame, which must be one.
  const Explained& in_frame(Frame frame) const;
  std::string_view cause() const { return last().verdict.cause->token; }
  std::string_view cause_in(Frame frame) const { return in_frame(frame).verdict.cause->token; }
  Report report() const { return report_on(engine_, last()); }
  /// The probability of a cause in the last verdict, percent; 0 when it was ruled out.
  int confidence_in(std::string_view token) const;
  std::vector<Frame> evidence() const;
  /// The segments as they were fed, for tools that write captures.
  const std::vector<Segment>& segments() const { return segments_; }

 private:
  Engine engine_;
  std::vector<Segment> segments_;
  std::vector<std::string> payloads_;
  std::vector<std::vector<std::uint8_t>> options_;
};

}  // namespace rstcause::test
