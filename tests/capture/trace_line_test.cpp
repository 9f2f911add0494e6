// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/trace_line.h"

#include <gtest/gtest.h>

#include "lines.h"

namespace rstcause::capture::test {
namespace {

std::string with_name(std::string_view name) {
  std::string line(kUnreadClose);
  return line.replace(line.find("python3"), 7, name);
}

TEST(TraceLine, TellsWhoAbortedWithUnreadData) {
  const Event event = event_of(kUnreadClose);
  EXPECT_EQ(event.kind, Event::Kind::sent);
  EXPECT_EQ(event.time, 1796037000 * kSecond + 422467 * kMicrosecond);
  EXPECT_EQ(to_string(event.local.address, event.local.port), "127.0.0.1:7002");
  EXPECT_EQ(to_string(event.peer.address, event.peer.port), "127.0.0.1:49114");
  EXPECT_EQ(event.reason, "TCP_ABORT_ON_CLOSE");
  EXPECT_EQ(event.state, "TCP_CLOSE");
  EXPECT_EQ(event.comm, "python3");
  EXPECT_EQ(event.task, 25245U);
  EXPECT_TRUE(event.names_a_process());
}

TEST(TraceLine, NamesNobodyForAnAnswerMadeInASoftInterrupt) {
  const Event event = event_of(kClosedPort);
  EXPECT_EQ(to_string(event.local.address, event.local.port), "[::1]:7999");
  EXPECT_TRUE(event.as_answer);
  EXPECT_FALSE(event.in_process);
  EXPECT_FALSE(event.names_a_process());
}

TEST(TraceLine, NamesNobodyForAnAnswerEvenInTheContextOfAProcess) {
  std::string line(kClosedPort);
  line.replace(line.find("..s1."), 5, ".....");  // from the backlog of a socket
  EXPECT_TRUE(event_of(line).in_process);
  EXPECT_FALSE(event_of(line).names_a_process());
}

TEST(TraceLine, NamesNobodyForADecisionMadeByATimer) {
  std::string line(kUnreadClose);
  line.replace(line.find("....."), 5, "..s2.");
  EXPECT_FALSE(event_of(line).as_answer);
  EXPECT_FALSE(event_of(line).names_a_process());
}

TEST(TraceLine, TakesAMappedAddressForTheIpv4AddressThatIsOnTheWire) {
  EXPECT_EQ(event_of(kMapped).local.address.kind, Address::Kind::ipv4);
  EXPECT_EQ(to_string(event_of(kMapped).peer.address), "127.0.0.1");
}

TEST(TraceLine, TellsWhichSocketTookAReset) {
  const Event event = event_of(kReceived);
  EXPECT_EQ(event.kind, Event::Kind::received);
  EXPECT_EQ(event.local.port, 7001);
  EXPECT_EQ(event.peer.port, 50950);
}

TEST(TraceLine, TellsThatAListenerWasClosedAndNoOtherChangeOfState) {
  EXPECT_EQ(event_of(kListenerClosed).kind, Event::Kind::listener_closed);
  std::string other(kListenerClosed);
  other.replace(other.find("TCP_LISTEN"), 10, "TCP_LAST_ACK");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(parse_trace_line(other)));
}

TEST(TraceLine, ReadsKernelsThatTellNoReason) {
  const Event event = event_of(
      "          <idle>-0       [003] ..s. 12.000001: tcp_send_reset: sport=80 dport=4711 "
      "saddr=198.51.100.1 daddr=203.0.113.9 saddrv6=::ffff:198.51.100.1 "
      "daddrv6=::ffff:203.0.113.9 state=TCP_ESTABLISHED");
  EXPECT_EQ(to_string(event.local.address, event.local.port), "198.51.100.1:80");
  EXPECT_EQ(event.reason, "");
  EXPECT_EQ(event.comm, "");
}

TEST(TraceLine, CountsWhatTheKernelLost) {
  const TraceLine lost = parse_trace_line("CPU:1 [LOST 123 EVENTS]");
  ASSERT_TRUE(std::holds_alternative<LostEvents>(lost));
  EXPECT_EQ(std::get<LostEvents>(lost).count, 123U);
  EXPECT_TRUE(std::holds_alternative<LostEvents>(parse_trace_line("CPU:0 [LOST EVENTS]")));
}

TEST(TraceLine, ReadsNamesWithSpacesAndDashesAndBrackets) {
  for (const char* const name :
       {"Web Content", "kworker/u8:2-ev", "a [001] ..... b", "-1 -2", "src=1.2.3.4:5"}) {
    EXPECT_EQ(event_of(with_name(name)).comm, name);
    EXPECT_EQ(event_of(with_name(name)).local.port, 7002) << name;
  }
}

TEST(TraceLine, IsReadFromTheLastEventNameSinceATaskMayBearOne) {
  const Event event = event_of(with_name(": tcp_send_res"));
  EXPECT_EQ(event.reason, "TCP_ABORT_ON_CLOSE");
}

TEST(TraceLine, IsNothingWhereItIsBrokenOrOfAnotherKind) {
  for (const std::string_view line :
       {std::string_view(""), std::string_view("# tracer: nop"),
        std::string_view("x-1 [0] ..... 1.000000: sched_switch: prev=1"),
        std::string_view(": tcp_send_reset: "),
        std::string_view("x-1 [000] ..... 1.0: tcp_send_reset: src=1.2.3.4:1 dest=1.2.3.4:2"),
        std::string_view("x-1 [000] ..... 1.000000: tcp_send_reset: src=1.2.3.4:1 dest=nobody:2"),
        std::string_view("x-1 [000] ..... 1.000000: tcp_send_reset: src=1.2.3.4:65536 dest=::1")})
    EXPECT_TRUE(std::holds_alternative<std::monostate>(parse_trace_line(line))) << line;
  for (std::size_t cut = 0; cut < kUnreadClose.size(); ++cut)
    parse_trace_line(kUnreadClose.substr(0, cut));  // no more than that it ends
}

}  // namespace
}  // namespace rstcause::capture::test
