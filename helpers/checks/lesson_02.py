"""Exercises of lesson 2, broadcasting and keepdim."""

import random
from collections.abc import Callable
from itertools import zip_longest

import numpy as np
import torch

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
    which_entry,
)

Shape = tuple[int, ...]


def _broadcast_shape(a: Shape, b: Shape) -> Shape | None:
    result = []  # by hand: torch.broadcast_shapes loads half of PyTorch when it is first called
    for one, other in reversed(_pairs_from_the_right(a, b)):
        if one != other and 1 not in (one, other):
            return None
        result.append(other if one == 1 else one)
    return tuple(result)


def _pairs_from_the_right(a: Shape, b: Shape) -> list[tuple[int, int]]:
    return list(zip_longest(reversed(a), reversed(b), fillvalue=1))


def _aligned_left(a: Shape, b: Shape) -> Shape | None:
    length = max(len(a), len(b))
    a, b = (shape + (1,) * (length - len(shape)) for shape in (a, b))
    return _broadcast_shape(a, b)


def _zip_alone(a: Shape, b: Shape) -> Shape | None:
    """A mistake of exercise 2.3: zip walks from the left, and stops at the shorter shape."""
    shorter = min(len(a), len(b))
    return _broadcast_shape(a[:shorter], b[:shorter])


def _first_pair_only(a: Shape, b: Shape) -> Shape | None:
    """A mistake of exercise 2.3: a return within the loop."""
    length = max(len(a), len(b))
    a, b = ((1,) * (length - len(shape)) + shape for shape in (a, b))
    return _broadcast_shape(a[:1], b[:1]) if length else None


def _smaller_sizes(a: Shape, b: Shape) -> Shape | None:
    """A mistake of exercise 2.3: a 1 wins over the size that it meets."""
    pairs = _pairs_from_the_right(a, b)
    fits = all(one == other or 1 in (one, other) for one, other in pairs)
    return tuple(min(pair) for pair in reversed(pairs)) if fits else None


def _first_wrong_pair(expected: list, got: object) -> str:
    """Say which shape is wrong, and not what is right: there is little else to find out."""
    if not isinstance(got, list | tuple) or len(got) != len(expected):
        return "Four answers are asked for, in a list, as in the cell you were given."
    order = zip(("first", "second", "third", "fourth"), expected, got, strict=True)
    pair, shape = next((pair, other) for pair, one, other in order if not same(one, other))
    return f"The {pair} pair does not give {shown(shape)}. The hint below helps."


def _other_shape(expected: Shape | None, got: object) -> str:
    if isinstance(got, tuple | list):
        if None in got:
            return "where one pair of sizes clashes, the whole answer is None, not a part of it."
        if expected is None:
            return (
                f"these shapes clash, and your function returned {shown(got)}. Two sizes that "
                "differ fit only if one of them is 1: return None."
            )
        return f"expected {expected!r}, got {shown(got)}."
    if expected is None:
        return f"these shapes clash. The answer to that is None, got {shown(got)}."
    return f"a shape is a tuple, and this is a {type(got).__name__}. tuple(...) makes one."


def _verdict(table: torch.Tensor) -> bool:
    return bool((table >= 0).all()) and _rows_sum_to_one(table)


def _rows_sum_to_one(table: torch.Tensor) -> bool:
    return bool(((table.sum(1) - 1).abs() < 1e-4).all())


def _asserted(table: torch.Tensor) -> bool:
    """A mistake of exercise 2.5."""
    if not _verdict(table):
        raise AssertionError
    return True


def _other_verdict(expected: bool, got: object) -> str:
    if not isinstance(got, bool) and getattr(got, "dtype", None) not in (torch.bool, np.bool_):
        joined = " `and` makes one of two." if isinstance(got, tuple | list) else ""
        return f"one True or False is asked for, got {shown(got)}.{joined}"
    if expected:
        return "this is a table of probabilities, and your function says that it is none."
    return "this is no table of probabilities, and your function says that it is one."


def _table(*rows: list[float], dtype: torch.dtype | None = None) -> tuple[torch.Tensor]:
    """The arguments of a call with one table."""
    return (torch.tensor(rows, dtype=dtype),)


def _numbers(rng: random.Random, rows: int, columns: int) -> list[list[float]]:
    return [[rng.randrange(-99, 100) / 8 for _ in range(columns)] for _ in range(rows)]


def _sizes(rng: random.Random, size: int) -> tuple[int, int]:
    """Rows and columns: few at first, then more, now and then hundreds of one; square, too."""
    most = size + 1 if size < 5 else 3 * size
    rows, columns = rng.randint(1, most), rng.randint(1, most)
    if size > 4 and rng.random() < 0.1:
        return rng.choice([(rows, 30 * size), (30 * size, columns)])
    return (rows, rows) if rng.random() < 0.3 else (rows, columns)


