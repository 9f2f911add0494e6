"""RESP conversations of real clients with a real redis-server, whose clients keep a log."""

from dataclasses import dataclass
from typing import Callable

from scenarios import redis

TALKS = {}


@dataclass
class Talk:
    """A conversation: what is said, and how it is captured.

    short    is played by every build
    lenient  what answers what is not to be told by a passive observer: labels may be absent
    needs    what a program says that cannot run here, because something is not installed
    The rest is what a Lab wants to know of a story.
    """

    name: str
    story: str
    play: Callable
    short: bool = False
    lenient: bool = False
    needs: str = ""
    heard: str = ""
    points: tuple = ("client",)
    offloads: bool = False
    starts_late: bool = False
    snaplen: int = 0


def talk(name, story, **options):
    """Register the decorated function as the conversation of that name."""
    def register(play):
        if name in TALKS:
            raise ValueError(f"two talks named {name}")
        TALKS[name] = Talk(name, story, play, **options)
        return play
    return register


def serve(lab, port, *options, **how):
    """A redis-server on that port, whose debugging commands may be used from anywhere."""
    return redis.redis(lab, port, "--enable-debug-command", "yes", *options, **how)
