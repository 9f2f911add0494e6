# SPDX-License-Identifier: GPL-2.0-or-later
"""Small devices with lwIP in situations that lwip.py does not tell of."""

from rstlab.lwip import Machine
from rstlab.rawpeer import RawPeer
from rstlab.scenario import needs, scenario
from rstlab.segment import ACK, SYN
from rstlab.sockets import (port_of, read_exactly, read_to_end, reset_expected, wait_delivered,
                            wait_reset)
from rstlab.truth import Rst

_OPTIONS = {"program": "lwip"}


@scenario("device-reboots-and-connects-anew",
          "A device loses power and connects anew from the port it had before; the server, which "
          "still holds the old connection, answers with an ACK that the device resets.",
          "half_open_recovery", **_OPTIONS)
def recovery(lab):
    machine = Machine(lab)
    listener = lab.listen(lab.client, 8201)
    sock = machine.call("connect", lab.client.ip4, 8201, 50201)
    server = lab.accept(listener)
    machine.call("send", sock, "hello")
    read_exactly(server, 5)
    # So that the old connection is further on than the new one begins.
    for _ in range(3):
        machine.call("send", sock, "measurement " * 100)
        read_exactly(server, 1200)
    machine.stop()
    lab.pause(0.5)
    machine.start()
    machine.call("connect", lab.client.ip4, 8201, 50201)
    wait_reset(server)
    return [Rst("half_open_recovery", "server", origin="client", count=(1, 3))]


@scenario("device-closes-its-listener",
          "Two clients wait in a device's accept queue when its program closes the listening "
          "socket; a third one comes afterwards and is refused.",
          "listener_closed", "port_closed", **_OPTIONS)
def listener_closed(lab):
    machine = Machine(lab)
    listener = machine.call("listen", 8202, 4)
    clients = [lab.connect(lab.client, machine.address, 8202) for _ in range(2)]
    lab.pause(0.5)
    machine.call("close", listener)
    for client in clients:
        wait_reset(client)
    lab.pause(0.2)
    with reset_expected():
        lab.connect(lab.client, machine.address, 8202)
    return [Rst("listener_closed", "server", count=2, flow=[port_of(client) for client in clients]),
            Rst("port_closed", "server")]


@scenario("device-handshake-too-slow",
          "The client's ACK is so slow that the device has repeated its SYN-ACK in vain and "
          "forgotten the request: ACK and, later, data are reset.",
          "synack_expired", may=("late_segment",), **_OPTIONS)
def too_slow(lab):
    machine = Machine(lab)
    machine.call("listen", 8203, 4)
    with lab.router.holding("--dport", "8203", "--tcp-flags", "SYN,ACK", "ACK") as queue:
        client = lab.connect(lab.client, machine.address, 8203)
        queue.wait(1)
        lab.pause(26)
        queue.release()
        wait_reset(client)
    lab.pause(0.2)
    # That the first ACK was so late has not passed the client's capture point. The ACKs behind it
    # were on their way already.
    return [Rst("synack_expired", "server", inseparable_at={"client": ("accept_queue_full",)}),
            Rst("late_segment", "server", count=(0, 12), inseparable=("synack_expired",))]


@scenario("device-forgets-its-closed-half",
          "A device closes; its FIN_WAIT_2 of twenty seconds is over when the client sends its "
          "next record.",
          "half_close_expired", **_OPTIONS)
def half_close(lab):
    machine = Machine(lab)
    listener = machine.call("listen", 8204, 4)
    client = lab.connect(lab.client, machine.address, 8204)
    sock = machine.call("accept", listener)
    client.sendall(b"q" * 40)
    machine.call("receive", sock, 40)
    machine.call("close", sock)
    read_to_end(client)
    lab.pause(26)
    client.sendall(b"one more record")
    wait_reset(client)
    # How long this host keeps FIN_WAIT_2 no capture shows.
    return [Rst("half_close_expired", "server", inseparable=("data_after_close",))]


