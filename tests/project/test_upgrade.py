"""tools/upgrade.py: what pip answers, written as pins, and what is said of the change."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from shared.lessons import ROOT
from shared.scripts import load_tool

OLD = "# Every version.\nAlpha==1.0\nbeta_two==2.0\ntorch==2.13.0\npywinpty==3.0\nappnope==0.1\n"


upgrade = load_tool("upgrade")


@pytest.fixture
def pip(monkeypatch):
    """A pip that finds these, and keeps the commands it was given."""
    index = {"makemore-lessons": "0.1.0", "torch": "2.13.0+cpu", "beta-two": "2.1", "Alpha": "1.0"}
    asked = SimpleNamespace(index=index, commands=[], error="")

    def pretend(command, **options):
        asked.commands.append(command)
        found = {command[-1]: "9.9"} if "--no-deps" in command else index
        report = {
            "install": [{"metadata": {"name": n, "version": v}} for n, v in found.items()],
        }
        with open(command[command.index("--report") + 1], "w") as file:
            json.dump(report, file)
        return subprocess.CompletedProcess(command, int(bool(asked.error)), "", asked.error)

    monkeypatch.setattr(subprocess, "run", pretend)
    return asked


def test_the_file_as_it_is_comes_back_as_it_is():
    text = (ROOT / "constraints.txt").read_text()
    assert upgrade.written(upgrade.read(text), text) == text


def test_pins_are_what_pip_would_install_in_an_empty_environment(pip):
    assert upgrade.newest() == {
        "torch": "2.13.0",
        "beta-two": "2.1",
        "Alpha": "1.0",
        "pywinpty": "9.9",
        "appnope": "9.9",
    }
    project, windows, mac = pip.commands
    assert project[0] == sys.executable
    for command in pip.commands:
        assert {"--dry-run", "--ignore-installed"} <= set(command), "nothing is installed"
        assert "-c" not in command, "what is pinned now does not hold"
    assert project[-1] == ".[test]"
    assert "win_amd64" in windows
    assert any("macosx" in word for word in mac)


def test_what_changed_is_said_and_written(pip, tmp_path, monkeypatch, capsys):
    pip.index["gamma"] = "0.1"
    del pip.index["Alpha"]
    file = tmp_path / "constraints.txt"
    file.write_text(OLD)
    monkeypatch.setitem(upgrade.main.__globals__, "ROOT", tmp_path)
    assert upgrade.main() == 0
    assert file.read_text() == (
        "# Every version.\nbeta-two==2.1\ngamma==0.1\ntorch==2.13.0\npywinpty==9.9\nappnope==9.9\n"
    )
    assert capsys.readouterr().out.splitlines() == [
        "alpha 1.0 is no longer needed",
        "appnope 0.1 -> 9.9",
        "beta-two 2.0 -> 2.1",
        "gamma 0.1 is new",
        "pywinpty 3.0 -> 9.9",
        "torch stays at 2.13.0: pyproject.toml pins it, and says why.",
        "Now run make test: it installs these, and says whether the course still holds.",
    ]
    assert upgrade.main() == 0
    assert capsys.readouterr().out.startswith("Every pin is the newest already.\n")


def test_where_pip_finds_no_answer_nothing_is_written(pip, tmp_path, monkeypatch, capsys):
    pip.error = "ERROR: ResolutionImpossible"
    file = tmp_path / "constraints.txt"
    file.write_text(OLD)
    monkeypatch.setitem(upgrade.main.__globals__, "ROOT", tmp_path)
    assert upgrade.main() == 1
    assert file.read_text() == OLD
    said = capsys.readouterr().out
    assert said == "pip found no versions that fit together:\nERROR: ResolutionImpossible\n"
