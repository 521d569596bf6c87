"""Lesson 10's live valley: rate, momentum and steepness, and the limit that is predicted."""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from shared.in_the_kernel import assert_makes_no_artists, assert_reset_restores

from helpers.pictures.valley import draw_valley, valley_picture


def descend(rate, momentum, steepness, steps=100):
    curvatures = torch.tensor([1.0, steepness], dtype=torch.float64)
    place = torch.tensor([-10.0, 1.5], dtype=torch.float64)
    velocity, path = torch.zeros(2, dtype=torch.float64), [place]
    for _ in range(steps):
        velocity = momentum * velocity + curvatures * place
        place = place - rate * velocity
        path.append(place)
    return torch.stack(path)


def limit(momentum, steepness):
    return 2 * (1 + momentum) / steepness


@pytest.fixture
def drawn():
    with plt.style.context("helpers.course"):
        yield draw_valley(descend, limit)


def axes_of(figure, label):
    (found,) = [axes for axes in figure.axes if axes.get_label() == label]
    return found


def moving(figure, label):
    return [line for line in axes_of(figure, label).lines if line.get_visible()]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_a_descent_below_the_limit(drawn):
    drawn[1](rate=0.019, momentum=0, steepness=100)
    return drawn[0]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_a_descent_with_momentum(drawn):
    drawn[1](rate=0.03, momentum=0.8, steepness=100)
    return drawn[0]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_a_descent_above_the_limit(drawn):
    drawn[1](rate=0.021, momentum=0, steepness=100)
    return drawn[0]


@pytest.mark.parametrize(
    ("rate", "momentum", "steepness"),
    [(0.019, 0, 100), (0.03, 0.8, 100), (0.5, 0.5, 2), (4, 0.99, 1000)],
)
def test_it_shows_what_is_computed(drawn, rate, momentum, steepness):
    figure, update = drawn
    text = update(rate=rate, momentum=momentum, steepness=steepness)
    path = descend(rate, momentum, steepness)
    *rings, way, start = moving(figure, "valley")
    within = path.abs().max() < 1000
    if within:
        np.testing.assert_allclose(way.get_xydata(), path)
        assert f"x {path[-1, 0]:.2g}, y {path[-1, 1]:.2g}" in text
    np.testing.assert_allclose(start.get_xydata(), path[:1])
    heights = (path[:, 0] ** 2 + steepness * path[:, 1] ** 2) / 2
    (curve,) = moving(figure, "loss")
    np.testing.assert_allclose(curve.get_ydata(), heights.clamp(1e-12, 1e12))
    for ring in rings:
        x, y = ring.get_data()
        ring_heights = (x**2 + steepness * y**2) / 2
        np.testing.assert_allclose(ring_heights, ring_heights[0])
    edge, here = moving(figure, "rate")
    assert edge.get_xdata() == [limit(momentum, steepness)] * 2
    assert here.get_xdata() == [rate]


def test_the_title_says_on_which_side_of_the_limit(drawn):
    figure, update = drawn
    for rate, side in ((0.019, "below"), (0.02, "at"), (0.0205, "above")):
        update(rate=rate, momentum=0, steepness=100)
        assert (
            axes_of(figure, "valley").get_title(loc="left") == f"Rate {rate}, {side} the limit 0.02"
        )


def test_the_hatching_begins_at_the_limit(drawn):
    figure, update = drawn
    update(rate=0.019, momentum=0.9, steepness=100)
    (hatched,) = [each for each in axes_of(figure, "rate").patches if each.get_hatch()]
    assert hatched.get_x() == pytest.approx(0.038)
    update(rate=0.019, momentum=0.99, steepness=0.1)  # a limit beyond the axis
    assert hatched.get_width() == 0


@pytest.fixture(scope="module")
def picture():
    return valley_picture(descend, limit)


def test_every_stop_of_every_control_gives_a_picture(picture):
    for name, control in picture.controls.items():
        for _, stop in control.options:
            control.value = stop
            assert picture.message.value == "", (name, stop)
    picture.reset()


def test_reset_brings_back_the_first_picture(picture):
    picture.reset()
    assert str(picture) == "Live picture: rate = 0.019, momentum = 0, steepness = 100"
    assert_reset_restores(picture, rate=0.03, momentum=0.8, steepness=20)


def test_a_move_changes_artists_and_makes_none(drawn):
    figure, update = drawn
    moves = [partial(update, rate, 0.9, 50) for rate in (0.001, 0.05, 4)]
    assert_makes_no_artists(figure, moves)


def test_the_limit_comes_true_at_every_stop(picture):
    """The picture's promise: below it a descent settles, above it none does."""
    rates = [rate for _, rate in picture.controls["rate"].options]
    for momentum in (0, 0.5, 0.9):
        for steepness in (1, 100):
            for rate in rates:
                highest = limit(momentum, steepness)
                if rate < 0.98 * highest and rate > 0.05 * highest:
                    assert descend(rate, momentum, steepness, 3000)[-1, 1].abs() < 0.01
                elif rate > 1.02 * highest:
                    end = descend(rate, momentum, steepness, 3000)[-1, 1].abs()
                    assert not end < 10
