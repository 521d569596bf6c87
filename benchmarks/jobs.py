"""What the benchmark compares: for each job the plain way, ours, and what makes them the same."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import plain
import torch
import torch.nn.functional as F
from IPython.core.pylabtools import print_figure
from loss_table import in_library
from matplotlib.figure import Figure

from helpers import (
    build_alphabet,
    context_examples,
    count_bigrams,
    descend_on_counts,
    heatmap,
    live,
    mean_loss,
    mean_nll,
    sample_names,
    smooth,
    split_names,
    train,
)
from helpers.layers import BatchNorm1d, Embedding, Flatten, Linear, Sequential, Tanh
from helpers.pictures.sliders import log_slider_with_zero
from helpers.pictures.smoothing import draw_smoothing
from helpers.plots.cell_text import cell_labels

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from refresh import execute  # noqa: E402

SEED = 2147483647
GOAL = 2.105


UNEQUAL_STEPS = """\
The steps of training are not equal work. The lecture takes SGD, 32-bit floats and batches of 32; \
lesson 8's short run takes AdamW, a schedule of the rate, 64-bit floats and batches of 512. So a \
step of ours takes longer, and an example less. From the same weights, the same batch gives the \
same loss and the same gradients both ways; that is what is compared before the timing."""


@dataclass(frozen=True)
class Ways:
    """The ways to do a job, each a call without arguments that does all of what is timed."""

    ours: Callable[[], Any]
    plain: Callable[[], Any] | None = None
    """None where there is no other way, or where it takes too long on this much data."""
    agree: Callable[[Any, Any], None] = lambda theirs, ours: None
    """Raises an AssertionError where the two have not given the same."""


@dataclass(frozen=True)
class Job:
    """One job of the benchmark, and how its rows of the table read."""

    key: str
    """What `--only` takes."""
    name: str
    ways: Callable[[int], Ways]
    """From a factor to the ways to do the job on so many times the data."""
    aim: float | None = None
    """How many times faster ours is meant to be."""
    limit: str = ""
    """Where it is not: what keeps it from being faster."""
    does_not_grow: str = ""
    """Why the amount of data makes no difference; empty where it does."""
    threads: int | None = None
    """How many threads torch may use, for both ways; None for as many as it takes by itself."""
    units: tuple[tuple[str, int, int], ...] = (("", 1, 1),)
    """For each row: what follows the name, and how many units a call of either way has done."""
    remark: Callable[[Any, Any], str] = lambda theirs, ours: ""
    """From what the two ways have given to a note below the table."""


