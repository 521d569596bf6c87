"""Exercises of lesson 9, the way back."""

import math
import random
from collections.abc import Callable

import torch

from helpers.checks import (
    Exercise,
    Mistake,
    entry,
    given_back,
    in_quotes,
    left_open,
    off_by,
    same,
    shown,
    which_number,
    which_shape,
)

Slopes = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def _numbers(
    rng: random.Random, *shape: int, scale: float = 1.0, shift: float = 0.0
) -> torch.Tensor:
    generator = torch.Generator().manual_seed(rng.randrange(2**31))
    return scale * torch.randn(shape, generator=generator, dtype=torch.float64) + shift


def _tensor(*rows) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def _size_of_slopes(rng: random.Random) -> float:
    """Slopes may be small, and still be all there is."""
    return rng.choice([1.0, 1.0, 0.01, 1e-9])


def _shape_off(*names: str) -> Callable[[object, object], str]:
    """How to explain several slopes, given what each is called: the first that is off."""

    def explain(expected: Slopes, got: object) -> str:
        listed = ", ".join(names[:-1]) + " and " + names[-1]
        if isinstance(got, torch.Tensor) or not isinstance(got, list | tuple):
            return f"{len(names)} tensors are asked for: {listed}."
        if len(got) != len(names):
            return f"{len(names)} tensors are asked for, {listed}, and these are {len(got)}."
        for name, one, other in zip(names, expected, got, strict=True):
            if not isinstance(other, torch.Tensor):
                return f"{name} is a {type(other).__name__}, and a tensor is asked for."
            if one.shape != other.shape:
                return (
                    f"{name} has the shape {tuple(other.shape)}, and what it is the slope of has "
                    f"the shape {tuple(one.shape)}."
                )
        pairs = zip(names, expected, got, strict=True)
        wrong = [name for name, one, other in pairs if not same(one, other)]
        right = [name for name in names if name not in wrong]
        return f"{_listed(right)} right, {_listed(wrong)} not yet." if right and wrong else ""

    return explain


def _listed(names: list[str]) -> str:
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"


# 9.2


def _log_backward(dlogprobs, probs):
    return dlogprobs / probs


def _log_example(rng: random.Random, size: int) -> tuple:
    shape = rng.randint(1, 2 * size), rng.randint(2, 3 * size)
    probs = torch.softmax(_numbers(rng, *shape, scale=rng.choice([1, 5])), dim=1)
    return _numbers(rng, *shape, scale=_size_of_slopes(rng)), probs


# 9.3


def _share_backward(dprobs, counts, *, direct=1.0, through_sum=1.0, dim=1):
    total = counts.sum(1, keepdim=True)
    dtotal = -(dprobs * counts / total**2).sum(dim, keepdim=True)
    return direct * dprobs / total + through_sum * dtotal


def _with_sums(dprobs, counts, total, dims):
    """What comes out with other sums than those of the rows, over these dimensions each time."""
    dims = dims if isinstance(dims, tuple) else (dims,)
    return dprobs / total - (dprobs * counts / total**2).sum(*dims)


def _share_example(rng: random.Random, size: int) -> tuple:
    shape = rng.randint(1, 2 * size), rng.randint(2, 3 * size)
    counts = _numbers(rng, *shape, scale=rng.choice([0.5, 2])).exp()
    return _numbers(rng, *shape, scale=_size_of_slopes(rng)), counts


# 9.4


def _linear_backward(dout, x, W) -> Slopes:
    return dout @ W.T, x.T @ dout, dout.sum(0)


def _linear_example(rng: random.Random, size: int) -> tuple:
    n, k, m = (rng.randint(1, 2 * size) for _ in range(3))
    dout = _numbers(rng, n, m, scale=_size_of_slopes(rng))
    return dout, _numbers(rng, n, k), _numbers(rng, k, m)


def _linear(change: Callable) -> Callable:
    """The mistake that makes something else of the three right slopes."""
    return lambda dout, x, W: change(*_linear_backward(dout, x, W), dout)


# 9.5


def _tanh_backward(dh, a):
    return dh * (1 - torch.tanh(a) ** 2)


def _tanh_example(rng: random.Random, size: int) -> tuple:
    shape = rng.randint(1, 2 * size), rng.randint(1, 3 * size)
    a = _numbers(rng, *shape, scale=rng.choice([0.1, 1, 3]))
    a[-1, -1] = rng.uniform(-1, 1)  # all saturated, 1 - h² would be rounding in 32 bits
    if rng.random() < 0.2 and a.numel() > 1:
        a[0, 0] = rng.choice([-1000.0, 1000.0])
    return _numbers(rng, *shape, scale=_size_of_slopes(rng)), a


# 9.6


def _norm_backward(
    dout,
    x,
    gain,
    *,
    direct=1.0,
    of_mean=1.0,
    of_variance=1.0,
    n_minus_1=False,
    eps=1e-5,
    gained=True,
    dim=0,
) -> Slopes:
    """Batch norm's way back, with as much of each path as is said."""
    n = x.shape[dim]
    centred = x - x.mean(dim, keepdim=True)
    var = (centred**2).sum(dim, keepdim=True) / (n - n_minus_1)
    inv_std = (var + eps) ** -0.5
    x_hat = centred * inv_std
    dx_hat = dout * gain if gained else dout
    dvar = (dx_hat * centred).sum(dim, keepdim=True) * -0.5 * inv_std**3
    through_variance = of_variance * 2 * centred * dvar / (n - n_minus_1)
    dcentred = direct * dx_hat * inv_std + through_variance
    dx = dcentred - of_mean * dcentred.mean(dim, keepdim=True)
    return dx, (dout * x_hat).sum(0), dout.sum(0)


def _batch_norm_backward(dout, x, gain) -> Slopes:
    return _norm_backward(dout, x, gain)


def _bessel_on_the_way_back(dout, x, gain) -> Slopes:
    return _norm_backward(dout, x, gain, of_variance=len(x) / (len(x) - 1))


def _bessel_on_the_way_there(dout, x, gain) -> Slopes:
    return _norm_backward(dout, x, gain, n_minus_1=True, of_variance=(len(x) - 1) / len(x))


