"""helpers/sampling.py: drawing names from tables and from functions."""

import re
from collections import Counter
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers.names import BOUNDARY, build_alphabet, count_bigrams, load_names
from helpers.sampling import sample_names

FIRST_NAMES = ["cexze.", "momasurailezitynn.", "konimittain.", "llayn.", "ka."]
SMALL = {0: ".", 1: "a", 2: "b"}


@pytest.fixture(scope="module")
def itos() -> dict[int, str]:
    return build_alphabet(load_names())[1]


@pytest.fixture(scope="module")
def N(itos) -> torch.Tensor:
    return count_bigrams(load_names(), {character: index for index, character in itos.items()})


# The course's names, from anything that says what comes next


def test_the_first_names_are_the_ones_the_lessons_show(N, itos):
    assert sample_names(N, itos) == FIRST_NAMES
    assert sample_names(N, itos, 5, seed=2147483647) == FIRST_NAMES


@pytest.mark.parametrize("dtype", [torch.int32, torch.int64, torch.float32, torch.float64])
def test_counts_of_any_type_give_the_same_names(N, itos, dtype):
    assert sample_names(N.to(dtype), itos) == FIRST_NAMES


def test_probabilities_give_the_same_names_as_counts(N, itos):
    P = N / N.sum(1, keepdim=True)
    assert sample_names(P, itos) == FIRST_NAMES
    assert sample_names(P, itos, 200, seed=7) == sample_names(N, itos, 200, seed=7)


@pytest.mark.parametrize("kind", [torch.float32, torch.int64])
def test_a_function_of_the_context_gives_the_same_names_as_its_table(N, itos, kind):
    assert sample_names(lambda context: N[context[-1]].to(kind), itos) == FIRST_NAMES


def test_weights_that_still_carry_gradients_give_the_same_names(N, itos):
    W = N.double().log().requires_grad_()
    assert sample_names(lambda context: W[context[-1]].softmax(0), itos) == FIRST_NAMES
    assert sample_names(W.softmax(1), itos) == FIRST_NAMES


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
def test_a_table_draws_what_multinomial_draws(N, itos, dtype):
    table = (N / N.sum(1, keepdim=True)).to(dtype)
    for seed in (2147483647, 1):
        # Rows that a function gives go through torch.multinomial, one by one.
        by_function = sample_names(lambda context: table[context[-1]], itos, 300, seed=seed)
        assert sample_names(table, itos, 300, seed=seed) == by_function


@pytest.mark.filterwarnings("error")
def test_weights_near_the_ends_of_what_a_float_holds_draw_the_same_names():
    table = torch.tensor([[0, 3e38, 1e-38], [1e-40, 3e38, 2e38], [1e-30, 1e-36, 0]])
    for scaled in (table, table.double()):
        by_function = sample_names(lambda context, W=scaled: W[context[-1]], SMALL, 50)
        assert sample_names(scaled, SMALL, 50) == by_function


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_weights_that_only_64_bits_can_hold_draw_the_same_names(scale):
    table = torch.tensor([[0, 3, 1], [2, 1, 1], [1, 1, 0]], dtype=torch.float64)
    expected = sample_names(table, SMALL, 20)
    assert sample_names(table * scale, SMALL, 20) == expected
    assert sample_names(lambda context: table[context[-1]] * scale, SMALL, 20) == expected


def test_the_smallest_alphabet_holds_the_boundary_alone():
    assert sample_names(torch.ones(1, 1), {0: BOUNDARY}, 2) == [BOUNDARY] * 2


def test_a_function_is_given_the_whole_name_so_far():
    contexts = []

    def spell(context):
        """a, then b, then the end: this needs to know more than the last character."""
        contexts.append(list(context))
        return torch.eye(3)[[1, 2, 0][len(context) - 1]]

    assert sample_names(spell, SMALL, 2) == ["ab.", "ab."]
    assert contexts == [[0], [0, 1], [0, 1, 2]] * 2


def test_the_count_of_names_is_the_one_asked_for(N, itos):
    assert sample_names(N, itos, 0) == []
    assert sample_names(N, itos, 2) == FIRST_NAMES[:2]
    assert len(sample_names(N, itos, 30)) == 30


# The seed


def test_the_same_seed_gives_the_same_names_and_another_gives_others(N, itos):
    assert sample_names(N, itos, seed=1) == sample_names(N, itos, seed=1)
    assert sample_names(N, itos, seed=1) != sample_names(N, itos, seed=2)


def test_the_global_random_state_is_neither_used_nor_changed(N, itos):
    before = torch.get_rng_state()
    assert sample_names(N, itos) == FIRST_NAMES
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    assert sample_names(N, itos) == FIRST_NAMES
    torch.set_rng_state(before)


def test_the_table_is_not_changed(N, itos):
    before = N.clone()
    sample_names(N, itos)
    assert torch.equal(N, before)


# The longest name


def test_a_model_that_never_ends_a_name_stops_at_the_longest():
    endless = torch.tensor([[0.0, 1, 0], [0, 0, 1], [0, 1, 0]])
    assert sample_names(endless, SMALL, 2, longest=5) == ["ababa", "ababa"]
    assert [len(name) for name in sample_names(endless, SMALL, 3)] == [50] * 3


def test_a_name_of_the_longest_length_may_still_end(N, itos):
    for longest in (1, 2, 4, 6):
        names = sample_names(N, itos, 300, longest=longest)
        assert max(len(name.rstrip(BOUNDARY)) for name in names) == longest
        assert all(name.endswith(BOUNDARY) or len(name) == longest for name in names)
        assert any(len(name) == longest and not name.endswith(BOUNDARY) for name in names)


