// SPDX-License-Identifier: GPL-2.0-or-later
// What the parts of rstcause.context share: the reset's moment, and each protocol's sentences.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/talk.h"
#include "engine/judge/scene.h"
#include "engine/judge/verdict.h"
#include "engine/memory/application.h"

namespace rstcause::tell {

using app::Side;
using Sentences = std::vector<std::string>;

/// The reset, as far as the words need it.
struct Moment {
  Moment(const Scene& scene, const Verdict& verdict);

  Side resetter;
  std::optional<Side> client;  ///< By the handshake or the ports.
  /// The resetter had closed, and the reset answers octets of its peer that came after that.
  bool answers_late_octets;
  bool late_octets_crossed;  ///< ... sent before the peer could know of the close.
  Nanos before_late_octets;  ///< The resetter's silence before they came.
  /// The client that resets had waited so long for an answer when it closed, and the answer came
  /// then; 0: no.
  Nanos waited = 0;
  /// The verdict: the client went without having read all of an answer that was sent whole.
  bool answer_was_left;
  const Scene& scene;

  /// "... unanswered for 1.2 s when the client closed; the answer came 341 ms later".
  std::string given_up(const std::string& what, const std::string& answer = {}) const;
  /// "... sent after 4.1 s of idle, on a connection that the server had closed".
  std::string used_late(const std::string& what) const;
  Nanos since_spoke(Side side) const {
    const Endpoint& end = scene.flow.at(end_of(side));
    return end.data == 0 ? 0 : scene.rst.time - end.data_time;
  }
};

Sentences about(const app::Http& http, const Moment& moment);
Sentences about(const app::Tls& tls, const Moment& moment);
/// A farewell's code and its own words in quotes, short enough for a sentence to quote.
std::string quoted(app::Protocol protocol, const app::Farewell& farewell);
/// The two ends speak different protocols.
bool wrong_protocol(const app::Talk& talk);
/// Every protocol, by what it is; what does not depend on it as well.
Sentences about(const app::Talk& talk, const Moment& moment);

}  // namespace rstcause::tell
