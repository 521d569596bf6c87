"""What an answer changes beside returning is found, named, and put back."""

import random
import sys
from functools import partial
from types import FunctionType, ModuleType

import numpy as np
import pytest
import torch

from helpers.checks import Exercise, check, from_notebook
from helpers.checks.engine import judge
from helpers.checks.values import difference
from helpers.checks.watch import GlobalsWatch, Watch
from helpers.layers import BatchNorm1d, Linear, Sequential, Tanh


def scaled(table, by):
    return table * by


def made(source: str, **names) -> FunctionType:
    """The function `answer` of a notebook that has these names."""
    namespace = {"torch": torch, "np": np, **names}
    exec(source, namespace)
    return namespace["answer"]


SCALED = Exercise(
    scaled,
    "each entry.",
    examples=[(torch.tensor([[1.0, 2.0]]), 3), (torch.tensor([[0.5], [0.0]]), 2)],
    generate=lambda rng, size: (
        torch.tensor([[rng.randint(1, 9) / 2 for _ in range(size)] for _ in range(2)]),
        rng.randint(2, 5),
    ),
)


def says(source: str, exercise: Exercise = SCALED, **names) -> str:
    feedback = judge(exercise, made(source, **names))
    assert feedback.kind == "wrong"
    return feedback.message


# Arguments


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("table *= by", "table"),
        ("table.mul_(by)", "table"),
        ("table.data = table * by", "table"),
        ("table[0, 0] += 1", "table"),
        ("table.resize_(1)", "table"),
        ("table.requires_grad_()", "table.requires_grad"),
        ("table.grad = torch.ones_like(table)", "table.grad"),
    ],
)
def test_an_argument_that_is_changed_is_named(line, what):
    message = says(f"def answer(table, by):\n    right = table * by\n    {line}\n    return right")
    assert message.startswith("answer(torch.tensor([[1., 2.]]), 3): the result is right, but the ")
    assert f"call changed {what}. Whoever calls it" in message


def test_what_makes_something_new_is_right():
    for line in (
        "table = table * by",
        "table = table.clone().mul_(by)",
        "table, by = table * by, 0",
    ):
        source = f"def answer(table, by):\n    {line}\n    return table"
        assert judge(SCALED, made(source)).kind == "right", line


def test_a_wrong_result_is_told_first_and_the_change_after_it():
    message = says("def answer(table, by):\n    table += by\n    return table")
    assert "expected torch.tensor([[3., 6.]]), got torch.tensor([[4., 5.]])." in message
    assert message.endswith("The call also changed table.")


def test_what_may_be_changed_is_passed_over():
    def zeroed(table):
        table.zero_()
        return table

    exercise = Exercise(zeroed, "zeros.", examples=[(torch.ones(2),)], changes=("table",))
    assert judge(exercise, zeroed).kind == "right"


# What is reached through globals

CHANGES = {
    "N": ("N[0] = 0", {"N": torch.ones(2, 2)}),
    "names": ("names.append('x')", {"names": ["emma"]}),
    "names, sorted": ("names.sort()", {"names": ["emma", "ava"]}),
    "stoi": ("stoi['x'] = 1", {"stoi": {"a": 0}}),
    "seen": ("seen.add(1)", {"seen": {0}}),
    "array": ("array[0] = 1", {"array": np.zeros(2)}),
    "nested['a'][0]": ("nested['a'][0].zero_()", {"nested": {"a": [torch.ones(2)]}}),
    "W.grad": ("W.grad = torch.ones(2)", {"W": torch.ones(2, requires_grad=True)}),
    "W.requires_grad": ("W.requires_grad_(False)", {"W": torch.ones(2, requires_grad=True)}),
    "count": ("global count; count = 1", {"count": 0}),
    "model.training": ("model.eval()", {"model": Sequential(BatchNorm1d(2))}),
    "model.layers[0].weight": (
        "model.layers[0].weight.data += 1",
        {"model": Sequential(Linear(2, 2), Tanh())},
    ),
    "model.layers[0].running_mean": (
        "model(torch.randn(4, 2))",
        {"model": Sequential(BatchNorm1d(2))},
    ),
    "the seed of PyTorch's own random numbers": ("torch.manual_seed(1)", {}),
    "PyTorch's default dtype": ("torch.set_default_dtype(torch.float64)", {}),
    "whether PyTorch keeps notes for slopes": ("torch.set_grad_enabled(False)", {}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_a_function_changes_elsewhere_is_named_and_put_back(what):
    line, names = CHANGES[what]
    before = {name: repr(value) for name, value in names.items()}
    random_numbers = torch.get_rng_state()
    answer = made(f"def answer(table, by):\n    {line}\n    return table * by", **names)
    feedback = judge(SCALED, answer)
    assert feedback.kind == "wrong"
    assert f"The results are right, but answer changes {what.partition(',')[0]}" in feedback.message
    assert "It is as before again" in feedback.message
    after = {name: repr(answer.__globals__[name]) for name in names}
    assert after == before
    assert torch.get_default_dtype() == torch.float32
    assert torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), random_numbers)
    assert judge(SCALED, answer) == feedback, "the same again"


