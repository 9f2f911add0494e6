# SPDX-License-Identifier: GPL-2.0-or-later
"""Pods, services and the nodes' translations between them, rebuilt from public reports.

Each function names the reports: project and number of the issue at GitHub.
"""

import contextlib

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import (exchange, keepalive, port_of, read_exactly, reset_expected,
                            wait_delivered, wait_reset, wait_state)
from rstlab.truth import Rst
from scenarios.daemons import GET, GONE
from scenarios.field import serve_python

_BROKEN = (BrokenPipeError, ConnectionResetError)
_PODS = 5


def _pod(lab, number):
    """The address of a pod beside the client; number 0 is the client's own."""
    base, last = lab.client.ip4.rsplit(".", 1)
    address = f"{base}.{int(last) + number}"
    return address if address in lab.client.addresses else lab.client.add_address(address)


def _answer_to(tap, address, port):
    """The next segment towards this address and port."""
    return tap.wait(lambda segment: (segment.dst, segment.dport) == (address, port))


@scenario("snat-port-again-within-time-wait",
          "A pod dies right after the server has closed its connection, and the node forgets its "
          "translations with it; the next pod's connection to that server gets the same port: the "
          "server, in TIME_WAIT, answers the SYN with an ACK, which the pod resets.",
          "half_open_recovery", program="nft")
def snat_time_wait(lab):
    """cilium/cilium#45863."""
    lab.router.nat("postrouting", "oifname to-server masquerade")
    listener = lab.listen(lab.server, 22005)
    tap = lab.keep(lab.client.listen_in())
    for host in (lab.client, lab.server):
        host.sysctl("net.ipv4.tcp_timestamps", 0)
    # A SYN whose number is above the old connection's is served: half of all are.
    for turn in range(8):
        port = 41001 + turn
        client = lab.connect(lab.client, lab.server.ip4, 22005, source_port=port)
        server = lab.accept(listener)
        exchange(client, server)
        server.close()
        wait_state(client, sockets.CLOSE_WAIT)
        client.close()
        lab.pause(0.3)
        lab.router.run("conntrack", "-F")
        pod = _pod(lab, 1 + turn % _PODS)
        second = lab.connecting(lab.client, lab.server.ip4, 22005, source=pod, source_port=port)
        answer = _answer_to(tap, pod, port)
        lab.pause(0.2)
        if answer.letters == "A":
            break
        lab.accept(listener)
        second.close()
    else:
        raise RuntimeError("the server took each SYN")
    lab.pause(1.5)
    recovery = ("half_open_recovery", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT")
    return [Rst(*recovery, at=("client",), count=(1, 2)),
            Rst(*recovery, claims="router", translated=True, at=("server",), count=(1, 2))]


@scenario("service-entry-outlives-its-pod",
          "A pod dies while a client connects to its service: the node's SYN_SENT entry goes on "
          "pointing to the dead pod's address although the service points elsewhere. The address "
          "is given to a new pod, which listens on other ports: it refuses the client's repeated "
          "SYN in the service's name.",
          "port_closed", program="nft")
def stale_entry(lab):
    """aws/amazon-vpc-cni-k8s#3634, bottlerocket-os/bottlerocket#4809."""
    virtual = lab.router.links["to-client"].address
    base, last = lab.server.ip4.rsplit(".", 1)
    pod = lab.server.add_address(f"{base}.{int(last) + 2}")
    service = f"ip daddr {virtual} tcp dport 80 dnat ip to"
    lab.router.nat("prerouting", f"{service} {pod}:22006")
    lab.listen(lab.server, 22007)
    with lab.server.filtering("input", f"ip daddr {pod} drop"):
        client = lab.connecting(lab.client, virtual, 80)
        lab.pause(1.3)
        lab.router.nft("delete table inet nat_prerouting\n")
        lab.router.nat("prerouting", f"{service} {lab.server.ip4}:22007")
        lab.pause(0.8)
    wait_reset(client, 8)
    lab.connect(lab.client, virtual, 80)
    lab.pause(0.2)
    return [Rst("port_closed", "server", claims="router", at=("client",),
                note="the pod's kernel spoke of NO_SOCKET, before translation"),
            Rst("port_closed", "server", "NO_SOCKET", at=("server",))]


@scenario("sidecar-gone-before-its-application",
          "A pod's inbound traffic is redirected to its sidecar, which has ended before the "
          "application (pod termination): connections to the open port 8080 are refused, one whose "
          "request the sidecar had not read is reset.",
          "port_closed", "unread_data", program="nft")
def sidecar(lab):
    """hashicorp/consul-k8s#650."""
    lab.listen(lab.server, 8080)
    proxy = serve_python(lab, lab.server, 15006, """
import socket, time
listener = socket.create_server(("0.0.0.0", 15006))
_, second = [listener.accept()[0] for _ in range(2)]
second.sendall(second.recv(1000))
time.sleep(60)
""")
    lab.server.nat("prerouting", "tcp dport 8080 redirect to :15006")
    waiting = lab.connect(lab.client, lab.server.ip4, 8080)
    waiting.sendall(GET)
    wait_delivered(waiting)
    other = lab.connect(lab.client, lab.server.ip4, 8080)
    other.sendall(GET)
    read_exactly(other, len(GET))
    lab.pause(0.4)
    proxy.kill()
    wait_reset(waiting)
    other.close()
    lab.pause(0.2)
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 8080)
        lab.pause(0.4)
    note = "the kernel spoke of port 15006, before translation"
    return [Rst("unread_data", "server", flow=port_of(waiting), inseparable=("linger0",),
                note=note),
            Rst("port_closed", "server", count=2, note=note)]


@scenario("keepalive-probe-finds-the-flow-gone",
          "A gateway forgets flows after three idle seconds and resets what it does not know; the "
          "client's keepalive is set to six: its first probe draws the reset.",
          "idle_timeout", program="nft")
def probe_draws_reset(lab):
    """haproxy/haproxy#2135, confluentinc/librdkafka#3289, MicrosoftDocs/azure-docs#64023."""
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 3)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.filter("forward", "ct state established,related accept",
                      "tcp flags & (syn|ack) == syn ct state new accept", "reject with tcp reset")
    client, server = lab.pair(22016, prepare=lambda sock: keepalive(sock, 6, 6, 3))
    exchange(client, server)
    wait_reset(client, 12)
    return [Rst("idle_timeout", "router", claims="server", at=("client",),
                inseparable=("connection_unknown", "nat_state_lost", "firewall_reset"))]


@scenario("gateway-cuts-downloads-above-a-size",
          "A gateway allows a connection 40 kB (nft ct bytes): what the server sends beyond is "
          "answered by RST in the client's name; the client never hears of it, and its "
          "acknowledgments find nobody.",
          "firewall_reset", may=("reset_echo",), points=("server",), program="nft")
def download_cut(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_acct", 1)
    lab.router.filter("forward",
                      "tcp sport 22034 ct reply bytes > 40000 reject with tcp reset")
    client, server = lab.pair(22034)
    exchange(client, server)
    with contextlib.suppress(*_BROKEN):
        for _ in range(60):
            server.sendall(b"k" * 1000)
            lab.pause(0.02)
    lab.pause(0.3)
    return [Rst("firewall_reset", "router", claims="client"),
            Rst("reset_echo", "server", GONE, count=(0, 10))]
