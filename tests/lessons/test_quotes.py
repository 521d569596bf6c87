"""How numbers are found in a lesson's text, and where they may come from."""

import nbformat
import pytest
from shared.quotes import quotes, sections, unfounded, values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("102 of the 729 cells are empty.", ["102", "729"]),
        ("The loss is 2.4540, for all 32,033 names.", ["2.4540", "32,033"]),
        ("In 12 % of them; 12.5% here.", ["12 %", "12.5%"]),
        ("One in eight, or 14 in 100.", ["One in eight", "14 in 100"]),
        ("3/4 of them, a third of the rest, two thirds.", ["3/4", "a third", "two thirds"]),
        ("A third time, in lesson 12 and exercises 6.3 and 6.4.", []),
        ("Of 2018, with Python 3.11 and 64 bits; **Time** about 45 minutes", []),
        ("# 12 · A title\n[← 11 · Another]", []),
        ("Five names, and 7 letters.", []),
    ],
)
def test_numbers_are_found_as_they_are_written(text, found):
    assert [quote.written for quote in quotes(text)] == found


@pytest.mark.parametrize(
    ("written", "of", "not_of"),
    [
        ("2.45", 2.4540, 2.4640),
        ("102", 102, 120),
        ("20,000", 19_875, 26_000),
        ("32,033", 32_033, 32_030),
        ("12 %", 0.1234, 0.1334),
        ("12 %", 0.12, 12),
        ("3/4", 0.75, 0.76),
        ("one in eight", 0.127, 0.14),
        ("a third of", 0.34, 0.4),
        ("two thirds of", 0.66, 0.5),
    ],
)
def test_a_number_stands_for_those_that_are_rounded_to_it(written, of, not_of):
    [quote] = quotes(written)
    assert quote.is_of({of})
    assert not quote.is_of({not_of})


def test_numbers_of_outputs_and_code_are_read():
    assert values("tensor([[0.1250, 12]]) and 1,234 of 2,468, 1e-3, x27, 2.13.0") == {
        0.125, 12, 1234, 2468, 0.5, 1e-3,
    }  # fmt: skip
    assert values("12.5 % of it, 8%") == {12.5, 0.125, 8, 0.08}
    assert values("steps = 200_000  # or 10", code=True) == {200_000, 10}


TABLE = "tensor([[120, 5],\n        [7, 102]])"


def course(folder, *texts: str):
    """A lesson with a count in one section, a table in another, and then these cells of text."""
    new = nbformat.v4
    shown = new.new_output("execute_result", {"text/plain": TABLE})
    printed = new.new_output("stream", text="102 cells are empty, loss 2.4540\n")
    cells = [
        new.new_markdown_cell("## The table\n\nEvery pair has a number of its own."),
        new.new_code_cell("N[:2, :2]", outputs=[shown]),
        new.new_markdown_cell("## What is empty\n\nNot every pair is there."),
        new.new_code_cell("print(...)", outputs=[printed]),
        *map(new.new_markdown_cell, texts),
    ]
    for place, cell in enumerate(cells):
        cell.id = f"cell-{place}"
    path = folder / "01_made_up.ipynb"
    nbformat.write(new.new_notebook(cells=cells), path)
    sections.cache_clear()
    return path


@pytest.mark.parametrize(
    "text",
    [
        "In this section 102 are.",
        "## Recap\n\n- 102 cells are empty.",
        "## Exercises\n\n<details><summary>Answer</summary>\n\nThe 102 empty ones.\n\n</details>",
        "## Recap\n\n- Every pair counted, the loss is 2.4540.",
        "## Recap\n\n- 102 of 729 cells are empty, and 627 are not.",
    ],
)
def test_a_number_may_come_from_its_section_or_from_the_one_that_it_recalls(tmp_path, text):
    assert list(unfounded(course(tmp_path, text))) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("In this section 120 are.", "120"),
        ("## Recap\n\n- 120 cells are empty.", "120"),
        ("## Recap\n\n- 102 letters follow.", "102"),
        (
            "## More\n\n<details><summary>Answer</summary>\n\n120 empty cells.\n\n</details>",
            "120",
        ),
        ("## Recap\n\n- The loss is 2.4504, of empty cells.", "2.4504"),
    ],
)
def test_a_number_of_another_place_is_none_of_this(tmp_path, text, number):
    assert list(unfounded(course(tmp_path, text))) == [("cell-4", number)]
