"""helpers/training.py, and sampling from a network with a context."""

import math
import re

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import from_context, mean_loss, sample_names, train
from helpers.layers import BatchNorm1d, Embedding, Flatten, Linear, Sequential, Tanh

pytestmark = pytest.mark.usefixtures("float64")

CHARACTERS, LENGTH = 5, 2


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def examples(count, seed=1):
    g = generator(seed)
    X = torch.randint(CHARACTERS, (count, LENGTH), generator=g)
    return X, torch.randint(CHARACTERS, (count,), generator=g)


def network(seed=0):
    g = generator(seed)
    return Sequential(
        Embedding(CHARACTERS, 3, generator=g),
        Flatten(),
        Linear(LENGTH * 3, 4, generator=g),
        Tanh(),
        Linear(4, CHARACTERS, generator=g),
    )


def sgd(model, rate=0.1):
    return torch.optim.SGD(model.parameters(), lr=rate)


def weights(model):
    return torch.cat([each.detach().flatten() for each in model.parameters()])


class Interrupted:
    """A model in whose n-th call the learner presses the square button."""

    def __init__(self, model, call, error=KeyboardInterrupt):
        self.model, self.left, self.error = model, call, error

    def __call__(self, X):
        if self.left == 0:
            raise self.error
        self.left -= 1
        return self.model(X)


# The loop


@settings(max_examples=20)
@given(
    count=st.integers(1, 30),
    size=st.integers(1, 40),
    steps=st.integers(0, 12),
    rate=st.floats(0, 1),
    seed=st.integers(0, 1000),
)
def test_it_is_the_loop_by_hand(count, size, steps, rate, seed):
    X, Y = examples(count)
    by_hand, model = network(), network()
    g, expected = generator(seed), []
    for _ in range(steps):
        batch = torch.randint(count, (size,), generator=g)
        loss = F.cross_entropy(by_hand(X[batch]), Y[batch])
        for each in by_hand.parameters():
            each.grad = None
        loss.backward()
        for each in by_hand.parameters():
            each.data += -rate * each.grad
        expected.append(loss.item())
    losses = train(model, X, Y, sgd(model, rate), steps=steps, batch_size=size, seed=seed)
    assert losses.dtype == torch.float64
    assert losses.shape == (steps,)
    torch.testing.assert_close(losses, torch.tensor(expected, dtype=torch.float64))
    torch.testing.assert_close(weights(model), weights(by_hand))


def test_the_same_seed_gives_the_same_run_and_leaves_the_global_one_alone():
    X, Y = examples(30)
    state, runs = torch.get_rng_state(), []
    for seed in (7, 7, 8):
        model = network()
        runs.append(train(model, X, Y, sgd(model), steps=5, seed=seed))
    assert torch.equal(runs[0], runs[1])
    assert not torch.equal(runs[0], runs[2])
    assert torch.equal(torch.get_rng_state(), state)


def test_a_generator_goes_on_drawing_where_it_stands():
    X, Y = examples(30)
    whole, halves, g = network(), network(), generator(3)
    expected = train(whole, X, Y, sgd(whole), steps=6, seed=3)
    parts = [train(halves, X, Y, sgd(halves), steps=3, seed=g) for _ in range(2)]
    assert torch.equal(torch.cat(parts), expected)
    assert torch.equal(weights(halves), weights(whole))


def test_what_is_not_said_is_64_examples_a_step_and_the_seed_of_the_lectures():
    X, Y = examples(30)
    runs = []
    for said in ({}, {"batch_size": 64, "seed": 2147483647}):
        model = network()
        runs.append(train(model, X, Y, sgd(model), steps=3, **said))
    assert torch.equal(*runs)


def test_losses_have_64_bits_whatever_the_model_has():
    torch.set_default_dtype(torch.float32)
    X, Y = examples(30)
    model = network()
    assert weights(model).dtype == torch.float32
    assert train(model, X, Y, sgd(model), steps=2).dtype == torch.float64


def test_training_lowers_the_loss():
    X, _ = examples(200)
    Y = X[:, -1]
    model = network()
    before = mean_loss(model, X, Y)
    train(model, X, Y, sgd(model, 0.5), steps=300)
    assert mean_loss(model, X, Y) < 0.5 * before


def test_the_schedule_moves_once_after_each_step():
    X, Y = examples(30)
    model = network()
    optimizer = sgd(model, 1.0)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[3], gamma=0.1)
    rates = []
    train(
        model,
        X,
        Y,
        optimizer,
        schedule,
        steps=5,
        after_step=lambda step: rates.append(optimizer.param_groups[0]["lr"]),
    )
    assert rates == pytest.approx([1, 1, 0.1, 0.1, 0.1]), "as it stands for the step to come"


