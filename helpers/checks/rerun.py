"""Answers that were handed in, checked again: with the course's lesson, exercises and checks.

Of a notebook that was handed in, only the cells that answer an exercise are run, and cells of its
own that these need. What stands above an exercise is the course's, run up to that place: with its
trainings cut short, as no exercise asks for what a long one ends with.

Each notebook has a process of its own. It tells what it begins and what came of it, so that an
answer that ends the process, or never ends, costs its own exercise alone: the next process goes on
behind it.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import io
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import torch

from helpers.aid import course
from helpers.aid.first_aid import names_given_by
from helpers.checks import lesson_exercises
from helpers.checks.engine import NOT_ENDED, judge
from helpers.checks.handed_in import HandedIn, Task, read, tasks
from helpers.checks.interruption import SECONDS, SLEEPING, TookTooLong, time_limit

STEPS = 20
"""What a training of the lesson is cut to."""
CELL_SECONDS = 4.0
"""What a cell of the lesson may take, in seconds of the processor, before it is stopped."""
ANSWER_SECONDS = 5.0
"""What running an answer's cells may take. The check of it has a limit of its own, the engine's."""
BUSY_SECONDS = 15.0
"""What a process may take for an answer that nothing stops, before it is killed: seconds of the
processor, of which a busy computer takes none away, or `SLEEPING` times as many of the clock."""
STARTING_SECONDS = 60.0
"""The same for loading PyTorch, and running the lesson up to its exercises."""
NOTEBOOK_SECONDS = 120.0
"""How long the answers of a notebook may take together, by the clock."""
KILLS = 2
"""After so many answers that only killing ends, no more of a notebook are tried."""
AT_ONCE = 2
MEMORY = 4_000_000_000
"""Bytes that an answer may ask for, where the system has such a limit."""

Result = tuple[str, str]
"""Kind and message. The kinds of the check's feedback, and "error", "stopped", "gone"."""


# The lesson above each exercise


@dataclass
class Place:
    """What is there where an exercise stands."""

    names: dict[str, Any]
    dtype: torch.dtype


@dataclass
class Prelude:
    """A lesson, run up to its last exercise."""

    notebook: ModuleType
    places: dict[str, Place] = field(default_factory=dict)
    stubs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """From an exercise to the names that its untouched stub gives."""


@functools.lru_cache(maxsize=1)
def prelude(lesson: str) -> Prelude:
    """Run the course's own cells of a lesson, quickly, and note what is there at each exercise."""
    found = Prelude(ModuleType("__main__"))
    names = vars(found.notebook)
    waiting = {task.stub_id: task for task in tasks(lesson).values()}
    checks = {task.check_id for task in waiting.values()}
    with _quickly(), _as_main(found.notebook):
        for cell in course.cells(course.lessons()[lesson]):
            if not waiting:
                break
            if cell["cell_type"] != "code" or cell["id"] in checks:
                continue
            task = waiting.pop(cell["id"], None)
            if task:
                found.places[task.name] = Place(own_copy(names), torch.get_default_dtype())
            with contextlib.suppress(Exception, TookTooLong), time_limit(CELL_SECONDS):
                _run(cell["source"], names)
            if task:
                given = names_given_by(task.stub)
                found.stubs[task.name] = {name: names.get(name) for name in given}
    return found


