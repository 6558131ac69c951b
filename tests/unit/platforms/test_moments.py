from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from minutehand.platforms.exchange import DEFAULT_RATE_LIMIT_WAIT, retry_time
from minutehand.platforms.linkedin.listing import _is_since as linkedin_is_since
from minutehand.platforms.moments import epoch_time, iso_time
from minutehand.platforms.tiktok.listing import _is_since as tiktok_is_since
from minutehand.platforms.x.timeline import _is_since as x_is_since

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NO_TIMES: list[Any] = [None, True, "", "soon", [], {}, "9" * 400, "2026-13-01", "99999-01-01T00:00:00Z", b"2026-03-02"]
NO_EPOCHS: list[Any] = [None, True, "1", [], {}, 10**18, -(10**18), 2**63 - 1, float("inf"), float("nan"), 1e300]


@pytest.mark.parametrize("value", NO_TIMES)
def test_text_that_states_no_time_has_no_time(value: Any) -> None:
    assert iso_time(value) is None


def test_time_without_a_zone_is_in_utc() -> None:
    assert iso_time("2026-03-02T09:00:00") == NOW
    assert iso_time("2026-03-02T10:00:00+01:00") == NOW
    assert iso_time("0001-01-01T00:00:00+14:00") == datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))


@pytest.mark.parametrize("value", NO_EPOCHS)
def test_number_that_states_no_time_has_no_time(value: Any) -> None:
    assert epoch_time(value) is None


def test_number_of_seconds_is_a_time() -> None:
    assert epoch_time(NOW.timestamp()) == NOW
    assert epoch_time(-1) == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("value", NO_EPOCHS)
def test_post_at_no_time_is_not_recent(value: Any) -> None:
    assert not tiktok_is_since({"create_time": value}, NOW)
    assert not linkedin_is_since(value, NOW)


def test_post_at_a_time_without_a_zone_is_compared() -> None:
    assert x_is_since({"created_at": "2026-03-02T09:00:00"}, NOW)
    assert not x_is_since({"created_at": "2026-03-02T08:00:00"}, NOW)


@pytest.mark.parametrize(
    "value",
    [
        "Wed, 21 Oct 999999999999999999999 07:28:00 GMT",
        "Wed, 21 Oct 2026 07:28:00 +9999999999",
        "Wed, 99999999999999999999 Oct 2026 07:28:00 GMT",
        "Wed, 21 Oct 2026 99999999999999999999:28:00 GMT",
        "9" * 5_000,
        "-1",
    ],
)
@pytest.mark.parametrize("header", ["Retry-After", "RateLimit-Reset"])
def test_malformed_header_states_no_time_to_retry(header: str, value: str) -> None:
    assert retry_time(httpx.Headers({header: value}), NOW) == NOW + DEFAULT_RATE_LIMIT_WAIT
