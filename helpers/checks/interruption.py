"""A limit to how long an answer may run: a loop without an end does not hold up a lesson."""

from __future__ import annotations

import _thread
import signal
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from types import FrameType

SECONDS = 5.0
"""For all calls of a learner's function, in seconds of the processor: a busy machine takes none of
them away. An answer that sleeps is stopped after `SLEEPING` times as many seconds of the clock."""
SLEEPING = 4
_AGAIN = 0.1  # seconds from one look at the time to the next: what has caught one gets another


class TookTooLong(BaseException):
    """Raised inside a `time_limit`. No Exception: what catches all of those is stopped as well."""


def time_limit(seconds: float = SECONDS) -> AbstractContextManager[None]:
    """Stop what runs in the block when it takes longer: TookTooLong is raised there.

    On the main thread alone, where notebooks run their cells; on another nothing is limited. Where
    the system has a timer of its own (not on Windows), it does without SIGINT, which a shell may
    have told this process to ignore.
    """
    if threading.current_thread() is not threading.main_thread():
        return nullcontext()
    if hasattr(signal, "setitimer"):
        return _Alarm(seconds)
    if callable(signal.getsignal(signal.SIGINT)):
        return _Interruption(seconds)
    return nullcontext()  # interruptions are ignored here


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


class _Limit(AbstractContextManager):
    """What both kinds share: a block that is begun or left is not disturbed at that.

    The next look at the time may come while the error of the last one is on its way out. It would
    take its place, and what puts everything back would not run.
    """

    def __init__(self, seconds: float):
        self._clock = _Clock(seconds)

    def _is_at_an_edge(self, frame: FrameType | None) -> bool:
        edges = type(self).__enter__.__code__, type(self).__exit__.__code__
        while frame is not None:
            if frame.f_code in edges:
                return True
            frame = frame.f_back
        return False


class _Alarm(_Limit):
    """By the system's timer: it wakes this thread from a sleep, too."""

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGALRM, self._look)
        self._began, every = time.monotonic(), self._clock.look_every
        self._left, self._every = signal.setitimer(signal.ITIMER_REAL, every, every)

    def _look(self, number: int, frame: FrameType | None) -> None:
        if self._clock.is_over() and not self._is_at_an_edge(frame):
            raise TookTooLong

    def __exit__(self, *error) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)
        if self._left:  # somebody else had set it
            left = self._left - (time.monotonic() - self._began)
            signal.setitimer(signal.ITIMER_REAL, max(left, 0.001), self._every)


class _Interruption(_Limit):
    """By a thread that presses ■ when the time is up."""

    def __enter__(self) -> None:
        self._late = self._pressed = False
        self._over, self._one_at_a_time = threading.Event(), threading.Lock()
        self._before = signal.signal(signal.SIGINT, self._interrupted)
        threading.Thread(target=self._watch, daemon=True).start()

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        if self._is_at_an_edge(frame):
            self._pressed |= not self._late
        elif self._late:
            raise TookTooLong
        else:
            self._before(number, frame)  # somebody pressed ■

    def _watch(self) -> None:
        while not self._over.wait(self._clock.look_every):
            with self._one_at_a_time:
                if self._over.is_set():
                    return
                if self._clock.is_over():
                    self._late = True
                    _thread.interrupt_main()

    def __exit__(self, *error) -> None:
        with self._one_at_a_time:
            self._over.set()
        signal.signal(signal.SIGINT, self._before)
        if self._pressed:  # by somebody, and meanwhile
            signal.raise_signal(signal.SIGINT)
