# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that somebody made in order to hurt: nothing crashes or hangs, nothing takes longer than
tshark alone would let expect, and nothing is told that the packets do not say."""

import csv
import io
import json
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


def undated(complaint):
    """Wireshark's own complaints without process and clock, in which no two runs agree."""
    return re.sub(r"\(tshark:\d+\) [\d:.]+", "", complaint)


class Hostile(surface.Surface):
    def written(self, frames, **named):
        """A capture of these Ethernet frames."""
        self.count = getattr(self, "count", 0) + 1
        return capture(self.folder / f"{self.id().split('.')[-1]}{self.count}.pcap", frames, **named)

    def unharmed(self, file, *arguments, how=("-V",), all_passes=([], ["-2"])):
        """tshark ends with and without the plugin alike, in one pass and in two; the JSON."""
        for passes in all_passes:
            bare, bare_time = self.timed("without", "-r", file, *passes, *arguments, *how)
            ours, our_time = self.timed("with", "-r", file, *passes, *arguments, *how)
            self.assertEqual((ours.status, undated(ours.complaint)), (bare.status, undated(bare.complaint)))
            self.assertNotIn("rstcause: internal error", ours.text + ours.complaint)
            self.assertNotRegex(ours.text, r"(?i)dissector bug, protocol rst")
            self.assertLess(our_time, SLOWER * bare_time + SLACK)
        # Of what Wireshark itself complains is compared above.
        said = surface.run("with", "-r", file, "-q", "-z", "rstcause,json", *arguments)
        return [json.loads(line) for line in said.text.splitlines()]

    @staticmethod
    def timed(*command):
        begun = time.monotonic()
        return surface.run(*command), time.monotonic() - begun


class Headers(Hostile):
    def test_sequence_numbers_wrap_anywhere(self):
        """Whatever they are, the verdicts are those of tame numbers."""
        def verdicts(iss, irs):
            talks = [kind(sport=50000 + n, dport=7000 + n, iss=iss, irs=irs)
                     for n, kind in enumerate((aborted, refused, forgotten))]
            file = self.written([ethernet(packet) for talk in talks for packet in talk.packets()])
            return [(r["frame"], r["reason"], r["confidence"]) for r in self.unharmed(file)]

        tame = verdicts(1000, 900000)
        self.assertEqual(len(tame), 3)
        for iss, irs in ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFF5, 0x7FFFFFFC), (0, 0xFFFFFFFA), (0x80000000, 0)):
            with self.subTest(iss=iss, irs=irs):
                self.assertEqual(verdicts(iss, irs), tame)

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
        """RSTs with data, all kinds of windows, TTL 0 and 255."""
        frames, expected = [], 0
        for n, (payload, window, ttl) in enumerate((p, w, t) for p in (b"", b"\0", b"x" * 1400)
                                                   for w in (0, 1, 65535) for t in (0, 1, 255)):
            talk = opened(sport=30000 + n, dport=80).say(True, ACK | PSH, b"hello", window=window)
            talk.say(False, RST | ACK, payload, window=window)
            frames += map(ethernet, talk.packets(ttl=ttl))
            expected += 1
        self.assertEqual(len(self.unharmed(self.written(frames))), expected)

    def test_options_cut_and_malformed(self):
        """Options of length 0, 1, 2 and 255, without end, and cut by the capture at every octet."""
        options = [bytes([kind, length]) + b"\0\0" for kind in (2, 3, 5, 8, 19, 29, 30, 34, 254) for length in (0, 1, 2, 3, 255)]
        options += [b"\x02\x04\x05\xb4\x03\x03\xff\x01", b"\x1e\x04\x80\xff", b"\x1e\x03\x80\x00", b"\x1e\x0c\x70\x00" + b"\xff" * 8]
        frames = []
        for n, octets in enumerate(options):
            talk = Talk(sport=20000 + n, dport=80).say(True, SYN, options=octets)
            talk.say(False, SYN | ACK, options=octets).say(True, ACK).say(True, RST | ACK, options=octets)
            frames += map(ethernet, talk.packets())
        for snaplen in (262144, 34, 47, 48, 49, 50, 53, 54, 55, 57, 60, 73, 74):
            file = self.written(frames, snaplen=snaplen)
            said = self.json(file)
            self.assertLessEqual(len(said), len(options))
            if snaplen >= 54:
                self.assertEqual(len(said), len(options), snaplen)
        self.unharmed(file)


