"""Validation of posts against the rules of their platforms: warnings, errors, and POST posts/validate."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb

from local.simulator.demo import requirements_of
from local.simulator.sample_image import HEIGHT, WIDTH
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.media_probe import Prober
from minutehand.platforms.port import MediaInfo, Rejected, Transient
from minutehand.platforms.resources import open_prober
from minutehand.platforms.validation import ProbeResult
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import START, FakeClock
from tests.support.cold_start import ENVIRON, start
from tests.support.factories import connect
from tests.support.media import FakeMedia, known_media
from tests.support.network import NAMES, NOT_PUBLIC, PUBLIC, Connector, ascii_host, client, http
from tests.support.simulator import Simulator, running
from tests.support.sqs import FakeSqs
from tests.support.threads import at_once

LATER = "2026-03-02T14:00:00Z"
LONG = "x" * 281
TOO_LONG = "The text counts as 281 characters; X allows 280."
IMAGE = "https://images.example/kiln.jpg"
LIMIT = Query("limit", "UPDATE social_connections SET limits = %(limits)s WHERE id = %(id)s")
STATE = Query("state", "SELECT status, job_id, version FROM social_posts")
EVENTS = Query("events", "SELECT count(*) AS count FROM events")
POSTS = Query("posts", "SELECT count(*) AS count FROM social_posts")
OPEN_TRANSACTIONS = Query(
    "open_transactions",
    """SELECT state, query FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL""",
)
ITEM = Query(
    "item",
    """INSERT INTO media (id, owner_id, created_by, filename, content_type, size_bytes, object_key, status, created_at)
       VALUES (%(id)s, %(owner_id)s, %(owner_id)s, 'kiln.jpg', 'image/jpeg', %(size_bytes)s, %(id)s, 'ready', now())""",
)

type UseProber = Callable[[Callable[[], Prober]], None]


@pytest.fixture
def use_prober(api: Api) -> UseProber:
    """Return a function that replaces the prober of all functions."""
    return lambda prober: api.replace(open_prober, lambda _: prober())


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


def written(api: Api, **fields: Any) -> Reply:
    reply = api.call("create_post", {"content": "The kiln is warm.", "platforms": ["x"]} | fields)
    assert reply.status == 201, reply.text
    return reply


def warnings(reply: Reply) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reply.body.get("warnings", [])
    return found


def report(api: Api, body: dict[str, Any], platform: str = "x") -> dict[str, Any]:
    reply = api.call("validate_post", body)
    assert reply.status == 200, reply.text
    found: dict[str, Any] = reply.body["platforms"][platform]
    return found


def unreachable() -> Prober:
    def probe(url: str) -> MediaInfo:
        raise Transient("media_unavailable", f"The file at {url} could not be downloaded.")

    return Prober(probe)


def never() -> Prober:
    raise AssertionError("no media may be probed")


# -- create and update ---------------------------------------------------------------------------------------------


def test_a_valid_post_has_no_warnings(api: Api) -> None:
    assert "warnings" not in written(api).body


def test_a_broken_platform_rule_is_a_warning(api: Api) -> None:
    reply = written(api, content=LONG, platforms=["bluesky", "x"])

    assert reply.post["content"] == LONG
    assert warnings(reply) == [{"field": "content", "code": "invalid_content", "message": TOO_LONG, "platform": "x"}]


def test_a_changed_post_is_validated_as_a_whole(api: Api) -> None:
    post = written(api, content=LONG, platforms=["bluesky"]).post

    changed = api.call("update_post", {"postId": post["id"], "platforms": ["x"]})

    assert changed.status == 200
    assert [warning["message"] for warning in warnings(changed)] == [TOO_LONG]
    better = api.call("update_post", {"postId": post["id"], "variants": {"x": {"content": "Warm."}}})
    assert warnings(better) == []


@pytest.mark.parametrize("changes", [{"notes": "Ask Mia."}, {"campaign": "Open studio"}, {"timezone": "Asia/Tokyo"}])
def test_a_change_of_unpublished_fields_is_not_validated(
    api: Api, use_prober: UseProber, changes: dict[str, Any]
) -> None:
    post = written(api, content=LONG, mediaUrls=[IMAGE]).post
    use_prober(never)

    changed = api.call("update_post", {"postId": post["id"]} | changes)

    assert (changed.status, warnings(changed)) == (200, [])


def test_warnings_about_time_and_content_appear_together(api: Api) -> None:
    reply = written(api, content=LONG, scheduledAt="2026-10-25T02:30", timezone="Europe/Berlin")

    assert [(warning["code"], warning.get("platform")) for warning in warnings(reply)] == [
        ("ambiguous_time", None),
        ("invalid_content", "x"),
    ]


def test_a_misspelt_option_is_a_warning(api: Api) -> None:
    reply = written(api, platforms=["tiktok"], mediaUrls=[IMAGE], platformOptions={"tiktok": {"privcy": "SELF_ONLY"}})

    [warning] = warnings(reply)
    assert (warning["field"], warning["platform"]) == ("platformOptions.tiktok", "tiktok")
    assert "TikTok has no option 'privcy'" in warning["message"]


def test_a_repeated_idempotency_key_returns_the_same_warnings(api: Api, use_prober: UseProber) -> None:
    body = {"content": LONG, "platforms": ["x"], "mediaUrls": [IMAGE]}
    first = api.call("create_post", body, headers={"Idempotency-Key": "once"})
    use_prober(never)

    again = api.call("create_post", body, headers={"Idempotency-Key": "once"})

    assert again.text == first.text
    assert len(warnings(again)) == 1


def test_a_post_without_media_is_not_probed(api: Api, use_prober: UseProber) -> None:
    use_prober(never)

    text_platforms = [platform for platform in DISPLAY_NAMES if requirements_of(platform).media is None]
    assert warnings(written(api, platforms=text_platforms)) == []
    assert warnings(written(api, platforms=[], mediaUrls=[IMAGE])) == []


@pytest.mark.parametrize("platforms", [["x"], []])
def test_an_alt_text_of_no_media_item_is_a_warning(api: Api, platforms: list[str]) -> None:
    spelt = IMAGE.replace("https://images", "HTTPS://Images")
    texts = {spelt: "A kiln.", "https://images.example/other.jpg": "A pot."}

    created = written(api, platforms=platforms, mediaUrls=[IMAGE], altTexts=texts)
    changed = api.call("update_post", {"postId": created.post["id"], "altTexts": {spelt: "A kiln."}})

    [warning] = warnings(created)
    assert (warning["code"], warning["field"]) == ("alt_text_unused", "altTexts")
    assert '"https://images.example/other.jpg"' in warning["message"]
    assert warnings(changed) == []


def test_an_alt_text_of_no_media_item_is_a_warning_of_the_validation(api: Api) -> None:
    body = {"content": "x", "platforms": ["x"], "altTexts": {IMAGE: "A kiln."}}
    created = written(api, altTexts={IMAGE: "A kiln."})

    for request in (body, {"postId": created.post["id"]}):
        validated = api.call("validate_post", request)
        assert validated.body["valid"]
        assert [warning["code"] for warning in warnings(validated)] == ["alt_text_unused"]
    assert "warnings" not in api.call("validate_post", body | {"mediaUrls": [IMAGE]}).body


def test_a_missing_media_item_is_one_warning_for_all_platforms(api: Api, use_prober: UseProber) -> None:
    answers = [http("404 Not Found", "Connection: close")] * 2
    use_prober(lambda: Prober(MediaFetcher(client(Connector(*answers))).probe))

    reply = written(api, platforms=["x", "bluesky", "threads"], mediaUrls=[IMAGE])

    assert warnings(reply) == [
        {
            "field": "mediaUrls[0]",
            "code": "media_unavailable",
            "message": f"The file at {IMAGE} is not available (HTTP 404). Check the URL.",
        }
    ]


def test_an_unreachable_media_server_is_a_warning(api: Api, use_prober: UseProber) -> None:
    use_prober(unreachable)

    [warning] = warnings(written(api, mediaUrls=[IMAGE]))

    assert warning["code"] == "media_not_checked"


def test_media_are_probed_at_their_address(api: Api, use_prober: UseProber, simulator: Simulator) -> None:
    prober = Prober.guarded(private_networks=True)
    use_prober(lambda: prober)

    reply = written(api, platforms=["instagram", "tiktok"], mediaUrls=[simulator.image])
    prober.close()

    assert WIDTH / HEIGHT < 1.91  # which Instagram takes
    assert [(warning["platform"], warning["message"]) for warning in warnings(reply)] == [
        ("instagram", "Image 1 is a PNG image; Instagram documents only JPEG images."),
        ("tiktok", "Media item 1 has the type image/png; TikTok accepts JPEG and WebP images."),
    ]


def test_an_unknown_size_is_a_warning_of_the_platforms_that_need_it(api: Api, use_prober: UseProber) -> None:
    use_prober(lambda: known_media(MediaInfo(IMAGE, "video/mp4", None, 1080, 1920, 10.0)))

    reply = written(api, platforms=["instagram", "x", "bluesky"], mediaUrls=[IMAGE])

    sentence = "The server of the video does not report the video's size. Use a server that sends Content-Length."
    assert [(warning["platform"], warning["message"]) for warning in warnings(reply)] == [
        ("x", sentence),
        ("bluesky", sentence),
    ]


# -- schedule -----------------------------------------------------------------------------------------------------


def test_an_invalid_post_is_not_scheduled_and_nothing_changes(api: Api, db: Database) -> None:
    post = written(api, content=LONG, platforms=["instagram", "x"], scheduledAt=LATER).post
    before = db.one(STATE), db.one(EVENTS)

    reply = api.call("schedule_post", {"postId": post["id"]})

    assert (reply.status, reply.body["code"]) == (400, "invalid_content")
    assert reply.body["error"] == (
        "Instagram would reject this post. A post on Instagram needs an image or a video. The details list 1 more."
    )
    assert reply.body["details"] == [
        {
            "platform": "instagram",
            "code": "invalid_content",
            "field": "mediaUrls",
            "message": "A post on Instagram needs an image or a video.",
        },
        {"platform": "x", "code": "invalid_content", "field": "content", "message": TOO_LONG},
    ]
    assert (db.one(STATE), db.one(EVENTS)) == before


def test_a_post_with_a_missing_media_item_is_not_scheduled(api: Api, use_prober: UseProber) -> None:
    post = written(api, mediaUrls=[IMAGE], scheduledAt=LATER).post
    answers = [http("404 Not Found", "Connection: close")] * 2
    use_prober(lambda: Prober(MediaFetcher(client(Connector(*answers))).probe))

    reply = api.call("schedule_post", {"postId": post["id"]})

    assert (reply.status, reply.body["details"][0]["code"]) == (400, "media_unavailable")


def test_an_unreachable_media_server_does_not_block_scheduling(api: Api, use_prober: UseProber) -> None:
    post = written(api, mediaUrls=[IMAGE], scheduledAt=LATER).post
    use_prober(unreachable)

    assert api.call("schedule_post", {"postId": post["id"]}).status == 200


def test_the_state_of_a_post_is_checked_before_its_rules(api: Api, use_prober: UseProber) -> None:
    use_prober(never)
    draft = written(api, content=LONG, platforms=["x"]).post
    waiting = written(api, content=LONG, approvalRequired=True, scheduledAt=LATER).post

    replies = [api.call("schedule_post", {"postId": post["id"]}) for post in (draft, waiting)]

    assert [(reply.status, reply.body["code"]) for reply in replies] == [(409, "not_scheduled"), (409, "not_approved")]


def test_a_repeated_schedule_request_gets_the_stored_response(api: Api, use_prober: UseProber) -> None:
    post = written(api, mediaUrls=[IMAGE], scheduledAt=LATER).post
    first = api.call("schedule_post", {"postId": post["id"]}, headers={"Idempotency-Key": "once"})
    use_prober(never)

    again = api.call("schedule_post", {"postId": post["id"]}, headers={"Idempotency-Key": "once"})

    assert (again.status, again.text) == (200, first.text)


# -- locks and time ------------------------------------------------------------------------------------------------


class Watching(Prober):
    """A prober that records how often it probes, and which transactions are open meanwhile."""

    def __init__(self, url: str) -> None:
        super().__init__(FakeMedia().probe)
        self.probes, self.open_transactions = 0, list[dict[str, Any]]()
        self._db = Database(lambda: url)

    def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
        self.probes += 1
        self.open_transactions += self._db.fetch(OPEN_TRANSACTIONS)
        self._db.close()
        return super().probe(urls, seconds=seconds)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["no key", "key"])
def test_no_lock_is_held_while_media_are_probed(
    api: Api, db: Database, use_prober: UseProber, database_url: str, headers: dict[str, str]
) -> None:
    """A slow server must not delay an edit of the post, a deletion of the file, or a request with the same key."""
    item = uuid4()
    db.fetch(ITEM, id=item, owner_id="ada", size_bytes=5)
    watching = Watching(database_url)
    use_prober(lambda: watching)
    media = {"mediaUrls": [IMAGE, f"media:{item}"]}
    body = {"content": "x", "platforms": ["bluesky"], "scheduledAt": LATER} | media

    created = api.call("create_post", body, headers=headers)
    edited = api.call("update_post", {"postId": created.post["id"], "content": "y"} | media)
    scheduled = api.call("schedule_post", {"postId": created.post["id"]}, headers=headers)

    assert (created.status, edited.status, scheduled.status) == (201, 200, 200)
    assert (watching.probes, watching.open_transactions) == (3, [])


def test_concurrent_requests_with_one_key_create_one_post(db: Database, database_url: str, clock: FakeClock) -> None:
    body = {"content": "x", "platforms": ["bluesky"], "mediaUrls": [IMAGE]}
    probing, answers = threading.Barrier(2, timeout=20), list[Reply]()

    class Slow(Prober):
        def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
            probing.wait()  # both get here only if neither holds the key yet
            return super().probe(urls, seconds=seconds)

    def write() -> None:
        own = Database(lambda: database_url)
        environment = Api(own, clock, openers={open_prober: lambda _: Slow(FakeMedia().probe)})
        answers.append(environment.call("create_post", body, headers={"Idempotency-Key": "once"}))
        own.close()

    at_once(write, write)

    assert db.one(POSTS) == {"count": 1}
    assert answers[0].text == answers[1].text
    assert sorted("idempotent-replayed" in answer.headers for answer in answers) == [False, True]


def test_a_slow_probe_does_not_delay_the_message(api: Api, use_prober: UseProber, sqs: FakeSqs) -> None:
    """The message's delay counts from the moment of sending, not from the arrival of the request."""

    class Slow(Prober):
        def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
            api.clock.advance(seconds=seconds)
            return super().probe(urls, seconds=seconds)

    post = written(api, mediaUrls=[IMAGE], scheduledAt="2026-03-02T09:00:30Z").post
    slow = Slow(FakeMedia().probe)
    use_prober(lambda: slow)

    assert api.call("schedule_post", {"postId": post["id"]}).status == 200

    assert [message.visible_at for message in sqs.messages.values()] == [START + timedelta(seconds=29)]


