"""Lesson 7: its own code against the helpers, its claims, and its live picture with any values."""

import math
import re
import threading
import warnings
from dataclasses import replace
from functools import partial

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from ipywidgets import IntSlider
from shared.in_the_kernel import (
    assert_every_stop_draws,
    assert_makes_no_artists,
    assert_reset_restores,
)
from shared.lessons import (
    NOTEBOOKS,
    code_cells,
    find_cell,
    printed,
    prose_and_outputs,
    read_notebook,
)

from helpers import check, diagnostics, layers
from helpers.pictures.diagnostics import diagnostics_picture, draw_diagnostics
from helpers.plots.layers import histogram

pytestmark = pytest.mark.usefixtures("float64")

PATH = NOTEBOOKS / "07_initialization.ipynb"
DEFAULTS = {"gain": 5 / 3, "last_scale": 0.1, "depth": 6, "width": 100}


# What the lesson builds by hand is what helpers give


def networks(lesson, sizes, seed, **options):
    """The same network twice: of the lesson's layers, and of those in helpers."""
    for found in (lesson, vars(layers)):
        g = torch.Generator().manual_seed(seed)
        stack = [found["Embedding"](27, 2, generator=g), found["Flatten"]()]
        fan_in = 6
        for size in sizes:
            stack += [found["Linear"](fan_in, size, generator=g, **options), found["Tanh"]()]
            fan_in = size
        yield found["Sequential"](*stack, found["Linear"](fan_in, 27, generator=g))


@settings(deadline=None, max_examples=30)
@given(
    sizes=st.lists(st.integers(2, 6), max_size=3),
    gain=st.floats(0.1, 5),
    bias=st.booleans(),
    seed=st.integers(0, 2**31),
)
def test_its_layers_and_its_look_inside_are_the_helpers(lesson, sizes, gain, bias, seed):
    ours, theirs = networks(lesson, sizes, seed, gain=gain, bias=bias)
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(mine, other)
        assert mine.is_leaf
        assert mine.requires_grad
    X, Y = lesson["X_few"], lesson["Y_few"]
    assert torch.equal(ours(X), theirs(X))
    one = lesson["diagnose_network"](ours, X, Y, 0.1)
    other = diagnostics.diagnose_network(theirs, X, Y, rate=0.1)
    torch.testing.assert_close(vars(one), vars(other), rtol=0, atol=0)


def test_its_bare_tensors_and_its_layers_are_one_network(lesson):
    torch.testing.assert_close(
        lesson["stacked"](lesson["X_dev"]), lesson["logits"](lesson["kaiming"], lesson["X_dev"])
    )


# What the lesson claims


def test_every_loss_in_the_prose_comes_out_of_a_cell():
    prose, shown = prose_and_outputs(PATH)
    numbers = set(re.findall(r"\b\d+\.\d{4}\b|\b27\.66\b", re.sub(r"(?s)```.*?```", "", prose)))
    assert len(numbers) > 4
    # The answer to exercise 7.1 is not given away by a cell.
    assert {number for number in numbers if number not in shown} == {"7.8633"}
    assert f"{-math.log(0.01 / 26):.4f}" == "7.8633"


def test_the_saved_progress_bars_are_those_of_these_steps():
    """A refresh keeps the outputs that differ from run to run: they can fall behind their code."""
    for cell in code_cells(read_notebook(PATH)):
        if steps := re.search(r"train\(.*steps=(\d+)", cell.source):
            shown = "".join(output.text for output in cell.outputs)
            assert set(re.findall(r"\d+/\d+", shown)) == {f"{steps[1]}/{steps[1]}"}, cell.id


def test_each_step_of_the_cure_lowers_the_dev_loss(lesson):
    raw, quiet, quieter, kaiming = (
        lesson["dev_loss"](lesson[name]) for name in ("raw", "quiet", "quieter", "kaiming")
    )
    assert raw > quiet > quieter
    assert kaiming == pytest.approx(quieter, abs=0.01)


def test_the_stick_is_gone_and_the_steps_are_saved(lesson):
    raw, quiet = lesson["raw_losses"], lesson["quiet_losses"]
    assert raw[0] == pytest.approx(27.66, abs=0.005)
    assert quiet[0] < 3.31
    assert quiet[400:500].mean() < raw[-100:].mean()
    assert printed(PATH, "wasted") == "below ln 27 after 1,600 steps\n"