def make_jobs(
    names: list[str],
    *,
    steps: int = 100,
    sampled: int = 1000,
    long_run: tuple[int, int] = (200_000, 5000),
    notebooks: Path = ROOT / "notebooks",
) -> list[Job]:
    """All jobs, in the order of the table.

    steps: of the descent, and of the training that a step's time is taken from.
    sampled: how many names are drawn.
    long_run: steps of the lecture's long training, and of lesson 8's.
    """
    stoi, itos = build_alphabet(names)
    N = count_bigrams(names, stoi)
    train_names, dev_names, _ = split_names(names)
    sets = {"train": context_examples(train_names, stoi), "dev": context_examples(dev_names, stoi)}
    batches, batch_of_ours = 32, 512
    long = f"{long_run[0]:,} steps of 32 / {long_run[1]:,} of 1,024"
    return [
        Job(
            "counting",
            f"count the bigrams of {len(names):,} names",
            lambda factor: counting(names * factor, stoi, with_plain=factor <= 10),
            aim=100,
            limit="Each letter has to be looked at once, to become a number.",
        ),
        Job(
            "heatmap",
            "the labelled heatmap, to the PNG",
            lambda factor: drawing(N, itos),
            aim=4,
            limit="A PNG has to be made of the picture in both cases, and that part is the same.",
            does_not_grow="the alphabet alone makes it larger",
        ),
        Job(
            "likelihood",
            "mean negative log-likelihood of all names",
            lambda factor: likelihood(names * factor, stoi, with_plain=factor <= 10),
            aim=50,
            limit="Nearly all of the time of ours goes into counting the bigrams.",
        ),
        Job(
            "descent",
            f"{steps} steps of gradient descent on all bigrams",
            lambda factor: descent(names * factor, stoi, steps, with_plain=factor <= 10),
            aim=500,
            limit="The names have to be counted once, and that takes more than half of the time "
            "of ours; more steps, or more names, and the ratio grows.",
        ),
        Job(
            "sampling",
            f"draw {sampled:,} names",
            lambda factor: sampling(N, itos, factor * sampled),
            aim=5,
            limit="A character depends on the one before, so that they are drawn one by one; and "
            "so that a seed goes on giving the same names, each takes its random numbers from "
            "torch by a call of its own.",
        ),
        Job(
            "step",
            "a training step of lesson 8's network",
            lambda factor: training_step(*sets["train"], steps, (batches, batch_of_ours)),
            does_not_grow="a step sees one minibatch",
            threads=1,
            units=(
                (f", batches of {batches} / {batch_of_ours}", steps, steps),
                (": for each example", steps * batches, steps * batch_of_ours),
            ),
            remark=lambda *_: UNEQUAL_STEPS,
        ),
        Job(
            "goal",
            f"train to a dev loss of {GOAL} ({long})",
            lambda factor: long_training(sets, long_run),
            aim=8,
            limit="Most of the time of ours goes into torch's matrix products, batch norm and "
            "tanh, forward and backward.",
            does_not_grow="the number of steps is fixed",
            threads=1,
            remark=partial(dev_losses, sets, long_run),
        ),
        Job(
            "slider",
            "a slider's move to the new PNG, in the kernel",
            lambda factor: slider_move(train_names, dev_names, stoi, itos),
            does_not_grow="the picture is made of counts",
            remark=lambda *_: (
                "Of a slider's move this is the kernel's part. How long it takes "
                "until the picture stands in the browser is in [SLIDERS.md](SLIDERS.md)."
            ),
        ),
        *(
            Job(
                "notebooks",
                f"run all cells of {path.stem}",
                lambda factor, path=path: Ways(partial(run_notebook, path)),
            )
            for path in sorted(notebooks.glob("*.ipynb"))
        ),
        Job(
            "notebooks",
            "run and compare them all (nbval, two processes)",
            lambda factor: Ways(partial(run_nbval, notebooks)),
        ),
    ]


# The ways to do each job


def counting(names: list[str], stoi: dict[str, int], *, with_plain: bool) -> Ways:
    return Ways(
        partial(count_bigrams, names, stoi),
        partial(plain.count_bigrams, names, stoi) if with_plain else None,
        _equal,
    )


def likelihood(names: list[str], stoi: dict[str, int], *, with_plain: bool) -> Ways:
    """Of the counted table; both ways get it, and both begin with the names."""
    P = smooth(count_bigrams(names, stoi).double(), 0)
    return Ways(
        lambda: mean_nll(P, count_bigrams(names, stoi)).item(),
        partial(plain.mean_nll, P, names, stoi) if with_plain else None,
        partial(_equal, tolerance=1e-9),
    )


def descent(names: list[str], stoi: dict[str, int], steps: int, *, with_plain: bool) -> Ways:
    """Both ways begin with the names, at lesson 5's weights and rate."""
    V = len(stoi)
    W = torch.randn((V, V), generator=torch.Generator().manual_seed(SEED))
    options = {"learning_rate": 50, "steps": steps}

    def ours() -> list[float]:
        return descend_on_counts(count_bigrams(names, stoi), start=W, **options).losses.tolist()

    return Ways(
        ours,
        partial(plain.descend, names, stoi, W, **options) if with_plain else None,
        # 32-bit floats against 64-bit ones. Ours has one loss more, that of the last weights.
        lambda theirs, ours: _equal(theirs, ours[:-1], tolerance=1e-4),
    )


def sampling(N: torch.Tensor, itos: dict[int, str], count: int) -> Ways:
    P = smooth(N, 1)  # so that other alphabets, and few names, leave no row empty
    return Ways(
        partial(sample_names, P, itos, count, seed=SEED, longest=sys.maxsize),
        partial(plain.sample_names, P, itos, count, SEED),
        _equal,
    )


