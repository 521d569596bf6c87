"""Wrong answers to the exercises of lesson 5, and words that their feedback must hold."""


def _slopes(*slopes: str) -> str:
    lines = [f"slope_{index} = {slope}\n" for index, slope in enumerate(slopes)]
    return "".join(lines) + "slopes = [slope_0, slope_1, slope_2]"


def _gradient(body: str) -> str:
    return (
        "def logits_gradient(logits, ys):\n"
        "    P = torch.softmax(logits, dim=1)\n"
        "    labels = F.one_hot(ys, num_classes=logits.shape[1])\n"
        f"    return {body}"
    )


def _step(*lines: str) -> str:
    return "def training_step(W, xs, ys, learning_rate):\n" + "".join(f"    {x}\n" for x in lines)


_FORWARD = "loss = F.cross_entropy(W[xs], ys)"
_UPDATE = "W.data += -learning_rate * W.grad"


def _penalized(body: str) -> str:
    return f"def penalized_loss(W, counts, strength):\n    return {body}"


MISTAKES = {
    "5.a ways to a loss": [
        ("same_loss = [True, True, False, True, False]", "Look at the first"),
        ("same_loss = [False, False, False, True, False]", "Look at the second"),
        ("same_loss = [False, True, True, True, False]", "Look at the third"),
        ("same_loss = [False, True, False, False, False]", "Look at the fourth"),
        ("same_loss = [False, True, False, True, True]", "Look at the fifth"),
        ("same_loss = [False, True, False, 'yes', False]", "is True or False"),
        ("same_loss = [False, True]", "Five answers"),
        ("same_loss = [False, True, False, True, ...]", "still a ..."),
    ],
    "5.b infinite or nan": [
        ('what_comes_out = ["finite", "nan", "finite", "inf"]', "xlogy gives 0 where the count"),
        ('what_comes_out = ["nan", "nan", "finite", "inf"]', "a number above 0, times"),
        ('what_comes_out = ["inf", "inf", "finite", "inf"]', "The second: the count is 0"),
        ('what_comes_out = ["inf", "finite", "finite", "inf"]', "The second: on paper"),
        ('what_comes_out = ["inf", "nan", "nan", "inf"]', "what is torch.xlogy there for"),
        ('what_comes_out = ["inf", "nan", "finite", "nan"]', "The fourth: no 0 meets"),
        ('what_comes_out = ["inf", "nan", "finite", "finite"]', "The fourth: on paper"),
        ('what_comes_out = ["inf", "nan", "finite", "zero"]', "in quotation marks"),
        ('what_comes_out = ["inf", "nan", "finite", ...]', "still a ..."),
        ('what_comes_out = ["inf", "nan", "finite"]', "Four answers"),
    ],
    "5.c guesses and truth": [
        ("differences = [(32,), (32,), (32, 1)]", "A 1 meets a 32"),
        ("differences = [None, (32,), (32, 1)]", "so does one that is missing"),
        ("differences = [(32, 32), (32, 1), (32, 1)]", "The second: squeeze(1)"),
        ("differences = [(32, 32), (32,), (32, 32)]", "The third: [:, None]"),
        ("differences = [(32, 32), (), (32, 1)]", "of the second line is not ()"),
        ("differences = [(32, 32), 32, (32, 1)]", "A shape is a tuple"),
        ("differences = [(32, 32), (32,)]", "Three answers"),
        ("differences = [(32, 32), (32,), ...]", "still a ..."),
    ],
    "5.1 gradient by hand": [
        (_slopes("-0.5", "-0.3", "0.8"), "the other way round"),
        (_slopes("0.5", "0.3", "0.2"), "still to be subtracted"),
        (_slopes("-0.5", "-0.7", "-0.8"), "all three of them"),
        (_slopes("0.5", "0.3", "0.8"), "the sign is off"),
        (_slopes("0", "0", "-0.8"), "stand in the denominator"),
        (_slopes("0.5", "-0.7", "0.2"), "counting begins at 0"),
        (_slopes("0.5", "...", "-0.8"), "still a `...`"),
        (_slopes("0.5", "0.3", "-0.3"), "Not right yet: slope_2."),
        (_slopes("0.3", "0.5", "-0.8"), "Not right yet: slope_0 and slope_1."),
        (_slopes("0.5", "0.3", "-0.2"), "with a minus"),
        (_slopes("0.5", "0.3", "-1 / 0.2"), "with respect to the label's probability"),
        (_slopes("0.5 / 3", "0.3 / 3", "-0.8 / 3"), "a third of what"),
        (_slopes("0", "0", "1"), "the one-hot of the label"),
        (_slopes("'0.5'", "0.3", "-0.8"), "without quotes"),
        ("slopes = [0.5, 0.3]", "a list of three numbers"),
    ],
    "5.2 gradient of the logits": [
        (_gradient("(labels - P) / len(ys)"), "the update has the minus"),
        (_gradient("P - labels"), "sum of the losses"),
        (_gradient("(P - labels) / P.numel()"), "as .mean() does"),
        (_gradient("(P - labels) / P.shape[1]"), "number of columns"),
        (_gradient("P / len(ys)"), "still to be subtracted"),
        (_gradient("(torch.softmax(logits, dim=0) - labels) / len(ys)"), "down the columns"),
        (_gradient("(logits - labels) / len(ys)"), "logits minus one-hot"),
        (_gradient("F.cross_entropy(logits, ys)"), "single number"),
        (_gradient("labels - P"), "not yet divided"),
        (_gradient("P - labels / len(ys)"), "in parentheses"),
        (_gradient("(P - 1) / len(ys)"), "at the label alone"),
        (_gradient("(P.log() - labels) / len(ys)"), "logarithms of the probabilities"),
        (_gradient("(P - labels).mean(0)"), "a row of its own"),
        (_gradient("(P - F.one_hot(ys)) / len(ys)"), "as F.one_hot(ys) makes them"),
        (_gradient("(P - ys) / len(ys)"), "labels themselves"),
        (_gradient("(P + labels) / len(ys)"), "were added"),
        (_gradient("((P - labels) / len(ys)).T"), "turned on its side"),
        (_gradient("(P - labels) * labels / len(ys)"), "only the labels have slopes"),
        (_gradient("(P - F.one_hot(ys, num_classes=27)) / len(ys)"), "27 columns are fixed"),
        (_gradient("(P - F.one_hot(ys, num_classes=len(ys))) / len(ys)"), "columns in the one-hot"),
        (
            _gradient("(logits.exp() / logits.exp().sum(1, True) - labels) / len(ys)"),
            "leaves what a",
        ),
        (
            _gradient(
                "((logits - logits.max()).exp() / (logits - logits.max()).exp().sum(1, True)"
                " - labels) / len(ys)"
            ),
            "one maximum was subtracted",
        ),
        (_gradient("((P - labels) / len(ys)).tolist()"), "this is a list"),
        (_gradient("(P - labels) / 5"), "every slope is 0.4 times"),
        (_gradient("(P - labels * 2) / len(ys)"), "each row should add up to 0"),
        (_gradient("P.sub_(labels).div_(len(ys)) + 0 * logits.zero_()"), "changed logits"),
        (
            "def logits_gradient(logits, ys):\n"
            "    mine = logits.clone().requires_grad_()\n"
            "    F.cross_entropy(mine, ys).backward()\n"
            "    return mine.grad",
            "uses PyTorch's backward",
        ),
    ],
    "5.3 training step": [
        (_step(_FORWARD, "loss.backward()", _UPDATE, "return W"), "plus the old one"),
        (
            _step(
                _FORWARD,
                "W.grad = None",
                "loss.backward()",
                "W.data += learning_rate * W.grad",
                "return W",
            ),
            "the step went uphill: the learning rate times the gradient was added",
        ),
        (_step(_FORWARD, "W.grad = None", "loss.backward()", "return W"), "as it came"),
        (
            _step(
                _FORWARD,
                "W.grad = None",
                "loss.backward()",
                "W += -learning_rate * W.grad",
                "return W",
            ),
            "leaf Variable that requires grad",
        ),
        (
            _step(
                "loss = F.cross_entropy(W[xs], ys, reduction='sum')",
                "W.grad = None",
                "loss.backward()",
                _UPDATE,
                "return W",
            ),
            "by the number of examples",
        ),
        (
            _step(
                _FORWARD, "W.grad = None", "loss.backward()", "W.data += -50 * W.grad", "return W"
            ),
            "a rate of 50",
        ),
        (
            _step(_FORWARD, "W.grad = None", "loss.backward()", "W.data += -W.grad", "return W"),
            "the learning rate is missing",
        ),
        (_step(_FORWARD, "W.grad = None", "loss.backward()", "return W.grad"), "is the gradient"),
        (
            _step(_FORWARD, "W.grad = None", "loss.backward()", _UPDATE, "return loss"),
            "such as the loss",
        ),
        (
            _step(_FORWARD, "W.grad = None", "loss.backward()", _UPDATE, "return W, loss"),
            "several things were returned",
        ),
        (
            _step(
                _FORWARD,
                "W.grad = None",
                "loss.backward()",
                "W.data = -learning_rate * W.grad",
                "return W",
            ),
            "the old weights are gone",
        ),
        (
            _step(_FORWARD, "W.grad = None", "loss.backward()", _UPDATE),
            "Does your function end in a return?",
        ),
        (
            _step(_FORWARD, "W.grad.zero_()", "loss.backward()", _UPDATE, "return W"),
            "None has no zero_()",
        ),
        (_step(_FORWARD, _UPDATE, "return W"), "Does backward() come before it?"),
        (
            _step(_FORWARD, "W.grad = None", "loss.backward()", _UPDATE, "return W.detach()"),
            "But a second one, with the tensor (requires_grad is False, is_leaf is True)",
        ),
        (
            _step(
                _FORWARD,
                "W.grad = None",
                "loss.backward()",
                "W = W - learning_rate * W.grad",
                "return W",
            ),
            "(requires_grad is True, is_leaf is False)",
        ),
        (
            _step(
                "loss = F.cross_entropy(W[ys], xs)",
                "W.grad = None",
                "loss.backward()",
                _UPDATE,
                "return W",
            ),
            "have changed places",
        ),
        (
            _step(_FORWARD, "W.grad = None", "loss.backward()", _UPDATE, "xs.zero_()", "return W"),
            "changed xs",
        ),
    ],
    "5.4 penalized loss": [
        (_penalized("count_loss(W, counts) + strength * (W**2).sum()"), "sum of the squares"),
        (_penalized("count_loss(W, counts)"), "The penalty is missing"),
        (_penalized("strength * (W**2).mean()"), "penalty alone"),
        (_penalized("count_loss(W, counts) - strength * (W**2).mean()"), "was subtracted"),
        (_penalized("count_loss(W, counts) + (W**2).mean()"), "has the strength 1"),
        (_penalized("count_loss(W, counts) + strength * W.mean()"), "without the square"),
        (_penalized("count_loss(W, counts) + strength * W.mean() ** 2"), "square of the mean"),
        (_penalized("count_loss(W, counts) + strength * W.abs().mean()"), "called L1"),
        (
            _penalized("count_loss(W, counts) + strength * (W**2).mean().sqrt()"),
            "Leave the square root out",
        ),
        (_penalized("count_loss(W, counts) + strength * (W**2).sum() / 729"), "divided by 729"),
        (_penalized("count_loss(W, counts) + ((strength * W) ** 2).mean()"), "squared, too"),
        (_penalized("count_loss(W, counts) + strength / 2 * (W**2).mean()"), "half as large"),
        (
            _penalized("strength * (count_loss(W, counts) + (W**2).mean())"),
            "multiplies the loss as well",
        ),
        (_penalized("count_loss(W, counts) + strength * W**2"), "more than one number"),
        (_penalized("count_loss(W, counts), strength * (W**2).mean()"), "to one number"),
        (
            _penalized("(count_loss(W, counts) + strength * (W**2).mean()).item()"),
            "return the tensor",
        ),
        (
            _penalized("torch.tensor((count_loss(W, counts) + strength * (W**2).mean()).item())"),
            "no slope flows back",
        ),
        (
            _penalized("count_loss(W, counts) + strength * (W.data**2).mean()"),
            "the slopes that flow back to W are not",
        ),
        (_penalized("count_loss(W, counts) + 0.01 * (W**2).mean()"), "the strength 0.01"),
        (_penalized("count_loss(W, counts + strength)"), "no penalty of the weights"),
        (_penalized("count_loss(W, counts) + strength * (W[counts > 0]**2).mean()"), "was counted"),
    ],
    "5.5 best rate": [
        ("best_rate = 50", "A larger rate gets further"),
        ("best_rate = 80", "With 80 the loss"),
        ("best_rate = 150", "It is above the limit, 74.4"),
        ("best_rate = -50", "a negative one goes uphill"),
        ('best_rate = "74"', "finite number, got '74'"),
        ("best_rate = float('inf')", "finite number, got inf"),
        ("best_rate = 2.4663", "Did you write down a loss"),
        ("best_rate = [68, 76]", "one finite number, got [68, 76]"),
        ("best_rate = learn(72, 0, 100, random_weights())", "a whole descent"),
    ],
}
