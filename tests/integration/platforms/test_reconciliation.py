"""Tests that reconciliation matches only this publication's post, not similar posts of other publications or people."""

from inspect import signature
from typing import Any

import httpx
import pytest

from local.simulator import sample_image
from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import DISPLAY_NAMES, load_attribute
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import Account, Adapter, Content, InDoubt, Published, Transient, Unanswerable
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulated_accounts import account_on
from tests.support.simulator import Simulator

FIRST, SECOND = "https://ex.am/a.jpg", "https://ex.am/b.jpg"


def twins(platform: str) -> tuple[Content, Content]:
    """Return two posts whose texts are equal, but whose media are different."""
    required = requirements_of(platform)
    suffix = "mp4" if required.media == "video" else "jpg"
    first, second = (Content("New.", (f"https://ex.am/{name}.{suffix}",), options=required.options) for name in "ab")
    return first, second


TWINS = [
    *((platform, *twins(platform)) for platform in DISPLAY_NAMES),
    ("mastodon", Content("Good morning!"), Content("Good morning!")),
    ("facebook", Content("Sale!", (FIRST,)), Content("Sale!")),
]
"""Pairs of posts that a platform may list alike."""


def adapter_of(platform: str, client: httpx.Client) -> Adapter:
    media: MediaFetcher = FakeMedia(content=lambda url: sample_image.png() + url.encode())
    factory = load_attribute(platform, "adapter", "adapter")
    arguments: dict[str, Any] = {"sleep": lambda _: None} if "sleep" in signature(factory).parameters else {}
    adapter: Adapter = factory(client, media, **arguments)
    return adapter


def reconcile_repeatedly(adapter: Adapter, content: Content, account: Account, attempt: FakeAttempt) -> object:
    """Reconcile as often as the publisher does; return None when there is no outcome after 12 times."""
    attempt = attempt.again(seconds=5)
    for _ in range(12):
        try:
            return adapter.reconcile(content, account, attempt)
        except Transient:
            attempt = attempt.again(minutes=1)
    return None


@pytest.mark.parametrize(("platform", "one", "two"), TWINS)
def test_post_of_another_publication_does_not_match(
    client: httpx.Client, simulator: Simulator, platform: str, one: Content, two: Content
) -> None:
    adapter, account = adapter_of(platform, client), account_on(simulator, platform)
    first = finish(adapter, one, account, FakeAttempt(publication_id="one"))
    assert isinstance(first, Published)
    simulator.fault(platform, "publish", "never_land")
    second = FakeAttempt(publication_id="two", taken={first.remote_id})
    with pytest.raises(InDoubt):
        adapter.publish(two, account, second)

    answer = reconcile_repeatedly(adapter, two, account, second)

    assert answer is not None
    assert not (isinstance(answer, Published) and answer.remote_id == first.remote_id)


def test_part_of_a_thread_does_not_match_the_previous_part_with_the_same_text(
    client: httpx.Client, simulator: Simulator
) -> None:
    adapter, account = adapter_of("mastodon", client), account_on(simulator, "mastodon")
    first = adapter.publish(Content("GO!"), account, FakeAttempt(publication_id="one"))
    assert isinstance(first, Published)
    simulator.fault("mastodon", "publish", "never_land")
    second, part = FakeAttempt(publication_id="two"), Content("go!", reply_to=first.remote_id)
    with pytest.raises(InDoubt):
        adapter.publish(part, account, second)

    answer = reconcile_repeatedly(adapter, part, account, second)

    assert isinstance(answer, Published)
    assert answer.remote_id != first.remote_id
    assert [post["text"] for post in simulator.posts("mastodon")] == ["GO!", "go!"]


@pytest.mark.parametrize(
    ("platform", "content"), [("instagram", Content("New.", (FIRST,))), ("threads", Content("Good morning!"))]
)
def test_remote_id_belongs_to_the_second_of_two_equal_posts(
    client: httpx.Client, simulator: Simulator, platform: str, content: Content
) -> None:
    """With the remote id of the first post, a first comment would be added to the wrong post."""
    adapter, account = adapter_of(platform, client), account_on(simulator, platform)
    first = finish(adapter, content, account, FakeAttempt(publication_id="one"))
    assert isinstance(first, Published)
    simulator.fault(platform, "publish", "land_then_drop")
    second = FakeAttempt(publication_id="two", taken={first.remote_id})
    with pytest.raises(InDoubt):
        adapter.publish(content, account, second)

    answer = reconcile_repeatedly(adapter, content, account, second)

    assert isinstance(answer, Published)
    assert answer.remote_id != first.remote_id


@pytest.mark.parametrize(
    ("platform", "post"),
    [
        ("instagram", Content("A kiln.", (FIRST,))),
        ("facebook", Content("A kiln.")),
        ("youtube", Content("A kiln.", ("https://ex.am/a.mp4",))),
    ],
)
@pytest.mark.parametrize("landed", [True, False])
def test_comment_of_another_person_does_not_match(
    client: httpx.Client, simulator: Simulator, platform: str, post: Content, landed: bool
) -> None:
    adapter, account = adapter_of(platform, client), account_on(simulator, platform)
    other_account = account_on(simulator, platform, "stranger")
    published = finish(adapter, post, account, FakeAttempt(publication_id="one"), seconds=30)
    assert isinstance(published, Published)
    comment = Content("🔥", reply_to=published.remote_id)
    other_comment = adapter.publish(comment, other_account, FakeAttempt(publication_id="theirs"))
    assert isinstance(other_comment, Published)
    simulator.fault(platform, "comment", "land_then_drop" if landed else "never_land")
    attempt = FakeAttempt(publication_id="two")
    with pytest.raises(InDoubt):
        adapter.publish(comment, account, attempt)

    answer = reconcile_repeatedly(adapter, comment, account, attempt)

    assert isinstance(answer, Published if landed else Unanswerable)
    assert not isinstance(answer, Published) or answer.remote_id != other_comment.remote_id
