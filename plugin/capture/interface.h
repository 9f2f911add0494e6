// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <pcap/pcap.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "capture/host.h"
#include "capture/options.h"
#include "capture/pcapng.h"

namespace rstcause::capture {

/// One interface that is being captured, by libpcap.
class LiveInterface {
 public:
  /// How long the kernel may gather packets before it hands them over.
  static constexpr int kGatherMs = 50;

  /// Opens it, which takes CAP_NET_RAW. Throws std::runtime_error with libpcap's own words.
  LiveInterface(const InterfaceName& name, const Options& options);

  using TakePacket = std::function<void(Nanos time, Octets octets, std::uint32_t original)>;

  /// Hands over what the kernel has gathered, at most a few hundred packets. Returns how many;
  /// throws std::runtime_error when the interface is gone.
  int read(const TakePacket& take);
  /// Becomes readable when there is something.
  int descriptor() const { return descriptor_; }

  const pcapng::Interface& description() const { return description_; }
  /// As libpcap calls it, which may differ from the one in files.
  int link_type() const { return link_type_; }
  HostWatch& host() { return host_; }
  pcapng::Statistics statistics();

 private:
  struct Close {
    void operator()(pcap_t* handle) const { pcap_close(handle); }
  };
  using Handle = std::unique_ptr<pcap_t, Close>;

  void open(const InterfaceName& name, const Options& options);
  void set_filter(const std::string& filter);

  Handle handle_;
  int descriptor_ = -1, link_type_ = 0;
  Nanos unit_ = 1;  ///< Of libpcap's fraction of a second.
  pcapng::Interface description_;
  HostWatch host_;
};

}  // namespace rstcause::capture
