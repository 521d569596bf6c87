"""The gradient check, drawn: lesson 9's live picture of how far off a nudged slope is."""

from __future__ import annotations

import math
from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import torch
from ipywidgets import SelectionSlider
from matplotlib.figure import Figure

from helpers.pictures.sliders import LivePicture, live
from helpers.plots.freeze import freeze

Nudged = Callable[[float, bool, torch.dtype], float]
"""From the size of the nudge h, whether it goes both ways, and the precision to the slope found."""

_STOPS = [scale * 10.0**power for power in range(-12, 0) for scale in (1, 3)] + [1.0]
_LOWEST, _HIGHEST = 1e-15, 1e2  # ends of the axis of differences
_MEASURED = {True: 1e-3, False: 1e-4}  # down to this h the curvature is far above the rounding
_PRECISIONS = {"float64": torch.float64, "float32": torch.float32}
_CURVATURE, _ROUNDING, _HERE = "#0072B2", "#222222", "#D55E00"
_FAINT = "#A8A8A8"


def gradient_check_picture(nudged: Nudged, slope: float, loss: float) -> LivePicture:
    """Show, live, how far a nudged slope is off, and how h, the difference and precision matter.

    nudged: as lesson 9 defines it. slope: what the backward pass says, in float64. loss: where we
        stand; the larger it is, the coarser its last digit.
    """
    return live(
        *draw_gradient_check(nudged, slope, loss),
        h=SelectionSlider(options=[(f"{stop:.0e}", stop) for stop in _STOPS], value=1e-2),
        difference=SelectionSlider(options=[("central", True), ("one-sided", False)]),
        precision=SelectionSlider(options=list(_PRECISIONS)),
    )


def draw_gradient_check(
    nudged: Nudged, slope: float, loss: float
) -> tuple[Figure, Callable[[float, bool, str], str]]:
    """The figure, and the function of the three controls that moves what moves in it.

    Drawn as lines is what two computers agree on: the curvature, measured where it is large and
    drawn on as the straight line that it is on these scales; and where rounding begins, a last
    digit of the loss over the distance of the nudges. The mark is what was found.
    """
    hs = np.array([_STOPS[0] / 10, *_STOPS])
    curved = {central: _curvature(nudged, slope, central, hs) for central in (True, False)}
    edges = {name: _rounding(loss, dtype, True, hs) for name, dtype in _PRECISIONS.items()}
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, 4.6), dpi=100)
        axes = figure.add_axes((0.1, 0.125, 0.8, 0.7))
        axes.set(xscale="log", yscale="log", xlim=(4e-13, 1.6), ylim=(_LOWEST, _HIGHEST))
        axes.set(xlabel="h, the size of the nudge", ylabel="off by")
        axes.set_xticks([10.0**power for power in range(-12, 1, 2)])
        axes.set_yticks([10.0**power for power in range(-14, 3, 2)])
        axes.minorticks_off()
        beside = {"textcoords": "offset points", "size": 9, "annotation_clip": False}
        for central, name, side in ((True, "central", "left"), (False, "one-sided", "right")):
            axes.plot(hs, curved[central], color=_FAINT, linestyle="-", linewidth=1)
            near = (hs[17], curved[central][17])  # at h = 1e-4
            gap = (8, -8) if central else (-6, 6)
            axes.annotate(name, near, gap, ha=side, **beside)
        for name, edge in edges.items():
            axes.plot(hs, edge, color=_FAINT, linestyle="-", linewidth=1)
            far = 3 if name == "float64" else 13
            axes.annotate(name, (hs[far], edge[far]), (5, 3), **beside)
        if slope:
            axes.axhline(abs(slope), color="#666666", linestyle=":", linewidth=1.2)
            axes.annotate("whole\nslope", (1.6, abs(slope)), (4, -8), **beside)
        looks = {"facecolor": "#F3D9C6", "edgecolor": "white", "hatch": "///", "linewidth": 0}
        areas = {
            name: axes.fill_between(hs, edge / 300, edge, zorder=0.5, **looks)
            for name, edge in edges.items()
        }
        (curve,) = axes.plot(hs, curved[True], color=_CURVATURE, linestyle="-", label="curvature")
        (border,) = axes.plot(
            hs, hs, color=_ROUNDING, linestyle="--", label="rounding: up to here, mostly less"
        )
        look = {"color": _HERE, "linestyle": "", "markersize": 10, "zorder": 5, "clip_on": False}
        (here,) = axes.plot([1], [1], marker="D", label="found", **look)
        axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, borderaxespad=0.2)
        title = figure.text(0.1, 0.945, "", size=13)
    freeze(figure, [*areas.values(), curve, border, here])
    title.set_visible(True)

    def update(h: float, difference: bool, precision: str) -> str:
        dtype = _PRECISIONS[precision]
        found = nudged(h, difference, dtype)
        off = abs(found - slope)
        curve.set_ydata(curved[difference])
        border.set_ydata(_rounding(loss, dtype, difference, hs))
        for name, area in areas.items():
            area.set_visible(name == precision)
        here.set_data([h], [min(max(off, _LOWEST), _HIGHEST)])
        title.set_text(f"h = {h:.0e}: off by {off:.0e}")
        by_curve = np.interp(h, hs, curved[difference])
        by_rounding = _rounding(loss, dtype, difference, np.array([h]))[0]
        says = "the curvature" if by_curve > by_rounding else "the rounding"
        says = f"What sets the limit here is {says}."
        if found == 0 and slope:
            says = "The nudge is lost: the loss with it and without it is the same number."
        return (
            f"nudged    {found: .16f}\nbackward  {slope: .16f}\n"
            f"digits that agree: {_digits(off, slope)}. {says}"
        )

    return figure, update


def _curvature(nudged: Nudged, slope: float, central: bool, hs: np.ndarray) -> np.ndarray:
    """How far off the slope of a chord is: measured above a certain h, a power of h below it."""
    smallest, power = _MEASURED[central], 2 if central else 1

    def off(h: float) -> float:
        return max(abs(nudged(h, central, torch.float64) - slope), 1e-30)

    low = off(smallest)
    return np.array([off(h) if h > smallest else low * (h / smallest) ** power for h in hs])


def _rounding(loss: float, precision: torch.dtype, central: bool, hs: np.ndarray) -> np.ndarray:
    """What one last digit of the loss makes of the slope."""
    return torch.finfo(precision).eps * abs(loss) / (hs * (2 if central else 1))


def _digits(off: float, slope: float) -> int:
    """How many leading digits of the slope can be believed."""
    if not math.isfinite(off) or off >= abs(slope):
        return 0
    return 16 if off == 0 else min(16, math.floor(-math.log10(off / abs(slope))))
