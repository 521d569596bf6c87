"""How good is a table of probabilities, in one number? And how to smooth one, built in lesson 3."""

import math

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
