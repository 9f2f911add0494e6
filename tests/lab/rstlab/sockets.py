"""What scenarios do with sockets, under the names that the stories use."""

import array
import contextlib
import ctypes
import fcntl
import socket
import struct
import termios
import time

ESTABLISHED, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT = range(1, 7)
CLOSE, CLOSE_WAIT, LAST_ACK, LISTEN, CLOSING = range(7, 12)
TCP_REPAIR = 19
TCP_LINGER2 = socket.TCP_LINGER2
TCP_USER_TIMEOUT = socket.TCP_USER_TIMEOUT
PATIENCE = 5.0


def linger0(sock):
    """From now on close() aborts: RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def abort(sock):
    """Close with SO_LINGER {on, 0}."""
    linger0(sock)
    sock.close()


def nodelay(sock):
    """Each write leaves at once, whatever is unacknowledged."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def disconnect(sock):
    """connect(AF_UNSPEC): drop the connection but keep the socket."""
    unspec = ctypes.create_string_buffer(16)
    if ctypes.CDLL(None, use_errno=True).connect(sock.fileno(), unspec, 16):
        raise OSError(ctypes.get_errno(), "connect(AF_UNSPEC)")


def keepalive(sock, idle, interval, probes):
    """Probe after so many idle seconds, every so many seconds, so many times."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, idle)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, interval)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, probes)


def tcp_state(sock):
    """The socket's state as the kernel's TCP_INFO says."""
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def unread(sock):
    """Octets that wait in the receive queue."""
    return _octets(sock, termios.FIONREAD)


def unacknowledged(sock):
    """Octets written that the peer has not acknowledged yet (SIOCOUTQ)."""
    return _octets(sock, termios.TIOCOUTQ)


def _octets(sock, request):
    count = array.array("i", [0])
    fcntl.ioctl(sock.fileno(), request, count)
    return count[0]


def wait_until(true, what, seconds=PATIENCE):
    """Wait for a condition, for a bounded time."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.003)


def wait_state(sock, *states, seconds=PATIENCE):
    """Wait until the socket is in one of these states."""
    wait_until(lambda: tcp_state(sock) in states, f"TCP state {states}", seconds)


def wait_reset(sock, seconds=PATIENCE):
    """Wait until the peer's reset has ended this connection."""
    wait_state(sock, CLOSE, seconds=seconds)


def wait_unread(sock, count=1, seconds=PATIENCE):
    """Wait until so many octets have come that nobody has read."""
    wait_until(lambda: unread(sock) >= count, f"{count} unread octets", seconds)


def wait_delivered(sock, seconds=PATIENCE):
    """Wait until everything written has been acknowledged."""
    wait_until(lambda: unacknowledged(sock) == 0, "everything acknowledged", seconds)


def read_exactly(sock, count):
    """Read so many octets or fail."""
    got = b""
    while len(got) < count:
        part = sock.recv(count - len(got))
        if not part:
            raise EOFError(f"{len(got)} of {count} octets, then the end")
        got += part
    return got


def read_until(sock, mark):
    """Read until the stream ends with these octets."""
    got = b""
    while not got.endswith(mark):
        part = sock.recv(4096)
        if not part:
            raise EOFError(f"the end before {mark!r}: {got!r}")
        got += part
    return got


def read_to_end(sock):
    """Read until the peer's FIN."""
    got = b""
    while part := sock.recv(65536):
        got += part
    return got


@contextlib.contextmanager
def reset_expected():
    """The block meets the reset that the scenario made."""
    try:
        yield
    except (ConnectionResetError, BrokenPipeError, ConnectionRefusedError, ConnectionAbortedError):
        return
    raise AssertionError("no reset was met where the scenario expects one")


def exchange(client, server, request=b"q" * 100, answer=b"a" * 50):
    """One request and its answer, both read whole."""
    client.sendall(request)
    read_exactly(server, len(request))
    server.sendall(answer)
    read_exactly(client, len(answer))


def port_of(sock):
    """The local port."""
    return sock.getsockname()[1]


def small_receive_buffer(sock):
    """So that the window shuts after a few kilobytes."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)


def fill(sock, limit=1 << 20):
    """Write until the peer, who does not read, has shut its window; returns the octets taken."""
    sock.setblocking(False)
    taken, quiet_since = 0, time.monotonic()
    while taken < limit and time.monotonic() - quiet_since < 0.4:
        try:
            taken += sock.send(b"x" * 1000)
            quiet_since = time.monotonic()
        except BlockingIOError:
            time.sleep(0.02)
    sock.setblocking(True)
    sock.settimeout(PATIENCE)
    return taken
