"""Words for a picture: what is drawn, both axes, and what is to be seen, read from the figure.

They become its alternative text, which screen readers say and viewers show in a picture's place.
`announce` lets a notebook's kernel hand them out with every figure, so that no lesson has to.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.plots.fonts import provide
from helpers.plots.ticks import thin_out

_MOST = 8  # things of a kind that are told one by one


def describe(figure: Figure) -> str:
    """What a figure shows, in a few sentences of plain text.

    A figure that is drawn in its own way has its own words: its label.
    """
    if own := figure.get_label():
        return own
    axes = [ax for ax in figure.axes if _parts(ax) or ax.texts]
    heading = figure.get_suptitle()
    parts = [f"{heading}." if heading else "", f"{len(axes)} panels." if len(axes) > 1 else ""]
    for number, ax in enumerate(axes, start=1):
        parts.append(f"Panel {number}:" if len(axes) > 1 else "")
        parts += _of_axes(ax)
    return " ".join(" ".join(filter(None, parts)).split())


def announce() -> None:
    """In a notebook's kernel, let each figure that is shown bring its words, and the right fonts.

    The words stand in the output's metadata, as ``alt`` of the picture: where those of
    `IPython.display.Image` stand, and where nbconvert's classic pages look. (JupyterLab 4.6 does
    not look there.)
    """
    with contextlib.suppress(ImportError):
        from IPython import get_ipython

        if shell := get_ipython():
            shell.display_formatter.mimebundle_formatter.for_type(Figure, _bundle)


def _bundle(figure: Figure, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
    """No picture, as that is made elsewhere; what goes with it."""
    thin_out(figure)
    if lacking := provide(figure):
        print(lacking)
    return {}, {"image/png": {"alt": describe(figure)}}


def _of_axes(ax: Axes) -> Iterator[str]:
    titles = filter(None, (ax.get_title(loc=loc) for loc in ("left", "center", "right")))
    yield from (f"{_plain(title).rstrip('.')}." for title in titles)
    for part in _parts(ax):
        yield f"{part[:1].upper()}{part[1:]}."
    for way, axis in (("Horizontal", ax.xaxis), ("Vertical", ax.yaxis)):
        yield f"{way} axis: {_axis(axis)}."
    said = [_plain(text.get_text()).strip() for text in ax.texts]
    said = [text for text in said if text and not _is_number(text)]
    if said:
        shown = "; ".join(dict.fromkeys(said[:_MOST]))
        yield f"Written in it: {shown.rstrip('.')}{'; and more' if len(said) > _MOST else ''}."


def _axis(axis) -> str:
    ends = sorted(axis.get_view_interval())
    names = [label.get_text() for label in axis.get_ticklabels()]
    labelled = [name for name in names if name.strip()]
    words = _plain(axis.label.get_text()) or "no label"
    if labelled and not any(map(_is_number, labelled)) and len(labelled) > 1:
        return f'{words}, {len(labelled)} of them, from "{labelled[0]}" to "{labelled[-1]}"'
    scale = ", on a log scale" if axis.get_scale() == "log" else ""
    return f"{words}, from {_short(ends[0])} to {_short(ends[1])}{scale}"


def _parts(ax: Axes) -> list[str]:
    """What is drawn on the axes, a phrase for each, and what is to be seen in it."""
    parts = []
    for mesh in (each for each in ax.collections if isinstance(each, QuadMesh)):
        parts.append(_table(ax, np.ma.getdata(mesh.get_array())))
    parts += [_table(ax, np.ma.getdata(image.get_array())) for image in ax.images]
    parts += [_bars(ax, bars) for bars in ax.containers if isinstance(bars, BarContainer)]
    for points in (each for each in ax.collections if isinstance(each, PathCollection)):
        parts.append(_count(len(points.get_offsets()), "point"))
    lines = [line for line in ax.lines if len(line.get_xdata()) and _values(line).size]
    curves = [line for line in lines if not _is_level(line)]
    parts += [_line(line) for line in curves[:_MOST]]
    if len(curves) > _MOST:
        parts.append(f"and {len(curves) - _MOST} more lines")
    strokes = [line for line in lines if _is_level(line) and line.get_transform() is ax.transData]
    if strokes and not parts:  # nothing else to hold them against: they are what is shown
        heights = ", ".join(_short(_values(stroke)[0]) for stroke in strokes[:_MOST])
        more = " and more" if len(strokes) > _MOST else ""
        parts.append(f"{_count(len(strokes), 'stroke')}, at {heights}{more}")
    return parts


def _line(line: Line2D) -> str:
    """Where a line begins and ends, and its lowest and highest point where those lie between."""
    label = line.get_label()
    name = "" if label.startswith("_") else f" {_plain(label)}"
    x, y = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
    seen = np.isfinite(x) & np.isfinite(y)
    x, y = x[seen], y[seen]
    if line.get_linestyle() in ("None", " ", "") or len(y) == 1:
        if len(y) == 1:
            return f"a point{name} at {_short(x[0])}, {_short(y[0])}"
        return f"{len(y)} points{name}, from {_short(y.min())} to {_short(y.max())}"

    if np.ptp(y) <= 1e-5 * np.abs(y).max():
        return f"line{name} at {_short(y[0])} all along"

    def at(place: int) -> str:
        return f"{_short(y[place], np.ptp(y))} at {_short(x[place], np.ptp(x))}"

    says, ends = f"line{name} from {at(0)} to {at(-1)}", (y[0], y[-1])
    if min(ends) - y.min() > 0.05 * np.ptp(y):
        says += f", lowest {at(y.argmin())}"
    if y.max() - max(ends) > 0.05 * np.ptp(y):
        says += f", highest {at(y.argmax())}"
    return says


def _table(ax: Axes, values: np.ndarray) -> str:
    """Size and range of a table of cells, and where the greatest stand if they can be named."""
    values = np.asarray(values)
    if values.ndim != 2:
        return f"a picture of {values.shape[0]} by {values.shape[1]} dots"
    rows, columns = values.shape
    numbers = values[np.isfinite(values.astype(float))]
    if not numbers.size:
        return f"a table of {rows} by {columns} cells, none of which holds a number"
    says = f"a table of {rows} by {columns} cells, from {_short(numbers.min())} to "
    says += _short(numbers.max())
    if len(np.unique(numbers)) == 2 and set(np.unique(numbers)) == {0, 1}:
        return says + f", {_short(100 * numbers.mean())} % of them 1"
    names = [[label.get_text() for label in axis.get_ticklabels()] for axis in (ax.yaxis, ax.xaxis)]
    if (len(names[0]), len(names[1])) == (rows, columns) and not _is_number(names[1][-1]):
        order = np.argsort(np.where(np.isfinite(values), -values, np.inf), axis=None, kind="stable")
        cells = [divmod(int(place), columns) for place in order[:3]]
        told = [f'"{names[0][i]}", "{names[1][j]}": {_short(values[i, j])}' for i, j in cells]
        says += f"; greatest for row and column {'; '.join(told)}"
    if zeros := int((numbers == 0).sum()):
        says += f"; {zeros} of them 0"
    return says


def _bars(ax: Axes, bars: BarContainer) -> str:
    heights = [bar.get_height() for bar in bars]
    names = [label.get_text() for label in ax.get_xticklabels()]
    name = "" if bars.get_label().startswith("_") else f" {_plain(bars.get_label())}"
    if len(heights) > _MOST:
        highest = int(np.nanargmax(heights))
        middle = bars[highest].get_x() + bars[highest].get_width() / 2
        where = names[highest] if len(names) == len(heights) else _short(middle)
        says = f"{len(heights)} bars{name}, from {_short(np.nanmin(heights))} to "
        return says + f"{_short(heights[highest])}, the highest at {where}"
    names = names if len(names) == len(heights) else [""] * len(heights)
    pairs = zip(names, heights, strict=True)
    told = ", ".join(
        f'"{each}" {_short(height)}' if each else _short(height) for each, height in pairs
    )
    return f"bars{name}: {told}"


def _values(line: Line2D) -> np.ndarray:
    y = np.asarray(line.get_ydata(), float)
    return y[np.isfinite(y)]


def _is_level(line: Line2D) -> bool:
    """Whether a line is straight across or straight up, to hold others against."""
    return len(line.get_xdata()) == 2 and (
        len(set(line.get_ydata())) == 1 or len(set(line.get_xdata())) == 1
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _plain(text: str) -> str:
    """A text without the signs of a formula, in one line."""
    return " ".join(re.sub(r"[$\\{}]", "", text).split())


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[\s−\d.,e%×⁰¹²³⁴⁵⁶⁷⁸⁹$\\{}^mathdeful-]*", text)) and any(
        map(str.isdigit, text)
    )


def _short(number: float, scale: float = 0) -> str:
    """Three digits, as they are read aloud; what is nothing beside the scale is 0."""
    number = 0.0 if abs(number) <= 1e-6 * scale else float(number) + 0.0
    text = f"{number:,.0f}" if 1000 <= abs(number) < 10**7 else f"{number:.3g}"
    return text.replace("-", "−")
