"""Connections ended over the application's head: closed listeners, operators, TCP_LINGER2."""

import socket

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import (TCP_LINGER2, exchange, fill, port_of,
                            reset_expected, small_receive_buffer, wait_delivered, wait_state,
                            wait_unread)
from rstlab.truth import Rst


@scenario("listener-closed",
          "Three clients wait in the accept queue when the service closes its listener; the "
          "kernel aborts each.",
          "listener_closed")
def listener_closed(lab):
    return _closed_with_children(lab, lab.server.ip4, 8400, 3)


@scenario("listener-closed-ipv6", "The same over IPv6 with two clients.", "listener_closed")
def listener_closed_ipv6(lab):
    return _closed_with_children(lab, lab.server.ip6, 8401, 2)


@scenario("listener-closed-single",
          "One client waits in the accept queue when the service stops.",
          "listener_closed")
def listener_closed_single(lab):
    return _closed_with_children(lab, lab.server.ip4, 8402, 1)


def _closed_with_children(lab, address, port, count):
    listener = lab.listen(lab.server, port, v6=":" in address)
    for _ in range(count):
        lab.connect(lab.client, address, port)
        lab.pause(0.05)
    lab.pause(0.2)
    listener.close()
    return [Rst("listener_closed", "server", "TCP_STATE", "CLOSE", count=count,
                inseparable=("accept_then_abort",) if count == 1 else ())]


@scenario("listener-closed-requests-waiting",
          "The waiting clients have sent their requests already; nobody accepted, nobody read.",
          "listener_closed")
def listener_closed_requests(lab):
    listener = lab.listen(lab.server, 8403)
    for _ in range(2):
        client = lab.connect(lab.client, lab.server.ip4, 8403)
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        wait_delivered(client)
    listener.close()
    return [Rst("listener_closed", "server", "TCP_STATE", "CLOSE", count=2,
                inseparable=("unread_data",))]


@scenario("listener-closed-among-served",
          "Two clients are being served and stay so; two waiting ones are aborted with the "
          "listener, and a fifth is refused.",
          "listener_closed", "port_closed")
def listener_closed_among(lab):
    listener = lab.listen(lab.server, 8404)
    served = []
    for _ in range(2):
        client = lab.connect(lab.client, lab.server.ip4, 8404)
        served.append((client, lab.accept(listener)))
        exchange(*served[-1])
    waiting = [lab.connect(lab.client, lab.server.ip4, 8404) for _ in range(2)]
    lab.pause(0.2)
    listener.close()
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8404)
    for pair in served:
        exchange(*pair)
    return [Rst("listener_closed", "server", "TCP_STATE", "CLOSE", count=2,
                flow=[port_of(sock) for sock in waiting]),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


@scenario("listener-closed-defer-accept",
          "TCP_DEFER_ACCEPT: the client sends its request late, the service stops before it "
          "accepts.",
          "listener_closed")
def defer_accept(lab):
    listener = lab.listen(lab.server, 8405, prepare=lambda sock: sock.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 1))
    client = lab.connect(lab.client, lab.server.ip4, 8405)
    lab.pause(2.5)
    client.sendall(b"late request")
    wait_delivered(client)
    listener.close()
    return [Rst("listener_closed", "server", "TCP_STATE", "CLOSE",
                inseparable=("unread_data", "linger0"))]


def kill_by_operator(host, *condition):
    """ss -K: the operator destroys sockets."""
    host.run("ss", "-K", *condition)


@scenario("admin-abort-one",
          "An operator destroys one connection with ss -K on the client machine.",
          "admin_abort")
def admin_one(lab):
    client, server = lab.pair(8410)
    exchange(client, server)
    kill_by_operator(lab.client, f"dport = {8410}")
    return [Rst("admin_abort", "client", "TCP_STATE", "ESTABLISHED", inseparable=("linger0",))]


@scenario("admin-abort-three-at-once",
          "ss -K on the server destroys all three connections of a service.",
          "admin_abort")
def admin_three(lab):
    listener = lab.listen(lab.server, 8411)
    for _ in range(3):
        client = lab.connect(lab.client, lab.server.ip4, 8411)
        exchange(client, lab.accept(listener))
    lab.pause(0.2)
    kill_by_operator(lab.server, "state", "established", "sport = 8411")
    return [Rst("admin_abort", "server", "TCP_STATE", "ESTABLISHED", count=3,
                inseparable=("linger0",))]


@scenario("admin-abort-ipv6", "ss -K on the server, over IPv6.", "admin_abort")
def admin_ipv6(lab):
    client, server = lab.pair(8412, v6=True)
    exchange(client, server)
    kill_by_operator(lab.server, "state", "established", "sport = 8412")
    return [Rst("admin_abort", "server", "TCP_STATE", "ESTABLISHED", inseparable=("linger0",))]


@scenario("admin-abort-unread",
          "ss -K while 40 KB lie unread: the RST's window stays as small as it was.",
          "admin_abort")
