// SPDX-License-Identifier: GPL-2.0-or-later
#include "glue/stats_listeners.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "engine/engine_frames.h"
#include "engine/tell/csv.h"
#include "engine/tell/json.h"
#include "engine/tell/tally.h"
#include "glue/guard.h"

namespace rstcause::glue {

void Listener::take(std::size_t first, std::size_t last) {
  is_printed_ = false;
  for (std::size_t place = first; place < last; ++place) chosen_.push_back(place);
}

void Listener::end(const Session& ending) {
  if (!is_printed_ && !chosen_.empty()) keep(ending, chosen_);
  chosen_.clear();
}

void Listener::print(const Session* open, std::FILE* to) {
  CheckedStream out(to);
  print_all(open, chosen_, out);
  out.flush();
  is_printed_ = true;
}

void Listener::forget() {
  chosen_.clear();
  drop_kept();
}

namespace {

class TreeListener final : public Listener {
 public:
  using Listener::Listener;

 private:
  static void count(const Session& of, const Chosen& chosen, Tally& into) {
    for (const std::size_t place : chosen) {
      const Explained& reset = of.engine.explained()[place];
      into.count(of.engine.flow(reset.flow), reset);
    }
  }

  void keep(const Session& ending, const Chosen& chosen) override { count(ending, chosen, ended_); }
  void print_all(const Session* open, const Chosen& chosen, CheckedStream& to) override {
    Tally all = ended_;
    if (open != nullptr) count(*open, chosen, all);
    to.write(all.text(filter()));
  }
  void drop_kept() override { ended_ = {}; }

  Tally ended_;
};

/// How the resets stand one below the other.
struct Form {
  std::string (*header)();  ///< nullptr: none.
  std::string (*line)(const Report&, std::string_view file);
  std::string (*total)(std::uint64_t);  ///< Closes the whole, where the preference asks for it.
  std::string_view end;
};

class LinesListener final : public Listener {
 public:
  LinesListener(std::string filter, const Form& form, AskSettings settings)
      : Listener(std::move(filter)), form_(form), settings_(settings) {}

 private:
  template <typename Print>
  void each(const Session& of, const Chosen& chosen, Print print) const {
    const auto guard = [](auto&& work) { return write_failed() || guarded(work); };
    write_each(of.engine, chosen, settings_().source, form_.line, form_.end, guard, print);
  }

  void keep(const Session& ending, const Chosen& chosen) override {
    each(ending, chosen, [&](std::string_view line) {
      ended_.add(line);
      ++ended_count_;
    });
  }

  void print_all(const Session* open, const Chosen& chosen, CheckedStream& to) override {
    if (form_.header != nullptr) to.write(form_.header().append(form_.end));
    ended_.print(to);
    std::uint64_t count = ended_count_;
    if (open != nullptr) {
      each(*open, chosen, [&](std::string_view line) {
        to.write(line);
        ++count;
      });
    }
    if (settings_().total) to.write(form_.total(count).append(form_.end));
  }

  void drop_kept() override {
    ended_.clear();
    ended_count_ = 0;
  }

  const Form& form_;
  const AskSettings settings_;
  TextAside ended_;
  std::uint64_t ended_count_ = 0;
};

constexpr Form kJson = {nullptr, to_json, json_total, "\n"};
constexpr Form kCsv = {csv_header, to_csv, csv_total, "\r\n"};

}  // namespace

std::unique_ptr<Listener> tree_listener(std::string filter) {
  return std::make_unique<TreeListener>(std::move(filter));
}
std::unique_ptr<Listener> json_listener(std::string filter, AskSettings settings) {
  return std::make_unique<LinesListener>(std::move(filter), kJson, settings);
}
std::unique_ptr<Listener> csv_listener(std::string filter, AskSettings settings) {
  return std::make_unique<LinesListener>(std::move(filter), kCsv, settings);
}

}  // namespace rstcause::glue
