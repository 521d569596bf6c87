"""A limit to how long an answer may run: a loop without an end does not hold up a lesson."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 5.0
"""For all calls of a learner's function, in seconds of the processor: a busy machine takes none of
them away. An answer that sleeps is stopped after `SLEEPING` times as many seconds of the clock."""
SLEEPING = 4
_AGAIN = 0.1  # seconds from one look at the time to the next: what has caught one gets another


class TookTooLong(BaseException):
    """Raised inside a `time_limit`. No Exception: what catches all of those is stopped as well."""


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Stop what runs in the block when it takes longer: TookTooLong is raised there.

    On the main thread alone, where notebooks run their cells; on another nothing is limited. Where
    the system has a timer of its own (not on Windows), it does without SIGINT, which a shell may
    have told this process to ignore.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
    elif hasattr(signal, "setitimer"):
        with _alarm(_Clock(seconds)):
            yield
    else:
        with _interruption(_Clock(seconds)):
            yield


class _Clock:
    """Whether the time is up."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.look_every = min(_AGAIN, seconds / 2)
        self._processor, self._wall = time.process_time(), time.monotonic()

    def is_over(self) -> bool:
        return (
            time.process_time() - self._processor > self.seconds
            or time.monotonic() - self._wall > self.seconds * SLEEPING
        )


@contextmanager
def _alarm(clock: _Clock) -> Iterator[None]:
    """By the system's timer: it wakes this thread from a sleep, too."""
    done = False

    def look(number, frame) -> None:
        if not done and clock.is_over():
            raise TookTooLong

    before = signal.signal(signal.SIGALRM, look)
    began = time.monotonic()
    left, every = signal.setitimer(signal.ITIMER_REAL, clock.look_every, clock.look_every)
    try:
        try:
            yield
        finally:
            done = True  # an alarm on its way is let go
    finally:
        done = True  # also where it came right before that line
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:  # somebody else had set it
            signal.setitimer(
                signal.ITIMER_REAL, max(left - (time.monotonic() - began), 0.001), every
            )


@contextmanager
def _interruption(clock: _Clock) -> Iterator[None]:
    """By a thread that presses ■ when the time is up."""
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
        while not over.wait(clock.look_every):
            with one_at_a_time:
                if over.is_set():
                    return
                if clock.is_over():
                    late = True
                    _thread.interrupt_main()

    try:
        try:
            signal.signal(signal.SIGINT, interrupted)
            threading.Thread(target=watch, daemon=True).start()
            yield
        finally:
            done = True  # an interruption on its way is let go
    finally:
        done = True  # also where it came right before that line
        with one_at_a_time:
            over.set()
        signal.signal(signal.SIGINT, before)
