"""Exercises of lesson 7, initialization."""

import math
import random
from collections.abc import Callable
from itertools import pairwise

import torch

from helpers.checks import (
    Exercise,
    Mistake,
    entry,
    given_back,
    in_quotes,
    kept_dtype,
    left_open,
    same,
    transposed,
    which_number,
)

_THRESHOLD = 0.97


def _numbers(rng: random.Random, *shape: int, std: float = 1.0) -> torch.Tensor:
    """Normal numbers of torch's default dtype, with two digits after the point: short to read."""
    rows, columns = shape
    return torch.tensor(
        [[round(rng.gauss(0, std), 2) for _ in range(columns)] for _ in range(rows)]
    )


# 7.1

_FIRST = ("loss_digits", "loss_fives", "loss_sure")
_LOSSES = [math.log(10), math.log(27), -math.log(0.01 / 26)]
_ENOUGH = 1e-3  # they may be typed, to four decimals


def _near(one: float, other: object, absolute: float = _ENOUGH) -> bool:
    return same(one, other, 0, absolute)


def _wrong_losses(got: object) -> list[tuple[float, object]]:
    pairs = zip(_LOSSES, got, strict=True)
    return [(right, other) for right, other in pairs if not _near(right, other)]


def _which_loss(expected: list[float], got: object) -> str:
    """Which losses are not right yet, without saying what they are."""
    got = got.tolist() if hasattr(got, "tolist") else got
    if not isinstance(got, list | tuple) or len(got) != len(expected):
        return "The answer is a list of three numbers: [loss_digits, loss_fives, loss_sure]."
    wrong = [
        name
        for name, one, other in zip(_FIRST, expected, got, strict=True)
        if not _near(one, other)
    ]
    if all(_near(expected[_FIRST.index(name)], got[_FIRST.index(name)], 0.01) for name in wrong):
        return f"Nearly: give four decimals of {', '.join(wrong)}, or an expression."
    return (
        f"Not right yet: {', '.join(wrong)}. The loss is minus the natural logarithm of the "
        "probability that the label gets. Which probability is that here?"
    )


def _all_are(factor: float, says: str) -> Mistake:
    """All that is wrong, and some are, is the right loss times a factor."""

    def made(got: object) -> bool:
        wrong = _wrong_losses(got)
        return bool(wrong) and all(_near(right * factor, other) for right, other in wrong)

    return Mistake(made, says, test=True)


def _at(place: int, value: float, says: str) -> Mistake:
    """The answer at this place is this value, however the others came out."""
    return Mistake(lambda got: _near(value, got[place]), says, test=True)


# 7.2


def _dead_units(h: torch.Tensor, threshold: float) -> int:
    return (h.abs() > threshold).all(0).sum().item()


_SATURATED = [
    # One column is saturated throughout, at both ends, and one row.
    (torch.tensor([[0.99, -0.98], [-0.99, 0.1]]), _THRESHOLD),
    # Two columns are saturated throughout, one of them at both ends.
    (torch.tensor([[0.99, -0.99, 0.5], [0.98, 0.99, 0.1], [1.0, 1.0, -0.3]]), _THRESHOLD),
    # A whole row is saturated, and one column.
    (torch.tensor([[0.99, -1.0, -0.98], [0.1, -1.0, 0.98]]), _THRESHOLD),
    # One column is at the threshold, and not beyond it.
    (torch.tensor([[0.6, -0.7, 0.2, 0.99, 0.5], [0.8, -0.9, 0.99, 0.1, 0.5]]), 0.5),
]


def _hidden(rng: random.Random, size: int) -> tuple[torch.Tensor, float]:
    """Columns beyond the threshold in all rows, in all but one, or in some; up to 300 rows."""
    threshold = rng.choice([0.5, 0.75, 0.9, 0.97, 0.99])
    rows = rng.randint(1, 3 * size * size)

    def beyond(sign: int) -> float:
        return sign * rng.choice([1.0, (1 + threshold) / 2])

    columns = []
    for _ in range(rng.randint(1, size + 1)):
        signs = rng.choice([(1,), (-1,), (1, -1)])
        column = [beyond(rng.choice(signs)) for _ in range(rows)]
        kind = rng.randrange(3)
        if kind == 1:  # in all but one
            inside = rng.choice([0.0, threshold, -threshold, threshold / 2])
            column[rng.choice([0, rows - 1, rng.randrange(rows)])] = inside
        if kind == 2:
            column = [rng.choice([each, round(rng.uniform(-1, 1), 2)]) for each in column]
        columns.append(column)
    return torch.tensor(columns).T.contiguous(), threshold


