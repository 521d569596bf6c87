"""The text in the cells of a heatmap: what stands there, in black or white, drawn at once."""

from functools import lru_cache

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import QuadMesh
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from helpers.plots.fonts import OWN, families_for, font_of, reads_from_right


class CellText(Artist):
    """The labels of all cells, as glyph outlines that are filled in two strokes of the renderer.

    A matplotlib Text for each of them takes a millisecond to lay out and draw, and there are 1,458.
    Glyphs are hinted for the size they are drawn at and stand on whole pixels, so they come out as
    crisp as a Text would. The values are read from the mesh of cells, which stays their one source.
    """

    def __init__(self, cells: QuadMesh, letters: list[str]):
        super().__init__()
        self.set_in_layout(False)
        self.set_zorder(cells.get_zorder() + 1)
        self._cells, self._letters = cells, letters

    def draw(self, renderer) -> None:
        if not self.get_visible():
            return
        shown = self._cells.get_array()
        labels = cell_labels(np.ma.getdata(shown), self._letters)
        white = text_is_white(self._cells.to_rgba(shown))
        diagonal = np.arange(len(labels) + 1)[:, None].repeat(2, axis=1)
        x, y = self.axes.transData.transform(diagonal).T
        width, height = (round(float(abs(ends[1] - ends[0])), 3) for ends in (x, y))
        size = max(1, round(0.31 * min(width, height)))

        outlines = {"white": [], "black": []}
        for row, column in np.ndindex(white.shape):
            target = outlines["white" if white[row, column] else "black"]
            # Rounded first, so that a line stands equally high in every cell.
            middle = round(y[row])
            for text, rise in zip(labels[row][column], (0.09, -0.33), strict=True):
                vertices, codes = _line(text, size, width)
                place = round(x[column]), round(middle + rise * height)
                target.append((vertices + place, codes))

        for colour, lines in outlines.items():
            if lines:
                gc = renderer.new_gc()
                gc.set_linewidth(0)
                gc.set_clip_rectangle(self.axes.bbox)
                vertices, codes = (np.concatenate(parts) for parts in zip(*lines, strict=True))
                fill = (1, 1, 1) if colour == "white" else (0, 0, 0)
                renderer.draw_path(gc, Path(vertices, codes), IdentityTransform(), fill)
                gc.restore()
        self.stale = False


def cell_labels(values: np.ndarray, letters: list[str]) -> list[list[tuple[str, str]]]:
    """The two lines of every cell: ``cell_labels(values, letters)[row][column]``.

    Lines are drawn from left to right. In a script that is read from right to left the character
    before stands on the right.

    Args:
        values: shape (V, V), integers or floats.
        letters: the V characters.
    """
    turn = -1 if reads_from_right(letters) else 1
    return [
        [
            ("".join((before, after)[::turn]), value_label(value))
            for after, value in zip(letters, row, strict=True)
        ]
        for before, row in zip(letters, values.tolist(), strict=True)
    ]


def value_label(value: float) -> str:
    """A number in a few characters: 6763 and 0 as they are, .037, 2.50, 12.5, 1.2e7, nan, -inf.

    Three decimals below 1; ``.000`` is small, and ``0`` is exactly 0.
    """
    if not np.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1_000_000:
        return str(int(value))
    if abs(value) < 0.9995:
        return f"{value:.3f}".replace("0.", ".", 1)
    if abs(value) < 1_000_000:
        return f"{value:.{max(0, 3 - len(str(abs(int(value)))))}f}"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def text_is_white(rgba: np.ndarray) -> np.ndarray:
    """Whether white text stands out more than black on these colours. The better has 4.5:1 or more.

    Args:
        rgba: shape (..., 4), sRGB from 0 to 1.

    Returns:
        Shape (...), bool. Luminance and contrast are those of WCAG 2.1.
    """
    rgb = np.asarray(rgba)[..., :3]
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05


@lru_cache(maxsize=8192)  # two lines a cell: while a slider moves, most of them stay
def _line(text: str, size: int, room: float) -> tuple[np.ndarray, np.ndarray]:
    """Outline of a line of text around 0, in pixels, condensed if it is wider than its room."""
    glyphs = [_glyph(character, size) for character in text]
    width = sum(advance for _, _, advance in glyphs)
    squeeze = min(1, 0.9 * room / max(width, 1))
    x, placed = round(-squeeze * width / 2), [np.empty((0, 2))]
    for vertices, _, advance in glyphs:
        placed.append(vertices * (squeeze, 1) + (x, 0))
        x += squeeze * advance
    codes = [codes for _, codes, _ in glyphs]
    return np.concatenate(placed), np.concatenate([np.empty(0, np.uint8), *codes])


@lru_cache(maxsize=4096)
def _glyph(character: str, size: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Outline and advance of a character, in pixels. One that every font lacks is an empty box."""
    families, lacking = families_for(frozenset(character))
    font = font_of(OWN if lacking or len(families) == 1 else families[-1])
    font.set_size(size, 72)  # at 72 dots an inch, a point is a pixel
    advance = font.load_glyph(font.get_char_index(ord(character))).horiAdvance / 64
    return *font.get_path(), advance
