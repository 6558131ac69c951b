"""Tests of the Facebook adapter against the simulator, over HTTP on loopback."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from local.simulator.graph_api import numeric_id
from minutehand.platforms.configs.api_versions import ApiVersionsConfig
from minutehand.platforms.facebook.adapter import Facebook
from minutehand.platforms.facebook.videos import MAX_CHUNK_BYTES, UPLOAD_LOST
from minutehand.platforms.meta.media_errors import MAX_FETCH_TIME
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
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish, next_attempt
from tests.support.simulator import Clock, Simulator

IMAGE, SECOND, VIDEO = "https://ex.am/a.jpg", "https://ex.am/b.png", "https://ex.am/c.mp4"
VIDEO_BYTES = bytes(range(256)) * 36_000  # 9.2 million: three chunks for the simulator
TEXT = Content("The kiln is warm. 窯🔥 #töpfern")
PHOTO = Content("Look.", (IMAGE,), alt_texts={IMAGE: "A kiln."})
PHOTOS = Content("Two.", (IMAGE, SECOND), alt_texts={SECOND: "Its fire."})
FEED_VIDEO = Content("Moving.", (VIDEO,), options={"title": "Kiln"})
REEL = Content("Short.", (VIDEO,), options={"type": "reel"})
VIDEO_STORY = Content("Not shown.", (VIDEO,), options={"type": "story"})
PHOTO_STORY = Content("Not shown.", (IMAGE,), options={"type": "story"})
CONTENTS = {
    "text": TEXT,
    "photo": PHOTO,
    "photos": PHOTOS,
    "feed_video": FEED_VIDEO,
    "reel": REEL,
    "video_story": VIDEO_STORY,
    "photo_story": PHOTO_STORY,
}
ALL = pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
VIDEOS = pytest.mark.parametrize("content", [FEED_VIDEO, REEL, VIDEO_STORY], ids=["feed", "reel", "story"])
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
    return FakeMedia(content=lambda url: VIDEO_BYTES if url == VIDEO else b"image")


@pytest.fixture
def adapter(client: httpx.Client, media: FakeMedia) -> Facebook:
    return Facebook(client, media)


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


def make_account(simulator: Simulator, token: str = "demo-token") -> Account:
    page = numeric_id(token.removesuffix("-token"))
    return Account("c1", "facebook", page, "Demo", f"{simulator.url}/facebook", {"access_token": token})


def publish(adapter: Facebook, content: Content, account: Account, attempt: FakeAttempt) -> Published:
    """Publish without faults, resuming until the post is published."""
    answer = adapter.publish(content, account, attempt)
    while isinstance(answer, Processing):
        attempt = attempt.again(seconds=answer.check_after.total_seconds())
        answer = adapter.resume(content, account, attempt)
    return answer


def only_post(simulator: Simulator) -> dict[str, Any]:
    [post] = simulator.posts("facebook")
    return post


@ALL
def test_post_is_published_with_media_items_and_permalink(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content
) -> None:
    attempt = FakeAttempt()
    published = publish(adapter, content, account, attempt)
    post = only_post(simulator)
    assert post["text"] == ("" if content.options.get("type") == "story" else content.text)
    assert len(post["media"]) == len(content.media_urls)
    assert attempt.armed_times == 1
    if content is not PHOTO_STORY:
        assert published.permalink is not None
        assert published.permalink.startswith("https://www.facebook.com/")


def test_photos_are_published_with_their_alt_texts(adapter: Facebook, account: Account, simulator: Simulator) -> None:
    publish(adapter, PHOTOS, account, FakeAttempt())
    assert only_post(simulator)["media"] == [
        {"url": IMAGE, "alt": "", "kind": "image"},
        {"url": SECOND, "alt": "Its fire.", "kind": "image"},
    ]


@pytest.mark.parametrize(
    ("content", "link"),
    [
        (Content("See https://ex.am/ple, and https://ex.am/two"), "https://ex.am/ple"),
        (Content("See https://ex.am/ple", options={"link": "https://ex.am/chosen"}), "https://ex.am/chosen"),
        (Content("", options={"link": "https://ex.am/chosen"}), "https://ex.am/chosen"),
        (TEXT, ""),
    ],
)
def test_preview_shows_the_link_option_or_the_first_url(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content, link: str
) -> None:
    published = publish(adapter, content, account, FakeAttempt())
    assert simulator.state.collection("facebook", "posts")[published.remote_id]["content"]["link"] == link


@ALL
@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_publish_call_without_answer_makes_exactly_one_post(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("facebook", "publish", kind, **options)
    attempt = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, attempt)
    landed = kind == "land_then_drop" or options.get("landed", False)
    assert len(simulator.posts()) == (1 if landed else 0)
    if not landed:  # The call may still arrive, so the adapter does not repeat it yet.
        with pytest.raises(Transient):
            adapter.reconcile(content, account, attempt.again(seconds=5))
        assert adapter.reconcile(content, account, attempt.again(seconds=61)) == NotPublished()
    assert isinstance(finish(adapter, content, account, attempt, seconds=30), Published)
    only_post(simulator)


STEPS = [
    (PHOTOS, "photos", 0),
    (PHOTOS, "photos", 1),
    (FEED_VIDEO, "video_start", 0),
    (FEED_VIDEO, "video_transfer", 0),
    (FEED_VIDEO, "video_transfer", 2),
    (REEL, "video_start", 0),
    (REEL, "video_fetch", 0),
    (REEL, "video_status", 0),
    (VIDEO_STORY, "video_start", 0),
    (VIDEO_STORY, "video_fetch", 0),
    (PHOTO_STORY, "photos", 0),
]


@pytest.mark.parametrize(("content", "step", "skipped"), STEPS)
@pytest.mark.parametrize(("kind", "options"), FAILURES[:4])
def test_failed_preparation_is_repeated_and_makes_one_post(
    adapter: Facebook,
    account: Account,
    simulator: Simulator,
    content: Content,
    step: str,
    skipped: int,
    kind: str,
    options: dict[str, Any],
) -> None:
    for _ in range(skipped):
        simulator.fault("facebook", step, "slow", seconds=0)
    simulator.fault("facebook", step, kind, **options)
    attempt = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(content, account, attempt)
    assert attempt.armed_times == 0
    assert isinstance(finish(adapter, content, account, attempt), Published)
    only_post(simulator)


@ALL
def test_crash_before_the_result_is_recorded_leaves_one_post(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content
) -> None:
    attempt = FakeAttempt()
    first = adapter.publish(content, account, attempt)
    again = finish(adapter, content, account, attempt)
    assert isinstance(again, Published)
    if isinstance(first, Published):
        assert again.remote_id == first.remote_id
    only_post(simulator)


@ALL
def test_attempt_after_a_crash_resumes_from_the_checkpoint(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content
) -> None:
    class Crashing(FakeAttempt):
        def arm(self, **handles: str) -> None:
            super().arm(**handles)
            raise ZeroDivisionError

    attempt = Crashing()
    with pytest.raises(ZeroDivisionError):
        adapter.publish(content, account, attempt)
    created = {kind: len(simulator.state.collection("facebook", kind)) for kind in ("photos", "videos")}
    assert isinstance(finish(adapter, content, account, attempt, seconds=30), Published)
    assert created == {kind: len(simulator.state.collection("facebook", kind)) for kind in ("photos", "videos")}
    only_post(simulator)


# The feed.


def test_refused_duplicate_shows_that_the_first_call_arrived_late(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    simulator.fault("facebook", "feed", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(TEXT, account, first)
    assert adapter.reconcile(TEXT, account, first.again(seconds=61)) == NotPublished()
    late = simulator.client.post(
        f"/facebook/{ApiVersionsConfig().graph_api_version}/me/feed",
        data={"message": TEXT.text, "published": "true"},
        headers={"Authorization": "Bearer demo-token"},
    ).raise_for_status()
    second = next_attempt(first, seconds=62)
    with pytest.raises(InDoubt) as doubt:
        adapter.publish(TEXT, account, second)
    assert doubt.value.code == "duplicate"
    answer = adapter.reconcile(TEXT, account, second.again(seconds=5))
    assert isinstance(answer, Published)
    assert answer.remote_id == late.json()["id"]
    only_post(simulator)


def test_duplicate_that_facebook_does_not_list_is_unanswerable(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    simulator.fault("facebook", "feed", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(TEXT, account, first)
    for post in simulator.state.collection("facebook", "posts").values():
        post["list"] = "hidden"
    second = next_attempt(first, seconds=62)
    with pytest.raises(InDoubt):
        adapter.publish(TEXT, account, second)
    answer = adapter.reconcile(TEXT, account, second.again(seconds=61))
    assert isinstance(answer, Unanswerable)
    only_post(simulator)


def test_duplicate_of_another_publication_is_rejected(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    publish(adapter, TEXT, account, FakeAttempt(publication_id="other"))
    with pytest.raises(Rejected) as refused:
        adapter.publish(TEXT, account, FakeAttempt())
    assert (
        refused.value.reason
        == "Facebook refused the post because the Page already has the same post. Change the content."
    )
    only_post(simulator)


def test_post_with_photos_is_found_by_its_photos_not_its_text(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    publish(adapter, PHOTOS, account, FakeAttempt(publication_id="same text, other photos"))
    simulator.fault("facebook", "feed", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(PHOTOS, account, first)
    second_id = simulator.posts("facebook")[1]["id"].removeprefix("facebook:")
    simulator.state.collection("facebook", "posts")[second_id]["message"] = "Edited there."
    answer = adapter.reconcile(PHOTOS, account, first.again(seconds=5))
    assert isinstance(answer, Published)
    assert answer.remote_id == second_id


def test_earlier_post_with_the_same_text_does_not_match(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    publish(adapter, TEXT, account, FakeAttempt(publication_id="earlier"))
    publish(adapter, Content("Another post."), account, FakeAttempt(publication_id="between"))
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(hours=1)
    try:
        simulator.fault("facebook", "feed", "never_land")
        first = FakeAttempt(now=clock())
        with pytest.raises(InDoubt):
            adapter.publish(TEXT, account, first)
        assert adapter.reconcile(TEXT, account, first.again(minutes=2)) == NotPublished()
    finally:
        clock.ahead = timedelta(0)


def test_reconciliation_among_too_many_posts_is_unanswerable(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    simulator.fault("facebook", "feed", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(TEXT, account, first)
    for number in range(100):
        simulator.client.post(
            f"/facebook/{ApiVersionsConfig().graph_api_version}/me/feed",
            data={"message": f"Number {number}"},
            headers={"Authorization": "Bearer demo-token"},
        ).raise_for_status()
    assert isinstance(adapter.reconcile(TEXT, account, first.again(minutes=2)), Unanswerable)


@pytest.mark.parametrize("chosen", [True, False])
def test_unreadable_link_is_rejected_only_as_an_option(client: httpx.Client, media: FakeMedia, chosen: bool) -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content.decode())
        if "link=" in sent[-1]:
            return httpx.Response(400, json={"error": {"code": 1609005, "message": "Error parsing the link"}})
        return httpx.Response(200, json={"id": "1_2"})

    adapter = Facebook(httpx.Client(transport=httpx.MockTransport(answer)), media)
    account = Account("c1", "facebook", "1", "Demo", "", {"access_token": "t"})
    content = Content("See https://ex.am/ple", options={"link": "https://ex.am/ple"} if chosen else {})
    attempt = FakeAttempt()
    with pytest.raises(Rejected if chosen else Transient) as refused:
        adapter.publish(content, account, attempt)
    assert refused.value.reason == "Facebook could not read the page behind the link. Check the link."
    if not chosen:
        published = adapter.publish(content, account, next_attempt(attempt, seconds=5))
        assert published == Published("1_2", "https://www.facebook.com/1_2")
        assert "link=" not in sent[-1]


# Videos.

UPLOAD_URL = "https://rupload.facebook.com/video-upload/v25.0/7"
BEGUN = {"video_id": "7", "upload_session_id": "8", "start_offset": "0", "end_offset": "0"}


def test_long_upload_stops_in_time_and_continues_in_the_next_attempt(
    adapter: Facebook, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    class Clocked(FakeAttempt):
        def time_left(self) -> timedelta:
            return self.left if not media.read_bytes else timedelta(seconds=3)

    attempt = Clocked()
    assert adapter.publish(FEED_VIDEO, account, attempt) == Processing(timedelta(0))
    assert len(media.read_bytes) == 1
    assert attempt.armed_times == 0
    published = publish(adapter, FEED_VIDEO, account, attempt.again(seconds=1))
    [video] = [v for v in simulator.state.collection("facebook", "videos").values() if v["details"] is not None][-1:]
    assert video["received"] == len(VIDEO_BYTES) == sum(media.read_bytes)
    assert max(media.read_bytes) <= MAX_CHUNK_BYTES
    assert (video["details"]["title"], video["details"]["description"]) == ("Kiln", "Moving.")
    assert only_post(simulator)["id"] == f"facebook:{published.remote_id}"


def test_feed_video_is_finished_as_soon_as_facebook_has_every_byte(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    simulator.fault("facebook", "video_status", "rate_limit")  # the first status call, which follows the finish call
    attempt = FakeAttempt()
    assert adapter.publish(FEED_VIDEO, account, attempt) == Processing(timedelta(seconds=1))
    assert attempt.armed_times == 1
    with pytest.raises(RateLimited):
        adapter.resume(FEED_VIDEO, account, attempt.again(seconds=1))
    assert isinstance(adapter.resume(FEED_VIDEO, account, attempt.again(seconds=30)), Published)
    only_post(simulator)


@pytest.mark.parametrize("content", [REEL, VIDEO_STORY], ids=["reel", "story"])
def test_video_that_facebook_could_not_fetch_is_fetched_again(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content
) -> None:
    simulator.fault("facebook", "video_fetch", "fetch_error")
    attempt = FakeAttempt()
    with pytest.raises(Transient) as lost:
        adapter.publish(content, account, attempt)
    assert (lost.value.code, attempt.armed_times) == ("upload_lost", 0)
    assert isinstance(finish(adapter, content, account, attempt), Published)
    only_post(simulator)


@pytest.mark.parametrize("content", [PHOTOS, PHOTO_STORY], ids=["photos", "story"])
def test_photo_that_facebook_could_not_fetch_is_fetched_again(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content
) -> None:
    simulator.fault("facebook", "photos", "fetch_error")
    attempt = FakeAttempt()
    with pytest.raises(Transient) as failed:
        adapter.publish(content, account, attempt)
    assert failed.value.code == "media_unavailable"
    assert isinstance(finish(adapter, content, account, attempt), Published)
    only_post(simulator)


@pytest.mark.parametrize("content", [PHOTOS, REEL], ids=["photos", "reel"])
def test_fetch_that_fails_for_a_quarter_of_an_hour_is_permanent(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content
) -> None:
    simulator.fault("facebook", "photos" if content is PHOTOS else "video_fetch", "fetch_error", times=2)
    attempt = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(content, account, attempt)
    with pytest.raises(Rejected) as refused:
        adapter.publish(content, account, next_attempt(attempt, seconds=MAX_FETCH_TIME.total_seconds()))
    assert refused.value.code == ("media_unavailable" if content is PHOTOS else "upload_lost")
    assert simulator.posts() == []


def test_upload_server_without_the_file_is_asked_again(media: FakeMedia) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "rupload.facebook.com":
            debug = {"retriable": True, "type": "ProcessingFailedError", "message": "Request processing failed"}
            return httpx.Response(400, json={"debug_info": debug})
        return httpx.Response(200, json={"video_id": "7", "upload_url": UPLOAD_URL})

    adapter = Facebook(httpx.Client(transport=httpx.MockTransport(answer)), media)
    account = Account("c1", "facebook", "1", "Demo", "", {"access_token": "t"})
    with pytest.raises(Transient):
        adapter.publish(REEL, account, FakeAttempt())


def test_lost_upload_at_the_finish_call_is_started_again(media: FakeMedia) -> None:
    phases: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = request.content.decode(errors="replace")
        if request.method == "GET":
            return httpx.Response(200, json={"status": {"video_status": "processing"}})
        phases.append(next(phase for phase in ("start", "transfer", "finish") if phase in body))
        if phases == ["start", "finish"]:
            error = {"code": 6000, "error_subcode": 1_363_019, "message": "There was a problem uploading your video."}
            return httpx.Response(400, json={"error": error})
        return httpx.Response(200, json={"success": True, **BEGUN})

    adapter = Facebook(httpx.Client(transport=httpx.MockTransport(answer)), media)
    account = Account("c1", "facebook", "1", "Demo", "", {"access_token": "t"})
    attempt = FakeAttempt()
    with pytest.raises(Transient) as lost:
        adapter.publish(FEED_VIDEO, account, attempt)
    assert lost.value.code == "upload_lost"
    answer_in_doubt = adapter.reconcile(FEED_VIDEO, account, attempt.again(seconds=5))  # after a crash
    assert answer_in_doubt == NotPublished("upload_lost", UPLOAD_LOST)
    assert isinstance(adapter.publish(FEED_VIDEO, account, next_attempt(attempt, seconds=5)), Processing)
    assert phases == ["start", "finish", "start", "finish"]


@pytest.mark.parametrize("video_status", ["ready", "expired", "upload_failed"])
def test_reel_that_is_not_published_is_finished_or_uploaded_again(media: FakeMedia, video_status: str) -> None:
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            publishing = {"publish_status": "draft"}
            phases = {"uploading_phase": {"status": "complete"}, "publishing_phase": publishing}
            return httpx.Response(200, json={"status": {"video_status": video_status, **phases}})
        body = request.content.decode()
        calls.append("fetch" if not body else "finish" if "finish" in body else "start")
        return httpx.Response(200, json={"success": True, "video_id": "7", "upload_url": UPLOAD_URL})

    adapter = Facebook(httpx.Client(transport=httpx.MockTransport(answer)), media)
    account = Account("c1", "facebook", "1", "Demo", "", {"access_token": "t"})
    attempt = FakeAttempt()
    if video_status == "ready":
        assert isinstance(adapter.publish(REEL, account, attempt), Processing)
        assert calls == ["start", "fetch", "finish"]
        return
    for _ in range(2):
        with pytest.raises(Transient):
            adapter.publish(REEL, account, attempt)
    assert calls == ["start", "fetch"] * 2


def test_upload_continues_at_the_offset_that_facebook_expects(
    adapter: Facebook, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    simulator.fault("facebook", "video_transfer", "land_then_drop")
    attempt = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(FEED_VIDEO, account, attempt)
    videos = len(simulator.state.collection("facebook", "videos"))
    assert isinstance(finish(adapter, FEED_VIDEO, account, attempt), Published)
    assert len(simulator.state.collection("facebook", "videos")) == videos
    assert len(media.read_bytes) == 4  # three chunks, the first of them twice


def test_upload_that_facebook_has_deleted_is_started_again(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    simulator.fault("facebook", "video_transfer", "never_land")
    attempt = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(FEED_VIDEO, account, attempt)
    del simulator.state.collection("facebook", "videos")[attempt.checkpoint["video_id"]]
    assert isinstance(finish(adapter, FEED_VIDEO, account, attempt), Published)
    only_post(simulator)


def test_video_of_unknown_size_is_rejected(client: httpx.Client, account: Account) -> None:
    adapter = Facebook(client, FakeMedia(MediaInfo(VIDEO, "video/mp4")))
    with pytest.raises(Rejected) as refused:
        adapter.publish(FEED_VIDEO, account, FakeAttempt())
    assert (
        refused.value.reason
        == "The server of the video does not report the video's size. Use a server that sends Content-Length."
    )


@VIDEOS
def test_video_still_processing_is_checked_in_later_attempts(
    adapter: Facebook, account: Account, simulator: Simulator, media: FakeMedia, content: Content
) -> None:
    simulator.fault("facebook", "video_finish", "processing", polls=3)
    attempt = FakeAttempt()
    assert isinstance(adapter.publish(content, account, attempt), Processing)
    assert attempt.armed_times == 1
    assert simulator.posts() == []
    probed = len(media.probed)
    for seconds in (5, 10, 15):
        attempt = attempt.again(seconds=seconds)
        assert isinstance(adapter.resume(content, account, attempt), Processing)
    published = adapter.resume(content, account, attempt.again(seconds=5))
    assert isinstance(published, Published)
    assert only_post(simulator)["id"].endswith(published.remote_id.rpartition("_")[2])
    assert len(media.probed) == probed  # Facebook has the video, so the adapter no longer needs its URL.


@VIDEOS
def test_video_status_reconciles_a_crash_during_processing(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content
) -> None:
    simulator.fault("facebook", "video_finish", "processing", polls=3)
    attempt = FakeAttempt()
    adapter.publish(content, account, attempt)
    assert isinstance(finish(adapter, content, account, attempt), Published)
    only_post(simulator)


@VIDEOS
def test_video_whose_processing_fails_is_rejected_with_the_reason(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content
) -> None:
    simulator.fault("facebook", "video_finish", "media_error")
    attempt = FakeAttempt()
    adapter.publish(content, account, attempt)
    with pytest.raises(Rejected) as refused:
        adapter.resume(content, account, attempt.again(seconds=5))
    assert (
        refused.value.reason == "Facebook could not process the video: The video file is corrupted. Use another video."
    )
    assert simulator.posts() == []


def test_video_still_processing_after_two_hours_is_in_doubt(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    simulator.fault("facebook", "video_finish", "processing", polls=1000)
    attempt = FakeAttempt()
    adapter.publish(REEL, account, attempt)
    with pytest.raises(InDoubt):
        adapter.resume(REEL, account, attempt.again(minutes=121))


def test_video_that_facebook_no_longer_has_is_unanswerable(
    adapter: Facebook, account: Account, simulator: Simulator
) -> None:
    simulator.fault("facebook", "video_finish", "land_then_drop")
    attempt = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(REEL, account, attempt)
    simulator.state.collection("facebook", "videos").clear()
    assert isinstance(adapter.reconcile(REEL, account, attempt.again(seconds=5)), Unanswerable)


@pytest.mark.parametrize(
    "upload_url", ["https://upload.evil.example/x", "http://rupload.facebook.com/x", "https://evilfacebook.com/x"]
)
def test_token_is_sent_only_to_facebook(media: FakeMedia, upload_url: str) -> None:
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        return httpx.Response(200, json={"video_id": "7", "upload_url": upload_url})

    adapter = Facebook(httpx.Client(transport=httpx.MockTransport(answer)), media)
    with pytest.raises(Rejected) as refused:
        adapter.publish(REEL, Account("c1", "facebook", "1", "Demo", "", {"access_token": "t"}), FakeAttempt())
    assert refused.value.code == "address_refused"
    assert hosts == ["graph.facebook.com"]


# Comments.


@pytest.fixture
def comment(adapter: Facebook, account: Account) -> Content:
    published = publish(adapter, TEXT, account, FakeAttempt(publication_id="post"))
    return Content("First! 窯", (IMAGE,), reply_to=published.remote_id)


def test_reply_is_published_as_a_comment_with_its_image(
    adapter: Facebook, account: Account, simulator: Simulator, comment: Content
) -> None:
    publish(adapter, comment, account, FakeAttempt())
    post = simulator.posts("facebook")[1]
    assert (post["text"], post["media"][0]["url"]) == ("First! 窯", IMAGE)


@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_comment_in_doubt_is_found_or_unanswerable(
    adapter: Facebook, account: Account, simulator: Simulator, comment: Content, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("facebook", "comment", kind, **options)
    attempt = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(comment, account, attempt)
    landed = kind == "land_then_drop" or options.get("landed", False)
    answer = finish(adapter, comment, account, attempt, seconds=60)
    assert isinstance(answer, Published if landed else Unanswerable)
    assert len(simulator.posts()) == (2 if landed else 1)


# Errors of any call.

EACH_STEP = [
    (TEXT, "feed"),
    (PHOTO, "photos"),
    (PHOTO_STORY, "photo_story"),
    (FEED_VIDEO, "video_start"),
    (FEED_VIDEO, "video_transfer"),
    (FEED_VIDEO, "video_finish"),
    (REEL, "video_fetch"),
    (REEL, "video_status"),
]


@pytest.mark.parametrize(("content", "step"), EACH_STEP)
def test_rate_limit_carries_its_end(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content, step: str
) -> None:
    simulator.fault("facebook", step, "rate_limit", seconds=300)
    attempt = FakeAttempt()
    with pytest.raises(RateLimited) as limited:
        adapter.publish(content, account, attempt)
    assert limited.value.until == attempt.now() + timedelta(minutes=5)
    assert simulator.posts() == []


@pytest.mark.parametrize(("content", "step"), EACH_STEP)
def test_expired_token_is_reported_and_a_renewed_one_continues(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content, step: str
) -> None:
    simulator.fault("facebook", step, "expired_token")
    attempt = FakeAttempt()
    with pytest.raises(TokenExpired):
        adapter.publish(content, account, attempt)
    publish(adapter, content, account, next_attempt(attempt, seconds=1))
    only_post(simulator)


@pytest.mark.parametrize(
    ("content", "step"), [(TEXT, "listing"), (PHOTO_STORY, "story_listing"), (REEL, "video_status")]
)
@pytest.mark.parametrize(("kind", "error"), [("never_land", Transient), ("rate_limit", RateLimited)])
def test_failed_reconciliation_can_be_repeated(
    adapter: Facebook,
    account: Account,
    simulator: Simulator,
    content: Content,
    step: str,
    kind: str,
    error: type[PublishError],
) -> None:
    simulator.fault("facebook", "publish", "land_then_drop")
    attempt = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, attempt)
    simulator.fault("facebook", step, kind)
    with pytest.raises(error):
        adapter.reconcile(content, account, attempt.again())
    assert isinstance(adapter.reconcile(content, account, attempt.again()), Published)


@ALL
def test_unarmed_attempt_is_not_published(adapter: Facebook, account: Account, content: Content) -> None:
    assert adapter.reconcile(content, account, FakeAttempt()) == NotPublished()


def test_invalid_content_makes_no_call(adapter: Facebook, account: Account, simulator: Simulator) -> None:
    simulator.fault("facebook", "photos", "never_land")
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("x", (IMAGE, VIDEO)), account, FakeAttempt())
    assert refused.value.reason == "A post on Facebook can contain one video or several images, not both."
    assert len(simulator.faults_left()) == 1


@ALL
def test_withdrawn_publication_makes_no_publish_call(
    adapter: Facebook, account: Account, simulator: Simulator, content: Content
) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(content, account, FakeAttempt(withdrawn=True))
    assert simulator.posts() == []
