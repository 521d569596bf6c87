"""Exercises of lesson 1, counting. They are judged with the tables of the learner's notebook."""

import random
from collections.abc import Callable
from copy import deepcopy
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import torch

from helpers.checks import Exercise, Mistake, from_notebook, left_open, same, shown, which_shape
from helpers.names import BOUNDARY, build_alphabet, count_bigrams, load_names
from helpers.sampling import sample_names


@cache
def _of_the_course() -> tuple[torch.Tensor, dict[str, int], dict[int, str]]:
    names = load_names()
    stoi, itos = build_alphabet(names)
    return count_bigrams(names, stoi), stoi, itos


_TABLES: dict[str, Any] = {}
"""What the notebook had when an answer came: the answer may do harm to its tables."""


def _look_at_the_notebook() -> None:
    for place, name in enumerate(("N", "stoi", "itos")):
        now = from_notebook(name, lambda place=place: _of_the_course()[place])
        if name not in _TABLES or not same(_TABLES[name], now):
            _TABLES[name] = deepcopy(now)


_look_at_the_notebook()


def _counts() -> torch.Tensor:
    return _TABLES["N"]


def _stoi() -> dict[str, int]:
    return _TABLES["stoi"]


def _itos() -> dict[int, str]:
    return _TABLES["itos"]


def _shapes() -> list[tuple]:
    _look_at_the_notebook()
    size = len(_counts())
    return [(size,), (size,), ()]


def _row(character: str) -> torch.Tensor:
    return _counts()[_stoi()[character]]


class _OneOf(str):
    """An answer that has equals: it is as good as each of the others.

    The others are worked out when they are asked for: seldom.
    """

    def __new__(cls, text: str, others: Callable[[], set[str]]):
        made = super().__new__(cls, text)
        made.others = others
        return made

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True or (
            isinstance(other, str) and other in self.others()
        )

    __hash__ = str.__hash__


# Exercise 1.1


def _bigrams(name: str) -> list[str]:
    marked = BOUNDARY + name + BOUNDARY
    return [first + second for first, second in pairwise(marked)]


def _word(rng: random.Random, size: int) -> tuple[str]:
    """A short word of few letters, so that some stand twice."""
    letters = rng.choice(["ab", "abc", "aeilmn", "éжz"])
    return ("".join(rng.choices(letters, k=rng.randint(1, size + 1))),)


# Exercise 1.3


def _usual_follower(character: str) -> str:
    row = _row(character)

    def equals() -> set[str]:
        return {_itos()[place] for place in (row == row.max()).nonzero().flatten().tolist()}

    return _OneOf(_itos()[row.argmax().item()], equals)


def _row_by_character(character: str) -> str:
    """What PyTorch says to N["a"]. (Asked itself, it also warns, in the learner's notebook.)"""
    raise TypeError("new(): invalid data type 'str'")


def _characters() -> list[tuple[str]]:
    """All characters, in front those that tell the usual mistakes apart in the 2018 names."""
    _look_at_the_notebook()
    front = [BOUNDARY, *(letter for letter in "qmn" if letter in _stoi())]
    return [(character,) for character in [*dict.fromkeys([*front, *_stoi()])][:60]]


# Exercise 1.4


def _name_from(
    letter: str,
    seed: int,
    start: str | None = None,
    table: torch.Tensor | None = None,
    anew: bool = False,
) -> str:
    """A name drawn from the row of `start`, or of `letter` itself, with `letter` in front.

    table: in place of the counts. anew: the mistake of a new generator for each character.
    """
    table = _counts() if table is None else table
    itos = _itos()
    generator = torch.Generator().manual_seed(seed)
    index = _stoi()[start or letter]
    characters = [letter]
    while len(characters) < 1000:
        row = table[index] / table[index].sum()
        if anew:
            generator = torch.Generator().manual_seed(seed)
        index = torch.multinomial(row, 1, replacement=True, generator=generator).item()
        characters.append(itos[index])
        if index == 0:
            break
    return "".join(characters)


def _drawn(letter: str, seed: int) -> str:
    """The name asked for. As good: drawn in float64; or names until one has this first letter."""

    @lru_cache(1)
    def others() -> set[str]:
        return {_name_from(letter, seed, table=_counts().double()), _first_with(letter, seed)}

    return _OneOf(_name_from(letter, seed), others)


