"""The labelled heatmap, beside the same picture with one `ax.text` call for each label.

    python benchmarks/bench_heatmap.py

Both are timed from the call to the finished PNG, as a notebook makes it.
"""

import time
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from IPython.core.pylabtools import print_figure
from matplotlib.axes import Axes

from helpers.cell_text import cell_labels, text_is_white
from helpers.names import build_alphabet, count_bigrams, load_names
from helpers.plots import heatmap


def heatmap_with_texts(table, itos: dict[int, str]) -> Axes:
    """The same picture, drawn the obvious way: two Text objects a cell."""
    ax = heatmap(table, itos)
    ax.artists[0].remove()
    cells = ax.collections[0]
    white = text_is_white(cells.to_rgba(cells.get_array()))
    labels = cell_labels(np.asarray(table), list(itos.values()))
    for row, column in np.ndindex(white.shape):
        colour = "white" if white[row, column] else "black"
        bigram, value = labels[row][column]
        ax.text(column, row, bigram, ha="center", va="bottom", color=colour, fontsize=7)
        ax.text(column, row, value, ha="center", va="top", color=colour, fontsize=7)
    return ax


def time_to_png(draw: Callable[..., Axes], *arguments) -> tuple[float, bytes]:
    """Seconds from the call to the PNG that the inline backend would send, and the PNG."""
    start = time.perf_counter()
    figure = draw(*arguments).figure
    png = print_figure(figure, bbox_inches="tight")
    seconds = time.perf_counter() - start
    plt.close(figure)
    return seconds, png


def measure(rounds: int = 3) -> tuple[float, float, int]:
    """Seconds with texts, seconds without (best of some rounds, in turns), bytes of the PNG."""
    names = load_names()
    stoi, itos = build_alphabet(names)
    table = count_bigrams(names, stoi)
    with plt.style.context("helpers.course"):
        heatmap(table, itos).figure.canvas.draw()  # fonts and caches are warm for both
        plt.close()
        texts, ours = [], []
        for _ in range(rounds):
            texts.append(time_to_png(heatmap_with_texts, table, itos)[0])
            seconds, png = time_to_png(heatmap, table, itos)
            ours.append(seconds)
    return min(texts), min(ours), len(png)


if __name__ == "__main__":
    with_texts, without, size = measure()
    print("heatmap of 27 x 27 bigrams, to the finished PNG (best of 3)")
    print(f"  one ax.text call a label  {with_texts * 1000:6.0f} ms")
    print(f"  helpers.heatmap           {without * 1000:6.0f} ms, {size / 1000:.0f} kB")
    print(f"  ratio                     {with_texts / without:6.1f}  (promised: 4 or more)")
