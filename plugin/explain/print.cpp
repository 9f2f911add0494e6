// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/print.h"

#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine_frames.h"
#include "engine/tell/csv.h"
#include "engine/tell/json.h"
#include "glue/guard.h"
#include "glue/stats_output.h"

namespace rstcause::explain {
namespace {

/// Behind a write that failed nothing follows.
constexpr auto guard = [](auto&& work) { return glue::write_failed() || glue::guarded(work); };

/// How the lines of a form are written.
struct Lines {
  std::string (*line)(const Report&, std::string_view file);
  std::string (*total)(std::uint64_t);
  std::string_view end;
};
constexpr Lines kJson{to_json, json_total, "\n"};
constexpr Lines kCsv{to_csv, csv_total, "\r\n"};

void print_lines(const Lines& form, const Engine& engine, std::span<const std::size_t> places,
                 std::string_view path, bool with_total, glue::CheckedStream& to) {
  std::uint64_t count = 0;
  write_each(engine, places, path, form.line, form.end, guard, [&](std::string_view line) {
    to.write(line);
    ++count;
  });
  if (with_total) to.write(form.total(count).append(form.end));
}

}  // namespace

void print(const Engine& engine, const std::string& path, const Options& options, std::FILE* to) {
  std::vector<std::size_t> places(engine.explained().size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  glue::CheckedStream out(to);
  static bool has_header = false;
  switch (options.form) {
    case Form::json:
      print_lines(kJson, engine, places, path, options.total, out);
      break;
    case Form::csv:
      if (!std::exchange(has_header, true)) out.write(csv_header() + "\r\n");
      print_lines(kCsv, engine, places, path, options.total, out);
      break;
    case Form::tree:
      if (options.captures.size() > 1) out.write(path + "\n");
      guard([&] { out.write(tally(engine, places, "")); });
      break;
    case Form::story:
    case Form::segments:
    case Form::catalogue:
      break;  // Told by tell_story() and print_catalogue().
  }
  out.flush();
}

}  // namespace rstcause::explain
