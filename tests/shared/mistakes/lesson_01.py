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
        (
            'def bigrams_of(name):\n    marked = "." + name + "."\n'
            "    return [b + a for a, b in zip(marked, marked[1:])]",
            "turned round",
        ),
        (
            'def bigrams_of(name):\n    marked = "." + name + "."\n'
            "    for a, b in zip(marked, marked[1:]):\n        return [a + b]",
            "the first bigram and no other",
        ),
        (
            'def bigrams_of(name):\n    marked = "." + name + "."\n'
            "    return [marked[i : i + 2] for i in range(len(marked))]",
            "one step too far",
        ),
        (
            'def bigrams_of(name):\n    marked, out = "." + name + ".", []\n'
            "    for a, b in zip(marked, marked[1:]):\n"
            "        if a + b not in out:\n            out.append(a + b)\n"
            "    return out",
            "stands here once",
        ),
        (
            'def bigrams_of(name):\n    marked = "." + name + "."\n'
            '    return "".join(a + b for a, b in zip(marked, marked[1:]))',
            "one long string",
        ),
        (
            'def bigrams_of(name):\n    marked = ["<S>", *name, "<E>"]\n'
            "    return [a + b for a, b in zip(marked, marked[1:])]",
            "mark the ends",
        ),
        (
            'def bigrams_of(name):\n    marked = "." + word + "."\n'
            "    return [a + b for a, b in zip(marked, marked[1:])]",
            "the bigrams of emma",
        ),
    ],
    "1.2 shapes": [
        ("shapes = [(27,), (27, 1), ()]", "dimension of size 1"),
        ("shapes = [(27,), (27,), (1,)]", "each takes one dimension away"),
        ("shapes = [27, 27, ()]", "A number is no shape"),
        ("shapes = [(27, 27), (27, 27), ()]", "whole table"),
        ("shapes = [(27,), ..., ()]", "still left among"),
        ("shapes = [(27,), (28,), ()]", "The shape of N[:, 3] is not (28,)"),
        ("shapes = [(27,), (27,)]", "Three shapes are asked for"),
    ],
    "1.3 usual follower": [
        (
            "def usual_follower(character):\n"
            "    return itos[N[stoi[character], 1:].argmax().item() + 1]",
            "the letter that follows most often",
        ),
        (
            "def usual_follower(character):\n    return itos[N[1].argmax().item()]",
            "whatever the character",
        ),
        (
            "def usual_follower(character):\n    return itos[N[stoi[character]].argmin().item()]",
            "rarest follower",
        ),
        (
            "def usual_follower(character):\n"
            "    return itos[N[:, stoi[character]].argmax().item()]",
            "most often stands before it",
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
            "A dictionary does not find a tensor",
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
        (
            "def name_from(letter, seed):\n"
            "    generator = torch.Generator().manual_seed(seed)\n"
            "    return letter + sample_name(N, generator)[1:]",
            "with its first letter exchanged",
        ),
        (
            "def name_from(letter, seed):\n"
            "    generator = torch.Generator().manual_seed(seed)\n"
            "    index, characters = stoi[letter], [letter]\n"
            "    row = N[index] / N[index].sum()\n"
            "    while index != 0:\n"
            "        index = torch.multinomial(row, 1, generator=generator).item()\n"
            "        characters.append(itos[index])\n"
            '    return "".join(characters)',
            "from the row of the first letter",
        ),
        (
            "def name_from(letter, seed):\n"
            "    generator = torch.Generator().manual_seed(seed)\n"
            "    row = N[stoi[letter]] / N[stoi[letter]].sum()\n"
            "    index = torch.multinomial(row, 1, generator=generator).item()\n"
            "    return letter + itos[index]",
            "stops after one draw",
        ),
        (
            "def name_from(letter, seed):\n"
            "    generator = torch.Generator().manual_seed(99)\n"
            "    index, characters = stoi[letter], [letter]\n"
            "    while index != 0:\n"
            "        row = N[index] / N[index].sum()\n"
            "        index = torch.multinomial(row, 1, generator=generator).item()\n"
            "        characters.append(itos[index])\n"
            '    return "".join(characters)',
            "the model can say this name",
        ),
    ],
}
