"""Frames out of order, and clocks that step back."""

import random
from dataclasses import replace

from transforms.packets import MILLISECOND, SECOND, addresses, segment_of
from transforms.registry import transformation

_WITHIN = 2 * MILLISECOND
_CHANCE = 0.3
_STEP = 3 * SECOND
_BUSY = 20 * MILLISECOND


def _may_swap(one, other):
    """Whether two neighbours may have come the other way round: each direction has a queue of its
    own, so what one host sends stays in order."""
    return (0 <= other.time - one.time <= _WITHIN and addresses(one.ip)[0] != addresses(other.ip)[0]
            and segment_of(one) is not None and segment_of(other) is not None)


def _swapped(capture, chance):
    """Packets with random neighbours exchanged, none of them twice."""
    dice = random.Random(capture.name)
    packets, at = list(capture.packets), 0
    while at + 1 < len(packets):
        if _may_swap(packets[at], packets[at + 1]) and dice.random() < chance:
            packets[at], packets[at + 1] = packets[at + 1], packets[at]
            at += 1
        at += 1
    return packets


@transformation(keeps_evidence=True)
def reordered(capture):
    """Neighbours of opposite directions exchanged, with their time stamps right."""
    return capture.with_packets(_swapped(capture, _CHANCE))


@transformation(keeps_evidence=False)
def reordered_stamped(capture):
    """Neighbours of opposite directions exchanged before they got their time stamps."""
    times = [packet.time for packet in capture.packets]
    return capture.with_packets(
        replace(packet, time=time) for packet, time in zip(_swapped(capture, _CHANCE), times))


def _before_the_reset(capture):
    """Where each RST stands and the latest segment of its connection before it, if that is no RST."""
    latest = {}
    for index, packet in enumerate(capture.packets):
        segment = segment_of(packet)
        if segment is None:
            continue
        if segment.is_reset and segment.connection in latest:
            yield index, latest.pop(segment.connection)
        elif not segment.is_reset:
            latest[segment.connection] = index


@transformation(keeps_evidence=True)
def behind_the_reset(capture):
    """The segment before each RST is captured just behind it, with its time stamp right."""
    packets = list(capture.packets)
    for reset, before in _before_the_reset(capture):
        packets.insert(reset, packets.pop(before))
    return capture.with_packets(packets)


@transformation(keeps_evidence=True)
def time_back(capture):
    """The clock is set back by three seconds in the middle of the capture, not in a pause."""
    packets = capture.packets
    gaps = [(abs(index - len(packets) // 2), index) for index in range(1, len(packets))
            if packets[index].time - packets[index - 1].time < _BUSY]
    if not gaps:
        return capture
    step_at = min(gaps)[1]
    return capture.with_packets(replace(packet, time=packet.time - (_STEP if index >= step_at else 0))
                                for index, packet in enumerate(packets))
