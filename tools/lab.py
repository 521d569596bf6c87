"""Open the course in JupyterLab: `make lab`, or `python tools/lab.py` after the set-up.

It opens the learner's own copy of the lessons (tools/my_notebooks.py). Further arguments go to
JupyterLab: `make lab ARGS="--port 9000"`.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST = "00_start_here.ipynb"


def has_window() -> bool:
    """Tell whether this computer shows windows. Of Windows and macOS that is taken for granted."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def about_the_browser() -> list[str]:
    """Which browser options JupyterLab is called with."""
    # Without a window Python would start a text browser, in the very terminal that shows the link.
    # BROWSER names one that opens elsewhere: cloud editors set it.
    if not has_window() and not os.environ.get("BROWSER"):
        return ["--no-browser"]
    # JupyterLab would hand the browser a file that redirects to the link. Many a browser cannot
    # read it: one in a sandbox or in another system (WSL, a remote editor), and any where Windows
    # keeps a Store Python's files to itself. On a Mac the file works, and keeps the token out of
    # the list of processes.
    return [] if sys.platform == "darwin" else ["--ServerApp.use_redirect_file=False"]


def lay_out(root: Path = ROOT) -> str:
    """Bring the learner's notebooks up to date; the folder to open."""
    sys.path.insert(0, str(Path(__file__).parent))
    from my_notebooks import MyNotebooks

    try:
        for line in MyNotebooks(root).lay_out():
            print(line)
        return "my_notebooks"
    except OSError as error:
        print(f"my_notebooks/ could not be written ({error}): the course's own lessons open.")
        return "notebooks"


def arguments(extra: list[str], folder: str = "my_notebooks") -> list[str]:
    """What JupyterLab is called with: for this computer alone, and with its own token."""
    chosen = [
        f"--ServerApp.root_dir={ROOT}",
        "--ServerApp.ip=localhost",
        # The link opens the first lesson, whoever follows it: the browser or the learner.
        f"--LabApp.default_url=/lab/tree/{folder}/{FIRST}",
        # The link is printed whatever the level; what would follow it and is no warning, is not.
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        *about_the_browser(),
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container the learner is often root, and JupyterLab refuses root unasked.
        chosen.append("--allow-root")
    return chosen + extra


def in_the_environment() -> int:
    """Run this again with the Python of .venv, where the set-up put JupyterLab; its exit status."""
    python = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists() or Path(sys.prefix) == ROOT / ".venv":
        print(f"The course is not set up yet. First: {Path(sys.executable).name} tools/set_up.py")
        return 1
    try:
        return subprocess.run([str(python), *sys.argv]).returncode
    except KeyboardInterrupt:  # which has ended JupyterLab as well
        return 130


def main() -> int:
    """Start JupyterLab, and stay until it ends."""
    if not find_spec("jupyterlab") or not find_spec("helpers"):
        return in_the_environment()
    from jupyterlab.labapp import LabApp

    folder = lay_out()
    print("JupyterLab starts. Ctrl-C, here, ends it.", flush=True)
    LabApp.launch_instance(arguments(sys.argv[1:], folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
