"""Exercises of lesson 4, the one-hot network."""

import math
import random
from collections.abc import Callable
from typing import Any

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
    shown,
    true_or_false,
    which_shape,
)


def _indices(*values: int) -> torch.Tensor:
    return torch.tensor(values)


def _random(rng: random.Random) -> torch.Generator:
    return torch.Generator().manual_seed(rng.randrange(2**31))


def _from_notebook(name: str) -> Any:
    return from_notebook(name, lambda: None)


def _row_max(table: torch.Tensor) -> torch.Tensor:
    return table.max(1, keepdim=True).values


def _row_sums(table: torch.Tensor) -> torch.Tensor:
    return table.sum(1, keepdim=True)


# 4.2


def _with_ones(rows: torch.Tensor, place) -> torch.Tensor:
    rows[place] = 1
    return rows


def _classes(rng: random.Random, size: int) -> tuple:
    classes = rng.randint(1, 2 * size)
    count = rng.randint(1, 3 * size)
    return torch.randint(0, classes, (count,), generator=_random(rng)), classes


def _where_the_ones_stand(expected: torch.Tensor, got: Any) -> str:
    """The first row that is off, and how; nothing where there are no rows to speak of."""
    if not isinstance(got, torch.Tensor):
        return ""
    if got.shape != expected.shape:
        n, classes = expected.shape
        return (
            f"for {n} {'index' if n == 1 else 'indices'} and {classes} "
            f"{'class' if classes == 1 else 'classes'} expected shape {(n, classes)}, got "
            f"{tuple(got.shape)}."
        )
    if got.dtype != expected.dtype:
        return ""
    row = (got != expected).any(1).nonzero()[0].item()
    ones, place = (got[row] == 1).nonzero()[:, 0].tolist(), expected[row].argmax().item()
    if (got[row].count_nonzero() == len(ones)) and len(ones) < 2:
        stands = f"its 1 stands in column {ones[0]}" if ones else "it holds no 1"
        return f"row {row} belongs to the index {place}, and {stands}."
    return f"row {row} belongs to the index {place}, and it is {shown(got[row].tolist())}."


# 4.3


def _weights(table: torch.Tensor) -> torch.Tensor:
    return table.log() - _row_max(table.log())


def _table(rng: random.Random, size: int) -> tuple:
    shape = rng.randint(1, size + 1), rng.randint(1, size + 2)
    logits = torch.randn(shape, generator=_random(rng)) * rng.choice((0.5, 1, 3))
    return (torch.softmax(logits, 1),)


_TABLES = [
    (torch.tensor([[0.25, 0.75], [0.9, 0.1]]),),
    (torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.15, 0.8, 0.05]]),),
    (torch.tensor([[0.4, 0.35, 0.25], [0.001, 0.099, 0.9]]),),
]


# 4.4


def _naive_softmax(logits: torch.Tensor) -> torch.Tensor:
    counts = logits.exp()
    return counts / _row_sums(counts)


def _logits(rng: random.Random, size: int) -> tuple:
    shape = rng.randint(1, size + 1), rng.randint(1, size + 1)
    logits = torch.randn(shape, generator=_random(rng)) * rng.choice((1, 1, 3, 30, 300))
    if size > 2 and rng.random() < 0.6:
        apart = torch.randint(-1, 2, (shape[0], 1), generator=_random(rng))
        logits += apart * rng.choice((50, 200, 1000))
    return (logits.round(decimals=2),)


# The second is too large for exp, the third too small; the fourth is too large once its minimum has
# been subtracted. In the fifth the rows lie far apart, and in its last row the entries.
_LOGITS = [
    (torch.tensor([[2.0, 1.0], [-1.0, 3.0]]),),
    (torch.tensor([[1000.0, 1001.0, 1002.0], [1000.0, 999.0, 1001.0]]),),
    (torch.tensor([[-1000.0, -1001.0], [-1002.0, -1000.0]]),),
    (torch.tensor([[0.0, 120.0, 1.0]]),),
    (
        torch.tensor(
            [[1000.0, 1001.0, 1002.0], [-1000.0, -999.0, -1001.0], [-1000.0, 1000.0, 999.0]]
        ),
    ),
]

# The ways to counts: exp of the logits as they are, and of logits shifted by something or other.
_COUNTS = {
    "as they are": lambda logits: logits.exp(),
    "shifted by the row's maximum": lambda logits: (logits - _row_max(logits)).exp(),
    "shifted by the greatest of all": lambda logits: (logits - logits.max()).exp(),
}


def _from_counts(gives: Callable[[torch.Tensor], torch.Tensor], says: str) -> list[Mistake]:
    """A mistake that is made after exp, whatever the logits have been shifted by before."""
    return [
        Mistake(lambda logits, counts=counts: gives(counts(logits)), says)
        for counts in _COUNTS.values()
    ]


def _shifted_by(shift: Callable[[torch.Tensor], Any], says: str) -> list[Mistake]:
    """A mistake in what is subtracted; then comes the softmax by hand, or that of PyTorch."""
    return [
        Mistake(lambda logits, softmax=softmax: softmax(logits - shift(logits)), says)
        for softmax in (_naive_softmax, lambda logits: torch.softmax(logits, 1))
    ]


