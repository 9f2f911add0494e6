# SPDX-License-Identifier: GPL-2.0-or-later
"""Errands: connections given up early, turned away at the door, made by hand, left for long."""


from rstlab.scenario import scenario
from rstlab.sockets import (ESTABLISHED, exchange, read_exactly, read_until, reset_expected,
                            wait_reset, wait_state)
from rstlab.truth import Rst
from scenarios.daemons import GET, build_go
from scenarios.field import accept_slow
from scenarios.libraries import python_with
from scenarios.web import nginx


@scenario("connect-time-outs-of-curl-and-go",
          "The path is slow for once: curl (--connect-timeout) and a Go program (Dialer.Timeout) "
          "give up connecting after 300 ms, and each SYN-ACK finds nobody.",
          "connect_cancelled", program="curl")
def too_slow(lab):
    program = build_go(lab, f"""package main
import ("net"; "time")
func main() {{
    dialer := net.Dialer{{Timeout: 300 * time.Millisecond}}
    dialer.Dial("tcp", "{lab.server.ip4}:20501")
    time.Sleep(30 * time.Second)
}}
""")
    listener = lab.listen(lab.server, 20501)
    exchange(lab.connect(lab.client, lab.server.ip4, 20501), lab.accept(listener))
    with lab.router.holding("-s", lab.server.ip4, "--sport", "20501", "--tcp-flags", "SYN", "SYN",
                            delay=0.7):
        lab.client.run("curl", "-s", "--connect-timeout", "0.3",
                       f"http://{lab.server.ip4}:20501/", check=False)
        lab.spawn(lab.client, program)
        lab.pause(1.5)
    exchange(lab.connect(lab.client, lab.server.ip4, 20501), lab.accept(listener))
    return [Rst("connect_cancelled", "client", "NO_SOCKET", "UNKNOWN", count=2)]


@scenario("go-server-turns-strangers-away",
          "A Go server has a list of addresses that it does not serve: it accepts them and closes "
          "with SetLinger(0). Others are served.",
          "accept_then_abort", points=("client",), program="go")
def turns_away(lab):
    base, last = lab.client.ip4.rsplit(".", 1)
    stranger = lab.client.add_address(f"{base}.{int(last) + 4}")
    program = build_go(lab, f"""package main
import "net"
func main() {{
    listener, _ := net.Listen("tcp4", "{lab.server.ip4}:20502")
    for {{
        conn, err := listener.Accept()
        if err != nil {{ return }}
        if conn.RemoteAddr().(*net.TCPAddr).IP.String() == "{stranger}" {{
            conn.(*net.TCPConn).SetLinger(0)
            conn.Close()
            continue
        }}
        go func() {{
            octets := make([]byte, 100)
            conn.Read(octets)
            conn.Write(octets)
        }}()
    }}
}}
""")
    lab.daemon(lab.server, 20502, program)
    for source in (None, stranger, stranger, None):
        if source:
            wait_reset(lab.connecting(lab.client, lab.server.ip4, 20502, source=source))
        else:
            client = lab.connect(lab.client, lab.server.ip4, 20502)
            client.sendall(b"q" * 100)
            read_exactly(client, 100)
        lab.pause(0.2)
    return [Rst("accept_then_abort", "server", "TCP_STATE", "CLOSE", count=2)]


@scenario("scapy-shakes-hands-by-itself",
          "A Scapy script makes a handshake and sends a request, but its host's kernel knows "
          "nothing of it and resets the SYN-ACK: ACK and request are reset in turn.",
          "syn_scan", "reset_echo", program="python3-scapy")
def scapy(lab):
    lab.listen(lab.server, 20503)
    python_with(lab, "scapy.all", lab.client, """
import sys
from scapy.all import IP, TCP, conf, send, sr1
conf.verb = 0
to = IP(dst=sys.argv[1])
answer = sr1(to / TCP(sport=45678, dport=20503, flags="S", seq=1000), timeout=3)
send(to / TCP(sport=45678, dport=20503, flags="A", seq=answer.ack, ack=answer.seq + 1))
send(to / TCP(sport=45678, dport=20503, flags="PA", seq=answer.ack, ack=answer.seq + 1)
     / "GET / HTTP/1.0\\r\\n\\r\\n")
""", lab.server.ip4).wait(20)
    return [Rst("syn_scan", "client", "NO_SOCKET", "UNKNOWN"),
            Rst("reset_echo", "server", "TCP_FLAGS", "LISTEN", count=2)]


