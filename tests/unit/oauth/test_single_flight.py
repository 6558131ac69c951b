"""The single-flight cache."""

import gc
import threading
import weakref
from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from minutehand.oauth import single_flight
from minutehand.oauth.single_flight import SingleFlight, in_background
from tests.support.threads import Waiting, at_once

KEPT = timedelta(seconds=30)


class Alarm:
    """A timer that the test sets off."""

    def __init__(self) -> None:
        self.set: list[Callable[[], None]] = []

    def __call__(self, wait: timedelta, act: Callable[[], None]) -> None:
        assert wait == KEPT
        self.set.append(act)

    def ring(self) -> None:
        self.set.pop(0)()


def test_concurrent_callers_share_one_value(monkeypatch: pytest.MonkeyPatch) -> None:
    flight = SingleFlight[str, int](kept=KEPT, max_entries=10, later=Alarm())
    waiting, numbers, given = Waiting(monkeypatch, single_flight), count(), list[int]()

    def make() -> int:
        waiting.until(2)
        return next(numbers)

    at_once(*[lambda: given.append(flight.get("a", make))] * 3)

    assert given == [0, 0, 0]
    assert next(numbers) == 1


def test_concurrent_callers_share_a_failure_that_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    flight = SingleFlight[str, float](kept=KEPT, max_entries=10, later=Alarm())
    waiting, failures = Waiting(monkeypatch, single_flight), list[Exception]()

    def make() -> float:
        waiting.until(2)
        return 1 / 0

    def want() -> None:
        try:
            flight.get("a", make)
        except ZeroDivisionError as failure:
            failures.append(failure)

    at_once(want, want, want)

    assert len(failures) == 3
    assert len(set(map(id, failures))) == 1
    assert flight.get("a", lambda: 1.0) == 1.0


def test_a_value_is_shared_for_a_while() -> None:
    alarm, numbers = Alarm(), count()
    flight = SingleFlight[str, int](kept=KEPT, max_entries=10, later=alarm)

    def get(key: str = "a") -> int:
        return flight.get(key, lambda: next(numbers))

    assert [get(), get()] == [0, 0]
    alarm.ring()
    assert [get(), get("b")] == [0, 1]
    alarm.ring()
    assert [get("b"), get()] == [1, 2]


def test_a_value_is_dropped_even_if_nobody_calls_again() -> None:
    """The value is a token, which must not stay in memory."""

    class Token:
        pass

    alarm = Alarm()
    flight = SingleFlight[str, Token](kept=KEPT, max_entries=10, later=alarm)
    token = weakref.ref(flight.get("a", Token))
    assert token() is not None

    alarm.ring()
    alarm.ring()
    gc.collect()

    assert token() is None
    assert alarm.set == []  # and no timer runs


def test_the_number_of_values_is_limited() -> None:
    flight, numbers = SingleFlight[str, int](kept=KEPT, max_entries=2, later=Alarm()), count()
    for name in ("a", "b", "c"):
        flight.get(name, lambda: next(numbers))

    assert flight.get("c", lambda: next(numbers)) == 2
    assert flight.get("a", lambda: next(numbers)) == 3


def test_the_timer_runs_in_the_background_and_keeps_no_process_alive() -> None:
    rung, keeps_alive = threading.Event(), list[bool]()

    def act() -> None:
        keeps_alive.append(not threading.current_thread().daemon)
        rung.set()

    in_background(timedelta(0), act)

    assert rung.wait(10)
    assert keeps_alive == [False]
