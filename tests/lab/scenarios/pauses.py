# SPDX-License-Identifier: GPL-2.0-or-later
"""Idle connections and what ends them: proxies by FIN, boxes by forgetting or by a notice."""

import pathlib

from rstlab import sockets
from rstlab.forger import Forger
from rstlab.scenario import NotHere, scenario
from rstlab.segment import ACK, RST
from rstlab.sockets import (exchange, port_of, read_exactly, reset_expected, wait_delivered,
                            wait_reset, wait_state)
from rstlab.truth import Rst
from scenarios.web import haproxy

_LATE = ("TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA", "TCP_FLAGS")


def _without_timestamps(lab):
    """Hosts whose segments do not betray that a leap of the clock was one."""
    for host in (lab.client, lab.server):
        host.sysctl("net.ipv4.tcp_timestamps", 0)


@scenario("haproxy-tunnel-timeout-then-client-speaks",
          "haproxy in TCP mode ends a tunnel after one idle second, towards its client by FIN; the "
          "client, who had only paused, sends its next command and is reset.",
          "data_after_close", points=("client",), program="haproxy")
def haproxy_tunnel(lab):
    # The backend is another host behind the proxy: its leg does not pass the client.
    backend = lab.listen(lab.server, 7301)
    haproxy(lab, 7300, f"listen db\n mode tcp\n timeout client 1s\n timeout server 1s\n"
            f" bind {lab.server.ip4}:7300\n server one {lab.server.ip4}:7301\n")
    client = lab.connect(lab.client, lab.server.ip4, 7300)
    server = lab.accept(backend)
    exchange(client, server)
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.5)
    client.sendall(b"SELECT 2;")
    wait_reset(client)
    return [Rst("data_after_close", "server", _LATE)]


@scenario("nginx-stream-timeout-then-both-speak",
          "nginx passes a TCP stream and ends it after one idle second (proxy_timeout); both ends "
          "speak afterwards, and each is reset by nginx's host.",
          "data_after_close", program="nginx", points=("client", "router"))
def nginx_stream(lab):
    if not pathlib.Path("/usr/share/nginx/modules/ngx_stream_module.so").exists():
        raise NotHere("libnginx-mod-stream is not installed")
    config = lab.workdir / "stream.conf"
    backend = lab.listen(lab.client, 7303)
    config.write_text(f"""
load_module modules/ngx_stream_module.so;
daemon off; user root; worker_processes 1; pid {lab.workdir}/pid; error_log {lab.workdir}/log;
events {{ }}
stream {{ server {{ listen {lab.server.ip4}:7302; proxy_timeout 1s;
                  proxy_pass {lab.client.ip4}:7303; }} }}
""", encoding="ascii")
    lab.daemon(lab.server, 7302, "nginx", "-p", "/usr/share/nginx", "-e", str(lab.workdir / "log"),
               "-c", str(config))
    client = lab.connect(lab.client, lab.server.ip4, 7302)
    behind = lab.accept(backend)
    exchange(client, behind)
    for end in (client, behind):
        wait_state(end, sockets.CLOSE_WAIT)
    lab.pause(0.4)
    for end in (client, behind):
        end.sendall(b"are you still there?")
        wait_reset(end)
    return [Rst("data_after_close", "server", _LATE, flow=7302),
            Rst("data_after_close", "server", _LATE, flow=7303, origin="client")]


@scenario("box-resets-both-after-300-seconds",
          "A balancer's idle time-out of 300 s is over: it tells both ends by RST,ACK (clock of the "
          "capture leapt; form modelled).",
          "idle_timeout")
def box_300(lab):
    _without_timestamps(lab)
    forger = Forger(lab)
    client, server = lab.pair(7304)
    for _ in range(3):
        exchange(client, server)
        lab.pause(0.2)
    wait_delivered(server)
    here, there = (lab.client.ip4, port_of(client)), (lab.server.ip4, 7304)
    forger.newest(*here, *there)
    forger.newest(*there, *here)
    lab.leap(300)
    forger.reset(*there, *here, flags=RST | ACK, ttl=255, ip_id=0x3001, window=4380)
    forger.reset(*here, *there, flags=RST | ACK, ttl=255, ip_id=0x3002, window=4380)
    lab.pause(0.1)
    return [Rst("idle_timeout", "router", claims=claims, at=(point,), crafted=True,
                note="300 s after the last segment")
            for claims, point in (("server", "client"), ("client", "server"))]


@scenario("firewall-forgets-after-an-hour",
          "A stateful firewall forgets a connection after an hour of silence and refuses what it "
          "does not know: the first request after the pause is reset in the server's name (clock "
          "of the capture leapt; the firewall is nftables, its hour two seconds).",
          "idle_timeout", points=("client", "server", "router"), program="nft")
def firewall_hour(lab):
    _without_timestamps(lab)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 2)
    lab.router.filter("forward", "ct state established accept",
                      "tcp flags & (syn | ack) == syn accept",
                      "meta l4proto tcp reject with tcp reset")
    client, server = lab.pair(7305)
    for _ in range(4):
        exchange(client, server)
        lab.pause(0.3)
    lab.pause(3)
    lab.leap(3600)
    client.sendall(b"good morning")
    with reset_expected():
        client.recv(1)
    return [Rst("idle_timeout", "router", claims="server", at=("client", "router"),
                note="the firewall's idle time-out is 3600 s")]


@scenario("balancer-350-server-speaks-first",
          "After 400 silent seconds the server speaks first, and the network balancer (time-out 350 "
          "s) resets it in the client's name (clock of the capture leapt; form modelled).",
          "idle_timeout", points=("server",))
def balancer_350(lab):
    _without_timestamps(lab)
    forger = Forger(lab)
    client, server = lab.pair(7306)
    exchange(client, server)
    wait_delivered(server)
    here, there = (lab.client.ip4, port_of(client)), (lab.server.ip4, 7306)
    forger.newest(*here, *there)
    lab.leap(400)
    lab.router.filter("forward", "tcp sport 7306 drop", "tcp dport 7306 drop")
    server.sendall(b"event: news")
    lab.pause(0.003)
    forger.reset(*here, *there, ttl=63, ip_id=0)
    wait_reset(server)
    return [Rst("idle_timeout", "router", claims="client", crafted=True,
                note="idle time-out 350 s")]


@scenario("firewall-forgets-a-half-closed-connection",
          "The client has shut its sending half and waits for a long answer. The firewall keeps "
          "half-closed connections for two seconds only: the answer is reset in the client's name.",
          "idle_timeout", points=("client", "server", "router"), program="nft")
def half_closed(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_close_wait", 2)
    lab.router.filter("forward", "ct state established accept",
                      "tcp flags & (syn | ack) == syn accept",
                      "meta l4proto tcp reject with tcp reset")
    client, server = lab.pair(7307)
    client.sendall(b"report, please")
    read_exactly(server, 14)
    client.shutdown(1)
    wait_state(server, sockets.CLOSE_WAIT)
    lab.pause(4)
    server.sendall(b"the report")
    wait_reset(server)
    return [Rst("idle_timeout", "router", claims="client", at=("server", "router"), count=(1, 2))]
