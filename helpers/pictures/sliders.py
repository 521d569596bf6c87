"""What makes a picture live: sliders and other controls, bound to one persistent figure.

`live(figure, update, gain=FloatSlider(...), depth=IntSlider(...))` shows the controls with the
picture below them. At each move `update(gain=..., depth=...)` changes the artists of the figure
in place, and the figure's PNG takes the place of the last one.

The controls are ipywidgets' own, and so is the image. (`ipywidgets.interact` makes a new figure
at each move, which flickers and jumps; ipympl and mpl-interactions keep the figure, but would be
two more things to install.) What is added here: one redraw for each move, a message where an
error would be lost, a reset, a picture that stays behind in the saved notebook, and figures of a
running cell that a move leaves alone.
"""

from __future__ import annotations

import html
import io
import math
import re
import textwrap
import threading
import warnings
from base64 import b64encode
from collections.abc import Callable

import ipywidgets as widgets
import matplotlib.pyplot as plt
from IPython import get_ipython
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from traitlets import Unicode

from helpers.plots.describe import describe
from helpers.plots.fonts import provide
from helpers.plots.ticks import thin_out

_ALERT = (
    "line-height: 1.4; padding-left: 8px; border-left: 4px solid var(--jp-error-color1, #d32f2f)"
)
# JupyterLab would break the lines of a narrow window in the middle of a word.
_PLAIN = "margin: 0; white-space: pre-wrap; word-break: normal; overflow-wrap: break-word"

# Words in letters that are read from right to left. What stands behind one of them, a number
# perhaps, would be shown on its left; a mark before and after it keeps both in their places.
_IN_HEBREW_OR_ARABIC = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+")

# Notebook 7 takes the arrow keys for itself, wherever they are pressed, unless told not to.
# ipywidgets puts a slider's label and its readout beside the handle, but not into what a screen
# reader hears: there the handle has no name, and a SelectionSlider's value is a stop's number.
_MEND_SLIDERS = """
let tries = 600;
const tell = () => {
    const picture = element.closest('.live-picture');
    if (!picture) {  // not on the page yet
        if (tries--) requestAnimationFrame(tell);
        return;
    }
    for (const slider of picture.querySelectorAll('.widget-slider')) {
        const handle = slider.querySelector('[role=slider]');
        const readout = slider.querySelector('.widget-readout');
        handle.setAttribute('aria-label', slider.querySelector('.widget-label').textContent);
        if (document.body.dataset.notebook) handle.dataset.lmSuppressShortcuts = 'true';
        const say = () => {
            if (handle.getAttribute('aria-valuetext') !== readout.textContent) {
                handle.setAttribute('aria-valuetext', readout.textContent);
            }
        };
        const changes = new MutationObserver(say);
        changes.observe(handle, {attributeFilter: ['aria-valuetext']});
        changes.observe(readout, {childList: true, characterData: true, subtree: true});
        say();
    }
};
requestAnimationFrame(tell);
"""


def live(figure: Figure, update: Callable[..., str | None], **controls) -> LivePicture:
    """Bind `controls` to `figure`: each move calls `update` and shows the new picture.

    figure: made once, with all its artists; its size in pixels stays the picture's size.
    update: called with the value of every control, under the name given here. It changes
        artists in place (`line.set_ydata(...)`) and makes none. A string that it returns is
        shown as text below the picture.
    controls: ipywidgets, each with a `value` and best with a `description`, which is its label
        (without one, the name given here is). The values they come with are the defaults. For a
        list, prefer a SelectionSlider: JupyterLab takes the arrow keys of a folded Dropdown.

    An error that `update` raises is shown beside the reset button; the last good picture stays.
    Only for the defaults it is raised here: there is no picture yet to keep.
    """
    return LivePicture(figure, update, **controls)


