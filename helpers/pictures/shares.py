"""Batch norm's way back, drawn: lesson 9's live picture of what mean and variance take out."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib.pyplot as plt
import torch
from ipywidgets import FloatSlider, SelectionSlider
from matplotlib.figure import Figure

from helpers.pictures.sliders import LivePicture, live
from helpers.plots.freeze import freeze

Shares = Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
"""From the slopes that come in and the normalized values of one unit, both shape (n,), to what the
mean takes out of the slopes, one number, and what the variance does, shape (n,)."""

_CHOICES = {
    "both": (1, 1),
    "mean's share": (1, 0),
    "variance's share": (0, 1),
    "none": (0, 0),
}
_WIDEST, _HIGHEST = 2.8, 2.6  # ends of the axes
_MOVED, _OTHERS, _LINE = "#D55E00", "#0072B2", "#222222"


def shares_picture(shares: Shares, direct: torch.Tensor, z_hat: torch.Tensor) -> LivePicture:
    """Show, live, what batch norm takes out of the slopes of a batch on their way back.

    shares: as lesson 9 defines it. direct: slopes of one unit as they come in, shape (n,), the
        first of them a multiple of 0.2 between -2 and 2. z_hat: its normalized values, shape (n,).
    """
    first = round(direct[0].item() / 0.2) * 0.2
    return live(
        *draw_shares(shares, direct, z_hat),
        example_1=FloatSlider(value=first, min=-2, max=2, step=0.2, readout_format=".1f"),
        taken_out=SelectionSlider(options=list(_CHOICES)),
    )


def draw_shares(
    shares: Shares, direct: torch.Tensor, z_hat: torch.Tensor
) -> tuple[Figure, Callable[[float, str], str]]:
    """The figure, and the function of both controls that moves what moves in it."""
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, 4.2), dpi=100)
        axes = figure.add_axes((0.09, 0.13, 0.89, 0.77))
        axes.set(xlim=(-_WIDEST, _WIDEST), ylim=(-_HIGHEST, _HIGHEST))
        axes.set(xlabel="normalized value (z_hat)", ylabel="slope")
        axes.axhline(0, color="#666666", linewidth=0.8, linestyle="-")
        (line,) = axes.plot([-_WIDEST, _WIDEST], [0, 0], color=_LINE, linestyle="--")
        places = z_hat.tolist()
        sticks = [axes.plot([x, x], [0, 0], "-", color=_OTHERS, lw=2.5)[0] for x in places]
        points = [axes.plot([x], [0], "o", color=_OTHERS, markersize=8)[0] for x in places]
        sticks[0].set_color(_MOVED)
        points[0].set(color=_MOVED, marker="D", markersize=10)
        line.set_label("mean's and variance's share")
        points[1].set_label("comes in")
        sticks[1].set_label("goes on: from the line to the point")
        axes.legend(
            handles=[points[1], line, sticks[1]],
            loc="lower right",
            bbox_to_anchor=(1.0, 1.0),
            ncols=3,
        )
    freeze(figure, [line, *sticks, *points])

    def update(example_1: float, taken_out: str) -> str:
        slopes = direct.clone()
        slopes[0] = example_1
        of_mean, of_variance = shares(slopes, z_hat)
        with_mean, with_variance = _CHOICES[taken_out]
        level = with_mean * of_mean.item()
        squares = (z_hat * z_hat).sum()
        tilt = with_variance * ((of_variance * z_hat).sum() / squares).item() if squares else 0.0
        line.set_ydata([level - tilt * _WIDEST, level + tilt * _WIDEST])
        goes_on = slopes - with_mean * of_mean - with_variance * of_variance
        for stick, point, x, slope in zip(sticks, points, places, slopes.tolist(), strict=True):
            stick.set_ydata([level + tilt * x, slope])
            point.set_ydata([slope])
        rows = {"comes in": slopes, "goes on": goes_on}
        sums = [goes_on.sum().item(), (goes_on * z_hat).sum().item()]
        return "\n".join(
            [
                "example   " + "".join(f"{place:7}" for place in range(1, len(slopes) + 1)),
                *(
                    f"{name:10}" + "".join(f"{value + 0.0:7.2f}" for value in row.tolist())
                    for name, row in rows.items()
                ),
                "sum of what goes on {:.2f}, times z_hat {:.2f}".format(
                    *(abs(each) if abs(each) < 0.005 else each for each in sums)
                ),
            ]
        )

    return figure, update
