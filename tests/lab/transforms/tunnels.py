"""Tags, labels and tunnels: the same packet inside something else."""

import struct
from dataclasses import replace

from transforms.packets import (ETHERNET, UDP, ether_type, goes_up, ipv4, macs, over_ethernet,
                                version)
from transforms.registry import transformation

_NEAR, _FAR = "192.0.2.1", "192.0.2.2"
_OUTER_MACS = (bytes.fromhex("0200000000aa0200000000bb"), bytes.fromhex("0200000000bb0200000000aa"))


def _ethernet(capture, change):
    """A change to every packet of a capture that is Ethernet afterwards."""
    return replace(capture.each(change), link_type=ETHERNET)


def _tagged(capture, tag):
    """Octets that depend on the packet between the MAC addresses and the packet."""
    return _ethernet(capture, lambda packet: replace(packet, link=macs(packet) + tag(packet)))


def _inside_ipv4(packet, protocol, inner_header, carried_link=b""):
    """The packet, with its link header if that travels too, in an IPv4 tunnel."""
    ends = (_NEAR, _FAR) if goes_up(packet) else (_FAR, _NEAR)
    inner = len(inner_header) + len(carried_link) + packet.length
    outer = ipv4(protocol, *ends, inner) + inner_header + carried_link
    return replace(packet, link=_OUTER_MACS[goes_up(packet)] + b"\x08\x00",
                   ip=outer + packet.ip, length=len(outer) + packet.length)


def _inside_udp(packet, port, inner_header, carried_link=b"", source_port=None):
    """The packet in an UDP tunnel; over IPv4 the checksum may be 0, as tunnels leave it."""
    size = 8 + len(inner_header) + len(carried_link) + packet.length
    udp = struct.pack("!HHHH", source_port or 49152 + goes_up(packet), port, size, 0)
    return _inside_ipv4(packet, UDP, udp + inner_header, carried_link)


@transformation(keeps_evidence=True)
def vlan(capture):
    """Captured on a trunk: one 802.1Q tag."""
    return _tagged(capture, lambda packet: b"\x81\x00\x00\x64" + ether_type(packet.ip))


@transformation(keeps_evidence=True)
def qinq(capture):
    """Captured at a provider: an 802.1ad tag and a 802.1Q tag."""
    return _tagged(capture,
                   lambda packet: b"\x88\xa8\x00\xc8\x81\x00\x00\x64" + ether_type(packet.ip))


@transformation(keeps_evidence=True)
def mpls(capture):
    """Captured on a label-switched path: two MPLS labels."""
    stack = struct.pack("!II", 1000 << 12 | 63, 2000 << 12 | 1 << 8 | 63)
    return _tagged(capture, lambda packet: b"\x88\x47" + stack)


@transformation(keeps_evidence=True)
def pppoe(capture):
    """Captured before a DSL modem: a PPPoE session."""
    def session(packet):
        protocol = 0x0021 if version(packet.ip) == 4 else 0x0057
        return b"\x88\x64" + struct.pack("!BBHHH", 0x11, 0, 0x1234, packet.length + 2, protocol)
    return _tagged(capture, session)


@transformation(keeps_evidence=True)
def gre(capture):
    """Inside a GRE tunnel."""
    return _ethernet(capture, lambda packet: _inside_ipv4(packet, 47, b"\0\0" + ether_type(packet.ip)))


@transformation(keeps_evidence=True)
def ipip(capture):
    """IPv4 in IPv4, and IPv6 in IPv4."""
    return _ethernet(capture,
                     lambda packet: _inside_ipv4(packet, 4 if version(packet.ip) == 4 else 41, b""))


@transformation(keeps_evidence=True)
def vxlan(capture):
    """Inside a VXLAN, with the Ethernet header."""
    header = b"\x08\0\0\0" + struct.pack("!I", 42 << 8)
    return _ethernet(capture, lambda packet: _inside_udp(packet, 4789, header, over_ethernet(packet).link))


@transformation(keeps_evidence=True)
def geneve(capture):
    """Inside a GENEVE tunnel, with the Ethernet header."""
    header = struct.pack("!BBHI", 0, 0, 0x6558, 42 << 8)
    return _ethernet(capture, lambda packet: _inside_udp(packet, 6081, header, over_ethernet(packet).link))


@transformation(keeps_evidence=True)
def gtpu(capture):
    """Captured in a mobile network: GTP-U, one tunnel for each direction."""
    def change(packet):
        header = struct.pack("!BBHI", 0x30, 0xFF, packet.length, 0x1000 + goes_up(packet))
        return _inside_udp(packet, 2152, header, source_port=2152)
    return _ethernet(capture, change)
