"""The lab's stories as other captures would show them: cut, tunnelled, doubled, begun late.

Each module holds one kind of transformation and registers its functions; importing this package
fills the registry.
"""

from transforms import clock, copies, cuts, formats, numbers, shapes, tunnels  # noqa: F401
from transforms.merged import MERGES  # noqa: F401
from transforms.registry import REGISTRY  # noqa: F401
