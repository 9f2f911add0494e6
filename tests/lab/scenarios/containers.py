# SPDX-License-Identifier: GPL-2.0-or-later
"""Service addresses and containers: replies that come back untranslated, or from elsewhere."""

from rstlab.scenario import scenario
from rstlab.sockets import exchange, port_of, reset_expected, wait_reset
from rstlab.truth import Rst


def _service(lab, port):
    """A service address at the router, behind it the server; returns the address."""
    virtual = lab.router.links["to-client"].address
    lab.router.nat("prerouting", f"ip daddr {virtual} tcp dport {port} dnat ip to {lab.server.ip4}")
    return virtual


@scenario("service-reply-untranslated",
          "A node's connection table is flushed while a container pushes an event: the event "
          "reaches the client from the container's own address, and the client's kernel, which "
          "knows only the service's address, resets it.",
          "nat_state_lost", program="conntrack")
def untranslated(lab):
    virtual = _service(lab, 7400)
    listener = lab.listen(lab.server, 7400)
    client = lab.connect(lab.client, virtual, 7400)
    server = lab.accept(listener)
    exchange(client, server)
    lab.router.run("conntrack", "-F")
    lab.pause(0.2)
    server.sendall(b"event: news")
    wait_reset(server)
    # At the server the connection looks like any other that its client has forgotten.
    return [Rst("nat_state_lost", "client", "NO_SOCKET", "UNKNOWN",
                inseparable_at={"server": ("connection_unknown", "gave_up_silently",
                                           "idle_timeout", "peer_restarted")})]


@scenario("service-reply-by-another-way",
          "What a client sends to a service address is translated, but the container's answers take "
          "a way that knows nothing of it: the client gets SYN-ACKs from an address to which it "
          "sent no SYN, and resets each.",
          "backscatter", program="nft")
def another_way(lab):
    virtual = _service(lab, 7401)
    lab.router.nft("table ip way {\nchain back {\ntype filter hook prerouting priority raw;\n"
                   "iifname to-server tcp sport 7401 notrack\n}\n}\n")
    lab.listen(lab.server, 7401)
    lab.connecting(lab.client, virtual, 7401)
    lab.pause(2.5)
    # The client's capture has the SYN to the service address beside it. The server's has a SYN of
    # the very client that then disowns it.
    return [Rst("backscatter", "client", "NO_SOCKET", "UNKNOWN", count=(2, 4),
                inseparable=("nat_state_lost",),
                inseparable_at={"server": ("connect_cancelled", "syn_scan")})]


@scenario("source-address-changes-under-a-connection",
          "A container's traffic leaves by another gateway address after a failover without state: "
          "the server knows no connection from there and resets the next request.",
          "nat_state_lost", program="nft")
def failover(lab):
    first = lab.router.links["to-server"].address
    base, last = first.rsplit(".", 1)
    second = f"{base}.{int(last) + 8}"
    lab.router.ip("addr", "add", f"{second}/27", "dev", "to-server")
    lab.router.nat("postrouting", f"oifname to-server snat ip to {first}")
    client, server = lab.pair(7402)
    exchange(client, server)
    lab.router.nft("flush chain inet nat_postrouting lab\n"
                   f"add rule inet nat_postrouting lab oifname to-server snat ip to {second}\n")
    lab.router.run("conntrack", "-F")
    lab.pause(0.3)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("nat_state_lost", "server", "TCP_FLAGS", "LISTEN", at=("server",),
                inseparable=("connection_unknown", "capture_incomplete"),
                note="for the server the connection begins in its middle"),
            Rst("nat_state_lost", "server", "TCP_FLAGS", "LISTEN", at=("client",), translated=True,
                inseparable=("connection_unknown", "gave_up_silently", "peer_restarted",
                             "idle_timeout"))]


@scenario("service-without-endpoints",
          "A service address has lost its last container: the node refuses new connections "
          "(reject with tcp reset, as kube-proxy does), an old one lives on.",
          "firewall_reject", points=("client", "router"), program="nft")
def no_endpoints(lab):
    virtual = _service(lab, 7403)
    listener = lab.listen(lab.server, 7403)
    client = lab.connect(lab.client, virtual, 7403)
    server = lab.accept(listener)
    exchange(client, server)
    lab.router.nft("flush chain inet nat_prerouting lab\n")
    lab.router.filter("input", "tcp dport 7403 ct state new reject with tcp reset")
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, virtual, 7403)
        lab.pause(0.2)
    exchange(client, server)
    # The node answers with its own kernel's form and distance: nobody listens there either.
    return [Rst("firewall_reject", "router", count=2, when=lambda s: s.dport != port_of(client),
                inseparable=("port_closed",))]
