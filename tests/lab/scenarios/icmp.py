"""Resets beside ICMP errors: a router, or a host, says what became of a segment."""

import socket

from rstlab.scenario import scenario
from rstlab.sockets import (PATIENCE, TCP_USER_TIMEOUT, abort, exchange, keepalive, linger0,
                            reset_expected, tcp_state, wait_until, CLOSE)
from rstlab.truth import Rst

_IP_RECVERR = 11


def _reject(lab, port, how, *more):
    """From now on the router answers segments to this port by ICMP."""
    lab.router.filter("forward", f"tcp dport {port} {' '.join(more)} reject with {how}")


def _unreachable(lab, how="host-unreachable"):
    """While the block lasts, the router knows no way to the server and says so."""
    return lab.router.filtering("forward", f"ip daddr {lab.server.ip4} reject with icmp {how}",
                                f"ip saddr {lab.server.ip4} drop")


@scenario("icmp-ends-connecting",
          "The SYN-ACK is on its way for long; meanwhile the router answers the repeated SYN by "
          "ICMP host unreachable, which ends the client's attempt. The SYN-ACK finds nobody.",
          "connect_cancelled")
def ends_connecting(lab):
    lab.listen(lab.server, 8900)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8900") as queue:
        client = lab.connecting(lab.client, lab.server.ip4, 8900)
        queue.wait(1)
        _reject(lab, 8900, "icmp type host-unreachable", "tcp flags syn")
        wait_until(lambda: tcp_state(client) == CLOSE, "the attempt ends")
        queue.release()
        lab.pause(0.1)
    lab.pause(0.1)
    return [Rst("connect_cancelled", "client", "NO_SOCKET", "UNKNOWN", count=(1, 3))]


@scenario("icmp-moves-the-client-to-abort",
          "The way to the server is gone: the router answers the client's request by ICMP host "
          "unreachable, the program learns of it (IP_RECVERR) and aborts.",
          "linger0", points=("client",))
def client_aborts(lab):
    client, server = lab.pair(8901)
    client.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
    exchange(client, server)
    lab.pause(0.1)
    _reject(lab, 8901, "icmp type host-unreachable")
    linger0(client)
    try:
        client.sendall(b"next request")
        client.recv(1)
    except OSError:
        pass
    abort(client)
    lab.pause(0.2)
    # A peer that is silent and was told of: which of its timers or limits a program heeds is its
    # own affair.
    return [Rst("linger0", "client", ("TCP_STATE", "TCP_ABORT_ON_CLOSE"), "CLOSE")]


@scenario("icmp-keepalive-gives-up",
          "The server is away and its router says so: the client's keepalive probes are answered "
          "by ICMP host unreachable until it gives up.",
          "keepalive_timeout", points=("client",))
def keepalive_stopped(lab):
    client, server = lab.pair(8902)
    keepalive(client, 1, 1, 3)
    exchange(client, server)
    lab.pause(0.1)
    with _unreachable(lab):
        wait_until(lambda: tcp_state(client) == CLOSE, "keepalive gives up", 10)
        lab.pause(0.2)
    return [Rst("keepalive_timeout", "client", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED")]


@scenario("icmp-forbids-beside-reject",
          "A firewall in the path answers SYNs to one port of a server by ICMP administratively "
          "prohibited and to another by RST; of the server itself nothing is seen.",
          "firewall_reject", points=("client",), program="nft")
def forbids_beside_reject(lab):
    _reject(lab, 8903, "icmp type admin-prohibited")
    _reject(lab, 8904, "tcp reset")
    lab.connecting(lab.client, lab.server.ip4, 8903)
    lab.pause(0.3)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8904)
    return [Rst("firewall_reject", "router", claims="server")]


@scenario("icmp-forbids-beside-reject-ipv6", "The same over IPv6.",
          "firewall_reject", points=("client",), program="nft")
def forbids_beside_reject6(lab):
    _reject(lab, 8903, "icmpv6 type admin-prohibited")
    _reject(lab, 8904, "tcp reset")
    lab.connecting(lab.client, lab.server.ip6, 8903)
    lab.pause(0.3)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip6, 8904)
    return [Rst("firewall_reject", "router", claims="server")]


def _forbidden_then_closed(lab, port):
    """Ask for a port that is forbidden by ICMP, then for the next one, where nothing listens."""
    lab.connecting(lab.client, lab.server.ip4, port)
    lab.pause(0.3)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, port + 1)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


