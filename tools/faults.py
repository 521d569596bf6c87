"""Break the course on purpose, one fault at a time, and see which test notices.

    make faults                            (or python tools/faults.py)
    make faults ARGS="-k keepdim"          only the faults with this word in their name

Each fault of tests/faults.toml is a change to one file. It is applied to a copy of the project, and
what `make test` runs is run there, up to the first test that fails: first the tests that ought to
notice, then, where they all pass, all tests. Before that, the tests that ought to notice have to
pass in a copy without a fault; else nothing would be proved.

The table that comes out is printed, and where all faults were tried, written to tests/FAULTS.md.
The exit status is 0 if every fault was caught, 1 if one was missed or could not be tried, and 2 if
tests fail without a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "faults.toml"
PAGE = ROOT / "tests" / "FAULTS.md"
LONGEST = 3600  # seconds that a run of the tests may take
PASSED, FAILED, STOPPED = 0, 1, 2  # pytest's exit statuses; with another one, no test was run


@dataclass(frozen=True)
class Fault:
    """One entry of tests/faults.toml: what goes wrong, and how."""

    name: str
    """What is wrong, in a maintainer's words."""
    file: str
    """The file, below the project's folder."""
    old: str
    """What stands there, exactly once."""
    new: str
    """What takes its place."""
    first: tuple[str, ...]
    """The tests that ought to notice: pytest's ids of tests, or files."""
    cell: str | None = None
    """The id of the notebook's cell whose source is changed; else `old` is text of the file."""


@dataclass(frozen=True)
class Verdict:
    """What came of a fault."""

    kind: str
    """"caught", "missed" or "trouble"."""
    by: str = ""
    """The first test that failed; or, with trouble, what the trouble was."""


class Trouble(Exception):
    """Why nothing can be said of a fault."""


def load_faults(path: Path = LIST) -> list[Fault]:
    """Read the list of faults."""
    with path.open("rb") as file:
        entries = tomllib.load(file)["fault"]
    return [Fault(**entry | {"first": tuple(entry["first"])}) for entry in entries]


def apply(fault: Fault, root: Path) -> None:
    """Change what the fault changes, in the project at `root`. The outputs of a cell stay.

    Raises:
        Trouble: the file, the cell or the text is not there, or the text is there twice.
    """
    path = root / fault.file
    try:
        if fault.cell is None:
            text = path.read_text(encoding="utf-8")
            path.write_text(_changed(text, fault), encoding="utf-8")
        else:
            notebook = nbformat.read(path, as_version=4)
            (cell,) = [cell for cell in notebook.cells if cell.id == fault.cell]
            cell.source = _changed(cell.source, fault)
            nbformat.write(notebook, path)
    except (OSError, ValueError) as error:
        where = f"{fault.file}, cell {fault.cell}" if fault.cell else fault.file
        raise Trouble(f"cannot be applied to {where}: {error}") from error


def _changed(text: str, fault: Fault) -> str:
    if (count := text.count(fault.old)) != 1:
        raise ValueError(f"what it changes stands there {count} times, not once")
    return text.replace(fault.old, fault.new)


def copy_project(root: Path, target: Path) -> Path:
    """Copy the files that belong to the project, as they are now; `target` is a git folder, too."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (root / name).is_file():  # and not deleted since
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name)
    # Some tests ask git which files belong to the project.
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=target, check=True, capture_output=True)
    return target


@contextmanager
def copied(root: Path):
    """A copy of the project, for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        yield copy_project(root, Path(folder).resolve())


def run_tests(root: Path, *arguments: str) -> tuple[int, list[str], str]:
    """Run pytest in a copy at `root`, up to the first failure.

    Returns a status, FAILED where a test failed and else pytest's own; the ids of what failed; and
    what pytest said.
    """
    # The environment's `helpers` are those of the project it was made for. These come before them,
    # in the kernels of notebooks as well.
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", *arguments],
            cwd=root,
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise Trouble(f"the tests had not ended after {LONGEST} seconds") from error
    noted = root / ".pytest_cache" / "v" / "cache" / "lastfailed"
    failed = list(json.loads(noted.read_text(encoding="utf-8"))) if noted.exists() else []
    status = done.returncode
    # Where several processes run tests, to end at the first failure is to be stopped; and a file
    # that cannot be read has failed, but is no test.
    if status in (FAILED, STOPPED):
        status = FAILED if failed and all("::" in each for each in failed) else STOPPED
    return status, failed, done.stdout