def drawing(N: torch.Tensor, itos: dict[int, str]) -> Ways:
    """Both to the PNG that a notebook shows, from figures of the same size and style."""
    size = heatmap(N, itos).figure.get_size_inches()
    plt.close()

    def to_png(draw: Callable[[], Figure]) -> Figure:
        with plt.style.context("helpers.course"):
            figure = draw()
            print_figure(figure, bbox_inches="tight")
        plt.close(figure)
        return figure

    def agree(theirs: Figure, ours: Figure) -> None:
        (ax,), (other,) = theirs.axes, ours.axes
        values = other.collections[0].get_array()
        _equal(np.asarray(ax.images[0].get_array()), np.asarray(values))
        shown = [label for row in cell_labels(values, list(itos.values())) for label in row]
        texts = [text.get_text() for text in ax.texts]
        _equal(texts, [line for label in shown for line in label])

    return Ways(
        lambda: to_png(lambda: heatmap(N, itos).figure),
        lambda: to_png(lambda: plain.heatmap(N, itos, size)),
        agree,
    )


def training_step(
    X: torch.Tensor, Y: torch.Tensor, steps: int, batch_sizes: tuple[int, int]
) -> Ways:
    """Some steps by the lecture's layers and SGD, and as many as in lesson 8's short run."""
    generators = [torch.Generator().manual_seed(SEED) for _ in range(2)]
    network = plain.Network(generators[0])
    with _floats(torch.float64):
        model = lesson_8_network()
    # More steps than will be taken: a one-cycle schedule refuses to go on beyond its end.
    recipe = one_cycle(model.parameters(), 1_000_000)

    def plainly() -> None:
        plain.train(
            network,
            X,
            Y,
            steps=steps,
            drops=steps,
            generator=generators[0],
            batch_size=batch_sizes[0],
        )

    def ours() -> None:
        _quietly(
            train, model, X, Y, *recipe, steps=steps, batch_size=batch_sizes[1], seed=generators[1]
        )

    return Ways(ours, plainly, lambda *_: same_gradients(X[:32], Y[:32]))


def same_gradients(X: torch.Tensor, Y: torch.Tensor) -> None:
    """Give the lecture's layers and ours the same weights and batch, and compare the slopes."""
    with _floats(torch.float64):
        ours, network = lesson_8_network(), plain.Network(torch.Generator())
    for parameter, other in zip(network.parameters(), ours.parameters(), strict=True):
        parameter.data = other.detach().clone()
    losses = [F.cross_entropy(model(X), Y) for model in (network, ours)]
    for loss in losses:
        loss.backward()
    _equal(*(loss.item() for loss in losses), tolerance=1e-9)
    for parameter, other in zip(network.parameters(), ours.parameters(), strict=True):
        _equal(parameter.grad, other.grad, tolerance=1e-9)


def lesson_8_network() -> Sequential:
    """Lesson 8's network, with the first weights that it has there."""
    generator = torch.Generator().manual_seed(SEED)
    return Sequential(
        Embedding(27, 10, generator=generator),
        Flatten(),
        Linear(30, 200, bias=False, generator=generator),
        BatchNorm1d(200),
        Tanh(),
        Linear(200, 27, gain=0.1, generator=generator),
    )


def one_cycle(parameters: Any, steps: int, **options: Any) -> tuple:
    """Lesson 8's optimizer and schedule."""
    optimizer = torch.optim.AdamW(parameters, lr=0.01, **options)
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=steps)


