// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/options.h"

#include <gtest/gtest.h>

namespace rstcause::capture::test {
namespace {

using Words = std::vector<std::string>;

TEST(Options, AreDumpcaps) {
  const Options o = parse_options({"-i", "lo", "-i", "blue/eth0", "-f", "port 80", "-w", "x.pcapng",
                                   "-a", "duration:10", "-a", "packets:5", "-b", "filesize:100",
                                   "-b", "files:3", "-s", "96", "-p"});
  ASSERT_EQ(o.interfaces.size(), 2U);
  EXPECT_EQ(o.interfaces[1].netns, "blue");
  EXPECT_EQ(o.interfaces[1].text(), "blue/eth0");
  EXPECT_EQ(o.filter, "port 80");
  EXPECT_EQ(o.most_time, 10 * kSecond);
  EXPECT_EQ(o.most_packets, 5U);
  EXPECT_EQ(o.file_octets, 100'000U);
  EXPECT_EQ(o.most_files, 3U);
  EXPECT_EQ(o.snap_length, 96U);
  EXPECT_FALSE(o.promiscuous);
}

TEST(Options, OfAnExtcapAreWiresharks) {
  const Options o = parse_options({"--capture", "--extcap-interface", "rstcause", "--fifo",
                                   "/tmp/f", "--interface", "lo", "--extcap-capture-filter", "tcp",
                                   "--extcap-version=4.4"});
  EXPECT_EQ(o.task, Task::capture);
  EXPECT_TRUE(o.extcap);
  EXPECT_EQ(o.output, "/tmp/f");
  EXPECT_EQ(o.interfaces.at(0).name, "lo");
  EXPECT_EQ(parse_options({"--extcap-interfaces"}).task, Task::extcap_interfaces);
  EXPECT_EQ(parse_options({"--capture", "--fifo", "f"}).interfaces.at(0).name, "any");
}

TEST(Options, AreRefusedWithTheirReasonWhereTheyCannotBeMeant) {
  for (const Words& wrong :
       {Words{}, Words{"-i", "lo"}, Words{"-w", "x"}, Words{"-i"}, Words{"-i", "lo/"},
        Words{"-i", "a/b/c", "-w", "x"}, Words{"-i", "lo", "-w", "x", "-a", "duration:0"},
        Words{"-i", "lo", "-w", "x", "-a", "duration:1s"}, Words{"-i", "lo", "-w", "x", "-a", "5"},
        Words{"-i", "lo", "-w", "x", "-b", "files:2"}, Words{"-i", "lo", "-w", "x", "-s", "-1"},
        Words{"-i", "lo", "-w", "-", "-b", "filesize:9"}, Words{"--join", "a", "b"},
        Words{"--frobnicate"}}) {
    EXPECT_THROW(parse_options(wrong), UsageError) << testing::PrintToString(wrong);
  }
}

}  // namespace
}  // namespace rstcause::capture::test
