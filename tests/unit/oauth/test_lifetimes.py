"""When tokens are refreshed."""

from datetime import UTC, datetime, timedelta

import pytest

from minutehand.connections.store import Lifetime
from minutehand.oauth.lifetimes import lifetime
from minutehand.platforms.oauth2.provider import Grant

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RENEWABLE = {"access_token": "a", "refresh_token": "r"}


@pytest.mark.parametrize(
    ("lives", "refreshed_after"),
    [
        (timedelta(days=60), timedelta(days=54)),
        (timedelta(hours=24), timedelta(hours=24) * 0.9),
        (timedelta(hours=2), timedelta(minutes=108)),
        (timedelta(hours=1), timedelta(minutes=50)),
        (timedelta(minutes=20), timedelta(minutes=10)),
        (timedelta(minutes=10), timedelta(minutes=5)),
        (timedelta(minutes=1), timedelta(minutes=1)),  # never all the time
        (timedelta(0), timedelta(minutes=1)),
    ],
)
def test_a_tenth_of_its_time_is_left_and_ten_minutes_at_least(lives: timedelta, refreshed_after: timedelta) -> None:
    refresh_ends = NOW + timedelta(days=180)

    found = lifetime("x", Grant(RENEWABLE, NOW + lives, refresh_ends), now=NOW)

    assert found == Lifetime(NOW + lives, NOW + refreshed_after, refresh_ends)


@pytest.mark.parametrize(
    ("platform", "token", "lives"),
    [
        ("linkedin", {"access_token": "a"}, timedelta(days=60)),  # of an app without refresh tokens
        ("facebook", {"access_token": "a"}, None),
        ("x", RENEWABLE, None),
    ],
)
def test_what_cannot_be_refreshed_or_never_ends_is_left_alone(
    platform: str, token: dict[str, str], lives: timedelta | None
) -> None:
    expires_at = None if lives is None else NOW + lives

    assert lifetime(platform, Grant(token, expires_at), now=NOW) == Lifetime(expires_at)


def test_instagram_renews_a_token_with_itself() -> None:
    found = lifetime("instagram", Grant({"access_token": "a"}, NOW + timedelta(days=60)), now=NOW)

    assert found.refresh_at == NOW + timedelta(days=54)
