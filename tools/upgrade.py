"""Renew every pin: look up the newest versions that fit together, and say what changed.

uv finds, for each package, one version for every Python and every system that the course supports;
where there is none, several with markers. What constraints.txt holds back stays: a comment behind
the pin says why, and to take the comment away releases it. So does torch, which pyproject.toml
pins. Nothing is installed here; `make test` does that, and says whether they are good.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = "3.11"
# What a torch for the CPU does without: it is of the usual index alone, on Linux.
OF_CUDA = ("cuda-", "nvidia-", "triton")


def run(*command: str) -> str:
    """What the command prints.

    Raises:
        RuntimeError: it failed; the message ends with its own.
    """
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"No versions were found that fit together:\n{done.stderr.strip()}")
    return done.stdout


def newest(held: str) -> list[Requirement]:
    """A pin for everything that the project with its test extra needs, on any Python and system.

    held: lines of a constraints file that stay as they are.
    """
    with tempfile.TemporaryDirectory() as folder:
        run(sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, "uv")
        constraints = Path(folder) / "held.txt"
        constraints.write_text(held, encoding="utf-8")
        uv = Path(folder) / "bin" / ("uv.exe" if os.name == "nt" else "uv")
        found = run(
            *(str(uv), "pip", "compile", "pyproject.toml", "--extra", "test", "--quiet"),
            *("--constraint", str(constraints), "--python-version", OLDEST_PYTHON),
            *("--universal", "--fork-strategy", "fewest", "--no-header", "--no-annotate"),
        )
    pins = [Requirement(line) for line in found.splitlines()]
    return [pin for pin in pins if not pin.name.startswith(OF_CUDA)]


def held_back(text: str) -> dict[str, str]:
    """The lines of a constraints file that say why they stay, by name."""
    found = re.findall(r"^(([\w.-]+)==\S+ +# .+)$", text, re.MULTILINE)
    return {canonicalize_name(name): line for line, name in found}


def versions(text: str) -> dict[str, str]:
    """From each name in a constraints file to its version, or to its versions with markers."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if pinned := line.partition("#")[0].strip():
            name, _, version = pinned.partition("==")
            found.setdefault(canonicalize_name(name), []).append(version.strip())
    return {name: ", ".join(several) for name, several in found.items()}


def written(pins: list[Requirement], old: str) -> str:
    """The text of the constraints file: the first comment of the old one, then a pin a line."""
    [comment] = re.findall(r"\A#.*\n", old)
    held = held_back(old)
    names = [canonicalize_name(pin.name) for pin in pins]
    lines = []
    for name, pin in sorted(zip(names, pins, strict=True), key=lambda pair: pair[0]):
        # A constraint is for who needs the package: on which system, it need not say.
        marker = f"; {pin.marker}" if names.count(name) > 1 else ""
        lines.append(held.get(name, f"{pin.name}{pin.specifier}{marker}"))
    return comment + "".join(f"{line}\n" for line in lines)


def changes(old: str, new: str) -> list[str]:
    """One line for each pin of a constraints file that is not what it was."""
    before, after = versions(old), versions(new)
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
    """Write constraints.txt anew; the exit status is 1 where there is no answer."""
    file = ROOT / "constraints.txt"
    old = file.read_text(encoding="utf-8")
    held = held_back(old)
    try:
        new = written(newest("\n".join(held.values())), old)
    except RuntimeError as error:
        print(error)
        return 1
    said = changes(old, new)
    file.write_text(new, encoding="utf-8")
    print("\n".join(said) or "Every pin is the newest already.")
    print(f"torch stays at {versions(new)['torch']}: pyproject.toml pins it, and says why.")
    for name, line in held.items():
        print(f"{name} stays at {versions(line)[name]}: {line.partition('# ')[2]}")
    if said:
        print("Now run make test: it installs these, and says whether the course still holds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
