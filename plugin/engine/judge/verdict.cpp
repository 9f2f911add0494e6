// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/verdict.h"

namespace rstcause {

std::string_view to_string(Basis basis) {
  switch (basis) {
    case Basis::unknown:
      return "unknown";
    case Basis::inferred:
      return "inferred";
    case Basis::proved:
      return "proved";
    case Basis::declared:
      return "declared";
    case Basis::witnessed:
      return "witnessed";
  }
  return "unknown";
}

std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::unknown:
      return "unknown";
    case Origin::client:
      return "client";
    case Origin::server:
      return "server";
    case Origin::middlebox:
      return "middlebox";
  }
  return "unknown";
}

std::string_view to_string(Mode mode) {
  switch (mode) {
    case Mode::unknown:
      return "unknown";
    case Mode::abort:
      return "abort";
    case Mode::reply:
      return "reply";
    case Mode::forged:
      return "forged";
  }
  return "unknown";
}

}  // namespace rstcause
