"""The time at which tokens are refreshed."""

from datetime import UTC, datetime, timedelta

import pytest

from minutehand.connections.store import Lifetime
from minutehand.oauth.lifetimes import lifetime
from minutehand.platforms.oauth2.provider import Grant

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RENEWABLE = {"access_token": "a", "refresh_token": "r"}


@pytest.mark.parametrize(
    ("life", "refreshed_after"),
    [
        (timedelta(days=60), timedelta(days=54)),
        (timedelta(hours=24), timedelta(hours=24) * 0.9),
        (timedelta(hours=2), timedelta(minutes=108)),
        (timedelta(hours=1), timedelta(minutes=50)),
        (timedelta(minutes=20), timedelta(minutes=10)),
        (timedelta(minutes=10), timedelta(minutes=5)),
        (timedelta(minutes=1), timedelta(minutes=1)),  # but at most once a minute
        (timedelta(0), timedelta(minutes=1)),
    ],
)
def test_a_token_is_refreshed_when_a_tenth_of_its_life_is_left(life: timedelta, refreshed_after: timedelta) -> None:
    refresh_ends = NOW + timedelta(days=180)

    found = lifetime("x", Grant(RENEWABLE, NOW + life, refresh_ends), now=NOW)

    assert found == Lifetime(NOW + life, NOW + refreshed_after, refresh_ends)


@pytest.mark.parametrize(
    ("platform", "token", "life"),
    [
        ("linkedin", {"access_token": "a"}, timedelta(days=60)),  # an app without refresh tokens
        ("facebook", {"access_token": "a"}, None),
        ("x", RENEWABLE, None),
    ],
)
def test_a_token_without_refresh_or_end_is_not_refreshed(
    platform: str, token: dict[str, str], life: timedelta | None
) -> None:
    expires_at = None if life is None else NOW + life

    assert lifetime(platform, Grant(token, expires_at), now=NOW) == Lifetime(expires_at)


def test_an_instagram_token_is_refreshed_with_itself() -> None:
    found = lifetime("instagram", Grant({"access_token": "a"}, NOW + timedelta(days=60)), now=NOW)

    assert found.refresh_at == NOW + timedelta(days=54)
