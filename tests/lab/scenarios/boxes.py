# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines that vanish, come back, are rebooted or too busy; operators, probes, crashes."""

import ssl

from rstlab.scenario import needs, scenario
from rstlab.sockets import (exchange, port_of, read_exactly, read_until, reset_expected,
                            small_receive_buffer, wait_reset, wait_until)
from rstlab.topology import Host, run
from rstlab.truth import Rst
from scenarios.daemons import GET, GONE, LATE, UNREAD, build_go, post, speak_after_close, visit
from scenarios.handshake import holding_last_acks
from scenarios.web import haproxy, make_certificate, nginx

_MAY = {"may": ("late_segment",)}


def _redis(lab, port, *options, host=None, address=None):
    needs("redis-server")
    host = host or lab.server
    return lab.daemon(host, port, "redis-server", "--port", str(port), "--bind",
                      address or host.ip4, "--save", "", "--protected-mode", "no", *options)


def _ping(client):
    client.sendall(b"PING\r\n")
    read_until(client, b"+PONG\r\n")


def _vanished(lab):
    """Nothing passes between the client and the rest of the world while the block lasts."""
    return lab.router.filtering("forward", f"ip saddr {lab.client.ip4} drop",
                                f"ip daddr {lab.client.ip4} drop")


def _has_given_up(lab, port):
    """Wait until the server's kernel holds no connection of this port."""
    wait_until(lambda: not lab.server.remembers(port), "the server gives up", 30)


# --- peers that vanish ---------------------------------------------------------------------------

@scenario("redis-tcp-keepalive-then-the-client-wakes",
          "A laptop sleeps with a connection to redis open; redis' tcp-keepalive probes give up "
          "and reset it in vain. It wakes and sends its next command.",
          "keepalive_timeout", "late_segment", points=("server",), program="redis-server")
def redis_keepalive(lab):
    _redis(lab, 20401, "--tcp-keepalive", "3")
    client = lab.connect(lab.client, lab.server.ip4, 20401)
    _ping(client)
    with _vanished(lab):
        _has_given_up(lab, 20401)
        lab.pause(1.5)
    client.sendall(b"PING\r\n")
    wait_reset(client)
    return [Rst("keepalive_timeout", "server", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED"),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN")]


@scenario("haproxy-tcp-ut-then-the-client-wakes",
          "A client sleeps in the middle of haproxy's answer; 'tcp-ut' ends the connection "
          "without a word. It wakes, and its next request is reset.",
          "gave_up_silently", program="haproxy")
def haproxy_tcp_ut(lab):
    haproxy(lab, 20402, f"listen web\n mode http\n bind {lab.server.ip4}:20402 tcp-ut 1500ms\n"
            " http-request return status 200 content-type text/plain string hello\n")
    client = visit(lab, 20402)
    lab.pause(0.3)
    with lab.router.filtering("forward", f"ip daddr {lab.client.ip4} drop"):
        client.sendall(GET)
        _has_given_up(lab, 20402)
        lab.pause(0.5)
    lab.pause(0.5)
    client.sendall(GET)
    wait_reset(client)
    # At the client the repetitions are missing: its request got neither answer nor
    # acknowledgment for some seconds.
    return [Rst("gave_up_silently", "server", "TCP_FLAGS", "LISTEN",
                inseparable_at={"client": ("connection_unknown", "peer_restarted",
                                           "nat_state_lost", "idle_timeout")})]


@scenario("machine-rebooted-under-three-clients",
          "A machine with redis loses power and boots: its link is down, its namespace is deleted "
          "and made anew with the same address. Of three clients two repeat their requests "
          "meanwhile and one is idle until later; a new connection is served.",
          "peer_restarted", points=("client",), program="redis-server")
