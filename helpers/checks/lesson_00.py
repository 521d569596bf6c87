"""Exercises of lesson 0, the tour."""

from helpers.checks import Exercise, Mistake
from helpers.names import load_names


def _begin_with_a(count: int | None = None) -> int:
    return sum(name.startswith("a") for name in load_names()[:count])


EXERCISES = {
    "0.1 a prediction": Exercise(
        answer=8,
        notice="Four letters, times two. This is how every exercise answers.",
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
                lambda name: name[-1:] and name[:-1],
                "this is all but the last letter: name[:-1] stops before it. Without the colon, "
                "name[-1] is the letter itself.",
            ),
            Mistake(
                lambda name: name[1],
                "this is the second letter. In Python the first one is name[0], and the last one "
                "is counted from the end.",
            ),
            Mistake(
                lambda name: len(name) - 1,
                "this is the number of its place. Square brackets after the name take out the "
                "letter.",
            ),
        ],
    ),
    "0.3 read a live picture": Exercise(
        answer=_begin_with_a(1000),
        notice="A live picture is a quick way to ask a question many times.",
        mistakes=[
            Mistake(_begin_with_a(100), "this is the answer at the stop 100. Move on to 1,000."),
            Mistake(_begin_with_a(), "this is the answer for all names. Move back to 1,000."),
            Mistake(
                _begin_with_a(10_000), "this is the answer at the stop 10,000, one 0 too many."
            ),
            Mistake(
                _begin_with_a(1000) / 10,
                "this is the percentage. The number of names stands before it in the line.",
            ),
        ],
    ),
}