@scenario("firewall-forgets-after-two-minutes",
          "A stateful firewall between IPv6 hosts forgets a connection after two minutes of "
          "silence and resets what it does not know: the first request after 130 s.",
          "idle_timeout", points=("client", "server"), program="nft")
def two_minutes(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 120)
    lab.router.filter("forward", "ct state established accept",
                      "tcp flags & (syn | ack) == syn accept",
                      "meta l4proto tcp reject with tcp reset")
    client, server = lab.pair(20504, v6=True)
    for _ in range(5):
        exchange(client, server)
        lab.pause(2)
    lab.pause(128)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("idle_timeout", "router", claims="server", at=("client",))]


@scenario("nat-forgets-after-a-minute-and-a-half",
          "A NAT box forgets a connection after 80 silent seconds; the server is the first to "
          "speak afterwards, after 95, and its word reaches the box itself, which knows nothing "
          "of it.",
          "idle_timeout", points=("server",), program="nft")
def nat_minute(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 80)
    lab.router.nat("postrouting", "oifname to-server masquerade")
    client, server = lab.pair(20505)
    exchange(client, server)
    lab.pause(95)
    server.sendall(b"event: news")
    wait_reset(server)
    del client
    return [Rst("idle_timeout", "router", "NO_SOCKET", "UNKNOWN", claims="router",
                inseparable=("nat_state_lost",))]


@scenario("nginx-handshake-too-slow-ipv6",
          "Over IPv6 a client's last ACK of the handshake and its request are held up for six "
          "seconds; nginx' host has repeated its SYN-ACK once and forgotten the attempt.",
          "synack_expired", "late_segment", points=("server",), program="nginx")
def slow_handshake(lab):
    lab.server.sysctl("net.ipv4.tcp_synack_retries", 1)
    lab.server.sysctl("net.ipv4.tcp_syncookies", 0)
    nginx(lab, 20508, f"listen [{lab.server.ip6}]:20508;")
    with lab.router.holding("-d", lab.server.ip6, "--dport", "20508", "--tcp-flags", "SYN,ACK",
                            "ACK"):
        client = lab.connect(lab.client, lab.server.ip6, 20508)
        lab.pause(0.1)
        client.sendall(GET)
        lab.pause(6)
    wait_reset(client)
    return [Rst("synack_expired", "server", "TCP_FLAGS", "LISTEN"),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN", count=(0, 12))]


@scenario("same-port-again-too-soon",
          "A program gives up connecting and tries again from the same port. The SYN-ACK to its "
          "first attempt was slow and comes now: it acknowledges what the second one never sent.",
          "synack_unacceptable", "half_open_recovery", points=("client", "server"))
def too_soon(lab):
    listener = lab.listen(lab.server, 20509)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "20509") as queue:
        first = lab.connecting(lab.client, lab.server.ip4, 20509, source_port=41009)
        queue.wait(1)
        first.close()
        lab.pause(0.3)
        second = lab.connecting(lab.client, lab.server.ip4, 20509, source_port=41009)
        lab.pause(0.05)
        queue.release()
    second.settimeout(5)
    wait_state(second, ESTABLISHED)
    exchange(second, lab.accept(listener))
    # Behind the old SYN-ACK comes the ACK by which the half-open attempt answered the new SYN.
    return [Rst("synack_unacceptable", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT"),
            Rst("half_open_recovery", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT",
                inseparable=("synack_unacceptable",))]


@scenario("curl-keepalive-behind-a-cut-path",
          "curl --keepalive-time 1 waits for a slow answer when the path is cut: its kernel probes "
          "nine times and resets.",
          "keepalive_timeout", points=("client",), program="curl")
def curl_keepalive(lab):
    listener = lab.listen(lab.server, 20510)
    curl = lab.spawn(lab.client, "curl", "-s", "--keepalive-time", "1", "-o", "/dev/null",
                     f"http://{lab.server.ip4}:20510/")
    server = accept_slow(lab, listener)
    read_until(server, b"\r\n\r\n")
    lab.pause(0.5)
    with lab.router.filtering("forward", f"ip saddr {lab.server.ip4} drop"):
        curl.wait(30)
        lab.pause(0.2)
    return [Rst("keepalive_timeout", "client", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED")]
