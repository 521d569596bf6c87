"""Going through the whole site: `make site ARGS=--check`.

Without a browser: each sentence, number and picture is the notebook's; each link leads somewhere;
each frame and text is what the update function gives after the lesson was run as it stands, every
cell of it. In Chromium, from the folder and from a plain web server: every page without an error
and without a request to anywhere else; every control by keyboard through all its stops; axe, in
both themes.
"""

from __future__ import annotations

import functools
import html
import io
import json
import os
import re
import statistics
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bs4
import nbformat
import numpy as np
import PIL.Image
from nbconvert.filters.ansi import strip_ansi

from . import frames, pages, text

MOST = 80_000_000
FIRST_VIEW = 1_500_000
QUICK = 50
"""Milliseconds that a move may take, at the 95th percentile."""


# Without a browser


def read_frames(script: Path) -> dict:
    """What the script of a picture hands to its page."""
    written = script.read_text(encoding="utf-8")
    return json.loads(written.partition(" = ")[2].removesuffix(";\n"))


def unlike_the_notebook(path: Path, site: Path) -> Iterator[str]:
    """Each cell of a notebook whose text, code, output or picture is not so on its page."""
    page = bs4.BeautifulSoup((site / f"{path.stem}.html").read_text("utf-8"), "html.parser")
    for cell in nbformat.read(path, as_version=4).cells:
        if not cell.source.strip() and not cell.get("outputs"):
            continue
        block = page.find(id=f"cell-{cell.id}")
        if block is None:
            yield f"{path.name}, {cell.id}: it is not on the page"
        elif cell.cell_type == "markdown":
            if text.words(str(block)) != text.words(text.markdown(cell.source)):
                yield f"{path.name}, {cell.id}: another text"
        else:
            if block.select_one("pre.code").get_text().strip() != cell.source.strip():
                yield f"{path.name}, {cell.id}: another code"
            yield from _other_outputs(path, cell, block, site)


def _other_outputs(path: Path, cell, block: bs4.Tag, site: Path) -> Iterator[str]:
    shown = block.select(".output")
    if len(shown) != len(cell.outputs):
        yield f"{path.name}, {cell.id}: {len(cell.outputs)} outputs, on the page {len(shown)}"
        return
    for output, place in zip(cell.outputs, shown, strict=True):
        data = output.get("data", {})
        if "image/png" in data:
            image = place.select_one("img")
            same = (site / image["src"]).read_bytes() == pages.png_of(output)
            if not same or image["alt"] != output.metadata["image/png"]["alt"]:
                yield f"{path.name}, {cell.id}: another picture, or other words for it"
            continue
        if "text/html" in data:
            expected, got = text.words(data["text/html"]), text.words(str(place))
        elif "text/markdown" in data:
            expected, got = text.words(text.markdown(data["text/markdown"])), text.words(str(place))
        else:
            printed = output.get("text") or data.get("text/plain")
            printed = printed if printed is not None else "\n".join(output.traceback)
            expected = pages.last_state(strip_ansi(printed)).rstrip("\n")
            got = place.get_text()
        if expected != got:
            yield f"{path.name}, {cell.id}: another output: {got[:80]!r} for {expected[:80]!r}"


def dead_links(site: Path) -> Iterator[str]:
    """Each link, picture and script that leads nowhere; those outside are looked at alone."""
    read = {file.name: file.read_text("utf-8") for file in sorted(site.glob("*.html"))}
    anchors: dict[str, set[str]] = {}
    for name, page in read.items():
        every = [html.unescape(each) for each in re.findall(r'<[^>]*\sid="([^"]*)"', page)]
        anchors[name] = set(every)
        if len(every) != len(anchors[name]):
            yield f"{name}: an id stands twice"
    for name, page in read.items():
        found = re.findall(r'<(\w+)[^>]*\s(?:href|src)="([^"]*)"', page)
        for tag, address in ((tag, html.unescape(address)) for tag, address in found):
            parts = urlsplit(address)
            if parts.scheme:
                if parts.scheme != "https" or not re.fullmatch(r"[\w.-]+\.\w+", parts.netloc):
                    yield f"{name}: {address}"
                elif tag != "a":
                    yield f"{name}: fetched from elsewhere: {address}"
                continue
            file = unquote(parts.path) or name
            if not (site / file).is_file():
                yield f"{name}: {address}"
            elif parts.fragment and unquote(parts.fragment) not in anchors.get(file, ()):
                yield f"{name}: {address}: no such place"
    search = (site / "search.js").read_text("utf-8")
    for _, address, _, _ in json.loads(search.partition(" = ")[2].removesuffix(";\n")):
        file, _, anchor = address.partition("#")
        if anchor not in anchors[file]:
            yield f"search.js: {address}: no such place"
    for sheet in [*site.glob("*.css"), *site.glob("*.js")]:
        if sheet.name != "search.js" and (
            found := re.search(r"https?:|@import", sheet.read_text())
        ):
            yield f"{sheet.name}: {found[0]}"


