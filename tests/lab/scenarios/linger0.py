"""SO_LINGER {on, 0} and its kin: an application chooses RST instead of FIN."""

import socket
import struct
import threading

from rstlab import sockets
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, FIN, PSH, SYN
from rstlab.sockets import (abort, disconnect, exchange, fill, linger0, read_exactly, read_to_end,
                            read_until, small_receive_buffer, wait_delivered, wait_state,
                            wait_unread)
from rstlab.truth import Rst

_BY_CLIENT = Rst("linger0", "client", "TCP_STATE", "CLOSE")
#: The server could read nothing, or send nothing: on the wire it accepted, and aborted unserving.
_NOTHING_LEFT = ("accept_then_abort", "listener_closed")
_BY_SERVER = Rst("linger0", "server", "TCP_STATE", "CLOSE")


@scenario("linger0-idle",
          "The client exchanges one request and answer with the server, reads everything, idles "
          "and closes with SO_LINGER 0.",
          "linger0")
def idle(lab):
    client, server = lab.pair(9000)
    exchange(client, server)
    lab.pause(0.3)
    abort(client)
    return [_BY_CLIENT]


@scenario("linger0-idle-ipv6",
          "Over IPv6 the client reads the whole answer and closes with SO_LINGER 0.",
          "linger0", sample="client")
def idle_ipv6(lab):
    client, server = lab.pair(9000, v6=True)
    exchange(client, server)
    lab.pause(0.2)
    abort(client)
    return [_BY_CLIENT]


@scenario("linger0-server-after-response",
          "The server answers a request and closes at once with SO_LINGER 0.",
          "linger0", sample="server")
def server_after_response(lab):
    client, server = lab.pair(8081)
    client.sendall(b"GET /small HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    read_until(server, b"\r\n\r\n")
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    read_until(client, b"hello")
    wait_delivered(server)
    abort(server)
    return [_BY_SERVER]


@scenario("linger0-right-after-send",
          "The client writes 3000 octets and aborts at once; what was on its way nobody reads.",
          "linger0")
def right_after_send(lab):
    client, server = lab.pair(9001)
    client.sendall(b"d" * 3000)
    wait_unread(server, 3000)
    abort(client)
    return [_BY_CLIENT]


@scenario("linger0-pipelined-requests",
          "The client pipelines three requests, reads three answers and aborts: a pool that evicts "
          "a connection.",
          "linger0")
def pipelined(lab):
    client, server = lab.pair(6380)
    ping = b"*1\r\n$4\r\nPING\r\n"
    for _ in range(3):
        client.sendall(ping * 3)
        read_exactly(server, len(ping) * 3)
        server.sendall(b"+PONG\r\n" * 3)
        read_exactly(client, 21)
    abort(client)
    return [_BY_CLIENT]


@scenario("linger0-close-wait",
          "The server closes in order; the client, in CLOSE_WAIT, answers by aborting.",
          "linger0")
def close_wait(lab):
    client, server = lab.pair(9002)
    exchange(client, server)
    server.close()
    read_to_end(client)
    abort(client)
    # Too little came for the window to show whether it was read.
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", note="in CLOSE_WAIT",
                inseparable=("unread_data",))]


@scenario("linger0-fin-wait2",
          "The client shuts its sending half, the server acknowledges, the client then aborts.",
          "linger0")
def fin_wait2(lab):
    client, server = lab.pair(9003)
    exchange(client, server)
    client.shutdown(socket.SHUT_WR)
    wait_state(client, sockets.FIN_WAIT2)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", note="in FIN_WAIT2")]


@scenario("linger0-fin-then-rst",
          "The server shuts its sending half and aborts in the same moment, as proxies with "
          "'nolinger' do: FIN and RST in one go.",
          "linger0")
def fin_then_rst(lab):
    client, server = lab.pair(9004)
    client.sendall(b"hello")
    read_exactly(server, 5)
    linger0(server)
    server.shutdown(socket.SHUT_WR)
    server.close()
    # Nothing shows whether the server had read the one message.
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", inseparable=("unread_data",))]


@scenario("linger0-disconnect",
          "The client takes its connected socket back with connect(AF_UNSPEC).",
          "linger0")
def af_unspec(lab):
    client, server = lab.pair(9005)
    client.sendall(b"0123456789")
    read_exactly(server, 10)
    disconnect(client)
    return [_BY_CLIENT]


@scenario("linger0-no-timestamps",
          "Timestamps are off on the client; it aborts after reading the answer.",
          "linger0")
def no_timestamps(lab):
    lab.client.sysctl("net.ipv4.tcp_timestamps", 0)
    client, server = lab.pair(9006)
    exchange(client, server)
    abort(client)
    return [_BY_CLIENT]


@scenario("linger0-no-window-scaling",
          "An old-fashioned client (no timestamps, no window scaling, no SACK) aborts.",
          "linger0")
def plain_options(lab):
    for option in ("tcp_timestamps", "tcp_window_scaling", "tcp_sack"):
        lab.client.sysctl(f"net.ipv4.{option}", 0)
    client, server = lab.pair(9007)
    exchange(client, server)
    abort(client)
    return [_BY_CLIENT]


@scenario("linger0-own-ttl-and-tos",
          "The client's socket has a TTL of 33 and a TOS of its own; its abort carries both.",
          "linger0")
def own_ttl(lab):
    client, server = lab.pair(9008)
    exchange(client, server)
    client.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 33)
    client.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x20)
    abort(client)
    return [_BY_CLIENT]


@scenario("linger0-unsent-data",
          "The server's peer reads nothing and keeps its window shut; the server aborts with data "
          "that it could never send.",
          "linger0")
