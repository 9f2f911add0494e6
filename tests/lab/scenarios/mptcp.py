"""Multipath TCP: resets of connections, of subflows and of joins."""

import struct

from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import SYN
from rstlab.sockets import abort, disconnect, exchange, wait_unread
from rstlab.truth import Rst

IPPROTO_MPTCP = 262


def mptcp_pair(lab, port, v6=False):
    """An established MPTCP connection of one subflow."""
    listener = lab.listen(lab.server, port, v6=v6, protocol=IPPROTO_MPTCP)
    client = lab.connect(lab.client, lab.server.ip6 if v6 else lab.server.ip4, port,
                         protocol=IPPROTO_MPTCP)
    server = lab.accept(listener)
    exchange(client, server)
    return client, server


def _fastclose(by):
    return Rst("mptcp_fastclose", by, "TCP_ABORT_ON_CLOSE", "ESTABLISHED")


@scenario("mptcp-fastclose", "The client closes its MPTCP socket with SO_LINGER 0.",
          "mptcp_fastclose")
def fastclose(lab):
    client, _ = mptcp_pair(lab, 8900)
    abort(client)
    return [_fastclose("client")]


@scenario("mptcp-fastclose-ipv6", "The same over IPv6, by the server.", "mptcp_fastclose")
def fastclose_ipv6(lab):
    _, server = mptcp_pair(lab, 8901, v6=True)
    abort(server)
    return [_fastclose("server")]


@scenario("mptcp-unread", "The client closes its MPTCP socket with data unread.",
          "mptcp_fastclose")
def unread(lab):
    client, server = mptcp_pair(lab, 8902)
    server.sendall(b"u" * 60)
    wait_unread(client, 60)
    client.close()
    return [_fastclose("client")]


@scenario("mptcp-disconnect", "The client takes its MPTCP socket back with connect(AF_UNSPEC).",
          "mptcp_fastclose")
def disconnected(lab):
    client, _ = mptcp_pair(lab, 8903)
    disconnect(client)
    return [_fastclose("client")]


@scenario("mptcp-subflow-reset", "An operator destroys one subflow with ss -K.",
          "mptcp_subflow_reset")
def subflow(lab):
    mptcp_pair(lab, 8904)
    lab.client.run("ss", "-K", "dport = 8904")
    lab.pause(0.2)
    return [Rst("mptcp_subflow_reset", "client", "TCP_STATE", "ESTABLISHED")]


def _second_path(lab):
    """A second address of the client, over which MPTCP opens a second subflow."""
    base, host = lab.client.ip4.rsplit(".", 1)
    second = lab.client.add_address(f"{base}.{int(host) + 2}")
    for end in (lab.client, lab.server):
        end.run("ip", "mptcp", "limits", "set", "subflow", "2", "add_addr_accepted", "2")
    lab.client.run("ip", "mptcp", "endpoint", "add", second, "dev", "eth0", "id", "5", "subflow")
    return second


@scenario("mptcp-subflow-reset-of-two",
          "Of two subflows one is destroyed; the connection goes on over the other.",
          "mptcp_subflow_reset")
def subflow_of_two(lab):
    second = _second_path(lab)
    client, server = mptcp_pair(lab, 8905)
    lab.pause(0.5)
    lab.client.run("ss", "-K", f"src {second} dport = 8905")
    lab.pause(0.2)
    exchange(client, server)
    return [Rst("mptcp_subflow_reset", "client", "TCP_STATE", "ESTABLISHED")]


@scenario("silent-mptcp-subflow-removed",
          "The path manager removes an endpoint: its subflow ends by FIN, the connection goes on.")
def subflow_removed(lab):
    _second_path(lab)
    client, server = mptcp_pair(lab, 8906)
    lab.pause(0.5)
    lab.client.run("ip", "mptcp", "endpoint", "delete", "id", "5")
    lab.pause(0.3)
    exchange(client, server)
    return []


@scenario("silent-mptcp-data-after-close",
          "The server closes its MPTCP socket; data of the client is taken at subflow level and "
          "nobody is reset.")
def data_after_close(lab):
    client, server = mptcp_pair(lab, 8908)
    server.close()
    lab.pause(0.1)
    client.sendall(b"late")
    lab.pause(0.2)
    client.close()
    return []


@scenario("mptcp-join-refused", "A SYN with MP_JOIN names a token that the server does not know.",
          "mptcp_join_refused")
def join_refused(lab):
    lab.listen(lab.server, 8907, protocol=IPPROTO_MPTCP)
    peer = RawPeer(lab, lab.client, 40907, lab.server.ip4, 8907)
    join = struct.pack("!BBBBII", 30, 12, 0x10, 1, 0xDEADBEEF, 0x12345678)
    peer.send(SYN, options=join)
    peer.expect("RA")
    return [Rst("mptcp_join_refused", "server", "MPTCP_RST_EMPTCP", "LISTEN")]


@scenario("mptcp-join-prohibited",
          "The server allows no further subflow: the second one is refused, the connection goes on.",
          "mptcp_join_refused", "mptcp_subflow_reset")
def join_prohibited(lab):
    _second_path(lab)
    lab.server.run("ip", "mptcp", "limits", "set", "subflow", "0", "add_addr_accepted", "0")
    client, server = mptcp_pair(lab, 8909)
    lab.pause(0.5)
    exchange(client, server)
    return [Rst("mptcp_join_refused", "server", "MPTCP_RST_EPROHIBIT"),
            Rst("mptcp_subflow_reset", "client", "MPTCP_RST_EUNSPEC")]
