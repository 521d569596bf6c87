"""The questions that open lessons 7 to 11: what they ask for is what PyTorch computes."""

import re

import pytest
import torch
import torch.nn.functional as F
from shared.lessons import exercises, notebook_paths, read_notebook

from helpers.checks import Exercise, by_letter, entry, kept_dtype, lesson_exercises
from helpers.checks.engine import judge

pytestmark = pytest.mark.usefixtures("float64")


def solved(name: str) -> object:
    """The answer of the checks to a question such as "7.a"."""
    known = lesson_exercises(name.partition(".")[0])
    return next(each.answer for full, each in known.items() if full.startswith(f"{name} "))


def source_of(name: str) -> tuple[str, str]:
    """The text of a question, and its stub."""
    path = notebook_paths()[int(name.partition(".")[0])]
    found = exercises(read_notebook(path))
    return next((each.task, each.stub) for each in found if each.name.startswith(f"{name} "))


def leaf(*numbers: float) -> torch.Tensor:
    return torch.tensor(numbers, requires_grad=True)


def test_lesson_7():
    names: dict = {}
    exec(source_of("7.a")[1].partition("chosen")[0], names)
    of_width = names["of_width"]
    chosen = min(of_width, key=lambda width: of_width[width][1])
    assert solved("7.a") == [chosen, of_width[chosen][2]]
    # Each of the three parts would choose another network.
    assert len({min(of_width, key=lambda width: of_width[width][part]) for part in range(3)}) == 3

    logits = torch.randn((4, 5), generator=torch.Generator().manual_seed(1))
    logits[0] = torch.tensor([0.25, 0.5, 0.1, 0.1, 0.05]).log()
    logits.requires_grad_()
    F.cross_entropy(logits, torch.tensor([0, 3, 1, 2])).backward()
    assert solved("7.b") == pytest.approx(logits.grad[0, :2].tolist())

    even, bold = (-torch.tensor(each).log().mean().item() for each in ([0.5, 0.5], [0.9, 0.1]))
    assert solved("7.c") == pytest.approx([even, bold])


def test_lesson_8():
    g = torch.Generator().manual_seed(1)
    x, W = torch.randn((2000, 100), generator=g), 0.5 * torch.randn((100, 25), generator=g)
    assert (x @ W).std().item() == pytest.approx(solved("8.a"), rel=0.05)

    X, C = torch.randint(30, (16, 3), generator=g), torch.randn((30, 4), generator=g)
    of_lines = C[X], C[X].view(16, -1), C[X].mean(1)
    assert solved("8.b") == [tuple(each.shape) for each in of_lines]

    rows = re.findall(r"^([A-D])   (\[.*\])$", source_of("8.c")[0], re.MULTILINE)
    asked = torch.softmax(torch.tensor([0.0, 1.0, 2.0]), 0)
    same = [each for each, row in rows if torch.softmax(torch.tensor(eval(row)), 0).allclose(asked)]
    assert "".join(same) == solved("8.c")


def test_lesson_9():
    norm = torch.nn.BatchNorm1d(1, momentum=0.1, eps=1e-12)
    out = norm(torch.tensor([[1.0], [4.0], [7.0]]))
    assert solved("9.a") == pytest.approx([out[2].item(), norm.running_var.item()])

    a = torch.tensor([0.6, -1.0]).atanh().requires_grad_()
    torch.tanh(a).backward(torch.tensor([0.5, 2.0]))
    assert solved("9.b") == pytest.approx(a.grad.tolist())

    # Any four probabilities with that mean.
    four = torch.tensor([-0.5, -1.0, -2.0, -2.5]).exp()
    assert -four.log().mean().item() == pytest.approx(1.5)
    assert four.prod().item() == pytest.approx(solved("9.c"))


def test_lesson_10():
    x, b = torch.zeros((4, 3), requires_grad=True), torch.zeros(3, requires_grad=True)
    (x + b).mean().backward()
    assert solved("10.a") == pytest.approx([x.grad[0, 0].item(), b.grad[0].item()])

    assert solved("10.b") * 0.002 / 0.05 == pytest.approx(0.001)

    for share, settles in ((0.99, True), (1.01, False)):
        w = 1.0
        for _ in range(2000):
            w -= share * solved("10.c") * 6 * w
        assert (abs(w) < 1e-6) == settles


def test_lesson_11():
    moved = []
    for optimizer, rate in ((torch.optim.SGD, 0.1), (torch.optim.Adam, 0.01)):
        w = leaf(1.0)
        (10 * 0.2 * w).sum().backward()
        optimizer([w], lr=rate).step()
        moved.append(1 - w.item())
    assert solved("11.a") == pytest.approx(moved)

    assert solved("11.b") == pytest.approx([(3.1**2 - 9) / 0.1, (3.1**2 - 2.9**2) / 0.2])

    x = torch.tensor([[1, 2, 3], [4, 5, 6]])
    y = x.view(3, 2)
    rows = [y[0].tolist(), x.T[0].tolist()]
    y[0, 0] = 9
    assert solved("11.c") == [*rows, x[0, 0]]


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("7.b", [[-0.188, 0.125], [-3 / 16, 1 / 8]], [[-0.25, 0.125]]),
        ("10.c", [0.33, 1 / 3, 0.3333], [0.3, 0.34, 0.35]),
        ("11.a", [[0.2, 0.01], [-0.2, -0.01]], [[-0.2, 0.01], [0.2, -0.01], [-0.2, ...]]),
    ],
)
def test_a_number_may_be_rounded_as_is_said_and_a_move_may_have_its_sign(name, right, wrong):
    number = name.partition(".")[0]
    known = lesson_exercises(number)
    question = next(known[full] for full in known if full.startswith(f"{name} "))
    for answer in right:
        assert judge(question, answer).kind == "right", answer
    for answer in wrong:
        assert judge(question, answer).kind == "wrong", answer


def test_letters_are_read_in_any_dress_and_told_one_by_one():
    asked = Exercise(notice="Yes.", **by_letter("AD", {"B": "B no.", "C": "C no."}, "One more."))
    for right in ("AD", "da", "A, D", "A and D", ["A", "D"], {"d", "a"}, ("AD",)):
        assert judge(asked, right).kind == "right", right
    told = {"AB": "B no.", "ABCD": "B no.", "C": "C no.", "A": "One more."}
    for wrong, says in told.items():
        assert judge(asked, wrong).message == says
    for wrong in ("", "AX", 3, 4.0, [1], torch.tensor(1), b"AD", None):
        assert "in quotation marks: A, B, C or D" in judge(asked, wrong).message
    assert judge(asked, ...).kind == "open"


def test_a_number_at_its_place_and_a_dtype_that_was_kept():
    near = entry(1, 0.5, "", absolute=0.01)
    assert near.gives([0, 0.495])
    assert near.gives(torch.tensor([0, 0.5]))
    assert not near.gives([0.5, 0.52])
    given = torch.tensor([1.0])
    assert kept_dtype(given + 1, given) is None
    assert "torch.float32 where what was given has torch.float64" in kept_dtype(
        given.float(), given
    )
