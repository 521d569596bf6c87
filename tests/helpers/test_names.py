"""helpers/names.py: reading names, numbering their characters, counting their bigrams."""

import codecs
import hashlib
import json
import re
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers.names import (
    BOUNDARY,
    NAMES_FILE,
    build_alphabet,
    count_bigrams,
    load_names,
    main,
    names_from_ssa,
)


@pytest.fixture(scope="module")
def names() -> list[str]:
    return load_names()


@pytest.fixture(scope="module")
def alphabet(names):
    return build_alphabet(names)


@pytest.fixture(scope="module")
def counts(names, alphabet):
    return count_bigrams(names, alphabet[0])


@pytest.fixture(scope="module")
def scratch(tmp_path_factory) -> Path:
    """One file that hypothesis writes again and again."""
    return tmp_path_factory.mktemp("names") / "scratch.txt"


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "mine.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path, read=load_names) -> tuple[int, str]:
    """The line that the refusal of a file names, and the whole message."""
    with pytest.raises(ValueError, match=re.escape(f"{path}, line ") + r"\d+: ") as caught:
        read(path)
    message = str(caught.value)
    return int(re.search(r", line (\d+): ", message)[1]), message


# The course's own names


def test_names_txt_is_the_file_that_every_figure_was_measured_on():
    data = NAMES_FILE.read_bytes()
    assert len(data) == 228_146
    assert hashlib.sha256(data).hexdigest() == (
        "816d2a728695db28a20e17eae61c9c423091a511b3df09a06a489dccbf0876c7"
    )


def test_names_are_as_many_and_as_long_as_the_lessons_say(names):
    assert len(names) == 32_033
    assert len(set(names)) == 29_494
    assert min(map(len, names)) == 2
    assert max(map(len, names)) == 15
    assert names[:2] == ["emma", "olivia"]


def test_no_name_stands_more_than_twice(names):
    assert Counter(Counter(names).values()) == {1: 26_955, 2: 2_539}


# Files that are read for what they mean


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"emma\nava\n", id="plain"),
        pytest.param(b"emma\nava", id="no line end at the end"),
        pytest.param(b"emma\r\nava\r\n", id="Windows line ends"),
        pytest.param(b"emma\rava\r", id="old Mac line ends"),
        pytest.param(b"\remma\r\n\nava\n\r", id="mixed line ends"),
        pytest.param(codecs.BOM_UTF8 + b"emma\nava\n", id="UTF-8 with a byte-order mark"),
        pytest.param("emma\nava\n".encode("utf-16"), id="UTF-16"),
        pytest.param(
            codecs.BOM_UTF16_BE + "emma\r\nava\r\n".encode("utf-16-be"), id="UTF-16, big end first"
        ),
        pytest.param(b"\n\nemma\n\n  \n\t\nava\n\n", id="blank lines"),
        pytest.param(b"  emma\t\n ava \n", id="white space around a name"),
        pytest.param(b"Emma\nAVA\n", id="capitals"),
    ],
)
def test_a_file_is_read_for_what_it_means(tmp_path, content):
    assert load_names(write(tmp_path, content)) == ["emma", "ava"]


@pytest.mark.parametrize(
    "name",
    ["zoë", "émile", "jürgen", "œuvre", "юлия", "ольга", "άννα", "שרה", "علی", "अनिता", "美咲"],
)
def test_other_alphabets_make_a_larger_table_not_an_error(tmp_path, name):
    own = load_names(write(tmp_path, f"emma\n{name}\n"))
    assert own == ["emma", unicodedata.normalize("NFC", name)]
    stoi, _ = build_alphabet(own)
    table = count_bigrams(own, stoi)
    assert table.shape == (len(stoi), len(stoi))
    assert table.sum() == sum(len(each) + 1 for each in own)
    assert table[0, stoi[own[1][0]]] >= 1


@pytest.mark.parametrize("name", ["zoë", "émile", "jürgen", "юлий"])
def test_a_name_is_one_name_however_its_accents_are_written(tmp_path, name):
    composed = unicodedata.normalize("NFC", name)
    decomposed = unicodedata.normalize("NFD", name)
    assert composed != decomposed
    loaded = load_names(write(tmp_path, f"{composed}\n{decomposed}\n{decomposed.upper()}\n"))
    assert loaded == [composed] * 3


