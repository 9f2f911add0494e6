"""Every packet twice, as mirror ports and captures on all interfaces show them."""

from dataclasses import replace

from transforms.packets import ETHERNET, MICROSECOND, over_ethernet, version, with_header_checksum
from transforms.registry import transformation

_LATER = 5 * MICROSECOND
_ROUTED_MACS = bytes.fromhex("0200000000c10200000000c2")


def _with_copies(capture, copy):
    """Each packet and its copy 5 us later; the copies fall among the packets by their times."""
    both = [(packet.time, packet) for packet in capture.packets]
    both += [(packet.time + _LATER, replace(copy(packet), time=packet.time + _LATER))
             for packet in capture.packets]
    both.sort(key=lambda timed: timed[0])
    return capture.with_packets(packet for _, packet in both)


@transformation(keeps_evidence=True)
def doubled(capture):
    """Every packet twice, 5 us apart, as a port mirrored in both directions gives it."""
    return _with_copies(capture, lambda packet: packet)


def _one_hop_on(packet):
    """The packet behind one more router: TTL less by one, other MAC addresses."""
    at = 8 if version(packet.ip) == 4 else 7
    ttl = max(packet.ip[at] - 1, 0)
    return replace(packet, link=_ROUTED_MACS + packet.link[12:],
                   ip=with_header_checksum(packet.ip[:at] + bytes([ttl]) + packet.ip[at + 1:]))


@transformation(keeps_evidence=True)
def doubled_routed(capture):
    """Every packet before and behind a router: the copy has a TTL less by one and other MACs."""
    ethernet = replace(capture.each(over_ethernet), link_type=ETHERNET)
    return _with_copies(ethernet, _one_hop_on)
