#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# asyncio's `transport.abort()` "closes the transport immediately" and drops what it has not sent; so does uvloop's.
# What the peer sees is a part of the data and a FIN, as if that were all. Twisted's `abortConnection()` does what both
# names promise: a RST.
#
# Needs root, util-linux, iproute2, Python 3.11; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q python3-uvloop=0.17.0+ds1-2+b2 libuv1=1.44.2-1+deb12u1 python3-twisted=22.4.0-4+deb12u1 \
  python3-zope.interface python3-constantly python3-hyperlink python3-automat python3-incremental python3-attr \
  python3-idna >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
PYTHONPATH=$work/root/usr/lib/python3/dist-packages
export LD_LIBRARY_PATH PYTHONPATH

cat >aborts.py <<'P'
# Each writes 20 MB to a slow reader and aborts. What does the reader find at the end?
import asyncio, socket, sys, threading, time
import twisted, uvloop
from twisted.internet import protocol, reactor

SENT = 20_000_000

async def write_and_abort(address):
    _, writer = await asyncio.open_connection(*address)
    writer.write(bytes(SENT))
    await asyncio.sleep(0.1)
    writer.transport.abort()
    await asyncio.sleep(0.2)

def by_asyncio(address):
    asyncio.run(write_and_abort(address))

def by_uvloop(address):
    uvloop.install()
    asyncio.run(write_and_abort(address))

class Aborting(protocol.Protocol):
    def connectionMade(self):
        self.transport.write(bytes(SENT))
        reactor.callLater(0.1, self.transport.abortConnection)
        reactor.callLater(0.3, reactor.stop)

def by_twisted(address):
    factory = protocol.ClientFactory()
    factory.protocol = Aborting
    reactor.connectTCP(*address, factory)
    reactor.run(installSignalHandlers=False)

def reader(listener, found):
    peer, _ = listener.accept()
    time.sleep(0.5)
    octets, end = 0, "FIN"
    try:
        while piece := peer.recv(65536):
            octets += len(piece)
    except ConnectionResetError:
        end = "RST"
    found.append(f"{'a part' if 0 < octets < SENT else octets} of the data, {end}")

print("Python", sys.version.split()[0], "uvloop", uvloop.__version__, "Twisted", twisted.__version__)
for name, abort in (("asyncio", by_asyncio), ("uvloop", by_uvloop), ("Twisted", by_twisted)):
    found = []
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=reader, args=(listener, found))
    thread.start()
    abort(listener.getsockname())
    thread.join()
    print(f"{name}: {found[0]}")
P
unshare -n sh -c 'ip link set lo up; exec timeout 30 python3 aborts.py' | tee seen
[ "$(tail -n +2 seen)" = 'asyncio: a part of the data, FIN
uvloop: a part of the data, FIN
Twisted: a part of the data, RST' ] || { echo 'changed: see above' >&2; exit 1; }
