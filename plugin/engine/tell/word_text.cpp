// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/tell/word_text.h"

namespace rstcause {

std::string text_of(const Word& word) {
  if (word.kind == Word::Kind::without_tcp)
    return "its TCP did not make this RST, so a firewall or a raw socket there did";
  std::string text = "its kernel says ";
  text += word.reason.empty() ? "no reason" : word.reason.view();
  if (!word.state.empty()) text += " in " + std::string(word.state.view());
  if (word.listener_closed) text += " as the listener was closed";
  if (word.pid == 0) return text;
  text += ", by process " + std::to_string(word.pid);
  if (!word.comm.empty()) text += " (" + std::string(word.comm.view()) + ")";
  return text;
}

std::string remark_on_word(const Verdict& verdict, const Word& word) {
  if (verdict.basis != Basis::witnessed) return {};
  std::string text = " (The capture states: " + text_of(word) + ".)";
  if (verdict.without_word == nullptr) return text;
  text += " The packets alone would rather tell of ";
  text += verdict.without_word->token;
  return text + " (" + std::to_string(verdict.without_word_confidence) + " %).";
}

}  // namespace rstcause
