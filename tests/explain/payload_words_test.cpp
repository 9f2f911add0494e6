// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/ladder/payload_words.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace rstcause::explain {
namespace {

using std::string_view_literals::operator""sv;

TEST(PayloadWords, TellACommandOrAReplyByItsFirstWord) {
  EXPECT_EQ(payload_words("*1\r\n$4\r\nPING\r\n"), "PING");
  EXPECT_EQ(payload_words("*2\r\n$4\r\nauth\r\n$6\r\nsecret\r\n"), "AUTH");
  EXPECT_EQ(payload_words("+PONG\r\n"), "+PONG");
  EXPECT_EQ(payload_words("-DENIED Redis is running in protected mode"), "-DENIED");
  EXPECT_EQ(payload_words("EHLO mail.example.com\r\n"), "EHLO");
  EXPECT_EQ(payload_words("220 mail.example.com ESMTP\r\n"), "220");
  EXPECT_EQ(payload_words("SSH-2.0-OpenSSH_9.2\r\n"), "SSH-2.0");
  EXPECT_EQ(payload_words("HTTP/1.1 413 Content Too Large\r\n"), "HTTP/1.1 413");
  EXPECT_EQ(payload_words("GET /secret?token=1 HTTP/1.1\r\n"), "GET");
}

TEST(PayloadWords, NameTlsRecords) {
  EXPECT_EQ(payload_words("\x15\x03\x03\x00\x02\x02\x28"sv), "TLS alert");
  EXPECT_EQ(payload_words("\x17\x03\x03\x00\x20hidden.........................."sv), "TLS data");
}

TEST(PayloadWords, ShowNothingThatMayBeASecretOrMarkup) {
  EXPECT_EQ(payload_words("hunter2\r\n"), "");
  EXPECT_EQ(payload_words("</script><script>alert(1)</script>"), "");
  EXPECT_EQ(payload_words("GET</script>"), "");
  EXPECT_EQ(payload_words("\x00\x01\x02\x03"sv), "");
  EXPECT_EQ(payload_words("*1\r\n$7\r\n<b>\x01\x02\x03\x04\r\n"), "");
  EXPECT_EQ(payload_words(std::string(100, 'A') + "\r\n"), "");
  EXPECT_EQ(payload_words(""), "");
  EXPECT_EQ(payload_words("+"), "");
}

TEST(PayloadWords, AreShortAndPrintableWhateverTheFirstOctets) {
  for (int first = 0; first < 256; ++first) {
    for (const std::string_view rest :
         {"PING\r\n", " \x1b[31m", "\x03\x03\x00\x05xxxxx", "23 4567"}) {
      const std::string words =
          payload_words(std::string(1, static_cast<char>(first)).append(rest));
      EXPECT_LE(words.size(), kLongestWords);
      for (const char letter : words) EXPECT_TRUE(letter >= ' ' && letter < 0x7f);
    }
  }
}

}  // namespace
}  // namespace rstcause::explain
