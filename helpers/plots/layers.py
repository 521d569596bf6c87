"""Pictures of what happens in the layers of a network.

Each takes plain dicts, from the label of a layer to its numbers; draws on the Axes it is given, or
makes one; and returns it. Lesson 7 shows what they tell.
"""

import math
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes

_BINS = 60  # of a histogram


def activation_histogram(
    activations: Mapping[str, torch.Tensor],
    ax: Axes | None = None,
    *,
    limit: float | None = None,
    title: str | None = None,
) -> Axes:
    """Draw how the values of each layer are spread: one line a layer, its std in the legend.

    Args:
        activations: from the label of a layer to its values, any shape.
        ax: where to draw; without it, a figure is made.
        limit: the axis reaches from -limit to limit; as far as the values, unless given. Values
            beyond it are not drawn, and still counted among all.
        title: what stands above the picture.

    Returns:
        The Axes drawn on. Its lines hold the share of the values in each of 60 bins, in percent.

    Raises:
        ValueError: there is no layer, or one of them holds no numbers, NaN or an infinity.
    """
    layers = _checked_layers(activations)
    limit = limit or max(values.abs().max().item() for values in layers.values()) or 1.0
    ax = ax or plt.subplots(layout="constrained")[1]
    for (name, values), look in zip(layers.items(), line_looks(len(layers)), strict=True):
        label = f"{name}: std {values.std(correction=0).item():.2f}"
        ax.plot(*histogram(values, -limit, limit), label=label, **look)
    ax.set(xlabel="value", ylabel="share of the values (%)", xlim=(-limit, limit))
    ax.locator_params(axis="x", nbins=5)
    return _finish_lines(ax, title)