def rebooted(lab):
    base, last = lab.server.ip4.rsplit(".", 1)
    address, gateway = f"{base}.{int(last) + 5}", lab.router.links["to-server"].address
    lab.server.guests.add(address)

    def boot(number):
        link = f"to-machine{number}"
        machine = Host("machine", f"{lab.server.namespace}-boot{number}")
        lab.at_end(machine)
        run("ip", "link", "add", "eth0", "netns", machine.namespace, "type", "veth", "peer",
            "name", link, "netns", lab.router.namespace)
        machine.ip("link", "set", "eth0", "up")
        machine.ip("addr", "add", f"{address}/32", "dev", "eth0")
        machine.ip("route", "add", gateway, "dev", "eth0")
        machine.ip("route", "add", "default", "via", gateway)
        service = _redis(lab, 20403, host=machine, address=address)
        lab.router.ip("link", "set", link, "up")
        lab.router.ip("route", "add", f"{address}/32", "dev", link)
        lab.pause(0.3)
        return machine, service
    machine, service = boot(1)
    clients = [lab.connect(lab.client, address, 20403) for _ in range(3)]
    for client in clients:
        _ping(client)
    lab.router.ip("link", "set", "to-machine1", "down")
    lab.router.ip("route", "add", "blackhole", f"{address}/32")
    for client in clients[:2]:
        client.sendall(b"PING\r\n")
    service.kill()
    service.wait()
    run("ip", "netns", "del", machine.namespace)
    lab.pause(1.2)
    lab.router.ip("route", "del", "blackhole", f"{address}/32")
    boot(2)
    for client in clients[:2]:
        wait_reset(client, 20)
    lab.pause(0.5)
    clients[2].sendall(b"PING\r\n")
    wait_reset(clients[2])
    again = lab.connect(lab.client, address, 20403)
    _ping(again)
    return [Rst("peer_restarted", "server", GONE, count=3)]


# --- too busy, too early -------------------------------------------------------------------------

@scenario("redis-shut-down-in-a-handshake",
          "redis is told to SHUTDOWN while a client's last ACK of the handshake is on its way; a "
          "later connection is refused.",
          "listener_gone", "port_closed", program="redis-server")
def redis_shutdown(lab):
    server = _redis(lab, 20404)
    with holding_last_acks(lab, 20404) as queue:
        client = lab.connect(lab.client, lab.server.ip4, 20404)
        queue.wait(1)
        lab.no_redis_label(client)
        lab.signal(server)
        queue.release()
    wait_reset(client)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 20404)
    return [Rst("listener_gone", "server", "NO_SOCKET", "UNKNOWN", flow=port_of(client)),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


@scenario("node-blocked-with-a-short-backlog",
          "A Node server computes for nine seconds; its backlog is two. A client whose last ACK "
          "finds the queue full has its request ignored, then forgotten, then reset.",
          "accept_queue_full", points=("client",), program="node")
def node_backlog(lab):
    needs("node")
    lab.server.sysctl("net.ipv4.tcp_syncookies", 0)
    lab.server.sysctl("net.ipv4.tcp_synack_retries", 1)
    lab.daemon(lab.server, 20405, "node", "-e", f"""
require('http').createServer((request, response) => {{
    for (const end = Date.now() + 9000; Date.now() < end;);
    response.end('hello');
}}).listen(20405, '{lab.server.ip4}', 2);
""")
    busy = lab.connect(lab.client, lab.server.ip4, 20405)
    busy.sendall(GET)
    lab.pause(0.3)
    clients = [lab.connect(lab.client, lab.server.ip4, 20405) for _ in range(2)]
    with holding_last_acks(lab, 20405) as queue:
        clients += [lab.connect(lab.client, lab.server.ip4, 20405) for _ in range(3)]
        queue.wait(3)
        queue.release()
    lab.pause(0.1)
    victim = clients[-1]
    victim.sendall(GET)
    wait_reset(victim, 9)
    return [Rst("accept_queue_full", "server", "TCP_FLAGS", "LISTEN", flow=port_of(victim))]


@scenario("node-connections-cross-at-the-time-out",
          "A Node server ends an idle connection while the client's next request is under way: "
          "FIN and request cross.",
          "data_after_close", program="node")
def node_crossing(lab):
    needs("node")
    lab.daemon(lab.server, 20406, "node", "-e", f"""
const server = require('http').createServer((request, response) => response.end('hello'));
server.keepAliveTimeout = 1000;
server.listen(20406, '{lab.server.ip4}');
""")
    client = visit(lab, 20406)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "20406") as queue:
        queue.wait(1, 10)
        client.sendall(GET)
        lab.pause(0.05)
        queue.release()
    wait_reset(client)
    return [Rst("data_after_close", "server", LATE)]


