"""Is this environment the one that the course was tested with? Lesson 0 asks."""

import hashlib
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from helpers.names import NAMES_FILE

PACKAGES = ("torch", "numpy", "matplotlib", "jupyterlab", "ipywidgets", "tqdm")
"""What the lessons stand on. constraints.txt holds their versions."""

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
        print("✓" if good else "✗", line)
    if all(good for good, _ in findings):
        print("ready")
    else:
        print("not ready: mend what is marked ✗, or set the course up anew as its README says")


def _python() -> tuple[bool, str]:
    found = ".".join(platform.python_version_tuple()[:2])
    return found == "3.11", f"Python {found}" + ("" if found == "3.11" else ", 3.11 is needed")


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
