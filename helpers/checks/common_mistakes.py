"""A page for teachers, made from the checks: each exercise's usual mistakes, and what to say."""

from __future__ import annotations

import re

from helpers.aid import course
from helpers.checks import lesson_exercises

NAME = "COMMON_MISTAKES.md"

_HEAD = """\
# Common mistakes

For teachers: the mistakes that the check of each exercise knows, and what it says to who makes \
them. The page is made from the checks, by `make refresh`.

Each sentence says what an answer gave, and points the way. In the notebook it follows the call \
that was tried, and what was expected and what came follow it. Said aloud to somebody who is \
stuck, it serves as well.
"""


def page() -> str:
    """The page, in Markdown: a heading for each exercise, a line for each mistake."""
    parts = [_HEAD]
    for lesson, path in course.lessons().items():
        parts.append(f"\n## {lesson} · {course.title(path)}\n")
        for name, exercise in lesson_exercises(lesson).items():
            lines = dict.fromkeys(
                _line(mistake.gives, mistake.says) for mistake in exercise.mistakes
            )
            parts.append("\n".join([f"\n### {name}\n", *lines]) + "\n")
    return "".join(parts)


def _line(gives: object, says: str) -> str:
    # A wrong number is shown. Of functions, and of what is longer, the sentence says enough.
    plain = isinstance(gives, int | float)
    return f"- `{gives!r}`: {_literal(says)}" if plain else f"- {_literal(says)}"


def _literal(text: str) -> str:
    """Text that Markdown shows as it is, but for what stands between ` and `."""
    parts = re.split(r"(`[^`]+`)", " ".join(text.split()))
    return "".join(
        part if part.startswith("`") else re.sub(r"([\\*_<>$\[\]#|~`])", r"\\\1", part)
        for part in parts
    )
