"""When two answers say the same, where they differ, and how they are shown."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers.checks.values import call, difference, different, error_said, same, shown

T = torch.tensor


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (4.0, T([4.0])),
        (4.0, T([[4.0]])),
        (4.0, np.array([4.0])),
        (4.0, 4),
        (0.25, Fraction(1, 4)),
        (0.25, Decimal("0.25")),
        (4, np.int64(4)),
        (4, 4.0),
        (True, np.True_),
        (True, T(True)),
        (math.inf, math.inf),
        (math.nan, T(math.nan)),
        ([0.5, 0.3], (0.5, 0.3)),
        ([0.5, 0.3], T([0.5, 0.3])),
        ([0.5, 0.3], np.array([0.5, 0.3])),
        ([0.5, 0.25], [Fraction(1, 2), T([0.25])]),
        ([True, False], T([True, False])),
        ([(2, 3)], [torch.Size([2, 3])]),
        ([(2, 3)], [T([2, 3])]),
        ("ab", np.array(["ab"])[0]),
        ({"a": 1.0}, {"a": T(1.0)}),
        (T([1.0, 2.0]), T([1.0, 2.0]).double()),
        (T([1.0, 2.0]), np.array([1.0, 2.0])),
        (T([1, 2]), T([1, 2], dtype=torch.int32)),
        (None, None),
    ],
)
def test_the_same_in_another_dress_is_the_same(expected, got):
    assert same(expected, got)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (4.0, "4.0"),
        (4.0, [4.0]),
        (4.0, T([4.0, 4.0])),
        (4, 4.000001),
        (1, True),
        (True, 1),
        (True, T([True, True])),
        (4.0, None),
        (4.0, 1j),
        (math.inf, 1e308),
        (-math.inf, math.inf),
        (math.nan, 0.0),
        (0.0, math.nan),
        ([0.5, 0.3], [0.5]),
        ([0.5, 0.3], {0.5: 0.3}),
        ([0.5, 0.3], T([[0.5, 0.3]])),
        ("ab", "Ab"),
        ("ab", ["a", "b"]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, [("a", 1)]),
        (T([1.0, 2.0]), [1.0, 2.0]),
        (T([1.0, 2.0]), T([1, 2])),
        (T([1, 2]), T([1.0, 2.0])),
        (T([True]), T([1])),
        (T([1.0]), T([1.0 + 0j])),
        (T([1.0]), T([[1.0]])),
        (T([1, 2]), T([1, 3])),
        (None, 0),
    ],
)
def test_what_says_something_else_is_not(expected, got):
    assert not same(expected, got)


def test_a_float_may_be_off_by_a_hundred_thousandth_of_itself():
    assert same(1.0, 1.000009)
    assert not same(1.0, 1.00002)
    assert same(1e6, 1e6 + 9)
    assert not same(1e-9, 0.0)
    assert not same(1e-9, 2e-9)


def test_of_a_tensor_or_list_it_is_the_greatest_entry_that_counts():
    for make in (T, list):
        assert same(make([1000.0, 1.0]), make([1000.0, 1.005]))
        assert not same(make([1000.0, 1.0]), make([1000.0, 1.02]))
        assert not same(make([1e-3, 0.0]), make([1e-3, 1e-6]))
        assert same(make([math.inf, 1.0]), make([math.inf, 1.0]))
        assert not same(make([math.inf, 1.0]), make([math.inf, 1.1]))


def test_zeros_may_hold_what_rounding_leaves():
    assert same(T([0.0, 0.0]), T([1e-8, 0.0]))
    assert not same(T([0.0, 0.0]), T([1e-6, 0.0]))


def test_an_absolute_tolerance_is_for_numbers_typed_to_some_decimals():
    assert not same(0.6931, 0.693)
    assert same(0.6931, 0.693, absolute=1e-3)
    assert same([0.6931], [0.693], absolute=1e-3)
    assert same({"a": 0.6931}, {"a": 0.693}, absolute=1e-3)
    assert same(T([0.6931]), T([0.693]), absolute=1e-3)
    assert not same(T([0.6931]), T([0.690]), absolute=1e-3)


def test_a_dtype_is_compared_where_it_is_the_lesson():
    assert same(T([1.0]), T([1.0]), exact_dtype=True)
    assert not same(T([1.0]), T([1.0]).double(), exact_dtype=True)
    assert not same(T([1.0]), np.array([1.0], dtype=np.float32), exact_dtype=True)


def test_a_slope_that_is_there_is_no_zero():
    assert not same(T([1e-9, 2e-9]), torch.zeros(2))


def test_differences_have_the_shape_of_the_tensors():
    assert different(T([1.0, math.nan, 3.0]), T([1.0, math.nan, 4.0])).tolist() == [0, 0, 1]
    assert different(T([1, 2]), T([1, 3])).tolist() == [False, True]


@given(st.one_of(st.integers(), st.floats(), st.text(), st.lists(st.integers() | st.floats())))
def test_every_answer_is_the_same_as_itself(answer):
    assert same(answer, answer)


# Expected against got


@pytest.mark.parametrize(
    ("expected", "got", "says"),
    [
        (3, 4, "expected 3, got 4."),
        (2.5, 2.6, "expected 2.5, got 2.6."),
        (2.5, "x", "expected 2.5, got 'x'."),
        (2.5, 2.5000001, "expected 2.5, got 2.5000001."),
        (2.5, math.nextafter(2.5, 3), "expected 2.5, got 2.5000000000000004."),
        ([1, 2], [1, 3], "expected [1, 2], got [1, 3]."),
        (list(range(30)), [*range(29), 7], "at position 29 expected 29, got 7."),
        ({"a": 1}, {}, "the key 'a' is missing (expected 1 there)."),
        ({"a": 1}, {"a": 1, "b": 2}, "the key 'b' does not belong there."),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, "for 'b' expected 2, got 3."),
        ({"a": 1}, ["a"], "expected {'a': 1}, got ['a']."),
        (T([1.0]), 7, "expected a tensor of shape (1,), got 7."),
        (T([1.0]), T([[1.0]]), "expected shape (1,), got (1, 1)."),
        (T([1.0]), T([1]), "expected dtype torch.float32, got torch.int64."),
        (T([1.0]), T([3.0]), "expected torch.tensor([1.]), got torch.tensor([3.])."),
        (T([1]), np.array([3]), "expected torch.tensor([1]), got torch.tensor([3])."),
        (torch.zeros(2, 4), torch.ones(2, 4), "at [0, 0] expected 0, got 1."),
        (torch.zeros(2, 4, dtype=int), torch.eye(2, 4, dtype=int), "at [0, 0] expected 0, got 1."),
        (T(12.569), T(12.0), "expected torch.tensor(12.569), got torch.tensor(12.)."),
    ],
)  # fmt: skip
def test_expected_stands_against_got(expected, got, says):
    assert difference(expected, got) == says


def test_a_dtype_is_told_where_it_is_the_lesson():
    says = difference(T([1.0]), T([1.0]).double(), exact_dtype=True)
    assert says == "expected dtype torch.float32, got torch.float64."


# Shown


@pytest.mark.parametrize(
    "value",
    [
        T([[1.0, 2.5], [-3.0, 0.1]]),
        T([1, 2]),
        T([True, False]),
        T(2.0),
        T([1.0, 2.0], dtype=torch.float64),
        T([1.0, math.inf, -math.inf]),
        T([1.0], requires_grad=True),
        torch.zeros(0),
        [1, (2,), [0.5, "a"]],
        ((1, 2), ()),
        {"a": 1},
        None,
    ],
)
def test_what_is_shown_can_be_typed(value):
    again = eval(shown(value), {"torch": torch})
    assert same(value, again, exact_dtype=True)
    if isinstance(value, torch.Tensor):
        assert value.requires_grad == again.requires_grad


def test_a_number_is_shown_with_six_digits():
    assert shown(T([1 / 3, 1e-7, 1e20])) == "torch.tensor([0.333333, 1e-07, 1e+20])"
    assert shown(2.0) == "2."


def test_a_generator_of_random_numbers_is_shown_by_its_seed():
    assert shown(torch.Generator().manual_seed(7)) == "torch.Generator().manual_seed(7)"


@pytest.mark.parametrize(("count", "whole"), [(24, True), (25, False)])
def test_a_tensor_is_shown_whole_up_to_24_numbers(count, whole):
    text = shown(torch.zeros(count, dtype=torch.int64))
    assert ("[0, 0," in text) == whole
    assert (text == f"a int64 tensor of shape ({count},)") != whole


@pytest.mark.parametrize(("length", "whole"), [(117, True), (118, True), (119, False)])
def test_an_answer_is_shown_in_120_characters_at_most(length, whole):
    text = shown("x" * length)
    assert len(text) == min(length + 2, 120), "with quotes"
    assert (text == repr("x" * length)) == whole
    assert text.endswith("…") != whole


class Odd:
    def __repr__(self):
        raise RuntimeError("no name")


def test_what_cannot_be_shown_is_shown_by_its_type():
    assert shown(Odd()) == "a Odd that cannot be shown"
    assert shown(object()) == "<object object>", "without an address, which is another each time"
    assert shown(each for each in "ab") == "a generator (list(...) makes a list of one)"
    assert shown(T([1.0]).to_sparse()) == "a float32 tensor of shape (1,)"
    assert shown(torch.empty(2, device="meta")) == "a float32 tensor of shape (2,)"


def spelled(word):
    return word


def test_a_call_can_be_typed():
    assert call(spelled, ("ab", T([1.0]))) == "spelled('ab', torch.tensor([1.]))"
    assert call(lambda: 0, ()) == "your function()"
    assert call(object(), (1,)) == "your function(1)"
    assert call(spelled, ("x" * 290,)) == f"spelled('{'x' * 290}')"
    assert call(spelled, ("x" * 310,)).endswith("…)")


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def test_an_error_is_told_in_one_line():
    assert error_said(ValueError("a\n b")) == "ValueError: a b"
    assert error_said(Unspeakable()) == "Unspeakable"
    assert len(error_said(ValueError("x" * 500))) == 300
