# SPDX-License-Identifier: GPL-2.0-or-later
"""Two captures of one connection: who sent the RST? Whatever the clocks, translators of addresses and
offloads do between, and with a doubt where the captures do not show it.

Every story is one list of (sent by the client?, packet): each capture has those that pass it, lowered
in TTL by the one hop between. tests/lab/both_ends.py asks the same of real stacks and devices.
"""

import json
import os
import shutil
import subprocess
import sys

import surface
from packets import *

COMPARE = surface.STAGE / "batch" / "rstcause-compare"
NAT = "198.51.100.99"
ANOTHER = "203.0.113.99"  # A server that knows nothing of the connection.
# Where a packet is seen.
BOTH, HERE, THERE = "both", "at its sender", "at its receiver"


class Path:
    """A client, one hop, a server, and a capture at each end."""

    def __init__(self, talk, translated=None, numbers=0, clock=0.0, delay=0.005, moved=None):
        """numbers: what a device adds to the client's sequence numbers; clock: how far the server's is ahead;
        moved: from which place on a translator leads to another server."""
        self.translated, self.numbers, self.clock, self.delay, self.moved = translated, numbers, clock, delay, moved
        self.sent = [(client, segment, BOTH, 64) for client, segment in talk.said]

    def add(self, client, segment, seen, ttl=64):
        self.sent.append((client, segment, seen, ttl))
        return self

    def hide(self, place, seen):
        client, segment, _, ttl = self.sent[place]
        self.sent[place] = (client, segment, seen, ttl)
        return self

    def frames(self, at_client):
        """(time, frame) of what passes one of the two captures."""
        for number, (client, segment, seen, ttl) in enumerate(self.sent):
            at_sender = client == at_client
            if seen == (THERE if at_sender else HERE):
                continue
            time = number * 0.1 + (0 if at_sender or seen == THERE else self.delay)
            ends = [CLIENT, SERVER]
            if not at_client and self.translated:
                ends[0] = self.translated
            if not at_client and self.moved is not None and number >= self.moved:
                ends[1] = ANOTHER
            if not at_client and self.numbers:
                segment = shifted(segment, client, self.numbers)
            lowered = ttl if at_sender or seen == THERE else ttl - 1
            packet = ip4(*(ends if client else ends[::-1]), segment, ttl=lowered, number=100 + number)
            yield time + (0 if at_client else self.clock), ethernet(packet)


def shifted(segment, client, by):
    """As a device passes it on that adds to the client's numbers."""
    sport, dport, seq, ack, offset, flags, window = struct.unpack(">HHIIBBH", segment.head)
    seq, ack = ((seq + by) & 0xFFFFFFFF, ack) if client else (seq, (ack + by) & 0xFFFFFFFF if ack else 0)
    other = tcp(sport, dport, flags, seq, ack, window)
    other.tail = segment.tail
    return other


def talked():
    """Five frames: a handshake, a question of five octets, its acknowledgment. Plus a request: the sixth, place 5."""
    return Talk(iss=0xFFFFFFF0).handshake().say(True, ACK | PSH, b"hello").say(False, ACK).say(True, ACK | PSH, b"again")


def reset_by_server(talk):
    return tcp(80, 50000, RST | ACK, talk.next[1], talk.next[0], window=0)


