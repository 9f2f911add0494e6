# SPDX-License-Identifier: GPL-2.0-or-later
"""libslirp, the gateway of QEMU's user network and of rootless containers, by slirp4netns.

Two TCP connections stand for one: the guest's, whose other end is libslirp in the server's name,
and the router's own socket towards the server. The capture point "guest" sees the former, "server"
the latter.
"""

import json
import signal
import socket

from rstlab.gateway import TAP, Gateway
from rstlab.guest import program_of
from rstlab.scenario import needs, scenario
from rstlab.sockets import (abort, exchange, read_exactly, read_to_end, reset_expected, wait_reset,
                            wait_unread, wait_until)
from rstlab.truth import Rst
from scenarios.daemons import GET

_OPTIONS = {"program": "slirp4netns", "points": ("guest", "server"), "starts_late": True}
#: The address that Slirp 1.0 expects of its guest.
_OLD_GUEST = "10.0.2.15"


def _gateway(lab, *arguments):
    gateway = Gateway(lab, "slirp4netns", *arguments)
    lab.start_captures()
    return gateway


@scenario("slirp-refuses", "A guest's program connects twice to a closed port of the server.",
          "port_closed", **_OPTIONS)
def refuses(lab):
    _gateway(lab)
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 7101)
        lab.pause(0.3)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", at=("server",), count=2),
            Rst("port_closed", "server", at=("guest",), count=2)]


@scenario("slirp-server-aborts",
          "The server answers the guest's request and aborts (SO_LINGER 0); the gateway hands the "
          "reset on.",
          "linger0", **_OPTIONS)
def server_aborts(lab):
    _gateway(lab)
    client, server = lab.pair(7102)
    exchange(client, server)
    lab.pause(0.4)
    abort(server)
    wait_reset(client)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", at=("server",)),
            Rst("linger0", "server", at=("guest",))]


@scenario("slirp-restarted",
          "The gateway is killed and started anew; the guest's next request on its old connection "
          "meets a stack that knows nothing of it.",
          "nat_state_lost", **_OPTIONS)
def restarted(lab):
    gateway = _gateway(lab)
    client, server = lab.pair(7103)
    exchange(client, server)
    lab.pause(0.3)
    gateway.stop(signal.SIGKILL)
    lab.pause(0.5)
    gateway.start()
    client.sendall(b"next request")
    wait_reset(client)
    return [Rst("nat_state_lost", "server", at=("guest",), origin="middlebox", count=(1, 2),
                inseparable=("connection_unknown", "peer_restarted"))]


@scenario("slirp-guest-abandons-download",
          "The guest's program closes in the middle of a download, 20 kB unread.",
          "unread_data", **_OPTIONS)
def abandons(lab):
    _gateway(lab)
    client, server = lab.pair(7104)
    client.sendall(b"GET /big")
    read_exactly(server, 8)
    server.sendall(b"d" * 20_000)
    wait_unread(client, 20_000)
    client.close()
    lab.pause(0.5)
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE", at=("guest",))]


@scenario("slirp-keepalive-race",
          "The server ends an idle connection in order; the guest's next request reaches it all "
          "the same. The gateway has acknowledged it by then and tells the guest nothing.",
          "data_after_close", **_OPTIONS)
def keepalive_race(lab):
    _gateway(lab)
    client, server = lab.pair(7105)
    exchange(client, server)
    lab.pause(0.6)
    server.close()
    read_to_end(client)
    lab.pause(0.3)
    client.sendall(b"GET /next HTTP/1.1\r\n\r\n")
    lab.pause(0.5)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT", at=("server",))]


@scenario("slirp-forwards-to-closed-port",
          "A port of the host is forwarded into a guest in which nothing listens: the host "
          "completes the handshake, the guest's kernel refuses, the gateway drops its client.",
          "port_closed", **_OPTIONS)
def forwards(lab):
    control = lab.workdir / "slirp.sock"
    _gateway(lab, "-a", str(control))
    _forward(lab, control, 7107, 7108)
    client = lab.connect(lab.server, lab.router.links["to-server"].address, 7107)
    try:
        client.recv(1)
    except ConnectionResetError:
        pass
    lab.pause(0.4)
    return [Rst("port_closed", "client", "NO_SOCKET", "UNKNOWN", at=("guest",), origin="server",
                count=(1, 9))]


