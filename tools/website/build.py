"""Making the whole site: pages, pictures, frames, map and search."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from . import frames, pages
from .frames import Frames, FramesError
from .front import front

# The lessons whose pictures take longest: they are begun first, so that no core waits at the end.
_LONG_ONES = ("06", "04", "05", "07", "10", "02")


def build(
    root: Path,
    site: Path,
    only: Iterable[str] | None = None,
    most_frames: int = frames.MOST_FRAMES,
    processes: int | None = None,
    say: Callable[[str], None] = print,
) -> list[Frames]:
    """Make `site` anew from the notebooks of the course in `root`.

    only: the lessons whose pictures are to move, such as "02"; all by default. The other pages
        show their pictures as saved.
    most_frames: how many frames a picture may have.
    processes: how many lessons at a time; by default as many as there are cores.

    Raises `FramesError` where a picture could not be drawn as the notebook has saved it, and
    `ValueError` for a formula that cannot be converted.
    """
    began = time.monotonic()
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))
    chosen = [path for path in notebooks if only is None or path.stem[:2] in set(only)]
    chosen.sort(key=lambda path: (*_turn(path.stem[:2]), path.stem))
    jobs = [(path, site / "frames" / path.stem, most_frames, frames.MOST_BYTES) for path in chosen]
    moving = {path.stem for path in chosen}
    drawn: list[Frames] = []
    failed: list[str] = []

    def note(result: list[Frames] | str) -> None:
        if isinstance(result, str):
            failed.append(result)
            return
        for each in result:
            drawn.append(each)
            say(
                f"{each.lesson}, {each.cell}: {len(each.names)} frames in {each.seconds:.0f} s "
                f"({each.note})"
            )

    processes = processes or os.cpu_count() or 1
    if processes == 1 or len(jobs) < 2:
        _write_pages(root, site, notebooks, moving)
        for each in jobs:
            note(frames.job(each))
    else:
        with ProcessPoolExecutor(
            processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=frames.prepare_process,
            initargs=(str(root),),
        ) as pool:
            results = [pool.submit(frames.job, each) for each in jobs]
            _write_pages(root, site, notebooks, moving)
            for each in results:
                note(each.result())
    if failed:
        raise FramesError("\n".join(failed))
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    count = sum(len(each.names) for each in drawn)
    say(
        f"{len(notebooks) + 1} pages, {count:,} frames, {size / 1e6:.0f} MB "
        f"in {time.monotonic() - began:.0f} s"
    )
    return drawn


def _turn(number: str) -> tuple[int]:
    return (_LONG_ONES.index(number) if number in _LONG_ONES else len(_LONG_ONES),)


def _write_pages(root: Path, site: Path, notebooks: list[Path], moving: set[str]) -> None:
    for file in (pages.HERE / "static").iterdir():
        shutil.copy(file, site)
    shutil.copy(root / "LICENSE", site / "LICENSE.txt")
    templates = pages.environment()
    made = [pages.page_of(path, site) for path in notebooks]
    for page in made:
        page.live = page.live if page.name in moving else []
    lessons = [page for page in made if re.match(r"\d\d_", page.name)]
    commit = _commit(root)
    for page in made:
        place = lessons.index(page) if page in lessons else -1
        following = place + 1 if 0 <= place < len(lessons) - 1 else -1
        text_of_page = templates.get_template("lesson.html").render(
            page=page,
            title=f"{page.title} · makemore, lesson by lesson",
            description=page.question or page.title,
            contents=[each for each in page.sections if each.level in (2, 3)],
            live=page.live,
            before=lessons[place - 1] if place > 0 else None,
            after=lessons[following] if following >= 0 else None,
            commit=commit,
        )
        (site / f"{page.name}.html").write_text(text_of_page, encoding="utf-8")
    front_page = front(root, site, made)
    shown = templates.get_template("index.html").render(
        front=front_page,
        title=front_page.title,
        description="How does a language model learn? A course in Jupyter notebooks.",
        commit=commit,
    )
    (site / "index.html").write_text(shown, encoding="utf-8")
    index = [
        (page.title, f"{page.name}.html#{each.anchor}", each.heading, each.words)
        for page in made
        for each in page.sections
    ]
    data = json.dumps(index, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    (site / "search.js").write_text(f"window.searchIndex = {data};\n", encoding="utf-8")


def _commit(root: Path) -> str:
    """Which state of the course the site shows, where git knows."""
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=root, capture_output=True, text=True
    )
    return asked.stdout.strip() if asked.returncode == 0 else ""
