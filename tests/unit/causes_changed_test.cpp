// SPDX-License-Identifier: GPL-2.0-or-later
// Every cause's own example, changed in one thing: what that does to it, and to its rivals.
//
// The examples stand in the catalogue (engine/judge/causes/).
#include <algorithm>
#include <ostream>
#include <sstream>

#include "unit/speaks.h"

namespace rstcause {
namespace {

using test::Effect;
using test::Story;

enum class Copies : char { none, of_all, of_all_but_the_trigger };

/// What becomes of a conversation. In its lines `x` stands for the arrow of the end whose RST is
/// the last one, and `y` for the other's; they are of the connection of that RST.
struct Change {
  std::string_view name;
  std::string_view words = {};   ///< Added to the RST.
  std::string_view before = {};  ///< Sent at the time of the RST, ahead of it.
  std::string_view behind = {};  ///< Sent right behind it: it is no longer the last.
  std::string_view after = {};   ///< Sent a millisecond after all the rest.
  std::string_view first = {};   ///< Another conversation, a second before all of this.
  double wait_ms = 0;            ///< The RST comes so much later, and `before` at its old time.
  double pause_s = 0;            ///< Silence ahead of the segment before the RST.
  char lost = 0;  ///< Not captured: the first line (1), or all of `x` before the RST, or of `y`.
  /// What is captured on both sides of a router.
  Copies copied = Copies::none;
};

double ms_of(const std::string& line) {
  std::size_t used = 0;
  const double number = std::stod(line, &used);
  if (line.compare(used, 2, "ms") == 0) return number;
  return line.compare(used, 2, "us") == 0 ? number / 1e3 : number * 1e3;
}

std::string at(double ms, const std::string& rest) {
  std::ostringstream out;
  out.precision(12);
  out << ms << "ms " << rest;
  return out.str();
}

/// The line without its time.
std::string rest_of(const std::string& line) {
  return line.substr(line.find(' ', line.find_first_not_of(' ')) + 1);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream in{std::string(text)};
  for (std::string line; std::getline(in, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin != std::string::npos) lines.push_back(line.substr(begin));
  }
  return lines;
}

bool is_sent_by(const std::string& line, const std::string& arrow) {
  return rest_of(line).starts_with(arrow);
}

bool is_reset(const std::string& line) {
  std::istringstream in(rest_of(line));
  std::string arrow, flags;
  in >> arrow >> flags;
  return flags == "reply" || (flags != "icmp" && flags.find('R') != std::string::npos);
}

/// A conversation that a Change is applied to.
class Changed {
 public:
  Changed(std::string_view text, const Change& change) : lines_(lines_of(text)) {
    find_reset();
    const std::string x = rest_of(lines_[reset_]).substr(0, 2), y = x == "->" ? "<-" : "->";
    const double when = ms_of(lines_[reset_]);
    double end = 0;
    for (const std::string& line : lines_) end = std::max(end, ms_of(line));

    const std::vector<std::string> behind = made(change.behind, when, x, y);
    lines_.insert(lines_.begin() + place(reset_ + 1), behind.begin(), behind.end());
    if (!change.words.empty()) lines_[reset_] += " " + std::string(change.words);
    const std::vector<std::string> before = made(change.before, when, x, y);
    lines_.insert(lines_.begin() + place(reset_), before.begin(), before.end());
    reset_ += before.size();
    if (change.wait_ms != 0) delay(reset_, change.wait_ms);
    const std::vector<std::string> after = made(change.after, end, x, y);
    lines_.insert(lines_.end(), after.begin(), after.end());
    if (change.pause_s != 0) delay(reset_ == 0 ? 0 : reset_ - 1, change.pause_s * 1e3);
    if (change.lost == 1) {
      lines_.erase(lines_.begin());
      --reset_;
    }
    if (change.lost == 'x' || change.lost == 'y') lose(change.lost == 'x' ? x : y);
    if (change.copied != Copies::none) copy(change.copied);
    if (change.first.empty()) return;
    delay(0, 1e3);
    const std::vector<std::string> first = lines_of(change.first);
    lines_.insert(lines_.begin(), first.begin(), first.end());
    reset_ += first.size();
  }

