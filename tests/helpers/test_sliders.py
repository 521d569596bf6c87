"""Live pictures, without a browser: what is drawn, what is said, what stays behind."""

from __future__ import annotations

import gc
import io
import os
import threading
import warnings
from itertools import chain

import matplotlib.pyplot as plt
import numpy as np
import PIL.Image
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from ipywidgets import (
    Checkbox,
    Dropdown,
    FloatLogSlider,
    FloatSlider,
    GridBox,
    HBox,
    IntSlider,
    IntText,
    Output,
    SelectionSlider,
    Widget,
)
from matplotlib.figure import Figure
from matplotlib_inline import backend_inline
from traitlets.config import Config

from helpers.pictures import sliders
from helpers.pictures.sliders import live, log_slider_with_zero
from helpers.plots import fonts
from helpers.plots.freeze import freeze

NO_HISTORY = Config(HistoryManager={"enabled": False})  # a user's own stays as it is


class Example:
    """A live picture of a line; `calls` are the values that it was drawn at."""

    def __init__(self, **controls):
        self.figure = Figure(figsize=(4, 2), dpi=100)
        (self.line,) = self.figure.subplots().plot([0, 1], [0, 1])
        self.calls: list[dict] = []
        self.picture = live(self.figure, self.update, **controls)
        self.controls = self.picture.controls

    def update(self, gain, depth):
        self.calls.append({"gain": gain, "depth": depth})
        if depth > 8:
            raise ValueError(f"depth must be <= 8, not {depth}")
        self.line.set_ydata([0, gain * depth / 10])
        return f"gain & depth: {gain:g} {depth}"


def inside(widget: Widget) -> list[Widget]:
    """A widget and all that it holds."""
    return [widget, *chain(*map(inside, getattr(widget, "children", ())))]


@pytest.fixture
def example() -> Example:
    return Example(gain=FloatLogSlider(value=1, min=-1, max=1), depth=IntSlider(value=6, max=12))


class TestThePage:
    def test_holds_every_control_the_button_the_picture_and_the_words(self, example):
        picture = example.picture
        parts = [*example.controls.values(), picture.picture, picture.text, picture.message]
        parts.append(picture.reset_button)
        held = inside(picture)
        assert all(held.count(part) == 1 for part in parts)
        assert picture.reset_button.description == "Reset"

    def test_gives_all_labels_the_room_of_the_longest(self):
        controls = {"gain": FloatSlider(value=1), "depth": IntSlider(value=1, max=8)}
        controls["gain"].description = "a long name"
        Example(**controls)
        assert {control.style.description_width for control in controls.values()} == {"12ch"}

    def test_shows_the_figure_once(self):
        figure = plt.figure()
        live(figure, lambda gain: None, gain=FloatSlider())
        assert figure.number not in plt.get_fignums()

    def test_leaves_other_figures_open(self):
        figure, other = plt.figure(), plt.figure()
        live(figure, lambda gain: None, gain=FloatSlider())
        assert plt.get_fignums() == [other.number]
        plt.close(other)

    def test_may_be_without_controls(self):
        assert str(live(Figure(), lambda: "nothing to move")) == "Live picture: "

    def test_lets_controls_and_picture_fill_the_width_of_the_figure(self, example):
        [grid] = [each for each in inside(example.picture) if isinstance(each, GridBox)]
        assert list(grid.children) == list(example.controls.values())
        assert grid.layout.max_width == example.picture.picture.layout.width == "400px"
        assert grid.layout.grid_template_columns.startswith("repeat(auto-fit")
        assert {control.layout.width for control in example.controls.values()} == {"auto"}

    def test_has_room_for_a_message_before_there_is_one(self, example):
        [row] = [each for each in inside(example.picture) if isinstance(each, HBox)]
        assert row.children == (example.picture.reset_button, example.picture.message)
        assert row.layout.min_height == "46px"

    def test_says_what_the_button_does(self, example):
        assert example.picture.reset_button.tooltip == "Back to the first values"
        assert example.picture.reset_button.icon == "undo"

    def test_names_the_sliders_by_a_script_that_takes_no_room(self, example):
        [script] = [each for each in inside(example.picture) if isinstance(each, Output)]
        [output] = script.outputs
        assert output["data"] == {"application/javascript": sliders._MEND_SLIDERS}
        assert script.layout.height == "0"


