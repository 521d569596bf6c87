"""Train the models of lessons 6 to 11 for as long as the lecture does, and write down their losses.

    make losses

writes benchmarks/LOSSES.md, which lesson 11 shows. It takes about 20 minutes, for each model is
trained from three seeds. The last digits depend on the computer: this is float32, where rounding
differs between processors. Then it runs the trainings that lessons 10 and 11 have kept, and says
where one comes out otherwise (trainings.py; that takes as long again).

The models of the first table see three letters, with an embedding of 10 numbers and 200 hidden
units. The first five are trained as in the lecture: 200,000 steps of 32 examples, with a rate of
0.1, and of 0.01 from half-way on. The last one is trained as in lesson 10. Those of the second
table see eight letters; they are lesson 11's.
"""

import argparse
import json
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import nn

from helpers import mean_loss, train
from helpers.layers import BatchNorm1d, Embedding, Flatten, Linear, Sequential, Tanh

sys.path.insert(0, str(Path(__file__).parent))
import trainings

PAGE = Path(__file__).with_name("LOSSES.md")
SEEDS = trainings.SEEDS


@dataclass(frozen=True)
class Stage:
    """One row of the table."""

    name: str
    build: Callable[[torch.Generator], Sequential | nn.Sequential]
    lecture: float | None
    """Loss on the dev set, in nats, in the lecture's notebook (makemore, part 3)."""
    library: bool = False
    """Whether to train with AdamW, a one-cycle schedule and large batches."""

    @property
    def steps(self) -> int:
        return 5000 if self.library else 200_000

    @property
    def batch_size(self) -> int:
        return 1024 if self.library else 32


def by_hand(first: tuple, last: tuple, generator: torch.Generator) -> Sequential:
    """A network without batch norm. first, last: the deviations of a layer's weights and biases."""
    model = Sequential(
        Embedding(27, 10, generator=generator),
        Flatten(),
        Linear(30, 200, generator=generator),
        Tanh(),
        Linear(200, 27, generator=generator),
    )
    with torch.no_grad():
        for layer, (of_weight, of_bias) in ((2, first), (4, last)):
            model[layer].weight.normal_(0, of_weight, generator=generator)
            model[layer].bias.normal_(0, of_bias, generator=generator)
    return model


def with_batch_norm(generator: torch.Generator) -> Sequential:
    """Lesson 8's network, of our own layers.

    With batches as small as 32, the running mean and variance have to move slowly.
    """
    return Sequential(
        Embedding(27, 10, generator=generator),
        Flatten(),
        Linear(30, 200, gain=5 / 3, bias=False, generator=generator),
        BatchNorm1d(200, momentum=0.001),
        Tanh(),
        Linear(200, 27, gain=0.1, generator=generator),
    )


def in_library(ours: Sequential) -> nn.Sequential:
    """The network of lesson 8 in torch's layers, as its long run has it, with the same weights."""
    model = nn.Sequential(
        nn.Embedding(27, 10),
        nn.Flatten(),
        nn.Linear(30, 200, bias=False),
        nn.BatchNorm1d(200),
        nn.Tanh(),
        nn.Linear(200, 27),
    )
    with torch.no_grad():
        model[0].weight.copy_(ours[0].weight)
        model[2].weight.copy_(ours[2].weight.T)
        model[5].weight.copy_(ours[5].weight.T)
        model[5].bias.zero_()
    return model


KAIMING = 5 / 3 / 30**0.5
QUIET = (0.01, 0)
STAGES = [
    Stage("normal weights", partial(by_hand, (1, 1), (1, 1)), 2.1682),
    Stage("last layer × 0.01, its bias 0", partial(by_hand, (1, 1), QUIET), 2.13),
    Stage("and first layer × 0.2, its bias × 0.01", partial(by_hand, (0.2, 0.01), QUIET), 2.1027),
    Stage("first layer × (5/3) / √30 instead", partial(by_hand, (KAIMING, 0.01), QUIET), 2.1070),
    Stage("and batch norm", with_batch_norm, 2.1048),
    Stage(
        "the same, trained as in lesson 10",
        lambda generator: in_library(with_batch_norm(generator)),
        None,
        library=True,
    ),
]


@dataclass(frozen=True)
class Result:
    """What a stage came to from each seed: losses in nats."""

    stage: Stage
    first: list[float]
    train: list[float]
    dev: list[float]
    steps: int
    batch_size: int


def run(stage: Stage, data: dict[str, tuple[torch.Tensor, torch.Tensor]], share: float) -> Result:
    """Train one model from each seed, for this share of its steps."""
    result = Result(stage, [], [], [], max(1, round(stage.steps * share)), stage.batch_size)
    for seed in SEEDS:
        print(f"{stage.name}, seed {seed}", flush=True)
        model, losses = trained(stage, data, seed, result.steps)
        result.first.append(losses[0].item())
        result.train.append(mean_loss(model, *data["train"]))
        result.dev.append(mean_loss(model, *data["dev"]))
    return result


def trained(
    stage: Stage, data: dict[str, tuple[torch.Tensor, torch.Tensor]], seed: int, steps: int
) -> tuple[Sequential | nn.Sequential, torch.Tensor]:
    """Train one model. Returns it, in eval mode, and the losses of its minibatches."""
    model = stage.build(torch.Generator().manual_seed(seed))
    optimizer, schedule = _recipe(stage, list(model.parameters()), steps)
    options = {"steps": steps, "batch_size": stage.batch_size, "seed": seed}
    losses = train(model, *data["train"], optimizer, schedule, **options)
    return model.eval(), losses


