"""tools/solutions.py: the changes it makes, what counts as equal, and its page."""

import ast
import re

import pytest
import torch
from shared.lessons import exercises, notebook_paths, read_notebook
from shared.scripts import load_tool

from helpers.checks import Exercise
from helpers.checks.engine import judge

tool = load_tool("solutions")

SOLUTION = """
def scaled(table, by):
    rows = []
    for row in table:
        rows.append(row * by)
    return torch.stack(rows).exp()
"""
TABLE = torch.tensor([[0.5, 1.0], [0.0, 2.0], [1.0, 1.5], [0.5, 0.0]])


@pytest.fixture(scope="module")
def changed() -> dict[str, str]:
    """From what was changed to the source as it is then."""
    names = {"torch": torch, "N": torch.ones(2, 2), "strength": 3.0}
    given = {"table": TABLE, "by": 2.0}
    made = tool.changes(SOLUTION, names, given, TABLE)
    return {what: ast.unparse(ast.fix_missing_locations(tree)) for what, tree in made}


@pytest.mark.parametrize(
    ("what", "seen"),
    [
        ("Div", "row / by"),
        ("without `rows.append(row * by)`", "pass"),
        ("the loop stops after 1", "if turns >= 1"),
        ("the loop stops after 2", "if turns >= 2"),
        ("without .exp()", "return torch.stack(rows)"),
        ("row in place, imul", "imul(row, by)"),
        ("under no_grad", "with torch.no_grad()"),
        ("detached", "__result.detach()"),
        ("float64", "__result.double()"),
        ("the first result again", "setdefault('__first', __result)"),
        ("table is zeroed", "table.detach().zero_()"),
        ("table asks for slopes", "table.requires_grad_("),
        ("table.data", "table = table.data"),
        ("the lesson's N for table", "table = globals()['N']"),
        ("the lesson's strength for by", "by = globals()['strength']"),
        ("table[:1]", "table = table[:1]"),
        ("table[:, :2]", "table = table[:, :2]"),
    ],
)
def test_a_solution_is_changed_in_every_way_that_fits(changed, what, seen):
    assert seen in changed[what]


def test_texts_and_items_are_changed_too():
    solution = 'def pairs(word):\n    """Of a word."""\n    return [(word, "ab"), "."]'
    made = {ast.unparse(tree) for _, tree in tool.changes(solution, {}, {}, [])}
    for seen in (
        *('"b"', '"a"', '"abb"', '"ba"', '""', '".."'),
        *('["."]', '[(word, "ab")]', '[".", (word, "ab")]', '("ab", word)', "(word,)"),
    ):
        assert any(ast.unparse(ast.parse(seen, mode="eval")) in each for each in made), seen
    assert all('"""Of a word."""' in each for each in made)


def test_each_change_is_python_and_there_is_none_twice(changed):
    assert len(set(changed.values())) == len(changed)
    for source in changed.values():
        compile(source, "change", "exec")


def test_a_check_that_looks_closely_refuses_each_change_that_differs(changed):
    namespace = {"torch": torch}
    exec(SOLUTION, namespace)
    exercise = Exercise(
        namespace["scaled"],
        "each row.",
        examples=[(TABLE, 2.0), (TABLE[:3, :1] + 1, 0.5)],
        generate=lambda rng, size: (torch.randn(size + 3, 3).abs(), rng.random() + 0.5),
        slopes=("table",),
    )
    accepted = []
    for what, source in changed.items():
        mine = {"torch": torch, "N": torch.ones(2, 2), "strength": 3.0}
        exec(source, mine)
        if judge(exercise, mine["scaled"]).kind == "right":
            accepted.append(what)
    assert set(accepted) <= {"float64", "table has no slopes"}


def test_a_page_tells_what_came_of_each():
    rows = [tool.Row("1.1 a", 3, ["Add"], []), tool.Row("1.2 b", 1, [], ["x: y"])]
    page = tool.as_page(rows)
    assert "| 1.1 a | 4 | 3 | 1 | 0 |" in page
    assert "| all | 6 | 4 | 1 | 1 |" in page
    assert "- 1.1 a: Add" in page


def test_the_kept_page_has_a_row_for_each_exercise_and_nothing_accepted():
    rows = re.findall(
        r"^\| (.+) \| (\d+) \| (\d+) \| (\d+) \| 0 \|$", tool.PAGE.read_text(encoding="utf-8"), re.M
    )
    assert [name for name, *_ in rows] == [
        *(each.name for path in notebook_paths() for each in exercises(read_notebook(path))),
        "all",
    ]
    for name, *counts in rows:
        made, refused, equal = map(int, counts)
        assert made == refused + equal > 0, name
