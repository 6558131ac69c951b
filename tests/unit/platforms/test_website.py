"""The websites of the platforms, and the public pages of accounts on them."""

import pytest

from minutehand.connections.sandbox_connections import SERVER as SANDBOX
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.website import Website
from tests.support.expected import expected_of

SERVER = "https://kaffee.example"
ACCOUNTS = [(platform, *account) for platform in PLATFORMS for account in expected_of(platform).profiles]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_first_page_is_that_of_the_platform(platform: str) -> None:
    assert PLATFORMS[platform].website.home_url == expected_of(platform).home_url


@pytest.mark.parametrize("platform", PLATFORMS)
def test_some_accounts_have_a_page(platform: str) -> None:
    assert any(expected_of(platform).profiles.values())


@pytest.mark.parametrize(("platform", "account_id", "handle"), ACCOUNTS)
@pytest.mark.parametrize("server", [SERVER, f"{SERVER}/"])
def test_page_of_an_account_has_the_expected_address(platform: str, account_id: str, handle: str, server: str) -> None:
    page = PLATFORMS[platform].website.profile_url(account_id, handle, server)

    assert page == expected_of(platform).profiles[account_id, handle]


@pytest.mark.parametrize(("platform", "account_id", "handle"), ACCOUNTS)
@pytest.mark.parametrize("server", ["http://127.0.0.1:8801/x", SANDBOX], ids=["simulated", "sandbox"])
def test_simulated_account_has_no_page(platform: str, account_id: str, handle: str, server: str) -> None:
    assert PLATFORMS[platform].website.profile_url(account_id, handle, server) is None


@pytest.mark.parametrize("profile", ["/{name}", "/{id}"])
def test_name_or_id_is_one_segment_of_the_path(profile: str) -> None:
    given = "a/../?b#{name}"

    page = Website("https://x.example", profile).profile_url(given, given, SERVER)

    assert page == "https://x.example/a%2F..%2F%3Fb%23%7Bname%7D"
