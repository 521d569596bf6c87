"""Layers of a network, with the names and the behaviour of those in `torch.nn`, and as few lines.

Lesson 7 builds `Linear`, `Tanh`, `Embedding`, `Flatten` and `Sequential` by hand, lesson 8
`BatchNorm1d`, lesson 11 `FlattenConsecutive` and `BatchNormPlaces`. Left out, next to `torch.nn`:
devices, saving and loading, and input that is not a batch. Numbers are of torch's default dtype.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch


class Layer:
    """What all layers share: parameters (none, unless a layer has some) and a mode."""

    training = True

    def parameters(self) -> list[torch.Tensor]:
        """The tensors to train."""
        return []

    def train(self, mode: bool = True) -> Layer:
        """Switch to training mode, in which a new layer is; returns the layer, as torch.nn does.

        mode: False for evaluation mode.
        """
        self.training = mode
        return self

    def eval(self) -> Layer:
        """Switch to evaluation mode; returns the layer."""
        return self.train(False)


class Linear(Layer):
    """``x @ weight + bias``, from shape (n, fan_in) to (n, fan_out).

    The weights are drawn from a normal distribution with standard deviation gain / sqrt(fan_in):
    1 / sqrt(fan_in) is LeCun et al. 1998, *Efficient BackProp*, section 4.6; He et al. 2015,
    *Delving Deep into Rectifiers*, section 2.2, derive sqrt(2) as the gain for ReLU; the table of
    gains is `torch.nn.init.calculate_gain`. The bias is 0. `torch.nn.Linear` keeps its weight the
    other way round, (fan_out, fan_in), and draws it from a uniform distribution.
    """

    def __init__(
        self,
        fan_in: int,
        fan_out: int,
        *,
        gain: float = 1.0,
        bias: bool = True,
        generator: torch.Generator | None = None,
    ):
        scale = gain / fan_in**0.5
        self.weight = torch.randn((fan_in, fan_out), generator=generator).mul_(scale)
        self.weight.requires_grad_()
        self.bias = torch.zeros(fan_out, requires_grad=True) if bias else None

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        out = x @ self.weight
        return out if self.bias is None else out + self.bias

    def parameters(self) -> list[torch.Tensor]:
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class Tanh(Layer):
    """The hyperbolic tangent of each number."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(x)


class BatchNorm1d(Layer):
    """Standardize each unit over the batch, then scale and shift it: (n, size) to (n, size).

    In training mode with the mean and the biased variance of the batch (Ioffe and Szegedy 2015,
    *Batch Normalization*, algorithm 1), which also move the running mean and variance. In
    evaluation mode with the running ones, so that examples do not touch each other. As in
    `torch.nn.BatchNorm1d`, the running variance takes in the unbiased variance; that layer calls
    the gain `weight`.

    Raises:
        ValueError: in training mode, for a batch of one: it has no spread.
    """

    def __init__(self, size: int, *, eps: float = 1e-5, momentum: float = 0.1):
        self.eps, self.momentum = eps, momentum
        self.gain = torch.ones(size, requires_grad=True)
        self.bias = torch.zeros(size, requires_grad=True)
        self.running_mean = torch.zeros(size)
        self.running_var = torch.ones(size)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        n = len(x)
        if self.training and n < 2:
            raise ValueError("a batch of one has no spread to divide by; call eval() first")
        mean = x.mean(0) if self.training else self.running_mean
        centred, var = x - mean, self.running_var
        if self.training:
            var = centred.square().mean(0)  # x.var(0) takes several times as long
            with torch.no_grad():
                unbiased = var * (n / (n - 1))
                self.running_mean += self.momentum * (mean - self.running_mean)
                self.running_var += self.momentum * (unbiased - self.running_var)
        # One factor for each unit first: (n, size) numbers are then gone over fewer times.
        return centred * (self.gain / torch.sqrt(var + self.eps)) + self.bias

    def parameters(self) -> list[torch.Tensor]:
        return [self.gain, self.bias]


class Embedding(Layer):
    """Row ``x`` of a table for each index ``x``: shape (...) int64 to (..., size)."""

    def __init__(self, count: int, size: int, *, generator: torch.Generator | None = None):
        self.weight = torch.randn((count, size), generator=generator).requires_grad_()

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return self.weight[x]

    def parameters(self) -> list[torch.Tensor]:
        return [self.weight]


class Flatten(Layer):
    """One row for each example: (n, ..., d) to (n, ... * d)."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(len(x), -1)


class Sequential(Layer):
    """Layers, each fed with what the one before gives."""

    def __init__(self, *layers: Layer):
        self.layers = list(layers)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            x = layer(x)
        return x

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __getitem__(self, index: int) -> Layer:
        return self.layers[index]

    def parameters(self) -> list[torch.Tensor]:
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def train(self, mode: bool = True) -> Sequential:
        for layer in self.layers:
            layer.train(mode)
        return super().train(mode)


class FlattenConsecutive(Layer):
    """Each `count` neighbours side by side: (n, places, d) to (n, places / count, count * d).

    Where one place is left, without its dimension: (n, count * d). Lesson 11 builds it by hand.

    Raises:
        ValueError: the places cannot be grouped without a rest.
    """

    def __init__(self, count: int):
        self.count = count

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        n, places, d = x.shape
        if places % self.count:
            raise ValueError(f"{places} places cannot be joined {self.count} by {self.count}")
        joined = x.reshape(n, places // self.count, self.count * d)
        return joined.squeeze(1)


class BatchNormPlaces(BatchNorm1d):
    """Batch norm over examples and places: (n, places, size), or (n, size), to the same shape.

    One mean and one variance for each unit, whatever the place, as the weights before are the same
    at each place. Lesson 11 builds it by hand. `torch.nn.BatchNorm1d` does so, too, for input of
    shape (n, size, places).
    """

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return super().__call__(x.reshape(-1, x.shape[-1])).view(x.shape)