def long_training(
    sets: dict[str, tuple[torch.Tensor, torch.Tensor]], long_run: tuple[int, int]
) -> Ways:
    """The lecture's training of its layers, and lesson 8's long run. Both give the model."""
    lecture, lesson = long_run

    def plainly() -> plain.Network:
        generator = torch.Generator().manual_seed(SEED)
        network = plain.Network(generator)
        plain.train(network, *sets["train"], steps=lecture, drops=lecture // 2, generator=generator)
        network.layers[1].training = False
        return network

    def ours() -> torch.nn.Sequential:
        with _floats(torch.float64):
            first = lesson_8_network()
        model = in_library(first)
        recipe = one_cycle(model.parameters(), lesson, fused=True)
        _quietly(train, model, *sets["train"], *recipe, steps=lesson, batch_size=1024, seed=SEED)
        return model.eval()

    def agree(theirs: Any, ours: Any) -> None:
        for model in (theirs, ours):
            loss = mean_loss(model, *sets["dev"])
            # The last steps of either may end on this side of the goal, or just on that one.
            if lecture >= 200_000 and not loss <= GOAL + 0.01:
                raise AssertionError(f"a long training ended with a dev loss of {loss:.4f}")

    return Ways(ours, plainly, agree)


def dev_losses(
    sets: dict[str, tuple[torch.Tensor, torch.Tensor]], long_run: tuple[int, int], theirs, ours
) -> str:
    """The note on how far the long trainings came."""
    losses = [mean_loss(model, *sets["dev"]) for model in (theirs, ours)]
    reached = ["reaches" if loss <= GOAL else "does not quite reach" for loss in losses]
    return (
        f"Dev loss at the end of the long training: {losses[0]:.4f} for the lecture's loop "
        f"({long_run[0]:,} steps of 32, SGD with a rate of 0.1 and then 0.01), which {reached[0]} "
        f"{GOAL}; {losses[1]:.4f} for lesson 8's ({long_run[1]:,} steps of 1,024, AdamW and a "
        f"one-cycle schedule), which {reached[1]} it. Both times are those of the whole training: "
        "the loss falls most at its end, while the rate is small."
    )


def slider_move(
    train_names: list[str], dev_names: list[str], stoi: dict[str, int], itos: dict[int, str]
) -> Ways:
    """Lesson 3's picture at the next k: a new figure, and ours, which lives on."""
    counts, held_out = (count_bigrams(part, stoi) for part in (train_names, dev_names))

    def losses(k: float, counts=counts, held_out=held_out) -> tuple[float, float]:
        P = smooth(counts.double(), k)
        return mean_nll(P, counts).item(), mean_nll(P, held_out).item()

    slider = log_slider_with_zero(-3, 6, value=1.0, description="k")
    ks = [k for _, k in slider.options]
    curves = [losses(k) for k in ks]
    figure, update = draw_smoothing(losses, counts, held_out, itos, ks)
    picture = live(figure, update, k=slider)
    places = (10.0, 1000.0, 0.1)
    moves_of_plain, moves = cycle(places), cycle(places)

    def plainly() -> Figure:
        k = next(moves_of_plain)
        with plt.style.context("helpers.course"):
            figure = plain.smoothing_picture(k, losses, smooth(counts, k), itos, ks, curves)
            print_figure(figure, bbox_inches="tight")
        plt.close(figure)
        return figure

    def ours() -> Figure:
        slider.value = next(moves)
        if picture.message.value:
            raise AssertionError(picture.message.value)
        return figure

    def agree(theirs: Figure, ours: Figure) -> None:
        (table,) = theirs.axes[1].images
        _equal(np.asarray(table.get_array()), np.asarray(ours.axes[2].collections[0].get_array()))
        marks = [
            [line.get_ydata()[0] for line in ax.get_lines() if line.get_marker() in ("o", "D")]
            for ax in (theirs.axes[0], ours.axes[0])
        ]
        _equal(*marks)

    return Ways(ours, plainly, agree)


def run_notebook(path: Path) -> None:
    """Run every cell in a new kernel."""
    execute(nbformat.read(path, as_version=4), path)


def run_nbval(notebooks: Path) -> None:
    """Run the notebooks as the tests do, and compare their outputs with the saved ones."""
    settings = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    command = [sys.executable, "-m", "pytest", "-q", *settings, str(notebooks)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"the notebooks' outputs are not the saved ones:\n{done.stdout}")


# What the ways share


def _equal(one: Any, other: Any, tolerance: float = 0.0) -> None:
    """Raise an AssertionError unless both are the same, up to a difference of `tolerance`."""
    if isinstance(one, list) and one and isinstance(one[0], str):
        if one != other:
            raise AssertionError("the plain way and ours give different texts")
        return
    # By way of NumPy, where a list of Python's floats keeps its 64 bits.
    one, other = (torch.from_numpy(np.array(each, dtype=np.float64)) for each in (one, other))
    torch.testing.assert_close(one, other, rtol=0, atol=tolerance)


@contextlib.contextmanager
def _floats(dtype: torch.dtype) -> Iterator[None]:
    """New layers have numbers of this dtype."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def _quietly(function: Callable, *arguments: Any, **options: Any) -> Any:
    """Call it; the progress bar is drawn, but not shown."""
    with contextlib.redirect_stdout(io.StringIO()):
        return function(*arguments, **options)
