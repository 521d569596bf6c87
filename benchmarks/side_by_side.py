"""What the course makes fast, beside the plain way to do the same: one table.

    make bench

prints it and writes it into benchmarks/RESULTS.md; `make bench ARGS="counting sampling"` measures
these jobs, and writes nothing. Both ways do a job once, and what they give is compared; only then
are they timed (timeit), in turns, so that a busy moment of the computer strikes both. Times and
ratios are medians. The last job, a training of a minute, is done once by both.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from timeit import Timer
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import loss_table
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import plain
import torch
import trainings
from IPython.core.pylabtools import print_figure
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from helpers import (
    build_alphabet,
    count_bigrams,
    descend_on_counts,
    heatmap,
    live,
    load_names,
    mean_loss,
    mean_nll,
    sample_names,
    smooth,
    split_names,
)
from helpers.pictures.sliders import log_slider_with_zero
from helpers.pictures.smoothing import draw_smoothing
from helpers.plots.cell_text import cell_labels

PAGE = Path(__file__).with_name("RESULTS.md")
SEED = 2147483647
TURNS = 7
FEWER_STEPS = 3500
"""Lesson 10's training gets where the lecture's ends in these; in its own 5,000, further."""


@dataclass(frozen=True)
class Job:
    """A job, and two ways to do it: calls without arguments that do all of what is timed."""

    key: str
    name: str
    plain: Callable[[], Any]
    ours: Callable[[], Any]
    agree: Callable[[Any, Any], None] = lambda theirs, ours: None
    """Raises an AssertionError where the two have not given the same."""
    once: bool = False
    """Whether it takes too long to be done more than once."""


@dataclass(frozen=True)
class Result:
    """What a job took, in seconds, and how many times as long the plain way took."""

    job: Job
    ours: float
    plain: float
    ratio: float


def make_jobs(names: list[str]) -> list[Job]:
    """All jobs, in the order of the table."""
    stoi, itos = build_alphabet(names)
    N = count_bigrams(names, stoi)
    P = smooth(N.double(), 0)
    W = torch.randn((len(stoi), len(stoi)), generator=torch.Generator().manual_seed(SEED))
    rate = {"learning_rate": 50, "steps": 100}  # lesson 5's
    return [
        Job(
            "counting",
            f"count the bigrams of {len(names):,} names",
            lambda: plain.count_bigrams(names, stoi),
            lambda: count_bigrams(names, stoi),
            same,
        ),
        heatmap_job(N, itos),
        Job(
            "likelihood",
            "mean negative log-likelihood of all names",
            lambda: plain.mean_nll(P, names, stoi),
            lambda: mean_nll(P, count_bigrams(names, stoi)).item(),
            lambda theirs, ours: same(theirs, ours, 1e-9),
        ),
        Job(
            "descent",
            "100 steps of gradient descent on all bigrams",
            lambda: plain.descend(names, stoi, W, **rate),
            lambda: descend_on_counts(count_bigrams(names, stoi), start=W, **rate).losses.tolist(),
            # 32-bit floats against 64-bit ones. Ours has one loss more, that of the last weights.
            lambda theirs, ours: same(theirs, ours[:-1], 1e-4),
        ),
        Job(
            "sampling",
            "draw 1,000 names",
            lambda: plain.sample_names(smooth(N, 1), itos, 1000, SEED),
            lambda: sample_names(smooth(N, 1), itos, 1000, seed=SEED, longest=sys.maxsize),
            same,
        ),
        slider_job(names, stoi, itos),
        training_job(),
    ]


def same(one: Any, other: Any, tolerance: float = 0.0) -> None:
    """Raise an AssertionError unless both are the same, up to a difference of `tolerance`."""
    if isinstance(one, list) and isinstance(one[0], str):
        if one != other:
            raise AssertionError("the plain way and ours give different texts")
        return
    # By way of NumPy, where a list of Python's floats keeps its 64 bits.
    one, other = (np.asarray(each, dtype=float) for each in (one, other))
    np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)


def heatmap_job(N: torch.Tensor, itos: dict[int, str]) -> Job:
    """Both to the PNG that a notebook shows, from figures of the same size and style."""
    size = heatmap(N, itos).figure.get_size_inches()
    plt.close()

    def agree(theirs: Figure, ours: Figure) -> None:
        (ax,), (other,) = theirs.axes, ours.axes
        values = other.collections[0].get_array()
        same(ax.images[0].get_array(), values)
        shown = [label for row in cell_labels(values, list(itos.values())) for label in row]
        same([text.get_text() for text in ax.texts], [line for label in shown for line in label])

    return Job(
        "heatmap",
        "the labelled heatmap, to the PNG",
        lambda: to_png(lambda: plain.heatmap(N, itos, size)),
        lambda: to_png(lambda: heatmap(N, itos).figure),
        agree,
    )


def to_png(draw: Callable[[], Figure]) -> Figure:
    """Draw a figure in the course's style, make the PNG that a notebook shows, and close it."""
    with plt.style.context("helpers.course"):
        figure = draw()
        print_figure(figure, bbox_inches="tight")
    plt.close(figure)
    return figure


