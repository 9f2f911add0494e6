"""Captures that begin too late to hold what decides: honest doubt is asked for.

The truth is what really happened; `inseparable` says that the capture cannot show it.
"""

from rstlab.scenario import scenario
from rstlab.sockets import (abort, exchange, read_exactly, reset_expected, wait_delivered,
                            wait_unread)
from rstlab.truth import Rst

_LATE = {"starts_late": True}


@scenario("partial-linger0", "The capture begins after the handshake, in the middle of use.",
          "linger0", **_LATE)
def linger0_midstream(lab):
    client, server = lab.pair(8950)
    exchange(client, server)
    lab.pause(0.1)
    lab.start_captures()
    exchange(client, server)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", inseparable=("capture_incomplete",))]


@scenario("partial-only-the-rst", "The capture begins just before the abort: one frame.",
          "linger0", **_LATE)
def only_rst(lab):
    client, server = lab.pair(8951)
    exchange(client, server)
    lab.pause(0.1)
    lab.start_captures()
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", inseparable=("capture_incomplete",))]


@scenario("partial-unread", "The unread request came before the capture began.",
          "unread_data", **_LATE)
def unread_before(lab):
    client, server = lab.pair(8952)
    client.sendall(b"before the capture")
    wait_unread(server, 18)
    lab.pause(0.1)
    lab.start_captures()
    server.close()
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE",
                inseparable=("capture_incomplete",))]


@scenario("partial-data-after-close", "The server's FIN came before the capture began.",
          "data_after_close", **_LATE)
def fin_before(lab):
    client, server = lab.pair(8953)
    exchange(client, server)
    server.close()
    lab.pause(0.2)
    lab.start_captures()
    client.sendall(b"next request")
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT",
                inseparable=("capture_incomplete", "connection_unknown"))]


@scenario("partial-reply-to-first-frame",
          "The host has forgotten the connection; the first frame of the capture draws the RST.",
          "connection_unknown", **_LATE)
def unknown(lab):
    client, server = lab.pair(8954)
    exchange(client, server)
    wait_delivered(server)
    lab.server.forget(8954)
    lab.start_captures()
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("connection_unknown", "server", "TCP_FLAGS", "LISTEN",
                inseparable=("capture_incomplete", "gave_up_silently", "nat_state_lost",
                             "idle_timeout", "peer_restarted"))]


@scenario("partial-late-segment", "The server's abort came before the capture began.",
          "late_segment", **_LATE)
def abort_before(lab):
    client, server = lab.pair(8955)
    exchange(client, server)
    with lab.router.holding("-d", lab.server.ip4, "--dport", "8955") as queue:
        client.sendall(b"on its way")
        queue.wait(1)
        abort(server)
        lab.pause(0.1)
        lab.start_captures()
        queue.release()
    lab.pause(0.1)
    return [Rst("late_segment", "server", "TCP_FLAGS", "LISTEN",
                inseparable=("capture_incomplete", "connection_unknown"))]


@scenario("partial-served-then-linger0",
          "The capture begins mid-stream; the server answers once more and aborts.",
          "linger0", **_LATE)
def server_midstream(lab):
    client, server = lab.pair(8956)
    exchange(client, server)
    lab.pause(0.1)
    lab.start_captures()
    client.sendall(b"question")
    read_exactly(server, 8)
    server.sendall(b"answer")
    read_exactly(client, 6)
    wait_delivered(server)
    abort(server)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", inseparable=("capture_incomplete",))]
