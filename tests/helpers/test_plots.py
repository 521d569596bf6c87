"""The heatmap and the style sheet: what they show, and how legible they are."""

import io
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from IPython.core.pylabtools import print_figure
from matplotlib.text import Text
from shared.contrast import contrast

from helpers.names import build_alphabet, count_bigrams, load_names
from helpers.plots.cell_text import cell_labels, text_is_white, value_label
from helpers.plots.heatmap import heatmap

ITOS = dict(enumerate(".ab"))
TABLE = torch.tensor([[0, 7, 1], [30, 4, 500], [6763, 0, 12]])
CYRILLIC = ".abcxyzäéßабвгдежзийклмнопрстуфхцчшщъыьэюя"


@pytest.fixture(autouse=True)
def _course_style():
    with plt.style.context("helpers.course"):
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def bigrams():
    names = load_names()
    stoi, itos = build_alphabet(names)
    return count_bigrams(names, stoi), itos


def cell_pictures(ax):
    """The pixels of every cell, as drawn: [row][column], shape (height, width, 3)."""
    ax.figure.canvas.draw()
    pixels = np.asarray(ax.figure.canvas.buffer_rgba())[::-1, :, :3] / 255
    size = len(ax.get_xticks())

    def cell(row, column):
        corners = ax.transData.transform([(column - 0.5, row + 0.5), (column + 0.5, row - 0.5)])
        (left, bottom), (right, top) = np.round(corners).astype(int)
        return pixels[bottom + 2 : top - 2, left + 2 : right - 2]

    return [[cell(row, column) for column in range(size)] for row in range(size)]


class TestPictures:
    """Compared with the pictures in tests/baseline."""

    style = pytest.mark.mpl_image_compare(
        style="helpers.course", savefig_kwargs={"dpi": 60, "bbox_inches": "tight"}
    )

    @style
    def test_counts(self, bigrams):
        return heatmap(*bigrams, title="How often each bigram occurs").figure

    @style
    def test_probabilities(self, bigrams):
        counts, itos = bigrams
        return heatmap(counts / counts.sum(1, keepdim=True), itos).figure

    @style
    def test_tiny_alphabet(self):
        return heatmap(TABLE, ITOS, title="Three characters").figure

    @style
    def test_large_alphabet_with_cyrillic_letters(self):
        rows = torch.arange(len(CYRILLIC))
        table = (rows[:, None] * 37 + rows * 91) % 211
        return heatmap(table, dict(enumerate(CYRILLIC))).figure

    @style
    def test_what_is_no_number_stands_out(self):
        nan, inf = float("nan"), float("inf")
        return heatmap(np.array([[0, nan, 0.04], [inf, 1, 0.5], [-inf, -1.5, 2]]), ITOS).figure

    @style
    def test_lines(self):
        figure, ax = plt.subplots()
        x = np.linspace(0, 6, 50)
        for line in range(6):
            ax.plot(x, np.cos(x + line / 2) + line / 2, label=f"line {line + 1}")
        ax.set(title="Six lines", xlabel="step", ylabel="loss (nats)")
        ax.legend(ncols=3)
        return figure


