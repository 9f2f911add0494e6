"""One lab: topology, captures and witness for the time of one scenario."""

import contextlib
import itertools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from . import resp, respwire, sockets
from .capture import Capture, settle
from .segment import RST, read_pcap, stretch_pcap
from .topology import PREFIX, Topology
from .truth import Departures, Labeller, write_jsonl
from .witness import Witness

_serial = itertools.count(1)
_HOSTS = ("client", "router", "server")
#: Capture points: host and interface.
_POINTS = {"client": ("client", "eth0"), "server": ("server", "eth0"), "router": ("router", "any"),
           "loopback": ("server", "lo"), "guest": ("client", "tap0"),
           "overlay": ("client", "vx0"), "tunnel": ("client", "wg0")}
_DAEMON_PATIENCE = 5.0
_BESIDE_A_LEAP = 0.1
_TCP_OPTIONS = ("tcp_timestamps", "tcp_window_scaling", "tcp_sack")


class Lab:
    """What a scenario works with: lab.client, lab.router, lab.server and helpers.

    Every socket that the lab hands out is kept until the captures have ended, so that nothing the
    end of a scenario does gets into a capture.
    """

    def __init__(self, scenario, directory, latency=0, plain=False):
        """latency: seconds that every packet spends in the router; plain: hosts without TCP
        timestamps, window scaling and SACK."""
        self._scenario = scenario
        self._latency = latency
        self._plain = plain
        self._latencies = contextlib.ExitStack()
        self._directory = directory
        self._name = f"{PREFIX}{os.getpid()}-{next(_serial)}"
        self._kept = []
        self._daemons = []
        self._captures = {}
        self._leaps = []
        self._conversations = []
        self._observed = {}
        self.workdir = pathlib.Path(tempfile.mkdtemp(prefix="rstlab-"))
        self._witness = self._topology = None

    def __enter__(self):
        try:
            self._witness = Witness(self._name)
            self._topology = Topology(self._name, self._scenario.offloads)
            self.client, self.router, self.server = (
                self._topology.client, self._topology.router, self._topology.server)
            for host in (self.client, self.server) if self._plain else ():
                for option in _TCP_OPTIONS:
                    host.sysctl(f"net.ipv4.{option}", 0)
            if self._latency:
                self._latencies.enter_context(
                    self.router.holding(chain="POSTROUTING", delay=self._latency))
            if not self._scenario.starts_late:
                self.start_captures()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for capture in self._captures.values():
            capture.kill()
        for daemon in self._daemons:
            if daemon.poll() is None:
                daemon.kill()
                daemon.wait()
        for sock in self._kept:
            sock.close()
        self._latencies.close()
        if self._topology:
            self._topology.close()
        if self._witness:
            self._witness.close()
        shutil.rmtree(self.workdir, ignore_errors=True)

    def start_captures(self):
        """Begin to capture; the lab does so before the story, unless it starts_late."""
        for point in self._scenario.points:
            host, interface = _POINTS[point]
            self._captures[point] = Capture(getattr(self, host), interface,
                                            self._directory / f"{point}.pcap",
                                            self._scenario.offloads, self._scenario.heard,
                                            self._scenario.snaplen)
        for capture in self._captures.values():
            capture.wait_ready()

    def finish(self, rules):
        """End the captures and write the truth of each; returns all records by capture point."""
        settle(2 * self._latency)
        for capture in self._captures.values():
            capture.stop()
        hosts = {name: getattr(self, name).addresses for name in _HOSTS}
        testimony = self._witness.lines(set.union(*hosts.values()))
        resets = {point: [segment for segment in read_pcap(capture.path) if segment.flags & RST]
                  for point, capture in self._captures.items()}
        departures = Departures(resets, hosts)
        truth = {}
        for point, capture in self._captures.items():
            labeller = Labeller(point, hosts, rules, testimony, departures,
                                follow_ups=bool(self._latency))
            truth[point] = labeller.label(resets[point])
            write_jsonl(capture.path.with_suffix(".truth.jsonl"), truth[point])
            resp.write_truth(capture.path, self._conversations + respwire.observed(
                capture.path, self._observed))
            if self._leaps:
                stretch_pcap(capture.path, self._leaps)
        return truth

    def leap(self, seconds):
        """Time that passes in the captures alone: what follows is stamped so much later.

        For crafted stories of timers that nobody waits for. The connections should have no TCP
        timestamps, which would tell.
        """
        self.pause(_BESIDE_A_LEAP)
        self._leaps.append((time.time(), seconds - 2 * _BESIDE_A_LEAP))
        self.pause(_BESIDE_A_LEAP)

    # --- sockets -------------------------------------------------------------------------------

    def keep(self, sock):
        """Keep a socket open until the captures have ended."""
        self._kept.append(sock)
        return sock

    def at_end(self, host):
        """A further host of the scenario's own, removed with the lab."""
        self._topology.adopt(host)

    def socket(self, host, family=socket.AF_INET, protocol=0):
        """A TCP socket in the host's namespace."""
        with host:
            sock = socket.socket(family, socket.SOCK_STREAM, protocol)
        sock.settimeout(sockets.PATIENCE)
        return self.keep(sock)

    def listen(self, host, port, backlog=16, v6=False, prepare=None, protocol=0, address=None):
        """A listening socket on the host's address; prepare(sock) sets options beforehand."""
        sock = self.socket(host, socket.AF_INET6 if v6 else socket.AF_INET, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if prepare:
            prepare(sock)
        sock.bind((address or (host.ip6 if v6 else host.ip4), port))
        sock.listen(backlog)
        return sock

    def connect(self, host, address, port, source=None, source_port=0, prepare=None, protocol=0):
        """A connected socket of the host."""
        sock = self.unconnected(host, address, source, source_port, prepare, protocol)
        sock.connect((address, port))
        return sock

    def connecting(self, host, address, port, source=None, source_port=0, prepare=None):
        """A socket whose handshake is under way: non-blocking connect."""
        sock = self.unconnected(host, address, source, source_port, prepare)
        sock.setblocking(False)
        sock.connect_ex((address, port))
        return sock

    def unconnected(self, host, address, source=None, source_port=0, prepare=None, protocol=0):
        """A socket fit for connecting to that address."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        sock = self.socket(host, family, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if prepare:
            prepare(sock)
        if source or source_port:
            sock.bind((source or (host.ip6 if family == socket.AF_INET6 else host.ip4),
                       source_port))
        return sock

    def redis_client(self, port, host=None, address=None, **options):
        """A connected Redis client that logs what it says and hears."""
        client = resp.Client(self.connect(host or self.client, address or self.server.ip4, port,
                                          **options))
        self._conversations.append(client)
        return client

    def no_redis_label(self, sock):
        """Nobody can read RESP in what passes this connection."""
        self._conversations.append(respwire.Spoken((sock.getsockname()[:2], sock.getpeername()[:2])))

    def observe_redis(self, port, is_push=lambda value: False):
        """Programs that connect to that port send commands and take each reply in its turn, but
        for what they take for a push: is_push(value)."""
        self._observed[port] = is_push

    def accept(self, listener):
        """The next connection of a listener."""
        listener.settimeout(sockets.PATIENCE)
        sock, _ = listener.accept()
        sock.settimeout(sockets.PATIENCE)
        return self.keep(sock)

    def pair(self, port, v6=False, prepare=None):
        """An established connection: (client socket, server socket)."""
        listener = self.listen(self.server, port, v6=v6)
        client = self.connect(self.client, self.server.ip6 if v6 else self.server.ip4, port,
                              prepare=prepare)
        return client, self.accept(listener)

    # --- programs ------------------------------------------------------------------------------

    def spawn(self, host, *command, **options):
        """A program that runs in the host until the captures have ended."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
                   "stderr": subprocess.DEVNULL, **options}
        daemon = subprocess.Popen(host.command(*command), **options)
        self._daemons.append(daemon)
        return daemon

    def daemon(self, host, port, *command, **options):
        """A server program; returns when it listens on the port."""
        process = self.spawn(host, *command, **options)
        end = time.monotonic() + _DAEMON_PATIENCE
        wanted = f":{port} "
        while wanted not in host.run("ss", "-Hltn", f"sport = {port}"):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} does not listen on {port}")
            time.sleep(0.02)
        return process

    @staticmethod
    def signal(process, number=signal.SIGTERM):
        """Signal a program of the lab and wait for its end."""
        process.send_signal(number)
        process.wait(_DAEMON_PATIENCE)

    @staticmethod
    def pause(seconds):
        """Time that passes in the story."""
        time.sleep(seconds)
