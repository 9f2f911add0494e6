# SPDX-License-Identifier: GPL-2.0-or-later
"""A connection is judged the same whatever carries it, and only where it truly runs."""

import ipaddress
import re
import struct

import surface
from packets import *


def tagged(*tags):
    return lambda packet, ttl: ethernet(packet, tags=tags)


def in_ip4(wrap):
    return lambda packet, ttl: ethernet(ip4("203.0.113.1", "203.0.113.2", wrap(packet), ttl=ttl))


def in_ip6(wrap):
    return lambda packet, ttl: ethernet(ip6("2001:db8:f::1", "2001:db8:f::2", wrap(packet), ttl=ttl))


def mpls(packet, ttl):
    labels = struct.pack(">II", 16 << 12 | ttl, 17 << 12 | 0x100 | ttl)
    return ethernet(labels + packet, 0x8847)


def pppoe(packet, ttl):
    ppp = (b"\x00\x21" if packet[0] >> 4 == 4 else b"\x00\x57") + packet
    return ethernet(struct.pack(">BBHH", 0x11, 0, 1, len(ppp)) + ppp, 0x8864)


def vxlan(packet):
    return udp(40000, 4789, struct.pack(">II", 0x08000000, 42 << 8) + ethernet(packet))


CARRIERS = {
    "vlan": tagged((0x8100, 7)),
    "qinq": tagged((0x88A8, 7), (0x8100, 8)),
    "mpls": mpls,
    "pppoe": pppoe,
    "ip-in-ip": in_ip4(inside),
    "in-ip6": in_ip6(inside),
    "gre": in_ip4(gre),
    "gre-in-ip6": in_ip6(gre),
    "vxlan": in_ip4(vxlan),
    "gre-in-ip-in-ip": in_ip4(lambda packet: inside(ip4("10.9.9.1", "10.9.9.2", gre(packet), ttl=9))),
}

TALKS = {
    "ip4": lambda talk, **named: talk.packets(ip4, **named),
    "ip6": lambda talk, **named: talk.packets(ip6, CLIENT6, SERVER6, **named),
}

LINKTYPES = {"ethernet": ETHERNET, "raw": RAW, "cooked": SLL, "cooked2": SLL2, "loopback": NULL, "ppp": PPP}


#: Of a SYN: MSS, SACK permitted, timestamps, window scale, as Linux writes them.
SYSTEM = bytes.fromhex("020405b4" "0402" "080a0000000100000000" "01" "030307")


def f5_old_block(kind, version, content):
    return struct.pack("BBB", kind, len(content) + 1, version) + content


def f5_new_block(kind, version, content):
    return struct.pack(">HHHH", 1, kind, len(content) + 8, version) + content


def f5_cause(text, peer):
    body = struct.pack(">BHIH", peer, 0x1, 0x2FB1B0E, 1131) + text
    return bytes([len(body)]) + body


def f5_trailer(version, text, peer):
    """F5's trailer with a cause: versions 1 to 3 of the old format, or the new one (4)."""
    before = bytes({1: 26, 2: 27, 3: 31, 4: 31}[version])
    low, high = b"\1\0\0\x03vip", bytes(39)
    if version < 4:
        return (f5_old_block(1, 1, low) + f5_old_block(2, version, before + f5_cause(text, peer))
                + f5_old_block(3, 0, high))
    blocks = (f5_new_block(1, 3, low) + f5_new_block(2, 4, before + f5_cause(text, peer))
              + f5_new_block(3, 1, high))
    return struct.pack(">IHH", 0xF5DEB0F5, len(blocks) + 8, 1) + blocks


