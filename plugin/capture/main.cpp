// SPDX-License-Identifier: GPL-2.0-or-later
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "capture/events_file.h"
#include "capture/extcap.h"
#include "capture/guardian.h"
#include "capture/join.h"
#include "capture/options.h"
#include "capture/session.h"
#include "rstcause_version.h"

namespace rstcause::capture {
namespace {

void say(const std::string& text) {
  std::cerr << "rstcause-capture: " << text << std::endl;
}

/// The kernel's word, or why there is none.
std::unique_ptr<TraceInstance> listen_to_kernel(std::string_view instead) {
  try {
    auto instance = std::make_unique<TraceInstance>();
    if (!instance->tells_reasons())
      say("this kernel tells states and processes but no reasons (Linux 6.10 was the first), and "
          "nothing of RSTs without a socket.");
    return instance;
  } catch (const NoWord& why) {
    say(std::string("without the kernel's word: ") + why.what() + ". " + std::string(instead));
    return nullptr;
  }
}

void print_summary(Session& session, bool with_word) {
  const Counts& counts = session.counts();
  const pcapng::Statistics packets = session.statistics();
  std::cerr << "Packets: " << counts.packets << ", dropped by the kernel: " << packets.dropped
            << ". Resets: " << counts.resets;
  if (with_word) {
    const Matcher& matcher = session.matcher();
    std::cerr << "; with the kernel's word on their sending: " << counts.sent
              << ", sent without its TCP: " << counts.without_tcp
              << ", with its word on their receiving: " << counts.received
              << ". Kernel events: " << matcher.events() << ", lost: " << matcher.lost();
    if (matcher.lost() != 0) std::cerr << " (nothing was concluded from silence around them)";
    if (counts.hurried != 0)
      std::cerr << ". Resets that could not wait for their events: " << counts.hurried;
  }
  std::cerr << "." << std::endl;
}

int capture_packets(const Options& options) {
  catch_signals();
  const auto instance = listen_to_kernel("Capturing goes on.");
  std::vector<std::unique_ptr<LiveInterface>> interfaces;
  for (const InterfaceName& name : options.interfaces)
    interfaces.push_back(std::make_unique<LiveInterface>(name, options));
  for (const auto& interface : interfaces) {
    if (instance && !knows_link_type(interface->link_type()))
      say(interface->description().name + ": the word finds no resets in packets of its kind.");
  }
  std::unique_ptr<TraceReader> reader;
  if (instance) reader = std::make_unique<TraceReader>(instance->open_pipe(), instance->clock());
  Session session(options, std::move(interfaces), std::move(reader),
                  instance && instance->tells_reasons());
  const auto work = [&] {
    try {
      // A ring's next files are to be made by the user who made the first.
      drop_privileges(options.is_ring());
      if (!options.quiet && !options.extcap) say("capturing; ^C ends it.");
      session.run();
      if (!options.quiet && !options.extcap) print_summary(session, instance != nullptr);
      return 0;
    } catch (const ReaderGone& gone) {
      if (options.extcap) return 0;
      say(gone.what());
      return 1;
    } catch (const std::exception& failure) {
      say(failure.what());
      return 1;
    }
  };
  return instance ? run_guarded(work) : work();
}

int record_events(const Options& options) {
  catch_signals();
  const auto instance = listen_to_kernel("There is nothing to record.");
  if (!instance) return 1;
  TraceReader reader(instance->open_pipe(), instance->clock());
  EventsWriter writer(open_for_writing(options.output), instance->tells_reasons());
  return run_guarded([&] {
    try {
      drop_privileges(false);
      if (!options.quiet) say("recording the kernel's events; ^C ends it.");
      const EventCounts counts = record(reader, writer, options.most_time);
      if (!options.quiet)
        say("events: " + std::to_string(counts.events) + ", lost: " + std::to_string(counts.lost));
      return 0;
    } catch (const std::exception& failure) {
      say(failure.what());
      return 1;
    }
  });
}

int join_files(const Options& options) {
  const JoinCounts counts = join(options.join_capture, options.join_events, options.output);
  if (!options.quiet)
    say("resets: " + std::to_string(counts.resets) +
        ", with the kernel's word: " + std::to_string(counts.with_word));
  if (counts.cut_short) say(options.join_capture + " was cut short within its last packet.");
  if (counts.events_cut_short)
    say(options.join_events + " was cut short: resets after its last line got no word.");
  return 0;
}

int run(const Options& options) {
  switch (options.task) {
    case Task::capture:
      return capture_packets(options);
    case Task::events:
      return record_events(options);
    case Task::join:
      return join_files(options);
    case Task::help:
      std::cout << usage();
      return 0;
    case Task::version:
      std::cout << "rstcause-capture " << RSTCAUSE_VERSION << "\n" << pcap_lib_version() << "\n";
      return 0;
    case Task::extcap_interfaces:
      std::cout << extcap_interfaces(RSTCAUSE_VERSION);
      return 0;
    case Task::extcap_dlts:
      std::cout << extcap_dlts();
      return 0;
    case Task::extcap_config:
      std::cout << extcap_config();
      return 0;
  }
  return 1;
}

}  // namespace
}  // namespace rstcause::capture

int main(int argc, char** argv) {
  using namespace rstcause::capture;
  try {
    return run(parse_options({argv + 1, argv + argc}));
  } catch (const UsageError& wrong) {
    say(std::string(wrong.what()) + "\n(rstcause-capture --help)");
    return 2;
  } catch (const std::exception& failure) {
    say(failure.what());
    return 1;
  }
}
