"""How an answer is judged, part by part: which mistake was made, which words are chosen."""

import sys

import pytest
import torch

from helpers.checks import Exercise, Mistake
from helpers.checks.beside import Forbid, slopes_off
from helpers.checks.engine import judge

HALVED = "you halve it."


def judged(answer, *mistakes: Mistake, **options) -> str:
    """What is said of a function that is to double a number; it is wrong."""
    options = {"examples": [(1.0,), (3.0,)]} | options
    exercise = Exercise(options.pop("reference", lambda x: 2 * x), "", mistakes, **options)
    feedback = judge(exercise, answer)
    assert feedback.kind == "wrong"
    return feedback.message


def answer_named(name, function):
    function.__name__ = name
    return function


# Which mistake was made


class TestAMistakeKnownByAQuestion:
    def test_is_asked_of_wrong_results_alone(self):
        """That of 0 is right, whatever was done to it."""
        asked = []

        def is_half(got):
            asked.append(got)
            return got > 0

        answer = answer_named("half", lambda x: x / 2)
        mistake = Mistake(is_half, HALVED, test=True)
        assert judged(answer, mistake, examples=[(0.0,), (3.0,)]) == (
            f"half(3.): {HALVED} Expected 6, got 1.5."
        )
        assert asked == [1.5]

    def test_has_to_be_answered_with_yes_each_time(self):
        mistake = Mistake(lambda got: got < 1, HALVED, test=True)
        assert HALVED not in judged(lambda x: x / 2, mistake)
        assert HALVED in judged(lambda x: x / 8, mistake)

    def test_may_look_at_what_is_expected_and_at_the_arguments(self):
        asked = []

        def sees(expected, got, x):
            asked.append((expected, got, x))
            return got == x / 2

        mistake = Mistake(sees, HALVED, sees=True)
        assert HALVED in judged(lambda x: x / 2, mistake)
        assert asked == [(2.0, 0.5, 1.0), (6.0, 1.5, 3.0)]
        assert HALVED not in judged(lambda x: x / 3, mistake)

    @pytest.mark.parametrize("more", [{"test": True}, {"sees": True}])
    def test_is_not_made_by_a_call_that_stopped(self, more):
        def stops(x):
            raise ValueError("of the learner's own")

        mistake = Mistake(lambda *_: True, HALVED, **more)
        assert HALVED not in judged(stops, mistake)
        assert HALVED not in judged(lambda x: stops(x) if x > 1 else x / 2, mistake)


class TestAMistakeKnownByWhatItGives:
    def test_is_told_with_the_error_that_it_ends_in(self):
        def answer(x):
            return [x][1]

        says = judged(answer, Mistake(lambda x: [x][2], "there is one alone."))
        assert says == (
            "answer(1.): there is one alone. (It stopped with IndexError: list index out of range)"
        )

    def test_is_another_one_where_the_error_is_another(self):
        def answer(x):
            raise IndexError("of another kind")

        assert "one alone" not in judged(answer, Mistake(lambda x: [x][2], "there is one alone."))

    def test_is_not_made_where_the_answer_did_not_stop(self):
        assert "one alone" not in judged(
            lambda x: x, Mistake(lambda x: [x][2], "there is one alone.")
        )


def test_of_a_value_a_mistake_may_see_what_is_expected():
    mistake = Mistake(lambda expected, got: got == expected / 2, HALVED, sees=True)
    assert judge(Exercise(8, "", [mistake]), 4).message == HALVED
    assert judge(Exercise(8, "", [mistake]), 5).message == "It is not 5."


def test_of_a_value_of_which_many_are_right_each_is():
    exercise = Exercise(8, "even.", accepts=lambda got: got % 2 == 0)
    assert judge(exercise, 4).kind == "right"
    assert judge(exercise, 5).kind == "wrong"


# Which words are chosen


def test_an_explanation_is_given_what_is_expected_and_what_came():
    says = judged(
        answer_named("same", lambda x: x),
        explain=lambda expected, got: f"{got} is half of {expected}.",
    )
    assert says == "same(1.): 1.0 is half of 2.0."


