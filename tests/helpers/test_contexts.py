"""helpers.names.context_examples and split_names: contexts, labels, and who is judged by whom."""

import random
import re
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import (
    BOUNDARY,
    bigram_examples,
    build_alphabet,
    context_examples,
    load_names,
    split_names,
)

NAMES = st.lists(st.text(st.characters(categories=["L"]), max_size=9), max_size=9)


def by_loops(names, stoi, length):
    """What the lesson does, with letters for indices: the pairs of context and label."""
    pairs = []
    for name in names:
        context = BOUNDARY * length
        for character in name + BOUNDARY:
            pairs.append((context, character))
            context = (context + character)[-length:]
    return pairs


def spelled(X, Y, itos):
    contexts = ["".join(itos[index] for index in context) for context in X.tolist()]
    return list(zip(contexts, [itos[index] for index in Y.tolist()], strict=True))


# Contexts


@given(NAMES, st.integers(1, 6), st.booleans())
def test_examples_are_those_of_plain_loops_in_their_order(own, length, lazily):
    stoi, itos = build_alphabet(own)
    X, Y = context_examples(iter(own) if lazily else own, stoi, length)
    assert X.shape == (len(Y), length)
    assert X.dtype == Y.dtype == torch.int64
    assert X.is_contiguous()
    assert Y.is_contiguous()
    assert spelled(X, Y, itos) == by_loops(own, stoi, length)


@given(NAMES, st.integers(1, 5))
def test_a_context_holds_the_labels_before_and_begins_empty_once_a_name(own, length):
    stoi, _ = build_alphabet(own)
    X, Y = context_examples(own, stoi, length)
    inside = (X[1:] != 0).any(1)
    assert torch.equal(X[1:, -1][inside], Y[:-1][inside])
    assert (X == 0).all(1).sum() == (Y == 0).sum() == len(own)


def test_all_names_give_228146_examples_and_one_letter_of_context_gives_the_bigrams():
    names = load_names()
    stoi, itos = build_alphabet(names)
    X, Y = context_examples(names, stoi)
    assert X.shape == (228_146, 3)
    assert spelled(X[:5], Y[:5], itos) == [
        ("...", "e"),
        ("..e", "m"),
        (".em", "m"),
        ("emm", "a"),
        ("mma", "."),
    ]
    xs, ys = bigram_examples(names, stoi)
    X, Y = context_examples(names, stoi, length=1)
    assert torch.equal(X[:, 0], xs)
    assert torch.equal(Y, ys)


@pytest.mark.parametrize("length", [1, 2, 5])
def test_more_names_than_one_portion_keep_every_example(length):
    X, Y = context_examples(["ab"] * 100_001, {".": 0, "a": 1, "b": 2}, length)
    one_x, one_y = context_examples(["ab"], {".": 0, "a": 1, "b": 2}, length)
    assert torch.equal(X, one_x.repeat(100_001, 1))
    assert torch.equal(Y, one_y.repeat(100_001))


def test_no_names_give_no_examples_and_an_empty_name_gives_its_end():
    X, Y = context_examples([], {".": 0, "a": 1}, 4)
    assert X.shape == (0, 4)
    assert Y.shape == (0,)
    X, Y = context_examples(["", "a"], {".": 0, "a": 1}, 2)
    assert X.tolist() == [[0, 0], [0, 0], [0, 1]]
    assert Y.tolist() == [0, 1, 0]


def test_a_boundary_with_another_number_fills_the_gap_as_well():
    X, Y = context_examples(["ab"], {"a": 0, "b": 1, ".": 2}, 3)
    assert X.tolist() == [[2, 2, 2], [2, 2, 0], [2, 0, 1]]
    assert Y.tolist() == [0, 1, 2]


@pytest.mark.parametrize("length", [0, -1])
def test_a_context_of_no_characters_is_refused(length):
    with pytest.raises(ValueError, match=f"needs 1 character or more, not {length}"):
        context_examples(["ab"], {".": 0, "a": 1, "b": 2}, length)


@pytest.mark.parametrize(
    ("own", "stoi", "says"),
    [
        (["zoë"], {".": 0, "o": 1, "z": 2}, "the name 'zoë' holds 'ë'"),
        (["ab", "Ab"], {".": 0, "a": 1, "b": 2}, "the name 'Ab' holds 'A'"),
        (["a.b"], {".": 0, "a": 1, "b": 2}, "the name 'a.b' holds '.'"),
        (["..."], {".": 0}, "the name '...' holds '.'"),
        (["ab"], {"a": 0, "b": 1}, "stoi has no number for '.'"),
    ],
)
@pytest.mark.parametrize("length", [1, 3])
def test_a_character_without_a_number_is_named(own, stoi, says, length):
    with pytest.raises(ValueError, match=re.escape(says)):
        context_examples(own, stoi, length)


# The split


def test_the_split_is_the_lectures():
    names = load_names()
    train, dev, test = split_names(names)
    assert [len(part) for part in (train, dev, test)] == [25_626, 3_203, 3_204]
    random.seed(42)
    random.shuffle(names)
    assert train == names[:25_626]
    assert dev == names[25_626:28_829]
    assert test == names[28_829:]


@given(NAMES, st.integers(0, 1000))
def test_every_name_falls_on_one_side(own, seed):
    before = list(own)
    parts = split_names(own, seed)
    assert Counter(name for part in parts for name in part) == Counter(own)
    assert own == before, "the list that was given keeps its order"
    train, dev, _ = map(len, parts)
    assert train == int(0.8 * len(own))
    assert dev == int(0.9 * len(own)) - train
    assert parts == split_names(iter(own), seed)


def test_another_seed_gives_another_split_and_leaves_the_global_one_alone():
    names = load_names()[:100]
    random.seed(1)
    state = random.getstate()
    assert split_names(names) != split_names(names, seed=43)
    assert random.getstate() == state
