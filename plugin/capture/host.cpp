// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/host.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

namespace rstcause::capture {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

/// One attribute of a netlink message.
struct Attribute {
  unsigned type;
  Octets value;
};

template <typename Take>
void for_each_attribute(const rtattr* first, std::size_t octets, Take&& take) {
  auto left = static_cast<int>(octets);
  for (const rtattr* a = first; RTA_OK(a, left); a = RTA_NEXT(a, left))
    take(Attribute{a->rta_type, {static_cast<const std::uint8_t*>(RTA_DATA(a)), RTA_PAYLOAD(a)}});
}

/// IFA_LOCAL is the own address of a point-to-point link; IFA_ADDRESS then is the peer's.
void take_address(const nlmsghdr* message, Host& into) {
  const auto* const head = static_cast<const ifaddrmsg*>(NLMSG_DATA(message));
  Octets own;
  for_each_attribute(IFA_RTA(head), IFA_PAYLOAD(message), [&](const Attribute& a) {
    if (a.type == IFA_LOCAL || (a.type == IFA_ADDRESS && own.empty())) own = a.value;
  });
  if (head->ifa_family == AF_INET && own.size() == 4)
    into.addresses.push_back(Address::of(Address::Kind::ipv4, own));
  if (head->ifa_family == AF_INET6 && own.size() == 16)
    into.addresses.push_back(Address::of(Address::Kind::ipv6, own));
}

void take_link(const nlmsghdr* message, Host& into) {
  const auto* const head = static_cast<const ifinfomsg*>(NLMSG_DATA(message));
  for_each_attribute(IFLA_RTA(head), IFLA_PAYLOAD(message), [&](const Attribute& a) {
    MacAddress mac{};
    if (a.type != IFLA_ADDRESS || a.value.size() != mac.size()) return;
    std::copy(a.value.begin(), a.value.end(), mac.begin());
    if (mac != MacAddress{}) into.macs.push_back(mac);
  });
}

/// All of 127.0.0.0/8 is this host, though one address of it stands on the interface.
bool is_loopback(const Address& address) {
  return address.kind == Address::Kind::ipv4 && address.octets[0] == 127;
}

/// Where the interface shows whose packet it is.
bool goes_out(const Headers& packet, const Host& host) {
  switch (packet.direction) {
    case Direction::outgoing:
    case Direction::loopback:
      return true;
    case Direction::incoming:
      return false;
    case Direction::unknown:
      break;
  }
  return packet.sender && host.has(*packet.sender);
}

}  // namespace

bool Host::has(const Address& address) const {
  return is_loopback(address) ||
         std::find(addresses.begin(), addresses.end(), address) != addresses.end();
}

bool Host::has(const MacAddress& mac) const {
  return std::find(macs.begin(), macs.end(), mac) != macs.end();
}

Ownership Host::ownership_of(const Headers& packet) const {
  return {.of_source = has(packet.src.address) && goes_out(packet, *this),
          .of_destination = has(packet.dst.address)};
}

HostWatch::HostWatch() : socket_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
  if (!socket_.is_open()) fail("rtnetlink");
  struct stat own {};
  if (stat("/proc/thread-self/ns/net", &own) == 0) netns_ = own.st_ino;
}

const Host& HostWatch::host(Nanos now) {
  if (asked_ != INT64_MIN && now - asked_ < kSecond && now >= asked_) return host_;
  asked_ = now;
  host_ = {};
  ask(RTM_GETADDR);
  ask(RTM_GETLINK);
  return host_;
}

void HostWatch::ask(std::uint16_t type) {
  struct {
    nlmsghdr head;
    rtgenmsg body;
  } question{};
  question.head.nlmsg_len = NLMSG_LENGTH(sizeof question.body);
  question.head.nlmsg_type = type;
  question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  if (send(socket_.get(), &question, question.head.nlmsg_len, 0) < 0) return;
  alignas(nlmsghdr) std::array<char, 1U << 15U> answer{};
  for (;;) {
    const ssize_t count = recv(socket_.get(), answer.data(), answer.size(), 0);
    if (count <= 0) return;
    auto left = static_cast<unsigned>(count);
    const auto* message = reinterpret_cast<const nlmsghdr*>(answer.data());
    for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return;
      if (message->nlmsg_type == RTM_NEWADDR) take_address(message, host_);
      if (message->nlmsg_type == RTM_NEWLINK) take_link(message, host_);
    }
  }
}

InNamespace::InNamespace(const std::string& name) {
  if (name.empty()) return;
  const std::string path = "/run/netns/" + name;
  const Descriptor there(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!there.is_open()) fail("network namespace \"" + name + "\"");
  before_ = Descriptor(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!before_.is_open() || setns(there.get(), CLONE_NEWNET) != 0)
    fail("entering the network namespace \"" + name + "\"");
}

InNamespace::~InNamespace() {
  if (before_.is_open()) setns(before_.get(), CLONE_NEWNET);
}

}  // namespace rstcause::capture
