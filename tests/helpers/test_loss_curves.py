"""loss_curves: one line a run, levels by name, gaps where a loss is not finite."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from helpers.plots.curves import loss_curves


@pytest.fixture(autouse=True)
def _course_style():
    with plt.style.context("helpers.course"):
        yield
    plt.close("all")


FALLING = torch.linspace(3, 0, 30).double().exp() / 20 + 2.46
LEVELS = {"uniform": 3.2958, "floor": 2.4540}


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_two_runs_and_two_levels():
    curves = {"learning rate 50": FALLING, "learning rate 10": FALLING + 0.3}
    return loss_curves(curves, levels=LEVELS, title="Two runs").figure


def test_it_draws_where_it_is_told_and_returns_it():
    _, ax = plt.subplots()
    assert loss_curves({"run": [3, 2]}, ax) is ax


def test_losses_are_drawn_as_they_are():
    (line,) = loss_curves({"run": FALLING}).lines
    np.testing.assert_array_equal(line.get_ydata(), FALLING)
    np.testing.assert_array_equal(line.get_xdata(), range(30))


def test_one_run_needs_no_legend():
    assert loss_curves({"run": FALLING}).get_legend() is None
    assert loss_curves({"one": FALLING, "other": FALLING}).get_legend() is not None


def test_what_is_not_finite_leaves_a_gap():
    (line,) = loss_curves({"run": [3.0, np.inf, 2.0, np.nan]}).lines
    assert np.isfinite(line.get_ydata()).tolist() == [True, False, True, False]


def test_a_single_loss_can_be_seen():
    (line,) = loss_curves({"run": [3.0]}).lines
    assert line.get_marker() == "o"


@pytest.mark.parametrize("losses", [[], [[1, 2]], 3.0])
def test_what_is_no_curve_is_refused(losses):
    with pytest.raises(ValueError, match="'run' needs one loss for each step"):
        loss_curves({"run": losses})


def test_a_level_is_no_formula():
    ax = loss_curves({"run": FALLING}, levels={"$x^2$": 2.5})
    (label,) = [text for text in ax.texts if "$" in text.get_text()]
    assert not label.get_parse_math()
