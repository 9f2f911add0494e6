// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/options.h"

#include <cstdio>
#include <memory>

#include <glib.h>

#include "explain/status.h"
#include "rstcause_version.h"

namespace rstcause::explain {
namespace {

struct FreeContext {
  void operator()(GOptionContext* context) const { g_option_context_free(context); }
};
struct FreeStrings {
  void operator()(char** strings) const { g_strfreev(strings); }
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

}  // namespace

std::optional<Options> read_command_line(int count, char** arguments, int& status) {
  gboolean csv = FALSE, tree = FALSE, exact = FALSE, total = FALSE, version = FALSE;
  char** files = nullptr;
  char* parts = nullptr;
  const GOptionEntry entries[] = {
      {"csv", 0, 0, G_OPTION_ARG_NONE, &csv, "Print CSV (RFC 4180)", nullptr},
      {"tree", 0, 0, G_OPTION_ARG_NONE, &tree, "Print the causes by number", nullptr},
      {"exact", 0, 0, G_OPTION_ARG_NONE, &exact,
       "Give a capture that cannot be read whole here to tshark", nullptr},
      {"total", 0, 0, G_OPTION_ARG_NONE, &total,
       "End the lines of each capture with one that tells their number", nullptr},
      {"parts", 0, 0, G_OPTION_ARG_FILENAME, &parts,
       "Write the lines of each NUMBER:CAPTURE that is read whole into FOLDER/NUMBER", "FOLDER"},
      {"version", 0, 0, G_OPTION_ARG_NONE, &version, "Print the version", nullptr},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, nullptr, "CAPTURE..."},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  const std::unique_ptr<GOptionContext, FreeContext> context(g_option_context_new(nullptr));
  g_option_context_set_summary(context.get(), kSummary);
  g_option_context_set_description(context.get(), kDescription);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  GError* error = nullptr;
  const bool fits = g_option_context_parse(context.get(), &count, &arguments, &error) != FALSE;
  const std::unique_ptr<char*, FreeStrings> named(files);
  const std::unique_ptr<char, decltype(&g_free)> folder(parts, g_free);
  if (!fits) {
    status = refuse(error->message);
    g_error_free(error);
    return std::nullopt;
  }
  if (version != FALSE) {
    std::puts("rstcause-explain " RSTCAUSE_VERSION);
    status = kAllRead;
    return std::nullopt;
  }
  Options options;
  options.exact = exact != FALSE;
  options.total = total != FALSE;
  if (parts != nullptr) options.parts = parts;
  if (csv != FALSE) options.form = Form::csv;
  if (tree != FALSE) options.form = Form::tree;
  for (char** file = named.get(); file != nullptr && *file != nullptr; ++file)
    options.captures.emplace_back(*file);
  if (csv != FALSE && tree != FALSE)
    status = refuse("--csv and --tree exclude each other");
  else if (options.captures.empty())
    status = refuse("no capture is named");
  else if (parts != nullptr && (options.form != Form::json || !take_numbers(options)))
    status = refuse("--parts wants NUMBER:CAPTURE..., and gives JSON");
  else
    return options;
  return std::nullopt;
}

const char* keyword(Form form) {
  switch (form) {
    case Form::json:
      return "rstcause,json";
    case Form::csv:
      return "rstcause,csv";
    case Form::tree:
      return "rstcause,tree";
  }
  return "";
}

}  // namespace rstcause::explain
