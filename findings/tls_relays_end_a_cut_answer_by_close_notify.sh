#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# TLS has close_notify so that an end meant by the sender can be told from a cut. A relay that ends TLS for a server
# sends it in the server's place: when the server aborts in the middle of its answer, the client of stunnel, of hitch
# and of HAProxy (TCP mode) gets the part and close_notify, as from a server that closes. Without a relay it gets none.
#
# Needs root, util-linux, iproute2, openssl, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q stunnel4=3:5.68-2+deb12u1 hitch=1.7.2-1+b1 haproxy=2.6.12-1+deb12u4 libev4 libwrap0 libssl3 libsystemd0 \
  liblua5.3-0 libpcre2-8-0 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -subj /CN=a.example -days 2 2>/dev/null
cat key.pem certificate.pem >both.pem
libraries=$work/root/usr/lib/$(uname -m)-linux-gnu:$work/root/lib/$(uname -m)-linux-gnu
for name in stunnel4 hitch haproxy; do dpkg-deb -W "$name"_*.deb; done

cat >stunnel.conf <<C
foreground = yes
pid =
[relay]
accept = 127.0.0.1:7001
connect = 127.0.0.1:7000
cert = $work/both.pem
C
cat >haproxy.cfg <<C
defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen relay
  bind 127.0.0.1:7003 ssl crt $work/both.pem
  server one 127.0.0.1:7000
C
cat >ends.py <<'P'
import socket, ssl, struct, threading, time

def answer(listener, tls, by_reset):
    server, _ = listener.accept()
    if tls:
        server = tls.wrap_socket(server, server_side=True)
    server.recv(100)
    server.sendall(b"a part")
    time.sleep(0.3)
    if by_reset:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif tls:
        try:
            server.unwrap()
        except OSError:
            pass  # the client did not answer the close_notify
    server.close()

behind = socket.create_server(("127.0.0.1", 7000))
direct = socket.create_server(("127.0.0.1", 7004))
own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
own.load_cert_chain("both.pem")
context = ssl.create_default_context(cafile="certificate.pem")
context.check_hostname = False
for name, port in (("no relay", 7004), ("stunnel", 7001), ("hitch", 7002), ("haproxy", 7003)):
    for way in ("closes", "aborts"):
        listener, tls = (direct, own) if port == 7004 else (behind, None)
        origin = threading.Thread(target=answer, args=(listener, tls, way == "aborts"))
        origin.start()
        # suppress_ragged_eofs: an end without close_notify is to be told.
        client = context.wrap_socket(socket.create_connection(("127.0.0.1", port)), suppress_ragged_eofs=False)
        client.settimeout(5)
        client.sendall(b"question")
        part = client.recv(100).decode()
        try:
            end = "close_notify" if client.recv(100) == b"" else "data"
        except (ssl.SSLEOFError, ConnectionResetError):
            end = "no close_notify"
        client.close()
        origin.join()
        print(f"{name}, the server {way}: the client gets {part} and {end}")
P
export libraries
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip link set lo up
  LD_LIBRARY_PATH=$libraries root/usr/bin/stunnel4 stunnel.conf >/dev/null 2>&1 & one=$!
  LD_LIBRARY_PATH=$libraries root/usr/sbin/hitch --backend="[127.0.0.1]:7000" --frontend="[127.0.0.1]:7002" --user=root \
    both.pem >/dev/null 2>&1 & two=$!
  LD_LIBRARY_PATH=$libraries root/usr/sbin/haproxy -f haproxy.cfg >/dev/null 2>&1 & three=$!
  sleep 2
  timeout 30 python3 ends.py
  kill "$one" "$two" "$three"' | tee seen
[ "$(cat seen)" = 'no relay, the server closes: the client gets a part and close_notify
no relay, the server aborts: the client gets a part and no close_notify
stunnel, the server closes: the client gets a part and close_notify
stunnel, the server aborts: the client gets a part and close_notify
hitch, the server closes: the client gets a part and close_notify
hitch, the server aborts: the client gets a part and close_notify
haproxy, the server closes: the client gets a part and close_notify
haproxy, the server aborts: the client gets a part and close_notify' ] || { echo 'changed: see above' >&2; exit 1; }
