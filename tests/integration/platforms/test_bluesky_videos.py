"""Videos on Bluesky against the simulator: through the video service, and to the account's server itself."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.simulator import bluesky as simulated
from local.simulator.sample_video import Video
from minutehand.platforms.bluesky.adapter import Bluesky
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import Account, Content, Processing, Published, RateLimited, Rejected, Transient
from tests.support.attempts import Crash, FakeAttempt, attempts_that_crash
from tests.support.publisher_loop import finish
from tests.support.simulator import Simulator

SIZE, CHUNKS = 9_000_000, 2
"""The size of the video, and the number of the chunks in which it is uploaded."""
STEPS = ("getServiceAuth", "startUpload", "uploadPart", "finishUpload", "getJobStatus")
"""The calls that upload a video, in order."""


@pytest.fixture
def calls(client: httpx.Client) -> Iterator[list[str]]:
    """The names of the calls in the order in which they were made."""
    made: list[str] = []

    def record(request: httpx.Request) -> None:
        if "/xrpc/" in request.url.path:
            made.append(request.url.path.rpartition(".")[2])

    client.event_hooks["request"].append(record)
    yield made
    client.event_hooks["request"].remove(record)


@pytest.fixture
def adapter(client: httpx.Client, calls: list[str]) -> Bluesky:
    return Bluesky(client, MediaFetcher(client))


@pytest.fixture
def account(simulator: Simulator) -> Account:
    """A new account, which has uploaded no video yet."""
    token = {"identifier": f"{uuid4()}.bsky.example", "password": "abcd-efgh"}
    return Account("c1", "bluesky", "", "demo", simulator.bluesky, token)


@pytest.fixture
def video(simulator: Simulator) -> Content:
    url = f"{simulator.url}/media/portrait.mp4?bytes={SIZE}"
    return Content("Look.", (url,), alt_texts={url: "A kiln, burning."})


def embeds(simulator: Simulator) -> list[dict[str, Any]]:
    return [record["value"]["embed"] for record in simulator.state.bluesky["records"].values()]


def jobs(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.state.collection("bluesky", "jobs").values())


def source_link(size: int = SIZE) -> str:
    """Return the CID of the video before it is processed."""
    digest = hashlib.sha256(Video(size, (720, 1280)).read(0, size)).digest()
    return "b" + base64.b32encode(bytes((1, 0x55, 0x12, 0x20)) + digest).decode().lower().rstrip("=")


def upload_keys(attempt: FakeAttempt, ending: str) -> list[str]:
    return [value for key, value in attempt.checkpoint.items() if key.startswith("video_") and key.endswith(ending)]


def test_processed_video_is_published_with_aspect_ratio_and_alt_text(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content, calls: list[str]
) -> None:
    attempt = FakeAttempt()
    assert isinstance(adapter.publish(video, account, attempt), Published)
    (embed,) = embeds(simulator)
    assert embed["$type"] == "app.bsky.embed.video"
    assert embed["video"] == jobs(simulator)[-1]["blob"]
    assert embed["video"]["ref"]["$link"] != source_link()
    assert (embed["alt"], embed["aspectRatio"]) == ("A kiln, burning.", {"width": 720, "height": 1280})
    assert simulator.posts("bluesky")[0]["media"][0]["kind"] == "video"
    expected = ["createSession", *STEPS[:2], *["uploadPart"] * CHUNKS, *STEPS[3:], "putRecord"]
    assert calls == expected
    assert attempt.armed_times == 1


def test_small_video_is_processed_before_it_is_published(
    adapter: Bluesky, account: Account, simulator: Simulator, calls: list[str]
) -> None:
    small = Content("Look.", (f"{simulator.url}/media/portrait.mp4?bytes=100000",))
    assert isinstance(adapter.publish(small, account, FakeAttempt()), Published)
    assert [embed["video"] for embed in embeds(simulator)] == [jobs(simulator)[-1]["blob"]]
    assert calls.count("uploadPart") == 1
    assert "uploadBlob" not in calls


def test_uploaded_bytes_are_those_of_the_video(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content
) -> None:
    adapter.publish(video, account, FakeAttempt())
    (post,) = simulator.posts("bluesky")
    assert simulator.client.get(post["media"][0]["url"]).content == Video(SIZE, (720, 1280)).read(0, SIZE)


def test_video_is_published_only_after_it_is_processed(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content, calls: list[str]
) -> None:
    simulator.fault("bluesky", "finishUpload", "processing", polls=2)
    first = FakeAttempt()
    answer = adapter.publish(video, account, first)
    assert isinstance(answer, Processing)
    assert answer.check_after > timedelta(0)
    assert (first.armed_times, simulator.posts()) == (0, [])
    assert isinstance(finish(adapter, video, account, first), Published)
    assert calls.count("uploadPart") == CHUNKS
    assert len(simulator.posts()) == 1


def test_crash_after_any_save_leaves_one_post(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content
) -> None:
    complete = FakeAttempt()
    adapter.publish(video, account, complete)
    assert len(complete.saved) == CHUNKS + 4  # the key, the upload, each chunk, the job and the blob
    for number, first in enumerate(attempts_that_crash(complete)):
        simulator.reset()
        own = replace(
            account, connection_id=f"c{number + 2}", token={**account.token, "identifier": f"{uuid4()}.example"}
        )
        with pytest.raises(Crash):
            adapter.publish(video, own, first)
        assert isinstance(finish(adapter, video, own, first), Published)
        assert len(simulator.posts()) == 1
        assert [embed["video"] for embed in embeds(simulator)] == [jobs(simulator)[-1]["blob"]]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("land_then_drop", {}),
        ("never_land", {}),
        ("status", {"status": 500, "landed": True}),
        ("status", {"status": 503, "landed": False}),
    ],
)
def test_call_without_answer_is_repeated_and_makes_one_post(
    adapter: Bluesky,
    account: Account,
    simulator: Simulator,
    video: Content,
    calls: list[str],
    step: str,
    kind: str,
    options: dict[str, Any],
) -> None:
    simulator.fault("bluesky", step, kind, **options)
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(video, account, first)
    assert first.armed_times == 0
    assert isinstance(finish(adapter, video, account, first), Published)
    assert len(simulator.posts()) == 1
    assert [embed["video"] for embed in embeds(simulator)] == [jobs(simulator)[-1]["blob"]]
    assert "uploadBlob" not in calls


def test_upload_continues_after_the_chunks_that_were_sent(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content, calls: list[str]
) -> None:
    class Hurried(FakeAttempt):
        def time_left(self) -> timedelta:
            self.left -= timedelta(seconds=5)
            return self.left

    first = Hurried()
    assert adapter.publish(video, account, first) == Processing(timedelta(0))
    assert upload_keys(first, "_sent") == ["1"]
    assert isinstance(finish(adapter, video, account, first), Published)
    assert (calls.count("startUpload"), calls.count("uploadPart")) == (1, CHUNKS)


def test_video_that_the_account_uploaded_before_has_the_same_blob(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content
) -> None:
    adapter.publish(video, account, FakeAttempt(publication_id="1"))
    adapter.publish(video._replace(text="Again."), account, FakeAttempt(publication_id="2"))
    first, second = embeds(simulator)
    assert first["video"] == second["video"]


def test_failed_job_is_repeated_with_a_new_upload(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content, calls: list[str]
) -> None:
    simulator.fault("bluesky", "finishUpload", "media_error")
    first = FakeAttempt()
    with pytest.raises(Transient) as failed:
        adapter.publish(video, account, first)
    assert failed.value.code == "processing_failed"
    assert isinstance(finish(adapter, video, account, first), Published)
    assert calls.count("startUpload") == 2


def test_video_whose_jobs_keep_failing_is_rejected(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content, calls: list[str]
) -> None:
    simulator.fault("bluesky", "finishUpload", "media_error", times=3)
    with pytest.raises(Rejected) as refused:
        finish(adapter, video, account, FakeAttempt())
    assert refused.value.reason == "Bluesky could not process the video in 3 uploads. Use another video."
    assert calls.count("startUpload") == 3
    assert (simulator.posts(), simulator.faults_left()) == ([], [])


@pytest.mark.parametrize("kind", ["uploads", "jobs"])
def test_lost_upload_or_job_is_repeated_with_a_new_upload(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content, calls: list[str], kind: str
) -> None:
    simulator.fault("bluesky", "finishUpload" if kind == "uploads" else "getJobStatus", "never_land")
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(video, account, first)
    simulator.state.collection("bluesky", kind).clear()
    second = first.again()
    with pytest.raises(Transient) as lost:
        adapter.publish(video, account, second)
    assert lost.value.code == "upload_lost"
    assert isinstance(finish(adapter, video, account, second), Published)
    assert calls.count("startUpload") == 2
    assert len(simulator.posts()) == 1


def test_chunk_that_the_service_lacks_is_sent_again(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content, calls: list[str]
) -> None:
    simulator.fault("bluesky", "finishUpload", "never_land")
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(video, account, first)
    for upload in simulator.state.collection("bluesky", "uploads").values():
        upload["chunks"].pop("1", None)
    second = first.again()
    with pytest.raises(Transient) as incomplete:
        adapter.publish(video, account, second)
    assert incomplete.value.code == "upload_incomplete"
    assert isinstance(finish(adapter, video, account, second), Published)
    assert (calls.count("startUpload"), calls.count("uploadPart")) == (1, 2 * CHUNKS)


@pytest.mark.parametrize("step", STEPS)
def test_rate_limit_of_a_call_states_when_it_ends(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content, step: str
) -> None:
    simulator.fault("bluesky", step, "rate_limit", seconds=90)
    attempt = FakeAttempt()
    with pytest.raises(RateLimited) as limited:
        adapter.publish(video, account, attempt)
    assert abs(limited.value.until - (attempt.now() + timedelta(seconds=90))) < timedelta(seconds=5)
    assert simulator.posts() == []


def test_service_that_is_down_is_called_again_later(
    adapter: Bluesky, account: Account, video: Content, monkeypatch: pytest.MonkeyPatch, calls: list[str]
) -> None:
    attempt = FakeAttempt()
    with monkeypatch.context() as down:
        down.setenv("BLUESKY_VIDEO_SERVICE", "http://127.0.0.1:9")
        with pytest.raises(Transient) as unreachable:
            adapter.publish(video, account, attempt)
    assert unreachable.value.reason == "Bluesky could not be reached."
    assert "uploadBlob" not in calls
    assert isinstance(finish(adapter, video, account, attempt), Published)


def test_expired_session_is_renewed_for_the_token_of_the_service(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content
) -> None:
    simulator.fault("bluesky", "getServiceAuth", "expired_token")
    assert isinstance(adapter.publish(video, account, FakeAttempt()), Published)
    assert simulator.faults_left() == []


# Without the video service.


@pytest.mark.parametrize(
    ("step", "status"),
    [
        ("getServiceAuth", 403),
        ("getServiceAuth", 404),
        ("getServiceAuth", 501),
        ("startUpload", 401),
        ("startUpload", 403),
        ("startUpload", 404),
        ("startUpload", 405),
        ("startUpload", 501),
        ("uploadPart", 401),
        ("finishUpload", 403),
    ],
)
def test_video_that_the_service_does_not_accept_goes_to_the_server_itself(
    adapter: Bluesky,
    account: Account,
    simulator: Simulator,
    video: Content,
    calls: list[str],
    step: str,
    status: int,
) -> None:
    simulator.fault("bluesky", step, "status", status=status)
    attempt = FakeAttempt()
    assert isinstance(adapter.publish(video, account, attempt), Published)
    (embed,) = embeds(simulator)
    assert embed["video"]["ref"]["$link"] == source_link()
    assert (embed["video"]["mimeType"], embed["video"]["size"]) == ("video/mp4", SIZE)
    assert (embed["alt"], embed["aspectRatio"]) == ("A kiln, burning.", {"width": 720, "height": 1280})
    assert calls.count("uploadBlob") == 1


def refuse(simulator: Simulator) -> None:
    """Make the service refuse the next upload."""
    simulator.fault("bluesky", "startUpload", "status", status=404)


def test_refused_service_is_not_called_again(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content, calls: list[str]
) -> None:
    refuse(simulator)
    simulator.fault("bluesky", "uploadBlob", "never_land")
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(video, account, first)
    assert isinstance(finish(adapter, video, account, first), Published)
    assert calls.count("startUpload") == 1


def test_video_above_the_limit_of_the_server_is_rejected_without_the_service(
    adapter: Bluesky,
    account: Account,
    simulator: Simulator,
    video: Content,
    calls: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(simulated, "MAX_VIDEO_BYTES", 5_242_880)
    refuse(simulator)
    with pytest.raises(Rejected) as refused:
        adapter.publish(video, account, FakeAttempt())
    assert refused.value.code == "media_too_large"
    assert refused.value.reason == (
        "The video has 9,000,000 bytes; the server of this Bluesky account allows 5,242,880."
    )
    assert "uploadBlob" not in calls


def test_video_is_uploaded_again_with_a_renewed_token(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content
) -> None:
    refuse(simulator)
    simulator.fault("bluesky", "uploadBlob", "expired_token")
    adapter.publish(video, account, FakeAttempt())
    assert embeds(simulator)[0]["video"]["size"] == SIZE


def test_video_upload_longer_than_the_attempt_is_transient(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content
) -> None:
    class Hurried(FakeAttempt):
        def time_left(self) -> timedelta:
            self.left -= timedelta(seconds=12)
            return self.left

    refuse(simulator)
    with pytest.raises(Transient) as slow:
        adapter.publish(video, account, Hurried())
    assert slow.value.code == "upload_too_slow"
    assert simulator.posts() == []


def test_video_among_images_is_rejected(
    adapter: Bluesky, account: Account, simulator: Simulator, video: Content
) -> None:
    with pytest.raises(Rejected, match="one video or several images"):
        adapter.publish(video._replace(media_urls=(*video.media_urls, simulator.image)), account, FakeAttempt())
