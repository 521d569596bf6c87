"""Open the course in JupyterLab: `make lab`, or `python tools/lab.py` in the environment.

Further arguments go to JupyterLab: `make lab ARGS="--port 9000"`.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST = "notebooks/00_start_here.ipynb"


def browser_opens() -> bool:
    """Tell whether a browser can open in a window here.

    On Linux that takes a display, or a BROWSER that reaches one (as cloud editors set it): Python
    would start a text browser otherwise, in the very terminal that shows the link.
    """
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


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
    ]
    if not browser_opens():
        chosen.append("--no-browser")
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
