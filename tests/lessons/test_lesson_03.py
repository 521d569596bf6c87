"""Lesson 3: what its folded answers claim and no cell runs. Its numbers: tests/helpers."""

import math

import pytest
import torch

from helpers import mean_nll, smooth


def test_for_four_of_emmas_bigrams_the_table_does_better_than_knowing_nothing(lesson):
    better = [chance > 1 / 27 for chance in lesson["of_emma"].tolist()]
    assert better == [True, True, False, True, True]
    assert lesson["emma"] == "emma"


def test_the_loss_on_all_names_as_k_grows_rises_and_ends_at_ln_27(lesson):
    losses = [mean_nll(smooth(lesson["N"], k), lesson["N"]).item() for k in (0, 1, 100, 1e4, 1e9)]
    assert losses == sorted(losses)
    assert losses[-1] == pytest.approx(math.log(27), abs=1e-4)


def test_the_third_model_of_exercise_3_1_pays_as_one_that_always_gives_a_quarter():
    assert (math.log(2) + math.log(8)) / 2 == pytest.approx(math.log(4))


def test_a_table_can_have_any_loss_from_the_floor_on(lesson):
    """Exercise 3.4: 2.46, 5.0 and infinity, by tables whose rows sum to 1."""
    N, P = lesson["N"], lesson["P64"]
    wrong = smooth(N.double(), 1e-9).roll(1, 1)  # sure, and beside the point
    floor = mean_nll(P, N).item()
    assert floor > 2.42
    assert floor < 2.46
    for wanted in (2.46, 5.0):
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            loss = mean_nll((1 - middle) * P + middle * wrong, N).item()
            low, high = (middle, high) if loss < wanted else (low, middle)
        assert mean_nll((1 - low) * P + low * wrong, N).item() == pytest.approx(wanted, abs=1e-3)
    assert mean_nll(P.roll(1, 1), N).item() == math.inf


def test_perplexity_is_the_same_in_any_base(lesson):
    chances = lesson["all_chances"].double()
    in_bits = 2 ** -chances.log2().mean().item()
    assert in_bits == pytest.approx((-chances.log().mean()).exp().item())


def test_in_the_first_lines_of_a_name_the_doubt_is_the_greatest(lesson):
    order = lesson["row_losses"].argsort(descending=True).tolist()
    assert order[0] == 0
    assert order[-1] == lesson["stoi"]["q"]
    assert torch.equal(lesson["P"].sum(1) > 0.99, torch.ones(27, dtype=torch.bool))
