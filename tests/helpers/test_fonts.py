"""Letters that matplotlib's own font lacks: other fonts, numbers in their place, one sentence."""

import io
import time
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.font_manager import FontEntry

from helpers.plots import fonts
from helpers.plots.cell_text import cell_labels
from helpers.plots.fonts import OWN, families_for, provide, reads_from_right
from helpers.plots.heatmap import heatmap, most_frequent

PRIVATE = "".join(map(chr, range(0xF0000, 0xF0004)))  # characters that no font has


@pytest.fixture(autouse=True)
def _course_style():
    with plt.style.context("helpers.course"):
        yield
    plt.close("all")


def saved(ax) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from", UserWarning)
        ax.figure.savefig(file := io.BytesIO(), bbox_inches="tight")
    return file.getvalue()


def notes(ax) -> str:
    return "\n".join(text.get_text() for text in ax.texts)


def table_of(letters: str):
    size = len(letters)
    return torch.arange(size * size).reshape(size, size), dict(enumerate(letters))


class TestFamilies:
    def test_latin_greek_and_cyrillic_need_no_other(self):
        assert families_for(frozenset(".aéßλж")) == ((OWN,), frozenset())

    def test_a_letter_that_none_has_is_told(self):
        families, lacking = families_for(frozenset("a" + PRIVATE))
        assert families == (OWN,)
        assert lacking == set(PRIVATE)

    def test_another_installed_font_is_taken(self, monkeypatch):
        """One that is known for a letter; the others of this computer have fewer."""
        has = {("Kana Sans", "か"), ("Kana Sans", "な"), ("Some Sans", "か")}
        monkeypatch.setattr(
            fonts, "_has", lambda family, each: (family, each) in has or each == "a"
        )
        monkeypatch.setattr(fonts, "_others", lambda: ("Kana Sans", "Some Sans"))
        families_for.cache_clear()
        assert families_for(frozenset("aかな")) == ((OWN, "Kana Sans"), frozenset())
        families_for.cache_clear()

    def test_a_font_of_boxes_does_not_count(self):
        fonts.fontManager.ttflist.append(FontEntry(name="Last Resort High-Efficiency"))
        try:
            fonts._others.cache_clear()
            assert not [name for name in fonts._others() if name.startswith("Last Resort")]
        finally:
            fonts.fontManager.ttflist.pop()

    def test_a_font_that_cannot_be_read_has_nothing(self):
        assert fonts.font_of("No Such Family") is None


class TestHeatmap:
    def test_numbers_stand_for_letters_that_no_font_has(self):
        ax = heatmap(*table_of("." + PRIVATE))
        labels = [tick.get_text().strip() for tick in ax.get_xticklabels()]
        assert labels == [".", "1", "2", "3", "4"]
        assert notes(ax).endswith(
            "No font on this computer has 4 of these characters: their numbers stand for them."
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ax.figure.savefig(io.BytesIO(), bbox_inches="tight")

    @pytest.mark.parametrize("letters", [".अआइई", ".한국어", ".กขคง", ".あいう", ".漢字"])
    def test_any_script_is_drawn_without_a_warning(self, letters):
        ax = heatmap(*table_of(letters))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            ax.figure.savefig(io.BytesIO(), bbox_inches="tight")

    def test_hebrew_and_arabic_pairs_are_turned_and_it_says_so(self):
        for letters in (".אבג", ".ابت"):
            assert reads_from_right(letters)
            labels = cell_labels(np.zeros((4, 4)), list(letters))
            assert labels[1][2][0] == letters[2] + letters[1]
            assert "from right to left" in notes(heatmap(*table_of(letters)))
        assert not reads_from_right(".abж")
        assert "right to left" not in notes(heatmap(*table_of(".ab")))

    @pytest.mark.parametrize("size", [65, 546, 2000])
    def test_of_a_large_alphabet_the_most_frequent_are_drawn_in_little_time(self, size):
        counts = torch.ones((size, size), dtype=torch.int64)
        counts[7] = 100
        itos = {index: chr(0x400 + index) if index else "." for index in range(size)}
        began = time.process_time()
        ax = heatmap(counts, itos)
        png = saved(ax)
        assert time.process_time() - began < 15
        assert ax.collections[0].get_array().shape == (64, 64)
        assert f"The 64 most frequent of {size:,} characters." in notes(ax)
        assert int.from_bytes(png[16:20]) < 2_400
        assert 7 in most_frequent(counts.numpy())

    def test_the_most_frequent_are_those_with_the_most_in_row_and_column(self):
        values = np.zeros((6, 6))
        values[2, 4], values[5, 5], values[1, 1] = 9, 5, np.nan
        assert most_frequent(values, 4).tolist() == [0, 2, 4, 5]
        assert most_frequent(values, 6).tolist() == [0, 1, 2, 3, 4, 5]


class TestProvide:
    def test_texts_get_the_families_that_their_letters_need(self, monkeypatch):
        monkeypatch.setattr(fonts, "families_for", lambda each: ((OWN, "Kana Sans"), frozenset()))
        figure, ax = plt.subplots()
        ax.set_title("かな")
        ax.set_xlabel("plain")
        assert provide(figure) == ""
        assert ax.title.get_fontfamily() == ["DejaVu Sans"]
        assert ax._left_title.get_fontfamily() == [OWN, "Kana Sans"]
        assert ax.xaxis.label.get_fontfamily() == [OWN]

    def test_a_letter_that_none_has_is_said(self):
        figure, ax = plt.subplots()
        ax.set_title(PRIVATE[:1])
        assert provide(figure) == (
            "No font on this computer has 1 of these characters: each of them is drawn as a box."
        )
