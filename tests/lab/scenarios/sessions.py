# SPDX-License-Identifier: GPL-2.0-or-later
"""Long-lived sessions that a server ends: ssh, BGP, gRPC. Rebuilt from public reports.

Each function names the reports: project and number of the issue at GitHub.
"""

import contextlib
import subprocess

from rstlab.guest import program_of
from rstlab.scenario import needs, scenario
from rstlab.sockets import wait_until
from rstlab.topology import run
from rstlab.truth import Rst
from scenarios.brokers import ssh, sshd
from scenarios.daemons import GONE, LATE, UNREAD, speak_after_close
from scenarios.libraries import first_of_its_flow

_BROKEN = (BrokenPipeError, ConnectionResetError)
_MANY = Rst("late_segment", "server", GONE, count=(0, 3000))


@scenario("dropbear-too-many-strangers",
          "dropbear takes five unauthenticated connections of one address (MAX_UNAUTH_PER_IP); a "
          "sixth is accepted and closed, and its greeting is reset.",
          "data_after_close", program="dropbear")
def dropbear(lab):
    """F5OEO/tezuka_fw#280, mkj/dropbear#192."""
    needs("dropbear", "dropbearkey")
    key = lab.workdir / "key"
    run("dropbearkey", "-t", "ed25519", "-f", str(key))
    lab.daemon(lab.server, 22012, "dropbear", "-F", "-r", str(key), "-p",
               f"{lab.server.ip4}:22012", "-P", str(lab.workdir / "pid"))
    for _ in range(5):
        lab.connect(lab.client, lab.server.ip4, 22012).recv(100)
    sixth = lab.connect(lab.client, lab.server.ip4, 22012)
    speak_after_close(lab, sixth, b"SSH-2.0-OpenSSH_9.2\r\n", pause=0.1)
    return [Rst("data_after_close", "server", LATE)]


@scenario("sshd-client-alive-count-max",
          "The path to an ssh session is dead for some seconds, in which the user types; sshd's "
          "ClientAliveCountMax is reached and it closes. The path comes back, and what was typed "
          "is reset: 'client_loop: send disconnect: Connection reset by peer'.",
          "data_after_close", may=("late_segment",), program="sshd")
def client_alive(lab):
    """PowerShell/Win32-OpenSSH#536."""
    sshd(lab, lab.server, 22013, "ClientAliveInterval 1", "ClientAliveCountMax 1")
    session = lab.spawn(lab.client, *ssh(lab, lab.server.ip4, 22013), "cat",
                        stdin=subprocess.PIPE)

    def types(words):
        session.stdin.write(words)
        session.stdin.flush()

    lab.pause(2)
    types(b"ls\n")
    lab.pause(0.6)
    with lab.router.filtering("forward", "tcp dport 22013 drop", "tcp sport 22013 drop"):
        lab.pause(0.2)
        types(b"date\n")
        wait_until(lambda: not lab.server.remembers(22013, "ESTAB"), "sshd gives up", 12)
    lab.pause(6)
    return [Rst("data_after_close", "server", LATE), _MANY]


@scenario("gobgp-knows-no-such-neighbour",
          "BIRD connects to a router (GoBGP) that has no such neighbour configured: accepted and "
          "closed with BIRD's OPEN unread, again and again.",
          "unread_data", may=("data_after_close", "late_segment"), points=("client",),
          program="gobgpd")
def gobgp(lab):
    """cloudnativelabs/kube-router#925, osrg/gobgp#2219."""
    needs("bird", "gobgpd")
    config = lab.workdir / "gobgp.toml"
    config.write_text('[global.config]\nas = 64512\nrouter-id = "192.0.2.1"\n'
                      f'local-address-list = ["{lab.server.ip4}"]\nport = 179\n',
                      encoding="ascii")
    lab.daemon(lab.server, 179, "gobgpd", "-t", "toml", "-f", str(config), "--api-hosts",
               "127.0.0.1:50051")
    neighbour = lab.workdir / "bird.conf"
    neighbour.write_text(
        "router id 192.0.2.2;\nprotocol device { }\nprotocol bgp up {\n"
        f"local {lab.client.ip4} as 64513; neighbor {lab.server.ip4} as 64512;\n"
        "multihop 3; connect delay time 1; ipv4 { import all; export all; }; }\n",
        encoding="ascii")
    lab.spawn(lab.client, "bird", "-f", "-c", str(neighbour), "-s", str(lab.workdir / "control"),
              "-P", str(lab.workdir / "pid"))
    lab.pause(4)
    # Whether the OPEN is there before the close is a race: else it meets a closed connection.
    return [Rst("unread_data", "server", *UNREAD, count=(2, 6),
                when=lambda segment: segment.letters == "RA",
                inseparable=("linger0", "accept_then_abort")),
            Rst("data_after_close", "server", ("TCP_ABORT_ON_DATA", "TCP_TIMEWAIT_SOCKET"),
                count=(0, 4), when=_first_reply()),
            Rst("late_segment", "server", GONE, count=(0, 4),
                when=lambda segment: segment.letters == "R")]


def _first_reply():
    first = first_of_its_flow()
    return lambda segment: segment.letters == "R" and first(segment)


@scenario("grpc-too-many-pings",
          "An HTTP/2 client pings a grpc-go server every 100 ms without a call: GOAWAY "
          "'too_many_pings' and a close; the next ping is reset.",
          "data_after_close", may=("late_segment",), program="go")
def too_many_pings(lab):
    """grpc/grpc#33661, llm-d/llm-d-kv-cache#359."""
    lab.daemon(lab.server, 22020, program_of("grpcserver.go"), f"{lab.server.ip4}:22020")
    client = lab.connect(lab.client, lab.server.ip4, 22020)
    settings, acknowledged = b"\0\0\0\4\0\0\0\0\0", b"\0\0\0\4\1\0\0\0\0"
    client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings)
    lab.pause(0.3)
    client.sendall(acknowledged)
    with contextlib.suppress(*_BROKEN):
        for _ in range(40):
            client.sendall(b"\0\0\x08\x06\0\0\0\0\0" + b"pingping")
            lab.pause(0.1)
    return [Rst("data_after_close", "server", LATE), _MANY]
