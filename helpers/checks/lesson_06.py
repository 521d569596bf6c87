"""Exercises of lesson 6, longer memory."""

import math
import random
from collections.abc import Callable
from functools import cache
from numbers import Real

import torch
import torch.nn.functional as F

from helpers.checks import (
    Exercise,
    Mistake,
    entry,
    from_notebook,
    how_many,
    in_quotes,
    left_open,
    same,
    shown,
    true_or_false,
    which_entry,
    which_shape,
)
from helpers.names import build_alphabet, context_examples, load_names

# 6.1 to 6.3


def _which_context(expected: list[str], got: list[str]) -> str:
    """Say which context is wrong, and not what is right: there is little else to find out."""
    if len(got) != len(expected):
        which = "1 context" if len(got) == 1 else f"{len(got)} contexts"
        return f"Got {which}, and one is asked for each label: a, v, a and the . at the end."
    pairs = enumerate(zip(expected, got, strict=True), start=1)
    which, context = next((place, other) for place, (one, other) in pairs if one != other)
    return f"Context number {which} is not {shown(context)}. What stands before label {which}?"


def _set_sizes() -> list[int]:
    """The numbers of examples: of all names, and of those to train on."""
    sizes = [len(from_notebook(name, lambda: ())) for name in ("X", "X_train")]
    return [size for size in sizes if size not in (0, 32)]


def _count(vocabulary: int, length: int, d: int, hidden: int) -> int:
    return vocabulary * d + length * d * hidden + hidden + hidden * vocabulary + vocabulary


# 6.4


def _drawn(count: int, size: int, seed: int) -> torch.Tensor:
    return torch.randint(count, (size,), generator=torch.Generator().manual_seed(seed))


def _minibatch(X, Y, size, seed, times=1):
    batch = _drawn(len(X), size, seed).repeat(times)
    return X[batch], Y[batch]


def _drawn_twice(X, Y, size, seed):
    g = torch.Generator().manual_seed(seed)
    one, other = (torch.randint(len(X), (size,), generator=g) for _ in range(2))
    return X[one], Y[other]


def _without_replacement(X, Y, size, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))[:size]
    return X[order], Y[order]


def _some_examples(rng: random.Random, size: int) -> tuple:
    """Few examples and many, contexts that come again, minibatches larger than the data."""
    n = rng.randint(1, 5 * size)
    X = torch.tensor([[rng.randrange(27) for _ in range(3)] for _ in range(n)])
    Y = torch.tensor([rng.randrange(27) for _ in range(n)])
    return X, Y, rng.randint(1, 6 * size), rng.randrange(10_000)


def _known(contexts: torch.Tensor, X: torch.Tensor) -> bool:
    """Whether all of these contexts are among those of X."""
    return {*map(tuple, contexts.tolist())} <= {*map(tuple, X.tolist())}


def _belong_together(got: tuple, X: torch.Tensor, Y: torch.Tensor) -> bool:
    """Whether all pairs of a minibatch are examples of the data."""
    known = set(zip(map(tuple, X.tolist()), Y.tolist(), strict=True))
    pairs = zip(map(tuple, got[0].tolist()), got[1].tolist(), strict=True)
    return all(pair in known for pair in pairs)


# 6.5


@cache
def _of_the_file() -> tuple[list[str], dict[str, int]]:
    names = load_names()
    return names, build_alphabet(names)[0]


def _names() -> list[str]:
    return from_notebook("names", lambda: _of_the_file()[0])


def _stoi() -> dict[str, int]:
    return from_notebook("stoi", lambda: _of_the_file()[1])


def _short_name() -> str:
    """A name of three letters, one of them twice, or else the shortest of the learner's names."""
    return "ava" if {"a", "v"} <= set(_stoi()) else min(_names(), key=len)


class _Model:
    """A model that can be typed into a cell: it is shown as the code that made it."""

    def __init__(self, code: str):
        self.code = code
        self._run = eval(code, {"torch": torch})

    def __call__(self, X: torch.Tensor) -> torch.Tensor:
        return self._run(X)

    def __repr__(self) -> str:
        return self.code

    def __deepcopy__(self, memo: dict) -> "_Model":
        return self


_OTHER = "lambda X: 3 * torch.sin((X @ torch.tensor([1, 2, 3]))[:, None] + torch.arange({V}))"


def _model(code: str) -> _Model:
    return _Model(code.format(V=len(_stoi())))


def _some_name(rng: random.Random, size: int) -> tuple:
    """Names of one letter and of many, of the learner's alphabet, and models."""
    letters = [each for each in _stoi() if each != "."]
    name = "".join(rng.choice(letters) for _ in range(rng.randint(1, 2 * size)))
    weights = [rng.randint(1, 9) for _ in range(3)]
    code = _OTHER.replace("[1, 2, 3]", str(weights)).replace("3 *", f"{rng.randint(1, 9)} *")
    return name, _model(code)


def _costs(name: str, model: Callable) -> torch.Tensor:
    """The cost of each character of a name, shape (n,)."""
    X, Y = context_examples([name], _stoi())
    return F.cross_entropy(model(X), Y, reduction="none")


