// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/interface.h"

#include <stdexcept>
#include <utility>

namespace rstcause::capture {
namespace {

/// Between two looks at the kernel's trace.
constexpr int kMostAtOnce = 512;

/// In files a few link types have numbers of their own: raw IP is 101 everywhere.
int link_type_in_files(int dlt) {
  return dlt == DLT_RAW ? 101 : dlt;
}

struct Reading {
  const LiveInterface::TakePacket& take;
  Nanos unit;
};

// NOLINTNEXTLINE(readability-non-const-parameter): libpcap's signature
void take_packet(u_char* user, const pcap_pkthdr* head, const u_char* octets) {
  const auto& reading = *reinterpret_cast<const Reading*>(user);
  const Nanos time = Nanos{head->ts.tv_sec} * kSecond + Nanos{head->ts.tv_usec} * reading.unit;
  reading.take(time, {octets, head->caplen}, head->len);
}

/// The namespace's own watch is made where its interface is opened.
HostWatch watch_of(const InterfaceName& name) {
  const InNamespace there(name.netns);
  return {};
}

/// libpcap's words, and what to do where a privilege is missing.
std::string why_not(int status, const char* detail) {
  std::string text = pcap_statustostr(status);
  if (detail != nullptr && *detail != '\0') text += std::string(": ") + detail;
  if (status == PCAP_ERROR_PERM_DENIED)
    text += "\nCapturing takes root, or the capability CAP_NET_RAW (see rstcause-capture(1))";
  return text;
}

}  // namespace

LiveInterface::LiveInterface(const InterfaceName& name, const Options& options)
    : host_(watch_of(name)) {
  const InNamespace there(name.netns);
  open(name, options);
  set_filter(options.filter);
  char error[PCAP_ERRBUF_SIZE] = {};
  if (pcap_setnonblock(handle_.get(), 1, error) != 0) throw std::runtime_error(error);
  descriptor_ = pcap_get_selectable_fd(handle_.get());
  if (descriptor_ < 0) throw std::runtime_error(name.text() + ": cannot be waited for");
  link_type_ = pcap_datalink(handle_.get());
  description_ = {.link_type = link_type_in_files(link_type_),
                  .snap_length = options.snap_length,
                  .name = name.text(),
                  .filter = options.filter};
}

void LiveInterface::open(const InterfaceName& name, const Options& options) {
  char error[PCAP_ERRBUF_SIZE] = {};
  handle_.reset(pcap_create(name.name.c_str(), error));
  if (!handle_) throw std::runtime_error(name.text() + ": " + error);
  constexpr int kMib = 1 << 20;
  pcap_t* const handle = handle_.get();
  pcap_set_snaplen(handle, static_cast<int>(options.snap_length));
  pcap_set_promisc(handle, options.promiscuous ? 1 : 0);
  pcap_set_timeout(handle, kGatherMs);
  pcap_set_buffer_size(handle, static_cast<int>(options.buffer_mib) * kMib);
  const bool fine = pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO) == 0;
  const int status = pcap_activate(handle);
  if (status < 0)
    throw std::runtime_error(name.text() + ": " + why_not(status, pcap_geterr(handle)));
  unit_ = fine ? 1 : kMicrosecond;
  // With it "any" tells the interface of each packet.
  if (pcap_datalink(handle) == DLT_LINUX_SLL) pcap_set_datalink(handle, DLT_LINUX_SLL2);
}

void LiveInterface::set_filter(const std::string& filter) {
  if (filter.empty()) return;
  bpf_program program{};
  pcap_t* const handle = handle_.get();
  if (pcap_compile(handle, &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
    throw std::runtime_error("the filter \"" + filter + "\": " + pcap_geterr(handle));
  const int status = pcap_setfilter(handle, &program);
  pcap_freecode(&program);
  if (status != 0) throw std::runtime_error(pcap_geterr(handle));
}

int LiveInterface::read(const TakePacket& take) {
  Reading reading{take, unit_};
  const int count =
      pcap_dispatch(handle_.get(), kMostAtOnce, take_packet, reinterpret_cast<u_char*>(&reading));
  if (count < 0) throw std::runtime_error(description_.name + ": " + pcap_geterr(handle_.get()));
  return count;
}

pcapng::Statistics LiveInterface::statistics() {
  pcap_stat counted{};
  if (pcap_stats(handle_.get(), &counted) != 0) return {};
  return {.received = counted.ps_recv,
          .dropped = std::uint64_t{counted.ps_drop} + counted.ps_ifdrop};
}

}  // namespace rstcause::capture
