// SPDX-License-Identifier: GPL-2.0-or-later
// What is written can be read back, and what others wrote stays as it is.
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "capture/capture_file.h"
#include "capture/events_file.h"
#include "capture/join.h"
#include "capture/output.h"
#include "capture/pcapng.h"
#include "lines.h"

namespace rstcause::capture::test {
namespace {

using namespace std::string_literals;

constexpr Nanos kTime = 1796037000 * kSecond + 422467001;
const std::string kPacket = std::string(12, '\0') +
                            "\x08\0\x45\0\0\x28\0\x07\0\0\x40\x06\0\0\x7F\0\0\x01\x7F\0\0\x01"s +
                            "\x1B\x5A\xBF\xDA\0\0\0\x01\0\0\0\x02\x50\x14\0\0\0\0\0\0"s;

Octets octets_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string written(const std::vector<std::string>& comments) {
  std::string file;
  pcapng::append_section("test", {}, file);
  pcapng::append_interface({.link_type = 1, .snap_length = 96, .name = "lo", .filter = "tcp"},
                           file);
  pcapng::append_packet(0, kTime, octets_of(kPacket), 54, comments, file);
  pcapng::append_statistics(0, kTime, {.received = 1, .dropped = 0}, "done", file);
  return file;
}

/// What a file becomes, and the times at which it was asked about packets.
struct Copy {
  explicit Copy(const std::string& file, std::vector<std::string> comments = {}) {
    std::istringstream from(file);
    CaptureFile reader(from, "x.pcapng", [&](const Headers&, Nanos time) {
      times.push_back(time);
      return comments;
    });
    while (reader.copy_next(text)) continue;
    cut_short = reader.is_cut_short();
  }
  std::string text;
  std::vector<Nanos> times;
  bool cut_short = false;
};

/// The same file as a machine of the other byte order writes it: one block of each kind, no options
/// but the comment.
std::string number(std::uint32_t value, bool swapped) {
  if (swapped) value = __builtin_bswap32(value);
  std::string text(4, '\0');
  std::memcpy(text.data(), &value, 4);
  return text;
}
std::string old_pcap(bool swapped) {
  const auto n = [&](std::uint32_t value) { return number(value, swapped); };
  const auto half = [&](std::uint16_t value) {
    return swapped ? std::string{static_cast<char>(value >> 8U), static_cast<char>(value)}
                   : std::string{static_cast<char>(value), static_cast<char>(value >> 8U)};
  };
  return n(0xA1B2C3D4) + half(2) + half(4) + n(0) + n(0) + n(96) + n(1) + n(1796037000) +
         n(422467) + n(54) + n(54) + kPacket;
}

TEST(CaptureFile, StaysAsItIsWhereNothingIsToBeNoted) {
  const Copy copy(written({"of another"}));
  EXPECT_EQ(copy.text, written({"of another"}));
  EXPECT_EQ(copy.times, std::vector<Nanos>{kTime});
  EXPECT_FALSE(copy.cut_short);
}

TEST(CaptureFile, GetsCommentsBeforeThoseThatItHas) {
  EXPECT_EQ(Copy(written({}), {"ours"}).text, written({"ours"}));
  EXPECT_EQ(Copy(written({"theirs"}), {"ours"}).text, written({"ours", "theirs"}));
}

TEST(CaptureFile, OfPcapBecomesPcapngInEitherOrderOfOctets) {
  for (const bool swapped : {false, true}) {
    const Copy copy(old_pcap(swapped), {"ours"});
    ASSERT_EQ(copy.times.size(), 1U);
    EXPECT_EQ(copy.times[0], kTime - 1) << "microseconds";
    EXPECT_EQ(Copy(copy.text).times, copy.times);
    EXPECT_NE(copy.text.find("ours"), std::string::npos);
  }
}

TEST(CaptureFile, ThatWasCutShortKeepsWhatIsWhole) {
  const std::string whole = written({});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    try {
      const Copy copy(whole.substr(0, size));
      EXPECT_TRUE(whole.starts_with(copy.text));
    } catch (const std::runtime_error&) {
      EXPECT_LT(size, 4U) << "only a file without a beginning is refused";
    }
  }
}

TEST(CaptureFile, IsRefusedWhereItContradictsItself) {
  EXPECT_THROW(Copy("neither this nor that"), std::runtime_error);
  std::string file = written({});
  const std::size_t at = file.find("\x06\0\0\0"s);
  file.replace(at + 20, 4, number(1U << 20U, false));  // captured: more than the block holds
  EXPECT_THROW((Copy(file)), std::runtime_error);
}

/// Of a disk: it gives so much, and fails then.
class Failing : public std::stringbuf {
 public:
  explicit Failing(const std::string& text) : std::stringbuf(text) {}

