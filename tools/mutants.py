"""Change what the learner has built, and the engine of the checks, in small ways: who notices?

    make mutants                                (or python tools/mutants.py)
    make mutants ARGS="likelihood names"        only these modules of helpers
    make mutants ARGS=--control                 functions that are not changed: no test may fail

mutmut makes the changes, one at a time, and runs the unit tests of the module that reach the
function; pyproject.toml says which modules and tests these are. What mutmut needs is installed at
the versions of tools/mutants.txt, into a folder of its own inside the environment, so that the
environment itself holds no more than before.

Not changed are: text, as a test of its wording would be a copy of it; what stands outside of
functions; and functions under a decorator, which mutmut passes over. Pictures are not among the
modules: they are compared as images.

The result is printed with every change that no test notices, and where all modules were chosen,
written to tests/MUTANTS.md. The exit status is 0 if the tests notice 95 of 100 or more; 1 if not;
and 2 if nothing can be said, because tests fail without any change.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "tools" / "mutants.txt"
PACKAGES = Path(sys.prefix) / "mutmut"
PAGE = ROOT / "tests" / "MUTANTS.md"
ENOUGH = 0.95
MOST_MEMORY = 6 * 2**30  # bytes
OUTCOMES = ("killed", "stopped", "survived")

UnitTests = dict[str, tuple[str, ...]]
"""From a module of helpers, such as "likelihood", to files of tests."""


@dataclass(frozen=True)
class Mutant:
    """One change to a function, and what came of it."""

    file: str
    """Below the project's folder, such as "helpers/names.py"."""
    function: str
    """Its name, a method's with its class."""
    old: str
    """The lines that are changed, as one."""
    new: str
    """The lines in their place."""
    outcome: str
    """"killed" where a test failed, "stopped" where the tests did not come to an end or crashed,
    "survived" where all passed, or none reaches the function."""
    name: str = ""
    """As mutmut has it."""

    def __str__(self) -> str:
        return f"{self.file} {self.function}: {self.old} -> {self.new}"


class Trouble(Exception):
    """Why nothing can be said."""


def install() -> None:
    """Put what tools/mutants.txt names into `PACKAGES`, unless it is there.

    Raises:
        Trouble: pip could not.
    """
    stamp = PACKAGES / PINS.name
    if stamp.exists() and stamp.read_bytes() == PINS.read_bytes():
        return
    shutil.rmtree(PACKAGES, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    into = ["--no-deps", "--target", str(PACKAGES), "--requirement", str(PINS)]
    if subprocess.run([*pip, *into]).returncode:
        raise Trouble("mutmut could not be installed; the lines above say why")
    shutil.copy(PINS, stamp)


def measure(
    modules: Sequence[str], tests: Sequence[str], only: Sequence[str], jobs: int, control: bool
) -> list[dict[str, str]]:
    """Let mutmut try every mutant of these modules. Once in a process: see `in_a_process`.

    Args:
        modules: of helpers, such as "likelihood".
        tests: files of tests.
        only: names of mutants; none means all.
        jobs: how many mutants are tried at a time.
        control: leave every function as it is, once, in place of changing it.

    Returns:
        The fields of each `Mutant`: its class may be gone from this process, as tests of IPython
        put a ``__main__`` of their own in its place.

    Raises:
        Trouble: tests fail without any change, or none reaches what would be changed.
    """
    os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded
    os.environ["MAKEMORE_PROGRESS"] = ""  # nothing is remembered
    # What stops an answer without an end; ignored where a shell works in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with suppress(ImportError):  # a change may ask for a picture of 20 GB: not to be had
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    os.chdir(ROOT)
    sys.path.insert(0, str(PACKAGES))
    import hypothesis
    import libcst
    from mutmut import __main__ as mutmut
    from mutmut.configuration import config
    from mutmut.mutation.mutators import mutation_operators, operator_string
    from mutmut.runners.harness import BadTestExecutionCommandsException
    from tqdm import tqdm

    # The same examples each time, and the first that fails is enough. A test's second run in a
    # process has another `self`, and may.
    hypothesis.settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    # A lock that processes share would stay locked when one of them is stopped.
    tqdm.set_lock(threading.RLock())
    tqdm.monitor_interval = 0
    if control:
        mutation_operators[:] = [(libcst.FunctionDef, lambda function: [function.with_changes()])]
    else:
        mutation_operators.remove((libcst.BaseString, operator_string))
    config().only_mutate = [f"helpers/{name}.py" for name in modules]
    config().pytest_add_cli_args_test_selection = list(tests)
    shutil.rmtree("mutants", ignore_errors=True)
    try:
        mutmut._run(tuple(only), jobs)
    except (SystemExit, BadTestExecutionCommandsException) as error:
        raise Trouble("the tests cannot be run; the lines above say why") from error
    tried, _ = mutmut.collect_source_file_mutation_data(mutant_names=tuple(only))
    return [asdict(_read(data.path, name, data.exit_code_by_key[name])) for data, name, _ in tried]


def in_a_process(*task) -> dict[str, Mutant]:
    """What `measure` finds, by mutmut's names: in a process, as mutmut keeps what it knows."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as process:
        found = [Mutant(**each) for each in process.submit(measure, *task).result()]
    return {mutant.name: mutant for mutant in found}


def measure_all(unit_tests: UnitTests, jobs: int, control: bool) -> list[Mutant]:
    """Try the mutants of these modules, those with the same tests together.

    Raises:
        Trouble: as in `measure`.
    """
    found: dict[str, Mutant] = {}
    for tests in dict.fromkeys(unit_tests.values()):
        modules = [name for name in unit_tests if unit_tests[name] == tests]
        print(f"{', '.join(modules)}: {' '.join(tests)}", flush=True)
        found |= in_a_process(modules, tests, [], jobs, control)
        stopped = [mutant.name for mutant in found.values() if mutant.outcome == "stopped"]
        stopped = [name for name in stopped if any(_is_in(name, module) for module in modules)]
        if stopped:  # a busy computer may be to blame: once more, one at a time
            found |= in_a_process(modules, tests, stopped, 1, control)
    return list(found.values())


def _is_in(mutant: str, module: str) -> bool:
    return mutant.startswith(f"helpers.{module.replace('/', '.')}.")


def load_unit_tests() -> UnitTests:
    """Read which files of tests are those of which module of helpers."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        entries = tomllib.load(file)["tool"]["mutmut"]["unit_tests"]
    return {
        module: tuple(f"tests/{name}.py" for name in names) for module, names in entries.items()
    }


def _read(path: Path, name: str, exit_code: int | None) -> Mutant:
    """The mutant of this name, as mutmut left it."""
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.format_utils import orig_function_and_class_names_from_key

    function, its_class = orig_function_and_class_names_from_key(name)
    outcomes = {"killed": "killed", "survived": "survived", "no tests": "survived"}
    outcome = outcomes.get(status_by_exit_code[exit_code], "stopped")
    old, new = _changed(name, path)
    whole = f"{its_class}.{function}" if its_class else function
    return Mutant(path.as_posix(), whole, old, new, outcome, name)


def _changed(name: str, path: Path) -> tuple[str, str]:
    from mutmut.mutation.diff_apply import get_diff_for_mutant

    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]  # past the names of both files
    old, new = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    return old, new


