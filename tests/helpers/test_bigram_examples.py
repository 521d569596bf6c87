"""helpers.names.bigram_examples: every bigram as an input and its label."""

import re
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import BOUNDARY, bigram_examples, build_alphabet, count_bigrams, load_names

NAMES = st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=9), max_size=9)


def test_all_names_give_228146_examples_that_count_to_the_table():
    names = load_names()
    stoi, _ = build_alphabet(names)
    xs, ys = bigram_examples(names, stoi)
    assert xs.shape == ys.shape == (228_146,)
    assert xs.dtype == ys.dtype == torch.int64
    counted = torch.bincount(27 * xs + ys, minlength=27 * 27).reshape(27, 27)
    assert torch.equal(counted, count_bigrams(names, stoi))


@given(NAMES, st.booleans())
def test_examples_are_the_pairs_of_two_plain_loops_in_their_order(own, lazily):
    stoi, itos = build_alphabet(own)
    xs, ys = bigram_examples(iter(own) if lazily else own, stoi)
    assert xs.dtype == ys.dtype == torch.int64
    pairs = [pair for name in own for pair in pairwise(BOUNDARY + name + BOUNDARY)]
    assert [(itos[x], itos[y]) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)] == pairs


def test_more_names_than_one_portion_keep_every_bigram():
    names = ["ab"] * 120_001
    xs, ys = bigram_examples(names, {".": 0, "a": 1, "b": 2})
    assert torch.equal(xs, torch.tensor([0, 1, 2]).repeat(120_001))
    assert torch.equal(ys, torch.tensor([1, 2, 0]).repeat(120_001))


@pytest.mark.parametrize(
    ("own", "stoi", "says"),
    [
        (["zoë"], {".": 0, "o": 1, "z": 2}, "the name 'zoë' holds 'ë'"),
        (["a.b"], {".": 0, "a": 1, "b": 2}, "the name 'a.b' holds '.'"),
        (["ab"], {"a": 0, "b": 1}, "stoi has no number for '.'"),
    ],
)
def test_a_character_without_a_number_is_named(own, stoi, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        bigram_examples(own, stoi)
