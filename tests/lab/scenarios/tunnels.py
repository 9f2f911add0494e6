# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections through a VXLAN and through WireGuard, captured inside of the tunnel.

Capture point "overlay" is the client's end of the VXLAN, "tunnel" that of WireGuard (raw IP).
"""

import os

from rstlab.scenario import needs, scenario
from rstlab.sockets import (exchange, keepalive, read_exactly, read_until, reset_expected,
                            wait_reset, wait_until)
from rstlab.topology import run
from rstlab.truth import Rst
from scenarios.daemons import GET, GONE, LATE, UNREAD, speak_after_close

_NEAR, _FAR = "192.0.2.1", "192.0.2.2"
_OVERLAY = {"points": ("overlay",), "starts_late": True, "program": "ip"}
_TUNNEL = {"points": ("tunnel",), "starts_late": True, "program": "wireguard-go"}


def _vxlan(host, local, remote, address):
    host.ip("link", "add", "vx0", "type", "vxlan", "id", "5", "dstport", "4789", "local", local,
            "remote", remote)
    host.ip("addr", "add", f"{address}/24", "dev", "vx0")
    host.ip("link", "set", "vx0", "up")


def _overlay(lab):
    """A VXLAN between client and server."""
    _vxlan(lab.client, lab.client.ip4, lab.server.ip4, _NEAR)
    _vxlan(lab.server, lab.server.ip4, lab.client.ip4, _FAR)
    lab.pause(0.3)
    lab.start_captures()


def _connected(lab, port, **options):
    """A connection through the tunnel: (client, server, listener)."""
    listener = lab.listen(lab.server, port, address=_FAR)
    client = lab.connect(lab.client, _FAR, port, **options)
    return client, lab.accept(listener), listener


@scenario("vxlan-end-vanishes-under-keepalive",
          "Two pods talk through a VXLAN; the far node loses its tunnel end. The near one's "
          "keepalive probes the silence and gives up.",
          "keepalive_timeout", **_OVERLAY)
def end_vanishes(lab):
    _overlay(lab)
    client, server, _ = _connected(lab, 24011, prepare=lambda sock: keepalive(sock, 1, 1, 4))
    exchange(client, server)
    lab.server.ip("link", "set", "vx0", "down")
    wait_reset(client, 15)
    return [Rst("keepalive_timeout", "client", "TCP_KEEPALIVE_TIMEOUT")]


def _redirect_overlay(lab, gate):
    """The client's VXLAN leads to that node from now on."""
    fdb = ("bridge", "fdb")
    lab.client.run(*fdb, "append", "00:00:00:00:00:00", "dev", "vx0", "dst", gate)
    lab.client.run(*fdb, "del", "00:00:00:00:00:00", "dev", "vx0", "dst", lab.server.ip4)
    for line in lab.client.run(*fdb, "show", "dev", "vx0").splitlines():
        if not line.startswith("00:00"):
            lab.client.run(*fdb, "del", line.split()[0], "dev", "vx0", check=False)


@scenario("vxlan-pod-address-on-another-node",
          "A pod's address moves to another node (the router, as good as any): the VXLAN's "
          "forwarding entry changes, and the new pod's kernel knows nothing of the client's "
          "connection.",
          "connection_unknown", **_OVERLAY)
def pod_moves(lab):
    _overlay(lab)
    client, server, _ = _connected(lab, 24012)
    exchange(client, server)
    gate = lab.router.links["to-client"].address
    _vxlan(lab.router, gate, lab.client.ip4, _FAR)
    lab.listen(lab.router, 24012, address=_FAR)
    _redirect_overlay(lab, gate)
    lab.server.ip("link", "del", "vx0")
    lab.client.ip("neigh", "flush", "dev", "vx0")
    lab.pause(0.5)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("connection_unknown", "router", "TCP_FLAGS", "LISTEN", origin="server",
                inseparable=("peer_restarted", "gave_up_silently", "idle_timeout",
                             "nat_state_lost"))]


def _wireguard(lab):
    """A WireGuard tunnel between client (wg0) and server (wg1), by wireguard-go."""
    needs("wireguard-go", "wg")
    private = {host: run("wg", "genkey").strip() for host in (lab.client, lab.server)}
    for host, peer, name, address in ((lab.client, lab.server, "wg0", _NEAR),
                                      (lab.server, lab.client, "wg1", _FAR)):
        key = lab.workdir / name
        key.write_text(private[host] + "\n", encoding="ascii")
        lab.spawn(host, "wireguard-go", "-f", name,
                  env={**os.environ, "WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD": "1"})
        wait_until(lambda: name in host.ip("link")  # pylint: disable=cell-var-from-loop
                   and os.path.exists(f"/var/run/wireguard/{name}.sock"), "the device", 8)
        lab.pause(0.3)
        host.run("wg", "set", name, "private-key", str(key), "listen-port", "51820",
                 "peer", run("wg", "pubkey", stdin=private[peer] + "\n").strip(),
                 "allowed-ips", "192.0.2.0/24", "endpoint", f"{peer.ip4}:51820")
        host.ip("addr", "add", f"{address}/24", "dev", name)
        host.ip("link", "set", name, "mtu", "1420", "up")
    lab.pause(0.3)
    lab.start_captures()


@scenario("wireguard-server-closed-its-idle-session",
          "Through a WireGuard tunnel: the server ends an idle session in order, the client asks "
          "once more.",
          "data_after_close", **_TUNNEL)
def idle_session(lab):
    _wireguard(lab)
    client, server, _ = _connected(lab, 24013)
    exchange(client, server)
    lab.pause(1)
    server.close()
    speak_after_close(lab, client, GET)
    return [Rst("data_after_close", "server", LATE)]


@scenario("wireguard-peer-rebooted",
          "The far end of a WireGuard tunnel is gone for two seconds and comes back as after a "
          "reboot (the lab removes its sockets without a word): two clients' requests, repeated "
          "meanwhile, are reset at last.",
          "peer_restarted", **_TUNNEL)
def rebooted(lab):
    _wireguard(lab)
    listener = lab.listen(lab.server, 24014, address=_FAR)
    clients = []
    for _ in range(2):
        clients.append(lab.connect(lab.client, _FAR, 24014))
        exchange(clients[-1], lab.accept(listener))
    lab.server.ip("link", "set", "wg1", "down")
    for client in clients:
        client.sendall(b"next request\r\n")
    lab.pause(1.5)
    lab.server.forget(24014)
    listener.close()
    lab.server.ip("link", "set", "wg1", "up")
    for client in clients:
        wait_reset(client, 20)
    return [Rst("peer_restarted", "server", GONE, count=2,
                inseparable=("connection_unknown", "gave_up_silently"))]


@scenario("wireguard-download-left-behind",
          "Through a WireGuard tunnel a client reads the head of a large download and closes.",
          "unread_data", may=("late_segment",), **_TUNNEL)
def download_left(lab):
    _wireguard(lab)
    client, server, _ = _connected(lab, 24015)
    client.sendall(GET)
    read_until(server, b"\r\n\r\n")
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + b"k" * 60000)
    read_exactly(client, 1000)
    lab.pause(0.5)
    client.close()
    lab.pause(0.5)
    return [Rst("unread_data", "client", *UNREAD), Rst("late_segment", "client", GONE,
                                                       count=(0, 60))]
