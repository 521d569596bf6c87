"""The learner's own notebooks, opened anew; and a cell that draws while a slider moves."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from shared.browser import SECOND, Lab, Notebook, code, write_notebook

from conftest import on_screen

LIVE = """\
from ipywidgets import IntSlider
from matplotlib.figure import Figure

from helpers import live

figure = Figure(figsize=(5, 2), dpi=100)
(line,) = figure.subplots(subplot_kw={"ylim": (0, 30)}).plot([0, 1], [0, 1])
slider = IntSlider(value=4, max=8)
live(figure, lambda size: line.set_ydata([0, size]), size=slider)"""
SLOW = """\
import time

import matplotlib.pyplot as plt

fig, ax = plt.subplots()
until = time.monotonic() + 30
while time.monotonic() < until and slider.value < 6:
    time.sleep(0.1)
time.sleep(1)
ax.plot([0, 1], [0, slider.value])"""


@pytest.fixture(scope="module")
def saved(request: pytest.FixtureRequest, chromium, lab: Lab) -> Notebook:
    """A notebook that was run, whose slider was moved, and that was saved; its kernel has ended."""
    name = write_notebook(lab, "yesterday", code(LIVE))
    notebook = on_screen(request, chromium, lab, name).open().restart_and_run_all()
    [picture] = notebook.live_pictures
    picture.controls[0].step()
    assert picture.wait_until(picture.is_of_what_the_controls_show)
    notebook.saved()
    lab.end_kernels()
    notebook.page.goto("about:blank")
    return notebook


@pytest.mark.parametrize("classic", [False, True], ids=["Lab", "Notebook 7"])
def test_the_next_day_picture_and_slider_are_there(request, chromium, saved, classic):
    again = on_screen(request, chromium, saved.lab, saved.name).open(classic=classic)
    expect(again.panel.locator(".live-picture")).to_have_count(1, timeout=20 * SECOND)
    [picture] = again.live_pictures
    expect(picture.image).to_be_visible(timeout=20 * SECOND)
    assert not picture.is_blank()
    assert picture.readouts() == ["5"], "as it was left"
    assert "Error displaying widget" not in again.panel.inner_text()
    again.restart_and_run_all()
    [picture] = again.live_pictures
    before = picture.digest()
    picture.controls[0].step()
    assert picture.wait_for_another(before), "and it moves after a run"


def test_a_saved_notebook_stays_small(saved):
    """What a picture adds is once more its PNG, which stands in the output already."""
    [output] = saved.source.cells[0].outputs
    png = len(output.data["image/png"])
    state = saved.source.metadata.widgets["application/vnd.jupyter.widget-state+json"]
    assert len(str(state)) < png + 20_000


def test_a_cell_that_draws_while_a_slider_moves_shows_its_figure(request, chromium, lab):
    name = write_notebook(lab, "draws_meanwhile", code(LIVE), code(SLOW))
    notebook = on_screen(request, chromium, lab, name).open()
    notebook.run_cells(0)
    [picture] = notebook.live_pictures
    # The first move is handled by the cells' own thread, those after it on another.
    picture.controls[0].step()
    assert picture.wait_until(picture.is_of_what_the_controls_show)
    with notebook._awaited(notebook.cells.nth(1), 60):
        notebook.cells.nth(1).locator(".cm-content").click()
        notebook.page.keyboard.press("Shift+Enter")
        notebook.page.wait_for_timeout(SECOND)
        picture.controls[0].step()
        assert picture.wait_until(picture.is_of_what_the_controls_show), "while the cell runs"
    expect(notebook.outputs(1).locator("img")).to_be_visible()
