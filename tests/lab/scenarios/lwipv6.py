# SPDX-License-Identifier: GPL-2.0-or-later
"""LWIPv6 (liblwipv6-2, View-OS' stack), an lwIP of 2005 that has gone its own way since.

No tracepoint speaks of its resets; what the machine was told to do is what it did. Its listener
answers a stray segment by a reset whose number is one too high.
"""

import ctypes.util

from rstlab import sockets
from rstlab.guest import Guest
from rstlab.scenario import NotHere, needs, scenario
from rstlab.sockets import (read_exactly, reset_expected, wait_delivered, wait_reset, wait_state)
from rstlab.truth import Rst

_OPTIONS = {"program": "lwipv6"}


def _machine(lab):
    if not ctypes.util.find_library("lwipv6"):
        raise NotHere("liblwipv6-2 is not installed")
    return Guest(lab, "lwipv6.py")


def _served(lab, machine, listener, port):
    """A client that has asked once and has its answer: (client, the machine's socket)."""
    client = lab.connect(lab.client, machine.address, port)
    sock = machine.call("accept", listener)
    client.sendall(b"q" * 100)
    machine.call("receive", sock, 100)
    machine.call("send", sock, 50)
    read_exactly(client, 50)
    return client, sock


def _serving(lab, port):
    """A machine and its first client: (machine, client, the machine's socket)."""
    machine = _machine(lab)
    return machine, *_served(lab, machine, machine.call("listen", port, 4), port)


@scenario("lwipv6-refuses", "A machine with LWIPv6 serves one port; a client tries two others.",
          "port_closed", **_OPTIONS)
def refuses(lab):
    machine, _, _ = _serving(lab, 23051)
    for port in (23052, 23053):
        with reset_expected():
            lab.connect(lab.client, machine.address, port)
    return [Rst("port_closed", "server", count=2, flow=(23052, 23053))]


@scenario("silent-lwipv6-closes-with-a-request-unread",
          "A machine with LWIPv6 answers once and closes with the next request unread: a FIN, and "
          "what comes then is acknowledged.",
          **_OPTIONS)
def unread(lab):
    machine, client, sock = _serving(lab, 23054)
    client.sendall(b"next request\r\n")
    wait_delivered(client)
    lab.pause(0.3)
    machine.call("close", sock)
    lab.pause(1)
    client.sendall(b"one more\r\n")
    lab.pause(0.6)
    return []


@scenario("lwipv6-under-an-ack-scan",
          "nmap -sA at a machine with LWIPv6, one port open, one closed.",
          "scan_probe", points=("client",), **_OPTIONS)
def scan(lab):
    needs("nmap")
    machine = _machine(lab)
    machine.call("listen", 23056, 4)
    lab.client.run("nmap", "-sA", "-Pn", "-n", "-p", "23056,23057", "--max-retries", "0",
                   machine.address)
    lab.pause(0.4)
    return [Rst("scan_probe", "server", count=(1, 2))]


@scenario("lwipv6-restarted-under-two-clients",
          "A machine with LWIPv6 loses its power and boots again; two clients' requests, repeated "
          "meanwhile, are reset.",
          "peer_restarted", **_OPTIONS)
def restarted(lab):
    machine = _machine(lab)
    listener = machine.call("listen", 23058, 4)
    clients = [_served(lab, machine, listener, 23058)[0] for _ in range(2)]
    machine.stop()
    lab.pause(0.3)
    for client in clients:
        client.sendall(b"next request\r\n")
    lab.pause(0.8)
    machine.start()
    for client in clients:
        wait_reset(client, 10)
    return [Rst("peer_restarted", "server", count=(2, 4),
                inseparable=("connection_unknown", "gave_up_silently"))]


@scenario("lwipv6-forgets-its-closed-half",
          "A machine with LWIPv6 closes; its FIN_WAIT_2 is over when the client, who kept its half "
          "open, sends its next record 50 s later. The reset's number is one too high: Linux "
          "answers by a challenge ACK, which is reset as well.",
          "half_close_expired", may=("late_segment",), **_OPTIONS)
def half_close(lab):
    machine, client, sock = _serving(lab, 23055)
    lab.pause(0.5)
    machine.call("close", sock)
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(50)
    client.sendall(b"next record\r\n")
    lab.pause(1.5)
    return [Rst("half_close_expired", "server", count=(1, 60),
                inseparable=("late_segment", "connection_unknown"))]
