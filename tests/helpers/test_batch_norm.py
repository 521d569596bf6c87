"""The batch norm of `helpers.layers` against PyTorch's, and where it refuses."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from shared.batch_norm import assert_is_torchs, cases, close, numbers

from helpers.layers import BatchNorm1d, Linear, Sequential, Tanh

pytestmark = pytest.mark.usefixtures("float64")


@given(cases())
def test_it_is_what_torch_has(case):
    assert_is_torchs(BatchNorm1d, case)


def test_a_new_one_is_in_training_mode_and_has_two_parameters():
    layer = BatchNorm1d(3)
    assert layer.training
    assert layer.parameters() == [layer.gain, layer.bias]
    assert all(parameter.requires_grad for parameter in layer.parameters())
    assert not layer.running_mean.requires_grad
    assert not layer.running_var.requires_grad


@given(st.integers(2, 40), st.integers(1, 8))
def test_each_unit_comes_out_with_mean_0_and_variance_1(length, size):
    generator = torch.Generator().manual_seed(length)
    out = BatchNorm1d(size)(7 * numbers(generator, length, size) - 3).detach()
    close(out.mean(0), torch.zeros(size))
    torch.testing.assert_close(out.var(0, correction=0), torch.ones(size), rtol=0, atol=0.1)


def test_a_batch_of_one_is_refused_in_training_and_not_in_eval():
    layer = BatchNorm1d(3)
    with pytest.raises(ValueError, match=r"a batch of one has no spread .* call eval\(\) first"):
        layer(torch.ones(1, 3))
    assert layer.running_var.isfinite().all()
    layer.eval()
    assert layer(torch.ones(1, 3)).shape == (1, 3)


def test_a_constant_unit_gives_the_bias_and_a_finite_gradient():
    layer, x = BatchNorm1d(2), torch.full((5, 2), 3.0, requires_grad=True)
    out = layer(x)
    out.sum().backward()
    assert torch.equal(out, torch.zeros(5, 2))
    assert x.grad.isfinite().all()


def test_in_eval_mode_examples_do_not_touch_each_other_and_nothing_moves():
    generator = torch.Generator().manual_seed(1)
    layer = BatchNorm1d(4)
    layer(numbers(generator, 16, 4))
    layer.eval()
    before = layer.running_mean.clone(), layer.running_var.clone()
    x = numbers(generator, 6, 4)
    alone = torch.cat([layer(row[None]) for row in x])
    assert torch.equal(layer(x), alone)
    assert torch.equal(layer.running_mean, before[0])
    assert torch.equal(layer.running_var, before[1])


def test_the_bias_of_the_layer_before_gets_no_gradient():
    generator = torch.Generator().manual_seed(1)
    model = Sequential(Linear(5, 8, generator=generator), BatchNorm1d(8), Tanh())
    (numbers(generator, 32, 8) * model(numbers(generator, 32, 5))).sum().backward()
    assert model[0].bias.grad.abs().max() < 1e-12
    assert model[0].weight.grad.abs().max() > 1e-3


def test_running_statistics_keep_no_notes_for_backward():
    layer, x = BatchNorm1d(2), torch.randn(8, 2, requires_grad=True)
    for _ in range(3):
        layer(x).sum().backward()
    assert layer.running_mean.grad_fn is None
    assert layer.running_var.grad_fn is None


def test_the_mode_of_a_network_reaches_its_batch_norm():
    model = Sequential(Linear(2, 3), BatchNorm1d(3))
    model.eval()
    assert not model[1].training
    model.train()
    assert model[1].training
