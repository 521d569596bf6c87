"""Which statements of a lesson a live picture needs: those alone are run when the site is made.

From the cell with the picture it goes back, statement by statement, and keeps those that bind a
name that is needed, or change what it stands for: `x += 1`, `x[0] = 1`, `model.eval()`, a call of a
function that changes what it is given. What Python hides from a reader's eye it cannot see, so
`frames.py` holds the picture at the first values against the one that the notebook has saved, and
runs more where they differ.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

# Calls that set how everything after them computes or draws.
_SETTINGS = ("torch.set_", "torch.manual_seed", "random.seed", "plt.style.", "plt.rcParams")
# Calls that only show something.
_SHOW = {"print", "check", "display", "plt.show"}
_FUNCTIONS = (ast.FunctionDef, ast.ClassDef)
_GRADIENTS = ".grad"  # what `backward()` changes wherever it is: as if it were a name


@dataclass
class Change:
    """What a function changes: parameters, by place and by name, and names outside of it."""

    places: set[int] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)


# `helpers.train` changes the model, the optimizer and the schedule.
_TRAIN = Change({0, 3, 4}, {"model", "optimizer", "schedule"})


@dataclass
class Statement:
    """One statement at the top of a cell."""

    node: ast.stmt
    cell: str
    may_raise: bool
    bound: set[str] = field(default_factory=set)
    """Names that it binds, whatever happens."""
    touched: set[str] = field(default_factory=set)
    """Names that it may bind, or whose contents it changes."""
    loaded: set[str] = field(default_factory=set)
    """Names that it reads before it binds them; within functions that it defines, too."""


def statements(cells: Iterable) -> list[Statement]:
    """The statements of code cells, each with the names that it binds, changes and reads."""
    found = []
    for cell in cells:
        lines = [
            "pass" if line.startswith(("%", "!")) else line for line in cell.source.splitlines()
        ]
        may_raise = "raises-exception" in cell.metadata.get("tags", [])
        for node in ast.parse("\n".join(lines)).body:
            found.append(Statement(node, cell.id, may_raise))
    modules = set().union(*(_bound(s.node) for s in found if isinstance(s.node, ast.Import)))
    change = _changing_functions([each.node for each in found])
    for each in found:
        each.bound = _bound(each.node)
        if not isinstance(each.node, _FUNCTIONS):
            each.touched = set().union(*_touched(each.node, change)) - modules
        each.loaded = _loaded([each.node])
    return found


def needed(all_statements: list[Statement], last: int) -> list[Statement]:
    """What has to run for the statements from index `last` on, these included, in order."""
    through: dict[str, set[str]] = {}  # from a function to what it reads when it is called
    for each in all_statements:
        if isinstance(each.node, _FUNCTIONS) or any(
            isinstance(part, ast.Lambda) for part in ast.walk(each.node)
        ):
            for name in each.bound:
                through.setdefault(name, set()).update(each.loaded)

    def closure(names: set[str]) -> set[str]:
        reached, waiting = set(), list(names)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += through.get(name, ())
        return reached

    kept = set(range(last, len(all_statements)))
    wanted = closure(set().union(*(all_statements[place].loaded for place in kept)))
    place = last
    while place:
        cell = all_statements[place - 1].cell
        first = next(i for i, each in enumerate(all_statements) if each.cell == cell)
        here: set[int] = set()
        while True:  # what a statement of the cell works on, another one of it may change
            after, now = set(wanted), set()
            beside = set().union(*(all_statements[i].loaded for i in here))
            for i in reversed(range(first, place)):
                each = all_statements[i]
                if _only_shows(each.node):
                    continue
                hit = (each.bound | each.touched) & after or each.touched & beside
                if hit or _sets(each.node):
                    now.add(i)
                    after = (after - each.bound) | closure(each.loaded)
            if now == here:
                break
            here = now
        kept, wanted, place = kept | here, after, first
    return [all_statements[place] for place in sorted(kept)]


def _only_shows(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr):
        called = isinstance(node.value, ast.Call) and ast.unparse(node.value.func)
        return not called or called in _SHOW
    return isinstance(node, ast.Assert)


def _sets(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith(_SETTINGS)


def _stored(node: ast.AST) -> set[str]:
    names = (part for part in ast.walk(node) if isinstance(part, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, _FUNCTIONS):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(each.asname or each.name).partition(".")[0] for each in node.names}
    if isinstance(node, ast.With):
        return set().union(*(_bound(each) for each in node.body))
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
    return set().union(*(_stored(target) for target in targets))


def _loaded(body: list[ast.stmt], bound: Iterable[str] = ()) -> set[str]:
    """What statements, one after the other, read and have not bound themselves."""
    bound, found = set(bound), set()
    for node in body:
        inside = [getattr(node, part) for part in ("body", "orelse") if hasattr(node, part)]
        if isinstance(node, ast.For | ast.While | ast.If | ast.With):
            heads = [getattr(node, part) for part in ("iter", "test") if hasattr(node, part)]
            heads += [each.context_expr for each in getattr(node, "items", ())]
            found |= set().union(*(_looked_up(ast.Expr(head)) for head in heads)) - bound
            within = bound | (_stored(node.target) if isinstance(node, ast.For) else set())
            found |= set().union(*(_loaded(each, within) for each in inside))
        else:
            found |= _looked_up(node) - bound
        bound |= _bound(node)
    if any(isinstance(p, ast.Attribute) and p.attr == "grad" for n in body for p in ast.walk(n)):
        found.add(_GRADIENTS)
    return found


def _looked_up(node: ast.stmt) -> set[str]:
    """The names that are looked up in the notebook, from within functions, too."""
    waiting = [symtable.symtable(ast.unparse(node), "cell", "exec")]
    found = set()
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        at_the_top = table.get_type() == "module"
        for name in table.get_symbols():
            if name.is_referenced() and (at_the_top or name.is_global()):
                found.add(name.get_name())
    return found | (_stored(node) if isinstance(node, ast.AugAssign) else set())


def _bases(node: ast.AST | None) -> set[str]:
    """The names of what an expression works on: `x[0].y(z)` on x and z, `f(x)` on x."""
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        return _bases(node.value)
    if isinstance(node, ast.Call):
        of_function = _bases(node.func) if isinstance(node.func, ast.Attribute) else set()
        arguments = [*node.args, *(each.value for each in node.keywords)]
        return of_function.union(*map(_bases, arguments))
    if isinstance(node, ast.Tuple | ast.List):
        return set().union(*map(_bases, node.elts))
    if isinstance(node, ast.Dict):
        return set().union(*map(_bases, node.values))
    return set()


def _touched(node: ast.AST, change: dict[str, Change]) -> tuple[set[str], set[str]]:
    """Names that are bound, perhaps, and names whose contents are changed."""
    bound, changed = set(), set()
    aliases: dict[str, set[str]] = {}  # from the variable of a loop to what the loop walks over
    for part in ast.walk(node):
        if isinstance(part, ast.For):
            over = _bases(part.iter)
            for name in _stored(part.target):
                aliases.setdefault(name, set()).update(over)
            bound |= _stored(part.target)
        elif isinstance(part, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete):
            targets = getattr(part, "targets", None) or [part.target]
            for each in _flat(targets):
                plain = isinstance(each, ast.Name) and not isinstance(part, ast.AugAssign)
                (bound if plain else changed).update(_bases(each))
        elif isinstance(part, _FUNCTIONS) and part is not node:
            bound.add(part.name)
        elif isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):
            changed |= _changed_by_statement(part, change)
        if isinstance(part, ast.Call):
            changed |= _changed_by(part, change)
    for name in list(changed):
        changed |= aliases.get(name, set())
    return bound, changed


def _changed_by_statement(statement: ast.Expr, change: dict[str, Change]) -> set[str]:
    """Of a call whose result nobody takes: it is there for what it changes."""
    call, function = statement.value, statement.value.func
    if _only_shows(statement) or ast.unparse(function) in change:
        return set()  # which is said elsewhere
    if not isinstance(function, ast.Attribute):
        return _bases(call)
    if function.attr == "backward":
        return set()
    given = [] if function.attr in ("append", "add", "extend") else call.args
    return _bases(function.value).union(
        *(_bases(each) for each in given if not isinstance(each, ast.Call))
    )


def _flat(targets: list[ast.expr]) -> Iterator[ast.expr]:
    for each in targets:
        if isinstance(each, ast.Tuple | ast.List):
            yield from _flat(each.elts)
        else:
            yield each


def _changed_by(call: ast.Call, change: dict[str, Change]) -> set[str]:
    found = set()
    if isinstance(call.func, ast.Attribute):
        if call.func.attr.endswith("_"):
            found |= _bases(call.func)
        if call.func.attr == "backward":
            found.add(_GRADIENTS)
    if known := change.get(ast.unparse(call.func)):
        found |= known.outside
        for place, argument in enumerate(call.args):
            if isinstance(argument, ast.Starred) or place in known.places:
                found |= _bases(argument)
        for each in call.keywords:
            if each.arg is None or each.arg in known.parameters:
                found |= _bases(each.value)
    for each in call.keywords:  # a generator that numbers are drawn from moves on
        if each.arg == "generator":
            found |= _bases(each.value)
    return found


def _changing_functions(nodes: list[ast.stmt]) -> dict[str, Change]:
    """The functions of a notebook that change what they are given, or something outside."""
    change = {"train": _TRAIN}
    for _ in range(3):  # one that calls one that calls one
        for node in nodes:
            if isinstance(node, ast.FunctionDef):
                changed = set().union(*(_touched(part, change)[1] for part in node.body))
                names = [each.arg for each in node.args.args]
                own = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
                made = set().union(*(_stored(part) for part in node.body))
                places = {place for place, name in enumerate(names) if name in changed}
                if changed - made:
                    change[node.name] = Change(places, changed & own, changed - own - made)
    return change
