"""Broadcasting, drawn live: two shapes align from the right, stretch, or clash. For lesson 2."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np
import torch
from ipywidgets import SelectionSlider
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import PcolorImage
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from helpers.pictures.alignment import Alignment, Pair, align
from helpers.pictures.sliders import LivePicture, live

SHAPES = [
    (27, 27), (27, 1), (27,), (1, 27),
    (3, 4), (3, 1), (4,), (3,), (1, 4),
    (2, 3, 4), (2, 1, 4),
    (1,), (),
]  # fmt: skip

# The drawing. One Axes covers the figure; its unit is the pixel, and y points downwards.

_WIDTH, _HEIGHT = 840, 580
_INK, _FAINT = "#222222", "#666666"
_TINT = {"A": "#56B4E9", "B": "#E69F00"}  # sky blue and orange of Okabe and Ito
_EQUAL, _STRETCHES, _CLASHES = "#EDEDED", "#FFF3B0", "#F4B6A0"
_COLUMNS = {-3: 370, -2: 540, -1: 710}  # the middle of each dimension's column
_ROWS = {"A": 90, "B": 128, "A + B": 216}  # the middle of each row of the table
_PANELS = {"A": 24, "B": 304, "A + B": 584}  # where each grid begins
_PANEL_WIDTH, _PANEL_TOP, _PANEL_HEIGHT = 232, 286, 262
_GAP = 0.4  # between two slices, in cells
_LARGEST, _LEGIBLE = 56, 22  # pixels: the widest cell; the narrowest that holds its number
_NOTHING = Path(np.empty((0, 2)))


def broadcasting_picture(
    a: tuple[int, ...] = (3, 1), b: tuple[int, ...] = (4,), shapes: list[tuple[int, ...]] = SHAPES
) -> LivePicture:
    """Show, live, how two shapes of a list align and stretch, or which pair of sizes clashes.

    a, b: the shapes at the start; both are in `shapes`. No shape has more than 3 dimensions.
    """
    figure, show = draw_broadcasting()
    options = [(str(shape), shape) for shape in shapes]
    return live(
        figure,
        show,
        a=SelectionSlider(options=options, value=a, description="shape of A"),
        b=SelectionSlider(options=options, value=b, description="shape of B"),
    )


def draw_broadcasting() -> tuple[Figure, Callable[..., str]]:
    """The figure, and the function of two shapes, `a` and `b`, that draws them into it."""
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(_WIDTH / 100, _HEIGHT / 100), dpi=100, layout="none")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, _WIDTH), ylim=(_HEIGHT, 0))
        axes.set_axis_off()
        table = _Table(axes)
        grids = {name: _Grid(axes, name, left) for name, left in _PANELS.items()}
        signs = Words(axes)

    def show(a: tuple[int, ...], b: tuple[int, ...]) -> str:
        alignment = align(a, b)
        shape = alignment.shape
        table.show(a, b, alignment)
        # Tens and ones: a sum of 23 is 20 of A and 3 of B.
        of_a = 10 * np.arange(1, np.prod(a, dtype=int) + 1).reshape(a)
        of_b = np.arange(1, np.prod(b, dtype=int) + 1).reshape(b)
        cell = min(_cell_size(one) for one in (a, b, shape or ()))
        colours_a = grids["A"].show(of_a, shape, cell)
        colours_b = grids["B"].show(of_b, shape, cell)
        if shape is None:
            grids["A + B"].hide(alignment)
        else:
            grids["A + B"].show(of_a + of_b, shape, cell, colours_a * colours_b)
        middle = _PANEL_TOP + min(_height(shape or a, cell), _height(shape or b, cell)) / 2
        equals = [] if shape is None else [(560, middle, "=", 28, "middle")]
        signs.write([(280, middle, "+", 28, "middle"), *equals])
        return _torch_says(a, b)

    return figure, show


def _torch_says(a: tuple[int, ...], b: tuple[int, ...]) -> str:
    """Two lines, whatever the shapes: what stands below the picture does not move."""
    try:
        shape = tuple((torch.zeros(a) + torch.zeros(b)).shape)
    except RuntimeError as error:
        return f"PyTorch raises a RuntimeError:\n{error}"
    return f"PyTorch answers:\n(A + B).shape is {shape}"


class _Table:
    """The shapes in a table: a column for each dimension, aligned from the right."""

    def __init__(self, axes: Axes):
        self.axes = axes
        self.title, self.words = Words(axes, weight="bold"), Words(axes)
        headers = [(x, 62, f"dimension {_signed(d)}", 12.5, "middle") for d, x in _COLUMNS.items()]
        legend = (
            "Framed: the cells of the tensor itself.   Hatched: the same cells again, as if copied."
        )
        Words(axes, _FAINT).write([*headers, (24, _HEIGHT - 14, legend, 12.5, "left")])
        axes.plot([24, _WIDTH - 24], [192, 192], color=_FAINT, linewidth=0.8, linestyle="-")
        self.boxes = {
            (name, dimension): axes.add_patch(
                FancyBboxPatch((x - 28, y - 14), 56, 28, "round, pad=0, rounding_size=4")
            )
            for name, y in _ROWS.items()
            for dimension, x in _COLUMNS.items()
        }

    def show(self, a: tuple[int, ...], b: tuple[int, ...], alignment: Alignment) -> None:
        shape = alignment.shape
        if shape is None:
            clash = alignment.pairs[alignment.clash]
            title = f"✗ {a} and {b} clash: {clash.a} and {clash.b} differ, and neither is 1"
            last = "no A + B"
        else:
            title = f"✓ {a} and {b} fit: the result is {shape}"
            last = f"A + B has shape {shape}"
        self.title.write([(24, 30, title, 19, "left")])
        self.axes.get_figure().set_label(
            f"{title}. On top the two shapes, aligned at the right, with what happens to each pair "
            f"of sizes. Below, the tensors as grids of cells: A, B, "
            f"{'and no sum' if shape is None else 'and their sum'}."
        )
        labels = f"A has shape {a}", f"B has shape {b}", last
        words = [
            (24, y, label, 16, "left") for y, label in zip(_ROWS.values(), labels, strict=True)
        ]
        for dimension in _COLUMNS:
            is_there = -dimension <= len(alignment.pairs)
            words += self._column(dimension, alignment.pairs[dimension] if is_there else None)
        self.words.write(words)

    def _column(self, dimension: int, pair: Pair | None) -> list[tuple]:
        """Colour the boxes of one dimension; returns the words that stand there."""
        for name in _ROWS:
            self.boxes[name, dimension].set_visible(pair is not None)
        if pair is None:
            return []
        x, words = _COLUMNS[dimension], []
        for (name, y), size in zip(_ROWS.items(), (pair.a, pair.b, pair.size), strict=True):
            added, stretched = name == pair.missing, name == pair.stretched
            self.boxes[name, dimension].set(
                facecolor=_CLASHES if pair.clashes else _STRETCHES if stretched else _EQUAL,
                edgecolor=_INK if pair.clashes or stretched or added else _FAINT,
                linestyle="--" if added else "-",
                linewidth=2 if pair.clashes else 1.2,
            )
            number = "1" if added else "✗" if size is None else str(size)
            words.append((x, y, number, 16, "middle"))
        marks = _marks(pair)
        top = 167 - 9 * (len(marks) - 1)
        return words + [(x, top + 18 * i, mark, 14, "middle") for i, mark in enumerate(marks)]


def _signed(dimension: int) -> str:
    return f"\N{MINUS SIGN}{-dimension}"


def _marks(pair: Pair) -> list[str]:
    """What happens in one dimension, each step with its symbol."""
    if pair.clashes:
        return [f"✗ clash: {pair.a} and {pair.b}"]
    steps = [f"+ missing in {pair.missing}: take 1"] if pair.missing else []
    steps += [f"↔ {pair.stretched} stretches 1 → {pair.size}"] if pair.stretched else []
    return steps or ["= equal"]


class _Grid:
    """A tensor as a grid of cells: its own cells framed, copies paler and hatched."""

    def __init__(self, axes: Axes, name: str, left: float):
        self.name, self.left = name, left
        self.cells = axes.add_image(PcolorImage(axes, [0, 1], [0, 1], np.ones((1, 1, 3)), zorder=1))
        self.copies = axes.add_patch(
            PathPatch(_NOTHING, fill=False, hatch="///", edgecolor="#00000040", lw=0, zorder=2)
        )
        self.lines = axes.add_collection(
            LineCollection([], colors="white", zorder=3), autolim=False
        )
        self.frame = axes.add_patch(PathPatch(_NOTHING, fill=False, edgecolor=_INK, zorder=4))
        self.words = Words(axes)

    def hide(self, alignment: Alignment) -> None:
        """Show no grid, and say which sizes clash."""
        self._set_visible(False)
        clash = alignment.pairs[alignment.clash]
        lines = [
            "✗ There is no A + B:",
            f"In dimension {_signed(alignment.clash)} A has size {clash.a},",
            f"and B has size {clash.b}. They are",
            "not equal, and neither is 1,",
            "so neither can stretch.",
        ]
        top = _PANEL_TOP - 20
        self.words.write(
            [(self.left, top + 22 * i, line, 15, "left") for i, line in enumerate(lines)]
        )

    def show(
        self,
        values: np.ndarray,
        shape: tuple[int, ...] | None,
        cell: float,
        colours: np.ndarray | None = None,
    ) -> np.ndarray:
        """Draw `values`, stretched to `shape` if there is one, in cells of that many pixels.

        Returns the colours, of shape (slices, rows, columns, 3); those given are used instead.
        """
        own = values.shape
        shape = own if shape is None else shape
        arrow = "" if own == shape else f" → {shape}"
        title = (self.left, _PANEL_TOP - 20, f"{self.name}  {own}{arrow}", 15, "left")
        values = np.broadcast_to(values, shape).reshape(_in_3d(shape))
        original = np.zeros(values.shape, dtype=bool)
        original[tuple(slice(size) for size in _in_3d(own))] = True
        if colours is None:
            colours = self._colours(values, copied=own != shape)

        slices, rows, columns = values.shape
        x = self.left + cell * np.arange(columns + 1)
        tops = _PANEL_TOP + cell * (rows + _GAP) * np.arange(slices)
        self._draw_cells(
            np.where(original[..., None], colours, 0.45 + 0.55 * colours), x, tops, cell
        )
        self._draw_frames(_in_3d(own), values.shape, x, tops, cell)
        self.words.write([title, *self._numbers(values, x, tops, cell)])
        self._set_visible(True)
        return colours

    def _colours(self, values: np.ndarray, copied: bool) -> np.ndarray:
        """One tint; where cells are copied, a shade for each value, so that copies can be seen."""
        tint = np.array(to_rgb(_TINT[self.name]))
        strength = np.full(values.shape, 0.3)
        if copied and values.min() < values.max():
            strength = 0.12 + 0.55 * (values - values.min()) / (values.max() - values.min())
        return 1 - strength[..., None] * (1 - tint)

    def _draw_cells(
        self, colours: np.ndarray, x: np.ndarray, tops: np.ndarray, cell: float
    ) -> None:
        slices, rows, columns, _ = colours.shape
        y = (tops[:, None] + cell * np.arange(rows + 1)).ravel()
        rgba = np.zeros((slices, rows + 1, columns, 4))  # between two slices, a row of nothing
        rgba[:, :rows, :, :3], rgba[:, :rows, :, 3] = colours, 1
        self.cells.set_data(x, y, rgba.reshape(-1, columns, 4)[:-1])
        across = [[(x[0], at), (x[-1], at)] for at in y]
        down = [[(at, top), (at, top + rows * cell)] for top in tops for at in x]
        self.lines.set_segments(across + down)
        self.lines.set_linewidth(1 if cell > 12 else 0.4)

    def _draw_frames(self, own, full, x: np.ndarray, tops: np.ndarray, cell: float) -> None:
        """Frame the first cells in each dimension, the tensor's own; hatch what lies beyond."""
        left, right, end = x[0], x[own[2]], x[-1]
        frames, copies = [], []
        for slice_, top in enumerate(tops):
            bottom, end_of_rows = top + cell * own[1], top + cell * full[1]
            if slice_ < own[0]:
                frames.append((left, top, right, bottom))
                copies += [(right, top, end, bottom), (left, bottom, end, end_of_rows)]
            else:
                copies.append((left, top, end, end_of_rows))
        self.frame.set_path(_boxes(frames))
        self.frame.set_linewidth(2 if cell > 6 else 1)
        self.copies.set_path(_boxes(copies))

    def _numbers(self, values: np.ndarray, x: np.ndarray, tops: np.ndarray, cell: float) -> list:
        if cell < _LEGIBLE:
            return []
        return [
            (x[column] + cell / 2, tops[slice_] + (row + 0.5) * cell, str(value), 14, "middle")
            for (slice_, row, column), value in np.ndenumerate(values)
        ]

    def _set_visible(self, visible: bool) -> None:
        for artist in (self.cells, self.copies, self.lines, self.frame):
            artist.set_visible(visible)