def test_a_post_moved_near_is_sent_before_its_media_are_probed(api: Api, use_prober: UseProber, sqs: FakeSqs) -> None:
    post = written(api, mediaUrls=[IMAGE], scheduledAt=LATER).post
    api.call("schedule_post", {"postId": post["id"]})
    sent: list[int] = []

    class Recording(Prober):
        def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
            sent.append(sqs.sent)
            return super().probe(urls, seconds=seconds)

    recording = Recording(FakeMedia().probe)
    use_prober(lambda: recording)

    reply = api.call("update_post", {"postId": post["id"], "scheduledAt": "2026-03-02T09:00:30Z"})

    assert (reply.post["status"], sent) == ("queued", [1])


# -- posts/validate ------------------------------------------------------------------------------------------------


def test_validation_reports_for_each_platform_and_writes_nothing(api: Api, db: Database) -> None:
    thread = {"thread": ["The glaze is celadon. 窯"]}
    body = {"content": "窯 https://example.org/a/rather/long/path?with=query", "platforms": ["x", "bluesky", "youtube"]}

    reply = api.call("validate_post", body | {"platformOptions": {"x": thread}})

    assert (reply.status, reply.body["success"], reply.body["valid"]) == (200, True, False)
    assert reply.body["platforms"]["x"] == {
        "valid": True,
        "errors": [],
        "warnings": [],
        "parts": [
            {"length": 26, "limit": 280, "unit": "weighted"},
            {"length": 24, "limit": 280, "unit": "weighted"},
        ],
    }
    assert reply.body["platforms"]["bluesky"]["parts"] == [{"length": 51, "limit": 300, "unit": "graphemes"}]
    assert reply.body["platforms"]["youtube"]["parts"] == [{"length": 53, "limit": 5000, "unit": "bytes"}]
    assert [error["field"] for error in reply.body["platforms"]["youtube"]["errors"]] == ["mediaUrls"]
    assert db.one(POSTS) == {"count": 0}