@scenario("curl-retries-until-somebody-listens",
          "curl --retry-connrefused asks while the service is deployed anew: refused thrice, then "
          "served. The tap hears only what reaches curl's host.",
          "port_closed", points=("client",), heard="in", program="curl")
def curl_retries(lab):
    lab.spawn(lab.client, "curl", "-s", "--retry", "9", "--retry-delay", "1",
              "--retry-connrefused", "-o", "/dev/null", f"http://{lab.server.ip4}:20407/")
    lab.pause(2.6)
    nginx(lab, 20407)
    lab.pause(2)
    # What was refused is not in the capture.
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=(2, 4),
                inseparable=("capture_incomplete",))]


@scenario("service-points-at-a-stopped-pod",
          "A service address is translated to a pod whose program has ended (its endpoint is not "
          "yet removed): the pod's host refuses in the service's name; the other port is served.",
          "port_closed", program="nft")
def stopped_pod(lab):
    virtual = lab.router.links["to-client"].address
    lab.router.nat("prerouting", f"ip daddr {virtual} tcp dport 20408-20409 dnat ip to "
                   f"{lab.server.ip4}")
    listener = lab.listen(lab.server, 20409)
    client = lab.connect(lab.client, virtual, 20409)
    exchange(client, lab.accept(listener))
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, virtual, 20408)
        lab.pause(0.3)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=2, at=("server",)),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=2, at=("client",),
                claims="router", translated=True)]


@scenario("host-firewall-limits-new-connections",
          "A server's own firewall (nft limit) takes two new connections at once and refuses "
          "three more by RST; the two are served.",
          "firewall_reject", program="nft")
def limited(lab):
    lab.server.filter("input", "tcp dport 20410 ct state new limit rate over 1/second burst 2 "
                      "packets reject with tcp reset")
    listener = lab.listen(lab.server, 20410)
    served = refused = 0
    for _ in range(5):
        try:
            client = lab.connect(lab.client, lab.server.ip4, 20410)
        except ConnectionRefusedError:
            refused += 1
            continue
        exchange(client, lab.accept(listener))
        served += 1
    if not served:
        raise AssertionError("nobody was served")
    # The port is open: somebody is served between the refusals, by the same host.
    return [Rst("firewall_reject", "server", count=refused)]


# --- programs ------------------------------------------------------------------------------------

@scenario("python-server-crashes-in-an-upload",
          "A Python server dies of SIGSEGV while a client's upload lies unread; the next client "
          "is refused.",
          "unread_data", "port_closed", points=("client",), program="python3")
