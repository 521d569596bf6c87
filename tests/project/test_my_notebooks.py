"""The learner's own copies: an update never touches them, and nothing is ever lost."""

import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from shared.lessons import NOTEBOOKS, ROOT, exercises, read_notebook
from shared.scripts import load_tool

tool = load_tool("my_notebooks")
LESSONS = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
THIRD = "03_likelihood.ipynb"


@pytest.fixture
def project(tmp_path):
    """A course with every lesson, and nobody has begun."""
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return tmp_path


@pytest.fixture
def mine(project):
    """The learner's notebooks."""
    return tool.MyNotebooks(project)


def files(folder):
    """From each path below a folder to what the file says."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def answer(path, cell_id, source):
    """Fill in a cell, as a learner does."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.id == cell_id]
    cell.source = source
    nbformat.write(notebook, path)


def update(project, name=THIRD, text="A new sentence."):
    """The course gets a new version of a lesson."""
    path = project / "notebooks" / name
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += text
    nbformat.write(notebook, path)
    return path.read_bytes()


def stub_of(exercise):
    """The id of the cell that a learner of the third lesson fills in."""
    found = {each.name.split()[0]: each for each in exercises(read_notebook(NOTEBOOKS / THIRD))}
    return read_notebook(NOTEBOOKS / THIRD).cells[found[exercise].place].id


class TestMakeLab:
    def test_copies_every_lesson_once(self, project, mine):
        assert mine.lay_out() == []
        copies = files(project / "my_notebooks")
        assert copies.pop(".given.json")
        assert copies == files(project / "notebooks")
        before = {path: path.stat().st_mtime_ns for path in mine.mine.rglob("*")}
        assert mine.lay_out() == []
        assert {path: path.stat().st_mtime_ns for path in mine.mine.rglob("*")} == before

    def test_brings_back_what_is_missing(self, mine):
        mine.lay_out()
        (mine.mine / THIRD).unlink()
        assert mine.lay_out() == []
        assert (mine.mine / THIRD).read_bytes() == (NOTEBOOKS / THIRD).read_bytes()

    def test_copies_what_a_lesson_comes_with(self, project, mine):
        (project / "notebooks" / "picture.png").write_bytes(b"PNG")
        mine.lay_out()
        assert (mine.mine / "picture.png").read_bytes() == b"PNG"

    def test_never_touches_what_stands_there(self, project, mine):
        mine.lay_out()
        answer(mine.mine / THIRD, stub_of("3.1"), "mine = 1")
        before = files(mine.mine)
        new = update(project)
        said = mine.lay_out()
        after = files(mine.mine)
        assert said == [
            f"{THIRD} has a new version: my_notebooks/03_likelihood_new.ipynb. Yours is as it was."
        ]
        assert after.pop("03_likelihood_new.ipynb") == new
        del before[".given.json"], after[".given.json"]
        assert after == before

    def test_says_so_once_and_puts_the_next_one_beside_it(self, project, mine):
        mine.lay_out()
        first = update(project)
        assert len(mine.lay_out()) == 1
        assert mine.lay_out() == []
        second = update(project)
        assert len(mine.lay_out()) == 1
        assert (mine.mine / "03_likelihood_new.ipynb").read_bytes() == first
        assert (mine.mine / "03_likelihood_new_2.ipynb").read_bytes() == second

    def test_keeps_answers_that_were_given_in_the_courses_own_folder(self, project, mine):
        """As before there was a folder for them: the first copy takes them along."""
        own = update(project, text="An answer.")
        mine.lay_out()
        shutil.copy(NOTEBOOKS / THIRD, project / "notebooks")  # git restore, then git pull
        assert len(mine.lay_out()) == 1
        assert (mine.mine / THIRD).read_bytes() == own

    def test_takes_other_line_ends_for_no_new_version(self, project, mine):
        mine.lay_out()
        lesson = project / "notebooks" / THIRD
        lesson.write_bytes(lesson.read_bytes().replace(b"\n", b"\r\n"))
        assert mine.lay_out() == []

    @pytest.mark.parametrize("notes", [None, b"", b"[]", b"\xff"])
    def test_without_its_notes_it_overwrites_nothing_either(self, project, mine, notes):
        mine.lay_out()
        answer(mine.mine / THIRD, stub_of("3.1"), "mine = 1")
        before = (mine.mine / THIRD).read_bytes()
        mine.notes.unlink()
        if notes is not None:
            mine.notes.write_bytes(notes)
        mine.lay_out()
        assert (mine.mine / THIRD).read_bytes() == before

    def test_killed_half_way_it_leaves_no_half_of_a_notebook(self, mine, monkeypatch):
        def killed(source, target):
            target.write_text("{")
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(tool.shutil, "copyfile", killed)
            with pytest.raises(KeyboardInterrupt):
                mine.lay_out()
        mine.lay_out()
        assert {name for name in files(mine.mine) if name.endswith("ipynb")} == set(LESSONS)

    def test_a_lesson_finds_there_what_it_finds_in_the_courses_folder(self, mine):
        """Links between lessons, and paths that begin with `..`: the folders stand side by side."""
        assert mine.mine.parent == mine.course.parent
        mine.lay_out()
        assert {path.name for path in mine.course.iterdir()} <= {
            p.name for p in mine.mine.iterdir()
        }

    def test_git_and_the_tests_know_nothing_of_it(self):
        assert "my_notebooks/" in (ROOT / ".gitignore").read_text().splitlines()
        assert '"my_notebooks' not in (ROOT / "pyproject.toml").read_text()


