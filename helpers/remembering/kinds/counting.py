"""Questions on lessons 1 to 3: counts, broadcasting, likelihood."""

from __future__ import annotations

import math
from itertools import pairwise
from math import prod
from random import Random

from helpers.remembering.question import ERROR, Question, choice, kind, number, shape

_NAMES = ["ada", "mia", "eva", "leo", "max", "ben", "lily", "noah", "emma", "otto", "olivia"]


# Lesson 1


@kind(1, "bigrams of names")
def bigrams_of_names(rng: Random) -> Question:
    names = rng.sample(_NAMES, rng.randint(2, 3))
    letters, count = sum(map(len, names)), len(names)
    return number(
        f"A `.` stands before and after each name. How many bigrams are counted in "
        f"`{'`, `'.join(names)}` together, each as often as it occurs?",
        letters + count,
        [
            (
                letters,
                f"{letters} is the number of letters. The bigram of a name's end is one more.",
            ),
            (
                letters - count,
                f"{letters - count} are the pairs of letters alone. Each name has a pair with "
                "the `.` at its beginning, and one at its end.",
            ),
            (
                letters + 2 * count,
                f"{letters + 2 * count} is the number of characters, each `.` counted. A row of "
                "characters has one pair fewer than characters.",
            ),
            (
                letters + 1,
                f"{letters + 1} it would be if all letters were one name. Each name has a "
                "beginning and an end of its own.",
            ),
        ],
        f"A name of n letters has n + 1 bigrams: {' + '.join(str(len(n) + 1) for n in names)} = "
        f"{letters + count}.",
        f"sum(len(name) + 1 for name in {names})",
    )


@kind(1, "a cell of the table")
def cell_of_the_table(rng: Random) -> Question:
    first, second = rng.sample("aen", 2)
    names = ["".join(rng.choices("aen", k=rng.randint(3, 5))) for _ in range(3)]
    framed = [f".{name}." for name in names]
    pairs = [pair for name in framed for pair in pairwise(name)]
    right = pairs.count((first, second))
    row, column = (sum(pair[i] == x for pair in pairs) for i, x in ((0, first), (1, second)))
    in_names = sum(first + second in name for name in names)
    back = pairs.count((second, first))
    return number(
        f"The bigrams of `{'`, `'.join(names)}` are counted: rows for the character before, "
        f"columns for the one after. What stands in row `{first}`, column `{second}`?",
        right,
        [
            (back, f"{back} is row `{second}`, column `{first}`: `{second}` stands before there."),
            (row, f"{row} is the sum of row `{first}`: whatever comes after `{first}`."),
            (column, f"{column} is the sum of column `{second}`: whatever comes before it."),
            (
                in_names,
                f"{in_names} is in how many names `{first + second}` stands. Where it stands "
                "twice, it is counted twice.",
            ),
            (right + back, f"{right + back} counts `{first + second}` and `{second + first}`."),
        ],
        f"How often `{first + second}` stands in each of them: "
        f"{' + '.join(str(_pairs(name, first + second)) for name in names)} = {right}.",
        f"sum(a + b == {first + second!r} for name in {names} for a, b in zip(name, name[1:]))",
    )


def _pairs(name: str, pair: str) -> int:
    return sum(a + b == pair for a, b in pairwise(name))


@kind(1, "size of the table")
def size_of_the_table(rng: Random) -> Question:
    letters, tokens = rng.randint(3, 33), rng.choice(["one", "two"])
    more = 1 if tokens == "one" else 2
    said = {
        "one": "one `.` for both the beginning and the end",
        "two": "one sign for the beginning and another for the end",
    }[tokens]
    size, other = letters + more, letters + 3 - more
    return number(
        f"An alphabet has {letters} letters, and there is {said}. How many cells has the table "
        "of its bigrams?",
        size**2,
        [
            (letters**2, f"{letters**2} is {letters} · {letters}: the letters alone."),
            (
                other**2,
                f"{other**2} is {other} · {other}. Here the letters are joined by {tokens} "
                f"sign{'s' if more > 1 else ''}.",
            ),
            (
                letters * size,
                f"{letters * size} is {letters} · {size}. The same characters stand before rows "
                "and above columns.",
            ),
            (2 * size, f"{2 * size} is {size} + {size}. Each of {size} rows has {size} cells."),
        ],
        f"{letters} + {more} characters, each before each: {size} · {size} = {size**2} cells."
        + (" With two signs a whole row and a whole column stay empty." if more > 1 else ""),
        f"({letters} + {more}) ** 2",
    )


