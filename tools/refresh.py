"""Run every notebook anew, in place, and save what came out: `make refresh`.

What differs from run to run or from place to place is stripped: timings of cells, states and ids of
widgets, the place of the project, of the home folder and of temporary files. So a second refresh
changes nothing, and `git diff` shows what a change to the code changed in the lessons.

A cell with the tag `nbval-ignore-output` (a timing, a progress bar) keeps the outputs that it has.
To renew them, clear that cell's outputs (in JupyterLab: Edit, Clear Cell Output), save, and
refresh.

An error is what a cell with the tag `raises-exception` is for. In any other cell it stops that
notebook, which is then left as it was.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import copy
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

import nbformat
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError
from traitlets import default

ROOT = Path(__file__).resolve().parents[1]
CELL_SECONDS = 120
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {  # without the version, which differs from one computer to the next
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


class RefreshError(Exception):
    """Which notebook and which cell failed, and how."""


class ThisPython(KernelSpecManager):
    """Offers the Python that runs this as the kernel, whatever is installed elsewhere."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel of this environment, by whatever name it is asked for."""
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


class KernelOfThisPython(AsyncKernelManager):
    """Starts that kernel, and no other."""

    @default("kernel_spec_manager")
    def _this_python(self) -> KernelSpecManager:
        return ThisPython(parent=self)


def take_ctrl_c_back(notebook: nbformat.NotebookNode) -> None:
    """Let Ctrl-C end the refresh: nbclient takes it, ends the kernel, and stumbles over that."""
    with contextlib.suppress(RuntimeError):  # where event loops take no signals
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)


def execute(nb: nbformat.NotebookNode, path: Path) -> None:
    """Run every cell of `nb` in a new kernel, in the folder of `path`; outputs go into `nb`.

    Raises `RefreshError` for a cell that fails, hangs longer than `CELL_SECONDS`, or takes the
    kernel down with it.
    """
    running = {}
    client = NotebookClient(
        nb,
        kernel_name="python3",
        kernel_manager_class=KernelOfThisPython,
        resources={"metadata": {"path": str(path.parent)}},
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        on_notebook_start=take_ctrl_c_back,
        on_cell_execute=lambda cell, cell_index: running.update(cell=cell, index=cell_index),
    )
    try:
        # A fresh IPython folder: what a user set up for their own IPython stays out of lessons, and
        # so does what they have solved.
        # What the kernel itself logs is no part of a lesson either.
        with tempfile.TemporaryDirectory() as folder:
            client.execute(
                env={**os.environ, "IPYTHONDIR": folder, "MAKEMORE_PROGRESS": ""},
                stderr=subprocess.DEVNULL,
            )
    except CellExecutionError as error:
        raise RefreshError(f"{name_cell(nb, running)}: {error.ename}: {error.evalue}") from error
    except (CellControlSignal, DeadKernelError, TimeoutError) as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise RefreshError(f"{name_cell(nb, running)}: {reason[0]}") from error


def name_cell(nb: nbformat.NotebookNode, running: dict) -> str:
    """Name the cell that was running, so that a reader finds it: its number and first line."""
    if not running:
        return "before the first cell"
    code = [index for index, cell in enumerate(nb.cells) if cell.cell_type == "code"]
    first_line = running["cell"].source.strip().partition("\n")[0]
    return f"code cell {code.index(running['index']) + 1} ({first_line!r})"


def clean(nb: nbformat.NotebookNode, root: Path = ROOT) -> None:
    """Strip from `nb`, in place, what differs from run to run and from place to place."""
    nb.metadata.pop("widgets", None)
    nb.metadata["kernelspec"] = dict(KERNELSPEC)
    nb.metadata["language_info"] = dict(LANGUAGE)
    for cell in nb.cells:
        for key in ("execution", "ExecuteTime"):
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            for output in cell.outputs:
                clean_output(output, root)
            cell.outputs = [
                output
                for output in cell.outputs
                if output.get("data", True) and output.get("text", True)
            ]


