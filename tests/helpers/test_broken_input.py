"""Broken and hostile input, on its way to the page: a clear error, or nothing in it is interpreted.

`load_names` refuses every name that could be taken for markup (what else it refuses, and how:
test_names.py). A learner may also type such names into a list: these are shown as they are.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import pytest
import torch
from ipywidgets import SelectionSlider
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from playwright.sync_api import expect
from shared.browser import PROJECT, code, write_notebook

from helpers import (
    build_alphabet,
    context_examples,
    count_bigrams,
    heatmap,
    live,
    load_names,
    sample_names,
    smooth,
    split_names,
)
from helpers.checks import Feedback
from helpers.descent import descend_on_counts
from helpers.likelihood import mean_nll
from helpers.pictures.context import context_picture
from helpers.pictures.descent import learning_picture
from helpers.pictures.smoothing import draw_smoothing

# HTML, its entities, formulas of matplotlib and of MathJax, and Markdown.
HOSTILE = [
    "<script>taken=1</script>",
    "<img src=x onerror=taken=1>",
    "<b>x</b>",
    "&lt;",
    "$x^2$",
    "$\\nonsense$",
    "\\(x^2\\)",
    "\\[x^2\\]",
    "\\begin{equation}x\\end{equation}",
    "\\alpha",
    "[a](b)",
    "*x*",
    "`x`",
]
LETTERS = dict(enumerate([".", *HOSTILE]))  # an alphabet of such characters
TABLE = torch.arange(1, len(LETTERS) ** 2 + 1).view(len(LETTERS), -1)


# From a file


@pytest.mark.parametrize("name", HOSTILE)
def test_a_names_file_with_markup_is_refused_and_the_line_quoted(tmp_path, name):
    path = tmp_path / "mine.txt"
    path.write_text(f"emma\n{name}\nava\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(f"{path}, line 2: {name!r} is no name: ")):
        load_names(path)


def test_a_name_of_100000_letters_is_a_name_like_any_other(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("emma\n" + "ab" * 50_000 + "\nava\n", encoding="utf-8")
    names = load_names(path)
    stoi, itos = build_alphabet(names)
    table = count_bigrams(names, stoi)
    assert table.sum() == len("emma.") + 100_001 + len("ava.")
    assert table[stoi["a"], stoi["b"]] == 50_000
    X, Y = context_examples(names, stoi)
    assert X.shape == (table.sum(), 3)
    assert Y.shape == (table.sum(),)
    assert sorted(name for part in split_names(names) for name in part) == sorted(names)
    assert len(sample_names(table, itos, count=3)) == 3
    heatmap(table, itos).figure.canvas.draw()


def test_without_its_names_file_the_course_says_which_file_is_missing(tmp_path):
    shutil.copytree(PROJECT / "helpers", tmp_path / "helpers")
    program = """
import helpers
try:
    helpers.load_names()
except FileNotFoundError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout.startswith(f"there is no file {tmp_path / 'names.txt'}"), done.stderr
    assert "give the path of a text file" in done.stdout


# In a figure


@pytest.fixture
def no_formula(monkeypatch):
    """Drawing fails where matplotlib takes a text for a formula."""

    def refuse(self, text, *_):
        raise AssertionError(f"{text!r} was read as a formula")

    monkeypatch.setattr(MathTextParser, "parse", refuse)
    yield
    plt.close("all")


def test_a_formula_in_a_figure_would_be_noticed(no_formula):
    figure = Figure()
    figure.text(0, 0, "$x^2$")
    with pytest.raises(AssertionError, match="read as a formula"):
        figure.draw_without_rendering()


def test_a_heatmap_shows_its_characters_and_its_title_as_they_are(no_formula):
    ax = heatmap(TABLE, LETTERS, title=" ".join(HOSTILE))
    ax.figure.canvas.draw()
    shown = [letter.replace(" ", "␣") for letter in LETTERS.values()]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == shown


def test_the_picture_of_smoothing_shows_its_characters_as_they_are(no_formula):
    def losses(k, counts, held_out):
        return mean_nll(smooth(counts, k), counts).item(), 1.0

    figure, update = draw_smoothing(losses, TABLE, TABLE, LETTERS, [0.0, 1.0])
    update(1.0)
    figure.canvas.draw()


def test_the_picture_of_a_name_shows_name_and_characters_as_they_are(no_formula):
    stoi, itos = build_alphabet(HOSTILE)
    odd = {index: HOSTILE[index % len(HOSTILE)] for index in itos}

    def look(name, position):
        X, Y = context_examples([name], stoi)
        place = min(position, len(name))
        return X[place].tolist(), Y[place].item(), torch.full((len(itos),), 1 / len(itos))

    picture = context_picture(look, HOSTILE, odd)
    for name in HOSTILE:
        picture.controls["name"].value = name
        assert picture.message.value == ""
        assert elements(picture.text.value)[0] == ["pre"]


# On a page


