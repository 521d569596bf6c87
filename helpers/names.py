"""Names: number their characters, count their bigrams, make examples of them, deal them out.

Lesson 1 builds the alphabet and the counts by hand. `helpers.aid.reading` reads a names file.
From a shell,

    python -m helpers.names yob2018.txt --output my_names.txt

makes a names file out of one of the U.S. Social Security Administration (``name,sex,occurrences``).
"""

import random
import sys
import warnings
from collections.abc import Iterable, Iterator

import numpy as np
import torch

from helpers.aid.reading import NAMES_FILE, load_names, main, names_from_ssa, shown
from helpers.aid.spelling import BOUNDARY

__all__ = [
    "BOUNDARY",
    "NAMES_FILE",
    "bigram_examples",
    "build_alphabet",
    "context_examples",
    "count_bigrams",
    "load_names",
    "main",
    "names_from_ssa",
    "split_names",
]

# `import helpers` has loaded this module before `python -m helpers.names` runs it, and Python warns
# that the two may differ. Nothing here changes after the import, so they do not.
warnings.filterwarnings("ignore", "'helpers.names' found in sys.modules", RuntimeWarning)


def build_alphabet(names: Iterable[str]) -> tuple[dict[str, int], dict[int, str]]:
    """Number the characters of the names: the boundary is 0, the others follow in sorted order.

    Lesson 1 builds it by hand.

    Returns:
        ``stoi``, from character to index, and ``itos``, from index to character. For the course's
        names both have 27 entries.

    Raises:
        ValueError: a name holds the boundary character.
    """
    characters = set().union(*names)
    if BOUNDARY in characters:
        raise ValueError(
            f"a name holds {BOUNDARY!r}, the character that marks where names begin and end; "
            "take it out of the names"
        )
    itos = dict(enumerate([BOUNDARY, *sorted(characters)]))
    return {character: index for index, character in itos.items()}, itos


def count_bigrams(names: Iterable[str], stoi: dict[str, int]) -> torch.Tensor:
    """Count how often each character stands right before each other one.

    Lesson 1 counts with two loops; this gives the same table sooner: in time linear in
    the data and in the cells of the table.

    Args:
        names: the names, without boundaries.
        stoi: from character to index, the boundary included, as `build_alphabet` gives it.

    Returns:
        ``N``, shape (V, V), int64, V = len(stoi). ``N[i, j]`` counts character ``i`` followed by
        character ``j``.

    Raises:
        ValueError: a name holds a character that `stoi` has no number for, or the boundary; or
            `stoi` has no number for the boundary.
    """
    size = len(stoi)
    counts, waiting, held = 0, [np.empty(0, dtype=np.int64)], 0
    for indices in _portions(names, stoi):
        waiting.append(indices[:-1] * size + indices[1:])
        held += len(waiting[-1])
        if held >= size * size:  # a bincount takes time for each cell, too: none for few pairs
            counts = counts + np.bincount(np.concatenate(waiting), minlength=size * size)
            waiting, held = [], 0
    if waiting:
        counts = counts + np.bincount(np.concatenate(waiting), minlength=size * size)
    return torch.from_numpy(counts).reshape(size, size)


