"""benchmarks/side_by_side.py: the plain ways and ours do the same, and the page says how fast."""

import re
import runpy

import pytest
import torch
from shared.lessons import ROOT

from helpers import build_alphabet, heatmap, load_names

PAGE = ROOT / "benchmarks" / "RESULTS.md"
KEYS = ["counting", "heatmap", "likelihood", "descent", "sampling", "slider"]
ALPHABET = build_alphabet(load_names())[1]


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(ROOT / "benchmarks" / "side_by_side.py"))


@pytest.fixture(scope="module")
def jobs(script):
    """The jobs on a tenth of the names, by their keys."""
    made = script["make_jobs"](load_names()[::10])
    return {job.key: job for job in made}


@pytest.mark.parametrize("key", KEYS)
def test_the_plain_way_and_ours_agree(jobs, key):
    jobs[key].agree(jobs[key].plain(), jobs[key].ours())


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
    with pytest.raises(AssertionError):
        jobs[key].agree(jobs[key].plain(), spoil(jobs[key].ours()))


def test_a_picture_of_another_k_is_noticed(jobs):
    job = jobs["slider"]
    plain, _ = job.plain(), job.ours()
    with pytest.raises(AssertionError):
        job.agree(plain, job.ours())  # moved once more


def test_what_differs_is_not_timed(script):
    calls = []

    def agree(theirs, ours):
        assert theirs == ours

    job = script["Job"]("own", "own", lambda: calls.append(1) or 1, lambda: 2, agree)
    with pytest.raises(AssertionError):
        script["measure"](job)
    assert calls == [1]


def test_a_long_job_is_done_once_both_ways_and_compared(script):
    calls = []

    def agree(theirs, ours):
        assert theirs == ours

    def gives(value):
        return lambda: calls.append(value) or value

    job = script["Job"]("own", "own", gives(1), gives(1), agree, once=True)
    assert script["measure"](job).ours > 0
    assert calls == [1, 1]
    with pytest.raises(AssertionError):
        script["measure"](script["Job"]("own", "own", gives(1), gives(2), agree, once=True))


def test_our_training_must_not_end_higher(script):
    job = script["training_job"](share=0.0005)
    assert 2 < job.plain() < 4  # a dev loss, of a hundred steps
    assert 2 < job.ours() < 4
    job.agree(2.107, 2.096)
    with pytest.raises(AssertionError, match=r"2\.1070, ours at 2\.1080"):
        job.agree(2.107, 2.108)


def test_the_heatmap_is_four_times_faster_than_a_text_call_for_each_label(script, jobs):
    result = script["measure"](jobs["heatmap"], turns=3)
    assert result.ratio >= 4, result


def test_the_page_shows_what_was_timed(script):
    job = script["Job"]("own", "a job", int, int)
    Result = script["Result"]
    page = script["page"]([Result(job, 0.0013, 1.29, 992.3), Result(job, 0.5, 2.15, 4.3)])
    assert "| a job | 1.29 s | 1.30 ms | 992× |\n| a job | 2.15 s | 500.00 ms | 4.3× |\n" in page
    assert f"torch {torch.__version__}" in page


def test_the_saved_page_has_every_job_in_order(script):
    found = re.findall(r"^\| (.+?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)[1:]
    assert found == [job.name for job in script["make_jobs"](load_names())]


def test_a_job_that_there_is_not_is_refused_with_those_that_there_are(script):
    with pytest.raises(SystemExit, match=f"no job nothing; there are: {', '.join(KEYS)}, training"):
        script["main"](["nothing"])
