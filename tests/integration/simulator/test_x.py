"""The X adapter against the simulator, over HTTP on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.simulator import sample_image
from minutehand.platforms.network import guarded_client
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
from tests.support.attempts import FakeAttempt
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
    ("status", {"status": 403, "landed": True}),  # a problem that no table knows
    ("status", {"status": 409, "landed": False}),
]


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with guarded_client(private_networks=True) as client:
        yield client


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


def kept(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.state.collection("x", "posts").values())


def go_on(adapter: X, content: Content, account: Account, attempt: FakeAttempt) -> Published | Unanswerable:
    return finish(adapter, content, account, attempt, seconds=20)


def test_a_text_lands_with_a_permalink(adapter: X, account: Account, simulator: Simulator) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(POST, account, attempt)
    assert isinstance(published, Published)
    (post,) = posts(simulator)
    assert post["text"] == POST.text
    assert published.permalink == post["url"] == f"https://x.com/demo/status/{published.remote_id}"
    assert int(published.remote_id) > 2**53
    assert attempt.armed_times == 1


def test_an_account_without_a_name_gets_a_permalink_all_the_same(adapter: X, account: Account) -> None:
    published = adapter.publish(POST, replace(account, handle=""), FakeAttempt())
    assert isinstance(published, Published)
    assert published.permalink == f"https://x.com/i/web/status/{published.remote_id}"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (WITH_IMAGES, [("image", ""), ("image", "Its fire.")]),
        (WITH_GIF, [("video", "Smoke.")]),
        (WITH_VIDEO, [("video", "")]),
        (replace(WITH_VIDEO, text=""), [("video", "")]),
    ],
)
def test_media_land_with_what_they_show(
    adapter: X, account: Account, simulator: Simulator, content: Content, shown: list[tuple[str, str]]
) -> None:
    first = FakeAttempt()
    answer = adapter.publish(content, account, first)
    if content.media_urls[0] in (GIF, VIDEO):  # X says when to ask whether they are digested
        assert answer == Processing(timedelta(seconds=2))
        assert first.armed_times == 0
        answer = adapter.resume(content, account, first.again(seconds=2))
    assert isinstance(answer, Published)
    (post,) = posts(simulator)
    assert [(medium["kind"], medium["alt"]) for medium in post["media"]] == shown


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
def test_options_are_passed_on(
    adapter: X, account: Account, simulator: Simulator, options: dict[str, Any], sent: dict[str, Any]
) -> None:
    assert isinstance(adapter.publish(replace(POST, options=options), account, FakeAttempt()), Published)
    assert kept(simulator)[0]["options"] == sent


def test_segments_of_a_thread_answer_each_other(adapter: X, account: Account, simulator: Simulator) -> None:
    first = adapter.publish(POST, account, FakeAttempt())
    assert isinstance(first, Published)
    adapter.publish(Content("Second.", reply_to=first.remote_id), account, FakeAttempt(publication_id="2"))
    assert kept(simulator)[1]["options"] == {"reply": {"in_reply_to_tweet_id": first.remote_id}}


def test_a_video_is_passed_on_in_parts_that_fit_into_memory(
    adapter: X, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    adapter.publish(WITH_VIDEO, account, FakeAttempt())
    assert media.read_bytes == [4 * 1024 * 1024, 4 * 1024 * 1024, 1024 * 1024]


def test_a_long_upload_stops_in_time_and_goes_on_where_it_stopped(
    adapter: X, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    class Short(FakeAttempt):
        def time_left(self) -> timedelta:
            return timedelta(seconds=20 if len(media.read_bytes) < 2 else 1)

    first = Short()
    assert adapter.publish(WITH_VIDEO, account, first) == Processing(timedelta(0))
    assert len(media.read_bytes) == 2
    assert isinstance(go_on(adapter, WITH_VIDEO, account, first), Published)
    assert len(media.read_bytes) == 3
    assert len(posts(simulator)) == 1


def test_a_video_that_is_digested_slowly_is_asked_for_again(
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


def test_a_video_that_cannot_be_digested_is_refused(adapter: X, account: Account, simulator: Simulator) -> None:
    simulator.fault("x", "initialize", "media_error")
    first = FakeAttempt()
    adapter.publish(WITH_VIDEO, account, first)
    with pytest.raises(Rejected) as refused:
        adapter.resume(WITH_VIDEO, account, first.again(seconds=2))
    assert refused.value.reason == "X could not process the video."


def test_a_video_that_is_never_ready_is_given_up_after_an_hour(
    adapter: X, account: Account, simulator: Simulator
) -> None:
    simulator.fault("x", "initialize", "processing", polls=100)
    first = FakeAttempt()
    adapter.publish(WITH_VIDEO, account, first)
    with pytest.raises(Rejected) as refused:
        adapter.resume(WITH_VIDEO, account, first.again(minutes=61))
    assert refused.value.code == "media_refused"


@pytest.mark.parametrize(("hours", "uploads"), [(22, 2), (23, 4)])
def test_an_upload_is_used_as_long_as_x_keeps_it(
    adapter: X, account: Account, simulator: Simulator, media: FakeMedia, hours: int, uploads: int
) -> None:
    simulator.fault("x", "publish", "rate_limit")
    first = FakeAttempt()
    with pytest.raises(RateLimited):
        adapter.publish(WITH_IMAGES, account, first)
    later = FakeAttempt(checkpoint=first.checkpoint, now=first.now() + timedelta(hours=hours))
    assert isinstance(adapter.publish(WITH_IMAGES, account, later), Published)
    assert len(media.read_bytes) == uploads


def test_a_video_of_unknown_size_is_refused(client: httpx.Client, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        X(client, FakeMedia(MediaInfo(VIDEO, "video/mp4"))).publish(WITH_VIDEO, account, FakeAttempt())
    assert refused.value.code == "media_refused"


@pytest.mark.parametrize(("kind", "options"), FAILURES)
@pytest.mark.parametrize("content", [POST, WITH_IMAGES, WITH_VIDEO])
def test_a_post_whose_call_got_no_answer_is_there_once(
    adapter: X, account: Account, simulator: Simulator, content: Content, kind: str, options: dict[str, Any]
) -> None:
    first = FakeAttempt()
    if content is WITH_VIDEO:
        adapter.publish(content, account, first)
        first = first.again(seconds=2)
    simulator.fault("x", "publish", kind, **options)
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    answer = go_on(adapter, content, account, first)
    assert isinstance(answer, Published)
    (post,) = posts(simulator)
    assert answer.permalink == post["url"]


@pytest.mark.parametrize(
    ("step", "content"),
    [
        ("upload", WITH_IMAGES),
        ("metadata", WITH_IMAGES),
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
def test_a_preparing_call_that_fails_is_repeated_and_one_post_is_made(
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
    assert isinstance(go_on(adapter, content, account, first), Published)
    (post,) = posts(simulator)
    assert len(post["media"]) == len(content.media_urls)


def test_a_crash_before_the_answer_was_recorded_leaves_one_post(
    adapter: X, account: Account, simulator: Simulator
) -> None:
    first = FakeAttempt()
    published = adapter.publish(POST, account, first)
    assert go_on(adapter, POST, account, first) == published
    assert len(posts(simulator)) == 1


def test_a_crash_at_any_save_leaves_one_post(adapter: X, account: Account, simulator: Simulator) -> None:
    class Crash(BaseException):
        pass

    class Crashing(FakeAttempt):
        crash_at = 0

        def save(self, **handles: str) -> None:
            super().save(**handles)
            if len(self.saved) == self.crash_at:
                raise Crash

    complete = FakeAttempt()
    adapter.publish(WITH_VIDEO, account, complete)
    for crash_at in range(1, len(complete.saved) + 1):
        simulator.reset()
        first = Crashing()
        first.crash_at = crash_at
        with pytest.raises(Crash):
            adapter.publish(WITH_VIDEO, account, first)
        assert isinstance(go_on(adapter, WITH_VIDEO, account, first), Published)
        assert len(posts(simulator)) == 1


def test_a_post_that_is_not_listed_is_given_time(adapter: X, account: Account, simulator: Simulator) -> None:
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC))
    with pytest.raises(Transient) as error:
        adapter.reconcile(POST, account, in_doubt.again(seconds=55))
    assert error.value.code == "not_listed"
    assert adapter.reconcile(POST, account, in_doubt.again(seconds=65)) == NotPublished()


def landed_unseen(adapter: X, account: Account, simulator: Simulator) -> FakeAttempt:
    """A post has landed, its call had no answer, and X did not list it when it was asked."""
    simulator.fault("x", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    asked, shelf = first.again(seconds=65), simulator.state.collection("x", "posts")
    landed = dict(shelf)
    shelf.clear()
    assert adapter.reconcile(POST, account, asked) == NotPublished()
    shelf.update(landed)
    return FakeAttempt(checkpoint=asked.checkpoint, now=asked.now() + timedelta(seconds=5))


def test_the_refusal_of_a_duplicate_shows_that_the_post_was_there_all_the_time(
    adapter: X, account: Account, simulator: Simulator
) -> None:
    again = landed_unseen(adapter, account, simulator)
    with pytest.raises(InDoubt) as error:
        adapter.publish(POST, account, again)
    assert error.value.code == "already_there"
    assert isinstance(adapter.reconcile(POST, account, again.again(seconds=5)), Published)
    assert len(posts(simulator)) == 1


def test_a_duplicate_that_x_never_lists_is_for_a_person(adapter: X, account: Account, simulator: Simulator) -> None:
    again = landed_unseen(adapter, account, simulator)
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, again)
    simulator.state.collection("x", "posts").clear()
    answer = adapter.reconcile(POST, account, again.again(seconds=65))
    assert isinstance(answer, Unanswerable)
    assert len(posts(simulator)) == 1


def test_the_same_text_once_more_is_refused_in_a_sentence(adapter: X, account: Account, simulator: Simulator) -> None:
    adapter.publish(POST, account, FakeAttempt())
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, account, FakeAttempt(publication_id="second"))
    assert refused.value.code == "duplicate"
    assert len(posts(simulator)) == 1


def test_the_same_text_posted_earlier_is_not_taken_for_this_post(
    adapter: X, account: Account, simulator: Simulator
) -> None:
    adapter.publish(POST, account, FakeAttempt(publication_id="earlier"))
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC) + timedelta(minutes=2))
    assert adapter.reconcile(POST, account, in_doubt.again(minutes=5)) == NotPublished()


def test_the_same_text_with_other_media_is_not_taken_for_this_post(
    adapter: X, account: Account, simulator: Simulator
) -> None:
    adapter.publish(replace(WITH_IMAGES, media_urls=(IMAGE,)), account, FakeAttempt())
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC))
    assert adapter.reconcile(WITH_IMAGES, account, in_doubt.again(minutes=2)) == NotPublished()


def test_where_posts_may_not_be_read_a_person_has_to_look(adapter: X, simulator: Simulator) -> None:
    account, first = make_account(simulator, "blind-token"), FakeAttempt()
    simulator.fault("x", "publish", "land_then_drop")
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    assert isinstance(go_on(adapter, POST, account, first), Unanswerable)
    assert len(posts(simulator)) == 1


@pytest.mark.parametrize("step", ["listing", "me"])
@pytest.mark.parametrize(
    ("kind", "error"), [("never_land", Transient), ("rate_limit", RateLimited), ("expired_token", TokenExpired)]
)
def test_a_platform_that_cannot_be_asked_is_asked_later(
    adapter: X, account: Account, simulator: Simulator, step: str, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("x", step, kind)
    with pytest.raises(error):
        adapter.reconcile(POST, account, FakeAttempt(armed_at=datetime.now(UTC)).again(minutes=3))


@pytest.mark.parametrize(("step", "content"), [("upload", WITH_IMAGES), ("append", WITH_VIDEO), ("tweets", POST)])
@pytest.mark.parametrize(("kind", "error"), [("rate_limit", RateLimited), ("expired_token", TokenExpired)])
def test_limits_and_expired_tokens_are_told_apart_at_each_step(
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


def test_x_says_until_when_to_wait(adapter: X, account: Account, simulator: Simulator) -> None:
    simulator.fault("x", "publish", "rate_limit", seconds=600)
    with pytest.raises(RateLimited) as limited:
        adapter.publish(POST, account, FakeAttempt())
    assert abs(limited.value.until - (datetime.now(UTC) + timedelta(seconds=600))) < timedelta(seconds=5)


def test_an_answer_to_what_is_gone_is_refused(adapter: X, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("Well.", reply_to="1"), account, FakeAttempt())
    assert refused.value.code == "forbidden"
    assert "deleted or not visible" in refused.value.reason


@pytest.mark.parametrize("token", ["", "with space", "line\nbreak"])
def test_a_token_that_cannot_be_one_is_rejected_and_not_shown(adapter: X, simulator: Simulator, token: str) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, make_account(simulator, token), FakeAttempt())
    assert refused.value.code == "reconnect_required"
    assert not token or token not in refused.value.reason


def test_a_withdrawn_post_is_not_sent(adapter: X, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(POST, account, FakeAttempt(withdrawn=True))
    assert posts(simulator) == []


def test_what_breaks_a_rule_is_not_sent(adapter: X, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("窯" * 141), account, FakeAttempt())
    assert refused.value.reason == "The text counts 282 characters; X allows 280."
