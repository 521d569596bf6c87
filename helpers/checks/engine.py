"""The engine of the checks: how an answer to an exercise is judged.

An answer is a value, or a function. A function is called with the small examples that explain, then
with many that are generated, and held against the reference; then what it does beside returning is
looked at: whether it leaves everything as it was, whether slopes flow through it, what it must do
without, whether a second call gives the same, and whether the lesson can go on with it. The first
thing that is off is told, by what was seen, with a call that can be typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, redirect_stdout, suppress
from copy import deepcopy
from dataclasses import dataclass
from inspect import signature
from io import StringIO
from typing import Any

import torch

from helpers.checks.beside import Forbid, slopes_off
from helpers.checks.exercise import Exercise, Mistake
from helpers.checks.feedback import Feedback
from helpers.checks.interruption import SECONDS, TookTooLong, time_limit
from helpers.checks.values import call, difference, error_said, same, shown
from helpers.checks.watch import GlobalsWatch, Watch

NOT_ENDED = "your function had not ended"
"""What is said of a call that was stopped; the report on what was handed in knows it by this."""
_OPEN = Feedback("open", "Replace the ... above and run both cells again.")


def judge(exercise: Exercise, answer: Any) -> Feedback:
    """What the check says to an answer, in one line; never an error."""
    feedback = _judged(exercise, answer)
    # A float that ends a sentence has a point of its own: "It is not 5.." has one too many.
    message = re.sub(r"(?<=\d)\.\.(?=\s|$)", ".", " ".join(feedback.message.split()))
    return Feedback(feedback.kind, message)


def _judged(exercise: Exercise, answer: Any) -> Feedback:
    try:
        if untouched(answer):
            return _OPEN
        with time_limit():
            if exercise.examples:
                return _judge_function(exercise, answer)
            return _judge_value(exercise, answer)
    except TookTooLong:
        says = f"Comparing this answer had not ended after {SECONDS:.0f} seconds, and was stopped."
        return Feedback("wrong", says)
    except Exception as error:  # the checker's own trouble is no traceback in a learner's face
        says = f"This answer could not be compared ({error_said(error)}). Got {shown(answer)}."
        return Feedback("wrong", says)


def untouched(answer: Any) -> bool:
    """Whether the answer is still the stub's ``...``, or a list of nothing else."""
    if isinstance(answer, list | tuple) and answer:
        return all(part is ... for part in answer)
    return answer is ...


# Values


def _judge_value(exercise: Exercise, answer: Any) -> Feedback:
    if isinstance(answer, Iterator):
        # Before anything is looked for in it: its items may be gone then, or have no end.
        says = "This is an iterator: it hands out its items one by one. list(...) gives all."
        return Feedback("wrong", says)
    expected = exercise.answer() if callable(exercise.answer) else exercise.answer
    if exercise.accepts(answer) if exercise.accepts else _same(exercise, expected, answer):
        return Feedback("right", exercise.notice)
    for mistake in exercise.mistakes:
        with suppress(Exception):  # a question that cannot be put to it has no yes for an answer
            if mistake.test or mistake.sees:
                made = mistake.gives(*([answer] if mistake.test else [expected, answer]))
            else:
                made = _same(exercise, mistake.gives, answer)
            if made:
                return Feedback("wrong", mistake.says)
    return Feedback("wrong", _explained(exercise, expected, answer) or _off(expected, answer))


def _off(expected: Any, got: Any) -> str:
    """What is off about a value, without what would be right."""
    if isinstance(expected, list | tuple):
        if not isinstance(got, list | tuple):
            return f"A list of {len(expected)} is asked for, got {shown(got)}."
        if len(got) != len(expected):
            return f"{len(expected)} answers are asked for, and these are {len(got)}."
        return f"Not all of these are right yet: {shown(got)}."
    if isinstance(expected, torch.Tensor) and not isinstance(got, torch.Tensor):
        return f"A tensor is asked for, got {shown(got)}."
    asked = {bool: "True or False", int: "A number", float: "A number", str: "A text"}
    if type(expected) in asked and not isinstance(got, type(expected) | int | float | torch.Tensor):
        return f"{asked[type(expected)]} is asked for, got {shown(got)}."
    return f"It is not {shown(got)}."


# Functions


