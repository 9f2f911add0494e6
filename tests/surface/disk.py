# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing lost, whatever breaks: a disk that is full or fails, a run that is killed or loses its
unsynced writes, two runs at once. A run that cannot go on says so, and --resume brings what an
undisturbed run had brought."""

import ctypes
import fcntl
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import surface
from batch import BATCH, Folder, two_resets

# Stands in for tshark: prints in pieces, so that there is a middle to break it in.
SLOW = """#!/bin/sh
case "$*" in
  "-G plugins") echo "rstcause.so 1.0 dissector"; exit ;;
  *--version*) echo "slow"; exit ;;
esac
while [ "$1" != -r ]; do shift; done
say() {
  printf "$@" 2>/dev/null || { echo "rstcause: the statistics cannot be written: No space left on device" >&2; exit 74; }
}
for n in 1 2 3 4; do
  say '{"schema":1,"file":"%s",' "$2"
  sleep 0.01
  say '"frame":%s}\\n' $n
done
case "$*" in *rstcause.total:TRUE*) say '{"schema":1,"total":4}\\n' ;; esac
"""

CAPTURES = 4


def is_root():
    return os.getuid() == 0


def mounts_of_our_own():
    """A mount namespace, so that what is mounted here is nobody else's and goes with us."""
    if not is_root() or ctypes.CDLL(None).unshare(0x00020000) != 0:
        return False
    return subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True).returncode == 0


def inject(paths, *faults):
    """strace that lets system calls on these files fail, and stops at no others: that is slow."""
    calls = ",".join(fault.split(":")[0] for fault in faults)
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", f"trace={calls}",
            *(word for path in paths for word in ("-P", path)),
            *(word for fault in faults for word in ("-e", f"inject={fault}"))]


class Disk(Folder):
    undisturbed_runs = {}  # by tshark: what one brought, and how long it took; all classes share the captures

    def setUp(self):
        self.fresh()
        for number in range(CAPTURES):
            self.put(f"{number}.pcap", two_resets())

    @classmethod
    def setUpClass(cls):
        if "folder" in vars(Disk):
            return
        super(Disk, Disk).setUpClass()
        Disk.slow = Disk.folder / "slow"
        Disk.slow.write_text(SLOW)
        Disk.slow.chmod(0o755)

    def started(self, *arguments, before=(), tshark=None, path=""):
        """A run in a process group of its own."""
        environment = {**os.environ, "RSTCAUSE_TSHARK": str(tshark or self.slow), "PATH": path + os.environ["PATH"]}
        return subprocess.Popen([*before, "sh", BATCH, "-o", self.out, "-j", "2", *arguments], encoding="utf-8",
                                env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                start_new_session=True)

    def ended(self, process, status):
        out, complaint = process.communicate(timeout=120)
        self.assertEqual(process.returncode, status, out + complaint)
        return complaint

    def undisturbed(self, tshark=None):
        """What a run brings that nothing disturbs."""
        return self.undisturbed_run(tshark or self.slow)[0]

    def undisturbed_run(self, tshark):
        if tshark not in self.undisturbed_runs:
            kept, self.out = self.out, self.folder / "undisturbed"
            shutil.rmtree(self.out, ignore_errors=True)
            begin = time.monotonic()
            self.ended(self.started(self.captures, tshark=tshark), 0)
            self.undisturbed_runs[tshark] = (self.joined(), time.monotonic() - begin)
            self.out = kept
        return self.undisturbed_runs[tshark]

    def resumed(self, tshark=None):
        """What --resume brings, once nothing of the run before is left at work."""
        for _ in range(100):
            process = self.started("--resume", self.captures, tshark=tshark)
            out, complaint = process.communicate(timeout=120)
            if "another run" not in complaint:
                break
            time.sleep(0.1)
        self.assertEqual(process.returncode, 0, out + complaint)
        return self.joined()


