"""Live pictures as a browser shows them: moved, compared, filmed, and timed."""

from __future__ import annotations

import base64
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

PATIENCE = 10  # seconds that a picture is waited for
# Before a selector: look at the page's own elements alone. Otherwise Playwright asks each of them,
# some ten thousand, for a tree in its shadow, and that whenever it looks for one.
LIGHT = "css:light="

# The address of the bytes shown changes with each picture; the bytes themselves say if they do.
_DIGEST = """async image => {
    const bytes = await (await fetch(image.src)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}"""
# Whether a picture is all of one colour. A small copy shows it: what is drawn leaves traces there.
_BLANK = """image => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 64;
    const context = canvas.getContext('2d', {willReadFrequently: true});
    context.drawImage(image, 0, 0, 64, 64);
    const all = new Uint32Array(context.getImageData(0, 0, 64, 64).data.buffer);
    return all.every(pixel => pixel === all[0]);
}"""
# Everything to turn, from top to bottom; the reset button is none of them.
_CONTROLS = LIGHT + "[role=slider], select, input[type=checkbox], input[type=number]"
# What stands beside a control: its label, and its value as the learner reads it. Asked in one go,
# as each question to a page of this size takes its time.
_BESIDE = """control => {
    const label = [...control.closest('.widget-inline-hbox').querySelectorAll('label')].at(-1);
    const readout = control.closest('.widget-slider')?.querySelector('.widget-readout');
    const value = control.type === 'checkbox' ? (control.checked ? 'True' : 'False')
        : control.value;
    return [label?.textContent.trim() ?? '', readout ? readout.textContent.trim() : value];
}"""


def live_pictures(panel: Locator) -> list[LivePictureOnPage]:
    """Every live picture of a notebook, in its order."""
    return [LivePictureOnPage(root) for root in panel.locator(LIGHT + ".live-picture").all()]


@dataclass
class LivePictureOnPage:
    """A live picture as the browser shows it."""

    root: Locator

    @property
    def image(self) -> Locator:
        return self.root.locator(LIGHT + "img")

    @property
    def controls(self) -> list[ControlOnPage]:
        return [ControlOnPage(control) for control in self.root.locator(_CONTROLS).all()]

    def shown(self) -> list[tuple[str, str]]:
        """For each control what stands beside it: its label and its readout."""
        pairs = self.root.locator(_CONTROLS).evaluate_all(f"all => all.map({_BESIDE})")
        return [(label, readout) for label, readout in pairs]

    def readouts(self) -> list[str]:
        return [readout for _, readout in self.shown()]

    def digest(self) -> str:
        """A fingerprint of the picture's bytes."""
        return self.image.evaluate(_DIGEST)

    def is_blank(self) -> bool:
        """Whether the picture is all of one colour."""
        return self.image.evaluate(_BLANK)

    def name(self) -> str:
        """The picture's name for a screen reader. It says at which values it was drawn."""
        return self.image.get_attribute("title") or ""

    def is_of_what_the_controls_show(self) -> bool:
        """Whether the picture was drawn at the values that stand beside the controls."""
        shown = self.shown()
        values = ", ".join(f"{re.escape(label)} = (.*)" for label, _ in shown)
        # A line to type into is no control to turn: its value stands before those of the others.
        drawn = re.fullmatch(f"Live picture: (?:.*, )?{values}", self.name())
        return bool(drawn) and all(
            _same(value, readout) for value, (_, readout) in zip(drawn.groups(), shown, strict=True)
        )

    def wait_for_another(self, than: str, seconds: float | None = None) -> bool:
        """Whether, within that time, the picture is another one than the one of that digest."""
        return self._wait_without_error(lambda: self.digest() != than, seconds)

    def wait_for(self, digest: str, seconds: float | None = None) -> bool:
        """Whether, within that time, the picture of that digest is shown."""
        return self.wait_until(lambda: self.digest() == digest, seconds)

    def wait_until_settled(self) -> bool:
        """Whether in time it is drawn at the values beside the controls."""
        return self._wait_without_error(self.is_of_what_the_controls_show)

    def _wait_without_error(self, holds: Callable[[], bool], seconds: float | None = None) -> bool:
        """As `wait_until`; but where an error is shown in the picture's place, none will come."""
        held = False  # looked at once a turn: a picture of a move before this one may still come

        def ended() -> bool:
            nonlocal held
            held = holds()
            return held or self.message().count() > 0

        self.wait_until(ended, seconds)
        return held

    def wait_until(self, holds: Callable[[], object], seconds: float | None = None) -> bool:
        until = time.monotonic() + (seconds or PATIENCE)
        while not holds():
            if time.monotonic() > until:
                return False
            self.root.page.wait_for_timeout(50)
        return True

    def reset(self) -> None:
        self.root.get_by_role("button", name="Reset").click()

    def message(self) -> Locator:
        return self.root.get_by_role("alert")


def _same(one: str, other: str) -> bool:
    """Whether two readouts are of one value: Python and the browser write some numbers apart."""
    try:
        numbers = [float(each.replace(",", "").replace("−", "-")) for each in (one, other)]
    except ValueError:
        return one == other
    return abs(numbers[0] - numbers[1]) <= 0.01 * abs(numbers[0])


