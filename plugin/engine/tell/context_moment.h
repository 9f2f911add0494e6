// SPDX-License-Identifier: GPL-2.0-or-later
// What the parts of rstcause.context share: the reset's moment, and each protocol's sentences.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/talk.h"
#include "engine/judge/scene.h"
#include "engine/memory/application.h"

namespace rstcause::tell {

using app::Side;
using Sentences = std::vector<std::string>;

/// The reset, as far as the words need it.
struct Moment {
  explicit Moment(const Scene& scene);

  Side resetter;
  std::optional<Side> client;  ///< By the handshake or the ports.
  /// The resetter had closed, and the reset answers octets of its peer that came after that.
  bool answers_late_octets;
  bool late_octets_crossed;  ///< ... sent before the peer could know of the close.
  Nanos before_late_octets;  ///< The resetter's silence before they came.
  const Scene& scene;

  Nanos since_spoke(Side side) const {
    const Endpoint& end = scene.flow.at(end_of(side));
    return end.data == 0 ? 0 : scene.rst.time - end.data_time;
  }
};

Sentences about(const app::Http& http, const Moment& moment);
Sentences about(const app::Tls& tls, const Moment& moment);
/// Every protocol, by what it is; what does not depend on it as well.
Sentences about(const app::Talk& talk, const Moment& moment);

}  // namespace rstcause::tell
