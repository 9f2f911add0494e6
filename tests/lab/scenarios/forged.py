"""Resets that no end sent: forged by somebody in the path, or guessed by somebody off it.

All of them are crafted by the lab at the router, except those of tcpkill.
"""

from rstlab import sockets
from rstlab.forger import Forger
from rstlab.scenario import scenario
from rstlab.segment import ACK, RST, Segment
from rstlab.sockets import (exchange, port_of, read_exactly, reset_expected, wait_delivered,
                            wait_until)
from rstlab.truth import Rst


class Connection:
    """An established connection under a forger's eyes."""

    def __init__(self, lab, port, v6=False):
        self.forger = Forger(lab)
        self.client, self.server = lab.pair(port, v6=v6)
        exchange(self.client, self.server)
        wait_delivered(self.server)
        self.here = (lab.client.ip6 if v6 else lab.client.ip4, port_of(self.client))
        self.there = (lab.server.ip6 if v6 else lab.server.ip4, port)

    def to_client(self, **fields):
        """A RST in the server's name."""
        return self.forger.reset(*self.there, *self.here, **fields)

    def to_server(self, **fields):
        """A RST in the client's name."""
        return self.forger.reset(*self.here, *self.there, **fields)


def _forged(claims, count=1, token="injected", **more):
    point = "client" if claims == "server" else "server"
    return Rst(token, "router", claims=claims, at=(point,), crafted=True, count=count, **more)


#: The forged reset went to one end alone: the other end's capture shows an end that has forgotten.
_ECHO_CLIENT = Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN",
                   inseparable_at={"server": ("connection_unknown",)})


@scenario("injected-single-rst",
          "A lone forged RST of the right number in the server's name; the server speaks on.",
          "injected", "reset_echo")
def single(lab):
    wire = Connection(lab, 8700)
    wire.to_client(ttl=47, ip_id=54321, window=0)
    lab.pause(0.05)
    wire.server.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    lab.pause(0.1)
    return [_forged("server"), _ECHO_CLIENT]


@scenario("injected-ipv6",
          "A forged RST over IPv6, with a hop limit of its own; the server speaks on.",
          "injected", "reset_echo")
def ipv6(lab):
    wire = Connection(lab, 8701, v6=True)
    wire.to_client(ttl=200)
    lab.pause(0.05)
    wire.server.sendall(b"still here")
    lab.pause(0.1)
    return [_forged("server"), _ECHO_CLIENT]


@scenario("injected-three-rst-ack",
          "Three RST,ACK of one number in the server's name after a request with a forbidden "
          "word; TTL, window and IP ID differ from the server's.",
          "injected", "reset_echo")
