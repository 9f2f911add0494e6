# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder of captures: the joined answer is the sum of the parts, a broken capture costs
itself alone, and the queries count right.

sh tests/surface/run.sh batch FOLDER  holds a folder of your own against its captures one by one.
"""

import collections
import concurrent.futures
import csv
import io
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

import surface
from carriers import CARRIERS, LINKTYPES
from packets import *

BATCH, ASK = surface.STAGE / "batch" / "rstcause-batch", surface.STAGE / "batch" / "rstcause-ask"

ODD_NAMES = ["sub dir/two  spaces.pcap", "it's \"quoted\" $HOME `x`.pcapng", "new\nline.cap", "ünï–codé.pcap",
             "-n.pcap", "{}.pcap", "rotated.pcap0001", "plain.txt"]


def two_resets():
    return [*map(ethernet, aborted(dport=7000).packets() + refused(sport=50001, dport=7001).packets())]


class Folder(surface.Surface):
    """A folder of captures, and the batch over it."""

    environment = {}

    def fresh(self):
        self.captures, self.out = self.folder / "captures", self.folder / "out"
        for folder in (self.captures, self.out):
            shutil.rmtree(folder, ignore_errors=True)
        self.captures.mkdir()
        self.captures.chmod(0o755)

    def put(self, name, frames, **named):
        path = self.captures / name
        path.parent.mkdir(exist_ok=True)
        capture(path, frames, **named).chmod(0o644)
        return path

    def batch(self, *arguments, tshark=None, status=0, timeout=300):
        done = subprocess.run(["sh", BATCH, "-o", self.out, *arguments], capture_output=True, encoding="utf-8",
                              env={**os.environ, **self.environment, "RSTCAUSE_TSHARK": str(tshark or surface.STAGE / "with")},
                              stdin=subprocess.DEVNULL, timeout=timeout)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def joined(self):
        return (self.out / "resets.ndjson").read_text().splitlines()

    def alone(self, file, *arguments):
        """What one capture gives without the batch, and without its lean profile."""
        return self.tshark("-r", file, "-q", "-z", "rstcause,json", "-o", f"rstcause.source:{file}", *arguments).lines

    def whole_and_parts(self, folder):
        """The joined answer is the parts' one after the other, lean profile or not. How many parts?"""
        self.batch(folder, timeout=None)
        files = sorted((path for path in folder.rglob("*") if path.suffix in (".pcap", ".pcapng")), key=os.fsencode)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            parts = list(pool.map(self.alone, files))
        self.assertEqual(self.joined(), [line for part in parts for line in part])
        return len(parts)

    def broken(self):
        rows = [line.split("\t") for line in (self.out / "broken.tsv").read_text().splitlines()]
        return {name.removeprefix(f"{self.captures}/"): (status, int(found), said) for name, status, found, said in rows}

    def jobs(self):
        return len((self.out / "joblog").read_text().splitlines()) - 1