def test_about_half_of_what_the_stick_costs_is_being_too_sure(lesson):
    raw, quiet = (lesson["dev_loss"](lesson[name]) for name in ("raw", "quiet"))
    less_sure = lesson["divided_loss"](lesson["raw"], 2)
    assert (raw - less_sure) / (raw - quiet) == pytest.approx(0.5, abs=0.05)


def test_the_steep_part_makes_the_logits_small():
    before, after = (float(line.split()[-1]) for line in printed(PATH, "blade").splitlines())
    assert before / after == pytest.approx(3, abs=0.3), "to a third"


def test_a_last_layer_of_zeros_costs_one_step():
    slopes = [float(line.split()[-1]) for line in printed(PATH, "last-layer-zero").splitlines()]
    assert slopes[0] == 0
    assert all(slope > 0 for slope in slopes[1:])


def test_a_gain_of_five_thirds_is_the_best_of_those_tried(lesson):
    by_gain = lesson["by_gain"]
    assert min(by_gain, key=by_gain.get) == 5 / 3
    assert by_gain[0.3] == pytest.approx(2.82, abs=0.02), "the frequencies of the characters"


def test_five_thirds_settles_at_about_two_thirds_and_one_goes_on_shrinking(lesson):
    stds = {gain: lesson["stds_through"](gain)[0] for gain in (1, 5 / 3, 3)}
    assert all(abs(each - 0.65) < 0.01 for each in stds[5 / 3][5:])
    assert all(one > other for one, other in zip(stds[1][:10], stds[1][1:11], strict=True))
    assert min(stds[3]) > 0.8


def numbers_after(cell_id: str, word: str) -> list[float]:
    """The numbers that stand after a word, line by line, in what a cell of the lesson prints."""
    lines = printed(PATH, cell_id).splitlines()
    return [float(re.split(word, line)[1].split()[0]) for line in lines if word in line]


def test_with_32_bits_and_batches_of_32_the_lectures_first_loss_comes_out():
    assert printed(PATH, "the-lecture-cell") == "first loss 27.88\n"


def test_the_raw_network_has_learned_more_than_its_loss_shows(lesson):
    start, raw = (lesson[name] for name in ("start", "raw"))
    ways = (1, 2, 3, 10, 100, 1000)
    before, after = ([lesson["divided_loss"](each, by) for by in ways] for each in (start, raw))
    assert min(before) > math.log(27) - 0.001, "at the start there is nothing to find"
    assert after[1] < after[0] - 0.2, "with half its logits"


def test_the_larger_the_spread_the_larger_the_mean_loss():
    means = sorted(numbers_after("four-logits", "average"))
    assert means == pytest.approx([1.3863, 1.4050, 2.8988, 27.5])
    lines = printed(PATH, "four-logits").splitlines()[1:]
    by_mean = sorted(lines, key=lambda line: float(line.split()[-1]))
    assert [line[:10].strip() for line in by_mean] == ["all equal", "times 0.1", "some", "times 10"]


def test_a_saturated_unit_is_slow_and_one_at_1_is_dead():
    moved = numbers_after("dead-moved", "moved by")
    assert moved[0] == 0
    assert moved[1] / moved[2] == pytest.approx(1 / 3, abs=0.05)
    low = numbers_after("dead-moved", "h from")[1]
    assert 0.97 < low < 0.99


def test_the_root_of_the_fan_in_keeps_what_goes_forward_and_that_of_the_fan_out_the_gradient(
    lesson,
):
    scales = lesson["scales"]
    forward, back = lesson["both_ways"](scales["by root of fan-in"])
    assert forward == pytest.approx([1] * 5, abs=0.05)
    assert back == pytest.approx([0.35, 1, 0.35, 1, 0.35], abs=0.02)
    forward, back = lesson["both_ways"](scales["by root of fan-out"])
    assert forward[-1] == pytest.approx(2.8, abs=0.1)
    assert back == pytest.approx([1] * 5, abs=0.05)
    assert max(lesson["both_ways"](scales["by fan-in, no root"])[0][-1:]) < 1e-5


