"""Lesson 8: its own code against the helpers and PyTorch, its claims, and its long run."""

import re

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from shared.batch_norm import assert_is_torchs, cases, close
from shared.lessons import (
    NOTEBOOKS,
    printed,
    prose_and_outputs,
)

from helpers.layers import BatchNorm1d
from helpers.pictures.diagnostics import draw_diagnostics

PATH = NOTEBOOKS / "08_batch_norm.ipynb"


pytestmark = pytest.mark.usefixtures("float64", "one_thread")


def random_numbers(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


# What the lesson builds by hand


@given(cases())
def test_its_batch_norm_is_torchs(lesson, case):
    assert_is_torchs(lesson["BatchNorm"], case)


@given(st.integers(2, 30), st.integers(1, 10), st.integers(0, 1000))
def test_its_batch_norm_is_the_helpers(lesson, length, size, seed):
    own, helper = lesson["BatchNorm"](size), BatchNorm1d(size)
    for part in range(3):
        x = 5 * random_numbers(seed + part, length, size) + 1
        close(own(x), helper(x))
    close(own.running_mean, helper.running_mean)
    close(own.running_var, helper.running_var)
    own.eval()
    helper.eval()
    close(own(x[:1]), helper(x[:1]))


@given(st.integers(2, 30), st.integers(1, 10), st.integers(0, 1000))
def test_its_function_is_torchs(lesson, length, size, seed):
    x, gain, bias = (random_numbers(seed, *shape) for shape in ((length, size), (size,), (size,)))
    expected = F.batch_norm(x, None, None, gain, bias, training=True)
    close(lesson["batch_norm"](x, gain, bias), expected)


@given(st.integers(1, 20), st.integers(1, 4), st.integers(2, 6), st.integers(0, 1000))
def test_its_layer_norm_and_group_norm_are_torchs(lesson, length, groups, width, seed):
    x = random_numbers(seed, length, groups * width)
    close(lesson["layer_norm"](x), F.layer_norm(x, (groups * width,)))
    close(lesson["group_norm"](x, groups), F.group_norm(x, groups))


# What the lesson claims


def test_the_lectures_first_loss_comes_out():
    assert printed(PATH, "the-lecture-cell") == "with n - 1: 3.3239\nwith n:     3.3241\n"


def test_the_room_for_the_rate_is_what_the_text_says():
    rows = re.findall(r"gain (\d), (\w+) +(.*)", printed(PATH, "room-for-the-rate"))
    table = {(gain, kind): re.findall(r"> 2\.8\d|\d\.\d\d", rest) for gain, kind, rest in rows}
    assert table["3", "with"][3] < "2.65"
    assert table["3", "without"][2].startswith(">")
    for kind in ("with", "without"):
        assert table["1", kind][2] < "2.70"
        assert table["1", kind][3].startswith(">")


def test_residual_connections_make_the_gain_matter_less(lesson):
    plain, residual = (
        [lesson["slopes_at_the_input"](gain, each) for gain in (0.5, 1, 5 / 3, 3)]
        for each in (False, True)
    )
    assert plain[0] < 1e-6
    assert plain[-1] > 100
    assert max(residual) / min(residual) == pytest.approx(39, abs=2)


def test_examples_at_the_left_end_move_to_the_right(lesson):
    values = lesson["values"].clone()
    before = lesson["normalize"](values, True)[0]
    values[0] = 24
    shift = lesson["normalize"](values, True)[0] - before
    assert [place for place, each in enumerate(shift.tolist(), 1) if each > 0] == [1, 2, 5, 8]


def test_small_batches_are_noisy_and_a_small_momentum_arrives_late(lesson):
    true_mean, late, there = lesson["true_mean"], {}, {}
    for momentum in (0.1, 0.001):
        for size in (8, 32, 512):
            values = lesson["running_mean"](lesson["batch_means"](size, 6000), momentum)
            late[momentum, size] = values[5000:].std().item()
            there[momentum, size] = ((values / true_mean) > 0.95).nonzero()[0].item()
    noisiest = sorted(late, key=late.get, reverse=True)
    assert noisiest[:2] == [(0.1, 8), (0.1, 32)]
    for size in (8, 32, 512):
        assert there[0.1, size] < 60
        assert 2000 < there[0.001, size] < 5000


def test_every_equality_that_it_prints_is_true():
    for name in ("against-torch-booleans", "the-helper", "three-norms"):
        words = re.findall(r"\b(True|False)\b", printed(PATH, name))
        assert len(words) >= 2
        assert set(words) == {"True"}, name


def test_forgetting_eval_changes_the_answer_and_eval_mode_does_not(lesson):
    answers = re.findall(
        r"forgotten (\d\.\d\d), in eval mode (\d\.\d\d)", printed(PATH, "forgotten-eval-table")
    )
    forgot, right = zip(*answers, strict=True)
    assert len(set(forgot)) == 3
    assert len(set(right)) == 1
    assert not lesson["model"].training


def test_the_gain_says_nothing_with_batch_norm_and_the_adjusted_rate():
    rows = re.findall(r"gain .*?: +(\S+) +(\S+) +(\S+)", printed(PATH, "deep-training"))
    columns = zip(*rows, strict=True)
    without, with_it, adjusted = ([float(each) for each in column] for column in columns)
    assert max(without) - min(without) > 3 * (max(with_it) - min(with_it))
    assert len(set(adjusted)) == 1
    stds = re.findall(r"with batch norm (\S+ \S+)", printed(PATH, "deep-numbers"))
    assert len(stds) == 4
    assert len(set(stds)) == 1


def test_every_loss_in_the_prose_comes_out_of_a_cell():
    prose, shown = prose_and_outputs(PATH)
    numbers = set(re.findall(r"\b\d\.\d{3,5}\b", prose)) - {"0.001"}
    assert {number for number in numbers if number not in shown} == set()


# The live pictures' numbers


@pytest.mark.parametrize("gain", [0.2, 1, 5])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_six_layers_can_be_looked_into(lesson, gain, batch_norm):
    _, update = draw_diagnostics(lesson["diagnose"])
    found = lesson["diagnose"](gain, batch_norm)
    assert list(found.activations) == [f"tanh {layer}" for layer in range(1, 7)]
    assert len(found.updates) == 7
    assert "tanh 6" in update(gain=gain, batch_norm=batch_norm)
    if batch_norm:
        reference = lesson["diagnose"](1, True)
        for name, hidden in found.activations.items():
            torch.testing.assert_close(hidden, reference.activations[name], rtol=0, atol=0.01)
        for name, slopes in found.gradients.items():
            torch.testing.assert_close(
                slopes.std(), reference.gradients[name].std(), rtol=0.02, atol=0
            )


def test_the_coupling_is_that_of_the_layer(lesson):
    values = lesson["values"]
    layer = lesson["BatchNorm"](1)
    expected = layer(values[:, None]).flatten()
    close(lesson["normalize"](values, True)[0], expected.detach())
    in_eval = lesson["normalize"](values, False)[0]
    close(in_eval[2:3], lesson["normalize"](values[2:3], False)[0])
