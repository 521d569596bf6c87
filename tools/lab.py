"""Open the course in JupyterLab: `make lab`, or `python tools/lab.py` in the environment.

Further arguments go to JupyterLab: `make lab ARGS="--port 9000"`.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST = "notebooks/00_start_here.ipynb"


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
    # JupyterLab hands the browser a file that redirects to the link. A browser elsewhere does not
    # have that file, and one installed as a snap may not read it: these get the link itself.
    if not has_window() or Path("/snap/bin").exists():
        return ["--ServerApp.use_redirect_file=False"]
    return []


def arguments(extra: list[str]) -> list[str]:
    """What JupyterLab is called with: for this computer alone, and with its own token."""
    chosen = [
        f"--ServerApp.root_dir={ROOT}",
        "--ServerApp.ip=localhost",
        # The link opens the first lesson, whoever follows it: the browser or the learner.
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        # The link is printed whatever the level; what would follow it and is no warning, is not.
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        *about_the_browser(),
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container the learner is often root, and JupyterLab refuses root unasked.
        chosen.append("--allow-root")
    return chosen + extra


def main() -> None:
    """Start JupyterLab, and stay until it ends."""
    from jupyterlab.labapp import LabApp

    print("JupyterLab starts. Ctrl-C, here, ends it.", flush=True)
    LabApp.launch_instance(arguments(sys.argv[1:]))


if __name__ == "__main__":
    main()
