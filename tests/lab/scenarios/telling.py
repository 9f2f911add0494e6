# SPDX-License-Identifier: GPL-2.0-or-later
"""Stacks that say by a reset that they have repeated something in vain. Linux is none of them.

The end that gives up is crafted after captures of the real ones; what it answers to is real.
"""

from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, PSH, RST, SYN
from rstlab.sockets import read_exactly
from rstlab.truth import Rst

_WINDOWS = {"ttl": 128}
_MAC_SYN = bytes.fromhex("020405b4010303060101080a000000000000000004020000")


@scenario("macos-connect-gives-up",
          "A macOS client's SYN is dropped by a firewall; after seven of them, and 127 seconds, it "
          "sends a RST,ACK of its first number (clock of the capture leapt).",
          "retransmit_timeout", points=("client",))
def macos_connect(lab):
    lab.router.filter("forward", "tcp dport 8401 drop")
    client = RawPeer(lab, lab.client, 50401, lab.server.ip4, 8401, isn=3_141_592_653)
    for wait in (1, 2, 4, 8, 16, 32, 64):
        client.send(SYN, seq=3_141_592_653, window=65535, options=_MAC_SYN)
        lab.leap(wait)
    client.send(RST | ACK, seq=3_141_592_653, ack=0, window=65535)
    return [Rst("retransmit_timeout", "client", crafted=True)]


@scenario("windows-upload-gives-up",
          "A Windows client has three segments of an upload on their way when the path dies: it "
          "repeats the first at doubling intervals and resets with the number behind the last (clock "
          "of the capture leapt).",
          "retransmit_timeout", points=("client",))
def windows_upload(lab):
    listener = lab.listen(lab.server, 8402)
    client = RawPeer(lab, lab.client, 50402, lab.server.ip4, 8402, isn=1_500_000_000)
    client.send(SYN, options=bytes.fromhex("020405b40103030801010402"), **_WINDOWS)
    client.expect("SA")
    client.send(ACK, **_WINDOWS)
    server = lab.accept(listener)
    client.send(ACK | PSH, payload=b"PUT /file HTTP/1.1\r\n\r\n", window=1026, **_WINDOWS)
    read_exactly(server, 22)
    server.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    client.expect("PA")
    client.send(ACK, window=1026, **_WINDOWS)
    lab.router.filter("forward", "tcp dport 8402 drop", "tcp sport 8402 drop")
    first = client.send(ACK, payload=b"u" * 1460, window=1026, **_WINDOWS)
    for _ in range(2):
        client.send(ACK, payload=b"u" * 1460, window=1026, **_WINDOWS)
    for doubling in range(5):
        lab.pause(0.1)
        lab.leap(0.3 * 2 ** doubling + 0.2)
        client.send(ACK, seq=first.seq, payload=b"u" * 1460, window=1026, **_WINDOWS)
    lab.leap(9.6)
    client.send(RST | ACK, window=0, **_WINDOWS)
    return [Rst("retransmit_timeout", "client", crafted=True)]


@scenario("device-synack-gives-up",
          "A device (TTL 255) repeats its SYN-ACK five times to a client whom it does not reach, and "
          "then resets it (clock of the capture leapt; form modelled).",
          "retransmit_timeout", points=("server",))
def synack(lab):
    lab.router.filter("forward", "tcp sport 8403 drop")
    device = RawPeer(lab, lab.server, 8403, lab.client.ip4, 50403)
    lab.client.sysctl("net.ipv4.tcp_syn_retries", 1)
    lab.connecting(lab.client, lab.server.ip4, 8403, source_port=50403)
    device.expect("S")
    answer = device.send(SYN | ACK, window=4096, ttl=255, options=bytes.fromhex("02040200"))
    for wait in (3, 6, 12, 24, 48):
        lab.pause(0.7)
        lab.leap(wait)
        device.send(SYN | ACK, seq=answer.seq, window=4096, ttl=255,
                    options=bytes.fromhex("02040200"))
    lab.leap(60)
    device.send(RST | ACK, window=4096, ttl=255)
    return [Rst("retransmit_timeout", "server", crafted=True, inseparable=("synack_expired",))]
