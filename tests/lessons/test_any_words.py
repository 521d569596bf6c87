"""Every lesson, its exercises solved, on lists of other words: no cell fails unasked.

The first lessons on one list in `make test`; all on all four with `make words`.
"""

import subprocess
import sys

import nbformat
import pytest
from shared import words
from shared.lessons import notebook_paths


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    for name, make in words.LISTS.items():
        (folder / f"{name}.txt").write_text("\n".join(make()) + "\n", encoding="utf-8")
    return folder


def each_lesson_and_list():
    for path in notebook_paths():
        for name in words.LISTS:
            soon = path.stem < "03" and "45" in name
            marks = () if soon else pytest.mark.words
            yield pytest.param(path, name, marks=marks, id=f"{path.stem}-{name}")


@pytest.mark.parametrize(("path", "words_of"), list(each_lesson_and_list()))
def test_a_lesson_runs_on_other_words(path, words_of, files):
    command = [sys.executable, words.__file__, str(path), str(files / f"{words_of}.txt")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.splitlines() == [], done.stderr[-2000:]
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_trouble_is_told(tmp_path):
    """A cell that stops, and an exercise whose solution is not right."""
    words_file, lesson = tmp_path / "three.txt", tmp_path / "01_trouble.ipynb"
    words_file.write_text("a\nb\nc\n", encoding="utf-8")
    code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [
        code("from helpers import check, load_names\nload_names()[3]", id="few"),
        text("### Exercise"),
        code("bigrams_of = ...", metadata={"tags": ["exercise"]}),
        code('check("1.1 bigrams of a name", bigrams_of)'),
        text("<summary>Solution</summary>\n\n```python\nbigrams_of = list\n```\n"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), lesson)
    command = [sys.executable, words.__file__, str(lesson), str(words_file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    stopped, wrong = done.stdout.splitlines()
    assert stopped == "cell few: IndexError: list index out of range"
    assert wrong.startswith("exercise 1.1 bigrams of a name: ")


def test_the_lists_are_what_they_say():
    made = {name: make() for name, make in words.LISTS.items()}
    assert [len(made[name]) for name in made] == [150, 1_500, 6_000, 1_500]
    assert len(set("".join(made["6,000 of 45 characters"]))) == 45
    assert set("".join(made["1,500 words of a to z"])) == set(words.LATIN)
    assert not set("".join(made["another alphabet"])) & set(words.LATIN)
    assert max(map(len, made["another alphabet"])) < 8, "shorter than the longest look back"
    assert max(map(len, made["6,000 of 45 characters"])) > 8