class Floods(Hostile):
    def test_ten_thousand_resets_in_one_connection(self):
        talk = opened(sport=50000, dport=80).say(True, ACK | PSH, b"hello")
        for n in range(10_000):
            talk.said.append((n % 2 == 0, tcp(*(talk.ports if n % 2 == 0 else talk.ports[::-1]), RST | (n & 4) << 2,
                                              seq=n * 7919 & 0xFFFFFFFF, ack=n, window=n)))
        said = self.unharmed(self.written(map(ethernet, talk.packets()), step=0.0001), how=NUMBERS)
        self.assertEqual(len(said), 10_000)

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
    def pcap(self, times):
        """`times`: seconds and the fraction as they stand in the file's records."""
        file = self.folder / f"clock{len(list(self.folder.iterdir()))}.pcap"
        packets = [ethernet(packet) for packet in aborted().packets() + forgotten(sport=50001).packets()]
        with file.open("wb") as out:
            out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
            for index, packet in enumerate(packets):
                out.write(struct.pack("<IIII", *times(index), len(packet), len(packet)) + packet)
        return file

    def test_absurd_times(self):
        """At the epoch, at the end of 32 bits, backwards, to and fro, fractions of many seconds."""
        for times in (lambda n: (0, 0), lambda n: (0xFFFFFFFF, 999999), lambda n: (1700000000 - 86400 * n, 0),
                      lambda n: (0 if n % 2 else 0xFFFFFFFF, n), lambda n: (1700000000, 0xFFFFFFFF),
                      lambda n: (0x7FFFFFFF + n, 0x7FFFFFFF)):
            said = self.unharmed(self.pcap(times), all_passes=([],))
            self.assertEqual([r["frame"] for r in said], [7, 14])
            for record in said:
                self.assertGreaterEqual(record["idle"], 0)

    def test_times_beyond_all_ages(self):
        """pcapng counts units of its interface in 64 bits: seconds until the sun is gone."""
        def block(kind, body):
            body += b"\0" * (-len(body) % 4)
            return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

        for resolution in (0, 9, 0x80):
            for first in (1 << 62, (1 << 64) - 20):
                file = self.folder / "ages.pcapng"
                octets = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
                octets += block(1, struct.pack("<HHI", 1, 0, 0) + struct.pack("<HHB3x", 9, 1, resolution) + struct.pack("<HH", 0, 0))
                for n, packet in enumerate(map(ethernet, aborted().packets())):
                    at = (first + n if n % 2 else first) & (1 << 64) - 1
                    octets += block(6, struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(packet), len(packet)) + packet)
                file.write_bytes(octets)
                with self.subTest(resolution=resolution, first=first):
                    self.assertEqual([r["frame"] for r in self.unharmed(file, all_passes=([],))], [7])


class Carriers(Hostile):
    def test_tunnels_fifty_deep(self):
        """Whether Wireshark itself goes so deep or not."""
        for wrap in (inside, gre):
            for depth in (8, 50):
                packets = aborted().packets()
                for _ in range(depth):
                    packets = [ip4("203.0.113.1", "203.0.113.2", wrap(packet)) for packet in packets]
                self.unharmed(self.written(map(ethernet, packets)))

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

    def test_addresses_without_meaning(self):
        """To oneself, from nowhere, to everybody, and both ends alike."""
        for src, dst in (("0.0.0.0", "255.255.255.255"), ("127.0.0.1", "127.0.0.1"), ("224.0.0.1", "0.0.0.0")):
            talk = aborted(sport=80, dport=80)
            self.assertEqual(len(self.unharmed(self.written(map(ethernet, talk.packets(ip4, src, dst))))), 1)
        talk = aborted(sport=0, dport=0)
        self.assertEqual(len(self.unharmed(self.written(map(ethernet, talk.packets(ip6, "::", "ff02::1"))))), 1)


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
                    array(b"SET", b"k", s), array(b"AUTH " + s), array(s, b"AUTH"))

    REPLIES = [b"+OK\r\n", b"-WRONGPASS invalid username-password pair or user is disabled.\r\n",
               b"-ERR unknown command 'AUTH', with args beginning with: '" + SECRET + b"' \r\n",
               b"-ERR unknown command `auth`, with args beginning with: `default`, `" + SECRET + b"`, \r\n", b""]

    def test_are_never_shown(self):
        """Whole or split over segments, answered by anything or by nothing."""
        frames, port = [], 30000
        for command in self.commands():
            for reply in self.REPLIES:
                for cut in (len(command), len(command) - 4):
                    port += 1
                    talk = opened(sport=port, dport=7000).say(True, ACK | PSH, b"*1\r\n$4\r\nPING\r\n").say(False, ACK | PSH, b"+PONG\r\n")
                    talk.say(True, ACK | PSH, command[:cut])
                    if command[cut:]:
                        talk.say(True, ACK | PSH, command[cut:])
                    if reply:
                        talk.say(False, ACK | PSH, reply)
                    talk.say(False, RST | ACK)
                    frames += map(ethernet, talk.packets())
        file = self.written(frames, step=0.001)
        ours = "\n".join(Texts.ours(self, file))
        self.assertIn("AUTH", ours)
        fields = [word for name in FIELDS for word in ("-e", name)]
        texts = [ours, surface.run("with", "-r", file, "-T", "fields", *fields).text, "\n".join(Texts.info(self, file))]
        texts += [surface.run("with", "-r", file, "-q", "-z", f"rstcause,{form}").text for form in ("json", "csv", "tree")]
        for text in texts:
            shown = [line for line in text.split("\n") if "hunter2" in line or "very-secret" in line]
            self.assertEqual(shown[:3], [])


if __name__ == "__main__":
    surface.main()
