"""The picture of a table of bigrams: every cell with its colour, its bigram and its value."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, PowerNorm
from numpy.typing import ArrayLike

from helpers.plots.cell_text import CellText

# magma runs evenly from light to dark for every kind of colour vision. White, which it does not
# hold, is for what never occurs; blue, far from all of it, for what is no number.
_COLOURS = plt.get_cmap("magma_r").with_extremes(under="white", bad="#56B4E9")

# Sizes of a cell, in inches on a figure of its own: 27 of the small ones fit a notebook's width.
_SMALL_CELL, _LARGE_CELL, _SMALL_TABLE = 0.32, 0.6, 4.0


def heatmap(
    table: torch.Tensor | ArrayLike,
    itos: dict[int, str],
    ax: Axes | None = None,
    *,
    title: str | None = None,
    vmax: float | None = None,
) -> Axes:
    """Draw a table of bigrams, every cell labelled with its bigram and, below it, its value.

    Colour grows with the square root of the value, so that rare bigrams can be told apart beside
    the frequent ones; white is exactly 0. A table with negative values is coloured evenly from its
    least value to its greatest. NaN and infinity are blue.

    To show other values later: ``ax.collections[0].set_array(values)``, a NumPy array of the same
    shape. Colours and labels follow when the figure is next drawn.

    Args:
        table: shape (V, V), counts (integers) or probabilities (floats). Row = the character
            before, column = the character after.
        itos: from index to character, V entries, as `build_alphabet` gives it.
        ax: where to draw; without it, a figure is made that is as large as the table needs.
        title: what stands above the picture.
        vmax: the value with the darkest colour; the table's greatest, unless given.

    Returns:
        The Axes drawn on.

    Raises:
        ValueError: the table is not square, or holds no numbers, or `itos` does not fit it.
    """
    values = _checked_table(table, itos)
    size = len(values)
    # A space would not be seen, and two of them in a row less so.
    letters = [itos[index].replace(" ", "␣") for index in range(size)]
    ax = ax or _axes_for(size)
    edges = np.arange(size + 1) - 0.5
    cells = ax.pcolormesh(edges, edges, values, cmap=_COLOURS, norm=_scale(values, vmax))
    ax.add_artist(CellText(cells, letters))
    ax.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), aspect="equal")
    # parse_math: a dollar sign is a character like any other.
    ax.set_xticks(range(size), letters, parse_math=False)
    ax.set_yticks(range(size), letters, parse_math=False)
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    ax.xaxis.set_label_position("top")
    ax.set(xlabel="character after", ylabel="character before")
    ax.grid(False)
    ax.spines[:].set_visible(False)
    if title:
        # A fixed place above ticks and label: looking for one takes as long as all cells together.
        ax.set_title(title, y=1, pad=38, parse_math=False)
    if isinstance(cells.norm, PowerNorm):
        note = "Colour: square root of the value. White: exactly 0."
        ax.annotate(note, (0, 0), (0, -5), "axes fraction", "offset points", va="top", size="small")
    return ax


def _checked_table(table, itos) -> np.ndarray:
    if isinstance(table, torch.Tensor):
        table = table.detach().cpu()
        table = table.double() if table.is_floating_point() else table
    values = np.asarray(table)
    if values.dtype.kind not in "biuf":
        raise ValueError(f"a heatmap needs a table of numbers, got one of {values.dtype}")
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not values.size:
        raise ValueError(
            f"a heatmap needs a table of shape (V, V), as many rows as columns; got {values.shape}"
        )
    if set(itos) != set(range(len(values))):
        raise ValueError(
            f"the table has {len(values)} rows and columns, so itos needs the keys 0 to "
            f"{len(values) - 1} and no others; got {len(itos)} entries: {str(itos)[:60]}"
        )
    return values.astype(np.float64 if values.dtype.kind == "f" else np.int64)


def _axes_for(size: int) -> Axes:
    side = max(_SMALL_CELL * size, min(_LARGE_CELL * size, _SMALL_TABLE))
    left, right, top, bottom = 0.6, 0.1, 0.9, 0.4
    width, height = left + side + right, bottom + side + top
    figure = plt.figure(figsize=(width, height), layout="none")
    return figure.add_axes((left / width, bottom / height, side / width, side / height))


def _scale(values: np.ndarray, vmax: float | None) -> Normalize:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    high = high if vmax is None else vmax
    if low < 0:
        return Normalize(low, high)
    # A hair above 0, so that exactly 0 is under the scale, and white.
    return PowerNorm(0.5, 1e-9 * (high or 1), high or 1)
