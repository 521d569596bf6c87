"""Instant feedback on exercises: ``check("1.2 count pairs", answer)``.

Each lesson has a file of its own, ``lesson_01.py`` and so on. It holds the reference answers of the
lesson's exercises and the mistakes that are recognized by what they give. An answer is a value, or
a function that is called on small examples. Three kinds of feedback: not attempted yet, right, and
not yet right, with what this answer did.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from html import escape
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
import torch

from helpers.checks.interruption import SECONDS, TookTooLong, time_limit

# Sign, title, ink and paper of each kind of feedback: the sign and the title tell them apart
# without the colours.
_LOOKS = {
    "right": ("✓", "Right.", "#1b6e3c", "#e6f4ea"),
    "wrong": ("✗", "Not yet.", "#9a3412", "#fdeee4"),
    "open": ("○", "Not attempted yet.", "#4a5568", "#eef1f5"),
}


@dataclass(frozen=True)
class Feedback:
    """What a check says. Shown as a bar in a notebook, as one line elsewhere."""

    kind: str
    """"right", "wrong" or "open" (not attempted yet)."""
    message: str

    def __repr__(self) -> str:
        sign, title, _, _ = _LOOKS[self.kind]
        return f"{sign} {title} {self.message}"

    def _repr_html_(self) -> str:
        sign, title, ink, paper = _LOOKS[self.kind]
        # JupyterLab makes a formula of what follows a $ or a \, unless told not to.
        literal = 'class="mathjax_ignore tex2jax_ignore" ' if set("$\\") & set(self.message) else ""
        return (
            f'<div {literal}role="status" style="border-left:6px solid {ink};background:{paper};'
            f'color:#1a202c;padding:8px 12px;white-space:pre-wrap">'
            f'<b style="color:{ink}">{sign} {title}</b> {escape(self.message)}</div>'
        )


@dataclass(frozen=True)
class Mistake:
    """A usual mistake, known by what it gives.

    `gives` is the wrong answer: a value, or for an exercise that asks for a function, the function
    that makes the mistake. Or it is a test of one argument, the learner's answer, where `test` is
    set. `says` tells the learner what this answer did, and points the way.
    """

    gives: Any
    says: str
    test: bool = False


def left_open(says: str) -> Mistake:
    """The mistake of a list answer in which a ``...`` of the stub is still left."""
    return Mistake(lambda got: any(part is ... for part in got), says, test=True)


def which_shape(*names: str) -> Callable[[list, Any], str]:
    """How to explain a wrong list of shapes, given what each is the shape of.

    Which one is wrong is said, and not what is right: there is little else to find out.
    """

    def explain(expected: list, got: Any) -> str:
        if not isinstance(got, list | tuple) or len(got) != len(expected):
            count = {3: "three", 4: "four"}[len(names)]
            return f"{count} shapes are asked for, in a list, as in the cell you were given."
        pairs = zip(names, expected, got, strict=True)
        name, shape = next((name, other) for name, one, other in pairs if not same(one, other))
        return f"the shape of {name} is not {short(shape)}. The hint below helps."

    return explain


@dataclass(frozen=True)
class Exercise:
    """An exercise: its reference answer, what to notice when it is right, the usual mistakes.

    `examples` are the arguments that a function is called with, smallest first, each a tuple; with
    none, the answer is a value. `show` words an answer for the learner, `tolerance` is the greatest
    difference between two floats that count as equal.
    """

    answer: Any
    notice: str
    mistakes: Sequence[Mistake] = ()
    examples: Sequence[tuple] | Callable[[], Sequence[tuple]] = ()
    tolerance: float = 1e-5
    explain: Callable[[Any, Any], str] | None = None
    """From (expected, got) to a sentence on where they differ; the default knows tensors, lists,
    dicts and numbers."""


def check(name: str, answer: Any) -> Feedback:
    """Compare an answer with the reference of the exercise `name` and say what it did.

    Args:
        name: the exercise, as the lesson writes it, such as ``"1.1 pairs"``.
        answer: the learner's answer. ``...`` counts as not attempted.

    Raises:
        ValueError: there is no exercise of this name.
    """
    exercises = lesson_exercises(name.partition(".")[0])
    if name not in exercises:
        known = ", ".join(map(repr, exercises)) or "none in a lesson of this number"
        raise ValueError(f"there is no exercise {name!r}; there are: {known}")
    exercise = exercises[name]
    try:
        return _feedback(exercise, answer)
    except TookTooLong:
        says = f"Comparing this answer had not ended after {SECONDS:.0f} seconds, and was stopped."
        return Feedback("wrong", says)
    except Exception as error:  # the checker's own trouble is no traceback in a learner's face
        return Feedback(
            "wrong",
            f"This answer could not be compared ({_said(error)}). Got {short(answer)}.",
        )


def lesson_exercises(number: str) -> dict[str, Exercise]:
    """The exercises of lesson `number`, by name; none where there is no such lesson."""
    module = f"lesson_{number:0>2}"
    if module not in {found.name for found in iter_modules(__path__)}:
        return {}
    return import_module(f"{__name__}.{module}").EXERCISES


@dataclass(frozen=True)
class _Result:
    """What one call of the learner's function gave; or the answer itself, without an example."""

    example: tuple | None
    expected: Any
    got: Any