def other_frames(arguments: tuple[Path, Path]) -> list[str]:
    """Frames and texts that are not what the lesson gives, run as it stands."""
    try:
        return list(_other_frames(*arguments))
    except Exception as error:  # a lesson's own, whatever it is
        return [f"{arguments[0].name}: {type(error).__name__}: {error}"]


def _other_frames(path: Path, folder: Path) -> Iterator[str]:
    for cell, picture, _ in frames.live_pictures(path, whole=True):
        data = read_frames(folder / f"{cell}.js")
        kept = [each["stops"] for each in data["controls"]]
        controls = frames.controls_with(picture, kept)
        with frames.settings_of(picture, path):
            for number, values in enumerate(frames.combinations(controls)):
                dots, says, error = frames.drawn(picture, values)
                where = f"{path.name}, {cell}, {values}"
                if says != data["texts"][data["which"][number]]:
                    yield f"{where}: another text"
                if error != (data["errors"][data["failed"][number]] if data["failed"] else ""):
                    yield f"{where}: {error or 'no error'}"
                elif dots is not None:
                    file = folder / data["images"][data["shown"][number]]
                    frame = np.asarray(PIL.Image.open(io.BytesIO(file.read_bytes())).convert("RGB"))
                    if not np.array_equal(frame, dots):
                        yield f"{where}: another picture"
        print(
            f"{path.stem}, {cell}: {number + 1} frames beside those that the lesson draws",
            flush=True,
        )


# In a browser


@contextmanager
def served(site: Path) -> Iterator[str]:
    """A plain web server of this folder, on this computer alone."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *said) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def watched(page, base: str) -> list[str]:
    """A list that fills with what goes wrong in a page: errors, and requests to elsewhere."""
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type != "log" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("requestfailed", lambda asked: troubles.append(f"failed: {asked.url}"))

    def asked(request) -> None:
        if not request.url.startswith((base, "data:", "blob:")):
            troubles.append(f"a request to {request.url}")

    page.on("request", asked)
    return troubles


_STATE = """figure => {
    const {livePicture: live} = figure;
    return [figure.dataset.number, figure.querySelector('img').currentSrc.split('/').at(-1),
        figure.querySelector('img').naturalWidth, figure.querySelector('.says').textContent,
        'waits' in figure.dataset, live.message.textContent];
}"""
# From a key to the new picture on the screen: by the page's clock, up to the task after the frame
# that draws it, and as the browser itself tells it (Event Timing, in steps of 8 ms; it passes over
# what is quicker than 16 ms). The longer of both counts.
_CLOCK = """figure => {
    const moves = [];
    const told = new Map();
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) told.set(entry.startTime, entry.duration);
    }).observe({type: 'event', durationThreshold: 16});
    addEventListener('keydown', event => {
        moves.push({at: event.timeStamp, took: null, waited: false});
    }, {capture: true});
    new MutationObserver(() => {
        const move = moves.at(-1);
        if (move && move.took === null) requestAnimationFrame(() => setTimeout(() => {
            move.took = performance.now() - move.at;
        }));
    }).observe(figure.querySelector('img'), {attributeFilter: ['src']});
    // A frame that was not yet loaded is another thing to measure.
    new MutationObserver(() => {
        if (moves.length) moves.at(-1).waited ||= 'waits' in figure.dataset;
    }).observe(figure, {attributeFilter: ['data-waits']});
    window.waits = () => moves.filter(move => move.waited).length;
    window.times = () => moves.filter(move => move.took !== null && !move.waited)
        .map(move => Math.max(move.took, told.get(move.at) ?? 0));
}"""


@dataclass
class Walk:
    """What a walk through the stops of pictures has found."""

    troubles: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """Milliseconds from a key to its picture, where that was loaded."""
    waits: int = 0
    """Moves whose picture was still to be loaded."""


def walk(page, cell: str, data: dict, most: int | None = None) -> Walk:
    """Move each control of a picture by keyboard through its stops."""
    troubles = []
    figure = page.locator(f"figure#{cell}")
    figure.scroll_into_view_if_needed()
    figure.evaluate(_CLOCK)
    counts = [len(each["stops"]) for each in data["controls"]]
    first = [each["first"] for each in data["controls"]]

    def look(at: list[int], stop: str) -> None:
        number = functools.reduce(lambda sum_, i: sum_ * counts[i] + at[i], range(len(at)), 0)
        for _ in range(200):
            shown, source, width, says, waits, message = figure.evaluate(_STATE)
            if int(shown) == number and not waits:
                break
            page.wait_for_timeout(10)
        failed = data["errors"][data["failed"][number]] if data["failed"] else ""
        name = data["images"][data["shown"][number]]
        expected = data["texts"][data["which"][number]]
        saved = at == first and source.endswith(".png")
        if int(shown) != number or says != expected or (failed and failed not in message):
            troubles.append(f"{cell}, {stop}: {says!r} for {expected!r}")
        if not failed and not saved and (source != name or not width):
            troubles.append(f"{cell}, {stop}: {source} for {name}")

    for index, control in enumerate(data["controls"]):
        label = control["label"]
        handle = figure.get_by_label(label, exact=True)
        at = list(first)
        stops = range(len(control["stops"]))
        if control["kind"] == "checkbox":
            for place in (1 - first[index], first[index]):
                handle.press("Space")
                at[index] = place
                look(at, label)
        else:
            # Home is the first of a slider; a list goes by arrows.
            handle.focus()
            handle.press("Home")
            for place in stops if most is None else stops[:most]:
                if place:
                    handle.press("ArrowRight" if control["kind"] == "slider" else "ArrowDown")
                at[index] = place
                look(at, f"{label} = {control['stops'][place]}")
                if control["kind"] == "slider":
                    told = handle.get_attribute("aria-valuetext")
                    if told != control["stops"][place]:
                        troubles.append(f"{cell}, {label}: {told} for {control['stops'][place]}")
        figure.get_by_role("button", name="Reset").click()
        look(first, "Reset")
    page.wait_for_timeout(100)  # the last one is told a little later
    return Walk(troubles, *page.evaluate("[window.times(), window.waits()]"))


def axe_troubles(page) -> list[str]:
    """What axe finds wrong with the page as it is shown."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"axe, {each['id']}: {each['help']}: {each['nodes'][0]['html'][:160]}" for each in found
    ]


