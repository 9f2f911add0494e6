# SPDX-License-Identifier: GPL-2.0-or-later
"""A device nearer than the server refuses, each with a stack and a distance of its own."""

from rstlab.scenario import scenario
from rstlab.sockets import exchange, reset_expected
from rstlab.truth import Rst

_POINTS = ("client", "server", "router")


@scenario("nearer-device-of-ttl-255",
          "A router whose packets begin at TTL 255 refuses SYNs to one port of a server that "
          "serves another.",
          "firewall_reject", points=_POINTS, program="nft")
def ttl_255(lab):
    lab.router.sysctl("net.ipv4.ip_default_ttl", 255)
    lab.router.filter("forward", "tcp dport 7501 reject with tcp reset")
    exchange(*lab.pair(7500))
    for _ in range(3):
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 7501)
        lab.pause(0.1)
    return [Rst("firewall_reject", "router", claims="server", at=("client", "router"), count=3)]


@scenario("nearer-device-far-server-ipv6",
          "Over IPv6 the server is nine routers away and its host's hop limit is 128; the device "
          "that refuses one of its ports is one away.",
          "firewall_reject", points=("client",), program="nft")
def far_ipv6(lab):
    lab.server.sysctl("net.ipv6.conf.all.hop_limit", 128)
    lab.server.sysctl("net.ipv6.conf.eth0.hop_limit", 128)
    lab.router.nft("table ip6 far {\nchain on {\ntype filter hook postrouting priority mangle;\n"
                   f"ip6 saddr {lab.server.ip6} ip6 hoplimit 127 ip6 hoplimit set 119\n}}\n}}\n")
    lab.router.filter("forward", "tcp dport 7503 reject with tcp reset")
    exchange(*lab.pair(7502, v6=True))
    with reset_expected():
        lab.connect(lab.client, lab.server.ip6, 7503)
    return [Rst("firewall_reject", "router", claims="server")]


@scenario("nearer-device-cuts-at-the-last-ack",
          "A device lets SYN and SYN-ACK pass and refuses what comes then: the handshake's last ACK "
          "is answered by RST in the server's name, and so the client disowns the repeated SYN-ACK.",
          "firewall_reset", "reset_echo", points=_POINTS, program="nft")
def last_ack(lab):
    lab.server.sysctl("net.ipv4.tcp_synack_retries", 1)
    lab.router.filter("forward", "tcp dport 7504 tcp flags & (syn | ack) == ack reject with tcp "
                      "reset")
    exchange(*lab.pair(7505))
    lab.listen(lab.server, 7504)
    lab.connecting(lab.client, lab.server.ip4, 7504)
    lab.pause(4)
    return [Rst("firewall_reset", "router", claims="server", at=("client", "router")),
            Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN", count=(1, 3),
                inseparable_at={"server": ("connect_cancelled",)})]


@scenario("nearer-proxy-is-down",
          "The router hands port 80 to a transparent proxy of its own, which is not running: its "
          "kernel refuses in the server's name. Port 443 passes.",
          "port_closed", points=("client",), program="nft")
def proxy_down(lab):
    lab.router.nat("prerouting", "iifname to-client tcp dport 80 redirect to :3128")
    exchange(*lab.pair(443))
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 80)
        lab.pause(0.2)
    # The tracepoint names the port that the rule has put in place of 80.
    return [Rst("port_closed", "router", claims="server", count=2,
                inseparable=("firewall_reject",))]
