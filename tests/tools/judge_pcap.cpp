// SPDX-License-Identifier: GPL-2.0-or-later
//
// judge_pcap [--clues] CAPTURE...
//
// The engine alone on a capture, without Wireshark: one JSON object a reset. For quick trials
// of a rule over many captures; what counts is the plugin in tshark. Reads what PcapFile reads.
// With --clues each object says how every row of the catalogue was weighed instead.
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <variant>

#include "engine/engine.h"
#include "engine/engine_reports.h"
#include "engine/tell/json.h"
#include "support/pcap_file.h"
#include "support/weighing.h"

namespace {

using namespace rstcause;

void judge(const char* path, bool with_clues) {
  const test::PcapFile file(path);
  Weighings weighings;
  EngineOptions options;
  if (with_clues) options.on_weighing = [&](const Scene& scene) { weighings.note(scene); };
  Engine engine(options);
  for (const auto& event : file.events())
    std::visit([&](const auto& seen) { engine.observe(seen); }, event);
  for (const Explained& reset : engine.explained()) {
    std::puts(with_clues ? weighings.to_json(reset, path).c_str()
                         : to_json(report_on(engine, reset), path).c_str());
  }
}

}  // namespace

int main(int count, char** arguments) {
  const bool with_clues = count > 1 && std::string_view(arguments[1]) == "--clues";
  int failed = 0;
  for (int i = with_clues ? 2 : 1; i < count; ++i) {
    try {
      judge(arguments[i], with_clues);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      failed = 1;
    }
  }
  return failed;
}
