"""The limit to how long an answer may run, by itself."""

import contextlib
import os
import signal
import threading
import time

import pytest

from helpers.checks import check, lesson_exercises
from helpers.checks.interruption import TookTooLong, time_limit


def swallows_one():
    with contextlib.suppress(TookTooLong):
        time.sleep(10)
    time.sleep(10)


def test_leaves_everything_as_it_was():
    before = signal.getsignal(signal.SIGINT)
    threads = set(threading.enumerate())
    for _ in range(200):
        with time_limit(10):
            pass
    assert signal.getsignal(signal.SIGINT) is before
    until = time.monotonic() + 5
    while set(threading.enumerate()) - threads and time.monotonic() < until:
        time.sleep(0.01)
    assert set(threading.enumerate()) - threads == set()


def test_that_runs_out_as_the_block_ends_stops_nothing_else():
    for _ in range(100):
        try:
            with time_limit(0.002):
                time.sleep(0.0019)
        except TookTooLong:
            pass
        time.sleep(0.0005)


def test_goes_around_a_block_again_that_catches_it():
    start = time.monotonic()
    with pytest.raises(TookTooLong), time_limit(0.05):
        swallows_one()
    assert 0.5 < time.monotonic() - start < 5


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs POSIX signals")
def test_leaves_the_stop_button_as_it_is():
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt), time_limit(10):
        time.sleep(5)


def test_stands_aside_on_another_thread():
    said = []
    name = next(iter(lesson_exercises("1")))
    thread = threading.Thread(target=lambda: said.append(check(name, 5j).kind))
    thread.start()
    thread.join()
    assert said == ["wrong"]
