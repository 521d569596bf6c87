"""What was handed in, as a table: ``python -m helpers.checks.report FOLDER… [--run]``.

It reads every notebook in these folders, and prints for each lesson a row for each notebook, with
what its own saved outputs say. With --run each answer is checked again, with the course's check and
not the notebook's, and the table says what came of that; below it stands where the saved outputs
say something else. That runs what others have written, on this computer and with your rights: do it
where you would open their notebooks, too.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from helpers.aid import course
from helpers.aid.console import printable
from helpers.checks.handed_in import HandedIn, notebooks_in, read, tasks

SIGNS = {
    "right": "✓",
    "wrong": "✗",
    "open": "○",
    "error": "!",
    "stopped": "!",
    "gone": "–",
    "suspect": "?",
    "": "·",
}
LEGEND = (
    "✓ right   ✗ not yet   ○ not attempted   ! fails or has no end   – cell deleted\n"
    "? look at it yourself   · no saved output"
)
_IN_WORDS = {"wrong": "not yet", "open": "not attempted", "gone": "not there"}


def main(arguments: list[str] | None = None) -> int:
    """Print the report; 1 where there is nothing to report on."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.checks.report",
        description="What notebooks that were handed in have solved, as a table.",
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--run", action="store_true", help="check the answers again; runs them")
    options = parser.parse_args(arguments)
    if missing := [str(folder) for folder in options.folders if not folder.exists()]:
        print(f"There is no {', no '.join(missing)}.", file=sys.stderr)
        return 1
    found = {
        path: _called(path, folder, len(options.folders) > 1)
        for folder in options.folders
        for path in notebooks_in(folder.resolve())
    }
    if not found:
        print("There are no notebooks in there.", file=sys.stderr)
        return 1
    with suppress(BrokenPipeError):  # the reader, `less` perhaps, has seen enough
        print(printable(report(found, options.run)), flush=True)
    return 0


def _called(path: Path, folder: Path, with_folder: bool) -> str:
    """How a notebook is called in the table: its path in the folder, without what all have."""
    base = folder.resolve()
    for further in (with_folder, base.is_file()):
        base = base.parent if further else base
    return path.relative_to(base).with_suffix("").as_posix()


def report(found: dict[Path, str], run: bool = False) -> str:
    """The report on notebooks, given by path with what each is called."""
    notebooks = [read(path) for path in found]
    good = [each for each in notebooks if each.lesson and not each.trouble]
    again: dict[Path, dict[str, tuple[str, str]]] = {}
    if run:
        from helpers.checks.rerun import check_again

        began = time.monotonic()

        def say(done: HandedIn) -> None:
            seconds = time.monotonic() - began
            print(f"{seconds:4.0f} s  {printable(found[done.path])}", file=sys.stderr, flush=True)

        again = check_again(good, say)
    parts = []
    for lesson, path in course.lessons().items():
        if of_it := [each for each in notebooks if each.lesson == lesson]:
            title = f"Lesson {lesson} · {course.title(path)}"
            parts.append("\n".join([title, "", *_table(lesson, of_it, found, again, run)]))
    if others := [each for each in notebooks if not each.lesson]:
        lines = [
            f"{found[each.path]}: {each.trouble or 'has no exercise of the course'}"
            for each in others
        ]
        parts.append("\n".join(["None of the lessons", "", *lines]))
    return "\n\n\n".join([*parts, LEGEND])


def _table(
    lesson: str,
    notebooks: list[HandedIn],
    found: dict[Path, str],
    again: dict[Path, dict[str, tuple[str, str]]],
    run: bool,
) -> list[str]:
    names = [*tasks(lesson)]
    header = ["", *(name.split()[0] for name in names), "right"]
    rows, remarks = [], []
    for each in notebooks:
        label = found[each.path]
        kinds = (
            {name: _kind(each, name, again.get(each.path, {})) for name in names}
            if run
            else {name: each.saved.get(name, "") for name in names}
        )
        if each.trouble:
            rows.append([label, *("" for _ in names), "?"])
        else:
            right = sum(kind == "right" for kind in kinds.values())
            rows.append([label, *(SIGNS[kinds[name]] for name in names), str(right)])
        remarks += [f"  {label}{remark}" for remark in _remarks(each, names, again, run)]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [
        "  ".join(
            part.center(width) if place > 0 else part.ljust(width)
            for place, (part, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [header, *rows]
    ]
    return [*lines, *([""] if remarks else []), *remarks]


def _kind(each: HandedIn, name: str, results: dict[str, tuple[str, str]]) -> str:
    """What came of an answer: not "right" where it may have changed the check itself."""
    kind = results.get(name, ("stopped", ""))[0]
    return "suspect" if kind == "right" and each.suspect(name) else kind


def _remarks(
    each: HandedIn, names: list[str], again: dict[Path, dict[str, tuple[str, str]]], run: bool
) -> list[str]:
    """What a teacher should know of a notebook that its row does not say."""
    if each.trouble:
        return [f": {each.trouble}"]
    remarks, better = [], []
    for name in names:
        number, results = name.split()[0], again.get(each.path, {})
        kind, message = results.get(name, ("", ""))
        saved = each.saved.get(name, "")
        if kind in ("error", "stopped"):
            remarks.append(f", {number}: {message}")
        elif run and saved == "right" and kind != "right":
            remarks.append(f", {number}: its saved output says right, and it is {_IN_WORDS[kind]}")
        elif run and saved != "right" and kind == "right" and not each.suspect(name):
            better.append(number)
        if name in each.changed:
            remarks.append(f", {number}: its check is not the course's, or is gone")
        if suspect := each.suspect(name):
            remarks.append(f", {number}: look at this answer, it speaks of {suspect}")
    if better:
        remarks.append(f": right, though no saved output says so: {', '.join(better)}")
    return remarks


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ["MAKEMORE_PROGRESS"] = ""
    sys.stdout.reconfigure(errors="replace")
    sys.exit(main())
