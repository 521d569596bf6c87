"""nbval over the notebooks: strict, with pictures and tracebacks, and with an end."""

import base64
import io
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import nbformat
import numpy as np
import PIL.Image
import psutil
import pytest
from shared.lessons import ROOT, code_cells, notebook_paths, read_notebook, tags
from shared.saved_outputs import TOLERANCE, difference, seen_anywhere

PLAIN = "text/plain"
PYTEST = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "-n0", "--noconftest"]
WITH_PLUGIN = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), str(ROOT)])}


def test_pytest_runs_nbval_over_the_notebooks_strictly(pytestconfig):
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = settings["tool"]["pytest"]["ini_options"]
    assert {"--nbval", "--nbval-current-env"} <= set(options["addopts"])
    assert not [option for option in options["addopts"] if "lax" in option or "sanit" in option]
    assert set(options["testpaths"]) == {"notebooks", "tests"}
    assert pytestconfig.getoption("nbval")
    assert not pytestconfig.getoption("nbval_lax")
    assert pytestconfig.getoption("nbval_sanitize_with") is None
    assert pytestconfig.getoption("nbval_cell_timeout") <= 120
    assert pytestconfig.pluginmanager.hasplugin("shared.saved_outputs")


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in notebook_paths()])
def test_a_lesson_has_pictures_and_none_of_them_is_exempt(path):
    """Those that are there, nbval compares with what their cells draw."""
    with_pictures = [
        cell
        for cell in code_cells(read_notebook(path))
        if any("image/png" in output.get("data", {}) for output in cell.outputs)
    ]
    assert with_pictures
    assert not [cell.id for cell in with_pictures if "nbval-ignore-output" in tags(cell)]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in notebook_paths()])
def test_a_saved_traceback_names_the_cells_as_they_are_numbered(path):
    """nbval compares all else of it, but its kernel does not count."""
    cells = {str(cell.execution_count): cell for cell in code_cells(read_notebook(path))}
    for number, cell in cells.items():
        for output in cell.outputs:
            plain = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(output.get("traceback", [])))
            named = re.findall(r"In\[(\d+)\], line (\d+)", plain)
            assert output.output_type != "error" or named[0][0] == number
            assert all(int(line) <= len(cells[n].source.splitlines()) for n, line in named)


# Small notebooks of a few cells and their stored outputs, under the project's own settings


def picture(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def pixels(*, dark: int = 0) -> np.ndarray:
    """White, with a line of one pixel at the height of 100."""
    white = np.full((200, 300, 3), 255, dtype=np.uint8)
    white[100, :200] = dark
    return white


SHOW = f"""\
from base64 import b64decode
from IPython.display import Image
Image(b64decode("{base64.b64encode(picture(pixels())).decode()}"))"""


def result(text: str | None, image: np.ndarray | None = None) -> list:
    data = {} if image is None else {"image/png": base64.b64encode(picture(image)).decode()}
    data |= {} if text is None else {PLAIN: text}
    return [nbformat.v4.new_output("execute_result", data)] if data else []


def error(*lines: str) -> list:
    name, value = "AssertionError", "no"
    return [nbformat.v4.new_output("error", ename=name, evalue=value, traceback=list(lines))]


SHOWN = "<IPython.core.display.Image object>"
RULE = f"\x1b[31m{'-' * 75}\x1b[39m"
FAILED = (
    RULE,
    "\x1b[31mAssertionError\x1b[39m                            Traceback (most recent call last)",
    "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[7]\x1b[39m\x1b[32m, line 1\x1b[39m\n"
    "\x1b[32m----> \x1b[39m\x1b[32m1\x1b[39m \x1b[38;5;28;01massert\x1b[39;00m "
    '\x1b[38;5;28;01mFalse\x1b[39;00m, \x1b[33m"no"\x1b[39m\n',
    "\x1b[31mAssertionError\x1b[39m: no",
)
ASSERTION = 'assert False, "no"'


def write(path: Path, *cells: tuple[str, list]) -> None:
    made = [
        nbformat.v4.new_code_cell(source, execution_count=1, outputs=outputs)
        for source, outputs in cells
    ]
    for cell in made:
        cell.metadata["tags"] = ["raises-exception"] if cell.source.startswith("assert") else []
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)


