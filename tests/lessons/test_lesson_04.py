"""Lesson 4: what it builds by hand is what PyTorch and helpers do, and its numbers are true.

The lesson's own cells are executed, and the names that they leave behind are looked at.
"""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from shared.lessons import NOTEBOOKS, exercises, read_notebook, run_cell

import helpers
from helpers import mean_nll, sample_names, smooth

NAME = "04_one_hot_network"


@pytest.fixture(scope="module")
def W_counts(lesson):
    return lesson["W_counts"]


@pytest.fixture(scope="module")
def solutions():
    """The functions that the folded solutions define."""
    namespace = {"torch": torch, "F": F}
    for exercise in exercises(read_notebook(NOTEBOOKS / f"{NAME}.ipynb")):
        run_cell(exercise.solution, namespace)
    return namespace


def logits_up_to(size: float):
    """Tables of logits, shape (n, m), float32."""
    rows = st.integers(1, 5).flatmap(
        lambda m: st.lists(
            st.lists(st.floats(-size, size, width=32), min_size=m, max_size=m),
            min_size=1,
            max_size=5,
        )
    )
    return rows.map(torch.tensor)


def loss(probabilities: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return F.nll_loss(probabilities.double().log(), labels)


# Examples and one-hot


def test_examples_by_hand_are_those_of_helpers(lesson):
    by_hand = lesson["bigram_examples"](lesson["names"], lesson["stoi"])
    for ours, theirs in zip(
        by_hand, helpers.bigram_examples(lesson["names"], lesson["stoi"]), strict=True
    ):
        assert ours.shape == (228_146,)
        assert torch.equal(ours, theirs)
        assert ours.dtype == theirs.dtype


def test_the_five_examples_of_emma(lesson):
    assert lesson["emma_xs"].tolist() == [0, 5, 13, 13, 1]
    assert lesson["emma_ys"].tolist() == [5, 13, 13, 1, 0]


def test_a_number_as_input_gives_z_26_times_what_it_gives_a(lesson):
    scores, stoi = lesson["scores"], lesson["stoi"]
    torch.testing.assert_close(scores[stoi["z"]], 26 * scores[stoi["a"]])
    assert torch.linalg.matrix_rank(scores) == 1


def test_one_hot_times_weights_selects_rows(lesson):
    x, W = lesson["x"], lesson["W"]
    assert torch.equal(x, torch.eye(27)[lesson["emma_xs"]])
    assert torch.equal(lesson["logits"], W[lesson["emma_xs"]])
    assert torch.equal(lesson["X"] @ W, W[lesson["xs"]])


def test_the_weights_are_those_of_the_lectures_seed(lesson):
    g = torch.Generator().manual_seed(2147483647)
    assert torch.equal(lesson["W"], torch.randn((27, 27), generator=g))


@given(st.lists(st.integers(0, 30), min_size=1, max_size=20), st.integers(0, 5))
def test_one_hot_by_hand_is_pytorchs(solutions, indices, spare):
    xs, width = torch.tensor(indices), max(indices) + 1 + spare
    got = solutions["one_hot"](xs, width)
    assert got.dtype == torch.float32
    assert torch.equal(got, F.one_hot(xs, width).float())


# Softmax


@given(logits_up_to(80.0))
def test_softmax_by_hand_is_pytorchs(lesson, logits):
    torch.testing.assert_close(lesson["softmax"](logits), torch.softmax(logits, 1))


@given(logits_up_to(2.0**100))
def test_the_shifted_softmax_is_right_for_all_logits(solutions, logits):
    torch.testing.assert_close(solutions["safe_softmax"](logits), torch.softmax(logits, 1))


@given(logits_up_to(2.0**100))
def test_log_softmax_by_hand_is_pytorchs(lesson, logits):
    torch.testing.assert_close(lesson["log_softmax"](logits), torch.log_softmax(logits, 1))


def test_softmax_by_hand_overflows_as_the_lesson_says(lesson):
    assert lesson["big"].isfinite().all()
    assert lesson["P_big"].isnan().all()
    torch.testing.assert_close(lesson["p"], lesson["P"][0], rtol=0, atol=1e-5)


@given(logits_up_to(30.0), st.floats(-50, 50, width=32))
def test_weights_for_a_table_give_the_table_and_have_0_as_their_greatest(solutions, logits, c):
    table = torch.softmax(logits.clamp(-8, 8), 1)
    W = solutions["weights_for"](table)
    assert torch.equal(W.max(1).values, torch.zeros(len(W)))
    torch.testing.assert_close(torch.softmax(W + c, 1), table, rtol=1e-3, atol=1e-5)


# Losses


@given(logits_up_to(30.0), st.data())
def test_the_loss_by_hand_is_cross_entropy(lesson, logits, data):
    n, m = logits.shape
    labels = torch.tensor(data.draw(st.lists(st.integers(0, m - 1), min_size=n, max_size=n)))
    by_hand = lesson["loss_on"](lesson["softmax"](logits), labels)
    torch.testing.assert_close(by_hand, F.cross_entropy(logits, labels), rtol=1e-4, atol=1e-5)


@given(st.integers(1, 6), st.floats(0, 1e4), st.integers(0, 2**31), st.data())
def test_the_loss_of_a_network_is_right_for_large_weights_too(solutions, V, size, seed, data):
    W = size * torch.randn((V, V), generator=torch.Generator().manual_seed(seed))
    pairs = data.draw(st.lists(st.tuples(*[st.integers(0, V - 1)] * 2), min_size=1, max_size=9))
    xs, ys = torch.tensor(pairs).T
    torch.testing.assert_close(solutions["loss_of"](W, xs, ys), F.cross_entropy(W[xs], ys))


def test_the_random_network_on_emma_and_on_all_names(lesson):
    assert round(lesson["nll"].mean().item(), 4) == 3.7693
    table = torch.softmax(lesson["W"].double(), 1)
    assert round(loss(table[lesson["xs"]], lesson["ys"]).item(), 4) == 3.7590
    assert round(mean_nll(table, lesson["N"]).item(), 4) == 3.7590
    assert round(math.log(27), 4) == 3.2958


def test_the_network_at_log_N_is_the_counting_model(lesson, W_counts):
    N = lesson["N"]
    assert torch.equal(W_counts, N.log().clamp(min=-50))
    table = N / N.sum(1, keepdim=True)
    network = lesson["softmax"](W_counts)
    assert (network - table).abs().max() < 1e-6
    assert round(loss(network[lesson["xs"]], lesson["ys"]).item(), 4) == 2.4540
    assert round(mean_nll(table, N).item(), 4) == 2.4540
    assert round(loss(network[lesson["emma_xs"]], lesson["emma_ys"]).item(), 4) == 2.5138
    drawn = sample_names(network, lesson["itos"], count=50)
    assert drawn == sample_names(N, lesson["itos"], count=50)
    assert drawn[0] == "cexze."


def test_the_network_at_log_N_plus_1_is_the_smoothed_model(lesson):
    network, table = lesson["softmax"](lesson["W_smooth"]), smooth(lesson["N"], 1)
    assert (network - table).abs().max() < 1e-6
    assert round(loss(network[lesson["xs"]], lesson["ys"]).item(), 4) == 2.4546


def test_an_infinite_weight_makes_nan_of_a_one_hot_product_and_not_of_a_selection(lesson):
    infinite = lesson["N"].log()
    assert infinite.isneginf().sum() == 102
    assert lesson["logits_counts"].isnan().any(1).all(), "of every example"
    selected = lesson["softmax"](infinite[lesson["xs"]])
    assert round(loss(selected, lesson["ys"]).item(), 4) == 2.4540


def test_a_constant_for_each_row_changes_no_probability_and_one_for_each_column_does(lesson):
    before = lesson["softmax"](lesson["W_counts"])
    assert not torch.equal(lesson["W_other"], lesson["W_counts"])
    assert (lesson["softmax"](lesson["W_other"]) - before).abs().max() < 1e-5
    for_columns = torch.softmax(lesson["W_counts"] + lesson["constants"].T, 1)
    assert round(loss(for_columns[lesson["xs"]], lesson["ys"]).item(), 4) == 5.9559


def test_cross_entropy_of_probabilities_is_wrong_without_an_error(lesson):
    table = torch.softmax(lesson["W_counts"], 1)
    assert round(F.cross_entropy(table[lesson["xs"]].double(), lesson["ys"]).item(), 4) == 3.2071
    assert round(math.log(26 + math.e) - 1, 4) == 2.3575, "the least it can be"
    with pytest.raises(AssertionError, match="probabilities already"):
        lesson["assert_logits"](lesson["P_all"])


# The live picture


def test_the_probabilities_of_the_live_picture_do_not_move_with_the_shift(lesson):
    steps = lesson["softmax_steps"]
    _, counts, probabilities = steps([2.0, 1.0, 0.0, -1.0], 0, False)
    for shift in (-50, -4, 4, 50, 80):
        _, shifted_counts, same = steps([2.0, 1.0, 0.0, -1.0], shift, False)
        torch.testing.assert_close(same, probabilities, rtol=0, atol=1e-5)
        torch.testing.assert_close(shifted_counts, counts * math.exp(shift), rtol=1e-4, atol=0)


@pytest.mark.parametrize("shift", [-110, 89, 100])
def test_the_live_picture_shows_the_overflow_and_its_cure(lesson, shift):
    logits = [2.0, 1.0, 0.0, -1.0]
    assert lesson["softmax_steps"](logits, shift, False)[2].isnan().any()
    cured = lesson["softmax_steps"](logits, shift, True)[2]
    torch.testing.assert_close(cured, torch.softmax(torch.tensor([logits]), 1))


@pytest.mark.parametrize("subtract", [False, True])
def test_every_stop_of_the_live_picture_gives_a_picture(lesson, subtract):
    for shift in lesson["stops"]:
        for value in (-3.0, 0.0, 3.0):
            said = lesson["update"](value, 1.0, -3.0, 3.0, shift, subtract)
            assert said.startswith("sum of the counts: ")
        for bar, label in zip(lesson["bars"], lesson["labels"], strict=True):
            low, high = bar.axes.get_ylim()
            assert low <= bar.get_height() <= high
            assert label.get_text()


@pytest.mark.parametrize("subtract", [False, True])
def test_the_numbers_of_the_live_picture_never_run_into_each_other(lesson, subtract):
    fig, labels = lesson["fig"], lesson["labels"]
    renderer = fig.canvas.get_renderer()
    for shift in lesson["stops"]:
        for logits in ([2.0, 1.0, 0.0, -1.0], [3.0, 2.9, 3.0, 2.9], [-3.0, -2.9, -3.0, -2.9]):
            lesson["update"](*logits, shift, subtract)
            boxes = [label.get_window_extent(renderer) for label in labels]
            for place in range(len(boxes) - 1):
                if labels[place].axes is labels[place + 1].axes:
                    assert boxes[place].x1 <= boxes[place + 1].x0, labels[place].get_text()


def test_the_readout_adds_up_as_softmax_does(lesson):
    said = lesson["update"](3.0, 3.0, 3.0, 3.0, 85, False)
    assert "sum of the counts: inf " in said
    assert said.endswith("sum of the probabilities: 0")


# What the lesson says and no cell runs


def best_loss(N: torch.Tensor, x: torch.Tensor, bias: bool) -> tuple[float, list[int]]:
    """The least loss of a network that is fed a number, and its favourite after each input."""
    V = len(N)
    w = torch.zeros((1, V), dtype=torch.float64, requires_grad=True)
    b = torch.zeros(V, dtype=torch.float64, requires_grad=bias)
    optimizer = torch.optim.LBFGS([w, b] if bias else [w], max_iter=500, tolerance_change=1e-12)

    def loss():
        optimizer.zero_grad()
        value = -(N * torch.log_softmax(x @ w + b, 1)).sum() / N.sum()
        value.backward()
        return value

    optimizer.step(loss)
    return loss().item(), (x @ w + b).argmax(1).tolist()


def test_a_number_as_input_is_worse_than_no_input_and_a_bias_follows_the_numbers(lesson):
    N, stoi = lesson["N"].double(), lesson["stoi"]
    x = torch.arange(27).double()[:, None] / 26
    without, _ = best_loss(N, x, bias=False)
    with_bias, favourites = best_loss(N, x, bias=True)
    p = N.sum(0) / N.sum()
    assert without == pytest.approx(2.871, abs=5e-4)
    assert with_bias == pytest.approx(2.762, abs=5e-4)
    assert -(p * p.log()).sum().item() == pytest.approx(2.823, abs=5e-4)
    first_after_i = stoi["i"]
    assert favourites[1:first_after_i] == [0] * (first_after_i - 1)
    assert favourites[first_after_i:] == [stoi["a"]] * (27 - first_after_i)


def test_in_32_bits_exp_is_0_below_about_minus_104():
    assert torch.tensor(-87.0).exp() > 0
    assert math.exp(-103) > 1.4e-45 / 2 > math.exp(-104)
    assert torch.tensor(-104.0).exp() == 0


def test_with_3_added_three_bars_reach_the_top_of_the_frame(lesson):
    lesson["update"](2.0, 1.0, 0.0, -1.0, 3, False)
    counts = lesson["bars"][4:8]
    top = counts[0].axes.get_ylim()[1]
    assert [bar.get_height() == top for bar in counts] == [True, True, True, False]
    lesson["update"](2.0, 1.0, 0.0, -1.0, 0, False)