def _count(of: Callable[[torch.Tensor, float], torch.Tensor]) -> Callable:
    return lambda h, threshold: of(h, threshold).sum().item()


# 7.3


def _scaled(W: torch.Tensor, gain: float) -> torch.Tensor:
    return W * gain / W.shape[0] ** 0.5


def _matrices() -> list[tuple]:
    return [
        (torch.tensor([[1.0], [-2.0], [3.0], [4.0]]), 3.0),
        (torch.tensor([[1.0, -2.0, 0.5], [0.2, 1.0, -1.0]]), 1.0),
        (_numbers(random.Random(7), 9, 2), 5 / 3),
    ]


def _matrix(rng: random.Random, size: int) -> tuple[torch.Tensor, float]:
    shape = rng.randint(2, 4 * size), rng.randint(1, 3 * size)
    return _numbers(rng, *shape), rng.choice([0.5, 1, 5 / 3, 2, 3, round(rng.uniform(0.1, 4), 2)])


def _scaled_goes_on(answer: Callable) -> str | None:
    W = _numbers(random.Random(1), 4, 3)
    return kept_dtype(answer(W, 1.0), W)


# 7.4


def _spread(
    x: torch.Tensor, weights: list[torch.Tensor], gain: float, scale=_scaled, std=torch.std
) -> list[float]:
    stds = []
    for W in weights:
        x = torch.tanh(x @ scale(W, gain))
        stds.append(std(x).item())
    return stds


def _before_tanh(x: torch.Tensor, weights: list[torch.Tensor], gain: float) -> list[float]:
    stds = []
    for W in weights:
        x = x @ _scaled(W, gain)
        stds.append(x.std().item())
        x = torch.tanh(x)
    return stds


def _without_tanh(x: torch.Tensor, weights: list[torch.Tensor], gain: float) -> list[float]:
    stds = []
    for W in weights:
        x = x @ _scaled(W, gain)
        stds.append(x.std().item())
    return stds


def _stacks() -> list[tuple]:
    x = torch.tensor([[1.0, -2.0], [0.5, 1.0]])
    one, other = torch.tensor([[1.0, 0.5], [-1.0, 2.0]]), torch.tensor([[0.5, -1.0], [2.0, 1.0]])
    uneven = [
        torch.tensor([[1.0, -0.5, 2.0], [0.5, 1.0, -1.0]]),
        torch.tensor([[1.0, 2.0], [-2.0, 1.0], [0.5, 1.0]]),
    ]
    return [(x, [one], 1.0), (x, [one, other], 2.0), (x, uneven, 5 / 3)]


