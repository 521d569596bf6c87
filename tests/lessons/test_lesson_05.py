"""Lesson 5: its own code against the helpers, its claims, and its live picture with any values."""

import io
import math
import re
import sys
import warnings
from functools import partial
from types import ModuleType

import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets import Dropdown
from shared.in_the_kernel import (
    assert_every_stop_draws,
    assert_makes_no_artists,
    assert_reset_restores,
)
from shared.lessons import (
    NOTEBOOKS,
    exercises,
    find_cell,
    prose_and_outputs,
    read_notebook,
)

from helpers import descent, heatmap
from helpers.checks import check, lesson_exercises
from helpers.pictures.descent import draw_learning, learning_picture
from helpers.pictures.sliders import live

PATH = NOTEBOOKS / "05_gradient_descent.ipynb"
SEED = "lecture's seed"


@st.composite
def counts_and_weights(draw):
    size = draw(st.integers(1, 6))
    cells = st.lists(st.integers(0, 1000), min_size=size**2, max_size=size**2).filter(any)
    counts = torch.tensor(draw(cells)).reshape(size, size)
    seed = draw(st.integers(0, 2**31))
    return counts, torch.randn((size, size), generator=torch.Generator().manual_seed(seed))


# What the lesson builds by hand is what helpers give


@settings(deadline=None)
@given(case=counts_and_weights(), rate=st.floats(0, 10), steps=st.integers(0, 5))
def test_loss_gradient_and_descent_are_the_helpers(lesson, case, rate, steps):
    counts, W = case
    close = {"rtol": 1e-6, "atol": 1e-9}
    loss, gradient = lesson["count_loss"](W, counts), lesson["count_gradient"](W, counts)
    torch.testing.assert_close(loss, descent.count_loss(W, counts), **close)
    torch.testing.assert_close(gradient, descent.count_gradient(W, counts), **close)
    losses, weights = lesson["descend"](counts, rate, steps, W)
    helper = descent.descend_on_counts(counts, learning_rate=rate, steps=steps, start=W)
    torch.testing.assert_close(torch.tensor(losses).double(), helper.losses, **close)
    torch.testing.assert_close(weights, helper.weights, **close)


def test_the_limit_is_the_helpers(lesson):
    assert lesson["limit"].item() == pytest.approx(descent.stability_limit(lesson["N"]))
    torch.testing.assert_close(lesson["greatest"], descent.curvatures(lesson["N"]))


# What the lesson claims


def test_a_hundred_steps_on_the_counts_take_500_times_less_with_equal_loss(lesson):
    assert lesson["seconds_on_examples"] >= 500 * lesson["seconds_on_counts"]
    on_examples = torch.tensor(lesson["losses"]).double()
    assert on_examples.shape == (101,)
    on_counts = descent.descend_on_counts(
        lesson["N"], learning_rate=50, steps=100, start=lesson["random_weights"]()
    )
    torch.testing.assert_close(on_examples, on_counts.losses, rtol=0, atol=1e-5)


def test_every_loss_in_the_prose_comes_out_of_a_cell():
    prose, shown = prose_and_outputs(PATH)
    numbers = set(re.findall(r"\b\d\.\d{4,5}\b", prose))
    assert len(numbers) > 5
    assert {number for number in numbers if number not in shown} == set()


def test_forgetting_to_zero_and_a_wrong_sign_show(lesson):
    right, forgot, wrong = (
        np.array(lesson[name]) for name in ("losses", "forgot_to_zero", "wrong_sign")
    )
    assert (np.diff(right) < 0).all()
    assert (np.diff(wrong) > 0).all()
    assert (forgot[1:4] < right[1:4] + 1e-6).all(), "at first it falls faster"
    assert (forgot[10:] > right[10:100]).all()


