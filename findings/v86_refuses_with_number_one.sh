#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The fetch network of v86 (a PC in a browser) is a TCP in JavaScript that stands for every host of the world. It
# refuses a SYN by RST,ACK of number 1 where RFC 9293 has 0, and lets it offer a window: the one of the SYN that it
# refuses. What it answers to an ACK of no connection bears that ACK's window too.
#
# Needs node, npm; downloads the package of npm.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent v86@0.5.462 >/dev/null
tar xf v86-0.5.462.tgz
node -p '"v86 " + require("./package/package.json").version'

cat >asks.mjs <<'J'
// Hands three frames to v86's network card and prints the answers. No PC is run: the card's bus is all it takes.
import {V86} from "./package/build/libv86.mjs";
const PC = [2, 0, 0, 0, 0, 1], ROUTER = [0x52, 0x54, 0, 1, 2, 3];
const NAMES = [[2, "SYN"], [4, "RST"], [16, "ACK"]];
const flags = octet => NAMES.filter(([bit]) => octet & bit).map(([, name]) => name).join(",");

function checksum(...parts) {
    let total = 0;
    Buffer.concat(parts).forEach((octet, at) => { total += at % 2 ? octet : octet << 8; });
    while (total >> 16) total = (total & 0xFFFF) + (total >> 16);
    return ~total & 0xFFFF;
}

function frame(port, seq, ack, bits, window) {
    const ends = Buffer.from([192, 168, 86, 100, 192, 168, 86, 1]), tcp = Buffer.alloc(20), ip = Buffer.alloc(12);
    tcp.writeUInt16BE(40000); tcp.writeUInt16BE(port, 2); tcp.writeUInt32BE(seq, 4); tcp.writeUInt32BE(ack, 8);
    tcp.set([5 << 4, bits], 12); tcp.writeUInt16BE(window, 14);
    tcp.writeUInt16BE(checksum(ends, Buffer.from([0, 6, 0, 20]), tcp), 16);
    ip.set([0x45, 0, 0, 40, 0, 7, 0x40, 0, 64, 6]); ip.writeUInt16BE(checksum(ip, ends), 10);
    return new Uint8Array([...ROUTER, ...PC, 8, 0, ...ip, ...ends, ...tcp]);
}

const emulator = new V86({
    wasm_path: "package/build/v86.wasm", autostart: false, disable_keyboard: true, disable_mouse: true,
    disable_speaker: true, memory_size: 16 << 20, vga_memory_size: 2 << 20,
    net_device: {type: "ne2k", relay_url: "fetch"},
});
emulator.emulator_bus.register("net0-receive", octets => {
    const tcp = Buffer.from(octets).subarray(34);
    console.log(`  answer ${flags(tcp[13])} seq ${tcp.readUInt32BE(4)} ack ${tcp.readUInt32BE(8)} window ${tcp.readUInt16BE(14)}`);
});
emulator.add_listener("emulator-loaded", async () => {
    for (const [port, seq, ack, bits, window] of [[22, 1000, 0, 2, 4321], [22, 2000, 0, 2, 777], [80, 3000, 5000, 16, 99]]) {
        console.log(`port ${port} ${flags(bits)} seq ${seq} ack ${ack} window ${window}`);
        emulator.emulator_bus.send("net0-send", frame(port, seq, ack, bits, window));
        await new Promise(done => setTimeout(done, 300));
    }
    process.exit(0);
});
J
timeout 60 node asks.mjs | tee seen
[ "$(sed -n 's/^  answer //p' seen)" = 'RST,ACK seq 1 ack 1001 window 4321
RST,ACK seq 1 ack 2001 window 777
RST seq 5000 ack 3000 window 99' ] || { echo 'changed: see above' >&2; exit 1; }
