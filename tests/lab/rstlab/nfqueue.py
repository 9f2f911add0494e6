"""Hold packets back in a router: the kernel's NFQUEUE, spoken over netlink.

Delays and reorderings are what make several stories happen (a late SYN-ACK, handshakes that end
at the same moment). The kernel here has no netem, and no binding for NFQUEUE is packaged.
"""

import select
import socket
import struct
import threading
import time

_NETLINK_NETFILTER = 12
_QUEUE = 3 << 8
_PACKET, _VERDICT, _CONFIG = 0, 1, 2
_CFG_CMD, _CFG_PARAMS = 1, 2
_CMD_BIND = 1
_COPY_NOTHING_BUT_META = 1
_ATTR_PACKET_HDR, _ATTR_VERDICT_HDR = 1, 2
_NLM_F_REQUEST = 1
_ACCEPT = 1
_POLL = 0.02


def _attribute(kind, data):
    return struct.pack("HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def _attributes(data):
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("HH", data)
        found[kind & 0x7FFF] = data[4:length]
        data = data[(length + 3) & ~3:]
    return found


class PacketQueue:
    """Packets that an nft rule sent to queue `number` of the present namespace.

    With a delay each goes on after that many seconds; without, all are held until release().
    """

    def __init__(self, number, delay=None):
        self._number = number
        self._delay = delay
        self._held = []
        self._arrived = threading.Condition()
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_NETFILTER)
        self._socket.bind((0, 0))
        self._send(_CONFIG, _attribute(_CFG_CMD, struct.pack("!BBH", _CMD_BIND, 0, 0)))
        self._send(_CONFIG, _attribute(_CFG_PARAMS, struct.pack("!IB", 0, _COPY_NOTHING_BUT_META)))
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _send(self, kind, attributes):
        body = struct.pack("!BBH", socket.AF_UNSPEC, 0, self._number) + attributes
        self._socket.send(struct.pack("IHHII", 16 + len(body), _QUEUE | kind,
                                      _NLM_F_REQUEST, 0, 0) + body)

    def _accept(self, packet_id):
        self._send(_VERDICT, _attribute(_ATTR_VERDICT_HDR,
                                        struct.pack("!II", _ACCEPT, packet_id)))

    def _serve(self):
        while self._open:
            if select.select([self._socket], [], [], self._until_ripe())[0]:
                self._take(self._socket.recv(1 << 17))
            self._let_ripe_go()

    def _until_ripe(self):
        """Seconds until the oldest packet may go, as far as one waits for that."""
        if self._delay is None or not self._held:
            return _POLL
        return min(max(self._held[0][0] + self._delay - time.monotonic(), 0), _POLL)

    def _take(self, message):
        while len(message) >= 16:
            length, kind = struct.unpack_from("IH", message)
            if kind == _QUEUE | _PACKET:
                found = _attributes(message[20:length])
                packet_id = struct.unpack_from("!I", found[_ATTR_PACKET_HDR])[0]
                with self._arrived:
                    self._held.append((time.monotonic(), packet_id))
                    self._arrived.notify_all()
            message = message[(length + 3) & ~3:]

    def _let_ripe_go(self):
        if self._delay is None:
            return
        while self._held and self._held[0][0] + self._delay <= time.monotonic():
            self._accept(self._held.pop(0)[1])

    def wait(self, count, seconds=3.0):
        """Wait until so many packets are held."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._held) >= count, seconds):
                raise TimeoutError(f"{len(self._held)} of {count} packets came to the queue")

    def release(self, backwards=False):
        """Let everything go that is held now, `backwards` the last first."""
        with self._arrived:
            held, self._held = self._held, []
        for _, packet_id in reversed(held) if backwards else held:
            self._accept(packet_id)

    def close(self):
        """Let go what is held and give the queue back."""
        self._open = False
        self._thread.join()
        self.release()
        self._socket.close()
