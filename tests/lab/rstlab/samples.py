"""sample-pcaps/: a readable choice of the lab's captures, each explained."""

import json
import pathlib
import platform
import re
import shutil
import subprocess

_TESTS = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = _TESTS.parent / "sample-pcaps"
TRUTH = _TESTS / "samples" / "truth"

_HEAD = """\
# Sample captures

Small captures of TCP resets whose causes are known. `sh cmake/quickstart.sh` explains every reset
in them. The truth about each reset is in `tests/samples/truth/NAME.jsonl`, one JSON object a
reset.

This page is written by `python3 tests/lab/run.py --samples`, which also makes the captures of the
lab anew.

## From the article

Two captures hold, octet by octet, the two tcpdump listings of the article "Netty 出现 Connection
reset by peer 异常的几个原因". `tests/samples/from_hexdump.py` makes them from
`tests/samples/article.txt` (`--check` compares). The listings give times of day only; the captures
are dated 2022-05-20, UTC. Link type is raw IP.
"""

_LAB = """\
## From the lab

Each was made by `tests/lab/run.py` on Linux {kernel}: client (198.51.100.x, 2001:db8:1::/48) and
server (203.0.113.x, 2001:db8:2::/48) are network namespaces with a router between them, checksum
and segmentation offload are off, the sockets are ordinary ones unless the text names a program or
says "crafted". Captured by tcpdump on the interface of the named host. *Tracepoint* is what the
sending kernel's `tcp:tcp_send_reset` said at that moment: reason and socket state; "none" where no
endpoint's TCP made the frame.
"""

_ARTICLE = {
    "article-jedis-linger0": (
        "A Jedis client validates a pooled connection with PING, gets +PONG and closes with "
        "SO_LINGER 0 (`socket.setSoLinger(true, 0)`): RST instead of FIN.",
        "the article's server"),
    "article-netty-accept-queue-full": (
        "The accept queue of a netty server (SO_BACKLOG 1) is full: the server ignores the last "
        "ACK of the handshake, repeats its SYN-ACK (frame 4), forgets the request and answers the "
        "client's PING (frame 6) by RST.",
        "the article's server"),
}


def renew(out, stories):
    """Copy the samples' captures and truths from a run's output and write the README."""
    TRUTH.mkdir(parents=True, exist_ok=True)
    for story in stories:
        made = out / story.name / story.sample
        shutil.copyfile(made.with_suffix(".pcap"), SAMPLES / f"{story.name}.pcap")
        shutil.copyfile(made.with_suffix(".truth.jsonl"), TRUTH / f"{story.name}.jsonl")
    (SAMPLES / "README.md").write_text(_readme(stories), encoding="utf-8")


def _readme(stories):
    parts = [_HEAD]
    parts += [_section(name, text, where) for name, (text, where) in _ARTICLE.items()]
    parts.append(_LAB.format(kernel=platform.release().split("-")[0]))
    for story in sorted(stories, key=lambda s: s.name):
        where = f"the {story.sample}"
        if story.program:
            where += f"; program: {story.program} {_version(story.program)}"
        parts.append(_section(story.name, story.story, where))
    return "\n".join(parts)


def _section(name, text, where):
    truth = [json.loads(line) for line in
             (TRUTH / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = "\n".join(_row(record) for record in truth)
    return (f"### {name}.pcap\n\n{text}\n\nCaptured at {where}.\n\n"
            "| RST in frame | sent by | cause | tracepoint | note |\n"
            f"|---|---|---|---|---|\n{rows}\n")


def _row(record):
    said = "none"
    if record["kernel_reason"]:
        said = f"{record['kernel_reason']} in {record['kernel_state']}"
    elif record.get("witnessed") is False:
        said = "not recorded"
    remarks = ["crafted"] if record.get("crafted") else []
    remarks += [record["note"]] if record["note"] else []
    if inseparable := record.get("inseparable"):
        remarks.append("could as well be " + ", ".join(f"`{token}`" for token in inseparable))
    note = "; ".join(remarks)
    return f"| {record['frame']} | {record['origin']} | `{record['token']}` | {said} | {note} |"


def _version(program):
    """The version that a program tells of itself."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"\d+(\.\d+)+", said.stdout + said.stderr)
    return number[0] if number else ""
