"""Wrong answers to the exercises of lesson 6, and words that their feedback must hold."""


def _contexts(*contexts: str) -> str:
    return f"contexts_of_ava = {list(contexts)}"


def _shapes(*shapes: object) -> str:
    return f"shapes = [{', '.join(map(str, shapes))}]"


def _parameters(body: str) -> str:
    return f"def count_parameters(vocabulary, length, d, hidden):\n    return {body}"


_ALL = "vocabulary * d + length * d * hidden + hidden + hidden * vocabulary + vocabulary"


def _minibatch(*lines: str) -> str:
    head = "def minibatch(X, Y, size, seed):\n    g = torch.Generator().manual_seed(seed)\n"
    return head + "".join(f"    {line}\n" for line in lines)


_DRAW = "batch = torch.randint(len(X), (size,), generator=g)"


def _loss(*lines: str) -> str:
    head = "def name_loss(name, model):\n    X, Y = context_examples([name], stoi)\n"
    return head + "".join(f"    {line}\n" for line in lines)


_COSTS = 'costs = F.cross_entropy(model(X), Y, reduction="none")'


def _forward(result: str, emb: str = "C[X].view(len(X), -1)") -> str:
    head = "def forward(X, C, W1, b1, W2, b2):\n"
    return f"{head}    emb = {emb}\n    return {result}"


def _choose(column: int, result: str) -> str:
    chosen = f"min(results, key=lambda each: each[{column}])"
    return f"def choose(results):\n    best = {chosen}\n    return {result}"


