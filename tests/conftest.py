"""What tests share. The browser's fixtures: one JupyterLab and one Chromium for all of them."""

from __future__ import annotations

import functools
import os

# Tests run in processes side by side, and kernels and browsers beside those. Where each used every
# core, they would wait for each other more than they work. Set before torch is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict

import hypothesis
import pytest
import torch
from playwright.sync_api import Browser, sync_playwright
from shared.browser import PROJECT, Lab, NoBrowser, Notebook, launch, start_lab
from shared.contrast import too_faint
from shared.live_pictures import Moves, as_table
from xdist.scheduler import LoadFileScheduling

# A slow machine is no failure.
hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")

RESULTS = PROJECT / "test-results"
TIMES = "from key press to new picture"  # a property of tests: notebook, label, moves
_in_use: list[Notebook] = []


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Without one, tests are skipped here, and fail on CI."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoBrowser as how_to:
            if os.environ.get("CI"):
                pytest.fail(str(how_to), pytrace=False)
            pytest.skip(str(how_to))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab that serves a copy of the course."""
    with start_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def open_notebook(
    lab: Lab, chromium: Browser, request: pytest.FixtureRequest
) -> Callable[[str], Notebook]:
    """Open a notebook of the Lab by its name, in a page of its own."""
    return lambda name: on_screen(request, chromium, lab, name).open()


def on_screen(request: pytest.FixtureRequest, chromium: Browser, lab: Lab, name: str) -> Notebook:
    """A notebook to open, in a fresh page of 1280 pixels, for as long as the fixture lasts.

    Where a test fails meanwhile, a picture of the page stays behind, and the console's log.
    """
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    notebook = Notebook(page, lab, name)
    _in_use.append(notebook)

    def close() -> None:
        _in_use.remove(notebook)
        page.close()
        if not any(each.lab is lab for each in _in_use):
            lab.end_kernels()  # each holds some hundred MB

    request.addfinalizer(close)
    return notebook


@pytest.fixture
def float64() -> Iterator[None]:
    """Numbers as lessons 6 to 8 compute them."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


class _ByLesson(LoadFileScheduling):
    """Each file in one process; of those in the browser, each lesson.

    The tests that run a lesson without a kernel stay together, too: there it runs but once.
    """

    def _split_scope(self, nodeid: str) -> str:
        by_file = r"test_lesson_(\d\d)\.py"
        by_name = r"test_(?:exercises|saved_pictures)\.py::\w+\[(\d\d)_"
        if lesson := re.search(f"{by_file}|{by_name}", nodeid):
            return f"lesson {lesson[1] or lesson[2]}"
        lesson = re.search(r"\[(\w+\.ipynb)", nodeid)
        return super()._split_scope(nodeid) + (lesson[1] if lesson else "")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadFileScheduling:
    """The tests in the browser take long: two processes share them."""
    return _ByLesson(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every figure that is compared with its baseline has text that can be read."""
    if item.get_closest_marker("mpl_image_compare"):
        draw = item.obj

        @functools.wraps(draw)
        def draw_legibly(*args, **kwargs):
            figure = draw(*args, **kwargs)
            assert list(too_faint(figure)) == []
            return figure

        item.obj = draw_legibly


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.failed:
        for place, notebook in enumerate(_in_use):
            leave_behind(notebook, re.sub(r"[^\w.-]+", "-", item.name) + f"-{place}" * (place > 0))
    return report


def leave_behind(notebook: Notebook, name: str) -> None:
    """Keep what the page looks like, and what its console said."""
    RESULTS.mkdir(exist_ok=True)
    log = "\n".join(notebook.console) + "\n"
    (RESULTS / f"{name}.log").write_text(log, encoding="utf-8")
    notebook.page.screenshot(path=RESULTS / f"{name}.png")


@pytest.fixture
def times(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Note how long a live picture took: notebook, label of the control, its moves."""
    return lambda *row: record_property(TIMES, [*row[:2], asdict(row[2])])


def pytest_terminal_summary(terminalreporter) -> None:
    """How long each live picture took to follow its controls: to read, and never a failure."""
    noted = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == TIMES
    ]
    noted.sort(key=lambda row: row[0])
    rows = [(notebook, label, Moves(**moves)) for notebook, label, moves in noted]
    if rows:
        terminalreporter.section("from key press to new picture")
        terminalreporter.write_line(as_table(rows))
