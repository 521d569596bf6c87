"""Run every notebook as a regression test on each kind of processor that this one can stand in for.

    python tools/portable.py [--one] [PYTEST_ARGUMENT ...]

PyTorch chooses the code it runs by the vector instructions of the processor, and shares its work
among threads; either may change the last digits of a sum. Here nbval compares every output with
ATEN_CPU_CAPABILITY at each kind that this processor has, and with one thread and two. With --one it
is run once, in the way that lies furthest from `make test`, which takes this processor as it is and
one thread: without vector instructions, and with two threads.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[1]
KINDS = ["default", "avx2", "avx512"]  # each processor that has one has those before it
THREADS = [1, 2]
ONE = "--one"


@dataclass(frozen=True)
class Run:
    """How the notebooks were run once, and what came of it."""

    kind: str
    threads: int
    status: int
    seconds: float


def kinds_here() -> list[str]:
    """The vector instructions that this processor has, and PyTorch knows."""
    most = torch.backends.cpu.get_cpu_capability().lower()
    return KINDS[: KINDS.index(most) + 1] if most in KINDS else ["default"]


def run(kind: str, threads: int, arguments: list[str]) -> Run:
    """Run pytest on the notebooks, for that kind of processor and with that many threads."""
    print(f"== {kind}, {threads} thread{'s' * (threads > 1)}", flush=True)
    start = time.monotonic()
    count = str(threads)
    own = {"ATEN_CPU_CAPABILITY": kind, "OMP_NUM_THREADS": count, "MKL_NUM_THREADS": count}
    command = [sys.executable, "-m", "pytest", "-q", *(arguments or ["notebooks"])]
    status = subprocess.run(command, cwd=ROOT, env=os.environ | own).returncode
    return Run(kind, threads, status, time.monotonic() - start)


def as_table(runs: list[Run]) -> str:
    """What came of the runs, a line each."""
    lines = ["instructions   threads   outputs        time"]
    for one in runs:
        outcome = "as saved" if one.status == 0 else "NOT AS SAVED"
        lines.append(f"{one.kind:15}{one.threads:<10}{outcome:15}{one.seconds:.0f} s")
    return "\n".join(lines)


def main() -> int:
    """Run all; the exit status is 1 where an output differs, or nothing could be compared."""
    arguments = [each for each in sys.argv[1:] if each != ONE]
    is_one = ONE in sys.argv[1:]
    ways = [(kind, threads) for kind in kinds_here() for threads in THREADS]
    runs = [run(*way, arguments) for way in ([(KINDS[0], THREADS[-1])] if is_one else ways)]
    print(as_table(runs))
    if not is_one and (absent := KINDS[len(kinds_here()) :]):
        print(f"Not tried, as this processor has none: {', '.join(absent)}.")
    return int(any(one.status for one in runs))


if __name__ == "__main__":
    sys.exit(main())
