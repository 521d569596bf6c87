"""Questions on lessons 8 and 9: batch norm, and the way back by hand."""

from __future__ import annotations

import math
from random import Random

from helpers.remembering.question import Question, choice, kind, number, shape

# Lesson 8


@kind(8, "batch norm of one number")
def norm_of_one_number(rng: Random) -> Question:
    middle, apart = rng.randint(2, 9), rng.choice([1, 2, 3])
    batch = [middle + each * apart for each in (-3, -1, 1, 3)]
    gain, bias = rng.choice([1, 2, 0.5]), rng.choice([0, 1, -1])
    x = rng.choice(batch)
    biased, unbiased = 5 * apart**2, 20 * apart**2 / 3
    z = (x - middle) / math.sqrt(biased)
    right = gain * z + bias
    rng.shuffle(batch)
    return number(
        f"A unit has the values {batch} in a batch of four. Batch norm, in training mode, with a "
        f"gain of {gain} and a bias of {bias} (epsilon does not matter here): what becomes of "
        f"the {x}?",
        right,
        [
            (
                gain * (x - middle) / math.sqrt(unbiased) + bias,
                "That divides by the root of the unbiased variance. In the batch it is the "
                "biased one.",
            ),
            (
                gain * (x - middle) / biased + bias,
                "That divides by the variance, without the root.",
            ),
            (z, f"{z:.3f} leaves gain and bias out."),
            (gain * (x - middle) + bias, "That subtracts the mean and divides by nothing."),
            (gain * x / math.sqrt(biased) + bias, "That does not subtract the mean."),
            (gain * (z + bias), "That adds the bias before the gain multiplies."),
            (
                bias - gain * z,
                "That takes the mean minus the number. It is the number minus the mean.",
            ),
        ],
        f"Mean {middle}, variance (9 + 1 + 1 + 9) · {apart**2} / 4 = {biased}: {gain} · ({x} - "
        f"{middle}) / √{biased} + {bias} = {right:.3f}.",
        f"x = torch.tensor({[float(each) for each in batch]})\n"
        f"({gain} * (x - x.mean()) / x.var(correction=0).sqrt() + {bias})[{batch.index(x)}]",
        within=0.01,
    )


@kind(8, "two variances")
def two_variances(rng: Random) -> Question:
    n = rng.choice([3, 4, 5])
    batch = [rng.randint(0, 9) for _ in range(n - 1)]
    batch.append(rng.randint(1, 5) * n - sum(batch) % n)
    mean = sum(batch) / n
    squares = sum((x - mean) ** 2 for x in batch)
    call, right, by, why = rng.choice(
        [
            ("x.var()", squares / (n - 1), n - 1, "`var` divides by n - 1, unless told otherwise"),
            ("x.var(correction=0)", squares / n, n, "`correction=0` divides by n"),
        ]
    )
    return number(
        f"What does this give?\n\n    x = torch.tensor({[float(x) for x in batch]})\n    {call}",
        right,
        [
            (squares / n, f"{squares / n:g} divides by {n}: the biased variance. Here {why}."),
            (
                squares / (n - 1),
                f"{squares / (n - 1):g} divides by {n - 1}: the unbiased variance. Here {why}.",
            ),
            (math.sqrt(right), f"{math.sqrt(right):.3f} is its root, the standard deviation."),
            (squares, f"{squares:g} is the sum of the squares, not yet divided."),
            (sum(x * x for x in batch) / n, "That leaves the mean in the numbers."),
            (mean, f"{mean:g} is the mean."),
            (squares / (n + 1), f"{squares / (n + 1):g} divides by {n + 1}. Here {why}."),
        ],
        f"The mean is {mean:g}, the squares sum to {squares:g}, and {why}: {squares:g} / {by} = "
        f"{right:.4g}.",
        f"x = torch.tensor({[float(x) for x in batch]})\n{call}",
        within=0.01,
    )