def _rows_of_one_value(expected: torch.Tensor, got: torch.Tensor, *_: Any) -> bool:
    """Whether the rows that are off hold one value throughout, and that is a number."""
    off = (got.double() - expected.double()).abs().amax(1) > 1e-3
    return bool(off.any()) and bool((got[off] == got[off][:, :1]).all())


# 4.5


def _loss(W: torch.Tensor, xs: torch.Tensor, ys: torch.Tensor) -> float:
    return F.cross_entropy(W[xs], ys).item()


def _network(rng: random.Random, size: int) -> tuple:
    V, n = rng.randint(1, size + 1), rng.randint(1, 3 * size)
    W = torch.randn((V, V), generator=_random(rng)) * rng.choice((1, 1, 1, 10, 100))
    if size > 3 and rng.random() < 0.3:
        W += torch.randint(-1, 2, (V, 1), generator=_random(rng)) * 500
    xs, ys = torch.randint(0, V, (2, n), generator=_random(rng))
    return W.round(decimals=2), xs, ys


_W = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5], [-2.0, 1.0, 0.25]])

# The labels of the third have large logits, and its inputs never name the last character; those of
# the fourth have logits far below the greatest.
_NETWORKS = [
    (torch.tensor([[1.0, -1.0], [0.0, 2.0]]), _indices(0, 1, 0), _indices(1, 1, 0)),
    (_W, _indices(0, 1, 2, 2), _indices(1, 2, 0, 1)),
    (100 * _W, _indices(0, 1, 1, 0), _indices(2, 0, 0, 2)),
    (100 * _W, _indices(0, 1, 2), _indices(1, 2, 2)),
]

# The ways to log-probabilities: the right one, one that takes the logarithm too late, and one that
# overflows as well.
_LOG_PROBABILITIES = [
    lambda logits: torch.log_softmax(logits, 1),
    lambda logits: torch.softmax(logits, 1).log(),
    lambda logits: _naive_softmax(logits).log(),
]


def _from_logs(gives: Callable, says: str) -> list[Mistake]:
    """A mistake made with log-probabilities, by whichever way they have been found.

    gives: of the function from logits to log-probabilities, W, xs and ys.
    """
    return [
        Mistake(
            lambda W, xs, ys, logs=logs: _as_number(gives(logs, W, xs, ys)),
            says,
        )
        for logs in _LOG_PROBABILITIES
    ]


def _as_number(result: Any) -> Any:
    return result.item() if isinstance(result, torch.Tensor) and not result.ndim else result


def _picked(logs: torch.Tensor, ys: torch.Tensor) -> torch.Tensor:
    return logs[torch.arange(len(ys)), ys]


def _is(test: Callable[[float], bool]) -> Callable[..., bool]:
    """Whether a result is one number, and what a question to it says."""
    return lambda got: (
        test(float(got)) if not isinstance(got, torch.Tensor) or got.numel() == 1 else False
    )


# Before you start

_STEPS = (0.5, 0.4, 0.2)
_LOG_OF_AB = sum(map(math.log, _STEPS))
_LOGS_OF_AB = (_LOG_OF_AB, -_LOG_OF_AB, -_LOG_OF_AB / len(_STEPS), _LOG_OF_AB / len(_STEPS))


def _order(got: Any) -> str:
    """The letters of an order, whether it comes as a text or as a list of letters."""
    letters = got if isinstance(got, str | list | tuple) else ""
    return "".join(one for one in "".join(map(str, letters)).upper() if one.isalnum())


