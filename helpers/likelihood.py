"""How good is a table of probabilities, in one number? And how to smooth one, built in lesson 3."""

import math
from collections.abc import Callable

import torch


def smooth(counts: torch.Tensor, k: float) -> torch.Tensor:
    """Add `k` to every count, and divide each row by its sum.

    Add-k smoothing (k = 1 is Laplace's rule of succession): k = 0 gives the counts' own shares, and
    the larger k is, the closer every row comes to uniform. Lesson 3 builds it by hand.

    Args:
        counts: shape (R, V), integers or floats, finite, 0 or more. A row for each character before
            (R = V for bigrams), or for each context.
        k: finite, 0 or more. It counts like occurrences: k of every character in every row.

    Returns:
        Probabilities, shape (R, V), each row with the sum 1: of the dtype of `counts` where those
        are floats, else of PyTorch's default dtype.

    Raises:
        ValueError: an argument is not as above; k is 0 and a row has no counts to share out; or k
            is too large for the dtype.
    """
    _check_counts(counts)
    if not 0 <= k < math.inf:
        raise ValueError(f"k is {k}; it must be a finite number of 0 or more")
    smoothed = counts + k
    sums = smoothed.sum(1, keepdim=True)
    if not sums.all():
        empty = (sums[:, 0] == 0).nonzero()[0].item()
        raise ValueError(f"row {empty} has no counts: take a k above 0, or leave the row out")
    if not sums.isfinite().all():
        raise ValueError(f"k is {k}; numbers as large as this do not fit into {sums.dtype}")
    return smoothed / sums


def mean_nll(probabilities: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """Mean negative log-likelihood of everything that was counted, in nats.

    -(sum over cells of count * log(probability)) / (sum of counts). A cell with the count 0 adds
    nothing, whatever its probability. A probability of 0 for something that was counted makes the
    result infinite, as it should. Lesson 3 builds it by hand.

    Args:
        probabilities: shape (R, V), floats; each row has the sum 1.
        counts: shape (R, V), integers or floats, finite, 0 or more, not all 0.

    Returns:
        Shape (), float64.

    Raises:
        ValueError: an argument is not as above. A row that does not sum to 1 is refused, for then a
            low number says nothing.
    """
    _check_counts(counts)
    if probabilities.shape != counts.shape:
        raise ValueError(
            f"probabilities of shape {tuple(probabilities.shape)} do not fit counts of shape "
            f"{tuple(counts.shape)}"
        )
    if not counts.any():
        raise ValueError("nothing was counted: all counts are 0")
    probabilities = probabilities.double()
    _check_probabilities(probabilities.detach())
    counts = counts.double()
    return -torch.xlogy(counts, probabilities).sum() / counts.sum()


def _check_counts(counts: torch.Tensor) -> None:
    if counts.ndim != 2 or not counts.numel():
        raise ValueError(f"counts need shape (R, V), got {tuple(counts.shape)}")
    if not ((counts >= 0) & counts.isfinite()).all():
        raise ValueError("counts must be finite numbers of 0 or more")


def _check_probabilities(table: torch.Tensor) -> None:
    """Refuse a table with a row that is no distribution, and say which row and why."""
    sums = table.sum(1)
    for wrong, says in (
        (table.isnan().any(1), "holds NaN"),
        ((table < 0).any(1), "holds a negative number"),
        (~((sums - 1).abs() < 1e-4), "does not sum to 1"),
    ):
        if wrong.any():
            row = wrong.nonzero()[0].item()
            raise ValueError(f"row {row} of the probabilities {says}; its sum is {sums[row]:.4g}")


def back_off(
    X: torch.Tensor, Y: torch.Tensor, size: int, *, weight: float | None = None
) -> Callable[[torch.Tensor], torch.Tensor]:
    """Count what follows contexts of every length, and let the longer ones lean on the shorter.

    A context of k letters says ``p_k = (c + T * p_{k-1}) / (n + T)``: c is the count of the label
    in it, n its own count, and T the number of different labels seen in it (Witten and Bell,
    The zero-frequency problem, 1991). Below the context of no letters stands the uniform model.
    Lesson 6 builds it by hand. Only cells that were seen are stored.

    Args:
        X, Y: contexts, shape (n, k), k of 1 or more, and labels, shape (n,), both int64, to count.
        size: V, the number of characters. V ** (k + 1) has to fit into 64 bits.
        weight: a fixed number in place of T.

    Returns:
        A model for `mean_loss` and `from_context`: from contexts, shape (m, k), to the logarithms
        of their probabilities, shape (m, V), of torch's default dtype.
    """
    length = X.shape[1]

    def rows(contexts: torch.Tensor, k: int) -> torch.Tensor:
        """A number for the last k letters of each context."""
        return contexts[:, length - k :] @ size ** torch.arange(k)

    counted = [
        [numbers.unique(return_counts=True) for numbers in (row, size * row + Y)]
        for row in (rows(X, k) for k in range(length + 1))
    ]

    def model(contexts: torch.Tensor) -> torch.Tensor:
        p = torch.full((len(contexts), size), 1 / size)
        for k, (seen_rows, seen_cells) in enumerate(counted):
            row = rows(contexts, k)[:, None]
            n, c = _times(row, *seen_rows), _times(size * row + torch.arange(size), *seen_cells)
            T = (c > 0).sum(1, keepdim=True) if weight is None else weight
            p = torch.where(n > 0, (c + T * p) / (n + T), p)
        return p.log()

    return model


def _times(asked: torch.Tensor, seen: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """How often each number was counted; `seen` is sorted."""
    place = torch.searchsorted(seen, asked).clamp(max=len(seen) - 1)
    return counts[place] * (seen[place] == asked)