class Batch(Folder):
    def setUp(self):
        self.fresh()

    def test_samples(self):
        self.assertGreater(self.whole_and_parts(surface.STAGE / "samples"), 20)

    def test_carriers(self):
        """What the lean profile leaves out carries no TCP."""
        plain = aborted(dport=7000).packets() + refused(sport=50001, dport=7001).packets()
        for name, carry in CARRIERS.items():
            self.put(f"{name}.pcap", [carry(packet, 64) for packet in plain])
        for name, linktype in LINKTYPES.items():
            self.put(f"link-{name}.pcap", [linked(packet, linktype) for packet in plain], linktype=linktype)
        self.batch(self.captures)
        reasons = collections.Counter(json.loads(line)["reason"] for line in self.joined())
        count = len(CARRIERS) + len(LINKTYPES)
        self.assertEqual(reasons, {"linger0": count, "port_closed": count})

    def test_names(self):
        """Any name that a file can have; what is named on the command line needs no suffix."""
        for name in ODD_NAMES:
            self.put(name, two_resets())
        self.put("notes.txt", two_resets())
        self.batch(self.captures, self.captures / "plain.txt")
        files = collections.Counter(json.loads(line)["file"] for line in self.joined())
        self.assertEqual(files, {f"{self.captures}/{name}": 2 for name in ODD_NAMES})

    def test_broken_captures(self):
        """They are told, and cost themselves alone; what was read before the break counts."""
        for number in range(5):
            self.put(f"good{number}.pcap", two_resets())
        whole = self.put("cut.pcap", two_resets() * 2).read_bytes()
        (self.captures / "cut.pcap").write_bytes(whole[:-30])
        self.put("garbage.pcap", []).write_bytes(b"no capture at all, yet it has the name of one")
        self.put("empty.pcap", []).write_bytes(b"")
        self.put("no-frames.pcap", [])
        done = self.batch(self.captures, status=1)
        broken = self.broken()
        self.assertEqual(set(broken), {"cut.pcap", "garbage.pcap"} | (set(broken) & {"empty.pcap"}))
        self.assertIn("cut short", broken["cut.pcap"][2])
        self.assertEqual(broken["garbage.pcap"][1], 0)
        files = collections.Counter(json.loads(line)["file"] for line in self.joined())
        for number in range(5):
            self.assertEqual(files[f"{self.captures}/good{number}.pcap"], 2)
        self.assertEqual(files[f"{self.captures}/cut.pcap"], broken["cut.pcap"][1])
        self.assertGreaterEqual(broken["cut.pcap"][1], 2)
        self.assertIn(f"Broken: {len(broken)} captures", done.stderr)

    def test_names_from_strangers(self):
        """A terminal's escapes in the name of a broken capture do not reach the terminal of who reads of it."""
        self.put("\x1b]0;pwned\x07\x1b[31m\n.pcap", []).write_bytes(b"no capture at all")
        self.batch(self.captures, status=1)
        told = (self.out / "broken.tsv").read_text()
        self.assertRegex(told, r"\A[^\x00-\x08\x0b-\x1f\x7f]*\Z")
        self.assertEqual(list(self.broken()), [" ]0;pwned  [31m .pcap"])

    def test_killed(self):
        """Where tshark dies, no half line is joined."""
        self.put("good.pcap", two_resets())
        self.put("killer.pcap", two_resets())
        wrapper = self.folder / "killed"
        wrapper.write_text(f"""#!/bin/sh
case "$*" in *killer*) printf '{{"schema":1,"frame":7' ; kill -9 $$ ;; esac
exec {surface.STAGE}/with "$@"
""")
        wrapper.chmod(0o755)
        self.batch(self.captures, tshark=wrapper, status=1)
        self.assertEqual(len(self.joined()), 2)
        self.assertEqual(list(self.broken()), ["killer.pcap"])
        self.batch("--resume", self.captures)
        self.assertEqual(len(self.joined()), 4)
        self.assertEqual(self.broken(), {})

    def test_resume(self):
        """Only what is new, or was broken, is read again."""
        for name in ("b.pcap", "d.pcap"):
            self.put(name, two_resets())
        self.batch(self.captures)
        self.assertEqual(self.jobs(), 2)
        self.put("a.pcap", two_resets())
        self.put("c.pcap", two_resets()).write_bytes(b"half copied ...")
        self.batch("--resume", self.captures, status=1)
        self.assertEqual(self.jobs(), 4)
        self.put("c.pcap", two_resets())
        self.batch("--resume", self.captures)
        self.assertEqual(self.jobs(), 5)
        files = [json.loads(line)["file"].rsplit("/", 1)[1] for line in self.joined()]
        self.assertEqual(files, [name for name in ("b.pcap", "d.pcap", "a.pcap", "c.pcap") for _ in range(2)])

    def test_results_are_not_overwritten(self):
        self.put("a.pcap", two_resets())
        self.batch(self.captures)
        self.assertIn("--resume", self.batch(self.captures, status=2).stderr)

    def test_nothing_to_do(self):
        self.put("notes.txt", [])
        self.assertIn("no captures", self.batch(self.captures, status=2).stderr)
        self.assertIn("there is no", self.batch(self.captures / "nowhere", status=2).stderr)
        self.batch(status=2)
        self.batch("--no-such-option", self.captures, status=2)

    def test_without_the_plugin(self):
        """No empty answer where the plugin is not loaded, but what is wrong."""
        self.put("a.pcap", two_resets())
        done = self.batch(self.captures, tshark=surface.STAGE / "without", status=2)
        self.assertIn("does not load the plugin", done.stderr)
        self.assertEqual("root" in done.stderr.split("does not load")[1], os.getuid() == 0)

    def test_options_for_parallel(self):
        self.put("a.pcap", two_resets())
        self.batch(self.captures, "--", "--nice", "3", "--jobs", "1")
        self.assertEqual(len(self.joined()), 2)


SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")


class Machine:
    """An sshd of our own on the loopback, for our own key alone: what ssh finds there is this
    machine with the tshark that is named."""

    def __init__(self, folder, name, tshark):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        config = folder / f"{name}.sshd"
        config.write_text(f"""\
ListenAddress 127.0.0.1:{self.port}
HostKey {folder}/key
AuthorizedKeysFile {folder}/key.pub
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
SetEnv RSTCAUSE_TSHARK={tshark} PATH={surface.STAGE}/batch:{os.environ['PATH']}
""")
        self.log = open(folder / f"{name}.log", "w+")
        self.daemon = subprocess.Popen([SSHD, "-D", "-e", "-f", config], stdin=subprocess.DEVNULL, stderr=self.log)
        self.wait()

    def wait(self):
        for _ in range(100):
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                time.sleep(0.1)
            if self.daemon.poll() is not None:
                break
        self.log.seek(0)
        raise RuntimeError(f"sshd does not start: {self.log.read()}")

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait()
        self.log.close()


@surface.unittest.skipUnless(SSHD and shutil.which("ssh"), "there is no sshd (Debian's openssh-server)")
class Machines(Folder):
    """The work shared over real ssh connections."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)  # as the system's own service would
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", cls.folder / "key"], check=True)
        config = f"Host *\n  HostName 127.0.0.1\n  IdentityFile {cls.folder}/key\n  IdentitiesOnly yes\n" \
                 f"  BatchMode yes\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n"
        for name, tshark in {"one": "with", "two": "with", "bare": "without"}.items():
            machine = Machine(cls.folder, name, surface.STAGE / tshark)
            cls.addClassCleanup(machine.stop)
            config += f"Host {name}\n  Port {machine.port}\n"
        (cls.folder / "ssh_config").write_text(config)
        cls.environment = {"PARALLEL_SSH": f"ssh -F {cls.folder}/ssh_config", "PARALLEL_HOME": str(cls.folder / "parallel")}

    def setUp(self):
        self.fresh()
        for number in range(8):
            self.put(f"it's {number}.pcap", two_resets())
        self.put("garbage.pcap", []).write_bytes(b"half copied ...")

    def hosts(self):
        return {line.split("\t")[1] for line in (self.out / "joblog").read_text().splitlines()[1:]}

    def test_two_machines_and_one(self):
        self.batch(self.captures, status=1)
        alone, broken = self.joined(), self.broken()
        shutil.rmtree(self.out)
        self.batch("-S", "one,two", self.captures, status=1)
        self.assertEqual((self.joined(), self.broken().keys()), (alone, broken.keys()))
        self.assertEqual(len(alone), 16)
        self.assertEqual(self.hosts(), {"one", "two"})

    def test_resume(self):
        self.batch("-S", "one,two", self.captures, status=1)
        self.put("garbage.pcap", two_resets())
        self.batch("--resume", "-S", "two", self.captures)
        self.assertEqual((self.jobs(), len(self.joined()), self.broken()), (10, 18, {}))

    def test_a_machine_without_the_plugin(self):
        """is named before anything begins."""
        for arguments in (["-S", "one,bare", self.captures], ["-S", "one,bare", "--check"]):
            done = self.batch(*arguments, status=2)
            self.assertIn("does not load the plugin", done.stderr)
            self.assertFalse((self.out / "joblog").exists())


class OwnCaptures(Folder):
    """Those of the folder that the command line names."""

    place = None

    def test_whole_and_parts(self):
        if not self.place:
            self.skipTest("no folder is named")
        self.fresh()
        parts = self.whole_and_parts(self.place)
        print(f"{parts} captures, {len(self.joined())} resets: the whole is the sum of the parts")


class Ask(Folder):
    """The queries, against the same numbers counted in Python."""

    def ask(self, *arguments, status=0, of=None):
        done = subprocess.run(["sh", ASK, "-m", "csv", of or self.out, *arguments], capture_output=True, encoding="utf-8",
                              stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual((done.returncode, done.stderr if not status else ""), (status, ""), done.stderr)
        return list(csv.DictReader(io.StringIO(done.stdout, newline="")))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.once = None

    def setUp(self):
        """One batch serves all the questions."""
        cls = type(self)
        if not cls.once:
            cls.fresh(cls)
            for number, pause in enumerate((349, 351, 352, 600, 20)):
                talk = forgotten(sport=50000 + number, dport=5432)
                self.put(f"idle{number}.pcap", map(ethernet, talk.packets()), pauses={5: pause})
            self.put("talks.pcap", two_resets())
            self.put("again.pcap", two_resets())
            self.put("late.pcap", map(ethernet, aborted(dport=7002).packets()[-1:]))
            self.batch(self.captures, *sorted((surface.STAGE / "samples").glob("[a-k]*.pcap")))
            cls.once = [json.loads(line) for line in self.joined()]
        self.counted = [reset for reset in cls.once if "duplicate_of" not in reset]

    def test_every_query(self):
        listed = subprocess.run(["sh", ASK, self.out], capture_output=True, encoding="utf-8", check=True).stdout
        names = [line.split()[0] for line in listed.splitlines()]
        self.assertEqual(sorted(names), sorted({path.stem for path in (surface.STAGE / "batch/queries").glob("*.sql")} - {"load"}))
        nothing = {"since": "2040-01-01", "file": "none", "sure": "0", "least": "1000000", "seconds": "1", "within": "0"}
        for name in names:
            with self.subTest(query=name):
                self.ask(name)
                text = (surface.STAGE / f"batch/queries/{name}.sql").read_text()
                words = [f"{key}={value}" for key, value in nothing.items() if f"'{key}'" in text]
                self.assertEqual(self.ask(name, *words) if words else [], [])

    def test_causes(self):
        reasons = collections.Counter(r["reason"] for r in self.counted)
        self.assertEqual({row["reason"]: int(row["resets"]) for row in self.ask("causes")}, reasons)
        titles = {r["reason"]: r["title"] for r in self.counted}
        self.assertEqual({row["reason"]: row["title"] for row in self.ask("causes")}, titles)
        late = max(r["time"] for r in self.counted)
        since = [r["reason"] for r in self.counted if r["time"] >= late[:19]]
        rows = self.ask("causes", f"since={late[:19]}Z")
        self.assertEqual({row["reason"]: int(row["resets"]) for row in rows}, collections.Counter(since))

    def test_services(self):
        """Which service sees most resets since then, and why: one example, named as such."""
        rows = self.ask("services", "since=2023-11-14", "until=2023-11-15", "top=2")
        self.assertEqual([(row["server"], row["resets"]) for row in rows],
                         [(f"{SERVER}:5432", "5"), (f"{SERVER}:7000", "2")])
        self.assertEqual((rows[1]["main_reason"], rows[1]["of_these"]), ("linger0", "2"))
        self.assertEqual((rows[1]["main_title"], rows[1]["undecided"]), ("Closed with SO_LINGER 0", "0"))
        self.assertRegex(rows[1]["example"], r"\.pcap\S* frame \d+: .* aborted ")

    def test_services_tell_what_is_undecided_apart(self):
        """Where nothing is sure enough there is no main reason, and nothing is lost."""
        rows = self.ask("services", "sure=100")
        self.assertEqual({row["undecided"] for row in rows}, {row["resets"] for row in rows})
        self.assertEqual({(row["main_title"], row["main_reason"]) for row in rows}, {("undecided", "")})

    def test_bytes_lost(self):
        """No octet counts twice, however many resets its connection saw."""
        octets, reason = collections.Counter(), {}
        for reset in self.counted:
            key = reset["file"], reset["stream"]
            octets[key] += reset["bytes_lost"]
            if "root" not in reset:
                reason.setdefault(key, reset["reason"])
        lost = collections.Counter()
        for key, count in octets.items():
            lost[reason.get(key, "its reset was not captured")] += count
        self.assertEqual({row["reason"]: int(row["octets"]) for row in self.ask("bytes_lost")}, {k: v for k, v in lost.items() if v})

    def test_to_mend(self):
        """Not what a capture surely cannot tell."""
        sure = [r for r in self.counted if not r["benign"] and r["confidence"] >= 70]
        self.assertIn("capture_incomplete", {r["reason"] for r in sure})
        asked = collections.Counter()
        for row in self.ask("to_mend", "sure=70"):
            asked[row["reason"]] += int(row["resets"])
        self.assertEqual(asked, collections.Counter(r["reason"] for r in sure if r["basis"] != "unknown"))

    def test_idle_pairs(self):
        """Which pairs show idle_timeout at 350 s; 600 s and 20 s are others."""
        (row,) = self.ask("idle_pairs", "seconds=350", "within=1")
        self.assertEqual((row["client"], row["server"], row["resets"]), (CLIENT, f"{SERVER}:5432", "3"))
        self.assertEqual((row["shortest"], row["longest"]), ("349.0", "352.0"))
        idle = sum(r["reason"] == "idle_timeout" for r in self.counted)
        self.assertEqual(sum(int(row["resets"]) for row in self.ask("idle_pairs")), idle)

    def test_application(self):
        """However long something was awaited, it is one row."""
        hello = "TLS: ClientHello for 1.example.com unanswered"
        waits = [f"RESP: GET unanswered{span}" for span in
                 ("", " for 45 us", " for 422 ms", " for 1.2 s", " for 2 min 5 s", " for 2 h 3 min", " for 1 d 2 h")]
        late = [f"RESP: the client closed before the reply to GET, having waited for {times}"
                for times in ("1.0 s; it took 3.0 s", "250 ms; it took 1.2 s", "5.0 s; it took 2 min 5 s")]
        file = self.folder / "waits.ndjson"
        file.write_text("".join(json.dumps({**self.counted[0], "context": [said]}) + "\n" for said in [*waits, *late, hello]))
        rows = {row["context"]: int(row["resets"]) for row in self.ask("application", of=file)}
        self.assertEqual(rows, {"RESP: GET unanswered": len(waits), late[0].split(" for ")[0]: len(late), hello: 1})

    def test_find(self):
        """The resets of one end, by its address alone or with the port, whoever sent them."""
        def of(end):
            return [r["frame"] for r in self.counted if end in (r["src"], r["dst"], f"{r['src']}:{r['sport']}", f"{r['dst']}:{r['dport']}")]

        for end in (CLIENT, f"{CLIENT}:50001", f"{SERVER}:5432", f"{SERVER}:54", "192.0.2"):
            with self.subTest(end=end):
                self.assertEqual(sorted(int(row["frame"]) for row in self.ask("find", f"end={end}")), sorted(of(end)))
        self.assertGreater(len(of(f"{CLIENT}:50001")), 0)
        self.assertEqual(self.ask("find", f"end={CLIENT}", "until=2000-01-01"), [])

    def test_one_capture(self):
        """By its path or its name; the end of a name is another name."""
        whole = next(r["file"] for r in self.counted if r["file"].endswith("/again.pcap"))
        for name, resets in ((whole, 2), ("again.pcap", 2), ("gain.pcap", 0), ("ag_in.pcap", 0)):
            with self.subTest(name=name):
                self.assertEqual(len(self.ask("one", f"file={name}")), resets)

    def test_values_are_no_sql(self):
        self.assertEqual(self.ask("per_hour", "reason=x' OR '1'='1"), [])

    def test_wrong_questions(self):
        for words in (["no_such_query"], ["causes", "since=no such day"], ["causes", "since"], ["causes", "reason=linger0"]):
            self.ask(*words, status=2)

    def test_a_query_of_ones_own(self):
        mine = self.folder / "mine.sql"
        mine.write_text("SELECT count(*) AS n FROM reset;")
        self.assertEqual(self.ask(mine), [{"n": str(len(self.counted))}])


if __name__ == "__main__":
    if not shutil.which("parallel") or not shutil.which("sqlite3"):
        print("GNU parallel or sqlite3 is missing")
        sys.exit(77)
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        OwnCaptures.place = pathlib.Path(sys.argv.pop(1)).resolve()
        surface.main(defaultTest="OwnCaptures")
    surface.main()
