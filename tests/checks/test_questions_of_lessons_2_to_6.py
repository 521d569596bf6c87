"""The questions that open lessons 2 to 6: what they say comes out of code does come out of it."""

import itertools
import re

import pytest
import torch
import torch.nn.functional as F
from shared.lessons import exercises, notebook_paths, read_notebook

from helpers import BOUNDARY, count_bigrams, mean_nll, sample_names
from helpers.checks import check, lesson_exercises
from helpers.checks.engine import judge

PATHS = {path.stem[:2]: path for path in notebook_paths()}


def task(name: str) -> str:
    """The text of a question, such as "2.a"."""
    (found,) = [
        exercise.task
        for exercise in exercises(read_notebook(PATHS[f"{int(name[0]):02}"]))
        if exercise.name.startswith(f"{name} ")
    ]
    return found


def solved(name: str) -> object:
    """The answer of the checks."""
    known = lesson_exercises(name[0])
    return next(each.answer for full, each in known.items() if full.startswith(f"{name} "))


def table(name: str) -> torch.Tensor:
    """The table in the text of a question: a row for each of the characters ., a and b."""
    rows = re.findall(r"^\| \*\*`.`\*\* \|(.*)\|$", task(name), re.MULTILINE)
    return torch.tensor([[float(cell) for cell in row.split("|")] for row in rows])


def run(name: str, **namespace: object) -> dict[str, object]:
    """What the code in the text of a question defines."""
    code = re.search(r"```python\n(.*?)```", task(name), re.DOTALL)[1]
    exec(code, namespace)
    return namespace


def stops(line: str, **namespace: object) -> bool:
    try:
        eval(line, namespace)
    except RuntimeError:
        return True
    return False


def test_lesson_2():
    N, (_, a, b) = table("2.a"), range(3)
    assert torch.equal(N.sum(0), N.sum(1)), "as in every table of names"
    names = ["ab", "abab", "aba", "ba"]
    assert torch.equal(count_bigrams(names, {BOUNDARY: 0, "a": 1, "b": 2}).float(), N)
    assert solved("2.a") == [N[0, b], N[b, 0], N[a, b]]
    assert solved("2.b") == pytest.approx((N[b, 0] / N[b].sum()).item())

    itos = dict(enumerate(".ab"))

    def sample_name(N, generator):
        seed = torch.randint(2**31, (1,), generator=generator).item()
        return sample_names(N, itos, count=1, seed=seed)[0] + str(seed)

    made = run("2.c", torch=torch, N=N, sample_name=sample_name)
    lists = [made[f"{which}_list"] for which in ("first", "second", "third")]
    assert solved("2.c") == [len(set(each)) for each in lists]


def test_lesson_3():
    T, shapes = torch.rand(4, 3), []
    stub = "T.sum(0)", "T.sum(1, keepdim=True)", "T / T.sum(0)", "T / T.sum(1)"
    for line in stub:
        shapes.append(None if stops(line, T=T) else tuple(eval(line, {"T": T}).shape))
    assert solved("3.a") == shapes

    counted = {a + b for name in ("mia", "ava") for a, b in itertools.pairwise(f".{name}.")}
    asked = "mia", "ma", "a", "miava", "via"
    can_say = [{a + b for a, b in itertools.pairwise(f".{name}.")} <= counted for name in asked]
    assert solved("3.b") == can_say

    made = run("3.c", torch=torch)
    assert solved("3.c") == [made["counts"].sum(), made["copy"].sum()]


def test_lesson_4():
    rows = re.findall(r"^\| ([ABC]) \|(.*)\|$", task("4.a"), re.MULTILINE)
    losses = {
        model: -torch.tensor([float(each) for each in row.split("|")]).log().mean()
        for model, row in rows
    }
    assert solved("4.a") == "".join(sorted(losses, key=losses.get))

    N = torch.tensor([[1, 2, 3], [4, 5, 6]])
    right = []
    lines = "N / N.sum(1)", "N / N.sum(0, keepdim=True)", "N / N.sum(1)[:, None]"
    for line in (*lines, "(N.T / N.sum(1)).T"):
        if right.append(False) or stops(line, N=N):
            continue
        sums = eval(line, {"N": N}).sum(1)
        right[-1] = sums.shape == (2,) and torch.allclose(sums, torch.ones(2))
    assert solved("4.b") == right

    P = table("4.c")
    assert torch.allclose(P.sum(1), torch.ones(3))
    assert solved("4.c") == pytest.approx((P[0, 1] * P[1, 2] * P[2, 0]).item())


