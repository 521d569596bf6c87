"""Letters along an axis: as many as can be read."""

from matplotlib.axis import Axis
from matplotlib.category import StrCategoryLocator
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

_ENOUGH = 30  # letters that have room in each picture of the course


def thin_out(figure: Figure) -> None:
    """Name every second letter along an axis, or fewer, where all would lie on top of each other.

    The axis says so. Ticks that nobody has set are left as they are: matplotlib chooses those.
    """
    for ax in figure.axes:
        ax.apply_aspect()
        _thin_out(ax.xaxis, ax.bbox.width)
        _thin_out(ax.yaxis, ax.bbox.height)


def _thin_out(axis: Axis, room: float) -> None:
    places = axis.get_ticklocs()
    by_hand = isinstance(axis.get_major_locator(), (FixedLocator, StrCategoryLocator))
    if len(places) <= _ENOUGH or not by_hand:
        return
    low, high = axis.get_view_interval()
    from_one_to_the_next = room / abs(high - low) * abs(places[-1] - places[0]) / (len(places) - 1)
    labels = axis.get_ticklabels()
    em = labels[0].get_size() * axis.get_figure(root=True).dpi / 72
    longest = max(len(label.get_text().strip()) for label in labels)
    needed = em * max(1, 0.7 * longest) if axis.axis_name == "x" else em
    step = -int(-needed // from_one_to_the_next)
    if step > 1:
        axis.set_major_locator(FixedLocator(places[::step]))
        axis.label.set_text(f"{axis.label.get_text()} (1 in {step} is named)".strip())
