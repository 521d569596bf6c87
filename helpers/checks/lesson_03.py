"""Exercises of lesson 3, likelihood."""

import math
import random
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import torch

from helpers.checks import (
    Exercise,
    Mistake,
    entry,
    from_notebook,
    how_many,
    in_quotes,
    left_open,
    same,
    shown,
    true_or_false,
    which_entry,
    which_shape,
)
from helpers.likelihood import mean_nll, smooth
from helpers.names import BOUNDARY, build_alphabet, count_bigrams, load_names


@cache
def _course() -> tuple[dict[str, int], torch.Tensor]:
    """stoi and N of the names that lessons read, where the notebook has none of its own."""
    names = load_names()
    stoi, _ = build_alphabet(names)
    return stoi, count_bigrams(names, stoi)


def _stoi() -> dict[str, int]:
    return from_notebook("stoi", lambda: _course()[0])


def _N() -> torch.Tensor:
    return from_notebook("N", lambda: _course()[1])


def _P() -> torch.Tensor:
    return from_notebook("P", lambda: smooth(_course()[1], 0))


def _random(rng: random.Random) -> torch.Generator:
    return torch.Generator().manual_seed(rng.randrange(2**31))


def _list_of(got: Any) -> Any:
    """A list, in whichever dress it comes; anything else as it is."""
    if isinstance(got, torch.Tensor | np.ndarray) and got.ndim == 1:
        return got.tolist()
    return got if isinstance(got, list | tuple) else None


def _value(test: Callable[[list], bool], says: str) -> Mistake:
    """A mistake of a list answer, known by a question to the list."""
    return Mistake(lambda got: test(_list_of(got)), says, test=True)


# 3.1

_THREE = [math.log(2), 0.0, math.log(4)]


def _rounded_too_far(got: list) -> bool:
    """Whether these are the losses, each of them rounded or cut off before the fourth decimal."""
    return all(
        same(right, each, 0, 1e-4)
        or any(abs(abs(each) - right) < 10**-digits for digits in (1, 2, 3) if _has(each, digits))
        for right, each in zip(_THREE, got, strict=True)
    )


def _has(number: float, digits: int) -> bool:
    """Whether a number is written with so many decimals, or fewer."""
    return abs(number) == round(abs(number), digits)


def _which_loss(expected: list[float], got: Any) -> str:
    """Which of three losses is wrong, without saying what it should be."""
    losses = _list_of(got)
    if losses is None or len(losses) != len(expected):
        return (
            "A list of the three losses is asked for: leave the last line of the cell as it was. "
            f"Got {shown(got)}."
        )
    pairs = enumerate(zip(expected, losses, strict=True))
    place = next(place for place, (one, other) in pairs if not same(one, other, 0, 1e-4))
    asks = (
        "What is minus the logarithm of the probability that it gave, each time?",
        "What is the logarithm of 1?",
        "What does a character cost that got 1/2, and what one that got 1/8? Half of them are of "
        "each kind.",
    )
    which = ("first", "second", "third")[place]
    return f"The {which} loss is not {shown(losses[place])}. {asks[place]}"


def _third(wrong: float) -> Callable[[list], bool]:
    """Whether the third of three losses is this wrong one, and the others are right."""
    return lambda got: same([*_THREE[:2], wrong], got, 0, 1e-3)


# 3.2


def _chances(marked: str, table: torch.Tensor) -> torch.Tensor:
    """The probability of each bigram of a name, shape (n,): boundaries are part of `marked`."""
    stoi = _stoi()
    return torch.stack([table[stoi[a], stoi[b]] for a, b in pairwise(marked)])


def _of_name(score: Callable, before: str = BOUNDARY, after: str = BOUNDARY) -> Callable:
    """The function from (name, table) to a score of its probabilities; here, a mistaken one."""
    return lambda name, table: score(_chances(before + name + after, table)).item()


def _nll(chances: torch.Tensor) -> torch.Tensor:
    return -chances.log().mean()


def _costs_of(pairs: Any, table: torch.Tensor) -> torch.Tensor:
    stoi = _stoi()
    return -torch.stack([table[stoi[a], stoi[b]] for a, b in pairs]).log()


def _letters(count: int) -> list[str]:
    """The first letters of the alphabet: a small table has room for them."""
    letters = [character for character, index in _stoi().items() if 0 < index <= count]
    return letters[:count]


def _names_and_tables() -> list[tuple]:
    a, *more = _letters(2)
    b = more[0] if more else a
    two = torch.tensor([[0.0, 1.0], [0.25, 0.75]])
    three = torch.tensor([[0.25, 0.5, 0.25], [0.125, 0.375, 0.5], [0.5, 0.25, 0.25]])
    unseen = torch.tensor([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5], [1.0, 0.0, 0.0]])
    if not more:
        return [(a, two), (a + a, two)]
    return [(a, two), (a + b, three), (a + b + a + b + b, three), (b + a, unseen)]