  Story story() const {
    Story made;
    for (const std::string& line : lines_) made.text += line + "\n";
    made.reset = static_cast<Frame>(reset_ + 1);  // a frame a line
    return made;
  }

 private:
  static std::ptrdiff_t place(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  void find_reset() {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (is_reset(lines_[i])) reset_ = i;
    }
    const std::size_t port = lines_[reset_].find(" port ");
    if (port != std::string::npos) port_ = lines_[reset_].substr(port, 11);
  }

  /// The lines of a change, so long after that time as they say.
  std::vector<std::string> made(std::string_view text, double when, const std::string& x,
                                const std::string& y) const {
    std::vector<std::string> lines = lines_of(text);
    for (std::string& line : lines) {
      std::string rest = rest_of(line);
      const bool elsewhere = rest.find(" port ") != std::string::npos;
      if (rest[0] == 'x' || rest[0] == 'y') rest.replace(0, 1, rest[0] == 'x' ? x : y);
      line = at(when + ms_of(line), rest) + (elsewhere ? "" : port_);
    }
    return lines;
  }

  void delay(std::size_t from, double ms) {
    for (std::size_t i = from; i < lines_.size(); ++i)
      lines_[i] = at(ms_of(lines_[i]) + ms, rest_of(lines_[i]));
  }

  void lose(const std::string& arrow) {
    std::vector<std::string> kept;
    std::size_t reset = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (i == reset_) reset = kept.size();
      if (i == reset_ || !is_sent_by(lines_[i], arrow)) kept.push_back(lines_[i]);
    }
    lines_ = std::move(kept);
    reset_ = reset;
  }

  void copy(Copies which) {
    std::vector<std::string> all;
    std::size_t reset = 0;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (i == reset_) reset = all.size();
      all.push_back(lines_[i]);
      const bool segment = !is_reset(lines_[i]) && lines_[i].find(" data ") == std::string::npos;
      if (segment && (which == Copies::of_all || i + 1 != reset_))
        all.push_back(lines_[i] + " copy ttl 63");
    }
    lines_ = std::move(all);
    reset_ = reset;
  }

  std::vector<std::string> lines_;
  std::size_t reset_ = 0;
  std::string port_;  ///< Of the RST's connection: " port N", or nothing.
};

// ----- what may differ ---------------------------------------------------------------------------

constexpr Change kGoesOn{.name = "GoesOn", .after = "1ms x PA len 20"};
constexpr Change kFromNearer{.name = "FromNearer", .words = "ttl 60"};
constexpr Change kFromFarther{.name = "FromFarther", .words = "ttl 40"};
constexpr Change kCraftedNearer{.name = "CraftedNearer", .words = "ttl 60 id 7777 plain"};
constexpr Change kFromNearerWithoutTimestamps{.name = "FromNearerWithoutTimestamps",
                                              .words = "ttl 60 plain"};
constexpr Change kWithAForeignIpId{.name = "WithAForeignIpId", .words = "id 7777"};
constexpr Change kWithAWindow{.name = "WithAWindow", .words = "win 8192"};
constexpr Change kWithoutAWindow{.name = "WithoutAWindow", .words = "win 0"};
constexpr Change kWithAForeignNumber{.name = "WithAForeignNumber", .words = "seq 90000"};
constexpr Change kInAVolley{.name = "InAVolley",
                            .behind =
                                "0.05ms x R seq 2000\n"
                                "0.1ms x R seq 3460"};
constexpr Change kAmidGuesses{.name = "AmidGuesses",
                              .after =
                                  "100ms x R seq 90000\n"
                                  "200ms x R seq 180000\n"
                                  "300ms x R seq 270000"};
constexpr Change kHadReset{.name = "HadReset", .before = "0ms x RA"};
constexpr Change kWasReset{.name = "WasReset", .before = "0ms y RA"};
constexpr Change kHadClosed{.name = "HadClosed", .before = "0ms x FA"};
constexpr Change kPeerHadClosed{.name = "PeerHadClosed", .before = "0ms y FA"};
constexpr Change kBothHadClosed{.name = "BothHadClosed",
                                .before =
                                    "0ms x FA\n"
                                    "0ms y FA"};