@pytest.mark.parametrize("name", ["anna-lena", "d'angelo", "o'neil-smith", "jo-a"])
def test_a_hyphen_or_an_apostrophe_may_stand_inside_a_name(tmp_path, name):
    assert load_names(write(tmp_path, name)) == [name]


def test_an_accent_that_has_no_letter_of_its_own_stands_after_any_letter(tmp_path):
    name = "q\u0307uq\u0307"
    assert unicodedata.normalize("NFC", name) == name
    assert load_names(write(tmp_path, name)) == [name]


def test_a_path_may_be_a_string(tmp_path):
    assert load_names(str(write(tmp_path, "emma\n"))) == ["emma"]


# Files that are refused


def test_a_missing_file_is_named(tmp_path):
    path = tmp_path / "nowhere.txt"
    with pytest.raises(FileNotFoundError) as caught:
        load_names(path)
    assert str(path) in str(caught.value)
    assert "one name a line" in str(caught.value), "the message says what to give instead"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder") as caught:
        load_names(tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n\r\n", b"  \n\t\n", codecs.BOM_UTF8])
def test_a_file_with_nothing_in_it_is_refused(tmp_path, content):
    _, message = refusal(write(tmp_path, content))
    assert "empty" in message
    assert "one name a line" in message


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        pytest.param(b"emma\nzo\xeb\n", 2, "0xeb", id="Latin-1"),
        pytest.param(b"emma\r\rzo\xeb\r", 3, "0xeb", id="Latin-1, old Mac line ends"),
        pytest.param(codecs.BOM_UTF8 + b"al\n\xff\n", 2, "0xff", id="after a byte-order mark"),
        pytest.param(b"\x89PNG\r\n\x1a\n", 1, "0x89", id="a picture"),
        pytest.param(b"emma\nav\xc3", 2, "0xc3", id="cut off inside a letter"),
        # Ċ is the two bytes 0A 01: a line end, if one counts bytes.
        pytest.param("ĊĊ\nab\n".encode("utf-16") + b"\x00", 3, "0x00", id="UTF-16, cut off"),
        pytest.param(
            codecs.BOM_UTF16_BE + "a\nb".encode("utf-16-be") + b"\xd8\x00", 2, "0xd8", id="UTF-16BE"
        ),
    ],
)
def test_what_is_not_text_is_refused_with_its_line(tmp_path, content, line, found):
    named, message = refusal(write(tmp_path, content))
    assert named == line
    assert found in message
    assert "not text" in message
    assert "save the file as UTF-8" in message


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        pytest.param("emma\n\nanna.lena\n", 3, "'anna.lena' holds '.'", id="the boundary"),
        pytest.param("emma\n44\n", 2, "no letter", id="digits alone"),
        pytest.param("emma\r\nmary\tann\r\n", 2, r"'\t'", id="two columns"),
        pytest.param("emma\nmary_ann\n", 2, "'_'", id="a line below"),
        pytest.param("emma,f,18688\n", 1, "','", id="a table"),
        pytest.param("emma\n-\n", 2, "'-'", id="a hyphen alone"),
        pytest.param("-emma\n", 1, "'-'", id="a hyphen in front"),
        pytest.param("emma\rava'\r", 2, '"\'"', id="an apostrophe behind"),
        pytest.param("emma\na\x00va\n", 2, r"'\x00'", id="NUL"),
        pytest.param("emma\n😀\n", 2, "😀", id="a picture character"),
        pytest.param("emma\n\u0301a\n", 2, "'\u0301'", id="an accent on nothing"),
        pytest.param("emma\na\u200bva\n", 2, r"'\u200b'", id="an invisible space"),
        pytest.param("emma\navа\ufeffz\n", 2, r"'\ufeff'", id="a byte-order mark inside"),
        pytest.param("emma\n<html>\n", 2, "'<'", id="a web page"),
    ],
)
def test_a_line_that_is_no_name_is_refused_with_its_line(tmp_path, content, line, found):
    named, message = refusal(write(tmp_path, content))
    assert named == line
    assert found in message, "the message says what was found"
    assert "mend or delete this line" in message, "the message says what to do"


