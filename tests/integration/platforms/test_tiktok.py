"""Tests of the TikTok adapter against the simulator, over HTTP on loopback."""

import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.simulator import tiktok as simulated
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
from minutehand.platforms.tiktok import uploads
from minutehand.platforms.tiktok.adapter import TikTok
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulator import Clock, Simulator

CHUNK = 256 * 1024
SIZE = 3 * CHUNK + 1000
"""Two whole chunks, and a last one that also contains the remainder."""
PHOTOS = Content("The kiln is warm. 窯🔥 #kiln", ("https://ex.am/a.jpg", "https://ex.am/b.jpg"))
FAILURES = [
    ("land_then_drop", {}),
    ("never_land", {}),
    ("status", {"status": 500, "landed": True}),
    ("status", {"status": 503, "landed": False}),
]
UNKNOWN = [("status", {"status": 409, "landed": True}), ("status", {"status": 409, "landed": False})]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "CHUNK_BYTES", CHUNK)
    monkeypatch.setattr(simulated, "MIN_CHUNK", CHUNK)


@pytest.fixture
def adapter(client: httpx.Client) -> TikTok:
    return TikTok(client, MediaFetcher(client))


@pytest.fixture
def photos(client: httpx.Client) -> TikTok:
    return TikTok(client, FakeMedia())


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


@pytest.fixture
def content(simulator: Simulator) -> Content:
    return Content("The kiln is warm. 窯🔥 #kiln", (f"{simulator.url}/media/portrait.mp4?bytes={SIZE}",))


def make_account(simulator: Simulator, token: str = "demo-token") -> Account:
    return Account("c1", "tiktok", "", "@demo", f"{simulator.url}/tiktok", {"access_token": token})


def posts(simulator: Simulator) -> dict[str, dict[str, Any]]:
    """Return the published posts by publish_id."""
    return {key: post for key, post in simulator.state.collection("tiktok", "posts").items() if post["published_at"]}


def moderate(simulator: Simulator) -> None:
    """Give public posts their ids now, not at the second status call."""
    for post in simulator.state.collection("tiktok", "posts").values():
        post["moderated"] = True


def assert_one_whole_video(simulator: Simulator) -> dict[str, Any]:
    [post] = posts(simulator).values()
    assert len(simulator.posts("tiktok")) == 1
    whole = Video(SIZE, (720, 1280)).read(0, SIZE)
    assert (post["uploaded"], post["checksum"]) == (SIZE, zlib.crc32(whole))
    return post


