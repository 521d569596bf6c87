"""Change every folded solution by program, and give it to its check: none that differs may pass.

    python tools/solutions.py                   (part of `make mutants`)
    python tools/solutions.py 2.2 5             only these exercises or lessons

Single changes of operators, comparisons, constants, arguments and lines; and changes of behaviour
beside the value: in place for out of place, `.detach()`, `.data`, no_grad, another dtype, a global
of the lesson for an argument, a call that depends on the one before, a loop that stops after its
first or second item, a look at one or two rows, columns or items.

A change that a check accepts is held against the solution on some thousand other generated inputs,
what it changes and the slopes through it included. Where nothing differs it counts as equal, and is
listed. Every other one is a fault of the check: the exit status is 1 then. The result is printed,
and where all exercises were chosen, written to tests/SOLUTIONS.md.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import io
import multiprocessing
import numbers
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "tests" / "SOLUTIONS.md"
sys.path.insert(0, str(ROOT / "tests"))

import torch  # noqa: E402
from shared.lessons import (  # noqa: E402
    ExerciseCells,
    answer,
    exercises,
    notebook_paths,
    read_notebook,
    run_notebook,
)

from helpers.checks import engine, exercise, lesson_exercises  # noqa: E402
from helpers.layers import Layer  # noqa: E402

MANY = 2_000
"""Generated inputs on which a change that was accepted is held against the solution."""

OPERATORS: dict[type, list[type]] = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}
TWINS = {
    ast.Add: "iadd",
    ast.Sub: "isub",
    ast.Mult: "imul",
    ast.Div: "itruediv",
    ast.Pow: "ipow",
}

Names = dict[str, object]
Change = tuple[str, ast.Module]
"""What was changed, in words, and the whole source as it is then."""


@dataclass
class Row:
    """What came of the changes of one exercise's solution."""

    name: str
    refused: int
    equal: list[str]
    accepted: list[str]
    """Changes that the check accepts and that do not do what the solution does."""


# Changes


def changes(source: str, names: Names, given: Names, result: object) -> Iterator[Change]:
    """Every change of a solution, each once.

    Args:
        source: the solution.
        names: those of the notebook at its place.
        given: the arguments of one example by name, and `result` what comes of them.
    """
    seen = {ast.unparse(ast.parse(source))}
    tree = ast.parse(source)
    several = [
        slips(tree),
        in_place(tree),
        beside(tree, names, given, result),
        other_names(tree, names, given),
        parts(tree, given),
    ]
    for some in several:
        for what, tree in some:
            text = ast.unparse(ast.fix_missing_locations(tree))
            if text not in seen:
                seen.add(text)
                yield what, tree


def changed(tree: ast.Module, node: ast.AST, change: Callable[[ast.AST], None]) -> ast.Module:
    """A copy of the tree in which `change` has been done to the twin of `node`."""
    place = list(ast.walk(tree)).index(node)
    twin = copy.deepcopy(tree)
    change(list(ast.walk(twin))[place])
    return twin


def replaced(tree: ast.Module, node: ast.AST, new: ast.AST) -> ast.Module:
    """A copy of the tree with `new` in the place of `node`."""
    place = list(ast.walk(tree)).index(node)
    twin = copy.deepcopy(tree)
    old = list(ast.walk(twin))[place]

    class Put(ast.NodeTransformer):
        def visit(self, each):
            return copy.deepcopy(new) if each is old else self.generic_visit(each)

    return Put().visit(twin)


