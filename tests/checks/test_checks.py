"""helpers/checks: what an answer to an exercise gets to hear.

The exercises here are made up. Those of the lessons are tested in test_exercises.py.
"""

import re
import sys
from functools import partial
from types import ModuleType

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import helpers.checks
from helpers.checks import (
    Exercise,
    Feedback,
    Mistake,
    check,
    left_open,
    lesson_exercises,
    shown,
    which_shape,
)
from helpers.checks.interruption import TookTooLong


def raising(*_):
    raise ZeroDivisionError("of the learner's own")


def no_such(*_):
    raise LookupError("what no answer raises")


def spelled(word: str) -> list[str]:
    return [letter + "!" for letter in word]


def row_sums(table: torch.Tensor) -> torch.Tensor:
    return table.sum(1, keepdim=True)


def total(numbers: list[int], wanted: dict[str, int]) -> int:
    return sum(numbers) + sum(wanted.values())


EXERCISES = {
    "77.1 number": Exercise(
        42,
        "6 times 7.",
        mistakes=[
            Mistake(13, "You added."),
            Mistake(lambda got: got > 1000, "Far too large.", test=True),
        ],
    ),
    "77.2 float": Exercise(2.5138, "the mean.", absolute=1e-3),
    "77.3 table": Exercise(
        torch.tensor([[1.0, 2.0], [3.0, 4.0]]),
        "row by row.",
        mistakes=[Mistake(torch.tensor([[1.0, 3.0], [2.0, 4.0]]), "Column by column.")],
    ),
    "77.4 dictionary": Exercise({"a": 1, "b": 2}, "one key each."),
    "77.5 list": Exercise([(27,), (27, 1)], "shapes."),
    "77.6 truth": Exercise(True, "so it is."),
    "77.7 words": Exercise("keepdim", "the name of an argument."),
    "77.8 spelled": Exercise(
        spelled,
        "each letter by itself.",
        examples=[("a",), ("ab",), ("<b>",)],
        mistakes=[
            Mistake(lambda word: [word + "!"], "this is one long word."),
            Mistake(lambda word: spelled(word)[:1], "you stopped after the first letter."),
            Mistake(no_such, "never said: this mistake cannot be made."),
        ],
    ),
    "77.9 row sums": Exercise(
        row_sums, "it stays upright.", examples=lambda: [(torch.eye(2),), (torch.ones(2, 3),)]
    ),
    "77.10 total": Exercise(total, "all of it.", examples=[([1], {"a": 2}), ([1, 2], {"b": 3})]),
    "77.11 nothing": Exercise(torch.tensor([torch.nan, torch.inf, 1.0]), "not a number."),
    "77.12 fine": Exercise(torch.tensor([1.0]), "to 8 digits.", tolerance=1e-8),
    "77.13 coarse": Exercise(
        torch.tensor([1.0, 5.0]),
        "roughly.",
        mistakes=[Mistake(torch.tensor([5.0, 1.0]), "`coarse` is the other way round.")],
        absolute=0.5,
    ),
    "77.14 whole": Exercise(torch.tensor([1_234_567, 2]), "exactly."),
    "77.15 one": Exercise(torch.tensor(12.5690), "a single number."),
    "77.16 own words": Exercise(
        7, "seven.", explain=lambda expected, got: f"{got} is {expected - got} too few."
    ),
    "77.17 roughly": Exercise(
        lambda x: 1 / (x + 1),
        "to a tenth.",
        examples=[(0,), (1,)],
        mistakes=[Mistake(lambda x: 1 / x, "1 is missing.")],
        absolute=0.1,
    ),
    "77.18 list of floats": Exercise([1.0, 5.0], "roughly.", absolute=0.5),
}
VALUES = {name: each for name, each in EXERCISES.items() if not each.examples}
FUNCTIONS = {name: each for name, each in EXERCISES.items() if each.examples}


@pytest.fixture(autouse=True, scope="module")
def lesson_77():
    """A lesson of these exercises, known to the checks for as long as this file is tested."""
    name = "helpers.checks.lesson_77"
    module = ModuleType(name)
    module.EXERCISES = EXERCISES
    known = helpers.checks.iter_modules
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, name, module)
        found = type("Found", (), {"name": "lesson_77"})
        patch.setattr(helpers.checks, "iter_modules", lambda path: [*known(path), found])
        yield