def test_a_saved_post_is_validated_by_its_id(api: Api) -> None:
    post = written(api, content=LONG, variants={"bluesky": {"content": "Short."}}, platforms=["x", "bluesky"]).post

    reply = api.call("validate_post", {"postId": post["id"]})

    assert reply.body["valid"] is False
    assert {name: each["valid"] for name, each in reply.body["platforms"].items()} == {"x": False, "bluesky": True}


def test_a_post_of_another_owner_cannot_be_validated(api: Api) -> None:
    post = written(api).post

    assert api.call("validate_post", {"postId": post["id"]}, user="mallory").status == 404
    assert api.call("validate_post", {"postId": str(uuid4())}).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": "x"}, "platforms"),
        ({"content": "x", "platforms": []}, "platforms"),
        ({"content": " ", "platforms": ["x"]}, "content"),
        ({"content": "x", "platforms": ["x"], "txt": "y"}, "txt"),
        ({"content": "x", "platforms": ["x"], "scheduledAt": "2020-01-01T00:00:00Z"}, "scheduledAt"),
        ({"content": "x", "platforms": ["x"], "connectionIds": [str(uuid4())]}, "connectionIds"),
        ({"postId": "p", "content": "x"}, "content"),
    ],
)
def test_a_malformed_post_is_refused_before_validation(api: Api, body: dict[str, Any], field: str) -> None:
    reply = api.call("validate_post", body)

    assert reply.status == 400
    assert field in [detail["field"] for detail in reply.body["details"]]


