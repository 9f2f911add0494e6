// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace rstcause::explain {

/// What a segment's payload begins with, in the protocol's own words: "PING", "HTTP/1.1 413",
/// "TLS ClientHello". Only a command's or a reply's first word, never an argument, a path or a
/// body, for what is told here is shown to others. Printable ASCII, at most kLongestWords octets;
/// empty where the payload begins with no word that is known to be the protocol's.
std::string payload_words(std::string_view payload);

inline constexpr std::size_t kLongestWords = 24;

}  // namespace rstcause::explain
