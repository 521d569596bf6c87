"""Mistakes that all lessons know, as builders."""

import pytest
import torch

from helpers.checks import (
    Exercise,
    columns_sum_to,
    entry,
    given_back,
    how_many,
    in_quotes,
    left_open,
    off_by,
    other_shape,
    transposed,
    true_or_false,
    which_entry,
    which_shape,
)
from helpers.checks.engine import judge

TABLE = torch.tensor([[1.0, 3.0], [2.0, 6.0]])


def rows(table):
    return table / table.sum(1, keepdim=True)


ROWS = Exercise(
    rows,
    "each row.",
    examples=[(TABLE,), (torch.tensor([[1.0, 1.0, 2.0], [3.0, 1.0, 0.0]]),)],
    mistakes=[
        transposed(rows, "turned."),
        off_by(rows, 100, "in percent."),
        given_back(0, "as it was."),
        columns_sum_to(1, "the columns sum to one."),
    ],
    explain=other_shape(lambda expected, got: f"{got} is not {expected}."),
)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda table: rows(table).T, "turned."),
        (lambda table: 100 * rows(table), "in percent."),
        (lambda table: table * 1, "as it was."),
        (lambda table: table / table.sum(0), "the columns sum to one."),
        (lambda table: rows(table)[0], "(2,) is not (2, 2)."),
        (lambda table: rows(table) + 1, "expected"),
        (lambda table: [1], "expected"),
    ],
)
def test_a_table_is_told_what_was_seen(answer, says):
    told = judge(ROWS, answer).message.partition("): ")[2]
    assert told.startswith(says)


def test_columns_are_summed_in_tables_of_the_right_shape_alone():
    assert not columns_sum_to(1, "").gives(TABLE, (TABLE / TABLE.sum(0))[:, :1])


@pytest.mark.parametrize("answer", ["1", ["1", 2], (1, "2")])
def test_a_text_where_a_number_is_asked_for_is_told_so(answer):
    exercise = Exercise([1, 2], "two.", mistakes=[in_quotes()])
    assert judge(exercise, answer).message == "A number is written without quotation marks."
    assert judge(exercise, [1, 3]).message == "Not all of these are right yet: [1, 3]."


def test_what_is_left_open_is_told():
    exercise = Exercise([1, 2], "two.", mistakes=[left_open("One is open.")])
    assert judge(exercise, [1, ...]).message == "One is open."


SHAPES = Exercise(
    [(2, 3), ()], "shapes.", explain=which_shape("A", "B", hint="Count the dimensions.")
)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ([(2, 4), ()], "The shape of A is not (2, 4). Count the dimensions."),
        ([(2, 3), (1,)], "The shape of B is not (1,). Count the dimensions."),
        ([(2, 3), 1], "A shape is a tuple of numbers. The one of B is 1 here."),
        ([TABLE, ()], "The answer for A is a tensor. Its shape alone is asked for: .shape."),
        ([(2, 3)], "Two shapes are asked for, in a list, as in the cell you were given."),
        (7, "Two shapes are asked for, in a list, as in the cell you were given."),
    ],
)
def test_of_a_list_of_shapes_it_says_which_one_is_off(answer, says):
    assert judge(SHAPES, answer).message == says


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ([True, 1, False], "Each of the answers is True or False."),
        ([True, True], "Three answers"),
        ("yes", "Three answers"),
        ({1: True, 2: True, 3: True}, "Three answers"),
        ({True, False, 2}, "Three answers"),
        ([False, True, True], "the first."),
        ([True, False, True], "the second."),
        (torch.tensor([False, True, True]), "the first."),
        ([True, True, False], "The answer for c is not False."),
        (True, "A list of 3 is asked for"),
    ],
)
def test_a_list_is_told_of_the_entry_that_is_wrong(answer, says):
    exercise = Exercise(
        [True, True, True],
        "all.",
        mistakes=[
            how_many(3),
            true_or_false(),
            entry(0, False, "the first."),
            entry(1, lambda one: not one, "the second."),
        ],
        explain=which_entry("a", "b", "c"),
    )
    assert judge(exercise, answer).message.startswith(says)
