"""Renew every pin: look up the newest versions that fit together, and say what changed.

pip resolves pyproject.toml as if nothing were installed and nothing pinned but what it pins
itself (torch). Nothing is installed here; `make test` does that, and says whether they are good.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
# Needed on another system alone, where pip here does not look: asked for one by one.
ELSEWHERE = {"pywinpty": "win_amd64", "appnope": "macosx_11_0_arm64"}

Pins = dict[str, str]
"""From the name of each distribution to its version."""


def resolved(*arguments: str) -> Pins:
    """What pip would install in an empty environment.

    Raises:
        RuntimeError: pip found no answer; the message ends with its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
        done = subprocess.run(
            [*pip, "--quiet", "--report", str(report), *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"pip found no versions that fit together:\n{done.stderr.strip()}")
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return {one["metadata"]["name"]: one["metadata"]["version"] for one in found}


def newest() -> Pins:
    """The project with its test extra, and what other systems need besides."""
    pins = resolved(".[test]")
    pins.pop("makemore-lessons")
    for name, system in ELSEWHERE.items():
        with tempfile.TemporaryDirectory() as folder:
            only = ["--platform", system, "--only-binary=:all:", "--target", folder]
            pins |= resolved(*only, "--no-deps", name)
    # A build for one kind of computer, such as 2.13.0+cpu, is found there under its plain version.
    return {name: version.partition("+")[0] for name, version in pins.items()}


def read(text: str) -> Pins:
    """The pins in the text of a constraints file."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = [Requirement(line) for line in lines]
    return {pin.name: str(pin.specifier).removeprefix("==") for pin in found}


def written(pins: Pins, old: str) -> str:
    """The text of the constraints file: the first comment of the old one, then a pin a line."""
    [comment] = re.findall(r"\A#.*\n", old)
    names = sorted(pins.keys() - ELSEWHERE, key=str.lower) + [n for n in ELSEWHERE if n in pins]
    return comment + "".join(f"{name}=={pins[name]}\n" for name in names)


def changes(old: Pins, new: Pins) -> list[str]:
    """One line for each pin that is not what it was."""
    before, after = (
        {canonicalize_name(name): version for name, version in pins.items()} for pins in (old, new)
    )
    said = []
    for name in sorted(before | after):
        match before.get(name), after.get(name):
            case None, version:
                said.append(f"{name} {version} is new")
            case version, None:
                said.append(f"{name} {version} is no longer needed")
            case one, other if one != other:
                said.append(f"{name} {one} -> {other}")
    return said


def main() -> int:
    """Write constraints.txt anew; the exit status is 1 where pip found no answer."""
    file = ROOT / "constraints.txt"
    old = file.read_text(encoding="utf-8")
    try:
        pins = newest()
    except RuntimeError as error:
        print(error)
        return 1
    said = changes(read(old), pins)
    file.write_text(written(pins, old), encoding="utf-8")
    print("\n".join(said) or "Every pin is the newest already.")
    print(f"torch stays at {pins['torch']}: pyproject.toml pins it, and says why.")
    if said:
        print("Now run make test: it installs these, and says whether the course still holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
