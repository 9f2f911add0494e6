# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine with a network stack of its own, as a program behind the server's tunnel device.

    client ---- router ---- server ---- tun ---- the program's stack

The stack is real; only the wire to it is the lab's. Linux' tracepoint knows nothing of its resets.
The programs of stacks/ are built when a story first wants them and kept for the next one; scripts
run as they are.
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


#: The packages of Go sources that a program wants besides Go's own.
_GO_PACKAGES = {"netstack.go": ("golang-gvisor-gvisor-dev", "gvisor.dev/gvisor"),
                "grpcserver.go": ("golang-google-grpc-dev", "google.golang.org/grpc")}


def _go(source, program):
    package, folder = _GO_PACKAGES[pathlib.Path(source).name]
    if not shutil.which("go") or not (_GO_SOURCES / "src" / folder).is_dir():
        raise NotHere(f"golang-go and {package} are not installed")
    return ["go", "build", "-p", "1", "-o", program, source], {
        "GO111MODULE": "off", "GOPATH": str(_GO_SOURCES), "GOCACHE": str(_BUILT / "go")}


def _ns3(source, program):
    if not shutil.which("g++") or not pathlib.Path("/usr/include/ns3/core-module.h").exists():
        raise NotHere("g++ and libns3-dev are not installed")
    parts = ("core", "network", "internet", "fd-net-device")
    return ["g++", "-std=c++17", "-O1", source, "-o", program,
            *(f"-lns3-{part}" for part in parts)], {}


_BUILDERS = {".go": _go, ".cc": _ns3}
_SCRIPTS = (".py", ".js")


def program_of(name):
    """The program of stacks/NAME: a script itself, a source compiled unless it is already."""
    source = _SOURCES / name
    if source.suffix in _SCRIPTS:
        return str(source)
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


def wire_to(lab, device, mode, number):
    """A tunnel device of the server's, behind which a machine of its network stands.

    number: how far the machine's address is from the server's. Returns that address.
    """
    host = lab.server
    base, last = host.ip4.rsplit(".", 1)
    address = f"{base}.{int(last) + number}"
    host.ip("tuntap", "add", "dev", device, "mode", mode)
    host.ip("link", "set", device, "up")
    host.ip("route", "add", f"{address}/32", "dev", device)
    host.sysctl("net.ipv4.ip_forward", 1)
    host.sysctl("net.ipv4.conf.all.send_redirects", 0)
    for link in ("eth0", device) if mode == "tap" else ("eth0",):
        host.sysctl(f"net.ipv4.conf.{link}.send_redirects", 0)
        host.sysctl(f"net.ipv4.conf.{link}.proxy_arp", 1)
        host.sysctl(f"net.ipv4.neigh.{link}.proxy_delay", 0)
    host.guests.add(address)
    return address


class Guest:
    """A machine in the server's network whose stack is a program of stacks/."""

    def __init__(self, lab, name, number=6, device="guest0", mode="tun"):
        """number: how far its address is from the server's."""
        self.program = program_of(name)
        self.host = lab.server
        self.address = wire_to(lab, device, mode, number)
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
