"""A limit to how long an answer may run: a loop without an end does not hold up a lesson."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 5.0
"""For each call of a learner's function, and for each comparison."""
_AGAIN = 0.5  # seconds after which what has caught the first interruption gets another


class TookTooLong(BaseException):
    """Raised inside a `time_limit`. No Exception: what catches all of those is stopped as well."""


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Stop what runs in the block when it takes longer: TookTooLong is raised there.

    Python code is stopped as the ■ button stops it. So it is on the main thread, where notebooks
    run their cells; on another thread nothing is limited.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    if not callable(before):  # interruptions are ignored here
        yield
        return
    late = done = False
    over, one_at_a_time = threading.Event(), threading.Lock()

    def interrupted(number, frame) -> None:
        if not late:
            before(number, frame)  # somebody pressed ■
        elif not done:
            raise TookTooLong

    def watch() -> None:
        nonlocal late
        wait = seconds
        while not over.wait(wait):
            with one_at_a_time:
                if over.is_set():
                    return
                late = True
                _interrupt_main_thread()
            wait = _AGAIN

    try:
        signal.signal(signal.SIGINT, interrupted)
        threading.Thread(target=watch, daemon=True).start()
        yield
    finally:
        done = True  # an interruption on its way is let go
        with one_at_a_time:
            over.set()
        signal.signal(signal.SIGINT, before)


def _interrupt_main_thread() -> None:
    if hasattr(signal, "pthread_kill"):  # wakes it from a sleep, too
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()
