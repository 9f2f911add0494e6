// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/capture.h"

#include "explain/wiretap_compat.h"

#include <wsutil/privileges.h>

#include "engine/wire/collected.h"
#include "glue/comments.h"

namespace rstcause::explain {
namespace {

LinkType link_type(int encapsulation) {
  switch (encapsulation) {
    case WTAP_ENCAP_ETHERNET:
      return LinkType::ethernet;
    case WTAP_ENCAP_RAW_IP:
      return LinkType::raw_ip;
    case WTAP_ENCAP_RAW_IP4:
      return LinkType::raw_ip4;
    case WTAP_ENCAP_RAW_IP6:
      return LinkType::raw_ip6;
    case WTAP_ENCAP_NULL:
      return LinkType::null;
    case WTAP_ENCAP_LOOP:
      return LinkType::loop;
    case WTAP_ENCAP_SLL:
      return LinkType::sll;
    case WTAP_ENCAP_SLL2:
      return LinkType::sll2;
    case WTAP_ENCAP_PPP:
    case WTAP_ENCAP_PPP_WITH_PHDR:
      return LinkType::ppp;
    default:
      return LinkType::other;
  }
}

Link link_of(const wtap_packet_header& header) {
  Link link{link_type(header.pkt_encap), static_cast<std::uint32_t>(header.pkt_encap), 0};
  const int fcs = header.pseudo_header.eth.fcs_len;
  if (link.type == LinkType::ethernet && fcs > 0) link.fcs_octets = static_cast<std::uint32_t>(fcs);
  return link;
}

/// Error and details as wiretap gives them; takes the details.
std::string in_words(int error, char* details) {
  // tshark's words for the commonest one.
  const char* const what = error == WTAP_ERR_SHORT_READ
                               ? "it has been cut short in the middle of a packet"
                               : wtap_strerror(error);
  std::string text = what != nullptr ? what : "unknown error";
  if (details != nullptr) text.append(": ").append(details);
  g_free(details);
  return text;
}

struct CloseFile {
  void operator()(wtap* file) const { wtap_close(file); }
};

}  // namespace

struct Capture::State {
  std::unique_ptr<wtap, CloseFile> file;
  WiretapRecord record;
};

Streams::Habits Capture::stream_habits() {
  // As seen in 4.0.17, 4.4.19 and 4.6.9 (tests/explain/equal.py).
  return {.least_header = RSTCAUSE_WS_AT_LEAST(4, 6) ? 14 : 16,
          .syn_ack_begins_anew = RSTCAUSE_WS_AT_LEAST(4, 4)};
}

void Capture::prepare(const char* program) {
  init_process_policies();
  // Without its folders wiretap reads what it has built in, which is nearly all.
  g_free(set_up_wireshark(program));
  wtap_init(TRUE);
}

Capture::Capture(const std::string& path) : state_(std::make_unique<State>()) {
  int error = 0;
  char* details = nullptr;
  state_->file.reset(wtap_open_offline(path.c_str(), WTAP_TYPE_AUTO, &error, &details, FALSE));
  if (!state_->file) error_ = in_words(error, details);
}

Capture::~Capture() = default;

bool Capture::next(Record& record) {
  if (!state_->file) return false;
  int error = 0;
  char* details = nullptr;
  WiretapRecord& read = state_->record;
  if (!read.read(state_->file.get(), error, details)) {
    if (error != 0) error_ = in_words(error, details);
    state_->file.reset();
    return false;
  }
  const wtap_rec& from = read.record();
  record.is_packet = from.rec_type == REC_TYPE_PACKET;
  if (!record.is_packet) return true;
  const wtap_packet_header& header = read.header();
  record.time.reset();
  if ((from.presence_flags & WTAP_HAS_TS) != 0) record.time = FileTime{from.ts.secs, from.ts.nsecs};
  record.interface = (from.presence_flags & WTAP_HAS_INTERFACE_ID) != 0 ? header.interface_id : 0;
  record.link = link_of(header);
  record.frame = View({read.octets(), header.caplen}, header.len);
  return true;
}

Word Capture::word() const {
  return glue::word_of(state_->record.record().block);
}

std::string link_name(std::uint32_t number) {
  const char* const name = wtap_encap_description(static_cast<int>(number));
  return name != nullptr ? name : std::to_string(number);
}

}  // namespace rstcause::explain
