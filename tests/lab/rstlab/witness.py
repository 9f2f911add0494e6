"""The kernel's own word about each reset: the tracepoint tcp:tcp_send_reset.

The tracepoint knows no namespaces, so only lines that name an address of this lab are kept.
netfilter's REJECT and anything crafted passes it by: such resets have no line.
"""

import os
import pathlib
import re
import subprocess
import time
from dataclasses import dataclass

from .topology import orphaned

_TRACEFS = pathlib.Path("/sys/kernel/tracing")
_EVENT = "events/tcp/tcp_send_reset"
#: Linux tells reasons since 6.10, and those of a socket's own decision some releases later.
_NEWEST_REASON = "TCP_KEEPALIVE_TIMEOUT"
_LINE = re.compile(
    r"\s(\d+\.\d+): tcp_send_reset: .*?src=(\S+) dest=(\S+) state=(\S+) reason=(\S+)")
#: A listener answers with its own socket: no peer, and no address when bound to all of them.
_NOBODY = {("0.0.0.0", 0), ("::", 0)}
_ANY = ("0.0.0.0", "::")
#: The reasons of resets that answer a segment.
_ANSWERS = {"NO_SOCKET", "TCP_FLAGS", "TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA", "INVALID_SYN",
            "TCP_INVALID_ACK_SEQUENCE", "TCP_RFC7323_PAWS", "TCP_ACK_UNSENT_DATA",
            "TCP_TOO_OLD_ACK", "TCP_OLD_ACK"}


class NoWitness(Exception):
    """This machine offers no tracefs, or no tcp_send_reset."""


@dataclass
class Testimony:
    """One line of the tracepoint."""

    time: float
    source: tuple
    destination: tuple
    state: str
    reason: str

    def of_an_answer(self):
        """Whether the kernel answered a segment, in place of aborting a socket's connection."""
        return self.reason in _ANSWERS

    def may_be(self, segment, translated):
        """Whether this line can be about that reset; a NAT box changes addresses, not the port."""
        if translated:
            return self.source[1] == segment.sport
        return (self.source[0] in (segment.src, *_ANY) and self.source[1] == segment.sport
                and self.destination in ({(segment.dst, segment.dport)} | _NOBODY))


def _endpoint(text):
    address, port = text.rsplit(":", 1)
    return address.strip("[]").removeprefix("::ffff:"), int(port)


def remove_leftovers():
    """Remove the trace instances of killed labs."""
    if (_TRACEFS / "instances").is_dir():
        for instance in (_TRACEFS / "instances").iterdir():
            if orphaned(instance.name):
                instance.rmdir()


class Witness:
    """A trace instance of our own, so that nobody else's tracing is disturbed."""

    def __init__(self, name):
        if not (_TRACEFS / "events").is_dir():
            subprocess.run(["mount", "-t", "tracefs", "tracefs", str(_TRACEFS)],
                           check=False, stderr=subprocess.DEVNULL)
        if not (_TRACEFS / _EVENT).is_dir():
            raise NoWitness("no tracefs with the event tcp:tcp_send_reset")
        if _NEWEST_REASON not in (_TRACEFS / _EVENT / "format").read_text():
            raise NoWitness(f"this kernel's tcp:tcp_send_reset does not tell {_NEWEST_REASON}")
        self._dir = _TRACEFS / "instances" / name
        try:
            self._dir.mkdir()
        except OSError as error:
            raise NoWitness(f"no trace instance to be had: {error}") from error
        (self._dir / "trace_clock").write_text("mono")
        (self._dir / _EVENT / "enable").write_text("1")
        self._epoch = time.clock_gettime(time.CLOCK_REALTIME) - time.monotonic()

    def lines(self, addresses):
        """Everything said so far about resets from one of these addresses, oldest first."""
        said = []
        for match in _LINE.finditer((self._dir / "trace").read_text()):
            moment, source, destination, state, reason = match.groups()
            if _endpoint(source)[0] in addresses or _endpoint(source)[0] in _ANY:
                said.append(Testimony(float(moment) + self._epoch, _endpoint(source),
                                      _endpoint(destination), state.removeprefix("TCP_"), reason))
        return said

    def close(self):
        (self._dir / _EVENT / "enable").write_text("0")
        os.rmdir(self._dir)
