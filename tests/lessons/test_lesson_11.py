"""Lesson 11: its layers against the helpers and PyTorch, its claims, and the networks it keeps."""

import json
import re
from statistics import mean

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from shared.back_off import by_formula
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
from helpers.layers import BatchNormPlaces, FlattenConsecutive

PATH = NOTEBOOKS / "11_longer_look_back.ipynb"
KEPT = json.loads((ROOT / "benchmarks" / "trainings.json").read_text(encoding="utf-8"))


pytestmark = pytest.mark.usefixtures("one_thread")


def numbers(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


# What the lesson builds by hand

SIZES = st.integers(1, 6)


@given(SIZES, SIZES, st.integers(1, 4), SIZES)
def test_its_flatten_consecutive_is_the_helpers(lesson, n, places, count, d):
    x = numbers(1, n, places * count, d)
    own, helper = lesson["FlattenConsecutive"](count)(x), FlattenConsecutive(count)(x)
    assert torch.equal(own, helper)
    assert helper.shape == ((n, places, count * d) if places > 1 else (n, count * d))
    apart = torch.cat([x[:, start::count] for start in range(count)], dim=2)
    assert torch.equal(helper, apart if places > 1 else apart[:, 0])


def test_places_that_leave_a_rest_are_refused():
    with pytest.raises(ValueError, match="7 places cannot be joined 2 by 2"):
        FlattenConsecutive(2)(torch.zeros(1, 7, 3))


@given(st.integers(2, 6), SIZES, SIZES, st.integers(0, 1000))
def test_its_batch_norm_over_places_is_the_helpers_and_torchs(lesson, n, places, size, seed):
    own, helper = lesson["BatchNorm"](size, (0, 1)), BatchNormPlaces(size)
    theirs = torch.nn.BatchNorm1d(size)
    for part in range(3):
        x = 3 * numbers(seed + part, n, places, size) + 1
        expected = theirs(x.transpose(1, 2)).transpose(1, 2)
        torch.testing.assert_close(helper(x), expected, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(own(x), expected, rtol=1e-4, atol=1e-4)
    for name in ("running_mean", "running_var"):
        torch.testing.assert_close(getattr(helper, name), getattr(theirs, name))
        torch.testing.assert_close(getattr(own, name).flatten(), getattr(theirs, name))
    helper.eval()
    theirs.eval()
    longer = numbers(seed, 1, places + 3, size)
    expected = theirs(longer.transpose(1, 2)).transpose(1, 2)
    torch.testing.assert_close(helper(longer), expected, rtol=1e-4, atol=1e-4)


def test_batch_norm_over_places_takes_two_dimensions_as_lesson_8_s_does():
    x = numbers(1, 8, 3)
    torch.testing.assert_close(BatchNormPlaces(3)(x), helpers.layers.BatchNorm1d(3)(x))


@given(st.integers(0, 200), st.integers(1, 30))
def test_all_places_at_once_are_those_one_by_one(lesson, seed, extra):
    g = torch.Generator().manual_seed(seed)
    row = torch.randint(lesson["V"], (7 + extra,), generator=g)
    exact = lesson["exact"]
    one_by_one = exact(row.unfold(0, 8, 1))
    torch.testing.assert_close(lesson["at_all_places"](exact, row), one_by_one, rtol=0, atol=1e-6)


def test_its_convolution_is_torchs(lesson):
    for place, distance in ((2, 1), (6, 2), (10, 4)):
        linear = lesson["exact"][place]
        x = numbers(3, 12, len(linear.weight) // 2).double()
        ours = linear(torch.cat([x[:-distance], x[distance:]], dim=1))
        torch.testing.assert_close(lesson["pairs_as_conv"](linear, x, distance), ours)


# Counting


@pytest.mark.parametrize("constant", [None, 20])
def test_its_back_off_is_the_formula(lesson, constant):
    """Context by context, in plain Python."""
    X, Y, V = lesson["X_train"], lesson["Y_train"].tolist(), lesson["V"]
    asked = lesson["X_dev"][:20]
    for length in (0, 3, 5):
        seen = X[:, 8 - length :].tolist()
        found = lesson["back_off"](asked, length, constant)
        torch.testing.assert_close(found.sum(1), torch.ones(len(asked), dtype=torch.float64))
        for context, got in zip(asked.tolist()[::9], found[::9].tolist(), strict=True):
            p = by_formula(seen, Y, V, constant, context[8 - length :])
            assert got == pytest.approx(p)


def test_counting_comes_out_as_known():
    shown = printed(PATH, "back-off-losses")
    assert "2.4531 2.2207 2.0752 2.0418 2.1019" in shown
    assert "2.4531 2.2215 2.0757 2.0207 2.0165" in shown


# What the lesson claims


def test_every_equality_that_it_prints_is_true():
    for name in ("view-pairs", "torch-norm-cell", "helpers-norm-cell", "all-places-equal"):
        words = re.findall(r"\b(True|False)\b", printed(PATH, name))
        assert words, name
        assert set(words) == {"True"}, name
    assert "1e-6: True" in printed(PATH, "as-conv1d")


def test_the_wrong_batch_norm_has_the_shape_that_it_says():
    assert "running mean (1, 4, 68), 32 numbers" in printed(PATH, "norm-shapes")
    assert "running mean (1, 1, 68), 128 numbers" in printed(PATH, "norm-shapes")


def test_the_short_training_is_ahead_of_four_letters_and_behind_the_best(lesson):
    short = lesson["short_dev"]
    assert 2.017 < short < 2.04, "or the cell shows something else on another processor"
    assert re.findall("True|False", printed(PATH, "short-loss")) == ["True", "True", "False"]


def test_the_kept_networks_are_those_of_the_table(lesson):
    """The numbers are kept in 16 bits, and the losses in four digits."""
    models = {
        ("decay of the wide tree", "AdamW, 0.5"): lesson["model"],
        ("eight letters", "flat"): lesson["flat"],
    }
    for (group, name), model in models.items():
        for part in ("train", "dev"):
            X, Y = lesson[f"X_{part}"], lesson[f"Y_{part}"]
            kept = KEPT[group][name][part][0]
            assert mean_loss(model, X, Y) == pytest.approx(kept, abs=0.002)


def test_the_long_run_leaves_all_counting_behind(lesson):
    wide = KEPT["decay of the wide tree"]["AdamW, 0.5"]["dev"]
    assert wide[0] <= 1.97, "the one that is kept"
    assert lesson["dev_of_tree"] < 1.9705, "as it is shown"
    assert max(wide) < min(lesson["counting"].values()) - 0.04


def test_the_long_run_has_the_best_of_the_decays_that_were_tried(monkeypatch):
    """One that is worse on either side, or else it was not the best."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import trainings

    runs = {
        float(name.removeprefix("AdamW, ")): each["dev"][0]
        for name, each in KEPT["decay of the wide tree"].items()
    }
    best = min(runs, key=runs.get)
    assert best == trainings.LONG_RUN_DECAY
    assert min(runs) < best < max(runs)
    assert f"decay={best}" in find_cell(PATH, "long-run").source
    apart = [each["dev"][0] - each["train"][0] for each in KEPT["decay of the wide tree"].values()]
    assert list(runs) == sorted(runs)
    assert apart == sorted(apart, reverse=True)


def test_the_tree_hardly_helps_at_equal_size():
    def dev(name):
        return mean(KEPT["eight letters"][name]["dev"])

    eight = KEPT["eight letters"]
    by_seed = [a - b for a, b in zip(eight["flat"]["dev"], eight["tree"]["dev"], strict=True)]
    assert 0.005 < min(by_seed) < max(by_seed) < 0.02, "from each seed"
    assert abs(dev("tree") - dev("tree, batch norm wrong")) < 0.01
    assert dev("flat, wide") - dev("tree, wide") > 0.01


def test_what_reaches_is_the_slope(lesson):
    """By nudging one embedding."""
    model, contexts = lesson["model"], lesson["X_dev"][40:43]
    labels = torch.tensor([3, 0, 5])
    sizes = lesson["reach"](model, contexts, labels)
    assert sizes.shape == (3, 8)
    embedded = model[0](contexts[1:2]).detach()

    def logit(moved):
        x = moved
        for layer in model.layers[1:]:
            x = layer(x)
        return x[0, labels[1]].item()

    for place in (0, 4, 7):
        slopes = []
        for unit in range(embedded.shape[2]):
            nudge = torch.zeros_like(embedded)
            nudge[0, place, unit] = 1e-5
            slopes.append((logit(embedded + nudge) - logit(embedded - nudge)) / 2e-5)
        found = torch.tensor(slopes).norm().item()
        assert found == pytest.approx(sizes[1, place].item(), rel=1e-3)


def test_the_last_two_letters_have_the_greatest_shares_and_none_has_a_small_one():
    for line in printed(PATH, "reach-shares").splitlines()[1:]:
        shares = [float(each) for each in line.partition(":")[2].split()]
        assert len(shares) == 8
        assert min(shares[-2:]) > max(shares[:-2])
        assert min(shares) > 5
    pairs = zip(shares[::2], shares[1::2], strict=True)
    assert all(abs(one - other) < 1 for one, other in pairs), "the tree's go in pairs"


def test_the_test_set_is_asked_once():
    sources = [cell.source for cell in code_cells(read_notebook(PATH))]
    assert sum("X_test" in source or "test_names, stoi" in source for source in sources) == 1


def test_the_page_of_losses_is_shown_as_it_is(lesson):
    text = find_cell(PATH, "losses-page").outputs[0]["data"]["text/markdown"]
    assert lesson["page"].read_text(encoding="utf-8").partition("\n")[2] == text.partition("\n")[2]
    assert "make losses" in text


def test_every_loss_in_the_prose_comes_out_of_a_cell():
    prose, shown = prose_and_outputs(PATH)
    page = find_cell(PATH, "losses-page").outputs[0]["data"]["text/markdown"]
    quoted = set(re.findall(r"\b\d\.\d{3,5}\b", prose))
    flat, tree = (KEPT["eight letters"][name]["dev"][0] for name in ("flat", "tree"))
    known = shown + page + f"{flat - tree:.3f}"
    devs = [each["dev"] for each in KEPT["eight letters"].values()]
    known += f" {max(max(each) - min(each) for each in devs):.3f}"
    known += printed(NOTEBOOKS / "10_training_well.ipynb", "luck-cell")  # the standard error
    assert {each for each in quoted if each not in known} == set()


def test_an_interrupted_long_run_leaves_a_usable_model(lesson, monkeypatch, capsys):
    calls, cross_entropy = [], F.cross_entropy

    def stopped(*arguments, **options):
        calls.append(1)
        if len(calls) > 5:
            raise KeyboardInterrupt
        return cross_entropy(*arguments, **options)

    monkeypatch.setattr(helpers.training.F, "cross_entropy", stopped)
    namespace = {**lesson, "long_run": True}
    exec(find_cell(PATH, "long-run").source, namespace)
    monkeypatch.undo()
    assert len(namespace["losses"]) == 5
    assert "The model keeps what it has learned" in capsys.readouterr().out
    exec(find_cell(PATH, "kept-network").source, namespace)
    assert re.search(r"dev \d\.\d{3}", capsys.readouterr().out)


def test_with_other_names_the_kept_networks_are_left_alone(lesson, capsys):
    namespace = {**lesson, "names": ["ada", "bo"]}
    before = namespace["model"]
    exec(find_cell(PATH, "kept-network").source, namespace)
    assert namespace["model"] is before
    assert namespace["of_these_names"] is False