def _feedback(exercise: Exercise, answer: Any) -> Feedback:
    if _untouched(answer):
        return Feedback("open", "Replace the ... above and run both cells again.")
    examples = exercise.examples() if callable(exercise.examples) else exercise.examples
    if not examples:
        results, stopped = [_Result(None, exercise.answer, answer)], None
    elif callable(answer):
        results, stopped = _call(exercise, examples, answer)
    with time_limit():  # an answer may be without an end, too
        if examples and not callable(answer):
            return Feedback("wrong", f"This exercise asks for a function. Got {short(answer)}.")
        return _compared(exercise, results, answer) or stopped or Feedback("right", exercise.notice)


def _compared(exercise: Exercise, results: list[_Result], answer: Any) -> Feedback | None:
    """What is wrong with the results, if anything."""
    if any(_untouched(result.got) for result in results):
        return Feedback("open", "Replace the ... above and run both cells again.")
    for place, result in enumerate(results):
        if not same(result.expected, result.got, exercise.tolerance):
            says = " ".join(_diagnosis(exercise, results, place).split())
            if result.example is None:
                return Feedback("wrong", says[:1].upper() + says[1:])
            return Feedback("wrong", f"{_called(answer, result.example)} {says}")
    return None


def _call(
    exercise: Exercise, examples: Sequence[tuple], answer: Callable
) -> tuple[list[_Result], Feedback | None]:
    """Call the learner's function with the examples, until it stops with an error."""
    results = []
    for example in examples:
        # Each call gets a copy of its own: who changes an argument changes that of no other call.
        try:
            with time_limit():
                got = answer(*deepcopy(example))
        except (KeyboardInterrupt, TookTooLong) as stop:
            when = "when you stopped it"
            if isinstance(stop, TookTooLong):
                when = f"after {SECONDS:.0f} seconds, and was stopped"
            says = f"your function had not ended {when}. Does its loop come to an end?"
            return results, Feedback("wrong", f"{_called(answer, example)} {says}")
        except (Exception, SystemExit) as error:  # exit() among them
            says = f"your function stopped with {_said(error)}"
            if isinstance(error, KeyError) and isinstance(error.args[0], torch.Tensor):
                says += ". A dictionary does not find a tensor: .item() takes the number out of it."
            elif "ellipsis" in says:
                says += ". A ... is still left in it."
            return results, Feedback("wrong", f"{_called(answer, example)} {says}")
        results.append(_Result(example, exercise.answer(*deepcopy(example)), got))
    return results, None


def _diagnosis(exercise: Exercise, results: list[_Result], wrong: int) -> str:
    """What the answer did, told by its first wrong result, the one at `wrong`."""
    if isinstance(results[wrong].got, Iterator) and not exercise.examples:
        # Before any mistake is looked for in it: its items may be gone then, or have no end.
        return "got an iterator: it hands out its items one by one. list(...) gives all at once."
    for mistake in exercise.mistakes:
        if _made(mistake, results, wrong, exercise.tolerance):
            return mistake.says
    result = results[wrong]
    if result.got is None and result.example is not None:
        return "got None. Does your function end in a return?"
    if exercise.explain:
        with suppress(Exception):  # what it says of an odd answer is no better than the default
            return exercise.explain(result.expected, result.got)
    return _difference(result.expected, result.got, exercise.tolerance)


def _made(mistake: Mistake, results: list[_Result], wrong: int, tolerance: float) -> bool:
    """Whether this mistake was made: it gives the wrong result, and no other one contradicts it."""
    for place, result in enumerate(results):
        try:
            if mistake.test:
                agrees = place != wrong or bool(mistake.gives(result.got))
            elif result.example is None:
                agrees = same(mistake.gives, result.got, tolerance)
            else:
                agrees = same(mistake.gives(*deepcopy(result.example)), result.got, tolerance)
        except Exception:
            agrees = place != wrong  # a mistake that cannot be made here is not the one made here
        if not agrees:
            return False
    return True


