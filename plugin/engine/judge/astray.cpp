// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/astray.h"

#include "engine/judge/reset_trigger.h"

namespace rstcause {
namespace {

/// Whether that end of another flow has the address and port of this end.
bool is_the_same(const Flow& fellow, End theirs, const Flow& flow, End ours) {
  return fellow.port(theirs) == flow.port(ours) && fellow.address(theirs) == flow.address(ours);
}

void note(Reset& r, Astray how, const RecentSegments::Entry* shows) {
  if (shows == nullptr) return;
  r.astray = how;
  r.continues = shows->header.frame;
  r.fellow = shows->flow;
}

/// X may have sent the SYN that this SYN-ACK acknowledges from the same port to another address.
const RecentSegments::Entry* find_syn_elsewhere(const Reset& r, const Flow& flow,
                                                RecentSegments& recent) {
  const SeqNum syn = r.trigger.ack - 1;
  return recent.latest_of_others(flow, r.trigger.frame, [&](const RecentSegments::Entry& entry) {
    const SegmentHeader& g = entry.header;
    if (!g.syn || g.ack_set || g.seq != syn) return false;
    const Flow* const fellow = flow.fellow(entry.flow);
    return fellow != nullptr && is_the_same(*fellow, entry.from, flow, r.x_end);
  });
}

/// The latest segment of Y before the trigger that was captured with other addresses as well: its
/// twin behind the NAT, while the trigger passed as it was.
const RecentSegments::Entry* find_translated(const Reset& r, const Flow& flow,
                                             RecentSegments& recent) {
  constexpr int kDepth = 16;
  const RecentSegments::Entry* entry = recent.find(flow.latest_recent, flow);
  for (int depth = 0; entry != nullptr && depth < kDepth; ++depth) {
    const SegmentHeader& own = entry->header;
    if (entry->from != r.x_end && own.frame < r.trigger.frame && own.seq_len() != 0) {
      return recent.latest_of_others(flow, r.trigger.frame, [&](const RecentSegments::Entry& twin) {
        return twin.header.is_header_of(own) && own.ip_id != 0;
      });
    }
    entry = recent.find(entry->before, flow);
  }
  return nullptr;
}

}  // namespace

void find_segment_elsewhere(Reset& r, const Flow& flow, RecentSegments& recent) {
  const Endpoint& x = flow.at(r.x_end);
  if (x.speaks || flow.at(other(r.x_end)).speaks || r.seq.raw() == 0) return;
  if (r.ack_set && r.ack.raw() == 0) return;
  const RecentSegments::Entry* const drew =
      recent.latest_of_others(flow, r.frame, [&](const RecentSegments::Entry& entry) {
        const SegmentHeader& g = entry.header;
        if (!g.ack_set || g.syn || !quotes(r, g, x)) return false;
        const Flow* const fellow = flow.fellow(entry.flow);
        return fellow != nullptr && is_the_same(*fellow, entry.from, flow, other(r.x_end)) &&
               fellow->at(other(entry.from)).speaks;
      });
  if (drew == nullptr) return;
  note(r, Astray::has_its_numbers, drew);
  r.trigger = drew->header;
}

void find_former_try(Reset& r, const Flow& flow) {
  const Endpoint& x = flow.at(r.x_end);
  const Flow* const before = flow.previous();
  if (before == nullptr || x.syn == 0 || !x.last.syn) return;
  const End end =
      before->address(End::a) == flow.address(r.x_end) && before->port(End::a) == flow.port(r.x_end)
          ? End::a
          : End::b;
  const bool again = before->at(end).syn != 0 && before->at(end).isn == x.isn;
  if (again && before->trouble(end).rst != 0) r.same_syn = x.syn;
}

void find_former_self(Reset& r, const Flow& flow, RecentSegments& recent) {
  const SegmentHeader& t = r.trigger;
  if (r.trigger_passed_on) note(r, Astray::untranslated, find_translated(r, flow, recent));
  if (!t.seen() || !t.ack_set) return;
  if (t.syn ? flow.at(r.x_end).speaks : t.frame != flow.first_frame()) return;
  if (t.seq.raw() == 0 || t.ack.raw() == 0) return;
  if (t.syn)
    note(r, Astray::acks_its_syn, find_syn_elsewhere(r, flow, recent));
  else
    note(r, Astray::goes_on, recent.gone_on_from(t, flow));
}

}  // namespace rstcause