def test_gains_are_one_over_the_root_of_the_mean_square():
    relu, tanh = numbers_after("gain-origin-cell", "over that")
    assert relu == pytest.approx(2**0.5, abs=0.005)
    assert tanh == pytest.approx(1.59, abs=0.005)


def test_a_wider_network_has_the_same_activations_and_smaller_gradients(lesson):
    """As the text says: to about a third, from 20 units to 200."""
    narrow, wide = (lesson["diagnose"](**(DEFAULTS | {"width": w})) for w in (20, 200))
    for name, h in narrow.activations.items():
        assert h.std().item() == pytest.approx(wide.activations[name].std().item(), abs=0.06)
    for kind in ("gradients", "weight_gradients"):
        pairs = zip(getattr(narrow, kind).values(), getattr(wide, kind).values(), strict=True)
        ratios = [(one.std() / other.std()).item() for one, other in pairs]
        assert all(2.5 < ratio < 4.6 for ratio in ratios[:6]), kind


def test_rates_show_in_the_ratios(lesson):
    levels = [
        np.log10([seen[-100:] for seen in list(ratios.values())[:-1]]).mean()
        for ratios, _ in lesson["watched"].values()
    ]
    assert levels[0] < -5
    assert -3.3 < levels[1] < -2.7
    assert levels[2] > -2


# The live picture


@pytest.fixture
def drawn(lesson):
    """The figure, and the function that moves what moves in it."""
    with plt.style.context("helpers.course"):
        yield draw_diagnostics(lesson["diagnose"])


def shown(drawn, **values):
    """The text, and for each panel the lines that are drawn: from its title to their points."""
    figure, update = drawn
    text = update(**(DEFAULTS | values))
    panels = {
        axes.get_label(): [
            np.asarray(line.get_data(), dtype=float)
            for line in axes.lines
            if line.get_visible() and len(line.get_xdata())
        ]
        for axes in figure.axes
    }
    return text, *panels.values()


def test_the_saved_notebook_shows_the_picture_at_its_defaults():
    (output,) = find_cell(PATH, "live-picture").outputs
    assert output.data["text/plain"] == (
        "Live picture: gain = 5/3, last scale = 0.1, depth = 6, width = 100"
    )
    assert len(output.data["image/png"]) > 10_000


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_six_layers_with_gain_five_thirds(drawn):
    shown(drawn)
    return drawn[0]


@pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 100})
def test_eight_layers_with_gain_one_half(drawn):
    shown(drawn, gain=0.5, depth=8)
    return drawn[0]


def test_each_panel_draws_what_it_is_called(lesson, drawn):
    """Fails where activations and gradients, or the layers, change places."""
    found = lesson["diagnose"](**DEFAULTS)
    _, activations, gradients, weight_gradients, updates = shown(drawn)
    titles = [axes.get_title(loc="left") for axes in drawn[0].axes]
    assert titles == [
        "activations: after each tanh",
        "gradient of the activations",
        "gradient of the weights",
        "update / data (dotted: about healthy)",
    ]
    for lines, expected in (
        (activations, [histogram(h, -1, 1) for h in found.activations.values()]),
        (gradients, [histogram(g.abs().log10(), -9, 0) for g in found.gradients.values()]),
        (
            weight_gradients,
            [histogram(g.abs().log10(), -9, 0) for g in found.weight_gradients.values()],
        ),
        (
            updates,
            [
                ([i - 0.4, i + 0.4], [np.log10(r)] * 2)
                for i, r in enumerate(found.updates.values(), 1)
            ],
        ),
    ):
        np.testing.assert_allclose(np.array(lines), np.array(expected))


def test_the_legend_has_the_looks_of_the_lines(drawn):
    figure, _ = drawn
    (legend,) = figure.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["layer 1", *map(str, range(2, 10))]

    def look(line):
        return mpl.colors.to_hex(line.get_color()), line.get_linestyle(), line._dash_pattern

    shown(drawn, depth=8)
    looks = [look(stroke) for stroke in legend.get_lines()]
    for axes in figure.axes:
        lines = [line for line in axes.lines if len(line.get_xdata())]
        layers_ = [look(line) for line in lines if mpl.colors.to_hex(line.get_color()) != "#222222"]
        assert layers_ == looks[: len(layers_)]
        assert len(layers_) in (8, 9)


