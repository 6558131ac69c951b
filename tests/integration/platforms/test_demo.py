"""The accounts and the post of `make run` on the simulated platforms."""

from datetime import UTC, datetime

import httpx
import pytest

from local.accounts import accounts
from local.demo import demo_post
from local.simulator.demo import processing_steps
from local.simulator.pinterest import BOARD_ID
from minutehand.platforms.catalog import DISPLAY_NAMES, PROVIDERS
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.oauth2.provider import OAuthClient, provider_for
from minutehand.platforms.port import Content
from minutehand.platforms.rulebook import rulebook_for
from tests.integration.platforms.oauth import CLIENT_ID, REDIRECT, SECRET
from tests.support.simulator import Simulator

DUE = datetime(2027, 3, 2, 9, tzinfo=UTC)
VERIFIER = "v" * 64


def test_owner_has_an_account_on_every_platform(simulator: Simulator) -> None:
    connections = {account.platform: account for account, _ in accounts("ada-l", simulator.url)}
    assert set(connections) == set(DISPLAY_NAMES)
    assert {account.owner_id for account in connections.values()} == {"ada-l"}
    assert connections["x"].handle == "@ada_l"
    assert all(account.base_url == f"{simulator.url}/{platform}" for platform, account in connections.items())


@pytest.mark.parametrize("platform", PROVIDERS)
def test_demo_account_is_the_one_that_oauth_connects(simulator: Simulator, client: httpx.Client, platform: str) -> None:
    provider, registration = provider_for(platform), OAuthClient(CLIENT_ID, SECRET, f"{simulator.url}/{platform}")
    url = provider.authorization_url(registration, redirect_uri=REDIRECT, state="s", code_verifier=VERIFIER)
    code = simulator.allow(url, "ada").params["code"]
    granted = provider.redeem(
        client, registration, code=code, redirect_uri=REDIRECT, code_verifier=VERIFIER, now=lambda: datetime.now(UTC)
    )[0]
    [account] = [account for account, _ in accounts("ada", simulator.url) if account.platform == platform]
    assert (account.account_id, account.handle) == (granted.account_id, granted.handle)


def test_demo_post_follows_the_rules_of_every_platform(simulator: Simulator, client: httpx.Client) -> None:
    post, media = demo_post(simulator.url, DUE), MediaFetcher(client)
    assert set(post["platforms"]) == set(DISPLAY_NAMES)
    for platform in DISPLAY_NAMES:
        urls = tuple(post["variants"].get(platform, {}).get("mediaUrls", post["mediaUrls"]))
        options = post["platformOptions"].get(platform, {})
        content = Content(post["content"], urls, alt_texts=post["altTexts"], options=options)
        assert rulebook_for(platform).problems(content, [media.probe(url) for url in urls]) == []


def test_processing_steps_are_steps_of_their_platforms(simulator: Simulator) -> None:
    assert {name for name, step in processing_steps().items() if step not in simulator.steps(name)} == set()


def test_demo_board_exists(simulator: Simulator) -> None:
    boards = simulator.client.get("/pinterest/v5/boards", headers={"Authorization": "Bearer demo-token"}).json()
    assert BOARD_ID in [board["id"] for board in boards["items"]]
