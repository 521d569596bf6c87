"""Numbers in a lesson's text, and where they come from.

A number that is quoted has come out of the section that it stands in, or the text says of what it
is: then it was said before, in a sentence that has a word in common.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from functools import cache
from math import log, sqrt
from pathlib import Path

from nbformat import NotebookNode
from shared.lessons import notebook_paths, read_notebook

SMALL = 10
"""Whole numbers below are not looked at: they count what stands in the text itself."""

_COUNTS = [
    "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
]  # fmt: skip
_COUNTS = {word: count for count, word in enumerate(_COUNTS, start=1)}
_COUNTS |= {"a": 1, "an": 1, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100}
_PARTS = {
    "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "twentieth": 20, "fiftieth": 50, "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
_POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_HOW_MANY = "|".join(_COUNTS)
_HOW_SMALL = "|".join(_PARTS)

_NO_QUOTES = re.compile(
    # Which lesson, exercise or step; a title, a row of the map; a time to plan for; a year, a
    # version; how many bits or digits a float has, and its power of ten.
    r"\b(?:[Ll]essons?|[Ee]xercises?|[Pp]arts?|[Cc]hapters?|[Ss]tep|[Ss]eed) \d[\d.]*"
    r"(?:(?:,| and| to| or|–)+ ?\d[\d.]*)*"
    r"|^#+ \d+ ·.*$|^\| \d+ \|.*$|\*\*Time\*\*.*?minutes|\[\W*\d+ · [^\]]*\]"
    r"|\b(?:1[89]|20)\d\d\b(?!,\d)|\b(?:Python|PyTorch|Windows|Notebook|JupyterLab) \d[\d.]*"
    r"|\bfloat\d+|\bint\d+|\b\d+[- ](?:bits?|digits)\b|\b10[⁻⁰¹²³⁴-⁹]+",
    re.MULTILINE,
)
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_QUOTE = re.compile(
    rf"(?P<share>(?<![\d.,/])\d+ ?/ ?\d+(?![\d.,/]))"
    rf"|\b(?P<odds>(?:{_HOW_MANY}|\d+) (?:in|out of) (?:an? )?(?:{_HOW_MANY}|{_NUMBER}))\b"
    rf"|\b(?P<part>(?:{_HOW_MANY})[ -](?:{_HOW_SMALL})s?)(?= of\b| as\b|\b(?<=s))"
    rf"|(?P<percent>(?<![\w.])(?:{_NUMBER}) ?(?:%|per ?cent\b))"
    rf"|(?P<number>(?<![\w.,^_])(?:{_NUMBER})(?![\w]|[.,]\d))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Quote:
    """A number as the text has it."""

    written: str
    ranges: tuple[tuple[float, float], ...]
    """It stands for a number in one of these."""
    is_share: bool = False
    """Whether it says how many of how many: 12 %, 3/4, one in eight."""

    def is_of(self, numbers: Set[float]) -> bool:
        """Whether it is one of these numbers, rounded as it is written."""
        return any(low <= value <= high for low, high in self.ranges for value in numbers)

    def is_recalled_by(self, section: Section, about: Set[str], around: Set[str]) -> bool:
        """Whether a section says it of what this sentence is about, and the text around it."""
        if any(about & words and self.is_of(values(text)) for words, text in section.said):
            return True
        digits = re.sub(r"^0\.0*|\D", "", self.written)
        return len(digits) >= 4 and bool(around & section.about) and self.is_of(section.printed)


def quotes(prose: str) -> Iterator[Quote]:
    """The numbers in a text: 12, 1,234, 0.125, 12 %, 3/4, one in eight, a third of."""
    prose = _NO_QUOTES.sub(" ", prose)
    for found in _QUOTE.finditer(prose):
        written, kind = found[0], found.lastgroup
        if kind == "number":
            value = _value(written)
            if "." in written or value >= SMALL:
                yield Quote(written, (_rounded(written),))
        elif kind == "percent":
            low, high = _rounded(re.match(_NUMBER, written)[0])
            yield Quote(written, ((low / 100, high / 100),), is_share=True)
        else:
            yield from _shares(written, kind)


def _shares(written: str, kind: str) -> Iterator[Quote]:
    if kind == "share":
        part, whole = map(float, re.split(r" ?/ ?", written))
        close = 0.005
    elif kind == "odds":
        part, whole = (_value(each) for each in re.split(r" in | out of ", written.lower()))
        close = 0.5 / max(whole, 1)
    else:
        count, size = re.split(r"[ -]", written.lower())
        part, whole = _COUNTS[count], _PARTS[size.removesuffix("s")]
        close = 0.1
    if 0 < part < whole:
        share = part / whole
        low, high = share * (1 - close), share * (1 + close)
        yield Quote(written, ((low, high),), is_share=True)


def _value(written: str) -> float:
    words = re.sub(r"^an? ", "", written)
    return float(_COUNTS[words] if words in _COUNTS else words.replace(",", ""))


def _rounded(written: str) -> tuple[float, float]:
    """Between which numbers those lie that are written so when they are rounded."""
    value = float(written.replace(",", ""))
    if "." in written:
        half = 0.5 * 10.0 ** -len(written.partition(".")[2])
    else:
        zeros = len(written) - len(written.replace(",", "").rstrip("0")) - written.count(",")
        half = 0.5 * 10.0**zeros if value >= 1000 else 0.5
    return value - half * 1.001, value + half * 1.001


def values(text: str, code: bool = False) -> frozenset[float]:
    """The numbers that are shown in an output, or stand in code."""
    number = r"\d[\d_]*(?:\.\d+)?" if code else _NUMBER
    found = re.findall(rf"(?<![\w.])(?:{number})(?:e[+-]?\d+)?(?!\w|\.\d)", text)
    exact = {float(re.sub("[,_]", "", each)) for each in found}
    exact |= {float(each) / 100 for each in re.findall(r"(\d+(?:\.\d+)?) ?(?:%|per ?cent)", text)}
    return frozenset(exact | {part / whole for part, whole in _pairs(text) if whole})


def _pairs(text: str) -> Iterator[tuple[float, float]]:
    """3 / 4, and 3 of 4, as an output may say it."""
    for found in re.finditer(rf"({_NUMBER}) ?(?:/|of|out of) ?(?:all )?({_NUMBER})", text):
        yield tuple(float(each.replace(",", "")) for each in found.groups())


# Sections


@dataclass
class Section:
    """What stands under one heading."""

    path: Path
    shown: set[float] = field(default_factory=set)
    """The numbers of its outputs and of its code, and how those of a line differ."""
    printed: set[float] = field(default_factory=set)
    """Those of its outputs alone, and their shares in others of a short line."""
    about: set[str] = field(default_factory=set)
    """The words of its text."""
    said: list[tuple[frozenset[str], str]] = field(default_factory=list)
    """Its sentences, and the lines that it prints: the words of each, and the text."""
    cells: list[NotebookNode] = field(default_factory=list)
    """Those of text."""


@cache
def sections(path: Path) -> list[Section]:
    """The sections of a lesson, from one `## heading` to the next."""
    found = [Section(path)]
    for cell in read_notebook(path).cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            found.append(Section(path))
        section = found[-1]
        if cell.cell_type == "markdown":
            section.cells.append(cell)
            for code in re.findall(r"`+[^`]+`+|\$[^$]+\$", cell.source):
                section.shown |= values(code)
            if not is_recap(cell):
                section.about |= words(without_code(cell.source))
                said = re.sub(r"(?s)<details>.*?</details>", "", cell.source)
                section.said += [(words(each), each) for each in sentences(without_code(said))]
        else:
            section.shown |= values(cell.source, code=True)
            for text in texts(cell):
                section.printed |= values(text)
                section.shown |= values(text)
                for line in text.splitlines():
                    section.shown |= compared(values(line))
                    section.printed |= shares(values(line)) if len(values(line)) < 4 else set()
                section.said += [(words(line), line) for line in text.splitlines()]
    return found


def texts(cell: NotebookNode) -> Iterator[str]:
    """All that a cell shows as text."""
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        shown = output.get("text"), output.get("evalue"), *map(data.get, _TEXTS)
        yield from filter(None, shown)


_TEXTS = ("text/plain", "text/markdown", "text/latex")


def is_recap(cell: NotebookNode) -> bool:
    return cell.source.startswith("## Recap")


def without_code(markdown: str) -> str:
    """The prose of a markdown cell: no code, no formulas, no addresses of links."""
    prose = re.sub(r"^(```|~~~).*?^\1", "", markdown, flags=re.DOTALL | re.MULTILINE)
    prose = re.sub(r"(`+).*?\1", "", prose, flags=re.DOTALL)
    prose = re.sub(r"(\$\$?)[^$]+\1", "", prose)
    return re.sub(r"\]\([^)]*\)|<!--.*?-->", "]", prose, flags=re.DOTALL)


def sentences(prose: str) -> list[str]:
    """The sentences of a text, and its rows and points."""
    return [each for each in re.split(r"(?<=[.?!])\s+|\n+", prose) if each.strip()]


def words(text: str) -> frozenset[str]:
    """The words that a sentence is about, each by its beginning."""
    found = re.findall(r"[a-z]{4,}", text.lower())
    return frozenset(word[:5] for word in found if word not in _EVERYWHERE)


_EVERYWHERE = {
    "about", "after", "again", "also", "been", "before", "below", "between", "does", "each",
    "even", "every", "from", "gets", "give", "gives", "have", "here", "into", "just", "like",
    "made", "make", "makes", "many", "more", "most", "much", "nats", "number", "numbers", "once",
    "only", "other", "over", "same", "some", "such", "than", "that", "their", "them", "then",
    "there", "these", "they", "thing", "this", "those", "what", "when", "where", "which", "while",
    "will", "with", "would", "your", "tensor", "dtype", "true", "false", "print",
}  # fmt: skip


def compared(numbers: frozenset[float]) -> frozenset[float]:
    """By how much, and how many times, the numbers of one line differ."""
    if len(numbers) > 6:
        return frozenset()
    pairs = [(one, other) for one in numbers for other in numbers if one > other]
    return frozenset(
        {one - other for one, other in pairs} | {one / other for one, other in pairs if other > 0}
    )


def worked_out(numbers: Set[float]) -> frozenset[float]:
    """What one operation makes of one or two of these numbers, of 1, and of 27 characters."""
    found, pool = set(), numbers | {1.0, 27.0}
    for one in pool:
        if one > 0:
            found |= {log(one), sqrt(one)}
        for other in pool:
            found |= {one + other, one - other, one * other}
            if other:
                found.add(one / other)
            if 0 < one < 1000 and other in range(2, 9):
                found.add(one**other)
    return frozenset(found)


def shares(numbers: Set[float]) -> frozenset[float]:
    """Which part one of these numbers is of another one."""
    return frozenset(one / other for one in numbers for other in numbers if 0 < one < other)


def unfounded(path: Path, known: frozenset[float] = frozenset()) -> Iterator[tuple[str, str]]:
    """For each number of a lesson's text that comes from nowhere: the cell's id, and the number.

    A number is founded where one of these holds:
    - it is in an output or in the code of its own section, or says how those of one line differ;
    - a sentence of another section, or of an earlier lesson, says it, or a line printed there, and
      they have a word in common;
    - it has four digits or more, and is printed in a section that has a word in common;
    - it follows from two others of the same cell that are founded so.

    known: what is founded without that.
    """
    before = [each for each in notebook_paths(path.parent) if each.name < path.name]
    earlier = [section for each in before for section in sections(each)]
    for section in sections(path):
        elsewhere = [each for each in earlier + sections(path) if each is not section]
        for cell in section.cells:
            prose = without_code(cell.source)
            in_cell = words(prose)
            counted = {value for value in values(prose) if value < SMALL and value % 1 == 0}
            counted |= {float(_POWERS.index(power)) for power in re.findall("[²³⁴-⁹]", prose)}
            counted |= {_COUNTS[word] for word in re.findall(r"\w+", prose) if word in _COUNTS}
            found, missing = set(), []
            for sentence in sentences(prose):
                about = words(sentence)
                for quote in quotes(sentence):
                    # A share comes out. In code, a number may be the width of a bar.
                    own = section.printed if quote.is_share else section.shown
                    if quote.is_of(own | known) or any(
                        quote.is_recalled_by(each, about, in_cell) for each in elsewhere
                    ):
                        found |= values(quote.written)
                    else:
                        missing.append(quote)
            for code in re.findall(r"`+[^`]+`+|\$[^$]+\$", cell.source):
                found |= values(code)
            for _ in range(2):  # what is worked out may be a step to what is worked out
                for quote in missing:
                    # Of 3 and 4 that are counted, "3/4" is not worked out: it says how many.
                    follows = shares(found | {1, 27}) | found if quote.is_share else None
                    if quote.is_of(follows or worked_out(found | counted)):
                        found |= {_value(quote.written)} if not quote.is_share else set()
                        missing = [each for each in missing if each is not quote]
            for quote in missing:
                yield cell.id, quote.written
