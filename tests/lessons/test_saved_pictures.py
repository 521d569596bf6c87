"""The pictures in the saved notebooks are those that their cells draw: nbval passes over them."""

import io
from base64 import b64decode

import numpy as np
import PIL.Image
import pytest
from shared.lessons import code_cells, notebook_paths, read_notebook, run_notebook

# Between what was saved and what is drawn now. Any computer draws the same; another one's numbers
# may differ in their last digits, and then a line by part of a pixel.
TOLERANCE = 2


def difference(one: bytes, other: bytes) -> float:
    """The root mean square of the differences of two PNGs, from 0 to 255; infinite for two sizes.

    Measured where at least one of them is not white, so that a thin line counts for something.
    """
    first, second = (
        np.asarray(PIL.Image.open(io.BytesIO(each)).convert("RGB")).astype(float)
        for each in (one, other)
    )
    if first.shape != second.shape:
        return np.inf
    drawn = (np.minimum(first, second) < 255).any(axis=2)
    return float(np.sqrt(np.square(first - second)[drawn].mean())) if drawn.any() else 0.0


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in notebook_paths()])
def test_a_lesson_draws_what_it_saved(path):
    drawn = run_notebook(path).pictures
    assert any(drawn.values()), "every lesson has pictures"
    off = {}
    for cell in code_cells(read_notebook(path)):
        outputs = [output.get("data", {}) for output in cell.outputs]
        saved = [b64decode(data["image/png"]) for data in outputs if "image/png" in data]
        assert len(saved) == len(drawn.get(cell.id, [])), f"cell {cell.id} shows another number"
        for one, other in zip(saved, drawn.get(cell.id, []), strict=True):
            if (found := difference(one, other)) > TOLERANCE:
                off[cell.id] = found
    assert off == {}, "run `make refresh` and look at these cells"


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in notebook_paths()])
def test_each_saved_picture_has_words_in_its_place(path):
    """What is drawn, both axes, and what is to be seen: where a viewer looks for alternative text.

    The kernel makes them, as it shows a figure; without any, `make refresh` adds them.
    """
    for cell in code_cells(read_notebook(path)):
        for output in cell.outputs:
            if "image/png" in output.get("data", {}):
                words = output.metadata.get("image/png", {}).get("alt", "")
                assert "Horizontal axis: " in words, cell.id
                assert "Vertical axis: " in words, cell.id
                assert len(words) > 80, cell.id
                assert "Figure size" not in words, cell.id


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, format="PNG")
    return file.getvalue()


def test_a_difference_is_measured():
    white = np.full((200, 300, 3), 255, dtype=np.uint8)
    line = white.copy()
    line[100, :200] = 0
    moved = white.copy()
    moved[102, :200] = 0
    assert difference(png(white), png(white)) == 0
    assert difference(png(line), png(line)) == 0
    assert difference(png(line), png(white)) > 100
    assert difference(png(line), png(moved)) > 100
    assert difference(png(line), png(line[:, :-1])) == np.inf
    faint = line.copy()
    faint[100, :200] = 1
    assert 0 < difference(png(line), png(faint)) < TOLERANCE
