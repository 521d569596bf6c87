"""Mistakes that are made in one lesson after the other, as builders that all lessons use."""

from __future__ import annotations

import re
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
    return Mistake(
        lambda got: isinstance(got, str | dict | set) or len(got) != count, says, test=True
    )


def true_or_false(says: str = "Each of the answers is True or False.") -> Mistake:
    """A list of truth values in which something else stands."""
    return Mistake(
        lambda got: any(not same(True, one) and not same(False, one) for one in got),
        says,
        test=True,
    )


def entry(place: int, wrong: Any, says: str, absolute: float = 0.0) -> Mistake:
    """A list answer with a wrong value at a place: this one, or one for which `wrong` is true.

    A number may be off by `absolute`.
    """

    def made(got: Any) -> bool:
        one = got[place]
        return bool(wrong(one)) if callable(wrong) else same(wrong, one, absolute=absolute)

    return Mistake(made, says, test=True)


def transposed(reference: Callable, says: str) -> Mistake:
    """The right table, turned on its side."""
    return Mistake(lambda *arguments: reference(*arguments).T, says)


def off_by(reference: Callable, factor: float, says: str) -> Mistake:
    """The right numbers, all of them times the same factor."""
    return Mistake(lambda *arguments: reference(*arguments) * factor, says)


def kept_dtype(got: Any, given: torch.Tensor) -> str | None:
    """What to say where numbers that are right come in another dtype than they went in."""
    if isinstance(got, torch.Tensor) and got.dtype != given.dtype:
        return (
            f"The numbers are right, but their dtype is {got.dtype} where what was given has "
            f"{given.dtype}. Let them have the same, or the next layer stops or loses digits."
        )
    return None


def which_number(*names: str, hint: str, absolute: float = 0.0) -> Callable[[list, Any], str]:
    """How to explain a wrong list of numbers, given what each is; not what would be right."""

    def explain(expected: list, got: Any) -> str:
        got = got.tolist() if hasattr(got, "tolist") else got
        if not isinstance(got, list | tuple) or len(got) != len(names):
            return f"{_COUNTS[len(names)]} numbers are asked for, in a list: {', '.join(names)}."
        pairs = zip(names, expected, got, strict=True)
        wrong = [name for name, one, other in pairs if not same(one, other, absolute=absolute)]
        return f"Not right yet: {', '.join(wrong)}. {hint}"

    return explain


def by_letter(right: str, wrong: dict[str, str], missing: str = "") -> dict[str, Any]:
    """The fields of an exercise that is answered by letters, in any order, large or small.

    Args:
        right: the letters that are right, such as "BD".
        wrong: of each other letter, what is to be said of it, true of whatever else is named.
        missing: what to say where what is named is right, and not all.
    """
    known = {*right, *wrong}

    def named(got: Any) -> set[str]:
        parts = [got] if isinstance(got, str) else list(got)
        found = {each for part in parts for each in re.sub(r"[\s,;.()\[\]]|and", "", part).upper()}
        return found if found <= known else set()

    def is_right(got: Any) -> bool:
        try:
            return named(got) == set(right)
        except TypeError:
            return False

    def names(letter: str) -> Callable[[Any], bool]:
        return lambda got: letter in named(got)

    mistakes = [Mistake(names(letter), says, test=True) for letter, says in wrong.items()]
    if missing:
        some = Mistake(lambda got: set() < named(got) < set(right), missing, test=True)
        mistakes.append(some)
    asked = "One letter is asked for" if len(right) == 1 else "Letters are asked for"
    of_which = ", ".join(sorted(known)[:-1]) + f" or {max(known)}"
    return {
        "answer": right,
        "accepts": is_right,
        "mistakes": mistakes,
        "explain": lambda expected, got: (
            f"{asked}, in quotation marks: {of_which}. Got {shown(got)}."
        ),
    }


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