def test_lesson_5():
    logits = torch.randn((6, 4), generator=torch.Generator().manual_seed(0))
    ys = torch.tensor([0, 3, 1, 1, 2, 0])
    loss = F.cross_entropy(logits, ys)
    lines = re.findall(r"^\d\. `(.*)`$", task("5.a"), re.MULTILINE)
    values = [eval(line, {"torch": torch, "F": F, "logits": logits, "ys": ys}) for line in lines]
    assert solved("5.a") == [torch.allclose(each, loss, atol=1e-5) for each in values]

    one, two, _, four = re.findall(r"^\d\. `(.*?)`", task("5.b"), re.MULTILINE)
    P = torch.tensor([[0.0, 1.0], [0.5, 0.5]])
    happened, never = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[0.0, 2.0], [3, 4]])
    first = torch.ones(1000, dtype=torch.int64)
    given = [(one, happened), (two, never), (one, never), (four, never)]
    names = {"torch": torch, "P": P, "first": first, "second": first}
    came = [eval(line, names | {"N": N}) for line, N in given]
    said = ["nan" if each.isnan() else "inf" if each.isinf() else "finite" for each in came]
    assert solved("5.b") == said
    assert check("5.b infinite or nan", [torch.inf, torch.nan, "finite", torch.inf]).kind == "right"

    guesses, truth = torch.zeros(32, 1), torch.zeros(32)
    lines = "guesses - truth", "guesses.squeeze(1) - truth", "guesses - truth[:, None]"
    shapes = [eval(line, {"guesses": guesses, "truth": truth}).shape for line in lines]
    assert solved("5.c") == [tuple(shape) for shape in shapes]


def learns(update: str) -> bool:
    """Whether two steps with this update end where two steps of gradient descent end."""
    W, place = torch.tensor([2.0], requires_grad=True), {}
    try:
        for _ in range(2):
            place["W"] = W
            loss = (W**2).sum()
            W.grad = None
            loss.backward()
            exec(update, {"torch": torch}, place)
            W = place["W"]
    except (RuntimeError, TypeError):
        return False
    return abs(W.item() - 2 * 0.8**2) < 1e-6


@pytest.mark.filterwarnings("ignore:The .grad attribute")
def test_lesson_6():
    updates = re.split(r"# \d\n", re.search(r"```python\n(.*?)```", task("6.a"), re.DOTALL)[1])[1:]
    assert solved("6.a") == [learns(update) for update in updates]

    made = run("6.c", torch=torch)
    assert solved("6.c") == [made[name].sum().item() for name in ("one", "two", "three")]

    # 6.b: other names can lie below the floor of those that were counted, the counted ones cannot.
    counts = torch.tensor([[5, 5], [5, 5]])
    P = counts / counts.sum(1, keepdim=True)
    floor = mean_nll(P, counts)
    sharper = torch.tensor([[0.9, 0.1], [0.1, 0.9]])
    assert mean_nll(sharper, torch.tensor([[9, 1], [1, 9]])) < floor < mean_nll(sharper, counts)


def test_an_order_may_come_as_a_list_and_odd_answers_are_no_error():
    order = lesson_exercises("4")["4.a which loss is larger"]
    for right in ("acb", ["A", "C", "B"], ("a", "c", "b"), "A < C < B"):
        assert judge(order, right).kind == "right"
    for number in "23456":
        for name, exercise in lesson_exercises(number).items():
            if re.match(r"\d\.[abc] ", name):
                for odd in (None, 5, "x", [], {}, [None] * 5, torch.zeros(3), print, float("nan")):
                    assert judge(exercise, odd).kind == "wrong", (name, odd)
