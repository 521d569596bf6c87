"""Wrong answers to the exercises of lesson 3, and words that their feedback must hold."""


def _three(one: str, two: str, three: str) -> str:
    return f"losses_of_three = [{one}, {two}, {three}]"


def _name_nll(result: str, marked: str = '"." + name + "."') -> str:
    return (
        "def name_nll(name, table):\n"
        f"    marked = {marked}\n"
        "    p = torch.stack([table[stoi[a], stoi[b]] for a, b in zip(marked, marked[1:])])\n"
        f"    return {result}"
    )


def _perplexity(result: str) -> str:
    return f"def perplexity(probabilities):\n    p = probabilities\n    return {result}"


def _add_k(result: str) -> str:
    return f"def add_k(counts, k):\n    smoothed = counts + k\n    return {result}"


def _best_k(result: str) -> str:
    return (
        "def best_k(counts, held_out, ks):\n"
        "    found = [mean_nll(smooth(counts, k), held_out).item() for k in ks]\n"
        f"    return {result}"
    )


MISTAKES = {
    "3.a along which dimension": [
        ("four_shapes = [(4,), (4, 1), (4, 3), None]", "down a column"),
        ("four_shapes = [(1, 3), (4, 1), (4, 3), None]", "their shape with keepdim=True"),
        ("four_shapes = [(3,), (1, 3), (4, 3), None]", "across a row"),
        ("four_shapes = [(3,), (4,), (4, 3), None]", "with size 1"),
        ("four_shapes = [(3,), (4, 1), None, None]", "below (4, 3), the last sizes in line."),
        ("four_shapes = [(3,), (4, 1), (3,), None]", "is a table again"),
        ("four_shapes = [(3,), (4, 1), (4, 3), (4, 3)]", "the shape of T.sum(1) below"),
        ("four_shapes = [(3,), (4, 1), (4, 3), (4, 4)]", "The fourth: write the two shapes"),
        ("four_shapes = [(3,), (4, 1), (3, 4), None]", "of T / T.sum(0) is not (3, 4)"),
        ("four_shapes = [3, (4, 1), (4, 3), None]", "A shape is a tuple"),
        ('four_shapes = [(3,), (4, 1), (4, 3), "None"]', "without quotation marks"),
        ("four_shapes = [(3,), (4, 1), (4, 3), ...]", "still a ..."),
        ("four_shapes = [(3,), (4, 1), (4, 3)]", "Four answers"),
    ],
    "3.b what it can say": [
        ("can_say = [True, False, False, False, False]", "only bigrams"),
        ("can_say = [False, False, True, True, False]", "Look at mia"),
        ("can_say = [True, True, True, True, False]", "Look at ma "),
        ("can_say = [True, False, False, True, False]", "Look at a "),
        ("can_say = [True, False, True, False, False]", "Look at miava"),
        ("can_say = [True, False, True, True, True]", "Look at via"),
        ('can_say = [True, False, "yes", True, False]', "is True or False"),
        ("can_say = [True, False, True, True]", "Five answers"),
        ("can_say = [True, False, ..., True, False]", "still a ..."),
    ],
    "3.c what has changed": [
        ("two_sums = [10, 50]", "`row` is no copy"),
        ("two_sums = [50, 50]", "both rows would have grown"),
        ("two_sums = [70, 50]", "three rows of two"),
        ("two_sums = [20, 50]", "A row has two entries"),
        ("two_sums = [30, 30]", "when it was cloned"),
        ("two_sums = [30, 70]", "is not the one that was cloned"),
        ("two_sums = [30, 40]", "The answer for copy is not 40"),
        ("two_sums = [30, ...]", "still a ..."),
        ("two_sums = 30", "A list of 2 is asked for"),
        ('two_sums = ["30", "50"]', "without quotation marks"),
    ],
    "3.1 three losses": [
        (_three("1.0", "0.0", "2.0"), "These are bits"),
        (_three("math.log10(2)", "0", "math.log10(4)"), "base 10 gives these"),
        (_three("math.log(1 / 2)", "0", "math.log(1 / 4)"), "minus is missing"),
        (_three("1 / 2", "0", "1 / 4"), "probability itself"),
        (_three("0.6931", "1", "1.3863"), "The second is 1"),
        (_three("0.6931", "0", "-math.log((1 / 2 + 1 / 8) / 2)"), "mean of the two probabilities"),
        (_three("0.6931", "0", "math.log(2) + math.log(8)"), "cost together"),
        (_three("0.6931", "...", "1.3863"), "still a ..."),
        (_three("0.69", "0", "1.39"), "right, but for the decimals"),
        (_three("'0.6931'", "0", "1.3863"), "without quotation marks"),
        (_three("0.6931", "0", "math.log(8)"), "what a character with 1/8 costs"),
        (_three("0.6931", "0", "math.log(8) / 2"), "half of what a character with 1/8"),
        (_three("0.6931", "0", "2"), "The third loss is not 2"),
        (_three("0.6931", "0.6931", "1.3863"), "The second loss is not 0.6931"),
        ("losses_of_three = torch.tensor([0.6931, 0])", "list of the three losses is asked for"),
        (_three("2", "1", "4"), "exponentials of the losses"),
        (_three("0.6931", "0", "math.log"), "One of the three is a function"),
        (_three("0.6931", "0", "-1.3863"), "One of these is negative"),
        (_three("0.6931", "0", "math.log(5)"), "logarithm of 5"),
    ],
    "3.2 the loss of one name": [
        (_name_nll("-p.log().sum().item()"), "sum over the bigrams"),
        (_name_nll("p.log().mean().item()"), "the minus is missing: a loss"),
        (_name_nll("p.log().sum().item()"), "this is the log-likelihood"),
        (_name_nll("-p.log10().mean().item()"), "base 10"),
        (_name_nll("-p.log2().mean().item()"), "it is in bits"),
        (_name_nll("-p.mean().log().item()"), "logarithm of the mean probability"),
        (_name_nll("-p.mean().item()"), "logarithm is missing"),
        (_name_nll("p.prod().item()"), "this is the likelihood"),
        (_name_nll("-p.log().mean().item()", marked="name"), "two bigrams with the boundary"),
        (_name_nll("-p.log().mean().item()", marked='name + "."'), "that begins the name"),
        (_name_nll("-p.log().mean().item()", marked='"." + name'), "that ends the name"),
        (_name_nll("-p.log().sum().item() / len(name)"), "number of letters"),
        (_name_nll("-p.log().sum().item() / len(marked)"), "both dots included"),
        (_name_nll("-chances(marked, table).log().mean().item()"), "too many at each end"),
        (
            "def name_nll(name, table):\n"
            "    for a, b in zip('.' + name, name + '.'):\n"
            "        cost = -table[stoi[a], stoi[b]].log()\n"
            "        return cost.item()",
            "only the first bigram",
        ),
        (_name_nll("-chances(name, P).log().mean().item()"), "under P"),
        (_name_nll('-chances("emma", table).log().mean().item()'), "stopped with IndexError"),
        (
            "def name_nll(name, table):\n"
            "    marked = f'.{name}.'\n"
            "    p = torch.stack([table[stoi[b], stoi[a]] for a, b in zip(marked, marked[1:])])\n"
            "    return -p.log().mean().item()",
            "changed places",
        ),
        (_name_nll("-p.log()"), "cost of each bigram"),
        (_name_nll("-math.log(p).mean()"), "your function stopped with ValueError"),
        (_name_nll("-(p + 1e-8).log().mean().item()"), "so the loss is infinite"),
        (_name_nll("-p.prod().log().item() / len(p)"), "the logarithm came after the product"),
        (_name_nll("-p.log().mean().exp().item()"), "got -0.5"),
        (_name_nll("(-p.log().mean()).exp().item()"), "exponential of the loss"),
        (_name_nll("-table.log_()[0, 1].item() * 0 - p.log().mean().item()"), "changed table"),
        (_name_nll("-p.unique().log().mean().item()"), "expected"),
    ],
    "3.3 perplexity": [
        (_perplexity("-p.log().mean().item()"), "this is the loss"),
        (_perplexity("p.log().mean().exp().item()"), "1 divided by the perplexity"),
        (_perplexity("-p.log().mean().exp().item()"), "the minus came last"),
        (_perplexity("(-p.log()).exp()"), "a number for each character"),
        (_perplexity("(-torch.xlogy(p, p).sum()).exp().item()"), "weighted with its probability"),
        (_perplexity("mean_nll(P, N).exp().item()"), "perplexity of P on all names"),
        (_perplexity("2 ** (-p.log().mean().item())"), "a loss in nats"),
        (_perplexity("(-p.log2().mean()).exp().item()"), "a loss in bits"),
        (_perplexity("(-p.log().sum()).exp().item()"), "exponential of the sum"),
        (_perplexity("1 / p.mean().item()"), "1 divided by the mean"),
        (_perplexity("(1 / p).mean().item()"), "mean of 1 divided by each"),
    ],
    "3.4 possible or not": [
        ("possible = [True, True, True, True]", "Look at 2.42 again"),
        ("possible = [False, False, True, True]", "Look at 2.46 again"),
        ("possible = [False, True, False, True]", "Look at 5.0 again"),
        ("possible = [False, True, True, False]", "logarithm of 0"),
        ("possible = [False, True, ..., True]", "still a ..."),
        ("possible = [2.42, 2.46, 5.0, math.inf]", "is True or False"),
    ],
    "3.5 add k": [
        (_add_k("smoothed / counts.sum(1, keepdim=True)"), "sums of the counts without k"),
        (_add_k("smoothed / (counts.sum(1, keepdim=True) + k)"), "in each of its columns"),
        (_add_k("smoothed / (counts.sum(1, keepdim=True) + 27 * k)"), "the same multiple of k"),
        (
            _add_k("smoothed / (counts.sum(1, keepdim=True) + len(counts) * k)"),
            "times the number of rows",
        ),
        (_add_k("counts + k / smoothed.sum(1, keepdim=True)"), "brackets around counts + k."),
        (_add_k("counts + k / counts.sum(1, keepdim=True)"), "k divided by something added"),
        (
            "def add_k(counts, k):\n    smoothed = torch.where(counts == 0, k, counts)\n"
            "    return smoothed / smoothed.sum(1, keepdim=True)",
            "the empty cells alone",
        ),
        (_add_k("counts / smoothed.sum(1, keepdim=True)"), "missing above the line"),
        (_add_k("smoothed / smoothed.sum(1)"), "divided into the columns"),
        (_add_k("smoothed / smoothed.sum(0, keepdim=True)"), "your columns sum to 1"),
        (_add_k("smoothed / smoothed.sum()"), "whole table sums to 1"),
        (_add_k("smoothed"), "Divide each row by its sum"),
        (_add_k("counts / counts.sum(1, keepdim=True)"), "k plays no part"),
        (_add_k("(counts + 1) / (counts + 1).sum(1, keepdim=True)"), "1 was added"),
        (_add_k("counts / counts.sum(1, keepdim=True) + k"), "came after the division"),
        (
            "def add_k(counts, k):\n    counts += k\n"
            "    return counts / counts.sum(1, keepdim=True)",
            "stopped with RuntimeError",
        ),
    ],
    "3.6 choose k": [
        (
            "def best_k(counts, held_out, ks):\n"
            "    return min(ks, key=lambda k: mean_nll(smooth(counts, k), counts))",
            "always the smallest",
        ),
        (
            "def best_k(counts, held_out, ks):\n"
            "    return min(ks, key=lambda k: mean_nll(smooth(held_out, k), counts))",
            "have changed places",
        ),
        (_best_k("ks[found.index(max(found))]"), "highest loss of all"),
        (_best_k("min(found)"), "this is the lowest loss"),
        (_best_k("found.index(min(found))"), "the place in the list"),
        (_best_k("found"), "one for each k"),
        (
            "def best_k(counts, held_out, ks):\n"
            "    lowest = math.inf\n"
            "    for k in ks:\n"
            "        loss = mean_nll(smooth(counts, k), held_out).item()\n"
            "        if loss < lowest:\n"
            "            lowest, best = loss, k\n"
            "        return best",
            "the first of ks",
        ),
        (_best_k("ks[-1]"), "the last of ks"),
        (
            "def best_k(counts, held_out, ks):\n"
            "    lowest = best = 0\n"
            "    for k in ks:\n"
            "        loss = mean_nll(smooth(counts, k), held_out).item()\n"
            "        if loss < lowest:\n"
            "            lowest, best = loss, k\n"
            "    return best",
            "begin with math.inf",
        ),
        (
            "def best_k(counts, held_out, ks):\n"
            "    return min(ks, key=lambda k: mean_nll(smooth(train_N, k), held_out_N))",
            "for the names of this lesson",
        ),
        (
            "def best_k(counts, held_out, ks):\n"
            "    return min(ks, key=lambda k: mean_nll(smooth(counts + held_out, k), held_out))",
            "part of your table",
        ),
        (_best_k("min(zip(found, ks))"), "together with its k"),
    ],
}
