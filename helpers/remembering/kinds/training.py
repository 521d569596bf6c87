"""Questions on lessons 10 and 11: what a step is worth, and the tree of letters."""

from __future__ import annotations

import math
from random import Random

from helpers.remembering.question import ERROR, Question, choice, kind, number, shape

# Lesson 10


@kind(10, "a step with momentum")
def step_with_momentum(rng: Random) -> Question:
    m, rate = rng.choice([0.5, 0.8, 0.9]), rng.choice([0.1, 0.2, 0.5])
    velocity, slope = rng.sample([-4, -3, -2, -1, 1, 2, 3, 4], 2)
    w = rng.choice([0, 1, 2, 3])
    new = m * velocity + slope
    right = w - rate * new
    return number(
        f"A weight is {w}, its velocity {velocity}, the slope now {slope}. The momentum is {m}, "
        f"the rate {rate}. What is the weight after this step?",
        right,
        [
            (w - rate * slope, f"{w - rate * slope:g} is without momentum: the slope alone."),
            (w - rate * (velocity + slope), "There the old velocity has not faded."),
            (w - rate * velocity, "That takes the old velocity. The new one has this slope in it."),
            (w - rate * m * (velocity + slope), "There the new slope has faded, too."),
            (
                w - rate * (m * velocity + (1 - m) * slope),
                "That is a running mean, as in Adam. Momentum takes the slope whole.",
            ),
            (w + rate * new, "That goes uphill: the velocity is made of slopes, and taken off."),
            (new, f"{new:g} is the new velocity."),
        ],
        f"Velocity {m} · ({velocity}) + ({slope}) = {new:g}, weight {w} - {rate} · ({new:g}) = "
        f"{right:g}.",
        f"{w} - {rate} * ({m} * {velocity} + {slope})",
        within=0.005,
    )


@kind(10, "velocity of a steady slope")
def steady_slope(rng: Random) -> Question:
    m, slope = rng.choice([0.5, 0.75, 0.8, 0.9, 0.95]), rng.choice([-3, -2, 2, 3, 4])
    right = slope / (1 - m)
    return number(
        f"The slope is {slope} in each of very many steps, the momentum {m}. Which value does "
        "the velocity approach?",
        right,
        [
            (slope, f"{slope} is the velocity after the first step. It builds up."),
            (slope * (1 - m), f"{slope * (1 - m):g} multiplies by {1 - m:.2g} where one divides."),
            (slope * m, f"{slope * m:g} is what is left of one slope after a step."),
            (slope * (1 + m), f"{slope * (1 + m):g} is the velocity after two steps."),
            (
                slope / m,
                f"{slope / m:g} divides by the momentum. Divide by what fades, {1 - m:.2g}.",
            ),
            (m * slope / (1 - m), "That leaves the newest slope out."),
        ],
        f"{slope} · (1 + m + m² + …) = {slope} / (1 - {m}) = {right:g}.",
        f"{slope} / (1 - {m})",
        within=0.02,
    )


@kind(10, "the highest rate with momentum")
def highest_rate(rng: Random) -> Question:
    m = rng.choice([0.5, 0.8, 0.9])
    curvatures = rng.sample([1, 2, 4, 5, 10, 20, 40, 50, 100], 2)
    c, low = max(curvatures), min(curvatures)
    right = 2 * (1 + m) / c
    return number(
        f"A loss has the curvatures {curvatures[0]} and {curvatures[1]} in its two directions. "
        f"Descent with a momentum of {m} (velocity = momentum · velocity + slope): which rate "
        "can it not exceed and still settle?",
        right,
        [
            (2 / c, f"2 / {c} is the limit without momentum."),
            (
                2 * (1 + m) / low,
                f"That is the limit of the flat direction. The steep one, {c}, breaks first.",
            ),
            (2 / low, f"2 / {low} is the flat direction's limit, without momentum."),
            (2 * (1 - m) / c, "That falls with momentum. The limit rises with it."),
            (
                2 / (1 - m) / c,
                "There 1 / (1 - m) comes in, how far a steady slope builds up. At the limit the "
                "slope changes its sign each step.",
            ),
            ((1 + m) / c, f"(1 + {m}) / {c} is half of the limit."),
            (2 * m / c, f"2 · {m} / {c} has m for 1 + m."),
        ],
        f"2 · (1 + {m}) / {c} = {right:.4g}: the steepest direction decides.",
        f"2 * (1 + {m}) / {c}",
        within=0.001,
    )