@pytest.mark.parametrize("line", ["44", "mary & ann", "emma\tava", "emma,f,18688"])
def test_a_line_of_readable_text_is_not_blamed_on_the_encoding(tmp_path, line):
    assert "UTF-8" not in refusal(write(tmp_path, line))[1]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(
    "names", ["emma\nava", "Юлия\nольга", "άννα\nζωή", "अनिता\nराधा", "美咲\n王"]
)
def test_an_encoding_that_cannot_be_told_is_refused_with_what_to_do(tmp_path, names, encoding):
    line, message = refusal(write(tmp_path, names.encode(encoding)))
    assert line == 1
    assert "save the file as UTF-8 text" in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_cut_off_anywhere_gives_the_names_so_far_or_names_the_last_line(tmp_path, encoding):
    lines = ["emma", "zoë", "юлия", "美咲", "\U00010400"]
    whole = "\r\n".join(lines).lower().encode(encoding)
    outcomes = Counter()
    for size in range(len(whole)):
        path = write(tmp_path, whole[:size])
        so_far = re.split("\r\n|\r", whole[:size].decode(encoding, errors="ignore"))
        loaded = names_or_error(path)
        outcomes[type(loaded)] += 1
        if isinstance(loaded, ValueError):
            line, message = refusal(path)
            assert line == len(so_far)
            assert "not text" in message or so_far == [""]
        else:
            assert loaded == [name for name in so_far if name]
    assert min(outcomes[list], outcomes[ValueError]) >= 5, "both kinds of end were met"


def test_a_very_long_line_is_shown_in_part(tmp_path):
    _, message = refusal(write(tmp_path, "emma\n" + "9" * 100_000))
    assert len(message) < 500


@pytest.mark.parametrize(("length", "whole"), [(39, True), (40, True), (41, False), (42, False)])
def test_a_line_is_shown_in_40_characters_at_most(tmp_path, length, whole):
    shown = re.search("'(.+?)'", refusal(write(tmp_path, "9" * length))[1])[1]
    assert len(shown) == min(length, 40)
    assert (shown == "9" * length) == whole


# Letters that change their length, case or spelling on the way, and what is no letter at all.
INSIDE = " -'·・־׳״\u200c\u200d"
TRICKY = st.sampled_from(
    "İıIſßſẞﬁǅΣςᾈÅ５ﾞ´ŉŀﷺª½ʼ\u2010\u3000\u0301\u0307\u0323\u0345\u00ad\ufeff\u2028\x85\x0b.’\t"
    + INSIDE
)
LINES = st.lists(
    st.one_of(
        st.text(st.characters(categories=["L", "M"]), min_size=1, max_size=8),
        st.text(st.one_of(TRICKY, st.characters(exclude_categories=["Cs"])), max_size=8),
    ),
    max_size=6,
)
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def names_or_error(path: Path, read=load_names) -> list[str] | ValueError:
    try:
        return read(path)
    except ValueError as error:
        return error


def assert_names_or_refusal(path: Path, content: bytes, lines: list[bytes]) -> None:
    """What every file gets: valid names, or an error that names a line that is really at fault."""
    path.write_bytes(content)
    loaded = names_or_error(path)
    if isinstance(loaded, ValueError):
        line, message = refusal(path)
        assert 1 <= line <= len(lines)
        if "is empty" not in message:
            path.write_bytes(lines[line - 1])
            assert refusal(path)[0] == 1, "this line is refused by itself, too"
        return
    assert loaded, "a file without names is refused"
    for name in loaded:
        assert name
        assert name == name.strip().lower()
        assert name == unicodedata.normalize("NFKC", name)
        assert BOUNDARY not in name
        assert all(unicodedata.category(each)[0] in "LMN" or each in INSIDE for each in name)
        assert any(unicodedata.category(each)[0] == "L" for each in name)
    path.write_text("".join(name + "\n" for name in loaded), encoding="utf-8", newline="")
    assert load_names(path) == loaded, "written one a line, they are read back as they are"


