# SPDX-License-Identifier: GPL-2.0-or-later
"""gVisor's network stack, for real: a sandbox that serves and asks (golang-gvisor-gvisor-dev).

No tracepoint speaks of its resets; what the machine was told to do is what it did.
"""

from rstlab.guest import Guest
from rstlab.rawpeer import RawPeer
from rstlab.scenario import needs, scenario
from rstlab.segment import ACK, SYN, Segment
from rstlab.sockets import (abort, nodelay, port_of, read_exactly, read_to_end, reset_expected,
                            wait_delivered, wait_reset, wait_until)
from rstlab.truth import Rst

_OPTIONS = {"program": "gvisor"}
_MSS = b"\x02\x04\x05\xb4"


def _sandbox(lab):
    return Guest(lab, "netstack.go")


def _served(lab, port):
    """A Linux client connected to the sandbox: (sandbox, client, the sandbox's socket)."""
    sandbox = _sandbox(lab)
    listener = sandbox.call("listen", port, 8)
    client = lab.connect(lab.client, sandbox.address, port)
    return sandbox, client, sandbox.call("accept", listener)


def _exchange(sandbox, client, sock, request=100, answer=50):
    client.sendall(b"q" * request)
    sandbox.call("receive", sock, request)
    sandbox.call("send", sock, answer)
    read_exactly(client, answer)


def _asking(lab, port, *source):
    """The sandbox connected to a Linux server: (sandbox, its socket, the server's)."""
    sandbox = _sandbox(lab)
    listener = lab.listen(lab.client, port)
    sock = sandbox.call("connect", lab.client.ip4, port, *source)
    return sandbox, sock, lab.accept(listener)


def _wait_state(sandbox, sock, *states, seconds=5):
    wait_until(lambda: sandbox.call("state", sock) in states, f"{states}", seconds)


@scenario("gvisor-refuses",
          "A sandbox serves one port; a client tries two others, on which nothing listens.",
          "port_closed", **_OPTIONS)
def refuses(lab):
    sandbox, client, sock = _served(lab, 7001)
    _exchange(sandbox, client, sock)
    for port in (7002, 7003):
        with reset_expected():
            lab.connect(lab.client, sandbox.address, port)
    return [Rst("port_closed", "server", flow=(7002, 7003), count=2)]


@scenario("gvisor-closes-with-a-request-unread",
          "The sandbox's program serves one request and closes while the next one lies unread.",
          "unread_data", **_OPTIONS)
