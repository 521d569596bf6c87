"""The course's own notebooks, read as files: their lessons, cells and stubs."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from helpers.aid.reading import NAMES_FILE

NOTEBOOKS = NAMES_FILE.parent / "notebooks"

_PREDICT = r"(?:helpers\.)?predict\("
_EXERCISE = re.compile(rf"""^(?:check\(|{_PREDICT})\s*(["'])(.+?)\1""", re.MULTILINE)


def lessons() -> dict[str, Path]:
    """From a lesson's number, such as "3", to its notebook, in the order of the course."""
    found = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    return {str(int(path.name[:2])): path for path in found}


@cache
def title(path: Path) -> str:
    """What a lesson is called, such as "Likelihood": the notebook's first heading."""
    found = re.search(r'"# \d+ · ([^"\\]+)', path.read_text(encoding="utf-8"))
    return found[1] if found else path.stem


def cells(path: Path) -> list[dict]:
    """The cells of a notebook, each with its "source" as one string.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no notebook.
    """
    raw = path.read_bytes()
    try:
        found = json.loads(raw.decode("utf-8-sig"))["cells"]
        return [each | {"source": "".join(each["source"])} for each in found]
    except UnicodeDecodeError as error:
        raise ValueError("it is not text") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg}, line {error.lineno})") from error
    except RecursionError as error:
        raise ValueError("its brackets are nested without end") from error
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError("it has no cells as a notebook has them") from error


def checked(source: str) -> str:
    """The exercise that a cell checks, or the prediction that it takes, such as "3.2 …"; or ""."""
    found = _EXERCISE.search(source)
    return found[2] if found else ""


def predicts(source: str) -> bool:
    """Whether a cell takes a prediction."""
    return bool(re.match(_PREDICT, source))


def stubs(path: Path) -> dict[str, dict]:
    """From each exercise and prediction of a notebook to the cell that is to be filled in.

    It is the last one tagged `exercise` above the check; or itself the one that predicts.
    """
    found, last = {}, None
    for cell in cells(path):
        if cell["cell_type"] != "code":
            continue
        name = checked(cell["source"])
        if "exercise" in cell.get("metadata", {}).get("tags", []):
            last = cell
        if name and last:
            found[name] = last
    return found


@cache
def predictions(path: Path) -> list[str]:
    """The predictions that a lesson asks for, by name, in its order."""
    # As text: a notebook holds megabytes of pictures, and this is asked of all of them.
    text = path.read_text(encoding="utf-8")
    return list(dict.fromkeys(re.findall(rf'"{_PREDICT}\\"(\d+\.[^"\\]+)\\"', text)))
