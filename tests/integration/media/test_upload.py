"""Uploads: announcement, transfer to S3, inspection, and expiry."""

import tracemalloc
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from local.simulator import sample_image
from local.simulator.sample_video import Video
from minutehand.media import storage
from minutehand.media.resources import open_storage
from minutehand.media.storage import CHUNK_BYTES
from minutehand.runtime.sql import Query
from tests.integration.media.conftest import BUCKET, MediaApi
from tests.support import media_samples, mp4_files
from tests.support.clock import FakeClock

PNG = sample_image.png()
LARGE = Video(120_000_000, seconds=30)
SLICE = 1 << 20
MAX_MEMORY = 40 << 20
EVENTS = Query("events", "SELECT type, media_id, owner_id, actor, data FROM events")


def test_an_image_is_uploaded_to_the_library(api: MediaApi) -> None:
    body = {"filename": "Töpferei (3).PNG", "contentType": "image/png", "sizeBytes": len(PNG)}
    begun = api.call("POST", body, user="grace")  # a name that no hexadecimal id contains

    assert begun.status == 201
    media, upload = begun.body["media"], begun.body["upload"]
    assert media == {
        "id": media["id"],
        "url": f"media:{media['id']}",
        "filename": "Töpferei (3).PNG",
        "contentType": "image/png",
        "sizeBytes": len(PNG),
        "status": "pending",
        "width": None,
        "height": None,
        "durationSeconds": None,
        "createdBy": "grace",
        "createdAt": "2026-03-02T09:00:00.000Z",
        "viewUrl": None,
        "thumbnailUrl": None,
        "viewUrlExpiresAt": None,
    }
    assert (upload["kind"], upload["method"], upload["expiresAt"]) == ("single", "PUT", "2026-03-02T10:00:00.000Z")
    assert f"/{media['id']}/Topferei-3.png?" in upload["url"]
    assert "grace" not in upload["url"]
    assert api.put(upload, PNG).status_code == 200
    finished = api.finish(media["id"], user="grace")
    assert finished.status == 200
    ready = finished.body["media"]
    assert ready | {"viewUrl": None, "viewUrlExpiresAt": None} == media | {
        "status": "ready",
        "width": 480,
        "height": 270,
    }
    seen = api.bucket.http.get(ready["viewUrl"])
    assert (seen.content, seen.headers["content-type"]) == (PNG, "image/png")
    assert ready["viewUrlExpiresAt"] == "2026-03-02T09:15:00.000Z"
    assert api.finish(media["id"], user="grace").body["media"]["status"] == "ready"
    data = {"filename": media["filename"], "contentType": "image/png", "sizeBytes": len(PNG)}
    assert api.db.fetch(EVENTS) == [
        {"type": "media.ready", "media_id": UUID(media["id"]), "owner_id": "grace", "actor": "grace", "data": data}
    ]
    assert api.call("GET", query={"mediaId": media["id"]}, user="grace").body["media"]["width"] == 480


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("image/jpeg", media_samples.jpeg(1600, 900, exif=media_samples.tiff(6)), (900, 1600, None)),
        ("image/png", media_samples.png(2**32 - 1, 2**32 - 1), (None, None, None)),
        ("video/mp4", media_samples.MP4 + media_samples.fragmented(None), (720, 1280, None)),
        ("video/mp4", media_samples.MP4 + media_samples.fragmented(4000), (720, 1280, 4.0)),
    ],
)
def test_an_item_shows_what_a_viewer_sees_and_nothing_unknown(
    kind: str, content: bytes, expected: tuple[int, int, float | None], api: MediaApi
) -> None:
    begun = api.begin(kind, len(content))
    api.put(begun["upload"], content)

    shown = api.finish(begun["media"]["id"]).body["media"]

    assert (shown["width"], shown["height"], shown["durationSeconds"]) == expected


@pytest.mark.parametrize("name", ["image/x-png", "IMAGE/PNG "])
def test_a_media_type_has_several_names(name: str, api: MediaApi) -> None:
    begun = api.begin(name, len(PNG))

    assert begun["media"]["contentType"] == "image/png"
    assert api.put(begun["upload"], PNG).status_code == 200
    assert api.finish(begun["media"]["id"]).status == 200


