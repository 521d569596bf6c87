"""The rule of broadcasting: how two shapes align from the right, and which sizes stretch or clash.

Lesson 2 states the rule; `helpers.pictures.broadcasting` draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest


@dataclass(frozen=True)
class Pair:
    """The sizes of A and B in one dimension; None where a shape has no such dimension."""

    a: int | None
    b: int | None

    @property
    def clashes(self) -> bool:
        """Whether the sizes differ and neither of them is 1 or missing."""
        return self.a != self.b and not {self.a, self.b} & {1, None}

    @property
    def size(self) -> int | None:
        """The size of the result, or None where the sizes clash."""
        if self.clashes:
            return None
        sizes = [1 if size is None else size for size in (self.a, self.b)]
        return sizes[1] if sizes[0] == 1 else sizes[0]

    @property
    def stretched(self) -> str | None:
        """Which of the two, "A" or "B", is copied along this dimension, if one is."""
        if self.size in (None, 1):
            return None
        return "A" if self.a in (1, None) else "B" if self.b in (1, None) else None

    @property
    def missing(self) -> str | None:
        """Which of the two, "A" or "B", has no such dimension, if one has none."""
        return "A" if self.a is None else "B" if self.b is None else None


@dataclass(frozen=True)
class Alignment:
    """Two shapes aligned from the right: one pair for each dimension, the leftmost first."""

    pairs: tuple[Pair, ...]

    @property
    def clash(self) -> int | None:
        """The dimension whose sizes clash, counted from the right: -1, -2, ...; None if all fit.

        If several clash, it is the first one from the right, as in PyTorch's own message.
        """
        dimensions = range(-1, -len(self.pairs) - 1, -1)
        return next((d for d in dimensions if self.pairs[d].clashes), None)

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape of the result, or None where two sizes clash."""
        return None if self.clash else tuple(pair.size for pair in self.pairs)


def align(shape_a: tuple[int, ...], shape_b: tuple[int, ...]) -> Alignment:
    """Align two shapes by the rule of broadcasting.

    Shapes are aligned from the right. Each pair of sizes is equal, or one of them is 1, or one is
    missing; a size of 1, and a missing one, stretches to the other. Any other pair clashes.

    The rule is NumPy's (https://numpy.org/doc/stable/user/basics.broadcasting.html), which PyTorch
    follows (https://docs.pytorch.org/docs/stable/notes/broadcasting.html).
    """
    pairs = zip_longest(reversed(shape_a), reversed(shape_b))
    return Alignment(tuple(Pair(a, b) for a, b in pairs)[::-1])
