"""Tests of the Instagram adapter against the simulator, over HTTP on loopback."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.instagram.adapter import Instagram
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
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulator import Clock, Simulator

IMAGE, SECOND, VIDEO = "https://ex.am/a.jpg", "https://ex.am/b.jpg", "https://ex.am/c.mp4"
TEXT = "The kiln is warm. 窯🔥 https://ex.am/ple #töpfern"
PHOTO = Content(TEXT, (IMAGE,), alt_texts={IMAGE: "A kiln."})
CAROUSEL = Content("Three.", (IMAGE, SECOND, VIDEO), alt_texts={IMAGE: "A kiln.", VIDEO: "Its fire."})
REEL = Content("Look.", (VIDEO,), options={"type": "reel", "shareToFeed": False, "thumbOffset": 1500})
STORY = Content("Not shown.", (IMAGE,), options={"type": "story"})
FAILURES = [
    ("land_then_drop", {}),
    ("never_land", {}),
    ("status", {"status": 500, "landed": True}),
    ("status", {"status": 503, "landed": False}),
    ("status", {"status": 409, "landed": True}),  # an unknown error code
    ("status", {"status": 409, "landed": False}),
]
KINDS = pytest.mark.parametrize("content", [PHOTO, CAROUSEL, REEL, STORY], ids=["photo", "carousel", "reel", "story"])


@pytest.fixture
def media() -> FakeMedia:
    return FakeMedia()


@pytest.fixture
def adapter(client: httpx.Client, media: FakeMedia) -> Instagram:
    return Instagram(client, media, sleep=lambda seconds: None)


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


def make_account(simulator: Simulator, token: str = "demo-token") -> Account:
    return Account("c1", "instagram", "", "@demo", f"{simulator.url}/instagram", {"access_token": token})


def stored_post(simulator: Simulator, published: Published | Processing) -> dict[str, Any]:
    assert isinstance(published, Published)
    post: dict[str, Any] = simulator.state.collection("instagram", "posts")[published.remote_id]
    return post


@KINDS
def test_post_is_published_with_media_items_and_permalink(
    adapter: Instagram, account: Account, simulator: Simulator, content: Content
) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(content, account, attempt)
    assert isinstance(published, Published)
    [post] = simulator.posts("instagram")
    assert post["text"] == ("" if content is STORY else content.text)
    assert [item["url"] for item in post["media"]] == list(content.media_urls)
    assert published == Published(post["id"].removeprefix("instagram:"), post["url"])
    assert attempt.armed_times == 1


def test_alt_texts_are_sent_with_images_only(adapter: Instagram, account: Account, simulator: Simulator) -> None:
    adapter.publish(CAROUSEL, account, FakeAttempt())
    [post] = simulator.posts("instagram")
    assert [item["alt"] for item in post["media"]] == ["A kiln.", "", ""]


@pytest.mark.parametrize("options", [{}, {"type": "feed"}, {"type": "reel"}])
def test_single_video_is_published_as_a_reel(
    adapter: Instagram, account: Account, simulator: Simulator, options: dict[str, Any]
) -> None:
    published = adapter.publish(Content("Look.", (VIDEO,), options=options), account, FakeAttempt())
    assert stored_post(simulator, published)["options"]["media_type"] == "REELS"


def test_options_of_a_reel_are_sent_to_instagram(adapter: Instagram, account: Account, simulator: Simulator) -> None:
    options = {
        **REEL.options,
        "coverUrl": IMAGE,
        "trialReel": "performance",
        "collaborators": ["ada", "bo"],
        "locationId": "77",
        "userTags": [{"username": "ada", "x": 0.5, "y": 0.5}],
    }
    published = adapter.publish(Content("Look.", (VIDEO,), options=options), account, FakeAttempt())
    assert stored_post(simulator, published)["options"] == {
        "media_type": "REELS",
        "video_url": VIDEO,
        "caption": "Look.",
        "collaborators": '["ada", "bo"]',
        "location_id": "77",
        "user_tags": '[{"username": "ada", "x": 0.5, "y": 0.5}]',
        "share_to_feed": "false",
        "cover_url": IMAGE,
        "thumb_offset": "1500",
        "trial_params": '{"graduation_strategy": "SS_PERFORMANCE"}',
    }


@KINDS
@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_container_reconciles_a_publish_call_without_answer(
    adapter: Instagram, account: Account, simulator: Simulator, content: Content, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("instagram", "publish", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    landed = kind == "land_then_drop" or options.get("landed", False)
    assert len(simulator.posts()) == (1 if landed else 0)
    answer = adapter.reconcile(content, account, first.again(seconds=5))
    assert isinstance(answer, Published if landed else NotPublished)
    published = finish(adapter, content, account, first)
    [post] = simulator.posts("instagram")
    assert published == Published(post["id"].removeprefix("instagram:"), post["url"])


@pytest.mark.parametrize("step", ["containers", "container_status"])
@pytest.mark.parametrize("skipped", [0, 2, 3])
@pytest.mark.parametrize(("kind", "options"), FAILURES[:4])
def test_failed_preparation_is_repeated_and_makes_one_post(
    adapter: Instagram,
    account: Account,
    simulator: Simulator,
    step: str,
    skipped: int,
    kind: str,
    options: dict[str, Any],
) -> None:
    for _ in range(skipped):
        simulator.fault("instagram", step, "slow", seconds=0)
    simulator.fault("instagram", step, kind, **options)
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(CAROUSEL, account, first)
    assert first.armed_times == 0
    assert isinstance(finish(adapter, CAROUSEL, account, first), Published)
    assert len(simulator.posts()) == 1


@KINDS
def test_crash_before_the_result_is_recorded_leaves_one_post(
    adapter: Instagram, account: Account, simulator: Simulator, content: Content
) -> None:
    first = FakeAttempt()
    published = adapter.publish(content, account, first)
    assert finish(adapter, content, account, first) == published
    assert len(simulator.posts()) == 1


def test_attempt_after_a_crash_uses_the_same_container(
    adapter: Instagram, account: Account, simulator: Simulator
) -> None:
    class Crashing(FakeAttempt):
        def arm(self, **handles: str) -> None:
            super().arm(**handles)
            raise ZeroDivisionError

    first = Crashing()
    with pytest.raises(ZeroDivisionError):
        adapter.publish(CAROUSEL, account, first)
    created = len(simulator.state.collection("instagram", "containers"))
    assert isinstance(finish(adapter, CAROUSEL, account, first), Published)
    assert len(simulator.state.collection("instagram", "containers")) == created
    assert len(simulator.posts()) == 1


@pytest.mark.parametrize("content", [REEL, CAROUSEL], ids=["reel", "carousel"])
def test_media_items_still_processing_are_checked_in_later_attempts(
    adapter: Instagram, account: Account, simulator: Simulator, content: Content
) -> None:
    simulator.fault("instagram", "containers", "processing", polls=8)
    attempt = FakeAttempt()
    assert adapter.publish(content, account, attempt) == Processing(timedelta(seconds=10))
    assert attempt.armed_times == 0
    assert isinstance(finish(adapter, content, account, attempt), Published)
    assert len(simulator.posts()) == 1


def test_media_item_whose_processing_fails_is_rejected_with_the_reason(
    adapter: Instagram, account: Account, simulator: Simulator
) -> None:
    simulator.fault("instagram", "containers", "media_error")
    with pytest.raises(Rejected) as refused:
        adapter.publish(REEL, account, FakeAttempt())
    assert refused.value.reason == "Instagram refused a video because its format is not supported. Use another video."
    assert simulator.posts() == []


def test_earlier_post_with_the_same_caption_does_not_match(
    adapter: Instagram, account: Account, simulator: Simulator
) -> None:
    adapter.publish(PHOTO, account, FakeAttempt(publication_id="earlier"))
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(hours=1)
    try:
        simulator.fault("instagram", "publish", "land_then_drop")
        first = FakeAttempt(now=datetime.now(UTC) + timedelta(hours=1))
        with pytest.raises(InDoubt):
            adapter.publish(PHOTO, account, first)
        answer = adapter.reconcile(PHOTO, account, first.again(seconds=5))
    finally:
        clock.ahead = timedelta(0)
    assert isinstance(answer, Published)
    assert simulator.posts("instagram")[1]["id"] == f"instagram:{answer.remote_id}"


# Comments: one call makes a comment, without a handle.


@pytest.fixture
def comment(adapter: Instagram, account: Account) -> Content:
    published = adapter.publish(PHOTO, account, FakeAttempt(publication_id="post"))
    assert isinstance(published, Published)
    return Content("First! 窯", reply_to=published.remote_id)


def comments(simulator: Simulator) -> list[str]:
    return [post["text"] for post in simulator.posts("instagram")][1:]


def test_reply_is_published_as_a_comment(
    adapter: Instagram, account: Account, simulator: Simulator, comment: Content
) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(comment, account, attempt)
    assert stored_post(simulator, published)["list"] == f"comments:{comment.reply_to}"
    assert comments(simulator) == ["First! 窯"]
    assert attempt.armed_times == 1


@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_comment_in_doubt_is_found_or_unanswerable(
    adapter: Instagram, account: Account, simulator: Simulator, comment: Content, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("instagram", "comment", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(comment, account, first)
    landed = kind == "land_then_drop" or options.get("landed", False)
    if not landed:
        with pytest.raises(Transient):
            adapter.reconcile(comment, account, first.again(seconds=5))
    answer = finish(adapter, comment, account, first, seconds=60)
    assert isinstance(answer, Published if landed else Unanswerable)
    assert len(comments(simulator)) == (1 if landed else 0)


def test_comment_is_found_after_a_crash(
    adapter: Instagram, account: Account, simulator: Simulator, comment: Content
) -> None:
    first = FakeAttempt()
    published = adapter.publish(comment, account, first)
    assert finish(adapter, comment, account, first) == published
    assert comments(simulator) == ["First! 窯"]


def test_unarmed_comment_is_not_published(adapter: Instagram, account: Account, comment: Content) -> None:
    assert adapter.reconcile(comment, account, FakeAttempt()) == NotPublished()


def test_comment_on_a_missing_post_is_transient(adapter: Instagram, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Transient):
        adapter.publish(Content("First!", reply_to="17000"), account, FakeAttempt())
    assert simulator.posts() == []


# Errors of any call.


@pytest.mark.parametrize("step", ["containers", "container_status", "media_publish"])
def test_rate_limit_carries_its_end(adapter: Instagram, account: Account, simulator: Simulator, step: str) -> None:
    simulator.fault("instagram", step, "rate_limit", seconds=300)
    attempt = FakeAttempt()
    with pytest.raises(RateLimited) as limited:
        adapter.publish(PHOTO, account, attempt)
    assert limited.value.until == attempt.now() + timedelta(minutes=5)
    assert simulator.posts() == []


@pytest.mark.parametrize("step", ["containers", "container_status", "media_publish"])
def test_expired_token_is_reported_and_a_renewed_one_continues(
    adapter: Instagram, account: Account, simulator: Simulator, step: str
) -> None:
    simulator.fault("instagram", step, "expired_token")
    attempt = FakeAttempt()
    with pytest.raises(TokenExpired):
        adapter.publish(PHOTO, account, attempt)
    adapter.publish(PHOTO, account, FakeAttempt(checkpoint=attempt.checkpoint))
    assert len(simulator.posts()) == 1


@pytest.mark.parametrize(
    ("step", "kind", "error"),
    [
        ("container_status", "never_land", Transient),
        ("container_status", "rate_limit", RateLimited),
        ("listing", "never_land", Transient),
        ("listing", "expired_token", TokenExpired),
    ],
)
def test_failed_reconciliation_can_be_repeated(
    adapter: Instagram, account: Account, simulator: Simulator, step: str, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("instagram", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(PHOTO, account, first)
    simulator.fault("instagram", step, kind)
    with pytest.raises(error):
        adapter.reconcile(PHOTO, account, first.again())
    assert isinstance(adapter.reconcile(PHOTO, account, first.again()), Published)


def test_invalid_content_makes_no_call(adapter: Instagram, account: Account, simulator: Simulator) -> None:
    simulator.fault("instagram", "containers", "never_land")
    for content in (Content("Text only."), Content("x", ("https://ex.am/a.gif",)), Content("", reply_to="1")):
        with pytest.raises(Rejected) as refused:
            adapter.publish(content, account, FakeAttempt())
        assert refused.value.code == "invalid_content"
    assert len(simulator.faults_left()) == 1


def test_withdrawn_publication_makes_no_publish_call(
    adapter: Instagram, account: Account, simulator: Simulator
) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(PHOTO, account, FakeAttempt(withdrawn=True))
    assert simulator.posts() == []
