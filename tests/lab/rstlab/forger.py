"""Somebody in the path who listens at the router and forges resets in the name of an end."""

import socket

from .segment import ACK, RST, Segment, parse


class Forger:
    """Knows the numbers of every connection that crosses the router."""

    def __init__(self, lab):
        self._router = lab.router
        with lab.router:
            self._tap = lab.keep(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                               socket.htons(3)))
        self._tap.bind(("to-client", 3))
        self._tap.setblocking(False)
        self._newest = {}

    def newest(self, source, sport, destination, dport):
        """The newest segment of one direction that has passed so far, forgeries left out."""
        while True:
            try:
                segment = parse(self._tap.recv(1 << 16))
            except BlockingIOError:
                break
            if segment and not segment.flags & RST:
                way = (segment.src, segment.sport, segment.dst, segment.dport)
                self._newest[way] = segment
        return self._newest[source, sport, destination, dport]

    def reset(self, source, sport, destination, dport, flags=RST, offset=0, **fields):
        """Send a RST from source to destination whose number is right, or off by so much."""
        seen = self.newest(source, sport, destination, dport)
        fields = {"ttl": 61, "ip_id": 0x7777, "window": 0, **fields}
        forged = Segment(source, sport, destination, dport, flags, seq=seen.next_seq + offset,
                         ack=seen.ack if flags & ACK else 0, **fields)
        self._router.inject(forged)
        return forged
