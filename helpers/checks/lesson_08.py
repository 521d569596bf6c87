"""Exercises of lesson 8, batch norm."""

import torch

from helpers.checks import Exercise, Mistake, left_open, same
from helpers.layers import BatchNorm1d, Embedding, Flatten, Linear, Sequential, Tanh


def _numbers(*shape: int, seed: int = 1, scale: float = 1.0, shift: float = 0.0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return scale * torch.randn(shape, generator=generator, dtype=torch.float64) + shift


def _standardized(x: torch.Tensor, dim: int = 0, correction: int = 0, eps: float = 1e-5):
    var = x.var(dim, correction=correction, keepdim=True)
    return (x - x.mean(dim, keepdim=True)) / torch.sqrt(var + eps)


def _batch_norm(x, gain, bias, eps=1e-5):
    return gain * _standardized(x, eps=eps) + bias


_BATCHES = [
    (_numbers(4, 3, scale=3, shift=1), torch.tensor([1.0, 2.0, 0.5]), torch.tensor([0.0, 1.0, -1])),
    # A unit that hardly varies: here epsilon shows.
    (_numbers(6, 2, seed=2, scale=0.003), torch.tensor([2.0, -1.0]), torch.tensor([0.5, 0.0])),
    # As many examples as units: a wrong dimension makes no error.
    (_numbers(3, 3, seed=3, scale=2, shift=-4), torch.ones(3), torch.tensor([0.0, 0.25, 0.5])),
]


def _moved(old: torch.Tensor, new: torch.Tensor, momentum: float) -> torch.Tensor:
    return (1 - momentum) * old + momentum * new


def _update(mean, var, x, momentum, *, correction=1, dim=0, flipped=False):
    momentum = 1 - momentum if flipped else momentum
    fresh = x.mean(dim), x.var(dim, correction=correction)
    return _moved(mean, fresh[0], momentum), _moved(var, fresh[1], momentum)


_SHARED = torch.ones(2)  # the old mean and variance in one tensor: changing it in place shows

_RUNNING = [
    (torch.zeros(2), torch.ones(2), _numbers(4, 2, scale=2, shift=3), 0.1),
    (torch.tensor([1.0, -2, 0]), torch.tensor([4.0, 1, 9]), _numbers(3, 3, seed=5), 0.25),
    (_SHARED, _SHARED, _numbers(4, 2, seed=6, scale=2), 0.5),
]


class _Network(Sequential):
    def __repr__(self) -> str:
        return "model"  # feedback shows what a function was called with

    def eval(self) -> "_Network":
        super().eval()
        return self  # as PyTorch's does: model.eval()(contexts) is a right answer, too


def _network() -> _Network:
    """A small network with batch norm, in training mode, that has seen some batches."""
    generator = torch.Generator().manual_seed(5)
    model = _Network(
        Embedding(4, 2, generator=generator),
        Flatten(),
        Linear(4, 6, bias=False, generator=generator),
        BatchNorm1d(6),
        Tanh(),
        Linear(6, 4, gain=3, generator=generator),
    )
    for _ in range(20):
        model(torch.randint(4, (16, 2), generator=generator))
    return model


def _contexts(*contexts: list[int]) -> torch.Tensor:
    return torch.tensor(contexts)


def _asked() -> list[tuple]:
    model = _network()
    return [
        (model, _contexts([0, 1], [2, 3], [3, 3], [1, 0])),
        (model, _contexts([0, 1])),
        (model, _contexts([3, 2], [2, 2], [0, 0])),
    ]


def _predict(model, contexts, *, mode="eval", dim: int | None = 1) -> torch.Tensor:
    getattr(model, mode)()
    logits = model(contexts)
    return logits if dim is None else torch.softmax(logits, dim=dim)


def _counted(expected: list[int], got: object) -> str:
    """Which counts are not right yet, without saying what they are."""
    names = "batch norm", "layer norm", "group norm"
    if not isinstance(got, list | tuple) or len(got) != 3:
        return "write a plain list of three numbers: for batch norm, layer norm, group norm."
    wrong = [
        name for name, one, other in zip(names, expected, got, strict=True) if not same(one, other)
    ]
    return f"not right yet for {' and '.join(wrong)}. Count the hatched cells and the black one."


def _shapes(expected: list[tuple], got: object) -> str:
    names = "shape_a", "shape_b", "shape_c", "shape_d"
    if not isinstance(got, list | tuple) or len(got) != 4:
        return "four tuples are asked for, in one list: [shape_a, shape_b, shape_c, shape_d]."
    wrong = [
        name for name, one, other in zip(names, expected, got, strict=True) if not same(one, other)
    ]
    verb = "is" if len(wrong) == 1 else "are"
    return (
        f"of the four, {' and '.join(wrong)} {verb} not right yet. The dimension that is "
        "named goes away, or is kept as a 1 with keepdim; then align from the right."
    )


EXERCISES = {
    "8.1 shapes of a batch": Exercise(
        answer=[(1, 50), (50,), (8, 50), (8, 1)],
        explain=_shapes,
        notice="Without keepdim a mean over dim 0 still lines up, because shapes align from the "
        "right. A mean over dim 1 needs keepdim.",
        mistakes=[
            left_open("one of the four shapes is still a ... ."),
            Mistake(
                [(8, 1), (8,), (8, 50), (1, 50)],
                "the dimensions are the wrong way round. mean(0) goes over dimension 0, the "
                "examples, and leaves one number for each unit.",
            ),
            Mistake(
                [(50,), (50,), (8, 50), (8, 1)],
                "shape_a forgets its keepdim: the dimension stays, with size 1.",
            ),
            Mistake(
                [(1, 50), (1, 50), (8, 50), (8, 1)],
                "shape_b has no keepdim: the dimension is gone.",
            ),
            Mistake(
                [(1, 50), (50,), (8, 50), (8,)],
                "shape_d forgets its keepdim: the dimension stays, with size 1.",
            ),
            Mistake(
                [(1, 50), (50,), (1, 50), (8, 1)],
                "shape_c is not that of the mean. The mean stretches to the shape of z, and each "
                "number of z has one subtracted from it.",
            ),
            Mistake(
                lambda got: any(isinstance(each, torch.Tensor) for each in got),
                "there is a tensor among them. Its shape is asked for, as a tuple: (8, 50).",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(each, str) for each in got),
                "there is a text among them. Write the tuples without quotation marks.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(each, int) for each in got),
                "a shape is a tuple, such as (8, 50). With one dimension it is (50,), with a "
                "comma.",
                test=True,
            ),
        ],
    ),
    "8.2 batch norm forward": Exercise(
        answer=_batch_norm,
        examples=_BATCHES,
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
                lambda x, gain, bias: gain * (x - x.mean(0)) / x.std(0) + bias,
                "you divided by .std(0). It divides by n - 1 inside, and has no epsilon. Take "
                "var(0, correction=0), add epsilon, then take the square root.",
            ),
            Mistake(
                lambda x, gain, bias: gain * (x - x.mean(0)) / (x.std(0) + 1e-5) + bias,
                "you divided by .std(0) plus epsilon. std divides by n - 1 inside, and epsilon "
                "belongs to the variance, before the square root: var(0, correction=0) + 1e-5.",
            ),
            Mistake(
                lambda x, gain, bias: gain * x / torch.sqrt(x.var(0, correction=0) + 1e-5) + bias,
                "the mean is still in it: subtract x.mean(0) before you divide.",
            ),
            Mistake(
                lambda x, gain, bias: (
                    gain * x - x.mean(0) / torch.sqrt(x.var(0, correction=0) + 1e-5) + bias
                ),
                "only the mean was divided, since / goes before -. Put the difference into "
                "parentheses: (x - mean).",
            ),
            Mistake(
                lambda x, gain, bias: (
                    gain * (x - x.mean(0) / torch.sqrt(x.var(0, correction=0) + 1e-5)) + bias
                ),
                "inside the parentheses / goes before -, so that the mean was divided and x was "
                "not. Close the parentheses after the difference: (x - mean).",
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
                lambda x, gain, bias: _standardized(x) + bias,
                "the gain is missing.",
            ),
            Mistake(
                lambda x, gain, bias: gain * (_standardized(x) + bias),
                "the gain multiplies the bias, too. First times gain, then plus bias.",
            ),
            Mistake(
                lambda x, gain, bias: (
                    gain * (x - x.mean(0)) / (x.var(0, correction=0) + 1e-5) + bias
                ),
                "you divided by the variance. Divide by its square root.",
            ),
            Mistake(
                lambda x, gain, bias: gain * _standardized(x, eps=0) + bias,
                "epsilon is missing: it shows where a unit hardly varies.",
            ),
            Mistake(
                lambda x, gain, bias: (
                    gain * (x - x.mean(0)) / (x.std(0, correction=0) + 1e-5) + bias
                ),
                "epsilon was added to the standard deviation. It belongs to the variance, inside "
                "the square root.",
            ),
            Mistake(
                lambda x, gain, bias: (
                    gain * (x - x.mean()) / torch.sqrt(x.var(correction=0) + 1e-5) + bias
                ),
                "all numbers share one mean and one variance. Each unit has its own: mean(0).",
            ),
            Mistake(
                lambda x, gain, bias: gain * (x - x.mean(0)) + bias,
                "the mean is gone, the spread is not: divide by the square root of the variance "
                "plus epsilon.",
            ),
            Mistake(
                lambda got: isinstance(got, tuple),
                "several things were returned. The normalized numbers alone are asked for.",
                test=True,
            ),
        ],
    ),
    "8.3 running update": Exercise(
        answer=_update,
        examples=_RUNNING,
        notice="With a momentum of 1 only the last batch would count, with 0 none.",
        mistakes=[
            Mistake(
                lambda mean, var, x, momentum: _update(mean, var, x, momentum, flipped=True),
                "the weights have changed places: this keeps little of the old and takes in much "
                "of the new. In PyTorch momentum is the share of the new.",
            ),
            Mistake(
                lambda mean, var, x, momentum: _update(mean, var, x, momentum, correction=0),
                "the running variance took in the biased variance. It is to estimate the variance "
                "of all examples from a few: divide by n - 1, as x.var(0) does.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (x.mean(0), x.var(0)),
                "these are the statistics of this batch. The running ones move towards them, by "
                "the share momentum.",
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
                    _moved(var, x.std(0), momentum),
                ),
                "the running variance took in a standard deviation. Take the variance.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (
                    _moved(mean, x.mean(), momentum),
                    _moved(var, x.var(), momentum),
                ),
                "all units took in one mean and one variance. Each unit has its own: x.mean(0).",
            ),
            Mistake(
                lambda mean, var, x, momentum: _update(mean, var, x, momentum, dim=1),
                "the statistics go over the units of each example. Go over the examples: dim 0.",
            ),
            Mistake(
                lambda mean, var, x, momentum: (_moved(mean, x.mean(0), momentum), var),
                "the mean has moved, the variance is as it came.",
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
                lambda mean, var, x, momentum: _update(
                    mean, var, x, momentum, flipped=True, correction=0
                ),
                "two things: the weights have changed places (the old keeps 1 - momentum), and the "
                "running variance took in the biased variance (take x.var(0)).",
            ),
            Mistake(
                lambda got: got[0] is got[1],
                "the old ones were changed in place, by += or mul_ or the like. Whoever still "
                "holds them (here both were one tensor) finds other numbers there. Make new ones.",
                test=True,
            ),
            Mistake(
                lambda got: [each.shape[0] for each in got] == [1, 1],
                "the shapes are (1, units). They are to be (units,), as the old ones were: leave "
                "keepdim out.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor),
                "this is one tensor. Return both, the mean first: return new_mean, new_var.",
                test=True,
            ),
        ],
    ),
    "8.4 forgotten eval": Exercise(
        answer=_predict,
        examples=_asked,
        notice="eval() has to be called before the model, and train() before training goes on.",
        mistakes=[
            Mistake(
                lambda model, contexts: _predict(model, contexts, mode="train"),
                "the probabilities of each name depend on the others in the batch: the model is "
                "still in training mode.",
            ),
            Mistake(
                lambda model, contexts: _predict(model, contexts, dim=None),
                "these are logits. The probabilities are asked for: softmax over each row.",
            ),
            Mistake(
                lambda model, contexts: _predict(model, contexts, dim=0),
                "the softmax went down the columns, over the batch: again the names depend on each "
                "other. The probabilities of one name stand in a row: dim=1.",
            ),
            Mistake(
                lambda model, contexts: torch.log_softmax(_predict(model, contexts, dim=None), 1),
                "these are logarithms of probabilities. Take softmax, not log_softmax.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor) and got.ndim == 1,
                "this is one row. Each context keeps a row of its own: shape (n, V).",
                test=True,
            ),
            Mistake(
                lambda got: (
                    isinstance(got, torch.Tensor)
                    and got.ndim == 2
                    and torch.allclose(got.sum(1), torch.ones(len(got), dtype=got.dtype))
                ),
                "the rows are probabilities, but not those of the model in eval mode. Was a batch "
                "passed through in training mode first? That alone moves the running mean. Or was "
                "eval() called too late?",
                test=True,
            ),
        ],
    ),
    "8.5 what is averaged": Exercise(
        answer=[64, 100, 20],
        explain=_counted,
        notice="Two of the three do not know how large the batch is.",
        mistakes=[
            left_open("one of the three numbers is still a ... ."),
            Mistake(
                lambda got: isinstance(got, torch.Tensor),
                "this is a tensor. Write the three numbers into a list, as in the stub.",
                test=True,
            ),
            Mistake(
                [100, 64, 20],
                "batch norm and layer norm have changed places. Batch norm goes over the examples "
                "of the batch.",
            ),
            Mistake(
                [64, 100, 5],
                "5 is the number of groups. How many units are in one of them?",
            ),
            Mistake(
                [100, 64, 5 * 64],
                "these count the means, not what is in one of them. Batch norm has 100 means, one "
                "for each unit: over how many numbers does each go?",
            ),
            Mistake(
                [64, 100, 20 * 64],
                "group norm does not go over the examples: one group of units of one example.",
            ),
            Mistake(
                [6400, 6400, 6400],
                "6,400 is the number of all. None of the three puts all of them into one mean.",
            ),
        ],
    ),
}