def _first_with(letter: str, seed: int) -> str:
    """The first of all names drawn from this seed that begins with the letter."""
    for count in (50, 1000, 10_000):
        names = sample_names(_counts(), _itos(), count, seed=seed, longest=10_000)
        for name in names:
            if name[0] == letter:
                return name
    return ""


def _a_letter_and_a_seed(rng: random.Random, size: int) -> tuple[str, int]:
    letters, beginnings = list(_stoi())[1:], _counts()[0, 1:].tolist()
    # Mostly as names begin: who draws names until one fits waits long for a rare letter.
    letter = rng.choice(letters) if size == 1 else rng.choices(letters, beginnings)[0]
    return letter, rng.choice([rng.randrange(100), rng.randrange(2**31)])


def _three_letters() -> list[tuple[str, int]]:
    _look_at_the_notebook()
    letters = [*(letter for letter in "akb" if letter in _stoi()), *list(_stoi())[1:4]]
    return list(zip(letters[:3], (2, 7, 1), strict=True))


def _from_first_row(letter: str, seed: int) -> str:
    """A mistake of exercise 1.4: every character is drawn from the row of the first letter."""
    generator = torch.Generator().manual_seed(seed)
    row = _row(letter) / _row(letter).sum()
    if not row[0]:
        raise ValueError("no end")
    characters = [letter]
    while characters[-1] != BOUNDARY:
        index = torch.multinomial(row, 1, replacement=True, generator=generator).item()
        characters.append(_itos()[index])
    return "".join(characters)


def _can_be_said(expected: str, got: object, letter: str, seed: int) -> bool:
    """Whether the model could have said this name, from this letter."""
    return (
        isinstance(got, str)
        and got[:1] == letter
        and got[1:].find(BOUNDARY) == len(got) - 2
        and all(_row(first)[_stoi()[second]] > 0 for first, second in pairwise(got))
    )


def _other_name(expected: str, got: object) -> str:
    if not isinstance(got, str):
        return f"expected the string {str(expected)!r}, got {shown(got)}."
    stoi = _stoi()
    for first, second in pairwise(got[:-1] if got.endswith(BOUNDARY) else got):
        if first in stoi and second in stoi and _counts()[stoi[first], stoi[second]] == 0:
            return (
                f"expected {str(expected)!r}, got {shown(got)}. It holds {first + second!r}, of "
                f"which N counts 0. Is each character drawn from the row of the one before it?"
            )
    return f"expected {str(expected)!r}, got {shown(got)}."