def _recipe(stage: Stage, parameters: list[torch.Tensor], steps: int):
    if stage.library:
        optimizer = torch.optim.AdamW(parameters, lr=0.01, fused=True)
        return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=steps)
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    return optimizer, torch.optim.lr_scheduler.MultiStepLR(optimizer, [steps // 2], gamma=0.1)


def table(results: list[Result]) -> str:
    """The results as a Markdown table."""
    lines = [
        "| initialization | steps × batch | first loss | train | dev | dev, other seeds "
        "| lecture, dev |",
        "|---|---|---|---|---|---|---|",
    ]
    for r in results:
        lecture = "" if r.stage.lecture is None else f"{r.stage.lecture:.4f}".removesuffix("00")
        others = ", ".join(f"{dev:.3f}" for dev in r.dev[1:])
        lines.append(
            f"| {r.stage.name} | {r.steps:,} × {r.batch_size:,} | {r.first[0]:.2f} "
            f"| {r.train[0]:.3f} | {r.dev[0]:.3f} | {others} | {lecture} |"
        )
    return "\n".join(lines)


LECTURE_OF_EIGHT = {
    "flat": 2.027,
    "tree, batch norm wrong": 2.029,
    "tree": 2.022,
    "tree, wide": 1.993,
}
"""Dev losses in the lecture's notebook (makemore, part 5), after 200,000 steps of 32 examples."""


def table_of_eight() -> str:
    """The trainings of lesson 11 that are kept, as a Markdown table."""
    kept = json.loads(trainings.KEPT.read_text(encoding="utf-8"))
    eight, decays = kept["eight letters"], kept["decay of the wide tree"]
    shown = {name: eight[name] for name in LECTURE_OF_EIGHT} | eight  # the lecture's order first
    shown[f"tree, wide, decay {DECAY:g}"] = decays[f"AdamW, {DECAY:g}"]
    lines = [
        "| network | parameters | steps × batch | train | dev | dev, other seeds | lecture, dev |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, one in shown.items():
        others = ", ".join(f"{dev:.3f}" for dev in one["dev"][1:])
        lecture = f"{LECTURE_OF_EIGHT[name]:.3f}" if name in LECTURE_OF_EIGHT else ""
        lines.append(
            f"| {name} | {one['parameters']:,} | {one['steps']:,} × {one['batch']:,} "
            f"| {one['train'][0]:.3f} | {one['dev'][0]:.3f} | {others} | {lecture} |"
        )
    return "\n".join(lines)


def page(results: list[Result]) -> str:
    """What LOSSES.md says."""
    machine = f"{platform.machine()}, no GPU, threads: {torch.get_num_threads()}"
    measured = f"Measured with torch {torch.__version__} on {machine}."
    return f"{HEAD}\n{table(results)}\n\n{measured}\n\n{DIFFERENCES}\n{EIGHT}\n{table_of_eight()}\n"


def main(arguments: list[str] | None = None) -> int:
    """Run every stage, write the page, and hold what the lessons have kept against a new run.

    With only a share of the steps nothing is written or compared. The exit status is 1 where a
    training that is kept comes out otherwise.
    """
    parser = argparse.ArgumentParser(description="Train lessons 6 to 11's models for long.")
    parser.add_argument("--share", type=float, default=1.0, help="of the steps, for a quick try")
    share = parser.parse_args(arguments).share
    data = trainings.examples(letters=3)
    results = [run(stage, data, share) for stage in STAGES]
    print(table(results))
    if share == 1:
        PAGE.write_text(page(results), encoding="utf-8")
        print(f"written to {PAGE.name}")
        return trainings.main(["--check"])
    return 0


HEAD = """\
# Losses after the long training

`make losses` writes this page. Losses are mean negative log-likelihoods in nats.
"""
DIFFERENCES = """\
**Why ours are not the lecture's to the last digit.** The networks, the split of the names, the
rates and the steps are the lecture's, and so is the seed of the first column. From it this version
of torch draws the same numbers as the lecture's did: in the lecture's own order, and in 32 bits,
its first loss comes out to the last digit, as lesson 6 shows. But here they are drawn in another
order. The weights come layer by layer from one generator, some of them drawn twice, and the
minibatches from another one, where the lecture goes on with the same. So the weights and the
minibatches are others. The column of other seeds shows what that alone can do. From normal weights
it is much: the three seeds end between 2.155 and 2.181, and the lecture's 2.1682 lies between them.
From good weights it is little: each seed ends within a hundredth of the lecture's figure, and
mostly within five thousandths.

**Why batch norm is not ahead.** With one hidden layer there is little left to mend once the
weights begin well, so it ends about where the row above it does, in the lecture too. On the
training names it ends higher, at 2.068: with 32 examples in a batch, the mean and the spread that
it divides by are themselves noisy. The last row is the same network in batches of 1,024. It sees
5.12 million examples instead of 6.4 million, takes 5,000 steps instead of 200,000, and gets lower.
"""
DECAY = trainings.LONG_RUN_DECAY
EIGHT = f"""\
## Eight letters

The networks of lesson 11: flat, or as a tree of pairs. The lecture's figures are those after
200,000 steps of 32 examples. Ours have fewer and larger steps, with AdamW, one cycle and a weight
decay of 0.1, the last row of {DECAY:g}. So the two columns differ in the training, too.
"""

if __name__ == "__main__":
    sys.exit(main())
