"""The learner's own copy of the lessons, in my_notebooks/, which no update of the course touches.

    python tools/my_notebooks.py        copies the lessons that are not there yet, as make lab does
    python tools/my_notebooks.py 3      takes lesson 3 back to its beginning (make reset LESSON=3)
    python tools/my_notebooks.py 3.2    takes one exercise back (make reset EXERCISE=3.2)

Nothing of the learner's is ever overwritten. A lesson that has a new version is put beside the old
one, as 03_likelihood_new.ipynb. What a reset takes away is kept, in my_notebooks/older/.

The folder stands beside notebooks/, so that links between lessons, and paths that begin with `..`,
lead from here where they lead from there. Standard library only: a notebook is JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class NotDone(Exception):
    """Why not, and what to do, in plain sentences."""


class MyNotebooks:
    """The lessons of the project at `root`, and the learner's copies of them."""

    def __init__(self, root: Path = ROOT):
        self.course = root / "notebooks"
        self.mine = root / "my_notebooks"
        self.notes = self.mine / ".given.json"

    def lay_out(self) -> list[str]:
        """Copy what is missing, put new versions beside old ones; what is worth saying of it.

        Raises:
            OSError: the folder cannot be written.
        """
        given, said = self._given(), []
        self.mine.mkdir(exist_ok=True)
        for lesson in self._lessons():
            mine, digest = self.mine / lesson.name, _digest(lesson)
            if not mine.exists():
                _copy(lesson, mine)
            elif given.get(lesson.name, digest) != digest and _digest(mine) != digest:
                new = _free(mine.with_name(f"{mine.stem}_new{mine.suffix}"))
                _copy(lesson, new)
                said.append(
                    f"{lesson.name} has a new version: my_notebooks/{new.name}. Yours is as it was."
                )
            given[lesson.name] = digest
        self._note(given)
        return said

    def reset_lesson(self, number: int) -> str:
        """Put the course's version of a lesson in the place of the learner's; keep that one."""
        lesson = self._lesson(number)
        mine = self.mine / lesson.name
        kept = f" What you had is my_notebooks/{self._keep(mine)}." if mine.exists() else ""
        mine.unlink(missing_ok=True)
        _copy(lesson, mine)
        self._note({lesson.name: _digest(lesson)})
        return f"Lesson {number} is as at its beginning: my_notebooks/{lesson.name}.{kept}"

    def reset_exercise(self, exercise: str) -> str:
        """Put the stub of an exercise such as "3.2" back; the rest of the notebook stays."""
        lesson = self._lesson(int(exercise.partition(".")[0]))
        mine = self.mine / lesson.name
        if not mine.exists():
            raise NotDone(f"There is no my_notebooks/{lesson.name} yet: make lab copies it.")
        originals = _cells_of_exercise(_read(lesson), exercise)
        if not originals:
            raise NotDone(f"{lesson.name} has no exercise {exercise}.")
        notebook = _read(mine)
        places = {cell.get("id"): place for place, cell in enumerate(notebook["cells"])}
        if lost := [cell for cell in originals if cell.get("id") not in places]:
            raise NotDone(
                f"{len(lost)} of the cells of exercise {exercise} are no longer in your notebook: "
                f"copy them from notebooks/{lesson.name}, or take the whole lesson back."
            )
        kept = self._keep(mine)
        for cell in originals:
            notebook["cells"][places[cell["id"]]] = cell
        unfinished = mine.with_name(mine.name + ".part")
        text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        os.replace(unfinished, mine)
        return (
            f"Exercise {exercise} is as at its beginning, in my_notebooks/{mine.name}. "
            f"What you had is my_notebooks/{kept}."
        )

    def _lessons(self) -> list[Path]:
        """Every file of the course's folder: a lesson may come with a picture or with data."""
        found = (path for path in self.course.iterdir() if path.is_file())
        return sorted(path for path in found if not path.name.startswith("."))

    def _lesson(self, number: int) -> Path:
        found = [each for each in self._lessons() if each.match(f"{number:02}_*.ipynb")]
        if len(found) != 1:
            raise NotDone(f"There is no lesson {number}.")
        return found[0]

    def _keep(self, mine: Path) -> str:
        """Copy a file into older/, under a free name; that name, below the learner's folder."""
        folder = self.mine / "older"
        folder.mkdir(exist_ok=True)
        kept = _free(folder / mine.name)
        _copy(mine, kept)
        return f"older/{kept.name}"

    def _given(self) -> dict[str, str]:
        """The digest of each lesson's version that the learner was given last."""
        try:
            given = json.loads(self.notes.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return given if isinstance(given, dict) else {}

    def _note(self, news: dict[str, str]) -> None:
        before = self._given()
        if before | news != before:
            self.notes.write_text(json.dumps(before | news, indent=1), encoding="utf-8")


def _digest(path: Path) -> str:
    # Windows line ends are no new version.
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _copy(source: Path, target: Path) -> None:
    """Copy to a name that is free. Killed half-way, it leaves no half of a notebook there."""
    unfinished = target.with_name(target.name + ".part")
    shutil.copyfile(source, unfinished)
    os.rename(unfinished, target)


def _free(path: Path) -> Path:
    """This path, or with a number the first one of its kind that is not taken."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}_{number}{path.suffix}")
    return free


def _read(path: Path) -> dict:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert all("cell_type" in cell for cell in notebook["cells"])
    except (ValueError, LookupError, TypeError, AssertionError):
        raise NotDone(
            f"{path.parent.name}/{path.name} is no notebook that can be read: take the whole "
            "lesson back."
        ) from None
    return notebook


def _cells_of_exercise(notebook: dict, exercise: str) -> list[dict]:
    """Its code cells: from its heading to the next text."""
    cells, inside = [], False
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            source = "".join(cell["source"])
            inside = bool(re.search(rf"^#+ Exercise {re.escape(exercise)} ", source, re.MULTILINE))
        elif inside:
            cells.append(cell)
    return cells


def main(arguments: list[str]) -> int:
    """Copy what is missing, or take back what is named; the exit status."""
    notebooks = MyNotebooks()
    what = arguments[0] if len(arguments) == 1 else ""
    try:
        if not arguments:
            said = notebooks.lay_out() or ["my_notebooks/ holds every lesson."]
        elif re.fullmatch(r"\d+\.(\d+|[a-z])", what):
            said = [notebooks.reset_exercise(what), AFTERWARDS]
        elif re.fullmatch(r"\d+", what):
            said = [notebooks.reset_lesson(int(what)), AFTERWARDS]
        else:
            raise NotDone("Name a lesson, as 3, or an exercise, as 3.2.")
    except NotDone as why:
        print(why)
        return 1
    except OSError as error:
        print(f"my_notebooks/ could not be written ({error}): nothing of yours is lost.")
        return 1
    print("\n".join(said))
    return 0


AFTERWARDS = "If it is open in JupyterLab: File → Reload Notebook from Disk."

if __name__ == "__main__":
    # Some consoles on Windows have no arrow: they get a question mark, and no traceback.
    sys.stdout.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
