"""Exercises of lesson 5, gradient descent."""

import math
import textwrap

import torch
import torch.nn.functional as F

from helpers.checks import Exercise, Mistake, left_open, same
from helpers.descent import Descent, count_loss, descend_on_counts
from helpers.names import build_alphabet, count_bigrams, load_names


def _indices(*values: int) -> torch.Tensor:
    return torch.tensor(values)


def _logits_gradient(logits: torch.Tensor, ys: torch.Tensor) -> torch.Tensor:
    P = torch.softmax(logits, dim=1)
    return (P - F.one_hot(ys, num_classes=logits.shape[1])) / len(ys)


def _weights(rows: list[list[float]], old_gradient: float) -> torch.Tensor:
    """Weights that have been through a step before: a gradient is left in them."""
    W = torch.tensor(rows, requires_grad=True)
    W.grad = torch.full_like(W, old_gradient)
    return W


def _mean_loss(W: torch.Tensor, xs: torch.Tensor, ys: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(W[xs], ys)


def _gradient(W: torch.Tensor, xs: torch.Tensor, ys: torch.Tensor) -> torch.Tensor:
    fresh = W.detach().requires_grad_()
    return torch.autograd.grad(_mean_loss(fresh, xs, ys), fresh)[0]


def _moved(W, xs, ys, along: float, old: float = 0.0) -> torch.Tensor:
    """W, moved so far along the gradient, to which the old one may have been added."""
    return W.detach() + along * (_gradient(W, xs, ys) + old * W.grad)


def _penalized(W: torch.Tensor, counts: torch.Tensor, strength: float) -> torch.Tensor:
    return count_loss(W, counts) + strength * (W.double() ** 2).mean()


_TRAINING = [
    (
        _weights([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5], [-2.0, 1.0, 0.25]], 0.25),
        _indices(0, 1, 2, 2),
        _indices(1, 2, 0, 1),
        0.5,
    ),
    (_weights([[0.0, 1.0], [-1.0, 0.5]], -0.5), _indices(0, 1, 1), _indices(1, 1, 0), 10.0),
]

_COUNTED = [
    (
        torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5], [-2.0, 1.0, 0.25]]).double(),
        torch.tensor([[3, 0, 1], [2, 5, 0], [0, 1, 4]]),
        0.5,
    ),
    (torch.tensor([[1.0, -2.0], [0.5, 3.0]]).double(), torch.tensor([[1, 1], [0, 2]]), 0.1),
]

# Between these learning rates 100 steps from the lecture's seed end below 2.467.
_LOWEST_RATE, _HIGHEST_RATE = 67.772, 76.155


def _where_it_ends(expected: float, got: object) -> str:
    """What 100 steps at the learner's rate come to."""
    if isinstance(got, Descent):
        return "this is a whole descent. The learning rate is asked for, a number."
    if isinstance(got, torch.Tensor) and got.ndim == 0:
        got = got.item()
    if isinstance(got, bool) or not isinstance(got, int | float) or not math.isfinite(got):
        return f"a learning rate is one finite number, got {textwrap.shorten(repr(got), 100)}."
    rate = float(got)
    names = load_names()
    counts = count_bigrams(names, build_alphabet(names)[0])
    generator = torch.Generator().manual_seed(2147483647)
    start = torch.randn((27, 27), generator=generator)
    loss = descend_on_counts(counts, learning_rate=rate, steps=100, start=start).losses[-1].item()
    shown = f"{loss:.4f}" if loss < 100 else f"{loss:.3g}"
    ends = f"with {rate:g} the loss after 100 steps is {shown}. "
    if 2.45 < rate < 2.48:
        return ends + "Did you write down a loss? The learning rate is asked for."
    if rate <= 0:
        return ends + "A rate of 0 goes nowhere, and a negative one goes uphill."
    if rate < _LOWEST_RATE:
        return ends + "The steps are too small to get there in 100: a larger rate gets further."
    if rate < 100:
        return ends + "This is above the limit, and the harm shows already: take a smaller one."
    return ends + "The steps overshoot by far, and the loss rattles: take a much smaller one."


def _which_slope(expected: list[float], got: object) -> str:
    """Which slopes are not right yet, without saying what they are."""
    if not isinstance(got, list | tuple) or len(got) != len(expected):
        return "slopes is a list of three numbers: [slope_0, slope_1, slope_2]."
    wrong = [
        f"slope_{place}"
        for place, (one, other) in enumerate(zip(expected, got, strict=True))
        if not same(one, other)
    ]
    verb = "is" if len(wrong) == 1 else "are"
    return (
        f"{' and '.join(wrong)} {verb} not right yet. Each slope is the probability, minus 1 for "
        "the label and minus 0 for the others."
    )