def test_no_words_stand_where_a_line_may_come(drawn):
    assert [text.get_text() for axes in drawn[0].axes for text in axes.texts] == []


def test_known_numbers_are_drawn_where_they_belong():
    """Without a network: constants, and a ratio of a thousandth."""
    known = diagnostics.Diagnosis(
        activations={"tanh 1": torch.full((4, 5), 0.5)},
        gradients={"tanh 1": torch.full((4, 5), -1e-4)},
        weight_gradients={"linear 1": torch.full((2, 5), 1e-2), "linear 2": torch.zeros(5, 3)},
        updates={"linear 1": 1e-3, "linear 2": 0.0},
    )
    with plt.style.context("helpers.course"):
        figure, update = draw_diagnostics(lambda: known, most_layers=2)
    text = update()
    panels = [[line for line in axes.lines if line.get_visible()] for axes in figure.axes]
    for panel, place in ((0, 0.5), (1, -4), (2, -2)):
        x, shares = panels[panel][0].get_data()
        assert shares.max() == 100
        assert x[shares.argmax()] == pytest.approx(place, abs=0.15)
    assert panels[2][1].get_ydata().sum() == 0, "slopes of 0 have no place on a log scale"
    np.testing.assert_allclose(panels[3][0].get_ydata(), -3)
    assert np.isnan(panels[3][1].get_ydata()).all()
    assert "tanh 1   0.00      0.0 %" in text


def test_the_text_has_the_numbers_of_every_layer(lesson, drawn):
    found = lesson["diagnose"](**DEFAULTS)
    lines = shown(drawn)[0].splitlines()
    assert len(lines) == 10, "as many as for eight layers"
    for line, (name, h) in zip(lines[1:], found.activations.items(), strict=False):
        saturated = 100 * (h.abs() > 0.97).double().mean()
        assert line.startswith(f"{name:7}{h.std():6.2f}{saturated:9.1f} %")
        assert f"{found.gradients[name].std():.1e}  |" in line
    for line, (name, ratio) in zip(lines[1:], found.updates.items(), strict=False):
        assert line.endswith(f"{ratio:.1e}")
        assert f"{name:10}{found.weight_gradients[name].std():13.1e}" in line


def test_a_small_gain_shrinks_activations_and_gradients_and_a_large_one_saturates(lesson):
    def stds(tensors):
        return [each.std().item() for each in tensors.values()]

    small, right, large = (lesson["diagnose"](**(DEFAULTS | {"gain": g})) for g in (0.5, 5 / 3, 3))
    assert stds(small.activations)[-1] < 0.05 * stds(small.activations)[0]
    assert stds(small.gradients)[0] < 0.05 * stds(small.gradients)[-1]
    assert max(stds(right.gradients)) < 2 * min(stds(right.gradients))
    assert stds(large.gradients)[0] > 3 * stds(large.gradients)[-1]
    assert all((h.abs() > 0.97).double().mean() > 0.3 for h in large.activations.values())
    hidden = stds(small.weight_gradients)[:-1]
    assert max(hidden) < 1.5 * min(hidden), "alike, and small"


def test_the_last_layers_scale_moves_gradients_and_not_activations(lesson):
    small, large = (lesson["diagnose"](**(DEFAULTS | {"last_scale": s})) for s in (0.01, 0.1))
    torch.testing.assert_close(small.activations, large.activations)
    for name, gradient in small.gradients.items():
        ratio = large.gradients[name].std() / gradient.std()
        assert ratio.item() == pytest.approx(10, rel=0.05)


@pytest.mark.parametrize(
    ("values", "hidden", "weights"),
    [({"depth": 1}, 1, 2), ({"depth": 8}, 8, 9), ({"width": 20}, 6, 7)],
)
def test_there_is_a_line_for_each_layer_and_none_left_over(drawn, values, hidden, weights):
    shown(drawn, depth=8)
    _, activations, gradients, weight_gradients, updates = shown(drawn, **values)
    assert len(activations) == len(gradients) == hidden
    assert len(weight_gradients) == len(updates) == weights


