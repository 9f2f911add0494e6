// SPDX-License-Identifier: GPL-2.0-or-later
// What other TCP stacks' resets look like, each driven for real against a Linux peer: the verdict
// that each of its resets must get, and the confidence that it may be said with. A row is the
// specification of one cell of that table.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/printers.h"
#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

/// How a stack writes its first segment, its segments, and its resets: words of test::Trace.
struct Writes {
  std::string first, usual;
};

/// `$F` behind the first segment of the stack, `$U` behind every later one.
const std::map<std::string, Writes> kStacks = {
    {"linux", {"", ""}},
    {"lwip",
     {"opts 020405b40103030301010402 ttl 255 nodf win 65407 id 1", "ttl 255 nodf win 65407 plain"}},
    {"gvisor",
     {"opts 020405b40402080a000000010000000101030307 nodf win 29184 id 77", "nodf win 508"}},
    {"slirp", {"opts 020405b4 nodf win 65535 id 642", "nodf win 65535 plain"}},
    {"pasta", {"opts 020405b401030307 ttl 255 id 0 win 65535", "ttl 255 id 0 win 512 plain"}},
    {"smoltcp", {"opts 020405b40303000402000000 id 0 win 8192", "id 0 win 8192 plain"}},
    {"picotcp", {"opts 020405b40402030300080a000000010000000001010100 win 5840", "win 5840 plain"}},
    {"uip", {"opts 020405b4 nodf win 1460", "nodf win 1460 plain"}},
    {"windows", {"opts 020405b40103030801010402 ttl 128 win 8192", "ttl 128 win 260 plain"}},
    {"freebsd", {"opts 020405b4010303060402080a0000000100000001 win 65535", "win 1027"}},
    {"macos", {"opts 020405b4010303060101080a000000010000000004020000 win 65535", "win 2058"}},
    {"f5", {"opts 020405b40103030004020000 ttl 255 win 4380", "ttl 255 win 4380 plain"}},
    {"lwipv6", {"isn 6510 opts 020405b4 ttl 253 id 0 win 32768", "ttl 253 win 32768 plain"}},
};

