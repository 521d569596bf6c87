"""Exercises of lesson 0, the tour."""

import random

from helpers.checks import Exercise, Mistake, shown
from helpers.names import load_names

_names = load_names()
_mixed = random.Random(0).sample(_names, len(_names))


def _begin_with_a(count: int) -> int:
    return sum(name.startswith("a") for name in _mixed[:count])


def _not_it(expected: object, got: object) -> str:
    return f"{shown(got)} is not it. The hint below helps."


EXERCISES = {
    "0.1 a prediction": Exercise(
        answer=8,
        notice="Four letters, times two. This is how every exercise answers.",
        explain=_not_it,
        mistakes=[
            Mistake(4, '4 is len("emma") alone. It is doubled after that.'),
            Mistake("emmaemma", 'this is "emma" * 2, the word doubled. len("emma") is a number.'),
            Mistake("8", 'this is the text "8". Write the number without quotation marks.'),
            Mistake(6, "6 is 4 + 2. The * multiplies."),
        ],
    ),
    "0.2 last letter": Exercise(
        answer=lambda name: name[-1],
        examples=[("emma",), ("noah",), ("li",)],
        notice="name[-1] works for a name of any length.",
        mistakes=[
            Mistake(
                lambda name: name[0],
                "this is the first letter. Python counts from the end with negative numbers.",
            ),
            Mistake(
                lambda name: name[:-1],
                "this is all but the last letter: name[:-1] stops before it. Without the colon, "
                "name[-1] is the letter itself.",
            ),
            Mistake(
                lambda name: name[1:],
                "this is all but the first letter. Without the colon, an index is one letter.",
            ),
            Mistake(
                lambda name: name[::-1],
                "this is the whole name, turned round. One letter of it is asked for.",
            ),
            Mistake(
                lambda name: len(name) - 1,
                "this is the number of its place. Square brackets after the name take out the "
                "letter.",
            ),
            Mistake(
                lambda name: "a",
                "this is a, whatever the name. Take the letter out of `name`.",
            ),
        ],
    ),
    "0.3 read a live picture": Exercise(
        answer=_begin_with_a(1000),
        notice="A live picture is a quick way to ask a question many times.",
        explain=_not_it,
        mistakes=[
            Mistake(_begin_with_a(len(_names)), "this is the answer for all names, not for 1,000."),
            *[
                Mistake(_begin_with_a(stop), f"this is the answer at the stop {stop:,}, not 1,000.")
                for stop in (10, 20, 50, 100, 200, 500, 2000, 5000, 10_000, 20_000)
            ],
            Mistake(
                _begin_with_a(1000) / 10,
                "this is the percentage. The number of names stands before it in the line.",
            ),
            Mistake(
                sum(name.startswith("a") for name in _names[:1000]),
                "this is counted in the file's own order. The picture counts the mixed names.",
            ),
        ],
    ),
}
