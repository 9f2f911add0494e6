# SPDX-License-Identifier: GPL-2.0-or-later
"""Each way in which a host can send a RST is reported as what it was, by the kernel that sent it."""

import os
import socket
import subprocess
import sys
import time

from stage import Stage, abort, finish, forged_reset, instances, packets_of, pair, refused, words_on

_REJECT = """table inet t {
 chain i {
  type filter hook input priority 0;
  tcp dport 7900 reject with tcp reset
 }
}
"""


def act(expected):
    """Do it all; what is to be told goes to `expected`, by source port."""
    me = f"pid={os.getpid()} comm={open('/proc/self/comm', encoding='ascii').read().strip()}"
    listeners = []

    listener, client, server = pair(7001)
    expected[client.getsockname()[1]] = f"sent reason=TCP_STATE state=TCP_CLOSE as=abort {me}"
    listeners.append((listener, server))
    abort(client)

    unread = f"sent reason=TCP_ABORT_ON_CLOSE state=TCP_CLOSE as=abort {me}"
    for port, family, address, to in ((7002, socket.AF_INET, "127.0.0.1", None),
                                      (7003, socket.AF_INET6, "::1", None),
                                      (7004, socket.AF_INET6, "::", "127.0.0.1")):
        listener, client, server = pair(port, family, address, to)
        client.send(b"x")
        time.sleep(0.02)
        expected[port] = unread
        server.close()
        listeners.append((listener, client))

    listener, client, server = pair(7005)
    expected[client.getsockname()[1]] = "sent reason=TCP_STATE state=TCP_ESTABLISHED as=abort pid=* comm=ss"
    subprocess.run(["ss", "-K", "dport", "=", ":7005"], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=True)
    listeners.append((listener, client, server))

    expected[7006] = f"sent reason=TCP_STATE state=TCP_CLOSE as=abort listener=closed {me}"
    listener = socket.socket()
    listener.bind(("127.0.0.1", 7006))
    listener.listen(5)
    waiting = socket.create_connection(("127.0.0.1", 7006))
    listener.close()
    listeners.append((waiting,))

    listener, client, server = pair(7007)
    expected[7007] = "sent reason=TCP_TIMEWAIT_SOCKET state=TCP_TIME_WAIT as=answer"
    server.close()
    time.sleep(0.1)  # an acknowledgment may be delayed by 40 ms
    client.send(b"late")
    listeners.append((listener, client))

    for port, family, address in ((7008, socket.AF_INET, "127.0.0.1"), (7009, socket.AF_INET6, "::1")):
        expected[port] = "sent reason=NO_SOCKET state=UNKNOWN as=answer"
        refused(port, family, address)

    expected[7900] = expected[7777] = "sent without its TCP: firewall or raw socket"
    subprocess.run(["nft", "-f", "-"], input=_REJECT, text=True, check=True)
    refused(7900)
    forged_reset(7777, 8888)
    time.sleep(0.3)
    return listeners


def main():
    with Stage() as stage:
        file, expected = stage.file("acts.pcapng"), {}
        process = stage.start("-i", "lo", "-w", file)
        time.sleep(0.3)  # silence counts from then on
        held = act(expected)
        said = finish(process)
        told = words_on(file)
        parent = "comm=" + open("/proc/self/comm", encoding="ascii").read().strip()
        for port, words in expected.items():
            said_here = told.get(port, "nothing").split()
            if "pid=*" in words:  # a process that has just begun may still bear its parent's name
                said_here = ["pid=*" if word.startswith("pid=") else "comm=ss" if word == parent else word
                             for word in said_here]
            assert " ".join(said_here) == words, (port, told.get(port), words)
        assert "lost: 0" in said and "sent without its TCP: 2" in said, said
        taken = {source: comments for source, _, reset, comments in packets_of(file) if reset}
        assert any("received taken=yes" in one for one in taken[7002]), taken[7002]
        assert any("received taken=no" in one for one in taken[7777]), taken[7777]
        assert f"rstcause-capture-{process.pid}" not in instances()
        del held
    print(f"{len(expected)} resets, each reported as what it was")


if __name__ == "__main__":
    sys.exit(main())