@given(LINES, LINE_ENDS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text_gives_valid_names_or_an_error_that_names_the_line(scratch, texts, end, encoding):
    content = end.join(texts)
    lines = [line.encode() for line in re.split("\r\n|\r|\n", content)]
    # A mark at the start of a line is one more byte-order mark once that line is a file of its own.
    lines = [codecs.BOM_UTF8 + line if line.startswith(codecs.BOM_UTF8) else line for line in lines]
    assert_names_or_refusal(scratch, content.encode(encoding), lines)


@given(st.binary(max_size=60))
def test_any_bytes_give_valid_names_or_an_error_that_names_the_line(scratch, content):
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = b"a" + content
    assert_names_or_refusal(
        scratch,
        content,
        re.split(rb"\r\n|\r|\n", content.removeprefix(codecs.BOM_UTF8)),
    )


# The alphabet


def test_the_alphabet_of_the_names_has_27_characters(alphabet):
    stoi, itos = alphabet
    assert "".join(itos[index] for index in range(27)) == ".abcdefghijklmnopqrstuvwxyz"
    assert stoi == {character: index for index, character in itos.items()}


@given(st.lists(st.text(st.characters(exclude_characters=BOUNDARY, exclude_categories=["Cs"]))))
def test_an_alphabet_numbers_each_character_once_in_order_and_the_boundary_first(own):
    stoi, itos = build_alphabet(own)
    assert list(stoi) == [BOUNDARY, *sorted(set("".join(own)))]
    assert list(stoi.values()) == list(range(len(stoi)))
    assert {index: character for character, index in stoi.items()} == itos


def test_an_alphabet_is_refused_where_a_name_holds_the_boundary():
    with pytest.raises(ValueError, match=re.escape("'.'")):
        build_alphabet(["emma", "anna.lena"])


# Bigram counts


def test_counts_are_the_known_ones(counts, alphabet):
    stoi, _ = alphabet
    assert counts.shape == (27, 27)
    assert counts.dtype == torch.int64
    assert counts.sum().item() == 228_146
    assert (counts == 0).sum().item() == 102
    known = {"n.": 6_763, "a.": 6_640, "an": 5_438, ".a": 4_410}
    assert {pair: counts[stoi[pair[0]], stoi[pair[1]]].item() for pair in known} == known
    largest = counts.flatten().sort(descending=True).values[:4]
    assert largest.tolist() == list(known.values())


def test_every_row_sums_to_what_its_column_sums_to(counts):
    assert torch.equal(counts.sum(1), counts.sum(0))


def naive_counts(names: list[str], stoi: dict[str, int]) -> torch.Tensor:
    """The two loops of lesson 1."""
    table = torch.zeros((len(stoi), len(stoi)), dtype=torch.int64)
    for name in names:
        marked = BOUNDARY + name + BOUNDARY
        for first, second in pairwise(marked):
            table[stoi[first], stoi[second]] += 1
    return table


LETTERS = st.one_of(
    st.sampled_from("abcxyz"), st.sampled_from("äéюĀ美\U00010400"), st.characters(categories=["L"])
)


@given(st.lists(st.text(LETTERS, min_size=1, max_size=12), max_size=12), st.booleans())
def test_counts_equal_two_plain_loops(own, lazily):
    stoi, _ = build_alphabet(own)
    table = count_bigrams(iter(own) if lazily else own, stoi)
    assert torch.equal(table, naive_counts(own, stoi))
    assert torch.equal(table.sum(1), table.sum(0))


def test_counts_take_a_larger_alphabet_than_the_names_need(alphabet):
    stoi, _ = alphabet
    assert torch.equal(count_bigrams(["ab"], stoi), naive_counts(["ab"], stoi))


@pytest.mark.parametrize(
    ("own", "character"),
    [
        (["emma", "zoë"], "'ë'"),
        (["em\U00010400a"], "'\U00010400'"),
        (["a.b"], "'.'"),
        (["."], "'.'"),
    ],
)
def test_a_character_outside_the_alphabet_is_named(alphabet, own, character):
    says = f"the name {own[-1]!r} holds {character}, which is not among the 26 letters"
    with pytest.raises(ValueError, match=re.escape(says)):
        count_bigrams(own, alphabet[0])


def test_a_very_long_name_with_such_a_character_is_shown_in_part(alphabet):
    with pytest.raises(ValueError, match="holds 'ë'") as caught:
        count_bigrams(["a" * 100_000 + "ë"], alphabet[0])
    assert len(str(caught.value)) < 500


def test_an_alphabet_without_the_boundary_is_refused():
    with pytest.raises(ValueError, match=r"no number for '\.'"):
        count_bigrams(["ab"], {"a": 0, "b": 1})


# Speed and memory


def test_all_names_are_counted_within_20_ms(names, alphabet):
    stoi, _ = alphabet
    seconds = []
    for _ in range(10):
        start = time.perf_counter()
        count_bigrams(names, stoi)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.020


def test_a_large_alphabet_takes_no_time_for_cells_that_stay_empty():
    characters = [chr(0x4E00 + place) for place in range(3_000)]
    own = [characters[n] + characters[n + 1] + characters[n + 2] for n in range(2_998)] * 30
    stoi, _ = build_alphabet(characters)
    start = time.process_time()
    table = count_bigrams(own, stoi)
    assert time.process_time() - start < 2, "each of 18 portions by itself takes seconds"
    assert table.sum() == 4 * len(own)
    assert table[0].sum() == len(own)


MEASURED = """
import json, re, resource, sys, time
from helpers import build_alphabet, count_bigrams, heatmap, load_names

def peak():
    try:
        # Linux hands ru_maxrss on from the process that started this one; VmHWM is its own.
        return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
"""


def measured(program: str, *arguments: str | Path) -> list:
    """What a program prints as JSON, in a process of its own; `peak()` there is its memory."""
    pytest.importorskip("resource", reason="Windows measures memory another way")
    command = [sys.executable, "-c", MEASURED + program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_hundred_times_the_names_take_under_2_seconds_and_1_gib():
    total, seconds, peak = measured("""
names = load_names() * 100
stoi, _ = build_alphabet(names)
start = time.perf_counter()
total = count_bigrams(names, stoi).sum().item()
print(json.dumps([total, time.perf_counter() - start, peak()]))
""")
    assert total == 22_814_600
    assert seconds < 2
    assert peak < 1024**3


def test_ten_million_names_are_loaded_counted_and_drawn_within_2_gib(tmp_path, names):
    distinct = sorted(set(names))
    firsts, seconds = distinct[:400], distinct[:25_000]
    path = tmp_path / "names.txt"
    with path.open("w", encoding="utf-8") as file:
        for first in firsts:  # names of two names, so that hardly any stands twice
            file.write("".join(f"{first}{second}\n" for second in seconds))
    try:
        count, first_row, total, peak = measured(
            """
names = load_names(sys.argv[1])
stoi, itos = build_alphabet(names)
table = count_bigrams(names, stoi)
heatmap(table, itos).figure.canvas.draw()
first_row = dict(zip(stoi, table[0].tolist()))
print(json.dumps([len(names), first_row, table.sum().item(), peak()]))
""",
            path,
        )
    finally:
        path.unlink()  # more than 100 MB
    assert count == 10_000_000
    begin = Counter(first[0] for first in firsts)
    assert {letter: n for letter, n in first_row.items() if n} == {
        letter: n * len(seconds) for letter, n in begin.items()
    }
    letters = len(seconds) * sum(map(len, firsts)) + len(firsts) * sum(map(len, seconds))
    assert total == letters + count
    assert peak < 2 * 1024**3


# python -m helpers.names

SSA = "Emma,F,18688\nOlivia,F,17921\nLiam,M,19837\nEmma,M,11\n"
NAMES = "emma\nolivia\nliam\nemma\n"


COMMAND = [sys.executable, "-m", "helpers.names"]


def assert_plain_error(code: int, told: str, *words: str) -> None:
    assert code == 1
    assert told.startswith("helpers.names: ")
    assert told.count("\n") == 1, "one sentence on one line, no traceback"
    for word in words:
        assert word in told


def test_a_social_security_file_becomes_names_on_the_screen(tmp_path):
    done = subprocess.run([*COMMAND, write(tmp_path, SSA)], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, NAMES.encode(), b"")


@pytest.mark.parametrize("option", ["-o", "--output"])
def test_a_social_security_file_becomes_a_names_file(tmp_path, option, capsys):
    output = tmp_path / "names.txt"
    assert main([str(write(tmp_path, SSA)), option, str(output)]) == 0
    assert capsys.readouterr() == ("", "")
    assert output.read_bytes() == NAMES.encode()
    assert load_names(output) == NAMES.split()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Mary,F,7065\nJohn,M,9655\n", id="1880"),
        pytest.param("Mary,F,7065\r\nJohn,M,9655\r\n", id="Windows line ends"),
        pytest.param("\ufeffMary,F,7065\n\nJohn,M,9655", id="a byte-order mark and a blank line"),
    ],
)
def test_files_of_any_year_and_any_line_end_are_read(tmp_path, content):
    assert names_from_ssa(write(tmp_path, content)) == ["mary", "john"]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("Liam", "name,sex,occurrences"),
        ("Liam,M", "name,sex,occurrences"),
        ("Liam,X,5", "name,sex,occurrences"),
        ("Liam,M,many", "name,sex,occurrences"),
        ("Liam,M,-5", "name,sex,occurrences"),
        ("Liam,M,5,extra", "name,sex,occurrences"),
        ("St.John,M,5", "'.'"),
        ("4,M,5", "no letter"),
        (",M,5", "empty"),
    ],
)
def test_a_row_of_another_form_is_refused_with_its_line(tmp_path, row, found):
    line, message = refusal(write(tmp_path, f"Emma,F,18688\n\n{row}\n"), names_from_ssa)
    assert line == 3
    assert found in message


