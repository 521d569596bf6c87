"""What one process has computed is not computed again by the next: its results are read.

Each lesson runs in a kernel for nbval, in another one for the browser, and in a test's own process.
The first of them does all the work. Of each statement of a cell that took long, such as a training,
it writes down what came of it: what was printed, the new names, each tensor that changed. Others
find the same statement before the same numbers, and take that up. nbval's kernel always does
everything itself. What is kept lasts as long as the run of pytest; where anything is not as it was,
or is of a kind that is not known here, it is computed.
"""

from __future__ import annotations

import ast
import builtins
import dis
import functools
import hashlib
import io
import operator
import os
import pickle
import shutil
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest
    import torch

# Each kernel imports this before its first cell: neither pytest nor torch is loaded for it.

FOLDER = "MAKEMORE_TESTS_TRAINED"
"""The environment's variable that names where results are kept."""
LONG = 0.1  # seconds; what is quicker is not worth a file
# Drawn in cells, and known to nobody here: a picture has to come about.
DRAWS = {"plt", "display", "live"}
_own: list[str] = []  # the folder, in the process that made it


def pytest_configure(config: pytest.Config) -> None:
    """One folder for a run of pytest, and for all of its processes; kernels write there, too."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="trained-")
        _own.append(os.environ[FOLDER])
        startup = Path(os.environ[FOLDER]) / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "trained.py").write_text(at_the_start_of_a_kernel("write"), encoding="utf-8")
        # What a user set up for their own IPython stays out of the lessons.
        os.environ["IPYTHONDIR"] = os.environ[FOLDER]


def pytest_unconfigure(config: pytest.Config) -> None:
    if _own:
        shutil.rmtree(_own.pop(), ignore_errors=True)
        del os.environ[FOLDER], os.environ["IPYTHONDIR"]


def at_the_start_of_a_kernel(how: str) -> str:
    """What a kernel runs before the first cell, and leaves no name of the notebook's behind.

    how: "write" lets cells write down what came of them, "read" lets them read that as well.
    """
    tests = str(Path(__file__).resolve().parents[1])
    return f"""\
def _prepare():
    import sys

    sys.path.insert(0, {tests!r})
    from shared import trained

    sys.path.remove({tests!r})
    trained.install({how == "read"})
    get_ipython().ast_transformers.append(trained.Remembered())


