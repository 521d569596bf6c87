"""A real JupyterLab and a real browser, as a learner has them. conftest.py makes them fixtures."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit
from urllib.request import Request, urlopen

import nbformat
import nbformat.reader
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from shared import trained
from shared.live_pictures import LIGHT, LivePictureOnPage, live_pictures

PROJECT = Path(__file__).resolve().parents[2]
SECOND = 1000  # Playwright counts milliseconds
# How often to look. Playwright's default is every frame, which keeps a resting page painting.
LOOK = SECOND // 10

# Chromium stays on this machine: no updates, no reports, no look-ups of its own.
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The one without windows is the same browser, and leaves more of the processor to the kernels.
_NAMES = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
]


class NoBrowser(Exception):
    """No browser to test with; the message says how to get one."""


def launch(playwright: Playwright) -> Browser:
    """Start the Chromium on the PATH, or else Playwright's own."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if not (found or Path(playwright.chromium.executable_path).exists()):
        raise NoBrowser(
            "No browser found, so nothing was tried in a real one. To enable these tests, run "
            "playwright install chromium (on Debian and Ubuntu: apt install chromium)"
        )
    # As root Chromium refuses to start with its sandbox; for everyone else the sandbox stays.
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=found, args=_FLAGS + root)


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that serves `root`, in a copy: whatever is run or saved, no lesson changes."""

    url: str
    token: str
    root: Path
    folder: str = "notebooks/"
    """Where the notebooks are, below the root."""

    @property
    def notebooks(self) -> Path:
        return self.root / self.folder

    def address(self, notebook: str) -> str:
        """Where `notebook` opens in a Lab of its own, with nothing left from the last one."""
        return f"{self.url}lab/tree/{self.folder}{quote(notebook)}?reset&token={self.token}"

    def file_at(self, address: str) -> Path | None:
        """The file that a link leads to; None for one that leads away from this server."""
        parts, server = urlsplit(address), urlsplit(self.url)
        if parts.netloc != server.netloc:
            return None
        return self.root / unquote(parts.path).removeprefix(f"{server.path}files/")

    def copy(self, notebook: str, name: str) -> str:
        """Copy a notebook, for a kernel of its own: two pages with one file share its kernel.

        The copy is of the course's file. This Lab's own may have been run and saved, with pictures
        of a kernel that has ended.
        """
        shutil.copy(PROJECT / "notebooks" / notebook, self.notebooks / f"{name}.ipynb")
        return f"{name}.ipynb"

    def end_kernels(self) -> None:
        """Shut down every kernel, and so free their memory."""
        headers = {"Authorization": f"token {self.token}"}
        with urlopen(Request(f"{self.url}api/sessions", headers=headers), timeout=20) as answer:
            for session in json.load(answer):
                address = f"{self.url}api/sessions/{session['id']}"
                urlopen(Request(address, headers=headers, method="DELETE"), timeout=20).close()

    def classic_address(self, notebook: str) -> str:
        """Where `notebook` opens in Notebook 7, as in Jupyter's classic interface."""
        return f"{self.url}notebooks/{self.folder}{quote(notebook)}?token={self.token}"


# Where a test's process is killed, nobody tells its Lab to end: it does so by itself in a while.
_NOT_FOR_EVER = [
    "--MappingKernelManager.cull_idle_timeout=900",
    "--MappingKernelManager.cull_busy=True",
    "--ServerApp.shutdown_no_activity_timeout=900",
]


@contextmanager
def start_lab(home: Path, elsewhere: bool = False, progress: str = "") -> Iterator[Lab]:
    """Start what `make lab` starts, on a copy of the course and a free port, without a window.

    home: an empty folder for the copy, and for settings that are nobody's but this Lab's.
    elsewhere: start JupyterLab as someone who does not know `make lab` may, in a folder that has
        nothing to do with the course, and serve the folder of the notebooks alone.
    progress: the file that remembers what is solved; by default nothing is remembered.
    """
    root = home / "course"
    command = [str(root / "tools" / "lab.py")]
    if elsewhere:
        command = ["-m", "jupyterlab", f"--ServerApp.root_dir={root / 'notebooks'}", "--allow-root"]
    no_checkpoints = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
    for folder in ("notebooks", "tools"):
        shutil.copytree(PROJECT / folder, root / folder, ignore=no_checkpoints)
    shutil.copy(PROJECT / "names.txt", root)
    startup = home / "ipython" / "profile_default" / "startup" / "trained.py"
    startup.parent.mkdir(parents=True)
    startup.write_text(trained.at_the_start_of_a_kernel("read"), encoding="utf-8")
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "run", "IPYTHONDIR": "ipython"}
    with (
        open(home / "lab.log", "w") as log,
        subprocess.Popen(
            [sys.executable, *command, "--no-browser", "--port=0", *_NOT_FOR_EVER],
            cwd=home if elsewhere else root,
            env=os.environ
            | {name: str(home / path) for name, path in own.items()}
            | {"MAKEMORE_PROGRESS": progress},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        ) as server,
    ):
        try:
            url, token = _wait_for(server, home)
            yield Lab(url, token, root / "notebooks", "") if elsewhere else Lab(url, token, root)
        finally:
            server.terminate()  # takes its kernels along
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


