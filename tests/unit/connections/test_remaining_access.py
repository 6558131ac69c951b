"""The warnings about the access to an account that remains after its connection has been removed."""

import pytest

from minutehand.connections.remaining_access import warnings
from minutehand.connections.store import SharedAccess
from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS, DISPLAY_NAMES

NOT_REVOKED = {"facebook", "instagram", "linkedin", "threads"}


def codes(
    platform: str, *, by_other_owner: bool = False, by_same_grant: bool = False, granted: bool = True
) -> list[str]:
    shared = SharedAccess(by_other_owner=by_other_owner, by_same_grant=by_same_grant, granted=granted)
    found = warnings(platform, shared)
    assert all(warning["field"] == "connectionId" for warning in found)
    assert all(DISPLAY_NAMES[platform] in warning["message"] for warning in found)
    return [warning["code"] for warning in found]


@pytest.mark.parametrize("platform", AUTHORIZABLE)
def test_access_that_remains_is_reported(platform: str) -> None:
    always = ["token_not_revoked"] if platform in NOT_REVOKED else []

    assert codes(platform) == always
    assert codes(platform, by_other_owner=True) == [*always, "connected_elsewhere"]
    assert codes(platform, by_same_grant=True) == (always or ["grant_in_use"])
    assert codes(platform, by_other_owner=True, by_same_grant=True) == [
        *(always or ["grant_in_use"]),
        "connected_elsewhere",
    ]


@pytest.mark.parametrize("platform", CONNECTORS)
def test_credential_that_a_person_gave_us_is_not_revoked(platform: str) -> None:
    assert codes(platform, granted=False) == ["token_not_revoked"]
    assert codes(platform, granted=False, by_other_owner=True) == ["token_not_revoked", "connected_elsewhere"]


def test_warning_about_app_passwords_names_no_app() -> None:
    found = warnings("bluesky", SharedAccess(by_other_owner=True, by_same_grant=False, granted=False))

    assert found[-1]["message"].endswith("To end that access, delete the other credential in the settings on Bluesky.")
    assert not any("the app" in warning["message"] for warning in found)
