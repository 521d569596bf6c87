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
        ((T([1.0, 2.0]), T([3.0, 4.0])), T([[1.0, 2.0], [3.0, 4.0]])),
        ([T([1.0, 2.0]), T([3.0, 4.0])], np.array([[1.0, 2.0], [3.0, 4.0]])),
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
        ((T([1.0, 2.0]), T([3.0, 4.0])), T([[1.0, 2.0]])),
        ((T([1.0, 2.0]), T([3.0, 4.0])), T([[3.0, 4.0], [1.0, 2.0]])),
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


def test_without_a_tolerance_every_digit_counts():
    for make in (lambda x: x, lambda x: [x], lambda x: {"a": x}, lambda x: T([x])):
        assert same(make(1.0), make(1.0), tolerance=0)
        assert not same(make(1.0), make(1.0000005), tolerance=0)
        assert same(make(1.0), make(1.05), tolerance=0.1)


def test_the_edge_of_what_is_allowed_is_allowed():
    assert same(1.0, 1.5, absolute=0.5)
    assert same(1.0, 0.5, absolute=0.5)
    assert not same(1.0, 1.5000001, absolute=0.5)


def test_zeros_in_a_list_are_zeros():
    assert not same([0.0, 0.0], [1e-6, 0.0])
    assert same([0.0], [0.0])


def test_where_nothing_is_finite_nothing_may_differ():
    assert not same(T([math.inf, math.nan]), T([math.inf, 1e-6]))
    assert different(T([math.inf]), T([-math.inf])).tolist() == [True]


def test_one_number_in_a_tensor_may_have_any_shape():
    assert same(T(4.0), T([[4.0]]))
    assert not same(T(4.0), T([4.0, 4.0]))
    assert not same(T([4.0]), T([[4.0]]))
    assert not same(T(4.0), T([]))


def test_kinds_are_floats_whole_numbers_truth_values_and_complex_numbers():
    makes = [T([1.0]), T([1]), T([True]), T([1 + 0j])]
    for one in makes:
        for other in makes:
            assert same(one, other) == (one is other)
    assert different(T([1.5]), T([1])).tolist() == [True]
    assert different(T([1]), T([1.5])).tolist() == [True]


class Own:
    """Equal to everything."""

    def __eq__(self, other):
        return True

    __hash__ = None


def test_of_a_kind_of_its_own_both_must_be():
    assert same(Own(), Own())
    assert not same(Own(), 7)
    assert not same(None, Own())
    assert not same(range(2), range(3))


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


def test_a_list_is_told_whole_up_to_60_characters():
    whole, long = ["a" * 26, "b" * 26], ["a" * 26, "b" * 27]
    assert difference(whole, ["x", "y"]).startswith("expected ['aaa")
    assert difference(long, ["x", long[1]]).startswith("at position 0 expected 'aaa")
    assert difference(long, "x") == f"expected {shown(long)}, got 'x'."
    assert difference(long, [*long, "x"]) == f"expected {shown(long)}, got {shown([*long, 'x'])}."


def test_a_tensor_is_told_whole_up_to_six_numbers():
    assert difference(torch.zeros(6), torch.ones(6)).startswith("expected torch.tensor([0., 0.")
    assert difference(torch.zeros(7), torch.ones(7)) == "at [0] expected 0, got 1."


def test_the_place_that_is_told_is_one_that_differs_by_more_than_is_allowed():
    one, other = torch.ones(8), torch.ones(8)
    other[2], other[5] = 1.05, 1.5
    assert difference(one, other, tolerance=0.1) == "at [5] expected 1, got 1.5."
    long = [1.0] * 30
    assert difference(long, [1.05, *long[2:], 2.0], 0.1) == "at position 29 expected 1, got 2."
    assert difference({"a": 1.0, "b": 1.0}, {"a": 1.05, "b": 2.0}, 0.1).startswith("for 'b' ")
    nested = [torch.ones(2), torch.ones(2), "x" * 60]
    says = difference(nested, [nested[0], torch.ones(2).double() * 1.05, "y"], 0.1)
    assert says.startswith("at position 2 ")
    says = difference(nested, [nested[0].double(), *nested[1:]], 0.1, exact_dtype=True)
    assert says.startswith("at position 2") or "float64" in says


def test_a_dtype_is_told_where_it_is_the_lesson():
    assert "dtype" not in difference(T([1.0]), T([2.0]), exact_dtype=True)
    assert "expected dtype" not in difference(T([1.0]), T([2.0]).double())
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


