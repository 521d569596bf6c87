"""Each job of the benchmark, done the plain way: what a good tutorial shows.

It is written to be read, with PyTorch and matplotlib as they come, after Andrej Karpathy's lectures
(makemore, parts 1 to 3). Nothing here is slower than this style makes it: the one-hot rows are made
once and not at each step, the figure is no larger than ours.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from matplotlib.figure import Figure


def count_bigrams(names: Sequence[str], stoi: dict[str, int]) -> torch.Tensor:
    """Two loops, and one entry of a tensor at a time."""
    N = torch.zeros((len(stoi), len(stoi)), dtype=torch.int32)
    for name in names:
        for first, second in pairwise([".", *name, "."]):
            N[stoi[first], stoi[second]] += 1
    return N


def heatmap(N: torch.Tensor, itos: dict[int, str], size: tuple[float, float]) -> Figure:
    """An image, and two texts in each cell. `size`: width and height of the figure, in inches."""
    figure, ax = plt.subplots(figsize=size)
    ax.imshow(N, cmap="Blues")
    for i in range(len(N)):
        for j in range(len(N)):
            ax.text(j, i, itos[i] + itos[j], ha="center", va="bottom", color="gray", fontsize=7)
            ax.text(j, i, N[i, j].item(), ha="center", va="top", color="gray", fontsize=7)
    ax.axis("off")
    return figure


def mean_nll(P: torch.Tensor, names: Sequence[str], stoi: dict[str, int]) -> float:
    """The logarithm of one probability after the other, summed."""
    log_likelihood, n = 0.0, 0
    for name in names:
        for first, second in pairwise([".", *name, "."]):
            log_likelihood += torch.log(P[stoi[first], stoi[second]])
            n += 1
    return (-log_likelihood / n).item()


def descend(
    names: Sequence[str],
    stoi: dict[str, int],
    W: torch.Tensor,
    *,
    learning_rate: float,
    steps: int,
) -> list[float]:
    """Gradient descent of the one-hot network, on all bigrams at each step. Gives the losses."""
    xs, ys = [], []
    for name in names:
        for first, second in pairwise([".", *name, "."]):
            xs.append(stoi[first])
            ys.append(stoi[second])
    X, ys = F.one_hot(torch.tensor(xs), num_classes=len(W)).float(), torch.tensor(ys)
    W = W.clone().requires_grad_()
    losses = []
    for _ in range(steps):
        loss = F.cross_entropy(X @ W, ys)
        losses.append(loss.item())
        W.grad = None
        loss.backward()
        W.data += -learning_rate * W.grad
    return losses


def sample_names(P: torch.Tensor, itos: dict[int, str], count: int, seed: int) -> list[str]:
    """One draw of `torch.multinomial` for each character."""
    generator = torch.Generator().manual_seed(seed)
    names = []
    for _ in range(count):
        index, characters = 0, []
        while True:
            p = P[index]
            index = torch.multinomial(p, 1, replacement=True, generator=generator).item()
            characters.append(itos[index])
            if index == 0:
                break
        names.append("".join(characters))
    return names


class Linear:
    def __init__(self, fan_in: int, fan_out: int, generator: torch.Generator, bias: bool = True):
        self.weight = torch.randn((fan_in, fan_out), generator=generator) / fan_in**0.5
        self.bias = torch.zeros(fan_out) if bias else None

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        self.out = x @ self.weight
        if self.bias is not None:
            self.out += self.bias
        return self.out

    def parameters(self) -> list[torch.Tensor]:
        return [self.weight] if self.bias is None else [self.weight, self.bias]


class BatchNorm1d:
    def __init__(self, size: int, eps: float = 1e-5, momentum: float = 0.001):
        self.eps, self.momentum, self.training = eps, momentum, True
        self.gamma, self.beta = torch.ones(size), torch.zeros(size)
        self.running_mean, self.running_var = torch.zeros(size), torch.ones(size)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        if self.training:
            mean = x.mean(0, keepdim=True)
            var = x.var(0, keepdim=True, correction=0)
        else:
            mean, var = self.running_mean, self.running_var
        x_hat = (x - mean) / torch.sqrt(var + self.eps)
        self.out = self.gamma * x_hat + self.beta
        if self.training:
            with torch.no_grad():
                keep, m = 1 - self.momentum, self.momentum
                self.running_mean = keep * self.running_mean + m * mean
                self.running_var = keep * self.running_var + m * var
        return self.out

    def parameters(self) -> list[torch.Tensor]:
        return [self.gamma, self.beta]


class Tanh:
    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        self.out = torch.tanh(x)
        return self.out

    def parameters(self) -> list[torch.Tensor]:
        return []


class Network:
    """An embedding of 10 numbers for each of three letters, 200 hidden units with batch norm."""

    def __init__(self, generator: torch.Generator):
        self.C = torch.randn((27, 10), generator=generator)
        self.layers = [
            Linear(30, 200, generator, bias=False),
            BatchNorm1d(200),
            Tanh(),
            Linear(200, 27, generator),
        ]
        self.layers[0].weight *= 5 / 3
        self.layers[-1].weight *= 0.1
        for p in self.parameters():
            p.requires_grad = True

    def __call__(self, X: torch.Tensor) -> torch.Tensor:
        embedded = self.C[X]
        x = embedded.view(len(embedded), -1)
        for layer in self.layers:
            x = layer(x)
        return x

    def parameters(self) -> list[torch.Tensor]:
        return [self.C, *(p for layer in self.layers for p in layer.parameters())]


def train(
    network: Network,
    X: torch.Tensor,
    Y: torch.Tensor,
    *,
    steps: int,
    drops: int,
    generator: torch.Generator,
    batch_size: int = 32,
) -> list[float]:
    """Stochastic gradient descent; the rate is 0.1, and 0.01 from step `drops` on."""
    parameters = network.parameters()
    losses = []
    for step in range(steps):
        rows = torch.randint(0, len(X), (batch_size,), generator=generator)
        loss = F.cross_entropy(network(X[rows]), Y[rows])
        for p in parameters:
            p.grad = None
        loss.backward()
        learning_rate = 0.1 if step < drops else 0.01
        for p in parameters:
            p.data += -learning_rate * p.grad
        losses.append(loss.item())
    return losses


def smoothing_picture(
    k: float,
    losses: Callable[[float], tuple[float, float]],
    P: torch.Tensor,
    itos: dict[int, str],
    ks: Sequence[float],
    curves: Sequence[tuple[float, float]],
) -> Figure:
    """Lesson 3's picture for one k, as the function that a slider calls: a new figure each time."""
    figure, panels = plt.subplot_mosaic(
        [["whole", "table"], ["near", "table"]], figsize=(8, 4.5), width_ratios=[1, 1.4]
    )
    floor, (training_loss, held_out_loss) = curves[0][0], losses(k)
    for name, limits in (("whole", (floor - 0.1, 3.7)), ("near", (floor - 0.002, floor + 0.01))):
        ax = panels[name]
        ax.plot(ks, [training for training, _ in curves], label="training")
        ax.plot(ks, [held_out for _, held_out in curves], label="held-out")
        ax.plot(k, training_loss, "o")
        ax.plot(k, held_out_loss, "D")
        ax.set(xscale="log", xlabel="k", ylabel="loss (nats)", ylim=limits)
    panels["whole"].legend()
    panels["table"].imshow(P, cmap="magma_r")
    panels["table"].set_xticks(range(len(itos)), itos.values())
    panels["table"].set_yticks(range(len(itos)), itos.values())
    return figure
