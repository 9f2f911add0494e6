// SPDX-License-Identifier: GPL-2.0-or-later
//
// rstcause-explain: see rstcause-explain(1).
#include <algorithm>
#include <cstdio>
#include <exception>

#include "explain/capture.h"
#include "explain/catalogue.h"
#include "explain/explain.h"
#include "explain/options.h"
#include "explain/status.h"

namespace {

using namespace rstcause::explain;

int explain_all(const Options& options) {
  int status = kAllRead;
  for (const std::string& capture : options.captures) {
    try {
      status = std::max(status, explain(capture, options));
    } catch (const std::exception& failure) {
      std::fprintf(stderr, "rstcause-explain: %s: %s\n", capture.c_str(), failure.what());
      status = std::max(status, kBroken);
    }
    if (rstcause::glue::write_failed()) status = kCannotWrite;
    if (status == kCannotWrite) break;
  }
  return status;
}

}  // namespace

int main(int count, char** arguments) {
  int status = kAllRead;
  const auto options = read_command_line(count, arguments, status);
  if (!options) return status;
  if (options->form == Form::catalogue) return print_catalogue();
  Capture::prepare(arguments[0]);
  return explain_all(*options);
}
