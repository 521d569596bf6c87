"""A training that one process has done is not done again by the next: its results are read.

Each lesson runs in a kernel for nbval, in another one for the browser, and in a test's own process.
The first of them trains, and writes down what came of it: the losses, and each tensor that changed.
The others begin with the same numbers, and take up those. nbval's kernel always trains by itself.
What is kept lasts as long as the run of pytest, and where anything is not as it was, it is trained.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import shutil
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from tqdm import tqdm

FOLDER = "MAKEMORE_TESTS_TRAINED"
"""The environment's variable that names where results are kept."""
_OWN_FOLDER = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """One folder for a run of pytest, and for all of its processes; kernels write there, too."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = config.stash[_OWN_FOLDER] = tempfile.mkdtemp(prefix="trained-")
        startup = Path(os.environ[FOLDER]) / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "trained.py").write_text(at_the_start_of_a_kernel("write"), encoding="utf-8")
        # What a user set up for their own IPython stays out of the lessons.
        os.environ["IPYTHONDIR"] = os.environ[FOLDER]


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_OWN_FOLDER, None):
        shutil.rmtree(folder, ignore_errors=True)
        del os.environ[FOLDER], os.environ["IPYTHONDIR"]


def at_the_start_of_a_kernel(how: str) -> str:
    """What a kernel runs before the first cell, and leaves no name behind.

    how: "write" lets `helpers.train` write down what it did, "read" lets it read that as well.
    Nothing is loaded before the lesson loads it.
    """
    tests = str(Path(__file__).resolve().parents[1])
    return f"""\
def _prepare():
    import sys
    from importlib.machinery import PathFinder

    class WithMemory(PathFinder):
        @classmethod
        def find_spec(cls, name, path=None, target=None):
            if name != "helpers.training":
                return None
            spec = PathFinder.find_spec(name, path, target)
            load = spec.loader.exec_module

            def exec_module(module):
                load(module)
                sys.path.insert(0, {tests!r})
                from shared import trained

                sys.path.remove({tests!r})
                module.train = trained.remembering(module.train, {how == "read"})

            spec.loader.exec_module = exec_module
            return spec

    sys.meta_path.insert(0, WithMemory)


