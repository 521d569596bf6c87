"""Wrong answers to the exercises of lesson 4, and words that their feedback must hold."""

MISTAKES = {
    "4.a which loss is larger": [
        ('smallest_first = "BAC"', "the highest first"),
        ('smallest_first = ["B", "C", "A"]', "from the largest loss to the smallest"),
        ('smallest_first = "C, A, B"', "the lowest first"),
        ('smallest_first = "abc"', "Look at B and C"),
        ('smallest_first = "CBA"', "Look at A and C"),
        ('smallest_first = "A"', "Each of the three letters"),
    ],
    "4.b rows that sum to one": [
        ("rows_sum_to_one = [True, True, False, False]", "the other way round"),
        ("rows_sum_to_one = [True, False, True, True]", "Look at the first"),
        ("rows_sum_to_one = [False, True, True, True]", "Look at the second"),
        ("rows_sum_to_one = [False, False, False, True]", "Look at the third"),
        ("rows_sum_to_one = [False, False, True, False]", "Look at the fourth"),
        ("rows_sum_to_one = [None, False, True, True]", "is True or False"),
        ("rows_sum_to_one = [False, False, True]", "Four answers"),
        ("rows_sum_to_one = [False, False, True, ...]", "still a ..."),
    ],
    "4.c how likely is ab": [
        ("likelihood_of_ab = 0.5 * 0.4", "It might go on"),
        ("likelihood_of_ab = 0.4 * 0.2", "two of three factors"),
        ("likelihood_of_ab = 0.4", "b after a alone"),
        ("likelihood_of_ab = 0.15", "with rows for columns"),
        ("likelihood_of_ab = 0.5 + 0.4 + 0.2", "added up"),
        ("likelihood_of_ab = (0.5 + 0.4 + 0.2) / 3", "the mean of the right three"),
        ("import math\nlikelihood_of_ab = -math.log(0.04)", "comes from the logarithms"),
        ("likelihood_of_ab = 4", "In percent"),
        ("likelihood_of_ab = 2", "never above 1"),
        ("likelihood_of_ab = 0.3", "It is not 0.3"),
        ('likelihood_of_ab = "0.04"', "without quotation marks"),
    ],
    "4.1 shapes": [
        ("shapes = [(27, 32), (32, 27), (32, 100), (32, 100)]", "on its side"),
        ("shapes = [(32,), (32, 27), (32, 100), (32, 100)]", "the shape of the indices"),
        ("shapes = [(32, 27), (32, 27, 27), (32, 27, 100), (32, 100)]", "three dimensions"),
        ("shapes = [(32, 27), (27, 27), (32, 100), (32, 100)]", "the shape of W."),
        ("shapes = [(32, 27), (32, 27), (27, 100), (32, 100)]", "the shape of M."),
        ("shapes = [(32, 27), (32, 27), (32, 27), (32, 100)]", "X @ M is not (32, 27)"),
        ("shapes = [(32, 27), (32, 27), (32, 100), (32,)]", "a whole row of M"),
        ("shapes = [(32, 27), (32, 27), 3200, (32, 100)]", "one of X @ M is 3200 here"),
        ("shapes = [(32, 27), ..., (32, 100), (32, 100)]", "still a ..."),
        ("shapes = [(32, 27), (32, 27), (32, 101), (32, 100)]", "X @ M is not (32, 101)"),
        ("shapes = [(228146, 27), (32, 27), (32, 100), (32, 100)]", "holds 32"),
        ("shapes = [(32, 27), (32, 27), (32, 100)]", "our shapes are asked for"),
    ],
    "4.2 one-hot by hand": [
        (
            "def one_hot(xs, num_classes):\n    return F.one_hot(xs, num_classes=num_classes)",
            "whole numbers",
        ),
        (
            "def one_hot(xs, num_classes):\n"
            "    rows = torch.zeros(len(xs), num_classes)\n"
            "    rows[:, xs] = 1\n"
            "    return rows",
            "1s of all the examples",
        ),
        (
            "def one_hot(xs, num_classes):\n"
            "    rows = torch.zeros(len(xs), num_classes)\n"
            "    rows[xs] = 1\n"
            "    return rows",
            "whole rows are filled",
        ),
        (
            "def one_hot(xs, num_classes):\n"
            "    rows = torch.zeros(num_classes, len(xs))\n"
            "    rows[xs, torch.arange(len(xs))] = 1\n"
            "    return rows",
            "on its side",
        ),
        (
            "def one_hot(xs, num_classes):\n    return F.one_hot(xs).float()",
            "comes from the largest index",
        ),
        (
            "def one_hot(xs, num_classes):\n    return torch.eye(27)[xs]",
            "number of columns is always the same",
        ),
        (
            "def one_hot(xs, num_classes):\n    return torch.arange(num_classes) == xs[:, None]",
            "True and False",
        ),
        (
            "def one_hot(xs, num_classes):\n"
            "    row = torch.zeros(num_classes)\n"
            "    row[xs] = 1\n"
            "    return row",
            "a single row holds",
        ),
        (
            "def one_hot(xs, num_classes):\n"
            "    rows = torch.zeros(len(xs), num_classes)\n"
            "    rows[xs, torch.arange(len(xs))] = 1\n"
            "    return rows",
            "have changed places",
        ),
        (
            "def one_hot(xs, num_classes):\n    return torch.eye(num_classes)[xs + 1]",
            "too far to the right",
        ),
        (
            "def one_hot(xs, num_classes):\n    return torch.eye(num_classes)[xs - 1]",
            "too far to the left",
        ),
        (
            "def one_hot(xs, num_classes):\n"
            "    rows = torch.zeros(len(xs), num_classes)\n"
            "    rows[torch.arange(len(xs)), xs] = xs.float()\n"
            "    return rows",
            "not how much",
        ),
        (
            "def one_hot(xs, num_classes):\n    return torch.zeros(len(xs), num_classes)",
            "no 1 anywhere",
        ),
        (
            "def one_hot(xs, num_classes):\n"
            "    rows = torch.zeros(len(xs), num_classes)\n"
            "    rows[torch.arange(len(xs)), xs] = 1",
            "end in a return",
        ),
    ],
    "4.3 weights for a table": [
        ("def weights_for(table):\n    return table.log()", "so the model is right"),
        ("def weights_for(table):\n    return table", "the probabilities themselves"),
        ("def weights_for(table):\n    return table.exp()", "the other way"),
        (
            "def weights_for(table):\n    W = table.log()\n    return W - W.max()",
            "maximum of the whole table",
        ),
        (
            "def weights_for(table):\n    W = table.log()\n    return W - W.max(1).values",
            "lie down as a row",
        ),
        (
            "def weights_for(table):\n"
            "    W = table.log()\n"
            "    return W - W.max(0, keepdim=True).values",
            "maximum of each column",
        ),
        (
            "def weights_for(table):\n    return table - table.max(1, keepdim=True).values",
            "still probabilities",
        ),
        (
            "def weights_for(table):\n    return table / table.max(1, keepdim=True).values",
            "row was divided by its maximum",
        ),
        (
            "def weights_for(table):\n"
            "    W = table.log10()\n"
            "    return W - W.max(1, keepdim=True).values",
            "base 10",
        ),
        (
            "def weights_for(table):\n"
            "    W = table.log2()\n"
            "    return W - W.max(1, keepdim=True).values",
            "base 2.",
        ),
        (
            "def weights_for(table):\n"
            "    W = table.log()\n"
            "    return W - W.min(1, keepdim=True).values",
            "the least weight",
        ),
        (
            "def weights_for(table):\n"
            "    W = table.log()\n"
            "    return W.max(1, keepdim=True).values - W",
            "the sign is turned",
        ),
        ("def weights_for(table):\n    return -table.log()", "the costs of lesson 3"),
        (
            "def weights_for(table):\n    W = table.log()\n    return W - W.max(1, keepdim=True)",
            "stopped with TypeError",
        ),
    ],
    "4.4 safe softmax": [
        (
            "def safe_softmax(logits):\n    return torch.softmax(logits, dim=0)",
            "your columns sum to 1",
        ),
        (
            "def safe_softmax(logits):\n"
            "    shifted = logits - logits.max(1, keepdim=True).values\n"
            "    return shifted.exp() / shifted.exp().sum(0, keepdim=True)",
            "sums of their columns",
        ),
        (
            "def safe_softmax(logits):\n"
            "    counts = logits.exp()\n"
            "    return counts / counts.sum(1)",
            "divided into the columns",
        ),
        (
            "def safe_softmax(logits):\n"
            "    shifted = logits - logits.max(1, keepdim=True).values\n"
            "    return shifted.exp() / shifted.exp().sum(1)",
            "got torch.tensor([[0.731059, 0.361263]",
        ),
        (
            "def safe_softmax(logits):\n"
            "    shifted = logits - logits.max(1).values\n"
            "    return shifted.exp() / shifted.exp().sum(1, keepdim=True)",
            "subtracted from the wrong places",
        ),
        (
            "def safe_softmax(logits):\n"
            "    shifted = logits - logits.max(0, keepdim=True).values\n"
            "    return shifted.exp() / shifted.exp().sum(1, keepdim=True)",
            "the maximum of each column",
        ),
        (
            "def safe_softmax(logits):\n"
            "    counts = (logits - logits.max()).exp()\n"
            "    return counts / counts.sum()",
            "the whole table sums to 1",
        ),
        (
            "def safe_softmax(logits):\n"
            "    counts = (logits - logits.max(1, keepdim=True).values).exp()\n"
            "    return counts / counts.sum()",
            "got torch.tensor([[0.419077",
        ),
        (
            "def safe_softmax(logits):\n    return logits - logits.max(1, keepdim=True).values",
            "these are the shifted logits",
        ),
        (
            "def safe_softmax(logits):\n"
            "    return softmax(logits.max(1, keepdim=True).values - logits)",
            "the least probability",
        ),
        (
            "def safe_softmax(logits):\n"
            "    return (logits - logits.max(1, keepdim=True).values).exp()",
            "got torch.tensor([[1., 0.367879]",
        ),
        ("def safe_softmax(logits):\n    return logits.exp()", "these are counts"),
        (
            "def safe_softmax(logits):\n    return torch.log_softmax(logits, dim=1)",
            "logarithms of the probabilities",
        ),
        (
            "def safe_softmax(logits):\n    return logits / logits.sum(1, keepdim=True)",
            "logits were divided by their sum",
        ),
        ("def safe_softmax(logits):\n    return softmax(logits)", "the result holds NaN"),
        ("def safe_softmax(logits):\n    return softmax(logits - 100)", "100 was subtracted"),
        (
            "def safe_softmax(logits):\n"
            "    counts = (logits - logits.max()).exp()\n"
            "    return counts / counts.sum(1, keepdim=True)",
            "one maximum for the whole table",
        ),
        (
            "def safe_softmax(logits):\n    return softmax(logits.clamp(max=80))",
            "cut off at a limit",
        ),
        (
            "def safe_softmax(logits):\n    return softmax(logits).nan_to_num(0)",
            "all entries are the same",
        ),
        (
            "def safe_softmax(logits):\n    return softmax(logits - logits.mean(1, keepdim=True))",
            "a row with its mean subtracted",
        ),
        (
            "def safe_softmax(logits):\n"
            "    return softmax(logits - logits.min(1, keepdim=True).values)",
            "the least logit of each row is 0",
        ),
        (
            "def safe_softmax(logits):\n    return softmax(logits - 1000)",
            "1000 was subtracted",
        ),
    ],
    "4.5 loss of a network": [
        (
            "def loss_of(W, xs, ys):\n"
            "    P = softmax(W[xs])\n"
            "    return -P[torch.arange(len(ys)), ys].log().sum()",
            "the sum over the examples",
        ),
        (
            "def loss_of(W, xs, ys):\n"
            "    P = softmax(W[xs])\n"
            "    return P[torch.arange(len(ys)), ys].log().mean()",
            "minus sign is missing",
        ),
        (
            "def loss_of(W, xs, ys):\n    return -softmax(W[xs]).log().mean()",
            "all the entries of every row",
        ),
        (
            "def loss_of(W, xs, ys):\n    P = softmax(W[xs])\n    return -P[ys].log().mean()",
            "picks whole rows",
        ),
        (
            "def loss_of(W, xs, ys):\n    P = softmax(W[xs])\n    return -P[:, ys].log().mean()",
            "with all the labels' columns",
        ),
        (
            "def loss_of(W, xs, ys):\n"
            "    P = softmax(W[xs])\n"
            "    return -P[torch.arange(len(ys)), ys].mean()",
            "logarithm is missing",
        ),
        (
            "def loss_of(W, xs, ys):\n"
            "    P = softmax(W[xs])\n"
            "    return P[torch.arange(len(ys)), ys].mean()",
            "mean of the labels' probabilities. Take",
        ),
        (
            "def loss_of(W, xs, ys):\n"
            "    P = softmax(W[xs])\n"
            "    return -P[torch.arange(len(ys)), ys].mean().log()",
            "the mean came first",
        ),
        ("def loss_of(W, xs, ys):\n    return -W[xs, ys].mean()", "the labels' logits."),
        (
            "def loss_of(W, xs, ys):\n"
            "    logits = W[xs]\n"
            "    shifted = logits - logits.max(1, keepdim=True).values\n"
            "    return -shifted[torch.arange(len(ys)), ys].mean()",
            "logits, shifted",
        ),
        (
            "def loss_of(W, xs, ys):\n"
            "    logits = W[xs]\n"
            "    shifted = logits - logits.max(1, keepdim=True).values\n"
            "    log_probabilities = shifted - shifted.exp().sum().log()\n"
            "    return -log_probabilities[torch.arange(len(ys)), ys].mean()",
            "of the whole table were summed",
        ),
        ("def loss_of(W, xs, ys):\n    return F.cross_entropy(W[xs], xs)", "labels are in ys"),
        (
            "def loss_of(W, xs, ys):\n"
            "    P = torch.softmax(W[xs], dim=1)\n"
            "    return -(P[torch.arange(len(ys)), ys] + 1e-8).log().mean()",
            "a small number was put in its place",
        ),
        (
            "def loss_of(W, xs, ys):\n"
            "    return -log_softmax(W[xs])[torch.arange(len(ys)), ys].log().mean()",
            "logarithm was taken twice",
        ),
        (
            "def loss_of(W, xs, ys):\n    return F.cross_entropy(softmax(W[xs]), ys)",
            "got probabilities",
        ),
        ("def loss_of(W, xs, ys):\n    return F.cross_entropy(W[ys], xs)", "changed places"),
        ("def loss_of(W, xs, ys):\n    return F.cross_entropy(W[:, xs].T, ys)", "selected columns"),
        (
            "def loss_of(W, xs, ys):\n"
            "    P = torch.softmax(W[xs], dim=0)\n"
            "    return -P[torch.arange(len(ys)), ys].log().mean()",
            "down the columns",
        ),
        (
            "def loss_of(W, xs, ys):\n"
            "    P = softmax(W[xs])\n"
            "    return -P[torch.arange(len(ys)), ys].log().mean()",
            "infinite in exp",
        ),
        (
            "def loss_of(W, xs, ys):\n"
            "    P = torch.softmax(W[xs], dim=1)\n"
            "    return -P[torch.arange(len(ys)), ys].log().mean()",
            "softmax copes",
        ),
        (
            "def loss_of(W, xs, ys):\n"
            "    X = F.one_hot(xs, num_classes=len(W))\n"
            "    return F.cross_entropy(X @ W, ys)",
            "stopped with RuntimeError",
        ),
        (
            "def loss_of(W, xs, ys):\n    return F.cross_entropy(W[xs], ys, reduction='none')",
            "one loss for each example",
        ),
    ],
}
