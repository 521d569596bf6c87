"""Gradient descent on the counts: what the examples would give, and finite, or it says so."""

import math
import warnings

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.descent import (
    count_gradient,
    count_loss,
    curvatures,
    descend_on_counts,
    stability_limit,
)
from helpers.likelihood import mean_nll, smooth
from helpers.names import bigram_examples, build_alphabet, count_bigrams, load_names

SMALL = torch.tensor([[3, 0, 1], [2, 5, 0], [0, 1, 4]])


@pytest.fixture(scope="module")
def names():
    return load_names()


@pytest.fixture(scope="module")
def stoi(names):
    return build_alphabet(names)[0]


@pytest.fixture(scope="module")
def N(names, stoi):
    return count_bigrams(names, stoi)


def random_weights(size: int = 27, seed: int = 2147483647) -> torch.Tensor:
    return torch.randn((size, size), generator=torch.Generator().manual_seed(seed))


def descend(counts, learning_rate=50.0, steps=100, start=None, **more):
    start = random_weights(len(counts)) if start is None else start
    return descend_on_counts(counts, learning_rate=learning_rate, steps=steps, start=start, **more)


@st.composite
def counts_and_weights(draw):
    """Any table of counts that is not empty, and weights that fit it."""
    size = draw(st.integers(1, 6))
    cells = st.lists(st.integers(0, 1000), min_size=size**2, max_size=size**2).filter(any)
    counts = torch.tensor(draw(cells)).reshape(size, size)
    return counts, 3 * random_weights(size, draw(st.integers(0, 2**31))).double()


def examples_of(counts):
    """The examples that these counts count."""
    cells = torch.repeat_interleave(torch.arange(counts.numel()), counts.flatten())
    return cells // len(counts), cells % len(counts)


# The counts say all that the examples say


def test_loss_and_gradient_are_those_of_all_examples(names, stoi, N):
    xs, ys = bigram_examples(names, stoi)
    W = random_weights().requires_grad_()
    loss = F.cross_entropy(F.one_hot(xs, num_classes=27).float() @ W, ys)
    loss.backward()
    assert abs(loss.item() - count_loss(W, N).item()) < 1e-6
    torch.testing.assert_close(count_gradient(W, N), W.grad.double(), rtol=0, atol=1e-6)


@settings(deadline=None)
@given(counts_and_weights())
def test_loss_and_gradient_are_those_of_any_examples(case):
    counts, W = case
    xs, ys = examples_of(counts)
    W.requires_grad_()
    loss = F.cross_entropy(W[xs], ys)
    loss.backward()
    torch.testing.assert_close(count_loss(W, counts), loss, rtol=0, atol=1e-9)
    torch.testing.assert_close(count_gradient(W, counts), W.grad, rtol=0, atol=1e-9)


@settings(deadline=None)
@given(counts_and_weights(), st.floats(0, 100))
def test_autograd_agrees_about_the_penalty(case, strength):
    counts, W = case
    W.requires_grad_()
    (count_loss(W, counts) + strength * (W**2).mean()).backward()
    gradient = count_gradient(W, counts, strength=strength)
    torch.testing.assert_close(gradient, W.grad, rtol=1e-9, atol=1e-9)


def test_the_loss_is_that_of_the_table_that_softmax_makes(N):
    W = random_weights()
    expected = mean_nll(torch.softmax(W.double(), 1), N)
    torch.testing.assert_close(count_loss(W, N), expected)


# The descent


