"""What an answer does beside returning: what it changes by mistake is found, and put back.

A function is watched with its arguments and with all that it reaches through its globals: tensors
(their numbers, slopes and whether they ask for slopes), lists, dicts, sets, arrays, the layers of a
network and their modes, names that it gives another value, and the settings of PyTorch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

import numpy as np
import torch

_OWN = ("__main__", "helpers.")  # modules whose objects are looked into
_MOST = 2_000  # items of a list or dict that are looked into, each by itself
_SEED = 7_046_029_254_386_353_131  # that of nobody


class Watch:
    """What is there before a call; afterwards `changes` names what has changed and puts it back."""

    def __init__(self, roots: dict[str, Any], may_change: tuple[str, ...] = ()):
        """roots: from a name to a value, as a learner writes them; may_change: names to pass over,
        with all that belongs to them."""
        self._may_change = may_change
        self._saved: list[tuple[str, Callable[[], bool], Callable[[], None]]] = []
        self._seen: set[int] = set()
        self._kept: list[Any] = []  # so that no id is given to another object meanwhile
        for name, value in roots.items():
            self._save(name, value)

    def changes(self, put_back: bool = True) -> list[str]:
        """The names of what has changed, the outermost first; all of it is as before again."""
        changed = []
        for name, is_as_before, restore in self._saved:
            try:
                if is_as_before():
                    continue
            except Exception:  # what cannot be compared any more has changed
                pass
            if put_back:
                restore()
            if not _belongs(name, self._may_change):
                changed.append(name)
        return changed

    def _save(self, name: str, value: Any, depth: int = 0) -> None:
        if id(value) in self._seen or depth > 6:
            return
        self._seen.add(id(value))
        self._kept.append(value)
        if isinstance(value, torch.Tensor):
            self._save_tensor(name, value)
        elif isinstance(value, np.ndarray):
            before = value.copy()
            self._note(
                name,
                lambda: np.array_equal(value, before, equal_nan=value.dtype.kind == "f"),
                lambda: value.__setitem__(..., before),
            )
        elif isinstance(value, torch.Generator):
            state = value.get_state()
            self._note("", lambda: False, lambda: value.set_state(state))  # to be drawn from
        elif isinstance(value, list | dict | set):
            self._save_collection(name, value, depth)
        elif isinstance(value, tuple) and len(value) <= _MOST:
            for place, each in enumerate(value):
                self._save(f"{name}[{place}]", each, depth + 1)
        if (type(value).__module__ or "").startswith(_OWN) and hasattr(value, "__dict__"):
            self._save_attributes(name, value, depth)

    def _save_tensor(self, name: str, tensor: torch.Tensor) -> None:
        if tensor.is_meta or tensor.is_sparse:
            return
        data, slope, asks = tensor.detach().clone(), tensor.grad, tensor.requires_grad
        slope_data = None if slope is None else slope.detach().clone()

        def is_as_before() -> bool:
            return tensor.shape == data.shape and _equal(tensor.detach(), data)

        def put_back() -> None:
            tensor.data = data.clone()

        def slope_is_as_before() -> bool:
            if slope is None or tensor.grad is None:
                return tensor.grad is slope
            return _equal(tensor.grad, slope_data)

        def put_slope_back() -> None:
            tensor.grad = None if slope_data is None else slope_data.clone()

        self._note(name, is_as_before, put_back)
        if tensor.is_leaf:
            self._note(f"{name}.grad", slope_is_as_before, put_slope_back)
            if tensor.is_floating_point():
                self._note(
                    f"{name}.requires_grad",
                    lambda: tensor.requires_grad == asks,
                    lambda: tensor.requires_grad_(asks),
                )

    def _save_collection(self, name: str, value: list | dict | set, depth: int) -> None:
        before = value.copy()

        def is_as_before() -> bool:
            if len(value) != len(before):
                return False
            if isinstance(value, dict):
                pairs = zip(value.items(), before.items(), strict=True)
                return all(a == c and _is(b, d) for (a, b), (c, d) in pairs)
            return value == before if isinstance(value, set) else all(map(_is, value, before))

        def put_back() -> None:
            value.clear()
            value.extend(before) if isinstance(value, list) else value.update(before)

        self._note(name, is_as_before, put_back)
        if len(value) <= _MOST and not isinstance(value, set):
            parts = value.items() if isinstance(value, dict) else enumerate(value)
            for key, each in list(parts):
                self._save(f"{name}[{key!r}]", each, depth + 1)

    def _save_attributes(self, name: str, value: Any, depth: int) -> None:
        before = dict(vars(value))
        if hasattr(type(value), "training"):  # a mode that is set for the first time
            before.setdefault("training", value.training)
        for key, each in before.items():

            def is_as_before(key=key, each=each) -> bool:
                return _is(getattr(value, key, Watch), each)

            def put_back(key=key, each=each) -> None:
                vars(value)[key] = each

            self._note(f"{name}.{key}", is_as_before, put_back)
        for key, each in before.items():
            self._save(f"{name}.{key}", each, depth + 1)

    def _note(self, name: str, is_as_before: Callable[[], bool], put_back: Callable) -> None:
        self._saved.append((name, is_as_before, put_back))


def globals_of(function: Any) -> tuple[dict[str, Any], Any]:
    """The globals that a function reads, by name, and those of functions it calls; and the dict
    they stand in, None where there is none. What its closure and its defaults hold is among them.
    """
    function = inspect.unwrap(function) if callable(function) else function
    if not isinstance(function, FunctionType):
        return {}, None
    reached: dict[str, Any] = {}
    waiting, seen = [function], set()
    while waiting:
        each = waiting.pop()
        if id(each) in seen or each.__globals__ is not function.__globals__:
            continue
        seen.add(id(each))
        for name in _names(each.__code__):
            if name in each.__globals__:
                reached[name] = each.__globals__[name]
        cells = zip(each.__code__.co_freevars, each.__closure__ or (), strict=True)
        reached |= {name: cell.cell_contents for name, cell in cells if _is_full(cell)}
        defaults = [*(each.__defaults__ or ()), *(each.__kwdefaults__ or {}).values()]
        reached |= {f"a default of {each.__name__}": value for value in defaults}
        waiting += [value for value in reached.values() if isinstance(value, FunctionType)]
    return reached, function.__globals__


class GlobalsWatch:
    """What a function reaches through its globals, and PyTorch's settings."""

    def __init__(self, function: Any):
        reached, self._namespace = globals_of(function)
        self._before = dict(reached)
        self._watch = Watch({n: v for n, v in reached.items() if not isinstance(v, FunctionType)})
        self._settings = _settings()
        self._random = torch.get_rng_state()
        torch.manual_seed(_SEED)

    def changes(self) -> list[str]:
        """The names of what has changed; all of it is as before. May be asked again and again."""
        changed = self._watch.changes()
        if self._namespace is not None:
            for name, value in self._before.items():
                if name in self._namespace and self._namespace[name] is not value:
                    self._namespace[name] = value
                    changed.append(name)
        if torch.initial_seed() != _SEED:
            torch.manual_seed(_SEED)
            changed.append("the seed of PyTorch's own random numbers")
        for what, (before, put_back) in self._settings.items():
            if _settings()[what][0] != before:
                put_back(before)
                changed.append(what)
        return changed

    def end(self) -> None:
        """PyTorch's own random numbers go on as if nothing had been drawn."""
        torch.set_rng_state(self._random)


def _settings() -> dict[str, tuple[Any, Callable]]:
    return {
        "PyTorch's default dtype": (torch.get_default_dtype(), torch.set_default_dtype),
        "whether PyTorch keeps notes for slopes": (
            torch.is_grad_enabled(),
            torch.set_grad_enabled,
        ),
    }


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)


def _is(one: Any, other: Any) -> bool:
    plain = int, float, str  # of these another one may take the place of an equal one
    return one is other or (type(one) is type(other) and type(one) in plain and one == other)


def _is_full(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True


def _equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    return torch.equal(one, other) or bool(((one == other) | (one.isnan() & other.isnan())).all())


def _belongs(name: str, roots: tuple[str, ...]) -> bool:
    return not name or any(
        name == root or name.startswith((f"{root}.", f"{root}[")) for root in roots
    )