def test_every_whole_rate_from_68_to_76_is_good_enough_and_no_other(lesson):
    exercise = lesson_exercises("5")["5.5 best rate"]
    good = [rate for rate in range(1, 200) if exercise.accepts(rate)]
    assert good == list(range(68, 77))
    assert lesson["target"] == 2.467
    start = lesson["random_weights"]()
    assert lesson["learn"](72, 0, 100, start).losses[-1] < lesson["target"]


def test_the_best_rate_of_the_solution_is_the_limit_and_with_76_it_still_jumps(lesson):
    solution = next(
        each.solution for each in exercises(read_notebook(PATH)) if each.name == "5.5 best rate"
    )
    own = dict(lesson)
    exec(solution, own)
    assert own["best_rate"] == pytest.approx(lesson["limit"].item())
    losses = lesson["learn"](76, 0, 3000, lesson["starts"][SEED]).losses
    assert losses[100] < lesson["target"]
    assert (losses[-50:].diff().abs() > 1e-4).all()


def test_more_weight_for_an_is_better_as_it_has_less_than_its_share(lesson):
    a, n = lesson["stoi"]["a"], lesson["stoi"]["n"]
    p = torch.softmax(lesson["random_weights"](), dim=1)[a, n]
    assert p < lesson["P_counted"][a, n] / 4


@pytest.mark.filterwarnings("ignore:The .grad attribute")
def test_the_step_after_a_new_tensor_finds_no_gradient(lesson):
    W = lesson["random_weights"]().requires_grad_()
    lesson["count_loss"](W, lesson["N"]).backward()
    W = W - 50 * W.grad
    lesson["count_loss"](W, lesson["N"]).backward()
    assert W.grad is None


def test_the_gradient_may_be_emptied_anywhere_before_backward():
    def training_step(W, xs, ys, learning_rate):
        W.grad = None
        torch.nn.functional.cross_entropy(W[xs], ys).backward()
        with torch.no_grad():
            W += -learning_rate * W.grad
        return W

    assert check("5.3 training step", training_step).kind == "right"


def test_after_100_steps_the_start_hardly_matters_to_the_loss(lesson):
    starts = lesson["starts"].values()
    ends = [lesson["learn"](50, 0, 100, start).losses[-1].item() for start in starts]
    assert len(ends) == 3
    assert max(ends) - min(ends) < 0.003


def test_the_best_rate_is_judged_on_the_learner_s_own_counts(lesson, monkeypatch):
    """On few names, of few letters, other rates are good."""
    exercise = lesson_exercises("5")["5.5 best rate"]
    notebook = ModuleType("__main__")
    notebook.N = torch.tensor([[0, 5, 3], [6, 1, 2], [2, 3, 1]])
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    limit = descent.stability_limit(notebook.N)
    assert limit < 30
    assert exercise.accepts(0.97 * limit)
    assert not exercise.accepts(72)
    assert f"above the limit, {limit:.1f}" in exercise.explain(None, 72)


def test_no_direction_of_the_loss_has_a_negative_curvature(lesson):
    """What the lesson shows for a row, at random places of whole tables."""
    share = lesson["N"].double() / lesson["N"].sum()
    for seed in range(5):
        P = torch.softmax(3 * lesson["random_weights"](seed).double(), dim=1)
        v = torch.randn(27, generator=torch.Generator().manual_seed(seed)).double()
        for weight, p in zip(share.sum(1), P, strict=True):
            H = weight * (p.diag() - p.outer(p))
            assert torch.linalg.eigvalsh(H).min() > -1e-12
            variance = (p * v**2).sum() - (p * v).sum() ** 2
            torch.testing.assert_close(v @ H @ v, weight * variance)


# The live picture


@pytest.fixture
def drawn(lesson):
    """The figure, and the function that moves what moves in it."""
    with plt.style.context("helpers.course"):
        yield draw_learning(lesson["learn"], lesson["N"], lesson["itos"], lesson["starts"])


def panel(figure, label):
    return next(axes for axes in figure.axes if axes.get_label() == label)