def unsent_data(lab):
    _, server = lab.pair(9009, prepare=small_receive_buffer)
    fill(server)
    abort(server)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE",
                inseparable=("zero_window_timeout",))]


@scenario("linger0-last-ack-unsent-data",
          "Both ends have closed, but the server's data and FIN are still stuck behind the "
          "client's shut window when the server aborts.",
          "linger0")
def last_ack_unsent(lab):
    listener = lab.listen(lab.server, 9010)
    peer = RawPeer(lab, lab.client, 40010, lab.server.ip4, 9010)
    peer.open(window=0)
    server = lab.accept(listener)
    server.sendall(b"stuck behind a shut window")
    peer.send(ACK | FIN, window=0)
    wait_state(server, sockets.CLOSE_WAIT)
    server.shutdown(socket.SHUT_WR)
    wait_state(server, sockets.LAST_ACK)
    abort(server)
    return [Rst("linger0", "server", "TCP_DISCONNECT_WITH_DATA", "CLOSE", note="in LAST_ACK",
                inseparable=_NOTHING_LEFT)]


@scenario("linger0-window-retracted",
          "The client retracts its window below what the server has sent; the server's abort then "
          "stands at the window's edge, not at its next number.",
          "linger0")
def window_retracted(lab):
    listener = lab.listen(lab.server, 9011)
    peer = RawPeer(lab, lab.client, 40011, lab.server.ip4, 9011)
    peer.open()
    server = lab.accept(listener)
    server.sendall(b"z" * 500)
    first = peer.expect("PA").seq
    peer.send(ACK, ack=first + 100, window=50)
    lab.pause(0.05)
    abort(server)
    return [_BY_SERVER]


@scenario("linger0-out-of-order-queue",
          "The client's second segment arrives, its first never does; the server aborts with a "
          "hole in its queue, so nothing was readable.",
          "linger0")
def out_of_order(lab):
    sackok = struct.pack("!BBBBHBB", 1, 1, 4, 2, 0x0204, 5, 180)
    listener = lab.listen(lab.server, 9012)
    peer = RawPeer(lab, lab.client, 40012, lab.server.ip4, 9012)
    peer.open(options=sackok)
    server = lab.accept(listener)
    peer.send(ACK | PSH, seq=peer.seq + 50, payload=b"later part" * 5)
    peer.expect("A")
    abort(server)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", inseparable=_NOTHING_LEFT)]


@scenario("linger0-simultaneous-open",
          "Two SYNs cross; while the handshake hangs in SYN_RECV the program aborts.",
          "linger0")
def simultaneous_open(lab):
    peer = RawPeer(lab, lab.server, 9013, lab.client.ip4, 40013)
    client = lab.connecting(lab.client, lab.server.ip4, 9013, source_port=40013)
    peer.expect("S")
    peer.send(SYN)
    wait_state(client, sockets.SYN_RECV)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", note="in SYN_RECV")]


@scenario("linger0-burst-of-pool",
          "A client throws away its pool: ten connections, all answered, are aborted at once.",
          "linger0")
def pool_burst(lab):
    listener = lab.listen(lab.server, 6381)
    pool = []
    for _ in range(10):
        client = lab.connect(lab.client, lab.server.ip4, 6381)
        exchange(client, lab.accept(listener), b"PING\r\n", b"+PONG\r\n")
        pool.append(client)
    lab.pause(0.2)
    for client in pool:
        abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", count=10)]


@scenario("linger0-process-killed",
          "A client program with three connections is killed: one had SO_LINGER 0 set, one data "
          "unread, one neither; the kernel closes each in its way.",
          "linger0", "unread_data")
def process_killed(lab):
    listener = lab.listen(lab.server, 9014)
    program = lab.spawn(
        lab.client, "python3", "-c",
        "import socket, struct, time\n"
        f"make = lambda: socket.create_connection(('{lab.server.ip4}', 9014))\n"
        "one, two, three = make(), make(), make()\n"
        "two.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))\n"
        "time.sleep(60)\n")
    accepted = [lab.accept(listener) for _ in range(3)]
    ports = [sock.getpeername()[1] for sock in accepted]
    accepted[0].sendall(b"unread")
    wait_delivered(accepted[0])
    lab.pause(0.1)
    lab.signal(program, 9)
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", flow=ports[0]),
            Rst("linger0", "client", "TCP_STATE", flow=ports[1])]


@scenario("linger0-large-download",
          "The server sends 300 KB; the client reads all of it and aborts: offloads are on, so "
          "frames are larger than the wire's.",
          "linger0", offloads=True)
def large_download(lab):
    client, server = lab.pair(8082)
    client.sendall(b"GET /big HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    read_until(server, b"\r\n\r\n")
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n"
    server.settimeout(10)
    sender = threading.Thread(target=server.sendall, args=(head + b"b" * 300000,))
    sender.start()
    read_exactly(client, len(head) + 300000)
    sender.join()
    wait_delivered(server)
    abort(client)
    return [_BY_CLIENT]


@scenario("linger0-fin-wait1-shut-window",
          "The server's answer and FIN are stuck behind a shut window when it aborts.",
          "linger0")
def fin_wait1(lab):
    listener = lab.listen(lab.server, 9015)
    peer = RawPeer(lab, lab.client, 40015, lab.server.ip4, 9015)
    peer.open(window=0)
    server = lab.accept(listener)
    server.sendall(b"stuck")
    server.shutdown(socket.SHUT_WR)
    wait_state(server, sockets.FIN_WAIT1)
    abort(server)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", note="in FIN_WAIT1",
                inseparable=_NOTHING_LEFT)]
