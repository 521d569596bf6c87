"""No test runs without an end: here under the project's own settings, with less patience."""

import signal
import subprocess
import sys
import tomllib

import pytest
from shared.lessons import ROOT

TURNING = """\
def test_turning():
    while True:
        pass
"""
SWALLOWING = """\
import contextlib

def test_swallowing():
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass
"""
AFTER = "\ndef test_after():\n    pass\n"


def ignore_ctrl_c() -> None:
    """As `nohup make test &` leaves it, cron, and some machines of continuous integration."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def run(folder, source: str, *options: str) -> subprocess.CompletedProcess:
    (folder / "test_endless.py").write_text(source + AFTER)
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--noconftest", "-rA"]
    return subprocess.run(
        [*command, "-n0", *options, folder],
        cwd=folder,
        preexec_fn=ignore_ctrl_c if hasattr(signal, "setitimer") else None,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_test_has_a_limit():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = settings["tool"]["pytest"]["ini_options"]
    assert 0 < options["timeout"] < options["faulthandler_timeout"] <= 600
    assert options["faulthandler_exit_on_timeout"]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no such timer here")
def test_a_test_without_an_end_fails_and_the_next_one_runs(tmp_path):
    done = run(tmp_path, TURNING, "-otimeout=1")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "Failed: Timeout" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_where_it_catches_even_that_its_process_ends(tmp_path):
    done = run(tmp_path, SWALLOWING, "-otimeout=1", "-ofaulthandler_timeout=2")
    assert done.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    assert "test_swallowing" in done.stderr
