"""Probing media items and reading byte ranges of them. See test_network for the guard against private addresses."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from local.simulator import sample_image
from minutehand.platforms.media import PROBED_BYTES, MediaFetcher, media_key
from minutehand.platforms.network import AddressRefused
from minutehand.platforms.port import MediaInfo, PublishError, Rejected, Transient

URL = "https://user:secret@ex.am/kiln.png?key=secret"
FILE = bytes(range(256)) * 1000


class CountedBody(httpx.SyncByteStream):
    """A body that counts the bytes that were read."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.read = 0

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self._content), 1000):
            self.read += 1000
            yield self._content[at : at + 1000]


def fetcher(respond: Callable[[httpx.Request], httpx.Response]) -> MediaFetcher:
    return MediaFetcher(httpx.Client(transport=httpx.MockTransport(respond)))


def ranged(content: bytes, content_type: str = "image/png") -> Callable[[httpx.Request], httpx.Response]:
    """Respond as a server that supports ranges."""

    def respond(request: httpx.Request) -> httpx.Response:
        headers = {"Content-Type": content_type}
        wanted = request.headers.get("Range")
        if wanted is None:
            return httpx.Response(200, headers=headers, stream=CountedBody(content))
        start, end = (int(number) for number in wanted.removeprefix("bytes=").split("-"))
        if start >= len(content):
            return httpx.Response(416, headers={"Content-Range": f"bytes */{len(content)}"})
        part = content[start : end + 1]
        headers["Content-Range"] = f"bytes {start}-{start + len(part) - 1}/{len(content)}"
        return httpx.Response(206, headers=headers, stream=CountedBody(part))

    return respond


def whole(content: bytes) -> Callable[[httpx.Request], httpx.Response]:
    """Respond as a server without support for ranges."""
    return lambda _: httpx.Response(200, headers={"Content-Type": "video/mp4"}, stream=CountedBody(content))


def test_image_is_probed_from_its_first_bytes() -> None:
    picture = sample_image.png()
    assert fetcher(ranged(picture)).probe(URL) == MediaInfo(URL, "image/png", len(picture), 480, 270)


def test_probe_of_a_server_without_ranges_stops_early() -> None:
    body = CountedBody(sample_image.png() + bytes(10_000_000))

    def respond(request: httpx.Request) -> httpx.Response:
        if request.method == "HEAD":
            return httpx.Response(405)
        return httpx.Response(200, headers={"Content-Type": "image/png", "Content-Length": "123456789"}, stream=body)

    assert fetcher(respond).probe(URL) == MediaInfo(URL, "image/png", 123456789, 480, 270)
    assert body.read <= PROBED_BYTES + 2000


def test_size_may_come_from_head_alone() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.method == "HEAD":
            return httpx.Response(200, headers={"Content-Length": "99"})
        headers = {"Content-Type": "image/gif", "Content-Range": "bytes 0-5/*"}
        return httpx.Response(206, headers=headers, stream=CountedBody(b"GIF89a"))

    assert fetcher(respond).probe(URL).size_bytes == 99


@pytest.mark.parametrize(
    ("status", "headers", "error", "code"),
    [
        (404, {}, Rejected, "media_unavailable"),
        (403, {}, Rejected, "media_unavailable"),
        (416, {}, Rejected, "media_refused"),
        (500, {}, Transient, "media_unavailable"),
        (429, {}, Transient, "media_unavailable"),
        (200, {"Content-Type": "text/html"}, Rejected, "media_refused"),
        (200, {"Content-Type": "video/mp4", "Content-Encoding": "br"}, Rejected, "media_refused"),
        (302, {"Location": "https://ex.am/kiln.png"}, Rejected, "media_unavailable"),
    ],
)
def test_probe_failure_is_reported_without_secrets(
    status: int, headers: dict[str, str], error: type[PublishError], code: str
) -> None:
    with pytest.raises(error) as raised:
        fetcher(lambda _: httpx.Response(status, headers=headers, stream=CountedBody(b"<html>"))).probe(URL)
    assert raised.value.code == code
    assert "https://ex.am/kiln.png" in raised.value.reason
    assert "secret" not in raised.value.reason


