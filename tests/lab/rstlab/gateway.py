# SPDX-License-Identifier: GPL-2.0-or-later
"""Gateways in user space: slirp4netns (libslirp, as in QEMU) and pasta (passt).

    client (a container) ---- tap0 ---- the gateway's own TCP, in the router ---- server

The client's only way out is a tap whose other end is a program in the router's namespace. Towards
the client that program speaks TCP by itself, in the server's name; towards the server it uses
ordinary sockets, so the server sees the router's address.
"""

import shutil

from .scenario import NotHere
from .sockets import wait_until

TAP = "tap0"
_TAP_ADDRESS = "192.0.2.100"
_TAP_GATEWAY = "192.0.2.2"


class Gateway:
    """A user-space gateway between the lab's client and the server."""

    def __init__(self, lab, program, *arguments):
        if not shutil.which(program):
            raise NotHere(f"{program} is not installed")
        self._lab, self._program, self._arguments = lab, program, arguments
        client = lab.client
        client.sysctl("net.ipv6.conf.default.disable_ipv6", 1)
        # The device is there before the gateway, so that it outlives a restart.
        client.ip("tuntap", "add", "dev", TAP, "mode", "tap")
        client.ip("addr", "add", f"{_TAP_ADDRESS}/24", "dev", TAP)
        client.ip("link", "set", TAP, "mtu", "1500", "up")
        client.ip("route", "replace", "default", "via", _TAP_GATEWAY, "dev", TAP)
        self.start()

    def start(self):
        namespace = f"/run/netns/{self._lab.client.namespace}"
        command = {"slirp4netns": ["slirp4netns", "--netns-type=path", "--cidr=192.0.2.0/24",
                                   "--mtu=1500", *self._arguments, namespace, TAP],
                   "pasta": ["pasta", "--foreground", "--quiet", "--runas", "0", "--netns-only",
                             "-i", "to-server", "-I", TAP, "-a", _TAP_ADDRESS, "-n", "24", "-g", _TAP_GATEWAY, "-m", "1500",
                             *(self._arguments or ("-t", "none")), "-u", "none", "--netns", namespace]}
        self.process = self._lab.spawn(self._lab.router, *command[self._program])
        wait_until(lambda: "LOWER_UP" in self._lab.client.ip("link", "show", TAP),
                   f"{self._program} has taken its device")
        self._lab.pause(0.2)

    def stop(self, number):
        """End the gateway by that signal; what it knew is forgotten."""
        self._lab.signal(self.process, number)
