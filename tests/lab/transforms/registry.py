"""The list of transformations, filled by a decorator."""

from dataclasses import dataclass
from typing import Callable

#: Name -> Transformation, in the order of definition.
REGISTRY = {}


@dataclass(frozen=True)
class Transformation:
    """A way to show the same story in another capture.

    keeps_evidence  what decides is still there: the verdict must stay the same. Where it is
                    False a humbler verdict is right too, and the truth says which (loss.py).
    """

    name: str
    change: Callable
    keeps_evidence: bool

    @property
    def story(self):
        return self.change.__doc__.strip().splitlines()[0]


def transformation(keeps_evidence, name=None):
    """Register a function from Capture to Capture; its docstring is one sentence for humans."""
    def register(change):
        known_as = name or change.__name__
        assert known_as not in REGISTRY, f"two transformations are called {known_as}"
        REGISTRY[known_as] = Transformation(known_as, change, keeps_evidence)
        return change
    return register
