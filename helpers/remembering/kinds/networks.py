"""Questions on lessons 6 and 7: a longer memory, and how a network begins."""

from __future__ import annotations

import math
from random import Random

from helpers.remembering.question import ERROR, Question, choice, kind, number, shape

# Lesson 6


@kind(6, "cells for a context")
def cells_for_a_context(rng: Random) -> Question:
    size, letters = rng.choice([3, 4, 5, 6, 8, 10, 11, 20]), rng.choice([2, 3])
    right = size ** (letters + 1)
    return number(
        f"An alphabet of {size} characters. How many cells has a table of counts that looks "
        f"{letters} characters back, with a cell for each character that may follow?",
        right,
        [
            (size**letters, f"{size**letters:,} is the number of contexts. Each has {size} cells."),
            (
                size * letters,
                f"{size * letters} is {size} · {letters}. Each further character makes {size} "
                "times as many contexts.",
            ),
            (
                size * (letters + 1),
                f"{size * (letters + 1)} is {size} · {letters + 1}: a sum of sizes, where each "
                "place may go with each other.",
            ),
            (size ** (letters + 2), f"{size ** (letters + 2):,} is one character too far back."),
            ((letters + 1) ** size, "Base and exponent are the wrong way round."),
            (size**letters + size, "Each context goes with each follower: times, not plus."),
        ],
        f"{' · '.join([str(size)] * letters)} contexts, times {size} followers: {right:,}.",
        f"{size} ** ({letters} + 1)",
    )


@kind(6, "a window on a name")
def window_on_a_name(rng: Random) -> Question:
    name = rng.choice(
        ["noah", "liam", "james", "oliver", "ruby", "isla", "lucas", "henry", "chloe"]
    )
    k = 3
    place = rng.randrange(1, len(name) + 1)
    framed = "." * k + name + "."
    context = framed[place : place + k]
    target = "the `.` at the end" if place == len(name) else f"the `{name[place]}`"
    return choice(
        rng,
        f"A network looks {k} characters back, and `.` fills the places before a name. Which "
        f"context does it get when it is to predict {target} of `{name}`?",
        context,
        {  # Where two of them coincide, the later sentence is said.
            context[1:]
            + ".": f"`{context[1:]}.` has a `.` on the right. They fill up on the left.",
            framed[
                place + 1 : place + 1 + k
            ]: f"`{framed[place + 1 : place + 1 + k]}` ends with what "
            "is to be predicted: the answer is in the question.",
            framed[
                place - 1 : place - 1 + k
            ]: f"`{framed[place - 1 : place - 1 + k]}` is one place "
            "too early: it leaves out the character right before.",
            context[::-1]: f"`{context[::-1]}` has the characters in the wrong order.",
            (name[:k] + "...")[:k]: f"`{(name[:k] + '...')[:k]}` is the beginning of the name, "
            "whatever is to be predicted.",
        },
        f"The {k} characters right before: `{context}`, with `.` on the left where the name has "
        "not begun.",
        f'("." * {k} + "{name}")[{place} : {place + k}]',
    )


@kind(6, "shape of an embedding")
def shape_of_an_embedding(rng: Random) -> Question:
    n, k, d = rng.sample(range(2, 12), 3)
    size = rng.choice([27, 30, 40])
    flat = rng.random() < 0.5
    call, right = ("C[X].view(len(X), -1)", (n, k * d)) if flat else ("C[X]", (n, k, d))
    why = f"Each of the {n} · {k} numbers of `X` becomes a row of {d} numbers: ({n}, {k}, {d})"
    if flat:
        why += f". Then the {k} rows of an example stand in one: {k} · {d} = {k * d}"
    return shape(
        f"`C` is a table of embeddings, `({size}, {d})`, and `X` holds contexts, `({n}, {k})`. "
        f"Which shape has this?\n\n    {call}",
        right,
        [
            ((n, k, d), f"({n}, {k}, {d}) is `C[X]`, before the view. {why}."),
            ((n, k * d), f"({n}, {k * d}) is one row for each example, after a view. {why}."),
            ((n, d), f"({n}, {d}) has one letter for each example, and there are {k}. {why}."),
            ((n, k), f"({n}, {k}) is the shape of `X`. {why}."),
            ((n * k, d), f"({n * k}, {d}) has one row for each letter of each context. {why}."),
            ((n, k, size), f"({n}, {k}, {size}) is what one-hot would give. {why}."),
            (ERROR, f"It does not fail: an index may have any shape. {why}."),
        ],
        f"{why}.",
        f"C, X = torch.zeros({size}, {d}), torch.zeros({n}, {k}, "
        f"dtype=torch.int64)\n({call}).shape",
    )


