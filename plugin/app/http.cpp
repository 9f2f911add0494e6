// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/http.h"

#include "app/tls_records.h"

namespace rstcause::app {
namespace {

/// More requests under way than this are not paired any more.
constexpr unsigned kMostOutstanding = 8;

}  // namespace

/// One end as follow() reads it.
struct Http::Reader {
  Reader(Http& owner, Side side)
      : http(owner),
        from(side),
        next(owner.ends_[index(side)].next),
        in_step(owner.ends_[index(side)].in_step) {}

  bool begins(std::string_view octets) {
    const bool fits =
        from == http.client_ ? begins_http_request(octets) : begins_http_response(octets);
    if (fits) http.restart(from);
    return fits;
  }
  void read(std::string_view octets) { http.read(from, octets); }
  bool skip(std::uint32_t count) { return http.ends_[index(from)].skip(count); }

  Http& http;
  Side from;
  std::uint32_t& next;
  bool& in_step;
};

void Http::feed(Side from, const Piece& piece) {
  if (tunnel_) return;
  const bool first_answer = from != client_ && responses_ == 0 && status_ == 0;
  if (first_answer) look_at_first_answer(piece.payload);
  Reader reader(*this, from);
  follow(reader, piece);
}

void Http::look_at_first_answer(std::string_view octets) {
  if (begins_tls_record(octets)) wanted_tls_ = true;
  if (begins_http_response(octets))
    server_ = static_cast<std::uint8_t>(static_cast<unsigned>(web_server_of(octets)) & 0x0FU);
}

/// Octets were missed before: what was under way is not known any more.
void Http::restart(Side from) {
  ends_[index(from)].restart();
  if (from != client_) return;
  outstanding_ = 0;
  ends_[index(other(from))].in_step = false;
}

void Http::read(Side from, std::string_view octets) {
  HttpMessage& message = ends_[index(from)];
  using Event = HttpMessage::Event;
  while (!octets.empty() && message.in_step && !tunnel_) {
    if (message.is_between()) message.restart();
    Event event = message.take(octets, from == client_);
    if (event == Event::head) {
      if (!on_head(from)) continue;
      event = Event::complete;
    }
    if (event == Event::complete) on_complete(from);
    if (event == Event::broken) message.in_step = false;
  }
}

/// Settles what body follows a head. True when the message ends with it.
bool Http::on_head(Side from) {
  HttpMessage& message = ends_[index(from)];
  if (from == client_) {
    request_has_body_ = !message.ends_with_head();
    return !request_has_body_;
  }
  const std::uint16_t status = message.status();
  final_ = status >= 200 || status == 101;
  if (!final_) {
    message.expect_no_body();
    return true;
  }
  status_ = status;
  const Progress asked = request();
  early_ = outstanding_ == 0 && (asked == Progress::in_body || asked == Progress::in_head);
  paired_ = outstanding_ != 0 || early_;
  const bool connects = outstanding_ != 0 && (connects_ & 1U) != 0 && status / 100 == 2;
  tunnel_ = status == 101 || connects;
  const bool to_head = outstanding_ != 0 && (heads_ & 1U) != 0;
  if (to_head || status == 204 || status == 304)
    message.expect_no_body();
  else if (message.has_no_length())
    message.expect_all();
  return message.ends_with_head();
}

void Http::on_complete(Side from) {
  HttpMessage& message = ends_[index(from)];
  if (from == client_) {
    if (outstanding_ == kMostOutstanding) {
      ends_[index(from)].in_step = false;
      return;
    }
    const auto bit = static_cast<std::uint8_t>(1U << outstanding_);
    heads_ = static_cast<std::uint8_t>(message.is_head() ? heads_ | bit : heads_ & ~bit);
    connects_ =
        static_cast<std::uint8_t>(message.is_connect() ? connects_ | bit : connects_ & ~bit);
    if (early_) {
      // Its answer came before it was whole: nothing more is owed for it.
      early_ = false;
    } else {
      ++outstanding_;
    }
  } else if (final_) {
    if (responses_ != 255) ++responses_;
    keeps_alive_ = message.keeps_alive();
    if (outstanding_ != 0) {
      --outstanding_;
      heads_ = static_cast<std::uint8_t>(heads_ >> 1U);
      connects_ = static_cast<std::uint8_t>(connects_ >> 1U);
    }
  }
  message.finish();
}

Http::Progress Http::progress(Side from) const {
  const HttpMessage& message = ends_[index(from)];
  if (!message.in_step) return message.next == 0 ? Progress::none : Progress::unknown;
  if (message.in_head()) return Progress::in_head;
  if (!message.in_body()) return message.next == 0 ? Progress::none : Progress::complete;
  // The answer to a HEAD that was not seen would look like this, too.
  return from != client_ && !paired_ ? Progress::unknown : Progress::in_body;
}

}  // namespace rstcause::app
