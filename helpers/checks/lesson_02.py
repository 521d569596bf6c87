"""Exercises of lesson 2, broadcasting and keepdim."""

from itertools import zip_longest

import torch

from helpers.checks import Exercise, Mistake, left_open, same, shown

Shape = tuple[int, ...]


def _broadcast_shape(a: Shape, b: Shape) -> Shape | None:
    try:
        return tuple(torch.broadcast_shapes(a, b))
    except RuntimeError:
        return None


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
    return _broadcast_shape(a[:1], b[:1])


def _smaller_sizes(a: Shape, b: Shape) -> Shape | None:
    """A mistake of exercise 2.3: a 1 wins over the size that it meets."""
    pairs = _pairs_from_the_right(a, b)
    fits = all(one == other or 1 in (one, other) for one, other in pairs)
    return tuple(min(pair) for pair in reversed(pairs)) if fits else None


def _first_wrong_pair(expected: list, got: object) -> str:
    """Say which shape is wrong, and not what is right: there is little else to find out."""
    if not isinstance(got, list | tuple) or len(got) != len(expected):
        return "four answers are asked for, in a list, as in the cell you were given."
    order = zip(("first", "second", "third", "fourth"), expected, got, strict=True)
    pair, shape = next((pair, other) for pair, one, other in order if not same(one, other))
    return f"the {pair} pair does not give {shown(shape)}. The hint below helps."


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


def _other_verdict(expected: bool, got: object) -> str:
    if not isinstance(got, bool) and getattr(got, "dtype", None) != torch.bool:
        joined = " `and` makes one of two." if isinstance(got, tuple | list) else ""
        return f"one True or False is asked for, got {shown(got)}.{joined}"
    if expected:
        return "this is a table of probabilities, and your function says that it is none."
    return "this is no table of probabilities, and your function says that it is one."


def _table(*rows: list[float], dtype: torch.dtype | None = None) -> tuple[torch.Tensor]:
    """The arguments of a call with one table."""
    return (torch.tensor(rows, dtype=dtype),)


def _is_table_of_the_lesson(got: torch.Tensor) -> bool:
    return tuple(got.shape) == (27, 27)


def _rows_sum_to_one(table: torch.Tensor) -> bool:
    return torch.allclose(table.sum(1), torch.ones(len(table)))