def admin_unread(lab):
    client, server = lab.pair(8413)
    server.sendall(b"a" * 40000)
    wait_unread(client, 40000)
    kill_by_operator(lab.client, "dport = 8413")
    return [Rst("admin_abort", "client", "TCP_STATE", "ESTABLISHED",
                note="data unread, but close() was not called")]


@scenario("admin-abort-full-buffer",
          "ss -K while the client's window is shut: the RST's window is zero.",
          "admin_abort")
def admin_full(lab):
    _, server = lab.pair(8414, prepare=small_receive_buffer)
    fill(server)
    kill_by_operator(lab.client, "dport = 8414")
    return [Rst("admin_abort", "client", "TCP_STATE", "ESTABLISHED")]


@scenario("admin-abort-close-wait",
          "Connections hang in CLOSE_WAIT (the program forgot to close); an operator clears them "
          "with ss -K.",
          "admin_abort")
def admin_close_wait(lab):
    listener = lab.listen(lab.server, 8415)
    for _ in range(2):
        client = lab.connect(lab.client, lab.server.ip4, 8415)
        server = lab.accept(listener)
        exchange(client, server)
        server.close()
        wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.3)
    kill_by_operator(lab.client, "state", "close-wait")
    return [Rst("admin_abort", "client", "TCP_STATE", "CLOSE_WAIT", count=2,
                inseparable=("linger0",))]


@scenario("admin-abort-then-late-data",
          "ss -K on the server; data of the client that was on its way is reset as well.",
          "admin_abort", "late_segment")
def admin_late(lab):
    client, server = lab.pair(8416)
    exchange(client, server)
    with lab.router.holding("-d", lab.server.ip4, "--dport", "8416") as queue:
        client.sendall(b"on its way")
        queue.wait(1)
        kill_by_operator(lab.server, "state", "established", "sport = 8416")
        queue.release()
    lab.pause(0.1)
    return [Rst("admin_abort", "server", "TCP_STATE", "ESTABLISHED", inseparable=("linger0",)),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN")]


@scenario("linger2",
          "The server has set TCP_LINGER2 below zero: its FIN's acknowledgement draws a RST.",
          "linger2")
def linger2(lab):
    client, server = lab.pair(8420)
    exchange(client, server)
    server.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, -1)
    server.close()
    return [Rst("linger2", "server", "TCP_ABORT_ON_DATA", "CLOSE")]


@scenario("linger2-ipv6", "TCP_LINGER2 below zero, over IPv6.", "linger2")
def linger2_ipv6(lab):
    client, server = lab.pair(8421, v6=True)
    exchange(client, server)
    server.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, -1)
    server.close()
    return [Rst("linger2", "server", "TCP_ABORT_ON_DATA", "CLOSE")]


@scenario("linger2-close-in-fin-wait2",
          "TCP_LINGER2 below zero: the client shut its sending half long ago and now closes.",
          "linger2")
def linger2_late(lab):
    client, server = lab.pair(8422)
    exchange(client, server)
    client.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, -1)
    client.shutdown(socket.SHUT_WR)
    wait_state(client, sockets.FIN_WAIT2)
    lab.pause(0.2)
    client.close()
    return [Rst("linger2", "client", "TCP_ABORT_ON_LINGER", "CLOSE", inseparable=("linger0",))]


@scenario("linger2-peer-sends-on",
          "TCP_LINGER2 below zero: RST at the acknowledged FIN, and one more for data that the "
          "client had sent meanwhile.",
          "linger2", "late_segment")
def linger2_data(lab):
    client, server = lab.pair(8423)
    exchange(client, server)
    server.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, -1)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8423",
                            "--tcp-flags", "RST", "RST") as queue:
        server.close()
        queue.wait(1)
        client.sendall(b"more")
        lab.pause(0.05)
        queue.release()
    lab.pause(0.1)
    # Beyond the path the answer to the FIN's ACK comes after the data, and looks as if drawn by it.
    return [Rst("linger2", "server", "TCP_ABORT_ON_DATA", "CLOSE",
                inseparable_at={"client": ("data_after_close",)}),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN", count=(1, 3))]


@scenario("whole-program-stops",
          "A server program exits: one connection has a request unread, one is idle, one waits "
          "in the accept queue, and the next client is refused.",
          "unread_data", "listener_closed", "port_closed")
def program_stops(lab):
    program = lab.daemon(
        lab.server, 8430, "python3", "-c",
        "import socket, time\n"
        f"s = socket.create_server(('{lab.server.ip4}', 8430), backlog=8)\n"
        "one, two = s.accept()[0], s.accept()[0]\n"
        "time.sleep(60)\n")
    clients = [lab.connect(lab.client, lab.server.ip4, 8430) for _ in range(3)]
    clients[0].sendall(b"a request that nobody reads")
    wait_delivered(clients[0])
    lab.pause(0.3)
    lab.signal(program)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8430)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", flow=port_of(clients[0])),
            Rst("listener_closed", "server", "TCP_STATE", "CLOSE", flow=port_of(clients[2]),
                inseparable=("accept_then_abort",)),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]
