"""What is printed on a console that knows few characters, such as one with the code page 1252."""

import io
import os
import subprocess
import sys

import pytest

from helpers.aid.console import printable

PROGRAM = """\
from helpers import check
from helpers.aid.environment import check_environment

for answer in (..., 7, 8):
    print(check("0.1 a prediction", answer))
check_environment()
"""


@pytest.mark.parametrize(
    ("encoding", "signs"),
    [("cp1252", ["--", "NO", "OK"]), ("ascii", ["--", "NO", "OK"]), ("utf-8", ["○", "✗", "✓"])],
)
def test_a_check_and_the_environment_can_be_printed_on_any_console(encoding, signs):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
    )
    lines = ran.stdout.decode(encoding).splitlines()
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert [line.split()[0] for line in lines[:4]] == [*signs, signs[-1]]
    assert lines[-1].split()[0] in ("ready", "not")


def test_what_can_be_printed_stays_as_it_is(capsys):
    assert printable("✓ Müller → …") == "✓ Müller → …"


def test_what_has_no_letters_of_its_own_becomes_a_question_mark(monkeypatch):
    console = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", console)
    assert printable("✓ ü") == "OK ?"
