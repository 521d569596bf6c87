"""The words that stand in a picture's place, and how a kernel hands them out."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import torch
from bs4 import BeautifulSoup
from IPython.core.formatters import DisplayFormatter
from IPython.core.pylabtools import select_figure_formats
from matplotlib.figure import Figure
from nbconvert import HTMLExporter

from helpers.plots import describe as module
from helpers.plots.describe import announce, describe
from helpers.plots.heatmap import heatmap


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def drawn(draw, **labels) -> str:
    figure, ax = plt.subplots()
    draw(ax)
    ax.set(**labels)
    return describe(figure)


def test_a_line_is_told_by_its_ends_and_by_its_lowest_and_highest_point():
    words = drawn(
        lambda ax: ax.plot([0, 1, 2, 3], [3.3, 2.4, 4, 2.5], label="rate 50"),
        xlabel="step",
        ylabel="loss (nats)",
    )
    assert words.startswith(
        "Line rate 50 from 3.3 at 0 to 2.5 at 3, lowest 2.4 at 1, highest 4 at 2. "
    )
    assert "Horizontal axis: step, from " in words
    assert "Vertical axis: loss (nats), from " in words


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda ax: ax.plot([0, 5], [1, 1.0000001]), "Line at 1 all along."),
        (lambda ax: ax.plot([0, 1, 2], [np.nan, 1, 2]), "Line from 1 at 1 to 2 at 2."),
        (lambda ax: ax.plot([1, 2, 3], [4, 9, 5], "o"), "3 points, from 4 to 9."),
        (lambda ax: ax.plot([7], [4], "o", label="now"), "A point now at 7, 4."),
        (lambda ax: ax.plot([1, 2], [-3, -3]) + ax.plot([3, 4], [-2, -2]), "2 strokes, at −3, −2."),
        (lambda ax: ax.plot([[0] * 9, [1] * 9], [range(9)] * 2), "9 strokes, at 0, 1, 2, 3, 4, 5,"),
        (lambda ax: ax.scatter([1, 2], [3, 4]), "2 points."),
        (lambda ax: ax.bar(["e", "m"], [2, 0.5]), 'Bars: "e" 2, "m" 0.5.'),
        (lambda ax: ax.bar(range(9), [*range(8), 12]), "9 bars, from 0 to 12, the highest at 8."),
        (lambda ax: ax.imshow(np.eye(4)), "A table of 4 by 4 cells, from 0 to 1, 25 % of them 1."),
        (lambda ax: ax.imshow(np.full((2, 2), np.nan)), "none of which holds a number."),
        (lambda ax: ax.imshow(np.zeros((2, 5, 3))), "A picture of 2 by 5 dots."),
        (lambda ax: ax.plot(np.arange(20).reshape(2, 10)), "and 2 more lines".capitalize()),
        (lambda ax: ax.text(0, 0, "a note."), "Written in it: a note."),
    ],
)
def test_each_kind_of_drawing_is_told(draw, says):
    assert says in drawn(draw, xlabel="x", ylabel="y")


def test_a_heatmap_is_told_by_its_greatest_cells():
    ax = heatmap(torch.tensor([[0, 7, 1], [30, 4, 500], [6763, 0, 12]]), dict(enumerate(".ab")))
    words = describe(ax.figure)
    assert 'greatest for row and column "b", ".": 6,763; "a", "b": 500; "a", ".": 30' in words
    assert "; 2 of them 0." in words
    assert 'Horizontal axis: character after, 3 of them, from "." to "b".' in words
    assert "White: exactly 0." in words


def test_each_panel_is_told_by_itself():
    figure, (left, right) = plt.subplots(1, 2)
    left.set_title("Before")
    left.plot([1, 2])
    right.semilogy([1, 1000])
    words = describe(figure)
    assert words.startswith("2 panels. Panel 1: Before. Line from 1 at 0 to 2 at 1. ")
    assert "Panel 2: Line from 1 at 0 to 1,000 at 1. " in words
    assert words.endswith("on a log scale.")


def test_a_level_that_something_is_held_against_is_not_told():
    words = drawn(
        lambda ax: (ax.plot([0, 1, 2], [1, 3, 2]), ax.axhline(2), ax.plot([0, 2], [3, 3]))
    )
    assert words.startswith("Line from 1 at 0 to 2 at 2, highest 3 at 1. Horizontal")
    assert drawn(lambda ax: ax.axhline(2)) == ""


def test_of_an_empty_figure_nothing_is_said():
    assert describe(plt.figure()) == ""


@pytest.fixture
def shell(monkeypatch):
    """A kernel's shell, with figures shown as the inline backend shows them."""
    made = SimpleNamespace(display_formatter=DisplayFormatter())
    select_figure_formats(made, {"png"})
    monkeypatch.setattr("IPython.get_ipython", lambda: made)
    announce()
    return made


def test_a_kernel_hands_them_out_with_the_picture(shell):
    figure, ax = plt.subplots()
    ax.plot([1, 2])
    data, metadata = shell.display_formatter.format(figure)
    assert set(data) == {"image/png", "text/plain"}
    assert data["text/plain"].startswith("<Figure size"), "nbval compares it"
    assert metadata["image/png"]["alt"] == describe(figure)


def test_a_page_made_of_the_notebook_has_them_as_alternative_text(shell):
    figure, ax = plt.subplots()
    ax.bar(["a & b"], [2])
    data, metadata = shell.display_formatter.format(figure)
    data = {"image/png": "iVBORw0KGgo=", "text/plain": data["text/plain"]}
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    cell = nbformat.v4.new_code_cell("plot()", outputs=[output])
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(
        nbformat.v4.new_notebook(cells=[cell])
    )
    assert BeautifulSoup(page, "html.parser").img["alt"] == describe(figure)


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")  # the helper does so, too
def test_letters_that_no_font_has_are_said_once_and_in_one_sentence(shell, capsys):
    figure, ax = plt.subplots()
    ax.set_title("\U000f0000\U000f0001")  # private: no font has them
    ax.text(0, 0, "\U000f0000")
    shell.display_formatter.format(figure)
    said = capsys.readouterr()
    assert said.out == (
        "No font on this computer has 2 of these characters: each of them is drawn as a box.\n"
    )
    assert said.err == ""


def test_without_a_kernel_nothing_is_announced(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    announce()
    assert module.Figure is Figure