@kind(1, "a draw from a row")
def draw_from_a_row(rng: Random) -> Question:
    letters = rng.sample("aeiou", 3)
    counts = rng.sample(range(2, 10), 3)
    place = rng.randrange(3)
    here, total = counts[place], sum(counts)
    row = ", ".join(f"`{x}` {n} times" for x, n in zip(letters, counts, strict=True))
    return number(
        f"After `m` came {row}, and nothing else. The next letter is drawn with these counts as "
        f"weights. How probable is `{letters[place]}`?",
        here / total,
        [
            (
                here / (total - here),
                f"{here} to {total - here} are the odds. As a probability it is a share of all "
                f"{total}.",
            ),
            (1 / 3, "1/3 it would be if all three were equally probable. They have weights."),
            (1 / total, f"1/{total} is what a count of 1 is worth."),
            (
                1.0 * (here == max(counts)),
                "A draw does not always take the most frequent letter: each has its share.",
            ),
        ],
        f"Its share of the row: {here} / ({' + '.join(map(str, counts))}) = {here / total:.3f}.",
        f"{here} / sum({counts})",
        within=0.01,
    )


@kind(1, "tensor and Tensor")
def tensor_and_tensor(rng: Random) -> Question:
    a, b = rng.sample(range(2, 10), 2)
    code = rng.choice(
        [
            f"torch.tensor([{a}, {b}])",
            f"torch.Tensor([{a}, {b}])",
            f"torch.tensor([{a}, {b}.0])",
            f"torch.tensor([{a}, {b}]) / {a}",
            f"torch.tensor([{a}, {b}]) * {a}",
            f"torch.tensor([{a}, {b}]) > {a}",
            f"torch.zeros({a}, {b})",
            f"torch.tensor([{a}, {b}]).float()",
        ]
    )
    if ">" in code:
        right, why = "torch.bool", "A comparison gives truth values."
    elif any(part in code for part in ("Tensor", ".0", "/", "zeros", "float")):
        right = "torch.float32"
        why = {
            "T": "`torch.Tensor` makes floats of whatever it is given, without a word.",
            ".": "One number with a point makes floats of all.",
            "/": "A division gives floats, of whole numbers too.",
            "z": "`torch.zeros` makes floats, unless told otherwise.",
            "f": "`.float()` makes floats of 32 bits.",
        }[next(s[0] for s in ("Tensor", "/", "zeros", "float", ".0") if s in code)]
    else:
        right, why = (
            "torch.int64",
            "Whole numbers stay whole: `torch.tensor` keeps what it is given.",
        )
    return choice(
        rng,
        f"Which `dtype` has this, where no default was changed?\n\n    {code}",
        right,
        {
            "torch.int64": "int64 is for whole numbers that were kept whole. " + why,
            "torch.float32": "float32 comes of numbers with a point, of divisions, and of what "
            "makes floats by itself. " + why,
            "torch.float64": "PyTorch makes float64 where it is told to, or given NumPy's. " + why,
            "torch.bool": "bool comes of comparisons. " + why,
        },
        why,
        f"({code}).dtype",
    )


# Lesson 2


