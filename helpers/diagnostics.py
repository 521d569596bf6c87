"""What happens in a network of tanh layers: one pass forward, one back. Lesson 7 builds it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from helpers.layers import Linear, Sequential, Tanh


@dataclass(frozen=True)
class Diagnosis:
    """From the label of each layer, in their order, to its numbers."""

    activations: dict[str, torch.Tensor]
    """What comes out of each tanh layer, shape (n, units)."""
    gradients: dict[str, torch.Tensor]
    """The gradient of the mean loss with respect to it, of the same shape."""
    weight_gradients: dict[str, torch.Tensor]
    """The gradient with respect to the weights of each linear layer, shape (fan_in, fan_out)."""
    updates: dict[str, float]
    """For each linear layer the std of one step of SGD over the std of its weights."""


def diagnose_network(
    model: Sequential, X: torch.Tensor, Y: torch.Tensor, *, rate: float
) -> Diagnosis:
    """Pass the examples forward and the gradient back, and keep what is in between.

    Lesson 7 builds it by hand. No step is taken: the weights stay. Old gradients are thrown away.

    Args:
        model: has Linear and Tanh layers; the last layer gives the logits.
        X, Y: contexts, shape (n, k), and labels, shape (n,), both int64.
        rate: the learning rate of the step whose size is told.
    """
    for parameter in model.parameters():
        parameter.grad = None
    hidden, x = {}, X
    for layer in model:
        x = layer(x)
        if isinstance(layer, Tanh):
            x.retain_grad()
            hidden[f"tanh {len(hidden) + 1}"] = x
    F.cross_entropy(x, Y).backward()
    matrices = [layer.weight for layer in model if isinstance(layer, Linear)]
    weights = {f"linear {count}": weight for count, weight in enumerate(matrices, start=1)}
    return Diagnosis(
        activations={name: h.detach() for name, h in hidden.items()},
        gradients={name: h.grad for name, h in hidden.items()},
        weight_gradients={name: weight.grad for name, weight in weights.items()},
        updates={
            name: (rate * weight.grad.std() / weight.std()).item()
            for name, weight in weights.items()
        },
    )