# What is no table of probabilities


@pytest.mark.parametrize(
    ("value", "says"),
    [(torch.nan, "NaN"), (-1.0, "negative"), (torch.inf, "infinity"), (-torch.inf, "negative")],
)
@pytest.mark.parametrize("row", [0, 2])
def test_a_bad_row_of_a_table_is_named(value, says, row):
    table = torch.ones(3, 3)
    table[row, 1] = value
    with pytest.raises(ValueError, match=re.escape(f"row {row} ({SMALL[row]!r}) holds")) as caught:
        sample_names(table, SMALL)
    assert says in str(caught.value)


@pytest.mark.parametrize("dtype", [torch.int64, torch.float32])
def test_a_row_that_sums_to_zero_is_named(dtype):
    table = torch.ones(3, 3, dtype=dtype)
    table[1] = 0
    with pytest.raises(ValueError, match=r"row 1 \('a'\) sums to zero: .* smooth the counts"):
        sample_names(table, SMALL)


def test_a_row_divided_by_zero_is_named_with_its_likely_cause():
    counts = torch.tensor([[0, 1, 1], [1, 0, 0], [0, 0, 0]])
    with pytest.raises(ValueError, match=r"row 2 \('b'\) holds NaN.*divided by a sum of 0"):
        sample_names(counts / counts.sum(1, keepdim=True), SMALL)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ([torch.nan, 1, 1], "holds NaN"),
        ([-1.0, 1, 1], "holds a negative number"),
        ([torch.inf, 1, 1], "holds an infinity"),
        ([0.0, 0, 0], "sums to zero"),
        ([1.0, 1], "has shape (2,); 3 characters need (3,)"),
        ([1.0, 1, 1, 1], "has shape (4,); 3 characters need (3,)"),
        ([[1.0, 1, 1]], "has shape (1, 3); 3 characters need (3,)"),
    ],
)
def test_a_bad_row_of_a_function_is_named_by_the_name_so_far(row, says):
    def model(context):
        return torch.tensor(row) if len(context) == 3 else torch.tensor([0.0, 1, 0])

    with pytest.raises(ValueError, match=re.escape(f"the row after '.aa' {says}")):
        sample_names(model, SMALL)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (3, 2), (4, 4), (3, 3, 3), (1, 3), (0,)])
def test_a_table_of_another_shape_is_refused(shape):
    says = f"the table has shape {shape}; 3 characters need (3, 3)"
    with pytest.raises(ValueError, match=re.escape(says)):
        sample_names(torch.ones(shape), SMALL)


def test_an_alphabet_without_an_end_is_refused():
    with pytest.raises(ValueError, match=r"itos has no '\.'"):
        sample_names(torch.ones(2, 2), {0: "a", 1: "b"})


# What is drawn is what the table says


def test_what_follows_each_character_follows_the_table():
    P = torch.tensor([[0.0, 0.7, 0.3], [0.4, 0.1, 0.5], [0.25, 0.7, 0.05]])
    names = sample_names(P, SMALL, 4_000, seed=1)
    pairs = Counter(pair for name in names for pair in pairwise(BOUNDARY + name))
    drawn = torch.tensor(
        [[pairs[SMALL[i], SMALL[j]] for j in range(3)] for i in range(3)], dtype=torch.float64
    )
    expected = P.double() * drawn.sum(1, keepdim=True)
    possible = expected > 0
    assert (drawn[~possible] == 0).all()
    chi_squared = ((drawn - expected)[possible] ** 2 / expected[possible]).sum().item()
    # 8 possible cells in 3 rows leave 5 degrees of freedom; 20.5 is passed by 1 table in 1,000.
    assert chi_squared < 20.5


def test_the_boundary_may_have_any_number():
    itos = {0: "a", 1: "b", 2: "."}
    table = torch.tensor([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])
    assert sample_names(table, itos, 2) == ["ab.", "ab."]


@st.composite
def tables(draw) -> torch.Tensor:
    """A table of weights, holes included, where something may follow every character."""
    size = draw(st.integers(2, 6))
    weight = st.one_of(st.just(0.0), st.floats(0.0078125, 128, width=32))
    row = st.lists(weight, min_size=size, max_size=size).filter(any)
    return torch.tensor(draw(st.lists(row, min_size=size, max_size=size)))


@given(tables(), st.integers(0, 2**63 - 1), st.integers(1, 12))
def test_names_take_only_steps_that_the_table_allows(table, seed, longest):
    itos = dict(enumerate(".abcde"[: len(table)]))
    stoi = {character: index for index, character in itos.items()}
    names = sample_names(table, itos, 5, seed=seed, longest=longest)
    assert len(names) == 5
    for name in names:
        assert BOUNDARY not in name[:-1], "a name ends where its end is drawn"
        assert name.endswith(BOUNDARY) or len(name) == longest
        assert len(name.removesuffix(BOUNDARY)) <= longest
        for one, other in pairwise(BOUNDARY + name):
            assert table[stoi[one], stoi[other]] > 0
    assert sample_names(table, itos, 5, seed=seed, longest=longest) == names


@given(tables(), st.integers(-20, 20))
def test_only_the_proportions_of_a_row_matter(table, power):
    itos = dict(enumerate(".abcde"[: len(table)]))
    scaled = table * 2.0**power  # exact: a power of two changes no digit
    assert sample_names(scaled, itos, 3, longest=8) == sample_names(table, itos, 3, longest=8)
