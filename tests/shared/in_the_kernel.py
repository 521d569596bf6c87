"""What must hold of every live picture, tried without a browser: the controls are set here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import matplotlib as mpl
from ipywidgets import ValueWidget
from matplotlib.figure import Figure

from helpers.pictures.sliders import LivePicture


def stops(control: ValueWidget) -> list:
    """Every value that a list or a slider of whole steps can be moved to."""
    if hasattr(control, "options"):
        return [each[1] if isinstance(each, tuple) else each for each in control.options]
    count = round((control.max - control.min) / control.step)
    return [control.min + i * control.step for i in range(count + 1)]


def assert_every_stop_draws(picture: LivePicture) -> None:
    """Each control, moved by itself from the defaults, brings a picture and no message."""
    for name, control in picture.controls.items():
        for stop in stops(control):
            control.value = stop
            assert picture.message.value == "", f"{name} = {stop}"
        picture.reset()


def assert_reset_restores(picture: LivePicture, **moved) -> None:
    """Reset brings back the first picture, and the text below it, after these moves."""
    picture.reset()
    first, text = picture.picture.value, picture.text.value
    for name, value in moved.items():
        picture.controls[name].value = value
    assert picture.picture.value != first
    picture.reset()
    assert (picture.picture.value, picture.text.value) == (first, text)


def assert_makes_no_artists(figure: Figure, moves: Iterable[Callable[[], object]]) -> None:
    """Moves change what is drawn, and add nothing to it."""
    before = _artists(figure)
    for move in moves:
        move()
    assert _artists(figure) == before


def _artists(figure: Figure) -> tuple[set[int], int]:
    shown = {id(artist) for axes in figure.axes for artist in axes.get_children()}
    # An axis makes ticks as it needs them.
    return shown, len(figure.findobj(lambda artist: not isinstance(artist, mpl.axis.Tick)))
