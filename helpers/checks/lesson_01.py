"""Exercises of lesson 1, counting."""

from itertools import pairwise

import torch

from helpers.checks import Exercise, Mistake
from helpers.names import BOUNDARY, build_alphabet, count_bigrams, load_names

_names = load_names()
_stoi, _itos = build_alphabet(_names)
_N = count_bigrams(_names, _stoi)


def _bigrams(name: str) -> list[str]:
    marked = BOUNDARY + name + BOUNDARY
    return [first + second for first, second in pairwise(marked)]


def _usual_follower(character: str) -> str:
    return _itos[_N[_stoi[character]].argmax().item()]


def _name_from(letter: str, seed: int, start: str | None = None) -> str:
    """A name drawn from the row of `start`, or of `letter` itself, with `letter` in front."""
    generator = torch.Generator().manual_seed(seed)
    index = _stoi[start or letter]
    characters = [letter]
    while True:
        row = _N[index] / _N[index].sum()
        index = torch.multinomial(row, 1, replacement=True, generator=generator).item()
        characters.append(_itos[index])
        if index == 0:
            return "".join(characters)


EXERCISES = {
    "1.1 bigrams of a name": Exercise(
        answer=_bigrams,
        examples=[("ava",), ("bo",), ("emma",)],
        notice="A name of n letters has n + 1 bigrams.",
        mistakes=[
            Mistake(
                lambda name: [a + b for a, b in pairwise(name)],
                "these are the pairs inside the name. How it begins and how it ends is missing: "
                'put a "." on at both ends first.',
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
                lambda name: [a + a for a in BOUNDARY + name + BOUNDARY],
                "each character is paired with itself. zip needs the name, and the name without "
                "its first character: marked[1:].",
            ),
            Mistake(
                lambda got: not isinstance(got, list) and list(got) == _bigrams("ava"),
                "the bigrams are right, and a list is asked for: wrap them in list(...).",
                test=True,
            ),
        ],
    ),
    "1.2 shapes": Exercise(
        answer=[(27,), (27,), ()],
        notice="The row and the column have the same shape: nothing remembers which one stood up.",
        mistakes=[
            Mistake(
                lambda got: any(shape is ... for shape in got) if isinstance(got, list) else False,
                "one of the three shapes is still a ... .",
                test=True,
            ),
            Mistake(
                lambda got: (27, 1) in got or (1, 27) in got,
                "you kept a dimension of size 1. An index that is a single number takes its "
                "dimension away altogether.",
                test=True,
            ),
            Mistake(
                lambda got: got[2] in ((1,), (1, 1), 1),
                "the shape of N[3, 5] has no dimension left: both indices are single numbers. "
                "Its shape is an empty tuple.",
                test=True,
            ),
            Mistake(
                lambda got: 27 in got,
                "27 is a number, and a shape is a tuple. A tuple with one entry is written (27,), "
                "with a comma.",
                test=True,
            ),
            Mistake(
                lambda got: (27, 27) in got[:2],
                "(27, 27) is the shape of the whole table. The 3 picks one row, or one column, "
                "out of it.",
                test=True,
            ),
        ],
    ),
    "1.3 usual follower": Exercise(
        answer=_usual_follower,
        examples=[(".",), ("q",), ("m",), ("n",)],
        notice="a is the usual follower of eleven letters, and the usual beginning of a name.",
        mistakes=[
            Mistake(
                lambda c: _itos[_N[:, _stoi[c]].argmax().item()],
                "this is the character that most often stands before it. You looked down the "
                "column; what comes after stands in the row.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor),
                "this is a tensor. .item() takes the number out of it, and itos looks it up.",
                test=True,
            ),
            Mistake(
                lambda c: _N[_stoi[c]].argmax().item(),
                "this is the number of the character. itos turns it back into a character.",
            ),
            Mistake(
                lambda c: _N[_stoi[c]].max().item(),
                "this is how often the bigram occurs. .argmax() says at which place, .max() says "
                "how much.",
            ),
            Mistake(
                lambda c: _itos[_N[_stoi[c]].argmin().item()],
                "this is the rarest follower: .argmin() finds the smallest count, .argmax() the "
                "largest.",
            ),
        ],
    ),
    "1.4 name from a letter": Exercise(
        answer=_name_from,
        examples=[("a", 2), ("z", 3), ("q", 3)],
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
                lambda letter, seed: _name_from(letter, 2147483647),
                "this name comes from the lesson's seed. Use the seed that your function is given.",
            ),
        ],
    ),
}
