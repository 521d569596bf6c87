"""Pictures of the course in JupyterLab, taken by the browser that the tests drive.

python tools/screenshots.py           takes the README's two anew, in images/
python tools/screenshots.py FOLDER    takes every notebook, from top to bottom, into FOLDER:
                                      in two widths and in both themes, to look at
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Locator

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from shared.browser import Lab, Notebook, course

IMAGES = Path(__file__).resolve().parents[1] / "images"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def opened(lab: Lab, browser: Browser, name: str, width: int, height: int) -> Notebook:
    """A notebook after Restart and Run All, without the list of files beside it."""
    page = browser.new_page(viewport={"width": width, "height": height})
    notebook = Notebook(page, lab, name).open().restart_and_run_all()
    page.keyboard.press("Control+b")
    return notebook


def take(notebook: Notebook, at: Locator, file: Path) -> None:
    """Save what is seen with the cell around `at` at the top."""
    cell = at.locator("xpath=ancestor::*[contains(@class, 'jp-Cell')][1]")
    for _ in range(3):  # what comes into view may take more room than was thought
        cell.evaluate("cell => cell.scrollIntoView({block: 'start'})")
        notebook.page.wait_for_timeout(500)
    notebook.page.screenshot(path=file)
    print(file)


def for_the_readme() -> None:
    """A lesson with its heatmap, and the learning-rate slider at work."""
    with course() as (lab, browser):
        notebook = opened(lab, browser, "01_counting.ipynb", 1100, 1130)
        drawing = notebook.panel.locator(".jp-CodeCell").filter(has_text="heatmap(")
        take(notebook, drawing.locator("img").last, IMAGES / "lesson.png")

        notebook = opened(lab, browser, "05_gradient_descent.ipynb", 1100, 800)
        picture = notebook.live_pictures[0]
        rate = next(control for control in picture.controls if control.label == "learning rate")
        before = picture.digest()
        rate.step()
        rate.step()
        picture.wait_for_another(before)
        picture.wait_until(picture.is_of_what_the_controls_show)
        take(notebook, picture.root, IMAGES / "slider.png")


def of_everything(folder: Path) -> None:
    """Every notebook, screen by screen."""
    folder.mkdir(parents=True, exist_ok=True)
    with course() as (lab, browser):
        for name in sorted(path.name for path in lab.notebooks.glob("*.ipynb")):
            for theme, title in THEMES.items():
                choose(lab, title)
                notebook = opened(lab, browser, name, 1280, 1400)
                for width in (1280, 1920):
                    notebook.page.set_viewport_size({"width": width, "height": 1400})
                    _scroll_through(notebook, folder / f"{name[:2]}-{theme}-{width}")
                notebook.page.close()
            lab.end_kernels()


def _scroll_through(notebook: Notebook, stem: Path) -> None:
    outer = notebook.panel.locator(".jp-WindowedPanel-outer")
    outer.evaluate("e => { e.scrollTop = 0; }")
    for screen in range(100):
        notebook.page.wait_for_timeout(500)
        notebook.page.screenshot(path=f"{stem}-{screen:02}.png")
        if outer.evaluate(
            "e => { const was = e.scrollTop; e.scrollTop += e.clientHeight - 60; "
            "return e.scrollTop === was; }"
        ):
            return


def choose(lab: Lab, theme: str) -> None:
    """Set JupyterLab's theme."""
    request = Request(
        f"{lab.url}lab/api/settings/@jupyterlab/apputils-extension:themes",
        data=json.dumps({"raw": json.dumps({"theme": theme})}).encode(),
        headers={"Authorization": f"token {lab.token}", "Content-Type": "application/json"},
        method="PUT",
    )
    urlopen(request, timeout=20).close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where pictures of everything go")
    folder = parser.parse_args().folder
    of_everything(folder) if folder else for_the_readme()


if __name__ == "__main__":
    main()
