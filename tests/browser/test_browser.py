"""Every lesson in a real JupyterLab in a real browser: nbval sees neither pictures nor widgets."""

from __future__ import annotations

import io
from dataclasses import replace

import nbformat
import PIL.Image
import pytest
from shared.browser import PROJECT, Lab, Notebook, code, write_notebook
from shared.browser_checks import CHECKS
from shared.lessons import solved
from shared.live_pictures import filmed

from conftest import on_screen

NOTEBOOKS = sorted(path.name for path in (PROJECT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


@pytest.fixture(scope="module", params=NOTEBOOKS)
def lesson(request: pytest.FixtureRequest, one_profile, lab: Lab) -> Notebook:
    """A notebook with its exercises solved, after Restart and Run All, for all that look at it."""
    nbformat.write(solved(PROJECT / "notebooks" / request.param), lab.notebooks / request.param)
    return on_screen(request, one_profile, lab, request.param).open().restart_and_run_all()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_lesson(lesson, check):
    assert list(check(lesson)) == []


@pytest.fixture(scope="module")
def links(lab: Lab) -> Lab:
    """Of three lessons the cells with links: with nothing else they are soon on screen."""
    lab = replace(lab, folder="links/")
    lab.notebooks.mkdir()
    for name in NOTEBOOKS[:3]:
        notebook = nbformat.read(PROJECT / "notebooks" / name, as_version=4)
        texts = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
        notebook.cells = [cell for cell in texts if "](" in cell.source]
        nbformat.write(notebook, lab.notebooks / name)
    return lab


def test_next_leads_on_and_the_other_link_back(request, chromium, links):
    """By clicks. That all lessons have these two, in one chain, test_notebooks.py says;
    that every other link has its file, a check of each lesson."""
    at = on_screen(request, chromium, links, NOTEBOOKS[0]).open()
    for name in NOTEBOOKS[1:3]:
        at = at.follow(at.links().filter(has_text="→"), name)
    at.follow(at.links().filter(has_text="←").last, NOTEBOOKS[1])


# A notebook of the test's own, for what no lesson should do.
_PRELUDE = """\
from helpers.pictures.sliders import live
from ipywidgets import IntSlider
from matplotlib.figure import Figure
import warnings

figure = Figure(figsize=(5, 2), dpi=100)
(line,) = figure.subplots().plot([0, 1], [0, 1])

def update(size):
    warnings.warn("one at each move")
    if size > 5:
        raise ValueError(f"size must be at most 5, not {size}")
    line.set_ydata([0, size])
    return f"the size is {size}"
"""
_LIVE = 'live(figure, update, size=IntSlider(value=4, min=0, max=200, description="the size"))'


@pytest.fixture(scope="module")
def mishap(request: pytest.FixtureRequest, chromium, lab: Lab) -> Notebook:
    """A live picture whose function fails above 5."""
    name = write_notebook(lab, "mishap", code(_PRELUDE), code(_LIVE))
    return on_screen(request, chromium, lab, name).open().restart_and_run_all()


def test_an_error_is_shown_beside_reset_and_the_next_good_value_clears_it(mishap):
    [picture] = mishap.live_pictures
    [size] = picture.controls
    picture.reset()
    size.step()
    assert picture.root.get_by_text("the size is 5").wait_for(timeout=10_000) is None
    good, place = picture.digest(), picture.image.bounding_box()

    size.step()  # to 6
    picture.message().wait_for(timeout=10_000)
    said = picture.message().inner_text()
    assert "⚠ No picture for these values. ValueError: size must be at most 5, not 6" in said
    assert picture.digest() == good, "the last good picture stays"
    assert picture.image.bounding_box() == place, "and it does not jump"

    size.handle.press("ArrowLeft")
    picture.message().wait_for(state="detached", timeout=10_000)
    # Nothing of it in the page's outputs: no traceback, no warning for each move.
    assert mishap.panel.locator(".jp-OutputArea-output[data-mime-type*=std]").count() == 0


def test_while_dragging_the_newest_value_wins_and_no_frame_is_blank(mishap):
    [picture] = mishap.live_pictures
    [size] = picture.controls
    picture.reset()
    page, place = mishap.page, picture.image.bounding_box()
    box, rail = size.handle.bounding_box(), picture.root.locator(".noUi-base").bounding_box()
    with filmed(page) as frames:
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(rail["x"] + rail["width"], box["y"], steps=40)
        page.mouse.move(rail["x"] - 50, box["y"], steps=40)
        page.mouse.move(rail["x"] + 3 * rail["width"] / 200, box["y"], steps=5)
        page.mouse.up()
        last = size.readout()
        assert int(last) in range(1, 6)
        picture.root.get_by_text(f"the size is {last}").wait_for(timeout=10_000)
        page.wait_for_timeout(500)  # nothing older comes after it
    assert picture.root.get_by_text(f"the size is {last}").count() == 1
    assert picture.image.bounding_box() == place
    assert len(frames) > 10
    corners = place["x"], place["y"], place["x"] + place["width"], place["y"] + place["height"]
    for frame in frames:
        image = PIL.Image.open(io.BytesIO(frame)).convert("L").crop(corners)
        assert image.getextrema()[0] < 100, "a frame without the black of the axes: blank"
