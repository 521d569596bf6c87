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
    "5.1 gradient by hand": [
        (_slopes("-0.5", "-0.3", "0.8"), "the other way round"),
        (_slopes("0.5", "0.3", "0.2"), "still to be subtracted"),
        (_slopes("-0.5", "-0.7", "-0.8"), "from all three"),
        (_slopes("0.5", "0.3", "0.8"), "its sign is not"),
        (_slopes("0", "0", "-0.8"), "The other logits have slopes too"),
        (_slopes("0.5", "-0.7", "0.2"), "counting begins at 0"),
        (_slopes("0.5", "...", "-0.8"), "still a ..."),
        (_slopes("0.5", "0.3", "-0.3"), "Slope_2 is not right yet"),
        (_slopes("0.3", "0.5", "-0.8"), "Slope_0 and slope_1 are not right yet"),
        (_slopes("0.5", "0.3", "-0.2"), "with a minus"),
        (_slopes("0.5", "0.3", "-1 / 0.2"), "with respect to the label's probability"),
        (_slopes("0.5 / 3", "0.3 / 3", "-0.8 / 3"), "here is one example"),
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
        (_gradient("(P - F.one_hot(ys)) / len(ys)"), "The size of tensor a (4) must match"),
        (_gradient("(P - ys) / len(ys)"), "your function stopped with RuntimeError"),
    ],
    "5.3 training step": [
        (_step(_FORWARD, "loss.backward()", _UPDATE, "return W"), "plus an old one"),
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
        (
            _step(_FORWARD, "loss.backward()", "W.data += learning_rate * W.grad", "return W"),
            "two things at once",
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
    ],
    "5.4 penalized loss": [
        (_penalized("count_loss(W, counts) + strength * (W**2).sum()"), "sum of the squares"),
        (_penalized("count_loss(W, counts)"), "The penalty is missing"),
        (_penalized("strength * (W**2).mean()"), "penalty alone"),
        (_penalized("count_loss(W, counts) - strength * (W**2).mean()"), "was subtracted"),
        (_penalized("count_loss(W, counts) + (W**2).mean()"), "has the strength 1"),
        (_penalized("count_loss(W, counts) + strength * W.mean()"), "without the square"),
        (_penalized("count_loss(W, counts) + strength * W.mean() ** 2"), "squared the mean"),
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
    ],
    "5.5 best rate": [
        ("best_rate = 50", "a larger rate gets further"),
        ("best_rate = 80", "the harm shows already"),
        ("best_rate = 150", "overshoot by far"),
        ("best_rate = -50", "a negative one goes uphill"),
        ('best_rate = "74"', "finite number, got '74'"),
        ("best_rate = float('inf')", "finite number, got inf"),
        ("best_rate = 2.4663", "Did you write down a loss"),
        ("best_rate = [68, 76]", "one finite number, got [68, 76]"),
        ("best_rate = learn(72, 0, 100, random_weights())", "a whole descent"),
    ],
}
