"""The sandbox adapters: the timeline over HTTP, and the one that only records."""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx
import pytest

from minutehand.platforms.network import trusted_client
from minutehand.platforms.port import (
    Account,
    Content,
    InDoubt,
    NotPublished,
    Published,
    RateLimited,
    Rejected,
    Transient,
    Withdrawn,
)
from minutehand.platforms.sandbox import RecordingSandbox, TimelineSandbox
from tests.support.attempts import PUBLICATION_ID, FakeAttempt
from tests.support.simulator import Simulator

POST = Content("The kiln is warm.", ("https://example.org/kiln.png",))
ACCOUNT = Account("", "linkedin", "user-123", "user-123", "", {})


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with trusted_client() as client:
        yield client


@pytest.fixture
def adapter(client: httpx.Client, simulator: Simulator) -> TimelineSandbox:
    return TimelineSandbox("linkedin", simulator.sandbox, client)


def test_a_post_lands_and_is_marked_as_sandbox(adapter: TimelineSandbox, simulator: Simulator) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(POST, ACCOUNT, attempt)
    [post] = simulator.posts()
    assert (post["platform"], post["account"], post["text"]) == ("linkedin", "user-123", "The kiln is warm.")
    assert post["media"] == [{"url": "https://example.org/kiln.png", "alt": ""}]
    assert post["sandbox"] is True
    assert published == Published(post["id"], post["url"])
    assert attempt.armed_times == 1


@pytest.mark.parametrize(
    ("kind", "options", "lands"),
    [
        ("land_then_drop", {}, True),
        ("never_land", {}, False),
        ("status", {"status": 500, "landed": True}, True),
        ("status", {"status": 503}, False),
    ],
)
def test_a_call_without_an_answer_is_in_doubt_and_the_key_tells(
    adapter: TimelineSandbox, simulator: Simulator, kind: str, options: dict[str, Any], lands: bool
) -> None:
    simulator.fault("sandbox", "publish", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, ACCOUNT, first)
    answer = adapter.reconcile(POST, ACCOUNT, first.again())
    assert isinstance(answer, Published if lands else NotPublished)
    adapter.publish(POST, ACCOUNT, first.again())
    assert len(simulator.posts()) == 1


def test_other_answers_are_what_they_are(adapter: TimelineSandbox, simulator: Simulator) -> None:
    simulator.fault("sandbox", "publish", "rate_limit", seconds=7)
    attempt = FakeAttempt()
    with pytest.raises(RateLimited) as limited:
        adapter.publish(POST, ACCOUNT, attempt)
    assert (limited.value.until - attempt.now()).total_seconds() == 7
    simulator.fault("sandbox", "publish", "expired_token")
    with pytest.raises(Rejected, match="The sandbox for LinkedIn refused the post: The token has expired"):
        adapter.publish(POST, ACCOUNT, FakeAttempt())
    simulator.fault("sandbox", "lookup", "never_land")
    with pytest.raises(Transient):
        adapter.reconcile(POST, ACCOUNT, FakeAttempt())
    assert simulator.posts() == []


def test_a_withdrawn_post_is_neither_sent_nor_recorded(adapter: TimelineSandbox, simulator: Simulator) -> None:
    for sandbox in (adapter, RecordingSandbox("linkedin")):
        attempt = FakeAttempt(withdrawn=True)
        with pytest.raises(Withdrawn):
            sandbox.publish(POST, ACCOUNT, attempt)
        assert attempt.checkpoint == {}
    assert simulator.posts() == []


def test_without_a_timeline_the_digest_of_the_rendered_post_is_recorded() -> None:
    sandbox, attempt = RecordingSandbox("linkedin"), FakeAttempt()
    assert sandbox.publish(POST, ACCOUNT, attempt) == Published(f"sandbox-{PUBLICATION_ID}")
    rendered = {
        "platform": "linkedin",
        "account": "user-123",
        "text": "The kiln is warm.",
        "mediaUrls": ["https://example.org/kiln.png"],
    }
    assert attempt.checkpoint == {"rendered": sha256(json.dumps(rendered).encode()).hexdigest()}
    assert attempt.armed_times == 1
    assert sandbox.reconcile(POST, ACCOUNT, attempt.again()) == Published(f"sandbox-{PUBLICATION_ID}")
    assert sandbox.reconcile(POST, ACCOUNT, FakeAttempt()) == NotPublished()
