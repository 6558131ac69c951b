"""Slow platforms and servers: they delay nobody else, and cost no refresh token."""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from minutehand.connections import server_calls
from minutehand.platforms.mastodon.adapter import Mastodon
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Account, Content, TokenExpired
from minutehand.runtime.sql import Query
from tests.integration.oauth.scene import Scene
from tests.support import world as worlds
from tests.support.accounts import Accounts
from tests.support.factories import connect
from tests.support.platform import FakeAdapter
from tests.support.slow_server import drip_head, server
from tests.support.world import World

ELSEWHERE = Query("elsewhere", "UPDATE social_connections SET base_url = %(url)s WHERE id = %(id)s")


class Refusing(FakeAdapter):
    """An adapter whose platform refuses every token."""

    def publish(self, content: Content, account: Account, attempt: Any) -> Any:
        raise TokenExpired("token_expired", "X's access has run out.")


def test_an_attempt_at_a_dripping_server_ends_before_the_invocation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worlds, "INVOCATION", timedelta(seconds=1))
    world.token, world.concurrency = {"access_token": "token"}, 2
    with server(drip_head) as url, guarded_client(private_networks=True) as client:
        mastodon, others = Mastodon(client, MediaFetcher(client)), FakeAdapter(world.platform)
        world.adapters = lambda work: mastodon if work.platform == "mastodon" else others
        world.db.fetch(ELSEWHERE, id=connect(world.db, "mastodon"), url=url.rstrip("/"))
        post = world.post(platforms=["mastodon", "bluesky"], ahead=60)
        world.schedule(post)
        world.clock.advance(seconds=60)

        began = time.monotonic()
        world.deliver()
        took = time.monotonic() - began

    assert took < 4
    there, here = world.publications(post)
    assert (there["platform"], there["state"]) == ("bluesky", "published")
    # The attempt ended before the publish call, so another attempt follows.
    assert (here["platform"], here["state"], here["failure_code"]) == ("mastodon", "queued", "timeout")


def test_connecting_an_account_at_a_dripping_server_times_out(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_calls, "MAX_SECONDS", 0.5)
    with server(drip_head) as url:
        body: Mapping[str, str] = {"platform": "mastodon", "instance": url, "accessToken": "token"}
        began = time.monotonic()
        reply = accounts.call("connections", "POST", body)

    assert time.monotonic() - began < 3
    assert (reply.status, reply.body["code"]) == (409, "timeout")


def test_a_refresh_token_is_not_used_without_time_for_its_successor(
    world: World, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worlds, "INVOCATION", timedelta(seconds=30))
    world.open_token, world.refresh = scene.vault.open, scene.process().fresh
    world.adapters = lambda work: Refusing(world.platform)
    post = world.post(platforms=["x"], ahead=60)
    world.schedule(post)
    world.clock.advance(seconds=60)

    world.deliver()

    [publication] = world.publications(post)
    assert (publication["state"], publication["attempts"]) == ("queued", 0)
    assert publication["failure_code"] == "no_time_to_refresh"
    assert scene.provider.asked == []
