"""Normalization, drawn: lesson 8's pictures of who moves when one example, or one number, does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import torch
from ipywidgets import FloatSlider, SelectionSlider
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from helpers.pictures.sliders import LivePicture, live
from helpers.plots.freeze import freeze

Normalize = Callable[[torch.Tensor, bool], tuple[torch.Tensor, torch.Tensor, torch.Tensor]]
"""From one unit's values, shape (n,), and whether in training mode, to the normalized values, and
the mean and the standard deviation that made them."""

_SCALE = 8  # units of the upper axis in one of the lower: about the spread of the values
_ENDS = 4  # of the lower axis
_LOWEST, _HIGHEST, _STEP = -24.0, 24.0, 0.5  # of example 1
_KINDS = ListedColormap(["white", "#BFDDF0", "#222222"])
_HATCHED = {"facecolor": "none", "edgecolor": "#0072B2", "linewidth": 0}
_MOVED, _OTHERS, _MEAN = "#D55E00", "#0072B2", "#222222"


def coupling_picture(normalize: Normalize, values: torch.Tensor) -> LivePicture:
    """Show, live, how the normalized values of a batch move when example 1 does.

    normalize: as lesson 8 defines it. values: of one unit for each example, shape (n,), the first
        of them a multiple of 0.5 between -24 and 24.
    """
    return live(
        *draw_coupling(normalize, values),
        example_1=FloatSlider(
            value=values[0].item(), min=_LOWEST, max=_HIGHEST, step=_STEP, readout_format=".1f"
        ),
        mode=SelectionSlider(options=[("training", True), ("eval", False)]),
    )


def draw_coupling(
    normalize: Normalize, values: torch.Tensor
) -> tuple[Figure, Callable[[float, bool], str]]:
    """The figure, and the function of both controls that moves what moves in it."""
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, 3.4), dpi=100)
        axes = figure.add_axes((0.02, 0.17, 0.96, 0.66))
        axes.set(xlim=(-_ENDS, _ENDS), ylim=(-0.12, 1.42), xlabel="normalized value")
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        upper = axes.secondary_xaxis("top", functions=(lambda x: x * _SCALE, lambda x: x / _SCALE))
        upper.set_xlabel("value before")
        for height in (0, 1):
            axes.axhline(height, color="#666666", linewidth=0.8, linestyle="-")
        axes.text(-_ENDS, 1.24, "mean ± std", va="center", size=10)
        for place, value in enumerate(values[1:].tolist(), start=2):
            axes.text(value / _SCALE, 1.05, str(place), ha="center", color=_OTHERS)
        first = normalize(values, True)[0].tolist()
        # Where everything stood at first, as open circles.
        looks = {"markerfacecolor": "white", "markeredgecolor": "#8A8A8A", "markersize": 10}
        axes.plot(first, [0] * len(first), "o", **looks)
        lines = [axes.plot([0, 0], [1, 0], "o-", color=_OTHERS, lw=1.2)[0] for _ in first]
        lines[0].set(color=_MOVED, marker="D", linestyle="--", linewidth=2, zorder=3)
        number = axes.text(0, 1.05, "1", ha="center", color=_MOVED, weight="bold")
        (spread,) = axes.plot([0, 0, 0], [1.24] * 3, "-|", color=_MEAN, markersize=9)
    freeze(figure, [*lines, number, spread])

    def update(example_1: float, mode: bool) -> str:
        before = values.clone()
        before[0] = example_1
        after, mean, std = normalize(before, mode)
        for line, top, bottom in zip(lines, before.tolist(), after.tolist(), strict=True):
            line.set_xdata([top / _SCALE, bottom])
        number.set_x(example_1 / _SCALE)
        spread.set_xdata([(mean + side * std).item() / _SCALE for side in (-1, 0, 1)])
        return "\n".join(
            [
                f"mean {mean.item():6.2f}   std {std.item():6.2f}",
                "example   " + "".join(f"{place:7}" for place in range(1, len(before) + 1)),
                "before    " + "".join(f"{value:7.1f}" for value in before.tolist()),
                "normalized" + "".join(f"{value:7.2f}" for value in after.tolist()),
            ]
        )

    return figure, update


def draw_touched(touched: Mapping[str, torch.Tensor], cell: tuple[int, int]) -> Figure:
    """Draw which numbers move when one of them is moved: a panel for each kind of normalization.

    touched: from the name of a normalization to what it moves, shape (examples, units), bool.
    cell: row and column of the number that was moved.

    The image of each panel holds 0 (stays), 1 (moves) and 2 (was moved).
    """
    with plt.style.context("helpers.course"):
        figure, panels = plt.subplots(
            1, len(touched), figsize=(8, 2.9), sharey=True, squeeze=False, layout="constrained"
        )
    plt.close(figure)  # or the notebook would show it twice
    for axes, (name, moves) in zip(panels[0], touched.items(), strict=True):
        rows, columns = moves.shape
        kinds = moves.int()
        kinds[cell] = 2
        axes.imshow(kinds.numpy(), cmap=_KINDS, vmin=0, vmax=2)
        for row, column in moves.nonzero().tolist():
            if (row, column) != cell:
                corner = (column - 0.5, row - 0.5)
                axes.add_patch(Rectangle(corner, 1, 1, hatch="////", **_HATCHED))
        axes.set_xticks([unit - 0.5 for unit in range(columns + 1)], minor=True)
        axes.set_yticks([example - 0.5 for example in range(rows + 1)], minor=True)
        axes.grid(False)
        axes.grid(which="minor", color="#8A8A8A", linewidth=0.6)
        axes.tick_params(which="minor", length=0)
        axes.set_xticks(range(0, columns, 2))
        axes.set_yticks(range(rows))
        axes.set(title=name, xlabel="unit")
    panels[0, 0].set_ylabel("example")
    stays = Patch(facecolor="white", edgecolor="#8A8A8A", label="stays")
    moved = Patch(facecolor=_KINDS(1.0), label="the number that was moved")
    with_it = Patch(hatch="////", facecolor=_KINDS(0.5), edgecolor="#0072B2", label="moves with it")
    figure.legend(handles=[moved, with_it, stays], loc="outside lower center", ncols=3)
    return figure