def _floats(rng: random.Random, size: int) -> tuple[torch.Tensor]:
    return (torch.tensor(_numbers(rng, *_sizes(rng, size))),)


def _counts(rng: random.Random, size: int) -> tuple[torch.Tensor]:
    """Counts, integers or floats: some are 0, no whole column is."""
    rows, columns = _sizes(rng, size)
    table = torch.tensor(
        [[rng.choice([0, rng.randint(1, 999)]) for _ in range(columns)] for _ in range(rows)]
    )
    table[rng.randrange(rows)] += 1
    return (table.float() if rng.random() < 0.4 else table,)


def _perhaps_probabilities(rng: random.Random, size: int) -> tuple[torch.Tensor]:
    """Half of these are tables of probabilities. Each other one breaks one rule, in one row."""
    rows, columns = (max(2, each) for each in _sizes(rng, min(size, 6)))
    table = torch.tensor([[rng.random() for _ in range(columns)] for _ in range(rows)])
    if rng.random() < 0.4:  # some are 0, none is all of a row
        table[:, 1:] *= table[:, 1:] > 0.5
    table /= table.sum(1, keepdim=True)
    row = rng.randrange(rows)
    one, other = rng.sample(range(columns), 2)
    wrong = ["negative", "more", "less", "nan", "one nan", "moved", "scaled", "columns", "whole"]
    kind = rng.choice([*["good"] * len(wrong), *wrong])
    if kind == "negative":  # and the row still sums to 1
        table[row, one] += table[row, other] + 0.25
        table[row, other] = -0.25
    elif kind == "more":
        table[row, one] += rng.choice([0.02, 0.3])
    elif kind == "less":
        table[row] *= rng.choice([0.5, 0.97])
    elif kind == "nan":
        table[row] = float("nan")
    elif kind == "one nan":  # and the others sum to 1
        table[row, other] += table[row, one]
        table[row, one] = float("nan")
    elif kind == "moved":  # from one row to another: the sum of all is right
        table[row, one] += 0.1
        table[row - 1] *= 0.9
    elif kind == "scaled":
        table *= rng.choice([0.5, 2])
    elif kind == "columns":
        table /= table.sum(0)
    elif kind == "whole":
        table /= table.sum()
    return (table,)


def _a_table_and_a_row(rng: random.Random, size: int) -> tuple[torch.Tensor, int]:
    rows, columns = _sizes(rng, size)
    table = torch.tensor([[rng.randint(1, 99) for _ in range(columns)] for _ in range(rows)])
    return (table.float() if rng.random() < 0.4 else table), rng.randrange(rows)


def _without_row(table: torch.Tensor, i: int) -> torch.Tensor:
    result = table.clone()
    result[i] = 0
    return result


def _ones(table: torch.Tensor) -> torch.Tensor:
    """A 1 for each column."""
    return torch.ones(table.shape[1], dtype=torch.float64)


def _two_shapes(rng: random.Random, size: int) -> tuple[Shape, Shape]:
    """Two shapes that mostly fit: with a 1 here, a size missing there, and up to 5 dimensions."""
    sizes = [rng.choice([1, 2, 3, 4, 6, 27]) for _ in range(rng.randint(0, min(size, 5)))]
    shapes = []
    for _ in range(2):
        shape = [1 if rng.random() < 0.3 else each for each in sizes]
        if shape and rng.random() < 0.25:
            shape[rng.randrange(len(shape))] = rng.choice([1, 2, 3, 5])
        shapes.append(tuple(shape[rng.choice([0, 0, *range(len(shape) + 1)]) :]))
    return shapes[0], shapes[1]


def _of_the_lesson(expected: object, got: torch.Tensor, *_: object) -> bool:
    """Whether a result has the shape of the lesson's own table, which was not given."""
    table = from_notebook("N", lambda: torch.zeros(27, 27))
    return tuple(got.shape) == tuple(table.shape) != tuple(expected.shape)


def _part_of_result(a: Shape, b: Shape, part: slice) -> Shape | None:
    shape = _broadcast_shape(a, b)
    return None if shape is None else shape[part]


def _backwards_from_the_right(a: Shape, b: Shape) -> Shape | None:
    """A mistake of exercise 2.3: zip over both in reverse, and the result is left in reverse."""
    shorter = min(len(a), len(b))
    shape = _broadcast_shape(a[len(a) - shorter :], b[len(b) - shorter :])
    return None if shape is None else shape[::-1]


def _multiples_fit(a: Shape, b: Shape) -> Shape | None:
    pairs = _pairs_from_the_right(a, b)
    fits = all(max(pair) % min(pair) == 0 for pair in pairs)
    return tuple(max(pair) for pair in reversed(pairs)) if fits else None


def _without_leading_ones(a: Shape, b: Shape) -> Shape | None:
    shape = _broadcast_shape(a, b)
    while shape and shape[0] == 1:
        shape = shape[1:]
    return shape


