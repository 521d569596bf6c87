"""How far am I? ``progress()`` for the whole course, ``progress(5)`` at the end of a lesson."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from helpers.aid import course, record
from helpers.aid.console import printable
from helpers.checks import lesson_exercises
from helpers.remembering.page import write_page


@dataclass(frozen=True)
class Progress:
    """A table and what is to be said below it: a table in a notebook, lines of text elsewhere."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    says: tuple[str, ...]
    page: Path | None = None
    """Where the page to print is, once all is solved."""

    def __repr__(self) -> str:
        lines, counts = [self.header, *self.rows], self._counts
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        aligned = [
            "  ".join(
                part.rjust(width) if counts[place] else part.ljust(width)
                for place, (part, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return printable("\n".join([self.title, *aligned, *self.says]))

    @property
    def _counts(self) -> list[bool]:
        """Which columns hold numbers, or a dash where there are none."""
        columns = zip(*self.rows, strict=True)
        return [all(re.match(r"\d+( of \d+)?$|–", each) for each in column) for column in columns]

    def _repr_html_(self) -> str:
        def line(parts: Sequence[str], tag: str) -> str:
            return f"<tr>{''.join(map(cell, range(len(parts)), parts, [tag] * len(parts)))}</tr>"

        def cell(place: int, text: str, tag: str) -> str:
            # What names the row or the column is a heading, which a screen reader repeats.
            scope = ' scope="col"' if tag == "th" else ' scope="row"' if place == 0 else ""
            tag = "th" if scope else tag
            side = "right" if counts[place] else "left"
            return f'<{tag}{scope} style="text-align:{side}">{escape(text)}</{tag}>'

        counts = self._counts
        says = "".join(f"<p>{escape(each)}</p>" for each in self.says)
        body = "".join(line(row, "td") for row in self.rows)
        return (
            f'<table style="font-variant-numeric:tabular-nums"><caption style="text-align:left;'
            f'font-weight:bold">{escape(self.title)}</caption><thead>{line(self.header, "th")}'
            f"</thead><tbody>{body}</tbody></table>{says}"
        )


def progress(lesson: int | str | None = None) -> Progress:
    """How far one is: in the whole course, or in one lesson.

    Once all exercises of the course are solved, the whole course's writes a page to print, beside
    the file that remembers.

    Args:
        lesson: its number; without it, all of them.

    Raises:
        ValueError: there is no such lesson.
    """
    if lesson is None:
        return _of_all(record.read())
    paths = course.lessons()
    if str(lesson) not in paths:
        raise ValueError(f"there is no lesson {lesson!r}; there are: {', '.join(paths)}")
    return _of_one(str(lesson), record.read())


@dataclass(frozen=True)
class Counts:
    """What is known of a lesson, as sets of names."""

    exercises: list[str]
    questions: list[str]
    predictions: list[str]
    solved: set[str]
    tried: set[str]
    made: set[str]
    close: set[str]

    @classmethod
    def of(cls, number: str, known: record.Record) -> Counts:
        names = list(lesson_exercises(number))
        asked = course.predictions(path) if (path := course.lessons().get(number)) else []

        def those(section: str, fits: Callable[[dict], Any]) -> set[str]:
            entries = known[section].items()
            return {name for name, entry in entries if isinstance(entry, dict) and fits(entry)}

        return cls(
            exercises=[name for name in names if re.match(r"\d+\.\d", name)],
            questions=[name for name in names if not re.match(r"\d+\.\d", name)],
            predictions=asked,
            solved=those("exercises", lambda entry: entry.get("state") == "solved"),
            tried=those("exercises", lambda entry: entry.get("state") == "tried"),
            made=those("predictions", lambda entry: "close" in entry),
            close=those("predictions", lambda entry: entry.get("close") is True),
        )


def _of_all(known: record.Record) -> Progress:
    rows, sums = [], [0] * 9
    for number, path in course.lessons().items():
        counts = Counts.of(number, known)
        figures = [
            *(_in(counts.exercises, these) for these in (counts.solved, counts.tried)),
            len(counts.exercises) - _in(counts.exercises, counts.solved | counts.tried),
            len(counts.exercises),
            _in(counts.questions, counts.solved),
            len(counts.questions),
            _in(counts.predictions, counts.made),
            len(counts.predictions),
            _in(counts.predictions, counts.close),
        ]
        sums = [one + other for one, other in zip(sums, figures, strict=True)]
        rows.append((f"{number} · {course.title(path)}", *_as_row(figures)))
    rows.append(("all", *_as_row(sums)))
    solved, total = sums[0], sums[3]
    says, page = _below(known), None
    if path := record.place():
        says = (*says, f"Remembered in {_short(path)}. Delete this file to begin anew.")
    if total and solved == total:
        page = write_page(known)
        where = f": {_short(page)} is a page to print, from a browser." if page else "."
        says = (f"All {total} solved{where}", *says)
    header = ("lesson", "solved", "tried", "open", "questions", "guesses", "close")
    return Progress("How far I am", header, tuple(rows), says, page)


def _as_row(figures: Sequence[int]) -> tuple[str, ...]:
    solved, tried, left, all_of_them, right, questions, made, predictions, close = figures
    return (
        f"{solved} of {all_of_them}",
        str(tried),
        str(left),
        f"{right} of {questions}" if questions else "–",
        f"{made} of {predictions}" if predictions else "–",
        str(close) if predictions else "–",
    )


def _of_one(number: str, known: record.Record) -> Progress:
    counts = Counts.of(number, known)
    rows = tuple(
        (name, "solved" if name in counts.solved else "tried" if name in counts.tried else "open")
        for name in [*counts.questions, *counts.exercises]
    )
    says = [f"{_in(counts.exercises, counts.solved)} of {len(counts.exercises)} exercises solved."]
    if counts.predictions:
        made, close = (_in(counts.predictions, these) for these in (counts.made, counts.close))
        says.append(f"{made} of {len(counts.predictions)} predictions made, {close} close.")
    title = f"{number} · {course.title(course.lessons()[number])}"
    return Progress(title, ("exercise", "state"), rows, (*says, *_below(known)))


def _in(names: Sequence[str], these: set[str]) -> int:
    return len(these.intersection(names))


def _below(known: record.Record) -> tuple[str, ...]:
    """What is due in the drill, and what is the matter with the file that remembers."""
    says = []
    today = datetime.date.today().isoformat()
    cards = [each for each in known["drill"].values() if isinstance(each, dict)]
    if due := sum("" < str(each.get("due") or "") <= today for each in cards):
        says.append(f"Due in the drill: {due}. drill() asks.")
    return (*says, *record.news())


def _short(path: Path) -> str:
    """A path as seen from the course's folder, where it lies in there."""
    root = course.NOTEBOOKS.parent
    return path.relative_to(root).as_posix() if root in path.parents else str(path)
