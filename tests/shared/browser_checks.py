"""What must hold of a notebook in the browser: each check goes from a notebook to its complaints.

All that is checked is found in the notebook itself: a new lesson, slider, exercise, fold or link
is covered without a change here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Locator, expect
from shared.browser import SECOND, Notebook
from shared.lessons import ExerciseCells, exercises, mistakes, tags
from shared.live_pictures import LivePictureOnPage

Complaints = Iterator[str]

# What the browser's console says of JupyterLab and of this machine, and not of the course.
NOT_OURS = [
    # A kernel that restarts leaves the debugger's last question unanswered.
    r"error: Could not restore the debugger state: Canceled future for debug_request",
    # Notebook 7, with an empty notebook too: its settings, its list of files, its own fonts.
    r"uncaught: Cannot read properties of undefined \(reading 'schema'\)",
    r"uncaught: Command 'filebrowser:open-path' not registered",
    r"error: Failed to load resource: .* 403 .*/static/notebook/\w+\.woff2",
]


def runs_without_errors(notebook: Notebook) -> Complaints:
    """After Restart and Run All: no error, every cell run, every picture there."""
    cells = notebook.saved().cells
    for cell in cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error" and "raises-exception" not in tags(cell):
                yield f"cell {cell.id} raised {output.ename}: {output.evalue}"
            says = output.get("data", {}).get("text/plain", "")
            if says.startswith("Live picture") and "image/png" not in output.data:
                yield f"the live picture of cell {cell.id} shows nothing without a kernel"
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            yield f"cell {cell.id} was not run"
    broken = "all => all.filter(i => !(i.complete && i.naturalWidth > 0)).map(i => i.outerHTML)"
    for image in notebook.panel.locator(".jp-Notebook img").evaluate_all(broken):
        yield f"a picture did not load: {image[:200]}"


def has_live_pictures_that_obey(notebook: Notebook) -> Complaints:
    """Each control moves the picture and its own readout; of quick moves the last one wins."""
    for picture in notebook.live_pictures:
        picture.root.scroll_into_view_if_needed()
        if not picture.controls:
            yield "a live picture has no controls"
        if picture.is_blank():
            yield f"{picture.name()}: it is blank"
        first, readouts = picture.digest(), picture.readouts()
        for way in ("by keyboard", "by mouse"):
            for place, control in enumerate(picture.controls):
                move = control.step if way == "by keyboard" else control.move_by_mouse
                yield from _moves(picture, place, move, f"{control.label}, moved {way},")
            picture.reset()
            if not picture.wait_for(first):
                yield f"after moves {way}, reset does not bring back the first picture"
            if not picture.wait_until(lambda of=picture, to=readouts: of.readouts() == to):
                yield f"after moves {way}, reset leads to {picture.readouts()}, not {readouts}"
        for control in picture.controls:
            control.handle.focus()
            for key in control.keys()[0] * 3 + control.keys()[1]:
                notebook.page.keyboard.press(key)  # and no picture is waited for
        if not picture.wait_until_settled():
            told = picture.message().all_inner_texts()
            name = picture.name()
            yield f"of quick moves to {picture.readouts()}, the picture at {name!r} wins {told}"
        picture.reset()
        picture.wait_for(first)


def _moves(picture: LivePictureOnPage, place: int, move, who: str) -> Complaints:
    before, shown = picture.digest(), picture.readouts()
    move()
    if not picture.wait_for_another(before):
        yield f"{who} does not change the picture"
    if not picture.wait_until_settled():
        yield f"{who} ends at {picture.readouts()}, the picture at {picture.name()!r}"
    for index, (was, now) in enumerate(zip(shown, picture.readouts(), strict=True)):
        if index == place and was == now:
            yield f"{who} stays at {now}"
        if index != place and was != now:
            yield f"{who} moves {picture.controls[index].label} as well"
    if picture.message().count():
        yield f"{who} brings an error: {picture.message().inner_text()}"
    if picture.is_blank():
        yield f"{who} leaves the picture blank"


def names_its_controls(notebook: Notebook) -> Complaints:
    """What a screen reader says of each control and picture, and whether one sees the focus."""
    for picture in notebook.live_pictures:
        if not picture.name():
            yield "a live picture has no name for a screen reader"
        for control in picture.controls:
            kind = control.handle.evaluate(
                "e => e.getAttribute('role') || "
                "({SELECT: 'combobox'})[e.tagName] || "
                "({checkbox: 'checkbox', number: 'spinbutton'})[e.type]"
            )
            label = control.label
            if not label:
                yield f"a {kind} has no label"
            elif not picture.root.get_by_role(kind, name=label, exact=True).count():
                yield f"the {kind} {label!r} has no name for a screen reader"
            if control.is_slider() and control.handle.get_attribute("aria-valuetext") != (
                control.readout()
            ):
                yield f"the {kind} {label!r} does not tell a screen reader {control.readout()!r}"
            if _ring(control.handle, False) == _ring(control.handle, True):
                yield f"the {kind} {label!r} does not show that it has the focus"


def _ring(control: Locator, focused: bool) -> str:
    control.evaluate("(e, focused) => focused ? e.focus({focusVisible: true}) : e.blur()", focused)
    # Lab's own styles fade in.
    control.page.wait_for_timeout(50)
    return control.evaluate(
        "e => ['outline', 'boxShadow', 'borderColor'].map(k => getComputedStyle(e)[k]).join()"
    )


def answers_its_exercises(notebook: Notebook) -> Complaints:
    """Each exercise was solved before the run, and called right. One is answered wrong as well.

    What each wrong answer is told, tests/checks/test_exercises.py says, without a browser.
    """
    known = mistakes(notebook.lab.notebooks / notebook.name)
    tried = next(iter(known), None)
    for exercise in exercises(notebook.source):
        yield from _shows(notebook, exercise, exercise.solution, "✓", "")
        for answer, words in known[tried][:1] if exercise.name == tried else []:
            for source, *shown in ((answer, "✗", words), (exercise.solution, "✓", "")):
                notebook.write(exercise.place, source)
                notebook.run_cells(exercise.place, 2)
                yield from _shows(notebook, exercise, source, *shown)


def _shows(notebook: Notebook, exercise: ExerciseCells, answer: str, *words: str) -> Complaints:
    """Whether an exercise's check says these words, where one sees them."""
    status = notebook.cells.nth(exercise.place + 1).locator("[role=status]")
    try:
        for each in words:
            expect(status).to_contain_text(each, timeout=2 * SECOND)
        expect(status).to_be_visible()
    except AssertionError:
        shown = notebook.outputs(exercise.place + 1).all_inner_texts()
        yield f"exercise {exercise.name}, answered with {answer!r}, shows {shown}"


