"""What is remembered of checks and predictions, how far one is, and an exercise begun again."""

import json
import math
import re
import subprocess
import sys
from datetime import datetime
from fractions import Fraction
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from shared.lessons import NOTEBOOKS, exercises, mistakes, notebook_paths, read_notebook

from helpers import came_out, check, predict, progress, start_again
from helpers.aid import course, record
from helpers.checks import lesson_exercises
from helpers.remembering import again, page, predictions, schedule
from helpers.remembering.question import KINDS


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """A file of the test's own, and a kernel that has taken no guess yet."""
    path = tmp_path / "progress.json"
    monkeypatch.setenv(record.VARIABLE, str(path))
    monkeypatch.setattr(record, "_waiting", {})
    monkeypatch.setattr(predictions, "_guesses", {})
    return path


class TestChecks:
    NAME = "0.1 a prediction"

    def entry(self):
        return record.read()["exercises"].get(self.NAME)

    def test_an_untouched_stub_notes_nothing(self, file):
        check(self.NAME, ...)
        assert not file.exists()

    def test_a_wrong_answer_was_tried_and_a_right_one_stays_solved(self):
        for answer, state, tries in ((4, "tried", 1), (5, "tried", 2), (8, "solved", 3)):
            check(self.NAME, answer)
            assert (self.entry()["state"], self.entry()["tries"]) == (state, tries)
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", self.entry()["on"])
        before = self.entry()
        check(self.NAME, 4)
        assert self.entry() == before

    @pytest.mark.parametrize("odd", ["solved", 1, None, {"tries": "many"}, {"state": []}])
    def test_an_entry_that_somebody_has_changed_is_no_harm(self, odd):
        record.note("exercises", self.NAME, odd)
        progress(0), progress()
        assert check(self.NAME, 8).kind == "right"
        assert self.entry()["state"] == "solved"

    def test_what_it_says_is_the_same_with_and_without(self, monkeypatch):
        said = check(self.NAME, 4)
        monkeypatch.setenv(record.VARIABLE, "")
        assert check(self.NAME, 4) == said


