"""close() with octets of the peer unread: the kernel aborts instead of sending FIN."""

import socket
import threading

from rstlab import sockets
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, PSH
from rstlab.sockets import (exchange, fill, linger0, read_exactly, read_to_end, read_until,
                            small_receive_buffer, wait_delivered, wait_state, wait_unread)
from rstlab.truth import Rst

_BY_CLIENT = Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE")
_BY_SERVER = Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE")


@scenario("close-unread-data",
          "The server closes while the client's request lies unread in its receive queue.",
          "unread_data", sample="server")
def request_unread(lab):
    client, server = lab.pair(8100)
    client.sendall(b"POST /submit HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 3\r\n\r\n"
                   b"a=1")
    wait_unread(server)
    lab.pause(0.1)
    server.close()
    return [_BY_SERVER]


@scenario("close-unread-data-ipv6",
          "Over IPv6 the server closes with the client's request unread.",
          "unread_data")
def request_unread_ipv6(lab):
    client, server = lab.pair(8100, v6=True)
    client.sendall(b"request that nobody reads")
    wait_unread(server)
    server.close()
    return [_BY_SERVER]


@scenario("unread-early-response",
          "The server answers 413 while the upload still flows and closes with the rest of the "
          "body unread; the client may never see the answer.",
          "unread_data", "late_segment")
def early_response(lab):
    client, server = lab.pair(8101)
    body = b"u" * 20000
    client.sendall(b"POST /upload HTTP/1.1\r\nHost: www.example.com\r\n"
                   b"Content-Length: 900000\r\n\r\n")
    read_until(server, b"\r\n\r\n")
    client.sendall(body)
    wait_unread(server, len(body))
    server.sendall(b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n"
                   b"Connection: close\r\n\r\n")
    wait_delivered(server)
    with lab.router.holding("-d", lab.server.ip4, "--dport", "8101") as queue:
        client.sendall(body[:3000])
        queue.wait(1)
        server.close()
        queue.release()
    lab.pause(0.1)
    return [_BY_SERVER,
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN", count=(1, 5),
                note="the upload went on until the first RST reached the client")]


@scenario("unread-client-abandons-download",
          "The client reads the head of a download and closes with the rest in its buffer.",
          "unread_data")
def abandons_download(lab):
    client, server = lab.pair(8102)
    client.sendall(b"GET /film HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    read_until(server, b"\r\n\r\n")
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\n" + b"f" * 30000)
    wait_delivered(server)
    client.recv(1000)
    client.close()
    return [_BY_CLIENT]


@scenario("unread-after-own-response",
          "The server reads part of the request, answers it and closes with the rest unread.",
          "unread_data")
def after_own_response(lab):
    client, server = lab.pair(8103)
    client.sendall(b"r" * 3000)
    wait_unread(server, 3000)
    read_exactly(server, 1000)
    server.sendall(b"HTTP/1.0 400 Bad")
    wait_delivered(server)
    server.close()
    # Too little was unread for the window to show it; the answer could be to all of the request.
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", inseparable=("linger0",))]


@scenario("unread-banner-of-server",
          "A prober connects to a service that speaks first and closes without reading its "
          "greeting.",
          "unread_data")
def banner(lab):
    client, server = lab.pair(3306)
    server.sendall(b"J\x00\x00\x00\x0a8.0.36\x00" + b"\x08\x00\x00\x00saltsalt\x00" + b"\xff" * 40)
    wait_unread(client, 50)
    client.close()
    return [_BY_CLIENT]


@scenario("unread-close-wait",
          "The server sends its answer and its FIN; the client closes without reading either.",
          "unread_data")
def close_wait(lab):
    client, server = lab.pair(8104)
    client.sendall(b"GET")
    read_exactly(server, 3)
    server.sendall(b"a" * 500)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    client.close()
    # Too little was unread for the window to show it.
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE", note="in CLOSE_WAIT",
                inseparable=("linger0",))]


@scenario("unread-fin-wait2",
          "The client shuts its sending half, gets an answer, and closes without reading it.",
          "unread_data")
def fin_wait2(lab):
    client, server = lab.pair(8105)
    client.sendall(b"request")
    client.shutdown(socket.SHUT_WR)
    read_to_end(server)
    server.sendall(b"a" * 500)
    wait_unread(client, 500)
    client.close()
    # Too little was unread for the window to show it.
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE", note="in FIN_WAIT2",
                inseparable=("linger0",))]


@scenario("unread-and-linger0",
          "The client closes with SO_LINGER 0 and with an unread answer: to the kernel, unread "
          "data comes first.",
          "unread_data")
def with_linger0(lab):
    client, server = lab.pair(8106)
    server.sendall(b"a" * 500)
    wait_unread(client, 500)
    linger0(client)
    client.close()
    return [_BY_CLIENT]


@scenario("unread-after-shutdown-read",
          "The client shuts its reading half; the answer is acknowledged all the same, and the "
          "close aborts.",
          "unread_data")
