"""The report on notebooks that were handed in: a clear row for each, whatever is in it."""

import json
import re
from functools import partial

import pytest
from shared.handed_in import (
    LIKELIHOOD,
    answered,
    before,
    checked_by,
    handed_in,
    says,
    without,
    write,
)
from shared.handed_in import a_class as of_thirty
from shared.lessons import NOTEBOOKS

from helpers.checks import engine, report, rerun
from helpers.checks.handed_in import read, tasks


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A class of thirty; four of them have later lessons, which `make words` and others run."""
    return write(tmp_path_factory.mktemp("class"), of_thirty())


def rows(text):
    """From the name of a row to what stands in it, the six exercises that have a number."""
    found = re.findall(r"^([\w/-]+/\w+) +((?:[^\s\w] +)+|)(\d+|\?)$", text, re.MULTILINE)
    for _, signs, last in found:
        assert last == (str(signs.count("✓")) if signs else "?")
    return {name.partition("/")[0]: signs.split()[-6:] for name, signs, _ in found}


def of(folder, *names):
    paths = sorted(path for name in names for path in folder.glob(f"{name}*/*"))
    return {path: path.relative_to(folder).with_suffix("").as_posix() for path in paths}


def test_saved_outputs_of_all_are_read_without_running_anything(folder, capsys):
    assert report.main([str(folder)]) == 0
    text, table = capsys.readouterr().out, {}
    table = rows(text)
    assert len(table) == 29, "and the thirtieth is of no lesson"
    assert "zoe/holiday: has no exercise of the course" in text
    assert table["ada"] == ["○"] * 6
    assert table["kim-forged-output"] == ["○", "✓", "○", "○", "○", "○"]
    assert table["ida-deleted-check"] == ["○", "·", "○", "○", "○", "○"]
    for name, why in {
        "vic": "it is not JSON (Expecting value, line 1)",
        "wim": "it is not JSON",
        "xia": "it is not text",
        "yan": "its brackets are nested without end",
    }.items():
        assert table[name] == []
        assert f"{name}/03_likelihood: is no notebook that can be read: {why}" in text
    for name in ("ida-deleted-check", "jan-forged-check"):
        assert f"{name}/03_likelihood, 3.2: its check is not the course's, or is gone" in text


def test_checked_again_each_has_a_row_and_costs_its_own_exercise_alone(folder, monkeypatch):
    """All of lesson 3."""
    monkeypatch.setattr(rerun, "ANSWER_SECONDS", 0.3)
    # One of them leaves a thread behind that turns: it takes half of these seconds, and more.
    monkeypatch.setattr(rerun, "BUSY_SECONDS", 6.0)
    monkeypatch.setattr(engine, "time_limit", partial(engine.time_limit, 1.5))
    found = {path: name for path, name in of(folder, "*").items() if "03_" in name}
    text = report.report(found, run=True)
    table = rows(text)
    everything_else = {name: [] for name in ("vic", "wim", "xia", "yan")}
    everything_else["una"] = ["○"] * 6
    everything_else["ben-wrong"] = ["✗"] * 6
    right = ["ada", "carl-in-two-cells", "dora-own-cell", "emil-without-ids"]
    everything_else |= {name: ["✓"] * 6 for name in right}
    for name, sign in {
        "fay-endless": "!",
        "gus-catches-all": "!",
        "hal-deleted-cell": "–",
        "jan-forged-check": "✗",
        "kim-forged-output": "✗",
        "leo-exits": "!",
        "mia-ends-the-process": "!",
        "ned-kills": "!",
        "ole-no-python": "!",
        "pia-memory": "!",
        "quin-sleeps": "!",
        "sam-magics": "!",
        "tom-threads": "✗",
    }.items():
        everything_else[name] = ["✓", sign, "✓", "○", "○", "○"]
    everything_else["ida-deleted-check"] = ["✓", "✓", "✓", "○", "○", "○"]
    # Its answer to 3.2 makes every check say right. The next process knows nothing of that.
    everything_else["ria-reaches-the-checks"] = ["✓", "?", "✗", "○", "○", "○"]
    assert table == everything_else
    for name, why in {
        "fay-endless": "its function had not ended after 5 seconds",
        "gus-catches-all": "it had not ended, and did not let itself be stopped",
        "kim-forged-output": "its saved output says right, and it is not yet",
        "leo-exits": "it ends the program (exit)",
        "mia-ends-the-process": "it ends the process",
        "ole-no-python": "SyntaxError: '(' was never closed (<cell>, line 1)",
        "pia-memory": "MemoryError",
        "quin-sleeps": "its cell had not ended after 0 seconds",
        "ria-reaches-the-checks": "look at this answer, it speaks of helpers.checks",
        "sam-magics": "NameError: name 'name_nll' is not defined",
    }.items():
        assert f"{name}/03_likelihood, 3.2: {why}" in text
    assert re.search("ada/03_likelihood: right, though no saved output says so: .*3.1, 3.2", text)


def test_an_answer_may_use_cells_of_its_own_and_earlier_answers(tmp_path):
    """And these may use cells of the notebook's own."""
    notebook = handed_in(
        LIKELIHOOD,
        before("3.1", "import math\n\nbase = math.exp"),
        answered("3.2", "name_nll = 1\n\n\ndef power(x):\n    return base(x)"),
        answered("3.3", "def perplexity(p):\n    return power(-p.log().mean())"),
        solved=0,
    )
    [path] = of(write(tmp_path, {"a/03_a.ipynb": notebook}), "a")
    [results] = rerun.check_again([read(path)]).values()
    kinds = {name.split()[0]: kind for name, (kind, _) in results.items()}
    assert (kinds["3.2"], kinds["3.3"]) == ("wrong", "right"), results


