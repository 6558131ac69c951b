"""The media library: lists, deletions and ownership."""

import json
from typing import Any
from uuid import uuid4

import pytest

from local.simulator import sample_image
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.media.conftest import MediaApi
from tests.support.api import CONTEXT
from tests.support.api import sample as sample_event
from tests.support.clock import FakeClock
from tests.support.factories import make_post

PNG = sample_image.png()
USE_ITEM = Query("use_item", "UPDATE social_posts SET media_urls = ARRAY[%(url)s] WHERE id = %(id)s")
MANY = Query(
    "many",
    """INSERT INTO media (id, owner_id, created_by, filename, content_type, size_bytes, object_key, status, created_at)
       SELECT gen_random_uuid(), 'ada', 'ada', n || '.png', 'image/png', 1, 'key ' || n, 'ready',
              %(now)s::timestamptz - (n / 2) * interval '1 second'
       FROM generate_series(0, %(count)s - 1) AS n""",
)


def test_the_sample_event_begins_an_upload(api: MediaApi) -> None:
    answer = api.function(sample_event("media"), CONTEXT)

    assert answer["statusCode"] == 201
    assert api.listed(user="user-123") == [json.loads(answer["body"])["media"]["id"]]


def test_the_library_is_listed_newest_first_in_pages(api: MediaApi, db: Database, clock: FakeClock) -> None:
    db.fetch(MANY, count=25, now=clock.now())
    names: list[str] = []
    query: dict[str, str] = {"take": "10"}
    while True:
        page = api.call("GET", query=query)
        assert page.status == 200, page.text
        names += [item["filename"] for item in page.body["media"]]
        assert page.body["pagination"]["count"] == len(page.body["media"])
        if page.body["pagination"]["nextCursor"] is None:
            break
        query["cursor"] = page.body["pagination"]["nextCursor"]

    assert sorted(names, key=lambda name: int(name.removesuffix(".png"))) == [f"{n}.png" for n in range(25)]
    assert [int(name.removesuffix(".png")) // 2 for name in names] == sorted(n // 2 for n in range(25))
    other = api.call("GET", query=query, user="bob")
    assert (other.status, other.body["details"][0]["field"]) == (400, "cursor")


@pytest.mark.parametrize("take", ["0", "101", "ten", "-1"])
def test_a_page_has_between_1_and_100_items(take: str, api: MediaApi) -> None:
    reply = api.call("GET", query={"take": take})

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "take")


def test_a_media_item_of_another_owner_is_not_found(api: MediaApi) -> None:
    mine, begun = api.uploaded(PNG)["id"], api.begin("image/png", len(PNG))
    api.put(begun["upload"], PNG)
    pending = begun["media"]["id"]

    assert api.listed(user="bob") == []
    for media_id in (mine, pending, str(uuid4()), "no-id"):
        assert api.call("GET", query={"mediaId": media_id}, user="bob").status == 404
        assert api.finish(media_id, user="bob").status == 404
        reply = api.call("DELETE", {"mediaId": media_id}, user="bob")
        assert (reply.status, reply.body["code"]) == (404, "media_not_found")
    assert sorted(api.listed()) == sorted([mine, pending])
    assert len(api.bucket.keys()) == 2


def test_owners_have_separate_key_prefixes(api: MediaApi) -> None:
    ada, bob = (api.key(api.begin("image/png", 5, user=user)["media"]["id"]).split("/") for user in ("ada", "bob"))

    assert len(ada) == len(bob) == 3
    assert ada[0] != bob[0]


def test_a_viewer_reads_the_library_but_cannot_write(api: MediaApi) -> None:
    media_id = api.uploaded(PNG)["id"]

    assert api.listed(roles="viewer") == [media_id]
    body = {"filename": "a.png", "contentType": "image/png", "sizeBytes": 5}
    assert api.call("POST", body, roles="viewer").status == 403
    assert api.finish(media_id, roles="viewer").status == 403
    assert api.call("DELETE", {"mediaId": media_id}, roles="viewer").status == 403


