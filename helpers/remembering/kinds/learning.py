"""Questions on lessons 4 and 5: a network of one layer, and how it learns."""

from __future__ import annotations

import math
from random import Random

from helpers.remembering.question import Question, choice, kind, number, shape


def _softmax(logits: list[float]) -> list[float]:
    raised = [math.exp(each) for each in logits]
    return [each / sum(raised) for each in raised]


# Lesson 4


@kind(4, "softmax of three logits")
def softmax_of_three(rng: Random) -> Question:
    logits = rng.sample(range(-2, 4), 3)
    p = _softmax(logits)
    place = rng.choice([each for each in range(3) if p[each] > 0.05])
    z = logits[place]
    summed = sum(math.exp(each) for each in logits)
    mistakes = [
        (p[other], f"{p[other]:.3f} is the probability that belongs to the logit {logits[other]}.")
        for other in range(3)
        if other != place
    ]
    mistakes += [
        (math.exp(z), f"{math.exp(z):.3f} is exp({z}), not yet divided by the sum."),
        (1 / 3, "1/3 it would be if the three logits were equal."),
        (
            2.0**z / sum(2.0**each for each in logits),
            "That is with powers of 2 where softmax has powers of e.",
        ),
    ]
    if sum(logits):
        share = z / sum(logits)
        mistakes.append((share, f"{z}/{sum(logits)} is the share of the logit. Take exp first."))
    return number(
        f"The logits are {logits}. Which probability does softmax give to the logit {z}?",
        p[place],
        mistakes,
        f"exp({z}) / ({' + '.join(f'{math.exp(each):.3f}' for each in logits)}) = "
        f"{math.exp(z):.3f} / {summed:.3f} = {p[place]:.3f}.",
        f"torch.softmax(torch.tensor({[float(each) for each in logits]}), 0)[{place}]",
        within=0.01,
    )


@kind(4, "what softmax does not see")
def what_softmax_does_not_see(rng: Random) -> Question:
    logits = rng.sample(range(-3, 5), 3)
    c = rng.choice([2, 3, 4, 5])
    change, right, why = rng.choice(
        [
            (
                f"{c} is added to all three",
                "it stays as it was",
                f"each exp gets exp({c}) times as large, and so does their sum: it cancels.",
            ),
            (
                f"{c} is subtracted from all three",
                "it stays as it was",
                f"each exp is divided by exp({c}), and so is their sum: it cancels.",
            ),
            (
                f"all three are multiplied by {c}",
                "it grows",
                "the logits move apart, and the largest takes more of the sum.",
            ),
            (
                f"all three are divided by {c}",
                "it falls",
                "the logits move together, and all come nearer to 1/3.",
            ),
            (
                f"{c} is added to the largest alone",
                "it grows",
                "its exp grows, and the two others stay.",
            ),
            (
                f"{c} is added to the smallest alone",
                "it falls",
                "the sum of the exps grows. (Whether it is still the largest does not matter.)",
            ),
        ]
    )
    why = f"If {change}, {why}"
    return choice(
        rng,
        f"A row of logits is {logits}. Now {change}. What happens to the probability that "
        f"softmax gave to the place of the {max(logits)}?",
        right,
        {
            "it stays as it was": f"It does move. {why}",
            "it grows": f"It does not grow. {why}",
            "it falls": f"It does not fall. {why}",
            "it gets a value above 1": "No probability of softmax is above 1: each exp is one part "
            f"of the sum by which it is divided. {why}",
        },
        why,
    )


@kind(4, "logits and odds")
def logits_and_odds(rng: Random) -> Question:
    low = rng.choice([0.5, 1.0, 1.5, 2.0])
    apart = rng.choice([0.5, 1.0, 1.5, 2.0, 2.5])
    high = low + apart
    right = math.exp(apart)
    return number(
        f"`a` has the logit {high}, `b` the logit {low}, and there are other letters. How many "
        "times as probable as `b` is `a`?",
        right,
        [
            (high / low, f"{high / low:.2f} is the ratio of the logits. Take that of their exps."),
            (apart, f"{apart} is the difference of the logits. Logits are logs."),
            (2**apart, f"{2**apart:.2f} is 2 to the power {apart}. Softmax has powers of e."),
            (math.exp(high), f"{math.exp(high):.2f} is exp({high}), without its partner."),
            (1 / right, f"{1 / right:.2f} is how many times as probable `b` is."),
        ],
        f"exp({high}) / exp({low}) = exp({apart}) = {right:.2f}. The sum below both is the same.",
        f"math.exp({high}) / math.exp({low})",
        within=0.05,
    )


