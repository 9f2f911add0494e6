// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/guard.h"

#include <glib.h>

namespace rstcause::glue {

void report_failure(const char* what) noexcept {
  static bool told = false;
  if (told) return;
  told = true;
  g_printerr("rstcause: internal error: %s. Some resets are left unexplained.\n", what);
}

}  // namespace rstcause::glue