def elements(source: str) -> tuple[list[str], str]:
    """The elements, and the text, that a browser makes of HTML."""
    tags, texts = [], []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append(tag)
    parser.handle_data = texts.append
    parser.feed(source)
    parser.close()
    return tags, "".join(texts)


def test_names_drawn_below_a_picture_are_shown_as_they_are():
    def learn(learning_rate, strength, steps, start):
        return descend_on_counts(
            TABLE, learning_rate=learning_rate, steps=steps, start=start, strength=strength
        )

    picture = learning_picture(learn, TABLE, LETTERS, {"zeros": torch.zeros(TABLE.shape)})
    tags, text = elements(picture.text.value)
    assert tags == ["pre"]
    assert sum(name in text for name in HOSTILE) >= 5, "six names hold a few of them"


@pytest.mark.parametrize("name", HOSTILE)
def test_an_error_that_quotes_a_name_is_shown_as_it_is(name):
    def update(chosen):
        if chosen:
            count_bigrams([chosen], {".": 0})

    picture = live(Figure(), update, chosen=SelectionSlider(options=["", name]))
    picture.controls["chosen"].value = name
    tags, text = elements(picture.message.value)
    assert tags == ["div", "b", "br"]
    assert f"ValueError: the name {name!r} holds {name[0]!r}, which is not among" in text


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["right", "wrong", "open"])
def test_feedback_is_no_formula_and_no_markup(kind, name):
    html = Feedback(kind, f"Got {name}.")._repr_html_()
    tags, text = elements(html)
    assert tags == ["div", "b"]
    assert f"Got {name}." in text
    assert ("mathjax_ignore" in html) == ("$" in name or "\\" in name)


# In JupyterLab

CELLS = {
    "a check's answer": "from helpers.checks import Feedback\nFeedback('wrong', ' '.join(hostile))",
    "printed": "print(*hostile)",
    "as a result": "hostile",
    "sampled": (
        "import torch\nfrom helpers import sample_names\n"
        "itos = dict(enumerate(['.', *hostile]))\n"
        "sample_names(torch.ones(len(itos), len(itos)), itos, count=9)"
    ),
    "a names file": (
        "from pathlib import Path\nfrom helpers import load_names\n"
        "Path('hostile.txt').write_text('\\n'.join(hostile))\nload_names('hostile.txt')"
    ),
    "no names file": "load_names('nowhere.txt')",
    "an alphabet": (
        "from helpers import count_bigrams\ncount_bigrams([' '.join(hostile)], {'.': 0})"
    ),
    "live": (
        "from ipywidgets import SelectionSlider\nfrom matplotlib.figure import Figure\n"
        "from helpers import live\n"
        "def update(name):\n"
        "    if name == hostile[-1]:\n"
        "        raise ValueError(' '.join(hostile))\n"
        "    return ' '.join(hostile)\n"
        "live(Figure(figsize=(2, 1)), update, name=SelectionSlider(options=hostile))"
    ),
}


def test_in_jupyterlab_nothing_is_interpreted_and_errors_are_read(lab, open_notebook):
    cells = [code(f"hostile = {HOSTILE!r}"), code("from IPython.display import HTML\nHTML('$x$')")]
    cells += [code(source, "raises-exception") for source in CELLS.values()]
    notebook = open_notebook(write_notebook(lab, "hostile", *cells)).restart_and_run_all()
    places = {name: place for place, name in enumerate(CELLS, start=2)}
    formula = notebook.panel.locator("mjx-container")
    # Formulas are drawn in the order of the page: here is one, so those below would be there, too.
    expect(formula).not_to_have_count(0)
    expect(notebook.outputs(1).locator("mjx-container")).to_have_count(1)

    for name in HOSTILE:
        for cell in ("a check's answer", "printed"):
            expect(notebook.outputs(places[cell])).to_contain_text(name)
    says = {
        "a names file": f"ValueError: hostile.txt, line 1: {HOSTILE[0]!r} is no name: '<' cannot",
        "no names file": "FileNotFoundError: there is no file nowhere.txt",
        "an alphabet": "'<', which is not among the 0 letters of this alphabet; build the alphabet",
    }
    for cell, words in says.items():
        expect(notebook.outputs(places[cell])).to_contain_text(words)

    live = notebook.panel.locator(".live-picture")
    live.get_by_role("slider").press("End")
    expect(live.get_by_role("alert")).to_contain_text("ValueError: " + " ".join(HOSTILE))
    expect(live.locator("pre")).to_have_text(" ".join(HOSTILE))
    expect(live.locator(".widget-readout")).to_have_text(HOSTILE[-1])

    shown = notebook.panel.locator(".jp-OutputArea-output")
    expect(shown.locator("script, [onerror], em, code")).to_have_count(0)
    expect(shown.get_by_role("link", name="a", exact=True)).to_have_count(0)
    expect(shown.locator("img")).to_have_count(1)  # the live picture
    expect(formula).to_have_count(1)
    assert notebook.page.evaluate("typeof taken") == "undefined"
