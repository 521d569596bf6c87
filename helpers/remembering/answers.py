"""Reading what was typed for an answer, kindly: no typed text is ever run as code."""

from __future__ import annotations

import math
import re

from helpers.remembering.question import ERROR, Question, Shape

_LETTERS = "abcdefgh"
_LONGEST = 100
_FUNCTIONS = {
    "sqrt": math.sqrt,
    "√": math.sqrt,
    "ln": math.log,
    "log": math.log,
    "exp": math.exp,
    "": lambda number: number,
}
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
_FACTOR = re.compile(
    rf"(?P<sign>[+-]?)(?P<name>sqrt|√|ln|log|exp|)"
    rf"(?:(?P<base>{_NUMBER})|\((?P<inside>[+-]?{_NUMBER})\))"
    rf"(?:\^\(?(?P<power>[+-]?{_NUMBER})\)?)?(?P<percent>%?)"
)


class Unclear(ValueError):
    """What was typed cannot be read as an answer; the message says how to write one."""


def read(question: Question, typed: str) -> float | Shape | str:
    """The answer that `typed` means, to be compared with ``question.right``.

    A number may be written 0.25, .25, 0,25, 1/4, 25 %, 2^-2, 2 * 0.125 or sqrt(0.0625); a shape
    (3, 1), [3, 1], 3,1 or 3x1; a choice by its letter or by its words.

    Raises:
        Unclear: it cannot be read, or may mean two things.
    """
    text = typed.strip().replace("−", "-").replace("–", "-")
    if len(text) > _LONGEST:
        raise Unclear(f"That is longer than any answer. {question.asks}")
    if not text:
        raise Unclear("Type an answer first. " + question.asks)
    return {"number": _number, "shape": _shape, "choice": _choice}[question.sort](question, text)


def _number(question: Question, text: str) -> float:
    plain = text.casefold().lstrip("=≈~ ").rstrip(". ").replace("_", "")
    plain = re.sub(r"(?<=\d)\s+(?=\d{3}\b)", "", plain)  # 1 000
    plain = re.sub(r"\s+", "", plain)
    plain = re.sub(r"(math|torch)\.", "", plain)
    plain = _commas(question, plain)
    try:
        value = _worked_out(plain)
    except (ArithmeticError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        too = " A fraction will do, too." if question.within else ""
        raise Unclear(f"“{text}” is no number that I can read. {question.asks}{too}")
    if not question.within and abs(value - round(value)) > 1e-9:
        raise Unclear(f"“{text}” is not whole. {question.asks}")
    return value


def _commas(question: Question, plain: str) -> str:
    """Without commas: those of thousands go, and a decimal comma becomes a point."""
    if re.search(r"\d,\d{3}(,\d{3})+(?!\d)|\d,\d{3}\.\d", plain):  # 1,234,567 or 1,234.5
        return plain.replace(",", "")
    if match := re.search(r"(\d+),(\d+)", plain):
        before, after = match.groups()
        may_be_thousands = len(after) == 3 and before.strip("0") and len(before) <= 3
        if may_be_thousands and not question.within:
            return plain.replace(",", "")
        if may_be_thousands:
            raise Unclear(
                f"Is {before},{after} the number {before}.{after} or {before}{after}? "
                "Write it with a point, or without a comma."
            )
    return plain.replace(",", ".") if plain.count(",") == 1 else plain


def _worked_out(plain: str) -> float:
    """The value of a product, or of two that are divided; ValueError for all else."""
    above, *below = plain.split("/")
    if len(below) > 1:
        raise ValueError("more than one fraction")
    return _product(above) / (_product(below[0]) if below else 1.0)


def _product(plain: str) -> float:
    plain = plain.replace("**", "^")
    if plain.startswith("(") and plain.endswith(")") and plain.count("(") == 1:
        plain = plain[1:-1]
    return math.prod(_factor(each) for each in re.split(r"[*·×]", plain))


def _factor(plain: str) -> float:
    match = _FACTOR.fullmatch(plain)
    if not match:
        raise ValueError(plain)
    base = _FUNCTIONS[match["name"]](float(match["base"] or match["inside"]))
    value = float(base) ** float(match["power"]) if match["power"] else base
    if isinstance(value, complex):
        raise ValueError(plain)
    return (-1 if match["sign"] == "-" else 1) * value / (100 if match["percent"] else 1)


def _shape(question: Question, text: str) -> Shape | str:
    plain = text.casefold().replace("torch.size", "").strip(" .=")
    if re.fullmatch(r"(an? |it )?(\w*error|fails?|clash|none|exception|does not fit)", plain):
        return ERROR
    inside = plain.strip("()[] ")
    if not inside or inside in ("scalar", "a scalar"):
        return ()
    sizes = [each for each in re.split(r"\s*(?:,|x|×|\*|;|\bby\b)\s*|\s+", inside) if each]
    if not all(re.fullmatch(r"\d{1,9}", each) for each in sizes):
        raise Unclear(f"“{text}” is no shape that I can read. {question.asks}")
    return tuple(int(each) for each in sizes)


def _choice(question: Question, text: str) -> str:
    plain = _plain(text)
    alike = [each for each in question.choices if _plain(each) == plain]
    letter = plain.strip("().:")
    if not alike and len(letter) == 1 and letter in _LETTERS[: len(question.choices)]:
        return question.choices[_LETTERS.index(letter)]
    if not alike and len(plain) > 2:
        alike = [each for each in question.choices if _plain(each).startswith(plain)]
    if len(alike) != 1:
        raise Unclear(f"“{text}” is none of the choices. {question.asks}")
    return alike[0]


def _plain(words: str) -> str:
    return re.sub(r"[\s`]+", "", words.casefold())
