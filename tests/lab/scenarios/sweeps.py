# SPDX-License-Identifier: GPL-2.0-or-later
"""Scans of further kinds, and taps that hear one direction only."""

from rstlab.scenario import scenario
from rstlab.sockets import (abort, exchange, read_exactly, read_to_end, wait_delivered,
                            wait_reset)
from rstlab.truth import Rst

_SCANNER = ("NO_SOCKET", "UNKNOWN")


def _nmap(lab, *options):
    return lab.client.run("nmap", "-n", "-Pn", "--disable-arp-ping", "--max-retries", "1",
                          "--host-timeout", "40s", *options, lab.server.ip4, check=False)


@scenario("hping3-synack-scan",
          "hping3 -S -A sends SYN-ACKs that nobody asked for, to an open and to a closed port.",
          "scan_probe", program="hping3")
def synack_scan(lab):
    lab.listen(lab.server, 7801)
    for port in ("7801", "7802"):
        lab.client.run("hping3", "-S", "-A", "-p", port, "-c", "2", "-i", "u100000",
                       lab.server.ip4, check=False)
    # The same frames are what a spoofed flood of somebody else scatters.
    return [Rst("scan_probe", "server", ("NO_SOCKET", "TCP_FLAGS"), count=4,
                inseparable=("backscatter",))]


@scenario("hping3-syn-with-data",
          "hping3 sends SYNs that carry 120 octets to a closed port.",
          "port_closed", program="hping3")
def syn_data(lab):
    lab.client.run("hping3", "-S", "-d", "120", "-p", "7803", "-c", "3", "-i", "u100000",
                   lab.server.ip4, check=False)
    return [Rst("port_closed", "server", *_SCANNER, count=3)]


@scenario("hping3-data-without-a-connection",
          "hping3 -P -A -d sends pushed data of no connection to an open and to a closed port.",
          "scan_probe", program="hping3")
def stray_data(lab):
    lab.listen(lab.server, 7804)
    for port in ("7804", "7805"):
        lab.client.run("hping3", "-P", "-A", "-d", "64", "-p", port, "-c", "2", "-i", "u100000",
                       lab.server.ip4, check=False)
    # Data in the middle of what could have been a connection before the capture began.
    return [Rst("scan_probe", "server", ("NO_SOCKET", "TCP_FLAGS"), count=4,
                inseparable=("connection_unknown", "capture_incomplete"))]


@scenario("nmap-scan-heard-outwards",
          "nmap -sS of four ports, one open, by a tap that hears only what the scanning host sends.",
          "syn_scan", points=("client",), heard="out", program="nmap")
def heard_out(lab):
    lab.listen(lab.server, 22)
    _nmap(lab, "-sS", "-p", "21,22,23,80")
    # The SYN-ACK that was reset is not there; a SYN of nmap's form is.
    return [Rst("syn_scan", "client", *_SCANNER,
                inseparable=("connect_cancelled", "capture_incomplete"))]


@scenario("nmap-scan-heard-inwards",
          "nmap -sS of four ports, one open, by a tap that hears only what reaches the scanning "
          "host: three refusals of SYNs that nobody saw.",
          "port_closed", points=("client",), heard="in", program="nmap")
def heard_in(lab):
    lab.listen(lab.server, 22)
    _nmap(lab, "-sS", "-p", "21,22,23,80")
    return [Rst("port_closed", "server", *_SCANNER, count=3,
                inseparable=("capture_incomplete",))]


@scenario("nmap-ack-scan-from-port-53-heard-inwards",
          "nmap -sA with source port 53: of it the tap hears only the resets.",
          "scan_probe", points=("client",), heard="in", program="nmap")
def ack_scan_in(lab):
    lab.listen(lab.server, 80)
    _nmap(lab, "-sA", "-g", "53", "-p", "80,81,82")
    # A bare reset alone: what it answered is not in the capture.
    return [Rst("scan_probe", "server", ("NO_SOCKET", "TCP_FLAGS"), count=3,
                inseparable=("capture_incomplete", "connection_unknown"))]


@scenario("nmap-guesses-the-system",
          "nmap -O sends its dozen odd probes to one open and one closed port.",
          "syn_scan", "port_closed", "scan_probe", program="nmap")
def os_detection(lab):
    lab.listen(lab.server, 7810)
    _nmap(lab, "-O", "--max-os-tries", "1", "-p", "7810,7811")
    # Of the closed port's answers to segments without ACK the first two are to SYNs (nmap's first
    # look and its probe T5), later ones to T7, which has FIN, PSH and URG.
    return [Rst("syn_scan", "client", *_SCANNER, count=(5, 20)),
            Rst("port_closed", "server", *_SCANNER, count=2, flow=7811,
                when=lambda segment: segment.letters == "RA"),
            Rst("scan_probe", "server", ("TCP_FLAGS", "NO_SOCKET"), count=(3, 8))]


@scenario("keepalive-race-heard-from-the-server",
          "The server ends an idle connection and resets the client's next request; the tap hears "
          "the server alone.",
          "data_after_close", points=("server",), heard="out")
def race_out(lab):
    client, server = lab.pair(7820)
    for _ in range(3):
        exchange(client, server)
        lab.pause(0.1)
    lab.pause(0.8)
    server.close()
    read_to_end(client)
    lab.pause(0.3)
    client.sendall(b"one more request")
    wait_reset(client)
    # What drew the reset is not in the capture.
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT",
                inseparable=("capture_incomplete",))]


@scenario("abort-heard-from-the-client",
          "A client reads its whole answer and aborts; the tap hears the client alone, whose "
          "acknowledgments tell what it got.",
          "linger0", points=("client",), heard="out")
def abort_out(lab):
    client, server = lab.pair(7821)
    for _ in range(2):
        exchange(client, server)
    lab.pause(0.5)
    abort(client)
    lab.pause(0.1)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE",
                inseparable=("unread_data", "capture_incomplete"))]


@scenario("unread-download-heard-from-the-downloader",
          "A client closes with most of a download unread; the tap hears only what arrives at the "
          "server's host from it.",
          "unread_data", points=("server",), heard="in")
def unread_in(lab):
    client, server = lab.pair(7822)
    client.sendall(b"GET /big")
    read_exactly(server, 8)
    server.sendall(b"b" * 60_000)
    wait_delivered(server)
    lab.pause(0.4)
    client.close()
    lab.pause(0.1)
    # The window closed octet for octet while data was acknowledged, and opens again in the reset.
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE")]
