"""The set-up: two commands, one environment, and one plain sentence when it fails."""

import ast
import importlib.metadata
import os
import platform
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import tomllib
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from shared.scripts import load_tool

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PYTHONS = [(3, 11), (3, 12), (3, 13), (3, 14)]

set_up = load_tool("set_up")
my_environment = load_tool("upgrade").versions


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def project(tmp_path):
    """A project of its own, with nothing set up, in a folder with a space in its name."""
    root = tmp_path / "my course"
    (root / "benchmarks").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, root / name)
    for name in ("tools", "helpers"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture
def ready(project):
    """The same, with an environment that passes for complete; its Python is the one in use."""
    script(set_up.venv_python(project), f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    set_up.stamp_file(project).write_text(set_up.stamp(project))
    return project


def make(root, *arguments, **environment):
    """Run make in `root` and return what came of it; stdout and stderr are told apart."""
    if not shutil.which("make"):
        pytest.skip("there is no make here; the README's pip commands do without")
    without = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON")  # set by a make that runs the tests
    clean = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.run(
        [shutil.which("make"), *arguments],
        cwd=root,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def last_line(result):
    return result.stderr.rstrip("\n").split("\n")[-1]


def assert_is_a_plain_sentence(text):
    assert "\n" not in text
    assert text[0].isupper()
    assert "Traceback" not in text
    assert "***" not in text
    assert re.search(r"again\.$|PYTHON=\"\$\(uv python find 3\.13\)\"$|set_up\.py$", text), text


class TestTheStampTells:
    def test_that_all_is_there(self, ready):
        assert set_up.state(ready) == "ready"

    @pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
    def test_that_what_is_installed_changed(self, ready, name):
        (ready / name).write_text((ready / name).read_text() + "\n# changed\n")
        assert set_up.state(ready) == "outdated"

    def test_that_the_folder_was_moved_or_copied(self, ready):
        assert set_up.state(ready.rename(ready.with_name("moved"))) == "missing"

    @pytest.mark.parametrize("gone", [set_up.stamp_file, set_up.venv_python])
    def test_that_a_set_up_was_killed_halfway_or_its_python_is_gone(self, ready, gone):
        gone(ready).unlink()
        assert set_up.state(ready) == "missing"


class Pip:
    """Stands for the environment's pip: notes its commands, answers as it is told to."""

    def __init__(self, monkeypatch, *answers):
        self.commands, self.answers, self.made = [], list(answers), 0
        monkeypatch.setattr(set_up, "run", self.run)
        monkeypatch.setattr(set_up, "make_venv", self.make_venv)
        monkeypatch.setattr(set_up.subprocess, "run", self.index)
        self.versions = subprocess.CompletedProcess([], 0, b"torch (2.13.0+cpu)\n", b"")

    def run(self, command, root, hide_errors=False):
        self.commands.append(command)
        answer = self.answers.pop(0) if self.answers else (0, "")
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def index(self, command, **options):
        """What the usual index offers."""
        assert command[-3:] == ["index", "versions", "torch"]
        return self.versions

    def make_venv(self, root):
        self.made += 1
        shutil.rmtree(root / ".venv", ignore_errors=True)
        script(set_up.venv_python(root), "")


@pytest.mark.skipif(sys.platform == "win32", reason="a link takes rights of its own there")
def test_the_environment_that_a_link_leads_to_is_left_alone(tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    script(elsewhere / "bin" / "python", "")
    root = tmp_path / "project"
    root.mkdir()
    (root / ".venv").symlink_to(elsewhere)
    kept = []

    def venv(command, **options):
        kept.append((root / ".venv").is_symlink())
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr(set_up.subprocess, "run", venv)
    set_up.make_venv(root)
    assert kept == [False], "venv --clear empties what a link leads to"
    assert (elsewhere / "bin" / "python").exists()


FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
OFFLINE = (
    "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after "
    "connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection "
    "object>: Failed to establish a new connection: [Errno 111] Connection refused')': /numpy/\n"
    "ERROR: Could not find a version that satisfies the requirement numpy (from versions: none)"
    "\nERROR: No matching distribution found for numpy\n"
)


@pytest.fixture
def linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("TORCH_INDEX", raising=False)
    monkeypatch.setattr(sys, "stdin", StringIO())  # nobody is there


class TestSettingUp:
    def test_does_nothing_where_all_is_there(self, ready, monkeypatch):
        pip = Pip(monkeypatch)
        set_up.set_up(ready)
        assert (pip.made, pip.commands) == (0, [])

    def test_installs_the_project_at_the_pinned_versions_and_makes_its_kernel_known(
        self, project, monkeypatch
    ):
        pip = Pip(monkeypatch)
        set_up.set_up(project)
        assert pip.made == 1
        *_, installs, makes_known = pip.commands
        options = ["--no-compile", "-c", "constraints.txt"]
        assert installs[-6:] == ["install", *options, "-e", ".[test]"]
        assert makes_known[1:] == [
            *("-m", "ipykernel", "install", "--user"),
            *("--name", "makemore", "--display-name", "Python (makemore)"),
        ]
        assert set_up.state(project) == "ready"

    def test_takes_up_a_change_in_place(self, ready, monkeypatch):
        pip = Pip(monkeypatch)
        (ready / "constraints.txt").write_text("torch==2.13.0\n")
        set_up.set_up(ready)
        assert pip.made == 0
        assert pip.commands
        assert set_up.state(ready) == "ready"

    def test_starts_anew_after_it_was_killed(self, ready, monkeypatch):
        pip = Pip(monkeypatch)
        set_up.stamp_file(ready).unlink()
        (ready / ".venv" / "half-made").touch()
        set_up.set_up(ready)
        assert pip.made == 1
        assert not (ready / ".venv" / "half-made").exists()

    @pytest.mark.parametrize("end", [(1, OFFLINE), KeyboardInterrupt(), OSError(28, "full")])
    def test_leaves_nothing_half_made(self, project, monkeypatch, end):
        Pip(monkeypatch, end, end, end)
        with pytest.raises((set_up.SetUpError, KeyboardInterrupt, OSError)):
            set_up.set_up(project)
        assert not (project / ".venv").exists()
        Pip(monkeypatch)
        set_up.set_up(project)
        assert set_up.state(project) == "ready"

    def test_tries_a_failed_change_again(self, ready, monkeypatch):
        Pip(monkeypatch, *[(1, OFFLINE)] * 3)
        (ready / "constraints.txt").write_text("torch==2.13.0\n")
        with pytest.raises(set_up.SetUpError):
            set_up.set_up(ready)
        assert set_up.state(ready) == "outdated"

    @pytest.mark.usefixtures("linux")
    @pytest.mark.parametrize("before", [0, 1])
    def test_stops_at_a_full_disk(self, project, monkeypatch, before):
        pip = Pip(monkeypatch, *[(0, "")] * before, (1, FULL))
        with pytest.raises(set_up.SetUpError, match="disk is full"):
            set_up.set_up(project)
        assert len(pip.commands) == before + 1

    def test_ends_with_its_pip_when_it_is_told_to_end(self, project):
        """Otherwise the next set-up and that pip would write to one environment."""
        pip = ["/bin/sh", "-c", "echo works >&2; exec sleep 60"]
        program = (
            "import sys; sys.path.insert(0, 'tools'); import set_up\n"
            f"set_up.set_up = lambda: set_up.run({pip}, set_up.ROOT)\n"
            "sys.exit(set_up.main())"
        )
        told = subprocess.Popen(
            [sys.executable, "-c", program], cwd=project, stderr=subprocess.PIPE
        )
        assert told.stderr.readline() == b"works\n"
        told.send_signal(signal.SIGTERM)
        assert told.wait(10) == 130
        assert told.stderr.read() == b"", "the pip that had it open is gone, too"

    def test_says_that_pip_was_killed(self, project):
        status, said = set_up.run(["/bin/sh", "-c", "echo no >&2; kill -9 $$"], project)
        assert status < 0
        assert "memory" in set_up.explain(said, project)


@pytest.mark.usefixtures("linux")
class TestOnLinuxPyTorchIsForTheCPU:
    FAILS = ((0, ""), (1, OFFLINE))  # pip could be had, the small torch could not

    def test_and_comes_first(self, project, monkeypatch):
        pip = Pip(monkeypatch)
        set_up.install(project)
        own, torch, *_ = pip.commands
        assert own[-1] == "pip"
        assert "--index-url" not in own
        assert torch[torch.index("--index-url") + 1] == set_up.CPU_INDEX
        assert "--no-deps" in torch
        assert torch[-1] == "torch"

    def test_elsewhere_there_is_but_one(self, project, monkeypatch):
        pip = Pip(monkeypatch)
        monkeypatch.setattr(sys, "platform", "darwin")
        set_up.install(project)
        assert [command[-1] for command in pip.commands[:2]] == ["pip", ".[test]"]

    def test_from_a_mirror_that_is_named(self, project, monkeypatch):
        monkeypatch.setenv("TORCH_INDEX", "https://mirror.example/cpu")
        pip = Pip(monkeypatch)
        set_up.install(project)
        assert "https://mirror.example/cpu" in pip.commands[1]

    def test_or_from_the_usual_index_where_that_has_it(self, project, monkeypatch):
        pip = Pip(monkeypatch, *self.FAILS)
        set_up.set_up(project)
        assert ".[test]" in pip.commands[2]

    def test_and_where_it_cannot_be_had_nobody_gets_5_gb_unasked(
        self, project, monkeypatch, capsys
    ):
        pip = Pip(monkeypatch, *self.FAILS)
        pip.versions.stdout = b"torch (2.15.0)\nAvailable versions: 2.15.0, 2.13.0\n"
        with pytest.raises(set_up.SetUpError) as error:
            set_up.set_up(project)
        assert len(pip.commands) == 2
        said = capsys.readouterr().err
        assert f"could not be had from {set_up.CPU_INDEX}" in said
        assert "3 GB to download, and 5 GB on the disk" in said
        for way_on in ("TORCH_INDEX=https://", "TORCH_INDEX=usual"):
            assert way_on in str(error.value)
        assert_is_a_plain_sentence(str(error.value))

    @pytest.mark.parametrize(("answer", "goes_on"), [("y", True), ("", False), ("no", False)])
    def test_who_is_there_is_asked(self, project, monkeypatch, answer, goes_on):
        pip = Pip(monkeypatch, *self.FAILS)
        pip.versions.stdout = b"torch (2.13.0)\n"
        keyboard = StringIO(f"{answer}\n")
        keyboard.isatty = lambda: True
        monkeypatch.setattr(sys, "stdin", keyboard)
        if goes_on:
            set_up.set_up(project)
        else:
            with pytest.raises(set_up.SetUpError):
                set_up.set_up(project)
        assert (len(pip.commands) > 2) == goes_on

    def test_who_agrees_beforehand_is_not(self, project, monkeypatch):
        monkeypatch.setenv("TORCH_INDEX", "usual")
        pip = Pip(monkeypatch)
        set_up.set_up(project)
        assert [command[-1] for command in pip.commands[:2]] == ["pip", ".[test]"]

    def test_without_a_network_that_is_what_is_said(self, project, monkeypatch):
        pip = Pip(monkeypatch, (1, OFFLINE), (1, OFFLINE))
        pip.versions = subprocess.CompletedProcess([], 1, b"", OFFLINE.encode())
        with pytest.raises(set_up.SetUpError, match="could not be downloaded"):
            set_up.set_up(project)


class TestWhatWentWrongIsOnePlainSentence:
    @pytest.mark.parametrize(
        ("said", "names"),
        [
            (FULL, "disk is full"),
            ("OSError: [Errno 122] Disk quota exceeded", "disk is full"),
            (OFFLINE, "could not be downloaded"),
            ("ERROR: No matching distribution found for hatchling==1.33.0", "internet"),
            ("socket.gaierror: [Errno -3] Temporary failure in name resolution", "internet"),
            ("Error: [Errno 13] Permission denied: '/course/.venv'", "cannot be written"),
            ("Error: [Errno 30] Read-only file system: '/course/.venv'", "cannot be written"),
            (
                "The virtual environment was not created successfully because ensurepip is not "
                "available.  On Debian/Ubuntu systems, you need to install the python3-venv\n"
                "package using the following command.\n\n    apt install python3.11-venv\n",
                "sudo apt install python{}.{}-venv".format(*sys.version_info[:2]),
            ),
            ("ERROR: No matching distribution found for torch==2.13.0", "64-bit"),
            ("error: subprocess-exited-with-error", "lines above"),
            ("", "lines above"),
        ],
    )
    def test_by_what_pip_or_venv_said(self, said, names):
        sentence = set_up.explain(said)
        assert names in sentence
        assert_is_a_plain_sentence(sentence)

    def test_by_the_disk_when_the_program_could_not_say_so(self, monkeypatch):
        monkeypatch.setattr(set_up, "free_megabytes", lambda folder: 3.0)
        said = "Error: Command '['python', '-m', 'ensurepip']' returned non-zero exit status 1."
        assert "disk is full" in set_up.explain(said)

    def test_also_for_what_nobody_thought_of(self, monkeypatch, capsys):
        monkeypatch.setattr(set_up, "set_up", lambda: 1 / 0)
        assert set_up.main() == 1
        assert_is_a_plain_sentence(capsys.readouterr().err.rstrip("\n").split("\n")[-1])


class TestAWrongPython:
    @pytest.mark.parametrize("version", [(3, 10, 2), (3, 7, 9), (3, 15, 0), (4, 0, 0)])
    @pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
    def test_is_told_so_and_how_to_get_another(self, monkeypatch, version, system):
        monkeypatch.setattr(sys, "platform", system)
        with pytest.raises(set_up.SetUpError) as error:
            set_up.check_python(version)
        assert f"3.11 to 3.14, and this is Python {version[0]}.{version[1]}:" in str(error.value)
        way = "from python.org" if system == "win32" else "uv python install"
        assert way in str(error.value)
        assert "apt" not in str(error.value), "not every Linux has it, nor what is needed"
        assert_is_a_plain_sentence(str(error.value))

    @pytest.mark.parametrize("version", PYTHONS)
    def test_is_none_of_those_that_the_course_is_for(self, version):
        set_up.check_python((*version, 0))

    def test_can_read_what_tells_it(self):
        ast.parse((ROOT / "tools" / "set_up.py").read_text(), feature_version=(3, 7))

    @pytest.mark.parametrize("named", ["wrong", "absent"])
    def test_named_to_make(self, project, tmp_path, named):
        script(tmp_path / "wrong", "#!/bin/sh\nexit 1\n")
        result = make(project, "lab", f"PYTHON={tmp_path / named}")
        assert result.returncode != 0
        assert str(tmp_path / named) in last_line(result)
        assert_is_a_plain_sentence(last_line(result))
        assert not (project / ".venv").exists()

    def test_and_no_python_at_all(self, project, tmp_path):
        result = make(project, "test", PATH=str(tmp_path))
        assert result.returncode != 0
        assert last_line(result).startswith("There is no Python 3.11 to 3.14 on this computer: uv")
        assert_is_a_plain_sentence(last_line(result))


def stand_in(path, version, complete=True):
    """A Python that says it is of this version, and may lack ensurepip as Debian's does."""
    fits = 0 if set_up.OLDEST <= version <= set_up.NEWEST else 1
    script(
        path,
        f"""#!/bin/sh
        case "$2" in
            *ensurepip*) exit {fits if complete else 1} ;;
            *version_info*) exit {fits} ;;
        esac
        echo "Set up with Python {version[0]}.{version[1]} again." >&2
        exit 1
        """.replace("\n        ", "\n"),
    )


class TestTheRightPythonIsFound:
    @staticmethod
    def chosen(project, path):
        return last_line(make(project, "lab", PATH=str(path)))

    @pytest.mark.parametrize("version", PYTHONS)
    @pytest.mark.parametrize("name", ["python3", "python3.{1}"])
    def test_where_there_is_but_one(self, project, tmp_path, version, name):
        stand_in(tmp_path / name.format(*version), version)
        said = f"Set up with Python 3.{version[1]} again."
        assert self.chosen(project, tmp_path) == said

    def test_past_one_that_does_not_start_and_one_that_is_too_old(self, project, tmp_path):
        script(tmp_path / "python3.11", "#!/bin/sh\nexit 127\n")  # as some version managers do
        stand_in(tmp_path / "python3", (3, 10))
        stand_in(tmp_path / "python3.13", (3, 13))
        assert (
            last_line(make(project, "lab", PATH=str(tmp_path))) == "Set up with Python 3.13 again."
        )

    def test_past_one_that_cannot_make_an_environment(self, project, tmp_path):
        stand_in(tmp_path / "python3", (3, 13), complete=False)
        stand_in(tmp_path / "python3.12", (3, 12))
        assert (
            last_line(make(project, "lab", PATH=str(tmp_path))) == "Set up with Python 3.12 again."
        )

    def test_but_that_one_is_asked_where_there_is_no_other(self, project, tmp_path):
        stand_in(tmp_path / "python3", (3, 13), complete=False)
        assert (
            last_line(make(project, "lab", PATH=str(tmp_path))) == "Set up with Python 3.13 again."
        )


class TestBeforeAnythingIsDownloaded:
    @pytest.mark.parametrize(("machine", "refused"), [("x86_64", True), ("arm64", False)])
    def test_a_mac_is_asked_for_its_processor(self, monkeypatch, machine, refused):
        monkeypatch.setattr(sys, "platform", "darwin")
        monkeypatch.setattr(platform, "machine", lambda: machine)
        assert self.refusal(ROOT).startswith("PyTorch has no build") == refused

    @pytest.mark.parametrize(
        ("length", "allowed", "refused"),
        [(53, False, False), (54, False, True), (54, True, False)],
    )
    def test_windows_is_asked_whether_it_takes_long_paths(
        self, monkeypatch, length, allowed, refused
    ):
        monkeypatch.setattr(sys, "platform", "win32")
        monkeypatch.setattr(set_up, "has_long_paths", lambda: allowed)
        said = self.refusal("C:" + "x" * (length - 2))
        assert said.startswith("Windows allows paths of 260 characters") == refused
        if refused:
            assert_is_a_plain_sentence(said)

    def test_which_no_path_of_ours_exceeds(self):
        below = Path(sys.prefix)
        lengths = [len(str(path.relative_to(below))) for path in below.rglob("*")]
        assert max(lengths) + len(".venv/") <= set_up.LONGEST

    def test_a_32_bit_python_is_no_use(self, monkeypatch):
        monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
        assert self.refusal(ROOT).startswith("This is a 32-bit Python")

    def test_conda_and_plain_pip_hear_the_same_from_the_project_itself(self, monkeypatch):
        """hatchling, which pip asks first of all, runs this hook."""
        build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]
        assert build["metadata"]["hooks"]["custom"] == {"path": "tools/metadata_hook.py"}
        interface = "hatchling.metadata.plugin.interface"
        for name in (interface, "set_up"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        sys.modules[interface].MetadataHookInterface = object
        del sys.modules["set_up"]
        hook = load_tool("metadata_hook").Check()
        hook.root = str(ROOT)
        hook.update({})
        monkeypatch.setattr(sys, "platform", "darwin")
        monkeypatch.setattr(platform, "machine", lambda: "x86_64")
        with pytest.raises(SystemExit, match="PyTorch has no build for a Python for Intel Macs"):
            hook.update({})

    @staticmethod
    def refusal(root):
        try:
            set_up.check_computer(root)
        except set_up.SetUpError as error:
            return str(error)
        return ""


class TestMake:
    def test_ends_with_the_sentence_and_adds_nothing_to_it(self, project):
        (project / "tools" / "set_up.py").write_text("import sys; sys.exit('Do it again.')")
        result = make(project, "lab", "test")
        assert (result.stdout, result.stderr) == ("", "Do it again.\n")
        assert result.returncode != 0

    @pytest.mark.parametrize("arguments", [[], ["help"], ["-n", "lab"], ["-npq", "lab"]])
    def test_only_looks_when_only_asked(self, project, arguments):
        make(project, *arguments)
        assert not (project / ".venv").exists()

    def test_starts_at_once_when_all_is_there(self, ready):
        (ready / "benchmarks" / "side_by_side.py").write_text("print('measured')")
        start = time.monotonic()
        result = make(ready, "bench")
        assert time.monotonic() - start < 1
        assert (result.returncode, result.stdout, result.stderr) == (0, "measured\n", "")

    def test_lets_python_keep_what_it_compiles(self, ready):
        """Otherwise every kernel that starts compiles PyTorch anew: pip has not done it."""
        program = "import sys; print(sys.dont_write_bytecode)"
        (ready / "benchmarks" / "side_by_side.py").write_text(program)
        assert make(ready, "bench", PYTHONDONTWRITEBYTECODE="1").stdout == "False\n"

    @pytest.mark.parametrize(
        ("command", "file"),
        [
            ("lab", "tools/lab.py"),
            ("refresh", "tools/refresh.py"),
            ("bench", "benchmarks/side_by_side.py"),
            ("losses", "benchmarks/loss_table.py"),
            ("portable", "tools/portable.py"),
            ("faults", "tools/faults.py"),
            ("mutants", "tools/mutants.py"),
            ("upgrade", "tools/upgrade.py"),
        ],
    )
    def test_each_command_runs_its_file_and_fails_with_it(self, ready, command, file):
        assert (ROOT / file).is_file()
        (ready / file).write_text("raise SystemExit('it was run')")
        result = make(ready, command)
        assert result.returncode != 0
        assert "it was run" in result.stderr
        assert f"make {command} " in make(ready, "help").stdout

    def test_refresh_hands_on_the_notebook_that_is_named(self, ready):
        (ready / "tools" / "refresh.py").write_text("import sys\nprint(sys.argv[1:])")
        assert make(ready, "refresh").stdout == "[]\n"
        assert make(ready, "refresh", "NOTEBOOK=one.ipynb").stdout == "['one.ipynb']\n"

    def test_test_hands_its_arguments_to_pytest(self, ready):
        result = make(ready, "test", "ARGS=--version")
        assert f"pytest {importlib.metadata.version('pytest')}" in result.stdout + result.stderr

    def test_without_a_network(self, project):
        unreachable = "http://127.0.0.1:9/"
        settings = {"PIP_INDEX_URL": unreachable, "HTTP_PROXY": "", "HTTPS_PROXY": unreachable}
        settings |= {"PIP_FIND_LINKS": "", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
        settings |= {"NO_PROXY": "127.0.0.1", "PIP_EXTRA_INDEX_URL": ""}
        result = make(project, "lab", **settings)
        assert result.returncode != 0
        assert "could not be downloaded" in last_line(result)
        assert_is_a_plain_sentence(last_line(result))
        assert not (project / ".venv").exists()


def pins():
    """From each canonical name to the version that constraints.txt pins for every Python."""
    return my_environment((ROOT / "constraints.txt").read_text())


def of_cuda(name):
    """Whether it comes with a torch that who set this up has agreed to."""
    return name.startswith(("cuda-", "nvidia-", "triton"))


def needed():
    """Every distribution that the project with its test extra needs here, by canonical name."""
    found, waiting = set(), [("makemore-lessons", ("", "test"))]
    while waiting:
        name, extras = waiting.pop()
        for line in importlib.metadata.requires(name) or []:
            requirement = Requirement(line)
            marker = requirement.marker
            if marker and not any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                continue
            one = (canonicalize_name(requirement.name), tuple(sorted(requirement.extras)))
            if one not in found:
                found.add(one)
                waiting.append(one)
    return {name for name, _ in found}


class TestTheEnvironmentIsOne:
    """pyproject.toml, constraints.txt, environment.yml and what is installed agree."""

    def test_everything_needed_is_installed_at_its_pin(self):
        here = {name for name in needed() if not of_cuda(name)}
        installed = {name: importlib.metadata.version(name).partition("+")[0] for name in here}
        pinned = pins()
        assert installed == {name: pinned.get(name) for name in installed}

    def test_nothing_is_pinned_that_is_not_needed(self):
        elsewhere = {"pywinpty", "appnope", "colorama", "pexpect", "ptyprocess", "overrides"}
        assert set(pins()) - needed() <= elsewhere

    @pytest.mark.skipif(
        Path(sys.prefix) != ROOT / ".venv",
        reason="another environment may hold more: make test looks into .venv",
    )
    def test_nothing_else_is_installed(self):
        installed = {
            canonicalize_name(one.metadata["Name"]): one.version.partition("+")[0]
            for one in importlib.metadata.distributions()
            if not of_cuda(canonicalize_name(one.metadata["Name"]))
        }
        del installed["makemore-lessons"]
        assert installed.items() <= pins().items()

    def test_torch_is_pinned_alike_in_both_files(self):
        (torch,) = [line for line in PROJECT["dependencies"] if line.startswith("torch")]
        assert torch == f"torch=={pins()['torch']}"

    def test_what_the_project_names_is_what_is_installed(self):
        named = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
        installed = [Requirement(line) for line in importlib.metadata.requires("makemore-lessons")]
        assert {canonicalize_name(Requirement(line).name) for line in named} == {
            canonicalize_name(requirement.name) for requirement in installed
        }

    def test_every_place_names_the_same_pythons(self):
        wanted = {f"3.{minor}" for minor in range(30)} & {"{}.{}".format(*v) for v in PYTHONS}
        for specifier in (PROJECT["requires-python"], conda()["dependencies"][0][len("python") :]):
            found = SpecifierSet(specifier)
            assert {f"3.{minor}" for minor in range(30) if f"3.{minor}" in found} == wanted
        environment = importlib.import_module("helpers.aid.environment")
        for module in (set_up, environment):
            assert (PYTHONS[0], PYTHONS[-1]) == (module.OLDEST, module.NEWEST)
        assert "(3, 11) <= sys.version_info[:2] <= (3, 14)" in (ROOT / "Makefile").read_text()
        assert "Python 3.11 to 3.14" in (ROOT / "README.md").read_text()

    def test_no_pin_serves_but_some_of_the_pythons(self):
        assert [name for name, version in pins().items() if "," in version] == []


def conda():
    return yaml.safe_load((ROOT / "environment.yml").read_text())


class TestEnvironmentYml:
    def test_takes_python_and_pip_alone_from_conda_forge(self):
        assert conda()["name"] == "makemore"
        assert conda()["channels"] == ["conda-forge", "nodefaults"]
        names = [item for item in conda()["dependencies"] if isinstance(item, str)]
        assert [re.match(r"\w+", name)[0] for name in names] == ["python", "pip"]

    def test_installs_what_make_installs(self):
        (section,) = [item for item in conda()["dependencies"] if isinstance(item, dict)]
        pip = dict(line.split(" ", 1) for line in section["pip"])
        assert pip["-c"] == "constraints.txt"
        assert pip["-e"] == ".[test]"
        assert pip["--extra-index-url"] == set_up.CPU_INDEX
        assert len(pip) == 3
        # conda and repo2docker run pip where the file is: these paths must lead somewhere.
        assert (ROOT / pip["-c"]).is_file()


class TestContinuousIntegration:
    def test_runs_the_readmes_test_command(self):
        file = ROOT / ".ci" / "run"
        assert os.access(file, os.X_OK)
        assert file.read_text().rstrip().split("\n")[-2:] == ["", "make test"]
        subprocess.run(["bash", "-n", str(file)], check=True)
