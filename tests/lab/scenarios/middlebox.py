"""Firewalls in the path that reset in an end's name."""

from rstlab.forger import Forger
from rstlab.scenario import scenario
from rstlab.segment import ACK, RST
from rstlab.sockets import (abort, exchange, port_of, read_exactly, read_to_end, reset_expected,
                            wait_delivered)
from rstlab.topology import Host
from rstlab.truth import Rst

_POINTS = ("client", "server", "router")

#: Beside the box: a policy that cuts and a state that was lost draw the same answer. At the box
#: itself one sees that it answered, and that it passed nothing on.
_LOST_OR_CUT = {"client": ("nat_state_lost",), "server": ("nat_state_lost",)}


def _in_servers_name(token, **more):
    """A netfilter REJECT at the router, towards the client."""
    return Rst(token, "router", claims="server", at=("client", "router"), **more)


def _in_clients_name(token, **more):
    """A netfilter REJECT at the router, towards the server."""
    return Rst(token, "router", claims="client", at=("server", "router"), **more)


@scenario("firewall-reject",
          "A firewall in the path refuses SYNs to port 25 in the server's name; the server never "
          "sees them.",
          "firewall_reject", points=_POINTS, sample="client", program="nft")
def reject(lab):
    lab.router.filter("forward", "tcp dport 25 reject with tcp reset")
    exchange(*lab.pair(8600))
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 25)
        lab.pause(0.2)
    return [_in_servers_name("firewall_reject", count=2)]


@scenario("firewall-reject-ipv6", "The same over IPv6.",
          "firewall_reject", points=_POINTS, program="nft")
def reject6(lab):
    lab.router.filter("forward", "tcp dport 25 reject with tcp reset")
    exchange(*lab.pair(8600, v6=True))
    with reset_expected():
        lab.connect(lab.client, lab.server.ip6, 25)
    return [_in_servers_name("firewall_reject")]


@scenario("firewall-reject-one-client",
          "The port is served; one client address is refused by the firewall in the path.",
          "firewall_reject", points=_POINTS, program="nft")
def reject_one(lab):
    base, host = lab.client.ip4.rsplit(".", 1)
    stranger = lab.client.add_address(f"{base}.{int(host) + 3}")
    lab.router.filter("forward", f"ip saddr {stranger} tcp dport 8601 reject with tcp reset")
    listener = lab.listen(lab.server, 8601)
    for _ in range(2):
        client = lab.connect(lab.client, lab.server.ip4, 8601)
        exchange(client, lab.accept(listener))
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 8601, source=stranger)
    return [_in_servers_name("firewall_reject", count=2)]


@scenario("firewall-reject-on-host",
          "The server's own firewall (INPUT) refuses one port, while others are served.",
          "firewall_reject", program="nft")
def reject_input(lab):
    lab.server.filter("input", "tcp dport 8602 reject with tcp reset")
    lab.listen(lab.server, 8602)
    exchange(*lab.pair(8603))
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8602)
    return [Rst("firewall_reject", "server", flow=8602, inseparable=("port_closed",))]


@scenario("firewall-reject-iptables",
          "iptables -j REJECT --reject-with tcp-reset in the path.",
          "firewall_reject", points=_POINTS, program="iptables")
def reject_iptables(lab):
    lab.router.run("iptables-legacy", "-A", "FORWARD", "-p", "tcp", "--dport", "8604", "-j",
                   "REJECT", "--reject-with", "tcp-reset")
    exchange(*lab.pair(8605))
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8604)
    return [_in_servers_name("firewall_reject")]


@scenario("firewall-reset-request",
          "A policy engine lets the handshake pass and cuts the connection at the first request, "
          "in the server's name; the server keeps a silent connection.",
          "firewall_reset", points=_POINTS, sample="client", program="nft")