def test_it_is_seen_through_functions_that_the_function_calls():
    source = (
        "def spoil():\n    N.zero_()\n\ndef answer(table, by):\n    spoil()\n    return table * by"
    )
    assert "answer changes N" in says(source, N=torch.ones(2))


def test_what_a_closure_or_a_default_holds_is_watched():
    def counting():
        calls = []

        def answer(table, by, more=[0]):  # noqa: B006
            calls.append(1)
            more.append(1)
            return table * by

        return answer

    message = judge(SCALED, counting()).message
    assert "changes calls and a default of answer" in message


def test_what_is_read_alone_is_no_change():
    names = {"N": torch.ones(2), "g": torch.Generator().manual_seed(1), "model": Linear(2, 2)}
    source = (
        "def answer(table, by):\n    torch.rand(2, generator=g)\n    model(torch.ones(1, 2))\n"
        "    torch.rand(3)\n    return table * by + 0 * N.sum()"
    )
    answer = made(source, **names)
    state = names["g"].get_state()
    assert judge(SCALED, answer).kind == "right"
    assert torch.equal(names["g"].get_state(), state), "drawn from, and set back"


def test_a_table_is_put_back_before_the_next_call():
    """Else an answer that spoils a table on its first call would be judged by the spoiled one."""
    N = torch.tensor([[1.0, 5.0], [2.0, 0.0]])
    exercise = Exercise(
        lambda row: int(from_notebook("N", None)[row].argmax()),
        "the largest.",
        examples=[(0,), (1,)],
    )
    source = "def answer(row):\n    best = int(N[row].argmax())\n    N[:] = 0\n    return best"
    answer = made(source, N=N)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("__main__.N", N, raising=False)
        feedback = judge(exercise, answer)
    assert feedback.message.startswith("The results are right, but answer changes N,")
    assert N.tolist() == [[1.0, 5.0], [2.0, 0.0]]


def test_a_watch_names_each_change_once_and_outermost_first():
    inside = torch.ones(2)
    table = {"a": [inside]}
    watch = Watch({"table": table})
    inside.zero_()
    table["b"] = 1
    assert watch.changes() == ["table", "table['a'][0]"]
    assert watch.changes() == []
    assert table == {"a": [inside]}
    assert inside.tolist() == [1, 1]


def test_nan_is_as_it_was():
    tensor, array = torch.tensor([float("nan")]), np.array([float("nan")])
    assert Watch({"tensor": tensor, "array": array}).changes() == []


def test_what_cannot_be_watched_is_left_alone():
    odd = [torch.ones(1).to_sparse(), torch.empty(1, device="meta"), object(), print, range(3)]
    assert Watch({"odd": odd}).changes() == []
    GlobalsWatch(print).end()
    GlobalsWatch(7).end()


# What else is looked at


