"""Lesson 8's pictures: who moves when one example does, and what is averaged over what."""

import warnings
from functools import partial

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from shared.in_the_kernel import assert_makes_no_artists, assert_reset_restores

from helpers.pictures.normalization import coupling_picture, draw_coupling, draw_touched

VALUES = torch.tensor([12.0, -7.5, 0.0, -2.0, -11.5, 10.0, 4.0, -14.5], dtype=torch.float64)


def normalize(values, training):
    if training:
        mean, std = values.mean(), values.std(correction=0)
    else:
        mean, std = torch.tensor(-2.0), torch.tensor(8.0)
    return (values - mean) / std, mean, std


@pytest.fixture
def drawn():
    with plt.style.context("helpers.course"):
        yield draw_coupling(normalize, VALUES)


def shown(drawn, example_1=12.0, mode=True):
    """The text, and where the lines stand above and below, in the units of their axes."""
    figure, update = drawn
    text = update(example_1=example_1, mode=mode)
    lines = [line for line in figure.axes[0].lines if line.get_visible()]
    *joined, spread = lines
    ends = np.array([line.get_xdata() for line in joined], dtype=float)
    return text, 8 * ends[:, 0], ends[:, 1], 8 * np.array(spread.get_xdata(), dtype=float)


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_eight_examples_of_a_unit(drawn):
    shown(drawn)
    return drawn[0]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_one_example_moves_all(drawn):
    shown(drawn, example_1=24.0)
    return drawn[0]


@pytest.mark.parametrize("mode", [True, False], ids=["training", "eval"])
@pytest.mark.parametrize("example_1", [-24.0, -7.5, 0.0, 12.0, 24.0])
def test_it_shows_what_is_computed(drawn, example_1, mode):
    text, above, below, spread = shown(drawn, example_1, mode)
    values = VALUES.clone()
    values[0] = example_1
    expected, mean, std = normalize(values, mode)
    np.testing.assert_allclose(above, values)
    np.testing.assert_allclose(below, expected)
    np.testing.assert_allclose(spread, [mean - std, mean, mean + std])
    lines = text.splitlines()
    assert lines[0].split() == ["mean", f"{mean:.2f}", "std", f"{std:.2f}"]
    assert [float(each) for each in lines[2].split()[1:]] == values.tolist()
    assert lines[3].split()[1:] == [f"{value:.2f}" for value in expected]
    assert len({len(line) for line in lines[1:]}) == 1, "the columns stand below each other"


def test_the_others_move_in_training_and_stay_in_eval(drawn):
    for mode in (True, False):
        _, above, before, _ = shown(drawn, mode=mode)
        _, other_above, after, _ = shown(drawn, example_1=24.0, mode=mode)
        assert np.array_equal(above[1:], other_above[1:])
        assert after[0] > before[0]
        assert np.array_equal(before[1:], after[1:]) is not mode
        assert (np.abs(before[1:] - after[1:]) > 0.01).all() == mode


def test_example_1_has_its_number_above_it_and_a_look_of_its_own(drawn):
    shown(drawn, example_1=-20.0)
    axes = drawn[0].axes[0]
    (number,) = [text for text in axes.texts if text.get_text() == "1"]
    first, second, *_ = [line for line in axes.lines if line.get_visible()]
    assert number.get_position() == (-20 / 8, 1.05)
    assert number.get_weight() == "bold"
    assert number.get_color() == first.get_color() != second.get_color()
    assert (first.get_marker(), second.get_marker()) == ("D", "o")
    assert first.get_zorder() > second.get_zorder()


def test_the_slider_starts_at_the_value_of_example_1_and_has_whole_and_half_stops():
    slider = coupling_picture(normalize, VALUES).controls["example_1"]
    assert (slider.min, slider.value, slider.max, slider.step) == (-24, 12, 24, 0.5)
    assert slider.readout_format == ".1f"


def test_all_stays_within_the_axes(drawn):
    figure, _ = drawn
    low, high = figure.axes[0].get_xlim()
    for mode in (True, False):
        for example_1 in (-24.0, 24.0):
            _, above, below, spread = shown(drawn, example_1, mode)
            every = np.concatenate([above / 8, below, spread / 8])
            assert low < every.min() < every.max() < high


@pytest.fixture(scope="module")
def picture():
    return coupling_picture(normalize, VALUES)


def test_every_stop_of_every_control_gives_a_picture(picture):
    assert set(picture.controls) == {"example_1", "mode"}
    for training in (True, False):
        picture.controls["mode"].value = training
        for value in np.arange(-24, 24.5, 0.5).tolist():
            picture.controls["example_1"].value = value
            assert picture.message.value == ""
    picture.reset()


def test_reset_brings_back_the_first_picture(picture):
    picture.reset()
    assert str(picture) == "Live picture: example 1 = 12.0, mode = training"
    assert_reset_restores(picture, example_1=-3.0, mode=False)


def test_a_move_changes_artists_and_makes_none(drawn):
    figure, _ = drawn
    moves = [partial(shown, drawn, example_1, mode=False) for example_1 in (-24.0, 3.0, 24.0)]
    assert_makes_no_artists(figure, moves)


def test_a_batch_without_spread_gives_a_picture(drawn):
    figure, update = draw_coupling(normalize, torch.tensor([1.0, 1.0], dtype=torch.float64))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "nan" in update(example_1=1.0, mode=True)
        figure.canvas.draw()


# What is averaged over what

MOVES = {
    "batch norm": torch.zeros(8, 12, dtype=torch.bool).index_fill(1, torch.tensor([3]), True),
    "layer norm": torch.zeros(8, 12, dtype=torch.bool).index_fill(0, torch.tensor([2]), True),
}


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_a_column_and_a_row_move():
    return draw_touched(MOVES, (2, 3))


def test_cells_that_move_are_coloured_and_hatched():
    figure = draw_touched(MOVES, (2, 3))
    assert [axes.get_title(loc="left") or axes.get_title() for axes in figure.axes] == list(MOVES)
    for axes, moves in zip(figure.axes, MOVES.values(), strict=True):
        expected = moves.int().numpy()
        expected[2, 3] = 2
        np.testing.assert_array_equal(axes.images[0].get_array(), expected)
        hatched = {
            (round(patch.get_y() + 0.5), round(patch.get_x() + 0.5))
            for patch in axes.patches
            if isinstance(patch, mpl.patches.Rectangle) and patch.get_hatch()
        }
        assert hatched == {tuple(place) for place in np.argwhere(expected == 1).tolist()}
    assert not plt.get_fignums(), "it is shown once"


def test_its_legend_tells_the_three_kinds():
    (legend,) = draw_touched(MOVES, (2, 3)).legends
    words = [text.get_text() for text in legend.get_texts()]
    assert words == ["the number that was moved", "moves with it", "stays"]
    assert [bool(each.get_hatch()) for each in legend.legend_handles] == [False, True, False]
    assert legend.legend_handles[0].get_facecolor() != legend.legend_handles[1].get_facecolor()
