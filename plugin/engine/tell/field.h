// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "engine/tell/report.h"

namespace rstcause {

/// What a field holds: it decides the type in Wireshark, in JSON and in the manual.
enum class FieldType : std::uint8_t {
  text,
  flag,      ///< True or false.
  mark,      ///< Is there or is not.
  percent,   ///< 0 to 100.
  number,    ///< 32 bits.
  octets,    ///< A count of 64 bits.
  frame,     ///< The number of a frame.
  request,   ///< The same, of the request that this frame answers.
  response,  ///< The same, of the response to this frame.
  span,      ///< Nanoseconds; seconds in JSON and CSV.
  tests,     ///< The word of each test of authenticity.
};

/// Which frames a field stands on.
enum class FieldOn : std::uint8_t {
  reset,
  connection,   ///< Every frame of a connection that was reset.
  belying,      ///< A frame that shows an earlier reset not to be its sender's word.
  redis,        ///< A frame with a command or a reply, below the protocol rstcause_resp.
  redis_reset,  ///< A reset of a connection that spoke Redis.
};

/// The part of a reset's details in which the tree shows a field, in the order of the table.
enum class FieldPlace : std::uint8_t {
  by_hand,  ///< None of them: whoever draws the tree gives it a place and a form of its own.
  claim,
  sender,
  frames,
  measures,
  kernel,
  redis,
  pointers,
};

/// Text that a stranger wrote, of any octets.
struct Quoted {
  std::string_view text;
};
/// A token, with what it means.
struct NamedToken {
  std::string_view token, words;
};
struct Span {
  Nanos nanoseconds;
};

/// A value, or none. It owns nothing: what it shows lives as long as the report.
using FieldValue =
    std::variant<std::monostate, std::string_view, Quoted, NamedToken, std::uint64_t, bool, Span,
                 FileTime, std::span<const std::string>, std::span<const Report::Evidence>,
                 std::span<const Report::Alternative>, const forgery::Testimonies*>;
static_assert(std::is_trivially_destructible_v<FieldValue>, "epan may jump over one");

/// What a value is taken from.
struct Told {
  const Report& report;
  std::string_view file = {};  ///< What the user calls the capture.

  const Explained& reset() const { return *report.reset; }
  const Verdict& verdict() const { return report.reset->verdict; }
};

/// One row of the table of fields (field_table.h). From it follow the filter, the item of the tree,
/// the key of JSON, the column of CSV and the entry of rstcause(7).
struct Field {
  std::string_view key = {};     ///< In JSON and CSV; empty: it does not stand there.
  const char* filter = nullptr;  ///< In Wireshark; null: Wireshark has it by another name.
  const char* name = nullptr;    ///< Before the value in the tree.
  FieldType type = FieldType::text;
  bool repeated = false;  ///< A list in JSON.
  FieldOn on = FieldOn::reset;
  FieldPlace place = FieldPlace::by_hand;
  const char* meaning = nullptr;  ///< One line, without the full stop.
  std::string_view more = {};     ///< What the manual adds: sentences, with `names` in backticks.
  FieldValue (*value)(const Told&) = nullptr;  ///< Null: whoever draws the tree has it.
  /// Where this holds, the tree hides the item; filters and columns find it.
  bool (*says_nothing)(const Told&) = nullptr;
};

}  // namespace rstcause