@kind(8, "shapes of batch norm")
def shapes_of_batch_norm(rng: Random) -> Question:
    n, d = rng.sample(range(10, 100), 2)
    what, right, why = rng.choice(
        [
            ("its running mean", (d,), "one number for each unit"),
            ("its gain", (d,), "one number for each unit"),
            ("what comes out", (n, d), "each number is standardized and stays in its place"),
            (
                "`x.var(0, keepdim=True)`, the batch's variance",
                (1, d),
                "one number for each unit, in a row",
            ),
            ("`x.mean(0)`, the batch's mean", (d,), "one number for each unit"),
        ]
    )
    return shape(
        f"Batch norm gets `x`, a batch of {n} examples and {d} units, `({n}, {d})`. Which shape "
        f"has {what}?",
        right,
        [
            ((n,), f"({n},) is one number for each example. That is layer norm's."),
            ((d,), f"({d},) has no dimension for the batch. Here it is {right}: {why}."),
            ((n, d), f"({n}, {d}) is one number for each of `x`. Here it is {right}: {why}."),
            ((1, d), f"({1}, {d}) has two dimensions. Here it is {right}: {why}."),
            ((n, 1), f"({n}, 1) is one number for each example. That is layer norm's."),
            ((1,), "(1,) is one number for all. Each unit has its own."),
            ((), "() is one number for all. Each unit has its own."),
        ],
        f"{right}: {why}.",
        {
            "its running mean": f"torch.nn.BatchNorm1d({d}).running_mean.shape",
            "its gain": f"torch.nn.BatchNorm1d({d}).weight.shape",
            "what comes out": f"torch.nn.BatchNorm1d({d})(torch.randn({n}, {d})).shape",
        }.get(
            what, f"x = torch.randn({n}, {d})\n{what.split('`')[1] if '`' in what else 'x'}.shape"
        ),
    )


@kind(8, "running mean")
def running_mean(rng: Random) -> Question:
    old, new = rng.sample([-2, -1, 0, 1, 2, 3, 4], 2)
    m = rng.choice([0.1, 0.2, 0.01])
    right = (1 - m) * old + m * new
    return number(
        f"A running mean is {old}, the mean of this batch {new}, and batch norm's momentum {m}. "
        "What is the running mean afterwards?",
        right,
        [
            (
                m * old + (1 - m) * new,
                "That gives the new mean the large share. As in PyTorch, momentum is the share "
                "of the new one.",
            ),
            (old + m * new, "That adds the new share and lets the old mean stay whole."),
            (new, f"{new} is the mean of this batch alone."),
            (old, f"{old} is where it was."),
            ((old + new) / 2, f"{(old + new) / 2:g} is the middle. The shares are not equal."),
            (old - m * (new - old), "That goes away from the new mean."),
        ],
        f"{1 - m:g} · ({old}) + {m} · ({new}) = {right:g}.",
        f"(1 - {m}) * {old} + {m} * {new}",
        within=0.001,
    )


@kind(8, "running variance")
def running_variance(rng: Random) -> Question:
    n = rng.choice([3, 4, 5, 6])
    old, biased = rng.choice([1, 2, 3]), rng.choice([2, 4, 6, 8, 10]) * (n - 1)
    unbiased = biased * n // (n - 1)
    right = 0.9 * old + 0.1 * unbiased
    return number(
        f"The biased variance of a batch of {n} is {biased}. The running variance is {old}, the "
        "momentum 0.1. What is the running variance after batch norm's forward pass in training "
        "mode, as PyTorch does it?",
        right,
        [
            (
                0.9 * old + 0.1 * biased,
                "That takes in the biased variance. It normalizes the batch; the running "
                "variance takes in the unbiased one.",
            ),
            (0.1 * old + 0.9 * unbiased, "That gives the new variance the large share."),
            (0.1 * old + 0.9 * biased, "That gives the new one the large share, and it is biased."),
            (unbiased, f"{unbiased} is the unbiased variance of this batch alone."),
            (biased, f"{biased} is the biased variance of this batch alone."),
            (
                0.9 * old + 0.1 * biased * (n - 1) / n,
                "That corrects the wrong way: unbiased is larger.",
            ),
        ],
        f"Unbiased: {biased} · {n} / {n - 1} = {unbiased}. Then 0.9 · {old} + 0.1 · {unbiased} = "
        f"{right:g}.",
        f"0.9 * {old} + 0.1 * {biased} * {n} / {n - 1}",
        within=0.02,
    )


