"""Is this environment the one that the course was tested with? Lesson 0 asks."""

import hashlib
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from helpers.aid.console import printable
from helpers.names import NAMES_FILE

PACKAGES = ("torch", "numpy", "matplotlib", "jupyterlab", "ipywidgets", "tqdm", "fsrs")
"""What the lessons stand on. constraints.txt holds their versions."""

OLDEST, NEWEST = (3, 11), (3, 14)
"""The Pythons that every pin in constraints.txt has."""

ANEW = "set the course up anew as its README says"

NAMES_DIGEST = "816d2a728695db28a20e17eae61c9c423091a511b3df09a06a489dccbf0876c7"
"""SHA-256 of the course's names.txt."""


def check_environment(root: str | Path = NAMES_FILE.parent) -> None:
    """Print a line for Python, for each package and for the names, and a verdict as the last line.

    The last line is ``ready``, or ``not ready: ...`` with what to do. Nothing is raised.

    Args:
        root: the project's folder, with names.txt and constraints.txt.
    """
    findings = [_python(), *_packages(Path(root)), _names(Path(root))]
    for good, line in findings:
        print(printable(f"{'✓' if good else '✗'} {line}"))
    if all(good for good, _ in findings):
        print("ready")
    else:
        print(printable(f"not ready: mend what is marked ✗, or {ANEW}"))


def _python() -> tuple[bool, str]:
    # The same line on each of them: the lesson's saved output is one.
    needed = f"{_dotted(OLDEST)} to {_dotted(NEWEST)}"
    found = tuple(int(part) for part in platform.python_version_tuple()[:2])
    good = OLDEST <= found <= NEWEST
    return good, f"Python, {needed}" if good else f"Python {_dotted(found)}, {needed} is needed"


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def _packages(root: Path) -> list[tuple[bool, str]]:
    try:
        text = (root / "constraints.txt").read_text(encoding="utf-8")
    except OSError:
        return [(False, "constraints.txt is missing from the project's folder")]
    wanted = dict(re.findall(r"^([\w.-]+)==(\S+)", text, flags=re.MULTILINE))
    findings = []
    for package in PACKAGES:
        try:
            # What follows a + names the build (CPU or GPU), not the version.
            found = version(package).partition("+")[0]
        except PackageNotFoundError:
            findings.append((False, f"{package} is missing"))
            continue
        good = found == wanted.get(package)
        needed = "" if good else f", {wanted.get(package, 'another version')} is needed"
        findings.append((good, f"{package} {found}{needed}"))
    return findings


def _names(root: Path) -> tuple[bool, str]:
    try:
        # Windows line ends are no difference that matters.
        data = (root / "names.txt").read_bytes().replace(b"\r\n", b"\n")
    except OSError:
        return False, "names.txt is missing from the project's folder"
    if hashlib.sha256(data).hexdigest() == NAMES_DIGEST:
        return True, f"names.txt, {len(data.splitlines()):,} names"
    return False, "names.txt is not the course's own: the numbers in the lessons will differ"
