// SPDX-License-Identifier: GPL-2.0-or-later
// What is told of protocols in messages: who asked, who was answered, whose words were a farewell.
// Octets of servers are those that real ones sent (MariaDB 10.11, PostgreSQL 15, vsftpd 3.0.3,
// slapd 2.5, ngIRCd 26.1, rsync 3.5, OpenSSH 9.2, mosquitto 2.0, nats-server 2.9, memcached 1.6),
// or, where it is said so, the examples of the specification.
#include <gtest/gtest.h>

#include "unit/app_talk.h"

namespace rstcause::app {
namespace {

using namespace std::string_literals;
using Kind = Farewell::Kind;

std::string big(std::uint64_t value, unsigned width) {
  std::string octets;
  for (unsigned i = width; i-- != 0;) octets += static_cast<char>(value >> (8 * i));
  return octets;
}

std::string little(std::uint64_t value, unsigned width) {
  std::string octets;
  for (unsigned i = 0; i != width; ++i) octets += static_cast<char>(value >> (8 * i));
  return octets;
}

/// A farewell in one line: its kind, code and text.
std::string said(const Conversation& c, Side from = kServer) {
  const auto farewell = c.talk().farewell(from);
  if (!farewell) return "nothing";
  constexpr std::string_view kKinds[] = {"refusal", "error", "goodbye", "idle"};
  return std::string(kKinds[static_cast<std::size_t>(farewell->kind)]) + "|" +
         std::string(farewell->code.view()) + "|" + std::string(farewell->text.view());
}

// ----- MySQL ------------------------------------------------------------------------------------

std::string packet(std::uint8_t number, const std::string& body) {
  return little(body.size(), 3) + static_cast<char>(number) + body;
}

const std::string kMariaDb =
    packet(0,
           "\n5.5.5-10.11.19-MariaDB-0+deb12u1\0\6\0\0\0w1-/A;By\0\xfe\xf7\x08\2\0\xff\x81"
           "\x15\0\0\0\0\0\0\x1d\0\0\0\\CvLYY5<j&yQ\0mysql_native_password\0"s);
const std::string kMySqlLogin =
    packet(1, little(0x8A201, 4) + little(1 << 24, 4) + "\x21" + std::string(23, '\0') +
                  "app\0\0mysql_native_password\0"s);
const std::string kMySqlOk = packet(2, "\0\0\0\2\0\0\0"s);

Conversation logged_in() {
  Conversation c;
  c.server(kMariaDb).client(kMySqlLogin).server(kMySqlOk);
  return c;
}

TEST(MySqlTalk, CountsAQueryUntilItsAnswerBegins) {
  Conversation c = logged_in();
  EXPECT_EQ(c.talk().outstanding(), 0U);
  c.wait(3).client(packet(0, "\3select sleep(5)"));
  EXPECT_EQ(c.talk().outstanding(), 1U);
  EXPECT_EQ(c.talk().outstanding_since(), 3'000'000'000);
  c.server(packet(1, "\1"));
  EXPECT_EQ(c.talk().outstanding(), 0U);
  EXPECT_EQ(c.greeted().exchange().program(kServer), "10.11.19-MariaDB-0+deb12u1");
}

TEST(MySqlTalk, QuotesARefusalBeforeTheLogin) {
  Conversation c;
  c.server(packet(0, "\xff\x10\4Too many connections"));
  EXPECT_EQ(said(c), "refusal|1040|Too many connections");
  Conversation denied;
  denied.server(kMariaDb)
      .client(kMySqlLogin)
      .server(packet(2, "\xff\x19\4#42000Unknown database 'shop'"));
  EXPECT_EQ(said(denied), "refusal|1049 (42000)|Unknown database 'shop'");
}

TEST(MySqlTalk, TellsIdlenessFromAnAnswer) {
  Conversation c = logged_in();
  c.server(packet(0,
                  "\xff\xbf\x0f#HY000The client was disconnected by the server because of "
                  "inactivity."));
  EXPECT_EQ(said(c).substr(0, 30), "idle|4031 (HY000)|The client w");
  Conversation lock = logged_in();
  lock.client(packet(0, "\3update t"))
      .server(packet(1, "\xff\xb5\4#HY000Lock wait timeout exceeded; try restarting transaction"));
  EXPECT_EQ(said(lock).substr(0, 24), "error|1205 (HY000)|Lock ");
}

TEST(MySqlTalk, KeepsAQuerysTextToItself) {
  Conversation c = logged_in();
  c.client(packet(0, "\3select secretvalue from"))
      .server(packet(1, "\xff\x28\4#42000You have an error in your SQL syntax near 'secretvalue'"));
  EXPECT_EQ(said(c), "error|1064 (42000)|");
}

TEST(MySqlTalk, ForgetsAnErrorOnceAnotherAnswerCame) {
  Conversation c = logged_in();
  c.client(packet(0, "\3x")).server(packet(1, "\xff\x28\4#42000You have"));
  c.client(packet(0, "\3select 1")).server(packet(1, "\1"));
  EXPECT_EQ(said(c), "nothing");
}

TEST(MySqlTalk, KnowsThatTheClientLeft) {
  Conversation c = logged_in();
  EXPECT_FALSE(c.talk().client_has_left());
  c.client(packet(0, "\1"));
  EXPECT_TRUE(c.talk().client_has_left());
  EXPECT_EQ(c.talk().outstanding(), 0U) << "COM_QUIT has no answer";
}

TEST(MySqlTalk, IsKnownByACommandWhereTheCaptureBeginsLater) {
  Conversation c;
  c.client(packet(0, "\3SELECT 1"));
  EXPECT_EQ(c.talk().outstanding(), 1U);
  c.server(packet(1, "\1")).client(packet(0, "\1"));
  EXPECT_TRUE(c.talk().client_has_left());
}

TEST(MySqlTalk, CountsNothingWhereOctetsAreMissing) {
  Conversation c = logged_in();
  c.client_lost(20).client(packet(0, "\3select 1"));
  EXPECT_FALSE(c.greeted().sure());
  EXPECT_EQ(c.talk().outstanding(), 0U);
}

// ----- PostgreSQL -------------------------------------------------------------------------------

const std::string kStartup = "\0\0\0\x29\0\3\0\0user\0postgres\0database\0postgres\0\0"s;
const std::string kReady = "Z\0\0\0\5I"s;

TEST(PostgreSqlTalk, QuotesWhatIsFatal) {
  Conversation full;
  full.client(kStartup).server(
      "E\0\0\0USFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0Fproc.c\0L357\0"
      "RInitProcess\0\0"s);
  EXPECT_EQ(said(full), "refusal|FATAL 53300|sorry, too many clients already");
  Conversation idle;
  idle.client(kStartup).server(kReady).server(
      "E\0\0\0sSFATAL\0VFATAL\0C57P05\0Mterminating connection due to idle-session timeout\0"
      "Fpostgres.c\0L3374\0RProcessInterrupts\0\0"s);
  EXPECT_EQ(said(idle), "idle|FATAL 57P05|terminating connection due to idle-session timeout");
  Conversation killed;
  killed.client(kStartup).server(kReady).server(
      "E\0\0\0tSFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0"
      "Fpostgres.c\0L3211\0RProcessInterrupts\0\0"s);
  EXPECT_EQ(said(killed),
            "goodbye|FATAL 57P01|terminating connection due to administrator command");
}

TEST(PostgreSqlTalk, PairsQueriesWithReadyForQuery) {
  Conversation c;
  c.client(kStartup).server(kReady).client("Q\0\0\0\x0dselect 1\0"s);
  EXPECT_EQ(c.talk().outstanding(), 1U);
  c.server("C\0\0\0\x0dSELECT 1\0"s);
  EXPECT_EQ(c.talk().outstanding(), 1U);
  c.server_in_octets(kReady).client("X\0\0\0\4"s);
  EXPECT_EQ(c.talk().outstanding(), 0U);
  EXPECT_TRUE(c.talk().client_has_left());
}

TEST(PostgreSqlTalk, IsKnownByAQueryWhereTheCaptureBeginsLater) {
  Conversation c;
  c.client("Q\0\0\0\x0dselect 1\0"s);
  EXPECT_EQ(c.talk().outstanding(), 1U);
  c.server(kReady);
  EXPECT_EQ(c.talk().outstanding(), 0U);
}

TEST(PostgreSqlTalk, ReadsNoFurtherOnceTlsWasAgreedUpon) {
  Conversation c;
  c.client("\0\0\0\x08\4\xd2\x16\x2f"s).server("S").client("\x16\3\1anything");
  EXPECT_TRUE(c.greeted().exchange().opaque);
  Conversation clear;
  clear.client("\0\0\0\x08\4\xd2\x16\x2f"s).server("N").client(kStartup).server(kReady);
  EXPECT_FALSE(clear.greeted().exchange().opaque);
  EXPECT_TRUE(clear.greeted().sure());
}

// ----- answers by number ------------------------------------------------------------------------

std::string mongo(std::uint32_t id, std::uint32_t to, const std::string& body) {
  return little(16 + body.size(), 4) + little(id, 4) + little(to, 4) + little(2013, 4) + body;
}

TEST(MongoDbTalk, PairsByNumberAndKnowsSilentCommands) {
  Conversation c;
  c.client(mongo(7, 0, "\0\0\0\0\0find"s)).client(mongo(8, 0, "\2\0\0\0\0insert"s));
  EXPECT_EQ(c.talk().protocol(), Protocol::mongodb);
  EXPECT_EQ(c.talk().outstanding(), 1U) << "moreToCome asks for no answer";
  c.server(mongo(90, 7,
                 "\0\0\0\0\0\x02"
                 "codeName\0\x0d\0\0\0Unauthorized\0"s));
  EXPECT_EQ(c.talk().outstanding(), 0U);
  EXPECT_EQ(said(c), "error|Unauthorized|");
}

std::string kafka(std::uint16_t api, std::uint16_t version, std::uint32_t id,
                  const std::string& body) {
  const std::string message = big(api, 2) + big(version, 2) + big(id, 4) + big(3, 2) + "app" + body;
  return big(message.size(), 4) + message;
}

TEST(KafkaTalk, NamesWhatIsAskedAndPairsByCorrelation) {
  Conversation c;
  c.client(kafka(1, 4, 5, std::string(12, '\0')));
  ASSERT_EQ(c.talk().outstanding(), 1U);
  EXPECT_EQ(c.greeted().exchange().asked().front().what, "Fetch");
  c.server(big(8, 4) + big(6, 4) + "data");
  EXPECT_EQ(c.talk().outstanding(), 1U) << "another number";
  c.server(big(8, 4) + big(5, 4) + "data");
  EXPECT_EQ(c.talk().outstanding(), 0U);
  c.client(kafka(0, 3, 6, "\xff\xff\0\0rest"s));
  EXPECT_EQ(c.talk().outstanding(), 0U) << "a producer with acks 0 waits for nothing";
}

TEST(DnsTalk, CountsQueriesAndAnswers) {
  const std::string query = "\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\0\0\1\0\1"s;
  Conversation c;
  c.client(big(query.size(), 2) + query);
  EXPECT_EQ(c.talk().protocol(), Protocol::dns);
  EXPECT_EQ(c.talk().outstanding(), 1U);
  const std::string refused = "\x12\x34\x81\x05\0\1\0\0\0\0\0\0\3www\0\0\1\0\1"s;
  c.server_in_octets(big(refused.size(), 2) + refused);
  EXPECT_EQ(c.talk().outstanding(), 0U);
  EXPECT_EQ(said(c), "error|REFUSED|");
}

TEST(LdapTalk, KnowsTheNoticeOfDisconnection) {
  const std::string bind = "0\x0c\2\1\1`\7\2\1\3\4\0\x80\0"s;
  Conversation c;
  c.client(bind);
  EXPECT_EQ(c.talk().outstanding(), 1U);
  c.server("0\x0c\2\1\1a\7\n\1\0\4\0\4\0"s);
  EXPECT_EQ(c.talk().outstanding(), 0U);
  EXPECT_EQ(said(c), "nothing");
  // RFC 4511, 4.4.1, with OpenLDAP's words.
  c.server(
      "0\x34\2\1\0x\x2f\n\1\x34\4\0\4\x10shutting down...\x8a\x16"
      "1.3.6.1.4.1.1466.20036"s);
  EXPECT_EQ(said(c), "goodbye|notice of disconnection, 52 (unavailable)|shutting down...");
}

TEST(LdapTalk, TellsWhyABindFailed) {
  Conversation c;
  c.client("0\x0c\2\1\1`\7\2\1\3\4\0\x80\0"s).server("0\x0c\2\1\1a\7\n\1\x31\4\0\4\0"s);
  EXPECT_EQ(said(c), "error|49 (invalidCredentials)|");
}

// ----- lines ------------------------------------------------------------------------------------

TEST(MailTalk, QuotesRepliesAndTellsIdleness) {
  Conversation ftp;
  ftp.server("220 (vsFTPd 3.0.3)\r\n")
      .client("USER anonymous\r\n")
      .server("331 Please specify the password.\r\n");
  EXPECT_EQ(said(ftp), "nothing");
  ftp.server("421 Timeout.\r\n");
  EXPECT_EQ(said(ftp), "idle|421|Timeout.");
  Conversation smtp;
  smtp.server("220 vm ESMTP Exim 4.96\r\n").client("RCPT TO:<x@y>\r\n");
  EXPECT_EQ(smtp.talk().outstanding(), 1U);
  smtp.server("550-relay not permitted\r\n550 go away\r\n");
  EXPECT_EQ(smtp.talk().outstanding(), 0U);
  EXPECT_EQ(said(smtp), "error|550|relay not permitted");
  Conversation full;
  full.server("421 There are too many connections from your internet address.\r\n");
  EXPECT_EQ(said(full), "refusal|421|There are too many connections from your internet address.");
}

TEST(MailTalk, TakesNoMailForAReply) {
  Conversation pop;
  pop.server("+OK ready\r\n")
      .client("RETR 1\r\n")
      .server("+OK 40 octets\r\n-ERR is in the mail\r\n");
  EXPECT_EQ(said(pop), "nothing");
  pop.client("X\r\n").server("-ERR no such command\r\n");
  EXPECT_EQ(said(pop), "error|-ERR|no such command");
  Conversation imap;
  imap.server("* OK ready\r\n")
      .client("a fetch 1 body\r\n")
      .server("* 1 FETCH (BODY {14}\r\n* BYE in mail\r\n)\r\na OK done\r\n");
  EXPECT_EQ(said(imap), "nothing");
  imap.server("* BYE Autologout; idle for too long\r\n");
  EXPECT_EQ(said(imap), "idle|BYE|Autologout; idle for too long");
  imap.client("b select x\r\n").server("b NO no such mailbox\r\n");
  EXPECT_EQ(said(imap), "error|NO|no such mailbox");
}

TEST(MemcachedTalk, PassesOverBlocksAndQuotesErrors) {
  Conversation c;
  c.client("set k 0 0 7\r\nERROR\r\n\r\n");
  EXPECT_EQ(c.talk().protocol(), Protocol::memcached);
  EXPECT_EQ(c.talk().outstanding(), 1U);
  c.server("STORED\r\n").client("gets k\r\n");
  EXPECT_EQ(c.talk().outstanding(), 1U);
  c.server("VALUE k 0 7 1\r\nERROR\r\n\r\nEND\r\n");
  EXPECT_EQ(c.talk().outstanding(), 0U);
  EXPECT_EQ(said(c), "nothing");
  c.client("set k 0 0 9000000\r\n").server("SERVER_ERROR object too large for cache\r\n");
  EXPECT_EQ(said(c), "error|SERVER_ERROR|object too large for cache");
}

TEST(MemcachedTalk, KnowsMetaCommands) {
  Conversation c;
  c.client("mg k v\r\n").server("VA 4\r\nEN\r\n\r\n").client("ms k 2 q\r\nhi\r\n");
  EXPECT_EQ(c.talk().protocol(), Protocol::memcached);
  EXPECT_EQ(c.talk().outstanding(), 0U);
  c.client("mn\r\n");
  EXPECT_EQ(c.talk().outstanding(), 1U);
}

TEST(NatsTalk, QuotesErrorsAndKnowsUnansweredPings) {
  Conversation c;
  c.server("INFO {\"server_id\":\"N\"}\r\n").client("CONNECT {}\r\nPING\r\n").server("PONG\r\n");
  EXPECT_FALSE(c.talk().ping_unanswered_since(kClient));
  c.wait(2).server("MSG s 1 9\r\n-ERR 'x'\n\r\nPING\r\n");
  EXPECT_EQ(c.talk().ping_unanswered_since(kServer), 2'000'000'000);
  EXPECT_EQ(said(c), "nothing") << "a payload is no line";
  c.server("-ERR 'Stale Connection'\r\n");
  EXPECT_EQ(said(c), "idle|-ERR|Stale Connection");
  Conversation refused;
  refused.server("INFO {\"server_id\":\"N\"}\r\n")
      .client("CONNECT {}\r\n")
      .server("-ERR 'Authorization Violation'\r\n");
  EXPECT_EQ(said(refused), "refusal|-ERR|Authorization Violation");
}

TEST(SshTalk, QuotesWhatSshdSaysInPlaceOfItsName) {
  Conversation c;
  c.client("SSH-2.0-libssh2_1.10\r\n").server("Exceeded MaxStartups\r\n");
  EXPECT_EQ(said(c), "refusal||Exceeded MaxStartups");
  Conversation both;
  both.server("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n").client("SSH-2.0-PuTTY_Release_0.78\r\n");
  EXPECT_EQ(both.greeted().exchange().program(kServer), "OpenSSH_9.2p1 Debian-2");
  EXPECT_EQ(both.greeted().exchange().program(kClient), "PuTTY_Release_0.78");
}

TEST(LinesTalk, QuotesIrcAndRsync) {
  Conversation irc;
  irc.client("NICK t2\r\n")
      .server("ERROR :Connection refused, too many connections from your IP address\r\n");
  EXPECT_EQ(said(irc),
            "refusal|ERROR|Connection refused, too many connections from your IP address");
  Conversation rsync;
  rsync.server("@RSYNCD: 32.0 sha512 md5\n")
      .client("@RSYNCD: 31.0\n")
      .client("m\n")
      .server("@ERROR: max connections (1) reached -- try again later\n");
  EXPECT_EQ(said(rsync), "refusal|@ERROR|max connections (1) reached -- try again later");
}

TEST(SipTalk, KnowsTheLatestRequestAndResponse) {
  // RFC 3261, 24.2, cut short.
  Conversation c;
  c.client(
      "INVITE sip:bob@biloxi.example.com SIP/2.0\r\nContent-Length: 17\r\n\r\n"
      "SIP/2.0 486 Busy\n");
  EXPECT_EQ(c.talk().outstanding(), 1U);
  EXPECT_EQ(c.greeted().exchange().status, 0) << "a body is no response";
  c.server("SIP/2.0 180 Ringing\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(c.talk().outstanding(), 1U);
  c.server("SIP/2.0 486 Busy Here\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(c.talk().outstanding(), 0U);
  EXPECT_EQ(said(c), "error|486|Busy Here");
}

}  // namespace
}  // namespace rstcause::app