class TestWhatItShows:
    def test_every_cell_is_labelled_with_its_bigram_and_value(self, bigrams):
        counts, itos = bigrams
        letters = list(itos.values())
        labels = cell_labels(counts.numpy(), letters)
        assert [len(row) for row in labels] == [27] * 27
        for i in range(27):
            for j in range(27):
                assert labels[i][j] == (letters[i] + letters[j], str(counts[i, j].item()))
        assert labels[letters.index("n")][0] == ("n.", "6763")

    def test_rows_are_the_character_before_and_columns_the_one_after(self):
        ax = heatmap(TABLE, ITOS)
        assert ax.get_xlabel() == "character after"
        assert ax.get_ylabel() == "character before"
        assert [tick.get_text() for tick in ax.get_xticklabels()] == [".", "a", "b"]
        assert [tick.get_text() for tick in ax.get_yticklabels()] == [".", "a", "b"]
        assert ax.yaxis_inverted()
        assert not ax.xaxis_inverted()
        assert np.array_equal(ax.collections[0].get_array(), TABLE)
        # The greatest count, of "b.", is drawn darkest: third row, first column.
        darkness = [[-np.median(cell) for cell in row] for row in cell_pictures(ax)]
        assert np.unravel_index(np.argmax(darkness), (3, 3)) == (2, 0)

    def test_both_lines_of_every_cell_are_drawn(self, bigrams):
        for row in cell_pictures(heatmap(*bigrams)):
            for cell in row:
                fill = np.median(cell.reshape(-1, 3), axis=0)
                for half in np.array_split(cell, 2):  # the value below, the bigram above
                    pixels = half.reshape(-1, 3)
                    ends = pixels[pixels.sum(1).argmin()], pixels[pixels.sum(1).argmax()]
                    # Less than 4.5:1, as a thin stroke covers no pixel whole.
                    assert max(contrast(fill, pixel) for pixel in ends) >= 3

    def test_what_never_occurs_is_white_and_nothing_else_is(self, bigrams):
        counts, itos = bigrams
        cells = heatmap(counts, itos).collections[0]
        white = (cells.to_rgba(cells.get_array()) == 1).all(-1)
        assert np.array_equal(white, counts.numpy() == 0)
        assert white.sum() == 102

    def test_small_counts_differ_in_colour_beside_large_ones(self):
        cells = heatmap(TABLE, ITOS).collections[0]
        one, four, thirty, five_hundred = cells.to_rgba(np.array([1, 4, 30, 500]))
        assert len({tuple(c) for c in (one, four, thirty, five_hundred)}) == 4

    def test_the_picture_says_how_colour_stands_for_value(self):
        note = "Colour: square root of the value. White: exactly 0."
        assert [text.get_text() for text in heatmap(TABLE, ITOS).texts] == [note]
        assert not heatmap(TABLE - 5, ITOS).texts  # negative values: colour is even

    def test_vmax_fixes_the_darkest_colour(self):
        ax = heatmap(TABLE / 7000, ITOS, vmax=1)
        assert ax.collections[0].norm.vmax == 1

    def test_new_values_need_no_new_picture(self):
        ax, other = heatmap(TABLE, ITOS), heatmap(TABLE.T.contiguous(), ITOS)
        before = cell_pictures(ax)
        ax.collections[0].set_array(TABLE.T.numpy())
        after, wanted = cell_pictures(ax), cell_pictures(other)
        for row in range(3):
            for column in range(3):
                assert np.array_equal(after[row][column], wanted[row][column])
        assert not np.array_equal(before[2][0], after[2][0])


class TestValueLabels:
    @pytest.mark.parametrize(
        ("value", "label"),
        [
            (0, "0"), (0.0, "0"), (-0.0, "0"), (1, "1"), (1.0, "1"), (6763, "6763"),
            (0.04, ".040"), (0.0371, ".037"), (-0.5, "-.500"), (0.00001, ".000"), (0.9999, "1.00"),
            (2.5, "2.50"), (12.54, "12.5"), (2.0, "2"), (20.0, "20"), (100.5, "100"),
            (123456, "123456"), (999_999, "999999"), (1_000_000, "1.0e6"), (0.9995, "1.00"),
            (1234567, "1.2e6"), (3e-300, ".000"), (-2.5e20, "-2.5e20"),
            (float("nan"), "nan"), (float("inf"), "inf"), (float("-inf"), "-inf"),
        ],
    )  # fmt: skip
    def test_a_number_takes_a_short_form(self, value, label):
        assert value_label(value) == label

    @given(st.one_of(st.integers(-(2**63), 2**63 - 1), st.floats(-1e308, 1e308)))
    def test_any_number_takes_few_characters_and_keeps_its_size(self, value):
        label = value_label(value)
        assert len(label) <= 8
        assert float(label) == pytest.approx(value, rel=0.05, abs=0.0005)

    @given(st.floats(0, 1))
    def test_only_zero_itself_is_labelled_zero(self, value):
        assert (value_label(value) == "0") == (value == 0)