@kind(10, "Adam's first step")
def adams_first_step(rng: Random) -> Question:
    rate = rng.choice([0.1, 0.2, 0.5])
    slope, w = rng.choice([-5, -3, -0.5, -0.2, 0.2, 0.4, 3, 5, 20]), rng.choice([1, 2, 3])
    sign = math.copysign(1, slope)
    right = w - rate * sign
    return number(
        f"A weight is {w}, its first slope {slope:g}. What is the weight after Adam's first "
        f"step, with a rate of {rate} and the usual β₁ = 0.9, β₂ = 0.999?",
        right,
        [
            (
                w - rate * slope,
                f"{w - rate * slope:g} is a step of SGD. Adam divides the slope by its size.",
            ),
            (w + rate * sign, f"{w + rate * sign:g} goes uphill."),
            (
                w - rate * sign * 0.1 / math.sqrt(0.001),
                "That is without the correction of the running means, which began at 0: about "
                "three rates.",
            ),
            (
                w - rate * 0.1 * slope,
                "That takes a tenth of the slope. Adam corrects the mean, and divides.",
            ),
            (
                w - rate * sign * 0.1,
                "That takes a tenth of a rate: the mean of the slopes is corrected, too.",
            ),
            (w - slope, f"{w - slope:g} leaves the rate out."),
        ],
        "Corrected, m is the slope and the root of v its size, so m / √v is 1 or -1: the first "
        f"step is one rate, whatever the slope. {w} - {rate} · ({sign:.0f}) = {right:g}.",
        f"slope = torch.tensor({float(slope)})\nm, v = 0.1 * slope, 0.001 * slope**2\n"
        f"{w} - {rate} * (m / 0.1) / (v / 0.001).sqrt()",
        within=0.005,
    )


@kind(10, "decay of AdamW")
def decay_of_adamw(rng: Random) -> Question:
    w, rate, decay = (
        rng.choice([2, 4, 5, 10, 20]),
        rng.choice([0.1, 0.2, 0.5]),
        rng.choice([0.1, 0.2, 0.4]),
    )
    right = w * (1 - rate * decay)
    return number(
        f"A weight of {w} has had slopes of 0 all the time. What is it after one step of AdamW, "
        f"with a rate of {rate} and a weight decay of {decay}?",
        right,
        [
            (w * (1 - decay), f"{w * (1 - decay):g} leaves the rate out."),
            (w * (1 - rate), f"{w * (1 - rate):g} leaves the decay out and takes the rate for it."),
            (w - rate * decay, "That takes the same off each weight. The decay is a share of it."),
            (w, f"{w} is where it was. The decay needs no slope."),
            (
                w - rate,
                f"{w - rate:g} is one rate less, as after Adam's first step with the decay in "
                "the slope.",
            ),
            (w * rate * decay, "That is what is taken off."),
        ],
        f"{w} · (1 - {rate} · {decay}) = {right:g}: beside the slope, and by the same share for "
        "all.",
        f"{w} * (1 - {rate} * {decay})",
        within=0.001,
    )


@kind(10, "a schedule")
def a_schedule(rng: Random) -> Question:
    warm = rng.choice([10, 20, 40, 50])
    fall = warm * rng.choice([4, 5, 9])
    highest = rng.choice([1, 2, 4, 8])
    part = rng.choice([0.25, 0.5, 0.75])
    climbing = rng.random() < 0.4
    step = round(warm * part) if climbing else round(warm + fall * part)
    right = highest * step / warm if climbing else highest * (warm + fall - step) / fall
    total = warm + fall
    return number(
        f"In a straight line a rate climbs from 0 in step 0 to {highest} in step {warm}, and "
        f"then falls in a straight line to 0 in step {total}. What is it in step {step}?",
        right,
        [
            (highest - right, f"{highest - right:g} is the way from the peak, not from 0."),
            (
                highest * step / total,
                f"{highest * step / total:.3f} is a climb through all {total} steps.",
            ),
            (
                highest * (total - step) / total,
                f"{highest * (total - step) / total:.3f} is a fall that begins in step 0.",
            ),
            (highest, f"{highest} is the rate at the peak, in step {warm}."),
            (highest / 2, f"{highest / 2:g} is half of the peak."),
            (0, f"0 is the rate at the two ends, in steps 0 and {total}."),
        ],
        (
            f"{step} of {warm} steps up: {highest} · {step} / {warm} = {right:g}."
            if climbing
            else f"{total - step} of {fall} steps are left: {highest} · {total - step} / {fall} "
            f"= {right:g}."
        ),
        f"{highest} * {step} / {warm}" if climbing else f"{highest} * ({total} - {step}) / {fall}",
        within=0.01,
    )


