"""Reading names: what a file holds, one name a line, and a plain word where it is no such file.

No lesson builds this by hand. It stands apart from `names.py`, so that what is built stays in view.
"""

import argparse
import codecs
import io
import os
import re
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from helpers.aid.spelling import NoName, name_in, wrong_in

NAMES_FILE = Path(__file__).resolve().parents[2] / "names.txt"
"""The course's own names: 32,033 of them, lower case, one a line."""


def load_names(path: str | Path | None = None) -> list[str]:
    """Read a names file: one name a line, in the order of the file.

    Without a path it is the file that the environment variable `MAKEMORE_NAMES` names, so that
    all lessons can run on other words; without that one, the course's own. A file that is not found
    is also looked for beside the course's names.txt, so that a lesson finds it there.

    Blank lines, white space around a name, Windows line ends and a byte-order mark are read for
    what they mean. So is a first line that says `name`: it is left out, with a warning.

    A name is made of letters of any alphabet, with a digit or so among them, such as `porygon2`.
    Between letters may stand a space, a hyphen, an apostrophe, and what other scripts have in their
    place (`·`, `・`, the geresh, joiners): each of them is a character like the others. One name
    has one spelling: capitals become small letters, the three apostrophes `'`, `’` and `ʼ` one, and
    full-width letters and ligatures the letters that they stand for (Unicode's form NFKC). The
    Turkish `İ` becomes `i`. So does `I`, also where Turkish means `ı`: write small letters there.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is empty, is not text, or has lines that are no names. The message says
            which file, which line, what was found there and what to do; where many lines are no
            names, how many, and what kind of file it seems to be.
    """
    setting = os.environ.get("MAKEMORE_NAMES")
    if path or not setting:
        return _read(_found(path or NAMES_FILE), _LIST)
    try:
        return _read(_found(setting), _LIST)
    except (OSError, ValueError) as error:
        # Who set it an hour ago would look for the mistake in the cell.
        raise type(error)(f"{error}. (The environment variable MAKEMORE_NAMES names it.)") from None


def names_from_ssa(path: str | Path) -> list[str]:
    """Read the names out of a Social Security file: rows of ``name,sex,occurrences``, any year.

    A name given to girls and to boys stands in two rows, and twice in the result.

    Raises:
        FileNotFoundError, ValueError: as in `load_names`; a row that is not of this form, too.
    """
    return _read(_found(path), _ROWS)


def _found(path: str | Path) -> Path:
    """The file itself; or, where there is none, the one of this name beside names.txt."""
    beside = NAMES_FILE.parent / path
    return beside if not Path(path).exists() and beside.exists() else Path(path)


@dataclass(frozen=True)
class _Form:
    """What a file is to hold."""

    name_in: Callable[[str], str]
    """From a line to its name; a NoName where there is none."""
    wanted: str
    """In words, as "a file with ..."."""


def _read(path: Path, form: _Form) -> list[str]:
    """The name in each line that is not blank; or one ValueError for all lines without one."""
    names, bad, first = [], [], None
    raw, encoding = _text(path, form.wanted)
    # One line at a time: as a list, the lines would take as much memory again as the names.
    for line, words in enumerate(io.TextIOWrapper(io.BytesIO(raw), encoding), start=1):
        if words := words.strip():
            first = first or (line, words)
            try:
                names.append(form.name_in(words))
            except NoName as why:
                bad.append((line, words, str(why)))
    if first is None:
        raise ValueError(f"{path}, line 1: the file is empty; give a text file with {form.wanted}")
    if bad:
        kind = _kind_of(raw, encoding, form) if len(bad) > len(names) else ""
        raise _refusal(path, bad, len(names) + len(bad), kind)
    if first[1].lower() in _HEADINGS and len(names) > 1 and names[0] not in names[1:]:
        warnings.warn(
            f"{path}, line {first[0]}: {first[1]!r} is taken for a heading, and left out",
            stacklevel=3,
        )
        del names[0]
    return names


_HEADINGS = {"name", "names", "first name", "given name"}


def _text(path: Path, wanted: str) -> tuple[bytes, str]:
    """What a file holds, without its byte-order mark, and its encoding: it has been tried."""
    if path.is_dir():  # to open one is another error on each system
        raise ValueError(f"{path} is a folder, not a file; give the path of a file with {wanted}")
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"there is no file {path}, seen from {Path.cwd()}, and none beside {NAMES_FILE}; "
            f"give the path of a text file with {wanted}"
        ) from error
    for start, what in _NO_TEXT.items():
        if raw.startswith(start):
            raise ValueError(f"{path}, line 1: the file {what}; give a text file with {wanted}")
    encoding = "UTF-8"
    for mark, its_encoding in _BYTE_ORDER_MARKS.items():
        if raw.startswith(mark):
            raw, encoding = raw.removeprefix(mark), its_encoding
            break
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(re.split("\r\n|\r|\n", raw[: error.start].decode(encoding)))
        raise ValueError(
            f"{path}, line {line}: byte {raw[error.start]:#04x} is not text in {encoding}; "
            f"save the file as UTF-8 text with {wanted}"
        ) from error
    return raw, encoding


_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "UTF-8",
    codecs.BOM_UTF16_LE: "UTF-16-LE",
    codecs.BOM_UTF16_BE: "UTF-16-BE",
}

