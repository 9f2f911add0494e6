"""Ends without any RST: where one would wrongly be expected, or must not be invented."""

import socket
import struct


from rstlab import sockets
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, FIN, PSH, SYN, Segment
from rstlab.sockets import (TCP_REPAIR, exchange, fill, linger0, read_exactly, read_to_end,
                            small_receive_buffer, wait_delivered, wait_state,
                            wait_until)

NO_RESET = []
_TCP_MD5SIG = 14


@scenario("silent-orderly-close", "Request, answer, FINs of both ends.")
def orderly(lab):
    client, server = lab.pair(8500)
    exchange(client, server)
    client.close()
    read_to_end(server)
    server.close()
    return NO_RESET


@scenario("silent-half-close", "The client shuts its sending half and still gets its answer.")
def half_close(lab):
    client, server = lab.pair(8501)
    client.sendall(b"all I have to say")
    client.shutdown(socket.SHUT_WR)
    read_to_end(server)
    server.sendall(b"the answer")
    server.close()
    read_to_end(client)
    client.close()
    return NO_RESET


@scenario("silent-killed-nothing-unread", "A client program is killed with nothing unread: FIN.")
def killed(lab):
    listener = lab.listen(lab.server, 8502)
    program = lab.spawn(lab.client, "python3", "-c",
                        "import socket, time\n"
                        f"s = socket.create_connection(('{lab.server.ip4}', 8502))\n"
                        "time.sleep(60)\n")
    server = lab.accept(listener)
    lab.pause(0.1)
    lab.signal(program, 9)
    read_to_end(server)
    server.close()
    return NO_RESET


@scenario("silent-close-after-peers-fin", "Only the peer's FIN is unread: FIN, not RST.")
def only_fin_unread(lab):
    client, server = lab.pair(8503)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    client.close()
    return NO_RESET


@scenario("silent-out-of-order-only", "Only data behind a hole is there: close() sends FIN.")
def out_of_order(lab):
    listener = lab.listen(lab.server, 8504)
    peer = RawPeer(lab, lab.client, 40504, lab.server.ip4, 8504)
    peer.open()
    server = lab.accept(listener)
    peer.send(ACK | PSH, seq=peer.seq + 20, payload=b"later part" * 5)
    peer.expect("A")
    server.close()
    peer.expect("FA")
    return NO_RESET


@scenario("silent-linger-timeout-expires",
          "SO_LINGER with a real timeout runs out behind a shut window: the FIN stays queued.")
def linger_expires(lab):
    _, server = lab.pair(8505, prepare=small_receive_buffer)
    fill(server)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 1))
    server.close()
    lab.pause(0.3)
    return NO_RESET


@scenario("silent-linger0-in-syn-sent", "SO_LINGER 0 on a socket that still connects: nothing.")
def syn_sent(lab):
    with lab.router.filtering("forward", "tcp dport 8506 drop"):
        client = lab.connecting(lab.client, lab.server.ip4, 8506)
        linger0(client)
        lab.pause(0.2)
        client.close()
        lab.pause(0.2)
    return NO_RESET


@scenario("silent-linger0-in-time-wait",
          "Both FINs are acknowledged when the client closes with SO_LINGER 0: nothing.")
def time_wait(lab):
    client, server = lab.pair(8507)
    client.shutdown(socket.SHUT_WR)
    read_to_end(server)
    server.close()
    read_to_end(client)
    lab.pause(0.1)
    linger0(client)
    client.close()
    return NO_RESET


@scenario("silent-fin-wait2-expires", "The server's FIN_WAIT2 ends; nobody says a word.")
def fin_wait2(lab):
    lab.server.sysctl("net.ipv4.tcp_fin_timeout", 1)
    client, server = lab.pair(8508)
    exchange(client, server)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(2.5)
    return NO_RESET


@scenario("silent-user-timeout",
          "Data stays unacknowledged until TCP_USER_TIMEOUT: the sender forgets in silence.")
def user_timeout(lab):
    client, server = lab.pair(8509)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000)
    exchange(client, server)
    lab.router.filter("forward", "tcp dport 8509 drop")
    client.sendall(b"into the void")
    sockets.wait_until(lambda: sockets.tcp_state(client) == sockets.CLOSE, "given up", 10)
    return NO_RESET


@scenario("silent-syn-into-established",
          "A SYN with the ports of an established connection draws a challenge ACK only.")
