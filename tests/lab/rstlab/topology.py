"""Hosts in network namespaces: client, router, server.

    client 198.51.100.x ---- router ---- 203.0.113.x server

Documentation addresses only, and nothing is wired to the outside. Up to eight labs may run at a
time on a machine: the witness in the kernel knows no namespaces, so each lab takes a slot of
addresses that is nobody else's.
"""

import contextlib
import ctypes
import fcntl
import ipaddress
import itertools
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass

from .nfqueue import PacketQueue
from .segment import parse

_SLOTS = 8
_WIDTH4 = 27
_SLOT_PATIENCE = 120.0
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_OFFLOADS = ("rx", "tx", "sg", "tso", "gso", "gro")
_queue_numbers = itertools.count(1)
_table_numbers = itertools.count(1)


#: Names of namespaces and trace instances begin with this and the number of the lab's process.
PREFIX = "rstlab"


class NoNamespaces(Exception):
    """This machine or this user may not make network namespaces."""


def run(*command, check=True, stdin=None, timeout=60):
    """Run a command to its end and return what it printed."""
    done = subprocess.run(command, input=stdin, text=True, capture_output=True, timeout=timeout,
                          check=False)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {(done.stderr or done.stdout).strip()}")
    return done.stdout + done.stderr


def orphaned(name):
    """Whether this bears the name of a lab whose process is no more (it was killed)."""
    owner = re.match(PREFIX + r"(\d+)-", name)
    return bool(owner) and not pathlib.Path("/proc", owner[1]).exists()


def remove_leftovers():
    """Remove the namespaces of killed labs."""
    for line in run("ip", "netns", "list").splitlines():
        if orphaned(line):
            run("ip", "netns", "del", line.split()[0])


class Slot:
    """A share of the documentation addresses, held for as long as the lab lives."""

    def __init__(self):
        end = time.monotonic() + _SLOT_PATIENCE
        while not self._take_one():
            if time.monotonic() > end:
                raise RuntimeError(f"{_SLOTS} other labs are running")
            time.sleep(0.2)

    def _take_one(self):
        for self.number in range(_SLOTS):
            path = pathlib.Path(tempfile.gettempdir(), f"rstcause-lab-slot{self.number}.lock")
            self._lock = open(path, "w", encoding="ascii")
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                self._lock.close()
        return False

    def ip4(self, net, host):
        return f"{net}.{32 * self.number + host}"

    def ip6(self, net, host):
        return f"2001:db8:{net}:{self.number:x}::{host:x}" if self.number else (
            f"2001:db8:{net}::{host:x}")

    def release(self):
        self._lock.close()


@dataclass
class Link:
    """A host's link: own address, hardware address of the next hop, and who lives there.

    Without a neighbour everything goes that way.
    """

    address: str
    next_hop: bytes
    neighbour: "Host | None"


