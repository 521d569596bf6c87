"""benchmarks/side_by_side.py: the plain ways and ours do the same, and the table says how fast."""

import re
import runpy
import subprocess
from contextlib import nullcontext
from importlib import import_module
from itertools import count

import nbformat
import pytest
import torch
from shared.lessons import NOTEBOOKS, ROOT, code_cells, read_notebook

from helpers import load_names
from helpers.names import build_alphabet
from helpers.plots.heatmap import heatmap

PAGE = ROOT / "benchmarks" / "RESULTS.md"
LESSON_8 = NOTEBOOKS / "08_batch_norm.ipynb"
SIZES = {"steps": 3, "sampled": 5, "long_run": (8, 2)}
BOTH_WAYS = ["counting", "heatmap", "likelihood", "descent", "sampling", "step", "goal", "slider"]


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(ROOT / "benchmarks" / "side_by_side.py"))


@pytest.fixture(scope="module")
def code(script):
    """benchmarks/jobs.py: the script has put its folder where it is found."""
    return import_module("jobs")


@pytest.fixture(scope="module")
def jobs(script, tmp_path_factory):
    """The jobs on a tenth of the names, by their keys, without any notebook but nbval's job."""
    notebooks = tmp_path_factory.mktemp("notebooks")
    made = script["make_jobs"](load_names()[::10], notebooks=notebooks, **SIZES)
    return {job.key: job for job in made}


@pytest.fixture
def job(code):
    """Make a job of our own, done at once: `job(name="...", aim=...)`."""

    def make(plain=lambda: 1, ours=lambda: 1, agree=None, **options):
        ways = code.Ways(ours, plain, agree or code.Ways.agree)
        return code.Job(**{"key": "own", "name": "own", "ways": lambda _: ways} | options)

    return make


def rows(text, head):
    """The cells of each row of the Markdown table that begins with this head."""
    lines = text[text.index(head) :].splitlines()
    end = next((n for n, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:end]]


# Both ways do the same


def test_every_job_has_a_plain_way_and_ours_but_the_notebooks(jobs):
    assert [key for key in jobs if jobs[key].ways(1).plain] == BOTH_WAYS
    assert list(jobs) == [*BOTH_WAYS, "notebooks"]


@pytest.mark.parametrize("key", BOTH_WAYS)
def test_the_plain_way_and_ours_agree(jobs, key):
    ways = jobs[key].ways(1)
    ways.agree(ways.plain(), ways.ours())


@pytest.mark.parametrize("key", ["counting", "likelihood", "descent", "sampling"])
def test_they_agree_on_ten_times_the_data_and_that_is_more(jobs, key):
    ways, once = jobs[key].ways(10), jobs[key].ways(1)
    more, less = ways.ours(), once.ours()
    ways.agree(ways.plain(), more)
    if key == "counting":
        assert torch.equal(more, 10 * less)
    elif key == "sampling":
        assert len(more) == 10 * len(less)
    else:  # means: the same names ten times have the same
        assert more == pytest.approx(less)


@pytest.mark.parametrize(
    ("key", "spoil"),
    [
        ("counting", lambda N: N + torch.eye(27, dtype=torch.int64)),
        ("likelihood", lambda loss: loss + 1e-6),
        ("descent", lambda losses: [*losses[:-2], losses[-2] + 1e-3, losses[-1]]),
        ("sampling", lambda names: names[::-1]),
        ("heatmap", lambda figure: heatmap(torch.ones(27, 27), ALPHABET).figure),
    ],
)
def test_a_different_result_is_noticed(jobs, key, spoil):
    ways = jobs[key].ways(1)
    with pytest.raises(AssertionError):
        ways.agree(ways.plain(), spoil(ways.ours()))


ALPHABET = build_alphabet(load_names())[1]


def test_a_picture_of_another_k_is_noticed(jobs):
    ways = jobs["slider"].ways(1)
    plain, _ = ways.plain(), ways.ours()
    with pytest.raises(AssertionError):
        ways.agree(plain, ways.ours())  # moved once more


def test_a_network_that_computes_otherwise_is_noticed(code, jobs, monkeypatch):
    ways = jobs["step"].ways(1)
    monkeypatch.setattr(code.plain.Tanh, "__call__", lambda self, x: 1.001 * x.tanh())
    with pytest.raises(AssertionError):
        ways.agree(None, None)


