# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that somebody made in order to hurt: nothing crashes or hangs, nothing takes longer than
tshark alone would let expect, and nothing is told that the packets do not say."""

import csv
import io
import json
import operator
import os
import re
import struct
import time
import xml.etree.ElementTree

import surface
from carriers import SHIM
from packets import *

URG, ECE, CWR = 32, 64, 128
FLOOD = int(os.environ.get("RSTCAUSE_FLOOD", "10000"))  # connections; by hand: a million
SLOWER, SLACK = 3.0, 5.0  # times as long as tshark alone, and seconds for a busy machine

NUMBERS = ("-T", "fields", "-e", "frame.number", "-e", "_ws.expert.message")
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]*")


def opened(**ports):
    return Talk(**ports).handshake()


def hosts(number):
    """A client and a server that no other part of the capture knows: many tries in one capture."""
    return {"client": f"192.0.2.{number + 1}", "server": f"198.51.100.{number + 1}"}


THREE, RESETS_OF_THREE = 16, [7, 9, 16]  # the frames of three_resets, and which of them are RSTs


def three_resets(number, **numbers):
    """linger0, port_closed, connection_unknown."""
    return [ethernet(packet) for port, kind in enumerate((aborted, refused, forgotten))
            for packet in kind(sport=50000 + port, dport=7000 + port, **numbers).packets(**hosts(number))]


SECTION, INTERFACE, SIMPLE, ENHANCED = 0x0A0D0D0A, 1, 3, 6


def block(kind, body, order="<"):
    """Of pcapng."""
    body += b"\0" * (-len(body) % 4)
    return struct.pack(order + "II", kind, len(body) + 12) + body + struct.pack(order + "I", len(body) + 12)


def undated(complaint):
    """Wireshark's own complaints without process and clock, in which no two runs agree."""
    return re.sub(r"\(tshark:\d+\) [\d:.]+", "", complaint)


class Hostile(surface.Surface):
    def written(self, frames, **named):
        """A capture of these Ethernet frames."""
        self.count = getattr(self, "count", 0) + 1
        return capture(self.folder / f"{self.id().split('.')[-1]}{self.count}.pcap", frames, **named)

    def recorded(self, records):
        """A pcap of Ethernet frames, each a record of its own making: (seconds, fraction, octets, length)."""
        self.count = getattr(self, "count", 0) + 1
        octets = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
        for seconds, fraction, frame, length in records:
            octets += struct.pack("<IIII", seconds, fraction, len(frame), length) + frame
        file = self.folder / f"recorded{self.count}.pcap"
        file.write_bytes(octets)
        return file

    def by_hosts(self, said, size, count):
        """`said` by the parts of the capture, which are `size` frames long each and `count`: with the
        numbers of their frames as if each stood alone."""
        parts = [[] for _ in range(count)]
        for record in said:
            part, place = divmod(record["frame"] - 1, size)
            parts[part].append({**record, "frame": place + 1})
        return parts

    def unharmed(self, file, *arguments, how=("-V",), all_passes=([], ["-2"])):
        """tshark ends with and without the plugin alike, in one pass and in two; the JSON, which the
        first of them prints after the rest. To start tshark takes longest, so without the plugin it reads
        twice only where two passes with it end otherwise than one without."""
        bare, bare_time = self.timed("without", "-r", file, *arguments, *how)
        for passes in all_passes:
            statistics = [] if passes else ["-z", "rstcause,json"]
            ours, our_time = self.timed("with", "-r", file, *passes, *arguments, *how, *statistics)
            if passes and self.end(ours) != self.end(bare):
                bare = surface.run("without", "-r", file, *passes, *arguments, *how)
            self.assertEqual(self.end(ours), self.end(bare))
            self.assertNotIn("rstcause: internal error", ours.text + ours.complaint)
            self.assertNotRegex(ours.text, r"(?i)dissector bug, protocol rst")
            self.assertLess(our_time, SLOWER * bare_time + SLACK)
            if not passes:
                said = [json.loads(line) for line in ours.lines if line.startswith('{"schema":')]
        return said

    @staticmethod
    def end(run):
        return run.status, undated(run.complaint)

    @staticmethod
    def timed(*command):
        begun = time.monotonic()
        return surface.run(*command), time.monotonic() - begun