def reset_request(lab):
    client, _ = lab.pair(8610)
    lab.router.filter("forward", "tcp dport 8610 tcp flags & psh == psh reject with tcp reset")
    client.sendall(b"GET /forbidden HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    with reset_expected():
        client.recv(1)
    return [_in_servers_name("firewall_reset")]


@scenario("firewall-reset-mid-stream",
          "A firewall rule is added while the connection is in use: the next request is cut.",
          "firewall_reset", points=_POINTS, program="nft")
def reset_midstream(lab):
    client, server = lab.pair(8611)
    for _ in range(3):
        exchange(client, server)
    wait_delivered(server)
    lab.router.filter("forward", "tcp dport 8611 reject with tcp reset")
    client.sendall(b"one more")
    with reset_expected():
        client.recv(1)
    return [_in_servers_name("firewall_reset", inseparable_at=_LOST_OR_CUT)]


@scenario("firewall-reset-answer",
          "The firewall cuts at the server's answer: the RST goes to the server in the client's "
          "name, the client hears nothing.",
          "firewall_reset", points=_POINTS, program="nft")
def reset_answer(lab):
    client, server = lab.pair(8612)
    client.sendall(b"GET /secret HTTP/1.1\r\n\r\n")
    read_exactly(server, 24)
    wait_delivered(client)
    lab.router.filter("forward", "tcp sport 8612 reject with tcp reset")
    server.sendall(b"HTTP/1.1 200 OK\r\n\r\nsecret")
    with reset_expected():
        server.recv(1)
    return [_in_clients_name("firewall_reset", inseparable_at=_LOST_OR_CUT)]


@scenario("firewall-reset-both-sides",
          "An IPS resets both ends right after the offending request (crafted by the lab at the "
          "router).",
          "firewall_reset", points=("client", "server"))
def reset_both(lab):
    forger = Forger(lab)
    client, server = lab.pair(8613)
    exchange(client, server)
    client.sendall(b"GET /?q=' OR 1=1 HTTP/1.1\r\n\r\n")
    read_exactly(server, 29)
    wait_delivered(client)
    port = port_of(client)
    here, there = (lab.client.ip4, port), (lab.server.ip4, 8613)
    lab.router.filter("forward", "tcp dport 8613 drop", "tcp sport 8613 drop")
    forger.reset(*there, *here, flags=RST | ACK, ttl=64, ip_id=0)
    forger.reset(*here, *there, flags=RST | ACK, ttl=64, ip_id=0)
    lab.pause(0.1)
    # Whether the box blocks what follows, nobody tries.
    return [Rst("firewall_reset", "router", claims=claims, at=(point,), crafted=True,
                inseparable=("injected",))
            for claims, point in (("server", "client"), ("client", "server"))]


@scenario("firewall-reset-server-goes-on",
          "The firewall cuts the client's request; the server pushes data later, which the "
          "client's kernel no longer knows.",
          "firewall_reset", "reset_echo", points=("client",), program="nft")
def reset_then_push(lab):
    client, server = lab.pair(8614)
    exchange(client, server)
    lab.router.filter("forward", "tcp dport 8614 tcp flags & psh == psh reject with tcp reset")
    client.sendall(b"forbidden")
    with reset_expected():
        client.recv(1)
    lab.pause(0.3)
    server.sendall(b"event: news")
    lab.pause(0.1)
    return [_in_servers_name("firewall_reset"),
            Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN")]


@scenario("firewall-reset-after-reload",
          "A stateful firewall is reloaded and has lost its states; what is not a SYN it resets.",
          "firewall_reset", points=_POINTS, program="nft")
def firewall_reloaded(lab):
    pairs = [lab.pair(port) for port in (8615, 8616)]
    for pair in pairs:
        exchange(*pair)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.filter("forward", "ct state invalid reject with tcp reset",
                      "ct state new tcp flags & syn == 0 reject with tcp reset")
    lab.pause(0.2)
    for client, _ in pairs:
        client.sendall(b"next request")
        with reset_expected():
            client.recv(1)
    return [_in_servers_name("firewall_reset", count=2, inseparable_at=_LOST_OR_CUT)]


def _stateful(lab, idle):
    """A router that forgets connections after so many idle seconds and resets strays."""
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", idle)
    lab.router.filter("forward", "ct state established accept", "ct state new tcp flags & "
                      "(syn | ack) == syn accept", "meta l4proto tcp reject with tcp reset")


@scenario("idle-timeout-firewall",
          "A stateful box forgets the idle connection after two seconds; the first request after "
          "the pause is reset in the server's name.",
          "idle_timeout", points=_POINTS, sample="client", program="nft")
def idle_firewall(lab):
    _stateful(lab, 2)
    client, server = lab.pair(8620)
    for _ in range(3):
        exchange(client, server)
        lab.pause(0.3)
    lab.pause(4)
    client.sendall(b"after the pause")
    with reset_expected():
        client.recv(1)
    return [_in_servers_name("idle_timeout", note="box's idle timeout 2 s")]


@scenario("idle-timeout-firewall-server-speaks",
          "After the box has forgotten the idle connection the server speaks first: the RST goes "
          "to the server in the client's name.",
          "idle_timeout", points=_POINTS, program="nft")
def idle_firewall_server(lab):
    _stateful(lab, 2)
    client, server = lab.pair(8621)
    exchange(client, server)
    lab.pause(4)
    server.sendall(b"event: news")
    with reset_expected():
        server.recv(1)
    return [_in_clients_name("idle_timeout", note="box's idle timeout 2 s")]


@scenario("idle-timeout-both-sides",
          "A load balancer ends idle connections by a RST to both ends at the time-out (crafted "
          "by the lab at the router).",
          "idle_timeout")
def idle_both(lab):
    forger = Forger(lab)
    ends = []
    for port in (8622, 8623):
        client, server = lab.pair(port)
        exchange(client, server)
        ends.append(((lab.client.ip4, port_of(client)), (lab.server.ip4, port)))
    lab.pause(4)
    for here, there in ends:
        forger.reset(*there, *here, flags=RST | ACK, ttl=255, ip_id=0)
        forger.reset(*here, *there, flags=RST | ACK, ttl=255, ip_id=0)
    lab.pause(0.1)
    note = "4 s after the last segment"
    return [Rst("idle_timeout", "router", claims="server", at=("client",), crafted=True, count=2,
                note=note),
            Rst("idle_timeout", "router", claims="client", at=("server",), crafted=True, count=2,
                note=note)]


class _Bridge:
    """A bridge between the router and the server, which passes frames on and has no address."""

    def __init__(self, lab):
        self.host = Host("bridge", f"{lab.server.namespace}-bridge")
        lab.at_end(self.host)
        lab.server.ip("link", "set", "eth0", "name", "away")
        lab.server.ip("link", "set", "away", "netns", self.host.namespace)
        self.host.ip("link", "set", "away", "name", "outside")
        self.host.ip("link", "add", "inside", "type", "veth", "peer", "name", "eth0", "netns",
                     lab.server.namespace)
        self.host.ip("link", "add", "br0", "type", "bridge")
        for link in ("outside", "inside"):
            self.host.run("ethtool", "-K", link, "rx", "off", "tx", "off", check=False)
            self.host.ip("link", "set", link, "master", "br0", "up")
        self.host.ip("link", "set", "br0", "up")
        lab.server.run("ethtool", "-K", "eth0", "rx", "off", "tx", "off", check=False)
        lab.server.ip("addr", "add", f"{lab.server.ip4}/27", "dev", "eth0")
        lab.server.ip("link", "set", "eth0", "up")
        lab.server.ip("route", "add", "default", "via", lab.router.links["to-server"].address)

    def reject(self, match):
        """From now on frames from outside that match are answered by RST at the port."""
        self.host.nft("table netdev filter {\nchain outside {\ntype filter hook ingress device "
                      f"outside priority 0;\n{match} reject with tcp reset\n}}\n}}\n")


@scenario("firewall-reject-bridge",
          "A bridge before the server refuses SYNs to one port: no router lies between the two, "
          "so its RST arrives from as far as the server's own would.",
          "firewall_reject", points=("client",), starts_late=True, program="nft")
def reject_bridge(lab):
    bridge = _Bridge(lab)
    bridge.reject("tcp dport 8661")
    lab.start_captures()
    exchange(*lab.pair(8662))
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8661)
    return [Rst("firewall_reject", "router", claims="server", inseparable=("port_closed",))]


@scenario("firewall-reset-bridge",
          "The same bridge cuts an established connection at its second request; the server, "
          "which saw nothing of it, pushes data later.",
          "firewall_reset", "reset_echo", points=("client",), starts_late=True, program="nft")
def reset_bridge(lab):
    bridge = _Bridge(lab)
    lab.start_captures()
    client, server = lab.pair(8663)
    exchange(client, server)
    wait_delivered(server)
    bridge.reject("tcp dport 8663")
    client.sendall(b"forbidden")
    with reset_expected():
        client.recv(1)
    lab.pause(0.3)
    server.sendall(b"event: news")
    lab.pause(0.1)
    return [Rst("firewall_reset", "router", claims="server"),
            Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN", count=(1, 3))]


@scenario("mirror-port-copies",
          "Captured on all interfaces of the router: every frame of a client's abort is there "
          "twice.",
          "linger0", points=("router",))
def copies(lab):
    client, server = lab.pair(8650)
    exchange(client, server)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("mirror-port-copies-unread",
          "The same for a server that closes with data unread and a late segment behind it.",
          "unread_data", "late_segment", points=("router",))
def copies_unread(lab):
    client, server = lab.pair(8651)
    client.sendall(b"first request")
    wait_delivered(client)
    with lab.router.holding("-d", lab.server.ip4, "--dport", "8651") as queue:
        client.sendall(b"second request")
        queue.wait(1)
        server.close()
        queue.release()
    lab.pause(0.1)
    with reset_expected():
        read_to_end(client)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE"),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN")]


@scenario("firewall-reset-on-host",
          "The server's own firewall (INPUT) gets a rule against an established connection; the "
          "next request is cut before the server's TCP sees it.",
          "firewall_reset", program="nft")
def reset_input(lab):
    client, server = lab.pair(8660)
    for _ in range(2):
        exchange(client, server)
    wait_delivered(server)
    lab.server.filter("input", "tcp dport 8660 reject with tcp reset")
    client.sendall(b"one more")
    with reset_expected():
        client.recv(1)
    return [Rst("firewall_reset", "server", inseparable=("connection_unknown",))]
