"""The backoff of retries, and the retry policy of a deployment."""

from datetime import datetime, timedelta

import pytest

from minutehand.queue.retry import RetryPolicy, backoff, next_preparation
from minutehand.runtime.config import BadConfiguration
from minutehand.runtime.configs.retry import RetryConfig
from tests.support.clock import START

SECOND = timedelta(seconds=1)


def test_backoff_doubles_with_each_failure() -> None:
    assert [backoff(number, first=5 * SECOND) / SECOND for number in range(1, 5)] == [5, 10, 20, 40]


def test_backoff_stops_at_its_maximum() -> None:
    waits = [backoff(number, first=5 * SECOND, maximum=30 * SECOND) / SECOND for number in range(1, 6)]
    assert waits == [5, 10, 20, 30, 30]


def test_policy_comes_from_the_environment() -> None:
    config = RetryConfig.from_environ({"DATABASE_URL": "unused", "ATTEMPTS": "5", "RETRY_DELAY_SECONDS": "60"})
    assert RetryPolicy.of(config) == RetryPolicy(5, timedelta(minutes=1))


@pytest.mark.parametrize("variable", ["ATTEMPTS", "RETRY_DELAY_SECONDS"])
@pytest.mark.parametrize("value", ["0", "1000", "many"])
def test_policy_outside_its_limits_is_refused(variable: str, value: str) -> None:
    with pytest.raises(BadConfiguration, match=variable):
        RetryConfig.from_environ({"DATABASE_URL": "unused", variable: value})


def preparations(**options: datetime) -> list[float]:
    """Return the times of the attempts, in seconds since the first error, if every attempt fails immediately."""
    times, now = list[float](), START
    while (at := next_preparation(now, since=START, expires_at=options.get("expires_at"))) is not None:
        now = at
        times.append((now - START) / SECOND)
    return times


def test_preparation_is_retried_after_waits_that_double_to_five_minutes_for_six_hours() -> None:
    times = preparations()
    waits = [later - earlier for earlier, later in zip([0, *times], times, strict=False)]
    assert waits[:9] == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert max(waits) == 300
    assert times[-1] == 6 * 3_600 - 5
    assert len(times) < 80


def test_last_preparation_begins_five_seconds_before_the_window_closes() -> None:
    assert preparations(expires_at=START + 60 * SECOND) == [5, 15, 35, 55]
    assert preparations(expires_at=START + 5 * SECOND) == []


def test_preparation_waits_for_the_time_at_which_it_can_succeed() -> None:
    earliest, window = START + 90 * SECOND, START + 100 * SECOND
    assert next_preparation(START, since=START, expires_at=None, earliest=earliest) == earliest
    assert next_preparation(START, since=START, expires_at=window, earliest=earliest) == earliest
    assert next_preparation(START, since=START, expires_at=earliest, earliest=earliest) is None
