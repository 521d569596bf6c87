"""Smoothing, drawn: lesson 3's live picture of a table of probabilities that fades to uniform."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MultipleLocator

from helpers.pictures.sliders import LivePicture, live, log_slider_with_zero
from helpers.plots.freeze import freeze
from helpers.plots.heatmap import PAIRS_ARE_TURNED, heatmap, most_frequent

Losses = Callable[[float, torch.Tensor, torch.Tensor], tuple[float, float]]
"""From k, counts and held-out counts to the losses of the smoothed table on both, in nats."""

_ZERO = 1e-4  # where k = 0 stands: a log scale has no 0
_WIDE = 54  # characters below the table
_TOLD = ("an", "qu", "jq")  # in ours: frequent, of a rare letter, and never seen


def smoothing_picture(
    losses: Losses, counts: torch.Tensor, held_out: torch.Tensor, itos: dict[int, str]
) -> LivePicture:
    """Show, live, what smoothing with k from 0 to a million does to the losses and to the table.

    losses: as lesson 3 defines it. counts, held_out: shape (V, V), what the table is made of and
        what it is tested on. itos: from index to character.

    A letter that only held-out names have has no counts in its row. At k = 0 that row is 0 / 0, and
    both losses are NaN: the text says so, and the picture is drawn all the same.
    """
    slider = log_slider_with_zero(-3, 6, value=1.0, description="k")
    ks = [k for _, k in slider.options]
    figure, update = draw_smoothing(losses, counts, held_out, itos, ks)
    return live(figure, update, k=slider)


def draw_smoothing(
    losses: Losses,
    counts: torch.Tensor,
    held_out: torch.Tensor,
    itos: dict[int, str],
    ks: list[float],
) -> tuple[Figure, Callable[[float], str]]:
    """The figure, with both curves over `ks`, and the function of k that moves what moves in it."""
    curves = np.array([losses(k, counts, held_out) for k in ks])
    empty = (counts.sum(1) == 0).nonzero()[:, 0].tolist()
    floor, uniform = float(np.nanmin(curves[:, 0])), math.log(counts.shape[1])
    shown = most_frequent(counts.numpy())
    drawn = np.ix_(shown, shown)
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, 4.5), dpi=100)
        whole = figure.add_axes((0.1, 0.6, 0.345, 0.37))
        near = figure.add_axes((0.1, 0.11, 0.345, 0.34))
        marks = _curves(whole, ks, curves) + _curves(near, ks, curves)
        whole.set_ylim(floor - 0.1, uniform + 0.34)
        whole.legend(loc="center left", bbox_to_anchor=(0.03, 0.5))
        _level(whole, uniform, f"knows nothing {uniform:.4f}", "left")
        near.set(xlabel="k", ylim=(floor - 0.002, floor + 0.01))
        near.set_title("The lowest part, magnified", size=11)
        near.yaxis.set_major_locator(MultipleLocator(0.004))
        near.yaxis.set_major_formatter("{x:.3f}")
        _level(near, floor, f"floor {floor:.4f}", "right")
        infinite = whole.text(
            _ZERO,
            uniform + 0.24,
            f" ▲ held-out: {'no number' if empty else '∞'}",
            va="center",
            color="C1",
        )
        table = figure.add_axes((0.505, 0.055, 0.485, 0.825))
        first = _table(counts, ks[0])[drawn]
        heatmap(counts, itos, ax=table, vmax=float(np.nanmax(first)))
        # Legible labels need cells of twice this size, and then slider, curves and table would not
        # stand on one screen. The text below the picture tells a few of the values instead.
        table.artists[0].remove()
        (note,) = table.texts
        notes = [each for each in note.get_text().split("\n") if each != PAIRS_ARE_TURNED]
        lines = [line for each in notes for line in textwrap.wrap(each, _WIDE)]
        note.set_text("\n".join(lines))
        more = 0.037 * (len(lines) - 1)  # of the picture's height
        table.set_position((0.505, 0.055 + more, 0.485, 0.825 - more))
        table.tick_params(labelsize=8, pad=1)
    cells = table.collections[0]
    cells.set_array(first)
    told = _told(counts, itos)
    freeze(figure, [*marks, infinite, cells])

    def update(k: float) -> str:
        both = losses(k, counts, held_out)
        for mark, loss in zip(marks, [*both, *both], strict=True):
            low, high = mark.axes.get_ylim()
            mark.set_data([max(k, _ZERO)], [loss if low <= loss <= high else math.nan])
        infinite.set_visible(not math.isfinite(both[1]))
        probabilities = _table(counts, k)
        cells.set_array(probabilities[drawn])
        values = "".join(f"{itos[i]}{itos[j]} {_short(probabilities[i, j]):<9}" for i, j in told)
        text = (
            f"loss          training names {both[0]:.4f}   held-out names {both[1]:.4f}\n"
            f"probability   {values}one of {len(itos)}, if equally likely: {1 / len(itos):.4f}"
        )
        if empty:
            of = f"{itos[empty[0]]!r}" if len(empty) == 1 else f"{len(empty)} characters"
            nan = " Here that is 0 / 0, and so the losses are NaN." if k == 0 else ""
            text += f"\nThe row of {of} has no counts: only held-out names have it.{nan}"
        return text

    return figure, update


def _table(counts: torch.Tensor, k: float) -> np.ndarray:
    """The smoothed table. (Unlike `smooth` it has NaN in a row without counts where k is 0.)"""
    smoothed = counts + k
    return (smoothed / smoothed.sum(1, keepdim=True)).numpy()


def _told(counts: torch.Tensor, itos: dict[int, str]) -> list[tuple[int, int]]:
    """Three bigrams of which the text tells the probability.

    A frequent one, the usual one of a rare letter, and one that never occurs; in names in which
    those of the course cannot be written or are nothing of the kind, others of these kinds.
    """
    stoi = {character: index for index, character in itos.items()}
    if set("".join(_TOLD)) <= set(stoi) and not counts[stoi["j"], stoi["q"]]:
        return [(stoi[a], stoi[b]) for a, b in _TOLD]
    size, inside = len(itos), counts[1:, 1:]
    if size < 3:
        return []
    frequent = divmod(inside.argmax().item(), size - 1)
    sums = inside.sum(1)
    rare = torch.where(sums > 0, sums, sums.max() + 1).argmin().item()
    seldom = divmod(inside.argmin().item(), size - 1)
    pairs = [frequent, (rare, inside[rare].argmax().item()), seldom]
    return list(dict.fromkeys((i + 1, j + 1) for i, j in pairs))


def _short(probability: float) -> str:
    """Four decimals; 0 and what would look like it in few characters, such as 4e-7."""
    if not probability or probability >= 0.00005 or math.isnan(probability):
        return f"{probability:.4f}" if probability else "0"
    digit, exponent = f"{probability:.0e}".split("e")
    return f"{digit}e{int(exponent)}"


def _curves(axes: Axes, ks: list[float], curves: np.ndarray) -> list[Line2D]:
    """Draw both curves on a log scale of k, and return the two marks that will move on them."""
    marks = []
    for losses, label, style in zip(curves.T, ("training", "held-out"), "oD", strict=True):
        (line,) = axes.plot(np.maximum(ks, _ZERO), losses, label=label)
        marks += axes.plot([1], losses[-1:], style, color=line.get_color(), ms=9, clip_on=False)
    marks[1].set(markerfacecolor="none", markeredgewidth=2)  # the other shows through
    axes.set(xscale="log", xlim=(_ZERO, max(ks)), ylabel="loss (nats)")
    axes.set_xticks([_ZERO, 0.01, 1, 100, 1e4, 1e6], ["0", "0.01", "1", "100", "10⁴", "10⁶"])
    axes.minorticks_off()
    return marks


def _level(axes: Axes, level: float, label: str, side: str) -> None:
    """A level, with its label on the side where no mark comes to stand on it."""
    axes.axhline(level, color="#666666", linestyle=":", linewidth=1.2)
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    x = {"left": 0.03, "right": 1}[side]
    axes.annotate(label, (x, level), (0, 3), ha=side, va="bottom", size="small", **place)