def shown(drawn, **values):
    """What `update` says, the title, the curve, the table and the place of the limit."""
    figure, update = drawn
    defaults = {"learning_rate": 50, "strength": 0.0, "steps": 100, "start": SEED}
    text = update(**(defaults | values))
    losses = panel(figure, "loss")
    curve = next(line for line in losses.lines if line.get_visible())
    edge = next(line for line in panel(figure, "rate").lines if line.get_visible())
    return (
        text,
        losses.get_title(loc="left"),
        np.asarray(curve.get_ydata(), dtype=float),
        panel(figure, "learned").images[0].get_array(),
        edge.get_xdata()[0],
    )


def test_the_saved_notebook_shows_the_picture_at_its_defaults():
    (output,) = find_cell(PATH, "live-picture").outputs
    assert output.data["text/plain"] == (
        f"Live picture: learning rate = 50, strength = 0, steps = 100, start = {SEED}"
    )
    assert len(output.data["image/png"]) > 10_000


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_learning_below_the_limit(drawn):
    shown(drawn)
    return drawn[0]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_learning_above_the_limit_with_a_penalty(drawn):
    shown(drawn, learning_rate=60, strength=10.0, steps=20)
    return drawn[0]


def test_both_tables_say_what_rows_and_columns_are_as_lesson_1_does(lesson, drawn):
    whole = heatmap(lesson["N"], lesson["itos"])
    for name in ("counted", "learned"):
        axes = panel(drawn[0], name)
        assert (axes.get_xlabel(), axes.get_ylabel()) == (whole.get_xlabel(), whole.get_ylabel())
    plt.close(whole.figure)


def test_it_shows_the_descent_the_limit_and_the_names(lesson, drawn):
    text, title, losses, learned, edge = shown(drawn)
    assert text.startswith("loss after 100 steps: 2.4727\ncexze. ")
    assert title == "Rate 50, below the limit 74.4"
    assert edge == pytest.approx(74.4, abs=0.05)
    np.testing.assert_allclose(losses, lesson["losses"], atol=1e-5)
    np.testing.assert_allclose(learned.sum(1), 1)
    counted = panel(drawn[0], "counted").images[0].get_array()
    np.testing.assert_allclose(counted, lesson["P_counted"])


def test_the_prediction_comes_true(drawn):
    _, title, losses, *_ = shown(drawn, learning_rate=74, steps=1000, start="zeros")
    assert "below" in title
    assert (np.diff(losses) <= 0).all()
    jumps = {}
    for rate in (75, 80):
        _, title, losses, *_ = shown(drawn, learning_rate=rate, steps=1000, start="zeros")
        assert "above" in title
        jumps[rate] = np.abs(np.diff(losses[-50:])).min()
    assert 0 < jumps[75] < 1e-4, "hard to see"
    assert jumps[80] > 1e-3


def test_a_penalty_moves_the_limit_and_fades_the_table(drawn):
    _, title, _, faded, edge = shown(drawn, strength=10.0, learning_rate=50)
    assert title == "Rate 50, below the limit 53.1"
    assert edge == pytest.approx(53.1, abs=0.05)
    assert np.ptp(faded) < 0.1


@pytest.fixture(scope="module")
def picture(lesson):
    return learning_picture(lesson["learn"], lesson["N"], lesson["itos"], lesson["starts"])


def test_the_controls_have_their_range_and_their_defaults(picture):
    picture.reset()
    rates, strengths, steps = (
        [value for _, value in picture.controls[name].options]
        for name in ("learning_rate", "strength", "steps")
    )
    assert (rates[0], picture.controls["learning_rate"].value, rates[-1]) == (0.1, 50, 1000)
    assert (strengths[0], strengths[1], strengths[-1]) == (0, 0.001, 10)
    assert (steps[0], picture.controls["steps"].value, steps[-1]) == (1, 100, 1000)
    assert PIL.Image.open(io.BytesIO(picture.picture.value)).size == (800, 520)