@kind(2, "shapes that meet")
def shapes_that_meet(rng: Random) -> Question:
    a, b, c = rng.sample(range(2, 8), 3)
    one, other = rng.choice(
        [
            ((a, b), (b,)),
            ((a, b), (a,)),
            ((a, 1), (b,)),
            ((a, 1), (1, b)),
            ((a, b), (a, 1)),
            ((a, 1, c), (b, 1)),
            ((a, b, c), (b, 1)),
            ((a, b, c), (a, b)),
            ((a, b), (b, a)),
        ]
    )
    if rng.random() < 0.5:
        one, other = other, one
    right = _together(one, other)
    longest = max(len(one), len(other))
    padded = [(1,) * (longest - len(each)) + each for each in (one, other)]
    left = [each + (1,) * (longest - len(each)) for each in (one, other)]
    pairs = ", ".join(f"{x} and {y}" for x, y in reversed(list(zip(*padded, strict=True))))
    rule = f"From the right the pairs are {pairs}"
    if right == ERROR:
        why = f"{rule}. Each has to be equal or have a 1 in it, or it fails"
    else:
        why = f"{rule}. Of each the larger counts, and where a size is missing it is taken as 1"
    return shape(
        f"Which shape has `x + y`, where `x` is of shape `{one}` and `y` of shape `{other}`?",
        right,
        [
            (ERROR, f"It does not fail. {why}."),
            (_together(*left), f"{_together(*left)} comes of lining up on the left. {why}."),
            (one, f"{one} is the shape of `x`. {why}."),
            (other, f"{other} is the shape of `y`. {why}."),
            (one + other, f"{one + other} lays the sizes side by side. {why}."),
            (
                tuple(x * y for x, y in zip(*padded, strict=True)),
                f"The sizes are not multiplied. {why}.",
            ),
        ],
        f"{why}.",
        f"(torch.zeros({one}) + torch.zeros({other})).shape",
    )


def _together(one: tuple, other: tuple) -> tuple | str:
    longest = max(len(one), len(other))
    padded = [(1,) * (longest - len(each)) + each for each in (one, other)]
    pairs = list(zip(*padded, strict=True))
    fits = all(x == y or 1 in (x, y) for x, y in pairs)
    return tuple(max(pair) for pair in pairs) if fits else ERROR


@kind(2, "keepdim")
def keepdim(rng: Random) -> Question:
    sizes = tuple(rng.sample(range(2, 10), rng.choice([2, 2, 3])))
    dim, keep = rng.randrange(len(sizes)), rng.random() < 0.5
    reduced = {
        (d, k): sizes[:d] + ((1,) if k else ()) + sizes[d + 1 :]
        for d in range(len(sizes))
        for k in (True, False)
    }
    call = f"x.sum({dim}{', keepdim=True' if keep else ''})"
    mistakes = []
    for (d, k), result in reduced.items():
        says = f"{result} is the shape of `x.sum({d}{', keepdim=True' if k else ''})`."
        mistakes.append((result, says))
    mistakes.append((sizes, f"{sizes} is the shape of `x`. A sum leaves fewer numbers."))
    mistakes.append((sizes[dim : dim + 1], f"Dimension {dim} is the one that is summed away."))
    fate = "stays, with size 1" if keep else "is gone"
    return shape(
        f"`x` has shape `{sizes}`. Which shape has this?\n\n    {call}",
        reduced[dim, keep],
        mistakes,
        f"The sum runs along dimension {dim}, of size {sizes[dim]}, which then {fate}.",
        f"x = torch.zeros{sizes}\n{call}.shape",
    )


