"""tools/faults.py and its list: each fault can be applied, and a verdict is what the tests said."""

import subprocess

import nbformat
import pytest
from shared.lessons import ROOT
from shared.scripts import load_tool

# Tests run in a process beside the one that counts them, as in the course.
PYPROJECT = """\
[tool.pytest.ini_options]
addopts = ["-pnbval.plugin", "-pxdist.plugin", "--nbval", "--nbval-current-env", "-n1"]
testpaths = ["test_one.py", "test_two.py"]
"""


tool = load_tool("faults")
FAULTS = tool.load_faults()


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with one helper, two tests, and a notebook; its pytest loads what it needs."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    root = tmp_path / "project"
    cell = nbformat.v4.new_code_cell("1 + 1", id="sum")
    files = {
        "pyproject.toml": PYPROJECT,
        "helpers/__init__.py": "ONE = 1\nTWO = 2\nTHREE = 3\n",
        "test_one.py": "import helpers\n\ndef test_one():\n    assert helpers.ONE == 1\n",
        "test_two.py": "import helpers\n\ndef test_two():\n    assert helpers.TWO == 2\n",
        "sum.ipynb": nbformat.writes(nbformat.v4.new_notebook(cells=[cell])),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    subprocess.run(["git", "add", "--all"], cwd=root, check=True)
    return root


def fault(old, new, file="helpers/__init__.py", first=("test_one.py",), cell=None):
    return tool.Fault(f"{old} is {new}", file, old, new, tuple(first), cell)


# The list


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len(FAULTS) >= 30
    assert len({each.name for each in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("each", [pytest.param(each, id=each.name) for each in FAULTS])
def test_a_fault_of_the_list_can_be_applied_and_names_tests_that_are_there(each, tmp_path):
    copy = tmp_path / each.file
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes((ROOT / each.file).read_bytes())
    tool.apply(each, tmp_path)
    assert copy.read_bytes() != (ROOT / each.file).read_bytes()
    assert each.first
    for test in each.first:
        file, *inside = test.split("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert all(f" {name.partition('[')[0]}" in text for name in inside)


# A fault in a copy


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (fault("FOUR", "4"), "stands there 0 times"),
        (fault("= ", "=="), "stands there 3 times"),
        (fault("1", "2", "nothing.py"), "No such file"),
        (fault("1 + 1", "2", "sum.ipynb", cell="product"), "sum.ipynb, cell product"),
    ],
)
def test_a_fault_that_does_not_fit_is_no_fault_that_was_caught(project, wrong, says):
    with pytest.raises(tool.Trouble, match="cannot be applied") as error:
        tool.apply(wrong, project)
    assert says in str(error.value)


def test_of_a_notebook_the_source_is_changed_and_not_the_output(project):
    notebook = nbformat.read(project / "sum.ipynb", as_version=4)
    data = {"text/plain": "1 + 1"}
    notebook.cells[0].outputs = [nbformat.v4.new_output("display_data", data)]
    nbformat.write(notebook, project / "sum.ipynb")
    tool.apply(fault("1 + 1", "1 + 2", "sum.ipynb", cell="sum"), project)
    (cell,) = nbformat.read(project / "sum.ipynb", as_version=4).cells
    assert cell.source == "1 + 2"
    assert cell.outputs[0]["data"] == data


def test_the_copy_is_of_what_git_lists_as_it_is_now(project):
    (project / "test_one.py").unlink()
    (project / "helpers/__init__.py").write_text("ONE = 11\n")
    (project / "stray.txt").write_text("not git's")
    with tool.copied(project) as copy:
        assert (copy / "helpers/__init__.py").read_text() == "ONE = 11\n"
        assert not (copy / "test_one.py").exists()
        assert not (copy / "stray.txt").exists()
    assert not copy.exists()


# The verdicts


def test_a_fault_is_caught_by_its_tests_or_by_any_other_or_is_missed(project, capsys):
    faults = [fault("ONE = 1", "ONE = 2"), fault("TWO = 2", "TWO = 1"), fault("= 3", "= 4")]
    verdicts = tool.try_all(faults, project, jobs=2)
    assert [(verdict.kind, verdict.by) for verdict in verdicts] == [
        ("caught", "test_one.py::test_one"),
        ("caught", "test_two.py::test_two"),
        ("missed", ""),
    ]
    assert "pass without a fault" in capsys.readouterr().err
    assert "ONE = 1\n" in (project / "helpers/__init__.py").read_text()
    table = tool.as_table(faults, verdicts)
    assert "| `test_one.py::test_one` |" in table
    assert "| **missed** |" in table
    assert "3 faults" in tool.as_page(faults, verdicts)
    assert "2 were caught" in tool.as_page(faults, verdicts)


@pytest.fixture
def outcomes(monkeypatch):
    """What pytest would say, by the folder it runs in and the tests it was given."""
    said = {}

    def pretend(root, *arguments):
        where = "clean" if root.name == "clean" else "broken"
        return said[where, arguments[-1] if arguments else "all"]

    monkeypatch.setattr(tool, "run_tests", pretend)
    return said


PASSED, FAILED = (0, [], "1 passed"), (1, ["test_two.py::test_two"], "1 failed")


def test_a_test_that_fails_without_the_fault_proves_nothing(project, outcomes):
    clean, two = project.parent / "clean", fault("TWO = 2", "TWO = 1")
    outcomes |= {("broken", "test_one.py"): PASSED, ("broken", "all"): FAILED}
    outcomes["clean", "test_two.py"] = PASSED
    assert tool.try_out(two, project, clean) == tool.Verdict("caught", "test_two.py::test_two")
    outcomes["clean", "test_two.py"] = FAILED
    verdict = tool.try_out(two, project, clean)
    says = "test_two.py::test_two fails without the fault, too"
    assert verdict == tool.Verdict("trouble", says)
    outcomes["clean", "test_one.py"] = FAILED
    with pytest.raises(tool.Trouble, match=r"without any fault, test_two\.py::test_two failed"):
        tool.check_without_fault([two], clean)


def test_tests_that_cannot_be_run_catch_nothing(project, outcomes):
    clean = project.parent / "clean"
    outcomes["broken", "test_one.py"] = 2, [], "an error while test_one.py was imported"
    verdict = tool.try_out(fault("ONE = 1", "ONE = ("), project, clean)
    assert verdict.kind == "trouble"
    assert "status 2: an error while" in verdict.by
    assert tool.try_out(fault("FOUR", "4"), project, clean).kind == "trouble"


def test_a_file_of_tests_that_cannot_be_read_is_no_test_that_failed(project):
    (project / "test_one.py").write_text("import nothing_of_this_name\n")
    status, failed, _ = tool.run_tests(project, "-n0")
    assert (status, failed) == (tool.STOPPED, ["test_one.py"])


# The command


@pytest.mark.parametrize(
    ("kinds", "status"),
    [(["caught"] * 2, 0), (["caught", "missed"], 1), (["trouble", "caught"], 1)],
)
def test_the_exit_status_and_the_page(monkeypatch, tmp_path, capsys, kinds, status):
    page, faults = tmp_path / "FAULTS.md", [fault("ONE", "TWO"), fault("TWO", "ONE")]
    verdicts = [tool.Verdict(kind, "test") for kind in kinds]
    monkeypatch.setattr(tool, "PAGE", page)
    monkeypatch.setattr(tool, "load_faults", lambda: faults)
    monkeypatch.setattr(tool, "try_all", lambda chosen, root, jobs: verdicts[: len(chosen)])
    assert tool.main(["-k", "one is"]) == int(kinds[0] != "caught")
    assert not page.exists()
    assert tool.main([]) == status
    assert page.read_text(encoding="utf-8") == tool.as_page(faults, verdicts)
    assert tool.as_table(faults, verdicts) in capsys.readouterr().out


def test_a_word_in_no_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        tool.main(["-k", "no such word"])
    assert "no fault has 'no such word'" in capsys.readouterr().err
