"""The set-up: two commands, one environment, and one plain sentence when it fails."""

import ast
import http.client
import importlib.metadata
import ipaddress
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

import psutil
import pytest
import yaml
from jupyterlab_server.settings_utils import get_settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from shared.scripts import load_tool

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
NOTIFICATIONS = "@jupyterlab/apputils-extension:notification"
WEBSOCKET = {  # the headers that ask for one
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "bWFrZW1vcmUgbGVzc29ucw==",
}

set_up = load_tool("set_up")
lab = load_tool("lab")


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
    assert re.search(r"again\.$|PYTHON=/path/to/python3\.11$", text), text


class TestTheStampTells:
    def test_that_all_is_there(self, ready):
        assert set_up.state(ready) == "ready"

    @pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
    def test_that_what_is_installed_changed(self, ready, name):
        (ready / name).write_text((ready / name).read_text() + "\n# changed\n")
        assert set_up.state(ready) == "outdated"

    def test_that_a_set_up_was_killed_halfway(self, ready):
        set_up.stamp_file(ready).unlink()
        assert set_up.state(ready) == "missing"

    def test_that_the_folder_was_moved_or_copied(self, ready):
        moved = ready.rename(ready.with_name("moved"))
        assert set_up.state(moved) == "missing"

    def test_that_its_python_is_gone(self, ready):
        set_up.venv_python(ready).unlink()
        assert set_up.state(ready) == "missing"

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"nonsense"])
    def test_nothing_when_it_is_spoilt(self, ready, content):
        set_up.stamp_file(ready).write_bytes(content)
        assert set_up.state(ready) == "missing"


class Pip:
    """Stands for the environment's pip: notes its commands, answers as it is told to."""

    def __init__(self, monkeypatch, *answers):
        self.commands, self.answers, self.made = [], list(answers), 0
        monkeypatch.setattr(set_up, "run", self.run)
        monkeypatch.setattr(set_up, "make_venv", self.make_venv)

    def run(self, command, root, hide_errors=False):
        self.commands.append(command)
        answer = self.answers.pop(0) if self.answers else (0, "")
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def make_venv(self, root):
        self.made += 1
        shutil.rmtree(root / ".venv", ignore_errors=True)
        script(set_up.venv_python(root), "")


FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
OFFLINE = (
    "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after "
    "connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection "
    "object>: Failed to establish a new connection: [Errno 111] Connection refused')': /numpy/\n"
    "ERROR: Could not find a version that satisfies the requirement numpy (from versions: none)"
    "\nERROR: No matching distribution found for numpy\n"
)


