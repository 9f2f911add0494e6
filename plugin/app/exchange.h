// SPDX-License-Identifier: GPL-2.0-or-later
// What a conversation has come to: requests without an answer, farewells, pings.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "app/farewell.h"
#include "app/piece.h"

namespace rstcause::app {

/// A request that waits for its answer.
struct Asked {
  std::uint32_t id = 0;   ///< The protocol's own number, where it has one.
  std::string_view what;  ///< Its kind by name, of static storage; may be empty.
  std::int64_t time = 0;  ///< When its last octets that were read passed, ns.
};

/// Kept by Dialogue, written by the reader of its protocol.
class Exchange {
 public:
  explicit Exchange(Side client_end) : client(client_end) {}

  enum class Phase : std::uint8_t {
    opening,  ///< Nothing was agreed upon yet.
    login,    ///< Both ends speak the protocol; nobody was let in yet.
    open,     ///< Requests are served.
  };

  Side client;
  Phase phase = Phase::opening;
  bool opaque = false;           ///< From here on nothing can be read (encrypted, compressed).
  bool sure = true;              ///< No octets are missing that would change the counts.
  bool left = false;             ///< The client has said that it leaves (QUIT, Terminate).
  std::uint16_t interval_s = 0;  ///< Keepalive or heartbeat that was agreed upon, s; 0: none.
  std::uint16_t status = 0;      ///< A code that the protocol's reader keeps for itself.
  std::uint32_t number = 0;      ///< A number that the protocol's reader keeps for itself.
  std::string_view subject;      ///< Its latest request's name, of static storage.
  std::array<bool, 2> pinged{};  ///< That end's ping waits for its pong...
  std::array<std::int64_t, 2> ping_time{};  ///< ... since then, ns.

  void ask(std::uint32_t id, std::int64_t time, std::string_view what = {});
  /// False when no such request is known.
  bool answer(std::uint32_t id);
  void answer_oldest();
  void answer_all();
  const std::vector<Asked>& asked() const { return asked_; }
  /// Answers so far, 255 for more.
  unsigned answers() const { return answers_; }

  void ping(Side from, std::int64_t time);
  void pong(Side from) { pinged[index(other(from))] = false; }

  /// The program of that end by its own words.
  void introduce(Side from, std::string_view program);
  std::string_view program(Side from) const {
    const auto& known = programs_[index(from)];
    return known ? known->view() : std::string_view{};
  }

  void bid_farewell(Side from, Farewell::Kind kind, std::string_view code, std::string_view text);
  /// It says itself that this is over.
  void take_back(Side from) { farewells_[index(from)].reset(); }
  const Farewell* farewell(Side from) const { return farewells_[index(from)].get(); }
  /// That end begins its next message: an older farewell is none if its peer spoke since.
  void speak(Side from);
  /// Octets are missing: what waits for an answer is not known any more.
  void lose_count();

 private:
  void count_answer() {
    if (answers_ != 255) ++answers_;
  }

  std::vector<Asked> asked_;  ///< The oldest first; a few at most.
  std::array<std::unique_ptr<Farewell>, 2> farewells_;
  std::array<std::unique_ptr<resp::BoundedText<60>>, 2> programs_;
  std::array<bool, 2> answered_since_{};  ///< The peer spoke after that end's farewell.
  std::uint8_t answers_ = 0;
};

}  // namespace rstcause::app
