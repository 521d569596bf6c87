"""The style of the code, and what no file of the project may hold."""

import subprocess
import sys

import pytest
from shared.lessons import ROOT
from shared.traces import traces_of_a_machine


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if (ROOT / name).is_file()]


@pytest.mark.parametrize("command", [["check"], ["format", "--check", "--diff"]], ids=" ".join)
def test_ruff_is_content_with_modules_and_notebooks(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
@pytest.mark.parametrize("name", ["module.py", "notebook.ipynb"])
def test_ruff_reads_modules_and_notebooks_alike(tmp_path, command, name):
    """Under the project's settings, an unused import and a space too many are found in both."""
    import nbformat

    source = "import os\nx  =  1\n"
    if name.endswith(".ipynb"):
        cell = nbformat.v4.new_code_cell(source, id="cell")
        source = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    (tmp_path / name).write_text(source, encoding="utf-8")
    settings = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, *settings, "."], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 1


def test_no_file_holds_a_trace_of_a_machine():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what belongs to the project is not known")
    found = {}
    for name in tracked_files():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        if name.endswith(".ipynb"):
            continue  # test_notebooks.py looks at these, without their pictures
        if traces := traces_of_a_machine(text):
            found[name] = traces
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "/".join(["", "home", "ada", "course"]),
        "File " + '"' + "/".join(["", "tmp", "ipykernel_1", "2.py"]) + '"',
        "cd " + "/".join(["", "root"]),
        "file://" + "/".join(["", "Users", "ada"]),
        "C:" + "\\" + "Users",
        "C:" + "\\\\" + "names.txt",
        "https://" + ".".join(["py" + "pi", "org"]) + "/simple",
        ".".join(["registry", "npm" + "js", "org"]),
    ],
)
def test_a_trace_of_a_machine_is_caught(text):
    assert traces_of_a_machine(text)


@pytest.mark.parametrize(
    "text",
    [
        "notebooks/work and ../home/x",
        "at home/work",
        "and/tmp",
        "</work>",
        "/homely /tmpfs /workers",
        "A: yes",
        r"dir\names",
        "an anaconda, a debian, a pypi",
        "https://download.pytorch.org/whl/cpu",
    ],
)
def test_other_words_are_no_trace(text):
    assert traces_of_a_machine(text) == []


def test_windows_line_ends_are_nobodys(tmp_path):
    """As git writes the files where core.autocrlf is true, which is what its installer suggests."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    checkout = ["-c", "core.autocrlf=true", "checkout-index", "--all", f"--prefix={tmp_path}/"]
    subprocess.run(["git", *checkout], cwd=ROOT, check=True, capture_output=True)
    assert (tmp_path / ".ci" / "run").read_bytes().startswith(b"#!/usr/bin/env bash\n")
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".png"]
    assert len(written) > 100
    assert [path.name for path in written if b"\r\n" in path.read_bytes()] == []
