"""A post that validation accepts is published, however the media server describes the file."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import load_attribute
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.media_probe import Prober
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Content, MediaInfo, Processing, Published, Rejected
from minutehand.platforms.validation import check
from tests.support import media_samples
from tests.support.attempts import FakeAttempt
from tests.support.media_rules import accepting, uploading
from tests.support.simulated_accounts import account_on
from tests.support.simulator import Simulator

URL = "https://ex.am/kiln"
IMAGE = media_samples.jpeg(1600, 900, exif=media_samples.tiff(6)) + bytes(100_000)
"""A photo that is taller than wide when it is shown. It is longer than the part that a probe reads."""
VIDEO = media_samples.MP4 + media_samples.fragmented(None) + media_samples.FRAMES + bytes(100_000)


class Server(NamedTuple):
    """A media server: the headers of its responses, and the quirks of its methods."""

    headers: Mapping[str, str]
    sends_length: bool = True
    answers_head: bool = False

    def client(self, content: bytes) -> httpx.Client:
        def respond(request: httpx.Request) -> httpx.Response:
            if request.method == "HEAD" and not self.answers_head:
                raise httpx.RemoteProtocolError("closed", request=request)
            length = {"Content-Length": str(len(content))} if self.sends_length or request.method == "HEAD" else {}
            return httpx.Response(200, headers={**self.headers, **length}, stream=httpx.ByteStream(content))

        return httpx.Client(transport=httpx.MockTransport(respond))


SERVERS = {
    "S3 without a type": Server({"Content-Type": "binary/octet-stream", "Content-Encoding": ""}),
    "no type and no length": Server({}, sends_length=False),
    "length only of HEAD": Server({"Content-Type": "text/plain"}, sends_length=False, answers_head=True),
    "chunks of an SDK": Server({"Content-Type": "image/jpg", "Content-Encoding": "aws-chunked"}),
    "another type": Server({"Content-Type": "image/png", "Content-Encoding": "utf-8"}),
}


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with guarded_client(private_networks=True) as client:
        yield client


def outcome(platform: str, server: Server, content: bytes, client: httpx.Client, simulator: Simulator) -> Published:
    account = account_on(simulator, platform)
    adapter = load_attribute(platform, "adapter", "adapter")(client, MediaFetcher(server.client(content)))
    post, attempt = Content("Look.", (URL,), options=requirements_of(platform).options), FakeAttempt()
    result = adapter.publish(post, account, attempt)
    for _ in range(8):
        if isinstance(result, Processing):
            attempt = attempt.again(seconds=result.check_after / timedelta(seconds=1))
            result = adapter.resume(post, account, attempt)
    assert isinstance(result, Published)
    return result


def validation_errors(platform: str, server: Server, content: bytes) -> list[str]:
    options = requirements_of(platform).options
    post: dict[str, Any] = {"content": "Look.", "media_urls": [URL], "alt_texts": {}, "variants": {}}
    post["platform_options"] = {platform: options} if options else {}
    probed = Prober(MediaFetcher(server.client(content)).probe).probe([URL], seconds=5)
    report = check(post, platform, probed)
    assert report.warnings == ()
    return [issue.message for issue in report.errors]


@pytest.mark.parametrize("platform", accepting(MediaInfo(URL, "image/jpeg", len(IMAGE), 900, 1600)))
@pytest.mark.parametrize("name", SERVERS)
def test_image_that_validation_accepts_is_published(
    platform: str, name: str, client: httpx.Client, simulator: Simulator
) -> None:
    assert validation_errors(platform, SERVERS[name], IMAGE) == []

    outcome(platform, SERVERS[name], IMAGE, client, simulator)

    assert [item["kind"] for item in simulator.posts(platform)[0]["media"]] == ["image"]


@pytest.mark.parametrize("platform", uploading(MediaInfo(URL, "video/mp4")))
@pytest.mark.parametrize("name", SERVERS)
def test_video_is_published_exactly_if_validation_accepts_it(
    platform: str, name: str, client: httpx.Client, simulator: Simulator
) -> None:
    errors = validation_errors(platform, SERVERS[name], VIDEO)

    if name == "no type and no length":
        with pytest.raises(Rejected) as refused:
            outcome(platform, SERVERS[name], VIDEO, client, simulator)
        assert (
            errors
            == [refused.value.reason]
            == ["The server of the video does not report the video's size. Use a server that sends Content-Length."]
        )
        assert simulator.posts(platform) == []
    else:
        assert errors == []
        outcome(platform, SERVERS[name], VIDEO, client, simulator)
        assert [item["kind"] for item in simulator.posts(platform)[0]["media"]] == ["video"]


def test_bluesky_gets_the_type_of_the_bytes_and_the_ratio_in_which_they_are_shown(
    client: httpx.Client, simulator: Simulator
) -> None:
    for server in SERVERS.values():
        outcome("bluesky", server, IMAGE, client, simulator)
        answer = simulator.client.get(
            "/bluesky/xrpc/com.atproto.repo.listRecords",
            params={"repo": "demo.bsky.social", "collection": "app.bsky.feed.post"},
        )
        images = [image for record in answer.json()["records"] for image in record["value"]["embed"]["images"]]
        assert {image["image"]["mimeType"] for image in images} == {"image/jpeg"}
        assert [image["aspectRatio"] for image in images] == [{"width": 900, "height": 1600}] * len(images)
