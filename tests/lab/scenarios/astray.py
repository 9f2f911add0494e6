"""Segments that come back under another address, from another distance, or that nobody heeds."""

from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, RST
from rstlab.sockets import exchange, read_to_end, reset_expected, wait_delivered
from rstlab.truth import Rst


def _translate(lab, port, back):
    """A box that translates without state: a virtual address of its own to the server, and back
    what `back` (an nft match, or None) lets pass that way."""
    virtual = lab.router.links["to-client"].address
    rules = [f"chain there {{\ntype filter hook prerouting priority -300;\n"
             f"ip daddr {virtual} tcp dport {port} ip daddr set {lab.server.ip4} notrack\n}}"]
    if back is not None:
        rules.append(f"chain back {{\ntype filter hook postrouting priority 300;\n"
                     f"ip saddr {lab.server.ip4} tcp sport {port} {back} "
                     f"ip saddr set {virtual}\n}}")
    lab.router.nft("table ip astray {\n" + "\n".join(rules) + "\n}\n")
    return virtual


@scenario("nat-reply-untranslated",
          "A service address leads to the server, whose SYN-ACK comes back under its own: the "
          "client knows of no such connection and resets it, and repeats its SYN.",
          "nat_state_lost", points=("client", "server"), program="nft")
def reply_untranslated(lab):
    virtual = _translate(lab, 8641, None)
    lab.listen(lab.server, 8641)
    lab.connecting(lab.client, virtual, 8641)
    lab.pause(1.5)
    # The last RST at the server has no SYN behind it yet that would tell.
    return [Rst("nat_state_lost", "client", "NO_SOCKET", "UNKNOWN", count=(2, 3),
                inseparable_at={"server": ("connect_cancelled",)})]


@scenario("nat-reset-untranslated",
          "A box translates all but resets, as one does that takes those for invalid: the server's "
          "answer to data after its close reaches the client from an address that it never spoke "
          "to, and its connection stands.",
          "data_after_close", points=("client", "server"), program="nft")
def reset_untranslated(lab):
    virtual = _translate(lab, 8642, "tcp flags & rst == 0")
    listener = lab.listen(lab.server, 8642)
    client = lab.connect(lab.client, virtual, 8642)
    server = lab.accept(listener)
    exchange(client, server)
    server.close()
    read_to_end(client)
    client.sendall(b"one more word")
    lab.pause(0.1)
    lab.client.filter("output", "tcp dport 8642 drop")  # or it repeats it, again and again
    return [Rst("data_after_close", "server", ("TCP_ABORT_ON_DATA", "TCP_TIMEWAIT_SOCKET"),
                inseparable_at={"client": ("nat_state_lost", "connection_unknown")})]


@scenario("firewall-reject-before-the-host-speaks",
          "A firewall refuses one port before anything of the host was captured; then the host "
          "accepts on another one, from farther away.",
          "firewall_reject", points=("client",), program="nft")
def reject_before(lab):
    lab.router.filter("forward", "tcp dport 8643 reject with tcp reset")
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 8643)
    lab.pause(0.1)
    exchange(*lab.pair(8644))
    return [Rst("firewall_reject", "router", claims="server", count=2)]


@scenario("port-closed-miscounted",
          "A small stack refuses a SYN without counting it: its RST acknowledges the SYN's own "
          "number, so the client has to ignore it and repeats its SYN.",
          "port_closed", points=("client", "server"))
def miscounted(lab):
    peer = RawPeer(lab, lab.server, 8645, lab.client.ip4, None)
    lab.connecting(lab.client, lab.server.ip4, 8645)
    for _ in range(2):
        syn = peer.expect("S")
        peer.send(RST | ACK, seq=0, ack=syn.seq, window=0)
    lab.pause(0.1)
    return [Rst("port_closed", "server", count=2, crafted=True)]