def _in_3d(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Slices, rows and columns."""
    return (1,) * (3 - len(shape)) + shape


def _height(shape: tuple[int, ...], cell: float) -> float:
    """How high the grid of such a shape is, in pixels: its slices stand one below the other."""
    slices, rows, _ = _in_3d(shape)
    return cell * (slices * rows + (slices - 1) * _GAP)


def _cell_size(shape: tuple[int, ...]) -> float:
    """How wide a cell may be, in pixels, for a grid of this shape to fit in its panel."""
    return min(_LARGEST, _PANEL_WIDTH / _in_3d(shape)[2], _PANEL_HEIGHT / _height(shape, 1))


class Words(PathPatch):
    """Short texts as the outlines of one patch: many times faster than as many text artists."""

    def __init__(self, axes: Axes, colour: str = _INK, weight: str = "normal"):
        super().__init__(_NOTHING, facecolor=colour, linewidth=0, zorder=5)
        self.font = FontProperties(family="DejaVu Sans", weight=weight)
        self.texts: list[str] = []
        axes.add_patch(self)

    def write(self, words: list[tuple[float, float, str, float, str]]) -> None:
        """Write these, each: x, y of its middle, text, size, what of it is at x: left or middle."""
        self.texts = [text for _, _, text, _, _ in words]
        outlines = []
        for x, y, text, size, at_x in words:
            outline, middle = _outline(text, self.font)
            start = x - middle * size if at_x == "middle" else x
            outlines.append(Path(outline.vertices * size + (start, y), outline.codes))
        self.set_path(_together(outlines))


@lru_cache(maxsize=1000)
def _outline(text: str, font: FontProperties) -> tuple[Path, float]:
    """A text of size 1, with the middle of its digits at y = 0, and where its middle in x is."""
    path = TextPath((0, 0), text, size=1, prop=font)
    height_of_digits = 0.73
    vertices = (path.vertices - (0, height_of_digits / 2)) * (1, -1)
    drawn = vertices[path.codes != Path.CLOSEPOLY, 0]
    return Path(vertices, path.codes), (drawn.min() + drawn.max()) / 2


def _boxes(corners: list[tuple[float, float, float, float]]) -> Path:
    """Rectangles (left, top, right, bottom) as one path; empty ones are left out."""
    return _together(
        [
            Path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], closed=True)
            for x0, y0, x1, y1 in corners
            if x1 - x0 > 1e-6 and y1 - y0 > 1e-6
        ]
    )


def _together(paths: list[Path]) -> Path:
    return Path.make_compound_path(*paths) if paths else _NOTHING
