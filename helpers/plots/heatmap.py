"""The picture of a table of bigrams: every cell with its colour, its bigram and its value."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, PowerNorm
from numpy.typing import ArrayLike

from helpers.plots.cell_text import CellText
from helpers.plots.fonts import families_for, lacking_sentence, reads_from_right

# magma runs evenly from light to dark for every kind of colour vision. White, which it does not
# hold, is for what never occurs; blue, far from all of it, for what is no number.
_COLOURS = plt.get_cmap("magma_r").with_extremes(under="white", bad="#56B4E9")

# Sizes of a cell, in inches on a figure of its own: 27 of the small ones fit a notebook's width.
_SMALL_CELL, _LARGE_CELL, _SMALL_TABLE = 0.32, 0.6, 4.0

# Of more characters than these, the most frequent are drawn: who looks for one more would have to
# scroll through metres of picture, and a table of 1,000 would not fit into memory as one.
_MOST = 64

PAIRS_ARE_TURNED = "Read each pair from right to left."


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

    Of more than 64 characters the 64 most frequent are drawn, and the picture says so. Letters that
    matplotlib's own font lacks come from another installed font; where none has them, their numbers
    stand there instead. In scripts read from right to left, each bigram is.

    To show other values later: ``ax.collections[0].set_array(values)``, a NumPy array of the shape
    that is drawn. Colours and labels follow when the figure is next drawn.

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
    shown = most_frequent(values)
    notes = []
    if len(shown) < len(values):
        notes.append(f"The {len(shown)} most frequent of {len(values):,} characters.")
    # A space would not be seen, and two of them in a row less so.
    letters = [itos[index].replace(" ", "␣") for index in shown.tolist()]
    values, size = values[np.ix_(shown, shown)], len(shown)
    families, lacking = families_for(frozenset("".join(letters)))
    notes.append(lacking_sentence(lacking, "their numbers stand for them"))
    if reads_from_right(letters):
        notes.append(PAIRS_ARE_TURNED)
    letters = [
        f" {index} " if lacking & set(letter) else letter
        for index, letter in zip(shown.tolist(), letters, strict=True)
    ]
    ax = ax or _axes_for(size)
    edges = np.arange(size + 1) - 0.5
    cells = ax.pcolormesh(edges, edges, values, cmap=_COLOURS, norm=_scale(values, vmax))
    ax.add_artist(CellText(cells, letters))
    ax.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), aspect="equal")
    # parse_math: a dollar sign is a character like any other.
    looks = {"parse_math": False} | ({"family": list(families)} if len(families) > 1 else {})
    ax.set_xticks(range(size), letters, **looks)
    ax.set_yticks(range(size), letters, **looks)
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    ax.xaxis.set_label_position("top")
    ax.set(xlabel="character after", ylabel="character before")
    ax.grid(False)
    ax.spines[:].set_visible(False)
    if title:
        # A fixed place above ticks and label: looking for one takes as long as all cells together.
        ax.set_title(title, y=1, pad=38, parse_math=False)
    if isinstance(cells.norm, PowerNorm):
        notes.insert(0, "Colour: square root of the value. White: exactly 0.")
    if note := "\n".join(filter(None, notes)):
        ax.annotate(note, (0, 0), (0, -5), "axes fraction", "offset points", va="top", size="small")
    return ax


def most_frequent(values: np.ndarray, most: int = _MOST) -> np.ndarray:
    """Which characters of a table of bigrams are drawn: indices in rising order, `most` at most.

    Those in whose row and column the most stands. The boundary, 0, is always among them.
    """
    sizes = np.nan_to_num(np.abs(values.astype(np.float64)), posinf=0)
    weight = sizes.sum(0) + sizes.sum(1)
    weight[0] = np.inf
    return np.sort(np.argsort(-weight, kind="stable")[:most])


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