@settings(deadline=None)
@given(counts_and_weights(), st.floats(-1, 10), st.floats(0, 1), st.integers(0, 8))
def test_the_descent_takes_the_steps_that_autograd_would(case, rate, strength, steps):
    counts, start = case
    W, losses = start.clone().requires_grad_(), []
    for _ in range(steps):
        losses.append(count_loss(W, counts).item())
        W.grad = None
        (count_loss(W, counts) + strength * (W**2).mean()).backward()
        W.data -= rate * W.grad
    losses.append(count_loss(W, counts).item())
    result = descend(counts, rate, steps, start, strength=strength)
    torch.testing.assert_close(result.weights, W.detach(), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(result.losses, torch.tensor(losses).double(), rtol=1e-6, atol=1e-6)
    assert result.stopped is None


@pytest.mark.parametrize(
    ("rate", "loss", "digits"), [(1, 3.185, 3), (10, 2.575, 3), (50, 2.4727, 4)]
)
def test_a_hundred_steps_from_the_lectures_seed(N, rate, loss, digits):
    assert round(descend(N, rate).losses[-1].item(), digits) == loss


@pytest.mark.parametrize(
    ("strength", "steps", "loss", "rms"),
    [
        (0.001, 50_000, 2.4547, 1.86),
        (0.01, 10_000, 2.4604, 1.42),
        (0.1, 2000, 2.5033, 0.91),
        (1, 500, 2.7213, 0.41),
        (10, 500, 3.1314, 0.09),
    ],
)
def test_where_a_penalty_lets_the_descent_rest(N, strength, steps, loss, rms):
    result = descend(N, 30, steps, strength=strength)
    assert count_gradient(result.weights, N, strength=strength).abs().max() < 1e-6, "at rest"
    assert round(result.losses[-1].item(), 4) == loss
    assert round((result.weights**2).mean().sqrt().item(), 2) == rms


def test_without_a_penalty_the_weights_grow_and_the_loss_nears_the_floor(N):
    floor = mean_nll(smooth(N, 0), N).item()
    results = [descend(N, 70, steps) for steps in (1000, 10_000, 50_000)]
    sizes = [(result.weights**2).mean().item() for result in results]
    assert sizes == sorted(sizes)
    assert floor < results[-1].losses[-1] < floor + 5e-5


def test_the_start_is_not_changed(N):
    start = random_weights()
    descend(N, steps=3, start=start)
    assert torch.equal(start, random_weights())


def test_no_steps_give_the_loss_of_the_start(N):
    result = descend(N, steps=0)
    assert result.losses.shape == (1,)
    torch.testing.assert_close(result.losses[0], count_loss(random_weights(), N))


# Large steps, bad values


def test_weights_whose_rows_lie_far_apart_have_a_finite_loss():
    start = torch.tensor([[1000.0, 999, 998], [-1000, -999, -1000], [0, 1, 2]]).double()
    descent = descend(SMALL, learning_rate=1, steps=1, start=start)
    assert descent.stopped is None
    torch.testing.assert_close(descent.losses[0], count_loss(start, SMALL))
    torch.testing.assert_close(descent.weights, start - count_gradient(start, SMALL))


@pytest.mark.parametrize("rate", [1e3, 1e9, 1e308, -1e9])
@pytest.mark.parametrize("strength", [0, 10, 1e300])
def test_a_rate_that_is_far_too_large_ends_without_a_warning(N, rate, strength):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = descend(N, rate, strength=strength)
    finite = result.losses.isfinite()
    if result.stopped is None:
        assert finite.all()
    else:
        assert finite[: result.stopped].all()
        assert not finite[result.stopped :].any()


def test_a_descent_that_leaves_the_finite_numbers_says_when():
    result = descend(SMALL, 1e9, 1000, strength=10)
    assert 0 < result.stopped < 100
    assert result.losses.shape == (1001,)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start": torch.full((3, 3), torch.nan)}, "the start holds NaN"),
        ({"start": torch.full((3, 3), torch.inf)}, "an infinity"),
        ({"start": torch.zeros(2, 2)}, r"has shape \(2, 2\); these counts need \(3, 3\)"),
        ({"strength": -0.1}, "the strength is -0.1"),
        ({"strength": math.nan}, "the strength is nan"),
        ({"learning_rate": math.nan}, "the learning rate is nan"),
        ({"learning_rate": math.inf}, "the learning rate is inf"),
        ({"steps": -1}, "the number of steps is -1"),
        ({"counts": -SMALL}, "counts must be finite numbers of 0 or more"),
        ({"counts": torch.zeros(3, 3)}, "not all of them 0"),
        ({"counts": torch.full((3, 3), math.inf)}, "counts must be finite"),
        ({"counts": SMALL[:2]}, r"shape \(V, V\), got \(2, 3\)"),
    ],
)
def test_bad_values_are_refused_in_a_sentence(change, words):
    good = {"counts": SMALL, "learning_rate": 1, "steps": 5, "start": torch.zeros(3, 3)}
    with pytest.raises(ValueError, match=words):
        descend_on_counts(**(good | change))


