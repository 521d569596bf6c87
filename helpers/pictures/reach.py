"""Which letters reach a prediction: lesson 11's live picture of the receptive field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import torch
from ipywidgets import Combobox, IntSlider
from matplotlib.figure import Figure

from helpers.names import BOUNDARY
from helpers.pictures.sliders import LivePicture, live
from helpers.plots.freeze import freeze

Look = Callable[[str, int], tuple[list[int], int, Mapping[str, torch.Tensor]]]
"""From a name and a place, 1 for its first letter, to the context (indices), the label, and for
each network how strongly each letter of the context moves the logit of the label, shape (k,)."""

_LOOKS = [{"facecolor": "#0072B2", "hatch": ""}, {"facecolor": "#E69F00", "hatch": "//"}]
_LONGEST = 16  # places of a name, its end included


def reach_picture(look: Look, stoi: Mapping[str, int], names: Sequence[str]) -> LivePicture:
    """Show, live, which letters reach the prediction at a place of a name, in each network.

    look: as lesson 11 defines it. stoi: from character to index. names: to choose from; the last is
        the default. Any other name may be typed.
    """
    return live(
        *draw_reach(look, stoi, names[-1]),
        name=Combobox(options=list(names), value=names[-1], continuous_update=False),
        place=IntSlider(value=min(6, len(names[-1])), min=1, max=_LONGEST),
    )


def draw_reach(
    look: Look, stoi: Mapping[str, int], first: str
) -> tuple[Figure, Callable[[str, int], str]]:
    """The figure, and the function of both controls that moves what moves in it.

    first: a name, to see how many letters and networks there are.
    """
    itos = {index: character for character, index in stoi.items()}
    context, _, found = look(first, 1)
    length, networks = len(context), list(found)
    width = 0.8 / len(networks)
    with plt.style.context("helpers.course"):
        figure = Figure(figsize=(8, 4.2), dpi=100)
        axes = figure.add_axes((0.1, 0.22, 0.88, 0.66))
        axes.set(xlim=(-0.6, length - 0.4), ylim=(0, 1), xticks=[])
        axes.set_ylabel("share of the reach")
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
        axes.grid(axis="x", visible=False)
        bars = {}
        for place, (name, looks) in enumerate(zip(networks, _LOOKS, strict=False)):
            left = [each - 0.4 + (place + 0.5) * width for each in range(length)]
            bars[name] = axes.bar(left, [0] * length, width, label=name, edgecolor="white", **looks)
        axes.legend(loc="upper left")
        title = axes.set_title("", y=1, parse_math=False)
        style = {"ha": "center", "va": "center", "parse_math": False}
        letters = [axes.text(each, -0.09, "", size=17, **style) for each in range(length)]
        axes.text(-0.6, -0.22, "oldest letter", size=10, ha="left", va="center")
        axes.text(length - 0.4, -0.22, "the letter before", size=10, ha="right", va="center")
    freeze(figure, [*(bar for group in bars.values() for bar in group), title, *letters])

    def update(name: str, place: int) -> str:
        name = name.strip().lower().removesuffix(BOUNDARY)
        if strange := sorted(set(name) - set(stoi) | {BOUNDARY} & set(name)):
            raise ValueError(f"the networks have never seen {' '.join(strange)}: try another name")
        context, label, found = look(name, place)
        for text, index in zip(letters, context, strict=True):
            text.set_text(itos[index])
        lines = ["          " + "".join(f"{itos[index]:>7}" for index in context)]
        for network, sizes in found.items():
            shares = (sizes / sizes.sum().clamp(min=1e-30)).tolist()
            for bar, share in zip(bars[network], shares, strict=True):
                bar.set_height(share)
            lines.append(f"{network:10}" + "".join(f"{share:7.0%}" for share in shares))
        seen = "".join(itos[index] for index in context).lstrip(BOUNDARY)
        title.set_text(f"After {seen or 'nothing'}: what reaches {itos[label]}")
        return "\n".join(lines)

    return figure, update