def _called(answer: Callable, example: tuple) -> str:
    name = getattr(answer, "__name__", "")
    return f"{name if name.isidentifier() else 'your function'}({', '.join(map(short, example))}):"


def _untouched(answer: Any) -> bool:
    """Whether the answer is still the stub's ``...``, or a list of nothing else."""
    if isinstance(answer, list | tuple) and answer:
        return all(part is ... for part in answer)
    return answer is ...


def same(expected: Any, got: Any, tolerance: float = 1e-5) -> bool:
    """Whether two answers are equal: same kind and shape, floats of any width to `tolerance`."""
    if isinstance(expected, torch.Tensor):
        return (
            isinstance(got, torch.Tensor)
            and expected.shape == got.shape
            and _same_kind(expected, got)
            and torch.allclose(
                expected.double(), got.double(), rtol=0, atol=tolerance, equal_nan=True
            )
        )
    if isinstance(got, np.generic) or (isinstance(got, torch.Tensor) and got.ndim == 0):
        got = got.item()
    if isinstance(expected, bool) or isinstance(got, bool):
        return type(expected) is type(got) and expected == got
    if isinstance(expected, int | float):
        allowed = tolerance if isinstance(expected, float) else 0
        # No difference is taken: that of a float and a very long whole number would overflow.
        return isinstance(got, int | float) and (
            expected == got or expected - allowed <= got <= expected + allowed
        )
    if isinstance(expected, dict):
        return isinstance(got, dict) and dict(expected) == dict(got)
    if isinstance(expected, list | tuple):
        # A shape is a tuple, and torch.Size is one; a list of pairs may hold lists or tuples.
        return (
            isinstance(got, list | tuple)
            and len(expected) == len(got)
            and all(same(e, g, tolerance) for e, g in zip(expected, got, strict=True))
        )
    return type(expected) is type(got) and expected == got


def _same_kind(expected: torch.Tensor, got: torch.Tensor) -> bool:
    """Whether both hold floats, be they of 32 or of 64 bits, or both the same dtype."""
    both_float = expected.is_floating_point() and got.is_floating_point()
    return both_float or expected.dtype == got.dtype


def _difference(expected: Any, got: Any, tolerance: float) -> str:
    """Expected against got, at the first place where they differ."""
    if isinstance(expected, torch.Tensor):
        if not isinstance(got, torch.Tensor):
            return f"expected a tensor of shape {tuple(expected.shape)}, got {short(got)}."
        if expected.shape != got.shape:
            return f"expected shape {tuple(expected.shape)}, got {tuple(got.shape)}."
        if not _same_kind(expected, got):
            return f"expected dtype {expected.dtype}, got {got.dtype}."
        equal = torch.isclose(
            expected.double(), got.double(), rtol=0, atol=tolerance, equal_nan=True
        )
        place = tuple((~equal).nonzero()[0].tolist())
        where = f"at {list(place)} " if place else ""
        one, other = expected[place].item(), got[place].item()
        if expected.is_floating_point() and f"{one:.6g}" != f"{other:.6g}":
            one, other = f"{one:.6g}", f"{other:.6g}"
        return f"{where}expected {one}, got {other}."
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in [*expected, *got]:
            if key not in got:
                return f"the key {key!r} is missing (expected {expected[key]!r} there)."
            if key not in expected:
                return f"the key {key!r} does not belong there."
            if expected[key] != got[key]:
                return f"for {key!r} expected {expected[key]!r}, got {got[key]!r}."
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for place, (one, other) in enumerate(zip(expected, got, strict=True)):
            if not same(one, other, tolerance):
                return f"at position {place} expected {short(one)}, got {short(other)}."
    return f"expected {short(expected)}, got {short(got)}."


def short(value: Any) -> str:
    """A value in one line of 120 characters at most, whatever it is."""
    if isinstance(value, torch.Tensor) and value.numel() > 12:
        return f"a {value.dtype} tensor of shape {tuple(value.shape)}"
    if isinstance(value, Generator):
        return "a generator (list(...) makes a list of one)"
    try:
        return _line(repr(value), 120)
    except Exception:
        return f"a {type(value).__name__} that cannot be shown"


def _said(error: Exception) -> str:
    try:
        return _line(f"{type(error).__name__}: {error}", 300)
    except Exception:
        return type(error).__name__


def _line(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