def segfault(lab):
    lab.daemon(lab.server, 20411, "python3", "-c", """
import faulthandler, socket, sys, time
listener = socket.create_server((sys.argv[1], 20411))
client, _ = listener.accept()
client.recv(1000)
time.sleep(0.8)
faulthandler._sigsegv()
""", lab.server.ip4)
    client = lab.connect(lab.client, lab.server.ip4, 20411)
    client.sendall(post(20_000) + b"b" * 20_000)
    wait_reset(client)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 20411)
    return [Rst("unread_data", "server", *UNREAD, flow=port_of(client)),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


@scenario("haproxy-rejects-by-content",
          "haproxy in TCP mode looks at a client's first octets and rejects what is no TLS (tcp- "
          "request content reject): it closes, and the client's second request is reset.",
          "data_after_close", points=("client",), program="haproxy")
def haproxy_content(lab):
    haproxy(lab, 20413, f"listen tls\n mode tcp\n bind {lab.server.ip4}:20413\n"
            " tcp-request inspect-delay 2s\n"
            " tcp-request content reject if !{ req.ssl_hello_type 1 }\n"
            f" server one {lab.server.ip4}:20414\n")
    client = lab.connect(lab.client, lab.server.ip4, 20413)
    client.sendall(GET)
    speak_after_close(lab, client, GET)
    return [Rst("data_after_close", "server", LATE)]


@scenario("node-resets-a-reader-that-stalls",
          "A Node server writes a large page to a client that stops to read: after two seconds "
          "without progress it calls resetAndDestroy().",
          "zero_window_timeout", points=("client",), program="node")
def node_stalled(lab):
    needs("node")
    lab.daemon(lab.server, 20416, "node", "-e", f"""
require('net').createServer(socket => {{
    socket.setTimeout(2000, () => socket.resetAndDestroy());
    socket.write(Buffer.alloc(3000000, 'k'));
}}).listen(20416, '{lab.server.ip4}');
""")
    client = lab.connect(lab.client, lab.server.ip4, 20416, prepare=small_receive_buffer)
    read_exactly(client, 2000)
    wait_reset(client, 10)
    return [Rst("zero_window_timeout", "server", "TCP_STATE", "CLOSE")]


@scenario("go-tcp-probe",
          "A Go monitor connects to a service each half second and closes at once with "
          "SetLinger(0); a client's real connection goes on beside.",
          "connect_probe", points=("server",), program="go")
def go_probe(lab):
    program = build_go(lab, f"""package main
import ("net"; "time")
func main() {{
    for i := 0; i < 4; i++ {{
        conn, err := net.DialTimeout("tcp", "{lab.server.ip4}:20417", time.Second)
        if err == nil {{
            conn.(*net.TCPConn).SetLinger(0)
            conn.Close()
        }}
        time.Sleep(500 * time.Millisecond)
    }}
}}
""")
    client, server = lab.pair(20417)
    exchange(client, server)
    monitor = lab.spawn(lab.client, program)
    monitor.wait(10)
    exchange(client, server)
    return [Rst("connect_probe", "client", "TCP_STATE", "CLOSE", count=4)]


@scenario("operator-kills-a-running-download",
          "An operator destroys a download with ss -K on the downloading host while the answer "
          "streams in; what is under way is reset as well.",
          "admin_abort", points=("server",), program="ss", **_MAY)
def ss_k_download(lab):
    nginx(lab, 20418, "limit_rate 2m;")
    lab.spawn(lab.client, "curl", "-s", "-o", "/dev/null", f"http://{lab.server.ip4}:20418/big")
    lab.pause(0.8)
    lab.client.run("ss", "-K", "dport", "=", ":20418")
    lab.pause(0.8)
    return [Rst("admin_abort", "client", "TCP_STATE", "ESTABLISHED",
                inseparable=("linger0", "unread_data")),
            Rst("late_segment", "client", GONE, count=(0, 400))]


@scenario("operator-clears-a-host-of-all-clients",
          "An operator takes a server out of service: ss -K ends its five connections of two "
          "services at once, idle ones and one in the middle of a request.",
          "admin_abort", points=("client",), program="ss")
def ss_k_host(lab):
    pairs = []
    for port in (20419, 20420):
        listener = lab.listen(lab.server, port)
        for _ in range(3 if port == 20419 else 2):
            client = lab.connect(lab.client, lab.server.ip4, port)
            pairs.append((client, lab.accept(listener)))
            exchange(*pairs[-1])
            lab.pause(0.15)
    pairs[1][0].sendall(b"q" * 500)
    read_exactly(pairs[1][1], 500)
    lab.pause(0.7)
    lab.server.run("ss", "-K", "dst", lab.client.ip4)
    for client, _ in pairs:
        wait_reset(client)
    return [Rst("admin_abort", "server", "TCP_STATE", "ESTABLISHED", count=5)]


@scenario("tls-session-abandoned-by-a-killed-client",
          "A TLS client is killed while it waits: the server's last record, a heartbeat of its "
          "application, lies unread.",
          "unread_data", points=("client",), program="python3")
def tls_killed(lab):
    key, certificate = make_certificate(lab)
    listener = lab.listen(lab.server, 20421)
    client = lab.spawn(lab.client, "python3", "-c", """
import socket, ssl, sys, time
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
session = context.wrap_socket(socket.create_connection((sys.argv[1], 20421)))
session.sendall(b"subscribe")
session.recv(100)
time.sleep(60)
""", lab.server.ip4)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener.settimeout(20)
    server = lab.keep(context.wrap_socket(listener.accept()[0], server_side=True))
    server.recv(100)
    server.sendall(b"welcome")
    lab.pause(0.5)
    for _ in range(3):
        server.sendall(b"event " * 30)
        lab.pause(0.4)
    client.kill()
    lab.pause(0.4)
    # Three short records do not show in the window, read or unread.
    return [Rst("unread_data", "client", *UNREAD, inseparable=("linger0",))]
