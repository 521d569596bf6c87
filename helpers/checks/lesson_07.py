"""Exercises of lesson 7, initialization."""

import math

import numpy as np
import torch

from helpers.checks import Exercise, Mistake, left_open, same

_THRESHOLD = 0.97


def _dead_units(h: torch.Tensor, threshold: float) -> int:
    return (h.abs() > threshold).all(0).sum().item()


def _scaled(W: torch.Tensor, gain: float) -> torch.Tensor:
    return W * gain / W.shape[0] ** 0.5


def _spread(x: torch.Tensor, weights: list[torch.Tensor], gain: float, scale=None) -> list[float]:
    stds = []
    for W in weights:
        x = torch.tanh(x @ (scale or _scaled)(W, gain))
        stds.append(x.std().item())
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


def _centred_otherwise(x: torch.Tensor, weights: list[torch.Tensor], gain: float) -> list[float]:
    stds = []
    for W in weights:
        x = torch.tanh(x @ _scaled(W, gain))
        stds.append(x.std(correction=0).item())
    return stds


def _update_ratio(W: torch.Tensor, rate: float) -> float:
    return (rate * W.grad.std() / W.detach().std()).item()


def _random(*shape: int, seed: int = 7) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.get_default_dtype())


def _matrices() -> list[tuple]:
    # PyTorch refuses to change the last one in place: the given weights are to stay as they are.
    return [
        (_random(4, 2), 1.0),
        (_random(9, 5), 5 / 3),
        (_random(2, 16).requires_grad_(), 0.5),
    ]


def _stacks() -> list[tuple]:
    weights = [_random(9, 4, seed=1), _random(4, 16, seed=2), _random(16, 5, seed=3)]
    square = [_random(9, 9, seed=4), _random(9, 9, seed=5)]
    return [(_random(6, 9), each, 5 / 3) for each in (weights[:1], square, weights)]


def _trained() -> list[tuple]:
    """Weights with a gradient, and a rate."""
    examples = []
    for shape, seed, rate in (((2, 3), 1, 0.1), ((5, 4), 2, 0.02)):
        W = (0.5 * _random(*shape, seed=seed) + 0.2).requires_grad_()
        W.grad = 0.03 * _random(*shape, seed=seed + 10) - 0.01
        examples.append((W, rate))
    return examples


_SATURATED = [
    # Two columns are saturated throughout: one at 1, one at both ends.
    (
        torch.tensor([[0.99, -0.99, 0.5, 0.99], [0.98, 0.99, 0.1, 0.2], [1.0, 1.0, -0.3, 1.0]]),
        _THRESHOLD,
    ),
    # A whole row is saturated, and one column.
    (torch.tensor([[0.99, -1.0, -0.98], [0.1, -1.0, 0.98]]), _THRESHOLD),
    # One column is at the threshold, and not beyond it.
    (torch.tensor([[0.6, -0.7, 0.2, 0.99, 0.5], [0.8, -0.9, 0.99, 0.1, 0.5]]), 0.5),
]

_FIRST = ("loss_digits", "loss_fives", "loss_sure")


def _which_loss(expected: list[float], got: object) -> str:
    """Which losses are not right yet, without saying what they are."""
    if not isinstance(got, list | tuple) or len(got) != len(expected):
        return "the answer is a list of three numbers: [loss_digits, loss_fives, loss_sure]."
    wrong = [
        name
        for name, one, other in zip(_FIRST, expected, got, strict=True)
        if not same(one, other, 1e-3)
    ]
    if all(same(expected[_FIRST.index(name)], got[_FIRST.index(name)], 0.01) for name in wrong):
        return f"nearly: give four decimals of {', '.join(wrong)}, or an expression."
    return (
        f"wrong so far: {', '.join(wrong)}. The loss is minus the natural logarithm of the "
        "probability that the label gets."
    )


def _at(place: int, *values: float) -> Mistake | object:
    """Whether the answer at this place is one of these values, however the others came out."""
    return lambda got: any(same(value, got[place], 1e-3) for value in values)