class TestSettingUp:
    def test_does_nothing_where_all_is_there(self, ready, monkeypatch):
        pip = Pip(monkeypatch)
        set_up.set_up(ready)
        assert (pip.made, pip.commands) == (0, [])

    def test_installs_the_project_at_the_pinned_versions(self, project, monkeypatch):
        pip = Pip(monkeypatch)
        set_up.set_up(project)
        assert pip.made == 1
        options = ["--no-compile", "-c", "constraints.txt"]
        assert pip.commands[-1][-6:] == ["install", *options, "-e", ".[test]"]
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

    def test_on_linux_takes_pip_and_torch_for_the_cpu_first(self, project, monkeypatch):
        pip = Pip(monkeypatch)
        monkeypatch.setattr(sys, "platform", "linux")
        set_up.install(project)
        own, torch, _ = pip.commands
        assert own[-1] == "pip"
        assert "--index-url" not in own
        assert torch[torch.index("--index-url") + 1] == set_up.CPU_INDEX
        assert "--no-deps" in torch
        assert torch[-1] == "torch"

    def test_elsewhere_there_is_but_one_torch(self, project, monkeypatch):
        pip = Pip(monkeypatch)
        monkeypatch.setattr(sys, "platform", "darwin")
        set_up.install(project)
        assert [command[-1] for command in pip.commands] == ["pip", ".[test]"]

    def test_goes_on_where_these_cannot_be_reached(self, project, monkeypatch):
        pip = Pip(monkeypatch, (1, OFFLINE), (1, OFFLINE), (0, ""))
        monkeypatch.setattr(sys, "platform", "linux")
        set_up.set_up(project)
        assert len(pip.commands) == 3

    @pytest.mark.parametrize("before", [0, 1])
    def test_stops_at_a_full_disk(self, project, monkeypatch, before):
        pip = Pip(monkeypatch, *[(0, "")] * before, (1, FULL))
        monkeypatch.setattr(sys, "platform", "linux")
        with pytest.raises(set_up.SetUpError, match="disk is full"):
            set_up.set_up(project)
        assert len(pip.commands) == before + 1

    def test_waits_for_the_pip_of_a_set_up_that_was_killed(self, project):
        """Otherwise both would write to the environment at once."""
        pip = ["/bin/sh", "-c", "echo works >&2; sleep 2; touch done"]
        program = (
            "import sys; sys.path.insert(0, 'tools'); import set_up\n"
            f"with set_up.alone(set_up.ROOT): set_up.run({pip}, set_up.ROOT)"
        )
        killed = subprocess.Popen(
            [sys.executable, "-c", program], cwd=project, stderr=subprocess.PIPE
        )
        assert killed.stderr.readline() == b"works\n"
        killed.kill()
        killed.wait()
        with set_up.alone(project):
            assert (project / "done").exists()

    def test_says_that_pip_was_killed(self, project):
        status, said = set_up.run(["/bin/sh", "-c", "echo no >&2; kill -9 $$"], project)
        assert status < 0
        assert "memory" in set_up.explain(said, project)


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
                "sudo apt install python3.11-venv",
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
    @pytest.mark.parametrize("version", [(3, 10, 2), (3, 12, 0), (3, 7, 9), (4, 0, 0)])
    def test_is_told_so(self, version):
        with pytest.raises(set_up.SetUpError) as error:
            set_up.check_python(version)
        assert f"this is Python {version[0]}.{version[1]}:" in str(error.value)
        assert_is_a_plain_sentence(str(error.value))

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
        assert last_line(result).startswith("There is no Python 3.11 on this computer:")
        assert_is_a_plain_sentence(last_line(result))

    def test_is_passed_over_for_a_right_one(self, project, tmp_path):
        (project / "tools" / "set_up.py").write_text("import sys; sys.exit('The right one again.')")
        script(tmp_path / "python3.11", "#!/bin/sh\nexit 127\n")  # as some version managers do
        script(tmp_path / "python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        assert last_line(make(project, "lab", PATH=str(tmp_path))) == "The right one again."


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


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """JupyterLab as `make lab` starts it, for a new user without a display; its output as text.

    The port that it would like is taken.
    """
    home = tmp_path_factory.mktemp("home")
    without = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "JUPYTER_CONFIG_DIR", "JUPYTER_TOKEN")
    environment = {name: value for name, value in os.environ.items() if name not in without}
    taken = socket.socket()
    try:
        taken.bind(("127.0.0.1", 8888))
        taken.listen()
    except OSError:
        pass  # somebody else has it, which is as good
    output = home / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "tools" / "lab.py")],
            cwd=home,
            env={**environment, "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + 60
        while "token=" not in output.read_text() and time.monotonic() < deadline:
            assert process.poll() is None, output.read_text()
            time.sleep(0.2)
        time.sleep(3)  # whatever else it prints on starting
        yield process, output.read_text()
    finally:
        process.terminate()
        process.wait(30)
        taken.close()


@dataclass
class Visitor:
    """Somebody on this computer who asks that JupyterLab for something, in HTTP."""

    port: int
    token: str

    def asks(
        self, path: str, headers: dict[str, str] | None = None, method: str = "GET"
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, "{}" if method == "POST" else None, headers or {})
            answer = connection.getresponse()
            if answer.status != 101:  # a websocket stays open
                answer.body = answer.read()
            return answer
        finally:
            connection.close()

    def status(self, *request, **more) -> int:
        return self.asks(*request, **more).status

    @property
    def shown(self) -> dict[str, str]:
        """The headers of who shows the token."""
        return {"Authorization": f"token {self.token}"}

    def kernels(self) -> list[str]:
        """The ids of the kernels that run."""
        return [each["id"] for each in json.loads(self.asks("/api/kernels", self.shown).body)]

    def logged_in(self) -> dict[str, str]:
        """The cookies of a browser that has followed the link, as headers."""
        answer = self.asks(f"/lab?token={self.token}")
        cookies = SimpleCookie()
        for header in answer.headers.get_all("Set-Cookie"):
            cookies.load(header)
        return {"Cookie": "; ".join(f"{name}={each.value}" for name, each in cookies.items())}


@pytest.fixture(scope="module")
def visitor(served):
    _, output = served
    port, token = re.search(r"http://127\.0\.0\.1:(\d+)/\S+\?token=(\w+)", output).groups()
    return Visitor(int(port), token)


@pytest.fixture(scope="module")
def channels(visitor):
    """The path of the websocket on which a kernel is told what to run."""
    made = visitor.asks("/api/kernels", visitor.shown, "POST")
    assert made.status == 201, "who shows the token may start a kernel"
    path = f"/api/kernels/{json.loads(made.body)['id']}"
    yield f"{path}/channels"
    assert visitor.status(path, visitor.shown, "DELETE") == 204


class TestLab:
    def test_serves_the_first_lesson_to_this_computer_alone(self, served):
        process, output = served
        link = output.rstrip().split("\n")[-1].strip()  # the last thing printed
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/lab/tree/\S+)\?token=\w{32,}", link)
        assert found, output
        assert found[1] != "8888"
        assert found[2] == "/lab/tree/notebooks/00_start_here.ipynb"
        assert urllib.request.urlopen(link).status == 200
        listening = [
            c for c in psutil.Process(process.pid).net_connections() if c.status == "LISTEN"
        ]
        assert {c.laddr.ip for c in listening} <= {"127.0.0.1", "::1"}

        lesson = link.replace("/lab/tree/", "/api/contents/")
        assert json.load(urllib.request.urlopen(lesson))["type"] == "notebook"
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(lesson.partition("?")[0])

    def test_answers_at_no_other_address_of_this_computer(self, visitor):
        socket.create_connection(("127.0.0.1", visitor.port), timeout=5).close()
        others = [
            address.address
            for addresses in psutil.net_if_addrs().values()
            for address in addresses
            if address.family in (socket.AF_INET, socket.AF_INET6)
            and not ipaddress.ip_address(address.address).is_loopback
        ]
        for address in others:  # maybe none; the test above knows all that it listens at
            with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
                socket.create_connection((address, visitor.port), timeout=5).close()

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/api/contents/"),
            ("GET", "/api/contents/notebooks/00_start_here.ipynb"),
            ("GET", "/files/names.txt"),
            ("GET", "/api/kernels"),
            ("POST", "/api/kernels"),
            ("POST", "/api/terminals"),
        ],
    )
    def test_wants_its_token_whatever_is_asked(self, visitor, method, path):
        wrong = {"Authorization": f"token {'0' * len(visitor.token)}"}
        for asked, headers in ((path, {}), (path, wrong), (f"{path}?token=wrong", {})):
            answer = visitor.asks(asked, headers, method)
            to_log_in = answer.status == 302 and answer.headers["Location"].startswith("/login")
            assert answer.status == 403 or to_log_in
        if method == "GET":
            assert visitor.status(path, visitor.shown) == 200

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong"}])
    def test_lets_nobody_talk_to_a_kernel_without_the_token(self, visitor, channels, headers):
        assert visitor.status(channels, WEBSOCKET | headers) == 403
        assert visitor.status(channels, WEBSOCKET | visitor.shown) == 101

    @pytest.mark.parametrize("host", ["evil.example", "evil.example:8888", "192.0.2.1"])
    def test_refuses_a_name_that_leads_here_from_elsewhere(self, visitor, host):
        """DNS rebinding: a foreign page asks its own server, whose name now means this computer."""
        for path in ("/api/contents/", "/lab"):
            assert visitor.status(path, visitor.shown | {"Host": host}) == 403
            for own in ("127.0.0.1", "localhost"):
                headers = visitor.shown | {"Host": f"{own}:{visitor.port}"}
                assert visitor.status(path, headers) == 200

    def test_a_page_from_elsewhere_cannot_use_the_browser_of_who_is_logged_in(
        self, visitor, channels
    ):
        cookies = visitor.logged_in()
        own = {"Origin": f"http://127.0.0.1:{visitor.port}"}
        foreign = {"Origin": "http://evil.example"}
        assert visitor.status("/api/contents/", cookies) == 200
        assert visitor.status("/api/contents/", cookies | foreign) == 404

        (mark,) = re.findall(r"_xsrf=([^;]+)", cookies["Cookie"])
        marked = {"X-XSRFToken": mark}  # which a page from elsewhere has no way to read
        made = visitor.asks("/api/kernels", cookies | own | marked, "POST")
        assert made.status == 201
        path = f"/api/kernels/{json.loads(made.body)['id']}"
        assert visitor.status(path, visitor.shown, "DELETE") == 204
        before = visitor.kernels()
        assert visitor.status("/api/kernels", cookies | own, "POST") == 403
        assert visitor.status("/api/kernels", cookies | foreign, "POST") == 404
        assert visitor.status("/api/kernels", cookies | foreign | marked, "POST") == 404
        assert visitor.kernels() == before, "none was started"

        assert visitor.status(channels, WEBSOCKET | cookies | own) == 101
        assert visitor.status(channels, WEBSOCKET | cookies | foreign) == 403

    @pytest.mark.parametrize(
        ("platform", "environment", "option"),
        [
            ("linux", {}, "--no-browser"),
            ("linux", {"BROWSER": "open-it"}, "--ServerApp.use_redirect_file=False"),
            ("linux", {"DISPLAY": ":0"}, None),
            ("linux", {"WAYLAND_DISPLAY": "wayland-0", "BROWSER": "firefox"}, None),
            ("darwin", {}, None),
            ("win32", {}, None),
        ],
    )
    def test_opens_the_browser_that_there_is(self, monkeypatch, platform, environment, option):
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(Path, "exists", lambda path: False)  # no /snap/bin
        assert lab.about_the_browser() == ([option] if option else [])

    def test_gives_a_browser_in_a_snap_the_link_itself(self, monkeypatch):
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(Path, "exists", lambda path: str(path) == "/snap/bin")
        assert lab.about_the_browser() == ["--ServerApp.use_redirect_file=False"]

    @pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
    def test_lets_root_in_only_where_the_learner_is_root(self, monkeypatch, user, allowed):
        monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
        assert ("--allow-root" in lab.arguments([])) == allowed

    def test_lets_a_learner_choose_otherwise(self):
        assert lab.arguments(["--port", "9000"])[-2:] == ["--port", "9000"]