def three(lab):
    wire = Connection(lab, 8702)
    wire.client.sendall(b"GET /?q=forbidden+word HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    wait_delivered(wire.client)
    for number in range(3):
        wire.to_client(flags=RST | ACK, ttl=100 + number, ip_id=0x3000 + 991 * number,
                       window=1980 + number)
    lab.pause(0.05)
    wire.server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    lab.pause(0.1)
    return [_forged("server", 3), _ECHO_CLIENT]


@scenario("injected-stepping-volley",
          "Three RST,ACK at X, X+1460, X+4380: the forger guesses ahead of the data in flight.",
          "injected", "reset_echo")
def stepping(lab):
    wire = Connection(lab, 8703)
    for step in (0, 1460, 4380):
        wire.to_client(flags=RST | ACK, offset=step, ttl=61, window=100 + step)
    lab.pause(0.05)
    wire.server.sendall(b"more from the true server")
    lab.pause(0.1)
    return [_forged("server", 3), _ECHO_CLIENT]


@scenario("injected-both-sides",
          "Forged RSTs to both ends within a millisecond, one RST and one RST,ACK each.",
          "injected")
def both_sides(lab):
    wire = Connection(lab, 8704)
    wire.client.sendall(b"GET /forbidden HTTP/1.1\r\n\r\n")
    wait_delivered(wire.client)
    lab.pause(0.02)
    for flags in (RST, RST | ACK):
        wire.to_client(flags=flags, ttl=90, ip_id=7)
        wire.to_server(flags=flags, ttl=91, ip_id=8)
    lab.pause(0.1)
    return [_forged("server", 2), _forged("client", 2)]


@scenario("injected-towards-server",
          "The forged RST goes to the server in the client's name; the client sends on and is "
          "reset by the server, which has nothing any more.",
          "injected", "reset_echo")
def towards_server(lab):
    wire = Connection(lab, 8705)
    wire.to_server(ttl=120, ip_id=999, window=512)
    with reset_expected():
        wire.server.recv(1)
    wire.client.sendall(b"next request")
    lab.pause(0.1)
    return [_forged("client"), Rst("reset_echo", "server", "TCP_FLAGS", "LISTEN",
                                   inseparable_at={"client": ("connection_unknown",)})]


@scenario("injected-in-window-not-exact",
          "The forged RST lies in the window but not at its edge: the client answers with a "
          "challenge ACK and both ends go on.",
          "injected")
def not_exact(lab):
    wire = Connection(lab, 8706)
    wire.to_client(offset=100)
    lab.pause(0.1)
    exchange(wire.client, wire.server)
    return [_forged("server")]


@scenario("injected-after-clienthello",
          "The handshake and a TLS ClientHello pass; three RST,ACK answer it before the server "
          "can, whose ServerHello comes right behind.",
          "injected", "reset_echo")
def clienthello(lab):
    forger = Forger(lab)
    client, server = lab.pair(443)
    hello = client_hello(b"forbidden.example.com")
    client.sendall(hello)
    read_exactly(server, len(hello))
    wait_delivered(client)
    here, there = (lab.client.ip4, port_of(client)), (lab.server.ip4, 443)
    for number in range(3):
        forger.reset(*there, *here, flags=RST | ACK, ttl=70 + 13 * number, ip_id=100 + number,
                     window=3293 + number)
    server.sendall(b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\x11" * 116)
    lab.pause(0.1)
    return [_forged("server", 3), _ECHO_CLIENT]


def client_hello(name):
    """A minimal TLS 1.2 ClientHello that names this server."""
    sni = b"\x00" + len(name).to_bytes(2, "big") + name
    sni = len(sni).to_bytes(2, "big") + sni
    extensions = b"\x00\x00" + len(sni).to_bytes(2, "big") + sni
    body = (b"\x03\x03" + bytes(range(32)) + b"\x00" + b"\x00\x02\xc0\x2f" + b"\x01\x00"
            + len(extensions).to_bytes(2, "big") + extensions)
    handshake = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + len(handshake).to_bytes(2, "big") + handshake


@scenario("injected-at-syn",
          "A forger answers the SYN by RST,ACK before the server's SYN-ACK, which arrives later "
          "and finds nobody.",
          "injected", "reset_echo")
def at_syn(lab):
    forger = Forger(lab)
    lab.listen(lab.server, 8708)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8708") as queue:
        client = lab.connecting(lab.client, lab.server.ip4, 8708)
        queue.wait(1)
        syn = forger.newest(lab.client.ip4, port_of(client), lab.server.ip4, 8708)
        lab.router.inject(Segment(lab.server.ip4, 8708, lab.client.ip4, syn.sport, RST | ACK,
                                  seq=0, ack=syn.next_seq, window=0, ttl=57, ip_id=4711))
        lab.pause(0.05)
        queue.release()
    lab.pause(0.1)
    # Beyond the forger a SYN-ACK finds nobody, as when the program had given up.
    return [_forged("server"),
            Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN",
                inseparable_at={"server": ("connect_cancelled",)})]


@scenario("injected-nothing-follows",
          "The forged RST is perfect in number, and no end says anything afterwards: TTL and IP "
          "ID are all there is against it.",
          "injected")
def nothing_follows(lab):
    wire = Connection(lab, 8709)
    wire.to_client(flags=RST | ACK, ttl=240, ip_id=0, window=0)
    lab.pause(0.1)
    # Nothing passes afterwards, so nothing tells whether the forger also blocks.
    return [_forged("server", inseparable=("firewall_reset",))]


@scenario("injected-then-orderly-close",
          "After a forged RST the server, unaware, closes in order: its FIN is reset.",
          "injected", "reset_echo")
def fin_later(lab):
    wire = Connection(lab, 8710)
    wire.to_client(ttl=40, ip_id=31337, window=8192)
    lab.pause(0.2)
    wire.server.close()
    lab.pause(0.1)
    return [_forged("server"), _ECHO_CLIENT]


@scenario("injected-tcpkill",
          "dsniff's tcpkill runs at the router: for each segment that it sees it sends three RSTs "
          "to the segment's sender.",
          "injected", program="tcpkill")
def tcpkill(lab):
    client, server = lab.pair(8711)
    exchange(client, server)
    lab.spawn(lab.router, "tcpkill", "-i", "to-client", "port", "8711")
    lab.pause(0.7)
    server.sendall(b"seen by tcpkill")
    lab.pause(0.5)
    return [Rst("injected", "router", claims="server", at=("client",), count=(1, 30)),
            Rst("injected", "router", claims="client", at=("server",), count=(1, 30))]


@scenario("injected-at-handshake-https",
          "Port 443 only: three RST,ACK to the client answer its SYN, with windows that count up, "
          "and three more its handshake's ACK, as was seen on 20 August 2025 (gfw.report); the "
          "server's own SYN-ACK arrives as well.",
          "injected", "reset_echo")
def handshake_https(lab):
    forger = Forger(lab)
    lab.listen(lab.server, 443)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "443") as queue:
        client = lab.connecting(lab.client, lab.server.ip4, 443)
        queue.wait(1)
        syn = forger.newest(lab.client.ip4, port_of(client), lab.server.ip4, 443)
        for number in range(3):
            lab.router.inject(Segment(lab.server.ip4, 443, lab.client.ip4, syn.sport, RST | ACK,
                                      seq=0, ack=syn.next_seq, window=1980 + number,
                                      ttl=101 + number, ip_id=0x2000 + 7 * number))
        lab.pause(0.05)
        queue.release()
    lab.pause(0.1)
    return [_forged("server", 3),
            Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN",
                inseparable_at={"server": ("connect_cancelled",)})]


