"""Reading the notebooks of the course, and running their cells without a kernel.

`run_lesson("01_counting")` gives the names that a lesson has defined when it ends, so that a test
can compare what the lesson builds by hand with the helper that replaces it.
"""

import ast
import contextlib
import re
import sys
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import nbformat
import torch
from IPython.display import display
from nbformat import NotebookNode
from shared import trained

from helpers.aid import course
from helpers.checks.rerun import own_copy

matplotlib.use("agg")  # no screen

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"

Namespace = dict[str, Any]


def notebook_paths(folder: Path = NOTEBOOKS) -> list[Path]:
    """The lessons in a folder, in the order of the course."""
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


@cache
def read_notebook(path: Path) -> NotebookNode:
    """A notebook, read once. Not to be changed."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def find_cell(path: Path, cell_id: str) -> NotebookNode:
    """The cell of a notebook that has this id."""
    (found,) = [cell for cell in read_notebook(path).cells if cell.id == cell_id]
    return found


def printed(path: Path, cell_id: str) -> str:
    """What a cell of the saved notebook prints."""
    return "".join(output.get("text", "") for output in find_cell(path, cell_id).outputs)


def prose_and_outputs(path: Path) -> tuple[str, str]:
    """What a notebook says in its text, and all that its cells show as text."""
    cells = read_notebook(path).cells
    shown = " ".join(
        output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
        for cell in cells
        for output in cell.get("outputs", [])
    )
    return " ".join(cell.source for cell in cells if cell.cell_type == "markdown"), shown


# Exercises


@dataclass(frozen=True)
class ExerciseCells:
    """The four cells of an exercise, and what is read out of them."""

    name: str
    """As the check cell has it, such as "1.1 bigrams of a name"; empty where there is no check."""
    place: int
    """The index of the stub among the notebook's cells."""
    task: str
    stub: str
    check: str
    folded: str
    """The markdown cell with the hints and the solution."""

    @property
    def solution(self) -> str:
        """The Python block of the folded solution: it takes the place of the whole stub."""
        _, _, solution = self.folded.partition("<summary>Solution</summary>")
        blocks = re.findall(r"^```python\n(.*?)^```$", solution, re.DOTALL | re.MULTILINE)
        assert len(blocks) == 1, f"{self.name}: the solution is one Python block"
        return blocks[0]


def exercises(notebook: NotebookNode) -> list[ExerciseCells]:
    """The exercises of a notebook: a cell tagged `exercise`, the one before and the two after.

    A cell that takes a prediction has the tag, too, and no check.
    """
    found = []
    for place, cell in enumerate(notebook.cells):
        if "exercise" in tags(cell) and not course.predicts(cell.source):
            around = [each.source for each in notebook.cells[max(place - 1, 0) : place + 3]]
            around += [""] * (4 - len(around))
            call = re.match(r"check\((['\"])(.+?)\1", around[2])
            found.append(ExerciseCells(call[2] if call else "", place, *around))
    return found


def solved(path: Path) -> NotebookNode:
    """A notebook with the folded solution of each exercise in its cell."""
    notebook = deepcopy(read_notebook(path))
    for exercise in exercises(notebook):
        notebook.cells[exercise.place].source = exercise.solution
    return notebook


def mistakes(path: Path) -> dict[str, list[tuple[str, str]]]:
    """For each exercise, wrong answers: what stands in the stub's cell, words of the reply."""
    module = f"shared.mistakes.lesson_{path.stem[:2]}"
    return import_module(module).MISTAKES if find_spec(module) else {}


# Running cells


def run_cell(source: str, namespace: Namespace, title: str = "cell") -> Any:
    """Run a cell, and return what its last line gives, as a notebook does."""
    tree = trained.Remembered().visit(ast.parse(source, title))
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, title, "exec"), namespace)
    return eval(compile(ast.Expression(last.value), title, "eval"), namespace) if last else None


@dataclass
class Place:
    """What is there where an exercise stands."""

    namespace: Namespace
    """The names, with tensors and lists that nothing changes."""
    dtype: torch.dtype
    """PyTorch's default."""


@dataclass
class Run:
    """A notebook, run from top to bottom."""

    namespace: Namespace = field(
        default_factory=lambda: {"__name__": "__main__", "display": display}
    )
    places: dict[str, Place] = field(default_factory=dict)
    """For each exercise, where it stands."""
    error: Exception | None = None
    """What stopped the notebook before its end."""


def run_notebook(path: Path) -> Run:
    """Run a notebook once: each cell in order, and at each exercise note what is there.

    Cells tagged `raises-exception` may raise; an error in another cell is raised here.
    """
    run = _run(path)
    if run.error:
        raise run.error
    return run


@cache
def _run(path: Path) -> Run:
    run = Run()
    default_dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    try:
        with matplotlib.rc_context(), contextlib.chdir(path.parent), trained.installed():
            _run_cells(path, run)
    except Exception as error:
        run.error = error  # kept, so that a broken notebook is not run again for every test
    finally:
        torch.set_default_dtype(default_dtype)
        torch.set_num_threads(threads)
    return run


def _run_cells(path: Path, run: Run) -> None:
    notebook = read_notebook(path)
    stubs = {exercise.place: exercise for exercise in exercises(notebook)}
    for place, cell in enumerate(notebook.cells):
        if exercise := stubs.get(place):
            run.places[exercise.name] = Place(own_copy(run.namespace), torch.get_default_dtype())
        if cell.cell_type == "code":
            allowed = Exception if "raises-exception" in tags(cell) else ()
            with contextlib.suppress(allowed):
                run_cell(cell.source, run.namespace, f"{path.name}, cell {cell.id}")
            plt.close("all")


def prepare_main() -> Namespace:
    """The names of a module that takes the place of `__main__`, as a kernel's notebook does."""
    notebook = ModuleType("__main__")
    notebook.display = display
    sys.modules["__main__"] = notebook
    return vars(notebook)


def run_lesson(name: str) -> Namespace:
    """The names that a lesson has defined when it ends. Shared between tests: not to be changed.

    Args:
        name: of the notebook, such as ``"01_counting"``.
    """
    return run_notebook(NOTEBOOKS / f"{name}.ipynb").namespace


def answer(path: Path, exercise: ExerciseCells, source: str) -> Any:
    """What the check says to an answer, given where its exercise stands; or what is raised there.

    It has copies of the names that exist at that place, and finds functions of the notebook as they
    are there: with the names that they look up.
    """
    run, default_dtype = run_notebook(path), torch.get_default_dtype()
    main = sys.modules["__main__"]
    place, at_the_end = run.places[exercise.name], dict(run.namespace)
    notebook = ModuleType("__main__")
    mine = vars(notebook)  # where checks look for the tables of the learner's notebook
    mine.update(own_copy(place.namespace))
    try:
        sys.modules["__main__"] = notebook
        run.namespace.clear()
        run.namespace.update(place.namespace)
        torch.set_default_dtype(place.dtype)
        with matplotlib.rc_context(), contextlib.chdir(path.parent):
            run_cell(source, mine, "answer")
            return run_cell(exercise.check, mine, "check")
    except Exception as error:
        return error
    finally:
        sys.modules["__main__"] = main
        torch.set_default_dtype(default_dtype)
        run.namespace.clear()
        run.namespace.update(at_the_end)
        mine.clear()  # its functions hold it and it holds them: the tables would stay for long
        plt.close("all")