@kind(10, "as many examples")
def as_many_examples(rng: Random) -> Question:
    steps, size = rng.choice([500, 1000, 2000, 6000]), rng.choice([32, 64, 128, 512])
    times = rng.choice([0.25, 0.5, 4, 16])
    other = round(size * times)
    right = steps / times
    return number(
        f"A training has {steps:,} steps with batches of {size}. How many steps with batches of "
        f"{other} see as many examples?",
        right,
        [
            (
                steps * times,
                f"{steps * times:,.0f} goes the wrong way: "
                f"{'larger' if times > 1 else 'smaller'} batches need "
                f"{'fewer' if times > 1 else 'more'} steps.",
            ),
            (steps, f"{steps:,} is the number of steps as before."),
            (
                round(steps / math.sqrt(times)),
                "That is with the square root, which noise has. Examples count as they are.",
            ),
            (steps * size, f"{steps * size:,} is the number of examples seen."),
            (round(steps * math.sqrt(times)), "That is with the square root, and the wrong way."),
        ],
        f"{steps:,} · {size} examples / {other} = {right:,.0f}.",
        f"{steps} * {size} // {other}",
    )


@kind(10, "a loop with a bug")
def loop_with_a_bug(rng: Random) -> Question:
    model, batch = rng.choice(["model", "net"]), rng.choice([32, 64, 256])
    lines = [
        f"rows = torch.randint(len(X), ({batch},))",
        f"loss = F.cross_entropy({model}(X[rows]), Y[rows])",
        "optimizer.zero_grad()",
        "loss.backward()",
        "optimizer.step()",
        "schedule.step()",
    ]
    old = "slopes of earlier steps are added to those of this one"
    none = "the optimizer finds no slopes and moves nothing"
    early = "the first rate is skipped, and each change comes a step early"
    twice = "softmax is taken twice: it learns from too flat a loss"
    other = "labels are compared with logits of other examples"
    bug = rng.choice([old, none, early, twice, other])
    if bug == old:
        del lines[2]
    elif bug == none:
        lines[2], lines[3] = lines[3], lines[2]
    elif bug == early:
        lines[4], lines[5] = lines[5], lines[4]
    elif bug == twice:
        lines[1] = f"loss = F.cross_entropy({model}(X[rows]).softmax(1), Y[rows])"
    else:
        lines[1] = f"loss = F.cross_entropy({model}(X[rows]), Y[:{batch}])"
    body = "\n".join(f"        {line}" for line in lines)
    says = {
        old: "They would be added up if `zero_grad()` were missing.",
        none: "The slopes would be gone if `zero_grad()` stood between `backward()` and "
        "`optimizer.step()`.",
        early: "That would be so if `schedule.step()` came before `optimizer.step()`.",
        twice: "That would be so if logits went through a softmax before `F.cross_entropy`.",
        other: "That would be so if X and Y were asked for different rows.",
    }
    why = {
        old: "`optimizer.zero_grad()` is missing",
        none: "`zero_grad()` stands after `backward()` and throws its slopes away",
        early: "`schedule.step()` stands before `optimizer.step()`",
        twice: "`F.cross_entropy` takes logits, and makes its own softmax",
        other: f"Y is not asked for the same rows as X, but for the first {batch}",
    }[bug]
    others = rng.sample([each for each in says if each != bug], 3)
    return choice(
        rng,
        f"This loop has a bug. What comes of it?\n\n    for step in range(1000):\n{body}",
        bug,
        {each: f"{says[each]} Here {why}." for each in others},
        f"{why[0].upper() + why[1:]}.",
    )


# Lesson 11