def test_a_deleted_media_item_loses_its_file(api: MediaApi) -> None:
    media = api.uploaded(PNG)

    reply = api.call("DELETE", {"mediaId": media["id"]})

    assert (reply.status, reply.body["message"]) == (200, "Media item deleted successfully")
    assert api.listed() == []
    # Here, everybody may fetch everything. The permissions of the template refuse the address; see tests/e2e.
    assert api.bucket.http.get(media["viewUrl"]).content == b""
    assert api.call("DELETE", {"mediaId": media["id"]}).status == 404


def test_the_address_of_an_old_file_finds_nothing_after_its_deletion(api: MediaApi, clock: FakeClock) -> None:
    media = api.uploaded(PNG)
    clock.advance(hours=2)

    assert api.call("DELETE", {"mediaId": media["id"]}).status == 200
    assert api.bucket.http.get(media["viewUrl"]).status_code == 404


def test_an_unfinished_upload_is_deleted_with_its_chunks(api: MediaApi) -> None:
    begun = api.begin("video/mp4", 120_000_000)
    [chunk, *_] = begun["upload"]["chunks"]
    assert api.bucket.http.put(chunk["url"], content=bytes(chunk["sizeBytes"])).status_code == 200

    assert api.call("DELETE", {"mediaId": begun["media"]["id"]}).status == 200
    assert api.bucket.uploads() == []
    assert api.listed() == []


@pytest.mark.parametrize(
    "columns", [{"status": "draft", "scheduled_at": None}, {}, {"status": "queued", "job_id": uuid4()}]
)
def test_a_media_item_of_an_unpublished_post_cannot_be_deleted(
    columns: dict[str, Any], api: MediaApi, db: Database, clock: FakeClock
) -> None:
    media = api.uploaded(PNG)
    post_id = make_post(db, now=clock.now(), **columns)
    db.fetch(USE_ITEM, id=post_id, url=media["url"])

    reply = api.call("DELETE", {"mediaId": media["id"]})

    assert (reply.status, reply.body["code"]) == (409, "media_in_use")
    assert str(post_id) in reply.body["error"]
    assert api.listed() == [media["id"]]
    assert len(api.bucket.keys()) == 1


def test_a_media_item_of_a_published_post_can_be_deleted(api: MediaApi, db: Database, clock: FakeClock) -> None:
    media = api.uploaded(PNG)
    post_id = make_post(db, now=clock.now())
    db.fetch(USE_ITEM, id=post_id, url=media["url"])
    db.fetch(
        Query("out", "UPDATE social_posts SET status = 'published', posted_at = now() WHERE id = %(id)s"), id=post_id
    )

    assert api.call("DELETE", {"mediaId": media["id"]}).status == 200


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({}, "filename", "filename is required."),
        ({"filename": "a\nb"}, "filename", "must not be blank, and must contain only printable characters"),
        ({"filename": "x" * 256}, "filename", "256 characters long; at most 255 are allowed"),
        (
            {"contentType": "image/svg+xml"},
            "contentType",
            '"image/svg+xml" is not supported. Supported types: image/',
        ),
        ({"sizeBytes": 0}, "sizeBytes", "sizeBytes must be at least 1."),
        ({"sizeBytes": "5"}, "sizeBytes", "sizeBytes must be an integer."),
        ({"sizeBytes": 30_000_001}, "sizeBytes", "images may have at most 30,000,000 bytes (30 MB)"),
        ({"contentType": "video/mp4", "sizeBytes": 4_000_000_001}, "sizeBytes", "4,000,000,000 bytes (4,000 MB)"),
        ({"ownerId": "bob"}, "ownerId", "There is no field ownerId."),
    ],
)
def test_an_invalid_upload_request_names_its_field(body: dict[str, Any], field: str, words: str, api: MediaApi) -> None:
    sound = {"filename": "a.png", "contentType": "image/png", "sizeBytes": 5}
    reply = api.call("POST", sound | body if body else {"contentType": "image/png", "sizeBytes": 5})

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)
    assert words in reply.body["error"]
    assert api.listed() == []


@pytest.mark.parametrize(("content_type", "max_bytes"), [("image/webp", 30_000_000), ("video/webm", 4_000_000_000)])
def test_the_largest_files_are_accepted(content_type: str, max_bytes: int, api: MediaApi) -> None:
    begun = api.begin(content_type, max_bytes)

    assert (begun["upload"]["kind"] == "chunks") is (max_bytes > 100_000_000)
