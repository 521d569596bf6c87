"""The README's commands and links: each leads to something that is there."""

import re
from importlib.util import find_spec

import pytest
from shared.lessons import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_each_make_command_is_a_target():
    code = "\n".join(re.findall(r"^    .*$|`[^`\n]+`", README, re.MULTILINE))
    commands = set(re.findall(r"\bmake (\w+)", code))
    targets = set(re.findall(r"^(\w+):(?!=)", MAKEFILE, re.MULTILINE))
    assert {"lab", "test"} <= commands
    assert commands - targets == set()


def test_each_script_and_module_that_is_run_is_there():
    scripts = re.findall(r"\bpython[\d.]* ([\w\\/]+\.py)", README)
    assert "tools/lab.py" in scripts
    assert [each for each in scripts if not (ROOT / each.replace("\\", "/")).is_file()] == []
    modules = re.findall(r"-m ([\w.]+)", README)
    assert {"helpers.names", "pip", "pytest"} <= set(modules)
    assert [each for each in modules if not find_spec(each)] == []


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)\s]+)\)", README))
def test_each_link_leads_somewhere(link):
    if not re.match(r"https://[\w.-]+", link):
        assert (ROOT / link.partition("#")[0]).is_file(), link
