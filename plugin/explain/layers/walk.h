// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "engine/wire/collected.h"
#include "engine/wire/file_clock.h"
#include "explain/layers/fragments.h"
#include "explain/layers/streams.h"
#include "explain/layers/unread.h"

namespace rstcause::explain {

/// The way through the layers of one frame, from the outermost inwards, and what is kept from one
/// frame to the next.
struct Walk {
  Collected found;  ///< What this frame brings for the engine.
  Streams streams;  ///< Wireshark's numbers of TCP conversations.
  Fragments fragments4, fragments6;
  FileClock clock;
  Unread unread;  ///< What may hold TCP that nobody here reads.

  // Of the frame at hand.
  std::optional<FileTime> time;
  std::uint32_t interface = 0;  ///< The capture's interface, as in IpFacts.
  std::uint16_t vlan = 0;       ///< Of the outermost tag; 0: none.
  bool in_error = false;        ///< Inside the quotation of an ICMP error.
  bool fragmented = false;      ///< Inside a fragment that is read alone.
  int depth = 0;                ///< Layers that hold others, so far.

  /// Of what the frame holds for the engine. The plugin, too, counts the time of such alone.
  Nanos now() { return time ? clock.at(*time) : clock.untimed(); }

  void begin(Frame frame, std::optional<FileTime> at, std::uint32_t on_interface) {
    found.begin(frame);
    fragments4.begin_frame();
    fragments6.begin_frame();
    time = at;
    interface = on_interface;
    vlan = 0;
    in_error = fragmented = false;
    depth = 0;
  }
};

/// Sets a value for the time of one layer.
template <typename T>
class During {
 public:
  During(T& value, T now) : value_(value), before_(value) { value_ = now; }
  ~During() { value_ = before_; }
  During(const During&) = delete;
  During& operator=(const During&) = delete;

 private:
  T& value_;
  T before_;
};

/// Frames that nest deeper than this were made to exhaust their reader.
inline constexpr int kDeepest = 40;

/// One layer deeper, as long as this stands.
class Deeper {
 public:
  explicit Deeper(Walk& walk) : depth_(walk.depth, walk.depth + 1) {
    is_allowed_ = walk.depth <= kDeepest;
    if (!is_allowed_) walk.unread.note(Carrier::nesting, 0);
  }
  explicit operator bool() const { return is_allowed_; }

 private:
  During<int> depth_;
  bool is_allowed_;
};

}  // namespace rstcause::explain
