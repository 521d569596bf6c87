"""tests/shared/trained.py: what one process has computed, the next takes up, and nothing else."""

from __future__ import annotations

import pytest
import torch
from shared import trained
from shared.lessons import run_cell

BEFORE = """
import time
import torch
g = torch.Generator().manual_seed(1)
W = torch.ones(3, requires_grad=True)
optimizer = torch.optim.SGD([W], lr=0.1, momentum=0.9)
losses, also = [], W
"""
LONG = """
for step in range(3):
    optimizer.zero_grad()
    loss = (W * torch.rand(3, generator=g)).sum()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    print(f"loss {loss:.2f}")
    time.sleep(0.03)
"""
AFTER = """\
optimizer.step()
W.tolist(), W.grad.tolist(), losses, step, torch.rand(1, generator=g).item(), also is W"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(trained.FOLDER, str(tmp_path))
    monkeypatch.setattr(trained, "LONG", 0.05)
    return tmp_path


def run(*cells: str) -> tuple:
    """What the last cell gives, in a process of its own as far as memory goes."""
    namespace = {"__name__": "__main__"}
    with trained.installed():
        return [run_cell(cell, namespace) for cell in cells][-1]


def test_names_tensors_slopes_optimizers_and_generators_are_as_if_it_had_run(folder, capsys):
    first = run(BEFORE, LONG, AFTER)
    printed = capsys.readouterr().out
    files = {*folder.iterdir()}
    assert files
    assert run(BEFORE, LONG, AFTER) == first
    assert capsys.readouterr().out == printed
    assert {*folder.iterdir()} == files, "it was found, and not written again"


def test_it_is_not_run_again(folder):
    runs: list[int] = []
    torch.runs = runs  # no name of the notebook leads here
    try:
        cell = "for each in range(2):\n    torch.runs.append(time.sleep(0.03))\n    print(each)"
        run(BEFORE, cell)
        run(BEFORE, cell)
    finally:
        del torch.runs
    assert len(runs) == 2


@pytest.mark.parametrize(
    "before",
    [
        BEFORE.replace("manual_seed(1)", "manual_seed(2)"),
        BEFORE.replace("torch.ones", "2 * torch.ones").replace(", requires_grad=True", "")
        + "W.requires_grad_()",
        BEFORE.replace("momentum=0.9", "momentum=0.8"),
        BEFORE + "losses.append(0)",
        BEFORE + "optimizer.zero_grad(); W.sum().backward(); optimizer.step(); W.data.fill_(1)",
    ],
    ids=["generator", "tensor", "setting", "list", "momentum"],
)
def test_before_other_numbers_it_runs(folder, before):
    run(BEFORE, LONG)
    run(before, LONG)
    assert len({*folder.iterdir()}) == 2


@pytest.mark.parametrize(
    "cell",
    [
        "for each in range(2):\n    time.sleep(0.03)\n    x = torch.rand(2)",
        "for each in range(2):\n    time.sleep(0.03)\n    y = lambda: 1",
        "import matplotlib.pyplot as plt\n"
        "for each in range(2):\n    time.sleep(0.03)\n    plt.figure()",
        "[time.sleep(0.06), 3]",
    ],
    ids=["randomness that nobody seeded", "a function", "a picture", "a value that is shown"],
)
def test_what_is_not_known_well_enough_is_not_kept(folder, cell):
    run(BEFORE, cell)
    assert [*folder.iterdir()] == []


def test_a_function_that_has_changed_is_another_statement(folder):
    define = "def f(x):\n    time.sleep(0.06)\n    return x + {}"
    results = [run(BEFORE, define.format(each), "y = f(1)", "y") for each in (1, 2, 1)]
    assert results == [2, 3, 2]
    assert len([*folder.iterdir()]) == 2


def test_slopes_reach_what_no_name_of_the_statement_leads_to():
    cells = "loss = (W * 2).sum()", "_ = [time.sleep(0.06), loss.backward()]", "W.grad.tolist()"
    assert [run(BEFORE, *cells) for _ in range(2)] == [[2, 2, 2]] * 2


def test_a_backward_pass_may_come_later(folder):
    cells = "loss = [time.sleep(0.06), (W * 2).sum()][1]", "loss.backward()", "W.grad.tolist()"
    assert [run(BEFORE, *cells) for _ in range(2)] == [[2, 2, 2]] * 2
    assert [*folder.iterdir()] == []
