"""What several threads want is made once."""

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
    """A clock that goes off when it is told to."""

    def __init__(self) -> None:
        self.set: list[Callable[[], None]] = []

    def __call__(self, wait: timedelta, act: Callable[[], None]) -> None:
        assert wait == KEPT
        self.set.append(act)

    def ring(self) -> None:
        self.set.pop(0)()


def test_those_who_come_meanwhile_wait_and_get_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    things = SingleFlight[str, int](kept=KEPT, max_entries=10, later=Alarm())
    waiting, numbers, given = Waiting(monkeypatch, single_flight), count(), list[int]()

    def make() -> int:
        waiting.until(2)
        return next(numbers)

    at_once(*[lambda: given.append(things.get("a", make))] * 3)

    assert given == [0, 0, 0]
    assert next(numbers) == 1


def test_those_who_come_meanwhile_fail_together_and_nobody_after(monkeypatch: pytest.MonkeyPatch) -> None:
    things = SingleFlight[str, float](kept=KEPT, max_entries=10, later=Alarm())
    waiting, failures = Waiting(monkeypatch, single_flight), list[Exception]()

    def make() -> float:
        waiting.until(2)
        return 1 / 0

    def want() -> None:
        try:
            things.get("a", make)
        except ZeroDivisionError as failure:
            failures.append(failure)

    at_once(want, want, want)

    assert len(failures) == 3
    assert len(set(map(id, failures))) == 1
    assert things.get("a", lambda: 1.0) == 1.0


def test_it_is_given_again_for_a_while() -> None:
    alarm, numbers = Alarm(), count()
    things = SingleFlight[str, int](kept=KEPT, max_entries=10, later=alarm)

    def get(key: str = "a") -> int:
        return things.get(key, lambda: next(numbers))

    assert [get(), get()] == [0, 0]
    alarm.ring()
    assert [get(), get("b")] == [0, 1]
    alarm.ring()
    assert [get("b"), get()] == [1, 2]


def test_what_was_made_is_forgotten_though_nobody_comes_any_more() -> None:
    """It is a token, which opens somebody's account."""

    class Token:
        pass

    alarm = Alarm()
    things = SingleFlight[str, Token](kept=KEPT, max_entries=10, later=alarm)
    token = weakref.ref(things.get("a", Token))
    assert token() is not None

    alarm.ring()
    alarm.ring()
    gc.collect()

    assert token() is None
    assert alarm.set == []  # and nothing is waited for any more


def test_few_are_remembered() -> None:
    things, numbers = SingleFlight[str, int](kept=KEPT, max_entries=2, later=Alarm()), count()
    for name in ("a", "b", "c"):
        things.get(name, lambda: next(numbers))

    assert things.get("c", lambda: next(numbers)) == 2
    assert things.get("a", lambda: next(numbers)) == 3


def test_the_timer_goes_off_by_itself_and_keeps_no_process_alive() -> None:
    rung, keeps_alive = threading.Event(), list[bool]()

    def act() -> None:
        keeps_alive.append(not threading.current_thread().daemon)
        rung.set()

    in_background(timedelta(0), act)

    assert rung.wait(10)
    assert keeps_alive == [False]
