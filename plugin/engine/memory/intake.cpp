// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/memory/intake.h"

namespace rstcause {
namespace {

/// How many later connections of the same ports a frame of an older one is looked up through.
constexpr int kMostIncarnations = 64;

/// An ICMP error quotes what is on its way, or was a little while ago.
bool has_sent(const Endpoint& sender, SeqNum seq) {
  return sender.snd_nxt.distance_from(seq) <= kWidestWindow;
}

}  // namespace

Flow& Intake::incarnation_of(Flow& known, End from, const Segment& segment) {
  if (segment.syn && known.starts_over(from, segment)) return flows_.open(segment, &known);
  if (!known.has_previous()) return known;
  Flow& older = *known.previous();
  return older.keeps(older.end_of(segment.tuple), segment, known) ? older : known;
}

void Intake::settle(Flow& flow, End from, const Segment& reset) {
  settle_application(flow);
  if (flow.latest_verdict == 0) recognise_probes(flow, from, reset);
}

std::vector<TakenBack> Intake::take_back(Flow& flow, int count) {
  flows_.hold(flow);
  std::vector<TakenBack> later = checkpoints_.take_back(flow, count);
  forget_answers(flow, later.front().segment.frame);
  return later;
}

void Intake::note_again(Flow& flow, const TakenBack& again) {
  const bool unseen = begin(flow, again.from, again.segment);
  const bool stamped = flow.note(again.from, again.segment);
  recent_.add(flow, again.from, again.segment, unseen, stamped);
}

void Intake::note(const IcmpError& error) {
  Flow* flow = flows_.find(error.quoted).flow;
  // Whoever cannot see the path cannot quote it (RFC 5927, 4.1): a number that was never sent is
  // no word of a router's. Of a reused port the connection is meant that sent it.
  for (int back = 0; flow != nullptr && back < kMostIncarnations; ++back) {
    const Endpoint& sender = flow->at(flow->end_of(error.quoted));
    if (sender.speaks && has_sent(sender, error.seq)) break;
    flow = flow->previous();
  }
  const bool about_syn = flow != nullptr && flow->at(flow->end_of(error.quoted)).syn != 0 &&
                         flow->at(flow->end_of(error.quoted)).isn == error.seq;
  icmp_reports_.note(error, flow, about_syn);
}

Flow& Intake::flow_for(const Segment& segment) {
  Flow* const known = flows_.find(segment.tuple).flow;
  return known != nullptr ? *known : flows_.open(segment, nullptr);
}

Flow* Intake::flow_at(const Tuple& tuple, Frame frame) {
  Flow* flow = flows_.find(tuple).flow;
  // A bounded way back: ports reused more often within one capture are a flood.
  for (int back = 0; flow != nullptr && flow->first_frame() > frame; ++back) {
    flow = back < kMostIncarnations ? flow->previous() : nullptr;
  }
  return flow;
}

}  // namespace rstcause
