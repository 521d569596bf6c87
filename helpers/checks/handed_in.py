"""Notebooks that were handed in, read as files: what their outputs say, and what was answered.

Nothing of them is run here. A notebook may be anything: not JSON, with cells deleted, moved, split
or added, without ids; what cannot be read is a sentence, and no error.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from helpers.aid import course
from helpers.checks import lesson_exercises

LARGEST = 100_000_000
"""Bytes. A lesson with all its pictures has a few millions."""

_REACHES_CHECKS = ("helpers.checks", "sys.modules", "importlib", "__import__", "gc.get", "inspect")

_SAID = {
    "right": r"(✓|OK) Right\.",
    "wrong": r"(✗|NO) Not yet\.",
    "open": r"(○|--) Not attempted yet\.",
}


@dataclass(frozen=True)
class Task:
    """An exercise, as the course's own notebook has it."""

    name: str
    stub_id: str
    stub: str
    check_id: str
    check: str
    """The source of the cell that checks."""


@dataclass
class HandedIn:
    """A notebook that was handed in."""

    path: Path
    lesson: str = ""
    """Its number; empty where it is none of the course's."""
    trouble: str = ""
    """Why it cannot be read."""
    cells: list[dict] = field(default_factory=list)
    """Its code cells: "id", "source", "outputs"."""
    saved: dict[str, str] = field(default_factory=dict)
    """From an exercise to what its saved output says: "right", "wrong", "open"."""
    answers: dict[str, list[int]] = field(default_factory=dict)
    """From an exercise to the places, in `cells`, of the cells that answer it."""
    changed: list[str] = field(default_factory=list)
    """Exercises whose check is not the course's, or is gone."""

    def suspect(self, name: str) -> str:
        """What an answer speaks of that no exercise needs, and that reaches the checks; or ""."""
        source = "\n".join(self.cells[place]["source"] for place in self.answers.get(name, []))
        return next((word for word in _REACHES_CHECKS if word in source), "")


@cache
def tasks(lesson: str) -> dict[str, Task]:
    """The exercises of a lesson, by name, in its order."""
    found, path = {}, course.lessons()[lesson]
    stubs = course.stubs(path)
    for cell in course.cells(path):
        name = course.checked(cell["source"]) if cell["cell_type"] == "code" else ""
        if name in lesson_exercises(lesson) and name in stubs:
            stub = stubs[name]
            found[name] = Task(name, stub["id"], stub["source"], cell["id"], cell["source"])
    return found


def notebooks_in(folder: Path) -> list[Path]:
    """The notebooks in a folder and below it; or the file itself, if it is none."""
    if not folder.is_dir():
        return [folder]
    found = sorted(folder.rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def read(path: Path) -> HandedIn:
    """Read a notebook. Nothing is raised."""
    handed_in = HandedIn(path)
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST / 1e6:.0f} MB")
        handed_in.cells = [_tidy(cell) for cell in course.cells(path) if _is_code(cell)]
    except OSError as error:
        handed_in.trouble = f"cannot be read: {error.strerror or error}"
    except ValueError as error:
        handed_in.trouble = f"is no notebook that can be read: {_first_line(error)}"
    handed_in.lesson = _lesson_of(handed_in)
    if handed_in.lesson and not handed_in.trouble:
        for task in tasks(handed_in.lesson).values():
            _find(task, handed_in)
    return handed_in


def _is_code(cell: dict) -> bool:
    return cell.get("cell_type") == "code"


def _tidy(cell: dict) -> dict:
    outputs = cell.get("outputs")
    return {
        "id": str(cell.get("id", "")),
        "source": cell["source"],
        "outputs": [each for each in outputs if isinstance(each, dict)]
        if isinstance(outputs, list)
        else [],
    }


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _lesson_of(handed_in: HandedIn) -> str:
    """By its checks; where it has none, by the ids of its cells; at last by the file's name."""
    numbers = [course.checked(cell["source"]).partition(".")[0] for cell in handed_in.cells]
    votes = [number for number in numbers if number in course.lessons()]
    if not votes:
        ids = {cell["id"] for cell in handed_in.cells} - {""}
        shared = {number: len(ids & _ids(number)) for number in course.lessons()}
        votes = [number for number, count in shared.items() if 2 * count > len(ids) > 0]
    if not votes and (digits := re.search(r"(?<!\d)(\d\d?)(?!\d)", handed_in.path.name)):
        votes = [str(int(digits[1]))] if str(int(digits[1])) in course.lessons() else []
    return max(votes, key=votes.count, default="")


@cache
def _ids(lesson: str) -> frozenset[str]:
    return frozenset(cell.get("id", "") for cell in course.cells(course.lessons()[lesson]))


def _find(task: Task, handed_in: HandedIn) -> None:
    """Note what is there of an exercise: its answer, what its check said, whether that is ours."""
    cells = handed_in.cells
    by_id = {cell["id"]: place for place, cell in enumerate(cells) if cell["id"]}
    by_name = {course.checked(cell["source"]): place for place, cell in enumerate(cells)}
    check = by_name.get(task.name, by_id.get(task.check_id))
    stub = by_id.get(task.stub_id)
    if check is None or _same_code(cells[check]["source"], task.check) is False:
        handed_in.changed.append(task.name)
    if check is not None and (said := _said(cells[check])):
        handed_in.saved[task.name] = said
    others = _ids(handed_in.lesson) - {task.stub_id}
    if stub is not None:
        end = check if check is not None and check > stub else stub + 1
        places = [stub, *range(stub + 1, end)]
    elif check is not None:  # no ids, or the cell was made anew: what stands between two checks
        start = max((p + 1 for p in by_name.values() if p < check and _checks(cells[p])), default=0)
        places = [*range(start, check)]
        if not any(cells[place]["id"] for place in places):
            # Where no cell has an id, all of the lesson stands there, too: the answer comes last.
            places = places[-1:]
    else:
        places = []
    places = [place for place in places if cells[place]["id"] not in others]
    if places:
        handed_in.answers[task.name] = places


def _checks(cell: dict) -> bool:
    return bool(course.checked(cell["source"]))


def _same_code(one: str, other: str) -> bool:
    try:
        return ast.dump(ast.parse(one)) == ast.dump(ast.parse(other))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _said(cell: dict) -> str:
    """What a check's saved output says; "" where it has none."""
    for text in _texts(cell):
        for kind, words in _SAID.items():
            if re.match(words, text):
                return kind
    return ""


def _texts(cell: dict) -> Iterator[str]:
    for output in cell["outputs"]:
        data = output.get("data")
        for text in (data.get("text/plain") if isinstance(data, dict) else "", output.get("text")):
            if isinstance(text, str | list):
                yield "".join(map(str, text))
