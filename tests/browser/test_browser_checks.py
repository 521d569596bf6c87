"""The browser's checks, tested: each one has to catch what breaks it, in a real browser."""

from __future__ import annotations

from dataclasses import replace

import PIL.Image
import pytest
from shared.browser import Notebook, code, write_notebook
from shared.browser_checks import (
    answers_its_exercises,
    has_live_pictures_that_obey,
    keeps_the_console_quiet,
    links_lead_somewhere,
    names_its_controls,
    opens_its_folds,
    runs_without_errors,
)
from shared.live_pictures import as_table, move_and_time

from conftest import leave_behind, on_screen

PRELUDE = """\
import ipywidgets
from IPython.display import HTML, Javascript
from ipywidgets import IntSlider
from matplotlib.figure import Figure

from helpers import check, live


def show(update, **controls):
    figure = Figure(figsize=(5, 1), dpi=100)
    (line,) = figure.subplots(subplot_kw={"ylim": (0, 30)}).plot([0, 1], [0, 1])
    return live(figure, lambda **values: update(line, **values), **controls)


def one(name, value=4):
    return IntSlider(value=value, min=0, max=8, description=name)
"""
# Each picture is wrong in one way of its own.
IN_ORDER = """\
def update(line, gain, depth):
    line.set_ydata([gain, depth])
show(update, gain=one("gain"), depth=one("depth"))"""
RAISES = """\
def update(line, raising):
    line.set_ydata([0, 1 / (raising == 4)])
show(update, raising=one("raising"))"""
WRONG_PARAMETER = """\
def update(line, right, unused):
    line.set_ydata([right, right])
show(update, right=one("right"), unused=one("unused"))"""
TWO_AT_ONCE = """\
tied = one("tied"), one("its other")
tie = ipywidgets.jslink((tied[0], "value"), (tied[1], "value"))
def update(line, a, b):
    line.set_ydata([a, 2 * b])
show(update, a=tied[0], b=tied[1])"""
BLANK = """\
def update(line, vanishing):
    line.axes.set_visible(vanishing == 4)
show(update, vanishing=one("vanishing"))"""
NEVER_BACK = """\
so_far = []
def update(line, counting):
    so_far.append(counting)
    line.set_ydata([0, len(so_far)])
show(update, counting=one("counting"))"""
UNNAMED = """\
nameless = show(lambda line, x: line.set_ydata([0, x]), x=one("nameless"))
nameless.children = nameless.children[:-1]
nameless"""
PICTURES = [
    IN_ORDER, RAISES, WRONG_PARAMETER, TWO_AT_ONCE, BLANK, NEVER_BACK, UNNAMED
]  # fmt: skip

FOLDED = """\
<details><summary>Hint</summary></details>

<details><summary>Solution</summary>

```python
prediction = 7
```

It is wrong.

</details>"""


@pytest.fixture(scope="module")
def broken(request: pytest.FixtureRequest, chromium, lab) -> Notebook:
    """A notebook in which much is wrong."""
    name = write_notebook(
        lab,
        "broken",
        code(PRELUDE),
        *map(code, PICTURES),
        code("1 / 0", "raises-exception"),
        code("HTML('<img src=\"nowhere.png\">')"),
        code("Javascript('console.error(\"of our making\")')"),
        "### Exercise 0.1 · A prediction",
        code("prediction = 7", "exercise"),
        code('check("0.1 a prediction", prediction)'),
        FOLDED,
        "[nowhere](99_nowhere.ipynb), [here](broken.ipynb), [no address](http://nowhere)",
        code("1 / 0"),
    )
    return on_screen(request, chromium, lab, name).open().restart_and_run_all()


@pytest.fixture(autouse=True)
def less_patience(monkeypatch):
    """What never comes is not waited for that long."""
    monkeypatch.setattr("shared.live_pictures.PATIENCE", 1.5)


def test_an_error_in_a_cell_and_a_broken_picture_are_caught(broken):
    error, image = runs_without_errors(broken)
    assert error.endswith("raised ZeroDivisionError: division by zero")
    assert image.startswith("a picture did not load: <img")


def test_a_slider_that_fails_or_changes_nothing_or_another_one_is_caught(broken):
    said = "\n".join(has_live_pictures_that_obey(broken))
    for complaint in [
        "raising, moved by keyboard, brings an error: ⚠ No picture for these values. ZeroDivision",
        "raising, moved by mouse, does not change the picture",
        "raising, moved by mouse, ends at ['0'], the picture at 'Live picture: raising = 4'",
        "unused, moved by keyboard, does not change the picture",
        "unused, moved by mouse, does not change the picture",
        "tied, moved by keyboard, moves its other as well",
        "its other, moved by mouse, moves tied as well",
        "vanishing, moved by keyboard, leaves the picture blank",
        "after moves by mouse, reset does not bring back the first picture",
    ]:
        assert complaint in said
    for fine in ("gain", "depth", "right", "nameless"):
        assert f"{fine}, moved" not in said, said


def test_a_blank_or_a_lost_picture_is_counted(broken):
    raising, vanishing = (
        move_and_time(picture, picture.controls[0], 4, seconds=1)
        for picture in (broken.live_pictures[1], broken.live_pictures[4])
    )
    assert raising.lost == 4
    assert (vanishing.lost, vanishing.blank) == (0, 4)
    assert "| vanishing | " in as_table([("broken.ipynb", "vanishing", vanishing)])


def test_an_old_value_that_wins_is_caught(broken):
    picture = broken.live_pictures[0]
    picture.reset()
    assert picture.wait_until(picture.is_of_what_the_controls_show)
    picture.image.evaluate("image => { image.title = 'Live picture: gain = 4, depth = 3'; }")
    assert not picture.is_of_what_the_controls_show()


def test_a_control_without_a_name_is_caught(broken):
    assert list(names_its_controls(broken)) == [
        "the slider 'nameless' has no name for a screen reader",
    ]


def test_a_solution_that_does_not_pass_is_caught(broken):
    [said] = answers_its_exercises(broken)
    assert said.startswith("exercise 0.1 a prediction, answered with 'prediction = 7\\n', shows ")
    assert "✗ Not yet. It is not 7." in said


def test_an_empty_fold_is_caught(broken):
    assert list(opens_its_folds(broken)) == ["the fold 'Hint' is empty"]


def test_a_link_to_nowhere_is_caught(broken):
    assert list(links_lead_somewhere(broken)) == [
        "a link leads to '99_nowhere.ipynb', which is not there",
        "'http://nowhere/' is no address of a page",
    ]


def test_an_error_in_the_console_is_caught(broken):
    assert "error: of our making" in "\n".join(keeps_the_console_quiet(broken))


def test_what_is_jupyterlabs_own_in_the_console_is_passed_over(broken):
    said = "error: Could not restore the debugger state: Canceled future for debug_request message"
    console = [said, "warning: something", "log: something else"]
    assert list(keeps_the_console_quiet(replace(broken, console=console))) == []


def test_a_failure_leaves_a_picture_and_the_console(broken, tmp_path, monkeypatch):
    monkeypatch.setattr("conftest.RESULTS", tmp_path / "results")
    leave_behind(broken, "broken")
    assert "error: of our making" in (tmp_path / "results" / "broken.log").read_text()
    assert PIL.Image.open(tmp_path / "results" / "broken.png").size == (1280, 900)