def _norm(**paths) -> Callable:
    return lambda dout, x, gain: _norm_backward(dout, x, gain, **paths)


def _norm_with(change: Callable) -> Callable:
    """The mistake that makes something else of the three right slopes."""
    return lambda dout, x, gain: change(*_norm_backward(dout, x, gain), dout, x, gain)


def _x_hat(x):
    return (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + 1e-5)


def _inv_std(x):
    return 1 / torch.sqrt(x.var(0, correction=0) + 1e-5)


def _norm_example(rng: random.Random, size: int) -> tuple:
    n, units = rng.randint(3, 3 + 3 * size), rng.randint(1, 2 * size)
    spread = rng.choice([1, 3, 0.01])  # where a unit hardly varies, epsilon shows
    x = _numbers(rng, n, units, scale=spread, shift=rng.uniform(-2, 2))
    dout = _numbers(rng, n, units, scale=_size_of_slopes(rng))
    return dout, x, _numbers(rng, units, scale=0.5, shift=1)


# 9.7


def _embedding_backward(de, X, size):
    dC = torch.zeros((size, de.shape[-1]), dtype=de.dtype)
    return dC.index_add_(0, X.reshape(-1), de.reshape(-1, de.shape[-1]))


def _overwritten(de, X, size):
    dC = torch.zeros((size, de.shape[-1]), dtype=de.dtype)
    dC[X] = de
    return dC


def _context_by_context(de, X, size):
    dC = torch.zeros((size, de.shape[-1]), dtype=de.dtype)
    for letters, slopes in zip(X, de, strict=True):
        dC[letters] += slopes
    return dC


def _place_by_place(de, X, size):
    dC = torch.zeros((size, de.shape[-1]), dtype=de.dtype)
    for place in range(X.shape[1]):
        dC[X[:, place]] += de[:, place]
    return dC


def _averaged(de, X, size):
    times = torch.bincount(X.reshape(-1), minlength=size).clamp(min=1)
    return _embedding_backward(de, X, size) / times[:, None]


def _letters_example(rng: random.Random, size: int) -> tuple:
    n, count, d = rng.randint(1, 3 * size), rng.randint(2, 3 * size + 1), rng.randint(1, 4)
    X = torch.tensor([[rng.randrange(count) for _ in range(3)] for _ in range(n)])
    return _numbers(rng, n, 3, d, scale=_size_of_slopes(rng)), X, count + rng.randint(0, 2)


def _means(de, X, size):
    return torch.stack([de[letter == X].mean(0) for letter in range(size)])


def _one_slope_of_each_letter(expected, got, de, X, size) -> bool:
    """Whether each row is the slope of one of the places where its letter stands."""
    for letter in X.unique().tolist():
        places = de[letter == X]
        if not (places == got[letter]).all(1).any():
            return False
    return True


# 9.8


class _Loss:
    """A loss that is shown as it can be typed, so that the call can be pasted."""

    def __init__(self, source: str):
        self._source = source

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return eval(self._source, {"torch": torch, "x": x})

    def __repr__(self) -> str:
        return f"lambda x: {self._source}"


def _slopes_by_nudging(f, x, h=1e-5, up=1.0, down=1.0) -> torch.Tensor:
    flat = x.reshape(-1)
    slopes = torch.zeros_like(flat)
    for place in range(flat.numel()):
        losses = []
        for by in (up * h, -down * h):
            moved = flat.clone()
            moved[place] += by
            losses.append(f(moved.reshape(x.shape)))
        slopes[place] = (losses[0] - losses[1]) / ((up + down) * h)
    return slopes.reshape(x.shape)


def _check_gradient(f, x, dx) -> float:
    if dx.shape != x.shape:
        return math.inf
    # Of what is right nothing but rounding is left, and that is another one on each processor.
    return round(_relative(dx, _slopes_by_nudging(f, x)).item(), 7)


def _all_at_once(f, x, dx) -> float:
    if dx.shape != x.shape:
        return math.inf
    return float(_relative(dx, (f(x + 1e-5) - f(x - 1e-5)) / 2e-5))


def _row_by_row(f, x, dx) -> float:
    if dx.shape != x.shape:
        return math.inf
    nudged = torch.zeros_like(x)
    for row in range(len(x)):
        nudge = torch.zeros_like(x)
        nudge[row] = 1e-5
        nudged[row] = (f(x + nudge) - f(x - nudge)) / 2e-5
    return float(_relative(dx, nudged))


def _far(off: Callable, **nudge) -> Callable:
    """The mistake that compares dx and the nudged slopes in another way, or nudges in another."""

    def check(f, x, dx):
        if dx.shape != x.shape:
            return math.inf
        return float(off(dx, _slopes_by_nudging(f, x, **nudge)))

    return check


def _relative(dx, nudged):
    return (dx - nudged).abs().max() / nudged.abs().max()


def _by_backward(f, x, dx) -> float:
    if dx.shape != x.shape:
        return math.inf
    leaf = x.clone().requires_grad_()
    f(leaf).backward()
    return float(_relative(dx, leaf.grad))


_CUBES, _STEEP = _Loss("(x**3).sum()"), _Loss("(20 * x).exp().sum()")


def _gradient_example(rng: random.Random, size: int) -> tuple:
    shape = rng.choice([(size,), (2, size), (1, size), (size, 1), (2, 1, 3)])
    x = _numbers(rng, *shape, scale=0.3, shift=rng.choice([1, -1]))
    kind = rng.choice(["cubes", "no notes", "steep", "small", "products"])
    if kind == "cubes":
        f, dx = _CUBES, 3 * x**2
    elif kind == "no notes":
        f, dx = _Loss("torch.tensor((x**3).sum().item())"), 3 * x**2
    elif kind == "steep":
        x = x - x.mean()
        f, dx = _STEEP, 20 * (20 * x).exp()
    elif kind == "small":
        f, dx = _Loss("1e-9 * (x**2).sum()"), 2e-9 * x
    else:
        f, dx = _Loss("x.sum() ** 2"), 2 * x.sum() * torch.ones_like(x)
    change = rng.choice(["right", "right", "one", "factor", "zeros", "shape"])
    if change == "one":
        dx.view(-1)[rng.randrange(dx.numel())] *= 1 - rng.choice([0.5, 0.01])
    elif change == "factor":
        dx = dx * rng.choice([32, 0.5, -1])
    elif change == "zeros":
        dx = torch.zeros_like(dx)
    elif change == "shape":
        dx = dx[None] if rng.random() < 0.5 else dx.reshape(-1, 1, 1, 1)
    return f, x, dx


