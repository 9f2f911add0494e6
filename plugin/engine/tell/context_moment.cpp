// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/context_moment.h"

#include "engine/judge/clues/situation.h"
#include "engine/judge/clues/teardown.h"
#include "engine/tell/words.h"

namespace rstcause::tell {

Moment::Moment(const Scene& s, const Verdict& verdict)
    : resetter(side_of(s.rst.x_end)),
      answers_late_octets(clues::had_closed.ask(s).is_yes() &&
                          clues::data_came_after_the_fin.ask(s).is_yes()),
      late_octets_crossed(clues::crossed_the_fin(s)),
      before_late_octets(s.trigger.time - s.x().data_time),
      answer_was_left(verdict.situation != nullptr &&
                      verdict.situation->clue == &clues::answer_was_left),
      scene(s) {
  if (s.flow.role_basis() != RoleBasis::none)
    client = side_of(s.x_is_client() ? s.rst.x_end : other(s.rst.x_end));
  const Answer gave_up = clues::client_gave_up_waiting.ask(s);
  if (answers_late_octets && gave_up.is_yes()) waited = gave_up.a;
}

std::string Moment::given_up(const std::string& what, const std::string& answer) const {
  const Nanos late = scene.trigger.time - scene.x().fin_time;
  return what + " unanswered for " + rough_time_text(waited) +
         " when the client closed; the answer" + answer + " came " + rough_time_text(late) +
         " later";
}

std::string Moment::used_late(const std::string& what) const {
  const std::string idle = rough_time_text(before_late_octets);
  if (late_octets_crossed)
    return "keep-alive race: " + what + " sent after " + idle + " of idle, as the server closed";
  return what + " sent after " + idle + " of idle, on a connection that the server had closed";
}

}  // namespace rstcause::tell
