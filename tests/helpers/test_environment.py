"""The check of lesson 0 says "ready" here, and says what is wrong where something is."""

import io
import platform
import shutil
import sys

import pytest

from helpers import load_names
from helpers.aid import environment
from helpers.names import NAMES_FILE

ROOT = NAMES_FILE.parent


@pytest.fixture
def project(tmp_path):
    for name in ("names.txt", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def report(capsys, root) -> list[str]:
    environment.check_environment(root)
    return capsys.readouterr().out.splitlines()


def test_ready_ends_the_report_here(capsys):
    lines = report(capsys, ROOT)
    assert lines[-1] == "ready"
    assert all(line.startswith("✓") and "needed" not in line for line in lines[:-1])
    assert len(lines) == 1 + len(environment.PACKAGES) + 1 + 1
    assert lines[-2] == f"✓ names.txt, {len(load_names()):,} names"


def test_another_version_is_named_with_the_one_needed(capsys, project):
    constraints = project / "constraints.txt"
    text = constraints.read_text()
    constraints.write_text(text.replace("ipywidgets==", "ipywidgets==99."))
    lines = report(capsys, project)
    wanted = text.partition("ipywidgets==")[2].split()[0]
    assert f"✗ ipywidgets {wanted}, 99.{wanted} is needed" in lines
    assert lines[-1].startswith("not ready: ")


def test_a_missing_package_is_named(capsys, project, monkeypatch):
    monkeypatch.setattr(environment, "PACKAGES", ("no-such-package", "torch"))
    lines = report(capsys, project)
    assert "✗ no-such-package is missing" in lines
    assert any(line.startswith("✓ torch ") for line in lines), "those after it are looked at, too"
    assert lines[-1].startswith("not ready: ")


def test_a_package_that_has_no_pin_is_named(capsys, project):
    constraints = project / "constraints.txt"
    constraints.write_text(constraints.read_text().replace("\ntqdm==", "\nno-longer-tqdm=="))
    (line,) = [line for line in report(capsys, project) if "tqdm" in line]
    assert line.startswith("✗ tqdm ")
    assert line.endswith(", another version is needed")


def test_a_build_for_another_device_is_the_same_version(capsys, project, monkeypatch):
    installed = environment.version
    monkeypatch.setattr(
        environment, "version", lambda name: installed(name).partition("+")[0] + "+cu1"
    )
    assert report(capsys, project)[-1] == "ready"


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "3.13.0", "3.14.9"])
def test_each_python_of_the_course_gives_the_same_line(capsys, project, monkeypatch, version):
    monkeypatch.setattr(platform, "python_version_tuple", lambda: tuple(version.split(".")))
    lines = report(capsys, project)
    assert lines[0] == "✓ Python, 3.11 to 3.14"
    assert lines[-1] == "ready"


@pytest.mark.parametrize("version", ["3.9.1", "3.10.13", "3.15.0", "4.0.0"])
def test_another_python_is_named(capsys, project, monkeypatch, version):
    monkeypatch.setattr(platform, "python_version_tuple", lambda: tuple(version.split(".")))
    lines = report(capsys, project)
    assert lines[0] == f"✗ Python {version.rpartition('.')[0]}, 3.11 to 3.14 is needed"
    assert lines[-1].startswith("not ready: ")


def test_a_console_without_the_signs_gets_letters(project, monkeypatch):
    """A console on Windows: printing a ✓ there would raise an error."""
    (project / "names.txt").write_text("ada\n")
    console = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", console)
    environment.check_environment(project)
    console.flush()
    lines = console.buffer.getvalue().decode("cp1252").splitlines()
    assert lines[0] == "OK Python, 3.11 to 3.14"
    assert lines[-2].startswith("NO names.txt")


@pytest.mark.parametrize("lost", ["names.txt", "constraints.txt"])
def test_a_missing_file_is_named(capsys, project, lost):
    (project / lost).unlink()
    lines = report(capsys, project)
    assert any(line.startswith(f"✗ {lost} is missing") for line in lines)
    assert lines[-1].startswith("not ready: ")


def test_other_names_are_found_out(capsys, project):
    with (project / "names.txt").open("a") as file:
        file.write("ada\n")
    lines = report(capsys, project)
    assert any(line.startswith("✗ names.txt is not the course's own") for line in lines)
    assert lines[-1].startswith("not ready: ")


def test_windows_line_ends_are_no_other_names(capsys, project):
    names = project / "names.txt"
    names.write_bytes(names.read_bytes().replace(b"\n", b"\r\n"))
    assert report(capsys, project)[-1] == "ready"
