"""Text for a console that knows few characters."""

import sys

LETTERS = {"✓": "OK", "✗": "NO", "○": "--", "→": "->"}


def printable(text: str) -> str:
    """The text, with letters for signs that standard output has no characters for.

    (A console on Windows often has the code page 1252, and printing a ✓ there raises an error.)
    """
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        for sign, letters in LETTERS.items():
            text = text.replace(sign, letters)
        return text.encode(encoding, "replace").decode(encoding)
    return text
