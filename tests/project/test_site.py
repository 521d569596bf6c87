"""The course as a site: pages, links, frames. `make site ARGS=--check` goes through all of it."""

import io
import json

import nbformat
import numpy as np
import PIL.Image
import pytest
from shared.lessons import NOTEBOOKS, notebook_paths
from shared.scripts import load_website

build, check, frames, pages, slices, text = load_website(
    "build", "check", "frames", "pages", "slices", "text"
)


def code(*sources: str, tags: tuple = ()) -> list[nbformat.NotebookNode]:
    return [
        nbformat.v4.new_code_cell(source, id=f"cell-{place}", metadata={"tags": list(tags)})
        for place, source in enumerate(sources)
    ]


def kept(*sources: str) -> list[str]:
    """Which lines are run for the last cell."""
    found = slices.statements(code(*sources))
    last = next(i for i, each in enumerate(found) if each.cell == f"cell-{len(sources) - 1}")
    return [slices.ast.unparse(each.node) for each in slices.needed(found, last)[:-1]]


class TestPages:
    def test_numbers_sentences_and_pictures_are_those_of_the_notebooks(self, site):
        for path in notebook_paths()[::5]:  # `make site ARGS=--check` compares them all
            assert list(check.unlike_the_notebook(path, site)) == []

    def test_another_sentence_picture_or_number_would_be_seen(self, site, tmp_path):
        path = NOTEBOOKS / "00_start_here.ipynb"
        page = (site / "00_start_here.html").read_text(encoding="utf-8")
        changed = page.replace("32,033", "32,034", 1).replace("emma", "emmy", 1)
        (tmp_path / "00_start_here.html").write_text(changed, encoding="utf-8")
        (tmp_path / "pictures").symlink_to(site / "pictures")
        assert len(list(check.unlike_the_notebook(path, tmp_path))) >= 1

    def test_each_link_leads_somewhere(self, site):
        assert list(check.dead_links(site)) == []

    def test_a_dead_link_would_be_seen(self, tmp_path):
        (tmp_path / "search.js").write_text("window.searchIndex = [];\n")
        body = '<p id="a">b<a href="gone.html">c</a><a href="#d">e</a><img src="http://f.g/h.png">'
        (tmp_path / "one.html").write_text(body)
        assert len(list(check.dead_links(tmp_path))) == 3

    def test_all_but_the_frames_is_small(self, site):
        files = [*site.glob("*.*"), *(site / "pictures").rglob("*.*")]
        assert sum(file.stat().st_size for file in files) < 10_000_000

    def test_the_front_page_has_the_map_and_each_lesson_its_neighbours(self, site):
        front = (site / "index.html").read_text(encoding="utf-8")
        assert "Look without installing" not in front, "the reader does"
        names = [path.stem for path in notebook_paths()]
        assert all(f'href="{name}.html"' in front for name in names)
        assert front.count('alt="" ') == 12, "a picture for each lesson"
        second = (site / f"{names[1]}.html").read_text(encoding="utf-8")
        assert f'rel="prev" href="{names[0]}.html"' in second
        assert f'rel="next" href="{names[2]}.html"' in second

    def test_exercises_are_shown_whole_and_say_where_they_answer(self, site):
        page = (site / "02_broadcasting.html").read_text(encoding="utf-8")
        soup = check.bs4.BeautifulSoup(page, "html.parser")
        assert "..." in soup.select_one("#cell-exercise-2-1-stub").get_text()
        assert "in JupyterLab" in soup.select_one("#cell-exercise-2-1-check").get_text()
        folds = soup.select("#cell-exercise-2-1-solution details")
        assert [fold.summary.get_text() for fold in folds] == ["Hint", "Solution"]

    def test_a_line_written_over_is_shown_as_it_ended(self):
        assert pages.last_state("0 %\r50 %\r100 %\r\ndone") == "100 %\ndone"

    def test_an_empty_corner_of_a_table_heads_nothing(self):
        made = text.markdown("|  | a |\n|---|---|\n| b | 1 |")
        assert "<td></td>" in made
        assert made.count("<th>") == 1
        assert "<th>a</th>" in made


