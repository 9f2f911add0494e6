# SPDX-License-Identifier: GPL-2.0-or-later
"""A live capture that does not end: connections refused at a given pace in a namespace of our own, tshark
with rotating files and our statistics beside a second dumpcap. Nothing is lost, and memory grows no faster than
that of a plain tshark beside it, which keeps some 1.4 kB of each connection although -b begins a new
session (4.0.17). A short form; of an hour, with memory's curve:

    RSTCAUSE_SOAK_SECONDS=3600 RSTCAUSE_SOAK_PACE=20000 sh tests/hostile/run.sh soak

Each reset is counted by the statistics of `-z rstcause,tree`: those of JSON would wait for the end of the
capture in a temporary file, about a kilobyte each. Needs root."""

import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

import surface

NAME = f"rstcause-soak-{os.getpid()}"
SECONDS = int(os.environ.get("RSTCAUSE_SOAK_SECONDS", 12))
PACE = int(os.environ.get("RSTCAUSE_SOAK_PACE", 2000))  # resets a second
RESETS_A_FILE = 3 * PACE  # tshark begins anew every three seconds

SEND = f"""
import socket, sys, time
sys.path[:0] = {[str(pathlib.Path(__file__).parent), str(pathlib.Path(surface.__file__).parent)]!r}
import soak
soak.send(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
"""


def pair(number):
    """SYN and the refusal of the connection of that number."""
    sport, client = 1024 + number % 60000, 1 + number // 60000 % 250
    isn = number * 7919 & 0xFFFFFFFF
    ends = socket.inet_aton(f"192.0.2.{client}"), socket.inet_aton("198.51.100.2")
    return (frame(ends, struct.pack("!HHIIBBHHH", sport, 7000, isn, 0, 0x50, 0x02, 64240, 0, 0), number & 0xFFFF or 1),
            frame(ends[::-1], struct.pack("!HHIIBBHHH", 7000, sport, 0, isn + 1 & 0xFFFFFFFF, 0x50, 0x14, 0, 0, 0), 0))


def frame(ends, tcp, ip_id):
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), ip_id, 0x4000, 64, 6, 0)
    return b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0" + head + ends[0] + ends[1] + tcp


def send(interface, seconds, pace):
    """Prints how many pairs went out; a slow machine falls behind the pace."""
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((interface, 0))
    begin, number = time.monotonic(), 0
    while (now := time.monotonic() - begin) < seconds:
        for number in range(number, min(int(now * pace), number + 500)):
            for octets in pair(number):
                out.send(octets)
            number += 1
        time.sleep(0.002)
    print(number)


