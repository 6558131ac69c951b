"""POST posts/confirm: a person reports what became of unknown publications."""

from typing import Any
from uuid import uuid4

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.api.test_retry import failed, publications
from tests.support.api import Api, Reply
from tests.support.clock import FakeClock
from tests.support.sqs import FakeSqs

ARM = Query("arm", "UPDATE publications SET armed_at = due_at, started_at = due_at WHERE post_id = %(id)s")
QUEUE = Query("queue", "UPDATE social_posts SET status = 'queued', failure_reason = NULL WHERE id = %(id)s")
EVERYTHING = Query(
    "everything",
    """SELECT (SELECT jsonb_agg(to_jsonb(each) ORDER BY id) FROM publications AS each) AS publications,
              (SELECT jsonb_agg(to_jsonb(each)) FROM social_posts AS each) AS posts,
              (SELECT count(*) FROM events) AS events""",
)
PERMALINK = "https://social.example/@ada/1"


def confirm(api: Api, post_id: str, *confirmed: dict[str, Any], **who: Any) -> Reply:
    return api.call("confirm_post", {"postId": post_id, "publications": list(confirmed)}, **who)


def ids(api: Api, post_id: str) -> dict[str, str]:
    return {platform: each["id"] for platform, each in publications(api, post_id).items()}


def history(api: Api, post_id: str) -> list[tuple[str, str]]:
    seen = api.call("get_post", query={"postId": post_id, "include": "history"}).body["history"]
    return [(event["type"], event["actor"]) for event in seen]


def ledger(api: Api, post_id: str) -> list[tuple[str, str]]:
    seen = api.call("get_post", query={"postId": post_id, "include": "attempts"}).body["attempts"]
    return [(entry["event"], entry["reason"]) for entry in seen]


def test_post_whose_last_unknown_publication_is_found_is_published(
    api: Api, db: Database, sqs: FakeSqs, clock: FakeClock
) -> None:
    post_id = failed(api, db, sqs, bluesky="published", mastodon="unknown")
    db.fetch(ARM, id=post_id)
    clock.advance(hours=5)

    reply = confirm(api, post_id, {"id": ids(api, post_id)["mastodon"], "published": True, "permalink": PERMALINK})

    assert reply.status == 200, reply.text
    assert (reply.post["status"], reply.post["failureReason"]) == ("published", None)
    assert reply.post["postedAt"] == "2026-03-02T09:01:00.000Z"
    found = publications(api, post_id)["mastodon"]
    assert (found["state"], found["permalink"], found["failureCode"]) == ("published", PERMALINK, None)
    assert found["publishedAt"] == "2026-03-02T09:01:00.000Z"
    assert history(api, post_id)[-2:] == [("publication.published", "ada"), ("post.published", "ada")]
    assert ledger(api, post_id) == [("confirmed_published", "ada checked the account and found the post.")]


def test_publication_that_was_not_found_is_sent_by_a_retry(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, bluesky="published", mastodon="unknown")

    reply = confirm(api, post_id, {"id": ids(api, post_id)["mastodon"], "published": False})

    assert (reply.status, reply.post["status"]) == (200, "failed")
    assert reply.post["failureReason"] == "The post was not found on Mastodon. Retry the post. Published on Bluesky."
    missing = publications(api, post_id)["mastodon"]
    assert (missing["state"], missing["failureCode"]) == ("failed", "confirmed_not_published")
    assert history(api, post_id)[-1] == ("publication.failed", "ada")
    assert ledger(api, post_id) == [("confirmed_not_published", "ada checked the account and did not find the post.")]
    assert sqs.sent == 0
    assert api.call("retry_post", {"postId": post_id}).status == 200
    assert sqs.sent == 1
    assert publications(api, post_id)["bluesky"]["state"] == "published"


def test_retry_records_the_same_as_a_confirmation(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, mastodon="unknown")
    [unknown] = ids(api, post_id).values()

    assert api.call("retry_post", {"postId": post_id, "confirmNotPublished": [unknown]}).status == 200

    assert ledger(api, post_id) == [("confirmed_not_published", "ada checked the account and did not find the post.")]
    assert ("publication.failed", "ada") in history(api, post_id)