def test_a_viewer_cannot_validate_a_post(api: Api) -> None:
    assert api.call("validate_post", {"content": "x", "platforms": ["x"]}, roles="viewer").status == 403


def test_an_ambiguous_time_is_a_warning_of_the_validation(api: Api) -> None:
    body = {"content": "x", "platforms": ["x"], "scheduledAt": "2026-10-25T02:30", "timezone": "Europe/Berlin"}

    assert [warning["code"] for warning in warnings(api.call("validate_post", body))] == ["ambiguous_time"]


def test_a_post_with_an_unreachable_media_server_is_valid_with_a_warning(api: Api, use_prober: UseProber) -> None:
    use_prober(unreachable)

    found = report(api, {"content": "x", "platforms": ["x"], "mediaUrls": [IMAGE]})

    assert (found["valid"], [each["code"] for each in found["warnings"]]) == (True, ["media_not_checked"])


# -- servers -------------------------------------------------------------------------------------------------------


def test_the_limits_of_the_connection_s_server_apply(api: Api, db: Database) -> None:
    body = {"content": "x" * 600, "platforms": ["mastodon"]}
    assert report(api, body, "mastodon")["valid"] is False
    db.fetch(LIMIT, id=connect(db, "mastodon"), limits=Jsonb({"max_characters": 5_000}))
    db.fetch(LIMIT, id=connect(db, "mastodon", "eve"), limits=Jsonb({"max_characters": 1}))

    found = report(api, body, "mastodon")

    assert (found["valid"], found["parts"]) == (True, [{"length": 600, "limit": 5000, "unit": "graphemes"}])