def test_after_each_step_the_gradients_are_still_there():
    X, Y = examples(30)
    model = network()
    seen = []

    def look(step):
        seen.append((step, all(each.grad is not None for each in model.parameters())))

    train(model, X, Y, sgd(model), steps=4, after_step=look)
    assert seen == [(0, True), (1, True), (2, True), (3, True)]


def test_no_steps_change_nothing():
    X, Y = examples(3)
    model = network()
    before = weights(model)
    assert train(model, X, Y, sgd(model), steps=0).shape == (0,)
    assert torch.equal(weights(model), before)


# The progress bar


def test_the_bar_shows_the_loss_and_ends_full_on_standard_output(capsys):
    X, Y = examples(30)
    model = network()
    losses = train(model, X, Y, sgd(model), steps=300)
    out, err = capsys.readouterr()
    assert err == "", "JupyterLab paints standard error red"
    assert re.search(r"100%\|█+\| 300/300 \[\d+:\d+<\d+:\d+", out)
    assert f"loss {losses[-100:].mean():.3f}" in out
    assert re.search(r"[\d.]+ steps/s", out)


# Stopped on the way


@pytest.mark.parametrize("calls", [0, 1, 7, 150])
def test_interrupted_it_returns_the_losses_so_far_and_leaves_a_usable_model(capsys, calls):
    X, Y = examples(30)
    model, whole = network(), network()
    losses = train(Interrupted(model, calls), X, Y, sgd(model), steps=1000)
    out, err = capsys.readouterr()
    assert f"Stopped after {calls} of 1,000 steps. The model keeps what it has learned." in out
    assert "Traceback" not in out + err
    assert losses.shape == (calls,)
    assert torch.equal(losses, train(whole, X, Y, sgd(whole), steps=calls))
    assert torch.equal(weights(model), weights(whole))
    assert math.isfinite(mean_loss(model, X, Y))
    assert train(model, X, Y, sgd(model), steps=3).shape == (3,), "and it can go on"


def test_interrupted_after_a_step_it_keeps_that_step(capsys):
    X, Y = examples(30)
    model, whole = network(), network()

    def stop(step):
        if step == 4:
            raise KeyboardInterrupt

    losses = train(model, X, Y, sgd(model), steps=100, after_step=stop)
    assert torch.equal(losses, train(whole, X, Y, sgd(whole), steps=5))
    assert torch.equal(weights(model), weights(whole))
    assert "Stopped after 5 of 100 steps." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("shown", "row"),
    [("nan", [math.nan] * CHARACTERS), ("inf", [0.0] + [-math.inf] * (CHARACTERS - 1))],
)
def test_a_loss_that_is_no_number_ends_the_training_before_it_spoils_the_weights(
    capsys, shown, row
):
    X, Y = examples(30)
    model, calls = network(), []

    def breaks(x):
        calls.append(x)
        return model(x) if len(calls) <= 3 else torch.tensor(row).repeat(len(x), 1)

    losses = train(breaks, X, Y.clamp(min=1), sgd(model), steps=100)
    assert f"Stopped at step 3: the loss is {shown}." in capsys.readouterr().out
    assert losses.shape == (3,)
    assert losses.isfinite().all()
    assert weights(model).isfinite().all()


def test_another_error_is_raised():
    X, Y = examples(30)
    model = network()
    with pytest.raises(ZeroDivisionError):
        train(Interrupted(model, 2, ZeroDivisionError), X, Y, sgd(model), steps=10)


# The loss of a whole set


@pytest.mark.parametrize("count", [1, 1999, 2000, 2001, 4500])
def test_the_mean_over_portions_is_the_mean_over_all(count):
    X, Y = examples(count)
    model = network()
    got = mean_loss(model, X, Y)
    assert isinstance(got, float)
    assert got == pytest.approx(F.cross_entropy(model(X), Y).item(), abs=1e-12)


@pytest.mark.parametrize("labels", [20_000, 60_000])
def test_examples_without_a_label_and_labels_without_an_example_are_not_passed_over(labels):
    X, Y = examples(60_000)
    with pytest.raises(ValueError, match="zip"):
        mean_loss(network(), X[:40_000], Y[:labels])


def test_measuring_leaves_no_gradients():
    X, Y = examples(10)
    model = network()
    mean_loss(model, X, Y)
    assert all(each.grad is None for each in model.parameters())


# Training and measuring in the wrong mode


def with_batch_norm():
    return Sequential(Embedding(CHARACTERS, 3), Flatten(), BatchNorm1d(6), Linear(6, CHARACTERS))


