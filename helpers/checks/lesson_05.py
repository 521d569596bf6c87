"""Exercises of lesson 5, gradient descent."""

import math
import random
from functools import cache
from numbers import Real
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

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
from helpers.checks.values import as_number, difference, error_said
from helpers.descent import Descent, count_loss, descend_on_counts, stability_limit
from helpers.likelihood import mean_nll, smooth
from helpers.names import build_alphabet, count_bigrams, load_names

# What the exercises are made of


def _normal(rng: random.Random, *shape: int, spread: float = 1.0) -> torch.Tensor:
    numbers = [rng.gauss(0, spread) for _ in range(math.prod(shape))]
    return torch.tensor(numbers).reshape(shape)


def _indices(rng: random.Random, count: int, below: int) -> torch.Tensor:
    return torch.tensor([rng.randrange(below) for _ in range(count)])


# 5.1 and 5.2


def _logits_gradient(logits: torch.Tensor, ys: torch.Tensor) -> torch.Tensor:
    P = torch.softmax(logits, dim=1)
    return (P - F.one_hot(ys, num_classes=logits.shape[1])) / len(ys)


def _some_logits(rng: random.Random, size: int) -> tuple:
    """One example and many, tame logits and those that overflow, labels that come again."""
    n, V = rng.choice([1, 2, size, 3 * size]), rng.randint(2, 2 + 3 * size)
    logits = _normal(rng, n, V, spread=rng.choice([0.1, 1, 1, 1, 5]))
    if rng.random() < 0.3:  # each row somewhere else
        logits = logits + _normal(rng, n, 1, spread=500)
    return (logits.double() if rng.random() < 0.2 else logits), _indices(rng, n, V)


def _overflowing(logits: torch.Tensor, ys: torch.Tensor) -> torch.Tensor:
    counts = logits.exp()
    P = counts / counts.sum(1, keepdim=True)
    return (P - F.one_hot(ys, num_classes=logits.shape[1])) / len(ys)


def _what_adds_up(expected: torch.Tensor, got: Any) -> str:
    """What is seen of a table of slopes: all off by one factor, or a row that does not add up."""
    if isinstance(got, torch.Tensor) and got.shape == expected.shape and got.isfinite().all():
        told = difference(expected, got)
        one, other = expected.double(), got.double()
        factor = ((one * other).sum() / (one * one).sum()).item()
        if same(factor * one, other) and abs(factor) > 1e-3:
            return f"every slope is {factor:.4g} times what it should be. {told.capitalize()}"
        sums = other.sum(1)
        row = sums.abs().argmax().item()
        if abs(sums[row]) > 1e-4:
            which = f"row {row} adds up to {sums[row]:.4g}, and each row should add up to 0"
            return f"{which}: what the label gains, the others lose. {told.capitalize()}"
    return ""


def _which_slope(expected: list[float], got: Any) -> str:
    """Which slopes are not right yet, without saying what they are."""
    got = got.tolist() if isinstance(got, torch.Tensor | np.ndarray) else got
    if not isinstance(got, list | tuple) or len(got) != len(expected):
        return "`slopes` is to be a list of three numbers: [slope_0, slope_1, slope_2]."
    wrong = [
        f"slope_{place}"
        for place, (one, other) in enumerate(zip(expected, got, strict=True))
        if not same(one, other, absolute=1e-3)
    ]
    listed = " and ".join([", ".join(wrong[:-1]), wrong[-1]]) if wrong[1:] else wrong[0]
    return (
        f"Not right yet: {listed}. Each slope is the probability, minus 1 for the label and "
        "minus 0 for the others."
    )


def _slopes_times(factor: float, says: str) -> Mistake:
    return Mistake([factor * slope for slope in (0.5, 0.3, -0.8)], says)


# 5.3


def _gradient(W: torch.Tensor, xs: torch.Tensor, ys: torch.Tensor) -> torch.Tensor:
    """Of the mean loss, with respect to the weights."""
    by_example = _logits_gradient(W.detach()[xs], ys)
    return torch.zeros_like(W.detach()).index_add_(0, xs, by_example)


