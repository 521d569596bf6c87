"""Exercises of lesson 6, longer memory."""

import math

import torch
import torch.nn.functional as F

from helpers.checks import Exercise, Mistake, left_open, same, shown, which_shape
from helpers.names import context_examples

_STOI = {character: index for index, character in enumerate(".abcdefghijklmnopqrstuvwxyz")}


def _which_context(expected: list[str], got: list[str]) -> str:
    """Say which context is wrong, and not what is right: there is little else to find out."""
    if len(got) != len(expected):
        return (
            f"{len(got)} contexts, and one is asked for each label: a, v, a and the . at the end."
        )
    place = next(
        i for i, (one, other) in enumerate(zip(expected, got, strict=True)) if one != other
    )
    which = place + 1
    return f"context number {which} is not {shown(got[place])}. What stands before label {which}?"


def _which_model(expected: float, got: object) -> str:
    """Expected against got, and the likely cause: the model of the lesson was asked."""
    if isinstance(got, torch.Tensor) and got.ndim == 0:
        got = got.item()
    if isinstance(got, bool) or not isinstance(got, int | float):
        return f"one number is asked for, got {shown(got)}."
    cause = "Does it ask the model that it is given, about all characters of the name?"
    return f"expected {expected:.4f}, got {got:.4f}. {cause}"


def _count(vocabulary: int, length: int, d: int, hidden: int) -> int:
    return vocabulary * d + length * d * hidden + hidden + hidden * vocabulary + vocabulary


