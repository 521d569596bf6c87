"""The layers, without batch norm: what they give, how they begin, what is to be trained."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from helpers.layers import (
    BatchNorm1d,
    BatchNormPlaces,
    Embedding,
    Flatten,
    FlattenConsecutive,
    Linear,
    Sequential,
    Tanh,
)

pytestmark = pytest.mark.usefixtures("float64")


def seeded(seed: int = 2147483647) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_a_linear_layer_gives_what_torchs_gives(n, fan_in, fan_out, bias):
    ours = Linear(fan_in, fan_out, bias=bias, generator=seeded())
    theirs = torch.nn.Linear(fan_in, fan_out, bias=bias)
    with torch.no_grad():
        for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            mine += 0.1  # a bias of 0 would not be seen
            other.copy_(mine.T if mine.ndim == 2 else mine)
    x = torch.randn((n, fan_in), generator=seeded(1))
    torch.testing.assert_close(ours(x), theirs(x))
    ours(x).square().sum().backward()
    theirs(x).square().sum().backward()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad.T if mine.ndim == 2 else other.grad)


@pytest.mark.parametrize("gain", [0.5, 1, 5 / 3])
@pytest.mark.parametrize("sizes", [(50, 800), (800, 50)])
def test_a_linear_layer_begins_with_kaimings_scale(sizes, gain):
    layer = Linear(*sizes, gain=gain, generator=seeded())
    assert layer.weight.std().item() == pytest.approx(gain / sizes[0] ** 0.5, rel=0.02)
    assert (layer.bias == 0).all()
    x = torch.randn((500, sizes[0]), generator=seeded(1))
    assert layer(x).std().item() == pytest.approx(gain, rel=0.05)


def test_what_is_not_said_is_a_gain_of_1():
    said, not_said = Linear(3, 4, gain=1, generator=seeded()), Linear(3, 4, generator=seeded())
    assert torch.equal(said.weight, not_said.weight)


def test_what_is_not_said_of_batch_norm_is_what_torchs_takes():
    ours, theirs = BatchNorm1d(3), torch.nn.BatchNorm1d(3)
    assert (ours.eps, ours.momentum) == (theirs.eps, theirs.momentum)


def test_weights_are_leaves_that_learn():
    layers = Sequential(Embedding(5, 2), Flatten(), Linear(4, 3), Tanh(), Linear(3, 5, bias=False))
    shapes = [tuple(each.shape) for each in layers.parameters()]
    assert shapes == [(5, 2), (4, 3), (3,), (3, 5)]
    assert all(each.is_leaf and each.requires_grad for each in layers.parameters())
    F.cross_entropy(layers(torch.tensor([[0, 1], [4, 4]])), torch.tensor([2, 3])).backward()
    assert all(each.grad is not None for each in layers.parameters())


def test_weights_are_of_the_default_dtype():
    torch.set_default_dtype(torch.float32)
    layers = Sequential(Embedding(5, 2), Linear(4, 3))
    assert {each.dtype for each in layers.parameters()} == {torch.float32}


def test_the_same_generator_gives_the_same_weights():
    for make in (lambda g: Linear(3, 4, generator=g), lambda g: Embedding(3, 4, generator=g)):
        assert torch.equal(make(seeded()).weight, make(seeded()).weight)
        assert not torch.equal(make(seeded(1)).weight, make(seeded(2)).weight)


def test_an_embedding_looks_rows_up_and_their_gradients_add_up():
    layer = Embedding(4, 3, generator=seeded())
    x = torch.tensor([[0, 2], [2, 2]])
    assert layer(x).shape == (2, 2, 3)
    assert torch.equal(layer(x), F.embedding(x, layer.weight))
    layer(x).sum().backward()
    assert layer.weight.grad.tolist() == [[1] * 3, [0] * 3, [3] * 3, [0] * 3]


def test_flatten_lays_the_rows_of_an_example_end_to_end():
    x = torch.arange(12).view(2, 3, 2)
    assert Flatten()(x).tolist() == [list(range(6)), list(range(6, 12))]


def test_tanh_is_tanh():
    x = torch.linspace(-30, 30, 7)
    assert torch.equal(Tanh()(x), torch.tanh(x))


def test_a_sequence_feeds_each_layer_with_what_the_one_before_gives():
    first, second = Linear(3, 4), Linear(4, 2)
    layers = Sequential(first, Tanh(), second)
    x = torch.randn((5, 3), generator=seeded())
    assert torch.equal(layers(x), second(torch.tanh(first(x))))
    assert list(layers) == layers.layers
    assert layers[0] is first
    assert layers[-1] is second
    assert torch.equal(Sequential()(x), x)


def test_the_mode_goes_down_to_every_layer():
    layers = Sequential(Linear(2, 2), Sequential(Tanh()))
    layers.eval()
    modes = [each.training for each in (layers, layers[0], layers[1], layers[1][0])]
    assert modes == [False] * 4
    layers.train()
    assert all(each.training for each in (layers, layers[0], layers[1], layers[1][0]))


def test_modes_are_set_and_the_layer_comes_back_as_in_torch():
    for layer in (Tanh(), BatchNorm1d(2), Sequential(Linear(2, 2), BatchNorm1d(2))):
        assert layer.eval() is layer
        assert not layer.training
        assert layer.train() is layer
        assert layer.training
        assert layer.train(False) is layer
        assert not layer.training
    assert not Sequential(BatchNorm1d(2)).eval()[0].training
    assert Sequential(BatchNorm1d(2).eval()).train(True)[0].training


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3), st.integers(1, 5))
def test_neighbours_are_laid_side_by_side(n, groups, count, d):
    x = torch.randn((n, groups * count, d), generator=seeded())
    joined = FlattenConsecutive(count)(x)
    if groups == 1:
        assert joined.shape == (n, count * d)
        joined = joined[:, None]
    for group in range(groups):
        for place in range(count):
            part = joined[:, group, place * d : (place + 1) * d]
            assert torch.equal(part, x[:, group * count + place])


def test_places_that_leave_a_rest_cannot_be_joined():
    with pytest.raises(ValueError, match=r"^7 places cannot be joined 2 by 2$"):
        FlattenConsecutive(2)(torch.zeros(3, 7, 4))


@given(st.integers(2, 5), st.integers(1, 4), st.integers(1, 3))
def test_batch_norm_over_places_is_torchs_on_turned_dimensions(n, places, size):
    ours, theirs = BatchNormPlaces(size), torch.nn.BatchNorm1d(size)
    for part in range(2):
        x = torch.randn((n, places, size), generator=seeded(part)) * 3 + 1
        torch.testing.assert_close(ours(x), theirs(x.mT).mT)
    torch.testing.assert_close(ours.running_mean, theirs.running_mean)
    torch.testing.assert_close(ours.running_var, theirs.running_var)
    ours.eval()
    theirs.eval()
    torch.testing.assert_close(ours(x), theirs(x.mT).mT)
    torch.testing.assert_close(ours(x[:, 0]), theirs(x[:, 0]))
