// SPDX-License-Identifier: GPL-2.0-or-later
// Labels found again by frame.
#include "resp/label_store.h"

#include <gtest/gtest.h>

#include "unit/resp_talk.h"

namespace rstcause::resp {
namespace {

LabelStore stored(const Talk& talk) {
  LabelStore store;
  store.take(talk.labels);
  return store;
}

TEST(RespLabelStore, FindsBothPartnersByTheirFrames) {
  Talk talk;
  talk.client(command({"PING"})).server("+PONG\r\n");
  const LabelStore store = stored(talk);

  ASSERT_EQ(store.in(1).size(), 1U);
  EXPECT_EQ(store.in(1)[0].label.text.view(), "PING");
  EXPECT_TRUE(store.in(1)[0].label.ping);
  EXPECT_EQ(store.in(1)[0].response_in, 2U);
  ASSERT_EQ(store.in(2).size(), 1U);
  EXPECT_TRUE(store.in(2)[0].label.pong);
  EXPECT_EQ(store.in(2)[0].request_in, 1U);
  EXPECT_EQ(store.in(2)[0].label.since_request_ns, 1'000'000);
  EXPECT_EQ(store.in(2)[0].label.request_word.view(), "PING");
}

TEST(RespLabelStore, KnowsNothingOfOtherFrames) {
  Talk talk;
  talk.client(command({"PING"})).client("").server("+PONG\r\n");
  const LabelStore store = stored(talk);
  EXPECT_TRUE(store.in(0).empty());
  EXPECT_TRUE(store.in(2).empty());
  EXPECT_FALSE(store.has(2));
  EXPECT_FALSE(store.has(4));
  EXPECT_TRUE(store.has(3));
}

TEST(RespLabelStore, PairsThroughPipelines) {
  Talk talk;
  talk.client(command({"GET", "a"}) + command({"PING"}) + command({"GET", "b"}));
  talk.server("$-1\r\n").server("+PONG\r\n").server("-ERR no\r\n");
  const LabelStore store = stored(talk);

  EXPECT_EQ(store.in(1)[0].response_in, 2U);
  EXPECT_EQ(store.in(1)[1].response_in, 3U);
  EXPECT_EQ(store.in(1)[2].response_in, 4U);
  EXPECT_EQ(store.in(4)[0].label.error_text.view(), "ERR no");
}

TEST(RespLabelStore, ForgetsWhatIsWithdrawn) {
  Talk talk;
  talk.client("PING\r\n").server("PONG\r\n");
  EXPECT_EQ(stored(talk).size(), 0U);
}

TEST(RespLabelStore, PutsLateLabelsWhereTheyBelong) {
  Talk talk;
  talk.client("SET k v\r\n").client("GET k\r\n").server("+OK\r\n$1\r\nv\r\n");
  const LabelStore store = stored(talk);
  EXPECT_EQ(store.in(1)[0].label.text.view(), "SET");
  EXPECT_EQ(store.in(2)[0].label.text.view(), "GET");
  EXPECT_EQ(store.in(2)[0].response_in, 3U);
  EXPECT_EQ(store.in(3)[1].request_in, 2U);
}

TEST(RespLabelStore, NamesTheFirstOfSeveralReplies) {
  Talk talk;
  talk.client(command({"SUBSCRIBE", "a", "b"}));
  talk.server("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n")
      .server("*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n");
  const LabelStore store = stored(talk);
  EXPECT_EQ(store.in(1)[0].response_in, 2U);
  EXPECT_EQ(store.in(3)[0].request_in, 1U);
}

TEST(RespLabelStore, FindsLabelsFarBack) {
  Talk talk;
  for (int i = 0; i < 1000; ++i) talk.client(command({"PING"})).server("+PONG\r\n");
  const LabelStore store = stored(talk);
  for (std::uint32_t frame = 1; frame <= 2000; frame += 2) {
    ASSERT_EQ(store.in(frame)[0].response_in, frame + 1);
    ASSERT_EQ(store.in(frame + 1)[0].request_in, frame);
  }
}

TEST(RespLabelStore, KeepsManyTextsApartUntilTheyAreTooMany) {
  Labels labels(1);
  LabelStore store;
  Label& label = labels[0];
  label.kind = Label::Kind::reply;
  label.type = ':';
  for (std::uint32_t i = 1; i <= LabelStore::kMaxMeanings + 10; ++i) {
    label.id.frame = i;
    label.text = Text(std::to_string(i));
    store.take(labels);
  }
  label.kind = Label::Kind::command;
  label.id.frame = 200'000;
  label.text = Text("NEVER.HEARD.OF");
  store.take(labels);

  EXPECT_EQ(store.in(200'000)[0].label.text.view(), "?");
  EXPECT_EQ(store.in(77)[0].label.text.view(), "77");
  EXPECT_EQ(store.in(LabelStore::kMaxMeanings + 5)[0].label.text.view(), "integer");
}

}  // namespace
}  // namespace rstcause::resp
