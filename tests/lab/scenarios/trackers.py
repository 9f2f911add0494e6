# SPDX-License-Identifier: GPL-2.0-or-later
"""Mechanisms that public trackers tell of: translators, balancers, firewalls and kernels."""

import contextlib
import random
import socket
import ssl

from rstlab import sockets
from rstlab.scenario import needs, scenario
from rstlab.segment import ACK, PSH, RST, SYN, Segment
from rstlab.sockets import (exchange, port_of, read_exactly, read_until, reset_expected,
                            wait_delivered, wait_reset, wait_state)
from rstlab.topology import Host, run
from rstlab.truth import Rst
from scenarios.daemons import GET, GONE, LATE, UNREAD, speak_after_close
from scenarios.libraries import python_with
from scenarios.web import haproxy, make_certificate, nginx

_FORGOTTEN = ("connection_unknown", "gave_up_silently", "idle_timeout", "peer_restarted")


def _service(lab, port):
    virtual = lab.router.links["to-client"].address
    lab.router.nat("prerouting", f"ip daddr {virtual} tcp dport {port} dnat ip to {lab.server.ip4}")
    return virtual


# --- translators ---------------------------------------------------------------------------------

@scenario("conntrack-calls-a-segment-invalid",
          "A container's segment lies outside of the window that the node's conntrack has seen: "
          "it is INVALID and passes untranslated; the client's host resets this stranger, and "
          "with it the container's end. The client's next request to the service is reset.",
          "nat_state_lost", "reset_echo", program="nft")
def invalid(lab):
    virtual = _service(lab, 20301)
    listener = lab.listen(lab.server, 20301)
    client = lab.connect(lab.client, virtual, 20301)
    server = lab.accept(listener)
    tap = lab.keep(lab.server.listen_in())
    exchange(client, server)
    seen = tap.wait(lambda s: s.payload)
    lab.pause(0.3)
    lab.server.inject(Segment(lab.server.ip4, 20301, lab.client.ip4, port_of(client), PSH | ACK,
                              seq=(seen.ack + 50 + 9_000_000) & 0xFFFFFFFF, ack=seen.next_seq,
                              payload=b"x" * 400, ip_id=77))
    wait_reset(server)
    lab.pause(0.2)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    # Of the reset that ended the server's end the client's capture shows no more than that the
    # client disowned a stranger.
    return [Rst("nat_state_lost", "client", "NO_SOCKET", "UNKNOWN",
                inseparable_at={"server": _FORGOTTEN}),
            Rst("reset_echo", "server", "TCP_FLAGS", "LISTEN", at=("server",)),
            Rst("reset_echo", "server", "TCP_FLAGS", "LISTEN", claims="router", translated=True,
                at=("client",), inseparable=("nat_state_lost", *_FORGOTTEN))]


@scenario("masquerade-forgets-and-leaks",
          "A NAT box forgets a connection after two idle seconds; it takes up nothing in the "
          "middle (loose off), so the next request leaves with the client's inner address, and "
          "the server resets this stranger.",
          "nat_state_lost", program="nft")
def leaks(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 2)
    lab.router.nat("postrouting", "oifname to-server masquerade")
    client, server = lab.pair(20302)
    exchange(client, server)
    lab.pause(4)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("nat_state_lost", "server", "TCP_FLAGS", "LISTEN",
                inseparable_at={"server": ("connection_unknown", "capture_incomplete"),
                                "client": _FORGOTTEN})]


@scenario("two-clients-behind-one-address",
          "A NAT box is restarted; a second client behind it connects from the port that a first "
          "one's idle connection has at the server. The server's ACK for the old one is reset, "
          "the repeated SYN succeeds.",
          "half_open_recovery", program="nft")
def one_address(lab):
    other = lab.client.add_address(_neighbour(lab.client.ip4, 3))
    lab.router.nat("postrouting", "oifname to-server masquerade")
    listener = lab.listen(lab.server, 20303)
    client = lab.connect(lab.client, lab.server.ip4, 20303, source_port=40003)
    exchange(client, lab.accept(listener))
    lab.router.run("conntrack", "-F")
    lab.pause(0.4)
    second = lab.connect(lab.client, lab.server.ip4, 20303, source=other, source_port=40003)
    exchange(second, lab.accept(listener))
    return [Rst("half_open_recovery", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT",
                at=("client",)),
            Rst("half_open_recovery", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT",
                claims="router", translated=True, at=("server",))]


