"""Trainings that lessons 10 and 11 speak of and that take too long for a lesson, run and kept.

    python benchmarks/trainings.py [GROUP ...] [--missing] [--check]

writes trainings.json, and networks.pt: the numbers of two networks of lesson 11. Each training is
kept as soon as it has ended. With --missing, those that are there already are left alone. With
--check, as `make losses` calls it, nothing is written: each one that is kept is run anew and held
against what is kept.

All are in float32 on one thread, from names.txt whatever MAKEMORE_NAMES says, with the lecture's
split. Rounding differs between processors, and so do the third digits of a loss.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR, MultiStepLR

from helpers import build_alphabet, context_examples, load_names, mean_loss, split_names, train
from helpers.names import NAMES_FILE

KEPT = Path(__file__).with_name("trainings.json")
WEIGHTS = Path(__file__).with_name("networks.pt")
SEEDS = (2147483647, 1, 2)  # the first is the lecture's
CLOSE = 0.01  # in nats: as far as two processors, or two versions of torch, may differ

Recipe = Callable[[nn.Module, int], tuple[Optimizer, object]]
"""From a model and its number of steps to an optimizer and a schedule, or None."""


@dataclass(frozen=True)
class Training:
    """One training, run from each seed."""

    group: str
    name: str
    build: Callable[[torch.Generator], nn.Module]
    recipe: Recipe
    steps: int = 1500
    batch_size: int = 512
    letters: int = 3
    seeds: tuple[int, ...] = SEEDS
    curve: bool = False
    """Whether to keep the losses of the first seed's minibatches, too, as means of 1/50 each."""
    weights: str = ""
    """Under which name to keep the first seed's weights, where they are kept."""


# The networks


def drawn(
    model: nn.Sequential, generator: torch.Generator, first: float = 1, last: float = 0.1
) -> nn.Sequential:
    """The model with weights as `helpers.layers` draws them: gain / sqrt(fan-in)."""
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    with torch.no_grad():
        model[0].weight.normal_(generator=generator)
        for layer in linear:
            gain = {linear[0]: first, linear[-1]: last}.get(layer, 1)
            layer.weight.normal_(0, gain / layer.in_features**0.5, generator=generator)
        linear[-1].bias.zero_()
    return model


def flat(
    generator: torch.Generator,
    *,
    letters: int,
    embedding: int = 10,
    hidden: int = 200,
    first: float = 1,
) -> nn.Sequential:
    """Lesson 8's network, for contexts of this length."""
    layers = [
        nn.Embedding(27, embedding),
        nn.Flatten(),
        nn.Linear(letters * embedding, hidden, bias=False),
        nn.BatchNorm1d(hidden),
        nn.Tanh(),
        nn.Linear(hidden, 27),
    ]
    return drawn(nn.Sequential(*layers), generator, first)


def plain(generator: torch.Generator, *, first: float, last: float = 0.1) -> nn.Sequential:
    """Three letters, as in lessons 6 and 7: no batch norm, and a bias in its place."""
    layers = [nn.Embedding(27, 10), nn.Flatten(), nn.Linear(30, 200), nn.Tanh(), nn.Linear(200, 27)]
    model = drawn(nn.Sequential(*layers), generator, first, last)
    nn.init.zeros_(model[2].bias)
    return model


class Pairs(nn.Module):
    """Each two neighbours side by side: (n, places, d) to (n, places / 2, 2 d)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        n, places, d = x.shape
        return x.view(n, places // 2, 2 * d)


class Squeeze(nn.Module):
    """The only place that is left: (n, 1, d) to (n, d)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.squeeze(1)


class OverPlaces(nn.BatchNorm1d):
    """Batch norm over examples and places: (n, places, d), one mean for each of d units."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.flatten(0, 1)).view(x.shape)


class OverExamples(nn.BatchNorm1d):
    """Batch norm over examples alone: (n, places, d), one mean for each place of each unit."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.flatten(1)).view(x.shape)