class TestContrast:
    def test_of_every_cell_of_the_names(self, bigrams):
        cells = heatmap(*bigrams).collections[0]
        colours = cells.to_rgba(cells.get_array()).reshape(-1, 4)
        assert len(colours) == 729
        for colour, white in zip(colours, text_is_white(colours), strict=True):
            assert contrast(colour[:3], "white" if white else "black") >= 4.5

    def test_of_every_colour_that_a_cell_can_take(self):
        cells = heatmap(TABLE, ITOS).collections[0]
        colours = cells.cmap(np.arange(256))
        colours = np.vstack([colours, cells.cmap.get_under(), cells.cmap.get_bad()])
        for colour, white in zip(colours, text_is_white(colours), strict=True):
            assert contrast(colour[:3], "white" if white else "black") >= 4.5

    @given(hnp.arrays(float, (5, 4), elements=st.floats(0, 1)))
    def test_of_any_colour_at_all(self, colours):
        for colour, white in zip(colours, text_is_white(colours), strict=True):
            assert contrast(colour[:3], "white" if white else "black") >= 4.5


def test_no_character_and_no_title_is_a_formula():
    ax = heatmap(TABLE, dict(enumerate("$a$")), title="$x^2$")
    texts = [text for text in ax.findobj(Text) if "$" in text.get_text()]
    assert len(texts) >= 5
    assert not any(text.get_parse_math() for text in texts)


class TestWhereItDraws:
    def test_on_the_axes_given_and_no_new_figure(self):
        figure, (left, right) = plt.subplots(1, 2)
        before = plt.get_fignums()
        assert heatmap(TABLE, ITOS, right, title="right") is right
        assert plt.get_fignums() == before
        assert not left.collections
        assert right.get_title(loc="left") == "right"
        figure.canvas.draw()

    def test_without_axes_on_one_new_figure(self):
        ax = heatmap(TABLE, ITOS)
        assert plt.get_fignums() == [ax.figure.number]
        assert ax.figure.axes == [ax]

    def test_on_a_figure_that_pyplot_knows_nothing_of(self):
        ax = mpl.figure.Figure().subplots()
        assert heatmap(TABLE, ITOS, ax) is ax
        assert plt.get_fignums() == []

    def test_27_characters_fit_a_notebook_and_more_grow_the_figure(self):
        def png_width(size):
            ax = heatmap(torch.ones(size, size), {i: chr(1040 + i) for i in range(size)})
            ax.figure.savefig(png := io.BytesIO(), bbox_inches="tight")
            cell = ax.bbox.width / size
            return int.from_bytes(png.getvalue()[16:20]), cell

        width, cell = png_width(27)
        assert width <= 950
        assert cell >= 31.9
        width, cell = png_width(60)
        assert cell >= 31.9
        assert width > 1900

    @pytest.mark.parametrize("form", ["png", "svg", "pdf", "ps"])
    def test_for_every_kind_of_file(self, form):
        heatmap(TABLE, ITOS).figure.savefig(file := io.BytesIO(), format=form)
        assert file.getvalue()

    def test_twice_without_a_warning(self):
        ax = heatmap(TABLE, ITOS, title="twice")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ax.figure.savefig(first := io.BytesIO(), bbox_inches="tight")
            ax.figure.savefig(second := io.BytesIO(), bbox_inches="tight")
        assert first.getvalue() == second.getvalue()


class TestAnyTable:
    # A few alphabets only, and many tables: drawing takes its time.
    @settings(max_examples=25, deadline=None)
    @given(st.data(), st.integers(1, 40))
    def test_of_any_size_and_any_numbers_is_drawn(self, data, size):
        numbers = data.draw(
            st.sampled_from(
                [
                    hnp.arrays(np.float32, (size, size), elements=st.floats(width=32)),
                    hnp.arrays(np.float64, (size, size), elements=st.floats(0, 1)),
                    hnp.arrays(np.int64, (size, size), elements=st.integers(0, 10**7)),
                    hnp.arrays(np.int64, (size, size)),
                    hnp.arrays(bool, (size, size)),
                ]
            )
        )
        table = data.draw(numbers)
        letters = data.draw(st.lists(st.sampled_from(CYRILLIC), min_size=size, max_size=size))
        ax = heatmap(torch.from_numpy(table), dict(enumerate(letters)))
        ax.figure.canvas.draw()
        shown = np.ma.getdata(ax.collections[0].get_array())
        assert np.array_equal(shown, table, equal_nan=True)
        plt.close(ax.figure)

    @pytest.mark.parametrize(
        "dtype", [torch.float16, torch.bfloat16, torch.float64, torch.int32, torch.uint8]
    )
    def test_of_any_type_is_drawn(self, dtype):
        heatmap(torch.ones(3, 3, dtype=dtype), ITOS).figure.canvas.draw()

    def test_that_a_gradient_flows_into_is_drawn(self):
        heatmap(torch.ones(3, 3, requires_grad=True), ITOS).figure.canvas.draw()

    @pytest.mark.parametrize("value", [0, 1, 0.0, float("nan"), float("-inf"), -3])
    def test_of_one_value_throughout_is_drawn(self, value):
        heatmap(np.full((3, 3), value), ITOS).figure.canvas.draw()

    @pytest.mark.filterwarnings("ignore:Glyph .* missing from font")
    @pytest.mark.parametrize("character", ["漢", "😀", "$", "\\", "_", " ", "<S>", "\u0301", ""])
    def test_with_any_character_is_drawn(self, character):
        ax = heatmap(TABLE, {0: ".", 1: character, 2: "b"})
        assert all(cell.size for row in cell_pictures(ax) for cell in row)

    def test_with_a_long_label_keeps_it_in_its_cell(self):
        itos = {0: "W", 1: "<START OF A NAME>", 2: "W"}
        for row in cell_pictures(heatmap(torch.zeros(3, 3), itos)):
            for cell in row:
                assert (cell[:, [0, -1]] > 0.5).all()  # white at both sides


