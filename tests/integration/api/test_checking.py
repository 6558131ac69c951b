"""What people are told of the rules of platforms before it is too late: as warnings, as errors, and when they ask."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg.types.json import Jsonb

from local.simulator.sample_image import HEIGHT, WIDTH
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.media_probe import Prober
from minutehand.platforms.port import MediaInfo, Transient
from minutehand.platforms.validation import ProbeResult
from minutehand.posts import writing
from minutehand.posts.forms.create import NewPost
from minutehand.runtime.db import Database
from minutehand.runtime.http import Response
from minutehand.runtime.idempotency import Once
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import START, FakeClock
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
EVENTS = Query("events", "SELECT count(*) AS count FROM post_events")
POSTS = Query("posts", "SELECT count(*) AS count FROM social_posts")
HELD = Query(
    "held",
    """SELECT state, query FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL""",
)
ITEM = Query(
    "item",
    """INSERT INTO media (id, owner_id, created_by, filename, content_type, size_bytes, object_key, status, created_at)
       VALUES (%(id)s, %(owner_id)s, %(owner_id)s, 'kiln.jpg', 'image/jpeg', %(size_bytes)s, %(id)s, 'ready', now())""",
)

type Look = Callable[[Callable[[], Prober]], None]


@pytest.fixture
def looks(api: Api, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Give the functions another prober."""

    def use(prober: Callable[[], Prober]) -> None:
        for app in api.apps.values():
            if hasattr(app, "prober"):
                monkeypatch.setattr(app, "prober", prober)

    return use


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


def verdict(api: Api, body: dict[str, Any], platform: str = "x") -> dict[str, Any]:
    reply = api.call("validate_post", body)
    assert reply.status == 200, reply.text
    found: dict[str, Any] = reply.body["platforms"][platform]
    return found


def unreachable() -> Prober:
    def probe(url: str) -> MediaInfo:
        raise Transient("media_unavailable", f"The file at {url} could not be downloaded.")

    return Prober(probe)


def never() -> Prober:
    raise AssertionError("nobody is to be asked")


# -- when a post is written ----------------------------------------------------------------------------------------


def test_a_post_that_is_right_has_no_warnings(api: Api) -> None:
    assert "warnings" not in written(api).body


def test_what_a_platform_will_not_take_is_a_warning(api: Api) -> None:
    reply = written(api, content=LONG, platforms=["bluesky", "x"])

    assert reply.post["content"] == LONG
    assert warnings(reply) == [{"field": "content", "code": "invalid_content", "message": TOO_LONG, "platform": "x"}]


def test_a_change_is_checked_as_the_post_is_then(api: Api) -> None:
    post = written(api, content=LONG, platforms=["bluesky"]).post

    changed = api.call("update_post", {"postId": post["id"], "platforms": ["x"]})

    assert changed.status == 200
    assert [warning["message"] for warning in warnings(changed)] == [TOO_LONG]
    better = api.call("update_post", {"postId": post["id"], "variants": {"x": {"content": "Warm."}}})
    assert warnings(better) == []


@pytest.mark.parametrize("changes", [{"notes": "Ask Mia."}, {"campaign": "Open studio"}, {"timezone": "Asia/Tokyo"}])
def test_what_no_platform_sees_is_not_checked_again(api: Api, looks: Look, changes: dict[str, Any]) -> None:
    post = written(api, content=LONG, mediaUrls=[IMAGE]).post
    looks(never)

    changed = api.call("update_post", {"postId": post["id"]} | changes)

    assert (changed.status, warnings(changed)) == (200, [])


def test_warnings_about_the_time_stand_beside_those_about_the_content(api: Api) -> None:
    reply = written(api, content=LONG, scheduledAt="2026-10-25T02:30", timezone="Europe/Berlin")

    assert [(warning["code"], warning.get("platform")) for warning in warnings(reply)] == [
        ("ambiguous_time", None),
        ("invalid_content", "x"),
    ]


def test_a_misspelt_option_is_pointed_out(api: Api) -> None:
    reply = written(api, platforms=["tiktok"], mediaUrls=[IMAGE], platformOptions={"tiktok": {"privcy": "SELF_ONLY"}})

    [warning] = warnings(reply)
    assert (warning["field"], warning["platform"]) == ("platformOptions.tiktok", "tiktok")
    assert "TikTok has no option 'privcy'" in warning["message"]


