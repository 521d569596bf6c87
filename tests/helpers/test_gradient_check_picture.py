"""Lesson 9's live picture of the gradient check: where on the U one stands."""

import math
import re
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from shared.in_the_kernel import (
    assert_every_stop_draws,
    assert_makes_no_artists,
    assert_reset_restores,
)

from helpers.pictures.gradient_check import draw_gradient_check, gradient_check_picture

SLOPE = math.exp(0.5)  # of the loss exp(x), at x = 0.5; the loss is the same number


def nudged(h, central=True, dtype=torch.float64):
    def loss_at(by):
        return (torch.tensor(0.5, dtype=dtype) + by).exp().item()

    if central:
        return (loss_at(h) - loss_at(-h)) / (2 * h)
    return (loss_at(h) - loss_at(0)) / h


@pytest.fixture
def drawn():
    with plt.style.context("helpers.course"):
        yield draw_gradient_check(nudged, SLOPE, SLOPE)


def line(figure, label):
    (found,) = [each for each in figure.axes[0].lines if each.get_label().startswith(label)]
    return np.array(found.get_xdata(), dtype=float), np.array(found.get_ydata(), dtype=float)


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_a_central_difference_at_a_hundredth(drawn):
    drawn[1](h=1e-2, difference=True, precision="float64")
    return drawn[0]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_a_one_sided_difference_in_float32(drawn):
    drawn[1](h=1.0, difference=False, precision="float32")
    return drawn[0]


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("central", [True, False])
@pytest.mark.parametrize("h", [1.0, 1e-2, 1e-5, 1e-9, 1e-12])
def test_the_mark_and_the_text_say_what_was_found(drawn, h, central, precision):
    figure, update = drawn
    text = update(h=h, difference=central, precision=precision)
    found = nudged(h, central, getattr(torch, precision))
    off = abs(found - SLOPE)
    x, y = line(figure, "found")
    assert x.tolist() == [h]
    assert y.tolist() == [min(max(off, 1e-15), 1e2)]
    lines = text.splitlines()
    assert lines[0].split() == ["nudged", f"{found:.16f}"]
    assert lines[1].split() == ["backward", f"{SLOPE:.16f}"]
    digits = int(re.search(r"agree: (\d+)\.", lines[2])[1])
    if off < SLOPE:
        assert off / SLOPE <= 10.0**-digits
        assert digits == 16 or off / SLOPE > 10.0 ** -(digits + 1)
    else:
        assert digits == 0
    assert f"off by {off:.0e}" in [each.get_text() for each in figure.texts][-1]


def test_the_curvature_is_what_theory_says(drawn):
    """The error of a chord: a sixth of the third derivative times h², half the second times h."""
    figure, update = drawn
    for central, factor, power in ((True, SLOPE / 6, 2), (False, SLOPE / 2, 1)):
        update(h=1e-2, difference=central, precision="float64")
        x, y = line(figure, "curvature")
        small = x <= 1e-2
        np.testing.assert_allclose(y[small], factor * x[small] ** power, rtol=0.01)


def test_the_rounding_is_a_last_digit_over_the_distance(drawn):
    figure, update = drawn
    for precision, eps in (("float64", 2.0**-52), ("float32", 2.0**-23)):
        for central, distance in ((True, 2), (False, 1)):
            update(h=1e-2, difference=central, precision=precision)
            x, y = line(figure, "rounding")
            np.testing.assert_allclose(y, eps * SLOPE / (distance * x))


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("central", [True, False])
def test_no_slope_found_is_further_off_than_the_two_lines_say(drawn, central, precision):
    figure, update = drawn
    for power in range(-12, 1):
        update(h=10.0**power, difference=central, precision=precision)
        (h,), (off,) = line(figure, "found")
        most = sum(
            np.interp(np.log(h), np.log(x), y)
            for x, y in (line(figure, "curvature"), line(figure, "rounding"))
        )
        # In float32 the nudged number is rounded as well, by half a last digit.
        moved = SLOPE * torch.finfo(getattr(torch, precision)).eps / h
        assert off <= 2 * most + moved


@pytest.mark.parametrize(
    ("h", "precision", "says"),
    [
        (1e-1, "float64", "the curvature"),
        (1e-10, "float64", "the rounding"),
        (1e-4, "float32", "the rounding"),
        (1e-9, "float32", "The nudge is lost"),
    ],
)
def test_it_says_what_sets_the_limit(drawn, h, precision, says):
    assert says in drawn[1](h=h, difference=True, precision=precision)


def test_only_the_area_of_the_precision_is_shown(drawn):
    figure, update = drawn
    areas = [each for each in figure.axes[0].collections if each.get_hatch()]
    for precision, shown in (("float64", [True, False]), ("float32", [False, True])):
        update(h=1e-2, difference=True, precision=precision)
        assert [area.get_visible() for area in areas] == shown


def test_a_slope_of_zero_and_a_loss_without_curvature_are_drawn():
    figure, update = draw_gradient_check(lambda h, central, dtype: 0.0, 0.0, 1.0)
    assert "digits that agree: 0" in update(h=1e-2, difference=True, precision="float64")
    figure.canvas.draw()


@pytest.fixture(scope="module")
def picture():
    return gradient_check_picture(nudged, SLOPE, SLOPE)


def test_every_stop_of_every_control_gives_a_picture(picture):
    assert set(picture.controls) == {"h", "difference", "precision"}
    assert_every_stop_draws(picture)


def test_reset_brings_back_the_first_picture(picture):
    picture.reset()
    assert str(picture) == "Live picture: h = 1e-02, difference = central, precision = float64"
    assert_reset_restores(picture, h=1e-6, difference=False, precision="float32")


def test_a_move_changes_artists_and_makes_none(drawn):
    figure, update = drawn
    moves = [
        partial(update, h=h, difference=central, precision="float32")
        for h in (1e-9, 1e-3)
        for central in (True, False)
    ]
    assert_makes_no_artists(figure, moves)
