"""Predictions that count: a guess before the result, and how far off it was, after it.

``predict("5.A first loss", 3.3)`` takes the guess and shows nothing. Below the result,
``came_out("5.A first loss", loss)`` says how far off it was; where no guess was made, nothing.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from numbers import Number
from typing import Any

import torch

from helpers.aid import record

CLOSE = 0.1
"""How far a number may be off, relative to what came out, to count as close."""

_SHAPES = "a shape, such as (3, 27)"
_guesses: dict[str, Any] = {}  # of this kernel, by name

Plain = int | float | str | tuple[int, ...]


def predict(name: str, guess: Any, choices: Sequence[str] = ()) -> None:
    """Take a guess before its result is seen, and show nothing.

    Until the result has come out the guess may be changed; from then on the first one counts.

    Args:
        name: the prediction, as the lesson writes it, such as ``"5.A first loss"``.
        guess: a number, a shape or, with `choices`, one of them. ``...`` is no guess. Anything else
            is told so, in a printed line, and counts as no guess.
        choices: the words to choose from.
    """
    _guesses.pop(name, None)
    if guess is ...:
        return
    plain = _chosen(guess, choices) if choices else _plain(guess)
    if plain is None:
        wanted = "one of " + ", ".join(map(repr, choices)) if choices else f"a number or {_SHAPES}"
        print(f"Not taken: this prediction is {wanted}.")
        return
    _guesses[name] = plain
    entry = {"guess": _json(plain), "on": datetime.date.today().isoformat()}
    record.change("predictions", name, lambda old: old if _is_out(old) else entry)


def came_out(name: str, value: Any, close: float = CLOSE) -> None:
    """Print how far off the guess was; nothing where none was made in this kernel.

    Args:
        name: as `predict` had it.
        value: what came out: a number (a tensor with one is one), a shape, or one of the choices.
        close: how far off a number may be to count as close, relative to `value`.

    Raises:
        TypeError: `value` is none of these.
    """
    out = value if isinstance(value, str) else _plain(value)
    if out is None:  # told without a guess, too: so that every run of a lesson tells
        raise TypeError(f"{name}: what came out is no number, no shape and no word: {value!r}")
    if name not in _guesses:
        return
    guess = _guesses[name]
    near = _written(guess) == _written(out) or _is_close(guess, out, close)
    print(_compared(guess, out, near) + _first(name, guess))
    entry = {
        "guess": _json(guess),
        "came out": _json(out),
        "close": near,
        "on": datetime.date.today().isoformat(),
    }
    record.change("predictions", name, lambda old: old if _is_out(old) else entry)


def _first(name: str, guess: Plain) -> str:
    """That another guess is the one that counts; "" where this one does."""
    before = record.read()["predictions"].get(name)
    if not _is_out(before) or before.get("guess") == _json(guess):
        return ""
    return f" What counts is your first guess, {before.get('guess')}."


def _is_out(entry: Any) -> bool:
    return isinstance(entry, dict) and "close" in entry


def _chosen(guess: Any, choices: Sequence[str]) -> str | None:
    same = [each for each in choices if isinstance(guess, str) and _word(each) == _word(guess)]
    return same[0] if same else None


def _word(text: str) -> str:
    return " ".join(text.lower().split())


def _plain(value: Any) -> Plain | None:
    """A number or a shape in Python's own types; None for anything else."""
    if isinstance(value, torch.Size | tuple | list):
        sizes = [_plain(each) for each in value]
        return tuple(sizes) if all(type(each) is int for each in sizes) else None
    if isinstance(value, torch.Tensor) or hasattr(value, "dtype"):
        if math.prod(value.shape) != 1:
            return None
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Number) or isinstance(value, complex):
        return None
    return (
        int(value) if float(value).is_integer() and not isinstance(value, float) else float(value)
    )


def _json(value: Plain) -> Any:
    """As the file has it. JSON knows no infinity."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _is_close(guess: Plain, out: Plain, close: float) -> bool:
    if not isinstance(guess, int | float) or not isinstance(out, int | float):
        return guess == out
    if math.isnan(out) or not math.isfinite(guess) or not math.isfinite(out):
        return guess == out or (math.isnan(out) and math.isnan(guess))
    return abs(guess - out) <= close * abs(out)


def _compared(guess: Plain, out: Plain, near: bool) -> str:
    said = f"You said {_written(guess)}"
    if _written(guess) == _written(out):
        return f"{said}, and so it is."
    it_is = f"{said}, it is {_written(out)}"
    if near:
        return f"{it_is}: close."
    numbers = all(isinstance(each, int | float) for each in (guess, out))
    if not numbers or not (math.isfinite(guess) and math.isfinite(out)):
        return f"{it_is}."
    return f"{it_is}: {_how_far(guess, out)}."


def _how_far(guess: float, out: float) -> str:
    if guess == 0 or out == 0 or 0.99 < guess / out < 1.01:
        return f"off by {_written(abs(guess - out))}"
    ratio = guess / out
    if ratio < 0:
        return "the sign is the other one"
    if 0.7 < ratio < 1.45:
        return f"{abs(ratio - 1) * 100:.0f} % too {'high' if guess > out else 'low'}"
    times = max(ratio, 1 / ratio)
    if times < 1.75:
        return "about one and a half times as much" if ratio > 1 else "about two thirds of it"
    # To one digit from 20 on, to a whole number below.
    times = round(times) if times < 20 else round(times, 1 - len(str(round(times))))
    if ratio > 1:
        return f"about {'twice' if times == 2 else f'{times:,.0f} times'} as much"
    return f"about {_PARTS.get(times, f'1/{times:,.0f}')} of it"


_PARTS = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth", 10: "a tenth"}


def _written(value: Plain) -> str:
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, tuple):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    if not math.isfinite(value):
        return str(value)
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"
