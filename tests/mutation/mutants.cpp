// SPDX-License-Identifier: GPL-2.0-or-later
//
// mutants [--all] [TOKEN...]
//
// Would anybody notice? Takes each rule of each row of the catalogue away, and turns each into its
// opposite, and runs the tests that are linked into this program against every such catalogue.
// A mutant that all of them pass has survived: that rule is not tested. Prints the survivors and a
// line for each row; with --all each mutant with the test that caught it. Fails where a row has no
// mutant that was caught, or where more than one of ten survived of all.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/judge/cause.h"

namespace {

using namespace rstcause;

/// The clue that `opposite` asks: one is enough, for one rule is changed at a time.
const Clue* turned = nullptr;

constexpr Clue kOpposite{"opposite",
                         [](const Scene& s) {
                           const Answer answer = turned->ask(s);
                           if (answer.is_yes()) return Answer::no();
                           return answer.is_no() ? Answer::yes(s.rst.frame) : answer;
                         },
                         "The opposite."};

struct Mutant {
  std::string_view token;
  std::string what;
  std::function<void(Cause&)> change;
};

/// The list without the item at that place, or with another one there.
template <typename T, std::size_t N>
FixedList<T, N> changed(const FixedList<T, N>& list, std::size_t place, const T* instead) {
  FixedList<T, N> made;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i == place && instead == nullptr) continue;
    made.add(i == place ? *instead : list.begin()[i]);
  }
  return made;
}

template <typename List>
void add_mutants(std::vector<Mutant>& to, std::string_view token, const char* name,
                 List Cause::*list, const List& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Clue* const clue = items.begin()[i];
    const std::string rule = std::string(name) + " " + std::string(clue->name);
    to.push_back({token, "without: " + rule, [=](Cause& row) {
                    row.*list = changed(row.*list, i, static_cast<const Clue* const*>(nullptr));
                  }});
    to.push_back({token, "opposite of: " + rule, [=](Cause& row) {
                    turned = clue;
                    const Clue* const other = &kOpposite;
                    row.*list = changed(row.*list, i, &other);
                  }});
  }
}

void add_weights(std::vector<Mutant>& to, const Cause& row) {
  for (std::size_t i = 0; i < row.favours.size(); ++i) {
    const Weight weight = row.favours.begin()[i];
    const std::string rule = "favours " + std::string(weight.clue->name);
    to.push_back({row.token, "without: " + rule, [=](Cause& c) {
                    c.favours = changed(c.favours, i, static_cast<const Weight*>(nullptr));
                  }});
    to.push_back({row.token, "opposite of: " + rule, [=](Cause& c) {
                    const Weight opposite{weight.clue, -weight.if_yes, -weight.if_no};
                    c.favours = changed(c.favours, i, &opposite);
                  }});
  }
}

std::vector<Mutant> mutants_of(const Cause& row) {
  std::vector<Mutant> made;
  add_mutants(made, row.token, "needs", &Cause::needs, row.needs);
  add_mutants(made, row.token, "excluded by", &Cause::excluded_by, row.excluded_by);
  add_mutants(made, row.token, "proved by", &Cause::proved_by, row.proved_by);
  add_weights(made, row);
  return made;
}

/// Writes the name of the first test that fails, and ends the process there.
class FirstFailure : public ::testing::EmptyTestEventListener {
 public:
  explicit FirstFailure(int to) : to_(to) {}

 private:
  void OnTestEnd(const ::testing::TestInfo& test) override {
    if (!test.result()->Failed()) return;
    const std::string name = std::string(test.test_suite_name()) + "." + test.name();
    (void)!write(to_, name.data(), name.size());
    _exit(1);
  }
  int to_;
};

/// The test that catches it, or nothing. In a process of its own, which a mutant may ruin.
std::string catcher_of(const Mutant& mutant) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  std::fflush(stdout);  // or the child would write what stands in the buffer once more
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    alarm(120);
    (void)!freopen("/dev/null", "w", stdout);
    (void)!freopen("/dev/null", "w", stderr);
    auto* const rows = new std::vector<Cause>(catalogue().begin(), catalogue().end());
    for (Cause& row : *rows) {
      if (row.token == mutant.token) mutant.change(row);
    }
    const CatalogueInPlace in_place(*rows);
    ::testing::UnitTest::GetInstance()->listeners().Append(new FirstFailure(ends[1]));
    _exit(RUN_ALL_TESTS() == 0 ? 0 : 1);
  }
  close(ends[1]);
  char name[256];
  const ssize_t size = read(ends[0], name, sizeof name);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status == 0) return {};
  return size > 0 ? std::string(name, static_cast<std::size_t>(size)) : "it ended";
}

}  // namespace

int main(int count, char** arguments) {
  ::testing::InitGoogleTest(&count, arguments);
  bool all = false;
  std::set<std::string_view> wanted;
  for (int i = 1; i < count; ++i) {
    if (std::string_view(arguments[i]) == "--all")
      all = true;
    else
      wanted.insert(arguments[i]);
  }
  std::size_t mutants = 0, survivors = 0, untested = 0;
  const std::vector<Cause> rows(catalogue().begin(), catalogue().end());
  for (const Cause& row : rows) {
    if (!wanted.empty() && !wanted.contains(row.token)) continue;
    std::size_t caught = 0;
    const std::vector<Mutant> of_row = mutants_of(row);
    for (const Mutant& mutant : of_row) {
      const std::string test = catcher_of(mutant);
      caught += test.empty() ? 0U : 1U;
      if (all || test.empty()) {
        std::printf("%-24s %-60s %s\n", std::string(row.token).c_str(), mutant.what.c_str(),
                    test.empty() ? "SURVIVES" : test.c_str());
      }
    }
    std::printf("%s: %zu of %zu caught\n", std::string(row.token).c_str(), caught, of_row.size());
    std::fflush(stdout);
    mutants += of_row.size();
    survivors += of_row.size() - caught;
    untested += caught == 0 && !of_row.empty() ? 1U : 0U;
  }
  std::printf("%zu mutants, %zu caught, %zu rows without any caught\n", mutants,
              mutants - survivors, untested);
  return untested == 0 && survivors * 10 <= mutants ? 0 : 1;
}
