"""What does not move in a live picture is drawn once."""

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers.plots.fonts import provide
from helpers.plots.ticks import thin_out


def freeze(figure: Figure, moving: Sequence[Artist]) -> None:
    """Draw all of the figure but `moving` once, and put it behind as an image.

    For live pictures: the letters and numbers along the axes take longer to draw than what moves.

    Args:
        figure: changed in place; it has to keep its size from here on.
        moving: artists of its axes that go on being drawn, above all others.
    """
    thin_out(figure)
    provide(figure)
    for artist in moving:
        artist.set_visible(False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    background = np.asarray(canvas.buffer_rgba()).copy()
    for artist in [*figure.texts, *(each for ax in figure.axes for each in ax.get_children())]:
        artist.set_visible(artist in moving)
    figure.add_artist(_Background(background))


class _Background(Artist):
    """Pixels that are put down as they are. (Figure.figimage would resample them at each draw.)"""

    def __init__(self, pixels: np.ndarray):
        super().__init__()
        self.set_zorder(-1)
        self._pixels = np.ascontiguousarray(pixels[::-1])  # a renderer's rows begin at the bottom

    def draw(self, renderer: RendererBase) -> None:
        renderer.draw_image(renderer.new_gc(), 0, 0, self._pixels)
