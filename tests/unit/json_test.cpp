// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/json.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/tell/json_text.h"
#include "support/trace.h"
#include "unit/json_reader.h"

namespace rstcause {
namespace {

using test::JsonReader;
using test::Trace;

TEST(JsonString, EscapesWhatJsonForbids) {
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string("\r\n\t"), R"("\r\n\t")");
  EXPECT_EQ(json_string(std::string_view("\0\x1b\x7f", 3)), R"("\u0000\u001b\u007f")");
  EXPECT_EQ(json_string(""), R"("")");
}

TEST(JsonString, KeepsWellFormedUtf8) {
  for (const char* text : {"Zürich", "€", "\xED\x9F\xBF", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(json_string(text), "\"" + std::string(text) + "\"");
  }
}

TEST(JsonString, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(json_string("a\xFF"), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(json_string("\xC3"), "\"\xEF\xBF\xBD\"") << "cut short";
  EXPECT_EQ(json_string("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"") << "overlong";
  EXPECT_EQ(json_string("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"")
      << "a surrogate";
  EXPECT_EQ(json_string("\xF4\x90\x80\x80"),
            "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonString, IsValidForEveryPairOfOctets) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const char octets[] = {static_cast<char>(first), static_cast<char>(second)};
      ASSERT_TRUE(JsonReader::accepts(json_string({octets, 2}))) << first << " " << second;
    }
  }
}

TEST(JsonString, IsValidForRandomOctets) {
  std::mt19937 engine(8259);
  std::uniform_int_distribution<int> any(0, 255);
  for (int i = 0; i < 20'000; ++i) {
    std::string octets;
    for (int n = 0; n < 12; ++n) octets += static_cast<char>(any(engine));
    ASSERT_TRUE(JsonReader::accepts(json_string(octets)));
  }
}

constexpr auto kPingThenAbort = R"(
    0ms -> S
    1ms <- SA
    2ms -> A
    3ms -> PA data *1\r\n$4\r\nPING\r\n
    4ms <- PA data +PONG\r\n
    5ms -> A
    6ms -> RA
)";

TEST(Json, IsOneValidObjectOnOneLine) {
  const std::string text = to_json(Trace(kPingThenAbort).report(), "dir/\"a\"\n.pcap");

  EXPECT_TRUE(JsonReader::accepts(text)) << text;
  EXPECT_EQ(text.find('\n'), text.npos);
  EXPECT_TRUE(text.starts_with("{\"schema\":1,\"file\":\"dir/\\\"a\\\"\\n.pcap\",\"frame\":7,"))
      << text;
}

TEST(Json, IsValidForEveryCause) {
  for (const Cause& cause : catalogue()) {
    const Trace trace(cause.example);
    const std::string text = to_json(trace.report(), "x.pcap");

    EXPECT_TRUE(JsonReader::accepts(text)) << text;
    EXPECT_NE(text.find("\"reason\":\"" + std::string(trace.cause()) + "\""), text.npos) << text;
  }
}

TEST(Json, NamesTheEndsAndTheNumbersAsNumbers) {
  const std::string text = to_json(Trace(kPingThenAbort).report(), "x.pcap");

  EXPECT_NE(text.find(R"("src":"10.0.0.1","sport":50000,"dst":"10.0.0.2","dport":7000)"), text.npos)
      << text;
  EXPECT_NE(text.find(R"("idle":0.001)"), text.npos) << text;
  EXPECT_NE(text.find(R"("bytes_lost":0)"), text.npos) << text;
  EXPECT_NE(text.find(R"("benign":true)"), text.npos) << text;
}

/// Each key has one type always: what is absent is left out, not null and not empty.
TEST(Json, LeavesAbsentKeysOut) {
  const std::string text = to_json(Trace(kPingThenAbort).report(), "x.pcap");

  for (const char* key : {"trigger", "root", "duplicate_of", "revised", "stream", "declared"}) {
    EXPECT_EQ(text.find("\"" + std::string(key) + "\""), text.npos) << key;
  }
  EXPECT_EQ(text.find("null"), text.npos);
}

}  // namespace
}  // namespace rstcause
