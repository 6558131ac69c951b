"""The Mastodon adapter against the simulator, over HTTP on loopback."""

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.simulator import mastodon as instance
from local.simulator.sample_video import Video
from minutehand.platforms.mastodon.adapter import Mastodon
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
    Transient,
    Unanswerable,
    Withdrawn,
)
from tests.support.attempts import FakeAttempt
from tests.support.media import FakeMedia
from tests.support.simulator import Clock, Simulator

POST = Content("The kiln is warm.")
RICH = Content(
    "Ein Gruß, 窯 & <b>co</b>\n\nan @ada@example.org: "
    "https://www.example.org/a/rather/long/path?with=query&and=more #töpfern"
)


@pytest.fixture
def sleeps() -> list[float]:
    return []


@pytest.fixture
def adapter(client: httpx.Client, sleeps: list[float]) -> Mastodon:
    return Mastodon(client, MediaFetcher(client), sleep=sleeps.append)


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


def make_account(simulator: Simulator, token: str = "demo-token") -> Account:
    return Account("c1", "mastodon", "", "@demo", simulator.mastodon, {"access_token": token})


def texts(simulator: Simulator) -> list[str]:
    return [post["text"] for post in simulator.posts("mastodon")]


def test_post_is_published_with_text_and_permalink(adapter: Mastodon, account: Account, simulator: Simulator) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(RICH, account, attempt)
    assert isinstance(published, Published)
    assert texts(simulator) == [RICH.text]
    assert published.permalink == simulator.posts()[0]["url"]
    assert attempt.armed_times == 1