def test_differences_are_told_by_the_tolerance_and_the_dtype_of_the_exercise():
    x = torch.tensor([1.0, 1.0])
    near = torch.tensor([1.001, 1.5])
    says = judged(lambda x: x * near, reference=lambda x: x, examples=[(x,)], tolerance=0.01)
    assert "expected torch.tensor([1., 1.]), got torch.tensor([1.001, 1.5])." in says
    seven = torch.ones(7)
    near = torch.tensor([1, 1.001, 1, 1.5, 1, 1, 1])
    says = judged(lambda x: x * near, reference=lambda x: x, examples=[(seven,)], tolerance=0.01)
    assert "at [3] expected 1, got 1.5." in says
    says = judged(lambda x: x.double(), reference=lambda x: x, examples=[(x,)], exact_dtype=True)
    assert "expected dtype torch.float32, got torch.float64." in says
    exercise = Exercise(lambda x: x, "", examples=[(x,)])
    assert judge(exercise, lambda x: x.double()).kind == "right"


def test_an_argument_without_a_name_is_called_by_its_place():
    def answer(table, *more):
        more[-1].zero_()
        return table

    says = judged(
        answer,
        reference=lambda table, *more: table,
        examples=[(torch.ones(1), torch.ones(1), torch.ones(1))],
    )
    assert "but the call changed argument 3." in says


@pytest.mark.parametrize(
    ("words", "ended"),
    [("no end", "no end."), ("a stop.", "a stop."), ("why?", "why?"), ("a list)", "a list)")],
)
def test_words_of_an_error_are_ended_where_more_follows(words, ended):
    def answer(table):
        table.zero_()
        raise ValueError(words)

    says = judged(answer, reference=lambda table: table, examples=[(torch.ones(1),)])
    assert says.endswith(f"ValueError: {ended} The call also changed table.")


def test_of_what_was_changed_three_are_named():
    def answer(x):
        a.zero_(), b.zero_(), c.zero_(), d.zero_()
        return 2 * x

    a, b, c, d = torch.ones(4, 1).unbind()
    says = judged(answer)
    assert says.startswith("The results are right, but answer changes a, b and c, which the ")
    assert [each.item() for each in (a, b, c, d)] == [1, 1, 1, 1]


def test_what_each_call_changes_is_told_and_after_a_wrong_result():
    """Each of the two that explain changes something else."""

    def answer(x):
        (a if x == 1 else b).zero_()
        return shift + 2 * x

    a, b = torch.ones(2, 1).unbind()
    shift = 0
    assert judged(answer).startswith("The results are right, but answer changes a and b, which")
    shift = 1
    assert judged(answer) == (
        "answer(1.): expected 2, got 3. Also, answer changes a and b, which the notebook goes on "
        "with. It is as before again; your function is to leave it alone."
    )


def test_an_answer_may_write_as_the_notebook_does(capsys):
    """What is written for generated examples is passed over, and may be."""

    def answer(x):
        sys.stdout.write("here ")
        return 2 * x

    exercise = Exercise(
        lambda x: 2 * x, "", examples=[(1.0,)], generate=lambda rng, size: (rng.random(),)
    )
    assert judge(exercise, answer).kind == "right"
    assert capsys.readouterr().out == "here "


class Counting:
    """An answer that knows how often it was called, and where nobody looks."""

    __name__ = "answer"

    def __init__(self, gives):
        self.gives, self.calls = gives, 0

    def __call__(self, *arguments):
        self.calls += 1
        return self.gives(self.calls, *arguments)


def test_a_second_call_that_stops_is_refused():
    used_up = iter([2.0, 6.0])
    for gives in (
        lambda calls, x: next(used_up),
        lambda calls, x: 2 * x if calls < 3 else 1 / 0,
        lambda calls, x: 2 * x if calls < 3 else sys.exit(),
    ):
        says = judged(Counting(gives))
        assert says.startswith(
            "answer(1.): this was right at first. Called again, after other calls, it stops with "
        )
        assert says.endswith(". Does it keep something from call to call?")