def test_what_the_lesson_had_is_put_back_after_a_rerun():
    import sys

    import torch

    import helpers
    from helpers import training

    main, dtype, train = sys.modules["__main__"], torch.get_default_dtype(), training.train
    rerun.prelude.cache_clear()
    prelude = rerun.prelude("3")
    assert prelude.places.keys() == tasks("3").keys()
    assert (sys.modules["__main__"], torch.get_default_dtype()) == (main, dtype)
    assert training.train is helpers.train is train


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [without("3.1", 1), without("3.2", 1), without("3.3", 1)],
        [checked_by("3.2", 'check("9.1 shapes of slopes", 1)')],
    ],
)
def test_the_lesson_is_known_whatever_the_file_is_called(tmp_path, changes):
    notebook = handed_in(LIKELIHOOD, *changes)
    [path] = of(write(tmp_path, {"a/mine 2.ipynb": notebook}), "a")
    assert read(path).lesson == "3"


def test_a_later_check_of_the_same_exercise_is_the_one_that_counts(tmp_path):
    notebook = handed_in(LIKELIHOOD, says("3.2", "✗ Not yet. It is not."))
    [path] = of(write(tmp_path, {"a/03.ipynb": notebook}), "a")
    assert read(path).saved["3.2 the loss of one name"] == "wrong"


@pytest.mark.parametrize(
    "odd",
    [
        {"cells": [3]},
        {"cells": [{"cell_type": "code"}]},
        {"cells": [{"cell_type": "code", "source": [1]}]},
        {"cells": [{"source": "x"}]},
        {"cells": [{"cell_type": "code", "source": "check(", "outputs": 3}]},
        {"cells": [{"cell_type": "code", "source": "check('3.2 the loss of one name', 1)",
                    "outputs": [3, {"data": 3}, {"data": {"text/plain": 3}}, {"text": [3]}]}]},
        {"cells": {}},
        [],
        3,
    ],
    ids=str,
)  # fmt: skip
def test_whatever_stands_in_the_file_reading_it_raises_nothing(tmp_path, odd):
    path = tmp_path / "03_a.ipynb"
    path.write_text(json.dumps(odd))
    assert "03_a" in report.report({path: "03_a"})


def test_a_folder_that_is_not_there_and_one_without_notebooks_are_said(tmp_path, capsys):
    assert report.main([str(tmp_path / "none")]) == 1
    assert report.main([str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "There is no " in said.err
    assert "There are no notebooks in there." in said.err


def test_two_folders_and_single_files_are_told_apart(tmp_path, capsys):
    for name in ("one", "two"):
        write(tmp_path / name, {"03_likelihood.ipynb": handed_in(LIKELIHOOD, solved=0)})
    write(tmp_path / "one" / ".ipynb_checkpoints", {"03_old.ipynb": b"{}"})
    report.main([str(tmp_path / "one"), str(tmp_path / "two" / "03_likelihood.ipynb")])
    assert rows(capsys.readouterr().out).keys() == {"one", "two"}


def test_the_course_itself_is_untouched():
    found = {path: path.stem for path in sorted(NOTEBOOKS.glob("0[0-3]_*.ipynb"))}
    text = report.report(found)
    assert "✗" not in text.partition("✓ right")[0]
    assert "its check" not in text
