"""The commands and links of README and CONTRIBUTING lead to something that is there."""

import re
from importlib.util import find_spec

import pytest
import torch
from shared.lessons import ROOT
from shared.scripts import load_tool

from helpers.checks.engine import judge

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BOTH = README + CONTRIBUTING
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_each_make_command_is_a_target():
    code = "\n".join(re.findall(r"^    .*$|`[^`\n]+`", BOTH, re.MULTILINE))
    commands = set(re.findall(r"\bmake (\w+)", code))
    targets = set(re.findall(r"^(\w+):(?!=)", MAKEFILE, re.MULTILINE))
    assert {"lab", "test"} <= commands
    assert commands - targets == set()


def test_each_script_and_module_that_is_run_is_there():
    scripts = re.findall(r"\bpy(?:thon[\d.]*)? ([\w\\/]+\.py)", BOTH)
    assert {"tools/set_up.py", "tools/lab.py", "tools/my_notebooks.py"} <= set(scripts)
    assert [each for each in scripts if not (ROOT / each.replace("\\", "/")).is_file()] == []
    modules = re.findall(r"-m ([\w.]+)", BOTH)
    assert {"helpers.names", "ipykernel", "pytest"} <= set(modules)
    assert [each for each in modules if not find_spec(each)] == []


def test_each_path_that_contributing_names_is_there():
    rooms = r"(?:helpers|tests|tools|benchmarks|notebooks|\.github)"
    named = re.findall(rf"`({rooms}/[\w./]*)`", CONTRIBUTING)
    paths = [path for path in named if not re.search(r"12|/a_name", path)]  # to be added
    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)\s]+)\)", BOTH))
def test_each_link_leads_somewhere(link):
    if not re.match(r"https://[\w.-]+", link):
        assert (ROOT / link.partition("#")[0]).is_file(), link


def test_the_kernel_has_one_name():
    name = load_tool("set_up").KERNEL
    lesson = (ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8")
    assert f"**{name}**" in README
    assert f"**{name}**" in lesson


class TestTheExerciseOfContributing:
    """It is whole: it runs, knows its mistakes, and lets nothing else pass."""

    @pytest.fixture
    def code(self):
        namespace = {}
        blocks = re.findall(r"^```python\n(.*?)^```$", CONTRIBUTING, re.DOTALL | re.MULTILINE)
        for block in blocks:
            exec(block, namespace)
        return namespace

    def test_right_answers_are_right_in_any_style(self, code):
        def row_by_row(table):
            return torch.stack([row / row.sum() for row in table])

        def in_numpy(table):
            return table.numpy() / table.numpy().sum(axis=1, keepdims=True)

        [exercise] = code["EXERCISES"].values()
        for answer in (code["shares"], row_by_row, in_numpy):
            feedback = judge(exercise, answer)
            assert feedback.kind == "right", feedback
        assert judge(exercise, ...).kind == "open"

    def test_each_mistake_gets_its_words(self, code):
        [exercise] = code["EXERCISES"].values()
        [mistakes] = code["MISTAKES"].values()
        assert code["EXERCISES"].keys() == code["MISTAKES"].keys()
        assert len(mistakes) == len(exercise.mistakes)
        for source, words in mistakes:
            namespace = {}
            exec(source, namespace)
            feedback = judge(exercise, namespace["shares"])
            assert feedback.kind == "wrong"
            assert words in feedback.message
