// SPDX-License-Identifier: GPL-2.0-or-later
// Protocols known by their first words, and texts that are none of them.
#include <gtest/gtest.h>

#include "unit/app_talk.h"

namespace rstcause::app {
namespace {

std::string mysql(const std::string& body) {
  std::string packet(1, static_cast<char>(body.size()));
  return packet + std::string(3, '\0') + body;
}

TEST(Greeting, KnowsServersThatSpeakFirst) {
  const std::pair<std::string, Protocol> greetings[] = {
      {"220 mail.example.com ESMTP Postfix\r\n", Protocol::smtp},
      {"220 (vsFTPd 3.0.3)\r\n", Protocol::ftp},
      {"220 ready\r\n", Protocol::line_220},
      {"+OK Dovecot ready.\r\n", Protocol::pop3},
      {"* OK [CAPABILITY IMAP4rev1] ready\r\n", Protocol::imap},
      {mysql("\x0a" + std::string("8.0.36\0", 7) + std::string(60, 's')), Protocol::mysql}};
  for (const auto& [payload, protocol] : greetings) {
    Conversation c;
    c.server(payload);
    ASSERT_TRUE(c.is_known()) << payload;
    EXPECT_EQ(c.greeted().protocol(), protocol) << payload;
    EXPECT_TRUE(c.greeted().greeter_is_server());
    EXPECT_FALSE(c.greeted().answered());
    c.client("whatever");
    EXPECT_TRUE(c.greeted().answered());
  }
}

TEST(Greeting, KnowsRefusalsInTheirPlace) {
  Conversation smtp;
  smtp.server("554 5.7.1 Access denied\r\n");
  EXPECT_EQ(smtp.talk().farewell(kServer)->code, "554");
  EXPECT_EQ(smtp.talk().farewell(kServer)->text, "5.7.1 Access denied");
  EXPECT_EQ(smtp.talk().farewell(kServer)->kind, Farewell::Kind::refusal);
  Conversation mysql_host;
  mysql_host.server(mysql("\xff" + std::string("\x69\x04", 2) + "Host 'x' is blocked"));
  EXPECT_EQ(mysql_host.talk().farewell(kServer)->code, "1129");
  EXPECT_EQ(mysql_host.talk().farewell(kServer)->text, "Host 'x' is blocked");
  Conversation either;
  either.server("421 There are too many connected users\r\n");
  EXPECT_EQ(either.talk().protocol(), Protocol::line_220);
}

TEST(Greeting, KnowsThatEitherEndOfSshMaySpeakFirst) {
  Conversation c;
  c.client("SSH-2.0-OpenSSH_9.2p1\r\n");
  EXPECT_EQ(c.greeted().protocol(), Protocol::ssh);
  EXPECT_FALSE(c.greeted().greeter_is_server());
  EXPECT_FALSE(c.greeted().greeter_is_client());
}

TEST(Greeting, KnowsPostgresqlByItsFirstPacket) {
  Conversation c;
  c.client(std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8));
  EXPECT_EQ(c.greeted().protocol(), Protocol::postgresql);
  EXPECT_TRUE(c.greeted().greeter_is_client());
}

TEST(Greeting, KnowsNoneOfThese) {
  for (const std::string& payload :
       {std::string("220"), std::string("220\r\n"), std::string("2200 x\r\n"),
        std::string("+OK\r\n"), std::string("-ERR unknown\r\n"), std::string("SSH-3\r\n"),
        std::string("* ok\r\n"), std::string("\0\0\0\x09\x04\xd2\x16\x2f", 8),
        mysql(std::string("\x0a") + "text" + std::string(50, 'x')), std::string("hello\n")}) {
    Conversation c;
    c.server(payload);
    EXPECT_FALSE(c.is_known()) << payload;
  }
}

TEST(Greeting, IsNotLookedForBehindOtherWords) {
  Conversation c;
  c.client("something").server("220 mail.example.com ESMTP\r\n");
  EXPECT_FALSE(c.is_known()) << "not the first words: a 220 is an answer there";
}

}  // namespace
}  // namespace rstcause::app
