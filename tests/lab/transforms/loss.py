"""What a poorer capture can no longer tell apart.

For each reset the frames before it are compared with those that are left. Which of them is gone
decides what else the capture could show; TRANSFORMS.md gives the argument. Humbler verdicts
(capture_incomplete, unknown) are right as soon as anything that decides is gone.
"""

from transforms.packets import ACK, FIN, RST, SYN, segment_of

_HUMBLE = {"capture_incomplete", "unknown"}
_SOCKET_CLOSED = {"linger0", "unread_data", "admin_abort"}
_SOCKET_CLOSED_UNUSED = {"accept_then_abort", "connect_probe", "listener_closed"}
_ABORTS = _SOCKET_CLOSED | _SOCKET_CLOSED_UNUSED
_LIVENESS = {"keepalive_timeout", "retransmit_timeout", "zero_window_timeout", "linger2"}
_SYN_ANSWERS = {"port_closed", "firewall_reject", "scan_probe", "syn_in_synrecv",
                "proxy_upstream_refused"}
_SYNACK_ANSWERS = {"syn_scan", "connect_cancelled", "synack_unacceptable", "synack_paws",
                   "half_open_recovery", "backscatter"}
_HANDSHAKE_END = {"accept_queue_full", "listener_gone", "synack_expired", "bad_handshake_ack",
                  "mptcp_join_refused"}
_AFTER_END = {"data_after_close", "half_close_expired", "late_segment", "reset_echo"}
_STATE_GONE = {"connection_unknown", "peer_restarted", "gave_up_silently", "idle_timeout",
               "nat_state_lost"}
_FOREIGN = {"injected", "firewall_reset", "blind_reset_attack"}
_DECLARED = {"declared", "mptcp_fastclose", "mptcp_subflow_reset"}


class _Loss:
    """What is gone of the story of one reset."""

    def __init__(self, reset, earlier, left):
        """`earlier`: (frame, Segment, payload octets captured) before the reset, all connections;
        `left`: frame -> payload octets captured now."""
        own = [(frame, s, octets) for frame, s, octets in earlier if s.connection == reset.connection]
        lost = [s for frame, s, _ in own if frame not in left]
        kept = [s for frame, s, _ in own if frame in left]
        self.anything = bool(lost)
        self.opening = any(s.flags & SYN for s in lost)
        self.end = any(s.flags & (FIN | RST) for s in lost)
        self.own_frames = any(s.sender == reset.sender for s in lost)
        self.peer_frames = any(s.sender != reset.sender for s in lost)
        self.own_unseen = not any(s.sender == reset.sender for s in kept)
        self.peer_unseen = not any(s.sender != reset.sender for s in kept)
        self.no_payload_left = not any(s.data_length for s in kept)
        self.contents = any(left.get(frame, 0) < octets for frame, _, octets in own)
        self.neighbours = any(frame not in left for frame, s, _ in earlier
                              if s.connection != reset.connection and reset.src in (s.src, s.dst))
        trigger = _trigger_of(reset, own)
        self.trigger = trigger is not None and trigger[0] not in left
        self.trigger_kind = trigger[1].flags & (SYN | ACK) if trigger and not self.trigger else None


def _trigger_of(reset, own):
    """(frame, Segment) of what a reply answers."""
    for frame, s, _ in reversed(own):
        answered = s.ack == reset.seq if s.flags & ACK else s.end_seq == reset.ack
        if s.sender != reset.sender and not s.is_reset and answered:
            return frame, s
    return None


def _confused_abort(token, loss):
    """A socket's abort: which close it was shows in what was read, the handshake and neighbours."""
    tokens = set()
    if loss.opening or loss.own_unseen or loss.peer_frames or loss.contents or loss.end:
        tokens |= _SOCKET_CLOSED
        if loss.no_payload_left:
            tokens |= _SOCKET_CLOSED_UNUSED
    if loss.neighbours and token in {"listener_closed", "admin_abort", "connect_probe"}:
        tokens |= _ABORTS
    return tokens


def _confused_by_trigger(token, loss):
    """What else answers such a segment, when what came before it is gone."""
    if loss.trigger_kind == SYN and (loss.opening or loss.own_frames or loss.neighbours):
        return _SYN_ANSWERS
    if loss.trigger_kind == SYN | ACK and (loss.opening or loss.end):
        return _SYNACK_ANSWERS
    if loss.trigger:
        return next(family for family in (_SYN_ANSWERS, _SYNACK_ANSWERS, _HANDSHAKE_END,
                                          _AFTER_END | _STATE_GONE) if token in family)
    return set()