def unread(lab):
    sandbox, client, sock = _served(lab, 7010)
    _exchange(sandbox, client, sock)
    client.sendall(b"GET /second HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    wait_delivered(client)
    lab.pause(0.2)
    sandbox.call("close", sock)
    wait_reset(client)
    # An unanswered request: nothing shows whether the program had read it.
    return [Rst("unread_data", "server", inseparable=("linger0",))]


@scenario("gvisor-client-evicts-two",
          "A program in a sandbox keeps two connections to a Linux server, uses each twice and "
          "then closes both with SO_LINGER 0, every answer read.",
          "linger0", **_OPTIONS)
def evicts(lab):
    sandbox = _sandbox(lab)
    listener = lab.listen(lab.client, 7011)
    socks = []
    for _ in range(2):
        sock = sandbox.call("connect", lab.client.ip4, 7011)
        server = lab.accept(listener)
        for _ in range(2):
            sandbox.call("send", sock, 80)
            read_exactly(server, 80)
            server.sendall(b"a" * 300)
            sandbox.call("receive", sock, 300)
            lab.pause(0.1)
        socks.append(sock)
    lab.pause(0.6)
    for sock in socks:
        sandbox.call("linger", sock, 0)
        sandbox.call("close", sock)
    lab.pause(0.2)
    return [Rst("linger0", "server", count=2, origin="client")]


@scenario("gvisor-keepalive-race",
          "The sandbox ends an idle connection in order; the client's next request, a moment later, "
          "is reset.",
          "data_after_close", **_OPTIONS)
def keepalive_race(lab):
    sandbox, client, sock = _served(lab, 7012)
    _exchange(sandbox, client, sock)
    lab.pause(1.0)
    sandbox.call("close", sock)
    read_to_end(client)
    lab.pause(0.2)
    client.sendall(b"GET /next HTTP/1.1\r\n\r\n")
    wait_reset(client)
    return [Rst("data_after_close", "server", count=(1, 2))]


@scenario("gvisor-restarted",
          "The sandbox is killed and started anew on its address: two old connections are reset "
          "when their clients' repeated requests get through, a new one is served.",
          "peer_restarted", **_OPTIONS)
def restarted(lab):
    sandbox = _sandbox(lab)
    listener = sandbox.call("listen", 7013, 8)
    clients = []
    for _ in range(2):
        clients.append(lab.connect(lab.client, sandbox.address, 7013))
        _exchange(sandbox, clients[-1], sandbox.call("accept", listener))
    lab.pause(0.1)
    sandbox.stop()
    for client in clients:
        client.sendall(b"next request")
    lab.pause(1.2)
    sandbox.start()
    listener = sandbox.call("listen", 7013, 8)
    for client in clients:
        wait_reset(client)
    fresh = lab.connect(lab.client, sandbox.address, 7013)
    _exchange(sandbox, fresh, sandbox.call("accept", listener))
    return [Rst("peer_restarted", "server", count=2, flow=[port_of(client) for client in clients])]


@scenario("gvisor-listener-closed",
          "Three clients wait in the sandbox's accept queue when its program closes the listener.",
          "listener_closed", **_OPTIONS)
def listener_closed(lab):
    sandbox = _sandbox(lab)
    listener = sandbox.call("listen", 7014, 8)
    clients = [lab.connect(lab.client, sandbox.address, 7014) for _ in range(3)]
    lab.pause(0.5)
    sandbox.call("close", listener)
    for client in clients:
        wait_reset(client)
    return [Rst("listener_closed", "server", count=3)]


@scenario("gvisor-keepalive-silent",
          "The sandbox probes a client that has gone silent and, unlike Linux, gives up without a "
          "word; the client's request, much later, is reset.",
          "gave_up_silently", **_OPTIONS)
def keepalive(lab):
    sandbox, client, sock = _served(lab, 7015)
    _exchange(sandbox, client, sock)
    sandbox.call("keepalive", sock, 1000, 500, 3)
    with lab.router.filtering("forward", "tcp dport 7015 drop", "tcp sport 7015 drop"):
        _wait_state(sandbox, sock, "ERROR", "CLOSED", seconds=10)
        lab.pause(0.5)
    client.sendall(b"back again")
    wait_reset(client)
    return [Rst("gave_up_silently", "server",
                inseparable_at={"client": ("connection_unknown", "idle_timeout")},
                note="its probes were lost before the client's capture point")]


@scenario("gvisor-user-timeout-silent",
          "A client in a sandbox repeats its request in vain until TCP_USER_TIMEOUT ends the "
          "connection without a word; the server's event, later, is reset.",
          "gave_up_silently", **_OPTIONS)
def user_timeout(lab):
    sandbox, sock, server = _asking(lab, 7016)
    sandbox.call("send", sock, 60)
    read_exactly(server, 60)
    server.sendall(b"fine")
    sandbox.call("receive", sock, 4)
    sandbox.call("user_timeout", sock, 2500)
    with lab.router.filtering("forward", "tcp dport 7016 drop", "tcp sport 7016 drop"):
        sandbox.call("send", sock, 60)
        _wait_state(sandbox, sock, "ERROR", "CLOSED", seconds=15)
        lab.pause(0.3)
    server.sendall(b"event: news")
    wait_reset(server)
    return [Rst("gave_up_silently", "server", origin="client",
                inseparable_at={"client": ("connection_unknown", "idle_timeout")},
                note="its repetitions were lost before the other capture point")]


@scenario("gvisor-connect-closed-too-early",
          "A program in a sandbox closes its socket while the SYN-ACK is on its way: the SYN-ACK "
          "finds nobody.",
          "connect_cancelled", **_OPTIONS)
def cancelled(lab):
    sandbox = _sandbox(lab)
    lab.listen(lab.client, 7017)
    with lab.router.holding("--sport", "7017") as queue:
        sock = sandbox.call("connect", lab.client.ip4, 7017)
        queue.wait(1)
        lab.pause(0.3)
        sandbox.call("close", sock)
        lab.pause(0.2)
        queue.release()
    lab.pause(0.3)
    return [Rst("connect_cancelled", "server", origin="client", count=(1, 2))]


@scenario("gvisor-stray-synack",
          "Somebody floods a Linux server in the sandbox's name; the sandbox resets SYN-ACKs to "
          "SYNs that it never sent.",
          "backscatter", **_OPTIONS)
def backscatter(lab):
    sandbox = _sandbox(lab)
    for turn in range(4):
        flooded = RawPeer(lab, lab.client, 7018, sandbox.address, 40000 + 17 * turn)
        flooded.send(SYN | ACK, seq=5_000_000 + 99_991 * turn, ack=700_000 + 10_007 * turn)
        lab.pause(0.15)
    return [Rst("backscatter", "server", count=4)]


@scenario("gvisor-half-close-expired",
          "The sandbox closes, its FIN_WAIT_2 of one second ends, and the client, who kept its "
          "half open, sends its next record.",
          "half_close_expired", **_OPTIONS)
def half_close(lab):
    sandbox = _sandbox(lab)
    # A connection takes its own copy of that time when it begins.
    sandbox.call("linger_timeout", 1000)
    listener = sandbox.call("listen", 7019, 8)
    client = lab.connect(lab.client, sandbox.address, 7019)
    sock = sandbox.call("accept", listener)
    _exchange(sandbox, client, sock)
    sandbox.call("close", sock)
    read_to_end(client)
    lab.pause(4)
    client.sendall(b"one more record")
    wait_reset(client)
    # Whether a host still keeps FIN_WAIT2 after four seconds does not show.
    return [Rst("half_close_expired", "server", inseparable=("data_after_close",))]


@scenario("gvisor-connects-anew-from-the-same-port",
          "The sandbox is killed and started anew, and its program connects from the port it had "
          "before: the server, which still holds the old connection, answers with an ACK that the "
          "sandbox resets.",
          "half_open_recovery", **_OPTIONS)
def recovery(lab):
    sandbox, sock, server = _asking(lab, 7020, 45020)
    sandbox.call("send", sock, 60)
    read_exactly(server, 60)
    sandbox.stop()
    lab.pause(0.3)
    sandbox.start()
    again = sandbox.call("connect", lab.client.ip4, 7020, 45020)
    wait_reset(server)
    _wait_state(sandbox, again, "ESTABLISHED", seconds=10)
    return [Rst("half_open_recovery", "server", origin="client", count=(1, 2))]


# --- in further situations -----------------------------------------------------------------------

@scenario("gvisor-leaves-a-download",
          "A program in a sandbox reads the head of a large answer of a Linux server and closes, "
          "the rest unread.",
          "unread_data", may=("late_segment",), **_OPTIONS)
def leaves_download(lab):
    sandbox, sock, server = _asking(lab, 23001)
    sandbox.call("send", sock, 80)
    read_exactly(server, 80)
    server.sendall(b"a" * 30000)
    sandbox.call("receive", sock, 500)
    lab.pause(0.5)
    sandbox.call("close", sock)
    lab.pause(0.3)
    return [Rst("unread_data", "server", origin="client"),
            Rst("late_segment", "server", origin="client", count=(0, 40))]


@scenario("gvisor-under-a-syn-scan", "nmap -sS tries an open and two closed ports of a sandbox.",
          "port_closed", "syn_scan", **_OPTIONS)
def syn_scan(lab):
    needs("nmap")
    sandbox = _sandbox(lab)
    sandbox.call("listen", 23002, 8)
    lab.client.run("nmap", "-sS", "-Pn", "-n", "-p", "23002-23004", "--max-retries", "1",
                   sandbox.address)
    lab.pause(0.3)
    return [Rst("syn_scan", "client", "NO_SOCKET", count=(1, 3)),
            Rst("port_closed", "server", count=2)]


@scenario("gvisor-under-an-ack-scan",
          "nmap -sA sends ACKs of no connection to an open and a closed port of a sandbox.",
          "scan_probe", points=("client",), **_OPTIONS)
def ack_scan(lab):
    needs("nmap")
    sandbox = _sandbox(lab)
    sandbox.call("listen", 23005, 8)
    lab.client.run("nmap", "-sA", "-Pn", "-n", "-p", "23005,23006", "--max-retries", "0",
                   sandbox.address)
    lab.pause(0.3)
    return [Rst("scan_probe", "server", count=2)]


@scenario("gvisor-given-a-wrong-last-ack",
          "The last ACK of a handshake with a sandbox acknowledges a number that was never sent.",
          "bad_handshake_ack", **_OPTIONS)
def wrong_last_ack(lab):
    sandbox = _sandbox(lab)
    sandbox.call("listen", 23007, 8)
    peer = RawPeer(lab, lab.client, 40007, sandbox.address, 23007)
    peer.send(SYN, options=_MSS)
    answer = peer.expect("SA")
    peer.send(ACK, ack=(answer.seq + 70001) & 0xFFFFFFFF)
    lab.pause(0.4)
    return [Rst("bad_handshake_ack", "server", count=(1, 2))]


@scenario("gvisor-connects-and-gets-a-stale-syn-ack",
          "A sandbox's SYN is answered by a SYN-ACK that acknowledges something else (of an older "
          "attempt).",
          "synack_unacceptable", **_OPTIONS)
def stale_synack(lab):
    sandbox = _sandbox(lab)
    lab.client.filter("output", "tcp sport 23008 tcp flags & rst == rst drop")
    tap = lab.keep(lab.client.listen_in())
    lab.client.filter("input", "tcp dport 23008 drop")
    sandbox.call("connect", lab.client.ip4, 23008, 50008)
    syn = tap.wait(lambda segment: segment.dport == 23008)
    lab.client.inject(Segment(lab.client.ip4, 23008, sandbox.address, 50008, SYN | ACK, seq=99000,
                              ack=(syn.seq - 4711) & 0xFFFFFFFF, options=_MSS, ip_id=5))
    lab.pause(0.4)
    return [Rst("synack_unacceptable", "server", origin="client")]


@scenario("gvisor-aborts-while-requests-come",
          "A sandbox aborts its connection (SO_LINGER 0) while four more requests are on their "
          "way: each of them is reset as well.",
          "linger0", "late_segment", **_OPTIONS)
def aborts_under_requests(lab):
    sandbox, client, sock = _served(lab, 23009)
    _exchange(sandbox, client, sock)
    nodelay(client)
    with lab.router.holding("-d", sandbox.address, "--dport", "23009") as queue:
        for turn in range(4):
            client.sendall(b"request %d\r\n" % turn)
        queue.wait(4)
        sandbox.call("linger", sock, 0)
        sandbox.call("close", sock)
        lab.pause(0.05)
        queue.release()
    lab.pause(0.3)
    return [Rst("linger0", "server", inseparable_at={"client": ("unread_data",)}),
            Rst("late_segment", "server", count=(1, 6))]


@scenario("gvisor-probed-by-a-monitor",
          "A monitor connects to a sandbox's port each half second and closes at once with "
          "SO_LINGER 0.",
          "connect_probe", **_OPTIONS)
def probed(lab):
    sandbox = _sandbox(lab)
    sandbox.call("listen", 23010, 16)
    for _ in range(4):
        sock = lab.connect(lab.client, sandbox.address, 23010)
        lab.pause(0.02)
        abort(sock)
        lab.pause(0.5)
    return [Rst("connect_probe", "client", "TCP_STATE", "CLOSE", count=4)]
