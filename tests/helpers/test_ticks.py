"""As many letters along an axis as can be read."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.plots.ticks import thin_out


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def named(axis) -> list[str]:
    axis.get_figure(root=True).draw_without_rendering()
    return [label.get_text() for label in axis.get_ticklabels()]


def overlapping(axis) -> bool:
    figure = axis.get_figure(root=True)
    figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in axis.get_ticklabels()]
    return any(one.overlaps(other) for one, other in pairwise(boxes))


LETTERS = [chr(code) for code in (*range(0x100, 0x22C), *range(0x400, 0x4C8))]


@pytest.mark.parametrize("count", [60, 150, 500])
@pytest.mark.parametrize("way", ["ticks", "bars"])
def test_of_too_many_letters_some_are_named_and_the_axis_says_so(count, way):
    figure, ax = plt.subplots(figsize=(8, 3))
    ax.set_xlabel("letter")
    if way == "ticks":
        ax.set_xlim(-0.5, count - 0.5)
        ax.set_xticks(range(count), LETTERS[:count])
    else:
        ax.bar(LETTERS[:count], np.ones(count))
    assert overlapping(ax.xaxis)
    thin_out(figure)
    assert not overlapping(ax.xaxis)
    shown = named(ax.xaxis)
    step = -(-count // len(shown))
    assert shown == LETTERS[:count:step], "each stands where it belongs"
    assert ax.get_xlabel() == f"letter (1 in {step} is named)"
    thin_out(figure)
    assert named(ax.xaxis) == shown, "a second time changes nothing"


def test_rows_are_thinned_out_as_well():
    figure, ax = plt.subplots(figsize=(3, 3))
    ax.set_ylim(-0.5, 99.5)
    ax.set_yticks(range(100), LETTERS[:100])
    thin_out(figure)
    assert not overlapping(ax.yaxis)
    assert ax.get_ylabel().startswith("(1 in")


def test_what_has_room_is_left_as_it_is():
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 3))
    left.set_xticks(range(27), LETTERS[:27])
    right.plot(range(1000))
    left.set_xlabel("letter")
    thin_out(figure)
    assert named(left.xaxis) == LETTERS[:27]
    assert left.get_xlabel() == "letter"
    assert right.get_xlabel() == ""