class TestPredictions:
    @pytest.mark.parametrize(
        ("guess", "out", "says"),
        [
            (0.7, 0.34, "You said 0.7, it is 0.34: about twice as much."),
            (0.1, 0.34, "You said 0.1, it is 0.34: about a third of it."),
            (3.3, 3.2958, "You said 3.3, it is 3.296: close."),
            (3.296, 3.2958, "You said 3.296, and so it is."),
            (27, 27.0, "You said 27, and so it is."),
            (4, 5, "You said 4, it is 5: 20 % too low."),
            (-4, -5, "You said -4, it is -5: 20 % too high."),
            (12, 8, "You said 12, it is 8: about one and a half times as much."),
            (5, 8, "You said 5, it is 8: about two thirds of it."),
            (1, 1234, "You said 1, it is 1,234: about 1/1,000 of it."),
            (32_033, 1, "You said 32,033, it is 1: about 30,000 times as much."),
            (1, -1, "You said 1, it is -1: the sign is the other one."),
            (0, 2407, "You said 0, it is 2,407: off by 2,407."),
            (2, 0, "You said 2, it is 0: off by 2."),
            (3.0, math.inf, "You said 3, it is inf."),
            (math.inf, math.inf, "You said inf, and so it is."),
            (math.nan, math.nan, "You said nan, and so it is."),
            ((27, 1), torch.Size([27, 1]), "You said (27, 1), and so it is."),
            ([27], (1, 27), "You said (27,), it is (1, 27)."),
            (27, (1, 27), "You said 27, it is (1, 27)."),
            (Fraction(1, 3), 1 / 3, "You said 0.3333, and so it is."),
            (torch.tensor(2), np.float64(2.1), "You said 2, it is 2.1: close."),
            (np.int64(2), torch.tensor([4.0]), "You said 2, it is 4: about half of it."),
        ],
        ids=str,
    )
    def test_how_far_off_is_said_in_one_line(self, capsys, guess, out, says):
        predict("5.A rate", guess)
        assert capsys.readouterr().out == ""
        came_out("5.A rate", out)
        assert capsys.readouterr().out == f"{says}\n"
        near = says.endswith((": close.", "so it is."))
        assert record.read()["predictions"]["5.A rate"]["close"] is near

    def test_words_are_chosen_among(self, capsys):
        for guess, says in (
            ("grow", "Not taken: this prediction is one of 'falls', 'grows'.\n"),
            (3, "Not taken: this prediction is one of 'falls', 'grows'.\n"),
            (" Grows ", "You said 'grows', it is 'falls'.\n"),
            ("falls", "You said 'falls', and so it is."),
        ):
            predict("5.B loss", guess, choices=("falls", "grows"))
            came_out("5.B loss", "falls")
            assert capsys.readouterr().out.startswith(says)

    @pytest.mark.parametrize("guess", ["0.7", None, 1j, True, torch.zeros(3), (2, 0.5), {}, max])
    def test_what_is_no_guess_is_told_so_and_not_counted(self, capsys, guess):
        predict("5.A rate", guess)
        assert "a number or a shape, such as (3, 27)" in capsys.readouterr().out
        came_out("5.A rate", 1)
        assert capsys.readouterr().out == ""
        assert record.read()["predictions"] == {}

    def test_without_a_guess_nothing_is_shown_or_noted(self, capsys, file):
        predict("5.A rate", ...)
        came_out("5.A rate", 0.34)
        came_out("5.B never asked", 0.34)
        assert capsys.readouterr().out == ""
        assert not file.exists()

    def test_a_guess_that_is_taken_back_shows_nothing(self, capsys):
        predict("5.A rate", 1)
        predict("5.A rate", ...)
        came_out("5.A rate", 2)
        assert capsys.readouterr().out == ""

    def test_until_the_result_is_out_it_may_be_changed_and_then_the_first_counts(self, capsys):
        predict("5.A rate", 1)
        predict("5.A rate", 2)
        came_out("5.A rate", 2)
        counts = record.read()["predictions"]["5.A rate"]
        assert (counts["guess"], counts["close"]) == (2, True)
        capsys.readouterr()
        for _ in range(2):
            predict("5.A rate", 4)
            came_out("5.A rate", 2)
            said = "You said 4, it is 2: about twice as much. What counts is your first guess, 2.\n"
            assert capsys.readouterr().out == said
        assert record.read()["predictions"]["5.A rate"] == counts

    def test_close_may_be_wider(self, capsys):
        predict("5.A rate", 60)
        came_out("5.A rate", 74.4, close=0.2)
        assert capsys.readouterr().out == "You said 60, it is 74.4: close.\n"

    def test_a_result_of_another_kind_is_the_lessons_fault(self):
        predict("5.A rate", 60)
        with pytest.raises(TypeError, match=r"5\.A rate"):
            came_out("5.A rate", None)

    def test_nothing_remembered_they_work_all_the_same(self, capsys, monkeypatch):
        monkeypatch.setenv(record.VARIABLE, "")
        predict("5.A rate", 0.7)
        came_out("5.A rate", 0.34)
        assert "about twice" in capsys.readouterr().out

    def test_what_is_written_is_json_for_every_reader(self, file):
        predict("5.A rate", math.inf)
        came_out("5.A rate", (2, 3))
        entry = json.loads(file.read_text(), parse_constant=pytest.fail)["predictions"]["5.A rate"]
        assert (entry["guess"], entry["came out"]) == ("inf", [2, 3])


def test_each_prediction_of_the_course_is_taken_once_and_comes_out_once():
    for path in notebook_paths():
        source = "\n".join(c.source for c in read_notebook(path).cells if c.cell_type == "code")
        taken = re.findall(r'^(?:helpers\.)?predict\("([^"]+)", \.\.\.', source, re.MULTILINE)
        out = re.findall(r'came_out\(\s*"([^"]+)"', source)
        assert sorted(taken) == sorted(out) == sorted(course.predictions(path)), path.name
        assert len({*taken}) == len(taken)
        number = str(int(path.name[:2])) if path.name[0].isdigit() else ""
        assert all(re.match(rf"{number}\.[A-Z] \S", name) for name in taken)


def test_how_many_predictions_a_lesson_has_is_as_lesson_0_says():
    words = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
    text = "\n".join(cell.source for cell in read_notebook(NOTEBOOKS / "00_start_here.ipynb").cells)
    least, most = re.search(r"(\w+) to (\w+) in each lesson count", text).groups()
    counts = [len(course.predictions(path)) for path in course.lessons().values()]
    assert (min(counts), max(counts)) == (words[least.lower()], words[most.lower()])


# How far one is


