"""Wrong answers to the exercises of lesson 11, and words that their feedback must hold."""


def _join(*lines: str) -> str:
    head = "def flatten_consecutive(x, count):\n    n, places, d = x.shape\n"
    return head + "".join(f"    {line}\n" for line in lines)


def _drop(result: str) -> str:
    return f"def drop_place(x):\n    return {result}"


def _norm(*lines: str) -> str:
    return "def standardize_places(x):\n" + "".join(f"    {line}\n" for line in lines)


def _over(dims: str) -> str:
    return _norm(
        f"mean = x.mean({dims}, keepdim=True)",
        f"var = x.var({dims}, correction=0, keepdim=True)",
        "return (x - mean) / torch.sqrt(var + 1e-5)",
    )


def _field(result: str) -> str:
    return f"def receptive_field(kernel, dilations):\n    return {result}"


def _earlier(result: str) -> str:
    return f"def with_earlier(x, distance):\n    return {result}"


_OUT = "n, places // count, count * d"

MISTAKES = {
    "11.a ten times the loss": [
        (
            ("by_sgd = 0.02\nby_adam = 0.01\nfirst_steps = [by_sgd, by_adam]"),
            "without the factor of 10",
        ),
        (("by_sgd = 2\nby_adam = 0.01\nfirst_steps = [by_sgd, by_adam]"), "2 is the slope"),
        (("by_sgd = 0.1\nby_adam = 0.01\nfirst_steps = [by_sgd, by_adam]"), "SGD's rate. Its step"),
        (("by_sgd = 0.2\nby_adam = 0.1\nfirst_steps = [by_sgd, by_adam]"), "ten of Adam's rates"),
        (("by_sgd = 0.2\nby_adam = 0.02\nfirst_steps = [by_sgd, by_adam]"), "so SGD would step"),
        (("by_sgd = 0.2\nby_adam = 0.002\nfirst_steps = [by_sgd, by_adam]"), "the loss as it was"),
        (
            ("by_sgd = 0.2\nby_adam = 0.0316\nfirst_steps = [by_sgd, by_adam]"),
            "without the correction",
        ),
        (
            ("by_sgd = 0.2\nby_adam = 0.2\nfirst_steps = [by_sgd, by_adam]"),
            "Not right yet: by_adam",
        ),
        (("by_sgd = ...\nby_adam = 0.01\nfirst_steps = [by_sgd, by_adam]"), "still a ..."),
        (("by_sgd = '0.2'\nby_adam = 0.01\nfirst_steps = [by_sgd, by_adam]"), "quotation marks"),
    ],
    "11.b nudged on one side": [
        (("one_sided = 6\ncentral = 6\nfound = [one_sided, central]"), "6 is the slope itself"),
        (("one_sided = 6.1\ncentral = 12\nfound = [one_sided, central]"), "12 was divided by h"),
        (("one_sided = 3.05\ncentral = 6\nfound = [one_sided, central]"), "3.05 was divided by 2h"),
        (("one_sided = 5.9\ncentral = 6\nfound = [one_sided, central]"), "with the nudge down"),
        (("one_sided = 0.61\ncentral = 6\nfound = [one_sided, central]"), "0.61 is the difference"),
        (("one_sided = 6.1\ncentral = 1.2\nfound = [one_sided, central]"), "1.2 is the difference"),
        (("one_sided = 6.1\ncentral = 6.1\nfound = [one_sided, central]"), "no central difference"),
        (("one_sided = 6.1\ncentral = 5\nfound = [one_sided, central]"), "Not right yet: central"),
        (("one_sided = 6.1\ncentral = ...\nfound = [one_sided, central]"), "still a ..."),
        (("one_sided = '6.1'\ncentral = 6\nfound = [one_sided, central]"), "quotation marks"),
    ],
    "11.c another shape": [
        (
            (
                "row_of_view = [1, 4]\n"
                "row_of_T = [1, 4]\n"
                "now = 9\n"
                "three_answers = [row_of_view, row_of_T, now]"
            ),
            "a column of x",
        ),
        (
            (
                "row_of_view = [1, 2]\n"
                "row_of_T = [1, 2]\n"
                "now = 9\n"
                "three_answers = [row_of_view, row_of_T, now]"
            ),
            "reading order is kept",
        ),
        (
            (
                "row_of_view = [1, 2, 3]\n"
                "row_of_T = [1, 4]\n"
                "now = 9\n"
                "three_answers = [row_of_view, row_of_T, now]"
            ),
            "The rows of y have two",
        ),
        (
            (
                "row_of_view = [1, 2]\n"
                "row_of_T = [1, 2, 3]\n"
                "now = 9\n"
                "three_answers = [row_of_view, row_of_T, now]"
            ),
            "stands a row of x",
        ),
        (
            (
                "row_of_view = [1, 2]\n"
                "row_of_T = [1, 4]\n"
                "now = 1\n"
                "three_answers = [row_of_view, row_of_T, now]"
            ),
            "makes no copy",
        ),
        (
            (
                "row_of_view = [2, 1]\n"
                "row_of_T = [1, 4]\n"
                "now = 9\n"
                "three_answers = [row_of_view, row_of_T, now]"
            ),
            "Not right yet: row_of_view",
        ),
        ("three_answers = [1, 2]", "Three things are asked for"),
        (
            (
                "row_of_view = [1, 2]\n"
                "row_of_T = [1, 4]\n"
                "now = ...\n"
                "three_answers = [row_of_view, row_of_T, now]"
            ),
            "still a ...",
        ),
        (
            (
                "row_of_view = '[1, 2]'\n"
                "row_of_T = [1, 4]\n"
                "now = 9\n"
                "three_answers = [row_of_view, row_of_T, now]"
            ),
            "quotation marks",
        ),
    ],
    "11.1 join neighbours": [
        (
            _join(
                "x = x.reshape(n, count, places // count, d).transpose(1, 2)",
                f"return x.reshape({_OUT})",
            ),
            "no neighbours",
        ),
        (
            _join(
                "x = x.reshape(n, places // count, count, d).transpose(2, 3)",
                f"return x.reshape({_OUT})",
            ),
            "numbers are mixed",
        ),
        (_join("return x.reshape(n, places // 2, 2 * d)"), "two were joined"),
        (_join(f"return x.reshape({_OUT}).squeeze(1)"), "dimension is gone"),
        (_join("return x.reshape(n, -1)"), "that is Flatten"),
        (_join(f"return x.transpose(0, 1).reshape({_OUT})"), "different examples"),
        (
            _join(
                "x = x.reshape(n, places // count, count, d).flip(2)", f"return x.reshape({_OUT})"
            ),
            "reverse order",
        ),
        (_join(f"return x.view({_OUT})"), "RuntimeError"),
        (_join(f"return x.detach().reshape({_OUT})"), "no slope flows back"),
    ],
    "11.2 find the bug": [
        (_drop("x.squeeze()"), "every dimension of size 1"),
        (_drop("x.squeeze(0)"), "drops the batch dimension where"),
        (_drop("x.squeeze(2)"), "numbers' dimension"),
        (_drop("x[0]"), "first example alone"),
        (_drop("x.flatten()"), "one long row"),
        (_drop("x"), "as it was"),
        (_drop("x.squeeze(1).T"), "rows and columns"),
        (_drop("x.squeeze() if len(x) > 1 else x.squeeze(1)"), "drop_place("),
    ],
    "11.3 over how many": [
        ("answers = [(1, 2, 30), 50, (1, 1, 30), 100]", "keepdim=True"),
        ("answers = [(30,), 100, (2, 30), 50]", "changed places"),
        ("answers = [(2, 30), 60, (30,), 30]", "counts are those of the means"),
        ("answers = [(2, 30), 50, (30,), 52]", "multiply"),
        ("answers = [(50, 2), 30, (50,), 60]", "the last dimension"),
        ("answers = [(2, 30), 50, 30, 100]", "with a comma"),
        ("answers = [(2, 30), 50, ..., 100]", "still a ..."),
        ("answers = [(2, 30), 100, (30,), 100]", "the second"),
        ("answers = [(2, 30), 50]", "a shape, a number, a shape, a number"),
    ],
    "11.4 standardize over places": [
        (_over("0"), "each place of a unit"),
        (_over("1"), "over the places alone"),
        (_over("2"), "layer norm"),
        (_over("(1, 2)"), "places and units"),
        (_over("(0, 2)"), "examples and units"),
        (_norm("return nn.BatchNorm1d(x.shape[1]).double()(x)"), "the middle dimension"),
        (_over("(0, 1, 2)"), "one mean for everything"),
        (
            _norm("return (x - x.mean((0, 1))) / torch.sqrt(x.var((0, 1)) + 1e-5)"),
            "correction=0 is missing",
        ),
        (
            _norm("return (x - x.mean((0, 1))) / x.std((0, 1), correction=0)"),
            "epsilon is missing",
        ),
        (
            _norm("return (x - x.mean((0, 1))) / (x.std((0, 1), correction=0) + 1e-5)"),
            "before the root",
        ),
        (
            _norm("return (x - x.mean((0, 1))) / (x.var((0, 1), correction=0) + 1e-5)"),
            "root is missing",
        ),
        (_norm("return x - x.mean((0, 1))"), "not yet 1"),
        (
            _norm(
                "x = x.flatten(0, 1)",
                "return (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + 1e-5)",
            ),
            "the shape is",
        ),
        (
            _norm(
                "x -= x.mean((0, 1))",
                "return x / torch.sqrt(x.var((0, 1), correction=0) + 1e-5)",
            ),
            "the call changed x",
        ),
    ],
    "11.5 how far back": [
        (_field("sum((kernel - 1) * d for d in dilations)"), "the place itself is missing"),
        (_field("1 + sum(kernel * d for d in dilations)"), "further back"),
        (_field("1 + sum(dilations)"), "kernel of 2"),
        (_field("kernel ** len(dilations)"), "to the power"),
        (
            "def receptive_field(kernel, dilations):\n    seen = {0}\n    for d in dilations:\n"
            "        seen = {s + i * d for s in seen for i in range(kernel)}\n    return len(seen)",
            "Those between them count, too",
        ),
        (_field("1 + (kernel - 1) * len(dilations)"), "without the dilations"),
        (_field("1 + (kernel - 1) * max(dilations)"), "reach of one layer"),
        (_field("1 + (kernel - 1) * dilations[-1]"), "last layer"),
        (_field("8"), "receptive_field(2, [1])"),
    ],
    "11.6 one level at all places": [
        (_earlier("torch.cat([x[distance:], x[:-distance]], dim=1)"), "changed sides"),
        (_earlier("torch.cat([x.roll(distance, 0), x], dim=1)"), "roll goes round"),
        (_earlier("torch.cat([x[:-1], x[1:]], dim=1)"), "whatever distance is"),
        (_earlier("torch.cat([x[:-distance], x[distance:]])"), "below each other"),
        (_earlier("x[:-distance] + x[distance:]"), "were added"),
        (
            _earlier("torch.cat([torch.cat([0 * x[:distance], x])[:len(x)], x], dim=1)"),
            "joined with zeros",
        ),
        (_earlier("torch.cat([0 * x[:distance], x])[:len(x)]"), "moved down"),
        (_earlier("x.reshape(-1, 2 * x.shape[1])"), "with_earlier("),
    ],
}
