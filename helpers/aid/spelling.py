"""What is a name, and how it is spelled. `reading.py` asks it of each line of a file.

No lesson builds this by hand.
"""

import re
import unicodedata

BOUNDARY = "."
"""The character that stands before and after every name, and in none."""


class NoName(Exception):
    """Why a line is no name."""


def name_in(words: str) -> str:
    """The name in a line, in its one spelling, or a NoName that says what is wrong."""
    name = spelled(words)
    if not name.isalpha() and (why := wrong_in(name)):  # most are, which is soon told
        # Told of the file's own characters; those that only came out of them are a last resort.
        raise NoName(wrong_in(words) or why)
    return name


def spelled(words: str) -> str:
    """A text in small letters and in one spelling: é may be written as one code point or as two."""
    if words.isascii():
        return re.sub(" +", " ", words).strip().lower()
    text = unicodedata.normalize("NFKC", words).lower()
    text = re.sub("i\u0307+", "i", text)  # the small letter of İ, and a dot on top of its dot
    text = re.sub("[\u2019\u02bc]", "'", text).replace("\u2010", "-")
    return re.sub(" +", " ", unicodedata.normalize("NFKC", text)).strip()


# Between letters: space, hyphen and apostrophe; middle dots (Catalan, Japanese); hyphens and points
# of Hebrew; and the joiners, which are not seen, and change the letters beside them.
_INSIDE = " -'’\u00b7\u30fb\u2010\u2011\u05be\u05f3\u05f4\u200c\u200d\u00a0\u3000"
_ALSO_LAST = "\u05f3\u200d"  # ג׳ורג׳ ends in a geresh, and some Malayalam letters in a joiner


def wrong_in(name: str) -> str:
    """What keeps a text from being a name; nothing if it is one."""
    if BOUNDARY in name:
        return f"holds {BOUNDARY!r}, which marks where names begin and end"
    before = ""
    for place, character in enumerate(name):
        kind = unicodedata.category(character)
        if character in _INSIDE:
            last = place == len(name) - 1 and character not in _ALSO_LAST
            fits = place > 0 and not last
        else:
            on_a_letter = before[:1] in ("L", "M") or before == "Cf"
            fits = kind[0] == "L" or kind == "Nd" or (kind[0] == "M" and on_a_letter)
        if not fits:
            where = "at its end" if character in _INSIDE else "in a name"
            return f"is no name: {character!r} cannot stand {where}"
        before = kind
    if not any(unicodedata.category(character)[0] == "L" for character in name):
        return "is no name: it has no letter"
    return ""
