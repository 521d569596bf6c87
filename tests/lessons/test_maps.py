"""The two maps of lessons, in the README and in lesson 0, say what the lessons themselves say."""

import re

import pytest
from shared.lessons import ROOT, notebook_paths, read_notebook

ROW = re.compile(r"^\| (\d+) \| (?:\[(.+?)\]\((.+?)\)|(.+?)) \| (.+?) \| (\d+) \|$", re.MULTILINE)


def map_in(text: str) -> dict[str, tuple[str, str, str]]:
    """From a lesson's number to its title, its question and its minutes."""
    return {
        number: (linked or plain, question, minutes)
        for number, linked, _, plain, question, minutes in ROW.findall(text)
    }


def lessons() -> dict[str, tuple[str, str, str]]:
    """The same, read out of the first cell of each notebook."""
    found = {}
    for path in notebook_paths():
        cells = read_notebook(path).cells
        text = "\n".join(cell.source for cell in cells[:2] if cell.cell_type == "markdown")
        number, title = re.search(r"^# (\d+) · (.+)$", text, re.MULTILINE).groups()
        question = re.search(r"^\*(.+)\*$", text, re.MULTILINE)[1]
        minutes = re.search(r"\*\*Time\*\* about (\d+) minutes", text)[1]
        found[number] = (title, question, minutes)
    return found


def test_the_readme_s_map_says_what_the_lessons_say():
    assert map_in((ROOT / "README.md").read_text(encoding="utf-8")) == lessons()


def test_the_map_of_lesson_0_says_what_the_lessons_say():
    text = "\n".join(cell.source for cell in read_notebook(notebook_paths()[0]).cells)
    assert map_in(text) == lessons()


@pytest.mark.parametrize("folder", ["", "notebooks/"])
def test_a_map_is_read(folder):
    row = f"| 1 | [Counting]({folder}01_counting.ipynb) | What follows what? | 45 |"
    assert map_in(row) == {"1": ("Counting", "What follows what?", "45")}