@kind(6, "what -1 stands for")
def what_minus_one_stands_for(rng: Random) -> Question:
    n, k, d = rng.choice([4, 6, 8, 12]), rng.choice([2, 3, 4]), rng.choice([5, 6, 10])
    view, right = rng.choice(
        [
            (f"{n}, -1", k * d),
            (f"-1, {d}", n * k),
            (f"-1, {k * d}", n),
            (f"{n // 2}, -1, {d}", 2 * k),
            (f"-1, {2 * d}", n * k // 2),
            (f"2, -1, {k * d}", n // 2),
        ]
    )
    total = n * k * d
    rest = [int(each) for each in view.split(", ") if each != "-1"]
    return number(
        f"`x` has shape `({n}, {k}, {d})`. What does -1 stand for in `x.view({view})`?",
        right,
        [
            (total, f"{total} is how many numbers there are in all. The other sizes take a part."),
            (k * d, f"{k * d} is {k} · {d}, the last two sizes as they were."),
            (n * k, f"{n * k} is {n} · {k}, the first two sizes as they were."),
            (n * d, f"{n * d} is {n} · {d}, the first size and the last as they were."),
            (d, f"{d} is the last size as it was."),
            (k, f"{k} is the middle size as it was."),
            (1, "With 1 the numbers would not all have a place."),
            (-1, "-1 is no size. It is worked out: what is left over for this place."),
        ],
        f"All {total} numbers have to fit: {total} / {math.prod(rest)} = {right}.",
        f"torch.zeros({n}, {k}, {d}).view({view}).shape[{view.split(', ').index('-1')}]",
    )


@kind(6, "count the parameters")
def count_the_parameters(rng: Random) -> Question:
    size, k, d, h = (
        rng.choice(each) for each in ([5, 10, 20, 27], [2, 3], [2, 3, 5], [10, 20, 50])
    )
    first, last = k * d * h + h, h * size + size
    right = size * d + first + last
    return number(
        f"An alphabet of {size}; {k} letters of context; {d} numbers for each letter; a hidden "
        f"layer of {h} units; a last layer of {size}. Both layers have biases. How many "
        "parameters?",
        right,
        [
            (first + last, f"{first + last} leaves out the table of embeddings."),
            (right - h - size, f"{right - h - size} leaves out the biases."),
            (
                right - (k - 1) * d * h,
                f"{right - (k - 1) * d * h} takes one letter for the context. A hidden unit sees "
                f"all {k}.",
            ),
            (
                right + (k - 1) * size * d,
                f"{right + (k - 1) * size * d} has a table for each place. All places share one.",
            ),
            (right - last, f"{right - last} leaves out the last layer."),
        ],
        f"{size} · {d} embeddings + ({k} · {d} · {h} + {h}) + ({h} · {size} + {size}) = {right}.",
        f"{size} * {d} + ({k} * {d} * {h} + {h}) + ({h} * {size} + {size})",
    )


@kind(6, "train, dev or test")
def train_dev_or_test(rng: Random) -> Question:
    dev = "The dev names decide: the model has not learned from them, and you may ask often. "
    test = "The test names tell, once: no choice was made by them. "
    train = "The training names: what moves the weights or counts is learned from them alone. "
    situation, right, why = rng.choice(
        [
            ("You have trained with seven learning rates, and want to keep one.", "dev", dev),
            ("You wonder whether 100 or 200 hidden units are better.", "dev", dev),
            ("The loss falls ever more slowly, and you want to know when to stop.", "dev", dev),
            ("You look for the best k to add to the counts.", "dev", dev),
            ("You want to see whether the long training began to overfit.", "dev", dev),
            (
                "All choices are made, and you report how good the model is on new names.",
                "test",
                test,
            ),
            ("A friend asks for one honest number for your finished model.", "test", test),
            ("You compute the gradient for the next step.", "training", train),
            ("You fill the table of counts.", "training", train),
            ("You move the embeddings of the letters, to lower the loss.", "training", train),
        ]
    )
    names = {"training": "the training names", "dev": "the dev names", "test": "the test names"}
    says = {
        "training": {
            "dev": "Whoever learns from the dev names cannot be judged by them any more.",
            "test": "Whoever learns from the test names cannot be judged by them any more.",
            "all": "Then no names would be left to judge the model by.",
        },
        "dev": {
            "training": "On the training names a model that memorizes does best.",
            "test": "What was chosen by the test names looks better on them than it is.",
            "all": "Most of all names are training names, where a model that memorizes does best.",
        },
        "test": {
            "training": "The model has learned from the training names, and knows them.",
            "dev": "The dev names have been used to choose, so they flatter what was chosen.",
            "all": "Most of all names are training names, which the model knows.",
        },
    }[right]
    return choice(
        rng,
        f"{situation} Which names do you take?",
        names[right],
        {names.get(key, "all names together"): sentence for key, sentence in says.items()},
        why.strip(),
    )


@kind(6, "which model to keep")
def which_model_to_keep(rng: Random) -> Question:
    dev = sorted(rng.sample(range(210, 232), 4))
    best, second, third, worst = (each / 100 for each in dev)
    models = {  # from training loss to dev loss
        "best": (round(best - rng.choice([0.03, 0.06, 0.09]), 2), best),
        "memorizes": (round(best - rng.choice([0.25, 0.3, 0.4]), 2), third),
        "small gap": (round(second - 0.01, 2), second),
        "worst": (round(worst - 0.02, 2), worst),
    }
    shown = {key: f"train {t:.2f}, dev {d:.2f}" for key, (t, d) in models.items()}
    return choice(
        rng,
        "Four models were trained on the same names. Which one do you keep?",
        shown["best"],
        {
            shown["memorizes"]: "It has the lowest training loss. It knows its own names best, "
            "and new ones worse than another does.",
            shown["small gap"]: "It has the smallest gap between train and dev. But what counts is "
            "how low dev is, not how near.",
            shown["worst"]: "It has the highest dev loss of all four.",
        },
        f"The lowest dev loss, {best:.2f}: it does best on names that it has not learned from.",
    )


@kind(6, "noise of a minibatch")
def noise_of_a_minibatch(rng: Random) -> Question:
    size, root = rng.choice([16, 32, 50, 64]), rng.choice([2, 3, 4, 5])
    noise = rng.choice([0.6, 0.8, 1.2, 2.4])
    right = noise / root
    return number(
        f"The gradient of {size} random examples is off by {noise} on average. By how much, "
        f"about, is that of {size * root**2}?",
        right,
        [
            (
                noise / root**2,
                f"{noise / root**2:g} divides by {root**2}, as the number of examples grows. "
                "Noise falls with its square root.",
            ),
            (noise, f"{noise} is as it was. A mean of more examples is steadier."),
            (noise * root, f"{noise * root:g} has grown. A mean of more examples is steadier."),
            (noise / root**0.5, "That is the square root of the square root."),
            (noise / 2 / root, "That is half of it. Only the root of the number counts."),
        ],
        f"{root**2} times the examples, noise divided by √{root**2} = {root}: {right:g}.",
        f"{noise} / {root**2} ** 0.5",
        within=0.005,
    )


# Lesson 7


@kind(7, "fan-in and spread of weights")
def fan_in_and_weights(rng: Random) -> Question:
    root = rng.choice([4, 5, 8, 10, 12, 15, 20])
    fan_out = rng.choice([50, 150, 200, 300])
    gain, said = rng.choice([(1.0, "1"), (5 / 3, "5/3"), (2.0, "2"), (0.5, "0.5")])
    right = gain / root
    return number(
        f"A layer has {root**2} inputs and {fan_out} units. Which standard deviation should its "
        f"weights have, for a gain of {said}?",
        right,
        [
            (
                gain * root,
                f"{gain * root:g} grows with the number of inputs. Each input adds to the sum, "
                "so each weight has to be smaller.",
            ),
            (gain / root**2, f"{said} / {root**2} is without the square root."),
            (gain / fan_out**0.5, f"That has √{fan_out}, the units. A sum runs over the inputs."),
            (1 / root, f"1/{root} leaves the gain out."),
            (gain, f"{said} is the gain, not yet divided."),
            (
                1 / root / gain,
                "That divides by the gain. The gain makes up for what tanh takes off.",
            ),
        ],
        f"gain / √fan-in = {said} / {root} = {right:.4g}.",
        f"{said} / {root**2} ** 0.5",
        within=0.001,
    )


@kind(7, "spread after a layer")
def spread_after_a_layer(rng: Random) -> Question:
    root = rng.choice([4, 5, 10, 20, 30])
    w, x = rng.choice([0.02, 0.05, 0.1, 0.2, 0.5]), rng.choice([0.5, 2, 3])
    right = w * x * root
    return number(
        f"`x` has {root**2} independent columns of standard deviation {x:g}, and the weights `W` "
        f"have {w:g}, all with a mean of 0. Which standard deviation do you expect of `x @ W`?",
        right,
        [
            (
                w * x,
                f"{w * x:g} is that of one product. Each result is a sum of {root**2} of them.",
            ),
            (
                w * x * root**2,
                f"{w * x * root**2:g} multiplies by {root**2}. Products of both signs cancel in "
                "part: variances add up, standard deviations do not.",
            ),
            (w * root, f"{w * root:g} is for an `x` of standard deviation 1."),
            (x * root, f"{x * root:g} is for weights of standard deviation 1."),
            (
                w * x / root,
                f"{w * x / root:g} divides by √fan-in. A sum spreads wider than its parts.",
            ),
            (right**2, f"{right**2:g} is the variance."),
        ],
        f"{x:g} · {w:g} · √{root**2} = {right:g}.",
        f"{x:g} * {w:g} * {root**2} ** 0.5",
        within=0.001,
    )


@kind(7, "slope through tanh")
def slope_through_tanh(rng: Random) -> Question:
    out = rng.choice([-0.9, -0.8, -0.6, -0.5, -0.3, 0.3, 0.4, 0.6, 0.7, 0.9])
    slope = rng.choice([2, 4, 5, 10])
    right = slope * (1 - out**2)
    return number(
        f"A tanh gives {out}, and the slope of the loss with respect to this is {slope}. What is "
        "the slope with respect to what went in?",
        right,
        [
            (slope, f"{slope} is what comes in from above. The tanh lets a part of it through."),
            (slope * (1 - abs(out)), "That has 1 - |a|, where the slope of tanh is 1 - a²."),
            (
                slope * out,
                f"{slope * out:g} is slope · a. The slope of tanh is 1 - a².",
            ),
            (
                slope * (1 - math.tanh(out) ** 2),
                f"That puts {out} through tanh once more. It is what came out already.",
            ),
            (1 - out**2, f"{1 - out**2:g} is the slope of the tanh alone."),
            (slope * out**2, f"{slope * out**2:g} is slope · a²: what the tanh takes away."),
            (slope * out * (1 - out), "a · (1 - a) is for another function, the logistic one."),
        ],
        f"{slope} · (1 - ({out})²) = {slope} · {1 - out**2:.2f} = {right:.2f}. At 1 and -1 "
        "nothing gets through.",
        f"{slope} * (1 - ({out}) ** 2)",
        within=0.01,
    )


@kind(7, "dead units")
def dead_units(rng: Random) -> Question:
    def saturated() -> float:
        return rng.choice([0.98, 0.99, -0.98, -0.99])

    units = rng.randint(4, 5)
    kinds = [rng.choice("dsf") for _ in range(units)]  # dead, some saturated, free
    columns = []
    for each in kinds:
        column = [saturated() if each == "d" else rng.randint(-9, 9) / 10 for _ in range(3)]
        if each == "s":
            column[rng.randrange(3)] = saturated()
        columns.append(column)
    rows = [list(row) for row in zip(*columns, strict=True)]
    over = [[abs(x) > 0.97 for x in column] for column in columns]
    right = sum(map(all, over))
    table = "\n".join("    " + "".join(f"{x:7.2f}" for x in row) for row in rows)
    cells, some = sum(map(sum, over)), sum(map(any, over))
    full = sum(all(column[i] for column in over) for i in range(3))
    return number(
        "What tanh gives for three examples (rows), unit by unit (columns). Saturated is what lies "
        f"beyond 0.97 or -0.97. How many units get no gradient to speak of from any example?\n\n"
        f"{table}",
        right,
        [
            (cells, f"{cells} is how many numbers are saturated. A unit is a whole column."),
            (
                some,
                f"{some} is how many units are saturated for some example. To be dead is to be so "
                "for all three.",
            ),
            (full, f"{full} is how many rows are saturated throughout. Units are the columns."),
            (
                units - some,
                f"{units - some} is how many units are saturated nowhere: these learn best.",
            ),
            (units, f"{units} is the number of all units."),
        ],
        f"{right} of {units} columns {'is' if right == 1 else 'are'} saturated in all three "
        "rows: dead for these examples.",
        f"(torch.tensor({rows}).abs() > 0.97).all(0).sum()",
    )


@kind(7, "update to data")
def update_to_data(rng: Random) -> Question:
    rate, grad, data = (
        rng.choice([0.1, 0.2, 0.5]),
        rng.choice([0.004, 0.01, 0.02]),
        rng.choice([0.1, 0.2, 0.25, 0.4]),
    )
    right = rate * grad / data
    return number(
        f"The weights of a layer have a standard deviation of {data}, their slopes one of "
        f"{grad}, and the learning rate is {rate}. What is the ratio of update to data?",
        right,
        [
            (grad / data, f"{grad / data:g} leaves the rate out: a step is rate · slope."),
            (rate * grad, f"{rate * grad:g} is the update, not yet compared with the weights."),
            (rate * data / grad, "That is with slopes and weights the wrong way round."),
            (data / (rate * grad), "That is data to update. Turn it round."),
            (rate * grad * data, "That multiplies by the size of the weights, where one divides."),
            (math.log10(right), "That is the log to base 10 of the ratio."),
            (0.001, "0.001 is about what is healthy, not what this layer has."),
        ],
        f"{rate} · {grad} / {data} = {right:.4g}. About 0.001 is healthy.",
        f"{rate} * {grad} / {data}",
        within=0.0001,
    )


@kind(7, "which first loss")
def which_first_loss(rng: Random) -> Question:
    size = rng.choice([10, 20, 50, 100])
    flat = math.log(size)
    high = flat + rng.choice([5, 10, 15])
    at, right, why = rng.choice(
        [
            (
                high,
                "its logits are far apart: it is sure of itself, and mostly wrong",
                f"Knowing nothing costs ln {size} = {flat:.2f}. More than that is being sure and "
                "wrong",
            ),
            (
                flat,
                "its logits are nearly equal, as they should be",
                f"ln {size} = {flat:.2f} is what knowing nothing costs: equal logits",
            ),
            (
                flat / 6,
                "it has seen the labels, or the loss is not computed as it should be",
                f"Knowing nothing costs ln {size} = {flat:.2f}. Before any step nothing can be "
                "known",
            ),
        ]
    )
    return choice(
        rng,
        f"A network for {size} classes, all equally frequent, with random weights, not trained. "
        f"Its first loss is {at:.2f}. What does that tell?",
        right,
        {
            "its logits are far apart: it is sure of itself, and mostly wrong": "Then the loss "
            f"would lie above ln {size}. {why}.",
            "its logits are nearly equal, as they should be": f"Then the loss would be about ln "
            f"{size}. {why}.",
            "it has seen the labels, or the loss is not computed as it should be": "That would "
            f"be a loss well below ln {size}. {why}.",
            "nothing: a first loss may be anything": f"It can be said beforehand. {why}.",
        },
        f"{why}.",
    )
