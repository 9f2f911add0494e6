// SPDX-License-Identifier: GPL-2.0-or-later
//
// A machine that runs ns-3's TCP in real time on a TAP device, for tests/lab/rstlab/guest.py.
//
// ns3host DEVICE ADDRESS; it obeys calls on standard input, one JSON list a line, in the small part
// of JSON that the lab's side writes: a name, then numbers and addresses.

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <iostream>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "ns3/core-module.h"
#include "ns3/fd-net-device-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"

using namespace ns3;

namespace {

Ptr<Node> node;
std::vector<Ptr<Socket>> held;
std::vector<std::vector<Ptr<Socket>>> waiting;

int OpenTap(const char* name) {
  const int fd = open("/dev/net/tun", O_RDWR);
  ifreq request{};
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) {
    std::perror(name);
    std::exit(1);
  }
  return fd;
}

std::size_t Keep(Ptr<Socket> socket) {
  held.push_back(socket);
  waiting.emplace_back();
  return held.size() - 1;
}

Ptr<Socket> NewSocket() { return Socket::CreateSocket(node, TcpSocketFactory::GetTypeId()); }

std::string Call(const std::vector<std::string>& words) {
  const std::string& name = words[0];
  const auto number = [&words](std::size_t at) { return std::stoul(words.at(at)); };
  if (name == "ready") return "true";
  if (name == "listen") {
    Ptr<Socket> listener = NewSocket();
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), number(1)));
    listener->Listen();
    const std::size_t id = Keep(listener);
    listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                Callback<void, Ptr<Socket>, const Address&>(
                                    [id](Ptr<Socket> socket, const Address&) {
                                      waiting[id].push_back(socket);
                                    }));
    return std::to_string(id);
  }
  if (name == "accept") {  // null while nobody has connected
    auto& queue = waiting[number(1)];
    if (queue.empty()) return "null";
    Ptr<Socket> socket = queue.front();
    queue.erase(queue.begin());
    return std::to_string(Keep(socket));
  }
  if (name == "connect") {
    Ptr<Socket> socket = NewSocket();
    socket->Bind();
    socket->Connect(InetSocketAddress(Ipv4Address(words.at(1).c_str()), number(2)));
    return std::to_string(Keep(socket));
  }
  if (name == "send") return std::to_string(held[number(1)]->Send(Create<Packet>(number(2))));
  if (name == "receive") {  // the octets that are there, as many as wanted
    Ptr<Packet> packet = held[number(1)]->Recv(number(2), 0);
    return std::to_string(packet ? packet->GetSize() : 0);
  }
  if (name == "shutdown") return std::to_string(held[number(1)]->ShutdownSend());
  if (name == "close") return std::to_string(held[number(1)]->Close());
  return "\"no such call\"";
}

void Answer(const std::string& line) {
  std::vector<std::string> words;
  const std::regex word("\"([^\"]*)\"|(\\d+)");
  for (std::sregex_iterator it(line.begin(), line.end(), word), end; it != end; ++it)
    words.push_back((*it)[1].matched ? (*it)[1] : (*it)[2]);
  std::cout << Call(words) << std::endl;
}

// The simulator's clock runs by itself; this thread hands it what the lab's side says.
void Listen() {
  for (std::string line; std::getline(std::cin, line);)
    Simulator::ScheduleWithContext(node->GetId(), Seconds(0), [line] { Answer(line); });
  std::exit(0);
}

}  // namespace

int main(int, char** argv) {
  GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
  GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
  node = CreateObject<Node>();
  Ptr<FdNetDevice> device = CreateObject<FdNetDevice>();
  device->SetAddress(Mac48Address("02:00:00:00:00:33"));
  device->SetFileDescriptor(OpenTap(argv[1]));
  node->AddDevice(device);
  InternetStackHelper stack;
  stack.SetIpv6StackInstall(false);
  stack.Install(node);
  Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
  const uint32_t link = ipv4->AddInterface(device);
  ipv4->AddAddress(link, Ipv4InterfaceAddress(Ipv4Address(argv[2]), Ipv4Mask("255.255.255.224")));
  ipv4->SetUp(link);
  // The gateway is the network's first host; the lab's server answers ARP for it.
  const uint32_t own = Ipv4Address(argv[2]).Get();
  Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->SetDefaultRoute(
      Ipv4Address((own & 0xFFFFFFE0U) + 1), link);
  std::thread(Listen).detach();
  Simulator::Run();
}
