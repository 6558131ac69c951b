"""Calendar feeds: secret, revocable addresses of calendars in the format of RFC 5545."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from icalendar import Calendar

from minutehand.feeds import management, reading
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.captured_output import capture_logs, rows_as_text
from tests.support.clock import START, FakeClock
from tests.support.factories import connect, make_post, make_posts

LATER = START + timedelta(days=9)
AWKWARD = "Commas, semicolons; back\\slashes \\n and\r\nlines\n\nBEGIN:VEVENT\rüñï 🚋" + "ß" * 200


@pytest.fixture
def api(db: Database, clock: FakeClock) -> Api:
    return Api(db, clock)


def create(api: Api, name: str = "My phone", **who: Any) -> tuple[str, str]:
    """Create a feed, and return its id and its secret."""
    reply = api.call("feeds", {"name": name}, **who)
    assert reply.status == 201, reply.text
    address = urlsplit(reply.body["path"])
    assert address.path == "feeds/calendar.ics"
    return reply.body["feed"]["id"], dict(parse_qsl(address.query))["token"]


def read(api: Api, secret: str) -> Reply:
    return api.call("calendar_feed", query={"token": secret}, user=None)


def events(reply: Reply) -> list[Any]:
    assert reply.status == 200, reply.text
    calendar = Calendar.from_ical(reply.text)
    assert isinstance(calendar, Calendar)
    assert calendar.errors == []
    found: list[Any] = calendar.walk("VEVENT")
    assert all(event.errors == [] for event in found)
    return found


def names(api: Api, **who: Any) -> list[str]:
    return [feed["name"] for feed in api.call("feeds", httpMethod="GET", **who).body["feeds"]]


def revoke(api: Api, feed_id: str, **who: Any) -> int:
    return api.call("feeds", {"feedId": feed_id}, httpMethod="DELETE", **who).status


def test_calendar_has_an_event_for_each_post_with_a_time(api: Api) -> None:
    _, secret = create(api)
    api.create()
    post = api.create(scheduledAt="2026-05-04T09:30", timezone="Europe/Berlin", platforms=["bluesky", "x"])

    reply = read(api, secret)

    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    [event] = events(reply)
    assert event.decoded("DTSTART") == datetime(2026, 5, 4, 7, 30, tzinfo=UTC)
    assert str(event["UID"]) == f"{post['id']}@minutehand"
    assert (event["SEQUENCE"], str(event["TRANSP"]), str(event["STATUS"])) == (1, "TRANSPARENT", "CONFIRMED")
    assert str(event["SUMMARY"]) == "Bluesky, X: The kiln is warm."
    assert str(event["DESCRIPTION"]) == "The kiln is warm.\n\nStatus: scheduled"


def test_event_names_the_accounts_of_its_post(api: Api, db: Database) -> None:
    connect(db, "bluesky", handle="ada")
    shop = connect(db, "bluesky", account_id="shop", handle="shop, Lisbon", is_default=False)
    connect(db, "x", handle="adax")
    _, secret = create(api)
    api.create(scheduledAt="2026-05-04T09:30", platforms=["x", "bluesky"], connectionIds=[str(shop)])
    api.create(scheduledAt="2026-05-04T09:29", platforms=["bluesky", "mastodon"])

    named, default = events(read(api, secret))

    assert str(named["DESCRIPTION"]).endswith("Status: scheduled\nAccounts: adax (X), shop, Lisbon (Bluesky)")
    assert str(default["DESCRIPTION"]).endswith("Status: scheduled\nAccounts: ada (Bluesky)")


def test_event_of_a_changed_post_keeps_its_uid_and_gets_a_later_sequence(api: Api) -> None:
    _, secret = create(api)
    post = api.create(scheduledAt="2026-05-04T09:30")
    [before] = events(read(api, secret))
    body = {"postId": post["id"], "scheduledAt": "2026-05-05T09:30"}
    assert api.call("update_post", body, httpMethod="PATCH").status == 200

    [after] = events(read(api, secret))

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTART") - before.decoded("DTSTART") == timedelta(days=1)


def test_post_that_waits_for_approval_is_tentative(api: Api) -> None:
    _, secret = create(api)
    api.create(scheduledAt="2026-05-04T09:30", approvalRequired=True)

    [event] = events(read(api, secret))

    assert str(event["STATUS"]) == "TENTATIVE"
    assert str(event["DESCRIPTION"]).endswith("Status: scheduled, approval pending")


def test_any_text_is_one_value_in_short_lines(api: Api) -> None:
    _, secret = create(api)
    api.create(scheduledAt="2026-05-04T09:30", content=AWKWARD, campaign="a,b;c")

    reply = read(api, secret)

    [event] = events(reply)
    text = AWKWARD.replace("\r\n", "\n").replace("\r", "\n")
    assert str(event["DESCRIPTION"]) == f"{text}\n\nStatus: scheduled"
    assert event["CATEGORIES"].cats == ["a,b;c"]
    lines = reply.text.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert lines[-1] == b""
    assert all(line.decode().isprintable() for line in lines)


def test_feed_is_limited_in_time_and_number(api: Api, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_EVENTS", 3)
    _, secret = create(api)
    for days in (-32, -30, 365, 367):
        make_post(db, now=START, due=START + timedelta(days=days))
    assert [event.decoded("DTSTART") - START for event in events(read(api, secret))] == [
        timedelta(days=365),
        timedelta(days=-30),
    ]
    make_posts(db, 5, due=LATER, spacing=timedelta(hours=1))

    found = [event.decoded("DTSTART") for event in events(read(api, secret))]

    assert found == [START + timedelta(days=365), LATER + timedelta(hours=4), LATER + timedelta(hours=3)]


def test_revoked_feed_stops_within_half_a_minute(api: Api, clock: FakeClock) -> None:
    feed_id, secret = create(api)
    assert read(api, secret).status == 200
    assert revoke(api, feed_id) == 200
    clock.advance(seconds=30)

    reply = read(api, secret)

    assert (reply.status, reply.body["code"]) == (404, "feed_not_found")
    assert names(api) == []


def test_found_feed_is_not_looked_up_again_for_some_seconds(
    api: Api, db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = create(api)
    fetch = db.fetch
    executed: list[str] = []

    def record(query: Query, **parameters: Any) -> list[dict[str, Any]]:
        executed.append(query.name)
        return fetch(query, **parameters)

    monkeypatch.setattr(db, "fetch", record)
    for seconds in (0, 24, 1):
        clock.advance(seconds=seconds)
        assert read(api, secret).status == 200

    assert executed == ["find_owner", "posts", "posts", "find_owner", "posts"]


@pytest.mark.parametrize("secret", ["mh_feed_" + "A" * 43, "mh_feed_", "", "A" * 5_000, "mh_live_" + "A" * 43], ids=len)
def test_unknown_secret_finds_nothing(api: Api, secret: str) -> None:
    create(api)

    reply = read(api, secret)

    assert (reply.status, reply.body["code"]) == (404, "feed_not_found")


def test_feed_shows_only_the_posts_of_its_owner(api: Api) -> None:
    _, secret = create(api, user="ada", owner="acme")
    api.create(scheduledAt="2026-05-04T09:30")

    assert events(read(api, secret)) == []


def test_secret_is_neither_stored_nor_logged(api: Api, db: Database) -> None:
    key = {"idempotency-key": "once"}
    with capture_logs() as output:
        first = api.call("feeds", {"name": "My phone"}, headers=key)
        again = api.call("feeds", {"name": "My phone"}, headers=key)
        secret = first.body["path"].partition("=")[2]
        assert read(api, secret).status == 200
        refused = api.call("calendar_feed", query={"token": secret, "more": "1"}, user=None)
        read(api, secret[:-1])

    assert (again.status, again.body["feed"], again.body["path"]) == (201, first.body["feed"], None)
    assert (refused.status, secret in refused.text) == (400, False)
    assert len([text for text in output.texts if "request completed" in text]) == 5
    assert secret[:-1] not in " ".join(output.texts)
    assert secret[:-1] not in " ".join(rows_as_text(db))


def test_people_see_and_revoke_their_own_feeds_and_admins_all(api: Api) -> None:
    own, _ = create(api, "Ada's", user="ada", owner="acme")
    other, _ = create(api, "Ben's", user="ben", owner="acme", roles="viewer")

    assert names(api, user="ada", owner="acme") == ["Ada's"]
    assert set(names(api, user="eve", owner="acme", roles="admin")) == {"Ada's", "Ben's"}
    assert names(api, user="eve", roles="admin") == []
    assert revoke(api, other, user="ada", owner="acme") == 404
    assert revoke(api, own, user="mallory", roles="admin") == 404
    assert revoke(api, "feed-1", user="ada", owner="acme") == 404
    assert revoke(api, other, user="eve", owner="acme", roles="admin") == 200
    assert names(api, user="ada", owner="acme") == ["Ada's"]


def test_number_of_feeds_is_limited(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(management, "MAX_FEEDS", 2)
    create(api)
    create(api)
    create(api, user="ben")

    reply = api.call("feeds", {"name": "One more"})

    assert (reply.status, reply.body["code"]) == (409, "limit_reached")


@pytest.mark.parametrize("body", [{}, {"name": " "}, {"name": "a" * 101}, {"name": "a\nb"}], ids=str)
def test_feed_needs_a_name(api: Api, body: dict[str, str]) -> None:
    reply = api.call("feeds", body)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "name")


def test_feeds_require_an_identity(api: Api) -> None:
    assert api.call("feeds", {"name": "My phone"}, user=None).status == 401
    assert api.call("feeds", httpMethod="GET", user=None).status == 401