class TestNoPopUpGreetsTheLearner:
    @pytest.fixture
    def settings(self, tmp_path, monkeypatch):
        """Read JupyterLab's settings as its server does, for a user with the given file."""
        monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
        share = Path(sys.prefix) / "share" / "jupyter" / "lab"

        def read(own=None):
            extension, _, plugin = NOTIFICATIONS.partition(":")
            file = tmp_path / "user" / extension / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            if own:
                file.write_text(json.dumps(own))
            found, _ = get_settings(
                str(share / "settings"),
                str(share / "schemas"),
                str(tmp_path / "user"),
                schema_name=NOTIFICATIONS,
            )
            defaults = found["schema"]["properties"]
            return {name: defaults[name]["default"] for name in defaults} | found["settings"]

        return read

    def test_news_and_updates_are_off(self, settings):
        assert settings()["fetchNews"] == "false"
        assert settings()["checkForUpdates"] is False

    def test_and_a_users_own_choice_still_wins(self, settings):
        own = settings({"fetchNews": "true", "checkForUpdates": True})
        assert own["fetchNews"] == "true"
        assert own["checkForUpdates"] is True


def pins():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in found}


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
        installed = {name: importlib.metadata.version(name).partition("+")[0] for name in needed()}
        pinned = pins()
        assert installed == {name: pinned.get(name) for name in installed}

    def test_nothing_is_pinned_that_is_not_needed(self):
        elsewhere = {"pywinpty", "appnope", "colorama", "pexpect", "ptyprocess"}  # by system
        assert set(pins()) - needed() <= elsewhere

    @pytest.mark.skipif(
        Path(sys.prefix) != ROOT / ".venv",
        reason="another environment may hold more: make test looks into .venv",
    )
    def test_nothing_else_is_installed(self):
        installed = {
            canonicalize_name(one.metadata["Name"]): one.version.partition("+")[0]
            for one in importlib.metadata.distributions()
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


@pytest.fixture(scope="module")
def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text())