def _neighbour(address, further):
    base, last = address.rsplit(".", 1)
    return f"{base}.{int(last) + further}"


@scenario("nat-entry-over-next-port-differs",
          "A NAT box forgets two idle connections after two seconds each; their next requests "
          "leave by other ports (masquerade fully-random), of which the server knows nothing.",
          "idle_timeout", program="nft")
def other_port(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 2)
    lab.router.nat("postrouting", "oifname to-server masquerade fully-random")
    listener = lab.listen(lab.server, 20304)
    pairs = []
    for _ in range(2):
        client = lab.connect(lab.client, lab.server.ip4, 20304)
        pairs.append((client, lab.accept(listener)))
        exchange(*pairs[-1])
    for _ in range(3):
        lab.pause(0.8)
        exchange(*pairs[0])
    lab.pause(3)
    for client, _ in pairs:
        client.sendall(b"next request")
        with reset_expected():
            client.recv(1)
        lab.pause(0.2)
    return [Rst("idle_timeout", "server", "TCP_FLAGS", "LISTEN", at=("client",), translated=True,
                count=2, inseparable=("nat_state_lost", "connection_unknown", "gave_up_silently",
                                      "peer_restarted")),
            Rst("idle_timeout", "server", "TCP_FLAGS", "LISTEN", at=("server",), count=2,
                inseparable=("nat_state_lost", "connection_unknown", "capture_incomplete"))]


@scenario("service-address-moves-to-the-other-node",
          "A service address moves to a second machine (as keepalived does): the first one's "
          "connections are unknown there, each is reset when it speaks; new ones are served.",
          "connection_unknown", points=("client",), program="ip")
def moves(lab):
    address = _neighbour(lab.server.ip4, 5)
    lab.server.add_address(address)
    spare = Host("spare", f"{lab.server.namespace}-spare")
    lab.at_end(spare)
    run("ip", "link", "add", "eth0", "netns", spare.namespace, "type", "veth", "peer", "name",
        "to-spare", "netns", lab.router.namespace)
    spare.ip("link", "set", "eth0", "up")
    lab.router.ip("link", "set", "to-spare", "up")
    listener = lab.listen(lab.server, 20305, address=address)
    clients = [lab.connect(lab.client, address, 20305) for _ in range(2)]
    for client in clients:
        exchange(client, lab.accept(listener))
    lab.pause(0.3)
    lab.server.ip("addr", "del", f"{address}/27", "dev", "eth0")
    lab.server.guests.add(address)
    gateway = lab.router.links["to-server"].address
    spare.ip("addr", "add", f"{address}/32", "dev", "eth0")
    spare.ip("route", "add", gateway, "dev", "eth0")
    spare.ip("route", "add", "default", "via", gateway)
    lab.router.ip("route", "add", f"{address}/32", "dev", "to-spare")
    second = lab.listen(spare, 20305, address=address)
    lab.pause(0.5)
    for client in clients:
        client.sendall(b"next request")
        wait_reset(client)
        lab.pause(0.1)
    again = lab.connect(lab.client, address, 20305)
    exchange(again, lab.accept(second))
    return [Rst("connection_unknown", "server", "TCP_FLAGS", "LISTEN", count=2,
                inseparable=("peer_restarted", "nat_state_lost", "gave_up_silently",
                             "idle_timeout"))]


# --- firewalls -----------------------------------------------------------------------------------

@scenario("firewall-quota-is-used-up",
          "A gateway lets 60 kB of an upload pass (nft quota) and resets what exceeds.",
          "firewall_reset", may=("reset_echo",), points=("client", "router"), program="nft")
