"""Wrong answers to the exercises of lesson 1, and words that their feedback must hold."""

MISTAKES = {
    "1.1 bigrams of a name": [
        (
            "def bigrams_of(name):\n    return [a + b for a, b in zip(name, name[1:])]",
            "inside the name",
        ),
        (
            "def bigrams_of(name):\n"
            '    marked = "." + name\n'
            "    return [a + b for a, b in zip(marked, marked[1:])]",
            "the one that ends the name",
        ),
        (
            "def bigrams_of(name):\n"
            '    marked = name + "."\n'
            "    return [a + b for a, b in zip(marked, marked[1:])]",
            "the one that begins the name",
        ),
        (
            'def bigrams_of(name):\n    marked = "." + name + "."\n'
            "    return list(zip(marked, marked[1:]))",
            "pairs of characters",
        ),
        (
            'def bigrams_of(name):\n    marked = "." + name + "."\n'
            "    return [a + b for a, b in zip(marked, marked)]",
            "paired with itself",
        ),
        (
            'def bigrams_of(name):\n    marked = "." + name + "."\n'
            "    return (a + b for a, b in zip(marked, marked[1:]))",
            "a list is asked for",
        ),
    ],
    "1.2 shapes": [
        ("shapes = [(27,), (27, 1), ()]", "dimension of size 1"),
        ("shapes = [(27,), (27,), (1,)]", "empty tuple"),
        ("shapes = [27, 27, ()]", "with a comma"),
        ("shapes = [(27, 27), (27, 27), ()]", "whole table"),
        ("shapes = [(27,), ..., ()]", "still a ..."),
        ("shapes = [(27,), (28,), ()]", "At position 1 expected (27,), got (28,)"),
    ],
    "1.3 usual follower": [
        (
            "def usual_follower(character):\n"
            "    return itos[N[:, stoi[character]].argmax().item()]",
            "down the column",
        ),
        (
            "def usual_follower(character):\n    return N[stoi[character]].argmax().item()",
            "number of the character",
        ),
        (
            "def usual_follower(character):\n    return N[stoi[character]].argmax()",
            "this is a tensor",
        ),
        (
            "def usual_follower(character):\n    return N[stoi[character]].max().item()",
            "how often the bigram occurs",
        ),
        (
            "def usual_follower(character):\n    return itos[N[stoi[character]].argmax()]",
            "stopped with KeyError",
        ),
    ],
    "1.4 name from a letter": [
        (
            "def name_from(letter, seed):\n"
            "    generator = torch.Generator().manual_seed(seed)\n"
            "    index, characters = stoi[letter], []\n"
            "    while True:\n"
            "        row = N[index] / N[index].sum()\n"
            "        index = torch.multinomial(row, 1, generator=generator).item()\n"
            "        characters.append(itos[index])\n"
            "        if index == 0:\n"
            '            return "".join(characters)',
            "the letter itself is missing",
        ),
        (
            "def name_from(letter, seed):\n"
            "    generator = torch.Generator().manual_seed(seed)\n"
            "    return letter + sample_name(N, generator)",
            "a whole name was drawn",
        ),
        (
            "def name_from(letter, seed):\n"
            "    generator = torch.Generator().manual_seed(seed)\n"
            "    return sample_name(N, generator)",
            "begins as it likes",
        ),
        (
            "def name_from(letter, seed):\n"
            "    generator = torch.Generator().manual_seed(seed)\n"
            "    index, characters = stoi[letter], [letter]\n"
            "    while True:\n"
            "        row = N[index] / N[index].sum()\n"
            "        index = torch.multinomial(row, 1, generator=generator).item()\n"
            "        if index == 0:\n"
            '            return "".join(characters)\n'
            "        characters.append(itos[index])",
            "at the end is missing",
        ),
        (
            "def name_from(letter, seed):\n"
            "    generator = torch.Generator().manual_seed(2147483647)\n"
            "    index, characters = stoi[letter], [letter]\n"
            "    while index != 0:\n"
            "        row = N[index] / N[index].sum()\n"
            "        index = torch.multinomial(row, 1, generator=generator).item()\n"
            "        characters.append(itos[index])\n"
            '    return "".join(characters)',
            "comes from the lesson's seed",
        ),
    ],
}
