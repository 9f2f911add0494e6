// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/scanner.h"

#include <algorithm>
#include <cstring>

namespace rstcause::resp {
namespace {

constexpr char kChunk = ';';      // RESP3: a part of a streamed string
constexpr char kStreamEnd = '.';  // RESP3: the end of a streamed aggregate

constexpr std::uint8_t kFormatOctets = 4;  // "txt:": what a verbatim string begins with

/// Octets before the first CR or LF; all of them where there is none.
std::size_t before_line_end(std::string_view input) {
  const void* cr = std::memchr(input.data(), '\r', input.size());
  const std::size_t until_cr =
      cr ? static_cast<std::size_t>(static_cast<const char*>(cr) - input.data()) : input.size();
  const void* lf = std::memchr(input.data(), '\n', until_cr);
  return lf ? static_cast<std::size_t>(static_cast<const char*>(lf) - input.data()) : until_cr;
}

}  // namespace

Extent Scanner::scan(std::string_view input) {
  std::size_t at = 0;
  while (at < input.size()) {
    if (state_ == State::text) at += before_line_end(input.substr(at));
    if (state_ == State::content) {
      const std::size_t wanted = std::min<std::uint64_t>(content_left_, input.size() - at);
      const std::size_t passed = pass_content(input.substr(at, wanted));
      at += passed;
      if (passed < wanted) return {Extent::Kind::malformed, at};
    }
    if (at == input.size()) break;
    if (!step(input[at])) return {Extent::Kind::malformed, at};
    ++at;
    if (state_ == State::done) return {Extent::Kind::complete, at};
  }
  return {Extent::Kind::need_more, at};
}

std::size_t Scanner::pass_content(std::string_view input) {
  if (until_colon_ > 0) {  // "txt:": the fourth octet of a verbatim string
    if (input.size() >= until_colon_) {
      const std::size_t colon = until_colon_ - 1U;
      if (input[colon] != ':') return colon;
      until_colon_ = 0;
    } else {
      until_colon_ = static_cast<std::uint8_t>(until_colon_ - input.size());
    }
  }
  content_left_ -= input.size();
  if (content_left_ == 0) state_ = State::content_cr;
  return input.size();
}

void Scanner::skip(std::uint64_t octets) {
  content_left_ -= octets;
  until_colon_ =
      octets >= until_colon_ ? std::uint8_t{0} : static_cast<std::uint8_t>(until_colon_ - octets);
  if (content_left_ == 0) state_ = State::content_cr;
}

bool Scanner::step(char octet) {
  switch (state_) {
    case State::marker:
      return take_marker(octet);
    case State::text:
      state_ = State::text_lf;
      return octet == '\r';
    case State::token:
      if (octet != '\r') return token_.take(octet);
      state_ = State::token_lf;
      return token_.is_whole() && !is_too_short_for_verbatim();
    case State::text_lf:
    case State::token_lf:
      if (octet != '\n') return false;
      finish_line();
      return true;
    case State::content_cr:
      state_ = State::content_lf;
      return octet == '\r';
    case State::content_lf:
      if (octet != '\n') return false;
      finish_value();
      return true;
    case State::content:
    case State::done:
      return false;
  }
  return false;
}

bool Scanner::is_too_short_for_verbatim() const {
  return current_ == static_cast<char>(Type::verbatim) && token_.number() < kFormatOctets;
}

bool Scanner::take_marker(char octet) {
  if (in_streamed_string_) return take_chunk_marker(octet);
  if (octet == kStreamEnd) return take_stream_end();
  const auto type = type_of_marker(octet);
  if (!type || !fits_here(*type)) return false;
  if (*type != Type::attribute) attribute_waits_ = false;
  if (depth_ == 0 && *type != Type::attribute) marker_ = octet;
  start_line(*type);
  return true;
}

bool Scanner::fits_here(Type type) const {
  if (is_aggregate(type) && depth_ == kMaxDepth) return false;
  if (grammar_ == Grammar::command) return type == (depth_ == 0 ? Type::array : Type::bulk);
  return type != Type::push || depth_ == 0;  // pushes stand at the top only
}

bool Scanner::take_chunk_marker(char octet) {
  if (octet != kChunk) return false;
  current_ = octet;
  token_.start(Token::Grammar::length);
  state_ = State::token;
  return true;
}

bool Scanner::take_stream_end() {
  if (depth_ == 0 || attribute_waits_) return false;
  const Level& top = levels_[depth_ - 1U];
  const bool ends =
      top.kind == Level::Kind::streamed || (top.kind == Level::Kind::streamed_map && !top.odd);
  if (!ends) return false;
  current_ = kStreamEnd;
  token_.start(Token::Grammar::nothing);
  state_ = State::token;
  return true;
}

void Scanner::start_line(Type type) {
  current_ = static_cast<char>(type);
  if (grammar_ == Grammar::command) {
    token_.start(Token::Grammar::length, type == Type::array);
    state_ = State::token;
  } else {
    state_ = token_.start_line_of(type) ? State::token : State::text;
  }
}

void Scanner::finish_line() {
  state_ = State::marker;
  if (current_ == kStreamEnd) {
    --depth_;
    return finish_value();
  }
  if (current_ == kChunk) return finish_length();
  const Type type{current_};
  if (is_aggregate(type)) return open_aggregate();
  if (type == Type::bulk || type == Type::bulk_error || type == Type::verbatim) {
    return finish_length();
  }
  finish_value();
}

void Scanner::finish_length() {
  if (token_.is_null()) return finish_value();
  if (token_.is_streamed()) {
    in_streamed_string_ = true;
    return;
  }
  if (current_ == kChunk && token_.number() == 0) {
    in_streamed_string_ = false;
    return finish_value();
  }
  content_left_ = token_.number();
  until_colon_ = current_ == static_cast<char>(Type::verbatim) ? kFormatOctets : 0;
  state_ = content_left_ > 0 ? State::content : State::content_cr;
}

void Scanner::open_aggregate() {
  const Type type{current_};
  const bool pairs = type == Type::map || type == Type::attribute;
  if (token_.is_null()) return finish_value();
  if (!token_.is_streamed() && token_.number() == 0) {
    if (type != Type::attribute) return finish_value();
    attribute_waits_ = true;
    return;
  }
  Level level{Level::Kind::counted, false};
  if (type == Type::attribute) level.kind = Level::Kind::attribute;
  if (token_.is_streamed()) level.kind = pairs ? Level::Kind::streamed_map : Level::Kind::streamed;
  left_[depth_] = token_.number() * (pairs ? 2U : 1U);  // 2 * (2^63 - 1) still fits
  levels_[depth_] = level;
  ++depth_;
}

void Scanner::finish_value() {
  state_ = State::marker;
  if (in_streamed_string_) return;
  while (depth_ > 0) {
    Level& top = levels_[depth_ - 1U];
    if (top.kind == Level::Kind::streamed) return;
    if (top.kind == Level::Kind::streamed_map) {
      top.odd = !top.odd;
      return;
    }
    if (--left_[depth_ - 1U] > 0) return;
    --depth_;
    if (top.kind == Level::Kind::attribute) {  // no value of its own: the next one carries it
      attribute_waits_ = true;
      return;
    }
  }
  state_ = State::done;
}

}  // namespace rstcause::resp
