"""What checks reply to an answer that is no known mistake: they show it, and point the way."""

import math
from decimal import Decimal

import pytest
import torch

from helpers.checks import check, lesson_exercises

SMALL_STEPS = "and it is to be below 2.467. A larger rate gets further in 100 steps."


def reference(name: str):
    return lesson_exercises(name[0])[name].answer


def with_one_changed(name: str, place: int, value) -> list:
    answer = list(reference(name))
    answer[place] = value
    return answer


@pytest.mark.parametrize(
    ("name", "answer", "reply"),
    [
        ("1.4 name from a letter", lambda *_: 5, ", got 5."),
        ("1.4 name from a letter", lambda *_: "zed", ", got 'zed'."),
        ("2.1 shapes that meet", 24, "Four answers are asked for, in a list, as in the cell"),
        ("2.1 shapes that meet", [(9,)] * 3, "Four answers are asked for, in a list, as in the"),
        ("2.3 the rule", lambda *_: (9,), "expected (3,), got (9,)."),
        ("5.5 best rate", 10, f"With 10 the loss after 100 steps is 2.5751, {SMALL_STEPS}"),
        ("5.5 best rate", torch.tensor(10.0), f"loss after 100 steps is 2.5751, {SMALL_STEPS}"),
        ("5.5 best rate", torch.ones(2), "one finite number, got torch.tensor([1., 1.])."),
        ("5.5 best rate", 1, f"With 1 the loss after 100 steps is 3.1853, {SMALL_STEPS}"),
        (
            "5.5 best rate",
            0,
            "below 2.467. A rate of 0 goes nowhere, and a negative one goes uphill.",
        ),
        ("5.5 best rate", -50, "With -50 the loss after 100 steps is 416. A rate of 0 goes"),
        ("5.5 best rate", 100, "It is above the limit, 74.4: try smaller ones."),
        ("6.5 how likely is your name", lambda *_: torch.tensor(7.25), "got 7.25."),
        ("6.5 how likely is your name", lambda *_: "x", "one number is asked for, got 'x'."),
        ("8.a how far they spread", 7.0, "It is not 7. A number of x @ W is a sum"),
    ],
)
def test_an_answer_is_shown_as_it_was_given(name, answer, reply):
    feedback = check(name, answer)
    assert feedback.kind == "wrong"
    assert reply.casefold() in feedback.message.casefold()


def test_one_value_is_not_told_that_and_joins_two():
    said = [
        check("2.5 is it a probability table", lambda P, given=given: given).message
        for given in (5, (5, 6))
    ]
    assert said[0].endswith("True or False is asked for, got 5.")
    assert said[1].endswith("got (5, 6). `and` makes one of two.")


def test_a_wrong_shape_is_shown_and_not_the_right_one():
    feedback = check("2.1 shapes that meet", with_one_changed("2.1 shapes that meet", 0, (9,)))
    assert feedback.message.startswith("The first pair does not give (9,).")


def test_a_wrong_context_is_shown_and_not_the_right_one():
    feedback = check("6.1 contexts by hand", with_one_changed("6.1 contexts by hand", 1, "zzz"))
    assert feedback.message.startswith("Context number 2 is not 'zzz'.")


def test_a_loss_that_is_near_enough_is_not_called_wrong():
    right = reference("7.1 first losses")
    answer = [right[0] + 0.0005, right[1] + 1, right[2]]
    said = check("7.1 first losses", answer).message
    assert "loss_fives" in said
    assert "loss_digits" not in said


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("5.b infinite or nan", ["inf ", "NaN", " finite", math.inf]),
        ("5.5 best rate", Decimal("72.5")),
        ("8.a how far they spread", torch.tensor(5.03)),  # measured
        (
            "8.3 running update",
            lambda mean, var, x, momentum: torch.stack([mean, var]).lerp(
                torch.stack([x.mean(0), x.var(0)]), momentum
            ),
        ),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
def test_a_right_answer_in_a_dress_of_its_own_is_right(name, answer):
    assert check(name, answer).kind == "right"


def test_a_mode_is_switched_back_as_in_torch():
    def predict(model, contexts):
        before = model.training
        model.eval()
        probabilities = torch.softmax(model(contexts), dim=1)
        model.train(before)
        return probabilities

    assert check("8.4 forgotten eval", predict).kind == "right"