class TestWhatDoesNotFit:
    @pytest.mark.parametrize("shape", [(3,), (2, 3), (3, 3, 1), (0, 0), ()])
    def test_a_table_that_is_not_square(self, shape):
        with pytest.raises(ValueError, match=r"shape \(V, V\).*got \(") as error:
            heatmap(torch.zeros(shape), ITOS)
        assert str(shape) in str(error.value)
        assert plt.get_fignums() == []

    @pytest.mark.parametrize(
        ("itos", "got"),
        [
            (dict(enumerate(".abc")), "4 entries"),
            (dict(enumerate(".a")), "2 entries"),
            ({1: ".", 2: "a", 3: "b"}, "3 entries: {1: '.'"),
            ({".": 0, "a": 1, "b": 2}, "3 entries: {'.': 0"),
            ({}, "0 entries"),
        ],
    )
    def test_an_alphabet_of_other_characters(self, itos, got):
        with pytest.raises(
            ValueError, match="3 rows and columns, so itos needs the keys 0 to 2"
        ) as e:
            heatmap(TABLE, itos)
        assert got in str(e.value)
        assert plt.get_fignums() == []

    def test_a_table_of_words(self):
        with pytest.raises(ValueError, match="a table of numbers, got one of <U1"):
            heatmap(np.array([["a"]]), {0: "a"})


def test_the_heatmap_of_all_bigrams_takes_less_than_half_a_megabyte(bigrams):
    png = print_figure(heatmap(*bigrams).figure, bbox_inches="tight")
    assert len(png) < 500_000


class TestStyleSheet:
    def test_text_on_white_has_a_contrast_of_four_and_a_half(self):
        for part in ["text.", "axes.label", "axes.title", "xtick.label", "ytick.label"]:
            assert contrast(mpl.rcParams[part + "color"], "white") >= 4.5, part

    def test_the_page_is_opaque_white_in_dark_themes_too(self):
        for key in ["figure.facecolor", "axes.facecolor", "savefig.facecolor"]:
            assert mpl.colors.to_rgba(mpl.rcParams[key]) == (1, 1, 1, 1), key
        assert not mpl.rcParams["savefig.transparent"]

    def test_lines_differ_in_colour_and_in_style(self):
        cycle = list(mpl.rcParams["axes.prop_cycle"])
        assert len(cycle) >= 6  # as many as the deepest network of the course has layers
        assert len({str(line["color"]) for line in cycle}) == len(cycle)
        assert len({str(line["linestyle"]) for line in cycle}) == len(cycle)
        # WCAG asks 3:1 of graphics.
        assert all(contrast(line["color"], "white") >= 3 for line in cycle)

    def test_a_figure_fits_a_notebook(self):
        width, _ = mpl.rcParams["figure.figsize"]
        assert width * mpl.rcParams["figure.dpi"] <= 900

    def test_other_kinds_of_plot_take_the_cycle(self):
        _, ax = plt.subplots()
        ax.hist([1, 2, 2])
        ax.bar([1, 2], [3, 4])
        ax.scatter([1, 2], [3, 4])
        ax.figure.canvas.draw()
