// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/guard.h"

#include <glib.h>

namespace rstcause::glue {

void report_failure(const char* what) noexcept {
  static bool told = false;
  if (told) return;
  told = true;
  g_printerr(
      "rstcause: internal error: %s. What it was about is reported as unknown, or not at all.\n",
      what);
}

}  // namespace rstcause::glue
