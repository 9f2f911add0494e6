"""Resets by the end that connects: a SYN-ACK that is wrong, or that nobody waits for."""

import struct

from rstlab import sockets
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, SYN
from rstlab.sockets import exchange, wait_state
from rstlab.truth import Rst


def holding_synacks(lab, port):
    """The router holds back the server's SYN-ACKs."""
    return lab.router.holding("-s", lab.server.ip4, "--sport", str(port),
                              "--tcp-flags", "SYN,ACK", "SYN,ACK")


@scenario("synack-unacceptable",
          "The client's SYN is answered by a SYN-ACK for something that it never sent.",
          "synack_unacceptable")
def synack_unacceptable(lab):
    peer = RawPeer(lab, lab.server, 8018, lab.client.ip4, 40018)
    lab.connecting(lab.client, lab.server.ip4, 8018, source_port=40018)
    syn = peer.expect("S")
    peer.send(SYN | ACK, ack=syn.next_seq + 776)
    peer.expect("R")
    return [Rst("synack_unacceptable", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT")]


@scenario("synack-unacceptable-then-connected",
          "A stale SYN-ACK of an earlier connection is reset; the client repeats its SYN and gets "
          "connected.",
          "synack_unacceptable")
def synack_stale(lab):
    peer = RawPeer(lab, lab.server, 8019, lab.client.ip4, 40019)
    client = lab.connecting(lab.client, lab.server.ip4, 8019, source_port=40019)
    syn = peer.expect("S")
    peer.send(SYN | ACK, seq=77_000_000, ack=syn.next_seq - 1_000_000)
    peer.expect("R")
    peer.expect("S")
    peer.send(SYN | ACK)
    peer.expect("A")
    wait_state(client, sockets.ESTABLISHED)
    client.setblocking(True)
    client.sendall(b"hello")
    peer.expect("PA")
    peer.send(ACK)
    return [Rst("synack_unacceptable", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT")]


@scenario("synack-paws",
          "The SYN-ACK echoes a timestamp that the client never sent.",
          "synack_paws", timestamps=True)
def synack_paws(lab):
    peer = RawPeer(lab, lab.server, 8020, lab.client.ip4, 40020)
    lab.connecting(lab.client, lab.server.ip4, 8020, source_port=40020)
    syn = peer.expect("S")
    timestamps = struct.pack("!BBBBII", 1, 1, 8, 10, 5000, (syn.timestamp + 9_999_999) & 0xFFFFFFFF)
    peer.send(SYN | ACK, options=timestamps)
    peer.expect("R")
    return [Rst("synack_paws", "client", "TCP_RFC7323_PAWS", "SYN_SENT")]


@scenario("half-open-recovery",
          "The client machine lost its connection in silence and connects anew from the same "
          "port; the server's ACK for the old connection is reset, the repeated SYN succeeds.",
          "half_open_recovery", sample="client")
def half_open_recovery(lab):
    listener = lab.listen(lab.server, 5433)
    old = lab.connect(lab.client, lab.server.ip4, 5433, source_port=41000)
    exchange(old, lab.accept(listener))
    lab.client.forget(41000)
    new = lab.connect(lab.client, lab.server.ip4, 5433, source_port=41000)
    exchange(new, lab.accept(listener))
    return [Rst("half_open_recovery", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT")]


@scenario("half-open-recovery-ipv6",
          "The same over IPv6: the ghost of an old connection is reset, the new one opens.",
          "half_open_recovery")
def half_open_recovery_ipv6(lab):
    listener = lab.listen(lab.server, 5433, v6=True)
    old = lab.connect(lab.client, lab.server.ip6, 5433, source_port=41001)
    exchange(old, lab.accept(listener))
    lab.client.forget(41001)
    new = lab.connect(lab.client, lab.server.ip6, 5433, source_port=41001)
    exchange(new, lab.accept(listener))
    return [Rst("half_open_recovery", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT")]


@scenario("connect-cancelled",
          "The SYN-ACK is slow; the client program gives up and closes, and the late SYN-ACK "
          "finds nobody.",
          "connect_cancelled", sample="client")
def connect_cancelled(lab):
    lab.listen(lab.server, 8021)
    with holding_synacks(lab, 8021) as queue:
        client = lab.connecting(lab.client, lab.server.ip4, 8021)
        queue.wait(1)
        lab.pause(0.5)
        client.close()
        queue.release()
    lab.pause(0.2)
    return [Rst("connect_cancelled", "client", "NO_SOCKET", "UNKNOWN")]


@scenario("connect-cancelled-after-retries",
          "The client repeats its SYN, every SYN-ACK is slow, connect() times out; the SYN-ACKs "
          "arrive afterwards, each is reset.",
          "connect_cancelled")
def connect_timed_out(lab):
    lab.client.sysctl("net.ipv4.tcp_syn_retries", 2)
    lab.listen(lab.server, 8022)
    with holding_synacks(lab, 8022) as queue:
        client = lab.connecting(lab.client, lab.server.ip4, 8022)
        queue.wait(1)
        lab.pause(1.3)
        client.close()
        lab.pause(0.1)
        queue.release()
    lab.pause(0.3)
    return [Rst("connect_cancelled", "client", "NO_SOCKET", "UNKNOWN", count=(1, 4))]


@scenario("connect-cancelled-happy-eyeballs",
          "The client races IPv6 against IPv4; IPv6 wins, the IPv4 attempt is closed, and its "
          "SYN-ACK comes too late.",
          "connect_cancelled")
def happy_eyeballs(lab):
    lab.listen(lab.server, 443)
    listener6 = lab.listen(lab.server, 443, v6=True)
    with holding_synacks(lab, 443) as queue:
        four = lab.connecting(lab.client, lab.server.ip4, 443)
        queue.wait(1)
        six = lab.connect(lab.client, lab.server.ip6, 443)
        server = lab.accept(listener6)
        four.close()
        exchange(six, server)
        queue.release()
    lab.pause(0.2)
    return [Rst("connect_cancelled", "client", "NO_SOCKET", "UNKNOWN")]


@scenario("simultaneous-open-ack-unsent",
          "Two SYNs cross; the hand-made end then acknowledges more than was ever sent.",
          "bad_handshake_ack")
def simultaneous_ack_unsent(lab):
    return _crossing_syns(lab, 8023, lambda ack: ack + 99, "TCP_ACK_UNSENT_DATA")


@scenario("simultaneous-open-ack-too-old",
          "Two SYNs cross; the hand-made end then acknowledges something from long ago.",
          "bad_handshake_ack")
def simultaneous_ack_too_old(lab):
    return _crossing_syns(lab, 8024, lambda ack: ack - 300_000, "TCP_TOO_OLD_ACK")


def _crossing_syns(lab, port, wrong, reason):
    peer = RawPeer(lab, lab.server, port, lab.client.ip4, 40000 + port % 1000)
    client = lab.connecting(lab.client, lab.server.ip4, port, source_port=40000 + port % 1000)
    peer.expect("S")
    peer.send(SYN)
    wait_state(client, sockets.SYN_RECV)
    peer.send(ACK, ack=wrong(peer.ack) & 0xFFFFFFFF)
    lab.pause(0.1)
    return [Rst("bad_handshake_ack", "client", reason, "SYN_RECV")]


@scenario("synack-unacceptable-ipv6",
          "Over IPv6 the client's SYN is answered by a SYN-ACK for something it never sent.",
          "synack_unacceptable")
def synack_unacceptable_ipv6(lab):
    peer = RawPeer(lab, lab.server, 8028, lab.client.ip6, 40028)
    lab.connecting(lab.client, lab.server.ip6, 8028, source_port=40028)
    syn = peer.expect("S")
    peer.send(SYN | ACK, ack=syn.next_seq - 5000)
    peer.expect("R")
    return [Rst("synack_unacceptable", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT")]
