"""Exercises of lesson 8, batch norm."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from functools import cache

import torch

from helpers.checks import (
    Exercise,
    Mistake,
    by_letter,
    from_notebook,
    in_quotes,
    kept_dtype,
    left_open,
    same,
    shown,
    which_shape,
)
from helpers.layers import BatchNorm1d, Embedding, Flatten, Linear, Sequential, Tanh


def _tensor(*numbers: float | list[float]) -> torch.Tensor:
    """Of the dtype of lesson 8, whoever asks."""
    return torch.tensor(numbers, dtype=torch.float64)


def _batch(rng: random.Random, rows: int, units: int, std: float = 1.0, mean: float = 0.0):
    return _tensor(*([round(rng.gauss(mean, std), 4) for _ in range(units)] for _ in range(rows)))


def _row(rng: random.Random, units: int) -> torch.Tensor:
    return _tensor(*(round(rng.uniform(-2, 2), 2) for _ in range(units)))


# 8.1

_SHAPES = [(1, 50), (50,), (8, 50), (8, 1)]


def _shapes(expected: list[tuple], got: object) -> str:
    names = "shape_a", "shape_b", "shape_c", "shape_d"
    if not isinstance(got, list | tuple) or len(got) != 4:
        return "Four tuples are asked for, in one list: [shape_a, shape_b, shape_c, shape_d]."
    wrong = [
        name for name, one, other in zip(names, expected, got, strict=True) if not same(one, other)
    ]
    verb = "is" if len(wrong) == 1 else "are"
    return (
        f"Of the four, {', '.join(wrong)} {verb} not right yet. The dimension that is "
        "named goes away, or is kept as a 1 with keepdim; then align from the right."
    )


def _shape_at(place: int, shape: tuple, says: str) -> Mistake:
    """This shape stands at this place, and all others are right."""

    def made(got: object) -> bool:
        return all(
            same(shape if at == place else right, other)
            for at, (right, other) in enumerate(zip(_SHAPES, got, strict=True))
        )

    return Mistake(made, says, test=True)


# 8.2


def _standardized(x: torch.Tensor, dim: int = 0, correction: int = 0, eps: float = 1e-5):
    var = x.var(dim, correction=correction, keepdim=True)
    return (x - x.mean(dim, keepdim=True)) / torch.sqrt(var + eps)


def _batch_norm(x: torch.Tensor, gain: torch.Tensor, bias: torch.Tensor, eps: float = 1e-5):
    return gain * _standardized(x, eps=eps) + bias


def _batches() -> list[tuple]:
    return [
        (_tensor([1, 4], [3, 0], [2, 5]), _tensor(1, 2), _tensor(0, 1)),
        # A unit that hardly varies: here epsilon shows.
        (_tensor([0.001, 1], [0.002, 2], [0.006, 6]), _tensor(2, -1), _tensor(0.5, 0)),
        # As many examples as units: a wrong dimension makes no error.
        (_tensor([-4, 1, 2], [0, 3, 1], [1, -1, 3]), _tensor(1, 1, 1), _tensor(0, 0.25, 0.5)),
    ]


def _batch_with_gain(rng: random.Random, size: int) -> tuple:
    rows, units = rng.randint(2, 3 + 3 * size), rng.randint(1, 1 + size)
    std, mean = rng.choice([(1, 0), (3, -4), (0.003, 0), (0.5, 2), (5, 1)])
    x = _batch(rng, rows, units, std, mean)
    if size > 2 and rng.random() < 0.2:
        x[:, rng.randrange(units)] = rng.choice([0.0, 3.0])  # a unit without any spread
    return x, _row(rng, units), _row(rng, units)


def _batch_norm_goes_on(answer: Callable) -> str | None:
    x, gain, bias = _batches()[0]
    return kept_dtype(answer(x, gain, bias), x)


def _over_spread(spread: Callable, centre: bool = True) -> Callable:
    """Batch norm with something else in the denominator."""
    return lambda x, gain, bias: gain * (x - x.mean(0) * centre) / spread(x) + bias


def _var(x: torch.Tensor) -> torch.Tensor:
    return x.var(0, correction=0)


# 8.3


def _moved(old: torch.Tensor, new: torch.Tensor, momentum: float) -> torch.Tensor:
    return (1 - momentum) * old + momentum * new


def _update(running_mean, running_var, x, momentum):
    return _moved(running_mean, x.mean(0), momentum), _moved(running_var, x.var(0), momentum)


def _taking_in(mean: Callable, var: Callable) -> Callable:
    """An update that takes in these as the mean and the variance of the batch."""
    return lambda old_mean, old_var, x, momentum: (
        _moved(old_mean, mean(x), momentum),
        _moved(old_var, var(x), momentum),
    )


def _mean(x: torch.Tensor) -> torch.Tensor:
    return x.mean(0)


def _unbiased(x: torch.Tensor) -> torch.Tensor:
    return x.var(0)


def _running() -> list[tuple]:
    return [
        (_tensor(1, -1), _tensor(1, 1), _tensor([1, 4], [3, 0]), 0.1),
        (_tensor(1, -2), _tensor(4, 9), _tensor([2, 1], [0, 1], [1, 4]), 0.25),
        (_tensor(0, 3, 1), _tensor(4, 1, 9), _tensor([1, 2, 0], [3, 0, 1], [2, 4, 4]), 0.5),
    ]


def _running_more(rng: random.Random, size: int) -> tuple:
    rows, units = rng.randint(2, 3 + 3 * size), rng.randint(2, 1 + size)
    x = _batch(rng, rows, units, rng.choice([0.5, 2]), rng.choice([0, 3]))
    momentum = rng.choice([0.0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.9, 1.0])
    return _row(rng, units), _row(rng, units).abs() + 0.1, x, momentum


def _which_of_both(expected: tuple, got: object) -> str:
    """Which of the two is off, the mean or the variance."""
    if not isinstance(got, list | tuple):
        return ""
    if len(got) != 2:
        return f"two things are asked for, the new mean and the new variance. These are {len(got)}."
    parts = zip(("mean", "variance"), expected, got, strict=True)
    told = [
        f"the new {name} is right"
        if same(one, other)
        else f"the new {name} is off: expected {shown(one)}, got {shown(other)}"
        for name, one, other in parts
    ]
    return f"{', and '.join(told)}."


def _running_goes_on(answer: Callable) -> str | None:
    mean, var, x, momentum = _running()[1]
    for got in answer(mean, var, x, momentum):
        if says := kept_dtype(got, mean):
            return says
    return None


# 8.4


class _Network(Sequential):
    """A network that feedback shows by a name: that which it has in the notebook, or another."""

    name = "a_small_model"

    def __repr__(self) -> str:
        return self.name


_KINDS = [Embedding, Flatten, Linear, BatchNorm1d, Tanh, Linear]


@cache
def _network() -> _Network:
    """A small network with batch norm, which has seen some batches, in training mode."""
    generator = torch.Generator().manual_seed(5)
    model = _Network(
        Embedding(5, 2, generator=generator),
        Flatten(),
        Linear(6, 6, bias=False, generator=generator),
        BatchNorm1d(6),
        Tanh(),
        Linear(6, 5, gain=3, generator=generator),
    )
    for _ in range(20):
        model(torch.randint(5, (16, 3), generator=generator))
    return model


def _model() -> _Network:
    """The notebook's own network where there is one of the lesson's kind, in training mode."""
    found = from_notebook("model", _network)
    if [type(layer) for layer in getattr(found, "layers", ())] != _KINDS:
        found = _network()
    model = _Network(*deepcopy(found.layers))
    model.name = "model"
    for parameter in model.parameters():
        parameter.grad = None
    return model.train()


def _characters(model: Sequential) -> int:
    return len(model.layers[0].weight)


def _asked() -> list[tuple]:
    model = _model()
    last = _characters(model) - 1
    return [
        (model, torch.tensor([[0, 0, 1], [0, 1, 2]])),
        (model, torch.tensor([[0, 0, 1]])),
        (model, torch.tensor([[0, 0, 0], [0, 0, last], [1, 2, 1], [last, 1, 1]])),
    ]


def _asked_more(rng: random.Random, size: int) -> tuple:
    model = _network()  # a small one: a hundred times the notebook's own would take too long
    count = _characters(model)
    rows = rng.randint(1, 2 * size)
    return model, torch.tensor([[rng.randrange(count) for _ in range(3)] for _ in range(rows)])


def _predict(model, contexts, *, mode: str = "eval", of: Callable | None = None) -> torch.Tensor:
    getattr(model, mode)()
    logits = model(contexts)
    return of(logits) if of else torch.softmax(logits, dim=1)


def _in_eval(of: Callable) -> Callable:
    """From the logits of the model in eval mode."""
    return lambda model, contexts: _predict(model, contexts, of=of)


def _predict_goes_on(answer: Callable) -> str | None:
    model, contexts = _asked()[0]
    return kept_dtype(answer(deepcopy(model), contexts), model.layers[0].weight)


def _are_probabilities(got: object) -> bool:
    return (
        isinstance(got, torch.Tensor)
        and got.ndim == 2
        and bool((got >= 0).all())
        and torch.allclose(got.sum(1), torch.ones(len(got), dtype=got.dtype))
    )


# 8.5

_AVERAGED = ("batch norm", "layer norm", "group norm")


def _counted(expected: list[int], got: object) -> str:
    """Which counts are not right yet, without saying what they are."""
    got = got.tolist() if hasattr(got, "tolist") else got
    if not isinstance(got, list | tuple) or len(got) != 3:
        return "Three numbers are asked for, in one list: for batch norm, layer norm, group norm."
    wrong = [
        name
        for name, one, other in zip(_AVERAGED, expected, got, strict=True)
        if not same(one, other)
    ]
    return (
        f"Not right yet: {', '.join(wrong)}. In the picture above, one mean goes over the hatched "
        "cells and the black one. How many would they be with these sizes?"
    )


def _count_is(place: int, number: int, says: str) -> Mistake:
    return Mistake(lambda got: same(number, got[place]), says, test=True)


# Before you start


def _spread_is(number: float, says: str) -> Mistake:
    return Mistake(lambda got: same(number, got, absolute=0.01), says, test=True)


def _looked_up(place: int, shape: tuple, says: str) -> Mistake:
    return Mistake(lambda got: same(shape, got[place]), says, test=True)


EXERCISES = {
    "8.a how far they spread": Exercise(
        answer=5.0,
        absolute=0.1,  # about, says the question: it may have been measured
        notice="The root of the fan-in, times the std of the weights: 10 · 0.5. How many numbers "
        "come out has no part in it.",
        explain=lambda expected, got: (
            f"It is not {shown(got)}. A number of x @ W is a sum of products, and the variances "
            "of independent numbers add up. How many products are in one sum?"
        ),
        mistakes=[
            Mistake(
                lambda got: isinstance(got, str),
                "A number is written without quotation marks.",
                test=True,
            ),
            _spread_is(
                2.5,
                "2.5 is 0.5 times the root of 25, the fan-out. How many numbers go into each sum?",
            ),
            _spread_is(
                50, "50 is 100 times 0.5. Variances add up, and the std is the root of a variance."
            ),
            _spread_is(25, "25 is the fan-out. A std does not grow with it, and is no variance."),
            _spread_is(10, "10 is the root of the fan-in. The weights do not have a std of 1."),
            _spread_is(
                0.5,
                "0.5 is the std of the weights. Each number that comes out is a sum of many "
                "products.",
            ),
            _spread_is(1, "1 is the std of what goes in. These weights are too large to keep it."),
            _spread_is(
                0.05,
                "0.05 is the std of the weights over the root of the fan-in. Nobody has "
                "divided these weights: they are used as they are.",
            ),
        ],
    ),
    "8.b letters looked up": Exercise(
        answer=[(16, 3, 4), (16, 12), (16, 4)],
        notice="An index of shape (16, 3) puts a whole row of C in the place of each number. The "
        "dimension that a mean goes along is the one that goes away.",
        explain=which_shape(
            "looked_up", "flat", "averaged", hint="Which dimensions does C[X] have, in words?"
        ),
        mistakes=[
            left_open("One of the three shapes is still a ... ."),
            in_quotes("There is a text among them. Write the tuples without quotation marks."),
            _looked_up(
                0,
                (16, 3, 30),
                "In looked_up the 30 is the number of characters, as with one-hot. What stands in "
                "a row of C?",
            ),
            _looked_up(
                0,
                (16, 12),
                "In looked_up the letters of an example have been laid end to end. C[X] alone does "
                "not do that.",
            ),
            _looked_up(
                0,
                (16, 3),
                "(16, 3) is the shape of X. In the place of each number comes a row of C.",
            ),
            _looked_up(
                1,
                (16, 3, 4),
                "In flat nothing has changed. view(16, -1) makes two dimensions: 16, and all the "
                "rest.",
            ),
            _looked_up(
                2,
                (16, 3),
                "In averaged the mean went along dimension 2, over the numbers of one letter. "
                "Dimensions are counted from 0.",
            ),
            _looked_up(
                2,
                (3, 4),
                "In averaged the mean went along dimension 0, over the examples. Dimensions are "
                "counted from 0.",
            ),
            _looked_up(
                2,
                (16, 1, 4),
                "In averaged the dimension is kept with size 1. Without keepdim it goes away.",
            ),
        ],
    ),
    "8.c the same probabilities": Exercise(
        notice="Softmax sees differences alone: a constant added to all logits of a row changes "
        "nothing.",
        **by_letter(
            "AD",
            {
                "B": "In B each logit is twice as large, and so is each difference between two: "
                "softmax is surer of the last one.",
                "C": "In C each difference is a tenth: the three probabilities are nearly equal.",
            },
            "What you name gives the same probabilities. Another row does, too.",
        ),
    ),
    "8.1 shapes of a batch": Exercise(
        answer=_SHAPES,
        explain=_shapes,
        notice="Without keepdim a mean over dim 0 still lines up, because shapes align from the "
        "right. A mean over dim 1 needs keepdim.",
        mistakes=[
            left_open("One of the four shapes is still a ... ."),
            Mistake(
                lambda got: isinstance(got, dict | set),
                "Four tuples are asked for, in one list: [shape_a, shape_b, shape_c, shape_d].",
                test=True,
            ),
            in_quotes("There is a text among them. Write the tuples without quotation marks."),
            Mistake(
                [(8, 1), (8,), (8, 50), (1, 50)],
                "The dimensions are the wrong way round. mean(0) goes over dimension 0, the "
                "examples, and leaves one number for each unit.",
            ),
            _shape_at(
                0,
                (50,),
                "In shape_a the dimension is gone, and keepdim=True keeps it, with size 1.",
            ),
            _shape_at(
                1,
                (1, 50),
                "In shape_b the dimension is kept, and there is no keepdim: it is gone.",
            ),
            _shape_at(
                3,
                (8,),
                "In shape_d the dimension is gone, and keepdim=True keeps it, with size 1.",
            ),
            _shape_at(
                2,
                (1, 50),
                "shape_c is not that of the mean. The mean stretches to the shape of z, and each "
                "number of z has one subtracted from it.",
            ),
            _shape_at(
                2,
                (50,),
                "shape_c is not that of the mean. The mean stretches to the shape of z, and each "
                "number of z has one subtracted from it.",
            ),
            Mistake(
                lambda got: any(isinstance(each, torch.Tensor) and each.ndim != 1 for each in got),
                "There is a tensor among them. Its shape is asked for, as a tuple: .shape.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(each, int | float) for each in got),
                "There is a number among them. A shape is a tuple, such as (2, 3). With one "
                "dimension it is (3,), with a comma.",
                test=True,
            ),
        ],
    ),
    "8.2 batch norm forward": Exercise(
        answer=_batch_norm,
        examples=_batches,
        generate=_batch_with_gain,
        slopes=("x", "gain", "bias"),
        then=_batch_norm_goes_on,
        notice="The order matters: epsilon is added to the variance, inside the square root.",
        mistakes=[
            Mistake(
                lambda x, gain, bias: gain * _standardized(x, dim=1) + bias,
                "each example was standardized over its units. Batch norm goes down the examples: "
                "dim 0.",
            ),
            Mistake(
                lambda x, gain, bias: gain * _standardized(x, correction=1) + bias,
                "the variance was divided by n - 1, which is what .var(0) does by itself. Batch "
                "norm divides by n: var(0, correction=0).",
            ),
            Mistake(
                lambda x, gain, bias: gain * _standardized(x, correction=1, eps=0) + bias,
                "the variance was divided by n - 1, as .std(0) and .var(0) do by themselves, and "
                "there is no epsilon. Take var(0, correction=0), add epsilon, then take the root.",
            ),
            Mistake(
                _over_spread(lambda x: x.std(0) + 1e-5),
                "this is divided by a std that divides by n - 1 inside, plus epsilon. Epsilon "
                "belongs to the variance, before the square root: var(0, correction=0) + 1e-5.",
            ),
            Mistake(
                _over_spread(lambda x: torch.sqrt(_var(x) + 1e-5), centre=False),
                "the mean is still in it: subtract x.mean(0) before you divide.",
            ),
            Mistake(
                lambda x, gain, bias: gain * x - x.mean(0) / torch.sqrt(_var(x) + 1e-5) + bias,
                "the mean was divided, and x was not: / goes before -. Put the difference into "
                "parentheses, (x - mean), and multiply and divide all of it.",
            ),
            Mistake(
                lambda x, gain, bias: gain * (x - x.mean(0) / torch.sqrt(_var(x) + 1e-5)) + bias,
                "the mean was divided, and x was not: / goes before -. Close the parentheses after "
                "the difference: (x - mean).",
            ),
            Mistake(
                lambda x, gain, bias: bias * _standardized(x) + gain,
                "gain and bias have changed places: the gain multiplies, the bias is added.",
            ),
            Mistake(
                lambda x, gain, bias: _standardized(x),
                "standardized, and that is all. The gain and the bias are missing.",
            ),
            Mistake(
                lambda x, gain, bias: gain * _standardized(x),
                "the bias is missing.",
            ),
            Mistake(
                lambda x, gain, bias: gain * _standardized(x) - bias,
                "the bias was subtracted. It is added.",
            ),
            Mistake(
                lambda x, gain, bias: _standardized(x) + bias,
                "the gain is missing.",
            ),
            Mistake(
                lambda x, gain, bias: gain * (_standardized(x) + bias),
                "the gain multiplies the bias, too. First times gain, then plus bias.",
            ),
            Mistake(
                _over_spread(lambda x: _var(x) + 1e-5),
                "this is divided by the variance. Divide by its square root.",
            ),
            Mistake(
                lambda x, gain, bias: gain * _standardized(x, eps=0) + bias,
                "epsilon is missing: it shows where a unit hardly varies.",
            ),
            Mistake(
                _over_spread(lambda x: x.std(0, correction=0) + 1e-5),
                "epsilon was added to the standard deviation. It belongs to the variance, inside "
                "the square root.",
            ),
            Mistake(
                _over_spread(lambda x: x.var(0, correction=0).sqrt() * (1 + 1e-5)),
                "epsilon multiplies the spread. Add it to the variance, inside the square root.",
            ),
            *(
                Mistake(
                    lambda x, gain, bias, eps=eps: gain * _standardized(x, eps=eps) + bias,
                    f"epsilon is {eps:g} here. It is to be 1e-5.",
                )
                for eps in (1e-3, 1e-4, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12, 1.0, 0.1, 0.01)
            ),
            Mistake(
                lambda x, gain, bias: (
                    gain * (x - x.mean()) / torch.sqrt(x.var(correction=0) + 1e-5) + bias
                ),
                "all numbers share one mean and one variance. Each unit has its own: mean(0).",
            ),
            Mistake(
                lambda x, gain, bias: (
                    gain * (x - x.mean(0)) / torch.sqrt(x.var(0) * len(x) / (len(x) - 1) + 1e-5)
                    + bias
                ),
                "the variance was made larger by n / (n - 1) than .var(0) is, which divides by "
                "n - 1 already. Divide by n: var(0, correction=0).",
            ),
            Mistake(
                lambda x, gain, bias: gain * (x - x.mean(0)) + bias,
                "the mean is gone, the spread is not: divide by the square root of the variance "
                "plus epsilon.",
            ),
            Mistake(
                _over_spread(lambda x: torch.sqrt(x.square().mean(0) + 1e-5)),
                "this is divided by the root of the mean square of x. The variance is that of "
                "what is left when the mean is subtracted.",
            ),
            Mistake(
                lambda got: isinstance(got, tuple),
                "several things were returned. The normalized numbers alone are asked for.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, list),
                "this is a list. A tensor is asked for, so that slopes can flow back through it.",
                test=True,
            ),
        ],
    ),
    "8.3 running update": Exercise(
        answer=_update,
        examples=_running,
        generate=_running_more,
        then=_running_goes_on,
        explain=_which_of_both,
        notice="With a momentum of 1 only the last batch would count, with 0 none.",
        mistakes=[
            Mistake(
                lambda mean, var, x, momentum: _update(mean, var, x, 1 - momentum),
                "the shares have changed places: the old got the share momentum, and the new the "
                "rest. In PyTorch momentum is the share of the new.",
            ),
            Mistake(
                _taking_in(_mean, _var),
                "the running variance took in the biased variance. It is to estimate the variance "
                "of all examples from a few: divide by n - 1, as x.var(0) does.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (x.mean(0), x.var(0)),
                "these are the statistics of this batch. The running ones move towards them, by "
                "the share momentum.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (mean, var),
                "these are the old ones, as they came. They are to move towards those of this "
                "batch, by the share momentum.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (
                    mean + momentum * x.mean(0),
                    var + momentum * x.var(0),
                ),
                "the new was added and nothing of the old taken away: these sums would grow "
                "without end. The old gets the weight 1 - momentum.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (
                    _moved(mean, x.mean(0), momentum),
                    var + momentum * x.var(0),
                ),
                "the mean is right. To the variance the new was added and nothing of the old taken "
                "away: the old gets the weight 1 - momentum there, too.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (
                    mean + momentum * x.mean(0),
                    _moved(var, x.var(0), momentum),
                ),
                "the variance is right. To the mean the new was added and nothing of the old taken "
                "away: the old gets the weight 1 - momentum there, too.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (
                    mean - momentum * (x.mean(0) - mean),
                    var - momentum * (x.var(0) - var),
                ),
                "these move away from the new ones. The step goes towards them: plus, not minus.",
            ),
            Mistake(
                _taking_in(_mean, lambda x: x.std(0)),
                "the running variance took in a standard deviation. Take the variance.",
            ),
            Mistake(
                _taking_in(_mean, lambda x: x.var(0) * len(x) / (len(x) - 1)),
                "the variance was multiplied by n / (n - 1). .var(0) divides by n - 1 already.",
            ),
            Mistake(
                _taking_in(torch.mean, torch.var),
                "all units took in one mean and one variance. Each unit has its own: x.mean(0).",
            ),
            Mistake(
                _taking_in(lambda x: x.mean(1), lambda x: x.var(1)),
                "the statistics go over the units of each example. Go over the examples: dim 0.",
            ),
            Mistake(
                _taking_in(lambda x: x.sum(0), _unbiased),
                "the running mean took in a sum. Take the mean.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (_moved(mean, x.mean(0), momentum), var),
                "the mean has moved, the variance is as it came.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (mean, _moved(var, x.var(0), momentum)),
                "the variance has moved, the mean is as it came.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (_moved(mean, x.mean(0), momentum), x.var(0)),
                "the mean is right. The variance is that of this batch: it is to move towards it, "
                "by the share momentum.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (momentum * x.mean(0), momentum * x.var(0)),
                "this is the share of the new alone. The old ones are to be in it, too, with the "
                "share 1 - momentum.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (
                    momentum * mean + momentum * x.mean(0),
                    momentum * var + momentum * x.var(0),
                ),
                "old and new both got the share momentum. The two shares are to add up to 1: the "
                "old gets 1 - momentum.",
            ),
            Mistake(
                lambda mean, var, x, momentum: ((mean + x.mean(0)) / 2, (var + x.var(0)) / 2),
                "old and new got the share 1/2 each, whatever the momentum.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (mean + x.mean(0), var + x.var(0)),
                "these are sums of old and new. The old gets the share 1 - momentum, the new the "
                "share momentum.",
            ),
            Mistake(
                lambda mean, var, x, momentum: _update(mean, var, x, 0.1),
                "the update was made with a momentum of 0.1. Use the one that is given.",
            ),
            Mistake(
                lambda mean, var, x, momentum: _update(mean, var, x, momentum)[::-1],
                "the variance was returned first. The mean comes first: return new_mean, new_var.",
            ),
            Mistake(
                lambda mean, var, x, momentum: _taking_in(_mean, _var)(mean, var, x, 1 - momentum),
                "two things: the shares have changed places (the old keeps 1 - momentum), and the "
                "running variance took in the biased variance (take x.var(0)).",
            ),
            Mistake(
                lambda got: [each.shape[0] for each in got] == [1, 1] and got[0].ndim == 2,
                "the shapes are (1, units). They are to be (units,), as the old ones were: leave "
                "keepdim out.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor),
                "this is one tensor. Return both, the mean first: return new_mean, new_var.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, dict),
                "this is a dict. Return both, the mean first: return new_mean, new_var.",
                test=True,
            ),
        ],
    ),
    "8.4 forgotten eval": Exercise(
        answer=_predict,
        examples=_asked,
        generate=_asked_more,
        # What eval() switches. All else that the model holds is to stay as it is.
        then=_predict_goes_on,
        changes=("model.training", *(f"model.layers[{place}].training" for place in range(6))),
        notice="eval() has to be called before the model, and train() before training goes on.",
        mistakes=[
            Mistake(
                lambda model, contexts: _predict(model, contexts, mode="train"),
                "with model in training mode (model.train() before this call), the probabilities "
                "of each context depend on the others in the batch.",
            ),
            Mistake(
                _in_eval(lambda logits: logits),
                "these are logits. The probabilities are asked for: softmax over each row.",
            ),
            Mistake(
                _in_eval(lambda logits: logits.exp()),
                "these are exp of the logits. Each row is still to be divided by its sum: softmax.",
            ),
            Mistake(
                _in_eval(lambda logits: torch.softmax(logits, dim=0)),
                "the softmax went down the columns, over the batch: again the contexts depend on "
                "each other. The probabilities of one context stand in a row: dim=1.",
            ),
            Mistake(
                _in_eval(lambda logits: logits.exp() / logits.exp().sum(0)),
                "each column was divided by its sum, over the batch. Each row is to sum to one.",
            ),
            Mistake(
                _in_eval(lambda logits: logits.exp() / logits.exp().sum()),
                "all probabilities together sum to one. Each row is to sum to one.",
            ),
            Mistake(
                _in_eval(lambda logits: torch.log_softmax(logits, 1)),
                "these are logarithms of probabilities. Take softmax, not log_softmax.",
            ),
            Mistake(
                _in_eval(lambda logits: torch.sigmoid(logits)),
                "this is a sigmoid of each logit for itself, and the rows do not sum to one. Take "
                "softmax over each row.",
            ),
            Mistake(
                _in_eval(lambda logits: torch.softmax(logits, 1).argmax(1)),
                "these are the numbers of the likeliest characters. The probabilities of all are "
                "asked for.",
            ),
            Mistake(
                _in_eval(lambda logits: torch.softmax(logits, 1).max(1).values),
                "these are the largest probabilities alone. A whole row for each context is asked "
                "for.",
            ),
            *(
                Mistake(
                    _in_eval(
                        lambda logits, down=down: torch.softmax(logits, 1).sort(1, descending=down)[
                            0
                        ]
                    ),
                    "the probabilities are those of the model in eval mode, but sorted. Each "
                    "character has its own place in the row: leave them there.",
                )
                for down in (False, True)
            ),
            Mistake(
                _in_eval(lambda logits: torch.softmax(logits, 1)[0]),
                "this is the first row alone. Each context keeps a row of its own: shape (n, V).",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor) and got.ndim == 1,
                "this has one dimension. Each context has a row of its own: shape (n, V).",
                test=True,
            ),
            Mistake(
                _are_probabilities,
                "the rows are probabilities, but not those of the model in eval mode. Was a batch "
                "passed through in training mode first? That alone moves the running mean. Or was "
                "eval() called too late, not for all layers, or not every time?",
                test=True,
            ),
        ],
    ),
    "8.5 what is averaged": Exercise(
        answer=[64, 100, 20],
        explain=_counted,
        notice="Two of the three do not know how large the batch is.",
        mistakes=[
            left_open("One of the three numbers is still a ... ."),
            Mistake(
                lambda got: isinstance(got, dict | set),
                "Three numbers are asked for, in one list: for batch norm, layer norm, group norm.",
                test=True,
            ),
            in_quotes(),
            Mistake(
                lambda got: any(isinstance(each, list | tuple) for each in got) and len(got) == 3,
                "There is a list or a tuple among them. How many numbers go into one mean: three "
                "plain numbers are asked for.",
                test=True,
            ),
            Mistake(
                [100, 64, 20],
                "Batch norm and layer norm have changed places. Batch norm goes over the examples "
                "of the batch.",
            ),
            Mistake(
                [8, 12, 4],
                "These are the numbers of the picture, with its 8 examples, 12 units and groups of "
                "4. The task has other sizes.",
            ),
            Mistake(
                [100, 64, 5 * 64],
                "These count the means, not what is in one of them. Batch norm has 100 means, one "
                "for each unit: over how many numbers does each go?",
            ),
            Mistake(
                [6400, 6400, 6400],
                "6,400 is the number of all. None of the three puts all of them into one mean.",
            ),
            _count_is(2, 5, "5 is the number of groups. How many units are in one of them?"),
            _count_is(
                2,
                20 * 64,
                "Group norm does not go over the examples: one group of units of one example.",
            ),
            _count_is(
                2,
                500,
                "For group norm there are 500 here, 100 times 5. The 5 groups share the 100 units.",
            ),
        ],
    ),
}
