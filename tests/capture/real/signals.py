# SPDX-License-Identifier: GPL-2.0-or-later
"""The trace instance is gone after every end, and the process that reads packets is nobody."""

import os
import pathlib
import signal
import sys
import time

from stage import Stage, finish, instances, refused


def child_of(process):
    return int(pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])


def status_of(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def gone(name):
    for _ in range(50):
        if name not in instances():
            return True
        time.sleep(0.1)
    return False


def main():
    with Stage() as stage:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = stage.start("-i", "lo", "-w", stage.file("x.pcapng"))
            assert f"rstcause-capture-{process.pid}" in instances()
            finish(process, number)
            assert gone(f"rstcause-capture-{process.pid}"), number

        process = stage.start("-i", "lo", "-w", stage.file("x.pcapng"))
        child = child_of(process)
        status = status_of(child)
        assert status["Uid"].split() == ["65534"] * 4, status["Uid"]
        assert {status[key] for key in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}, status
        assert status["NoNewPrivs"] == "1"
        os.kill(child, signal.SIGKILL)
        process.communicate(timeout=20)
        assert process.returncode == 128 + signal.SIGKILL
        assert gone(f"rstcause-capture-{process.pid}"), "the child was killed"

        process = stage.start("-i", "lo", "-w", stage.file("killed.pcapng"))
        child = child_of(process)
        refused(7400)
        process.kill()
        process.communicate(timeout=20)
        for _ in range(50):
            if not pathlib.Path(f"/proc/{child}").exists():
                break
            time.sleep(0.1)
        else:
            raise AssertionError("the child outlives its guardian")
        left = f"rstcause-capture-{process.pid}"
        assert left in instances(), "nobody was left to remove it"
        finish(stage.start("-i", "lo", "-w", stage.file("x.pcapng")))
        assert gone(left), "the next capture removes what a killed one left"
    print("no instance stays")


if __name__ == "__main__":
    sys.exit(main())