def test_post_stays_failed_while_another_publication_is_missing(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, bluesky="failed", mastodon="unknown", x="unknown")
    of = ids(api, post_id)

    reply = confirm(api, post_id, {"id": of["mastodon"], "published": True})

    assert reply.post["status"] == "failed"
    assert reply.post["failureReason"] == "It broke. It broke. Published on Mastodon."
    assert "post.failed" not in [type_ for type_, _ in history(api, post_id)]
    states = {platform: each["state"] for platform, each in publications(api, post_id).items()}
    assert states == {"bluesky": "failed", "mastodon": "published", "x": "unknown"}


def test_publication_of_a_queued_post_can_be_confirmed(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, mastodon="unknown", bluesky="queued")
    db.fetch(QUEUE, id=post_id)

    reply = confirm(api, post_id, {"id": ids(api, post_id)["mastodon"], "published": True})

    assert (reply.status, reply.post["status"]) == (200, "queued")
    assert publications(api, post_id)["mastodon"]["state"] == "published"


@pytest.mark.parametrize("state", ["published", "failed", "queued", "cancelled"])
def test_only_an_unknown_publication_can_be_confirmed(api: Api, db: Database, sqs: FakeSqs, state: str) -> None:
    post_id = failed(api, db, sqs, bluesky=state, mastodon="unknown")
    of, before = ids(api, post_id), db.one(EVERYTHING)

    reply = confirm(api, post_id, {"id": of["mastodon"], "published": False}, {"id": of["bluesky"], "published": False})

    assert (reply.status, reply.body["code"]) == (409, "not_unknown")
    assert f"The state of the publication {of['bluesky']} is {state}." in reply.body["error"]
    assert reply.body["details"][0]["given"] == state
    assert db.one(EVERYTHING) == before


def test_publication_of_another_post_cannot_be_confirmed(api: Api, db: Database, sqs: FakeSqs) -> None:
    mine, other = failed(api, db, sqs, bluesky="unknown"), failed(api, db, sqs, bluesky="unknown")
    before = db.one(EVERYTHING)

    for publication_id in (*ids(api, other).values(), str(uuid4()), "publication-1"):
        reply = confirm(api, mine, {"id": publication_id, "published": True})
        assert (reply.status, reply.body["code"]) == (404, "publication_not_found")
    assert db.one(EVERYTHING) == before


@pytest.mark.parametrize(
    ("confirmed", "field"),
    [
        ({"permalink": "http://social.example/1"}, "publications[0].permalink"),
        ({"permalink": "javascript:alert(1)"}, "publications[0].permalink"),
        ({"permalink": "https://ada:secret@social.example/1"}, "publications[0].permalink"),
        ({"permalink": "https://social.example/a b"}, "publications[0].permalink"),
        ({"permalink": "https://[social/"}, "publications[0].permalink"),
        ({"permalink": "https://social.example/" + "a" * 2_048}, "publications[0].permalink"),
        ({"permalink": PERMALINK, "published": False}, "publications[0].permalink"),
        ({"published": "yes"}, "publications[0].published"),
    ],
    ids=["http", "script", "password", "space", "no host", "long", "not published", "no boolean"],
)
def test_invalid_confirmation_is_refused(
    api: Api, db: Database, sqs: FakeSqs, confirmed: dict[str, Any], field: str
) -> None:
    post_id = failed(api, db, sqs, mastodon="unknown")
    [unknown] = ids(api, post_id).values()

    reply = confirm(api, post_id, {"id": unknown, "published": True} | confirmed)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)
    assert publications(api, post_id)["mastodon"]["state"] == "unknown"


def test_number_of_confirmations_is_limited_and_each_publication_is_listed_once(
    api: Api, db: Database, sqs: FakeSqs
) -> None:
    post_id = failed(api, db, sqs, mastodon="unknown")
    each = {"id": ids(api, post_id)["mastodon"], "published": True}

    for confirmed in ([], [each, each], [{"id": str(uuid4()), "published": True} for _ in range(501)]):
        assert confirm(api, post_id, *confirmed).status == 400
    assert publications(api, post_id)["mastodon"]["state"] == "unknown"


def test_only_the_owner_s_editors_may_confirm_a_publication(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, mastodon="unknown")
    each = {"id": ids(api, post_id)["mastodon"], "published": True}

    assert confirm(api, post_id, each, user="mallory", roles="admin").status == 404
    assert confirm(api, post_id, each, roles="viewer").status == 403
    assert confirm(api, post_id, each, user=None).status == 401
    assert publications(api, post_id)["mastodon"]["state"] == "unknown"
