"""Port scans and probes, by the real tools and by hand, and answers to spoofed SYNs."""

from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, FIN, PSH, SYN, URG, Segment
from rstlab.sockets import abort, exchange, port_of
from rstlab.truth import Rst


def _nmap(lab, *options, target=None):
    """nmap from the client: no name service, no host discovery, one try."""
    return lab.client.run("nmap", "-n", "-Pn", "--disable-arp-ping", "--max-retries", "1",
                          "--host-timeout", "20s", *options, target or lab.server.ip4)


def _refused(flow, token="port_closed", **more):
    return Rst(token, "server", "NO_SOCKET", "UNKNOWN", flow=flow, count=len(flow), **more)


@scenario("nmap-syn-scan",
          "nmap -sS: its host resets the SYN-ACKs of open ports, the server refuses at closed "
          "ones.",
          "syn_scan", "port_closed", sample="client", program="nmap")
def nmap_syn(lab):
    for port in (22, 443):
        lab.listen(lab.server, port)
    _nmap(lab, "-sS", "-p", "21,22,80,443,3389")
    return [Rst("syn_scan", "client", "NO_SOCKET", "UNKNOWN", flow=(22, 443), count=2),
            _refused((21, 80, 3389))]


@scenario("nmap-syn-scan-ipv6",
          "nmap -6 -sS.",
          "syn_scan", "port_closed", program="nmap")
def nmap_syn6(lab):
    lab.listen(lab.server, 22, v6=True)
    _nmap(lab, "-6", "-sS", "-p", "22,23", target=lab.server.ip6)
    return [Rst("syn_scan", "client", "NO_SOCKET", "UNKNOWN", flow=22), _refused((23,))]


@scenario("nmap-connect-scan",
          "nmap -sT connects with ordinary sockets and aborts where a port is open.",
          "connect_probe", "port_closed", program="nmap")
def nmap_connect(lab):
    lab.listen(lab.server, 22)
    lab.listen(lab.server, 80)
    _nmap(lab, "-sT", "-p", "22,25,80,110")
    return [Rst("connect_probe", "client", "TCP_STATE", "CLOSE", flow=(22, 80), count=2),
            _refused((25, 110))]


def _probe_scan(lab, option, open_ports_answer):
    lab.listen(lab.server, 80)
    _nmap(lab, option, "-p", "80,81,82")
    rules = [_refused((81, 82), "scan_probe")]
    if open_ports_answer:
        rules.append(Rst("scan_probe", "server", "TCP_FLAGS", "LISTEN", flow=80))
    return rules


@scenario("nmap-ack-scan", "nmap -sA: ACKs of no connection, at open and closed ports.",
          "scan_probe", program="nmap")
def nmap_ack(lab):
    return _probe_scan(lab, "-sA", True)


@scenario("nmap-window-scan", "nmap -sW: like the ACK scan, reading the window of the answers.",
          "scan_probe", program="nmap")
def nmap_window(lab):
    return _probe_scan(lab, "-sW", True)


@scenario("nmap-maimon-scan", "nmap -sM: FIN and ACK without a connection.",
          "scan_probe", program="nmap")
def nmap_maimon(lab):
    return _probe_scan(lab, "-sM", True)


@scenario("nmap-fin-scan", "nmap -sF: lone FINs; only closed ports answer.",
          "scan_probe", program="nmap")
def nmap_fin(lab):
    return _probe_scan(lab, "-sF", False)


@scenario("nmap-null-scan", "nmap -sN: segments without any flag; only closed ports answer.",
          "scan_probe", program="nmap")
def nmap_null(lab):
    return _probe_scan(lab, "-sN", False)


@scenario("nmap-xmas-scan", "nmap -sX: FIN, PSH and URG; only closed ports answer.",
          "scan_probe", program="nmap")
def nmap_xmas(lab):
    return _probe_scan(lab, "-sX", False)


@scenario("nmap-custom-flags-scan", "nmap --scanflags SYNFIN: SYN and FIN together.",
          "scan_probe", program="nmap")