MISTAKES = {
    "6.a which updates work": [
        ("learns = [False, False, False, False, True]", "Look at the first"),
        ("learns = [True, True, False, False, True]", "Look at the second"),
        ("learns = [True, False, True, False, True]", "Look at the third"),
        ("learns = [True, False, False, True, True]", "Look at the fourth"),
        ("learns = [True, False, False, False, False]", "Look at the fifth"),
        ("learns = [True, False, False, False, 'unsafe']", "is True or False"),
        ("learns = [True, False]", "Five answers"),
        ("learns = [True, False, False, ..., True]", "still a ..."),
    ],
    "6.b below the floor": [
        ("without_a_bug = [True, True, False, True]", "Look at the first"),
        ("without_a_bug = [False, False, False, True]", "Look at the second"),
        ("without_a_bug = [False, True, True, True]", "Look at the third"),
        ("without_a_bug = [False, True, False, False]", "Look at the fourth"),
        ("without_a_bug = [False, True, False, 2]", "is True or False"),
        ("without_a_bug = [False, True, False]", "Four answers"),
        ("without_a_bug = [..., True, False, True]", "still a ..."),
    ],
    "6.c which have changed": [
        ("sums_at_the_end = [0, 0, 0]", "as if .detach() made copies"),
        ("sums_at_the_end = [0, 0, 2]", "a memory of their own"),
        ("sums_at_the_end = [4, 4, 2]", "When is its copy made"),
        ("sums_at_the_end = [4, 0, 0]", "an index with a single number"),
        ("sums_at_the_end = [4, 0, 4]", "one row, and not the whole table"),
        ("sums_at_the_end = [4, 0, 1]", "The answer for three is not 1"),
        ("sums_at_the_end = [4, 0]", "Three answers"),
        ("sums_at_the_end = [4, 0, ...]", "still a ..."),
        ("sums_at_the_end = ['4', '0', '2']", "without quotation marks"),
    ],
    "6.1 contexts by hand": [
        (_contexts("..a", ".av", "ava", "va."), "The label has slipped in"),
        (_contexts("..a", ".av", "ava"), "The first context is missing"),
        (_contexts("...", "..a", ".av"), "The last context is missing"),
        (_contexts("...", "..a", ".av", "ava", "va."), "One too many"),
        (_contexts("...", "a..", "av.", "ava"), "on the wrong side"),
        (_contexts("...", "a..", "va.", "ava"), "stands on the left"),
        (_contexts("", "a", "av", "ava"), "always has three characters"),
        (_contexts(".", "a", "v", "a"), "sees one letter"),
        (_contexts("...", "..a", "..v", "..a"), "The older letters are gone"),
        (_contexts("... -> a", "..a -> v", ".av -> a", "ava -> ."), "without the labels"),
        (_contexts("...", "..a", ".aa", "ava"), "Context number 3"),
        (_contexts("...", "..a"), "2 contexts"),
        ('contexts_of_ava = ["...", "..a", ".av", ...]', "still a `...`"),
        ("contexts_of_ava = [[0, 0, 0], [0, 0, 1]]", "written as a string"),
        ('contexts_of_ava = "ava"', "list of strings"),
        (_contexts(". . .", ". . a", ". a v", "a v a"), "a blank in these contexts"),
        (_contexts("...", "..A", ".AV", "AVA"), "in small letters"),
        (_contexts("...a", "..av", ".ava", "ava."), "three characters, no more"),
        (_contexts("..", "..a", ".av", "ava"), "one of these has fewer"),
    ],
    "6.2 shapes on the way": [
        (_shapes((32, 30), (32, 30), (32, 200), (32, 27)), "comes out of the view"),
        (_shapes((32, 10), (32, 30), (32, 200), (32, 27)), "has three letters"),
        (_shapes((32, 3, 27), (32, 30), (32, 200), (32, 27)), "width of a one-hot vector"),
        (_shapes((32, 3), (32, 30), (32, 200), (32, 27)), "shape of the indices"),
        (_shapes((32, 3, 2), (32, 6), (32, 200), (32, 27)), "of the example above"),
        (_shapes((32, 10, 3), (32, 30), (32, 200), (32, 27)), "come last"),
        (_shapes((32, 3, 10), (32, 3, 10), (32, 200), (32, 27)), "asks for two dimensions"),
        (_shapes((32, 3, 10), (32, -1), (32, 200), (32, 27)), "that PyTorch works out"),
        (_shapes((32, 3, 10), (32, 10), (32, 200), (32, 27)), "all numbers of its example"),
        (_shapes((32, 3, 10), (96, 10), (96, 200), (96, 27)), "96 rows"),
        (_shapes((32, 3, 10), (32, 30), (32, 30), (32, 27)), "the product before it does"),
        (_shapes((32, 3, 10), (32, 30), (30, 200), (200, 27)), "the shape of the weights"),
        (_shapes((32, 3, 10), (32, 30), (200, 32), (27, 32)), "does not begin with 32"),
        (_shapes((182625, 3, 10), (182625, 30), (32, 200), (32, 27)), "in the whole set"),
        (_shapes((32, 3, 10), (32, 30), (32, 200), 27), "A shape is a tuple"),
        (_shapes((32, 3, 10), (32, 30), (32, 200), "..."), "four shapes is still"),
        (_shapes((32, 3, 10), (32, 30), (32, 200), (32, 10)), "The shape of the logits"),
        (_shapes((32, 3, 10), (32, 30)), "Four shapes are asked for"),
    ],
    "6.3 count the parameters": [
        (_parameters("11897"), "for one network"),
        (
            _parameters("vocabulary * d + length * d * hidden + hidden * vocabulary"),
            "both biases are missing",
        ),
        (_parameters(f"{_ALL} - hidden"), "b1 is missing"),
        (_parameters(f"{_ALL} - vocabulary"), "b2 is missing"),
        (_parameters(f"{_ALL} - vocabulary * d"), "the embedding is missing"),
        (
            _parameters("vocabulary * d + d * hidden + hidden + hidden * vocabulary + vocabulary"),
            "the length of the context is missing",
        ),
        (_parameters(f"{_ALL} + vocabulary * d * (length - 1)"), "All places share one C"),
        (
            _parameters(
                "vocabulary * d + length * vocabulary * hidden + hidden"
                " + hidden * vocabulary + vocabulary"
            ),
            "takes in one-hot vectors",
        ),
        (_parameters("vocabulary ** (length + 1)"), "cells of a table"),
        (
            _parameters(
                "vocabulary * d + (length + d) * hidden + hidden + hidden * vocabulary + vocabulary"
            ),
            "were added",
        ),
        (
            "def count_parameters(vocabulary, length, d, hidden):\n"
            "    return sum(each.numel() for each in new_network(None, 3, d, hidden))\n",
            "with 27 and 3 in place",
        ),
        (_parameters(_ALL.replace("vocabulary", "27")), "with 27 in place"),
        (_parameters(_ALL.replace("length", "3")), "with 3 in place of length"),
        (_parameters("length * d * hidden + hidden * vocabulary"), "W1 and W2 alone"),
        (_parameters(f"{_ALL} - hidden * vocabulary"), "W2 is missing"),
        (_parameters("vocabulary * d + length * d * hidden + hidden"), "last layer is missing"),
        (_parameters(f"[{_ALL.replace(' +', ',')}]"), "one number is asked for"),
        ("count_parameters = 11897", "asks for a function"),
        (_parameters("print(11897)"), "Does your function end in a return?"),
    ],
    "6.4 find the bug": [
        (
            _minibatch(
                "Xb = X[torch.randint(len(X), (size,), generator=g)]",
                "Yb = Y[torch.randint(len(Y), (size,), generator=g)]",
                "return Xb, Yb",
            ),
            "two different sets of indices",
        ),
        (_minibatch(_DRAW, "return X[batch]"), "two tensors are asked for"),
        (_minibatch(_DRAW, "return X[batch].tolist(), Y[batch].tolist()"), "one of these is none"),
        (
            _minibatch(
                "batch = torch.randint(len(X) - 1, (size,), generator=g)",
                "return X[batch], Y[batch]",
            ),
            "the last example is never drawn",
        ),
        (
            _minibatch(
                "batch = torch.randint(len(X), (64,), generator=g)", "return X[batch], Y[batch]"
            ),
            "64 examples come out",
        ),
        (
            _minibatch("g.manual_seed(2147483647)", _DRAW, "return X[batch], Y[batch]"),
            "of the seed 2147483647",
        ),
        (_minibatch(_DRAW, "return X[batch].double(), Y[batch]"), "numbers have become floats"),
        (
            _minibatch(
                "batch = torch.randint(len(X), (size, 1), generator=g)", "return X[batch], Y[batch]"
            ),
            "the shapes are not",
        ),
        (_minibatch(_DRAW, "return Y[batch], X[batch]"), "the labels came first"),
        (_minibatch("return X[:size], Y[:size]"), "whatever the seed"),
        (_minibatch(_DRAW, "return X, Y[batch]"), "the contexts are still all of them"),
        (_minibatch(_DRAW, "return X[batch], Y"), "the labels are still all of them"),
        (_minibatch(_DRAW, "return X[batch], Y[:size]"), "the first ones of the data"),
        (
            _minibatch(
                "batch = torch.randint(size, (size,), generator=g)", "return X[batch], Y[batch]"
            ),
            "below the size of the minibatch",
        ),
        (
            _minibatch(
                "batch = torch.randperm(len(X), generator=g)[:size]", "return X[batch], Y[batch]"
            ),
            "as randperm draws",
        ),
        (
            _minibatch("batch = torch.randint(len(X), (size,))", "return X[batch], Y[batch]"),
            "other examples than those",
        ),
        (
            _minibatch(
                "Yb = Y[torch.randint(len(Y), (size,), generator=g)]",
                "Xb = X[torch.randint(len(X), (size,), generator=g)]",
                "return Xb, Yb",
            ),
            "do not belong together: as in",
        ),
    ],
    "6.5 how likely is your name": [
        (_loss(_COSTS, "return costs.sum().item()"), "the sum over the characters"),
        (_loss(_COSTS, "return -costs.mean().item()"), "the sign is turned"),
        (_loss(_COSTS, "return costs.sum().item() / len(name)"), "number of letters"),
        (
            "def name_loss(name, model):\n    X, Y = context_examples(name, stoi)\n"
            "    return F.cross_entropy(model(X), Y).item()\n",
            "a name of its own",
        ),
        (_loss(_COSTS, "return costs[:-1].mean().item()"), "the . at the end is missing"),
        (_loss(_COSTS, "return costs[1:].mean().item()"), "the first letter is missing"),
        (_loss(_COSTS, "return (-costs.sum()).exp().item()"), "likelihood of the name"),
        (_loss(_COSTS, "return costs.mean().exp().item()"), "the perplexity"),
        (
            _loss("return F.cross_entropy(torch.softmax(model(X), 1), Y).item()"),
            "softmax was taken twice",
        ),
        (_loss(_COSTS, "return costs"), "a list or tensor of them"),
        (_loss(_COSTS, "return -costs.sum().item()"), "log-likelihood, a sum"),
        (_loss(_COSTS, "return round(costs.mean().item(), 2)"), "is rounded"),
        (_loss(_COSTS, "return (costs / torch.tensor(2.0).log()).mean().item()"), "base 2"),
        (_loss(_COSTS, "return (costs / torch.tensor(10.0).log()).mean().item()"), "base 10"),
        (_loss(_COSTS, "return (-costs).exp().mean().item()"), "this is the mean of the prob"),
        (_loss(_COSTS, "return -(-costs).exp().mean().item()"), "minus the mean of the prob"),
        (_loss(_COSTS, "return -(-costs).exp().mean().log().item()"), "before the logarithm"),
        (_loss("return F.nll_loss(model(X), Y).item()"), "taken for log-probabilities"),
        (_loss(_COSTS, "return costs.mean().item(), costs"), "several things were returned"),
        (_loss(_COSTS, "costs.mean().item()"), "end in a return"),
        (
            _loss("return F.cross_entropy(logits(parameters, X), Y).item()"),
            "the lesson's own network",
        ),
        (_loss('return "2.2"'), "one number is asked for"),
        (
            _loss("X = X[:, :2]", "return F.cross_entropy(model(X), Y).item()"),
            "your function stopped with",
        ),
    ],
    "6.6 forward pass": [
        (_forward("torch.tanh(emb @ W1 + b1) @ W2"), "b2 is missing"),
        (_forward("torch.tanh(emb @ W1) @ W2 + b2"), "b1 is missing"),
        (_forward("(emb @ W1 + b1) @ W2 + b2"), "no tanh in it"),
        (_forward("torch.tanh(torch.tanh(emb @ W1 + b1) @ W2 + b2)"), "tanh as well"),
        (_forward("torch.softmax(torch.tanh(emb @ W1 + b1) @ W2 + b2, 1)"), "the probabilities"),
        (_forward("torch.tanh(emb @ W1 + b1)"), "what the hidden layer gives"),
        (_forward("(torch.tanh(emb @ W1) + b1) @ W2 + b2"), "after tanh"),
        (_forward("torch.relu(emb @ W1 + b1) @ W2 + b2"), "has a ReLU"),
        (_forward("torch.tanh(emb.detach() @ W1 + b1) @ W2 + b2"), "no slope flows back"),
        (_forward("(torch.tanh(emb @ W1 + b1) @ W2 + b2).T"), "on their side"),
        (_forward("logits((C, W1, b1, W2, b2), X)"), "uses the notebook's logits"),
        (
            _forward("torch.tanh(emb @ W1 + b1) @ W2 + b2", "C[X].mean(1)"),
            "as wide as the numbers of one letter",
        ),
        (_forward("emb @ W1.zero_() + b1"), "changed W1"),
        (
            _forward("torch.tanh(emb @ W1 + b1) @ W2 + b2", "C[X].view(W1.shape[0], -1).T"),
            "several examples are mixed",
        ),
        (
            _forward("torch.tanh(emb @ W1 + b1) @ W2 + b2", "C[X.flip(1)].view(len(X), -1)"),
            "in the reverse order",
        ),
        (
            _forward("torch.tanh(emb @ W1 + b1) @ W2 + b2", "C[X].view(len(X), 30)"),
            "30 is fixed in it",
        ),
        (
            _forward("torch.tanh(emb @ W1 + b1) @ W2 + b2", "C[X]"),
            "still has three dimensions",
        ),
    ],
    "6.7 choose by dev": [
        (_choose(1, "best[0], best[3]"), "lowest training loss was taken"),
        (_choose(3, "best[0], best[3]"), "lowest test loss was taken"),
        (_choose(2, "best[0], best[2]"), "its dev loss"),
        (_choose(2, "best[0], best[1]"), "its training loss"),
        (_choose(2, "best[0]"), "the setting alone"),
        (_choose(2, "best[3]"), "the test loss alone"),
        (_choose(2, "best"), "the whole entry"),
        (_choose(2, "best[3], best[0]"), "comes first here"),
        (_choose(2, "best[0], min(each[3] for each in results)"), "lowest test loss of all"),
        (_choose(2, "best[0], round(best[3], 1)"), "is rounded"),
        (
            "def choose(results):\n    return results[0][0], results[0][3]",
            "the first one was taken",
        ),
        (
            "def choose(results):\n    results.sort(key=lambda each: each[2])\n"
            "    return results[0][0], results[0][3]",
            "changed results",
        ),
        (
            "def choose(results):\n    best = max(results, key=lambda each: each[2])\n"
            "    return best[0], best[3]",
            "highest dev loss",
        ),
    ],
}
