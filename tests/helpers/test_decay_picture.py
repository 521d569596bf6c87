"""Lessons 10 and 11: weight decay over trainings that were run beforehand."""

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest
from shared.in_the_kernel import assert_makes_no_artists, assert_reset_restores

from helpers.pictures.decay import decay_picture, draw_decay


def run(train, dev, rms=0.2):
    curve = [train + 1 / (step + 1) for step in range(50)]
    return {"train": [train], "dev": [dev], "rms": rms, "steps": 1500, "curve": curve}


RUNS = {
    "AdamW, 0": run(2.11, 2.14, 0.3),
    "AdamW, 0.1": run(2.12, 2.139),
    "AdamW, 1": run(2.2, 2.21),
    "Adam, 0": run(2.11, 2.14),
    "Adam, 0.1": run(2.3, 2.31),
    "Adam, 1": run(2.6, 2.6, 0.01),
}


@pytest.fixture
def drawn():
    with plt.style.context("helpers.course"):
        yield draw_decay(RUNS)


def lines(figure, label):
    (axes,) = [each for each in figure.axes if each.get_label() == label]
    return [line for line in axes.lines if line.get_visible()]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_a_decay_that_does_little(drawn):
    drawn[1](weight_decay=0.1, optimizer="AdamW")
    return drawn[0]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_a_decay_that_does_harm(drawn):
    drawn[1](weight_decay=1.0, optimizer="Adam")
    return drawn[0]


@pytest.mark.parametrize("optimizer", ["AdamW", "Adam"])
@pytest.mark.parametrize("decay", [0.0, 0.1, 1.0])
def test_it_shows_what_was_run(drawn, decay, optimizer):
    figure, update = drawn
    text = update(weight_decay=decay, optimizer=optimizer)
    chosen = RUNS[f"{optimizer}, {decay:g}"]
    train, dev, here = lines(figure, "ends")
    every = [each for name, each in RUNS.items() if name.startswith(f"{optimizer}, ")]
    assert list(train.get_ydata()) == [each["train"][0] for each in every]
    assert list(dev.get_ydata()) == [each["dev"][0] for each in every]
    assert list(here.get_xdata()) == [[0.0, 0.1, 1.0].index(decay)] * 2
    without, curve = lines(figure, "way")
    np.testing.assert_allclose(curve.get_ydata(), chosen["curve"])
    np.testing.assert_allclose(without.get_ydata(), RUNS[f"{optimizer}, 0"]["curve"])
    assert curve.get_xdata()[0] == 15
    assert curve.get_xdata()[-1] == 1485
    gap = chosen["dev"][0] - chosen["train"][0]
    assert f"train {chosen['train'][0]:.3f}, dev {chosen['dev'][0]:.3f}" in text
    assert f"behind by {gap:.3f}" in text
    assert f"{chosen['rms']:.3f}" in text


@pytest.fixture(scope="module")
def picture():
    return decay_picture(RUNS)


def test_reset_brings_back_the_first_picture(picture):
    picture.reset()
    assert str(picture) == "Live picture: weight decay = 0, optimizer = AdamW"
    assert_reset_restores(picture, weight_decay=1.0, optimizer="Adam")


def test_with_one_optimizer_there_is_nothing_to_choose():
    one = decay_picture({name: each for name, each in RUNS.items() if "AdamW" in name})
    assert set(one.controls) == {"weight_decay"}
    one.controls["weight_decay"].value = 1.0
    assert one.message.value == ""


def test_a_move_changes_artists_and_makes_none(drawn):
    figure, update = drawn
    moves = [partial(update, decay, kind) for decay in (0, 0.1) for kind in ("Adam", "AdamW")]
    assert_makes_no_artists(figure, moves)


@pytest.mark.parametrize("left_out", [["Adam, 1"], list(RUNS)])
def test_runs_that_do_not_fit_are_refused(left_out):
    with pytest.raises(ValueError, match="same weight decays"):
        decay_picture({name: each for name, each in RUNS.items() if name not in left_out})


def test_losses_that_lie_near_to_each_other_are_not_stretched():
    """Lesson 11's: the lowest dev loss is to be seen, far above the train losses as it is."""
    near = {f"AdamW, {decay:g}": run(1.72 + decay / 10, 1.98) for decay in (0, 0.5, 1)}
    figure, _ = draw_decay(near)
    ends, way = figure.axes
    assert ends.get_yscale() == "linear"
    assert ends.get_ylabel() == "loss at the end"
    assert ends.get_ylim()[0] < 1.72 < 1.98 < ends.get_ylim()[1]
    assert way.get_yscale() == "function"


def test_no_loss_on_the_way_lies_below_the_picture(drawn):
    figure, _ = drawn
    lowest = min(min(each["curve"]) for each in RUNS.values())
    (way,) = [each for each in figure.axes if each.get_label() == "way"]
    assert way.get_ylim()[0] < lowest
    deep = {name: each | {"curve": [2.0] * 50} for name, each in RUNS.items()}
    assert draw_decay(deep)[0].axes[1].get_ylim()[0] < 2.0
