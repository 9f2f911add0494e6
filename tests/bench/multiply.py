# SPDX-License-Identifier: GPL-2.0-or-later
"""Real captures as one long one: every copy of them with addresses of its own.

    python3 multiply.py FOLDER COPIES OUT.pcap

Takes every Ethernet capture below FOLDER that is a classic pcap with TCP in it. In each copy the
innermost octets of the IPv4 and IPv6 addresses are changed, so that its connections are others;
its times follow those of the copy before. What is no IP, or too short for it, stays as it is.
Checksums are left as they are, which tshark does not look at by default.
"""

import pathlib
import struct
import sys

ETHERNET, VLAN, IPV4, IPV6 = 1, 0x8100, 0x0800, 0x86DD
LONGEST = 3600 * 1_000_000_000  # Nanoseconds; mangled captures may claim centuries.
LARGEST_FILE = 200_000  # Octets: a few long captures would drown the many.
MAGICS = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\xa1\xb2\xc3\xd4": (">", 1000),
          b"\x4d\x3c\xb2\xa1": ("<", 1), b"\xa1\xb2\x3c\x4d": (">", 1)}


def frames_of(path):
    """Time (ns), octets and length on the wire of each frame; none where it is no such capture."""
    octets = path.read_bytes()
    if octets[:4] not in MAGICS or len(octets) > LARGEST_FILE:
        return
    order, unit = MAGICS[octets[:4]]
    if struct.unpack(order + "I", octets[20:24])[0] != ETHERNET:
        return
    at = 24
    while at + 16 <= len(octets):
        seconds, part, kept, length = struct.unpack(order + "IIII", octets[at:at + 16])
        frame = octets[at + 16:at + 16 + kept]
        at += 16 + kept
        if len(frame) == kept:
            yield seconds * 1_000_000_000 + part * unit, frame, length


def network_of(frame):
    """Where the IP header begins, and the EtherType."""
    at = 12
    while len(frame) >= at + 2:
        kind = struct.unpack_from(">H", frame, at)[0]
        if kind != VLAN:
            return at + 2, kind
        at += 4
    return len(frame), 0


def has_tcp(frame):
    at, kind = network_of(frame)
    if kind == IPV4 and len(frame) >= at + 20:
        return frame[at + 9] == 6
    return kind == IPV6 and len(frame) >= at + 40 and frame[at + 6] == 6


def rewritten(frame, copy):
    """The frame with both addresses moved to where this copy has its own."""
    at, kind = network_of(frame)
    if kind == IPV4 and len(frame) >= at + 20:
        places = at + 12, at + 16
    elif kind == IPV6 and len(frame) >= at + 40:
        places = at + 8, at + 24
    else:
        return frame
    changed = bytearray(frame)
    for place in places:  # the second and third octets: broadcast and loopback stay what they are
        if changed[place] in (0, 127, 255) and kind == IPV4 or changed[place] >= 224:
            continue
        changed[place + 1] ^= copy >> 8 & 0xFF
        changed[place + 2] ^= copy & 0xFF
    return bytes(changed)


def read(folder):
    """Each capture's frames, with times from its own first one on."""
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.suffix not in (".pcap", ".cap", ".dmp", ".trace") or not path.is_file():
            continue
        frames = list(frames_of(path))
        times = [time for time, _, _ in frames]
        if any(has_tcp(frame) for _, frame, _ in frames) and max(times) - min(times) < LONGEST:
            first = min(times)
            yield [(time - first, frame, length) for time, frame, length in frames]


def write(folder, copies, path):
    """Returns the number of frames."""
    captures, count, clock = list(read(folder)), 0, 1_600_000_000_000_000_000
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHIIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, ETHERNET))
        for copy in range(1, copies + 1):
            for frames in captures:
                for time, frame, length in frames:
                    octets = rewritten(frame, copy)
                    out.write(struct.pack("<IIII", *divmod(clock + time, 1_000_000_000),
                                          len(octets), length))
                    out.write(octets)
                count += len(frames)
                clock += max(time for time, _, _ in frames) + 1_000_000_000
    return count


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    print(write(sys.argv[1], int(sys.argv[2]), sys.argv[3]), "frames")