class TestAMove:
    def test_draws_the_figure_at_the_new_values_once(self, example):
        first = example.picture.picture.value
        example.controls["gain"].value = 10.0
        assert example.calls[1:] == [{"gain": 10.0, "depth": 6}]
        assert example.picture.picture.value != first

    def test_is_one_of_its_value(self, example):
        example.calls.clear()
        example.controls["depth"].description = "layers"
        example.controls["depth"].max = 20
        assert example.calls == []

    def test_shows_what_the_figure_itself_would_save(self, example):
        example.controls["depth"].value = 3
        shown = np.asarray(PIL.Image.open(io.BytesIO(example.picture.picture.value)))
        file = io.BytesIO()
        example.figure.savefig(file, dpi=100, format="png")
        assert np.array_equal(shown, np.asarray(PIL.Image.open(file)))

    def test_keeps_every_artist_and_the_size(self, example):
        artists = example.figure.findobj()
        size = PIL.Image.open(io.BytesIO(example.picture.picture.value)).size
        for depth in range(8):
            example.controls["depth"].value = depth
        assert example.figure.findobj() == artists
        assert PIL.Image.open(io.BytesIO(example.picture.picture.value)).size == size == (400, 200)

    def test_shows_the_text_of_the_update_literally(self, example):
        assert "gain &amp; depth: 1 6" in example.picture.text.value
        example.controls["depth"].value = 7
        assert "gain &amp; depth: 1 7" in example.picture.text.value

    def test_the_last_of_many_wins(self, example):
        for depth in (1, 2, 3, 4):
            example.controls["depth"].value = depth
        assert example.calls[-1]["depth"] == 4
        assert str(example.picture) == "Live picture: gain = 1, depth = 4"

    def test_200_of_them_leave_memory_where_it_was(self, example):
        def move(times: int) -> int:
            for step in range(times):
                example.controls["depth"].value = step % 9
            gc.collect()
            return psutil.Process(os.getpid()).memory_info().rss

        before = move(50)
        assert move(200) - before < 4 * 2**20  # one picture alone, if kept, would be 16 MB in 200