class Headers(Hostile):
    def test_sequence_numbers_wrap_anywhere(self):
        """Whatever they are, the verdicts are those of tame numbers."""
        numbers = ((1000, 900000), (0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFF5, 0x7FFFFFFC), (0, 0xFFFFFFFA), (0x80000000, 0))
        frames = [frame for n, (iss, irs) in enumerate(numbers) for frame in three_resets(n, iss=iss, irs=irs)]
        tame, *wild = self.by_hosts(self.unharmed(self.written(frames)), THREE, len(numbers))
        verdict = operator.itemgetter("frame", "reason", "confidence")
        self.assertEqual([record["frame"] for record in tame], RESETS_OF_THREE)
        for said, pair in zip(wild, numbers[1:]):
            self.assertEqual(list(map(verdict, said)), list(map(verdict, tame)), pair)

    def test_all_flags(self):
        """All 4096 of flags and reserved bits, each in a connection and each on its own: whatever
        has a RST has a verdict, and nothing else has."""
        frames, resets = [], []
        for bits in range(4096):
            talk = Talk(sport=1024 + bits, dport=80)
            if bits & 1 == bits >> 8 & 1:
                talk.handshake()
            talk.say(True, bits & 0xFF, b"x" if bits & 2 == 0 else b"", window=bits)
            odd = talk.said[-1][1]
            odd.head = odd.head[:12] + bytes([odd.head[12] | bits >> 8]) + odd.head[13:]
            place = len(frames) + len(talk.said)
            frames += map(ethernet, talk.packets())
            if bits & RST:
                resets.append(place)
        said = self.unharmed(self.written(frames, step=0.0005), how=NUMBERS)
        self.assertEqual([r["frame"] for r in said], resets)

    def test_data_windows_and_hop_limits(self):
        """RSTs with data, all kinds of windows, TTL 0 and 255: whatever the TTL of a whole
        connection, nobody is accused and the cause is the same."""
        kinds = [(payload, window) for payload in (b"", b"\0", b"x" * 1400) for window in (0, 1, 65535)]
        ttls, frames = (64, 0, 1, 255), []
        for number, ttl in enumerate(ttls):
            for n, (payload, window) in enumerate(kinds):
                talk = opened(sport=30000 + n, dport=80).say(True, ACK | PSH, b"hello", window=window)
                talk.say(False, RST | ACK, payload, window=window)
                frames += map(ethernet, talk.packets(ttl=ttl, **hosts(number)))
        said = self.unharmed(self.written(frames))
        self.assertNotIn("forged", {r["mode"] for r in said})
        reasons = [[(r["frame"], r["reason"]) for r in part] for part in self.by_hosts(said, 5 * len(kinds), len(ttls))]
        self.assertEqual([frame for frame, _ in reasons[0]], [5 * (n + 1) for n in range(len(kinds))])
        for ttl, found in zip(ttls, reasons):
            self.assertEqual(found, reasons[0], ttl)

    def test_timestamps_from_anywhere(self):
        """The clocks of RFC 7323 that wrap, and whatever value a whole connection repeats."""
        def stamped(number, first, step, echo):
            def stamps(n):
                return b"\1\1\x08\x0a" + struct.pack(">II", first + n * step & 0xFFFFFFFF, echo + n * step & 0xFFFFFFFF)

            for port, kind in ((50000, aborted), (50001, forgotten)):
                talk = kind(sport=port)
                for n, (_, segment) in enumerate(talk.said[:-1]):
                    segment.head = segment.head[:12] + bytes([0x80]) + segment.head[13:]
                    segment.tail = stamps(n) + segment.tail
                yield from map(ethernet, talk.packets(**hosts(number)))

        clocks = ((1000, 10, 2000), (0xFFFFFFFF, 10, 0), (0x7FFFFFFB, 10, 0xFFFFFFF9), (0, 10, 0x80000000),
                  (5, -10, 5), (0, 0, 0), (1, 0x7FFFFFFF, 1), (0xFFFFFFFF, 0x80000001, 9))
        frames = [frame for n, clock in enumerate(clocks) for frame in stamped(n, *clock)]
        parts = self.by_hosts(self.unharmed(self.written(frames)), 14, len(clocks))
        for clock, said in zip(clocks, parts):
            self.assertEqual([r["frame"] for r in said], [7, 14], clock)
            if clock[1] == 10:
                self.assertEqual([r["reason"] for r in said], [r["reason"] for r in parts[0]], clock)

    def test_lengths_beyond_all_packets(self):
        """IP says 0 octets, as of a segment still to be cut, and the file's record up to 2^32 - 1."""
        lengths, records = (70000, 0x7FFFFFF1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF), []
        for n, length in enumerate(lengths):
            for frame in three_resets(n):
                records.append((1700000000 + len(records), 0, frame[:16] + b"\0\0" + frame[18:], length))
        for length, said in zip(lengths, self.by_hosts(self.unharmed(self.recorded(records)), THREE, len(lengths))):
            self.assertEqual([r["frame"] for r in said], RESETS_OF_THREE, length)

    def test_options_cut_and_malformed(self):
        """Options of length 0, 1, 2 and 255, without end, and cut by the capture at every octet."""
        options = [bytes([kind, length]) + b"\0\0" for kind in (2, 3, 5, 8, 19, 29, 30, 34, 254) for length in (0, 1, 2, 3, 255)]
        options += [b"\x02\x04\x05\xb4\x03\x03\xff\x01", b"\x1e\x04\x80\xff", b"\x1e\x03\x80\x00", b"\x1e\x0c\x70\x00" + b"\xff" * 8]
        cuts, records = (262144, 34, 47, 48, 49, 50, 53, 54, 55, 57, 60, 73, 74), []
        for number, cut in enumerate(cuts):
            for n, octets in enumerate(options):
                talk = Talk(sport=20000 + n, dport=80).say(True, SYN, options=octets)
                talk.say(False, SYN | ACK, options=octets).say(True, ACK).say(True, RST | ACK, options=octets)
                records += [(1700000000 + n, number, frame[:cut], len(frame))
                            for frame in map(ethernet, talk.packets(**hosts(number)))]
        for cut, said in zip(cuts, self.by_hosts(self.unharmed(self.recorded(records)), 4 * len(options), len(cuts))):
            self.assertLessEqual(len(said), len(options))
            if cut >= 54:
                self.assertEqual(len(said), len(options), cut)


