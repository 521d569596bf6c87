"""Lesson 2: what its own cells compute, against plain loops and against what its prose says."""

import ast
import math
import re

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from shared.lessons import NOTEBOOKS, exercises, read_notebook, run_cell, run_lesson

from helpers import build_alphabet, count_bigrams, load_names, sample_names
from helpers.pictures.broadcasting import SHAPES as SHAPES_OF_THE_PICTURE
from helpers.pictures.broadcasting import align

PATH = NOTEBOOKS / "02_broadcasting.ipynb"
SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)
WORDS = st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=8)


def solution(name):
    """The function that the folded solution of an exercise defines."""
    (exercise,) = [each for each in exercises(read_notebook(PATH)) if each.name == name]
    namespace = {"torch": torch}
    before = set(namespace)
    run_cell(exercise.solution, namespace)
    (function,) = [namespace[key] for key in set(namespace) - before - {"__builtins__"}]
    return function


def score(counts, table):
    """The average surprise, bigram by bigram, in double precision."""
    total = sum(
        count * -math.log(chance)
        for count, chance in zip(counts.flatten().tolist(), table.flatten().tolist(), strict=True)
        if count
    )
    return total / counts.sum().item()


# The two tables


def test_p_divides_each_row_by_its_sum_and_p_wrong_each_column(lesson):
    smoothed = [[count + 1 for count in row] for row in lesson["N"].tolist()]
    row_sums = [sum(row) for row in smoothed]
    for table, sums_of in (("P", lambda i, j: i), ("P_wrong", lambda i, j: j)):
        by_hand = [
            [count / row_sums[sums_of(i, j)] for j, count in enumerate(row)]
            for i, row in enumerate(smoothed)
        ]
        torch.testing.assert_close(lesson[table], torch.tensor(by_hand))


def test_rows_of_p_sum_to_1_and_those_of_p_wrong_do_not(lesson):
    assert torch.allclose(lesson["P"].sum(1), torch.ones(27))
    assert not torch.allclose(lesson["P_wrong"].sum(1), torch.ones(27))
    assert torch.allclose(lesson["P_wrong"].sum(0), torch.ones(27))
    assert lesson["P_wrong"].sum(1)[0].item() == pytest.approx(6.92, abs=0.005)


def test_both_tables_score_2_4546(lesson):
    for table in ("P", "P_wrong"):
        assert score(lesson["N"], lesson[table]) == pytest.approx(2.4546, abs=5e-5)
        assert lesson["surprise"](lesson[table]) == pytest.approx(2.4546, abs=5e-5)
    knows_nothing = lesson["knows_nothing"]
    assert lesson["surprise"](knows_nothing) == pytest.approx(math.log(27), abs=5e-5)


def test_the_names_tell_them_apart(lesson):
    right, wrong = (sample_names(lesson[table], lesson["itos"]) for table in ("P", "P_wrong"))
    assert right[:3] == ["cexze.", "momasurailezitynn.", "konimittain."]
    assert wrong[:2] == ["cexze.", "zoghkurkicqukwydwevizimittain."]


# Why the score cannot tell


def test_row_sums_equal_column_sums_exactly_in_the_counts(lesson):
    assert torch.equal(lesson["N"].sum(1), lesson["N"].sum(0))
    assert torch.equal(lesson["S"].sum(1), lesson["S"].sum(0))
    assert lesson["first"] == lesson["second"]


@given(WORDS)
def test_whatever_the_words_the_two_tables_score_alike(words):
    stoi, _ = build_alphabet(words)
    counts = count_bigrams(words, stoi)
    assert torch.equal(counts.sum(1), counts.sum(0))
    smoothed = (counts + 1).double()
    right = smoothed / smoothed.sum(1, keepdim=True)
    wrong = smoothed / smoothed.sum(1)
    assert score(counts, right) == pytest.approx(score(counts, wrong), rel=1e-12)


@given(WORDS.map(lambda words: words[0]))
def test_a_word_the_tables_never_saw_is_equally_likely_in_both(word):
    lesson = run_lesson(PATH.stem)
    right, wrong = (lesson["chances"](word, lesson[table]) for table in ("P", "P_wrong"))
    assert right.log().sum().item() == pytest.approx(wrong.log().sum().item(), rel=1e-5)


# The mistakes that the lesson runs


def test_a_row_without_counts_is_nan_and_sample_names_names_it(lesson):
    rows_of_nan = lesson["P_part"].isnan().any(1).nonzero().flatten().tolist()
    assert rows_of_nan == [lesson["stoi"]["q"]]
    with pytest.raises(ValueError, match="'q'"):
        sample_names(lesson["P_part"], lesson["itos"])
    assert torch.allclose(lesson["cured"].sum(1), torch.ones(27))


