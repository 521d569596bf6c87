"""Every lesson in a real JupyterLab in a real browser: nbval sees neither pictures nor widgets."""

from __future__ import annotations

import io

import nbformat
import PIL.Image
import pytest
from browser import PROJECT, Lab, Notebook, filmed

NOTEBOOKS = sorted(path.name for path in (PROJECT / "notebooks").glob("*.ipynb"))
_BROKEN = "images => images.filter(i => !(i.complete && i.naturalWidth > 0)).map(i => i.outerHTML)"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_lesson_runs_and_its_live_pictures_obey(name, open_notebook):
    notebook = open_notebook(name)
    notebook.restart_and_run_all()

    cells = notebook.saved().cells
    assert not list(_errors(cells)), "a cell raised an error that it is not tagged for"
    assert not list(_left_out(cells)), "a code cell was not executed"
    assert not list(_without_picture(cells)), "a saved live picture shows nothing without a kernel"
    assert not _broken_pictures(notebook), "a picture did not load"
    for picture in notebook.live_pictures:
        _check_live(picture)


def _errors(cells):
    for cell in cells:
        if "raises-exception" not in cell.metadata.get("tags", []):
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    yield f"{output.ename}: {output.evalue}\nin: {cell.source}"


def _left_out(cells):
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
    return [cell.source for cell in code if cell.execution_count is None]


def _without_picture(cells):
    for cell in cells:
        for output in cell.get("outputs", []):
            says = output.get("data", {}).get("text/plain", "")
            if says.startswith("Live picture") and "image/png" not in output.data:
                yield cell.source


def _broken_pictures(notebook: Notebook) -> list[str]:
    return notebook.panel.locator(".jp-Notebook img").evaluate_all(_BROKEN)


def _check_live(picture) -> None:
    """Each control moves the picture and its readout; reset brings back the first of both."""
    picture.root.scroll_into_view_if_needed()
    assert picture.controls, "a live picture without controls"
    first = picture.digest()
    readouts = [control.readout() for control in picture.controls]
    assert picture.image.get_attribute("title"), "a picture without a name for screen readers"
    for control in picture.controls:
        assert control.label
        before, shown = picture.digest(), control.readout()
        control.step()
        assert control.readout() != shown, f"{control.label} stays at {shown}"
        assert picture.wait_for_another(before), f"{control.label} does not change the picture"
    picture.reset()
    assert picture.wait_for(first), "reset does not bring back the first picture"
    assert [control.readout() for control in picture.controls] == readouts


# A notebook of the test's own, for what no lesson should do.
_PRELUDE = """\
from helpers.sliders import live
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


@pytest.fixture
def mishap(lab: Lab, open_notebook) -> Notebook:
    """A live picture whose function fails above 5."""
    cells = [nbformat.v4.new_code_cell(source, id=id_) for id_, source in
             [("prelude", _PRELUDE), ("live", _LIVE)]]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(book, lab.notebooks / "mishap.ipynb")
    notebook = open_notebook("mishap.ipynb")
    notebook.restart_and_run_all()
    return notebook


def test_an_error_is_shown_beside_reset_and_the_next_good_value_clears_it(mishap):
    [picture] = mishap.live_pictures
    [size] = picture.controls
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