def _first_with_fit(a: Shape, b: Shape) -> Shape | None:
    """A mistake of exercise 2.3: the sizes of the first shape, where the two fit."""
    if _broadcast_shape(a, b) is None:
        return None
    return (1,) * (len(b) - len(a)) + tuple(a)


def _by_places(a: Shape, b: Shape) -> Shape | None:
    """A mistake of exercise 2.3: sizes are looked up by their place from the left."""
    result = []
    for place in range(max(len(a), len(b))):
        if a[place] != b[place] and 1 not in (a[place], b[place]):
            return None
        result.append(max(a[place], b[place]))
    return tuple(result)


def _without_torch(answer: Callable) -> str | None:
    """Exercise 2.3 asks for plain Python. PyTorch does not tell `Forbid` of this function."""
    for module, name in ((torch, "torch"), (np, "np")):
        original, used = module.broadcast_shapes, []
        module.broadcast_shapes = lambda *shapes, f=original, used=used: (
            used.append(1) or f(*shapes)
        )
        try:
            answer((2, 3), (3,))
        finally:
            module.broadcast_shapes = original
        if used:
            return (
                f"The results are right, but they are those of {name}.broadcast_shapes. The task "
                "is to write the rule down in plain Python."
            )
    return None


_WITH_A_TENSOR = (
    torch.broadcast_tensors,
    torch.Tensor.expand,
    torch.Tensor.add,
    torch.Tensor.__add__,
    torch.add,
    torch.zeros,
    torch.ones,
    torch.empty,
)
"""What exercise 2.3 does without: PyTorch's own broadcasting, asked for its opinion."""


def _without_column(table: torch.Tensor, i: int) -> torch.Tensor:
    result = table.clone()
    result[:, i] = 0
    return result


def _only_row(table: torch.Tensor, i: int) -> torch.Tensor:
    result = torch.zeros_like(table)
    result[i] = table[i]
    return result


def _with_first_of_row(table: torch.Tensor, i: int) -> torch.Tensor:
    result = table.clone()
    result[i, 0] = 0
    return result


def _other_table(expected: torch.Tensor, got: object) -> str:
    if isinstance(got, torch.Tensor) and got.shape == expected.shape:
        return ""
    if isinstance(got, torch.Tensor):
        return (
            f"the whole table is asked for, of shape {tuple(expected.shape)}. This has the shape "
            f"{tuple(got.shape)}."
        )
    return ""