def slider_job(names: list[str], stoi: dict[str, int], itos: dict[int, str]) -> Job:
    """Lesson 3's picture at the next k: a new figure, and ours, which lives on."""
    counts, held_out, _ = (count_bigrams(part, stoi) for part in split_names(names))

    def losses(k: float, counts=counts, held_out=held_out) -> tuple[float, float]:
        P = smooth(counts.double(), k)
        return mean_nll(P, counts).item(), mean_nll(P, held_out).item()

    slider = log_slider_with_zero(-3, 6, value=1.0, description="k")
    ks = [k for _, k in slider.options]
    curves = [losses(k) for k in ks]
    figure, update = draw_smoothing(losses, counts, held_out, itos, ks)
    picture = live(figure, update, k=slider)
    places = cycle((10.0, 1000.0, 0.1)), cycle((10.0, 1000.0, 0.1))

    def plainly() -> Figure:
        k = next(places[0])
        table = smooth(counts, k)
        return to_png(lambda: plain.smoothing_picture(k, losses, table, itos, ks, curves))

    def ours() -> Figure:
        slider.value = next(places[1])
        assert not picture.message.value, picture.message.value
        return figure

    def agree(theirs: Figure, ours: Figure) -> None:
        same(theirs.axes[1].images[0].get_array(), ours.axes[2].collections[0].get_array())
        marks = [
            [line.get_ydata()[0] for line in each.axes[0].get_lines() if line.get_marker() in "oD"]
            for each in (theirs, ours)
        ]
        same(*marks)

    name = "a slider's move to the new PNG, in the kernel"
    return Job("slider", name, plainly, ours, agree)


def training_job(share: float = 1.0) -> Job:
    """Lesson 8's network on names.txt, trained as in the lecture, and as lesson 10 does.

    Both times are those of the whole training: the loss falls most at the end, at a small rate.

    share: of the steps, for a quick try.
    """
    lecture, lesson = loss_table.STAGES[-2:]
    data = trainings.examples(letters=3)

    def dev_loss(stage: loss_table.Stage, steps: int) -> float:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        model, _ = loss_table.trained(stage, data, SEED, max(1, round(steps * share)))
        torch.set_num_threads(threads)
        return mean_loss(model, *data["dev"])

    def agree(theirs: float, ours: float) -> None:
        if ours > theirs:
            raise AssertionError(f"the lecture's training ends at {theirs:.4f}, ours at {ours:.4f}")

    theirs = f"{lecture.steps:,} × {lecture.batch_size:,}"
    ours = f"{FEWER_STEPS:,} × {lesson.batch_size:,}"
    return Job(
        "training",
        f"train to a dev loss of about {lecture.lecture:.3f} ({theirs} / {ours})",
        lambda: dev_loss(lecture, lecture.steps),
        lambda: dev_loss(lesson, FEWER_STEPS),
        agree,
        once=True,
    )


def measure(job: Job, turns: int = TURNS) -> Result:
    """Do a job both ways, compare what they give, and time them in turns."""
    if job.once:
        (theirs, plainly), (ours, gave) = timed(job.plain), timed(job.ours)
        job.agree(plainly, gave)
        return Result(job, ours, theirs, theirs / ours)
    job.agree(job.plain(), job.ours())
    ways = [Timer(job.plain), Timer(job.ours)]
    often = [way.autorange()[0] for way in ways]  # calls that take 0.2 s
    taken = [[way.timeit(n) / n for way, n in zip(ways, often, strict=True)] for _ in range(turns)]
    theirs, ours = (median(column) for column in zip(*taken, strict=True))
    return Result(job, ours, theirs, median(one / other for one, other in taken))


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """How many seconds a call takes, and what it gives."""
    began = perf_counter()
    gave = call()
    return perf_counter() - began, gave


def table(results: list[Result]) -> str:
    """One row for each job, as a Markdown table."""
    seconds = EngFormatter("s", places=2)
    lines = ["| job | plain | ours | ratio |", "|---|---:|---:|---:|"]
    for one in results:
        ratio = f"{one.ratio:,.{one.ratio < 10:d}f}×"
        lines.append(f"| {one.job.name} | {seconds(one.plain)} | {seconds(one.ours)} | {ratio} |")
    return "\n".join(lines)


def page(results: list[Result]) -> str:
    """What RESULTS.md says."""
    machine = (
        f"Measured on {os.cpu_count()} cores ({platform.machine()}), {platform.system()}, with "
        f"Python {platform.python_version()}, torch {torch.__version__} and matplotlib "
        f"{matplotlib.__version__}."
    )
    return "\n\n".join([HEAD, machine, table(results), TAIL])


def main(keys: list[str]) -> None:
    """Measure the jobs of these keys, or all and write the page."""
    matplotlib.use("agg")  # no window
    jobs = make_jobs(load_names())
    if unknown := set(keys) - {job.key for job in jobs}:
        known = ", ".join(job.key for job in jobs)
        sys.exit(f"There is no job {', '.join(sorted(unknown))}; there are: {known}")
    results = []
    for job in jobs:
        if not keys or job.key in keys:
            print(f"{job.name} ...", file=sys.stderr, flush=True)
            results.append(measure(job))
    print(page(results))
    if not keys:
        PAGE.write_text(page(results), encoding="utf-8")


HEAD = """\
# How fast the course's code is

`make bench` writes this page. It compares each job done the plain way, as a good tutorial shows \
it, with the way of `helpers` and the lessons, and makes sure that both give the same. They take \
turns; times and ratios are medians. The last job is done once both ways, and ours must not end \
at a higher dev loss."""
TAIL = """\
Of a slider's move this is the kernel's part. How long it takes until the picture stands in the \
browser is in [SLIDERS.md](SLIDERS.md).
"""

if __name__ == "__main__":
    main(sys.argv[1:])
