"""The course on other words: lists that are made up here, and a lesson run on one of them.

As a program, `python words.py NOTEBOOK FILE`: it runs a notebook with the names of a file, all
exercises solved, without a kernel, and prints a line for each thing that goes wrong.
"""

import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

LATIN = "abcdefghijklmnopqrstuvwxyz"
MORE = "àâäçéèêëîïôöùûüÿœñß"
GREEK = "αβγδεζηθικλμνξοπρστυφχψω"


def made_up(count: int, letters: str, seed: int, longest: int = 10) -> list[str]:
    """Words of a made-up language: some letters are frequent, and each has its usual followers."""
    rng = random.Random(seed)
    often = [1 / (place + 1) for place in range(len(letters))]
    after = {}
    for letter in ["", *letters]:
        order = rng.sample(letters, len(letters))
        after[letter] = rng.choices(order, often, k=200)
    words = set()
    while len(words) < count:
        word = ""
        for _ in range(rng.randint(2, longest)):
            word += rng.choice(after[word[-1:]])
        words.add(word)
    # Every letter occurs, as in a real list of that length, however rare it is.
    missing = sorted(set(letters) - set("".join(words)))
    words = sorted(words)
    rng.shuffle(words)
    for place, letter in enumerate(missing):
        words[place] = letter + words[place][1:]
    return words


LISTS: dict[str, Callable[[], list[str]]] = {
    "150 words": lambda: made_up(150, LATIN[:18], 1),
    "1,500 words of a to z": lambda: made_up(1_500, LATIN, 2),
    "6,000 of 45 characters": lambda: made_up(6_000, LATIN + MORE, 3, longest=14),
    "another alphabet": lambda: made_up(1_500, GREEK, 4, longest=7),
}


def troubles(notebook: Path) -> Iterator[str]:
    """What goes wrong when a notebook runs with all its exercises solved: a line for each thing."""
    import matplotlib.pyplot as plt
    from shared.lessons import exercises, prepare_main, read_notebook, run_cell, solved, tags

    checks = {each.place + 1: each.name for each in exercises(read_notebook(notebook))}
    namespace = prepare_main()
    os.chdir(notebook.parent)
    for place, cell in enumerate(solved(notebook).cells):
        if cell.cell_type != "code":
            continue
        try:
            value = run_cell(cell.source, namespace, f"cell {cell.id}")
        except Exception as error:
            if "raises-exception" not in tags(cell):
                yield f"cell {cell.id}: {type(error).__name__}: {' '.join(str(error).split())}"
        else:
            if place in checks and getattr(value, "kind", None) != "right":
                yield f"exercise {checks[place]}: {value!r}"
        plt.close("all")


def main(notebook: str, words: str) -> int:
    os.environ["MAKEMORE_NAMES"] = words
    os.environ["MAKEMORE_PROGRESS"] = ""  # nothing is remembered
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for what the cells print
    found = 0
    for trouble in troubles(Path(notebook).resolve()):
        found += 1
        print(trouble, file=said, flush=True)
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
