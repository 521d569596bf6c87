"""An exercise back to its beginning, in its own cell."""

from __future__ import annotations

from IPython import get_ipython

from helpers.aid import course


def start_again(exercise: str) -> None:
    """Put an exercise's stub back into the cell that this is run in; no other cell is touched.

    Run it in the exercise's own cell, in the place of what stands there. What you have solved stays
    remembered.

    Args:
        exercise: its number, such as ``"3.2"``, or its whole name.

    Raises:
        ValueError: there is no such exercise, or the cell is another one of the lesson's.
    """
    number = str(exercise).split()[0] if str(exercise).split() else ""
    path = course.lessons().get(number.partition(".")[0])
    found = course.stubs(path) if path else {}
    named = [cell for name, cell in found.items() if name.split()[0] == number]
    if not named:
        known = ", ".join(name.split()[0] for name in found)
        there_are = f"in this lesson there are {known}" if known else 'name one, such as "3.2"'
        raise ValueError(f"there is no exercise {number!r}; {there_are}")
    stub = named[0]
    here = _cell_that_runs()
    if here != stub["id"] and here in {cell.get("id") for cell in course.cells(path)}:
        raise ValueError(
            f'this is another cell of the lesson: run start_again("{number}") in the cell of the '
            f"exercise, the one that began with: {stub['source'].splitlines()[0]}"
        )
    shell = get_ipython()
    if shell is None:
        print(stub["source"])
    else:
        shell.set_next_input(stub["source"], replace=True)


def _cell_that_runs() -> str | None:
    """Its id, where the editor tells its kernels (JupyterLab does)."""
    kernel = getattr(get_ipython(), "kernel", None)
    parent = kernel.get_parent() if kernel else {}
    return parent.get("metadata", {}).get("cellId")
