"""The commands and links of README and CONTRIBUTING lead to something that is there."""

import re
from importlib.util import find_spec

import pytest
from shared.lessons import ROOT
from shared.scripts import load_tool

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
    paths = re.findall(
        r"`((?:helpers|tests|tools|benchmarks|notebooks|\.github|\.ci)/[\w./]*)`", BOTH
    )
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
