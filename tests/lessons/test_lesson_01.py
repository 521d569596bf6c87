"""Lesson 1: what it builds by hand is what its helpers give, and what its prose says."""

import pytest
import torch

from helpers import build_alphabet, count_bigrams, load_names, sample_names


def test_the_alphabet_built_by_hand_is_the_helper_s(lesson):
    assert build_alphabet(load_names()) == (lesson["stoi"], lesson["itos"])
    assert len(lesson["stoi"]) == 27


def test_the_counts_made_by_two_loops_are_the_helper_s(lesson):
    assert lesson["N"].dtype == torch.int64
    assert torch.equal(lesson["N"], count_bigrams(load_names(), lesson["stoi"]))


def test_the_dictionary_holds_the_same_counts(lesson):
    counts = lesson["pair_counts"]
    stoi = lesson["stoi"] | {"<S>": 0, "<E>": 0}
    table = torch.zeros_like(lesson["N"])
    for (first, second), count in counts.items():
        table[stoi[first], stoi[second]] += count
    assert torch.equal(table, lesson["N"])


@pytest.mark.parametrize("seed", [0, 1, 2147483647])
def test_names_drawn_by_hand_are_the_helper_s(lesson, seed):
    generator = torch.Generator().manual_seed(seed)
    drawn = [lesson["sample_name"](lesson["N"], generator) for _ in range(200)]
    assert drawn == sample_names(lesson["N"], lesson["itos"], 200, seed=seed)


def test_the_first_names_are_the_course_s(lesson):
    generator = torch.Generator().manual_seed(2147483647)
    drawn = [lesson["sample_name"](lesson["N"], generator) for _ in range(5)]
    assert drawn == ["cexze.", "momasurailezitynn.", "konimittain.", "llayn.", "ka."]


def test_the_facts_of_the_lesson(lesson):
    N, stoi = lesson["N"], lesson["stoi"]
    assert (N.sum().item(), (N == 0).sum().item()) == (228_146, 102)
    ends_in_n, ends_in_a = N[stoi["n"], 0].item(), N[stoi["a"], 0].item()
    assert (ends_in_n, ends_in_a) == (6763, 6640)
    assert (N[stoi["a"], stoi["n"]].item(), N[0, stoi["a"]].item()) == (5438, 4410)
    empty_row, empty_column = lesson["index_of"]["<E>"], lesson["index_of"]["<S>"]
    assert not lesson["N28"][empty_row].any()
    assert not lesson["N28"][:, empty_column].any()
    assert lesson["N28"].sum() == N.sum()


def test_what_the_prose_says_of_the_columns_of_a_e_and_i(lesson):
    empty = (lesson["N"] == 0).any(0)
    assert [letter for letter, index in lesson["stoi"].items() if not empty[index]] == list(
        "aeilou"
    )


def test_the_lectures_five_names_come_from_the_same_random_numbers(lesson):
    generator = torch.Generator().manual_seed(2147483647)
    drawn = [lesson["lecture_name"](lesson["N"], generator) for _ in range(5)]
    assert drawn == ["mor.", "axx.", "minaymoryles.", "kondlaisah.", "anchshizarie."]


def test_for_one_draw_replacement_makes_no_difference(lesson):
    row = lesson["first_row"]
    for seed in range(200):
        with_it, without = (torch.Generator().manual_seed(seed) for _ in range(2))
        drawn = torch.multinomial(row, 1, replacement=True, generator=with_it)
        assert torch.equal(drawn, torch.multinomial(row, 1, generator=without))


def test_the_counts_fix_the_average_length_of_what_is_drawn(lesson):
    N = lesson["N"]
    in_the_file = sum(map(len, lesson["names"])) / len(lesson["names"])
    assert N.sum().item() / N[:, 0].sum().item() - 1 == pytest.approx(in_the_file)
    # The share of each character in a long run is that of the counts: one step leaves it as it is.
    share = N.sum(1).double() / N.sum()
    P = N.double() / N.sum(1, keepdim=True)
    torch.testing.assert_close(share @ P, share)


def test_the_first_24_draws_are_as_the_prose_counts_them(lesson):
    generator = torch.Generator().manual_seed(2147483647)
    draws = torch.cat(
        [torch.multinomial(lesson["p"], 12, replacement=True, generator=generator) for _ in "ab"]
    )
    assert draws.bincount().tolist() == [9, 11, 4]