def bigram_examples(
    names: Iterable[str], stoi: dict[str, int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn each bigram into an example: the character before is the input, the next the label.

    Lesson 4 builds it by hand.

    Args:
        names, stoi: as in `count_bigrams`.

    Returns:
        ``xs`` and ``ys``, inputs and labels: shape (n,) each, int64, in the order of the names. The
        course's names have n = 228,146.

    Raises:
        ValueError: as in `count_bigrams`.
    """
    pairs = [np.empty((2, 0), dtype=np.int64)]
    pairs += [np.stack([indices[:-1], indices[1:]]) for indices in _portions(names, stoi)]
    xs, ys = torch.from_numpy(np.concatenate(pairs, axis=1))
    return xs, ys


def context_examples(
    names: Iterable[str], stoi: dict[str, int], length: int = 3
) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn each character of each name into an example: the `length` characters before, and it.

    Where a name has not that many characters yet, boundaries fill the context. Lesson 6 builds it
    by hand.

    Args:
        names, stoi: as in `count_bigrams`.
        length: how many characters the model sees, 1 or more.

    Returns:
        ``X``, contexts, shape (n, length), and ``Y``, labels, shape (n,): int64, in the order of
        the names. The course's names have n = 228,146.

    Raises:
        ValueError: as in `count_bigrams`, or `length` is less than 1.
    """
    if length < 1:
        raise ValueError(f"a context needs 1 character or more, not {length}")
    windows = [np.empty((0, length + 1), dtype=np.int64)]
    for indices in _portions(names, stoi, padding=length):
        # A label is a letter, or the first of the boundaries after a name. The others are padding.
        starts = np.flatnonzero(indices == stoi[BOUNDARY])[::length]
        is_label = np.ones(len(indices), dtype=bool)
        for offset in range(1, length):
            is_label[starts + offset] = False
        every = np.lib.stride_tricks.sliding_window_view(indices, length + 1)
        windows.append(every[is_label[length:]].astype(np.int64))
    examples = torch.from_numpy(np.concatenate(windows))
    return examples[:, :-1].contiguous(), examples[:, -1].contiguous()


def split_names(names: Iterable[str], seed: int = 42) -> tuple[list[str], list[str], list[str]]:
    """Shuffle the names, and deal them out: 80 % to train, 10 % for dev, 10 % for test.

    Whole names, so that no part of a name is trained on and another part tested. (A name that
    stands twice in the list may still fall on both sides.) Lesson 6 builds it by hand.

    Args:
        names: in an order that matters: the same order and seed give the same split.
        seed: of the shuffle.

    Returns:
        The names to train on, those of the dev set, and those of the test set.
    """
    shuffled = list(names)
    random.Random(seed).shuffle(shuffled)
    first, second = int(0.8 * len(shuffled)), int(0.9 * len(shuffled))
    return shuffled[:first], shuffled[first:second], shuffled[second:]


def _portions(names: Iterable[str], stoi: dict[str, int], padding: int = 1) -> Iterator[np.ndarray]:
    """The names as indices, `padding` boundaries before, between and after them.

    In portions, so that memory stays small however many names there are. Each begins and ends with
    boundaries, so that nothing is lost between two of them. With one, every pair is a bigram.
    """
    if BOUNDARY not in stoi:
        raise ValueError(
            f"stoi has no number for {BOUNDARY!r}, the character before and after every name"
        )
    names = list(names)
    index_of_code = np.full(max(map(ord, stoi)) + 2, -1, dtype=np.int32)
    for character, index in stoi.items():
        index_of_code[ord(character)] = index
    # Portions this small stay in the processor's cache.
    for portion in (names[start : start + 5_000] for start in range(0, len(names), 5_000)):
        # The boundaries between two names end the first and begin the second.
        text = (BOUNDARY * padding).join(["", *portion, ""])
        codes = np.array([text]).view(np.uint32)
        # Codes past the table share its last entry, which no character has.
        indices = index_of_code.take(codes, mode="clip")
        boundaries = np.count_nonzero(indices == stoi[BOUNDARY])
        if indices.min() < 0 or boundaries != padding * (len(portion) + 1):
            raise _outsider(portion, stoi)
        yield indices


def _outsider(names: list[str], stoi: dict[str, int]) -> ValueError:
    """The error that shows the first character which has no place inside these names."""
    name, character = next(
        (name, character)
        for name in names
        for character in name
        if character == BOUNDARY or character not in stoi
    )
    return ValueError(
        f"the name {shown(name)} holds {character!r}, which is not among the {len(stoi) - 1} "
        "letters of this alphabet; build the alphabet from these names"
    )


if __name__ == "__main__":
    sys.exit(main())
