// SPDX-License-Identifier: GPL-2.0-or-later
// causes: the catalogue as the roff text of rstcause(7), on standard output.
#include <iostream>
#include <string>
#include <string_view>

#include "engine/judge/cause.h"
#include "roff.h"

namespace {

using rstcause::Cause;
using rstcause::manual::roff;

void print_line(std::string_view label, std::string_view text) {
  if (!text.empty()) std::cout << ".br\n" << label << ": " << roff(text) << '\n';
}

void print(const Cause& cause) {
  std::cout << ".TP\n.B " << roff(cause.token) << '\n' << roff(cause.meaning) << '\n';
  print_line("Told apart by", cause.apart);
  std::string forms;
  for (const auto& variant : cause.variants) {
    if (variant.detail.empty()) continue;
    if (!forms.empty()) forms += ", ";
    forms.append(variant.detail).append(" (").append(variant.words).append(")");
  }
  print_line("Forms (rstcause.detail)", forms);
  print_line("Linux tracepoint", cause.kernel_reason);
  print_line("Linux counter", cause.netstat);
  std::cout << ".br\nSeverity: " << to_string(cause.severity)
            << (cause.benign ? "; nothing to fix" : "") << '\n';
}

}  // namespace

int main() {
  for (const Cause& cause : rstcause::catalogue()) print(cause);
  return std::cout.flush().good() ? 0 : 1;
}