class Table(HTMLParser):
    """The rows of the table in a page, each as a list of texts, and which tags were left open."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.open, self.text = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if {"th", "td"} & {*self.open}:
            self.rows[-1][-1] += data


ALL = [name for number in course.lessons() for name in lesson_exercises(number)]
NUMBERED = [name for name in ALL if re.match(r"\d+\.\d", name)]


def solve(names, state="solved", on="2026-11-26"):
    known = record.read()
    known["exercises"] |= {name: {"state": state, "on": on} for name in names}
    record.place().write_text(json.dumps(known))


class TestProgress:
    def test_at_the_beginning_all_is_open(self):
        whole = progress()
        assert whole.rows[-1][1:4] == (f"0 of {len(NUMBERED)}", "0", str(len(NUMBERED)))
        assert [row[0] for row in whole.rows[:-1]] == [
            re.search(r"^# (.+)$", read_notebook(path).cells[0].source, re.MULTILINE)[1]
            for path in course.lessons().values()
        ]
        for number in course.lessons():
            states = {state for _, state in progress(number).rows}
            assert states == {"open"}

    def test_where_nothing_is_remembered_it_names_no_file(self, monkeypatch, file):
        assert f"Remembered in {file}." in repr(progress())
        monkeypatch.setenv(record.VARIABLE, "my_notebooks/of a test.json")
        assert "Remembered in my_notebooks/of a test.json." in repr(progress())
        monkeypatch.setenv(record.VARIABLE, "")
        for one in (progress(), progress(0)):
            assert not re.search(r"Remembered|Delete|/", repr(one))

    def test_it_counts_what_was_solved_tried_and_guessed(self):
        solve(NUMBERED[:2])
        solve(NUMBERED[2:3], "tried")
        record.note("drill", "a", {"due": "2020-01-01"})
        record.note("drill", "b", {"due": "9999-01-01"})
        for guess, name in ((1, "1.A empty cells"), (102, "1.B names of one letter")):
            predict(name, guess)
            came_out(name, 102)
        predict("1.C names without a vowel", 5)  # its result has not come yet
        whole, first = progress(), progress(0)
        assert whole.rows[0][1:4] == ("2 of 3", "1", "0")
        assert whole.rows[1][5:] == ("2 of 3", "1")
        assert whole.rows[-1][1:3] == (f"2 of {len(NUMBERED)}", "1")
        assert "Due in the drill: 1. drill() asks." in whole.says
        assert [state for _, state in first.rows] == ["solved", "solved", "tried"]
        assert first.says[:2] == ("2 of 3 exercises solved.", "0 of 1 predictions made, 0 close.")
        assert "2 of 3 predictions made, 1 close." in progress(1).says

    def test_opening_questions_are_counted_apart(self):
        solve(ALL)
        questions = len(ALL) - len(NUMBERED)
        assert progress().rows[-1][4] == (f"{questions} of {questions}" if questions else "–")

    def test_the_table_is_whole_and_says_what_the_text_says(self):
        solve(NUMBERED[:2])
        for one in (progress(), progress(0)):
            table = Table(one._repr_html_())
            assert table.open == []
            assert [tuple(row) for row in table.rows] == [one.header, *one.rows]
            lines = repr(one).splitlines()
            assert len(lines) == 2 + len(one.rows) + len(one.says)
            for row, line in zip(one.rows, lines[2:], strict=False):
                assert line.split() == " ".join(row).split()
            for said in one.says:
                assert said in table.text

    def test_there_is_no_lesson_99(self):
        with pytest.raises(ValueError, match="there is no lesson 99; there are: 0, 1, 2"):
            progress(99)

    def test_it_takes_a_moment_and_leaves_the_file_alone(self, file):
        solve(NUMBERED)
        before = file.stat().st_mtime_ns
        progress(5)
        assert file.stat().st_mtime_ns == before

    @pytest.mark.parametrize(
        "broken", [b"{", b'{"exercises": {"0.1 a prediction": 3}, "drill": 1}']
    )
    def test_a_broken_file_is_said_and_nothing_fails(self, file, broken):
        file.write_bytes(broken)
        assert "progress.broken.json" in repr(progress())
        assert "progress.broken.json" not in repr(progress())


class TestThePage:
    def test_there_is_none_before_all_is_solved(self, file):
        solve(NUMBERED[:-1])
        assert progress().page is None
        assert not file.with_name(page.NAME).exists()

    def test_all_solved_is_one_page_to_print(self, file):
        solve(NUMBERED[:-1], on="2026-11-03")
        solve(NUMBERED[-1:], on="2027-01-15")
        whole = progress()
        assert whole.says[0].startswith(f"All {len(NUMBERED)} solved: ")
        assert whole.page == file.with_name(page.NAME)
        table = Table(whole.page.read_text(encoding="utf-8").replace('<meta charset="utf-8">', ""))
        assert len(table.rows) == 1 + len(course.lessons())
        assert f"All {len(NUMBERED)} exercises solved, from 2026-11-03 to 2027-01-15." in table.text
        assert table.rows[-1][0].startswith("11 · A longer look back")
        assert table.rows[-1][-1] == "2027-01-15"
        for name in NUMBERED:
            assert name.partition(" ")[2] in table.text

    def test_without_days_it_is_a_page_all_the_same(self):
        solve(NUMBERED, on="")
        assert f"All {len(NUMBERED)} exercises solved.</p>" in page.page(record.read())
        solve(NUMBERED, on="2027-01-15")
        assert f"All {len(NUMBERED)} exercises solved.</p>" in page.page(record.read())

    def test_what_somebody_wrote_into_the_file_is_no_markup(self):
        solve(NUMBERED, on="<script>alert(1)</script>")
        assert "<script>" not in progress().page.read_text(encoding="utf-8")

    def test_where_it_cannot_be_written_that_all_is_solved_is_said(self, file):
        solve(NUMBERED)
        file.with_name(page.NAME).mkdir()
        assert progress().says[0] == f"All {len(NUMBERED)} solved."


def test_what_remembers_takes_less_than_a_second_of_a_lesson(file):
    """Of processor time, in a new kernel, with a record of everything; in truth about a third."""
    solve(ALL)
    for kind in KINDS:
        record.note("drill", kind, schedule.answered(None, True, datetime.now().astimezone()))
    questions = [name for name in ALL if name.startswith("6.") and name not in NUMBERED]
    guesses = course.predictions(course.lessons()["6"])
    lesson = f"""
