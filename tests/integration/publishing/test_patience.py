"""A server that a user names holds an attempt only for a limited time."""

import time

import httpx
import pytest

from minutehand.platforms.deadline import time_limit
from minutehand.platforms.exchange import Exchange
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Account, Adapter, Attempt, Content, Published
from minutehand.publishing import publisher
from minutehand.publishing.attempt import MIN_CALL_SECONDS
from tests.support.slow_server import drip_head, server
from tests.support.world import World


class OneCall(Adapter):
    """Makes one call before the publish call."""

    def __init__(self, client: httpx.Client, url: str) -> None:
        self._exchange = Exchange(client, "The platform")
        self._url = url

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        self._exchange.prepare(self._exchange.client.build_request("GET", self._url), attempt.now)
        raise AssertionError("The server responded.")

    reconcile = publish


@pytest.mark.parametrize("platform", ["mastodon", "bluesky"])
def test_attempt_ends_while_a_server_sends_single_bytes(
    world: World, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.setattr(publisher, "MAX_SERVER_SECONDS", 0.3)
    post = world.post(platforms=[platform], ahead=0)
    world.schedule(post)
    with server(drip_head) as url, guarded_client(private_networks=True) as client:
        world.adapters = lambda work: OneCall(client, url)
        began = time.monotonic()
        world.deliver()
        assert time.monotonic() - began < 3
    [publication] = world.publications(post)
    assert (publication["state"], publication["failure_code"]) == ("queued", "timeout")


class LateCall(Adapter):
    """Waits for the publish call with little time left."""

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        with time_limit(MIN_CALL_SECONDS):
            attempt.wait()
        raise AssertionError("The call may begin.")

    reconcile = publish


def test_publish_call_does_not_begin_with_little_time_left(world: World) -> None:
    """A server that is slow, but works, would otherwise leave the post in doubt."""
    post = world.post(ahead=0)
    world.schedule(post)
    world.adapters = lambda work: LateCall()
    world.deliver()
    [publication] = world.publications(post)
    assert (publication["state"], publication["failure_code"]) == ("queued", "timeout")
    assert publication["started_at"] is None
