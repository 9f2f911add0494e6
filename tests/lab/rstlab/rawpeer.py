"""A TCP end that says exactly what a scenario wants, in place of its host's kernel."""

from .segment import ACK, SYN, Segment


class RawPeer:
    """Speaks for one port of a host; the host's kernel is kept from resetting what it sees.

    Numbers that are not given go on from what was sent and received so far.
    """

    def __init__(self, lab, host, port, peer, peer_port, isn=1_000_000):
        self._host = host
        self._address = host.ip6 if ":" in peer else host.ip4
        self._port, self._peer, self._peer_port = port, peer, peer_port
        self.seq, self.ack = isn, 0
        self._ip_id = 0x1000
        host.filter("output", f"tcp sport {port} tcp flags & rst == rst drop")
        self._tap = lab.keep(host.listen_in())

    def send(self, flags, seq=None, ack=None, payload=b"", **fields):
        """Put a segment on the wire and count what it takes."""
        self._ip_id += 1
        segment = Segment(
            src=self._address, sport=self._port, dst=self._peer, dport=self._peer_port,
            flags=flags, seq=self.seq if seq is None else seq,
            ack=(self.ack if ack is None else ack) if flags & ACK else 0,
            payload=payload, ip_id=self._ip_id, **fields)
        self._host.inject(segment)
        if seq is None:
            self.seq = segment.next_seq
        return segment

    def expect(self, *letters, seconds=3.0):
        """The next segment of the peer with these flags; acknowledged from now on."""
        segment = self._tap.wait(
            lambda s: s.dport == self._port and (not letters or s.letters in letters), seconds)
        if self._peer_port is None:
            self._peer_port = segment.sport
        self.ack = segment.next_seq
        return segment

    def open(self, **fields):
        """Connect: SYN, the peer's SYN-ACK, ACK."""
        self.send(SYN, **fields)
        self.expect("SA")
        fields.pop("options", None)
        self.send(ACK, **fields)