def test_a_finished_file_loses_the_pending_tag(api: MediaApi) -> None:
    begun = api.begin("image/png", len(PNG))
    api.put(begun["upload"], PNG)
    key = api.key(begun["media"]["id"])

    assert api.bucket.tags(key) == [{"Key": "state", "Value": "pending"}]
    assert api.finish(begun["media"]["id"]).status == 200
    assert api.bucket.tags(key) == []


@pytest.mark.parametrize(
    ("content", "changed", "status"),
    [
        (PNG + b"!", {"content-length": str(len(PNG) + 1)}, 403),
        (PNG, {"content-type": "text/html"}, 403),
        (PNG, {"x-amz-tagging": "state=kept"}, 403),
        (PNG, {"if-none-match": ""}, 403),
    ],
)
def test_s3_refuses_a_file_that_differs_from_its_announcement(
    content: bytes, changed: dict[str, str], status: int, api: MediaApi
) -> None:
    begun = api.begin("image/png", len(PNG))

    assert api.put(begun["upload"], content, **changed).status_code == status
    assert api.bucket.keys() == []


def test_an_uploaded_file_cannot_be_replaced(api: MediaApi) -> None:
    begun = api.begin("image/png", len(PNG))
    assert api.put(begun["upload"], PNG).status_code == 200
    assert api.finish(begun["media"]["id"]).status == 200

    assert api.put(begun["upload"], PNG[:-1] + b"!").status_code == 412
    [item] = api.call("GET").body["media"]
    assert api.bucket.http.get(item["viewUrl"]).content == PNG


def test_the_address_of_a_deleted_file_accepts_no_other_file(api: MediaApi) -> None:
    begun = api.begin("image/png", len(PNG))
    api.put(begun["upload"], PNG)
    view = api.finish(begun["media"]["id"]).body["media"]["viewUrl"]
    key = api.key(begun["media"]["id"])
    assert api.call("DELETE", {"mediaId": begun["media"]["id"]}).status == 200

    assert api.put(begun["upload"], PNG[:-1] + b"!").status_code == 412
    assert (api.bucket.keys(), api.bucket.tags(key)) == ([], [{"Key": "state", "Value": "deleted"}])
    assert api.bucket.http.get(view).content == b""


def test_the_address_of_a_deleted_item_accepts_no_file(api: MediaApi) -> None:
    begun = api.begin("image/png", len(PNG))
    assert api.call("DELETE", {"mediaId": begun["media"]["id"]}).status == 200

    assert api.put(begun["upload"], PNG).status_code == 412
    assert api.bucket.keys() == []


def test_the_address_of_a_refused_file_accepts_no_other_file(api: MediaApi) -> None:
    begun = api.begin("image/png", len(PNG))
    assert api.put(begun["upload"], b"x" * len(PNG)).status_code == 200
    assert api.finish(begun["media"]["id"]).body["code"] == "media_not_as_announced"

    assert api.put(begun["upload"], PNG).status_code == 412
    assert api.bucket.keys() == []


def test_a_deleted_file_blocks_its_key_only_while_its_address_is_valid(api: MediaApi, clock: FakeClock) -> None:
    first, second = api.uploaded(PNG)["id"], api.uploaded(PNG)["id"]
    key = api.key(first)
    clock.advance(hours=1, minutes=59)
    assert api.call("DELETE", {"mediaId": first}).status == 200
    clock.advance(minutes=1)
    assert api.call("DELETE", {"mediaId": second}).status == 200

    assert api.bucket.objects() == [key]


def test_the_chunks_of_a_deleted_upload_are_refused(api: MediaApi) -> None:
    begun = api.begin("video/mp4", LARGE.size)
    assert api.call("DELETE", {"mediaId": begun["media"]["id"]}).status == 200

    assert send(api, begun["upload"]["chunks"][-1]) == 404
    assert (api.bucket.objects(), api.bucket.uploads()) == ([], [])


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("content-encoding", "gzip"),
        ("content-encoding", "br"),
        ("content-disposition", "attachment; filename=a.exe"),
        ("content-language", "tlh"),
        ("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
    ],
)
def test_a_file_with_a_header_that_is_not_signed_is_deleted(api: MediaApi, header: str, value: str) -> None:
    begun = api.begin("image/png", len(PNG))
    assert api.put(begun["upload"], PNG, **{header: value}).status_code == 200

    reply = api.finish(begun["media"]["id"])

    assert (reply.status, reply.body["code"]) == (400, "media_not_as_announced")
    assert f'The file was uploaded with {header} "' in reply.body["error"]
    assert "send only the headers in upload.headers. The file was deleted." in reply.body["error"]
    assert (api.bucket.keys(), api.listed()) == ([], [])


