"""Gradient descent, drawn: lesson 5's live picture of a network that learns, or does not."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import torch
from ipywidgets import SelectionSlider
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from helpers.descent import Descent, stability_limit
from helpers.likelihood import mean_nll, smooth
from helpers.pictures.sliders import LivePicture, live, log_slider_with_zero
from helpers.plots.freeze import freeze
from helpers.sampling import sample_names

Learn = Callable[[float, float, int, torch.Tensor], Descent]
"""From learning rate, strength, number of steps and first weights to the descent."""

_RATES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 100, 150, 200, 300, 500, 1000]
_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
_LOWEST, _HIGHEST = 0.08, 1250  # ends of the axis of learning rates


def learning_picture(
    learn: Learn, counts: torch.Tensor, itos: dict[int, str], starts: dict[str, torch.Tensor]
) -> LivePicture:
    """Show, live, how the descent depends on rate, strength, steps and start.

    learn: as lesson 5 defines it. counts: shape (V, V). itos: from index to character. starts: from
        a name to the weights to begin with, shape (V, V); the first is the default.
    """
    strengths = log_slider_with_zero(-3, 1)
    figure, update = draw_learning(learn, counts, itos, starts)
    for _, strength in strengths.options:
        update.limit(strength)  # worked out once, so that no move has to wait for it
    return live(
        figure,
        update,
        learning_rate=SelectionSlider(
            options=[(f"{rate:g}", rate) for rate in _rates(update.limit(0.0))], value=50
        ),
        strength=strengths,
        steps=SelectionSlider(options=[(f"{steps:,}", steps) for steps in _STEPS], value=100),
        start=SelectionSlider(options=list(starts)),
    )


def draw_learning(
    learn: Learn, counts: torch.Tensor, itos: dict[int, str], starts: dict[str, torch.Tensor]
) -> tuple[Figure, Callable[..., str]]:
    """The figure, and the function of the four controls that moves what moves in it.

    Its attribute `limit` is the function from a strength to the stability limit.
    """
    counted = smooth(counts.double(), 0)
    levels = {"uniform": math.log(len(counts)), "floor": mean_nll(counted, counts).item()}
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, 5.2), dpi=100)
        losses = figure.add_axes((0.095, 0.36, 0.545, 0.56), label="loss")
        _stretch(losses, levels)
        (curve,) = losses.plot([], [], color="#0072B2", linestyle="-")
        title = losses.set_title("", y=1)
        rates = figure.add_axes((0.095, 0.1, 0.545, 0.1), label="rate")
        rates.set(xscale="log", xlim=(_LOWEST, _HIGHEST), ylim=(0, 1), xlabel="learning rate")
        rates.set_xticks([0.1, 1, 10, 100, 1000], ["0.1", "1", "10", "100", "1000"])
        rates.minorticks_off()
        rates.yaxis.set_visible(False)
        too_large = rates.axvspan(1, 2, facecolor="#F3D9C6", edgecolor="white", hatch="///")
        edge = rates.axvline(1, color="#D55E00", linestyle="-")
        (here,) = rates.plot([1], [0.5], "D", color="#0072B2", markersize=9)
        _table(figure, 0.53, "counted", counted)
        learned = _table(figure, 0.03, "learned", counted)
    freeze(figure, [curve, title, too_large, edge, here, learned])
    limit_at = cache(lambda strength: stability_limit(counts, strength=strength))

    def update(learning_rate: float, strength: float, steps: int, start: str) -> str:
        result, limit = learn(learning_rate, strength, steps, starts[start]), limit_at(strength)
        curve.set_data(range(steps + 1), result.losses.numpy())
        side = "below" if learning_rate < limit else "above"
        title.set_text(f"Rate {learning_rate:g}, {side} the limit {limit:.1f}")
        edge.set_xdata([limit, limit])
        too_large.set(x=limit, width=max(_HIGHEST - limit, 0))
        here.set_xdata([min(max(learning_rate, _LOWEST), _HIGHEST)])
        probabilities = torch.softmax(result.weights, dim=1)
        learned.set_data(probabilities.numpy())
        if result.stopped is not None:
            return (
                f"At step {result.stopped} the numbers grew beyond what a float holds.\nNo names."
            )
        names = sample_names(probabilities, itos, count=6, longest=20)
        loss = result.losses[-1].item()
        shown = f"{loss:.4f}" if loss < 100 else f"{loss:.3g}"
        taken = f"{steps:,} step" if steps == 1 else f"{steps:,} steps"
        return f"loss after {taken}: {shown}\n{' '.join(names)}"

    update.limit = limit_at
    return figure, update


def _rates(limit: float) -> list[float]:
    """The learning rates to choose from, with the whole numbers on both sides of the limit."""
    return sorted({*_RATES, math.floor(limit), math.floor(limit) + 1} - {0})


def _stretch(axes: Axes, levels: dict[str, float]) -> None:
    """Scales that are stretched where there is most to see: near the floor, and early."""
    floor = levels["floor"]
    axes.set_yscale(
        "function",
        functions=(
            lambda loss: np.log10(np.maximum(loss - floor + 0.002, 1e-4)),
            lambda height: 10**height + floor - 0.002,
        ),
    )
    axes.set_xscale("function", functions=(np.log1p, np.expm1))
    axes.set(xlim=(0, _STEPS[-1]), xticks=[0, 1, 3, 10, 30, 100, 300, 1000])
    # For the course's names these are 2.46, 2.5, 2.7, 4, 10 and 30.
    ticks = [round(floor + above, 2) for above in (0.006, 0.046, 0.246, 1.546, 7.546, 27.546)]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set(
        ylim=(floor - 0.001, 50),
        xlabel="step (stretched at the start)",
        ylabel="loss (stretched near the floor)",
    )
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    for name, level in levels.items():
        axes.axhline(level, color="#666666", linestyle=":", linewidth=1.2)
        gap = -12 if level == floor else 3
        axes.annotate(f"{name} {level:.4f}", (1, level), (0, gap), ha="right", size=9, **place)


def _table(figure: Figure, bottom: float, name: str, probabilities: torch.Tensor) -> AxesImage:
    """A table of probabilities: as in `helpers.plots.heatmap`, but too small for single letters."""
    axes = figure.add_axes((0.71, bottom, 0.28, 0.41), label=name)
    axes.set(xticks=[], yticks=[])
    axes.set_xlabel("character after", size=9, labelpad=2)
    axes.set_ylabel("character before", size=9, labelpad=2)
    axes.spines[:].set_visible(False)
    figure.text(0.71, bottom + 0.42, f"{name} probabilities")
    colours = PowerNorm(0.5, vmin=0, vmax=probabilities.max().item())
    return axes.imshow(probabilities.numpy(), cmap="magma_r", norm=colours)