struct Row {
  const char* name;
  const char* stack;
  const char* conversation;
  std::vector<std::string> right;  ///< The cause, or what cannot be told from it here.
  int at_least, at_most;           ///< Percent.
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

std::string written_out(const Row& row) {
  const Writes& w = kStacks.at(row.stack);
  std::string text = row.conversation;
  for (const auto& [mark, words] : {std::pair{"$F", w.first}, {"$U", w.usual}}) {
    for (std::size_t at = text.find(mark); at != text.npos; at = text.find(mark))
      text.replace(at, 2, words);
  }
  return text;
}

class Stacks : public testing::TestWithParam<Row> {};

TEST_P(Stacks, AreJudgedByWhatTheyDo) {
  const Row& row = GetParam();
  const Trace trace(written_out(row));
  const std::string cause(trace.cause());
  const auto known = std::find(row.right.begin(), row.right.end(), cause);

  EXPECT_NE(known, row.right.end()) << cause << " " << int(trace.last().verdict.confidence);
  EXPECT_GE(trace.last().verdict.confidence, row.at_least) << cause;
  EXPECT_LE(trace.last().verdict.confidence, row.at_most) << cause;
  EXPECT_NE(trace.last().verdict.mode, Mode::forged);
  if (trace.report().stack != "linux" && !trace.report().stack.empty()) {
    EXPECT_EQ(trace.last().verdict.kernel_reason, "");
    EXPECT_EQ(trace.last().verdict.netstat, "");
    EXPECT_EQ(trace.report().summary.find("SO_LINGER"), std::string::npos);
    EXPECT_EQ(trace.report().summary.find("ss -K"), std::string::npos);
  }
}

const Row kRefusals[] = {
    {"lwip_refuses",
     "lwip",
     "0ms -> S\n 1ms <- RA rawseq 0 ack 0 rawack 1001 $U",
     {"port_closed"},
     70,
     89},
    {"gvisor_refuses",
     "gvisor",
     "0ms -> S\n 1ms <- RA rawseq 0 rawack 1001 nodf win 0 plain",
     {"port_closed"},
     70,
     89},
    {"slirp_refuses",
     "slirp",
     "0ms -> S\n 1ms <- RA rawseq 0 rawack 1001 $U ttl 255",
     {"port_closed"},
     70,
     89},
    {"smoltcp_refuses",
     "smoltcp",
     "0ms -> S\n 1ms <- RA rawseq 0 rawack 1001 win 0 id 0 ttl 64 nodf plain",
     {"port_closed"},
     70,
     89},
    {"uip_refuses_with_the_syns_window",
     "uip",
     "0ms -> S id 333\n 1ms <- RA rawseq 0 rawack 1001 nodf win 64240 id 333 plain",
     {"port_closed"},
     70,
     89},
    {"pasta_refuses_without_the_ack_flag",
     "pasta",
     "0ms -> S\n 1ms <- R rawseq 7654321 rawack 1001 ttl 255 id 0 win 0 plain",
     {"port_closed"},
     60,
     89},
    {"windows_refuses",
     "windows",
     "0ms -> S\n 1ms <- RA rawseq 0 rawack 1001 ttl 128 win 0 plain",
     {"port_closed"},
     70,
     89},
    {"a_small_stack_refuses_by_the_syns_own_number",
     "uip",
     "0ms -> S\n 1ms <- RA rawseq 0 rawack 1000 nodf win 0 plain\n 1000ms -> S again\n 1001ms <- "
     "RA rawseq 0 rawack 1000 nodf win 0 plain",
     {"port_closed"},
     60,
     89},
};

const Row kStrays[] = {
    {"lwip_answers_a_lone_ack",
     "lwip",
     "0ms -> A rawseq 5000 rawack 9000 win 502\n 1ms <- RA rawseq 9000 rawack 5000 $U",
     {"connection_unknown"},
     30,
     75},
    {"lwip_answers_stray_data",
     "lwip",
     "0ms -> PA rawseq 5000 rawack 9000 len 10\n 1ms <- RA rawseq 9000 rawack 5010 $U",
     {"connection_unknown"},
     30,
     75},
    {"gvisor_answers_stray_data",
     "gvisor",
     "0ms -> PA rawseq 5000 rawack 9000 len 10\n 1ms <- R rawseq 9000 nodf win 0 plain",
     {"connection_unknown"},
     30,
     75},
    {"slirp_answers_stray_data_with_a_window",
     "slirp",
     "0ms -> PA rawseq 5000 rawack 9000 len 10\n 1ms <- R rawseq 9000 nodf win 328 ttl 255 plain",
     {"connection_unknown"},
     30,
     75},
    {"smoltcp_answers_stray_data",
     "smoltcp",
     "0ms -> PA rawseq 5000 rawack 9000 len 10\n 1ms <- R rawseq 9000 id 0 win 0 plain",
     {"connection_unknown"},
     30,
     75},
    {"uip_acknowledges_one_octet_of_stray_data",
     "uip",
     "0ms -> PA rawseq 5000 rawack 9000 len 10 id 333\n 1ms <- RA rawseq 9000 rawack 5001 nodf id "
     "333 win 502 plain",
     {"connection_unknown"},
     30,
     75},
    {"uip_acknowledges_one_octet_of_a_lone_ack",
     "uip",
     "0ms -> A rawseq 5000 rawack 9000 win 502 id 333\n 1ms <- RA rawseq 9000 rawack 5001 nodf id "
     "333 win 502 plain",
     {"connection_unknown"},
     30,
     75},
    {"lwip_answers_a_fin_scan",
     "lwip",
     "0ms -> F rawseq 5000 rawack 0 win 1024 plain\n 1ms <- RA rawseq 0 rawack 5001 $U",
     {"scan_probe"},
     60,
     95},
    {"lwip_answers_a_null_scan",
     "lwip",
     "0ms -> none rawseq 5000 rawack 0 win 1024 plain\n 1ms <- RA rawseq 0 rawack 5000 $U",
     {"scan_probe"},
     60,
     95},
    {"uip_answers_an_xmas_scan",
     "uip",
     "0ms -> FPU rawseq 5000 rawack 0 win 1024 plain id 9\n 1ms <- RA rawseq 0 rawack 5001 nodf id "
     "9 win 1024 plain",
     {"scan_probe"},
     60,
     95},
    {"lwip_refuses_a_stray_syn_ack",
     "lwip",
     "0ms -> SA rawseq 9000 rawack 4000 plain\n 1ms <- RA rawseq 4000 rawack 9001 $U",
     {"backscatter"},
     30,
     75},
    {"picotcp_answers_an_ack_scan",
     "picotcp",
     "0ms -> A rawseq 5000 rawack 9000 win 1024 plain nodf\n 1ms <- R rawseq 9000 win 0 plain",
     {"scan_probe", "connection_unknown"},
     30,
     75},
};

#define OPENED                                                                                    \
  "0ms -> S\n 1ms <- SA $F\n 2ms -> A\n 3ms -> PA len 30\n 4ms <- A $U\n 5ms <- PA len 200 $U\n " \
  "6ms -> A\n "

const Row kAborts[] = {
    {"lwip_aborts", "lwip", OPENED "500ms <- RA $U", {"linger0"}, 30, 80},
    {"gvisor_aborts_with_window_0_and_options",
     "gvisor",
     OPENED "500ms <- RA nodf win 0",
     {"linger0"},
     30,
     80},
    {"slirp_passes_an_abort_on", "slirp", OPENED "500ms <- RA $U", {"linger0"}, 30, 80},
    {"pasta_aborts_without_the_ack_flag",
     "pasta",
     OPENED "500ms <- R ack 31 $U",
     {"linger0"},
     30,
     80},
    {"smoltcp_aborts", "smoltcp", OPENED "500ms <- RA $U", {"linger0"}, 30, 80},
    {"uip_aborts", "uip", OPENED "500ms <- RA $U", {"linger0"}, 30, 80},
    {"windows_aborts", "windows", OPENED "500ms <- RA $U win 0", {"linger0"}, 30, 80},
    {"macos_aborts", "macos", OPENED "500ms <- RA $U plain", {"linger0"}, 30, 85},
    {"freebsd_aborts", "freebsd", OPENED "500ms <- RA $U win 0 plain", {"linger0"}, 30, 85},
};

/// Half open, and what follows from a stack's own ways.
const Row kHalfOpen[] = {
    {"lwip_refuses_an_ack_that_comes_too_late",
     "lwip",
     "0ms -> S\n 1ms <- SA $F\n 3s <- SA again $F\n 9s <- SA again $F\n 26s -> A\n 26.0002s <- RA "
     "seq 1 ack 1 $U",
     {"synack_expired", "accept_queue_full"},
     40,
     92},
    {"lwip_begins_anew_with_the_same_number",
     "lwip",
     "0ms -> S $F\n 1ms <- SA\n 2ms -> A $U\n 3ms -> PA len 1200 $U\n 4ms <- A\n 1100ms -> S isn "
     "1000 $F\n 1101ms <- A seq 1 ack 1201\n 1102ms -> RA seq 1201 rawack 500001 $U",
     {"half_open_recovery"},
     60,
     95},
    {"gvisor_ends_two_connections_at_once",
     "gvisor",
     OPENED "10ms -> S port 50001\n 11ms <- SA $F port 50001\n 12ms -> A port 50001\n 13ms -> PA "
            "len 30 port 50001\n 14ms <- A $U port 50001\n 15ms <- PA len 200 $U port 50001\n 16ms "
            "-> A port 50001\n 500ms <- RA nodf win 0 port 50001\n 500ms <- RA nodf win 0",
     {"linger0"},
     30,
     85},
};

#define UNREAD                                                                                    \
  "0ms -> S\n 1ms <- SA $F\n 2ms -> A\n 3ms -> PA len 3000\n 4ms <- A $U\n 5ms -> PA len 3000\n " \
  "6ms <- A $U\n "

const Row kUnread[] = {
    {"lwip_closes_with_data_unread",
     "lwip",
     UNREAD "500ms <- RA $U",
     {"unread_data", "linger0"},
     30,
     89},
    {"gvisor_closes_with_data_unread",
     "gvisor",
     UNREAD "500ms <- RA nodf win 0",
     {"unread_data", "linger0"},
     30,
     89},
    {"pasta_closes_with_data_unread",
     "pasta",
     UNREAD "500ms <- R ack 6001 $U",
     {"unread_data", "linger0"},
     30,
     89},
    {"windows_closes_with_data_unread",
     "windows",
     UNREAD "500ms <- RA $U win 0",
     {"unread_data", "linger0"},
     30,
     89},
};

#define CLOSED OPENED "500ms <- FA $U\n 501ms -> A\n 700ms -> PA len 40\n "

const Row kAfterClose[] = {
    {"lwipv6s_listener_adds_one_to_the_ack_of_what_comes_behind_its_fin",
     "lwipv6",
     CLOSED "701ms <- RA seq 203 ack 71 $U",
     {"data_after_close"},
     70,
     99},
    {"lwipv6_is_told_so_by_its_peers_challenge_and_answers_that",
     "lwipv6",
     CLOSED "701ms <- RA seq 203 ack 71 $U\n 701.1ms -> A\n 701.3ms <- RA seq 203 ack 71 $U\n "
            "900ms -> PA len 40 seq 31 again\n 901ms <- RA seq 203 ack 71 $U",
     {"data_after_close"},
     50,
     99},
    {"lwip_answers_late_data",
     "lwip",
     CLOSED "701ms <- RA seq 202 ack 71 $U",
     {"data_after_close"},
     80,
     99},
    {"gvisor_acknowledges_what_came_before_late_data",
     "gvisor",
     CLOSED "701ms <- RA seq 202 ack 31 nodf win 0",
     {"data_after_close"},
     80,
     99},
    {"gvisor_acknowledges_what_came_before_late_data_in_flight",
     "gvisor",
     OPENED "500ms <- FA $U\n 500.2ms -> PA len 40 ack 201\n 501ms <- RA seq 202 ack 31 nodf win 0",
     {"data_after_close"},
     80,
     99},
    {"slirp_answers_late_data",
     "slirp",
     CLOSED "701ms <- RA seq 202 ack 71 $U",
     {"data_after_close"},
     80,
     99},
    {"windows_answers_late_data",
     "windows",
     CLOSED "701ms <- RA seq 202 ack 71 $U win 0",
     {"data_after_close"},
     80,
     99},
    {"windows_fills_the_acknowledgment_of_a_bare_reset",
     "windows",
     CLOSED "701ms <- R seq 202 ack 9999 ttl 128 win 0 plain",
     {"data_after_close"},
     80,
     99},
    {"gvisor_had_forgotten_its_closed_half",
     "gvisor",
     CLOSED "4700ms -> PA len 15\n 4701ms <- R seq 202 nodf win 0 plain",
     {"half_close_expired"},
     60,
     90},
    {"linux_answers_late_data", "linux", CLOSED "701ms <- reply", {"data_after_close"}, 80, 99},
};

const Row kGivingUp[] = {
    {"lwip_gives_up_probing",
     "lwip",
     OPENED "10s <- probe $U\n 11s <- probe $U\n 12s <- probe $U\n 13s <- RA $U",
     {"keepalive_timeout"},
     60,
     99},
    {"gvisor_had_given_up_in_silence",
     "gvisor",
     OPENED "1s <- PA len 50 $U\n 1.2s <- PA len 50 again $U\n 1.6s <- PA len 50 again $U\n 2.4s "
            "<- PA len 50 again $U\n 4s <- PA len 50 again $U\n 30s -> PA len 10 ack 201\n 30.001s "
            "<- R seq 201 nodf win 0 plain",
     {"gave_up_silently"},
     60,
     95},
    {"smoltcp_gives_up",
     "smoltcp",
     OPENED "1s <- PA len 50 $U\n 1.7s <- PA len 50 again $U\n 3.1s <- PA len 50 again $U\n 5.9s "
            "<- PA len 50 again $U\n 11s <- RA seq 251 ack 31 $U",
     {"retransmit_timeout"},
     50,
     89},
    {"windows_gives_up_behind_all_it_sent",
     "windows",
     OPENED "1s <- PA len 50 $U\n 1.001s <- PA len 60 $U\n 1.3s <- PA len 50 seq 201 $U\n 1.9s <- "
            "PA len 50 seq 201 $U\n 3.1s <- PA len 50 seq 201 $U\n 5.5s <- PA len 50 seq 201 $U\n "
            "10.3s <- RA seq 311 ack 31 ttl 128 win 0 plain",
     {"retransmit_timeout"},
     50,
     89},
};

/// Stacks that give a handshake up and say so.
const Row kGivingUpAHandshake[] = {
    {"slirp_gives_up_its_syn_ack",
     "slirp",
     "0ms -> S\n 1ms <- SA $F\n 6s <- SA again $F\n 12s <- SA again $F\n 24s <- SA again $F\n 48s "
     "<- SA again $F\n 76s <- RA seq 1 ack 1 $U",
     {"retransmit_timeout"},
     50,
     89},
    {"macos_gives_up_connecting",
     "macos",
     "0s -> S $F\n 1s -> S again $F\n 3s -> S again $F\n 7s -> S again $F\n 15s -> S again $F\n "
     "31s -> S again $F\n 63s -> S again $F\n 127s -> RA seq 0 rawack 0 win 65535 plain",
     {"retransmit_timeout"},
     50,
     89},
};

const auto name_of = [](const testing::TestParamInfo<Row>& info) {
  return std::string(info.param.name);
};

INSTANTIATE_TEST_SUITE_P(Refuse, Stacks, testing::ValuesIn(kRefusals), name_of);
INSTANTIATE_TEST_SUITE_P(AnswerStrays, Stacks, testing::ValuesIn(kStrays), name_of);
INSTANTIATE_TEST_SUITE_P(Abort, Stacks, testing::ValuesIn(kAborts), name_of);
INSTANTIATE_TEST_SUITE_P(HalfOpen, Stacks, testing::ValuesIn(kHalfOpen), name_of);
INSTANTIATE_TEST_SUITE_P(CloseUnread, Stacks, testing::ValuesIn(kUnread), name_of);
INSTANTIATE_TEST_SUITE_P(AnswerLateData, Stacks, testing::ValuesIn(kAfterClose), name_of);
INSTANTIATE_TEST_SUITE_P(GiveUpAHandshake, Stacks, testing::ValuesIn(kGivingUpAHandshake), name_of);
INSTANTIATE_TEST_SUITE_P(GiveUp, Stacks, testing::ValuesIn(kGivingUp), name_of);

/// The example of a row with the handshake of X, and the TTL of all its segments, as another stack
/// writes them.
std::string as_if_by(const Writes& stack, std::string_view example, bool initiator) {
  std::istringstream in{std::string(example)};
  const std::size_t ttl = stack.first.find("ttl ");
  const std::string path = ttl == stack.first.npos ? "" : stack.first.substr(ttl, 7);
  std::string text;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string time, arrow, flags;
    words >> time >> arrow >> flags;
    const bool own = (arrow == "->") == initiator && line.find("ttl") == line.npos &&
                     line.find("copy") == line.npos && line.find("data") == line.npos;
    const bool first = own && flags[0] == 'S' && line.find("bare") == line.npos;
    text += line + (first ? " " + stack.first : own ? " " + path : "") + "\n";
  }
  return text;
}

