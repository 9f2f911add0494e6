// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/descriptor.h"
#include "capture/headers.h"
#include "capture/matcher.h"

namespace rstcause::capture {

/// The addresses of a host, of the network namespace in which it was captured.
struct Host {
  std::vector<Address> addresses;
  std::vector<MacAddress> macs;

  bool has(const Address& address) const;
  bool has(const MacAddress& mac) const;
  /// Whose packet this is. It was sent here only where the link layer shows that as well: a packet
  /// that comes in may bear an address of ours.
  Ownership ownership_of(const Headers& packet) const;
};

/// A Host that is kept up to date, over rtnetlink(7). Its socket belongs to the network namespace
/// in which it was made, and needs no privilege.
class HostWatch {
 public:
  /// Of the namespace in which the calling thread is. Throws std::runtime_error.
  HostWatch();

  /// Asked again where the last answer is more than a second old.
  const Host& host(Nanos now);
  /// The inode of the namespace, as `ip netns identify` and /proc/PID/ns/net know it.
  std::uint64_t netns() const { return netns_; }

 private:
  void ask(std::uint16_t type);

  Descriptor socket_;
  std::uint64_t netns_ = 0;
  Host host_;
  Nanos asked_ = INT64_MIN;
};

/// The calling thread is in another network namespace while this lives.
class InNamespace {
 public:
  /// The one of that name (ip-netns(8)); empty: stays where it is. Throws std::runtime_error.
  explicit InNamespace(const std::string& name);
  InNamespace(const InNamespace&) = delete;
  InNamespace& operator=(const InNamespace&) = delete;
  ~InNamespace();

 private:
  Descriptor before_;
};

}  // namespace rstcause::capture
