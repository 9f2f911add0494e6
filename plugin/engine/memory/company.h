// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/memory/hosts.h"

namespace rstcause {

/// A kind of news that may come after a reset, of its port or of one of its hosts, and that a
/// verdict may wait for.
enum class News : std::uint8_t {
  none,
  port_took,      ///< The port took a SYN.
  port_outlived,  ///< It took one after the reset.
  port_refused,   ///< It refused one.
  port_lived,     ///< It took a SYN after it had refused the ACK of another handshake.
  port_aborted,   ///< It aborted a connection that it had never served.
  host_lost,      ///< The resetter knew nothing of another connection any more.
  host_aborted,   ///< It aborted another one in the same instant, both at rest.
  host_swept,     ///< ... and those were of several services.
  host_closed,    ///< It closed another one by FIN.
  host_accepted,  ///< A SYN-ACK of the resetter's address tells of its stack and its path.
  host_shed,      ///< It aborted an orphan.
  host_probed,    ///< Another probe of the resetter's came to nothing.
  peer_probed,    ///< Another one of the peer's did.
};
inline constexpr std::uint8_t kKindsOfNews = 14;

/// Whom it is about.
enum class Whose : std::uint8_t { nobody, port, resetter, peer };
constexpr Whose whose(News news) {
  if (news == News::none) return Whose::nobody;
  if (news <= News::port_aborted) return Whose::port;
  return news == News::peer_probed ? Whose::peer : Whose::resetter;
}

/// What other connections had told of a reset's hosts and of its port when it came. Later ones tell
/// more, but a verdict is bound to its own moment: of what comes later this holds the news that it
/// was told, and no more.
struct Company {
  bool knows_service = false, knows_x = false, knows_y = false;
  Service service;  ///< Of the listening port.
  Host x, y;        ///< Of the end that the reset names as its sender, and of the other one.
};

/// As it stands now.
Company company_now(const Flow& flow, End x, const Hosts& hosts);

/// Takes over the facts of that kind of news.
void take_news(News news, const Company& now, Company& into);

/// What the latest resets found when they came. What one of them has left with its hosts and its
/// port is taken back by it when the reset is read anew. Of older ones nothing is read anew.
class Footprints {
 public:
  /// To be told before that reset leaves anything; the company that it has found.
  const Company& note(std::size_t verdict, const Flow& flow, End x, const Hosts& hosts);
  /// Hosts and port as if that reset, which has this frame, had left nothing.
  void take_back(std::size_t verdict, Frame reset, const Flow& flow, End x, Hosts& hosts) const;
  /// nullptr: it is too long ago.
  const Company* before(std::size_t verdict) const {
    const Print& print = prints_[verdict % kMost];
    return print.verdict == verdict + 1 ? &print.company : nullptr;
  }

 private:
  static constexpr std::size_t kMost = 64;
  struct Print {
    std::size_t verdict = 0;  ///< One more than its place; 0: none.
    Company company;
  };
  std::vector<Print> prints_ = std::vector<Print>(kMost);
};

/// Frames that exchange their numbers because one of them was captured late: what is cited by the
/// old ones is told by the new ones.
class Renumbering {
 public:
  /// In the captured order, the late one last.
  explicit Renumbering(std::vector<Frame> places) : places_(std::move(places)) {}

  Frame operator()(Frame frame) const;
  Frame late() const { return places_.front(); }  ///< The late one's number by now.

  /// A reset among them that was read anew, and what it had found at first.
  void add_reset(Frame captured, const Company* before) { resets_.push_back({captured, before}); }
  /// The facts of the flow's hosts and port, of which those of resets were taken back.
  void apply(const Flow& flow, Hosts& hosts) const;
  /// Of a reset that came since: true where what it was told of the resets read anew is another
  /// thing by now.
  bool apply(Company& told, const Company& now) const;
  /// What the late segment has told, to the company of a reset that it came before.
  void tell_of_late(Company& told, const Company& now) const;

 private:
  struct ReadAnew {
    Frame captured = 0;
    const Company* before = nullptr;
  };
  void number(Company& told) const;

  std::vector<Frame> places_;
  std::vector<ReadAnew> resets_;
};

}  // namespace rstcause