/// A family may be mistaken. It bends weights, so it may cost a verdict; but it must not make a
/// sure one of a wrong one.
TEST(Stack, MistakenMakesNoVerdictSureAndWrong) {
  for (const Cause& cause : catalogue()) {
    const Trace plain(cause.example);
    if (plain.cause() != cause.token) continue;
    const bool initiator = plain.segments().back().tuple.sport == 50000;
    for (const auto& [name, stack] : kStacks) {
      const Trace flipped(as_if_by(stack, cause.example, initiator));
      if (flipped.cause() == cause.token || flipped.report().stack.empty()) continue;
      EXPECT_LT(flipped.last().verdict.confidence, 90)
          << cause.token << " as if by " << name << ": " << flipped.cause();
    }
  }
}

/// rstcause.stack, by the SYN-ACK of each.
TEST(Stack, IsKnownByTheHandshake) {
  const std::map<std::string, std::string> families = {
      {"linux", "linux"},        {"lwip", "embedded"},      {"gvisor", "usermode_nat"},
      {"slirp", "usermode_nat"}, {"pasta", "usermode_nat"}, {"smoltcp", "embedded"},
      {"picotcp", "embedded"},   {"uip", "embedded"},       {"windows", "windows"},
      {"freebsd", "bsd"},        {"macos", "apple"},        {"f5", "proxy_f5"},
      {"lwipv6", "embedded"}};
  for (const auto& [name, writes] : kStacks) {
    const Row row{"", name.c_str(), OPENED "500ms <- RA $U", {}, 0, 0};
    const Trace trace(written_out(row));
    EXPECT_EQ(trace.report().stack, families.at(name)) << name;
    EXPECT_EQ(trace.last().verdict.stack_frame, 2U) << name;
    EXPECT_NE(trace.report().stack_shown.find("SYN-ACK"), std::string::npos) << name;
  }
}