class TestFormulas:
    def test_they_become_mathml(self):
        made = text.markdown("A sum, $\\sum_k e^{z_k}$, and\n\n$$\\frac{u}{v}$$")
        assert made.count("<math") == 2
        assert "<mfrac>" in made
        assert "$" not in made

    def test_one_that_cannot_be_converted_is_named(self):
        with pytest.raises(ValueError, match="no MathML for a part of the formula"):
            text.formula("\\nosuchthing{x}")


class TestWhatAPictureNeeds:
    def test_names_are_followed_back_and_what_only_shows_is_left_out(self):
        lines = kept("a = 1\nb = 2", "print(a)\nassert b", "c = a + 1", "live(c)")
        assert lines == ["a = 1", "c = a + 1"]

    def test_so_are_those_that_a_function_reads_when_it_is_called(self):
        lines = kept("def f():\n    return g", "g = 1", "h = 2", "live(f)")
        assert lines == ["def f():\n    return g", "g = 1"]

    @pytest.mark.parametrize(
        "change",
        [
            "a += 1",
            "a[0] = 1",
            "a.b = 1",
            "a.append(1)",
            "a.fill_(1)",
            "rng.shuffle(a)",
            "spoil(a)",
            "for each in a:\n    each += 1",
            "with torch.no_grad():\n    a[0] = 1",
            "train(a, X, Y)",
            "x = torch.rand(1, generator=a)",
        ],
    )
    def test_what_changes_a_thing_in_place_is_run_as_well(self, change):
        lines = kept("a = make()", "def spoil(x):\n    x[0] = 1", change, "live(a)")
        assert change in lines

    @pytest.mark.parametrize(
        "other", ["b = a + 1", "b = [each for each in a]", "train(model, a, Y)", "a == 1"]
    )
    def test_what_only_reads_it_is_not(self, other):
        assert kept("a = make()", other, "live(a)") == ["a = make()"]

    def test_a_change_of_what_another_line_of_the_cell_works_on_is(self):
        cell = "axes = make()\nfor ax in axes:\n    bars = ax.bar()\naxes[0].line()\nprint(1)"
        assert "axes[0].line()" in kept(cell, "live(bars)")

    def test_settings_always_are(self):
        lines = kept("import torch", "torch.set_default_dtype(torch.float64)", "live(1)")
        assert "torch.set_default_dtype(torch.float64)" in lines

    def test_a_picture_unlike_the_saved_one_asks_for_a_refresh(self, tmp_path):
        path = NOTEBOOKS / "02_broadcasting.ipynb"
        notebook = nbformat.read(path, as_version=4)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        imports = next(cell for cell in cells if "broadcasting_picture" in cell.source)
        live = next(cell for cell in cells if frames.is_live(cell))
        live.source = "broadcasting_picture(a=(27, 1))"
        notebook.cells = [imports, live]
        nbformat.write(notebook, tmp_path / "02_broadcasting.ipynb")
        with pytest.raises(frames.FramesError, match="make refresh NOTEBOOK"):
            list(frames.live_pictures(tmp_path / "02_broadcasting.ipynb"))