class Carriers(surface.Surface):
    def says_as(self, plain, frames, **named):
        """The frames get the verdicts that the plain capture has."""
        file = capture(self.folder / "carried.pcap", frames, **named)
        self.assertEqual(self.verdicts(file), plain)

    def plain(self, packets, step=0.01):
        said = self.verdicts(capture(self.folder / "plain.pcap", map(ethernet, packets), step=step))
        self.assertEqual(len(said), 2)
        return said

    def both(self, make):
        """One connection aborted and one refused, with the second's RST of another TTL."""
        first = make(aborted(sport=50000, dport=7000), ttl=57)
        second = make(refused(sport=50001, dport=7001), ttl=57)
        return first + second

    def test_tunnels(self):
        """The outer TTL wanders: only the inner one may count."""
        for version, make in TALKS.items():
            packets = self.both(make)
            plain = self.plain(packets)
            for name, carry in CARRIERS.items():
                with self.subTest(carrier=name, version=version):
                    frames = [carry(packet, 64 - 7 * n % 60) for n, packet in enumerate(packets)]
                    self.says_as(plain, frames)

    def test_a_forged_ttl_is_seen_in_a_tunnel(self):
        """The RST's inner TTL differs: in the tunnel the verdict is as without."""
        packets = aborted(dport=7000).packets(ttl=57)
        packets[-1] = ip4(CLIENT, SERVER, aborted(dport=7000).said[-1][1], ttl=201)
        packets += refused(sport=50001, dport=7001).packets()
        plain = self.plain(packets)
        self.says_as(plain, [CARRIERS["gre"](packet, 64) for packet in packets])

    def test_link_types(self):
        for version, make in TALKS.items():
            packets = self.both(make)
            plain = self.plain(packets)
            for name, linktype in LINKTYPES.items():
                with self.subTest(linktype=name, version=version):
                    self.says_as(plain, [linked(packet, linktype) for packet in packets], linktype=linktype)

    def test_hop_by_hop(self):
        packets = self.both(TALKS["ip6"])
        more = [packet for talk in (aborted(sport=50000, dport=7000), refused(sport=50001, dport=7001))
                for packet in talk.packets(ip6, CLIENT6, SERVER6, ttl=57, hop_by_hop=True)]
        self.says_as(self.plain(packets), map(ethernet, more))

    def test_fragments(self):
        """The RST comes in three fragments: it is judged where they are put together."""
        for version, ends, whole, parts in (("ip4", (CLIENT, SERVER), ip4, ip4_fragments),
                                            ("ip6", (CLIENT6, SERVER6), ip6, ip6_fragments)):
            with self.subTest(version=version):
                packets = aborted(dport=7000).packets(whole, *ends)
                client, reset = aborted(dport=7000).said[-1]
                plain = self.reasons(capture(self.folder / "whole.pcap", map(ethernet, packets)))
                self.assertEqual(plain, {7: "linger0"})
                packets[-1:] = parts(*ends, reset)
                file = capture(self.folder / "parts.pcap", map(ethernet, packets))
                for passes in ([], ["-2"]):
                    self.assertEqual(self.reasons(file, *passes), {9: "linger0"})

    def test_snaplen(self):
        """Until the flags themselves are cut off, a RST is judged, and nothing is said after."""
        frames = [ethernet(packet) for packet in self.both(TALKS["ip4"])]
        for snaplen in (*range(46, 56), 58, 60, 64, 66, 68, 90, 96, 120):
            file = capture(self.folder / "cut.pcap", frames, snaplen=snaplen)
            with self.subTest(snaplen=snaplen):
                said = self.reasons(file)
                self.assertEqual(list(said), [7, 9] if snaplen >= 48 else [])
                if snaplen >= 48:
                    self.assertEqual(said[9], "port_closed")
        for snaplen in (48, 54):
            file = capture(self.folder / "cut.pcap", frames, snaplen=snaplen)
            self.assertEqual(self.verdicts(file, "-2"), self.verdicts(file))

    def test_f5_trailer(self):
        """What F5 notes behind a frame is reported as Wireshark's own dissector reads it."""
        texts = {b"Flow expired (sweeper)": "idle_timeout", b"HA disconnect": "declared"}
        for version in (1, 2, 3, 4):
            for text, token in texts.items():
                for tags in ((), ((0x8100, 7),)):
                    frames = [ethernet(packet, tags=tags) for packet in aborted(dport=7000).packets()]
                    peer = version % 2
                    frames[-1] += f5_trailer(version, text, peer)
                    file = capture(self.folder / "f5.pcap", frames)
                    with self.subTest(version=version, text=text):
                        [[said, reason, *theirs]] = self.fields(
                            file, ["rstcause.declared", "rstcause.reason", "f5ethtrailer.rstcausetxt",
                                   "f5ethtrailer.rstcauseline", "f5ethtrailer.rstcauseval",
                                   "f5ethtrailer.rstcausepeer"], "-Y", "rstcause.reason")
                        self.assertEqual(theirs[:2], [text.decode(), "1131"])
                        self.assertEqual(int(theirs[2], 16), 0x102FB1B0E)
                        self.assertEqual(theirs[3], str(peer))
                        side = "{peer} " if peer else ""
                        self.assertEqual(said, f"BIG-IP: [0x102fb1b0e:1131] {side}{text.decode()}")
                        self.assertEqual(reason, token)

    def test_quoted_in_icmp(self):
        """What an ICMP error quotes was sent by somebody else, at another time."""
        frames = []
        for _, segment in aborted(dport=7000).said:
            frames.append(ethernet(ip4("203.0.113.9", CLIENT, icmp_unreachable(ip4(CLIENT, SERVER, segment)))))
            frames.append(ethernet(ip6("2001:db8::9", CLIENT6, icmp6_unreachable(ip6(CLIENT6, SERVER6, segment)))))
        file = capture(self.folder / "quotes.pcap", frames)
        for passes in ([], ["-2"]):
            self.assertEqual(self.reasons(file, *passes), {})
        self.assertEqual(self.json(file), [])
        resets = self.fields(file, ["frame.number"], "-Y", "tcp.flags.reset == 1")
        self.assertEqual(len(resets), 2)

    def test_an_icmp_error_is_evidence(self):
        """A SYN that a router has stopped, whose answer nobody awaits any more; in a tunnel, too."""
        for version, (whole, router, client, server, icmp) in {
                "ip4": (ip4, "203.0.113.9", CLIENT, SERVER, icmp_unreachable),
                "ip6": (ip6, "2001:db8::9", CLIENT6, SERVER6, icmp6_unreachable)}.items():
            talk = Talk(dport=7000).say(True, SYN, options=SYSTEM).say(False, SYN | ACK)
            syn, syn_ack, reset = (
                whole(client, server, talk.said[0][1]), whole(server, client, talk.said[1][1]),
                whole(client, server, tcp(50000, 7000, RST, 1001, window=0)))
            packets = [syn, whole(router, client, icmp(syn)), syn_ack, reset]
            for name, frames in {"plain": [ethernet(packet) for packet in packets],
                                 "gre": [CARRIERS["gre"](packet, 64) for packet in packets]}.items():
                with self.subTest(version=version, carrier=name):
                    [verdict] = self.json(capture(self.folder / "icmp.pcap", frames))
                    self.assertIn(2, [proof["frame"] for proof in verdict["evidence"]])
                    self.assertIn(router, verdict["context"][0])

    def test_quotes_leave_the_connection_alone(self):
        packets = self.both(TALKS["ip4"])
        plain = [said[0] for said in self.plain(packets).values()]
        frames = [frame for packet in packets
                  for frame in (ethernet(packet), ethernet(ip4(SERVER, CLIENT, icmp_unreachable(packet))))]
        said = self.verdicts(capture(self.folder / "quoted-too.pcap", frames))
        self.assertEqual([said[0] for said in said.values()], plain)