EXERCISES = {
    "1.1 bigrams of a name": Exercise(
        answer=_bigrams,
        examples=[("ava",), ("bo",), ("mimi",)],
        generate=_word,
        notice="A name of n letters has n + 1 bigrams.",
        mistakes=[
            Mistake(
                lambda name: [a + b for a, b in pairwise(name)],
                "these are the pairs inside the name. How it begins and how it ends is missing: "
                'put a "." at both ends first.',
            ),
            Mistake(
                lambda name: _bigrams(name)[:-1],
                'the last bigram is missing, the one that ends the name. The "." goes on both '
                "ends.",
            ),
            Mistake(
                lambda name: _bigrams(name)[1:],
                'the first bigram is missing, the one that begins the name. The "." goes on both '
                "ends.",
            ),
            Mistake(
                lambda name: [tuple(bigram) for bigram in _bigrams(name)],
                "these are pairs of characters, and strings are asked for: first + second makes "
                '"av" of "a" and "v".',
            ),
            Mistake(
                lambda name: [second + first for first, second in _bigrams(name)],
                "each bigram is turned round: the character that stands before comes first.",
            ),
            Mistake(
                lambda name: [*_bigrams(name), BOUNDARY],
                "one step too far: there is no character after the last one to pair it with.",
            ),
            Mistake(
                lambda name: list(dict.fromkeys(_bigrams(name))),
                "a bigram that occurs twice stands here once. Keep them all: they are to be "
                "counted.",
            ),
            Mistake(
                lambda name: _bigrams(name)[::2],
                "every second bigram is missing: a letter is the second of one bigram and the "
                "first of the next.",
            ),
            Mistake(
                lambda name: [f".{name}."[place : place + 3] for place in range(len(name))],
                "these are three characters each. A bigram has two.",
            ),
            Mistake(
                lambda name: list(BOUNDARY + name + BOUNDARY),
                "these are the characters one by one. A bigram is two neighbours.",
            ),
            Mistake(
                lambda name: [bigram.upper() for bigram in _bigrams(name)],
                "these are capitals. The letters are to be as they stand in the name.",
            ),
            Mistake(
                lambda expected, got, name: got in (expected[0], [expected[0]], (expected[0],)),
                "this is the first bigram and no other. Does a return stand inside the loop?",
                sees=True,
            ),
            Mistake(
                lambda expected, got, name: got in (expected[-1], [expected[-1]]),
                "this is the last bigram and no other. Each of them is to go into the list.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, name: (
                    isinstance(got, str)
                    and "".join(got.replace(",", " ").split()) == "".join(expected)
                ),
                "this is one long string. A list with each bigram for itself is asked for.",
                sees=True,
            ),
            Mistake(
                lambda got: "<S" in str(got) or "<E" in str(got),
                'here <S> and <E> mark the ends. In this exercise a "." marks both.',
                test=True,
            ),
            *[
                Mistake(
                    lambda name, always=always: _bigrams(always),
                    f"these are the bigrams of {always}, whatever the name. Use the name that your "
                    "function is given.",
                )
                for always in ("emma", "ava")
            ],
            Mistake(
                lambda name: _bigrams(name[::-1]),
                "these are the bigrams of the name read backwards.",
            ),
            Mistake(
                lambda name: [2 * BOUNDARY, *_bigrams(name), 2 * BOUNDARY],
                "the first and the last one do not belong there. One . goes on each end.",
            ),
            Mistake(
                lambda name: [*_bigrams(name), 2 * BOUNDARY],
                "the last one does not belong there. One . goes on each end.",
            ),
            Mistake(
                lambda name: [a + a for a in BOUNDARY + name + BOUNDARY],
                "each character is paired with itself. zip needs the name, and the name without "
                "its first character: marked[1:].",
            ),
            Mistake(
                lambda expected, got, name: (
                    isinstance(got, dict | set | frozenset) and set(got) == set(expected)
                ),
                "these are the right bigrams, but a set or a dictionary holds each of them once, "
                "and not in a list. A list with all of them, in their order, is asked for.",
                sees=True,
            ),
            Mistake(
                lambda got: not isinstance(got, list | tuple | str) and hasattr(got, "__iter__"),
                "a list is asked for. [... for ... in ...] makes one, and so does list(...).",
                test=True,
            ),
            Mistake(
                lambda expected, got, name: sorted(got) == sorted(expected),
                "these are the right bigrams in another order. Theirs is that of the name.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, name: set(got) == set(expected),
                "the bigrams themselves are right. Keep each of them as often as it occurs, in the "
                "order of the name.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, name: (
                    len(set(name)) < len(name) and len(got) == len(expected)
                ),
                "this goes wrong in names that hold a letter twice. Does it look letters up in the "
                "name? That finds the first place of each, and no other.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, name: len(name) == 1,
                "this goes wrong with a name of one letter. It has two bigrams: its beginning and "
                "its end.",
                sees=True,
            ),
        ],
    ),
    "1.2 shapes": Exercise(
        answer=_shapes,
        notice="The row and the column have the same shape: nothing remembers which one stood up.",
        explain=which_shape("N[3]", "N[:, 3]", "N[3, 5]"),
        mistakes=[
            left_open("A ... is still left among the three shapes."),
            Mistake(
                lambda got: any(isinstance(shape, torch.Tensor) for shape in got),
                "One of these is a tensor. A shape is a tuple of numbers, such as (5,).",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(shape, str) for shape in got),
                "One of these stands in quotation marks. A shape is a tuple, such as (5,), without "
                "them.",
                test=True,
            ),
            Mistake(
                lambda got: any(1 in shape and len(shape) == 2 for shape in got),
                "One of these has a dimension of size 1. An index that is a single number takes "
                "its dimension away altogether.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(shape, int) for shape in got),
                "A number is no shape. A shape is a tuple, and one with a single entry needs a "
                "comma: (5,).",
                test=True,
            ),
            Mistake(
                lambda expected, got: got[2] in ((1,), (1, 1), 1, 0, (0,), None),
                "N[3, 5] has two indices, and each takes one dimension away. How many entries has "
                "its shape then?",
                sees=True,
            ),
            Mistake(
                lambda expected, got: 2 * expected[0] in [tuple(shape) for shape in got],
                "One of these is the shape of the whole table. The 3 picks one row, or one column, "
                "out of it.",
                sees=True,
            ),
        ],
    ),
    "1.3 usual follower": Exercise(
        answer=_usual_follower,
        examples=_characters,
        notice="The row holds what comes after; argmax says at which place its largest count is.",
        mistakes=[
            Mistake(
                lambda c: _itos()[_counts()[:, _stoi()[c]].argmax().item()],
                "this is the character that most often stands before it. That is in the column; "
                "what comes after stands in the row.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor),
                "this is a tensor. .item() takes the number out of one, and itos says which "
                "character has a number.",
                test=True,
            ),
            Mistake(
                lambda c: _row(c).argmax().item(),
                "this is the number of the character. itos turns it back into a character.",
            ),
            Mistake(
                lambda c: _itos()[_row(c)[1:].argmax().item() + 1],
                "this is the letter that follows most often. The end of the name, the ., can be "
                "the usual follower as well.",
            ),
            Mistake(
                lambda c: _itos()[_row(c)[1:].argmax().item()],
                "this is the character one place before the one that is meant: after 1:, the "
                "places are counted from 0 again.",
            ),
            Mistake(
                lambda c: _row(c).max().item(),
                "this is how often the bigram occurs. .argmax() says at which place, .max() says "
                "how much.",
            ),
            Mistake(
                lambda c: _itos()[_row(c).max().item()],
                "itos was asked for a count. .argmax() says at which place the greatest count "
                "stands, .max() says how much it is.",
            ),
            Mistake(
                lambda c: _itos()[_counts().argmax().item()],
                "this is a place in the whole table, counted cell by cell. Take the row of the "
                "character first.",
            ),
            Mistake(
                lambda c: _itos()[_row(c).argmin().item()],
                "this is the rarest follower: .argmin() finds the smallest count, .argmax() the "
                "largest.",
            ),
            Mistake(
                lambda c: c + _usual_follower(c),
                "this is the whole bigram. The character that follows is asked for.",
            ),
            Mistake(
                lambda c: c,
                "this is the character itself. The one that follows it is asked for.",
            ),
            Mistake(
                lambda c: _itos()[_row(c).argsort()[-2].item()],
                "this is the second in the row. The most frequent one is asked for.",
            ),
            Mistake(
                lambda c: _itos()[_counts().sum(0).argmax().item()],
                "this is the character that is the most frequent in all names, whatever stands "
                "before it. Take the row of the character that your function is given.",
            ),
            *[
                Mistake(
                    lambda c, always=always: always,
                    f"this is {always!r}, whatever the character. Take the row of the character "
                    "that your function is given.",
                )
                for always in ".abcdefghijklmnopqrstuvwxyz"
            ],
            Mistake(
                lambda c: _itos()[(_row(c) + _counts()[:, _stoi()[c]]).argmax().item()],
                "this is the character that most often stands beside it, before or after. What "
                "comes after is in the row alone.",
            ),
            Mistake(
                lambda c: _itos()[_row(c).argmax().item() + 1],
                "this is one place too far: among the letters alone the places are others than in "
                "N, where the . has the number 0.",
            ),
            Mistake(
                _row_by_character,
                "the rows of N have numbers. stoi says which number a character has.",
            ),
            Mistake(
                lambda got: isinstance(got, list | tuple | set | dict),
                "one character is asked for, as a string by itself.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, int | float) and not isinstance(got, bool),
                "this is a number, and a character is asked for. itos says which character has a "
                "number.",
                test=True,
            ),
        ],
    ),
    "1.4 name from a letter": Exercise(
        answer=_drawn,
        explain=_other_name,
        examples=_three_letters,
        generate=_a_letter_and_a_seed,
        notice="The row of the letter is all that the model needs. How the letter got there is "
        "all the same to it.",
        mistakes=[
            Mistake(
                lambda letter, seed: _name_from(letter, seed)[1:],
                "the name goes on from the right row, and the letter itself is missing. Put it "
                "into the list before you draw.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed)[:-1],
                'the "." at the end is missing. Add the character to the list first, then see '
                "whether it was the end.",
            ),
            Mistake(
                lambda letter, seed: BOUNDARY + _name_from(letter, seed),
                'the name is right, and a "." stands in front of it. It is to begin with the '
                "letter.",
            ),
            Mistake(
                lambda letter, seed: letter + _name_from(letter, seed),
                "the name is right, and its first letter stands there twice.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed, start=BOUNDARY),
                'the letter stands in front, and then a whole name was drawn from the row of ".". '
                "Start in the row of your letter.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed, start=BOUNDARY)[1:],
                'this name was drawn from the row of ".", so that it begins as it likes. Start in '
                "the row of your letter.",
            ),
            Mistake(
                lambda letter, seed: letter + _name_from(letter, seed, start=BOUNDARY)[2:],
                'this is a name drawn from the row of ".", with its first letter exchanged. Start '
                "in the row of your letter.",
            ),
            Mistake(
                _from_first_row,
                "every character was drawn from the row of the first letter. After each draw, go "
                "on to the row of the new character.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed, table=_counts().T),
                "this name was drawn from the columns of N. What comes after a character stands in "
                "its row.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed, table=_counts() + 1),
                "this name was drawn from counts to which 1 is added. Take the rows of N as they "
                "are.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed, table=torch.ones_like(_counts())),
                "this name was drawn with all characters equally likely. Give multinomial the row "
                "of N.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed, anew=True),
                "this is what comes out of a new generator for every character: each draw begins "
                "the sequence again. Make one generator, before the loop.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed)[:2],
                "the name stops after one draw. Go on until the end of the name is drawn.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed)[:2] + BOUNDARY,
                "the name is ended after one draw. Go on until the . itself is drawn.",
            ),
            Mistake(
                lambda expected, got, letter, seed: (
                    isinstance(got, str) and got.lower() == str(expected)
                ),
                "the name is right but for its capitals. The names of this course have none.",
                sees=True,
            ),
            Mistake(
                lambda letter, seed: list(_name_from(letter, seed)),
                'this is the list of its characters. "".join(...) makes one string of them.',
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, 2147483647),
                "this name comes from the lesson's seed. Use the seed that your function is given.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, torch.Generator().initial_seed()),
                "this name comes from a generator that was given no seed. .manual_seed(seed) gives "
                "it yours.",
            ),
            Mistake(
                lambda letter, seed: _name_from(min(set(_stoi()) - {BOUNDARY}), seed),
                "this name begins with the first letter of the alphabet, whatever the letter that "
                "is asked for. Use the letter that your function is given.",
            ),
            Mistake(
                lambda expected, got, letter, seed: (
                    isinstance(got, str) and BOUNDARY in got[:-1] and got.startswith(str(expected))
                ),
                'this goes on behind the ".", which ends the name. Stop where it is drawn.',
                sees=True,
            ),
            Mistake(
                lambda expected, got, letter, seed: (
                    isinstance(got, str) and len(got) > 1 and str(expected).startswith(got)
                ),
                'the name breaks off before its end. Draw until the "." comes up, however long '
                "that takes.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, letter, seed: (
                    isinstance(got, str)
                    and len(got) > 1
                    and (str(expected).startswith(got) or got.startswith(str(expected)))
                ),
                'the name does not end where it is to: stop at the first "." that is drawn, '
                "neither before nor after.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, letter, seed: (
                    isinstance(got, str) and bool(got) and got[0] != letter
                ),
                "the name does not begin with the letter that was asked for.",
                sees=True,
            ),
            Mistake(
                _can_be_said,
                "the model can say this name, but from this seed and the rows of N "
                "torch.multinomial draws another one. Make one generator, from `seed`, inside the "
                "function. Then call torch.multinomial once for each character, for one number, "
                "with the row of the character before.",
                sees=True,
            ),
        ],
    ),
}
