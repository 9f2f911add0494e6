# SPDX-License-Identifier: GPL-2.0-or-later
"""Events that were recorded alone say of tcpdump's capture what a capture of ours says itself."""

import os
import re
import shutil
import subprocess
import sys
import time

from acts import act
from stage import Stage, finish, skip, words_on


def without_names(path):
    """The words without the processes' names: of one that has just begun either may know its parent's."""
    return {port: re.sub(r" comm=\S+", "", words) for port, words in words_on(path).items()}


def main():
    if not shutil.which("tcpdump"):
        skip("no tcpdump")
    with Stage() as stage:
        pcap, events, ours = (stage.file(name) for name in ("plain.pcap", "events", "ours.pcapng"))
        os.chmod(stage.folder.name, 0o777)
        recorder = stage.start("--events", events)
        own = stage.start("-i", "lo", "-w", ours)
        dump = subprocess.Popen(["tcpdump", "-i", "lo", "-U", "--immediate-mode", "-w", pcap],
                                stderr=subprocess.PIPE, text=True)
        while "listening on" not in dump.stderr.readline():
            pass
        time.sleep(0.3)
        expected = {}
        held = act(expected)
        time.sleep(0.3)
        dump.terminate()
        dump.communicate(timeout=20)
        finish(own)
        finish(recorder)
        joined = stage.file("joined.pcapng")
        said = subprocess.run([stage.program, "--join", pcap, events, joined], capture_output=True,
                              text=True, check=True).stderr
        assert f"resets: {len(expected)}, with the kernel's word: {len(expected)}" in said, said
        assert without_names(joined) == without_names(ours), (words_on(joined), words_on(ours))
        assert set(words_on(joined)) == set(expected)

        same = subprocess.run([stage.program, "--join", pcap, events, pcap], capture_output=True,
                              text=True, check=False)
        assert same.returncode == 1 and "cannot be written at once" in same.stderr, same
        wrong = subprocess.run([stage.program, "--join", pcap, pcap, joined], capture_output=True,
                               text=True, check=False)
        assert wrong.returncode == 1 and "no file of rstcause-capture --events" in wrong.stderr, wrong
        del held
    print("joined afterwards, the same is told")


if __name__ == "__main__":
    sys.exit(main())