def test_a_server_without_published_limits_accepts_any_length(api: Api, db: Database) -> None:
    connect(db, "mastodon")

    found = report(api, {"content": "x" * 9_000, "platforms": ["mastodon"]}, "mastodon")

    assert (found["valid"], found["parts"]) == (True, [{"length": 9000, "limit": None, "unit": "graphemes"}])


def test_a_named_connection_s_limits_replace_the_default_s(api: Api, db: Database) -> None:
    roomy = connect(db, "mastodon")
    db.fetch(LIMIT, id=roomy, limits=Jsonb({"max_characters": 5_000}))
    db.fetch(Query("other", "UPDATE social_connections SET is_default = false, account_id = 'first'"))
    db.fetch(LIMIT, id=connect(db, "mastodon"), limits=Jsonb({"max_characters": 500}))  # the default connection

    assert report(api, {"content": "x" * 600, "platforms": ["mastodon"]}, "mastodon")["valid"] is False
    named = {"content": "x" * 600, "platforms": ["x"], "connectionIds": [str(roomy)]}
    assert report(api, named, "mastodon")["valid"] is True


# -- the media library ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "valid"), [(5_242_880, True), (5_242_881, False)])
def test_media_items_of_the_library_are_known_without_a_probe(
    api: Api, db: Database, use_prober: UseProber, size: int, valid: bool
) -> None:
    item = uuid4()
    db.fetch(ITEM, id=item, owner_id="ada", size_bytes=size)
    use_prober(never)

    found = report(api, {"content": "x", "platforms": ["x"], "mediaUrls": [f"media:{item}"]})

    assert found["valid"] is valid


