#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# ns-3, the simulator on which much TCP research stands, resets from its own number. RFC 9293 (3.10.7.4) answers the
# last ACK of a handshake that acknowledges what was never sent by a RST of that ACK's number; ns-3's stands at its ISN,
# which is always 0, and has a window and an acknowledgment number without the ACK flag. The peer, who has the SYN-ACK,
# drops it as too old.
#
# Needs g++; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q libns3.37=3.37-2 libns3-dev=3.37-2 libgsl27 libgslcblas0 libsqlite3-0 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
echo ./libns3.37*.deb | sed 's/_[^_]*$//; s/.*\///'

cat >host.cc <<'C'
// An ns-3 host that listens; segments are handed to its TCP, and what it sends is printed. In simulated time.
#include <iostream>
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
using namespace ns3;

namespace {
const Ipv4Address kHost("10.0.0.2"), kPeer("10.0.0.1");
Ptr<Node> node;
SequenceNumber32 answered;

void Print(const char* who, const TcpHeader& tcp) {
  std::cout << who << ' ' << TcpHeader::FlagsToString(tcp.GetFlags()) << " seq " << tcp.GetSequenceNumber() << " ack "
            << tcp.GetAckNumber() << " window " << tcp.GetWindowSize() << std::endl;
}

void Sent(const Ipv4Header&, Ptr<const Packet> packet, uint32_t) {
  TcpHeader tcp;
  packet->PeekHeader(tcp);
  answered = tcp.GetSequenceNumber();
  Print("  host:", tcp);
}

void Hand(uint8_t flags, uint32_t seq, int behind_its_answer) {
  TcpHeader tcp;
  tcp.SetSourcePort(40000);
  tcp.SetDestinationPort(7000);
  tcp.SetFlags(flags);
  tcp.SetSequenceNumber(SequenceNumber32(seq));
  tcp.SetWindowSize(8192);
  if (flags & TcpHeader::ACK) tcp.SetAckNumber(answered + behind_its_answer);
  Print("peer:", tcp);
  Ptr<Packet> packet = Create<Packet>();
  packet->AddHeader(tcp);
  Ipv4Header ip;
  ip.SetSource(kPeer);
  ip.SetDestination(kHost);
  ip.SetProtocol(6);
  node->GetObject<TcpL4Protocol>()->Receive(packet, ip, node->GetObject<Ipv4L3Protocol>()->GetInterface(1));
}
}  // namespace

int main(int, char** argv) {
  NodeContainer nodes(2);
  node = nodes.Get(0);
  InternetStackHelper stack;
  stack.SetIpv6StackInstall(false);
  stack.Install(node);
  const NetDeviceContainer link = PointToPointHelper().Install(nodes);
  Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
  const uint32_t interface = ipv4->AddInterface(link.Get(0));
  ipv4->AddAddress(interface, Ipv4InterfaceAddress(kHost, Ipv4Mask("255.255.255.0")));
  ipv4->SetUp(interface);
  ipv4->TraceConnectWithoutContext("SendOutgoing", MakeCallback(&Sent));
  Ptr<Socket> listener = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
  listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 7000));
  listener->Listen();
  Simulator::Schedule(Seconds(1), [] { Hand(TcpHeader::SYN, 1000, 0); });
  Simulator::Schedule(Seconds(1.1), [argv] { Hand(TcpHeader::ACK, 1001, std::atoi(argv[1])); });
  Simulator::Stop(Seconds(1.5));
  Simulator::Run();
}
C
g++ -std=c++17 -Iroot/usr/include host.cc -o host -L"$LD_LIBRARY_PATH" \
  -lns3-internet -lns3-network -lns3-core -lns3-point-to-point
for behind in 1 70001; do
  echo "The last ACK acknowledges $behind behind the SYN-ACK's number:"
  timeout 60 ./host "$behind"
done | tee seen
[ "$(grep 'host: RST' seen)" = '  host: RST seq 0 ack 1001 window 65535' ] || { echo 'changed: see above' >&2; exit 1; }
