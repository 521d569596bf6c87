"""Exercises of lesson 11, a longer look back."""

import random

import torch

from helpers.checks import (
    Exercise,
    Mistake,
    entry,
    in_quotes,
    left_open,
    same,
    which_number,
)


def _numbers(*shape: int, seed: int = 1, scale: float = 1.0, shift: float = 0.0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return scale * torch.randn(shape, generator=generator, dtype=torch.float64) + shift


def _counted(*shape: int) -> torch.Tensor:
    return torch.arange(torch.Size(shape).numel(), dtype=torch.float64).view(shape)


# Joining neighbours


def _joined(x, count):
    n, places, d = x.shape
    return x.reshape(n, places // count, count * d)


def _far_apart(x, count):
    n, places, d = x.shape
    return x.reshape(n, count, places // count, d).transpose(1, 2).reshape(n, places // count, -1)


def _units_first(x, count):
    n, places, d = x.shape
    grouped = x.reshape(n, places // count, count, d).transpose(2, 3)
    return grouped.reshape(n, places // count, count * d)


def _in_pairs(x, count):
    return _joined(x, 2)


def _squeezed(x, count):
    out = _joined(x, count)
    return out.squeeze(1) if out.shape[1] == 1 else out


def _all_in_one(x, count):
    return x.reshape(len(x), -1)


def _across_examples(x, count):
    n, places, d = x.shape
    return x.transpose(0, 1).reshape(n, places // count, count * d)


def _backwards(x, count):
    n, places, d = x.shape
    return x.reshape(n, places // count, count, d).flip(2).reshape(n, places // count, count * d)


_JOINED = [
    (_counted(1, 2, 1), 2),
    (_counted(1, 4, 2), 2),
    (_counted(2, 6, 1), 3),
    (_counted(2, 3, 4).transpose(1, 2), 2),  # not in one piece
]


def _any_joined(rng: random.Random, size: int) -> tuple:
    n, places, count, d = (rng.randint(1, size + 1) for _ in range(4))
    x = _numbers(n, places * count, d, seed=rng.randrange(10**6))
    if rng.random() < 0.3:
        x = _numbers(n, d, places * count, seed=rng.randrange(10**6)).transpose(1, 2)
    return x, count


# One place left


def _dropped(x):
    return x.squeeze(1)


def _any_place(rng: random.Random, size: int) -> tuple:
    return (_numbers(rng.randint(1, size), 1, rng.randint(1, size), seed=rng.randrange(10**6)),)


# Shapes and counts


def _which(expected: list, got: object) -> str:
    """Which of the four answers are not right yet, without saying what they are."""
    if not isinstance(got, list | tuple) or len(got) != 4:
        return "Write a plain list of four: a shape, a number, a shape, a number."
    pairs = zip(("first", "second", "third", "fourth"), expected, got, strict=True)
    wrong = [name for name, one, other in pairs if not same(one, other)]
    return f"Not right yet: the {' and the '.join(wrong)}. The hint below helps."


# Standardizing over places


def _standardized(x, dims=(0, 1), correction=0, eps=1e-5):
    var = x.var(dims, correction=correction, keepdim=True)
    return (x - x.mean(dims, keepdim=True)) / torch.sqrt(var + eps)


_PLACES = [
    (_numbers(2, 2, 1, scale=3, shift=1),),
    (_numbers(3, 2, 2, seed=2, scale=2),),
    # As many examples as places and units: a wrong dimension makes no error.
    (_numbers(3, 3, 3, seed=3, scale=0.003),),
    (_numbers(1, 4, 2, seed=4),),
]


def _any_places(rng: random.Random, size: int) -> tuple:
    shape = (rng.randint(1, size + 1), rng.randint(2, size + 2), rng.randint(1, size))
    x = _numbers(*shape, seed=rng.randrange(10**6), scale=10 ** rng.uniform(-2, 1))
    return (x + rng.uniform(-3, 3),)


# The receptive field


def _field(kernel, dilations):
    return 1 + sum((kernel - 1) * dilation for dilation in dilations)


def _any_field(rng: random.Random, size: int) -> tuple:
    return rng.randint(2, 5), [rng.choice([1, 2, 3, 4, 8, 16]) for _ in range(rng.randint(1, size))]


def _product(kernel, dilations):
    return kernel ** len(dilations)


def _reached(kernel, dilations):
    places = {0}
    for dilation in dilations:
        places = {place + step * dilation for place in places for step in range(kernel)}
    return len(places)


# One level at all places


def _beside(x, distance):
    return torch.cat([x[:-distance], x[distance:]], dim=1)


_ROWS = [(_counted(2, 1), 1), (_counted(4, 2), 1), (_counted(5, 1), 2), (_counted(6, 3), 4)]


def _any_rows(rng: random.Random, size: int) -> tuple:
    distance = rng.randint(1, size)
    shape = (distance + rng.randint(1, size), rng.randint(1, size))
    return _numbers(*shape, seed=rng.randrange(10**6)), distance


# Before you start


def _at(place: int, value: object, says: str) -> Mistake:
    return Mistake(lambda got: same(value, got[place]), says, test=True)


EXERCISES = {
    "11.a ten times the loss": Exercise(
        answer=[0.2, 0.01],
        # Downhill is to the left there: with a minus both are right, too.
        accepts=lambda got: any(
            same([sign * 0.2, sign * 0.01], got, absolute=1e-4) for sign in (1, -1)
        ),
        explain=which_number(
            "by_sgd",
            "by_adam",
            hint="Ten times the loss has ten times the slope. What does each of the two do with "
            "the size of a slope?",
            absolute=1e-4,
        ),
        notice="Adam divides the slope by its usual size, and after one step that is its own: the "
        "step is one rate. SGD's rate has to know the unit of the loss.",
        mistakes=[
            left_open("One of the two is still a ... ."),
            in_quotes(),
            entry(
                0, 0.02, "0.02 is SGD's step without the factor of 10. The slope has it, too.", 1e-4
            ),
            entry(0, 2, "2 is the slope. SGD takes it times the rate.", 1e-4),
            entry(0, 0.1, "0.1 is SGD's rate. Its step is the rate times the slope.", 1e-4),
            entry(
                1,
                0.1,
                "0.1 is ten of Adam's rates. It divides a slope by the size of slopes.",
                1e-4,
            ),
            entry(
                1,
                0.02,
                "0.02 is Adam's rate times the slope: so SGD would step at this rate.",
                1e-4,
            ),
            entry(
                1,
                0.002,
                "0.002 is Adam's rate times the slope of the loss as it was. Its step "
                "does not depend on how large a slope is.",
                1e-4,
            ),
            entry(
                1,
                0.0316,
                "For Adam these are 3.16 rates: the first step without the correction.",
                2e-4,
            ),
        ],
    ),
    "11.b nudged on one side": Exercise(
        answer=[6.1, 6.0],
        absolute=1e-3,
        explain=which_number(
            "one_sided",
            "central",
            hint="Write down the three losses, 2.9², 3² and 3.1², and the distances between the "
            "places.",
            absolute=1e-3,
        ),
        notice="One-sided, the curvature is in the way. Up and down it cancels; for a parabola "
        "nothing is left of it.",
        mistakes=[
            left_open("One of the two is still a ... ."),
            in_quotes(),
            entry(
                0, 6, "6 is the slope itself. What does the nudge find, with only one side?", 1e-3
            ),
            entry(1, 12, "12 was divided by h. From 2.9 to 3.1 it is twice as far.", 1e-3),
            entry(0, 3.05, "3.05 was divided by 2h. From 3 to 3.1 it is h.", 1e-3),
            entry(0, 5.9, "5.9 is found with the nudge down. Here it goes up.", 1e-3),
            entry(0, 0.61, "0.61 is the difference of the losses. Divide by the distance.", 1e-3),
            entry(1, 1.2, "1.2 is the difference of the losses. Divide by the distance.", 1e-3),
            entry(1, 6.1, "6.1 is no central difference: that compares 3.1 with 2.9.", 1e-3),
        ],
    ),
    "11.c another shape": Exercise(
        answer=[[1, 2], [1, 4], 9],
        explain=lambda expected, got: (
            "Three things are asked for, in a list: a row, a row, and a number."
            if not isinstance(got, list | tuple) or len(got) != 3
            else "Not right yet: "
            + ", ".join(
                name
                for name, one, other in zip(
                    ("row_of_view", "row_of_T", "now"), expected, got, strict=True
                )
                if not same(one, other)
            )
            + ". In which order do the six numbers lie in memory, and who owns them?"
        ),
        notice="view keeps the reading order and the numbers themselves. T has the same shape here "
        "and another order.",
        mistakes=[
            left_open("One of the three is still a ... ."),
            in_quotes("There is a text among them. Write numbers without quotation marks."),
            _at(
                0,
                [1, 4],
                "In row_of_view stands a column of x. view does not turn a table: it keeps the "
                "reading order.",
            ),
            _at(
                1,
                [1, 2],
                "In row_of_T the reading order is kept, as view does it. T turns the table.",
            ),
            _at(0, [1, 2, 3], "In row_of_view there are three numbers. The rows of y have two."),
            _at(
                1, [1, 2, 3], "In row_of_T stands a row of x. The rows of x.T are the columns of x."
            ),
            _at(2, 1, "For now this is the number from before. view makes no copy of the numbers."),
        ],
    ),
    "11.1 join neighbours": Exercise(
        answer=_joined,
        examples=_JOINED,
        generate=_any_joined,
        slopes=("x",),
        notice="No number moves. Only the places where the row is cut do.",
        mistakes=[
            Mistake(
                _far_apart,
                "the shape is right, but those that were joined are no neighbours: the letters "
                "were cut into rows, and one row laid beside the other.",
            ),
            Mistake(
                _units_first,
                "the right letters were joined, but their numbers are mixed: the first number of "
                "each, then the second. Each letter's numbers are to stay together.",
            ),
            Mistake(_backwards, "the letters of a group stand in reverse order."),
            Mistake(_in_pairs, "two were joined, whatever count is."),
            Mistake(
                _squeezed,
                "where one place is left, its dimension is gone. Keep it here: (n, 1, count * d).",
            ),
            Mistake(_all_in_one, "all letters were joined into one row: that is Flatten."),
            Mistake(
                _across_examples,
                "letters of different examples were joined: the first dimension was moved.",
            ),
        ],
    ),
    "11.2 find the bug": Exercise(
        answer=_dropped,
        examples=[(_counted(2, 1, 3),), (_counted(1, 1, 3),), (_counted(3, 1, 1),)],
        generate=_any_place,
        slopes=("x",),
        notice="With a number, squeeze drops that dimension and no other.",
        mistakes=[
            Mistake(
                lambda x: x.squeeze(),
                "every dimension of size 1 is dropped, the batch dimension with them where there "
                "is one example.",
            ),
            Mistake(
                lambda x: x.squeeze(0),
                "this drops the batch dimension where there is one example, and nothing elsewhere.",
            ),
            Mistake(
                lambda x: x.squeeze(2),
                "this drops the numbers' dimension where there is one, and nothing elsewhere.",
            ),
            Mistake(lambda x: x[0], "this is the first example alone."),
            Mistake(lambda x: x.flatten(), "this is one long row: the examples are joined, too."),
            Mistake(lambda x: x, "x came back as it was."),
            Mistake(
                lambda expected, got, x: got.shape == expected.T.shape and same(expected.T, got),
                "rows and columns have changed places.",
                sees=True,
            ),
        ],
    ),
    "11.3 over how many": Exercise(
        answer=[(2, 30), 50, (30,), 100],
        explain=_which,
        notice="Twice as many numbers in each mean, with two places; with four, four times.",
        mistakes=[
            left_open("One of the four is still a ... ."),
            Mistake(
                [(1, 2, 30), 50, (1, 1, 30), 100],
                "These shapes are those with keepdim=True. Without it, the dimensions are gone.",
            ),
            Mistake(
                [(30,), 100, (2, 30), 50],
                "The two have changed places: with (0, 1), both dimensions go away.",
            ),
            Mistake(
                [(2, 30), 60, (30,), 30],
                "The shapes are right, and the counts are those of the means. Over how many "
                "numbers does each of them go?",
            ),
            Mistake(
                [(2, 30), 50, (30,), 52],
                "The shapes are right. The sizes of two dimensions multiply: each example has "
                "every place.",
            ),
            Mistake(
                [(50, 2), 30, (50,), 60],
                "These are means over the last dimension, the units. Dimension 0 are the examples.",
            ),
            Mistake(
                lambda got: (
                    isinstance(got, list | tuple)
                    and len(got) == 4
                    and isinstance(got[2], int)
                    and not isinstance(got[2], bool)
                ),
                "The third is a shape: a tuple, and with one dimension it is written with a comma, "
                "such as (5,).",
                test=True,
            ),
        ],
    ),
    "11.4 standardize over places": Exercise(
        answer=_standardized,
        examples=_PLACES,
        generate=_any_places,
        slopes=("x",),
        notice="One mean and one variance for each unit, whatever the place.",
        mistakes=[
            Mistake(
                lambda x: _standardized(x, 0),
                "the mean went over the examples alone: each place of a unit has one of its own.",
            ),
            Mistake(
                lambda x: _standardized(x, 1),
                "the mean went over the places alone: each example has one of its own.",
            ),
            Mistake(
                lambda x: _standardized(x, 2),
                "the mean went over the units: that is layer norm, at each place.",
            ),
            Mistake(
                lambda x: _standardized(x, (1, 2)),
                "the mean went over places and units: each example has one of its own.",
            ),
            Mistake(
                lambda x: _standardized(x, (0, 2)),
                "the mean went over examples and units: each place has one of its own.",
            ),
            Mistake(
                lambda x: torch.nn.functional.batch_norm(x, None, None, training=True),
                "PyTorch's batch norm takes the middle dimension for the units, and here the "
                "places stand there: each place has a mean of its own.",
            ),
            Mistake(
                lambda x: _standardized(x, (0, 1, 2)),
                "one mean for everything. Each unit is to have its own.",
            ),
            Mistake(
                lambda x: _standardized(x, correction=1),
                "the variance divides by one less than the number of numbers: correction=0 is "
                "missing.",
            ),
            Mistake(lambda x: _standardized(x, eps=0), "epsilon is missing."),
            Mistake(
                lambda x: (x - x.mean((0, 1))) / (x.std((0, 1), correction=0) + 1e-5),
                "epsilon was added to the standard deviation. It belongs to the variance, before "
                "the root.",
            ),
            Mistake(
                lambda x: (x - x.mean((0, 1))) / (x.var((0, 1), correction=0) + 1e-5),
                "this was divided by the variance. Its root is missing.",
            ),
            Mistake(lambda x: x - x.mean((0, 1)), "the mean is 0 now, and the variance not yet 1."),
            Mistake(
                lambda x: _standardized(x).flatten(0, 1),
                "the numbers are right, and the shape is (n * places, units). It is to be that of "
                "x.",
            ),
        ],
    ),
    "11.5 how far back": Exercise(
        answer=_field,
        examples=[(2, [1]), (2, [1, 2, 4]), (3, [4]), (3, [1, 3, 9]), (2, [1, 1, 1])],
        generate=_any_field,
        notice="Doubling the dilation in each layer doubles what is seen: deep is cheap here.",
        mistakes=[
            Mistake(
                lambda kernel, dilations: _field(kernel, dilations) - 1,
                "the place itself is missing.",
            ),
            Mistake(
                lambda kernel, dilations: 1 + sum(kernel * each for each in dilations),
                "each layer reaches kernel - 1 dilations further back: the place itself was "
                "there before.",
            ),
            Mistake(
                lambda kernel, dilations: 1 + sum(dilations),
                "this holds for a kernel of 2. A kernel of 3 reaches two dilations back.",
            ),
            Mistake(
                _product,
                "this is the kernel, to the power of the layers: the number of ways from one place "
                "down to the inputs. In our tree each input is reached on one of them. In other "
                "stacks some may be reached twice, or passed over.",
            ),
            Mistake(
                _reached,
                "these are the inputs that reach the place. Those between them count, too.",
            ),
            Mistake(
                lambda kernel, dilations: 1 + (kernel - 1) * len(dilations),
                "this is without the dilations.",
            ),
            Mistake(
                lambda kernel, dilations: 1 + (kernel - 1) * max(dilations),
                "this is the reach of one layer. Those of all layers add up.",
            ),
            Mistake(
                lambda kernel, dilations: 1 + (kernel - 1) * dilations[-1],
                "this is the reach of the last layer. Those of all layers add up.",
            ),
        ],
    ),
    "11.6 one level at all places": Exercise(
        answer=_beside,
        examples=_ROWS,
        generate=_any_rows,
        slopes=("x",),
        notice="All places at once, with two slices and no loop.",
        mistakes=[
            Mistake(
                lambda x, distance: torch.cat([x[distance:], x[:-distance]], dim=1),
                "the two have changed sides: the earlier one belongs on the left.",
            ),
            Mistake(
                lambda x, distance: torch.cat([x.roll(distance, 0), x], dim=1),
                "the first places were joined with the last ones: roll goes round. They have none "
                "before them, and are left out.",
            ),
            Mistake(
                lambda x, distance: torch.cat([x[:-1], x[1:]], dim=1),
                "each place was joined with the one right before it, whatever distance is.",
            ),
            Mistake(
                lambda x, distance: torch.cat([x[:-distance], x[distance:]], dim=0),
                "the two halves stand below each other. dim=1 puts them side by side.",
            ),
            Mistake(
                lambda x, distance: x[:-distance] + x[distance:],
                "the two were added. Side by side, each keeps its own numbers.",
            ),
            Mistake(
                lambda x, distance: torch.cat([torch.zeros_like(x[:distance]), x])[: len(x)],
                "this is x, moved down. The place itself is missing beside it.",
            ),
            Mistake(
                lambda x, distance: torch.cat(
                    [torch.cat([torch.zeros_like(x[:distance]), x])[: len(x)], x], dim=1
                ),
                "the first places were joined with zeros. They have none before them, and are left "
                "out: (n - distance, 2 * d).",
            ),
            Mistake(
                lambda x, distance: x.reshape(-1, 2 * x.shape[1]),
                "each two rows were joined, and none twice. Every place is to have a row.",
            ),
        ],
    ),
}