class Floods(Hostile):
    def test_ten_thousand_resets_in_one_connection(self):
        talk = opened(sport=50000, dport=80).say(True, ACK | PSH, b"hello")
        for n in range(10_000):
            talk.said.append((n % 2 == 0, tcp(*(talk.ports if n % 2 == 0 else talk.ports[::-1]), RST | (n & 4) << 2,
                                              seq=n * 7919 & 0xFFFFFFFF, ack=n, window=n)))
        said = self.unharmed(self.written(map(ethernet, talk.packets()), step=0.0001), how=NUMBERS)
        self.assertEqual(len(said), 10_000)

    def test_a_storm_that_is_belied(self):
        """After each RST its "sender" goes on, so that its verdict is revised, thousands of times."""
        talk = opened(sport=50000, dport=80)
        for n in range(3_000):
            client = n % 3 == 0
            talk.say(client, RST | ACK if n % 2 else RST).say(client, ACK | PSH, b"still here").say(not client, ACK)
        said = self.unharmed(self.written(map(ethernet, talk.packets()), step=0.0001), how=NUMBERS)
        self.assertEqual(len(said), 3_000)
        self.assertTrue(any("revised" in r for r in said))

    def test_incarnations_that_take_turns(self):
        """Two hosts use one 4-tuple for two connections at once: each SYN, segment and RST of the
        one comes between those of the other."""
        talks = [forgotten(sport=50000, dport=80, iss=1000 + 40_000 * n, irs=900_000 + 70_001 * n) for n in range(1_000)]
        mixed = [segment for pair in zip(talks[::2], talks[1::2]) for both in zip(pair[0].said, pair[1].said) for segment in both]
        talk = Talk()
        talk.said = mixed
        said = self.unharmed(self.written(map(ethernet, talk.packets()), step=0.0001), how=NUMBERS)
        self.assertEqual(len(said), 1_000)

    def test_a_flood_of_connections_on_one_tuple(self):
        """Each a SYN of its own number, refused."""
        def packets():
            for n in range(FLOOD):
                talk = Talk(sport=50000, dport=80, iss=n * 0x01000193 & 0xFFFFFFFF)
                talk.say(True, SYN).say(False, RST | ACK, window=0)
                talk.said[-1][1].head = talk.said[-1][1].head[:4] + b"\0\0\0\0" + talk.said[-1][1].head[8:]
                yield from map(ethernet, talk.packets())

        file = self.written(packets(), step=0.00001)
        bare, bare_time = self.timed("without", "-r", file, "-T", "fields", "-e", "frame.number")
        begun = time.monotonic()
        said = self.json(file)
        self.assertLess(time.monotonic() - begun, SLOWER * bare_time + SLACK)
        self.assertEqual(len(said), FLOOD)
        self.assertEqual({r["reason"] for r in said}, {"port_closed"})

    def test_a_flood_of_ports(self):
        """SYNs to all ports from everywhere, and RSTs from nowhere."""
        frames = []
        for n in range(8_000):
            source = f"10.{n >> 12 & 255}.{n >> 4 & 255}.{n & 255}"
            kind = (SYN, RST, RST | ACK, SYN | ACK)[n % 4]
            frames.append(ethernet(ip4(source, SERVER, tcp(n % 65535 + 1, n * 31 % 65535 + 1, kind, seq=n, ack=n))))
        said = self.unharmed(self.written(frames, step=0.00001), how=NUMBERS)
        self.assertEqual(len(said), 4_000)


