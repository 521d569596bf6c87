"""The rooms of the house: who imports whom. Arrows run one way."""

import ast
from pathlib import Path

import pytest
from shared.lessons import ROOT, code_cells, notebook_paths, read_notebook

# From a room to the rooms that it may import from. What the learner has built stands first, and
# the package itself, which names what lessons use, last.
MAY_IMPORT = {
    "built": {"built", "aid"},
    "checks": {"checks", "built", "aid"},
    "plots": {"plots", "built"},
    "pictures": {"pictures", "plots", "built"},
    "aid": {"aid", "built"},
    "remembering": {"remembering", "checks", "aid", "built"},
}
FOR_LESSONS = {"helpers", "helpers.pictures", "helpers.layers", "helpers.diagnostics"}
MODULES = [
    path
    for path in sorted((ROOT / "helpers").rglob("*.py"))
    if path != ROOT / "helpers/__init__.py"
]


def room(name: str) -> str:
    """The room of a module of helpers, such as "helpers.plots.heatmap"."""
    inside = name.split(".")[1:]
    return inside[0] if inside and inside[0] in MAY_IMPORT else "built"


def imported(source: str) -> set[str]:
    """The modules of helpers that a source imports, by their whole names."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name for name in names if name.split(".")[0] == "helpers"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_arrow_runs_upwards(path: Path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for other in imported(path.read_text(encoding="utf-8")):
        assert other != "helpers", "a module names the one that it needs"
        assert room(other) in MAY_IMPORT[room(name)], f"{name} imports {other}"


def test_what_a_learner_sees_first_is_what_the_course_has_built():
    seen = {path.stem for path in (ROOT / "helpers").glob("*.py")} - {"__init__"}
    built = {"names", "sampling", "likelihood", "descent", "layers", "training", "diagnostics"}
    assert seen - {"backward"} == built


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_lessons_import_from_the_front_rooms_alone(path: Path):
    for cell in code_cells(read_notebook(path)):
        lines = [line for line in cell.source.splitlines() if not line.startswith(("%", "!"))]
        if any("helpers" in line for line in lines):
            assert imported("\n".join(lines)) <= FOR_LESSONS, cell.source


def test_an_arrow_that_runs_upwards_would_be_seen():
    assert imported("import helpers.plots.heatmap\nfrom helpers.checks import check") == {
        "helpers.plots.heatmap",
        "helpers.checks",
    }
    assert room("helpers.plots.heatmap") not in MAY_IMPORT[room("helpers.checks.lesson_01")]
    assert room("helpers.likelihood") == room("helpers.names") == "built"