@surface.unittest.skipUnless(is_root() and shutil.which("mount"), "only root can make a small disk")
class Full(Disk):
    def mount(self, size):
        self.out.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.out], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.out], capture_output=True)

    def test_stops_with_its_reason(self):
        """The first write that fails ends the run; with room, --resume brings all."""
        whole = self.undisturbed(surface.STAGE / "with")
        self.mount("24k")
        complaint = self.ended(self.started(self.captures, tshark=surface.STAGE / "with"), 3)
        self.assertIn("No space left on device", complaint)
        self.assertIn("--resume goes on", complaint)
        self.assertFalse((self.out / "resets.ndjson").exists())
        subprocess.run(["mount", "-o", "remount,size=20m", self.out], check=True)
        self.assertEqual(self.resumed(surface.STAGE / "with"), whole)

    def test_full_at_any_octet(self):
        """However much room there is: the whole, or a stop that says why."""
        whole, stopped = self.undisturbed(), 0
        self.mount("20m")
        for kilobytes in range(8, 86, 6):
            with self.subTest(kilobytes=kilobytes):
                for entry in self.out.iterdir():
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
                subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", self.out], check=True)
                process = self.started(self.captures)
                _, complaint = process.communicate(timeout=120)
                if process.returncode == 0:
                    self.assertEqual(self.joined(), whole)
                    continue
                stopped += 1
                self.assertIn(process.returncode, (2, 3), complaint)
                self.assertRegex(complaint, "No space left|full")
                subprocess.run(["mount", "-o", "remount,size=20m", self.out], check=True)
                self.assertEqual(self.resumed(), whole)
        self.assertGreater(stopped, 3)

    def test_no_room_to_work(self):
        """In the place of temporary files: before anything is done, or later, and then --resume goes on."""
        whole, small, stopped = self.undisturbed(), self.folder / "small", set()
        small.mkdir(exist_ok=True)
        for room in ("nr_inodes=1", *(f"size={kilobytes}k" for kilobytes in range(4, 28, 4))):
            with self.subTest(room=room):
                shutil.rmtree(self.out, ignore_errors=True)
                subprocess.run(["mount", "-t", "tmpfs", "-o", room, "tmpfs", small], check=True)
                process = self.started(self.captures, before=["env", f"TMPDIR={small}"])
                _, complaint = process.communicate(timeout=120)
                subprocess.run(["umount", "-l", small], check=True)
                if process.returncode == 0:
                    self.assertEqual(self.joined(), whole)
                    continue
                stopped.add(process.returncode)
                self.assertRegex(complaint, "No space left|full")
                if process.returncode == 3:
                    self.assertIn("--resume goes on", complaint)
                else:
                    self.assertEqual((process.returncode, (self.out / "captures").exists()), (2, False), complaint)
                self.assertEqual(self.resumed(), whole)
        self.assertEqual(stopped, {2, 3})


@surface.unittest.skipUnless(shutil.which("strace"), "strace is missing")
class Failing(Disk):
    """A disk that breaks, a quota: any system call on any file of the results."""

    def faults(self):
        yield "parts/3", "write:error=EDQUOT"
        for name in ("parts/3", "joblog", "captures.new", "resets.ndjson.new"):
            yield name, "write,copy_file_range:error=EIO"
        for name in ("captures.new", "resets.ndjson.new", "broken.tsv.new"):
            yield name, "fsync:error=EIO"
        yield "parts", "syncfs:error=EIO"

    def test_stops_and_goes_on(self):
        whole = self.undisturbed()
        for name, fault in self.faults():
            with self.subTest(file=name, fault=fault):
                shutil.rmtree(self.out, ignore_errors=True)
                self.out.mkdir()
                complaint = self.ended(self.started(self.captures, before=inject([self.out / name], fault)), 3)
                self.assertIn("--resume goes on", complaint)
                self.assertEqual(self.resumed(), whole)

    def test_tshark_cannot_write(self):
        """What tshark itself cannot write stops the run at once, with tshark's reason."""
        self.out.mkdir()
        before = inject([self.out / "parts/2"], "write:error=EDQUOT")
        process = self.started("-j", "1", self.captures, before=before, tshark=surface.STAGE / "with")
        complaint = self.ended(process, 3)
        self.assertIn("Disk quota exceeded", complaint)
        self.assertLess(self.jobs(), CAPTURES)
        self.assertEqual(self.resumed(surface.STAGE / "with"), self.undisturbed(surface.STAGE / "with"))

    def test_a_folder_that_cannot_be_searched(self):
        """is told, and what was found is explained."""
        hidden = self.captures / "hidden"
        hidden.mkdir()
        self.out.mkdir()
        complaint = self.ended(self.started(self.captures, before=inject([hidden], "getdents64:error=EIO")), 1)
        self.assertIn("hidden", complaint)
        self.assertEqual(len(self.joined()), 4 * CAPTURES)

    CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")

    def test_nothing_has_its_name_before_it_is_on_the_disk(self):
        """What a lost power could take is never what --resume relies on: no file of the results
        takes its last name between a write to it and the next sync."""
        log = self.folder / "calls"
        self.ended(self.started(self.captures, before=[
            "strace", "-f", "-qq", "-y", "-o", log, "-e", "trace=write,rename,renameat,renameat2,fsync,fdatasync,syncfs"]), 0)
        unsynced, named = set(), set()
        for line in log.read_text(errors="replace").splitlines():
            if not (call := self.CALL.match(line)) or call[3].startswith("-"):
                continue
            name, words = call[1], call[2]
            place = re.match(r"\d+<([^>]*)>", words)
            if name == "write" and place:
                unsynced.add(place[1])
            elif name in ("fsync", "fdatasync"):
                unsynced.discard(place[1])
            elif name == "syncfs":
                unsynced.clear()
            elif name.startswith("rename"):
                old, new = self.places(name, words)
                self.assertNotIn(old, unsynced, line)
                named.add(new)
        expected = {str(self.out / name) for name in ("captures", "resets.ndjson", "broken.tsv")}
        self.assertLessEqual(expected | {str(self.out / f"done/{n + 1}") for n in range(CAPTURES)}, named)

    @staticmethod
    def places(name, words):
        """From where to where a rename went; names may be relative to a folder."""
        names = re.findall(r'"([^"]*)"', words)
        folders = re.findall(r"(?:AT_FDCWD|\d+)<([^>]*)>", words) if name != "rename" else ["/", "/"]
        return [os.path.normpath(os.path.join(folder, path)) for folder, path in zip(folders, names)]


