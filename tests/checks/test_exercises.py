"""Every exercise of every lesson: its stub, its solution, and at least three plausible mistakes.

The exercises are found in the notebooks, so that none is forgotten. Each answer runs in the
notebook's own namespace, where its exercise stands.
"""

import sys
import time
from pathlib import Path

import nbformat
import pytest
from shared.lessons import (
    NOTEBOOKS,
    ROOT,
    ExerciseCells,
    answer,
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


@pytest.fixture(autouse=True)
def anew(monkeypatch):
    """Load the exercises anew, so that what they work out as they are loaded is tested as well."""
    for name in [name for name in sys.modules if name.startswith("helpers.checks.lesson_")]:
        monkeypatch.delitem(sys.modules, name)


def reply(path: Path, exercise: ExerciseCells, source: str) -> Feedback:
    """What the check says to an answer."""
    said = answer(path, exercise, source)
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
    run_notebook(path)
    told, seconds = [], []
    for _ in range(2):
        began = time.process_time()
        told.append(reply(path, exercise, exercise.solution))
        seconds.append(time.process_time() - began)
    assert told[0].kind == "right", told
    assert told[0].message
    assert told[0] == told[1], "the same thing twice"
    assert min(seconds) < 0.5, "a learner waits for it"


@each_exercise
def test_each_mistake_is_told_what_it_did(path, exercise):
    """Three mistakes or more, each in words of its own."""
    wrong = mistakes(path).get(exercise.name, [])
    assert len(wrong) >= 3
    assert len({words for _, words in wrong}) == len(wrong)
    messages = set()
    for source, words in wrong:
        feedback = reply(path, exercise, source)
        assert feedback.kind == "wrong", source
        assert words in feedback.message, source
        assert "could not be compared" not in feedback.message, source
        messages.add(feedback.message)
    assert len(messages) == len(wrong), messages


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
    stub = "listed.append(1)\ntable += 1\nadded = (len(listed), table.item(), factor())"
    path = small_notebook(
        tmp_path,
        ("import torch\nlisted, table, two = [], torch.tensor(0), 2", ""),
        ("check = lambda name, answer: answer\nfactor = lambda: two", ""),
        (stub, "exercise"),
        ('check("99.1 made up", added)', ""),
        ("two = 3\nlisted.clear()", ""),
    )
    [exercise] = exercises(read_notebook(path))
    for _ in range(2):
        assert answer(path, exercise, stub) == (1, 1, 2)
    assert isinstance(answer(path, exercise, "x"), NameError), "an error is kept, not raised"
    end = run_notebook(path).namespace
    assert (end["listed"], end["table"].item(), end["factor"]()) == ([], 1, 3)
