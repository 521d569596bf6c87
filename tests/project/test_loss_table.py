"""benchmarks/loss_table.py: lessons 6 to 11's models trained for long, beside the lecture's."""

import re
import runpy
from math import log

import pytest
import torch
from shared.lessons import ROOT

PAGE = ROOT / "benchmarks" / "LOSSES.md"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(ROOT / "benchmarks" / "loss_table.py"))


@pytest.fixture(scope="module")
def data(script):
    return script["trainings"].examples(letters=3)


def rows(text):
    """The cells of each row of the first Markdown table, without its head."""
    first = text.partition("\n|")[2].partition("\n\n")[0]
    lines = first.splitlines()[2:] if text[0] != "|" else text.splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_stage_trains_and_fills_its_row(script, data, capsys):
    few = {part: (X[:3000], Y[:3000]) for part, (X, Y) in data.items()}
    results = [script["run"](stage, few, 0.0005) for stage in script["STAGES"]]
    assert [(r.steps, r.batch_size) for r in results] == [(100, 32)] * 5 + [(2, 1024)]
    printed = rows(script["table"](results))
    assert [row[0] for row in printed] == [stage.name for stage in script["STAGES"]]
    for row, result in zip(printed, results, strict=True):
        first, train, dev, *others = result.first[0], result.train[0], *result.dev
        assert row[2:5] == [f"{first:.2f}", f"{train:.3f}", f"{dev:.3f}"]
        assert row[5] == ", ".join(f"{other:.3f}" for other in others)


def test_only_the_first_stage_begins_confidently_wrong(script, data):
    X, Y = (part[:2000] for part in data["train"])
    first = []
    for stage in script["STAGES"]:
        model = stage.build(torch.Generator().manual_seed(1))
        first.append(torch.nn.functional.cross_entropy(model(X), Y).item())
    assert first[0] > 15
    assert first[1:] == pytest.approx([log(27)] * 5, abs=0.1)


def test_our_layers_and_the_library_s_begin_as_the_same_network(script, data):
    X, _ = (part[:500] for part in data["train"])
    for mode in ("train", "eval"):
        ours = script["with_batch_norm"](torch.Generator().manual_seed(1))
        library = script["in_library"](ours)
        getattr(ours, mode)()
        getattr(library, mode)()
        torch.testing.assert_close(ours(X), library(X), rtol=1e-5, atol=1e-5)


def test_the_page_holds_every_stage_and_reaches_the_lecture_s_losses(script):
    found = rows(PAGE.read_text(encoding="utf-8"))
    assert [row[0] for row in found] == [stage.name for stage in script["STAGES"]]
    for row, stage in zip(found, script["STAGES"], strict=True):
        dev = float(row[4])
        if stage.lecture is None:
            assert dev <= 2.10
        else:
            assert float(row[6]) == stage.lecture
            assert dev == pytest.approx(stage.lecture, abs=0.02)


def test_the_page_s_second_table_is_what_is_kept(script):
    page = PAGE.read_text(encoding="utf-8")
    assert page.endswith(f"{script['EIGHT']}\n{script['table_of_eight']()}\n")
    for name, lecture in script["LECTURE_OF_EIGHT"].items():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {name} |")]
        assert row.endswith(f"| {lecture:.3f} |")
        assert float(row.split("|")[5]) < lecture


def test_the_page_s_prose_quotes_only_figures_of_its_table_or_settings(script):
    page = PAGE.read_text(encoding="utf-8")
    prose = script["DIFFERENCES"]
    assert prose in page
    table = page.split(prose)[0]
    for figure in re.findall(r"\d\.\d{3,4}", prose):
        assert figure in table
