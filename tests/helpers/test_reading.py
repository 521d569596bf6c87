"""helpers/aid/reading.py: the files that learners bring, and what each of them gets.

What every file gets, whatever is in it, is tested in test_names.py.
"""

import re
import unicodedata
import zipfile
from pathlib import Path

import pytest

from helpers import build_alphabet, count_bigrams, load_names
from helpers.aid import reading
from helpers.aid.reading import main, names_from_ssa


@pytest.fixture
def file(tmp_path):
    """Writes a file, and gives its path."""

    def write(content: str | bytes, name: str = "mine.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal(path: Path, read=load_names) -> str:
    with pytest.raises(ValueError, match=re.escape(f"{path}, line ")) as caught:
        read(path)
    return str(caught.value)


# What a name is made of


@pytest.mark.parametrize(
    ("line", "name"),
    [
        pytest.param("Mary Jane", "mary jane", id="two words"),
        pytest.param("New  York", "new york", id="two spaces"),
        pytest.param("New\u00a0York", "new york", id="a space that does not break"),
        pytest.param("山田\u3000太郎", "山田 太郎", id="a wide space"),
        pytest.param("Porygon2", "porygon2", id="a digit"),
        pytest.param("3d", "3d", id="a digit in front"),
        pytest.param("Porygon２", "porygon2", id="a wide digit"),
        pytest.param("ශ්\u200dරී", "ශ්\u200dරී", id="a joiner, Sinhala"),
        pytest.param("ജോണ്\u200d", "ജോണ്\u200d", id="a joiner at the end, Malayalam"),
        pytest.param("علی\u200cرضا", "علی\u200cرضا", id="a non-joiner, Persian"),
        pytest.param("Gal·la", "gal·la", id="a middle dot, Catalan"),
        pytest.param("マリー・アン", "マリー・アン", id="a middle dot, Japanese"),
        pytest.param("anna\u2010lena", "anna-lena", id="another hyphen"),
        pytest.param("ג׳ורג׳", "ג׳ורג׳", id="geresh, Hebrew"),
        pytest.param("בר־לב", "בר־לב", id="maqaf, Hebrew"),
        pytest.param("D’Angelo", "d'angelo", id="a curved apostrophe"),
        pytest.param("D\u02bcAngelo", "d'angelo", id="an apostrophe that is a letter"),
        pytest.param("D'Angelo", "d'angelo", id="a straight apostrophe"),
        pytest.param("İBRAHİM", "ibrahim", id="a Turkish capital"),
        pytest.param("I\u0307brahim", "ibrahim", id="a Turkish capital in two"),
        pytest.param("Ｅｍｍａ", "emma", id="full-width letters"),
        pytest.param("ﬁona", "fiona", id="a ligature"),
        pytest.param("ﾏﾘｱ", "マリア", id="half-width letters"),
    ],
)
def test_a_name_has_one_spelling(file, line, name):
    assert load_names(file(line)) == [unicodedata.normalize("NFC", name)]


def test_the_characters_inside_are_characters_like_the_others(file):
    names = load_names(file("Mary Jane\nPorygon2\nGal·la\n"))
    stoi, _ = build_alphabet(names)
    counts = count_bigrams(names, stoi)
    assert counts[stoi["y"], stoi[" "]] == counts[stoi[" "], stoi["j"]] == 1
    assert counts[stoi["2"], 0] == counts[stoi["l"], stoi["·"]] == 1


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("4711", "no letter"),
        ("·la", "'·'"),
        ("ma´ria", "'´'"),
        ("em½ma", "'½'"),
        ("emma…", "'…'"),
        ("a\u200bb", r"'\u200b'"),
        ("a\u00adb", r"'\xad'"),
        ("a\u200fb", r"'\u200f'"),
        ("a \u0301b", "cannot stand in a name"),
        ("ﷺ-", "'-' cannot stand at its end"),
    ],
)
def test_what_is_no_name_is_told_in_the_files_own_characters(file, line, found):
    says = refusal(file("emma\n" + line))
    assert found in says
    assert f"line 2: {line!r}" in says


