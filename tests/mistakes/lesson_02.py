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
    "2.1 shapes that meet": [
        ("shapes = [(27, 27), None, (27, 27), ...]", "still a ..."),
        ('shapes = [(27, 27), "clash", (27, 27), (2, 3, 4)]', "without quotation marks"),
        ("shapes = [(27, 27), None, 27, (2, 3, 4)]", "a number"),
        ("shapes = [(27, 1), None, (27, 27), (2, 3, 4)]", "first pair"),
        ("shapes = [(27, 27), (5, 3), (27, 27), (2, 3, 4)]", "aligned at the right"),
        ("shapes = [(27, 27), None, (27, 1), (2, 3, 4)]", "Both stretch"),
        ("shapes = [(27, 27), None, (27, 27), None]", "fourth pair fits"),
        ("shapes = [(27, 27), None, (27, 27), (6, 4)]", "At position 3 expected (2, 3, 4)"),
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
    ],
    "2.4 what stands before": [
        (
            _function("normalize_columns(table)", "return table / table.sum(1, keepdim=True)"),
            "each row sums to 1",
        ),
        (
            _function("normalize_columns(table)", "return table / table.sum(1)"),
            "you divided down the columns",
        ),
        (
            _function("normalize_columns(table)", "return table / table.sum()"),
            "the whole table",
        ),
        (
            _function("normalize_columns(table)", "return table / table.sum(0)[:, None]"),
            "beside the rows",
        ),
        (
            _function("normalize_columns(table)", "return table // table.sum(0)"),
            "cuts the decimals off",
        ),
        (
            _function("normalize_columns(table)", "return table.sum(0, keepdim=True)"),
            "still to be divided",
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
    ],
}
