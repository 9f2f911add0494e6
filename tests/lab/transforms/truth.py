"""The truth of a transformed capture, from that of the lab's capture."""

import json

from transforms.loss import LossReport
from transforms.packets import segment_of

#: Octets of a TCP header up to its flags: with fewer nobody can know that a frame is a reset.
_UP_TO_FLAGS = 14


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def _root(record, by_frame):
    while record.get("duplicate_of") in by_frame:
        record = by_frame[record["duplicate_of"]]
    return record["frame"]


def _shows_flags(packet, capture):
    """Whether enough of a frame was captured to read its TCP flags."""
    if capture.snaplen >= len(packet.link) + packet.length:
        return True
    segment = segment_of(packet)
    return segment is not None and len(packet.link) + segment.header_at + _UP_TO_FLAGS <= capture.snaplen


def follow(records, after):
    """The records with the frame numbers of the transformed capture.

    Records of dropped resets are dropped; the second and later showings of a packet are copies of
    the first one that is left. "source" is the number that the frame had before.
    """
    by_frame = {record["frame"]: record for record in records}
    first_shown, followed = {}, []
    for number, packet in enumerate(after.packets, start=1):
        record = by_frame.get(packet.source)
        if record is None or not _shows_flags(packet, after):
            continue
        root = _root(record, by_frame)
        record = {key: value for key, value in record.items() if key != "duplicate_of"}
        record["frame"] = number
        record["source"] = packet.source
        if root in first_shown:
            record["duplicate_of"] = first_shown[root]
        first_shown.setdefault(root, number)
        followed.append(record)
    return followed


def transformed(records, before, after, keeps_evidence):
    """The truth of `after`, with what a loss of evidence makes inseparable."""
    followed = follow(records, after)
    if keeps_evidence:
        return followed
    report = LossReport(before, after)
    result = []
    for record in followed:
        tokens = set(record.get("inseparable", ())) | report.inseparable(record)
        result.append({**record, "inseparable": sorted(tokens)} if tokens else record)
    return result
