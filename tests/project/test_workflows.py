"""What runs elsewhere by itself: its files are what they should be, and its commands run here."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from shared.scripts import load_tool

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / ".github" / "workflows" / "tests.yml"
SITE = FILE.with_name("site.yml")
WORKFLOW = yaml.safe_load(FILE.read_text())
JOBS = WORKFLOW["jobs"]
JOBS_OF_THE_SITE = yaml.safe_load(SITE.read_text())["jobs"]
CONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
COMMANDS = [
    *(
        step["run"]
        for job in (*JOBS.values(), *JOBS_OF_THE_SITE.values())
        for step in job["steps"]
        if "run" in step
    ),
    CONTAINER["postCreateCommand"],
    CONTAINER["postAttachCommand"],
]

set_up = load_tool("set_up")
links = load_tool("links")


@pytest.mark.parametrize(
    "schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"]
)
def test_the_workflows_are_ones_by_the_public_schema(schema):
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    ran = subprocess.run([*check, str(FILE), str(SITE)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


def test_the_schema_notices_a_misspelt_key(tmp_path):
    broken = tmp_path / "broken.yml"
    broken.write_text(FILE.read_text().replace("runs-on:", "run-on:", 1))
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    ran = subprocess.run([*check, "vendor.github-workflows", str(broken)], capture_output=True)
    assert ran.returncode == 1


def test_it_tries_the_oldest_and_the_newest_python_on_each_system():
    tests = JOBS["tests"]
    assert tests["strategy"]["matrix"] == {
        "system": ["ubuntu-latest", "macos-latest", "windows-latest"],
        "python": ["{}.{}".format(*version) for version in (set_up.OLDEST, set_up.NEWEST)],
    }
    commands = [step.get("run") for step in tests["steps"]]
    ours = [command for command in commands if str(command).startswith(("make test", "make p"))]
    script = (ROOT / ".ci" / "run").read_text().splitlines()
    assert ours == [line for line in script if line.startswith("make ")]


def test_every_lesson_is_run_on_other_words_at_each_push_on_one_system():
    [step] = [step for step in JOBS["tests"]["steps"] if step.get("run") == "make words"]
    matrix = JOBS["tests"]["strategy"]["matrix"]
    assert step["if"] == f"runner.os == 'Linux' && matrix.python == '{matrix['python'][0]}'"


def test_it_runs_at_each_push_and_once_a_week():
    when = WORKFLOW[True]  # to YAML, the key "on" is a yes
    assert {"push", "pull_request"} <= set(when)
    [weekly] = when["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \d", weekly["cron"])
    assert "schedule" in JOBS["newest"]["if"]


def test_the_site_is_gone_through_before_it_is_published():
    commands = [step.get("run") for step in JOBS_OF_THE_SITE["make"]["steps"]]
    assert "make site ARGS=--check" in commands
    assert JOBS_OF_THE_SITE["publish"]["needs"] == "make"


def test_the_container_has_a_python_of_the_course():
    major, minor = re.fullmatch(r".+/python:(\d)\.(\d+)", CONTAINER["image"]).groups()
    assert set_up.OLDEST <= (int(major), int(minor)) <= set_up.NEWEST
    assert set(CONTAINER) == {
        *("name", "image", "postCreateCommand", "postAttachCommand"),
        *("forwardPorts", "customizations"),
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A course that is set up; its Python, and that of the path, note what they are called with."""
    root = tmp_path_factory.mktemp("project")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, root)
    passed_over = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("tools", "notebooks"):
        shutil.copytree(ROOT / name, root / name, ignore=passed_over)
    notes = f"""#!/bin/sh
case "$1" in
    tools/set_up.py | tools/my_notebooks.py | -c) exec "{sys.executable}" "$@" ;;
esac
echo "$@" >> "{root / "called"}"
"""
    for place in (set_up.venv_python(root), root / "bin" / "python"):
        place.parent.mkdir(parents=True)
        place.write_text(notes)
        place.chmod(0o755)
    set_up.stamp_file(root).write_text(set_up.stamp(root))
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    return root


@pytest.mark.parametrize("command", dict.fromkeys(COMMANDS))
def test_each_command_runs_here(project, command):
    called = project / "called"
    called.unlink(missing_ok=True)
    without = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON")  # set by a make that runs the tests
    clean = {name: value for name, value in os.environ.items() if name not in without}
    ran = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", command.replace("/Scripts/", "/bin/")],
        cwd=project,
        env=clean | {"PATH": f"{project / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    for line in called.read_text().splitlines() if called.exists() else ():
        first, *rest = line.split()
        assert (ROOT / first).is_file() if first != "-m" else find_spec(rest[0]), line
        if rest[:1] == ["playwright"]:  # what it would bring, without bringing it
            options = [each for each in rest[1:] if each != "--with-deps"]
            dry = [sys.executable, "-m", "playwright", *options, "--dry-run"]
            assert subprocess.run(dry, capture_output=True).returncode == 0


class TestLinks:
    @pytest.fixture
    def server(self):
        """Answers with the number that it is asked for, such as /404."""

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(int(self.path[1:]))
                self.end_headers()

            def log_message(self, *said):
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
            threading.Thread(target=server.serve_forever).start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()

    def test_those_of_the_course_are_found_with_where_they_stand(self):
        found = links.links()
        assert "00_start_here.ipynb" in found["https://karpathy.ai/zero-to-hero.html"]
        assert "README.md" in found["https://karpathy.ai/zero-to-hero.html"]
        assert all(address.startswith("http") and "#" not in address for address in found)

    @pytest.mark.parametrize(
        ("status", "says"), [(200, ""), (404, "404 Not Found"), (403, ""), (429, ""), (500, "500")]
    )
    def test_a_dead_one_is_told_and_one_that_turns_programs_away_is_not(
        self, server, monkeypatch, status, says
    ):
        monkeypatch.setattr(links.time, "sleep", lambda seconds: None)
        assert links.trouble(f"{server}/{status}").startswith(says)
        assert bool(links.trouble(f"{server}/{status}")) == bool(says)

    def test_the_command_fails_where_one_leads_nowhere(self, server, tmp_path, capsys, monkeypatch):
        monkeypatch.setattr(links.time, "sleep", lambda seconds: None)
        (tmp_path / "notebooks").mkdir()
        (tmp_path / "README.md").write_text(f"[here]({server}/200#part) and <{server}/200>")
        assert links.main(tmp_path) == 0
        assert capsys.readouterr().out == f"ok    {server}/200  (README.md)\n"
        cell = {"cell_type": "markdown", "source": ["[gone](http://127.0.0.1:9/nowhere)"]}
        (tmp_path / "notebooks" / "01_one.ipynb").write_text(json.dumps({"cells": [cell]}))
        assert links.main(tmp_path) == 1
        assert "DEAD  http://127.0.0.1:9/nowhere  (01_one.ipynb)  " in capsys.readouterr().out
