// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/fields.h"

#include <array>
#include <string>

#include "glue/compat.h"

namespace rstcause::glue {
namespace {

Fields ids;

constexpr hf_register_info row(int* id, const char* name, const char* filter, ftenum type,
                               const char* blurb, int display = BASE_NONE) {
  return {id, {name, filter, type, display, nullptr, 0, blurb, HFILL}};
}

hf_register_info frame_row(int* id, const char* name, const char* filter, const char* blurb,
                           ft_framenum_type_t kind = FT_FRAMENUM_NONE) {
  return {id, {name, filter, FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(kind), 0, blurb, HFILL}};
}

hf_register_info reset_rows[] = {
    row(&ids.reason, "Reason", "rstcause.reason", FT_STRING,
        "The most probable cause: a token of the catalogue"),
    row(&ids.title, "Title", "rstcause.title", FT_STRING, "The reason in a few words"),
    row(&ids.page, "Page", "rstcause.page", FT_STRING,
        "The reason's page, from the root of the sources or the installed documents"),
    row(&ids.service, "Service", "rstcause.service", FT_STRING,
        "The server's address and port: for what the connection was"),
    row(&ids.note, "Note", "rstcause.note", FT_STRING,
        "What to bear in mind when the summary is read"),
    row(&ids.summary, "Summary", "rstcause.summary", FT_STRING,
        "Who did what, and why, in one sentence"),
    row(&ids.confidence, "Confidence", "rstcause.confidence", FT_UINT8,
        "The probability in percent that the reason is right", BASE_DEC),
    row(&ids.basis, "Basis", "rstcause.basis", FT_STRING,
        "witnessed (a kernel's word in the capture), declared, proved, inferred or unknown"),
    row(&ids.alternative, "Alternative", "rstcause.alternative", FT_STRING,
        "Another cause that is not ruled out, most probable first"),
    row(&ids.alternative_confidence, "Confidence", "rstcause.alternative.confidence", FT_UINT8,
        "The alternative's probability in percent", BASE_DEC),
    row(&ids.alternative_apart, "Told apart by", "rstcause.alternative.apart", FT_STRING,
        "What would tell this cause from the others"),
    row(&ids.origin, "Origin", "rstcause.origin", FT_STRING,
        "Who truly sent it: client, server, middlebox or unknown"),
    row(&ids.mode, "Mode", "rstcause.mode", FT_STRING,
        "abort (own decision), reply (answer to a segment) or forged"),
    row(&ids.state, "State", "rstcause.state", FT_STRING,
        "State of the resetting end, RFC 9293 names, as inferred"),
    frame_row(&ids.trigger, "Trigger", "rstcause.trigger", "The segment that drew the reset"),
    frame_row(&ids.evidence, "Evidence", "rstcause.evidence", "A frame that proves the cause"),
    row(&ids.evidence_text, "It proves", "rstcause.evidence.text", FT_STRING,
        "What that frame proves"),
    frame_row(&ids.root, "Root", "rstcause.root", "The frame that explains this follow-up"),
    frame_row(&ids.duplicate_of, "Duplicate of", "rstcause.duplicate_of",
              "This frame is a copy of that one"),
    row(&ids.detail, "Detail", "rstcause.detail", FT_STRING, "The form within the reason"),
    row(&ids.kernel_reason, "Kernel reason", "rstcause.kernel_reason", FT_STRING,
        "What tcp:tcp_send_reset would say on a Linux sender, or said where the capture states it"),
    row(&ids.netstat, "Netstat counter", "rstcause.netstat", FT_STRING,
        "The Linux counter to look at"),
    row(&ids.process, "Process", "rstcause.process", FT_STRING,
        "The process whose doing the reset was, as the capture states"),
    row(&ids.pid, "Process ID", "rstcause.pid", FT_UINT32, "The number of that process at its host",
        BASE_DEC),
    row(&ids.stack, "Sender's TCP stack", "rstcause.stack", FT_STRING,
        "The family of the sender's TCP stack: linux, windows, bsd, apple, embedded, "
        "usermode_nat, proxy_f5"),
    frame_row(&ids.stack_frame, "Shown by", "rstcause.stack.frame",
              "The frame by which the sender's TCP stack is known"),
    row(&ids.stack_text, "It shows", "rstcause.stack.text", FT_STRING,
        "What that frame shows of the sender's TCP stack"),
    row(&ids.idle, "Idle", "rstcause.idle", FT_RELATIVE_TIME,
        "Silence of the connection before the reset or its trigger"),
    row(&ids.age, "Age", "rstcause.age", FT_RELATIVE_TIME,
        "From the connection's first SYN to the reset"),
    row(&ids.timer, "Timer", "rstcause.timer", FT_STRING,
        "A known timer that this silence matches"),
    row(&ids.bytes_lost, "Bytes lost", "rstcause.bytes_lost", FT_UINT64,
        "Payload octets seen that were never acknowledged", BASE_DEC),
    row(&ids.benign, "Benign", "rstcause.benign", FT_BOOLEAN, "Nothing to mend"),
    row(&ids.advice, "Advice", "rstcause.advice", FT_STRING, "What to do or to check next"),
    row(&ids.declared, "Declared", "rstcause.declared", FT_STRING, "What the wire itself states"),
    row(&ids.context, "Context", "rstcause.context", FT_STRING, "What the application was doing"),
    row(&ids.fingerprint, "Fingerprint", "rstcause.fingerprint", FT_STRING,
        "The known mark of an injector or stack"),
    row(&ids.tampering, "Tampering class", "rstcause.tampering", FT_STRING,
        "Class of connection-tampering signature"),
    frame_row(&ids.revised, "Revised by", "rstcause.revised",
              "A later frame that changed the verdict"),
    frame_row(&ids.ignored, "Ignored", "rstcause.ignored",
              "A later frame which shows that the peer did not take this RST for the end"),
    frame_row(&ids.belies, "Belies", "rstcause.belies",
              "The reset that this frame shows not to be its sender's word"),
    row(&ids.stream_reason, "Stream was reset by", "rstcause.stream.reason", FT_STRING,
        "Why this frame's connection was reset"),
    frame_row(&ids.forged_frame, "Shown by", "rstcause.forged.frame",
              "The frame by which a test of authenticity tells"),
    row(&ids.forged_text, "It says", "rstcause.forged.text", FT_STRING,
        "What a test of authenticity found"),
    frame_row(&ids.resp_last_ping, "Last RESP PING", "rstcause.resp.last_ping",
              "The Redis client's last PING"),
    frame_row(&ids.resp_last_pong, "Last RESP PONG", "rstcause.resp.last_pong",
              "The last reply to a PING"),
    row(&ids.resp_outstanding, "RESP commands outstanding", "rstcause.resp.outstanding", FT_UINT32,
        "Commands without a reply", BASE_DEC),
    row(&ids.resp_ping_period, "RESP PING period", "rstcause.resp.ping_period", FT_RELATIVE_TIME,
        "From one PING of the Redis client to the next, where the last ones came evenly"),
};

hf_register_info resp_rows[] = {
    row(&ids.resp_command, "Command", "rstcause.resp.command", FT_STRING,
        "First word of the command, upper case"),
    row(&ids.resp_reply, "Reply", "rstcause.resp.reply", FT_STRING,
        "First line of the reply, or its type"),
    row(&ids.resp_error, "Error", "rstcause.resp.error", FT_STRING,
        "The error that the server reported"),
    row(&ids.resp_ping, "PING", "rstcause.resp.ping", FT_NONE, "This is a PING"),
    row(&ids.resp_pong, "PONG", "rstcause.resp.pong", FT_NONE, "This is the reply to a PING"),
    row(&ids.resp_exchange, "Exchange", "rstcause.resp.exchange", FT_STRING,
        "Command and reply in words"),
    frame_row(&ids.resp_request_in, "Request in", "rstcause.resp.request_in",
              "The command that this answers", FT_FRAMENUM_REQUEST),
    frame_row(&ids.resp_response_in, "Response in", "rstcause.resp.response_in",
              "The reply to this command", FT_FRAMENUM_RESPONSE),
    row(&ids.resp_time, "Time from request", "rstcause.resp.time", FT_RELATIVE_TIME,
        "From the command to its reply"),
};

/// One field for each test of authenticity. Epan keeps rows and names for the life of the process.
void register_forgery_tests(int proto) {
  static std::array<std::string, forgery::kTests> filters;
  static std::array<hf_register_info, forgery::kTests> rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const forgery::Test& test = forgery::tests()[i];
    filters[i] = "rstcause.forged." + std::string(test.name);
    rows[i] = row(&ids.forged[i], test.title.data(), filters[i].c_str(), FT_STRING,
                  "for (forged), against, or unknown and why");
  }
  proto_register_field_array(proto, rows.data(), static_cast<int>(rows.size()));
}

int* subtrees[] = {&ids.tree,        &ids.tree_alternative,  &ids.tree_evidence,
                   &ids.tree_resp,   &ids.tree_resp_message, &ids.tree_forgery,
                   &ids.tree_test,   &ids.tree_advice,       &ids.tree_stack,
                   &ids.tree_details};

}  // namespace

const Fields& fields() {
  return ids;
}

void register_fields(int proto, int proto_resp) {
  proto_register_field_array(proto, reset_rows, array_length(reset_rows));
  register_forgery_tests(proto);
  proto_register_field_array(proto_resp, resp_rows, array_length(resp_rows));
  proto_register_subtree_array(subtrees, array_length(subtrees));
}

}  // namespace rstcause::glue