@dataclass
class ControlOnPage:
    """One control: something with a label and a readout, moved by keyboard and by mouse."""

    handle: Locator

    @property
    def label(self) -> str:
        return self.handle.evaluate(_BESIDE)[0]

    def readout(self) -> str:
        """The value as the learner reads it."""
        return self.handle.evaluate(_BESIDE)[1]

    def is_slider(self) -> bool:
        return self.handle.get_attribute("role") == "slider"

    def is_checkbox(self) -> bool:
        return self.handle.get_attribute("type") == "checkbox"

    @property
    def _slider(self) -> Locator:
        return self.handle.locator("xpath=ancestor::*[contains(@class, 'widget-slider')][1]")

    def step(self) -> None:
        """Move one step by keyboard: up, or down from the upper end."""
        before = self.readout()
        for keys in self.keys():
            self.handle.focus()
            for key in keys:
                self.handle.press(key)
            if self.readout() != before:
                return

    def keys(self) -> tuple[list[str], list[str]]:
        """What to press for one step up, and for one step down."""
        if self.is_slider():
            return ["ArrowRight"], ["ArrowLeft"]
        if self.is_checkbox():
            return ["Space"], ["Space"]
        if self.handle.evaluate("e => e.tagName") == "SELECT":
            # Lab takes the arrows of a list that is folded; Space unfolds it. Down is further on.
            return ["Space", "ArrowDown", "Enter"], ["Space", "ArrowUp", "Enter"]
        return ["ArrowUp"], ["ArrowDown"]

    def move_by_mouse(self) -> None:
        """Drag a slider to the far end of its rail; click a checkbox; choose another of a list."""
        if self.is_slider():
            self.handle.scroll_into_view_if_needed()
            rail = self._slider.locator(".noUi-base").bounding_box()
            box = self.handle.bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            far = 0.03 if x > rail["x"] + rail["width"] / 2 else 0.97
            mouse = self.handle.page.mouse
            mouse.move(x, y)
            mouse.down()
            mouse.move(rail["x"] + far * rail["width"], y, steps=8)
            mouse.up()
        elif self.is_checkbox():
            self.handle.click()
        elif self.handle.evaluate("e => e.tagName") == "SELECT":
            chosen = self.handle.evaluate("e => e.selectedIndex")
            self.handle.select_option(index=0 if chosen else 1)
        else:
            low, high = (self.handle.get_attribute(end) for end in ("min", "max"))
            self.handle.fill(low if self.readout() != low else high)
            self.handle.press("Enter")


# The clock is the page's own: it starts when the last key went down, and stops when the browser
# has painted the frame after the new picture is loaded. Where none comes, it says so.
_ARM = f"""([image, handle, seconds]) => {{
    const isBlank = {_BLANK};
    let pressed = null;
    const press = () => {{ pressed = performance.now(); }};
    addEventListener('keydown', press, {{capture: true}});
    window.moved = new Promise(resolve => {{
        const late = setTimeout(() => resolve(null), 1000 * seconds);
        image.addEventListener('load', () => requestAnimationFrame(() => setTimeout(() => {{
            const milliseconds = performance.now() - pressed;
            removeEventListener('keydown', press, {{capture: true}});
            clearTimeout(late);
            resolve([milliseconds, isBlank(image)]);
        }})), {{once: true}});
    }});
    const {{tagName, type, selectedIndex, options, checked, value, min, max}} = handle;
    if (tagName === 'SELECT') return [selectedIndex, 0, options.length - 1];
    if (type === 'checkbox') return [Number(checked), 0, 1];
    if (type === 'number') return [value, min, max].map(parseFloat);
    return ['now', 'min', 'max'].map(end => parseFloat(handle.getAttribute('aria-value' + end)));
}}"""


@dataclass
class Moves:
    """What came of moving one control by keyboard, time after time."""

    milliseconds: list[float]
    """From each key to its picture on the screen."""
    blank: int
    """How many of the pictures were blank."""
    lost: int
    """How many moves brought no picture."""

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def slowest(self) -> float:
        """The 95th percentile."""
        return statistics.quantiles(self.milliseconds, n=20)[-1]


def move_and_time(
    picture: LivePictureOnPage, control: ControlOnPage, moves: int = 50, seconds: float = 10
) -> Moves:
    """Move a control by keyboard to and fro across its range, each time waiting for the picture.

    seconds: after which a picture that has not come is counted as lost.
    """
    result, page = Moves([], 0, 0), picture.root.page
    image, handle = picture.image.element_handle(), control.handle.element_handle()
    up, down = control.keys()
    keys = up
    control.handle.focus()
    for _ in range(moves):
        now, low, high = page.evaluate(_ARM, [image, handle, seconds])
        keys = down if now >= high else up if now <= low else keys
        # Nothing is asked of the page between the key and the picture: asking takes time too.
        for key in keys:
            page.keyboard.press(key)
        came = page.evaluate("window.moved")
        if came is None:
            result.lost += 1
        else:
            result.milliseconds.append(came[0])
            result.blank += came[1]
    return result


def as_table(rows: list[tuple[str, str, Moves]]) -> str:
    """A table in Markdown, of (notebook, label of the control, its moves)."""
    lines = ["| notebook | control | median | 95th percentile |", "|---|---|---:|---:|"]
    for notebook, label, moves in rows:
        times = [f"{ms:.0f} ms" for ms in (moves.median, moves.slowest)]
        lines.append(f"| {notebook} | {label} | {times[0]} | {times[1]} |")
    return "\n".join(lines)


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