def test_a_long_training_that_misses_the_goal_is_noticed(script, jobs):
    ways = jobs["goal"].ways(1)
    plain, ours = ways.plain(), ways.ours()
    ways.agree(plain, ours)  # a few steps are only a try
    made = script["make_jobs"](load_names()[::10], notebooks=ROOT / "benchmarks")
    (whole,) = [job for job in made if job.key == "goal"]
    with pytest.raises(AssertionError, match="a long training ended with a dev loss of"):
        whole.ways(1).agree(plain, ours)


def test_the_network_and_the_recipe_are_lesson_8_s(code):
    cells = [cell.source for cell in code_cells(read_notebook(LESSON_8))]
    lesson = runpy.run_path(str(ROOT / "helpers" / "layers.py")) | {"torch": torch}
    lesson["nn"] = torch.nn
    for defined in ("def new_network", "def in_library"):
        (source,) = [source for source in cells if defined in source]
        exec(source, lesson)
    ours = code.lesson_8_network()
    theirs = lesson["new_network"]()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(one, other)
    library, other = code.in_library(ours), lesson["in_library"](theirs)
    X = torch.randint(27, (16, 3))
    torch.testing.assert_close(library(X), other(X))
    recipe, its = (
        make(library.parameters(), 10, fused=True)
        for make in (
            code.one_cycle,
            lambda _, *rest, **options: lesson["one_cycle"](library, *rest, **options),
        )
    )
    assert [repr(optimizer) for optimizer, _ in (recipe, its)] == [repr(recipe[0])] * 2
    assert recipe[1].state_dict().keys() == its[1].state_dict().keys()
    everything = "\n".join(cells)
    assert "steps=1500, batch_size=512" in everything
    assert "def long_training(steps=5000, batch_size=1024)" in everything


# Timing


def test_a_job_is_done_both_ways_in_turns_and_its_ratio_is_a_median(script, job):
    done, clock = [], count()
    ways = [lambda name=name: done.append(name) or next(clock) for name in ("plain", "ours")]
    timing, given = script["measure"](job(*ways), 1, 0.5)
    assert given == (0, 1)
    turns = re.findall("(?:plain)+(?:ours)+", "".join(done))
    assert "".join(turns) == "".join(done)
    assert len(turns) == timing.runs + 1 == 10  # one to warm up
    assert min(timing.plain, timing.ours, timing.ratio) > 0


def test_what_differs_is_not_timed(script, job):
    def agree(theirs, ours):
        assert theirs == ours

    with pytest.raises(AssertionError):
        script["measure"](job(ours=lambda: 2, agree=agree), 1, 0.1)


def test_where_the_plain_way_is_too_slow_its_time_is_reckoned(code, script, job):
    ways = code.Ways
    own = job()
    ways_of = {1: ways(int, int), 10: ways(int, int), 100: ways(int)}
    result = script["run"](code.Job("own", "own", ways_of.get), 0.01)
    assert result.timings[100].plain == 10 * result.timings[10].plain
    assert [timing.reckoned for timing in result.timings.values()] == [False, False, True]
    assert script["growth_table"]([result]).count("≈") == 1
    assert script["run"](own, 0.01).timings.keys() == {1, 10, 100}


def test_a_job_takes_the_threads_it_asks_for_and_gives_them_back(script, job):
    before, seen = torch.get_num_threads(), []
    own = job(lambda: seen.append(torch.get_num_threads()), threads=before + 1)
    script["run"](own, 0.01)
    assert set(seen) == {before + 1}
    assert torch.get_num_threads() == before


def test_the_heatmap_is_four_times_faster_than_a_text_call_for_each_label(script):
    (drawn,) = [job for job in script["make_jobs"](load_names()) if job.key == "heatmap"]
    timing, _ = script["measure"](drawn, 1, 6.0)
    assert timing.ratio >= 4, timing


# The page


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (1234.5, "1,230 s"),
        (66.6, "66.6 s"),
        (1.2674, "1.27 s"),
        (0.9999, "1.00 s"),
        (0.4, "400 ms"),
        (0.0831, "83.1 ms"),
        (5.44e-5, "54.4 µs"),
        (1e-9, "0.00 µs"),
    ],
)
def test_a_duration_in_three_digits(script, seconds, says):
    assert script["duration"](seconds) == says


@pytest.mark.parametrize(
    ("ratio", "says"), [(0.171, "0.17×"), (4.62, "4.6×"), (9.99, "10×"), (1254.4, "1,250×")]
)
def test_a_ratio(script, ratio, says):
    assert script["times"](ratio) == says