def wrong(name: str, answer: object) -> str:
    feedback = check(name, answer)
    assert feedback.kind == "wrong"
    return feedback.message


# Not attempted yet


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_value_is_not_attempted(name):
    feedback = check(name, ...)
    assert feedback.kind == "open"
    assert repr(feedback).startswith("○ Not attempted yet.")


@pytest.mark.parametrize("answer", [[...], [..., ...], (..., ...)])
def test_a_list_of_untouched_values_is_not_attempted(answer):
    assert check("77.5 list", answer).kind == "open"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_untouched_function_is_not_attempted(name):
    assert check(name, lambda *_: ...) == check(name, ...)


# Right


@pytest.mark.parametrize("name", EXERCISES)
def test_the_reference_answer_is_right_and_gets_one_thing_to_notice(name):
    exercise = EXERCISES[name]
    feedback = check(name, exercise.answer)
    assert feedback == Feedback("right", exercise.notice)
    assert repr(feedback) == f"✓ Right. {exercise.notice}"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("77.1 number", torch.tensor(42)),
        ("77.1 number", 42.0),
        ("77.2 float", 2.5139),
        ("77.2 float", torch.tensor(2.5138)),
        ("77.3 table", torch.tensor([[1.0, 2.0], [3.0, 4.0 + 1e-7]])),
        ("77.4 dictionary", {"b": 2, "a": 1}),
        ("77.5 list", [torch.Size([27]), [27, 1]]),
        ("77.5 list", ((27,), (27, 1))),
        ("77.6 truth", torch.tensor(True)),
        ("77.13 coarse", torch.tensor([1.4, 4.6])),
        ("77.18 list of floats", [1.4, 4.6]),
    ],
)
def test_the_same_answer_in_another_dress_is_right(name, answer):
    assert check(name, answer).kind == "right"


# Wrong: the mistakes that are recognized


def test_a_value_known_as_a_mistake_is_told_what_it_did():
    assert wrong("77.1 number", 13) == "You added."
    assert wrong("77.1 number", 5000) == "Far too large."
    assert wrong("77.3 table", EXERCISES["77.3 table"].answer.T) == "Column by column."
    assert wrong("77.13 coarse", torch.tensor([5.4, 0.6])) == "`coarse` is the other way round."


def test_a_function_is_told_what_it_did_on_the_first_example_that_shows_it():
    assert wrong("77.8 spelled", lambda word: spelled(word)[:1]) == (
        "your function('ab'): you stopped after the first letter. "
        "Expected ['a!', 'b!'], got ['a!']."
    )
    # On "a" this is right, too; on "ab" it is another mistake.
    assert (
        wrong("77.8 spelled", lambda word: [word + "!"])
        == "your function('ab'): this is one long word. Expected ['a!', 'b!'], got ['ab!']."
    )


def shapes() -> Exercise:
    return Exercise(
        [(2, 3), (3, 4), (2, 4)],
        "rows of the first, columns of the second.",
        mistakes=[left_open("One is still open.")],
        explain=which_shape("A", "B", "A @ B"),
    )


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ([(3, 2), (4, 3), (2, 4)], "The shape of A is not (3, 2). The hint below helps."),
        ([(2, 3), [3, 4, 1], (4, 2)], "The shape of B is not [3, 4, 1]. The hint below helps."),
        (
            [torch.Size([2, 3]), (3, 4), (4, 2)],
            "The shape of A @ B is not (4, 2). The hint below helps.",
        ),
        ([(2, 3), (3, 4)], "Three shapes are asked for"),
        ([(2, 3), (3, 4), (2, 4), (1,)], "Three shapes are asked for"),
        ((2, 3), "Three shapes are asked for"),
        (24, "Three shapes are asked for"),
        ([..., (3, 4), (2, 4)], "One is still open."),
        ([(2, 3), (3, 4), ...], "One is still open."),
    ],
)
def test_of_several_shapes_it_says_which_is_wrong_and_not_what_is_right(answer, says, monkeypatch):
    monkeypatch.setitem(EXERCISES, "77.99 shapes", shapes())
    message = wrong("77.99 shapes", answer)
    assert message.startswith(says)
    assert not any(str(right) in message for right in [(2, 3), (3, 4), (2, 4)])