@pytest.mark.parametrize(
    ("kind", "options", "lands"),
    [
        ("land_then_drop", {}, True),
        ("never_land", {}, False),
        ("status", {"status": 500, "landed": True}, True),
        ("status", {"status": 503, "landed": False}, False),
        ("status", {"status": 504, "landed": True}, True),
    ],
)
@pytest.mark.parametrize("with_image", [False, True])
@pytest.mark.parametrize("minutes", [1, 54])
def test_publish_call_without_answer_is_reconciled_exactly_within_an_hour(
    adapter: Mastodon,
    account: Account,
    simulator: Simulator,
    kind: str,
    options: dict[str, Any],
    lands: bool,
    with_image: bool,
    minutes: int,
) -> None:
    content = Content(RICH.text, (simulator.image,) if with_image else ())
    simulator.fault("mastodon", "publish", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    assert len(simulator.posts()) == (1 if lands else 0)
    answer = adapter.reconcile(content, account, first.again(minutes=minutes))
    assert isinstance(answer, Published)
    assert texts(simulator) == [RICH.text]
    assert answer.permalink == simulator.posts()[0]["url"]


def test_replay_reconciles_where_statuses_cannot_be_read(
    adapter: Mastodon, account: Account, simulator: Simulator
) -> None:
    simulator.fault("mastodon", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    simulator.fault("mastodon", "account_statuses", "status", status=403)
    assert isinstance(adapter.reconcile(POST, account, first.again(minutes=1)), Published)
    assert len(simulator.posts()) == 1


def test_post_that_is_listed_late_is_not_sent_again(adapter: Mastodon, account: Account, simulator: Simulator) -> None:
    """An overloaded server creates the post after it has answered 504, and stores no key."""
    simulator.fault("mastodon", "publish", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    with pytest.raises(Transient, match="settling"):
        adapter.reconcile(POST, account, first.again(seconds=59))
    late = adapter.publish(POST, account, FakeAttempt(publication_id="without a key"))
    assert adapter.reconcile(POST, account, first.again(seconds=60)) == late
    assert texts(simulator) == [POST.text]


@pytest.mark.parametrize("lands", [True, False])
def test_listing_alone_reconciles_after_an_hour(
    adapter: Mastodon, account: Account, simulator: Simulator, lands: bool
) -> None:
    simulator.fault("mastodon", "publish", "land_then_drop" if lands else "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(RICH, account, first)
    clock = simulator.state.now
    assert isinstance(clock, Clock)
    clock.ahead = timedelta(minutes=70)  # the server has forgotten the key, so a replay would publish a second time
    try:
        answer = adapter.reconcile(RICH, account, first.again(minutes=70))
    finally:
        clock.ahead = timedelta(0)
    assert isinstance(answer, Published if lands else Unanswerable)
    assert len(simulator.posts()) == (1 if lands else 0)


def test_earlier_post_with_the_same_text_does_not_match(
    adapter: Mastodon, account: Account, simulator: Simulator
) -> None:
    earlier = FakeAttempt(publication_id="earlier")
    adapter.publish(POST, account, earlier)
    own_id = {"account": earlier.checkpoint["account"]}
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC) + timedelta(minutes=2), checkpoint=own_id)
    later = in_doubt.again(minutes=60)
    assert isinstance(adapter.reconcile(POST, account, later), Unanswerable)


def test_post_with_another_image_does_not_match(adapter: Mastodon, account: Account, simulator: Simulator) -> None:
    other = FakeAttempt(publication_id="other")
    adapter.publish(Content(POST.text, (simulator.image,)), account, other)
    checkpoint = {"media_ids": "12345", "account": other.checkpoint["account"]}
    armed = FakeAttempt(armed_at=datetime.now(UTC), checkpoint=checkpoint)
    assert isinstance(adapter.reconcile(POST, account, armed.again(minutes=70)), Unanswerable)


def test_attached_media_item_without_a_listed_post_is_unanswerable(
    adapter: Mastodon, account: Account, simulator: Simulator
) -> None:
    content = Content(POST.text, (simulator.image,))
    simulator.fault("mastodon", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    simulator.state.mastodon["keys"].clear()  # as if the server had crashed before it stored the key
    simulator.fault("mastodon", "account_statuses", "status", status=403)
    assert isinstance(adapter.reconcile(content, account, first.again(minutes=1)), Unanswerable)
    assert len(simulator.posts()) == 1


def test_replay_that_returns_the_post_of_another_publication_is_unanswerable(
    adapter: Mastodon, account: Account, simulator: Simulator
) -> None:
    """Only one of two identical publications was created, and the other publication has already recognised it."""
    simulator.fault("mastodon", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    landed = adapter.reconcile(POST, account, first.again())
    assert isinstance(landed, Published)
    other = FakeAttempt(armed_at=first.armed_now, checkpoint=first.checkpoint, taken={landed.remote_id})
    assert isinstance(adapter.reconcile(POST, account, other.again(minutes=1)), Unanswerable)
    assert len(simulator.posts()) == 1


def test_refused_replay_means_not_published(adapter: Mastodon, account: Account, simulator: Simulator) -> None:
    armed = FakeAttempt(armed_at=datetime.now(UTC), checkpoint={"account": "1"})
    assert isinstance(adapter.reconcile(Content("x" * 501), account, armed.again(minutes=1)), NotPublished)
    assert simulator.posts() == []


@pytest.mark.parametrize("lands", [True, False])
def test_publication_that_may_not_be_sent_is_searched_but_not_replayed(
    adapter: Mastodon, account: Account, simulator: Simulator, lands: bool
) -> None:
    simulator.fault("mastodon", "publish", "land_then_drop" if lands else "never_land")
    first = FakeAttempt(may_send=False)
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    if lands:
        assert isinstance(adapter.reconcile(POST, account, first.again()), Published)
    else:
        with pytest.raises(Transient, match="may_not_be_sent"):
            adapter.reconcile(POST, account, first.again(minutes=1))
    assert len(simulator.posts()) == lands


@pytest.mark.parametrize("status", [401, 403, 404, 451])
@pytest.mark.parametrize("wall", ["before", "after"])
def test_response_of_a_firewall_is_transient_or_in_doubt(account: Account, status: int, wall: str) -> None:
    """A firewall or a maintenance page answers before the publish call, or instead of it."""

    def answer(request: httpx.Request) -> httpx.Response:
        if wall == "before" or request.method == "POST":
            return httpx.Response(status, text="<html>Just a moment...</html>")
        return httpx.Response(200, json={"id": "1"})

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        adapter, attempt = Mastodon(client, FakeMedia(), sleep=lambda _: None), FakeAttempt()
        with pytest.raises(Transient if wall == "before" else InDoubt):
            adapter.publish(POST, replace(account, account_id=""), attempt)
        assert attempt.armed_times == (wall == "after")
        if wall == "after":
            with pytest.raises(Transient):
                adapter.reconcile(POST, account, attempt.again())


@pytest.mark.parametrize("step", ["account_statuses", "statuses"])
@pytest.mark.parametrize(
    ("kind", "error"),
    [("never_land", Transient), ("rate_limit", RateLimited), ("expired_token", Rejected), ("status", Transient)],
)
def test_failed_reconciliation_raises_its_error_and_sends_nothing(
    adapter: Mastodon, account: Account, simulator: Simulator, step: str, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("mastodon", "publish", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    simulator.fault("mastodon", step, kind)
    with pytest.raises(error):
        adapter.reconcile(POST, account, first.again(minutes=1))
    assert simulator.posts() == []


@pytest.mark.parametrize("step", ["verify_credentials", "media"])
@pytest.mark.parametrize(("kind", "options"), [("land_then_drop", {}), ("never_land", {}), ("status", {"status": 503})])
def test_failed_preparation_is_transient_and_repeatable(
    adapter: Mastodon, account: Account, simulator: Simulator, step: str, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("mastodon", step, kind, **options)
    content, first = Content("Look.", (simulator.image,)), FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(content, account, first)
    assert first.armed_times == 0
    adapter.publish(content, account, first.again())
    assert texts(simulator) == ["Look."]


@pytest.mark.parametrize("step", ["media", "statuses"])
def test_rate_limit_states_when_it_ends(adapter: Mastodon, account: Account, simulator: Simulator, step: str) -> None:
    simulator.fault("mastodon", step, "rate_limit", seconds=90)
    with pytest.raises(RateLimited) as limited:
        adapter.publish(Content("Look.", (simulator.image,)), account, FakeAttempt())
    assert abs(limited.value.until - (datetime.now(UTC) + timedelta(seconds=90))) < timedelta(seconds=5)
    assert simulator.posts() == []


@pytest.mark.parametrize("step", ["verify_credentials", "media", "statuses"])
def test_revoked_token_is_rejected(adapter: Mastodon, account: Account, simulator: Simulator, step: str) -> None:
    simulator.fault("mastodon", step, "expired_token")
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("Look.", (simulator.image,)), account, FakeAttempt())
    assert refused.value.code == "reconnect_required"
    assert refused.value.reason == (
        "Mastodon refused the access token (The access token was revoked). Connect the account again."
    )


@pytest.mark.parametrize("token", ["", "with space", "line\nbreak", "wrong"])
def test_invalid_token_is_rejected_and_not_revealed(adapter: Mastodon, simulator: Simulator, token: str) -> None:
    attempt = FakeAttempt()
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, make_account(simulator, token), attempt)
    assert refused.value.code == "reconnect_required"
    assert not token or token not in refused.value.reason
    assert attempt.armed_times == 0


def test_media_item_that_is_soon_ready_is_polled_within_the_attempt(
    adapter: Mastodon, account: Account, simulator: Simulator, sleeps: list[float]
) -> None:
    simulator.fault("mastodon", "media", "processing", polls=2)
    published = adapter.publish(Content("Look.", (simulator.image,)), account, FakeAttempt())
    assert isinstance(published, Published)
    assert sleeps == [0.5, 0.5, 0.5]


def test_slow_processing_continues_from_the_checkpoint(
    adapter: Mastodon, account: Account, simulator: Simulator
) -> None:
    content, first = Content("Look.", (simulator.image,)), FakeAttempt()
    simulator.fault("mastodon", "media", "processing", polls=6)
    answer = adapter.publish(content, account, first)
    assert answer == Processing(timedelta(seconds=5))
    assert first.armed_times == 0
    simulator.fault("mastodon", "media", "status", status=500)  # a second upload would fail
    assert isinstance(adapter.resume(content, account, first.again(seconds=5)), Published)
    assert len(simulator.posts()[0]["media"]) == 1


def test_deleted_media_item_is_uploaded_again(adapter: Mastodon, account: Account, simulator: Simulator) -> None:
    content, first = Content("Look.", (simulator.image,)), FakeAttempt()
    simulator.fault("mastodon", "publish", "rate_limit")
    with pytest.raises(RateLimited):
        adapter.publish(content, account, first)
    simulator.state.mastodon["media"].clear()
    assert isinstance(adapter.publish(content, account, first.again(hours=30)), Published)


def test_media_item_still_processing_at_the_publish_call_is_transient(
    adapter: Mastodon, account: Account, simulator: Simulator
) -> None:
    class ProcessingAgain(FakeAttempt):
        def arm(self, **handles: str) -> None:
            super().arm(**handles)
            for media in simulator.state.mastodon["media"].values():
                media["polls_left"] = 1

    with pytest.raises(Transient) as error:
        adapter.publish(Content("Look.", (simulator.image,)), account, ProcessingAgain())
    assert error.value.code == "media_processing"
    assert simulator.posts() == []


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * 500, True),
        ("x" * 501, False),
        ("👩‍👩‍👧‍👦" * 500, True),
        ("x" * 476 + " https://example.org/" + "y" * 300, True),
        ("x" * 477 + " https://example.org/" + "y" * 300, False),
        ("x" * 495 + " @ada@" + "y" * 60 + ".example", True),
        ("x" * 496 + " @ada@" + "y" * 60 + ".example", False),
    ],
)
def test_text_length_is_counted_as_the_server_counts_it(
    adapter: Mastodon, account: Account, simulator: Simulator, text: str, fits: bool
) -> None:
    attempt = FakeAttempt()
    if fits:
        assert isinstance(adapter.publish(Content(text), account, attempt), Published)
        return
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content(text), account, attempt)
    assert refused.value.reason == "The text counts as 501 characters; this Mastodon server allows 500."
    assert attempt.armed_times == 0


def test_reported_limits_of_a_server_apply(
    adapter: Mastodon, account: Account, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "MAX_CHARACTERS", 5000)
    assert isinstance(adapter.publish(Content("x" * 5000), account, FakeAttempt()), Published)


def test_server_that_publishes_no_limits_checks_the_post(
    adapter: Mastodon, account: Account, simulator: Simulator
) -> None:
    simulator.fault("mastodon", "instance", "status", status=404)
    attempt = FakeAttempt()
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("x" * 501), account, attempt)
    assert (refused.value.code, attempt.armed_times) == ("refused", 1)
    assert refused.value.reason.startswith("Mastodon refused the post: Validation failed: Text")


