"""Both ends on one machine: captures of its loopback interface."""

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import (abort, exchange, port_of, read_exactly, reset_expected, wait_reset,
                            wait_state, wait_unread)
from rstlab.truth import Rst

_OPTIONS = {"points": ("loopback",), "offloads": True}


def _pair(lab, port):
    """A connection of the server machine with itself."""
    listener = lab.listen(lab.server, port)
    client = lab.connect(lab.server, lab.server.ip4, port)
    return client, lab.accept(listener)


def _by(end, port, token, reason, state, **more):
    """A reset of the client's end or of the server's; both have one address."""
    return Rst(token, "server", reason, state, origin=end,
               when=lambda segment: (segment.sport == port) == (end == "server"), **more)


@scenario("loopback-port-closed", "A program connects to a closed port of its own machine.",
          "port_closed", **_OPTIONS)
def refused(lab):
    exchange(*_pair(lab, 9801))
    with reset_expected():
        lab.connect(lab.server, lab.server.ip4, 9802)
    return [_by("server", 9802, "port_closed", "NO_SOCKET", "UNKNOWN")]


@scenario("loopback-unread",
          "A local client abandons a large download of which most is unread; segments are as large "
          "as the interface's MTU allows.",
          "unread_data", **_OPTIONS)
def unread(lab):
    client, server = _pair(lab, 9803)
    client.sendall(b"GET /film HTTP/1.1\r\n\r\n")
    read_exactly(server, 22)
    server.sendall(b"f" * 60_000)
    wait_unread(client, 60_000)
    read_exactly(client, 1000)
    client.close()
    return [_by("client", 9803, "unread_data", "TCP_ABORT_ON_CLOSE", "CLOSE")]


@scenario("loopback-linger0", "A local client reads its answer and aborts with SO_LINGER 0.",
          "linger0", **_OPTIONS)
def linger(lab):
    client, server = _pair(lab, 9804)
    exchange(client, server)
    lab.pause(0.2)
    abort(client)
    return [_by("client", 9804, "linger0", "TCP_STATE", "CLOSE")]


@scenario("loopback-data-after-close",
          "The local server closes an idle connection; the local client uses it once more.",
          "data_after_close", **_OPTIONS)
def late(lab):
    client, server = _pair(lab, 9805)
    exchange(client, server)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.2)
    client.sendall(b"next request")
    wait_reset(client)
    return [_by("server", 9805, "data_after_close", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]
