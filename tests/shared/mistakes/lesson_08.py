"""Wrong answers to the exercises of lesson 8, and words that their feedback must hold."""


def _shapes(*shapes: str) -> str:
    lines = [f"shape_{name} = {shape}\n" for name, shape in zip("abcd", shapes, strict=True)]
    return "".join(lines) + "shapes = [shape_a, shape_b, shape_c, shape_d]"


def _norm(*lines: str) -> str:
    return "def batch_norm_forward(x, gain, bias):\n" + "".join(f"    {line}\n" for line in lines)


_MEAN = "mean = x.mean(0)"
_VAR = "var = x.var(0, correction=0)"


def _update(mean: str, var: str) -> str:
    return (
        "def update_running(running_mean, running_var, x, momentum):\n"
        f"    new_mean = {mean}\n"
        f"    new_var = {var}\n"
        "    return new_mean, new_var"
    )


_NEW_MEAN = "(1 - momentum) * running_mean + momentum * x.mean(0)"


def _predict(*lines: str) -> str:
    return "def predict(model, contexts):\n" + "".join(f"    {line}\n" for line in lines)


MISTAKES = {
    "8.a how far they spread": [
        ("std_out = 25**0.5 * 0.5", "the fan-out. How many"),
        ("std_out = 100 * 0.5", "50 is 100 times"),
        ("std_out = 25", "is no variance"),
        ("std_out = 10.0", "do not have a std of 1"),
        ("std_out = 0.5", "a sum of many products"),
        ("std_out = 1", "too large to keep it"),
        ("std_out = 0.5 / 100**0.5", "used as they are"),
        ("std_out = 7", "How many products"),
        ("std_out = '5'", "quotation marks"),
    ],
    "8.b letters looked up": [
        (
            (
                "looked_up = (16, 3, 30)\n"
                "flat = (16, 12)\n"
                "averaged = (16, 4)\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "as with one-hot",
        ),
        (
            (
                "looked_up = (16, 12)\n"
                "flat = (16, 12)\n"
                "averaged = (16, 4)\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "laid end to end",
        ),
        (
            (
                "looked_up = (16, 3)\n"
                "flat = (16, 12)\n"
                "averaged = (16, 4)\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "the shape of X",
        ),
        (
            (
                "looked_up = (16, 3, 4)\n"
                "flat = (16, 3, 4)\n"
                "averaged = (16, 4)\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "In flat nothing has changed",
        ),
        (
            (
                "looked_up = (16, 3, 4)\n"
                "flat = (16, 12)\n"
                "averaged = (16, 3)\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "along dimension 2",
        ),
        (
            (
                "looked_up = (16, 3, 4)\n"
                "flat = (16, 12)\n"
                "averaged = (3, 4)\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "along dimension 0",
        ),
        (
            (
                "looked_up = (16, 3, 4)\n"
                "flat = (16, 12)\n"
                "averaged = (16, 1, 4)\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "kept with size 1",
        ),
        (
            (
                "looked_up = (16, 3, 4)\n"
                "flat = (12, 16)\n"
                "averaged = (16, 4)\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "The shape of flat is not",
        ),
        (
            (
                "looked_up = (16, 3, 4)\n"
                "flat = (16, 12)\n"
                "averaged = ...\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "still a ...",
        ),
        (
            (
                "looked_up = '(16, 3, 4)'\n"
                "flat = (16, 12)\n"
                "averaged = (16, 4)\n"
                "shapes = [looked_up, flat, averaged]"
            ),
            "quotation marks",
        ),
    ],
    "8.c the same probabilities": [
        ('same_rows = "AB"', "twice as large"),
        ('same_rows = "C"', "nearly equal"),
        ('same_rows = "A"', "Another row does"),
        ("same_rows = 1", "Letters are asked for"),
    ],
    "8.1 shapes of a batch": [
        (_shapes("(8, 1)", "(8,)", "(8, 50)", "(1, 50)"), "the wrong way round"),
        (_shapes("(50,)", "(50,)", "(8, 50)", "(8, 1)"), "In shape_a the dimension is gone"),
        (_shapes("(1, 50)", "(1, 50)", "(8, 50)", "(8, 1)"), "In shape_b the dimension is kept"),
        (_shapes("(1, 50)", "(50,)", "(8, 50)", "(8,)"), "In shape_d the dimension is gone"),
        (_shapes("(1, 50)", "(50,)", "(1, 50)", "(8, 1)"), "hape_c is not that of the mean"),
        (_shapes("(1, 50)", "50", "(8, 50)", "(8, 1)"), "shape is a tuple"),
        (_shapes("(1, 50)", "...", "(8, 50)", "(8, 1)"), "still a ..."),
        (_shapes("torch.ones(1, 50)", "(50,)", "(8, 50)", "(8, 1)"), "a tensor among them"),
        (_shapes("'(1, 50)'", "(50,)", "(8, 50)", "(8, 1)"), "quotation marks"),
        ("shapes = [(1, 50), (50,)]", "our tuples are asked for"),
        (_shapes("(1, 8)", "(50,)", "(8, 50)", "(8, 1)"), "hape_a is not right yet"),
        (_shapes("(1, 8)", "(8,)", "(8, 50)", "(8, 1)"), "shape_a, shape_b are not right yet"),
    ],
    "8.2 batch norm forward": [
        (
            _norm(
                "mean = x.mean(1, keepdim=True)",
                "var = x.var(1, correction=0, keepdim=True)",
                "return gain * (x - mean) / torch.sqrt(var + 1e-5) + bias",
            ),
            "goes down the examples",
        ),
        (
            _norm(_MEAN, "return gain * (x - mean) / torch.sqrt(x.var(0) + 1e-5) + bias"),
            "divided by n - 1",
        ),
        (
            _norm(_MEAN, _VAR, "return (x - mean) / torch.sqrt(var + 1e-5)"),
            "The gain and the bias are missing",
        ),
        (
            _norm(_MEAN, _VAR, "return gain * (x - mean) / torch.sqrt(var + 1e-5)"),
            "he bias is missing",
        ),
        (
            _norm(_MEAN, _VAR, "return (x - mean) / torch.sqrt(var + 1e-5) + bias"),
            "he gain is missing",
        ),
        (
            _norm(_MEAN, _VAR, "return gain * ((x - mean) / torch.sqrt(var + 1e-5) + bias)"),
            "multiplies the bias",
        ),
        (
            _norm(_MEAN, _VAR, "return gain * (x - mean) / (var + 1e-5) + bias"),
            "divided by the variance",
        ),
        (_norm(_MEAN, _VAR, "return gain * (x - mean) / var.sqrt() + bias"), "hardly varies"),
        (
            _norm(_MEAN, _VAR, "return gain * (x - mean) / (var.sqrt() + 1e-5) + bias"),
            "added to the standard deviation",
        ),
        (
            _norm(
                "mean, var = x.mean(), x.var(correction=0)",
                "return gain * (x - mean) / torch.sqrt(var + 1e-5) + bias",
            ),
            "share one mean",
        ),
        (_norm(_MEAN, "return gain * (x - mean) + bias"), "the spread is not"),
        (_norm(_MEAN, "return gain * (x - mean) / x.std(0) + bias"), "there is no epsilon"),
        (
            _norm(_MEAN, "return gain * (x - mean) / (x.std(0) + 1e-5) + bias"),
            "inside, plus epsilon",
        ),
        (_norm(_VAR, "return gain * x / torch.sqrt(var + 1e-5) + bias"), "still in it"),
        (
            _norm(_MEAN, _VAR, "return gain * x - mean / torch.sqrt(var + 1e-5) + bias"),
            "the mean was divided, and x was not: / goes before -. Put",
        ),
        (
            _norm(_MEAN, _VAR, "return gain * (x - mean / torch.sqrt(var + 1e-5)) + bias"),
            "Close the parentheses",
        ),
        (
            _norm(_MEAN, _VAR, "return bias * (x - mean) / torch.sqrt(var + 1e-5) + gain"),
            "gain and bias have changed places",
        ),
        (
            _norm(_MEAN, _VAR, "return gain * (x - mean) / torch.sqrt(var + 1e-5) + bias, mean"),
            "several things were returned",
        ),
        (_norm(_MEAN, _VAR, "out = (x - mean) / torch.sqrt(var + 1e-5)"), "end in a return"),
        (
            _norm(
                "mean, var = x.mean(1), x.var(1, correction=0)",
                "return gain * (x - mean) / torch.sqrt(var + 1e-5) + bias",
            ),
            "your function stopped with RuntimeError",
        ),
        (
            _norm(_MEAN, _VAR, "return gain * (x - mean) / torch.sqrt(var + 1e-8) + bias"),
            "epsilon is 1e-08 here",
        ),
        (
            _norm(
                "mean, var = x.mean(0).detach(), x.var(0, correction=0).detach()",
                "return gain * (x - mean) / torch.sqrt(var + 1e-5) + bias",
            ),
            "the slopes that flow back to x are not",
        ),
        (
            _norm(_MEAN, _VAR, "return gain.detach() * (x - mean) / torch.sqrt(var + 1e-5) + bias"),
            "no slope flows back from them to gain",
        ),
        (
            _norm("x -= x.mean(0)", _VAR, "return gain * x / torch.sqrt(var + 1e-5) + bias"),
            "the call changed x",
        ),
        (
            _norm(_MEAN, _VAR, "return (gain * (x - mean) / (var + 1e-5) ** 0.5 + bias).float()"),
            "their dtype is torch.float32",
        ),
        (
            _norm(_MEAN, _VAR, "return gain * (x - mean) / torch.sqrt(var + 1e-5) - bias"),
            "the bias was subtracted",
        ),
    ],
    "8.3 running update": [
        (
            _update(
                "momentum * running_mean + (1 - momentum) * x.mean(0)",
                "momentum * running_var + (1 - momentum) * x.var(0)",
            ),
            "have changed places",
        ),
        (
            _update(_NEW_MEAN, "(1 - momentum) * running_var + momentum * x.var(0, correction=0)"),
            "biased variance",
        ),
        (_update("x.mean(0)", "x.var(0)"), "statistics of this batch"),
        (
            _update("running_mean + momentum * x.mean(0)", "running_var + momentum * x.var(0)"),
            "nothing of the old taken away",
        ),
        (
            _update(_NEW_MEAN, "(1 - momentum) * running_var + momentum * x.std(0)"),
            "a standard deviation",
        ),
        (
            _update(
                "(1 - momentum) * running_mean + momentum * x.mean()",
                "(1 - momentum) * running_var + momentum * x.var()",
            ),
            "one mean and one variance",
        ),
        (_update(_NEW_MEAN, "running_var"), "the variance is as it came"),
        (
            "def update_running(running_mean, running_var, x, momentum):\n"
            "    running_mean += momentum * (x.mean(0) - running_mean)\n"
            "    running_var += momentum * (x.var(0) - running_var)\n"
            "    return running_mean, running_var",
            "the call changed running_mean and running_var",
        ),
        (
            _update("(1 - momentum) * running_var + momentum * x.var(0)", _NEW_MEAN),
            "The mean comes first",
        ),
        (
            _update(
                "momentum * running_mean + (1 - momentum) * x.mean(0)",
                "momentum * running_var + (1 - momentum) * x.var(0, correction=0)",
            ),
            "two things",
        ),
        (
            _update(
                "(1 - momentum) * running_mean + momentum * x.mean(0, keepdim=True)",
                "(1 - momentum) * running_var + momentum * x.var(0, keepdim=True)",
            ),
            "the shapes are (1, units)",
        ),
        (
            _update("0.9 * running_mean + 0.1 * x.mean(0)", "0.9 * running_var + 0.1 * x.var(0)"),
            "with a momentum of 0.1",
        ),
        (
            f"def update_running(running_mean, running_var, x, momentum):\n    return {_NEW_MEAN}",
            "this is one tensor",
        ),
        (
            _update(
                "(1 - momentum) * running_mean + momentum * x.mean(1)",
                "(1 - momentum) * running_var + momentum * x.var(1)",
            ),
            "over the units of each example",
        ),
    ],
    "8.4 forgotten eval": [
        (_predict("return torch.softmax(model(contexts), dim=1)"), "with model in training mode"),
        (_predict("model.eval()", "return model(contexts)"), "these are logits"),
        (
            _predict("model.eval()", "return torch.softmax(model(contexts), dim=0)"),
            "down the columns",
        ),
        (
            _predict("model.eval()", "return torch.log_softmax(model(contexts), dim=1)"),
            "not log_softmax",
        ),
        (
            _predict("model.eval()", "return torch.softmax(model(contexts), dim=1)[0]"),
            "a row of its own",
        ),
        (
            _predict(
                "if len(contexts) > 1:",
                "    model(contexts)",
                "model.eval()",
                "return torch.softmax(model(contexts), dim=1)",
            ),
            "alone moves the running mean",
        ),
        (_predict("return model.eval()"), "got"),
        (
            _predict("model.eval()", "return torch.softmax(model(contexts), dim=1).sort(1).values"),
            "but sorted",
        ),
        (_predict("model.eval()", "return model(contexts).exp()"), "exp of the logits"),
        (_predict("model.eval()", "return model(contexts).argmax(1)"), "likeliest characters"),
        (
            _predict("return torch.cat([model(each[None]) for each in contexts]).softmax(1)"),
            "a batch of one has no spread",
        ),
    ],
    "8.5 what is averaged": [
        ("in_one_mean = [100, 64, 20]", "have changed places"),
        ("in_one_mean = [64, 100, 5]", "the number of groups"),
        ("in_one_mean = [100, 64, 320]", "count the means, not what"),
        ("in_one_mean = [64, 100, 1280]", "does not go over the examples"),
        ("in_one_mean = [6400, 6400, 6400]", "the number of all"),
        ("in_one_mean = [64, ..., 20]", "still a ..."),
        ("in_one_mean = [64, 32, 20]", "Not right yet: layer norm. In"),
        ("in_one_mean = [64]", "Three numbers are asked for"),
        ("in_one_mean = ['64', '100', '20']", "without quotation marks"),
        ("in_one_mean = [8, 12, 4]", "the numbers of the picture"),
        ("in_one_mean = [64, 100, 500]", "100 times 5"),
        ("in_one_mean = [(64,), (100,), (20,)]", "a list or a tuple among them"),
    ],
}
