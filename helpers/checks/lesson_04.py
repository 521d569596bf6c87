"""Exercises of lesson 4, the one-hot network."""

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F

from helpers.checks import Exercise, Mistake, left_open, same, which_shape


def _indices(*values: int) -> torch.Tensor:
    return torch.tensor(values)


def _with_ones(rows: torch.Tensor, place) -> torch.Tensor:
    rows[place] = 1
    return rows


def _naive_softmax(logits: torch.Tensor) -> torch.Tensor:
    counts = logits.exp()
    return counts / counts.sum(1, keepdim=True)


def _shifted(logits: torch.Tensor) -> torch.Tensor:
    return logits - logits.max(1, keepdim=True).values


def _shifted_counts(logits: torch.Tensor) -> torch.Tensor:
    return _shifted(logits).exp()


def _weights(table: torch.Tensor) -> torch.Tensor:
    return _shifted(table.log())


def _loss(W: torch.Tensor, xs: torch.Tensor, ys: torch.Tensor) -> float:
    return F.cross_entropy(W[xs], ys).item()


def _chosen(W: torch.Tensor, xs: torch.Tensor, ys: torch.Tensor) -> torch.Tensor:
    """The probability of each label, shape (n,)."""
    return torch.softmax(W[xs], 1)[torch.arange(len(ys)), ys]


_TABLES = [
    (torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.15, 0.8, 0.05]]),),
    (torch.tensor([[0.25, 0.75], [0.9, 0.1]]),),
    (torch.tensor([[0.4, 0.35, 0.25], [0.001, 0.099, 0.9]]),),
]

# The second is too large for exp, the third too small; the fourth is too large once its minimum has
# been subtracted. In the fifth the rows lie far apart, and in its last row the entries.
_LOGITS = [
    (torch.tensor([[2.0, 1.0, 0.0], [-1.0, 3.0, 0.5], [1.0, 0.5, -2.0]]),),
    (torch.tensor([[1000.0, 1001.0, 1002.0], [1000.0, 999.0, 1001.0]]),),
    (torch.tensor([[-1000.0, -1001.0], [-1002.0, -1000.0]]),),
    (torch.tensor([[0.0, 120.0, 1.0]]),),
    (
        torch.tensor(
            [[1000.0, 1001.0, 1002.0], [-1000.0, -999.0, -1001.0], [-1000.0, 1000.0, 999.0]]
        ),
    ),
]

_W = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5], [-2.0, 1.0, 0.25]])

# The labels of the second have large logits, and its inputs never name the last character; those of
# the third have logits far below the greatest.
_NETWORKS = [
    (_W, _indices(0, 1, 2, 2), _indices(1, 2, 0, 1)),
    (100 * _W, _indices(0, 1, 1, 0), _indices(2, 0, 0, 2)),
    (100 * _W, _indices(0, 1, 2), _indices(1, 2, 2)),
]


def _seen_in(example: tuple) -> Callable[[Callable, str], Mistake]:
    """Make mistakes that are known by one small example, however they fare with large numbers.

    (There one answer overflows and another does not, though both make the same mistake.)
    """
    return lambda gives, says: Mistake(
        lambda got: same(gives(*example), got, 1e-4), says, test=True
    )


_softmax_mistake = _seen_in(_LOGITS[0])
_loss_mistake = _seen_in(_NETWORKS[0])