@kind(4, "shapes through one-hot")
def shapes_through_one_hot(rng: Random) -> Question:
    n, size, out = rng.sample(range(3, 30), 3)
    call, right, why = rng.choice(
        [
            (f"F.one_hot(x, num_classes={size})", (n, size), "each number becomes a row"),
            (
                f"F.one_hot(x, num_classes={size}).float() @ W",
                (n, out),
                f"({n}, {size}) @ ({size}, {out}): the sizes inside meet and go",
            ),
            ("W[x]", (n, out), f"for each number it takes a row of W, which has {out} numbers"),
        ]
    )
    return shape(
        f"`x` holds {n} whole numbers below {size}, and has shape `({n},)`. `W` has shape "
        f"`({size}, {out})`. Which shape has this?\n\n    {call}",
        right,
        [
            ((n, size), f"({n}, {size}) is the shape of the one-hot rows, before the product."),
            ((n, out), f"({n}, {out}) is the shape after the product with W, not before."),
            ((size, out), f"({size}, {out}) is the shape of W."),
            ((n,), f"({n},) is the shape of `x`: one number for each example."),
            ((out, n), f"({out}, {n}) has the examples in columns; they are rows."),
            ((n, size, out), f"({n}, {size}, {out}) lays the sizes side by side."),
        ],
        f"{n} examples, and {why}: {right}.",
        f"x, W = torch.zeros({n}, dtype=torch.int64), torch.zeros({size}, {out})\n({call}).shape"
        if "W" in call
        else f"x = torch.zeros({n}, dtype=torch.int64)\n({call}).shape",
    )


@kind(4, "a row of the weights")
def row_of_the_weights(rng: Random) -> Question:
    W = [rng.sample(range(1, 10), 3) for _ in range(3)]
    i = rng.randrange(3)
    columns = [list(column) for column in zip(*W, strict=True)]
    others = [j for j in range(3) if j != i]
    return choice(
        rng,
        f"What does this give?\n\n    W = torch.tensor({W})\n"
        f"    F.one_hot(torch.tensor({i}), num_classes=3) @ W",
        str(W[i]),
        {
            str(columns[i]): f"{columns[i]} is column {i}. On the left of W a one-hot picks a row.",
            str(W[others[0]]): f"{W[others[0]]} is row {others[0]}, counted from 0.",
            str(W[others[1]]): f"{W[others[1]]} is row {others[1]}, counted from 0.",
            str([W[i][j] if j == i else 0 for j in range(3)]): "The 1 does not pick one number: "
            "it multiplies the whole row, and the zeros take the other rows away.",
        },
        f"The 1 takes row {i}, and the zeros leave the others out: {W[i]}. "
        "Selection by multiplication.",
        f"W = torch.tensor({W})\n(F.one_hot(torch.tensor({i}), num_classes=3) @ W).tolist()",
    )


@kind(4, "loss of two logits")
def loss_of_two_logits(rng: Random) -> Question:
    logits = rng.sample(range(-2, 4), 2)
    p = _softmax(logits)
    label = rng.choice([each for each in range(2) if p[each] < 0.9])
    right, other = -math.log(p[label]), -math.log(p[1 - label])
    z = logits[label]
    return number(
        f"An example has the logits {logits}, and its label is {label}, counted from 0. What "
        "does `F.cross_entropy` give?",
        right,
        [
            (other, f"{other:.3f} is the loss if the label were {1 - label}."),
            (p[label], f"{p[label]:.3f} is the probability of the label. The loss is -ln of it."),
            (-z, f"{-z} is minus the logit. First make probabilities of the logits."),
            (-right, "The sign is missing: the loss is minus the log."),
            ((right + other) / 2, "That is the mean over both classes. The label alone counts."),
            (right / math.log(2), f"{right / math.log(2):.3f} is in bits, with logs to base 2."),
        ],
        f"p = exp({z}) / ({math.exp(logits[0]):.3f} + {math.exp(logits[1]):.3f}) = "
        f"{p[label]:.3f}, and -ln p = {right:.3f}.",
        f"F.cross_entropy(torch.tensor([{[float(each) for each in logits]}]), "
        f"torch.tensor([{label}]))",
        within=0.01,
    )