constexpr Change kPeerSendsMore{.name = "PeerSendsMore", .before = "0ms y PA len 500"};
constexpr Change kSendsMore{.name = "SendsMore", .before = "0ms x PA len 500"};
constexpr Change kPeerShutsItsWindow{.name = "PeerShutsItsWindow", .before = "0ms y A win 0"};
constexpr Change kShutsItsWindow{.name = "ShutsItsWindow", .before = "0ms x A win 0"};
constexpr Change kProbes{.name = "Probes", .before = "0ms x probe"};
constexpr Change kTriggerForbidden{.name = "TriggerForbidden", .before = "0ms x icmp prohibited"};
constexpr Change kTriggerUnreachable{.name = "TriggerUnreachable",
                                     .before = "0ms x icmp host_unreachable"};
constexpr Change kTriggerTooBig{.name = "TriggerTooBig", .before = "0ms x icmp too_big mtu 1300"};
constexpr Change kOwnUnreachable{.name = "OwnUnreachable", .before = "0ms y icmp host_unreachable"};
constexpr Change kOwnTooBig{.name = "OwnTooBig", .before = "0ms y icmp too_big mtu 1300"};
constexpr Change kAcceptsTheNext{.name = "AcceptsTheNext",
                                 .after =
                                     "300ms -> S port 50009\n"
                                     "301ms <- SA port 50009\n"
                                     "302ms -> A port 50009"};
constexpr Change kPause3s{.name = "Pause3s", .pause_s = 3};
constexpr Change kPause61s{.name = "Pause61s", .pause_s = 61};
constexpr Change kBeginsLate{.name = "BeginsLate", .lost = 1};
constexpr Change kOneSided{.name = "OneSided", .lost = 'y'};
constexpr Change kUnheard{.name = "Unheard", .lost = 'x'};
constexpr Change kOthersServed{.name = "OthersServed",
                               .first =
                                   "0ms -> S port 50007\n"
                                   "1ms <- SA port 50007\n"
                                   "2ms -> A port 50007\n"
                                   "3ms -> PA len 10 port 50007\n"
                                   "4ms <- PA len 10 port 50007"};
constexpr Change kAfterAScan{.name = "AfterAScan",
                             .first =
                                 "0ms -> S bare win 1024 port 50010 to 8000\n"
                                 "0.1ms <- reply port 50010 to 8000\n"
                                 "1ms -> S bare win 1024 port 50011 to 8001\n"
                                 "1.1ms <- reply port 50011 to 8001\n"
                                 "2ms -> S bare win 1024 port 50012 to 8002\n"
                                 "2.1ms <- reply port 50012 to 8002\n"
                                 "3ms -> S bare win 1024 port 50013 to 8003\n"
                                 "3.1ms <- reply port 50013 to 8003\n"
                                 "4ms -> S bare win 1024 port 50014 to 8004\n"
                                 "4.1ms <- reply port 50014 to 8004\n"
                                 "5ms -> S bare win 1024 port 50015 to 8005\n"
                                 "5.1ms <- reply port 50015 to 8005\n"
                                 "6ms -> S bare win 1024 port 50016 to 8006\n"
                                 "6.1ms <- reply port 50016 to 8006\n"
                                 "7ms -> S bare win 1024 port 50017 to 8007\n"
                                 "7.1ms <- reply port 50017 to 8007"};
constexpr Change kOtherPortsForbidden{.name = "OtherPortsForbidden",
                                      .first =
                                          "0ms -> S port 50007 to 9\n"
                                          "1ms <- icmp prohibited ttl 63 port 50007 to 9"};
constexpr Change kOtherPortsForbiddenFromHere{.name = "OtherPortsForbiddenFromHere",
                                              .first =
                                                  "0ms -> S port 50007 to 9\n"
                                                  "1ms <- icmp prohibited ttl 64 port 50007 to 9"};