class TestFrames:
    def test_the_first_one_is_the_picture_that_the_notebook_has_saved(self, site):
        for name in ("02_broadcasting", "08_batch_norm"):
            notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
            for cell in filter(frames.is_live, notebook.cells):
                data = check.read_frames(site / "frames" / name / f"{cell.id}.js")
                number = 0
                for control in data["controls"]:
                    number = number * len(control["stops"]) + control["first"]
                file = site / "frames" / name / data["images"][data["shown"][number]]
                saved = frames.saved_picture(cell)
                assert frames.difference(file.read_bytes(), saved) < 0.5

    def test_each_has_every_dot_as_it_was_drawn(self):
        dots = np.random.default_rng(1).integers(0, 256, (40, 50, 3), dtype=np.uint8)
        again = PIL.Image.open(io.BytesIO(frames.encoded(dots))).convert("RGB")
        assert np.array_equal(np.asarray(again), dots)

    def test_stops_are_left_out_evenly_and_the_default_and_both_ends_stay(self):
        from ipywidgets import Checkbox, FloatSlider, SelectionSlider
        from matplotlib.figure import Figure

        from helpers.pictures.sliders import live

        picture = live(
            Figure(figsize=(1, 1)),
            lambda **values: str(values),
            a=FloatSlider(value=0.3, min=-1, max=1, step=0.1, readout_format=".1f"),
            b=SelectionSlider(options=[1, 2, 3, 5, 10, 20], value=5),
            c=SelectionSlider(options=["one", "two", "three", "four"]),
            d=Checkbox(True),
        )
        controls = frames.controls_of(picture, 150)
        stops = [each.readouts for each in controls]
        assert stops[0] == ["-1.0", "0.3", "1.0"]  # a step apart: the first to be thinned
        assert stops[1:3] == [["1", "2", "3", "5", "10", "20"], ["one", "two", "three", "four"]]
        assert [each.first for each in controls] == [1, 3, 0, 1]
        assert [each.of for each in controls] == [21, 6, 4, 2]
        values = list(frames.combinations(controls))
        assert len(values) == 3 * 6 * 4 * 2
        assert values[0] == {"a": -1.0, "b": 1, "c": "one", "d": False}
        again = frames.controls_with(picture, stops)
        assert again == controls

    def test_stops_that_a_lesson_asks_to_try_stay_however_many_there_are(self):
        from ipywidgets import IntSlider, SelectionSlider
        from matplotlib.figure import Figure

        from helpers.pictures.sliders import live

        picture = live(
            Figure(figsize=(1, 1)),
            lambda **values: str(values),
            a=SelectionSlider(options=list(range(20)), value=5),
            b=IntSlider(value=0, min=0, max=9),
        )
        kept = ["0", "5", "6", "7", "19"]
        a, b = frames.controls_of(picture, 12, {"a": kept})
        assert a.readouts == kept
        assert (a.first, a.of) == (1, 20)
        assert len(b.readouts) == 3
        with pytest.raises(ValueError, match="not in list"):
            frames.controls_of(picture, 12, {"a": ["5", "21"]})
        with pytest.raises(ValueError, match="not in list"):
            frames.controls_of(picture, 12, {"a": ["0", "19"]})  # without the default

    def test_where_update_raises_its_words_are_kept(self):
        from ipywidgets import IntSlider
        from matplotlib.figure import Figure

        from helpers.pictures.sliders import live

        def update(size):
            if size > 1:
                raise ValueError("too large")

        picture = live(Figure(figsize=(1, 1)), update, size=IntSlider(value=1, min=0, max=2))
        assert frames.drawn(picture, {"size": 2}) == (None, "", "ValueError: too large")

    def test_what_the_page_gets_cannot_end_its_script(self):
        control = frames.Control("a", "a", "slider", [1], ["</script>"], 0, 1, False)
        made = frames.Frames("00_x", "cell", [control], ["a.webp"], ["</script>"], [""])
        assert "</" not in made.as_script()
        data = json.loads(made.as_script().partition(" = ")[2].removesuffix(";\n"))
        assert data["texts"] == ["</script>"]


def test_what_the_walk_compares_with_is_the_lesson_as_it_stands(site):
    """Of the quickest lesson: every cell is run, and each frame compared dot by dot."""
    path = NOTEBOOKS / "02_broadcasting.ipynb"
    assert check.other_frames((path, site / "frames" / path.stem)) == []
