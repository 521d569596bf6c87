"""Lesson 9: its way back against PyTorch's, its claims, and its exercises in other styles."""

import re

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.lessons import (
    NOTEBOOKS,
    answer,
    exercises,
    printed,
    prose_and_outputs,
    read_notebook,
)

from helpers.layers import BatchNorm1d, Embedding, Flatten, Linear, Sequential, Tanh

PATH = NOTEBOOKS / "09_backward.ipynb"
NAMES = ["C", "W1", "gain", "bias", "W2", "b2"]


pytestmark = pytest.mark.usefixtures("float64", "one_thread")


def network(parameters):
    """The network of lesson 8, made of the layers of `helpers`."""
    C, W1, gain, bias, W2, b2 = (p.clone().requires_grad_() for p in parameters)
    model = Sequential(
        Embedding(len(C), C.shape[1]),
        Flatten(),
        Linear(*W1.shape, bias=False),
        BatchNorm1d(len(gain)),
        Tanh(),
        Linear(*W2.shape),
    )
    model[0].weight, model[2].weight = C, W1
    model[3].gain, model[3].bias = gain, bias
    model[5].weight, model[5].bias = W2, b2
    return model


def batches():
    return st.tuples(st.integers(2, 70), st.integers(0, 1000))


# What the lesson builds by hand


@settings(max_examples=20)
@given(batches())
def test_each_way_gives_the_slopes_of_the_helpers_network(lesson, batch):
    size, seed = batch
    g = torch.Generator().manual_seed(seed)
    rows = torch.randint(len(lesson["X_train"]), (size,), generator=g)
    X, Y = lesson["X_train"][rows], lesson["Y_train"][rows]
    parameters = [
        p + 0.3 * torch.randn(p.shape, generator=g) for p in lesson["new_parameters"](seed)
    ]
    model = network(parameters)
    expected = F.cross_entropy(model(X), Y)
    expected.backward()
    for name, way in lesson["ways"].items():
        loss, slopes = way(parameters, X, Y)
        torch.testing.assert_close(loss, expected.detach(), msg=name)
        for slope, parameter in zip(slopes, model.parameters(), strict=True):
            assert slope.shape == parameter.shape
            torch.testing.assert_close(slope, parameter.grad, rtol=1e-8, atol=1e-10)


def test_a_new_network_is_the_one_of_lesson_8(lesson):
    g = torch.Generator().manual_seed(2147483647)
    layers = [
        Embedding(lesson["V"], 10, generator=g),
        Linear(30, 200, bias=False, generator=g),
        Linear(200, lesson["V"], gain=0.1, generator=g),
    ]
    C, W1, _, _, W2, _ = lesson["new_parameters"]()
    for ours, layer in zip((C, W1, W2), layers, strict=True):
        torch.testing.assert_close(ours, layer.weight.detach())


def test_its_slopes_are_pytorch_s_to_the_last_digits(lesson):
    """All 24 values: to 1e-12 of the greatest, but for the one that is 0."""
    for name, expected in lesson["answers"].items():
        slope = lesson.get(f"d{name}")
        if name == "top":
            assert max(slope.abs().max(), expected.abs().max()) < 1e-15
        elif name not in ("squares",):
            assert lesson["off"](slope, expected) < 1e-12, name
    assert lesson["greatest"] < 2e-16


def test_a_comparison_looks_at_shapes_first_and_sees_slopes_of_1e_9(lesson):
    off = lesson["off"]
    with pytest.raises(AssertionError):
        off(torch.zeros(64), torch.zeros(1, 64))
    assert off(torch.full((3,), 1.1e-9), torch.full((3,), 1e-9)) == pytest.approx(0.1)


def test_trained_by_hand_it_is_the_same_network(lesson):
    by_hand, short = lesson["learn"](lesson["by_hand"], 200)
    by_autograd, long = lesson["learn"](lesson["by_autograd"], 200)
    assert (short - long).abs().max() < 1e-12
    for one, other in zip(by_hand, by_autograd, strict=True):
        torch.testing.assert_close(one, other)
        assert not one.requires_grad


def test_dev_loss_is_that_of_a_calibrated_network(lesson):
    parameters = lesson["parameters_after"]
    model = network(parameters)
    with torch.no_grad():
        z = model[2](model[1](model[0](lesson["X_train"])))
        model[3].running_mean, model[3].running_var = z.mean(0), z.var(0, correction=0)
        model.eval()
        expected = F.cross_entropy(model(lesson["X_dev"]), lesson["Y_dev"]).item()
    assert lesson["dev_loss"](parameters) == pytest.approx(expected, rel=1e-10)


