#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A server sends the first 1000 octets of an answer and, after a pause, aborts. HAProxy has passed them on; nginx still
# holds them in its buffer, drops them at the RST and sends its client a 200 without one octet and a FIN. To a client
# of HTTP/1.0, whose answer ends by the FIN, that is a whole and empty answer. After a FIN of the server nginx passes
# on what it holds.
#
# Needs root, util-linux, iproute2, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q nginx=1.22.1-9+deb12u11 haproxy=2.6.12-1+deb12u4 liblua5.3-0 libpcre2-8-0 libsystemd0 libssl3 \
  libcrypt1 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu:$work/root/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
root/usr/sbin/nginx -v 2>&1
root/usr/sbin/haproxy -v 2>/dev/null | head -n 1

cat >nginx.conf <<C
daemon off;
user root;
pid $work/pid;
error_log $work/errors;
events { }
http {
  access_log off;
  client_body_temp_path $work/a;
  proxy_temp_path $work/b;
  fastcgi_temp_path $work/c;
  uwsgi_temp_path $work/d;
  scgi_temp_path $work/e;
  server {
    listen 127.0.0.1:7001;
    location / { proxy_pass http://127.0.0.1:7000; }
  }
}
C
cat >haproxy.cfg <<'C'
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen relay
  bind 127.0.0.1:7002
  server one 127.0.0.1:7000
C
cat >ends.py <<'P'
import socket, struct, threading, time

listener = socket.create_server(("127.0.0.1", 7000))

def answer(by_reset):
    server, _ = listener.accept()
    server.recv(10000)
    server.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + 1000 * b"x")
    time.sleep(0.5)
    if by_reset:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    server.close()

for name, port in (("nginx", 7001), ("HAProxy", 7002)):
    for way in ("FIN", "RST"):
        origin = threading.Thread(target=answer, args=(way == "RST",))
        origin.start()
        client = socket.create_connection(("127.0.0.1", port))
        client.settimeout(5)
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        octets, end = b"", "FIN"
        try:
            while piece := client.recv(10000):
                octets += piece
        except OSError as error:
            end = type(error).__name__
        origin.join()
        head, _, body = octets.partition(b"\r\n\r\n")
        print(f"{name}, the server ends by {way}: the client gets {head[9:12].decode()}, {len(body)} octets, {end}")
P
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip link set lo up
  root/usr/sbin/nginx -e errors -c "$PWD/nginx.conf" 2>/dev/null & one=$!
  root/usr/sbin/haproxy -f haproxy.cfg >/dev/null 2>&1 & two=$!
  sleep 2
  timeout 30 python3 ends.py
  kill "$one" "$two"' | tee seen
[ "$(cat seen)" = 'nginx, the server ends by FIN: the client gets 200, 1000 octets, FIN
nginx, the server ends by RST: the client gets 200, 0 octets, FIN
HAProxy, the server ends by FIN: the client gets 200, 1000 octets, FIN
HAProxy, the server ends by RST: the client gets 200, 1000 octets, FIN' ] || { echo 'changed: see above' >&2; exit 1; }
