"""The back-off table, against its formula worked out one context at a time."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from shared.back_off import by_formula

from helpers import back_off


@given(
    size=st.integers(2, 6),
    length=st.integers(1, 3),
    n=st.integers(1, 40),
    weight=st.sampled_from([None, 0.5, 20.0]),
    seed=st.integers(0, 1000),
)
def test_it_is_the_formula(size, length, n, weight, seed):
    g = torch.Generator().manual_seed(seed)
    X = torch.randint(size, (n, length), generator=g)
    Y = torch.randint(size, (n,), generator=g)
    asked = torch.cat([X[:5], torch.randint(size, (5, length), generator=g)])  # seen, and any
    found = back_off(X, Y, size, weight=weight)(asked)
    assert found.shape == (len(asked), size)
    assert found.dtype == torch.get_default_dtype()
    seen = X.tolist(), Y.tolist()
    expected = [by_formula(*seen, size, weight, context) for context in asked.tolist()]
    torch.testing.assert_close(found.exp(), torch.tensor(expected))


def test_what_was_never_seen_is_left_to_the_shorter_context():
    X, Y = torch.tensor([[0, 1], [1, 1], [1, 0]]), torch.tensor([1, 1, 0])
    model = back_off(X, Y, 3)
    unseen, shorter = model(torch.tensor([[2, 1]])), back_off(X[:, 1:], Y, 3)(torch.tensor([[1]]))
    torch.testing.assert_close(unseen, shorter)
    assert unseen.exp().sum().item() == pytest.approx(1)