EXERCISES = {
    "2.a rows and columns": Exercise(
        answer=[1, 2, 4],
        notice="The row is the character before, the column the one after. How names begin and end "
        "stands in the row and the column of the `.`, one cell for each letter.",
        explain=which_entry("the names that begin with b", "the names that end in b", "ab"),
        mistakes=[
            how_many(3),
            left_open("One of the three answers is still a ... ."),
            in_quotes(),
            Mistake(
                [2, 1, 3],
                "All three were read with rows for columns. Which of the two characters of a "
                "bigram does the row belong to?",
            ),
            Mistake(
                [2, 1, 4],
                "The count of ab is right, and the other two have changed places. That a name "
                "begins with b is a bigram, too: which of its two characters is the `.`?",
            ),
            *[
                entry(place, 5, f"5 is how often b occurs at all. Not every b {does} a name.")
                for place, does in ((0, "begins"), (1, "ends"))
            ],
            *[
                entry(place, 4, "4 is the number of names. Not each of them has a b there.")
                for place in (0, 1)
            ],
            entry(
                0,
                3,
                "3 is the count of .a, and of ba. Which bigram stands at the beginning of a name "
                "that begins with b?",
            ),
            entry(
                2,
                3,
                "3 is the count of ba. The first character of a bigram names the row, the second "
                "the column.",
            ),
            entry(
                2,
                7,
                "7 is ab and ba together. They are two bigrams, and have a cell each.",
            ),
        ],
    ),
    "2.b after bab": Exercise(
        answer=2 / 5,
        absolute=1e-3,
        notice="One row, divided by its own sum. That a ba stood before does not matter: the table "
        "sees the last character alone.",
        mistakes=[
            in_quotes(),
            Mistake(2, "This is a count. A probability is a share: this count, out of how many?"),
            Mistake(40, "In percent that is right. Write it as a number from 0 to 1."),
            Mistake(
                2 / 15,
                "This is the share among all the bigrams of the table. After a b only some of "
                "these can come.",
            ),
            Mistake(
                2 / 4,
                "This is 2 in 4: of all names, the share of those that end in b. Asked is, of all "
                "that comes after a b, the share of the `.`.",
            ),
            Mistake(
                2 / 3,
                "This compares the `.` with the a. A share compares it with all that can come, "
                "itself among it.",
            ),
            Mistake(
                1 / 4,
                "1 in 4 is how likely a name is to begin with b: that is the row of the `.`.",
            ),
            Mistake(
                1 / 5,
                "1 in 5 of all b's begins a name. That is a share of a column, and what comes next "
                "stands in a row.",
            ),
            Mistake(
                1 / 4 * 3 / 5 * 4 / 6 * 2 / 5,
                "This is the probability of the whole name, from its first `.` to its last. Up to "
                "bab all is said already. The last step alone is asked for.",
            ),
            Mistake(
                4 / 6 * 2 / 5,
                "The step from a to b is in this, too. It is done: the last step alone is asked "
                "for.",
            ),
            Mistake(
                lambda got: not 0 <= float(got) <= 1,
                "A probability is never below 0, and never above 1.",
                test=True,
            ),
        ],
    ),
    "2.c one seed": Exercise(
        answer=[1, 5, 2],
        notice="A generator goes on where it stopped. Made anew from the same seed, it begins at "
        "the same place, and says the same name.",
        explain=which_entry("the first loop", "the second loop", "the third loop"),
        mistakes=[
            how_many(3),
            left_open("One of the three answers is still a ... ."),
            in_quotes(),
            Mistake(
                lambda got: any(not 1 <= one <= 5 for one in got),
                "Each list holds five names. So there are at least 1 and at most 5 different ones.",
                test=True,
            ),
            entry(
                0,
                lambda one: one != 1,
                "The first loop makes a new generator in each round, each from the seed 7. What "
                "does a generator draw that begins anew from the same seed?",
            ),
            entry(
                1,
                1,
                "The second loop makes its generator once, before all rounds. Does this one begin "
                "anew for each name?",
            ),
            entry(
                2,
                5,
                "The third loop makes five generators, and not all of their seeds are different.",
            ),
            entry(
                2,
                1,
                "The third loop has more than one seed, and two seeds begin at two places.",
            ),
        ],
    ),
    "2.1 shapes that meet": Exercise(
        answer=[(27, 27), None, (27, 27), (2, 3, 4)],
        notice="The third is the one that hurts: a column and a flat row fill a whole table.",
        explain=_first_wrong_pair,
        mistakes=[
            Mistake(
                lambda got: len(got) != 4,
                "Four answers are asked for, in a list, as in the cell you were given.",
                test=True,
            ),
            left_open("One of the four shapes is still a ... ."),
            Mistake(
                lambda got: any(isinstance(shape, str) for shape in got),
                "One of these stands in quotation marks. A clash is written None, and a shape "
                "(2, 3), both without quotation marks.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(shape, bool) for shape in got),
                "A clash is written None, not True or False.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(shape, torch.Tensor) for shape in got),
                "One of these is a tensor. Its shape alone is asked for.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(shape, int) for shape in got),
                "One of these is a number, and a shape is a tuple.",
                test=True,
            ),
            Mistake(
                lambda got: got[0] in ((27, 1), (27, 27, 1), None),
                "Look at the first pair again: 27 meets 1, and a 1 stretches to what it meets.",
                test=True,
            ),
            Mistake(
                lambda got: got[1] == (5, 3),
                "Look at the second pair again. (5, 3) would come out if (5,) were lined up at the "
                "left, with the 5 of (5, 3). Shapes are aligned at the right.",
                test=True,
            ),
            Mistake(
                lambda got: got[1] is not None,
                "Look at the second pair again. Write (5,) below (5, 3), the last sizes in line. "
                "Which two sizes meet?",
                test=True,
            ),
            Mistake(
                lambda got: got[2] in ((27, 1), (27,), (1, 27), (1,), None),
                "Look at the third pair again. (27,) counts as (1, 27), and each of the two shapes "
                "has a 1 where the other has 27. Both stretch.",
                test=True,
            ),
            Mistake(
                lambda got: got[3] is None,
                "The fourth pair fits. Write (3, 1) below (2, 1, 4), the last sizes in line, and "
                "look at one pair of sizes after the other.",
                test=True,
            ),
            Mistake(
                lambda got: got[3] in ((2, 1, 4), (2, 3, 1), (2, 1, 1), (3, 1)),
                "A 1 is left over in the fourth shape. A 1 stretches to the size that it meets.",
                test=True,
            ),
        ],
    ),
    "2.2 mend a line": Exercise(
        answer=lambda table: table - table.mean(1, keepdim=True),
        examples=[
            _table([1.0, 3.0], [5.0, 9.0]),
            _table([1.0, 2.0, 6.0], [10.0, 20.0, 60.0]),
        ],
        generate=_floats,
        notice="mean(1, keepdim=True) has one column. It fits a table of any width.",
        mistakes=[
            Mistake(
                lambda table: table - table.mean(1),
                "this is what the line gives that was to be mended: the means lie flat, and each "
                "is subtracted from a column.",
            ),
            Mistake(
                lambda table: table - table.mean(0),
                "the columns average 0 now, not the rows. The mean of a row runs along "
                "dimension 1.",
            ),
            Mistake(
                lambda table: table - table.mean(),
                "one mean of the whole table was subtracted everywhere. Each row has a mean of "
                "its own: say along which dimension.",
            ),
            Mistake(
                lambda table: table - table.mean(0)[:, None],
                "from each row the mean of a column was subtracted. The mean of a row runs along "
                "dimension 1.",
            ),
            Mistake(
                lambda table: table.mean(1, keepdim=True),
                "these are the means of the rows. They are still to be subtracted from the table.",
            ),
            Mistake(
                lambda table: table.mean(1),
                "these are the means of the rows, and lying flat. Each is to be subtracted from "
                "its row.",
            ),
            Mistake(
                lambda table: table.mean(1, keepdim=True) - table,
                "the signs are turned round: the mean is to be subtracted from the table, not the "
                "table from the mean.",
            ),
            Mistake(
                lambda table: table - table.sum(1, keepdim=True),
                "the sum of each row was subtracted. Its mean is asked for.",
            ),
            Mistake(
                lambda table: table / table.mean(1, keepdim=True),
                "each row is divided by its mean. The mean is to be subtracted.",
            ),
            Mistake(
                lambda table: table,
                "this is the table as it was. Nothing has been subtracted.",
            ),
            Mistake(
                lambda table: (table - table.mean(1, keepdim=True)).round(),
                "these are the right numbers, rounded.",
            ),
            Mistake(
                lambda table: (table - table.mean(1, keepdim=True)).T,
                "these are the right numbers, turned on their side: columns have become rows.",
            ),
            Mistake(
                lambda table: table + table.mean(1, keepdim=True),
                "the means were added. They are to be subtracted.",
            ),
            Mistake(
                lambda table: table - table.median(1, keepdim=True).values,
                "these are the rows less the number in their middle, the median. Their mean is "
                "asked for.",
            ),
            Mistake(
                lambda table: (table - table.mean(1, keepdim=True)) / table.std(1, keepdim=True),
                "the means are subtracted, and then each row is divided by its spread. To subtract "
                "is all that is asked for.",
            ),
            *[
                Mistake(
                    lambda table, rows=rows: table - table.mean(1).view(rows, 1),
                    f"the {rows} fits a table of {rows} rows and no other. keepdim=True fits every "
                    "one, and so does -1.",
                )
                for rows in (27, 3, 2)
            ],
            Mistake(
                lambda table: table - table.sum(1, keepdim=True) / len(table),
                "each row lost its sum divided by how many rows there are. Its mean is the sum "
                "divided by how many numbers stand in the row.",
            ),
            Mistake(
                lambda expected, got, table: (
                    got.shape == expected.shape
                    and (got - expected).abs().max() < 0.01 * expected.abs().max()
                ),
                "these are nearly the right numbers. Are they rounded on the way, or kept in few "
                "bits?",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: (
                    got.shape == expected.shape and torch.allclose(got[:1], expected[:1], atol=1e-4)
                ),
                "the first row is right, and another is not. Each row has a mean of its own.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: (
                    got.shape == expected.shape and bool((got.double().mean(1).abs() > 1e-3).any())
                ),
                "not every row of this averages 0.",
                sees=True,
            ),
            Mistake(
                _of_the_lesson,
                "this has the shape of the lesson's table N. Use the table that your function is "
                "given.",
                sees=True,
            ),
        ],
    ),
    "2.3 the rule": Exercise(
        answer=_broadcast_shape,
        explain=_other_shape,
        examples=[
            ((3,), (3,)),
            ((2, 3), (2, 1)),
            ((3, 1), (1, 3)),
            ((2, 3), (2, 4)),
            ((3, 2), (3,)),
            ((2, 3), (3,)),
            ((3,), (2, 3)),
            ((4, 1, 3), (2, 1)),
            ((), (2, 3)),
        ],
        generate=_two_shapes,
        forbidden=_WITH_A_TENSOR,
        then=_without_torch,
        notice="A size that is missing is a 1 that nobody wrote.",
        mistakes=[
            Mistake(
                lambda a, b: tuple(max(pair) for pair in _pairs_from_the_right(a, b))[::-1],
                "these shapes clash, and your function returned the larger sizes. Two sizes that "
                "differ fit only if one of them is 1: return None.",
            ),
            Mistake(
                lambda a, b: _part_of_result(a, b, slice(None, None, -1)),
                "the sizes are right, in reverse. Turn the result round before you return it.",
            ),
            Mistake(
                _backwards_from_the_right,
                "the sizes are in reverse, and one is lost where one shape is longer. Put 1s in "
                "front of the shorter one, and turn the result round before you return it.",
            ),
            Mistake(
                _first_pair_only,
                "only the first of the sizes is in the result. Does a return stand inside the "
                "loop?",
            ),
            Mistake(
                _zip_alone,
                "the shapes are aligned at the left here, and what the longer one has more is lost "
                "(zip does so). Put 1s in front of the shorter one first.",
            ),
            Mistake(
                lambda a, b: _part_of_result(a, b, slice(abs(len(a) - len(b)), None)),
                "the sizes that only the longer shape has are lost (zip stops at the shorter one). "
                "Put 1s in front of the shorter shape first.",
            ),
            Mistake(
                lambda got: got is None,
                "these shapes fit, and your function returned None. Equal sizes fit, a 1 fits "
                "everything, and so does a size that is missing. (Does your function end in a "
                "return?)",
                test=True,
            ),
            Mistake(
                _first_with_fit,
                "these are the sizes of the first shape, also where it has a 1. A 1 stretches to "
                "the size that it meets.",
            ),
            Mistake(
                lambda a, b: _first_with_fit(b, a),
                "these are the sizes of the second shape, also where it has a 1. A 1 stretches to "
                "the size that it meets.",
            ),
            Mistake(
                _by_places,
                "places counted from the left do not meet where one shape is longer. Put 1s in "
                "front of the shorter one first, or count from the right.",
            ),
            Mistake(
                lambda expected, got, a, b: (
                    isinstance(expected, tuple)
                    and len(got) > len(expected)
                    and tuple(got) == (1,) * (len(got) - len(expected)) + expected
                ),
                "there is a 1 too many in front. The result is as long as the longer of the two.",
                sees=True,
            ),
            Mistake(
                _multiples_fit,
                "a size fits another one only if the two are equal, or one of them is 1. That one "
                "is a multiple of the other is not enough.",
            ),
            Mistake(
                _without_leading_ones,
                "a 1 in front is lost. It is one of the sizes, and stays.",
            ),
            Mistake(
                lambda got: isinstance(got, tuple | list) and None in got,
                "where one pair of sizes clashes, the whole answer is None, not a part of it.",
                test=True,
            ),
            Mistake(
                lambda expected, got, a, b: expected is None and isinstance(got, tuple | list),
                "these shapes clash, and your function returned a shape. Each pair of sizes has to "
                "fit: equal, or one of them 1. If any does not, the answer is None.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, a, b: len(a) == 0 or len(b) == 0,
                "this goes wrong with the shape of a single number, (). All its sizes are missing, "
                "so it fits everything.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, a, b: max(len(a), len(b)) > 3,
                "this goes wrong with more than three dimensions. The rule is the same for any "
                "number of them.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, a, b: abs(len(a) - len(b)) > 1,
                "this goes wrong where one shape is longer by two or more. Put as many 1s in front "
                "of the shorter one as it lacks.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, a, b: len(b) > len(a),
                "this goes wrong where the second shape is the longer one. Either may be.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, a, b: len(a) > len(b),
                "this goes wrong where the first shape is the longer one. Either may be.",
                sees=True,
            ),
            Mistake(
                _aligned_left,
                "this is what comes out when the shapes are aligned at the left. The 1s that make "
                "the shorter one longer go in front.",
            ),
            Mistake(
                lambda a, b: a,
                "this is the first of the two shapes. Where it has a 1, the result has the size "
                "of the other.",
            ),
            Mistake(
                lambda a, b: b,
                "this is the second of the two shapes. Where it has a 1, the result has the size "
                "of the other.",
            ),
            Mistake(
                _smaller_sizes,
                "this has the smaller size of each pair. A 1 stretches to the other size, so that "
                "the larger one remains.",
            ),
        ],
    ),
    "2.4 what stands before": Exercise(
        answer=lambda table: table / table.sum(0, keepdim=True),
        examples=[_table([1, 6], [3, 2]), _table([1, 2, 9], [3, 2, 1])],
        generate=_counts,
        notice="Given S it returns P_wrong: right numbers for another question.",
        mistakes=[
            Mistake(
                lambda table: table / table.sum(1, keepdim=True),
                "each row sums to 1, and the columns were to. Down a column means along "
                "dimension 0.",
            ),
            Mistake(
                lambda table: table / table.sum(1),
                "each column is divided by the sum of a row: table.sum(1) without keepdim lines up "
                "as a row. The sum of a column is that along dimension 0.",
            ),
            Mistake(
                lambda table: table / table.sum(),
                "the table is divided by its whole sum, so that all of it sums to 1. Each "
                "column has a sum of its own: say along which dimension.",
            ),
            Mistake(
                lambda table: table / table.sum(0)[:, None],
                "each row is divided by the sum of a column. A column's sum belongs above its "
                "column: keepdim=True keeps it there.",
            ),
            Mistake(
                lambda table: table // table.sum(0),
                "the results have no decimals. Divide with / , and do not round.",
            ),
            Mistake(
                lambda table: (table / table.sum(0)).T,
                "these are the right numbers, turned on their side: columns have become rows. "
                "Turn them back.",
            ),
            Mistake(
                lambda table: (table + 1) / (table + 1).sum(0),
                "this is what comes out when 1 is added to each cell first. The table is to be "
                "divided as it is.",
            ),
            Mistake(
                lambda table: table.T / table.T.sum(1, keepdim=True),
                "these are the right numbers, turned on their side: columns have become rows. "
                "Turn them back.",
            ),
            Mistake(
                lambda table: (table / table.sum(0)).round(),
                "the results are whole numbers. Divide with / , and do not round.",
            ),
            Mistake(
                lambda table: table.float().softmax(0),
                "each column sums to 1, but this is not each number divided by its column's sum.",
            ),
            Mistake(
                lambda table: table / table.float().norm(dim=0),
                "each column is divided by the root of its sum of squares. The sum itself is asked "
                "for.",
            ),
            Mistake(
                lambda table: table / table.max(0).values,
                "each column is divided by its greatest number. Its sum is asked for.",
            ),
            Mistake(
                lambda table: table / len(table),
                "each number is divided by how many rows there are. Divide by the column's sum.",
            ),
            Mistake(
                _of_the_lesson,
                "this has the shape of the lesson's table N. Use the table that your function is "
                "given.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: (
                    got.shape == expected.shape
                    and 0 < (got.double() - expected.double()).abs().max() < 0.02
                ),
                "these are nearly the right numbers. Are they rounded on the way?",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: (
                    got.shape == expected.shape
                    and torch.allclose(got[:, :1].double(), expected[:, :1].double(), atol=1e-5)
                ),
                "the first column is right, and another is not. Each column has a sum of its own.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: not got.is_floating_point(),
                "these are integers. A share of a sum is a float: 0.25.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: (
                    got.shape == expected.shape and torch.allclose(got.sum(0).double(), _ones(got))
                ),
                "each column sums to 1, but the shares are not those of the counts.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: got.shape == expected.shape,
                "not every column of this sums to 1.",
                sees=True,
            ),
            Mistake(
                lambda table: table.sum(0, keepdim=True),
                "these are the sums of the columns. The table is still to be divided by them.",
            ),
            Mistake(
                lambda table: table.sum(0),
                "these are the sums of the columns. The table is still to be divided by them.",
            ),
        ],
    ),
    # Two answers only, so each example is one where as few mistakes as possible go wrong.
    "2.5 is it a probability table": Exercise(
        answer=_verdict,
        explain=_other_verdict,
        examples=[
            _table([0.5, 0.5], [0.5, 0.5]),
            _table([0.5, 0.5], [0.25, 0.75]),
            _table([0.25, 0.5], [0.5, 0.25]),
            _table([0.5, 1.0], [0.25, 0.25]),
            _table([1.5, -0.5], [0.5, 0.5]),
            _table([1.0, 0.5, -0.5], [0.5, 0.25, 0.25]),
            _table([float("nan"), float("nan")], [0.5, 0.5]),
            _table([0.5, 0.5, float("nan")], [0.25, 0.25, 0.5]),
            _table(*[[0.1] * 10] * 10),
            _table([0.5, 0.48], [0.5, 0.5]),
            _table([0.5, 0.25, 0.25], [0.0, 1.0, 0.0]),
            _table([0.25, 0.75]),
        ],
        generate=_perhaps_probabilities,
        notice="P passes, P_wrong does not. This is worth a line below every division.",
        mistakes=[
            Mistake(
                lambda got: isinstance(got, torch.Tensor) and got.ndim > 0,
                "the answer is to be one True or False for the whole table. .all() makes one out "
                "of many.",
                test=True,
            ),
            Mistake(
                _asserted,
                "it is to answer True or False. `assert` stops instead.",
            ),
            Mistake(
                lambda table: False,
                "your function says False to this table of probabilities, and to every other "
                "table that was tried.",
            ),
            Mistake(
                lambda table: True,
                "your function says True to this table, and to every other one that was tried. "
                "Does it look at the table that it is given?",
            ),
            Mistake(
                lambda table: bool((table > 0).all()) and _rows_sum_to_one(table),
                "this is a table of probabilities, and your function says that it is none. A "
                "probability may be 0.",
            ),
            Mistake(
                lambda table: bool((table >= 0).all()) and bool((table.sum(1) == 1).all()),
                "this is a table of probabilities, up to rounding. == allows for none; "
                "torch.allclose does.",
            ),
            Mistake(
                lambda table: (
                    bool((table >= 0).all())
                    and torch.allclose(table.sum(0), torch.ones(table.shape[1]))
                ),
                "this is the answer for the sums of the columns. Each row is to sum to 1: "
                "table.sum(1).",
            ),
            Mistake(
                lambda table: bool((table >= 0).all()) and bool((table.sum() - 1).abs() < 1e-5),
                "this is a table of probabilities, and your function says that it is none. All of "
                "it together need not sum to 1; each of its rows must.",
            ),
            Mistake(
                lambda table: bool((table >= 0).all()) and bool(table.sum() == len(table)),
                "the sum of all numbers is right here, and one row has too much of it, the other "
                "too little. Look at each row.",
            ),
            Mistake(
                lambda table: (
                    bool((table >= 0).all()) and not bool((table.sum(1) > 1 + 1e-5).any())
                ),
                "one row sums to less than 1, and your function lets it pass. The difference "
                "from 1 counts in both directions.",
            ),
            Mistake(
                lambda expected, got, table: (
                    not expected
                    and bool((table >= 0).all())
                    and bool(((table.sum(1) - 1).abs() < 0.15).all())
                ),
                "a row of it sums to nearly 1, but it is off by more than rounding explains. "
                "torch.allclose knows how much rounding does.",
                sees=True,
            ),
            Mistake(
                lambda table: bool(((table > 0) & (table < 1)).all()),
                "every number lies between 0 and 1, and still this is no table of probabilities: "
                "look at the sum of each row.",
            ),
            Mistake(
                lambda table: bool(((table >= 0) & (table <= 1)).all()),
                "every number lies between 0 and 1, and still this is no table of probabilities: "
                "look at the sum of each row.",
            ),
            Mistake(
                lambda table: bool((table.sum(1) == 1).all()),
                "each row sums to 1, and still this is no table of probabilities: one of the "
                "numbers is negative.",
            ),
            Mistake(
                _rows_sum_to_one,
                "each row sums to 1, and still this is no table of probabilities: one of the "
                "numbers is negative.",
            ),
            Mistake(
                lambda table: not (table < 0).any() and not ((table.sum(1) - 1).abs() > 1e-5).any(),
                "there is NaN in the table. NaN is neither greater nor smaller than anything, so "
                "whoever asks what is wrong finds nothing: ask whether all is right.",
            ),
            Mistake(
                lambda expected, got, table: not expected and bool(table.isnan().any()),
                "there is NaN in the table, which is no probability, and your function lets it "
                "pass. NaN is neither greater nor smaller than anything: ask whether all is right, "
                "not whether something is wrong.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: not expected and bool((table < 0).any()),
                "a number in it is negative, and your function lets it pass.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: not expected and _rows_sum_to_one(table[:1]),
                "its first row is right, and another is not. Every row must hold.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: expected and table.shape[0] != table.shape[1],
                "this is a table of probabilities. It need not be square: there are as many sums "
                "as rows.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: expected and bool((table == 0).any()),
                "this is a table of probabilities: a probability may be 0.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: expected and bool((table.sum(1) != 1).any()),
                "this is a table of probabilities. The sum of a row may be off by rounding, in "
                "the sixth or seventh digit.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, table: not expected and not _rows_sum_to_one(table),
                "one of its rows or more does not sum to 1, and your function lets it pass.",
                sees=True,
            ),
        ],
    ),
    "2.6 change a copy": Exercise(
        answer=_without_row,
        examples=[(torch.tensor([[1, 2], [3, 4]]), 0), (torch.tensor([[1, 2, 3], [4, 5, 6]]), 1)],
        generate=_a_table_and_a_row,
        notice="The table that it was given is as it was: the change went into a copy.",
        explain=_other_table,
        mistakes=[
            Mistake(lambda table, i: table, "this is the table as it was."),
            Mistake(
                lambda table, i: torch.zeros_like(table),
                "all of the table is 0 here. One row of it is to be.",
            ),
            Mistake(
                lambda table, i: torch.zeros_like(table[i]),
                "this is the row by itself. The whole table is asked for, with this row in it.",
            ),
            Mistake(
                lambda table, i: torch.cat([table[:i], table[i + 1 :]]),
                "the row is gone. It is to stay, with a 0 in each place.",
            ),
            Mistake(
                lambda table, i: _without_row(table, 0),
                "this is row 0, whichever row was asked for. Use `i`.",
            ),
            Mistake(
                _without_column,
                "a column is 0 here. The row with this number is to be.",
            ),
            Mistake(
                lambda table, i: _without_row(table, i).T,
                "this is the right table, turned on its side: columns have become rows.",
            ),
            Mistake(
                lambda table, i: _only_row(table, i),
                "all the other rows are 0, and this one is not. It is to be the other way round.",
            ),
            Mistake(
                lambda table, i: _with_first_of_row(table, i),
                "the first number of the row is 0. All of them are to be.",
            ),
            Mistake(
                lambda table, i: _without_row(from_notebook("N", lambda: table), i),
                "this is the lesson's table N, changed. Use the table that your function is given.",
            ),
            Mistake(
                _of_the_lesson,
                "this has the shape of the lesson's table N. Use the table that your function is "
                "given.",
                sees=True,
            ),
        ],
    ),
}
