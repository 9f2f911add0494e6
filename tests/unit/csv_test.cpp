// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/csv.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/trace.h"

namespace rstcause {
namespace {

using test::Trace;

/// Splits one record by RFC 4180, 2.
std::vector<std::string> fields(std::string_view line) {
  std::vector<std::string> found(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"')
      found.back() += line[i++];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      found.emplace_back();
    else
      found.back() += line[i];
  }
  return found;
}

std::string value(std::string_view name, const std::string& line) {
  const auto names = fields(csv_header());
  const auto at = std::find(names.begin(), names.end(), name) - names.begin();
  return fields(line).at(static_cast<std::size_t>(at));
}

constexpr auto kDataAfterClose = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms <- FA
     4ms -> A
  1000ms -> PA len 30
  1001ms <- reply
)";

TEST(Csv, HasAsManyFieldsAsItsHeaderForEveryCause) {
  const std::size_t columns = fields(csv_header()).size();
  for (const Cause& cause : catalogue()) {
    EXPECT_EQ(fields(to_csv(Trace(cause.example).report(), "x.pcap")).size(), columns)
        << cause.token;
  }
}

TEST(Csv, BeginsWithTheSchemaAndNamesEachColumnOnce) {
  auto names = fields(csv_header());

  EXPECT_EQ(names.front(), "schema");
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Csv, PutsEachValueUnderItsName) {
  const std::string line = to_csv(Trace(kDataAfterClose).report(), "x.pcap");

  EXPECT_EQ(value("frame", line), "7");
  EXPECT_EQ(value("time", line), "1970-01-01T00:00:01.001000000Z");
  EXPECT_EQ(value("src", line), "10.0.0.2");
  EXPECT_EQ(value("sport", line), "7000");
  EXPECT_EQ(value("reason", line), "data_after_close");
  EXPECT_EQ(value("mode", line), "reply");
  EXPECT_EQ(value("origin", line), "server");
  EXPECT_EQ(value("trigger", line), "6");
  EXPECT_EQ(value("evidence", line), "4;6");
  EXPECT_EQ(value("detail", line), "time_wait");
  EXPECT_EQ(value("benign", line), "false");
}

TEST(Csv, LetsNoSpreadsheetReckonWhatTheCaptureSays) {
  const auto declared = [](const std::string& text) {
    return value(
        "declared",
        to_csv(Trace("0ms -> S\n 1ms <- SA\n 2ms -> A\n 9ms <- RA data " + text + "\n").report(),
               "=1.pcap"));
  };
  EXPECT_EQ(declared("=HYPERLINK(1)"), "'=HYPERLINK(1)");
  EXPECT_EQ(declared("@SUM(1+1)"), "'@SUM(1+1)");
  EXPECT_EQ(declared("No route = gone"), "No route = gone");
  EXPECT_EQ(value("file", to_csv(Trace(kDataAfterClose).report(), "=1.pcap")), "'=1.pcap");
}

TEST(Csv, LeavesAbsentValuesEmpty) {
  const std::string line = to_csv(Trace(kDataAfterClose).report(), "x.pcap");

  for (const char* name : {"stream", "root", "duplicate_of", "revised", "declared"}) {
    EXPECT_EQ(value(name, line), "") << name;
  }
}

TEST(Csv, QuotesWhatWouldBreakARecord) {
  const std::string name = "a,\"b\"\r\n.pcap";
  const std::string line = to_csv(Trace(kDataAfterClose).report(), name);

  EXPECT_EQ(value("file", line), name);
  EXPECT_TRUE(line.starts_with("1,\"a,\"\"b\"\"\r\n.pcap\",7,")) << line;
}

TEST(Csv, JoinsAlternativesWithTheirConfidence) {
  const Trace trace(R"(
      0ms -> S
      1ms <- SA
      2ms -> A
      3ms -> PA len 500
      4ms <- A
    100ms <- RA
  )");
  std::string expected;
  for (const auto& other : trace.last().verdict.alternatives) {
    if (!expected.empty()) expected += ';';
    expected += std::string(other.cause->token) + ":" + std::to_string(other.confidence);
  }

  EXPECT_EQ(value("alternatives", to_csv(trace.report(), "")), expected);
  EXPECT_NE(expected.find("linger0:"), expected.npos) << expected;
}

}  // namespace
}  // namespace rstcause