EXERCISES = {
    "5.1 gradient by hand": Exercise(
        answer=[0.5, 0.3, -0.8],
        explain=_which_slope,
        notice="The three slopes add up to 0: what the label gains, the others lose.",
        mistakes=[
            left_open("one of the three slopes is still a ... ."),
            Mistake(
                [-0.5, -0.3, 0.8],
                "these are one-hot minus probabilities, the other way round: all signs are "
                "turned. This is the direction in which the logits will move, not the slope.",
            ),
            Mistake(
                [0.5, 0.3, 0.2],
                "these are the probabilities. The one-hot of the label is still to be subtracted.",
            ),
            Mistake(
                [-0.5, -0.7, -0.8],
                "you subtracted 1 from all three. The one-hot has its 1 at the label alone.",
            ),
            Mistake(
                [0.5, 0.3, 0.8],
                "the size of the label's slope is right, its sign is not: 0.2 - 1 is negative.",
            ),
            Mistake(
                [0.5, 0.3, -0.2],
                "the label's slope is not its probability with a minus: 1 is subtracted from it.",
            ),
            Mistake(
                [0.5, 0.3, -5.0],
                "-1 / 0.2 is the slope with respect to the label's probability. The slopes with "
                "respect to the logits are asked for.",
            ),
            Mistake(
                [0.5 / 3, 0.3 / 3, -0.8 / 3],
                "you divided by 3. The mean is over examples, and here is one example.",
            ),
            Mistake(
                [0.0, 0.0, 1.0],
                "this is the one-hot of the label. Take the probabilities minus it.",
            ),
            Mistake(
                lambda got: any(isinstance(each, str) for each in got),
                "one of the slopes is text. Write numbers, without quotes.",
                test=True,
            ),
            Mistake(
                [0.0, 0.0, -0.8],
                "the label's slope is right. The other logits have slopes too: they stand in the "
                "denominator of the softmax.",
            ),
            Mistake(
                lambda got: got in ([0.5, -0.7, 0.2], [-0.5, 0.3, 0.2]),
                "you subtracted the 1 at another place. The label is number 2, and counting "
                "begins at 0.",
                test=True,
            ),
        ],
    ),
    "5.2 gradient of the logits": Exercise(
        answer=_logits_gradient,
        examples=[
            (torch.tensor([[1.0, 0.0, -1.0], [0.5, 2.0, 0.0]]), _indices(2, 0)),
            (torch.tensor([[0.0, 1.0], [3.0, -1.0], [0.2, 0.1]]), _indices(1, 1, 0)),
            # No label is the last character: one_hot without num_classes comes out too small.
            (torch.tensor([[0.1, 0.2, 0.3, 0.4]]), _indices(1)),
        ],
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
                "only the one-hot labels were divided by n. Put the difference in parentheses: "
                "(probabilities minus one-hot) / n.",
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
                lambda got: isinstance(got, torch.Tensor) and got.ndim == 1,
                "this is one row of numbers. Every example keeps a row of its own, with one slope "
                "for each logit: shape (n, V).",
                test=True,
            ),
            Mistake(
                lambda logits, ys: _logits_gradient(logits, ys) / logits.shape[1],
                "you divided by the number of all entries, n times V, as .mean() does. The loss "
                "is a mean over the n examples: divide by n.",
            ),
            Mistake(
                lambda logits, ys: _logits_gradient(logits, ys) * len(ys) / logits.shape[1],
                "you divided by the number of columns. The loss is a mean over the examples: "
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
                "the softmax went down the columns. The probabilities of one example stand in a "
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
        answer=lambda W, xs, ys, rate: _moved(W, xs, ys, -rate),
        examples=lambda: _TRAINING,
        notice="With W.data, or in a block with torch.no_grad(), W stays a leaf, ready for the "
        "next step. (W = W - ... gives the same numbers in a tensor that is none.)",
        mistakes=[
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, -rate, old=1.0),
                "the step went along the new gradient plus an old one. W had been through a step "
                "before: W.grad = None first.",
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, rate),
                "the step went uphill: the learning rate times the gradient was added. Downhill "
                "is against it: -learning_rate * W.grad.",
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, rate, old=1.0),
                "two things at once: the step went uphill, and along an old gradient too. It "
                "wants a minus sign, and W.grad = None first.",
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
                lambda got: isinstance(got, tuple),
                "several things were returned. The weights alone are asked for: return W.",
                test=True,
            ),
            Mistake(
                lambda W, xs, ys, rate: _moved(W, xs, ys, -rate * len(xs)),
                "the step is too large, by the number of examples: this is the gradient of the "
                "sum of the losses, and the mean is asked for.",
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
                lambda W, xs, ys, rate: _gradient(W, xs, ys),
                "this is the gradient. The weights after the step are asked for.",
            ),
            Mistake(
                lambda got: (
                    isinstance(got, float) or (isinstance(got, torch.Tensor) and got.ndim == 0)
                ),
                "this is a single number, such as the loss. The weights after the step are asked "
                "for: return W.",
                test=True,
            ),
        ],
    ),
    "5.4 penalized loss": Exercise(
        answer=_penalized,
        examples=_COUNTED,
        notice="backward() goes through both parts: nothing else in the loop has to change.",
        mistakes=[
            Mistake(
                lambda W, counts, strength: count_loss(W, counts) + strength * (W**2).sum(),
                "this penalty is the sum of the squares. Their mean is asked for: the two differ "
                "by the number of weights.",
            ),
            Mistake(
                lambda W, counts, strength: count_loss(W, counts),
                "this is the loss alone. The penalty is missing.",
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
                "you squared the mean. Square first, then take the mean: (W**2).mean().",
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
                "you divided by 729. That is the number of weights for 27 characters, and this W "
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
                lambda got: isinstance(got, torch.Tensor) and got.ndim > 0,
                "this is more than one number. A loss is one number: take the mean over all the "
                "squares, .mean() without a dimension.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, tuple),
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
        answer=(_LOWEST_RATE + _HIGHEST_RATE) / 2,
        tolerance=(_HIGHEST_RATE - _LOWEST_RATE) / 2,
        explain=_where_it_ends,
        notice="The best rate for 100 steps lies close to the limit of 74.4.",
    ),
}