 private:
  int_type underflow() override {
    if (in_avail() > 0) return std::stringbuf::underflow();
    errno = EIO;
    throw std::ios_base::failure("the disk");
  }
  std::streamsize xsgetn(char* into, std::streamsize size) override {
    const std::streamsize got = std::stringbuf::xsgetn(into, std::min(size, in_avail()));
    if (got < size) underflow();
    return got;
  }
};

/// Where the reading failed no packet is left out in silence, between two blocks least of all.
TEST(CaptureFile, IsNotTakenToEndWhereItCannotBeRead) {
  const std::string whole = written({});
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    Failing disk(whole.substr(0, size));
    std::istream from(&disk);
    std::string text;
    EXPECT_THROW(
        {
          CaptureFile reader(from, "x",
                             [](const Headers&, Nanos) { return std::vector<std::string>{}; });
          while (reader.copy_next(text)) continue;
        },
        std::runtime_error)
        << size;
  }
}

/// A folder can be opened, and not read.
TEST(EventsFile, SaysWhyItCannotBeRead) {
  try {
    EventsReader reader(testing::TempDir());
    FAIL() << "read a folder";
  } catch (const std::runtime_error& failure) {
    EXPECT_NE(std::string_view(failure.what()).find("cannot be read: "), std::string_view::npos);
  }
}

/// The limit of a file's size stands for a disk that is full, and has room again.
TEST(Output, WritesNothingBehindAGap) {
  const std::string name = testing::TempDir() + "gap.pcapng";
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  Options options;
  options.output = name;
  Output output(options, {{.link_type = 1}});
  const rlimit full{.rlim_cur = 200, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &full);
  output.write(std::string(400, 'x'));
  EXPECT_THROW(output.flush(), std::runtime_error);
  setrlimit(RLIMIT_FSIZE, &before);
  output.write("behind");
  output.flush();
  EXPECT_EQ(std::filesystem::file_size(name), 200U);
}

TEST(EventsFile, HoldsEveryEventAsItWasTold) {
  for (const std::string_view line :
       {kUnreadClose, kClosedPort, kMapped, kReceived, kListenerClosed, kResetOfWaiting}) {
    const Event event = event_of(line);
    const auto back = parse_events_line(to_line(event));
    ASSERT_TRUE(back && std::holds_alternative<Event>(*back));
    const Event& same = std::get<Event>(*back);
    EXPECT_EQ(same.kind, event.kind);
    EXPECT_EQ(same.time, event.time);
    EXPECT_TRUE(same.local == event.local && same.peer == event.peer);
    EXPECT_EQ(same.reason, event.reason);
    EXPECT_EQ(same.state, event.state);
    EXPECT_EQ(same.as_answer, event.as_answer);
    EXPECT_EQ(same.names_a_process(),
              event.kind == Event::Kind::listener_closed || event.names_a_process());
    EXPECT_EQ(same.softirqs_off, event.softirqs_off);
  }
}

TEST(EventsFile, BearsNamesOfAnyOctets) {
  Event event = event_of(kUnreadClose);
  event.comm = "a\"b\\c\n";
  const std::string line = to_line(event);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(std::get<Event>(*parse_events_line(line)).comm, event.comm);
}

TEST(EventsFile, TellsWhoseItIsAndWhatWasLost) {
  EventsStart start{.time = kTime, .tells_reasons = false, .netns = 5, .host = {}};
  start.host.addresses = {Address::ipv4(198, 51, 100, 1)};
  start.host.macs = {{2, 0, 0, 0, 0, 0xB}};
  const auto back = std::get<EventsStart>(*parse_events_line(to_line(start)));
  EXPECT_EQ(back.time, kTime);
  EXPECT_FALSE(back.tells_reasons);
  EXPECT_EQ(back.host.addresses, start.host.addresses);
  EXPECT_EQ(back.host.macs, start.host.macs);
  EXPECT_EQ(std::get<EventsLost>(*parse_events_line(to_line(EventsLost{kTime, 9}))).count, 9U);
}

TEST(EventsFile, HasNoLineThatIsMalformed) {
  for (const std::string_view line :
       {std::string_view(""), std::string_view("{}"), std::string_view("[]"),
        std::string_view(R"({"event":"sent","time":1.000000000})"),
        std::string_view(R"({"event":"sent","time":1,"local":"127.0.0.1:1","peer":"127.0.0.1:2"})"),
        std::string_view(R"({"event":"end","time":"yesterday"})"),
        std::string_view(R"({"event":"lost","time":1.000000000,"count":-1})"),
        std::string_view(R"({"event":"end","time":1.000000000)"),
        std::string_view(R"({"event":"start","time":1.000000000,"format":"other"})")})
    EXPECT_FALSE(parse_events_line(line)) << line;
}

/// The two as files, and what joining them counts.
JoinCounts joined(const std::string& capture, const std::string& events) {
  const std::string folder = testing::TempDir();
  std::ofstream(folder + "capture", std::ios::binary) << capture;
  std::ofstream(folder + "events") << events;
  return join(folder + "capture", folder + "events", folder + "joined");
}

/// Later resets would have got no word, and nobody would know why.
TEST(Join, TellsEventsThatWereCutOffFromThoseThatEnded) {
  const std::string start = to_line(EventsStart{.time = kTime, .host = {}}) + "\n";
  const std::string end = to_line(EventsEnd{kTime + kSecond}) + "\n";
  EXPECT_TRUE(joined(written({}), start).events_cut_short);
  EXPECT_FALSE(joined(written({}), start + end).events_cut_short);
}

}  // namespace
}  // namespace rstcause::capture::test
