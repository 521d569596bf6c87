"""The picture of losses, step by step."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike


def loss_curves(
    curves: dict[str, ArrayLike],
    ax: Axes | None = None,
    *,
    levels: dict[str, float] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw the loss of one or more runs, step by step, and levels to hold it against.

    Args:
        curves: from the name of a run to its losses, shape (steps + 1,), in nats; the first is the
            loss before any step. NaN and infinity leave a gap. With one run there is no legend.
        ax: where to draw; without it, a figure is made.
        levels: from the name of a level to its loss: a thin line across, with name and value.
        title: what stands above the picture.

    Returns:
        The Axes drawn on.

    Raises:
        ValueError: a run has no losses, or they are not one number a step.
    """
    ax = ax or plt.subplots(layout="constrained")[1]
    for name, losses in curves.items():
        values = np.asarray(losses, dtype=np.float64)
        if values.ndim != 1 or not values.size:
            raise ValueError(f"{name!r} needs one loss for each step; got shape {values.shape}")
        marker = "o" if values.size == 1 else None  # one point has no line to be seen by
        ax.plot(np.where(np.isfinite(values), values, np.nan), label=name, marker=marker)
    for name, level in (levels or {}).items():
        ax.axhline(level, color="#666666", linestyle=":", linewidth=1.2)
        # Curves come from above: the lowest level has room below it, the others above.
        below = level == min(levels.values())
        ax.annotate(
            f"{name} {level:.4f}",
            (1, level),
            (0, -3 if below else 3),
            ("axes fraction", "data"),
            "offset points",
            ha="right",
            va="top" if below else "bottom",
            size="small",
            parse_math=False,
        )
    ax.margins(y=0.08)  # room for the name of the lowest level
    ax.set(xlabel="step", ylabel="loss (nats)")
    if len(curves) > 1:
        ax.legend()
    if title:
        ax.set_title(title)
    return ax
