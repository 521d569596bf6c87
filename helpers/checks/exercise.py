"""What an exercise is: its reference, its examples, what an answer must be, the usual mistakes."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.checks.values import TOLERANCE

GENERATED = 100
"""How many examples are generated for an exercise that has a generator."""


@dataclass(frozen=True)
class Mistake:
    """A usual mistake, known by what it gives.

    `gives` is the wrong answer: a value, or for an exercise that asks for a function, the function
    that makes the mistake: it is the one made where it gives what the answer gave on every example,
    an error of the same kind included. With `test`, it is a question to one argument, a result of
    the learner's; the mistake is made where the answer is yes for every wrong result. With `sees`,
    it is asked the same with more: ``gives(expected, got, *arguments)``.
    `says` tells the learner what this answer did, and points the way.
    """

    gives: Any
    says: str
    test: bool = False
    sees: bool = False


@dataclass(frozen=True)
class Exercise:
    """An exercise: its reference, what to notice when it is right, and what an answer must be.

    `examples` are the arguments that a function is called with, smallest first, each a tuple; with
    none, the answer is a value. `generate` gives further ones: of a random.Random and a size, which
    grows from 1 to 10. A field that speaks of parameters names them as the reference does.
    """

    answer: Any
    notice: str
    mistakes: Sequence[Mistake] = ()
    examples: Sequence[tuple] | Callable[[], Sequence[tuple]] = ()
    generate: Callable[[random.Random, int], tuple] | None = None
    tolerance: float = TOLERANCE
    """Greatest difference of two floats, relative to the greatest entry that is expected."""
    absolute: float = 0.0
    """What two floats may differ by in any case: for numbers that are typed to some decimals."""
    changes: tuple[str, ...] = ()
    """Parameters that the answer may change in place. Whatever else it changes is refused."""
    slopes: tuple[str, ...] = ()
    """Parameters to which slopes have to flow back from the result, as they do in the reference."""
    forbidden: tuple[Callable | str, ...] = ()
    """What the task wants to be done without: functions of PyTorch, names of the notebook's own."""
    exact_dtype: bool = False
    """Whether the dtype is part of the task."""
    then: Callable[[Callable], str | None] | None = None
    """What the lesson does next with the answer: a sentence where that fails, else None."""
    accepts: Callable[[Any], bool] | None = None
    """For a value of which many are right: whether this one is. It takes the place of `answer`."""
    explain: Callable[[Any, Any], str] | None = None
    """From (expected, got) to a sentence on where they differ. The default knows tensors, lists,
    dicts and numbers; of a value it does not say what is expected."""

    def given_examples(self) -> Sequence[tuple]:
        """The examples that explain."""
        return self.examples() if callable(self.examples) else self.examples

    def all_examples(self) -> Iterator[tuple]:
        """The examples that explain, then the generated ones, the same each time."""
        yield from self.given_examples()
        if self.generate:
            for number in range(GENERATED):
                yield self.generate(random.Random(number), 1 + number * 10 // GENERATED)


def from_notebook(name: str, otherwise: Callable[[], Any]) -> Any:
    """What the learner's notebook has under this name; `otherwise()` where it has none."""
    notebook = vars(sys.modules["__main__"])
    return notebook[name] if name in notebook else otherwise()
