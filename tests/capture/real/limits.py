# SPDX-License-Identifier: GPL-2.0-or-later
"""What bounds a capture, and what is said where it cannot be had."""

import os
import pathlib
import subprocess
import sys
import time

from stage import Stage, finish, pair, packets_of, refused


def limits(stage):
    file = stage.file("packets.pcapng")
    process = stage.start("-i", "lo", "-w", file, "-a", "packets:3")
    for _ in range(4):
        refused(7100)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 0 and "Packets: 3," in said, said
    assert len(packets_of(file)) == 3

    file = stage.file("filter.pcapng")
    process = stage.start("-i", "lo", "-f", "tcp port 7101", "-w", file, "-a", "duration:1")
    refused(7100)
    refused(7101)
    process.communicate(timeout=20)
    found = packets_of(file)
    assert len(found) == 2 and all(7101 in one[:2] for one in found), found


def ring(stage):
    process = stage.start("-i", "lo", "-w", stage.file("ring.pcapng"), "-b", "filesize:20", "-b",
                          "files:3")
    held = pair(7200)
    for _ in range(600):
        held[1].send(b"x" * 200)
        held[2].recv(200)
    finish(process)
    files = sorted(pathlib.Path(stage.folder.name).glob("ring_*.pcapng"))
    assert len(files) == 3, files
    for one in files:
        assert packets_of(one), one
        assert one.stat().st_size < 21_000 + 1000, one.stat().st_size


def namespaces(stage):
    """The interface of another namespace, from where the test began."""
    file = stage.file("netns.pcapng")
    process = subprocess.Popen(
        [stage.program, "-i", f"{stage.name}/lo", "-w", file, "-a", "duration:2"],
        stderr=subprocess.PIPE, text=True, preexec_fn=stage.go_outside)
    time.sleep(0.8)
    refused(7300)
    process.communicate(timeout=20)
    words = [comments for _, _, reset, comments in packets_of(file) if reset]
    here = os.stat("/proc/thread-self/ns/net").st_ino
    assert words and words[0][0].endswith(f"netns={here}"), words


def messages(stage):
    def said(*command):
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    program = stage.program
    usage = said(program, "-i", "lo")
    assert usage.returncode == 2 and "no file to write" in usage.stderr, usage
    nowhere = said(program, "-i", "nosuch0", "-w", stage.file("x"))
    assert nowhere.returncode == 1 and "nosuch0" in nowhere.stderr, nowhere
    filtered = said(program, "-i", "lo", "-f", "port port", "-w", stage.file("x"))
    assert filtered.returncode == 1 and 'filter "port port"' in filtered.stderr, filtered
    full = said(program, "-i", "lo", "-w", "/dev/full")
    assert full.returncode == 1 and "/dev/full" in full.stderr, full

    nobody = said("setpriv", "--reuid=65534", "--clear-groups", program, "-i", "lo", "-w", "/dev/null")
    assert nobody.returncode == 1, nobody
    assert "without the kernel's word" in nobody.stderr and "CAP_NET_RAW" in nobody.stderr, nobody
    # What may capture and not trace captures, and says what is missing.
    part = said("setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=+net_raw",
                "--ambient-caps=+net_raw", program, "-i", "lo", "-w", "/dev/null", "-p", "-a", "duration:1")
    assert part.returncode == 0, part
    assert "without the kernel's word" in part.stderr and "Capturing goes on" in part.stderr, part


def main():
    with Stage() as stage:
        os.chmod(stage.folder.name, 0o755)
        for test in (limits, ring, namespaces, messages):
            test(stage)
            print(f"{test.__name__}: as it is documented")


if __name__ == "__main__":
    sys.exit(main())