def after_shutdown_read(lab):
    client, server = lab.pair(8107)
    client.shutdown(socket.SHUT_RD)
    server.sendall(b"a" * 30)
    wait_delivered(server)
    lab.pause(0.1)
    client.close()
    return [_BY_CLIENT]


@scenario("unread-full-receive-buffer",
          "The client does not read until its window is shut, then closes: the RST shows a window "
          "that is open again.",
          "unread_data")
def full_buffer(lab):
    client, server = lab.pair(8108, prepare=small_receive_buffer)
    fill(server)
    client.close()
    return [_BY_CLIENT]


@scenario("unread-large-queue",
          "40 KB lie unread when the client closes; the window in its RST has jumped.",
          "unread_data")
def large_queue(lab):
    client, server = lab.pair(8109)
    server.sendall(b"a" * 40000)
    wait_unread(client, 40000)
    client.close()
    return [_BY_CLIENT]


@scenario("unread-partly",
          "Of 40 KB the client reads 30 and closes.",
          "unread_data")
def partly(lab):
    client, server = lab.pair(8110)
    server.sendall(b"a" * 40000)
    wait_unread(client, 40000)
    read_exactly(client, 30000)
    client.close()
    return [_BY_CLIENT]


@scenario("unread-process-killed",
          "A client program is killed while an answer waits for it.",
          "unread_data")
def process_killed(lab):
    listener = lab.listen(lab.server, 8111)
    program = lab.spawn(lab.client, "python3", "-c",
                        "import socket, time\n"
                        f"s = socket.create_connection(('{lab.server.ip4}', 8111))\n"
                        "time.sleep(60)\n")
    server = lab.accept(listener)
    server.sendall(b"unread")
    wait_delivered(server)
    lab.signal(program, 9)
    return [_BY_CLIENT]


@scenario("unread-pipelined-second-request",
          "The client pipelines two requests; the server answers the first and closes, the second "
          "unread.",
          "unread_data")
def pipelined(lab):
    client, server = lab.pair(8112)
    request = b"GET /1 HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
    client.sendall(request * 2)
    wait_unread(server, 2 * len(request))
    read_exactly(server, len(request))
    server.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
    wait_delivered(server)
    server.close()
    return [_BY_SERVER]


@scenario("unread-fast-open-data",
          "The SYN brings data (TCP Fast Open); the server accepts and closes without reading it.",
          "unread_data")
def fast_open(lab):
    for host in (lab.client, lab.server):
        host.sysctl("net.ipv4.tcp_fastopen", 0x607)
    listener = lab.listen(lab.server, 8113, prepare=lambda sock: sock.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5))
    client = lab.unconnected(lab.client, lab.server.ip4)
    client.sendto(b"earlydata", socket.MSG_FASTOPEN, (lab.server.ip4, 8113))
    server = lab.accept(listener)
    wait_unread(server, 9)
    server.close()
    return [_BY_SERVER]


@scenario("unread-in-flight-download",
          "The client closes in the middle of a fast download: some octets unread, more on their "
          "way.",
          "unread_data", "late_segment")
def in_flight(lab):
    client, server = lab.pair(8114)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8114", delay=0.02):
        sender = threading.Thread(target=_send_until_reset, args=(server,))
        sender.start()
        read_exactly(client, 20000)
        wait_unread(client, 5000)
        client.close()
        sender.join(5)
        lab.pause(0.2)
    return [_BY_CLIENT,
            Rst("late_segment", "client", "NO_SOCKET", "UNKNOWN", count=(1, 200))]


def _send_until_reset(sock):
    try:
        for _ in range(200):
            sock.sendall(b"s" * 1448)
    except OSError:
        return


@scenario("unread-keeps-a-hole-behind",
          "Readable data lies in the queue and, behind a hole, more; the server closes.",
          "unread_data")
def with_hole(lab):
    listener = lab.listen(lab.server, 8115)
    peer = RawPeer(lab, lab.client, 40115, lab.server.ip4, 8115)
    peer.open()
    server = lab.accept(listener)
    peer.send(ACK | PSH, payload=b"first part")
    peer.expect("A")
    peer.send(ACK | PSH, seq=peer.seq + 20, payload=b"third part")
    peer.expect("A")
    server.close()
    return [_BY_SERVER]


@scenario("unread-two-services-stopped",
          "A deployment stops two services one after the other; each leaves requests "
          "unread on several connections.",
          "unread_data")
def two_services(lab):
    left = []
    for port in (8116, 8117):
        listener = lab.listen(lab.server, port)
        for _ in range(2):
            client = lab.connect(lab.client, lab.server.ip4, port)
            server = lab.accept(listener)
            exchange(client, server)
            client.sendall(b"next request")
            wait_unread(server)
            left.append(server)
    for server in left:
        server.close()
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", count=4)]