@kind(8, "which call is missing")
def which_call_is_missing(rng: Random) -> Question:
    calls = {
        "model.eval()": "`model.eval()` lets batch norm use its running statistics, so that "
        "examples do not touch each other.",
        "model.train()": "`model.train()` lets batch norm use the batch's statistics, and move the "
        "running ones.",
        "torch.no_grad()": "`torch.no_grad()` keeps no notes for `backward()`. Batch norm does not "
        "look at it.",
        "optimizer.zero_grad()": "`optimizer.zero_grad()` throws the slopes of the last step away.",
    }
    situation, right = rng.choice(
        [
            ("What a model says of one name changes with the names beside it.", "model.eval()"),
            (
                "A single name is asked, and batch norm stops with an error: no spread.",
                "model.eval()",
            ),
            ("Measuring the dev loss has moved the running mean.", "model.eval()"),
            (
                "Dev loss was measured in the middle of a training, and the running statistics "
                "have stood still since.",
                "model.train()",
            ),
            (
                "Names were drawn in the middle of a training. It goes on, but no longer with "
                "the mean of each batch.",
                "model.train()",
            ),
            (
                "The dev loss is right, but measuring it takes far more memory than it should.",
                "torch.no_grad()",
            ),
            (
                "An update written by hand stops: a leaf that requires grad is changed in place.",
                "torch.no_grad()",
            ),
            (
                "Each step pushes in the direction of all slopes so far, and not of this batch's.",
                "optimizer.zero_grad()",
            ),
            (
                "The same batch twice, without a step between: the second time all slopes are "
                "twice as large.",
                "optimizer.zero_grad()",
            ),
        ]
    )
    return choice(
        rng,
        f"{situation} Which call was forgotten?",
        f"`{right}`",
        {f"`{call}`": says for call, says in calls.items()},
        calls[right],
    )


@kind(8, "what batch norm does not see")
def what_batch_norm_does_not_see(rng: Random) -> Question:
    c = rng.choice([3, 4, 5, 10])
    same, turned = "the same as before", "the same with opposite signs"
    change, right, why = rng.choice(
        [
            (f"{c} is added to all its values", same, "the mean moves along and is subtracted"),
            (
                f"all its values are multiplied by {c}",
                same,
                "the standard deviation grows as much, and divides",
            ),
            (
                f"all its values are multiplied by -{c}",
                turned,
                f"the standard deviation gets {c} times as large, and has no sign",
            ),
            (
                f"{c} is added to the bias of the linear layer before it",
                same,
                "the mean moves along and is subtracted: that bias is useless",
            ),
            (
                f"all its values are divided by -{c}",
                turned,
                f"the standard deviation is divided by {c}, and has no sign",
            ),
        ]
    )
    return choice(
        rng,
        f"One unit in a batch: {change}. What does batch norm give now, in training mode, with a "
        "gain of 1 and a bias of 0 (epsilon left aside)?",
        right,
        {
            same: f"They are not the same: {why}.",
            turned: f"The signs stay: {why}.",
            f"all {c} larger": f"What comes out has a mean of 0 in any case: {why}.",
            f"all {c} times as large": "What comes out has a standard deviation of 1 in any case: "
            f"{why}.",
        },
        f"{why[0].upper() + why[1:]}.",
    )


@kind(8, "over how many numbers")
def over_how_many(rng: Random) -> Question:
    n, groups = rng.choice([16, 24, 32, 48]), rng.choice([2, 4, 5, 8])
    each = rng.choice([10, 12, 15, 20])
    units = groups * each
    which = rng.choice(["batch norm", "layer norm", f"group norm with {groups} groups"])
    right = {"b": n, "l": units, "g": each}[which[0]]
    says = {
        n: f"{n} are the examples: one unit of the whole batch, as in batch norm.",
        units: f"{units} are the units: one example, as in layer norm.",
        each: f"{each} are the units of one group: a part of one example, as in group norm.",
        n * units: f"{n * units} are all numbers. None of the three takes one mean of all.",
    }
    return choice(
        rng,
        f"A batch of {n} examples, {units} units. Over how many numbers does one mean go, with "
        f"{which}?",
        str(right),
        {str(answer): sentence for answer, sentence in says.items()},
        says[right],
    )


