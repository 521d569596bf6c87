"""Answers as values: when two of them are equal, where they differ, and how they are shown.

What is compared is what an answer says, and not the type that it comes in: a tuple or a tensor may
stand for a list of numbers, and a tensor for a list of tensors that are its rows; a tensor with one
number, a fraction or a number of NumPy's for a number, an array for a tensor. Floats are compared
relative to the greatest entry expected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import torch

TOLERANCE = 1e-5
"""Greatest difference of two floats that count as equal, relative to the greatest entry."""


def same(
    expected: Any,
    got: Any,
    tolerance: float = TOLERANCE,
    absolute: float = 0.0,
    exact_dtype: bool = False,
) -> bool:
    """Whether an answer says what is expected.

    Args:
        expected: of the reference: tensors, numbers, truth values, texts, lists and tuples, dicts.
        got: the learner's, of whatever type.
        tolerance: for floats, relative to the greatest finite entry of the expected tensor or list.
        absolute: for floats, what they may differ by in any case: numbers typed to some decimals.
        exact_dtype: tensors of the very dtype are asked for.
    """
    if isinstance(expected, torch.Tensor):
        got = torch.from_numpy(got) if isinstance(got, np.ndarray) and not exact_dtype else got
        return (
            isinstance(got, torch.Tensor)
            and (expected.shape == got.shape or (not expected.ndim and got.numel() == 1))
            and (expected.dtype == got.dtype if exact_dtype else _same_kind(expected, got))
            and not different(expected, got, tolerance, absolute).any().item()
        )
    if isinstance(expected, bool):
        got = as_number(got)
        return isinstance(got, bool) and expected == got
    if isinstance(expected, int | float):
        got = as_number(got)
        if isinstance(got, bool) or not isinstance(got, int | float):
            return False
        allowed = max(tolerance * abs(expected), absolute) if isinstance(expected, float) else 0
        # No difference is taken: that of a float and a very long whole number would overflow.
        near = math.isfinite(expected) and expected - allowed <= got <= expected + allowed
        return expected == got or near or (expected != expected and got != got)
    if isinstance(expected, dict):
        return (
            isinstance(got, dict)
            and expected.keys() == got.keys()
            and all(
                same(expected[key], got[key], tolerance, absolute, exact_dtype) for key in expected
            )
        )
    if isinstance(expected, list | tuple):
        if isinstance(got, torch.Tensor | np.ndarray) and got.ndim:
            tensors = any(isinstance(each, torch.Tensor) for each in expected)
            got = list(got) if tensors else got.tolist()
        # A list of losses may hold a small one: it is as near as the others are.
        floats = [abs(each) for each in expected if isinstance(each, float) and math.isfinite(each)]
        absolute = max(absolute, tolerance * max(floats, default=0))
        # A shape is a tuple, and torch.Size is one; a list of pairs may hold lists or tuples.
        return (
            isinstance(got, list | tuple)
            and len(expected) == len(got)
            and all(
                same(one, other, tolerance, absolute, exact_dtype)
                for one, other in zip(expected, got, strict=True)
            )
        )
    if isinstance(expected, str):
        return isinstance(got, str) and expected == str(got)  # NumPy has texts of its own
    return type(expected) is type(got) and bool(expected == got)


def different(
    expected: torch.Tensor,
    got: torch.Tensor,
    tolerance: float = TOLERANCE,
    absolute: float = 0.0,
) -> torch.Tensor:
    """Where two tensors of one shape differ, relative to the greatest entry: bool, that shape."""
    if not expected.is_floating_point() or not got.is_floating_point():
        return expected != got
    one, other = expected.detach().double(), got.detach().double()
    finite = one[one.isfinite()].abs()
    greatest = finite.max().item() if finite.numel() else 0.0
    # Where 0 is expected everywhere, rounding may still leave something.
    allowed = max(tolerance * greatest, absolute, 0.0 if greatest else 1e-7)
    return ~torch.isclose(one, other, rtol=0, atol=allowed, equal_nan=True)


def as_number(value: Any) -> Any:
    """A number in whichever dress as Python's own; anything else as it is."""
    if isinstance(value, torch.Tensor | np.ndarray | np.generic):
        one = value.numel() if isinstance(value, torch.Tensor) else value.size
        return value.item() if one == 1 else value
    return float(value) if isinstance(value, Fraction | Decimal) else value


def _same_kind(expected: torch.Tensor, got: torch.Tensor) -> bool:
    """Whether both hold floats, or both whole numbers, or both truth values, of any width."""
    return _kind(expected) == _kind(got)


def _kind(tensor: torch.Tensor) -> str:
    if tensor.is_floating_point():
        return "floats"
    if tensor.dtype == torch.bool:
        return "truth values"
    return "complex numbers" if tensor.is_complex() else "whole numbers"