_NO_TEXT = {
    b"PK\x03\x04": "is a zip archive, or made as one (.docx, .xlsx): unpack it, or save it as text",
    b"\x1f\x8b": "is packed (gzip): unpack it",
    b"%PDF": "is a PDF: copy the names out of it into a text file",
    b"{\\rtf": "is a Rich Text document: save it as plain text",
}


def _name_in_row(row: str) -> str:
    fields = row.split(",")
    if len(fields) != 3 or fields[1].lower() not in ("f", "m") or not fields[2].strip().isdecimal():
        raise NoName("is no row of the form name,sex,occurrences, such as Emma,F,18688")
    if not fields[0].strip():
        raise NoName("is no name: it is empty")
    return name_in(fields[0].strip())


_LIST = _Form(name_in, "one name a line")
_ROWS = _Form(_name_in_row, "rows of the form name,sex,occurrences")


# What is wrong with a file


def _refusal(path: Path, bad: list[tuple[int, str, str]], lines: int, kind: str) -> ValueError:
    """The error for lines that are no names. `bad`: the number of each, its text, what is wrong."""
    (line, found, why), *more = bad
    says = f"{path}, line {line}: {shown(found)} {why}"
    if more:
        some = ", ".join(f"line {line}: {shown(found)}" for line, found, _ in more[:2])
        rest = f", and {len(more) - 2:,} more" if len(more) > 2 else ""
        says += f". {len(bad):,} of {lines:,} lines are refused (also {some}{rest})"
    cure = kind or f"mend or delete {'these lines' if more else 'this line'}"
    # Each letter of UTF-16 takes two bytes. Read as UTF-8, one of them is a control character.
    if any(character < " " and character != "\t" for character in found):
        cure += ", or save the file as UTF-8 text if it is in another encoding"
    return ValueError(f"{says}; {cure}")


def _kind_of(raw: bytes, encoding: str, form: _Form) -> str:
    """What kind of text this seems to be, if not a list of names, and what to do with it."""
    lines = [line.strip() for line in raw[:20_000].decode(encoding, "ignore").splitlines()]
    lines = [line for line in lines if line][:200]

    def most(pattern: str) -> bool:
        return sum(bool(re.search(pattern, line)) for line in lines) > 0.8 * len(lines)

    if re.match("<!doctype|<html|<[?]xml", lines[0], re.IGNORECASE):
        return "this seems to be a web page: save its words alone, as text"
    if re.match(r"[\[{]", lines[0]):
        return "this seems to be JSON: write each name on a line of its own, without any marks"
    if form is _ROWS and all(re.fullmatch("[^,;\t|]+", line) for line in lines):
        return "this seems to be a list with one name a line already: load_names reads it as it is"
    if len(lines) < 2:
        parts = [each.strip() for each in re.split("[,;|\t]", lines[0])]
        several = len(parts) > 1 and not any(map(wrong_in, filter(None, parts)))
        return "write each name on a line of its own" if several else ""
    if most(r"^[0-9]+[.)]\s"):
        return "this seems to be a numbered list: take the numbers and their points away"
    if most("^[\"'“”„«].*[\"'“”„»],?$"):
        return "the names stand in quotation marks: take these away"
    if most("^[^,]+,[MFmf],[0-9]+$"):
        return (
            "this seems to be a Social Security file: run python -m helpers.names on it, as the "
            "README says, and load what that writes"
        )
    if most("^[A-Za-z]{2},[MFmf],[0-9]{4},[^,]+,[0-9]+$"):
        return (
            "this seems to be a Social Security file of one state: it holds every name once a "
            "year; take the names, the fourth column, of the years that you want"
        )
    for mark, its_name in ((",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if most(re.escape(mark)):
            return (
                f"this seems to be a table, with {its_name} between its columns (first line: "
                f"{shown(lines[0])}): take the column of the names out, into a file of its own"
            )
    return ""


def shown(text: str) -> str:
    """A text as a message quotes it: in part, where it is long."""
    return repr(text if len(text) <= 40 else text[:39] + "…")


# python -m helpers.names


def main(arguments: list[str] | None = None) -> int:
    """Turn a Social Security file into a names file; see the docstring of `helpers.names`."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.names",
        description="Make a names file (lower case, one name a line) out of a file of the U.S. "
        "Social Security Administration (name,sex,occurrences), such as yob2018.txt.",
    )
    parser.add_argument("file", help="the Social Security file")
    parser.add_argument("-o", "--output", help="where to write the names (default: the screen)")
    parser.add_argument(
        "--overwrite", action="store_true", help="let the output replace the course's own names.txt"
    )
    options = parser.parse_args(arguments)
    try:
        data = "".join(name + "\n" for name in names_from_ssa(options.file)).encode()
        # The screen too is opened and closed here: closing it tells of a full disk, or a reader who
        # left, which Python would otherwise notice only on its way out.
        target = sys.stdout.fileno() if options.output is None else options.output
        if options.output and Path(target).resolve() == NAMES_FILE and not options.overwrite:
            raise ValueError(
                f"{target} is the course's own file, and was left as it is; give another name, "
                "or --overwrite if all lessons are to use these names from now on"
            )
        with open(target, "wb", closefd=options.output is not None) as output:
            output.write(data)
    except BrokenPipeError:
        return 0  # the reader, `head` perhaps, has seen enough
    except (OSError, ValueError) as error:
        print(f"helpers.names: {error}", file=sys.stderr)
        return 1
    return 0