@pytest.mark.parametrize(("kind", "options"), [("never_land", {}), ("status", {"status": 502}), ("rate_limit", {})])
def test_limits_that_cannot_be_read_do_not_delay_the_post(
    adapter: Mastodon, account: Account, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("mastodon", "instance", kind, **options)
    assert isinstance(adapter.publish(POST, account, FakeAttempt()), Published)
    assert simulator.faults_left() == []


def test_repeated_image_is_attached_twice(adapter: Mastodon, account: Account, simulator: Simulator) -> None:
    adapter.publish(Content("Look.", (simulator.image,) * 2), account, FakeAttempt())
    [post] = simulator.posts()
    assert len({media["url"] for media in post["media"]}) == 2


def test_too_many_images_are_rejected_before_any_upload(
    adapter: Mastodon, account: Account, simulator: Simulator
) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("Look.", (simulator.image,) * 5), account, FakeAttempt())
    assert refused.value.reason == "The post has 5 media items; this Mastodon server allows 4."


def test_withdrawn_publication_makes_no_publish_call(adapter: Mastodon, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(POST, account, FakeAttempt(withdrawn=True))
    assert simulator.posts() == []


VIDEO_SIZE = 9_000_000


@pytest.fixture
def video(simulator: Simulator) -> Content:
    return Content("Look.", (f"{simulator.url}/media/video.mp4?bytes={VIDEO_SIZE}",))


def test_video_is_published_whole_with_its_alt_text(
    adapter: Mastodon, account: Account, simulator: Simulator, video: Content
) -> None:
    content = video._replace(alt_texts={video.media_urls[0]: "A kiln, burning. 窯"})
    assert isinstance(adapter.publish(content, account, FakeAttempt()), Published)
    [item] = simulator.posts("mastodon")[0]["media"]
    assert (item["kind"], item["alt"]) == ("video", "A kiln, burning. 窯")
    [stored] = [each for each in simulator.state.mastodon["media"].values() if each["kind"] == "video"][-1:]
    assert (stored["size"], stored["checksum"]) == (VIDEO_SIZE, zlib.crc32(Video(VIDEO_SIZE).read(0, VIDEO_SIZE)))


def test_images_are_published_with_their_alt_texts(adapter: Mastodon, account: Account, simulator: Simulator) -> None:
    other = f"{simulator.url}/media/portrait.png"
    content = Content("Look.", (simulator.image, other), alt_texts={other: "A sunset."})
    adapter.publish(content, account, FakeAttempt())
    assert [item["alt"] for item in simulator.posts("mastodon")[0]["media"]] == ["", "A sunset."]


def test_video_processing_continues_in_later_attempts(
    adapter: Mastodon, account: Account, simulator: Simulator, video: Content
) -> None:
    simulator.fault("mastodon", "media", "processing", polls=6)
    first = FakeAttempt()
    assert isinstance(adapter.publish(video, account, first), Processing)
    assert isinstance(adapter.resume(video, account, first.again(seconds=5)), Published)
    assert len(simulator.posts()) == 1


def test_video_upload_longer_than_the_attempt_is_transient(
    adapter: Mastodon, account: Account, simulator: Simulator, video: Content
) -> None:
    class Hurried(FakeAttempt):
        def time_left(self) -> timedelta:
            self.left -= timedelta(seconds=12)
            return self.left

    with pytest.raises(Transient) as slow:
        adapter.publish(video, account, Hurried())
    assert slow.value.code == "upload_too_slow"
    assert simulator.posts() == []


def test_video_among_images_is_rejected(
    adapter: Mastodon, account: Account, simulator: Simulator, video: Content
) -> None:
    with pytest.raises(Rejected, match="one video or several images"):
        adapter.publish(video._replace(media_urls=(*video.media_urls, simulator.image)), account, FakeAttempt())


@pytest.mark.parametrize(("size", "fits"), [(2_000_000, True), (2_000_001, False)])
def test_video_is_accepted_up_to_the_limit_of_the_server(
    adapter: Mastodon,
    account: Account,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    fits: bool,
) -> None:
    monkeypatch.setattr(instance, "VIDEO_LIMIT", 2_000_000)
    content = Content("Look.", (f"{simulator.url}/media/video.mp4?bytes={size}",))
    if fits:
        assert isinstance(adapter.publish(content, account, FakeAttempt()), Published)
        return
    with pytest.raises(Rejected, match="2,000,001 bytes"):
        adapter.publish(content, account, FakeAttempt())


def test_options_and_parent_status_are_sent(adapter: Mastodon, account: Account, simulator: Simulator) -> None:
    first = adapter.publish(POST, account, FakeAttempt(publication_id="first"))
    assert isinstance(first, Published)
    options = {"visibility": "unlisted", "spoilerText": "Fire", "sensitive": True, "language": "de"}
    second = adapter.publish(
        Content("And on.", options=options, reply_to=first.remote_id), account, FakeAttempt(publication_id="second")
    )
    assert isinstance(second, Published)
    status = simulator.state.mastodon["statuses"][second.remote_id]
    assert (status["visibility"], status["spoiler_text"], status["sensitive"]) == ("unlisted", "Fire", True)
    assert (status["language"], status["in_reply_to_id"]) == ("de", first.remote_id)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"visibility": "friends"}, "visibility is 'friends'"),
        ({"spoilerText": 7}, "spoilerText is 7"),
        ({"spoilerText": "x" * 500}, "counts as 517"),
        ({"sensitive": "yes"}, "sensitive is 'yes'"),
        ({"language": "German"}, "language is 'German'"),
    ],
)
def test_invalid_options_are_rejected(
    adapter: Mastodon, account: Account, simulator: Simulator, options: dict[str, Any], word: str
) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST._replace(options=options), account, FakeAttempt())
    assert word in refused.value.reason
    assert simulator.posts() == []
