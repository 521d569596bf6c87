"""The file that remembers: nothing is lost, and no lesson is disturbed."""

import errno
import json
import os
import subprocess
import sys
import threading

import pytest

from helpers.aid import record
from helpers.aid.reading import NAMES_FILE


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where it is, for one test."""
    path = tmp_path / "mine" / "progress.json"
    monkeypatch.setenv(record.VARIABLE, str(path))
    monkeypatch.setattr(record, "_waiting", {})
    monkeypatch.setattr(record, "_news", [])
    return path


EMPTY = {"exercises": {}, "predictions": {}, "drill": {}}


def test_what_is_noted_is_read_and_stands_in_json_that_one_can_read(file):
    assert record.read() == EMPTY
    record.note("exercises", "3.2 the loss of one name", {"state": "solved"})
    record.note("drill", "ä · é", [1, None])
    assert record.read() == EMPTY | {
        "exercises": {"3.2 the loss of one name": {"state": "solved"}},
        "drill": {"ä · é": [1, None]},
    }
    text = file.read_text(encoding="utf-8")
    assert json.loads(text) == record.read()
    assert len(text.splitlines()) > 5
    assert "ä · é" in text
    assert {path.name for path in file.parent.iterdir()} == {file.name, ".progress.lock"}


def test_what_is_the_same_is_not_written_again(file):
    record.note("exercises", "1.1", {"state": "solved"})
    before = file.stat().st_mtime_ns, file.stat().st_ino
    record.note("exercises", "1.1", {"state": "solved"})
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_deleting_it_begins_anew(file):
    record.note("exercises", "1.1", 1)
    file.unlink()
    assert record.read() == EMPTY
    record.note("exercises", "1.2", 2)
    assert record.read()["exercises"] == {"1.2": 2}


class TestWhere:
    def test_an_empty_variable_remembers_nothing(self, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        for nothing in ("", " "):
            monkeypatch.setenv(record.VARIABLE, nothing)
            record.note("exercises", "1.1", 1)
            assert record.place() is None
            assert record.read() == EMPTY
            assert record.news() == []
        assert list(tmp_path.iterdir()) == []

    def test_pytest_and_what_it_starts_remember_nothing(self):
        assert os.environ[record.VARIABLE] == ""

    def test_without_the_variable_it_is_the_learners_own_folder(self, monkeypatch):
        monkeypatch.delenv(record.VARIABLE)
        assert record.place() == NAMES_FILE.parent / "my_notebooks" / "progress.json"

    def test_in_a_course_that_is_read_only_it_is_the_home_folder(self, monkeypatch, tmp_path):
        monkeypatch.delenv(record.VARIABLE)
        monkeypatch.setattr(record.os, "access", lambda path, how: False)
        monkeypatch.setattr(record.Path, "home", lambda: tmp_path)
        record.note("exercises", "1.1", 1)
        assert (tmp_path / ".makemore" / "progress.json").exists()
        assert record.read()["exercises"] == {"1.1": 1}

    @pytest.mark.parametrize("named", [None, "~/progress.json"])
    def test_where_there_is_no_home_folder_either_nothing_is_remembered(self, named, monkeypatch):
        def home(*args):
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.delenv(record.VARIABLE)
        if named:
            monkeypatch.setenv(record.VARIABLE, named)
        monkeypatch.setattr(record.os, "access", lambda path, how: False)
        monkeypatch.setattr(record.Path, "home", home)
        monkeypatch.setattr(record.Path, "expanduser", home)
        record.note("exercises", "1.1", 1)
        assert record.place() is None
        assert record.read() == EMPTY

    def test_a_relative_path_lies_in_the_course(self, monkeypatch):
        monkeypatch.setenv(record.VARIABLE, "ada.json")
        assert record.place() == NAMES_FILE.parent / "ada.json"


@pytest.mark.parametrize(
    "broken",
    [
        b"{",
        b"[]",
        b"null",
        b'{"exercises": []}',
        b"\xff\xfe\x00\x01",
        b'{"exercises": {}}}}',
        b"<<<<<<< ours\n{}",
        b"[" * 100_000,
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_a_broken_file_is_put_aside_and_that_is_said_once(file, broken):
    for number in ("", "-2"):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(broken)
        if number:
            assert record.read() == EMPTY
        record.note("exercises", "1.1", number)
        assert record.read()["exercises"] == {"1.1": number}
        aside = file.with_name(f"progress.broken{number}.json")
        assert aside.read_bytes() == broken
        [said] = record.news()
        assert aside.name in said
        assert record.news() == []


@pytest.mark.parametrize("kept", [b"", b" \n", "\ufeff{}".encode(), b'{"later": {"a": 1}}'])
def test_an_empty_file_a_mark_and_sections_of_a_later_version_are_no_harm(file, kept):
    file.parent.mkdir()
    file.write_bytes(kept)
    record.note("exercises", "1.1", 1)
    assert record.news() == []
    assert record.read()["exercises"] == {"1.1": 1}
    assert ("later" in record.read()) == (b"later" in kept)


class TestWhatCannotBeWritten:
    """It is kept, and written with the next entry; meanwhile nothing is raised."""

    def full(self, monkeypatch):
        def write(*args):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(record.os, "fsync", write)

    def test_a_full_disk_loses_nothing(self, file, monkeypatch):
        record.note("exercises", "1.1", 1)
        before = file.read_bytes()
        with monkeypatch.context() as patch:
            self.full(patch)
            record.note("exercises", "1.2", 2)
            record.change("exercises", "1.2", lambda old: old + 1)
            assert file.read_bytes() == before
            assert record.read()["exercises"] == {"1.1": 1, "1.2": 3}
            [said] = record.news()
            assert "cannot be written" in said
            assert record.news() == [said], "as long as it is so"
        assert {path.name for path in file.parent.iterdir()} == {file.name, ".progress.lock"}
        record.note("drill", "a", 4)
        assert json.loads(file.read_text())["exercises"] == {"1.1": 1, "1.2": 3}
        assert record.news() == []

    def test_what_waits_is_kept_when_the_next_entry_cannot_be_worked_out(self, file, monkeypatch):
        with monkeypatch.context() as patch:
            self.full(patch)
            record.note("exercises", "1.1", 1)
        with pytest.raises(ZeroDivisionError):
            record.change("exercises", "1.2", lambda old: 1 / 0)
        assert record.read()["exercises"] == {"1.1": 1}
        record.note("exercises", "1.3", 3)
        assert json.loads(file.read_text())["exercises"] == {"1.1": 1, "1.3": 3}

    def test_so_does_a_place_that_can_never_be_written(self, monkeypatch, tmp_path, file):
        (tmp_path / "a file").write_text("")
        monkeypatch.setenv(record.VARIABLE, str(tmp_path / "a file" / "progress.json"))
        record.note("exercises", "1.1", 1)
        assert record.read()["exercises"] == {"1.1": 1}
        assert len(record.news()) == 1

    def test_a_file_that_cannot_be_read_is_not_overwritten(self, file):
        file.mkdir(parents=True)  # as an error of reading that root gets, too
        record.note("exercises", "1.1", 1)
        assert file.is_dir()
        assert record.read()["exercises"] == {"1.1": 1}

    def test_another_kernel_that_writes_for_long_is_waited_for_and_then_passed(
        self, file, monkeypatch
    ):
        monkeypatch.setattr(record, "PATIENCE", 0.05)
        record.note("exercises", "1.1", 1)
        with record._locked(file):
            record.note("exercises", "1.2", 2)
            assert "1.2" not in file.read_text()
        record.note("exercises", "1.3", 3)
        assert json.loads(file.read_text())["exercises"] == {"1.1": 1, "1.2": 2, "1.3": 3}


def test_where_a_file_system_knows_no_locks_it_is_written_all_the_same(file, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def flock(*args):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", flock)
    record.note("exercises", "1.1", 1)
    assert json.loads(file.read_text())["exercises"] == {"1.1": 1}


def test_many_that_write_at_once_lose_nothing(file, monkeypatch):
    """Threads, each with a lock of its own, as processes have them."""
    monkeypatch.setattr(record, "PATIENCE", 60)

    def write(who):
        for number in range(10):
            record.note("exercises", f"{who}.{number}", number)
            record.change("drill", "together", lambda old: (old or 0) + 1)

    writers = [threading.Thread(target=write, args=[who]) for who in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert len(record.read()["exercises"]) == 40
    assert record.read()["drill"] == {"together": 40}


def test_two_kernels_at_once_lose_nothing(file):
    """Processes, each with entries of its own and one that both count."""
    writes = """
import sys
from helpers.aid import record
record.PATIENCE = 60
for number in range(20):
    record.note("exercises", f"{sys.argv[1]}.{number}", number)
    record.change("drill", "together", lambda old: (old or 0) + 1)
"""
    kernels = [subprocess.Popen([sys.executable, "-c", writes, who]) for who in "ab"]
    assert [kernel.wait(120) for kernel in kernels] == [0, 0]
    known = json.loads(file.read_text())
    assert len(known["exercises"]) == 40
    assert known["drill"] == {"together": 40}


def test_half_a_character_is_no_harm(file):
    record.note("predictions", "1.A", {"guess": "\ud800"})
    record.note("exercises", "1.1", 1)
    assert record.read()["predictions"] == {"1.A": {"guess": "\ud800"}}
