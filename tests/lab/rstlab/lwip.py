"""A second TCP stack: lwIP (liblwip0 of Debian), as a machine behind the server's.

    client ---- router ---- server ---- tap ---- lwIP

The stack is real; only the wire to it is the lab's. Linux' tracepoint knows nothing of its resets,
and its segments arrive with a TTL that began at 255.

Run as a program, this file is the machine: it obeys calls on standard input, one JSON list a line.
"""

import ctypes
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys

if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from rstlab.sockets import wait_until

LIBRARY = "liblwip.so.0"
_TAP = "lwip0"
_NETMASK = "255.255.255.224"
_ARP_RETRY_MS = 50
_DISCARD = 9


class NoLwip(Exception):
    """liblwip0 is not installed."""


class Machine:
    """The lab's side: a machine in the server's network that runs lwIP."""

    def __init__(self, lab, number=5):
        """number: how far its address is from the server's."""
        host = lab.server
        base, last = host.ip4.rsplit(".", 1)
        self.address = f"{base}.{int(last) + number}"
        self.host = host
        host.ip("tuntap", "add", "dev", _TAP, "mode", "tap")
        host.ip("link", "set", _TAP, "up")
        host.ip("route", "add", f"{self.address}/32", "dev", _TAP)
        host.sysctl("net.ipv4.ip_forward", 1)
        for link in ("eth0", _TAP):
            host.sysctl(f"net.ipv4.conf.{link}.proxy_arp", 1)
            host.sysctl(f"net.ipv4.neigh.{link}.proxy_delay", 0)
        host.sysctl(f"net.ipv4.neigh.{_TAP}.retrans_time_ms", _ARP_RETRY_MS)
        host.guests.add(self.address)
        self._lab = lab
        self._gateway = lab.router.links["to-server"].address
        self.start()

    def start(self):
        """Boot the machine; what it knew before a stop is forgotten."""
        self._process = self._lab.spawn(
            self.host, sys.executable, __file__, self.address, _NETMASK, self._gateway,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None, text=True,
            env={**os.environ, "PRECONFIGURED_TAPIF": _TAP})
        self.call("ready")
        wait_until(self._answers_arp, f"{self.address} answers")

    def _answers_arp(self):
        with self.host, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
            caller.sendto(b"", (self.address, _DISCARD))
        return "lladdr" in self.host.ip("neigh", "show", "dev", _TAP)

    def stop(self):
        """Pull the plug: not a word on the wire."""
        self._lab.signal(self._process, signal.SIGKILL)

    def call(self, name, *arguments):
        """Have the machine call one of the functions below; returns its result."""
        self.begin(name, *arguments)
        return self.end()

    def begin(self, name, *arguments):
        """Have the machine begin a call that waits for the network; end() waits for its result."""
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()

    def end(self):
        """The result of the call that was begun."""
        answer = self._process.stdout.readline()
        if not answer:
            raise NoLwip(f"{LIBRARY} is not to be had, or has ended")
        return json.loads(answer)


class _Stack:
    """The machine's side: lwIP's socket calls, as far as the stories need them."""

    def __init__(self, address, netmask, gateway):
        self._lwip = ctypes.CDLL(LIBRARY)
        self._lwip.netif_add.restype = ctypes.c_void_p
        self._lwip.tcpip_init(None, None)
        self._netif = ctypes.create_string_buffer(4096)
        words = [ctypes.c_uint32(struct.unpack("=I", socket.inet_aton(text))[0])
                 for text in (address, netmask, gateway)]
        self._lwip.sys_lock_tcpip_core()
        self._lwip.netif_add(self._netif, *map(ctypes.byref, words), None,
                             self._lwip.tapif_init, self._lwip.tcpip_input)
        self._lwip.netif_set_default(self._netif)
        self._lwip.netif_set_up(self._netif)
        self._lwip.netif_set_link_up(self._netif)
        self._lwip.sys_unlock_tcpip_core()

    @staticmethod
    def _name(address, port):
        return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + (
            socket.inet_aton(address) + bytes(8))

    @staticmethod
    def ready():
        return True

    def listen(self, port, backlog):
        sock = self._lwip.lwip_socket(socket.AF_INET, socket.SOCK_STREAM, 0)
        name = self._name("0.0.0.0", port)
        return sock if not (self._lwip.lwip_bind(sock, name, len(name))
                            or self._lwip.lwip_listen(sock, backlog)) else None

    def accept(self, listener):
        return self._lwip.lwip_accept(listener, None, None)

    def connect(self, address, port, source_port=0):
        sock = self._lwip.lwip_socket(socket.AF_INET, socket.SOCK_STREAM, 0)
        if source_port:
            name = self._name("0.0.0.0", source_port)
            self._lwip.lwip_bind(sock, name, len(name))
        name = self._name(address, port)
        return sock if not self._lwip.lwip_connect(sock, name, len(name)) else None

    def receive(self, sock, count):
        buffer = ctypes.create_string_buffer(count)
        return self._lwip.lwip_recv(sock, buffer, count, 0)

    def send(self, sock, text):
        data = text.encode()
        return self._lwip.lwip_send(sock, data, len(data), 0)

    def option(self, sock, level, name, *numbers):
        value = struct.pack(f"={len(numbers)}i", *numbers)
        return self._lwip.lwip_setsockopt(sock, level, name, value, len(value))

    def close(self, sock):
        return self._lwip.lwip_close(sock)


def _serve():
    stack = _Stack(*sys.argv[1:])
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(getattr(stack, name)(*arguments)), flush=True)


if __name__ == "__main__":
    _serve()