def resident(pid):
    """Kilobytes."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


class Soak(surface.Surface):
    def start(self, *command, **named):
        process = subprocess.Popen(["ip", "netns", "exec", NAME, *map(str, command)], text=True, **named)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def start_tshark(self, command, statistics, told, complaints):
        """As nobody, with the right to capture; see ../surface/live.py."""
        allowed = "setpriv --inh-caps +net_raw,+net_admin --ambient-caps +net_raw,+net_admin "
        script = self.folder / f"tshark-{command}"
        script.write_text((surface.STAGE / command).read_text().replace("setpriv ", allowed, 1))
        script.chmod(0o755)
        return self.start(script, "-i", "wire1", "-s", "128", "-B", "64", "-f", "tcp", "-q", "-b",
                          f"packets:{2 * RESETS_A_FILE}", "-w", self.live / f"{command}.pcapng", "-z", statistics,
                          stdout=told, stderr=complaints)

    def wait_for_captures(self, number):
        """Until so many sockets take every packet."""
        for _ in range(300):
            listed = subprocess.run(["ip", "netns", "exec", NAME, "cat", "/proc/net/packet"], capture_output=True, text=True)
            if len(listed.stdout.splitlines()) > number:
                return
            time.sleep(0.1)
        self.fail("nothing captures")

    def forget_files(self, command, tshark):
        """Those that tshark has read: a slow machine's is far behind what is captured."""
        reads = [os.readlink(entry) for entry in pathlib.Path(f"/proc/{tshark.pid}/fd").iterdir() if entry.is_symlink()]
        begun = [name for name in reads if name.startswith(f"{self.live}/{command}_")]
        for file in self.live.glob(f"{command}_*"):
            if begun and str(file) < min(begun):
                file.unlink()

    def watch(self, sender, running):
        """The memory of each tshark in kilobytes, by seconds, while the sender sends."""
        curve, begin = [], time.monotonic()
        while sender.poll() is None:
            time.sleep(min(15, SECONDS / 12))
            curve.append((round(time.monotonic() - begin), *(resident(tshark.pid) for tshark in running.values())))
            for command, tshark in running.items():
                self.forget_files(command, tshark)
        return curve

    def test_loses_nothing_and_grows_as_tshark_itself_does(self):
        self.live = self.folder / "live"
        self.live.mkdir()
        self.live.chmod(0o777)
        with (self.folder / "told").open("w") as told, (self.folder / "complaints").open("w") as complaints:
            running = {"with": self.start_tshark("with", "rstcause,tree", told, complaints),
                       "without": self.start_tshark("without", "io,phs", subprocess.DEVNULL, subprocess.DEVNULL)}
            self.wait_for_captures(2)
            second = self.start("dumpcap", "-q", "-i", "wire1", "-s", "64", "-B", "64", "-f", "tcp[13] & 4 != 0", "-b",
                                "filesize:20000", "-b", "files:2", "-w", self.live / "second.pcapng", stderr=subprocess.PIPE)
            self.wait_for_captures(3)
            sender = self.start(sys.executable, "-c", SEND, "wire0", SECONDS, PACE, stdout=subprocess.PIPE)
            curve = self.watch(sender, running)
            sent = int(sender.stdout.read())
            time.sleep(2)  # the kernel's buffers
            second.send_signal(signal.SIGINT)
            for tshark in running.values():
                tshark.send_signal(signal.SIGINT)
            seen = int(re.search(r"received/dropped[^:]*: (\d+)", second.communicate(timeout=60)[1])[1])
            for tshark in running.values():
                tshark.wait(timeout=2 * SECONDS + 60)
        self.judge(sent, seen, curve)

    def judge(self, sent, seen, curve):
        said = (self.folder / "told").read_text()
        told = re.search(r"(?m)^Resets +(\d+) ", said)
        complaints = (self.folder / "complaints").read_text()
        self.assertTrue(told, said + complaints)
        print(f"{sent} resets in {SECONDS} s, {sent / SECONDS:.0f} a second; dumpcap saw {seen}, the statistics {told[1]}")
        print("seconds, MB with and without: " +
              ", ".join(f"{second} {ours / 1024:.0f} {plain / 1024:.0f}" for second, ours, plain in curve))
        self.assertEqual((seen, int(told[1])), (sent, sent), complaints)
        # Of the first files ours keeps its tables, which are there once.
        first, last = curve[len(curve) // 3], curve[-1]
        ours, plain = last[1] - first[1], last[2] - first[2]
        self.assertLess(ours, 1.5 * plain + 8192, "memory grows faster than tshark's")


def refused():
    """Why this cannot run here, or nothing."""
    if os.getuid() != 0:
        return "not root"
    if not all(shutil.which(program) for program in ("ip", "setpriv", "dumpcap")):
        return "no ip, setpriv or dumpcap"
    for words in (["netns", "add", NAME], ["-n", NAME, "link", "add", "wire0", "type", "veth", "peer", "name", "wire1"],
                  ["-n", NAME, "link", "set", "wire0", "up"], ["-n", NAME, "link", "set", "wire1", "up"]):
        done = subprocess.run(["ip", *words], capture_output=True, text=True)
        if done.returncode != 0:
            return f"no namespace: {done.stderr.strip()}"
    return ""


if __name__ == "__main__":
    try:
        why = refused()
        if not why:
            program = surface.unittest.main(exit=False)
    finally:
        subprocess.run(["ip", "netns", "del", NAME], capture_output=True)
    if why:
        print(f"skipped: {why}")
        sys.exit(77)
    sys.exit(not program.result.wasSuccessful())
