# SPDX-License-Identifier: GPL-2.0-or-later
"""tshark offers the program as an interface, and captures from it with the kernel's word."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

from stage import Stage, finish, refused, skip, words_on

_MS_BIND, _CLONE_NEWNS = 4096, 0x20000


def in_place_of_its_extcaps(stage):
    """tshark run by root looks for extcaps in its own folder only: ours stands there for us alone."""
    folders = subprocess.run(["tshark", "-G", "folders"], capture_output=True, text=True, check=True).stdout
    theirs = re.search(r"Extcap path:\s+(\S+)", folders)
    if not theirs or not os.path.isdir(theirs[1]):
        skip("this tshark has no folder of extcaps")
    ours = pathlib.Path(stage.file("extcap"))
    ours.mkdir()
    (ours / "rstcause-capture").symlink_to(stage.program)
    command = ["unshare", "-m", "sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh",
               str(ours), theirs[1]]
    if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        skip("no mount namespace available")
    return command


def main():
    if not shutil.which("tshark"):
        skip("no tshark")
    with Stage() as stage:
        os.environ["HOME"] = stage.folder.name
        finish(stage.start("-i", "lo", "-w", stage.file("x.pcapng")))  # else there is nothing to show
        tshark = [*in_place_of_its_extcaps(stage), "tshark"]
        offered = subprocess.run([*tshark, "-D"], capture_output=True, text=True, check=True).stdout
        assert "rstcause (rstcause: this host, with the kernel's word)" in offered, offered

        over = threading.Event()

        def act():
            while not over.wait(0.25):
                refused(7500)

        threading.Thread(target=act, daemon=True).start()
        file = stage.file("extcap.pcapng")
        done = subprocess.run([*tshark, "-i", "rstcause", "-o", "extcap.rstcause.interface:lo", "-f",
                               "tcp port 7500", "-a", "duration:10", "-w", file],
                              capture_output=True, text=True, check=False, timeout=60)
        over.set()
        assert done.returncode == 0 and "Error by extcap" not in done.stderr, done.stderr
        assert words_on(file) == {7500: "sent reason=NO_SOCKET state=UNKNOWN as=answer"}, words_on(file)
    print("offered, and captured from")


if __name__ == "__main__":
    sys.exit(main())