_prepare()
del _prepare
"""


@contextmanager
def installed() -> Iterator[None]:
    """Let `helpers.train` write and read in this process, for as long as the block lasts."""
    import helpers
    from helpers import training

    before = helpers.train
    helpers.train = training.train = remembering(before, may_read=True)
    try:
        yield
    finally:
        helpers.train = training.train = before


def remembering(train: Callable, may_read: bool) -> Callable:
    """A `train` that keeps what came of it, and where it may, takes up what is kept."""
    if FOLDER not in os.environ:
        return train

    @functools.wraps(train)
    def remembered(model, X, Y, optimizer, schedule=None, *, steps, **options):
        arguments = (model, X, Y, optimizer, schedule)
        before = None
        if options.get("after_step") is None:  # else something happens on the way
            with suppress(_Unknown):
                before = State(*arguments, steps, options)
        file = Path(os.environ[FOLDER]) / f"{before.digest()}.pickle" if before else None
        if may_read and file and file.exists():
            tqdm(total=steps, initial=steps, file=sys.stdout, unit=" steps").close()
            return before.take_up(file)
        losses = train(*arguments, steps=steps, **options)
        if file and len(losses) == steps:
            with suppress(_Unknown):
                after = State(*arguments, steps, options)
                if after.shape == before.shape:
                    after.write(file, losses)
        return losses

    return remembered


_VALUES = bool | int | float | complex | str | bytes | range | slice | None
_VALUES |= torch.dtype | torch.device | torch.Size


class _Unknown(Exception):
    """Something that is not known well enough to say whether it is as it was."""


class State:
    """All that a training begins with, or ends with: the numbers, and what they are held in."""

    def __init__(self, model, X, Y, optimizer, schedule, steps: int, options: dict):
        self.optimizer, self.schedule = optimizer, schedule
        self.tensors: list[torch.Tensor] = []
        self.generators: list[torch.Generator] = []
        self.shape: list[tuple] = []
        self._seen: dict[int, int] = {}
        self._kept: list = []  # what is looked at stays, so that no other takes its id
        moving = [each.state_dict() for each in (optimizer, schedule) if each is not None]
        self._moving = State.of(moving)
        parameters = [each for group in optimizer.param_groups for each in group["params"]]
        self._walk([model, parameters, X, Y, steps, options, torch.get_default_dtype()])
        self._walk([type(optimizer), type(schedule)])

    @classmethod
    def of(cls, value: Any) -> State:
        """That of one value."""
        state = cls.__new__(cls)
        state.tensors, state.generators, state.shape = [], [], []
        state._seen, state._kept, state._moving = {}, [], None
        state._walk(value)
        return state

    def digest(self) -> str:
        """The same for the same beginning: in another process, too."""
        found = hashlib.sha256(repr(self.shape).encode())
        for tensor in self.tensors:
            found.update(tensor.detach().contiguous().numpy().tobytes())
        for generator in self.generators:
            found.update(generator.get_state().numpy().tobytes())
        found.update(self._moving.digest().encode() if self._moving else b"")
        return found.hexdigest()

    def write(self, file: Path, losses: torch.Tensor) -> None:
        """Keep what came of a training. The file is there when it is whole."""
        result = {
            "losses": losses,
            "tensors": [tensor.detach() for tensor in self.tensors],
            "slopes": [tensor.grad if tensor.is_leaf else None for tensor in self.tensors],
            "generators": [generator.get_state() for generator in self.generators],
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict() if self.schedule is not None else None,
        }
        partial = file.with_suffix(f".{os.getpid()}")
        try:
            torch.save(result, partial)
            partial.replace(file)
        except (OSError, pickle.PickleError, AttributeError, TypeError):
            partial.unlink(missing_ok=True)  # it can be trained again

    def take_up(self, file: Path) -> torch.Tensor:
        """Go to where that training ended; return its losses."""
        result = torch.load(file, weights_only=False)
        with torch.no_grad():
            for own, new, slope in zip(
                self.tensors, result["tensors"], result["slopes"], strict=True
            ):
                if not torch.equal(own, new):
                    own.copy_(new)
                if own.is_leaf:
                    own.grad = slope
        for own, new in zip(self.generators, result["generators"], strict=True):
            own.set_state(new)
        self.optimizer.load_state_dict(result["optimizer"])
        if self.schedule is not None:
            self.schedule.load_state_dict(result["schedule"])
        return result["losses"]

    def _walk(self, value: Any) -> None:
        """Note what `value` is, and go on to all that it holds."""
        if isinstance(value, _VALUES):
            self.shape.append(("value", repr(value)))
        elif id(value) in self._seen:
            self.shape.append(("again", self._seen[id(value)]))
        else:
            self._seen[id(value)] = len(self._seen)
            self._kept.append(value)
            self.shape.append((type(value).__qualname__,))
            for part in self._parts(value):
                self._walk(part)

    def _parts(self, value: Any) -> list:
        if isinstance(value, torch.Tensor):
            self.tensors.append(value)
            return [value.dtype, value.shape, value.requires_grad, value.is_leaf]
        if isinstance(value, torch.Generator):
            self.generators.append(value)
            return []
        if isinstance(value, list | tuple):
            return list(value)
        if isinstance(value, dict):
            return [part for pair in value.items() for part in pair]
        if isinstance(value, functools.partial):
            return [value.func, value.args, value.keywords]
        if isinstance(value, types.MethodType):
            return [value.__func__, value.__self__]
        if isinstance(value, types.FunctionType):
            return self._parts_of_function(value)
        if isinstance(value, types.CellType):
            return [value.cell_contents]
        if isinstance(value, types.CodeType):
            return [value.co_code, value.co_names, *value.co_consts]
        if isinstance(value, types.ModuleType | types.BuiltinFunctionType):
            return [value.__name__]
        if isinstance(value, property):
            return [value.fget]
        if isinstance(value, type):
            own = vars(value).values() if value.__module__ == "__main__" else []
            return [value.__qualname__, *(each for each in own if callable(each))]
        if hasattr(value, "__dict__"):
            return [type(value), vars(value)]
        raise _Unknown(type(value))

    def _parts_of_function(self, function: types.FunctionType) -> list:
        parts = [function.__qualname__, function.__defaults__, *(function.__closure__ or ())]
        if function.__module__ != "__main__":
            return parts
        names = sorted(_names(function.__code__) & set(function.__globals__))
        return [*parts, function.__code__, {name: function.__globals__[name] for name in names}]


def _names(code: types.CodeType) -> set[str]:
    inner = [each for each in code.co_consts if isinstance(each, types.CodeType)]
    return {*code.co_names}.union(*map(_names, inner))
