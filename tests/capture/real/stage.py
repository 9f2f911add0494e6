# SPDX-License-Identifier: GPL-2.0-or-later
"""A network namespace with real programs in it, and rstcause-capture beside them."""

import ctypes
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

SKIP = 77
_LIBC = ctypes.CDLL(None, use_errno=True)
INSTANCES = pathlib.Path("/sys/kernel/tracing/instances")


def skip(why):
    """End the test as not available here."""
    print(f"skipped: {why}")
    sys.exit(SKIP)


class Stage:
    """A namespace of its own with its loopback up; the calling thread is in it."""

    def __init__(self):
        self.program = os.path.abspath(sys.argv[1])
        self.name = f"rstcause-capture-{os.getpid()}"
        self.folder = None
        self.outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY)

    def __enter__(self):
        if os.geteuid() != 0:
            skip("only root may make network namespaces and look into tracefs")
        if subprocess.run(["ip", "netns", "add", self.name], stderr=subprocess.DEVNULL,
                          check=False).returncode != 0:
            skip("no network namespace available")
        self.folder = tempfile.TemporaryDirectory(prefix="rstcause-capture-")
        with open(f"/run/netns/{self.name}", encoding="ascii") as there:
            if _LIBC.setns(there.fileno(), 0) != 0:
                skip("this process may not enter a network namespace")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return self

    def __exit__(self, *_):
        subprocess.run(["ip", "netns", "del", self.name], check=False)
        if self.folder:
            self.folder.cleanup()

    def go_outside(self):
        """For a child process: into the namespace where the test began."""
        _LIBC.setns(self.outside, 0)

    def file(self, name):
        return os.path.join(self.folder.name, name)

    def start(self, *arguments):
        """The program, once it captures; skips the test where the kernel's word is not available."""
        process = subprocess.Popen([self.program, *arguments], stderr=subprocess.PIPE, text=True)
        said = ""
        while "ends it" not in said:
            line = process.stderr.readline()
            if not line:
                raise AssertionError(f"it ended at once: {said}")
            said += line
        if "without the kernel's word" in said:
            process.terminate()
            skip(said.strip())
        return process


def finish(process, how=signal.SIGTERM):
    """Its last words, once it has ended in good order."""
    time.sleep(0.4)
    process.send_signal(how)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0, (process.returncode, said)
    return said


def instances():
    """Trace instances of ours that are there now."""
    return {path.name for path in INSTANCES.iterdir() if path.name.startswith("rstcause-capture-")}


def pair(port, family=socket.AF_INET, address="127.0.0.1", to=None):
    """A listener and both ends of a connection to it."""
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(5)
    client = socket.socket(socket.AF_INET if to else family)
    client.connect((to or address, port))
    return listener, client, listener.accept()[0]


def abort(end):
    """close(2) with SO_LINGER {on, 0}."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()


def refused(port, family=socket.AF_INET, address="127.0.0.1"):
    """A connection attempt that ends by RST."""
    with socket.socket(family) as one:
        try:
            one.connect((address, port))
        except ConnectionRefusedError:
            return
    raise AssertionError(f"port {port} accepts")


def forged_reset(source, destination):
    """A RST of no connection, by a raw socket."""
    def checksum(octets):
        total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
        total = (total >> 16) + (total & 0xFFFF)
        return ~(total + (total >> 16)) & 0xFFFF

    here = socket.inet_aton("127.0.0.1")
    header = struct.pack("!HHIIBBHHH", source, destination, 1, 0, 0x50, 4, 0, 0, 0)
    total = checksum(here + here + struct.pack("!BBH", 0, 6, 20) + header)
    header = header[:16] + struct.pack("!H", total) + header[18:]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP) as raw:
        raw.sendto(header, ("127.0.0.1", 0))


def packets_of(path):
    """(source port, destination port, RST?, comments) of each TCP packet of a pcapng file, read
    with no code of the program's."""
    octets = pathlib.Path(path).read_bytes()
    at, found = 0, []
    while at < len(octets):
        kind, length = struct.unpack_from("<II", octets, at)
        assert struct.unpack_from("<I", octets, at + length - 4)[0] == length
        if kind == 6:
            captured = struct.unpack_from("<I", octets, at + 20)[0]
            packet = octets[at + 28:at + 28 + captured]
            tcp = packet[14 + (20 if packet[12:14] == b"\x08\x00" else 40):]
            options, comments = at + 28 + (captured + 3) // 4 * 4, []
            while options < at + length - 4:
                code, size = struct.unpack_from("<HH", octets, options)
                if code == 1:
                    comments.append(octets[options + 4:options + 4 + size].decode("ascii"))
                options += 4 + (size + 3) // 4 * 4
            found.append((*struct.unpack_from("!HH", tcp), bool(tcp[13] & 4), comments))
        at += length
    assert at == len(octets)
    return found


def words_on(path):
    """What each RST's comment says of its sending, without the namespace, by its source port."""
    return {source: comments[0].removeprefix("rstcause: ").rsplit(" netns=", 1)[0]
            for source, _, reset, comments in packets_of(path) if reset and comments}