class _Raised:
    """In the place of a result: the call ended in an error."""

    def __init__(self, error: BaseException):
        self.error = error


@dataclass(frozen=True)
class _Result:
    """What one call of the learner's function gave."""

    arguments: tuple
    expected: Any
    got: Any
    changed: list[str]
    right: bool


def _judge_function(exercise: Exercise, answer: Any) -> Feedback:
    if not callable(answer):
        return Feedback("wrong", f"This exercise asks for a function. Got {shown(answer)}.")
    around, changed = GlobalsWatch(answer), []
    try:
        with Forbid(exercise.forbidden) as forbid:
            results, stopped = _call_all(exercise, answer, around, changed)
        feedback = stopped or _told(exercise, answer, results)
        if feedback.kind == "right":
            with redirect_stdout(StringIO()):
                feedback = _beside(exercise, answer, results, forbid.used) or feedback
        changed += around.changes()
    finally:
        around.end()
    if changed and feedback.kind != "open":
        says = (
            f"{_name(answer)} changes {_listed(changed)}, which the notebook goes on with. "
            "It is as before again; your function is to leave it alone."
        )
        right = feedback.kind == "right"
        before = _ended(feedback.message)
        says = f"The results are right, but {says}" if right else f"{before} Also, {says}"
        return Feedback("wrong", says)
    return feedback


def _call_all(
    exercise: Exercise, answer: Callable, around: GlobalsWatch, changed: list[str]
) -> tuple[list[_Result], Feedback | None]:
    """Call the learner's function with all examples; and what to say where that did not end well.

    Each call gets a copy of its own: who changes an argument changes that of no other call.
    """
    results: list[_Result] = []
    explaining = len(exercise.given_examples())
    for number, arguments in enumerate(exercise.all_examples()):
        expected = exercise.answer(*deepcopy(arguments))
        mine = deepcopy(arguments)
        watch = Watch(dict(zip(_parameters(exercise, mine), mine, strict=True)), exercise.changes)
        quiet = redirect_stdout(StringIO()) if number >= explaining else nullcontext()
        try:
            with quiet:  # a hundred calls would print the same a hundred times
                got = answer(*mine)
        except (KeyboardInterrupt, TookTooLong) as stop:
            return results, _without_end(exercise, answer, arguments, results, stop)
        except (Exception, SystemExit) as error:  # exit() among them
            got = _Raised(error)
        if untouched(got):
            return results, _OPEN
        right = not isinstance(got, _Raised) and _same(exercise, expected, got)
        results.append(_Result(arguments, expected, got, watch.changes(put_back=False), right))
        if number < explaining:  # so that what it does to a table does no harm to the next call
            changed += around.changes()
    return results, None


def _without_end(
    exercise: Exercise, answer: Callable, arguments: tuple, results: list[_Result], stop
) -> Feedback:
    """What to say where a call was stopped: what was wrong before it comes first."""
    if (before := _told(exercise, answer, results)).kind == "wrong":
        return before
    when = "when you stopped it"
    if isinstance(stop, TookTooLong):
        when = f"after {SECONDS:.0f} seconds, and was stopped"
    asks = "Is there a loop in it that does not come to an end?"
    return Feedback("wrong", f"{call(answer, arguments)}: {NOT_ENDED} {when}. {asks}")


def _told(exercise: Exercise, answer: Callable, results: list[_Result]) -> Feedback:
    """What there is to say of the results alone: of the first that is wrong."""
    wrong = next((result for result in results if not result.right), None)
    if wrong is None:
        return Feedback("right", exercise.notice)
    says = f"{call(answer, wrong.arguments)}: {_diagnosis(exercise, results, wrong)}"
    if wrong.changed:
        says = f"{_ended(says)} The call also changed {_listed(wrong.changed)}."
    return Feedback("wrong", says)


def _diagnosis(exercise: Exercise, results: list[_Result], wrong: _Result) -> str:
    for mistake in exercise.mistakes:
        if _made(exercise, mistake, results):
            if isinstance(wrong.got, _Raised):
                return f"{mistake.says} (It stopped with {error_said(wrong.got.error)})"
            return f"{mistake.says} {_capital(_versus(exercise, wrong))}"
    if isinstance(wrong.got, _Raised):
        return _stopped(wrong.got.error)
    if wrong.got is None:
        return "got None. Does your function end in a return?"
    return _explained(exercise, wrong.expected, wrong.got) or _versus(exercise, wrong)


