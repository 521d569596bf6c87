"""A page for teachers, made from the checks: each exercise's usual mistakes, and what to say."""

from __future__ import annotations

import re

from helpers.aid import course
from helpers.checks import Exercise, lesson_exercises

NAME = "COMMON_MISTAKES.md"

_HEAD = """\
# Common mistakes

For teachers: the mistakes that the check of each exercise knows, and what it says to who makes \
them. The page is made from the checks, by `make refresh`.

Each sentence says what an answer gave, and points the way. In front of some stands the wrong \
number that they are said to. A sentence that begins with a small letter follows, in the notebook, \
the call that was tried; and what was expected and what came follow it. Said aloud to somebody who \
is stuck, it serves as well.
"""

_VARIES = re.compile(r"'[^']*'|\d+(?:[.,]\d+)*(?:e-?\d+)?")
"""What alone may differ between sentences that share a line: a number, or what is in quotes."""
_FEW = 4
"""Sentences that are that alike share a line if there are so many of them."""


def page() -> str:
    """The page, in Markdown: a heading for each exercise, a line for each mistake."""
    parts = [_HEAD]
    for lesson, path in course.lessons().items():
        parts.append(f"\n## {lesson} · {course.title(path)}\n")
        for name, exercise in lesson_exercises(lesson).items():
            parts.append("\n".join([f"\n### {name}\n", *_lines(exercise)]) + "\n")
    return "".join(parts)


def _lines(exercise: Exercise) -> list[str]:
    numbers: dict[str, list[str]] = {}  # from what is said to the wrong numbers that it is said to
    alike: dict[str, list[str]] = {}
    for mistake in exercise.mistakes:
        says = " ".join(mistake.says.split())
        if says not in numbers:
            alike.setdefault(_VARIES.sub("…", says), []).append(says)
        shown = numbers.setdefault(says, [])
        # Of functions, and of what is longer than a number, the sentence says enough.
        if isinstance(mistake.gives, int | float) and not isinstance(mistake.gives, bool):
            shown.append(f"`{mistake.gives:.4g}`")
    lines = []
    for group in alike.values():
        likewise = ""
        if len(group) >= _FEW:
            words = [_what_varies(says, group) for says in group[1:]]
            likewise = f" (Likewise for {', '.join(words[:2])} … {words[-1]}.)"
            group = group[:1]
        for says in group:
            given = f"{', '.join(numbers[says])}: " if numbers[says] else ""
            lines.append(f"- {given}{_literal(says + likewise)}")
    if exercise.accepts and (otherwise := exercise.explain and exercise.explain.__doc__):
        lines.append(f"- Of any other answer it says: {otherwise[0].lower()}{otherwise[1:]}")
    return lines


def _what_varies(says: str, group: list[str]) -> str:
    """The first of its numbers and quoted words that is not the same in all of the group."""
    columns = zip(*map(_VARIES.findall, group), strict=True)
    place = next(place for place, column in enumerate(columns) if len(set(column)) > 1)
    return _VARIES.findall(says)[place]


def _literal(text: str) -> str:
    """Text that Markdown shows as it is, but for what stands between ` and `."""
    parts = re.split(r"(`[^`]+`)", " ".join(text.split()))
    return "".join(
        part if part.startswith("`") else re.sub(r"([\\*_<>$\[\]#|~`])", r"\\\1", part)
        for part in parts
    )
