// SPDX-License-Identifier: GPL-2.0-or-later
// What only the reset tells of the segments before it.
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/memory/intake.h"

namespace rstcause {
namespace {

/// Probes of one connection are the same header again; a host that probes twice keeps a timer.
constexpr std::uint32_t kLeastProbes = 2;

/// A capture that holds so many of an idle connection holds its beginning.
constexpr int kMostProbes = 64;

/// Only bare segments of one number were seen of it, and that number is one below the reset's.
bool stood_one_below(const Endpoint& x, const Segment& reset) {
  return x.speaks && x.syn == 0 && x.first_data == 0 && x.fin == 0 && reset.seq == x.snd_nxt + 1;
}

}  // namespace

/// A capture that begins in the silence of a connection does not know SND.NXT, and takes its
/// keepalive probes (tcp_write_wakeup() sends one below) for bare ACKs. The reset has the number
/// (tcp_send_active_reset()).
void Intake::recognise_probes(Flow& flow, End from, const Segment& reset) {
  const Endpoint& x = flow.at(from);
  if (!stood_one_below(x, reset)) return;
  std::array<const RecentSegments::Entry*, kMostProbes> latest;
  std::size_t count = 0;
  for (const RecentSegments::Entry* entry = recent_.find(flow.latest_recent, flow);
       entry != nullptr && count < latest.size(); entry = recent_.find(entry->before, flow))
    latest[count++] = entry;

  Series probes;
  while (count-- != 0) {
    const SegmentHeader& g = latest[count]->header;
    if (latest[count]->from != from) {
      probes.end(g.frame);
      continue;
    }
    const bool another = g.seq != x.last.seq || g.ack != x.last.ack || g.wnd != x.last.wnd;
    const bool too_soon = probes.total != 0 && g.time - probes.last_time < kTimerApart;
    if (another || too_soon) return;
    probes.add(g.frame, g.time);
  }
  if (probes.total >= kLeastProbes) flow.note_mere_probes(from, probes, reset.seq);
}

}  // namespace rstcause
