// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/tls.h"

#include "app/tls_hello.h"
#include "resp/text.h"

namespace rstcause::app {
namespace {

/// A ClientHello with post-quantum keys takes two segments; more than this is waited for no longer.
constexpr std::size_t kLongestHello = 4096;
/// A ServerHello is shorter, and names its version early.
constexpr std::size_t kLongestServerHello = 512;
/// A name of the DNS has at most 253 octets; what is shown is less.
constexpr std::size_t kLongestName = 100;

/// TLS 1.3: alert (2), type (1) and the tag: 16 octets, of CCM_8 8.
constexpr std::uint16_t kAlert13 = 19, kAlert13Short = 11;

void count(std::uint8_t& counter) {
  if (counter != 255) ++counter;
}

}  // namespace

/// One end as follow() reads it.
struct Tls::Reader {
  Reader(Tls& owner, Side side)
      : tls(owner),
        from(side),
        next(owner.ends_[index(side)].next),
        in_step(owner.ends_[index(side)].in_step) {}

  bool begins(std::string_view octets) {
    const bool fits =
        begins_tls_record(octets) ||
        (from == tls.client_ ? may_become_client_hello(octets) : may_become_server_hello(octets));
    if (fits) tls.ends_[index(from)].restart();
    return fits;
  }
  void read(std::string_view octets) { tls.read(from, octets); }
  bool skip(std::uint32_t octets) { return tls.ends_[index(from)].skip(octets); }

  Tls& tls;
  Side from;
  std::uint32_t& next;
  bool& in_step;
};

void Tls::feed(Side from, const Piece& piece) {
  Reader reader(*this, from);
  follow(reader, piece);
}

void Tls::read(Side from, std::string_view octets) {
  if (from == client_ && !name_sought_) read_name(octets);
  if (from != client_ && !version_sought_) read_version(octets);
  while (!octets.empty() && ends_[index(from)].in_step) {
    if (ends_[index(from)].take(octets)) on_record(from);
  }
}

void Tls::read_name(std::string_view octets) {
  if (text_) {
    text_->append(octets.substr(0, kLongestHello));
    octets = *text_;
  }
  hello_begun_ = begins_client_hello(octets);
  if (!hello_begun_ && !may_become_client_hello(octets)) {
    name_sought_ = text_ != nullptr;  // what began like one is none
    text_.reset();
    return;
  }
  const ClientHello hello = read_client_hello(octets);
  if (hello.kind == ClientHello::Kind::need_more && octets.size() < kLongestHello) {
    if (!text_) text_ = std::make_unique<std::string>(octets);
    return;
  }
  name_sought_ = true;
  if (hello.server_name.empty()) {
    text_.reset();
    return;
  }
  const resp::BoundedText<kLongestName> name(hello.server_name);
  text_ = std::make_unique<std::string>(name.view());
  has_name_ = true;
}

/// The version that the server chose; 1.2 where its hello cannot be read.
void Tls::read_version(std::string_view octets) {
  if (server_hello_text_) {
    server_hello_text_->append(octets.substr(0, kLongestServerHello));
    octets = *server_hello_text_;
  }
  const bool hello = begins_server_hello(octets) || may_become_server_hello(octets);
  const auto tls13 = hello ? chooses_tls13(octets) : std::optional(false);
  if (!tls13 && octets.size() < kLongestServerHello) {
    if (!server_hello_text_) server_hello_text_ = std::make_unique<std::string>(octets);
    return;
  }
  tls13_ = tls13.value_or(false);
  version_sought_ = true;
  server_hello_text_.reset();
}

void Tls::on_record(Side from) {
  const TlsRecords& records = ends_[index(from)];
  const bool handshake = records.last() == TlsType::handshake;
  const bool data = records.last() == TlsType::application_data;
  if (from != client_) {
    if (handshake && !records.changed_cipher_spec() && records.handshake_message() == 2)
      server_hello_ = true;
    count(server_records_since_);
    return;
  }
  if (handshake && !records.changed_cipher_spec() && records.handshake_message() == 1)
    client_hello_ = true;
  if (finished_) {
    if (data && !ends_with_alert(from)) count(client_records_);
    server_records_since_ = 0;
    return;
  }
  // Before the server's hello, application data is early data (RFC 8446, 4.2.10).
  const bool encrypted = tls13_ ? data : handshake && records.changed_cipher_spec();
  if (!encrypted || !server_hello_ || ends_with_alert(from)) return;
  finished_ = true;
  server_records_since_ = 0;
}

bool Tls::ends_with_alert(Side side) const {
  const TlsRecords& r = records(side);
  if (!r.in_step || r.in_record()) return false;
  if (r.last() == TlsType::alert) return true;
  return tls13_ && r.last() == TlsType::application_data &&
         (r.last_length() == kAlert13 || r.last_length() == kAlert13Short);
}

bool Tls::ends_with_fatal_alert(Side side) const {
  const TlsRecords& r = records(side);
  return ends_with_alert(side) && r.last() == TlsType::alert && r.alert_level() == 2 &&
         r.last_length() == 2;
}

}  // namespace rstcause::app