_prepare()
del _prepare
"""


def install(may_read: bool) -> None:
    """Give what `Remembered` makes of statements the two functions that it calls."""
    memory = _Memory(may_read)
    builtins._recall, builtins._note = memory.recall, memory.note


@contextmanager
def installed() -> Iterator[None]:
    """Let the cells that `lessons.run_cell` runs read and write, for as long as the block lasts."""
    install(may_read=True)
    try:
        yield
    finally:
        del builtins._recall, builtins._note


class Remembered:
    """Makes `if not _recall(text, globals()): statement; _note(globals())` of each statement.

    Not of an import or a definition, which take no time. A line that may give something becomes
    `None if _recall(text, globals()) else _note(globals(), line)`: it is kept if it gave nothing.
    """

    PASSED_OVER = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef

    def visit(self, tree: ast.Module) -> ast.Module:
        if hasattr(builtins, "_recall") and FOLDER in os.environ:
            tree.body = [self._wrapped(each) for each in tree.body]
            ast.fix_missing_locations(tree)
        return tree

    def _wrapped(self, node: ast.stmt) -> ast.stmt:
        if isinstance(node, self.PASSED_OVER) or not any(
            isinstance(each, ast.Call) for each in ast.walk(node)
        ):
            return node
        recall, note = (ast.parse(f"_{each}(globals())").body[0] for each in ("recall", "note"))
        recall.value.args.insert(0, ast.Constant(ast.unparse(node)))
        if isinstance(node, ast.Expr):
            note.value.args.append(node.value)
            line = ast.IfExp(recall.value, ast.Constant(None), note.value)
            return ast.copy_location(ast.Expr(line), node)
        test = ast.UnaryOp(ast.Not(), recall.value)
        return ast.copy_location(ast.If(test, [node, ast.copy_location(note, node)], []), node)


class _Memory:
    """Of one process: whether it may read what others have written, and what it runs now."""

    def __init__(self, may_read: bool):
        self.may_read = may_read
        self.now: _Statement | None = None

    def recall(self, text: str, namespace: dict) -> bool:
        """Whether what comes of a statement is known; if so, it has come about."""
        self.forget()
        if "torch" not in sys.modules:
            return False
        with suppress(_Unknown):
            statement = _Statement(text, namespace)
            if self.may_read and statement.file.exists():
                statement.take_up()
                return True
            self.now = statement
            statement.begin()
        return False

    def note(self, namespace: dict, value: Any = None) -> Any:
        """A statement has ended: write down what came of it, if that took long. Gives `value`."""
        statement, self.now = self.now, None
        if statement:
            statement.end(value is None)
        return value

    def forget(self) -> None:
        """What was run last has ended in an error."""
        if self.now:
            self.now.stop()
        self.now = None


class _Tee(io.TextIOBase):
    """Writes to where it was written before, and keeps it as well."""

    def __init__(self, own):
        self.own, self.kept = own, io.StringIO()

    def write(self, text: str) -> int:
        self.kept.write(text)
        return self.own.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    def flush(self) -> None:
        self.own.flush()


class _Statement:
    """A statement of a cell, before the numbers that it stands before."""

    def __init__(self, text: str, namespace: dict):
        code = compile(text, "statement", "exec")
        names = _names(code)
        if names & DRAWS:
            raise _Unknown(text)
        self.walks_back = "backward" in names
        self.namespace = namespace
        self.roots = {name: namespace[name] for name in sorted(names) if name in namespace}
        self.before = State(self.roots)
        given_up = {id(self.roots.get(name)) for name in _first_given_a_value(code)}
        looked_at = [each for each in self.before.tensors if id(each) not in given_up]
        if not {*map(id, _leaves(looked_at))} <= {*map(id, self.before.tensors)}:
            raise _Unknown("what a backward pass would give slopes to")
        found = hashlib.sha256(text.encode() + self.before.digest())
        self.file = Path(os.environ[FOLDER]) / f"{found.hexdigest()}.pickle"

    def begin(self) -> None:
        self.randomness = _randomness()
        self.names, self.start = dict(self.namespace), time.perf_counter()
        self.tee = _Tee(sys.stdout)
        sys.stdout = self.tee

    def stop(self) -> None:
        if sys.stdout is self.tee:
            sys.stdout = self.tee.own

    def end(self, gave_nothing: bool) -> None:
        """Write down what came of it. The file is there when it is whole."""
        took = time.perf_counter() - self.start
        self.stop()
        if took < LONG or not gave_nothing or self.file.exists():
            return
        with suppress(_Unknown, pickle.PicklingError, AttributeError, TypeError, OSError):
            if _randomness() != self.randomness:
                return  # a number that no generator drew would be drawn again
            was, now = self.names, self.namespace
            new = {name: now[name] for name in now if name not in was or now[name] is not was[name]}
            result = {
                "new": {name: value for name, value in new.items() if not name.startswith("_")},
                "gone": [name for name in was if name not in now],
                "printed": self.tee.kept.getvalue(),
                **self.before.changes(),
            }
            whole = io.BytesIO()
            _Pickler(whole, self.before.places(), self.walks_back).dump(result)
            partial = self.file.with_suffix(f".{os.getpid()}")
            partial.write_bytes(whole.getvalue())
            partial.replace(self.file)

    def take_up(self) -> None:
        """Let the names and numbers be as they were when that statement had ended."""
        with self.file.open("rb") as file:
            result = _Unpickler(file, self.before.kept).load()
        self.before.take_up(result)
        self.namespace.update(result["new"])
        for name in result["gone"]:
            del self.namespace[name]
        sys.stdout.write(result["printed"])


def _randomness() -> bytes:
    """What the next random numbers depend on, where no generator is named."""
    import torch

    return _bytes(torch.get_rng_state())


def _bytes(tensor: torch.Tensor) -> bytes:
    tensor = tensor.detach().contiguous()
    return (tensor.float() if tensor.dtype.itemsize == 2 else tensor).numpy().tobytes()


def _digest(tensor: torch.Tensor) -> bytes:
    return hashlib.sha256(_bytes(tensor)).digest()


class _Pickler(pickle.Pickler):
    """Knows what was there before, and does not copy it."""

    def __init__(self, file, places: dict[int, int], walked_back: bool):
        super().__init__(file, protocol=5)
        self.places, self.walked_back = places, walked_back

    def persistent_id(self, value: Any) -> int | None:
        return self.places.get(id(value))

    def reducer_override(self, value: Any) -> Any:
        import torch

        if not isinstance(value, torch.Tensor):
            return NotImplemented
        if id(value._base) in self.places or value.dtype is torch.bfloat16:
            raise _Unknown("a view of what was there before")
        is_leaf = value.is_leaf
        if not (is_leaf or self.walked_back):
            raise _Unknown("notes for a backward pass that is still to come")
        numbers = value.detach().contiguous().numpy()
        return _tensor, (
            type(value),
            numbers,
            is_leaf and value.requires_grad,
            _slope(value),
        )


def _leaves(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    """Those to which slopes flow back from these."""
    waiting, seen, found = [each.grad_fn for each in tensors], {None}, []
    while waiting:
        note = waiting.pop()
        if note not in seen:
            seen.add(note)
            if hasattr(note, "variable"):
                found.append(note.variable)
            waiting += [before for before, _ in note.next_functions]
    return found


def _slope(tensor: torch.Tensor) -> torch.Tensor | None:
    return tensor.grad if tensor.is_leaf else None


def _tensor(kind: type, numbers: Any, requires_grad: bool, slope: Any) -> Any:
    import torch

    value = torch.from_numpy(numbers.copy())
    if kind is torch.nn.Parameter:
        value = torch.nn.Parameter(value, requires_grad)
    value.requires_grad_(requires_grad)
    value.grad = slope
    return value


class _Unpickler(pickle.Unpickler):
    def __init__(self, file, kept: list):
        super().__init__(file)
        self.kept = kept

    def persistent_load(self, place: int) -> Any:
        return self.kept[place]


def _content(value: Any) -> list | dict | None:
    """What a list or a dict holds now."""
    return value.copy() if type(value) in (list, dict) else None


def _same_things(one: list | dict | None, other: list | dict | None) -> bool:
    if isinstance(one, dict):
        one, other = [[part for pair in each.items() for part in pair] for each in (one, other)]
    return one is other or (len(one) == len(other) and all(map(operator.is_, one, other)))


OURS = "__main__", "helpers.", "torch.", "types"
_VALUES = bool | int | float | complex | str | bytes | range | slice | None


class _Unknown(Exception):
    """Something that is not known well enough to say whether it is as it was."""


class State:
    """All that a statement begins with, or ends with: the numbers, and what they are held in."""

    def __init__(self, roots: Any):
        import torch

        self.tensors: list[torch.Tensor] = []
        self.generators: list[torch.Generator] = []
        self.movers: list = []
        self.shape: list[tuple] = []
        self.kept: list = []  # what is looked at stays, so that no other takes its id
        self._seen: dict[int, int] = {}
        self._walk([roots, torch.get_default_dtype()])
        self._held = [_content(each) for each in self.kept]
        self._digests = [_digest(each) for each in self.tensors]

    def digest(self) -> bytes:
        """The same for the same beginning: in another process, too."""
        found = hashlib.sha256(repr(self.shape).encode())
        for digest in self._digests:
            found.update(digest)
        for generator in self.generators:
            found.update(_bytes(generator.get_state()))
        for mover in self.movers:
            found.update(State(mover.state_dict()).digest())
        return found.digest()

    def places(self) -> dict[int, int]:
        """For each thing that was looked at, its number."""
        return {id(value): place for place, value in enumerate(self.kept)}

    def changes(self) -> dict[str, Any]:
        """What has become of all that was looked at."""
        return {
            "tensors": {
                place: each.detach()
                for place, each in enumerate(self.tensors)
                if _digest(each) != self._digests[place]
            },
            "slopes": [
                (each.is_leaf and each.requires_grad, _slope(each)) for each in self.tensors
            ],
            "generators": [each.get_state() for each in self.generators],
            "movers": [each.state_dict() for each in self.movers],
            "held": {
                place: _content(value)
                for place, value in enumerate(self.kept)
                if not _same_things(_content(value), self._held[place])
            },
        }

    def take_up(self, changes: dict[str, Any]) -> None:
        """Let it become that."""
        import torch

        for place, content in changes["held"].items():
            own = self.kept[place]
            if isinstance(own, list):
                own[:] = content
            elif isinstance(own, dict):
                own.clear()
                own.update(content)
        for own, (is_to_learn, slope) in zip(self.tensors, changes["slopes"], strict=True):
            if own.is_leaf:
                own.requires_grad_(is_to_learn)
                own.grad = slope
        with torch.no_grad():
            for place, new in changes["tensors"].items():
                self.tensors[place].copy_(new)
        for own, state in zip(self.generators, changes["generators"], strict=True):
            own.set_state(state)
        for own, state in zip(self.movers, changes["movers"], strict=True):
            own.load_state_dict(state)

    def _walk(self, value: Any) -> None:
        """Note what `value` is, and go on to all that it holds."""
        import torch

        plain = _VALUES | torch.dtype | torch.device | torch.Size
        if isinstance(value, plain):
            self.shape.append(("value", repr(value)))
        elif id(value) in self._seen:
            self.shape.append(("again", self._seen[id(value)]))
        else:
            self._seen[id(value)] = len(self._seen)
            self.kept.append(value)
            self.shape.append((type(value).__qualname__,))
            for part in self._parts(value):
                self._walk(part)

    def _parts(self, value: Any) -> list:
        import torch

        if isinstance(value, torch.Tensor):
            self.tensors.append(value)
            return [value.dtype, value.shape, value.is_leaf and value.requires_grad]
        if isinstance(value, torch.Generator):
            self.generators.append(value)
            return []
        if isinstance(value, torch.optim.Optimizer):
            self.movers.append(value)
            return [group["params"] for group in value.param_groups]
        if isinstance(value, torch.optim.lr_scheduler.LRScheduler):
            self.movers.append(value)
            return [value.optimizer, getattr(value, "lr_lambdas", [])]
        if isinstance(value, list | tuple):
            return list(value)
        if isinstance(value, set | frozenset):
            return sorted(value, key=repr)
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
        if hasattr(value, "__dict__") and type(value).__module__.startswith(OURS):
            return [type(value), vars(value)]
        raise _Unknown(type(value))

    def _parts_of_function(self, function: types.FunctionType) -> list:
        parts = [function.__qualname__, function.__defaults__, *(function.__closure__ or ())]
        if function.__module__ != "__main__":
            return parts
        names = sorted(_names(function.__code__) & set(function.__globals__))
        return [*parts, function.__code__, {name: function.__globals__[name] for name in names}]


def _first_given_a_value(code: types.CodeType) -> set[str]:
    """The names that a statement gives a value before it looks at one."""
    first: dict[str, str] = {}
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_NAME", "STORE_NAME"):
            first.setdefault(instruction.argval, instruction.opname)
    return {name for name, what in first.items() if what == "STORE_NAME"}


def _names(code: types.CodeType) -> set[str]:
    inner = [each for each in code.co_consts if isinstance(each, types.CodeType)]
    return {*code.co_names}.union(*map(_names, inner))
