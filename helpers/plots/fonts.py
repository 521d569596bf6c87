"""Fonts for letters that matplotlib's own does not have."""

import contextlib
import unicodedata
import warnings
from collections.abc import Iterable
from functools import lru_cache

from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, FontPath, fontManager, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

OWN = "DejaVu Sans"
"""It comes with matplotlib, and knows Latin, Greek and Cyrillic letters."""

# Has a drawing for every character there is, and it is a box for all of an alphabet.
_BOXES = "Last Resort"

# One for each character and each draw would bury the picture. `Letters.sentence` says it once.
warnings.filterwarnings("ignore", r"Glyph \d+ .*missing from", UserWarning)


@lru_cache(maxsize=64)
def families_for(characters: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Installed families that have these characters, matplotlib's own first; and what none has."""
    lacking = {each for each in characters if not _has(OWN, each) and not each.isspace()}
    families = [OWN]
    while lacking:
        found = {family: {each for each in lacking if _has(family, each)} for family in _others()}
        best = max(found, key=lambda family: len(found[family]), default=None)
        if best is None or not found[best]:
            break
        families.append(best)
        lacking -= found[best]
    return tuple(families), frozenset(lacking)


def lacking_sentence(lacking: Iterable[str], instead: str) -> str:
    """What is said where no installed font has some of the letters; nothing where all are there."""
    count = len(set(lacking))
    if not count:
        return ""
    letters = "1 of these characters" if count == 1 else f"{count} of these characters"
    return f"No font on this computer has {letters}: {instead}."


def provide(figure: Figure) -> str:
    """Give each text of a figure the fonts that its letters need.

    Returns:
        The sentence for letters that no font has; empty where there are none.
    """
    lacking = set()
    for text in figure.findobj(Text):
        if not text.get_text().isascii():
            families, without = families_for(frozenset(text.get_text().replace("\n", " ")))
            lacking |= without
            if len(families) > 1:
                text.set_fontfamily(list(families))
    return lacking_sentence(lacking, "each of them is drawn as a box")


def reads_from_right(characters: Iterable[str]) -> bool:
    """Whether most of these letters are of a script that is written from right to left."""
    directions = [unicodedata.bidirectional(each[:1]) for each in characters if each]
    from_right = sum(direction in ("R", "AL") for direction in directions)
    return from_right > sum(direction == "L" for direction in directions)


@lru_cache(maxsize=1)
def _others() -> tuple[str, ...]:
    """The other installed families, in an order that puts those for many scripts first."""
    names = {font.name for font in fontManager.ttflist if not font.name.startswith(_BOXES)}
    return tuple(sorted(names - {OWN}, key=lambda name: ("Sans" not in name, name)))


@lru_cache(maxsize=100_000)
def _has(family: str, character: str) -> bool:
    font = font_of(family)
    return font is not None and bool(font.get_char_index(ord(character[0])))


@lru_cache(maxsize=2_000)
def font_of(family: str) -> FT2Font | None:
    """A family's plain font, or None where it cannot be read (fonts of pictures, as for emoji)."""
    fonts = [font for font in fontManager.ttflist if font.name == family]
    with contextlib.suppress(Exception):
        plainest = min(fonts, key=_how_special)
        return get_font(FontPath(plainest.fname, plainest.index))
    return None


def _how_special(font: FontEntry) -> tuple:
    weight = font.weight if isinstance(font.weight, int) else 400
    return font.style != "normal", abs(weight - 400), font.stretch != "normal", font.fname
