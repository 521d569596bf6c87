"""The limit to how long an answer may run, by itself."""

import contextlib
import inspect
import os
import signal
import sys
import threading
import time

import pytest

from helpers.checks import check, interruption, lesson_exercises
from helpers.checks.interruption import TookTooLong, time_limit

FILE = interruption.__file__


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
    assert 0.05 < time.monotonic() - start < 5


def turning():
    while True:
        pass


ALARM = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer of the system")


@ALARM
def test_does_without_sigint():
    """As in `nohup make test &`, where a shell tells its children to ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(TookTooLong), time_limit(0.1):
            turning()
    finally:
        signal.signal(signal.SIGINT, before)


def test_counts_seconds_of_the_processor_and_a_sleep_fourfold():
    start = time.monotonic()
    with time_limit(0.3):
        time.sleep(0.6)
    with pytest.raises(TookTooLong), time_limit(0.1):
        time.sleep(10)
    assert 0.4 < time.monotonic() - start - 0.6 < 5


@ALARM
def test_sets_a_timer_of_somebody_else_again():
    rang = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(time.monotonic()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        start = time.monotonic()
        with time_limit(5):
            time.sleep(0.2)
        assert not rang
        time.sleep(0.6)
        assert 0.4 < rang[0] - start < 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_works_by_a_thread_where_there_is_no_timer(monkeypatch):
    monkeypatch.delattr(signal, "setitimer", raising=False)
    with time_limit(10):
        pass
    with pytest.raises(TookTooLong), time_limit(0.1):
        turning()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with time_limit(0.1):  # nothing can be done here, and nothing is
            pass
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_thread_that_presses_once_more_leaves_everything_as_it_was(monkeypatch):
    """On a busy machine it may do so while the first interruption is on its way out."""
    monkeypatch.delattr(signal, "setitimer", raising=False)
    before, threads = signal.getsignal(signal.SIGINT), set(threading.enumerate())
    lines, first = inspect.getsourcelines(interruption._interruption.__wrapped__)
    on_its_way = first + next(i for i, line in enumerate(lines) if "done = True" in line)
    pressed = []

    def press(frame, event, arg):
        if event == "line" and frame.f_lineno == on_its_way and not pressed:
            pressed.append(on_its_way)
            signal.raise_signal(signal.SIGINT)
        return press

    def turning_traced():
        sys.settrace(lambda frame, *_: press if frame.f_code.co_filename == FILE else None)
        turning()

    tracing = sys.gettrace()
    try:
        with pytest.raises(TookTooLong), time_limit(0.1):
            turning_traced()
        assert pressed
        assert signal.getsignal(signal.SIGINT) is before
        until = time.monotonic() + 5
        while set(threading.enumerate()) - threads and time.monotonic() < until:
            time.sleep(0.01)
        assert set(threading.enumerate()) - threads == set()
    finally:
        sys.settrace(tracing)
        signal.signal(signal.SIGINT, before)


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


def test_looks_at_the_time_more_often_where_there_is_little():
    looks = {seconds: interruption._Clock(seconds).look_every for seconds in (5, 0.1, 0.02)}
    assert looks == {5: 0.1, 0.1: 0.05, 0.02: 0.01}