class Clocks(Hostile):
    def test_absurd_times(self):
        """At the epoch, at the end of 32 bits, backwards, to and fro, fractions of many seconds: and all of
        them in one capture, which so begins at either end of time."""
        clocks = [lambda n: (0, 0), lambda n: (1700000000 - 86400 * n, 0), lambda n: (0 if n % 2 else 0xFFFFFFFF, n),
                  lambda n: (1700000000, 0xFFFFFFFF), lambda n: (0x7FFFFFFF + n, 0x7FFFFFFF), lambda n: (0xFFFFFFFF, 999999)]
        for times in (clocks, clocks[::-1]):
            records = [(*time(n), frame, len(frame)) for part, time in enumerate(times) for n, frame in enumerate(three_resets(part))]
            said = self.unharmed(self.recorded(records), all_passes=([],))
            for part in self.by_hosts(said, THREE, len(times)):
                self.assertEqual([r["frame"] for r in part], RESETS_OF_THREE)
            for record in said:
                self.assertGreater(record.get("idle", 1), 0)

    def test_times_beyond_all_ages(self):
        """pcapng counts units of its interface in 64 bits: seconds until the sun is gone."""
        octets, ages = b"", [(resolution, first) for resolution in (0, 9, 0x80) for first in (1 << 62, (1 << 64) - 20)]
        for number, (resolution, first) in enumerate(ages):
            octets += block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
            octets += block(INTERFACE, struct.pack("<HHI", 1, 0, 0) + struct.pack("<HHB3x", 9, 1, resolution) + struct.pack("<HH", 0, 0))
            for n, packet in enumerate(map(ethernet, aborted().packets(**hosts(number)))):
                at = (first + n if n % 2 else first) & (1 << 64) - 1
                octets += block(ENHANCED, struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(packet), len(packet)) + packet)
        file = self.folder / "ages.pcapng"
        file.write_bytes(octets)
        said = self.unharmed(file, all_passes=([],))
        for age, part in zip(ages, self.by_hosts(said, 7, len(ages))):
            self.assertEqual([r["frame"] for r in part], [7], age)

    @staticmethod
    def seconds_apart(first, frames):
        """A section of these frames, a second after the other; without any time where `first` is None."""
        octets = block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        octets += block(INTERFACE, struct.pack("<HHI", 1, 0, 0) + struct.pack("<HHB3x", 9, 1, 0) + struct.pack("<HH", 0, 0))
        for n, frame in enumerate(frames):
            if first is None:
                octets += block(SIMPLE, struct.pack("<I", len(frame)) + frame)
            else:
                at = first + n
                octets += block(ENHANCED, struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(frame), len(frame)) + frame)
        return octets

    def told(self, octets):
        """The JSON, and the columns of CSV and our fields that tell times: time, idle, age."""
        file = self.folder / "times.pcapng"
        file.write_bytes(octets)
        done = self.tshark("-r", file, "-q", "-z", "rstcause,json", "-z", "rstcause,csv")
        said = [json.loads(line) for line in done.lines if line.startswith('{"schema":')]
        rows = list(csv.DictReader(line for line in done.lines if not line.startswith("{")))
        shown = self.fields(file, ["rstcause.idle", "rstcause.age"], "-Y", "rstcause.reason")
        return said, [[row[key] for key in ("time", "idle", "age")] for row in rows], shown

    def test_years_past_2116_are_right(self):
        """And spans of a capture that is made there, to the second."""
        for first, time in ((4_765_132_800, "2121-01-01T00:00:06.000000000Z"), (253_000_000_000, "9987-04-02T17:46:46.000000000Z")):
            said, _, shown = self.told(self.seconds_apart(first, three_resets(0)))
            self.assertEqual(said[0]["time"], time)
            self.assertEqual([record.get("idle") for record in said], [1, None, 1])
            self.assertEqual(shown, [["1.000000000", "6.000000000"], ["", "1.000000000"], ["1.000000000", "6.000000000"]])

    def test_no_time_is_told_where_none_is_known(self):
        """A packet block without a time stamp; its twin of the same octets has one."""
        for first in (None, 1_700_000_000):
            said, cells, shown = self.told(self.seconds_apart(first, three_resets(0)))
            self.assertEqual([record["frame"] for record in said], RESETS_OF_THREE)
            for record, row in zip(said, cells):
                self.assertEqual(("time" in record, "age" in record), (first is not None,) * 2)
                self.assertEqual([record.get(key, "") != "" for key in ("time", "idle", "age")], [cell != "" for cell in row])
            self.assertEqual([bool(record.get("idle")) for record in said], [first is not None, False, first is not None])
            self.assertEqual([[bool(cell) for cell in row] for row in shown],
                             [["idle" in record, "age" in record] for record in said])


