// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/tshark.h"

#include <cstdio>

#include <glib.h>

#include "explain/status.h"

namespace rstcause::explain {

int explain_by_tshark(const std::string& path, const Options& options) {
  const char* const named = g_getenv("RSTCAUSE_TSHARK");
  const std::string program = named != nullptr ? named : "tshark";
  const std::string source = "rstcause.source:" + path;
  const std::string total = std::string("rstcause.total:") + (options.total ? "TRUE" : "FALSE");
  // Glib does not change them.
  char* arguments[] = {const_cast<char*>(program.c_str()),
                       const_cast<char*>("-q"),
                       const_cast<char*>("-o"),
                       const_cast<char*>(source.c_str()),
                       const_cast<char*>("-o"),
                       const_cast<char*>(total.c_str()),
                       const_cast<char*>("-z"),
                       const_cast<char*>(keyword(options.form)),
                       const_cast<char*>("-r"),
                       const_cast<char*>(path.c_str()),
                       nullptr};
  std::fflush(stdout);
  GError* error = nullptr;
  int wait_status = 0;
  const bool ran =
      g_spawn_sync(nullptr, arguments, nullptr,
                   static_cast<GSpawnFlags>(G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN),
                   nullptr, nullptr, nullptr, nullptr, &wait_status, &error) != FALSE &&
      g_spawn_check_wait_status(wait_status, &error) != FALSE;
  if (ran) return kAllRead;
  std::fprintf(stderr, "rstcause-explain: %s: %s: %s\n", path.c_str(), program.c_str(),
               error->message);
  const bool cannot_write = g_error_matches(error, G_SPAWN_EXIT_ERROR, kCannotWrite) != FALSE;
  g_error_free(error);
  return cannot_write ? kCannotWrite : kBroken;
}

}  // namespace rstcause::explain