def test_an_answer_that_depends_on_what_was_called_before_is_refused():
    class Remembering:
        calls = 0

        def __call__(self, table, by):
            self.calls += 1
            return table * by if self.calls < 103 else table

    told = judge(SCALED, Remembering())
    assert told.kind == "wrong"
    table, by = SCALED.examples[0]
    other = difference(table * by, table)
    assert (
        "this was right at first. Called again, after other calls, it gives something else: "
        f"{other} Does it keep something from call to call?"
    ) in told.message


def test_the_smallest_generated_example_that_differs_is_shown():
    message = says("def answer(table, by):\n    return table * min(by, 4)")
    assert message.startswith("answer(torch.tensor([[")
    assert ", 5): expected" in message
    assert message.count(",") == 5, "one column"


def test_generated_examples_are_the_same_each_time_and_grow():
    first, second = ([each[0].shape for each in SCALED.all_examples()] for _ in range(2))
    assert first == second
    assert len(first) == 102
    assert [shape[1] for shape in first[2:]] == sorted(shape[1] for shape in first[2:])
    assert SCALED.generate(random.Random(0), 1)[0].shape == (2, 1)


def test_what_is_printed_is_seen_for_the_examples_that_explain(capsys):
    source = "def answer(table, by):\n    print('here', by)\n    return table * by"
    assert judge(SCALED, made(source)).kind == "right"
    assert capsys.readouterr().out == "here 3\nhere 2\n"


SLOPES = Exercise(
    scaled, "slopes flow.", examples=[(torch.tensor([[1.0, 2.0]]), 3)], slopes=("table",)
)


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        ("(table * by).detach()", "no slope flows back from them to table"),
        ("table.data * by", "no slope flows back from them to table"),
        ("torch.from_numpy(table.numpy() * by)", "not where slopes are to flow back through them"),
        ("table.detach() * (by - 1) + table", "the slopes that flow back to table are not"),
        ("table.detach().numpy() * by", "no slope flows back from them to table"),
    ],
)
def test_slopes_have_to_flow_where_the_lesson_needs_them(returned, told):
    message = says(f"def answer(table, by):\n    return {returned}", SLOPES)
    assert "the numbers are right, but" in message
    assert told in message


def test_slopes_that_flow_are_right():
    assert judge(SLOPES, made("def answer(table, by):\n    return by * table")).kind == "right"


def test_slopes_are_those_of_each_result_where_there_are_several():
    exercise = Exercise(
        lambda x: (x * 2, x * 3), "both.", examples=[(torch.ones(2),)], slopes=("x",)
    )
    assert judge(exercise, lambda x: [x + x, 3 * x]).kind == "right"
    assert (
        "slopes that flow back to x" in judge(exercise, lambda x: (x * 2, x.detach() * 3)).message
    )


def test_of_slopes_that_differ_it_says_where():
    message = says("def answer(table, by):\n    return table.detach() * 2 + table", SLOPES)
    told = difference(torch.tensor([[1.5, 4.5]]), torch.tensor([[0.5, 1.5]]))
    assert message.endswith(
        f"the numbers are right, but the slopes that flow back to table are not: {told} On part of "
        "the way the notes for it are lost."
    )


def test_why_slopes_cannot_flow_is_told():
    stops = "if table.requires_grad:\n        raise ValueError('no notes here')"
    message = says(f"def answer(table, by):\n    {stops}\n    return table * by", SLOPES)
    assert message.endswith("flow back through them: ValueError: no notes here")


def test_an_argument_that_nothing_flows_back_to_asks_for_no_slope():
    exercise = Exercise(
        lambda x, y: x + 0 * len(y),
        "x.",
        examples=[(torch.ones(2), torch.ones(3))],
        slopes=("x", "y"),
    )
    assert judge(exercise, lambda x, y: x).kind == "right"


