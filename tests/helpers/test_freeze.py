"""freeze: a figure looks the same frozen, and what moves in it still does."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers.plots.freeze import freeze


def draw(frozen: bool, height: float):
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(4, 3), dpi=100)
        figure.text(0.05, 0.95, "of the figure")
        axes = figure.add_axes((0.15, 0.2, 0.8, 0.6))
        axes.plot([0, 1], [0, 1])
        (moving,) = axes.plot([0, 1], [0.2, 0.2], linewidth=3)
        axes.set(ylim=(0, 1), xlabel="step", title="A title")
        if frozen:
            freeze(figure, [moving])
        moving.set_ydata([height, height])
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba()).astype(int)


@pytest.mark.parametrize("height", [0.2, 0.6])
def test_a_frozen_figure_looks_like_one_that_is_drawn_anew(height):
    np.testing.assert_allclose(draw(True, height), draw(False, height), atol=2)


def test_what_moves_leaves_no_trace_where_it_was():
    assert (draw(True, 0.2) != draw(True, 0.6)).any()