@scenario("injected-pair-of-p2p-policy",
          "A traffic shaper forges a pair of RSTs to each end; the second of a pair is 12503 "
          "numbers ahead, its IP ID four (Weaver, Sommer, Paxson, NDSS 2009).",
          "injected", "reset_echo")
def shaper_pair(lab):
    wire = Connection(lab, 8712)
    for offset, ip_id in ((0, 0x4400), (12503, 0x4404)):
        wire.to_client(offset=offset, ttl=58, ip_id=ip_id)
    lab.pause(0.05)
    wire.server.sendall(b"a piece of a file")
    lab.pause(0.1)
    return [_forged("server", 2), _ECHO_CLIENT]


@scenario("injected-copies-ttl",
          "The forger copies the server's TTL and goes on with its IP ID; only that the true "
          "server speaks on betrays it.",
          "injected", "reset_echo")
def copies_ttl(lab):
    wire = Connection(lab, 8713)
    seen = wire.forger.newest(*wire.there, *wire.here)
    wire.to_client(flags=RST | ACK, ttl=seen.ttl - 1, ip_id=(seen.ip_id + 1) & 0xFFFF,
                   window=seen.window)
    lab.pause(0.05)
    wire.server.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    lab.pause(0.1)
    return [_forged("server"), _ECHO_CLIENT]


@scenario("injected-races-the-answer",
          "The forger answers the request before the server's answer, which is on its way, has "
          "passed: TTL copied, the number exact.",
          "injected", "reset_echo")
def races(lab):
    wire = Connection(lab, 8714)
    seen = wire.forger.newest(*wire.there, *wire.here)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8714") as queue:
        wire.client.sendall(b"GET /forbidden HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
        read_exactly(wire.server, 50)
        wire.server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        queue.wait(1)
        wire.to_client(flags=RST | ACK, ttl=seen.ttl - 1, ip_id=0x6A6A)
        queue.release()
    lab.pause(0.1)
    return [_forged("server"), Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN", count=(1, 3),
                                   inseparable_at={"server": ("connection_unknown",)})]


@scenario("injected-client-goes-on",
          "Both ends drop what the forger sends them (a rule against resets) and go on: requests "
          "and answers pass as if nothing had been.",
          "injected")