def test_a_media_item_of_another_owner_does_not_exist(api: Api, db: Database) -> None:
    item = uuid4()
    db.fetch(ITEM, id=item, owner_id="eve", size_bytes=1)

    [error] = report(api, {"content": "x", "platforms": ["x"], "mediaUrls": [f"media:{item}"]})["errors"]

    assert (error["code"], error["field"]) == ("media_not_found", "mediaUrls[0]")


# -- addresses that must not be requested---------------------------------------------------------------------------


def guarded(connector: Connector) -> Callable[[], Prober]:
    return lambda: Prober(MediaFetcher(client(connector, NAMES)).probe)


@pytest.mark.parametrize("kind", NOT_PUBLIC)
def test_a_media_url_in_a_private_network_is_never_requested(api: Api, use_prober: UseProber, kind: str) -> None:
    urls = [f"https://{host}/kiln.png" for host in NOT_PUBLIC[kind]]
    connector = Connector()
    use_prober(guarded(connector))

    found = report(api, {"content": "x", "platforms": ["bluesky"], "mediaUrls": urls[:4]}, "bluesky")
    created = written(api, platforms=["tiktok"], mediaUrls=urls, scheduledAt=LATER)
    scheduled = api.call("schedule_post", {"postId": created.post["id"]})

    assert [(error["code"], error["field"]) for error in found["errors"]] == [
        ("media_refused", f"mediaUrls[{position}]") for position in range(len(urls[:4]))
    ]
    assert {warning["code"] for warning in warnings(created)} == {"media_refused"}
    assert scheduled.status == 400
    assert connector.connected == []