# Lesson 9


@kind(9, "a value used twice")
def value_used_twice(rng: Random) -> Question:
    x, a, b = rng.randint(2, 6), rng.randint(2, 6), rng.randint(2, 9)
    u, v = a * x, x + b
    right = a * v + u
    return number(
        f"What is `x.grad`?\n\n    x = torch.tensor({x}.0, requires_grad=True)\n    u = {a} * x\n"
        f"    v = x + {b}\n    (u * v).backward()",
        right,
        [
            (a * v, f"{a * v} is the path through u alone. x reaches the loss through v as well."),
            (u, f"{u} is the path through v alone. x reaches the loss through u as well."),
            (a * v * u, f"{a * v * u} multiplies the two paths. They add up."),
            (u * v, f"{u * v} is the value, not the slope."),
            (a + 1, f"{a + 1} adds the slopes of u and v. Each goes times the other factor."),
            (a, f"{a} is the slope of u, times that of v, 1."),
        ],
        f"Two paths, added: through u {a} · {v} = {a * v}, through v 1 · {u} = {u}: {right}.",
        f"x = torch.tensor({x}.0, requires_grad=True)\nu = {a} * x\nv = x + {b}\n"
        "(u * v).backward()\nx.grad",
    )


@kind(9, "a broadcast, backward")
def broadcast_backward(rng: Random) -> Question:
    d = [[rng.randint(-5, 9) for _ in range(3)] for _ in range(2)]
    rows, columns = [sum(row) for row in d], [sum(pair) for pair in zip(*d, strict=True)]
    bias = rng.random() < 0.6
    if bias:
        text = "`b`, of shape `(3,)`, was added to each row: `y = x + b`"
        right = str(columns)
        why = "Each number of b was used in every row, and collects the slopes of its column"
    else:
        text = "`c`, of shape `(2, 1)`, was added to each column: `y = x + c`"
        right = str([[each] for each in rows])
        why = "Each number of c was used along its row, and collects the slopes of that row"
    name = "b" if bias else "c"
    return choice(
        rng,
        f"{text}. The slopes of the loss with respect to `y` are these. What are those with "
        f"respect to `{name}`?\n\n    dy = {d}",
        right,
        {
            str(columns): f"{columns} are the sums of the columns. {why}.",
            str([[each] for each in rows]): f"These are the sums of the rows. {why}.",
            str(d): f"A slope has the shape of what it belongs to, and `{name}` has "
            f"{'three' if bias else 'two'} numbers. {why}.",
            str([1, 1, 1] if bias else [[1], [1]]): "1 is the slope of the addition alone. It is "
            f"multiplied by what comes from above. {why}.",
            str(d[0] if bias else [[row[0]] for row in d]): f"That takes one of the uses. {why}.",
        },
        f"{why}: a broadcast forward is a sum backward.",
        f"dy = torch.tensor({d})\ndy.{'sum(0)' if bias else 'sum(1, keepdim=True)'}.tolist()",
    )