def share(mutants: Iterable[Mutant]) -> float:
    """How much of the mutants is noticed, from 0 to 1."""
    noticed = [mutant.outcome != "survived" for mutant in mutants]
    return sum(noticed) / len(noticed)


def as_table(mutants: Sequence[Mutant]) -> str:
    """How many mutants each module has, and what came of them, in Markdown."""
    lines = [f"| file | mutants | {' | '.join(OUTCOMES)} | noticed |", "|---|" + "--:|" * 5]
    files = sorted({mutant.file for mutant in mutants})
    for name in [*files, "all"]:
        here = [mutant for mutant in mutants if name in ("all", mutant.file)]
        counts = [sum(mutant.outcome == outcome for mutant in here) for outcome in OUTCOMES]
        row = [name, str(len(here)), *map(str, counts), f"{share(here):.1%}"]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def as_page(mutants: Sequence[Mutant]) -> str:
    """What stands in tests/MUTANTS.md."""
    survivors = [mutant for mutant in mutants if mutant.outcome == "survived"]
    return (
        f"# Mutants\n\nEach function of these modules was changed in small ways, {len(mutants)} in "
        f"all, and the module's unit tests that reach it were run: they noticed "
        f"{share(mutants):.1%}. `make mutants` does so anew and writes this page.\n\n"
        "*Killed*: a test failed. *Stopped*: the tests did not come to an end. *Survived*: all "
        "passed. Not changed are text, whose tests would be copies of it; what stands outside of "
        "functions; and functions under a decorator. The modules and their unit tests are those "
        "that `pyproject.toml` names. Pictures are not among them: they are compared as images.\n\n"
        f"{as_table(mutants)}\n## Survivors\n\n{as_list(survivors)}"
    )


def as_list(survivors: Iterable[Mutant]) -> str:
    """Each change that no test notices, in a line of its own."""
    return "".join(f"- `{line}`\n" for line in sorted({str(mutant) for mutant in survivors}))


def main(arguments: list[str] | None = None) -> int:
    """Try the mutants of the modules chosen, or all; return the exit status."""
    parser = argparse.ArgumentParser(description="See whether the unit tests notice small changes.")
    parser.add_argument("modules", nargs="*", help="modules of helpers (default: all)")
    parser.add_argument("--control", action="store_true", help="change nothing: no test may fail")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    options = parser.parse_args(arguments)
    unit_tests = load_unit_tests()
    if unknown := set(options.modules) - set(unit_tests):
        parser.error(f"no unit tests are named for {', '.join(sorted(unknown))}")
    chosen = {name: unit_tests[name] for name in options.modules or unit_tests}
    try:
        install()
        mutants = measure_all(chosen, options.jobs, options.control)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 2
    if options.control:
        failed = {f"{m.file} {m.function}" for m in mutants if m.outcome != "survived"}
        print("\n".join(["Unchanged, these fail:", *sorted(failed)]) if failed else "None failed.")
        return 2 * bool(failed)
    print(as_list(mutant for mutant in mutants if mutant.outcome == "survived"), end="")
    print(as_table(mutants), end="")
    if not options.modules:
        PAGE.write_text(as_page(mutants), encoding="utf-8")
    return int(share(mutants) < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
