#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The TCP tracker of npm's pcap has events "end" and "reset" for a session. A RST raises "reset" in the handshake alone:
# an established session that is reset neither ends nor is reset. When its ports come again, the new SYN is a "syn
# retry", and the new connection's data count for the old one. (After FINs the new connection is not seen at all.)
#
# Needs python3, node, npm; downloads the package of npm.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts pcap@3.1.0 >/dev/null
node -p '"node " + process.versions.node'
node -p '"pcap " + require("pcap/package.json").version'

# The frames of three conversations, one frame in hexadecimal on each line.
cat >frames.py <<'P'
import socket, struct, sys
CLIENT, SERVER = (socket.inet_aton(f"198.51.100.{n}") for n in (1, 2))
FIN, SYN, RST, ACK = 1, 2, 4, 16

def frame(from_client, seq, ack, flags, data=b""):
    ends, ports = (CLIENT + SERVER, (40000, 80)) if from_client else (SERVER + CLIENT, (80, 40000))
    tcp = struct.pack("!HHIIBBHHH", *ports, seq, ack, 5 << 4, flags, 1000, 0, 0) + data
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0x4000, 64, 6, 0) + ends
    return bytes(12) + b"\x08\0" + ip + tcp

def exchange(c, s):
    return [(True, c, 0, SYN), (False, s, c + 1, SYN | ACK), (True, c + 1, s + 1, ACK),
            (True, c + 1, s + 1, ACK, b"question"), (False, s + 1, c + 9, ACK, b"answer")]

FINS = [(True, 1009, 5007, FIN | ACK), (False, 5007, 1010, FIN | ACK), (True, 1010, 5008, ACK)]
RESET = [(False, 5007, 1009, RST | ACK)]
talk = {"refused": [(True, 1000, 0, SYN), (False, 0, 1001, RST | ACK)],
        "closed": exchange(1000, 5000) + FINS,
        "reset": exchange(1000, 5000) + RESET,
        "closed, ports come again": exchange(1000, 5000) + FINS + exchange(700000, 900000),
        "reset, ports come again": exchange(1000, 5000) + RESET + exchange(700000, 900000)}
for segment in talk[sys.argv[1]]:
    print(frame(*segment).hex())
P
cat >track.js <<'J'
const {TCPTracker} = require("pcap/tcp_tracker");
const {PcapPacket} = require("pcap/decode");
const tracker = new TCPTracker();
const events = [];
let asked = 0;
tracker.on("session", session => {
  for (const name of ["start", "syn retry", "reset", "end"]) session.on(name, () => events.push(name));
  session.on("data send", (_, data) => { asked += data.length; });
});
require("fs").readFileSync(0, "latin1").trim().split("\n").forEach((line, second) => {
  const buf = Buffer.from(line, "hex"), header = Buffer.alloc(16);
  header.writeUInt32LE(1700000000 + second, 0);
  header.writeUInt32LE(buf.length, 8);
  header.writeUInt32LE(buf.length, 12);
  tracker.track_packet(new PcapPacket().decode({buf, header, link_type: "LINKTYPE_ETHERNET"}));
});
const sessions = Object.values(tracker.sessions);
console.log(`${process.argv[2]}: ${sessions.length} session, ${sessions[0].state}, events: ${events.join(", ")}; ` +
            `${asked} octets sent`);
J
for talk in refused closed reset 'closed, ports come again' 'reset, ports come again'; do
  python3 frames.py "$talk" | node track.js "$talk"
done | tee seen
[ "$(cat seen)" = 'refused: 1 session, CLOSED, events: reset; 0 octets sent
closed: 1 session, CLOSED, events: start, end; 8 octets sent
reset: 1 session, ESTAB, events: start; 8 octets sent
closed, ports come again: 1 session, CLOSED, events: start, end, syn retry; 8 octets sent
reset, ports come again: 1 session, ESTAB, events: start, syn retry; 16 octets sent' ] ||
  { echo 'changed: see above' >&2; exit 1; }