class TestEnvironmentYml:
    def test_takes_python_and_pip_alone_from_conda_forge(self, environment):
        assert environment["name"] == "makemore"
        assert environment["channels"] == ["conda-forge", "nodefaults"]
        names = [item for item in environment["dependencies"] if isinstance(item, str)]
        assert [name.partition("=")[0] for name in names] == ["python", "pip"]

    def test_names_the_python_that_the_project_requires(self, environment):
        version = environment["dependencies"][0].partition("=")[2]
        low, high = version, f"3.{int(version.split('.')[1]) + 1}"
        assert PROJECT["requires-python"] == f">={low},<{high}"

    def test_installs_what_make_installs(self, environment):
        (section,) = [item for item in environment["dependencies"] if isinstance(item, dict)]
        pip = dict(line.split(" ", 1) for line in section["pip"])
        assert pip["-c"] == "constraints.txt"
        assert pip["-e"] == ".[test]"
        assert pip["--extra-index-url"] == set_up.CPU_INDEX
        assert len(pip) == 3
        # conda and repo2docker run pip where the file is: these paths must lead somewhere.
        assert (ROOT / pip["-c"]).is_file()
        assert "test" in PROJECT["optional-dependencies"]


class TestContinuousIntegration:
    def test_runs_the_readmes_test_command_and_the_notebooks_as_on_other_processors(self):
        file = ROOT / ".ci" / "run"
        assert os.access(file, os.X_OK)
        assert file.read_text().rstrip().split("\n")[-2:] == ["make test", "make portable"]
        subprocess.run(["bash", "-n", str(file)], check=True)
