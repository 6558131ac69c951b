"""The YouTube adapter against the simulator, over HTTP on loopback."""

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.simulator.sample_video import Video
from minutehand.platforms.media import MediaFetcher
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
from minutehand.platforms.youtube import adapter as module
from minutehand.platforms.youtube.adapter import YouTube
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulator import Clock, Simulator

CHUNK_BYTES = 256 * 1024
SIZE = 3 * CHUNK_BYTES + 1000
"""Three chunks and a shorter last one."""
FAILURES = [
    ("land_then_drop", {}),
    ("never_land", {}),
    ("status", {"status": 500, "landed": True}),
    ("status", {"status": 503, "landed": False}),
]
UNKNOWN = [("status", {"status": 409, "landed": True}), ("status", {"status": 409, "landed": False})]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_BYTES", CHUNK_BYTES)


@pytest.fixture
def adapter(client: httpx.Client) -> YouTube:
    return YouTube(client, MediaFetcher(client))


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


@pytest.fixture
def content(simulator: Simulator) -> Content:
    return Content("The kiln is warm. 窯🔥\nhttps://ex.am/ple", (f"{simulator.url}/media/portrait.mp4?bytes={SIZE}",))


def make_account(simulator: Simulator, token: str = "demo-token") -> Account:
    return Account("c1", "youtube", "UCdemo", "@demo", f"{simulator.url}/youtube", {"access_token": token})


def videos(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.state.collection("youtube", "posts").values())


def assert_one_whole_video(simulator: Simulator) -> dict[str, Any]:
    [video] = videos(simulator)
    assert len(simulator.posts("youtube")) == 1
    whole = Video(SIZE, (720, 1280)).read(0, SIZE)
    assert (video["size"], video["checksum"]) == (SIZE, zlib.crc32(whole))
    return video


