// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/context_moment.h"

#include "engine/judge/clues/teardown.h"

namespace rstcause::tell {

Moment::Moment(const Scene& s)
    : resetter(side_of(s.rst.x_end)),
      answers_late_octets(clues::had_closed.ask(s).is_yes() &&
                          clues::data_came_after_the_fin.ask(s).is_yes()),
      late_octets_crossed(clues::sent_before_the_fin_could_arrive.ask(s).is_yes()),
      before_late_octets(s.trigger.time - s.x().data_time),
      scene(s) {
  if (s.flow.role_basis() != RoleBasis::none)
    client = side_of(s.x_is_client() ? s.rst.x_end : other(s.rst.x_end));
}

}  // namespace rstcause::tell