# For each fold its title, and of each part of it the text, and whether it is seen.
_INSIDE = """all => all.map(fold => {
    const [title, ...parts] = fold.children;
    const isSeen = part => part.checkVisibility({visibilityProperty: true});
    return [title.innerText, parts.map(part => [part.textContent, isSeen(part)])];
})"""


def opens_its_folds(notebook: Notebook) -> Complaints:
    """A click opens each folded hint, answer and solution, and shows what is in it."""
    folded = "".join(c.source for c in notebook.source.cells if c.cell_type == "markdown")
    folds = notebook.panel.locator(".jp-RenderedMarkdown details")
    if folds.count() != folded.count("<details>"):
        yield f"{folded.count('<details>')} folds are written, {folds.count()} are there"
    if folds.count():  # one by the mouse; the page clicks on the others, which is sooner done
        folds.last.locator("summary").click()
        folds.evaluate_all("all => all.slice(0, -1).forEach(f => f.firstElementChild.click())")
    for title, parts in folds.evaluate_all(_INSIDE):
        if not parts:
            yield f"the fold {title!r} is empty"
        for text, is_visible in parts:
            if not is_visible:
                yield f"{title!r} does not show {text[:40]!r}"
    if folds.count():  # lesson 0 says that Enter does it as well
        folds.first.locator("summary").press("Enter")
        if folds.first.get_attribute("open") is not None:
            yield "Enter does not close a fold"


def links_lead_somewhere(notebook: Notebook) -> Complaints:
    """Inside the course each link leads to a file; outside, it is an address as it should be."""
    for address in notebook.links().evaluate_all("all => all.map(a => a.href)"):
        parts = urlsplit(address)
        if target := notebook.lab.file_at(address):
            if not target.is_file():
                yield f"a link leads to {target.name!r}, which is not there"
        elif not (parts.scheme == "https" and re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.netloc)):
            yield f"{address!r} is no address of a page"


def keeps_the_console_quiet(notebook: Notebook) -> Complaints:
    """Nothing in the browser's console, but what is known not to be of our making."""
    for line in notebook.console:
        if line.startswith(("error:", "uncaught:")) and not any(
            re.match(pattern, line) for pattern in NOT_OURS
        ):
            yield line


CHECKS = [
    runs_without_errors,
    has_live_pictures_that_obey,
    names_its_controls,
    answers_its_exercises,
    opens_its_folds,
    links_lead_somewhere,
    keeps_the_console_quiet,
]
