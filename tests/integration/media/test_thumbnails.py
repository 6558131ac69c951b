"""Thumbnails of media items: stored next to the file, shown with the item, and deleted with it."""

import base64
from typing import Any
from uuid import uuid4

import pytest

from local.simulator import sample_image
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.media.conftest import MediaApi
from tests.support.api import Api, Reply
from tests.support.clock import FakeClock
from tests.support.factories import make_post
from tests.support.media_samples import lossy, webp

PNG = sample_image.png()
THUMBNAIL, OTHER = webp(lossy(320, 200)), webp(lossy(100, 100))
OPTIONS = Query("options", "UPDATE social_posts SET platform_options = %(options)s::jsonb WHERE id = %(id)s")


def send(api: MediaApi, media_id: str, content: bytes = THUMBNAIL, **who: Any) -> Reply:
    body = {"mediaId": media_id, "thumbnail": base64.b64encode(content).decode()}
    return api.call("PATCH", body, **who)


def shown(api: MediaApi, media_id: str) -> bytes:
    """Return the thumbnail at the address that the API shows."""
    url = api.call("GET", query={"mediaId": media_id}).body["media"]["thumbnailUrl"]
    response = api.bucket.http.get(url)
    assert (response.status_code, response.headers["content-type"]) == (200, "image/webp")
    return response.content


def selected(api: MediaApi, *ids: str, **who: Any) -> list[dict[str, Any]]:
    reply = api.call("GET", query={"mediaIds": ",".join(ids)}, **who)
    assert reply.status == 200, reply.text
    assert "pagination" not in reply.body
    media: list[dict[str, Any]] = reply.body["media"]
    return media


def test_thumbnail_is_sent_with_the_completed_upload(api: MediaApi) -> None:
    begun = api.begin("image/png", len(PNG))
    assert api.put(begun["upload"], PNG).status_code == 200

    reply = send(api, begun["media"]["id"])

    assert reply.status == 200, reply.text
    assert reply.body["media"]["thumbnailUrl"].startswith("http")
    assert shown(api, begun["media"]["id"]) == THUMBNAIL


def test_media_item_without_a_thumbnail_has_no_address_of_one(api: MediaApi) -> None:
    assert api.uploaded(PNG)["thumbnailUrl"] is None


def test_later_thumbnail_replaces_an_earlier_one(api: MediaApi) -> None:
    media_id = api.uploaded(PNG)["id"]

    assert send(api, media_id).status == 200
    assert send(api, media_id, OTHER).status == 200
    assert api.finish(media_id).status == 200  # without a thumbnail, the present one stays

    assert shown(api, media_id) == OTHER


def test_thumbnail_that_is_no_image_changes_nothing(api: MediaApi) -> None:
    begun = api.begin("image/png", len(PNG))
    api.put(begun["upload"], PNG)

    reply = send(api, begun["media"]["id"], b"<svg onload=alert(1)>")

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "thumbnail")
    assert api.call("GET", query={"mediaId": begun["media"]["id"]}).body["media"]["status"] == "pending"
    assert len(api.bucket.keys()) == 1


def test_thumbnail_is_not_stored_before_its_file(api: MediaApi) -> None:
    reply = send(api, api.begin("image/png", len(PNG))["media"]["id"])

    assert (reply.status, reply.body["code"]) == (409, "not_uploaded")
    assert api.bucket.keys() == []


def test_thumbnail_of_another_owner_cannot_be_replaced_or_seen(api: MediaApi) -> None:
    media_id = api.uploaded(PNG)["id"]
    send(api, media_id)

    reply = send(api, media_id, OTHER, user="bob")

    assert (reply.status, reply.body["code"]) == (404, "media_not_found")
    assert selected(api, media_id, user="bob") == []
    assert shown(api, media_id) == THUMBNAIL


def test_viewer_cannot_send_a_thumbnail(api: MediaApi) -> None:
    assert send(api, api.uploaded(PNG)["id"], roles="viewer").status == 403


def test_thumbnail_is_deleted_with_its_item(api: MediaApi) -> None:
    media_id = api.uploaded(PNG)["id"]
    send(api, media_id)
    assert len(api.bucket.keys()) == 2

    assert api.call("DELETE", {"mediaId": media_id}).status == 200

    assert api.bucket.keys() == []


def test_several_items_are_returned_in_the_order_of_the_query(api: MediaApi) -> None:
    first, second, third = (api.uploaded(PNG)["id"] for _ in range(3))
    send(api, second)
    bobs = api.uploaded(PNG, user="bob")["id"]

    found = selected(api, third, "no-id", second, bobs, str(uuid4()), first, third)

    assert [item["id"] for item in found] == [third, second, first]
    assert [item["thumbnailUrl"] is not None for item in found] == [False, True, False]


def test_at_most_fifty_items_are_returned_at_once(api: MediaApi) -> None:
    reply = api.call("GET", query={"mediaIds": ",".join(str(uuid4()) for _ in range(51))})

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "mediaIds")
    assert selected(api, *(str(uuid4()) for _ in range(50))) == []


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        (["{plain}", "{second}", "{first}"], "second"),
        (["https://ex.am/a.jpg", "{first}"], "first"),
        (["{plain}"], None),
        (["{bobs}"], None),
        ([], None),
    ],
    ids=["several", "after an address", "without one", "another owner", "no media"],
)
def test_calendar_names_the_first_media_item_with_a_thumbnail(
    urls: list[str], expected: str | None, api: MediaApi, db: Database, clock: FakeClock
) -> None:
    items = {name: api.uploaded(PNG)["id"] for name in ("plain", "first", "second", "option")}
    items["bobs"] = api.uploaded(PNG, user="bob")["id"]
    for name in ("first", "second", "option"):
        send(api, items[name])
    send(api, items["bobs"], user="bob")
    named = [url.format(**{name: f"media:{media_id}" for name, media_id in items.items()}) for url in urls]
    post_id = make_post(db, now=clock.now(), media_urls=named)
    db.fetch(OPTIONS, id=post_id, options=f'{{"x": {{"coverUrl": "media:{items["option"]}"}}}}')

    reply = Api(db, clock).call("calendar", query={"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"})

    assert [entry["thumbnailId"] for entry in reply.body["entries"]] == [None if expected is None else items[expected]]
