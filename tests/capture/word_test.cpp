// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/word.h"

#include <gtest/gtest.h>

namespace rstcause::capture::test {
namespace {

constexpr std::string_view kLine =
    "rstcause: sent reason=TCP_ABORT_ON_CLOSE state=TCP_CLOSE as=abort pid=455 comm=redis-server "
    "netns=4026531840";

TEST(Word, IsWrittenAsItIsDocumented) {
  Word word;
  word.kind = Word::Kind::sent;
  word.reason = ShortText<Word::kMostName>::of("TCP_ABORT_ON_CLOSE");
  word.state = ShortText<Word::kMostName>::of("TCP_CLOSE");
  word.pid = 455;
  word.comm = ShortText<Word::kMostProcess>::of("redis-server");
  EXPECT_EQ(to_comment(word, 4026531840), kLine);
  word.comm = ShortText<Word::kMostProcess>::of("a b\n%");
  EXPECT_NE(to_comment(word, 0).find("comm=a%20b%0A%25"), std::string::npos);
}

TEST(Word, ComesBackAsItWasWritten) {
  for (const std::string_view line :
       {kLine, std::string_view("rstcause: sent without its TCP: firewall or raw socket"),
        std::string_view("rstcause: received taken=yes"),
        std::string_view("rstcause: received taken=no"),
        std::string_view("rstcause: sent reason=TCP_STATE state=TCP_CLOSE as=abort "
                         "listener=closed pid=1 comm=a%20b"),
        std::string_view("rstcause: sent reason=NO_SOCKET state=UNKNOWN as=answer")}) {
    const std::uint64_t netns = line == kLine ? 4026531840 : 0;
    EXPECT_EQ(to_comment(parse_word(line), netns), line);
  }
}

TEST(Word, PassesOverKeysOfLaterVersions) {
  const Word word = parse_word("rstcause: sent reason=TCP_STATE color=blue state=TCP_CLOSE");
  EXPECT_EQ(word.reason.view(), "TCP_STATE");
  EXPECT_EQ(word.state.view(), "TCP_CLOSE");
}

TEST(Word, IsNoneWhereTheLineIsNotOursOrContradictsItself) {
  for (const std::string_view line :
       {std::string_view(""), std::string_view("rstcause"), std::string_view("rstcause: "),
        std::string_view("rstcause: sent"), std::string_view("rstcause: sentinel reason=TCP_STATE"),
        std::string_view("rstcause: sent reason=tcp_state"),
        std::string_view("rstcause: sent reason=TCP_STATE pid=-1"),
        std::string_view("rstcause: sent reason=TCP_STATE pid=99999999999"),
        std::string_view("rstcause: sent reason=TCP_STATE as=joke"),
        std::string_view("rstcause: received taken=perhaps"),
        std::string_view("rstcause: sent without its TCP: firewall or raw socketx"),
        std::string_view("a comment about rstcause: sent reason=TCP_STATE")})
    EXPECT_FALSE(parse_word(line).is_told()) << line;
}

TEST(Word, HoldsNothingThatCouldSteerATerminalOrGrow) {
  const std::string hostile =
      "rstcause: sent reason=TCP_STATE comm=\x1b[2J\xff" + std::string(100'000, 'A') + "%1B%0A";
  const Word word = parse_word(hostile);
  EXPECT_EQ(word.comm.view().substr(0, 6), "?[2J?A");
  EXPECT_EQ(word.comm.view().size(), Word::kMostProcess);
  EXPECT_EQ(parse_word("rstcause: sent reason=TCP_STATE comm=%1B%0A").comm.view(), "%1B%0A");
  EXPECT_FALSE(parse_word("rstcause: sent reason=" + std::string(33, 'A')).is_told());
}

TEST(Word, OfPtcpdumpIsItsProcess) {
  const Word word =
      parse_word("PID: 10158\nCmd: /usr/bin/wget\nArgs: wget kernel.org\nContainerName: web");
  EXPECT_EQ(word.kind, Word::Kind::process);
  EXPECT_EQ(word.pid, 10158U);
  EXPECT_EQ(word.comm.view(), "wget");
  EXPECT_FALSE(parse_word("PID: many\nCmd: /usr/bin/wget").is_told());
  EXPECT_FALSE(parse_word("PID: 5").is_told());
}

TEST(Word, OfTheSendingComesBeforeThatOfTheReceivingAndTakesOverAProcess) {
  const Word sent = parse_word("rstcause: sent reason=NO_SOCKET state=UNKNOWN as=answer");
  const Word received = parse_word("rstcause: received taken=yes");
  const Word process = parse_word("PID: 7\nCmd: /bin/x");
  EXPECT_EQ(joined(received, sent), sent);
  EXPECT_EQ(joined(sent, received), sent);
  EXPECT_EQ(joined(process, sent).kind, Word::Kind::sent);
  EXPECT_EQ(joined(process, sent).pid, 7U);
  EXPECT_EQ(joined(Word{}, Word{}), Word{});
}

}  // namespace
}  // namespace rstcause::capture::test