@scenario("icmp-forbids-beside-closed",
          "A firewall in the path forbids one port by ICMP; another one passes, and there nothing "
          "listens: the server's own refusal comes from one router farther.",
          "port_closed", points=("client",), program="nft")
def forbids_beside_closed(lab):
    _reject(lab, 8905, "icmp type admin-prohibited")
    return _forbidden_then_closed(lab, 8905)


@scenario("icmp-host-forbids-beside-closed",
          "The server's own packet filter answers one port by ICMP; on another, which it lets "
          "pass, nothing listens.",
          "port_closed", program="nft")
def host_forbids(lab):
    lab.server.filter("input", "tcp dport 8907 reject with icmp type admin-prohibited")
    return _forbidden_then_closed(lab, 8907)


@scenario("icmp-outage-then-restart",
          "The server is away for a while, and the router says so; it comes back without any "
          "memory and resets the client's repeated data.",
          "peer_restarted", points=("client",))
def outage(lab):
    client, server = lab.pair(8909)
    exchange(client, server)
    lab.pause(0.1)
    with _unreachable(lab):
        client.sendall(b"next request")
        lab.pause(2.0)
        lab.server.forget(8909)
        fresh = lab.listen(lab.server, 8910)
    with reset_expected():
        client.recv(1)
    exchange(lab.connect(lab.client, lab.server.ip4, 8910), lab.accept(fresh))
    return [Rst("peer_restarted", "server", ("NO_SOCKET", "TCP_FLAGS"), ("UNKNOWN", "LISTEN"),
                flow=8909, inseparable=("connection_unknown",))]


@scenario("icmp-path-mtu-black-hole",
          "The link behind the router is narrow, and the client's packet filter drops the ICMP "
          "errors that say so: its large request never arrives, its user timeout runs out without "
          "a word, and what the server sends later is reset.",
          "gave_up_silently", points=("client",))
def black_hole(lab):
    lab.client.filter("input", "icmp type destination-unreachable drop")
    lab.router.ip("link", "set", "to-server", "mtu", "1200")
    client, server = lab.pair(8911)
    client.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 1500)
    exchange(client, server)
    client.sendall(b"x" * 5000)
    wait_until(lambda: tcp_state(client) == CLOSE, "user timeout", 2 * PATIENCE)
    lab.pause(0.2)
    server.sendall(b"408 where is your request")
    lab.pause(0.2)
    return [Rst("gave_up_silently", "client", "NO_SOCKET", "UNKNOWN", count=(1, 3))]


@scenario("icmp-router-cuts-established",
          "A firewall gets a rule that answers a connection's segments by ICMP, and a second one "
          "that answers what is repeated by RST in the server's name.",
          "firewall_reset", points=("client",), program="nft")
def cuts_established(lab):
    client, server = lab.pair(8912)
    exchange(client, server)
    lab.pause(0.1)
    table = lab.router.filter("forward", "tcp dport 8912 reject with icmp type admin-prohibited")
    client.sendall(b"next request")
    lab.pause(0.3)
    _reject(lab, 8912, "tcp reset")
    lab.router.nft(f"delete table inet {table}\n")
    with reset_expected():
        client.recv(1)
    return [Rst("firewall_reset", "router", claims="server")]


@scenario("icmp-traced-route",
          "traceroute -T writes SYNs by hand; the first ones expire at the router (ICMP time "
          "exceeded), the answer to the last ones is reset by the client's own kernel.",
          "syn_scan", points=("client",), program="traceroute")
def traced(lab):
    lab.listen(lab.server, 8913)
    lab.client.run("traceroute", "-n", "-T", "-p", "8913", "-q", "1", "-m", "3", lab.server.ip4)
    return [Rst("syn_scan", "client", "NO_SOCKET", "UNKNOWN", count=(1, 3))]


@scenario("icmp-outlived",
          "An ICMP error about a segment that was repeated and arrived: the connection lives on, "
          "and the client aborts it much later for reasons of its own.",
          "linger0", points=("client",))
def outlived(lab):
    client, server = lab.pair(8914)
    exchange(client, server)
    lab.pause(0.1)
    with _unreachable(lab):
        client.sendall(b"q" * 100)
        lab.pause(0.15)
    server.settimeout(PATIENCE)
    wait_until(lambda: len(server.recv(100, socket.MSG_PEEK)) == 100, "the repeated request")
    server.recv(100)
    exchange(client, server)
    lab.pause(0.5)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]
