"""Wrong answers to the exercises of lesson 0, and words that their feedback must hold."""

MISTAKES = {
    "0.1 a prediction": [
        ('prediction = len("emma")', "doubled after that"),
        ('prediction = "emma" * 2', "the word doubled"),
        ("prediction = 42", "It is not 42"),
        ('prediction = "8"', "without quotation marks"),
        ('prediction = len("emma") + 2', "The * multiplies"),
    ],
    "0.2 last letter": [
        ("def last_letter(name):\n    return name[0]", "the first letter"),
        ("def last_letter(name):\n    return name[:-1]", "all but the last letter"),
        ("def last_letter(name):\n    return name[1:]", "all but the first letter"),
        ("def last_letter(name):\n    return name[::-1]", "turned round"),
        ('def last_letter(name):\n    return "a"', "whatever the name"),
        ("def last_letter(name):\n    return len(name) - 1", "number of its place"),
        ("def last_letter(name):\n    return name[len(name)]", "IndexError"),
        ("def last_letter(name):\n    print(name[-1])", "got None"),
    ],
    "0.3 read a live picture": [
        ("begin_with_a = 11", "at the stop 100"),
        ('begin_with_a = sum(name.startswith("a") for name in names)', "for all names"),
        ("begin_with_a = 15.0", "percentage"),
        (
            'begin_with_a = sum(name.startswith("a") for name in names[:1000])',
            "in the file's own order",
        ),
        ("begin_with_a = 151", "It is not 151"),
    ],
}