def tree(
    generator: torch.Generator, *, embedding: int = 10, hidden: int = 68, wrong: bool = False
) -> nn.Sequential:
    """Eight letters, joined two by two in three levels; `wrong`: batch norm over examples alone."""
    layers, width = [nn.Embedding(27, embedding)], embedding
    for places in (4, 2, 1):
        norm = OverExamples(places * hidden) if wrong else OverPlaces(hidden)
        layers += [Pairs(), nn.Linear(2 * width, hidden, bias=False), norm, nn.Tanh()]
        width = hidden
    return drawn(nn.Sequential(*layers, Squeeze(), nn.Linear(hidden, 27)), generator)


three = partial(flat, letters=3)
WIDE = {"embedding": 24, "hidden": 128}
LONG_RUN_DECAY = 0.5  # of lesson 11's long run: the best on the dev set of those that are tried


# The recipes


def one_cycle(step: int, steps: int) -> float:
    """The share of the highest rate at a step: lesson 10's, and OneCycleLR's without momentum."""
    climb = 0.3 * steps - 1
    if step <= climb:
        start, end, part = 1 / 25, 1, step / climb
    else:
        start, end, part = 1, 1 / 250_000, (step - climb) / (steps - 1 - climb)
    return end + (start - end) * (1 + math.cos(math.pi * part)) / 2


def cycled(optimizer: Optimizer, steps: int) -> tuple[Optimizer, LambdaLR]:
    """The optimizer, with its rate as the highest of one cycle."""
    return optimizer, LambdaLR(optimizer, partial(one_cycle, steps=steps))


def constant_sgd(rate: float) -> Recipe:
    return lambda model, steps: (SGD(model.parameters(), lr=rate), None)