def test_the_table_shows_what_was_timed(script, job):
    Timing, Result = script["Timing"], script["Result"]
    units = ((", a step", 10, 10), (": an example", 320, 5120))
    timing = Timing(ours=0.05, plain=0.0128, ratio=0.2, runs=9)
    short = job(
        name="step", aim=2, limit="It is what it is.", units=units, does_not_grow="so it is"
    )
    results = [Result(short, {1: timing}, "a remark")]
    results.append(Result(job(key="notebooks", name="all"), {1: Timing(2, None, None, 1)}, ""))
    page = script["page"](results)
    assert rows(page, "| job | plain") == [
        ["step, a step", "1.28 ms", "5.00 ms", "0.2×", "2×", "9"],
        ["step: an example", "40.0 µs", "9.77 µs", "3.2×", "", "9"],
        ["all", "", "2.00 s", "", "", "1"],
    ]
    assert rows(page, "| job | 1×") == [["step", "does not depend on the data: so it is", "", ""]]
    assert "- step: 0.2× and not 2×. It is what it is.\n- a remark\n" in page
    for part in (script["machine"](), torch.__version__, script["processor"]()):
        assert part in page


def test_no_shortfall_is_told_where_there_is_none(script, job):
    result = script["Result"](job(aim=2), {1: script["Timing"](1, 2, 2.0, 1)}, "")
    assert script["shortfall"](result) == ""


def test_a_tiny_run_writes_the_page_and_a_part_of_it_does_not(script, jobs, tmp_path, capsys):
    some = [jobs["counting"], jobs["sampling"], jobs["step"]]
    page = tmp_path / "RESULTS.md"
    script["write"](some, page, False, 0.01)
    assert not page.exists()
    assert jobs["step"].name in capsys.readouterr().out
    script["write"](some, page, True, 0.01)
    text = page.read_text(encoding="utf-8")
    assert text in capsys.readouterr().out
    names = [job.name + suffix for job in some for suffix, *_ in job.units]
    assert [row[0] for row in rows(text, "| job | plain")] == names
    growth = rows(text, "| job | 1×")
    assert [row[0] for row in growth] == [job.name for job in some]
    for cell in [*growth[0][1:], *growth[1][1:]]:
        assert re.fullmatch(r"(≈ )?[\d.,]+ (s|ms|µs) / [\d.,]+ (s|ms|µs) \([\d.,]+×\)", cell)


def test_only_takes_the_keys_of_jobs_and_refuses_others(script, capsys):
    with pytest.raises(SystemExit):
        script["main"](["--only", "nothing"])
    said = capsys.readouterr().err
    assert all(key in said for key in [*BOTH_WAYS, "notebooks"])


def test_the_saved_page_lists_every_job_and_every_notebook(script):
    page = PAGE.read_text(encoding="utf-8")
    made = script["make_jobs"](load_names())
    found = rows(page, "| job | plain")
    assert [row[0] for row in found] == [job.name + unit[0] for job in made for unit in job.units]
    for row in found:
        number = r"[\d.,]+ (s|ms|µs)"
        assert re.fullmatch(number, row[2])
        if not row[0].startswith("run "):
            assert re.fullmatch(number, row[1])
            assert re.fullmatch(r"[\d.,]+×", row[3])
    grown = [job.name for job in made if job.key != "notebooks"]
    assert [row[0] for row in rows(page, "| job | 1×")] == grown
    assert "torch " in page


# The notebooks


def test_a_notebook_is_run_and_left_as_it_is(code, tmp_path):
    path = tmp_path / "one.ipynb"
    cell = nbformat.v4.new_code_cell("open('trace', 'w').close()", id="cell")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    before = path.read_bytes()
    code.run_notebook(path)
    assert (tmp_path / "trace").exists()
    assert path.read_bytes() == before


@pytest.mark.parametrize("status", [0, 1])
def test_nbval_runs_as_in_the_tests_and_what_it_refuses_is_not_timed(code, monkeypatch, status):
    def pretend(command, **options):
        assert command[1:3] == ["-m", "pytest"]
        assert str(ROOT / "pyproject.toml") in command
        assert command[-1] == str(NOTEBOOKS)
        return subprocess.CompletedProcess(command, status, "what differs")

    monkeypatch.setattr(subprocess, "run", pretend)
    refused = pytest.raises(AssertionError, match="not the saved ones:\nwhat differs")
    with refused if status else nullcontext():
        code.run_nbval(NOTEBOOKS)
