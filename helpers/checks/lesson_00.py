"""Exercises of lesson 0, the tour."""

import random
from functools import cache

from helpers.checks import Exercise, Mistake, from_notebook, in_quotes, shown
from helpers.names import load_names


@cache
def _of_the_course() -> list[str]:
    names = load_names()
    return random.Random(0).sample(names, len(names))


def _mixed() -> list[str]:
    """The names in the mixed order of the learner's notebook."""
    return from_notebook("mixed", _of_the_course)


def _begin_with(count: int, names: list[str] | None = None) -> int:
    """How many of the first so many begin with the first letter there is: a, in the 2018 names."""
    mixed = _mixed()
    first = min(name[0] for name in mixed)
    return sum(name[0] == first for name in (names or mixed)[:count])


def _not_it(expected: object, got: object) -> str:
    return f"It is not {shown(got)}. The hint below helps."


def _word(rng: random.Random, size: int) -> tuple[str]:
    return ("".join(rng.choices("abcdefghijklmnopqrstuvwxyzéöя", k=rng.randint(1, 2 * size))),)


EXERCISES = {
    "0.1 a prediction": Exercise(
        answer=8,
        notice="Four letters, times two. This is how every exercise answers.",
        explain=_not_it,
        mistakes=[
            Mistake(4, '4 is len("emma") alone. It is doubled after that.'),
            Mistake("emmaemma", 'This is "emma" * 2, the word doubled. len("emma") is a number.'),
            Mistake("8", 'This is the text "8". Write the number without quotation marks.'),
            in_quotes("This is a text. The answer is a number, without quotation marks."),
            Mistake(6, "6 is 4 + 2. The * multiplies."),
            Mistake(16, "16 is 4 * 4. The number behind the * is 2."),
            Mistake(
                lambda got: callable(got),
                "This is a function. The number that comes out is asked for.",
                test=True,
            ),
        ],
    ),
    "0.2 last letter": Exercise(
        answer=lambda name: name[-1],
        examples=[("emma",), ("noah",), ("li",)],
        generate=_word,
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
            Mistake(lambda name: name, "this is the whole name. One letter of it is asked for."),
            Mistake(
                lambda name: len(name) - 1,
                "this is the number of its place. Square brackets after the name take out the "
                "letter.",
            ),
            Mistake(
                lambda name: len(name),
                "this is how many letters the name has. Square brackets after the name take out a "
                "letter.",
            ),
            Mistake(
                lambda name: name[len(name)],
                "no letter stands at the place len(name): places are counted from 0.",
            ),
            Mistake(
                lambda name: name[-2],
                "this is the last letter but one: -1 is the last place, -2 the one before it.",
            ),
            Mistake(
                lambda name: max(name),
                "this is the letter of the name that comes last in the alphabet. The last one as "
                "it is written is asked for.",
            ),
            Mistake(
                lambda name: [name[-1]],
                "this is the right letter, in a list. The letter by itself is asked for.",
            ),
            Mistake(
                lambda name: name[-1].upper(),
                "this is the right letter as a capital. It is to be as it stands in the name.",
            ),
            Mistake(
                lambda name: "a",
                "this is a, whatever the name. Take the letter out of `name`.",
            ),
            Mistake(
                lambda got: got == "name",
                'this is the word "name", in quotation marks. Without them, name is what your '
                "function is given.",
                test=True,
            ),
        ],
    ),
    "0.3 read a live picture": Exercise(
        answer=lambda: _begin_with(1000),
        notice="A live picture is a quick way to ask a question many times.",
        explain=_not_it,
        mistakes=[
            in_quotes(),
            Mistake(
                lambda expected, got: got == _begin_with(len(_mixed())),
                "This is the answer for all names, not for 1,000.",
                sees=True,
            ),
            *[
                Mistake(
                    lambda expected, got, stop=stop: got == _begin_with(stop),
                    f"This is the answer at the stop {stop:,}, not at 1,000.",
                    sees=True,
                )
                for stop in (10, 20, 50, 100, 200, 500, 2000, 5000, 10_000, 20_000)
            ],
            Mistake(
                lambda expected, got: abs(got - expected / 10) < 0.05,
                "This is the percentage. The number of names stands before it in the line.",
                sees=True,
            ),
            Mistake(
                lambda expected, got: abs(got - expected / 1000) < 0.0005,
                "This is a share of the names. Their number stands in the line.",
                sees=True,
            ),
            Mistake(
                lambda expected, got: got == _begin_with(1000, load_names()),
                "This is counted in the file's own order. The picture counts the mixed names.",
                sees=True,
            ),
            Mistake(
                lambda expected, got: got == 1000,
                "This is how many names there are. How many of them begin with the letter?",
                sees=True,
            ),
        ],
    ),
}
