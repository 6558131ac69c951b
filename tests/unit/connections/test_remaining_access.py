"""The warnings about the access to an account that remains after its connection has been removed."""

import pytest

from minutehand.connections.remaining_access import warnings
from minutehand.connections.store import SharedAccess
from minutehand.platforms.catalog import DISPLAY_NAMES

NOT_REVOKED = {"bluesky", "mastodon", "facebook", "instagram", "linkedin", "threads"}


def codes(platform: str, *, by_other_owner: bool = False, by_same_grant: bool = False) -> list[str]:
    found = warnings(platform, SharedAccess(by_other_owner=by_other_owner, by_same_grant=by_same_grant))
    assert all(warning["field"] == "connectionId" for warning in found)
    assert all(DISPLAY_NAMES[platform] in warning["message"] for warning in found)
    return [warning["code"] for warning in found]


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_access_that_remains_is_reported(platform: str) -> None:
    always = ["token_not_revoked"] if platform in NOT_REVOKED else []

    assert codes(platform) == always
    assert codes(platform, by_other_owner=True) == [*always, "connected_elsewhere"]
    assert codes(platform, by_same_grant=True) == (always or ["grant_in_use"])
    assert codes(platform, by_other_owner=True, by_same_grant=True) == [
        *(always or ["grant_in_use"]),
        "connected_elsewhere",
    ]


@pytest.mark.parametrize("platform", ["bluesky", "mastodon"])
def test_warning_about_credentials_names_no_app(platform: str) -> None:
    found = warnings(platform, SharedAccess(by_other_owner=True, by_same_grant=False))

    assert found[-1]["message"].endswith(
        f"To end that access, delete the other credential in the settings on {DISPLAY_NAMES[platform]}."
    )
    assert not any("the app" in warning["message"] for warning in found)
