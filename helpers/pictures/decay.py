"""Weight decay, drawn: a picture, live, of trainings that were run beforehand (lessons 10, 11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import SelectionSlider
from matplotlib.figure import Figure

from helpers.pictures.sliders import LivePicture, live
from helpers.plots.freeze import freeze

Runs = Mapping[str, Mapping[str, object]]
"""From "name, decay" to what came of a training: "train" and "dev", lists with the loss of each
seed, "curve", the losses of its minibatches in as many means, "rms" of the weights, "steps"."""


_NEAR = 0.4  # in nats: where all losses lie as near to each other, no scale need be stretched


def decay_picture(runs: Runs) -> LivePicture:
    """Show, live, what weight decay does to a training, for each optimizer in `runs`.

    runs: as benchmarks/trainings.json keeps them. Each optimizer has the same decays, 0 first.

    Raises:
        ValueError: there is no run, or the optimizers have not the same decays.
    """
    kinds = _by_kind(runs)
    decays = [(f"{decay:g}", decay) for decay in next(iter(kinds.values()))]
    controls = {"weight_decay": SelectionSlider(options=decays, value=decays[0][1])}
    if len(kinds) > 1:
        controls["optimizer"] = SelectionSlider(options=list(kinds))
    return live(*draw_decay(runs), **controls)


def draw_decay(runs: Runs) -> tuple[Figure, Callable[..., str]]:
    """The figure, and the function of the controls that moves what moves in it."""
    kinds = _by_kind(runs)
    first = next(iter(kinds))
    decays = list(kinds[first])
    every = [run for kind in kinds.values() for run in kind.values()]
    losses = [run[part][0] for run in every for part in ("train", "dev")]
    lowest, highest = min(losses), max(losses)
    steps = every[0]["steps"]
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, 4.2), dpi=100)
        ends = figure.add_axes((0.085, 0.15, 0.44, 0.75), label="ends")
        ends.set(xlim=(-0.4, len(decays) - 0.6), xlabel="weight decay", ylabel="loss at the end")
        if highest - lowest > _NEAR:
            _stretch(ends, lowest)
            ends.set_ylabel("loss at the end (stretched)")
        else:
            margin = 0.1 * (highest - lowest)
            ends.set(ylim=(lowest - margin, highest + 3 * margin))  # room for the legend
        ends.set_xticks(range(len(decays)), [_label(decay) for decay in decays])
        look = {"linewidth": 1.6, "markersize": 5}
        (train,) = ends.plot([], [], "o-", color="#0072B2", label="train", **look)
        (dev,) = ends.plot([], [], "s--", color="#D55E00", label="dev", **look)
        here = ends.axvline(0, color="#222222", linewidth=1, linestyle=":")
        ends.legend(loc="upper left")
        title = ends.set_title("", y=1)
        way = figure.add_axes((0.63, 0.15, 0.345, 0.75), label="way")
        _stretch(way, min(min(run["curve"]) for run in every))
        way.set(xlim=(0, steps), xlabel="step")
        way.set_title("Loss of the minibatches", y=1)
        (without,) = way.plot([], [], color="#8A8A8A", linestyle="--", label="without decay")
        (curve,) = way.plot([], [], color="#0072B2", linestyle="-", label="with this decay")
        way.legend(loc="upper right")
    freeze(figure, [train, dev, here, title, without, curve])

    def update(weight_decay: float, optimizer: str = first) -> str:
        chosen = kinds[optimizer]
        run, none = chosen[weight_decay], chosen[decays[0]]
        for line, part in ((train, "train"), (dev, "dev")):
            line.set_data(range(len(decays)), [each[part][0] for each in chosen.values()])
        place = decays.index(weight_decay)
        here.set_xdata([place, place])
        title.set_text(f"{optimizer}, decay {weight_decay:g}")
        for line, each in ((without, none), (curve, run)):
            middle = (np.arange(len(each["curve"])) + 0.5) * steps / len(each["curve"])
            line.set_data(middle, each["curve"])
        gap = run["dev"][0] - run["train"][0]
        return (
            f"train {run['train'][0]:.3f}, dev {run['dev'][0]:.3f}, dev behind by {gap:.3f}\n"
            f"root mean square of the weights {run['rms']:.3f}"
        )

    return figure, update


def _by_kind(runs: Runs) -> dict[str, dict[float, Mapping]]:
    """From an optimizer to its runs, by decay."""
    kinds: dict[str, dict[float, Mapping]] = {}
    for name, run in runs.items():
        kind, _, decay = name.rpartition(", ")
        kinds.setdefault(kind, {})[float(decay)] = run
    if len({tuple(each) for each in kinds.values()}) != 1:
        raise ValueError("the optimizers need the same weight decays, and one at least")
    return kinds


def _label(decay: float) -> str:
    return "10⁻⁴" if decay == 1e-4 else f"{decay:g}"


def _stretch(axes: plt.Axes, lowest: float) -> None:
    """A scale of losses that is stretched where there is most to see, near the lowest."""
    base = lowest - 0.03
    axes.set_yscale(
        "function",
        functions=(
            lambda loss: np.log10(np.maximum(loss - base, 1e-3)),
            lambda height: 10**height + base,
        ),
    )
    start = round(lowest, 2)
    ticks = [start + each for each in (0, 0.02, 0.05, 0.1, 0.2, 0.5, 1)]
    axes.set_yticks(ticks, [f"{tick:.2f}" for tick in ticks])
    axes.set(ylim=(lowest - 0.005, lowest + 1.3))
