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
