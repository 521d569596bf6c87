"""Wrong answers to the exercises of lesson 9, and words that their feedback must hold."""


def _shapes(*shapes: str) -> str:
    lines = [f"shape_{name} = {shape}\n" for name, shape in zip("abcd", shapes, strict=True)]
    return "".join(lines) + "shapes = [shape_a, shape_b, shape_c, shape_d]"


def _function(head: str, *lines: str) -> str:
    return f"def {head}:\n" + "".join(f"    {line}\n" for line in lines)


def _log(line: str) -> str:
    return _function("log_backward(dlogprobs, probs)", f"return {line}")


def _share(*lines: str) -> str:
    return _function(
        "share_backward(dprobs, counts)", "total = counts.sum(1, keepdim=True)", *lines
    )


def _linear(*parts: str) -> str:
    return _function("linear_backward(dout, x, W)", f"return {', '.join(parts)}")


def _tanh(line: str) -> str:
    return _function("tanh_backward(dh, a)", f"return {line}")


def _norm(
    *,
    var="(centred**2).mean(0)",
    eps="1e-5",
    dvar="(dx_hat * centred).sum(0) * -0.5 * inv_std**3",
    second="2 * centred * dvar / n",
    dcentred="dx_hat * inv_std",
    dx="dcentred - dcentred.mean(0)",
    returns="dx, (dout * x_hat).sum(0), dout.sum(0)",
) -> str:
    return _function(
        "batch_norm_backward(dout, x, gain)",
        "n = len(x)",
        "centred = x - x.mean(0)",
        f"inv_std = ({var} + {eps}) ** -0.5",
        "x_hat = centred * inv_std",
        "dx_hat = dout * gain",
        f"dvar = {dvar}",
        f"dcentred = {dcentred}",
        f"dcentred = dcentred + {second}" if second else "",
        f"dx = {dx}",
        f"return {returns}",
    )


def _letters(*lines: str) -> str:
    zeros = "dC = torch.zeros((size, de.shape[-1]), dtype=de.dtype)"
    return _function("embedding_backward(de, X, size)", zeros, *lines)


def _check(
    *,
    shapes=("if dx.shape != x.shape:", '    return float("inf")'),
    slope="(f(x + nudge) - f(x - nudge)) / 2e-5",
    returns="((dx - nudged).abs().max() / nudged.abs().max()).item()",
) -> str:
    return _function(
        "check_gradient(f, x, dx)",
        *shapes,
        "nudged = torch.zeros_like(x)",
        "for i in range(x.numel()):",
        "    nudge = torch.zeros_like(x)",
        "    nudge.view(-1)[i] = 1e-5",
        f"    nudged.view(-1)[i] = {slope}",
        f"return {returns}",
    )


_RIGHT = "(12, 50)", "(8, 1)", "(20, 4)", "(8, 20)"
_DTOTAL = "-(dprobs * counts / total**2)"