EXERCISES = {
    "4.a which loss is larger": Exercise(
        answer="ACB",
        accepts=lambda got: _order(got) == "ACB",
        notice="0.69, 1.39 and 1.61. B is nearly sure twice, and pays more for its one blunder "
        "than a model that is in doubt each time.",
        mistakes=[
            Mistake(
                lambda got: sorted(_order(got)) != ["A", "B", "C"],
                "Each of the three letters is asked for, once, such as 'CBA'.",
                test=True,
            ),
            Mistake(
                lambda got: _order(got) == "BAC",
                "This is the order of the mean probabilities, the highest first. The logarithms "
                "are averaged, and not the probabilities.",
                test=True,
            ),
            Mistake(
                lambda got: _order(got) == "BCA",
                "This runs from the largest loss to the smallest.",
                test=True,
            ),
            Mistake(
                lambda got: _order(got) == "CAB",
                "This is the order of the mean probabilities, the lowest first. A higher "
                "probability costs less, and the logarithms are averaged.",
                test=True,
            ),
            Mistake(
                lambda got: _order(got) == "ABC",
                "Look at B and C again. What does a single 0.01 cost, beside three times 0.25? "
                "log(4) is about 1.4, log(100) about 4.6.",
                test=True,
            ),
            Mistake(
                lambda got: _order(got) == "CBA",
                "Look at A and C again. A gives each character twice the probability that C gives "
                "it. Does it pay more for that, or less?",
                test=True,
            ),
        ],
    ),
    "4.b rows that sum to one": Exercise(
        answer=[False, False, True, True],
        notice="The sums have to stand in a column, beside their rows. Or the table is turned, so "
        "that its rows are columns, and turned back.",
        mistakes=[
            how_many(4),
            left_open("One of the four answers is still a ... ."),
            true_or_false(),
            Mistake(
                [True, True, False, False],
                "All four are the other way round. Work out the shape of each divisor, and write "
                "it below (2, 3).",
            ),
            entry(
                0,
                True,
                "Look at the first again. N.sum(1) has two numbers in one dimension. Which size of "
                "(2, 3) do they meet?",
            ),
            entry(
                1,
                True,
                "Look at the second again. It divides by the sums along dimension 0, and these go "
                "down the columns.",
            ),
            entry(
                2,
                False,
                "Look at the third again. [:, None] puts a dimension of size 1 at the end. Which "
                "shape has the divisor then?",
            ),
            entry(
                3,
                False,
                "Look at the fourth again. N.T has three rows and two columns, and the columns of "
                "N.T are the rows of N. Along which dimension do two flat numbers line up there?",
            ),
        ],
    ),
    "4.c how likely is ab": Exercise(
        answer=0.5 * 0.4 * 0.2,
        absolute=1e-4,
        notice="Three bigrams, three factors. That the name ends there has to be said, too.",
        mistakes=[
            in_quotes(),
            Mistake(4, "In percent that is right. Write it as a number from 0 to 1."),
            Mistake(
                0.5 * 0.4,
                "This is the probability that a name begins with ab. It might go on. What has to "
                "come next for the name to be ab?",
            ),
            Mistake(
                0.4 * 0.2,
                "These are two of three factors. How likely is it that the name begins with a?",
            ),
            Mistake(
                0.4,
                "This is b after a alone. The name has to begin with a, and it has to end after b.",
            ),
            Mistake(
                0.5 * 0.6 * 0.5,
                "This is the product with rows for columns. The row is the character before.",
            ),
            Mistake(
                0.5 + 0.4 + 0.2,
                "These are the right three, added up. One has to come, and then the next.",
            ),
            Mistake(
                (0.5 + 0.4 + 0.2) / 3,
                "This is the mean of the right three. One has to come, and then the next.",
            ),
            *[
                Mistake(
                    number,
                    "This comes from the logarithms, as a loss does. Here the probability itself "
                    "is asked for: a product.",
                )
                for number in _LOGS_OF_AB
            ],
            Mistake(
                lambda got: not 0 <= float(got) <= 1,
                "A probability is never below 0, and never above 1.",
                test=True,
            ),
        ],
    ),
    "4.1 shapes": Exercise(
        answer=[(32, 27), (32, 27), (32, 100), (32, 100)],
        notice="The number of examples goes in at the front, and comes out at the front.",
        explain=which_shape(
            "X", "X @ W", "X @ M", "M[xs]", hint="How many rows does it have, and how many columns?"
        ),
        mistakes=[
            left_open("One of the four shapes is still a ... ."),
            Mistake(
                lambda got: all(isinstance(shape, int | float | str) for shape in got),
                "A shape is a tuple with a number for each dimension, in round brackets: (2, 3) "
                "for 2 rows and 3 columns.",
                test=True,
            ),
            Mistake(
                lambda got: any(
                    size == len(from_notebook("xs", lambda: range(228_146)))
                    for shape in got
                    for size in shape
                ),
                "That is as many examples as the lesson has. The xs of this exercise holds 32.",
                test=True,
            ),
            Mistake(
                lambda got: any(26 in shape for shape in got),
                "26 is the number of letters. The . is a character, too.",
                test=True,
            ),
            Mistake(
                lambda got: any(tuple(shape) in ((27, 32), (100, 32)) for shape in got),
                "A table has a row for each example, and rows come first in a shape. One of yours "
                "lies on its side.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32,),
                "(32,) is the shape of the indices, xs. In X a whole row has taken the place of "
                "each index.",
                test=True,
            ),
            Mistake(
                lambda got: any(len(shape) == 3 for shape in got),
                "One of these has three dimensions. A product of two tables is a table, and so is "
                "a selection of rows: (n, k) @ (k, m) is (n, m).",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[1]) == (27, 27),
                "(27, 27) is the shape of W. How many rows has X @ W?",
                test=True,
            ),
            Mistake(
                lambda got: (27, 100) in (tuple(got[2]), tuple(got[3])),
                "(27, 100) is the shape of M. How many of its rows are selected?",
                test=True,
            ),
            Mistake(
                lambda got: len(got[3]) == 1,
                "M[xs] takes a whole row of M for each index, not one number.",
                test=True,
            ),
        ],
    ),
    "4.2 one-hot by hand": Exercise(
        answer=lambda xs, num_classes: torch.eye(num_classes)[xs],
        examples=[
            (_indices(2, 0, 2), 4),
            (_indices(1, 0, 2), 3),
            (_indices(0, 5, 13, 13, 1), 27),
        ],
        generate=_classes,
        forbidden=(F.one_hot,),
        exact_dtype=True,
        explain=_where_the_ones_stand,
        notice="torch.eye(num_classes)[xs] does it in one line: an index selects rows, and the "
        "rows of the identity matrix are the one-hot vectors.",
        mistakes=[
            *[
                Mistake(gives, says)
                for gives, says in (
                    (
                        lambda xs, num_classes: F.one_hot(xs, num_classes),
                        "the right rows, as whole numbers (int64). A product with the weights "
                        "wants floats.",
                    ),
                    (
                        lambda xs, num_classes: F.one_hot(xs, num_classes).int(),
                        "the right rows, as whole numbers. A product with the weights wants "
                        "floats.",
                    ),
                    (
                        lambda xs, num_classes: F.one_hot(xs, num_classes).double(),
                        "the right rows, as floats of 64 bits. The weights have 32, and a product "
                        "does not mix the two: .float() makes 32 of them.",
                    ),
                    (
                        lambda xs, num_classes: F.one_hot(xs, num_classes).bool(),
                        "the right rows, as True and False. A product with the weights wants "
                        "floats: .float() makes 1 and 0 of them.",
                    ),
                )
            ],
            Mistake(
                lambda got: got is not None and not isinstance(got, torch.Tensor),
                "this is no tensor, and a product with the weights wants one: torch.tensor(...), "
                "of floats.",
                test=True,
            ),
            *[
                Mistake(
                    lambda xs, num_classes, size=size: torch.eye(size())[xs],
                    "the number of columns is always the same, whatever num_classes says. "
                    "Characters are one use of this function; it has to work for any number of "
                    "classes.",
                )
                for size in (lambda: 27, lambda: _from_notebook("V"))
            ],
            Mistake(
                lambda xs, num_classes: torch.eye(num_classes)[xs].sum(0).clamp(max=1),
                "a single row holds the 1s of all the examples. Each example needs a row of its "
                "own.",
            ),
            Mistake(
                lambda xs, num_classes: _with_ones(
                    torch.zeros(len(xs), num_classes), (xs, torch.arange(len(xs)))
                ),
                "the two index tensors have changed places: first the row, one for each example, "
                "then the column, where its index points.",
            ),
            Mistake(
                lambda xs, num_classes: _with_ones(
                    torch.zeros(len(xs), num_classes), (slice(None), xs)
                ),
                "every row has got the 1s of all the examples. Pair each row with its own column: "
                "[torch.arange(len(xs)), xs].",
            ),
            Mistake(
                lambda xs, num_classes: _with_ones(torch.zeros(len(xs), num_classes), xs),
                "whole rows are filled with 1s. Each row needs a single 1, in the column of its "
                "index.",
            ),
            Mistake(
                lambda xs, num_classes: torch.eye(num_classes)[xs].T,
                "this is the one-hot table lying on its side: a column for each example. Rows "
                "are examples, columns are characters.",
            ),
            *[
                Mistake(
                    gives,
                    "the width comes from the largest index in xs. It must be num_classes, "
                    "whatever xs holds.",
                )
                for gives in (
                    lambda xs, num_classes: F.one_hot(xs),
                    lambda xs, num_classes: F.one_hot(xs).float(),
                )
            ],
            Mistake(
                lambda xs, num_classes: _with_ones(
                    torch.zeros(num_classes, num_classes), (torch.arange(len(xs)), xs)
                ),
                "there is a row for each class. A row for each example is asked for.",
            ),
            Mistake(
                lambda xs, num_classes: _with_ones(
                    torch.zeros(len(xs), num_classes), (torch.arange(5), xs)
                ),
                "five rows are numbered here, whatever the length of xs is.",
            ),
            Mistake(
                lambda xs, num_classes: torch.eye(len(xs), num_classes),
                "the 1s stand on the diagonal, whatever xs holds. Its indices say where they "
                "belong.",
            ),
            *[
                Mistake(
                    lambda xs, num_classes, row=row: (
                        torch.eye(num_classes)[xs]
                        * (torch.arange(len(xs)) != row % len(xs))[:, None]
                    ),
                    f"the {which} example has got no 1.",
                )
                for which, row in (("last", -1), ("first", 0))
            ],
            Mistake(
                lambda xs, num_classes: (
                    torch.eye(num_classes)[xs] * (torch.arange(len(xs)) == 0)[:, None]
                ),
                "only the first example has got its 1.",
            ),
            Mistake(
                lambda xs, num_classes: torch.eye(num_classes)[xs][:1],
                "there is a row for the first example alone.",
            ),
            *[
                Mistake(
                    lambda xs, num_classes, off=off: torch.eye(num_classes)[xs + off],
                    f"each 1 stands one place too far to the {side}. The index 0 belongs to the "
                    "first column.",
                )
                for off, side in ((1, "right"), (-1, "left"))
            ],
            Mistake(
                lambda xs, num_classes: torch.eye(num_classes)[xs] * xs[:, None],
                "the index itself stands where a 1 belongs. It says where, not how much.",
            ),
            Mistake(
                lambda xs, num_classes: 1 - torch.eye(num_classes)[xs],
                "there is a 0 at the place of each index, and a 1 everywhere else.",
            ),
            Mistake(
                lambda xs, num_classes: torch.zeros(len(xs), num_classes),
                "the shape is right, and there is no 1 anywhere yet.",
            ),
            Mistake(
                lambda xs, num_classes: torch.ones(len(xs), num_classes),
                "there is a 1 everywhere. Each row needs a single one.",
            ),
        ],
    ),
    "4.3 weights for a table": Exercise(
        answer=_weights,
        examples=_TABLES,
        generate=_table,
        notice="Among the many weights of one model, a condition such as this one picks out a "
        "single matrix.",
        mistakes=[
            Mistake(
                lambda table: table,
                "these are the probabilities themselves. softmax takes exp of them, and the rows "
                "come out nearly uniform. Which function undoes exp?",
            ),
            Mistake(
                lambda table: table.exp(),
                "exp leads from logits to counts. You go the other way here, from probabilities "
                "to logits.",
            ),
            Mistake(
                lambda table: torch.softmax(table, 1),
                "softmax leads from weights to probabilities. You go the other way here.",
            ),
            Mistake(
                lambda table: table.log() - table.log().max(1, keepdim=True),
                ".max along a dimension gives two things, the values and where they stand. Take "
                ".values.",
            ),
            Mistake(
                lambda table: table.log() - table.log().max(),
                "one number was subtracted everywhere, the maximum of the whole table. Each row "
                "has a maximum of its own.",
            ),
            Mistake(
                lambda table: table.log() - table.log().max(1).values,
                "the row maxima lie down as a row, so that each column lost another row's "
                "maximum. They have to stand in a column: keepdim=True.",
            ),
            Mistake(
                lambda table: table.log() - table.log().max(0, keepdim=True).values,
                "the maximum of each column was subtracted. That is a different model: only a "
                "constant for each row leaves it as it is.",
            ),
            Mistake(
                lambda table: table - _row_max(table),
                "the greatest weight of each row is 0, and the logarithm is missing: these are "
                "still probabilities, not logits.",
            ),
            Mistake(
                lambda table: table / _row_max(table),
                "each row was divided by its maximum, so the greatest is 1. What is the logarithm "
                "of this?",
            ),
            Mistake(
                lambda table: _weights(table) / math.log(10),
                "this is the logarithm to the base 10. exp is undone by the natural one, .log().",
            ),
            Mistake(
                lambda table: _weights(table) / math.log(2),
                "this is the logarithm to the base 2. exp is undone by the natural one, .log().",
            ),
            Mistake(
                lambda table: table.log() - table.log().min(1, keepdim=True).values,
                "here the least weight of each row is 0. The greatest one should be.",
            ),
            Mistake(
                lambda table: -_weights(table),
                "the sign is turned around: the rarest character would be the most likely one.",
            ),
            Mistake(
                lambda table: -table.log(),
                "with the minus these are the costs of lesson 3, large where a character is rare. "
                "Logits are large where it is likely: leave the minus out.",
            ),
            Mistake(
                lambda table: table.log() + _row_max(table.log()),
                "the maximum was added to each row. Subtract it, and the greatest becomes 0.",
            ),
            Mistake(
                lambda expected, got, table: (
                    got.shape == table.shape
                    and torch.allclose(torch.softmax(got.float(), 1), table, atol=1e-4)
                ),
                "softmax of this is the table, so the model is right. What is missing is the "
                "condition that the greatest weight of each row is 0. You may subtract a number "
                "from each row.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: (
                    got.shape == table.shape
                    and torch.allclose(got.max(1).values, torch.zeros(1).to(got), atol=1e-6)
                ),
                "the greatest weight of each row is 0, as it should be. But softmax of this is not "
                "the table.",
                sees=True,
            ),
        ],
    ),
    "4.4 safe softmax": Exercise(
        answer=lambda logits: torch.softmax(logits, 1),
        examples=_LOGITS,
        generate=_logits,
        tolerance=1.5e-4,  # near 1000 a float32 has four decimals at most
        notice="After the shift each row holds an exp(0) = 1, so its sum is never 0 and never "
        "infinite.",
        mistakes=[
            *_from_counts(
                lambda counts: counts / counts.sum(0, keepdim=True),
                "the counts were divided by the sums of their columns. Each row has a sum of its "
                "own: .sum(1, keepdim=True).",
            ),
            *[
                Mistake(
                    lambda logits, softmax=softmax: softmax(logits, 0),
                    "your columns sum to 1, not your rows: this is the softmax over dimension 0.",
                )
                for softmax in (
                    torch.softmax,
                    lambda logits, dim: (
                        (logits - logits.max(0).values).exp()
                        / (logits - logits.max(0).values).exp().sum(0)
                    ),
                )
            ],
            *_from_counts(
                lambda counts: counts / counts.sum(1),
                "the row sums were divided into the columns: without keepdim=True they lie down "
                "as a row.",
            ),
            *_from_counts(
                lambda counts: counts / counts.sum(),
                "the whole table sums to 1 here, or would. Each row must do so for itself: .sum(1, "
                "keepdim=True).",
            ),
            *_from_counts(
                lambda counts: counts,
                "these are counts. Divide each row by its sum.",
            ),
            *_from_counts(
                lambda counts: counts / _row_max(counts),
                "each row was divided by its greatest count. Divide it by its sum.",
            ),
            *_from_counts(
                lambda counts: counts / counts.mean(1, keepdim=True),
                "each row was divided by its mean. Divide it by its sum.",
            ),
            Mistake(
                lambda logits: torch.softmax(logits.flatten(), 0).reshape(logits.shape),
                "the whole table sums to 1 here. Each row must do so for itself.",
            ),
            Mistake(
                lambda logits: logits - _row_max(logits),
                "these are the shifted logits. What softmax does comes after: exp, then divide.",
            ),
            *[
                Mistake(
                    gives,
                    "the greatest logit got the least probability. Subtract the maximum from the "
                    "logits, not the logits from the maximum.",
                )
                for gives in (
                    lambda logits: torch.softmax(-logits, 1),
                    lambda logits: _naive_softmax(_row_max(logits) - logits),
                    lambda logits: _naive_softmax(-logits),
                )
            ],
            Mistake(
                lambda logits: torch.log_softmax(logits, 1),
                "these are the logarithms of the probabilities. The probabilities are asked for.",
            ),
            *[
                Mistake(
                    lambda logits, shift=shift: (
                        (logits - shift(logits)) / _row_sums(logits - shift(logits))
                    ),
                    "the logits were divided by their sum. They must become counts first: exp.",
                )
                for shift in (lambda logits: 0, _row_max)
            ],
            Mistake(
                lambda logits: torch.softmax(torch.softmax(logits, 1), 1),
                "softmax was applied twice. The second one takes probabilities for logits.",
            ),
            Mistake(
                lambda logits: torch.sigmoid(logits),
                "each entry went through a sigmoid by itself. Nothing makes the rows sum to 1.",
            ),
            Mistake(
                lambda logits: F.one_hot(logits.argmax(1), logits.shape[1]).float(),
                "the greatest logit of each row got all the probability. The others have their "
                "shares as well.",
            ),
            *[
                Mistake(
                    lambda logits, name=name: torch.softmax(_from_notebook(name), 1),
                    f"this is the softmax of the notebook's {name}, whatever logits are given.",
                )
                for name in ("big", "logits")
            ],
            Mistake(
                lambda logits: logits - logits.max(1, keepdim=True),
                ".max along a dimension gives two things, the values and where they stand. Take "
                ".values.",
            ),
            *_shifted_by(
                lambda logits: logits.max(1).values,
                "the maxima have been subtracted from the wrong places: without keepdim=True "
                "they lie down as a row, one for each column.",
            ),
            *_shifted_by(
                lambda logits: logits.max(0, keepdim=True).values,
                "the maximum of each column was subtracted. That is another constant for each "
                "entry of a row, and changes the shares.",
            ),
            *_shifted_by(
                lambda logits: -_row_max(logits),
                "each row's maximum was added. It has to be subtracted, so that nothing is above "
                "0.",
            ),
            *[
                Mistake(
                    lambda logits, low=low, high=high: _naive_softmax(logits.clamp(low, high)),
                    "large logits are cut off at a limit, and those beyond it are all alike then, "
                    "and so are their probabilities. A shift keeps their distances.",
                )
                for limit in (10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 86, 87, 88)
                for low, high in ((None, limit), (-limit, limit))
            ],
            Mistake(
                lambda logits: _naive_softmax(logits / _row_max(logits)),
                "each row was divided by its maximum. That changes the shares. What may be "
                "subtracted from a row without changing them?",
            ),
            Mistake(
                _rows_of_one_value,
                "in the rows that are off all entries are the same, whatever the logits were. "
                "Counts or sums that are infinite or 0 may hide behind that. With each row's "
                "maximum subtracted first there are none.",
                sees=True,
            ),
            Mistake(
                lambda logits: _naive_softmax(logits - logits.min(1, keepdim=True).values),
                "after the shift the least logit of each row is 0, and the greatest may still be "
                "too large for exp. Subtract the maximum.",
            ),
            Mistake(
                lambda logits: _naive_softmax(logits - logits.mean(1, keepdim=True)),
                "a row with its mean subtracted may still reach far above 0, too far for exp. "
                "Subtract the maximum: then nothing is above 0.",
            ),
            Mistake(
                lambda logits: _naive_softmax(logits - logits.max()),
                "one maximum for the whole table leaves the other rows far below 0. exp makes "
                "zeros of them, and 0 / 0 is NaN. Each row needs its own maximum.",
            ),
            *[
                Mistake(
                    lambda logits, number=number: _naive_softmax(logits - number),
                    f"{number} was subtracted everywhere. That helps logits near {number} and "
                    "harms others. Each row knows what to subtract: its maximum.",
                )
                for number in (88, 90, 100, 500, 900, 1000)
            ],
            Mistake(
                lambda got: bool(got.isnan().any()),
                "the result holds NaN. Of exp too large numbers become infinite and a whole row "
                "may become 0, and inf / inf and 0 / 0 are NaN. Subtract each row's maximum before "
                "exp, and take exp of the difference.",
                test=True,
            ),
        ],
    ),
    "4.5 loss of a network": Exercise(
        answer=lambda W, xs, ys: _loss(W, xs, ys),
        examples=_NETWORKS,
        generate=_network,
        tolerance=1e-4,
        absolute=5e-4,  # a difference of two numbers near 500
        notice="This is F.cross_entropy(W[xs], ys), the last line that you need to write by hand.",
        mistakes=[
            *_from_logs(
                lambda logs, W, xs, ys: -_picked(logs(W[xs]), ys).sum(),
                "this is the sum over the examples. The loss is their mean.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: _picked(logs(W[xs]), ys).mean(),
                "this is the mean log-likelihood. The minus sign is missing.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: _picked(logs(W[xs]), ys).sum(),
                "this is the log-likelihood, the sum of the logarithms. The mean of it and a minus "
                "are missing.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: -logs(W[xs]).mean(),
                "this is the mean over all the entries of every row. Only the label's entry "
                "counts: one number for each example.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: -logs(W[xs])[ys].mean(),
                "[ys] picks whole rows. Pick one entry for each example: [torch.arange(len(ys)), "
                "ys], a row index and a column index.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: -logs(W[xs])[:, ys].mean(),
                "all rows were taken with all the labels' columns, n x n numbers. Pair each row "
                "with its own label: [torch.arange(len(ys)), ys].",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: -_picked(logs(W[xs]), ys).exp().mean(),
                "the logarithm is missing: this is the mean of the labels' probabilities, with a "
                "minus sign.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: _picked(logs(W[xs]), ys).exp().mean(),
                "this is the mean of the labels' probabilities. Take the logarithm of each before "
                "the mean, then the minus sign.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: -_picked(logs(W[xs]), ys).exp().mean().log(),
                "the mean came first and the logarithm after. The logarithm of a mean is not the "
                "mean of the logarithms.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: (-_picked(logs(W[xs]), ys).mean()).exp(),
                "this is the exponential of the loss, the perplexity. The loss itself is asked "
                "for.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: -_picked(logs(W[xs]), ys).mean() / math.log(2),
                "this is the loss in bits: a logarithm with the base 2. Take the natural one.",
            ),
            Mistake(
                lambda W, xs, ys: -W[xs, ys].mean().item(),
                "these are the labels' logits. They become log-probabilities by way of softmax.",
            ),
            Mistake(
                lambda W, xs, ys: -(W[xs, ys] - W[xs].max(1).values).mean().item(),
                "these are the labels' logits, shifted. They become log-probabilities by "
                "subtracting the logarithm of the row's sum of counts.",
            ),
            *[
                Mistake(
                    lambda W, xs, ys, shift=shift: (
                        (W[xs] - shift(W[xs])).exp().sum().log()
                        - _picked(W[xs] - shift(W[xs]), ys).mean()
                    ).item(),
                    "the counts of the whole table were summed. Each row has a sum of its own: "
                    ".sum(1, keepdim=True).",
                )
                for shift in (_row_max, lambda logits: 0)
            ],
            *[
                Mistake(
                    lambda W, xs, ys, gives=gives: (
                        -_picked(gives(W[xs], W[xs] - _row_max(W[xs])), ys).mean().item()
                    ),
                    says,
                )
                for gives, says in (
                    (
                        lambda logits, shifted: shifted - _row_sums(shifted.exp()),
                        "the sum of the counts was subtracted. Its logarithm is to be.",
                    ),
                    (
                        lambda logits, shifted: shifted - _row_sums(logits.exp()).log(),
                        "the logits are shifted, and the sum is that of the counts before the "
                        "shift. Both have to be of the same logits.",
                    ),
                    (
                        lambda logits, shifted: logits - _row_sums(shifted.exp()).log(),
                        "the sum is that of the shifted counts, and the logits are not shifted. "
                        "Both have to be of the same logits.",
                    ),
                    (
                        lambda logits, shifted: shifted / _row_sums(shifted.exp()),
                        "the shifted logits were divided by the sum of the counts. The logarithm "
                        "of a quotient is a difference: subtract the logarithm of the sum.",
                    ),
                )
            ],
            *_from_logs(
                lambda logs, W, xs, ys: -_picked(logs(W[xs]), xs).mean(),
                "the entries of the inputs, xs, were picked. The labels are in ys.",
            ),
            *[
                Mistake(
                    lambda W, xs, ys, softmax=softmax: F.cross_entropy(softmax(W[xs]), ys).item(),
                    "F.cross_entropy got probabilities. It wants the logits, and does softmax "
                    "itself.",
                )
                for softmax in (lambda logits: torch.softmax(logits, 1), _naive_softmax)
            ],
            *_from_logs(
                lambda logs, W, xs, ys: -_picked(logs(W[ys]), xs).mean(),
                "inputs and labels have changed places: the inputs select the rows, the labels "
                "the columns.",
            ),
            *_from_logs(
                lambda logs, W, xs, ys: -_picked(logs(W.T[xs]), ys).mean(),
                "the inputs select rows of W, and here they selected columns.",
            ),
            *[
                Mistake(
                    lambda W, xs, ys, logs=logs: -_picked(logs(W[xs]), ys).mean().item(),
                    "softmax went down the columns, over the examples. It belongs along each row: "
                    "dimension 1.",
                )
                for logs in (
                    lambda logits: torch.log_softmax(logits, 0),
                    lambda logits: torch.softmax(logits, 0).log(),
                )
            ],
            *[
                Mistake(
                    lambda W, xs, ys, shift=shift, keep=keep: (
                        -_picked(
                            W[xs]
                            - shift(W[xs])
                            - (W[xs] - shift(W[xs])).exp().sum(1, keepdim=keep).log(),
                            ys,
                        )
                        .mean()
                        .item()
                    ),
                    "without keepdim=True the maxima or the sums of the rows lie down as a row, "
                    "and are subtracted from the wrong places.",
                )
                for shift, keep in (
                    (lambda logits: logits.max(1).values, False),
                    (lambda logits: logits.max(1).values, True),
                    (_row_max, False),
                    (lambda logits: 0, False),
                )
            ],
            Mistake(
                lambda W, xs, ys: (
                    -_picked(
                        W[xs]
                        - W[xs].max()
                        - (W[xs] - W[xs].max()).exp().sum(1, keepdim=True).log(),
                        ys,
                    )
                    .mean()
                    .item()
                ),
                "one maximum was subtracted from the whole table. In a row far below it every "
                "count becomes 0. Each row needs its own maximum.",
            ),
            *[
                Mistake(
                    lambda W, xs, ys, gives=gives: F.cross_entropy(gives(W, xs), ys).item(),
                    says,
                )
                for gives, says in (
                    (
                        lambda W, xs: F.one_hot(xs, num_classes=27).float() @ W,
                        "27 columns are written into it, and this W has not as many rows. "
                        "W[xs] needs no number, and len(W) tells how many there are.",
                    ),
                    (
                        lambda W, xs: F.one_hot(xs, num_classes=_from_notebook("V")).float() @ W,
                        "the notebook's V decides the number of columns, and this W has not as "
                        "many rows. len(W) tells how many there are.",
                    ),
                    (
                        lambda W, xs: F.one_hot(xs, num_classes=len(W)) @ W,
                        "F.one_hot gives whole numbers, and the product wants floats: .float().",
                    ),
                    (
                        lambda W, xs: F.one_hot(xs).float() @ W,
                        "without num_classes the width comes from the largest index in xs, and W "
                        "may have more rows than that.",
                    ),
                )
            ],
            Mistake(
                lambda W, xs, ys: (
                    F.cross_entropy(W[xs], ys, reduction="sum").item() / len(_from_notebook("xs"))
                ),
                "the sum was divided by the number of examples of the lesson. Here n is len(ys).",
            ),
            *[
                Mistake(
                    lambda W, xs, ys, own=own: _loss(*map(_from_notebook, own)),
                    "this is the loss of the notebook's own tensors, whatever the function is "
                    "given.",
                )
                for own in (
                    ("W", "xs", "ys"),
                    ("W", "emma_xs", "emma_ys"),
                    ("W_counts", "xs", "ys"),
                )
            ],
            Mistake(
                lambda W, xs, ys: _loss(W, _from_notebook("emma_xs"), _from_notebook("emma_ys")),
                "this is the loss on emma. Use the xs and ys that the function is given.",
            ),
            Mistake(
                lambda W, xs, ys: _loss(_from_notebook("W"), xs, ys),
                "this is the loss of the notebook's W. Use the one that the function is given.",
            ),
            Mistake(
                lambda W, xs, ys: _loss(W, xs[:1], ys[:1]),
                "this is the loss of the first example alone.",
            ),
            *[
                Mistake(
                    gives,
                    "this is one loss for each example. The loss of the network is their mean.",
                )
                for gives in (
                    lambda W, xs, ys: F.cross_entropy(W[xs], ys, reduction="none"),
                    lambda W, xs, ys: F.cross_entropy(W[xs], ys, reduction="none").tolist(),
                )
            ],
            *[
                Mistake(
                    lambda W, xs, ys, keep=keep: (
                        -keep(_picked(torch.softmax(W[xs], 1), ys)).log().mean().item()
                    ),
                    "a label's probability came out as 0, and a small number was put in its place. "
                    "That makes the loss finite, and wrong. From the shifted logits you can get "
                    "to log-probabilities without any 0, as log_softmax does.",
                )
                for least in (1e-30, 1e-20, 1e-16, 1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
                for keep in (
                    lambda p, least=least: p.clamp(min=least),
                    lambda p, least=least: p + least,
                )
            ],
            *_from_logs(
                lambda logs, W, xs, ys: -_picked(logs(W[xs]), ys).log().mean(),
                "the logarithm was taken twice. Log-probabilities are negative and need no second "
                "one.",
            ),
            Mistake(
                lambda W, xs, ys: -_picked(_LOG_PROBABILITIES[1](W[xs]), ys).mean().item(),
                "softmax copes with large logits, and then a label's probability comes out as 0 "
                "before its logarithm is taken. Go from the shifted logits straight to "
                "log-probabilities, as log_softmax does.",
            ),
            Mistake(
                lambda W, xs, ys: -_picked(_LOG_PROBABILITIES[2](W[xs]), ys).mean().item(),
                "large logits become infinite in exp: subtract each row's maximum first. Then go "
                "straight to log-probabilities, as log_softmax does, for a label's probability "
                "may come out as 0.",
            ),
            Mistake(
                _is(lambda loss: math.isnan(loss) or math.isinf(loss)),
                "the loss is not finite. Large logits become infinite in exp, and a label's "
                "probability may come out as 0 before its logarithm is taken. Go from the shifted "
                "logits straight to log-probabilities, as log_softmax does.",
                test=True,
            ),
        ],
    ),
}
