# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel's word in the comments of a capture."""

import struct

import surface
from packets import *

OURS = ["basis", "reason", "confidence", "kernel_reason", "process", "pid"]
KILLED = "rstcause: sent reason=TCP_STATE state=TCP_ESTABLISHED as=abort pid=4711 comm=ss netns=4026531840"
UNREAD = "rstcause: sent reason=TCP_ABORT_ON_CLOSE state=TCP_CLOSE as=abort pid=455 comm=redis-server"


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def block(kind, body):
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def commented(path, frames, comments):
    """A pcapng file; `comments`: of frames by their number, from 1."""
    with open(path, "wb") as file:
        file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        file.write(block(1, struct.pack("<HHI", ETHERNET, 0, 262144)))
        for index, frame in enumerate(frames):
            micros = 1700000000 * 1000000 + index * 10000
            options = b"".join(option(1, text) for text in comments.get(index + 1, []))
            file.write(block(6, struct.pack("<IIIII", 0, micros >> 32, micros & 0xFFFFFFFF, len(frame), len(frame))
                             + frame + bytes(-len(frame) % 4) + (options + bytes(4) if options else b"")))
    path.chmod(0o644)
    return path


class Word(surface.Surface):
    def told(self, *comments, passes=()):
        """What is said of one aborted connection whose RST bears these comments."""
        frames = list(map(ethernet, aborted().packets()))
        file = commented(self.folder / "word.pcapng", frames,
                         {7: [c.encode() if isinstance(c, str) else c for c in comments]})
        rows = self.fields(file, [f"rstcause.{name}" for name in OURS], "-Y", "rstcause.reason", *passes)
        self.assertEqual(len(rows), 1)
        self.file = file
        return dict(zip(OURS, rows[0]))

    def test_it_decides_and_names_the_process_in_every_pass(self):
        for passes in ((), ("-2",)):
            said = self.told(KILLED, "rstcause: received taken=yes", passes=passes)
            self.assertEqual((said["basis"], said["reason"], said["process"], said["pid"]),
                             ("witnessed", "admin_abort", "ss", "4711"))
            said = self.told("rstcause: received taken=yes", UNREAD, passes=passes)
            self.assertEqual(list(said.values()), ["witnessed", "unread_data", "99", "TCP_ABORT_ON_CLOSE",
                                                   "redis-server", "455"])

    def test_it_is_a_field_to_filter_by(self):
        self.told(UNREAD)
        wanted = 'rstcause.process == "redis-server" && rstcause.pid == 455 && rstcause.basis == "witnessed"'
        self.assertEqual(self.fields(self.file, ["frame.number"], "-Y", wanted), [["7"]])

    def test_it_stands_in_json(self):
        self.told(UNREAD)
        said, = self.json(self.file)
        self.assertEqual((said["process"], said["pid"], said["basis"]), ("redis-server", 455, "witnessed"))

    def test_without_it_nothing_changes(self):
        without = self.told()
        self.assertEqual((without["basis"], without["process"], without["pid"]), ("inferred", "", ""))
        for comment in ("a user's note", "rstcause: ", "rstcause: sent reason=lower", b"\xff\xfe\x00", ""):
            self.assertEqual(self.told(comment), without, comment)

    def test_a_hostile_one_is_bounded_and_printable(self):
        name = "\x1b]0;owned\x07" + "A" * 60000
        said = self.told(UNREAD.replace("redis-server", name))
        self.assertEqual(said["process"], "?]0;owned?" + "A" * 22)
        self.assertEqual(self.told(*[UNREAD] * 200)["reason"], "unread_data")

    def test_ptcpdump_tells_the_process_alone(self):
        said, without = self.told("PID: 10158\nCmd: /usr/bin/wget\nArgs: wget kernel.org"), self.told()
        self.assertEqual((said["process"], said["pid"]), ("wget", "10158"))
        self.assertEqual(said["reason"], without["reason"])
        self.assertEqual(said["basis"], "inferred")


if __name__ == "__main__":
    surface.main()