# What it says


def test_the_table_says_what_the_text_says(lesson):
    dev = {name: losses[0] for name, losses in lesson["trained"].items()}
    right = dev["right"]
    as_good = [name for name, loss in dev.items() if loss < right + 0.01 and name != "right"]
    assert as_good == list(dev)[1:6]
    assert dev["tanh: 1 - a**2"] != dev["tanh: 1 - a**2"], "NaN"
    assert 0.01 < dev["dC[X] += de"] - right < 0.025
    rows = printed(PATH, "table").splitlines()[1:]
    assert len(rows) == 11
    assert [row[:36].strip() for row in rows] == list(lesson["passes"])


def test_the_check_finds_every_wrong_pass_and_no_other(lesson):
    for name, parts in lesson["passes"].items():
        slopes = lesson["by_hand"](lesson["parameters"], lesson["X"], lesson["Y"], **parts)[1]
        found = lesson["wrong_in"](slopes)
        if name in ("right", "path through the max forgotten"):
            assert found == {}
        else:
            assert min(found.values()) > 1e-3
    fresh = lesson["suspect"](lesson["parameters"], lesson["X"], lesson["Y"])[1]
    assert list(lesson["wrong_in"](fresh)) == ["gain"]


def test_the_nudge_has_its_best_size_in_the_middle(lesson):
    rows = re.findall(r"^(central|one-sided) +(.*)$", printed(PATH, "nudge-table"), re.MULTILINE)
    central, one_sided = ([float(each) for each in powers.split()] for _, powers in rows)
    best = central.index(min(central))
    assert 0 < best < len(central) - 1
    assert central[: best + 1] == sorted(central[: best + 1], reverse=True)
    assert central[best:] == sorted(central[best:])
    assert one_sided == sorted(one_sided, reverse=True)
    assert all(one < other for one, other in zip(central, one_sided, strict=False))


def test_every_number_of_the_prose_with_three_decimals_comes_out_of_a_cell():
    prose, shown = prose_and_outputs(PATH)
    numbers = set(re.findall(r"\b\d\.\d{3,5}\b", prose))
    assert {number for number in numbers if number not in shown} == set()


def test_both_seeds_are_a_switch_away(lesson):
    source = next(cell.source for cell in read_notebook(PATH).cells if cell.id == "long-run-switch")
    on = {}
    exec(source.replace("both_seeds = False", "both_seeds = True"), on)
    assert on["seeds"] == [*lesson["seeds"], 42]


# Exercises: right answers in other styles