import time
import IPython, ipywidgets, matplotlib.pyplot, torch, tqdm
began = time.process_time()
from helpers import came_out, check, drill, predict, progress  # and with them all of helpers
for name in {questions}:
    assert check(name, ...).kind == "open"
for name in {guesses}:
    predict(name, 1)
    came_out(name, 2)
progress(6)._repr_html_()
drill(up_to=6)._repr_mimebundle_()
seconds = time.process_time() - began
assert seconds < 1, seconds
"""
    subprocess.run([sys.executable, "-c", lesson], check=True, timeout=120)


# An exercise begun again


@pytest.fixture
def cell(monkeypatch):
    """The cell that runs: its id, and what it is made to hold."""
    here = SimpleNamespace(id=None, source=None)

    def set_next_input(source, replace):
        assert replace
        here.source = source

    kernel = SimpleNamespace(get_parent=lambda: {"metadata": {"cellId": here.id}})
    shell = SimpleNamespace(kernel=kernel, set_next_input=set_next_input)
    monkeypatch.setattr(again, "get_ipython", lambda: shell)
    return here


def test_every_exercise_goes_back_to_its_stub_by_number_and_by_name(cell):
    count = 0
    for path in notebook_paths():
        for exercise in exercises(read_notebook(path)):
            stub = read_notebook(path).cells[exercise.place].id
            for name, cell.id in ((exercise.name.split()[0], stub), (exercise.name, "made-anew")):
                cell.source = None
                start_again(name)
                assert cell.source == exercise.stub
                count += 1
    cell.id = None  # as in an editor that does not tell
    start_again("0.1")
    assert cell.source == "prediction = ..."
    assert count >= 2 * len(NUMBERED)


def test_no_other_cell_of_the_lesson_is_overwritten(cell):
    cell.id = "exercise-0-1-check"
    with pytest.raises(ValueError, match=r'start_again\("0.1"\) in the cell of the exercise, '):
        start_again("0.1")
    assert cell.source is None


@pytest.mark.parametrize("name", ["3.99", "99.1", "three", "", None, "3"])
def test_an_exercise_that_is_not_there_is_said(cell, name):
    with pytest.raises(ValueError, match="there is no exercise"):
        start_again(name)
    assert cell.source is None


def test_without_a_notebook_the_stub_is_printed(capsys, monkeypatch):
    monkeypatch.setattr(again, "get_ipython", lambda: None)
    start_again("0.1")
    assert capsys.readouterr().out == "prediction = ...\n"


def test_begun_again_it_stays_solved(cell):
    solve(["0.1 a prediction"])
    start_again("0.1")
    assert record.read()["exercises"]["0.1 a prediction"]["state"] == "solved"


# Common mistakes


def test_the_page_of_common_mistakes_is_that_of_the_checks():
    from helpers.checks.common_mistakes import page as as_it_is_now

    saved = (NOTEBOOKS.parent / "COMMON_MISTAKES.md").read_text(encoding="utf-8")
    assert saved == as_it_is_now(), "make refresh writes it"
    for name in ALL:
        lines = saved.partition(f"\n### {name}\n\n")[2].partition("\n\n")[0].splitlines()
        assert len(lines) >= 3, f"{name} has its usual mistakes"
        assert all(re.match(r"- \S", line) for line in lines)
        assert len({re.sub(r"\d+|'.'", "", line) for line in lines}) > len(lines) - 4, name
    assert mistakes(NOTEBOOKS / "00_start_here.ipynb").keys() <= {*ALL}
