// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/tally.h"

#include <gtest/gtest.h>

#include <numeric>

#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

std::string tally_of(Trace& trace, const std::string& filter = "") {
  std::vector<std::size_t> all(trace.engine().explained().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return tally(trace.engine(), all, filter);
}

/// The line that begins with this name, blanks squeezed.
std::string line_of(const std::string& text, const std::string& name) {
  const std::size_t at = text.find("\n" + name);
  if (at == text.npos) return "";
  std::string line;
  for (const char c : text.substr(at + 1, text.find('\n', at + 1) - at - 1)) {
    if (c != ' ' || (!line.empty() && line.back() != ' ')) line += c;
  }
  return line;
}

constexpr auto kTwoRefusalsAndAnAbort = R"(
      0ms -> S port 50001
      1ms <- reply port 50001
   1000ms -> S port 50002
   1001ms <- reply port 50002
   5000ms -> S to 7001
   5001ms <- SA to 7001
   5001ms -> A to 7001
   5001ms -> RA to 7001
)";

TEST(Tally, CountsCausesMostFrequentFirst) {
  Trace trace(kTwoRefusalsAndAnAbort);

  const std::string text = tally_of(trace);

  EXPECT_EQ(line_of(text, "Resets"), "Resets 3 100.00% 0.6000") << text;
  EXPECT_EQ(line_of(text, " port_closed"), "port_closed 2 66.67% 0.4000") << text;
  EXPECT_EQ(line_of(text, " connect_probe"), "connect_probe 1 33.33% 0.2000") << text;
  EXPECT_LT(text.find("port_closed"), text.find("connect_probe"));
}

TEST(Tally, NamesPairsByTheServersPortAndNotTheClients) {
  Trace trace(kTwoRefusalsAndAnAbort);

  const std::string text = tally_of(trace);

  EXPECT_EQ(line_of(text, "  10.0.0.2:7000"), "10.0.0.2:7000 -> 10.0.0.1 2 100.00% ") << text;
  EXPECT_EQ(line_of(text, "  10.0.0.1"), "10.0.0.1 -> 10.0.0.2:7001 1 100.00% ") << text;
}

TEST(Tally, CountsACopyWithItsOriginalOnly) {
  Trace trace(R"(
      0ms -> S
    0.1ms -> S copy
      1ms <- reply
    1.1ms <- reply copy
  )");

  EXPECT_EQ(line_of(tally_of(trace), "Resets"), "Resets 1 100.00% -");
}

TEST(Tally, CountsOnlyTheChosen) {
  Trace trace(kTwoRefusalsAndAnAbort);
  const std::vector<std::size_t> chosen = {2};

  const std::string text = tally(trace.engine(), chosen, "rstcause.mode == \"abort\"");

  EXPECT_EQ(line_of(text, "Resets"), "Resets 1 100.00% -");
  EXPECT_NE(text.find("TCP Reset Causes: rstcause.mode == \"abort\"\n"), text.npos);
  EXPECT_EQ(text.find("port_closed"), text.npos);
}

TEST(Tally, CountsResetsOfSeveralSessionsTogether) {
  Tally tally;
  for (int session = 0; session < 2; ++session) {
    Trace trace(kTwoRefusalsAndAnAbort);
    const Explained& reset = trace.engine().explained()[2];
    tally.count(trace.engine().flow(reset.flow), reset);
  }

  EXPECT_EQ(line_of(tally.text(""), " connect_probe"), "connect_probe 2 100.00% -");
}

TEST(Tally, IsAsGoodForNone) {
  Trace trace("0ms -> S");

  EXPECT_EQ(line_of(tally_of(trace), "Resets"), "Resets 0 0.00% -");
}

TEST(Tally, ShowsTheFivePairsWithMostAndHowManyMoreThereAre) {
  std::string text;
  for (int port = 8000; port < 8007; ++port) {
    const std::string to = " to " + std::to_string(port) + "\n";
    text += "0ms -> S" + to + "1ms <- reply" + to;
  }
  Trace trace(text);

  const std::string shown = tally_of(trace);

  EXPECT_NE(shown.find("  ... and 2 more pairs\n"), shown.npos) << shown;
}

}  // namespace
}  // namespace rstcause