constexpr Change kRefusesTheNext{.name = "RefusesTheNext",
                                 .after =
                                     "300ms -> S port 50009\n"
                                     "301ms <- reply port 50009"};
constexpr Change kWasResetAndStillMeets{.name = "WasResetAndStillMeets",
                                        .before =
                                            "0ms y RA\n"
                                            "40ms y PA len 5",
                                        .wait_ms = 41};
constexpr Change kWasResetAndStillMeetsASyn{.name = "WasResetAndStillMeetsASyn",
                                            .before =
                                                "0ms y RA\n"
                                                "40ms y S",
                                            .wait_ms = 41};
constexpr Change kWasResetAndStillMeetsASynAck{.name = "WasResetAndStillMeetsASynAck",
                                               .before =
                                                   "0ms y RA\n"
                                                   "40ms y SA",
                                               .wait_ms = 41};

// ----- and what that says ------------------------------------------------------------------------

struct Line {
  Change change;
  Effect effect;
  std::string_view example = {};  ///< Of which cause; empty: of each that is named, its own.
};

const std::vector<Line>& lines() {
  static const std::vector<Line> kLines = {
      {kGoesOn,
       {.supports = {"firewall_reset", "blind_reset_attack", "nat_state_lost"},
        .against = {"late_segment", "accept_queue_full", "listener_gone", "data_after_close",
                    "keepalive_timeout", "retransmit_timeout", "connect_probe", "linger0",
                    "admin_abort", "connection_unknown", "accept_then_abort", "listener_closed",
                    "unread_data", "memory_pressure", "peer_restarted"}}},
      {kGoesOn, {.against = {"peer_restarted"}}, "connection_unknown"},
      {kGoesOn, {.against = {"listener_closed"}}, "unread_data"},
      {kFromNearer,
       {.against = {"late_segment", "synack_expired", "bad_handshake_ack", "data_after_close",
                    "linger2", "gave_up_silently", "peer_restarted", "nat_state_lost",
                    "accept_queue_full", "listener_gone", "connection_unknown"}}},
      {kFromNearer, {.supports = {"port_closed"}}, "firewall_reject"},
      {kFromNearer, {.supports = {"unread_data"}}, "injected"},
      {kFromFarther, {.against = {"firewall_reset"}}},
      {kFromFarther, {.supports = {"injected"}}, "firewall_reject"},
      {kCraftedNearer,
       {.supports = {"proxy_upstream_refused", "blind_reset_attack"},
        .against = {"retransmit_timeout", "memory_pressure", "keepalive_timeout", "connect_probe",
                    "accept_then_abort", "listener_closed", "linger0", "unread_data"}}},
      {kCraftedNearer,
       {.against = {"admin_abort", "accept_then_abort", "listener_closed", "linger0"}},
       "proxy_upstream_refused"},
      {kFromNearerWithoutTimestamps,
       {.against = {"keepalive_timeout", "connect_probe", "accept_then_abort", "listener_closed"}}},
      {kFromNearerWithoutTimestamps, {.against = {"admin_abort"}}, "unread_data"},
      {kWithAForeignIpId, {.against = {"nat_state_lost", "firewall_reset"}}},
      {kWithAWindow, {.against = {"proxy_upstream_refused"}}},
      {kWithAWindow, {.supports = {"accept_then_abort"}}, "proxy_upstream_refused"},
      {kWithoutAWindow, {.supports = {"unread_data", "linger0"}}, "admin_abort"},
      {kWithAForeignNumber, {.rules_out = {"memory_pressure"}}},
      {kWithAForeignNumber, {.supports = {"injected"}}, "accept_then_abort"},
      {kWithAForeignNumber, {.supports = {"admin_abort", "linger0", "injected"}}, "connect_probe"},
      {kInAVolley,
       {.against = {"late_segment", "keepalive_timeout", "retransmit_timeout", "connect_probe",
                    "accept_then_abort", "admin_abort", "unread_data", "firewall_reset"}}},
      {kInAVolley, {.against = {"listener_closed"}}, "unread_data"},
      {kAmidGuesses, {.against = {"injected"}}, "reset_echo"},
      {kHadReset,
       {.rules_out = {"syn_in_synrecv",
                      "accept_queue_full",
                      "listener_gone",
                      "synack_expired",
                      "bad_handshake_ack",
                      "data_after_close",
                      "half_close_expired",
                      "linger2",
                      "keepalive_timeout",
                      "zero_window_timeout",
                      "retransmit_timeout",
                      "connect_probe",
                      "accept_then_abort",
                      "listener_closed",
                      "linger0",
                      "unread_data",
                      "admin_abort",
                      "memory_pressure",
                      "gave_up_silently",
                      "proxy_upstream_refused",
                      "mptcp_fastclose",
                      "mptcp_subflow_reset"}}},
      {kWasReset, {.against = {"blind_reset_attack"}}},
      {kHadClosed,
       {.supports = {"blind_reset_attack", "unread_data"},
        .rules_out = {"accept_then_abort", "listener_closed"}}},
      {kPeerHadClosed, {.against = {"listener_closed"}}, "accept_then_abort"},
      {kPeerHadClosed, {.supports = {"accept_then_abort"}}, "unread_data"},
      {kBothHadClosed, {.rules_out = {"peer_restarted", "nat_state_lost", "firewall_reset"}}},
      {kBothHadClosed, {.against = {"capture_incomplete"}}, "backscatter"},
      {kPeerSendsMore, {.against = {"listener_closed"}}, "accept_then_abort"},
      {kPeerSendsMore, {.supports = {"idle_timeout"}}, "peer_restarted"},
      {kPeerSendsMore, {.against = {"linger0"}}, "retransmit_timeout"},
      {kPeerSendsMore, {.against = {"linger0"}}, "zero_window_timeout"},
      {kSendsMore,
       {.supports = {"unread_data"}, .rules_out = {"listener_closed", "proxy_upstream_refused"}}},
      {kSendsMore, {.supports = {"linger0"}}, "accept_then_abort"},
      {kSendsMore, {.against = {"unread_data"}}, "linger0"},
      {kPeerShutsItsWindow, {.against = {"accept_then_abort"}, .rules_out = {"keepalive_timeout"}}},
      {kShutsItsWindow, {.supports = {"unread_data"}, .against = {"linger0"}}},
      {kShutsItsWindow, {.against = {"admin_abort"}}, "unread_data"},
      {kProbes, {.rules_out = {"connect_probe"}}},
      {kTriggerForbidden,
       {.supports = {"nat_state_lost"}, .against = {"port_closed", "connection_unknown"}}},
      {kTriggerForbidden, {.against = {"peer_restarted"}}, "connection_unknown"},
      {kTriggerForbidden, {.supports = {"firewall_reset"}}, "peer_restarted"},
      {kTriggerForbidden, {.supports = {"injected"}}, "reset_echo"},
      {kTriggerUnreachable, {.supports = {"firewall_reject", "firewall_reset"}}},
      {kTriggerUnreachable, {.supports = {"connection_unknown"}}, "peer_restarted"},
      {kTriggerTooBig, {.supports = {"linger0"}}},
      {kOwnUnreachable,
       {.supports = {"keepalive_timeout", "retransmit_timeout", "gave_up_silently", "unread_data"},
        .against = {"syn_scan"}}},
      {kOwnTooBig, {.supports = {"gave_up_silently", "keepalive_timeout"}}},
      {kAcceptsTheNext,
       {.supports = {"accept_queue_full", "synack_expired"}, .against = {"listener_gone"}}},
      {kPause3s, {.supports = {"firewall_reset"}, .against = {"nat_state_lost"}}},
      {kPause3s, {.supports = {"half_close_expired"}}, "data_after_close"},
      {kPause3s, {.supports = {"accept_queue_full"}}, "firewall_reset"},
      {kPause61s,
       {.against = {"firewall_reset", "firewall_reject", "idle_timeout", "nat_state_lost"}}},
      {kPause61s, {.against = {"nat_state_lost"}}, "accept_queue_full"},
      {kBeginsLate, {.against = {"listener_gone", "synack_expired"}}},
      {kBeginsLate, {.supports = {"nat_state_lost"}}, "accept_queue_full"},
      {kBeginsLate, {.against = {"accept_queue_full"}}, "firewall_reset"},
      {kBeginsLate, {.supports = {"port_closed"}}, "mptcp_join_refused"},
      {kBeginsLate, {.rules_out = {"injected"}}, "port_closed"},
      {kOneSided,
       {.against = {"late_segment", "linger0"},
        .rules_out = {"accept_queue_full", "listener_gone", "synack_expired", "bad_handshake_ack",
                      "syn_scan"}}},
      {kOneSided, {.rules_out = {"injected"}}, "late_segment"},
      {kOneSided, {.against = {"unread_data"}}, "linger0"},
      {kUnheard,
       {.against = {"connection_unknown"},
        .rules_out = {"listener_gone", "zero_window_timeout", "admin_abort"}}},
      {kUnheard, {.supports = {"connection_unknown"}}, "synack_expired"},
      {kOthersServed, {.against = {"listener_closed", "port_closed"}}},
      {kOthersServed, {.against = {"blind_reset_attack"}}, "capture_incomplete"},
      {kOthersServed, {.supports = {"firewall_reject"}}, "port_closed"},
      {kOthersServed,
       {.supports = {"accept_queue_full"}, .against = {"listener_gone"}},
       "scan_probe"},
      {kAfterAScan, {.supports = {"backscatter", "connect_probe", "scan_probe", "port_closed"}}},
      {kOtherPortsForbidden, {.supports = {"firewall_reset"}}},
      {kOtherPortsForbiddenFromHere, {.against = {"port_closed"}}},
      {kRefusesTheNext, {.against = {"accept_queue_full"}}},
      {kRefusesTheNext, {.supports = {"listener_gone"}}, "synack_expired"},
      {kWasResetAndStillMeets,
       {.against = {"firewall_reset"},
        .rules_out = {"listener_gone", "synack_expired", "synack_paws", "linger2"}}},
      {kWasResetAndStillMeets, {.rules_out = {"bad_handshake_ack"}}, "scan_probe"},
      {kWasResetAndStillMeets,
       {.rules_out = {"connection_unknown", "idle_timeout", "accept_queue_full", "peer_restarted",
                      "nat_state_lost", "firewall_reset", "capture_incomplete"}},
       "synack_expired"},
      {kWasResetAndStillMeetsASyn,
       {.rules_out = {"connection_unknown", "peer_restarted", "nat_state_lost"}}},
      {kWasResetAndStillMeetsASynAck,
       {.rules_out = {"syn_scan", "connect_cancelled", "backscatter"}}},
  };
  return kLines;
}

std::string name_of(const ::testing::TestParamInfo<std::size_t>& index) {
  const Line& line = lines()[index.param];
  const std::string example = line.example.empty() ? "ItsOwn" : std::string(line.example);
  return std::string(line.change.name) + "_" + example + "_Example";
}

class OfExamples : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Where, OfExamples, ::testing::Range(std::size_t{0}, lines().size()),
                         name_of);

void expect_effect(const Effect& effect, const Change& change, std::string_view example) {
  test::expect_effect(effect, Changed(example, {}).story(), Changed(example, change).story());
}

TEST_P(OfExamples, TheOneChangeSpeaks) {
  const auto& [change, effect, example] = lines()[GetParam()];
  if (!example.empty()) {
    expect_effect(effect, change, find_cause(example)->example);
    return;
  }
  for (const auto cause : effect.supports)
    expect_effect({.supports = {cause}}, change, find_cause(cause)->example);
  for (const auto cause : effect.against)
    expect_effect({.against = {cause}}, change, find_cause(cause)->example);
  for (const auto cause : effect.rules_out)
    expect_effect({.rules_out = {cause}}, change, find_cause(cause)->example);
}

}  // namespace
}  // namespace rstcause
