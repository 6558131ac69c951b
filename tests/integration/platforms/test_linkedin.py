"""The LinkedIn adapter against the simulator, over HTTP on loopback."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.simulator import sample_image
from minutehand.platforms.linkedin.adapter import LinkedIn
from minutehand.platforms.media import media_key
from minutehand.platforms.port import (
    Account,
    Content,
    Contested,
    InDoubt,
    MediaInfo,
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

POST = Content("The kiln is warm. 窯🔥 (at 1_200 °C) https://ex.am/a_b?c=[d] #töpfern {now} <3 @ada ~*|\\")
IMAGE, SECOND, VIDEO = "https://ex.am/a.png", "https://ex.am/b.png", "https://ex.am/c.mp4"
WITH_IMAGE = Content("One.", (IMAGE,), alt_texts={IMAGE: "A kiln."})
WITH_IMAGES = Content("Two.", (IMAGE, SECOND), alt_texts={SECOND: "Its fire."})
WITH_VIDEO = Content("A film.", (VIDEO,), options={"title": "Fire"})
VIDEO_BYTES = 9 * 1024 * 1024
MEMBER, READER = "member-token", "demo-token"
FAILURES = [
    ("land_then_drop", {}),
    ("never_land", {}),
    ("status", {"status": 500, "landed": True}),
    ("status", {"status": 504, "landed": False}),
    ("status", {"status": 409, "landed": True}),  # a response that is not in the table
    ("status", {"status": 409, "landed": False}),
]


def content_of(url: str) -> bytes:
    return b"v" * VIDEO_BYTES if url == VIDEO else sample_image.png() + url.encode()


@pytest.fixture
def media() -> FakeMedia:
    return FakeMedia(content=content_of)


@pytest.fixture
def adapter(client: httpx.Client, media: FakeMedia) -> LinkedIn:
    return LinkedIn(client, media)


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


def make_account(simulator: Simulator, token: str = READER) -> Account:
    return Account("c1", "linkedin", "", "Demo", f"{simulator.url}/linkedin", {"access_token": token})


def posts(simulator: Simulator) -> list[dict[str, Any]]:
    return simulator.posts("linkedin")


def stored_posts(simulator: Simulator) -> list[dict[str, Any]]:
    return list(simulator.state.collection("linkedin", "posts").values())


def complete_publishing(
    adapter: LinkedIn, content: Content, account: Account, attempt: FakeAttempt
) -> Published | Unanswerable:
    return finish(adapter, content, account, attempt, seconds=10)


def test_post_is_published_with_its_text_and_a_permalink(
    adapter: LinkedIn, account: Account, simulator: Simulator
) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(POST, account, attempt)
    assert isinstance(published, Published)
    (post,) = posts(simulator)
    assert post["text"] == POST.text
    assert published.permalink == post["url"] == f"https://www.linkedin.com/feed/update/{published.remote_id}"
    assert attempt.armed_times == 1
    assert "{hashtag|\\#|töpfern}" in stored_posts(simulator)[0]["commentary"]


@pytest.mark.parametrize(
    ("account_id", "options", "author"),
    [
        ("abc", {}, "urn:li:person:abc"),
        ("urn:li:person:abc", {}, "urn:li:person:abc"),
        ("urn:li:organization:77", {}, "urn:li:organization:77"),
        ("abc", {"organization": "88"}, "urn:li:organization:88"),
        ("abc", {"organization": "urn:li:organization:88"}, "urn:li:organization:88"),
    ],
)
def test_author_is_the_account_or_the_organization_option(
    adapter: LinkedIn, account: Account, simulator: Simulator, account_id: str, options: dict[str, Any], author: str
) -> None:
    adapter.publish(Content("Hello", options=options), replace(account, account_id=account_id), FakeAttempt())
    assert stored_posts(simulator)[0]["author"] == author


def test_options_and_link_card_are_sent_to_linkedin(adapter: LinkedIn, account: Account, simulator: Simulator) -> None:
    article = {"url": "https://ex.am/ple", "title": "Kilns", "description": "All of them"}
    options = {"visibility": "CONNECTIONS", "disableReshare": True, "article": article}
    adapter.publish(Content("Look.", options=options), account, FakeAttempt())
    (post,) = stored_posts(simulator)
    assert (post["visibility"], post["isReshareDisabledByAuthor"]) == ("CONNECTIONS", True)
    assert post["content"]["article"] == {
        "source": "https://ex.am/ple",
        "title": "Kilns",
        "description": "All of them",
    }


@pytest.mark.parametrize("token", [READER, MEMBER])
@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (WITH_IMAGE, [("image", "A kiln.")]),
        (WITH_IMAGES, [("image", ""), ("image", "Its fire.")]),
        (WITH_VIDEO, [("video", "")]),
        (WITH_IMAGE._replace(text=""), [("image", "A kiln.")]),
    ],
)
def test_media_items_are_published_with_their_alt_texts(
    adapter: LinkedIn, simulator: Simulator, content: Content, shown: list[tuple[str, str]], token: str
) -> None:
    first = FakeAttempt()
    published = adapter.publish(content, make_account(simulator, token), first)
    if token == MEMBER:  # it may not read the status of media, so it waits for a fixed time
        assert isinstance(published, Processing)
        assert first.armed_times == 0
        published = adapter.resume(content, make_account(simulator, token), first.again(seconds=15))
    assert isinstance(published, Published)
    (post,) = posts(simulator)
    assert [(item["kind"], item["alt"]) for item in post["media"]] == shown


def test_video_is_uploaded_in_chunks_that_fit_into_memory(
    adapter: LinkedIn, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    adapter.publish(WITH_VIDEO, account, FakeAttempt())
    assert media.read_bytes == [4 * 1024 * 1024, 4 * 1024 * 1024, 1024 * 1024]
    assert stored_posts(simulator)[0]["content"]["media"]["title"] == "Fire"


def test_long_upload_stops_in_time_and_continues_in_the_next_attempt(
    adapter: LinkedIn, account: Account, simulator: Simulator, media: FakeMedia
) -> None:
    class Short(FakeAttempt):
        def time_left(self) -> timedelta:
            return timedelta(seconds=20 if len(media.read_bytes) < 2 else 1)

    first = Short()
    assert adapter.publish(WITH_VIDEO, account, first) == Processing(timedelta(0))
    assert len(media.read_bytes) == 2
    assert isinstance(adapter.resume(WITH_VIDEO, account, first.again()), Published)
    assert len(media.read_bytes) == 3
    assert len(posts(simulator)) == 1


@pytest.mark.parametrize("content", [WITH_IMAGE, WITH_VIDEO])
def test_media_item_still_processing_is_checked_again(
    adapter: LinkedIn, account: Account, simulator: Simulator, content: Content
) -> None:
    simulator.fault("linkedin", "videos" if content is WITH_VIDEO else "images", "processing", polls=2)
    first = FakeAttempt()
    assert adapter.publish(content, account, first) == Processing(timedelta(seconds=3))
    second = first.again(seconds=3)
    assert adapter.resume(content, account, second) == Processing(timedelta(seconds=3))
    assert isinstance(adapter.resume(content, account, second.again(seconds=3)), Published)
    assert len(simulator.state.collection("linkedin", "posts")) == 1
    assert first.armed_times == second.armed_times == 0


def test_media_item_whose_processing_fails_is_rejected(
    adapter: LinkedIn, account: Account, simulator: Simulator
) -> None:
    simulator.fault("linkedin", "videos", "media_error")
    with pytest.raises(Rejected) as refused:
        adapter.publish(WITH_VIDEO, account, FakeAttempt())
    assert refused.value.reason == "LinkedIn could not process the video. Use another file or format."


def test_media_item_still_processing_after_an_hour_is_rejected(
    adapter: LinkedIn, account: Account, simulator: Simulator
) -> None:
    simulator.fault("linkedin", "images", "processing", polls=100)
    first = FakeAttempt()
    adapter.publish(WITH_IMAGE, account, first)
    with pytest.raises(Rejected) as refused:
        adapter.resume(WITH_IMAGE, account, first.again(minutes=61))
    assert refused.value.code == "media_refused"


def test_deleted_media_item_is_uploaded_again(adapter: LinkedIn, account: Account, simulator: Simulator) -> None:
    simulator.fault("linkedin", "images", "processing", polls=1)
    first = FakeAttempt()
    adapter.publish(WITH_IMAGE, account, first)
    simulator.state.collection("linkedin", "media").clear()
    second = first.again(seconds=3)
    with pytest.raises(Transient):
        adapter.resume(WITH_IMAGE, account, second)
    assert isinstance(adapter.publish(WITH_IMAGE, account, second.again(seconds=5)), Published)


def test_video_of_unknown_size_is_rejected(client: httpx.Client, account: Account, simulator: Simulator) -> None:
    adapter = LinkedIn(client, FakeMedia(MediaInfo(VIDEO, "video/mp4")))
    with pytest.raises(Rejected) as refused:
        adapter.publish(WITH_VIDEO, account, FakeAttempt())
    assert refused.value.code == "media_refused"


@pytest.mark.parametrize("token", [READER, MEMBER])
@pytest.mark.parametrize(("kind", "options"), FAILURES)
@pytest.mark.parametrize("content", [POST, WITH_IMAGES, WITH_VIDEO])
def test_publish_call_without_answer_makes_exactly_one_post(
    adapter: LinkedIn, simulator: Simulator, content: Content, kind: str, options: dict[str, Any], token: str
) -> None:
    account, first = make_account(simulator, token), FakeAttempt()
    if content.media_urls and token == MEMBER:
        adapter.publish(content, account, first)
        first = first.again(seconds=15)
    simulator.fault("linkedin", "publish", kind, **options)
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    answer = complete_publishing(adapter, content, account, first)
    assert isinstance(answer, Published)
    (post,) = posts(simulator)
    assert answer.permalink == post["url"]


@pytest.mark.parametrize("step", ["images", "videos", "upload", "finalize", "media_status", "userinfo"])
@pytest.mark.parametrize(
    ("kind", "options"),
    [("land_then_drop", {}), ("never_land", {}), ("status", {"status": 500, "landed": True})],
)
def test_failed_preparation_is_repeated_and_makes_one_post(
    adapter: LinkedIn, account: Account, simulator: Simulator, step: str, kind: str, options: dict[str, Any]
) -> None:
    content = WITH_IMAGES if step == "images" else WITH_VIDEO
    simulator.fault("linkedin", step, kind, **options)
    first = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(content, account, first)
    assert first.armed_times == 0
    assert isinstance(complete_publishing(adapter, content, account, first), Published)
    assert len(posts(simulator)) == 1
    assert len(posts(simulator)[0]["media"]) == len(content.media_urls)


@pytest.mark.parametrize("token", [READER, MEMBER])
def test_crash_before_the_result_is_recorded_leaves_one_post(
    adapter: LinkedIn, simulator: Simulator, token: str
) -> None:
    account, first = make_account(simulator, token), FakeAttempt()
    published = adapter.publish(POST, account, first)
    assert complete_publishing(adapter, POST, account, first) == published
    assert len(posts(simulator)) == 1


def test_crash_after_any_save_leaves_one_post(adapter: LinkedIn, account: Account, simulator: Simulator) -> None:
    complete = FakeAttempt()
    adapter.publish(WITH_VIDEO, account, complete)
    for first in attempts_that_crash(complete):
        simulator.reset()
        with pytest.raises(Crash):
            adapter.publish(WITH_VIDEO, account, first)
        assert isinstance(complete_publishing(adapter, WITH_VIDEO, account, first), Published)
        assert len(posts(simulator)) == 1


def test_publish_call_is_not_repeated_while_the_first_may_be_running(adapter: LinkedIn, simulator: Simulator) -> None:
    account, first = make_account(simulator, MEMBER), FakeAttempt()
    simulator.fault("linkedin", "publish", "never_land")
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    with pytest.raises(Transient) as error:
        adapter.reconcile(POST, account, first.again(seconds=10))
    assert error.value.code == "settling"
    assert posts(simulator) == []


def test_publish_call_is_not_repeated_when_the_post_may_not_be_sent(adapter: LinkedIn, simulator: Simulator) -> None:
    account, first = make_account(simulator, MEMBER), FakeAttempt(may_send=False)
    simulator.fault("linkedin", "publish", "never_land")
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    with pytest.raises(Transient) as error:
        adapter.reconcile(POST, account, first.again(seconds=30))
    assert error.value.code == "may_not_be_sent"
    assert posts(simulator) == []


def test_contested_duplicate_is_reconciled_later(adapter: LinkedIn, simulator: Simulator) -> None:
    account, first = make_account(simulator, MEMBER), FakeAttempt(contested=True)
    simulator.fault("linkedin", "publish", "land_then_drop")
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    second = first.again(seconds=30)
    for _ in range(2):
        with pytest.raises(Contested):
            adapter.reconcile(POST, account, second)
    uncontested = FakeAttempt(checkpoint=second.checkpoint, armed_at=second.armed_at, now=second.now())
    assert isinstance(adapter.reconcile(POST, account, uncontested), Published)
    assert len(posts(simulator)) == 1


def test_duplicate_of_another_publication_is_unanswerable(adapter: LinkedIn, simulator: Simulator) -> None:
    account = make_account(simulator, MEMBER)
    earlier = adapter.publish(POST, account, FakeAttempt())
    assert isinstance(earlier, Published)
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC), taken={earlier.remote_id})
    assert isinstance(adapter.reconcile(POST, account, in_doubt.again(minutes=1)), Unanswerable)
    assert len(posts(simulator)) == 1


def test_publish_call_is_repeated_only_once(adapter: LinkedIn, simulator: Simulator) -> None:
    account, first = make_account(simulator, MEMBER), FakeAttempt()
    simulator.fault("linkedin", "publish", "never_land", times=2)
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    second = first.again(seconds=30)
    with pytest.raises(Transient):
        adapter.reconcile(POST, account, second)
    assert isinstance(adapter.reconcile(POST, account, second.again(seconds=30)), Unanswerable)
    assert posts(simulator) == []


@pytest.mark.parametrize(("content", "minutes"), [(POST, 31), (Content(" ", (IMAGE,)), 1)], ids=["too late", "no text"])
def test_reconciliation_is_unanswerable_where_repeating_is_unsafe(
    adapter: LinkedIn, simulator: Simulator, content: Content, minutes: int
) -> None:
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC), checkpoint={"author": "urn:li:person:a"})
    answer = adapter.reconcile(content, make_account(simulator, MEMBER), in_doubt.again(minutes=minutes))
    assert answer == Unanswerable(
        "We could not confirm whether this post was published on LinkedIn. Check the account."
    )
    assert posts(simulator) == []


@pytest.mark.parametrize(("kind", "error"), [("rate_limit", RateLimited), ("expired_token", TokenExpired)])
def test_repetition_that_linkedin_did_not_accept_is_made_later(
    adapter: LinkedIn, simulator: Simulator, kind: str, error: type[PublishError]
) -> None:
    account, first = make_account(simulator, MEMBER), FakeAttempt()
    simulator.fault("linkedin", "publish", "never_land")
    simulator.fault("linkedin", "publish", kind)
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    second = first.again(seconds=30)
    with pytest.raises(error):
        adapter.reconcile(POST, account, second)
    assert isinstance(adapter.reconcile(POST, account, second.again(minutes=16)), Published)
    assert len(posts(simulator)) == 1


def test_duplicate_of_an_older_post_is_unanswerable(adapter: LinkedIn, account: Account, simulator: Simulator) -> None:
    older = adapter.publish(POST, account, FakeAttempt(publication_id="older"))
    assert isinstance(older, Published)
    in_doubt = FakeAttempt(armed_at=datetime.now(UTC) + timedelta(minutes=2))
    in_doubt.save(author=stored_posts(simulator)[0]["author"])
    answer = adapter.reconcile(POST, account, in_doubt.again(minutes=3))
    assert isinstance(answer, Unanswerable)
    assert "a duplicate of an older post" in answer.reason
    assert len(posts(simulator)) == 1


def test_duplicate_is_rejected_with_the_permalink_of_the_original(
    adapter: LinkedIn, account: Account, simulator: Simulator
) -> None:
    first = adapter.publish(POST, account, FakeAttempt())
    assert isinstance(first, Published)
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, account, FakeAttempt(publication_id="second"))
    assert refused.value.code == "duplicate"
    assert refused.value.reason == (
        f"LinkedIn already has a post with the same content ({first.permalink}). Change the content."
    )


def test_duplicate_of_a_post_that_linkedin_does_not_show_is_unanswerable(
    adapter: LinkedIn, account: Account, simulator: Simulator
) -> None:
    first = FakeAttempt()
    adapter.publish(POST, account, first)
    simulator.fault("linkedin", "listing", "status", status=403)
    simulator.fault("linkedin", "post", "status", status=404)
    answer = adapter.reconcile(POST, account, first.again(seconds=30))
    assert isinstance(answer, Unanswerable)
    assert "a post that LinkedIn does not show" in answer.reason


@pytest.mark.parametrize("step", ["userinfo", "images", "upload", "media_status", "posts"])
@pytest.mark.parametrize(("kind", "error"), [("rate_limit", RateLimited), ("expired_token", TokenExpired)])
def test_rate_limit_and_expired_token_are_distinguished_at_each_step(
    adapter: LinkedIn, account: Account, simulator: Simulator, step: str, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("linkedin", step, kind)
    with pytest.raises(error):
        adapter.publish(WITH_IMAGE, account, FakeAttempt())
    assert posts(simulator) == []


def test_rate_limit_ends_after_15_minutes(adapter: LinkedIn, account: Account, simulator: Simulator) -> None:
    simulator.fault("linkedin", "publish", "rate_limit", seconds=5)
    attempt = FakeAttempt()
    with pytest.raises(RateLimited) as limited:
        adapter.publish(POST, account, attempt)
    assert limited.value.until - attempt.now() == timedelta(minutes=15)


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/dms-uploads/1",
        "http://www.linkedin.com/dms-uploads/1",
        "https://evillinkedin.com/dms-uploads/1",
        "https://www.linkedin.com@elsewhere.example/1",
        "https://[::1",
    ],
)
def test_token_is_sent_only_to_linkedin(media: FakeMedia, url: str) -> None:
    hosts, refused = uploading_to(url, media)
    assert refused.code == "address_refused"
    assert hosts == ["api.linkedin.com"]


@pytest.mark.parametrize("host", ["www.linkedin.com", "media.licdn.com", "api.linkedin.com"])
def test_token_is_sent_to_each_host_of_linkedin(media: FakeMedia, host: str) -> None:
    hosts, _ = uploading_to(f"https://{host}/dms-uploads/1", media)
    assert hosts == ["api.linkedin.com", host]


def uploading_to(url: str, media: FakeMedia) -> tuple[list[str], PublishError]:
    """Return the hosts that receive the token, and the error, when LinkedIn returns ``url`` as an upload address."""
    hosts: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer hush"
        hosts.append(request.url.host)
        if request.url.path == "/rest/images":
            return httpx.Response(200, json={"value": {"uploadUrl": url, "image": "urn:li:image:1"}})
        return httpx.Response(503)

    adapter = LinkedIn(httpx.Client(transport=httpx.MockTransport(answer)), media)
    account = Account("c1", "linkedin", "urn:li:person:1", "Demo", "", {"access_token": "hush"})
    with pytest.raises(PublishError) as refused:
        adapter.publish(WITH_IMAGE, account, FakeAttempt())
    return hosts, refused.value


@pytest.mark.parametrize("token", ["", "with space", "line\nbreak", "wrong"])
def test_invalid_token_requires_a_new_connection(adapter: LinkedIn, simulator: Simulator, token: str) -> None:
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, make_account(simulator, token), FakeAttempt())
    assert refused.value.code == "reconnect_required"
    assert not token or token not in refused.value.reason


@pytest.mark.parametrize("step", ["userinfo", "images", "upload", "media_status"])
def test_unknown_401_to_a_preparation_is_transient(
    adapter: LinkedIn, account: Account, simulator: Simulator, step: str
) -> None:
    simulator.fault("linkedin", step, "status", status=401)
    attempt = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(WITH_IMAGE, account, attempt)
    assert isinstance(complete_publishing(adapter, WITH_IMAGE, account, attempt.again(seconds=5)), Published)


def test_video_is_uploaded_again_after_an_unknown_401(
    adapter: LinkedIn, account: Account, simulator: Simulator
) -> None:
    simulator.fault("linkedin", "upload", "status", status=401)
    attempt = FakeAttempt()
    with pytest.raises(Transient) as error:
        adapter.publish(WITH_VIDEO, account, attempt)
    assert error.value.code == "upload_expired"
    assert isinstance(complete_publishing(adapter, WITH_VIDEO, account, attempt.again(seconds=5)), Published)


def test_upload_that_an_earlier_release_began_starts_again(
    adapter: LinkedIn, account: Account, simulator: Simulator
) -> None:
    key = f"media_0_{media_key(WITH_VIDEO.media_urls[0])}"
    began = {f"{key}_session": '{"urn": "urn:li:video:1", "token": "", "chunks": [], "etags": []}'}
    published = complete_publishing(adapter, WITH_VIDEO, account, FakeAttempt(checkpoint=began))
    assert isinstance(published, Published)


def test_unknown_401_to_the_publish_call_is_in_doubt(adapter: LinkedIn, account: Account, simulator: Simulator) -> None:
    simulator.fault("linkedin", "publish", "status", status=401, landed=True)
    attempt = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, attempt)
    assert isinstance(adapter.reconcile(POST, account, attempt.again(seconds=30)), Published)
    assert len(posts(simulator)) == 1


def test_unknown_401_to_reconciliation_is_transient(adapter: LinkedIn, account: Account, simulator: Simulator) -> None:
    first = FakeAttempt()
    adapter.publish(POST, account, first)
    simulator.fault("linkedin", "listing", "status", status=401)
    with pytest.raises(Transient):
        adapter.reconcile(POST, account, first.again(seconds=30))
    assert isinstance(adapter.reconcile(POST, account, first.again(seconds=35)), Published)


def test_revoked_token_is_transient_for_the_activation_time(adapter: LinkedIn, simulator: Simulator) -> None:
    account, first = make_account(simulator, "revoked"), FakeAttempt()
    with pytest.raises(Transient) as error:
        adapter.publish(POST, account, first)
    assert error.value.code == "token_not_yet_valid"
    with pytest.raises(Transient):
        adapter.publish(POST, account, first.again(seconds=60))
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, account, first.again(seconds=61))
    assert refused.value.code == "reconnect_required"


def test_withdrawn_publication_makes_no_publish_call(adapter: LinkedIn, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(POST, account, FakeAttempt(withdrawn=True))
    assert posts(simulator) == []


def test_invalid_content_is_not_uploaded(client: httpx.Client, account: Account, simulator: Simulator) -> None:
    adapter = LinkedIn(client, FakeMedia(MediaInfo(VIDEO, "video/mp4", VIDEO_BYTES, duration_seconds=2)))
    with pytest.raises(Rejected) as refused:
        adapter.publish(WITH_VIDEO, account, FakeAttempt())
    assert refused.value.reason == "The video lasts 2 seconds; LinkedIn allows 3 to 1800."
    assert simulator.state.collection("linkedin", "posts") == {}


# Comments.


def parent_of(adapter: LinkedIn, account: Account) -> str:
    published = adapter.publish(Content("The post."), account, FakeAttempt(publication_id="parent"))
    assert isinstance(published, Published)
    return published.remote_id


def test_comments_reply_to_the_post_and_to_each_other(
    adapter: LinkedIn, account: Account, simulator: Simulator
) -> None:
    parent = parent_of(adapter, account)
    comment = Content("First (really)! #one", (IMAGE,), reply_to=parent)
    first = adapter.publish(comment, account, FakeAttempt())
    assert isinstance(first, Published)
    second = adapter.publish(Content("Second", reply_to=first.remote_id), account, FakeAttempt(publication_id="2"))
    assert isinstance(second, Published)
    assert [post["text"] for post in posts(simulator)] == ["The post.", "First (really)! #one", "Second"]
    assert first.permalink == f"https://www.linkedin.com/feed/update/{parent}?commentUrn={first.remote_id}"
    stored = json.loads(json.dumps(stored_posts(simulator)[2]))
    assert (stored["object"], stored["parentComment"]) == (parent, first.remote_id)
    assert len(posts(simulator)[1]["media"]) == 1


@pytest.mark.parametrize(("kind", "options"), FAILURES)
def test_publish_call_without_answer_makes_exactly_one_comment(
    adapter: LinkedIn, account: Account, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    comment = Content("First!", reply_to=parent_of(adapter, account))
    simulator.fault("linkedin", "comment", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(comment, account, first)
    assert isinstance(finish(adapter, comment, account, first, seconds=30), Published)
    assert [post["text"] for post in posts(simulator)] == ["The post.", "First!"]


def test_reconciliation_among_too_many_comments_is_unanswerable(
    adapter: LinkedIn, account: Account, simulator: Simulator
) -> None:
    comment, first = Content("First!", reply_to=parent_of(adapter, account)), FakeAttempt()
    simulator.fault("linkedin", "comment", "never_land")
    with pytest.raises(InDoubt):
        adapter.publish(comment, account, first)
    for number in range(50):
        adapter.publish(Content(f"{number}", reply_to=comment.reply_to), account, FakeAttempt())
    assert isinstance(finish(adapter, comment, account, first, seconds=90), Unanswerable)


def test_reconciliation_without_permission_to_read_comments_is_unanswerable(
    adapter: LinkedIn, simulator: Simulator
) -> None:
    account = make_account(simulator, MEMBER)
    comment, first = Content("First!", reply_to=parent_of(adapter, account)), FakeAttempt()
    simulator.fault("linkedin", "comment", "land_then_drop")
    with pytest.raises(InDoubt):
        adapter.publish(comment, account, first)
    assert isinstance(finish(adapter, comment, account, first), Unanswerable)
    assert len(posts(simulator)) == 2


def test_comment_is_sent_by_the_call_that_takes_the_scopes_of_posts(media: FakeMedia) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(201, json={"id": "7", "object": "urn:li:share:1"})

    adapter = LinkedIn(httpx.Client(transport=httpx.MockTransport(answer)), media)
    account = Account("c1", "linkedin", "urn:li:person:1", "Demo", "", {"access_token": "t"})
    published = adapter.publish(Content("First!", reply_to="urn:li:share:1"), account, FakeAttempt())
    assert isinstance(published, Published)
    assert published.remote_id == "urn:li:comment:(urn:li:share:1,7)"
    assert [request.url.raw_path.decode() for request in sent] == ["/v2/socialActions/urn%3Ali%3Ashare%3A1/comments"]
    assert "linkedin-version" not in sent[0].headers  # the call has no versions


@pytest.mark.parametrize("message", ["Unable to obtain activity", "The resource is forbidden"])
def test_passing_refusal_of_a_comment_is_transient_and_not_in_doubt(media: FakeMedia, message: str) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(403, json={"message": message})))
    account = Account("c1", "linkedin", "urn:li:person:1", "Demo", "", {"access_token": "t"})
    with pytest.raises(Transient) as refused:
        LinkedIn(client, media).publish(Content("First!", reply_to="urn:li:share:1"), account, FakeAttempt())
    assert refused.value.code == "server_error"


def test_comment_on_a_post_that_linkedin_does_not_find_is_transient(adapter: LinkedIn, account: Account) -> None:
    with pytest.raises(Transient, match="parent_not_found"):
        adapter.publish(Content("First!", reply_to="urn:li:share:1"), account, FakeAttempt())