SHIM = """\
local ip, twice = Dissector.get("ip"), Proto("twice", "Two IP packets in UDP")
function twice.dissector(tvb, pinfo, tree)
  local first = tvb(2, 2):uint()
  ip:call(tvb(0, first):tvb(), pinfo, tree)
  ip:call(tvb(first):tvb(), pinfo, tree)
end
DissectorTable.get("udp.port"):add(7777, twice)
DissectorTable.get("tcp.port"):add(7778, ip)
"""


class TwoInOne(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shim = cls.folder / "shim.lua"
        shim.write_text(SHIM)
        cls.lua = ["-X", f"lua_script:{shim}"]

    def test_two_resets_in_one_frame(self):
        """Each has its own subtree, in order, and its own record."""
        one = aborted(sport=50000, dport=7000).packets()
        two = refused(sport=50001, dport=7001).packets()
        frames = [ethernet(packet) for packet in (*one[:-1], *two[:-1])]
        frames.append(ethernet(ip4("203.0.113.1", "203.0.113.2", udp(7777, 7777, one[-1] + two[-1]))))
        file = capture(self.folder / "twice.pcap", frames)
        for passes in ([], ["-2"]):
            rows = self.fields(file, ["frame.number", "rstcause.reason", "tcp.stream"], "-Y", "rstcause", *self.lua, *passes)
            self.assertEqual(rows, [["8", "linger0,port_closed", "0,1"]])
        said = self.json(file, *self.lua)
        self.assertEqual([(r["frame"], r["stream"], r["reason"], r["dport"]) for r in said],
                         [(8, 0, "linger0", 7000), (8, 1, "port_closed", 50001)])
        done = self.tshark("-r", file, *self.lua, "-V", "-Y", "frame.number==8")
        trees = re.findall(r"^\[TCP Reset Cause: .+ \((\w+)\), ", done.text, re.MULTILINE)
        self.assertEqual(trees, ["linger0", "port_closed"])

    def test_tcp_in_tcp(self):
        """The inner connection is reset; the outer one carries it and goes on."""
        outer = Talk(sport=40000, dport=7778).handshake()
        inner = aborted(sport=50000, dport=7000).packets() + refused(sport=50001, dport=7001).packets()
        for packet in inner:
            outer.say(packet[12:16] == packed(CLIENT), ACK | PSH, packet)
        packets = outer.packets(ip4, "203.0.113.1", "203.0.113.2")
        file = capture(self.folder / "tcp-in-tcp.pcap", map(ethernet, packets))
        for passes in ([], ["-2"]):
            rows = self.fields(file, ["frame.number", "rstcause.reason"], "-Y", "rstcause", *self.lua, *passes)
            self.assertEqual(rows, [["10", "linger0"], ["12", "port_closed"]])
        said = self.json(file, *self.lua)
        self.assertEqual([(r["src"], r["stream"]) for r in said], [(CLIENT, 1), (SERVER, 2)])


def exported(tag, name):
    """The two connections as Wireshark exports what lies above IP, handed to whom the tag and name say."""
    def field(kind, value):
        return struct.pack(">HH", kind, len(value)) + value

    for talk in (aborted(dport=7000), refused(sport=50001, dport=7001)):
        for ours, segment in talk.said:
            ends = (CLIENT, SERVER) if ours else (SERVER, CLIENT)
            head = field(tag, name) + (field(32, struct.pack(">I", 6)) if tag == 14 else b"")
            head += field(20, packed(ends[0])) + field(21, packed(ends[1])) + struct.pack(">HH", 0, 0)
            yield head + segment.octets(*ends)


class WhoCallsTcp(surface.Surface):
    """TCP's caller may be another than IP's table as it was when we were loaded."""

    ALL = {7: "linger0", 9: "port_closed"}
    STANDS_BEFORE = """\
local tcp, before = Dissector.get("tcp"), Proto("before", "Stands in TCP's place")
function before.dissector(tvb, pinfo, tree)
  %s
end
DissectorTable.get("ip.proto"):add(6, before)
"""

    def said(self, file, *arguments):
        """The reasons by frame, and where the word stands that TCP is not watched: the same in two passes."""
        def once(*passes):
            rows = self.fields(file, ["frame.number", "rstcause.reason", "rstcause.expert.unwatched"],
                               "-Y", "rstcause.reason or rstcause.expert.unwatched", *arguments, *passes)
            return ({int(row[0]): row[1] for row in rows if row[1]}, [int(row[0]) for row in rows if row[2]])

        found = once()
        self.assertEqual(once("-2"), found)
        return found

    def plain(self):
        packets = aborted(dport=7000).packets() + refused(sport=50001, dport=7001).packets()
        return capture(self.folder / "plain.pcap", map(ethernet, packets))

    def script(self, body):
        file = self.folder / "before.lua"
        file.write_text(self.STANDS_BEFORE % body)
        return ["-X", f"lua_script:{file}"]

    def test_the_user_names_tcp_itself(self):
        self.assertEqual(self.said(self.plain(), "-d", "ip.proto==6,tcp"), (self.ALL, []))

    def test_the_user_says_that_it_is_no_tcp(self):
        """Then it is none, and nothing is missing."""
        self.assertEqual(self.said(self.plain(), "-d", "ip.proto==6,udp"), ({}, []))

    def test_a_script_stands_before_tcp(self):
        self.assertEqual(self.said(self.plain(), *self.script("return tcp:call(tvb, pinfo, tree)")), (self.ALL, []))

    def test_a_script_hands_tcp_other_octets(self):
        """What passed by was no segment then: the first frame says that no reset is judged."""
        packets = [ethernet(ip4(packet_from(packet), packet_to(packet), Octets(6, b"shim" + packet[20:])))
                   for packet in aborted(dport=7000).packets()]
        file = capture(self.folder / "shim.pcap", packets)
        self.assertEqual(self.said(file, *self.script("return tcp:call(tvb(4):tvb(), pinfo, tree)")), ({}, [1]))

    def test_a_script_reads_it_all(self):
        self.assertEqual(self.said(self.plain(), *self.script("return tvb:len()")), ({}, []))

    def test_exported_by_name_and_by_number(self):
        """Handed to TCP by its name they never pass IP's table; by IP's number they do."""
        for kind, tag, name, expected in (("name", 12, b"tcp\0", ({}, [1])), ("number", 14, b"ip.proto", (self.ALL, []))):
            file = capture(self.folder / f"{kind}.pcap", exported(tag, name), linktype=252)
            with self.subTest(kind):
                self.assertEqual(self.said(file), expected)
                said = self.tshark("-r", file, "-q", "-z", "expert").text
                self.assertEqual(said.count("TCP was called by another than IP"), len(expected[1]))

    def test_quotes_are_no_calls(self):
        """ICMP hands TCP what it quotes, which is no segment that passed."""
        quotes = [ethernet(ip4(SERVER, CLIENT, icmp_unreachable(packet[:length])))
                  for packet in refused().packets() for length in (28, 40)]
        self.assertEqual(self.said(capture(self.folder / "quotes.pcap", quotes)), ({}, []))

    def test_lists_name_tcp(self):
        def handles(command):
            return [line for line in self.tshark("-G", "decodes", command=command).lines if line.startswith("ip.proto\t")]

        self.assertIn("ip.proto\t6\ttcp", handles("with"))
        self.assertEqual(handles("with"), handles("without"))


def packet_from(packet):
    return str(ipaddress.ip_address(packet[12:16]))


def packet_to(packet):
    return str(ipaddress.ip_address(packet[16:20]))


if __name__ == "__main__":
    surface.main()
