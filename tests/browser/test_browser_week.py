"""A learner's week: solve, mistype, close, come back, be asked what was missed, begin anew."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, expect
from shared.browser import SECOND, Notebook

from conftest import on_screen

LAST = "last_letter"


def place(notebook: Notebook, cell_id: str) -> int:
    return [cell.id for cell in notebook.source.cells].index(cell_id)


def answer(notebook: Notebook, stub: str, source: str, cells: int = 2) -> str:
    """Fill a cell in, run it and what stands below it, and read what comes out of that."""
    notebook.write(place(notebook, stub), source)
    notebook.run_cells(place(notebook, stub), cells)
    outputs = notebook.outputs(place(notebook, stub) + cells - 1)
    return " ".join(outputs.all_inner_texts())


def how_far(notebook: Notebook) -> str:
    notebook.run_cells(place(notebook, "progress"))
    return notebook.outputs(place(notebook, "progress")).inner_text()


def asked(notebook: Notebook, call: str, words: str) -> Locator:
    """Let the first cell begin a drill, and wait until its question says that."""
    answer(notebook, "first-cell", f"from helpers import drill\n\n{call}", 1)
    question = notebook.page.locator(".drill .widget-html").first
    expect(question).to_contain_text(words, timeout=60 * SECOND)
    return question


def test_a_learners_week(request, chromium, lab, tmp_path):
    file = tmp_path / "progress.json"
    remember = f"import os\nos.environ['MAKEMORE_PROGRESS'] = {str(file)!r}\n"
    name = lab.copy("00_start_here.ipynb", "week")

    monday = on_screen(request, chromium, lab, name).open()
    answer(
        monday, "first-cell", f"{remember}from helpers import load_names\nnames = load_names()", 1
    )
    monday.run_cells(place(monday, "import-predict"))
    said = answer(monday, "prediction-0-a", 'predict("0.A letters in a name", 9)')
    assert "You said 9, it is 6.122: about one and a half times as much." in said
    monday.run_cells(place(monday, "import-check"))
    assert "Right." in answer(monday, "exercise-0-1-stub", "prediction = 8")
    mistyped = f"def {LAST}(name):\n    return name[0]"
    assert "this is the first letter" in answer(monday, "exercise-0-2-stub", mistyped)
    asked(monday, 'drill("2 keepdim")', "keepdim · new")
    monday.page.locator(".drill input").fill("?")
    monday.page.get_by_role("button", name="Answer").click()
    expect(monday.page.locator(".drill .widget-html").last).to_contain_text("Now you know.")
    seen = how_far(monday)
    assert "0 · Start here\t1 of 3\t1\t1\t–\t1 of 1\t0" in seen
    monday.saved()
    lab.end_kernels()
    monday.page.goto("about:blank")
    known = json.loads(file.read_text())
    assert [each["missed"] for each in known["drill"].values()] == [True]
    assert known["exercises"].keys() == {"0.1 a prediction", "0.2 last letter"}

    friday = on_screen(request, chromium, lab, name).open()
    before = {cell.id: cell.source for cell in friday.source.cells}
    answer(friday, "first-cell", remember, 1)
    assert how_far(friday) == seen, "as it was left"
    stub = place(friday, "exercise-0-2-stub")
    friday.write(stub, 'from helpers import start_again\nstart_again("0.2")')
    friday.run_cells(stub)
    after = {cell.id: cell.source for cell in friday.saved().cells}
    changed = {each for each in before if before[each] != after[each]}
    assert changed == {"first-cell", "exercise-0-2-stub"}
    assert after["exercise-0-2-stub"].endswith("return ...")
    # Solved now, it is remembered beside what was solved before.
    friday.run_cells(place(friday, "import-check"))
    solved = f"def {LAST}(name):\n    return name[-1]"
    assert "Right." in answer(friday, "exercise-0-2-stub", solved)
    assert "0 · Start here\t2 of 3\t0\t1" in how_far(friday)
    again = json.loads(file.read_text())
    assert again["exercises"]["0.1 a prediction"] == known["exercises"]["0.1 a prediction"]
    assert again["predictions"] == known["predictions"]
    asked(friday, "drill()", "missed the last time")