class Host:
    """One namespace with its addresses; `with host:` enters it with the calling thread."""

    def __init__(self, name, namespace):
        self.name = name
        self.namespace = namespace
        self.ip4 = self.ip6 = None
        self.links = {}
        self.guests = set()
        self._outside = []
        run("ip", "netns", "add", namespace)
        self.sysctl("net.ipv6.conf.default.accept_dad", 0)
        self.ip("link", "set", "lo", "up")

    def __enter__(self):
        self._outside.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY))
        inside = os.open(f"/run/netns/{self.namespace}", os.O_RDONLY)
        self._setns(inside)
        os.close(inside)
        return self

    def __exit__(self, *_):
        outside = self._outside.pop()
        self._setns(outside)
        os.close(outside)

    @staticmethod
    def _setns(descriptor):
        if _libc.setns(descriptor, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def ip(self, *arguments):
        return run("ip", "-n", self.namespace, *arguments)

    def command(self, *arguments):
        """The command line that runs this in the namespace."""
        return ["ip", "netns", "exec", self.namespace, *arguments]

    def run(self, *arguments, **options):
        return run(*self.command(*arguments), **options)

    def owns(self, address):
        return address in self.addresses

    @property
    def addresses(self):
        """Every address of this host and of its guests (stacks of their own), as text."""
        listed = self.ip("-o", "addr", "show", "scope", "global")
        return self.guests | {line.split()[3].split("/")[0] for line in listed.splitlines()}

    def add_address(self, address):
        """A further address on the host's first link, e.g. for a second client machine."""
        width = 64 if ":" in address else _WIDTH4
        self.ip("addr", "add", f"{address}/{width}", "dev", "eth0",
                *(["nodad"] if ":" in address else []))
        return address

    def sysctl(self, name, value):
        """Set a sysctl of this namespace, e.g. net.ipv4.tcp_syncookies."""
        with self:
            pathlib.Path("/proc/sys", name.replace(".", "/")).write_text(str(value))

    def nft(self, rules):
        """Load a ruleset."""
        self.run("nft", "-f", "-", stdin=rules)

    def filter(self, hook, *rules):
        """From now on these nft rules stand at the hook (input, output, forward, ...)."""
        table = f"lab{next(_table_numbers)}"
        chain = "\n".join(rules)
        self.nft(f"table inet {table} {{\nchain lab {{\n"
                 f"type filter hook {hook} priority 0;\n{chain}\n}}\n}}\n")
        return table

    @contextlib.contextmanager
    def filtering(self, hook, *rules):
        """These nft rules stand at the hook until the block ends."""
        table = self.filter(hook, *rules)
        try:
            yield
        finally:
            self.nft(f"delete table inet {table}\n")

    def nat(self, hook, *rules):
        """From now on these NAT rules stand at the hook (prerouting, postrouting)."""
        chain = "\n".join(rules)
        priority = {"prerouting": -100, "postrouting": 100}[hook]
        self.nft(f"table inet nat_{hook} {{\nchain lab {{\n"
                 f"type nat hook {hook} priority {priority};\n{chain}\n}}\n}}\n")

    def remembers(self, port, *states):
        """Whether the kernel holds any connection of this local port, in one of these states."""
        listed = self.run("ss", "-Htan", f"sport = {port}").splitlines()
        held = {line.split()[0] for line in listed} - {"LISTEN"}
        return bool(held & set(states) if states else held)

    def forget(self, port):
        """Destroy the host's sockets that have this port, without a word on the wire (ss -K)."""
        with self.filtering("output", "tcp flags & rst == rst drop"):
            self.run("ss", "-K", f"sport = {port} or dport = {port}")

    @contextlib.contextmanager
    def holding(self, *match, chain="FORWARD", delay=None):
        """Packets that match wait in a PacketQueue: until released, or each for `delay` seconds.

        The match is in the words of iptables: this kernel's nftables has no queue statement.
        """
        number = str(next(_queue_numbers))
        rule = (chain, "-p", "tcp", *match, "-j", "NFQUEUE", "--queue-num", number)
        programs = ("iptables-legacy", "ip6tables-legacy")
        addresses = [address for address in match if "." in address or ":" in address]
        if addresses:
            programs = programs[1:] if ":" in addresses[0] else programs[:1]
        with self:
            queue = PacketQueue(int(number), delay)
        try:
            for program in programs:
                self.run(program, "-w", "-t", "mangle", "-A", *rule)
            yield queue
            queue.release()
        finally:
            for program in programs:
                self.run(program, "-w", "-t", "mangle", "-D", *rule, check=False)
            queue.close()

    @property
    def broadcast(self):
        """The IPv4 broadcast address of the host's network."""
        return str(ipaddress.ip_interface(f"{self.ip4}/{_WIDTH4}").network.broadcast_address)

    def inject(self, segment, towards=None):
        """Put this very packet on the wire, past the kernel's TCP and past netfilter.

        `towards` names the neighbour that gets it, where the destination address does not.
        """
        link, hardware_address = self._way_to(towards.ip4 if towards else segment.dst)
        protocol = 0x86DD if ":" in segment.dst else 0x0800
        with self, socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM) as wire:
            wire.sendto(segment.to_bytes(), (link, protocol, 0, 0, hardware_address))

    def listen_in(self, link="eth0"):
        """A tap that receives what arrives at this host."""
        with self:
            return Tap(link)

    def _way_to(self, address):
        """Link and next hop's hardware address for a packet to this address."""
        for name, link in self.links.items():
            if link.neighbour is None or link.neighbour.owns(address):
                return name, link.next_hop
        raise LookupError(f"{self.name} has no link to {address}")


