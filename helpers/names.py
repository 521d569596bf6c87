"""Names: read them, check them, number their characters, count their bigrams.

Lesson 1 builds all of this by hand. A names file holds one name a line. From a shell,

    python -m helpers.names yob2018.txt --output my_names.txt

makes one out of a file of the U.S. Social Security Administration (``name,sex,occurrences``).
"""

import argparse
import codecs
import io
import os
import random
import re
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch

BOUNDARY = "."
"""The character that stands before and after every name, and in none."""

NAMES_FILE = Path(__file__).resolve().parent.parent / "names.txt"
"""The course's own names: 32,033 of them, lower case, one a line."""

# `import helpers` has loaded this module before `python -m helpers.names` runs it, and Python warns
# that the two may differ. Nothing here changes after the import, so they do not.
warnings.filterwarnings("ignore", "'helpers.names' found in sys.modules", RuntimeWarning)


def load_names(path: str | Path | None = None) -> list[str]:
    """Read a names file: one name a line, in the order of the file.

    Without a path it is the file that the environment variable `MAKEMORE_NAMES` names, so that
    all lessons can run on other words; without that one, the course's own.

    Capitals become small letters. Blank lines, white space around a name, Windows line ends and a
    byte-order mark are read for what they mean. A name is made of letters of any alphabet; a hyphen
    or an apostrophe may stand inside it.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is empty, is not text, or has a line that is no name. The message says
            which file, which line, what was found there and what to do.
    """
    path = path or os.environ.get("MAKEMORE_NAMES") or NAMES_FILE
    return [_checked(name, path, line) for line, name in _lines(path)]


def names_from_ssa(path: str | Path) -> list[str]:
    """Read the names out of a Social Security file: rows of ``name,sex,occurrences``, any year.

    A name given to girls and to boys stands in two rows, and twice in the result.

    Raises:
        FileNotFoundError, ValueError: as in `load_names`; a row that is not of this form, too.
    """
    names = []
    for line, row in _lines(path):
        fields = row.split(",")
        if len(fields) != 3 or fields[1] not in ("f", "m") or not fields[2].strip().isdecimal():
            raise _refusal(
                path, line, row, "is no row of the form name,sex,occurrences, such as Emma,F,18688"
            )
        names.append(_checked(fields[0].strip(), path, line))
    return names


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

    Lesson 1 counts with two loops; this gives the same table sooner, in time linear in the data.

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
    counts = np.zeros(size * size, dtype=np.int64)
    for indices in _portions(names, stoi):
        counts += np.bincount(indices[:-1] * size + indices[1:], minlength=size * size)
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
        f"the name {_shown(name)} holds {character!r}, which is not among the {len(stoi) - 1} "
        "letters of this alphabet; build the alphabet from these names"
    )


def _lines(path: str | Path) -> Iterator[tuple[int, str]]:
    """Number and clean the lines of a text file, and pass over blank ones; all blank is refused."""
    try:
        raw = Path(path).read_bytes()
    except IsADirectoryError as error:
        raise ValueError(f"{path} is a folder, not a file of names") from error
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"there is no file {path}; give the path of a text file with one name a line"
        ) from error
    encoding = "UTF-8"
    for mark, its_encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            raw, encoding = raw.removeprefix(mark), its_encoding
            break
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(re.split("\r\n|\r|\n", raw[: error.start].decode(encoding)))
        raise ValueError(
            f"{path}, line {line}: byte {raw[error.start]:#04x} is not text in {encoding}; "
            "save the file as UTF-8 text with one name a line"
        ) from error
    found = False
    # One line at a time: as a list, the lines would take as much memory again as the names.
    for number, line in enumerate(io.TextIOWrapper(io.BytesIO(raw), encoding), start=1):
        # One spelling for each name: é may be written as one code point or as two.
        if cleaned := unicodedata.normalize("NFC", line.strip().lower()):
            found = True
            yield number, cleaned
    if not found:
        raise ValueError(
            f"{path}, line 1: the file is empty; give a text file with one name a line"
        )


_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "UTF-8",
    codecs.BOM_UTF16_LE: "UTF-16-LE",
    codecs.BOM_UTF16_BE: "UTF-16-BE",
}


def _checked(name: str, path: str | Path, line: int) -> str:
    """Return the name, or raise the ValueError that says what is wrong with it."""
    if name.isalpha():  # most are, and this is soon told
        return name
    if BOUNDARY in name:
        raise _refusal(
            path, line, name, f"holds {BOUNDARY!r}, which marks where names begin and end"
        )
    for position, character in enumerate(name):
        kind = unicodedata.category(character)
        inside = 0 < position < len(name) - 1 and character in "-'’"
        if not (kind[0] == "L" or inside or (kind[0] == "M" and position > 0)):
            raise _refusal(
                path, line, name, f"is no name: {character!r} is no letter inside a name"
            )
    if not name:
        raise _refusal(path, line, name, "is no name: it is empty")
    return name


def _refusal(path: str | Path, line: int, found: str, why: str) -> ValueError:
    # Each letter of UTF-16 takes two bytes. Read as UTF-8, one of them is a control character.
    other = any(character < " " and character != "\t" for character in found)
    cure = ", or save the file as UTF-8 text if it is in another encoding" * other
    return ValueError(f"{path}, line {line}: {_shown(found)} {why}; mend or delete this line{cure}")


def _shown(text: str) -> str:
    """A text as a message quotes it: in part, where it is long."""
    return repr(text if len(text) <= 40 else text[:39] + "…")


def main(arguments: list[str] | None = None) -> int:
    """Turn a Social Security file into a names file; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.names",
        description="Make a names file (lower case, one name a line) out of a file of the U.S. "
        "Social Security Administration (name,sex,occurrences), such as yob2018.txt.",
    )
    parser.add_argument("file", help="the Social Security file")
    parser.add_argument("-o", "--output", help="where to write the names (default: the screen)")
    options = parser.parse_args(arguments)
    try:
        data = "".join(name + "\n" for name in names_from_ssa(options.file)).encode()
        # The screen too is opened and closed here: closing it tells of a full disk, or a reader who
        # left, which Python would otherwise notice only on its way out.
        target = sys.stdout.fileno() if options.output is None else options.output
        with open(target, "wb", closefd=options.output is not None) as output:
            output.write(data)
    except BrokenPipeError:
        return 0  # the reader, `head` perhaps, has seen enough
    except (OSError, ValueError) as error:
        print(f"helpers.names: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