@kind(9, "a sum, backward")
def sum_backward(rng: Random) -> Question:
    ds = rng.sample([-6, -4, -2, 2, 4, 6, 8], 2)
    mean = rng.random() < 0.5
    a, b = (each / 2 for each in ds) if mean else ds
    call = "mean(1)" if mean else "sum(1)"
    spread = [[float(each)] * 2 for each in (a, b)]
    why = "each number of a row moves its sum by as much as itself"
    if mean:
        why = "each number of a row moves the mean by half of its own move"
    whole, halves = ([[float(each) * f] * 2 for each in ds] for f in (1, 0.5))
    across = [[float(a), float(b)]] * 2
    return choice(
        rng,
        f"`x` has shape `(2, 2)`, and `s = x.{call}`. The slopes of the loss with respect to `s` "
        f"are {ds}. What are those with respect to `x`?",
        str(spread),
        {
            str(whole): "The whole slope goes to each number where they were summed. "
            f"In `{call}` {why}.",
            str(
                halves
            ): f"Half of the slope goes to each where a mean of two was taken. In `{call}` {why}.",
            str(
                across
            ): f"The slope of a sum goes along the dimension that was summed. In `{call}` "
            "that is the row.",
            str(
                [float(each) for each in ds]
            ): "A slope has the shape of what it belongs to: (2, 2).",
            str([[float(a), 0.0], [0.0, float(b)]]): f"All numbers of a row have a part: {why}.",
        },
        f"{why[0].upper() + why[1:]}: a sum forward is a broadcast backward.",
        f"x = torch.zeros(2, 2, requires_grad=True)\n"
        f"(x.{call} * torch.tensor({ds})).sum().backward()\nx.grad.tolist()",
    )


@kind(9, "transposes in a linear layer")
def transposes(rng: Random) -> Question:
    n, k, m = rng.sample(range(2, 12), 3)
    which = rng.choice(["h", "W"])
    sizes = {"h": (n, k), "W": (k, m), "dy": (n, m)}
    products = {
        "dy @ W.T": ((n, m), (m, k)),
        "h.T @ dy": ((k, n), (n, m)),
        "W.T @ dy": ((m, k), (n, m)),
        "dy.T @ h": ((m, n), (n, k)),
        "dy @ h.T": ((n, m), (k, n)),
    }

    def says(product: str) -> str:
        one, other = products[product]
        if one[1] != other[0]:
            return f"{one} @ {other} fails: the sizes inside do not meet."
        gives = f"{one} @ {other} is {(one[0], other[1])}"
        return f"{gives}. `d{which}` has the shape of `{which}`, {sizes[which]}."

    right = "dy @ W.T" if which == "h" else "h.T @ dy"
    return choice(
        rng,
        f"`y = h @ W`, where `h` is `{sizes['h']}` and `W` is `{sizes['W']}`. The slopes `dy` "
        f"have the shape of `y`. Which are the slopes `d{which}`?",
        f"`{right}`",
        {f"`{product}`": says(product) for product in products},
        f"{products[right][0]} @ {products[right][1]} is {sizes[which]}, the shape of `{which}`, "
        "and no other product of the two is.",
    )


@kind(9, "a central difference")
def central_difference(rng: Random) -> Question:
    h = rng.choice([0.1, 0.01])
    slope, bend = rng.choice([-3, -2, 1.5, 2, 3, 4]), rng.choice([1, 2, 3])
    middle = rng.randint(20, 40) / 10
    up, down = (round(middle + s * slope * h + bend * h * h * 10, 6) for s in (1, -1))
    return number(
        f"At `w` the loss is {middle:g}; at `w + {h}` it is {up:g}, at `w - {h}` it is {down:g}. "
        "What does a central difference give for the slope?",
        slope,
        [
            (
                (up - down) / h,
                f"{(up - down) / h:g} divides by {h}. From one side to the other it is {2 * h:g}.",
            ),
            ((up - middle) / h, f"{(up - middle) / h:g} is one-sided, above."),
            ((middle - down) / h, f"{(middle - down) / h:g} is one-sided, below."),
            (-slope, "The sign is turned: above minus below."),
            (up - down, f"{up - down:g} is the difference, not yet divided."),
            ((up - down) * h, "That multiplies where one divides."),
        ],
        f"({up:g} - {down:g}) / (2 · {h}) = {slope:g}. What is bent alike on both sides cancels.",
        f"({up:g} - {down:g}) / (2 * {h})",
        within=0.01,
    )


