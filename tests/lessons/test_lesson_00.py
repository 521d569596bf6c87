"""Lesson 0: what its first screen promises is what the course comes to."""

import re

from shared.lessons import (
    NOTEBOOKS,
    find_cell,
    notebook_paths,
    printed,
    read_notebook,
    run_lesson,
)

from helpers import load_names

PATH = NOTEBOOKS / "00_start_here.ipynb"


def names_drawn_at_the_end() -> tuple[set[str], set[str]]:
    """Those of the first model of the course and those of the last one, as lesson 11 saved them."""
    lines = printed(NOTEBOOKS / "11_longer_look_back.ipynb", "the-names-cell").splitlines()
    by_bigrams, _, by_network = zip(*(line.replace(".", "").split() for line in lines), strict=True)
    return set(by_bigrams), set(by_network)


def test_the_names_on_the_first_screen_are_made_up_by_the_first_model_and_the_last():
    text = find_cell(PATH, "title").source
    first = re.findall(r"`([a-z]+)`", text)
    (last,) = re.findall(r"^\*\*([a-z]+(?: · [a-z]+)+)\*\*$", text, re.MULTILINE)
    last = last.split(" · ")
    assert (len(first), len(last)) == (3, 6)
    by_bigrams, by_network = names_drawn_at_the_end()
    assert set(first) <= by_bigrams
    assert set(last) <= by_network
    assert not {*first, *last} & set(load_names())


def test_links_to_a_heading_have_one():
    links = 0
    for path in notebook_paths():
        for cell in read_notebook(path).cells:
            for file, heading in re.findall(r"\]\(([\w.]+\.ipynb)#([^)]+)\)", cell.source):
                there = "\n".join(each.source for each in read_notebook(NOTEBOOKS / file).cells)
                assert re.search(rf"^#+ {heading.replace('-', ' ')}$", there, re.MULTILINE)
                links += 1
    assert links, "lesson 0 has one, to the table of lessons"


def test_the_number_that_the_solution_of_0_3_names_is_that_of_its_code():
    text = find_cell(PATH, "exercise-0-3-solution").source
    lesson = run_lesson(PATH.stem)
    assert lesson["LETTERS"] == list("abcdefghijklmnopqrstuvwxyz")
    assert sum(name.startswith("a") for name in lesson["mixed"][:1000]) == 150
    assert "150 names" in text
