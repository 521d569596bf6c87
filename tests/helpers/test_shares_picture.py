"""Lesson 9's live picture of batch norm's way back: what mean and variance take out."""

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

from helpers.pictures.shares import draw_shares, shares_picture

X = torch.tensor([4.0, -2.5, -3.2, 1.3, -2.8, -2.1, 5.1, 0.2], dtype=torch.float64)
Z_HAT = (X - X.mean()) / X.std(correction=0)
DIRECT = torch.tensor([0.0, 0.2, -1.2, 0.4, -1.0, -2.0, 0.0, -1.0], dtype=torch.float64)


def shares(direct, z_hat):
    return direct.mean(0), z_hat * (direct * z_hat).mean(0)


@pytest.fixture
def drawn():
    with plt.style.context("helpers.course"):
        yield draw_shares(shares, DIRECT, Z_HAT)


def shown(drawn, example_1=0.0, taken_out="both"):
    """The text, the ends of the line, and from where to where the sticks go."""
    figure, update = drawn
    text = update(example_1=example_1, taken_out=taken_out)
    lines = [each for each in figure.axes[0].lines if each.get_visible()]
    ends = [np.array(each.get_ydata(), dtype=float) for each in lines]
    return text, ends[0], np.array(ends[1:9]), np.array(ends[9:17])[:, 0]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_both_shares_taken_out(drawn):
    shown(drawn)
    return drawn[0]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_the_mean_s_share_alone_taken_out(drawn):
    shown(drawn, example_1=2.0, taken_out="mean's share")
    return drawn[0]


@pytest.mark.parametrize("taken_out", ["both", "mean's share", "variance's share", "none"])
@pytest.mark.parametrize("example_1", [-2.0, 0.0, 1.4])
def test_it_shows_what_is_computed(drawn, example_1, taken_out):
    text, line, sticks, points = shown(drawn, example_1, taken_out)
    direct = DIRECT.clone()
    direct[0] = example_1
    of_mean, of_variance = shares(direct, Z_HAT)
    goes_on = direct.clone()
    if taken_out in ("both", "mean's share"):
        goes_on -= of_mean
    if taken_out in ("both", "variance's share"):
        goes_on -= of_variance
    np.testing.assert_allclose(points, direct)
    np.testing.assert_allclose(sticks[:, 1] - sticks[:, 0], goes_on, atol=1e-12)
    heights = line[0] + (line[1] - line[0]) * (Z_HAT.numpy() + 2.8) / 5.6
    np.testing.assert_allclose(sticks[:, 0], heights, atol=1e-12)
    lines = text.splitlines()
    assert lines[1].split()[2:] == [f"{value:.2f}" for value in direct.tolist()]
    assert [float(each) for each in lines[2].split()[2:]] == pytest.approx(
        goes_on.tolist(), abs=0.0051
    )
    assert len({len(each) for each in lines[:3]}) == 1, "the columns stand below each other"


def test_with_both_shares_it_is_the_line_of_best_fit(drawn):
    _, line, *_ = shown(drawn, example_1=1.4)
    direct = DIRECT.clone()
    direct[0] = 1.4
    tilt, level = np.polyfit(Z_HAT.numpy(), direct.numpy(), 1)
    np.testing.assert_allclose(line, [level - 2.8 * tilt, level + 2.8 * tilt])


@pytest.mark.parametrize(
    ("taken_out", "sums", "products"),
    [
        ("both", True, True),
        ("mean's share", True, False),
        ("variance's share", False, True),
        ("none", False, False),
    ],
)
def test_each_share_makes_one_of_the_two_sums_zero(drawn, taken_out, sums, products):
    text, *_ = shown(drawn, example_1=1.0, taken_out=taken_out)
    words = text.splitlines()[-1].replace(",", "").split()
    assert words[:5] == ["sum", "of", "what", "goes", "on"]
    assert (words[5] == "0.00") == sums
    assert (words[-1] == "0.00") == products
    assert "-0.00" not in text


def test_example_1_has_a_look_of_its_own(drawn):
    figure, update = drawn
    update(example_1=1.0, taken_out="both")
    lines = [each for each in figure.axes[0].lines if each.get_visible()]
    first, second = lines[9], lines[10]
    assert (first.get_marker(), second.get_marker()) == ("D", "o")
    assert first.get_color() == lines[1].get_color() != second.get_color()


def test_a_batch_without_spread_is_drawn():
    update = draw_shares(shares, torch.ones(8).double(), torch.zeros(8).double())[1]
    assert "sum of what goes on 0.00" in update(example_1=1.0, taken_out="both")


@pytest.fixture(scope="module")
def picture():
    return shares_picture(shares, DIRECT, Z_HAT)


def test_every_stop_of_every_control_gives_a_picture(picture):
    assert set(picture.controls) == {"example_1", "taken_out"}
    assert_every_stop_draws(picture)


def test_reset_brings_back_the_first_picture(picture):
    picture.reset()
    assert str(picture) == "Live picture: example 1 = 0.0, taken out = both"
    assert_reset_restores(picture, example_1=-1.0, taken_out="none")


def test_a_move_changes_artists_and_makes_none(drawn):
    choices = ("none", "both", "variance's share")
    assert_makes_no_artists(drawn[0], [partial(shown, drawn, 1.0, each) for each in choices])