def _says_yes_or_no(got: object) -> bool:
    return isinstance(got, bool) or (isinstance(got, torch.Tensor) and got.dtype == torch.bool)


# Before you start

_CLOSE = 0.006  # two decimals are enough


EXERCISES = {
    "9.a two variances": Exercise(
        answer=[3 / math.sqrt(6), 0.9 + 0.1 * 9],
        absolute=_CLOSE,
        explain=which_number(
            "comes_out",
            "running_var",
            hint="The squares of -3, 0 and 3 add up to 18. Which of the two divides that by n, "
            "and which by n - 1?",
            absolute=_CLOSE,
        ),
        notice="The batch is standardized with the biased variance, divided by n, so that it comes "
        "out with variance 1. The running one is an estimate for all, and takes in the unbiased.",
        mistakes=[
            left_open("One of the two is still a ... ."),
            in_quotes(),
            entry(
                0,
                1,
                "1 comes out with the variance that is divided by n - 1. The batch is to have a "
                "variance of 1 as n counts it.",
                _CLOSE,
            ),
            entry(0, 3, "3 is how far 7 lies from the mean. It is still to be divided.", _CLOSE),
            entry(0, 0.5, "0.5 was divided by the variance, not by its root, the std.", _CLOSE),
            entry(
                0,
                7,
                "7 comes out in eval mode, with a running mean of 0 and a running variance of 1. "
                "In training mode the batch is asked.",
                _CLOSE,
            ),
            entry(
                1,
                1.5,
                "1.5 has taken in the biased variance. From few numbers that is too small on "
                "average, and the running one is an estimate for all examples.",
                _CLOSE,
            ),
            entry(
                1,
                9,
                "9 is a variance of this batch. The running one moves towards it by a share.",
                _CLOSE,
            ),
            entry(
                1,
                6,
                "6 is a variance of this batch. The running one moves by a share, and not "
                "towards this one.",
                _CLOSE,
            ),
            *(
                entry(1, off, "The shares have changed places: the old keeps 1 - momentum.", _CLOSE)
                for off in (0.1 + 0.9 * 9, 0.1 + 0.9 * 6)
            ),
            entry(1, 1, "1 is the running variance before. In training mode it moves.", _CLOSE),
        ],
    ),
    "9.b back through a tanh": Exercise(
        answer=[0.32, 0.0],
        absolute=1e-3,
        explain=which_number(
            "slope_1",
            "slope_2",
            hint="A slope on its way back is multiplied by the slope of the tanh at that place, "
            "which can be written with h.",
            absolute=1e-3,
        ),
        notice="1 - h² of what arrives gets through. At h = -1 nothing does, however large it is.",
        mistakes=[
            left_open("One of the two is still a ... ."),
            in_quotes(),
            entry(0, 0.64, "0.64 is the slope of the tanh there. And what arrives?", 1e-3),
            entry(0, 0.2, "0.2 is 0.5 · (1 - h). In the slope of the tanh h is squared.", 1e-3),
            entry(0, 0.3, "0.3 is 0.5 · h. That is not the slope of the tanh.", 1e-3),
            entry(0, 0.18, "0.18 is 0.5 · h². That is the share that is lost.", 1e-3),
            entry(
                0,
                0.5 * (1 - math.tanh(0.6) ** 2),
                "For slope_1 the tanh was taken once more. h is what came out of it already.",
                1e-3,
            ),
            entry(
                1,
                2 * (1 - math.tanh(1) ** 2),
                "For slope_2 the tanh was taken once more. h is what came out of it already.",
                1e-3,
            ),
            entry(0, 0.5, "For slope_1 all of the 0.5 got through. It would at h = 0 alone."),
            entry(1, 2, "For slope_2 all of the 2 got through. How steep is the tanh at its end?"),
            entry(1, 4, "4 is 2 · (1 - h). In the slope of the tanh h is squared."),
            entry(1, -2, "-2 is 2 · h. That is not the slope of the tanh."),
        ],
    ),
    "9.c how likely a name": Exercise(
        answer=math.exp(-6),
        absolute=1e-4,
        explain=lambda expected, got: (
            f"It is not {shown(got)}. How does the loss of a name come from its probability, step "
            "by step? Then go back."
        ),
        notice="Times 4 undoes the mean, and exp(-...) the logarithm and its minus. A loss of 1.5 "
        "sounds small, and the name is rare.",
        mistakes=[
            Mistake(
                lambda got: isinstance(got, str),
                "A number is written without quotation marks.",
                test=True,
            ),
            *(
                Mistake(lambda got, off=off: same(off, got, absolute=1e-4), says, test=True)
                for off, says in {
                    math.exp(-1.5): "0.2231 is exp(-1.5): so likely is one character, typically. "
                    "The name is all of them, one after the other.",
                    math.exp(-4.5): "0.0111 is for three characters. The model says one more thing "
                    "to say `ava` and not `avani`.",
                    math.exp(-1.5) / 4: "0.0558 is exp(-1.5) / 4. The mean was taken of the "
                    "logarithms: undo it before the logarithm is undone.",
                    math.exp(-1.5 / 4): "Here the 1.5 was divided by 4. It is a mean already.",
                    -6.0: "-6 is the log-likelihood. What is the probability?",
                    6.0: "6 is the sum of the four. What is the probability?",
                }.items()
            ),
            Mistake(lambda got: got > 1, "A probability is never above 1: which sign?", test=True),
            Mistake(lambda got: got < 0, "A probability is never below 0.", test=True),
        ],
    ),
    "9.1 shapes of slopes": Exercise(
        answer=[(12, 50), (8, 1), (20, 4), (8, 20)],
        explain=which_shape("dW1", "dtotal", "dC", "dlogits"),
        notice="The batch is in the shapes of values, and in none of those of parameters: their "
        "slopes are summed over it.",
        mistakes=[
            left_open("One of the four shapes is still a ... ."),
            in_quotes("There is a text among them. Write the tuples without quotation marks."),
            Mistake(
                lambda got: any(isinstance(each, int) for each in got),
                "A shape is a tuple, such as (8, 50), with a comma also where it has one number.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (50, 12),
                "The shape of dW1 is the wrong way round: in `x @ W1`, what goes in stands first.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (30, 50),
                "The first size of dW1 is that of the network above. Here a letter has 4 numbers.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (4, 50),
                "The first size of dW1 counts the numbers of one letter. Three letters go in.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[1]) == (8,),
                "dtotal has lost a dimension: `total` was computed with keepdim=True.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[1]) == (8, 20),
                "dtotal is not what was summed up: `total` is one sum for each example, and its "
                "slope has its shape.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[2]) == (8, 3, 4),
                "dC is not de: (8, 3, 4) is the shape of what was taken out of the table, and C is "
                "the table itself.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[2]) == (27, 4),
                "dC has as many rows as the table of the network above. The alphabet here is "
                "smaller.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[3]) == (8, 50),
                "dlogits has a slope for each logit. Those of an example are as many as the "
                "characters, and not as the units.",
                test=True,
            ),
        ],
    ),
    "9.2 through the logarithm": Exercise(
        answer=_log_backward,
        examples=[
            (_tensor([1.0, 2.0]), _tensor([0.5, 0.25])),
            (_tensor([-0.5, 0.0], [0.0, -0.5]), _tensor([0.5, 0.5], [0.8, 0.2])),
        ],
        generate=_log_example,
        notice="Slope of what came out, times the slope of the step: every step is of this form.",
        mistakes=[
            Mistake(
                lambda dlogprobs, probs: dlogprobs * probs,
                "this is dlogprobs times the probabilities. The slope of ln(p) is 1/p.",
            ),
            Mistake(
                lambda dlogprobs, probs: 1 / probs,
                "this is the slope of the logarithm alone. It has to be multiplied by the slopes "
                "of what came out.",
            ),
            Mistake(
                lambda dlogprobs, probs: -dlogprobs / probs,
                "the sign is turned around. The minus of the loss is in dlogprobs already.",
            ),
            Mistake(
                lambda dlogprobs, probs: dlogprobs / probs.log(),
                "this was divided by the logarithm. The slope of ln(p) is 1/p.",
            ),
            Mistake(
                lambda dlogprobs, probs: dlogprobs * probs.log(),
                "this was multiplied by the logarithm, and not by its slope, 1/p.",
            ),
            Mistake(
                lambda dlogprobs, probs: dlogprobs / probs**2,
                "this was divided by the square: -1/p² is the slope of 1/p. That of ln(p) is 1/p.",
            ),
            Mistake(
                lambda dlogprobs, probs: probs / dlogprobs,
                "this is the fraction turned upside down.",
            ),
            Mistake(
                lambda dlogprobs, probs: dlogprobs / probs / len(probs),
                "this was divided by the number of rows once more. The mean of the loss is in "
                "dlogprobs already.",
            ),
            Mistake(
                lambda dlogprobs, probs: (dlogprobs / probs).sum(1),
                "the slopes of a row were added up. Each probability has a slope of its own.",
            ),
            given_back(0, "this is dlogprobs as it came, and the logarithm has a slope."),
        ],
    ),
    "9.3 two paths": Exercise(
        answer=_share_backward,
        examples=[
            (_tensor([1.0, 0.0]), _tensor([1.0, 3.0])),
            (_tensor([0.0, -1.0, 0.0], [0.5, 0.0, 0.0]), _tensor([1.0, 1.0, 2.0], [2.0, 1.0, 1.0])),
            # As many rows as columns: a sum in the wrong direction makes no error.
            (_tensor([1.0, 2.0], [-1.0, 0.5]), _tensor([1.0, 3.0], [4.0, 4.0])),
        ],
        generate=_share_example,
        notice="Weighted by the counts, the slopes of a row add up to 0: more of all counts, in "
        "proportion, changes no probability.",
        mistakes=[
            Mistake(
                lambda dprobs, counts: _share_backward(dprobs, counts, through_sum=0),
                "the path through the sum is missing: a nudge to a count moves `total`, too, and "
                "with it every probability of the row.",
            ),
            Mistake(
                lambda dprobs, counts: _share_backward(dprobs, counts, direct=0),
                "the path through the division itself is missing, and only the one through the sum "
                "is there. Was = written where += is meant?",
            ),
            Mistake(
                lambda dprobs, counts: _share_backward(dprobs, counts, direct=0)[:, :1],
                "this is dtotal: the path through the sum alone, one number for each row.",
            ),
            Mistake(
                lambda dprobs, counts: _share_backward(dprobs, counts, through_sum=-1),
                "the path through the sum has the wrong sign: the slope of 1/t is -1/t².",
            ),
            Mistake(
                lambda dprobs, counts: (
                    dprobs / counts.sum(1, keepdim=True)
                    - (dprobs * counts / counts.sum(1, keepdim=True)).sum(1, keepdim=True)
                ),
                "on the path through the sum this was divided by `total` once. The slope of 1/t is "
                "-1/t².",
            ),
            Mistake(
                lambda dprobs, counts: _share_backward(dprobs, counts, dim=0),
                "on the path through the sum the slopes were added up down the columns. `total` "
                "was stretched over its row, so they are summed over dimension 1.",
            ),
            Mistake(
                lambda dprobs, counts: (
                    dprobs / counts.sum(1, keepdim=True)
                    - dprobs * counts / counts.sum(1, keepdim=True) ** 2
                ),
                "on the path through the sum nothing was added up. `total` was used for every "
                "count of its row, and collects as many slopes.",
            ),
            Mistake(
                lambda dprobs, counts: (
                    dprobs / counts.sum(1, keepdim=True)
                    - (dprobs * counts / counts.sum(1, keepdim=True) ** 2).mean(1, keepdim=True)
                ),
                "on the path through the sum the slopes were averaged. They add up.",
            ),
            Mistake(
                lambda dprobs, counts: (
                    dprobs / counts.sum(1, keepdim=True)
                    - (dprobs * counts / counts.sum(1, keepdim=True) ** 2).sum()
                ),
                "on the path through the sum the slopes of all rows were added up. Each row has a "
                "`total` of its own: sum(1, keepdim=True).",
            ),
            Mistake(
                lambda dprobs, counts: _share_backward(dprobs, counts) * counts,
                "these are the right slopes times the counts: one step further back, through the "
                "exp. The slopes of the counts are asked for.",
            ),
            Mistake(
                lambda dprobs, counts: dprobs / counts.sum(1),
                "the sums lie flat, so that each divides a column, where there is no error at all. "
                "Keep the dimension: sum(1, keepdim=True). And there is a second path.",
            ),
            *(
                Mistake(
                    lambda dprobs, counts, sums=sums: _with_sums(dprobs, counts, *sums(counts)),
                    says,
                )
                for sums, says in (
                    (
                        lambda counts: (counts.sum(1), 1),
                        "the sums lie flat, so that each stands over a column and not over its "
                        "row. Keep the dimension: sum(1, keepdim=True).",
                    ),
                    (
                        lambda counts: (counts.sum(0, keepdim=True), (0, True)),
                        "these are the slopes where each column was divided by its sum. Here each "
                        "row was.",
                    ),
                    (
                        lambda counts: (counts.sum(), ()),
                        "these are the slopes where the whole table was divided by one sum. Here "
                        "each row was divided by its own.",
                    ),
                )
            ),
            Mistake(
                lambda dprobs, counts: (
                    dprobs / counts.sum(1, keepdim=True)
                    - (dprobs * counts / counts.sum(1, keepdim=True) ** 2).sum(1)
                ),
                "on the path through the sum the dimension is lost: one number for each row lies "
                "flat, over the columns. Keep it: sum(1, keepdim=True).",
            ),
            Mistake(
                lambda dprobs, counts: (
                    dprobs / counts.sum(1, keepdim=True)
                    - (dprobs / counts.sum(1, keepdim=True) ** 2).sum(1, keepdim=True)
                ),
                "on the path through the sum the counts are missing: counts / t has the slope "
                "-counts / t² with respect to t.",
            ),
            Mistake(
                lambda dprobs, counts: _share_backward(dprobs, counts) / len(counts),
                "these are the right slopes, divided by the number of rows once more. That is in "
                "dprobs already.",
            ),
            given_back(0, "these are the slopes of the probabilities, as they came."),
        ],
    ),
    "9.4 linear layer": Exercise(
        answer=_linear_backward,
        examples=[
            (_tensor([1.0, 0.0]), _tensor([1.0, 2.0]), _tensor([1.0, 2.0], [3.0, 4.0])),
            (
                _tensor([1.0], [2.0], [-1.0]),
                _tensor([1.0, 0.0], [0.0, 1.0], [2.0, 2.0]),
                _tensor([0.5], [2.0]),
            ),
        ],
        generate=_linear_example,
        explain=_shape_off("dx", "dW", "db"),
        notice="Forward one matrix product, backward two. So the way back takes about twice as "
        "long as the way there.",
        mistakes=[
            Mistake(
                _linear(lambda dx, dW, db, dout: (dx, dW, db[None])),
                "db has the shape (1, m). b has the shape (m,): leave keepdim out.",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: (dx, dW, dout.mean(0))),
                "db is a mean over the examples. b was used for each of them, so its slopes add "
                "up. (The division by n is in dout already.)",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: (dx, dW / len(dout), dout.mean(0))),
                "dW and db were divided by the number of examples. They are sums over them: the "
                "division by n is in dout already.",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: [each / len(dout) for each in (dx, dW, db)]),
                "all three were divided by the number of examples. That is in dout already.",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: (dx, dW / len(dout), db)),
                "dW was divided by the number of examples. It is a sum over them: the division by "
                "n is in dout already.",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: (dx, dW, dout)),
                "db is dout as it came. b was stretched over the examples: a sum over dim 0.",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: (dx, dW, dout.sum(1))),
                "db was summed along the rows. b was stretched over the examples, so its slopes "
                "are summed over dim 0.",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: (dx, dW, dout.sum())),
                "db is one number. b has m of them, each with a slope of its own: sum(0).",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: (dx, dW.T, db)),
                "dW stands on its side. It has the shape of W, (k, m): x.T @ dout.",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: (dW, dx, db)),
                "dx and dW have changed places. dx comes first.",
            ),
            Mistake(
                _linear(lambda dx, dW, db, dout: (dx, dW)),
                "db is missing: three slopes are asked for.",
            ),
            Mistake(
                lambda dout, x, W: (dout @ W, x.T @ dout, dout.sum(0)),
                "dx was made with W as it is. It takes W transposed: an input collects one slope "
                "from each output that it goes into.",
            ),
            Mistake(
                lambda dout, x, W: (dout @ W.T, x @ dout, dout.sum(0)),
                "dW was made with x as it is. It takes x transposed: a weight collects one slope "
                "from each example.",
            ),
        ],
    ),
    "9.5 tanh": Exercise(
        answer=_tanh_backward,
        examples=[
            (_tensor([1.0, 1.0, 2.0]), _tensor([0.0, 1.0, -1.0])),
            (_tensor([1.0, 0.5]), _tensor([3.0, -2.0])),
        ],
        generate=_tanh_example,
        notice="The slope is 1 at 0 and nearly 0 from 3 on: a saturated unit passes nothing back.",
        mistakes=[
            Mistake(
                lambda dh, a: dh * (1 - a**2),
                "this squares what went in. The slope is 1 minus the square of what came out, "
                "torch.tanh(a).",
            ),
            Mistake(
                lambda dh, a: dh * (1 - torch.tanh(a)),
                "the square is missing: the slope is 1 - tanh(a)².",
            ),
            Mistake(
                lambda dh, a: 1 - torch.tanh(a) ** 2,
                "this is the slope of the tanh alone. It has to be multiplied by dh.",
            ),
            Mistake(
                lambda dh, a: dh * torch.tanh(a) ** 2,
                "this is dh times the square alone. The slope is 1 minus the square.",
            ),
            Mistake(
                lambda dh, a: dh * torch.tanh(a),
                "this is dh times the tanh, and not times its slope, 1 - tanh(a)².",
            ),
            Mistake(
                lambda dh, a: dh * (1 + torch.tanh(a) ** 2),
                "the square was added. The slope is 1 minus the square.",
            ),
            Mistake(
                lambda dh, a: dh - torch.tanh(a) ** 2,
                "the square was not multiplied by dh: put 1 - tanh(a)² into parentheses.",
            ),
            Mistake(
                lambda dh, a: dh * (1 - torch.tanh(a)) ** 2,
                "the square is around the whole difference. Only the tanh is squared.",
            ),
            Mistake(
                lambda dh, a: 1 - dh**2,
                "this squares the slopes that came in. The tanh is to be squared: dh is its slope.",
            ),
            Mistake(
                lambda dh, a: dh * (1 - dh**2),
                "this squares the slopes that came in. What came out of the tanh is to be squared.",
            ),
            Mistake(
                lambda dh, a: dh * (1 - torch.tanh(torch.tanh(a)) ** 2),
                "the tanh was taken twice. What is squared is what came out of it once.",
            ),
            Mistake(
                lambda dh, a: dh / (1 - torch.tanh(a) ** 2),
                "dh was divided by the slope of the tanh. It is multiplied by it.",
            ),
            Mistake(
                lambda dh, a: _tanh_backward(dh, a) / len(a),
                "these are the right slopes, divided by the number of examples once more. That is "
                "in dh already.",
            ),
            Mistake(
                lambda expected, got, dh, a: (
                    got.shape == expected.shape
                    and bool(got.isnan().any())
                    and same(expected[~got.isnan()], got[~got.isnan()])
                ),
                "far from 0 this is no number: an exp runs over there. torch.tanh does not.",
                sees=True,
            ),
            off_by(
                _tanh_backward, -1, "the sign is turned around: the slope of the tanh is positive."
            ),
            given_back(0, "these are the slopes of what came out, as they came."),
        ],
    ),
    "9.6 batch norm": Exercise(
        answer=_batch_norm_backward,
        examples=[
            (_tensor([1.0], [0.0], [0.0]), _tensor([0.0], [1.0], [5.0]), torch.ones(1).double()),
            (
                _tensor([1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [-0.5, 1.0]),
                _tensor([1.0, 2.0], [3.0, 2.5], [2.0, -1.0], [-4.0, 0.5]),
                torch.tensor([2.0, -0.5], dtype=torch.float64),
            ),
        ],
        generate=_norm_example,
        explain=_shape_off("dx", "dgain", "dbias"),
        notice="Each unit's slopes add up to 0, and so do, nearly, their products with x_hat: the "
        "mean and the variance have each taken their share out.",
        mistakes=[
            Mistake(
                _bessel_on_the_way_back,
                "dx divides by n - 1 on the path through the variance. The forward pass divides by "
                "n, and so must the way back.",
            ),
            Mistake(
                _norm(n_minus_1=True),
                "the variance was divided by n - 1, which is what .var(0) does by itself. Batch "
                "norm divides by n.",
            ),
            Mistake(
                _bessel_on_the_way_there,
                "the variance was divided by n - 1, which is what .var(0) does by itself, and "
                "batch norm divides by n: .var(0, correction=0).",
            ),
            Mistake(
                _norm(of_mean=0, of_variance=0),
                "in dx both paths are missing, the one through the variance and the one through "
                "the mean: batch norm was taken for a constant scale.",
            ),
            Mistake(
                _norm(of_variance=0),
                "in dx the path through the variance is missing: `centred` is used twice, and "
                "collects a second slope through var.",
            ),
            Mistake(
                _norm(of_mean=0),
                "in dx the path through the mean is missing: x is used twice, and a nudge to one "
                "example moves the mean of all.",
            ),
            Mistake(
                _norm(direct=0),
                "in dx only the path through the variance is there. Was = written at the second "
                "path of `centred`, where += is meant?",
            ),
            Mistake(
                _norm(of_variance=-1),
                "in dx the path through the variance has the wrong sign. The slope of v**-0.5 is "
                "-0.5 * v**-1.5.",
            ),
            Mistake(
                _norm(of_mean=-1),
                "in dx the path through the mean has the wrong sign: the mean was subtracted.",
            ),
            Mistake(
                _norm(of_variance=0.5),
                "in dx the path through the variance is half of what it should be. Is the 2 there, "
                "from the slope of the square?",
            ),
            Mistake(
                _norm(of_variance=2),
                "in dx the path through the variance is twice what it should be. Is the -0.5 "
                "there, from the slope of v**-0.5?",
            ),
            Mistake(
                lambda dout, x, gain: _norm_backward(dout, x, gain, of_variance=len(x)),
                "in dx the path through the variance was not divided by n. The variance is a mean "
                "of the squares.",
            ),
            Mistake(
                lambda dout, x, gain: _norm_backward(dout, x, gain, of_mean=len(x)),
                "in dx the path through the mean was not divided by n: each example has an nth of "
                "the mean.",
            ),
            Mistake(
                _norm(eps=0.0),
                "dx and dgain are those of a batch norm without epsilon. It shows where a unit "
                "hardly varies.",
            ),
            Mistake(
                _norm(gained=False),
                "dx lacks the gain: x_hat was multiplied by it on the way forward.",
            ),
            Mistake(
                _norm_with(lambda dx, dgain, dbias, dout, x, gain: (dx * gain, dgain, dbias)),
                "dx has the gain in it twice.",
            ),
            Mistake(
                _norm_with(lambda dx, dgain, dbias, dout, x, gain: (dx / len(x), dgain, dbias)),
                "dx was divided by the number of examples once more. That is in dout already.",
            ),
            Mistake(
                _norm_with(
                    lambda dx, dgain, dbias, dout, x, gain: (
                        _norm_backward(dout, x, gain, of_mean=0, of_variance=0)[0] / _inv_std(x),
                        dgain,
                        dbias,
                    )
                ),
                "dx is dout times the gain, and no more: the slopes of x_hat. Go on from there to "
                "x.",
            ),
            Mistake(
                _norm_with(lambda dx, dgain, dbias, dout, x, gain: (dx, (dout * x).sum(0), dbias)),
                "dgain was made with x. The gain multiplied x_hat.",
            ),
            Mistake(
                _norm_with(
                    lambda dx, dgain, dbias, dout, x, gain: (
                        dx,
                        (dout * (x - x.mean(0))).sum(0),
                        dbias,
                    )
                ),
                "dgain was made with x minus its mean. The gain multiplied x_hat, which is also "
                "divided by the standard deviation.",
            ),
            Mistake(
                _norm_with(
                    lambda dx, dgain, dbias, dout, x, gain: (
                        dx,
                        (dout * (gain * _x_hat(x))).sum(0),
                        dbias,
                    )
                ),
                "dgain has the gain in it. Its slope is dout times what it multiplied, x_hat.",
            ),
            Mistake(
                _norm_with(
                    lambda dx, dgain, dbias, dout, x, gain: (
                        dx,
                        (dout * _x_hat(x)).mean(0),
                        dout.mean(0),
                    )
                ),
                "dgain and dbias are means over the examples. Both were stretched over them, so "
                "their slopes add up.",
            ),
            Mistake(
                _norm_with(lambda dx, dgain, dbias, dout, x, gain: (dx, dgain[None], dbias[None])),
                "dgain and dbias have the shape (1, units), and what they are the slopes of has "
                "the shape (units,): leave keepdim out there.",
            ),
            Mistake(
                _norm_with(lambda dx, dgain, dbias, dout, x, gain: (dx, dbias, dgain)),
                "dgain and dbias have changed places.",
            ),
            Mistake(
                _norm_with(lambda dx, dgain, dbias, dout, x, gain: (dx, dout * _x_hat(x), dout)),
                "dgain and dbias were not summed over the examples that they were stretched over.",
            ),
            Mistake(
                lambda dout, x, gain: _norm_backward(dout, x, gain, dim=1),
                "mean and variance go over the units of each example. Batch norm goes over the "
                "examples: dim 0.",
            ),
            Mistake(
                lambda dout, x, gain: _norm_backward(dout, x, gain)[0],
                "this is dx alone. Return all three: dx, dgain, dbias.",
            ),
        ],
    ),
    "9.7 letters": Exercise(
        answer=_embedding_backward,
        examples=[
            (
                torch.tensor([[[1.0], [2.0], [3.0]]], dtype=torch.float64),
                torch.tensor([[0, 0, 1]]),
                3,
            ),
            (
                torch.tensor(
                    [[[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]], [[0.5, 0.5], [1.0, 1.0], [0.0, 3.0]]],
                    dtype=torch.float64,
                ),
                torch.tensor([[0, 2, 2], [2, 0, 3]]),
                5,
            ),
        ],
        generate=_letters_example,
        notice="As in lesson 5: a row of the table collects the slopes of all places where its "
        "letter stands.",
        mistakes=[
            Mistake(
                _overwritten,
                "where a letter stands more than once, only one of its slopes is there. With an "
                "index in brackets neither = nor += adds them up; index_add_ does, or a loop.",
            ),
            Mistake(
                _context_by_context,
                "where a letter stands twice in one context, only one of its slopes there is "
                "counted. With an index in brackets += does not add them up.",
            ),
            Mistake(
                _place_by_place,
                "where a letter stands at the same place of two contexts, only one of its slopes "
                "there is counted. With an index in brackets += does not add them up.",
            ),
            Mistake(
                _one_slope_of_each_letter,
                "where a letter stands more than once, only one of its slopes is there. All of "
                "them are to be added up.",
                sees=True,
            ),
            Mistake(
                _averaged,
                "the slopes of a letter were averaged. A value used twice collects two slopes: "
                "they add up.",
            ),
            Mistake(
                _means,
                "the slopes of a letter were averaged, and where there are none, that is no "
                "number. A value used twice collects two slopes: they add up.",
            ),
            Mistake(
                lambda de, X, size: _embedding_backward(de, X, size) / len(X),
                "this was divided by the number of examples once more. That is in de already.",
            ),
            Mistake(
                lambda de, X, size: _embedding_backward(de, X, int(X.max()) + 1),
                "there are as many rows as the greatest index in X asks for. C has `size` rows, "
                "and letters that do not occur have one, too: a row of zeros.",
            ),
            Mistake(
                lambda de, X, size: _embedding_backward(de, X, size).T,
                "the table stands on its side: a row for each letter, (size, d).",
            ),
            Mistake(
                lambda de, X, size: _embedding_backward(de, X, size).sum(1),
                "the numbers of a letter were added up. Each has a slope of its own: (size, d).",
            ),
            Mistake(
                lambda de, X, size: _embedding_backward(de[:, :1], X[:, :1], size),
                "only the first letter of each context has sent its slopes.",
            ),
            Mistake(
                lambda de, X, size: _embedding_backward(de[:, -1:], X[:, -1:], size),
                "only the last letter of each context has sent its slopes.",
            ),
            off_by(_embedding_backward, -1, "the sign is turned around. Nothing was subtracted."),
            given_back(0, "this is de as it came: a slope for each place, not for each letter."),
        ],
    ),
    "9.8 gradient check": Exercise(
        answer=_check_gradient,
        examples=[
            (_CUBES, torch.tensor([1.0, 2.0]).double(), torch.tensor([3.0, 12.0]).double()),
            (_CUBES, torch.tensor([1.0, 2.0]).double(), torch.tensor([3.0, 6.0]).double()),
            (_CUBES, torch.tensor([1.0, 2.0]).double(), _tensor([3.0, 12.0])),
            (_STEEP, torch.tensor([0.0, 0.1]).double(), torch.tensor([20.0, 147.781]).double()),
            (
                _Loss("1e-9 * (x**2).sum()"),
                torch.tensor([0.5, 1.0]).double(),
                torch.zeros(2).double(),
            ),
        ],
        generate=_gradient_example,
        absolute=2e-6,  # of what is right the check gives nothing but rounding
        notice="It asks the forward pass alone. So it cannot share a mistake with the way back.",
        mistakes=[
            Mistake(
                lambda got: _says_yes_or_no(got),
                "this is a yes or a no. How far off is asked for: a number.",
                test=True,
            ),
            Mistake(
                lambda expected, got, f, x, dx: (
                    isinstance(got, torch.Tensor) and got.ndim > 0 and got.shape == x.shape
                ),
                "this is one number for each place. The greatest is asked for: one number.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, f, x, dx: isinstance(got, str) and dx.shape != x.shape,
                "dx has another shape than x here, and that was seen. But this is a text: "
                'float("inf") is a number.',
                sees=True,
            ),
            Mistake(
                lambda expected, got, f, x, dx: got is None and dx.shape != x.shape,
                'dx has another shape than x here. float("inf") is asked for, and nothing came.',
                sees=True,
            ),
            *(
                Mistake(
                    _far(_relative, h=h),
                    f"these are nudges of {h:g}, and the loss is curved on the way. Ones of 1e-5 "
                    "are asked for.",
                )
                for h in (0.1, 0.01, 0.001)
            ),
            Mistake(
                _all_at_once,
                "all numbers of x were nudged together. Each has a slope of its own: one at a "
                "time.",
            ),
            Mistake(
                _row_by_row,
                "where x has several dimensions, whole rows were nudged together. One number at a "
                "time: .view(-1) lays them in one row.",
            ),
            Mistake(
                _by_backward,
                "this asks PyTorch's own backward pass. It works where f has one, and not for this "
                "f: nudge, and f alone is asked.",
            ),
            Mistake(
                _far(lambda dx, nudged: _relative(dx, 2e-5 * nudged)),
                "the differences of the losses were not divided by the distance, 2 * 1e-5.",
            ),
            Mistake(
                _far(_relative, down=0.0),
                "dx was compared with one-sided nudges. Up and down is more exact by far: where "
                "the loss is curved, it shows.",
            ),
            Mistake(
                _far(_relative, up=0.0),
                "dx was compared with one-sided nudges. Up and down is more exact by far: where "
                "the loss is curved, it shows.",
            ),
            Mistake(
                _far(lambda dx, nudged: _relative(dx, 2 * nudged)),
                "the nudged slopes are twice what they should be. From down to up it is 2 * 1e-5, "
                "and the difference of the losses is divided by that.",
            ),
            Mistake(
                _far(lambda dx, nudged: _relative(dx, nudged / 2)),
                "the nudged slopes are half of what they should be.",
            ),
            Mistake(
                _far(lambda dx, nudged: _relative(dx, -nudged)),
                "the nudged slopes have the wrong sign: the loss after the nudge up, minus the one "
                "after the nudge down.",
            ),
            Mistake(
                _far(lambda dx, nudged: (dx - nudged).abs().max()),
                "this is the greatest difference as it is, and not divided by the greatest slope. "
                "With slopes of 1e-9 everything would look right.",
            ),
            Mistake(
                _far(lambda dx, nudged: ((dx - nudged).abs() / nudged.abs()).max()),
                "each difference was divided by the slope at its own place. The greatest "
                "difference is to be divided by the greatest slope.",
            ),
            Mistake(
                _far(lambda dx, nudged: (dx - nudged).abs().max() / dx.abs().max()),
                "this was divided by the greatest slope of dx, which may be wrong. Divide by the "
                "greatest of the nudged ones.",
            ),
            Mistake(
                _far(lambda dx, nudged: (dx - nudged).norm() / nudged.norm()),
                "these are the lengths of both, as vectors. The greatest difference and the "
                "greatest slope are asked for.",
            ),
            Mistake(
                _far(lambda dx, nudged: (dx - nudged).abs().mean() / nudged.abs().mean()),
                "this is the mean difference over the mean slope (or sum over sum). One wrong "
                "slope among many right ones hardly shows in it.",
            ),
            Mistake(
                _far(lambda dx, nudged: (dx - nudged).abs().mean() / nudged.abs().max()),
                "this is the mean difference. One wrong slope among many right ones hardly shows "
                "in a mean.",
            ),
            Mistake(
                _far(lambda dx, nudged: (dx - nudged).max() / nudged.abs().max()),
                "differences were compared with their signs: a slope that is too small does not "
                "show. Take abs() before max().",
            ),
            Mistake(
                _far(lambda dx, nudged: (nudged - dx).max() / nudged.abs().max()),
                "differences were compared with their signs: a slope that is too large does not "
                "show. Take abs() before max().",
            ),
            Mistake(
                _far(lambda dx, nudged: (dx - nudged).max() / nudged.max()),
                "differences and slopes were compared with their signs. Take abs() before max(), "
                "both times.",
            ),
            Mistake(
                _far(lambda dx, nudged: (dx - nudged).abs().max() / nudged.max()),
                "this was divided by the greatest nudged slope with its sign. Take abs() before "
                "max(): slopes may be negative.",
            ),
            Mistake(
                lambda expected, got, f, x, dx: dx.shape != x.shape and expected != got,
                "dx has another shape than x here, and broadcasting makes the two fit. Compare the "
                'shapes first: float("inf") is asked for.',
                sees=True,
            ),
        ],
    ),
    "9.9 wrong line": Exercise(
        answer=6,
        notice="A check is made where nothing is 0 or 1. In a fresh network this mistake is none.",
        explain=lambda expected, got: (
            f"It is not {shown(got)}. The lines of `suspect` are numbered from 1 to 12."
        ),
        mistakes=[
            Mistake(
                lambda got: isinstance(got, dict),
                "This is what the check found. Which line computes the slopes of this parameter?",
                test=True,
            ),
            in_quotes("The number of a line is asked for, without quotation marks."),
            Mistake(
                lambda got: got in (2, 3, 4, 5, 7, 8, 9, 10, 11, 12),
                "Not this line. Which parameter does wrong_in name? All others are right, and so "
                "is every line that they are made of.",
                test=True,
            ),
            Mistake(
                lambda got: got == 1,
                "Not this line: loss_part has been compared with PyTorch above.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, list | tuple | set),
                "One line is wrong. Write its number alone.",
                test=True,
            ),
        ],
    ),
}
