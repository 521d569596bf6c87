"""What `make lab` starts: the learner's own notebooks, for this computer alone, in its browser."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
from jupyterlab_server.settings_utils import get_settings
from shared.scripts import load_tool

ROOT = Path(__file__).resolve().parents[2]

lab = load_tool("lab")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """JupyterLab as `make lab` starts it, for a new user without a display; its output as text.

    The port that it would like is taken. It serves a copy of the course.
    """
    home = tmp_path_factory.mktemp("home")
    for folder in ("notebooks", "tools"):
        (home / folder).mkdir()
        for file in filter(Path.is_file, (ROOT / folder).iterdir()):
            (home / folder / file.name).write_bytes(file.read_bytes())
    without = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "JUPYTER_CONFIG_DIR", "JUPYTER_TOKEN")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    output = home / "output"
    with (
        socket.socket() as taken,
        output.open("wb") as file,
        subprocess.Popen(
            [sys.executable, str(home / "tools" / "lab.py")],
            cwd=home,
            env={**environment, "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            taken.bind(("127.0.0.1", 8888))
            taken.listen()
        except OSError:
            pass  # somebody else has it, which is as good
        try:
            deadline = time.monotonic() + 60
            while "token=" not in output.read_text() and time.monotonic() < deadline:
                assert process.poll() is None, output.read_text()
                time.sleep(0.2)
            time.sleep(3)  # whatever else it prints on starting
            yield process, output.read_text()
        finally:
            process.terminate()
            process.wait(30)


def test_it_serves_the_learners_first_lesson_to_this_computer_alone(served):
    process, output = served
    link = output.rstrip().split("\n")[-1].strip()  # the last thing printed
    found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/lab/tree/\S+)\?token=\w{32,}", link)
    assert found, output
    assert found[1] != "8888"
    assert found[2] == "/lab/tree/my_notebooks/00_start_here.ipynb"
    assert urllib.request.urlopen(link).status == 200
    listening = [c for c in psutil.Process(process.pid).net_connections() if c.status == "LISTEN"]
    assert {c.laddr.ip for c in listening} <= {"127.0.0.1", "::1"}

    lesson = link.replace("/lab/tree/", "/api/contents/")
    assert json.load(urllib.request.urlopen(lesson))["type"] == "notebook"
    for wrong in ("", "?token=wrong"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(lesson.partition("?")[0] + wrong)


@pytest.mark.parametrize(
    ("platform", "environment", "option"),
    [
        ("linux", {}, "--no-browser"),
        ("linux", {"BROWSER": "open-it"}, "--ServerApp.use_redirect_file=False"),
        # In a snap or a Flatpak, or in the Windows around a WSL: nobody asks which.
        ("linux", {"DISPLAY": ":0"}, "--ServerApp.use_redirect_file=False"),
        ("linux", {"WAYLAND_DISPLAY": "w", "BROWSER": "x"}, "--ServerApp.use_redirect_file=False"),
        # The Store's Python keeps its files where no browser finds them.
        ("win32", {}, "--ServerApp.use_redirect_file=False"),
        ("darwin", {}, None),
    ],
)
def test_it_opens_the_browser_that_there_is_with_a_link_that_it_can_read(
    monkeypatch, platform, environment, option
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert lab.about_the_browser() == ([option] if option else [])


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_it_lets_root_in_only_where_the_learner_is_root(monkeypatch, user, allowed):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    assert ("--allow-root" in lab.arguments([])) == allowed


def test_a_learner_may_choose_otherwise():
    assert lab.arguments(["--port", "9000"])[-2:] == ["--port", "9000"]


def test_where_the_folder_cannot_be_written_the_courses_own_lessons_open(tmp_path, capsys):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "my_notebooks").touch()  # a file, so that nobody can write into it
    assert lab.lay_out(tmp_path) == "notebooks"
    assert "could not be written" in capsys.readouterr().out


class TestWithoutMake:
    """`py tools/lab.py`: a Python that has no JupyterLab hands over to the environment's."""

    @pytest.fixture
    def other(self, tmp_path, monkeypatch):
        monkeypatch.setattr(lab, "find_spec", lambda name: None)
        monkeypatch.setattr(lab, "ROOT", tmp_path)
        monkeypatch.setattr(sys, "argv", ["tools/lab.py", "--port", "9000"])
        return tmp_path

    def test_the_environment_is_used(self, other, monkeypatch, capfd):
        python = other / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text('#!/bin/sh\necho "$@"; exit 3\n')
        python.chmod(0o755)
        monkeypatch.setattr(os, "name", "posix")
        assert lab.main() == 3
        assert capfd.readouterr().out == "tools/lab.py --port 9000\n"

    def test_and_where_there_is_none_it_says_what_to_run_first(self, other, capsys):
        assert lab.main() == 1
        assert capsys.readouterr().out.endswith(" tools/set_up.py\n")


class TestTheSettings:
    @pytest.fixture
    def settings(self, tmp_path, monkeypatch):
        """Read JupyterLab's settings as its server does, for a user with the given file."""
        monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
        jupyter = Path(sys.prefix) / "share" / "jupyter"
        share, extensions = jupyter / "lab", [str(jupyter / "labextensions")]

        def read(name, own=None):
            extension, _, plugin = name.partition(":")
            file = tmp_path / "user" / extension / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            if own:
                file.write_text(json.dumps(own))
            places = str(share / "settings"), str(share / "schemas"), str(tmp_path / "user")
            found, _ = get_settings(*places, schema_name=name, labextensions_path=extensions)
            defaults = found["schema"]["properties"]
            return {name: defaults[name].get("default") for name in defaults} | found["settings"]

        return read

    def test_no_pop_up_greets_the_learner_unless_wanted(self, settings):
        name = "@jupyterlab/apputils-extension:notification"
        assert settings(name)["fetchNews"] == "false"
        assert settings(name)["checkForUpdates"] is False
        own = settings(name, {"fetchNews": "true", "checkForUpdates": True})
        assert own["fetchNews"] == "true"
        assert own["checkForUpdates"] is True

    def test_a_live_picture_is_saved_with_its_notebook(self, settings):
        assert settings("@jupyter-widgets/jupyterlab-manager:plugin")["saveState"] is True