def test_caching_that_an_upload_names_is_not_repeated(api: MediaApi) -> None:
    begun = api.begin("image/png", len(PNG))
    assert api.put(begun["upload"], PNG, **{"cache-control": "public, max-age=31536000"}).status_code == 200

    seen = api.bucket.http.get(api.finish(begun["media"]["id"]).body["media"]["viewUrl"])

    assert (seen.status_code, seen.headers["cache-control"], seen.content) == (200, "private", PNG)


def test_an_upload_without_its_file_is_not_finished(api: MediaApi) -> None:
    begun = api.begin("image/png", len(PNG))

    reply = api.finish(begun["media"]["id"])

    assert (reply.status, reply.body["code"]) == (409, "not_uploaded")
    assert api.put(begun["upload"], PNG).status_code == 200
    assert api.finish(begun["media"]["id"]).status == 200


@pytest.mark.parametrize(
    ("announced", "content", "words"),
    [
        ("image/jpeg", PNG, "The file is image/png; you announced image/jpeg."),
        ("image/gif", b"<html>no image</html>", "The file is text/html; you announced image/gif."),
        ("image/gif", b"no known format", "neither a supported image nor a supported video"),
        ("image/jpeg", media_samples.IMAGES["HEIC"][0], "The file is image/heic; you announced image/jpeg."),
        ("image/png", b"", "The file has 0 bytes; you announced 24."),
        (
            "video/mp4",
            mp4_files.from_a_camera(beginning=mp4_files.QUICKTIME),
            "The file is video/quicktime; you announced video/mp4.",
        ),
        ("video/quicktime", mp4_files.from_a_camera(), "The file is video/mp4; you announced video/quicktime."),
        ("video/mp4", mp4_files.from_a_camera()[:-100], "has no index (moov): it is damaged or incomplete."),
        (
            "video/mp4",
            mp4_files.FTYP + mp4_files.index(mp4_files.track(0, 0)),
            "The file is audio/mp4; you announced video/mp4.",
        ),
        ("video/webm", b"\x1a\x45\xdf\xa3" + b"\x42\x82\x88matroska", "The file is video/x-matroska;"),
    ],
)
def test_a_file_that_differs_from_its_announcement_is_deleted(
    announced: str, content: bytes, words: str, api: MediaApi
) -> None:
    begun = api.begin(announced, len(content) or 24)
    # Without the signed URL, which accepts no other size.
    key = api.key(begun["media"]["id"])
    api.bucket.s3.put_object(Bucket=BUCKET, Key=key, Body=content, ContentType=announced)

    reply = api.finish(begun["media"]["id"])

    assert (reply.status, reply.body["code"]) == (400, "media_not_as_announced")
    assert words in reply.body["error"]
    assert reply.body["error"].endswith(" The file was deleted. Begin again with POST.")
    assert api.bucket.keys() == []
    assert api.listed() == []
    assert api.finish(begun["media"]["id"]).status == 404


def test_a_video_with_its_index_at_the_end_is_inspected(api: MediaApi) -> None:
    media = api.uploaded(mp4_files.from_a_camera(2_000_000), "video/mp4")

    assert (media["width"], media["height"], media["durationSeconds"]) == (1920, 1080, 12.5)


def test_a_repeated_idempotency_key_creates_one_media_item(api: MediaApi) -> None:
    body = {"filename": "kiln.png", "contentType": "image/png", "sizeBytes": len(PNG)}

    first, again = api.call("POST", body, key="k1"), api.call("POST", body, key="k1")

    assert (again.status, again.text, again.headers["idempotent-replayed"]) == (201, first.text, "true")
    assert len(api.listed()) == 1
    assert api.call("POST", body | {"sizeBytes": 5}, key="k1").status == 422