class TestReset:
    def test_a_lesson_is_as_at_its_beginning_and_what_was_there_is_kept(self, mine):
        mine.lay_out()
        kept = []
        for number in (1, 2):
            answer(mine.mine / THIRD, stub_of("3.1"), f"mine = {number}")
            kept.append((mine.mine / THIRD).read_bytes())
            said = mine.reset_lesson(3)
            assert (mine.mine / THIRD).read_bytes() == (NOTEBOOKS / THIRD).read_bytes()
        assert "older/03_likelihood_2.ipynb" in said
        older = files(mine.mine / "older")
        assert older == {"03_likelihood.ipynb": kept[0], "03_likelihood_2.ipynb": kept[1]}

    def test_it_is_the_version_of_today(self, project, mine):
        mine.lay_out()
        new = update(project)
        mine.reset_lesson(3)
        assert (mine.mine / THIRD).read_bytes() == new
        assert mine.lay_out() == [], "so it is no news any more"

    def test_one_exercise_goes_back_and_the_rest_stays(self, mine):
        mine.lay_out()
        first, second = stub_of("3.1"), stub_of("3.2")
        answer(mine.mine / THIRD, first, "one = 1")
        answer(mine.mine / THIRD, second, "two = 2")
        before = (mine.mine / THIRD).read_bytes()
        said = mine.reset_exercise("3.2")
        assert "my_notebooks/older/03_likelihood.ipynb" in said
        assert (mine.mine / "older" / THIRD).read_bytes() == before
        original = {cell.id: cell.source for cell in read_notebook(NOTEBOOKS / THIRD).cells}
        now = {cell.id: cell.source for cell in read_notebook(mine.mine / THIRD).cells}
        assert now == original | {first: "one = 1"}
        nbformat.validate(read_notebook(mine.mine / THIRD))

    @pytest.mark.parametrize("name", LESSONS)
    def test_every_exercise_is_found(self, mine, name):
        mine.lay_out()
        for exercise in exercises(read_notebook(NOTEBOOKS / name)):
            answer(mine.mine / name, read_notebook(NOTEBOOKS / name).cells[exercise.place].id, "x")
            mine.reset_exercise(exercise.name.split()[0])
            again = read_notebook(mine.mine / name).cells[exercise.place]
            assert again == read_notebook(NOTEBOOKS / name).cells[exercise.place]

    @pytest.mark.parametrize(
        ("spoil", "says"),
        [
            (lambda path: path.write_text("{"), "is no notebook that can be read"),
            (lambda path: path.unlink(), "make lab copies it"),
            (lambda path: path.write_text('{"cells": []}'), "copy them from notebooks/"),
        ],
    )
    def test_where_it_cannot_it_says_why_and_leaves_all_as_it_is(self, mine, spoil, says):
        mine.lay_out()
        spoil(mine.mine / THIRD)
        before = files(mine.mine)
        with pytest.raises(tool.NotDone, match=says):
            mine.reset_exercise("3.2")
        assert files(mine.mine) == before


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ([], 0, "my_notebooks/ holds every lesson."),
        (["3"], 0, "Lesson 3 is as at its beginning"),
        (["3.2"], 0, "Exercise 3.2 is as at its beginning"),
        (["99"], 1, "There is no lesson 99."),
        (["3.99"], 1, "has no exercise 3.99."),
        (["three"], 1, "Name a lesson, as 3, or an exercise, as 3.2."),
    ],
)
def test_the_command_says_what_it_did_and_on_any_console(project, arguments, status, says):
    (project / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "my_notebooks.py", project / "tools")
    command = [sys.executable, "tools/my_notebooks.py"]
    subprocess.run(command, cwd=project, check=True, stdout=subprocess.DEVNULL)
    ran = subprocess.run(
        [*command, *arguments],
        cwd=project,
        env=os.environ | {"PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (status, "")
    assert says in ran.stdout
    assert json.loads((project / "my_notebooks" / ".given.json").read_text()).keys() == set(LESSONS)