@pytest.mark.parametrize(("name", "value"), [("gain", 3), ("depth", 3), ("width", 20)])
def test_every_control_changes_every_panel(drawn, name, value):
    def pixels():
        drawn[0].canvas.draw()
        return np.asarray(drawn[0].canvas.buffer_rgba()).copy()

    mpl.backends.backend_agg.FigureCanvasAgg(drawn[0])
    before_text, *_ = shown(drawn)
    before = pixels()
    after_text, *_ = shown(drawn, **{name: value})
    after = pixels()
    assert before_text != after_text
    for rows in (slice(0, 240), slice(240, 480)):
        for columns in (slice(0, 400), slice(400, 800)):
            assert (before[rows, columns] != after[rows, columns]).any()


@pytest.fixture(scope="module")
def controls(lesson):
    """The lesson's own picture."""
    cell = find_cell(PATH, "live-picture")
    namespace = dict(lesson)
    *lines, call = cell.source.partition("diagnostics_picture(\n")
    exec(lines[0], namespace)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    picture = eval("diagnostics_picture(\n" + call, namespace)
    torch.set_default_dtype(before)
    return picture


def test_every_stop_of_every_control_gives_a_picture(controls):
    assert_every_stop_draws(controls)


def test_reset_brings_back_the_first_picture(controls):
    assert_reset_restores(controls, gain=0.5, depth=2)


def test_it_follows_on_another_thread_and_without_gradients_here(controls):
    """A slider's move comes on a thread of its own."""
    with torch.no_grad():
        thread = threading.Thread(target=lambda: setattr(controls.controls["gain"], "value", 3))
        thread.start()
        thread.join()
    assert controls.message.value == ""
    controls.reset()


def test_a_move_changes_artists_and_makes_none(drawn):
    figure, _ = drawn
    shown(drawn)
    moves = [partial(shown, drawn, depth=depth, gain=3) for depth in (1, 8)]
    assert_makes_no_artists(figure, moves)


@pytest.mark.parametrize(
    "values",
    [{"gain": 0}, {"gain": 1e6}, {"gain": -1}, {"last_scale": 1e-12}, {"last_scale": 1e3}],
    ids=str,
)
def test_extreme_values_give_a_picture_and_no_warning(drawn, values):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        text, *_ = shown(drawn, **values)
        drawn[0].canvas.draw()
    assert text


def test_what_has_no_picture_says_why_and_the_next_good_one_clears_it(lesson):
    def diagnose(depth):
        found = lesson["diagnose"](**(DEFAULTS | {"depth": depth}))
        if depth == 2:
            broken = {name: g * torch.nan for name, g in found.gradients.items()}
            return replace(found, gradients=broken)
        return found

    picture = diagnostics_picture(diagnose, most_layers=3, depth=IntSlider(value=3, min=1, max=5))
    good = picture.picture.value
    picture.controls["depth"].value = 4
    assert "the picture has room for 3 tanh layers, not 4" in picture.message.value
    picture.controls["depth"].value = 2
    assert "tanh 1 holds numbers beyond what a float holds" in picture.message.value
    assert picture.picture.value == good
    picture.controls["depth"].value = 3
    assert picture.message.value == ""


def test_the_lesson_fits_the_helpers_signature(lesson):
    """Lesson 8 gives the same picture other controls."""
    X, Y = lesson["X_few"], lesson["Y_few"]

    def diagnose(gain, batch_norm):
        g = torch.Generator().manual_seed(1)
        stack = [layers.Embedding(27, 10, generator=g), layers.Flatten()]
        stack.append(layers.Linear(30, 50, gain=gain, bias=not batch_norm, generator=g))
        stack += [layers.BatchNorm1d(50)] if batch_norm else []
        stack += [layers.Tanh(), layers.Linear(50, 27, generator=g)]
        return diagnostics.diagnose_network(layers.Sequential(*stack), X, Y, rate=0.1)

    off, on = (
        [diagnose(gain, norm).activations["tanh 1"].std() for gain in (0.5, 3)]
        for norm in (False, True)
    )
    assert off[1] - off[0] > 0.2
    assert abs(on[1] - on[0]) < 0.01


def test_a_reply_to_exercise_5_shows_the_slopes_that_the_weights_had():
    reply = check("7.5 update ratio", lambda W, rate: rate).message
    assert (
        "requires_grad=True), 0.1) with .grad = torch.tensor([[0.1, 0.3], [-0.2, 0.4]]):" in reply
    )