@pytest.mark.parametrize("line", ["MARY_JANE", "Ｍary_Jane", "İ_x", "D’An_gelo"])
def test_the_message_quotes_the_file_and_not_the_changed_text(file, line):
    assert repr(line) in refusal(file(f"emma\n{line}\nava\n"))


# Many lines that are no names


def test_many_bad_lines_are_counted_and_three_are_shown(file):
    says = refusal(file("emma\n" + "".join(f"<{n}>\n" for n in range(8_789))))
    assert "line 2: '<0>'" in says
    assert "8,789 of 8,790 lines are refused" in says
    assert "line 3: '<1>', line 4: '<2>', and 8,786 more" in says
    assert "'<3>'" not in says
    assert "mend or delete these lines" in says


def test_two_bad_lines_are_both_shown(file):
    says = refusal(file("emma\n<a>\nava\n\n<b>\nmia\nzoe"))
    assert "2 of 6 lines are refused (also line 5: '<b>')" in says


SSA = "".join(f"Mary{letter},F,{n}\n" for n, letter in enumerate("abcdefgh", start=7_058))
STATE = "".join(f"AK,F,1910,Mary{letter},{n}\n" for n, letter in enumerate("abcdefgh", start=5))
KINDS = [
    pytest.param(SSA, "python -m helpers.names", id="Social Security"),
    pytest.param(SSA.replace("\n", "\r\n"), "python -m helpers.names", id="of Windows"),
    pytest.param(STATE, "of one state", id="STATE.TXT"),
    pytest.param("name,sex\n" + "Emma,f\n" * 5, "a table, with commas", id="CSV"),
    pytest.param("name,sex\n" + "Emma,f\n" * 5, "(first line: 'name,sex')", id="its heading"),
    pytest.param("Vorname;Anzahl\n" + "Zoë;3\n" * 5, "with semicolons", id="CSV, German"),
    pytest.param("Emma\tf\n" * 5, "with tabs", id="TSV"),
    pytest.param("<!DOCTYPE html>\n<p>Emma\n<p>Ava\n", "a web page", id="HTML"),
    pytest.param('["Emma", "Ava"]\n', "JSON", id="JSON"),
    pytest.param("1. Emma\n2. Ava\n3. Mia\n", "a numbered list", id="numbers"),
    pytest.param('"Emma"\n"Ava"\n', "in quotation marks", id="quotation marks"),
    pytest.param("Emma, Mary Jane, Zoë", "each name on a line of its own", id="one line"),
]


@pytest.mark.parametrize(("content", "words"), KINDS)
def test_the_kind_of_a_file_is_told(file, content, words):
    assert words in refusal(file(content))


@pytest.mark.parametrize(("content", "words"), KINDS)
def test_the_kind_of_a_file_is_told_in_utf_16_too(file, content, words):
    assert words in refusal(file(content.encode("utf-16")))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n\xe2\xe3", "is a PDF"),
        (b"\x1f\x8b\x08\x00", "is packed"),
        (b"{\\rtf1\\ansi Emma}", "Rich Text"),
    ],
)
def test_a_file_that_is_no_text_is_told_by_its_kind(file, content, words):
    assert words in refusal(file(content))
    assert words in refusal(file(content), names_from_ssa)


def test_one_row_of_a_table_is_no_list_of_names_in_one_line(file):
    assert "mend or delete this line" in refusal(file("emma,f,18688\n"))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"Zo\xeb,F,5\n", None])
def test_who_needs_rows_is_not_told_to_give_names(file, tmp_path, content):
    path = tmp_path / "nowhere.txt" if content is None else file(content)
    with pytest.raises((OSError, ValueError)) as caught:
        names_from_ssa(path)
    assert "rows of the form name,sex,occurrences" in str(caught.value)
    assert "one name a line" not in str(caught.value)


