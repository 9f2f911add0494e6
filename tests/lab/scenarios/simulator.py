# SPDX-License-Identifier: GPL-2.0-or-later
"""ns-3's TCP (libns3), for real: its simulator runs by the wall clock on a TAP device.

A stack written after the standards and after nobody's kernel; it resets in its own way.
"""

from rstlab.guest import Guest
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, SYN, Segment
from rstlab.sockets import (port_of, read_exactly, read_to_end, reset_expected, wait_delivered,
                            wait_reset, wait_until)
from rstlab.truth import Rst

_OPTIONS = {"program": "ns-3"}
_MSS = b"\x02\x04\x05\xb4"


def _host(lab):
    host = Guest(lab, "ns3host.cc", device="ns3tap", mode="tap")
    return host


def _accept(host, listener):
    found = []

    def come():
        found[:] = [host.call("accept", listener)]
        return found[0] is not None

    wait_until(come, "a connection")
    return found[0]


def _receive(host, sock, count):
    got = 0

    def enough():
        nonlocal got
        got += host.call("receive", sock, count - got)
        return got >= count

    wait_until(enough, f"{count} octets")


def _served(lab, port):
    host = _host(lab)
    listener = host.call("listen", port)
    client = lab.connect(lab.client, host.address, port)
    return host, client, _accept(host, listener)


def _exchange(host, client, sock):
    client.sendall(b"q" * 100)
    _receive(host, sock, 100)
    host.call("send", sock, 50)
    read_exactly(client, 50)


@scenario("ns3-refuses", "Nothing listens on two ports of an ns-3 host; a third one serves.",
          "port_closed", **_OPTIONS)
def refuses(lab):
    host, client, sock = _served(lab, 8301)
    _exchange(host, client, sock)
    for port in (8302, 8303):
        with reset_expected():
            lab.connect(lab.client, host.address, port)
    return [Rst("port_closed", "server", flow=(8302, 8303), count=2)]


@scenario("ns3-closes-with-data-unread",
          "An ns-3 application closes while a request lies unread in its socket.",
          "unread_data", **_OPTIONS)
def unread(lab):
    host, client, sock = _served(lab, 8304)
    _exchange(host, client, sock)
    client.sendall(b"second request")
    wait_delivered(client)
    lab.pause(0.4)
    host.call("close", sock)
    lab.pause(0.5)
    # An unanswered request: nothing shows whether the application had read it.
    return [Rst("unread_data", "server", inseparable=("linger0",))]


@scenario("silent-ns3-data-after-close",
          "An ns-3 application closes in order; the client's next request comes all the same, and "
          "ns-3 acknowledges it for nobody to read.", **_OPTIONS)
def late(lab):
    host, client, sock = _served(lab, 8305)
    _exchange(host, client, sock)
    host.call("close", sock)
    read_to_end(client)
    lab.pause(0.4)
    client.sendall(b"next request")
    lab.pause(1)
    return []


@scenario("ns3-restarted",
          "An ns-3 host is stopped and started anew; the requests of two clients, repeated while "
          "it was away, are reset.",
          "peer_restarted", **_OPTIONS)
def restarted(lab):
    host = _host(lab)
    listener = host.call("listen", 8306)
    clients = []
    for _ in range(2):
        clients.append(lab.connect(lab.client, host.address, 8306))
        _exchange(host, clients[-1], _accept(host, listener))
    lab.pause(0.2)
    host.stop()
    for client in clients:
        client.sendall(b"are you there?")
    lab.pause(1.2)
    host.start()
    for client in clients:
        wait_reset(client, 15)
    return [Rst("peer_restarted", "server", count=2, flow=[port_of(client) for client in clients])]


@scenario("ns3-stray-acks", "ACKs of no connection reach an ns-3 host, at two closed ports.",
          "scan_probe", **_OPTIONS)
def stray(lab):
    host = _host(lab)
    for turn in range(2):
        lab.client.inject(Segment(lab.client.ip4, 42000 + turn, host.address, 8307 + turn, ACK,
                                  seq=5000 + turn, ack=88_000, ip_id=4321, window=1024))
        lab.pause(0.3)
    return [Rst("scan_probe", "server", count=2)]


@scenario("ns3-connects-and-gets-a-stale-syn-ack",
          "An ns-3 host's SYN is answered by a SYN-ACK that acknowledges something else; ns-3 "
          "resets with its own number in place of the one acknowledged.",
          "synack_unacceptable", **_OPTIONS)
def stale_synack(lab):
    host = _host(lab)
    lab.client.filter("output", "tcp sport 23071 tcp flags & rst == rst drop")
    tap = lab.keep(lab.client.listen_in())
    lab.client.filter("input", "tcp dport 23071 drop")
    host.call("connect", lab.client.ip4, 23071)
    syn = tap.wait(lambda segment: segment.dport == 23071)
    lab.client.inject(Segment(lab.client.ip4, 23071, host.address, syn.sport, SYN | ACK, seq=99000,
                              ack=(syn.seq + 4711) & 0xFFFFFFFF, options=_MSS, ip_id=5))
    lab.pause(0.6)
    return [Rst("synack_unacceptable", "server", origin="client", count=(1, 2))]


@scenario("ns3-given-a-wrong-last-ack",
          "The last ACK of a handshake with an ns-3 host acknowledges a number that was never "
          "sent.",
          "bad_handshake_ack", points=("client",), **_OPTIONS)
def wrong_last_ack(lab):
    host = _host(lab)
    host.call("listen", 23072)
    peer = RawPeer(lab, lab.client, 40072, host.address, 23072)
    peer.send(SYN, options=_MSS)
    answer = peer.expect("SA")
    peer.send(ACK, ack=(answer.seq + 70001) & 0xFFFFFFFF)
    lab.pause(0.6)
    return [Rst("bad_handshake_ack", "server", count=(1, 2))]
