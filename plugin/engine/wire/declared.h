// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/wire/bytes.h"
#include "engine/wire/options.h"

namespace rstcause {

/// What a RST states about its own cause. A statement is not a proof: whoever forges a RST
/// can write one too, so the tests of authenticity go on beside it.
struct Declared {
  enum class Kind : std::uint8_t { none, text, f5, diagnostic, netscaler, mptcp };
  Kind kind = Kind::none;
  /// Verbatim where the wire holds text, in words where it holds a number. Printable: control
  /// characters (so terminal escapes), what reorders or hides text, and invalid UTF-8 are told
  /// as \xNN; at most 128 octets, "..." at the end where the capture or this limit cut it.
  std::string text;
  /// The catalogue's token that this statement names; empty: none stands ("declared").
  std::string_view token;
};

/// Reads the payload of a RST (RFC 9293, 3.5.3). `payload`: its captured octets, which the
/// capture may have cut: `reported_len` tells the true length, octets beyond it are no payload.
///
/// Most payloads of a RST are leftovers of the application, so whatever looks like data states
/// nothing: binary, a start line of HTTP, RESP, markup, JSON, several lines, a line ended by
/// CRLF, more than 512 octets. Text is read as F5's before any of this.
Declared declared_by_payload(std::string_view payload, std::uint32_t reported_len);

/// Reads F5's note behind the IP datagram of a RST (f5_trailer.h), reported as its payload would
/// tell it. `behind`: the captured octets there.
Declared declared_by_trailer(Octets behind);

/// NetScaler's reset code in the window of a RST as it stands in the header, never scaled
/// (CTX200852); nothing for a window that is no known code.
///
/// Only a candidate, since a living window can equal a code by chance. The guards are the
/// caller's: the RST carries no timestamps; the window differs from the last
/// unscaled one that its sender showed; a second RST of this sender with a code, or a capture
/// in the nstrace format, makes it firmer. Zero windows and windows of a scan are no codes.
std::optional<Declared> netscaler_code(std::uint16_t window);

/// The reason of MP_TCPRST as text (RFC 8684, 3.6); "unknown" for one not assigned there.
std::string_view mp_tcprst_reason(std::uint8_t reason);

/// What MP_FASTCLOSE (RFC 8684, 3.5) or MP_TCPRST (3.6) on a RST state. The token of the latter
/// is `mptcp_subflow_reset`; that the RST answers an MP_JOIN (`mptcp_join_refused`) only its
/// trigger tells, which is the caller's to look at first.
Declared declared_by_options(const Options& options);

}  // namespace rstcause