FORBIDDEN = Exercise(
    lambda x: torch.eye(3)[x],
    "rows of the identity.",
    examples=[(torch.tensor([2, 0]),)],
    forbidden=(torch.nn.functional.one_hot, torch.autograd.grad, torch.autograd.backward),
)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("torch.nn.functional.one_hot(x, 3)", "one_hot"),
        ("one_hot(x, num_classes=3)", "one_hot"),
        ("w.sum().backward()", "backward"),
        ("torch.autograd.backward(w.sum())", "backward"),
        ("torch.autograd.grad(w.sum(), w)", "grad"),
    ],
)
def test_what_the_task_forbids_is_seen_however_it_is_called(line, what):
    source = (
        "from torch.nn.functional import one_hot\n\ndef answer(x):\n"
        f"    w = torch.ones(2, requires_grad=True)\n    {line}\n    return torch.eye(3)[x]"
    )
    message = says(source, FORBIDDEN)
    assert message == (
        f"The results are right, but answer uses PyTorch's {what}: the task is to do without."
    )
    assert "note_backward" not in repr(torch.autograd.backward), "as it was"


@pytest.mark.parametrize("line", ["logits(x)", "own(x)", "partial(logits)(x)", "deeper(x)"])
def test_a_function_of_the_notebook_that_the_task_forbids_is_seen_under_any_name(monkeypatch, line):
    notebook = ModuleType("__main__")
    exec("def logits(x):\n    return 2 * x", vars(notebook))
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    exercise = Exercise(lambda x: x + x, "twice.", examples=[(3,)], forbidden=("logits",))
    logits = notebook.logits
    given = {"logits": logits, "own": logits, "partial": partial, "deeper": lambda x: logits(x)}
    answer = made(f"def answer(x):\n    return {line}", **given)
    before = sys.getprofile()
    assert judge(exercise, answer).message == (
        "The results are right, but answer uses the notebook's logits: the task is to do without."
    )
    assert sys.getprofile() is before
    assert judge(exercise, lambda x: 2 * x).kind == "right"
    del notebook.logits
    assert judge(exercise, answer).kind == "right", "who has no such function cannot call it"


def test_without_it_is_right():
    assert judge(FORBIDDEN, made("def answer(x):\n    return torch.eye(3)[x]")).kind == "right"


def test_the_lesson_goes_on_with_the_answer():
    def twice(answer):
        answer(answer(2))
        return "Called with its own result it is odd." if answer(5) == 99 else None

    exercise = Exercise(lambda x: x + 1, "one more.", examples=[(1,)], then=twice)
    assert judge(exercise, lambda x: x + 1).kind == "right"
    assert judge(exercise, lambda x: x + 1 if x != 5 else 99).message == (
        "Called with its own result it is odd."
    )
    assert judge(exercise, lambda x: {1: 2}[x]).message == (
        "The results are right, but the lesson cannot go on with it: "
        "your function stopped with KeyError: 2"
    )


def test_from_the_notebook_come_the_learners_own_tables(monkeypatch):
    assert from_notebook("no_such_table", lambda: 7) == 7
    monkeypatch.setattr("__main__.no_such_table", 8, raising=False)
    assert from_notebook("no_such_table", lambda: 7) == 8


def test_a_value_may_be_worked_out_when_it_is_asked_for():
    exercise = Exercise(lambda: 6 * 7, "6 times 7.")
    assert judge(exercise, 42).kind == "right"
    assert judge(exercise, 41).kind == "wrong"


def test_an_answer_is_told_the_same_twice():
    name = "1.1 bigrams of a name"
    assert check(name, lambda name: [name]) == check(name, lambda name: [name])


# The edges of what is watched


def changed_by(change, **roots) -> list[str]:
    watch = Watch(roots)
    change(*roots.values())
    return watch.changes()


def test_slopes_are_compared_and_put_back():
    W = torch.ones(2, requires_grad=True)
    W.grad = torch.tensor([1.0, 2.0])
    assert changed_by(lambda W: None, W=W) == []
    assert changed_by(lambda W: W.grad.zero_(), W=W) == ["W.grad"]
    assert W.grad.tolist() == [1, 2]
    assert changed_by(lambda W: setattr(W, "grad", None), W=W) == ["W.grad"]
    assert W.grad.tolist() == [1, 2]
    assert changed_by(lambda W: setattr(W, "grad", W.grad.clone()), W=W) == []
    W.grad = None
    assert changed_by(lambda W: (W * 2).sum().backward(), W=W) == ["W.grad"]
    assert W.grad is None