class LivePicture(widgets.VBox):
    """The controls, a reset button, the picture and its text. Made by `live`."""

    def __init__(self, figure: Figure, update: Callable[..., str | None], **controls):
        _keep_figures_of_cells()
        plt.close(figure)  # or the notebook would show it once more, at the end of the cell
        thin_out(figure)
        self._canvas = FigureCanvasAgg(figure)
        self._update = update
        self._turn = threading.Lock()  # a cell and a slider may ask at once, on two threads
        self._resetting = False
        self.controls = controls
        self._defaults = {name: control.value for name, control in controls.items()}

        for name, control in controls.items():
            _check_default(name, control)
            control.description = control.description or name.replace("_", " ")
            control.tooltip = control.description  # or the browser's would be "null"
            control.layout.width = "auto"
            # The browser gives every control but the SelectionSlider this one: now all, in line.
            control.layout.margin = "2px"
        longest = max((len(control.description) for control in controls.values()), default=0)
        for control in controls.values():
            control.style.description_width = f"{longest + 1}ch"
            control.observe(self._moved, names="value")
        self.reset_button = widgets.Button(
            description="Reset", icon="undo", tooltip="Back to the first values"
        )
        self.reset_button.on_click(lambda _: self.reset())

        width, _ = self._canvas.get_width_height()
        self.picture = _Picture(layout={"width": f"{width}px", "max_width": "100%"})
        # The message stands beside the button, in a row of its height: showing it moves nothing.
        self.message = widgets.HTML(layout={"flex": "1 1 0"})
        self.text = widgets.HTML()
        grid = widgets.GridBox(
            list(controls.values()),
            layout={
                "grid_template_columns": "repeat(auto-fit, minmax(min(24em, 100%), 1fr))",
                "max_width": f"{width}px",
            },
        )
        self._draw()
        super().__init__(
            [
                grid,
                widgets.HBox([self.reset_button, self.message], layout={"min_height": "46px"}),
                self.picture,
                self.text,
                _script(_MEND_SLIDERS),
            ]
        )
        self.add_class("live-picture")

    def reset(self) -> None:
        """Take every control back to its default, and draw once."""
        self._resetting = True
        try:
            for name, control in self.controls.items():
                control.value = self._defaults[name]
        finally:
            self._resetting = False
        self._moved()

    def __str__(self) -> str:
        shown = (f"{c.description} = {_readout(c)}" for c in self.controls.values())
        return "Live picture: " + ", ".join(shown)

    def _moved(self, _change=None) -> None:
        """Draw at the new values; where that fails, say why and keep the last good picture."""
        _keep_figures_of_cells()  # the inline backend may have been loaded in the meantime
        if self._resetting:
            return
        try:
            self._draw()
        except Exception as error:
            reason = textwrap.shorten(f"{type(error).__name__}: {error}", 300, placeholder=" …")
            self.message.value = (
                f'<div role="alert" style="{_ALERT}"><b>⚠ No picture for these values.</b> '
                f"{html.escape(reason)}<br>Below is the last one that worked.</div>"
            )
        else:
            self.message.value = ""

    def _draw(self) -> None:
        with self._turn:
            with warnings.catch_warnings():
                # An overflow shows in the picture; a warning at each move would bury the page.
                warnings.simplefilter("ignore")
                text = self._update(**{name: c.value for name, c in self.controls.items()})
                lacking = provide(self._canvas.figure)
                picture = _png(self._canvas)
            text = _IN_HEBREW_OR_ARABIC.sub("\u2068\\g<0>\u2069", text or "")
            text = "\n".join(filter(None, (text, lacking)))
            with self.picture.hold_sync():  # one message, so that the browser loads it once
                self.picture.value = picture
                self.picture.tooltip = str(self)
            self.text.value = f'<pre style="{_PLAIN}">{html.escape(text)}</pre>'

    def _repr_mimebundle_(self, **kwargs):
        """The widget for a notebook that runs; beside it, for one that does not, its picture."""
        bundle = super()._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = str(self)
        bundle["image/png"] = b64encode(self.picture.value).decode()
        return bundle, {"image/png": {"alt": f"{self}. {describe(self._canvas.figure)}"}}


def _keep_figures_of_cells() -> None:
    """Let the end of a cell alone show and close the figures of cells.

    JupyterLab has a slider's moves handled on a thread of their own. After each, IPython shows and
    closes all figures that there are, and those of a cell that draws meanwhile are lost (ipykernel
    issue 1564). A live picture has none to show: it sends its own.
    """
    shell = get_ipython()
    if shell is None:
        return
    callbacks = shell.events.callbacks["post_execute"]
    for place, callback in enumerate(callbacks):
        if getattr(callback, "__module__", "") == "matplotlib_inline.backend_inline":
            callbacks[place] = _on_the_main_thread(callback)


def _on_the_main_thread(show: Callable[[], None]) -> Callable[[], None]:
    def show_from_a_cell() -> None:
        if threading.current_thread() is threading.main_thread():
            show()

    return show_from_a_cell


class _Picture(widgets.Image):
    """An image whose tooltip is its name for a screen reader, too: ipywidgets has no alt text.

    (The browser's half of ipywidgets reads a description before it sets a tooltip, and its own
    Image has none.)
    """

    description = Unicode("").tag(sync=True)


def _script(source: str) -> widgets.Output:
    """A widget that shows nothing and runs JavaScript in the page, where it stands."""
    bundle = {"application/javascript": source}
    output = {"output_type": "display_data", "data": bundle, "metadata": {}}
    return widgets.Output(outputs=(output,), layout={"height": "0", "margin": "0"})


def _readout(control: widgets.ValueWidget) -> str:
    """What the control shows as its value: the label of a choice, or the formatted number."""
    if hasattr(control, "_options_labels"):  # `label` is still empty where the first is default
        return control._options_labels[control.index]
    return format(control.value, getattr(control, "readout_format", ""))


def _check_default(name: str, control: widgets.ValueWidget) -> None:
    """Refuse a default between two stops: the browser would move the slider, and redraw."""
    if not hasattr(control, "step") or not hasattr(control, "min"):
        return
    log = isinstance(control, widgets.FloatLogSlider)
    position = math.log(control.value, control.base) if log else control.value
    steps = (position - control.min) / control.step
    if abs(steps - round(steps)) > 1e-6:
        raise ValueError(
            f"{name}: the default {control.value} lies between two stops of the slider. "
            "Choose one of the stops, another step, or a SelectionSlider with stops of your own."
        )


def _png(canvas: FigureCanvasAgg) -> bytes:
    file = io.BytesIO()
    canvas.print_png(file, pil_kwargs={"compress_level": 1})
    return file.getvalue()


def log_slider_with_zero(
    lowest: int, highest: int, *, per_decade: int = 4, value: float = 0.0, description: str = ""
) -> widgets.SelectionSlider:
    """A slider with a stop at 0, then on a log scale from 10**lowest to 10**highest.

    (`ipywidgets.FloatLogSlider` has no 0.) Stops are rounded to three digits, so that what is
    shown is what is computed; `per_decade` of them lie in each factor of ten. `value` is a stop.
    """
    exponents = range(lowest * per_decade, highest * per_decade + 1)
    stops = [0.0] + [float(f"{10 ** (e / per_decade):.3g}") for e in exponents]
    options = [(f"{stop:,.0f}" if stop >= 100 else f"{stop:.3g}", stop) for stop in stops]
    return widgets.SelectionSlider(options=options, value=value, description=description)
