"""Reading what was typed for an answer, kindly: no typed text is ever run as code."""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings

from helpers.remembering.question import ERROR, Question, Shape

_LETTERS = "abcdefgh"
_LONGEST = 100
_FUNCTIONS = {
    "sqrt": math.sqrt,
    "ln": math.log,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "exp": math.exp,
    "tensor": float,  # as PyTorch prints a number
}
_OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
# As some keyboards have them: signs and digits of full width, other minus signs, other spaces.
_AS_USUAL = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {ord(each): "-" for each in "−–"}
    | {ord(each): " " for each in "\u00a0\u2009\u202f\u3000"}
)
_IN_PYTHON = str.maketrans(
    {"^": "**", "²": "**2", "³": "**3", "·": "*", "⋅": "*", "×": "*", "÷": "/", "√": "sqrt"}
)


class Unclear(ValueError):
    """What was typed cannot be read as an answer; the message says how to write one."""


def read(question: Question, typed: str) -> float | Shape | str:
    """The answer that `typed` means, to be compared with ``question.right``.

    A number may be written 0.25, .25, 0,25, 1/4, 25 %, 2^-2 or sqrt(0.0625), and be left to be
    worked out, as in (0.1 + 0.4) / 2; a shape (3, 1), [3, 1], 3,1 or 3x1; a choice by its letter or
    by its words.

    Raises:
        Unclear: it cannot be read, or may mean two things.
    """
    text = typed.translate(_AS_USUAL).strip()
    if len(text) > _LONGEST:
        raise Unclear(f"That is longer than any answer. {question.asks}")
    if not text:
        raise Unclear("Type an answer first. " + question.asks)
    return {"number": _number, "shape": _shape, "choice": _choice}[question.sort](question, text)


def _number(question: Question, text: str) -> float:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "5if", which is told below
            tree = ast.parse(_in_python(question, text), mode="eval")
        value = _worked_out(tree.body)
    except Unclear:
        raise
    except (SyntaxError, ValueError, ArithmeticError, MemoryError, RecursionError):
        value = math.nan
    if not math.isfinite(value):
        too = " A fraction or a sum will do, too." if question.within else ""
        raise Unclear(f"“{text}” is no number that I can read. {question.asks}{too}")
    if not question.within and abs(value - round(value)) > 1e-9:
        raise Unclear(f"“{text}” is not whole. {question.asks}")
    return value


def _in_python(question: Question, text: str) -> str:
    """What was typed, as Python would have it. SyntaxError: two numbers have nothing between."""
    plain = text.casefold().rpartition("=")[2]  # p = 1/4
    plain = plain.lstrip("≈~` ").rstrip("`.,; ").replace("_", "").translate(_IN_PYTHON)
    plain = re.sub(r"(?<=\d)[\s'’]+(?=\d{3}\b)", "", plain)  # 1 000
    if re.search(r"[\d.]\s+[\d.]|,\s", plain):  # 1 1/2, or a shape
        raise SyntaxError(plain)
    plain = re.sub(r"\s+|\b(?:math|torch|np)\.", "", plain)
    plain = _commas(question, plain)
    plain = re.sub(r"(?<![\d.])0+(?=\d)", "", plain)  # 007
    plain = re.sub(rf"({_NUMBER})%", r"(\1/100)", plain)
    return re.sub(rf"\b(sqrt|ln|log|exp)({_NUMBER})(?![\d.(])", r"\1(\2)", plain)  # ln 2


def _commas(question: Question, plain: str) -> str:
    """Without commas: those of thousands go, and a decimal comma becomes a point."""
    if re.search(r"\d,\d{3}(,\d{3})+(?!\d)|\d,\d{3}\.\d", plain):  # 1,234,567 or 1,234.5
        return plain.replace(",", "")

    def without(match: re.Match) -> str:
        before, after = match.groups()
        may_be_thousands = len(after) == 3 and before.strip("0") and len(before) <= 3
        if may_be_thousands and not question.within:
            return before + after
        if may_be_thousands:
            raise Unclear(
                f"Is {before},{after} the number {before}.{after} or {before}{after}? "
                "Write it with a point, or without a comma."
            )
        return f"{before}.{after}"

    return re.sub(r"(?<![\d.,])(\d*),(\d+)(?![\d.,])", without, plain)


def _worked_out(node: ast.expr) -> float:
    """The value of numbers, + - * / **, brackets and a few functions; ValueError for all else."""
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            value = float(node.value)
        case ast.Name(id="e"):
            value = math.e
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand) if not isinstance(
            operand, ast.UnaryOp
        ):
            value = _worked_out(operand) * (-1 if isinstance(node.op, ast.USub) else 1)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            value = _OPERATORS[type(op)](_worked_out(left), _worked_out(right))
        case ast.Call(func=ast.Name(id=name), args=[inside], keywords=[]) if name in _FUNCTIONS:
            value = _FUNCTIONS[name](_worked_out(inside))
        case _:
            raise ValueError(node)
    if isinstance(value, complex):  # the root of a negative number
        raise ValueError(node)
    return value


def _shape(question: Question, text: str) -> Shape | str:
    plain = text.casefold().replace("torch.size", "").strip(" .=")
    fails = r"\w* ?error|fails?|clash(es)?|stops|crash(es)?|none|exception|does not (fit|work)"
    if re.fullmatch(rf"(an? |it |they )?({fails})", plain):
        return ERROR
    inside = plain.strip("()[]` ")
    if inside in ("scalar", "a scalar") or plain.replace(" ", "") in ("()", "[]"):
        return ()
    sizes = [each for each in re.split(r"\s*(?:,|x|×|\*|;|\bby\b)\s*|\s+", inside) if each]
    if not sizes or not all(re.fullmatch(r"\d{1,9}", each) for each in sizes):
        raise Unclear(f"“{text}” is no shape that I can read. {question.asks}")
    return tuple(int(each) for each in sizes)


def _choice(question: Question, text: str) -> str:
    plain = _plain(text)
    alike = [each for each in question.choices if _plain(each) == plain]
    if not alike:  # a list may be written without its outer brackets
        alike = [each for each in question.choices if _plain(each) == f"[{plain}]"]
    letters = _LETTERS[: len(question.choices)]
    if not alike and (found := re.fullmatch(rf"\(?([{letters}])(?:[).:].*)?", plain)):
        return question.choices[letters.index(found[1])]
    if not alike and len(plain) > 2:
        alike = [each for each in question.choices if _plain(each).startswith(plain)]
    if len(alike) != 1:
        raise Unclear(f"“{text}” is none of the choices. {question.asks}")
    return alike[0]


def _plain(words: str) -> str:
    return re.sub(r"[\s`]+", "", words.casefold())