@kind(2, "which dimension is summed")
def which_dimension(rng: Random) -> Question:
    table = [[rng.randint(1, 9) for _ in range(3)] for _ in range(2)]
    rows, columns = [sum(row) for row in table], [sum(pair) for pair in zip(*table, strict=True)]
    results = {
        "x.sum(0)": columns,
        "x.sum(1)": rows,
        "x.sum(0, keepdim=True)": [columns],
        "x.sum(1, keepdim=True)": [[each] for each in rows],
    }
    call = rng.choice(list(results))
    what = {
        "0": "Dimension 0 counts the rows. Along it one goes down a column: one sum for each "
        "column.",
        "1": "Dimension 1 counts the columns. Along it one goes through a row: one sum for each "
        "row.",
    }[call[6]]
    kept = " `keepdim=True` keeps a dimension of size 1." if "keep" in call else ""
    return choice(
        rng,
        f"What does `{call}` give?\n\n    x = torch.tensor({table})",
        str(results[call]),
        {str(result): f"{result} is `{other}`." for other, result in results.items()},
        what + kept,
        f"x = torch.tensor({table})\n{call}.tolist()",
    )


@kind(2, "division without keepdim")
def division_without_keepdim(rng: Random) -> Question:
    table = [[rng.randint(1, 9) for _ in range(2)] for _ in range(2)]
    i, j = rng.choice([(0, 1), (1, 0)])
    rows, columns = [sum(row) for row in table], [sum(pair) for pair in zip(*table, strict=True)]
    keep = rng.random() < 0.3
    call = f"(x / x.sum(1{', keepdim=True' if keep else ''}))[{i}, {j}]"
    here = table[i][j]
    mistakes = [
        (here / rows[i], f"{here}/{rows[i]} divides by the sum of its own row: `keepdim=True`."),
        (
            here / rows[j],
            f"{here}/{rows[j]} divides by the sum of row {j}: that is without `keepdim=True`.",
        ),
        (here / columns[j], f"{here}/{columns[j]} divides by the sum of its column: `x.sum(0)`."),
        (here / sum(rows), f"{here}/{sum(rows)} divides by the sum of the whole table."),
    ]
    if keep:
        right, why = here / rows[i], "With `keepdim=True` the row sums stand in a column, (2, 1)"
        which = f"its own row, {rows[i]}"
    else:
        right, why = here / rows[j], "`x.sum(1)` has shape (2,), and lines up as a row"
        which = f"row {j}, {rows[j]}: that of another row than its own"
    return number(
        f"What does this give?\n\n    x = torch.tensor({table})\n    {call}",
        right,
        mistakes,
        f"{why}. So the entry {here} is divided by the sum of {which}.",
        f"x = torch.tensor({table})\n{call}",
        within=0.01,
    )


@kind(2, "which line makes shares")
def which_line_makes_shares(rng: Random) -> Question:
    x, size = rng.choice("NPCW"), rng.randint(3, 40)
    what = rng.choice(["row", "column", "table"])
    lines = {
        f"{x} / {x}.sum(1, keepdim=True)": "divides each row by its own sum: rows sum to one.",
        f"{x} / {x}.sum(0)": "divides each column by its own sum: columns sum to one.",
        f"{x} / {x}.sum(1)": "divides each column by the sum of the row of that number. "
        "In general neither rows nor columns sum to one.",
        f"{x} / {x}.sum()": "divides all by one number: the whole table sums to one.",
    }
    right = list(lines)[{"row": 0, "column": 1, "table": 3}[what]]
    aim = "all numbers together sum" if what == "table" else f"each {what} sums"
    return choice(
        rng,
        f"`{x}` is a table of counts, ({size}, {size}), none of them 0. Which line certainly gives "
        f"a table in which {aim} to one?",
        f"`{right}`",
        {f"`{line}`": f"`{line}` {does}" for line, does in lines.items()},
        f"It {lines[right]}",
    )


