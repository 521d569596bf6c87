"""The formula of the back-off table, worked out one context at a time, in plain Python."""

from collections import Counter


def by_formula(
    X: list[list[int]], Y: list[int], size: int, weight: float | None, context: list[int]
) -> list[float]:
    """The probability of each label in one context, from the context of no letters up."""
    p = [1 / size] * size
    for k in range(len(context) + 1):
        end = context[len(context) - k :]
        c = Counter(y for x, y in zip(X, Y, strict=True) if x[len(x) - k :] == end)
        n, T = c.total(), len(c) if weight is None else weight
        p = [(c[label] + T * p[label]) / (n + T) for label in range(size)] if n else p
    return p
