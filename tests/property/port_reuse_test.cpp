// SPDX-License-Identifier: GPL-2.0-or-later
// One pair of ports for ever: connection after connection on the same 4-tuple. Each costs what the
// first cost, in time and in memory, however many there were before.
//
//     RSTCAUSE_FLOOD=1000000 ./property --gtest_filter='*PortReuse*'      (else 20,000)
#include <gtest/gtest.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cstdlib>
#include <ctime>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"

namespace rstcause {
namespace {

std::uint32_t connections() {
  const char* const wanted = std::getenv("RSTCAUSE_FLOOD");
  return wanted != nullptr ? static_cast<std::uint32_t>(std::atol(wanted)) : 20'000U;
}

/// What stands in memory, in octets; 0 where that cannot be told.
std::size_t memory() {
#ifdef __GLIBC__
  const auto now = mallinfo2();
  return now.uordblks + now.hblkhd;
#else
  return 0;
#endif
}

/// The segments of one connection: flags, and whether the server sends.
struct Part {
  const char* flags;
  bool from_server = false;
  std::uint32_t len = 0;
};

struct Life {
  std::string_view name;
  std::vector<Part> parts;
  std::uint32_t resets;  ///< Of each connection.
  std::uint32_t isn_step = 0x01000193;
};

void PrintTo(const Life& life, std::ostream* out) {
  *out << life.name;
}

/// Plays one life after the other on one 4-tuple.
class Ports {
 public:
  void play(const Life& life) {
    isn_ += life.isn_step;
    SeqNum next[2] = {SeqNum(isn_), SeqNum(~isn_)};
    for (const Part& part : life.parts) {
      const unsigned me = part.from_server ? 1 : 0;
      Segment s;
      s.frame = ++frame_;
      s.time = Nanos{frame_} * 100 * kMicrosecond;
      s.tuple = part.from_server ? Tuple{kServer, kClient, 80, 50000}
                                 : Tuple{kClient, kServer, 50000, 80};
      s.ip = {.version = 4, .ttl = 64, .interface = 0};
      const std::string_view flags = part.flags;
      s.syn = flags.find('S') != flags.npos;
      s.ack_set = flags.find('A') != flags.npos;
      s.fin = flags.find('F') != flags.npos;
      s.rst = flags.find('R') != flags.npos;
      s.flags = static_cast<std::uint8_t>((s.fin ? 1U : 0U) | (s.syn ? 2U : 0U) |
                                          (s.rst ? 4U : 0U) | (s.ack_set ? 16U : 0U));
      // A server that has sent nothing yet refuses: RFC 9293, 3.5.2.
      const bool refuses = s.rst && next[me] == SeqNum(~isn_);
      s.seq = refuses ? SeqNum(0) : next[me];
      s.ack = s.ack_set ? next[1 - me] : SeqNum(0);
      s.len = part.len;
      s.wnd = s.rst && refuses ? std::uint16_t{0} : std::uint16_t{502};
      next[me] = s.seq_end().after(next[me]) ? s.seq_end() : next[me];
      engine.observe(s);
    }
  }

  Engine engine;

 private:
  const Address kClient = Address::ipv4(10, 0, 0, 1), kServer = Address::ipv4(10, 0, 0, 2);
  Frame frame_ = 0;
  std::uint32_t isn_ = 7;
};

class PortReuse : public ::testing::TestWithParam<Life> {};
INSTANTIATE_TEST_SUITE_P(
    OfOneTuple, PortReuse,
    ::testing::Values(
        Life{"Refused", {{"S"}, {"RA", true}}, 1},
        Life{"Aborted", {{"S"}, {"SA", true}, {"A"}, {"A", false, 9}, {"A", true}, {"RA"}}, 1},
        Life{"Closed", {{"S"}, {"SA", true}, {"A"}, {"FA"}, {"FA", true}, {"A"}}, 0},
        Life{"SynAfterSyn", {{"S"}}, 0}, Life{"SynAfterSynByOne", {{"S"}}, 0, 1},
        Life{"HalfOpenAndResetByTheNext", {{"S"}, {"SA", true}, {"R"}}, 1},
        Life{"NeverClosed", {{"S"}, {"SA", true}, {"A"}, {"A", false, 9}}, 0}),
    [](const auto& life) { return std::string(life.param.name); });

TEST_P(PortReuse, CostsTheSameHoweverManyThereWereBefore) {
  const std::uint32_t tenth = connections() / 10;
  Ports ports;
  std::clock_t spent[10] = {};
  std::size_t held[11] = {memory()};

  for (unsigned part = 0; part < 10; ++part) {
    const std::clock_t begun = std::clock();
    for (std::uint32_t i = 0; i < tenth; ++i) ports.play(GetParam());
    spent[part] = std::clock() - begun;
    held[part + 1] = memory();
  }

  EXPECT_EQ(ports.engine.explained().size(), std::size_t{GetParam().resets} * tenth * 10);
  constexpr std::clock_t kSlack = CLOCKS_PER_SEC / 10;
  EXPECT_LT(spent[8] + spent[9], 3 * (spent[1] + spent[2]) + kSlack) << "time grows with the past";
  constexpr std::size_t kVector = 2;  // vectors double
  const std::size_t first_half = held[5] - held[0], second_half = held[10] - held[5];
  EXPECT_LE(second_half, kVector * first_half + (1U << 16U)) << "memory grows faster than linearly";
  RecordProperty("octets_each", std::to_string((held[10] - held[0]) / (10 * tenth)));
  RecordProperty("microseconds_each",
                 std::to_string(static_cast<double>(spent[9]) / CLOCKS_PER_SEC * 1e6 / tenth));
}

}  // namespace
}  // namespace rstcause