@kind(11, "shapes of FlattenConsecutive")
def flatten_consecutive(rng: Random) -> Question:
    n, d = rng.sample([4, 5, 6, 7, 10, 12, 20], 2)
    count, levels = rng.choice([(2, 1), (2, 2), (2, 3), (3, 1), (3, 2)])
    places = rng.choice([8, 16]) if count == 2 else rng.choice([9, 27])
    left, width = places // count**levels, d * count**levels
    right = (n, width) if left == 1 else (n, left, width)
    times = {1: "once", 2: "twice, one after the other", 3: "three times, one after the other"}
    why = f"Each time the places are divided by {count} and the sizes multiplied by {count}"
    mistakes = [
        (
            (n, left, width),
            f"({n}, {left}, {width}) keeps the last place. Where one is left, its dimension "
            f"goes. {why}.",
        ),
        ((n, places * d), f"({n}, {places * d}) is all places at once, as `Flatten` does. {why}."),
        ((n, left, d), f"({n}, {left}, {d}) has lost numbers: what is joined gets wider. {why}."),
        ((n * count**levels, left, d), f"Examples are never joined, or cut. {why}."),
    ]
    mistakes += [
        ((n, places // count**k, d * count**k), f"That is the shape after {k} of them. {why}.")
        for k in range(4)
        if k != levels and places // count**k > 1 and k
    ]
    return shape(
        f"`x` has shape `({n}, {places}, {d})`. It goes through `FlattenConsecutive({count})` "
        f"{times[levels]}, with nothing between. Which shape comes out?",
        right,
        mistakes,
        f"{why}.{' Where one place is left, its dimension goes.' if left == 1 else ''}",
        "from helpers.layers import FlattenConsecutive\n"
        f"x = torch.zeros({n}, {places}, {d})\nfor _ in range({levels}):\n"
        f"    x = FlattenConsecutive({count})(x)\nx.shape",
    )


@kind(11, "how far back a tree sees")
def how_far_back(rng: Random) -> Question:
    count, levels = rng.randint(2, 6), rng.randint(2, 5)
    while count**levels > 1000:
        levels -= 1
    right = count**levels
    return number(
        f"A tree joins {count} neighbours on each of {levels} levels. How many letters reach its "
        "last layer?",
        right,
        [
            (
                count * levels,
                f"{count * levels} is {count} · {levels}. Each level sees {count} times as many "
                "as the one below.",
            ),
            (levels**count, f"{levels**count} has base and exponent the wrong way round."),
            (count ** (levels - 1), f"{count ** (levels - 1)} is one level less."),
            (count ** (levels + 1), f"{count ** (levels + 1)} is one level more."),
            (2**levels, f"{2**levels} is for joining two by two."),
            (
                (count - 1) * levels + 1,
                "That adds the new neighbours of each level, as if one letter were joined at a "
                "time.",
            ),
            (count + levels, f"{count + levels} is {count} + {levels}."),
        ],
        f"{' · '.join([str(count)] * levels)} = {right}.",
        f"{count} ** {levels}",
    )


@kind(11, "batch norm over places")
def norm_over_places(rng: Random) -> Question:
    n, places, units = (
        rng.choice([16, 20, 32, 50]),
        rng.choice([2, 4, 6, 8]),
        rng.choice([30, 68, 100]),
    )
    return number(
        f"`x` has shape `({n}, {places}, {units})`: examples, places, units. Batch norm takes "
        "its mean as it should in a tree, whose weights are the same at all places. Over how "
        "many numbers goes the mean of one unit?",
        n * places,
        [
            (n, f"{n} is over the examples alone: each place then has a mean of its own."),
            (places, f"{places} is over the places of one example."),
            (
                n * places * units,
                f"{n * places * units:,} is over everything. Each unit has its own.",
            ),
            (places * units, f"{places * units} is over all of one example, as in layer norm."),
            (n * units, f"{n * units:,} is over examples and units, at one place."),
            (units, f"{units} is how many means there are."),
        ],
        f"Over dimensions 0 and 1: {n} · {places} = {n * places}.",
        f"torch.zeros({n}, {places}, {units}).flatten(0, 1).shape[0]",
    )


@kind(11, "means over places")
def means_over_places(rng: Random) -> Question:
    n, places, units = rng.sample(range(3, 30), 3)
    keep = rng.random() < 0.3
    dims = rng.choice(["0", "(0, 1)", "(0, 1)", "1", "(1, 2)"])
    gone = set(_dims_in(dims))
    sizes = (n, places, units)

    def left(gone: set[int], keep: bool) -> tuple[int, ...]:
        kept = (1 if d in gone else size for d, size in enumerate(sizes) if keep or d not in gone)
        return tuple(kept)

    call = f"x.mean({dims}{', keepdim=True' if keep else ''})"
    right = left(gone, keep)
    mistakes = []
    for other in ("0", "(0, 1)", "1", "(1, 2)", "2"):
        result = left(set(_dims_in(other)), keep)
        end = ", keepdim=True" if keep else ""
        mistakes.append((result, f"{result} is the shape of `x.mean({other}{end})`."))
    flipped = left(gone, not keep)
    mistakes.insert(
        0, (flipped, f"{flipped} is the shape {'without' if keep else 'with'} `keepdim=True`.")
    )
    mistakes.append((sizes, f"{sizes} is the shape of `x`. A mean leaves fewer numbers."))
    return shape(
        f"`x` has shape `{sizes}`. Which shape has this?\n\n    {call}",
        right,
        mistakes,
        f"What is named is averaged away{', and stays with size 1' if keep else ''}: {right}.",
        f"x = torch.zeros{sizes}\n{call}.shape",
    )


def _dims_in(dims: str) -> list[int]:
    """The dimensions that are written in a call."""
    return [int(each) for each in dims.strip("()").split(",")]


@kind(11, "squeeze")
def squeeze(rng: Random) -> Question:
    n, d = rng.choice([1, 1, rng.randint(2, 9)]), rng.randint(10, 80)
    call = rng.choice(["squeeze()", "squeeze(1)", "squeeze(1)", "squeeze(0)"])
    sizes = (n, 1, d)
    results = {
        "squeeze()": tuple(size for size in sizes if size != 1),
        "squeeze(1)": (n, d),
        "squeeze(0)": (1, d) if n == 1 else sizes,
    }
    right = results[call]
    why = {
        "squeeze()": "Without a number it drops each dimension of size 1, the batch's with it",
        "squeeze(1)": "It drops dimension 1, and no other",
        "squeeze(0)": "It drops dimension 0 if its size is 1, and else does nothing",
    }[call]
    return shape(
        f"`x` has shape `{sizes}`: {n} example{'s' if n > 1 else ''}, one place, {d} units. "
        f"Which shape has `x.{call}`?",
        right,
        [
            ((d,), f"({d},) has lost two dimensions. {why}."),
            (sizes, f"{sizes} is the shape of `x`. {why}."),
            ((n, d), f"({n}, {d}) has lost dimension 1. {why}."),
            ((1, d), f"(1, {d}) has lost the examples. {why}."),
            (ERROR, f"It does not fail. {why}."),
            ((n, 1), f"({n}, 1) has lost the units. Their size is not 1. {why}."),
        ],
        f"{why}.",
        f"x = torch.zeros{sizes}\nx.{call}.shape",
    )


@kind(11, "who meets whom")
def who_meets_whom(rng: Random) -> Question:
    letters = "abcdefgh"
    level = rng.choice([1, 2])
    width = 2**level
    place = rng.randrange(8 // width)
    groups = [letters[i : i + width] for i in range(0, 8, width)]
    letter = rng.choice(groups[place])
    step = 8 // width
    i = letters.index(letter)
    apart = "".join(letters[(i % step) + step * k] for k in range(width))
    shifted_start = min(max(place * width - 1, 0), 8 - width)
    shifted = letters[shifted_start : shifted_start + width]
    later_start = min(place * width + 1, 8 - width)
    later = letters[later_start : later_start + width]
    half = letters[i // 4 * 4 : i // 4 * 4 + 4] if level == 1 else letters
    pair = letters[i // 2 * 2 : i // 2 * 2 + 2]
    why = f"Neighbours are joined two by two: {', '.join(groups)} after {level}"
    return choice(
        rng,
        f"Eight letters, `{letters}`, go through a tree that joins two neighbours on each level. "
        f"Which letters has the place with `{letter}` seen after {level} "
        f"level{'s' if level > 1 else ''}?",
        groups[place],
        {
            apart: f"{apart} are {step} apart, as after a reshape and a transpose. {why}.",
            shifted: f"{shifted} does not begin where a group begins. {why}.",
            later: f"{later} does not begin where a group begins. {why}.",
            half: f"{half} is what it sees one level higher. {why}.",
            pair: f"{pair} is what it sees after one level. {why}.",
        },
        f"{why}.",
    )


@kind(11, "parameters of a level")
def parameters_of_a_level(rng: Random) -> Question:
    d, units, places = (
        rng.choice([5, 6, 10, 12]),
        rng.choice([20, 30, 40, 50]),
        rng.choice([4, 8, 16]),
    )
    right = 2 * d * units
    return number(
        f"On the first level of a tree, {places} letters with {d} numbers each are joined two by "
        f"two, and go through a linear layer with {units} units and no bias. How many weights "
        "has it?",
        right,
        [
            (d * units, f"{d * units} is for one letter. Two come in together."),
            (
                places // 2 * right,
                f"{places // 2 * right:,} has weights for each of {places // 2} pairs. All share "
                "one set.",
            ),
            (
                right + units,
                f"{right + units} has a bias for each unit. Batch norm, which follows, has its "
                "own.",
            ),
            (places * units, f"{places * units} leaves out that each letter has {d} numbers."),
            (2 * d + units, f"{2 * d + units} adds the two sizes. Each input goes to each unit."),
        ],
        f"A pair brings 2 · {d} numbers, and each goes to {units} units: {right}. The "
        f"{places // 2} pairs share them.",
        f"torch.nn.Linear(2 * {d}, {units}, bias=False).weight.numel()",
    )