def test_a_large_video_is_uploaded_in_chunks_with_little_memory(api: MediaApi) -> None:
    begun = api.begin("video/mp4", LARGE.size, "film.mp4")
    media_id, upload = begun["media"]["id"], begun["upload"]
    assert (upload["kind"], upload["method"], upload["chunkSizeBytes"]) == ("chunks", "PUT", CHUNK_BYTES)
    assert upload["expiresAt"] == "2026-03-02T15:00:00.000Z"
    assert [chunk["chunkNumber"] for chunk in upload["chunks"]] == [1, 2, 3, 4]
    assert sum(chunk["sizeBytes"] for chunk in upload["chunks"]) == LARGE.size
    first, *rest = upload["chunks"]
    missing = api.finish(media_id)
    assert (missing.status, missing.body["code"]) == (409, "parts_missing")
    tracemalloc.start()
    try:
        for chunk in rest:
            assert send(api, chunk) == 200
        assert api.finish(media_id).body["error"] == (
            "Chunk 1 has not been uploaded. The file has 4 chunks. Upload the missing chunks, then repeat this call."
        )
        assert send(api, first | {"sizeBytes": first["sizeBytes"] - 1}) == 403
        assert send(api, first) == 200
        finished = api.finish(media_id)
        assert tracemalloc.get_traced_memory()[1] < MAX_MEMORY
    finally:
        tracemalloc.stop()

    assert finished.status == 200, finished.text
    media = finished.body["media"]
    assert (media["width"], media["height"], media["durationSeconds"]) == (1280, 720, 30.0)
    end = api.bucket.http.get(media["viewUrl"], headers={"range": f"bytes={LARGE.size - 1000}-"})
    assert end.content == LARGE.read(LARGE.size - 1000, LARGE.size)
    assert api.bucket.uploads() == []


def test_an_upload_is_finished_after_a_crash_between_its_steps(api: MediaApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "MAX_PUT_BYTES", 0)
    film = mp4_files.from_a_camera()
    begun = api.begin("video/mp4", len(film))
    [chunk] = begun["upload"]["chunks"]
    assert api.bucket.http.put(chunk["url"], content=film).status_code == 200
    key = api.key(begun["media"]["id"])
    [known] = api.bucket.s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    files = api.function.resource(open_storage)
    uploaded = files.uploaded_chunks(key, known["UploadId"])
    files.complete(key, known["UploadId"], {number: etag for number, (_, etag) in uploaded.items()})

    assert api.finish(begun["media"]["id"]).body["media"]["status"] == "ready"


def test_an_aborted_upload_has_to_begin_again(api: MediaApi) -> None:
    begun = api.begin("video/mp4", LARGE.size)
    api.bucket.empty()

    reply = api.finish(begun["media"]["id"])

    assert (reply.status, reply.body["code"]) == (409, "not_uploaded")


@pytest.mark.parametrize("in_chunks", [False, True])
def test_an_upload_expires_after_a_day(in_chunks: bool, api: MediaApi, clock: FakeClock) -> None:
    begun = api.begin("video/mp4", LARGE.size) if in_chunks else api.begin("image/png", len(PNG))
    if not in_chunks:
        api.put(begun["upload"], PNG)
    others = api.begin("image/png", 10, user="bob")["media"]["id"]
    clock.advance(hours=23, minutes=59)
    assert api.listed() == [begun["media"]["id"]]
    clock.advance(minutes=1)

    assert api.listed() == []
    assert api.finish(begun["media"]["id"]).status == 404
    kept = api.uploaded(PNG)["id"]
    assert api.listed() == [kept]
    assert api.bucket.keys() == [api.key(kept)]
    assert api.bucket.uploads() == []
    assert api.key(others)  # deleted by its owner's next upload, or by the bucket


def send(api: MediaApi, chunk: dict[str, Any]) -> int:
    start = (chunk["chunkNumber"] - 1) * CHUNK_BYTES
    length = {"content-length": str(chunk["sizeBytes"])}
    return api.bucket.http.put(chunk["url"], content=slices(start, chunk["sizeBytes"]), headers=length).status_code


def slices(start: int, length: int) -> Iterator[bytes]:
    for at in range(start, start + length, SLICE):
        yield LARGE.read(at, min(at + SLICE, start + length))