def _pairs(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Contexts, all different, and labels that can be told from them."""
    first = torch.arange(count)
    X = torch.stack([first, 2 * first + 1, 3 * first + 2], dim=1)
    return X, _label(X)


def _label(X: torch.Tensor) -> torch.Tensor:
    return X[:, 0] + 100


def _drawn(count: int, size: int, seed: int) -> torch.Tensor:
    return torch.randint(count, (size,), generator=torch.Generator().manual_seed(seed))


def _minibatch(X, Y, size, seed):
    batch = _drawn(len(X), size, seed)
    return X[batch], Y[batch]


def _drawn_twice(X, Y, size, seed):
    g = torch.Generator().manual_seed(seed)
    one, other = (torch.randint(len(X), (size,), generator=g) for _ in range(2))
    return X[one], Y[other]


def _without_replacement(X, Y, size, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))[:size]
    return X[order], Y[order]


class _Network:
    """A model for the checks, with a name that fits into a message."""

    def __init__(self, name: str, scale: float):
        g = torch.Generator().manual_seed(6)
        self.name = name
        self.table = scale * torch.randn((3, 27, 27), generator=g, dtype=torch.float64)

    def __call__(self, X: torch.Tensor) -> torch.Tensor:
        return sum(self.table[place][X[:, place]] for place in range(3))

    def __repr__(self) -> str:
        return self.name


_UNIFORM, _RANDOM = _Network("a_uniform_model", 0.0), _Network("a_random_model", 1.0)


def _costs(name: str, model: _Network) -> torch.Tensor:
    """The cost of each character of a name, shape (n,)."""
    X, Y = context_examples([name], _STOI)
    return F.cross_entropy(model(X), Y, reduction="none")


def _costs_of_letters(name: str, model: _Network) -> torch.Tensor:
    """Each letter taken for a name of its own."""
    X, Y = context_examples(name, _STOI)
    return F.cross_entropy(model(X), Y, reduction="none")


def _cost_of_probabilities(name: str, model: _Network) -> float:
    X, Y = context_examples([name], _STOI)
    return F.cross_entropy(torch.softmax(model(X), 1), Y).item()


def _cost_without_softmax(name: str, model: _Network) -> float:
    X, Y = context_examples([name], _STOI)
    return F.nll_loss(model(X), Y).item()


def _negative_mean_probability(name: str, model: _Network) -> float:
    return -(-_costs(name, model)).exp().mean().item()


EXERCISES = {
    "6.1 contexts by hand": Exercise(
        answer=["...", "..a", ".av", "ava"],
        explain=_which_context,
        notice="The first context of every name is the same: nothing has been said yet.",
        mistakes=[
            Mistake(
                lambda got: not isinstance(got, list | tuple),
                "a list of strings is asked for, one for each context.",
                test=True,
            ),
            left_open("one of the contexts is still a ... without quotes."),
            Mistake(
                lambda got: any(not isinstance(context, str) for context in got),
                "a context is written as a string here, such as '..x', without its label.",
                test=True,
            ),
            Mistake(
                lambda got: any(sign in context for context in got for sign in "->:"),
                "the contexts alone are asked for, without the labels that follow them.",
                test=True,
            ),
            Mistake(
                lambda got: any(" " in context for context in got),
                "there is a blank in these contexts. A . fills the gap, and nothing stands between "
                "the characters: '..x'.",
                test=True,
            ),
            Mistake(
                lambda got: any(context != context.lower() for context in got),
                "the names are written in small letters, and so are their contexts.",
                test=True,
            ),
            Mistake(
                ["..a", ".av", "ava", "va."],
                "the label has slipped in: the last letter of each of these contexts is what the "
                "model is to say. The window moves on after the pair is written down.",
            ),
            Mistake(
                ["..a", ".av", "ava"],
                "the first context is missing. The model has to say the first letter, too, and "
                "sees nothing yet.",
            ),
            Mistake(
                ["...", "..a", ".av"],
                "the last context is missing. The . at the end of the name is a label, too.",
            ),
            Mistake(
                ["...", "..a", ".av", "ava", "va."],
                "one too many: after the . at the end there is nothing left to say.",
            ),
            Mistake(
                ["...", "a..", "av.", "ava"],
                "the gap is filled on the wrong side. The newest letter stands at the right end, "
                "and the . before it.",
            ),
            Mistake(
                ["...", "a..", "va.", "ava"],
                "the newest letter stands on the left here. It comes in at the right end.",
            ),
            Mistake(
                ["", "a", "av", "ava"],
                "a context always has three characters. Where letters are missing, . fills the "
                "gap.",
            ),
            Mistake(
                [".", "a", "v", "a"],
                "these are the contexts of a model that sees one letter. This one sees three.",
            ),
            Mistake(
                lambda got: any(len(context) > 3 for context in got),
                "a context has three characters, no more. The label does not belong to it.",
                test=True,
            ),
            Mistake(
                lambda got: any(len(context) < 3 for context in got),
                "a context always has three characters, and one of these has fewer.",
                test=True,
            ),
            Mistake(
                ["...", "..a", "..v", "..a"],
                "the older letters are gone: when v comes in, a moves on by one place and stays.",
            ),
        ],
    ),
    "6.2 shapes on the way": Exercise(
        answer=[(32, 3, 10), (32, 30), (32, 200), (32, 27)],
        explain=which_shape("C[Xb]", "the view", "the hidden layer", "the logits"),
        notice="Nothing depends on the 32: the same weights serve any number of examples.",
        mistakes=[
            left_open("one of the four shapes is still a ... ."),
            Mistake(
                lambda got: any(not isinstance(shape, tuple | list) for shape in got),
                "a shape is a tuple, such as (32, 3), with a number for each dimension.",
                test=True,
            ),
            Mistake(
                lambda got: any(set(shape) & {182_625, 228_146} for shape in got),
                "this is the number of examples in the whole set. Here there are 32.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[2]) == (30, 200) or tuple(got[3]) == (200, 27),
                "this is the shape of the weights. What comes out has a row for each of the 32 "
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
                "the number of examples stands in front all the way. One of yours does not begin "
                "with 32.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 30),
                "(32, 30) comes out of the view. Before it, the three letters still have a "
                "dimension of their own.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 10),
                "one row of 10 for each example: but each has three letters, and every letter has "
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
                "(32, 3) is the shape of the indices. Each of them is replaced by its row of C.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 3, 2) or tuple(got[1]) == (32, 6),
                "2 numbers for a letter were those of the example above. Here each has 10.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32, 10, 3),
                "the numbers of each letter come last: the shape of the indices, then the length "
                "of a row.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[1]) == (32, 3, 10),
                "view(32, -1) asks for two dimensions: 32 rows, and as many numbers in each as it "
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
                "32 · 3 · 10 numbers have to find room in 32 rows.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[2]) == (32, 30),
                "tanh changes no shape, but the product before it does: (32, 30) @ (30, 200).",
                test=True,
            ),
        ],
    ),
    "6.3 count the parameters": Exercise(
        answer=_count,
        examples=[(3, 1, 2, 4), (5, 2, 4, 8), (27, 3, 10, 200), (27, 8, 10, 200)],
        notice="No term holds the length of the context in an exponent: that is the whole gain.",
        mistakes=[
            Mistake(
                lambda v, n, d, h: 11_897,
                "this is the number for one network. The function must count for any sizes.",
            ),
            Mistake(
                lambda v, n, d, h: _count(27, 3, d, h),
                "27 and 3 are fixed in it. The alphabet and the context may have other sizes.",
            ),
            Mistake(
                lambda v, n, d, h: _count(27, n, d, h),
                "27 is fixed in it. The alphabet may have another size.",
            ),
            Mistake(
                lambda v, n, d, h: _count(v, 3, d, h),
                "3 is fixed in it. The context may have another length.",
            ),
            Mistake(
                lambda v, n, d, h: n * d * h + h * v,
                "these are W1 and W2 alone. C is learned, too, and both biases are.",
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
        ],
    ),
    "6.4 find the bug": Exercise(
        answer=_minibatch,
        examples=lambda: [(*_pairs(5), 3, 0), (*_pairs(40), 6, 1), (*_pairs(4), 9, 2)],
        notice="An assertion for the loop of a lesson: before training, look for one row of the "
        "minibatch in the data, with its label.",
        mistakes=[
            Mistake(
                _drawn_twice,
                "contexts and labels do not belong together: this is the function from above, and "
                "it draws two different sets of indices.",
            ),
            Mistake(
                lambda got: not isinstance(got, tuple | list) or len(got) != 2,
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
                "64 is fixed in it. Draw as many as `size` says.",
            ),
            Mistake(
                lambda X, Y, size, seed: _minibatch(X, Y, size, 2147483647),
                "the seed is fixed in it, so that every minibatch would be the same. Make the "
                "generator from `seed`.",
            ),
            Mistake(
                lambda got: got[0].is_floating_point() or got[1].is_floating_point(),
                "the numbers have become floats. Contexts and labels are indices: leave them "
                "whole numbers.",
                test=True,
            ),
            Mistake(
                lambda got: got[0].ndim != 2 or got[1].ndim != 1,
                "the shapes are not (size, 3) and (size,). Draw the indices with the shape "
                "(size,), and index X and Y with them as they are.",
                test=True,
            ),
            Mistake(
                _without_replacement,
                "contexts and labels belong together. But randperm draws each example once at "
                "most, and shuffles all of them for every few: take torch.randint, as above.",
            ),
            Mistake(
                lambda got: len(got[0]) == len(got[1]) and same(_label(got[0]), got[1]),
                "contexts and labels belong together. But these are other examples than those "
                "that torch.randint draws with a generator made from the seed.",
                test=True,
            ),
            Mistake(
                lambda got: len(got[0]) == len(got[1]),
                "contexts and labels do not belong together. Draw the indices once, and use them "
                "for both.",
                test=True,
            ),
        ],
    ),
    "6.5 how likely is your name": Exercise(
        answer=lambda name, model: _costs(name, model).mean().item(),
        explain=_which_model,
        examples=[
            ("ava", _UNIFORM),
            ("al", _RANDOM),
            ("emma", _RANDOM),
            ("maximilian", _RANDOM),
        ],
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
                lambda name, model: round(_costs(name, model).mean().item(), 2),
                "this loss is rounded. Return it with all its digits.",
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
                "you divided by the number of letters. The . at the end was said, too.",
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
                "F.cross_entropy got probabilities. It wants the logits, and does softmax itself.",
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
        ],
    ),
}
