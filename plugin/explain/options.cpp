// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/options.h"

#include <charconv>
#include <cstdio>
#include <memory>
#include <string_view>
#include <system_error>

#include <glib.h>

#include "explain/status.h"
#include "rstcause_version.h"

namespace rstcause::explain {
namespace {

struct FreeContext {
  void operator()(GOptionContext* context) const { g_option_context_free(context); }
};

constexpr const char* kSummary =
    "Explains every TCP reset of the captures, one JSON object a line, as\n"
    "\"tshark -q -z rstcause,json\" does, without tshark. \"-\" is standard input.";
constexpr const char* kDescription =
    "Packets that may hold TCP and that only tshark can read are counted and told;\n"
    "with --exact their capture is given to tshark (or what RSTCAUSE_TSHARK names),\n"
    "which needs the plugin.\n\n"
    "Exit status: 0 all was read, 1 some packets were not, 2 a capture is broken or\n"
    "tshark failed, 3 the command line is wrong, 74 the output cannot be written.\n"
    "See rstcause-explain(1).";

/// What GLib fills in.
struct Given {
  gboolean csv = FALSE, tree = FALSE, exact = FALSE, total = FALSE, version = FALSE,
           catalogue = FALSE;
  char *story = nullptr, *segments = nullptr, *parts = nullptr;
  char** files = nullptr;

  Given() = default;
  ~Given() {
    g_free(story);
    g_free(segments);
    g_free(parts);
    g_strfreev(files);
  }
  Given(const Given&) = delete;
  Given& operator=(const Given&) = delete;

  int forms() const {
    return int{csv != FALSE} + int{tree != FALSE} + int{catalogue != FALSE} +
           int{story != nullptr} + int{segments != nullptr};
  }
};

/// With --parts, each capture is led by its number and a colon.
bool take_numbers(Options& options) {
  for (std::string& capture : options.captures) {
    const std::size_t length = capture.find_first_not_of("0123456789");
    if (length == 0 || length == std::string::npos || capture[length] != ':') return false;
    options.numbers.push_back(capture.substr(0, length));
    capture.erase(0, length + 1);
  }
  return true;
}

int refuse(const char* why) {
  std::fprintf(stderr, "rstcause-explain: %s (--help tells how)\n", why);
  return kWrongUse;
}

/// False, and `status` says so, where GLib does not understand the command line.
bool parse(int count, char** arguments, Given& given, int& status) {
  const GOptionEntry entries[] = {
      {"csv", 0, 0, G_OPTION_ARG_NONE, &given.csv, "Print CSV (RFC 4180)", nullptr},
      {"tree", 0, 0, G_OPTION_ARG_NONE, &given.tree, "Print the causes by number", nullptr},
      {"story", 0, 0, G_OPTION_ARG_STRING, &given.story,
       "Print how it came to the reset in that frame, as a ladder", "FRAME"},
      {"segments", 0, 0, G_OPTION_ARG_STRING, &given.segments,
       "Print the same segments as JSON, and those of further frames", "FRAME[,FRAME...]"},
      {"catalogue", 0, 0, G_OPTION_ARG_NONE, &given.catalogue,
       "Print the causes and the known timers as JSON", nullptr},
      {"exact", 0, 0, G_OPTION_ARG_NONE, &given.exact,
       "Give a capture that cannot be read whole here to tshark", nullptr},
      {"total", 0, 0, G_OPTION_ARG_NONE, &given.total,
       "End the lines of each capture with one that tells their number", nullptr},
      {"parts", 0, 0, G_OPTION_ARG_FILENAME, &given.parts,
       "Write the lines of each NUMBER:CAPTURE that is read whole into FOLDER/NUMBER", "FOLDER"},
      {"version", 0, 0, G_OPTION_ARG_NONE, &given.version, "Print the version", nullptr},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &given.files, nullptr, "CAPTURE..."},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  const std::unique_ptr<GOptionContext, FreeContext> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(), kSummary);
  g_option_context_set_description(context.get(), kDescription);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  GError* error = nullptr;
  if (g_option_context_parse(context.get(), &count, &arguments, &error) != FALSE) return true;
  status = refuse(error->message);
  g_error_free(error);
  return false;
}

/// "8,1,4" as frame numbers; nothing where it is no such list.
std::optional<std::vector<Frame>> frames_in(std::string_view text) {
  std::vector<Frame> frames;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    Frame frame = 0;
    const auto [next, failure] = std::from_chars(at, end, frame);
    if (failure != std::errc{} || frame == 0) return std::nullopt;
    frames.push_back(frame);
    if (next == end) return frames;
    if (*next != ',') return std::nullopt;
    at = next + 1;
  }
}

/// Why these options do not go together; nullptr: they do.
const char* wrong_with(const Given& given, const Options& options) {
  if (given.forms() > 1)
    return "--csv, --tree, --story, --segments and --catalogue exclude each other";
  if (given.catalogue != FALSE)
    return options.captures.empty() ? nullptr : "--catalogue takes no capture";
  if (options.captures.empty()) return "no capture is named";
  const bool is_story = given.story != nullptr || given.segments != nullptr;
  if (!is_story) return nullptr;
  if (options.frames.empty() || (given.story != nullptr && options.frames.size() != 1))
    return "no frame number";
  if (options.captures.size() != 1) return "a story is of one capture";
  if (options.captures[0] == "-")
    return "a story reads its capture twice: standard input cannot be";
  return nullptr;
}

Form form_of(const Given& given) {
  if (given.csv != FALSE) return Form::csv;
  if (given.tree != FALSE) return Form::tree;
  if (given.story != nullptr) return Form::story;
  if (given.segments != nullptr) return Form::segments;
  if (given.catalogue != FALSE) return Form::catalogue;
  return Form::json;
}

}  // namespace

std::optional<Options> read_command_line(int count, char** arguments, int& status) {
  Given given;
  if (!parse(count, arguments, given, status)) return std::nullopt;
  if (given.version != FALSE) {
    std::puts("rstcause-explain " RSTCAUSE_VERSION);
    status = kAllRead;
    return std::nullopt;
  }
  Options options;
  options.form = form_of(given);
  options.exact = given.exact != FALSE;
  options.total = given.total != FALSE;
  for (const char* frames : {given.story, given.segments}) {
    if (frames != nullptr) options.frames = frames_in(frames).value_or(std::vector<Frame>{});
  }
  for (char** file = given.files; file != nullptr && *file != nullptr; ++file)
    options.captures.emplace_back(*file);
  if (const char* why = wrong_with(given, options); why != nullptr) {
    status = refuse(why);
    return std::nullopt;
  }
  if (given.parts != nullptr) options.parts = given.parts;
  if (given.parts != nullptr && (options.form != Form::json || !take_numbers(options))) {
    status = refuse("--parts wants NUMBER:CAPTURE..., and gives JSON");
    return std::nullopt;
  }
  return options;
}

const char* keyword(Form form) {
  switch (form) {
    case Form::csv:
      return "rstcause,csv";
    case Form::tree:
      return "rstcause,tree";
    default:
      return "rstcause,json";
  }
}

}  // namespace rstcause::explain