@contextlib.contextmanager
def _quickly() -> Iterator[None]:
    """Pictures on no screen, prints for nobody, trainings of a few steps; all put back."""
    import matplotlib
    import matplotlib.pyplot as plt

    import helpers.training as training

    package = sys.modules["helpers"]  # where a lesson imports it from
    whole, dtype, threads = training.train, torch.get_default_dtype(), torch.get_num_threads()

    @functools.wraps(whole)
    def train(*args, steps: int, **kwargs):
        return whole(*args, steps=min(steps, STEPS), **kwargs)

    plt.switch_backend("agg")
    training.train = package.train = train
    try:
        with (
            matplotlib.rc_context(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            yield
    finally:
        plt.close("all")
        training.train = package.train = whole
        torch.set_default_dtype(dtype)
        torch.set_num_threads(threads)


@contextlib.contextmanager
def _as_main(notebook: ModuleType) -> Iterator[None]:
    """The notebook as `__main__`, where checks look for the learner's tables."""
    from IPython.display import display

    vars(notebook).setdefault("display", display)
    main = sys.modules["__main__"]
    sys.modules["__main__"] = notebook
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _run(source: str, names: dict[str, Any]) -> None:
    """Run a cell, without the lines that speak to IPython or to a shell."""
    lines = source.splitlines()
    kept = ["" if line.startswith(("%", "!")) else line for line in lines]
    exec(compile("\n".join(kept), "<cell>", "exec"), names)


_PLAIN = {str, int, float, bool, type(None), tuple}


def own_copy(value: Any) -> Any:
    """A copy of data, so that an answer that changes it in place changes it for itself alone."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone().requires_grad_(value.requires_grad)
    if type(value) in (list, dict):
        parts = value if type(value) is list else value.values()
        if set(map(type, parts)) <= _PLAIN:  # such as all names: not to be gone through one by one
            return value.copy()
    if type(value) is list:
        return [own_copy(each) for each in value]
    if type(value) is dict:
        return {name: own_copy(each) for name, each in value.items()}
    return value.copy() if type(value) is set else value


# In a process of its own


def _judge_all(path: str, behind: Sequence[str], connection: Connection) -> None:
    """Check the answers of a notebook again, those apart that stand in `behind`."""
    os.environ["MAKEMORE_PROGRESS"] = ""
    _be_quiet()
    handed_in = read(Path(path))
    torch.set_num_threads(1)
    lesson = prelude(handed_in.lesson)
    _limit_memory()
    given: dict[str, tuple[Any, Any]] = {}
    with tempfile.TemporaryDirectory() as folder, _as_main(lesson.notebook):
        os.chdir(folder)
        for task in tasks(handed_in.lesson).values():
            if task.name not in behind:
                connection.send((task.name, None))
                connection.send((task.name, _judge_one(task, handed_in, lesson, given)))
                if handed_in.suspect(task.name):
                    break  # the next answers are judged in another process, whatever it has changed
        connection.send(None)
        os.chdir(Path(path).parent.anchor or "/")


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, "r+") for number in (0, 1, 2))


def _limit_memory() -> None:
    with contextlib.suppress(Exception):  # where the system has no such limit
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _judge_one(
    task: Task, handed_in: HandedIn, lesson: Prelude, given: dict[str, tuple[Any, Any]]
) -> Result:
    """What the course's check says to the answer of one exercise.

    given: names that earlier answers gave, each with its value and that of the untouched stub.
    """
    if task.name not in lesson.places:
        return "error", "the course's own cells fail above it"
    if task.name not in handed_in.answers:
        return "gone", "its cell is not in the notebook"
    names, place = vars(lesson.notebook), lesson.places[task.name]
    names.clear()
    names.update(own_copy(place.names))
    names["__name__"] = "__main__"
    for name, (value, of_stub) in given.items():
        if names.get(name) is of_stub:  # the lesson has not taken this name for something else
            names[name] = value
    torch.set_default_dtype(place.dtype)
    sources = [handed_in.cells[each]["source"] for each in handed_in.answers[task.name]]
    try:
        with time_limit(ANSWER_SECONDS):
            sources = [*_needed(sources, handed_in, task, names), *sources]
            for source in sources:
                _run(source, names)
        for name in set().union(*map(names_given_by, sources)) & names.keys():
            given[name] = names[name], lesson.stubs[task.name].get(name)
        feedback = judge(lesson_exercises(handed_in.lesson)[task.name], eval(*_asked(task, names)))
        if NOT_ENDED in feedback.message:
            return "stopped", f"its function had not ended after {SECONDS:.0f} seconds"
        return feedback.kind, feedback.message
    except TookTooLong:
        return "stopped", f"its cell had not ended after {ANSWER_SECONDS:.0f} seconds"
    except SystemExit:
        return "error", "it ends the program (exit)"
    except BaseException as error:
        said = " ".join(str(error).split())[:200]
        return "error", f"{type(error).__name__}: {said}" if said else type(error).__name__


def _asked(task: Task, names: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """What the course's check cell hands to `check`, to be evaluated in the notebook."""
    calls = [
        node
        for node in ast.walk(ast.parse(task.check))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "check"
    ]
    return compile(ast.Expression(calls[0].args[1]), "<check>", "eval"), names


def _needed(
    sources: list[str], handed_in: HandedIn, task: Task, names: dict[str, Any]
) -> list[str]:
    """Cells of the notebook's own that give what the answer uses and the lesson does not have."""
    found: list[int] = []
    waiting, known = [*sources], {*names, *vars(builtins)}
    before = min(handed_in.answers[task.name])
    while waiting:
        source = waiting.pop()
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # running it says so
        names_in_it = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        used = {node.id for node in names_in_it if isinstance(node.ctx, ast.Load)} - known
        used -= {node.id for node in names_in_it if not isinstance(node.ctx, ast.Load)}
        used -= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        used -= names_given_by(source)
        known |= used
        for place in range(before - 1, -1, -1):
            its_source = handed_in.cells[place]["source"]
            if used & names_given_by(its_source) and place not in found:
                found.append(place)
                waiting.append(its_source)
    return [handed_in.cells[place]["source"] for place in sorted(found)]


# All of them


@dataclass
class _Job:
    """A notebook whose answers are being checked again."""

    handed_in: HandedIn
    results: dict[str, Result] = field(default_factory=dict)
    began: str = ""
    """The exercise that it is at."""
    heard: float = 0.0
    """When it last said something, by the clock."""
    busy: float = 0.0
    """What it had taken of the processor by then, in seconds."""
    seconds: float = 0.0
    """What its answers have taken, by the clock."""
    kills: int = 0
    process: Any = None
    connection: Any = None


def check_again(
    notebooks: Sequence[HandedIn], said: Callable[[HandedIn], None] = lambda _: None
) -> dict[Path, dict[str, Result]]:
    """Check the answers of all notebooks again, two at a time; results by path and exercise.

    Args:
        notebooks: those that can be read, of lessons of the course.
        said: called with each notebook that is done.
    """
    # A copy of this process has PyTorch and the lesson loaded. Where that cannot be had, each
    # process loads them anew.
    how = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    torch.set_num_threads(1)
    # A lesson of many is run here, once, and each of their processes begins with a copy of that. A
    # lesson of one or two is run in theirs, and first: those take longest.
    count = Counter(each.lesson for each in notebooks)
    waiting = sorted(notebooks, key=lambda each: (count[each.lesson] > 2, -int(each.lesson)))
    jobs: list[_Job] = []
    done: dict[Path, dict[str, Result]] = {}
    try:
        while waiting or jobs:
            while waiting and len(jobs) < AT_ONCE:
                job = _Job(waiting.pop(0))
                if how.get_start_method() == "fork" and count[job.handed_in.lesson] > 2:
                    prelude(job.handed_in.lesson)
                _start(job, how)
                jobs.append(job)
            for connection in wait([job.connection for job in jobs], timeout=0.2):
                _hear(next(job for job in jobs if job.connection is connection), how)
            for job in [*jobs]:
                if job.process and _is_over(job):
                    job.kills += 1
                    _end(job, ("stopped", "it had not ended, and did not let itself be stopped"))
                    _start(job, how)
                if job.process is None:
                    jobs.remove(job)
                    done[job.handed_in.path] = job.results
                    said(job.handed_in)
    finally:
        for job in jobs:
            if job.process:
                job.process.kill()
    return done


def _start(job: _Job, how: Any) -> None:
    """Let a process go on with what has no result yet, where there is time left for that."""
    left = [name for name in tasks(job.handed_in.lesson) if name not in job.results]
    if not left or job.seconds > NOTEBOOK_SECONDS or job.kills >= KILLS:
        late = "not reached: the answers before it took too long"
        job.results |= dict.fromkeys(left, ("stopped", late))
        return
    job.connection, theirs = how.Pipe(duplex=False)
    arguments = (str(job.handed_in.path), [*job.results], theirs)
    job.process = how.Process(target=_judge_all, args=arguments, daemon=True)
    job.process.start()
    theirs.close()
    job.began, job.heard, job.busy = "", time.monotonic(), 0.0


def _is_over(job: _Job) -> bool:
    limit = BUSY_SECONDS if job.began else STARTING_SECONDS
    silent = time.monotonic() - job.heard
    return silent > limit and (_busy(job) - job.busy > limit or silent > limit * SLEEPING)


def _busy(job: _Job) -> float:
    """What a process has taken of the processor until now, in seconds."""
    try:
        times = psutil.Process(job.process.pid).cpu_times()
    except psutil.Error:  # it has ended
        return 0.0
    return times.user + times.system


def _hear(job: _Job, how: Any) -> None:
    """Take up what a process says, or that it has ended."""
    try:
        heard = job.connection.recv()
    except Exception:  # it has ended, or says what is none of ours
        _end(job, ("error", "it ends the process"))
        _start(job, how)
        return
    now = time.monotonic()
    job.seconds += now - job.heard if job.began else 0
    job.heard, job.busy = now, _busy(job)
    if heard is None:
        _end(job, None)
        _start(job, how)
        return
    job.began, result = heard
    if result:
        job.results[job.began], job.began = result, ""


def _end(job: _Job, result: Result | None) -> None:
    """End a process, and note what came of the exercise that it was at."""
    job.process.kill()
    job.process.join()
    job.connection.close()
    job.process = None
    if result and not job.began:  # before any exercise: there is no going on
        left = [name for name in tasks(job.handed_in.lesson) if name not in job.results]
        job.results |= dict.fromkeys(left, result)
    elif result:
        job.seconds += time.monotonic() - job.heard
        job.results[job.began] = result