def clean_output(output: nbformat.NotebookNode, root: Path = ROOT) -> None:
    """Strip from one output, in place, the widget's passing id and the places in its texts."""
    if "data" in output:
        output.data.pop(WIDGET_VIEW, None)
        for kind, content in output.data.items():
            if kind.startswith("text/") and isinstance(content, str):
                output.data[kind] = clean_text(content, root)
    for key in ("text", "evalue"):
        if key in output:
            output[key] = clean_text(output[key], root)
    if "traceback" in output:
        output.traceback = [clean_text(line, root) for line in output.traceback]


def clean_text(text: str, root: Path = ROOT, home: Path | None = None) -> str:
    """Take out of `text` where things lie on this computer.

    Paths in the project become relative to it; those of the environment begin with ".venv", those
    of Python's own library with "python", those in the home folder with "~". A cell's temporary
    file is called "<cell>", any other temporary file or folder "<temporary>".
    """
    home = home or Path.home()
    temporary = re.escape(tempfile.gettempdir())
    text = re.sub(rf"{temporary}[/\\]ipykernel_\d+[/\\]\d+\.py", "<cell>", text)
    text = re.sub(rf"{temporary}[/\\]tmp\w{{8}}\b", "<temporary>", text)
    # The project first: the environment may lie in it, and it in the home folder.
    places = {
        root: "",
        Path(sys.prefix): ".venv",
        Path(sysconfig.get_path("stdlib")): "python",
        home: "~",
    }
    for place, short in places.items():
        if place == Path(place.anchor):  # a home folder of "/" would be in every path
            continue
        spellings = [str(place)]
        if home in place.parents:  # as IPython writes it
            spellings.append(str(Path("~") / place.relative_to(home)))
        for spelling in spellings:
            # A path begins after a colour code as well, and that ends in a letter.
            path = rf"(^|[^\w/\\.~-]|\x1b\[[\d;]*m){re.escape(spelling)}"
            inside = f"{short}/" if short else ""
            text = re.sub(rf"{path}[/\\]", lambda m, new=inside: m[1] + new, text)
            text = re.sub(rf"{path}(?![\w.-])", lambda m, new=short or ".": m[1] + new, text)
    return text


def refresh(path: Path, root: Path = ROOT) -> bool:
    """Run the notebook at `path` anew and save it; tell whether that changed the file.

    Raises `RefreshError`, with the file left as it was, where a cell fails.
    """
    nb = nbformat.read(path, as_version=4)
    before = path.read_bytes()
    kept = {
        index: copy.deepcopy(cell.outputs)
        for index, cell in enumerate(nb.cells)
        if cell.cell_type == "code"
        and cell.outputs
        and "nbval-ignore-output" in cell.metadata.get("tags", [])
    }
    execute(nb, path)
    for index, outputs in kept.items():
        cell = nb.cells[index]
        cell.outputs = outputs
        for output in outputs:
            if "execution_count" in output:
                output.execution_count = cell.execution_count
    clean(nb, root)
    after = (nbformat.writes(nb).rstrip("\n") + "\n").encode()
    if after == before:
        return False
    # Written beside it, then put in its place: a notebook is never half-written.
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(after)
    os.replace(partial, path)
    return True


def main(arguments: list[str] | None = None) -> int:
    """Refresh the notebooks named, or all of the course; return the exit status."""
    parser = argparse.ArgumentParser(description="Run notebooks anew and save what came out.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="all of notebooks/ by default")
    chosen = parser.parse_args(arguments).notebooks
    paths = chosen or sorted((ROOT / "notebooks").glob("*.ipynb"))
    failed = 0
    for path in paths:
        name = os.path.relpath(path)
        start = time.monotonic()
        try:
            result = "changed" if refresh(path.resolve()) else "as it was"
        except KeyboardInterrupt:
            print(f"{name}: stopped, and left as it was.", file=sys.stderr)
            return 130
        except (RefreshError, OSError, nbformat.reader.NotJSONError) as error:
            failed += 1
            print(f"{name}: not refreshed. {error}", file=sys.stderr, flush=True)
        else:
            print(f"{name}: {result} ({time.monotonic() - start:.1f} s)", flush=True)
    if not paths:
        print("There are no notebooks to refresh.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