def _walk_over(page, base: str, name: str, site: Path, found: Walk) -> None:
    """Open a page and move all its pictures; from a server axe looks at it, too, in both themes."""
    from_server = base.startswith("http")
    sizes: list[int] = []

    def weigh(got) -> None:
        sizes.append(len(got.body()))

    if from_server:
        page.on("response", weigh)
    page.goto(base + name)
    page.wait_for_load_state("networkidle")
    if from_server:
        page.remove_listener("response", weigh)
    if sum(sizes) > FIRST_VIEW:
        found.troubles.append(f"the first view takes {sum(sizes):,} bytes")
    asked = "all => all.map(one => [one.id, one.dataset.lesson])"
    for cell, lesson in page.locator("figure.live").evaluate_all(asked):
        script = site / "frames" / lesson / f"{cell}.js"
        walked = walk(page, cell, read_frames(script))
        found.troubles += walked.troubles
        found.times += walked.times
        found.waits += walked.waits
    if from_server:  # axe fetches the style anew, which a folder refuses
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            found.troubles += [f"{theme}: {each}" for each in axe_troubles(page)]


def _in_a_browser(site: Path, root: Path) -> list[str]:
    sys.path.insert(0, str(root / "tests"))
    from playwright.sync_api import Error, sync_playwright
    from shared.browser import launch

    troubles: list[str] = []
    all_of_it = Walk()
    files = sorted(site.glob("*.html"))
    with sync_playwright() as playwright, served(site) as address:
        browser = launch(playwright)
        for base in (site.as_uri() + "/", address):
            for file in files:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                found, seen = Walk(), watched(page, base)
                try:
                    _walk_over(page, base, file.name, site, found)
                except Error as error:
                    found.troubles.append(str(error).partition("\n")[0])
                troubles += [f"{base}{file.name}: {each}" for each in seen + found.troubles]
                all_of_it.times += found.times
                all_of_it.waits += found.waits
                page.close()
            print(
                f"in Chromium, from {base}: {len(files)} pages, {len(all_of_it.times):,} moves so "
                f"far, {len(troubles)} wrong",
                flush=True,
            )
        browser.close()
    slowest = statistics.quantiles(all_of_it.times, n=20)[-1]
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(
        f"a move takes {statistics.median(all_of_it.times):.0f} ms, at the 95th percentile "
        f"{slowest:.0f} ms, and {all_of_it.waits} more waited for their frame (load {busy:.1f})",
        flush=True,
    )
    # Where more is running than there are cores, the time is told and not judged.
    if slowest >= QUICK and busy <= (os.cpu_count() or 1) + 1:
        troubles.append(f"a move takes {slowest:.0f} ms at the 95th percentile, not under {QUICK}")
    return troubles


def check(root: Path, site: Path) -> int:
    """Go through all of it, and print what is wrong; the exit status is 1 where something is."""
    troubles = list(dead_links(site))
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        troubles += unlike_the_notebook(path, site)
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    if size > MOST:
        troubles.append(f"the site takes {size:,} bytes")
    print(f"pages held against the notebooks, and their links: {len(troubles)} wrong", flush=True)
    troubles += _in_a_browser(site, root)
    jobs = [
        (path, site / "frames" / path.stem)
        for path in sorted((root / "notebooks").glob("*.ipynb"), reverse=True)
        if (site / "frames" / path.stem).is_dir()
    ]
    with ProcessPoolExecutor(
        os.cpu_count(),
        mp_context=get_context("spawn"),
        initializer=frames.prepare_process,
        initargs=(str(root),),
    ) as pool:
        for found in pool.map(other_frames, jobs):
            troubles += found
    for each in troubles:
        print(html.unescape(each), file=sys.stderr)
    print(f"{len(troubles)} wrong" if troubles else "all of it is as it should be")
    return int(bool(troubles))