def _name_and_table(rng: random.Random, size: int) -> tuple:
    letters = _letters(max(1, size))
    size = len(letters) + 1
    name = "".join(rng.choice(letters) for _ in range(rng.randint(1, 2 * size + 40 * (size > 9))))
    counts = torch.randint(0, 6, (size, size), generator=_random(rng)).double()
    counts[torch.arange(size), torch.randint(0, size, (size,), generator=_random(rng))] += 1
    k = rng.choice((0, 0.001, 1))
    return name, smooth(counts, k).float()


def _is_finite_where_it_cannot_be(expected: float, got: Any, *_: Any) -> bool:
    return math.isinf(expected) and isinstance(got, int | float) and math.isfinite(got)


# 3.3


def _perplexity_of(p: torch.Tensor) -> float:
    return _nll(p).exp().item()


def _some_probabilities(rng: random.Random, size: int) -> tuple:
    count = rng.choice((size, 2 * size, 150 * size if size > 4 else 1))
    p = torch.rand(count, generator=_random(rng)) * rng.choice((1, 0.3, 0.01)) + 1e-4
    if count > 1 and rng.random() < 0.15:
        p[rng.randrange(count)] = 0
    return (p.clamp(max=1),)


# 3.5


def _row_sums(table: torch.Tensor) -> torch.Tensor:
    return table.sum(1, keepdim=True)


def _counts_and_k(rng: random.Random, size: int) -> tuple:
    shape = rng.randint(1, size + 1), rng.randint(1, size + 2)
    counts = torch.randint(0, 10 ** rng.randint(1, 4), shape, generator=_random(rng))
    counts *= torch.rand(shape, generator=_random(rng)) < 0.6
    k = rng.choice((0, 1, 2, 0.5, 0.1, 3.7, 100, 0.001))
    if k == 0:
        counts[:, rng.randrange(shape[1])] += 1  # no row is empty
    return (counts.float() if rng.random() < 0.2 else counts), k


_SQUARE = torch.tensor([[4, 0, 0], [1, 2, 3], [5, 1, 6]])
_WIDE = torch.tensor([[3, 1, 0, 0], [2, 2, 2, 2]])
_EMPTY_ROW = torch.tensor([[0, 0], [6, 2]])


# 3.6


def _losses(counts: torch.Tensor, held_out: torch.Tensor, ks: list[float]) -> list[float]:
    smoothed = counts.double() + torch.tensor(ks, dtype=torch.float64)[:, None, None]
    tables = smoothed / smoothed.sum(2, keepdim=True)
    return (-torch.xlogy(held_out, tables).sum((1, 2)) / held_out.sum()).tolist()


def _best_k(counts: torch.Tensor, held_out: torch.Tensor, ks: list[float]) -> float:
    losses = _losses(counts, held_out, ks)
    return ks[losses.index(min(losses))]


def _best_in_32_bits(counts: torch.Tensor, held_out: torch.Tensor, ks: list[float]) -> float:
    """As the lesson measures, for mistakes that do not care for a difference between losses."""
    tables = [smooth(counts, k) for k in ks]
    losses = [(-torch.xlogy(held_out, each).sum() / held_out.sum()).item() for each in tables]
    return ks[losses.index(min(losses))]


def _keeps(best: Callable) -> Callable:
    """The mistaken function that chooses one of ks by their losses."""
    return lambda counts, held_out, ks: best(ks, _losses(counts, held_out, ks))


def _better_than_the_one_before(ks: list[float], losses: list[float]) -> float | None:
    best, last = None, math.inf
    for k, loss in zip(ks, losses, strict=True):
        best, last = (k if loss < last else best), loss
    return best


def _the_first_if_it_is_finite(ks: list[float], losses: list[float]) -> float:
    if losses[0] < math.inf:
        best = ks[0]
    return best  # the error is the one that this mistake has


def _adding_up(counts: torch.Tensor, held_out: torch.Tensor, ks: list[float]) -> float:
    """A mistake: the k of each turn comes on top of those of the turns before."""
    smoothed, losses = counts.float(), []
    for k in ks:
        smoothed = smoothed + k
        table = smoothed / smoothed.sum(1, keepdim=True)
        losses.append(-torch.xlogy(held_out, table).sum().item())  # in 32 bits, as in the lesson
    return ks[losses.index(min(losses))]


