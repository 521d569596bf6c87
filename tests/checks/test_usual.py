"""Mistakes that all lessons know, as builders.

Each test builds its exercise anew, so that a builder that `make mutants` has changed is tried.
"""

import pytest
import torch

from helpers.checks import (
    Exercise,
    by_letter,
    columns_sum_to,
    entry,
    given_back,
    how_many,
    in_quotes,
    kept_dtype,
    left_open,
    off_by,
    other_shape,
    transposed,
    true_or_false,
    which_entry,
    which_number,
    which_shape,
)
from helpers.checks.engine import judge

TABLE = torch.tensor([[1.0, 3.0], [2.0, 6.0]])


def rows(table):
    return table / table.sum(1, keepdim=True)


def rows_exercise():
    return Exercise(
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
    told = judge(rows_exercise(), answer).message.partition("): ")[2]
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


def shapes_exercise():
    return Exercise(
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
    assert judge(shapes_exercise(), answer).message == says


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


def numbers_exercise():
    return Exercise(
        [1.0, 2.0],
        "both.",
        absolute=0.01,
        explain=which_number("the first", "the second", hint="Count again.", absolute=0.01),
    )


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ([1.004, 3], "Not right yet: the second. Count again."),
        ((1.1, 2.0), "Not right yet: the first. Count again."),
        (torch.tensor([5.0, 6.0]), "Not right yet: the first, the second. Count again."),
        ([1.0], "Two numbers are asked for, in a list: the first, the second."),
        (1.0, "Two numbers are asked for, in a list: the first, the second."),
        ([1.0, 2.0, 3.0], "Two numbers are asked for, in a list: the first, the second."),
    ],
)
def test_of_a_list_of_numbers_it_says_which_are_off(answer, says):
    assert judge(numbers_exercise(), answer).message == says


def letters_exercise():
    return Exercise(notice="Yes.", **by_letter("BD", {"A": "Not A.", "C": "Not C."}, "One more."))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        *((right, "Yes.") for right in ("BD", "db", "B, D", "b and d", "(D; B).", ["b", "D"])),
        ("AB", "Not A."),
        ("c", "Not C."),
        ("B", "One more."),
        (["d"], "One more."),
    ],
)
def test_letters_are_read_in_any_order_and_told_apart(answer, says):
    told = judge(letters_exercise(), answer)
    assert told.message == says
    assert (told.kind == "right") == (says == "Yes.")


@pytest.mark.parametrize("answer", ["E", "BDE", "both", "", 7, None, [1, 2], ("B", 2)])
def test_what_names_no_letter_is_told_which_there_are(answer):
    told = judge(letters_exercise(), answer)
    assert told.kind == "wrong"
    wanted = f"Letters are asked for, in quotation marks: A, B, C or D. Got {answer!r}."
    assert told.message == wanted


def test_of_one_letter_it_says_one_and_without_a_word_for_it_nothing_is_missing():
    one = Exercise(notice="Yes.", **by_letter("B", {"A": "Not A."}))
    assert judge(one, "b").kind == "right"
    assert (
        judge(one, "z").message == "One letter is asked for, in quotation marks: A or B. Got 'z'."
    )
    two = Exercise(notice="Yes.", **by_letter("AB", {"C": "Not C."}))
    assert judge(two, "A").message.startswith(
        "Letters are asked for, in quotation marks: A, B or C"
    )


def test_numbers_that_are_right_in_another_dtype_are_told_so():
    double = torch.ones(2).double()
    says = kept_dtype(double, torch.ones(2))
    assert "their dtype is torch.float64 where what was given has torch.float32" in says
    assert kept_dtype(torch.ones(3), torch.ones(2)) is None
    assert kept_dtype([1.0], torch.ones(2)) is None


def test_an_entry_is_known_exactly_unless_it_says_otherwise():
    for absolute, said in ((0.0, False), (0.5, True)):
        mistake = (
            entry(1, 2.0, "you doubled it.", absolute)
            if absolute
            else entry(1, 2.0, "you doubled it.")
        )
        message = judge(Exercise([1.0, 7.0], "", [mistake]), [1.0, 2.4]).message
        assert ("doubled" in message) == said
