"""tools/upgrade.py: what uv answers, written as pins, and what is said of the change."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from shared.lessons import ROOT
from shared.scripts import load_tool

HELD = "held==1.0  # held: 1.1 shows no widget"
OLD = f"# Every version.\nalpha==1.0\nbeta-two==2.0\n{HELD}\ntorch==2.13.0\n"
FOUND = """\
Alpha==1.0
beta_two==2.1 ; sys_platform == 'win32'
cuda-toolkit==13.0 ; sys_platform == 'linux'
held==1.0
nvidia-nccl-cu13==2.29 ; sys_platform == 'linux'
torch==2.13.0
triton==3.7 ; sys_platform == 'linux'
"""

upgrade = load_tool("upgrade")


@pytest.fixture
def uv(monkeypatch, tmp_path):
    """pip, which brings a uv; and that uv, which finds these and keeps what it was given."""
    asked = SimpleNamespace(found=FOUND, error="", commands=[], held="", file=tmp_path / "file.txt")

    def pretend(command, **options):
        asked.commands.append(command)
        if "--constraint" in command:
            asked.held = Path(command[command.index("--constraint") + 1]).read_text()
            return subprocess.CompletedProcess(command, bool(asked.error), asked.found, asked.error)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setitem(upgrade.main.__globals__, "ROOT", tmp_path)
    asked.file = tmp_path / "constraints.txt"
    asked.file.write_text(OLD)
    return asked


def test_the_file_as_it_is_comes_back_as_it_is():
    text = (ROOT / "constraints.txt").read_text()
    pins = [upgrade.Requirement(line.partition("#")[0]) for line in text.splitlines()[1:]]
    assert upgrade.written(pins, text) == text


def test_uv_is_brought_for_the_moment_and_asked_for_every_python_and_system(uv):
    upgrade.main()
    brings, asks = uv.commands
    assert brings[:4] == (sys.executable, "-m", "pip", "install")
    assert brings[-3] == "--target", "the environment stays as it is"
    assert {"--universal", "--python-version", "3.11", "--extra", "test"} <= set(asks)
    assert asks[asks.index("--fork-strategy") + 1] == "fewest"


def test_what_changed_is_said_and_written_and_what_is_held_back_stays(uv, capsys):
    assert upgrade.main() == 0
    assert uv.held == HELD
    assert uv.file.read_text() == (
        f"# Every version.\nAlpha==1.0\nbeta_two==2.1\n{HELD}\ntorch==2.13.0\n"
    )
    assert capsys.readouterr().out.splitlines() == [
        "beta-two 2.0 -> 2.1",
        "torch stays at 2.13.0: pyproject.toml pins it, and says why.",
        "held stays at 1.0: held: 1.1 shows no widget",
        "Now run make test: it installs these, and says whether the course still holds.",
    ]
    assert upgrade.main() == 0
    assert capsys.readouterr().out.startswith("Every pin is the newest already.\n")


def test_the_comment_taken_away_releases_it(uv):
    uv.file.write_text(OLD.replace(HELD, "held==1.0"))
    uv.found = FOUND.replace("held==1.0", "held==1.1")
    assert upgrade.main() == 0
    assert uv.held == ""
    assert "\nheld==1.1\n" in uv.file.read_text()


def test_what_is_new_or_gone_is_said(uv, capsys):
    uv.found = FOUND.replace("Alpha==1.0\n", "gamma==0.1\n")
    upgrade.main()
    said = capsys.readouterr().out
    assert "alpha 1.0 is no longer needed\n" in said
    assert "gamma 0.1 is new\n" in said


def test_a_package_that_needs_two_versions_has_two_lines_with_markers(uv):
    uv.found = FOUND.replace(
        "Alpha==1.0", "Alpha==1.0 ; python_version < '3.12'\nAlpha==2.0 ; python_version >= '3.12'"
    )
    upgrade.main()
    assert 'Alpha==1.0; python_version < "3.12"\nAlpha==2.0; python' in uv.file.read_text()


def test_where_there_is_no_answer_nothing_is_written(uv, capsys):
    uv.error = "No solution found"
    assert upgrade.main() == 1
    assert uv.file.read_text() == OLD
    said = capsys.readouterr().out
    assert said == "No versions were found that fit together:\nNo solution found\n"


def test_the_widgets_that_vs_code_shows_are_held_back_with_what_belongs_to_them():
    held = upgrade.held_back((ROOT / "constraints.txt").read_text())
    assert {"ipywidgets", "jupyterlab-widgets", "widgetsnbextension"} <= held.keys()
    assert held["ipywidgets"].startswith("ipywidgets==8.1.8 ")
