"""The list of scenarios: each is a function, registered by a decorator that tells its story."""

import pathlib
import shutil
from dataclasses import dataclass, field
from typing import Callable

SCENARIOS = {}


class NotHere(Exception):
    """A story needs a program that is not installed: it is skipped, with this reason."""


def needs(*programs):
    """Skip the story where one of these programs is missing."""
    for program in programs:
        if not shutil.which(program):
            raise NotHere(f"{program} is not installed")


def needs_files(package, *paths):
    """Skip the story where a file of this package is missing."""
    if not all(pathlib.Path(path).exists() for path in paths):
        raise NotHere(f"{package} is not installed")


@dataclass
class Scenario:
    """A story: what happens, which tokens its resets have, where it is captured.

    may      tokens that a race of the kernel's or a program's may bring besides
    points   capture points: client, server, router (all its links: each frame comes twice), and
             loopback (that of the server), guest (the client's link to a gateway in user space,
             rstlab/gateway.py), overlay and tunnel (the client's end of a VXLAN, of a WireGuard
             tunnel: scenarios/tunnels.py)
    sample   the capture point whose capture becomes sample-pcaps/NAME.pcap, if any
    program  the real program that resets or provokes it, if one does
    starts_late  the story itself begins the captures, in the middle of things
    timestamps  the story is about TCP timestamps: there is none without
    heard    a tap of one direction: only what goes "in" or "out" at the capture points
    snaplen  octets that are kept of each frame; 0: all
    offloads leave TSO, GSO, GRO and checksum offload on, as users' captures have them
    """

    name: str
    story: str
    play: Callable
    tokens: tuple = ()
    may: tuple = ()
    points: tuple = ("client", "server")
    sample: str = ""
    program: str = ""
    starts_late: bool = False
    offloads: bool = False
    heard: str = ""
    snaplen: int = 0
    timestamps: bool = False
    family: str = field(init=False)

    def __post_init__(self):
        self.family = self.play.__module__.rsplit(".", 1)[-1]


def scenario(name, story, *tokens, **options):
    """Register the decorated function as the scenario of that name.

    The function gets a Lab and returns the truth: a list of truth.Rst, empty for silent cases.
    """
    def register(play):
        if name in SCENARIOS:
            raise ValueError(f"two scenarios named {name}")
        SCENARIOS[name] = Scenario(name, story, play, tokens, **options)
        return play
    return register
