#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what the plugin says of applications against Wireshark's own dissectors.

    contexts.py FOLDER...       every capture below these folders

Each rstcause.context of HTTP or TLS must be borne out by the http and tls dissectors in the same
stream before the reset, and each connection that is labelled RESP by the resp dissector on its
port. Needs tshark on the PATH with the plugin installed; takes a second or so a capture. Prints
what is not borne out, then counts; exit status 1 if anything was printed.
"""

import argparse
import collections
import concurrent.futures
import pathlib
import re
import subprocess
import sys

# On any port, and heads even where the body was cut.
_ANYWHERE = ("--enable-heuristic", "http_tcp", "--enable-heuristic", "tls_tcp",
             "-o", "tcp.try_heuristic_first:TRUE", "-o", "http.desegment_body:FALSE")
_SEPARATOR = "\x1f"


def tshark(capture, display, fields, *options):
    """Rows of fields, each a list of the occurrences in a frame."""
    command = ["tshark", "-n", "-r", str(capture), *options, "-Y", display, "-T", "fields",
               "-E", "separator=/t", "-E", "aggregator=" + _SEPARATOR]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600,
                          check=False)
    rows = []
    for line in done.stdout.splitlines():
        cells = line.split("\t")
        if len(cells) == len(fields):
            rows.append([cell.split(_SEPARATOR) if cell else [] for cell in cells])
    return rows


class Stream:
    """What the dissectors saw of one stream, by frame."""

    def __init__(self):
        self.http, self.tls, self.statuses, self.lengths = [], [], [], []
        self.requests, self.responses = [], []
        self.names, self.hellos, self.alerts = [], [], []

    def has(self, what, frame):
        return any(number < frame for number, _ in getattr(self, what))

    def values(self, what, frame):
        return [value for number, value in getattr(self, what) if number < frame]


def dissected(capture):
    """By stream number."""
    fields = ("frame.number", "tcp.stream", "frame.protocols", "http.request.method",
              "http.response.code", "http.content_length_header", "tls.handshake.type",
              "tls.handshake.extensions_server_name", "tls.alert_message.desc")
    streams = collections.defaultdict(Stream)
    for frame, stream, protocols, method, code, length, hello, name, alert in tshark(
            capture, "tcp.stream", fields, *_ANYWHERE):
        number, seen = int(frame[0]), streams[int(stream[0])]
        stack = protocols[0].split(":") if protocols else []
        if "http" in stack:
            seen.http.append((number, True))
        if "tls" in stack or "ssl" in stack:
            seen.tls.append((number, True))
        seen.requests += [(number, value) for value in method]
        seen.responses += [(number, value) for value in code]
        seen.lengths += [(number, value.strip()) for value in length]
        seen.hellos += [(number, value) for value in hello]
        seen.names += [(number, value) for value in name]
        seen.alerts += [(number, value) for value in alert]
    return streams


# Numbers of the alerts that carry a name in a sentence (RFC 8446, B.2).
_ALERTS = {"handshake_failure": "40", "bad_certificate": "42", "certificate_expired": "45",
           "certificate_unknown": "46", "unknown_ca": "48", "decode_error": "50",
           "protocol_version": "70", "internal_error": "80", "unrecognized_name": "112"}


def contradiction(sentence, seen, frame):
    """Why the dissectors do not bear the sentence out, or None."""
    if sentence.startswith("HTTP:"):
        if not seen.has("http", frame):
            return "no http in the stream"
        status = re.search(r"HTTP: (\d+) sent|the last one with (\d+)", sentence)
        if status:
            code = status.group(1) or status.group(2)
            if code not in seen.values("responses", frame):
                return f"no response {code}"
        length = re.search(r"response cut after \d+ of (\d+) octets", sentence)
        if length and length.group(1) not in seen.values("lengths", frame):
            return f"no Content-Length {length.group(1)}"
        if "every request answered" in sentence:
            finals = [c for c in seen.values("responses", frame) if not c.startswith("1")]
            if len(finals) < len(seen.values("requests", frame)):
                return "fewer responses than requests"
    if sentence.startswith("TLS:"):
        if not seen.has("tls", frame):
            return "no tls in the stream"
        name = re.search(r"server name (\S+)|ClientHello for (\S+)", sentence)
        if name and (name.group(1) or name.group(2)) not in seen.values("names", frame):
            return "another server name"
        if "unanswered" in sentence and "2" in seen.values("hellos", frame):
            return "there is a ServerHello"
        alert = re.search(r"fatal alert (\w+)", sentence)
        number = alert and _ALERTS.get(alert.group(1))
        if number and number not in seen.values("alerts", frame):
            return "no such alert"
    return None


def check_contexts(capture, rows, findings, counts):
    streams = None
    for frame, stream, contexts, _ in rows:
        told = [c for c in contexts if c.startswith(("HTTP:", "TLS:"))]
        for sentence in contexts:
            counts[re.sub(r"[\d.]+.*", "#", sentence)] += 1
        if not told or not stream:
            continue
        if streams is None:
            streams = dissected(capture)
        for sentence in told:
            why = contradiction(sentence, streams[int(stream[0])], int(frame[0]))
            if why:
                findings.append(f"{capture}: frame {frame[0]}: {sentence!r}: {why}")


def check_resp(capture, findings, counts):
    rows = tshark(capture, "rstcause_resp", ("tcp.stream", "tcp.srcport", "tcp.dstport"))
    ports = {(row[0][0], row[1][0], row[2][0]) for row in rows if row[0]}
    counts["RESP labels"] += len(rows)
    for stream, *ends in sorted(ports):
        borne_out = any(
            tshark(capture, f"tcp.stream == {stream} and resp and not _ws.malformed",
                   ("frame.number",), "-d", f"tcp.port=={port},resp") for port in ends)
        if not borne_out:
            findings.append(f"{capture}: stream {stream}: labelled RESP, and resp sees none")


def check(capture):
    findings, counts = [], collections.Counter()
    rows = tshark(capture, "rstcause.context or rstcause_resp",
                  ("frame.number", "tcp.stream", "rstcause.context", "rstcause_resp"))
    check_contexts(capture, [row for row in rows if row[2]], findings, counts)
    if any(row[3] for row in rows):
        check_resp(capture, findings, counts)
    return findings, counts


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", nargs="+", type=pathlib.Path)
    arguments.add_argument("--jobs", type=int, default=2)
    options = arguments.parse_args()
    captures = sorted(path for folder in options.folder for path in folder.rglob("*")
                      if path.suffix in (".pcap", ".pcapng", ".cap", ".dmp"))
    total, wrong = collections.Counter(), 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for findings, counts in pool.map(check, captures):
            total += counts
            wrong += len(findings)
            for finding in findings:
                print(finding, flush=True)
    print(f"{len(captures)} captures, {wrong} not borne out")
    for what, number in total.most_common():
        print(f"{number:6} {what}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
