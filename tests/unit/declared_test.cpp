// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/wire/declared.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "engine/judge/cause.h"
#include "engine/wire/declared_tables.h"

namespace rstcause {
namespace {

using Kind = Declared::Kind;
using namespace std::string_literals;

Declared told(std::string_view payload) {
  return declared_by_payload(payload, static_cast<std::uint32_t>(payload.size()));
}

Declared told_of_cut(std::string_view captured, std::uint32_t reported_len) {
  return declared_by_payload(captured, reported_len);
}

/// Nothing that a terminal obeys.
bool harmless(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

const std::string kF5 = "BIG-IP: [0x31ae141:4666] ";

// --- F5 -----------------------------------------------------------------------------------

TEST(DeclaredByF5, IsToldVerbatimWithTheTokenOfItsCause) {
  const Declared d = told("BIG-IP: [0x2664c65:2574] No flow found for ACK");

  EXPECT_EQ(d.kind, Kind::f5);
  EXPECT_EQ(d.text, "BIG-IP: [0x2664c65:2574] No flow found for ACK");
  EXPECT_EQ(d.token, "connection_unknown");
}

TEST(DeclaredByF5, MatchesTheBeginningOfACauseInAnyCase) {
  EXPECT_EQ(told(kF5 + "FLOW EXPIRED (SWEEPER) (idle timeout)").token, "idle_timeout");
  EXPECT_EQ(told(kF5 + "a flow expired (sweeper)").token, "");
}

TEST(DeclaredByF5, KeepsACauseItDoesNotKnowWithoutAToken) {
  const Declared d = told(kF5 + "Something new");

  EXPECT_EQ(d.kind, Kind::f5);
  EXPECT_EQ(d.text, kF5 + "Something new");
  EXPECT_EQ(d.token, "");
}

TEST(DeclaredByF5, OfThePeersLegIsNotThisLegsCause) {
  EXPECT_EQ(told(kF5 + "TCP retransmit timeout").token, "retransmit_timeout");
  EXPECT_EQ(told(kF5 + "{peer} TCP retransmit timeout").token, "");
  EXPECT_EQ(told(kF5 + "{peer} TCP 3WHS rejected").token, "proxy_upstream_refused");
  EXPECT_EQ(told(kF5 + "TCP 3WHS rejected").token, "");
  EXPECT_EQ(told(kF5 + "{peer} TCP RST from remote system").kind, Kind::f5);
}

TEST(DeclaredByF5, NeedsItsWholeHead) {
  for (const char* text :
       {"BIG-IP: [0x:1] Closing", "BIG-IP: [0x12] Closing", "BIG-IP: [0x12:] Closing",
        "BIG-IP: [0x12:1]Closing", "BIG-IP: [0x12:1] ", "xBIG-IP: [0x12:1] Closing"}) {
    EXPECT_NE(told(text).kind, Kind::f5) << text;
  }
}

TEST(DeclaredByF5, IsToldAsFarAsTheCaptureGoes) {
  const std::string whole = kF5 + "No flow found for ACK";
  const auto length = static_cast<std::uint32_t>(whole.size());
  for (std::size_t captured = 11; captured < whole.size(); ++captured) {
    const Declared d = told_of_cut(whole.substr(0, captured), length);

    EXPECT_EQ(d.kind, Kind::f5) << captured;
    EXPECT_EQ(d.token, "") << captured;
    EXPECT_TRUE(d.text.ends_with("...")) << d.text;
  }
}

TEST(DeclaredByF5, NamesItsTokenWhereOnlyWhatFollowsTheCauseIsCut) {
  EXPECT_EQ(told_of_cut(kF5 + "Policy action of", 99).token, "firewall_reset");
}

/// tcpdump's tests/tcp_rst_data-trunc.pcap: 57 of 58 octets.
TEST(DeclaredByF5, IsToldOfARealCaptureThatLacksOneOctet) {
  const std::string captured = "BIG-IP: [0x11c5672:3045] {peer} TCP RST from remote syste";

  EXPECT_EQ(told_of_cut(captured, 58).text, captured + "...");
}

TEST(DeclaredByF5, IsReadWithItsTerminator) {
  EXPECT_EQ(told(kF5 + "Policy action\0"s).text, kF5 + "Policy action");
}

// --- the diagnostic payload ---------------------------------------------------------------

TEST(DeclaredByDiagnosticPayload, NamesARegisteredReason) {
  const Declared d = told("\x33\xAA\0\x03\0\0\0\0"s);

  EXPECT_EQ(d.kind, Kind::diagnostic);
  EXPECT_EQ(d.text, "RST diagnostic 3: new data received after CLOSE");
  EXPECT_EQ(d.token, "data_after_close");
}

TEST(DeclaredByDiagnosticPayload, NamesNoTokenWhereSeveralFit) {
  EXPECT_EQ(told("\x33\xAA\0\x0E\0\0\0\0"s).text, "RST diagnostic 14: connection timeout");
  EXPECT_EQ(told("\x33\xAA\0\x0E\0\0\0\0"s).token, "");
}

/// The draft's own example: reason 1234 of enterprise 32473.
TEST(DeclaredByDiagnosticPayload, TellsAPrivateReasonByItsNumbersAlone) {
  const Declared d = told("\x33\xAA\x04\xD2\0\0\x7E\xD9"s);

  EXPECT_EQ(d.kind, Kind::diagnostic);
  EXPECT_EQ(d.text, "RST diagnostic 1234: of enterprise 32473");
  EXPECT_EQ(told("\x33\xAA\0\x03\0\0\x7E\xD9"s).token, "") << "not IANA's 3";
}

TEST(DeclaredByDiagnosticPayload, TellsAReasonNotYetRegistered) {
  const Declared d = told("\x33\xAA\xFF\xFF\0\0\0\0"s);

  EXPECT_EQ(d.text, "RST diagnostic 65535: not registered");
  EXPECT_EQ(d.token, "");
}

TEST(DeclaredByDiagnosticPayload, IsIgnoredWhereMalformed) {
  EXPECT_EQ(told("\x33\xAA\0\0\0\0\0\0"s).kind, Kind::none) << "reason 0 is reserved";
  EXPECT_EQ(told("\x33\xAA\0\x03\0\0\0"s).kind, Kind::none) << "7 octets";
  EXPECT_EQ(told("\x33\xAA\0\x03\0\0\0\0\0"s).kind, Kind::none) << "9 octets";
  EXPECT_EQ(told("\xAA\x33\0\x03\0\0\0\0"s).kind, Kind::none) << "the wrong magic";
  EXPECT_EQ(told("\x33\xAA says no more than this, in text"s).kind, Kind::none);
}

TEST(DeclaredByDiagnosticPayload, WithoutItsEnterpriseNumberNamesNoToken) {
  const std::string whole = "\x33\xAA\0\x03\0\0\0\0"s;
  for (std::size_t captured = 0; captured < 8; ++captured) {
    const Declared d = told_of_cut(whole.substr(0, captured), 8);

    EXPECT_EQ(d.kind, captured < 4 ? Kind::none : Kind::diagnostic) << captured;
    EXPECT_EQ(d.token, "") << captured;
  }
}

// --- other text ---------------------------------------------------------------------------

TEST(DeclaredText, IsToldVerbatimWithoutAToken) {
  for (const std::string text : {"Go away, we're not home", "tcp_close, during connect", "No!x",
                                 "Verbindung abgelöst", "接続拒否", "[fw] blocked by policy 7"}) {
    const Declared d = told(text);

    EXPECT_EQ(d.kind, Kind::text) << text;
    EXPECT_EQ(d.text, text);
    EXPECT_EQ(d.token, "");
  }
}

TEST(DeclaredText, LosesOnlyItsTerminator) {
  EXPECT_EQ(told("go away\0\0"s).text, "go away");
  EXPECT_EQ(told("go away\n").text, "go away");
}

TEST(DeclaredText, NeedsThreeLetters) {
  EXPECT_EQ(told("no!").kind, Kind::none);
  EXPECT_EQ(told("12:34:56").kind, Kind::none);
  EXPECT_EQ(told("yes").kind, Kind::text);
}

TEST(DeclaredText, IsNineInTenPrintable) {
  EXPECT_EQ(told("nine good\x01").kind, Kind::text);
  EXPECT_EQ(told("eight ok\x01\x01").kind, Kind::none);
  EXPECT_EQ(told("eight ok\xff\xfe").kind, Kind::none);
}

TEST(DeclaredText, IsNotWhatAnApplicationLeftBehind) {
  for (const std::string& data : {"GET / HTTP/1.1"s,
                                  "GET /index"s,
                                  "HTTP/1.1 413 Content Too Large"s,
                                  "PURGE /x HTTP/1.1"s,
                                  "Host: example.org\r\nAccept: all"s,
                                  "220 mail ready\r\n"s,
                                  "one line\nanother line"s,
                                  "+PONG"s,
                                  "+PONG\r\n"s,
                                  "-ERR max number of clients"s,
                                  "*1\r\n$4\r\nPING\r\n"s,
                                  "$5hello"s,
                                  ":1000 abc"s,
                                  "PING"s,
                                  R"({"error": true})"s,
                                  R"([{"id": 1}])"s,
                                  "<html>moved"s,
                                  "SSH-2.0-OpenSSH_9.2"s,
                                  "\x15\x03\x03\0\x02\x02\x28"s,
                                  "\x16\x03\x01\x02\0\x01"s,
                                  "J\0\0\0\x0a"
                                  "8.0.33-mysql-server-text"s,
                                  "\x1f\x8b\x08\0"s,
                                  "\x05"s,
                                  ""s}) {
    EXPECT_EQ(told(data).kind, Kind::none) << data;
  }
}

// Inline commands end in LF too, and the capture may lack any end.
TEST(DeclaredText, IsNoCommandThatCarriesAPassword) {
  for (const std::string& data :
       {"AUTH hunter2"s, "auth user hunter2\n"s, "HELLO 3 AUTH default hunter2"s,
        "config set requirepass hunter2\n"s, "ACL SETUSER u >hunter2"s, "PASS hunter2"s}) {
    EXPECT_EQ(told(data).kind, Kind::none) << data;
    EXPECT_EQ(told_of_cut(data, 200).kind, Kind::none) << data;
  }
  EXPECT_EQ(told("authentication failed").kind, Kind::text);
  EXPECT_EQ(told("config changed").kind, Kind::text);
}

TEST(DeclaredText, IsShort) {
  EXPECT_EQ(told(std::string(512, 'a')).kind, Kind::text);
  EXPECT_EQ(told(std::string(513, 'a')).kind, Kind::none);
  EXPECT_EQ(told_of_cut("a few words", 1460).kind, Kind::none);
}

TEST(DeclaredText, SaysThatTheCaptureCutIt) {
  EXPECT_EQ(told_of_cut("listener go", 20).text, "listener go...");
  EXPECT_EQ(told("listener go").text, "listener go");
  EXPECT_EQ(told_of_cut("", 20).kind, Kind::none);
}

TEST(DeclaredText, DoesNotReadBeyondThePayload) {
  EXPECT_EQ(declared_by_payload("go awaypadding", 7).text, "go away");
  EXPECT_EQ(declared_by_payload("padding", 0).kind, Kind::none);
}

// --- hostile text -------------------------------------------------------------------------

TEST(DeclaredPrintably, EscapesWhatATerminalObeys) {
  const Declared d = told(kF5 +
                          "\x1b[31mred\x1b[0m \x07\x7f\xc2\x9b"
                          "31m");

  EXPECT_EQ(d.text, kF5 + R"(\x1b[31mred\x1b[0m \x07\x7f\xc2\x9b31m)");
}

TEST(DeclaredPrintably, EscapesInvalidUtf8AndKeepsValid) {
  EXPECT_EQ(told(kF5 + "ä€😀").text, kF5 + "ä€😀");
  for (const std::string bad : {"\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                                "\xf4\x90\x80\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\x80"}) {
    const std::string text = told(std::string(kF5).append("a").append(bad)).text;

    EXPECT_EQ(text.size(), kF5.size() + 1 + 4 * bad.size()) << text;
    EXPECT_TRUE(text.find(bad) == std::string::npos) << text;
  }
}

TEST(DeclaredPrintably, EscapesWhatReordersOrHidesText) {
  const std::string right_to_left = {'\xe2', '\x80', '\xae'};  // U+202E
  EXPECT_EQ(told(std::string(kF5).append("a").append(right_to_left)).text,
            kF5 + R"(a\xe2\x80\xae)");
  EXPECT_EQ(told(kF5 + "a\u200bb\ufeff").text, kF5 + R"(a\xe2\x80\x8bb\xef\xbb\xbf)");
  EXPECT_EQ(told(kF5 + "a\u2028b").text, kF5 + R"(a\xe2\x80\xa8b)");
}

TEST(DeclaredPrintably, IsAtMost128OctetsLong) {
  const std::string fits = kF5 + std::string(128 - kF5.size(), 'a');
  EXPECT_EQ(told(fits).text, fits);
  EXPECT_EQ(told(fits + "a").text, fits.substr(0, 125) + "...");
  EXPECT_EQ(told_of_cut(fits, 129).text, fits.substr(0, 125) + "...");
}

TEST(DeclaredPrintably, SplitsNoCharacterAndNoEscape) {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    const std::string head = kF5 + std::string(shift + 1, 'a');
    const std::string wide = told(head + std::string(10'000, '\x1b')).text;
    EXPECT_LE(wide.size(), 128U);
    EXPECT_EQ((wide.size() - 3 - head.size()) % 4, 0U) << wide;

    std::string smiles;
    while (smiles.size() < 10'000) smiles += "😀";
    const std::string whole = told(head + smiles).text;
    EXPECT_LE(whole.size(), 128U);
    EXPECT_EQ((whole.size() - 3 - head.size()) % 4, 0U) << whole;
  }
}

TEST(DeclaredPrintably, HoldsForEveryOctetAtEveryPlace) {
  for (int octet = 0; octet < 256; ++octet) {
    const std::string bad(10'000, static_cast<char>(octet));
    for (const std::string& payload : {kF5 + bad, "some text " + bad.substr(0, 1), bad}) {
      const Declared d = told(payload);

      EXPECT_TRUE(harmless(d.text)) << octet;
      EXPECT_LE(d.text.size(), 128U) << octet;
      EXPECT_EQ(d.kind == Kind::none, d.text.empty()) << octet;
    }
  }
}

// --- NetScaler ----------------------------------------------------------------------------

TEST(NetScalerCode, IsAWindowOfTheTable) {
  const auto idle = netscaler_code(9302);

  ASSERT_TRUE(idle.has_value());
  EXPECT_EQ(idle->kind, Kind::netscaler);
  EXPECT_EQ(idle->text, "NetScaler 9302: idle or zombie timeout, or service down");
  EXPECT_EQ(idle->token, "idle_timeout");
}

TEST(NetScalerCode, IsNoOtherWindow) {
  for (const std::uint16_t window : std::initializer_list<std::uint16_t>{
           0, 1024, 8192, 8200, 8203, 9299, 9897, 14600, 29200, 65535}) {
    EXPECT_FALSE(netscaler_code(window).has_value()) << window;
  }
}

TEST(NetScalerCode, OfARelayedResetNamesNoToken) {
  EXPECT_EQ(netscaler_code(9700).value_or(Declared{}).token, "");
  EXPECT_EQ(netscaler_code(9700).value_or(Declared{}).kind, Kind::netscaler);
}

TEST(NetScalerCode, HasOneMeaning) {
  std::uint32_t last = 0;
  for (const tables::NetScalerCodes& row : tables::kNetScalerCodes) {
    EXPECT_LT(last, row.first);
    EXPECT_LE(row.first, row.last);
    last = row.last;
  }
}

// --- MPTCP --------------------------------------------------------------------------------

TEST(MpTcprst, TellsItsReason) {
  EXPECT_EQ(mp_tcprst_reason(0), "unspecified error");
  EXPECT_EQ(mp_tcprst_reason(3), "administratively prohibited");
  EXPECT_EQ(mp_tcprst_reason(6), "middlebox interference");
  EXPECT_EQ(mp_tcprst_reason(7), "unknown");
  EXPECT_EQ(mp_tcprst_reason(255), "unknown");
}

TEST(DeclaredByOptions, TellsMpTcprstAndWhetherItIsTransient) {
  Options options;
  options.mp_tcprst = true;
  options.mp_tcprst_reason = 2;
  EXPECT_EQ(declared_by_options(options).text, "MP_TCPRST 2: lack of resources");
  EXPECT_EQ(declared_by_options(options).token, "mptcp_subflow_reset");
  options.mp_tcprst_flags = 0x0E;
  EXPECT_EQ(declared_by_options(options).text, "MP_TCPRST 2: lack of resources");
  options.mp_tcprst_flags = 1;
  EXPECT_EQ(declared_by_options(options).text, "MP_TCPRST 2: lack of resources (transient)");
}

TEST(DeclaredByOptions, PutsTheConnectionBeforeTheSubflow) {
  Options options;
  options.mp_tcprst = options.mp_fastclose = true;
  EXPECT_EQ(declared_by_options(options).kind, Kind::mptcp);
  EXPECT_EQ(declared_by_options(options).token, "mptcp_fastclose");
}

TEST(DeclaredByOptions, IsNothingWithoutEither) {
  Options options;
  options.mp_capable = options.mp_join = options.timestamps = true;
  EXPECT_EQ(declared_by_options(options).kind, Kind::none);
}

// --- the tables ---------------------------------------------------------------------------

bool stands(std::string_view token) {
  return token.empty() || find_cause(token) != nullptr;
}

TEST(DeclaredTables, NameOnlyTokensOfTheCatalogue) {
  for (const tables::F5Cause& row : tables::kF5Causes) {
    EXPECT_TRUE(stands(row.token) && stands(row.peer_token)) << row.text;
  }
  for (const tables::DiagnosticCode& row : tables::kDiagnosticCodes) {
    EXPECT_TRUE(stands(row.token)) << row.code;
  }
  for (const tables::NetScalerCodes& row : tables::kNetScalerCodes) {
    EXPECT_TRUE(stands(row.token)) << row.first;
  }
  EXPECT_TRUE(stands("mptcp_fastclose") && stands("mptcp_subflow_reset"));
  EXPECT_FALSE(stands("no_such_token"));
}

TEST(DeclaredTables, FindEveryRowOfF5) {
  for (const tables::F5Cause& row : tables::kF5Causes) {
    EXPECT_EQ(told(kF5 + std::string(row.text)).token, row.token) << row.text;
    EXPECT_EQ(told(kF5 + "{peer} " + std::string(row.text)).token, row.peer_token) << row.text;
  }
}

}  // namespace
}  // namespace rstcause