def challenge_ack(lab):
    listener = lab.listen(lab.server, 8510)
    peer = RawPeer(lab, lab.client, 40510, lab.server.ip4, 8510)
    peer.open()
    lab.accept(listener)
    peer.send(SYN, seq=peer.seq + 700_000)
    peer.expect("A")
    return NO_RESET


@scenario("silent-time-wait-reuse",
          "A new SYN meets the server's TIME_WAIT and opens a new connection.")
def time_wait_reuse(lab):
    listener = lab.listen(lab.server, 8511)
    for _ in range(2):
        client = lab.connect(lab.client, lab.server.ip4, 8511, source_port=40511)
        server = lab.accept(listener)
        exchange(client, server)
        server.close()
        read_to_end(client)
        client.close()
        lab.pause(1.1)
    return NO_RESET


@scenario("silent-firewall-drops", "A firewall drops the SYNs; the client repeats them in vain.")
def dropped(lab):
    lab.client.sysctl("net.ipv4.tcp_syn_retries", 1)
    lab.router.filter("forward", "tcp dport 8512 drop")
    lab.connecting(lab.client, lab.server.ip4, 8512)
    lab.pause(1.5)
    return NO_RESET


@scenario("silent-firewall-icmp", "A firewall rejects with ICMP, not with RST.")
def icmp(lab):
    lab.router.filter("forward", "tcp dport 8513 reject with icmpx type admin-prohibited")
    lab.connecting(lab.client, lab.server.ip4, 8513)
    lab.pause(0.3)
    return NO_RESET


@scenario("silent-odd-flags-at-listener",
          "FIN, NULL and SYN+FIN at a port that listens are ignored.")
def odd_flags(lab):
    lab.listen(lab.server, 8514)
    peer = RawPeer(lab, lab.client, 40514, lab.server.ip4, 8514)
    for flags in (FIN, 0, SYN | FIN):
        peer.send(flags)
        lab.pause(0.05)
    return NO_RESET


@scenario("silent-defer-accept",
          "TCP_DEFER_ACCEPT: the bare ACK is ignored, the SYN-ACK repeated, the request then "
          "served.")
def defer_accept(lab):
    listener = lab.listen(lab.server, 8515, prepare=lambda sock: sock.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1))
    client = lab.connect(lab.client, lab.server.ip4, 8515)
    lab.pause(1.5)
    client.sendall(b"request")
    server = lab.accept(listener)
    read_exactly(server, 7)
    client.close()
    server.close()
    return NO_RESET


@scenario("silent-keepalive-answered", "Keepalive probes are answered; the connection lives.")
def keepalive_answered(lab):
    client, server = lab.pair(8516)
    sockets.keepalive(client, 1, 1, 2)
    exchange(client, server)
    lab.pause(3.3)
    exchange(client, server)
    return NO_RESET


@scenario("silent-data-in-last-ack",
          "Data beyond the peer's own FIN arrives in LAST_ACK: ignored, the FIN is repeated.")
def last_ack(lab):
    listener = lab.listen(lab.server, 8517)
    peer = RawPeer(lab, lab.client, 40517, lab.server.ip4, 8517)
    peer.open()
    server = lab.accept(listener)
    peer.send(FIN | ACK)
    peer.expect("A")
    server.close()
    own_fin = peer.expect("FA")
    peer.send(ACK | PSH, ack=own_fin.seq, payload=b"no")
    lab.pause(0.5)
    return NO_RESET


@scenario("silent-simultaneous-close", "Both FINs cross on the wire.")
def simultaneous_close(lab):
    client, server = lab.pair(8518)
    exchange(client, server)
    with lab.router.holding("--tcp-flags", "FIN", "FIN") as queue:
        client.shutdown(socket.SHUT_WR)
        server.shutdown(socket.SHUT_WR)
        queue.wait(2)
        queue.release()
    lab.pause(0.2)
    return NO_RESET


@scenario("silent-lossy-transfer", "One data segment in three is lost and repeated.")
def lossy(lab):
    client, server = lab.pair(8519)
    with lab.router.filtering("forward", "tcp dport 8519 tcp flags & psh == psh "
                              "numgen inc mod 3 == 1 drop"):
        for _ in range(6):
            client.sendall(b"d" * 400)
            wait_delivered(client)
    client.close()
    read_to_end(server)
    server.close()
    return NO_RESET


