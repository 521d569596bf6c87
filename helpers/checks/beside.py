"""What is seen of an answer beside its results: whether slopes flow, and what it makes use of."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import deepcopy
from inspect import isfunction

import torch
from torch.overrides import TorchFunctionMode

from helpers.checks.exercise import from_notebook
from helpers.checks.values import difference, error_said, same

TOLERANCE_OF_SLOPES = 1e-4


def slopes_off(
    reference: Callable, answer: Callable, arguments: tuple, places: dict[int, str]
) -> str:
    """What is off about the slopes that flow back through the answer; "" where nothing is.

    `places` has the arguments that they flow back to: from the place to the name.
    """
    right = "the numbers are right, but"
    expected = _slopes(reference, arguments, list(places))
    try:
        got = _slopes(answer, arguments, list(places))
    except Exception as error:
        return f"{right} not where slopes are to flow back through them: {error_said(error)}"
    for name, one, other in zip(places.values(), expected, got, strict=True):
        if one is not None and other is None:
            return (
                f"{right} no slope flows back from them to {name}: backward() does not reach it. "
                "Somewhere on the way the notes for it are lost."
            )
        if one is not None and not same(one, other, TOLERANCE_OF_SLOPES):
            told = difference(one, other, TOLERANCE_OF_SLOPES)
            return (
                f"{right} the slopes that flow back to {name} are not: {told} On part of the way "
                "the notes for it are lost."
            )
    return ""


def _slopes(function: Callable, arguments: tuple, places: list[int]) -> list[torch.Tensor | None]:
    """Slopes of a weighted sum of all that a function returns."""
    mine = list(deepcopy(arguments))
    for place in places:
        mine[place] = mine[place].detach().requires_grad_()
    with torch.enable_grad():
        returned = function(*mine)
        parts = returned if isinstance(returned, list | tuple) else [returned]
        parts = [part for part in parts if isinstance(part, torch.Tensor)]
        # Weights that differ: what flows back from one entry is no other's.
        total = sum(
            (part * torch.linspace(0.5, 1.5, part.numel()).to(part).reshape(part.shape)).sum()
            for part in parts
        )
    if not (parts and total.requires_grad):
        return [None] * len(places)
    return list(torch.autograd.grad(total, [mine[place] for place in places], allow_unused=True))


class Forbid(TorchFunctionMode):
    """Notes which functions are used that a task wants to be done without.

    They are PyTorch's, or names of functions of the notebook: of these it is seen when their code
    runs, by whichever name it is called.
    """

    def __init__(self, functions: tuple[Callable | str, ...]):
        super().__init__()
        self._functions = [each for each in functions if not isinstance(each, str)]
        names = [each for each in functions if isinstance(each, str)]
        own = {name: from_notebook(name, lambda: None) for name in names}
        self._codes = {value.__code__: name for name, value in own.items() if isfunction(value)}
        self.used: list[str] = []
        # PyTorch does not tell a mode of this one.
        self._backward = torch.autograd.backward

    def __enter__(self) -> Forbid:
        if self._functions:
            super().__enter__()
        if self._backward in self._functions:
            torch.autograd.backward = self._note_backward
        if self._codes:
            self._profiled = sys.getprofile()
            sys.setprofile(self._note_call)
        return self

    def __exit__(self, *error) -> None:
        if self._codes:
            sys.setprofile(self._profiled)
        torch.autograd.backward = self._backward
        if self._functions:
            super().__exit__(*error)

    def _note_backward(self, *args, **kwargs) -> None:
        self._note("PyTorch's backward")
        self._backward(*args, **kwargs)

    def _note_call(self, frame, event, argument) -> None:
        if frame.f_code in self._codes:
            self._note(f"the notebook's {self._codes[frame.f_code]}")

    def _note(self, name: str) -> None:
        if name not in self.used:
            self.used.append(name)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func in self._functions:
            self._note(f"PyTorch's {func.__name__}")  # the answer may be called so, too
        return func(*args, **(kwargs or {}))