EXERCISES = {
    "2.1 shapes that meet": Exercise(
        answer=[(27, 27), None, (27, 27), (2, 3, 4)],
        notice="The third is the one that hurts: a column and a flat row fill a whole table.",
        explain=_first_wrong_pair,
        mistakes=[
            Mistake(
                lambda got: len(got) != 4,
                "four answers are asked for, in a list, as in the cell you were given.",
                test=True,
            ),
            left_open("one of the four shapes is still a ... ."),
            Mistake(
                lambda got: any(isinstance(shape, str) for shape in got),
                "one of these stands in quotation marks. A clash is written None, and a shape "
                "(2, 3), both without quotation marks.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(shape, bool) for shape in got),
                "a clash is written None, not True or False.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(shape, torch.Tensor) for shape in got),
                "one of these is a tensor. Its shape alone is asked for.",
                test=True,
            ),
            Mistake(
                lambda got: any(isinstance(shape, int) for shape in got),
                "one of these is a number, and a shape is a tuple.",
                test=True,
            ),
            Mistake(
                lambda got: got[0] in ((27, 1), (27, 27, 1), None),
                "look at the first pair again: 27 meets 1, and a 1 stretches to what it meets.",
                test=True,
            ),
            Mistake(
                lambda got: got[1] == (5, 3),
                "look at the second pair again. You lined (5,) up with the 5 of (5, 3). Shapes are "
                "aligned at the right: the 5 meets the 3.",
                test=True,
            ),
            Mistake(
                lambda got: got[1] is not None,
                "look at the second pair again. Write (5,) below (5, 3), the last sizes in line. "
                "Which two sizes meet?",
                test=True,
            ),
            Mistake(
                lambda got: got[2] in ((27, 1), (27,), (1, 27), (1,), None),
                "look at the third pair again. (27,) counts as (1, 27), and each of the two shapes "
                "has a 1 where the other has 27. Both stretch.",
                test=True,
            ),
            Mistake(
                lambda got: got[3] is None,
                "the fourth pair fits: aligned at the right, 4 meets 1 and 1 meets 3, and the 2 "
                "meets nothing.",
                test=True,
            ),
            Mistake(
                lambda got: got[3] in ((2, 1, 4), (2, 3, 1), (2, 1, 1), (3, 1)),
                "a 1 is left over in the fourth shape. A 1 stretches to the size that it meets.",
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
        notice="mean(1, keepdim=True) has one column. It fits a table of any width.",
        mistakes=[
            Mistake(
                lambda table: table - table.mean(1),
                "this is the line that was to be mended. The means lie flat, and each is "
                "subtracted from a column.",
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
                "you subtracted from each row the mean of a column. The mean of a row runs along "
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
                "you subtracted the sum of each row. Its mean is asked for.",
            ),
            Mistake(
                lambda table: table / table.mean(1, keepdim=True),
                "you divided each row by its mean. The mean is to be subtracted.",
            ),
            Mistake(
                lambda table: table,
                "this is the table as it was. Nothing has been subtracted.",
            ),
            Mistake(
                _is_table_of_the_lesson,
                "this is made of a table of the lesson, of shape (27, 27). Use the table that your "
                "function is given.",
                test=True,
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
        notice="A size that is missing is a 1 that nobody wrote.",
        mistakes=[
            Mistake(
                lambda a, b: tuple(max(pair) for pair in _pairs_from_the_right(a, b))[::-1],
                "these shapes clash, and your function returned the larger sizes. Two sizes that "
                "differ fit only if one of them is 1: return None.",
            ),
            Mistake(
                lambda a, b: _broadcast_shape(a, b)[::-1],
                "the sizes are right, in reverse. Turn the result round before you return it.",
            ),
            Mistake(
                lambda a, b: _broadcast_shape(a, b)[::-1][: min(len(a), len(b))],
                "the sizes are in reverse, for you walked from the right. Turn the result round "
                "before you return it.",
            ),
            Mistake(
                _first_pair_only,
                "your function returned in its first round. Take the return out of the loop.",
            ),
            Mistake(
                _zip_alone,
                "zip walks from the left and stops at the shorter shape. Put 1s in front of the "
                "shorter one first, so that the two are aligned at the right.",
            ),
            Mistake(
                lambda a, b: _broadcast_shape(a, b)[abs(len(a) - len(b)) :],
                "a size is lost. zip stops at the shorter shape; put 1s in front of it first.",
            ),
            Mistake(
                lambda got: got is None,
                "these shapes fit, and your function returned None. Equal sizes fit, a 1 fits "
                "everything, and so does a size that is missing. (Does your function end in a "
                "return?)",
                test=True,
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
                "you took the smaller of the two sizes. A 1 stretches to the other size, so the "
                "larger one remains.",
            ),
        ],
    ),
    "2.4 what stands before": Exercise(
        answer=lambda table: table / table.sum(0, keepdim=True),
        examples=[_table([1, 6], [3, 2]), _table([1, 2, 9], [3, 2, 1])],
        notice="Given S it returns P_wrong: right numbers for another question.",
        mistakes=[
            Mistake(
                lambda table: table / table.sum(1, keepdim=True),
                "each row sums to 1, and the columns were to. Down a column means along "
                "dimension 0.",
            ),
            Mistake(
                lambda table: table / table.sum(1),
                "you divided down the columns, by the sums of the rows: table.sum(1) without "
                "keepdim lines up as a row. Nothing sums to 1.",
            ),
            Mistake(
                lambda table: table / table.sum(),
                "you divided by the sum of the whole table, so that all of it sums to 1. Each "
                "column has a sum of its own: say along which dimension.",
            ),
            Mistake(
                lambda table: table / table.sum(0)[:, None],
                "these are the sums of the columns, and you stood them beside the rows. A column "
                "sum belongs above its column: keepdim=True keeps it there.",
            ),
            Mistake(
                lambda table: table // table.sum(0),
                "// cuts the decimals off. Divide with / .",
            ),
            Mistake(
                lambda table: (table / table.sum(0)).T,
                "these are the right numbers, turned on their side: columns have become rows. "
                "Turn them back.",
            ),
            Mistake(
                lambda table: (table + 1) / (table + 1).sum(0),
                "you added 1 to each cell first. The table is to be divided as it is.",
            ),
            Mistake(
                _is_table_of_the_lesson,
                "this is made of a table of the lesson, of shape (27, 27). Use the table that your "
                "function is given.",
                test=True,
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
        answer=lambda table: bool((table >= 0).all()) and _rows_sum_to_one(table),
        explain=_other_verdict,
        examples=[
            _table([0.5, 0.5], [0.5, 0.5]),
            _table([0.5, 0.5], [0.25, 0.75]),
            _table([0.25, 0.5], [0.5, 0.25]),
            _table([0.5, 1.0], [0.25, 0.25]),
            _table([1.5, -0.5], [0.5, 0.5]),
            _table([float("nan"), float("nan")], [0.5, 0.5]),
            _table(*[[0.1] * 10] * 10),
            _table([0.5, 0.48], [0.5, 0.5]),
            _table([0.5, 0.25, 0.25], [0.0, 1.0, 0.0]),
            _table([0.25, 0.75]),
        ],
        notice="P passes, P_wrong does not. This is worth a line below every division.",
        mistakes=[
            Mistake(
                lambda got: isinstance(got, torch.Tensor) and got.ndim > 0,
                "the answer is to be one True or False for the whole table. .all() makes one out "
                "of many.",
                test=True,
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
                "this is a table of probabilities, and you said that it is none. A probability "
                "may be 0.",
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
                "you looked at the sums of the columns, it seems. Each row is to sum to 1: "
                "table.sum(1).",
            ),
            Mistake(
                lambda table: bool((table >= 0).all()) and bool((table.sum() - 1).abs() < 1e-5),
                "this is a table of probabilities, and you said that it is none. All of it "
                "together need not sum to 1; each of its rows must.",
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
                lambda table: (
                    bool((table >= 0).all()) and bool(((table.sum(1) - 1).abs() < 0.05).all())
                ),
                "one row sums to 0.98. That is near 1, and more than rounding explains; "
                "torch.allclose knows how much rounding does.",
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
        ],
    ),
}
