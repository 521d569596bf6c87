"""Instant feedback on exercises: ``check("1.2 count pairs", answer)``.

Each lesson has a file of its own, ``lesson_01.py`` and so on. It holds the reference answers of the
lesson's exercises, examples and a generator of more, and the usual mistakes, known by what they
give. Three kinds of feedback: not attempted yet, right, and not yet right, with what this answer
did. `exercise` says what an exercise is, `engine` judges, `values` compares and shows, `watch` sees
what is changed by mistake, `beside` whether slopes flow, `interruption` stops what has no end, and
`usual` has mistakes that all lessons know.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from helpers.checks.engine import judge
from helpers.checks.exercise import Exercise, Mistake, from_notebook
from helpers.checks.feedback import Feedback, remember
from helpers.checks.usual import (
    by_letter,
    columns_sum_to,
    entry,
    given_back,
    how_many,
    in_quotes,
    kept_dtype,
    left_open,
    off_by,
    other_shape,
    transposed,
    true_or_false,
    which_entry,
    which_number,
    which_shape,
)
from helpers.checks.values import same, shown

__all__ = [
    "Exercise",
    "Feedback",
    "Mistake",
    "by_letter",
    "check",
    "columns_sum_to",
    "entry",
    "from_notebook",
    "given_back",
    "how_many",
    "in_quotes",
    "kept_dtype",
    "left_open",
    "lesson_exercises",
    "off_by",
    "other_shape",
    "same",
    "shown",
    "transposed",
    "true_or_false",
    "which_entry",
    "which_number",
    "which_shape",
]


def check(name: str, answer: Any) -> Feedback:
    """Compare an answer with the reference of the exercise `name` and say what it did.

    That it is solved, or was tried, is remembered in the learner's own file.

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
    return remember(name, judge(exercises[name], answer))


def lesson_exercises(number: str) -> dict[str, Exercise]:
    """The exercises of lesson `number`, by name; none where there is no such lesson."""
    module = f"lesson_{number:0>2}"
    if module not in {found.name for found in iter_modules(__path__)}:
        return {}
    return import_module(f"{__name__}.{module}").EXERCISES