@pytest.mark.parametrize("kind", NOT_PUBLIC)
def test_a_redirect_into_a_private_network_is_not_followed(api: Api, use_prober: UseProber, kind: str) -> None:
    for host in NOT_PUBLIC[kind]:
        detour = http("302 Found", f"Location: https://{ascii_host(host)}/latest/meta-data", "Connection: close")
        connector = Connector(detour, detour)
        use_prober(guarded(connector))

        found = report(api, {"content": "x", "platforms": ["x"], "mediaUrls": [IMAGE]})

        assert len(found["errors"] + found["warnings"]) == 1
        assert set(connector.connected) == {PUBLIC}


def test_a_media_url_without_encryption_is_not_requested(api: Api, use_prober: UseProber) -> None:
    connector = Connector()
    use_prober(guarded(connector))

    [error] = report(api, {"content": "x", "platforms": ["x"], "mediaUrls": ["http://images.example/a.png"]})["errors"]

    assert error["code"] == "media_refused"
    assert connector.connected == []


def test_a_media_url_without_encryption_is_a_warning_of_the_draft_too(api: Api, use_prober: UseProber) -> None:
    """The same rule applies when a post is written, scheduled and published."""
    connector = Connector()
    use_prober(guarded(connector))
    plain = "http://images.example/a.png"

    created = written(api, mediaUrls=[plain], scheduledAt=LATER)
    scheduled = api.call("schedule_post", {"postId": created.post["id"]})

    [warning] = warnings(created)
    assert (warning["code"], warning["field"]) == ("media_refused", "mediaUrls[0]")
    assert warning["message"] == (
        f"The URL {plain} of the file is not a public https address. Use a public https address."
    )
    assert (scheduled.status, scheduled.body["details"][0]["message"]) == (400, warning["message"])
    with pytest.raises(Rejected) as refused:
        MediaFetcher(client(connector, NAMES)).fetch(plain, max_bytes=10)
    assert refused.value.reason == warning["message"].replace("of the file", "of the image")
    assert connector.connected == []


def test_image_urls_in_options_are_guarded_too(api: Api, use_prober: UseProber) -> None:
    connector = Connector()
    use_prober(guarded(connector))
    options = {"youtube": {"thumbnailUrl": "https://169.254.169.254/latest/meta-data"}}
    body = {"content": "x", "platforms": ["youtube"], "platformOptions": options}

    found = report(api, body, "youtube")

    assert "platformOptions.youtube.thumbnailUrl" in [error["field"] for error in found["errors"]]
    assert connector.connected == []


def test_a_prober_follows_the_private_network_setting(simulator: Simulator) -> None:
    for name in ("create_post", "update_post", "validate_post", "schedule_post"):
        for allowed in ("false", "true"):
            environ = ENVIRON | {"MEDIA_FROM_PRIVATE_NETWORKS": allowed}
            prober = start(name, environ=environ).function.resource(open_prober)
            [found] = prober.probe([simulator.image], seconds=5).values()
            prober.close()
            assert isinstance(found, MediaInfo) is (allowed == "true")


def test_known_media_derive_their_type_from_the_url() -> None:
    """The other tests of the API make no requests: the fake derives the facts from the URL."""
    assert known_media().probe([IMAGE], seconds=1) == {IMAGE: MediaInfo(IMAGE, "image/jpeg", len(IMAGE))}
