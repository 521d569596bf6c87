"""The frames of the live pictures: what each `update` draws and says at the stops of its controls.

For each picture the statements of its lesson that it needs are run, and no others. What then stands
at the first values is held against the picture that the notebook has saved. Where they differ, all
cells up to the picture are run; where they differ still, the notebook wants a `make refresh`.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import hashlib
import io
import itertools
import json
import math
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import PIL.Image

from .slices import Statement, needed, statements
from .stops import KEPT

MOST_BYTES = 10_000_000
"""About what the frames of one picture may take: where there would be more, stops are left out."""
MOST_FRAMES = 1000
_CLOSE = 0.5  # of 255: the mean difference that another processor may make to a saved picture


class FramesError(Exception):
    """Which picture of which notebook could not be drawn anew, and why."""


@dataclass
class Control:
    """One control of a live picture, and those of its stops that the page has."""

    name: str
    label: str
    kind: str
    """ "slider", "checkbox", or "choice" (a list, for a line to type into)."""
    values: list
    readouts: list[str]
    first: int
    """The index of the default among them."""
    of: int
    """How many stops there are in JupyterLab; 0 where anything can be typed."""
    chosen: bool
    """Whether the stops were chosen one by one, and are not a step apart."""


@dataclass
class Frames:
    """All that a page needs of one picture."""

    lesson: str
    cell: str
    controls: list[Control]
    names: list[str] = field(default_factory=list)
    """For each combination of stops, the last control's the fastest, the name of its image."""
    texts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """What stands there in place of a picture, where `update` raises; else ""."""
    seconds: float = 0.0
    """Of work on them."""
    note: str = ""

    def as_script(self) -> str:
        """JavaScript that hands the page its data: a page from a folder may fetch no JSON."""
        texts, which = _numbered(self.texts)
        images, shown = _numbered(self.names)
        errors, failed = _numbered(self.errors)
        controls = [
            {
                "name": each.name,
                "label": each.label,
                "kind": each.kind,
                "stops": each.readouts,
                "first": each.first,
                "of": each.of,
            }
            for each in self.controls
        ]
        data = {
            "controls": controls,
            "images": images,
            "shown": shown,
            "texts": texts,
            "which": which,
            "errors": errors if any(errors) else [],
            "failed": failed if any(errors) else [],
        }
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        # In a script, these would end it or its line.
        text = text.replace("</", "<\\/").replace("\u2028", "\\u2028")
        return f"(window.livePictures ||= {{}})[{json.dumps(self.cell)}] = {text};\n"


def _numbered(values: list[str]) -> tuple[list[str], list[int]]:
    """Each value once, and for each place which it is."""
    places: dict[str, int] = {}
    which = [places.setdefault(value, len(places)) for value in values]
    return list(places), which


