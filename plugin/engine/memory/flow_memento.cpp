// SPDX-License-Identifier: GPL-2.0-or-later
//
// The state of a flow, kept and brought back.
#include <memory>

#include "app/talk.h"
#include "engine/memory/flow.h"
#include "resp/tracker.h"

namespace rstcause {

void Flow::save(Memento& into) const {
  into.ends = ends_;
  into.had_troubles = troubles_ != nullptr;
  if (troubles_) into.troubles = *troubles_;
  into.last_time = last_time_;
  into.longest_silence = longest_silence_;
  into.latest_silence = latest_silence_;
  into.latest_recent = latest_recent;
  into.initiator = initiator_;
  into.role_basis = role_basis_;
  into.over = over_;
}

void Flow::restore(const Memento& memento) {
  ends_ = memento.ends;
  if (!memento.had_troubles)
    troubles_.reset();
  else if (troubles_)
    *troubles_ = memento.troubles;  // asks for no memory
  else
    troubles_ = std::make_unique<std::array<Trouble, 2>>(memento.troubles);
  last_time_ = memento.last_time;
  longest_silence_ = memento.longest_silence;
  latest_silence_ = memento.latest_silence;
  latest_recent = memento.latest_recent;
  initiator_ = memento.initiator;
  role_basis_ = memento.role_basis;
  over_ = memento.over;
}

void Flow::restore_before_resets(Memento then) {
  then.had_troubles = then.had_troubles || troubles_ != nullptr;
  for (const End end : {End::a, End::b}) {
    const Trouble& now = trouble(end);
    Trouble& to = then.troubles[index(end)];
    to.rst = now.rst;
    to.rst_answered = now.rst_answered;
    to.rst_time = now.rst_time;
    to.resets = now.resets;
    to.foreign_resets = now.foreign_resets;
    to.last_foreign = now.last_foreign;
    to.forged = now.forged;
  }
  restore(then);
}

void Flow::restore_first() {
  restore(Memento{});
  learn_roles_by_ports();
}

}  // namespace rstcause