def nmap_synfin(lab):
    _nmap(lab, "-sS", "--scanflags", "SYNFIN", "-p", "81,82")
    return [_refused((81, 82), "scan_probe")]


@scenario("nmap-service-detection",
          "nmap -sV: SYN scan, then real connections that speak to the open port.",
          "syn_scan", program="nmap")
def nmap_version(lab):
    listener = lab.listen(lab.server, 2121)
    scanner = lab.spawn(lab.client, "nmap", "-n", "-Pn", "--disable-arp-ping", "-sV",
                        "--version-intensity", "0", "-p", "2121", lab.server.ip4)
    server = lab.accept(listener)
    server.sendall(b"220 ftp.example.com FTP server ready\r\n")
    scanner.wait(20)
    server.close()
    return [Rst("syn_scan", "client", "NO_SOCKET", "UNKNOWN")]


@scenario("hping3-syn",
          "hping3 -S sends SYNs to an open port; its host resets the SYN-ACKs.",
          "syn_scan", program="hping3")
def hping_syn(lab):
    lab.listen(lab.server, 8300)
    lab.client.run("hping3", "-n", "-q", "-S", "-c", "3", "-i", "u200000", "-p", "8300",
                   lab.server.ip4, check=False)
    return [Rst("syn_scan", "client", "NO_SOCKET", "UNKNOWN", count=3)]


@scenario("hping3-ack",
          "hping3 -A sends ACKs of no connection to a closed port.",
          "scan_probe", program="hping3")
def hping_ack(lab):
    lab.client.run("hping3", "-n", "-q", "-A", "-c", "3", "-i", "u200000", "-p", "8301",
                   lab.server.ip4, check=False)
    return [Rst("scan_probe", "server", "NO_SOCKET", "UNKNOWN", count=3)]


@scenario("hping3-syns-to-closed-port",
          "hping3 sends twenty SYNs, a source port each, to a closed port in a fifth of a second.",
          "port_closed", program="hping3")
def hping_flood(lab):
    lab.client.run("hping3", "-n", "-q", "-S", "-c", "20", "-i", "u10000", "-p", "8302",
                   lab.server.ip4, check=False)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=20)]


@scenario("scan-probe-mixed-flags",
          "One hand-made segment of each odd kind meets a closed port.",
          "scan_probe")
def mixed_flags(lab):
    peer = RawPeer(lab, lab.client, 40303, lab.server.ip4, 8303)
    for flags, payload in ((FIN, b""), (0, b""), (SYN | FIN, b""), (FIN | PSH | URG, b""),
                           (FIN | PSH | ACK, b"x"), (0, b"xyz")):
        peer.send(flags, payload=payload)
        peer.expect("R", "RA")
        lab.pause(0.05)
    return [Rst("scan_probe", "server", "NO_SOCKET", "UNKNOWN", count=6)]


@scenario("backscatter",
          "Somebody floods the server in the client's name; the client resets SYN-ACKs to SYNs "
          "that it never sent.",
          "backscatter")
def backscatter(lab):
    lab.listen(lab.server, 8304)
    for number in range(4):
        lab.router.inject(Segment(lab.client.ip4, 42000 + number, lab.server.ip4, 8304, SYN,
                                  seq=1_000_000 * number + 5, ttl=48, ip_id=3000 + number))
        lab.pause(0.1)
    return [Rst("backscatter", "client", "NO_SOCKET", "UNKNOWN", count=4, at=("client",)),
            Rst("backscatter", "client", "NO_SOCKET", "UNKNOWN", count=4, at=("server",),
                inseparable=("syn_scan",),
                note="this capture has the spoofed SYNs, whose TTL differs from the client's")]


@scenario("backscatter-stray-synack",
          "SYN-ACKs of hosts that a spoofed flood hits far away arrive at the client.",
          "backscatter")
