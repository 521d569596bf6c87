"""Sampling: draw names from anything that gives the probabilities of the next character.

Lesson 1 draws its first names by hand.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch

from helpers.names import BOUNDARY

NextCharacter = Callable[[Sequence[int]], torch.Tensor]
"""From the indices so far, boundary first, to the V probabilities of the next one."""


def sample_names(
    model: torch.Tensor | NextCharacter,
    itos: dict[int, str],
    count: int = 5,
    *,
    seed: int = 2147483647,
    longest: int = 50,
) -> list[str]:
    """Draw names, character by character, until each one ends.

    Lesson 1 builds it by hand, for a table.

    Args:
        model: a table of shape (V, V), any real dtype, whose row ``i`` weighs what follows
            character ``i`` (counts or probabilities: a row need not sum to 1); or a function from
            the indices so far to the V weights of the next character.
        itos: from index to character, V entries, the boundary included.
        count: how many names.
        seed: of the random generator. The same seed gives the same names for the same version of
            torch; another version may draw another sequence.
        longest: the most letters a name may have. A model that never ends a name stops here.

    Returns:
        The names. Each ends with the boundary, except where it was cut off at `longest`.

    Raises:
        ValueError: the table is not (V, V), or a row has not V entries, holds NaN, an infinity or
            a negative number, or sums to zero. The message names the row.
    """
    if BOUNDARY not in itos.values():
        raise ValueError(f"itos has no {BOUNDARY!r}, the character that ends every name")
    size = len(itos)
    boundary = next(index for index, character in itos.items() if character == BOUNDARY)
    generator = torch.Generator().manual_seed(seed)
    if isinstance(model, torch.Tensor):
        if model.shape != (size, size):
            raise ValueError(
                f"the table has shape {tuple(model.shape)}; {size} characters need ({size}, {size})"
            )
        table = torch.stack(
            [_checked_row(model[i], size, f"row {i} ({itos[i]!r})") for i in range(size)]
        )
        draw = _race(table, generator)
    else:

        def draw(context: Sequence[int]) -> int:
            so_far = "".join(itos[index] for index in context)
            row = _checked_row(model(context), size, f"the row after {so_far!r}")
            return torch.multinomial(row, 1, generator=generator).item()

    names = []
    with np.errstate(over="ignore"):  # in a race, an infinity wins: no reason to warn
        for _ in range(count):
            context = [boundary]
            while len(context) <= longest:
                context.append(draw(context))
                if context[-1] == boundary:
                    break
            names.append("".join(itos[index] for index in context[1:]))
    return names


def from_context(model: Callable[[torch.Tensor], torch.Tensor], length: int = 3) -> NextCharacter:
    """Let `sample_names` draw from a network that sees the last `length` characters.

    Lesson 6 builds it by hand.

    Args:
        model: from contexts, shape (n, length), int64, to logits, shape (n, V). A network with
            batch norm has to be in eval mode: one context at a time is no batch.
        length: how many characters the network sees. Boundaries, index 0, fill a short context.

    Returns:
        The function from the indices so far to the V probabilities of the next character.
    """

    def probabilities(indices: Sequence[int]) -> torch.Tensor:
        window = ([0] * length + list(indices))[-length:]
        with torch.no_grad():
            return torch.softmax(model(torch.tensor([window])), dim=1)[0]

    return probabilities


def _race(table: torch.Tensor, generator: torch.Generator) -> Callable[[Sequence[int]], int]:
    """Draw what ``torch.multinomial(table[context[-1]], 1)`` draws, in a fifth of the time.

    It draws one of V as a race: each gets a number from the exponential distribution, and the one
    whose weight is largest next to its number wins. That happens in proportion to the weights. Here
    it is the same race with the same numbers; what is left out are the checks of a row at every
    character, for these rows have been checked.
    """
    if table.dtype not in (torch.float32, torch.float64):  # NumPy has not all of the others
        return lambda context: torch.multinomial(table[context[-1]], 1, generator=generator).item()
    rows, numbers = list(table.detach().numpy()), torch.empty(len(table), dtype=table.dtype)
    shared, race = numbers.numpy(), np.empty_like(rows[0])

    def draw(context: Sequence[int]) -> int:
        numbers.exponential_(generator=generator)  # seen by `shared`, which is the same memory
        return int(np.divide(rows[context[-1]], shared, out=race).argmax())

    return draw


def _checked_row(row: torch.Tensor, size: int, name: str) -> torch.Tensor:
    """Return the row as floats, or raise the ValueError that says what is wrong with it."""
    if row.shape != (size,):
        raise ValueError(f"{name} has shape {tuple(row.shape)}; {size} characters need ({size},)")
    row = row if row.is_floating_point() else row.float()
    for wrong, says in (
        (row.isnan().any(), "holds NaN, which is no probability; was a row divided by a sum of 0?"),
        ((row < 0).any(), "holds a negative number; probabilities and counts are 0 or more"),
        (row.isinf().any(), "holds an infinity; a probability is at most 1"),
        (row.sum() == 0, "sums to zero: nothing can follow; smooth the counts, or check the model"),
    ):
        if wrong:
            raise ValueError(f"{name} {says}")
    return row
