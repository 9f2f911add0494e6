// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "engine/judge/clue.h"

namespace rstcause {

/// How much a user should care. Never error for what a capture cannot prove.
enum class Severity : std::uint8_t { chat, note, warning, error };

/// As Wireshark's expert information names it.
std::string_view to_string(Severity severity);

/// Who truly sends a reset of this cause.
enum class Sender : std::uint8_t { endpoint, middlebox, third_party, unknown };

/// A short list that lives in the catalogue: no allocation, no terminator.
template <typename T, std::size_t N>
class FixedList {
 public:
  constexpr FixedList() = default;
  constexpr FixedList(std::initializer_list<T> items) {
    for (const T& item : items) items_[size_++] = item;
  }
  constexpr void add(const T& item) { items_[size_++] = item; }
  constexpr const T* begin() const { return items_.data(); }
  constexpr const T* end() const { return items_.data() + size_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }

 private:
  std::array<T, N> items_{};
  std::size_t size_ = 0;
};

/// A clue that speaks for or against a cause without deciding it alone. Weights are natural
/// logarithms of odds: +0.7 doubles them.
struct Weight {
  const Clue* clue = nullptr;
  double if_yes = 0;
  double if_no = 0;
};

/// A form of a cause that users tell apart (rstcause.detail), and what Linux calls it.
struct Variant {
  std::string_view detail;
  std::string_view words = {};          ///< What that token means, for lists; no whole sentence.
  const Clue* clue = nullptr;           ///< The first variant whose clue says yes is taken.
  std::string_view kernel_reason = {};  ///< Empty: as the cause.
  std::string_view netstat = {};        ///< Empty: as the cause.
  std::string_view summary = {};        ///< Empty: as the cause.
  std::string_view advice = {};         ///< Empty: as the cause.
  Sender sender = Sender::unknown;      ///< Unknown: as the cause.
};

/// What the application was doing when this cause struck, where that changes what to say and what
/// to do: the token names the act, the situation the reason for it.
struct Situation {
  const Clue* clue = nullptr;     ///< The first situation whose clue says yes is taken.
  std::string_view summary = {};  ///< Empty: as the variant or the cause. A template.
  std::string_view advice = {};   ///< The same.
};

/// One cause of a reset: everything that the project knows of it. Filters, expert infos,
/// statistics, documentation and tests all derive from this row.
struct Cause {
  std::string_view token;    ///< The value of rstcause.reason. Never renamed.
  std::string_view title;    ///< A few words for lists.
  std::string_view meaning;  ///< What happened, for somebody who never heard of it.
  std::string_view summary;  ///< One sentence about this very reset: a template (words.h).
  std::string_view advice;   ///< What to do or to check next: a template too.
  std::string_view apart;    ///< As an alternative: what would tell it apart; a template too.
  std::string_view source;   ///< Where it is written: RFC section, kernel function.
  /// Of a sender that is surely not Linux: the summary, which names the act and no system's means,
  /// and the advice. Empty: as always.
  std::string_view elsewhere = {}, elsewhere_advice = {};
  Severity severity = Severity::note;
  Sender sender = Sender::endpoint;
  const Clue* sent_by_endpoint_if = nullptr;  ///< An end itself sent it where this says yes.
  bool benign = false;                        ///< Nothing to fix.
  const Clue* benign_if = nullptr;            ///< Nothing to fix where this says yes.
  std::string_view benign_advice = {};        ///< The advice then; empty: as always.
  bool ends_connection = true;    ///< False: the resetter's own connection attempt lives on.
  bool loses_state = false;       ///< The host knew nothing of the connection any more.
  bool declared = false;          ///< The wire itself states it.
  bool listener_replies = false;  ///< Linux answers from the listener if there is one (TCP_FLAGS).
  std::string_view kernel_reason =
      {};                         ///< enum sk_rst_reason without prefix; empty: no endpoint's.
  std::string_view netstat = {};  ///< The Linux counter to look at.
  State state = State::unknown;   ///< The resetter's state, where the cause itself tells it.

  double prior = 0;  ///< Natural logarithm of the odds against `unknown`.
  int ceiling = 99;  ///< The highest honest confidence from one capture, percent.
  FixedList<const Clue*, 8> needs = {};  ///< A "no" rules the cause out.
  FixedList<Weight, 56> favours = {};
  FixedList<const Clue*, 8> excluded_by = {};  ///< A "yes" rules the cause out.
  FixedList<const Clue*, 4> proved_by = {};    ///< All yes: the protocol admits nothing else.
  /// Without a yes of one of these it is no more than suspected; none: nothing to ask.
  FixedList<const Clue*, 12> only_sure_by = {};
  const Clue* root = nullptr;  ///< Its "yes" names the frame that this one follows from.
  FixedList<Variant, 6> variants = {};
  std::span<const Situation> situations = {};
  std::string_view example = {};  ///< A conversation in the notation of tests/support/trace.h.
};

/// The catalogue: all causes, in the order of the documentation. Start reading here.
std::span<const Cause> catalogue();

/// While it lives, these rows are the catalogue: for tests that ask which of a row's rules nobody
/// would miss. The rows must outlive it, and every verdict that was made with them.
class CatalogueInPlace {
 public:
  explicit CatalogueInPlace(std::span<const Cause> rows);
  CatalogueInPlace(const CatalogueInPlace&) = delete;
  CatalogueInPlace& operator=(const CatalogueInPlace&) = delete;
  ~CatalogueInPlace();
};

/// The row of that token, or nullptr.
const Cause* find_cause(std::string_view token);

}  // namespace rstcause
