"""A platform may not find the previous part of a thread, or the post of a comment, in the first seconds."""

from inspect import signature
from typing import Any

import httpx
import pytest

from minutehand.platforms.catalog import PLATFORMS, load_attribute
from minutehand.platforms.port import Account, Adapter, Content, InDoubt, Rejected, Transient
from minutehand.platforms.rulebook import rulebook_for
from tests.support.attempts import FakeAttempt
from tests.support.expected import expected_of
from tests.support.media import FakeMedia

NOT_FOUND = {key: response for key in PLATFORMS if (response := expected_of(key).parent_not_found)}


def reply(platform: str, status: int, body: Any) -> object:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=body) if request.method == "POST" else httpx.Response(200, json={})

    factory = load_attribute(platform, "adapter", "adapter")
    arguments: dict[str, Any] = {"sleep": lambda _: None} if "sleep" in signature(factory).parameters else {}
    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        adapter: Adapter = factory(client, FakeMedia(), **arguments)
        account = Account("c1", platform, "1", "@demo", "https://platform.example", {"access_token": "token"})
        parent = "urn:li:share:1" if platform == "linkedin" else "1"
        return adapter.publish(Content("And on.", reply_to=parent), account, FakeAttempt())


def test_every_platform_with_replies_is_tested() -> None:
    """Bluesky stores a thread on the account's server, and accepts a reply without its parent."""
    assert {platform for platform in PLATFORMS if rulebook_for(platform).replies != "none"} == {*NOT_FOUND, "bluesky"}


@pytest.mark.parametrize("platform", NOT_FOUND)
def test_reply_to_a_post_that_is_not_found_yet_is_transient(platform: str) -> None:
    with pytest.raises(Transient):
        reply(platform, *NOT_FOUND[platform])


def test_reply_that_x_does_not_allow_is_rejected() -> None:
    with pytest.raises(Rejected, match="forbidden"):
        reply("x", 403, {"title": "Forbidden", "detail": "Reply to this conversation is not allowed."})


@pytest.mark.parametrize("platform", ["mastodon", "linkedin"])
def test_reply_without_the_platforms_own_error_is_in_doubt(platform: str) -> None:
    with pytest.raises(InDoubt):
        reply(platform, 404, {})