def test_the_right_shapes_are_right(monkeypatch):
    monkeypatch.setitem(EXERCISES, "77.99 shapes", shapes())
    assert check("77.99 shapes", [(2, 3), (3, 4), (2, 4)]).kind == "right"


def test_it_says_how_many_shapes_are_asked_for():
    explain = which_shape("A", "B", "C", "D")
    assert explain([(1,)] * 4, [(1,)] * 3).startswith("Four shapes are asked for")


def test_an_explanation_that_fails_gives_way_to_expected_against_got():
    assert wrong("77.16 own words", "five") == "A number is asked for, got 'five'."


def test_an_exercise_may_explain_in_words_of_its_own():
    assert wrong("77.16 own words", 5) == "5 is 2 too few."


# Wrong: what is off, and of a function's result expected against got


@pytest.mark.parametrize(
    ("name", "answer", "message"),
    [
        ("77.1 number", 41, "It is not 41."),
        ("77.1 number", "42", "A number is asked for, got '42'."),
        ("77.1 number", True, "It is not True."),
        ("77.2 float", 2.6, "It is not 2.6."),
        ("77.2 float", float("nan"), "It is not nan."),
        ("77.3 table", 7, "A tensor is asked for, got 7."),
        ("77.3 table", torch.ones(4), "It is not torch.tensor([1., 1., 1., 1.])."),
        ("77.4 dictionary", {"a": 1}, "It is not {'a': 1}."),
        ("77.5 list", [(27,), (1, 27)], "Not all of these are right yet: [(27,), (1, 27)]."),
        ("77.5 list", [(27,)], "2 answers are asked for, and these are 1."),
        ("77.5 list", 3, "A list of 2 is asked for, got 3."),
        ("77.6 truth", False, "It is not False."),
        ("77.6 truth", "yes", "True or False is asked for, got 'yes'."),
        ("77.7 words", "Keepdim", "It is not 'Keepdim'."),
        ("77.7 words", [1], "A text is asked for, got [1]."),
    ],
)
def test_of_a_value_it_says_what_is_off_and_not_what_is_right(name, answer, message):
    assert wrong(name, answer) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda word: [each + "?" for each in word], "('a'): expected ['a!'], got ['a?']."),
        (lambda word: "".join(spelled(word)), "('a'): expected ['a!'], got 'a!'."),
    ],
)
def test_another_function_gets_expected_against_got(answer, message):
    assert wrong("77.8 spelled", answer) == f"your function{message}"


def test_the_first_example_that_differs_is_shown_as_a_call_that_can_be_typed():
    says = wrong("77.9 row sums", lambda table: table.sum(1))
    assert says == (
        "your function(torch.tensor([[1., 0.], [0., 1.]])): expected shape (2, 1), got (2,)."
    )
    says = wrong("77.9 row sums", lambda table: table.sum(0)[:, None])
    assert says == (
        "your function(torch.tensor([[1., 1., 1.], [1., 1., 1.]])): "
        "expected shape (2, 1), got (3, 1)."
    )
    says = wrong("77.10 total", lambda n, w: sum(n))
    assert says == "your function([1], {'a': 2}): expected 3, got 1."


def test_long_answers_are_shown_in_part():
    assert len(wrong("77.7 words", "x" * 10_000)) < 200
    assert len(wrong("77.1 number", list(range(10_000)))) < 200
    says = wrong("77.1 number", torch.zeros(27, 27))
    assert says == "It is not a float32 tensor of shape (27, 27)."


def test_what_hands_out_its_items_one_by_one_is_told_so():
    assert "list(...) gives all" in wrong("77.5 list", iter([(27,), (27, 1)]))
    assert "a generator" in wrong("77.8 spelled", lambda word: (each for each in word))


# Wrong: what functions do


def test_a_function_that_returns_nothing_is_asked_for_its_return():
    message = wrong("77.8 spelled", lambda word: None)
    assert message == "your function('a'): got None. Does your function end in a return?"


def test_a_value_that_is_none_is_not_taken_for_a_function():
    assert wrong("77.1 number", None) == "A number is asked for, got None."


