"""The page to print, once all exercises are solved."""

from __future__ import annotations

from html import escape
from pathlib import Path

from helpers.aid import course, record
from helpers.checks import lesson_exercises

NAME = "all_solved.html"

_HEAD = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>makemore, lesson by lesson: all solved</title>
<style>
@page { size: A4; margin: 15mm; }
body { font: 11pt/1.4 Georgia, serif; color: #1a202c; background: #fff; max-width: 42em;
  margin: 2em auto; padding: 0 1em; }
h1 { font-size: 22pt; font-weight: normal; margin-bottom: 0; }
.name { border-bottom: 1px solid #4a5568; min-height: 1.6em; margin: 2em 0 0.2em; }
.name:focus { outline: 2px solid #1976d2; outline-offset: 2px; }
@media print { .how { display: none; } .name:focus { outline: none; } }
small { color: #4a5568; }
table { border-collapse: collapse; width: 100%; margin-top: 1.5em; font-size: 10pt; }
th, td { text-align: left; vertical-align: top; padding: 3pt 8pt 3pt 0;
  border-top: 1px solid #cbd5e0; }
th { font-weight: normal; white-space: nowrap; }
thead th { border-top: none; color: #4a5568; }
thead th:last-child { text-align: right; padding-right: 0; }
td:last-child { white-space: nowrap; text-align: right; padding-right: 0; }
</style>
"""


def write_page(known: record.Record) -> Path | None:
    """Write the page beside the file that remembers; its place, or None where it cannot be.

    One sheet: a line for a name, which can be typed on the page, and the exercises of each lesson
    with the day on which the last of them was solved.
    """
    place = record.place()
    if place is None:
        return None
    path = place.with_name(NAME)
    try:
        path.write_text(page(known), encoding="utf-8", newline="\n")
    except OSError:
        return None
    return path


def page(known: record.Record) -> str:
    """The page as HTML."""
    rows, days, total = [], set(), 0
    for number, path in course.lessons().items():
        names = [name for name in lesson_exercises(number) if name.partition(".")[2][:1].isdigit()]
        entries = [known["exercises"].get(name) for name in names]
        solved = {str(each.get("on", "")) for each in entries if isinstance(each, dict)} - {""}
        total, days = total + len(names), days.union(solved)
        tasks = " · ".join(name.partition(" ")[2] for name in names)
        lesson = f"{number} · {course.title(path)}"
        rows.append((lesson, tasks, max(solved, default="")))
    lines = "\n".join(
        "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td></tr>".format(*map(escape, row))
        for row in rows
    )
    when = f", from {min(days)} to {max(days)}" if len(days) > 1 else ""
    return (
        f"{_HEAD}<h1>makemore, lesson by lesson</h1>\n"
        f"<p>All {total} exercises solved{escape(when)}.</p>\n"
        '<p class="name" contenteditable="true" role="textbox" aria-label="Your name"></p>\n'
        '<small>Name<span class="how">: click on the line and type, then print</span></small>\n'
        "<table>\n<thead><tr><th scope='col'>lesson</th><th scope='col'>exercises</th>"
        f"<th scope='col'>solved by</th></tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>\n"
        "<p>Built by hand: bigram counts, a softmax layer, gradient descent, an embedding and a "
        "hidden layer, batch norm, its backward pass, Adam, and a tree of letters.</p>\n</html>\n"
    )
