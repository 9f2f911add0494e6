"""Two captures of one story, taken at both ends of the path, in one file (mergecap).

One kernel stamped both, so the times are right but where a transformation sets one clock apart. A
packet that passed both points is there twice, its TTL less at the farther one; a reset that is there
once was made between the points, or died there. Behind a NAT a packet has other addresses and is no
copy of itself.
"""

from dataclasses import replace

from transforms.packets import SECOND, Capture, segment_of, version
from transforms.registry import Transformation

#: The server's frames are numbered from here on, so that one number names one frame.
SERVERS = 1_000_000
_COPY = SECOND
#: What network time protocols leave between the clocks of two hosts, and more.
_APART = SECOND // 5

MERGES = {}


def _identity(packet):
    """What makes two frames the same packet, wherever they were captured."""
    segment = segment_of(packet)
    ip_id = packet.ip[4:6] if version(packet.ip) == 4 else b""
    return packet.ip[segment.header_at:segment.header_at + 20], segment.src, segment.dst, ip_id


def _combined(own, others):
    """One record of what two capture points say of one reset."""
    tokens = set(own.get("inseparable", ())) & set(others.get("inseparable", ()))
    # Where one point saw a look-alike only, the two together show the truth.
    told = {key: value for key, value in own.items() if key != "inseparable"}
    return {**told, "inseparable": sorted(tokens)} if tokens else told


def _records(here, there, by_client, by_server):
    """The records of both captures, a reset that both have seen as a copy of its first sight."""
    packets = {packet.source: packet for packet in here.packets + there.packets}
    servers = [{**record, "frame": record["frame"] + SERVERS,
                **({"duplicate_of": record["duplicate_of"] + SERVERS}
                   if "duplicate_of" in record else {})} for record in by_server]
    clients, taken = {record["frame"]: record for record in by_client}, set()
    for place, record in enumerate(servers):
        packet = packets[record["frame"]]
        for frame, own in clients.items():
            other = packets[frame]
            if frame in taken or abs(other.time - packet.time) > _COPY:
                continue
            if _identity(other) == _identity(packet) and other.ip != packet.ip:
                taken.add(frame)
                both = _combined(own, record)
                clients[frame] = both
                servers[place] = {**both, "frame": record["frame"], "duplicate_of": frame}
                break
    return list(clients.values()) + servers


def _turned(records, capture):
    """A copy is a copy of the sight that stands first, whichever clock has put it there."""
    place = {packet.source: at for at, packet in enumerate(capture.packets)}
    known = {record["frame"]: record for record in records}
    for record in list(known.values()):
        first = record.get("duplicate_of")
        if first in known and place[record["frame"]] < place[first]:
            known[first] = {**known[first], "duplicate_of": record["frame"]}
            known[record["frame"]] = {key: value for key, value in record.items()
                                      if key != "duplicate_of"}
    return list(known.values())


def merge(here, there, by_client, by_server, form, ahead=0):
    """The merged capture and the records for truth.follow(); the server's clock is so many
    nanoseconds ahead of the client's."""
    there = there.each(lambda packet: replace(packet, source=packet.source + SERVERS))
    records = _records(here, there, by_client, by_server)
    there = there.each(lambda packet: replace(packet, time=packet.time + ahead))
    packets = sorted(here.packets + there.packets, key=lambda packet: packet.time)
    capture = Capture(here.name, packets, here.link_type, max(here.snaplen, there.snaplen), form)
    return capture, _turned(records, capture)


def _register(name, form, story, ahead=0):
    def change(here, there, by_client, by_server):
        return merge(here, there, by_client, by_server, form, ahead)
    change.__doc__ = story
    MERGES[name] = Transformation(name, change, True)


_register("merged", "pcap", "The client's and the server's capture in one file, by their times.")
_register("merged_interfaces", "pcapng_points",
          "The same as pcapng, an interface for each of the two captures.")
_register("merged_ahead", "pcap", "As merged, the server's clock 200 ms ahead of the client's.", _APART)
_register("merged_behind", "pcap", "As merged, the server's clock 200 ms behind the client's.", -_APART)