@kind(4, "softmax twice")
def softmax_twice(rng: Random) -> Question:
    size = rng.randint(3, 20)
    right = math.log(math.e + size - 1) - 1
    return number(
        f"A network for {size} letters ends in a softmax, and what comes out is given to "
        "`F.cross_entropy`, by mistake. For one example the label has the probability 1 and "
        "each other letter 0. Which loss does `F.cross_entropy` report?",
        right,
        [
            (
                0,
                "0 would be right for these probabilities. But `F.cross_entropy` takes them for "
                "logits, and makes another softmax of them.",
            ),
            (math.log(size), f"{math.log(size):.3f} is ln {size}, the loss of equal logits."),
            (-1, "-1 is minus the entry itself. `F.cross_entropy` takes it for a logit."),
            (
                math.log(math.e + size - 1),
                f"{math.log(math.e + size - 1):.3f} is the log of the sum of the exps. The "
                "label's own entry, 1, goes off.",
            ),
            (
                math.log(math.e + size) - 1,
                f"That is with {size} other letters. The label is one of the {size}.",
            ),
        ],
        f"It takes the 1 and the zeros for logits: exp(1) / (exp(1) + {size - 1} · exp(0)) = "
        f"{math.exp(-right):.3f}, and -ln of that is {right:.3f}. It can get no lower.",
        f"F.cross_entropy(torch.tensor([[1.0] + [0.0] * {size - 1}]), torch.tensor([0]))",
        within=0.01,
    )


# Lesson 5


@kind(5, "a step downhill")
def step_downhill(rng: Random) -> Question:
    w, slope = rng.randint(-30, 30) / 10, rng.choice([-0.8, -0.5, -0.4, -0.2, 0.2, 0.4, 0.5, 0.8])
    rate = rng.choice([0.1, 0.5, 2, 10])
    right = w - rate * slope
    return number(
        f"A weight is {w}, the slope of the loss there {slope}, the learning rate {rate}. What "
        "is the weight after one step of gradient descent?",
        right,
        [
            (w + rate * slope, f"{w + rate * slope:g} goes along the slope: uphill."),
            (w - slope, f"{w - slope:g} leaves the rate out."),
            (w - rate, f"{w - rate:g} leaves the slope out."),
            (-rate * slope, f"{-rate * slope:g} is the step. It is added to the weight."),
            (rate * slope, f"{rate * slope:g} is rate · slope, and not yet taken off the weight."),
        ],
        f"{w} - {rate} · ({slope}) = {right:g}.",
        f"{w} - {rate} * {slope}",
        within=0.005,
    )


@kind(5, "a slope by nudging")
def slope_by_nudging(rng: Random) -> Question:
    nudge = rng.choice([0.1, 0.01, 0.001])
    loss = rng.randint(2000, 4000) / 1000
    slope = rng.choice([-4, -3, -2, -1.5, 1.5, 2, 3, 4])
    moved = round(loss + slope * nudge, 6)
    return number(
        f"At a weight the loss is {loss:g}. With {nudge:g} added to the weight it is {moved:g}. "
        "What is the slope, about?",
        slope,
        [
            (
                -slope,
                f"The sign is turned: where the loss {'grows' if slope > 0 else 'falls'} with "
                f"the weight, the slope is {'positive' if slope > 0 else 'negative'}.",
            ),
            (
                slope * nudge,
                f"{slope * nudge:g} is by how much the loss moves, not yet for each unit.",
            ),
            (slope * nudge**2, "That multiplies by the nudge where it is to be divided by it."),
            (1 / slope, f"{1 / slope:.3f} is nudge over change of the loss. Turn it round."),
            (moved / nudge, "That divides the loss itself by the nudge, and not its change."),
        ],
        f"({moved:g} - {loss:g}) / {nudge:g} = {slope:g}.",
        f"({moved:g} - {loss:g}) / {nudge:g}",
        within=0.01,
    )