class Files(Hostile):
    def section(self, order, interfaces, numbered):
        """A section whose `numbered` frames are (interface, octets), with blocks that nobody knows."""
        octets = block(SECTION, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)
        for link, snaplen in interfaces:
            octets += block(INTERFACE, struct.pack(order + "HHI", link, 0, snaplen), order)
        for n, (interface, frame) in enumerate(numbered):
            octets += block(0x0BEE0000 + n, b"nobody knows", order)
            octets += block(ENHANCED, struct.pack(order + "IIIII", interface, 0, n, len(frame), len(frame)) + frame, order)
        return octets

    def test_sections_and_interfaces(self):
        """Sections in both orders of octets, each of a thousand interfaces of five link types with a
        snap length below their frames', and at its end a RST without interface or time."""
        links = (ETHERNET, RAW, NULL, SLL, PPP)
        octets = b""
        for start, order in enumerate("<><"):
            numbers = [(n * 335 + start * 7) % 1000 for n in range(7)]
            packets = aborted(sport=50000 + start).packets()
            octets += self.section(order, [(links[n % 5], n % 7) for n in range(1000)],
                                   [(n, linked(packet, links[n % 5])) for n, packet in zip(numbers, packets)])
            frame = ethernet(refused(sport=51000).packets()[1])
            octets += block(SIMPLE, struct.pack(order + "I", len(frame)) + frame, order)
        file = self.folder / "sections.pcapng"
        file.write_bytes(octets)
        self.assertEqual([r["frame"] for r in self.unharmed(file)], [7, 8, 15, 16, 23, 24])

    def test_an_interface_for_each_copy(self):
        """Five hundred copies of each packet, each from an interface of its own."""
        copies = [(copy, frame) for frame in map(ethernet, aborted().packets()) for copy in range(500)]
        file = self.folder / "copies.pcapng"
        file.write_bytes(self.section("<", [(ETHERNET, 0)] * 500, copies))
        said = self.unharmed(file, how=NUMBERS)
        self.assertEqual([r["frame"] for r in said], list(range(3001, 3501)))
        self.assertEqual({r["reason"] for r in said}, {"linger0"})
        self.assertEqual({r.get("duplicate_of") for r in said[1:]}, {3001})


class Questions(Hostile):
    def test_fifty_statistics_at_once(self):
        """In one pass and in two, with filters that name our own fields and each other's."""
        frames = [ethernet(packet) for n in range(40) for packet in aborted(sport=50000 + n).packets()]
        file = self.written(frames)
        once = {form: surface.run("with", "-r", file, "-q", "-z", f"rstcause,{form}").text for form in ("json", "csv")}
        for passes in ([], ["-2"]):
            asked = []
            for n in range(25):
                asked += ["-z", f"rstcause,json,tcp.port=={50000 + n}", "-z", "rstcause,csv,rstcause.resp.last_ping"]
            done = surface.run("with", "-r", file, "-q", *passes, *asked, "-z", "rstcause,json", "-z", "rstcause,csv")
            self.assertEqual((done.status, done.complaint), (0, ""))
            self.assertEqual(sum(line.startswith("{") for line in done.lines), 25 + 40)
            self.assertEqual(done.text.count(once["csv"].split("\n")[0]), 26)
            self.assertEqual(done.text.count(once["json"]), 1)