def of_the_library(layer):
    return torch.nn.Sequential(
        torch.nn.Embedding(CHARACTERS, 3), torch.nn.Flatten(), layer, torch.nn.Linear(6, CHARACTERS)
    )


MODELS = {
    "BatchNorm1d": [with_batch_norm, lambda: of_the_library(torch.nn.BatchNorm1d(6))],
    "Dropout": [lambda: of_the_library(torch.nn.Dropout(0.5))],
}
TWO_FACED = [(name, make) for name, makes in MODELS.items() for make in makes]


@pytest.mark.parametrize(("layer", "make"), TWO_FACED)
def test_measuring_in_training_mode_is_refused_and_moves_nothing(layer, make):
    X, Y = examples(30)
    model = make()
    with pytest.raises(ValueError, match=rf"model's {layer} is in training mode.*call eval\(\)"):
        mean_loss(model, X, Y)
    model.eval()
    fresh = make()
    for one, other in zip(buffers(model), buffers(fresh), strict=True):
        assert torch.equal(one, other)
    assert math.isfinite(mean_loss(model, X, Y))


@pytest.mark.parametrize(("layer", "make"), TWO_FACED)
def test_training_in_evaluation_mode_is_refused_and_moves_nothing(layer, make):
    X, Y = examples(30)
    model = make()
    model.eval()
    before = weights(model)
    with pytest.raises(ValueError, match=rf"model's {layer} is in evaluation mode.*call train\(\)"):
        train(model, X, Y, sgd(model), steps=2)
    assert torch.equal(weights(model), before)
    model.train()
    assert train(model, X, Y, sgd(model), steps=2).shape == (2,)


def test_one_layer_in_the_wrong_mode_is_enough():
    X, Y = examples(30)
    model = with_batch_norm()
    model.eval()
    model[2].train()
    with pytest.raises(ValueError, match="training mode"):
        mean_loss(model, X, Y)


def test_where_the_mode_makes_no_difference_there_is_no_wrong_one():
    X, Y = examples(30)
    plain = of_the_library(torch.nn.BatchNorm1d(6, track_running_stats=False))
    for model in (network(), plain):
        assert math.isfinite(mean_loss(model, X, Y))
        model.eval()
        assert train(model, X, Y, sgd(model), steps=1).shape == (1,)


def buffers(model):
    if isinstance(model, torch.nn.Module):
        return list(model.buffers())
    return [part for layer in model for part in (getattr(layer, "running_mean", None),
            getattr(layer, "running_var", None)) if part is not None]  # fmt: skip


# Names from a network with a context

ITOS = dict(enumerate(".abcd"))


@pytest.mark.parametrize("length", [1, 2, 3, 6])
def test_the_network_sees_the_last_characters_and_boundaries_before_them(length):
    seen = []

    def spy(X):
        seen.append(X)
        return torch.zeros(len(X), CHARACTERS)

    probabilities = from_context(spy, length)
    for indices in ([0], [0, 3], [0, 3, 1, 4, 2]):
        torch.testing.assert_close(probabilities(indices), torch.full((CHARACTERS,), 0.2))
        (row,) = seen.pop().tolist()
        assert row == ([0] * length + indices)[-length:]


def test_what_is_not_said_is_a_context_of_3_characters():
    seen = []

    def spy(X):
        seen.append(X.tolist())
        return torch.zeros(len(X), CHARACTERS)

    from_context(spy)([0, 4, 1, 2])
    assert seen == [[[4, 1, 2]]]


def test_names_of_a_network_that_sees_one_character_are_those_of_its_table():
    table = torch.randn((CHARACTERS, CHARACTERS), generator=generator(5))
    drawn = sample_names(from_context(lambda X: table[X[:, 0]], 1), ITOS, 30)
    assert drawn == sample_names(table.softmax(1), ITOS, 30)


def test_sampling_leaves_no_gradients_and_takes_a_network_that_has_them():
    model = network()
    probabilities = from_context(model, LENGTH)([0, 1])
    assert not probabilities.requires_grad
    assert probabilities.sum().item() == pytest.approx(1)
    assert len(sample_names(from_context(model, LENGTH), ITOS, 3)) == 3


def test_a_network_with_batch_norm_draws_in_evaluation_mode():
    model = Sequential(Embedding(CHARACTERS, 3), Flatten(), BatchNorm1d(6), Linear(6, CHARACTERS))
    with pytest.raises(ValueError, match="eval"):
        sample_names(from_context(model, LENGTH), ITOS, 1)
    model.eval()
    assert len(sample_names(from_context(model, LENGTH), ITOS, 1)) == 1
