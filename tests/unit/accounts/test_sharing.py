"""What several threads want is made once."""

import threading
from datetime import timedelta

import pytest

from minutehand.accounts.sharing import Shared
from tests.support.clock import FakeClock
from tests.support.threads import at_once


def shared(clock: FakeClock, most: int = 10) -> Shared[str, int]:
    return Shared(clock.now, kept=timedelta(seconds=60), most=most)


def test_those_who_come_meanwhile_wait_and_get_the_same(clock: FakeClock) -> None:
    things, made, given = shared(clock), 0, []
    begun, go_on = threading.Event(), threading.Event()

    def make() -> int:
        nonlocal made
        made += 1
        begun.set()
        assert go_on.wait(10)
        return made

    def late() -> None:
        assert begun.wait(10)
        go_on.set()
        given.append(things.get("a", make))

    at_once(lambda: given.append(things.get("a", make)), late, late)

    assert (made, given) == (1, [1, 1, 1])


def test_it_is_given_again_for_a_while(clock: FakeClock) -> None:
    things, numbers = shared(clock), iter(range(9))

    def get() -> int:
        return things.get("a", lambda: next(numbers))

    assert [get(), get()] == [0, 0]
    clock.advance(seconds=60)
    assert get() == 0
    clock.advance(seconds=1)
    assert get() == 1
    assert things.get("b", lambda: next(numbers)) == 2


def test_a_failure_is_not_kept(clock: FakeClock) -> None:
    things = shared(clock)

    with pytest.raises(ZeroDivisionError):
        things.get("a", lambda: 1 // 0)
    assert things.get("a", lambda: 1) == 1


def test_few_are_remembered(clock: FakeClock) -> None:
    things, numbers = shared(clock, most=2), iter(range(9))
    for name in ("a", "b", "c"):
        things.get(name, lambda: next(numbers))

    assert things.get("c", lambda: next(numbers)) == 2
    assert things.get("a", lambda: next(numbers)) == 3
