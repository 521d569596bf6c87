"""What a cell that was run too early says. (In a real notebook: test_browser_mishaps.py.)"""

from __future__ import annotations

import contextlib
import io
import re

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from helpers.aid.first_aid import advice, explain

NO_HISTORY = Config(HistoryManager={"enabled": False})  # a user's own stays as it is
CELLS = [
    "import time\n\nimport matplotlib.pyplot as plt\nimport a.b\nfrom helpers import check",
    "%magic is not Python",
    "def counted(names):\n    inside = len(names)\n    return inside",
    "N, (P, *rest) = 1, (2, 3)\nfor step in range(3):\n    loss: float = [k for k in range(3)][0]",
    "N = 2",
]


@pytest.fixture
def notebook(tmp_path):
    path = tmp_path / "small.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    made = [nbformat.v4.new_markdown_cell("`nothing` = 1"), *cells]
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


@pytest.mark.parametrize(
    ("name", "cell"),
    [("check", 0), ("plt", 0), ("a", 0), ("counted", 2), ("N", 3), ("P", 3), ("rest", 3),
     ("step", 3), ("loss", 3)],
)  # fmt: skip
def test_it_names_the_first_cell_that_gives_the_name(notebook, name, cell):
    says = advice(name, notebook)
    assert says.startswith(f"`{name}` comes from a cell that has not run, the one that begins with")
    assert CELLS[cell].splitlines()[0] in says
    assert "Run → Run All Above Selected Cell" in says


@pytest.mark.parametrize("name", ["nothing", "inside", "k", "matplotlib", None])
def test_it_says_nothing_of_a_name_that_no_cell_gives(notebook, name):
    assert advice(name, notebook) == ""


@pytest.mark.parametrize("content", [None, b"\xff", b"no json", b"[]", b'{"cells": [{}]}'])
def test_it_says_nothing_where_no_notebook_can_be_read(tmp_path, content):
    path = tmp_path / "broken.ipynb"
    if content is not None:
        path.write_bytes(content)
    assert advice("check", path) == ""


def test_the_error_is_shown_with_the_advice_below(notebook, monkeypatch, capsys):
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    shell = InteractiveShell(config=NO_HISTORY)
    shell.set_custom_exc((NameError,), explain)
    result = shell.run_cell("check(1)")
    shown = capsys.readouterr().out
    assert isinstance(result.error_in_exec, NameError)
    assert "name 'check' is not defined" in shown
    assert shown.rstrip().endswith("Run → Run All Above Selected Cell.")


def test_outside_of_jupyterlab_the_error_is_shown_as_ever(monkeypatch, capsys):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    shell = InteractiveShell(config=NO_HISTORY)
    shell.set_custom_exc((NameError,), explain)
    shell.run_cell("check(1)")
    shown = capsys.readouterr().out
    assert shown.rstrip().endswith(": name 'check' is not defined")
    assert "TypeError" not in shown


def ran(*cells: str) -> str:
    """What the last cell shows, in a shell that calls the first aid as the course's kernels do."""
    shell = InteractiveShell(config=NO_HISTORY)
    shell.set_custom_exc((NameError, TypeError), explain)
    for cell in cells[:-1]:
        assert shell.run_cell(cell).success
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        shell.run_cell(cells[-1])
    return re.sub(r"\x1b\[[\d;]*m", "", shown.getvalue())


@pytest.mark.parametrize(
    ("renaming", "failing", "name", "value"),
    [
        ("sum = 3", "sum([1, 2])", "sum", "3"),
        ("sum = 3", "def total(xs):\n    return sum(xs)\n\ntotal([1])", "sum", "3"),
        ("max = 2.5", "(1 +\n  max(3, 4))", "max", "2.5"),
        ("list = [1, 2]", "isinstance((), list)", "list", "[1, 2]"),
        ("len = 4", "sorted(['a'], key=len)", "len", "4"),
        ("str = 'x' * 99", "str(5)", "str", "something of the type str"),
        ("def sum(a):\n    return a", "sum([1], 2)", "sum", "something of the type function"),
    ],
)
def test_a_name_of_pythons_own_that_stands_for_something_else_is_told(
    renaming, failing, name, value
):
    shown = ran(renaming, failing)
    assert "TypeError: " in shown
    told = shown.partition("TypeError: ")[2]
    assert f"`{name}` is one of Python's own names, and stands for {value} in this" in told
    assert f"run: del {name}" in told
    assert "TypeError" not in ran(renaming, f"del {name}", failing), "and that helps"


@pytest.mark.parametrize(
    "cells",
    [
        ["'a' + 1"],
        ["sum = 3", "'a' + 1"],
        ["sum = 3", "def f(sum):\n    return sum(1)\n\nf(2)"],
        ["open()"],  # IPython has its own, which is as good
        ["len = len", "len(3)"],
        ["__name__ + 1"],
    ],
)
def test_another_type_error_is_shown_as_ever(cells):
    assert "Python's own names" not in ran(*cells)
