"""A word to the learner where a cell fails because of another one.

The kernels of this environment call `explain` at a NameError and at a TypeError
(tools/ipython_kernel_config.py sees to that). For a name that is missing it looks up, in the
notebook, which cell gives it; for one of Python's own names that stands for something else, as
after ``sum = 3``, it says so.
"""

from __future__ import annotations

import ast
import builtins
import json
import linecache
import os
import re
from pathlib import Path
from types import TracebackType


def explain(shell, kind: type, error: Exception, trace: TracebackType, tb_offset=None) -> None:
    """Show the error as ever, and below it what may have led to it, where that is known."""
    try:
        if isinstance(error, NameError):
            # JupyterLab tells its kernels which notebook they run.
            says = advice(error.name, Path(os.environ.get("JPY_SESSION_NAME", "")))
        else:
            says = renamed(trace, shell.user_ns, shell.user_ns_hidden)
        if says:
            error.add_note(says)
    finally:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def renamed(trace: TracebackType | None, names: dict[str, object], first: dict[str, object]) -> str:
    """Which of Python's own names, used where a cell failed, stand for something else; or "".

    trace: where the error was raised.
    names: those of the notebook, with their values.
    first: those that were there before its first cell, such as IPython's own `open`.
    """
    used: set[str] = set()
    while trace:
        frame = trace.tb_frame
        if frame.f_globals is names:
            own = set() if frame.f_locals is names else set(frame.f_locals)
            used = _words_at(trace) - own
        trace = trace.tb_next
    says = [
        f"`{name}` is one of Python's own names, and stands for {_short(names[name])} in this "
        f"notebook now. To have Python's back, run: del {name}\nThen choose another name in the "
        "cell that has set it."
        for name in sorted(used & names.keys() & vars(builtins).keys())
        if names[name] is not vars(builtins)[name]
        and names[name] is not first.get(name)
        and not name.startswith("_")
    ]
    return "\n".join(says)


def _words_at(trace: TracebackType) -> set[str]:
    """The words in the lines of what failed."""
    code = trace.tb_frame.f_code
    start, end, *_ = list(code.co_positions())[trace.tb_lasti // 2]
    start, end = start or trace.tb_lineno, end or trace.tb_lineno
    lines = (linecache.getline(code.co_filename, number) for number in range(start, end + 1))
    return set(re.findall(r"[A-Za-z]\w*", "".join(lines)))


def _short(value: object) -> str:
    text = repr(value)
    plain = len(text) <= 40 and not text.startswith("<")
    return text if plain else f"something of the type {type(value).__name__}"


def advice(name: str | None, notebook: Path) -> str:
    """Which cell of the notebook gives `name`, and how to run it; "" where none does."""
    for source in _code_cells(notebook):
        if name in names_given_by(source):
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


def names_given_by(source: str) -> set[str]:
    """What a cell defines, imports or assigns, functions' own variables apart."""
    try:
        waiting: list[ast.AST] = list(ast.parse(source).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
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
