"""Wrong answers to the exercises of lesson 2, and words that their feedback must hold."""


def _function(head: str, *body: str) -> str:
    return f"def {head}:\n" + "".join(f"    {line}\n" for line in body)


def _rule(*body: str) -> str:
    return _function("broadcast_shape(a, b)", *body)


def _is_table(answer: str) -> str:
    return _function("is_probability_table(table)", f"return {answer}")


_STRETCH = "(y if x == 1 else x if y == 1 or x == y else None)"
_IN_FRONT = (
    "a = (1,) * (len(b) - len(a)) + a",
    "b = (1,) * (len(a) - len(b)) + b",
)

MISTAKES = {
    "2.a rows and columns": [
        ("read_off = [2, 1, 3]", "rows for columns"),
        ("read_off = [2, 1, 4]", "have changed places"),
        ("read_off = [5, 2, 4]", "Not every b begins"),
        ("read_off = [1, 5, 4]", "Not every b ends"),
        ("read_off = [4, 2, 4]", "the number of names"),
        ("read_off = [3, 2, 4]", "3 is the count of .a"),
        ("read_off = [1, 2, 3]", "3 is the count of ba"),
        ("read_off = [1, 2, 7]", "7 is ab and ba together"),
        ("read_off = [1, 0, 4]", "The answer for the names that end in b is not 0"),
        ("read_off = [1, 2]", "Three answers"),
        ("read_off = [1, ..., 4]", "still a ..."),
        ('read_off = ["1", "2", "4"]', "without quotation marks"),
    ],
    "2.b after bab": [
        ("end_after_bab = 2", "a count"),
        ("end_after_bab = 40", "In percent"),
        ("end_after_bab = 2 / 15", "all the bigrams of the table"),
        ("end_after_bab = 0.5", "2 in 4"),
        ("end_after_bab = 0.667", "compares the `.` with the a"),
        ("end_after_bab = 1 / 4", "to begin with b"),
        ("end_after_bab = 0.2", "share of a column"),
        ("end_after_bab = 0.04", "of the whole name"),
        ("end_after_bab = 4 / 6 * 2 / 5", "The step from a to b"),
        ("end_after_bab = 5 / 2", "never above 1"),
        ('end_after_bab = "0.4"', "without quotation marks"),
        ("end_after_bab = 0.6", "It is not 0.6"),
    ],
    "2.c one seed": [
        ("different_names = [5, 5, 2]", "The first loop makes a new generator"),
        ("different_names = [1, 1, 2]", "The second loop makes its generator once"),
        ("different_names = [1, 5, 5]", "not all of their seeds are different"),
        ("different_names = [1, 5, 1]", "two seeds begin at two places"),
        ("different_names = [1, 5, 3]", "The answer for the third loop is not 3"),
        ("different_names = [1, 6, 2]", "at most 5"),
        ("different_names = [1, 5, ...]", "still a ..."),
        ("different_names = 1", "A list of 3 is asked for"),
    ],
    "2.1 shapes that meet": [
        ("shapes = [(27, 27), None, (27, 27), ...]", "still a ..."),
        ('shapes = [(27, 27), "clash", (27, 27), (2, 3, 4)]', "without quotation marks"),
        ("shapes = [(27, 27), None, 27, (2, 3, 4)]", "a number"),
        ("shapes = [(27, 1), None, (27, 27), (2, 3, 4)]", "first pair"),
        ("shapes = [(27, 27), (5, 3), (27, 27), (2, 3, 4)]", "aligned at the right"),
        ("shapes = [(27, 27), None, (27, 1), (2, 3, 4)]", "Both stretch"),
        ("shapes = [(27, 27), None, (27, 27), None]", "fourth pair fits"),
        ("shapes = [(27, 27), None, (27, 27), (6, 4)]", "fourth pair does not give (6, 4)"),
        ("shapes = [(27, 27), None, (27, 27), (2, 1, 4)]", "A 1 is left over"),
        ("shapes = [(27, 27), (5, 5), (27, 27), (2, 3, 4)]", "Which two sizes meet"),
        ("shapes = [(27, 27), False, (27, 27), (2, 3, 4)]", "not True or False"),
        ("shapes = [torch.zeros(27, 27), None, (27, 27), (2, 3, 4)]", "One of these is a tensor"),
        ("shapes = (27, 27)", "Four answers"),
    ],
    "2.2 mend a line": [
        (
            _function("center_rows(table)", "return table - table.mean(1)"),
            "was to be mended",
        ),
        (
            _function("center_rows(table)", "return table - table.mean(0, keepdim=True)"),
            "the columns average 0",
        ),
        (
            _function("center_rows(table)", "return table - table.mean()"),
            "the whole table",
        ),
        (
            _function("center_rows(table)", "return table - table.mean(0)[:, None]"),
            "the mean of a column",
        ),
        (
            _function("center_rows(table)", "return table.mean(1, keepdim=True)"),
            "still to be subtracted",
        ),
        (
            _function("center_rows(table)", "return table.mean(1)"),
            "lying flat",
        ),
        (
            _function("center_rows(table)", "return table.mean(1, keepdim=True) - table"),
            "turned round",
        ),
        (
            _function("center_rows(table)", "return table - table.sum(1, keepdim=True)"),
            "Its mean is asked for",
        ),
        (
            _function("center_rows(table)", "return table / table.mean(1, keepdim=True)"),
            "each row is divided by its mean",
        ),
        (
            _function("center_rows(table)", "return table"),
            "Nothing has been subtracted",
        ),
        (
            _function("center_rows(table)", "return S - S.float().mean(1, keepdim=True)"),
            "the lesson's table N",
        ),
        (
            _function("center_rows(table)", "table -= table.mean(1, keepdim=True)"),
            "end in a return",
        ),
    ],
    "2.3 the rule": [
        (
            _rule(*_IN_FRONT, "return tuple(max(x, y) for x, y in zip(a, b))"),
            "returned the larger sizes",
        ),
        (
            _rule(
                "import itertools",
                "pairs = list(itertools.zip_longest(reversed(a), reversed(b), fillvalue=1))",
                "fit = all(x == y or 1 in (x, y) for x, y in pairs)",
                "return tuple(max(pair) for pair in pairs) if fit else None",
            ),
            "in reverse",
        ),
        (
            _rule(
                f"result = [{_STRETCH} for x, y in zip(reversed(a), reversed(b))]",
                "return None if None in result else tuple(result[::-1])",
            ),
            "zip stops at the shorter",
        ),
        (
            _rule(
                "a = a + (1,) * (len(b) - len(a))",
                "b = b + (1,) * (len(a) - len(b))",
                f"result = [{_STRETCH} for x, y in zip(a, b)]",
                "return None if None in result else tuple(result)",
            ),
            "aligned at the left",
        ),
        (
            _rule(
                "if len(a) != len(b):",
                "    return None",
                f"result = [{_STRETCH} for x, y in zip(a, b)]",
                "return None if None in result else tuple(result)",
            ),
            "so does a size that is missing",
        ),
        (
            _rule("return a"),
            "first of the two shapes",
        ),
        (
            _rule("return b"),
            "second of the two shapes",
        ),
        (
            _rule("return tuple(max(x, y) for x, y in zip(a, b))"),
            "your function returned (2, 4)",
        ),
        (
            _rule(
                f"result = [{_STRETCH} for x, y in zip(a, b)]",
                "return None if None in result else tuple(result)",
            ),
            "aligned at the left here",
        ),
        (
            _rule(
                f"result = [{_STRETCH} for x, y in zip(reversed(a), reversed(b))]",
                "return None if None in result else tuple(result)",
            ),
            "the sizes are in reverse, and one is lost",
        ),
        (
            _rule(
                *_IN_FRONT,
                "result = []",
                "for x, y in zip(a, b):",
                "    if x != y and 1 not in (x, y):",
                "        return None",
                "    result.append(max(x, y))",
                "    return tuple(result)",
            ),
            "only the first of the sizes",
        ),
        (
            _rule(
                *_IN_FRONT,
                "fit = all(x == y or 1 in (x, y) for x, y in zip(a, b))",
                "return tuple(min(x, y) for x, y in zip(a, b)) if fit else None",
            ),
            "the smaller size of each pair",
        ),
        (
            _rule(*_IN_FRONT, f"return tuple({_STRETCH} for x, y in zip(a, b))"),
            "not a part of it",
        ),
        (
            _rule(
                *_IN_FRONT,
                f"result = [{_STRETCH} for x, y in zip(a, b)]",
                'return "clash" if None in result else tuple(result)',
            ),
            "The answer to that is None, got 'clash'",
        ),
        (
            _rule(*_IN_FRONT, "return (max(x, y) for x, y in zip(a, b))"),
            "this is a generator",
        ),
    ],
    "2.4 what stands before": [
        (
            _function("normalize_columns(table)", "return table / table.sum(1, keepdim=True)"),
            "each row sums to 1",
        ),
        (
            _function("normalize_columns(table)", "return table / table.sum(1)"),
            "each column is divided by the sum of a row",
        ),
        (
            _function("normalize_columns(table)", "return table / table.sum()"),
            "by its whole sum",
        ),
        (
            _function("normalize_columns(table)", "return table / table.sum(0)[:, None]"),
            "each row is divided by the sum of a column",
        ),
        (
            _function("normalize_columns(table)", "return table // table.sum(0)"),
            "have no decimals",
        ),
        (
            _function("normalize_columns(table)", "return table.sum(0, keepdim=True)"),
            "still to be divided",
        ),
        (
            _function("normalize_columns(table)", "return table.T / table.T.sum(1, keepdim=True)"),
            "turned on their side",
        ),
        (
            _function("normalize_columns(table)", "return (table + 1) / (table + 1).sum(0)"),
            "when 1 is added",
        ),
        (
            _function("normalize_columns(table)", "return P_wrong"),
            "the lesson's table N",
        ),
        (
            _function("normalize_columns(table)", "table /= table.sum(0)", "return table"),
            "stopped with RuntimeError",
        ),
    ],
    "2.5 is it a probability table": [
        (
            _function("is_probability_table(table)", "assert (table >= 0).all()"),
            "end in a return",
        ),
        (
            _is_table("(table >= 0) & (table <= 1)"),
            "one True or False",
        ),
        (
            _is_table("(table > 0).all() and torch.allclose(table.sum(1), torch.ones(len(table)))"),
            "may be 0",
        ),
        (
            _is_table("(table >= 0).all() and (table.sum(1) == 1).all()"),
            "up to rounding",
        ),
        (
            _is_table("torch.allclose(table.sum(0), torch.ones(table.shape[1]))"),
            "sums of the columns",
        ),
        (
            _is_table("torch.allclose(table.sum(), torch.tensor(1.0))"),
            "each of its rows must",
        ),
        (
            _is_table("(table >= 0).all() and (table <= 1).all()"),
            "look at the sum of each row",
        ),
        (
            _is_table("(table >= 0).all() and table.sum() == len(table)"),
            "the sum of all numbers is right",
        ),
        (
            _is_table("torch.allclose(table.sum(1), torch.ones(len(table)))"),
            "is negative",
        ),
        (
            _is_table("not (table < 0).any() and not ((table.sum(1) - 1).abs() > 0.00001).any()"),
            "NaN in the table",
        ),
        (
            _is_table("torch.allclose(table.sum(1), torch.ones(27))"),
            "stopped with RuntimeError",
        ),
        (
            _is_table("False"),
            "says False to this table of probabilities",
        ),
        (
            _is_table("(P >= 0).all() and torch.allclose(P.sum(1), torch.ones(27))"),
            "says True to this table",
        ),
        (
            _is_table("(table >= 0).all() and (table.sum(1) - 1 < 0.00001).all()"),
            "lets it pass",
        ),
        (
            _is_table("(table >= 0).all() and ((table.sum(1) - 1).abs() < 0.1).all()"),
            "more than rounding explains",
        ),
        (
            _is_table("(table >= 0).all(), torch.allclose(table.sum(1), torch.ones(len(table)))"),
            "`and` makes one of two",
        ),
        (
            _is_table("'yes' if (table >= 0).all() else 'no'"),
            "is asked for, got 'yes'",
        ),
        (
            _is_table("not (table >= 0).all()"),
            "your function says that it is none",
        ),
        (
            _is_table("(table >= 0).all() or torch.allclose(table.sum(1), torch.ones(len(table)))"),
            "your function says that it is one",
        ),
    ],
    "2.6 change a copy": [
        (
            "def without_row(table, i):\n    table[i] = 0\n    return table",
            "call changed table",
        ),
        (
            "def without_row(table, i):\n    r = table[i].clone()\n    r *= 0\n    return table",
            "the table as it was",
        ),
        ("def without_row(table, i):\n    return torch.zeros_like(table[i])", "the row by itself"),
        (
            "def without_row(table, i):\n    return torch.cat([table[:i], table[i + 1 :]])",
            "the row is gone",
        ),
        (
            "def without_row(table, i):\n    t = table.clone()\n    t[:, i] = 0\n    return t",
            "a column is 0",
        ),
        (
            "def without_row(table, i):\n    new = table.clone()\n    new[0] = 0\n    return new",
            "this is row 0",
        ),
        ("def without_row(table, i):\n    return table * 0", "all of the table is 0"),
        (
            "def without_row(table, i):\n    new = N.clone()\n    new[i] = 0\n    return new",
            "the lesson's table N",
        ),
    ],
}