@given(LINES, LINE_ENDS, st.booleans())
def test_any_text_gives_names_or_an_error_that_names_the_row(scratch, texts, end, as_rows):
    scratch.write_bytes(end.join(text + ",F,5" * as_rows for text in texts).encode())
    found = names_or_error(scratch, names_from_ssa)
    if isinstance(found, ValueError):
        refusal(scratch, names_from_ssa)
    else:
        assert len(found) == sum(text.strip() != "" for text in texts)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", ["line 1", "empty"], id="empty"),
        pytest.param(NAMES.encode(), ["line 1", "'emma'"], id="a names file"),
        pytest.param(b"Emma,F,18688\nAva\n", ["line 2", "'Ava'"], id="a row too short"),
        pytest.param(b"\x00\xff\x00", ["line 1", "0xff"], id="not text"),
    ],
)
def test_the_command_says_in_one_sentence_what_is_wrong(tmp_path, capsys, content, words):
    path = write(tmp_path, content)
    output = tmp_path / "names.txt"
    code = main([str(path), "-o", str(output)])
    assert_plain_error(code, capsys.readouterr().err, str(path), *words)
    assert not output.exists(), "nothing half-made is left behind"


def test_the_command_names_a_missing_file_and_a_folder(tmp_path, capsys):
    assert_plain_error(main([str(tmp_path / "no.txt")]), capsys.readouterr().err, "no.txt")
    assert_plain_error(main([str(tmp_path)]), capsys.readouterr().err, str(tmp_path), "folder")


