// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <string>

namespace rstcause::capture {

/// Runs `work` in a child process and waits for it; returns its exit status. Signals that end a
/// program are passed on to the child, so that whatever this process owns (the trace instance,
/// which takes privilege to remove) outlives a child that fails, or is killed, and is removed
/// after it. A child whose guardian is killed ends as by SIGTERM.
int run_guarded(const std::function<int()>& work);

/// From here on SIGINT, SIGTERM and SIGHUP set `stop_asked` and do no more, and writing into a
/// closed pipe is an error like any other.
void catch_signals();

/// Gives up every capability, for good, and the privileges of root as well where
/// `keep_user` is false: the process is nobody's then, and can open no file that not everybody may.
/// Does nothing for who has none. Throws std::runtime_error if they stay: better no capture than
/// one that reads foreign packets as root.
void drop_privileges(bool keep_user);

}  // namespace rstcause::capture
