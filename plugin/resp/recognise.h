// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a connection's first octets could be RESP at all.
#pragma once

#include <string_view>

namespace rstcause::resp {

/// looks_like_resp() of what begins as text.
bool text_looks_like_resp(std::string_view payload);

/// True when `payload`, the first (or a later) payload of a connection, may be the beginning of
/// RESP traffic, so that a Tracker is worth its memory. Decides on the first octets and is quick
/// to say no. A yes is not a verdict: the tracker labels nothing before it is sure.
///
/// Says no to what RESP servers also say but other protocols say more often (`+OK ...` of POP3,
/// a lone `:1`, `-ERR something`): there the client's commands decide.
inline bool looks_like_resp(std::string_view payload) {
  // No marker, letter or line's end: most of what is binary.
  const bool text = payload.empty() || payload.front() > ' ' || payload.front() == '\r' ||
                    payload.front() == '\n';
  return text && text_looks_like_resp(payload);
}

/// True for the text of an error (marker and CRLF taken off) that only Redis and its kin word so:
/// `NOAUTH Authentication required.`, `ERR max number of clients reached`, ...
bool is_redis_error(std::string_view text);

/// True for the errors that redis-server writes to a connection that it will not serve: they
/// answer no command, though one may have been sent (networking.c, acceptCommonHandler()).
bool refuses_connection(std::string_view error_text);

/// True when `octets`, the beginning of a segment, are where a message could begin after octets
/// were lost: an array of bulk strings or a known inline command when `commands`, else values
/// that fit each other to the end of the segment.
bool starts_like_message(std::string_view octets, bool commands);

}  // namespace rstcause::resp