@contextmanager
def course() -> Iterator[tuple[Lab, Browser]]:
    """A JupyterLab with a copy of the course, and a browser to look at it."""
    with (
        tempfile.TemporaryDirectory() as home,
        start_lab(Path(home)) as lab,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        yield lab, browser
        browser.close()


def _wait_for(server: subprocess.Popen, home: Path, seconds: float = 60) -> tuple[str, str]:
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        for file in (home / "run").glob("jpserver-*.json"):
            try:
                said = json.loads(file.read_text())
                urlopen(f"{said['url']}api?token={said['token']}", timeout=5).close()
            except (OSError, ValueError):
                break  # written, but not yet answering
            return said["url"], said["token"]
        time.sleep(0.1)
    raise RuntimeError("JupyterLab did not start:\n" + (home / "lab.log").read_text()[-3000:])


_IN_VIEW = ".jp-NotebookPanel:not(.lm-mod-hidden)"


@dataclass
class Notebook:
    """One notebook, open in a page."""

    page: Page
    lab: Lab
    name: str
    console: list[str] = field(default_factory=list)
    """What the page's console said."""

    @property
    def panel(self) -> Locator:
        """The notebook in view: a page may have several open."""
        return self.page.locator(LIGHT + _IN_VIEW)

    @property
    def cells(self) -> Locator:
        return self.panel.locator(LIGHT + ".jp-Notebook-cell")

    @property
    def source(self) -> nbformat.NotebookNode:
        """What the file says."""
        return nbformat.read(self.lab.notebooks / self.name, as_version=4)

    @property
    def live_pictures(self) -> list[LivePictureOnPage]:
        """Every live picture, in the order of the notebook."""
        return live_pictures(self.panel)

    def open(self, classic: bool = False) -> Notebook:
        """Open it in a Lab of its own, or in Notebook 7."""
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.console.append(f"uncaught: {error}"))
        address = self.lab.classic_address if classic else self.lab.address
        self.page.goto(address(self.name))
        return self.wait_until_open()

    def show(self) -> Notebook:
        """Bring it into view, where a page has several open."""
        self._tab.click()
        expect(self._tab).to_have_class(re.compile("jp-mod-current"))
        return self

    @property
    def _tab(self) -> Locator:
        tabs = self.page.locator(".lm-DockPanel-tabBar [role=tab]")
        return tabs.filter(has_text=self.name)

    def _note(self, said: ConsoleMessage) -> None:
        where = f" ({said.location['url']})" if said.type == "error" else ""
        self.console.append(f"{said.type}: {said.text}{where}")

    def follow(self, link: Locator, name: str) -> Notebook:
        """Click on a link to another notebook, and wait for that one to come into view."""
        link.click()
        other = Notebook(self.page, self.lab, name, self.console)
        expect(other._tab).to_have_class(re.compile("jp-mod-current"), timeout=60 * SECOND)
        return other.wait_until_open()

    def wait_until_open(self) -> Notebook:
        """Wait until all is there, and the kernel too: one still starting would miss a restart."""
        expect(self.cells).to_have_count(len(self.source.cells), timeout=60 * SECOND)
        self.wait_until_idle()
        return self

    def restart_and_run_all(self, seconds: float = 180) -> Notebook:
        """Press the button that a learner presses, confirm, and wait for the kernel to finish."""
        with self._awaited(self.cells, seconds):
            self.panel.locator("[data-command='notebook:restart-run-all']").click()
            self.page.locator(".jp-Dialog .jp-mod-accept").click()
        return self

    def run_all(self, seconds: float = 180) -> Notebook:
        """Run all cells once more, in the kernel as it is."""
        with self._awaited(self.cells, seconds):
            self.command("Run", "Run All Cells")
        return self

    def command(self, menu: str, entry: str) -> None:
        """Choose from Lab's menu."""
        self.page.locator(".lm-MenuBar-item").get_by_text(menu, exact=True).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()

    @contextmanager
    def _awaited(self, cells: Locator, seconds: float) -> Iterator[None]:
        """Wait until these have run: until each code cell has its number, and the kernel rests."""
        # The numbers of an earlier run go, so that those of this one are known when they come.
        cells.evaluate_all(
            """all => all.filter(cell => cell.matches('.jp-CodeCell')
                    && cell.querySelector('.cm-content').textContent.trim()).forEach(cell => {
                cell.querySelector('.jp-InputPrompt').textContent = '';
                cell.dataset.awaited = '';
            })"""
        )
        yield
        self.page.wait_for_function(
            """() => {
                const awaited = [...document.querySelectorAll('[data-awaited]')];
                const done = awaited.every(cell => /^\\[\\d+\\]:$/.test(
                    cell.querySelector('.jp-InputPrompt').textContent.trim()));
                if (done) awaited.forEach(cell => delete cell.dataset.awaited);
                return done;
            }""",
            polling=LOOK,
            timeout=seconds * SECOND,
        )
        self.wait_until_idle()

    def wait_until_idle(self, seconds: float = 60) -> None:
        """Wait until there is a kernel, and it has nothing to do."""
        self.page.wait_for_function(
            """panel => {
                const [shown] = document.querySelectorAll(panel);
                const kernel = shown.querySelector('.jp-KernelName')?.textContent.trim();
                const status = shown.querySelector('.jp-Notebook-ExecutionIndicator');
                return kernel && kernel !== 'No Kernel' && status?.dataset.status === 'idle';
            }""",
            arg=_IN_VIEW,
            polling=LOOK,
            timeout=seconds * SECOND,
        )

    def write(self, place: int, source: str) -> None:
        """Select what stands in a cell, and paste something else over it."""
        content = self.cells.nth(place).locator(".cm-content")
        content.click()
        self.page.keyboard.press("ControlOrMeta+a")
        content.evaluate(
            """(content, text) => {
                const clipboardData = new DataTransfer();
                clipboardData.setData('text/plain', text);
                content.dispatchEvent(new ClipboardEvent(
                    'paste', {clipboardData, bubbles: true, cancelable: true}));
            }""",
            source,
        )

    def run_cells(self, place: int, count: int = 1, seconds: float = 60) -> None:
        """Click into a cell, press Shift + Enter so often, and wait for what has run."""
        these = self.panel.locator(
            ", ".join(f":nth-match(.jp-Notebook-cell, {place + i + 1})" for i in range(count))
        )
        with self._awaited(these, seconds):
            self.cells.nth(place).locator(".cm-content").click()
            for _ in range(count):
                self.page.keyboard.press("Shift+Enter")

    def outputs(self, place: int) -> Locator:
        return self.cells.nth(place).locator(".jp-OutputArea-output")

    def links(self) -> Locator:
        """The links in the text."""
        return self.panel.locator(".jp-RenderedMarkdown a:not(.jp-InternalAnchorLink)")

    def saved(self, seconds: float = 20) -> nbformat.NotebookNode:
        """Save, and read what the file then says."""
        file = self.lab.notebooks / self.name
        before = file.stat().st_mtime_ns
        self.panel.locator("[data-command='docmanager:save']").click()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.page.wait_for_timeout(100)
            if file.stat().st_mtime_ns != before:
                with suppress(nbformat.reader.NotJSONError):  # half-written
                    return self.source
        raise AssertionError(f"{self.name} was not saved")


def code(source: str, *tags: str) -> nbformat.NotebookNode:
    """A code cell for `write_notebook`."""
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})


def write_notebook(lab: Lab, name: str, *cells: str | nbformat.NotebookNode) -> str:
    """Give the Lab a notebook of the test's own. A string is a cell of text."""
    made = [nbformat.v4.new_markdown_cell(c) if isinstance(c, str) else c for c in cells]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    nbformat.write(book, lab.notebooks / f"{name}.ipynb")
    return f"{name}.ipynb"