class Carriers(Hostile):
    def test_tunnels_fifty_deep(self):
        """Whether Wireshark itself goes so deep or not."""
        frames = []
        for number, (wrap, depth) in enumerate((wrap, depth) for wrap in (inside, gre) for depth in (8, 50)):
            packets = aborted().packets(**hosts(number))
            for _ in range(depth):
                packets = [ip4("203.0.113.1", "203.0.113.2", wrap(packet)) for packet in packets]
            frames += map(ethernet, packets)
        self.unharmed(self.written(frames))

    def test_tcp_in_tcp_fifty_deep(self):
        shim = self.folder / "shim.lua"
        shim.write_text(SHIM)
        packets = aborted().packets()
        for depth in range(50):
            outer = Talk(sport=40000 + depth, dport=7778)
            for packet in packets:
                outer.say(True, ACK | PSH, packet)
            packets = outer.packets(ip4, "203.0.113.1", "203.0.113.2")
        self.unharmed(self.written(map(ethernet, packets)), "-X", f"lua_script:{shim}")

    def test_tcp_without_ip(self):
        """A link type of the user's that is TCP at once: no addresses, so nothing to say."""
        frames = [packet[20:] for packet in aborted().packets()]
        file = self.written(frames, linktype=147)
        said = self.unharmed(file, "-o", 'uat:user_dlts:"User 0 (DLT=147)","tcp","0","","0",""')
        self.assertEqual(said, [])

    @staticmethod
    def exported(number, *tags):
        """The three connections as Wireshark exports what lies above a network layer: with the
        addresses of `tags`, and "ip.proto 6" for what the octets are. With ports of their own."""
        def tag(kind, value):
            return struct.pack(">HH", kind, len(value)) + value

        turned = {a: b for pair in ((20, 21), (22, 23), (28, 29)) for a, b in (pair, pair[::-1])}
        for n, kind in enumerate((aborted, refused, forgotten)):
            for ours, segment in kind(sport=50000 + n + 10 * number, dport=7000 + number).said:
                head = tag(14, b"ip.proto") + tag(32, struct.pack(">I", 6))
                head += b"".join(tag(kind if ours else turned.get(kind, kind), value) for kind, value in tags)
                yield head + struct.pack(">HH", 0, 0) + segment.octets(CLIENT, SERVER)

    def test_addresses_other_than_ip(self):
        """TCP between point codes of the telephone network, by exported frames; with what TCP tells its
        payload in the place of what IP tells TCP; and, where all that counts is that nothing is harmed, with
        addresses too short."""
        point = [(28, struct.pack(">IHBB", 5, 1, 0, 0)), (29, struct.pack(">IHBB", 6, 1, 0, 0))]
        ends = [(20, packed(CLIENT)), (21, packed(SERVER))]
        kinds = [point, ends, *([*ends, (34, b"\0\1" + octet * 60)] for octet in (b"\0", b"\4", b"\6", b"\xff"))]
        whole = len(kinds)
        kinds += [[(20, b"\1"), (21, b"")], [(22, b"\1" * 3), (23, b"\2" * 3)], [(28, b""), (29, b"\1")]]
        frames = [frame for number, tags in enumerate(kinds) for frame in self.exported(number, *tags)]
        parts = self.by_hosts(self.unharmed(self.written(frames, linktype=252)), THREE, len(kinds))
        for tags, said in list(zip(kinds, parts))[:whole]:
            self.assertEqual([r["frame"] for r in said], RESETS_OF_THREE, tags)
        first = parts[0][0]
        self.assertEqual(first["reason"], "linger0")
        self.assertNotEqual(first["src"], first["dst"])

    def test_addresses_without_meaning(self):
        """To oneself, from nowhere, to everybody, and both ends alike."""
        ends = (("0.0.0.0", "255.255.255.255"), ("127.0.0.1", "127.0.0.1"), ("224.0.0.1", "0.0.0.0"))
        packets = [packet for src, dst in ends for packet in aborted(sport=80, dport=80).packets(ip4, src, dst)]
        packets += aborted(sport=0, dport=0).packets(ip6, "::", "ff02::1")
        self.assertEqual([r["frame"] for r in self.unharmed(self.written(map(ethernet, packets)))], [7, 14, 21, 28])