def signing(peer):
    """What makes a socket sign its segments to that address by TCP-MD5 (RFC 2385)."""
    key = b"secret"
    signature = struct.pack("2sxx4s120xHHI80s", struct.pack("H", socket.AF_INET),
                            socket.inet_aton(peer.ip4), 0, len(key), 0, key)
    return lambda sock: sock.setsockopt(socket.IPPROTO_TCP, _TCP_MD5SIG, signature)


@scenario("silent-md5-closed-port",
          "TCP-MD5 is set for the peer: a closed port stays silent to its SYN.")
def md5(lab):
    client = lab.unconnected(lab.client, lab.server.ip4, prepare=signing(lab.server))
    client.setblocking(False)
    client.connect_ex((lab.server.ip4, 8520))
    lab.pause(0.5)
    return NO_RESET


@scenario("silent-syn-cookies-queue-full",
          "SYN cookies are in use and the accept queue is full: the last ACK is dropped, and so "
          "is the client's data.")
def cookies_queue_full(lab):
    lab.server.sysctl("net.ipv4.tcp_syncookies", 2)
    lab.listen(lab.server, 8521, backlog=1)
    with lab.router.holding("--dport", "8521", "--tcp-flags", "SYN,ACK", "ACK") as queue:
        clients = [lab.connect(lab.client, lab.server.ip4, 8521) for _ in range(3)]
        queue.wait(3)
        queue.release()
    lab.pause(0.1)
    clients[2].sendall(b"hey")
    lab.pause(0.5)
    return NO_RESET


@scenario("silent-md5-data-after-close",
          "TCP-MD5 between both ends: data for a connection that the server has closed draws no "
          "answer.")
def md5_late(lab):
    listener = lab.listen(lab.server, 8522, prepare=signing(lab.client))
    client = lab.connect(lab.client, lab.server.ip4, 8522, prepare=signing(lab.server))
    server = lab.accept(listener)
    listener.close()
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.1)
    client.sendall(b"too late")
    lab.pause(0.6)
    return NO_RESET


@scenario("silent-destroyed-in-syn-sent", "ss -K on a socket that still connects: nothing.")
def destroyed_syn_sent(lab):
    with lab.router.filtering("forward", "tcp dport 8523 drop"):
        lab.connecting(lab.client, lab.server.ip4, 8523)
        lab.pause(0.2)
        lab.client.run("ss", "-K", "dport = 8523")
        wait_until(lambda: "SYN-SENT" not in lab.client.run("ss", "-Htan"), "it is gone")
        lab.pause(0.2)
    return NO_RESET


@scenario("silent-repair-close", "A socket in repair mode is closed: not a word on the wire.")
def repair_close(lab):
    client, server = lab.pair(8524)
    exchange(client, server)
    wait_delivered(server)
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    client.close()
    lab.pause(0.3)
    return NO_RESET


@scenario("silent-segments-in-time-wait",
          "A repeated FIN and stray data reach TIME_WAIT: each draws an ACK, none a RST.")
def strays_in_time_wait(lab):
    listener = lab.listen(lab.server, 8525)
    peer = RawPeer(lab, lab.client, 40525, lab.server.ip4, 8525)
    peer.open()
    server = lab.accept(listener)
    server.close()
    peer.expect("FA")
    peer.send(ACK)
    fin = peer.send(FIN | ACK)
    peer.expect("A")
    for flags, payload in ((FIN | ACK, b""), (ACK | PSH, b"stray")):
        peer.send(flags, seq=fin.seq, payload=payload)
        peer.expect("A")
        lab.pause(0.6)
    return NO_RESET


@scenario("silent-broadcast",
          "A SYN for a closed port is sent to the broadcast address of the server's network.")
def broadcast(lab):
    exchange(*lab.pair(8526))
    lab.router.inject(Segment(lab.client.ip4, 40526, lab.server.broadcast, 8527, SYN, seq=1),
                      towards=lab.server)
    lab.pause(0.3)
    return NO_RESET


@scenario("silent-orphan-behind-shut-window",
          "The server has closed with its answer stuck behind a shut window; after its last "
          "window probe it forgets in silence.")
def orphan(lab):
    lab.server.sysctl("net.ipv4.tcp_orphan_retries", 1)
    client, server = lab.pair(8528, prepare=small_receive_buffer)
    fill(server)
    lab.router.filter("forward", f"ip saddr {lab.client.ip4} drop")
    server.close()
    wait_until(lambda: not lab.server.remembers(8528), "the orphan is gone", 20)
    return NO_RESET
