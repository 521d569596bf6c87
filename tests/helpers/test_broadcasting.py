"""The rule of broadcasting, compared with PyTorch's own, and its live picture."""

from __future__ import annotations

import io
import re
from itertools import product

import numpy as np
import PIL.Image
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import FancyBboxPatch, Patch
from shared.contrast import luminance

from helpers.pictures.alignment import Pair, align
from helpers.pictures.broadcasting import (
    SHAPES,
    Words,
    _marks,
    broadcasting_picture,
    draw_broadcasting,
)

PAIRS = list(product(SHAPES, SHAPES))


def shapes(smallest: int) -> st.SearchStrategy[tuple[int, ...]]:
    # Small sizes, and 1 more often than others, so that many pairs fit and many do not.
    sizes = st.one_of(st.just(1), st.integers(smallest, 4))
    return st.lists(sizes, max_size=5).map(tuple)


class TestTheRule:
    @given(shapes(0), shapes(0))
    def test_gives_the_shape_that_pytorch_gives_or_clashes_where_it_does(self, a, b):
        try:
            expected = tuple(torch.broadcast_shapes(a, b))
        except RuntimeError:
            expected = None
        assert align(a, b).shape == expected

    @given(shapes(2), shapes(2))
    def test_names_the_dimension_that_pytorch_names(self, a, b):
        alignment = align(a, b)
        if alignment.clash is None:
            return
        with pytest.raises(RuntimeError) as error:
            torch.zeros(a) + torch.zeros(b)
        size_a, size_b, dimension = map(int, re.findall(r"\d+", str(error.value)))
        assert alignment.pairs[alignment.clash] == Pair(size_a, size_b)
        assert len(alignment.pairs) + alignment.clash == dimension

    @given(shapes(1), shapes(1))
    def test_stretches_what_pytorch_reads_again_and_again(self, a, b):
        alignment = align(a, b)
        if alignment.shape is None:
            return
        for name, own in (("A", a), ("B", b)):
            # A stretched dimension has stride 0: the next element is the same one again.
            strides = torch.zeros(own).expand(alignment.shape).stride()
            again = [
                stride == 0 and size > 1
                for stride, size in zip(strides, alignment.shape, strict=True)
            ]
            assert [pair.stretched == name for pair in alignment.pairs] == again

    @pytest.mark.parametrize(
        ("pair", "size", "stretched", "missing"),
        [
            (Pair(3, 3), 3, None, None),
            (Pair(1, 4), 4, "A", None),
            (Pair(4, 1), 4, "B", None),
            (Pair(27, None), 27, "B", "B"),
            (Pair(None, 1), 1, None, "A"),
            (Pair(1, 0), 0, "A", None),
            (Pair(3, 4), None, None, None),
        ],
    )
    def test_says_which_one_stretches_and_which_one_is_missing(
        self, pair, size, stretched, missing
    ):
        assert (pair.size, pair.stretched, pair.missing) == (size, stretched, missing)
        assert pair.clashes == (size is None)


class Drawing:
    """The picture of two shapes."""

    def __init__(self, a: tuple[int, ...], b: tuple[int, ...]):
        self.figure, self.show = draw_broadcasting()
        self.says = self.show(a, b)
        self.axes = self.figure.axes[0]

    @property
    def words(self) -> list[str]:
        return [text for words in self.figure.findobj(Words) for text in words.texts]

    @property
    def boxes(self) -> list[FancyBboxPatch]:
        """Those of the table, each with a size in it."""
        boxes = self.figure.findobj(FancyBboxPatch)
        return [box for box in boxes if box.get_visible()]

    def colours(self, panel: int) -> np.ndarray:
        """(rows, columns, 3) of the grid of A, B or A + B, from 0 to 1; NaN between two slices."""
        rgba = np.asarray(self.axes.images[panel].get_array())
        return np.where(rgba[..., 3:] == 0, np.nan, rgba[..., :3])