def test_a_function_that_raises_is_told_where_and_with_what():
    message = wrong("77.8 spelled", raising)
    assert message == (
        "raising('a'): your function stopped with ZeroDivisionError: of the learner's own"
    )


def test_a_function_that_was_interrupted_is_told_so_without_a_traceback():
    def endless(word):
        raise KeyboardInterrupt

    assert wrong("77.8 spelled", endless) == (
        "endless('a'): your function had not ended when you stopped it. "
        "Is there a loop in it that does not come to an end?"
    )


def test_a_function_and_a_comparison_that_took_too_long_are_told_so(monkeypatch):
    class Endless:
        def __eq__(self, other):
            raise TookTooLong

        __hash__ = None

    monkeypatch.setitem(EXERCISES, "77.99 own kind", Exercise(Endless(), "of its own kind."))

    def endless(word):
        raise TookTooLong

    assert wrong("77.8 spelled", endless) == (
        "endless('a'): your function had not ended after 5 seconds, and was stopped. "
        "Is there a loop in it that does not come to an end?"
    )
    says = wrong("77.99 own kind", Endless())
    assert says.startswith("Comparing this answer had not ended after 5 seconds")


def test_a_function_is_judged_by_what_it_gave_before_it_stopped():
    """On "a" it is wrong already, and on "ab" it stops: what comes first is told."""

    def halting(word):
        return [] if word == "a" else raising()

    assert wrong("77.8 spelled", halting) == "halting('a'): expected ['a!'], got []."


@pytest.mark.parametrize("length", [260, 10_000])
def test_an_error_is_told_in_300_characters_at_most(length):
    def stopping(word):
        raise ValueError("x" * length)

    said = wrong("77.8 spelled", stopping).partition("stopped with ")[2]
    assert len(said) == min(length + len("ValueError: "), 300)
    assert said.endswith("…") == (length > 260)


def test_a_tensor_as_a_key_is_told_to_take_its_number_out():
    assert wrong("77.8 spelled", lambda word: {0: "a"}[torch.tensor(0)]) == (
        "your function('a'): your function stopped with KeyError: tensor(0). "
        "A dictionary does not find a tensor: .item() takes the number out of it."
    )


def test_a_dot_dot_dot_left_in_a_function_is_pointed_out():
    says = wrong("77.8 spelled", lambda word: word + ...)
    assert says.startswith("your function('a'): your function stopped with TypeError: ")
    assert says.endswith(". A ... is still left in it.")


def test_a_mistake_that_another_example_contradicts_is_not_the_one_made():
    # On "ab" alone this looks like stopping after the first letter; on the longer word it is not.
    answer = lambda word: spelled(word)[: 1 if len(word) == 2 else 99][::-1]  # noqa: E731
    assert "you stopped after the first letter" not in wrong("77.8 spelled", answer)


def test_floats_of_64_bits_are_floats():
    assert check("77.3 table", EXERCISES["77.3 table"].answer.double()).kind == "right"


def test_a_number_of_numpy_s_is_a_number():
    assert check("77.1 number", np.int64(42)).kind == "right"


def test_a_function_of_the_wrong_arguments_is_told_so():
    assert "stopped with TypeError" in wrong("77.8 spelled", lambda: [])
    assert "stopped with RecursionError" in wrong("77.8 spelled", lambda w: forever(w))


def forever(word):
    return forever(word)


@pytest.mark.parametrize("answer", [3, "spelled", [], {}, torch.ones(2), None])
def test_a_value_where_a_function_is_asked_for_is_told_so(answer):
    expected = f"This exercise asks for a function. Got {shown(answer)}."
    assert wrong("77.8 spelled", answer) == expected


def test_a_function_without_a_name_is_called_yours():
    assert wrong("77.8 spelled", partial(sorted, key=str)) == (
        "your function('a'): expected ['a!'], got ['a']."
    )


def test_an_answer_that_cannot_be_compared_is_told_so(monkeypatch):
    def comparing(*_):
        raise ZeroDivisionError("of the checker's own")

    monkeypatch.setattr("helpers.checks.engine.same", comparing)
    assert wrong("77.4 dictionary", {"a": 1}) == (
        "This answer could not be compared (ZeroDivisionError: of the checker's own). Got {'a': 1}."
    )


