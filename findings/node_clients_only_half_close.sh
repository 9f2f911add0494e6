#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two much used clients of Node promise to end their connection at once, mysql2 by destroy() and ioredis by
# disconnect(), and call the stream's end(): a FIN that shuts their own half, while they go on taking what the server
# sends. mysql2 transfers the rest of a large result for nobody; ioredis resets after two seconds (disconnectTimeout).
# A plain socket's destroy() closes, so that the first late segment draws a reset.
#
# Needs root, util-linux, iproute2, python3, node, npm; downloads the packages of npm.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts mysql2@3.24.6 ioredis@6.0.0 >/dev/null
node -p '"node " + process.versions.node'
for name in mysql2 ioredis; do
  node -p "'$name ' + require('./node_modules/$name/package.json').version"
done

cat >server.py <<'P'
# Serves one client, sends it a piece each 20 ms for 4 s, and tells how that went behind the client's FIN.
import socket, struct, sys, time
CLOSE_WAIT = 8

def packet(number, octets):
    return struct.pack("<I", len(octets))[:3] + bytes([number]) + octets

def text(octets):
    return bytes([len(octets)]) + octets

def mysql(client):
    client.sendall(packet(0, b"\x0a8.0.0\0" + bytes(4) + b"12345678\0" + struct.pack("<HBHHB", 0xA205, 45, 2, 0x0008, 21) +
                          bytes(10) + b"123456789012\0mysql_native_password\0"))
    client.recv(1000)
    client.sendall(packet(2, b"\0\0\0\2\0\0\0"))
    client.recv(1000)
    column = text(b"def") + 3 * text(b"") + 2 * text(b"x") + b"\x0c" + struct.pack("<HIBHBH", 45, 800, 253, 0, 0, 0)
    client.sendall(packet(1, b"\1") + packet(2, column) + packet(3, b"\xfe\0\0\2\0"))
    return lambda number: packet((4 + number) % 256, text(b"r" * 200))

def redis(client):
    while True:
        for asked in client.recv(1000).lower().split(b"*")[1:]:
            if b"subscribe" in asked:
                client.sendall(b">3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n")
                return lambda number: b">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$200\r\n" + b"m" * 200 + b"\r\n"
            client.sendall(b"%1\r\n$5\r\nproto\r\n:3\r\n" if b"hello" in asked else b"+OK\r\n")

def plain(client):
    return lambda number: b"p" * 200

listener = socket.create_server(("127.0.0.1", 7000))
print("listening", flush=True)
client, _ = listener.accept()
piece = {"mysql2": mysql, "ioredis": redis, "net": plain}[sys.argv[1]](client)
shut = 0
try:
    for number in range(200):
        if not shut and client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == CLOSE_WAIT:
            shut = time.monotonic()
        client.sendall(piece(number))
        time.sleep(0.02)
    taken = time.monotonic() - shut
    print("takes all that is sent behind its FIN, for 3 s and more" if shut and taken > 3 else "sent no FIN")
except OSError:
    print(f"resets what is sent behind its FIN, after {round(time.monotonic() - shut)} s" if shut else "resets without FIN")
P
cat >net.js <<'J'
const socket = require("net").connect(7000, "127.0.0.1").on("data", () => 0).on("error", () => 0);
setTimeout(() => socket.destroy(), 500);
J
cat >mysql2.js <<'J'
const connection = require("mysql2").createConnection({host: "127.0.0.1", port: 7000, user: "root"});
let rows = 0;
connection.query("select x from t").on("result", () => ++rows).on("error", () => 0);
setTimeout(() => { console.log(`${rows > 0 ? "rows came" : "no row"}`); connection.destroy(); }, 500);
J
cat >ioredis.js <<'J'
const redis = new (require("ioredis").Redis)(7000, "127.0.0.1", {enableReadyCheck: false, retryStrategy: () => null});
let messages = 0;
redis.on("message", () => ++messages).on("error", () => 0).subscribe("news");
setTimeout(() => { console.log(`${messages > 0 ? "messages came" : "no message"}`); redis.disconnect(); }, 500);
J
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip link set lo up
  for client in net mysql2 ioredis; do
    timeout 20 python3 server.py "$client" >"said.$client" & server=$!
    sleep 1
    { cat "$client.js"; echo "setTimeout(() => process.exit(0), 5500);"; } >program.js
    timeout 20 node program.js | sed "s/^/$client: /"
    wait "$server" || true
    echo "$client: $(tail -n 1 "said.$client")"
  done' | tee seen
[ "$(cat seen)" = 'net: resets what is sent behind its FIN, after 0 s
mysql2: rows came
mysql2: takes all that is sent behind its FIN, for 3 s and more
ioredis: messages came
ioredis: resets what is sent behind its FIN, after 2 s' ] || { echo 'changed: see above' >&2; exit 1; }