class Texts(Hostile):
    NASTY = [b"\x1b]0;pwned\x07\x1b[2J\x1b[31mred", b"\xff\xfe\x80 not UTF-8 at all \xc3(", b"quote\" back\\slash, comma; tab\t",
             "\u202eexe.cod\u200b".encode(), b"reset {x} {declared} %s %n %d{", b"\xed\xa0\x80\xf4\x90\x80\x80 surrogate"]

    def nasty_frames(self):
        """The same texts as a RST's payload, in RESP, HTTP, TLS and a greeting."""
        frames = []
        for n, text in enumerate(self.NASTY):
            declared = opened(sport=30000 + n, dport=7000).say(True, RST | ACK, text)
            redis = opened(sport=31000 + n, dport=7000)
            redis.say(True, ACK | PSH, b"*2\r\n$%d\r\n%s\r\n$1\r\nk\r\n" % (len(text), text))
            redis.say(False, ACK | PSH, b"-ERR " + text.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n")
            redis.say(True, ACK | PSH, b"PING " + text + b"\r\n").say(True, RST | ACK)
            web = opened(sport=32000 + n, dport=80)
            web.say(True, ACK | PSH, b"GET /" + text + b" HTTP/1.1\r\nHost: " + text + b"\r\n\r\n").say(False, RST | ACK)
            name = text[:40]
            hello = b"\x03\x03" + bytes(32) + b"\0\0\2\x13\x01\1\0" + struct.pack(">H", len(name) + 9) + \
                struct.pack(">HHHBH", 0, len(name) + 5, len(name) + 3, 0, len(name)) + name
            hello = b"\x01" + struct.pack(">I", len(hello))[1:] + hello
            tls = opened(sport=33000 + n, dport=443)
            tls.say(True, ACK | PSH, b"\x16\x03\x01" + struct.pack(">H", len(hello)) + hello).say(False, RST | ACK)
            ssh = opened(sport=34000 + n, dport=22).say(False, ACK | PSH, b"SSH-2.0-" + text + b"\r\n").say(True, RST | ACK)
            for talk in (declared, redis, web, tls, ssh):
                frames += map(ethernet, talk.packets())
        return frames

    def test_are_printable_everywhere(self):
        file = self.written(self.nasty_frames())
        said = self.unharmed(file)
        self.assertEqual(len(said), 5 * len(self.NASTY))
        for record in said:
            self.assertRegex(json.dumps(record, ensure_ascii=False), re.compile(PRINTABLE.pattern + r"\Z"))
        self.assertTrue(any("declared" in record for record in said))
        self.assertTrue(any("context" in record for record in said))
        for shown in (self.ours, self.csv, self.info):
            with self.subTest(shown.__name__):
                lines = shown(file)
                self.assertGreater(len(lines), len(self.NASTY))
                for line in lines:
                    self.assertRegex(line, re.compile(PRINTABLE.pattern + r"\Z"))

    def test_are_whole_json_and_xml_of_tsharks_own(self):
        file = self.written(self.nasty_frames())
        fields = [word for name in FIELDS for word in ("-e", name)]
        done = surface.run("with", "-r", file, "-Y", "rstcause or rstcause_resp", "-T", "json", *fields)
        self.assertGreaterEqual(len(json.loads(done.text)), 5 * len(self.NASTY))
        done = surface.run("with", "-r", file, "-Y", "rstcause", "-T", "pdml", "-j", "rstcause")
        self.assertEqual(len(list(xml.etree.ElementTree.fromstring(done.text))), 5 * len(self.NASTY))

    def ours(self, file):
        """The lines of our own subtrees in -V, colour and all."""
        done, lines, ours = surface.run("with", "-r", file, "-V"), [], False
        for line in done.text.split("\n"):
            if line[:1].strip():
                ours = bool(surface.TREE.match(line))
            if ours:
                lines.append(line)
        return lines

    def csv(self, file):
        done = surface.run("with", "-r", file, "-q", "-z", "rstcause,csv")
        rows = list(csv.reader(io.StringIO(done.text)))
        self.assertEqual({len(row) for row in rows}, {len(rows[0])})
        return [cell for row in rows for cell in row]

    def info(self, file):
        """The column as it is printed: the field _ws.col.info of 4.4 is filled before post-dissectors."""
        done = surface.run("with", "-r", file, "-Y", "rstcause")
        return re.findall(r"\[RST cause: [^]]*\]?", done.text)


FIELDS = ["frame.number", "rstcause.summary", "rstcause.context", "rstcause.declared", "rstcause.resp.command",
          "rstcause.resp.reply", "rstcause.resp.error", "rstcause.resp.exchange"]


class Resp(Hostile):
    BOMBS = [b"*1\r\n" * 10_000, b"*9223372036854775807\r\n", b"*9223372036854775808\r\n", b"$9223372036854775807\r\nx",
             b"$18446744073709551616\r\n", b"*-9223372036854775808\r\n", b"%4611686018427387904\r\n", b"|1\r\n" * 5_000,
             b"*1000000000\r\n" * 20, b"*2147483647\r\n$4\r\nPING\r\n", b"$-2\r\n", b"*?\r\n" * 3_000, b"(" + b"9" * 60_000 + b"\r\n",
             b"," + b"1e" * 30_000 + b"\r\n", b"+" + b"x" * 60_000, b"PING\r\n" * 5_000, b"*1\r\n$4\r\nPING\r\n" * 3_000]

    def test_bombs(self):
        """Nested ten thousand deep, announcing 2^63 octets or elements, without end."""
        frames = []
        for n, bomb in enumerate(self.BOMBS):
            talk = opened(sport=30000 + n, dport=7000).say(True, ACK | PSH, b"PING\r\n").say(False, ACK | PSH, b"+PONG\r\n")
            for client in (True, False):
                for at in range(0, len(bomb), 1400):
                    talk.say(client, ACK | PSH, bomb[at:at + 1400])
            talk.say(False, RST | ACK)
            frames += map(ethernet, talk.packets())
        said = self.unharmed(self.written(frames, step=0.0001))
        self.assertEqual(len(said), len(self.BOMBS))


class Secrets(Hostile):
    SECRET = b"hunter2-very-secret"

    def commands(self):
        """AUTH in all its forms, and what else carries a password."""
        def array(*words):
            return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)

        s = self.SECRET
        yield from (array(b"AUTH", s), array(b"auth", b"default", s), b"AUTH " + s + b"\r\n", b"auth user " + s + b"\r\n",
                    array(b"HELLO", b"3", b"AUTH", b"default", s), b"HELLO 3 AUTH default " + s + b"\r\n",
                    array(b"CONFIG", b"SET", b"requirepass", s), array(b"ACL", b"SETUSER", b"u", b"on", b">" + s),
                    array(b"MIGRATE", b"h", b"6379", b"k", b"0", b"9", b"AUTH", s), array(b"CONFIG", b"SET", b"masterauth", s),
                    array(b"SET", b"k", s), array(b"AUTH " + s), array(s, b"AUTH"), b"AUTH " + s + b"\n",
                    b"\r\nAUTH\t" + s + b"\r\n", b"*2\r\n+AUTH\r\n+" + s + b"\r\n",
                    b"*2\r\n$4\r\nAUTH\r\n$5\r\n" + s + b"\r\n", array(b"MULTI") + array(b"AUTH", s) + array(b"EXEC"))

    REPLIES = [b"+OK\r\n", b"-WRONGPASS invalid username-password pair or user is disabled.\r\n",
               b"-ERR unknown command 'AUTH', with args beginning with: '" + SECRET + b"' \r\n",
               b"-ERR unknown command `auth`, with args beginning with: `default`, `" + SECRET + b"`, \r\n",
               b"-ERR Error in ACL SETUSER modifier '>" + SECRET + b"': Syntax error\r\n", b""]

    def spoken(self, port):
        talk = opened(sport=port, dport=7000)
        return talk.say(True, ACK | PSH, b"*1\r\n$4\r\nPING\r\n").say(False, ACK | PSH, b"+PONG\r\n")

    def answered(self):
        """Whole or split over segments, answered by anything or by nothing."""
        port = 20000
        for command in self.commands():
            for reply in self.REPLIES:
                for cut in (len(command), len(command) - 4):
                    port += 1
                    talk = self.spoken(port).say(True, ACK | PSH, command[:cut])
                    if command[cut:]:
                        talk.say(True, ACK | PSH, command[cut:])
                    if reply:
                        talk.say(False, ACK | PSH, reply)
                    yield talk.say(False, RST | ACK)

    def broken(self):
        """Split anywhere, with the first part lost or after the second, and as what a RST carries."""
        port = 30000
        for command in self.commands():
            for cut in range(0, len(command), 3):
                for lost in (True, False):
                    port += 1
                    talk = self.spoken(port).say(True, ACK | PSH, command[:cut]).say(True, ACK | PSH, command[cut:])
                    first = talk.said.pop(-2)
                    if not lost:
                        talk.said.append(first)
                    yield talk.say(False, RST | ACK)
            port += 1
            yield self.spoken(port).say(True, RST | ACK, command)

    def test_are_never_shown(self):
        for talks, commands_are_shown in ((self.answered, True), (self.broken, False)):
            with self.subTest(talks.__name__):
                frames = [ethernet(packet) for talk in talks() for packet in talk.packets()]
                self.hidden(self.written(frames, step=0.001), commands_are_shown)

    def hidden(self, file, commands_are_shown):
        ours = "\n".join(Texts.ours(self, file))
        self.assertIn("AUTH" if commands_are_shown else "PING", ours)
        fields = [word for name in FIELDS for word in ("-e", name)]
        texts = [ours, surface.run("with", "-r", file, "-T", "fields", *fields).text, "\n".join(Texts.info(self, file))]
        statistics = [word for form in ("json", "csv", "tree") for word in ("-z", f"rstcause,{form}")]
        texts.append(surface.run("with", "-r", file, "-q", *statistics).text)
        for text in texts:
            shown = [line for line in text.split("\n") if "hunter2" in line or "very-secret" in line]
            self.assertEqual(shown[:3], [])


if __name__ == "__main__":
    surface.main()
