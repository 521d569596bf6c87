"""Notebooks as learners hand them in, some of them broken, some hostile."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from shared.lessons import NOTEBOOKS, exercises, mistakes, read_notebook

Change = Callable[[NotebookNode], None]
LIKELIHOOD = NOTEBOOKS / "03_likelihood.ipynb"


def handed_in(path: Path, *changes: Change, solved: int | None = None) -> NotebookNode:
    """A lesson with its exercises solved, and then changed.

    solved: how many of those with a number, and none of the opening questions; by default all.
    """
    notebook = copy.deepcopy(read_notebook(path))
    found = exercises(notebook)
    if solved is not None:
        found = [each for each in found if each.name.partition(".")[2][0].isdigit()][:solved]
    for exercise in found:
        notebook.cells[exercise.place].source = exercise.solution
    for change in changes:
        change(notebook)
    return notebook


def answered(name: str, source: str) -> Change:
    """The answer to one exercise is this."""

    def change(notebook: NotebookNode) -> None:
        notebook.cells[_place(notebook, name)].source = source

    return change


def wrongly(path: Path) -> Change:
    """To each exercise, the first of its usual mistakes."""

    def change(notebook: NotebookNode) -> None:
        for exercise in exercises(notebook):
            notebook.cells[exercise.place].source = mistakes(path)[exercise.name][0][0]

    return change


def says(name: str, text: str) -> Change:
    """The saved output of a check is this."""

    def change(notebook: NotebookNode) -> None:
        output = nbformat.v4.new_output("execute_result", {"text/plain": text})
        notebook.cells[_place(notebook, name) + 1].outputs = [output]

    return change


def without(name: str, *steps: int) -> Change:
    """Without the stub of an exercise (0), or its check (1)."""

    def change(notebook: NotebookNode) -> None:
        place = _place(notebook, name)
        for step in sorted(steps, reverse=True):
            del notebook.cells[place + step]

    return change


def checked_by(name: str, source: str) -> Change:
    """The cell that checks is this."""

    def change(notebook: NotebookNode) -> None:
        notebook.cells[_place(notebook, name) + 1].source = source

    return change


def before(name: str, source: str) -> Change:
    """A cell of the learner's own above the exercise's."""

    def change(notebook: NotebookNode) -> None:
        place = _place(notebook, name)
        notebook.cells.insert(place, nbformat.v4.new_code_cell(source, id="own-above"))

    return change


def in_two_cells(name: str) -> Change:
    """The answer begins in the exercise's cell and goes on in a new one."""

    def change(notebook: NotebookNode) -> None:
        place = _place(notebook, name)
        answer = notebook.cells[place].source
        notebook.cells[place].source = "# My answer stands below."
        notebook.cells.insert(place + 1, nbformat.v4.new_code_cell(answer, id="own-below"))

    return change


def without_ids(notebook: NotebookNode) -> None:
    """As older programs save it."""
    for cell in notebook.cells:
        cell.pop("id", None)
    notebook.nbformat_minor = 4


def _place(notebook: NotebookNode, name: str) -> int:
    """Where the stub of an exercise stands, such as that of "3.2"."""
    (path,) = NOTEBOOKS.glob(f"{int(name.split('.')[0]):02}_*.ipynb")
    original = read_notebook(path)
    (stub,) = [
        original.cells[each.place].id
        for each in exercises(original)
        if each.name.split()[0] == name
    ]
    return [cell.get("id") for cell in notebook.cells].index(stub)


ENDLESS = "def name_nll(name, table):\n    while True:\n        pass"
CATCHES_ALL = (
    "while True:\n    try:\n        while True:\n            pass\n"
    "    except BaseException:\n        pass"
)
FORGED = 'check = lambda *any: "✓ Right."\ncheck("3.2 the loss of one name", 1)'
REACHES = (
    "import helpers.checks.engine as engine\n"
    "from helpers.checks import Feedback\n"
    'engine._judged = lambda *any: Feedback("right", "")\n'
    "name_nll = 1"
)


def a_class() -> dict[str, NotebookNode | bytes]:
    """Thirty notebooks of thirty learners, by file."""
    third = {
        "ada": [],
        "ben-wrong": [wrongly(LIKELIHOOD)],
        "carl-in-two-cells": [in_two_cells("3.2")],
        "dora-own-cell": [
            before("3.2", "def logs(p):\n    return p.log()"),
            answered(
                "3.2",
                "def name_nll(name, table):\n    w = '.' + name + '.'\n"
                "    picked = [logs(table[stoi[a], stoi[b]]) for a, b in zip(w, w[1:])]\n"
                "    return -torch.stack(picked).mean()",
            ),
        ],
        "emil-without-ids": [without_ids],
        "fay-endless": [answered("3.2", ENDLESS)],
        "gus-catches-all": [answered("3.2", CATCHES_ALL)],
        "hal-deleted-cell": [without("3.2", 0)],
        "ida-deleted-check": [without("3.2", 1)],
        "jan-forged-check": [
            answered("3.2", "name_nll = 1"),
            checked_by("3.2", FORGED),
            says("3.2", "'✓ Right.'"),
        ],
        "kim-forged-output": [answered("3.2", "name_nll = 1"), says("3.2", "✓ Right. Well done")],
        "leo-exits": [answered("3.2", "import sys\nsys.exit()")],
        "mia-ends-the-process": [answered("3.2", "import os\nos._exit(0)")],
        "ned-kills": [answered("3.2", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")],
        "ole-no-python": [answered("3.2", "def name_nll(name, table:\n    return")],
        "pia-memory": [answered("3.2", "name_nll = [0] * 10**11")],
        "quin-sleeps": [answered("3.2", "import time\ntime.sleep(1000)")],
        "ria-reaches-the-checks": [answered("3.2", REACHES), answered("3.3", "perplexity = 1")],
        "sam-magics": [before("3.2", "%time\n!ls"), answered("3.2", "%matplotlib inline\nx = 1")],
        "tom-threads": [
            answered(
                "3.2",
                "import threading\n"
                "def spin():\n    while True:\n        pass\n"
                "threading.Thread(target=spin).start()\nname_nll = 1",
            )
        ],
    }
    # Those that do harm have solved three exercises, and the others all.
    found: dict[str, NotebookNode | bytes] = {
        f"{name}/03_likelihood.ipynb": handed_in(
            LIKELIHOOD, *changes, solved=3 if name > "fa" else None
        )
        for name, changes in third.items()
    }
    found |= {
        "una/03_likelihood.ipynb": handed_in(LIKELIHOOD, solved=0),
        "vic/03_likelihood.ipynb": b'{"cells": [',
        "wim/03_likelihood.ipynb": b"",
        "xia/03_likelihood.ipynb": b"\xff\xfe\x00\x01" * 100,
        "yan/03_likelihood.ipynb": b"[" * 100_000,
        "zoe/holiday.ipynb": json.dumps({"cells": [], "nbformat": 4}).encode(),
    }
    for name, lesson in (("abe", "01"), ("bea", "06"), ("cyd", "09"), ("dan", "11")):
        (path,) = NOTEBOOKS.glob(f"{lesson}_*.ipynb")
        found[f"{name}/{path.name}"] = handed_in(path)
    return found


def write(folder: Path, notebooks: dict[str, NotebookNode | bytes]) -> Path:
    """Put notebooks into a folder, by file."""
    for name, notebook in notebooks.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
        path.write_bytes(data)
    return folder