def falling_sgd(rate: float) -> Recipe:
    def recipe(model, steps):
        optimizer = SGD(model.parameters(), lr=rate)
        return optimizer, MultiStepLR(optimizer, [steps * 4 // 5], gamma=0.1)

    return recipe


def cycled_sgd(rate: float, momentum: float = 0) -> Recipe:
    return lambda model, steps: cycled(SGD(model.parameters(), lr=rate, momentum=momentum), steps)


def constant_adamw(rate: float) -> Recipe:
    return lambda model, steps: (AdamW(model.parameters(), lr=rate, fused=True), None)


def cycled_adamw(rate: float, decay: float = 0.01, kind: type = AdamW) -> Recipe:
    """One cycle; the decay is for matrices alone, and not for gains and biases."""

    def recipe(model, steps):
        matrices = [each for each in model.parameters() if each.ndim > 1]
        others = [each for each in model.parameters() if each.ndim == 1]
        groups = [{"params": matrices}, {"params": others, "weight_decay": 0}]
        return cycled(kind(groups, lr=rate, weight_decay=decay, fused=True), steps)

    return recipe


def library_cycle(model: nn.Module, steps: int):
    """OneCycleLR as it comes, which moves beta1 from 0.95 to 0.85 and back."""
    optimizer = AdamW(model.parameters(), lr=0.01, fused=True)
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=steps)


# The trainings


def trainings() -> Iterator[Training]:
    """All of them, in the order of the lessons."""
    for rate in (0.1, 0.3, 1, 3):
        yield Training("recipes", f"SGD {rate:g}", three, constant_sgd(rate))
    for rate in (0.5, 1, 2, 4):
        yield Training("recipes", f"SGD {rate:g}, a tenth at the end", three, falling_sgd(rate))
    for rate in (1, 2, 4):
        yield Training("recipes", f"SGD {rate:g}, one-cycle", three, cycled_sgd(rate))
    for rate in (0.1, 0.2, 0.4):
        name = f"momentum 0.9, {rate:g}, one-cycle"
        yield Training("recipes", name, three, cycled_sgd(rate, 0.9))
    for rate in (0.001, 0.003, 0.01):
        yield Training("recipes", f"AdamW {rate:g}", three, constant_adamw(rate))
    for rate in (0.005, 0.01, 0.02):
        yield Training("recipes", f"AdamW {rate:g}, one-cycle", three, cycled_adamw(rate))
    yield Training("recipes", "AdamW 0.01, OneCycleLR", three, library_cycle)

    for kind in (AdamW, Adam):
        for decay in (0, 1e-4, 1e-3, 0.01, 0.1, 0.3, 1, 3):
            recipe, one = cycled_adamw(0.01, decay, kind), SEEDS[:1]
            name = f"{kind.__name__}, {decay:g}"
            yield Training("decay", name, three, recipe, seeds=one, curve=True)

    for steps, size in ((375, 2048), (1500, 512), (6000, 128), (24_000, 32)):
        rates = (0.001, 0.003, 0.01, 0.03, *((0.1,) if size == 2048 else ()))
        for rate in rates:
            one = SEEDS[:1] if size == 32 else SEEDS
            recipe = cycled_adamw(rate)
            yield Training("batches", f"{size}, {rate:g}", three, recipe, steps, size, seeds=one)

    for name, recipe in (("SGD 2", cycled_sgd(2)), ("AdamW 0.01", cycled_adamw(0.01))):
        for size in (32, 1024):
            yield Training("5,000 steps", f"{name}, {size}", three, recipe, 5000, size)

    # Three letters, without batch norm and with it, all with the same training.
    for name, build in (
        ("normal weights", partial(plain, first=30**0.5, last=200**0.5)),
        ("scaled weights", partial(plain, first=1)),
        ("scaled weights, gain 5/3", partial(plain, first=5 / 3)),
        ("batch norm", three),
        ("batch norm, gain 5/3", partial(three, first=5 / 3)),
    ):
        yield Training("three letters", name, build, cycled_adamw(0.01))

    eight = {"steps": 5000, "batch_size": 1024, "letters": 8, "recipe": cycled_adamw(0.01, 0.1)}
    yield Training("eight letters", "flat", partial(flat, letters=8), weights="flat", **eight)
    yield Training("eight letters", "tree", tree, **eight)
    yield Training("eight letters", "tree, batch norm wrong", partial(tree, wrong=True), **eight)
    wide_flat = partial(flat, letters=8, embedding=24, hidden=331)
    yield Training("eight letters", "flat, wide", wide_flat, **eight)
    wide = partial(tree, **WIDE)
    yield Training("eight letters", "tree, wide", wide, **eight)
    for decay in (0, 0.1, 0.3, 0.5, 1):
        eight["recipe"] = cycled_adamw(0.01, decay)
        of_long_run = decay == LONG_RUN_DECAY
        yield Training(
            "decay of the wide tree",
            f"AdamW, {decay:g}",
            wide,
            seeds=SEEDS if decay in (LONG_RUN_DECAY, 0.3) else SEEDS[:1],  # the two lowest
            curve=True,
            weights="tree, wide" if of_long_run else "",
            **eight,
        )


@cache
def examples(letters: int) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Contexts and labels of the lecture's split, under the names of its parts."""
    names = load_names(NAMES_FILE)
    stoi, _ = build_alphabet(names)
    parts = zip(("train", "dev", "test"), split_names(names), strict=True)
    return {part: context_examples(own, stoi, letters) for part, own in parts}


def run(training: Training, seed: int, share: float = 1.0) -> tuple[dict, nn.Module]:
    """What a training comes to from one seed, losses in nats, and the model.

    share: of the steps, for a quick try.
    """
    data = examples(training.letters)
    steps = max(20, round(training.steps * share))
    generator = torch.Generator().manual_seed(seed)
    model = training.build(generator)
    optimizer, schedule = training.recipe(model, steps)
    options = {"steps": steps, "batch_size": training.batch_size, "seed": generator}
    losses = train(model, *data["train"], optimizer, schedule, **options)
    model.eval()
    result = {part: round(mean_loss(model, *data[part]), 4) for part in ("train", "dev")}
    result["parameters"] = sum(each.numel() for each in model.parameters())
    matrices = torch.cat([p.detach().flatten() for p in model.parameters() if p.ndim > 1])
    result["rms"] = round(matrices.square().mean().sqrt().item(), 4)
    if training.curve and seed == training.seeds[0]:
        whole = len(losses) // 50 * 50
        means = losses[-whole:].view(50, -1).mean(1) if whole else losses
        result["curve"] = [round(each, 4) for each in means.tolist()]
    return result, model


def keep_weights(name: str, model: nn.Sequential) -> None:
    """Write a network's numbers under its name, for the layers of `helpers.layers`.

    16-bit floats take half the bytes, and the loss hardly notices. The key of a tensor is the place
    of its layer and its name there, such as "2.weight".
    """
    kept = torch.load(WEIGHTS) if WEIGHTS.exists() else {}
    text = "\n".join(load_names(NAMES_FILE)).encode()
    kept["names"] = hashlib.sha256(text).hexdigest()  # so that a lesson knows whose they are
    layers = [layer for layer in model if not isinstance(layer, Squeeze)]
    numbers = {}
    for place, layer in enumerate(layers):
        for key, each in layer.state_dict().items():
            if each.is_floating_point():
                if isinstance(layer, nn.Linear) and key == "weight":
                    each = each.T
                if isinstance(layer, nn.BatchNorm1d) and key == "weight":
                    key = "gain"
                numbers[f"{place}.{key}"] = each.half().contiguous()
    torch.save(kept | {name: numbers}, WEIGHTS)


def keep(group: dict, training: Training, place: int, result: dict) -> None:
    """Put the result of the seed at that place beside those of the others."""
    entry = group.setdefault(training.name, {"steps": training.steps, "batch": training.batch_size})
    for part in ("train", "dev"):
        entry[part] = [*entry.get(part, [])[:place], result.pop(part)]
    entry |= {key: value for key, value in result.items() if place == 0}


def differences(entry: dict, place: int, result: dict) -> list[str]:
    """Where a training that was run anew is further than `CLOSE` from what is kept."""
    pairs = {part: (entry[part][place], result[part]) for part in ("train", "dev")}
    return [f"{part} {a} {b}" for part, (a, b) in pairs.items() if abs(a - b) > CLOSE]


def main(arguments: list[str] | None = None) -> int:
    """Run the groups that are asked for, or all; the exit status is 1 where a check fails."""
    parser = argparse.ArgumentParser(description="Run the trainings of lessons 10 and 11.")
    parser.add_argument("groups", nargs="*", help="all by default")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many of the seeds")
    parser.add_argument("--missing", action="store_true", help="only those that are not kept yet")
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    parser.add_argument("--share", type=float, default=1.0, help="of the steps, for a quick try")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    wrong = 0
    for place in range(chosen.seeds):
        for training in trainings():
            group = kept.setdefault(training.group, {})
            there = len(group.get(training.name, {}).get("dev", [])) > place
            other = chosen.groups and training.group not in chosen.groups
            skip = not there if chosen.check else chosen.missing and there
            if other or place >= len(training.seeds) or skip:
                continue
            seed = training.seeds[place]
            print(f"{training.group}: {training.name}, seed {seed}", flush=True)
            result, model = run(training, seed, chosen.share)
            print({part: result[part] for part in ("train", "dev")}, flush=True)
            if chosen.check:
                found = differences(group[training.name], place, result)
                wrong += len(found)
                print(f"differs: {found}" if found else "as it is kept", flush=True)
            elif chosen.share == 1:
                kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
                keep(kept.setdefault(training.group, {}), training, place, result)
                KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
                if training.weights and place == 0:
                    keep_weights(training.weights, model)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
