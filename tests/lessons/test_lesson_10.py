"""Lesson 10: its steps against torch's, its claims, and what is kept of long trainings."""

import json
import re
from statistics import mean

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from shared.lessons import (
    NOTEBOOKS,
    ROOT,
    code_cells,
    find_cell,
    printed,
    prose_and_outputs,
    read_notebook,
)

import helpers
from helpers import mean_loss

PATH = NOTEBOOKS / "10_training_well.ipynb"
KEPT = json.loads((ROOT / "benchmarks" / "trainings.json").read_text(encoding="utf-8"))


pytestmark = pytest.mark.usefixtures("float64", "one_thread")


# What the lesson builds by hand

STEPS = {
    "momentum_by_hand": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "adam_by_hand": (torch.optim.Adam, {"lr": 0.01}),
    "adamw_by_hand": (torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.1}),
}


@pytest.mark.parametrize("name", STEPS)
@given(seed=st.integers(0, 1000), scale=st.sampled_from([1e-6, 1.0, 1e4]))
def test_its_steps_are_torchs(lesson, name, seed, scale):
    """100 steps with random slopes; relative to how far they lead."""
    optimizer_class, options = STEPS[name]
    g = torch.Generator().manual_seed(seed)
    mine = torch.randn(7, generator=g)
    theirs = mine.clone().requires_grad_()
    optimizer, memory = optimizer_class([theirs], **options), {}
    for number in range(1, 101):
        slope = scale * torch.randn(7, generator=g)
        mine.grad, theirs.grad = slope.clone(), slope.clone()
        lesson[name](mine, memory, number)
        optimizer.step()
    torch.testing.assert_close(mine, theirs.detach(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("steps", [100, 1500, 4999])
def test_its_cycle_is_the_library_s(lesson, steps):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.3, total_steps=steps, cycle_momentum=False
    )
    for step in range(steps):
        rate = optimizer.param_groups[0]["lr"]
        assert lesson["one_cycle"](step, steps, 0.3) == pytest.approx(rate, abs=1e-12)
        optimizer.step()
        if step < steps - 1:
            schedule.step()


def test_the_kept_trainings_have_the_lesson_s_cycle_and_groups(lesson, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import trainings

    for step in range(0, 1500, 7):
        expected = lesson["one_cycle"](step, 1500, 1.0)
        assert trainings.one_cycle(step, 1500) == pytest.approx(expected)
    model = lesson["in_library"](lesson["new_network"]())
    optimizer, _ = trainings.cycled_adamw(0.01)(model, 10)
    ours = lesson["adamw"](model).param_groups
    for one, other in zip(optimizer.param_groups, ours, strict=True):
        assert one["weight_decay"] == other["weight_decay"]
        assert [id(each) for each in one["params"]] == [id(each) for each in other["params"]]


@given(st.floats(0, 0.97), st.floats(0.5, 500))
def test_its_limit_is_where_a_descent_breaks(lesson, momentum, steepness):
    limit = lesson["limit"](momentum, steepness)
    below, above = (
        lesson["descend"](share * limit, momentum, steepness, steps=4000)[-1, 1].abs()
        for share in (0.98, 1.02)
    )
    assert below < 0.01
    assert not above < 100


def test_its_library_network_is_the_same(lesson):
    ours = lesson["new_network"]()
    theirs = lesson["in_library"](ours)
    X = lesson["X_dev"][:64]
    for mode in ("train", "eval"):
        getattr(ours, mode)()
        getattr(theirs, mode)()
        torch.testing.assert_close(ours(X), theirs(X))
    before = ours[0].weight.clone()
    with torch.no_grad():
        theirs[0].weight += 1
    assert torch.equal(ours[0].weight, before), "the copy is a copy"


# What the lesson claims


def test_every_equality_that_it_prints_is_true():
    for name in ("momentum-equal", "adam-equal", "in-library-equal", "one-cycle-equal"):
        words = re.findall(r"\b(True|False)\b", printed(PATH, name))
        assert words, name
        assert set(words) == {"True"}, name
    assert re.findall(r"True|False", printed(PATH, "adamw-equal")) == ["True", "False"]
    assert re.findall(r"True|False", printed(PATH, "adam-unit-cell")) == ["True", "False"]


def test_what_is_thrown_out_is_above_the_limit():
    lines = printed(PATH, "limit").splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == ["settles", "is thrown out"] * 3


def best(group, begins):
    return min(
        mean(each["dev"]) for name, each in KEPT[group].items() if re.fullmatch(begins, name)
    )


def test_the_fall_brings_more_than_the_optimizer():
    constant, adamw = best("recipes", r"SGD [\d.]+"), best("recipes", r"AdamW [\d.]+")
    falling = best("recipes", r"SGD .*(end|one-cycle)")
    cycled = best("recipes", "AdamW .*one-cycle")
    assert constant - falling == pytest.approx(0.05, abs=0.01)
    assert constant - adamw == pytest.approx(0.03, abs=0.01)
    assert falling - cycled == pytest.approx(0.03, abs=0.008)
    assert cycled < best("recipes", "momentum.*") < falling
    step, cycle = best("recipes", ".*end"), best("recipes", "SGD .*one-cycle")
    assert step == pytest.approx(cycle, abs=0.005)
    library = best("recipes", ".*OneCycleLR")
    assert library == pytest.approx(best("recipes", "AdamW 0.01, one-cycle"), abs=0.006)


def spread(devs):
    return max(devs) - min(devs)


def test_seeds_differ_by_as_much_as_it_says(lesson):
    spreads = sorted(spread(each["dev"]) for each in KEPT["recipes"].values())
    assert spreads[len(spreads) * 2 // 3] < 0.006, "in most lines"
    assert f"{spreads[-1]:.3f}" == "0.017"
    own = [dev for _, dev in lesson["results"].values()]
    lines = ("SGD 1", "SGD 1, a tenth at the end", "AdamW 0.01, one-cycle")
    for dev, line in zip(own, lines, strict=True):
        assert spread([dev, *KEPT["recipes"][line]["dev"]]) < 0.006, line


def test_each_best_rate_has_a_worse_one_on_either_side():
    """Or else it was not the best, and the comparison would not be fair."""
    for size in (32, 128, 512, 2048):
        runs = {
            float(name.split(", ")[1]): mean(each["dev"])
            for name, each in KEPT["batches"].items()
            if name.startswith(f"{size}, ")
        }
        chosen = min(runs, key=runs.get)
        assert min(runs) < chosen < max(runs), size


def test_each_best_rate_of_the_recipes_has_a_worse_one_on_either_side():
    """The rule of the lesson: each recipe with its own best rate."""
    for begins, ends in (
        ("SGD ", ""),
        ("SGD ", ", a tenth at the end"),
        ("SGD ", ", one-cycle"),
        ("momentum 0.9, ", ", one-cycle"),
        ("AdamW ", ""),
        ("AdamW ", ", one-cycle"),
    ):
        runs = {
            float(found[1]): mean(each["dev"])
            for name, each in KEPT["recipes"].items()
            if (found := re.fullmatch(rf"{begins}([\d.]+){ends}", name))
        }
        assert len(runs) >= 3
        assert min(runs) < min(runs, key=runs.get) < max(runs), (begins, ends)


def test_batches_of_all_sizes_are_about_as_good_with_their_own_rates():
    losses = [best("batches", rf"{size}, .*") for size in (32, 128, 512, 2048)]
    assert max(losses) - min(losses) < 0.02
    of_0_01 = [best("batches", rf"{size}, 0\.01") for size in (32, 128, 512, 2048)]
    assert min(of_0_01) == of_0_01[2]
    assert max(of_0_01) - min(of_0_01) > 0.05


def test_5000_steps_do_it_because_of_the_batch():
    assert best("5,000 steps", "SGD 2, 1024") < 2.106
    assert best("5,000 steps", "SGD 2, 32") > 2.25
    assert best("5,000 steps", "AdamW 0.01, 32") > 2.25
    gain = best("5,000 steps", "SGD 2, 1024") - best("5,000 steps", "AdamW 0.01, 1024")
    assert gain == pytest.approx(0.01, abs=0.004)


def test_weight_decay_brings_this_network_nothing():
    losses = {name: each["dev"][0] for name, each in KEPT["decay"].items()}
    assert min(losses.values()) > losses["AdamW, 0"] - 0.002
    assert losses["Adam, 0.01"] - losses["AdamW, 0.01"] > 0.05
    assert losses["AdamW, 0"] == losses["Adam, 0"]


def test_the_short_trainings_come_out_as_it_says(lesson):
    results = lesson["results"]
    devs = [dev for _, dev in results.values()]
    assert devs == sorted(devs, reverse=True)
    assert devs[0] - devs[1] > 0.03
    for name, (of_train, of_dev) in results.items():
        assert f"{name:28} train {of_train:.3f}, dev {of_dev:.3f}" in printed(PATH, "own-results")
    assert lesson["long_run"] is False
    assert lesson["constant_losses"][:1200].equal(lesson["falling_losses"][:1200])


def test_its_bars_are_those_of_its_trainings():
    """nbval passes over them: what is kept of a cell has to be what this cell shows."""
    shown = 0
    for cell in code_cells(read_notebook(PATH)):
        steps = re.findall(r"\btrain\(.*\bsteps=(\d+)", cell.source)
        bars = re.findall(r"(\d+)/\d+ \[", printed(PATH, cell.id))
        assert not bars or bars == steps, cell.id
        shown += len(bars)
    assert shown == 4


def test_the_test_set_is_not_asked():
    sources = [cell.source for cell in code_cells(read_notebook(PATH))]
    assert sum("test_names" in source for source in sources) == 1, "they are split off, no more"


def worked_out():
    """What the live picture shows below itself, and what the text works out from its tables."""
    decay, batches = KEPT["decay"], (32, 128, 512, 2048)
    none, some = decay["AdamW, 0"], decay["AdamW, 0.1"]
    best_of = [best("batches", rf"{size}, .*") for size in batches]
    numbers = [
        none["rms"],
        some["rms"],
        none["dev"][0] - none["train"][0],
        max(best_of) - min(best_of),
        0.1 * 0.5 / 3.162,
    ]
    return {f"{number:.3f}" for number in numbers}


def test_every_loss_in_the_prose_comes_out_of_a_cell():
    prose, shown = prose_and_outputs(PATH)
    numbers = set(re.findall(r"\b\d\.\d{3}\b", prose)) - {"0.001", "0.999", "2.105"}
    numbers -= {"0.006", "0.017"}  # of seeds: see above
    settings = " ".join(cell.source for cell in code_cells(read_notebook(PATH)))
    known = shown + settings + " ".join(worked_out())
    assert {number for number in numbers if number not in known} == set()


# The long run


def test_an_interrupted_long_run_leaves_a_usable_model(lesson, monkeypatch, capsys):
    calls, cross_entropy = [], torch.nn.functional.cross_entropy

    def stopped(*arguments, **options):
        calls.append(1)
        if len(calls) > 5:
            raise KeyboardInterrupt
        return cross_entropy(*arguments, **options)

    monkeypatch.setattr(helpers.training.F, "cross_entropy", stopped)
    model, losses = lesson["long_training"]()
    monkeypatch.undo()
    assert len(losses) == 5
    assert "The model keeps what it has learned" in capsys.readouterr().out
    model.eval()
    assert mean_loss(model, lesson["X_dev"], lesson["Y_dev"]) < 5


def test_the_kept_long_run_is_below_the_lecture_s(lesson):
    assert max(KEPT["5,000 steps"]["AdamW 0.01, 1024"]["dev"]) < lesson["lecture"] - 0.005
    assert "long_run = False" in find_cell(PATH, "long-run-switch").source