MISTAKES = {
    "9.a two variances": [
        (
            ("comes_out = 3 / 3\nrunning_var = 1.8\nafter_the_batch = [comes_out, running_var]"),
            "divided by n - 1",
        ),
        (
            ("comes_out = 3\nrunning_var = 1.8\nafter_the_batch = [comes_out, running_var]"),
            "still to be divided",
        ),
        (
            ("comes_out = 3 / 6\nrunning_var = 1.8\nafter_the_batch = [comes_out, running_var]"),
            "not by its root",
        ),
        (
            ("comes_out = 7\nrunning_var = 1.8\nafter_the_batch = [comes_out, running_var]"),
            "in eval mode",
        ),
        (
            (
                "comes_out = 1.22\n"
                "running_var = 0.9 + 0.1 * 6\n"
                "after_the_batch = [comes_out, running_var]"
            ),
            "has taken in the biased",
        ),
        (
            ("comes_out = 1.22\nrunning_var = 9\nafter_the_batch = [comes_out, running_var]"),
            "by a share.",
        ),
        (
            ("comes_out = 1.22\nrunning_var = 6\nafter_the_batch = [comes_out, running_var]"),
            "not towards this one",
        ),
        (
            (
                "comes_out = 1.22\n"
                "running_var = 0.1 + 0.9 * 9\n"
                "after_the_batch = [comes_out, running_var]"
            ),
            "changed places",
        ),
        (
            ("comes_out = 1.22\nrunning_var = 1\nafter_the_batch = [comes_out, running_var]"),
            "In training mode it moves",
        ),
        (
            ("comes_out = 1.22\nrunning_var = 2\nafter_the_batch = [comes_out, running_var]"),
            "Not right yet: running_var",
        ),
        (
            ("comes_out = ...\nrunning_var = 1.8\nafter_the_batch = [comes_out, running_var]"),
            "still a ...",
        ),
        (
            ("comes_out = '1.22'\nrunning_var = 1.8\nafter_the_batch = [comes_out, running_var]"),
            "quotation marks",
        ),
    ],
    "9.b back through a tanh": [
        (("slope_1 = 0.64\nslope_2 = 0\ngo_on = [slope_1, slope_2]"), "And what arrives"),
        (("slope_1 = 0.5 * (1 - 0.6)\nslope_2 = 0\ngo_on = [slope_1, slope_2]"), "0.2 is 0.5"),
        (("slope_1 = 0.3\nslope_2 = 0\ngo_on = [slope_1, slope_2]"), "0.3 is 0.5"),
        (("slope_1 = 0.18\nslope_2 = 0\ngo_on = [slope_1, slope_2]"), "the share that is lost"),
        (
            (
                "slope_1 = 0.5 * (1 - torch.tanh(torch.tensor(0.6)) ** 2)\n"
                "slope_2 = 0\n"
                "go_on = [slope_1, slope_2]"
            ),
            "For slope_1 the tanh",
        ),
        (
            (
                "slope_1 = 0.32\n"
                "slope_2 = 2 * (1 - torch.tanh(torch.tensor(1.0)) ** 2)\n"
                "go_on = [slope_1, slope_2]"
            ),
            "For slope_2 the tanh",
        ),
        (("slope_1 = 0.5\nslope_2 = 0\ngo_on = [slope_1, slope_2]"), "all of the 0.5"),
        (("slope_1 = 0.32\nslope_2 = 2\ngo_on = [slope_1, slope_2]"), "all of the 2"),
        (("slope_1 = 0.32\nslope_2 = 4\ngo_on = [slope_1, slope_2]"), "4 is 2"),
        (("slope_1 = 0.32\nslope_2 = -2\ngo_on = [slope_1, slope_2]"), "-2 is 2"),
        (("slope_1 = 0.4\nslope_2 = 0\ngo_on = [slope_1, slope_2]"), "Not right yet: slope_1"),
        (("slope_1 = 0.32\nslope_2 = ...\ngo_on = [slope_1, slope_2]"), "still a ..."),
        (("slope_1 = '0.32'\nslope_2 = 0\ngo_on = [slope_1, slope_2]"), "quotation marks"),
    ],
    "9.c how likely a name": [
        ("p_ava = 2.718281828**-1.5", "all of them, one after"),
        ("p_ava = 2.718281828**-4.5", "one more thing"),
        ("p_ava = 2.718281828**-1.5 / 4", "before the logarithm is undone"),
        ("p_ava = 2.718281828**(-1.5 / 4)", "a mean already"),
        ("p_ava = -6", "log-likelihood"),
        ("p_ava = 6", "the sum of the four"),
        ("p_ava = 2.718281828**6", "never above 1"),
        ("p_ava = -0.0025", "never below 0"),
        ("p_ava = 0.01", "Then go back"),
        ("p_ava = '0.0025'", "quotation marks"),
    ],
    "9.1 shapes of slopes": [
        (_shapes("(50, 12)", *_RIGHT[1:]), "the wrong way round"),
        (_shapes("(30, 50)", *_RIGHT[1:]), "of the network above"),
        (_shapes("(4, 50)", *_RIGHT[1:]), "Three letters go in"),
        (_shapes("(12, 200)", *_RIGHT[1:]), "The shape of dW1 is not (12, 200)"),
        (_shapes(_RIGHT[0], "(8,)", *_RIGHT[2:]), "lost a dimension"),
        (_shapes(_RIGHT[0], "(8, 20)", *_RIGHT[2:]), "not what was summed up"),
        (_shapes(*_RIGHT[:2], "(8, 3, 4)", _RIGHT[3]), "dC is not de"),
        (_shapes(*_RIGHT[:2], "(27, 4)", _RIGHT[3]), "The alphabet here is smaller"),
        (_shapes(*_RIGHT[:3], "(8, 50)"), "a slope for each logit"),
        (_shapes(*_RIGHT[:3], "..."), "still a ..."),
        (_shapes(*_RIGHT[:3], "'(8, 20)'"), "without quotation marks"),
        (_shapes(*_RIGHT[:3], "20"), "A shape is a tuple"),
        ("shapes = [(12, 50), (8, 1)]", "Four shapes are asked for"),
    ],
    "9.2 through the logarithm": [
        (_log("dlogprobs * probs"), "times the probabilities"),
        (_log("1 / probs"), "the slope of the logarithm alone"),
        (_log("-dlogprobs / probs"), "the sign is turned around"),
        (_log("dlogprobs / probs.log()"), "divided by the logarithm"),
        (_log("dlogprobs * probs.log()"), "multiplied by the logarithm"),
        (_log("dlogprobs / probs**2"), "divided by the square"),
        (_log("probs / dlogprobs"), "upside down"),
        (_log("dlogprobs / probs / len(probs)"), "divided by the number of rows"),
        (_log("(dlogprobs / probs).sum(1)"), "of a row were added up"),
        (_log("dlogprobs"), "as it came"),
        (_log("dlogprobs / (probs + 1e-3)"), "expected"),
        (_log("dlogprobs.div_(probs)"), "the call changed dlogprobs"),
    ],
    "9.3 two paths": [
        (_share("return dprobs / total"), "the path through the sum is missing"),
        (
            _share(f"dcounts = {_DTOTAL}.sum(1, keepdim=True)", "return dcounts + 0 * dprobs"),
            "Was = written where += is meant",
        ),
        (_share(f"return {_DTOTAL}.sum(1, keepdim=True)"), "this is dtotal"),
        (
            _share(f"return dprobs / total - {_DTOTAL}.sum(1, keepdim=True)"),
            "has the wrong sign",
        ),
        (
            _share("return dprobs / total - (dprobs * counts / total).sum(1, keepdim=True)"),
            "divided by `total` once",
        ),
        (_share(f"return dprobs / total + {_DTOTAL}.sum(0, keepdim=True)"), "down the columns"),
        (_share(f"return dprobs / total + {_DTOTAL}"), "nothing was added up"),
        (_share(f"return dprobs / total + {_DTOTAL}.mean(1, keepdim=True)"), "averaged"),
        (_share(f"return dprobs / total + {_DTOTAL}.sum()"), "of all rows were added up"),
        (
            _share(f"return (dprobs / total + {_DTOTAL}.sum(1, keepdim=True)) * counts"),
            "one step further back",
        ),
        (_share("return dprobs"), "as they came"),
        (_share(f"return dprobs / total + {_DTOTAL}.sum(1)"), "the dimension is lost"),
        (
            _share("total = counts.sum(1)", f"return dprobs / total + {_DTOTAL}.sum(1)"),
            "the sums lie flat",
        ),
        (
            _share("total = counts.sum(0)", f"return dprobs / total + {_DTOTAL}.sum(0)"),
            "each column was divided",
        ),
        (
            _share("total = counts.sum()", f"return dprobs / total + {_DTOTAL}.sum()"),
            "the whole table was divided",
        ),
        (
            _share("return dprobs / total - (dprobs / total**2).sum(1, keepdim=True)"),
            "the counts are missing",
        ),
        (
            _share(f"return (dprobs / total + {_DTOTAL}.sum(1, keepdim=True)) / len(counts)"),
            "divided by the number of rows once more",
        ),
        (
            _share(
                "dprobs /= total", "return dprobs - (dprobs * counts / total).sum(1, keepdim=True)"
            ),
            "the call changed dprobs",
        ),
        (_share("dcounts = dprobs / total"), "end in a return"),
    ],
    "9.4 linear layer": [
        (_linear("dout @ W.T", "x.T @ dout", "dout.sum(0, keepdim=True)"), "the shape (1, m)"),
        (_linear("dout @ W.T", "x.T @ dout", "dout.mean(0)"), "a mean over the examples"),
        (
            _linear("dout @ W.T", "x.T @ dout / len(x)", "dout.mean(0)"),
            "dW and db were divided",
        ),
        (_linear("dout @ W.T", "x.T @ dout / len(x)", "dout.sum(0)"), "dW was divided"),
        (
            _linear("dout @ W.T / len(x)", "x.T @ dout / len(x)", "dout.mean(0)"),
            "all three were divided",
        ),
        (_linear("dout @ W.T", "x.T @ dout", "dout"), "db is dout as it came"),
        (_linear("dout @ W.T", "x.T @ dout", "dout.sum(1)"), "along the rows"),
        (_linear("dout @ W.T", "x.T @ dout", "dout.sum()"), "db is one number"),
        (_linear("dout @ W.T", "dout.T @ x", "dout.sum(0)"), "stands on its side"),
        (_linear("x.T @ dout", "dout @ W.T", "dout.sum(0)"), "have changed places"),
        (_linear("dout @ W.T", "x.T @ dout"), "db is missing"),
        (_linear("dout @ W", "x.T @ dout", "dout.sum(0)"), "with W as it is"),
        (_linear("dout @ W.T", "x @ dout", "dout.sum(0)"), "with x as it is"),
        (_linear("dout @ W.T"), "3 tensors are asked for"),
        (_linear("2 * dout @ W.T", "x.T @ dout", "dout.sum(0)"), "dW and db are right, dx is not"),
    ],
    "9.5 tanh": [
        (_tanh("dh * (1 - a**2)"), "squares what went in"),
        (_tanh("dh * (1 - torch.tanh(a))"), "the square is missing"),
        (_tanh("1 - torch.tanh(a) ** 2"), "the slope of the tanh alone"),
        (_tanh("dh * torch.tanh(a) ** 2"), "dh times the square alone"),
        (_tanh("dh * torch.tanh(a)"), "dh times the tanh, and not"),
        (_tanh("dh * (1 + torch.tanh(a) ** 2)"), "the square was added"),
        (_tanh("dh - torch.tanh(a) ** 2"), "not multiplied by dh"),
        (_tanh("dh * (1 - torch.tanh(a)) ** 2"), "around the whole difference"),
        (_tanh("1 - dh**2"), "squares the slopes that came in"),
        (_tanh("dh * (1 - dh**2)"), "What came out of the tanh"),
        (_tanh("dh * (1 - torch.tanh(torch.tanh(a)) ** 2)"), "taken twice"),
        (_tanh("dh / (1 - torch.tanh(a) ** 2)"), "dh was divided by"),
        (_tanh("dh * (1 - torch.tanh(a) ** 2) / len(a)"), "number of examples once more"),
        (
            _tanh("dh * (1 - ((torch.exp(2 * a) - 1) / (torch.exp(2 * a) + 1)) ** 2)"),
            "an exp runs over",
        ),
        (_tanh("dh"), "as they came"),
        (_tanh("dh * (torch.tanh(a) ** 2 - 1)"), "turned around"),
        (_tanh("dh * (1 - h**2)"), "your function stopped with"),
        (_tanh("dh.mul_(1 - torch.tanh(a) ** 2)"), "the call changed dh"),
    ],
    "9.6 batch norm": [
        (_norm(second="2 * centred * dvar / (n - 1)"), "dx divides by n - 1"),
        (
            _norm(var="x.var(0)", second="2 * centred * dvar / (n - 1)"),
            "the variance was divided by n - 1",
        ),
        (_norm(var="x.var(0)"), "correction=0"),
        (_norm(dx="(dcentred - dcentred.mean(0)) / n"), "number of examples once more"),
        (_norm(second="", dx="dcentred"), "both paths are missing"),
        (_norm(second=""), "the path through the variance is missing"),
        (_norm(dx="dcentred"), "the path through the mean is missing"),
        (_norm(dcentred="0"), "where += is meant"),
        (
            _norm(dvar="(dx_hat * centred).sum(0) * 0.5 * inv_std**3"),
            "through the variance has the wrong sign",
        ),
        (_norm(dx="dcentred + dcentred.mean(0)"), "through the mean has the wrong sign"),
        (_norm(second="centred * dvar / n"), "half of what it should be"),
        (_norm(dvar="-(dx_hat * centred).sum(0) * inv_std**3"), "twice what it should be"),
        (_norm(second="2 * centred * dvar"), "The variance is a mean"),
        (_norm(dx="dcentred - dcentred.sum(0)"), "an nth of the mean"),
        (_norm(eps="0"), "without epsilon"),
        (
            _norm(dcentred="dout * inv_std", dvar="(dout * centred).sum(0) * -0.5 * inv_std**3"),
            "dx lacks the gain",
        ),
        (_norm(dx="(dcentred - dcentred.mean(0)) * gain"), "the gain in it twice"),
        (_norm(dx="dx_hat"), "the slopes of x_hat"),
        (_norm(returns="dx, (dout * x).sum(0), dout.sum(0)"), "dgain was made with x."),
        (_norm(returns="dx, (dout * centred).sum(0), dout.sum(0)"), "x minus its mean"),
        (_norm(returns="dx, (dx_hat * x_hat).sum(0), dout.sum(0)"), "dgain has the gain in it"),
        (_norm(returns="dx, (dout * x_hat).mean(0), dout.mean(0)"), "are means over"),
        (
            _norm(returns="dx, (dout * x_hat).sum(0, keepdim=True), dout.sum(0, keepdim=True)"),
            "have the shape (1, units)",
        ),
        (_norm(returns="dx, dout.sum(0), (dout * x_hat).sum(0)"), "have changed places"),
        (_norm(returns="dx, dout * x_hat, dout"), "were not summed over the examples"),
        (_norm(returns="dx"), "this is dx alone"),
        (_norm(returns="dx, dout.sum(0)"), "and these are 2"),
        (_norm(returns="dx, (dout * x_hat).sum(0), 2 * dout.sum(0)"), "dx and dgain are right"),
        (
            _norm(returns="dx, (dout * x_hat).sum(0, keepdim=True), dout.sum(0)"),
            "dgain has the shape (1, 1)",
        ),
    ],
    "9.7 letters": [
        (_letters("dC[X] = de", "return dC"), "only one of its slopes is there"),
        (
            _letters(
                "for row, letters in enumerate(X.flip(0)):",
                "    for place in (2, 1, 0):",
                "        dC[letters[place]] = de.flip(0)[row, place]",
                "return dC",
            ),
            "All of them are to be added up",
        ),
        (
            _letters(
                "dC.index_add_(0, X.flatten(), de.reshape(-1, de.shape[-1]))",
                "return dC / X.flatten().bincount(minlength=size).clamp(min=1)[:, None]",
            ),
            "were averaged",
        ),
        (
            _letters(
                "dC.index_add_(0, X.flatten(), de.reshape(-1, de.shape[-1]))", "return dC / len(X)"
            ),
            "divided by the number of examples",
        ),
        (
            _letters(
                "dC.index_add_(0, X.flatten(), de.reshape(-1, de.shape[-1]))",
                "return dC[: X.max() + 1]",
            ),
            "`size` rows",
        ),
        (
            _letters("dC.index_add_(0, X.flatten(), de.reshape(-1, de.shape[-1]))", "return dC.T"),
            "on its side",
        ),
        (
            _letters(
                "dC.index_add_(0, X.flatten(), de.reshape(-1, de.shape[-1]))", "return dC.sum(1)"
            ),
            "of a letter were added up",
        ),
        (_letters("dC.index_add_(0, X[:, 0], de[:, 0])", "return dC"), "only the first letter"),
        (_letters("dC.index_add_(0, X[:, 2], de[:, 2])", "return dC"), "only the last letter"),
        (_letters("return de"), "as it came"),
        (
            _letters(
                "for letters, slopes in zip(X, de):", "    dC[letters] += slopes", "return dC"
            ),
            "twice in one context",
        ),
        (
            _letters("for place in range(3):", "    dC[X[:, place]] += de[:, place]", "return dC"),
            "the same place of two contexts",
        ),
        (
            _letters("return torch.stack([de[X == k].mean(0) for k in range(size)])"),
            "where there are none",
        ),
        (_letters("return dC.index_add_(0, X.flatten(), -de.flatten(0, 1))"), "turned around"),
        (
            _letters(
                "dC = torch.zeros((27, 10))",
                "return dC.index_add_(0, X.flatten(), de.view(-1, 10))",
            ),
            "your function stopped with",
        ),
    ],
    "9.8 gradient check": [
        (_check(slope="(f(x + nudge) - f(x)) / 1e-5"), "one-sided nudges"),
        (_check(slope="f(x + nudge) - f(x - nudge)"), "not divided by the distance"),
        (_check(slope="(f(x + nudge) - f(x - nudge)) / 1e-5"), "twice what they should be"),
        (_check(slope="(f(x + nudge) - f(x - nudge)) / 4e-5"), "half of what they should be"),
        (_check(slope="(f(x - nudge) - f(x + nudge)) / 2e-5"), "the wrong sign"),
        (_check(returns="(dx - nudged).abs().max().item()"), "not divided by the greatest slope"),
        (_check(returns="((dx - nudged) / nudged).abs().max().item()"), "at its own place"),
        (
            _check(returns="((dx - nudged).abs().max() / dx.abs().max()).item()"),
            "the greatest slope of dx",
        ),
        (_check(returns="((dx - nudged).norm() / nudged.norm()).item()"), "as vectors"),
        (
            _check(returns="((dx - nudged).abs().mean() / nudged.abs().mean()).item()"),
            "over the mean slope",
        ),
        (
            _check(returns="((dx - nudged).abs().mean() / nudged.abs().max()).item()"),
            "this is the mean difference.",
        ),
        (
            _check(returns="((dx - nudged).max() / nudged.abs().max()).item()"),
            "too small does not show",
        ),
        (
            _check(returns="((nudged - dx).max() / nudged.abs().max()).item()"),
            "too large does not show",
        ),
        (_check(returns="((dx - nudged).abs().max() / nudged.max()).item()"), "with its sign"),
        (_check(shapes=()), "Compare the shapes first"),
        (_check(shapes=("if dx.shape != x.shape:", "    return 'inf'")), "this is a text"),
        (_check(shapes=("if dx.shape != x.shape:", "    return None")), "nothing came"),
        (_check(returns="((dx - nudged).max() / nudged.max()).item()"), "both times"),
        (
            _check(slope="(f(x + 1000 * nudge) - f(x - 1000 * nudge)) / 2e-2"),
            "nudges of 0.01",
        ),
        (_check(slope="((f(x + 1e-5) - f(x - 1e-5)) / 2e-5)"), "nudged together. Each"),
        (
            _function(
                "check_gradient(f, x, dx)",
                "if dx.shape != x.shape:",
                '    return float("inf")',
                "nudged = torch.zeros_like(x)",
                "for i in range(len(x)):",
                "    nudge = torch.zeros_like(x)",
                "    nudge[i] = 1e-5",
                "    nudged[i] = (f(x + nudge) - f(x - nudge)) / 2e-5",
                "return ((dx - nudged).abs().max() / nudged.abs().max()).item()",
            ),
            "whole rows were nudged",
        ),
        (_check(returns="torch.allclose(dx, nudged)"), "a yes or a no"),
        (_check(returns="(dx - nudged).abs() / nudged.abs().max()"), "one number for each place"),
        (
            _function(
                "check_gradient(f, x, dx)",
                "if dx.shape != x.shape:",
                '    return float("inf")',
                "leaf = x.clone().requires_grad_()",
                "f(leaf).backward()",
                "return ((dx - leaf.grad).abs().max() / leaf.grad.abs().max()).item()",
            ),
            "PyTorch's own backward pass",
        ),
        (
            _check(slope="(f(x + nudge) - f(x - nudge)) / 2e-5\n        x += 0.1 * nudge"),
            "changed x",
        ),
    ],
    "9.9 wrong line": [
        ("wrong_line = 9", "Not this line. Which parameter"),
        ("wrong_line = 1", "has been compared"),
        ("wrong_line = '6'", "without quotation marks"),
        ("wrong_line = [5, 6]", "Write its number alone"),
        ("wrong_line = {'gain': 0.2}", "what the check found"),
        ("wrong_line = 60", "It is not 60"),
    ],
}