def test_the_same_request_is_answered_with_the_same_warnings(api: Api, looks: Look) -> None:
    body = {"content": LONG, "platforms": ["x"], "mediaUrls": [IMAGE]}
    first = api.call("create_post", body, headers={"Idempotency-Key": "once"})
    looks(never)

    again = api.call("create_post", body, headers={"Idempotency-Key": "once"})

    assert again.text == first.text
    assert len(warnings(again)) == 1


def test_nobody_is_asked_about_a_post_without_media(api: Api, looks: Look) -> None:
    looks(never)

    assert (
        warnings(written(api, platforms=sorted(set(DISPLAY_NAMES) - {"instagram", "tiktok", "youtube", "pinterest"})))
        == []
    )
    assert warnings(written(api, platforms=[], mediaUrls=[IMAGE])) == []


def test_a_medium_that_is_not_there_is_a_warning_said_once(api: Api, looks: Look) -> None:
    answers = [http("404 Not Found", "Connection: close")] * 2
    looks(lambda: Prober(MediaFetcher(client(Connector(*answers))).probe))

    reply = written(api, platforms=["x", "bluesky", "threads"], mediaUrls=[IMAGE])

    assert warnings(reply) == [
        {
            "field": "mediaUrls[0]",
            "code": "media_unavailable",
            "message": f"The file at {IMAGE} is not available (HTTP 404).",
        }
    ]


def test_a_server_that_does_not_answer_is_a_warning(api: Api, looks: Look) -> None:
    looks(unreachable)

    [warning] = warnings(written(api, mediaUrls=[IMAGE]))

    assert warning["code"] == "media_not_checked"


def test_media_are_looked_at_where_they_are(api: Api, looks: Look, simulator: Simulator) -> None:
    prober = Prober.guarded(private_networks=True)
    looks(lambda: prober)

    reply = written(api, platforms=["instagram", "tiktok"], mediaUrls=[simulator.image])
    prober.close()

    assert WIDTH / HEIGHT < 1.91  # which Instagram takes
    assert [(warning["platform"], warning["message"]) for warning in warnings(reply)] == [
        ("tiktok", "Media item 1 has the type image/png; TikTok accepts JPEG and WebP images.")
    ]


# -- when it is scheduled ------------------------------------------------------------------------------------------


def test_what_would_fail_is_not_scheduled_and_nothing_changes(api: Api, db: Database) -> None:
    post = written(api, content=LONG, platforms=["instagram", "x"], scheduledAt=LATER).post
    before = db.one(STATE), db.one(EVENTS)

    reply = api.call("schedule_post", {"postId": post["id"]})

    assert (reply.status, reply.body["code"]) == (400, "invalid_content")
    assert reply.body["error"] == (
        "Instagram would not take this post. A post on Instagram needs an image or a video. "
        "And 1 more: see the details."
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


def test_a_medium_that_is_not_there_is_not_scheduled(api: Api, looks: Look) -> None:
    post = written(api, mediaUrls=[IMAGE], scheduledAt=LATER).post
    answers = [http("404 Not Found", "Connection: close")] * 2
    looks(lambda: Prober(MediaFetcher(client(Connector(*answers))).probe))

    reply = api.call("schedule_post", {"postId": post["id"]})

    assert (reply.status, reply.body["details"][0]["code"]) == (400, "media_unavailable")


def test_a_server_that_does_not_answer_for_the_moment_blocks_nothing(api: Api, looks: Look) -> None:
    post = written(api, mediaUrls=[IMAGE], scheduledAt=LATER).post
    looks(unreachable)

    assert api.call("schedule_post", {"postId": post["id"]}).status == 200


def test_what_cannot_be_scheduled_anyway_is_told_that_first(api: Api, looks: Look) -> None:
    looks(never)
    draft = written(api, content=LONG, platforms=["x"]).post
    waiting = written(api, content=LONG, approvalRequired=True, scheduledAt=LATER).post

    replies = [api.call("schedule_post", {"postId": post["id"]}) for post in (draft, waiting)]

    assert [(reply.status, reply.body["code"]) for reply in replies] == [(409, "not_scheduled"), (409, "not_approved")]


def test_an_answer_that_was_given_is_given_again(api: Api, looks: Look) -> None:
    post = written(api, mediaUrls=[IMAGE], scheduledAt=LATER).post
    first = api.call("schedule_post", {"postId": post["id"]}, headers={"Idempotency-Key": "once"})
    looks(never)

    again = api.call("schedule_post", {"postId": post["id"]}, headers={"Idempotency-Key": "once"})

    assert (again.status, again.text) == (200, first.text)


# -- while others wait ---------------------------------------------------------------------------------------------


class Watching(Prober):
    """Looks, while it looks at media, at what our own connection holds meanwhile."""

    def __init__(self, url: str) -> None:
        super().__init__(FakeMedia().probe)
        self.looked, self.held = 0, list[dict[str, Any]]()
        self._db = Database(lambda: url)

    def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
        self.looked += 1
        self.held += self._db.fetch(HELD)
        self._db.close()
        return super().probe(urls, seconds=seconds)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "once"}], ids=["no key", "key"])