def test_video_is_published_whole_with_a_permalink(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    attempt = FakeAttempt()
    assert isinstance(adapter.publish(content, account, attempt), Processing)
    assert attempt.armed_times == 1
    assert isinstance(adapter.resume(content, account, attempt.again(seconds=5)), Processing)  # no id yet
    published = adapter.resume(content, account, attempt.again(seconds=10))
    post = assert_one_whole_video(simulator)
    assert int(post["post_id"]) > 2**53
    assert published == Published(post["post_id"], f"https://www.tiktok.com/@demo/video/{post['post_id']}")
    assert simulator.posts("tiktok")[0]["text"] == content.text


def test_options_of_a_video_are_sent_to_tiktok(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    options = {
        "privacy": "MUTUAL_FOLLOW_FRIENDS",
        "disableComment": True,
        "coverTimestampMs": 1500,
        "ownBrand": True,
        "aiGenerated": True,
    }
    published = finish(adapter, content._replace(options=options), account, FakeAttempt())
    assert assert_one_whole_video(simulator)["info"] == {
        "title": content.text,
        "privacy_level": "MUTUAL_FOLLOW_FRIENDS",
        "disable_comment": True,
        "disable_duet": True,  # The creator has disabled duets for all posts.
        "disable_stitch": False,
        "video_cover_timestamp_ms": 1500,
        "brand_content_toggle": False,
        "brand_organic_toggle": True,
        "is_aigc": True,
    }
    assert isinstance(published, Published)
    assert published.permalink is None  # Posts that are not public have no id.
    assert published.remote_id in posts(simulator)


def test_video_is_sent_to_the_inbox(adapter: TikTok, account: Account, content: Content, simulator: Simulator) -> None:
    published = finish(adapter, content._replace(options={"mode": "inbox"}), account, FakeAttempt())
    post = assert_one_whole_video(simulator)
    assert post["inbox"]
    assert published == Published(next(iter(posts(simulator))))


def test_images_are_published_in_order(photos: TikTok, account: Account, simulator: Simulator) -> None:
    options = {"title": "Kiln", "coverIndex": 1, "autoAddMusic": False}
    attempt = FakeAttempt()
    assert isinstance(photos.publish(PHOTOS._replace(options=options), account, attempt), Processing)
    assert attempt.armed_times == 1
    published = finish(photos, PHOTOS, account, attempt)
    [post] = posts(simulator).values()
    assert published == Published(post["post_id"], f"https://www.tiktok.com/@demo/photo/{post['post_id']}")
    assert post["info"] == {
        "title": "Kiln",
        "description": PHOTOS.text,
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "disable_comment": False,
        "auto_add_music": False,
        "brand_content_toggle": False,
        "brand_organic_toggle": False,
    }
    assert post["source"]["photo_cover_index"] == 1
    assert [item["url"] for item in simulator.posts("tiktok")[0]["media"]] == list(PHOTOS.media_urls)


def test_images_are_sent_to_the_inbox(photos: TikTok, account: Account, simulator: Simulator) -> None:
    assert isinstance(finish(photos, PHOTOS._replace(options={"mode": "inbox"}), account, FakeAttempt()), Published)
    [post] = posts(simulator).values()
    assert post["inbox"]


@pytest.mark.parametrize(("kind", "options"), FAILURES + UNKNOWN)
def test_status_reconciles_a_last_chunk_without_answer(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("tiktok", "publish", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    landed = kind == "land_then_drop" or options.get("landed", False)
    assert len(simulator.posts()) == (1 if landed else 0)
    moderate(simulator)
    answer = adapter.reconcile(content, account, first.again(seconds=5))
    assert isinstance(answer, Published if landed else NotPublished)
    assert isinstance(finish(adapter, content, account, first), Published)
    assert_one_whole_video(simulator)


@pytest.mark.parametrize(("kind", "options"), FAILURES + UNKNOWN)
def test_images_without_answer_are_found_or_unanswerable(
    photos: TikTok, account: Account, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("tiktok", "content_init", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        photos.publish(PHOTOS, account, first)
    landed = kind == "land_then_drop" or options.get("landed", False)
    answer = finish(photos, PHOTOS, account, first, seconds=60)
    if landed:
        [post] = posts(simulator).values()
        assert answer == Published(post["post_id"], f"https://www.tiktok.com/@demo/photo/{post['post_id']}")
    else:
        assert isinstance(answer, Unanswerable)
        assert answer.reason.endswith("Check the account.")
        assert posts(simulator) == {}


@pytest.mark.parametrize("step", ["creator_info", "video_init", "chunk"])
@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_failed_preparation_is_repeated_and_makes_one_post(
    adapter: TikTok,
    account: Account,
    content: Content,
    simulator: Simulator,
    step: str,
    kind: str,
    options: dict[str, Any],
) -> None:
    first = FakeAttempt()
    simulator.fault("tiktok", step, kind, **options)
    with pytest.raises(Transient):
        adapter.publish(content, account, first)
    assert first.armed_times == 0
    assert isinstance(finish(adapter, content, account, first), Published)
    assert_one_whole_video(simulator)


@pytest.mark.parametrize(("kind", "options"), FAILURES)
@pytest.mark.parametrize("times", [1, 2])
def test_unreadable_status_after_the_publish_call_leaves_one_video(
    adapter: TikTok,
    account: Account,
    content: Content,
    simulator: Simulator,
    kind: str,
    options: dict[str, Any],
    times: int,
) -> None:
    first = FakeAttempt()
    adapter.publish(content, account, first)
    simulator.fault("tiktok", "status", kind, times=times, **options)
    with pytest.raises(Transient):
        adapter.resume(content, account, first.again(seconds=5))
    assert isinstance(finish(adapter, content, account, first), Published)
    assert_one_whole_video(simulator)


@pytest.mark.parametrize("after", ["publish_id", "sent", "arm", "publish", "taken_at"])
def test_crash_at_any_point_leaves_one_video(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator, after: str
) -> None:
    class Crash(Exception):
        pass

    class Crashing(FakeAttempt):
        def save(self, **handles: str) -> None:
            taken = bool(handles.get("taken_at"))
            if after == "publish" and taken:
                raise Crash
            super().save(**handles)
            if (after == "taken_at" and taken) or (after in ("publish_id", "sent") and after in handles):
                raise Crash

        def arm(self, **handles: str) -> None:
            super().arm(**handles)
            if after == "arm":
                raise Crash

    first = Crashing()
    with pytest.raises(Crash):
        adapter.publish(content, account, first)
    started = len(simulator.state.collection("tiktok", "posts"))
    assert isinstance(finish(adapter, content, account, first), Published)
    assert_one_whole_video(simulator)
    assert len(simulator.state.collection("tiktok", "posts")) == started


def test_crash_after_images_were_accepted_leaves_one_post(
    photos: TikTok, account: Account, simulator: Simulator
) -> None:
    class Crash(Exception):
        pass

    class Crashing(FakeAttempt):
        def save(self, **handles: str) -> None:
            raise Crash

    first = Crashing()
    with pytest.raises(Crash):
        photos.publish(PHOTOS, account, first)
    assert isinstance(finish(photos, PHOTOS, account, first), Published)
    assert len(posts(simulator)) == 1


def test_long_upload_stops_in_time_and_continues_in_the_next_attempt(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    class Hurried(FakeAttempt):
        def time_left(self) -> timedelta:
            self.left -= timedelta(seconds=6)
            return self.left

    attempt: FakeAttempt = Hurried()
    assert adapter.publish(content, account, attempt) == Processing(timedelta(0))
    assert attempt.armed_times == 0
    assert attempt.checkpoint["sent"] == str(2 * CHUNK)
    attempt = Hurried(checkpoint=attempt.checkpoint)
    assert adapter.resume(content, account, attempt) == Processing(timedelta(seconds=5))
    assert_one_whole_video(simulator)


def test_upload_continues_at_the_checkpoint_if_the_status_has_no_bytes(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = adapter._api.prepare

    def prepare_without_bytes(*arguments: Any) -> dict[str, Any]:
        return {name: value for name, value in prepare(*arguments).items() if name != "uploaded_bytes"}

    monkeypatch.setattr(adapter._api, "prepare", prepare_without_bytes)
    simulator.fault("tiktok", "last_chunk", "rate_limit")
    first = FakeAttempt()
    with pytest.raises(RateLimited):
        adapter.publish(content, account, first)
    second = FakeAttempt(checkpoint=first.checkpoint)
    simulator.fault("tiktok", "last_chunk", "never_land")
    with pytest.raises(InDoubt):
        adapter.publish(content, account, second)
    with pytest.raises(Transient):  # The status does not show that bytes are missing.
        adapter.reconcile(content, account, second.again(seconds=5))
    assert posts(simulator) == {}


def test_video_still_processing_is_checked_in_later_attempts(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("tiktok", "publish", "processing", polls=2)
    attempt = FakeAttempt()
    adapter.publish(content, account, attempt)
    assert adapter.resume(content, account, attempt.again(seconds=5)) == Processing(timedelta(seconds=5))
    assert adapter.resume(content, account, attempt.again(minutes=3)) == Processing(timedelta(minutes=1))
    assert isinstance(adapter.resume(content, account, attempt.again(minutes=6)), Published)
    assert_one_whole_video(simulator)


def test_reconciliation_waits_five_minutes_for_the_id_of_a_post(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("tiktok", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    [(publish_id, post)] = posts(simulator).items()
    with pytest.raises(Transient) as soon:
        adapter.reconcile(content, account, first.again(seconds=5))
    assert soon.value.code == "not_listed_yet"
    post["moderated"] = False
    assert adapter.reconcile(content, account, first.again(minutes=6)) == Published(publish_id)


def test_images_still_processing_are_checked_in_later_attempts(
    photos: TikTok, account: Account, simulator: Simulator
) -> None:
    simulator.fault("tiktok", "publish", "processing", polls=3)
    assert isinstance(finish(photos, PHOTOS, account, FakeAttempt()), Published)
    assert len(posts(simulator)) == 1


def test_video_still_processing_after_an_hour_stays_in_doubt(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("tiktok", "publish", "processing", polls=1000)
    attempt = FakeAttempt()
    adapter.publish(content, account, attempt)
    for call in (adapter.resume, adapter.reconcile):
        with pytest.raises(Transient):
            call(content, account, attempt.again(minutes=61))
    assert_one_whole_video(simulator)


@pytest.mark.parametrize("kind", ["video", "photos"])
def test_media_item_whose_processing_fails_is_rejected_with_the_reason(
    adapter: TikTok, photos: TikTok, account: Account, content: Content, simulator: Simulator, kind: str
) -> None:
    chosen, post = (adapter, content) if kind == "video" else (photos, PHOTOS)
    simulator.fault("tiktok", "publish", "media_error")
    attempt = FakeAttempt()
    chosen.publish(post, account, attempt)
    with pytest.raises(Rejected) as refused:
        chosen.resume(post, account, attempt.again(seconds=5))
    assert refused.value.code == "media_refused"
    answer = chosen.reconcile(post, account, attempt.again(seconds=5))
    assert answer == NotPublished(refused.value.code, refused.value.reason)
    with pytest.raises(Rejected):
        chosen.publish(post, account, FakeAttempt(checkpoint=attempt.checkpoint))
    assert simulator.posts() == []


def test_images_are_sent_again_after_a_failed_fetch(photos: TikTok, account: Account, simulator: Simulator) -> None:
    simulator.fault("tiktok", "publish", "fetch_error")
    first = FakeAttempt()
    photos.publish(PHOTOS, account, first)
    reason = "TikTok could not fetch the media from their URL."
    with pytest.raises(Transient) as failed:
        photos.resume(PHOTOS, account, first.again(seconds=5))
    assert (failed.value.code, failed.value.reason) == ("media_unavailable", reason)
    answer = photos.reconcile(PHOTOS, account, first.again(seconds=5))
    assert answer == NotPublished("media_unavailable", reason)
    assert isinstance(finish(photos, PHOTOS, account, first), Published)
    assert len(simulator.posts()) == 1


def test_video_is_uploaded_again_after_an_internal_failure(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("tiktok", "publish", "media_error")
    first = FakeAttempt()
    adapter.publish(content, account, first)
    for post in simulator.state.collection("tiktok", "posts").values():
        post["failed"] = "internal"
    assert isinstance(finish(adapter, content, account, first), Published)
    assert len(simulator.posts()) == 1


def test_expired_upload_is_started_again(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("tiktok", "chunk", "never_land")
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(content, account, first)
    for post in simulator.state.collection("tiktok", "posts").values():
        post["expired"] = True
    second = first.again(seconds=5)
    with pytest.raises(Transient) as gone:
        adapter.publish(content, account, second)
    assert gone.value.code == "upload_expired"
    assert isinstance(finish(adapter, content, account, second), Published)
    assert len(posts(simulator)) == 1


def test_upload_that_expires_at_the_last_chunk_is_reconciled_and_started_again(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    class Late(FakeAttempt):
        def arm(self, **handles: str) -> None:
            super().arm(**handles)
            for post in simulator.state.collection("tiktok", "posts").values():
                post["expired"] = True

    first = Late()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    assert isinstance(finish(adapter, content, account, first), Published)
    assert len(posts(simulator)) == 1


def test_deleted_publish_id_in_doubt_is_unanswerable(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    simulator.fault("tiktok", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    simulator.state.collection("tiktok", "posts").clear()
    assert isinstance(adapter.reconcile(content, account, first.again(seconds=5)), Unanswerable)


def test_earlier_post_with_the_same_text_does_not_match(photos: TikTok, account: Account, simulator: Simulator) -> None:
    finish(photos, PHOTOS, account, FakeAttempt(publication_id="earlier"))
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    attempt = FakeAttempt(armed_at=clock() + timedelta(hours=1), now=clock() + timedelta(hours=2))
    assert isinstance(photos.reconcile(PHOTOS, account, attempt), Unanswerable)


@pytest.mark.parametrize("privacy", ["FOLLOWER_OF_CREATOR"])
def test_privacy_that_tiktok_does_not_offer_is_rejected_before_the_upload(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator, privacy: str
) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(content._replace(options={"privacy": privacy}), account, FakeAttempt())
    assert "TikTok allows this account PUBLIC_TO_EVERYONE" in refused.value.reason
    assert simulator.state.collection("tiktok", "posts") == {}


@pytest.mark.parametrize("step", ["creator_info", "video_init", "chunk", "last_chunk"])
def test_rate_limit_ends_after_a_minute(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator, step: str
) -> None:
    simulator.fault("tiktok", step, "rate_limit")
    attempt = FakeAttempt()
    with pytest.raises(RateLimited) as limited:
        adapter.publish(content, account, attempt)
    assert limited.value.until == attempt.now() + timedelta(minutes=1)
    finish(adapter, content, account, FakeAttempt(checkpoint=attempt.checkpoint))
    assert_one_whole_video(simulator)


@pytest.mark.parametrize("step", ["creator_info", "video_init"])
def test_expired_token_is_reported_and_a_renewed_one_continues(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator, step: str
) -> None:
    simulator.fault("tiktok", step, "expired_token")
    attempt = FakeAttempt()
    with pytest.raises(TokenExpired):
        adapter.publish(content, account, attempt)
    finish(adapter, content, account, FakeAttempt(checkpoint=attempt.checkpoint))
    assert_one_whole_video(simulator)


def test_expired_token_publishes_no_images(photos: TikTok, account: Account, simulator: Simulator) -> None:
    simulator.fault("tiktok", "content_init", "expired_token")
    attempt = FakeAttempt()
    with pytest.raises(TokenExpired):
        photos.publish(PHOTOS, account, attempt)
    finish(photos, PHOTOS, account, FakeAttempt(checkpoint=attempt.checkpoint))
    assert len(posts(simulator)) == 1


@pytest.mark.parametrize(
    ("kind", "error"), [("never_land", Transient), ("rate_limit", RateLimited), ("expired_token", TokenExpired)]
)
@pytest.mark.parametrize("what", ["video", "photos"])
def test_failed_reconciliation_can_be_repeated(
    adapter: TikTok,
    photos: TikTok,
    account: Account,
    content: Content,
    simulator: Simulator,
    kind: str,
    error: type[PublishError],
    what: str,
) -> None:
    chosen, post = (adapter, content) if what == "video" else (photos, PHOTOS)
    simulator.fault("tiktok", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        chosen.publish(post, account, first)
    moderate(simulator)
    simulator.fault("tiktok", "status" if what == "video" else "listing", kind)
    with pytest.raises(error):
        chosen.reconcile(post, account, first.again())
    assert isinstance(chosen.reconcile(post, account, first.again()), Published)


def test_withdrawn_publication_makes_no_publish_call(
    adapter: TikTok, account: Account, content: Content, simulator: Simulator
) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(content, account, FakeAttempt(withdrawn=True))
    assert posts(simulator) == {}


def test_unarmed_attempt_is_not_published(adapter: TikTok, account: Account, content: Content) -> None:
    assert adapter.reconcile(content, account, FakeAttempt()) == NotPublished()


def test_unlisted_images_without_publish_id_are_unanswerable(photos: TikTok, account: Account) -> None:
    attempt = FakeAttempt(armed_at=datetime.now(UTC) - timedelta(minutes=5))
    assert isinstance(photos.reconcile(PHOTOS, account, attempt), Unanswerable)


@pytest.mark.parametrize("token", ["wrong", "not a token\n"])
def test_invalid_token_is_reported_and_not_revealed(
    adapter: TikTok, content: Content, simulator: Simulator, token: str
) -> None:
    with pytest.raises(PublishError) as refused:
        adapter.publish(content, make_account(simulator, token), FakeAttempt())
    assert refused.value.code in ("token_expired", "reconnect_required")
    assert token not in refused.value.reason
