// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <exception>
#include <type_traits>

namespace rstcause::glue {

/// May stand on the stack across an epan call. Epan reports malformed packets by longjmp,
/// which skips destructors: only types without one may be in its way.
template <typename T>
concept JumpSafe = std::is_trivially_destructible_v<T>;

/// Says on Wireshark's log, once, that C++ code failed.
void report_failure(const char* what) noexcept;

/// Runs C++ that may throw for a C caller that must never see it. Inside, calling epan is
/// forbidden. False when it threw.
template <typename Work>
bool guarded(Work&& work) noexcept {
  try {
    static_cast<Work&&>(work)();
    return true;
  } catch (const std::exception& failure) {
    report_failure(failure.what());
  } catch (...) {
    report_failure("unknown C++ exception");
  }
  return false;
}

}  // namespace rstcause::glue