@pytest.mark.parametrize(
    ("outcome", "cells"),
    [
        (
            "PASSED",
            {
                "the same": ("6 * 7", result("42")),
                "the same picture": (SHOW, result(SHOWN, pixels())),
                "a picture that looks the same": (SHOW, result(SHOWN, pixels(dark=1))),
                "the same traceback": (ASSERTION, error(*FAILED)),
            },
        ),
        (
            "FAILED",
            {
                "a lost output": ("x = 6 * 7", result("42")),
                "a new error": ("6 / 0", result("42")),
                "a new output": ("6 * 7", []),
                "another number": ("6 * 7", result("43")),
                "another picture": (SHOW, result(SHOWN, pixels(dark=100))),
                "a picture lost": (SHOW, result(SHOWN)),
                "another line in a traceback": (
                    ASSERTION,
                    error(*(line.replace("line 1", "line 2") for line in FAILED)),
                ),
                "nonsense for a traceback": (ASSERTION, error("nonsense")),
            },
        ),
    ],
)
def test_nbval_catches_what_changes(tmp_path, outcome, cells):
    write(tmp_path / "small.ipynb", *cells.values())
    done = subprocess.run(
        [*PYTEST, "-pshared.saved_outputs", "-rpf", tmp_path],
        cwd=tmp_path,
        env=WITH_PLUGIN,
        capture_output=True,
        text=True,
    )
    said = re.findall(r"^(PASSED|FAILED) .*::Cell (\d+)", done.stdout, re.MULTILINE)
    names = {name: said.count((outcome, str(place))) for place, name in enumerate(cells)}
    assert names == dict.fromkeys(cells, 1), done.stdout
    assert (done.returncode == 0) == (outcome == "PASSED")


# Where a cell has no end


def endless(folder: Path) -> list:
    """A command that tests a notebook with a cell without an end; its kernel tells its number."""
    tell = "import os, pathlib\nn = pathlib.Path('kernel').write_text(str(os.getpid()))"
    write(folder / "endless.ipynb", (tell, []), ("while True:\n    pass", []), ("6 * 7", []))
    return [*PYTEST, "--nbval-cell-timeout=2", "-rf", folder / "endless.ipynb"]


def kernel_of(folder: Path) -> psutil.Process:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if (folder / "kernel").exists() and (said := (folder / "kernel").read_text()):
            return psutil.Process(int(said))
        time.sleep(0.1)
    raise AssertionError("the kernel has not run its first cell")


def has_ended(process: psutil.Process, seconds: float = 20) -> bool:
    _, alive = psutil.wait_procs([process], seconds)
    return not alive or process.status() == psutil.STATUS_ZOMBIE


def test_a_cell_without_an_end_fails_and_its_kernel_ends(tmp_path):
    with subprocess.Popen(
        endless(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        kernel = kernel_of(tmp_path)
        said, _ = process.communicate(timeout=120)
    assert process.returncode == pytest.ExitCode.TESTS_FAILED
    assert "Timeout of 2 seconds exceeded" in said
    assert re.findall(r"^FAILED .*::Cell (\d)", said, re.MULTILINE) == ["1"]
    assert has_ended(kernel)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed another way here")
def test_the_kernel_ends_as_well_where_pytest_is_killed(tmp_path):
    with subprocess.Popen(
        endless(tmp_path), cwd=tmp_path, stdout=subprocess.DEVNULL, start_new_session=True
    ) as process:
        kernel = kernel_of(tmp_path)
        process.kill()
    assert has_ended(kernel)


# The comparison itself


def test_a_difference_of_pictures_is_measured():
    line, white = pixels(), pixels(dark=255)
    moved = np.roll(line, 2, axis=0)
    assert difference(picture(white), picture(white)) == 0
    assert difference(picture(line), picture(line)) == 0
    assert difference(picture(line), picture(white)) > 100
    assert difference(picture(line), picture(moved)) > 100
    assert difference(picture(line), picture(line[:, :-1])) == np.inf
    assert 0 < difference(picture(line), picture(pixels(dark=1))) < TOLERANCE


def test_a_traceback_is_compared_without_what_differs_from_place_to_place():
    place = Path(sys.prefix) / "lib" / "python3.12" / "site-packages" / "torch" / "tensor.py"
    said = f"Cell In[3], line 2\nFile {place}:9\nFile {ROOT / 'helpers' / 'names.py'}:1"
    seen = "Cell In[…], line 2\nFile .venv/lib/python3/site-packages/torch/tensor.py:9\n"
    assert seen_anywhere(said) == f"{seen}File helpers/names.py:1"


def test_a_traceback_is_compared_without_the_colours_that_python_3_12_splits_otherwise():
    before = '\x1b[33mf\x1b[39m\x1b[33m"\x1b[39m\x1b[33mno \x1b[39m{n}\x1b[33m"\x1b[39m'
    assert seen_anywhere(before) == seen_anywhere('\x1b[33mf"no {n}"\x1b[39m') == 'f"no {n}"'
