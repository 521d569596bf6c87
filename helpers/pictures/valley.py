"""A long narrow valley, and the way down: lesson 10's live picture of rate and momentum."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import torch
from ipywidgets import SelectionSlider
from matplotlib.figure import Figure

from helpers.pictures.sliders import LivePicture, live
from helpers.plots.freeze import freeze

Descend = Callable[[float, float, float], torch.Tensor]
"""From rate, momentum and steepness to the places on the way, shape (steps + 1, 2)."""
Limit = Callable[[float, float], float]
"""From momentum and steepness to the rate from which on no descent settles."""

# Denser around the limits of a steepness of 100: 0.02, and up to 0.04 with momentum.
_RATES = [0.001, 0.002, 0.003, 0.005, 0.01, 0.015, 0.018, 0.019, 0.0195, 0.02, 0.0205, 0.021]
_RATES += [0.022, 0.025, 0.028, 0.03, 0.032, 0.035, 0.036, 0.037, 0.038, 0.0385, 0.039, 0.04]
_RATES += [0.045, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 1.5, 2, 2.5, 3, 4]
_MOMENTA = [0, 0.5, 0.8, 0.9, 0.95, 0.99]
_STEEP = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
_LOWEST, _HIGHEST = 0.0008, 5  # ends of the axis of rates
_HEIGHTS = [0.5, 2, 8, 20, 40]  # of the lines of equal loss
_FAR = 1e3  # beyond the frame: what is further away is drawn there


def valley_picture(descend: Descend, limit: Limit) -> LivePicture:
    """Show, live, a descent into the valley (x**2 + steepness * y**2) / 2, and its losses.

    descend, limit: as lesson 10 defines them.
    """

    def slider(stops: list[float], value: float) -> SelectionSlider:
        return SelectionSlider(options=[(f"{stop:g}", stop) for stop in stops], value=value)

    return live(
        *draw_valley(descend, limit),
        rate=slider(_RATES, 0.019),
        momentum=slider(_MOMENTA, 0),
        steepness=slider(_STEEP, 100),
    )


def draw_valley(descend: Descend, limit: Limit) -> tuple[Figure, Callable[..., str]]:
    """The figure, and the function of the three controls that moves what moves in it."""
    steps = len(descend(0.01, 0.0, 1.0)) - 1
    angle = np.linspace(0, 2 * np.pi, 121)
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, 4.8), dpi=100)
        valley = figure.add_axes((0.075, 0.41, 0.44, 0.5), label="valley")
        valley.set(xlim=(-11, 11), ylim=(-2.5, 2.5), xlabel="x, the flat direction")
        valley.set_ylabel("y, the steep one", labelpad=2)
        look = {"color": "#8A8A8A", "linestyle": "-", "linewidth": 1}
        rings = [valley.plot([], [], **look)[0] for _ in _HEIGHTS]
        valley.plot([0], [0], "+", color="#222222", markersize=10)
        path = {"linestyle": "-", "linewidth": 1.2, "marker": "o", "markersize": 3.5}
        (way,) = valley.plot([], [], color="#D55E00", **path)
        (start,) = valley.plot([], [], "s", color="#0072B2", markersize=8)
        title = valley.set_title("", y=1)
        losses = figure.add_axes((0.62, 0.41, 0.355, 0.5), label="loss")
        losses.set(yscale="log", xlim=(0, steps), ylim=(1e-9, 1e4), xlabel="step")
        losses.set_title("Loss")
        losses.set_yticks([1e-8, 1e-4, 1, 1e4], ["10⁻⁸", "10⁻⁴", "1", "10⁴"])
        losses.minorticks_off()
        (curve,) = losses.plot([], [], color="#0072B2", linestyle="-")
        rates = figure.add_axes((0.075, 0.12, 0.9, 0.1), label="rate")
        rates.set(xscale="log", xlim=(_LOWEST, _HIGHEST), ylim=(0, 1), xlabel="rate")
        ticks = [0.001, 0.003, 0.01, 0.02, 0.04, 0.1, 0.3, 1, 2, 4]
        rates.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        rates.minorticks_off()
        rates.yaxis.set_visible(False)
        too_large = rates.axvspan(1, 2, facecolor="#F3D9C6", edgecolor="white", hatch="///")
        edge = rates.axvline(1, color="#D55E00", linestyle="-")
        (here,) = rates.plot([1], [0.5], "D", color="#0072B2", markersize=9)
    freeze(figure, [*rings, way, start, title, curve, too_large, edge, here])

    def update(rate: float, momentum: float, steepness: float) -> str:
        places = descend(rate, momentum, steepness).double()
        highest = limit(momentum, steepness)
        for ring, height in zip(rings, _HEIGHTS, strict=True):
            across = (2 * height) ** 0.5
            ring.set_data(across * np.cos(angle), across / steepness**0.5 * np.sin(angle))
        shown = places.clamp(-_FAR, _FAR).nan_to_num(_FAR).numpy()
        way.set_data(shown[:, 0], shown[:, 1])
        start.set_data(shown[:1, 0], shown[:1, 1])
        heights = (places[:, 0] ** 2 + steepness * places[:, 1] ** 2) / 2
        curve.set_data(range(len(heights)), heights.clamp(1e-12, 1e12).numpy())
        side = "below" if rate < highest * (1 - 1e-9) else "above"
        side = "at" if abs(rate - highest) <= 1e-9 * highest else side
        title.set_text(f"Rate {rate:g}, {side} the limit {highest:.3g}")
        edge.set_xdata([highest, highest])
        too_large.set(x=highest, width=max(_HIGHEST - highest, 0))
        here.set_xdata([rate])
        x, y = places[-1].tolist()
        end = f"{heights[-1].item():.2g}"
        return f"after {len(places) - 1} steps: x {x:.2g}, y {y:.2g}, loss {end}"

    return figure, update