def test_a_list_is_shown_in_full_dress_up_to_40_items():
    assert shown([0.5] * 40, 999) == f"[{', '.join(['0.5'] * 40)}]"
    assert shown([2.0] * 40, 999).startswith("[2., 2.")
    assert shown([2.0] * 41, 999).startswith("[2.0, 2.0")


def test_two_numbers_are_told_apart_with_as_few_digits_as_it_takes():
    assert difference(1.0, 1.0000001) == "expected 1, got 1.0000001."
    assert difference(1.23456, 1.234564) == "expected 1.23456, got 1.234564."
    assert difference(0.123456789, 0.123456788) == "expected 0.123456789, got 0.123456788."
    assert difference(0.1234567891, 0.1234567892) != "expected 0.123456789, got 0.123456789."


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
    unnamed = type("Unnamed", (), {"__name__": None, "__call__": spelled})()
    assert call(unnamed, (1,)) == "your function(1)"
    for length, whole in ((298, True), (299, False)):
        assert call(spelled, ("x" * length,)).endswith("x')") == whole
    W = T([1.0], requires_grad=True)
    assert "grad =" not in call(spelled, (W,))
    W.grad = T([0.5])
    assert call(spelled, (T([1.0]), W)) == (
        "spelled(torch.tensor([1.]), torch.tensor([1.], requires_grad=True)) "
        "with .grad = torch.tensor([0.5])"
    )
    W = torch.ones(24, requires_grad=True)
    W.grad = torch.zeros(24) - 1 / 3
    assert call(spelled, (W,)).endswith("-0.333333])")
    assert call(spelled, ("x" * 290,)) == f"spelled('{'x' * 290}')"
    assert call(spelled, ("x" * 310,)).endswith("…)")


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def test_an_error_is_told_in_one_line():
    assert error_said(ValueError("a\n b")) == "ValueError: a b"
    assert error_said(Unspeakable()) == "Unspeakable"
    assert len(error_said(ValueError("x" * 500))) == 300


# The edges


def test_the_dtype_counts_inside_lists_and_dicts_too():
    ones, doubles = torch.ones(12), torch.ones(12).double()
    for one, other in (([ones, ones], [ones, doubles]), ({"a": ones}, {"a": doubles})):
        assert same(one, other)
        assert not same(one, other, exact_dtype=True)
    of_pairs = [(each, each) for each in torch.arange(5.0)]
    told = difference(of_pairs, [*of_pairs[:4], of_pairs[4][:1] * 2], exact_dtype=True)
    assert told.startswith("expected [("), "none of them differs"
    other = [*of_pairs[:4], (of_pairs[4][0], of_pairs[4][1].double())]
    assert difference(of_pairs, other, exact_dtype=True).startswith("at position 4 expected (")
    row = torch.arange(30.0)
    told = difference([row, row], [row, row.double()], exact_dtype=True)
    assert told == "at position 1 expected dtype torch.float32, got torch.float64."
    told = difference({"a": ones}, {"a": doubles}, exact_dtype=True)
    assert told.startswith("for 'a' expected")


def test_of_a_long_list_the_first_item_beyond_the_tolerance_is_shown():
    row, near, far = torch.ones(30), torch.ones(30), torch.ones(30)
    near[3], far[3], far[7] = 1.001, 1.001, 1.5
    told = difference([row] * 3, [row, near, far], 0.01)
    assert told == "at position 2 at [7] expected 1, got 1.5."


def test_a_long_list_and_what_is_none_are_shown_one_against_the_other():
    numbers = [1.25] * 30
    array = torch.tensor(numbers)
    told = difference(numbers, array)
    assert told.startswith("expected [1.25, ")
    assert "got a float32 tensor of shape (30,)." in told


def test_numbers_are_shown_with_six_digits_or_as_many_as_tell_them_apart():
    assert difference(1.2345678, 2.5) == "expected 1.23457, got 2.5."
    assert difference(1.0000000123, 1.0) == "expected 1.00000001, got 1."
    assert difference(1 + 2**-40, 1.0) == "expected 1.0000000000009095, got 1."


def test_whole_numbers_are_compared_exactly_whichever_is_whole():
    near, one = torch.tensor([1.0000001]).double(), torch.tensor([1.000001])
    assert different(near, torch.tensor([1])).item()
    assert different(torch.tensor([1]), one).item()


def test_in_a_list_small_numbers_are_as_near_as_the_greatest_is():
    assert same([0.1, 10.0], [0.15, 10.0], tolerance=0.01)
    assert not same([0.1, 1.0], [0.15, 1.0], tolerance=0.01)
    small = torch.tensor([1e-6, 1e-6])
    assert not same([small, small], [small, 2 * small]), "tensors have a greatest of their own"
