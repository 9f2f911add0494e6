// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/judge/failure.h"

#include "engine/judge/clues/capture.h"

namespace rstcause {

Verdict verdict_of_failure(Frame frame) {
  Verdict made;
  made.cause = find_cause("unknown");
  made.variant = made.cause->variants.begin();
  made.confidence = 1;
  made.evidence.push_back({&clues::analysis_failed, frame});
  return made;
}

Explained told_as_failure(const Explained& reset) {
  Explained made;
  made.verdict = verdict_of_failure(reset.reset.frame);
  made.reset.frame = reset.reset.frame;
  made.reset.time = reset.reset.time;
  made.reset.timed = reset.reset.timed;
  made.reset.x_end = reset.reset.x_end;
  made.reset.ip = reset.reset.ip;
  made.reset.ip_id = reset.reset.ip_id;
  made.own_frame = reset.own_frame;
  made.flow = reset.flow;
  made.stream = reset.stream;
  made.has_stream = reset.has_stream;
  made.duplicate_of = reset.duplicate_of;
  return made;
}

}  // namespace rstcause