def check_helpers(clean: Path) -> None:
    """Make sure that tests and kernels in a copy import the copy's own `helpers`.

    Raises:
        Trouble: they do not.
    """
    found = repr(str(clean / "helpers" / "__init__.py"))
    ask = "import helpers\n\nhelpers.__file__"
    output = nbformat.v4.new_output("execute_result", {"text/plain": found}, execution_count=1)
    cell = nbformat.v4.new_code_cell(ask, execution_count=1, outputs=[output])
    test = f"def test():\n    import helpers\n    assert helpers.__file__ == {found}\n"
    names = ["which_helpers.ipynb", "test_which_helpers.py"]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), clean / names[0])
    (clean / names[1]).write_text(test, encoding="utf-8")
    status, _, said = run_tests(clean, "-n0", *names)
    for name in names:
        (clean / name).unlink()
    if status != PASSED or "2 passed" not in said:
        raise Trouble(f"a copy's tests do not import the copy's helpers:\n{said}")


def check_without_fault(faults: Sequence[Fault], clean: Path) -> None:
    """Make sure that the tests that ought to notice pass where there is no fault.

    Raises:
        Trouble: one of them fails, or they could not be run.
    """
    tests = dict.fromkeys(test for fault in faults for test in fault.first)
    status, failed, said = run_tests(clean, *tests)
    if status != PASSED:
        raise Trouble(f"without any fault, {', '.join(failed) or 'the tests'} failed:\n{said}")


def try_out(fault: Fault, root: Path, clean: Path) -> Verdict:
    """Apply the fault to a copy of the project at `root`, and run tests until one fails.

    clean: a copy without a fault.
    """
    try:
        with copied(root) as broken:
            apply(fault, broken)
            status, failed, said = run_tests(broken, "-n0", *fault.first)
            if status == PASSED:
                status, failed, said = run_tests(broken)
                if status == FAILED:
                    # These are not among the tests that are known to pass without a fault.
                    files = {test.partition("::")[0] for test in failed}
                    if run_tests(clean, "-n0", *files)[0] != PASSED:
                        raise Trouble(f"{failed[0]} fails without the fault, too")
    except Trouble as trouble:
        return Verdict("trouble", str(trouble))
    if status == PASSED:
        return Verdict("missed")
    if status == FAILED:
        return Verdict("caught", failed[0])
    last = said.strip().splitlines()[-1:]
    return Verdict("trouble", f"pytest ended with status {status}: {' '.join(last)}")


def as_table(faults: Sequence[Fault], verdicts: Sequence[Verdict]) -> str:
    """The table in Markdown: each fault, its file, and what caught it."""
    lines = ["| what goes wrong | where | caught by |", "|---|---|---|"]
    for fault, verdict in zip(faults, verdicts, strict=True):
        by = f"`{verdict.by}`" if verdict.kind == "caught" else f"**{verdict.kind}** {verdict.by}"
        where = f"{fault.file}, cell `{fault.cell}`" if fault.cell else fault.file
        cells = (fault.name, where, " ".join(by.split()))
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def as_page(faults: Sequence[Fault], verdicts: Sequence[Verdict]) -> str:
    """What stands in tests/FAULTS.md."""
    caught = sum(verdict.kind == "caught" for verdict in verdicts)
    return (
        f"# Faults\n\nEach of these {len(faults)} faults was put into a copy of the course, and "
        f"what `make test` runs was run there: {caught} were caught. `make faults` does so anew "
        f"and writes this page. The faults themselves are in `tests/faults.toml`.\n\n"
        f"{as_table(faults, verdicts)}"
    )


def try_all(faults: Sequence[Fault], root: Path, jobs: int) -> list[Verdict]:
    """Try each fault, `jobs` of them at a time, and tell on stderr how it goes.

    Raises:
        Trouble: nothing can be said, for there is trouble without any fault.
    """
    began = time.monotonic()

    def tell(says: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {says}", file=sys.stderr, flush=True)

    with copied(root) as clean:
        check_helpers(clean)
        check_without_fault(faults, clean)
        tell("The tests that ought to notice pass without a fault.")

        def try_one(fault: Fault) -> Verdict:
            verdict = try_out(fault, root, clean)
            tell(f"{verdict.kind:8} {fault.name}  {verdict.by}")
            return verdict

        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(try_one, faults))


def main(arguments: list[str] | None = None) -> int:
    """Try the faults chosen, or all of them; return the exit status."""
    parser = argparse.ArgumentParser(description="See whether the tests catch known faults.")
    parser.add_argument("-k", metavar="WORD", default="", help="only faults with this in the name")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    options = parser.parse_args(arguments)
    every = load_faults()
    faults = [fault for fault in every if options.k.lower() in fault.name.lower()]
    if not faults:
        parser.error(f"no fault has {options.k!r} in its name")
    try:
        verdicts = try_all(faults, ROOT, options.jobs)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    print(as_table(faults, verdicts), end="")
    if faults == every:
        PAGE.write_text(as_page(faults, verdicts), encoding="utf-8")
    return int(any(verdict.kind != "caught" for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
