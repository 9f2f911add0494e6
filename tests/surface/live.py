# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark on a live interface: two namespaces with a veth pair, real sockets, verdicts while the
capture runs. Needs root, and says so where it is not available."""

import json
import os
import queue
import shlex
import shutil
import subprocess
import sys
import threading
import time

import surface

NAME = f"rstcause-live-{os.getpid()}"
CLIENT, SERVER = f"{NAME}-c", f"{NAME}-s"
PATIENCE = 30

SERVE = """
import socket
closed = [socket.create_server(("198.51.100.2", port)) for port in (7001, 7002)]
print("ready", flush=True)
kept = []
while True:
    kept.append(closed[0].accept()[0])
    if len(kept[-1].recv(100)):
        kept[-1].sendall(b"+PONG\\r\\n")
"""

ABORT = """
import socket, struct, sys, time
talk = socket.create_connection(("198.51.100.2", 7001), 5)
time.sleep(float(sys.argv[1]))
talk.sendall(b"PING\\r\\n")
talk.recv(100)
time.sleep(0.1)
talk.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
talk.close()
"""

REFUSED = """
import socket
try:
    socket.create_connection(("198.51.100.2", 7009), 5)
except ConnectionRefusedError:
    pass
"""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def inside(namespace, *command):
    return ["ip", "netns", "exec", namespace, *command]


def captures_running():
    """How many sockets take every packet of the server's interface (column R of packet(7)'s list)."""
    listed = subprocess.run(inside(SERVER, "cat", "/proc/net/packet"), check=True, capture_output=True, encoding="ascii")
    return sum(line.split()[5] == "1" for line in listed.stdout.splitlines()[1:])


def run_python(namespace, text, *arguments):
    subprocess.run(inside(namespace, sys.executable, "-c", text, *arguments), check=True, timeout=PATIENCE)


def make_namespaces():
    for namespace in (CLIENT, SERVER):
        ip("netns", "add", namespace)
    ip("link", "add", "eth0", "netns", CLIENT, "type", "veth", "peer", "name", "eth0", "netns", SERVER)
    for namespace, address in ((CLIENT, "198.51.100.1/24"), (SERVER, "198.51.100.2/24")):
        ip("-n", namespace, "addr", "add", address, "dev", "eth0")
        ip("-n", namespace, "link", "set", "eth0", "up")


def remove_namespaces():
    if not shutil.which("ip"):
        return
    for namespace in (CLIENT, SERVER):
        subprocess.run(["ip", "netns", "del", namespace], capture_output=True)


class Listening:
    """tshark on the server's interface; its lines come as it prints them."""

    def __init__(self, *arguments):
        command = (surface.STAGE / "with").read_text()
        # As nobody, for root's tshark loads no plugin from where we staged it; but with the
        # right to capture, handed on to dumpcap.
        allowed = "setpriv --inh-caps +net_raw,+net_admin --ambient-caps +net_raw,+net_admin "
        script = surface.STAGE / f"live-{os.getpid()}"
        script.write_text(command.replace("setpriv ", allowed, 1))
        script.chmod(0o755)
        words = [script, "-i", "eth0", "-l", "-n", *arguments]
        self.others = captures_running()
        self.process = subprocess.Popen(inside(SERVER, *map(str, words)), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, encoding="utf-8", errors="replace")
        self.lines, self.complaints = queue.Queue(), queue.Queue()
        self.threads = [threading.Thread(target=self.collect, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.complaints))]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def collect(stream, into):
        for line in stream:
            into.put(line.rstrip("\n"))

    def wait_ready(self):
        """True when the capture runs; what tshark said when it cannot. Its own word comes before
        the capture does, and not every series says more."""
        said = []
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                said.append(self.complaints.get(timeout=0.2))
            except queue.Empty:
                pass
            if any("Capturing on" in line for line in said) and captures_running() > self.others:
                return True, said
        return False, said

    def line(self):
        return self.lines.get(timeout=PATIENCE)

    def end(self):
        """Ends the capture; the lines that came until then, and at the end."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        for thread in self.threads:
            thread.join(PATIENCE)
        return list(self.lines.queue)

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        for thread in self.threads:
            thread.join(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()


class Live(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = subprocess.Popen(inside(SERVER, sys.executable, "-c", SERVE), stdout=subprocess.PIPE)
        cls.server.stdout.readline()

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.wait()
        cls.server.stdout.close()

    def listen(self, *arguments):
        listening = Listening(*arguments)
        self.addCleanup(listening.stop)
        ready, said = listening.wait_ready()
        self.assertTrue(ready, said)
        return listening

    FIELDS = ["-T", "fields", "-e", "rstcause.reason", "-e", "rstcause.confidence", "-e", "rstcause.context"]

    def test_verdicts_come_while_the_capture_runs(self):
        listening = self.listen("-Y", "rstcause.reason", *self.FIELDS)
        run_python(CLIENT, ABORT, "0")
        reason, confidence, context = listening.line().split("\t")
        self.assertEqual((reason, context), ("linger0", "RESP: PING answered by PONG"))
        run_python(CLIENT, REFUSED)
        self.assertEqual(listening.line().split("\t")[0], "port_closed")
        run_python(CLIENT, ABORT, "0")
        self.assertEqual(listening.line().split("\t")[0], "linger0")
        self.assertIsNone(listening.process.poll())

    def test_one_cause_alone(self):
        listening = self.listen("-Y", 'rstcause.reason == "port_closed"')
        run_python(CLIENT, ABORT, "0")
        run_python(CLIENT, REFUSED)
        self.assertIn("[RST cause: port_closed", listening.line())
        self.assertTrue(listening.lines.empty())

    def test_session_reset(self):
        """-M forgets what was seen: a connection that lasted over it is one begun late, and what
        comes after is judged as always."""
        listening = self.listen("-M", "3", "-Y", "rstcause.reason", *self.FIELDS)
        whole = self.listen("-Y", "rstcause.reason", *self.FIELDS)
        run_python(CLIENT, ABORT, "0.5")
        sure, humble = whole.line().split("\t"), listening.line().split("\t")
        self.assertEqual(sure[0], "linger0")
        self.assertTrue(humble[0] == "capture_incomplete" or int(humble[1]) < int(sure[1]), humble)
        said = []
        for _ in range(5):
            run_python(CLIENT, REFUSED)
            said.append(listening.line().split("\t")[0])
        self.assertIn("port_closed", said)
        # Where the session was reset between the SYN and its RST, the SYN is not known.
        self.assertLessEqual(set(said), {"port_closed", "capture_incomplete"})

    def test_statistics_over_sessions(self):
        """However often a session is reset or a new file is begun, each reset is told once, as it
        was printed when it came: by its session's frame number, with its session's verdict."""
        files = surface.STAGE / f"files-{os.getpid()}"
        files.mkdir()
        files.chmod(0o777)
        for many in (["-M", "5"], ["-b", "packets:5", "-w", files / "live.pcapng", "-P"]):
            with self.subTest(many[0]):
                listening = self.listen(*many, "-z", "rstcause,json", "-z", "rstcause,tree",
                                        "-T", "fields", "-e", "frame.number", "-e", "rstcause.reason")
                for _ in range(9):
                    run_python(CLIENT, REFUSED)
                printed = []
                while len(printed) < 9:
                    frame, reason = listening.line().split("\t")
                    printed += [[frame, reason]] if reason else []
                said = listening.end()
                told = [json.loads(line) for line in said if line.startswith("{")]
                self.assertEqual([[str(reset["frame"]), reset["reason"]] for reset in told], printed)
                self.assertLess(max(reset["frame"] for reset in told), 9)
                self.assertLessEqual({reset["reason"] for reset in told}, {"port_closed", "capture_incomplete"})
                self.assertRegex("\n".join(said), r"(?m)^Resets +9 ")


def refused():
    """Why this cannot run here, or nothing."""
    if os.getuid() != 0:
        return "not root"
    if not shutil.which("ip") or not shutil.which("setpriv"):
        return "no ip or setpriv"
    try:
        make_namespaces()
    except subprocess.CalledProcessError as failure:
        return f"no namespaces: {shlex.join(failure.cmd)}: {failure.stderr.decode().strip()}"
    probe = Listening()
    ready, said = probe.wait_ready()
    probe.stop()
    return "" if ready else "tshark cannot capture: " + " ".join(said)


if __name__ == "__main__":
    why = None
    try:
        why = refused()
        if not why:
            program = surface.unittest.main(exit=False)
    finally:
        remove_namespaces()
    if why:
        print(f"skipped: {why}")
        sys.exit(77)
    sys.exit(not program.result.wasSuccessful())