def _moved(W, xs, ys, along: float) -> torch.Tensor:
    """W, moved so far along the gradient."""
    return W.detach() + along * _gradient(W, xs, ys)


def _training_step(W, xs, ys, learning_rate):
    return _moved(W, xs, ys, -learning_rate)


def _weights(rows: list[list[float]]) -> torch.Tensor:
    return torch.tensor(rows, requires_grad=True)


def _some_training(rng: random.Random, size: int) -> tuple:
    V, n = rng.randint(2, 2 + size), rng.choice([1, 2, 3, 2 * size])
    W = _normal(rng, V, V).requires_grad_()
    return W, _indices(rng, n, V), _indices(rng, n, V), rng.choice([0.1, 0.5, 1.5, 10.0])


def _further_steps(step) -> str | None:
    """A step with an old gradient left in W; then three, each with what the one before gave."""
    xs, ys, rate, rows = (
        torch.tensor([0, 1, 1]),
        torch.tensor([1, 1, 0]),
        0.5,
        [[0.0, 1.0], [-1.0, 0.5]],
    )
    W = _weights(rows)
    W.grad = torch.ones(2, 2)
    expected = _moved(W, xs, ys, -rate)
    got = step(W, xs, ys, rate)
    if not same(expected, got):
        says = "A first step is right. But where an old gradient is left in W, "
        says += f"such as W = {shown(_weights(rows))} with W.grad = torch.ones(2, 2), "
        if same(expected - rate, got):
            return says + "the step goes along the new gradient plus the old one."
        return says + f"it is not: expected {shown(expected)}, got {shown(got)}."
    W = _weights(rows)
    for number in ("first", "second", "third"):
        of = f"the {type(W).__name__}"
        if isinstance(W, torch.Tensor):
            of = f"the tensor (requires_grad is {W.requires_grad}, is_leaf is {W.is_leaf})"
        says = f"One step is right. But a {number} one, with {of} that the one before returned, "
        expected = _moved(W, xs, ys, -rate) if isinstance(W, torch.Tensor) else W
        try:
            got = step(W, xs, ys, rate)
        except Exception as error:
            return f"{says}stops with {error_said(error)}"
        if not same(expected, got):
            return f"{says}is not right: expected {shown(expected)}, got {shown(got)}."
        W = got
    return None


# 5.4


def _penalized(W: torch.Tensor, counts: torch.Tensor, strength: float) -> torch.Tensor:
    return count_loss(W, counts) + strength * (W.double() ** 2).mean()


def _some_counts(rng: random.Random, size: int) -> tuple:
    """Tables with empty rows and full ones, strong penalties and none."""
    V = rng.randint(2, 2 + size)
    counts = torch.tensor([[rng.choice([0, 0, 1, 2, 7, 40]) for _ in range(V)] for _ in range(V)])
    counts[0, rng.randrange(V)] += 1
    W = _normal(rng, V, V, spread=rng.choice([0.3, 1, 3])) + rng.choice([0, 0, 1])
    W = W.double() if rng.random() < 0.5 else W
    return W, counts, rng.choice([0.0, 0.01, 0.1, 0.5, 1.0, 3.0])


# 5.5


@cache
def _of_the_course() -> torch.Tensor:
    names = load_names()
    return count_bigrams(names, build_alphabet(names)[0])


def _counts() -> torch.Tensor:
    """The learner's own table of counts."""
    return from_notebook("N", _of_the_course)


def _loss_with(rate: float) -> float:
    """The loss after 100 steps from the lecture's seed."""
    counts = _counts()
    generator = torch.Generator().manual_seed(2147483647)
    start = torch.randn(counts.shape, generator=generator, dtype=torch.float32)
    result = descend_on_counts(counts, learning_rate=rate, steps=100, start=start)
    return result.losses[-1].item()


