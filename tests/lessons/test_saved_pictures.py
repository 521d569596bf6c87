"""The pictures in the saved notebooks bring words for who does not see them."""

import pytest
from shared.lessons import code_cells, notebook_paths, read_notebook


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in notebook_paths()])
def test_each_saved_picture_has_words_in_its_place(path):
    """What is drawn, both axes, and what is to be seen: where a viewer looks for alternative text.

    The kernel makes them, as it shows a figure; where there are none, `make refresh` adds them.
    """
    shown = [
        (cell.id, output.metadata.get("image/png", {}).get("alt", ""))
        for cell in code_cells(read_notebook(path))
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]
    assert shown, "every lesson has pictures"
    for cell_id, words in shown:
        if (path.stem, cell_id) == ("02_broadcasting", "live-picture"):  # boxes and grids, no axes
            assert "On top the two shapes" in words
            assert "Below, the tensors" in words
        else:
            assert "Horizontal axis: " in words, cell_id
            assert "Vertical axis: " in words, cell_id
        assert len(words) > 80, cell_id
        assert "Figure size" not in words, cell_id
