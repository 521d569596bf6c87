"""Exercises of lesson 1, counting."""

from itertools import pairwise

import torch

from helpers.checks import Exercise, Mistake, left_open, shown, which_shape
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


def _from_first_row(letter: str, seed: int) -> str:
    """A mistake of exercise 1.4: every character is drawn from the row of the first letter."""
    generator = torch.Generator().manual_seed(seed)
    row = _N[_stoi[letter]] / _N[_stoi[letter]].sum()
    characters = [letter]
    while characters[-1] != BOUNDARY:
        index = torch.multinomial(row, 1, replacement=True, generator=generator).item()
        characters.append(_itos[index])
    return "".join(characters)


def _other_name(expected: str, got: object) -> str:
    if not isinstance(got, str):
        return f"expected the string {expected!r}, got {shown(got)}."
    return (
        f"expected {expected!r}, got {shown(got)}. If the check says another name each time, the "
        "draws do not come from a generator that your function made from `seed`."
    )


EXERCISES = {
    "1.1 bigrams of a name": Exercise(
        answer=_bigrams,
        examples=[("ava",), ("bo",), ("mimi",)],
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
                lambda got: got in (".a", [".a"]),
                "your function returned in its first round. Take the return out of the loop.",
                test=True,
            ),
            Mistake(
                lambda got: got in ("".join(_bigrams("ava")), " ".join(_bigrams("ava"))),
                "this is one long string. A list with each bigram for itself is asked for.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, list) and "<S>" in got[0],
                'here <S> and <E> mark the ends. In this exercise a "." marks both.',
                test=True,
            ),
            Mistake(
                lambda name: _bigrams("emma"),
                "these are the bigrams of emma, whatever the name. Use the name that your function "
                "is given.",
            ),
            Mistake(
                lambda name: [a + a for a in BOUNDARY + name + BOUNDARY],
                "each character is paired with itself. zip needs the name, and the name without "
                "its first character: marked[1:].",
            ),
            Mistake(
                lambda got: not isinstance(got, list | str) and hasattr(got, "__iter__"),
                "a list is asked for. [... for ... in ...] makes one, and so does list(...).",
                test=True,
            ),
        ],
    ),
    "1.2 shapes": Exercise(
        answer=[(27,), (27,), ()],
        notice="The row and the column have the same shape: nothing remembers which one stood up.",
        explain=which_shape("N[3]", "N[:, 3]", "N[3, 5]"),
        mistakes=[
            left_open("a ... is still left among the three shapes."),
            Mistake(
                lambda got: (27, 1) in got or (1, 27) in got,
                "you kept a dimension of size 1. An index that is a single number takes its "
                "dimension away altogether.",
                test=True,
            ),
            Mistake(
                lambda got: got[2] in ((1,), (1, 1), 1),
                "N[3, 5] has two indices, and each takes one dimension away. How many entries has "
                "its shape then?",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(shape, int) for shape in got),
                "a number is no shape. A shape is a tuple, and one with a single entry needs a "
                "comma: (5,).",
                test=True,
            ),
            Mistake(
                lambda got: (27, 27) in got,
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
                lambda c: _itos[_N[_stoi[c], 1:].argmax().item() + 1],
                'you left the "." out. The end of a name can be the usual follower as well.',
            ),
            Mistake(
                lambda c: _itos[_N[_stoi["a"]].argmax().item()],
                "this is the usual follower of a, whatever the character. Take the row of the "
                "character that your function is given.",
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
        explain=_other_name,
        examples=[("a", 2), ("k", 7), ("b", 1)],
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
                lambda letter, seed: letter + _name_from(letter, seed, start=BOUNDARY)[2:],
                'the name goes on from a draw that began in the row of ".". Start in the row of '
                "your letter.",
            ),
            Mistake(
                _from_first_row,
                "every character was drawn from the row of the first letter. After each draw, go "
                "on to the row of the new character.",
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, seed)[:2],
                "the name stops after one draw. The return stands inside the loop, or there is no "
                "loop.",
            ),
            Mistake(
                lambda letter, seed: list(_name_from(letter, seed)),
                'this is the list of its characters. "".join(...) makes one string of them.',
            ),
            Mistake(
                lambda letter, seed: _name_from(letter, 2147483647),
                "this name comes from the lesson's seed. Use the seed that your function is given.",
            ),
        ],
    ),
}