def _target() -> float:
    """What the lesson wants to be beaten: the loss with nine tenths of the limit."""
    return round(_loss_with(0.9 * stability_limit(_counts())), 3)


def _rate(got: Any) -> float | None:
    """A learning rate, in whichever dress; None where it is none."""
    got = as_number(got)
    if isinstance(got, bool) or not isinstance(got, Real) or not -1e300 < got < 1e300:
        return None
    return float(got)


def _is_good_rate(got: Any) -> bool:
    rate = _rate(got)
    return rate is not None and _loss_with(rate) < _target()


def _where_it_ends(expected: float, got: Any) -> str:
    """What 100 steps at the learner's rate come to, and on which side it gets lower."""
    if (rate := _rate(got)) is None:
        return f"A learning rate is one finite number, got {shown(got, 60)}."
    loss, target, counts = _loss_with(rate), _target(), _counts()
    ends = f"With {rate:g} the loss after 100 steps is "
    ends += f"{loss:.4f}, and it is to be below {target:g}. " if loss < 100 else f"{loss:.3g}. "
    if mean_nll(smooth(counts.double(), 0), counts) <= rate < target + 0.01:
        return ends + "Did you write down a loss? The learning rate is asked for."
    if rate <= 0:
        return ends + "A rate of 0 goes nowhere, and a negative one goes uphill."
    if not math.isfinite(loss):
        return f"With {rate:g} the numbers grow beyond what a float holds. Take a smaller rate."
    if _loss_with(1.02 * rate) < loss and rate < stability_limit(counts):
        return ends + "A larger rate gets further in 100 steps."
    return ends + f"It is above the limit, {stability_limit(counts):.1f}: try smaller ones."


# Before you start


def _words(got: Any) -> list[str]:
    """A list of words; infinity and NaN may come as numbers, too."""
    return [str(one).strip().lower() for one in got] if isinstance(got, list | tuple) else []