def test_nothing_is_held_while_media_are_looked_at(
    api: Api, db: Database, looks: Look, database_url: str, headers: dict[str, str]
) -> None:
    """A server that takes seconds must not hold up whoever edits the post, deletes a file, or comes with the key."""
    item = uuid4()
    db.fetch(ITEM, id=item, owner_id="ada", size_bytes=5)
    watching = Watching(database_url)
    looks(lambda: watching)
    media = {"mediaUrls": [IMAGE, f"media:{item}"]}
    body = {"content": "x", "platforms": ["bluesky"], "scheduledAt": LATER} | media

    created = api.call("create_post", body, headers=headers)
    edited = api.call("update_post", {"postId": created.post["id"], "content": "y"} | media)
    scheduled = api.call("schedule_post", {"postId": created.post["id"]}, headers=headers)

    assert (created.status, edited.status, scheduled.status) == (201, 200, 200)
    assert (watching.looked, watching.held) == (3, [])


def test_of_two_with_one_key_at_the_same_moment_both_look_and_one_writes(
    db: Database, database_url: str, clock: FakeClock
) -> None:
    body = {"content": "x", "platforms": ["bluesky"], "mediaUrls": [IMAGE]}
    looking, answers = threading.Barrier(2, timeout=20), list[Response]()

    class Slow(Prober):
        def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
            looking.wait()  # neither has the key: else the other would stand before it, and not come here
            return super().probe(urls, seconds=seconds)

    def write() -> None:
        own, prober = Database(lambda: database_url), Slow(FakeMedia().probe)
        once = Once("posts.create", "ada", "once", body)
        new = NewPost.model_validate(body)
        ada = Identity("ada", "ada")
        answers.append(writing.create(own, ada, new, once=once, prober=lambda: prober, now=clock.now()))
        own.close()

    at_once(write, write)

    assert db.one(POSTS) == {"count": 1}
    assert answers[0].body == answers[1].body
    assert sorted(answer.replayed for answer in answers) == [False, True]


def test_the_look_at_media_makes_no_message_late(api: Api, looks: Look, sqs: FakeSqs) -> None:
    """Its delay is reckoned from when it is sent, not from when the request came."""

    class Slow(Prober):
        def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
            api.clock.advance(seconds=seconds)
            return super().probe(urls, seconds=seconds)

    post = written(api, mediaUrls=[IMAGE], scheduledAt="2026-03-02T09:00:30Z").post
    slow = Slow(FakeMedia().probe)
    looks(lambda: slow)

    assert api.call("schedule_post", {"postId": post["id"]}).status == 200

    assert [message.visible_at for message in sqs.messages.values()] == [START + timedelta(seconds=29)]