EXERCISES = {
    "7.1 first losses": Exercise(
        answer=[math.log(10), math.log(27), -math.log(0.01 / 26)],
        absolute=1e-3,
        explain=_which_loss,
        notice="That all logits are 5 changes nothing: softmax does not see what all have in "
        "common.",
        mistakes=[
            left_open("one of the three losses is still a ... ."),
            Mistake(
                lambda got: any(isinstance(each, str) for each in got),
                "one of the losses is text. Write numbers or expressions, without quotes.",
                test=True,
            ),
            Mistake(
                lambda got: any(each < 0 for each in got),
                "one of the losses is negative. The logarithm of a probability is, and the loss "
                "has a minus before it.",
                test=True,
            ),
            Mistake(
                [1 / 10, 1 / 27, 0.01 / 26],
                "these are the probabilities of the label. The loss is minus their logarithm.",
            ),
            Mistake(
                [math.log2(10), math.log2(27), -math.log2(0.01 / 26)],
                "these are logarithms to the base 2. The loss takes the natural one, math.log.",
            ),
            Mistake(
                [1.0, math.log10(27), -math.log10(0.01 / 26)],
                "these are logarithms to the base 10. The loss takes the natural one, math.log.",
            ),
            Mistake(
                _at(1, 5.0, 5 * math.log(27), math.log(5), math.exp(5)),
                "your loss_fives has the 5 in it. Softmax does not see a number that all logits "
                "have in common: what probability does each character get?",
                test=True,
            ),
            Mistake(
                _at(2, -math.log(0.99)),
                "your loss_sure is what the character with 0.99 would cost. The label is another "
                "one.",
                test=True,
            ),
            Mistake(
                _at(2, -math.log(0.01)),
                "your loss_sure is the cost of 0.01. The 26 others share that: the label gets a "
                "part of it.",
                test=True,
            ),
            Mistake(
                _at(2, -math.log(0.01 / 27)),
                "in loss_sure the 0.01 was shared among 27. One of the 27 has the 0.99.",
                test=True,
            ),
        ],
    ),
    "7.2 dead units": Exercise(
        answer=_dead_units,
        examples=lambda: _SATURATED,
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
                lambda h, threshold: (h.abs() >= threshold).all(0).sum().item(),
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
                lambda h, threshold: (h.abs() > threshold).double().mean().item(),
                "this is the share of saturated places. A unit is dead when its whole column is "
                "saturated.",
            ),
            Mistake(
                lambda h, threshold: (h.abs() > threshold).all(1).sum().item(),
                "this is the number of examples for which every unit is saturated. The units are "
                "the columns: all(0) goes over the examples.",
            ),
            Mistake(
                lambda h, threshold: (h.abs() > threshold).any(0).sum().item(),
                "this counts units that are saturated for some example. A dead one is saturated "
                "for every example: all, and not any.",
            ),
            Mistake(
                lambda h, threshold: (h.abs() > threshold).sum().item(),
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
                lambda h, threshold: (h.abs() < threshold).all(0).sum().item(),
                "this counts the units that are never saturated. Beyond the threshold means >.",
            ),
            Mistake(
                lambda h, threshold: (h.abs().mean(0) > threshold).sum().item(),
                "a mean beyond the threshold does not make every example saturated. Compare "
                "first, then ask whether all are True.",
            ),
            Mistake(
                lambda h, threshold: (h.abs() > _THRESHOLD).all(0).sum().item(),
                "the threshold was 0.97, whatever was given. Use the one that your function gets.",
            ),
        ],
    ),
    "7.3 scaled weights": Exercise(
        answer=_scaled,
        examples=_matrices,
        notice="With gain 5/3 this is Kaiming initialization for tanh. The scale follows from the "
        "shape alone: no number was tried.",
        mistakes=[
            Mistake(
                lambda W, gain: W * gain / W.shape[1] ** 0.5,
                "you divided by the root of the fan-out. What is summed up in a unit is its "
                "fan-in: the number of rows, W.shape[0].",
            ),
            Mistake(
                lambda W, gain: W * gain / W.shape[0],
                "you divided by the fan-in. Variances add up, so the std grows by its square "
                "root: divide by that.",
            ),
            Mistake(
                lambda W, gain: W * gain / W.shape[1],
                "you divided by the fan-out, and without the root. It is the root of the fan-in.",
            ),
            Mistake(
                lambda W, gain: W * gain**2 / W.shape[0] ** 0.5,
                "the gain came in twice, or squared.",
            ),
            Mistake(
                lambda W, gain: W * gain / W.std() / W.shape[0] ** 0.5,
                "the root and the gain are right, but you divided by W.std(), too. The weights "
                "were drawn with std 1: the shape says all.",
            ),
            Mistake(
                lambda W, gain: W / W.shape[0] ** 0.5,
                "the gain is missing: this keeps the std as it is.",
            ),
            Mistake(
                lambda W, gain: W * gain,
                "this has the gain alone. The std would still grow by the root of the fan-in.",
            ),
            Mistake(
                lambda W, gain: W * gain * W.shape[0] ** 0.5,
                "you multiplied by the root of the fan-in. The layer does that already; the "
                "weights are to undo it.",
            ),
            Mistake(
                lambda W, gain: W * (gain / W.shape[0]) ** 0.5,
                "the root was taken of the gain, too. The gain stands outside of it.",
            ),
            Mistake(
                lambda W, gain: W / (gain * W.shape[0] ** 0.5),
                "you divided by the gain. It makes the weights larger: multiply by it.",
            ),
            Mistake(
                lambda W, gain: W * gain / W.numel() ** 0.5,
                "you divided by the root of the number of all weights. One unit sums up its "
                "fan-in: the number of rows.",
            ),
            Mistake(
                lambda W, gain: W * gain / W.std(),
                "this gives the weights the std gain. It is the outputs that are to have it: "
                "each of them is a sum of fan-in products.",
            ),
            Mistake(
                lambda W, gain: gain / W.shape[0] ** 0.5,
                "this is the factor. Multiply W by it, and return the matrix.",
            ),
        ],
    ),
    "7.4 follow the spread": Exercise(
        answer=_spread,
        examples=_stacks,
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
                "there is no tanh in it: this is a stack of linear layers.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(x, weights, gain, lambda W, gain: W * gain),
                "the weights were not divided by the root of the fan-in, so nearly all units are "
                "saturated.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(
                    x, weights, gain, lambda W, gain: W * gain / W.shape[1] ** 0.5
                ),
                "the weights were divided by the root of the fan-out. The fan-in is W.shape[0].",
            ),
            Mistake(
                lambda x, weights, gain: _spread(
                    x, weights, gain, lambda W, gain: W * gain / W.shape[0]
                ),
                "the weights were divided by the fan-in, without the root: the spread dies out.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(x, weights, gain, lambda W, gain: W),
                "the weights were not scaled at all: neither root nor gain.",
            ),
            Mistake(
                _centred_otherwise,
                "this is the std that divides by the number of values. torch's .std() divides by "
                "one less, and so does this lesson.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor | np.ndarray) and got.ndim == 1,
                "the stds stand in a tensor or an array. A list of numbers is asked for.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(each, torch.Tensor) and each.ndim == 1 for each in got),
                "one std for each unit stands in the list. Take that of all numbers of a layer: "
                ".std() without a dimension.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(each, torch.Tensor) and each.ndim > 1 for each in got),
                "the activations themselves stand in the list. Their std is asked for.",
                test=True,
            ),
            Mistake(
                lambda x, weights, gain: _spread(x, weights, 1.0),
                "the gain is missing, or 1.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(x, weights, gain)[-1],
                "this is the std after the last layer. All of them are asked for, in a list.",
            ),
            Mistake(
                lambda x, weights, gain: _spread(x, weights, gain)[:1],
                "there is one std only. Is the return inside the loop? It ends the function.",
            ),
            Mistake(
                lambda x, weights, gain: [x.std().item(), *_spread(x, weights, gain)],
                "the std of the input stands in the list, too. One number for each layer.",
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
        absolute=1e-7,
        notice="A ratio has no unit: it can be compared between layers of any size and scale.",
        mistakes=[
            Mistake(
                lambda W, rate: (W.grad.std() / W.std()).item(),
                "the learning rate is missing: this is gradient to data. A step changes the "
                "weights by rate times gradient.",
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
                lambda W, rate: (rate * W.grad.mean() / W.mean()).item(),
                "these are means. They may be near 0 where the numbers are large: take the std.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad.norm() / W.norm()).item(),
                "these are lengths (norms). They serve as well, but the std is asked for.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad.abs().mean() / W.abs().mean()).item(),
                "these are means of the absolute values. They serve as well, but the std is asked "
                "for.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad.var() / W.var()).item(),
                "these are variances. Take the std of both: a ratio of squares is another number.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad.std()).item(),
                "this is the std of the update. It is still to be divided by that of the weights.",
            ),
            Mistake(
                lambda W, rate: (rate * W.grad / W).std().item(),
                "you divided each change by its own weight, and took the std of that. A weight "
                "near 0 spoils it: first the two stds, then their ratio.",
            ),
            Mistake(
                lambda W, rate: -_update_ratio(W, rate),
                "the ratio is negative. A std has no direction: leave the minus of the step out.",
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