def _counts_held_out_and_ks(rng: random.Random, size: int) -> tuple:
    """Losses of the ks that differ enough for 32 bits to tell which is the lowest."""
    while True:
        shape = rng.randint(2, 5), rng.randint(2, 5)
        counts = torch.randint(1, 40, shape, generator=_random(rng))
        counts *= torch.rand(shape, generator=_random(rng)) < 0.8
        counts[:, 0] += 1
        held_out = torch.randint(0, 12, shape, generator=_random(rng))
        held_out[0, 0] += 1
        if rng.random() < 0.2:
            held_out = counts * rng.randint(1, 3)  # then the smallest is the best, 0 too
        ks = rng.sample((0, 0.01, 0.1, 0.3, 1, 3, 10, 30, 100, 1000), min(size + 1, 8))
        if size > 5:
            ks.sort(reverse=rng.random() < 0.3)
        first, second = sorted(_losses(counts, held_out, ks))[:2]
        if second - first > 1e-3:
            return counts, held_out, ks


# Which k is best differs: on the held-out counts, on the counts, and with the two exchanged.
_COUNTS = torch.tensor([[6, 33], [30, 4]])
_HELD_OUT = torch.tensor([[4, 5], [6, 0]])


EXERCISES = {
    "3.a along which dimension": Exercise(
        answer=[(3,), (4, 1), (4, 3), None],
        notice="The dimension that is named goes away. On a square table the fourth line would "
        "run, and divide by the wrong sums.",
        explain=which_shape("T.sum(0)", "T.sum(1, keepdim=True)", "T / T.sum(0)", "T / T.sum(1)"),
        mistakes=[
            how_many(4),
            left_open("One of the four answers is still a ... ."),
            Mistake(
                lambda got: any(isinstance(one, str | bool) for one in got),
                "Each answer is a shape, such as (2, 5), or None. None stands without quotation "
                "marks.",
                test=True,
            ),
            entry(
                0,
                lambda one: one in [(4,), (4, 1)],
                "The first: dimension 0 is that of the rows. T.sum(0) goes from row to row, down a "
                "column. How many columns are there to go down?",
            ),
            entry(
                0,
                (1, 3),
                "The first: the right numbers. But this would be their shape with keepdim=True.",
            ),
            entry(
                1,
                lambda one: one in [(3, 1), (1, 3), (3,)],
                "The second: T.sum(1) goes across a row, from column to column. How many rows are "
                "there to go across?",
            ),
            entry(
                1,
                lambda one: one in [(4,), (1, 4)],
                "The second: there are four sums. keepdim=True keeps the dimension that was summed "
                "over, at its place, with size 1.",
            ),
            entry(
                2,
                None,
                "The third: write the shape of T.sum(0) below (4, 3), the last sizes in line.",
            ),
            entry(
                2,
                lambda one: len(one) == 1,
                "The third: a table divided by anything that fits is a table again.",
            ),
            entry(
                3,
                (4, 3),
                "The fourth: write the shape of T.sum(1) below (4, 3), the last sizes in line. "
                "Which two sizes meet?",
            ),
            entry(
                3,
                lambda one: one is not None,
                "The fourth: write the two shapes below each other, the last sizes in line. Which "
                "two sizes meet?",
            ),
        ],
    ),
    "3.b what it can say": Exercise(
        answer=[True, False, True, True, False],
        notice="Each of its bigrams must have been counted, those with the `.` among them. Nothing "
        "else matters, not even the length.",
        mistakes=[
            how_many(5),
            left_open("One of the five answers is still a ... ."),
            true_or_false(),
            entry(
                0,
                False,
                "Look at mia again. It was counted itself. Is there a bigram in it with the count "
                "0?",
            ),
            Mistake(
                [True, False, False, False, False],
                "It cannot tell the names that it counted from others: it has no names, only "
                "bigrams. Go through a and miava, bigram by bigram.",
            ),
            entry(
                1,
                True,
                "Look at ma again, bigram by bigram. Has an a been counted right after an m?",
            ),
            entry(
                2,
                False,
                "Look at a again. It has two bigrams, both with a `.`. Does it matter for the "
                "second that the a was the first letter?",
            ),
            entry(
                3,
                False,
                "Look at miava again, bigram by bigram. Which of them is new? The table sees one "
                "character back, and does not know that a name was over at mia.",
            ),
            entry(
                4,
                True,
                "Look at via again. The inside was counted. And the first bigram, the one that "
                "begins it?",
            ),
        ],
    ),
    "3.c what has changed": Exercise(
        answer=[30, 50],
        notice="counts[0] is a view: what is added to it in place is added to counts. Arithmetic "
        "and .clone() make new tensors.",
        explain=which_entry("counts", "copy"),
        mistakes=[
            how_many(2),
            left_open("One of the two answers is still a ... ."),
            in_quotes(),
            entry(
                0,
                10,
                "The sum of counts was 10 at the beginning. One of the lines changes it without "
                "naming it: `row` is no copy.",
            ),
            entry(
                0,
                50,
                "50 for counts: both rows would have grown. `counts[1] + 10` computes something. "
                "Does it write it into counts?",
            ),
            entry(
                0,
                70,
                "70 for counts: three rows of two would have grown by 10. It has two rows. Which "
                "of the three additions write into its memory?",
            ),
            entry(
                0,
                lambda one: one in (20, 40),
                "A row has two entries, and 10 is added to each of them.",
            ),
            entry(
                1,
                lambda one: one in (10, 30),
                "Go through copy once more. What did counts hold when it was cloned? And is "
                "something added to copy after that?",
            ),
            entry(
                1,
                70,
                "70 for copy: what was added to `counts[1]` went into a new tensor, which is not "
                "the one that was cloned.",
            ),
        ],
    ),
    "3.1 three losses": Exercise(
        answer=_THREE,
        absolute=1e-4,
        notice="Costs are averaged, not probabilities: the third model pays as much as one that "
        "always gives 1/4.",
        explain=_which_loss,
        mistakes=[
            left_open("One of the three losses is still a ... ."),
            _value(
                lambda got: any(isinstance(loss, str) for loss in got),
                "A loss is a number: write it without quotation marks.",
            ),
            _value(
                lambda got: any(callable(loss) for loss in got),
                "One of the three is a function. A loss is a number: what does the function give? "
                "Call it, with the probability in round brackets.",
            ),
            _value(
                _rounded_too_far,
                "These are right, but for the decimals. Write four of them, or leave it to Python "
                "to work the expression out.",
            ),
            Mistake(
                [1.0, 0.0, 2.0],
                "These are bits: a logarithm with the base 2 gives them. The course measures in "
                "nats, with the natural logarithm, math.log.",
            ),
            Mistake(
                [math.log10(2), 0.0, math.log10(4)],
                "A logarithm with the base 10 gives these. The course measures in nats, with the "
                "natural logarithm, math.log.",
            ),
            Mistake(
                [2.0, 1.0, 4.0],
                "These are the exponentials of the losses. A loss of 0 is perfect, and the second "
                "model is.",
            ),
            Mistake(
                [-loss for loss in _THREE],
                "These are mean log-likelihoods. The minus is missing: a loss is never negative.",
            ),
            _value(
                lambda got: any(loss < 0 for loss in got),
                "One of these is negative, and a loss never is: the logarithm of a number below 1 "
                "is negative, and the minus makes it positive.",
            ),
            _value(
                lambda got: same(0.5, got[0], 0, 1e-3),
                "The first is 1/2, the probability itself. What does it cost?",
            ),
            _value(
                lambda got: same(1.0, got[1], 0, 1e-3),
                "The second is 1, the probability itself. What is the logarithm of 1?",
            ),
            _value(
                _third(-math.log(5 / 16)),
                "The third is the cost of the mean of the two probabilities, 5/16. Take the two "
                "logarithms first, then their mean.",
            ),
            _value(
                _third(math.log(5)),
                "The third is the logarithm of 5, the mean of 2 and 8. Take the two logarithms "
                "first, then their mean.",
            ),
            _value(
                _third(math.log(16)),
                "The third is what a character with 1/2 and one with 1/8 cost together. The loss "
                "is their mean: each of them comes up half of the time.",
            ),
            _value(
                _third(math.log(8)),
                "The third is what a character with 1/8 costs. Half of them have 1/2.",
            ),
            _value(
                _third(math.log(2)),
                "The third is what a character with 1/2 costs. Half of them have 1/8.",
            ),
            _value(
                _third(math.log(8) / 2),
                "The third is half of what a character with 1/8 costs. The other half of the "
                "characters had 1/2, and cost something as well.",
            ),
        ],
    ),
    "3.2 the loss of one name": Exercise(
        answer=_of_name(_nll),
        examples=_names_and_tables,
        generate=_name_and_table,
        tolerance=1e-4,
        notice="In the file anna costs 1.9046, andrej 3.0391: the more usual the bigrams, the "
        "lower.",
        mistakes=[
            Mistake(
                lambda got: isinstance(got, str),
                "this is a text. Return the number itself.",
                test=True,
            ),
            Mistake(
                _of_name(lambda chances: -chances.log().sum()),
                "this is the sum over the bigrams. Long names would always look worse; the mean "
                "does not depend on the length.",
            ),
            Mistake(
                _of_name(lambda chances: chances.log().mean()),
                "the size is right and the minus is missing: a loss is 0 or more.",
            ),
            Mistake(
                _of_name(lambda chances: chances.log().sum()),
                "this is the log-likelihood, the sum of the logarithms. The mean of it and a "
                "minus are missing.",
            ),
            Mistake(
                _of_name(lambda chances: -chances.log10().mean()),
                "this is the logarithm to the base 10. Take .log(), the natural one.",
            ),
            Mistake(
                _of_name(lambda chances: -chances.log2().mean()),
                "this is the logarithm to the base 2, and so it is in bits. Take .log(), the "
                "natural one.",
            ),
            Mistake(
                _of_name(lambda chances: _nll(chances).exp()),
                "this is the exponential of the loss. The loss itself is asked for.",
            ),
            Mistake(
                _of_name(lambda chances: -chances.mean().log()),
                "this is the logarithm of the mean probability. First the logarithm of each, then "
                "the mean.",
            ),
            Mistake(
                _of_name(lambda chances: -chances.mean()),
                "this is minus the mean probability. The logarithm is missing.",
            ),
            Mistake(
                _of_name(lambda chances: chances.mean()),
                "this is the mean probability. Take the logarithm of each, their mean, and a "
                "minus.",
            ),
            Mistake(
                _of_name(lambda chances: chances.prod()),
                "this is the likelihood, the product. Take the logarithms, their mean, and a "
                "minus.",
            ),
            *[
                Mistake(
                    lambda name, table, divide=divide: (
                        -_chances(f".{name}.", table).prod().log().item() / divide(name)
                    ),
                    "the logarithm came after the product, and the product of many probabilities "
                    "underflows to 0. First the logarithm of each.",
                )
                for divide in (lambda name: 1, lambda name: len(name) + 1)
            ],
            Mistake(
                _of_name(_nll, before="", after=""),
                'the two bigrams with the boundary are missing, ".e" and "a." in emma: how the '
                "name begins and ends counts as well.",
            ),
            Mistake(
                _of_name(_nll, before=""),
                'the bigram that begins the name is missing: put a "." in front.',
            ),
            Mistake(
                _of_name(_nll, after=""),
                'the bigram that ends the name is missing: put a "." at its end.',
            ),
            Mistake(
                lambda name, table: (
                    _costs_of(pairwise(f".{name}."), table).sum().item() / len(name)
                ),
                "the sum was divided by the number of letters. A name of n letters has n + 1 "
                "bigrams.",
            ),
            Mistake(
                lambda name, table: (
                    _costs_of(pairwise(f".{name}."), table).sum().item() / (len(name) + 2)
                ),
                "the sum was divided by the number of characters, both dots included. The bigrams "
                "are one fewer.",
            ),
            Mistake(
                _of_name(_nll, before="..", after=".."),
                'there is a "." too many at each end. chances puts them there itself.',
            ),
            Mistake(
                lambda name, table: _costs_of(set(pairwise(f".{name}.")), table).mean().item(),
                "a bigram that comes twice in the name is counted once. Each time it costs again.",
            ),
            *[
                Mistake(
                    lambda name, table, divide=divide: (
                        _costs_of([(".", name[0])], table).item() / divide(name)
                    ),
                    "only the first bigram plays a part in this. Does a return stand inside a "
                    "loop?",
                )
                for divide in (lambda name: 1, lambda name: len(name) + 1)
            ],
            Mistake(
                lambda name, table: _of_name(_nll)(name, _P()),
                "this is the loss under P, which is another table than the one that the function "
                "is given here.",
            ),
            Mistake(
                lambda name, table: _of_name(_nll)(name, table.T),
                "row and column have changed places: the first character picks the row.",
            ),
            *[
                Mistake(
                    gives,
                    "this is the cost of each bigram. One number is asked for, their mean.",
                )
                for gives in (
                    lambda name, table: -_chances(f".{name}.", table).log(),
                    lambda name, table: (-_chances(f".{name}.", table).log()).tolist(),
                )
            ],
            Mistake(
                _is_finite_where_it_cannot_be,
                "a bigram of this name has the probability 0 in this table, so the loss is "
                "infinite. That is right, and not to be avoided by putting something else in the "
                "place of the 0.",
                sees=True,
            ),
        ],
    ),
    "3.3 perplexity": Exercise(
        answer=lambda probabilities: _perplexity_of(probabilities),
        examples=[
            (torch.tensor([0.5, 0.125]),),
            (torch.tensor([1.0, 1.0, 1.0]),),
            (torch.tensor([0.1, 0.2, 0.4, 0.05]),),
            (torch.tensor([0.5, 0.0]),),
        ],
        generate=_some_probabilities,
        tolerance=2e-4,
        notice="A perplexity is 1 where the model was certain and right, and V where it found all "
        "V characters equally likely.",
        mistakes=[
            Mistake(
                lambda p: _nll(p).item(),
                "this is the loss. Its exponential is missing.",
            ),
            Mistake(
                lambda p: (-_nll(p)).exp().item(),
                "this is 1 divided by the perplexity: the minus is missing. A perplexity is 1 or "
                "more.",
            ),
            Mistake(
                lambda p: -(-_nll(p)).exp().item(),
                "the minus came last, after the exponential. Python works out x.exp() before the "
                "minus in front of it: write (-x).exp().",
            ),
            Mistake(
                lambda p: 1 / p,
                "this is a number for each character. Take the mean of the logarithms before the "
                "exponential.",
            ),
            Mistake(
                lambda p: (-torch.xlogy(p, p).sum()).exp().item(),
                "each cost is weighted with its probability, as for a whole row of a table. Here "
                "each probability belongs to a character that came: take their plain mean.",
            ),
            Mistake(
                lambda p: (-(p * p.log()).sum()).exp().item(),
                "each cost is weighted with its probability, as for a whole row of a table. Here "
                "each probability belongs to a character that came: take their plain mean.",
            ),
            Mistake(
                lambda p: mean_nll(_P(), _N()).exp().item(),
                "this is the perplexity of P on all names. Use the probabilities that the function "
                "is given.",
            ),
            Mistake(
                lambda p: 2 ** _nll(p).item(),
                "this is 2 to the power of a loss in nats. .log() and .exp() belong together, and "
                "so do .log2() and 2 to the power of.",
            ),
            Mistake(
                lambda p: (-p.log2().mean()).exp().item(),
                "this is the exponential of a loss in bits. .log() and .exp() belong together, "
                "and so do .log2() and 2 to the power of.",
            ),
            Mistake(
                lambda p: (-p.log10().mean()).exp().item(),
                "this is the exponential of a logarithm to the base 10. .log() and .exp() belong "
                "together.",
            ),
            Mistake(
                lambda p: (-p.log().sum()).exp().item(),
                "this is the exponential of the sum. Take the mean, or more characters always give "
                "a greater perplexity.",
            ),
            Mistake(
                lambda p: (1 / p.mean()).item(),
                "this is 1 divided by the mean probability. Take the logarithm of each one first, "
                "then the mean.",
            ),
            Mistake(
                lambda p: (1 / p).mean().item(),
                "this is the mean of 1 divided by each probability. It is the logarithms that are "
                "averaged.",
            ),
            Mistake(
                lambda p: (-torch.log_softmax(p, 0).mean()).exp().item(),
                "softmax was applied to the probabilities first. They are probabilities already.",
            ),
            *[
                Mistake(
                    gives,
                    "this goes by way of the product of the probabilities. The product of many "
                    "underflows to 0, as that of all names did. Logarithms first, then their mean.",
                )
                for gives in (
                    lambda p: p.prod().item() ** (-1 / len(p)),
                    lambda p: p.prod() ** (-1 / len(p)),
                    lambda p: (1 / p.prod()) ** (1 / len(p)),
                    lambda p: (1 / p).prod() ** (1 / len(p)),
                    lambda p: (-p.prod().log() / len(p)).exp(),
                )
            ],
            Mistake(
                lambda p: math.exp(-sum(map(math.log, p.tolist())) / len(p)),
                "a model that gave 0 to what came has an infinite perplexity. math.log has no "
                "answer for 0. The .log() of a tensor has: minus infinity.",
            ),
            Mistake(
                _is_finite_where_it_cannot_be,
                "one of these probabilities is 0, so the perplexity is infinite. Nothing is to be "
                "put in the place of the 0.",
                sees=True,
            ),
        ],
    ),
    "3.4 possible or not": Exercise(
        answer=[False, True, True, True],
        notice="The floor belongs to the data, and there is no ceiling.",
        mistakes=[
            left_open("One of the four answers is still a ... ."),
            _value(
                lambda got: (
                    len(got) == 4 and not all(isinstance(one, bool | np.bool_) for one in got)
                ),
                "Each of the four answers is True or False.",
            ),
            _value(
                lambda got: len(got) == 4 and bool(got[0]),
                "Look at 2.42 again. On which side of the floor of 2.4540 does it lie?",
            ),
            _value(
                lambda got: len(got) == 4 and not got[1],
                "Look at 2.46 again. What loss does P get with a little of knowing nothing mixed "
                "in? The cell above has an example.",
            ),
            _value(
                lambda got: len(got) == 4 and not got[2],
                "Look at 5.0 again. ln 27 is the loss of a model that knows nothing. Is there a "
                "way to be worse than that?",
            ),
            _value(
                lambda got: len(got) == 4 and not got[3],
                "Look at infinity again. What is the logarithm of 0, if a model gives 0 to a "
                "bigram that did occur?",
            ),
        ],
    ),
    "3.5 add k": Exercise(
        answer=smooth,
        examples=[(_EMPTY_ROW, 1), (_WIDE, 0.5), (_SQUARE, 2), (_SQUARE, 0)],
        generate=_counts_and_k,
        notice="A row without any counts comes out uniform: where nothing is known, everything is "
        "equally likely.",
        mistakes=[
            Mistake(
                lambda counts, k: (counts + k) / _row_sums(counts),
                "the rows were divided by the sums of the counts without k, and sum to more than "
                "1. Divide by the sums of what stands above the line.",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (_row_sums(counts) + k),
                "k was added once to the sum of a row. A row grows by k in each of its columns, "
                "so its sum grows by k times the number of columns.",
            ),
            *[
                Mistake(
                    lambda counts, k, size=size: (counts + k) / (_row_sums(counts) + size() * k),
                    "the sums have grown by the same multiple of k, however many columns the table "
                    "has. Sum the smoothed table, then it fits any.",
                )
                for size in (lambda: 27, lambda: len(_stoi()))
            ],
            Mistake(
                lambda counts, k: (counts + k) / (_row_sums(counts) + len(counts) * k),
                "the sums have grown by k times the number of rows. A row has as many cells as "
                "the table has columns.",
            ),
            *[
                Mistake(
                    lambda counts, k, sums=sums: counts + k / _row_sums(counts + sums(k)),
                    "these are the counts, with k divided by something added. Python divides "
                    "before it adds: put brackets around counts + k.",
                )
                for sums in (lambda k: k, lambda k: 0)
            ],
            Mistake(
                lambda counts, k: smooth(torch.where(counts == 0, k, counts), 0),
                "k was added to the empty cells alone. Every cell gets it.",
            ),
            Mistake(
                lambda counts, k: counts / _row_sums(counts + k),
                "k is missing above the line: the counts themselves must grow as well.",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (counts + k).sum(1),
                "the row sums were divided into the columns. .sum(1) without keepdim=True lies "
                "flat and lines up as a row (lesson 2).",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (counts + k).sum(0, keepdim=True),
                "your columns sum to 1. The rows must: .sum(1, keepdim=True).",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (counts + k).sum(),
                "the whole table sums to 1. Each row must, by itself.",
            ),
            *[
                Mistake(
                    gives,
                    "each row is divided by its mean, so that it sums to the number of its "
                    "columns. Divide by its sum.",
                )
                for gives in (
                    lambda counts, k: (counts + k) / (counts + k).mean(1, keepdim=True),
                    lambda counts, k: (counts + k) / (counts + k).float().mean(1, keepdim=True),
                )
            ],
            Mistake(
                lambda counts, k: counts + k,
                "these are the counts with k added. Divide each row by its sum.",
            ),
            Mistake(
                lambda counts, k: counts / _row_sums(counts),
                "k plays no part in this. Add it to every count before you divide.",
            ),
            Mistake(
                lambda counts, k: smooth(counts, 1),
                "1 was added, whatever k is.",
            ),
            Mistake(
                lambda counts, k: smooth(counts, 2 * k),
                "k was added twice to each count.",
            ),
            *[
                Mistake(
                    gives,
                    "this is right for a whole number k, and the decimals of any other are lost. "
                    "k may be 0.5.",
                )
                for gives in (
                    lambda counts, k: (counts + int(k)) / _row_sums(counts + int(k)),
                    lambda counts, k: (counts + k).long() / _row_sums((counts + k).long()),
                    lambda counts, k: (
                        (counts + k).to(counts.dtype) / _row_sums((counts + k).to(counts.dtype))
                    ),
                )
            ],
            Mistake(
                lambda counts, k: torch.softmax((counts + k).float(), 1),
                "softmax was applied to the counts. They are to be divided by their sum, as they "
                "are.",
            ),
            Mistake(
                lambda counts, k: (counts + k) // _row_sums(counts + k),
                "a probability lies between 0 and 1, and these are rounded down. / divides "
                "without rounding.",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (counts + k).max(1, keepdim=True).values,
                "each row was divided by its greatest entry. Divide by its sum.",
            ),
            Mistake(
                lambda counts, k: smooth(counts, 0) + k,
                "k came after the division. Add it to the counts, and divide then.",
            ),
            Mistake(
                lambda counts, k: counts / _row_sums(counts) + k,
                "k came after the division. Add it to the counts, and divide then.",
            ),
            Mistake(
                lambda counts, k: smooth(_N(), k),
                "this is the table of N, whatever counts are given.",
            ),
        ],
    ),
    "3.6 choose k": Exercise(
        answer=_best_k,
        examples=[
            (_COUNTS, _HELD_OUT, [0.1, 1, 10, 100]),
            (_COUNTS, _HELD_OUT, [1, 0.1, 10, 0.3]),  # in no order
            (_WIDE, _WIDE.flip(1), [0, 0.3, 3, 30, 300]),
        ],
        generate=_counts_held_out_and_ks,
        notice="This is how constants are chosen that training cannot choose: learn with some "
        "data, decide with others.",
        mistakes=[
            *[
                Mistake(
                    gives,
                    "this is always the smallest of ks: it is the best for the very counts that a "
                    "table is made of. Make the table of counts, and measure it on held_out.",
                )
                for gives in (
                    lambda counts, held_out, ks: min(ks),
                    lambda counts, held_out, ks: _best_in_32_bits(counts, counts, ks),
                    lambda counts, held_out, ks: _best_in_32_bits(held_out, held_out, ks),
                )
            ],
            Mistake(
                lambda counts, held_out, ks: max(ks),
                "this is the greatest of ks. Measure each of them on held_out.",
            ),
            Mistake(
                lambda counts, held_out, ks: _best_k(held_out, counts, ks),
                "counts and held_out have changed places: smooth the counts, measure on held_out.",
            ),
            Mistake(
                _keeps(lambda ks, losses: ks[losses.index(max(losses))]),
                "this k has the highest loss of all. The best has the lowest.",
            ),
            Mistake(
                _keeps(lambda ks, losses: min(losses)),
                "this is the lowest loss. The k that it belongs to is asked for.",
            ),
            Mistake(
                _keeps(lambda ks, losses: losses.index(min(losses))),
                "this is the place in the list. The k that stands there is asked for.",
            ),
            *[
                Mistake(gives, "this is the first of ks. Does a return stand inside a loop?")
                for gives in (
                    lambda counts, held_out, ks: ks[0],
                    _keeps(_the_first_if_it_is_finite),
                )
            ],
            Mistake(
                _keeps(
                    lambda ks, losses: next(
                        k for k, loss in zip(ks, losses, strict=True) if loss < math.inf
                    )
                ),
                "this is the first of ks whose loss is finite. Does a return stand inside a loop?",
            ),
            Mistake(
                lambda counts, held_out, ks: ks[-1],
                "this is the last of ks, the one that a loop ends on. Keep the best one in a "
                "variable of its own.",
            ),
            Mistake(
                lambda counts, held_out, ks: 0,
                "0 comes back, whatever is given. A lowest loss that begins with 0 stays 0: begin "
                "with math.inf.",
            ),
            Mistake(
                _keeps(_better_than_the_one_before),
                "this is the last k that was better than the one right before it. The best is "
                "better than all of them: compare each with the lowest loss so far.",
            ),
            Mistake(
                _adding_up,
                "each k came on top of those that were tried before it. Every k begins with the "
                "counts as they were given.",
            ),
            *[
                Mistake(
                    lambda counts, held_out, ks, part=part: _best_k(counts, held_out, ks[part]),
                    f"the {which} of ks is never chosen, even where it is the best.",
                )
                for which, part in (("first", slice(1, None)), ("last", slice(-1)))
            ],
            Mistake(
                lambda counts, held_out, ks: _best_k(counts + held_out, held_out, ks),
                "the held-out counts are part of your table. Then they are not held out any more: "
                "smooth the counts alone.",
            ),
            Mistake(
                lambda counts, held_out, ks: _best_k(
                    counts,
                    from_notebook("held_out_N", lambda: None),
                    ks,
                ),
                "this is the best k for held_out_N. Use the held_out that the function is given.",
            ),
            Mistake(
                lambda counts, held_out, ks: _best_k(
                    from_notebook("train_N", lambda: None),
                    from_notebook("held_out_N", lambda: None),
                    ks,
                ),
                "this is the best k for the names of this lesson. Use the counts that the function "
                "is given.",
            ),
            *[
                Mistake(
                    _keeps(lambda ks, losses, turn=turn: min(zip(losses, ks, strict=True))[::turn]),
                    "this is the lowest loss together with its k. The k alone is asked for.",
                )
                for turn in (1, -1)
            ],
            Mistake(
                lambda counts, held_out, ks: _best_k(counts, held_out, [0, 0.01, 0.1, 1, 10, 100]),
                "this is the best of 0, 0.01, 0.1, 1, 10 and 100, whatever is in ks. Choose among "
                "the ks that the function is given.",
            ),
            Mistake(
                _losses,
                "these are the losses, one for each k. Which k has the lowest?",
            ),
            Mistake(
                _keeps(
                    lambda ks, losses: [
                        ks[i] for i in sorted(range(len(ks)), key=losses.__getitem__)
                    ]
                ),
                "these are all of ks, the best first. The best alone is asked for.",
            ),
            Mistake(
                lambda expected, got, counts, held_out, ks: got is not None and got not in ks,
                "this is none of the ks that are given here. Choose among those.",
                sees=True,
            ),
        ],
    ),
}