def _mean_of(name: str, model: Callable, costs: Callable) -> float:
    """The mean of something made of logits and labels."""
    X, Y = context_examples([name], _stoi())
    return costs(model(X), Y).mean().item()


def _costs_of_letters(name: str, model: Callable) -> torch.Tensor:
    """Each letter taken for a name of its own."""
    X, Y = context_examples(name, _stoi())
    return F.cross_entropy(model(X), Y, reduction="none")


def _cost_of_probabilities(name: str, model: Callable) -> float:
    return F.cross_entropy(
        torch.softmax(model(context_examples([name], _stoi())[0]), 1),
        context_examples([name], _stoi())[1],
    ).item()


def _cost_without_softmax(name: str, model: Callable) -> float:
    return _mean_of(name, model, lambda logits, Y: F.nll_loss(logits, Y))


def _negative_mean_probability(name: str, model: Callable) -> float:
    return -(-_costs(name, model)).exp().mean().item()


def _with_the_network(answer: Callable) -> str | None:
    """Ask the lesson's own network, through which slopes could flow."""
    model = from_notebook("model", lambda: None)
    if model is None:
        return None
    name = _names()[0]
    asked = f"But name_loss({name!r}, model), with the network of the lesson, "
    try:
        got = answer(name, model)
    except Exception as error:
        return f"The results are right. {asked}stops with {type(error).__name__}: {error}"
    expected = _costs(name, model).mean().item()
    if not same(expected, got):
        return f"The results are right. {asked}is not: expected {expected:.6g}, got {shown(got)}."
    return None


# 6.6 and 6.7


def _flat(X: torch.Tensor, C: torch.Tensor) -> torch.Tensor:
    return C[X].reshape(len(X), -1)


def _forward(X, C, W1, b1, W2, b2):
    return torch.tanh(_flat(X, C) @ W1 + b1) @ W2 + b2