def test_what_is_moved_near_is_sent_before_its_media_are_looked_at(api: Api, looks: Look, sqs: FakeSqs) -> None:
    post = written(api, mediaUrls=[IMAGE], scheduledAt=LATER).post
    api.call("schedule_post", {"postId": post["id"]})
    sent: list[int] = []

    class Noting(Prober):
        def probe(self, urls: Iterable[str], *, seconds: float) -> Mapping[str, ProbeResult]:
            sent.append(sqs.sent)
            return super().probe(urls, seconds=seconds)

    noting = Noting(FakeMedia().probe)
    looks(lambda: noting)

    reply = api.call("update_post", {"postId": post["id"], "scheduledAt": "2026-03-02T09:00:30Z"})

    assert (reply.post["status"], sent) == ("queued", [1])


# -- when somebody asks --------------------------------------------------------------------------------------------


def test_validating_counts_for_each_platform_and_writes_nothing(api: Api, db: Database) -> None:
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


def test_a_written_post_is_validated_as_it_stands(api: Api) -> None:
    post = written(api, content=LONG, variants={"bluesky": {"content": "Short."}}, platforms=["x", "bluesky"]).post

    reply = api.call("validate_post", {"postId": post["id"]})

    assert reply.body["valid"] is False
    assert {name: each["valid"] for name, each in reply.body["platforms"].items()} == {"x": False, "bluesky": True}


def test_another_s_post_is_not_there(api: Api) -> None:
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
def test_what_could_not_be_written_is_not_validated_either(api: Api, body: dict[str, Any], field: str) -> None:
    reply = api.call("validate_post", body)

    assert reply.status == 400
    assert field in [detail["field"] for detail in reply.body["details"]]


def test_a_viewer_writes_no_posts_and_validates_none(api: Api) -> None:
    assert api.call("validate_post", {"content": "x", "platforms": ["x"]}, roles="viewer").status == 403


def test_a_time_that_occurs_twice_is_pointed_out(api: Api) -> None:
    body = {"content": "x", "platforms": ["x"], "scheduledAt": "2026-10-25T02:30", "timezone": "Europe/Berlin"}

    assert [warning["code"] for warning in warnings(api.call("validate_post", body))] == ["ambiguous_time"]


def test_what_is_away_for_the_moment_is_a_warning_of_a_valid_post(api: Api, looks: Look) -> None:
    looks(unreachable)

    found = verdict(api, {"content": "x", "platforms": ["x"], "mediaUrls": [IMAGE]})

    assert (found["valid"], [each["code"] for each in found["warnings"]]) == (True, ["media_not_checked"])


# -- servers and accounts ------------------------------------------------------------------------------------------


def test_the_limits_of_the_account_s_own_server_count(api: Api, db: Database) -> None:
    body = {"content": "x" * 600, "platforms": ["mastodon"]}
    assert verdict(api, body, "mastodon")["valid"] is False
    db.fetch(LIMIT, id=connect(db, "mastodon"), limits=Jsonb({"max_characters": 5_000}))
    db.fetch(LIMIT, id=connect(db, "mastodon", "eve"), limits=Jsonb({"max_characters": 1}))

    found = verdict(api, body, "mastodon")

    assert (found["valid"], found["parts"]) == (True, [{"length": 600, "limit": 5000, "unit": "weighted"}])


def test_the_account_that_a_post_names_counts_instead_of_the_default(api: Api, db: Database) -> None:
    roomy = connect(db, "mastodon")
    db.fetch(LIMIT, id=roomy, limits=Jsonb({"max_characters": 5_000}))
    db.fetch(Query("other", "UPDATE social_connections SET is_default = false, account_id = 'first'"))
    connect(db, "mastodon")  # the default, of whose server nothing is known

    assert verdict(api, {"content": "x" * 600, "platforms": ["mastodon"]}, "mastodon")["valid"] is False
    named = {"content": "x" * 600, "platforms": ["x"], "connectionIds": [str(roomy)]}
    assert verdict(api, named, "mastodon")["valid"] is True


# -- the media library ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "valid"), [(5_242_880, True), (5_242_881, False)])
def test_items_of_the_library_are_known_without_asking_anybody(
    api: Api, db: Database, looks: Look, size: int, valid: bool
) -> None:
    item = uuid4()
    db.fetch(ITEM, id=item, owner_id="ada", size_bytes=size)
    looks(never)

    found = verdict(api, {"content": "x", "platforms": ["x"], "mediaUrls": [f"media:{item}"]})

    assert found["valid"] is valid


