"""The specification of Bluesky finds the faults for which a server would refuse a record."""

import json
from typing import Any

import pytest

from local.simulator.specification import Call, Specification

POST = {"$type": "app.bsky.feed.post", "text": "Hi", "createdAt": "2026-03-02T09:00:00.000Z"}
BLOB = {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "image/png", "size": 9}
HEADERS = {"content-type": "application/json", "authorization": "Bearer a-token"}
INDEX = {"byteStart": 0, "byteEnd": 2}


def images(**changes: Any) -> dict[str, Any]:
    return {"embed": {"$type": "app.bsky.embed.images", "images": [{"image": BLOB, "alt": ""} | changes]}}


def card(**changes: Any) -> dict[str, Any]:
    external = {"uri": "https://ex.am", "title": "A", "description": ""}
    return {"embed": {"$type": "app.bsky.embed.external", "external": external | changes}}


def facet(feature: dict[str, Any]) -> dict[str, Any]:
    return {"facets": [{"index": INDEX, "features": [feature]}]}


def problems(record: dict[str, Any]) -> list[str]:
    body = {"repo": "did:plc:ada", "collection": POST["$type"], "rkey": "3" * 13, "swapRecord": None, "record": record}
    specification = Specification.load("bluesky")
    assert specification is not None
    path = "/xrpc/com.atproto.repo.putRecord"
    return specification.problems(Call("POST", path, "", HEADERS, json.dumps(body).encode()))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"langs": ["en", "pt-BR"]},
        images(),
        images(aspectRatio={"width": 1, "height": 2}),
        card(thumb=BLOB | {"size": 1_000_000}),
        facet({"$type": "app.bsky.richtext.facet#tag", "tag": "a" * 640}),
        facet({"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:ada"}),
    ],
)
def test_record_of_the_lexicon_has_no_problems(fields: dict[str, Any]) -> None:
    assert problems(POST | fields) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"colour": "red"},
        {"text": "a" * 3_001},
        {"createdAt": "2026-03-02 09:00"},
        {"langs": ["en_US"]},
        {"langs": ["en"] * 4},
        images(alt=None),
        images(image=BLOB | {"size": 2_000_001}),
        images(image=BLOB | {"mimeType": "text/html"}),
        images(aspectRatio={"width": 0, "height": 2}),
        card(title=None),
        card(uri="https:///ex.am"),
        card(thumb=BLOB | {"size": 1_000_001}),
        facet({"$type": "app.bsky.richtext.facet#tag", "tag": "a" * 641}),
        facet({"$type": "app.bsky.richtext.facet#mention", "did": "ada.example"}),
        facet({"$type": "app.bsky.richtext.facet#link", "uri": "https:///ex.am"}),
        {"reply": {"root": {"uri": "at://did:plc:ada/app.bsky.feed.post/1", "cid": "b"}}},
    ],
)
def test_record_that_breaks_the_lexicon_has_a_problem(fields: dict[str, Any]) -> None:
    assert problems(POST | fields)


def video_problems(call: str, query: str = "", body: object = None) -> list[str]:
    """Return the problems of a call that uploads a video."""
    content = b"" if body is None else json.dumps(body).encode()
    method, _, name = call.partition(" ")
    headers = HEADERS | {"content-length": str(len(content))}
    if name.endswith("uploadPart"):
        headers["content-type"] = "application/octet-stream"
    return Specification.load("bluesky").problems(Call(method, f"/xrpc/{name}", query, headers, content))


@pytest.mark.parametrize(
    ("call", "query", "body"),
    [
        ("GET com.atproto.server.getServiceAuth", "aud=did:web:pds.example&lxm=a.b.c&exp=1700000000", None),
        ("GET app.bsky.video.getUploadLimits", "", None),
        ("POST app.bsky.video.startUpload", "", {"sizeBytes": 1, "mimeType": "video/mp4", "durationMs": 1}),
        ("POST app.bsky.video.uploadPart", "jobId=a&partNumber=1", None),
        ("POST app.bsky.video.finishUpload", "", {"jobId": "a"}),
        ("GET app.bsky.video.getJobStatus", "jobId=a", None),
    ],
)
def test_upload_of_the_lexicon_has_no_problems(call: str, query: str, body: object) -> None:
    assert video_problems(call, query, body) == []


@pytest.mark.parametrize(
    ("call", "query", "body"),
    [
        ("GET com.atproto.server.getServiceAuth", "aud=https://pds.example&lxm=a.b.c", None),
        ("GET com.atproto.server.getServiceAuth", "aud=did:web:pds.example:8080&lxm=a.b.c", None),
        ("GET com.atproto.server.getServiceAuth", "aud=did:web:pds.example", None),
        ("GET com.atproto.server.getServiceAuth", "aud=did:web:pds.example&lxm=a.b.c&exp=1.5", None),
        ("POST app.bsky.video.startUpload", "", {"sizeBytes": 0, "mimeType": "video/mp4"}),
        ("POST app.bsky.video.startUpload", "", {"sizeBytes": 1}),
        ("POST app.bsky.video.startUpload", "", {"sizeBytes": 1, "mimeType": "video/mp4", "durationMs": 1.5}),
        ("POST app.bsky.video.startUpload", "", {"sizeBytes": 1, "mimeType": "video/mp4", "did": "did:plc:ada"}),
        ("POST app.bsky.video.uploadPart", "jobId=a&partNumber=0", None),
        ("POST app.bsky.video.uploadPart", "jobId=a", None),
        ("POST app.bsky.video.finishUpload", "", {}),
        ("GET app.bsky.video.getJobStatus", "", None),
    ],
)
def test_upload_that_breaks_the_lexicon_has_a_problem(call: str, query: str, body: object) -> None:
    assert video_problems(call, query, body)
