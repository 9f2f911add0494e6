// SPDX-License-Identifier: GPL-2.0-or-later
#include "resp/remedy.h"

#include <algorithm>
#include <iterator>

namespace rstcause::resp {
namespace {

/// An error that speaks of a setting, in the words of Redis 7 and Valkey 8 (networking.c,
/// server.c). Scripts may report any code: so of some the words count too.
struct Known {
  std::string_view begins;    ///< The error's text without its marker.
  std::string_view mentions;  ///< And somewhere in it; empty: whatever.
  std::string_view remedy;
};

constexpr Known kKnown[] = {
    {"ERR max number of clients", "",
     "Redis had as many clients as it takes: raise its maxclients (and the limit of open files of "
     "its process), or find who leaves connections open (CLIENT LIST)."},
    {"DENIED ", "protected mode",
     "Redis is in protected mode, which serves its own host alone: give its default user a "
     "password (requirepass), or set protected-mode no where no stranger reaches the port."},
    {"NOAUTH ", "",
     "Redis asks for a password: let the client send AUTH, or HELLO with AUTH, before anything "
     "else."},
    {"WRONGPASS ", "",
     "Redis did not take the user or the password: compare the client's with requirepass and ACL "
     "LIST."},
    {"ERR invalid password", "",
     "Redis did not take the password: compare the client's with requirepass."},
    {"LOADING ", "",
     "Redis was still reading its data set: keep clients away until INFO says loading:0, and let "
     "them try again."},
    {"OOM ", "maxmemory",
     "Redis is at its maxmemory: raise it, or let it evict keys (maxmemory-policy)."},
    {"BUSY ", "script",
     "A script keeps Redis from serving anybody: SCRIPT KILL ends it, shorter scripts prevent it."},
    {"MASTERDOWN ", "",
     "This replica has lost its master and serves no old data (replica-serve-stale-data no): mend "
     "the replication link."},
    {"READONLY ", "replica",
     "The client writes to a replica: let it ask again for the master after a failover (Sentinel, "
     "Cluster)."},
    {"ERR Protocol error", "",
     "What came to Redis was no RESP that it takes: another protocol on its port (TLS, HTTP), or "
     "a command beyond its limits (proto-max-bulk-len)."},
};

constexpr std::string_view kSlowReader =
    "If this client reads more slowly than Redis writes, client-output-buffer-limit ends it: "
    "Redis's log says so.";

constexpr std::string_view kImpatient =
    "If the client's time-out ended this, compare it with how long Redis takes (SLOWLOG GET, "
    "LATENCY DOCTOR).";

constexpr std::string_view kClosedBefore =
    "Redis had closed this connection before the command came: by its timeout for idle clients "
    "(CONFIG GET timeout), by CLIENT KILL, or as it ended.";

bool fits(const Known& known, std::string_view error) {
  return error.starts_with(known.begins) && error.find(known.mentions) != error.npos;
}

/// The oldest command without a reply came when the server would answer no more.
bool asked_too_late(const Tracker& tracker, const Ending& ending) {
  const auto oldest = tracker.oldest_outstanding();
  return ending.by_server && ending.closed_ns && oldest && oldest->time_ns >= *ending.closed_ns;
}

}  // namespace

std::string_view remedy_of_error(std::string_view error) {
  const auto* const found = std::find_if(std::begin(kKnown), std::end(kKnown),
                                         [&](const Known& known) { return fits(known, error); });
  return found == std::end(kKnown) ? std::string_view{} : found->remedy;
}

std::string_view remedy(const Tracker& tracker, const Ending& ending) {
  if (const auto error = tracker.last_error(); error && tracker.last_reply_was_error()) {
    const std::string_view known = remedy_of_error(error->text.view());
    if (!known.empty()) return known;
  }
  if (asked_too_late(tracker, ending)) return kClosedBefore;
  const bool in_reply = tracker.last_reply_complete() == false;
  if (ending.by_server) return in_reply || tracker.streams() ? kSlowReader : std::string_view{};
  return !in_reply && tracker.outstanding().value_or(0) != 0 ? kImpatient : std::string_view{};
}

std::vector<std::string_view> remedies() {
  std::vector<std::string_view> all = {kSlowReader, kImpatient, kClosedBefore};
  for (const Known& known : kKnown) all.push_back(known.remedy);
  return all;
}

}  // namespace rstcause::resp
