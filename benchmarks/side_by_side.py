"""What the course makes fast, beside the plain way to do the same: one table.

    make bench

prints it and writes it into benchmarks/RESULTS.md. `python benchmarks/side_by_side.py --only
sampling` measures one job, and writes nothing. Before a job is timed, both ways do it once, and
what they give is compared. Then they take turns, so that a busy moment of the computer strikes
both; times and ratios are medians.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import matplotlib
import torch
from jobs import Job, make_jobs

from helpers import load_names

PAGE = Path(__file__).with_name("RESULTS.md")
FACTORS = (1, 10, 100)
ENOUGH = 0.05  # seconds: what is quicker is timed many times in a row


@dataclass(frozen=True)
class Timing:
    """How long a job takes, in seconds, at one amount of data."""

    ours: float
    plain: float | None
    ratio: float | None
    runs: int
    reckoned: bool = False
    """Whether the plain way was not run, but reckoned from its time on less data."""


@dataclass(frozen=True)
class Result:
    """A job, its timings at each factor of the data, and a remark."""

    job: Job
    timings: dict[int, Timing]
    remark: str


def timed(call: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """Seconds for one call, and what the last call gave."""
    start = time.perf_counter()
    for _ in range(times):
        result = call()
    return (time.perf_counter() - start) / times, result


def measure(job: Job, factor: int, seconds: float) -> tuple[Timing, tuple[Any, Any]]:
    """Do a job both ways, compare what they give, and time them in turns.

    seconds: about how long it may take. A first run that takes a tenth of that counts; else it
        warms up what is made only once, such as a table of letters.

    Returns:
        The timing, and what both ways gave, the plain way first.
    """
    ways = job.ways(factor)
    first, given = timed(ways.plain) if ways.plain else (None, None)
    first_of_ours, given_by_ours = timed(ways.ours)
    if ways.plain:
        ways.agree(given, given_by_ours)
    both = (first or 0) + first_of_ours
    pairs = [(first, first_of_ours)] if both > seconds / 10 else []
    while len(pairs) < max(1, min(9, seconds // max(both, ENOUGH))):
        plain = timed(ways.plain, _times(first))[0] if ways.plain else None
        pairs.append((plain, timed(ways.ours, _times(first_of_ours))[0]))
    ours = median(pair[1] for pair in pairs)
    if not ways.plain:
        return Timing(ours, None, None, len(pairs)), (None, given_by_ours)
    plain, ratio = median(pair[0] for pair in pairs), median(one / two for one, two in pairs)
    return Timing(ours, plain, ratio, len(pairs)), (given, given_by_ours)


def _times(seconds: float) -> int:
    return max(1, round(ENOUGH / max(seconds, 1e-6)))


def run(job: Job, seconds: float = 30.0) -> Result:
    """Measure a job at each amount of data; where the plain way is too slow, reckon."""
    factors = FACTORS if _grows(job) else FACTORS[:1]
    timings: dict[int, Timing] = {}
    remark = ""
    with _threads(job.threads):
        for factor in factors:
            # The first amount is the one that the table shows.
            timing, given = measure(job, factor, seconds if factor == 1 else seconds / 3)
            if factor == 1:
                remark = job.remark(*given)
            elif timing.plain is None:
                before = timings[factor // 10].plain * 10
                timing = replace(timing, plain=before, ratio=before / timing.ours, reckoned=True)
            timings[factor] = timing
    return Result(job, timings, remark)


def _grows(job: Job) -> bool:
    return not job.does_not_grow and job.key != "notebooks"


@contextlib.contextmanager
def _threads(number: int | None) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(number or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


# The page


def page(results: list[Result]) -> str:
    """What RESULTS.md says."""
    parts = [HEAD, machine(), "## Side by side", table(results)]
    notes = [note for result in results for note in (shortfall(result), result.remark) if note]
    if notes:
        parts.append("\n".join(f"- {note}" for note in notes))
    parts += ["## With more data", GROWTH, growth_table(results)]
    return "\n\n".join(parts) + "\n"


def table(results: list[Result]) -> str:
    """One row for each job, or for each of its units, as a Markdown table."""
    lines = [
        "| job | plain | ours | ratio | aim | runs |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for result in results:
        job, timing = result.job, result.timings[1]
        for number, (suffix, of_plain, of_ours) in enumerate(job.units):
            plain = "" if timing.plain is None else duration(timing.plain / of_plain)
            ratio = "" if timing.ratio is None else times(timing.ratio * of_ours / of_plain)
            aim = "" if job.aim is None or number else times(job.aim)
            ours = duration(timing.ours / of_ours)
            lines.append(
                f"| {job.name}{suffix} | {plain} | {ours} | {ratio} | {aim} | {timing.runs} |"
            )
    return "\n".join(lines)


def growth_table(results: list[Result]) -> str:
    """How long each job takes on more data: plain / ours (ratio)."""
    lines = [
        "| job | " + " | ".join(f"{factor}×" for factor in FACTORS) + " |",
        "|---" * (len(FACTORS) + 1) + "|",
    ]
    for result in results:
        if result.job.key == "notebooks":
            continue
        cells = [_growth_cell(timing) for timing in result.timings.values()]
        if result.job.does_not_grow:
            cells = [f"does not depend on the data: {result.job.does_not_grow}", *[""] * 2]
        lines.append(f"| {result.job.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _growth_cell(timing: Timing) -> str:
    about = "≈ " if timing.reckoned else ""
    return f"{about}{duration(timing.plain)} / {duration(timing.ours)} ({times(timing.ratio)})"


def shortfall(result: Result) -> str:
    """Where ours is not as many times faster as it is meant to be: what the limit is."""
    job, ratio = result.job, result.timings[1].ratio
    if job.aim is None or ratio >= job.aim:
        return ""
    return f"{job.name}: {times(ratio)} and not {times(job.aim)}. {job.limit}".strip()


def duration(seconds: float) -> str:
    """A time in three digits, such as 1.27 s, 83.1 ms or 54 µs."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        number = float(f"{seconds / size:.3g}")
        if number >= 1 or unit == "µs":
            return f"{number:,.{_decimals(number)}f} {unit}"
    raise AssertionError("unreachable")