def quota(lab):
    lab.router.filter("forward", "tcp dport 20311 quota over 60 kbytes reject with tcp reset")
    client, server = lab.pair(20311)
    server.settimeout(0.5)
    with contextlib.suppress(ConnectionResetError, BrokenPipeError, TimeoutError):
        for _ in range(12):
            client.sendall(b"u" * 10_000)
            read_exactly(server, 10_000)
            server.sendall(b"ok")
            read_exactly(client, 2)
            lab.pause(0.05)
    # What the server acknowledged meanwhile meets a client that has been reset.
    return [Rst("firewall_reset", "router", claims="server", count=(1, 20)),
            Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN", count=(0, 20))]


@scenario("firewall-third-connection-is-too-many",
          "A gateway allows two connections to a service at a time (ct count) and refuses a third "
          "one; when one has ended a new one passes.",
          "firewall_reject", points=("client", "server"), program="nft")
def too_many(lab):
    lab.router.nft("table inet few {\nset served {\ntype ipv4_addr\nsize 100\nflags dynamic\n}\n"
                   "chain on {\ntype filter hook forward priority 0;\n"
                   "tcp dport 20312 ct state new add @served { ip daddr ct count over 2 } "
                   "reject with tcp reset\n}\n}\n")
    listener = lab.listen(lab.server, 20312)
    pairs = []
    for _ in range(2):
        client = lab.connect(lab.client, lab.server.ip4, 20312)
        pairs.append((client, lab.accept(listener)))
        exchange(*pairs[-1])
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 20312)
    exchange(*pairs[1])
    return [Rst("firewall_reject", "router", claims="server", at=("client",))]


@scenario("firewall-reads-a-word",
          "A gateway looks for a word in requests (iptables -m string) and resets the client that "
          "says it; its other requests are served.",
          "firewall_reset", points=("client",), program="iptables")
