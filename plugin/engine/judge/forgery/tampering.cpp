// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/forgery/tampering.h"

namespace rstcause::forgery {
namespace {

std::string_view to_string(Progress progress) {
  switch (progress) {
    case Progress::syn:
      return "Post-SYN:";
    case Progress::ack:
      return "Post-ACK:";
    case Progress::first_data:
      return "Post-PSH:";
    case Progress::more_data:
      return "Post-Data:";
    case Progress::unknown:
      break;
  }
  return "";
}

std::string_view flags(bool ack_set) {
  return ack_set ? "RST+ACK" : "RST";
}

/// Two bare resets are classed by the acknowledgment numbers that they should not have.
std::string two_bare(SeqNum first, SeqNum second) {
  if (first == second) return "RST=RST";
  return first.raw() == 0 || second.raw() == 0 ? "RST;RST0" : "RST!=RST";
}

}  // namespace

std::string tampering_class(const Scene& scene) {
  const Reset& r = scene.rst;
  if (r.progress == Progress::unknown) return {};
  const std::string stage(to_string(r.progress));
  if (r.volley == 0) return stage + std::string(flags(r.ack_set));
  if (!r.ack_set && !r.volley_ack_set) return stage + two_bare(r.ack, r.volley_ack);
  if (r.ack_set && r.volley_ack_set) return stage + "RST+ACK;RST+ACK";
  return stage + "RST;RST+ACK";
}

}  // namespace rstcause::forgery
