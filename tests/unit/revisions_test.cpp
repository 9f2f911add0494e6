// SPDX-License-Identifier: GPL-2.0-or-later
// Revising: what later frames tell of verdicts that stand.
#include "engine/judge/revisions.h"

#include <gtest/gtest.h>

#include "unit/parts.h"

namespace rstcause {
namespace {

using test::Parts;

class Told {
 public:
  explicit Told(const std::string& conversation, std::size_t reset) : parts_(conversation) {
    parts_.take_until(reset);
    index_ = parts_.explain(reset);
  }
  /// The segment of that number, told before it is noted.
  void hear(std::size_t number) {
    const Segment& s = parts_.segment(number);
    const Intake::Place at = parts_.intake.place_of(s);
    parts_.revisions.hear(*at.flow, at.from, s);
  }
  const Explained& made() { return parts_.judge.verdicts()[index_]; }
  Parts& parts() { return parts_; }
  std::size_t index() const { return index_; }

 private:
  Parts parts_;
  std::size_t index_ = 0;
};

constexpr const char* kAborted = R"(
     0ms -> S
     1ms <- SA
     2ms -> A
     3ms -> PA len 5
     4ms <- A
    50ms -> RA
)";

TEST(Revisions, BelieAResetWhoseSenderGoesOn) {
  Told told(std::string(kAborted) + " 900ms -> PA len 5\n", 6);
  told.hear(7);

  EXPECT_EQ(told.made().reset.went_on, 7U);
  EXPECT_TRUE(told.parts().revisions.any_belied());
  EXPECT_EQ(told.parts().revisions.belied_by(7), &told.made());
}

TEST(Revisions, BelieNothingByWhatThePeerSends) {
  Told told(std::string(kAborted) + " 900ms <- PA len 5\n", 6);
  told.hear(7);

  EXPECT_EQ(told.made().reset.went_on, 0U);
  EXPECT_EQ(told.parts().revisions.belied_by(7), nullptr);
}

/// It may have been on its way when the reset was sent.
TEST(Revisions, BelieNothingByAnOldSegmentThatComesAtOnce) {
  Told told(std::string(kAborted) + " 50.5ms -> PA len 5 again\n", 6);
  told.hear(7);

  EXPECT_EQ(told.made().reset.went_on, 0U);
}

TEST(Revisions, NameTheFrameThatChangedAVerdictAndSparesOneThatStays) {
  Told told(kAborted, 6);
  Verdict same = told.made().verdict;
  told.parts().revisions.change_verdict(told.index(), std::move(same), 90);
  EXPECT_EQ(told.made().revised, 0U);

  Verdict another = told.made().verdict;
  another.cause = find_cause("unknown");
  told.parts().revisions.change_verdict(told.index(), std::move(another), 99);
  EXPECT_EQ(told.made().revised, 99U);
  EXPECT_EQ(told.made().verdict.cause->token, "unknown");
}

constexpr const char* kRefusedAndTaken = R"(
       0ms -> S
       1ms <- SA
       2ms -> A
       3ms <- reply
    1000ms -> S port 50002
    1001ms <- SA port 50002
)";

/// A port that refuses a last ACK and takes another SYN: its listener lives.
TEST(Revisions, TellAVerdictThatWaitsForThePortOfTheNextSynAck) {
  Told told(kRefusedAndTaken, 4);
  told.parts().revisions.tell_others(told.made(), told.index(), told.parts().intake.flow(1));
  told.parts().take(5);
  told.parts().take(6);

  ASSERT_NE(told.parts().accepts, nullptr) << "somebody waits for it";
  told.parts().revisions.hear_of_acceptance(*told.parts().accepts, 6, told.parts().segment(6).time);
  EXPECT_EQ(told.made().revised, 6U);
}

TEST(Revisions, LetNobodyWaitForAPortWhoWasNotToldOfIt) {
  Told told(kRefusedAndTaken, 4);
  told.parts().take(5);
  told.parts().take(6);

  EXPECT_EQ(told.parts().accepts, nullptr);
}

}  // namespace
}  // namespace rstcause
