"""Captures of a running lab."""

import re
import signal
import subprocess
import time

_FILTER = "tcp or icmp or (icmp6 and ip6[40] <= 4)"
_SETTLE = 0.25
_READY = 10.0
#: Octets kept of a frame: more than any frame has, but no more than needed, because tcpdump cuts
#: its buffer into slots of this size and drops frames when it runs out of them.
_WIRE_FRAME, _OFFLOADED_FRAME = 2048, 66000
_BUFFER_KIB = "32768"


class CaptureFailed(Exception):
    """tcpdump did not start, or lost frames."""


class Capture:
    """tcpdump at one point of the lab.

    heard: only what goes "in" or "out" there; snaplen: octets kept of each frame, 0 for all.
    """

    def __init__(self, host, interface, path, offloads, heard="", snaplen=0):
        self.path = path
        self._log = path.with_suffix(".log")
        with open(self._log, "wb") as log:
            self._tcpdump = subprocess.Popen(
                host.command("tcpdump", "-n", "-U", "--immediate-mode", "-Z", "root",
                             "-B", _BUFFER_KIB,
                             "-s", str(snaplen or (_OFFLOADED_FRAME if offloads
                                                   else _WIRE_FRAME)),
                             "-i", interface, *(("-Q", heard) if heard else ()), "-w", str(path),
                             _FILTER),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait_ready(self):
        end = time.monotonic() + _READY
        while "listening on" not in self._log.read_text():
            if self._tcpdump.poll() is not None or time.monotonic() > end:
                raise CaptureFailed(self._log.read_text())
            time.sleep(0.01)

    def stop(self):
        """End the capture; settle() has waited for what was on its way."""
        self._tcpdump.send_signal(signal.SIGINT)
        self._tcpdump.wait(10)
        said = self._log.read_text()
        lost = re.search(r"(\d+) packets? dropped by kernel", said)
        if not lost or int(lost[1]):
            raise CaptureFailed(f"{self.path.name}: {said}")
        self._log.unlink()

    def kill(self):
        if self._tcpdump.poll() is None:
            self._tcpdump.kill()
            self._tcpdump.wait()


def settle(longer=0):
    """Give the last frames the time to arrive in the files."""
    time.sleep(_SETTLE + longer)