TEST(Stack, ThatRefusesAWrongAckByItsSynAcksNumberRefusesTheAck) {
  const std::string half_open = "0ms -> S\n 1ms <- SA opts 020405b4 ttl 64 nodf win 65535\n ";
  const Trace wrong(half_open +
                    "2ms -> A ack 70001\n 2.3ms <- R seq 0 rawack 1001 win 65535 plain");
  const Trace right(half_open + "2ms -> A\n 2.3ms <- R seq 1 rawack 1001 win 65535 plain");

  EXPECT_EQ(wrong.cause(), "bad_handshake_ack") << "ns-3";
  EXPECT_NE(right.cause(), "bad_handshake_ack") << "the twin: nothing was wrong with that ACK";
}

/// The number of a listener that knows nothing of the connection, whether it has closed or not.
TEST(Stack, WhoseListenerAddsOneToAnAckHasForgottenTheConnection) {
  const Row one{"", "lwipv6", OPENED "3000ms -> PA len 40\n 3000.4ms <- RA seq 202 ack 71 $U",
                {}, 0,        0};
  const Row two{"", "lwipv6", OPENED "3000ms -> PA len 40\n 3000.4ms <- RA seq 203 ack 71 $U",
                {}, 0,        0};
  const Trace listener(written_out(one));
  const Trace nobody(written_out(two));

  EXPECT_EQ(listener.last().verdict.mode, Mode::reply);
  EXPECT_EQ(listener.cause(), "connection_unknown");
  EXPECT_NE(nobody.last().verdict.mode, Mode::reply) << "the twin: no listener adds two";
  EXPECT_EQ(Trace("0ms -> A rawseq 100 rawack 7000\n 1ms <- RA rawseq 7001 rawack 100 win 32768")
                .last()
                .verdict.mode,
            Mode::reply)
      << "a stray ACK";
  EXPECT_NE(Trace("0ms -> A rawseq 100 rawack 7000\n 1ms <- RA rawseq 7002 rawack 100 win 32768")
                .last()
                .verdict.mode,
            Mode::reply)
      << "the twin";
}