def is_live(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell of a saved notebook shows a live picture."""
    return saved_picture(cell) is not None


def saved_picture(cell: nbformat.NotebookNode) -> bytes | None:
    """The PNG that a live picture has left behind in the saved notebook."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "image/png" in data and str(data.get("text/plain", "")).startswith("Live picture:"):
            return base64.b64decode(data["image/png"])
    return None


# Getting hold of a picture


def live_pictures(path: Path, whole: bool = False) -> Iterator[tuple[str, Any, str]]:
    """The live pictures of a notebook: the id of the cell, the picture, and how it was come by.

    whole: run the lesson as it stands, every cell up to the last picture.

    Raises `FramesError` where a picture is not what the notebook has saved.
    """
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    places = [place for place, cell in enumerate(cells) if is_live(cell)]
    if not places:
        return
    if whole:
        everything = statements(cells[: places[-1] + 1])
        wanted = {cells[place].id for place in places}
        for cell, picture in _run(path, everything, wanted).items():
            yield cell, picture, "all cells"
        return
    for place in places:
        cell, saved = cells[place], saved_picture(cells[place])
        everything = statements(cells[: place + 1])
        last = next(i for i, each in enumerate(everything) if each.cell == cell.id)
        few = needed(everything, last)
        without = [each for each in few if not _trains(each)]
        tried = {"without training": without, "training": few, "all cells": everything}
        if len(without) == len(few):
            del tried["training"]
        reasons = []
        for how, chosen in tried.items():
            try:
                picture = _run(path, chosen, {cell.id})[cell.id]
            except Exception as error:  # a lesson's own, whatever it is
                reasons.append(f"{how}: {type(error).__name__}: {error}")
                continue
            off = difference(saved, picture.picture.value)
            if off <= _CLOSE:
                yield cell.id, picture, f"{how}, {len(chosen)} of {len(everything)} statements"
                break
            reasons.append(f"{how}: another picture than the saved one, by {off:.1f} of 255")
        else:
            raise FramesError(
                f"{path.name}, cell {cell.id}: {'; '.join(reasons)}. If the lesson was changed, "
                f"`make refresh NOTEBOOK=notebooks/{path.name}` saves its picture anew."
            )


def _trains(statement: Statement) -> bool:
    """Whether it is a training by `helpers.train`, which a picture can often do without."""
    node = statement.node
    calls = isinstance(node, ast.Assign | ast.Expr) and isinstance(node.value, ast.Call)
    return calls and ast.unparse(node.value.func) == "train"


def _run(path: Path, chosen: list[Statement], wanted: set[str]) -> dict[str, Any]:
    """Run statements as a notebook would, and return the pictures that cells end on."""
    import matplotlib

    matplotlib.use("agg")  # no screen
    import matplotlib.pyplot as plt
    import torch

    names = {"__name__": "__main__", "display": lambda *shown, **options: None}
    found = {}
    default, threads = torch.get_default_dtype(), torch.get_num_threads()
    place = contextlib.chdir(path.parent)
    with matplotlib.rc_context(), place, contextlib.redirect_stdout(io.StringIO()):
        try:
            for each in chosen:
                title = f"{path.name}, cell {each.cell}"
                ends = isinstance(each.node, ast.Expr) and each.cell in wanted
                try:
                    if ends:
                        value = eval(compile(ast.Expression(each.node.value), title, "eval"), names)
                        if hasattr(value, "controls"):
                            found[each.cell] = value
                    else:
                        exec(compile(ast.Module([each.node], []), title, "exec"), names)
                except Exception:
                    if not each.may_raise:
                        raise
                plt.close("all")
            # The lesson's own settings hold for its pictures as well: keep what they look up.
            for picture in found.values():
                picture.default_dtype = torch.get_default_dtype()
        finally:
            torch.set_default_dtype(default)
            torch.set_num_threads(threads)
    return found


def difference(one: bytes, other: bytes) -> float:
    """How far apart two pictures are: the mean over all dots and colours, of 255."""
    images = (PIL.Image.open(io.BytesIO(each)).convert("RGB") for each in (one, other))
    first, second = (np.asarray(image).astype(int) for image in images)
    if first.shape != second.shape:
        return 255.0
    return float(np.abs(first - second).mean())


# Stops


def controls_of(picture: Any, most: int, kept: dict[str, list[str]] | None = None) -> list[Control]:
    """The controls, with as many stops that all their combinations are no more than `most`.

    kept: by the control's name, the readouts of the stops that it keeps, however many there are.

    Raises ValueError where a control has no such stop, or its default is not among them.
    """
    kept = kept or {}
    found = [_control(name, widget) for name, widget in picture.controls.items()]
    found = [_with(each, kept[each.name]) if each.name in kept else each for each in found]
    thin = [_may_thin(each) and each.name not in kept for each in found]
    counts = _shares(found, thin, most)
    return [_thinned(each, count) for each, count in zip(found, counts, strict=True)]


def controls_with(picture: Any, stops: list[list[str]]) -> list[Control]:
    """The controls, with those stops that are named by their readouts."""
    found = []
    for (name, widget), kept in zip(picture.controls.items(), stops, strict=True):
        found.append(_with(_control(name, widget), kept))
    return found


def _with(control: Control, kept: list[str]) -> Control:
    places = [control.readouts.index(stop) for stop in kept]
    return _only(control, places)


def _control(name: str, widget: Any) -> Control:
    label, kind, typed = widget.description, "slider", False
    if hasattr(widget, "_options_labels"):  # a SelectionSlider, or a list
        values, readouts = list(widget._options_values), list(widget._options_labels)
    elif hasattr(widget, "step") and hasattr(widget, "min"):
        count = round((widget.max - widget.min) / widget.step) + 1
        whole = isinstance(widget.value, int)
        values = [widget.min + place * widget.step for place in range(count)]
        values = values if whole else [float(f"{value:.12g}") for value in values]
        readouts = [format(value, getattr(widget, "readout_format", "")) for value in values]
    elif isinstance(widget.value, bool):
        values, readouts, kind = [False, True], ["False", "True"], "checkbox"
    else:  # a line to type into: what it offers, or what stands in it
        values = list(getattr(widget, "options", ())) or [widget.value]
        readouts, kind, typed = [str(value) for value in values], "choice", True
    chosen = hasattr(widget, "_options_labels")
    if chosen:
        first = widget.index
    else:
        distances = [value == widget.value or _apart(value, widget.value) for value in values]
        first = next(i for i, each in enumerate(distances) if each is True or each < 1e-9)
    return Control(name, label, kind, values, readouts, first, 0 if typed else len(values), chosen)


def _apart(one: Any, other: Any) -> float:
    numbers = all(isinstance(each, int | float) for each in (one, other))
    return abs(one - other) if numbers else math.inf


def _may_thin(control: Control) -> bool:
    """Whether stops lie between others: those of numbers do, kinds do not."""
    numbers = all(type(value) in (int, float) for value in control.values)
    return numbers and control.kind == "slider" and len(control.values) > 3


def _shares(controls: list[Control], thin: list[bool], most: int) -> list[int]:
    """How many stops each keeps: of those to thin, fewer first where many are, and at least three.

    Stops that somebody chose one by one stay as long as there are others, of one step throughout.
    """
    counts = [len(each.values) for each in controls]
    kept = list(counts)
    for chosen in (False, True):
        while math.prod(kept) > most:
            thinner = [
                (kept[place] / counts[place] ** 0.5, place)
                for place, each in enumerate(controls)
                if thin[place] and each.chosen == chosen and kept[place] > 3
            ]
            if not thinner:
                break
            kept[max(thinner)[1]] -= 1
    return kept


def _thinned(control: Control, count: int) -> Control:
    """That many stops, evenly: both ends and the default are among them."""
    last = len(control.values) - 1
    if count > last:
        return control
    places = {round(last * step / (count - 1)) for step in range(count)}
    if control.first not in places:
        inner = places - {0, last} or places
        places.remove(min(inner, key=lambda place: abs(place - control.first)))
        places.add(control.first)
    return _only(control, sorted(places))


def _only(control: Control, places: list[int]) -> Control:
    return replace(
        control,
        values=[control.values[place] for place in places],
        readouts=[control.readouts[place] for place in places],
        first=places.index(control.first),
    )


# Drawing


def drawn(picture: Any, values: dict[str, Any]) -> tuple[np.ndarray | None, str, str]:
    """What a picture shows at these values: dots of shape (height, width, 3), text, message."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # as LivePicture does
            text = picture._update(**values)
            picture._canvas.draw()
    except Exception as error:
        return None, "", f"{type(error).__name__}: {error}"
    return np.asarray(picture._canvas.buffer_rgba())[:, :, :3].copy(), text or "", ""


def combinations(controls: list[Control]) -> Iterator[dict[str, Any]]:
    """The values at every combination of stops, the last control's the fastest."""
    names = [each.name for each in controls]
    for values in itertools.product(*(each.values for each in controls)):
        yield dict(zip(names, values, strict=True))


def encoded(dots: np.ndarray) -> bytes:
    """A frame as a file that has every dot as it was drawn."""
    file = io.BytesIO()
    PIL.Image.fromarray(dots).save(file, "webp", lossless=True, quality=20, method=2)
    return file.getvalue()


@contextlib.contextmanager
def settings_of(picture: Any, path: Path) -> Iterator[None]:
    """What held in the lesson where the picture stands: PyTorch's default, one thread, a folder."""
    import torch

    default, threads = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(picture.default_dtype)
    torch.set_num_threads(1)
    try:
        with contextlib.chdir(path.parent):
            yield
    finally:
        torch.set_default_dtype(default)
        torch.set_num_threads(threads)


def frames_of(
    path: Path, folder: Path, most_frames: int = MOST_FRAMES, most_bytes: int = MOST_BYTES
) -> list[Frames]:
    """Draw all frames of a notebook's live pictures, the images into `folder`."""
    found = []
    began = time.process_time()
    for cell, picture, how in live_pictures(path):
        dots = np.asarray(PIL.Image.open(io.BytesIO(picture.picture.value)).convert("RGB"))
        most = max(1, min(most_frames, most_bytes // len(encoded(dots))))
        frames = Frames(
            path.stem, cell, controls_of(picture, most, KEPT.get((path.stem, cell))), note=how
        )
        folder.mkdir(parents=True, exist_ok=True)
        known: dict[bytes, str] = {}
        with settings_of(picture, path):
            for values in combinations(frames.controls):
                dots, text, error = drawn(picture, values)
                name = ""
                if dots is not None:
                    digest = hashlib.sha256(dots.tobytes()).digest()
                    name = known.get(digest, "")
                    if not name:
                        name = known[digest] = f"{cell}-{len(known)}.webp"
                        (folder / name).write_bytes(encoded(dots))
                frames.names.append(name)
                frames.texts.append(text)
                frames.errors.append(error)
        frames.seconds = time.process_time() - began
        began = time.process_time()
        (folder / f"{cell}.js").write_text(frames.as_script(), encoding="utf-8")
        found.append(frames)
    return found


def job(arguments: tuple[Path, Path, int, int]) -> list[Frames] | str:
    """`frames_of`, for another process; what went wrong comes back as a sentence."""
    try:
        return frames_of(*arguments)
    except FramesError as error:
        return str(error)


def prepare_process(root: str) -> None:
    """What a process for `job` begins with: one thread, as there is a process for each core."""
    os.environ["OMP_NUM_THREADS"] = "1"
    if root not in sys.path:
        sys.path.insert(0, root)
