"""What nbval passes over in a saved notebook, compared as well: pictures and tracebacks.

A plugin of pytest, as the conftest.py of the project says; so it holds for notebooks that are run
by themselves, too.
"""

from __future__ import annotations

import io
import re
from base64 import b64decode
from functools import cache

import numpy as np
import PIL.Image
import pytest
from nbval.plugin import IPyNbCell
from shared.scripts import load_tool

# Between what was saved and what is drawn now. Any computer draws the same; another one's numbers
# may differ in their last digits, and then a line by part of a pixel.
TOLERANCE = 2
_PNG = "iVBORw0KGgo"  # how each begins, in base64


def difference(one: bytes, other: bytes) -> float:
    """The root mean square of the differences of two PNGs, from 0 to 255; infinite for two sizes.

    Measured where at least one of them is not white, so that a thin line counts for something.
    """
    first, second = (
        np.asarray(PIL.Image.open(io.BytesIO(each)).convert("RGB")).astype(float)
        for each in (one, other)
    )
    if first.shape != second.shape:
        return np.inf
    drawn = (np.minimum(first, second) < 255).any(axis=2)
    return float(np.sqrt(np.square(first - second)[drawn].mean())) if drawn.any() else 0.0


class Picture(str):
    """A PNG in base64, the same as another one that can hardly be told from it."""

    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        same = str.__eq__(self, other)
        return same or difference(b64decode(self), b64decode(str(other))) <= TOLERANCE

    def __ne__(self, other: object) -> bool:
        return not self == other


def comparable(output: object) -> object:
    """What nbval is to compare of an output: where it differs, the page would look another way."""
    if isinstance(output, str) and output.startswith(_PNG):
        return Picture(output)
    if isinstance(output, list):
        return seen_anywhere("\n".join(output))
    return output


def seen_anywhere(traceback: str) -> str:
    """A traceback without what differs from place to place, and from Python to Python.

    Nor does it hold the numbers of cells: nbval's kernel does not count. And no colours: from 3.12
    on, Python itself takes an f-string apart, and its parts have colours of their own.
    """
    text = re.sub(r"\x1b\[[\d;]*m", "", _clean_text()(traceback))
    text = re.sub(r"In\[\d+\]", "In[…]", text)
    return re.sub(r"\bpython3\.\d+\b", "python3", text)


@cache
def _clean_text():
    return load_tool("refresh").clean_text


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let nbval compare these of its cells."""
    if isinstance(item, IPyNbCell):
        passed_over = set(item.parent.skip_compare) - {"traceback", "image/png"}
        item.parent.skip_compare = tuple(passed_over)
        item.sanitize = comparable