@pytest.mark.parametrize("method", ["probe", "read"])
@pytest.mark.parametrize("redirected", [False, True])
def test_media_url_that_is_not_public_is_rejected(method: str, redirected: bool) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if redirected and request.url.host == "ex.am":
            return httpx.Response(302, headers={"Location": "https://10.0.0.1/"})
        raise AddressRefused(request.url.host)

    media = fetcher(respond)
    with pytest.raises(Rejected) as refused:
        media.probe(URL) if method == "probe" else media.read(URL, start=0, length=1)
    assert refused.value.code == "media_refused"


@pytest.mark.parametrize(("start", "length"), [(0, 1), (0, 256_000), (100_001, 70_000), (255_999, 1)])
@pytest.mark.parametrize("server", [ranged, whole])
def test_any_byte_range_can_be_read(
    server: Callable[[bytes], Callable[[httpx.Request], httpx.Response]], start: int, length: int
) -> None:
    assert fetcher(server(FILE)).read(URL, start=start, length=length) == FILE[start : start + length]


def test_byte_range_is_read_across_a_redirect() -> None:
    ranges = []

    def respond(request: httpx.Request) -> httpx.Response:
        ranges.append(request.headers["Range"])
        if request.url.host == "ex.am":
            return httpx.Response(307, headers={"Location": "https://cdn.ex.am/"})
        return ranged(FILE)(request)

    assert fetcher(respond).read(URL, start=5, length=3) == FILE[5:8]
    assert ranges == ["bytes=5-7", "bytes=5-7"]


def test_read_stops_at_the_end_of_the_range() -> None:
    body = CountedBody(FILE)
    data = fetcher(lambda _: httpx.Response(200, stream=body)).read(URL, start=5000, length=2500)
    assert data == FILE[5000:7500]
    assert body.read <= 9000


@pytest.mark.parametrize("server", [ranged, whole])
@pytest.mark.parametrize("start", [255_000, 256_000, 300_000])
def test_file_that_became_shorter_is_rejected_as_changed(
    server: Callable[[bytes], Callable[[httpx.Request], httpx.Response]], start: int
) -> None:
    with pytest.raises(Rejected) as changed:
        fetcher(server(FILE)).read(URL, start=start, length=1001)
    assert changed.value.code == "media_changed"


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (206, {"Content-Range": "bytes 0-2/256000"}, Transient),
        (206, {}, Transient),
        (206, {"Content-Range": "bytes 5-7/256000", "Content-Encoding": "gzip"}, Rejected),
        (404, {}, Rejected),
        (503, {}, Transient),
    ],
)
def test_response_with_another_range_is_an_error(
    status: int, headers: dict[str, str], error: type[PublishError]
) -> None:
    with pytest.raises(error):
        fetcher(lambda _: httpx.Response(status, headers=headers, stream=CountedBody(b"abc"))).read(
            URL, start=5, length=3
        )


def test_lost_connection_is_transient() -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset", request=request)

    with pytest.raises(Transient):
        fetcher(respond).probe(URL)
    with pytest.raises(Transient):
        fetcher(respond).read(URL, start=0, length=1)


def test_slow_read_is_given_up() -> None:
    seconds = iter([0.0, 30.0])
    client = httpx.Client(transport=httpx.MockTransport(ranged(FILE)))
    with pytest.raises(Transient, match="took too long"):
        MediaFetcher(client, monotonic=lambda: next(seconds)).read(URL, start=0, length=3)


def test_signed_urls_of_one_file_have_the_same_media_key() -> None:
    file = "https://library.s3.eu-central-1.amazonaws.com/digest/id/kiln.png"
    signed = [f"{file}?X-Amz-Date=20260302T0{hour}0000Z&X-Amz-Signature={hour}abc" for hour in (8, 9)]

    assert media_key(signed[0]) == media_key(signed[1])
    assert media_key(signed[0]) != media_key(signed[0].replace("/id/", "/other/"))
    assert media_key(f"{file}?v=1") != media_key(f"{file}?v=2")


def test_message_about_a_library_file_shows_its_name_only() -> None:
    def absent(request: httpx.Request) -> httpx.Response:
        return httpx.Response(403)

    signed = "https://library.s3.eu-central-1.amazonaws.com/digest/id/kiln.png?X-Amz-Signature=secret"
    with pytest.raises(Rejected) as refused:
        fetcher(absent).fetch(signed, max_bytes=10)

    assert refused.value.reason == "The image at kiln.png is not available (HTTP 403). Check the URL."
