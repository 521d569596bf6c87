"""Mistakes that are made in one lesson after the other, as builders that all lessons use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from helpers.checks.exercise import Mistake
from helpers.checks.values import same, shown

_COUNTS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six"}


def left_open(says: str) -> Mistake:
    """The mistake of a list answer in which a ``...`` of the stub is still left."""
    return Mistake(lambda got: any(part is ... for part in got), says, test=True)


def in_quotes(says: str = "A number is written without quotation marks.") -> Mistake:
    """A text where a number is asked for, or texts in a list of them."""

    def is_text(got: Any) -> bool:
        return isinstance(got, str) or any(isinstance(part, str) for part in got)

    return Mistake(is_text, says, test=True)


def how_many(count: int) -> Mistake:
    """A list answer with more or fewer entries than the stub had."""
    says = f"{_COUNTS[count]} answers are asked for, in a list, as in the cell you were given."
    return Mistake(lambda got: isinstance(got, str) or len(got) != count, says, test=True)


def true_or_false(says: str = "Each of the answers is True or False.") -> Mistake:
    """A list of truth values in which something else stands."""
    return Mistake(
        lambda got: any(not same(True, one) and not same(False, one) for one in got),
        says,
        test=True,
    )


def entry(place: int, wrong: Any, says: str) -> Mistake:
    """A list answer with a wrong value at a place: this one, or one for which `wrong` is true."""

    def made(got: Any) -> bool:
        one = list(got)[place]
        return bool(wrong(one)) if callable(wrong) else same(wrong, one)

    return Mistake(made, says, test=True)


def transposed(reference: Callable, says: str) -> Mistake:
    """The right table, turned on its side."""
    return Mistake(lambda *arguments: reference(*arguments).T, says)


def off_by(reference: Callable, factor: float, says: str) -> Mistake:
    """The right numbers, all of them times the same factor."""
    return Mistake(lambda *arguments: reference(*arguments) * factor, says)


def given_back(place: int, says: str) -> Mistake:
    """One of the arguments, as it was."""
    return Mistake(lambda *arguments: arguments[place], says)


def columns_sum_to(number: float, says: str) -> Mistake:
    """A table whose columns sum to a number, where its rows were to, or the other way with -1."""
    return Mistake(
        lambda expected, got, *_: (
            got.shape == expected.shape
            and torch.allclose(got.double().sum(0), torch.tensor(float(number)).double())
        ),
        says,
        sees=True,
    )


def other_shape(says: Callable[[tuple, tuple], str]) -> Callable[[Any, Any], str]:
    """How to explain a result whose shape is off, in the words of the exercise."""

    def explain(expected: Any, got: Any) -> str:
        if isinstance(got, torch.Tensor) and got.shape != expected.shape:
            return says(tuple(expected.shape), tuple(got.shape))
        return ""

    return explain


def which_shape(*names: str, hint: str = "The hint below helps.") -> Callable[[list, Any], str]:
    """How to explain a wrong list of shapes, given what each is the shape of.

    Which ones are wrong is said, and not what is right: there is little else to find out.
    """

    def explain(expected: list, got: Any) -> str:
        if not isinstance(got, list | tuple) or len(got) != len(expected):
            count = _COUNTS[len(names)]
            return f"{count} shapes are asked for, in a list, as in the cell you were given."
        pairs = zip(names, expected, got, strict=True)
        name, shape = next((name, other) for name, one, other in pairs if not same(one, other))
        if isinstance(shape, torch.Tensor):
            return f"The answer for {name} is a tensor. Its shape alone is asked for: .shape."
        if not isinstance(shape, list | tuple):
            return f"A shape is a tuple of numbers. The one of {name} is {shown(shape)} here."
        return f"The shape of {name} is not {shown(shape)}. {hint}"

    return explain


def which_entry(*names: str) -> Callable[[list, Any], str]:
    """How to explain a wrong list of answers, given what each is for; not what would be right."""

    def explain(expected: list, got: Any) -> str:
        pairs = zip(names, expected, list(got), strict=True)
        name, one = next((name, other) for name, right, other in pairs if not same(right, other))
        return f"The answer for {name} is not {shown(one)}."

    return explain