EXERCISES = {
    "4.1 shapes": Exercise(
        answer=[(32, 27), (32, 27), (32, 100), (32, 100)],
        notice="The number of examples goes in at the front, and comes out at the front.",
        explain=which_shape("X", "X @ W", "X @ V", "V[xs]"),
        mistakes=[
            left_open("one of the four shapes is still a ... ."),
            Mistake(
                lambda got: any(not isinstance(shape, tuple | list) for shape in got),
                "a shape is a tuple, such as (32, 27), with a number for each dimension.",
                test=True,
            ),
            Mistake(
                lambda got: any(228_146 in shape for shape in got),
                "228,146 is how many examples the lesson has. The xs of this exercise holds 32.",
                test=True,
            ),
            Mistake(
                lambda got: any(tuple(shape) in ((27, 32), (100, 32)) for shape in got),
                "a table has a row for each example, so its shape begins with 32. One of yours "
                "lies on its side.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[0]) == (32,),
                "(32,) is the shape of the indices. In X each of them has become a row of 27 "
                "numbers.",
                test=True,
            ),
            Mistake(
                lambda got: any(len(shape) == 3 for shape in got[:3]),
                "a product of two matrices is a matrix. The two inner sizes agree and vanish: "
                "(n, k) @ (k, m) is (n, m).",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[1]) == (27, 27),
                "(27, 27) is the shape of W. X @ W has a row for each of the 32 examples.",
                test=True,
            ),
            Mistake(
                lambda got: (27, 100) in (tuple(got[2]), tuple(got[3])),
                "(27, 100) is the shape of V. Selecting from it gives a row for each of the 32 "
                "examples.",
                test=True,
            ),
            Mistake(
                lambda got: tuple(got[2]) == (32, 27),
                "V has 100 columns, so there are 100 neurons, and 100 numbers for each example.",
                test=True,
            ),
            Mistake(
                lambda got: len(got[3]) != 2 or tuple(got[3]) == (32, 27),
                "V[xs] takes a whole row of V, 100 numbers, for each of the 32 indices.",
                test=True,
            ),
        ],
    ),
    "4.2 one-hot by hand": Exercise(
        answer=lambda xs, num_classes: torch.eye(num_classes)[xs],
        examples=[
            (_indices(2, 0, 2), 4),
            (_indices(1, 0, 2), 3),
            (_indices(0, 5, 13, 13, 1), 27),
        ],
        notice="torch.eye(num_classes)[xs] does it in one line: an index selects rows, and the "
        "rows of the identity matrix are the one-hot vectors.",
        mistakes=[
            Mistake(
                lambda xs, num_classes: F.one_hot(xs, num_classes),
                "the right rows, as whole numbers (int64). A product with the weights wants "
                "floats.",
            ),
            Mistake(
                lambda xs, num_classes: F.one_hot(xs, num_classes).bool(),
                "the right rows, as True and False. A product with the weights wants floats: "
                ".float() makes 1 and 0 of them.",
            ),
            Mistake(
                lambda xs, num_classes: torch.eye(27)[xs],
                "there are 27 columns, whatever num_classes says. Characters are one use of this "
                "function; it must work for any number of classes.",
            ),
            Mistake(
                lambda xs, num_classes: torch.eye(num_classes)[xs].sum(0).clamp(max=1),
                "a single row holds the 1s of all the examples. Each example needs a row of its "
                "own.",
            ),
            Mistake(
                lambda xs, num_classes: _with_ones(
                    torch.zeros(len(xs), num_classes), (xs, torch.arange(len(xs)))
                ),
                "the two index tensors have changed places: first the row, one for each example, "
                "then the column, where its index points.",
            ),
            Mistake(
                lambda xs, num_classes: _with_ones(
                    torch.zeros(len(xs), num_classes), (slice(None), xs)
                ),
                "every row has got the 1s of all the examples: [:, xs] means all rows, these "
                "columns. Pair each row with its own column: [torch.arange(len(xs)), xs].",
            ),
            Mistake(
                lambda xs, num_classes: _with_ones(torch.zeros(len(xs), num_classes), xs),
                "[xs] = 1 fills whole rows of the tensor with 1s. Each row needs a single 1, in "
                "the column of its index.",
            ),
            Mistake(
                lambda xs, num_classes: torch.eye(num_classes)[xs].T,
                "this is the one-hot table lying on its side: a column for each example. Rows "
                "are examples, columns are characters.",
            ),
            *[
                Mistake(
                    gives,
                    "the width comes from the largest index in xs. It must be num_classes, "
                    "whatever xs holds.",
                )
                for gives in (
                    lambda xs, num_classes: F.one_hot(xs),
                    lambda xs, num_classes: F.one_hot(xs).float(),
                )
            ],
            Mistake(
                lambda xs, num_classes: torch.eye(num_classes)[xs + 1],
                "each 1 stands one place too far to the right. The index 0 belongs to the first "
                "column.",
            ),
            Mistake(
                lambda xs, num_classes: torch.eye(num_classes)[xs - 1],
                "each 1 stands one place too far to the left. The index 0 belongs to the first "
                "column.",
            ),
            Mistake(
                lambda xs, num_classes: torch.eye(num_classes)[xs] * xs[:, None],
                "the index itself stands where a 1 belongs. It says where, not how much.",
            ),
            Mistake(
                lambda xs, num_classes: torch.zeros(len(xs), num_classes),
                "the shape is right, and there is no 1 anywhere yet.",
            ),
        ],
    ),
    "4.3 weights for a table": Exercise(
        answer=_weights,
        examples=_TABLES,
        absolute=1e-4,
        notice="Among the many weights of one model, a condition such as this one picks out a "
        "single matrix.",
        mistakes=[
            Mistake(
                lambda table: table,
                "these are the probabilities themselves. softmax takes exp of them, and the rows "
                "come out nearly uniform. Which function undoes exp?",
            ),
            Mistake(
                lambda table: table.exp(),
                "exp leads from logits to counts. You go the other way here, from probabilities "
                "to logits.",
            ),
            Mistake(
                lambda table: table.log() - table.log().max(),
                "you subtracted one number, the maximum of the whole table. Each row has a "
                "maximum of its own.",
            ),
            Mistake(
                lambda table: table.log() - table.log().max(1).values,
                "without keepdim=True the row maxima lie down as a row, and each column lost "
                "another row's maximum. That is a different model.",
            ),
            Mistake(
                lambda table: table.log() - table.log().max(0, keepdim=True).values,
                "you subtracted the maximum of each column. That is a different model: only a "
                "constant for each row leaves it as it is.",
            ),
            Mistake(
                lambda table: table - table.max(1, keepdim=True).values,
                "the greatest weight of each row is 0, and the logarithm is missing: these are "
                "still probabilities, not logits.",
            ),
            Mistake(
                lambda table: table / table.max(1, keepdim=True).values,
                "you divided each row by its maximum, so the greatest is 1. Take the logarithm "
                "of this, and you are there.",
            ),
            Mistake(
                lambda table: _weights(table) / math.log(10),
                "this is the logarithm to the base 10. exp is undone by the natural one, .log().",
            ),
            Mistake(
                lambda table: _weights(table) / math.log(2),
                "this is the logarithm to the base 2. exp is undone by the natural one, .log().",
            ),
            Mistake(
                lambda table: table.log() - table.log().min(1, keepdim=True).values,
                "here the least weight of each row is 0. The greatest one should be.",
            ),
            Mistake(
                lambda table: -_weights(table),
                "the sign is turned around: the rarest character would be the most likely one.",
            ),
            Mistake(
                lambda table: -table.log(),
                "with the minus these are the costs of lesson 3, large where a character is rare. "
                "Logits are large where it is likely: leave the minus out.",
            ),
            Mistake(
                lambda got: any(same(table, torch.softmax(got, 1)) for (table,) in _TABLES),
                "softmax of this is the table, so the model is right. What is missing is the "
                "condition: subtract from each row its maximum.",
                test=True,
            ),
        ],
    ),
    "4.4 safe softmax": Exercise(
        answer=lambda logits: torch.softmax(logits, 1),
        examples=_LOGITS,
        notice="After the shift each row holds an exp(0) = 1, so its sum is never 0 and never "
        "infinite.",
        mistakes=[
            _softmax_mistake(
                lambda logits: torch.softmax(logits, 0),
                "your columns sum to 1, not your rows: this is the softmax over dimension 0.",
            ),
            _softmax_mistake(
                lambda logits: logits.exp() / logits.exp().sum(1),
                "the row sums were divided into the columns: without keepdim=True they lie down "
                "as a row.",
            ),
            _softmax_mistake(
                lambda logits: _shifted_counts(logits) / _shifted_counts(logits).sum(1),
                "shifted by the right maxima, and then the row sums were divided into the columns: "
                "sum needs keepdim=True as well.",
            ),
            _softmax_mistake(
                lambda logits: _shifted_counts(logits) / _shifted_counts(logits).sum(0),
                "shifted by the right maxima, and then divided by sums of columns. Each row has a "
                "sum of its own: .sum(1, keepdim=True).",
            ),
            _softmax_mistake(
                lambda logits: torch.softmax(logits - logits.max(1).values, 1),
                "the maxima have been subtracted from the wrong places: without keepdim=True "
                "they lie down as a row, one for each column.",
            ),
            _softmax_mistake(
                lambda logits: torch.softmax(logits.flatten(), 0).reshape(logits.shape),
                "the whole table sums to 1 here. Each row must do so for itself: .sum(1, "
                "keepdim=True).",
            ),
            _softmax_mistake(
                lambda logits: _shifted_counts(logits) / _shifted_counts(logits).sum(),
                "shifted by the right maxima, and then divided by one sum, that of the whole "
                "table. Each row has a sum of its own: .sum(1, keepdim=True).",
            ),
            _softmax_mistake(
                _shifted,
                "these are the shifted logits. What softmax does comes after: exp, then divide.",
            ),
            _softmax_mistake(
                lambda logits: torch.softmax(-logits, 1),
                "the greatest logit got the least probability. Subtract the maximum from the "
                "logits, not the logits from the maximum.",
            ),
            _softmax_mistake(
                _shifted_counts,
                "these are the shifted counts. Divide each row by its sum.",
            ),
            _softmax_mistake(
                lambda logits: logits.exp(),
                "these are counts. Divide each row by its sum.",
            ),
            _softmax_mistake(
                lambda logits: torch.log_softmax(logits, 1),
                "these are the logarithms of the probabilities. The probabilities are asked for.",
            ),
            _softmax_mistake(
                lambda logits: logits / logits.sum(1, keepdim=True),
                "you divided the logits by their sum. They must become counts first: exp.",
            ),
            Mistake(
                lambda logits: _naive_softmax(logits - logits.max(0, keepdim=True).values),
                "you subtracted the maximum of each column. That is another constant for each "
                "entry of a row, and changes the shares.",
            ),
            Mistake(
                lambda got: not got.any(),
                "these are all 0, and no row sums to 1. The counts, or their sum, were infinite "
                "on the way, and the zeros hide it. A shift by each row's maximum prevents it.",
                test=True,
            ),
            Mistake(
                lambda got: same(torch.full((2, 3), 1 / 3), got),
                "large logits have been clamped: cut off at a limit, they are all alike, and so "
                "are their probabilities. A shift keeps their distances.",
                test=True,
            ),
            Mistake(
                lambda logits: _naive_softmax(logits - logits.min(1, keepdim=True).values),
                "after the shift the least logit of each row is 0, and the greatest may still be "
                "too large for exp. Subtract the maximum.",
            ),
            Mistake(
                lambda logits: _naive_softmax(logits - logits.mean(1, keepdim=True)),
                "a row with its mean subtracted may still reach far above 0, too far for exp. "
                "Subtract the maximum: then nothing is above 0.",
            ),
            Mistake(
                lambda logits: _naive_softmax(logits - logits.max()),
                "one maximum for the whole table leaves the other rows far below 0. exp makes "
                "zeros of them, and 0 / 0 is NaN. Each row needs its own maximum.",
            ),
            Mistake(
                lambda logits: _naive_softmax(logits - 100),
                "you subtracted 100 everywhere. That undoes the 100 of the lesson, and harms "
                "logits that are small. Each row knows what to subtract: its maximum.",
            ),
            Mistake(
                lambda logits: _naive_softmax(logits - 1000),
                "you subtracted the same number everywhere. It fits logits near that number, and "
                "no others. The row itself knows what to subtract: its maximum.",
            ),
            Mistake(
                lambda got: bool(torch.isnan(got).any()),
                "the result holds NaN: exp gave infinity or nothing but zeros, and inf / inf and "
                "0 / 0 are NaN. Subtract each row's maximum before you take exp, and take exp of "
                "the difference.",
                test=True,
            ),
        ],
    ),
    "4.5 loss of a network": Exercise(
        answer=lambda W, xs, ys: round(_loss(W, xs, ys), 4),  # as it is shown
        examples=_NETWORKS,
        absolute=1e-3,
        notice="This is F.cross_entropy(W[xs], ys), the last line that you need to write by hand.",
        mistakes=[
            _loss_mistake(
                lambda W, xs, ys: len(xs) * _loss(W, xs, ys),
                "this is the sum over the examples. The loss is their mean.",
            ),
            _loss_mistake(
                lambda W, xs, ys: -_loss(W, xs, ys),
                "this is the mean log-likelihood. The minus sign is missing.",
            ),
            _loss_mistake(
                lambda W, xs, ys: -torch.log_softmax(W[xs], 1).mean().item(),
                "you took the mean over all the entries of every row. Only the label's entry "
                "counts: one number for each example.",
            ),
            _loss_mistake(
                lambda W, xs, ys: -torch.log_softmax(W[xs], 1)[ys].mean().item(),
                "[ys] picks whole rows. Pick one entry for each example: [torch.arange(len(ys)), "
                "ys], a row index and a column index.",
            ),
            _loss_mistake(
                lambda W, xs, ys: -torch.log_softmax(W[xs], 1)[:, ys].mean().item(),
                "[:, ys] means all rows with all these columns, n x n numbers. Pair each row with "
                "its own label: [torch.arange(len(ys)), ys].",
            ),
            _loss_mistake(
                lambda W, xs, ys: -_chosen(W, xs, ys).mean().item(),
                "the logarithm is missing: this is the mean of the labels' probabilities, with a "
                "minus sign.",
            ),
            _loss_mistake(
                lambda W, xs, ys: _chosen(W, xs, ys).mean().item(),
                "this is the mean of the labels' probabilities. Take the logarithm of each before "
                "the mean, then the minus sign.",
            ),
            _loss_mistake(
                lambda W, xs, ys: -_chosen(W, xs, ys).mean().log().item(),
                "you took the mean first and the logarithm after. The logarithm of a mean is not "
                "the mean of the logarithms.",
            ),
            _loss_mistake(
                lambda W, xs, ys: -W[xs, ys].mean().item(),
                "these are the labels' logits. They become log-probabilities by way of softmax.",
            ),
            _loss_mistake(
                lambda W, xs, ys: -(W[xs, ys] - W[xs].max(1).values).mean().item(),
                "these are the labels' logits, shifted. They become log-probabilities by "
                "subtracting the logarithm of the row's sum of counts.",
            ),
            _loss_mistake(
                lambda W, xs, ys: (
                    _shifted_counts(W[xs]).sum().log()
                    - _shifted(W[xs])[torch.arange(len(ys)), ys].mean()
                ).item(),
                "the counts of the whole table were summed. Each row has a sum of its own: "
                ".sum(1, keepdim=True).",
            ),
            _loss_mistake(
                lambda W, xs, ys: _loss(W, xs, xs),
                "you picked the entries of the inputs, xs. The labels are in ys.",
            ),
            _loss_mistake(
                lambda W, xs, ys: F.cross_entropy(torch.softmax(W[xs], 1), ys).item(),
                "F.cross_entropy got probabilities. It wants the logits, and does softmax itself.",
            ),
            _loss_mistake(
                lambda W, xs, ys: _loss(W, ys, xs),
                "inputs and labels have changed places: the inputs select the rows, the labels "
                "the columns.",
            ),
            _loss_mistake(
                lambda W, xs, ys: _loss(W.T, xs, ys),
                "the inputs select rows of W, and here they selected columns.",
            ),
            _loss_mistake(
                lambda W, xs, ys: (
                    -torch.log_softmax(W[xs], 0)[torch.arange(len(ys)), ys].mean().item()
                ),
                "softmax went down the columns, over the examples. It belongs along each row: "
                "dimension 1.",
            ),
            Mistake(
                lambda got: isinstance(got, torch.Tensor) and got.ndim == 1,
                "this is one loss for each example. The loss of the network is their mean.",
                test=True,
            ),
            *[
                Mistake(
                    lambda W, xs, ys, least=least: (
                        -_chosen(W, xs, ys).clamp(min=least).log().mean().item()
                    ),
                    "a label's probability came out as 0, and a small number was put in its place. "
                    "That makes the loss finite, and wrong. From the shifted logits you can get "
                    "to log-probabilities without any 0, as log_softmax does.",
                )
                for least in (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)
            ],
            Mistake(
                lambda got: math.isnan(got),
                "the loss is NaN. Either exp made infinity of large logits: subtract each row's "
                "maximum first. Or a logarithm was taken of a negative number: logits and "
                "log-probabilities may be negative, and need no second logarithm.",
                test=True,
            ),
            Mistake(
                lambda got: math.isinf(got),
                "the loss is infinite. Either exp made infinity of large logits, or a label's "
                "probability came out as 0 before its logarithm was taken. Go from the shifted "
                "logits straight to log-probabilities, as log_softmax does.",
                test=True,
            ),
        ],
    ),
}
