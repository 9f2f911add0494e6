// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/witness.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/judge/ranking.h"

namespace rstcause {
namespace {

constexpr int kDecided = 99;          ///< The reason admits one cause alone; the file may lie.
constexpr int kBent = 98;             ///< The packets told several causes of that reason apart.
constexpr int kLeastAlternative = 2;  ///< Percent, as in classify.cpp.

/// Where tcp_send_reset was called: Linux 6.18, net/ipv4/tcp.c, tcp_input.c, tcp_timer.c,
/// inet_connection_sock.c, and net/mptcp. The first token is what the word means by itself.
struct Meaning {
  std::string_view reason;
  std::string_view state;  ///< Empty: whatever it is.
  enum class Sender : std::uint8_t { any, process, timer, listener } sender;
  FixedList<std::string_view, 16> tokens;
};

using By = Meaning::Sender;

const Meaning kMeanings[] = {
    // __tcp_close(): octets were left unread.
    {"TCP_ABORT_ON_CLOSE", "TCP_CLOSE", By::any, {"unread_data"}},
    // mptcp_do_fastclose()
    {"TCP_ABORT_ON_CLOSE", "", By::any, {"mptcp_fastclose", "unread_data"}},
    {"TCP_ABORT_ON_LINGER", "", By::any, {"linger2"}},
    {"TCP_ABORT_ON_MEMORY", "", By::any, {"memory_pressure"}},
    {"TCP_KEEPALIVE_TIMEOUT", "", By::any, {"keepalive_timeout"}},
    {"TCP_DISCONNECT_WITH_DATA", "", By::any, {"linger0"}},
    // tcp_disconnect() has set the state before: close(2) with SO_LINGER 0, connect(2) of
    // AF_UNSPEC, or inet_csk_listen_stop() for who waited to be accepted.
    {"TCP_STATE", "TCP_CLOSE", By::listener, {"listener_closed"}},
    {"TCP_STATE",
     "TCP_CLOSE",
     By::process,
     {"linger0", "connect_probe", "accept_then_abort", "proxy_upstream_refused"}},
    {"TCP_STATE",
     "TCP_CLOSE",
     By::timer,
     {"zero_window_timeout", "retransmit_timeout", "mptcp_subflow_reset", "linger0"}},
    // tcp_abort() acts on the living socket.
    {"TCP_STATE", "", By::any, {"admin_abort", "mptcp_subflow_reset"}},
    {"TCP_ABORT_ON_DATA", "", By::any, {"data_after_close", "linger2"}},
    {"TCP_TIMEWAIT_SOCKET", "", By::any, {"data_after_close", "late_segment"}},
    {"TCP_RFC7323_PAWS", "TCP_SYN_SENT", By::any, {"synack_paws"}},
    {"TCP_INVALID_ACK_SEQUENCE",
     "TCP_SYN_SENT",
     By::any,
     {"synack_unacceptable", "half_open_recovery"}},
    {"TCP_ACK_UNSENT_DATA", "", By::any, {"bad_handshake_ack"}},
    {"TCP_TOO_OLD_ACK", "", By::any, {"bad_handshake_ack"}},
    {"INVALID_SYN", "", By::any, {"syn_in_synrecv", "accept_queue_full"}},
    // The listener answers what belongs to no connection of its own...
    {"TCP_FLAGS",
     "TCP_LISTEN",
     By::any,
     {"connection_unknown", "accept_queue_full", "bad_handshake_ack", "synack_expired",
      "late_segment", "reset_echo", "peer_restarted", "gave_up_silently", "half_close_expired",
      "nat_state_lost", "scan_probe", "idle_timeout", "backscatter"}},
    // ... and where there is none, nobody does.
    {"NO_SOCKET",
     "",
     By::any,
     {"connection_unknown", "port_closed", "listener_gone", "late_segment", "reset_echo",
      "peer_restarted", "gave_up_silently", "half_close_expired", "nat_state_lost", "scan_probe",
      "syn_scan", "backscatter", "connect_cancelled", "proxy_upstream_refused", "idle_timeout",
      "accept_queue_full"}},
};

By sender_of(const Word& word) {
  if (word.listener_closed) return By::listener;
  if (word.as_answer) return By::any;
  return word.pid != 0 ? By::process : By::timer;
}

bool fits(const Meaning& meaning, const Word& word) {
  return meaning.reason == word.reason.view() &&
         (meaning.state.empty() || meaning.state == word.state.view()) &&
         (meaning.sender == By::any || meaning.sender == sender_of(word));
}

WordsRange range_of(const Meaning& meaning) {
  WordsRange range;
  std::size_t count = 0;
  for (const std::string_view token : meaning.tokens) {
    const Cause* const cause = find_cause(token);
    if (cause == nullptr) continue;  // a catalogue that a test has put in place
    if (range.fallback == nullptr) range.fallback = cause;
    range.rows |= row_bit(*cause);
    ++count;
  }
  range.decides = count == 1;
  return range;
}

/// Its TCP knows nothing of what this host sent: whoever stands in its way out, or a program that
/// writes packets itself.
WordsRange range_without_tcp(const Scene& scene) {
  WordsRange range;
  for (const Cause& cause : catalogue()) {
    const bool by_others = cause.sender == Sender::middlebox || cause.sender == Sender::third_party;
    if (by_others) range.rows |= row_bit(cause);
  }
  const bool refuses = scene.trigger_kind == TriggerKind::syn;
  range.fallback = find_cause(refuses            ? "firewall_reject"
                              : scene.is_reply() ? "firewall_reset"
                                                 : "injected");
  return range.fallback != nullptr ? range : WordsRange{};
}

/// RFC 9293's name of a living socket's state. Of TCP_CLOSE the kernel says no more than that it
/// has given the socket up by then.
State state_of(std::string_view kernels) {
  constexpr std::array kStates = {
      std::pair{std::string_view("TCP_ESTABLISHED"), State::established},
      std::pair{std::string_view("TCP_SYN_SENT"), State::syn_sent},
      std::pair{std::string_view("TCP_SYN_RECV"), State::syn_received},
      std::pair{std::string_view("TCP_NEW_SYN_RECV"), State::syn_received},
      std::pair{std::string_view("TCP_FIN_WAIT1"), State::fin_wait_1},
      std::pair{std::string_view("TCP_FIN_WAIT2"), State::fin_wait_2},
      std::pair{std::string_view("TCP_TIME_WAIT"), State::time_wait},
      std::pair{std::string_view("TCP_CLOSE_WAIT"), State::close_wait},
      std::pair{std::string_view("TCP_LAST_ACK"), State::last_ack},
      std::pair{std::string_view("TCP_LISTEN"), State::listen},
      std::pair{std::string_view("TCP_CLOSING"), State::closing}};
  const auto* const found = std::find_if(kStates.begin(), kStates.end(),
                                         [&](const auto& pair) { return pair.first == kernels; });
  return found != kStates.end() ? found->second : State::unknown;
}

bool tells_of_sending(const Word& word) {
  return word.kind == Word::Kind::sent || word.kind == Word::Kind::without_tcp;
}

}  // namespace

namespace clues {

const Clue the_kernel_said_so{
    "the-kernel-said-so",
    [](const Scene& s) { return Answer::when(tells_of_sending(s.rst.word), s.rst.frame); },
    "The capture states of the host that sent it: {word}."};

}  // namespace clues

std::optional<WordsRange> range_of_word(const Scene& scene) {
  const Word& word = scene.rst.word;
  if (!tells_of_sending(word)) return {};
  if (stated_cause(scene) != nullptr) return WordsRange{};
  if (word.kind == Word::Kind::without_tcp) return range_without_tcp(scene);
  const auto* const found =
      std::find_if(std::begin(kMeanings), std::end(kMeanings),
                   [&](const Meaning& meaning) { return fits(meaning, word); });
  return found != std::end(kMeanings) ? range_of(*found) : WordsRange{};
}

void bend_to_word(const Scene& scene, const WordsRange& left, std::span<const double> shares,
                  Verdict& verdict) {
  const Word& word = scene.rst.word;
  verdict.basis = Basis::witnessed;
  verdict.confidence = static_cast<std::uint8_t>(
      left.decides ? kDecided : std::clamp(static_cast<int>(shares.front()), 1, kBent));
  std::erase_if(verdict.alternatives, [&](Alternative& other) {
    other.confidence = std::min<std::uint8_t>(
        other.confidence, static_cast<std::uint8_t>(kDecided - verdict.confidence));
    return other.confidence < kLeastAlternative;
  });
  if (word.kind == Word::Kind::without_tcp) {
    verdict.kernel_reason = verdict.netstat = {};
    return;
  }
  verdict.mode = word.as_answer ? Mode::reply : Mode::abort;
  const State state = state_of(word.state.view());
  if (state != State::unknown) verdict.state = state;
  verdict.may_be_linux = true;
}

}  // namespace rstcause