def word(lab):
    lab.router.run("iptables-legacy", "-A", "FORWARD", "-p", "tcp", "--dport", "20313", "-m",
                   "string", "--algo", "bm", "--string", "/forbidden", "-j", "REJECT",
                   "--reject-with", "tcp-reset")
    nginx(lab, 20313)
    client = lab.connect(lab.client, lab.server.ip4, 20313)
    client.sendall(GET)
    read_until(client, b"hello")
    lab.pause(0.2)
    client.sendall(b"GET /forbidden HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    wait_reset(client)
    again = lab.connect(lab.client, lab.server.ip4, 20313)
    again.sendall(GET)
    read_until(again, b"hello")
    return [Rst("firewall_reset", "router", claims="server")]


@scenario("firewall-sees-one-way-alone",
          "The server's packets take another way, past the stateful firewall: it takes the "
          "handshake's last ACK for one of no connection and resets the client in the server's "
          "name. Seen at the client's way out.",
          "firewall_reset", may=("reset_echo",), points=("client",), program="nft")
def one_way(lab):
    run("ip", "link", "add", "eth1", "netns", lab.client.namespace, "type", "veth", "peer",
        "name", "eth1", "netns", lab.server.namespace)
    for host in (lab.client, lab.server):
        host.ip("link", "set", "eth1", "up")
        host.sysctl("net.ipv4.conf.all.rp_filter", 0)
        host.sysctl("net.ipv4.conf.eth1.rp_filter", 0)
    lab.server.ip("route", "add", f"{lab.client.ip4}/32", "dev", "eth1")
    lab.router.filter("forward", "ct state invalid tcp flags & rst != rst reject with tcp reset")
    lab.listen(lab.server, 20314)
    client = lab.connecting(lab.client, lab.server.ip4, 20314)
    lab.pause(1.6)
    # The tap sees SYN, ACK and the RST that answers it, no frame of the server's.
    del client
    return [Rst("firewall_reset", "router", claims="server",
                inseparable=("capture_incomplete", "bad_handshake_ack", "accept_queue_full",
                             "listener_gone", "connection_unknown")),
            Rst("reset_echo", "client", "NO_SOCKET", count=(0, 3),
                inseparable=("connect_cancelled", "capture_incomplete"))]


@scenario("transparent-proxy-killed",
          "A transparent proxy (TPROXY) at the gateway is killed with a client's request unread: "
          "the gateway's kernel resets in the server's name.",
          "unread_data", points=("client", "server"), program="nft")
def tproxy(lab):
    lab.router.nft("table ip proxy {\nchain pre {\ntype filter hook prerouting priority mangle;\n"
                   "iifname to-client tcp dport 20315 tproxy to :20316 meta mark set 1 accept\n"
                   "}\n}\n")
    lab.router.ip("rule", "add", "fwmark", "1", "lookup", "100")
    lab.router.ip("route", "add", "local", "0.0.0.0/0", "dev", "lo", "table", "100")
    proxy = lab.daemon(lab.router, 20316, "python3", "-c", """
import socket, sys, time
listener = socket.socket()
listener.setsockopt(socket.SOL_IP, 19, 1)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("0.0.0.0", 20316))
listener.listen()
client, _ = listener.accept()
server = socket.create_connection(client.getsockname())
server.sendall(client.recv(1000))
client.sendall(server.recv(1000))
time.sleep(60)
""")
    listener = lab.listen(lab.server, 20315)
    client = lab.connect(lab.client, lab.server.ip4, 20315)
    client.sendall(b"q" * 100)
    server = lab.accept(listener)
    read_exactly(server, 100)
    server.sendall(b"a" * 50)
    read_exactly(client, 50)
    lab.pause(0.3)
    client.sendall(b"q" * 3000)
    wait_delivered(client)
    proxy.kill()
    wait_reset(client)
    # A request without an answer: nothing shows whether it was read.
    return [Rst("unread_data", "router", *UNREAD, claims="server", at=("client",),
                inseparable=("linger0",))]


# --- balancers and relays ------------------------------------------------------------------------

@scenario("relay-has-no-patience-for-the-answer",
          "A client half-closes after its question (nc -N style); a relay (socat -t 0.5) waits "
          "half a second for the answer and closes both ways; the server's answer is reset.",
          "data_after_close", points=("client",), program="socat")
def socat_half_close(lab):
    needs("socat")
    far = lab.listen(lab.client, 20322)
    lab.daemon(lab.server, 20321, "socat", "-t", "0.5", f"TCP4-LISTEN:20321,bind={lab.server.ip4}",
               f"TCP4:{lab.client.ip4}:20322")
    asking = lab.connect(lab.client, lab.server.ip4, 20321)
    behind = lab.accept(far)
    asking.sendall(b"question")
    asking.shutdown(socket.SHUT_WR)
    read_exactly(behind, 8)
    lab.pause(1.5)
    behind.sendall(b"the answer")
    wait_reset(behind)
    return [Rst("data_after_close", "server", GONE + LATE, flow=20322, origin="client")]


@scenario("relay-finds-nobody",
          "A relay (socat, one child per client) accepts, finds its service's port closed, and "
          "its child ends with the client's request unread.",
          "proxy_upstream_refused", points=("client",), program="socat")
def socat_refused(lab):
    needs("socat")
    lab.server.filter("output", "ip daddr " + lab.client.ip4 + " tcp dport 20324 accept")
    relay = lab.daemon(lab.server, 20323, "socat",
                       f"TCP4-LISTEN:20323,bind={lab.server.ip4},fork",
                       f"TCP4:{_neighbour(lab.server.ip4, 4)}:20324")
    lab.server.add_address(_neighbour(lab.server.ip4, 4))
    lab.pause(0.2)
    relay.send_signal(19)
    client = lab.connect(lab.client, lab.server.ip4, 20323)
    client.sendall(GET)
    wait_delivered(client)
    relay.send_signal(18)
    wait_reset(client)
    return [Rst("proxy_upstream_refused", "server", *UNREAD, flow=20323, origin="middlebox",
                inseparable=("unread_data", "linger0"))]


@scenario("haproxy-gives-a-page-up",
          "haproxy's client asks for a large page and reads nothing. 'timeout client' is over: "
          "towards it haproxy closes in order behind the shut window; its server's connection it "
          "closes with the page unread. Seen on the loopback.",
          "unread_data", points=("loopback",), program="haproxy")
def haproxy_reader(lab):
    haproxy(lab, 20325, f"listen web\n mode http\n timeout client 1500ms\n"
            f" bind {lab.server.ip4}:20325\n server one {lab.server.ip4}:20326\n")
    nginx(lab, 20326)
    client = lab.connect(lab.client, lab.server.ip4, 20325,
                         prepare=sockets.small_receive_buffer)
    client.sendall(b"GET /big HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    lab.pause(3)
    return [Rst("unread_data", "server", *UNREAD, origin="client", flow=20326)]


@scenario("nginx-old-worker-is-shut-down",
          "After a reload nginx gives its old worker a second (worker_shutdown_timeout): a "
          "proxied stream is closed, and what both of its ends say next is reset. The capture "
          "begins late.",
          "data_after_close", points=("client",), starts_late=True, program="nginx")
def nginx_reload(lab):
    far = lab.listen(lab.client, 20328)
    config = lab.workdir / "stream.conf"
    config.write_text(f"daemon off; user root; worker_processes 1; pid {lab.workdir}/pid;\n"
                      "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n"
                      f"worker_shutdown_timeout 1s; error_log {lab.workdir}/log;\nevents {{ }}\n"
                      f"stream {{ server {{ listen {lab.server.ip4}:20327; "
                      f"proxy_pass {lab.client.ip4}:20328; }} }}\n", encoding="ascii")
    server = lab.daemon(lab.server, 20327, "nginx", "-e", str(lab.workdir / "log"), "-c",
                        str(config))
    near = lab.connect(lab.client, lab.server.ip4, 20327)
    behind = lab.accept(far)
    exchange(near, behind)
    lab.start_captures()
    exchange(near, behind)
    server.send_signal(1)
    for end in (near, behind):
        wait_state(end, sockets.CLOSE_WAIT, seconds=10)
    lab.pause(0.4)
    for end in (near, behind):
        end.sendall(b"still there?")
        wait_reset(end)
    return [Rst("data_after_close", "server", LATE, flow=20327),
            Rst("data_after_close", "server", LATE, flow=20328, origin="client")]


# --- kernels -------------------------------------------------------------------------------------

@scenario("reuseport-worker-goes",
          "Two workers share a port (SO_REUSEPORT). One of them is slow to accept and ends: the "
          "clients in its queue are reset, those of the other one are served.",
          "listener_closed", points=("client", "server"))
def reuseport(lab):
    def shared(sock):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    going, staying = (lab.listen(lab.server, 20331, prepare=shared) for _ in range(2))
    clients = [lab.connect(lab.client, lab.server.ip4, 20331) for _ in range(9)]
    served = 0
    staying.settimeout(0.3)
    with contextlib.suppress(TimeoutError):
        while True:
            lab.keep(staying.accept()[0])
            served += 1
    lab.pause(0.3)
    going.close()
    lab.pause(0.2)
    clients.append(lab.connect(lab.client, lab.server.ip4, 20331))
    exchange(clients[-1], lab.accept(staying))
    return [Rst("listener_closed", "server", "TCP_STATE", "CLOSE", count=9 - served)]


@scenario("cookie-grows-stale",
          "A host under load answers by SYN cookies; a client's last ACK of the handshake is held "
          "up for three minutes, longer than a cookie is good for.",
          "bad_handshake_ack", points=("client", "server"))
def stale_cookie(lab):
    lab.server.sysctl("net.ipv4.tcp_syncookies", 2)
    lab.listen(lab.server, 20332)
    with lab.router.holding("-d", lab.server.ip4, "--dport", "20332", "--tcp-flags",
                            "SYN,ACK", "ACK"):
        client = lab.connect(lab.client, lab.server.ip4, 20332)
        lab.pause(185)
    wait_reset(client)
    # A cookie leaves no request behind, so no SYN-ACK is repeated; the client's capture shows
    # no more than an ACK and, much later, the RST.
    return [Rst("bad_handshake_ack", "server", "TCP_FLAGS", "LISTEN",
                inseparable=("synack_expired",),
                inseparable_at={"client": ("accept_queue_full", "listener_gone",
                                           "connection_unknown", "idle_timeout")})]


@scenario("killcx-by-a-challenge",
          "Somebody who does not know a connection's numbers sends a SYN in the client's name; "
          "the server's challenge ACK tells them, and two forged resets with the right numbers "
          "end the connection at both ends.",
          "injected", points=("client", "server"))
def killcx(lab):
    client, server = lab.pair(20333)
    for _ in range(3):
        exchange(client, server)
        lab.pause(0.1)
    here, there = (lab.client.ip4, port_of(client)), (lab.server.ip4, 20333)
    tap = lab.keep(lab.client.listen_in())
    lab.router.inject(Segment(*here, *there, SYN, seq=random.getrandbits(32), ttl=57, ip_id=0x51))
    challenge = tap.wait(lambda s: s.sport == 20333 and s.letters == "A")
    lab.pause(0.01)
    lab.router.inject(Segment(*here, *there, RST, seq=challenge.ack, ttl=57, ip_id=0x52, window=0))
    lab.router.inject(Segment(*there, *here, RST, seq=challenge.seq, ttl=57, ip_id=0x53, window=0))
    for end in (client, server):
        wait_reset(end)
    return [Rst("injected", "router", claims="client", at=("server",), crafted=True),
            Rst("injected", "router", claims="server", at=("client",), crafted=True)]


@scenario("tls13-client-without-certificate",
          "A TLS 1.3 server wants a client's certificate; the client has none and sends its "
          "request right behind its Finished. The server's alert is followed by a reset, for the "
          "request lies unread.",
          "unread_data", points=("client",), program="python3")
def no_certificate(lab):
    key, certificate = make_certificate(lab)
    listener = lab.listen(lab.server, 20334)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    client = lab.connect(lab.client, lab.server.ip4, 20334)
    accepted = lab.accept(listener)
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    plain.check_hostname, plain.verify_mode = False, ssl.CERT_NONE
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    speaker = plain.wrap_bio(incoming, outgoing)
    with contextlib.suppress(ssl.SSLWantReadError):
        speaker.do_handshake()
    client.sendall(outgoing.read())
    sin, sout = ssl.MemoryBIO(), ssl.MemoryBIO()
    listening = context.wrap_bio(sin, sout, server_side=True)
    sin.write(accepted.recv(16384))
    with contextlib.suppress(ssl.SSLWantReadError):
        listening.do_handshake()
    accepted.sendall(sout.read())
    incoming.write(client.recv(16384))
    with contextlib.suppress(ssl.SSLWantReadError):
        speaker.do_handshake()
    flight = outgoing.read()
    client.sendall(flight)
    speaker.write(GET)
    client.sendall(outgoing.read())
    wait_delivered(client)
    sin.write(read_exactly(accepted, len(flight)))
    with contextlib.suppress(ssl.SSLError):
        listening.do_handshake()
    accepted.sendall(sout.read())
    accepted.close()
    wait_reset(client)
    return [Rst("unread_data", "server", *UNREAD)]


@scenario("websocket-peer-does-not-pong",
          "A websockets server pings a client that does not answer, says 1011 and closes; the "
          "client's next message is reset.",
          "data_after_close", points=("server",), program="python3-websockets")
def websocket(lab):
    python_with(lab, "websockets", lab.server, """
import asyncio, sys, websockets
async def talk(socket, *rest):
    async for message in socket: await socket.send(message)
async def main():
    async with websockets.serve(talk, sys.argv[1], 20335, ping_interval=1, ping_timeout=1,
                                close_timeout=1):
        await asyncio.Future()
asyncio.run(main())
""", lab.server.ip4)
    sockets.wait_until(lambda: "20335" in lab.server.run("ss", "-Hltn"), "the server listens", 10)
    client = lab.connect(lab.client, lab.server.ip4, 20335)
    client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\nUpgrade: websocket\r\n"
                   b"Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                   b"Sec-WebSocket-Version: 13\r\n\r\n")
    read_until(client, b"\r\n\r\n")
    hello = b"\x81\x85\0\0\0\0hello"
    client.sendall(hello)
    read_exactly(client, 7)
    speak_after_close(lab, client, hello, pause=2.5, seconds=15)
    return [Rst("data_after_close", "server", LATE)]


# --- scanners ------------------------------------------------------------------------------------

def _towards_router(lab):
    return ":".join(f"{octet:02x}" for octet in lab.client.links["eth0"].next_hop)


@scenario("masscan-two-ports",
          "masscan tries an open and a closed port; it and its host's kernel both reset the open "
          "one's SYN-ACK.",
          "syn_scan", "port_closed", points=("client", "server"), program="masscan")
def masscan(lab):
    needs("masscan")
    lab.listen(lab.server, 20341)
    lab.client.run("masscan", lab.server.ip4, "-p20341,20342", "--rate", "50", "--wait", "2",
                   "--interface", "eth0", "--router-mac", _towards_router(lab), "--source-ip",
                   lab.client.ip4, check=False, timeout=60)
    # masscan itself also resets what has been refused, and what its kernel has reset already.
    kernel = Rst("syn_scan", "client", "NO_SOCKET", "UNKNOWN", flow=20341,
                 when=lambda s: s.window == 0)
    return [kernel, Rst("syn_scan", "client", count=(1, 3), inseparable=("late_segment",
                                                                         "scan_probe")),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=(1, 2))]


@scenario("zmap-one-port",
          "zmap tries one open port of a host: the SYN-ACK finds no socket at the scanner.",
          "syn_scan", points=("server",), program="zmap")
def zmap(lab):
    needs("zmap")
    lab.listen(lab.server, 20343)
    lab.client.run("zmap", "-p", "20343", "-i", "eth0", "-G", _towards_router(lab), "-S",
                   lab.client.ip4, "-c", "2", "-r", "10", "-B", "1M", "--blacklist-file=/dev/null",
                   "-o", "-", f"{lab.server.ip4}/32", check=False, timeout=60)
    return [Rst("syn_scan", "client", "NO_SOCKET", "UNKNOWN", count=(1, 2))]
