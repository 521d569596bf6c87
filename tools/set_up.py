"""Make `.venv` and install the project in it, at the versions that constraints.txt names.

`make lab` and `make test` run this first; without make, run it yourself. Run again, it sees from a
stamp in `.venv` that nothing changed, and returns at once. Whatever goes wrong, the last line
printed is one plain sentence that says what is wrong and what to do, and nothing half-made is left
that could break the next try.

Standard library only, and readable by every Python from 3.7 on: so a wrong Python gets a sentence
too, and not a traceback.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST, NEWEST = (3, 11), (3, 14)
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
USUAL = "usual"  # TORCH_INDEX=usual agrees to the torch of pip's own index, whatever its size
KERNEL = "Python (makemore)"
LONGEST = 206  # characters from the project's folder to the end of the longest path in .venv
AGAIN = "and run the same command again."
SIGNS_OF = {
    "full disk": ("No space left on device", "Disk quota exceeded", "not enough space on the disk"),
    "read-only": ("Permission denied", "Read-only file system"),
    "no venv": ("ensurepip is not available", "No module named venv", "No module named ensurepip"),
    "no network": (
        "Failed to establish a new connection",
        "Connection refused",
        "Connection reset",
        "connection broken",
        "Name or service not known",
        "name resolution",
        "getaddrinfo failed",
        "nodename nor servname",
        "Network is unreachable",
        "NameResolutionError",
        "ProxyError",
        "SSLError",
        "timed out",
        # The first package that is asked for, and one for every computer.
        "No matching distribution found for hatchling",
    ),
    "no wheel": ("No matching distribution found",),
    "killed": ("killed by signal",),
}


class SetUpError(Exception):
    """What is wrong and what to do, in one plain sentence."""


def sign_in(text: str) -> str:
    """Name what went wrong by the words for it in `text`: a key of `SIGNS_OF`, or ""."""
    for sign, words in SIGNS_OF.items():
        if any(word in text for word in words):
            return sign
    return ""


def explain(text: str, root: Path = ROOT) -> str:
    """Turn what venv or pip said into one plain sentence: what is wrong, and what to do.

    `text` is their error output. A full disk can keep a program from saying so, so free space is
    looked at as well.
    """
    sign = sign_in(text)
    if sign == "full disk" or min(free_megabytes(root), free_megabytes(tempfile.gettempdir())) < 20:
        return (
            "The disk is full: the course needs about 2 GB in its folder, and some room for "
            f"downloads in {tempfile.gettempdir()}; make room, {AGAIN}"
        )
    if sign == "read-only":
        return (
            f"Something in {root} cannot be written: move the project to a folder of your own "
            f"(or give yourself the right to write there), {AGAIN}"
        )
    if sign == "no venv":
        return (
            "This Python lacks its venv module: install it (on Debian and Ubuntu: sudo apt install "
            f"python{sys.version_info[0]}.{sys.version_info[1]}-venv), {AGAIN}"
        )
    if sign == "no network":
        return (
            "The packages could not be downloaded: check that this computer reaches the internet "
            f"(behind a proxy, that HTTPS_PROXY names it), {AGAIN}"
        )
    if sign == "no wheel":
        return (
            "A package has no version for this computer (the lines above name it): use a 64-bit "
            "Python 3.11 to 3.14 on Linux (with glibc 2.28 or later), on Windows or on a Mac with "
            f"Apple silicon, {AGAIN}"
        )
    if sign == "killed":
        return (
            "The installation was ended from outside (perhaps memory ran out): close other "
            f"programs, {AGAIN}"
        )
    return f"The set-up failed, and the lines above say where: mend that, {AGAIN}"


def free_megabytes(folder: Path | str) -> float:
    """Free space on the disk that holds `folder`, in MB; infinity where that cannot be told."""
    try:
        return shutil.disk_usage(folder).free / 1e6
    except OSError:
        return float("inf")


def check_computer(root: Path = ROOT) -> None:
    """Raise `SetUpError` where the course cannot be installed, before anything is downloaded."""
    check_python(sys.version_info[:2])
    if sys.maxsize < 2**32:
        raise SetUpError(f"This is a 32-bit Python: install a 64-bit one, {AGAIN}")
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise SetUpError(
            "PyTorch has no build for a Python for Intel Macs: on a Mac with Apple silicon, use a "
            "Python for that (python.org's is one); on an Intel Mac the course does not run, "
            "so open it on another computer or on a JupyterHub."
        )
    if sys.platform == "win32" and len(str(root)) + LONGEST >= 260 and not has_long_paths():
        raise SetUpError(
            f"Windows allows paths of 260 characters, and {root} leaves too few of them: move the "
            f"project to a folder with a short path, right below the drive, {AGAIN}"
        )


def check_python(version: tuple[int, ...]) -> None:
    """Raise `SetUpError` unless `version` is one that every pin in constraints.txt has."""
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        raise SetUpError(
            f"The course needs Python 3.11 to 3.14, and this is Python {version[0]}.{version[1]}: "
            + how_to_get_python()
        )


def how_to_get_python() -> str:
    """The end of a sentence that is true on this system. (The Makefile has the same words.)"""
    if sys.platform == "win32":
        return "install Python 3.13 from python.org, and name it: py -3.13 tools/set_up.py"
    return (
        "uv (https://docs.astral.sh/uv) brings one with uv python install 3.13, and then this uses "
        'it: make lab PYTHON="$(uv python find 3.13)"'
    )


def has_long_paths() -> bool:
    """Whether this Windows has been told to allow paths of more than 260 characters."""
    try:
        import winreg

        key = r"SYSTEM\CurrentControlSet\Control\FileSystem"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as folder:
            return bool(winreg.QueryValueEx(folder, "LongPathsEnabled")[0])
    except (ImportError, OSError):
        return False


def venv_python(root: Path) -> Path:
    """Where the environment's own Python is, on this system."""
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def stamp(root: Path) -> str:
    """What a complete environment of the project at `root` carries: its place, and a digest.

    The place, because an environment cannot be moved. The digest (SHA-256) is of the two files
    that say what is installed.
    """
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes())
    return f"{root}\n{digest.hexdigest()}\n"


