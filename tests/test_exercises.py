"""Every exercise of every lesson: its stub, its solution, and at least three plausible mistakes.

The exercises are found in the notebooks, so that none is forgotten. Each answer runs in the
notebook's own namespace, where its exercise stands.
"""

from pathlib import Path

import nbformat
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


# Running a notebook, tested on a throw-away one


def small_notebook(folder: Path, *cells: tuple[str, str]) -> Path:
    """A notebook of code cells, each given as its source and its tags."""
    path = folder / "99_small.ipynb"
    made = [
        nbformat.v4.new_code_cell(source, metadata={"tags": tags.split()}) for source, tags in cells
    ]
    made.append(nbformat.v4.new_markdown_cell("<summary>Solution</summary>\n\n```python\nx\n```"))
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


def test_an_error_on_purpose_is_passed_over_and_another_is_not(tmp_path):
    on_purpose = ("before = 1\n1 / 0", "raises-exception")
    path = small_notebook(tmp_path, on_purpose, ("after = before + 1", ""))
    assert run_notebook(path).namespace["after"] == 2
    (tmp_path / "other").mkdir()
    path = small_notebook(tmp_path / "other", ("1 / 0", ""))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            run_notebook(path)


def test_an_answer_sees_what_stands_above_it_and_changes_nothing_below(tmp_path):
    check = "check = lambda name, answer: answer"
    stub = "listed.append(1)\ntable += 1\nadded = (len(listed), table.item())"
    path = small_notebook(
        tmp_path,
        (f"import torch\n{check}\nlisted, table = [], torch.tensor(0)", ""),
        (stub, "exercise"),
        ('check("99.1 made up", added)', ""),
    )
    run = run_notebook(path)
    assert run.answers["99.1 made up"][stub] == (1, 1)
    assert run.namespace["added"] == (1, 1), "the answer before had lists and tensors of its own"
    solution = run.answers["99.1 made up"]["x\n"]
    assert isinstance(solution, NameError), "an error of an answer is kept, not raised"
