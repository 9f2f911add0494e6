// SPDX-License-Identifier: GPL-2.0-or-later
#include "app/http_message.h"

#include <algorithm>
#include <array>

namespace rstcause::app {
namespace {

/// Servers refuse heads longer than a few of these; what is longer is hardly a head.
constexpr std::uint32_t kLongestHead = 1U << 18U;
/// More than any body, and so that counting cannot wrap.
constexpr std::uint64_t kLongestBody = 1ULL << 39U;
constexpr std::uint8_t kFar = 255;

/// The fields that say where a message ends, and whether another one follows.
constexpr auto kNames =
    std::to_array<std::string_view>({"content-length", "transfer-encoding", "connection"});
constexpr std::uint8_t kContentLength = 1, kTransferEncoding = 2, kConnection = 4;

/// The words of their values that matter.
constexpr auto kWords = std::to_array<std::string_view>({"chunked", "close", "keep-alive"});
constexpr std::uint8_t kWordChunked = 1, kWordClose = 2, kWordKeepAlive = 4;

constexpr auto kMethods = std::to_array<std::string_view>(
    {"GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH "});

char lower(char octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet - 'A' + 'a') : octet;
}

bool is_digit(char octet) {
  return octet >= '0' && octet <= '9';
}

/// The value of a hexadecimal digit, or -1.
int hex(char octet) {
  if (is_digit(octet)) return octet - '0';
  const char low = lower(octet);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

/// RFC 9110, 5.6.2, as far as methods use it.
bool is_method_octet(char octet) {
  return (octet >= 'A' && octet <= 'Z') || octet == '-' || octet == '_';
}

/// Eight octets as a number, as a register holds them that octets are shifted into.
constexpr std::uint64_t packed(std::string_view text) {
  std::uint64_t value = 0;
  for (const char octet : text) value = (value << 8U) | static_cast<std::uint8_t>(octet);
  return value;
}

/// Which of the spellings still fit when their octet number `at` is this one.
template <std::size_t N>
std::uint8_t still_fit(const std::array<std::string_view, N>& spellings, std::uint8_t mask,
                       std::uint8_t at, char octet) {
  for (std::size_t i = 0; i < N; ++i) {
    const auto bit = static_cast<std::uint8_t>(1U << i);
    if ((mask & bit) == 0) continue;
    if (at >= spellings[i].size() || spellings[i][at] != lower(octet))
      mask = static_cast<std::uint8_t>(mask & ~bit);
  }
  return mask;
}

/// The spelling that is just as long as what was read, of those that still fit.
template <std::size_t N>
std::uint8_t ended(const std::array<std::string_view, N>& spellings, std::uint8_t mask,
                   std::uint8_t at) {
  for (std::size_t i = 0; i < N; ++i) {
    const auto bit = static_cast<std::uint8_t>(1U << i);
    if ((mask & bit) != 0 && spellings[i].size() == at) return bit;
  }
  return 0;
}

}  // namespace

bool begins_http_request(std::string_view octets) {
  std::size_t method = 0;
  while (method < octets.size() && is_method_octet(octets[method])) ++method;
  if (method < 3 || method > 20 || method + 1 >= octets.size() || octets[method] != ' ')
    return false;
  if (octets[method + 1] <= ' ' || octets[method + 1] > '~') return false;
  const std::size_t end = octets.find('\n');
  if (end != std::string_view::npos) {
    std::string_view line = octets.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0");
  }
  return std::any_of(kMethods.begin(), kMethods.end(),
                     [&](std::string_view m) { return octets.starts_with(m); });
}

bool begins_http_response(std::string_view octets) {
  if (octets.size() < 12) return false;
  if (!octets.starts_with("HTTP/1.1 ") && !octets.starts_with("HTTP/1.0 ")) return false;
  const bool code =
      octets[9] >= '1' && octets[9] <= '5' && is_digit(octets[10]) && is_digit(octets[11]);
  return code && (octets.size() == 12 || octets[12] == ' ' || octets[12] == '\r');
}

void HttpMessage::restart() {
  HttpMessage anew;
  anew.next = next;
  anew.in_step = in_step;
  *this = anew;
}

void HttpMessage::finish() {
  phase_ = Phase::start_line;
  at_ = 0;
}

void HttpMessage::begin_line(Phase phase) {
  phase_ = phase;
  at_ = 0;
  mask_ = static_cast<std::uint8_t>((1U << kNames.size()) - 1);
}

bool HttpMessage::skip(std::uint32_t count) {
  if (phase_ == Phase::until_close) {
    length_ += count;
    return true;
  }
  // The last octet of a body must be seen: what ends there is told.
  if ((phase_ != Phase::body && phase_ != Phase::chunk) || count >= left_) return false;
  leave(left_ - count);
  return true;
}

std::uint64_t HttpMessage::body_octets() const {
  if (phase_ == Phase::body || phase_ == Phase::chunk) return length_ - left_;
  return in_body() ? length_ : 0;
}

HttpMessage::Event HttpMessage::take(std::string_view& octets, bool is_request) {
  while (!octets.empty()) {
    Event event = Event::none;
    if (phase_ == Phase::until_close) {
      length_ += octets.size();
      octets = {};
      break;
    }
    if (phase_ == Phase::body || phase_ == Phase::chunk) {
      const auto taken = std::min<std::uint64_t>(left_, octets.size());
      leave(left_ - taken);
      octets.remove_prefix(static_cast<std::size_t>(taken));
      if (left_ != 0) break;
      if (phase_ == Phase::body)
        event = Event::complete;
      else
        begin_line(Phase::chunk_end);
    } else {
      const char octet = octets.front();
      octets.remove_prefix(1);
      event = phase_ < Phase::body ? read_head(octet, is_request) : read_chunked(octet);
    }
    if (event != Event::none) return event;
  }
  return Event::none;
}

HttpMessage::Event HttpMessage::read_head(char octet, bool is_request) {
  leave(left_ + 1);
  if (left_ > kLongestHead) return Event::broken;
  if (octet == '\r') return Event::none;
  if (phase_ == Phase::start_line) {
    if (octet == '\n') return at_ == 0 ? Event::none : end_start_line(is_request);
    return read_start_line(octet, is_request) ? Event::none : Event::broken;
  }
  if (octet == '\n') {
    const bool empty_line = phase_ == Phase::name && at_ == 0;
    if (phase_ == Phase::value && !read_value(octet)) return Event::broken;
    if (empty_line) return end_head();
    begin_line(Phase::name);
    return Event::none;
  }
  if (phase_ == Phase::value) return read_value(octet) ? Event::none : Event::broken;
  read_name(octet);
  return Event::none;
}

bool HttpMessage::read_start_line(char octet, bool is_request) {
  if (static_cast<std::uint8_t>(octet) < ' ') return false;
  if (is_request && octet == ' ') {
    if (at_ == 4 && length_ == packed("HEAD")) set(kHead);
    if (at_ == 7 && length_ == packed("CONNECT")) set(kConnect);
  }
  if (!is_request && at_ >= 9 && at_ < 12) {
    if (!is_digit(octet)) return false;
    status_ = (status_ * 10U + static_cast<unsigned>(octet - '0')) & 0x3FFU;
  }
  length_ = (length_ << 8U) | static_cast<std::uint8_t>(octet);
  if (!is_request && at_ == 7) {
    if (length_ == packed("HTTP/1.0"))
      set(kHttp10);
    else if (length_ != packed("HTTP/1.1"))
      return false;
  }
  if (at_ != kFar) ++at_;
  return true;
}

HttpMessage::Event HttpMessage::end_start_line(bool is_request) {
  if (is_request) {
    if (length_ == packed("HTTP/1.0"))
      set(kHttp10);
    else if (length_ != packed("HTTP/1.1"))
      return Event::broken;
  } else if (at_ < 12 || status_ < 100) {
    return Event::broken;
  }
  length_ = 0;
  begin_line(Phase::name);
  return Event::none;
}

void HttpMessage::read_name(char octet) {
  if (octet == ':') {
    const std::uint8_t name = ended(kNames, mask_, static_cast<std::uint8_t>(at_));
    phase_ = Phase::value;
    // The value's line keeps its name in the upper half, the words that it may be in the lower.
    constexpr unsigned kEveryWord = (1U << kWords.size()) - 1U;
    mask_ = static_cast<std::uint8_t>((static_cast<unsigned>(name) << 4U) | kEveryWord);
    at_ = 0;
    return;
  }
  if (at_ == 0 && (octet == ' ' || octet == '\t')) {  // RFC 9112, 5.2: a folded line
    mask_ = 0;
  }
  mask_ = still_fit(kNames, mask_, static_cast<std::uint8_t>(at_), octet);
  if (at_ != kFar) ++at_;
}

bool HttpMessage::read_value(char octet) {
  const auto name = static_cast<std::uint8_t>(mask_ >> 4U);
  if (name == kTransferEncoding || name == kConnection) {
    read_word(octet);
    return true;
  }
  if (name != kContentLength) return true;
  if (octet == ' ' || octet == '\t') return true;
  if (octet == '\n') return at_ != 0;
  // A list, or a second field: RFC 9112, 6.3, rule 5, calls for care. We give up.
  if (!is_digit(octet) || (at_ == 0 && has(kLength))) return false;
  at_ = 1;
  length_ = length_ * 10U + static_cast<unsigned>(octet - '0');
  set(kLength);
  return length_ < kLongestBody;
}

void HttpMessage::read_word(char octet) {
  const auto name = static_cast<std::uint8_t>(mask_ >> 4U);
  const bool between =
      octet == ' ' || octet == '\t' || octet == ',' || octet == ';' || octet == '\n';
  auto words = static_cast<std::uint8_t>(mask_ & 0x0FU);
  if (!between) {
    words = still_fit(kWords, words, static_cast<std::uint8_t>(at_), octet);
    if (at_ != kFar) ++at_;
  } else if (at_ != 0) {
    const std::uint8_t word = ended(kWords, words, static_cast<std::uint8_t>(at_));
    if (name == kTransferEncoding && word == kWordChunked) set(kChunked);
    if (name == kConnection && word == kWordClose) set(kClose);
    if (name == kConnection && word == kWordKeepAlive) set(kKeepAlive);
    words = (1U << kWords.size()) - 1;
    at_ = 0;
  }
  mask_ = static_cast<std::uint8_t>((name << 4U) | words);
}

HttpMessage::Event HttpMessage::end_head() {
  if (has(kChunked)) {
    length_ = 0;
    begin_line(Phase::chunk_size);
    left_ = 0;
  } else {
    leave(length_);
    phase_ = Phase::body;
  }
  return Event::head;
}

void HttpMessage::expect_no_body() {
  left_ = 0;
  length_ = 0;
  phase_ = Phase::body;
}

bool HttpMessage::has_no_length() const {
  return !has(kChunked) && !has(kLength);
}

void HttpMessage::expect_all() {
  phase_ = Phase::until_close;
}

HttpMessage::Event HttpMessage::read_chunked(char octet) {
  if (octet == '\r') return Event::none;
  switch (phase_) {
    case Phase::chunk_size:
      if (octet == '\n' || octet == ';' || octet == ' ' || octet == '\t') {
        if (at_ == 0) return Event::broken;
        phase_ = Phase::chunk_extension;
        return octet == '\n' ? end_chunk_size() : Event::none;
      }
      if (hex(octet) < 0 || left_ >= (kLongestBody >> 4U)) return Event::broken;
      at_ = 1;
      leave(left_ * 16U + static_cast<unsigned>(hex(octet)));
      return Event::none;
    case Phase::chunk_extension:
      return octet == '\n' ? end_chunk_size() : Event::none;
    case Phase::chunk_end:
      if (octet != '\n') return Event::broken;
      begin_line(Phase::chunk_size);
      return Event::none;
    case Phase::trailer:
      if (octet == '\n') {
        if (at_ == 0) return Event::complete;
        at_ = 0;
      } else {
        at_ = 1;
      }
      return Event::none;
    default:
      return Event::broken;
  }
}

HttpMessage::Event HttpMessage::end_chunk_size() {
  begin_line(left_ == 0 ? Phase::trailer : Phase::chunk);
  length_ += left_;
  return Event::none;
}

}  // namespace rstcause::app
