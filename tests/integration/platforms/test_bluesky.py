"""The Bluesky adapter against the simulator, over HTTP on loopback."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.simulator import sample_image
from local.simulator.bluesky import did_of
from minutehand.platforms.bluesky.adapter import Bluesky
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import (
    Account,
    Content,
    InDoubt,
    LinkCard,
    NotPublished,
    Published,
    PublishError,
    RateLimited,
    Rejected,
    Transient,
    Unanswerable,
    Withdrawn,
)
from tests.support.attempts import FakeAttempt
from tests.support.simulator import Simulator

POST = Content("The kiln is warm.")


@pytest.fixture
def adapter(client: httpx.Client) -> Bluesky:
    return Bluesky(client, MediaFetcher(client))


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return make_account(simulator)


def make_account(simulator: Simulator, **token: str) -> Account:
    token = {"identifier": "demo.bsky.social", "password": "abcd-efgh"} | token
    return Account("c1", "bluesky", "", "demo.bsky.social", simulator.bluesky, token)


def records(simulator: Simulator) -> list[dict[str, Any]]:
    answer = simulator.client.get(
        "/bluesky/xrpc/com.atproto.repo.listRecords",
        params={"repo": "demo.bsky.social", "collection": "app.bsky.feed.post"},
    )
    return [record["value"] for record in answer.json()["records"]]


def texts(simulator: Simulator) -> list[str]:
    return [post["text"] for post in simulator.posts("bluesky")]


def test_post_is_published_with_text_and_permalink(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    attempt = FakeAttempt()
    published = adapter.publish(POST, account, attempt)
    assert isinstance(published, Published)
    assert texts(simulator) == ["The kiln is warm."]
    rkey = attempt.checkpoint["rkey"]
    assert (
        published.remote_id
        == simulator.posts()[0]["id"]
        == f"at://{attempt.checkpoint['repo']}/app.bsky.feed.post/{rkey}"
    )
    assert published.permalink == f"https://bsky.app/profile/demo.bsky.social/post/{rkey}"
    assert attempt.armed_times == 1


def test_key_and_time_are_saved_before_the_first_call(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    simulator.fault("bluesky", "createSession", "never_land")
    attempt = FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(POST, account, attempt)
    assert attempt.saved == [{"rkey": attempt.checkpoint["rkey"], "created_at": attempt.checkpoint["created_at"]}]
    assert attempt.armed_times == 0


def test_links_mentions_and_tags_become_facets_with_utf8_byte_offsets(
    adapter: Bluesky, account: Account, simulator: Simulator
) -> None:
    text = "窯🔥 https://ex.am/ö @bsky.app @nobody.example #töpfern"
    adapter.publish(Content(text), account, FakeAttempt())
    [record] = records(simulator)
    raw = record["text"].encode()
    found = {
        raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in record["facets"]
    }
    assert found.keys() == {"https://ex.am/ö", "@bsky.app", "#töpfern"}
    assert found["https://ex.am/ö"]["uri"] == "https://ex.am/ö"
    assert found["@bsky.app"]["did"].startswith("did:plc:")
    assert found["#töpfern"]["tag"] == "töpfern"


def test_images_are_uploaded_once_and_embedded(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    content = Content("Look.", (simulator.image,))
    simulator.fault("bluesky", "publish", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    simulator.fault("bluesky", "uploadBlob", "status", status=500)  # a second upload would fail
    adapter.publish(content, account, first.again())
    [post] = simulator.posts()
    assert simulator.client.get(post["media"][0]["url"]).headers["Content-Type"] == "image/png"
    assert [fault["step"] for fault in simulator.faults_left()] == ["uploadBlob"]


def test_old_blob_is_uploaded_again(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    content = Content("Look.", (simulator.image,))
    simulator.fault("bluesky", "publish", "never_land")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(content, account, first)
    simulator.fault("bluesky", "uploadBlob", "status", status=500)
    with pytest.raises(Transient):
        adapter.publish(content, account, first.again(hours=2))


@pytest.mark.parametrize(
    ("kind", "options", "lands"),
    [
        ("land_then_drop", {}, True),
        ("never_land", {}, False),
        ("status", {"status": 500, "landed": True}, True),
        ("status", {"status": 502, "landed": False}, False),
        ("status", {"status": 504, "landed": True}, True),
        ("status", {"status": 408, "landed": False}, False),
    ],
)
def test_publish_call_without_answer_is_reconciled_by_record_key(
    adapter: Bluesky, account: Account, simulator: Simulator, kind: str, options: dict[str, Any], lands: bool
) -> None:
    simulator.fault("bluesky", "publish", kind, **options)
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    assert first.armed_times == 1
    answer = adapter.reconcile(POST, account, first.again(seconds=5))
    assert isinstance(answer, Published) is lands
    assert isinstance(answer, NotPublished) is not lands
    if not lands:
        adapter.publish(POST, account, first.again(seconds=10))
    assert texts(simulator) == ["The kiln is warm."]


def test_identical_replay_makes_no_second_post(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    first = FakeAttempt()
    published = adapter.publish(POST, account, first)
    assert adapter.publish(POST, account, first.again()) == published
    assert len(simulator.posts()) == 1


def test_replay_with_new_time_is_in_doubt_until_reconciled(
    adapter: Bluesky, account: Account, simulator: Simulator
) -> None:
    first = FakeAttempt()
    published = adapter.publish(POST, account, first)
    second = first.again(hours=2)
    with pytest.raises(InDoubt) as error:
        adapter.publish(POST, account, second)
    assert error.value.code == "already_there"
    assert second.checkpoint["rkey"] == first.checkpoint["rkey"]
    assert second.checkpoint["created_at"] != first.saved[0]["created_at"]
    assert adapter.reconcile(POST, account, second.again()) == published
    assert len(simulator.posts()) == 1


def test_replay_with_edited_text_does_not_overwrite_the_post(
    adapter: Bluesky, account: Account, simulator: Simulator
) -> None:
    first = FakeAttempt()
    adapter.publish(POST, account, first)
    with pytest.raises(InDoubt):
        adapter.publish(Content("Something else."), account, first.again())
    assert texts(simulator) == ["The kiln is warm."]


@pytest.mark.parametrize("step", ["createSession", "uploadBlob"])
@pytest.mark.parametrize(("kind", "options"), [("land_then_drop", {}), ("never_land", {}), ("status", {"status": 503})])
def test_failed_preparation_is_transient_and_repeatable(
    adapter: Bluesky, account: Account, simulator: Simulator, step: str, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("bluesky", step, kind, **options)
    content, first = Content("Look, @bsky.app", (simulator.image,)), FakeAttempt()
    with pytest.raises(Transient):
        adapter.publish(content, account, first)
    assert first.armed_times == 0
    adapter.publish(content, account, first.again())
    assert texts(simulator) == ["Look, @bsky.app"]


@pytest.mark.parametrize(
    ("kind", "options"),
    [("never_land", {}), ("status", {"status": 502}), ("status", {"status": 500}), ("rate_limit", {"seconds": 90})],
)
def test_mention_that_cannot_be_looked_up_stays_plain_text(
    adapter: Bluesky, account: Account, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    for _ in range(2):
        simulator.fault("bluesky", "resolveHandle", kind, **options)
    published = adapter.publish(Content("Thanks @bsky.app and @bsky.app! #kiln"), account, FakeAttempt())
    [record] = records(simulator)
    assert isinstance(published, Published)
    assert [facet["features"][0]["$type"] for facet in record["facets"]] == ["app.bsky.richtext.facet#tag"]


def test_mention_survives_one_failed_look_up(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    simulator.fault("bluesky", "resolveHandle", "never_land")
    adapter.publish(Content("Thanks @bsky.app!"), account, FakeAttempt())
    [record] = records(simulator)
    assert record["facets"][0]["features"][0]["did"] == did_of("bsky.app")


def test_handle_with_direction_marks_is_mentioned(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    text = "Thanks \u202a@bsky.app\u202c!"
    adapter.publish(Content(text), account, FakeAttempt())
    [record] = records(simulator)
    assert record["text"] == text
    assert record["facets"][0]["index"] == {"byteStart": 10, "byteEnd": 19}


CARD = LinkCard("https://ex.am/kiln", "Kiln", "It is warm.", sample_image.png(), "image/png")
LINKED = Content("Our kiln: https://ex.am/kiln", link_card=CARD)


def test_link_card_is_embedded_with_its_image(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    adapter.publish(LINKED, account, FakeAttempt())
    [record] = records(simulator)
    external = record["embed"]["external"]
    assert (external["uri"], external["title"], external["description"]) == (CARD.url, "Kiln", "It is warm.")
    [post] = simulator.posts()
    assert simulator.client.get(post["link"]["image"]).content == CARD.image


@pytest.mark.parametrize(
    ("kind", "options"),
    [("never_land", {}), ("status", {"status": 502}), ("status", {"status": 413}), ("rate_limit", {"seconds": 90})],
)
def test_link_card_whose_image_cannot_be_uploaded_has_no_image(
    adapter: Bluesky, account: Account, simulator: Simulator, kind: str, options: dict[str, Any]
) -> None:
    simulator.fault("bluesky", "uploadBlob", kind, **options)
    assert isinstance(adapter.publish(LINKED, account, FakeAttempt()), Published)
    [record] = records(simulator)
    assert record["embed"] == {
        "$type": "app.bsky.embed.external",
        "external": {"uri": CARD.url, "title": "Kiln", "description": "It is warm."},
    }


def test_media_take_the_place_of_a_link_card(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    adapter.publish(LINKED._replace(media_urls=(simulator.image,)), account, FakeAttempt())
    [record] = records(simulator)
    assert record["embed"]["$type"] == "app.bsky.embed.images"


@pytest.mark.parametrize("step", ["createSession", "uploadBlob", "putRecord"])
def test_rate_limit_states_when_it_ends(adapter: Bluesky, account: Account, simulator: Simulator, step: str) -> None:
    simulator.fault("bluesky", step, "rate_limit", seconds=90)
    attempt = FakeAttempt()
    with pytest.raises(RateLimited) as limited:
        adapter.publish(Content("Look.", (simulator.image,)), account, attempt)
    assert abs(limited.value.until - (datetime.now(UTC) + timedelta(seconds=90))) < timedelta(seconds=5)
    assert simulator.posts() == []


@pytest.mark.parametrize("step", ["uploadBlob", "putRecord", "resolveHandle"])
def test_expired_token_is_refreshed_within_the_attempt(
    adapter: Bluesky, account: Account, simulator: Simulator, step: str
) -> None:
    simulator.fault("bluesky", step, "expired_token")
    attempt = FakeAttempt()
    adapter.publish(Content("Look, @bsky.app", (simulator.image,)), account, attempt)
    assert texts(simulator) == ["Look, @bsky.app"]
    assert attempt.armed_times == 1
    assert simulator.faults_left() == []


def test_expired_refresh_token_causes_a_new_login(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    simulator.fault("bluesky", "putRecord", "expired_token")
    simulator.fault("bluesky", "refreshSession", "expired_token")
    adapter.publish(POST, account, FakeAttempt())
    assert texts(simulator) == ["The kiln is warm."]
    assert simulator.faults_left() == []


def test_failed_refresh_is_transient_not_in_doubt(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    simulator.fault("bluesky", "putRecord", "expired_token")
    simulator.fault("bluesky", "refreshSession", "never_land")
    with pytest.raises(Transient):
        adapter.publish(POST, account, FakeAttempt())
    assert simulator.posts() == []


def test_one_session_serves_many_posts(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    adapter.publish(POST, account, FakeAttempt(publication_id="p1"))
    simulator.fault("bluesky", "createSession", "status", status=500)
    adapter.publish(Content("Another."), account, FakeAttempt(publication_id="p2", now=datetime.now(UTC)))
    assert len(simulator.posts()) == 2


def test_concurrent_attempts_log_in_once(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    before = len(simulator.state.bluesky["sessions"])
    attempts = [FakeAttempt(publication_id=f"p{number}") for number in range(12)]
    with ThreadPoolExecutor(12) as threads:
        list(threads.map(lambda attempt: adapter.publish(POST, account, attempt), attempts))
    assert len(simulator.posts()) == 12
    assert len(simulator.state.bluesky["sessions"]) - before == 2  # an access and a refresh token


def test_concurrent_attempts_refresh_an_expired_token_once(
    adapter: Bluesky, account: Account, simulator: Simulator
) -> None:
    adapter.publish(POST, account, FakeAttempt())
    for session in simulator.state.bluesky["sessions"].values():
        session["expires"] = 0 if session["kind"] == "access" else session["expires"]
    before = len(simulator.state.bluesky["sessions"])
    attempts = [FakeAttempt(publication_id=f"p{number}") for number in range(12)]
    with ThreadPoolExecutor(12) as threads:
        list(threads.map(lambda attempt: adapter.publish(POST, account, attempt), attempts))
    assert len(simulator.posts()) == 13
    assert len(simulator.state.bluesky["sessions"]) - before == 2


def test_session_is_refreshed_before_it_expires(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    adapter.publish(POST, account, FakeAttempt())
    simulator.fault("bluesky", "refreshSession", "status", status=500)
    late = FakeAttempt(publication_id="p2", now=datetime.now(UTC) + timedelta(minutes=100))
    with pytest.raises(Transient):
        adapter.publish(Content("Another."), account, late)
    assert late.armed_times == 0


def test_wrong_app_password_is_rejected_and_not_revealed(adapter: Bluesky, simulator: Simulator) -> None:
    account = make_account(simulator, password="wrong")
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, account, FakeAttempt())
    assert refused.value.code == "reconnect_required"
    assert refused.value.reason == (
        "Bluesky refused the login for demo.bsky.social (Invalid identifier or password). Connect the account again."
    )
    assert "wrong" not in refused.value.reason


def test_app_password_of_another_account_publishes_nothing(adapter: Bluesky, simulator: Simulator) -> None:
    account = make_account(simulator)
    moved = replace(account, account_id="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    attempt = FakeAttempt()
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, moved, attempt)
    assert refused.value.code == "reconnect_required"
    assert attempt.armed_times == 0
    own = replace(account, connection_id="c2", account_id=did_of("demo.bsky.social"))
    adapter.publish(POST, own, FakeAttempt())
    assert len(simulator.posts()) == 1


def test_damaged_credentials_are_rejected(adapter: Bluesky, simulator: Simulator) -> None:
    account = make_account(simulator, password="")
    with pytest.raises(Rejected) as refused:
        adapter.publish(POST, account, FakeAttempt())
    assert refused.value.code == "reconnect_required"


def test_refused_post_is_rejected_with_the_message_of_bluesky(
    adapter: Bluesky, account: Account, simulator: Simulator
) -> None:
    attempt = FakeAttempt()
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("x" * 301), account, attempt)
    their_words = "Invalid app.bsky.feed.post record: Record/text must not be longer than 300 graphemes"
    assert refused.value.reason == f"Bluesky refused the post: {their_words}."
    assert attempt.armed_times == 1


def test_unreachable_server_is_transient_even_for_the_publish_call(
    adapter: Bluesky, account: Account, simulator: Simulator
) -> None:
    class ServerGone(FakeAttempt):
        def arm(self, **handles: str) -> None:
            super().arm(**handles)
            # From now on, every connection to the session's server is refused.
            adapter._exchange.client = closed

    closed = httpx.Client(transport=httpx.MockTransport(_refuse))
    attempt = ServerGone()
    with pytest.raises(Transient):
        adapter.publish(POST, account, attempt)
    assert attempt.armed_times == 1


def _refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def test_withdrawn_publication_makes_no_publish_call(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    with pytest.raises(Withdrawn):
        adapter.publish(POST, account, FakeAttempt(withdrawn=True))
    assert simulator.posts() == []


@pytest.mark.parametrize(("kind", "error"), [("never_land", Transient), ("rate_limit", RateLimited)])
def test_failed_reconciliation_can_be_repeated(
    adapter: Bluesky, account: Account, simulator: Simulator, kind: str, error: type[PublishError]
) -> None:
    simulator.fault("bluesky", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    simulator.fault("bluesky", "getRecord", kind)
    with pytest.raises(error):
        adapter.reconcile(POST, account, first.again())
    assert isinstance(adapter.reconcile(POST, account, first.again()), Published)


def test_reconciliation_needs_no_session(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    simulator.fault("bluesky", "publish", "land_then_drop")
    first = FakeAttempt()
    with pytest.raises(InDoubt):
        adapter.publish(POST, account, first)
    revoked = make_account(simulator, password="wrong")
    assert isinstance(adapter.reconcile(POST, revoked, first.again(hours=3)), Published)


def test_reconciliation_without_record_key_is_unanswerable(adapter: Bluesky, account: Account) -> None:
    assert isinstance(adapter.reconcile(POST, account, FakeAttempt(armed_at=datetime.now(UTC))), Unanswerable)


def test_media_item_of_another_type_is_rejected_before_the_publish_call(
    adapter: Bluesky, account: Account, simulator: Simulator
) -> None:
    attempt = FakeAttempt()
    with pytest.raises(Rejected) as refused:
        adapter.publish(Content("Look.", (f"{simulator.url}/health?token=secret",)), account, attempt)
    assert refused.value.code == "media_refused"
    assert "secret" not in refused.value.reason
    assert attempt.armed_times == 0


def test_images_are_published_with_aspect_ratios_and_alt_texts(
    adapter: Bluesky, account: Account, simulator: Simulator
) -> None:
    other = f"{simulator.url}/media/portrait.png"
    content = Content("Look.", (simulator.image, other, other), alt_texts={other: "A sunset."})
    adapter.publish(content, account, FakeAttempt())
    images = records(simulator)[0]["embed"]["images"]
    assert [image["alt"] for image in images] == ["", "A sunset.", "A sunset."]
    assert [image["aspectRatio"]["width"] for image in images] == [480, 270, 270]


def test_reply_refers_to_its_parent_and_to_the_root(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    first = adapter.publish(POST, account, FakeAttempt(publication_id="first"))
    assert isinstance(first, Published)
    second = adapter.publish(Content("And on.", reply_to=first.remote_id), account, FakeAttempt(publication_id="2"))
    assert isinstance(second, Published)
    third = Content("And end.", reply_to=second.remote_id, options={"languages": ["en", "de"]})
    adapter.publish(third, account, FakeAttempt(publication_id="3"))
    replies = {record["text"]: record for record in records(simulator)}
    assert replies["And on."]["reply"]["root"]["uri"] == first.remote_id
    assert replies["And on."]["reply"]["parent"]["uri"] == first.remote_id
    assert replies["And end."]["reply"]["root"]["uri"] == first.remote_id
    assert replies["And end."]["reply"]["parent"]["uri"] == second.remote_id
    assert replies["And end."]["langs"] == ["en", "de"]


def test_reply_to_deleted_post_is_rejected(adapter: Bluesky, account: Account, simulator: Simulator) -> None:
    first = adapter.publish(POST, account, FakeAttempt(publication_id="first"))
    assert isinstance(first, Published)
    simulator.client.delete("/api/timeline")
    with pytest.raises(Rejected) as gone:
        adapter.publish(Content("And on.", reply_to=first.remote_id), account, FakeAttempt(publication_id="2"))
    assert gone.value.code == "reply_gone"
    assert simulator.posts() == []
