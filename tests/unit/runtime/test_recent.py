"""Results of look-ups in memory."""

from datetime import timedelta

import pytest

from minutehand.runtime.recent import Recent
from tests.support.clock import START

LIFETIME = timedelta(seconds=30)


@pytest.mark.parametrize(("seconds", "value"), [(0, "a"), (29.999, "a"), (30, None), (3_600, None), (-1, None)])
def test_value_is_returned_within_its_lifetime(seconds: float, value: str | None) -> None:
    recent: Recent[str] = Recent(LIFETIME, 10)
    recent.add(b"1", "a", START)

    assert recent.get(b"1", START + timedelta(seconds=seconds)) == value
    assert len(recent) == (value is not None)


def test_unknown_key_has_no_value() -> None:
    assert Recent[str](LIFETIME, 10).get(b"1", START) is None


def test_oldest_value_is_dropped_if_there_are_too_many() -> None:
    recent: Recent[int] = Recent(LIFETIME, 3)
    for number in range(4):
        recent.add(bytes([number]), number, START)
    recent.add(bytes([1]), 10, START)  # again, so that it is the newest
    recent.add(bytes([9]), 9, START)

    assert {number: recent.get(bytes([number]), START) for number in (0, 1, 2, 3, 9)} == {
        0: None,
        1: 10,
        2: None,
        3: 3,
        9: 9,
    }
    assert len(recent) == 3
