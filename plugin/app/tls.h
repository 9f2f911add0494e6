// SPDX-License-Identifier: GPL-2.0-or-later
// A TLS conversation: how far the handshake came, and which records came last.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "app/piece.h"
#include "app/tls_records.h"

namespace rstcause::app {

/// Follows both ends' records. Nothing is decrypted, and no octet kept but the server's name.
class Tls {
 public:
  /// `client` is the end that sends the ClientHello; `before` the name of the protocol that was
  /// spoken on the connection before (STARTTLS, SSLRequest, CONNECT), which must live on.
  explicit Tls(Side client, std::string_view before = {}) : before_(before), client_(client) {}

  void feed(Side from, const Piece& piece);

  Side client() const { return client_; }
  const TlsRecords& records(Side side) const { return ends_[index(side)]; }
  /// False where octets of that end are missing: its latest record is not known.
  bool is_followed(Side side) const { return records(side).in_step; }

  /// What was spoken before TLS; empty where nothing was.
  std::string_view before() const { return before_; }
  /// Some of a ClientHello was seen...
  bool hello_begun() const { return hello_begun_; }
  /// ... and all of it.
  bool client_hello() const { return client_hello_; }
  bool server_hello() const { return server_hello_; }
  bool is_tls13() const { return tls13_; }
  /// The client's last handshake message has passed, by its records alone.
  bool handshake_over() const { return finished_; }
  /// Records with application data that the client sent after that; 255 for more.
  unsigned client_records() const { return client_records_; }
  /// Records of the server since the client last sent one after its handshake; 255 for more.
  unsigned server_records_since() const { return server_records_since_; }

  /// The latest record of that end is an alert: in clear, or encrypted by its type (TLS 1.2), or
  /// by its length (TLS 1.3 hides the type: two octets, the type's own, and the tag).
  bool ends_with_alert(Side side) const;
  /// ... and is one in clear, of level fatal.
  bool ends_with_fatal_alert(Side side) const;

  /// The name of the ClientHello, printable and bounded; empty where there is none.
  std::string_view server_name() const { return has_name_ ? std::string_view(*text_) : ""; }

 private:
  struct Reader;

  void read(Side from, std::string_view octets);
  void on_record(Side from);
  void read_name(std::string_view octets);
  void read_version(std::string_view octets);

  std::array<TlsRecords, 2> ends_;
  std::unique_ptr<std::string> text_;  ///< A ClientHello not yet whole, then the server's name.
  std::unique_ptr<std::string> server_hello_text_;  ///< A ServerHello not yet whole.
  std::string_view before_;
  Side client_;
  std::uint8_t client_records_ = 0, server_records_since_ = 0;
  bool client_hello_ : 1 = false, server_hello_ : 1 = false, tls13_ : 1 = false;
  bool finished_ : 1 = false, has_name_ : 1 = false, name_sought_ : 1 = false;
  bool hello_begun_ : 1 = false, version_sought_ : 1 = false;
};

}  // namespace rstcause::app