def test_the_command_names_an_output_that_cannot_be_written(tmp_path, capsys):
    path = str(write(tmp_path, SSA))
    for output in (str(tmp_path), str(tmp_path / "no" / "such" / "folder.txt")):
        assert_plain_error(main([path, "-o", output]), capsys.readouterr().err, output)


def test_the_command_ends_in_an_error_code_and_no_traceback(tmp_path):
    done = subprocess.run([*COMMAND, tmp_path], capture_output=True, text=True)
    assert_plain_error(done.returncode, done.stderr, "folder")
    assert done.stdout == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_the_command_says_that_the_disk_is_full(tmp_path, capsys):
    path = write(tmp_path, SSA)
    code = main([str(path), "-o", "/dev/full"])
    assert_plain_error(code, capsys.readouterr().err, "space")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, path], stdout=full, stderr=subprocess.PIPE, text=True)
    assert_plain_error(done.returncode, done.stderr, "space")


def test_a_reader_may_leave_early(tmp_path):
    command = [*COMMAND, str(write(tmp_path, "Emma,F,18688\n" * 100_000))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"emma\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize(("arguments", "code"), [(["--help"], 0), ([], 2), (["a", "b"], 2)])
def test_the_command_explains_itself(capsys, arguments, code):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == code
    assert "python -m helpers.names" in "".join(capsys.readouterr())


def test_the_commands_help_says_which_file_it_reads_and_where_the_names_go(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    about, arguments = capsys.readouterr().out.split("positional arguments:")
    assert "Social Security" in about
    for name in ("file", "OUTPUT"):
        assert re.search(rf"\b{name}\s{{2,}}\w", arguments), "what it is stands beside it"
