"""The Pinterest adapter against the simulator, over HTTP on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from minutehand.platforms.network import guarded_client
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
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.publisher_loop import finish
from tests.support.simulator import Simulator

BOARD = "549755885175"
IMAGE, SECOND, VIDEO = "https://ex.am/a.jpg", "https://ex.am/b.png", "https://ex.am/c.mp4"
OPTIONS = {"boardId": BOARD, "title": "Kilns 窯", "link": "https://ex.am/ple"}
PIN = Content("It is warm. 🔥", (IMAGE,), alt_texts={IMAGE: "A kiln."}, options=OPTIONS)
CAROUSEL = replace(PIN, media_urls=(IMAGE, SECOND))
FILM = Content("A film.", (VIDEO,), options={"boardId": BOARD})
VIDEO_BYTES = 9 * 1024 * 1024
FAILURES = [
    ("land_then_drop", {}),
    ("never_land", {}),
    ("status", {"status": 500, "landed": True}),
    ("status", {"status": 504, "landed": False}),
    ("status", {"status": 400, "landed": True}),  # a code that no table knows
    ("status", {"status": 409, "landed": False}),
]


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with guarded_client(private_networks=True) as client:
        yield client


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


def kept(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.state.collection("pinterest", "posts").values())


def go_on(adapter: Pinterest, content: Content, account: Account, attempt: FakeAttempt) -> Published | Unanswerable:
    return finish(adapter, content, account, attempt, seconds=30)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (PIN, [(IMAGE, "A kiln.", "image")]),
        (CAROUSEL, [(IMAGE, "A kiln.", "image"), (SECOND, "", "image")]),
    ],
)
def test_images_land_with_all_that_belongs_to_them(
    adapter: Pinterest, account: Account, simulator: Simulator, content: Content, shown: list[tuple[str, str, str]]
) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(content, account, attempt)
    assert isinstance(published, Published)
    (pin,) = pins(simulator)
    assert pin["text"] == "Kilns 窯\nIt is warm. 🔥"
    assert [(medium["url"], medium["alt"], medium["kind"]) for medium in pin["media"]] == shown
    assert published.permalink == pin["url"] == f"https://www.pinterest.com/pin/{published.remote_id}/"
    assert (kept(simulator)[0]["board_id"], kept(simulator)[0]["link"]) == (BOARD, "https://ex.am/ple")
    assert attempt.armed_times == 1


@pytest.mark.parametrize(
    ("options", "cover"),
    [
        ({}, {"cover_image_key_frame_time": 0}),
        ({"coverKeyFrameTime": 3}, {"cover_image_key_frame_time": 3}),
        ({"coverImageUrl": IMAGE}, {"cover_image_url": IMAGE}),
    ],
)
def test_a_video_lands_with_a_cover(
    adapter: Pinterest,
    account: Account,
    simulator: Simulator,
    media: FakeMedia,
    options: dict[str, Any],
    cover: dict[str, Any],
) -> None:
    content = replace(FILM, options={"boardId": BOARD, **options})
    assert isinstance(adapter.publish(content, account, FakeAttempt()), Published)
    assert cover.items() <= kept(simulator)[0]["source"].items()
    assert pins(simulator)[0]["media"][0]["kind"] == "video"
    (uploaded,) = simulator.state.collection("pinterest", "media").values()
    assert uploaded["size"] == VIDEO_BYTES
    simulator.state.collection("pinterest", "media").clear()
    assert media.read_bytes == [4 * 1024 * 1024, 4 * 1024 * 1024, 1024 * 1024]


def test_a_video_that_is_digested_slowly_is_asked_for_again(
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


def test_a_video_that_cannot_be_digested_is_refused(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    simulator.fault("pinterest", "media", "media_error")
    with pytest.raises(Rejected) as refused:
        adapter.publish(FILM, account, FakeAttempt())
    assert refused.value.reason == "Pinterest could not process the video."


def test_a_video_that_is_never_ready_is_given_up_after_an_hour(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    simulator.fault("pinterest", "media", "processing", polls=100)
    first = FakeAttempt()
    adapter.publish(FILM, account, first)
    with pytest.raises(Rejected) as refused:
        adapter.resume(FILM, account, first.again(minutes=61))
    assert refused.value.code == "media_refused"


def test_an_upload_that_does_not_fit_into_a_run_begins_again(
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
def test_an_upload_that_is_not_known_any_more_begins_again(
    adapter: Pinterest, account: Account, simulator: Simulator, step: str
) -> None:
    simulator.fault("pinterest", step, "status", status=404)
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(FILM, account, first)
    assert isinstance(adapter.publish(FILM, account, first.again(seconds=5)), Published)
    assert len(pins(simulator)) == 1


def test_a_video_of_unknown_size_is_refused(client: httpx.Client, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        Pinterest(client, FakeMedia(MediaInfo(VIDEO, "video/mp4"))).publish(FILM, account, FakeAttempt())
    assert refused.value.code == "media_refused"


@pytest.mark.parametrize(("kind", "options"), FAILURES)
@pytest.mark.parametrize("content", [PIN, CAROUSEL, FILM])
def test_a_pin_whose_call_got_no_answer_is_there_once(
    adapter: Pinterest, account: Account, simulator: Simulator, content: Content, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("pinterest", "publish", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    answer = go_on(adapter, content, account, first)
    assert isinstance(answer, Published)
    (pin,) = pins(simulator)
    assert answer.permalink == pin["url"]


@pytest.mark.parametrize("step", ["media", "upload", "media_status"])
@pytest.mark.parametrize(
    ("kind", "options"),
    [("land_then_drop", {}), ("never_land", {}), ("status", {"status": 500, "landed": True})],
)
def test_a_preparing_call_that_fails_is_repeated_and_one_pin_is_made(
    adapter: Pinterest, account: Account, simulator: Simulator, step: str, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("pinterest", step, kind, **options)
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(FILM, account, first)
    assert first.armed_times == 0
    assert isinstance(go_on(adapter, FILM, account, first), Published)
    assert len(pins(simulator)) == 1


def test_an_upload_whose_answer_was_lost_is_not_made_twice(
    adapter: Pinterest, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    simulator.fault("pinterest", "upload", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(FILM, account, first)
    assert isinstance(adapter.publish(FILM, account, first.again(seconds=5)), Published)
    assert len(media.read_bytes) == 3


def test_a_crash_before_the_answer_was_recorded_leaves_one_pin(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    first = FakeAttempt()
    published = adapter.publish(PIN, account, first)
    assert go_on(adapter, PIN, account, first) == published
    assert len(pins(simulator)) == 1


def test_a_crash_at_any_save_leaves_one_pin(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    class Crash(BaseException):
        pass

    class Crashing(FakeAttempt):
        crash_at = 0

        def save(self, **handles: str) -> None:
            super().save(**handles)
            if len(self.saved) == self.crash_at:
                raise Crash

    complete = FakeAttempt()
    adapter.publish(FILM, account, complete)
    for crash_at in range(1, len(complete.saved) + 1):
        simulator.reset()
        first = Crashing()
        first.crash_at = crash_at
        with pytest.raises(Crash):
            adapter.publish(FILM, account, first)
        assert isinstance(go_on(adapter, FILM, account, first), Published)
        assert len(pins(simulator)) == 1


def test_a_pin_that_is_not_listed_is_given_time(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC))
    with pytest.raises(Transient) as error:
        adapter.reconcile(PIN, account, in_doubt.again(seconds=115))
    assert error.value.code == "not_listed"
    assert adapter.reconcile(PIN, account, in_doubt.again(seconds=125)) == NotPublished()


def test_the_board_is_read_page_by_page_until_the_pin_is_found(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    first = FakeAttempt()
    published = adapter.publish(PIN, account, first)
    for number in range(60):
        adapter.publish(replace(PIN, text=f"Another, {number}."), account, FakeAttempt())
    assert adapter.reconcile(PIN, account, first.again()) == published


def test_a_board_that_is_too_busy_is_for_a_person(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    adapter.publish(replace(PIN, text="Another."), account, FakeAttempt())
    (other,) = kept(simulator)
    shelf = simulator.state.collection("pinterest", "posts")
    shelf.update({str(number): {**other, "id": str(number)} for number in range(260)})
    answer = adapter.reconcile(PIN, account, FakeAttempt(armed_at=datetime.now(UTC)).again(minutes=3))
    assert isinstance(answer, Unanswerable)
    assert "too many newer pins" in answer.reason


def test_old_pages_are_not_read(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    adapter.publish(PIN, account, FakeAttempt())
    (other,) = kept(simulator)
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
def test_another_pin_is_not_taken_for_ours(
    adapter: Pinterest, account: Account, simulator: Simulator, other: dict[str, Any]
) -> None:
    adapter.publish(replace(PIN, **other), account, FakeAttempt())
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC))
    assert adapter.reconcile(PIN, account, in_doubt.again(minutes=3)) == NotPublished()


def test_an_older_pin_with_the_same_texts_is_not_taken_for_ours(
    adapter: Pinterest, account: Account, simulator: Simulator
) -> None:
    adapter.publish(PIN, account, FakeAttempt())
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC) + timedelta(seconds=40))
    assert adapter.reconcile(PIN, account, in_doubt.again(minutes=4)) == NotPublished()


def test_where_the_board_may_not_be_read_a_person_has_to_look(adapter: Pinterest, simulator: Simulator) -> None:
    account, first = make_account(simulator, "blind-token"), FakeAttempt()
    simulator.fault("pinterest", "publish", "land_then_drop")
    with pytest.raises(InDoubt):
        adapter.publish(PIN, account, first)
    assert isinstance(go_on(adapter, PIN, account, first), Unanswerable)
    assert len(pins(simulator)) == 1


@pytest.mark.parametrize(
    ("kind", "error"), [("never_land", Transient), ("rate_limit", RateLimited), ("expired_token", TokenExpired)]
)
def test_a_platform_that_cannot_be_asked_is_asked_later(
    adapter: Pinterest, account: Account, simulator: Simulator, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("pinterest", "listing", kind)
    with pytest.raises(error):
        adapter.reconcile(PIN, account, FakeAttempt(armed_at=datetime.now(UTC)).again(minutes=3))


@pytest.mark.parametrize("step", ["media", "media_status", "pins"])
@pytest.mark.parametrize(("kind", "error"), [("rate_limit", RateLimited), ("expired_token", TokenExpired)])
def test_limits_and_expired_tokens_are_told_apart_at_each_step(
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
            replace(PIN, options={"boardId": "123"}),
            "board_not_found",
            "The board does not exist on Pinterest, or belongs to another account.",
        ),
        (
            replace(PIN, media_urls=("https://ex.am/tiny.jpg",)),
            "media_refused",
            "The image is smaller than Pinterest allows.",
        ),
    ],
)
def test_a_refusal_is_told_in_a_sentence(
    adapter: Pinterest, account: Account, simulator: Simulator, content: Content, code: str, reason: str
) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(content, account, FakeAttempt())
    assert (refused.value.code, refused.value.reason) == (code, reason)


def test_an_image_that_pinterest_could_not_fetch_is_tried_again(adapter: Pinterest, account: Account) -> None:
    with pytest.raises(Transient) as error:
        adapter.publish(replace(PIN, media_urls=("https://unreachable.ex.am/a.jpg",)), account, FakeAttempt())
    assert error.value.code == "media_unavailable"


@pytest.mark.parametrize("token", ["", "with space", "line\nbreak"])
def test_a_token_that_cannot_be_one_is_rejected_and_not_shown(
    adapter: Pinterest, simulator: Simulator, token: str
) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(PIN, make_account(simulator, token), FakeAttempt())
    assert refused.value.code == "reconnect_required"
    assert not token or token not in refused.value.reason


def test_a_withdrawn_pin_is_not_sent(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(PIN, account, FakeAttempt(withdrawn=True))
    assert pins(simulator) == []


def test_what_breaks_a_rule_is_not_sent(adapter: Pinterest, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("Text only.", options=OPTIONS), account, FakeAttempt())
    assert refused.value.reason == "A pin needs an image or a video."
