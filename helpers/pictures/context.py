"""A window on a name, drawn: lesson 6's live picture of what the network sees and expects."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import torch
from ipywidgets import IntSlider, SelectionSlider
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.names import BOUNDARY
from helpers.pictures.sliders import LivePicture, live
from helpers.plots.fonts import reads_from_right
from helpers.plots.freeze import freeze

Look = Callable[[str, int], tuple[list[int], int, torch.Tensor]]
"""From a name and a position to the context (indices), the label, and the V probabilities of the
next character. A position past the end of the name counts as its end."""

_SEEN, _ASKED = "#0072B2", "#D55E00"


def context_picture(look: Look, names: Sequence[str], itos: dict[int, str]) -> LivePicture:
    """Show, live, the window at each position of a name, and what the network expects there.

    look: as lesson 6 defines it. names: to choose from; the first is the default. itos: from index
        to character.
    """
    return live(
        *draw_context(look, names, itos),
        name=SelectionSlider(options=list(names)),
        position=IntSlider(value=0, min=0, max=max(map(len, names))),
    )


def draw_context(
    look: Look, names: Sequence[str], itos: dict[int, str]
) -> tuple[Figure, Callable[[str, int], str]]:
    """The figure, and the function of both controls that moves what moves in it."""
    length = len(look(names[0], 0)[0])
    places = length + max(map(len, names)) + 1
    letters = [itos[index] for index in range(len(itos))]
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, 4), dpi=100)
        line = figure.add_axes((0.09, 0.76, 0.9, 0.22), label="name")
        line.set(xlim=(-0.6, max(places, 18) - 0.4), ylim=(-0.9, 1.1))
        line.axis("off")
        characters = [
            line.text(place, 0, "", ha="center", va="center", size=17, parse_math=False)
            for place in range(places)
        ]
        seen = line.add_patch(
            Rectangle((-0.5, -0.6), length, 1.2, fill=False, edgecolor=_SEEN, linewidth=2)
        )
        asked = line.add_patch(
            Rectangle((0, -0.6), 1, 1.2, fill=False, edgecolor=_ASKED, linewidth=2, linestyle="--")
        )
        if reads_from_right(letters):
            end = max(places, 18) - 0.4
            line.text(end, -0.88, "The name stands here from left to right.", ha="right", size=9)
        words = [line.text(0, 0.75, word, ha="center", size=10) for word in ("context", "label")]
        chances = figure.add_axes((0.09, 0.12, 0.9, 0.58), label="probabilities")
        chances.set(xlim=(-0.7, len(letters) - 0.3), ylim=(0, 1), ylabel="probability")
        chances.set_xticks(range(len(letters)), letters, parse_math=False)
        chances.set_xlabel("next character")
        chances.grid(axis="x", visible=False)
        bars = chances.bar(range(len(letters)), [0.0] * len(letters), color=_SEEN)
        (mark,) = chances.plot([0], [0], "D", color=_ASKED, markersize=8, clip_on=False)
    freeze(figure, [*characters, seen, asked, *words, *bars, mark])

    def update(name: str, position: int) -> str:
        context, label, probabilities = look(name, position)
        place = min(position, len(name))
        padded = BOUNDARY * length + name + BOUNDARY
        for character, shown in zip(characters, padded.ljust(places), strict=False):
            character.set_text(shown)
        seen.set_x(place - 0.5)
        asked.set_x(place + length - 0.5)
        words[0].set_x(place + (length - 1) / 2)
        words[1].set_x(place + length)
        for bar, height in zip(bars, probabilities.tolist(), strict=True):
            bar.set_height(height)
        chance = probabilities[label].item()
        mark.set_data([label], [chance])
        cost = -math.log(chance) if chance > 0 else math.inf
        likely = probabilities.argsort(descending=True)[:5].tolist()
        return (
            f"{''.join(itos[index] for index in context)} -> {itos[label]}   "
            f"probability {chance:.4f}, cost {cost:.2f} nats\n"
            f"most likely: {', '.join(f'{itos[i]} {probabilities[i]:.2f}' for i in likely)}"
        )

    return figure, update