@pytest.mark.parametrize("strength", [-1, math.nan, math.inf])
def test_a_limit_needs_a_strength_of_0_or_more(strength):
    with pytest.raises(ValueError, match="the strength is"):
        stability_limit(SMALL, strength=strength)


# The limit of the learning rate


def test_row_a_is_curved_most_and_sets_the_limit(N, stoi):
    curved = curvatures(N)
    assert curved.argmax() == stoi["a"]
    assert round(curved.max().item(), 5) == 0.02688
    assert round(stability_limit(N), 1) == 74.4


def test_below_the_limit_the_descent_settles_and_above_it_it_hangs(N):
    zeros = torch.zeros(27, 27)
    below, above = (descend(N, rate, 3000, zeros).losses for rate in (70, 80))
    assert round(below[-1].item(), 4) == 2.4543
    assert round(above[-1].item(), 4) == 2.4608
    assert (below.diff() <= 0).all()
    assert (above[-100:].diff().abs() > 1e-3).all(), "it jumps for ever"


@pytest.mark.parametrize("strength", [0.001, 0.01, 0.3, 1, 10, 100])
def test_a_penalty_moves_the_limit_and_the_descent_obeys(N, strength):
    limit = stability_limit(N, strength=strength)
    start = descend(N, 0.5 * limit, 5000, strength=strength).weights + 1e-6 * random_weights()

    def last_step(rate):
        end = descend(N, rate, 3000, start, strength=strength).weights
        return rate * count_gradient(end, N, strength=strength).abs().max()

    assert last_step(0.99 * limit) < 1e-4
    assert last_step(1.01 * limit) > 1e-2


@settings(deadline=None, max_examples=30)
@given(counts_and_weights(), st.sampled_from([1e-3, 0.1, 1.0, 50.0]))
def test_the_curvature_is_that_of_autograds_hessian(case, strength):
    """At the optimum, found by another method: L-BFGS."""
    counts, _ = case

    def objective(W):
        return count_loss(W, counts) + strength * (W**2).mean()

    W = torch.zeros(counts.shape, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [W], max_iter=500, tolerance_grad=1e-12, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure():
        optimizer.zero_grad()
        loss = objective(W)
        loss.backward()
        return loss

    optimizer.step(closure)
    hessian = torch.autograd.functional.hessian(objective, W.detach())
    greatest = torch.linalg.eigvalsh(hessian.reshape(W.numel(), W.numel())).max()
    limit = stability_limit(counts, strength=strength)
    assert limit == pytest.approx(2 / greatest.item(), rel=1e-4)


@pytest.mark.parametrize("strength", [0, 0.1])
def test_shares_of_the_counts_say_as_much_as_the_counts(strength):
    for shares in (SMALL / SMALL.sum(), SMALL / (2 * SMALL.sum())):
        limit = stability_limit(shares, strength=strength)
        assert limit == pytest.approx(stability_limit(SMALL, strength=strength), rel=1e-6)


def test_rows_without_counts_have_no_curvature():
    counts = torch.tensor([[0, 0], [1, 1]])
    torch.testing.assert_close(curvatures(counts), torch.tensor([0.0, 0.5]).double())
