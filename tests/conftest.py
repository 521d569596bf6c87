"""What tests share. The browser's fixtures: one JupyterLab and one Chromium for all of them."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import torch
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from shared.browser import PROJECT, Lab, NoBrowser, Notebook, launch, start_lab
from shared.contrast import too_faint
from shared.lessons import NOTEBOOKS, Namespace, run_lesson
from shared.scripts import load_website
from xdist.scheduler import LoadFileScheduling

# A slow machine is no failure.
hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")

RESULTS = PROJECT / "test-results"
VIEWPORT = {"width": 1280, "height": 900}
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
def one_profile(chromium: Browser) -> Iterator[BrowserContext]:
    """For pages that may share what the browser keeps: JupyterLab is fetched and compiled once."""
    profile = chromium.new_context(viewport=VIEWPORT)
    yield profile
    profile.close()


@pytest.fixture(scope="session")
def lab(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab that serves a copy of the course."""
    with start_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as a site, made once; of the pictures two lessons' move, over a few stops each.

    `make site ARGS=--check` goes through all of them.
    """
    (build,) = load_website("build")
    folder = tmp_path_factory.mktemp("site")
    build.build(PROJECT, folder, only=["02", "08"], most_frames=9, processes=1, say=len)
    return folder


@pytest.fixture
def open_notebook(
    lab: Lab, chromium: Browser, request: pytest.FixtureRequest
) -> Callable[[str], Notebook]:
    """Open a notebook of the Lab by its name, in a page of its own."""
    return lambda name: on_screen(request, chromium, lab, name).open()


def on_screen(
    request: pytest.FixtureRequest, chromium: Browser | BrowserContext, lab: Lab, name: str
) -> Notebook:
    """A notebook to open, in a fresh page of 1280 pixels, for as long as the fixture lasts.

    Each page of a browser has a profile of its own; those of a profile share that.

    Where a test fails meanwhile, a picture of the page stays behind, and the console's log.
    """
    own = isinstance(chromium, Browser)
    page = chromium.new_page(viewport=VIEWPORT) if own else chromium.new_page()
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


@pytest.fixture
def one_thread() -> Iterator[None]:
    """As the lessons that train for long compute."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def lesson(request: pytest.FixtureRequest) -> Namespace:
    """In test_lesson_08.py, the names that lesson 8 has defined when it ends."""
    number = request.path.stem.removeprefix("test_lesson_")
    (path,) = NOTEBOOKS.glob(f"{number}_*.ipynb")
    return run_lesson(path.stem)


def _scope(nodeid: str) -> str:
    """Which tests run in one process: those of a file; in the browser, those of a lesson.

    The tests that run a lesson without a kernel stay together, too: there it runs but once.
    """
    by_file = r"test_lesson_(\d\d)\.py"
    by_name = r"test_exercises\.py::\w+\[(\d\d)_"
    if lesson := re.search(f"{by_file}|{by_name}", nodeid):
        return f"lesson {lesson[1] or lesson[2]}"
    if re.search(r"test_(browser_)?site\.py", nodeid):
        return "tests/browser/ site"  # which is made once
    file, _, name = nodeid.partition("::")
    lesson = re.match(r"test_\w+\[(\w+\.ipynb)", name)
    return f"{file} {lesson[1]}" if lesson else file


def _turn(scope: str) -> tuple[int, int]:
    """When its turn comes: what takes long first, so that no process waits for the other's last.

    The notebooks before the lessons in a browser and those without a kernel, which read what was
    trained there. Later lessons train for longer. All other tests are short, and fill the rest.
    """
    kinds = ["notebooks/", "tests/browser/", "lesson "]
    place = next((i for i, kind in enumerate(kinds) if scope.startswith(kind)), len(kinds))
    lesson = re.search(r"\b(\d\d)(?:_\w+\.ipynb)?$", scope)
    return place, -int(lesson[1]) if lesson else 0


class _ByLesson(LoadFileScheduling):
    """Shares the tests among processes by these scopes."""

    def _split_scope(self, nodeid: str) -> str:
        return _scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadFileScheduling:
    return _ByLesson(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What belongs together comes one after the other, and each at its turn."""
    scopes = [_scope(item.nodeid) for item in items]
    first = {scope: place for place, scope in reversed([*enumerate(scopes)])}
    turns = [(*_turn(scope), first[scope]) for scope in scopes]
    items[:] = [items[place] for place in sorted(range(len(items)), key=turns.__getitem__)]


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
