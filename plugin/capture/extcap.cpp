// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/extcap.h"

#include <pcap/pcap.h>

#include <memory>
#include <stdexcept>

namespace rstcause::capture {
namespace {

/// What separates the parts of a sentence has no place in a name.
std::string plain(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (c != '{' && c != '}') made += c;
  }
  return made;
}

struct Free {
  void operator()(pcap_if_t* all) const { pcap_freealldevs(all); }
};

/// The interfaces on which TCP may pass, "any" first: that is where a RST is missed least.
std::string interface_values() {
  char error[PCAP_ERRBUF_SIZE] = {};
  pcap_if_t* found = nullptr;
  std::string values = "value {arg=0}{value=any}{display=any: all interfaces}{default=true}\n";
  if (pcap_findalldevs(&found, error) != 0) return values;
  const std::unique_ptr<pcap_if_t, Free> all(found);
  for (const pcap_if_t* one = all.get(); one != nullptr; one = one->next) {
    const std::string_view name = one->name;
    const bool up = (one->flags & PCAP_IF_UP) != 0;
    // libpcap also lists what carries no IP: nflog, usbmon1, bluetooth-monitor, dbus-system.
    const bool other = name.starts_with("nf") || name.starts_with("usbmon") ||
                       name.starts_with("bluetooth") || name.starts_with("dbus");
    if (!up || other || name == "any") continue;
    values +=
        "value {arg=0}{value=" + plain(name) + "}{display=" + plain(name) + "}{default=false}\n";
  }
  return values;
}

}  // namespace

std::string extcap_interfaces(std::string_view version) {
  return "extcap {version=" + std::string(version) +
         "}{help=https://www.wireshark.org/docs/man-pages/extcap.html}\n"
         "interface {value=rstcause}{display=rstcause: this host, with the kernel's word}\n";
}

/// Packets come as pcapng, which names the link type of each interface itself; this one is what is
/// shown before, and what a capture filter is checked against.
std::string extcap_dlts() {
  return "dlt {number=1}{name=EN10MB}{display=As the interface gives them}\n";
}

std::string extcap_config() {
  return "arg {number=0}{call=--interface}{display=Interface}{type=selector}"
         "{tooltip=Where to capture; the kernel tells of all of them}{group=Capture}\n" +
         interface_values() +
         "arg {number=1}{call=-s}{display=Octets of each packet}{type=unsigned}"
         "{range=1,262144}{default=262144}{group=Capture}\n"
         "arg {number=2}{call=-p}{display=Not in promiscuous mode}{type=boolflag}"
         "{default=false}{group=Capture}\n";
}

}  // namespace rstcause::capture