def times(ratio: float) -> str:
    """A ratio in two digits or as a whole number, such as 4.6× or 1,250×."""
    number = float(f"{ratio:.3g}") if ratio >= 10 else float(f"{ratio:.2g}")
    return f"{number:,.0f}×" if number >= 10 else f"{number:g}×"


def _decimals(number: float) -> int:
    return 0 if number >= 100 else 1 if number >= 10 else 2


def machine() -> str:
    """The computer and the versions that the figures are from."""
    return (
        f"Measured on {os.cpu_count()} cores ({processor()}), {platform.system()}, with Python "
        f"{platform.python_version()}, torch {torch.__version__} and matplotlib "
        f"{matplotlib.__version__}."
    )


def processor() -> str:
    """The model of the processor, or at least its kind."""
    with contextlib.suppress(OSError):
        found = re.search(
            r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE
        )
        if found:
            return f"{found[1]}, {platform.machine()}"
    return platform.processor() or platform.machine()


def main(arguments: list[str] | None = None, page_file: Path = PAGE) -> None:
    """Run the jobs, print the table, and write the page unless only some were asked for."""
    jobs = make_jobs(load_names())
    keys = list(dict.fromkeys(job.key for job in jobs))
    parser = argparse.ArgumentParser(description="Time what the course makes fast.")
    parser.add_argument(
        "--only", nargs="+", choices=keys, metavar="JOB", help=f"some of: {', '.join(keys)}"
    )
    chosen = parser.parse_args(arguments).only
    matplotlib.use("agg")  # no window
    write(jobs if not chosen else [j for j in jobs if j.key in chosen], page_file, not chosen)


def write(jobs: list[Job], page_file: Path, whole: bool, seconds: float = 30.0) -> None:
    """Measure these jobs, print what comes out, and where it is the whole of them write it."""
    results = []
    for job in jobs:
        print(f"{job.name} ...", file=sys.stderr, flush=True)
        results.append(run(job, seconds))
    text = page(results)
    print(text)
    if whole:
        page_file.write_text(text, encoding="utf-8")
        print(f"written to {page_file.name}")


HEAD = """\
# How fast the course's code is

`make bench` writes this page. It compares each job done the plain way, as a good tutorial shows \
it, with the way of `helpers` and the lessons, and makes sure that both give the same. They take \
turns; times and ratios are medians of the runs."""
GROWTH = """\
The same names, repeated: plain / ours (ratio). Where the plain way would take longer than a \
minute, or more memory than most computers have, ≈ marks ten times what it took with a tenth of \
the data. Of samples, as many more are drawn."""

if __name__ == "__main__":
    main()
