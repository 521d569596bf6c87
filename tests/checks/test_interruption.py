"""The limit to how long an answer may run, by itself."""

import contextlib
import itertools
import os
import signal
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from helpers.checks import check, interruption, lesson_exercises
from helpers.checks.interruption import TookTooLong, time_limit


@pytest.fixture(autouse=True)
def stop_button():
    """Also where a shell told this process to ignore Ctrl-C, as in `nohup make test &`."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def swallows_one():
    with contextlib.suppress(TookTooLong):
        time.sleep(10)
    time.sleep(10)


def assert_no_more_than(threads: set[threading.Thread]) -> None:
    """The limit's own thread ends soon after its block."""
    until = time.monotonic() + 5
    while set(threading.enumerate()) - threads and time.monotonic() < until:
        time.sleep(0.01)
    assert set(threading.enumerate()) - threads == set()


def test_leaves_everything_as_it_was():
    before = signal.getsignal(signal.SIGINT)
    threads = set(threading.enumerate())
    for _ in range(200):
        with time_limit(10):
            pass
    assert signal.getsignal(signal.SIGINT) is before
    assert_no_more_than(threads)


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


@pytest.fixture
def no_timer(monkeypatch):
    """As on Windows; pytest has a timer of its own for each test, and keeps it."""
    without = {name: each for name, each in vars(signal).items() if name != "setitimer"}
    monkeypatch.setattr(interruption, "signal", SimpleNamespace(**without))


@ALARM
def test_leaves_no_timer_behind_and_one_of_somebody_else_goes_on_in_its_turns():
    own = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        with time_limit(5):
            pass
        assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
        signal.setitimer(signal.ITIMER_REAL, 100, 50)
        with time_limit(5):
            pass
        assert signal.getitimer(signal.ITIMER_REAL) == pytest.approx((100, 50), abs=1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, *own)


def test_works_by_a_thread_where_there_is_no_timer(no_timer):
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


@pytest.fixture(params=[pytest.param("timer", marks=ALARM), "thread"])
def way(request) -> signal.Signals:
    """Each of the two ways to stop what has no end; and the signal that it stops it with."""
    if request.param == "timer":
        return signal.SIGALRM
    request.getfixturevalue("no_timer")
    return signal.SIGINT


EDGES = {
    getattr(kind, edge).__code__
    for kind in (interruption._Alarm, interruption._Interruption)
    for edge in ("__enter__", "__exit__")
}


@contextlib.contextmanager
def pressed_at(step: int, number: signal.Signals):
    """This signal comes at that step of the limit's own beginning and end; gives whether it did."""
    steps, done = itertools.count(), []

    def press(frame, event, argument):
        if next(steps) == step:
            done.append(step)
            signal.raise_signal(number)
        return press

    tracing = sys.gettrace()
    sys.settrace(lambda frame, *what: press(frame, *what) if frame.f_code in EDGES else None)
    try:
        yield done
    finally:
        sys.settrace(tracing)


def test_once_more_while_the_first_is_on_its_way_leaves_everything_as_it_was(way, monkeypatch):
    """On a busy machine the time is looked at again before the block is left."""
    is_over = False

    def without_end():
        nonlocal is_over
        is_over = True
        turning()

    def outer(number, frame):
        """What is there before, and sees what comes before the limit's own is set."""

    monkeypatch.setattr(interruption._Clock, "is_over", lambda clock: is_over)
    threads, steps, pressed = set(threading.enumerate()), 0, [0]
    before = signal.signal(way, outer)
    try:
        while pressed:
            is_over = False
            with pytest.raises(TookTooLong), pressed_at(steps, way) as pressed, time_limit(0.01):
                without_end()
            assert signal.getsignal(way) is outer
            steps += 1
        time.sleep(0.05)  # and nothing comes after it
    finally:
        signal.signal(way, before)
    assert steps > 10
    assert_no_more_than(threads)


def test_the_stop_button_counts_while_a_block_is_begun_or_left(no_timer):
    before = signal.getsignal(signal.SIGINT)
    steps, pressed = 0, [0]
    while pressed:
        stopped = False
        try:
            with pressed_at(steps, signal.SIGINT) as pressed, time_limit(10):
                pass
        except KeyboardInterrupt:
            stopped = True
        assert stopped == bool(pressed)
        assert signal.getsignal(signal.SIGINT) is before
        steps += 1
    assert steps > 10


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
