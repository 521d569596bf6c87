"""What goes wrong in front of a learner, tried in a real browser: each mishap ends well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from shared.browser import SECOND, Lab, Notebook, start_lab
from shared.browser_checks import (
    has_live_pictures_that_obey,
    keeps_the_console_quiet,
    runs_without_errors,
)
from shared.lessons import NOTEBOOKS, exercises, read_notebook
from shared.live_pictures import LivePictureOnPage

from conftest import on_screen

LIVE = [
    path.name
    for path in sorted(NOTEBOOKS.glob("*.ipynb"))
    if "Live picture: " in path.read_text(encoding="utf-8")
]


@pytest.fixture(scope="module")
def first(request: pytest.FixtureRequest, chromium, lab: Lab) -> Notebook:
    """The first lesson with a live picture, after Restart and Run All."""
    name = lab.copy(LIVE[0], "mishaps")
    return on_screen(request, chromium, lab, name).open().restart_and_run_all()


def follows(picture: LivePictureOnPage) -> bool:
    """Whether a step of its first control brings another picture."""
    before = picture.digest()
    picture.controls[0].step()
    return picture.wait_for_another(before)


@pytest.fixture(scope="module")
def closed_lid(request: pytest.FixtureRequest, chromium, lab: Lab) -> tuple[Notebook, bool]:
    """A lesson that has lost every connection to its kernel, and for a while the network as well.

    In the meantime, its first control was moved; with the notebook comes whether the picture
    followed. Lab connects anew within half a minute or so: the first test of this file begins to
    wait for that, and the last one sees it.
    """
    notebook = on_screen(request, chromium, lab, lab.copy(LIVE[0], "lid"))
    sockets, lid_is_closed = [], False

    def between(socket) -> None:
        if lid_is_closed:  # what is routed here does not go by the page's own network
            socket.close()
        else:
            sockets.append((socket, socket.connect_to_server()))

    notebook.page.route_web_socket("**/api/kernels/**", between)
    notebook.open().restart_and_run_all()
    [picture] = notebook.live_pictures
    before, shown = picture.digest(), picture.readouts()
    lid_is_closed = True
    notebook.page.context.set_offline(True)
    for socket, server in sockets:
        socket.close()
        server.close()
    picture.controls[0].handle.press("ArrowRight")  # to nobody
    assert picture.wait_until(lambda: picture.readouts() != shown)
    notebook.page.wait_for_timeout(SECOND)
    followed = picture.digest() != before
    lid_is_closed = False
    notebook.page.context.set_offline(False)
    return notebook, followed


def test_while_the_lid_is_closed_no_picture_follows(closed_lid):
    _, followed = closed_lid
    assert not followed


def test_a_lesson_runs_twice(first):
    first.run_all()
    assert list(runs_without_errors(first)) == []
    assert list(has_live_pictures_that_obey(first)) == []


def test_two_lessons_at_once_do_not_disturb_each_other(first):
    link = first.links().filter(has_text="→")
    name = first.lab.file_at(link.evaluate("a => a.href")).name
    second = first.follow(link, name).restart_and_run_all()
    assert list(runs_without_errors(second)) == []
    first.show()
    assert list(has_live_pictures_that_obey(first)) == []
    assert list(keeps_the_console_quiet(first)) == []


def test_a_slider_whose_kernel_restarts_waits_for_the_next_run(first):
    [picture] = first.live_pictures
    before = picture.digest()
    first.command("Kernel", "Restart Kernel…")
    first.page.locator(".jp-Dialog .jp-mod-accept").click()
    first.wait_until_idle()
    picture.controls[0].step()
    first.page.wait_for_timeout(SECOND)
    assert picture.digest() == before, "nothing follows, and the picture stays"
    assert list(keeps_the_console_quiet(first)) == []

    first.run_all()
    [picture] = first.live_pictures
    assert follows(picture)


def test_a_cell_run_too_early_says_which_one_to_run_first(lab, open_notebook):
    name = next(path for path in sorted(NOTEBOOKS.glob("01_*.ipynb"))).name
    notebook = open_notebook(lab.copy(name, "too_early"))
    exercise = exercises(read_notebook(NOTEBOOKS / name))[0]
    notebook.run_cells(exercise.place + 1)
    said = notebook.outputs(exercise.place + 1)
    expect(said).to_contain_text("NameError: name 'check' is not defined")
    imports = next(cell for cell in notebook.source.cells if "check" in cell.source)
    expect(said).to_contain_text(
        "`check` comes from a cell that has not run, the one that begins with:"
    )
    expect(said).to_contain_text(imports.source.splitlines()[0])
    expect(said).to_contain_text("Run → Run All Above Selected Cell")


def test_notebook_7_shows_a_lesson_as_lab_does(chromium, lab, request):
    notebook = on_screen(request, chromium, lab, lab.copy(LIVE[0], "classic")).open(classic=True)
    notebook.restart_and_run_all()
    assert list(runs_without_errors(notebook)) == []
    assert list(has_live_pictures_that_obey(notebook)) == []
    assert list(keeps_the_console_quiet(notebook)) == []


@pytest.fixture
def lab_elsewhere(tmp_path) -> Iterator[Lab]:
    """A JupyterLab started in another folder, that knows the notebooks alone."""
    with start_lab(tmp_path, elsewhere=True) as lab:
        yield lab


def test_a_jupyterlab_started_elsewhere_runs_a_lesson(chromium, lab_elsewhere, request):
    notebook = on_screen(request, chromium, lab_elsewhere, LIVE[0]).open().restart_and_run_all()
    assert list(runs_without_errors(notebook)) == []
    [picture] = notebook.live_pictures
    assert follows(picture)
    following = notebook.links().filter(has_text="→")
    notebook.follow(following, lab_elsewhere.file_at(following.evaluate("a => a.href")).name)


def test_a_closed_lid_is_survived(closed_lid):
    notebook, _ = closed_lid
    notebook.wait_until_idle()
    [picture] = notebook.live_pictures
    assert picture.wait_until(picture.is_of_what_the_controls_show), "that step is made up for"
    told = notebook.page.locator(".jp-Dialog", has_text="Server Connection Error")
    if told.is_visible():  # Lab says so where it asked the server in the meantime
        told.get_by_role("button", name="Close").click()
    assert follows(picture)
    said = list(keeps_the_console_quiet(notebook))
    assert [line for line in said if "ERR_INTERNET_DISCONNECTED" not in line] == []