@kind(5, "gradient of the logits")
def gradient_of_the_logits(rng: Random) -> Question:
    p = rng.choice([[0.2, 0.5, 0.3], [0.1, 0.7, 0.2], [0.6, 0.1, 0.3], [0.4, 0.4, 0.2]])[:]
    rng.shuffle(p)
    n, label, place = rng.choice([1, 2, 4, 5, 10]), rng.randrange(3), rng.randrange(3)
    hot = int(label == place)
    right = (p[place] - hot) / n
    of = "the only example" if n == 1 else f"one of {n} examples"
    return number(
        f"For {of}, softmax gives {p}. The label is {label}, counted from 0. What is the slope "
        f"of the mean loss with respect to this example's logit {place}?",
        right,
        [
            (-right, "The sign is turned: probability minus one-hot."),
            (
                p[place] - hot,
                f"{p[place] - hot:g} is for the loss of this example alone, not for the mean "
                f"over {n}.",
            ),
            (
                p[place] / n if hot else (p[place] - 1) / n,
                "At the label, 1 is subtracted. "
                + ("This is the label." if hot else f"The label is {label}, not {place}."),
            ),
            (p[place], f"{p[place]} is the probability."),
            (p[place] - 1, "At the label, 1 is subtracted, and the mean divides by n."),
            (
                -1 / p[place] / n if hot else math.inf,
                "That is the slope with respect to the label's probability, not to its logit.",
            ),
            (1 / 3, "The slope is not a share: the three of an example sum to 0."),
        ],
        f"({p[place]} - {hot}) / {n} = {right:.4g}: probability minus one-hot, over the number "
        "of examples.",
        f"(torch.tensor({p}) - F.one_hot(torch.tensor({label}), 3))[{place}] / {n}",
        within=0.001,
    )


@kind(5, "the stable rate")
def stable_rate(rng: Random) -> Question:
    c = rng.choice([0.02, 0.04, 0.05, 0.08, 0.1, 0.2, 0.25, 0.4, 0.5, 1.6, 2.5, 4, 5, 8, 16, 20])
    right = 2 / c
    return number(
        f"Where the loss is most curved, its curvature is {c:g}: so fast the slope changes with "
        "the weight. Above which learning rate can gradient descent not settle?",
        right,
        [
            (
                1 / c,
                f"{1 / c:g} is 1 / {c:g}: a parabola's lowest point in one step. Up to twice "
                "that it still settles.",
            ),
            (c, f"{c:g} is the curvature. The steeper the valley, the smaller the rate."),
            (2 * c, f"{2 * c:g} grows with the curvature. The steeper, the smaller the rate."),
            (c / 2, f"{c / 2:g} is the curvature over 2. Turn it round."),
            (
                4 / c,
                f"{4 / c:g} is 4 / {c:g}. With it each step multiplies the distance by -3.",
            ),
        ],
        f"2 / {c:g} = {right:g}. A step multiplies the distance by 1 - rate · {c:g}, which is -1 "
        "there.",
        f"2 / {c:g}",
        within=0.005,
    )


@kind(5, "steps on a parabola")
def steps_on_a_parabola(rng: Random) -> Question:
    c, start = rng.choice([2, 4, 5, 10]), rng.choice([-8, -4, 4, 8, 16])
    factor = rng.choice([-0.5, 0.5, 0.75, -1.5, -2])
    rate = round((1 - factor) / c, 6)
    right = start * factor**2
    return number(
        f"The loss is {c / 2:g} · w², so its slope is {c} · w. Descent begins at w = {start}, "
        f"with a rate of {rate:g}. Where is w after two steps?",
        right,
        [
            (start * factor, f"{start * factor:g} is where it is after one step."),
            (start * factor**3, f"{start * factor**3:g} is where it is after three."),
            (start * (2 - factor) ** 2, "That adds rate · slope: it climbs."),
            (
                start - 2 * rate * c * start,
                "That takes the first slope twice. The second step has the slope of its own place.",
            ),
            (start * (1 - rate) ** 2, "That takes w for the slope: its factor is missing."),
        ],
        f"Each step multiplies w by 1 - {rate:g} · {c} = {factor:g}: {start} · ({factor:g})² = "
        f"{right:g}.",
        f"{start} * (1 - {rate:g} * {c}) ** 2",
        within=0.01,
    )


