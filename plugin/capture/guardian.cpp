// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/guardian.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include "capture/session.h"

namespace rstcause::capture {
namespace {

constexpr std::array kEnding = {SIGINT, SIGTERM, SIGHUP};
constexpr uid_t kNobody = 65534;

volatile pid_t guarded_child = 0;

void ask_to_stop(int) {
  stop_asked = true;
}

void pass_on(int signal) {
  stop_asked = true;
  if (guarded_child > 0) kill(guarded_child, signal);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

/// No wrapper of the C library has it, and libcap would be one more library to trust.
bool clear_capabilities() {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  return syscall(SYS_capset, &head, none.data()) == 0;
}

/// What a program could gain by execve(2).
void clear_bounding_set() {
  constexpr int kMostCapabilities = 64;
  for (int one = 0; one < kMostCapabilities; ++one) prctl(PR_CAPBSET_DROP, one, 0, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

/// Its own status; a shell's 128 + n for a child that signal n ended.
int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 1;
  }
  constexpr int kSignalled = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

}  // namespace

void catch_signals() {
  for (const int signal : kEnding) handle(signal, ask_to_stop);
  handle(SIGPIPE, SIG_IGN);
}

int run_guarded(const std::function<int()>& work) {
  for (const int signal : kEnding) handle(signal, pass_on);
  const pid_t guardian = getpid();
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child > 0) {
    guarded_child = child;
    if (stop_asked) kill(child, SIGTERM);  // it came too early to be passed on
    return status_of(child);
  }
  catch_signals();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != guardian) stop_asked = true;  // it was killed before we could ask for that
  _exit(work());
}

void drop_privileges(bool keep_user) {
  clear_bounding_set();
  if (geteuid() == 0 && !keep_user) {
    if (setgroups(0, nullptr) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 ||
        setresuid(kNobody, kNobody, kNobody) != 0)
      fail("giving up root");
  }
  if (!clear_capabilities()) fail("giving up capabilities");
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // setresuid(2) takes it back
}

}  // namespace rstcause::capture