class Compare(surface.Surface):
    def write(self, name, timed):
        times, frames = zip(*timed) if (timed := list(timed)) else ((), ())
        pauses = {index: time - (times[index - 1] if index else 0) for index, time in enumerate(times)}
        path = capture(self.folder / name, frames, step=0, pauses=pauses)
        path.chmod(0o644)
        return path

    def command(self, *arguments, status=0, tshark="with"):
        done = subprocess.run(["sh", COMPARE, *arguments], capture_output=True, encoding="utf-8", timeout=100,
                              env={**os.environ, "RSTCAUSE_TSHARK": str(surface.STAGE / tshark)}, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def captures(self, path):
        return self.write("client.pcap", path.frames(True)), self.write("server.pcap", path.frames(False))

    def told(self, path, *options):
        return [json.loads(line) for line in self.command("--json", *options, *self.captures(path)).stdout.splitlines()]

    def only(self, path, origin, sure):
        """What is said of the one RST there is."""
        (said,) = self.told(path)
        self.assertEqual((said["origin"], said["sure"]), (origin, sure), said)
        return said

    def went_on(self, seen, hidden=()):
        """A RST of the server, and the server goes on."""
        talk = talked()
        path = Path(talk)
        for place in hidden:
            path.hide(place, HERE)
        path.add(False, reset_by_server(talk), seen, 64)
        return path.add(False, tcp(80, 50000, ACK | PSH, talk.next[1], talk.next[0], payload=b"answer"), BOTH)


class Origins(Compare):
    def test_sent_by_the_end_it_names(self):
        said = self.only(self.went_on(BOTH), "sender", True)
        self.assertEqual((said["first"]["frame"], said["second"]["frame"]), (7, 7))
        self.assertEqual((said["first"]["ttl"], said["second"]["ttl"]), (63, 64))
        self.assertEqual((said["from"], said["to"]), (f"{SERVER}:80", f"{CLIENT}:50000"))

    def test_sent_from_beside_the_path(self):
        """The nearest twin: the same RST, which the server's capture lacks, while the server goes on."""
        said = self.only(self.went_on(THERE), "between", True)
        self.assertEqual((said["first"]["frame"], said["second"]), (7, None))
        self.assertTrue(any("went on" in line for line in said["says"]), said["says"])

    def test_lost_on_the_way(self):
        said = self.only(self.went_on(HERE), "lost", True)
        self.assertEqual((said["first"], said["second"]["frame"]), (None, 7))

    def test_what_drew_it(self):
        """Kept by the device that answered, or passed on by it."""
        for hidden, word in (([5], "did not reach"), ([], "did reach")):
            with self.subTest(word):
                talk = talked()
                path = Path(talk)
                for place in hidden:
                    path.hide(place, HERE)
                path.add(False, tcp(80, 50000, RST, talk.said[-1][1].ack(), window=0), THERE)
                path.add(False, tcp(80, 50000, ACK, talk.next[1], talk.next[0]), BOTH)
                said = self.only(path, "between", True)
                self.assertTrue(any(word in line for line in said["says"]), said["says"])

    def test_a_refused_syn_that_never_arrived(self):
        """Another connection shows that the other capture saw this path then."""
        path = Path(talked())
        path.add(True, tcp(50001, 81, SYN, seq=77), HERE).add(False, tcp(81, 50001, RST | ACK, ack=78, window=0), THERE)
        path.add(False, tcp(80, 50000, ACK, 900001, 0xFFFFFFF0 + 11 & 0xFFFFFFFF), BOTH)
        self.only(path, "between", True)

    def test_a_refused_syn_and_nothing_else(self):
        """Nothing shows that the other capture saw anything at all."""
        talk = Talk()
        path = Path(talk).add(True, tcp(50001, 81, SYN, seq=77), HERE)
        self.only(path.add(False, tcp(81, 50001, RST | ACK, ack=78, window=0), THERE), "unknown", False)

    def test_each_reset_once(self):
        """A device cuts both ends: two resets, each of them from between, at one capture only."""
        talk = talked()
        path = Path(talk)
        path.add(False, reset_by_server(talk), THERE).add(True, tcp(50000, 80, RST | ACK, talk.next[0], talk.next[1]), THERE)
        self.assertEqual([(said["origin"], bool(said["first"])) for said in self.told(path)],
                         [("between", True), ("between", False)])


class OnTheWay(Compare):
    def test_translated_addresses(self):
        talk = talked()
        path = Path(talk, translated=NAT).add(False, reset_by_server(talk), BOTH)
        said = self.only(path, "sender", True)
        self.assertEqual((said["first"]["to"], said["second"]["to"]), (f"{CLIENT}:50000", f"{NAT}:50000"))
        self.assertTrue(any("rewritten" in line for line in said["says"]))

    def test_translated_addresses_and_a_device(self):
        """Its twin: the translator itself resets."""
        talk = talked()
        path = Path(talk, translated=NAT).add(False, reset_by_server(talk), THERE)
        path.add(False, tcp(80, 50000, ACK | PSH, talk.next[1], talk.next[0], payload=b"answer"), BOTH)
        self.only(path, "between", True)

    def test_a_translator_that_leads_elsewhere(self):
        talk = talked()
        path = Path(talk, moved=5).add(False, tcp(80, 50000, RST, talk.next[1], 0, window=0), BOTH)
        here, there = self.told(path)
        self.assertEqual((here["origin"], there["origin"]), ("unknown", "unknown"))
        self.assertIn(f"{ANOTHER}:80 sends the same numbers to {CLIENT}:50000 in server.pcap (frame 7): most likely "
                      "this one", " ".join(here["says"] + there["says"]))

    def test_two_servers_of_the_same_client(self):
        """Other numbers: each RST is one for itself."""
        talk = talked()
        path = Path(talk, moved=5).add(False, tcp(80, 50000, RST, talk.next[1], 0, window=0), THERE)
        path.add(False, tcp(80, 50000, RST, talk.next[1] + 9, 0, window=0), HERE)
        self.assertNotIn("unknown", {told["origin"] for told in self.told(path)})

    def test_rewritten_numbers(self):
        """A firewall that gives the client other sequence numbers: the IP ID shows the same RST, and a doubt stays."""
        talk = talked()
        path = Path(talk, numbers=123456789).add(False, reset_by_server(talk), BOTH)
        said = self.only(path, "sender", False)
        self.assertTrue(any("rewrites" in line for line in said["doubts"]), said)

    def test_clocks(self):
        for clock in (-7200.0, 0.0, 0.25, 86400.0):
            with self.subTest(clock=clock):
                path = self.went_on(THERE)
                path.clock = clock
                said = self.only(path, "between", True)
                self.assertAlmostEqual(said["clock_ahead"], clock, delta=0.006)

    def test_another_ttl_with_the_same_numbers(self):
        """Both captures have it, yet it did not come over the way of the others."""
        talk = talked()
        path = Path(talk).add(False, reset_by_server(talk), BOTH)
        said = self.only(path, "sender", True)
        client, server = path.frames(True), path.frames(False)
        frames = [*client]
        segment = path.sent[-1][1]
        frames[-1] = (frames[-1][0], ethernet(ip4(SERVER, CLIENT, segment, ttl=200, number=106)))
        names = self.write("client.pcap", frames), self.write("server.pcap", server)
        (said,) = map(json.loads, self.command("--json", *names).stdout.splitlines())
        self.assertEqual((said["origin"], said["sure"]), ("sender", False))
        self.assertTrue(any("TTL" in line for line in said["doubts"]))

    def test_the_captures_the_other_way_round(self):
        """The TTL tells which end each stands at, not the order of the names."""
        client, server = self.captures(self.went_on(THERE))
        (said,) = map(json.loads, self.command("--json", server, client).stdout.splitlines())
        self.assertEqual((said["origin"], said["sure"], said["first"]), ("between", True, None))

    def test_bare_order_where_nothing_else_tells(self):
        """Neither TTL nor time: a doubt."""
        path = self.went_on(THERE)
        names = [self.write(name, [(0.1 * n, ethernet(ip4(*((CLIENT, SERVER) if c else (SERVER, CLIENT)), s, number=n)))
                                   for n, (c, s, seen, _) in enumerate(path.sent) if seen == BOTH or name == "client.pcap"])
                 for name in ("client.pcap", "server.pcap")]
        (said,) = map(json.loads, self.command("--json", *names).stdout.splitlines())
        self.assertEqual((said["origin"], said["sure"]), ("between", False))
        self.assertTrue(any("order of their names" in line for line in said["doubts"]))


class Doubts(Compare):
    def test_a_capture_that_ends_early(self):
        talk = talked()
        path = Path(talk).add(False, reset_by_server(talk), THERE)
        said = self.only(path, "between", False)
        self.assertTrue(any("ends" in line for line in said["doubts"]), said)

    def test_a_capture_that_begins_late(self):
        """Of a connection that was reset before: not to be told, though another one is in both."""
        late = Talk(sport=50002).handshake()
        path = Path(Talk()).add(True, tcp(50001, 81, SYN, seq=77), HERE)
        path.add(False, tcp(81, 50001, RST | ACK, ack=78, window=0), THERE)
        path.sent += [(client, segment, BOTH, 64) for client, segment in late.said]
        said = self.only(path, "unknown", False)
        self.assertTrue(any("begins" in line for line in said["doubts"]), said)

    def test_a_capture_that_missed_packets(self):
        """Of what the server sent before, its capture has little; its twin above has all of it."""
        talk = talked()
        for _ in range(6):
            talk.say(False, ACK | PSH, b"a part of the answer")
        path = Path(talk)
        for place in range(6, 11):
            path.hide(place, THERE)
        path.add(False, reset_by_server(talk), THERE).add(False, tcp(80, 50000, ACK, talk.next[1], talk.next[0]), BOTH)
        said = self.only(path, "unknown", False)
        self.assertTrue(any("lacks 5 of the last 7" in line for line in said["doubts"]), said)

    def test_segments_joined_by_offload(self):
        """One capture has in one frame what the other has in four: nothing is missing."""
        talk, joined = talked(), talked()
        for part in (b"aaaa", b"bbbb", b"cccc", b"dddd"):
            talk.say(False, ACK | PSH, part)
        joined.say(False, ACK | PSH, b"aaaabbbbccccdddd")
        reset, after = reset_by_server(talk), tcp(80, 50000, ACK, talk.next[1], talk.next[0])
        names = [self.write(name, [(0.1 * n, ethernet(ip4(*((CLIENT, SERVER) if c else (SERVER, CLIENT)), s,
                                                             ttl=64 - (c != (name == "client.pcap")), number=n)))
                                   for n, (c, s) in enumerate(said)])
                 for name, said in (("client.pcap", talk.said + [(False, reset), (False, after)]),
                                    ("server.pcap", joined.said + [(False, after)] * 5))]
        (said,) = map(json.loads, self.command("--json", *names).stdout.splitlines())
        self.assertEqual((said["origin"], said["sure"]), ("between", True), said)


class Words(Compare):
    def test_text(self):
        """What is read by eye says the same, and nothing else."""
        text = self.command(*self.captures(self.went_on(THERE))).stdout
        self.assertIn("1 connection is in both captures.\n", text)
        self.assertIn(f"RST from {SERVER}:80 to {CLIENT}:50000\n  client.pcap, frame 7: ", text)
        self.assertIn("\n  server.pcap: not there\n", text)
        self.assertNotIn("But:", text)
        self.assertTrue(text.endswith("\n1 RST: 1 sent from between.\n"), text)

    def test_no_reset(self):
        text = self.command(*self.captures(Path(talked()))).stdout
        self.assertTrue(text.endswith("\n0 RSTs: none in either capture.\n"), text)
        self.assertEqual(self.told(Path(talked())), [])

    def test_filter(self):
        path = self.went_on(THERE)
        self.assertEqual(len(self.told(path, "-Y", "tcp.port == 80")), 1)
        self.assertEqual(len(self.told(path, "-Y", "tcp.port == 81 || tcp.port == 82")), 0)

    def test_cut_short(self):
        """Told, and what was read is compared."""
        client, server = self.captures(self.went_on(BOTH))
        server.write_bytes(server.read_bytes()[:-20])
        done = self.command("--json", client, server, status=1)
        self.assertEqual(json.loads(done.stdout)["origin"], "sender")
        self.assertIn("cut short", done.stderr)

    def test_names_from_strangers(self):
        """Neither a terminal's escapes nor SQL: a name is a name."""
        client, server = self.captures(self.went_on(BOTH))
        odd = [path.rename(path.with_name(name)) for path, name in
               ((client, "it's\x1b]0;pwned\x07 \"a\".pcap"), (server, "'); DROP TABLE line; --.pcap"))]
        self.assertRegex(self.command(*odd).stdout, r"\A[^\x00-\x08\x0b-\x1f\x7f]*\Z")
        (said,) = map(json.loads, self.command("--json", *odd).stdout.splitlines())
        self.assertEqual(said["second"]["file"], odd[1].name)

    def test_wrong_use(self):
        client, server = self.captures(self.went_on(BOTH))
        self.assertIn("usage:", self.command(client, status=2).stderr)
        self.assertIn("usage:", self.command("--help").stdout)
        self.assertIn("cannot read", self.command(client, self.folder / "nowhere.pcap", status=2).stderr)
        self.assertIn("unknown option", self.command("--no-such", client, server, status=2).stderr)
        self.assertIn("does not load the plugin", self.command(client, server, status=2, tshark="without").stderr)


if __name__ == "__main__":
    if not shutil.which("sqlite3"):
        print("sqlite3 is missing")
        sys.exit(77)
    surface.main()
