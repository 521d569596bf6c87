"""Exercises of lesson 3, likelihood."""

import math
from collections.abc import Callable
from itertools import pairwise

import torch

from helpers.checks import Exercise, Mistake, left_open, same
from helpers.likelihood import mean_nll, smooth
from helpers.names import BOUNDARY, build_alphabet, count_bigrams, load_names

_names = load_names()
_stoi, _itos = build_alphabet(_names)
_N = count_bigrams(_names, _stoi)
_P = smooth(_N, 0)


def _chances(marked: str, table: torch.Tensor) -> torch.Tensor:
    """The probability of each bigram of a name, shape (n,): boundaries are part of `marked`."""
    cells = [table[_stoi[a], _stoi[b]] for a, b in pairwise(marked)]
    return torch.stack(cells)


def _of_name(score: Callable, before: str = BOUNDARY, after: str = BOUNDARY) -> Callable:
    """The function from (name, table) to a score of its probabilities; here, a mistaken one."""
    return lambda name, table: score(_chances(before + name + after, table)).item()


def _nll(chances: torch.Tensor) -> torch.Tensor:
    return -chances.log().mean()


def _row_sums(table: torch.Tensor) -> torch.Tensor:
    return table.sum(1, keepdim=True)


def _best_k(counts: torch.Tensor, held_out: torch.Tensor, ks: list[float]) -> float:
    return min(ks, key=lambda k: mean_nll(smooth(counts, k), held_out).item())


def _losses(counts: torch.Tensor, held_out: torch.Tensor, ks: list[float]) -> list[float]:
    return [mean_nll(smooth(counts, k), held_out).item() for k in ks]


def _which_loss(expected: list[float], got: list[float]) -> str:
    """Which of three losses is wrong, without saying what it should be."""
    if not isinstance(got, list | tuple) or len(got) != len(expected):
        return "a list of the three losses is expected: leave the last line of the cell as it was."
    pairs = enumerate(zip(expected, got, strict=True))
    place = next(place for place, (one, other) in pairs if not same(one, other, 1e-3))
    return (
        f"the {('first', 'second', 'third')[place]} loss is not {got[place]}. What does a "
        "character cost that was given this probability? Take the mean of the costs."
    )


def _third(wrong: float) -> Callable:
    """Whether the third of three losses is this wrong one."""
    return lambda got: same(wrong, got[2], 1e-3)


_SQUARE = torch.tensor([[4, 0, 0], [1, 2, 3], [5, 1, 6]])
_WIDE = torch.tensor([[3, 1, 0, 0], [2, 2, 2, 2]])
_EMPTY_ROW = torch.tensor([[0, 0], [6, 2]])

# Which k is best differs: on the held-out counts, on the counts, and with the two exchanged.
_COUNTS = torch.tensor([[6, 33], [30, 4]])
_HELD_OUT = torch.tensor([[4, 5], [6, 0]])