def goes_on(lab):
    wire = Connection(lab, 8715)
    for host in (lab.client, lab.server):
        host.filter("input", "tcp flags & rst == rst drop")
    wire.client.sendall(b"GET /forbidden HTTP/1.1\r\n\r\n")
    read_exactly(wire.server, 27)
    wait_delivered(wire.client)
    wire.to_client(flags=RST | ACK, ttl=62, ip_id=0x1111)
    wire.to_server(flags=RST | ACK, ttl=62, ip_id=0x2222)
    lab.pause(0.05)
    wire.server.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    read_exactly(wire.client, 19)
    exchange(wire.client, wire.server)
    return [_forged("server"), _forged("client")]


@scenario("injected-both-ways-copied-ttl",
          "Volleys of three to both ends, with the TTL of either end and stepping numbers; nobody "
          "speaks afterwards.",
          "injected")
def both_ways_copied(lab):
    wire = Connection(lab, 8716)
    wire.client.sendall(b"GET /forbidden HTTP/1.1\r\n\r\n")
    wait_delivered(wire.client)
    lab.pause(0.02)
    for number in range(3):
        wire.to_client(flags=RST | ACK, ttl=63, ip_id=0x5000 + number, offset=1460 * number)
        wire.to_server(flags=RST | ACK, ttl=63, ip_id=0x6000 + number, offset=1460 * number)
    lab.pause(0.1)
    return [_forged("server", 3), _forged("client", 3)]


@scenario("injected-tcpkill-in-a-download",
          "tcpkill meets a download in full flow, whose server heeds no reset and goes on.",
          "injected", "reset_echo", program="tcpkill", points=("client",))
def tcpkill_download(lab):
    client, server = lab.pair(8717)
    exchange(client, server)
    lab.server.filter("input", "tcp flags & rst == rst drop")
    lab.spawn(lab.router, "tcpkill", "-i", "to-client", "-3", "port", "8717")
    lab.pause(0.7)
    try:
        for _ in range(40):
            server.sendall(b"d" * 4000)
            read_exactly(client, 4000)
            lab.pause(0.02)
    except OSError:
        pass
    for _ in range(10):
        server.sendall(b"d" * 1000)
        lab.pause(0.02)
    lab.pause(0.3)
    return [Rst("injected", "router", claims="server", at=("client",), count=(1, 200),
                when=lambda segment: segment.ip_id != 0),
            Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN", count=(0, 200))]


@scenario("blind-reset-guesses",
          "Somebody off the path guesses: eight RSTs over the sequence space, all out of the "
          "window; the connection lives.",
          "blind_reset_attack")
def blind_out(lab):
    wire = Connection(lab, 8720)
    for number in range(1, 9):
        wire.to_client(offset=number << 28, ttl=44, ip_id=5000 + 77 * number)
        lab.pause(0.02)
    exchange(wire.client, wire.server)
    return [_forged("server", 8, "blind_reset_attack")]


@scenario("blind-reset-in-window",
          "The guesses fall into the window without hitting its edge: challenge ACKs, and the "
          "connection lives.",
          "blind_reset_attack")
def blind_in(lab):
    wire = Connection(lab, 8721)
    for number in range(1, 6):
        wire.to_client(offset=9000 * number, ttl=44, ip_id=5000 + 77 * number)
        lab.pause(0.2)
    exchange(wire.client, wire.server)
    return [_forged("server", 5, "blind_reset_attack")]


@scenario("blind-reset-sweep-hits",
          "A sweep in steps of one window goes on until one guess is exact; the server's next "
          "data is reset.",
          "blind_reset_attack", "reset_echo")
def blind_hits(lab):
    wire = Connection(lab, 8722)
    for step in range(-5, 1):
        wire.to_client(offset=step * 60_000, ttl=44, ip_id=6000 + 31 * (step + 5))
        lab.pause(0.02)
    wait_until(lambda: sockets.tcp_state(wire.client) == sockets.CLOSE, "the guess hits")
    wire.server.sendall(b"the server does not know")
    lab.pause(0.1)
    return [_forged("server", 6, "blind_reset_attack"), _ECHO_CLIENT]
