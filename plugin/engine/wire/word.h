// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace rstcause {

/// A short text in place, cut where it is too long.
template <std::size_t kMost>
struct ShortText {
  std::array<char, kMost> octets{};
  std::uint8_t size = 0;

  static ShortText of(std::string_view text) {
    static_assert(kMost < 256);
    ShortText made;
    made.size = static_cast<std::uint8_t>(text.copy(made.octets.data(), kMost));
    return made;
  }
  std::string_view view() const { return {octets.data(), size}; }
  bool empty() const { return size == 0; }
  friend bool operator==(const ShortText& left, const ShortText& right) {
    return left.view() == right.view();
  }
};

/// What the kernel of a host said about a RST that this host sent or received, as rstcause-capture
/// writes it into the comment of the packet. To a reader it is what the file states: bounded,
/// printable, and no truer than the file.
///
///     rstcause: sent reason=TCP_ABORT_ON_CLOSE state=TCP_CLOSE as=abort pid=455 comm=redis-server
///     rstcause: sent without its TCP: firewall or raw socket
///     rstcause: received taken=yes
///
/// (each followed by ` netns=INODE`, and the first by ` listener=closed` where that was so).
/// plugin/docs/kernel-word.md describes the line.
struct Word {
  enum class Kind : std::uint8_t {
    none,
    sent,         ///< TCP of this host made it: `reason`, `state`, `as_answer`.
    without_tcp,  ///< This host sent it and its TCP knows nothing of it.
    received,     ///< `taken`: a socket took it for its end.
    process,      ///< Nothing but the process to which the packet belongs (ptcpdump).
  };
  static constexpr std::size_t kMostName = 32, kMostProcess = 32;

  Kind kind = Kind::none;
  bool as_answer = false;        ///< Sent: it answers a segment; else the socket's own decision.
  bool taken = false;            ///< Received.
  bool listener_closed = false;  ///< Sent: while the listener of its port was being closed.
  std::uint32_t pid = 0;         ///< Of the process in whose context it was made; 0: not known.
  ShortText<kMostName> reason;   ///< Of enum sk_rst_reason, without prefix; empty: not told.
  ShortText<kMostName> state;    ///< As the kernel's trace names it: TCP_CLOSE, UNKNOWN, ...
  ShortText<kMostProcess> comm;  ///< The name of that process: printable UTF-8... or ASCII.

  bool is_told() const { return kind != Kind::none; }
  friend bool operator==(const Word&, const Word&) = default;
};
static_assert(std::is_trivially_destructible_v<Word>);

/// One comment of a packet: our own line, or ptcpdump's (its process alone). A Word of kind `none`
/// where the comment is neither, or is malformed: an unknown key is passed over, a known one with
/// an impossible value spoils the line.
Word parse_word(std::string_view comment);

/// Of two comments of one packet, what is told of the sending comes before what is told of the
/// receiving, and that before a mere process, which it takes over where it has none.
Word joined(const Word& left, const Word& right);

/// The line for a comment, which parse_word() reads back. `netns`: the inode of the network
/// namespace in which the packet was captured; 0: not known.
std::string to_comment(const Word& word, std::uint64_t netns);

}  // namespace rstcause
