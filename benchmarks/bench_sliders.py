"""From the press of a key to the new picture on the screen, for every control of every notebook.

    python benchmarks/bench_sliders.py [NOTEBOOK ...]

A real JupyterLab in a headless Chromium. The clock is the page's own: it starts when the key goes
down, and stops when the browser has painted the frame after the new picture is loaded.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from browser import ControlOnPage, LivePictureOnPage, Notebook, launch, start_lab

MOVES = 50
_RANGE = ("now", "min", "max")
_ARM = """image => {
    let pressed = null;
    addEventListener('keydown', () => { pressed = performance.now(); }, {capture: true});
    window.moved = new Promise(resolve => image.addEventListener('load', () =>
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed))),
        {once: true}));
}"""


def measure(picture: LivePictureOnPage, control: ControlOnPage) -> list[float]:
    """Milliseconds from key to picture, for each of MOVES moves to and fro across the range."""
    first, times, key = picture.digest(), [], "ArrowRight"
    control.handle.focus()
    for _ in range(MOVES):
        picture.image.evaluate(_ARM)
        if control.is_slider():
            # Nothing is asked of the page between the key and the picture: asking takes time too.
            now, low, high = (float(control.handle.get_attribute(f"aria-value{a}")) for a in _RANGE)
            key = "ArrowLeft" if now >= high else "ArrowRight" if now <= low else key
            control.handle.press(key)
        else:
            control.step()
        times.append(picture.root.page.evaluate("window.moved"))
    picture.reset()
    picture.wait_for(first)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description="How long a live picture takes to follow.")
    parser.add_argument("notebooks", nargs="*", help="names in notebooks/; without any, all")
    names = parser.parse_args().notebooks
    print(f"{'notebook':30}{'control':20}{'median':>10}{'95th percentile':>18}")
    with (
        tempfile.TemporaryDirectory() as home,
        start_lab(Path(home)) as lab,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for name in names or sorted(path.name for path in lab.notebooks.glob("*.ipynb")):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            notebook = Notebook(page, lab, name).open()
            notebook.restart_and_run_all()
            for picture in notebook.live_pictures:
                picture.root.scroll_into_view_if_needed()
                for control in picture.controls:
                    times = measure(picture, control)
                    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
                    print(f"{name:30}{control.label:20}{median:7.0f} ms{p95:15.0f} ms")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
