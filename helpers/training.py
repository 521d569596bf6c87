"""Training by minibatches, and the loss on a whole set. Lesson 6 builds both by hand."""

import math
import sys
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from tqdm import tqdm

Model = Callable[[torch.Tensor], torch.Tensor]
"""From contexts, shape (n, k), int64, to logits, shape (n, V)."""


def train(
    model: Model,
    X: torch.Tensor,
    Y: torch.Tensor,
    optimizer: Optimizer,
    schedule: LRScheduler | None = None,
    *,
    steps: int,
    batch_size: int = 64,
    seed: int | torch.Generator = 2147483647,
    after_step: Callable[[int], None] | None = None,
) -> torch.Tensor:
    """Take `steps` steps, each on a minibatch drawn with replacement. Shows a progress bar.

    Interrupted (the square button of JupyterLab, or Ctrl-C), it says so and ends there: the model
    keeps what it has learned. It also ends, and says so, where the loss is no finite number.

    Args:
        model: its parameters are those that `optimizer` changes, in place.
        X, Y: contexts, shape (n, k), and labels, shape (n,), both int64.
        optimizer: makes the step, `torch.optim.SGD` for example.
        schedule: changes the optimizer's learning rate; moved on once after each step.
        steps: 0 or more.
        batch_size: examples in a minibatch.
        seed: of the generator that draws the minibatches; or that generator, to go on drawing.
        after_step: called with the number of each step, from 0 on, while gradients are still there.

    Returns:
        The loss of each minibatch before its step, in nats: shape (steps taken,), float64.

    Raises:
        ValueError: batch norm or dropout in the model is in evaluation mode: it would be trained
            with frozen statistics.
    """
    if steps and (layer := _in_mode(model, training=False)):
        raise ValueError(
            f"the model's {layer} is in evaluation mode, in which it takes nothing from the "
            "batches; call train() on the model before training it"
        )
    own = isinstance(seed, torch.Generator)
    generator = seed if own else torch.Generator().manual_seed(seed)
    losses: list[float] = []
    # On standard output: JupyterLab paints what comes from standard error red, like a failure.
    with tqdm(total=steps, file=sys.stdout, mininterval=0.5, unit=" steps") as bar:
        try:
            for step in range(steps):
                batch = torch.randint(len(X), (batch_size,), generator=generator)
                loss = F.cross_entropy(model(X[batch]), Y[batch])
                value = loss.item()
                if not math.isfinite(value):
                    bar.write(f"Stopped at step {step:,}: the loss is {value}.", file=sys.stdout)
                    break
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if schedule is not None:
                    schedule.step()
                losses.append(value)
                if after_step is not None:
                    after_step(step)
                if step % 100 == 99:
                    recent = sum(losses[-100:]) / 100
                    bar.set_postfix_str(f"loss {recent:.3f}", refresh=False)
                bar.update()
        except KeyboardInterrupt:
            taken = f"Stopped after {len(losses):,} of {steps:,} steps"
            bar.write(f"{taken}. The model keeps what it has learned.", file=sys.stdout)
    return torch.tensor(losses, dtype=torch.float64)


def mean_loss(model: Model, X: torch.Tensor, Y: torch.Tensor) -> float:
    """Mean negative log-likelihood of all examples, in nats, without gradients.

    Args:
        model: as in `train`.
        X, Y: as in `train`; n is 1 or more.

    Raises:
        ValueError: batch norm or dropout in the model is in training mode: the loss would depend
            on which examples stand together, and measuring it would move the running statistics.
    """
    if layer := _in_mode(model, training=True):
        raise ValueError(
            f"the model's {layer} is in training mode, in which a loss depends on the batch or on "
            "chance, and measuring may change the layer; call eval() on the model first"
        )
    portions = zip(X.split(2000), Y.split(2000), strict=True)  # few enough for the cache
    with torch.no_grad():
        total = sum(F.cross_entropy(model(x), y, reduction="sum").item() for x, y in portions)
    return total / len(X)


def _in_mode(model: Model, training: bool) -> str:
    """The first layer in this mode that behaves otherwise in the other one; "" where none does.

    Looks into the layers of a `helpers.layers.Sequential` and of any `torch.nn.Module`.
    """
    if isinstance(model, torch.nn.Module):
        layers = list(model.modules())
    else:
        layers, waiting = [], [model]
        while waiting:
            layers.append(layer := waiting.pop(0))
            waiting += getattr(layer, "layers", [])
    for layer in layers:
        name = type(layer).__name__
        statistics = getattr(layer, "running_mean", None) is not None
        if (statistics or "Dropout" in name) and getattr(layer, "training", None) is training:
            return name
    return ""
