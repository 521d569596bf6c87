"""tools/mutants.py: what it makes of the results, its page, and mutmut on a small project."""

import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from shared.lessons import ROOT
from shared.scripts import load_tool

tool = load_tool("mutants")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]


def mutant(outcome, new="a - b", file="helpers/one.py"):
    return tool.Mutant(file, "add", "a + b", new, outcome)


KILLED = [mutant("killed", str(number)) for number in range(19)]
SURVIVED = mutant("survived")


# The verdict


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the tool with these mutants: the exit status, what it printed, its page."""

    def run(mutants, arguments=()):
        monkeypatch.setattr(tool, "install", lambda: None)
        monkeypatch.setattr(tool, "measure_all", lambda *_: mutants)
        monkeypatch.setattr(tool, "load_unit_tests", lambda: {"one": ("tests/test_one.py",)})
        monkeypatch.setattr(tool, "PAGE", tmp_path / "MUTANTS.md")
        status = tool.main(list(arguments))
        page = tool.PAGE.read_text(encoding="utf-8") if tool.PAGE.exists() else ""
        return status, capsys.readouterr().out, page

    return run


def test_nineteen_of_twenty_are_enough_and_the_twentieth_is_listed(run):
    status, said, page = run([*KILLED, SURVIVED])
    assert status == 0
    assert "| helpers/one.py | 20 | 19 | 0 | 1 | 95.0% |" in said
    assert "| all | 20 | 19 | 0 | 1 | 95.0% |" in page
    assert "## Survivors\n\n- `helpers/one.py add: a + b -> a - b`\n" in page


def test_the_kept_page_has_each_module_and_lists_what_survived():
    page = tool.PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+)% \|$", page, re.M)
    files = [f"helpers/{module}.py" for module in SETTINGS["unit_tests"]]
    assert [name for name, *_ in rows] == [*sorted(files), "all"]
    for name, *counts, noticed in rows:
        made, killed, stopped, survived = map(int, counts)
        assert made == killed + stopped + survived, name
        assert float(noticed) == round(100 * (killed + stopped) / made, 1), name
        lines = {line for line in page.splitlines() if line.startswith(f"- `{name} ")}
        assert bool(lines) == bool(survived) or name == "all", name
    assert float(rows[-1][-1]) >= 100 * tool.ENOUGH


def test_fewer_are_not(run):
    status, said, _ = run([*KILLED[1:], SURVIVED])
    assert status == 1
    assert f"- `{SURVIVED}`" in said


def test_what_does_not_end_is_noticed_and_counted_by_itself(run):
    status, said, _ = run([*KILLED, mutant("stopped")])
    assert status == 0
    assert "| 20 | 19 | 1 | 0 | 100.0% |" in said


def test_each_module_has_a_row_of_its_own(run):
    _, said, _ = run([*KILLED, mutant("survived", file="helpers/two.py")])
    assert "| helpers/one.py | 19 | 19 | 0 | 0 | 100.0% |" in said
    assert "| helpers/two.py | 1 | 0 | 0 | 1 | 0.0% |" in said


def test_only_a_run_of_everything_writes_the_page(run):
    assert run(KILLED, arguments=["one"])[2] == ""
    assert run(KILLED)[2] != ""


def test_a_function_that_fails_unchanged_makes_the_rest_worthless(run):
    assert run([SURVIVED], arguments=["--control"])[:2] == (0, "None failed.\n")
    status, said, page = run([mutant("killed"), SURVIVED], arguments=["--control"])
    assert status == 2
    assert said.splitlines()[1:] == ["helpers/one.py add"]
    assert page == ""


def test_where_nothing_can_be_said_it_says_so(monkeypatch, capsys):
    def fail(*_):
        raise tool.Trouble("the tests cannot be run")

    monkeypatch.setattr(tool, "install", lambda: None)
    monkeypatch.setattr(tool, "measure_all", fail)
    assert tool.main([]) == 2
    assert "the tests cannot be run" in capsys.readouterr().err


# What is installed


def test_what_it_needs_is_installed_once_and_again_where_a_pin_changed(tmp_path, monkeypatch):
    commands = []

    def pretend(command):
        commands.append(command)
        tool.PACKAGES.mkdir()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", pretend)
    monkeypatch.setattr(tool, "PINS", tmp_path / "pins.txt")
    monkeypatch.setattr(tool, "PACKAGES", tmp_path / "packages")
    tool.PINS.write_text("a==1\n")
    tool.install()
    tool.install()
    assert len(commands) == 1
    tool.PINS.write_text("a==2\n")
    tool.install()
    assert len(commands) == 2
    for command in commands:
        assert command[command.index("--target") + 1] == str(tool.PACKAGES)
        assert "--no-deps" in command, "nothing comes along that is not pinned"


def test_an_installation_that_fails_is_tried_again(tmp_path, monkeypatch):
    fails = subprocess.CompletedProcess([], 1)
    monkeypatch.setattr(subprocess, "run", lambda command: fails)
    monkeypatch.setattr(tool, "PACKAGES", tmp_path / "packages")
    for _ in range(2):
        with pytest.raises(tool.Trouble, match="could not be installed"):
            tool.install()


def test_every_package_is_pinned():
    lines = tool.PINS.read_text(encoding="utf-8").splitlines()
    assert all(re.fullmatch(r"#.*|[\w-]+==[\w.]+", line) for line in lines)


# The settings and the page


def test_modules_their_tests_and_tests_left_out_are_there():
    unit_tests = tool.load_unit_tests()
    for module, tests in unit_tests.items():
        assert (ROOT / "helpers" / f"{module}.py").is_file()
        assert all((ROOT / name).is_file() for name in tests)
    left_out = [option for option in SETTINGS["pytest_add_cli_args"] if "--deselect=" in option]
    for option in left_out:
        file, *inside = option.removeprefix("--deselect=").split("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert all(f" {name}" in text for name in inside), option


# A project with one function, and mutmut itself


@pytest.fixture
def project(tmp_path):
    if not tool.PACKAGES.is_dir():
        pytest.skip("mutmut is not here: make mutants installs it")
    files = {
        "pyproject.toml": '[tool.mutmut]\nsource_paths = ["helpers"]\n'
        'pytest_add_cli_args = ["-pno:cacheprovider"]\n'
        '[tool.mutmut.unit_tests]\none = ["test_one"]\ntwo = ["test_one"]\n',
        "helpers/__init__.py": "",
        "helpers/one.py": "def more(a, b=1):\n    return [a + b][0]\n",
        "helpers/two.py": "def untested(a):\n    return not a\n",
        "tests/test_one.py": "from helpers.one import more\n\n"
        "def test_more():\n    assert more(2, 0) == 2\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "tools").mkdir()
    for name in ("mutants.py", "mutants.txt"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools")
    return tmp_path


def mutants_of(project, *arguments):
    command = [sys.executable, "tools/mutants.py", "--jobs=1", *arguments]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    survivors = re.findall("^- `(.+)`$", done.stdout, re.MULTILINE)
    return done.returncode, survivors, done.stdout + done.stderr


def test_a_test_that_is_too_weak_is_found_out_and_a_better_one_kills(project):
    status, survivors, said = mutants_of(project, "one")
    assert status == 1, said
    assert survivors == [
        "helpers/one.py more: def more(a, b=1): -> def more(a, b=2):",
        "helpers/one.py more: return [a + b][0] -> return [a - b][0]",
    ]
    with (project / "tests" / "test_one.py").open("a") as file:
        file.write("    assert more(2) == 3\n")
    status, survivors, said = mutants_of(project, "one")
    assert (status, survivors) == (0, [])
    assert "| helpers/one.py | 3 | 3 | 0 | 0 | 100.0% |" in said


def test_what_no_test_reaches_survives(project):
    _, survivors, _ = mutants_of(project)
    assert "helpers/two.py untested: return not a -> return a" in survivors
    page = (project / "tests" / tool.PAGE.name).read_text(encoding="utf-8")
    assert "| helpers/two.py | 1 | 0 | 0 | 1 | 0.0% |" in page


def test_unchanged_its_tests_pass_and_a_test_that_fails_is_trouble(project):
    assert mutants_of(project, "one", "--control")[0] == 0
    with (project / "tests" / "test_one.py").open("a") as file:
        file.write("    assert False\n")
    status, _, said = mutants_of(project, "one")
    assert status == 2
    assert "the tests cannot be run" in said
