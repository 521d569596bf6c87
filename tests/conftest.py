"""What tests share. The browser's fixtures: one JupyterLab and one Chromium for all of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from browser import PROJECT, Lab, NoBrowser, Notebook, launch, start_lab
from playwright.sync_api import Browser, Page, sync_playwright

# A slow machine is no failure.
hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")

RESULTS = PROJECT / "test-results"
_failed = pytest.StashKey[bool]()


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
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page, 1280 pixels wide. Where the test fails, a picture of it stays behind."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    yield page
    if request.node.stash.get(_failed, False):
        page.screenshot(path=_leave_behind(request.node, "png"))
    page.close()


@pytest.fixture
def open_notebook(
    lab: Lab, page: Page, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Notebook]]:
    """Open a notebook of the Lab by its name. Where the test fails, the console's log stays."""
    notebooks: list[Notebook] = []

    def open_one(name: str) -> Notebook:
        notebooks.append(Notebook(page, lab, name))
        return notebooks[-1].open()

    yield open_one
    if request.node.stash.get(_failed, False):
        log = [line for notebook in notebooks for line in notebook.console]
        _leave_behind(request.node, "log").write_text("\n".join(log) + "\n", encoding="utf-8")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


def _leave_behind(node: pytest.Item, suffix: str) -> Path:
    RESULTS.mkdir(exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", node.name)
    return RESULTS / f"{name}.{suffix}"
