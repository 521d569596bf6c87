"""A real JupyterLab and a real browser, as a learner has them. conftest.py makes them fixtures."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import nbformat
import nbformat.reader
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

PROJECT = Path(__file__).parent.parent
SECOND = 1000  # Playwright counts milliseconds

# Chromium stays on this machine: no updates, no reports, no look-ups of its own.
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


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
    """A JupyterLab that serves `root`, a copy: whatever is run or saved, no lesson changes."""

    url: str
    token: str
    root: Path

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    def address(self, notebook: str) -> str:
        """Where `notebook` opens in a Lab of its own, with nothing left from the last one."""
        return f"{self.url}lab/tree/notebooks/{quote(notebook)}?reset&token={self.token}"


@contextmanager
def start_lab(home: Path) -> Iterator[Lab]:
    """Start what `make lab` starts, on a copy of the course and a free port, without a window.

    home: an empty folder for the copy, and for settings that are nobody's but this Lab's.
    """
    root = home / "course"
    no_checkpoints = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__")
    for folder in ("notebooks", "tools"):
        shutil.copytree(PROJECT / folder, root / folder, ignore=no_checkpoints)
    shutil.copy(PROJECT / "names.txt", root)
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "run", "IPYTHONDIR": "ipython"}
    with (
        open(home / "lab.log", "w") as log,
        subprocess.Popen(
            [sys.executable, str(root / "tools" / "lab.py"), "--no-browser", "--port=0"],
            cwd=root,
            env=os.environ | {name: str(home / path) for name, path in own.items()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        ) as server,
    ):
        try:
            yield _wait_for(server, home, root)
        finally:
            server.terminate()  # takes its kernels along
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_for(server: subprocess.Popen, home: Path, root: Path, seconds: float = 60) -> Lab:
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        for file in (home / "run").glob("jpserver-*.json"):
            try:
                said = json.loads(file.read_text())
                urlopen(f"{said['url']}api?token={said['token']}", timeout=5).close()
            except (OSError, ValueError):
                break  # written, but not yet answering
            return Lab(said["url"], said["token"], root)
        time.sleep(0.1)
    raise RuntimeError("JupyterLab did not start:\n" + (home / "lab.log").read_text()[-3000:])


@dataclass
class Notebook:
    """One notebook open in Lab, in a page of its own."""

    page: Page
    lab: Lab
    name: str
    console: list[str] = field(default_factory=list)  # what the browser's console said

    @property
    def panel(self) -> Locator:
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    @property
    def live_pictures(self) -> list[LivePictureOnPage]:
        """Every live picture, in the order of the notebook."""
        return [LivePictureOnPage(root) for root in self.panel.locator(".live-picture").all()]

    def open(self) -> Notebook:
        self.page.on("console", lambda said: self.console.append(f"{said.type}: {said.text}"))
        self.page.on("pageerror", lambda error: self.console.append(f"uncaught: {error}"))
        self.page.goto(self.lab.address(self.name))
        cells = nbformat.read(self.lab.notebooks / self.name, as_version=4).cells
        expect(self.panel.locator(".jp-Cell")).to_have_count(len(cells), timeout=60 * SECOND)
        self._wait_until_idle()  # a kernel still starting would miss the restart
        return self

    def restart_and_run_all(self, seconds: float = 120) -> None:
        """Press the button that a learner presses, confirm, and wait for the kernel to finish."""
        # The numbers of an earlier run go, so that those of this one are known when they come.
        self.panel.locator(".jp-InputPrompt").evaluate_all(
            "all => all.map(p => p.textContent = '')"
        )
        self.panel.locator("[data-command='notebook:restart-run-all']").click()
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.wait_for_function(
            """() => {
                const cells = [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')];
                const filled = cell => cell.querySelector('.cm-content').textContent.trim() !== '';
                return cells.filter(filled).every(cell => /^\\[\\d+\\]:$/.test(
                    cell.querySelector('.jp-InputPrompt').textContent.trim()));
            }""",
            timeout=seconds * SECOND,
        )
        self._wait_until_idle()

    def _wait_until_idle(self) -> None:
        status = self.page.locator("#jp-main-statusbar")
        expect(status).to_contain_text("| Idle", timeout=60 * SECOND)

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
                    return nbformat.read(file, as_version=4)
        raise AssertionError(f"{self.name} was not saved")


# The address of the bytes shown changes with each picture; the bytes themselves say if they do.
_DIGEST = """async image => {
    const bytes = await (await fetch(image.src)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}"""


@dataclass
class LivePictureOnPage:
    """A live picture as the browser shows it."""

    root: Locator

    @property
    def image(self) -> Locator:
        return self.root.locator("img")

    @property
    def controls(self) -> list[ControlOnPage]:
        """Everything to turn, from top to bottom; the reset button is none of them."""
        kinds = "[role=slider], select, input[type=checkbox], input[type=number]"
        return [ControlOnPage(control) for control in self.root.locator(kinds).all()]

    def digest(self) -> str:
        """A fingerprint of the picture's bytes."""
        return self.image.evaluate(_DIGEST)

    def wait_for_another(self, than: str, seconds: float = 10) -> bool:
        """Whether, within that time, the picture is another one than the one of that digest."""
        return self._wait(lambda: self.digest() != than, seconds)

    def wait_for(self, digest: str, seconds: float = 10) -> bool:
        """Whether, within that time, the picture of that digest is shown."""
        return self._wait(lambda: self.digest() == digest, seconds)

    def _wait(self, holds, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                return False
            self.root.page.wait_for_timeout(50)
        return True

    def reset(self) -> None:
        self.root.get_by_role("button", name="Reset").click()

    def message(self) -> Locator:
        return self.root.get_by_role("alert")


@contextmanager
def filmed(page: Page) -> Iterator[list[bytes]]:
    """Every frame that the browser paints meanwhile, as a PNG of the page."""
    frames: list[bytes] = []
    devtools = page.context.new_cdp_session(page)

    def keep(frame: dict) -> None:
        frames.append(base64.b64decode(frame["data"]))
        devtools.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    devtools.on("Page.screencastFrame", keep)
    devtools.send("Page.startScreencast", {"format": "png"})
    try:
        yield frames
    finally:
        devtools.send("Page.stopScreencast")
        devtools.detach()


@dataclass
class ControlOnPage:
    """One control: something with a label and a readout that the keyboard moves."""

    handle: Locator

    @property
    def label(self) -> str:
        row = self.handle.locator("xpath=ancestor::*[contains(@class, 'widget-inline-hbox')][1]")
        return row.locator("label").last.inner_text().strip()

    def is_slider(self) -> bool:
        return self.handle.get_attribute("role") == "slider"

    def readout(self) -> str:
        """The value as the learner reads it."""
        if self.is_slider():
            row = self.handle.locator("xpath=ancestor::*[contains(@class, 'widget-slider')][1]")
            return row.locator(".widget-readout").inner_text().strip()
        if self.handle.get_attribute("type") == "checkbox":
            return str(self.handle.is_checked())
        return self.handle.input_value()

    def step(self) -> None:
        """Move one step by keyboard: up, or down from the upper end."""
        before = self.readout()
        for keys in self._keys():
            self.handle.focus()
            for key in keys:
                self.handle.press(key)
            if self.readout() != before:
                return

    def _keys(self) -> list[list[str]]:
        if self.is_slider():
            return [["ArrowRight"], ["ArrowLeft"]]
        if self.handle.get_attribute("type") == "checkbox":
            return [["Space"]]
        if self.handle.evaluate("e => e.tagName") == "SELECT":
            # Lab takes the arrows of a list that is folded; Space unfolds it.
            return [["Space", "ArrowDown", "Enter"], ["Space", "ArrowUp", "Enter"]]
        return [["ArrowUp"], ["ArrowDown"]]