RIGHT = {
    "9.1 shapes of slopes": [
        "shapes = [[12, 50], [8, 1], [20, 4], [8, 20]]",
        "shapes = ((12, 50), (8, 1), (20, 4), (8, 20))",
        "shapes = [torch.zeros(12, 50).shape, torch.Size([8, 1]), (20, 4), torch.Size((8, 20))]",
    ],
    "9.2 through the logarithm": [
        "log_backward = lambda dlogprobs, probs: dlogprobs * (1 / probs)",
        "log_backward = lambda dlogprobs, probs: dlogprobs.numpy() / probs.numpy()",
        "def log_backward(dlogprobs, probs):\n"
        "    out = torch.empty_like(probs)\n"
        "    for i in range(probs.shape[0]):\n"
        "        for j in range(probs.shape[1]):\n"
        "            out[i, j] = dlogprobs[i, j] / probs[i, j]\n"
        "    return out",
        "def log_backward(dlogprobs, probs):\n"
        "    p = probs.clone().requires_grad_()\n"
        "    (p.log() * dlogprobs).sum().backward()\n"
        "    return p.grad",
    ],
    "9.3 two paths": [
        "def share_backward(dprobs, counts):\n"
        "    total = counts.sum(1, keepdim=True)\n"
        "    probs = counts / total\n"
        "    return (dprobs - (dprobs * probs).sum(1, keepdim=True)) / total",
        "def share_backward(dprobs, counts):\n"
        "    dcounts = torch.zeros_like(counts)\n"
        "    for i, row in enumerate(counts):\n"
        "        total = row.sum()\n"
        "        jacobian = torch.eye(len(row)) / total - row[:, None] / total**2\n"
        "        dcounts[i] = dprobs[i] @ jacobian\n"
        "    return dcounts",
        "def share_backward(dprobs, counts):\n"
        "    total = counts.sum(1)[:, None]\n"
        "    dcounts = dprobs / total\n"
        "    dtotal = torch.einsum('ij,ij->i', dprobs, -counts) / counts.sum(1) ** 2\n"
        "    dcounts += dtotal.unsqueeze(1)\n"
        "    return dcounts",
    ],
    "9.4 linear layer": [
        "def linear_backward(dout, x, W):\n"
        "    dx = torch.einsum('nm,km->nk', dout, W)\n"
        "    dW = torch.einsum('nk,nm->km', x, dout)\n"
        "    return [dx, dW, torch.einsum('nm->m', dout)]",
        "def linear_backward(dout, x, W):\n"
        "    dW = sum(torch.outer(row, d) for row, d in zip(x, dout))\n"
        "    return torch.stack([W @ d for d in dout]), dW, torch.ones(len(x)) @ dout",
        "def linear_backward(dout, x, W):\n"
        "    dout, x, W = dout.numpy(), x.numpy(), W.numpy()\n"
        "    return dout @ W.T, x.T @ dout, dout.sum(axis=0)",
        "def linear_backward(dout, x, W):\n"
        "    dW = (x[:, :, None] * dout[:, None, :]).sum(0)\n"
        "    return (W.T.T @ dout.T).T, dW, dout.sum(dim=0)",
    ],
    "9.5 tanh": [
        "def tanh_backward(dh, a):\n    return dh / torch.cosh(a.clamp(-300, 300)) ** 2",
        "def tanh_backward(dh, a):\n    h = a.tanh()\n    return dh - dh * h * h",
        "def tanh_backward(dh, a):\n    h = torch.tanh(a)\n    return (1 + h) * (1 - h) * dh",
    ],
    "9.6 batch norm": [
        "def batch_norm_backward(dout, x, gain):\n"
        "    n = len(x)\n"
        "    inv_std = 1 / torch.sqrt(x.var(0, correction=0) + 1e-5)\n"
        "    x_hat = (x - x.mean(0)) * inv_std\n"
        "    dgain, dbias = (dout * x_hat).sum(0), dout.sum(0)\n"
        "    return gain * inv_std / n * (n * dout - dbias - x_hat * dgain), dgain, dbias",
        "def batch_norm_backward(dout, x, gain):\n"
        "    direct = dout * gain / torch.sqrt(x.var(0, unbiased=False) + 1e-5)\n"
        "    x_hat = (x - x.mean(0)) / torch.sqrt(x.var(0, unbiased=False) + 1e-5)\n"
        "    dx = direct - direct.mean(0) - x_hat * (direct * x_hat).mean(0)\n"
        "    return [dx, torch.einsum('nu,nu->u', dout, x_hat), dout.sum(0)]",
        "def batch_norm_backward(dout, x, gain):\n"
        "    x = x.clone().requires_grad_()\n"
        "    gain = gain.clone().requires_grad_()\n"
        "    bias = torch.zeros_like(gain).requires_grad_()\n"
        "    x_hat = (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + 1e-5)\n"
        "    (dout * (gain * x_hat + bias)).sum().backward()\n"
        "    return x.grad, gain.grad, bias.grad",
        "def batch_norm_backward(dout, x, gain):\n"
        "    n, units = x.shape\n"
        "    dx, dgain, dbias = torch.zeros_like(x), torch.zeros(units), torch.zeros(units)\n"
        "    for u in range(units):\n"
        "        c = x[:, u] - x[:, u].mean()\n"
        "        s = torch.sqrt((c * c).mean() + 1e-5)\n"
        "        d = dout[:, u]\n"
        "        dgain[u], dbias[u] = (d * c).sum() / s, d.sum()\n"
        "        g = d * gain[u]\n"
        "        dx[:, u] = g / s - g.mean() / s - c * (g * c).mean() / s**3\n"
        "    return dx, dgain, dbias",
        "def batch_norm_backward(dout, x, gain):\n"
        "    n = len(x)\n"
        "    mean = x.mean(0, keepdim=True)\n"
        "    centred = x - mean\n"
        "    var = (centred**2).mean(0, keepdim=True)\n"
        "    inv_std = (var + 1e-5) ** -0.5\n"
        "    x_hat = centred * inv_std\n"
        "    dx_hat = dout * gain\n"
        "    dinv_std = (dx_hat * centred).sum(0, keepdim=True)\n"
        "    dcentred = dx_hat * inv_std\n"
        "    dvar = dinv_std * -0.5 * (var + 1e-5) ** -1.5\n"
        "    dcentred += 2 * centred * (dvar / n).expand(n, -1)\n"
        "    dmean = -dcentred.sum(0, keepdim=True)\n"
        "    return dcentred + dmean / n, (dout * x_hat).sum(0), dout.sum(0)",
    ],
    "9.7 letters": [
        "def embedding_backward(de, X, size):\n"
        "    dC = torch.zeros(size, de.shape[2])\n"
        "    for i in range(X.shape[0]):\n"
        "        for j in range(3):\n"
        "            dC[X[i, j]] += de[i, j]\n"
        "    return dC",
        "def embedding_backward(de, X, size):\n"
        "    one_hot = F.one_hot(X, num_classes=size).double()\n"
        "    return torch.einsum('njs,njd->sd', one_hot, de)",
        "def embedding_backward(de, X, size):\n"
        "    dC = torch.zeros((size, de.shape[2]))\n"
        "    dC.index_put_((X,), de, accumulate=True)\n"
        "    return dC",
        "def embedding_backward(de, X, size):\n"
        "    import numpy as np\n"
        "    dC = np.zeros((size, de.shape[2]))\n"
        "    np.add.at(dC, X.numpy(), de.numpy())\n"
        "    return dC",
        "def embedding_backward(de, X, size):\n"
        "    return torch.stack([de[X == letter].sum(0) for letter in range(size)])",
    ],
    "9.8 gradient check": [
        "def check_gradient(f, x, dx):\n"
        "    if tuple(dx.shape) != tuple(x.shape):\n"
        "        return torch.inf\n"
        "    x = x.clone()\n"
        "    nudged = torch.zeros_like(x)\n"
        "    for place in torch.cartesian_prod(*map(torch.arange, x.shape)).view(-1, x.ndim):\n"
        "        place = tuple(place.tolist())\n"
        "        before = x[place].item()\n"
        "        x[place] = before + 1e-5\n"
        "        up = f(x).item()\n"
        "        x[place] = before - 1e-5\n"
        "        down = f(x).item()\n"
        "        x[place] = before\n"
        "        nudged[place] = (up - down) / 2e-5\n"
        "    return (dx - nudged).abs().max() / nudged.abs().max()",
        "def check_gradient(f, x, dx, h=1e-5):\n"
        "    if dx.shape != x.shape:\n"
        "        return float('inf')\n"
        "    nudges = h * torch.eye(x.numel()).view(-1, *x.shape)\n"
        "    found = [(f(x + each) - f(x - each)).item() / (2 * h) for each in nudges]\n"
        "    far = [abs(a - b) for a, b in zip(found, dx.flatten().tolist())]\n"
        "    return max(far) / max(map(abs, found))",
        "def check_gradient(f, x, dx):\n"
        "    import numpy as np\n"
        "    if x.shape != dx.shape:\n"
        "        return np.inf\n"
        "    nudged = np.zeros(x.numel())\n"
        "    for i in range(x.numel()):\n"
        "        moved = x.flatten().clone()\n"
        "        moved[i] += 1e-5\n"
        "        up = f(moved.view(x.shape))\n"
        "        moved[i] -= 2e-5\n"
        "        nudged[i] = (up - f(moved.view(x.shape))) / 2e-5\n"
        "    return np.abs(dx.numpy().flatten() - nudged).max() / np.abs(nudged).max()",
    ],
    "9.9 wrong line": ["wrong_line = 6.0", "wrong_line = torch.tensor(6)", "wrong_line = 3 + 3"],
}


@pytest.mark.parametrize(
    ("exercise", "source"),
    [
        pytest.param(exercise, source, id=f"{exercise.name} {count}")
        for exercise in exercises(read_notebook(PATH))
        for count, source in enumerate(RIGHT.get(exercise.name, []), start=1)
    ],
)
def test_a_right_answer_in_another_style_is_right(exercise, source):
    feedback = answer(PATH, exercise, source)
    assert getattr(feedback, "kind", feedback) == "right", feedback