def stamp_file(root: Path) -> Path:
    """Where the stamp is kept: in the environment, so that both go together."""
    return root / ".venv" / "set-up-complete"


def state(root: Path) -> str:
    """Tell how far the environment is: "ready", "outdated", or "missing".

    Missing is also what a killed set-up left, what belongs to another place (the folder was moved
    or copied), and what has lost the Python it was made with.
    """
    if not venv_python(root).exists():
        return "missing"
    try:
        found = stamp_file(root).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return "missing"
    if found == stamp(root):
        return "ready"
    return "outdated" if found.split("\n")[0] == str(root) else "missing"


def run(command: list[str], root: Path, hide_errors: bool = False) -> tuple[int, str]:
    """Run `command` in `root`; return its exit status and what it said on stderr.

    What it says is shown while it works. Only stderr passes through here: so pip still sees a
    terminal on stdout, and draws its progress bar.
    """
    settings = {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    process = subprocess.Popen(
        command,
        cwd=str(root),
        env={**os.environ, **settings},
        close_fds=False,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        stderr=subprocess.PIPE,
    )
    said = []
    try:
        for raw in process.stderr:
            line = raw.decode("utf-8", "replace")
            said.append(line)
            if not hide_errors:
                say(line.rstrip("\n"))
        status = process.wait()
        if status < 0:
            said.append(f"killed by signal {-status}")
        return status, "".join(said)
    except BaseException:  # stopped: the child must not go on alone
        process.terminate()
        process.wait()
        raise


def say(line: str) -> None:
    """Print a line at once, on stderr as pip's errors are, so that all stays in order."""
    print(line, file=sys.stderr, flush=True)


def make_venv(root: Path) -> None:
    """Make an empty environment, in place of whatever was there.

    A link goes, and what it leads to stays: `venv --clear` would empty another's environment.
    """
    if (root / ".venv").is_symlink():
        (root / ".venv").unlink()
    base = getattr(sys, "_base_executable", None) or sys.executable
    result = subprocess.run(
        [base, "-I", "-m", "venv", "--clear", str(root / ".venv")],
        close_fds=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if result.returncode:
        text = result.stdout.decode("utf-8", "replace")
        say(text.rstrip())
        raise SetUpError(explain(text, root))


def install(root: Path) -> None:
    """Install the project and its test extra into the environment, with pip."""
    # -I: what PYTHONPATH offers is not installed, though pip would believe it. Most modules are
    # never imported, and the others compiled when they are: to compile all takes 20 s.
    pip = [str(venv_python(root)), "-I", "-m", "pip", "install", "--no-compile"]
    pip += ["-c", "constraints.txt"]

    def came(*what: str) -> bool:
        """Install this, and tell whether it could be had."""
        once = [*pip, "--retries", "1", "--timeout", "30"]
        status, text = run([*once, *what], root, hide_errors=True)
        if status and sign_in(text) == "full disk":
            raise SetUpError(explain(text, root))
        return status == 0

    # Python's own pip is as old as that Python, and takes twice as long to find the packages.
    came("pip")
    index = os.environ.get("TORCH_INDEX") or CPU_INDEX
    if sys.platform == "linux" and index != USUAL:
        # The usual index offers Linux a torch with several GB of CUDA; this one is for the CPU.
        say("PyTorch first, the build for the CPU (about 200 MB) ...")
        if not came("--no-deps", "--index-url", index, "torch") and not small_elsewhere(root):
            agree_to_the_large_one(index)
    status, text = run([*pip, "-e", ".[test]"], root)
    if status:
        raise SetUpError(explain(text, root))
    # So that editors, and a JupyterLab installed elsewhere, offer it. Without it all else works.
    known = ["install", "--user", "--name", "makemore", "--display-name", KERNEL]
    run([str(venv_python(root)), "-m", "ipykernel", *known], root, hide_errors=True)


def small_elsewhere(root: Path) -> bool:
    """Tell whether pip's own index, which a user may have set, has torch for the CPU as well.

    Raises `SetUpError` where that index cannot be reached either.
    """
    pin = re.search(r"^torch==(\S+)", (root / "constraints.txt").read_text(), re.MULTILINE)
    pip = [str(venv_python(root)), "-I", "-m", "pip", "--retries", "1", "--timeout", "30"]
    asked = subprocess.run(
        [*pip, "index", "versions", "torch"],
        cwd=str(root),
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    if asked.returncode:
        text = asked.stderr.decode("utf-8", "replace")
        say(text.rstrip())
        raise SetUpError(explain(text, root))
    return f"{pin.group(1)}+cpu" in asked.stdout.decode("utf-8", "replace")


def agree_to_the_large_one(index: str) -> None:
    """Go on only if somebody is there who says yes; if not, raise `SetUpError`."""
    say(
        f"The small build of PyTorch could not be had from {index}. The other one brings NVIDIA's "
        "CUDA along: about 3 GB to download, and 5 GB on the disk. The course makes no use of it."
    )
    if sys.stdin is not None and sys.stdin.isatty():
        print("Take it all the same? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in ("y", "yes"):
            return
    raise SetUpError(
        "The small build of PyTorch could not be had: name a mirror of its index, as in make lab "
        "TORCH_INDEX=https://..., or agree to 5 GB, with make lab TORCH_INDEX=usual (without make: "
        "set the variable TORCH_INDEX to either), and run it again."
    )


def set_up(root: Path = ROOT) -> None:
    """Bring `.venv` in `root` to what the project names; do nothing where it is there already.

    Raises `SetUpError` with one plain sentence. A failed first set-up leaves no `.venv`, a failed
    update the environment with its old stamp, so that the next try takes it up again.
    """
    check_computer(root)
    found = state(root)
    if found == "ready":
        return
    start = time.monotonic()
    fresh = found == "missing"
    say(
        "Setting up the environment in .venv, once: this takes a minute or a few ..."
        if fresh
        else "The project's packages changed: bringing .venv up to date ..."
    )
    try:
        if fresh:
            make_venv(root)
        install(root)
        stamp_file(root).write_text(stamp(root), encoding="utf-8")
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            say("Stopped before the set-up was complete: the same command starts it again.")
        if fresh:
            shutil.rmtree(str(root / ".venv"), ignore_errors=True)
        raise
    say(f"The environment is ready, after {time.monotonic() - start:.0f} s.")


def stop(signum: int, frame: object) -> None:
    """Treat being told to end as Ctrl-C, so that it ends as tidily."""
    raise KeyboardInterrupt


def main() -> int:
    """Set up; return the exit status."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    try:
        set_up()
    except SetUpError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # whatever it is, the learner gets a sentence and no traceback
        say(f"{type(error).__name__}: {error}\n\n{explain(str(error))}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