def test_who_gives_names_in_place_of_rows_is_told_that_they_are_ready(file):
    path = file("Emma\nMary Jane\n")
    assert "load_names reads it as it is" in refusal(path, names_from_ssa)
    assert load_names(path) == ["emma", "mary jane"]


def test_a_zip_has_to_be_unpacked(tmp_path):
    path = tmp_path / "names.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("yob2018.txt", SSA)
    assert "unpack it" in refusal(path)
    assert main([str(path)]) == 1


def test_a_few_bad_lines_do_not_make_another_kind_of_file(file):
    says = refusal(file("emma\nava\nmia\nzoe,f,5\nlea,f,5\n"))
    assert "seems to be" not in says


# A heading


@pytest.mark.parametrize("heading", ["name", "Name", "NAMES", "First Name"])
def test_a_heading_is_left_out_with_a_warning(file, heading):
    path = file(f"\n{heading}\nEmma\nAva\n")
    with pytest.warns(UserWarning, match=f"line 2: '{heading}' is taken for a heading"):
        assert load_names(path) == ["emma", "ava"]


@pytest.mark.parametrize("content", ["name", "Emma\nName\n", "name\nword\nname\n"])
def test_a_name_that_is_called_name_stays(file, content):
    assert load_names(file(content)) == content.lower().split()


# Where a file lies


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """A folder with the course's own names.txt, for which the real one is not needed."""
    folder = tmp_path / "course"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "names.txt").write_text("emma\n")
    monkeypatch.setattr(reading, "NAMES_FILE", folder / "names.txt")
    monkeypatch.chdir(folder / "notebooks")
    return folder


def test_a_file_beside_names_txt_is_found_from_a_lesson(beside):
    (beside / "my_names.txt").write_text("zoe\n")
    assert load_names("my_names.txt") == ["zoe"]
    (beside / "notebooks" / "my_names.txt").write_text("lea\n")
    assert load_names("my_names.txt") == ["lea"], "the one at hand comes first"


def test_one_setting_puts_all_lessons_on_other_words(beside, monkeypatch):
    assert load_names() == ["emma"]
    (beside / "my_names.txt").write_text("zoe\n")
    monkeypatch.setenv("MAKEMORE_NAMES", "my_names.txt")
    assert load_names() == ["zoe"]
    assert load_names("names.txt") == ["emma"], "a path that is given comes first"
    monkeypatch.setenv("MAKEMORE_NAMES", "")
    assert load_names() == ["emma"]


def test_a_setting_that_leads_nowhere_is_told_as_one(beside, monkeypatch):
    monkeypatch.setenv("MAKEMORE_NAMES", "my_wrods.txt")
    with pytest.raises(FileNotFoundError, match=r"my_wrods\.txt.*MAKEMORE_NAMES names it"):
        load_names()
    (beside / "my_wrods.txt").write_text("St. John\n")
    with pytest.raises(ValueError, match=r"'St\. John'.*MAKEMORE_NAMES names it"):
        load_names()
    with pytest.raises(FileNotFoundError) as caught:
        load_names("other.txt")
    assert "MAKEMORE_NAMES" not in str(caught.value), "it names another file"


def test_a_file_that_is_nowhere_is_told_with_both_places(beside):
    with pytest.raises(FileNotFoundError) as caught:
        load_names("nowhere.txt")
    for place in ("nowhere.txt", str(beside / "notebooks"), str(beside / "names.txt")):
        assert place in str(caught.value)


def test_the_command_does_not_replace_the_courses_file_unasked(beside, file, capsys):
    path = str(file(SSA))
    for output in ("../names.txt", str(beside / "names.txt")):
        assert main([path, "-o", output]) == 1
        assert "--overwrite" in capsys.readouterr().err
    assert load_names() == ["emma"]
    assert main([path, "-o", "../names.txt", "--overwrite"]) == 0
    assert load_names()[0] == "marya"
