"""A deep network, looked into: the live picture of lessons 7 and 8.

What a network does at one place of the sliders, the lesson computes; the picture draws it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import matplotlib.pyplot as plt
import torch
from ipywidgets import ValueWidget
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.diagnostics import Diagnosis
from helpers.pictures.sliders import LivePicture, live
from helpers.plots.freeze import freeze
from helpers.plots.layers import histogram, line_looks

_SLOPES = (-9, 0)  # ends of the axes of slopes, as powers of ten
_UPDATES = (-7, 1)
_HIGHEST = 25  # share in one bin, in percent, at the top of the axes
_PANELS, _LEGEND = 4.8, 0.4  # heights in inches: of the four panels, and of the legend below them


def diagnostics_picture(
    diagnose: Callable[..., Diagnosis], *, most_layers: int = 8, **controls: ValueWidget
) -> LivePicture:
    """Show, live, the activations, slopes and updates of each layer of a network.

    diagnose: from the value of every control, under the name given here, to what is in a network,
        as `helpers.diagnostics.diagnose_network` gives it.
    most_layers: how many tanh layers the network may have.
    controls: ipywidgets, as for `helpers.pictures.sliders.live`.
    """
    return live(*draw_diagnostics(diagnose, most_layers), **controls)


def draw_diagnostics(
    diagnose: Callable[..., Diagnosis], most_layers: int = 8
) -> tuple[Figure, Callable[..., str]]:
    """The figure, and the function of the controls that moves what moves in it."""
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, _PANELS + _LEGEND), dpi=100)
        looks = line_looks(most_layers + 1)  # one more linear layer than tanh layers
        lines = {
            "activations": _panel(figure, 0, "activations: after each tanh", looks[:-1]),
            "gradients": _panel(figure, 1, "gradient of the activations", looks[:-1]),
            "weight_gradients": _panel(figure, 2, "gradient of the weights", looks),
            "updates": _updates(figure, 3, looks),
        }
        _legend(figure, looks)
    freeze(figure, [line for panel in lines.values() for line in panel])

    def update(**values) -> str:
        found = diagnose(**values)
        _check(found, most_layers)
        shown = {
            "activations": [histogram(h, -1, 1) for h in found.activations.values()],
            "gradients": [histogram(_powers(g), *_SLOPES) for g in found.gradients.values()],
            "weight_gradients": [
                histogram(_powers(g), *_SLOPES) for g in found.weight_gradients.values()
            ],
            "updates": [
                ([layer - 0.4, layer + 0.4], [_power(ratio)] * 2)
                for layer, ratio in enumerate(found.updates.values(), start=1)
            ],
        }
        for name, panel in lines.items():
            gone = [([], [])] * (len(panel) - len(shown[name]))
            for line, points in zip(panel, [*shown[name], *gone], strict=True):
                line.set_data(*points)
        text = table(found)
        # As many lines for few layers as for many: what is below the picture stays in its place.
        return "\n".join(text + [" "] * (most_layers + 2 - len(text)))

    return figure, update


def table(found: Diagnosis) -> list[str]:
    """The numbers of each layer, one line a layer below a line of headings."""
    lines = ["layer     std   |h|>0.97   gradient std  |  weights    gradient std   update/data"]
    left = [
        f"{name:7}{h.std().item():6.2f}{100 * (h.abs() > 0.97).double().mean().item():9.1f} %"
        f"{g.std().item():15.1e}  |  "
        for (name, h), g in zip(found.activations.items(), found.gradients.values(), strict=True)
    ]
    for row, (name, gradient) in enumerate(found.weight_gradients.items()):
        start = left[row] if row < len(left) else f"{'|':>42}  "
        ratio = found.updates[name]
        lines.append(f"{start}{name:10}{gradient.std().item():13.1e}{ratio:14.1e}")
    return lines


def _panel(figure: Figure, place: int, title: str, looks: list[dict]) -> list[Line2D]:
    """The empty lines of a histogram."""
    axes = _axes(figure, place, title)
    axes.set(xlim=(-1, 1) if place == 0 else _SLOPES, ylim=(0, _HIGHEST), ylabel="share (%)")
    axes.set_xlabel("value" if place == 0 else "log10 of |slope|")
    axes.set_xticks([-1, -0.5, 0, 0.5, 1] if place == 0 else range(_SLOPES[0], _SLOPES[1] + 1))
    return _lines(axes, looks)


def _updates(figure: Figure, at: int, looks: list[dict]) -> list[Line2D]:
    """One empty stroke for each layer, in the look that its lines have."""
    # What is healthy is said above the axes: within them strokes can be anywhere.
    axes = _axes(figure, at, "update / data (dotted: about healthy)")
    axes.set(xlim=(0.4, len(looks) + 0.6), ylim=_UPDATES, xlabel="layer", ylabel="log10")
    axes.set_xticks(range(1, len(looks) + 1))
    axes.axhline(-3, color="#222222", linestyle=(0, (1, 1)), linewidth=1.2)
    return _lines(axes, looks)


def _legend(figure: Figure, looks: list[dict]) -> None:
    """Which look is which layer's, in one row at the bottom. All that there may be: it stays."""
    strokes = [Line2D([], [], **look) for look in looks]
    names = ["layer 1", *(str(number) for number in range(2, len(looks) + 1))]
    place = {"loc": "lower center", "ncols": len(looks), "frameon": False}
    figure.legend(strokes, names, **place, fontsize=9, handlelength=3.2, columnspacing=1.2)


def _axes(figure: Figure, place: int, title: str) -> Axes:
    row, column = divmod(place, 2)
    shrunk = _PANELS / (_PANELS + _LEGEND)
    bottom = 1 - shrunk * (1 - (0.6 - 0.49 * row))
    corner = 0.075 + 0.5 * column, bottom
    axes = figure.add_axes((*corner, 0.41, 0.33 * shrunk), label=title)
    axes.set_title(title, size=11, pad=5)
    axes.tick_params(labelsize=9)
    return axes


def _lines(axes: Axes, looks: list[dict]) -> list[Line2D]:
    return [axes.plot([], [], **look)[0] for look in looks]


def _powers(gradient: torch.Tensor) -> torch.Tensor:
    return gradient.abs().log10()


def _power(ratio: float) -> float:
    return math.log10(ratio) if ratio > 0 else math.nan


def _check(found: Diagnosis, most_layers: int) -> None:
    if len(found.activations) > most_layers:
        raise ValueError(
            f"the picture has room for {most_layers} tanh layers, not {len(found.activations)}"
        )
    for tensors in (found.activations, found.gradients, found.weight_gradients):
        for name, values in tensors.items():
            if not values.isfinite().all():
                raise ValueError(f"{name} holds numbers beyond what a float holds")