def _some_network(rng: random.Random, size: int) -> tuple:
    """Networks of all sizes, for one example and for many."""
    V, length, d, hidden = (rng.randint(2, 2 + size // 2) for _ in range(4))
    n = rng.choice([1, 2, size, 4 * size])
    g = torch.Generator().manual_seed(rng.randrange(10_000))
    X = torch.randint(V, (n, length), generator=g)
    shapes = (V, d), (length * d, hidden), (hidden,), (hidden, V), (V,)
    return X, *(torch.randn(shape, generator=g) for shape in shapes)


def _choose(results: list[tuple]) -> tuple:
    return _taken(results, 2)


def _taken(results: list[tuple], column: int, by: Callable = min, tells: int = 3) -> tuple:
    """The setting that is least (or most) in a column, and one of its losses."""
    taken = by(results, key=lambda each: each[column])
    return taken[0], taken[tells]


def _some_results(rng: random.Random, size: int) -> tuple:
    """Lists of one and of many, the best anywhere in them."""
    losses = rng.sample(range(1000, 4000), 3 * (count := rng.randint(1, 2 + size)))
    settings = rng.sample(range(1, 100), count)
    if rng.random() < 0.5:
        settings = [f"{setting} letters" for setting in settings]
    rows = zip(settings, *(losses[i::3] for i in range(3)), strict=True)
    return ([(setting, *(loss / 1000 for loss in three)) for setting, *three in rows],)


EXERCISES = {
    "6.a which updates work": Exercise(
        answer=[True, False, False, False, True],
        notice="An update changes the leaf itself, in place, and without notes. `W = W - …` makes "
        "a new tensor, under no_grad one that requires no gradient.",
        mistakes=[
            how_many(5),
            left_open("One of the five answers is still a ... ."),
            true_or_false(),
            entry(
                0,
                False,
                "Look at the first again. It changes W in place, and no_grad keeps that out of the "
                "notes. Is W still a leaf after it, and does it still require a gradient?",
            ),
            entry(
                1,
                True,
                "Look at the second again. It changes in place a leaf that requires a gradient, "
                "with the notes going on. What did PyTorch say to that in lesson 5?",
            ),
            entry(
                2,
                True,
                "Look at the third again. Its numbers are right. But W is now another tensor, "
                "computed from the old one. In which tensors does backward leave a gradient?",
            ),
            entry(
                3,
                True,
                "Look at the fourth again. It looks like the first, and it makes a new tensor, "
                "without notes. Does that one require a gradient in the next round?",
            ),
            entry(
                4,
                False,
                "Look at the fifth again. It is not the safest way, for PyTorch does not see what "
                "is done. But right after backward, does anything go wrong?",
            ),
        ],
    ),
    "6.b below the floor": Exercise(
        answer=[False, True, False, True],
        notice="The floor holds for one set of names, those that were counted, and for all models "
        "that see one letter, however they were made.",
        mistakes=[
            how_many(4),
            left_open("One of the four answers is still a ... ."),
            true_or_false(),
            entry(
                0,
                True,
                "Look at the first again. However long it is trained: what is the network of "
                "lesson 5, seen as a table?",
            ),
            entry(
                1,
                False,
                "Look at the second again. For which names has the floor been proved? What did "
                "the held-out names of lesson 3 have?",
            ),
            entry(
                2,
                True,
                "Look at the third again. It may have any number of weights. What can it say "
                "after an `a`, and does that depend on anything but the `a`?",
            ),
            entry(
                3,
                False,
                "Look at the fourth again. The floor is that of tables with a row for each "
                "letter. Is this model one of them?",
            ),
        ],
    ),
    "6.c which have changed": Exercise(
        answer=[4, 0, 2],
        absolute=1e-6,
        notice=".detach() gives the same memory without the notes: a view. What is to stay as it "
        "was needs .clone() as well.",
        explain=which_entry("one", "two", "three"),
        mistakes=[
            how_many(3),
            left_open("One of the three answers is still a ... ."),
            in_quotes(),
            Mistake(
                [0, 0, 0],
                "Nothing has changed here, as if .detach() made copies. It leaves out the notes. "
                "Does it leave the memory where it is?",
            ),
            entry(
                0,
                0,
                "one: .detach() keeps the notes away. Are its numbers in a memory of their own?",
            ),
            entry(
                1,
                4,
                "two: look at the second step, .clone(). When is its copy made?",
            ),
            entry(
                2,
                0,
                "three: an index with a single number gives a view, and .detach() does so, too.",
            ),
            entry(
                2,
                4,
                "three: this is one row, and not the whole table.",
            ),
        ],
    ),
    "6.1 contexts by hand": Exercise(
        answer=["...", "..a", ".av", "ava"],
        explain=_which_context,
        notice="The first context of every name is the same: nothing has been said yet.",
        mistakes=[
            Mistake(
                lambda got: not isinstance(got, list | tuple),
                "A list of strings is asked for, one for each context.",
                test=True,
            ),
            left_open("One of the contexts is still a `...` without quotes."),
            Mistake(
                lambda got: any(not isinstance(context, str) for context in got),
                "A context is written as a string here, such as '..x', without its label.",
                test=True,
            ),
            Mistake(
                lambda got: any(sign in context for context in got for sign in "->:"),
                "The contexts alone are asked for, without the labels that follow them.",
                test=True,
            ),
            Mistake(
                lambda got: any(" " in context for context in got),
                "There is a blank in these contexts. A . fills the gap, and nothing stands between "
                "the characters: '..x'.",
                test=True,
            ),
            Mistake(
                lambda got: any(context != context.lower() for context in got),
                "The names are written in small letters, and so are their contexts.",
                test=True,
            ),
            Mistake(
                ["..a", ".av", "ava", "va."],
                "The label has slipped in: the last letter of each of these contexts is what the "
                "model is to say. The window moves on after the pair is written down.",
            ),
            Mistake(
                ["..a", ".av", "ava"],
                "The first context is missing. The model has to say the first letter, too, and "
                "sees nothing yet.",
            ),
            Mistake(
                ["...", "..a", ".av"],
                "The last context is missing. The . at the end of the name is a label, too.",
            ),
            Mistake(
                ["...", "..a", ".av", "ava", "va."],
                "One too many: after the . at the end there is nothing left to say.",
            ),
            Mistake(
                ["...", "a..", "av.", "ava"],
                "The gap is filled on the wrong side. The newest letter stands at the right end, "
                "and the . before it.",
            ),
            Mistake(
                ["...", "a..", "va.", "ava"],
                "The newest letter stands on the left here. It comes in at the right end.",
            ),
            Mistake(
                ["", "a", "av", "ava"],
                "A context always has three characters. Where letters are missing, . fills the "
                "gap.",
            ),
            Mistake(
                [".", "a", "v", "a"],
                "These are the contexts of a model that sees one letter. This one sees three.",
            ),
            Mistake(
                lambda got: any(len(context) > 3 for context in got),
                "A context has three characters, no more. The label does not belong to it.",
                test=True,
            ),
            Mistake(
                lambda got: any(len(context) < 3 for context in got),
                "A context always has three characters, and one of these has fewer.",
                test=True,
            ),
            Mistake(
                ["...", "..a", "..v", "..a"],
                "The older letters are gone: when v comes in, a moves on by one place and stays.",
            ),
            Mistake(
                lambda got: [each[::-1] for each in got] == ["...", "..a", ".av", "ava"],
                "These are read from the right to the left. The newest letter stands at the right.",
                test=True,
            ),
            Mistake(
                lambda got: list(got) == ["ava", ".av", "..a", "..."],
                "These come in the reverse order. The first context is the one before any letter.",
                test=True,
            ),
            Mistake(
                lambda got: any("_" in each or "-" in each for each in got),
                "The gap is filled with another character here. It is the . that fills it.",
                test=True,
            ),
        ],
    ),
    "6.2 shapes on the way": Exercise(
        answer=[(32, 3, 10), (32, 30), (32, 200), (32, 27)],
        explain=which_shape(
            "C[Xb]",
            "the view",
            "the hidden layer",
            "the logits",
            hint="What goes into this step, and what does it do to each dimension?",
        ),
        notice="Nothing depends on the 32: the same weights serve any number of examples.",
        mistakes=[
            left_open("One of the four shapes is still a `...`."),
            Mistake(
                lambda got: any(not isinstance(shape, tuple | list) for shape in got),
                "A shape is a tuple, such as (32, 3), with a number for each dimension.",
                test=True,
            ),
            Mistake(
                lambda got: any(set(shape) & set(_set_sizes()) for shape in got),
                "One of these holds the number of examples in the whole set. Here there are 32.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[2]) == (30, 200) or tuple(got[3]) == (200, 27),
                "One of these is the shape of the weights. What comes out has a row for each of "
                "the 32 "
                "examples.",
                test=True,
            ),
            Mistake(
                lambda got: any(96 in shape for shape in got),
                "96 rows would be 3 for each example. Each of the 32 examples keeps one row.",
                test=True,
            ),
            Mistake(
                lambda got: any(shape[0] != 32 for shape in got),
                "The number of examples stands in front all the way. One of yours does not begin "
                "with 32.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 30),
                "What you have for the first comes out of the view. Before it, the three letters "
                "still "
                "have a dimension of their own.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 10),
                "One row of 10 for each example: but each has three letters, and every letter has "
                "its own 10 numbers.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 3, 27),
                "27 is the width of a one-hot vector. A row of C has 10 numbers.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 3),
                "What you have for the first is the shape of the indices. Each of them is "
                "replaced by its "
                "row of C.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 3, 2) or tuple(got[1]) == (32, 6),
                "2 numbers for a letter were those of the example above. Here each has 10.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 10, 3),
                "The numbers of each letter come last: the shape of the indices, then the length "
                "of a row.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[1]) == (32, 3, 10),
                "The view, with (32, -1), asks for two dimensions: 32 rows, and as many numbers "
                "in each as it "
                "takes.",
                test=True,
            ),
            Mistake(
                lambda got: -1 in got[1],
                "-1 stands for a number that PyTorch works out. Which one?",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[1]) == (32, 10),
                "After the view each row holds all numbers of its example: those of three letters.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[2]) == (32, 30),
                "tanh changes no shape, but the product before it does: its right side is W1.",
                test=True,
            ),
        ],
    ),
    "6.3 count the parameters": Exercise(
        answer=_count,
        examples=[(3, 1, 2, 4), (5, 2, 4, 8), (27, 3, 10, 200), (27, 8, 10, 200)],
        generate=lambda rng, size: tuple(rng.randint(1, 4 * size) for _ in range(4)),
        notice="No term holds the length of the context in an exponent: that is the whole gain.",
        mistakes=[
            Mistake(
                lambda v, n, d, h: 11_897,
                "this is the number for one network. The function must count for any sizes.",
            ),
            Mistake(
                lambda v, n, d, h: _count(27, 3, d, h),
                "these are the numbers with 27 and 3 in place of vocabulary and length. The "
                "alphabet and the context may have other sizes.",
            ),
            Mistake(
                lambda v, n, d, h: _count(27, n, d, h),
                "these are the numbers with 27 in place of vocabulary. The alphabet may have "
                "another size.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, 3, d, h),
                "these are the numbers with 3 in place of length. The context may have another "
                "length.",
            ),
            Mistake(
                lambda v, n, d, h: n * d * h + h * v,
                "these are W1 and W2 alone. C is learned, too, and so are both biases.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - h * v,
                "W2 is missing: each logit has a weight for every hidden neuron.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - h * v - v,
                "the last layer is missing: W2 and b2.",
            ),
            Mistake(
                lambda got: isinstance(got, list | tuple | torch.Tensor) and len(got) > 1,
                "one number is asked for: the sum over C, W1, b1, W2 and b2.",
                test=True,
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - h - v,
                "both biases are missing: each neuron has one, and each logit has one.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - h,
                "b1 is missing: each hidden neuron has a bias.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - v,
                "b2 is missing: each logit has a bias.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - v * d,
                "the embedding is missing. C is learned, too.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, 1, d, h),
                "the length of the context is missing: a row that goes into the hidden layer has "
                "the numbers of all its letters.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) + v * d * (n - 1),
                "a table of embeddings for each place was counted. All places share one C.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - n * d * h + n * v * h,
                "this hidden layer takes in one-hot vectors. It takes in embeddings, d numbers "
                "for each letter.",
            ),
            Mistake(
                lambda v, n, d, h: v ** (n + 1),
                "these are the cells of a table. The network has no cell for each context.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - n * d * h + (n + d) * h,
                "length and d were added. n letters with d numbers each are n times d numbers.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - n * d * h + 30 * h,
                "30 numbers go into the hidden layer here, whatever is asked for. A row has those "
                "of all its letters.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, h, d),
                "d and hidden have changed places: d numbers for each letter, hidden neurons.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) + d,
                "there are d too many, as if the embedding had a bias. It has none.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) + h * h + h,
                "this is a network with two hidden layers. Here there is one.",
            ),
            Mistake(
                lambda v, n, d, h: 5,
                "this counts the tensors. The numbers that they hold are asked for.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, n, d, h) - v * d + n * d,
                "the embedding has a row for each character of the alphabet, not for each place.",
            ),
        ],
    ),
    "6.4 find the bug": Exercise(
        answer=_minibatch,
        examples=[
            (torch.tensor([[0, 0, 1], [0, 1, 2], [1, 2, 0]]), torch.tensor([7, 8, 9]), 2, 0),
            (torch.tensor([[0, 0, 1], [0, 1, 2], [1, 2, 0]]), torch.tensor([7, 8, 9]), 5, 1),
        ],
        generate=_some_examples,
        notice="An assertion for the loop of a lesson: before training, look for one row of the "
        "minibatch in the data, with its label.",
        mistakes=[
            Mistake(
                _drawn_twice,
                "contexts and labels do not belong together: as in the function above, there are "
                "two different sets of indices.",
            ),
            Mistake(
                lambda X, Y, size, seed: tuple(reversed(_drawn_twice(Y, X, size, seed))),
                "contexts and labels do not belong together: as in the function above, there are "
                "two different sets of indices.",
            ),
            Mistake(
                lambda got: (
                    got is not None and (not isinstance(got, tuple | list) or len(got) != 2)
                ),
                "two tensors are asked for: return the contexts and their labels.",
                test=True,
            ),
            Mistake(
                lambda got: not all(isinstance(part, torch.Tensor) for part in got),
                "two tensors are asked for, and one of these is none. Indexing with the tensor of "
                "indices gives a tensor: X[batch].",
                test=True,
            ),
            Mistake(
                lambda X, Y, size, seed: _minibatch(X, Y, size, seed)[::-1],
                "the labels came first. Contexts first, then labels.",
            ),
            Mistake(
                lambda X, Y, size, seed: (X[:size], Y[:size]),
                "these are the first examples of all, whatever the seed. Draw them at random.",
            ),
            Mistake(
                lambda X, Y, size, seed: (X, Y[_drawn(len(X), size, seed)]),
                "the labels were drawn, and the contexts are still all of them.",
            ),
            Mistake(
                lambda X, Y, size, seed: (X[_drawn(len(X), size, seed)], Y),
                "the contexts were drawn, and the labels are still all of them.",
            ),
            Mistake(
                lambda X, Y, size, seed: (X[_drawn(len(X), size, seed)], Y[:size]),
                "the contexts were drawn, and the labels are the first ones of the data. Use the "
                "same indices for both.",
            ),
            Mistake(
                lambda X, Y, size, seed: (X[_drawn(size, size, seed)], Y[_drawn(size, size, seed)]),
                "the indices stay below the size of the minibatch. They must reach all of X: "
                "torch.randint(len(X), (size,), ...).",
            ),
            Mistake(
                lambda X, Y, size, seed: (
                    X[_drawn(len(X) - 1, size, seed)],
                    Y[_drawn(len(X) - 1, size, seed)],
                ),
                "the last example is never drawn. torch.randint leaves out its upper end already: "
                "len(X), not len(X) - 1.",
            ),
            Mistake(
                lambda X, Y, size, seed: _minibatch(X, Y, 64, seed),
                "64 examples come out, whatever the size. Draw as many as `size` says.",
            ),
            Mistake(
                lambda X, Y, size, seed: _minibatch(X, Y, size, 2147483647),
                "these are the examples of the seed 2147483647, so that every minibatch would be "
                "the same. Make the "
                "generator from `seed`.",
            ),
            Mistake(
                lambda got: got[0].is_floating_point() or got[1].is_floating_point(),
                "numbers have become floats. Contexts and labels are indices: leave them "
                "whole numbers.",
                test=True,
            ),
            Mistake(
                _without_replacement,
                "each context has its own label. But these are drawn as randperm draws: it takes "
                "each "
                "example once at most, and shuffles all of them for every few: take "
                "torch.randint, as "
                "above.",
            ),
            Mistake(
                lambda X, Y, size, seed: _minibatch(X, Y, 1, seed, times=size),
                "one example was drawn, and repeated. Draw as many as `size` says, each by itself.",
            ),
            Mistake(
                lambda X, Y, size, seed: tuple(
                    part[_drawn(len(X), size, seed).unique()] for part in (X, Y)
                ),
                "examples that were drawn twice are left out, so that there are fewer than `size`. "
                "An example may come again.",
            ),
            Mistake(
                lambda X, Y, size, seed: tuple(
                    part[_drawn(len(X), size, seed).sort().values] for part in (X, Y)
                ),
                "these are the examples that were drawn, and sorted. Leave them in the order in "
                "which they were drawn.",
            ),
            Mistake(
                lambda expected, got, *_: len(got[0]) != len(expected[0]),
                "the minibatch has not as many examples as `size` says.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, *_: any(
                    one.shape != other.shape for one, other in zip(expected, got, strict=True)
                ),
                "the shapes are not (size, 3) and (size,). Each example of the minibatch has one "
                "row of three indices, and one label.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, X, Y, *_: not _known(got[0], X),
                "these are no contexts of the X that your function is given. Draw from X and Y "
                "themselves.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, X, Y, *_: _belong_together(got, X, Y),
                "each context has a label of its own. But these are other examples than those "
                "that torch.randint(len(X), (size,), generator=g) draws with a generator that is "
                "new and made from the seed.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, *_: same(expected[0], got[0]),
                "the contexts are right, and the labels are not theirs. Draw the "
                "indices once, and use them for both.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, *_: same(expected[1], got[1]),
                "the labels are right, and the contexts are not theirs. Draw the "
                "indices once, and use them for both.",
                sees=True,
            ),
            Mistake(
                lambda expected, got, X, Y, *_: not _belong_together(got, X, Y),
                "contexts and labels do not belong together. Draw the indices once, and use them "
                "for both.",
                sees=True,
            ),
        ],
    ),
    "6.5 how likely is your name": Exercise(
        answer=lambda name, model: _costs(name, model).mean().item(),
        examples=lambda: [
            (_short_name(), _model("lambda X: torch.zeros(len(X), {V})")),
            (_short_name(), _model(_OTHER)),
            (_names()[0], _model(_OTHER)),
        ],
        generate=_some_name,
        then=_with_the_network,
        explain=lambda expected, got: (
            ""
            if isinstance(got, Real) or getattr(got, "shape", None) == ()
            else f"one number is asked for, got {shown(got)}."
        ),
        notice="It is the loss of lesson 3, with a network in the place of the table.",
        mistakes=[
            Mistake(
                lambda name, model: _costs(name, model).sum().item(),
                "this is the sum over the characters. The mean is asked for, so that long names "
                "and short ones can be compared.",
            ),
            Mistake(
                lambda name, model: -_costs(name, model).mean().item(),
                "the sign is turned: this is the mean log-likelihood. Minus makes a loss of it.",
            ),
            Mistake(
                lambda name, model: -_costs(name, model).sum().item(),
                "this is the log-likelihood, a sum. Minus makes a loss of it, and the mean is "
                "asked for.",
            ),
            Mistake(
                lambda expected, got, *_: any(
                    got == round(expected, digits) for digits in range(5)
                ),
                "this loss is rounded. Return it with all its digits.",
                sees=True,
            ),
            Mistake(
                lambda name, model: _costs(name, model).mean().item() / math.log(2),
                "this logarithm has the base 2. A loss in nats takes the natural one, log().",
            ),
            Mistake(
                lambda name, model: _costs(name, model).mean().item() / math.log(10),
                "this logarithm has the base 10. A loss in nats takes the natural one, log().",
            ),
            Mistake(
                lambda name, model: (-_costs(name, model)).exp().mean().item(),
                "this is the mean of the probabilities. The logarithm comes first, of each of "
                "them, then the mean, then minus.",
            ),
            Mistake(
                lambda name, model: -(-_costs(name, model)).exp().mean().log().item(),
                "the mean was taken before the logarithm. Take the logarithm of each probability "
                "first.",
            ),
            Mistake(
                _cost_without_softmax,
                "the logits were taken for log-probabilities. softmax makes probabilities of "
                "them, and F.cross_entropy does that for you.",
            ),
            Mistake(
                _negative_mean_probability,
                "this is minus the mean of the probabilities: the logarithm is missing.",
            ),
            Mistake(
                lambda name, model: _costs(name, model).sum().item() / len(name),
                "the sum is divided by the number of letters. The . at the end was said, too.",
            ),
            Mistake(
                lambda name, model: _costs_of_letters(name, model).mean().item(),
                "each letter was taken for a name of its own. context_examples takes a list of "
                "names: [name].",
            ),
            Mistake(
                lambda name, model: _costs(name, model)[:-1].mean().item(),
                "the . at the end is missing. The model has to say where the name ends, too.",
            ),
            Mistake(
                lambda name, model: _costs(name, model)[1:].mean().item(),
                "the first letter is missing. The model has to say it as well, from the context "
                "of nothing but . .",
            ),
            Mistake(
                lambda name, model: (-_costs(name, model).sum()).exp().item(),
                "this is the likelihood of the name, a product of probabilities. Take the mean of "
                "minus their logarithms.",
            ),
            Mistake(
                lambda name, model: _costs(name, model).mean().exp().item(),
                "this is the perplexity, e to the power of the loss. The loss itself is asked for.",
            ),
            Mistake(
                _cost_of_probabilities,
                "softmax was taken twice. F.cross_entropy wants the logits, and does softmax "
                "itself.",
            ),
            Mistake(
                lambda got: (
                    isinstance(got, list) or (isinstance(got, torch.Tensor) and got.ndim > 0)
                ),
                "one number is asked for, the mean over all characters. This is a list or tensor "
                "of them.",
                test=True,
            ),
            Mistake(
                lambda got: isinstance(got, tuple),
                "several things were returned. The loss alone is asked for.",
                test=True,
            ),
            Mistake(
                lambda name, model: _costs(name, from_notebook("model", list)).mean().item(),
                "this is the loss of the lesson's own network, whatever model is given. Ask the "
                "`model` that your function gets.",
            ),
            Mistake(
                lambda name, model: _costs(_names()[0], model).mean().item(),
                "this is the loss of the first name of the list, whatever name is given.",
            ),
            Mistake(
                lambda name, model: _costs(name[::-1], model).mean().item(),
                "this is the loss of the name read backwards.",
            ),
            Mistake(
                lambda name, model: _costs(name, lambda X: model(X.flip(1))).mean().item(),
                "the letters of each context stand in the reverse order. The newest is the last.",
            ),
            Mistake(
                lambda name, model: _mean_of(name, model, lambda z, Y: -z.log_softmax(1).max(1)[0]),
                "this is the cost of what the model expects most, at each place. What counts is "
                "the label.",
            ),
            Mistake(
                lambda name, model: _costs(name, model).median().item(),
                "this is the median of the costs. The mean is asked for.",
            ),
            Mistake(
                lambda name, model: _costs(name, model).max().item(),
                "this is the greatest of the costs. The mean is asked for.",
            ),
            Mistake(
                lambda name, model: _costs(name, model).min().item(),
                "this is the smallest of the costs. The mean is asked for.",
            ),
            Mistake(
                lambda name, model: _costs(name, model)[-1].item(),
                "this is the cost of the . at the end alone. All characters count.",
            ),
            Mistake(
                lambda name, model: _costs(name, model)[0].item(),
                "this is the cost of the first letter alone. All characters count.",
            ),
            Mistake(
                lambda name, model: _mean_of(
                    name, model, lambda z, Y: -z.softmax(0)[range(len(Y)), Y].log()
                ),
                "the softmax went down the columns. The probabilities of one place stand in a row.",
            ),
            Mistake(
                lambda name, model: _mean_of(name, model, lambda z, Y: -z.softmax(1)[:, Y].log()),
                "this is a mean over all pairs of a place and a label. Each place has one label of "
                "its own: P[torch.arange(len(Y)), Y].",
            ),
            Mistake(
                lambda name, model: _mean_of(name, model, lambda z, Y: z.softmax(1).log().neg()),
                "this is a mean over all characters of the alphabet. What counts is the label.",
            ),
            Mistake(
                lambda name, model: F.cross_entropy(
                    model(context_examples([name.upper()], _stoi())[0]), None
                ),
                "the name was put into capital letters, which the alphabet does not have.",
            ),
        ],
    ),
    "6.6 forward pass": Exercise(
        answer=_forward,
        examples=[
            (
                torch.tensor([[0, 1], [1, 0]]),
                torch.tensor([[1.0], [2.0]]),
                torch.tensor([[0.5, -0.5, 0.0], [0.1, 0.2, 0.3]]),
                torch.tensor([0.0, 0.1, -0.1]),
                torch.tensor([[1.0, -1.0], [0.0, 2.0], [0.5, 0.5]]),
                torch.tensor([0.2, -0.2]),
            ),
        ],
        generate=_some_network,
        slopes=("C", "W1", "b1", "W2", "b2"),
        forbidden=("logits",),
        notice="The same few lines serve any length of context, and slopes reach all five tensors.",
        mistakes=[
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.softmax(_forward(X, C, W1, b1, W2, b2), 1),
                "these are the probabilities. The logits are asked for: leave the softmax to "
                "F.cross_entropy.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.log_softmax(_forward(X, C, W1, b1, W2, b2), 1),
                "these are the logarithms of the probabilities. The logits are asked for, what "
                "comes out of the last layer.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(_forward(X, C, W1, b1, W2, b2)),
                "the logits went through tanh as well. It belongs to the hidden layer alone.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: (_flat(X, C) @ W1 + b1) @ W2 + b2,
                "there is no tanh in it: two linear layers, which are no more than one.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(_flat(X, C) @ W1) @ W2 + b2,
                "b1 is missing: it is added before tanh.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(_flat(X, C) @ W1 + b1) @ W2,
                "b2 is missing: it is added to the logits.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(_flat(X, C) @ W1) @ W2,
                "both biases are missing: b1 is added before tanh, b2 to the logits.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: (torch.tanh(_flat(X, C) @ W1) + b1) @ W2 + b2,
                "b1 is added after tanh. It belongs to what goes into tanh.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(_flat(X, C) @ W1 + b1),
                "this is what the hidden layer gives. The last layer is still to come: @ W2 + b2.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: _forward(X.flip(1), C, W1, b1, W2, b2),
                "the letters of each context are laid end to end in the reverse order.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: (
                    torch.tanh(C[X].reshape(W1.shape[0], -1).T @ W1 + b1) @ W2 + b2
                ),
                "the numbers of several examples are mixed in each row, as in the wrong view of "
                "the lesson: .view(len(X), -1) keeps each example together.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: (
                    torch.tanh(C[X].transpose(1, 2).reshape(len(X), -1) @ W1 + b1) @ W2 + b2
                ),
                "in each row all first numbers stand together, then all second ones. The numbers "
                "of one letter are to stand together, then those of the next.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.sigmoid(_flat(X, C) @ W1 + b1) @ W2 + b2,
                "the hidden layer has a sigmoid here. tanh is asked for.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.relu(_flat(X, C) @ W1 + b1) @ W2 + b2,
                "the hidden layer has a ReLU here. tanh is asked for.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(C[X] @ W1 + b1) @ W2 + b2,
                "C[X] still has three dimensions: (examples, letters, numbers). Lay the letters of "
                "an example end to end first.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(C[X].view(len(X), 30) @ W1 + b1) @ W2 + b2,
                "30 is fixed in it. A context may have another length: -1 works it out.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(C[X].view(-1, 30) @ W1 + b1) @ W2 + b2,
                "30 is fixed in it. A context may have another length: view(len(X), -1) works it "
                "out.",
            ),
            Mistake(
                lambda got: isinstance(got, tuple | list),
                "several things or a list were returned. The logits alone are asked for, a tensor.",
                test=True,
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(_flat(X, C) @ W1 + b1) @ W2 - b2,
                "b2 is subtracted from the logits. It is to be added.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: torch.tanh(C[X].sum(1) @ W1 + b1) @ W2 + b2,
                "what goes into the hidden layer is as wide as the numbers of one letter. The "
                "letters of a context are to be laid end to end.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: _flat(X, C) @ W1 + b1,
                "this is what goes into tanh. tanh and the last layer are still to come.",
            ),
            Mistake(
                lambda X, C, W1, b1, W2, b2: _forward(X, C, W1, b1, W2, b2).T,
                "the logits are turned on their side. Each example has a row.",
            ),
        ],
    ),
    "6.7 choose by dev": Exercise(
        answer=_choose,
        examples=[
            (
                [
                    ("small", 2.31, 2.35, 2.36),
                    ("large", 1.52, 2.41, 2.33),
                    ("middle", 2.02, 2.2, 2.24),
                ],
            ),
            ([("a", 2.1, 2.2, 2.3)],),
        ],
        generate=_some_results,
        notice="The test set was asked once, and had no say in the choice.",
        mistakes=[
            Mistake(
                lambda results: _taken(results, 1),
                "the one with the lowest training loss was taken. What a model has memorized looks "
                "best there.",
            ),
            Mistake(
                lambda results: _taken(results, 3),
                "the one with the lowest test loss was taken. Then the test set has chosen, and "
                "its loss flatters. The dev set is there to choose by.",
            ),
            Mistake(
                lambda results: _taken(results, 2, by=max),
                "the one with the highest dev loss was taken. A loss is good where it is low.",
            ),
            Mistake(
                lambda results: _taken(results, 2, tells=2),
                "the setting is right, and with it stands its dev loss. That one it was chosen by: "
                "the test loss is asked for.",
            ),
            Mistake(
                lambda results: _taken(results, 2, tells=1),
                "the setting is right, and with it stands its training loss. The test loss is "
                "asked "
                "for.",
            ),
            Mistake(
                lambda results: (_choose(results)[0], min(test for *_, test in results)),
                "the setting is right, and with it stands the lowest test loss of all. That of the "
                "chosen one is asked for.",
            ),
            Mistake(
                lambda results: _choose(results)[0],
                "this is the setting alone. Its test loss is asked for, too: (setting, test loss).",
            ),
            Mistake(
                lambda results: _choose(results)[1],
                "this is the test loss alone. Its setting is asked for, too: (setting, test loss).",
            ),
            Mistake(
                lambda results: min(results, key=lambda each: each[2]),
                "this is the whole entry. Asked for are two of its parts: (setting, test loss).",
            ),
            Mistake(
                lambda results: _choose(results)[::-1],
                "the test loss comes first here. The setting comes first: (setting, test loss).",
            ),
            Mistake(
                lambda results: _choose([(s, a, a + b, t) for s, a, b, t in results]),
                "these are the choices of training and dev loss together. The dev loss alone "
                "chooses.",
            ),
            Mistake(
                lambda results: _choose([(s, a, b - a, t) for s, a, b, t in results]),
                "the one with the smallest gap between training and dev was taken. A model may be "
                "equally bad on both: the lowest dev loss chooses.",
            ),
            Mistake(
                lambda results: _choose([(s, a, abs(b - a), t) for s, a, b, t in results]),
                "the one with the smallest gap between training and dev was taken. A model may be "
                "equally bad on both: the lowest dev loss chooses.",
            ),
            Mistake(
                lambda results: _choose([(s, a, b + t, t) for s, a, b, t in results]),
                "these are the choices of dev and test loss together. The test loss must have no "
                "say.",
            ),
            Mistake(
                lambda results: (_choose(results)[0], round(_choose(results)[1], 1)),
                "the setting is right, and its test loss is rounded. Return it as it is.",
            ),
            Mistake(
                lambda results: (results[-1][0], results[-1][3]),
                "the last one was taken, whatever its losses are.",
            ),
            Mistake(
                lambda results: (results[0][0], results[0][3]),
                "the first one was taken, whatever its losses are.",
            ),
        ],
    ),
}
