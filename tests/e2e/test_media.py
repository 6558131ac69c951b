"""Files of the deployed media library, from the upload to a platform, under the permissions of the template."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.simulator import sample_image
from local.simulator.sample_video import Video
from tests.e2e.test_publishing import final, landed
from tests.support.stack import POSTS, DeployedStack

pytestmark = pytest.mark.e2e

MEDIA = "/api/social/media"
PNG = sample_image.png()


def begin(api: httpx.Client, content_type: str, size: int) -> dict[str, Any]:
    answer = api.post(MEDIA, json={"filename": "Kiln", "contentType": content_type, "sizeBytes": size})
    assert answer.status_code == 201, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


def finish(api: httpx.Client, begun: dict[str, Any]) -> dict[str, Any]:
    answer = api.patch(MEDIA, json={"mediaId": begun["media"]["id"]})
    assert answer.status_code == 200, answer.text
    media: dict[str, Any] = answer.json()["media"]
    return media


def test_a_file_is_uploaded_posted_and_removed(stack: DeployedStack, owner: str) -> None:
    stack.connect_accounts(owner)
    words = f"A picture of {owner}"
    with stack.api(owner) as api, httpx.Client(trust_env=False) as s3:
        begun = begin(api, "image/png", len(PNG))
        upload = begun["upload"]
        other = upload["headers"] | {"content-type": "text/html"}
        assert s3.put(upload["url"], content=PNG, headers=other).status_code == 403
        assert s3.put(upload["url"], content=PNG, headers=upload["headers"]).status_code == 200
        item = finish(api, begun)
        assert (item["width"], item["height"]) == (480, 270)
        assert s3.get(item["viewUrl"]).content == PNG
        due = (datetime.now(UTC) + timedelta(seconds=12)).replace(microsecond=0)
        created = api.post(
            f"{POSTS}/create",
            json={
                "content": words,
                "platforms": ["bluesky", "mastodon"],
                "mediaUrls": [item["url"]],
                "altTexts": {item["url"]: "A kiln."},
                "scheduledAt": due.isoformat(),
            },
        )
        assert created.status_code == 201, created.text
        post_id = created.json()["post"]["id"]
        assert api.post(f"{POSTS}/schedule", json={"postId": post_id}).status_code == 200
        used = api.request("DELETE", MEDIA, json={"mediaId": item["id"]})
        assert (used.status_code, used.json()["code"]) == (409, "media_in_use")

        post = final(api, post_id, deadline=due + timedelta(seconds=60))

        assert post["status"] == "published", post
        for shown in landed(stack, words):
            [media_item] = shown["media"]
            assert stack.simulator.get(media_item["url"]).content == PNG
            assert media_item["alt"] == "A kiln."
        assert api.request("DELETE", MEDIA, json={"mediaId": item["id"]}).status_code == 200
        assert s3.get(item["viewUrl"]).status_code == 403
        assert s3.put(upload["url"], content=PNG, headers=upload["headers"]).status_code == 412


def test_a_large_video_is_uploaded_in_chunks(stack: DeployedStack, owner: str) -> None:
    film = Video(101_000_000, seconds=20)
    with stack.api(owner) as api, httpx.Client(trust_env=False, timeout=30) as s3:
        begun = begin(api, "video/mp4", film.size)
        at = 0
        for chunk in begun["upload"]["chunks"]:
            sent = s3.put(chunk["url"], content=film.read(at, at + chunk["sizeBytes"]))
            assert sent.status_code == 200, sent.text
            at += chunk["sizeBytes"]

        item = finish(api, begun)

        assert (item["sizeBytes"], item["width"], item["durationSeconds"]) == (film.size, 1280, 20)
        assert api.get(MEDIA, params={"mediaId": item["id"]}).json()["media"]["status"] == "ready"
        assert api.request("DELETE", MEDIA, json={"mediaId": item["id"]}).status_code == 200
        assert api.get(MEDIA).json()["media"] == []