def difference(
    expected: Any, got: Any, tolerance: float = TOLERANCE, exact_dtype: bool = False
) -> str:
    """Expected against got: whole where both are short, else at the first place that differs."""
    got = torch.from_numpy(got) if isinstance(got, np.ndarray) and got.dtype != object else got
    if isinstance(expected, torch.Tensor):
        if not isinstance(got, torch.Tensor):
            return f"expected a tensor of shape {tuple(expected.shape)}, got {shown(got)}."
        if expected.shape != got.shape:
            return f"expected shape {tuple(expected.shape)}, got {tuple(got.shape)}."
        if not _same_kind(expected, got) or (exact_dtype and expected.dtype != got.dtype):
            return f"expected dtype {expected.dtype}, got {got.dtype}."
        place = tuple(different(expected, got, tolerance).nonzero()[0].tolist())
        one, other = _told_apart(expected[place].item(), got[place].item())
        if place and expected.numel() > 6:
            return f"at {list(place)} expected {one}, got {other}."
        one, other = (shown(value.detach()) for value in (expected, got))
        return f"expected {one}, got {other}."
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in [*expected, *got]:
            if key not in got:
                return f"the key {key!r} is missing (expected {shown(expected[key])} there)."
            if key not in expected:
                return f"the key {key!r} does not belong there."
            if not same(expected[key], got[key], tolerance, exact_dtype=exact_dtype):
                return f"for {key!r} expected {shown(expected[key])}, got {shown(got[key])}."
    if isinstance(expected, float):
        one, other = _told_apart(expected, as_number(got))
        return f"expected {one}, got {other}."
    both = isinstance(expected, list | tuple) and isinstance(got, list | tuple)
    if both and len(expected) == len(got) and len(shown(expected)) > 60:
        for place, (one, other) in enumerate(zip(expected, got, strict=True)):
            if not same(one, other, tolerance, exact_dtype=exact_dtype):
                told = difference(one, other, tolerance, exact_dtype)
                return f"at position {place} {told}"
    return f"expected {shown(expected)}, got {shown(got)}."


def _told_apart(one: Any, other: Any) -> tuple[str, str]:
    """Two numbers with six digits, or with as many as it takes to see that they differ."""
    if not (isinstance(one, float) and isinstance(other, float)):
        return shown(one), shown(other)
    for digits in (6, 9, 17):
        texts = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if texts[0] != texts[1]:
            break
    return texts


def shown(value: Any, longest: int = 120) -> str:
    """A value in one line, as it may be typed where that is short enough; never an error."""
    try:
        # An address in memory is another one each time.
        return _line(re.sub(r" at 0x[0-9a-fA-F]+", "", _typed(value)), longest)
    except Exception:
        return f"a {type(value).__name__} that cannot be shown"


def _typed(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return _typed_tensor(value)
    if isinstance(value, torch.Generator):
        return f"torch.Generator().manual_seed({value.initial_seed()})"
    if isinstance(value, Generator):
        return "a generator (list(...) makes a list of one)"
    if isinstance(value, float):
        return _digits(value)
    if type(value) in (list, tuple) and len(value) <= 40:
        parts = ", ".join(map(_typed, value))
        if isinstance(value, list):
            return f"[{parts}]"
        return f"({parts},)" if len(value) == 1 else f"({parts})"
    return repr(value)


def _typed_tensor(tensor: torch.Tensor) -> str:
    if tensor.numel() > 24 or tensor.is_sparse or tensor.is_meta:
        dtype = str(tensor.dtype).removeprefix("torch.")
        return f"a {dtype} tensor of shape {tuple(tensor.shape)}"
    default = {torch.get_default_dtype(), torch.int64, torch.bool}
    more = "" if tensor.dtype in default and tensor.numel() else f", dtype={tensor.dtype}"
    more += ", requires_grad=True" if tensor.requires_grad and tensor.is_leaf else ""
    return f"torch.tensor({_nested(tensor.tolist())}{more})"


def _nested(numbers: Any) -> str:
    if isinstance(numbers, list):
        return f"[{', '.join(map(_nested, numbers))}]"
    if isinstance(numbers, float):
        text = _digits(numbers)
        return text if math.isfinite(numbers) else f'float("{text}")'
    return repr(numbers)


def _digits(number: float) -> str:
    text = f"{number:.6g}"
    return text if set(text) & set(".en") else text + "."


def call(function: Any, arguments: Sequence[Any]) -> str:
    """The call of a function, as it may be typed into a cell."""
    name = getattr(function, "__name__", "")
    name = name if isinstance(name, str) and name.isidentifier() else "your function"
    typed = f"{name}({', '.join(shown(each, 300) for each in arguments)})"
    leaves = [each for each in arguments if isinstance(each, torch.Tensor) and each.is_leaf]
    slopes = next((each.grad for each in leaves if each.grad is not None), None)
    return typed if slopes is None else f"{typed} with .grad = {shown(slopes, 300)}"


def error_said(error: BaseException) -> str:
    """An error's kind and words in one line."""
    try:
        return _line(f"{type(error).__name__}: {error}", 300)
    except Exception:
        return type(error).__name__


def _line(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