def test_a_tensor_of_another_kind_is_another():
    def spoil(data):
        return lambda table: setattr(table, "data", data)

    table = torch.tensor([[1.0, 2.0]])
    for data in (table.double(), table.T.clone(), torch.tensor([[1.0, torch.nan]])):
        assert changed_by(spoil(data), table=table) == ["table"]
        assert torch.equal(table, torch.tensor([[1.0, 2.0]]))
    assert changed_by(spoil(torch.tensor([[1.0, 2.0]])), table=table) == []
    table = torch.tensor([1.0, torch.nan])
    assert changed_by(spoil(torch.tensor([torch.nan, torch.nan])), table=table) == ["table"]
    assert changed_by(spoil(torch.tensor([1.0, torch.nan])), table=table) == []


def test_equal_numbers_and_texts_in_a_list_are_the_same_and_equal_tensors_are_not():
    assert changed_by(lambda each: each.__setitem__(0, 1000 * 1000), each=[10**6]) == []
    assert changed_by(lambda each: each.__setitem__(0, "".join(["a", "b"])), each=["ab"]) == []
    assert changed_by(lambda each: each.__setitem__(0, 1.0), each=[1]) == ["each"]
    assert changed_by(lambda each: each.__setitem__(0, True), each=[1]) == ["each"]
    assert changed_by(lambda each: each.__setitem__(0, 2), each=[1]) == ["each"]
    assert changed_by(lambda each: each.__setitem__(0, [1]), each=[[1]]) == ["each"]


def test_sets_and_dicts_are_compared_by_what_they_hold():
    assert changed_by(lambda each: each.add(1), each={1, 2}) == []
    assert changed_by(lambda each: (each.remove(1), each.add(3)), each={1, 2}) == ["each"]
    assert changed_by(lambda each: each.update(a=2), each={"a": 1}) == ["each"]
    assert changed_by(lambda each: (each.pop("a"), each.update(b=1)), each={"a": 1}) == ["each"]
    assert changed_by(lambda each: each.update(a=1), each={"a": 1}) == []


def test_what_stands_deep_inside_is_seen_down_to_the_sixth_level():
    def nested(levels):
        inside = torch.ones(1)
        value = inside
        for _ in range(levels):
            value = [value]
        return value, inside

    for levels, seen in ((6, True), (7, False)):
        value, inside = nested(levels)
        watch = Watch({"value": value})
        inside.zero_()
        assert bool(watch.changes()) == seen


def test_items_of_a_very_long_list_are_not_looked_into():
    for count, seen in ((2_000, True), (2_001, False)):
        tensors = [torch.ones(1)] * count
        watch = Watch({"tensors": tensors})
        tensors[0].zero_()
        assert bool(watch.changes()) == seen
    watch = Watch({"names": (names := ["a"] * 40_000)})
    names[39_999] = "b"
    assert watch.changes() == ["names"], "but the list itself is compared"


def test_attributes_are_put_back_whatever_became_of_them():
    norm = BatchNorm1d(2)
    before = norm.running_mean
    assert changed_by(lambda norm: delattr(norm, "running_mean"), norm=norm) == [
        "norm.running_mean"
    ]
    assert norm.running_mean is before
    assert changed_by(lambda norm: setattr(norm, "gain", None), norm=norm) == ["norm.gain"]
    assert norm.gain is not None


def test_a_wrapped_function_and_functions_inside_are_looked_into():
    source = (
        "import functools\n\ndef again(f):\n    @functools.wraps(f)\n"
        "    def g(*a):\n        return f(*a)\n    return g\n\n@again\n"
        "def answer(table, by):\n    [N.zero_() for _ in 'a']\n    return table * by"
    )
    assert "changes N" in says(source, N=torch.ones(2))
    source = "def answer(table, by):\n    (lambda: N.zero_())()\n    return table * by"
    assert "changes N" in says(source, N=torch.ones(2))


def test_only_what_belongs_to_a_name_is_passed_over():
    W, Wide = torch.ones(1), torch.ones(1)
    watch = Watch({"W": [W], "Wide": Wide}, may_change=("W",))
    W.zero_(), Wide.zero_()
    assert watch.changes() == ["Wide"]