@kind(2, "views and copies")
def views_and_copies(rng: Random) -> Question:
    values = rng.sample(range(1, 9), 4)
    part, shares = rng.choice(
        [
            ("t[1:3]", True),
            ("t.view(2, 2)[0]", True),
            ("t[:2]", True),
            ("t[-2:]", True),
            ("t[1:3].clone()", False),
            ("t[[1, 2]]", False),
            ("t[:2] * 1", False),
        ]
    )
    plus = rng.choice([10, 20, 30])
    change, in_place = rng.choice([(f"p += {plus}", True), (f"p = p + {plus}", False)])
    before, reached = sum(values), shares and in_place
    if reached:
        why = f"`{part}` is a view, and `+=` changes the numbers where they are, in `t` as well"
    elif shares:
        why = f"`{part}` is a view, but `p = p + {plus}` makes a new tensor, and leaves `t` alone"
    else:
        why = f"`{part}` has numbers of its own, so `t` stays as it was"
    inside = {"t[1:3]": slice(1, 3), "t[[1, 2]]": slice(1, 3), "t[-2:]": slice(2, 4)}
    p = sum(values[inside.get(part.removesuffix(".clone()"), slice(0, 2))]) + 2 * plus
    return number(
        f"What is the sum of `t` at the end?\n\n    t = torch.tensor({values})\n"
        f"    p = {part}\n    {change}",
        before + 2 * plus * reached,
        [
            (before, f"{before} is the sum before."),
            (
                before + 2 * plus,
                f"In {before + 2 * plus} two numbers of `t` have changed.",
            ),
            (before + plus, f"In {before + plus} one number has changed, and `p` has two."),
            (
                before + 4 * plus,
                f"In {before + 4 * plus} all four numbers have changed: `p` has two.",
            ),
            (p, f"{p} is the sum of `p` at the end."),
        ],
        f"{why}: {before + 2 * plus * reached}.",
        f"t = torch.tensor({values})\np = {part}\n{change}\nt.sum()",
    )


# Lesson 3


@kind(3, "likelihood of a name")
def likelihood_of_a_name(rng: Random) -> Question:
    name = rng.choice(["mo", "jo", "al", "ed"])
    p = rng.sample([0.1, 0.2, 0.3, 0.4, 0.5, 0.8], 3)
    bigrams = [f".{name[0]}", name, f"{name[1]}."]
    said = ", ".join(f"`{b}` {each}" for b, each in zip(bigrams, p, strict=True))
    return number(
        f"A bigram model gives these probabilities: {said}. How probable is the name `{name}`?",
        prod(p),
        [
            (sum(p), f"{sum(p):g} is the sum. All three have to happen, one after the other."),
            (sum(p) / 3, f"{sum(p) / 3:.3f} is the mean of the three."),
            (
                p[0] * p[1],
                f"{p[0] * p[1]:g} is how probable it is that a name begins like this. It has to "
                "end, too.",
            ),
            (
                p[1] * p[2],
                f"{p[1] * p[2]:g} is without the beginning: that a name begins with `{name[0]}` "
                "has a probability, too.",
            ),
            (p[1], f"{p[1]} is one bigram alone."),
            (prod(p) ** (1 / 3), f"{prod(p) ** (1 / 3):.3f} is the third root of the product."),
        ],
        f"The product of its bigrams: {' · '.join(map(str, p))} = {prod(p):g}.",
        f"math.prod({p})",
        within=0.001,
    )


@kind(3, "loss of three labels")
def loss_of_three(rng: Random) -> Question:
    p = rng.sample([0.05, 0.1, 0.2, 0.25, 0.4, 0.5, 0.8], 3)
    logs = [-math.log(each) for each in p]
    right = sum(logs) / 3
    return number(
        f"A model gives three labels the probabilities {p[0]}, {p[1]} and {p[2]}. What is its "
        "loss, the mean negative log-likelihood?",
        right,
        [
            (sum(logs), f"{sum(logs):.3f} is the sum. The loss is the mean of the three."),
            (-right, "The sign is missing: logs of probabilities are negative, the loss is not."),
            (
                -math.log(sum(p) / 3),
                f"{-math.log(sum(p) / 3):.3f} is the log of the mean probability, with a minus. "
                "The loss is the mean of the logs.",
            ),
            (right / math.log(2), f"{right / math.log(2):.3f} is in bits, with logs to base 2."),
            (right / math.log(10), f"{right / math.log(10):.3f} is with logs to base 10."),
            (prod(p), f"{prod(p):.4f} is the likelihood, the product of the three."),
        ],
        f"({' + '.join(f'{each:.3f}' for each in logs)}) / 3 = {right:.3f}, with -ln of each.",
        f"-torch.tensor({p}).log().mean()",
        within=0.01,
    )