def _stack(rng: random.Random, size: int) -> tuple:
    widths = [rng.randint(2, 2 + 2 * size) for _ in range(rng.randint(2, 3 + size // 3))]
    weights = [_numbers(rng, *shape) for shape in pairwise(widths)]
    gain = rng.choice([0.5, 1, 5 / 3, 2, 3, round(rng.uniform(0.3, 3), 2)])
    return _numbers(rng, rng.randint(2, 4 * size), widths[0]), weights, gain


def _spread_as(scale: Callable) -> Callable:
    return lambda x, weights, gain: _spread(x, weights, gain, scale)


def _spread_by(std: Callable) -> Callable:
    return lambda x, weights, gain: _spread(x, weights, gain, std=std)


def _tensors_in(got: object, ndim: Callable[[int], bool]) -> bool:
    return any(isinstance(each, torch.Tensor) and ndim(each.ndim) for each in got)


# 7.5


def _update_ratio(W: torch.Tensor, rate: float) -> float:
    return (rate * W.grad.std() / W.detach().std()).item()


def _with_slopes(W: torch.Tensor, slopes: torch.Tensor) -> torch.Tensor:
    W.requires_grad_()
    W.grad = slopes
    return W


def _trained() -> list[tuple]:
    """Weights with a gradient, and a rate."""
    first = torch.tensor([[1.0, 2.0], [3.0, 6.0]]), torch.tensor([[0.1, 0.3], [-0.2, 0.4]])
    second = torch.tensor([[-1.0, 0.5, 2.0]]), torch.tensor([[0.02, 0.01, -0.05]])
    return [(_with_slopes(*first), 0.1), (_with_slopes(*second), 0.02)]


def _trained_more(rng: random.Random, size: int) -> tuple[torch.Tensor, float]:
    shape = rng.randint(1, 2 * size), rng.randint(2, 2 + 2 * size)
    W = _numbers(rng, *shape, std=rng.choice([0.3, 1, 5])) + rng.choice([0, 0.2, -1])
    slopes = _numbers(rng, *shape) * rng.choice([1, 1e-2, 1e-4]) + rng.choice([0, 1e-3, -0.1])
    return _with_slopes(W, slopes), rng.choice([1, 0.1, 0.05, 0.003])


def _ratio_of(of: Callable[[torch.Tensor], torch.Tensor]) -> Callable:
    return lambda W, rate: (rate * of(W.grad) / of(W.detach())).item()


# Before you start

_CLOSE = 0.006  # two decimals are enough


EXERCISES = {
    "7.a choose and tell": Exercise(
        answer=[200, 2.26],
        explain=which_number(
            "chosen", "told", hint="What is each of the three parts of the names there for?"
        ),
        notice="Train is for learning, dev for choosing, and test for saying how good the chosen "
        "one is.",
        mistakes=[
            left_open("One of the two is still a ... ."),
            entry(
                0,
                400,
                "400 units have the lowest train loss. These are the names it has learned from: "
                "on others it is not the best.",
            ),
            entry(
                0,
                100,
                "100 units have the lowest test loss. Whoever chooses by it has no names left "
                "that nothing was chosen by.",
            ),
            entry(0, 50, "50 units have the highest loss of all, on each of the three parts."),
            entry(
                1,
                2.22,
                "2.22 is the loss by which this network was chosen: the lowest of four. Part of "
                "what made it the lowest may be luck.",
            ),
            entry(1, 2.17, "2.17 was taken on the names that this network has learned from."),
            entry(1, 2.25, "2.25 is the lowest test loss of the four. Is it that of your network?"),
            entry(1, 2.08, "2.08 is the lowest train loss of the four."),
            in_quotes("Numbers are asked for, without quotation marks."),
        ],
    ),
    "7.b slopes of two logits": Exercise(
        answer=[-0.75 / 4, 0.5 / 4],
        absolute=1e-3,
        explain=which_number(
            "slope_label",
            "slope_other",
            hint="The slope of a logit compares its probability with what it should have been, "
            "and each example has one share in the mean.",
            absolute=1e-3,
        ),
        notice="(p - one-hot) / n: a step against the slope raises the label's logit, and lowers "
        "all others.",
        mistakes=[
            left_open("One of the two is still a ... ."),
            in_quotes(),
            entry(0, -0.75, "-0.75 would be right if this example were alone.", 1e-3),
            entry(1, 0.5, "0.5 would be the other's slope if this example were alone.", 1e-3),
            entry(
                0,
                0.75 / 4,
                "slope_label has the wrong sign. A little more for the label's logit: does the "
                "loss rise?",
                1e-3,
            ),
            entry(
                1,
                -0.5 / 4,
                "slope_other has the wrong sign. A little more for the logit of a character that "
                "did not come: does the loss fall?",
                1e-3,
            ),
            entry(
                0,
                0.25 / 4,
                "slope_label is 0.25 / 4 here. The label is the one character from which "
                "something is subtracted.",
                1e-3,
            ),
            entry(1, 0, "Without a slope, the other logit would never be lowered.", 1e-3),
        ],
    ),
    "7.c two bets": Exercise(
        answer=[-math.log(0.5), -(math.log(0.9) + math.log(0.1)) / 2],
        absolute=_CLOSE,
        explain=which_number(
            "loss_even",
            "loss_bold",
            hint="One number for each label: minus ln of its probability. Then their mean.",
            absolute=_CLOSE,
        ),
        notice="Both give their labels 0.5 on average. But the loss takes logarithms first, and "
        "what a 0.1 costs, a 0.9 does not earn.",
        mistakes=[
            left_open("One of the two is still a ... ."),
            in_quotes(),
            entry(
                1,
                -math.log(0.5),
                "For the second this is minus the logarithm of the mean probability. Take the "
                "logarithms first, and then their mean.",
                _CLOSE,
            ),
            entry(
                0, -2 * math.log(0.5), "The first is a sum. The loss is a mean over labels.", _CLOSE
            ),
            entry(
                1, -math.log(0.09), "The second is a sum. The loss is a mean over labels.", _CLOSE
            ),
            Mistake(
                [-math.log10(0.5), -math.log10(0.09) / 2],
                "These are logarithms to base 10. The loss takes the natural one, math.log.",
            ),
            Mistake(
                [1.0, -math.log2(0.09) / 2],
                "These are logarithms to base 2. The loss takes the natural one, math.log.",
            ),
            Mistake(
                [0.25, 0.09],
                "These are the probabilities of both labels together, the products. The loss "
                "takes minus their logarithms, and the mean.",
            ),
            Mistake(
                [0.5, 0.5],
                "These are the mean probabilities, and they are equal. What do their logarithms "
                "say?",
            ),
            Mistake(
                lambda got: any(float(each) < 0 for each in got),
                "A negative number is among them. The loss is minus the mean of the logarithms.",
                test=True,
            ),
        ],
    ),
    "7.1 first losses": Exercise(
        answer=_LOSSES,
        tolerance=0.0,
        absolute=_ENOUGH,
        explain=_which_loss,
        notice="That all logits are 5 changes nothing: softmax does not see what all have in "
        "common.",
        mistakes=[
            left_open("One of the three losses is still a ... ."),
            Mistake(
                lambda got: isinstance(got, dict | set),
                "The answer is a list of three numbers: [loss_digits, loss_fives, loss_sure].",
                test=True,
            ),
            in_quotes("One of the losses is text. Write numbers or expressions, without quotes."),
            Mistake(
                lambda got: any(each < 0 for each in got),
                "One of the losses is negative, and a loss never is: it is minus the logarithm of "
                "a probability, and a probability is 1 at most.",
                test=True,
            ),
            Mistake(
                [math.exp(-loss) for loss in _LOSSES],
                "These are the probabilities of the label. The loss is minus their logarithm.",
            ),
            _all_are(
                1 / math.log(2),
                "What is not right yet is a logarithm to the base 2. The loss takes the natural "
                "one, math.log.",
            ),
            _all_are(
                1 / math.log(10),
                "What is not right yet is a logarithm to the base 10. The loss takes the natural "
                "one, math.log.",
            ),
            Mistake(
                lambda got: _near(5.0, got[1]) or _near(5 * math.log(27), got[1]),
                "The 5 shows in your loss_fives. Softmax does not see a number that all logits "
                "have in common: what probability does each character get?",
                test=True,
            ),
            _at(
                2,
                -math.log(0.99),
                "Your loss_sure is what the character with 0.99 would cost. The label is another "
                "one.",
            ),
            _at(
                2,
                -math.log(0.01),
                "Your loss_sure is the cost of 0.01. The 26 others share that: the label gets a "
                "part of it.",
            ),
            _at(
                2,
                -math.log(0.01 / 27),
                "Your loss_sure is the cost of 0.01 / 27. One of the 27 has the 0.99: how many "
                "share the 0.01?",
            ),
            _at(
                2,
                -math.log(0.01 / 25),
                "Your loss_sure is the cost of 0.01 / 25. The label is one of those that share "
                "the 0.01: how many are there?",
            ),
        ],
    ),
    "7.2 dead units": Exercise(
        answer=_dead_units,
        examples=_SATURATED,
        generate=_hidden,
        notice="all(0) goes down each column, over the examples. On a batch this says which units "
        "look dead; only all examples prove it.",
        mistakes=[
            Mistake(
                lambda h, threshold: (h > threshold).all(0).sum().item(),
                "units that are at -1 were not counted. tanh is as flat there: take the absolute "
                "value.",
            ),
            Mistake(
                lambda h, threshold: (
                    ((h > threshold).all(0) | (h < -threshold).all(0)).sum().item()
                ),
                "a unit that is at 1 for some examples and at -1 for others was not counted. Take "
                "the absolute value first.",
            ),
            Mistake(
                _count(lambda h, threshold: (h.abs() >= threshold).all(0)),
                "a unit exactly at the threshold was counted. Beyond it means >, and not >=.",
            ),
            Mistake(
                lambda h, threshold: h.abs() > threshold,
                "this says for each place whether it is saturated. Which units are so for every "
                "example, and how many are they?",
            ),
            Mistake(
                lambda h, threshold: (h.abs() > threshold).all().item(),
                "this is one yes or no for the whole table. all(0) gives one for each unit.",
            ),
            Mistake(
                lambda h, threshold: (h.abs() > threshold).all().sum().item(),
                "this is 1 where the whole table is saturated and 0 otherwise. all(0) gives a yes "
                "or no for each unit; those are to be counted.",
            ),
            Mistake(
                lambda h, threshold: (h.abs() > threshold).double().mean().item(),
                "this is the share of saturated places. A unit is dead when its whole column is "
                "saturated.",
            ),
            Mistake(
                _count(lambda h, threshold: (h.abs() > threshold).all(1)),
                "this is the number of examples for which every unit is saturated. The units are "
                "the columns: all(0) goes over the examples.",
            ),
            Mistake(
                _count(lambda h, threshold: (h.abs() > threshold).any(0)),
                "this counts units that are saturated for some example. A dead one is saturated "
                "for every example: all, and not any.",
            ),
            Mistake(
                _count(lambda h, threshold: h.abs() > threshold),
                "this counts all saturated places of the table. A unit is dead when its whole "
                "column is saturated.",
            ),
            Mistake(
                lambda h, threshold: (h.abs() > threshold).all(0),
                "this says for each unit whether it is dead. How many are: .sum() counts what is "
                "True.",
            ),
            Mistake(
                lambda h, threshold: (h.abs() > threshold).all(0).double().mean().item(),
                "this is the share of dead units. Their number is asked for: sum, and not mean.",
            ),
            Mistake(
                _count(lambda h, threshold: ~(h.abs() > threshold).all(0)),
                "this counts the units that are not saturated for every example: all the others.",
            ),
            Mistake(
                _count(lambda h, threshold: (h.abs() < threshold).all(0)),
                "this counts the units that are never saturated. Beyond the threshold means >.",
            ),
            Mistake(
                _count(lambda h, threshold: h.abs().mean(0) > threshold),
                "this counts the units whose mean is beyond the threshold. That does not make "
                "every example saturated: compare first, then ask whether all are True.",
            ),
            Mistake(
                _count(lambda h, threshold: (h.abs() > _THRESHOLD).all(0)),
                "this is right for a threshold of 0.97, whatever was given. Use the one that your "
                "function gets.",
            ),
            Mistake(
                _count(lambda h, threshold: h[0].abs() > threshold),
                "this is the number of units that are saturated for the first example. For every "
                "example, is asked.",
            ),
            Mistake(
                _count(lambda h, threshold: (h[0].abs() > threshold) & (h[-1].abs() > threshold)),
                "this counts the units that are saturated for the first and the last example. For "
                "every example, is asked.",
            ),
            Mistake(
                lambda got: isinstance(got, str),
                "this is a text. A number is asked for.",
                test=True,
            ),
        ],
    ),
    "7.3 scaled weights": Exercise(
        answer=_scaled,
        examples=_matrices,
        generate=_matrix,
        then=_scaled_goes_on,
        notice="With gain 5/3 this is Kaiming initialization for tanh. The scale follows from the "
        "shape alone: no number was tried.",
        mistakes=[
            Mistake(
                lambda W, gain: W * gain / W.shape[1] ** 0.5,
                "this is divided by the root of the fan-out. What is summed up in a unit is its "
                "fan-in: the number of rows, W.shape[0].",
            ),
            Mistake(
                lambda W, gain: W * gain / W.shape[0],
                "this is divided by the fan-in. Variances add up, so the std grows by its square "
                "root: divide by that.",
            ),
            Mistake(
                lambda W, gain: W * gain / W.shape[1],
                "this is divided by the fan-out, and without the root. It is the root of the "
                "fan-in.",
            ),
            Mistake(
                lambda W, gain: W * gain / W.shape[0] ** 2,
                "this is divided by the square of the fan-in. It is to be its square root: ** 0.5.",
            ),
            Mistake(
                lambda W, gain: W * gain**2 / W.shape[0] ** 0.5,
                "this has the square of the gain in it. One factor of it is asked for.",
            ),
            Mistake(
                lambda W, gain: W * gain / W.std() / W.shape[0] ** 0.5,
                "the root and the gain are in it, and W.std() is, too. The weights were drawn with "
                "std 1: the shape says all.",
            ),
            Mistake(
                lambda W, gain: W / W.shape[0] ** 0.5,
                "the gain is missing: with these weights the std stays as it is.",
            ),
            Mistake(
                lambda W, gain: W * gain,
                "this has the gain alone. The std would still grow by the root of the fan-in.",
            ),
            Mistake(
                lambda W, gain: W * gain * W.shape[0] ** 0.5,
                "this is W times the root of the fan-in. The layer multiplies by that already; the "
                "weights are to undo it.",
            ),
            Mistake(
                lambda W, gain: W * (gain / W.shape[0]) ** 0.5,
                "the root was taken of the gain, too. The gain stands outside of it.",
            ),
            Mistake(
                lambda W, gain: W / (gain * W.shape[0] ** 0.5),
                "this is divided by the gain. It makes the weights larger: multiply by it.",
            ),
            Mistake(
                lambda W, gain: W * gain / W.numel() ** 0.5,
                "this is divided by the root of the number of all weights. One unit sums up its "
                "fan-in: the number of rows.",
            ),
            Mistake(
                lambda W, gain: W * gain * (2 / (W.shape[0] + W.shape[1])) ** 0.5,
                "this takes the mean of fan-in and fan-out (Glorot and Bengio). That is a choice "
                "between the way forward and the way back. Here the std on the way forward is "
                "asked for: the fan-in alone.",
            ),
            Mistake(
                lambda W, gain: W * gain * (2 / W.shape[0]) ** 0.5,
                "there is a factor of √2 in it beside the gain. That is the gain for ReLU; the one "
                "to use is given.",
            ),
            Mistake(
                lambda W, gain: W * gain / 30**0.5,
                "this is divided by the root of 30, whatever the shape. The fan-in is W.shape[0].",
            ),
            Mistake(
                lambda W, gain: W * (5 / 3) / W.shape[0] ** 0.5,
                "this has a gain of 5/3, whatever was given. Use the one that your function gets.",
            ),
            Mistake(
                lambda W, gain: W * gain / W.std(),
                "this gives the weights the std gain. It is the outputs that are to have it: "
                "each of them is a sum of fan-in products.",
            ),
            given_back(0, "this is W as it came: the scale is missing."),
            Mistake(
                lambda W, gain: W / gain,
                "this is W divided by the gain. It is to be multiplied by the gain, and divided by "
                "the root of the fan-in.",
            ),
            Mistake(
                lambda W, gain: W * gain * W.shape[0],
                "this is W times gain times fan-in. The layer sums up fan-in products already; the "
                "weights are to undo what that does to the std.",
            ),
            Mistake(
                lambda W, gain: W * (2 / W.shape[0]) ** 0.5,
                "this has a gain of √2, whatever was given. Use the one that your function gets.",
            ),
            Mistake(
                lambda got: isinstance(got, list),
                "this is a list. A tensor is asked for: the layer multiplies by it.",
                test=True,
            ),
            Mistake(
                lambda W, gain: gain / W.shape[0] ** 0.5,
                "this is the factor. Multiply W by it, and return the matrix.",
            ),
            transposed(
                _scaled,
                "the numbers are right, but rows and columns are exchanged. The shape is to stay "
                "(fan-in, fan-out).",
            ),
        ],
    ),
    "7.4 follow the spread": Exercise(
        answer=_spread,
        examples=_stacks,
        generate=_stack,
        notice="Six lines, and you can look through any stack of tanh layers before a single "
        "step is taken.",
        mistakes=[
            Mistake(
                lambda x, weights, gain: [
                    torch.tanh(x @ _scaled(W, gain)).std().item() for W in weights
                ],
                "every layer got the first input. What comes out of one goes into the next.",
            ),
            Mistake(
                _before_tanh,
                "these are the stds before tanh, of the preactivations. Take those of what comes "
                "out of it.",
            ),
            Mistake(
                _without_tanh,
                "these are the stds in a stack of linear layers: there is no tanh in it.",
            ),
            Mistake(
                _spread_as(lambda W, gain: W * gain),
                "the weights were not divided by the root of the fan-in, so nearly all units are "
                "saturated.",
            ),
            Mistake(
                _spread_as(lambda W, gain: W * gain / W.shape[1] ** 0.5),
                "the weights were divided by the root of the fan-out. The fan-in is W.shape[0].",
            ),
            Mistake(
                _spread_as(lambda W, gain: W * gain / W.shape[0]),
                "the weights were divided by the fan-in, without the root: the spread dies out.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(
                    x, weights, gain, lambda W, gain: W * gain / len(x) ** 0.5
                ),
                "the weights were divided by the root of the number of examples. The fan-in is "
                "W.shape[0].",
            ),
            Mistake(
                _spread_as(lambda W, gain: W),
                "the weights were not scaled at all: neither root nor gain.",
            ),
            Mistake(
                _spread_as(lambda W, gain: _scaled(W, 1.0)),
                "these are the stds for a gain of 1, whatever was given.",
            ),
            Mistake(
                _spread_as(lambda W, gain: _scaled(W, 5 / 3)),
                "these are the stds for a gain of 5/3, whatever was given. Use the gain that your "
                "function gets.",
            ),
            Mistake(
                _spread_as(lambda W, gain: W / gain / W.shape[0] ** 0.5),
                "the weights were divided by the gain. It makes up for what tanh takes: multiply "
                "by it.",
            ),
            Mistake(
                _spread_by(lambda x: x.std(correction=0)),
                "this is the std that divides by the number of values. x.std() divides by one "
                "less, and is asked for.",
            ),
            Mistake(
                _spread_by(lambda x: x.square().mean().sqrt()),
                "these are roots of mean squares. For the std the mean is subtracted first: "
                "x.std().",
            ),
            Mistake(
                _spread_by(lambda x: x.std(0).mean()),
                "this is the mean of one std for each unit. Take the std of all numbers of a layer "
                "at once: .std() without a dimension.",
            ),
            Mistake(
                _spread_by(lambda x: x.std(1).mean()),
                "this is the mean of one std for each example. Take the std of all numbers of a "
                "layer at once: .std() without a dimension.",
            ),
            Mistake(
                _spread_by(lambda x: torch.tanh(x).std()),
                "these are the stds after tanh was taken twice.",
            ),
            Mistake(
                _spread_by(lambda x: x.abs().mean()),
                "these are means of the absolute values. The std is asked for: .std().",
            ),
            Mistake(
                _spread_as(lambda W, gain: W * gain * W.shape[0] ** 0.5),
                "the weights were multiplied by the root of the fan-in. They are to be divided.",
            ),
            Mistake(
                _spread_as(lambda W, gain: W * gain**2 / W.shape[0] ** 0.5),
                "the square of the gain is in it. One factor of it is asked for.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(
                    x, weights, gain, lambda W, gain: W * gain / len(weights[0]) ** 0.5
                ),
                "every layer was scaled with the fan-in of the first. Each has its own: "
                "W.shape[0].",
            ),
            Mistake(
                lambda got: (
                    isinstance(got, float | int | torch.Tensor) and not getattr(got, "ndim", 0)
                ),
                "this is one number. A list is asked for: one number for each layer.",
                test=True,
            ),
            Mistake(
                lambda got: len(got) == 0,
                "the list is empty. One number for each layer is asked for.",
                test=True,
            ),
            Mistake(
                _spread_by(torch.mean),
                "these are means. The std is asked for: .std().",
            ),
            Mistake(
                lambda got: _tensors_in(got, lambda ndim: ndim == 1),
                "the list has tensors with more than one number in them. Take the std of all "
                "numbers of a layer at once: .std() without a dimension.",
                test=True,
            ),
            Mistake(
                lambda got: _tensors_in(got, lambda ndim: ndim > 1),
                "whole tables stand in the list. One number for each layer is asked for.",
                test=True,
            ),
            Mistake(
                lambda x, weights, gain: _spread(x, weights, gain)[-1],
                "this is the std after the last layer. All of them are asked for, in a list.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(x, weights, gain)[-1:],
                "this is the std after the last layer alone. All of them are asked for.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(x, weights, gain)[:1],
                "there is one std only, whatever the number of layers. Is the return inside the "
                "loop? It ends the function.",
            ),
            Mistake(
                lambda x, weights, gain: [x.std().item(), *_spread(x, weights, gain)],
                "the std of the input stands in the list, too. One number for each layer.",
            ),
            Mistake(
                lambda x, weights, gain: [x.std().item(), *_spread(x, weights, gain)[:-1]],
                "these are the stds of what goes into each layer. Those of what comes out are "
                "asked for.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(x, weights, gain)[::-1],
                "these are the right stds from the last layer to the first. Let them stand in the "
                "order of the layers.",
            ),
            Mistake(
                lambda x, weights, gain: [std**2 for std in _spread(x, weights, gain)],
                "these are variances. The std is their root: .std().",
            ),
        ],
    ),
    "7.5 update ratio": Exercise(
        answer=_update_ratio,
        examples=_trained,
        generate=_trained_more,
        notice="A ratio has no unit: it can be compared between layers of any size and scale.",
        mistakes=[
            Mistake(
                lambda W, rate: (W.grad.std() / W.std()).item(),
                "the learning rate is missing: this is gradient to data. A step changes the "
                "weights by rate times gradient.",
            ),
            Mistake(
                lambda W, rate: (W.grad.std() / rate / W.std()).item(),
                "this is divided by the learning rate. A step changes the weights by rate times "
                "gradient.",
            ),
            Mistake(
                lambda W, rate: (0.1 * W.grad.std() / W.std()).item(),
                "this is the ratio for a rate of 0.1, whatever was given.",
            ),
            Mistake(
                lambda W, rate: (W.std() / (rate * W.grad.std())).item(),
                "this is data to update, the other way round.",
            ),
            Mistake(
                lambda W, rate: math.log10(_update_ratio(W, rate)),
                "this is the logarithm of the ratio. The ratio itself is asked for.",
            ),
            Mistake(
                lambda W, rate: math.log(_update_ratio(W, rate)),
                "this is the natural logarithm of the ratio. The ratio itself is asked for.",
            ),
            Mistake(
                lambda W, rate: (rate * W.std() / W.grad.std()).item(),
                "weights and gradient have changed places: the update is rate times gradient.",
            ),
            Mistake(
                lambda W, rate: ((W - rate * W.grad).std() / W.std()).item(),
                "these are the weights after the step over those before. Take the std of the "
                "change alone.",
            ),
            Mistake(
                lambda W, rate: (((W - rate * W.grad).std() - W.std()) / W.std()).item(),
                "this is by how much the std of the weights changes. Take the std of the change: "
                "first the difference, then the std.",
            ),
            Mistake(
                _ratio_of(torch.mean),
                "this is the ratio of the means (or of the sums: it is the same). They may be near "
                "0 where the numbers are large: take the std.",
            ),
            Mistake(
                _ratio_of(lambda each: each.norm()),
                "these are lengths (norms), or roots of mean squares, from which no mean was "
                "subtracted. They serve as well, but the std is asked for.",
            ),
            Mistake(
                _ratio_of(lambda each: each.abs().mean()),
                "these are means of the absolute values. They serve as well, but the std is asked "
                "for.",
            ),
            Mistake(
                _ratio_of(lambda each: each.abs().max()),
                "these are the largest absolute values. One number is no measure of all of them: "
                "the std is asked for.",
            ),
            Mistake(
                _ratio_of(torch.max),
                "these are the largest numbers. One number is no measure of all of them: the std "
                "is asked for.",
            ),
            Mistake(
                _ratio_of(torch.var),
                "these are variances. Take the std of both: a ratio of squares is another number.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad.std()).item(),
                "this is the std of the update. It is still to be divided by that of the weights.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad / W).std().item(),
                "this is the std of each change over its own weight. A weight near 0 spoils it: "
                "first the two stds, then their ratio.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad / W).mean().item(),
                "this is the mean of each change over its own weight. A weight near 0 spoils it: "
                "first the two stds, then their ratio.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad.std(correction=0) / W.std()).item(),
                "one of the two stds is the one that divides by the number of values, and the "
                "other by one less. Take the same for both.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad.std() / W.std(correction=0)).item(),
                "one of the two stds is the one that divides by the number of values, and the "
                "other by one less. Take the same for both.",
            ),
            Mistake(
                lambda W, rate: -_update_ratio(W, rate),
                "the ratio is negative. A std has no direction: leave the minus of the step out.",
            ),
            Mistake(
                lambda W, rate: 100 * _update_ratio(W, rate),
                "this is the ratio in percent. The ratio itself is asked for.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor) and got.ndim > 0,
                "this is a whole tensor. One number is asked for: the std of the update over the "
                "std of the weights.",
                test=True,
            ),
        ],
    ),
}
