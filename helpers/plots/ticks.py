"""Letters along an axis: as many as can be read."""

from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

_ENOUGH = 30  # letters that have room in each picture of the course


def thin_out(figure: Figure) -> None:
    """Name every second letter along an axis, or fewer, where all would lie on top of each other.

    The axis says so. A scale of numbers is left as it is: matplotlib chooses how many it names.
    """
    for ax in figure.axes:
        ax.apply_aspect()
        _thin_out(ax.xaxis, ax.bbox.width)
        _thin_out(ax.yaxis, ax.bbox.height)


def _thin_out(axis: Axis, room: float) -> None:
    labels = axis.get_ticklabels()
    names = [label.get_text().strip() for label in labels]
    if len(names) <= _ENOUGH or not any(name.isalpha() for name in names):
        return
    height = labels[0].get_size() * axis.get_figure(root=True).dpi / 72
    width = 0.7 * height * max(map(len, names))
    step = -int(-(width if axis.axis_name == "x" else height) * len(names) // room)
    if step > 1:
        axis.set_major_locator(FixedLocator(axis.get_ticklocs()[::step]))
        axis.label.set_text(f"{axis.label.get_text()} (1 in {step} is named)".strip())