@kind(5, "an old gradient")
def old_gradient(rng: Random) -> Question:
    slopes = [rng.choice([-0.6, -0.4, -0.3, 0.2, 0.3, 0.5, 0.8]) for _ in range(3)]
    emptied = rng.randint(0, 1)
    right = sum(slopes[emptied:])
    emptying = "Nobody sets `w.grad` to None."
    if emptied:
        emptying = "`w.grad = None` comes right before the second call."
    return number(
        f"Three calls of `backward()` find the slopes {slopes[0]}, {slopes[1]} and {slopes[2]} "
        f"for a new weight `w`. {emptying} What is `w.grad` at the end?",
        right,
        [
            (slopes[2], f"{slopes[2]} is the last slope. It is added to what was there."),
            (
                sum(slopes),
                f"{sum(slopes):g} is the sum of all three. What was before `None` is gone.",
            ),
            (
                sum(slopes) / 3,
                f"{sum(slopes) / 3:.3f} is the mean. Slopes are added, not averaged.",
            ),
            (slopes[0], f"{slopes[0]} is the first slope. Each call adds its own."),
            (slopes[0] + slopes[1], "That is the sum of the first two calls."),
            (slopes[1] + slopes[2], "That is the sum of the last two calls."),
            (math.prod(slopes), "That is the product. Slopes are added."),
        ],
        f"`backward()` adds to `w.grad`: {' + '.join(f'({s})' for s in slopes[emptied:])} = "
        f"{right:g}.",
        f"sum({slopes[emptied:]})",
        within=0.001,
    )


@kind(5, "the penalty")
def the_penalty(rng: Random) -> Question:
    weights = rng.sample([-4, -3, -2, -1, 1, 2, 3, 4], 3)
    strength, loss = rng.choice([0.01, 0.03, 0.1, 0.3]), rng.choice([2.0, 2.2, 2.5, 3.0])
    squares = [w * w for w in weights]
    right = loss + strength * sum(squares) / 3
    mean = sum(weights) / 3
    return number(
        f"The loss on the data is {loss}, the weights are {weights}, the strength is {strength}. "
        "How large is what is minimized, with `strength * (W**2).mean()` as the penalty?",
        right,
        [
            (
                loss + strength * sum(squares),
                "That has the sum of the squares in place of the mean.",
            ),
            (loss + strength * mean**2, "That squares the mean. Here the squares are averaged."),
            (strength * sum(squares) / 3, "That is the penalty alone. It is added to the loss."),
            (loss + sum(squares) / 3, "That leaves the strength out."),
            (loss - strength * sum(squares) / 3, "That is a reward. A penalty makes it larger."),
            (loss + strength * sum(map(abs, weights)) / 3, "That has absolute values for squares."),
        ],
        f"{loss} + {strength} · ({' + '.join(map(str, squares))}) / 3 = {right:.3f}.",
        f"{loss} + {strength} * (torch.tensor({[float(w) for w in weights]}) ** 2).mean()",
        within=0.005,
    )


@kind(5, "detach and no_grad")
def detach_and_no_grad(rng: Random) -> Question:
    x, k = rng.choice([2, 3, 4, 5]), rng.choice([3, 4, 5, 6, 7])
    line, right, why = rng.choice(
        [
            ([f"y = {k} * x * x.detach()"], k * x, "`x.detach()` counts as a plain number"),
            (
                ["with torch.no_grad():", "    c = x * x", f"y = {k} * x * c"],
                k * x * x,
                "`c` was made without notes, and counts as a plain number",
            ),
            ([f"y = {k} * x * x"], 2 * k * x, "both factors have a slope"),
            (
                [f"c = {k} * x", "y = x * c.detach()"],
                k * x,
                "`c.detach()` counts as a plain number",
            ),
        ]
    )
    power = 3 if len(line) == 3 else 2
    whole, value = power * k * x ** (power - 1), k * x**power
    code = "\n    ".join([f"x = torch.tensor({x}.0, requires_grad=True)", *line, "y.backward()"])
    says = f"Here {why}: {right}"
    return number(
        f"What is `x.grad` at the end?\n\n    {code}",
        right,
        [
            (
                whole,
                f"{whole} it would be if every x had a slope. {says}.",
            ),
            (k * x ** (power - 1), f"{k * x ** (power - 1)} counts one x alone as moving. {says}."),
            (value, f"{value} is `y` itself. {says}."),
            (0, f"0 would say that `y` does not move with `x`. {says}."),
            (k, f"{k} is the slope of {k} * x. {says}."),
        ],
        f"{says}.",
        code.replace("\n    ", "\n") + "\nx.grad",
    )