@kind(3, "loss of counts")
def loss_of_counts(rng: Random) -> Question:
    counts = [rng.randint(4, 9), rng.randint(2, 3)]
    rng.shuffle(counts)
    p = rng.sample([0.1, 0.2, 0.25, 0.5, 0.8], 2)
    total, logs = sum(counts), [-math.log(each) for each in p]
    summed = sum(c * each for c, each in zip(counts, logs, strict=True))
    swapped = (counts[1] * logs[0] + counts[0] * logs[1]) / total
    return number(
        f"In the data `ab` stands {counts[0]} times and `cd` {counts[1]} times, and nothing "
        f"else. The model gives them the probabilities {p[0]} and {p[1]}. What is the mean "
        "negative log-likelihood?",
        summed / total,
        [
            (
                sum(logs) / 2,
                f"{sum(logs) / 2:.3f} is the mean over the two cells. Each cell counts as often "
                "as it stands in the data.",
            ),
            (summed, f"{summed:.3f} is the sum over the data, not yet divided by {total}."),
            (summed / 2, f"{summed / 2:.3f} is the sum divided by the 2 cells. There are {total}."),
            (swapped, f"{swapped:.3f} has the two counts the wrong way round."),
            (-summed / total, "The sign is missing: a loss is minus the mean of the logs."),
        ],
        f"({counts[0]} · {logs[0]:.3f} + {counts[1]} · {logs[1]:.3f}) / {total} = "
        f"{summed / total:.3f}.",
        f"({counts[0]} * -math.log({p[0]}) + {counts[1]} * -math.log({p[1]})) / {total}",
        within=0.01,
    )


@kind(3, "perplexity")
def perplexity(rng: Random) -> Question:
    loss = rng.choice([*range(6, 10), *range(11, 25)]) / 10
    right = math.exp(loss)
    return number(
        f"A model has a loss of {loss} (natural logarithms). What is its perplexity: as among "
        "how many equally likely letters is it unsure?",
        right,
        [
            (2**loss, f"{2**loss:.2f} is 2 to the power {loss}. The logarithms were natural ones."),
            (10**loss, f"{10**loss:.2f} is 10 to the power {loss}."),
            (
                1 / right,
                f"{1 / right:.2f} is exp(-{loss}), and 1 over the perplexity.",
            ),
            (27 / loss, f"{27 / loss:.2f} is 27 / {loss}. The alphabet does not come in."),
            (loss**2, f"{loss**2:.2f} is the loss squared."),
        ],
        f"exp({loss}) = {right:.2f}: among n equally likely letters the loss is ln n.",
        f"math.exp({loss})",
        within=0.05,
    )


@kind(3, "loss of knowing nothing")
def loss_of_knowing_nothing(rng: Random) -> Question:
    size = rng.choice([*range(5, 27), *range(28, 60)])
    right = math.log(size)
    return number(
        f"An alphabet of {size} characters, and a model that gives each the same probability. "
        "What is its mean negative log-likelihood?",
        right,
        [
            (1 / size, f"1/{size} is the probability of each label. The loss is minus its log."),
            (-right, "The sign is missing: the log is negative, the loss is minus the log."),
            (math.log2(size), f"{math.log2(size):.2f} is in bits, with logs to base 2."),
            (math.log10(size), f"{math.log10(size):.2f} is with logs to base 10."),
            (math.log(27), "That is ln 27, for 27 characters."),
            (size, f"{size} is the perplexity."),
        ],
        f"-ln(1/{size}) = ln {size} = {right:.3f}, whatever the labels are.",
        f"math.log({size})",
        within=0.01,
    )