EXERCISES = {
    "5.a ways to a loss": Exercise(
        answer=[False, True, False, True, False],
        notice="Cross entropy wants logits, and does not see a constant that is added to a row. By "
        "hand, the probability of the one label of each example is picked.",
        mistakes=[
            how_many(5),
            left_open("One of the five answers is still a ... ."),
            true_or_false(),
            entry(
                0,
                True,
                "Look at the first again. Cross entropy takes what it gets for logits, and puts "
                "it through softmax. Has that been done already?",
            ),
            entry(
                1,
                False,
                "Look at the second again. exp(z + 5) is exp(z) · exp(5), for each character of a "
                "row. What is left of that factor when the row is divided by its sum?",
            ),
            entry(
                2,
                True,
                "Look at the third again. exp(2z) is exp(z) · exp(z). Is that one factor for a "
                "whole row?",
            ),
            entry(
                3,
                False,
                "Look at the fourth again. Softmax, the label's probability, the logarithm, the "
                "mean, the minus sign: which of these steps would be missing?",
            ),
            entry(
                4,
                True,
                "Look at the fifth again. [:, ys] takes every row, and from each the columns of "
                "all the labels. Which shape is that, for n examples?",
            ),
        ],
    ),
    "5.b infinite or nan": Exercise(
        answer=["inf", "nan", "finite", "inf"],
        accepts=lambda got: _words(got) == ["inf", "nan", "finite", "inf"],
        notice="Infinite says that a probability is 0, or has become 0, where it counts. NaN says "
        "that the sum met 0 times infinity: xlogy knows that case.",
        explain=which_entry("the first", "the second", "the third", "the fourth"),
        mistakes=[
            how_many(4),
            left_open("One of the four answers is still a ... ."),
            Mistake(
                lambda got: not set(_words(got)) <= {"inf", "nan", "finite"},
                "Each answer is one of 'inf', 'nan' and 'finite', in quotation marks.",
                test=True,
            ),
            entry(
                0,
                lambda one: _words([one]) == ["finite"],
                "The first: xlogy gives 0 where the count is 0. Here the count is above 0, and "
                "the probability is not.",
            ),
            entry(
                0,
                lambda one: _words([one]) == ["nan"],
                "The first: the count is above 0. What is a number above 0, times minus infinity?",
            ),
            entry(
                1,
                lambda one: _words([one]) == ["inf"],
                "The second: the count is 0 where the probability is 0. What is 0 times minus "
                "infinity in floating point?",
            ),
            entry(
                1,
                lambda one: _words([one]) == ["finite"],
                "The second: on paper such a bigram adds nothing. But the line computes each "
                "product, also where the count and the probability are 0.",
            ),
            entry(
                2,
                lambda one: one != "finite",
                "The third: what is torch.xlogy there for? It differs from the second line in one "
                "case.",
            ),
            entry(
                3,
                lambda one: _words([one]) == ["nan"],
                "The fourth: no 0 meets an infinity here. What does so long a product come to in "
                "floating point, and what is the logarithm of that?",
            ),
            entry(
                3,
                lambda one: _words([one]) == ["finite"],
                "The fourth: on paper it is. What does so long a product come to in floating "
                "point, before the logarithm is taken?",
            ),
        ],
    ),
    "5.c guesses and truth": Exercise(
        answer=[(32, 32), (32,), (32, 1)],
        notice="In the first line each guess meets each truth, without an error: its mean square "
        "is the mean of 1,024 numbers, and 32 were meant.",
        explain=which_shape("the first line", "the second line", "the third line"),
        mistakes=[
            how_many(3),
            left_open("One of the three shapes is still a ... ."),
            entry(
                0,
                lambda one: one in [(32,), (32, 1), (1, 32)],
                "The first: write (32,) below (32, 1), the last sizes in line. A 1 meets a 32, and "
                "a missing size meets the other 32. What does each of them do?",
            ),
            entry(
                0,
                None,
                "The first: a size of 1 fits every size, and so does one that is missing.",
            ),
            entry(
                1,
                lambda one: one in [(32, 1), (1, 32), (32, 32)],
                "The second: squeeze(1) takes the dimension of size 1 away. Which two shapes meet "
                "then?",
            ),
            entry(
                2,
                lambda one: one in [(32,), (32, 32), (1, 32)],
                "The third: [:, None] puts a dimension of size 1 at the end. Which two shapes meet "
                "then?",
            ),
        ],
    ),
    "5.1 gradient by hand": Exercise(
        answer=[0.5, 0.3, -0.8],
        absolute=1e-3,
        explain=_which_slope,
        notice="The three slopes add up to 0: what the label gains, the others lose.",
        mistakes=[
            left_open("One of the three slopes is still a `...`."),
            Mistake(
                [-0.5, -0.3, 0.8],
                "These are one-hot minus probabilities, the other way round: all signs are "
                "turned. This is the direction in which the logits will move, not the slope.",
            ),
            Mistake(
                [0.5, 0.3, 0.2],
                "These are the probabilities. The one-hot of the label is still to be subtracted.",
            ),
            Mistake(
                [-0.5, -0.7, -0.8],
                "These are the probabilities minus 1, all three of them. The one-hot has its 1 "
                "at the "
                "label alone.",
            ),
            Mistake(
                [0.5, 0.3, 0.8],
                "Of the label's slope the sign is off. A probability minus 1 is never above 0.",
            ),
            Mistake(
                [0.5, 0.3, -0.2],
                "The label's slope is its probability with a minus here. It is the probability "
                "minus 1.",
            ),
            Mistake(
                [0.5, 0.3, -5.0],
                "The last one, -1 / 0.2, is the slope with respect to the label's probability. "
                "The slopes with "
                "respect to the logits are asked for.",
            ),
            Mistake(
                [0.5 / 3, 0.3 / 3, -0.8 / 3],
                "These are a third of what they should be. A mean is over examples, and here is "
                "one.",
            ),
            Mistake(
                [0.0, 0.0, 1.0],
                "This is the one-hot of the label. Take the probabilities minus it.",
            ),
            in_quotes("One of the slopes is text. Write numbers, without quotes."),
            Mistake(
                [0.0, 0.0, -0.8],
                "Slopes of 0 for the other two: but their logits stand in the denominator of the "
                "softmax, too.",
            ),
            Mistake(
                lambda got: any(same(one, got) for one in ([0.5, -0.7, 0.2], [-0.5, 0.3, 0.2])),
                "The 1 is subtracted at another place. The label is number 2, and counting "
                "begins at 0.",
                test=True,
            ),
            Mistake(
                [0.0, 0.0, -1.0],
                "This is the one-hot of the label with a minus. The probabilities are missing.",
            ),
            Mistake(
                [0.5, 0.3, 1.2],
                "At the label 1 is added here. It is to be subtracted.",
            ),
            Mistake(
                [-0.5, -0.3, -0.8],
                "All three are negative here. Raising a logit that is not the label's makes the "
                "loss larger: its slope is above 0.",
            ),
            _slopes_times(100, "These are percent. Write the slopes as fractions of 1."),
            Mistake(
                (
                    torch.softmax(torch.tensor([0.5, 0.3, 0.2]), 0) - torch.tensor([0, 0, 1])
                ).tolist(),
                "This is the softmax of the probabilities, minus one-hot. They are probabilities "
                "already: softmax has been taken.",
            ),
            Mistake(
                [-math.log(p) for p in (0.5, 0.3, 0.2)],
                "These are minus the logarithms of the probabilities: costs, and not slopes.",
            ),
        ],
    ),
    "5.2 gradient of the logits": Exercise(
        answer=_logits_gradient,
        examples=[
            (torch.tensor([[0.0, 1.0], [2.0, 0.0]]), torch.tensor([1, 1])),
            (torch.tensor([[1.0, 0.0, -1.0], [0.5, 2.0, 0.0]]), torch.tensor([2, 0])),
            # No label is the last character: one_hot without num_classes comes out too small.
            (torch.tensor([[0.1, 0.2, 0.3, 0.4]]), torch.tensor([1])),
            (torch.tensor([[1000.0, 999.0], [-1000.0, -999.0]]), torch.tensor([1, 0])),
        ],
        generate=_some_logits,
        explain=_what_adds_up,
        tolerance=3e-4,  # float32 logits of 1000 are no finer
        forbidden=(torch.Tensor.backward, torch.autograd.backward, torch.autograd.grad),
        notice="Each row adds up to 0, and the formula needs no backward().",
        mistakes=[
            Mistake(
                lambda logits, ys: -_logits_gradient(logits, ys),
                "all signs are turned: this is one-hot minus probabilities. The gradient is "
                "probabilities minus one-hot; the update has the minus.",
            ),
            Mistake(
                lambda logits, ys: _logits_gradient(logits, ys) * len(ys),
                "this is the gradient of the sum of the losses. The loss is their mean: divide by "
                "the number of examples.",
            ),
            Mistake(
                lambda logits, ys: -_logits_gradient(logits, ys) * len(ys),
                "two things at once: this is one-hot minus probabilities, with all signs turned, "
                "and it is not yet divided by the number of examples.",
            ),
            Mistake(
                lambda logits, ys: (
                    torch.softmax(logits, 1) - F.one_hot(ys, logits.shape[1]) / len(ys)
                ),
                "these are the probabilities minus (one-hot over n). Put the difference in "
                "parentheses: "
                "(probabilities minus one-hot) / n.",
            ),
            Mistake(
                lambda logits, ys: (torch.softmax(logits, 1) - ys) / len(ys),
                "the labels themselves were subtracted, as if they were quantities. Their one-hot "
                "is to be subtracted.",
            ),
            Mistake(
                lambda logits, ys: (torch.softmax(logits, 1) - 1) / len(ys),
                "1 was subtracted from every probability. It is subtracted at the label alone, "
                "which is what the one-hot does.",
            ),
            Mistake(
                lambda logits, ys: (
                    (torch.log_softmax(logits, 1) - F.one_hot(ys, logits.shape[1])) / len(ys)
                ),
                "these are the logarithms of the probabilities minus one-hot. Take the "
                "probabilities themselves.",
            ),
            Mistake(
                _overflowing,
                "the numbers are right for logits of ordinary size. Here exp() leaves what a float "
                "holds. Subtract the greatest logit of each row first, or take torch.softmax.",
            ),
            Mistake(
                lambda logits, ys: (
                    (
                        (
                            torch.exp(logits - logits.max())
                            / torch.exp(logits - logits.max()).sum(1, True)
                        )
                        - F.one_hot(ys, logits.shape[1])
                    )
                    / len(ys)
                ),
                "one maximum was subtracted from the whole table, as the results have it. Rows "
                "that "
                "lie far below it become 0 / 0. Each row needs its own: dim=1, keepdim=True.",
            ),
            Mistake(
                lambda logits, ys: _logits_gradient(logits, ys).T,
                "the table is turned on its side. Rows are examples: shape (n, V).",
            ),
            Mistake(
                lambda logits, ys: _logits_gradient(logits, ys) * F.one_hot(ys, logits.shape[1]),
                "only the labels have slopes here. The other logits have theirs too: the "
                "probabilities, over n.",
            ),
            Mistake(
                lambda logits, ys: (
                    (torch.softmax(logits, 1) + F.one_hot(ys, logits.shape[1])) / len(ys)
                ),
                "the one-hot labels were added. They are to be subtracted.",
            ),
            Mistake(
                lambda logits, ys: (torch.softmax(logits, 1) - F.one_hot(ys)) / len(ys),
                "the one-hot labels have as many columns as the greatest label asks for, as "
                "F.one_hot(ys) makes them. They have "
                "to be as wide as the logits: num_classes=logits.shape[1].",
            ),
            Mistake(
                lambda logits, ys: (
                    (torch.softmax(logits, 1) - F.one_hot(ys, num_classes=len(ys))) / len(ys)
                ),
                "there are as many columns in the one-hot labels as examples. They have to be as "
                "wide as the logits: num_classes=logits.shape[1].",
            ),
            Mistake(
                lambda logits, ys: (
                    (torch.softmax(logits, 1) - F.one_hot(ys, num_classes=27)) / len(ys)
                ),
                "27 columns are fixed in it. The logits here have another number of them: "
                "logits.shape[1].",
            ),
            Mistake(
                lambda got: isinstance(got, list | tuple),
                "this is a list. A tensor of shape (n, V) is asked for, as the logits are.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor) and got.ndim == 1,
                "this is one row of numbers. Every example keeps a row of its own, with one slope "
                "for each logit: shape (n, V).",
                test=True,
            ),
            Mistake(
                lambda logits, ys: _logits_gradient(logits, ys) / logits.shape[1],
                "this is divided by the number of all entries, n times V, as .mean() does. The "
                "loss "
                "is a mean over the n examples: divide by n.",
            ),
            Mistake(
                lambda logits, ys: _logits_gradient(logits, ys) * len(ys) / logits.shape[1],
                "this is divided by the number of columns. The loss is a mean over the examples: "
                "divide by the number of rows, len(ys).",
            ),
            Mistake(
                lambda logits, ys: torch.softmax(logits, 1) / len(ys),
                "these are the probabilities, over n. The one-hot labels are still to be "
                "subtracted.",
            ),
            Mistake(
                lambda logits, ys: (
                    (torch.softmax(logits, 0) - F.one_hot(ys, logits.shape[1])) / len(ys)
                ),
                "these are the probabilities of a softmax down the columns. The probabilities of "
                "one example stand in a "
                "row: dim=1.",
            ),
            Mistake(
                lambda logits, ys: (logits - F.one_hot(ys, logits.shape[1])) / len(ys),
                "these are the logits minus one-hot. Softmax has to make probabilities of them "
                "first.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor) and got.ndim == 0,
                "this is a single number. A gradient has one slope for each logit: shape (n, V).",
                test=True,
            ),
        ],
    ),
    "5.3 training step": Exercise(
        answer=_training_step,
        examples=lambda: [
            (
                _weights([[0.0, 1.0], [-1.0, 0.5]]),
                torch.tensor([0, 1, 1]),
                torch.tensor([1, 1, 0]),
                0.5,
            ),
            (
                _weights([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5], [-2.0, 1.0, 0.25]]),
                torch.tensor([0, 1, 2, 2]),
                torch.tensor([1, 2, 0, 1]),
                10.0,
            ),
        ],
        generate=_some_training,
        changes=("W",),
        then=_further_steps,
        notice="It was asked for three steps in a row, and for one with an old gradient left in W.",
        mistakes=[
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, rate),
                "the step went uphill: the learning rate times the gradient was added. Downhill "
                "is against it: -learning_rate * W.grad.",
            ),
            Mistake(
                lambda W, xs, ys, rate: W.detach(),
                "W is as it came. After backward, the update is still to be made.",
            ),
            Mistake(
                lambda W, xs, ys, rate: -rate * _gradient(W, xs, ys),
                "this is the step alone: the old weights are gone. Add the step to them, with +=.",
            ),
            Mistake(
                lambda W, xs, ys, rate: rate * _gradient(W, xs, ys),
                "this is the learning rate times the gradient. It is to be subtracted from W.",
            ),
            Mistake(
                lambda got: isinstance(got, tuple | list),
                "several things were returned. The weights alone are asked for: return W.",
                test=True,
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, -rate * len(xs)),
                "the step is too large, by the number of examples: this is the gradient of the "
                "sum of the losses, and the mean is asked for.",
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, -rate / len(xs)),
                "the step is too small, by the number of examples: it was divided by that number "
                "once more than the mean does.",
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, -50),
                "the step was made with a rate of 50. Use the learning rate that your function is "
                "given.",
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, -1),
                "the step was made with a rate of 1: the learning rate is missing.",
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, -0.1),
                "the step was made with a rate of 0.1. Use the learning rate that your function is "
                "given.",
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(W, ys, xs, -rate),
                "inputs and labels have changed places: the rows of W are those of xs, and the "
                "labels are ys.",
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(_moved(W, xs, ys, -rate), xs, ys, -rate),
                "these are the weights after two steps. One is asked for.",
            ),
            Mistake(
                lambda W, xs, ys, rate: _gradient(W, xs, ys),
                "this is the gradient. The weights after the step are asked for.",
            ),
            Mistake(
                lambda W, xs, ys, rate: W.grad.zero_(),
                "W.grad is None before the first backward(), and None has no zero_(). "
                "`W.grad = None` works at every step.",
            ),
            Mistake(
                lambda W, xs, ys, rate: -rate * W.grad,
                "W.grad is still None where the update is made. Does backward() come before it?",
            ),
            Mistake(
                lambda W, xs, ys, rate: F.one_hot(xs, num_classes=27).float() @ W,
                "27 is fixed in it. W may have another number of rows: W.shape[0], or W[xs].",
            ),
            Mistake(
                lambda expected, got, W, *_: got.ndim == 0 and expected.ndim,
                "this is a single number, such as the loss. The weights after the step are asked "
                "for: return W.",
                sees=True,
            ),
            Mistake(
                lambda got: isinstance(got, int | float),
                "this is a single number, such as the loss. The weights after the step are asked "
                "for: return W.",
                test=True,
            ),
        ],
    ),
    "5.4 penalized loss": Exercise(
        answer=_penalized,
        examples=[
            (torch.tensor([[1.0, -2.0], [0.5, 3.0]]), torch.tensor([[1, 1], [0, 2]]), 0.1),
            (
                torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5], [-2.0, 1.0, 0.25]]),
                torch.tensor([[3, 0, 1], [2, 5, 0], [0, 1, 4]]),
                0.5,
            ),
        ],
        generate=_some_counts,
        slopes=("W",),
        notice="backward() goes through both parts: nothing else in the loop has to change.",
        mistakes=[
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength * (W**2).sum(),
                "this penalty is the sum of the squares. Their mean is asked for: the two differ "
                "by the number of weights.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts),
                "this is the loss alone, or a constant was added to all weights, which softmax "
                "does not "
                "see. The penalty is missing.",
            ),
            Mistake(
                lambda W, counts, strength: strength * (W**2).mean(),
                "this is the penalty alone. The loss on the counts is missing.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) - strength * (W**2).mean(),
                "the penalty was subtracted: this rewards large weights. A price is added.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + (W**2).mean(),
                "the penalty has the strength 1. Use the strength that your function is given.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength * W.mean(),
                "this is the mean of the weights themselves, without the square: positive and "
                "negative ones cancel.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength * W.mean() ** 2,
                "this is the square of the mean. Square first, then take the mean: (W**2).mean().",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength * W.abs().mean(),
                "this is the mean of the absolute values, which is called L1. L2 takes the "
                "squares.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength * (W**2).mean().sqrt(),
                "this penalty is the root mean square. Leave the square root out.",
            ),
            Mistake(
                lambda W, counts, strength: (
                    count_loss(W, counts) + strength * (W**2).sum().double() / 729
                ),
                "the sum is divided by 729. That is the number of weights for 27 characters, and "
                "this W "
                "is smaller: .mean() counts for itself.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength**2 * (W**2).mean(),
                "the strength was squared, too. Square W alone: strength * (W**2).mean().",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength / 2 * (W**2).mean(),
                "the penalty is half as large as asked for. Here it has no factor of 1/2.",
            ),
            Mistake(
                lambda W, counts, strength: strength * (count_loss(W, counts) + (W**2).mean()),
                "the strength multiplies the loss as well. It belongs to the penalty alone.",
            ),
            Mistake(
                lambda W, counts, strength: (
                    count_loss(W, counts) + strength * (W[counts > 0] ** 2).mean()
                ),
                "this is the mean square of those weights alone whose cell was counted. All "
                "weights pay the price.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + 0.01 * (W**2).mean(),
                "the penalty has the strength 0.01. Use the strength that your function is given.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + (W**2).sum(),
                "the penalty is the sum of the squares, with the strength 1. Take their mean, "
                "times the strength that your function is given.",
            ),
            Mistake(
                lambda W, counts, strength: (
                    count_loss(W, counts) * counts.sum() + strength * (W**2).mean()
                ),
                "the loss is a sum over all bigrams here. Leave it the mean that count_loss gives.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts + strength),
                "this is the loss on counts to which the strength was added: smoothing, and no "
                "penalty of the weights.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength,
                "the strength itself was added. It multiplies the mean of the squared weights.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + 2 * strength * (W**2).mean(),
                "the penalty is twice as large as asked for.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength * (W**2).mean() ** 2,
                "the mean of the squares was squared once more.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor) and got.numel() > 1,
                "this is more than one number. A loss is one number: take the mean over all the "
                "squares, .mean() without a dimension.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, tuple | list),
                "several things were returned. Add the loss and the penalty to one number.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, float),
                "this is a Python number. With .item() the way back is lost, and backward() has "
                "nothing to go through: return the tensor.",
                test=True,
            ),
        ],
    ),
    "5.5 best rate": Exercise(
        answer=lambda: 0.97 * stability_limit(_counts()),
        accepts=_is_good_rate,
        explain=_where_it_ends,
        notice="The best rate for 100 steps lies close to the limit.",
        mistakes=[
            Mistake(
                lambda got: isinstance(got, Descent),
                "This is a whole descent. The learning rate is asked for, a number.",
                test=True,
            ),
            Mistake(
                lambda got: callable(got) and not isinstance(got, torch.Tensor),
                "This is a function. The learning rate is asked for, a number.",
                test=True,
            ),
        ],
    ),
}