class Tap:
    """The TCP segments that arrive at a host's link, whatever its kernel makes of them."""

    def __init__(self, link):
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        self._socket.bind((link, 3))

    def wait(self, wanted, seconds=3.0):
        """The next segment for which wanted(segment) is true."""
        self._socket.settimeout(seconds)
        while True:
            packet, origin = self._socket.recvfrom(1 << 16)
            if origin[2] == socket.PACKET_OUTGOING:
                continue
            segment = parse(packet)
            if segment and wanted(segment):
                return segment

    def close(self):
        self._socket.close()


class Topology:
    """The three hosts, wired and routed."""

    CLIENT_NET, SERVER_NET = "198.51.100", "203.0.113"

    def __init__(self, prefix, offloads=False):
        self.slot = Slot()
        self._prefix = prefix
        self._hosts = []
        try:
            self.client, self.router, self.server = (
                self._host(name) for name in ("client", "router", "server"))
            self._wire(self.client, self.CLIENT_NET, 1, 10, "to-client", offloads)
            self._wire(self.server, self.SERVER_NET, 2, 20, "to-server", offloads)
            self.router.sysctl("net.ipv4.ip_forward", 1)
            self.router.sysctl("net.ipv6.conf.all.forwarding", 1)
        except BaseException:
            self.close()
            raise

    def _host(self, name):
        try:
            host = Host(name, f"{self._prefix}-{name}")
        except RuntimeError as error:
            raise NoNamespaces(f"network namespaces are not to be had: {error}") from error
        self._hosts.append(host)
        return host

    def adopt(self, host):
        """Remove this host too at the end."""
        self._hosts.append(host)

    def _wire(self, host, net4, net6, number, router_link, offloads):
        """Join the host's eth0 to the router and give both ends their addresses."""
        run("ip", "link", "add", "eth0", "netns", host.namespace, "type", "veth",
            "peer", "name", router_link, "netns", self.router.namespace)
        slot = self.slot
        host.ip4, host.ip6 = slot.ip4(net4, number), slot.ip6(net6, number)
        gateway4, gateway6 = slot.ip4(net4, 1), slot.ip6(net6, 1)
        for end, link, ip4, ip6 in ((host, "eth0", host.ip4, host.ip6),
                                    (self.router, router_link, gateway4, gateway6)):
            end.ip("addr", "add", f"{ip4}/{_WIDTH4}", "dev", link)
            end.ip("addr", "add", f"{ip6}/64", "dev", link, "nodad")
            end.ip("link", "set", link, "up")
            if not offloads:
                end.run("ethtool", "-K", link, *sum(([name, "off"] for name in _OFFLOADS), []))
        host.ip("route", "add", "default", "via", gateway4)
        host.ip("-6", "route", "add", "default", "via", gateway6)
        host.links["eth0"] = Link(host.ip4, _hardware_address(self.router, router_link), None)
        self.router.links[router_link] = Link(gateway4, _hardware_address(host, "eth0"), host)

    def close(self):
        """Remove every namespace, and with them links, rules, sockets, and whoever still runs there:
        workers, for one, whose master was killed."""
        for host in self._hosts:
            for process in run("ip", "netns", "pids", host.namespace, check=False).split():
                with contextlib.suppress(ProcessLookupError, ValueError):
                    os.kill(int(process), signal.SIGKILL)
            run("ip", "netns", "del", host.namespace, check=False)
        self.slot.release()


def _hardware_address(host, link):
    listed = host.ip("-o", "link", "show", "dev", link)
    return bytes.fromhex(listed.split("link/ether ")[1].split()[0].replace(":", ""))
