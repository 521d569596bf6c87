"""What the learner has done, in one file of their own: readable JSON that nothing sends anywhere.

It is `my_notebooks/progress.json` in the course's folder; where that cannot be written, as where a
hub shares one copy of the course, `.makemore/progress.json` in the home folder. The environment
variable MAKEMORE_PROGRESS names another file; set, and empty, it says that nothing is remembered.
Deleting the file begins anew.

A lesson never fails because of it. What could not be written (a full disk) is kept in this process
and written with the next entry; a file that cannot be read is put aside, under another name; and
kernels that write at the same time wait for each other, and take up what the other has written.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from helpers.aid.reading import NAMES_FILE

VARIABLE = "MAKEMORE_PROGRESS"
SECTIONS = ("exercises", "predictions", "drill")
PATIENCE = 1.0
"""Seconds that a kernel waits for another one that is writing."""

Record = dict[str, dict[str, Any]]
_Change = tuple[str, str, Callable[[Any], Any]]  # section, key, from the old value to the new one

_waiting: dict[Path, list[_Change]] = {}  # what could not be written yet
_news: list[str] = []


def place() -> Path | None:
    """Where the file is, or will be; None where nothing is remembered."""
    named = os.environ.get(VARIABLE)
    if named is not None and not named.strip():
        return None
    own = NAMES_FILE.parent / "my_notebooks"
    try:
        if named is not None:
            return NAMES_FILE.parent / Path(named.strip()).expanduser()
        if os.access(own if own.exists() else own.parent, os.W_OK):
            return own / "progress.json"
        return Path.home() / ".makemore" / "progress.json"
    except (OSError, RuntimeError):  # this user has no home folder, as in some containers
        return None


def read() -> Record:
    """All that is remembered: {"exercises": {…}, "predictions": {…}, "drill": {…}}.

    Each section is there, empty where nothing is known; each goes from a name to a JSON value. The
    dicts are the caller's own. Nothing is raised.
    """
    path = place()
    if path is None:
        return _empty()
    record = _empty()
    with suppress(OSError):
        try:
            record = _load(path)
        except ValueError:
            with _locked(path):
                record = _load_or_put_aside(path)
    for section, key, new in _waiting.get(path, []):
        record[section][key] = new(record[section].get(key))
    return record


def note(section: str, key: str, value: Any) -> None:
    """Remember one entry; all others stay as they are in the file by now. Nothing is raised.

    Args:
        section: one of `SECTIONS`.
        key: the entry's name.
        value: anything that JSON has. What it has not is written as text.
    """
    change(section, key, lambda _: value)


def change(section: str, key: str, new: Callable[[Any], Any]) -> None:
    """Remember ``new(old)`` in the place of one entry, where ``old`` is None if there is none.

    The old value is the file's at that moment, whichever kernel has written it. The file is written
    only where the entry changes. Nothing is raised but what `new` raises.
    """
    path = place()
    if path is None:
        return
    changes = [*_waiting.get(path, []), (section, key, new)]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path):
            record = _load_or_put_aside(path)
            before = _text(record)
            for its_section, its_key, its_new in changes:
                record[its_section][its_key] = its_new(record[its_section].get(its_key))
            if (text := _text(record)) != before:
                _replace(path, text)
        _waiting.pop(path, None)
    except OSError:
        _waiting[path] = changes


def news() -> list[str]:
    """What the learner should hear about the file, in sentences; what was told is not told again,
    but that something waits to be written is."""
    told = [*_news]
    _news.clear()
    path = place()
    if path in _waiting:
        told.append(
            f"{path} cannot be written now. What you do is remembered until this kernel ends, and "
            "is written as soon as it can be."
        )
    return told


# The file


def _empty() -> Record:
    return {section: {} for section in SECTIONS}


def _load(path: Path) -> Record:
    """What the file holds. ValueError: it is no record. OSError: it is there and cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return _empty()
    if not text.strip():
        return _empty()
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise ValueError("no record") from error
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise ValueError("no record")
    return _empty() | found


def _load_or_put_aside(path: Path) -> Record:
    try:
        return _load(path)
    except ValueError:
        number, aside = 1, path.with_name(f"{path.stem}.broken{path.suffix}")
        while aside.exists():
            number += 1
            aside = path.with_name(f"{path.stem}.broken-{number}{path.suffix}")
        os.replace(path, aside)
        _news.append(
            f"{path} could not be read, and is {aside.name} now: it was not written by the course "
            "as it stands there. From here on a new file remembers what you do."
        )
        return _empty()


def _text(record: Record) -> str:
    return json.dumps(record, indent=1, ensure_ascii=False, default=str) + "\n"


def _replace(path: Path, text: str) -> None:
    """Write beside it, then put in its place: the file is never half-written."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # Half a character, as broken text has them, becomes what JSON writes for it.
        with open(partial, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One at a time, on this computer. The system lets go of the lock where a process dies.

    Raises:
        OSError: the folder cannot be written, or another process held the lock for too long.
    """
    with open(path.with_name(f".{path.stem}.lock"), "a+b") as file:
        until = time.monotonic() + PATIENCE
        while not _take(file.fileno()):
            if time.monotonic() > until:
                raise OSError(errno.EAGAIN, "another kernel is writing")
            time.sleep(0.01)
        yield


def _take(file: int) -> bool:
    """Take the lock if it is free. Where a file system knows no locks, it counts as free."""
    try:
        try:
            import fcntl
        except ImportError:  # Windows
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True