def test_video_is_published_whole_with_a_permalink(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    attempt = FakeAttempt()
    assert isinstance(adapter.publish(content, account, attempt), Processing)
    assert attempt.armed_times == 1
    published = adapter.resume(content, account, attempt.again(seconds=5))
    video = assert_one_whole_video(simulator)
    assert published == Published(video["id"], f"https://www.youtube.com/watch?v={video['id']}")
    assert video["snippet"]["title"] == "The kiln is warm. 窯🔥"
    assert video["snippet"]["description"] == content.text
    assert video["status"] == {"privacyStatus": "public", "selfDeclaredMadeForKids": False}


def test_options_are_sent_to_youtube(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    options = {
        "title": "Kiln",
        "privacy": "unlisted",
        "tags": ["kiln", "two words"],
        "categoryId": "26",
        "madeForKids": True,
        "syntheticMedia": True,
        "notifySubscribers": False,
        "short": True,
        "thumbnailUrl": simulator.image,
    }
    published = finish(adapter, content._replace(options=options), account, FakeAttempt())
    video = assert_one_whole_video(simulator)
    assert published == Published(video["id"], f"https://www.youtube.com/shorts/{video['id']}")
    assert video["snippet"] == {
        "title": "Kiln",
        "description": content.text,
        "categoryId": "26",
        "tags": ["kiln", "two words"],
    }
    assert video["status"] == {
        "privacyStatus": "unlisted",
        "selfDeclaredMadeForKids": True,
        "containsSyntheticMedia": True,
    }
    assert video["notify"] == "false"
    assert simulator.client.get(video["thumbnail"]).content == simulator.client.get("/media/sample.png").content


@pytest.mark.parametrize(("kind", "options"), FAILURES + UNKNOWN)
def test_publish_call_without_answer_is_reconciled_by_the_session(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("youtube", "publish", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    landed = kind == "land_then_drop" or options.get("landed", False)
    assert len(simulator.posts()) == (1 if landed else 0)
    answer = adapter.reconcile(content, account, first.again(seconds=5))
    assert isinstance(answer, Published if landed else NotPublished)
    published = finish(adapter, content, account, first)
    assert isinstance(published, Published)
    assert assert_one_whole_video(simulator)["id"] == published.remote_id


@pytest.mark.parametrize("step", ["begin", "upload_status", "chunk"])
@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_failed_preparation_is_repeated_and_makes_one_video(
    adapter: YouTube,
    account: Account,
    content: Content,
    simulator: Simulator,
    step: str,
    kind: str,
    options: dict[str, Any],
) -> None:
    first = FakeAttempt()
    simulator.fault("youtube", step, kind, **options)
    with pytest.raises(Transient):
        adapter.publish(content, account, first)
    assert first.armed_times == 0
    assert isinstance(finish(adapter, content, account, first), Published)
    assert_one_whole_video(simulator)


@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_upload_continues_after_the_last_stored_chunk(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    first = FakeAttempt()
    simulator.fault("youtube", "chunk", "slow", seconds=0)
    simulator.fault("youtube", "chunk", kind, **options)
    with pytest.raises(Transient):
        adapter.publish(content, account, first)
    sessions = simulator.state.collection("youtube", "sessions").values()
    [session] = [each for each in sessions if each["video"] is None][-1:]
    landed = kind == "land_then_drop" or options.get("landed", False)
    assert session["received"] == (2 if landed else 1) * CHUNK_BYTES
    finish(adapter, content, account, first)
    assert_one_whole_video(simulator)


@pytest.mark.parametrize("step", ["videos", "thumbnail"])
@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_failed_call_after_the_publish_call_makes_no_second_video(
    adapter: YouTube,
    account: Account,
    content: Content,
    simulator: Simulator,
    step: str,
    kind: str,
    options: dict[str, Any],
) -> None:
    simulator.fault("youtube", step, kind, **options)
    with_thumbnail = content._replace(options={"thumbnailUrl": simulator.image})
    assert isinstance(finish(adapter, with_thumbnail, account, FakeAttempt()), Published)
    assert_one_whole_video(simulator)


@pytest.mark.parametrize("after", ["session", "arm", "publish", "video"])
def test_crash_at_any_point_makes_no_second_video(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator, after: str
) -> None:
    class Crash(Exception):
        pass

    class Crashing(FakeAttempt):
        def save(self, **handles: str) -> None:
            if after == "publish" and "video" in handles:
                raise Crash
            super().save(**handles)
            if after in handles:
                raise Crash

        def arm(self, **handles: str) -> None:
            super().arm(**handles)
            if after == "arm":
                raise Crash

    first = Crashing()
    with pytest.raises(Crash):
        adapter.publish(content, account, first)
    sessions = len(simulator.state.collection("youtube", "sessions"))
    assert isinstance(finish(adapter, content, account, first), Published)
    assert_one_whole_video(simulator)
    assert len(simulator.state.collection("youtube", "sessions")) == sessions


def test_long_upload_stops_in_time_and_continues_in_the_next_attempt(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    class Hurried(FakeAttempt):
        def time_left(self) -> timedelta:
            self.left -= timedelta(seconds=6)
            return self.left

    attempt: FakeAttempt = Hurried()
    unfinished_attempts = 0
    while adapter.publish(content, account, attempt) == Processing(timedelta(0)):
        unfinished_attempts += 1
        assert attempt.armed_times == 0
        attempt = Hurried(checkpoint=attempt.checkpoint)
    assert unfinished_attempts == 1  # each attempt sends two chunks
    assert_one_whole_video(simulator)


def test_attempt_without_time_left_sends_nothing(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    attempt = FakeAttempt()
    attempt.left = timedelta(seconds=4)
    assert adapter.publish(content, account, attempt) == Processing(timedelta(0))
    assert attempt.armed_times == 0
    assert videos(simulator) == []


def test_slow_chunk_is_not_followed_by_another_without_time_for_it(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    class Slow(FakeAttempt):
        def now(self) -> datetime:
            self._now += timedelta(seconds=6)
            return self._now

    attempt = Slow()
    attempt.left = timedelta(seconds=11)
    assert adapter.publish(content, account, attempt) == Processing(timedelta(0))
    assert attempt.armed_times == 0


def test_slow_processing_is_checked_in_later_attempts(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("youtube", "publish", "processing", polls=2)
    attempt = FakeAttempt()
    adapter.publish(content, account, attempt)
    assert adapter.resume(content, account, attempt.again(seconds=5)) == Processing(timedelta(seconds=5))
    assert adapter.resume(content, account, attempt.again(minutes=3)) == Processing(timedelta(minutes=1))
    assert isinstance(adapter.resume(content, account, attempt.again(minutes=4)), Published)
    assert_one_whole_video(simulator)


def test_video_still_processing_after_an_hour_counts_as_published(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("youtube", "publish", "processing", polls=1000)
    attempt = FakeAttempt()
    adapter.publish(content, account, attempt)
    assert isinstance(adapter.resume(content, account, attempt.again(minutes=59)), Processing)
    assert isinstance(adapter.resume(content, account, attempt.again(minutes=61)), Published)


def test_video_whose_processing_fails_is_rejected_with_the_reason(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("youtube", "publish", "media_error")
    attempt = FakeAttempt()
    adapter.publish(content, account, attempt)
    with pytest.raises(Rejected) as refused:
        adapter.resume(content, account, attempt.again(seconds=5))
    assert refused.value.reason == "YouTube refused the video: it cannot decode the video. Use another video."
    assert adapter.reconcile(content, account, attempt.again(seconds=5)) == NotPublished()


def test_deleted_video_is_not_sent_again(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    attempt = FakeAttempt()
    adapter.publish(content, account, attempt)
    simulator.client.delete("/api/timeline")
    for call in (adapter.reconcile, adapter.resume):
        with pytest.raises(Transient, match="not_listed_yet"):  # a new video may not be listed yet
            call(content, account, attempt.again(seconds=5))
    assert isinstance(adapter.reconcile(content, account, attempt.again(minutes=3)), Unanswerable)
    assert videos(simulator) == []


def test_expired_session_is_replaced(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("youtube", "chunk", "never_land")
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(content, account, first)
    simulator.state.collection("youtube", "sessions").clear()
    second = first.again(seconds=5)
    with pytest.raises(Transient) as gone:
        adapter.publish(content, account, second)
    assert gone.value.code == "upload_expired"
    assert isinstance(finish(adapter, content, account, second), Published)
    assert_one_whole_video(simulator)


@pytest.mark.parametrize("landed", [True, False])
def test_reconciliation_without_a_session_searches_the_uploads_of_the_channel(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator, landed: bool
) -> None:
    simulator.fault("youtube", "publish", "land_then_drop" if landed else "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    simulator.state.collection("youtube", "sessions").clear()
    answer = adapter.reconcile(content, account, first.again(seconds=5))
    if landed:
        assert answer == Published(videos(simulator)[0]["id"], simulator.posts()[0]["url"])
    else:
        assert isinstance(answer, Unanswerable)
        assert answer.reason.endswith("Check the account.")


def test_earlier_video_with_the_same_title_does_not_match(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    finish(adapter, content, account, FakeAttempt(publication_id="earlier"))
    attempt = FakeAttempt(armed_at=datetime.now(UTC) + timedelta(hours=1))
    assert isinstance(adapter.reconcile(content, account, attempt), Unanswerable)


def test_changed_video_is_uploaded_from_its_beginning(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    other = content._replace(media_urls=(f"{simulator.url}/media/portrait.mp4?bytes={SIZE + 1}",))
    simulator.fault("youtube", "publish", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(other, account, first)
    assert isinstance(finish(adapter, content, account, first), Published)
    assert_one_whole_video(simulator)


def test_image_is_rejected_before_any_upload(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(content._replace(media_urls=(simulator.image,)), account, FakeAttempt())
    assert refused.value.code == "invalid_content"


def test_large_thumbnail_is_sent_in_pieces(client: httpx.Client, account: Account, simulator: Simulator) -> None:
    video, thumbnail, image = "https://ex.am/a.mp4", "https://ex.am/t.png", b"\x89PNG" + bytes(9 * 1024 * 1024)
    media = FakeMedia(content=lambda url: image if url == thumbnail else b"v" * SIZE)
    content = Content("A film.", (video,), options={"thumbnailUrl": thumbnail})

    assert isinstance(finish(YouTube(client, media), content, account, FakeAttempt()), Published)

    [published] = videos(simulator)
    assert simulator.client.get(published["thumbnail"]).content == image
    assert max(media.read_bytes) == 4 * 1024 * 1024


@pytest.mark.parametrize("step", ["begin", "upload_status", "chunk", "last_chunk"])
def test_exceeded_quota_waits_for_midnight_pacific_time(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator, step: str
) -> None:
    simulator.fault("youtube", step, "rate_limit")
    attempt = FakeAttempt(now=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    with pytest.raises(RateLimited) as limited:
        adapter.publish(content, account, attempt)
    assert limited.value.until == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    assert simulator.posts() == []


@pytest.mark.parametrize("step", ["begin", "upload_status", "chunk", "last_chunk"])
def test_attempt_with_a_fresh_token_continues_after_token_expired(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator, step: str
) -> None:
    simulator.fault("youtube", step, "expired_token")
    attempt = FakeAttempt()
    with pytest.raises(TokenExpired):
        adapter.publish(content, account, attempt)
    finish(adapter, content, account, FakeAttempt(checkpoint=attempt.checkpoint))
    assert_one_whole_video(simulator)


@pytest.mark.parametrize(
    ("kind", "error"), [("never_land", Transient), ("rate_limit", RateLimited), ("expired_token", TokenExpired)]
)
def test_failed_reconciliation_can_be_repeated(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("youtube", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    simulator.fault("youtube", "upload_status", kind)
    with pytest.raises(error):
        adapter.reconcile(content, account, first.again())
    assert isinstance(adapter.reconcile(content, account, first.again()), Published)


def test_withdrawn_publication_makes_no_publish_call(
    adapter: YouTube, account: Account, content: Content, simulator: Simulator
) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(content, account, FakeAttempt(withdrawn=True))
    assert videos(simulator) == []


def test_reconciliation_without_a_publish_call_returns_not_published(
    adapter: YouTube, account: Account, content: Content
) -> None:
    assert adapter.reconcile(content, account, FakeAttempt()) == NotPublished()


@pytest.mark.parametrize("token", ["wrong", "not a token\n"])
def test_invalid_token_is_rejected_and_not_revealed(
    adapter: YouTube, content: Content, simulator: Simulator, token: str
) -> None:
    with pytest.raises(PublishError) as refused:
        adapter.publish(content, make_account(simulator, token), FakeAttempt())
    assert refused.value.code in ("token_expired", "reconnect_required")
    assert token not in refused.value.reason


def test_token_is_not_sent_to_a_session_on_another_host(
    client: httpx.Client, account: Account, content: Content
) -> None:
    called = []

    def answer(request: httpx.Request) -> httpx.Response:
        called.append(request.url.host)
        return httpx.Response(200, headers={"Location": "https://elsewhere.example/upload"})

    with httpx.Client(transport=httpx.MockTransport(answer)) as elsewhere, pytest.raises(Transient):
        YouTube(elsewhere, MediaFetcher(client)).publish(content, account, FakeAttempt())
    assert called == ["127.0.0.1"]


# Comments.


@pytest.fixture
def comment(adapter: YouTube, account: Account, content: Content) -> Content:
    """Return a comment on a published video."""
    video = finish(adapter, content, account, FakeAttempt(publication_id="video"))
    assert isinstance(video, Published)
    return Content("More of it: https://ex.am/ple 🔥", reply_to=video.remote_id)


def test_comment_is_published_on_its_video(
    adapter: YouTube, account: Account, comment: Content, simulator: Simulator
) -> None:
    published = adapter.publish(comment, account, FakeAttempt())
    assert isinstance(published, Published)
    video, landed = simulator.posts("youtube")
    assert (landed["text"], landed["url"]) == (comment.text, published.permalink)
    assert video["url"] + f"&lc={published.remote_id}" == landed["url"]


@pytest.mark.parametrize(("kind", "options"), FAILURES + UNKNOWN)
def test_comment_in_doubt_is_searched_and_never_repeated(
    adapter: YouTube, account: Account, comment: Content, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("youtube", "comment", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(comment, account, first)
    landed = kind == "land_then_drop" or options.get("landed", False)
    if not landed:
        with pytest.raises(Transient):
            adapter.reconcile(comment, account, first.again(seconds=5))
    answer = adapter.reconcile(comment, account, first.again(minutes=3))
    assert isinstance(answer, Published if landed else Unanswerable)
    assert len(simulator.posts("youtube")) == (2 if landed else 1)


def test_earlier_comment_with_the_same_text_does_not_match(
    adapter: YouTube, account: Account, comment: Content, simulator: Simulator
) -> None:
    adapter.publish(comment, account, FakeAttempt())
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    attempt = FakeAttempt(armed_at=clock() + timedelta(hours=1), now=clock() + timedelta(hours=2))
    assert isinstance(adapter.reconcile(comment, account, attempt), Unanswerable)
