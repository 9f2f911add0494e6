// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/tls_records.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace rstcause::app {
namespace {

/// RFC 5246, 6.2.3: 2^14 octets and what encryption may add.
constexpr unsigned kLongestRecord = (1U << 14U) + 2048;

constexpr std::uint8_t kClientHello = 1, kServerHello = 2;

std::uint8_t octet_at(std::string_view octets, std::size_t at) {
  return static_cast<std::uint8_t>(octets[at]);
}

bool is_type(std::uint8_t type) {
  return type >= 20 && type <= 23;
}

/// The head of the record and that of the message in it.
constexpr std::size_t kHelloHeads = 9;

bool begins_hello(std::string_view octets, std::uint8_t message) {
  return octets.size() >= kHelloHeads && octet_at(octets, 0) == 22 && begins_tls_record(octets) &&
         octet_at(octets, 5) == message && octet_at(octets, 6) == 0;
}

bool may_become_hello(std::string_view octets, std::uint8_t message) {
  if (octets.empty() || octets.size() >= kHelloHeads) return false;
  // Followed by what fits wherever an octet may have more than one value.
  std::string whole{22, 3, 1, 2, 1, static_cast<char>(message), 0, 1, 0};
  whole.replace(0, octets.size(), octets);
  return begins_hello(whole, message);
}

/// IANA, "TLS Alerts".
struct Alert {
  std::uint8_t description;
  std::string_view name;
};

constexpr Alert kAlerts[] = {
    {0, "close_notify"},
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {21, "decryption_failed"},
    {22, "record_overflow"},
    {30, "decompression_failure"},
    {40, "handshake_failure"},
    {41, "no_certificate"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {60, "export_restriction"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {111, "certificate_unobtainable"},
    {112, "unrecognized_name"},
    {113, "bad_certificate_status_response"},
    {114, "bad_certificate_hash_value"},
    {115, "unknown_psk_identity"},
    {116, "certificate_required"},
    {120, "no_application_protocol"},
};

}  // namespace

bool begins_tls_record(std::string_view octets) {
  if (octets.size() < 6) return false;
  const unsigned length = (octet_at(octets, 3) * 256U) + octet_at(octets, 4);
  return is_type(octet_at(octets, 0)) && octet_at(octets, 1) == 3 && octet_at(octets, 2) <= 4 &&
         length != 0 && length <= kLongestRecord;
}

bool begins_client_hello(std::string_view octets) {
  return begins_hello(octets, kClientHello);
}

bool begins_server_hello(std::string_view octets) {
  return begins_hello(octets, kServerHello);
}

bool may_become_client_hello(std::string_view octets) {
  return may_become_hello(octets, kClientHello);
}

bool may_become_server_hello(std::string_view octets) {
  return may_become_hello(octets, kServerHello);
}

void TlsRecords::restart() {
  have_ = 0;
  left_ = 0;
}

bool TlsRecords::skip(std::uint32_t count) {
  if (have_ != kHeader || count >= left_) return false;
  // In a short alert, or at the beginning of a handshake record, they would have told something.
  if (left_ == len_) return false;
  left_ = static_cast<std::uint16_t>(left_ - count);
  return true;
}

bool TlsRecords::take(std::string_view& octets) {
  while (!octets.empty() && in_step) {
    if (have_ < kHeader) {
      read_header(static_cast<std::uint8_t>(octets.front()));
      octets.remove_prefix(1);
      continue;
    }
    while (!octets.empty() && left_ != 0 && len_ - left_ < 2) {
      read_clear(static_cast<std::uint8_t>(octets.front()));
      octets.remove_prefix(1);
    }
    const auto taken = std::min<std::size_t>(left_, octets.size());
    left_ = static_cast<std::uint16_t>(left_ - taken);
    octets.remove_prefix(taken);
    if (left_ != 0) return false;
    have_ = 0;
    last_ = type_;
    last_len_ = len_;
    if (type_ == TlsType::change_cipher_spec) changed_ = true;
    return true;
  }
  return false;
}

void TlsRecords::read_header(std::uint8_t octet) {
  switch (have_) {
    case 0:
      type_ = static_cast<TlsType>(octet);
      in_step = is_type(octet);
      break;
    case 1:
      in_step = octet == 3;
      break;
    case 2:
      in_step = octet <= 4;
      break;
    case 3:
      len_ = static_cast<std::uint16_t>(octet * 256U);
      break;
    default:
      len_ = static_cast<std::uint16_t>(len_ + octet);
      in_step = len_ != 0 && len_ <= kLongestRecord;
      left_ = len_;
      break;
  }
  ++have_;
}

/// The first two octets of a record: of an alert in clear they are all, of a handshake message
/// the first one is its type.
void TlsRecords::read_clear(std::uint8_t octet) {
  const bool first = left_ == len_;
  --left_;
  if (changed_) return;
  if (type_ == TlsType::handshake && first) message_ = octet;
  if (type_ != TlsType::alert || len_ != 2) return;
  (first ? level_ : description_) = octet;
}

std::string_view alert_name(std::uint8_t description) {
  const auto* const found =
      std::find_if(std::begin(kAlerts), std::end(kAlerts),
                   [&](const Alert& alert) { return alert.description == description; });
  return found == std::end(kAlerts) ? std::string_view{} : found->name;
}

}  // namespace rstcause::app