def gradient_histogram(
    gradients: Mapping[str, torch.Tensor],
    ax: Axes | None = None,
    *,
    limits: tuple[float, float] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw how large the slopes of each layer are: one line a layer, on a log scale.

    For gradients of activations and of weights alike. The sign is left out. Slopes of exactly 0
    have no place on a log scale: the legend says how many there are.

    Args:
        gradients: from the label of a layer to its gradient, any shape.
        ax: where to draw; without it, a figure is made.
        limits: the ends of the axis, as powers of ten; from the smallest thousandth of the slopes
            to the largest, unless given. Slopes beyond are not drawn, and still counted among all.
        title: what stands above the picture.

    Returns:
        The Axes drawn on. Its lines hold the share of the slopes in each of 60 bins, in percent.

    Raises:
        ValueError: there is no layer, or one of them is None (nothing was computed by backward), or
            holds no numbers, NaN or an infinity.
    """
    layers = _checked_layers(gradients)
    powers = {name: values.abs().log10() for name, values in layers.items()}
    if limits is None:
        finite = torch.cat([each[each.isfinite()] for each in powers.values()]).sort().values
        ends = (finite[len(finite) // 1000], finite[-1]) if len(finite) else (0, 0)
        limits = math.floor(ends[0]), math.floor(ends[1]) + 1
    ax = ax or plt.subplots(layout="constrained")[1]
    for (name, values), look in zip(layers.items(), line_looks(len(layers)), strict=True):
        zeros = (values == 0).double().mean().item()
        label = f"{name}: std {values.std(correction=0).item():.1e}"
        label += f", {100 * zeros:.3g} % are 0" if zeros else ""
        ax.plot(*histogram(powers[name], *limits), label=label, **look)
    ax.set(xlabel="log10 of |slope|", ylabel="share of the slopes (%)", xlim=limits)
    return _finish_lines(ax, title)


def saturation_picture(
    hidden: torch.Tensor,
    ax: Axes | None = None,
    threshold: float = 0.97,
    *,
    title: str | None = None,
) -> Axes:
    """Draw which units are saturated for which examples: white where |h| > threshold.

    Args:
        hidden: what comes out of a tanh layer, shape (examples, units).
        ax: where to draw; without it, a figure is made.
        threshold: from 0 to 1.
        title: what stands above the picture.

    Returns:
        The Axes drawn on. ``ax.images[0].get_array()`` is 1 where white, 0 where black.

    Raises:
        ValueError: `hidden` is no table, or empty, or holds NaN or an infinity.
    """
    (values,) = _checked_layers({"hidden": hidden}).values()
    if values.ndim != 2:
        raise ValueError(
            f"the saturation picture needs shape (examples, units); got {tuple(values.shape)}"
        )
    saturated = values.abs() > threshold
    ax = ax or plt.subplots(layout="constrained")[1]
    looks = {"cmap": "gray", "vmin": 0, "vmax": 1, "aspect": "auto", "interpolation": "nearest"}
    ax.imshow(saturated.numpy(), **looks)
    ax.set(xlabel="unit", ylabel="example")
    ax.grid(False)
    ax.spines[:].set_visible(True)
    share = 100 * saturated.double().mean().item()
    note = f"White: |h| > {threshold:g}, {share:.1f} % of all."
    ax.annotate(note, (1, 1), (0, 5), "axes fraction", "offset points", ha="right", size="small")
    if title:
        ax.set_title(title)
    return ax


def update_ratios(
    ratios: Mapping[str, Sequence[float] | torch.Tensor],
    ax: Axes | None = None,
    *,
    title: str | None = None,
) -> Axes:
    """Draw, step by step, how large each weight matrix's update is beside its weights.

    Args:
        ratios: from the label of a weight matrix to one ratio for each step, 0 or more: the std of
            the update (learning rate times gradient) over the std of the weights. 0 leaves a gap.
        ax: where to draw; without it, a figure is made.
        title: what stands above the picture.

    Returns:
        The Axes drawn on. Its lines hold the log10 of the ratios; the level at -3 is the last.

    Raises:
        ValueError: there is no matrix, or one has no steps, or a ratio is negative or not finite.
    """
    matrices = _checked_layers(ratios)
    for name, values in matrices.items():
        if values.ndim != 1:
            raise ValueError(f"{name!r} needs one ratio for each step; got {tuple(values.shape)}")
        if (values < 0).any():
            raise ValueError(f"{name!r} holds a negative ratio: give the ratios, not their log10")
    ax = ax or plt.subplots(layout="constrained")[1]
    for (name, values), look in zip(matrices.items(), line_looks(len(matrices)), strict=True):
        powers = torch.where(values > 0, values.log10(), torch.nan)
        marker = "o" if len(values) == 1 else None  # one point has no line to be seen by
        ax.plot(powers, label=name, marker=marker, **look)
    ax.axhline(-3, color="#222222", linestyle=(0, (1, 1)), linewidth=1.2)
    paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
    place = {"textcoords": "offset points", "size": "small", "bbox": paper}
    ax.annotate("about healthy", (0, -3), (3, 4), **place)
    ax.set(xlabel="step", ylabel="log10 of update / data")
    return _finish_lines(ax, title)


def histogram(values: torch.Tensor, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """The middles of 60 bins from `low` to `high`, and the share of all values in each, in %."""
    edges = np.linspace(low, high, _BINS + 1)
    counts = torch.histc(values, _BINS, low, high).numpy()
    return (edges[:-1] + edges[1:]) / 2, 100 * counts / values.numel()


def line_looks(count: int) -> list[dict]:
    """Looks of the lines of layers, in their order: from dark to light, neighbours in other styles.

    Up to plasma's salmon, which has 3:1 on white; it runs evenly for every kind of colour vision.
    """
    colours = plt.get_cmap("plasma")(np.linspace(0, 0.63, max(count, 2)))
    styles = ["-", "--", "-.", ":", (0, (6, 1.5, 1, 1.5, 1, 1.5)), (0, (9, 3)), (0, (2, 1))]
    return [
        {"color": colour, "linestyle": styles[index % len(styles)], "linewidth": 1.6}
        for index, colour in enumerate(colours[:count])
    ]


def _finish_lines(ax: Axes, title: str | None) -> Axes:
    """A legend at the right, where no line is, and the title."""
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1), handlelength=3)
    if title:
        ax.set_title(title)
    return ax


def _checked_layers(layers) -> dict[str, torch.Tensor]:
    """The values of each layer as float64, or the ValueError that says what is wrong with them."""
    if not isinstance(layers, Mapping) or not layers:
        what = "an empty one" if isinstance(layers, Mapping) else f"a {type(layers).__name__}"
        raise ValueError(f"this picture needs a dict from labels to tensors; got {what}")
    checked = {}
    for name, values in layers.items():
        if values is None:
            raise ValueError(
                f"{name!r} is None: it has no gradient. Call backward() first, and before it "
                "retain_grad() on what is no parameter"
            )
        values = torch.as_tensor(values).detach().cpu().double()
        if not values.numel():
            raise ValueError(f"{name!r} holds no numbers; its shape is {tuple(values.shape)}")
        if wrong := int((~values.isfinite()).sum()):
            raise ValueError(
                f"{name!r} holds NaN or an infinity, in {wrong:,} of {values.numel():,} places"
            )
        checked[name] = values
    return checked