def _stopped(error: BaseException) -> str:
    says = f"your function stopped with {error_said(error)}"
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], torch.Tensor):
        return says + ". A dictionary does not find a tensor: .item() takes the number out of it."
    return says + ". A ... is still left in it." if "ellipsis" in says else says


def _made(exercise: Exercise, mistake: Mistake, results: list[_Result]) -> bool:
    """Whether this mistake was made: no result contradicts it."""
    for result in results:
        stopped = isinstance(result.got, _Raised)
        try:
            if mistake.test or mistake.sees:
                more = (result.expected, result.got, *result.arguments)
                asked = [result.got] if mistake.test else more
                agrees = result.right or (not stopped and bool(mistake.gives(*asked)))
            else:
                given = mistake.gives(*deepcopy(result.arguments))
                agrees = not stopped and _same(exercise, given, result.got)
        except Exception as error:
            agrees = stopped and error_said(error) == error_said(result.got.error)
        if not agrees:
            return False
    return True


def _beside(
    exercise: Exercise, answer: Callable, results: list[_Result], used: list[str]
) -> Feedback | None:
    """What is off about an answer whose results are all right."""
    for result in results:
        if result.changed:
            what = _listed(result.changed)
            says = (
                f"the result is right, but the call changed {what}. Whoever calls it may "
                "still need what was there: work on a copy, or with what makes something new."
            )
            return Feedback("wrong", f"{call(answer, result.arguments)}: {says}")
    if used:
        says = f"The results are right, but {_name(answer)} uses {_listed(used)}: "
        says += "the task is to do without."
        return Feedback("wrong", says)
    if says := _off_when_called_again(exercise, answer, results[0]):
        return Feedback("wrong", f"{call(answer, results[0].arguments)}: {says}")
    names = enumerate(_parameters(exercise, results[0].arguments))
    places = {place: name for place, name in names if name in exercise.slopes}
    for result in results[:20] if places else ():
        if says := slopes_off(exercise.answer, answer, result.arguments, places):
            return Feedback("wrong", f"{call(answer, result.arguments)}: {says}")
    if exercise.then:
        try:
            says = exercise.then(answer)
        except Exception as error:
            says = f"The results are right, but the lesson cannot go on with it: {_stopped(error)}"
        if says:
            return Feedback("wrong", says)
    return None


def _off_when_called_again(exercise: Exercise, answer: Callable, first: _Result) -> str:
    """What is off about a second call with the first arguments; "" where nothing is."""
    try:
        again = answer(*deepcopy(first.arguments))
    except (Exception, SystemExit) as error:
        gives = f"stops with {_ended(error_said(error))}"
    else:
        if _same(exercise, first.expected, again):
            return ""
        gives = f"gives something else: {difference(first.expected, again, exercise.tolerance)}"
    return (
        f"this was right at first. Called again, after other calls, it {gives} Does it keep "
        "something from call to call?"
    )


# Words


def _same(exercise: Exercise, expected: Any, got: Any) -> bool:
    return same(expected, got, exercise.tolerance, exercise.absolute, exercise.exact_dtype)


def _explained(exercise: Exercise, expected: Any, got: Any) -> str:
    if exercise.explain:
        with suppress(Exception):  # what it says of an odd answer is no better than the default
            return exercise.explain(expected, got) or ""
    return ""


def _versus(exercise: Exercise, result: _Result) -> str:
    return difference(result.expected, result.got, exercise.tolerance, exercise.exact_dtype)


def _parameters(exercise: Exercise, arguments: tuple) -> list[str]:
    names = list(signature(exercise.answer).parameters)[: len(arguments)]
    return names + [f"argument {place + 1}" for place in range(len(names), len(arguments))]


def _name(answer: Callable) -> str:
    return call(answer, ()).removesuffix("()")


def _ended(sentence: str) -> str:
    """With a full stop, where there is no other end: the words of an error have none."""
    return sentence if sentence.endswith((".", "?", "!", "…", ")")) else f"{sentence}."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _listed(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))[:3]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if names[1:] else names[0]
