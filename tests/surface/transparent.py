# SPDX-License-Identifier: GPL-2.0-or-later
"""transparent.py [FOLDER]: whatever is not ours reads as without the plugin.

Compares, for every capture of the folder (default: the samples), with and without the plugin:
frame.protocols, tcp.stream and the columns of every frame, and tshark -V without our subtrees.
By hand, over many captures:  sh tests/surface/run.sh transparent FOLDER
"""

import difflib
import pathlib
import sys

import surface

EACH = ["-T", "fields", "-E", "separator=/t", "-e", "frame.number", "-e", "frame.protocols", "-e", "tcp.stream",
        "-e", "udp.stream", "-e", "_ws.col.Protocol", "-e", "_ws.col.Info"]
QUIET = ["-o", "rstcause.info_column:FALSE"]


def unlike(what, ours, bare):
    """The first differences, as text; empty when there is none."""
    if (ours.status, ours.complaint) != (bare.status, bare.complaint):
        return f"{what}: {ours.status} {ours.complaint!r}, without the plugin {bare.status} {bare.complaint!r}\n"
    with_plugin = surface.without_ours(ours.text)
    if with_plugin == bare.text.splitlines():
        return ""
    lines = difflib.unified_diff(bare.text.splitlines(), with_plugin, "without", "with", lineterm="", n=1)
    return f"{what}:\n" + "\n".join(line for line, _ in zip(lines, range(20))) + "\n"


def differences(capture):
    file = str(capture)
    text = unlike("fields", surface.run("with", "-r", file, *EACH, *QUIET), surface.run("without", "-r", file, *EACH))
    for how in (["-V"], ["-2", "-V"]):
        text += unlike(" ".join(how), surface.run("with", "-r", file, *how), surface.run("without", "-r", file, *how))
    return text


def main(folder):
    files = sorted(path for path in folder.rglob("*") if ".pcap" in path.name and path.is_file())
    wrong = 0
    for file in files:
        found = differences(file)
        wrong += bool(found)
        if found:
            print(f"{file.relative_to(folder)}\n{found}")
    print(f"{len(files)} captures, {wrong} read otherwise with the plugin")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else surface.SAMPLES))
