"""Every exercise of every lesson: its stub, its solution, and at least three plausible mistakes.

The exercises are found in the notebooks, so that none is forgotten. Each answer runs in the
notebook's own namespace, where its exercise stands.
"""

from pathlib import Path

import pytest
from lessons import (
    NOTEBOOKS,
    ROOT,
    ExerciseCells,
    exercises,
    mistakes,
    notebook_paths,
    read_notebook,
    run_notebook,
)

from helpers.checks import Feedback, lesson_exercises

EXERCISES = [
    pytest.param(path, exercise, id=f"{path.stem}: {exercise.name}")
    for path in notebook_paths()
    for exercise in exercises(read_notebook(path))
]
each_exercise = pytest.mark.parametrize(("path", "exercise"), EXERCISES)


def reply(path: Path, exercise: ExerciseCells, answer: str) -> Feedback:
    """What the check says to an answer."""
    said = run_notebook(path).answers[exercise.name][answer]
    if isinstance(said, Exception):
        raise said
    assert isinstance(said, Feedback), f"the check is the last line of its cell: got {said!r}"
    return said


def test_exercises_are_found():
    assert EXERCISES


@each_exercise
def test_untouched_it_is_not_attempted(path, exercise):
    assert reply(path, exercise, exercise.stub).kind == "open"


@each_exercise
def test_its_solution_is_right_and_gets_one_thing_to_notice(path, exercise):
    feedback = reply(path, exercise, exercise.solution)
    assert feedback.kind == "right", feedback
    assert feedback.message


@each_exercise
def test_each_mistake_is_told_what_it_did(path, exercise):
    for answer, words in mistakes(path).get(exercise.name, []):
        feedback = reply(path, exercise, answer)
        assert feedback.kind == "wrong", answer
        assert words in feedback.message, answer
        assert "could not be compared" not in feedback.message, answer


@each_exercise
def test_three_mistakes_or_more_get_a_message_of_their_own(path, exercise):
    wrong = mistakes(path).get(exercise.name, [])
    assert len(wrong) >= 3
    messages = [reply(path, exercise, answer).message for answer, _ in wrong]
    assert len(set(messages)) == len(messages), messages
    assert len({words for _, words in wrong}) == len(wrong), "each is known by words of its own"


def test_every_exercise_of_the_checks_stands_in_its_notebook():
    files = {path.stem for path in (ROOT / "helpers" / "checks").glob("lesson_*.py")}
    numbers = {name.removeprefix("lesson_") for name in files}
    numbers |= {path.stem[:2] for path in notebook_paths()}
    for number in sorted(numbers):
        used = [
            exercise.name
            for path in NOTEBOOKS.glob(f"{number}_*.ipynb")
            for exercise in exercises(read_notebook(path))
        ]
        assert used == list(lesson_exercises(str(int(number)))), f"lesson {number}, in its order"


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in notebook_paths()])
def test_every_mistake_belongs_to_an_exercise(path):
    known = {exercise.name for exercise in exercises(read_notebook(path))}
    assert set(mistakes(path)) <= known
