"""Tests of the Threads adapter against the simulator, over HTTP on loopback."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.port import (
    Account,
    Content,
    InDoubt,
    NotPublished,
    Processing,
    Published,
    PublishError,
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
    Unanswerable,
    Withdrawn,
)
from minutehand.platforms.threads.adapter import Threads
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulator import Clock, Simulator

POST = Content("The kiln is warm. 窯🔥 https://ex.am/ple #töpfern")
IMAGE, SECOND, VIDEO = "https://ex.am/a.jpg", "https://ex.am/b.png", "https://ex.am/c.mp4"
MIXED = Content("Three.", (IMAGE, SECOND, VIDEO), alt_texts={IMAGE: "A kiln.", VIDEO: "Its fire."})
FAILURES = [
    ("land_then_drop", {}),
    ("never_land", {}),
    ("status", {"status": 500, "landed": True}),
    ("status", {"status": 503, "landed": False}),
    ("status", {"status": 409, "landed": True}),  # an unknown error code
    ("status", {"status": 409, "landed": False}),
]


@pytest.fixture
def media() -> FakeMedia:
    return FakeMedia()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def adapter(client: httpx.Client, media: FakeMedia, pauses: list[float]) -> Threads:
    return Threads(client, media, sleep=pauses.append)


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


def make_account(simulator: Simulator, token: str = "demo-token") -> Account:
    return Account("c1", "threads", "", "@demo", f"{simulator.url}/threads", {"access_token": token})


def texts(simulator: Simulator) -> list[str]:
    return [post["text"] for post in simulator.posts("threads")]


def test_post_is_published_with_text_and_permalink(adapter: Threads, account: Account, simulator: Simulator) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(POST, account, attempt)
    assert isinstance(published, Published)
    [post] = simulator.posts("threads")
    assert post["text"] == POST.text
    assert post["id"] == f"threads:{published.remote_id}"
    assert published.permalink == post["url"]
    assert attempt.armed_times == 1


@pytest.mark.parametrize("url", [IMAGE, VIDEO])
def test_media_item_is_published_with_its_alt_text(
    adapter: Threads, account: Account, simulator: Simulator, url: str
) -> None:
    adapter.publish(Content("Look.", (url,), alt_texts={url: "A kiln."}), account, FakeAttempt())
    [post] = simulator.posts("threads")
    assert post["media"] == [{"url": url, "alt": "A kiln.", "kind": "video" if url == VIDEO else "image"}]


def test_media_items_become_a_carousel_in_order(adapter: Threads, account: Account, simulator: Simulator) -> None:
    adapter.publish(MIXED, account, FakeAttempt())
    [post] = simulator.posts("threads")
    assert post["text"] == "Three."
    assert [(item["url"], item["alt"]) for item in post["media"]] == [
        (IMAGE, "A kiln."),
        (SECOND, ""),
        (VIDEO, "Its fire."),
    ]


def test_options_and_reply_target_are_sent_to_threads(adapter: Threads, account: Account, simulator: Simulator) -> None:
    first = adapter.publish(POST, account, FakeAttempt(publication_id="first"))
    assert isinstance(first, Published)
    options = {
        "replyControl": "mentioned_only",
        "topicTag": "pottery",
        "linkAttachment": "https://ex.am/ple",
        "quotePostId": first.remote_id,
    }
    content = Content("And on.", options=options, reply_to=first.remote_id)
    second = adapter.publish(content, account, FakeAttempt(publication_id="second"))
    assert isinstance(second, Published)
    assert simulator.state.collection("threads", "posts")[second.remote_id]["options"] == {
        "reply_control": "mentioned_only",
        "topic_tag": "pottery",
        "link_attachment": "https://ex.am/ple",
        "quote_post_id": first.remote_id,
        "reply_to_id": first.remote_id,
    }


@pytest.mark.parametrize("content", [POST, MIXED], ids=["text", "carousel"])
@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_container_reconciles_a_publish_call_without_answer(
    adapter: Threads, account: Account, simulator: Simulator, content: Content, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("threads", "publish", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    landed = kind == "land_then_drop" or options.get("landed", False)
    assert len(simulator.posts()) == (1 if landed else 0)
    answer = adapter.reconcile(content, account, first.again(seconds=5))
    assert isinstance(answer, Published if landed else NotPublished)
    published = finish(adapter, content, account, first)
    [post] = simulator.posts("threads")
    assert published == Published(post["id"].removeprefix("threads:"), post["url"])


@pytest.mark.parametrize("step", ["containers", "container_status"])
@pytest.mark.parametrize("skipped", [0, 1, 3])
@pytest.mark.parametrize(("kind", "options"), FAILURES[:4])
def test_failed_preparation_is_repeated_and_makes_one_post(
    adapter: Threads,
    account: Account,
    simulator: Simulator,
    step: str,
    skipped: int,
    kind: str,
    options: dict[str, Any],
) -> None:
    first = FakeAttempt()
    for _ in range(skipped):  # let earlier calls of the same step succeed
        simulator.fault("threads", step, "slow", seconds=0)
    simulator.fault("threads", step, kind, **options)
    with pytest.raises(Transient):
        adapter.publish(MIXED, account, first)
    assert first.armed_times == 0
    finish(adapter, MIXED, account, first)
    assert texts(simulator) == ["Three."]


def test_post_is_published_without_an_unreadable_permalink(
    adapter: Threads, account: Account, simulator: Simulator
) -> None:
    simulator.fault("threads", "post", "never_land")
    published = adapter.publish(POST, account, FakeAttempt())
    assert isinstance(published, Published)
    assert published.permalink is None
    assert len(simulator.posts()) == 1


@pytest.mark.parametrize("after", ["children", "container", "arm", "publish"])
def test_crash_at_any_point_leaves_one_post(
    adapter: Threads, account: Account, simulator: Simulator, after: str
) -> None:
    class Crash(Exception):
        pass

    class Crashing(FakeAttempt):
        def save(self, **handles: str) -> None:
            super().save(**handles)
            if (after == "children" and "child_2" in handles) or (after == "container" and "container" in handles):
                raise Crash

        def arm(self, **handles: str) -> None:
            super().arm(**handles)
            if after == "arm":
                raise Crash

    first = Crashing()
    if after == "publish":
        adapter.publish(MIXED, account, first)
    else:
        with pytest.raises(Crash):
            adapter.publish(MIXED, account, first)
    created = len(simulator.state.collection("threads", "containers"))
    published = finish(adapter, MIXED, account, first)
    assert isinstance(published, Published)
    [post] = simulator.posts("threads")
    assert post["id"] == f"threads:{published.remote_id}"
    missing = 1 if after == "children" else 0
    assert len(simulator.state.collection("threads", "containers")) - created == missing


def test_media_items_still_processing_are_checked_in_later_attempts(
    adapter: Threads, account: Account, simulator: Simulator, pauses: list[float]
) -> None:
    content, attempt = Content("Look.", (VIDEO,)), FakeAttempt()
    simulator.fault("threads", "containers", "processing", polls=7)
    assert adapter.publish(content, account, attempt) == Processing(timedelta(seconds=10))
    assert attempt.armed_times == 0
    assert sum(pauses) <= 1
    second = attempt.again(seconds=10)
    assert isinstance(adapter.resume(content, account, second), Processing)
    published = adapter.resume(content, account, second.again(seconds=10))
    assert isinstance(published, Published)
    assert len(simulator.posts()) == 1


def test_carousel_is_created_after_its_items_are_processed(
    adapter: Threads, account: Account, simulator: Simulator
) -> None:
    attempt = FakeAttempt()
    simulator.fault("threads", "containers", "processing", polls=4)
    assert isinstance(adapter.publish(MIXED, account, attempt), Processing)
    assert "container" not in attempt.checkpoint
    finish(adapter, MIXED, account, attempt)
    assert len(simulator.posts("threads")[0]["media"]) == 3


def test_media_item_still_processing_after_an_hour_is_rejected(
    adapter: Threads, account: Account, simulator: Simulator
) -> None:
    content, attempt = Content("Look.", (VIDEO,)), FakeAttempt()
    simulator.fault("threads", "containers", "processing", polls=1000)
    adapter.publish(content, account, attempt)
    with pytest.raises(Rejected) as refused:
        adapter.resume(content, account, attempt.again(minutes=61))
    assert refused.value.code == "media_failed"
    assert attempt.armed_times == 0


def test_media_item_whose_processing_fails_is_rejected_with_the_reason(
    adapter: Threads, account: Account, simulator: Simulator
) -> None:
    simulator.fault("threads", "containers", "media_error")
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("Look.", (VIDEO,)), account, FakeAttempt())
    assert refused.value.reason == "Threads refused the media: the video could not be processed. Use another file."


def test_expired_container_is_created_again(adapter: Threads, account: Account, simulator: Simulator) -> None:
    simulator.fault("threads", "publish", "rate_limit", seconds=60)
    first = FakeAttempt()
    with pytest.raises(RateLimited):
        adapter.publish(POST, account, first)
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(hours=25)
    try:
        second = FakeAttempt(checkpoint=first.checkpoint, now=first.now() + timedelta(hours=25))
        with pytest.raises(Transient) as expired:
            adapter.publish(POST, account, second)
        assert expired.value.code == "container_expired"
        adapter.publish(POST, account, second.again(seconds=5))
    finally:
        clock.ahead = timedelta(0)
    assert len(simulator.posts()) == 1


def test_expired_container_in_doubt_was_not_published(adapter: Threads, account: Account, simulator: Simulator) -> None:
    simulator.fault("threads", "publish", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(hours=25)
    try:
        assert adapter.reconcile(POST, account, first.again(hours=25)) == NotPublished()
    finally:
        clock.ahead = timedelta(0)


def test_late_publish_call_leaves_the_second_in_doubt_and_one_post(
    adapter: Threads, account: Account, simulator: Simulator
) -> None:
    class Overtaken(FakeAttempt):
        def arm(self, **handles: str) -> None:
            super().arm(**handles)
            simulator.client.post(
                "/threads/v1.0/me/threads_publish",
                data={"creation_id": handles["container"]},
                headers={"Authorization": "Bearer demo-token"},
            ).raise_for_status()

    attempt = Overtaken()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, attempt)
    assert isinstance(adapter.reconcile(POST, account, attempt.again(seconds=5)), Published)
    assert len(simulator.posts()) == 1


def test_unlisted_post_gets_the_remote_id_of_its_container(
    adapter: Threads, account: Account, simulator: Simulator
) -> None:
    simulator.fault("threads", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    other = Content("The text was edited on Threads.")
    with pytest.raises(Transient):
        adapter.reconcile(other, account, first.again(seconds=30))
    answer = adapter.reconcile(other, account, first.again(minutes=3))
    assert answer == Published(first.checkpoint["container"])


def test_earlier_post_with_the_same_text_does_not_match(
    adapter: Threads, account: Account, simulator: Simulator
) -> None:
    adapter.publish(POST, account, FakeAttempt(publication_id="earlier"))
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(hours=1)
    try:
        simulator.fault("threads", "publish", "land_then_drop")
        first = FakeAttempt(now=datetime.now(UTC) + timedelta(hours=1))
        with pytest.raises(InDoubt):
            adapter.publish(POST, account, first)
        answer = adapter.reconcile(POST, account, first.again(seconds=5))
    finally:
        clock.ahead = timedelta(0)
    assert isinstance(answer, Published)
    assert simulator.posts("threads")[1]["id"] == f"threads:{answer.remote_id}"


@pytest.mark.parametrize("media", [(VIDEO,), (IMAGE, VIDEO)])
def test_reply_with_a_video_is_published_after_30_seconds(
    client: httpx.Client, account: Account, simulator: Simulator, media: tuple[str, ...]
) -> None:
    """Threads may publish it as a post of its own if it is published as soon as its container is ready."""
    adapter = Threads(client, FakeMedia(), sleep=lambda _: None)
    first = adapter.publish(POST, account, FakeAttempt(publication_id="one"))
    assert isinstance(first, Published)
    reply, attempt = Content("And on.", media, reply_to=first.remote_id), FakeAttempt(publication_id="two")
    assert adapter.publish(reply, account, attempt) == Processing(timedelta(seconds=30))
    assert adapter.publish(reply, account, attempt.again(seconds=20)) == Processing(timedelta(seconds=10))
    assert isinstance(adapter.publish(reply, account, attempt.again(seconds=30)), Published)
    assert len(simulator.posts("threads")) == 2


def test_other_posts_are_published_at_once(adapter: Threads, account: Account) -> None:
    first = adapter.publish(Content("A film.", (VIDEO,)), account, FakeAttempt(publication_id="one"))
    assert isinstance(first, Published)
    reply = Content("A picture.", (IMAGE,), reply_to=first.remote_id)
    assert isinstance(adapter.publish(reply, account, FakeAttempt(publication_id="two")), Published)


def test_reply_in_doubt_is_found_among_the_replies(adapter: Threads, account: Account, simulator: Simulator) -> None:
    first = adapter.publish(POST, account, FakeAttempt(publication_id="first"))
    assert isinstance(first, Published)
    reply = Content("And on.", reply_to=first.remote_id)
    simulator.fault("threads", "publish", "land_then_drop")
    attempt = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(reply, account, attempt)
    answer = adapter.reconcile(reply, account, attempt.again(seconds=5))
    assert isinstance(answer, Published)
    assert simulator.posts("threads")[1]["id"] == f"threads:{answer.remote_id}"


@pytest.mark.parametrize("step", ["containers", "container_status", "threads_publish"])
def test_rate_limit_carries_its_end(adapter: Threads, account: Account, simulator: Simulator, step: str) -> None:
    simulator.fault("threads", step, "rate_limit", seconds=300)
    attempt = FakeAttempt()
    with pytest.raises(RateLimited) as limited:
        adapter.publish(POST, account, attempt)
    assert limited.value.until == attempt.now() + timedelta(minutes=5)
    assert simulator.posts() == []


@pytest.mark.parametrize("step", ["containers", "container_status", "threads_publish"])
def test_expired_token_is_reported_and_a_renewed_one_continues(
    adapter: Threads, account: Account, simulator: Simulator, step: str
) -> None:
    simulator.fault("threads", step, "expired_token")
    attempt = FakeAttempt()
    with pytest.raises(TokenExpired):
        adapter.publish(POST, account, attempt)
    adapter.publish(POST, account, FakeAttempt(checkpoint=attempt.checkpoint))
    assert len(simulator.posts()) == 1


@pytest.mark.parametrize(
    ("step", "kind", "error"),
    [
        ("container_status", "never_land", Transient),
        ("container_status", "rate_limit", RateLimited),
        ("container_status", "expired_token", TokenExpired),
        ("listing", "never_land", Transient),
        ("listing", "rate_limit", RateLimited),
    ],
)
def test_failed_reconciliation_can_be_repeated(
    adapter: Threads, account: Account, simulator: Simulator, step: str, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("threads", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    simulator.fault("threads", step, kind)
    with pytest.raises(error):
        adapter.reconcile(POST, account, first.again())
    assert isinstance(adapter.reconcile(POST, account, first.again()), Published)


@pytest.mark.parametrize("checkpoint", [{}, {"container": "17000"}])
def test_reconciliation_without_a_container_is_unanswerable(
    adapter: Threads, account: Account, checkpoint: dict[str, str]
) -> None:
    attempt = FakeAttempt(armed_at=datetime.now(UTC) - timedelta(minutes=3), checkpoint=checkpoint)
    answer = adapter.reconcile(POST, account, attempt)
    assert isinstance(answer, Unanswerable)
    assert answer.reason.endswith("Check the account.")


def test_unarmed_attempt_is_not_published(adapter: Threads, account: Account) -> None:
    assert adapter.reconcile(POST, account, FakeAttempt()) == NotPublished()


def test_revoked_token_is_reported_and_not_revealed(adapter: Threads, simulator: Simulator) -> None:
    with pytest.raises(TokenExpired) as expired:
        adapter.publish(POST, make_account(simulator, token="wrong"), FakeAttempt())
    assert "wrong" not in expired.value.reason


def test_damaged_token_is_rejected(adapter: Threads, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, make_account(simulator, token="with space"), FakeAttempt())
    assert refused.value.code == "reconnect_required"


def test_invalid_content_makes_no_call(
    adapter: Threads, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    simulator.fault("threads", "containers", "never_land")
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("Look.", ("https://ex.am/a.gif",)), account, FakeAttempt())
    assert refused.value.reason == "Media item 1 has the type image/gif; Threads accepts JPEG and PNG images."
    assert len(simulator.faults_left()) == 1


def test_media_items_are_probed_once(
    adapter: Threads, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    simulator.fault("threads", "publish", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(MIXED, account, first)
    finish(adapter, MIXED, account, first)
    assert media.probed == list(MIXED.media_urls)


def test_withdrawn_publication_makes_no_publish_call(adapter: Threads, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(POST, account, FakeAttempt(withdrawn=True))
    assert simulator.posts() == []
