// SPDX-License-Identifier: GPL-2.0-or-later
// What a -z argument of ours gathers and prints. Knows no epan.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "glue/session.h"
#include "glue/stats_output.h"

namespace rstcause::glue {

/// One -z argument: notes which resets passed its filter, and prints their last verdicts.
///
/// tshark may begin a new session under way (-M, and at each new file of -b), with the frames
/// numbered from 1 and no word to the listeners. A reset belongs to its session, so what was noted
/// is told when the session ends, and put aside until the statistics are printed.
class Listener {
 public:
  explicit Listener(std::string filter) : filter_(std::move(filter)) {}
  virtual ~Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The places in Engine::explained() of resets that passed.
  void take(std::size_t first, std::size_t last);
  /// The session ends, and the listener lives on.
  void end(const Session& ending);
  /// Prints everything, with what was chosen of the session that is open, if one is.
  void print(const Session* open, std::FILE* to);
  /// Everything begins anew.
  void forget();

 protected:
  using Chosen = std::vector<std::size_t>;
  const std::string& filter() const { return filter_; }
  /// Keeps what is to be printed of them when their session is gone.
  virtual void keep(const Session& ending, const Chosen& chosen) = 0;
  virtual void print_all(const Session* open, const Chosen& chosen, CheckedStream& to) = 0;
  virtual void drop_kept() = 0;

 private:
  std::string filter_;
  Chosen chosen_;
  bool is_printed_ = false;  ///< Nothing came since all was printed: at the end of tshark.
};

/// What lines say beside the resets, by the preferences of the moment.
struct LineSettings {
  const char* source = "";  ///< What "file" says.
  bool total = false;       ///< The last line tells the number of the others.
};
using AskSettings = LineSettings (*)();

std::unique_ptr<Listener> tree_listener(std::string filter);
std::unique_ptr<Listener> json_listener(std::string filter, AskSettings settings);
std::unique_ptr<Listener> csv_listener(std::string filter, AskSettings settings);

}  // namespace rstcause::glue