def test_another_s_item_is_not_there(api: Api, db: Database) -> None:
    item = uuid4()
    db.fetch(ITEM, id=item, owner_id="eve", size_bytes=1)

    [error] = verdict(api, {"content": "x", "platforms": ["x"], "mediaUrls": [f"media:{item}"]})["errors"]

    assert (error["code"], error["field"]) == ("media_not_found", "mediaUrls[0]")


# -- addresses that must not be called -----------------------------------------------------------------------------


def guarded(connector: Connector) -> Callable[[], Prober]:
    return lambda: Prober(MediaFetcher(client(connector, NAMES)).probe)


@pytest.mark.parametrize("kind", NOT_PUBLIC)
def test_nobody_is_led_into_the_network(api: Api, looks: Look, kind: str) -> None:
    urls = [f"https://{host}/kiln.png" for host in NOT_PUBLIC[kind]]
    connector = Connector()
    looks(guarded(connector))

    found = verdict(api, {"content": "x", "platforms": ["bluesky"], "mediaUrls": urls[:4]}, "bluesky")
    created = written(api, platforms=["tiktok"], mediaUrls=urls, scheduledAt=LATER)
    scheduled = api.call("schedule_post", {"postId": created.post["id"]})

    assert [(error["code"], error["field"]) for error in found["errors"]] == [
        ("media_refused", f"mediaUrls[{position}]") for position in range(len(urls[:4]))
    ]
    assert {warning["code"] for warning in warnings(created)} == {"media_refused"}
    assert scheduled.status == 400
    assert connector.connected == []


@pytest.mark.parametrize("kind", NOT_PUBLIC)
def test_nobody_is_led_there_by_a_detour(api: Api, looks: Look, kind: str) -> None:
    for host in NOT_PUBLIC[kind]:
        detour = http("302 Found", f"Location: https://{ascii_host(host)}/latest/meta-data", "Connection: close")
        connector = Connector(detour, detour)
        looks(guarded(connector))

        found = verdict(api, {"content": "x", "platforms": ["x"], "mediaUrls": [IMAGE]})

        assert len(found["errors"] + found["warnings"]) == 1
        assert set(connector.connected) == {PUBLIC}


def test_without_encryption_nothing_is_looked_at(api: Api, looks: Look) -> None:
    connector = Connector()
    looks(guarded(connector))

    [error] = verdict(api, {"content": "x", "platforms": ["x"], "mediaUrls": ["http://images.example/a.png"]})["errors"]

    assert error["code"] == "media_refused"
    assert connector.connected == []


def test_images_that_options_name_are_guarded_as_well(api: Api, looks: Look) -> None:
    connector = Connector()
    looks(guarded(connector))
    options = {"youtube": {"thumbnailUrl": "https://169.254.169.254/latest/meta-data"}}
    body = {"content": "x", "platforms": ["youtube"], "platformOptions": options}

    found = verdict(api, body, "youtube")

    assert "platformOptions.youtube.thumbnailUrl" in [error["field"] for error in found["errors"]]
    assert connector.connected == []


def test_a_prober_is_made_as_the_deployment_allows(monkeypatch: pytest.MonkeyPatch, simulator: Simulator) -> None:
    for name in ("create_post", "update_post", "validate_post", "schedule_post"):
        app = __import__(f"functions.{name}.app", fromlist=["app"])
        monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere")
        monkeypatch.setenv("PUBLISH_QUEUE_URL", "https://sqs.example/queue")
        for allowed in ("false", "true"):
            monkeypatch.setenv("MEDIA_FROM_PRIVATE_NETWORKS", allowed)
            app.prober.cache_clear()
            app.connected.cache_clear()
            [found] = app.prober().probe([simulator.image], seconds=5).values()
            app.prober().close()
            assert isinstance(found, MediaInfo) is (allowed == "true")
        app.prober.cache_clear()
        app.connected.cache_clear()


def test_media_are_known_here_by_their_names() -> None:
    """The other tests of the API look at nothing: what they write about is what its address says."""
    assert known_media().probe([IMAGE], seconds=1) == {IMAGE: MediaInfo(IMAGE, "image/jpeg", len(IMAGE))}
