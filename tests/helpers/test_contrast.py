"""The measure of contrast, and what it lets through. conftest.py holds it against every picture."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure
from shared.contrast import contrast, too_faint


@pytest.mark.parametrize(
    ("ink", "paper", "expected"),
    [
        ("black", "white", 21),
        ("white", "black", 21),
        ("#767676", "white", 4.54),  # the lightest grey that passes
        ("#777777", "white", 4.48),
        ((0, 0, 0, 0), "white", 1),
    ],
)
def test_contrast(ink, paper, expected):
    assert contrast(ink, paper) == pytest.approx(expected, abs=0.005)


def test_faint_text_is_found():
    figure = Figure()
    axes = figure.subplots()
    axes.set_xlabel("a label")
    assert list(too_faint(figure)) == []
    axes.set_title("a title", color="#999999")
    assert list(too_faint(figure)) == ["'a title' has a contrast of 2.8"]
