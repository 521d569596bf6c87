"""The contrast of a figure's text against what it stands on, as WCAG 2 defines it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import ArrayLike


def luminance(rgb: ArrayLike) -> np.ndarray:
    """The relative luminance of colours in sRGB, shape (..., 3), all from 0 to 1."""
    rgb = np.asarray(rgb)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def contrast(one, other) -> float:
    """From 1 (the same) to 21 (black on white). A transparent `one` lets `other` through."""
    *ink, alpha = to_rgba(one)
    paper = to_rgba(other)[:3]
    seen = [alpha * i + (1 - alpha) * p for i, p in zip(ink, paper, strict=True)]
    dark, light = sorted([luminance(seen), luminance(paper)])
    return (light + 0.05) / (dark + 0.05)


def too_faint(figure: Figure, least: float = 4.5) -> Iterator[str]:
    """Titles, labels, ticks and legends that are hard to read against the paper around them.

    Text inside the axes may stand on a colour of its own, such as a heatmap's cells: there the
    tests of that picture look.
    """
    inside = {text for axes in figure.axes for text in axes.texts}
    for text in figure.findobj(Text):
        shown = text.get_visible() and text.get_text().strip() and text not in inside
        if shown and (found := contrast(text.get_color(), figure.get_facecolor())) < least:
            yield f"{text.get_text()!r} has a contrast of {found:.1f}"
