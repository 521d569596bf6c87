"""A batch norm held against PyTorch's: the helpers', and the one that a lesson builds."""

import torch
from hypothesis import strategies as st
from torch import nn


def numbers(generator, *shape):
    return torch.randn(shape, generator=generator, dtype=torch.float64)


@st.composite
def cases(draw):
    """Options of the layer, and batches of one width and of any spread."""
    generator = torch.Generator().manual_seed(draw(st.integers(0, 2**31)))
    size, count = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    scale, shift = draw(st.sampled_from([1e-3, 1.0, 30.0])), draw(st.integers(-5, 5))
    lengths = [draw(st.integers(2, 40)) for _ in range(count)]
    batches = [scale * numbers(generator, length, size) + shift for length in lengths]
    momentum = draw(st.sampled_from([0.001, 0.1, 0.5, 1.0]))
    return {"eps": draw(st.sampled_from([1e-5, 1e-3])), "momentum": momentum}, batches, generator


def close(one, other):
    torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-6)


def assert_is_torchs(layer_class, case):
    """Output, gradients and running statistics, in training and in evaluation mode."""
    options, batches, generator = case
    size = batches[0].shape[1]
    with torch.random.fork_rng():
        theirs = nn.BatchNorm1d(size, **options, dtype=torch.float64)
    ours = layer_class(size, **options)
    with torch.no_grad():
        ours.gain.copy_(numbers(generator, size))
        ours.bias.copy_(numbers(generator, size))
        theirs.weight.copy_(ours.gain)
        theirs.bias.copy_(ours.bias)
    for training in (True, False):
        for layer in (ours, theirs):
            layer.train() if training else layer.eval()
        for batch in batches:
            pull = numbers(generator, *batch.shape)
            inputs = [batch.clone().requires_grad_() for _ in range(2)]
            outputs = ours(inputs[0]), theirs(inputs[1])
            close(*outputs)
            for output in outputs:
                (pull * output).sum().backward()
            # A slope grows as the spread shrinks: what rounding leaves is measured against it.
            largest = max(1.0, inputs[1].grad.abs().max().item())
            close(inputs[0].grad / largest, inputs[1].grad / largest)
            close(ours.gain.grad, theirs.weight.grad)
            close(ours.bias.grad, theirs.bias.grad)
            close(ours.running_mean, theirs.running_mean)
            close(ours.running_var, theirs.running_var)