def test_the_axes_hold_every_step_and_every_rate(drawn):
    losses, rates = panel(drawn[0], "loss"), panel(drawn[0], "rate")
    assert losses.get_xlim() == (0, 1000)
    assert losses.get_xticks().tolist() == [0, 1, 3, 10, 30, 100, 300, 1000]
    assert rates.get_xticks().tolist() == [0.1, 1, 10, 100, 1000]
    stretch = losses.yaxis.get_transform()
    heights = np.array([2.46, 3, 40])
    np.testing.assert_allclose(stretch.inverted().transform(stretch.transform(heights)), heights)


def test_all_rates_above_the_limit_are_hatched(drawn):
    edge = shown(drawn)[-1]
    (hatched,) = [patch for patch in panel(drawn[0], "rate").patches if patch.get_hatch()]
    assert hatched.get_x() == edge
    assert hatched.get_x() + hatched.get_width() == panel(drawn[0], "rate").get_xlim()[1]


def test_it_says_how_many_steps_were_taken_and_six_names(drawn):
    said, names = shown(drawn, steps=1)[0].split("\n")
    assert said.startswith("loss after 1 step: 3.")
    assert len(names.split()) == 6
    assert shown(drawn, learning_rate=-50)[0].startswith("loss after 100 steps: 416\n")


def test_every_stop_of_every_control_gives_a_picture(picture):
    assert_every_stop_draws(picture)


def test_reset_brings_back_the_first_picture(picture):
    assert_reset_restores(picture, learning_rate=1000, strength=10.0)


def test_a_move_changes_artists_and_makes_none(drawn):
    figure, _ = drawn
    shown(drawn)
    move = partial(shown, drawn, strength=10.0, start="zeros")
    assert_makes_no_artists(figure, [partial(move, learning_rate=x) for x in (0.1, 80, 1000)])


@pytest.mark.parametrize(
    "values",
    [
        {"learning_rate": 1e9},
        {"learning_rate": 1e308},
        {"learning_rate": -50},
        {"learning_rate": 0},
        {"learning_rate": 1e9, "strength": 10.0},
        {"strength": 1e12},
        {"steps": 0},
    ],
    ids=str,
)
def test_extreme_values_give_a_picture_and_no_warning(drawn, values):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text, title, losses, *_ = shown(drawn, **values)
        drawn[0].canvas.draw()
    assert text
    assert title
    assert losses[0] == pytest.approx(3.7590, abs=1e-4)


def test_numbers_beyond_what_a_float_holds_are_named(drawn):
    text, _, losses, *_ = shown(drawn, learning_rate=1e9, strength=10.0)
    assert re.match(r"At step \d+ the numbers grew beyond what a float holds\.\nNo names\.", text)
    assert np.isnan(losses[-1])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"strength": -1.0}, "the strength is -1.0; it must be"),
        ({"learning_rate": math.inf}, "the learning rate is inf; it must be"),
        ({"start": "NaN"}, "the start holds NaN"),
    ],
    ids=str,
)
def test_bad_values_give_a_message_and_the_next_good_one_clears_it(
    lesson, drawn, monkeypatch, values, words
):
    monkeypatch.setitem(lesson["starts"], "NaN", torch.full((27, 27), math.nan))
    good = {"learning_rate": 50, "strength": 0.0, "steps": 100, "start": SEED}
    controls = {
        name: Dropdown(
            options=[(str(each), each) for each in {value, values.get(name, value)}], value=value
        )
        for name, value in good.items()
    }
    picture = live(*drawn, **controls)
    last_good = picture.picture.value
    ((name, bad),) = values.items()
    picture.controls[name].value = bad
    assert words in picture.message.value
    assert picture.picture.value == last_good
    picture.controls[name].value = good[name]
    assert picture.message.value == ""
