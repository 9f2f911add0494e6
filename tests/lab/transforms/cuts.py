"""Captures that lack something: the ends of frames, the beginning, one direction."""

from dataclasses import replace

from transforms.packets import ACK, FIN, RST, SYN, addresses, is_client_side, segment_of
from transforms.registry import transformation


@transformation(keeps_evidence=False)
def snap68(capture):
    """Cut at 68 octets, the old default of tcpdump: no payload, and options only in part."""
    return replace(capture, snaplen=68)


@transformation(keeps_evidence=False)
def snap96(capture):
    """Cut at 96 octets: all of the headers, little of the payload."""
    return replace(capture, snaplen=96)


class _Openings:
    """Tells the frames that open a connection: its first SYN to the ACK of the SYN-ACK."""

    def __init__(self):
        self._finish = {}  # connection -> (who finishes the handshake, its sequence number)
        self._over = set()

    def has(self, segment):
        connection = segment.connection
        if connection in self._over:
            return False
        if segment.flags & SYN and not segment.is_reset:
            if segment.flags & ACK:
                self._finish[connection] = (segment.receiver, segment.ack)
            return True
        self._over.add(connection)
        return (self._finish.get(connection) == (segment.sender, segment.seq)
                and not segment.flags & (FIN | RST) and not segment.data_length)


@transformation(keeps_evidence=False)
def begun_late_handshake(capture):
    """Begun after the handshakes: of each connection neither SYN nor SYN-ACK nor the ACK of it."""
    openings = _Openings()

    def stays(packet):
        segment = segment_of(packet)
        return segment is None or not openings.has(segment)
    return capture.with_packets(filter(stays, capture.packets))


@transformation(keeps_evidence=False)
def begun_late_middle(capture):
    """Begun when half of the frames had passed."""
    return capture.with_packets(capture.packets[len(capture.packets) // 2:])


@transformation(keeps_evidence=False)
def begun_late_trigger(capture):
    """Begun one frame before the first reset."""
    for index, packet in enumerate(capture.packets):
        segment = segment_of(packet)
        if segment is not None and segment.is_reset:
            return capture.with_packets(capture.packets[max(index - 1, 0):])
    return capture


def _one_way(capture, from_client):
    client_side = is_client_side(capture)
    kept_hosts = {segment.src for segment in map(segment_of, capture.packets)
                  if segment is not None and client_side(segment) == from_client}

    def stays(packet):
        segment = segment_of(packet)
        if segment is None:
            return addresses(packet.ip)[0] in kept_hosts
        return client_side(segment) == from_client
    return capture.with_packets(filter(stays, capture.packets))


@transformation(keeps_evidence=False)
def client_only(capture):
    """An asymmetric path: only what the clients send."""
    return _one_way(capture, True)


@transformation(keeps_evidence=False)
def server_only(capture):
    """An asymmetric path: only what the servers send."""
    return _one_way(capture, False)
