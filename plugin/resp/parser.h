// SPDX-License-Identifier: GPL-2.0-or-later
// RESP (REdis Serialization Protocol) 2 and 3: how far a value reaches, and views of its parts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rstcause::resp {

/// How deeply aggregates may be nested before a value is called malformed. Redis itself stays
/// below about a dozen; the bound keeps a scanner's state fixed in size.
inline constexpr std::size_t kMaxDepth = 32;

/// How far one RESP value reaches into a buffer.
///
/// `need_more` is not an error: the rest is in segments we have not seen yet. Keeping the three
/// outcomes apart is what lets a caller wait for more without ever guessing.
struct Extent {
  enum class Kind : std::uint8_t { complete, need_more, malformed };
  Kind kind = Kind::need_more;
  /// complete: length of the value. malformed: offset of the first bad octet. need_more: the
  /// octets looked at, all of them well-formed.
  std::size_t octets = 0;

  friend bool operator==(const Extent&, const Extent&) = default;
};

/// Measures the value that starts at the first octet of `data`: RESP2 and RESP3, streamed
/// strings and aggregates included. An attribute belongs to the value that follows it. Never
/// allocates; linear in `data`; announced lengths up to 2^63-1 are taken at their word.
Extent measure(std::string_view data);

/// Measures a command as a client sends it: an array of bulk strings, nothing else (`*0` and
/// `*-1`, which servers pass over in silence, included). Inline commands: see inline.h.
Extent measure_command(std::string_view data);

/// What a value is, by its marker octet.
enum class Type : char {
  simple = '+',
  error = '-',
  integer = ':',
  bulk = '$',
  array = '*',
  null = '_',
  boolean = '#',
  real = ',',
  big_number = '(',
  bulk_error = '!',
  verbatim = '=',
  map = '%',
  set = '~',
  push = '>',
  attribute = '|',
};

/// The type that a marker octet announces, or nothing for any other octet.
std::optional<Type> type_of_marker(char octet);

/// The type's name for humans: "simple string", "bulk string", "array", ...
std::string_view name_of(Type type);

/// True for the types that hold other values.
bool is_aggregate(Type type);

/// A look at the beginning of a value, for which its first octets suffice.
struct Header {
  Type type = Type::null;
  /// The first line without marker and CRLF: a simple string's text, an announced length, ...
  std::string_view line;
  /// Announced length in octets or elements (a map's in pairs); -1 for null; absent for types
  /// without a length and for streamed values, whose length is unknown.
  std::optional<std::int64_t> length;
  std::size_t octets = 0;  ///< Marker, line and CRLF together.

  /// `$-1`, `*-1` and `_`.
  bool is_null() const { return type == Type::null || length == -1; }
};

/// Reads the header of the value at the start of `data`, attributes not skipped. Nothing when
/// the line is incomplete or no header.
std::optional<Header> read_header(std::string_view data);

/// One element of an aggregate: its header and, for bulk types, its content.
struct Element {
  Header header;
  std::string_view content;  ///< Bulk strings, bulk errors, verbatim strings (with "txt:").
};

/// Walks over the direct elements of the aggregate that starts at `value`, of which any prefix
/// may be given; ends silently where the octets end. Nothing is copied. Elements nested in
/// elements are measured and passed over; linear in the octets given.
class Elements {
 public:
  explicit Elements(std::string_view value);

  /// The next element that is wholly in the given octets.
  std::optional<Element> next();

  /// What follows the elements passed so far.
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  std::uint64_t left_ = 0;
};

/// The value itself, attributes before it passed over; empty where it is not in the octets.
std::string_view skip_attributes(std::string_view value);

/// The first words of a command.
struct CommandView {
  std::int64_t words = 0;                  ///< How many words the command has.
  std::array<std::string_view, 3> word{};  ///< The first three; empty where not seen.
};

/// Views the first words of a command sent as an array of bulk strings. Any prefix of the
/// command will do as long as the first word is whole in it; nothing otherwise, nor for arrays or
/// words with lengths of more than nine digits, which no server takes.
std::optional<CommandView> view_command(std::string_view data);

}  // namespace rstcause::resp
