# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine with a network stack of its own, as a program behind the server's tunnel device.

    client ---- router ---- server ---- tun ---- the program's stack

The stack is real; only the wire to it is the lab's. Linux' tracepoint knows nothing of its resets.
The programs of stacks/ are built when a story first wants them and kept for the next one.
"""

import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from .scenario import NotHere

_SOURCES = pathlib.Path(__file__).resolve().parents[1] / "stacks"
_BUILT = pathlib.Path(tempfile.gettempdir(), f"rstcause-lab-stacks-{os.getuid()}")
_LONGEST_BUILD = 900
_GO_SOURCES = pathlib.Path("/usr/share/gocode")


def _go(source, program):
    if not shutil.which("go") or not (_GO_SOURCES / "src/gvisor.dev/gvisor").is_dir():
        raise NotHere("golang-go and golang-gvisor-gvisor-dev are not installed")
    return ["go", "build", "-p", "1", "-o", program, source], {
        "GO111MODULE": "off", "GOPATH": str(_GO_SOURCES), "GOCACHE": str(_BUILT / "go")}


def _ns3(source, program):
    if not shutil.which("g++") or not pathlib.Path("/usr/include/ns3/core-module.h").exists():
        raise NotHere("g++ and libns3-dev are not installed")
    parts = ("core", "network", "internet", "fd-net-device")
    return ["g++", "-std=c++17", "-O1", source, "-o", program,
            *(f"-lns3-{part}" for part in parts)], {}


_BUILDERS = {".go": _go, ".cc": _ns3}


def program_of(name):
    """The built program of stacks/NAME, compiled unless it is there already."""
    source = _SOURCES / name
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    program = _BUILT / f"{source.stem}-{digest}"
    _BUILT.mkdir(exist_ok=True)
    # Labs that run at the same time must not build the same program side by side.
    with open(_BUILT / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            command, environment = _BUILDERS[source.suffix](str(source), str(program))
            done = subprocess.run(["nice", *command], env={**os.environ, **environment}, text=True,
                                  capture_output=True, timeout=_LONGEST_BUILD, check=False)
            if done.returncode:
                raise RuntimeError(f"{name} cannot be built: {done.stderr[-3000:]}")
    return str(program)


class Guest:
    """A machine in the server's network whose stack is a program of stacks/."""

    def __init__(self, lab, name, number=6, device="guest0", mode="tun"):
        """number: how far its address is from the server's."""
        self.program = program_of(name)
        self.host = host = lab.server
        base, last = host.ip4.rsplit(".", 1)
        self.address = f"{base}.{int(last) + number}"
        host.ip("tuntap", "add", "dev", device, "mode", mode)
        host.ip("link", "set", device, "up")
        host.ip("route", "add", f"{self.address}/32", "dev", device)
        host.sysctl("net.ipv4.ip_forward", 1)
        host.sysctl("net.ipv4.conf.all.send_redirects", 0)
        host.sysctl("net.ipv4.conf.eth0.send_redirects", 0)
        host.sysctl("net.ipv4.conf.eth0.proxy_arp", 1)
        host.sysctl("net.ipv4.neigh.eth0.proxy_delay", 0)
        if mode == "tap":
            host.sysctl(f"net.ipv4.conf.{device}.proxy_arp", 1)
            host.sysctl(f"net.ipv4.neigh.{device}.proxy_delay", 0)
        host.guests.add(self.address)
        self._lab, self._device = lab, device
        self.start()

    def start(self):
        """Boot the machine; what it knew before a stop is forgotten."""
        self._process = self._lab.spawn(
            self.host, self.program, self._device, self.address, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=None, text=True)
        self.call("ready")

    def stop(self):
        """Pull the plug: not a word on the wire."""
        self._lab.signal(self._process, signal.SIGKILL)

    def call(self, name, *arguments):
        """Have the machine do something; returns its answer."""
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.program} has ended")
        return json.loads(answer)
