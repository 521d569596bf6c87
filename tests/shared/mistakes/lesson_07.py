"""Wrong answers to the exercises of lesson 7, and words that their feedback must hold."""


def _losses(digits: str, fives: str, sure: str) -> str:
    return (
        f"loss_digits = {digits}\nloss_fives = {fives}\nloss_sure = {sure}\n"
        "first_losses = [loss_digits, loss_fives, loss_sure]"
    )


def _dead(body: str) -> str:
    return f"def dead_units(h, threshold):\n    return {body}"


def _scaled(body: str) -> str:
    return f"def scaled(W, gain):\n    return {body}"


def _spread(*lines: str, end: str = "return stds") -> str:
    body = "".join(f"        {line}\n" for line in lines)
    return f"def spread(x, weights, gain):\n    stds = []\n    for W in weights:\n{body}    {end}"


def _ratio(body: str) -> str:
    return f"def update_ratio(W, rate):\n    return {body}"


_DIGITS, _FIVES, _SURE = "math.log(10)", "math.log(27)", "-math.log(0.01 / 26)"
_LAYER = "x = torch.tanh(x @ W * gain / W.shape[0] ** 0.5)"
_NOTE = "stds.append(x.std().item())"

MISTAKES = {
    "7.a choose and tell": [
        (("chosen = 400\ntold = 2.28\nchoice = [chosen, told]"), "lowest train loss"),
        (("chosen = 100\ntold = 2.25\nchoice = [chosen, told]"), "lowest test loss. Whoever"),
        (("chosen = 50\ntold = 2.34\nchoice = [chosen, told]"), "the highest loss of all"),
        (
            ("chosen = 200\ntold = 2.22\nchoice = [chosen, told]"),
            "by which this network was chosen",
        ),
        (
            ("chosen = 200\ntold = 2.17\nchoice = [chosen, told]"),
            "that this network has learned from",
        ),
        (("chosen = 200\ntold = 2.25\nchoice = [chosen, told]"), "Is it that of your network"),
        (("chosen = 200\ntold = 2.28\nchoice = [chosen, told]"), "Not right yet: told"),
        (("chosen = 200\ntold = ...\nchoice = [chosen, told]"), "still a ..."),
        ("choice = 200", "Two numbers are asked for"),
        (("chosen = '200'\ntold = 2.26\nchoice = [chosen, told]"), "without quotation marks"),
    ],
    "7.b slopes of two logits": [
        (
            "slope_label = -0.75\nslope_other = 0.125\ntwo_slopes = [slope_label, slope_other]",
            "if this example were alone",
        ),
        (
            "slope_label = -0.1875\nslope_other = 0.5\ntwo_slopes = [slope_label, slope_other]",
            "the other's slope if",
        ),
        (
            "slope_label = 0.1875\nslope_other = 0.125\ntwo_slopes = [slope_label, slope_other]",
            "slope_label has the wrong sign",
        ),
        (
            "slope_label = -0.1875\nslope_other = -0.125\ntwo_slopes = [slope_label, slope_other]",
            "slope_other has the wrong sign",
        ),
        (
            "slope_label = 0.25 / 4\nslope_other = 0.125\ntwo_slopes = [slope_label, slope_other]",
            "is 0.25 / 4 here",
        ),
        (
            "slope_label = -0.1875\nslope_other = 0\ntwo_slopes = [slope_label, slope_other]",
            "would never be lowered",
        ),
        (
            "slope_label = -0.1875\nslope_other = 0.2\ntwo_slopes = [slope_label, slope_other]",
            "Not right yet: slope_other",
        ),
        (
            "slope_label = ...\nslope_other = 0.125\ntwo_slopes = [slope_label, slope_other]",
            "still a ...",
        ),
        (
            "slope_label = '-0.1875'\nslope_other = 0.125\ntwo_slopes = [slope_label, slope_other]",
            "quotation marks",
        ),
    ],
    "7.c two bets": [
        (
            (
                "loss_even = -math.log(0.5)\n"
                "loss_bold = -math.log(0.5)\n"
                "two_losses = [loss_even, loss_bold]"
            ),
            "the mean probability",
        ),
        (
            (
                "loss_even = -2 * math.log(0.5)\n"
                "loss_bold = 1.204\n"
                "two_losses = [loss_even, loss_bold]"
            ),
            "The first is a sum",
        ),
        (
            (
                "loss_even = 0.69\n"
                "loss_bold = -math.log(0.9) - math.log(0.1)\n"
                "two_losses = [loss_even, loss_bold]"
            ),
            "The second is a sum",
        ),
        (
            (
                "loss_even = -math.log10(0.5)\n"
                "loss_bold = -math.log10(0.09) / 2\n"
                "two_losses = [loss_even, loss_bold]"
            ),
            "base 10",
        ),
        (
            (
                "loss_even = 1\n"
                "loss_bold = -math.log2(0.09) / 2\n"
                "two_losses = [loss_even, loss_bold]"
            ),
            "base 2",
        ),
        (
            ("loss_even = 0.5 * 0.5\nloss_bold = 0.9 * 0.1\ntwo_losses = [loss_even, loss_bold]"),
            "the products",
        ),
        (
            ("loss_even = 0.5\nloss_bold = 0.5\ntwo_losses = [loss_even, loss_bold]"),
            "the mean probabilities",
        ),
        (
            ("loss_even = math.log(0.5)\nloss_bold = 1.2\ntwo_losses = [loss_even, loss_bold]"),
            "negative number",
        ),
        (("loss_even = ...\nloss_bold = 1.2\ntwo_losses = [loss_even, loss_bold]"), "still a ..."),
        (
            ("loss_even = 0.6\nloss_bold = 1.2\ntwo_losses = [loss_even, loss_bold]"),
            "Not right yet: loss_even.",
        ),
        (
            ("loss_even = '0.69'\nloss_bold = 1.2\ntwo_losses = [loss_even, loss_bold]"),
            "quotation marks",
        ),
    ],
    "7.1 first losses": [
        (_losses(_DIGITS, "...", _SURE), "still a ..."),
        (_losses("'2.3026'", _FIVES, _SURE), "without quotes"),
        (_losses("math.log(1 / 10)", "math.log(1 / 27)", "math.log(0.01 / 26)"), "is negative"),
        (_losses("1 / 10", "1 / 27", "0.01 / 26"), "probabilities of the label"),
        (_losses("math.log2(10)", "math.log2(27)", "-math.log2(0.01 / 26)"), "base 2"),
        (_losses("math.log10(10)", "math.log10(27)", "-math.log10(0.01 / 26)"), "base 10"),
        (_losses(_DIGITS, "5", _SURE), "The 5 shows in your loss_fives"),
        (_losses(_DIGITS, _FIVES, "-math.log(0.99)"), "would cost"),
        (_losses(_DIGITS, _FIVES, "-math.log(0.01)"), "the label gets a part"),
        (_losses(_DIGITS, _FIVES, "-math.log(0.01 / 27)"), "how many share the 0.01"),
        (_losses("math.log(27)", _FIVES, _SURE), "right yet: loss_digits. The"),
        (_losses("1", "2", _SURE), "right yet: loss_digits, loss_fives. The"),
        (_losses("2.30", "3.30", "7.86"), "give four decimals"),
        ("first_losses = [2.3026]", "a list of three numbers"),
        (_losses(_DIGITS, _FIVES, "-math.log(0.01 / 25)"), "cost of 0.01 / 25"),
    ],
    "7.2 dead units": [
        (_dead("(h > threshold).all(0).sum().item()"), "at -1 were not counted"),
        (_dead("((h > threshold).all(0) | (h < -threshold).all(0)).sum()"), "for others was not"),
        (_dead("(h.abs() >= threshold).all(0).sum().item()"), "and not >="),
        (_dead("h.abs() > threshold"), "for each place"),
        (_dead("(h.abs() > threshold).all().item()"), "one yes or no"),
        (_dead("(h.abs() > threshold).double().mean().item()"), "share of saturated places"),
        (_dead("(h.abs() > threshold).all(1).sum().item()"), "for which every unit"),
        (_dead("(h.abs() > threshold).any(0).sum().item()"), "for some example"),
        (_dead("(h.abs() > threshold).sum().item()"), "all saturated places"),
        (_dead("(h.abs() > threshold).all(0)"), "for each unit whether"),
        (_dead("(h.abs() > threshold).all(0).double().mean().item()"), "share of dead units"),
        (_dead("(h.abs() < threshold).all(0).sum().item()"), "never saturated"),
        (_dead("(h.abs().mean(0) > threshold).sum().item()"), "whose mean is beyond"),
        (_dead("(h.abs() > 0.97).all(0).sum().item()"), "threshold of 0.97"),
        (_dead("h.abs() > threshold.all(0)"), "stopped with AttributeError"),
        (_dead("(h.abs() > threshold).all().sum().item()"), "1 where the whole table"),
        (_dead("(~(h.abs() > threshold).all(0)).sum().item()"), "all the others"),
        (_dead("(h[:20].abs() > threshold).all(0).sum().item()"), "tensor of shape (27, 2)"),
        (_dead("((h.abs() > threshold).double().mean(0) > 0.99).sum()"), "of shape (108, 5)"),
        (_dead("(h[0].abs() > threshold).sum().item()"), "for the first example"),
        (
            _dead("((h[0].abs() > threshold) & (h[-1].abs() > threshold)).sum()"),
            "the first and the last",
        ),
        (_dead("h.abs_().gt(threshold).all(0).sum()"), "the call changed h"),
        (_dead("str((h.abs() > threshold).all(0).sum().item())"), "this is a text"),
    ],
    "7.3 scaled weights": [
        (_scaled("W * gain / W.shape[1] ** 0.5"), "root of the fan-out"),
        (_scaled("W * gain / W.shape[0]"), "Variances add up"),
        (_scaled("W.mul_(gain / W.shape[0] ** 0.5)"), "the call changed W"),
        (_scaled("W * gain / W.shape[1]"), "and without the root"),
        (_scaled("W * gain**2 / W.shape[0] ** 0.5"), "the square of the gain"),
        (_scaled("W / W.std() * gain / W.shape[0] ** 0.5"), "and W.std() is, too"),
        (_scaled("W / W.shape[0] ** 0.5"), "the gain is missing"),
        (_scaled("W * gain"), "the gain alone"),
        (_scaled("W * gain * W.shape[0] ** 0.5"), "W times the root of the fan-in"),
        (_scaled("W * (gain / W.shape[0]) ** 0.5"), "of the gain, too"),
        (_scaled("W / (gain * W.shape[0] ** 0.5)"), "this is divided by the gain"),
        (_scaled("W * gain / W.numel() ** 0.5"), "number of all weights"),
        (_scaled("W * gain / W.std()"), "gives the weights the std"),
        (_scaled("gain / W.shape[0] ** 0.5"), "this is the factor"),
        (_scaled("W"), "W as it came"),
        (_scaled("W * gain / 30**0.5"), "the root of 30"),
        (_scaled("W * (5 / 3) / W.shape[0] ** 0.5"), "a gain of 5/3, whatever"),
        (_scaled("W * (2 / W.shape[0]) ** 0.5"), "a gain of √2, whatever"),
        (_scaled("W * gain * (2 / (W.shape[0] + W.shape[1])) ** 0.5"), "Glorot"),
        (_scaled("W.T * gain / W.shape[0] ** 0.5"), "rows and columns are exchanged"),
        (_scaled("W * gain / W.shape[0] ** 2"), "square of the fan-in"),
        (_scaled("W.float() * gain / W.shape[0] ** 0.5"), "their dtype is torch.float32"),
        (_scaled("(W * gain / W.shape[0] ** 0.5).tolist()"), "this is a list"),
    ],
    "7.4 follow the spread": [
        (
            _spread("h = torch.tanh(x @ W * gain / W.shape[0] ** 0.5)", _NOTE.replace("x", "h")),
            "got the first input",
        ),
        (
            _spread("x = x @ W * gain / W.shape[0] ** 0.5", _NOTE, "x = torch.tanh(x)"),
            "before tanh",
        ),
        (_spread("x = x @ W * gain / W.shape[0] ** 0.5", _NOTE), "stack of linear layers"),
        (_spread("x = torch.tanh(x @ W * gain)", _NOTE), "were not divided"),
        (_spread(_LAYER.replace("[0]", "[1]"), _NOTE), "fan-out. The fan-in is"),
        (_spread(_LAYER.replace(" ** 0.5", ""), _NOTE), "without the root"),
        (_spread(_LAYER.replace("gain", "1"), _NOTE), "for a gain of 1, whatever"),
        (_spread("x = torch.tanh(x @ W)", _NOTE), "not scaled at all"),
        (_spread(_LAYER, _NOTE.replace("std()", "std(correction=0)")), "divides by one less"),
        (_spread(_LAYER, "stds.append(x.std(0))"), "tensors with more than one number"),
        (_spread(_LAYER, "stds.append(x)"), "whole tables stand"),
        (_spread(_LAYER, _NOTE, end="return stds[-1]"), "this is one number"),
        (_spread(_LAYER, _NOTE, "return stds"), "inside the loop"),
        (_spread(_NOTE, _LAYER, end="return [*stds, x.std().item()]"), "std of the input"),
        (_spread(_LAYER, _NOTE.replace("std()", "var()")), "these are variances"),
        (_spread(_LAYER, _NOTE, end=""), "end in a return"),
        (_spread(_LAYER.replace("gain", "(5 / 3)"), _NOTE), "for a gain of 5/3, whatever"),
        (_spread(_LAYER, _NOTE.replace("std()", "std(0).mean()")), "one std for each unit"),
        (_spread(_LAYER, _NOTE.replace("std()", "std(1).mean()")), "one std for each example"),
        (_spread(_LAYER, "stds.append((x**2).mean().sqrt())"), "roots of mean squares"),
        (_spread(_LAYER, "stds.append(torch.tanh(x).std())"), "tanh was taken twice"),
        (_spread(_LAYER.replace("W.shape[0]", "len(x)"), _NOTE), "the number of examples"),
        (_spread(_LAYER, _NOTE, end="return stds[-1:]"), "after the last layer alone"),
        (_spread(_LAYER, _NOTE, end="return stds[::-1]"), "from the last layer to the first"),
        (_spread("W *= gain / len(W) ** 0.5", "x = (x @ W).tanh()", _NOTE), "changed weights[0]"),
    ],
    "7.5 update ratio": [
        (_ratio("(W.grad.std() / W.std()).item()"), "gradient to data"),
        (_ratio("(W.std() / (rate * W.grad.std())).item()"), "the other way round"),
        (
            _ratio("(rate * W.grad.std() / W.std()).log10().item()"),
            "this is the logarithm of the ratio",
        ),
        (_ratio("(rate * W.grad.std() / W.std()).log().item()"), "natural logarithm"),
        (_ratio("(rate * W.std() / W.grad.std()).item()"), "have changed places"),
        (_ratio("(W - rate * W.grad).std() / W.std()"), "after the step over those before"),
        (_ratio("(rate * W.grad.mean() / W.mean()).item()"), "ratio of the means"),
        (_ratio("(rate * W.grad.norm() / W.norm()).item()"), "norms"),
        (_ratio("(rate * W.grad.abs().mean() / W.abs().mean()).item()"), "absolute values"),
        (_ratio("(rate * W.grad.var() / W.var()).item()"), "ratio of squares"),
        (_ratio("(rate * W.grad.std()).item()"), "still to be divided"),
        (_ratio("(rate * W.grad / W).std().item()"), "its own weight"),
        (_ratio("-(rate * W.grad.std() / W.std()).item()"), "A std has no direction"),
        (_ratio("rate * W.grad / W.std()"), "a whole tensor"),
        (_ratio("(W.grad.std() / rate / W.std()).item()"), "divided by the learning rate"),
        (_ratio("(0.1 * W.grad.std() / W.std()).item()"), "for a rate of 0.1, whatever"),
        (_ratio("(rate * W.grad.abs().max() / W.abs().max()).item()"), "largest absolute"),
        (_ratio("(rate * W.grad.std(correction=0) / W.std()).item()"), "Take the same for both"),
        (_ratio("((W - rate * W.grad).std() - W.std()) / W.std()"), "how much the std of"),
        (_ratio("(rate * W.grad / W).mean().item()"), "the mean of each change"),
        (_ratio("(W.grad.mul_(rate).std() / W.std()).item()"), "the call changed W.grad"),
    ],
}