class Killed(Disk):
    MOMENTS = 20

    def moments(self):
        """Twenty of them, evenly over the time that a whole run takes."""
        whole, lasts = self.undisturbed_run(self.slow)
        for number in range(self.MOMENTS):
            shutil.rmtree(self.out, ignore_errors=True)
            process = self.started(self.captures)
            time.sleep(lasts * number / self.MOMENTS)
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.communicate()
            with self.subTest(moment=number):
                yield number, whole

    def test_kill_and_lost_power_at_twenty_moments(self):
        """A kill leaves what was written; lost power takes from that what was not synced, all or a part
        of what bears no last name."""
        found = self.folder / "found"
        for number, whole in self.moments():
            shutil.rmtree(found, ignore_errors=True)
            if (self.out / "lock").exists():
                with (self.out / "lock").open("a") as lock:  # jobs hold it that the run left at work
                    fcntl.flock(lock, fcntl.LOCK_EX)
                shutil.copytree(self.out, found)
            self.assertEqual(self.resumed(), whole)
            shutil.rmtree(self.out)
            if found.exists():
                found.rename(self.out)
            self.lose_power(random.Random(number))
            self.assertEqual(self.resumed(), whole)

    def lose_power(self, lot):
        for file in [*self.out.glob("parts/*"), *self.out.glob("*.new"), *self.out.glob("joblog")]:
            size = file.stat().st_size
            if lot.random() < 0.3:
                file.write_bytes(b"\0" * size)
            elif lot.random() < 0.6:
                os.truncate(file, lot.randint(0, size))

    def test_killed_while_it_resumes(self):
        whole = self.undisturbed()
        for pause in (0.1, 0.25, 0.4, 0.55):
            process = self.started("--resume", self.captures)
            time.sleep(pause)
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.communicate()
        self.assertEqual(self.resumed(), whole)


class Interrupted(Disk):
    def wait_for_work(self):
        until = time.monotonic() + 20
        while time.monotonic() < until and not list(self.out.glob("parts/3")):
            time.sleep(0.02)

    def test_says_what_is_done(self):
        """By Ctrl-C, which all of the group hear, and by kill, which the run hears alone."""
        whole = self.undisturbed()
        for send in (lambda run: os.killpg(run.pid, signal.SIGINT), lambda run: run.terminate()):
            shutil.rmtree(self.out, ignore_errors=True)
            process = self.started(self.captures)
            self.wait_for_work()
            send(process)
            complaint = self.ended(process, 130)
            self.assertRegex(complaint, rf"stopped: [1-3] of {CAPTURES} captures read; --resume goes on")
            self.assertEqual(self.resumed(), whole)

    def test_two_runs_into_one_folder(self):
        """The second says so, and disturbs nothing."""
        whole = self.undisturbed()
        first = self.started(self.captures)
        self.wait_for_work()
        for again in ([], ["--resume"]):
            self.assertIn("another run is at work", self.ended(self.started(*again, self.captures), 2))
        self.ended(first, 0)
        self.assertEqual(self.joined(), whole)

    def test_progress_without_a_terminal(self):
        """Each 30 seconds a line; here time flies, for sleep(1) is ours."""
        fast = self.folder / "fast"
        fast.mkdir(exist_ok=True)
        (fast / "sleep").write_text(f"#!/bin/sh\n[ $1 != 30 ] || exec {shutil.which('sleep')} 0.05\nexec {shutil.which('sleep')} $1\n")
        (fast / "sleep").chmod(0o755)
        complaint = self.ended(self.started(self.captures, path=f"{fast}:"), 0)
        told = re.findall(rf"^rstcause-batch: (\d) of {CAPTURES} captures$", complaint, re.M)
        self.assertGreater(len(told), 1)
        self.assertEqual(told, sorted(told))


if __name__ == "__main__":
    if not shutil.which("parallel"):
        print("GNU parallel is missing")
        sys.exit(77)
    mounts_of_our_own()
    surface.main()