class TestThePicture:
    def test_every_pair_of_shapes_is_drawn_inside_the_figure_with_the_same_artists(self):
        drawing = Drawing((), ())
        artists = drawing.figure.findobj()
        for a, b in PAIRS:
            drawing.show(a, b)
            for patch in drawing.axes.patches:
                if patch.get_visible() and len(patch.get_path().vertices):
                    points = _drawn(patch)
                    assert (points >= 0).all(), (a, b, patch)
                    assert (points <= (840, 580)).all(), (a, b, patch)
        assert drawing.figure.findobj() == artists

    def test_words_of_neighbouring_columns_do_not_touch(self):
        texts = Drawing((), ()).figure.findobj(Words)
        words = next(text for text in texts if text.font.get_weight() == "normal")
        for a, b in PAIRS:
            for pair in align(a, b).pairs:
                for mark in _marks(pair):
                    words.write([(0, 0, mark, 14, "middle")])
                    assert np.ptp(_drawn(words)[:, 0]) < 165, mark  # columns are 170 apart

    @pytest.mark.parametrize(
        ("a", "b", "said"),
        [
            ((3, 1), (4,), "✓ (3, 1) and (4,) fit: the result is (3, 4)"),
            ((3, 1), (4,), "B  (4,) → (3, 4)"),
            ((27, 27), (27,), "+ missing in B: take 1"),
            ((27, 27), (27,), "↔ B stretches 1 → 27"),
            ((3, 4), (1, 4), "= equal"),
            ((3, 4), (3,), "✗ (3, 4) and (3,) clash: 4 and 3 differ, and neither is 1"),
            ((3, 4), (3,), "✗ clash: 4 and 3"),
            ((3, 4), (3,), "✗ There is no A + B:"),
        ],
    )
    def test_says_in_words_and_symbols_what_happens(self, a, b, said):
        assert said in Drawing(a, b).words

    def test_shows_the_numbers_of_small_tensors_and_of_their_sum(self):
        words = Drawing((3, 1), (4,)).words
        for tens, ones in product((10, 20, 30), (1, 2, 3, 4)):
            assert str(tens + ones) in words
        assert words.count("20") == 4  # the tensor's own, and three copies

    def test_leaves_them_out_where_they_could_not_be_read(self):
        assert "729" not in Drawing((27, 27), (27, 1)).words

    def test_a_column_makes_bands_across_and_a_row_makes_bands_down(self):
        column, row = Drawing((27, 27), (27, 1)), Drawing((27, 27), (27,))
        for panel, own in ((1, 1), (2, 0)):  # B beside its own first cells; A + B
            across, down = column.colours(panel)[:, own:], row.colours(panel)[own:]
            assert np.ptp(across, axis=1).max() == 0
            assert np.ptp(across, axis=0).max() > 0.2
            assert np.ptp(down, axis=0).max() == 0
            assert np.ptp(down, axis=1).max() > 0.2

    def test_copies_are_paler_than_the_tensors_own_cells(self):
        cells = Drawing((3, 1), (4,)).colours(0)
        assert (cells[:, 1:] > cells[:, :1]).any(axis=-1).all()

    def test_where_they_clash_no_sum_is_left_of_the_pair_before(self):
        drawing = Drawing((3, 1), (4,))
        assert [image.get_visible() for image in drawing.axes.images] == [True, True, True]
        drawing.show((3, 4), (3,))
        assert [image.get_visible() for image in drawing.axes.images] == [True, True, False]

    def test_a_size_that_is_taken_as_1_stands_in_a_dashed_box(self):
        drawing = Drawing((27, 27), (27,))
        assert [box.get_linestyle() for box in drawing.boxes].count("--") == 1
        assert "1" in drawing.words
        assert "✗" not in drawing.words

    def test_what_stretches_stands_out_by_its_edge(self):
        edges = [box.get_edgecolor() for box in Drawing((27, 27), (27, 1)).boxes]
        assert len(edges) == 6
        assert sorted(map(edges.count, set(edges))) == [1, 5]

    def test_numbers_are_legible_on_every_colour(self):
        drawing, ink = Drawing((), ()), luminance(np.array([0x22, 0x22, 0x22]) / 255)
        for a, b in PAIRS:
            drawing.show(a, b)
            for panel, image in enumerate(drawing.axes.images):
                if image.get_visible():
                    contrast = (luminance(drawing.colours(panel)) + 0.05) / (ink + 0.05)
                    assert np.nanmin(contrast) >= 4.5, (a, b)

    def test_adds_what_pytorch_itself_says(self):
        assert Drawing((3, 1), (4,)).says == "PyTorch answers:\n(A + B).shape is (3, 4)"
        clash = (
            "PyTorch raises a RuntimeError:\n"
            "The size of tensor a (4) must match the size of tensor b (3)"
        )
        assert Drawing((3, 4), (3,)).says.startswith(clash)

    def test_what_pytorch_says_takes_two_lines_that_fit_whatever_the_shapes(self):
        drawing = Drawing((), ())
        for a, b in PAIRS:
            lines = drawing.show(a, b).split("\n")
            assert len(lines) == 2, (a, b)  # or what stands below would jump
            assert max(map(len, lines)) <= 100, (a, b)  # 840 pixels of JupyterLab's code font

    def test_is_live(self):
        picture = broadcasting_picture()
        assert str(picture) == "Live picture: shape of A = (3, 1), shape of B = (4,)"
        first = picture.picture.value
        assert PIL.Image.open(io.BytesIO(first)).size == (840, 580)
        for shape in SHAPES:
            picture.controls["b"].value = shape
            assert picture.message.value == ""  # a clash is a picture, not an error
        picture.reset()
        assert picture.picture.value == first


def _drawn(patch: Patch) -> np.ndarray:
    """The points of a patch, (n, 2), in pixels; without those that only say "close the line"."""
    path = patch.get_patch_transform().transform_path(patch.get_path())
    closes = (
        np.zeros(len(path.vertices), bool) if path.codes is None else path.codes == path.CLOSEPOLY
    )
    return path.vertices[~closes]


class TestPictures:
    """Compared with the pictures in tests/baseline."""

    compared = pytest.mark.mpl_image_compare(style="helpers.course", savefig_kwargs={"dpi": 60})

    @compared
    def test_a_column_and_a_row_stretch(self):
        return Drawing((3, 1), (4,)).figure

    @compared
    def test_row_sums_with_keepdim_are_a_column(self):
        return Drawing((27, 27), (27, 1)).figure

    @compared
    def test_row_sums_without_keepdim_line_up_as_a_row(self):
        return Drawing((27, 27), (27,)).figure

    @compared
    def test_slices(self):
        return Drawing((2, 1, 4), (3, 4)).figure

    @compared
    def test_a_clash(self):
        return Drawing((3, 4), (3,)).figure