def test_each_lesson_has_exercises_of_its_own():
    assert "1.1 bigrams of a name" in lesson_exercises("1")
    assert not lesson_exercises("1").keys() & lesson_exercises("2").keys()
    assert lesson_exercises("78") == {}


def test_a_function_that_changes_its_arguments_changes_no_other_call():
    def greedy(numbers, wanted):
        result = total(numbers, wanted)
        numbers.append(100)
        wanted["a"] = 100
        return result

    for _ in range(3):
        assert wrong("77.10 total", greedy).startswith(
            "greedy([1], {'a': 2}): the result is right, but the call changed numbers and wanted."
        )
    assert EXERCISES["77.10 total"].examples == [([1], {"a": 2}), ([1, 2], {"b": 3})]


def test_a_function_that_changes_its_arguments_first_is_still_told_what_was_asked():
    def clearing(numbers, wanted):
        numbers.clear()
        return total(numbers, wanted)

    assert wrong("77.10 total", clearing) == (
        "clearing([1], {'a': 2}): expected 3, got 2. The call also changed numbers."
    )


# Whatever the answer


class Nameless:
    def __repr__(self):
        raise RuntimeError("no name")


class Hostile(Nameless):
    def __eq__(self, other):
        raise RuntimeError("not comparable")

    __hash__ = None

    def __call__(self, *_):
        raise Unspeakable

    def __len__(self):
        raise RuntimeError("no length")

    def __bool__(self):
        raise RuntimeError("neither true nor false")


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def endless_list() -> list:
    inside = []
    inside.append(inside)
    return inside


TENSORS = st.builds(
    lambda shape, dtype: torch.zeros(shape, dtype=dtype),
    st.lists(st.integers(0, 3), max_size=3),
    st.sampled_from(
        [torch.bool, torch.uint8, torch.int64, torch.float16, torch.float32, torch.complex64]
    ),
)
ODD = st.sampled_from(
    [
        Nameless,
        Hostile,
        lambda: Hostile,
        Unspeakable,
        endless_list,
        lambda: 10**400,
        lambda: torch.empty(2, 2, device="meta"),
        lambda: torch.eye(2).to_sparse(),
        lambda: torch.ones(2, 2, requires_grad=True),
        torch.Generator,
        lambda: type,
        lambda: print,
        lambda: ModuleType("mine"),
        lambda: (each for each in ()),
        lambda: NotImplemented,
        lambda: ...,
    ]
).map(lambda make: make())
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | TENSORS
    | ODD,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=2) | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", EXERCISES)
@given(answer=ANYTHING)
def test_whatever_the_value_the_check_answers(name, answer):
    assert_answered(check(name, answer))


@pytest.mark.parametrize("name", FUNCTIONS)
@given(returned=ANYTHING)
def test_whatever_a_function_returns_the_check_answers(name, returned):
    assert_answered(check(name, lambda *_: returned))


def assert_answered(feedback: Feedback) -> None:
    assert feedback.kind in ("right", "wrong", "open")
    assert feedback.message
    assert "Traceback" not in feedback.message
    assert feedback._repr_html_()
    assert "\n" not in repr(feedback), "one line, outside a notebook"


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("error", [Unspeakable, RuntimeError, StopIteration, AssertionError])
def test_whatever_a_function_raises_the_check_answers(name, error):
    def stopping(*_):
        raise error

    assert f"your function stopped with {error.__name__}" in wrong(name, stopping)


# Names of exercises


@pytest.mark.parametrize("name", ["77.99 no such", "77", "77.1", "77.1 Number"])
def test_an_unknown_exercise_is_refused_with_those_there_are(name):
    with pytest.raises(ValueError, match=re.escape(f"there is no exercise {name!r}")) as caught:
        check(name, 1)
    assert "'77.1 number', '77.2 float'" in str(caught.value)


@pytest.mark.parametrize("name", ["", "x", "99.1 from a lesson to come", "../names", "7 .1"])
def test_an_unknown_lesson_is_refused(name):
    with pytest.raises(ValueError, match=re.escape(f"there is no exercise {name!r}")):
        check(name, 1)