@scenario("device-gets-stray-synacks",
          "SYN-ACKs for SYNs that it never sent reach a device.",
          "backscatter", **_OPTIONS)
def backscatter(lab):
    machine = Machine(lab)
    for turn in range(3):
        flooded = RawPeer(lab, lab.client, 8205 + turn, machine.address, 50300 + 7 * turn)
        flooded.send(SYN | ACK, seq=9_000_000 + turn, ack=4_000_000 + 77 * turn)
        lab.pause(0.2)
    return [Rst("backscatter", "server", count=3)]


@scenario("device-gets-a-synack-for-something-else",
          "A device's SYN is answered by a SYN-ACK of an old connection; it resets that, and the "
          "right SYN-ACK, to its repeated SYN, connects it.",
          "synack_unacceptable", **_OPTIONS)
def unacceptable(lab):
    machine = Machine(lab)
    peer = RawPeer(lab, lab.client, 8210, machine.address, 50210, isn=6_000_000)
    machine.begin("connect", lab.client.ip4, 8210, 50210)
    syn = peer.expect("S")
    peer.send(SYN | ACK, seq=3_333_333, ack=syn.seq + 5000)
    lab.pause(0.2)
    peer.expect("S", seconds=8)
    peer.send(SYN | ACK, ack=syn.seq + 1)
    machine.end()
    return [Rst("synack_unacceptable", "server", origin="client", count=(1, 2))]


@scenario("device-under-an-xmas-scan",
          "nmap -sX at a device: its closed ports answer FIN, PSH and URG, its open one does not.",
          "scan_probe", program="nmap")
def xmas(lab):
    machine = Machine(lab)
    machine.call("listen", 80, 4)
    lab.client.run("nmap", "-n", "-Pn", "--disable-arp-ping", "--max-retries", "1", "-sX", "-p",
                   "80,81,82", machine.address, check=False)
    return [Rst("scan_probe", "server", count=(2, 4))]


@scenario("device-under-an-ack-scan",
          "nmap -sA sends ACKs of no connection to a device with lwIP, one port open, one closed; "
          "the capture keeps 60 octets of each frame.",
          "scan_probe", snaplen=60, **_OPTIONS)
def ack_scan(lab):
    needs("nmap")
    machine = Machine(lab)
    machine.call("listen", 23020, 2)
    lab.client.run("nmap", "-sA", "-Pn", "-n", "-p", "23020,23021", "--max-retries", "0",
                   machine.address)
    lab.pause(0.4)
    return [Rst("scan_probe", "server", count=2)]


@scenario("device-told-a-wrong-last-ack",
          "The last ACK of a handshake with a device (lwIP) acknowledges a number that was never "
          "sent.",
          "bad_handshake_ack", **_OPTIONS)
def wrong_last_ack(lab):
    machine = Machine(lab)
    machine.call("listen", 23022, 2)
    peer = RawPeer(lab, lab.client, 40022, machine.address, 23022)
    peer.send(SYN, options=b"\x02\x04\x05\xb4")
    answer = peer.expect("SA")
    peer.send(ACK, ack=(answer.seq + 70001) & 0xFFFFFFFF)
    lab.pause(0.4)
    return [Rst("bad_handshake_ack", "server", count=(1, 2))]


@scenario("device-closes-behind-an-unread-command",
          "A device (lwIP) answers a first command and closes its connection with the second one "
          "unread.",
          "unread_data", points=("client",), **_OPTIONS)
def unread(lab):
    machine = Machine(lab)
    listener = machine.call("listen", 23023, 2)
    client = lab.connect(lab.client, machine.address, 23023)
    sock = machine.call("accept", listener)
    client.sendall(b"READ 1\r\n")
    machine.call("receive", sock, 8)
    machine.call("send", sock, "21.5 C\r\n")
    read_exactly(client, 8)
    client.sendall(b"READ 2\r\n")
    wait_delivered(client)
    lab.pause(0.3)
    machine.call("close", sock)
    wait_reset(client)
    return [Rst("unread_data", "server", inseparable=("linger0",))]