@kind(9, "a letter that comes twice")
def letter_that_comes_twice(rng: Random) -> Question:
    X = rng.choice([[1, 0, 1], [2, 1, 2], [0, 0, 2], [1, 1, 0], [0, 2, 0], [2, 2, 1], [1, 1, 1]])
    letter = max(set(X), key=X.count)
    de = rng.sample([-0.5, -0.3, -0.2, 0.1, 0.4, 0.6, 0.7], 3)
    mine = [d for x, d in zip(X, de, strict=True) if x == letter]
    right = sum(mine)
    return number(
        f"Each letter has one number as its embedding: `e = C[X]`, with `X = {X}`. The slopes of "
        f"`e` are {de}. What is the slope of `C[{letter}]`?",
        right,
        [
            (
                mine[-1],
                f"{mine[-1]} is the last one's alone, as after `dC[X] = de` or `dC[X] += de`.",
            ),
            (
                mine[0],
                f"{mine[0]} is the first one's alone. Letter {letter} comes {len(mine)} times.",
            ),
            (right / len(mine), f"{right / len(mine):.3f} is their mean. Slopes add up."),
            (
                sum(de),
                f"{sum(de):g} is the sum of all three. Letter {letter} is at {len(mine)} of the "
                "places.",
            ),
            (
                de[letter],
                f"{de[letter]} stands at place {letter}. Letter {letter} is where X says.",
            ),
            (math.prod(mine), "That is their product. Slopes add up."),
            (0, "0 it would be for a letter that does not come."),
        ],
        f"Letter {letter} was used {len(mine)} times and collects as many slopes: "
        f"{' + '.join(f'({d})' for d in mine)} = {right:.1f}.",
        f"torch.zeros(3).index_add_(0, torch.tensor({X}), torch.tensor({de}))[{letter}]",
        within=0.001,
    )


@kind(9, "slope through the logarithm")
def slope_through_log(rng: Random) -> Question:
    p, n = rng.choice([0.05, 0.1, 0.2, 0.25, 0.4, 0.5]), rng.choice([2, 4, 5, 8, 10, 20])
    right = -1 / (p * n)
    return number(
        f"The loss is the mean of -ln(p) over {n} examples. For one of them the label has p = "
        f"{p}. What is the slope of the loss with respect to this p?",
        right,
        [
            (-1 / p, f"{-1 / p:g} is for this example's own loss, not for the mean over {n}."),
            (-right, "The sign is turned: the larger p, the smaller the loss."),
            (-1 / n, f"-1/{n} is the slope with respect to ln p."),
            (-p / n, f"{-p / n:g} is -p/{n}. The slope of ln p is 1/p."),
            (-math.log(p) / n, "That is this example's share of the loss, not a slope."),
            ((p - 1) / n, f"{(p - 1) / n:g} is the slope with respect to the logit of the label."),
        ],
        f"-1 / (p · n) = -1 / ({p} · {n}) = {right:g}.",
        f"-1 / ({p} * {n})",
        within=0.005,
    )


@kind(9, "what a comparison lets pass")
def what_a_comparison_lets_pass(rng: Random) -> Question:
    n = rng.choice([3, 5, 32, 64])
    one, other = rng.choice(
        [
            ((n,), (1, n)),
            ((1, n), (n,)),
            ((n, 1), (n, n)),
            ((n,), (n, n)),
            ((), (n,)),
            ((n, 1), (n,)),
        ]
    )
    kept, stretched = "it is True, though the shapes differ", _together_text(one, other)
    return choice(
        rng,
        f"All numbers of `a` and of `b` are 0.5. `a` has shape `{one}`, `b` has `{other}`. What "
        "does `torch.allclose(a, b)` do?",
        kept,
        {
            "it is False, since the shapes differ": f"`allclose` broadcasts: both become "
            f"{stretched}. So compare the shapes first.",
            "it stops with an error": f"These shapes meet: both become {stretched}. No error.",
            "it compares the first row alone": f"All are compared, after both became {stretched}.",
        },
        f"It broadcasts both to {stretched}, and all are 0.5 there. A wrong shape passes: "
        "compare the shapes first.",
        f"a, b = torch.full({one}, 0.5), torch.full({other}, 0.5)\ntorch.allclose(a, b)",
    )


def _together_text(one: tuple, other: tuple) -> str:
    longest = max(len(one), len(other))
    padded = [(1,) * (longest - len(each)) + each for each in (one, other)]
    return str(tuple(max(pair) for pair in zip(*padded, strict=True)))