@kind(3, "smoothing")
def smoothing(rng: Random) -> Question:
    counts = [0, *(rng.randint(1, 9) for _ in range(rng.randint(2, 4)))]
    rng.shuffle(counts)
    k, total, size = rng.choice([1, 2, 3]), sum(counts), len(counts)
    right = k / (total + k * size)
    return number(
        f"A row of counts is {counts}. It is smoothed: {k} is added to each, then the row is "
        "divided by its sum. Which probability does the one get that was never seen?",
        right,
        [
            (0, "0 is what it has without smoothing."),
            (k / total, f"{k}/{total} divides by the old sum: such a row sums to more than one."),
            (
                k / (total + k),
                f"{k}/{total + k} adds {k} to the sum once. It is added to each of {size}.",
            ),
            (1 / size, f"1/{size} is the limit, when very much is added to each."),
            (1 / (total + k * size), f"1/{total + k * size} has 1 above, where {k} was added."),
        ],
        f"{k} / ({total} + {size} · {k}) = {right:.3f}.",
        f"{k} / ({total} + {size} * {k})",
        within=0.001,
    )


@kind(3, "which loss is larger")
def which_loss_is_larger(rng: Random) -> Question:
    pool = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.5, 0.8, 0.9]
    if rng.random() < 0.3:  # as likely, and it does not look so
        first, second = rng.choice(
            [([0.2, 0.2], [0.4, 0.1]), ([0.4, 0.4], [0.2, 0.8]), ([0.1, 0.1], [0.5, 0.02])]
        )
        first, second = [*first, 0.5], [*second, 0.5]
        rng.shuffle(first)
        rng.shuffle(second)
    else:
        first, second = ([rng.choice(pool) for _ in range(3)] for _ in range(2))
    if rng.random() < 0.5:
        first, second = second, first
    products = prod(first), prod(second)
    if math.isclose(*products):
        right = "both are the same"
    else:
        right = f"that of the {'first' if products[0] < products[1] else 'second'}"
    why = f"The products are {products[0]:.3g} and {products[1]:.3g}"
    averages = f"{sum(first) / 3:.2g} and {sum(second) / 3:.2g}"
    means = f"The means of the probabilities, {averages}, do not decide"
    says = f"{why}, and the smaller product has the larger loss"
    if right == "both are the same":
        says = f"{why}: the same product, the same loss"
    return choice(
        rng,
        "Two models give the same three labels these probabilities. Whose mean negative "
        f"log-likelihood is larger?\n\n    first:  {first}\n    second: {second}",
        right,
        {
            "that of the first": f"{says}. {means}.",
            "that of the second": f"{says}. {means}.",
            "both are the same": f"{says}.",
            "that depends on the other letters": "What the model gives to letters that are no "
            f"label has no part in the loss. {says}.",
        },
        f"{says}.",
    )


@kind(3, "a probability of 0")
def probability_of_zero(rng: Random) -> Question:
    p = rng.choice([0.5, 0.25, 0.2, 0.1])
    count = rng.choice([10, 100, 1000])
    mean = -math.log(p)
    return choice(
        rng,
        f"Of {count} labels one has the probability 0, each other one {p}. What is the mean "
        "negative log-likelihood of all?",
        "infinite",
        {
            f"{mean:.3f}": f"{mean:.3f} is that of the others. The impossible one is not left out.",
            f"{mean * (count - 1) / count:.3f}": "The impossible label was counted as 0. But ln(0) "
            "is minus infinity.",
            "NaN": "NaN comes of 0 · inf or inf - inf. Here minus infinity meets finite numbers "
            "only.",
            "0": "0 is the likelihood, the product of all. The loss is minus the mean of the logs.",
        },
        "-ln(0) is infinite, and no number of others makes the mean finite again. So a model "
        "should call nothing impossible: smoothing.",
        f"-torch.tensor([0.0] + [{p}] * {count - 1}).log().mean().item()",
    )