EXERCISES = {
    "3.1 three losses": Exercise(
        answer=[math.log(2), 0.0, math.log(4)],
        absolute=1e-3,
        notice="Costs are averaged, not probabilities: the third model pays as much as one that "
        "always gives 1/4.",
        explain=_which_loss,
        mistakes=[
            left_open("one of the three losses is still a ... ."),
            Mistake(
                lambda got: any(isinstance(loss, str) for loss in got),
                "a loss is a number: write it without quotation marks.",
                test=True,
            ),
            Mistake(
                lambda got: same([math.log(2), 0.0, math.log(4)], got, 0.02),
                "these are right, and rounded too far. Write four decimals, or leave it to Python "
                "to work the expression out.",
                test=True,
            ),
            Mistake(
                [1.0, 0.0, 2.0],
                "these are bits: your logarithm has the base 2. The course measures in nats, with "
                "the natural logarithm, math.log.",
            ),
            Mistake(
                [math.log10(2), 0.0, math.log10(4)],
                "your logarithm has the base 10. The course measures in nats, with the natural "
                "logarithm, math.log.",
            ),
            Mistake(
                [-math.log(2), 0.0, -math.log(4)],
                "these are mean log-likelihoods. The minus is missing: a loss is never negative.",
            ),
            Mistake(
                lambda got: same(0.5, got[0], 1e-3),
                "1/2 is the probability itself. Its cost is minus its logarithm.",
                test=True,
            ),
            Mistake(
                lambda got: same(1.0, got[1], 1e-3),
                "a character that was certain costs nothing: the logarithm of 1 is 0.",
                test=True,
            ),
            Mistake(
                _third(-math.log(5 / 16)),
                "in the third you took the mean of the probabilities, 5/16, and then its "
                "logarithm. Take the two logarithms first, then their mean.",
                test=True,
            ),
            Mistake(
                _third(math.log(16)),
                "in the third you added the two costs up. The loss is their mean: each of them "
                "comes up half of the time.",
                test=True,
            ),
            Mistake(
                _third(math.log(8)),
                "in the third this is what a character with 1/8 costs. Half of them have 1/2.",
                test=True,
            ),
            Mistake(
                _third(math.log(8) / 2),
                "in the third only the characters with 1/8 have been counted. Those with 1/2 cost "
                "something as well.",
                test=True,
            ),
        ],
    ),
    "3.2 the loss of one name": Exercise(
        answer=_of_name(_nll),
        examples=[("emma", _P), ("bo", _P), ("isabella", smooth(_N, 1))],
        absolute=1e-4,
        notice="In the file anna costs 1.9046, andrej 3.0391: the more usual the bigrams, the "
        "lower.",
        mistakes=[
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
                "your logarithm has the base 10. Take .log(), the natural one.",
            ),
            Mistake(
                _of_name(lambda chances: -chances.log2().mean()),
                "your logarithm has the base 2, so this is in bits. Take .log(), the natural one.",
            ),
            Mistake(
                _of_name(lambda chances: -chances.mean().log()),
                "you took the mean of the probabilities and then its logarithm. First the "
                "logarithm of each, then the mean.",
            ),
            Mistake(
                _of_name(lambda chances: -chances.mean()),
                "this is minus the mean probability. The logarithm is missing.",
            ),
            Mistake(
                _of_name(lambda chances: chances.prod()),
                "this is the likelihood, the product. Take the logarithms, their mean, and a "
                "minus.",
            ),
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
                lambda name, table: -_chances(f".{name}.", table).log().sum().item() / len(name),
                "you divided by the number of letters. A name of n letters has n + 1 bigrams.",
            ),
            Mistake(
                lambda name, table: (
                    -_chances(f".{name}.", table).log().sum().item() / (len(name) + 2)
                ),
                "you divided by the number of characters, both dots included. The bigrams are one "
                "fewer.",
            ),
            Mistake(
                _of_name(_nll, before="..", after=".."),
                'there is a "." too many at each end. chances puts them there itself.',
            ),
            Mistake(
                lambda name, table: -_chances(f".{name}.", table)[0].log().item(),
                "this is the cost of the first bigram alone. Does your return stand inside the "
                "loop?",
            ),
            Mistake(
                lambda name, table: _of_name(_nll)(name, _P),
                "this is the loss under P, which is another table than the one that the function "
                "is given here.",
            ),
            Mistake(
                lambda name, table: _of_name(_nll)("emma", table),
                "this is the loss of emma, whatever the name is.",
            ),
            Mistake(
                lambda name, table: _of_name(_nll)(name, table.T),
                "row and column have changed places: the first character picks the row.",
            ),
            Mistake(
                lambda name, table: -_chances(f".{name}.", table).log(),
                "this is the cost of each bigram. One number is asked for, their mean.",
            ),
        ],
    ),
    "3.3 perplexity": Exercise(
        answer=lambda probabilities: _nll(probabilities).exp().item(),
        examples=[
            (torch.tensor([0.5, 0.125]),),
            (torch.tensor([1.0, 1.0, 1.0]),),
            (torch.tensor([0.1, 0.2, 0.4, 0.05]),),
        ],
        absolute=1e-3,
        notice="A perplexity is 1 where the model was certain and right, and V where it found all "
        "V characters equally likely.",
        mistakes=[
            Mistake(
                lambda p: _nll(p).item(),
                "this is the loss. Its exponential is missing.",
            ),
            Mistake(
                lambda p: (-_nll(p)).exp().item(),
                "the minus is missing, so that this is 1 divided by the perplexity. A perplexity "
                "is 1 or more.",
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
                lambda p: mean_nll(_P, _N).exp().item(),
                "this is the perplexity of P on all names. Use the probabilities that the function "
                "is given.",
            ),
            Mistake(
                lambda p: 2 ** _nll(p).item(),
                "you took 2 to the power of a loss in nats. .log() and .exp() belong together, and "
                "so do .log2() and 2 to the power of.",
            ),
            Mistake(
                lambda p: (-p.log2().mean()).exp().item(),
                "you took the exponential of a loss in bits. .log() and .exp() belong together, "
                "and so do .log2() and 2 to the power of.",
            ),
            Mistake(
                lambda p: (-p.log().sum()).exp().item(),
                "this is the exponential of the sum. Take the mean, or more characters always give "
                "a greater perplexity.",
            ),
            Mistake(
                lambda p: 1 / p.mean().item(),
                "this is 1 divided by the mean probability. Take the logarithm of each one first, "
                "then the mean.",
            ),
            Mistake(
                lambda p: (1 / p).mean().item(),
                "this is the mean of 1 divided by each probability. It is the logarithms that are "
                "averaged.",
            ),
        ],
    ),
    "3.4 possible or not": Exercise(
        answer=[False, True, True, True],
        notice="The floor belongs to the data, and there is no ceiling.",
        mistakes=[
            left_open("one of the four answers is still a ... ."),
            Mistake(
                lambda got: any(type(one) is not bool for one in got),
                "each of the four answers is True or False.",
                test=True,
            ),
            Mistake(
                lambda got: got[0],
                "2.42 lies below the floor of 2.4540, and no table of probabilities has a loss "
                "below it.",
                test=True,
            ),
            Mistake(
                lambda got: not got[1],
                "2.46 is above the floor, so there are tables that have it: P with 3 % of knowing "
                "nothing mixed in comes close.",
                test=True,
            ),
            Mistake(
                lambda got: not got[2],
                "5.0 is worse than knowing nothing, and a model can be worse than that: give what "
                "came a probability of e to the power of -5, about 0.0067, each time.",
                test=True,
            ),
            Mistake(
                lambda got: not got[3],
                "infinity is possible. What is the logarithm of 0, if a model gives 0 to a bigram "
                "that did occur?",
                test=True,
            ),
        ],
    ),
    "3.5 add k": Exercise(
        answer=smooth,
        examples=[(_SQUARE, 2), (_WIDE, 0.5), (_EMPTY_ROW, 1), (_SQUARE, 0)],
        notice="A row without any counts comes out uniform: where nothing is known, everything is "
        "equally likely.",
        mistakes=[
            Mistake(
                lambda counts, k: (counts + k) / _row_sums(counts),
                "you divided by the sums of the counts without k. The rows sum to more than 1: "
                "divide by the sums of what stands above the line.",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (_row_sums(counts) + k),
                "a row grows by k in each of its columns, so its sum grows by k times the number "
                "of columns.",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (_row_sums(counts) + 27 * k),
                "the sums have grown by 27 k, and this table does not have 27 columns. Sum the "
                "smoothed table, then it fits any.",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (_row_sums(counts) + len(counts) * k),
                "the sums have grown by k times the number of rows. A row has as many cells as "
                "the table has columns.",
            ),
            Mistake(
                lambda counts, k: counts + k / _row_sums(counts + k),
                "Python divides before it adds: put brackets around counts + k.",
            ),
            Mistake(
                lambda counts, k: counts + k / _row_sums(counts),
                "Python divides before it adds: put brackets around counts + k. And divide by the "
                "sums of that.",
            ),
            Mistake(
                lambda counts, k: smooth(torch.where(counts == 0, k, counts), 0),
                "you have added k to the empty cells alone. Every cell gets it.",
            ),
            Mistake(
                lambda counts, k: counts / _row_sums(counts + k),
                "k is missing above the line: the counts themselves must grow as well.",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (counts + k).sum(1),
                "you divided the columns. .sum(1) without keepdim=True lies flat and lines up as a "
                "row (lesson 2).",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (counts + k).sum(0, keepdim=True),
                "your columns sum to 1. The rows must: .sum(1, keepdim=True).",
            ),
            Mistake(
                lambda counts, k: (counts + k) / (counts + k).sum(),
                "the whole table sums to 1. Each row must, by itself.",
            ),
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
                "you have added 1, whatever k is.",
            ),
            Mistake(
                lambda counts, k: smooth(counts, 0) + k,
                "k came after the division. Add it to the counts, and divide then.",
            ),
        ],
    ),
    "3.6 choose k": Exercise(
        answer=_best_k,
        examples=[
            (_COUNTS, _HELD_OUT, [0.1, 1.0, 10.0, 100.0]),
            (_COUNTS, _HELD_OUT, [1.0, 0.1, 10.0, 0.3]),  # in no order
            (_WIDE, _WIDE.flip(1), [0.0, 0.3, 3.0, 30.0, 300.0]),
        ],
        notice="This is how constants are chosen that training cannot choose: learn with some "
        "data, decide with others.",
        mistakes=[
            Mistake(
                lambda counts, held_out, ks: _best_k(counts, counts, ks),
                "this k is the best for the very counts that the table was made of, and so it is "
                "always the smallest. Make the table of the counts, and measure it on held_out.",
            ),
            Mistake(
                lambda counts, held_out, ks: _best_k(held_out, counts, ks),
                "counts and held_out have changed places: smooth the counts, measure on held_out.",
            ),
            Mistake(
                lambda counts, held_out, ks: max(
                    ks, key=lambda k: mean_nll(smooth(counts, k), held_out).item()
                ),
                "this k has the highest loss of all. The best has the lowest.",
            ),
            Mistake(
                lambda counts, held_out, ks: min(_losses(counts, held_out, ks)),
                "this is the lowest loss. The k that it belongs to is asked for.",
            ),
            Mistake(
                lambda counts, held_out, ks: ks.index(_best_k(counts, held_out, ks)),
                "this is the place in the list. The k that stands there is asked for.",
            ),
            Mistake(
                lambda counts, held_out, ks: ks[0],
                "this is the first of ks. Does your return stand inside the loop?",
            ),
            Mistake(
                lambda counts, held_out, ks: ks[-1],
                "this is the last of ks, the one that a loop ends on. Keep the best one in a "
                "variable of its own.",
            ),
            Mistake(
                lambda counts, held_out, ks: 0,
                "0 came back. If you began with 0 for the lowest loss, nothing is below it: begin "
                "with math.inf.",
            ),
            Mistake(
                # On the names 0.3 is the best, and what is near it is nearly as good.
                lambda counts, held_out, ks: min(
                    ks, key=lambda k: abs(math.log((k or 1e-9) / 0.3))
                ),
                "this is the best k for the names of this lesson. Use the counts that the function "
                "is given.",
            ),
            Mistake(
                lambda counts, held_out, ks: _best_k(counts + held_out, held_out, ks),
                "the held-out counts are part of your table. Then they are not held out any more: "
                "smooth the counts alone.",
            ),
            Mistake(
                lambda counts, held_out, ks: min(
                    zip(_losses(counts, held_out, ks), ks, strict=True)
                ),
                "this is the lowest loss together with its k. The k alone is asked for.",
            ),
            Mistake(
                _losses,
                "these are the losses, one for each k. Which k has the lowest?",
            ),
        ],
    ),
}