def test_a_score_is_nan_for_one_spoiled_row_and_for_counts_without_smoothing(lesson):
    N = lesson["N"]
    assert math.isnan(lesson["surprise"](lesson["spoiled"]))
    assert math.isnan(lesson["surprise"](N / N.sum(1, keepdim=True)))


def test_no_mistake_in_place_reaches_the_counts(lesson):
    names = load_names()
    stoi, _ = build_alphabet(names)
    assert torch.equal(lesson["N"], count_bigrams(names, stoi))
    assert torch.equal(lesson["S"], lesson["N"] + 1)
    assert torch.equal(lesson["counts"], lesson["N"])


def test_a_column_minus_a_flat_row_is_a_whole_table(lesson):
    assert lesson["difference"].shape == (3, 3)
    assert (lesson["difference"] ** 2).mean().item() == pytest.approx(4 / 3)


def test_why_the_first_row_of_the_short_line_sums_to_6_92(lesson):
    short, stoi = lesson["P_short"], lesson["stoi"]
    sums = {letter: short[index].sum().item() for letter, index in stoi.items()}
    assert [letter for letter in sums if sums[letter] > 2] == [".", "a", "e", "i"]
    assert sum(total < 0.6 for total in sums.values()) > len(sums) / 2
    assert lesson["S"][0, stoi["j"]] == 2_423
    assert short[0, stoi["j"]] == pytest.approx(2_423 / lesson["S"][stoi["j"]].sum().item())
    assert short[0, stoi["j"]] == pytest.approx(0.83, abs=0.005)


def test_rows_of_both_signs_sum_to_1_and_are_no_probabilities(lesson):
    Q = lesson["Q"]
    assert torch.allclose(Q.sum(1), torch.ones(4))
    assert (Q < 0).any()
    assert (Q > 5).any()


def test_the_sign_for_another_operation_stops_with_floats_alone():
    assert (torch.tensor(3) ^ torch.tensor(2)).item() == 1
    with pytest.raises(RuntimeError):
        torch.tensor(3.0) ^ torch.tensor(2.0)


def test_float_copies_integers_and_hands_floats_on(lesson):
    assert lesson["P"].float() is lesson["P"]
    assert lesson["S"].float() is not lesson["S"]
    assert lesson["P"].double() is not lesson["P"]


@given(st.integers(0, 3), st.integers(2, 5), st.integers(2, 5))
def test_the_solution_of_exercise_2_6_changes_a_copy(i, more, columns):
    table = torch.arange(1, (i + more) * columns + 1).view(-1, columns)
    before = table.clone()
    changed = solution("2.6 change a copy")(table, i)
    assert torch.equal(table, before)
    assert not changed[i].any()
    assert torch.equal(changed[i + 1 :], before[i + 1 :])


def test_the_larger_size_is_the_rule_as_long_as_no_size_is_0():
    rule = solution("2.3 the rule")
    assert rule((0, 3), (1, 3)) == (0, 3) == tuple(torch.broadcast_shapes((0, 3), (1, 3)))
    assert max(0, 1) != 0


# The live picture


def test_the_picture_offers_every_shape_that_the_lesson_asks_for():
    (cell,) = [cell for cell in read_notebook(PATH).cells if cell.id == "see-it-move"]
    steps = re.findall(r"^\d\. (.*)$", cell.source, re.MULTILINE)
    asked = [ast.literal_eval(shape) for step in steps for shape in re.findall(r"\(\d.*?\)", step)]
    assert len(asked) == 12
    assert set(asked) <= set(SHAPES_OF_THE_PICTURE)
    clashes = [align(a, b).shape is None for a, b in zip(asked[::2], asked[1::2], strict=True)]
    assert clashes == [False, False, False, False, True, False]


# The solutions, on more than the examples that the checks try


@given(SHAPES, SHAPES)
def test_the_rule_of_exercise_2_3_is_the_rule_of_torch(a, b):
    try:
        expected = tuple(torch.broadcast_shapes(a, b))
    except RuntimeError:
        expected = None
    assert solution("2.3 the rule")(a, b) == expected


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**31))
def test_exercise_2_5_tells_tables_of_probabilities_from_others(rows, columns, seed):
    is_probability_table = solution("2.5 is it a probability table")
    generator = torch.Generator().manual_seed(seed)
    table = torch.randn(rows, columns, generator=generator).softmax(1)
    assert is_probability_table(table) is True
    assert is_probability_table(table.double()) is True, "any table of floats"
    for wrong in (table * 1.1, table - 1, table / 0 * 0):
        assert is_probability_table(wrong) is False
    if columns > 1:
        table[0, 0] -= 2
        table[0, 1] += 2
        assert is_probability_table(table) is False