def _confused_reply(token, loss):
    """The reply of a host without the connection: what it answers, and the state that it lost."""
    tokens = set(_confused_by_trigger(token, loss))
    if loss.opening or loss.trigger or loss.end:
        tokens.add("connection_unknown")
    if loss.opening and (token in _HANDSHAKE_END or loss.no_payload_left):
        tokens |= _HANDSHAKE_END
    if loss.end or (loss.peer_unseen and loss.anything) or (loss.own_unseen and loss.own_frames):
        tokens |= _AFTER_END | _STATE_GONE
    if token in _STATE_GONE and (loss.anything or loss.neighbours):
        tokens |= _STATE_GONE
    return tokens


def _confused_mptcp(token, loss, is_reply):
    """Multipath resets tell their cause in an option, and the join in one of the SYN."""
    if not loss.contents and not loss.opening:
        return set()
    if token == "mptcp_join_refused":
        return {"mptcp_subflow_reset"} | (_SYN_ANSWERS if loss.contents else set())
    if not loss.contents:
        return set()
    if is_reply:
        return {"connection_unknown"}
    return _SOCKET_CLOSED | (_SOCKET_CLOSED_UNUSED if loss.no_payload_left else set())


_REPLIES = _SYN_ANSWERS | _SYNACK_ANSWERS | _HANDSHAKE_END | _AFTER_END | _STATE_GONE


def _confused(token, loss, is_reply):
    if token in _ABORTS:
        return _confused_abort(token, loss)
    if token in _LIVENESS:
        # Probes for a window and for life look the same without the window they ask for.
        return _SOCKET_CLOSED | _LIVENESS if loss.own_frames or loss.peer_frames else set()
    if token in _FOREIGN and loss.anything:
        # A forged reset contradicts what the other frames say; without them it looks genuine.
        genuine = {"connection_unknown"} | _AFTER_END if is_reply else _SOCKET_CLOSED
        return genuine | _FOREIGN
    if token in _DECLARED or token == "mptcp_join_refused":
        return _confused_mptcp(token, loss, is_reply)
    if token == "synack_paws" and loss.contents:
        return {"connect_cancelled"} | _confused_reply(token, loss)
    if token in _REPLIES:
        return _confused_reply(token, loss)
    return set()


def _captured_payload(packet, segment, snaplen):
    available = min(len(packet.ip), snaplen - len(packet.link))
    return max(available - segment.data_at, 0)


def _options_cut(packet, segment, snaplen):
    return snaplen - len(packet.link) < segment.data_at


class LossReport:
    """Compares a capture with what a transformation left of it."""

    def __init__(self, before, after):
        self._left, self._cut = {}, set()
        self._place = {}
        for place, packet in enumerate(after.packets):
            segment = segment_of(packet)
            if segment is None:
                continue
            self._left[packet.source] = _captured_payload(packet, segment, after.snaplen)
            self._place[packet.source] = place
            if _options_cut(packet, segment, after.snaplen):
                self._cut.add(packet.source)
        self._before = [(p.source, s, _captured_payload(p, s, before.snaplen))
                        for p in before.packets if (s := segment_of(p)) is not None]

    def inseparable(self, record):
        """Tokens that the truth of this record must allow now; "source" is its frame before."""
        at = next(i for i, (frame, *_) in enumerate(self._before) if frame == record["source"])
        reset = self._before[at][1]
        loss = _Loss(reset, self._before[:at], self._left)
        own = [frame for frame, s, _ in self._before if s.connection == reset.connection]
        loss.contents |= any(frame in self._cut for frame in own)
        tokens = _confused(record["token"], loss, reset.is_reply)
        if self._left.get(record["source"], 0) < self._before[at][2]:
            tokens = tokens | {"declared"}  # a text that is cut: a cause was told, but not which
        if loss.anything or loss.neighbours or tokens or self._moved(record["source"], own):
            tokens = tokens | _HUMBLE
        return tokens - {record["token"]}

    def _moved(self, reset, own):
        """Whether a frame of the connection changed sides with the reset, in time."""
        return any((frame < reset) != (self._place[frame] < self._place[reset])
                   for frame in own if frame != reset and frame in self._place)
