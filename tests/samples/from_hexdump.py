#!/usr/bin/env python3
"""Turn the article's tcpdump listings (article.txt) into captures, octet by octet.

    from_hexdump.py            write the captures into sample-pcaps/
    from_hexdump.py --check    compare with the captures that are there; 1 if one differs

Link type is raw IP, because the listing holds no Ethernet header. The IPv4 total length says
how long each packet is: what a hex line carries beyond it is padding of the wire. The article
prints times of day only, so every capture is dated 2022-05-20, UTC.

Each packet's checksums are proved before it is written, so a slip of the pen in the listing does
not pass. Three packets carry, as printed, only the sum of the TCP pseudo header: the sending
host was the capturing one and its network card was to finish the checksum. They stay so.
"""

import argparse
import datetime
import pathlib
import re
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
LISTING = HERE / "article.txt"
SAMPLES = HERE.parent.parent / "sample-pcaps"
DAY = datetime.datetime(2022, 5, 20, tzinfo=datetime.timezone.utc)

LINKTYPE_RAW = 101
SNAPLEN = 262144
IPPROTO_TCP = 6

STORY = re.compile(r"== (\S+)$")
TIME = re.compile(r"(\d\d):(\d\d):(\d\d)\.(\d{6}) IP ")
HEX = re.compile(r"\s+0x[0-9a-f]{4}:  ((?:[0-9a-f]{2,4} ?)+)(?:  .*)?$")


class Malformed(Exception):
    """The listing does not hold a packet that could have been on a wire."""


def ones_complement_sum(data):
    """RFC 1071: the one's complement sum of 16-bit words; 0xffff where a checksum is right."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def ip_packet(octets, where):
    """Cut the padding off and check what the packet says of itself.

    Returns the packet and whether its TCP checksum was left to the sender's network card.
    """
    length = struct.unpack_from("!H", octets, 2)[0]
    if len(octets) < length:
        raise Malformed(f"{where}: {len(octets)} octets printed, IPv4 total length says {length}")
    packet = octets[:length]
    header = (packet[0] & 0x0F) * 4
    if packet[0] >> 4 != 4 or packet[9] != IPPROTO_TCP:
        raise Malformed(f"{where}: not TCP over IPv4")
    if ones_complement_sum(packet[:header]) != 0xFFFF:
        raise Malformed(f"{where}: wrong IPv4 header checksum")
    segment = packet[header:]
    pseudo_header = packet[12:20] + struct.pack("!BBH", 0, IPPROTO_TCP, len(segment))
    if ones_complement_sum(pseudo_header + segment) == 0xFFFF:
        return packet, False
    if ones_complement_sum(pseudo_header) == struct.unpack_from("!H", segment, 16)[0]:
        return packet, True
    raise Malformed(f"{where}: wrong TCP checksum")


def read_listing(lines):
    """Yield (capture name, [(time, octets), ...]) for each story of the listing."""
    name, frames = None, []
    for line in lines:
        if story := STORY.match(line):
            if name:
                yield name, frames
            name, frames = story[1], []
        elif time := TIME.match(line):
            hours, minutes, seconds, micros = map(int, time.groups())
            at = DAY + datetime.timedelta(
                hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)
            frames.append((at, bytearray()))
        elif octets := HEX.match(line):
            frames[-1][1].extend(bytes.fromhex(octets[1]))
    if name:
        yield name, frames


def pcap(frames, name):
    """The classic pcap file (microseconds) and which frames' checksums were left to the card."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, SNAPLEN, LINKTYPE_RAW)]
    offloaded = []
    for number, (at, octets) in enumerate(frames, 1):
        packet, left_to_card = ip_packet(bytes(octets), f"{name} frame {number}")
        if left_to_card:
            offloaded.append(number)
        out.append(struct.pack("<IIII", int(at.timestamp()), at.microsecond,
                               len(packet), len(packet)))
        out.append(packet)
    return b"".join(out), offloaded


def checksum_report(offloaded):
    """What the proof of the checksums found, in words."""
    if not offloaded:
        return "all checksums right"
    listed = ", ".join(map(str, offloaded))
    return ("all checksums right, but for TCP's in frames left to the sender's card "
            f"(pseudo header only): {listed}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true",
                        help="compare with the captures that are there instead of writing them")
    check = parser.parse_args().check
    differing = 0
    for name, frames in read_listing(LISTING.read_text(encoding="utf-8").splitlines()):
        target = SAMPLES / name
        made, offloaded = pcap(frames, name)
        if not check:
            target.write_bytes(made)
            verdict = "written"
        elif target.exists() and target.read_bytes() == made:
            verdict = "identical"
        else:
            verdict, differing = "DIFFERS", differing + 1
        print(f"{name}: {verdict}; {len(frames)} frames, {checksum_report(offloaded)}")
    return 1 if differing else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Malformed as error:
        sys.exit(f"error: {error}")
