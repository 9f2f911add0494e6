# SPDX-License-Identifier: GPL-2.0-or-later
"""The network of v86 (npm), a PC in a browser: a TCP in JavaScript that answers for the world.

The emulator does not run; its network stands alone behind a tap device and fetches, as it does in
a page, what a client asks for. No tracepoint speaks of its resets.
"""

import contextlib
import fcntl
import os
import struct
import subprocess

from rstlab.guest import Guest
from rstlab.scenario import scenario
from rstlab.segment import ACK, Segment
from rstlab.sockets import port_of, read_until, wait_reset
from rstlab.truth import Rst
from scenarios.field import serve_python
from scenarios.libraries import npm_package

_OPTIONS = {"program": "v86"}
_HARDWARE_ADDRESS = "52:54:00:01:02:03"
_TUNSETIFF, _TAP_WITHOUT_HEADER = 0x400454CA, 0x1002


def _request(path):
    """v86 fetches "8000.external" from port 8000 of its own host."""
    return b"GET /%s HTTP/1.1\r\nHost: 8000.external\r\n\r\n" % path


class _Page(Guest):
    """A page with a PC in it; a reload forgets all connections."""

    def __init__(self, lab):
        self._package = npm_package(lab, "v86")
        super().__init__(lab, "v86tcp.js", mode="tap")

    def start(self):
        self.host.ip("neigh", "replace", self.address, "lladdr", _HARDWARE_ADDRESS, "dev",
                     self._device)
        with self.host:
            tap = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(tap, _TUNSETIFF,
                        struct.pack("16sH", self._device.encode(), _TAP_WITHOUT_HEADER))
        self._process = self._lab.spawn(
            self.host, "bash", "-c", f'exec 3<&{tap}; exec node "$@"', "bash", self.program,
            self._package, self.address, stdout=subprocess.PIPE, pass_fds=(tap,))
        os.close(tap)
        if b"ready" not in self._process.stdout.readline():
            raise RuntimeError("v86 has ended")


def _web(lab):
    """What v86 finds on its host: an answer that ends at once, or one that goes on for long."""
    serve_python(lab, lab.server, 8000, """
import http.server, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        short = self.path == "/hello"
        self.send_response(200)
        self.send_header("Content-Length", "5" if short else "900")
        self.end_headers()
        self.wfile.write(b"hello")
        self.wfile.flush()
        time.sleep(0 if short else 60)
http.server.ThreadingHTTPServer(("127.0.0.1", 8000), Handler).serve_forever()
""")


def _asks(lab, page, path=b"hello"):
    client = lab.connect(lab.client, page.address, 80)
    client.sendall(_request(path))
    read_until(client, b"hello")
    return client


@scenario("v86-network-refuses",
          "The network of a PC in a browser (v86) serves port 80; a client tries two others.",
          "port_closed", **_OPTIONS)
def refuses(lab):
    _web(lab)
    page = _Page(lab)
    _asks(lab, page)
    for port in (22, 443):
        sock = lab.unconnected(lab.client, page.address)
        sock.settimeout(1.5)
        with contextlib.suppress(OSError):
            sock.connect((page.address, port))
    return [Rst("port_closed", "server", count=(2, 6))]


@scenario("v86-network-under-an-ack-scan",
          "ACKs of no connection reach the network of a PC in a browser (v86), two ports.",
          "scan_probe", **_OPTIONS)
def acks(lab):
    page = _Page(lab)
    for port in (80, 443):
        lab.client.inject(Segment(lab.client.ip4, 51000, page.address, port, ACK, seq=5000 + port,
                                  ack=777000, window=1024, ip_id=7))
        lab.pause(0.3)
    return [Rst("scan_probe", "server", count=(1, 2),
                inseparable=("connection_unknown", "capture_incomplete"))]


@scenario("v86-page-reloaded-under-two-clients",
          "The page with a PC in it (v86) is reloaded while two answers are under way: its network "
          "knows nothing of the old connections, whose next requests, repeated meanwhile, are "
          "reset.",
          "peer_restarted", may=("late_segment",), **_OPTIONS)
def reload(lab):
    _web(lab)
    page = _Page(lab)
    clients = [_asks(lab, page, b"stream") for _ in range(2)]
    lab.pause(0.5)
    page.stop()
    lab.pause(0.2)
    for client in clients:
        client.sendall(_request(b"hello"))
    lab.pause(0.5)
    page.start()
    for client in clients:
        wait_reset(client, 8)
    lab.pause(0.5)
    return [*(Rst("peer_restarted", "server", flow=port_of(client),
                  inseparable=("connection_unknown", "gave_up_silently")) for client in clients),
            Rst("late_segment", "server", count=(0, 12))]


@scenario("silent-v86-network-is-asked-again-after-its-close",
          "The network of a PC in a browser (v86) has answered and closed; the client asks once "
          "more, and it acknowledges that for nobody to read.",
          **_OPTIONS)
def asked_again(lab):
    _web(lab)
    client = _asks(lab, _Page(lab))
    lab.pause(1.5)
    client.sendall(_request(b"hello"))
    lab.pause(1.5)
    return []
