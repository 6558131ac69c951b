"""The moments of a publication."""

from datetime import timedelta

import pytest

from minutehand.analytics.moments import MOMENTS, due_at, latest_moment, next_moment
from tests.support.clock import START

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("hours", "latest", "following"),
    [
        (0.5, 1, 1),
        (1, 1, 6),
        (5.99, 1, 6),
        (6, 6, 24),
        (71, 24, 72),
        (72, 72, 168),
        (719, 168, 720),
        (720, 720, None),
        (5_000, 720, None),
    ],
)
def test_moment_follows_from_the_age(hours: float, latest: int, following: int | None) -> None:
    now = START + timedelta(hours=hours)

    assert latest_moment(START, now, None) == latest
    assert next_moment(START, now, None) == following


def test_last_moment_of_a_short_lived_post_is_an_hour_before_its_end() -> None:
    assert [due_at(START, moment, DAY) - START for moment in MOMENTS[:3]] == [
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(hours=23),
    ]
    assert next_moment(START, START + timedelta(hours=22), DAY) == 24
    assert latest_moment(START, START + timedelta(hours=23), DAY) == 24
    assert next_moment(START, START + timedelta(hours=23), DAY) is None
