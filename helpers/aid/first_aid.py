"""A word to the learner where a cell fails because another one has not run.

The kernels of this environment call `explain` at a NameError (tools/ipython_kernel_config.py sees
to that). It looks up, in the notebook, which cell gives the missing name.
"""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from types import TracebackType


def explain(shell, kind: type, error: NameError, trace: TracebackType, tb_offset=None) -> None:
    """Show the error as ever, and below it which cell to run first, where that is known."""
    try:
        # JupyterLab tells its kernels which notebook they run.
        if says := advice(error.name, Path(os.environ.get("JPY_SESSION_NAME", ""))):
            error.add_note(says)
    finally:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def advice(name: str | None, notebook: Path) -> str:
    """Which cell of the notebook gives `name`, and how to run it; "" where none does."""
    for source in _code_cells(notebook):
        if name in _names_given_by(source):
            first_line = source.strip().splitlines()[0]
            return (
                f"`{name}` comes from a cell that has not run, the one that begins with: "
                f"{first_line}\nRun that one first, or all from the top to here, with the menu: "
                "Run → Run All Above Selected Cell."
            )
    return ""


def _code_cells(notebook: Path) -> list[str]:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, LookupError, TypeError):
        return []  # not a notebook, or none that can be read: then there is nothing to add


def _names_given_by(source: str) -> set[str]:
    """What a cell defines, imports or assigns, functions' own variables apart."""
    try:
        waiting: list[ast.AST] = list(ast.parse(source).body)
    except SyntaxError:
        return set()
    names = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(each.asname or each.name).partition(".")[0] for each in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif not isinstance(node, ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.DictComp):
            waiting += ast.iter_child_nodes(node)
    return names
