// SPDX-License-Identifier: GPL-2.0-or-later
// RESP2 and RESP3 values: where they end, when more is needed, where they break.
#include "resp/parser.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "resp/scanner.h"

namespace rstcause::resp {

inline void PrintTo(const Extent& extent, std::ostream* out) {
  constexpr std::string_view kKinds[] = {"complete", "need_more", "malformed"};
  *out << kKinds[static_cast<std::size_t>(extent.kind)] << " at " << extent.octets;
}

namespace {

using namespace std::string_view_literals;

Extent complete(std::size_t octets) {
  return {Extent::Kind::complete, octets};
}
Extent need_more(std::size_t octets) {
  return {Extent::Kind::need_more, octets};
}
Extent malformed(std::size_t offset) {
  return {Extent::Kind::malformed, offset};
}

/// One value of each kind that the two protocols know, and some that nest them.
const std::vector<std::string_view>& values() {
  static const std::vector<std::string_view> kValues{
      "+PONG\r\n",
      "+\r\n",
      "-ERR unknown command\r\n",
      ":0\r\n",
      ":-42\r\n",
      ":+7\r\n",
      ":9223372036854775807\r\n",
      ":-9223372036854775808\r\n",
      "$4\r\nPING\r\n",
      "$0\r\n\r\n",
      "$-1\r\n",
      "$7\r\na\r\nb\r\nc\r\n",
      "*0\r\n",
      "*-1\r\n",
      "*1\r\n$4\r\nPING\r\n",
      "*2\r\n*1\r\n:1\r\n$-1\r\n",
      "_\r\n",
      "#t\r\n",
      "#f\r\n",
      ",1\r\n",
      ",-1.5\r\n",
      ",1.\r\n",
      ",1e10\r\n",
      ",1.5E-7\r\n",
      ",inf\r\n",
      ",-inf\r\n",
      ",nan\r\n",
      ",-nan\r\n",
      "(3492890328409238509324850943850943825024385\r\n",
      "(-1\r\n",
      "!21\r\nSYNTAX invalid syntax\r\n",
      "=15\r\ntxt:Some string\r\n",
      "=4\r\nmkd:\r\n",
      "%0\r\n",
      "%1\r\n+key\r\n:1\r\n",
      "%2\r\n+a\r\n%1\r\n+b\r\n:1\r\n+c\r\n~1\r\n#t\r\n",
      "~3\r\n:1\r\n+two\r\n,3\r\n",
      ">3\r\n+message\r\n+channel\r\n+text\r\n",
      "|1\r\n+ttl\r\n:3600\r\n$3\r\nfoo\r\n",
      "|0\r\n+OK\r\n",
      "|1\r\n+a\r\n:1\r\n|1\r\n+b\r\n:2\r\n_\r\n",
      "*2\r\n:1\r\n|1\r\n+ttl\r\n:3\r\n:2\r\n",
      "|1\r\n+a\r\n:1\r\n>1\r\n+x\r\n",
      "$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;1\r\nd\r\n;0\r\n",
      "$?\r\n;0\r\n",
      "*?\r\n:1\r\n:2\r\n.\r\n",
      "*?\r\n.\r\n",
      "~?\r\n+a\r\n.\r\n",
      "%?\r\n+a\r\n:1\r\n.\r\n",
      "*2\r\n$?\r\n;1\r\nx\r\n;0\r\n*?\r\n.\r\n",
      "%?\r\n*?\r\n.\r\n$?\r\n;0\r\n.\r\n",
  };
  return kValues;
}

class RespValue : public ::testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(Every, RespValue, ::testing::ValuesIn(values()),
                         [](const auto& row) { return "value" + std::to_string(row.index); });

TEST_P(RespValue, IsCompleteAtItsEnd) {
  EXPECT_EQ(measure(GetParam()), complete(GetParam().size()));
}

TEST_P(RespValue, StaysAsLongWhateverFollows) {
  for (const std::string_view after : {"\r\n"sv, "+OK\r\n"sv, "."sv, ";0\r\n"sv, "\0\xff"sv}) {
    EXPECT_EQ(measure(std::string(GetParam()) + std::string(after)), complete(GetParam().size()));
  }
}

TEST_P(RespValue, NeedsMoreWhenAnyOctetIsMissingAtItsEnd) {
  for (std::size_t size = 0; size < GetParam().size(); ++size) {
    EXPECT_EQ(measure(GetParam().substr(0, size)), need_more(size));
  }
}

TEST_P(RespValue, IsAsLongReadInTwoPiecesOrOctetByOctet) {
  const std::string_view value = GetParam();
  for (std::size_t cut = 1; cut < value.size(); ++cut) {
    Scanner scanner;
    EXPECT_EQ(scanner.scan(value.substr(0, cut)), need_more(cut));
    EXPECT_EQ(scanner.scan(value.substr(cut)), complete(value.size() - cut)) << "cut at " << cut;
  }
  Scanner slow;
  for (std::size_t i = 0; i + 1 < value.size(); ++i) {
    ASSERT_EQ(slow.scan(value.substr(i, 1)), need_more(1));
  }
  EXPECT_EQ(slow.scan(value.substr(value.size() - 1)), complete(1));
}

TEST_P(RespValue, MayBeAnElement) {
  if (GetParam().find('>') != std::string_view::npos) return;
  const std::string array = "*2\r\n" + std::string(GetParam()) + "_\r\n";
  EXPECT_EQ(measure(array), complete(array.size()));
}

struct Broken {
  std::string_view data;
  std::size_t offset;
};

void PrintTo(const Broken& broken, std::ostream* out) {
  *out << ::testing::PrintToString(broken.data);
}

class RespBrokenValue : public ::testing::TestWithParam<Broken> {};
INSTANTIATE_TEST_SUITE_P(
    Every, RespBrokenValue,
    ::testing::Values(
        Broken{"PING\r\n", 0}, Broken{"\r\n", 0}, Broken{"\0"sv, 0}, Broken{"\x16\x03\x01", 0},
        Broken{"+OK\n", 3}, Broken{"+OK\rX", 4}, Broken{"+a\nb\r\n", 2}, Broken{"-ERR\r\r\n", 5},
        Broken{":\r\n", 1}, Broken{":-\r\n", 2}, Broken{":1a\r\n", 2}, Broken{":1.5\r\n", 2},
        Broken{":9223372036854775808\r\n", 19}, Broken{":-9223372036854775809\r\n", 20},
        Broken{"$\r\n", 1}, Broken{"$-2\r\n", 2}, Broken{"$-1x", 3}, Broken{"$05\r\n", 2},
        Broken{"$+5\r\n", 1}, Broken{"$9223372036854775808\r\n", 19}, Broken{"$4\r\nPINGS\r\n", 8},
        Broken{"$4\r\nPING\rX", 9}, Broken{"$0\r\nX", 4}, Broken{"$5 \r\n", 2},
        Broken{"*1\r\nPING", 4}, Broken{"*-2\r\n", 2}, Broken{"*1\r\n:x", 5}, Broken{"%-1\r\n", 1},
        Broken{"~-1\r\n", 1}, Broken{">?\r\n", 1}, Broken{"|?\r\n", 1}, Broken{"=?\r\n", 1},
        Broken{"_0\r\n", 1}, Broken{"#x\r\n", 1}, Broken{"#tt\r\n", 2}, Broken{"#\r\n", 1},
        Broken{",\r\n", 1}, Broken{",.5\r\n", 1}, Broken{",1e\r\n", 3}, Broken{",1.5.5\r\n", 4},
        Broken{",infinity\r\n", 4}, Broken{",in\r\n", 3}, Broken{",--1\r\n", 2},
        Broken{"(1.0\r\n", 2}, Broken{"(\r\n", 1}, Broken{"!-1\r\n", 1}, Broken{"=3\r\nabc\r\n", 2},
        Broken{"=5\r\ntxt;x\r\n", 7}, Broken{"*1\r\n>1\r\n+x\r\n", 4}, Broken{".\r\n", 0},
        Broken{";0\r\n", 0}, Broken{"*1\r\n.\r\n", 4}, Broken{"*?\r\n;0\r\n", 4},
        Broken{"%?\r\n+key\r\n.\r\n", 10}, Broken{"$?\r\n+a\r\n", 4}, Broken{"$?\r\n;-1\r\n", 5},
        Broken{"*?\r\n|1\r\n+a\r\n:1\r\n.\r\n", 16}, Broken{"*?\r\n.x", 5}),
    [](const auto& row) { return "value" + std::to_string(row.index); });

TEST_P(RespBrokenValue, IsMalformedAtTheFirstBadOctet) {
  EXPECT_EQ(measure(GetParam().data), malformed(GetParam().offset));
}

TEST_P(RespBrokenValue, IsNotMalformedBeforeThatOctet) {
  EXPECT_EQ(measure(GetParam().data.substr(0, GetParam().offset)), need_more(GetParam().offset));
}

std::string nested(std::size_t depth) {
  std::string value;
  for (std::size_t i = 0; i < depth; ++i) value += "*1\r\n";
  return value + ":1\r\n";
}

TEST(RespNesting, IsFollowedToItsBound) {
  EXPECT_EQ(measure(nested(kMaxDepth)), complete(4 * kMaxDepth + 4));
}

TEST(RespNesting, IsMalformedBeyondItsBound) {
  EXPECT_EQ(measure(nested(kMaxDepth + 1)), malformed(4 * kMaxDepth));
  EXPECT_EQ(measure(nested(100'000)), malformed(4 * kMaxDepth));
}

TEST(RespAnnouncedLength, OfEightExbiOctetsIsOnlyWaitedFor) {
  EXPECT_EQ(measure("$9223372036854775807\r\nx"), need_more(23));
  EXPECT_EQ(measure("*9223372036854775807\r\n:1\r\n"), need_more(26));
  EXPECT_EQ(measure("%9223372036854775807\r\n:1\r\n"), need_more(26));
  EXPECT_EQ(measure("|9223372036854775807\r\n:1\r\n"), need_more(26));
}

TEST(RespAnnouncedLength, MayBeSkippedUnseen) {
  Scanner scanner;
  EXPECT_EQ(scanner.scan("*2\r\n$1000000\r\nabc"), need_more(17));
  EXPECT_EQ(scanner.skippable(), 999'997U);

  scanner.skip(999'997);

  EXPECT_EQ(scanner.skippable(), 0U);
  EXPECT_EQ(scanner.scan("\r\n:1\r\n"), complete(6));
}

TEST(RespAnnouncedLength, IsNotSkippableInAHeaderOrText) {
  Scanner header, text;
  header.scan("$1000");
  text.scan("+some text");
  EXPECT_EQ(header.skippable(), 0U);
  EXPECT_EQ(text.skippable(), 0U);
}

TEST(RespCommand, IsAnArrayOfBulkStrings) {
  EXPECT_EQ(measure_command("*2\r\n$3\r\nGET\r\n$1\r\na\r\n"), complete(20));
  EXPECT_EQ(measure_command("*0\r\n"), complete(4));
  EXPECT_EQ(measure_command("*-1\r\n"), complete(5));
}

TEST(RespCommand, IsNothingElse) {
  EXPECT_EQ(measure_command("+PING\r\n"), malformed(0));
  EXPECT_EQ(measure_command("*1\r\n+PING\r\n"), malformed(4));
  EXPECT_EQ(measure_command("*1\r\n$-1\r\n"), malformed(5));
  EXPECT_EQ(measure_command("*?\r\n"), malformed(1));
  EXPECT_EQ(measure_command("*1\r\n*1\r\n"), malformed(4));
  EXPECT_EQ(measure_command("|1\r\n+a\r\n:1\r\n*0\r\n"), malformed(0));
}

TEST(RespCommandView, ShowsTheFirstWords) {
  const auto view = view_command("*4\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n$1\r\nx\r\n");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->words, 4);
  EXPECT_EQ(view->word[0], "CLIENT");
  EXPECT_EQ(view->word[1], "REPLY");
  EXPECT_EQ(view->word[2], "OFF");
}

TEST(RespCommandView, IsContentWithTheFirstWord) {
  const auto view = view_command("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$900\r\nvvvv");
  ASSERT_TRUE(view);
  EXPECT_EQ(view->word[0], "SET");
  EXPECT_EQ(view->word[1], "k");
  EXPECT_EQ(view->word[2], "");
}

TEST(RespCommandView, IsAbsentWithoutAWholeFirstWord) {
  EXPECT_FALSE(view_command("*1\r\n$4\r\nPIN"));
  EXPECT_FALSE(view_command("*1\r\n$4\r\nPING\r"));
  EXPECT_FALSE(view_command("*0\r\n"));
  EXPECT_FALSE(view_command("*-1\r\n"));
  EXPECT_FALSE(view_command("*1\r\n:1\r\n"));
  EXPECT_FALSE(view_command("*1\r\n$0\r\n\r\n"));
  EXPECT_FALSE(view_command("+PING\r\n"));
  EXPECT_FALSE(view_command(""));
}

TEST(RespHeader, TellsTypeLineAndLength) {
  const auto bulk = read_header("$5\r\nhello\r\n");
  ASSERT_TRUE(bulk);
  EXPECT_EQ(bulk->type, Type::bulk);
  EXPECT_EQ(bulk->line, "5");
  EXPECT_EQ(bulk->length, 5);
  EXPECT_EQ(bulk->octets, 4U);

  const auto error = read_header("-ERR no\r\n+OK\r\n");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->line, "ERR no");
  EXPECT_FALSE(error->length);
}

TEST(RespHeader, KnowsTheThreeNulls) {
  EXPECT_TRUE(read_header("$-1\r\n")->is_null());
  EXPECT_TRUE(read_header("*-1\r\n")->is_null());
  EXPECT_TRUE(read_header("_\r\n")->is_null());
  EXPECT_FALSE(read_header("*0\r\n")->is_null());
  EXPECT_FALSE(read_header(":-1\r\n")->is_null());
}

TEST(RespHeader, OfAStreamedValueHasNoLength) {
  EXPECT_FALSE(read_header("*?\r\n")->length);
}

TEST(RespHeader, IsAbsentWhereTheLineIsCutOrNone) {
  EXPECT_FALSE(read_header("$5"));
  EXPECT_FALSE(read_header("$5\r"));
  EXPECT_FALSE(read_header("$x\r\n"));
  EXPECT_FALSE(read_header("HTTP/1.1 200 OK\r\n"));
  EXPECT_FALSE(read_header(";4\r\n"));
}

TEST(RespElements, AreWalkedAndNestedOnesPassedOver) {
  Elements elements("*3\r\n$3\r\nfoo\r\n*2\r\n:1\r\n:2\r\n+bar\r\n:9\r\n");
  EXPECT_EQ(elements.next()->content, "foo");
  EXPECT_EQ(elements.next()->header.type, Type::array);
  EXPECT_EQ(elements.next()->header.line, "bar");
  EXPECT_FALSE(elements.next());
  EXPECT_EQ(elements.rest(), ":9\r\n");
}

TEST(RespElements, EndWhereTheOctetsEnd) {
  Elements elements("*3\r\n$3\r\nfoo\r\n$100\r\nba");
  EXPECT_TRUE(elements.next());
  EXPECT_FALSE(elements.next());
  EXPECT_FALSE(elements.next());
}

TEST(RespElements, OfAStreamedAggregateEndAtItsEnd) {
  Elements elements("*?\r\n:1\r\n.\r\n:2\r\n");
  EXPECT_TRUE(elements.next());
  EXPECT_FALSE(elements.next());
}

TEST(RespElements, OfAMapAreKeysAndValues) {
  Elements elements("%1\r\n+a\r\n:1\r\n:2\r\n");
  EXPECT_TRUE(elements.next());
  EXPECT_TRUE(elements.next());
  EXPECT_FALSE(elements.next());
}

TEST(RespAttributes, ArePassedOverToTheValue) {
  EXPECT_EQ(skip_attributes("|1\r\n+a\r\n:1\r\n|0\r\n+OK\r\n"), "+OK\r\n");
  EXPECT_EQ(skip_attributes("+OK\r\n"), "+OK\r\n");
  EXPECT_EQ(skip_attributes("|2\r\n+a\r\n:1\r\n"), "");
}

TEST(RespScanner, NamesTheValueBehindAnAttribute) {
  Scanner scanner;
  scanner.scan("|1\r\n+a\r\n:1\r\n%1\r\n+k\r\n+v\r\n");
  EXPECT_EQ(scanner.marker(), '%');
}

TEST(RespTypes, AllHaveTheirNames) {
  for (const char marker : "+-:$*_#,(!=%~>|"sv) {
    ASSERT_TRUE(type_of_marker(marker));
    EXPECT_NE(name_of(*type_of_marker(marker)), "unknown");
  }
  for (const char other : "\0 ;.?@AZaz09\r\n"sv) EXPECT_FALSE(type_of_marker(other));
}

}  // namespace
}  // namespace rstcause::resp
