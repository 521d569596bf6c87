"""Gradient descent on the bigram counts: V x V cells say all that the examples say.

Lesson 5 builds the loss, its gradient, the descent and the stability limit by hand. The network is
lesson 4's: one-hot inputs, a weight matrix `W` of shape (V, V), softmax. Its mean loss over all
examples depends on them through the counts alone (they are a sufficient statistic), so that a step
of full-batch gradient descent costs V x V numbers, however many examples there are.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class Descent:
    """What `descend_on_counts` went through."""

    losses: torch.Tensor
    """Mean negative log-likelihood, in nats, without the penalty: shape (steps + 1,), float64. The
    first is the start's, the last that of the final weights. NaN from `stopped` on."""
    weights: torch.Tensor
    """The final weights, shape (V, V), float64."""
    stopped: int | None
    """The step at which the numbers ceased to be finite, so that the descent ended; or None."""


def count_loss(W: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """Mean negative log-likelihood of all counted bigrams under softmax(W), in nats.

    Equal to the mean of `F.cross_entropy` over the examples; autograd goes through it. Lesson 5
    builds it by hand.

    Args:
        W: logits, shape (V, V), any float dtype. Row = the character before.
        counts: shape (V, V), integers or floats, 0 or more, with a sum above 0.

    Returns:
        Shape (), float64.
    """
    share = counts.double() / counts.sum()
    return -(share * torch.log_softmax(W.double(), dim=1)).sum()


def count_gradient(W: torch.Tensor, counts: torch.Tensor, *, strength: float = 0.0) -> torch.Tensor:
    """Gradient of ``count_loss(W, counts) + strength * (W**2).mean()`` with respect to W.

    Row i of the first part is (share of row i in all counts) * softmax(W[i]) - counts[i] / total:
    probabilities minus one-hot labels, summed over the examples and divided by their number.
    Lesson 5 builds it by hand.

    Args:
        W, counts: as in `count_loss`.
        strength: of the penalty.

    Returns:
        Shape (V, V), float64.
    """
    W = W.detach().double()
    share = counts.double() / counts.sum()
    gradient = share.sum(1, keepdim=True) * torch.softmax(W, dim=1) - share
    return gradient + 2 * strength / W.numel() * W


def descend_on_counts(
    counts: torch.Tensor,
    *,
    learning_rate: float,
    steps: int,
    start: torch.Tensor,
    strength: float = 0.0,
) -> Descent:
    """Take `steps` steps of gradient descent on ``count_loss + strength * (W**2).mean()``.

    Lesson 5 builds it by hand, in PyTorch. Here the same lines are NumPy, which takes about half
    the time on tables this small: 13 microseconds a step for 27 characters.

    Args:
        counts: shape (V, V), integers or floats, 0 or more, with a sum above 0.
        learning_rate: any finite number; a negative one climbs.
        steps: 0 or more.
        start: the weights to begin with, shape (V, V), any real dtype; it is not changed.
        strength: of the penalty, 0 or more, finite.

    Returns:
        The losses and the final weights. A descent that leaves the finite numbers ends there, and
        says at which step: `Descent.stopped`.

    Raises:
        ValueError: an argument is not as above, such as a start that holds NaN.
    """
    _check(counts, learning_rate, steps, start, strength)
    W = np.array(start.detach().cpu().numpy(), dtype=np.float64)
    counted = counts.detach().cpu().numpy().astype(np.float64)
    share = counted / counted.sum()
    weight = share.sum(1, keepdims=True)
    decay = 2 * strength / W.size
    losses = np.full(steps + 1, np.nan)
    stopped = None
    with np.errstate(all="ignore"):  # a rate that is far too large may overflow; see `stopped`
        for step in range(steps + 1):
            # Softmax does not change when a row is shifted; with 0 as maximum, exp is finite.
            shifted = W - W.max(1, keepdims=True)
            exps = np.exp(shifted)
            sums = exps.sum(1, keepdims=True)
            loss = np.vdot(weight, np.log(sums)) - np.vdot(share, shifted)
            if not math.isfinite(loss):
                stopped = step
                break
            losses[step] = loss
            if step < steps:
                W -= learning_rate * (exps * (weight / sums) - share + decay * W)
    return Descent(torch.from_numpy(losses), torch.from_numpy(W), stopped)


def curvatures(counts: torch.Tensor, *, strength: float = 0.0) -> torch.Tensor:
    """The greatest curvature of each row of the weights, where the loss is least.

    The rows do not touch each other, so the Hessian of the loss falls into V blocks. Block i is
    (share of row i in all counts) * (diag(p) - p pᵀ), p being row i of the probabilities at the
    optimum; the penalty adds 2 * strength / (V * V) on the diagonal. Lesson 5 builds it by hand.

    Args:
        counts, strength: as in `descend_on_counts`.

    Returns:
        The largest eigenvalue of each block, shape (V,), float64.
    """
    _check_counts(counts)
    _check_strength(strength)
    share = counts.double() / counts.sum()
    weight = share.sum(1)
    if strength:
        probabilities = torch.softmax(_best_weights(share, strength), dim=1)
    else:  # without a penalty the optimum is the counted table; a row without counts weighs nothing
        probabilities = share / weight.clamp(min=torch.finfo(torch.float64).tiny)[:, None]
    return torch.linalg.eigvalsh(_blocks(probabilities, weight, strength))[:, -1]


def stability_limit(counts: torch.Tensor, *, strength: float = 0.0) -> float:
    """The learning rate above which gradient descent cannot settle at the optimum: 2 / curvature.

    A step multiplies the distance to the optimum, along a direction of curvature c, by
    1 - learning_rate * c. That shrinks it while learning_rate < 2 / c, so the direction of the
    greatest curvature sets the limit. Lesson 5 derives it. For the course's names and strength 0
    it is 74.4.

    Args:
        counts, strength: as in `descend_on_counts`.
    """
    return 2 / curvatures(counts, strength=strength).max().item()


def _blocks(probabilities: torch.Tensor, weight: torch.Tensor, strength: float) -> torch.Tensor:
    """The Hessian of each row, shape (V, V, V)."""
    outer = probabilities[:, :, None] * probabilities[:, None, :]
    blocks = weight[:, None, None] * (torch.diag_embed(probabilities) - outer)
    return blocks + 2 * strength / weight.numel() ** 2 * torch.eye(weight.numel()).double()


def _best_weights(share: torch.Tensor, strength: float) -> torch.Tensor:
    """The weights with the least penalized loss, by Newton's method with halved steps.

    The objective is strictly convex, so there is one optimum, and a step that is short enough
    always leads down.
    """

    def objective(W: torch.Tensor) -> float:
        return (count_loss(W, share) + strength * (W**2).mean()).item()

    W = torch.zeros_like(share)
    value = objective(W)
    for _ in range(200):
        gradient = count_gradient(W, share, strength=strength)
        blocks = _blocks(torch.softmax(W, dim=1), share.sum(1), strength)
        direction = torch.linalg.solve(blocks, gradient[:, :, None])[:, :, 0]
        size, promised = 1.0, (direction * gradient).sum().item()
        while size > 1e-6 and objective(W - size * direction) > value - 0.1 * size * promised:
            size /= 2
        W = W - size * direction
        value = objective(W)
        if promised < 1e-15:
            break
    return W


def _check(counts, learning_rate, steps, start, strength) -> None:
    _check_counts(counts)
    _check_strength(strength)
    if start.shape != counts.shape:
        raise ValueError(
            f"the start has shape {tuple(start.shape)}; these counts need {tuple(counts.shape)}"
        )
    if not start.isfinite().all():
        raise ValueError("the start holds NaN or an infinity; weights must be finite")
    if not math.isfinite(learning_rate):
        raise ValueError(f"the learning rate is {learning_rate}; it must be a finite number")
    if steps < 0:
        raise ValueError(f"the number of steps is {steps}; it must be 0 or more")


def _check_counts(counts: torch.Tensor) -> None:
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"counts need shape (V, V), got {tuple(counts.shape)}")
    if not (counts >= 0).all() or not 0 < counts.sum() < math.inf:
        raise ValueError("counts must be finite numbers of 0 or more, and not all of them 0")


def _check_strength(strength: float) -> None:
    if not 0 <= strength < math.inf:
        raise ValueError(f"the strength is {strength}; it must be a finite number of 0 or more")
