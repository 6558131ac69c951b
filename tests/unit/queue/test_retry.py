"""The backoff of retries, and the retry policy of a deployment."""

from datetime import timedelta

import pytest

from minutehand.queue.retry import RetryPolicy, backoff
from minutehand.runtime.config import BadConfiguration, RetryConfig

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
