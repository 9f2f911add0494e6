// SPDX-License-Identifier: GPL-2.0-or-later
// Resets that neither end had sent.
#include "stories/story.h"

namespace rstcause {
namespace {

using test::says;
using test::Trace;

// 12. A device near the client forged a RST to the ClientHello, 7 ms after it on a path of 300 ms.
TEST(Stories, No12DeviceNearbyForgesAResetToTheClientHello) {
  const Trace trace(R"(
      0ms -> S
    318ms <- SA ttl 50
    319ms -> A
    320ms -> PA len 517
    327ms <- RA win 0 plain ttl 60 data \x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a
    637ms <- A ttl 50
    638ms <- PA len 1400 ttl 50
  )");

  EXPECT_EQ(trace.cause_in(5), "injected");
  EXPECT_EQ(trace.in_frame(5).verdict.mode, Mode::forged);
}

// 13. A RST answered the SYN; then the server did, and the connection lived.
TEST(Stories, No13ResetToTheSynIsBeliedByTheSynAck) {
  const Trace trace(R"(
       0ms -> S ttl 62 id 5461 win 16384
     230ms <- RA rawseq 0 ack 1 ttl 46 id 5461 win 16384 plain
    1270ms <- SA ttl 49 id 32588
    1271ms -> A
    1272ms -> PA len 100
    1500ms <- PA len 500 ttl 49
    1501ms -> A
  )");

  EXPECT_EQ(trace.cause_in(2), "injected");
}

// 14. A national firewall answers the SYN by three RSTs whose windows count up.
TEST(Stories, No14ThreeResetsToASynWithWindowsThatCountUp) {
  const Trace trace(R"(
      0ms -> S
      7ms <- RA rawseq 0 ack 1 win 1980 plain ttl 60
      7ms <- RA rawseq 0 ack 1 win 1981 plain ttl 60
      7ms <- RA rawseq 0 ack 1 win 1982 plain ttl 60
    180ms <- SA ttl 48
  )");

  EXPECT_EQ(trace.in_frame(2).verdict.origin, Origin::middlebox) << "no host refuses so";
}

// 15. Three equal RSTs from another distance, and the server goes on.
TEST(Stories, No15VolleyFromAnotherDistance) {
  const Trace trace(R"(
      0ms -> S
    100ms <- SA ttl 52
    101ms -> A
    102ms -> PA len 517
    110ms <- R seq 1 ttl 110 win 0 plain id 4000
    110ms <- R seq 1 ttl 110 win 0 plain id 4001
    110ms <- R seq 1 ttl 110 win 0 plain id 4002
    202ms <- PA len 1400 ttl 52
  )");

  EXPECT_EQ(trace.in_frame(5).verdict.origin, Origin::middlebox);
  EXPECT_EQ(trace.in_frame(5).revised, 8U) << "the server goes on";
}

// 16. The first octet of a connection was answered by a forged RST; there was no TLS in it.
TEST(Stories, No16FirstOctetIsResetWhateverItSays) {
  const Trace trace(R"(
      0ms -> S
    100ms <- SA ttl 50
    101ms -> A
    500ms -> PA data a
    508ms <- RA win 0 plain ttl 61 id 31337
  )");

  EXPECT_GE(trace.confidence_in("injected") + trace.confidence_in("firewall_reset"), 10);
  for (const std::string& context : trace.last().context) EXPECT_FALSE(says(context, "TLS"));
}

}  // namespace
}  // namespace rstcause
