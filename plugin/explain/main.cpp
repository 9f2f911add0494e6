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

/// For who shares out many captures (rstcause-batch): a part each, and the number of each part that
/// is whole on standard output.
int explain_in_parts(const Options& options) {
  int status = kAllRead;
  for (std::size_t place = 0; place < options.captures.size(); ++place) {
    const std::string& number = options.numbers[place];
    bool whole = false;
    try {
      whole = explain_apart(options.captures[place], options.parts + '/' + number);
    } catch (const std::exception&) {
      // As where it cannot be read: without a part, and so it will be read again.
    }
    if (rstcause::glue::write_failed()) return kCannotWrite;
    if (!whole) status = kNotAllRead;
    if (whole && (std::printf("%s\n", number.c_str()) < 0 || std::fflush(stdout) != 0))
      return kCannotWrite;
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
  return options->parts.empty() ? explain_all(*options) : explain_in_parts(*options);
}
