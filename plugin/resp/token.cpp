// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/token.h"

namespace rstcause::resp {
namespace {

constexpr std::uint64_t kMaxLength = 0x7fffffffffffffffU;

constexpr bool is_digit(char octet) {
  return octet >= '0' && octet <= '9';
}
constexpr bool is_sign(char octet) {
  return octet == '+' || octet == '-';
}

}  // namespace

void Token::start(Grammar grammar, bool null_allowed, bool stream_allowed) {
  *this = Token{};
  grammar_ = grammar;
  null_allowed_ = null_allowed;
  stream_allowed_ = stream_allowed;
}

bool Token::start_line_of(Type type) {
  const bool resp2 = type == Type::bulk || type == Type::array;
  switch (type) {
    case Type::simple:
    case Type::error:
      return false;
    case Type::integer:
      start(Grammar::integer);
      return true;
    case Type::big_number:
      start(Grammar::digits);
      return true;
    case Type::real:
      start(Grammar::real);
      return true;
    case Type::boolean:
      start(Grammar::truth);
      return true;
    case Type::null:
      start(Grammar::nothing);
      return true;
    default:
      start(Grammar::length, resp2, resp2 || type == Type::map || type == Type::set);
  }
  return true;
}

bool Token::take(char octet) {
  switch (grammar_) {
    case Grammar::length:
      return take_length(octet);
    case Grammar::integer:
    case Grammar::digits:
      return take_integer(octet);
    case Grammar::real:
      return take_real(octet);
    case Grammar::truth:
      if (state_ != State::empty || (octet != 't' && octet != 'f')) return false;
      return go_to(State::truth);
    case Grammar::nothing:
      return false;
  }
  return false;
}

bool Token::go_to(State state) {
  state_ = state;
  return true;
}

bool Token::is_whole() const {
  switch (state_) {
    case State::zero:
    case State::digits:
    case State::null:
    case State::streamed:
    case State::point:
    case State::fraction:
    case State::exponent:
    case State::word_end:
    case State::truth:
      return true;
    case State::empty:
      return grammar_ == Grammar::nothing;
    default:
      return false;
  }
}

bool Token::add_digit(char octet, std::uint64_t limit) {
  const auto digit = static_cast<std::uint64_t>(octet - '0');
  if (number_ > (limit - digit) / 10) return false;
  number_ = number_ * 10 + digit;
  return true;
}

bool Token::take_length(char octet) {
  if (state_ == State::empty) {
    if (octet == '?' && stream_allowed_) return go_to(State::streamed);
    if (octet == '-' && null_allowed_) return go_to(State::sign);
    if (!is_digit(octet)) return false;
    state_ = octet == '0' ? State::zero : State::digits;
    return add_digit(octet, kMaxLength);
  }
  if (state_ == State::sign && octet == '1') return go_to(State::null);
  return state_ == State::digits && is_digit(octet) && add_digit(octet, kMaxLength);
}

bool Token::take_integer(char octet) {
  if (state_ == State::empty && is_sign(octet)) {
    negative_ = octet == '-';
    return go_to(State::sign);
  }
  if (!is_digit(octet)) return false;
  state_ = State::digits;
  return grammar_ == Grammar::digits || add_digit(octet, kMaxLength + (negative_ ? 1U : 0U));
}

bool Token::take_real(char octet) {
  switch (state_) {
    case State::empty:
      if (is_sign(octet)) return go_to(State::sign);
      [[fallthrough]];
    case State::sign:
      if (is_digit(octet)) return go_to(State::digits);
      return take_word(octet);
    case State::word:
      return take_word(octet);
    case State::digits:
      if (octet == '.') return go_to(State::point);
      [[fallthrough]];
    case State::point:
    case State::fraction:
      if (octet == 'e' || octet == 'E') return go_to(State::exponent_mark);
      if (!is_digit(octet)) return false;
      if (state_ == State::point) state_ = State::fraction;
      return true;
    case State::exponent_mark:
      if (is_sign(octet)) return go_to(State::exponent_sign);
      [[fallthrough]];
    case State::exponent_sign:
    case State::exponent:
      return is_digit(octet) && go_to(State::exponent);
    default:
      return false;
  }
}

bool Token::take_word(char octet) {
  if (state_ != State::word) {
    if (octet != 'i' && octet != 'n') return false;
    word_rest_ = octet == 'i' ? "nf" : "an";
    return go_to(State::word);
  }
  if (octet != *word_rest_) return false;
  if (*++word_rest_ == '\0') state_ = State::word_end;
  return true;
}

}  // namespace rstcause::resp