def _forward(lab, control, outside, inside):
    """The gateway's API: a port of the router's becomes one of the guest's."""
    with socket.socket(socket.AF_UNIX) as api:
        api.connect(str(control))
        api.sendall(json.dumps({"execute": "add_hostfwd", "arguments": {
            "proto": "tcp", "host_addr": "0.0.0.0", "host_port": outside,
            "guest_addr": "192.0.2.100", "guest_port": inside}}).encode())
        api.shutdown(socket.SHUT_WR)
        said = api.recv(1000)
    if b"error" in said:
        raise RuntimeError(said)
    lab.pause(0.1)


@scenario("silent-slirp-server-unreachable",
          "The guest connects to a server that never answers; the gateway's own attempt times out "
          "after three seconds, and it says so by a FIN in place of a SYN-ACK.",
          **_OPTIONS)
def unreachable(lab):
    _gateway(lab)
    lab.router.sysctl("net.ipv4.tcp_syn_retries", 1)
    lab.server.filter("input", "tcp dport 7109 drop")
    lab.connecting(lab.client, lab.server.ip4, 7109)
    lab.pause(8)
    return []


@scenario("slirp-guest-cancels-its-connect",
          "A guest's program gives up connecting while the gateway waits for a slow server: the "
          "gateway's SYN-ACK finds nobody.",
          "connect_cancelled", may=("linger0",), **_OPTIONS)
def cancelled(lab):
    _gateway(lab)
    lab.listen(lab.server, 23031)
    with lab.router.holding("--sport", "23031", chain="INPUT") as queue:
        client = lab.connecting(lab.client, lab.server.ip4, 23031)
        queue.wait(1)
        client.close()
        lab.pause(0.2)
        queue.release()
    lab.pause(0.8)
    return [Rst("connect_cancelled", "client", "NO_SOCKET", at=("guest",), count=(1, 2)),
            Rst("linger0", "router", at=("server",), count=(0, 1))]


@scenario("slirp-guest-aborts-after-its-answer",
          "A guest's program reads its whole answer and closes with SO_LINGER 0; the gateway "
          "closes its own connection.",
          "linger0", **_OPTIONS)
def guest_aborts(lab):
    _gateway(lab)
    client, server = lab.pair(23032)
    exchange(client, server, GET, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    lab.pause(0.6)
    abort(client)
    lab.pause(0.4)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", at=("guest",)),
            Rst("linger0", "router", at=("server",), count=(0, 1))]


@scenario("slirp-tires-of-repeating-its-syn-ack",
          "A guest sends a SYN and is silent from then on (its host drops what comes): the gateway "
          "repeats its SYN-ACK for 75 seconds and resets.",
          "retransmit_timeout", may=("linger0",), **_OPTIONS)
def synack_given_up(lab):
    _gateway(lab)
    lab.listen(lab.server, 23073)
    lab.client.filter("input", "tcp sport 23073 drop")
    lab.client.filter("output", "tcp dport 23073 tcp flags & rst == rst drop")
    client = lab.connecting(lab.client, lab.server.ip4, 23073)
    lab.pause(0.1)
    client.close()
    lab.pause(88)
    return [Rst("retransmit_timeout", "router", claims="server", at=("guest",),
                inseparable=("synack_expired",)),
            Rst("linger0", "router", at=("server",), count=(0, 1))]


# --- Slirp 1.0, on a serial line -----------------------------------------------------------------

@scenario("slirp-of-1996-refuses",
          "A guest behind a serial line (SLIP) and Slirp 1.0.17, the old one whose TCP is that of "
          "4.4BSD: three ports of a server on which nothing listens.",
          "port_closed", program="slirp", points=("guest", "server"), starts_late=True)
def old_slirp(lab):
    needs("slirp-fullbolt")
    guest = lab.client
    lab.spawn(guest, "python3", program_of("slip.py"), TAP, lab.router.namespace)
    wait_until(lambda: TAP in guest.ip("link"), "the line")
    guest.ip("addr", "add", f"{_OLD_GUEST}/24", "dev", TAP)
    guest.ip("link", "set", TAP, "mtu", "1500", "up")
    guest.ip("route", "replace", "default", "dev", TAP)
    lab.pause(1)
    lab.start_captures()
    for port in (23061, 23062, 23063):
        with reset_expected():
            lab.connect(guest, lab.server.ip4, port, source=_OLD_GUEST)
        lab.pause(0.3)
    return [Rst("port_closed", "server", "NO_SOCKET", at=("server",), count=(3, 6)),
            Rst("port_closed", "server", at=("guest",), count=3)]
