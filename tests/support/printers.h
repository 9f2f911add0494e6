// SPDX-License-Identifier: GPL-2.0-or-later
// How GoogleTest shows the engine's types when an expectation fails.
#pragma once

#include <ostream>

#include "engine/judge/scene.h"
#include "engine/judge/verdict.h"

namespace rstcause {

inline void PrintTo(SeqNum seq, std::ostream* out) {
  *out << seq.raw();
}
inline void PrintTo(State state, std::ostream* out) {
  *out << to_string(state);
}
inline void PrintTo(Basis basis, std::ostream* out) {
  *out << to_string(basis);
}
inline void PrintTo(Origin origin, std::ostream* out) {
  *out << to_string(origin);
}
inline void PrintTo(Mode mode, std::ostream* out) {
  *out << to_string(mode);
}

inline void PrintTo(Form form, std::ostream* out) {
  switch (form) {
    case Form::abort:
      *out << "abort";
      return;
    case Form::abort_no_window:
      *out << "abort_no_window";
      return;
    case Form::abort_bare:
      *out << "abort_bare";
      return;
    case Form::abort_ahead:
      *out << "abort_ahead";
      return;
    case Form::reply:
      *out << "reply";
      return;
    case Form::reply_to_no_ack:
      *out << "reply_to_no_ack";
      return;
    case Form::reply_with_ack:
      *out << "reply_with_ack";
      return;
    case Form::foreign:
      *out << "foreign";
      return;
  }
}

}  // namespace rstcause
