"""From the press of a key to the new picture on the screen, for every control of every notebook.

    python benchmarks/bench_sliders.py [NOTEBOOK ...]

A real JupyterLab in a headless Chromium (move_and_time in tests/shared/live_pictures.py). Where all
notebooks are measured, the figures replace those in benchmarks/SLIDERS.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from shared.browser import Notebook, course
from shared.live_pictures import Moves, as_table, move_and_time

PAGE = Path(__file__).with_name("SLIDERS.md")
MOVES = 50
TEXT = """# How fast the pictures follow

From the press of a key to the new picture on the screen, in a JupyterLab in a headless Chromium: \
the median of {moves} moves, and the time that 95 of 100 stay below. The aim is 100 ms, on two \
cores. Written by `python benchmarks/bench_sliders.py`, on a computer with {cores} cores \
({machine}), with nothing else to do.

{table}
"""


def measure(names: list[str]) -> list[tuple[str, str, Moves]]:
    """Run notebooks, all where none is named, and move every control of theirs."""
    rows = []
    with course() as (lab, browser):
        for name in names or sorted(path.name for path in lab.notebooks.glob("*.ipynb")):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            notebook = Notebook(page, lab, name).open().restart_and_run_all()
            for picture in notebook.live_pictures:
                for control in picture.controls:
                    first = picture.digest()
                    rows.append((name, control.label, move_and_time(picture, control, MOVES)))
                    picture.reset()
                    picture.wait_for(first)
            page.close()
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="How long a live picture takes to follow.")
    parser.add_argument("notebooks", nargs="*", help="names in notebooks/; without any, all")
    names = parser.parse_args().notebooks
    table = as_table(measure(names))
    print(table)
    if not names:
        about = {"moves": MOVES, "cores": os.cpu_count(), "machine": platform.machine()}
        PAGE.write_text(TEXT.format(table=table, **about), encoding="utf-8")


if __name__ == "__main__":
    main()