#define AWAY                                                                       \
  OPENED                                                                           \
  "3000ms -> PA len 40\n 3200ms -> PA len 40 again\n 3600ms -> PA len 40 again\n " \
  "4400ms -> PA len 40 again\n "

TEST(Stack, ThatWasAwayForSeveralTriesAnswersTheFirstThatReachesIt) {
  const Row row{"", "lwipv6", AWAY "4408ms <- RA $U", {}, 0, 0};
  const Trace trace(written_out(row));

  EXPECT_EQ(trace.last().verdict.mode, Mode::reply) << "it had to look for the way first";
  EXPECT_EQ(trace.cause(), "connection_unknown");
  EXPECT_LT(trace.confidence_in("unread_data"), 10);
}

/// The negative twins: what came at once the first time was taken; Linux answers by a bare RST, so
/// that its RST,ACK is a socket's; and where the handshake is missing it may be Linux.
TEST(Stack, ThatWasThereOrIsLinuxAbortsByThatForm) {
  const Row there{"", "lwipv6", OPENED "3000ms -> PA len 40\n 3000.4ms <- RA $U", {}, 0, 0};
  const Row linux_kernel{"", "linux", AWAY "4408ms <- RA $U", {}, 0, 0};

  for (const Row& row : {there, linux_kernel}) {
    const Trace trace(written_out(row));
    EXPECT_EQ(trace.last().verdict.mode, Mode::abort) << row.stack;
  }
  const Trace begun_late(
      "5ms <- PA len 200 win 500\n 6ms -> A\n 3000ms -> PA len 40\n 3200ms -> PA len 40 again\n "
      "3600ms -> PA len 40 again\n 3601ms <- RA win 500");
  EXPECT_EQ(begun_late.last().verdict.mode, Mode::abort);
}

/// The negative twins: what several families write alike is nobody's.
TEST(Stack, StaysUnknownWhereSeveralWriteSo) {
  for (const char* const first : {"opts 020405b4 win 8192", "opts 020405b4 nodf win 20000",
                                  "opts 020405b40103030801010402 win 8192",
                                  "opts 020405b40402080a000000010000000101030307 nodf win 28960",
                                  "opts 020405b40103030004020000 ttl 255 win 5000"}) {
    const Trace trace("0ms -> S\n 1ms <- SA " + std::string(first) +
                      "\n 2ms -> A\n 3ms -> PA len 4\n 4ms <- RA");
    EXPECT_EQ(trace.report().stack, "") << first;
    EXPECT_EQ(trace.report().stack_shown, "") << first;
  }
}

}  // namespace
}  // namespace rstcause