def code(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def slips(tree: ast.Module) -> Iterator[Change]:
    """Operators, comparisons, constants, items, arguments and lines, one at a time."""
    # What stands alone in a line, such as a docstring, does nothing.
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
            for new in OPERATORS.get(type(node.op), []):
                yield new.__name__, changed(tree, node, lambda at, new=new: put(at, op=new()))
        elif isinstance(node, ast.Compare):
            for new in OPERATORS.get(type(node.ops[0]), []):
                yield new.__name__, changed(tree, node, lambda at, new=new: put(at, ops=[new()]))
        elif isinstance(node, ast.UnaryOp):
            yield "sign or not taken away", replaced(tree, node, node.operand)
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            value = not node.value
            yield f"{value}", changed(tree, node, lambda at, value=value: put(at, value=value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            for value in (node.value + 1, node.value - 1, 2 * node.value, -node.value):
                yield f"{value}", changed(tree, node, lambda at, value=value: put(at, value=value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in texts:
            for value in other_texts(node.value):
                yield (
                    f"{value!r}",
                    changed(tree, node, lambda at, value=value: put(at, value=value)),
                )
        elif isinstance(node, ast.List | ast.Tuple) and isinstance(node.ctx, ast.Load):
            yield from other_items(tree, node)
        elif isinstance(node, ast.Call):
            yield from other_arguments(tree, node)
        elif isinstance(node, ast.For | ast.While):
            for count in (1, 2):
                yield f"the loop stops after {count}", changed(tree, node, stopping(count))
        if isinstance(getattr(node, "body", None), list):
            for place, line in enumerate(node.body):
                is_text = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
                if not is_text and (len(node.body) > 1 or not isinstance(node, ast.Module)):
                    text = ast.unparse(line).partition("\n")[0]
                    yield f"without `{text}`", changed(tree, node, without(place))


def put(node: ast.AST, **fields) -> None:
    for name, value in fields.items():
        setattr(node, name, value)


def without(place: int) -> Callable[[ast.AST], None]:
    return lambda node: node.body.__setitem__(place, ast.Pass())


def stopping(count: int) -> Callable[[ast.AST], None]:
    """A loop that counts its turns and ends early."""
    lines = f"turns = locals().get('turns', 0) + 1\nif turns >= {count}:\n    break"
    return lambda node: node.body.extend(ast.parse(f"while True:\n{indented(lines)}").body[0].body)


def indented(lines: str) -> str:
    return "".join(f"    {line}\n" for line in lines.splitlines())


def other_texts(text: str) -> list[str]:
    """A letter less, one more, and the others the other way round."""
    return [text[1:], text[:-1], text + text[-1:], text[::-1]]


def other_items(tree: ast.Module, node: ast.List | ast.Tuple) -> Iterator[Change]:
    """One item left out, and two neighbours in each other's place."""
    for place in range(len(node.elts)):
        item = ast.unparse(node.elts[place])
        yield f"without {item}", changed(tree, node, lambda at, place=place: at.elts.pop(place))
        if place:
            yield f"{item} one place sooner", changed(tree, node, sooner(place))


def sooner(place: int) -> Callable[[ast.AST], None]:
    return lambda node: node.elts.insert(place - 1, node.elts.pop(place))


def other_arguments(tree: ast.Module, node: ast.Call) -> Iterator[Change]:
    for place in range(len(node.args)):
        if len(node.args) + len(node.keywords) > 1 or isinstance(node.func, ast.Attribute):
            yield (
                f"{ast.unparse(node.func)} without an argument",
                changed(tree, node, lambda at, place=place: at.args.pop(place)),
            )
    for place, keyword in enumerate(node.keywords):
        yield (
            f"without {keyword.arg}",
            changed(tree, node, lambda at, place=place: at.keywords.pop(place)),
        )
    if len(node.args) == 2:
        yield "arguments swapped", changed(tree, node, lambda at: at.args.reverse())
    if isinstance(node.func, ast.Attribute) and not node.args:
        yield f"without .{node.func.attr}()", replaced(tree, node, node.func.value)


def in_place(tree: ast.Module) -> Iterator[Change]:
    """In place for out of place, wherever there is a twin."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and type(node.op) in TWINS and named(node.left):
            twin = TWINS[type(node.op)]
            text = f"__import__('operator').{twin}({ast.unparse(node.left)}, 0)"
            call = code(text)
            call.args[1] = node.right
            yield f"{ast.unparse(node.left)} in place, {twin}", replaced(tree, node, call)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            twin = f"{node.func.attr}_"
            if hasattr(torch.Tensor, twin) and named(node.func.value):
                yield (
                    f"{ast.unparse(node.func.value)}.{twin}",
                    changed(tree, node, lambda at, twin=twin: put(at.func, attr=twin)),
                )


def named(node: ast.AST) -> bool:
    """Whether this is a name, or a part of what has a name."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id not in ("torch", "F", "math", "self")


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in tree.body if isinstance(node, ast.FunctionDef)]


TENSOR_RESULTS = {
    "detached": "__result.detach()",
    ".data": "__result.data",
    "float64": "__result.double()",
    "float16": "__result.half()",
    "whole numbers": "__result.long()",
    "a list": "__result.tolist()",
    "rounded to two decimals": "__result.round(decimals=2)",
}
RESULTS = {
    "the first result again": "globals().setdefault('__first', __result)",
    "each second call gives the result before": "globals().setdefault('__held', [__result]) and "
    "(globals()['__held'].append(__result) or globals()['__held'][-1 - len(globals()['__held']) % 2"
    "])",
}
WRECKS = {
    "is zeroed": (torch.Tensor, "{p}.detach().zero_()"),
    "is emptied": (list | dict | set, "{p}.clear()"),
    "has another first item": (list, "{p}.__setitem__(0, {p}[-1])"),
    "is sorted": (list, "{p}.sort()"),
    "asks for slopes": (torch.Tensor, "{p}.requires_grad_({p}.is_floating_point())"),
    "has no slopes": (torch.Tensor, "setattr({p}, 'grad', None)"),
    "is in training mode": (Layer, "{p}.train()"),
    "is in eval mode": (Layer, "{p}.eval()"),
}


def beside(tree: ast.Module, names: Names, given: Names, result: object) -> Iterator[Change]:
    """Changes of what a function does beside the value, by a wrapper around it."""
    for function in functions(tree):
        reached = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        values = {name: names[name] for name in sorted(reached) if is_data(names.get(name))} | given
        lines = "with torch.no_grad():\n        __result = {call}"
        yield "under no_grad", wrapped(tree, function, lines)
        for what, lines in (TENSOR_RESULTS if isinstance(result, torch.Tensor) else {}).items():
            yield what, wrapped(tree, function, f"__result = {{call}}\n    __result = {lines}")
        for what, lines in RESULTS.items():
            yield what, wrapped(tree, function, f"__result = {{call}}\n    __result = {lines}")
        if isinstance(result, float):
            lines = "__result = {call}\n    __result = round(float(__result), 2)"
            yield "rounded to two decimals", wrapped(tree, function, lines)
        for name, value in values.items():
            for what, (kind, wreck) in WRECKS.items():
                if isinstance(value, kind):
                    lines = f"__result = {{call}}\n    {wreck.format(p=name)}"
                    yield f"{name} {what}", wrapped(tree, function, lines)
        for name, value in given.items():
            if isinstance(value, torch.Tensor):
                lines = f"{name} = {name}.data\n    __result = {{call}}"
                yield f"{name}.data", wrapped(tree, function, lines)


def wrapped(tree: ast.Module, function: ast.FunctionDef, lines: str) -> ast.Module:
    """The solution, called by a function of its name."""
    twin = copy.deepcopy(tree)
    inner = f"_{function.name}_of_the_solution"
    for node in functions(twin):
        if node.name == function.name:
            node.name = inner
    parameters = ", ".join(each.arg for each in function.args.args)
    body = lines.format(call=f"{inner}({parameters})")
    text = f"def {function.name}({parameters}):\n    {body}\n    return __result"
    twin.body += ast.parse(text).body
    return twin


def is_data(value: object) -> bool:
    return isinstance(value, torch.Tensor | list | dict | set | Layer)


def other_names(tree: ast.Module, names: Names, given: Names) -> Iterator[Change]:
    """A global of the lesson in the place of an argument."""
    for function in functions(tree):
        for parameter, value in given.items():
            kind = numbers.Number if isinstance(value, numbers.Number) else type(value)
            alike = [name for name, other in names.items() if isinstance(other, kind)]
            alike.sort(key=lambda name: name.casefold() != parameter.casefold())
            for name in [name for name in alike if not name.startswith("_")][:8]:
                lines = f"{parameter} = globals()['{name}']\n    __result = {{call}}"
                yield f"the lesson's {name} for {parameter}", wrapped(tree, function, lines)


def parts(tree: ast.Module, given: Names) -> Iterator[Change]:
    """A look at one or two rows, columns or items of an argument alone."""
    cuts = {"[:1]": 1, "[:2]": 1, "[:3]": 1, "[-1:]": 1, "[:, :1]": 2, "[:, :2]": 2}
    for function in functions(tree):
        for parameter, value in given.items():
            dimensions = getattr(value, "ndim", int(isinstance(value, list | tuple | str)))
            for cut, least in cuts.items():
                if dimensions >= least:
                    lines = f"{parameter} = {parameter}{cut}\n    __result = {{call}}"
                    yield f"{parameter}{cut}", wrapped(tree, function, lines)


# Verdicts


def verdict(path: Path, cells: ExerciseCells, source: str) -> str:
    """What the check says to this source: "right", "wrong", "open", or "stopped"."""
    said = answer(path, cells, source)
    return getattr(said, "kind", "stopped")


def equal(path: Path, cells: ExerciseCells, source: str) -> bool:
    """Whether it does what the solution does, on many inputs that the check does not know."""
    known = lesson_exercises(cells.name.partition(".")[0])
    mine = known[cells.name]
    if mine.generate is None:
        return True  # of a value, right is equal; and all letters of an alphabet were tried
    other = lambda rng, size: mine.generate(type(rng)(rng.random() + 1), size)  # noqa: E731
    before = exercise.GENERATED, engine.time_limit
    known[cells.name] = replace(mine, generate=other)
    exercise.GENERATED, engine.time_limit = MANY, contextlib.nullcontext
    try:
        return verdict(path, cells, source) == "right"
    finally:
        known[cells.name] = mine
        exercise.GENERATED, engine.time_limit = before


def tried(path: Path, cells: ExerciseCells) -> Row:
    """Try every change of one exercise's solution."""
    row, began = Row(cells.name, 0, [], []), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        names = run_notebook(path).places[cells.name].namespace
    given, result = one_example(lesson_exercises(cells.name.partition(".")[0])[cells.name])
    for what, tree in changes(cells.solution, names, given, result):
        source = ast.unparse(ast.fix_missing_locations(tree))
        if verdict(path, cells, source) != "right":
            row.refused += 1
        elif equal(path, cells, source):
            row.equal.append(what)
        else:
            row.accepted.append(f"{what}: {source}")
    print(f"{in_words(row)}  ({time.process_time() - began:.0f} s)", file=sys.stderr, flush=True)
    return row


def in_words(row: Row) -> str:
    """What came of an exercise, in a line."""
    counts = f"{row.refused} refused, {len(row.equal)} equal"
    return f"{row.name}: {counts}, {len(row.accepted)} accepted"


def one_example(mine: exercise.Exercise) -> tuple[Names, object]:
    """The arguments of an exercise's first example by name, and the result; of a value, nothing."""
    if not mine.examples:
        return {}, None
    arguments = mine.given_examples()[0]
    parameters = inspect.signature(mine.answer).parameters
    result = mine.answer(*copy.deepcopy(arguments))
    return dict(zip(parameters, arguments, strict=False)), result


def as_page(rows: list[Row]) -> str:
    """What stands in tests/SOLUTIONS.md."""
    lines = [
        "# Changed solutions\n",
        "Each folded solution was changed by program, one change at a time, and given to its "
        "check. *Refused*: the check said that it is not right yet. *Equal*: accepted, and on "
        f"{MANY:,} other generated inputs it did what the solution does, what it leaves as it was "
        "and the slopes through it included. *Accepted*: it differs, and the check did not notice. "
        "`make mutants` does so anew and writes this page.\n",
        "| exercise | changes | refused | equal | accepted |",
        "|---|--:|--:|--:|--:|",
    ]
    for row in [*rows, total(rows)]:
        counts = row.refused, len(row.equal), len(row.accepted)
        lines.append(f"| {row.name} | {sum(counts)} | {' | '.join(map(str, counts))} |")
    lines.append("\n## Equal\n")
    lines += [f"- {row.name}: {'; '.join(row.equal)}" for row in rows if row.equal]
    return "\n".join(lines) + "\n"


def total(rows: list[Row]) -> Row:
    return Row(
        "all",
        sum(row.refused for row in rows),
        [each for row in rows for each in row.equal],
        [each for row in rows for each in row.accepted],
    )


def tried_in(path: Path, chosen: list[str]) -> list[Row]:
    """Try the solutions of one notebook, those that are chosen, or all."""
    torch.set_num_threads(1)
    return [
        tried(path, cells)
        for cells in exercises(read_notebook(path))
        if not chosen or cells.name.startswith(tuple(chosen))
    ]


def main(chosen: list[str]) -> int:
    paths = [path for path in notebook_paths() if exercises(read_notebook(path))]
    rows = []
    # Two at a time, each in a process of its own; the long ones first.
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
        waiting = [processes.submit(tried_in, path, chosen) for path in reversed(paths)]
        for done in reversed(waiting):
            rows += done.result()
    for row in rows:
        print(in_words(row))
        for each in row.accepted:
            print(f"  accepted: {each}".replace("\n", "\n    "))
        for each in row.equal if chosen else ():
            print(f"  equal: {each}")
    if not chosen:
        PAGE.write_text(as_page(rows), encoding="utf-8")
    return int(any(row.accepted for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
