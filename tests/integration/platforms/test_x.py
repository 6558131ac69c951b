"""The X adapter against the simulator, over HTTP on loopback."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.simulator import sample_image
from minutehand.platforms.port import (
    Account,
    Content,
    InDoubt,
    MediaInfo,
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
from minutehand.platforms.x.adapter import X
from tests.support.attempts import Crash, FakeAttempt, attempts_that_crash
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulator import Simulator

POST = Content("The kiln is warm & <bright>. 窯🔥 https://ex.am/a?b=c&d=e #töpfern\n\nhttps://ex.am/ple")
IMAGE, SECOND, GIF, VIDEO = "https://ex.am/a.png", "https://ex.am/b.png", "https://ex.am/d.gif", "https://ex.am/c.mp4"
WITH_IMAGES = Content("Two. https://ex.am/ple", (IMAGE, SECOND), alt_texts={SECOND: "Its fire."})
WITH_GIF = Content("It moves.", (GIF,), alt_texts={GIF: "Smoke."})
WITH_VIDEO = Content("A film.", (VIDEO,))
VIDEO_BYTES = 9 * 1024 * 1024
FAILURES = [
    ("land_then_drop", {}),
    ("never_land", {}),
    ("status", {"status": 500, "landed": True}),
    ("status", {"status": 504, "landed": False}),
    ("status", {"status": 409, "landed": True}),  # a problem that is not in the table
    ("status", {"status": 409, "landed": False}),
]


@pytest.fixture
def media() -> FakeMedia:
    return FakeMedia(content=lambda url: b"v" * VIDEO_BYTES if url == VIDEO else sample_image.png())


@pytest.fixture
def adapter(client: httpx.Client, media: FakeMedia) -> X:
    return X(client, media)


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


def make_account(simulator: Simulator, token: str = "demo-token") -> Account:
    return Account("c1", "x", "", "@demo", f"{simulator.url}/x", {"access_token": token})


def posts(simulator: Simulator) -> list[dict[str, Any]]:
    return simulator.posts("x")


def stored_posts(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.state.collection("x", "posts").values())


def complete_publishing(
    adapter: X, content: Content, account: Account, attempt: FakeAttempt
) -> Published | Unanswerable:
    return finish(adapter, content, account, attempt, seconds=20)


def test_post_is_published_with_a_permalink(adapter: X, account: Account, simulator: Simulator) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(POST, account, attempt)
    assert isinstance(published, Published)
    (post,) = posts(simulator)
    assert post["text"] == POST.text
    assert published.permalink == post["url"] == f"https://x.com/demo/status/{published.remote_id}"
    assert int(published.remote_id) > 2**53
    assert attempt.armed_times == 1


def test_account_without_a_handle_gets_a_permalink_too(adapter: X, account: Account) -> None:
    published = adapter.publish(POST, replace(account, handle=""), FakeAttempt())
    assert isinstance(published, Published)
    assert published.permalink == f"https://x.com/i/web/status/{published.remote_id}"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (WITH_IMAGES, [("image", ""), ("image", "Its fire.")]),
        (WITH_GIF, [("video", "Smoke.")]),
        (WITH_VIDEO, [("video", "")]),
        (WITH_VIDEO._replace(text=""), [("video", "")]),
    ],
)
def test_media_items_are_published_with_their_alt_texts(
    adapter: X, account: Account, simulator: Simulator, content: Content, shown: list[tuple[str, str]]
) -> None:
    first = FakeAttempt()
    answer = adapter.publish(content, account, first)
    if content.media_urls[0] in (GIF, VIDEO):  # X names the interval at which to poll for processing
        assert answer == Processing(timedelta(seconds=2))
        assert first.armed_times == 0
        answer = adapter.resume(content, account, first.again(seconds=2))
    assert isinstance(answer, Published)
    (post,) = posts(simulator)
    assert [(item["kind"], item["alt"]) for item in post["media"]] == shown


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"replySettings": "following"}, {"reply_settings": "following"}),
        ({"quoteTweetId": "1990000000000000001"}, {"quote_tweet_id": "1990000000000000001"}),
        ({"communityId": "7"}, {"community_id": "7"}),
        ({"madeWithAi": True, "paidPartnership": True}, {"made_with_ai": True, "paid_partnership": True}),
        (
            {"poll": {"options": ["Oak", "Ash"], "durationMinutes": 60}},
            {"poll": {"options": ["Oak", "Ash"], "duration_minutes": 60}},
        ),
        ({"premium": True, "madeWithAi": False}, {}),
    ],
)
def test_options_are_sent_to_x(
    adapter: X, account: Account, simulator: Simulator, options: dict[str, Any], sent: dict[str, Any]
) -> None:
    assert isinstance(adapter.publish(POST._replace(options=options), account, FakeAttempt()), Published)
    assert stored_posts(simulator)[0]["options"] == sent


def test_part_of_a_thread_replies_to_the_previous_part(adapter: X, account: Account, simulator: Simulator) -> None:
    first = adapter.publish(POST, account, FakeAttempt())
    assert isinstance(first, Published)
    adapter.publish(Content("Second.", reply_to=first.remote_id), account, FakeAttempt(publication_id="2"))
    assert stored_posts(simulator)[1]["options"] == {"reply": {"in_reply_to_tweet_id": first.remote_id}}


def test_video_is_uploaded_in_chunks_that_fit_into_memory(
    adapter: X, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    adapter.publish(WITH_VIDEO, account, FakeAttempt())
    assert media.read_bytes == [4 * 1024 * 1024, 4 * 1024 * 1024, 1024 * 1024]


@pytest.mark.parametrize(
    ("seconds", "size_bytes", "category"),
    [
        (140, VIDEO_BYTES, "tweet_video"),
        (None, VIDEO_BYTES, "tweet_video"),
        (141, VIDEO_BYTES, "amplify_video"),
        (None, 512 * 1024 * 1024, "tweet_video"),
        (140, 512 * 1024 * 1024 + 1, "amplify_video"),
    ],
)
def test_video_above_the_limits_of_tweet_video_has_the_category_for_long_videos(
    client: httpx.Client,
    account: Account,
    simulator: Simulator,
    seconds: float | None,
    size_bytes: int,
    category: str,
) -> None:
    class NoTime(FakeAttempt):
        def time_left(self) -> timedelta:
            return timedelta(0)

    media = FakeMedia(MediaInfo(VIDEO, "video/mp4", size_bytes=size_bytes, duration_seconds=seconds))
    content = WITH_VIDEO._replace(options={"premium": True})
    assert X(client, media).publish(content, account, NoTime()) == Processing(timedelta(0))
    *_, upload = simulator.state.collection("x", "media").values()
    assert upload["category"] == category


def test_simulator_refuses_what_the_specification_refuses(account: Account, simulator: Simulator) -> None:
    headers = {"Authorization": "Bearer demo-token"}
    fields = {"media_category": "tweet_image", "media_type": "image/png"}
    refused = simulator.client.post(
        "/x/2/media/upload", data=fields, files={"media": sample_image.png()}, headers=headers
    )
    assert (refused.status_code, refused.json()["type"]) == (400, "https://api.x.com/2/problems/invalid-request")
    refused = simulator.client.post("/x/2/tweets", json={"text": "Hi", "colour": "red"}, headers=headers)
    assert (refused.status_code, "'colour' was unexpected" in refused.json()["detail"]) == (400, True)
    assert posts(simulator) == []


def test_long_upload_stops_in_time_and_continues_in_the_next_attempt(
    adapter: X, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    class Short(FakeAttempt):
        def time_left(self) -> timedelta:
            return timedelta(seconds=20 if len(media.read_bytes) < 2 else 1)

    first = Short()
    assert adapter.publish(WITH_VIDEO, account, first) == Processing(timedelta(0))
    assert len(media.read_bytes) == 2
    assert isinstance(complete_publishing(adapter, WITH_VIDEO, account, first), Published)
    assert len(media.read_bytes) == 3
    assert len(posts(simulator)) == 1


def test_video_processing_is_polled_at_the_interval_that_x_names(
    adapter: X, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    simulator.fault("x", "initialize", "processing", polls=2)
    attempt = FakeAttempt()
    answers = [adapter.publish(WITH_VIDEO, account, attempt)]
    for _ in range(3):
        attempt = attempt.again(seconds=2)
        answers.append(adapter.resume(WITH_VIDEO, account, attempt))
    assert answers[:3] == [Processing(timedelta(seconds=2))] * 3
    assert isinstance(answers[3], Published)
    assert len(media.read_bytes) == 3


def test_video_whose_processing_fails_is_rejected(adapter: X, account: Account, simulator: Simulator) -> None:
    simulator.fault("x", "initialize", "media_error")
    first = FakeAttempt()
    adapter.publish(WITH_VIDEO, account, first)
    with pytest.raises(Rejected) as refused:
        adapter.resume(WITH_VIDEO, account, first.again(seconds=2))
    assert refused.value.reason == "X could not process the GIF or video. Use another file or format."


def test_video_still_processing_after_an_hour_is_rejected(adapter: X, account: Account, simulator: Simulator) -> None:
    simulator.fault("x", "initialize", "processing", polls=100)
    first = FakeAttempt()
    adapter.publish(WITH_VIDEO, account, first)
    with pytest.raises(Rejected) as refused:
        adapter.resume(WITH_VIDEO, account, first.again(minutes=61))
    assert refused.value.code == "media_refused"


@pytest.mark.parametrize(("hours", "uploads"), [(22, 2), (23, 4)])
def test_upload_is_reused_for_as_long_as_x_keeps_it(
    adapter: X, account: Account, simulator: Simulator, media: FakeMedia, hours: int, uploads: int
) -> None:
    simulator.fault("x", "publish", "rate_limit")
    first = FakeAttempt()
    with pytest.raises(RateLimited):
        adapter.publish(WITH_IMAGES, account, first)
    later = FakeAttempt(checkpoint=first.checkpoint, now=first.now() + timedelta(hours=hours))
    assert isinstance(adapter.publish(WITH_IMAGES, account, later), Published)
    assert len(media.read_bytes) == uploads


def test_video_of_unknown_size_is_rejected(client: httpx.Client, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        X(client, FakeMedia(MediaInfo(VIDEO, "video/mp4"))).publish(WITH_VIDEO, account, FakeAttempt())
    assert refused.value.code == "media_refused"


@pytest.mark.parametrize(("kind", "options"), FAILURES)
@pytest.mark.parametrize("content", [POST, WITH_IMAGES, WITH_VIDEO])
def test_publish_call_without_answer_makes_exactly_one_post(
    adapter: X, account: Account, simulator: Simulator, content: Content, kind: str, options: dict[str, Any]
) -> None:
    first = FakeAttempt()
    if content is WITH_VIDEO:
        adapter.publish(content, account, first)
        first = first.again(seconds=2)
    simulator.fault("x", "publish", kind, **options)
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    answer = complete_publishing(adapter, content, account, first)
    assert isinstance(answer, Published)
    (post,) = posts(simulator)
    assert answer.permalink == post["url"]


@pytest.mark.parametrize(
    ("step", "content"),
    [
        ("upload", WITH_IMAGES),
        ("initialize", WITH_VIDEO),
        ("append", WITH_VIDEO),
        ("finalize", WITH_VIDEO),
        ("status", WITH_VIDEO),
    ],
)
@pytest.mark.parametrize(
    ("kind", "options"),
    [("land_then_drop", {}), ("never_land", {}), ("status", {"status": 500, "landed": True})],
)
def test_failed_preparation_is_repeated_and_makes_one_post(
    adapter: X, account: Account, simulator: Simulator, step: str, content: Content, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("x", step, kind, **options)
    first = FakeAttempt()
    if step == "status":
        adapter.publish(content, account, first)
        first = first.again(seconds=2)
    with pytest.raises(Transient):
        adapter.publish(content, account, first)
    assert first.armed_times == 0
    assert isinstance(complete_publishing(adapter, content, account, first), Published)
    (post,) = posts(simulator)
    assert len(post["media"]) == len(content.media_urls)


def test_crash_before_the_result_is_recorded_leaves_one_post(
    adapter: X, account: Account, simulator: Simulator
) -> None:
    first = FakeAttempt()
    published = adapter.publish(POST, account, first)
    assert complete_publishing(adapter, POST, account, first) == published
    assert len(posts(simulator)) == 1


def test_crash_after_any_save_leaves_one_post(adapter: X, account: Account, simulator: Simulator) -> None:
    complete = FakeAttempt()
    adapter.publish(WITH_VIDEO, account, complete)
    for first in attempts_that_crash(complete):
        simulator.reset()
        with pytest.raises(Crash):
            adapter.publish(WITH_VIDEO, account, first)
        assert isinstance(complete_publishing(adapter, WITH_VIDEO, account, first), Published)
        assert len(posts(simulator)) == 1


def test_unlisted_post_counts_as_not_published_after_a_minute(
    adapter: X, account: Account, simulator: Simulator
) -> None:
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC))
    with pytest.raises(Transient) as error:
        adapter.reconcile(POST, account, in_doubt.again(seconds=55))
    assert error.value.code == "not_listed"
    assert adapter.reconcile(POST, account, in_doubt.again(seconds=65)) == NotPublished()


def attempt_after_unlisted_post(adapter: X, account: Account, simulator: Simulator) -> FakeAttempt:
    """Create a post by a call without an answer, reconcile while X does not list it, and return the next attempt."""
    simulator.fault("x", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    second, listed = first.again(seconds=65), simulator.state.collection("x", "posts")
    hidden = dict(listed)
    listed.clear()
    assert adapter.reconcile(POST, account, second) == NotPublished()
    listed.update(hidden)
    return FakeAttempt(checkpoint=second.checkpoint, now=second.now() + timedelta(seconds=5))


def test_refused_duplicate_shows_that_the_first_call_succeeded(
    adapter: X, account: Account, simulator: Simulator
) -> None:
    again = attempt_after_unlisted_post(adapter, account, simulator)
    with pytest.raises(InDoubt) as error:
        adapter.publish(POST, account, again)
    assert error.value.code == "already_there"
    assert isinstance(adapter.reconcile(POST, account, again.again(seconds=5)), Published)
    assert len(posts(simulator)) == 1


def test_duplicate_that_x_never_lists_is_unanswerable(adapter: X, account: Account, simulator: Simulator) -> None:
    again = attempt_after_unlisted_post(adapter, account, simulator)
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, again)
    simulator.state.collection("x", "posts").clear()
    answer = adapter.reconcile(POST, account, again.again(seconds=65))
    assert isinstance(answer, Unanswerable)
    assert len(posts(simulator)) == 1


def test_repeated_text_is_rejected_as_duplicate(adapter: X, account: Account, simulator: Simulator) -> None:
    adapter.publish(POST, account, FakeAttempt())
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, account, FakeAttempt(publication_id="second"))
    assert refused.value.code == "duplicate"
    assert len(posts(simulator)) == 1


def test_earlier_post_with_the_same_text_does_not_match(adapter: X, account: Account, simulator: Simulator) -> None:
    adapter.publish(POST, account, FakeAttempt(publication_id="earlier"))
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC) + timedelta(minutes=2))
    assert adapter.reconcile(POST, account, in_doubt.again(minutes=5)) == NotPublished()


def test_post_with_other_media_items_does_not_match(adapter: X, account: Account, simulator: Simulator) -> None:
    adapter.publish(WITH_IMAGES._replace(media_urls=(IMAGE,)), account, FakeAttempt())
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC))
    assert adapter.reconcile(WITH_IMAGES, account, in_doubt.again(minutes=2)) == NotPublished()


def test_reconciliation_without_permission_to_read_posts_is_unanswerable(adapter: X, simulator: Simulator) -> None:
    account, first = make_account(simulator, "blind-token"), FakeAttempt()
    simulator.fault("x", "publish", "land_then_drop")
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    assert isinstance(complete_publishing(adapter, POST, account, first), Unanswerable)
    assert len(posts(simulator)) == 1


@pytest.mark.parametrize("step", ["listing", "me"])
@pytest.mark.parametrize(
    ("kind", "error"), [("never_land", Transient), ("rate_limit", RateLimited), ("expired_token", TokenExpired)]
)
def test_failed_reconciliation_raises_the_error_of_its_call(
    adapter: X, account: Account, simulator: Simulator, step: str, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("x", step, kind)
    with pytest.raises(error):
        adapter.reconcile(POST, account, FakeAttempt(armed_at=datetime.now(UTC)).again(minutes=3))


@pytest.mark.parametrize(("step", "content"), [("upload", WITH_IMAGES), ("append", WITH_VIDEO), ("tweets", POST)])
@pytest.mark.parametrize(("kind", "error"), [("rate_limit", RateLimited), ("expired_token", TokenExpired)])
def test_rate_limit_and_expired_token_are_distinguished_at_each_step(
    adapter: X,
    account: Account,
    simulator: Simulator,
    step: str,
    content: Content,
    kind: str,
    error: type[PublishError],
) -> None:
    simulator.fault("x", step, kind)
    with pytest.raises(error):
        adapter.publish(content, account, FakeAttempt())
    assert posts(simulator) == []


def test_rate_limit_states_when_it_ends(adapter: X, account: Account, simulator: Simulator) -> None:
    simulator.fault("x", "publish", "rate_limit", seconds=600)
    with pytest.raises(RateLimited) as limited:
        adapter.publish(POST, account, FakeAttempt())
    assert abs(limited.value.until - (datetime.now(UTC) + timedelta(seconds=600))) < timedelta(seconds=5)


def test_reply_to_a_post_that_x_does_not_find_is_transient(adapter: X, account: Account) -> None:
    with pytest.raises(Transient, match="parent_not_found"):
        adapter.publish(Content("Well.", reply_to="1"), account, FakeAttempt())


@pytest.mark.parametrize("token", ["", "with space", "line\nbreak"])
def test_invalid_token_is_rejected_and_not_revealed(adapter: X, simulator: Simulator, token: str) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, make_account(simulator, token), FakeAttempt())
    assert refused.value.code == "reconnect_required"
    assert not token or token not in refused.value.reason


def test_withdrawn_publication_makes_no_publish_call(adapter: X, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(POST, account, FakeAttempt(withdrawn=True))
    assert posts(simulator) == []


def test_invalid_content_is_not_sent(adapter: X, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("窯" * 141), account, FakeAttempt())
    assert refused.value.reason == "The text counts as 282 characters; X allows 280."
