"""Every check of every lesson, given answers that nobody wrote a mistake for."""

import contextlib
import itertools
import math
import time
from types import SimpleNamespace

import pytest
import torch

import helpers.checks
from helpers.checks import Exercise, Feedback, check, interruption, lesson_exercises
from helpers.checks.interruption import time_limit

ALL = {
    name: exercise
    for number in range(100)
    for name, exercise in lesson_exercises(str(number)).items()
}
FUNCTIONS = [name for name, exercise in ALL.items() if exercise.examples]
VALUES = [name for name in ALL if name not in FUNCTIONS]


def endless():
    while True:
        yield 1


def reference(exercise: Exercise, *arguments):
    return exercise.answer(*arguments) if exercise.examples else exercise.answer


def spoiled(value, spoil):
    """The same value, each tensor and number in it made into something else."""
    if isinstance(value, list | tuple):
        return type(value)(spoiled(each, spoil) for each in value)
    if isinstance(value, dict):
        return {key: spoiled(each, spoil) for key, each in value.items()}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return spoil(value) if is_number or isinstance(value, torch.Tensor) else None


def as_nan(value):
    return torch.full(value.shape, math.nan) if isinstance(value, torch.Tensor) else math.nan


def with_one_more_dimension(value):
    """Twice the same: one number in a tensor of any shape is still that number."""
    return torch.stack([torch.as_tensor(value)] * 2)


def emptied(value):
    return torch.empty(0)


ODD = {
    "None": lambda exercise, *arguments: None,
    "a string": lambda exercise, *arguments: "<b>$x$</b>",
    "no list": lambda exercise, *arguments: [],
    "a nested list": lambda exercise, *arguments: [[[]], [[1]]],
    "a list of anything": lambda exercise, *arguments: [None, "a", {}, 1j, torch.ones(2)],
    "a dict": lambda exercise, *arguments: {1: 2},
    "infinity": lambda exercise, *arguments: -math.inf,
    "a huge number": lambda exercise, *arguments: 10**400,
    "a generator without end": lambda exercise, *arguments: endless(),
    "a counter without end": lambda exercise, *arguments: itertools.count(),
    "a class": lambda exercise, *arguments: dict,
    "a tensor of words": lambda exercise, *arguments: torch.zeros(27, 27, dtype=torch.complex64),
    "what was given": lambda exercise, *arguments: arguments,
} | {
    spoil.__name__.replace("_", " "): lambda exercise, *arguments, spoil=spoil: spoiled(
        reference(exercise, *arguments), spoil
    )
    for spoil in (as_nan, with_one_more_dimension, emptied)
}


def assert_helps(feedback: Feedback) -> None:
    assert feedback.kind == "wrong", feedback
    assert "could not be compared" not in feedback.message
    assert "Traceback" not in feedback.message
    assert "object at 0x" not in feedback.message
    assert 10 < len(feedback.message) < 700
    assert "<b>$" not in feedback._repr_html_(), "nothing is interpreted"


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", VALUES)
def test_an_odd_value_is_told_what_it_is(name, odd):
    assert_helps(check(name, ODD[odd](ALL[name])))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_returns_something_odd_is_told_what_it_is(name, odd, request):
    exercise = ALL[name]
    if odd.endswith("without end"):
        request.getfixturevalue("short")

    def answer(*arguments):
        return ODD[odd](exercise, *arguments)

    assert_helps(check(name, answer))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_prints_is_right_and_its_words_are_seen(name, capsys):
    def answer(*arguments):
        print("here I am")
        return ALL[name].answer(*arguments)

    assert check(name, answer).kind == "right"
    assert "here I am" in capsys.readouterr().out


def wreck(value) -> None:
    if isinstance(value, torch.Tensor):
        value.detach().zero_()
    elif isinstance(value, list | dict):
        for each in list(value.values() if isinstance(value, dict) else value):
            wreck(each)
        value.clear()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_wrecks_what_it_is_given_wrecks_it_for_itself_alone(name):
    exercise = ALL[name]

    def wrecking(*arguments):
        right = exercise.answer(*arguments)
        result = right.clone() if isinstance(right, torch.Tensor) else right
        for argument in arguments:
            wreck(argument)
        return result

    first = check(name, wrecking)
    assert check(name, exercise.answer).kind == "right"
    assert check(name, wrecking) == first


@pytest.mark.parametrize("stop", [SystemExit, ZeroDivisionError, RecursionError, MemoryError])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_stops_is_told_with_what(name, stop):
    def stopping(*arguments):
        raise stop("of my own")

    feedback = check(name, stopping)
    assert_helps(feedback)
    assert f"your function stopped with {stop.__name__}: of my own" in feedback.message


# What never ends


@pytest.fixture
def short(monkeypatch):
    """A limit that a test can wait for."""
    monkeypatch.setattr(helpers.checks.engine, "time_limit", lambda: time_limit(0.2))


@pytest.fixture
def begun(monkeypatch):
    """For an answer without an end to set when it begins: then its time is up, and not before."""
    state = SimpleNamespace(yes=False)  # and no lock: an alarm may come in between

    def is_over(clock) -> bool:
        was, state.yes = state.yes, False  # it is stopped once, and what is said of it then is not
        return was

    monkeypatch.setattr(interruption._Clock, "is_over", is_over)
    monkeypatch.setattr(helpers.checks.engine, "time_limit", lambda: time_limit(0.02))
    return state


def turning(*arguments):
    while True:
        pass


def swallowing(*arguments):
    while True:
        with contextlib.suppress(BaseException):
            sum(range(1000))


def sleeping(*arguments):
    time.sleep(1000)


def computing(*arguments):
    while True:
        torch.ones(200, 200) @ torch.ones(200, 200)


def assert_stopped(feedback: Feedback) -> None:
    assert_helps(feedback)
    assert "your function had not ended after" in feedback.message
    assert "and was stopped. Is there a loop in it that does not" in feedback.message


@pytest.mark.parametrize("endless", [turning, swallowing, sleeping, computing])
def test_whatever_has_no_end_is_stopped_by_the_clock(short, endless):
    assert_stopped(check(FUNCTIONS[0], endless))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_without_an_end_is_stopped(begun, name):
    def endless(*arguments):
        begun.yes = True
        turning()

    assert_stopped(check(name, endless))


@pytest.mark.parametrize("name", ALL)
def test_a_comparison_without_an_end_is_stopped(begun, name):
    class WithoutEnd:
        def __repr__(self):
            begun.yes = True
            turning()

    start = time.monotonic()
    feedback = check(name, WithoutEnd())
    assert time.monotonic() - start < 5
    assert feedback.kind == "wrong"
    assert feedback.message.startswith("Comparing this answer had not ended after") or (
        "WithoutEnd" not in feedback.message and "could not be compared" not in feedback.message
    )


def test_the_limit_is_a_few_seconds():
    start = time.monotonic()
    feedback = check(FUNCTIONS[0], turning)
    assert 4 < time.monotonic() - start < 30
    assert "had not ended after 5 seconds, and was stopped" in feedback.message