def test_a_second_call_has_the_tolerance_of_the_first():
    def gives(calls, x):
        return x * torch.tensor([1, 1.001, 1, 1.5 if calls > 1 else 1, 1, 1, 1])

    x = torch.ones(7)
    says = judged(Counting(gives), reference=lambda x: x, examples=[(x,)], tolerance=0.01)
    assert says.startswith(
        "answer(torch.tensor([1., 1., 1., 1., 1., 1., 1.])): this was right at first. Called "
        "again, after other calls, it gives something else: at [3] expected 1, got 1.5. Does"
    )


def test_slopes_are_asked_for_where_the_exercise_says_so_and_of_twenty_calls():
    def gives(calls, x):
        if x.requires_grad:
            asked.append(x.item())
        return 2 * x

    examples = [(torch.tensor(float(number)),) for number in range(30)]
    for slopes, calls in ((("x",), [*range(20)]), ((), [])):
        asked = []
        exercise = Exercise(lambda x: 2 * x, "", examples=examples, slopes=slopes)
        assert judge(exercise, Counting(gives)).kind == "right"
        assert asked == calls


# Slopes


def test_slopes_of_entries_that_changed_places_are_others():
    x = torch.ones(3)
    assert slopes_off(lambda x: x, lambda x: x.clone(), (x,), {0: "x"}) == ""
    assert slopes_off(lambda x: x, lambda x: x.flip(0), (x,), {0: "x"}) == (
        "the numbers are right, but the slopes that flow back to x are not: expected "
        "torch.tensor([0.5, 1., 1.5]), got torch.tensor([1.5, 1., 0.5]). On part of the way the "
        "notes for it are lost."
    )


def test_slopes_that_reach_one_argument_alone_are_told_of_the_other():
    ones = torch.ones(2)
    says = slopes_off(
        lambda a, b: a + b, lambda a, b: a + b.detach(), (ones, ones), {0: "a", 1: "b"}
    )
    assert says == (
        "the numbers are right, but no slope flows back from them to b: backward() does not reach "
        "it. Somewhere on the way the notes for it are lost."
    )


@pytest.mark.parametrize(("off", "said"), [(1.5e-5, ""), (1e-3, "slopes that flow back to x")])
def test_slopes_may_differ_by_rounding(off, said):
    x = torch.ones(7)
    says = slopes_off(lambda x: x * 1, lambda x: x * (1 + off), (x,), {0: "x"})
    assert (said in says) if said else says == ""


def test_slopes_that_differ_by_little_are_told_at_the_first_place_that_counts():
    x, factors = torch.ones(7), torch.tensor([1, 1.00003, 1, 1.5, 1, 1, 1])
    says = slopes_off(lambda x: x * 1, lambda x: x * factors, (x,), {0: "x"})
    assert "at [3] expected 1, got 1.5." in says


# What is used


def test_a_profiler_that_was_there_is_there_again(monkeypatch):
    monkeypatch.setattr(sys.modules["__main__"], "ours", lambda: None, raising=False)

    def profiler(*_):
        return None

    before = sys.getprofile()
    sys.setprofile(profiler)
    try:
        with Forbid(("ours",)):
            assert sys.getprofile() is not profiler
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)


def test_what_the_notebook_lacks_is_forbidden_without_harm():
    with Forbid(("nowhere",)) as forbid:
        assert sys.getprofile() is None or not forbid.used
    assert forbid.used == []


def test_backward_is_noted_and_done_as_it_was_asked_for():
    x = torch.ones(2, requires_grad=True)
    with Forbid((torch.autograd.backward,)) as forbid:
        torch.autograd.backward(x * 3, grad_tensors=torch.tensor([1.0, 2.0]))
    assert forbid.used == ["PyTorch's backward"]
    assert x.grad.tolist() == [3, 6]