def stray_synack(lab):
    for number in range(3):
        lab.router.inject(Segment(lab.server.ip4, 443, lab.client.ip4, 43000 + 17 * number,
                                  SYN | ACK, seq=777 * number + 1, ack=99_000 + number, ttl=52,
                                  options=bytes.fromhex("020405b4")))
        lab.pause(0.2)
    return [Rst("backscatter", "client", "NO_SOCKET", "UNKNOWN", count=3, inseparable_at={
        "server": ("capture_incomplete", "connection_unknown")})]


@scenario("connect-probe",
          "A health check: every half second a connection is opened and aborted without a byte.",
          "connect_probe", sample="server")
def connect_probe(lab):
    listener = lab.listen(lab.server, 8305)
    for _ in range(5):
        probe = lab.connect(lab.client, lab.server.ip4, 8305)
        lab.accept(listener)
        abort(probe)
        lab.pause(0.5)
    return [Rst("connect_probe", "client", "TCP_STATE", "CLOSE", count=5)]


@scenario("connect-probe-ipv6",
          "The health check over IPv6.",
          "connect_probe")
def connect_probe_ipv6(lab):
    lab.listen(lab.server, 8306, v6=True)
    for _ in range(3):
        abort(lab.connect(lab.client, lab.server.ip6, 8306))
        lab.pause(0.4)
    return [Rst("connect_probe", "client", "TCP_STATE", "CLOSE", count=3)]


@scenario("connect-probe-among-traffic",
          "Health checks and served clients share the port.",
          "connect_probe")
def probe_among_traffic(lab):
    listener = lab.listen(lab.server, 8307)
    probes = []
    for _ in range(3):
        client = lab.connect(lab.client, lab.server.ip4, 8307)
        server = lab.accept(listener)
        exchange(client, server)
        probe = lab.connect(lab.client, lab.server.ip4, 8307)
        lab.accept(listener)
        probes.append(port_of(probe))
        abort(probe)
        client.close()
        server.close()
        lab.pause(0.3)
    return [Rst("connect_probe", "client", "TCP_STATE", "CLOSE", count=3, flow=probes)]


@scenario("connect-probe-single",
          "One connection is opened and aborted without a byte: somebody tried the port once.",
          "connect_probe")
def probe_single(lab):
    lab.listen(lab.server, 8308)
    abort(lab.connect(lab.client, lab.server.ip4, 8308))
    return [Rst("connect_probe", "client", "TCP_STATE", "CLOSE")]


@scenario("accept-then-abort",
          "The server accepts and aborts at once (an access list), while other clients of the "
          "same port are served.",
          "accept_then_abort", sample="client")
def accept_then_abort(lab):
    listener = lab.listen(lab.server, 8309)
    first = lab.connect(lab.client, lab.server.ip4, 8309)
    exchange(first, lab.accept(listener))
    refused = []
    base, host = lab.client.ip4.rsplit(".", 1)
    stranger = lab.client.add_address(f"{base}.{int(host) + 5}")
    for _ in range(2):
        sock = lab.connect(lab.client, lab.server.ip4, 8309, source=stranger)
        refused.append(port_of(sock))
        abort(lab.accept(listener))
        lab.pause(0.2)
    last = lab.connect(lab.client, lab.server.ip4, 8309)
    exchange(last, lab.accept(listener))
    return [Rst("accept_then_abort", "server", "TCP_STATE", "CLOSE", count=2, flow=refused)]


@scenario("accept-then-abort-alone",
          "The server accepts one connection and aborts it at once.",
          "accept_then_abort")
def accept_then_abort_alone(lab):
    _, server = lab.pair(8310)
    abort(server)
    return [Rst("accept_then_abort", "server", "TCP_STATE", "CLOSE",
                inseparable=("listener_closed",))]


@scenario("accept-then-abort-ipv6",
          "Over IPv6 the server accepts and aborts at once, twice.",
          "accept_then_abort")
def accept_then_abort_ipv6(lab):
    listener = lab.listen(lab.server, 8311, v6=True)
    for _ in range(2):
        lab.connect(lab.client, lab.server.ip6, 8311)
        abort(lab.accept(listener))
        lab.pause(0.1)
    return [Rst("accept_then_abort", "server", "TCP_STATE", "CLOSE", count=2)]
