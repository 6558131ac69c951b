"""Tests of the Pinterest adapter against the simulator, over HTTP on loopback."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.pinterest.adapter import Pinterest
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
from tests.support.attempts import Crash, FakeAttempt, attempts_that_crash
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulator import Simulator

BOARD = "549755885175"
IMAGE, SECOND, VIDEO = "https://ex.am/a.jpg", "https://ex.am/b.png", "https://ex.am/c.mp4"
OPTIONS = {"boardId": BOARD, "title": "Kilns 窯", "link": "https://ex.am/ple"}
PIN = Content("It is warm. 🔥", (IMAGE,), alt_texts={IMAGE: "A kiln."}, options=OPTIONS)
CAROUSEL = PIN._replace(media_urls=(IMAGE, SECOND))
FILM = Content("A film.", (VIDEO,), options={"boardId": BOARD})
VIDEO_BYTES = 9 * 1024 * 1024
FAILURES = [
    ("land_then_drop", {}),
    ("never_land", {}),
    ("status", {"status": 500, "landed": True}),
    ("status", {"status": 504, "landed": False}),
    ("status", {"status": 409, "landed": True}),  # an unknown error code
    ("status", {"status": 409, "landed": False}),
]


@pytest.fixture
def media() -> FakeMedia:
    return FakeMedia(content=lambda url: b"v" * VIDEO_BYTES if url == VIDEO else b"an image")


@pytest.fixture
def adapter(client: httpx.Client, media: FakeMedia) -> Pinterest:
    return Pinterest(client, media)


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


def make_account(simulator: Simulator, token: str = "demo-token") -> Account:
    return Account("c1", "pinterest", "", "demo", f"{simulator.url}/pinterest", {"access_token": token})


def pins(simulator: Simulator) -> list[dict[str, Any]]:
    return simulator.posts("pinterest")


def stored_pins(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.state.collection("pinterest", "posts").values())


def finish_pin(
    adapter: Pinterest, content: Content, account: Account, attempt: FakeAttempt
) -> Published | Unanswerable:
    return finish(adapter, content, account, attempt, seconds=30)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (PIN, [(IMAGE, "A kiln.", "image")]),
        (CAROUSEL, [(IMAGE, "A kiln.", "image"), (SECOND, "", "image")]),
    ],
)
def test_images_are_published_with_their_texts_link_and_board(
    adapter: Pinterest, account: Account, simulator: Simulator, content: Content, shown: list[tuple[str, str, str]]
) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(content, account, attempt)
    assert isinstance(published, Published)
    (pin,) = pins(simulator)
    assert pin["text"] == "Kilns 窯\nIt is warm. 🔥"
    assert [(item["url"], item["alt"], item["kind"]) for item in pin["media"]] == shown
    assert published.permalink == pin["url"] == f"https://www.pinterest.com/pin/{published.remote_id}/"
    assert (stored_pins(simulator)[0]["board_id"], stored_pins(simulator)[0]["link"]) == (BOARD, "https://ex.am/ple")
    assert attempt.armed_times == 1


@pytest.mark.parametrize(
    ("options", "cover"),
    [
        ({}, {"cover_image_key_frame_time": 0}),
        ({"coverKeyFrameTime": 3}, {"cover_image_key_frame_time": 3}),
        ({"coverImageUrl": IMAGE}, {"cover_image_url": IMAGE}),
    ],
)
def test_video_is_published_with_a_cover(
    adapter: Pinterest,
    account: Account,
    simulator: Simulator,
    media: FakeMedia,
    options: dict[str, Any],
    cover: dict[str, Any],
) -> None:
    content = FILM._replace(options={"boardId": BOARD, **options})
    assert isinstance(adapter.publish(content, account, FakeAttempt()), Published)
    assert cover.items() <= stored_pins(simulator)[0]["source"].items()
    assert pins(simulator)[0]["media"][0]["kind"] == "video"
    (uploaded,) = simulator.state.collection("pinterest", "media").values()
    assert uploaded["size"] == VIDEO_BYTES
    simulator.state.collection("pinterest", "media").clear()
    assert media.read_bytes == [4 * 1024 * 1024, 4 * 1024 * 1024, 1024 * 1024]


def test_simulator_refuses_what_the_specification_refuses(simulator: Simulator) -> None:
    video = {"source_type": "video_id", "media_id": "1", "cover_image_key_frame_time": 1.5}
    refused = simulator.client.post(
        "/pinterest/v5/pins",
        json={"board_id": "1", "media_source": video},
        headers={"Authorization": "Bearer demo-token"},
    )
    assert (refused.status_code, refused.json()["code"]) == (400, 1)
    assert "POST /v5/pins: json.media_source" in refused.json()["message"]


def test_upload_that_an_earlier_release_began_starts_again(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    began = {"video": '{"media_id": "1", "url": "https://a.example/", "fields": {"key": "1"}}', "video_at": ""}
    assert isinstance(adapter.publish(FILM, account, FakeAttempt(checkpoint=began)), Published)


def test_video_still_processing_is_checked_in_later_attempts(
    adapter: Pinterest, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    simulator.fault("pinterest", "media", "processing", polls=2)
    first = FakeAttempt()
    assert adapter.publish(FILM, account, first) == Processing(timedelta(seconds=5))
    second = first.again(seconds=5)
    assert adapter.resume(FILM, account, second) == Processing(timedelta(seconds=5))
    assert isinstance(adapter.resume(FILM, account, second.again(seconds=5)), Published)
    assert len(media.read_bytes) == 3
    assert first.armed_times == second.armed_times == 0


def test_video_whose_processing_fails_is_rejected(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    simulator.fault("pinterest", "media", "media_error")
    with pytest.raises(Rejected) as refused:
        adapter.publish(FILM, account, FakeAttempt())
    assert refused.value.reason == "Pinterest could not process the video. Use another file or format."


def test_video_still_processing_after_an_hour_is_rejected(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    simulator.fault("pinterest", "media", "processing", polls=100)
    first = FakeAttempt()
    adapter.publish(FILM, account, first)
    with pytest.raises(Rejected) as refused:
        adapter.resume(FILM, account, first.again(minutes=61))
    assert refused.value.code == "media_refused"


def test_upload_longer_than_the_attempt_is_started_again(
    adapter: Pinterest, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    class Short(FakeAttempt):
        def time_left(self) -> timedelta:
            return timedelta(seconds=20 if not media.read_bytes else 1)

    first = Short()
    with pytest.raises(Transient) as error:
        adapter.publish(FILM, account, first)
    assert error.value.code == "upload_too_slow"
    assert isinstance(adapter.publish(FILM, account, first.again(seconds=5)), Published)


@pytest.mark.parametrize("step", ["upload", "media_status"])
def test_deleted_upload_is_started_again(adapter: Pinterest, account: Account, simulator: Simulator, step: str) -> None:
    simulator.fault("pinterest", step, "status", status=404)
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(FILM, account, first)
    assert isinstance(adapter.publish(FILM, account, first.again(seconds=5)), Published)
    assert len(pins(simulator)) == 1


def test_video_of_unknown_size_is_rejected(client: httpx.Client, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        Pinterest(client, FakeMedia(MediaInfo(VIDEO, "video/mp4"))).publish(FILM, account, FakeAttempt())
    assert refused.value.code == "media_refused"


@pytest.mark.parametrize(("kind", "options"), FAILURES)
@pytest.mark.parametrize("content", [PIN, CAROUSEL, FILM])
def test_publish_call_without_answer_makes_exactly_one_pin(
    adapter: Pinterest, account: Account, simulator: Simulator, content: Content, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("pinterest", "publish", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    answer = finish_pin(adapter, content, account, first)
    assert isinstance(answer, Published)
    (pin,) = pins(simulator)
    assert answer.permalink == pin["url"]


@pytest.mark.parametrize("step", ["media", "upload", "media_status"])
@pytest.mark.parametrize(
    ("kind", "options"),
    [("land_then_drop", {}), ("never_land", {}), ("status", {"status": 500, "landed": True})],
)
def test_failed_preparation_is_repeated_and_makes_one_pin(
    adapter: Pinterest, account: Account, simulator: Simulator, step: str, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("pinterest", step, kind, **options)
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(FILM, account, first)
    assert first.armed_times == 0
    assert isinstance(finish_pin(adapter, FILM, account, first), Published)
    assert len(pins(simulator)) == 1


def test_upload_without_answer_is_not_repeated(
    adapter: Pinterest, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    simulator.fault("pinterest", "upload", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(FILM, account, first)
    assert isinstance(adapter.publish(FILM, account, first.again(seconds=5)), Published)
    assert len(media.read_bytes) == 3


def test_crash_before_the_result_is_recorded_leaves_one_pin(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    first = FakeAttempt()
    published = adapter.publish(PIN, account, first)
    assert finish_pin(adapter, PIN, account, first) == published
    assert len(pins(simulator)) == 1


def test_crash_after_any_save_leaves_one_pin(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    complete = FakeAttempt()
    adapter.publish(FILM, account, complete)
    for first in attempts_that_crash(complete):
        simulator.reset()
        with pytest.raises(Crash):
            adapter.publish(FILM, account, first)
        assert isinstance(finish_pin(adapter, FILM, account, first), Published)
        assert len(pins(simulator)) == 1


def test_unlisted_pin_is_not_published_only_after_two_minutes(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC))
    with pytest.raises(Transient) as error:
        adapter.reconcile(PIN, account, in_doubt.again(seconds=115))
    assert error.value.code == "not_listed"
    assert adapter.reconcile(PIN, account, in_doubt.again(seconds=125)) == NotPublished()


def test_pin_is_found_on_a_later_page_of_the_board(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    first = FakeAttempt()
    published = adapter.publish(PIN, account, first)
    for number in range(60):
        adapter.publish(PIN._replace(text=f"Another, {number}."), account, FakeAttempt())
    assert adapter.reconcile(PIN, account, first.again()) == published


def test_reconciliation_on_a_board_with_too_many_pins_is_unanswerable(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    adapter.publish(PIN._replace(text="Another."), account, FakeAttempt())
    (other,) = stored_pins(simulator)
    shelf = simulator.state.collection("pinterest", "posts")
    shelf.update({str(number): {**other, "id": str(number)} for number in range(260)})
    answer = adapter.reconcile(PIN, account, FakeAttempt(armed_at=datetime.now(UTC)).again(minutes=3))
    assert isinstance(answer, Unanswerable)
    assert "too many newer pins" in answer.reason


def test_reconciliation_stops_at_pins_older_than_the_publish_call(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    adapter.publish(PIN, account, FakeAttempt())
    (other,) = stored_pins(simulator)
    shelf = simulator.state.collection("pinterest", "posts")
    shelf.update({str(number): {**other, "id": str(number)} for number in range(260)})
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC) + timedelta(minutes=1))
    assert adapter.reconcile(PIN, account, in_doubt.again(minutes=4)) == NotPublished()


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Something else."},
        {"options": {**OPTIONS, "title": "Another"}},
        {"options": {**OPTIONS, "link": "https://ex.am/other"}},
        {"options": {**OPTIONS, "boardId": "549755885176"}},
    ],
)
def test_different_pin_does_not_match(
    adapter: Pinterest, account: Account, simulator: Simulator, other: dict[str, Any]
) -> None:
    adapter.publish(PIN._replace(**other), account, FakeAttempt())
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC))
    assert adapter.reconcile(PIN, account, in_doubt.again(minutes=3)) == NotPublished()


def test_earlier_pin_with_the_same_texts_does_not_match(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    adapter.publish(PIN, account, FakeAttempt())
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC) + timedelta(seconds=40))
    assert adapter.reconcile(PIN, account, in_doubt.again(minutes=4)) == NotPublished()


def test_reconciliation_without_permission_to_read_the_board_is_unanswerable(
    adapter: Pinterest, simulator: Simulator
) -> None:
    account, first = make_account(simulator, "blind-token"), FakeAttempt()
    simulator.fault("pinterest", "publish", "land_then_drop")
    with pytest.raises(InDoubt):
        adapter.publish(PIN, account, first)
    assert isinstance(finish_pin(adapter, PIN, account, first), Unanswerable)
    assert len(pins(simulator)) == 1


@pytest.mark.parametrize(
    ("kind", "error"), [("never_land", Transient), ("rate_limit", RateLimited), ("expired_token", TokenExpired)]
)
def test_failed_reconciliation_raises_the_error_of_its_call(
    adapter: Pinterest, account: Account, simulator: Simulator, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("pinterest", "listing", kind)
    with pytest.raises(error):
        adapter.reconcile(PIN, account, FakeAttempt(armed_at=datetime.now(UTC)).again(minutes=3))


@pytest.mark.parametrize("step", ["media", "media_status", "pins"])
@pytest.mark.parametrize(("kind", "error"), [("rate_limit", RateLimited), ("expired_token", TokenExpired)])
def test_rate_limit_and_expired_token_are_distinguished_at_each_step(
    adapter: Pinterest, account: Account, simulator: Simulator, step: str, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("pinterest", step, kind)
    with pytest.raises(error):
        adapter.publish(FILM, account, FakeAttempt())
    assert pins(simulator) == []


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (
            PIN._replace(options={"boardId": "123"}),
            "board_not_found",
            "The board does not exist on Pinterest, or belongs to another account. Choose another board.",
        ),
        (
            PIN._replace(media_urls=("https://ex.am/tiny.jpg",)),
            "media_refused",
            "The image is smaller than Pinterest allows. Use a larger image.",
        ),
    ],
)
def test_refused_pin_is_rejected_with_a_reason(
    adapter: Pinterest, account: Account, simulator: Simulator, content: Content, code: str, reason: str
) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(content, account, FakeAttempt())
    assert (refused.value.code, refused.value.reason) == (code, reason)


def test_image_that_pinterest_cannot_fetch_is_transient(adapter: Pinterest, account: Account) -> None:
    with pytest.raises(Transient) as error:
        adapter.publish(PIN._replace(media_urls=("https://unreachable.ex.am/a.jpg",)), account, FakeAttempt())
    assert error.value.code == "media_unavailable"


@pytest.mark.parametrize("token", ["", "with space", "line\nbreak"])
def test_invalid_token_is_rejected_and_not_revealed(adapter: Pinterest, simulator: Simulator, token: str) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(PIN, make_account(simulator, token), FakeAttempt())
    assert refused.value.code == "reconnect_required"
    assert not token or token not in refused.value.reason


def test_withdrawn_publication_makes_no_publish_call(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(PIN, account, FakeAttempt(withdrawn=True))
    assert pins(simulator) == []


def test_invalid_content_is_not_sent(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("Text only.", options=OPTIONS), account, FakeAttempt())
    assert refused.value.reason == "A post on Pinterest needs an image or a video."