def test_what_may_stay_changed_is_found_and_left():
    W = torch.ones(1)
    watch = Watch({"W": W})
    W.zero_()
    assert watch.changes(put_back=False) == ["W"]
    assert W.item() == 0


def test_a_tensor_under_two_names_is_named_once():
    table = torch.ones(2)
    assert changed_by(lambda one, other: one.zero_(), one=table, other=[table, table]) == ["one"]


def test_what_stands_in_a_tuple_is_named_by_its_place():
    pair = (torch.ones(1), [torch.ones(1)])
    assert changed_by(lambda pair: pair[0].zero_(), pair=pair) == ["pair[0]"]
    assert changed_by(lambda pair: pair[1][0].zero_(), pair=pair) == ["pair[1][0]"]
    for count, seen in ((2_000, ["many[0]"]), (2_001, [])):
        many = (torch.ones(1),) * count
        assert changed_by(lambda many: many[0].zero_(), many=many) == seen


@pytest.mark.parametrize("wrapped", ["(value,)", "Holder(value)"])
def test_tuples_and_attributes_count_as_levels(wrapped):
    class Holder:
        def __init__(self, value):
            self.value = value

    Holder.__module__ = "__main__"
    for levels, seen in ((6, True), (7, False)):
        value = inside = torch.ones(1)
        for _ in range(levels):
            value = eval(wrapped)
        assert bool(changed_by(lambda value, of=inside: of.zero_(), value=value)) == seen


def test_an_order_that_a_set_happens_to_have_is_no_change():
    def in_another_order(some):
        some.clear()
        some.update([8, 0])

    some = {0, 8}
    before = list(some)
    assert changed_by(in_another_order, some=some) == []
    assert list(some) != before, "or nothing is shown here"


def test_a_mode_that_stood_in_the_class_is_put_back():
    class Layer:
        training = True

    Layer.__module__ = "__main__"
    layer = Layer()
    assert changed_by(lambda layer: setattr(layer, "training", False), layer=layer) == [
        "layer.training"
    ]
    assert layer.training


def test_an_attribute_that_was_none_and_is_gone_is_a_change():
    class Layer:
        def __init__(self):
            self.bias = None

    Layer.__module__ = "__main__"
    assert changed_by(lambda layer: delattr(layer, "bias"), layer=Layer()) == ["layer.bias"]


def test_a_variable_that_has_no_value_yet_holds_nothing():
    source = (
        "def outer():\n    def answer(table, by):\n        return table * by if by else later\n"
        "    return answer\n    later = 1\n\nanswer = outer()"
    )
    assert judge(SCALED, made(source)).kind == "right"


def test_a_function_that_keeps_its_results_is_looked_into():
    source = (
        "import functools\n\n@functools.cache\ndef answer(table, by):\n"
        "    N.zero_()\n    return table * by"
    )
    assert "changes N" in says(source, N=torch.ones(2))


def test_all_functions_that_are_called_are_looked_into():
    """Each of two that call each other changes something, and so does the third."""
    source = (
        "def one(n):\n    A.zero_()\n    return other(n - 1) if n else 0\n\n"
        "def other(n):\n    B.zero_()\n    return one(n - 1) if n else 0\n\n"
        "def third(n):\n    C.zero_()\n    return one(0)\n\n"
        "def answer(table, by):\n    one(3), third(1), other(2)\n    return table * by"
    )
    message = says(source, A=torch.ones(1), B=torch.ones(1), C=torch.ones(1))
    assert all(each in message.partition("which")[0] for each in "ABC")


def test_as_many_examples_as_are_wanted_grow_from_1_to_10():
    exercise = Exercise(scaled, "", examples=[(1, 2)], generate=lambda rng, size: (rng, size))
    first, second = (
        [(rng.random(), size) for rng, size in list(exercise.all_examples())[1:]] for _ in range(2)
    )
    assert first == second
    assert [size for _, size in first] == [size for size in range(1, 11) for _ in range(10)]
