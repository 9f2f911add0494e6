// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>

#include "engine/judge/forgery/tests.h"

namespace rstcause::glue {

/// The numbers that epan gave our fields and subtrees. -1: not registered.
struct Fields {
  static constexpr std::array<int, forgery::kTests> none_of_them() {
    std::array<int, forgery::kTests> none{};
    none.fill(-1);
    return none;
  }

  // On a reset.
  int reason = -1, title = -1, page = -1, service = -1, note = -1, summary = -1, confidence = -1,
      basis = -1;
  int alternative = -1, alternative_confidence = -1, alternative_apart = -1;
  int origin = -1, mode = -1, state = -1, trigger = -1, evidence = -1, evidence_text = -1;
  int root = -1;
  int duplicate_of = -1, detail = -1, kernel_reason = -1, netstat = -1, process = -1, pid = -1,
      idle = -1, age = -1;
  int timer = -1;
  int stack = -1, stack_frame = -1, stack_text = -1;
  int bytes_lost = -1, benign = -1, advice = -1, declared = -1, context = -1;
  int fingerprint = -1, tampering = -1, revised = -1, ignored = -1, belies = -1, stream_reason = -1;
  std::array<int, forgery::kTests> forged = none_of_them();  ///< In the order of forgery::tests().
  int forged_frame = -1, forged_text = -1;
  // RESP.
  int resp_command = -1, resp_reply = -1, resp_error = -1, resp_ping = -1, resp_pong = -1;
  int resp_exchange = -1, resp_request_in = -1, resp_response_in = -1, resp_time = -1;
  int resp_last_ping = -1, resp_last_pong = -1, resp_outstanding = -1, resp_ping_period = -1;
  // Subtrees.
  int tree = -1, tree_alternative = -1, tree_evidence = -1, tree_resp = -1, tree_resp_message = -1;
  int tree_forgery = -1, tree_test = -1, tree_advice = -1, tree_stack = -1, tree_details = -1;
};
const Fields& fields();

/// Registers them all for our two protocols.
void register_fields(int proto, int proto_resp);

}  // namespace rstcause::glue
