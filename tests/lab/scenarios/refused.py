"""SYNs to a port on which nobody listens."""

import struct

from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import SYN
from rstlab.sockets import exchange, reset_expected
from rstlab.truth import Rst

_REFUSED = Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")


@scenario("port-closed",
          "The client connects three times to a port on which nothing listens.",
          "port_closed", sample="client")
def port_closed(lab):
    for _ in range(3):
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 8443)
        lab.pause(0.2)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=3)]


@scenario("port-closed-ipv6",
          "Over IPv6 the client connects to a port on which nothing listens.",
          "port_closed", sample="client")
def port_closed_ipv6(lab):
    with reset_expected():
        lab.connect(lab.client, lab.server.ip6, 8443)
    return [_REFUSED]


@scenario("port-closed-beside-open-one",
          "The service listens on 80 and is used; a client tries 443, where nothing listens.",
          "port_closed")
def port_closed_beside(lab):
    exchange(*lab.pair(80))
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 443)
    return [_REFUSED]


@scenario("port-closed-after-service-stopped",
          "A service is used, stops in order, and the next connection is refused.",
          "port_closed")
def port_closed_after(lab):
    listener = lab.listen(lab.server, 8080)
    client = lab.connect(lab.client, lab.server.ip4, 8080)
    server = lab.accept(listener)
    exchange(client, server)
    client.close()
    lab.pause(0.05)
    server.close()
    listener.close()
    lab.pause(0.2)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8080)
    return [_REFUSED]


@scenario("port-closed-fast-open",
          "A SYN that carries data (TCP Fast Open) meets a closed port: the RST acknowledges the "
          "data too.",
          "port_closed")
def port_closed_syn_data(lab):
    peer = RawPeer(lab, lab.client, 40100, lab.server.ip4, 8444)
    cookie = struct.pack("!BBQxx", 34, 10, 0xABCD)
    peer.send(SYN, payload=b"earlydata", options=cookie)
    peer.expect("RA")
    return [_REFUSED]


@scenario("port-closed-ecn-setup",
          "A client that asks for ECN connects to a closed port.",
          "port_closed")
def port_closed_ecn(lab):
    lab.client.sysctl("net.ipv4.tcp_ecn", 1)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8445)
    return [_REFUSED]


@scenario("port-closed-many-clients",
          "Six client machines meet the same stopped service within a second.",
          "port_closed")
def port_closed_many(lab):
    base = lab.client.ip4.rsplit(".", 1)
    for number in range(1, 7):
        source = lab.client.add_address(f"{base[0]}.{int(base[1]) + number}")
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 5432, source=source)
        lab.pause(0.1)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=6)]


@scenario("port-closed-then-opened",
          "The service is not up yet: two refusals, then it listens and the client is served.",
          "port_closed")
def refused_then_served(lab):
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 9090)
        lab.pause(0.3)
    client, server = lab.pair(9090)
    exchange(client, server)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=2)]


@scenario("netdev-ingress-rejects-one-subnet",
          "A server's nftables rejects SYNs of one address at the ingress of its device, before "
          "routing (netdev hook); another client is served.",
          "firewall_reject", program="nft")
def netdev_ingress(lab):
    base, last = lab.client.ip4.rsplit(".", 1)
    other = lab.client.add_address(f"{base}.{int(last) + 8}")
    lab.server.nft("table netdev guard {\nchain ingress {\n"
                   "type filter hook ingress device eth0 priority 0;\n"
                   f"ip saddr {other} tcp dport 24010 tcp flags syn reject with tcp reset\n}}\n}}\n")
    listener = lab.listen(lab.server, 24010)
    for _ in range(3):
        client = lab.connect(lab.client, lab.server.ip4, 24010)
        exchange(client, lab.accept(listener))
        client.close()
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 24010, source=other)
        lab.pause(0.2)
    return [Rst("firewall_reject", "server", count=3)]