class TestLetters:
    """Of any script: the same as in the pictures of cells, at each move."""

    @staticmethod
    def of(letters: str, says: str = "", size: int = 3):
        """A live picture in whose title stands a letter."""
        figure = Figure(figsize=(4, 2), dpi=100)
        ax = figure.subplots()
        ax.set_xlim(-0.5, size - 0.5)
        ax.set_xticks(range(size), "abc" * (size // 3))

        def update(place):
            ax.set_title(letters[place])
            return says

        return live(figure, update, place=IntSlider(value=0, min=0, max=len(letters) - 1)), ax

    def test_a_letter_that_no_font_has_is_said_below_the_picture(self):
        picture, _ = self.of("a\U000f0000b", "A title.")
        lacking = "No font on this computer has 1 of these characters"
        assert lacking not in picture.text.value
        picture.controls["place"].value = 1
        assert "A title.\n" + lacking in picture.text.value
        assert picture.message.value == ""
        picture.controls["place"].value = 2
        assert lacking not in picture.text.value

    def test_a_letter_gets_a_font_that_has_it(self, monkeypatch):
        found = {"か": ((fonts.OWN, "Kana Sans"), frozenset())}
        plain = ((fonts.OWN,), frozenset())
        monkeypatch.setattr(fonts, "families_for", lambda each: found.get("".join(each), plain))
        picture, ax = self.of("aか")
        assert "Kana Sans" not in ax.title.get_fontfamily()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture.controls["place"].value = 1
        assert ax.title.get_fontfamily() == [fonts.OWN, "Kana Sans"]

    def test_numbers_stay_behind_words_that_are_read_from_right_to_left(self):
        picture, _ = self.of("ab", "שם 0.12   ab 0.34   علي 5")
        assert "\u2068שם\u2069 0.12   ab 0.34   \u2068علي\u2069 5" in picture.text.value

    def test_of_too_many_letters_along_an_axis_some_are_named(self):
        _, ax = self.of("ab", size=90)
        assert "is named)" in ax.get_xlabel()
        assert self.of("ab", size=30)[1].get_xlabel() == ""

    def test_letters_of_what_does_not_move_are_given_fonts_before_it_is_drawn(self, monkeypatch):
        found = {"か": ((fonts.OWN, "Kana Sans"), frozenset())}
        plain = ((fonts.OWN,), frozenset())
        monkeypatch.setattr(fonts, "families_for", lambda each: found.get("".join(each), plain))
        figure = Figure(figsize=(4, 2), dpi=100)
        ax = figure.subplots()
        ax.set_xticks(range(60), ["か"] * 60)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            freeze(figure, [])
        assert ax.get_xticklabels()[0].get_fontfamily() == [fonts.OWN, "Kana Sans"]
        assert "is named)" in ax.get_xlabel()


class TestAFigureOfACellThatIsRunning:
    """JupyterLab has moves handled on another thread; after each, IPython shows all figures."""

    @pytest.fixture
    def shell(self, monkeypatch):
        shell = InteractiveShell(config=NO_HISTORY)
        monkeypatch.setattr(sliders, "get_ipython", lambda: shell)
        return shell

    @pytest.fixture
    def shown(self, monkeypatch):
        """The figures that IPython's inline backend has shown."""
        shown = []

        def show():
            shown.extend(plt.get_fignums())
            plt.close("all")

        show.__module__ = backend_inline.__name__
        monkeypatch.setattr(backend_inline, "flush_figures", show)
        return shown

    @pytest.mark.parametrize("loaded", ["before", "after"])
    def test_outlives_a_move_and_is_shown_at_the_cells_end(self, shell, shown, loaded):
        def load():
            shell.events.register("post_execute", backend_inline.flush_figures)

        if loaded == "before":
            load()
        example = Example(gain=FloatSlider(value=1), depth=IntSlider(value=6, max=12))
        if loaded == "after":
            load()
        figure = plt.figure()

        def move():
            example.controls["depth"].value += 1
            shell.events.trigger("post_execute")

        for _ in range(2):
            thread = threading.Thread(target=move)
            thread.start()
            thread.join()
        assert (plt.get_fignums(), shown) == ([figure.number], [])
        shell.events.trigger("post_execute")
        assert (plt.get_fignums(), shown) == ([], [figure.number])

    def test_and_other_callbacks_are_left_alone(self, shell):
        called = []
        shell.events.register("post_execute", called_here := lambda: called.append(1))
        Example(gain=FloatSlider(value=1), depth=IntSlider(value=6, max=12))
        assert called_here in shell.events.callbacks["post_execute"]

    def test_the_real_backend_is_known_by_its_module(self):
        assert backend_inline.flush_figures.__module__ == "matplotlib_inline.backend_inline"


class TestAnError:
    def test_is_said_and_leaves_the_last_good_picture(self, example):
        good = example.picture.picture.value
        example.controls["depth"].value = 9
        said = example.picture.message.value
        assert "⚠" in said
        assert "ValueError: depth must be &lt;= 8, not 9" in said
        assert "Traceback" not in said
        assert example.picture.picture.value == good
        assert 'role="alert"' in said  # for a screen reader

    def test_is_said_in_300_characters(self):
        def update(size):
            if size:
                raise ValueError("word " * 100)

        picture = live(Figure(), update, size=IntSlider())
        picture.controls["size"].value = 1
        assert ("ValueError: " + "word " * 57 + "…<br>") in picture.message.value

    def test_is_cleared_by_the_next_good_value(self, example):
        example.controls["depth"].value = 9
        example.controls["depth"].value = 8
        assert example.picture.message.value == ""
        assert example.calls[-1]["depth"] == 8

    def test_while_drawing_counts_as_well(self, example):
        good = example.picture.picture.value
        example.line.axes.set_title("$\\nonsense$")
        example.controls["depth"].value = 5
        assert "⚠" in example.picture.message.value
        assert example.picture.picture.value == good

    def test_at_the_defaults_is_raised_for_the_cell_to_show(self):
        with pytest.raises(ValueError, match="depth must be <= 8"):
            Example(gain=FloatSlider(value=1), depth=IntSlider(value=9))

    def test_a_warning_is_none_and_says_nothing(self):
        def update(size):
            np.exp(np.array([1e9]) * size)

        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            picture = live(Figure(), update, size=IntSlider(value=1))
            picture.controls["size"].value = 2
        assert [str(one.message) for one in said] == []
        assert picture.message.value == ""


class TestReset:
    def test_brings_back_the_first_picture_with_one_redraw(self, example):
        first = example.picture.picture.value
        example.controls["gain"].value = 10.0
        example.controls["depth"].value = 2
        example.calls.clear()
        example.picture.reset_button.click()
        assert example.calls == [{"gain": 1, "depth": 6}]
        assert example.picture.picture.value == first
        assert [control.value for control in example.controls.values()] == [1, 6]

    def test_clears_an_error(self, example):
        example.controls["depth"].value = 12
        example.picture.reset()
        assert example.picture.message.value == ""


class TestASavedNotebook:
    def test_holds_the_widget_its_picture_and_a_plain_line(self, example):
        bundle, metadata = example.picture._repr_mimebundle_()
        assert set(bundle) == {
            "application/vnd.jupyter.widget-view+json",
            "image/png",
            "text/plain",
        }
        assert bundle["text/plain"] == "Live picture: gain = 1, depth = 6"
        assert bundle["image/png"].startswith("iVBOR")
        words = metadata["image/png"]["alt"]
        assert words.startswith("Live picture: gain = 1, depth = 6. ")
        assert "Horizontal axis: " in words

    def test_shows_the_figure_once(self):
        figure, _ = plt.subplots()
        live(figure, lambda size: None, size=IntSlider())
        assert figure.number not in plt.get_fignums()  # or the inline backend shows it again

    def test_is_the_same_bytes_each_time(self):
        def bundle():
            made = Example(gain=FloatSlider(value=1), depth=IntSlider(value=6))
            return made.picture._repr_mimebundle_()[0]["image/png"]

        assert bundle() == bundle()


class TestControls:
    def test_have_a_label_and_the_picture_a_name(self, example):
        picture = live(Figure(), lambda **_: None, learning_rate=IntSlider())
        assert picture.controls["learning_rate"].description == "learning rate"
        assert example.picture.picture.tooltip == str(example.picture)

    def test_show_their_label_where_the_mouse_rests(self, example):
        tooltips = [control.tooltip for control in example.controls.values()]
        assert tooltips == ["gain", "depth"]  # None would be shown as "null"

    def test_all_have_the_margin_that_the_browser_gives_to_some(self):
        made = {"a": SelectionSlider(options=[1, 2]), "b": IntSlider(), "c": Checkbox()}
        live(Figure(), lambda **_: None, **made)
        assert {control.layout.margin for control in made.values()} == {"2px"}

    @pytest.mark.parametrize(
        ("control", "readout"),
        [
            (FloatSlider(value=0.5), "0.50"),
            (IntSlider(value=3), "3"),
            (Checkbox(value=True), "True"),
            (Dropdown(options=[("zeros", 0), ("ones", 1)], value=1), "ones"),
            (SelectionSlider(options=[("zeros", 0), ("ones", 1)], value=0), "zeros"),
            (FloatLogSlider(value=10**0.3, min=-1, max=1), "2"),
        ],
    )
    def test_say_their_value_as_they_show_it(self, control, readout):
        assert str(live(Figure(), lambda k: None, k=control)) == f"Live picture: k = {readout}"

    @pytest.mark.parametrize(
        "control",
        [
            FloatLogSlider(value=1.67, min=-1, max=1, step=0.1),
            FloatSlider(value=0.15, step=0.1),
            IntSlider(value=3, min=0, step=2),
        ],
    )
    def test_refuse_a_default_that_the_browser_would_move(self, control):
        with pytest.raises(ValueError, match=r"gain: the default .+ lies between two stops"):
            live(Figure(), lambda gain: None, gain=control)

    @pytest.mark.parametrize(
        "control", [FloatSlider(value=1.3, min=0.3, step=1), IntText(value=3), Checkbox()]
    )
    def test_may_start_at_each_of_their_stops(self, control):
        live(Figure(), lambda gain: None, gain=control)


class TestALogSliderWithZero:
    def test_starts_at_0_and_stops_at_every_power_of_ten(self):
        slider = log_slider_with_zero(-1, 6, description="k")
        values = [value for _, value in slider.options]
        assert values[0] == slider.value == 0
        assert {0.1, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000} <= set(values)
        assert slider.options[-1] == ("1,000,000", 1_000_000.0)
        assert ("100", 100.0) in slider.options
        assert len(values) == 4 * 7 + 2
        assert slider.description == "k"

    def test_starts_where_it_is_told(self):
        assert log_slider_with_zero(-1, 1, value=1.0).value == 1

    @given(st.integers(-6, 3), st.integers(1, 4), st.integers(1, 10))
    def test_shows_exactly_what_it_computes_in_rising_order(self, lowest, decades, per_decade):
        slider = log_slider_with_zero(lowest, lowest + decades, per_decade=per_decade)
        values = [value for _, value in slider.options]
        assert values == sorted(set(values))
        assert [float(label.replace(",", "")) for label, _ in slider.options] == values
        assert len(values) == decades * per_decade + 2
